"""Whether each goal is well formed: five questions, each with its answer, the reason, and what to write instead.

By data as far as data can tell. Whether a goal matters is for people to say: that they did is all that is looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from toolkit.areas.goals.forecasts import monthly
from toolkit.areas.goals.register import DONE, THRESHOLD, UNIT, WAY, records, unit_words, why_no_value
from toolkit.areas.goals.words import goals_of
from toolkit.areas.shares import counted_share
from toolkit.areas.words import listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats import goals as okr

YES, NO, OPEN = "yes", "no", "not known"
QUESTIONS = ("specific", "measurable", "achievable", "relevant", "time_bound")
DEADLINE = "the deadline"  # how a fault in the dates begins
YEAR = 12  # months before the start of which a baseline is made
Answer = tuple[str, str, str]  # the answer, its reason, and what to write instead ('' where nothing has to change)


@measure("Well-formed goals", better="higher", unit="share")
def smart_share(register: pd.DataFrame, series: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """The share of goals that are specific, measurable, achievable, relevant and time-bound, all five. Specific: something to
    measure, a unit and an owner are named. Measurable: a target, and a measure of this toolkit that gave a value, or a named
    source that has given one. Achievable: the pace needed was once shown over as long a time; where the data cannot say, what a
    person answered. Relevant: a reason and an objective of the client are written down. Time-bound: a deadline after the start.

    register : one row a goal (`goals.register`). series : one row a goal and date (`goals.series`).

    A share of goals, fully counted. What is not known is no yes. Part "goal": one row a goal with its five answers; part
    "answer": one row a goal and question that is not answered with yes, with the reason and what to write instead. Source:
    G. Doran, *Management Review* 70 (11), 1981, 35-36; the answers by data are an own definition.
    """
    if register.empty:
        raise NotAssessed("no goal was agreed")
    rows = records(register)
    values = series if series is not None else pd.DataFrame(columns=["goal", "date", "value", "origin"])
    answers = {row["goal"]: _five(row, values[values["goal"] == row["goal"]]) for row in rows}
    table = pd.DataFrame(
        [(row["goal"], row["objective"], *(answers[row["goal"]][name][0] for name in QUESTIONS)) for row in rows],
        columns=["goal", "objective", *QUESTIONS],
    )
    passed = table[list(QUESTIONS)] == YES
    whole, n = int(passed.all(axis=1).sum()), len(table)
    return counted_share(
        whole,
        n,
        "goal",
        claim=f"{goals_of(whole, n, 'is', 'are')} well formed by all five questions; {_most_missed(passed)}.",
        because="whether a goal matters, only people can say: that a reason is written down is all that was looked at",
        parts={"goal": table.assign(yes=passed.sum(axis=1)), "answer": _to_mend(answers)},
    )


def _most_missed(passed: pd.DataFrame) -> str:
    """'most often they are not achievable (3 of 8)'."""
    missed = (~passed).sum()
    if not missed.any():
        return "nothing has to be rewritten"
    name = str(missed.idxmax()).replace("_", "-")
    return f"most often they are not {name}: {missed.max():,} of {len(passed):,}"


def _to_mend(answers: Mapping[str, Mapping[str, Answer]]) -> pd.DataFrame:
    """One row a goal and question without a yes, or with something to be written better."""
    rows = [
        (goal, name.replace("_", "-"), *answer)
        for goal, five in answers.items()
        for name, answer in five.items()
        if answer[0] != YES or answer[2]
    ]
    return pd.DataFrame(rows, columns=["goal", "question", "answer", "because", "what_to_write"])


def _five(row: dict[str, Any], rows: pd.DataFrame) -> dict[str, Answer]:
    values = monthly(rows)
    found = (
        _specific(row),
        _measurable(row, rows, values),
        _achievable(row, values),
        _relevant(row),
        _time_bound(row),
    )
    return dict(zip(QUESTIONS, found, strict=True))


def _specific(row: dict[str, Any]) -> Answer:
    """Something to measure, a unit, an owner."""
    wanted = {
        "what is measured": row["measure"] or row["source"],
        "the unit": row["unit"],
        "who answers for it": row["owner"],
    }
    missing = [name for name, given in wanted.items() if not given]
    if not missing:
        return YES, f"{row['label'] if row['known'] else row['measure'] or row['source']}, by {row['owner']}", ""
    return NO, f"it does not say {listed(missing)}", f"Write down {listed(missing)}."


def _measurable(row: dict[str, Any], rows: pd.DataFrame, values: pd.Series) -> Answer:
    """A target in the unit of what is measured, and a measure or source that gives values."""
    advice = _baseline_advice(row, values)
    if math.isnan(row["target"]):
        return NO, "it names no target", f"Write the number that is to be reached.{advice}"
    odd = [fault for fault in row["faults"].split("; ") if fault and not fault.startswith(DEADLINE)]
    if odd and odd[0].startswith(UNIT):
        return NO, odd[0], f"Write target, baseline and unit in {unit_words(row['measure_unit'])}."
    if odd:
        return NO, odd[0], "Mend the numbers; leave the baseline empty where something is only to be kept as it is."
    if rows.empty or (row["measure"] and not row["known"]):
        return NO, why_no_value(row), _how_to_measure(row)
    if math.isnan(row["baseline"]) and row["form"] not in (DONE, "") and row["kind"] == okr.STRETCH:
        return NO, "a stretch goal without a baseline is met or not met, with nothing between", advice.strip()
    return YES, f"{plural(len(rows), 'value')} so far", advice.strip()


def _how_to_measure(row: dict[str, Any]) -> str:
    """What to do about a goal on which there is no number."""
    if row["measure"] and not row["known"]:
        return row["hint"] or "Name one that data/README.md knows."
    if row["measure"]:
        return "Supply the tables of that measure, or record values as check-ins."
    return "Name a measure of this toolkit, or record a value of the source at each check-in."


def _baseline_advice(row: dict[str, Any], values: pd.Series) -> str:
    """' It has no baseline: the average of the 12 months before it began was 12.4 %.', or ''."""
    if not math.isnan(row["baseline"]) or row["form"] == DONE or values.empty:
        return ""
    before = values[values.index < pd.Period(row["start"][:7], "M")].tail(YEAR) if row["start"] else values.iloc[:0]
    if len(before):
        span = f"the average of the {plural(len(before), 'known value')} before it began"
        return f" It has no baseline: {span} was {number(float(before.mean()), row['unit'])}; write that down."
    first = (
        f"the earliest known value, of {month_words(values.index[0])}, is {number(float(values.iloc[0]), row['unit'])}"
    )
    return f" It has no baseline: {first}; write down where it began."


def _achievable(row: dict[str, Any], values: pd.Series) -> Answer:
    """The pace needed beside the fastest ever shown over as long a time; where data cannot say, a person's answer."""
    if row["over"] and row["grade"] == row["grade"]:
        reached = row["grade"] == 1.0
        because = f"its deadline is past, and it was {'' if reached else 'not '}reached in full"
        return (YES, because, "") if reached else (NO, because, "Agree on a new deadline, or close it.")
    by_data = _by_pace(row, values)
    if by_data is not None:
        return by_data
    if row["achievable"]:
        because = f": {row['achievable_because']}" if row["achievable_because"] else ""
        advice = "" if row["achievable"] == YES else "Agree on a target, or a deadline, that can be reached."
        return row["achievable"], f"by a person's answer{because}", advice
    ask = "Ask those who do the work, and write their answer into the column achievable."
    return OPEN, "the data cannot say, and nobody has answered", ask


