"""Whether what was promised comes when it was promised, and how sure that is, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model import MET, MISSED, UNCLEAR, Finding, interval_words, number, side_of_zero

TIME, SLIP, BIAS = "delivery.on_time_share", "delivery.slip", "delivery.estimate_bias"
TIMES, COST, SCHEDULE = "delivery.throughput", "delivery.unit_cost_by_size", "delivery.schedule_performance"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of the delivery review answered in one sentence, each number with its interval; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too. In time is what the goal on the share on time
            says, as far as there is one.
    """
    told = {address: item for address, item in known.items() if item.assessed}
    first = _in_time(name, told) if TIME in told else _without_dates(name, told)
    if not first:
        return ""
    return f"{'; '.join(part for part in (first, _schedule(told), _estimates(told)) if part)}."


def _in_time(name: str, told: Mapping[str, Finding]) -> str:
    """'What Alder promised does not come as agreed: 40.0 % (...) on time, typically 12 days late'."""
    item = told[TIME]
    verdicts = {
        MET: f"{name} delivers as agreed",
        MISSED: f"{name} does not deliver as agreed",
        UNCLEAR: f"Whether {name} delivers as agreed is unclear",
    }
    said = verdicts.get(item.verdict if item.goal else "", f"No goal says how punctual {name} has to be")
    return f"{said}: {interval_words(item)} of what was due came on time{_slip_words(told.get(SLIP))}"


def _slip_words(item: Finding | None) -> str:
    if item is None:
        return ""
    if item.value == 0:
        return ", and half of it on its day or before"
    days = number(abs(item.value), "day" if abs(item.value) == 1 else "days")
    return f", typically {days} {'late' if item.value > 0 else 'early'}"


def _without_dates(name: str, told: Mapping[str, Finding]) -> str:
    """What is known where nothing says when it was promised."""
    if TIMES not in told and COST not in told:
        return ""
    parts = [f"{number(told[TIMES].numerator)} deliverables came"] if TIMES in told else []
    parts += [f"a unit of size cost {interval_words(told[COST])}"] if COST in told else []
    because = f"Whether {name} delivers on time is not assessed, because nothing says when it was promised"
    return f"{because}; {' and '.join(parts)}"


def _schedule(told: Mapping[str, Finding]) -> str:
    if SCHEDULE not in told:
        return ""
    earned = number(told[SCHEDULE].value)
    return f"its projects earned {earned} {'month' if earned == '1' else 'months'} of the plan for each month gone"


def _estimates(told: Mapping[str, Finding]) -> str:
    """Whether estimates are low or high as a rule."""
    if BIAS not in told:
        return ""
    item = told[BIAS]
    times = f"work takes {number(item.value + 1)} times what was estimated"
    between = f"{number(item.low + 1)} to {number(item.high + 1)}"
    side = side_of_zero(item)
    words = {1: "too low as a rule", -1: "too high as a rule", 0: "neither low nor high beyond chance"}[side]
    return f"estimates are {words} ({times}, {between})"
