"""Whether something else would be better, and whether the client could leave, in one sentence made from findings."""

from __future__ import annotations

import math
from collections.abc import Mapping

from toolkit.areas.exit.look import case_words
from toolkit.areas.exit.options import WORSE
from toolkit.areas.exit.tables import STAY
from toolkit.model import Finding, interval_words, number, side_of_zero
from toolkit.show import sentence

GAIN, WORST, TIME, BUDGET = "exit.switching_gain", "exit.worst_case", "exit.time_to_exit", "exit.budget_coverage"
PLAN, SPEND = "exit.plan_completeness", "exit.spend_of_peak"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of exit planning answered in one sentence, each number with its interval; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too.
    """
    told = {address: item for address, item in known.items() if item.assessed}
    parts = [_gain(name, told), _leave(name, told), _money(told), _spend(name, told)]
    parts = [part for part in parts if part]
    return sentence("; ".join(parts)) if parts else ""


def _gain(name: str, told: Mapping[str, Finding]) -> str:
    """What the best other way saves, how sure that is, and what it costs when it goes badly."""
    if GAIN not in told:
        return ""
    item = told[GAIN]
    words = {
        1: f"another way than staying with {name} as now is cheaper",
        -1: f"staying with {name} as now is the cheapest way",
        0: f"whether another way than staying with {name} as now is cheaper is open",
    }
    saved = f"the best other way {'saves' if item.value >= 0 else 'costs'} {_amount(item)} on average"
    sure = f"is cheaper in {case_words(item.probability)}"
    return f"{words[side_of_zero(item)]}: {saved} and {sure}{_worst(told)}"


def _amount(item: Finding) -> str:
    return f"{number(abs(item.value), item.unit)}{'' if item.value >= 0 else ' more'}"


def _worst(told: Mapping[str, Finding]) -> str:
    """The warning that what is cheapest on average is much dearer than staying when it goes badly."""
    if WORST not in told:
        return ""
    item = told[WORST]
    stay = next((row["value"] for row in item.parts.get("way", ()) if row["option"] == STAY), math.inf)
    if item.value <= WORSE * stay:
        return ""
    return f", yet in the worst one of ten it costs {number(item.value, item.unit)}, against {number(stay, item.unit)}"


def _leave(name: str, told: Mapping[str, Finding]) -> str:
    said = [f"leaving {name} takes {interval_words(told[TIME])}"] if TIME in told else []
    if PLAN in told:
        said.append(
            f"{number(told[PLAN].numerator)} of {number(told[PLAN].denominator)} parts of the exit plan are ready"
        )
    return ", and ".join(said)


def _money(told: Mapping[str, Finding]) -> str:
    if BUDGET not in told:
        return ""
    item = told[BUDGET]
    return (
        "no money is set aside for it"
        if item.value == 0
        else f"the money set aside covers {interval_words(item)} of it"
    )


def _spend(name: str, told: Mapping[str, Finding]) -> str:
    """What spend alone says, where nothing else is known."""
    if SPEND not in told or GAIN in told or TIME in told:
        return ""
    paid = f"in the past year it was paid {number(told[SPEND].value, 'share')} of what it was paid in its dearest one"
    return f"what else could be done with {name}, and whether the client could leave, is not assessed; {paid}"
