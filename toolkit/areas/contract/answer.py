"""Whether the contract protects what is needed, and is used, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.areas.words import money, plural
from toolkit.model import MET, MISSED, UNCLEAR, Finding, interval_words, number
from toolkit.show import sentence

COVERAGE, LEFT, UNUSED = "contract.clause_coverage", "contract.money_left", "contract.unused_value"
NOTICE, OVERDUE = "contract.days_to_notice", "contract.obligations_overdue"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of the contract review answered in one sentence; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too. Whether it protects enough is what the goal on
            clause coverage says, as far as there is one.
    """
    told = {address: item for address, item in known.items() if item.assessed}
    parts = [_protects(name, told), _used(told), _kept(told), _next(told)]
    said = "; ".join(part for part in parts if part)
    return sentence(said) if said else ""


def _protects(name: str, told: Mapping[str, Finding]) -> str:
    """'The contract with Alder holds 84.1 % of what it should, by weight, which is enough'."""
    if COVERAGE not in told:
        return ""
    item = told[COVERAGE]
    verdicts = {
        MET: ", as much as the goal asks",
        MISSED: ", less than the goal asks",
        UNCLEAR: "; whether that is enough is unclear",
    }
    said = verdicts.get(item.verdict if item.goal else "", "")
    return f"the contract with {name} holds {interval_words(item)} of what it should, by weight{said}"


def _used(told: Mapping[str, Finding]) -> str:
    """'6,990.00 GBP of what it gives was not asked for, and 9,000.00 GBP paid for was not used'."""
    said = []
    if LEFT in told:
        item = told[LEFT]
        least = "" if item.counted else "at least "
        known = "nothing that it gives was left on the table" if item.counted else ""
        said.append(
            f"{least}{money(item.value, item.unit)} that it gives was left on the table" if item.value else known
        )
    if UNUSED in told and told[UNUSED].value:
        said.append(f"{number(told[UNUSED].value, told[UNUSED].unit)} was paid in a year for what was not used")
    return " and ".join(part for part in said if part)


def _kept(told: Mapping[str, Finding]) -> str:
    if OVERDUE not in told:
        return ""
    count = int(told[OVERDUE].value)
    return f"{plural(count, 'obligation')} of the vendor {'is' if count == 1 else 'are'} overdue" if count else ""


def _next(told: Mapping[str, Finding]) -> str:
    """'notice could be given until 92 days before the period ended', or how long it still can."""
    if NOTICE not in told:
        return ""
    days = int(told[NOTICE].value)
    if days < 0:
        return f"a last day to give notice passed {plural(-days, 'day')} before the period ended, and no notice is on record"
    return (
        f"notice can be given for {plural(days, 'day')} more"
        if days
        else "notice can be given on this day, and no later"
    )
