"""Whether the service is good, whether it is changing, and how sure that is, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.areas.words import shown, worst_verdict
from toolkit.model import MET, MISSED, UNCLEAR, Finding, number, side_of_zero

KEPT, BACK, CHANGE = "quality.sla_attainment", "quality.reopened_share", "quality.time_to_resolve_change"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of the quality review answered in one sentence, each number with its interval; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too. Good is what the goals on service levels kept
            and on tickets reopened say, as far as there are any.
    """
    parts = {
        address: known[address] for address in (KEPT, BACK, CHANGE) if address in known and known[address].assessed
    }
    if not parts:
        return ""
    items = [parts[address] for address in (KEPT, BACK) if address in parts]
    but = {item.verdict for item in items} == {MET, MISSED}  # green by the contract, and yet tickets come back
    told = (" but " if but else " and ").join(map(_shown, items))
    return f"{_good(name, items)}{f': {told}' if told else ''}; {_change(parts.get(CHANGE))}."


def _shown(item: Finding) -> str:
    verb = "kept their service level" if item.id == KEPT else "were reopened"
    own = " by the ticket system's own count" if "ticket system's own count" in item.claim else ""
    return shown(item, f"of tickets {verb}{own}")


def _good(name: str, items: list[Finding]) -> str:
    """What the goals say, the worst first."""
    words = {
        MISSED: f"The service of {name} is not as good as agreed",
        UNCLEAR: f"Whether the service of {name} is as good as agreed is unclear",
        MET: f"The service of {name} is as good as agreed",
        "": f"No goal says how good the service of {name} has to be",
    }
    return words[worst_verdict(items)]


def _change(item: Finding | None) -> str:
    """Whether resolving takes longer than in the period before, as far as chance lets that be told."""
    if item is None:
        return "whether it is changing is not assessed"
    side = side_of_zero(item)
    if not side:
        spread = f"{_signed(item.low)} to {_signed(item.high)} {item.unit} a ticket"
        return f"the time to resolve has not changed beyond chance since the period before ({spread})"
    ends = sorted(abs(end) for end in (item.low, item.high))
    size = f"{number(abs(item.value), item.unit)} ({number(ends[0])} to {number(ends[1])})"
    return f"it takes {size} {'longer' if side > 0 else 'less'} to resolve a ticket than in the period before"


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{number(value)}"
