"""Whether it is a working partnership, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.areas.words import noun, shown, worst_verdict
from toolkit.model import MET, MISSED, UNCLEAR, Finding, number, side_of_zero

CADENCE, ROLES = "relationship.cadence_kept", "relationship.role_attendance"
DECISIONS, GAP, DELAY = "relationship.decision_latency", "relationship.kept_gap", "relationship.client_delay_share"
PLANS, OVERDUE = "relationship.plans_effective", "relationship.overdue_share"
SAID = (CADENCE, ROLES, DECISIONS, OVERDUE, GAP, DELAY, PLANS)
ROLE_KEPT = 0.75  # share of places below which a forum meets without those who were named for it


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of the relationship review answered in one sentence, each number with its interval; '' without evidence.

    name    the vendor's name.
    known   findings by address, those that are not assessed and those of other areas too, which it leaves alone. Whether it
            works is what the goals on its own say, as far as there are any.
    """
    told = {address: known[address] for address in SAID if address in known and known[address].assessed}
    if not told:
        return ""
    verdicts = {
        MET: f"The partnership with {name} works as agreed",
        MISSED: f"The partnership with {name} does not work as agreed",
        UNCLEAR: f"Whether the partnership with {name} works as agreed is unclear",
    }
    own = [item for address, item in known.items() if address.startswith("relationship.")]
    said = verdicts.get(worst_verdict(own), f"No goal says how the partnership with {name} has to work")
    parts = [part for part in (_meetings(told), _decisions(told), _ledger(told), _plans(told)) if part]
    return f"{said}: {'; '.join(parts)}." if parts else ""


def _meetings(told: Mapping[str, Finding]) -> str:
    """'96.2 % of the meetings due were held, and 55.0 % of the places of named roles were taken by them'."""
    parts = [shown(told[CADENCE], "of the meetings due were held")] if CADENCE in told else []
    if ROLES in told:
        item = told[ROLES]
        low = item.high == item.high and item.high < ROLE_KEPT
        said = shown(item, "of the places of named roles were taken by them")
        parts.append(f"but only {said}" if low and parts else said)
    return " and ".join(parts).replace(" and but ", ", but ")


def _decisions(told: Mapping[str, Finding]) -> str:
    if DECISIONS in told:
        item = told[DECISIONS]
        ends = f" ({number(item.low)} to {number(item.high)})" if item.low == item.low else ""
        return f"half of the decisions took {number(item.value, 'days')}{ends} or more"
    return shown(told[OVERDUE], "of what is open in the log is overdue") if OVERDUE in told else ""


def _ledger(told: Mapping[str, Finding]) -> str:
    """Who keeps more of what it owes, and who causes the delay."""
    if GAP not in told:
        return ""
    side = side_of_zero(told[GAP])
    words = {
        1: "the client keeps more of what it owes than the vendor",
        -1: "the vendor keeps more of what it owes than the client",
    }
    said = words.get(side, "neither side keeps more of what it owes than the other, beyond chance")
    if DELAY not in told:
        return said
    item = told[DELAY]
    ends = f" ({number(item.low, 'share')} to {number(item.high, 'share')})" if item.low == item.low else ""
    return f"{said}, and {number(item.value, 'share')}{ends} of the days of delay are the client's"


def _plans(told: Mapping[str, Finding]) -> str:
    if PLANS not in told:
        return ""
    item = told[PLANS]
    plans = noun(int(item.denominator), "improvement plan")
    return f"{number(item.numerator)} of {number(item.denominator)} {plans} that can be tested worked"