def _by_pace(row: dict[str, Any], values: pd.Series) -> Answer | None:
    """What the series says; None where it cannot say."""
    if row["grade"] == 1.0 and row["form"] in (WAY, THRESHOLD):
        return YES, f"it stands at {number(row['value'], row['unit'])}, where it is to be", ""
    left = _months_left(row, values)
    if row["form"] not in (WAY, THRESHOLD) or left is None or len(values) < 2:
        return None
    rising = row["direction"] == "at_least"
    needed = float(okr.pace_needed(values.iloc[-1], row["target"], left))
    months = values.resample("M").first() if isinstance(values.index, pd.PeriodIndex) else values
    shown = okr.best_pace(months, left, rising=rising)
    if math.isnan(shown):
        return None
    if (needed <= 0) if rising else (needed >= 0):
        return YES, f"it stands at {number(float(values.iloc[-1]), row['unit'])}, where it is to be", ""
    enough = shown >= needed if rising else shown <= needed
    unit = row["unit"]
    best = max(shown, 0.0) if rising else max(-shown, 0.0)
    said = f"{_step(abs(needed), unit)} a month are needed for {plural(left, 'month')}"
    because = f"{said}; the most ever shown over as long is {_step(best, unit)}"
    if enough:
        return YES, because, ""
    reach = values.iloc[-1] + max(shown, 0.0) * left if rising else values.iloc[-1] + min(shown, 0.0) * left
    come = number(float(reach), unit)
    advice = f"Say what will be done differently: at the best pace so far it comes to {come} by the deadline."
    return NO, because, advice


def _step(change: float, unit: str) -> str:
    """A change as a reader says it: that of a share is in points."""
    return f"{number(100 * change)} points" if unit == "share" else number(change, unit)


def _months_left(row: dict[str, Any], values: pd.Series) -> int | None:
    """Months from the last value to the deadline; None where there are none."""
    if not row["due"] or values.empty:
        return None
    due, last = pd.Period(row["due"][:7], "M"), values.index[-1]
    left = (due.year - last.year) * YEAR + due.month - last.month
    return left if left > 0 else None


def _relevant(row: dict[str, Any]) -> Answer:
    """A reason, and an objective of the client."""
    wanted = {"why it matters": row["reason"], "which objective of the client it serves": row["serves"]}
    missing = [name for name, given in wanted.items() if not given]
    if not missing:
        return YES, f"{row['reason'].rstrip('.')}; it serves: {row['serves']}", ""
    return NO, f"it does not say {listed(missing)}", f"Write down {listed(missing)}."


def _time_bound(row: dict[str, Any]) -> Answer:
    """A deadline, after the start."""
    if not row["due"]:
        return NO, "it names no deadline", "Write down the day by which it is to be reached."
    fault = [text for text in row["faults"].split("; ") if text.startswith(DEADLINE)]
    if fault:
        return NO, fault[0], "Mend the start or the deadline."
    began = f"from {row['start']} " if row["start"] else ""
    advice = "" if row["start"] else "Write down from which day it counts, so that progress can be held against time."
    return YES, f"{began}to {row['due']}", advice
