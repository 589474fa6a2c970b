"""How far: grades by objective, progress beside time, and what those who work on the goals say."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.goals.register import DONE, NO_VALUE, THRESHOLD, aim_words, day_of, limits, records
from toolkit.areas.goals.words import named
from toolkit.areas.words import day_words, joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats import goals as okr

STALE = 3  # months after which a check-in no longer says how things are
ALL_ENDS = "all numbers at the low, or all at the high end of their own intervals at once; wider than 95 %"


@measure("Grade of the goals", better="higher")
def grade(register: pd.DataFrame, *, period: Period) -> Measured:
    """How much of what was agreed is reached, 0 to 1: the weighted mean over the goals of how much of the way from baseline to
    target is gone. A goal that rises or falls is graded by its way; one that is to stay in a range by its distance from it;
    a yes or no, and a goal without a baseline, is 1 or 0.

    register : one row a goal (`goals.register`).

    `low` and `high` put every number at the end of its own interval at once. A goal without a value has no grade and is left
    out, with its weight; how many these are is said. The last value up to the deadline counts. Part "goal": one row a goal
    with its reading, since 1.0 is expected of what is committed and 0.7 is success for a stretch goal; part "objective": the
    weighted mean of each. Source: Google re:Work, *Grade OKRs*; J. Doerr, *Measure What Matters*, 2018 (colours; those of
    committed goals are an own rule).
    """
    known = register[register["grade"].notna()]
    if known.empty:
        raise NotAssessed(_why_none(register))
    names = ("grade", "grade_low", "grade_high")
    value, low, high = (okr.objective_grade(known[name], known["weight"])[0] for name in names)
    left = len(register) - len(known)
    return Measured(
        value=value,
        low=low,
        high=high,
        n=len(known),
        n_of="goal" if len(known) == 1 else "goals",
        interval=ALL_ENDS,
        claim=f"{_together(len(known), len(register))} at {value:.2f} of 1.0{_ends(low, high)}{_kinds_words(known)}.",
        because=joined(
            f"{plural(left, 'goal')} without a grade: {listed(list(register['goal'][register['grade'].isna()]), 6)}"
            if left
            else "",
            f"met or not, for want of a baseline or because the baseline is already within: {_list(known, THRESHOLD)}"
            if known["form"].eq(THRESHOLD).any()
            else "",
        ),
        parts={"goal": _graded_goals(register), "objective": _objectives(register)},
    )


def _ends(low: float, high: float) -> str:
    """' (0.38 to 0.76)': grades have two decimals at most, and '' where both ends are one."""
    return f" ({low:.2f} to {high:.2f})" if f"{low:.2f}" != f"{high:.2f}" else ""


def _list(known: pd.DataFrame, form: str) -> str:
    return listed(list(known["goal"][known["form"] == form]), 6)


def _why_none(register: pd.DataFrame) -> str:
    """Why no goal has a grade: that of all of them where it is one, else that none has a value."""
    faults = register["faults"][register["faults"] != ""].unique()
    if len(faults) == 1 and (register["faults"] != "").all():
        return f"every goal has the same fault: {faults[0]}"
    return NO_VALUE


def _together(graded: int, every: int) -> str:
    """'Together the 13 goals stand', or those of them that can be graded."""
    if every == 1:
        return "The one goal stands"
    if graded == every:
        return f"Together the {every:,} goals stand"
    return (
        f"The {graded:,} of {every:,} goals with a grade stand"
        if graded > 1
        else f"The only one of {every:,} goals with a grade stands"
    )


def _kinds_words(known: pd.DataFrame) -> str:
    """', of which 1.0 is expected', or both kinds of goals with what is expected of each."""
    expected = {okr.COMMITTED: "of which 1.0 is expected", okr.STRETCH: f"for which {okr.GREEN} is a success"}
    kinds = {kind: known[known["kind"] == kind] for kind in expected}
    if len(known["kind"].unique()) == 1:
        kind = str(known["kind"].iloc[0])
        return f"; {'it is' if len(known) == 1 else 'all are'} {kind}, {expected[kind]}"
    said = [
        f"{plural(len(rows), f'{kind} goal')}, {expected[kind]}, at {okr.objective_grade(rows['grade'], rows['weight'])[0]:.2f}"
        for kind, rows in kinds.items()
    ]
    return f": {'; '.join(said)}"


def _graded_goals(register: pd.DataFrame) -> pd.DataFrame:
    """One row a goal: what it is, its value, grade, colour and reading."""
    rows = records(register)
    return pd.DataFrame(
        {
            "goal": register["goal"],
            "objective": register["objective"],
            "value": register["grade"],
            "low": register["grade_low"],
            "high": register["grade_high"],
            "colour": [_colour(row) for row in rows],
            "reading": [_reading(row) for row in rows],
            "now": [number(row["value"], row["unit"]) for row in rows],
            "agreed": [aim_words(row) for row in rows],
            "graded_by": register["form"],
        }
    )


def _colour(row: dict) -> str:
    """The colour word of a grade; what is committed is green at 1.0 alone, since 0.7 of it is no success."""
    band = okr.band(row["grade"])
    return "yellow" if band == "green" and row["kind"] == okr.COMMITTED and row["grade"] < 1 else band


def _reading(row: dict) -> str:
    """What the grade means, or why there is none."""
    if row["faults"]:
        return f"not graded: {row['faults']}"
    if row["grade"] != row["grade"]:
        return "not graded: there is no value yet"
    return okr.reading(row["grade"], row["kind"], final=bool(row["over"]))


def _objectives(register: pd.DataFrame) -> pd.DataFrame:
    """The weighted mean of each objective, and the share of its weight that has a grade."""
    names = register["objective"].where(register["objective"] != "", register["goal"])
    found = [
        (name, *okr.objective_grade(rows["grade"], rows["weight"]), len(rows), ", ".join(sorted(set(rows["kind"]))))
        for name, rows in register.groupby(names, sort=False)
    ]
    return pd.DataFrame(found, columns=["objective", "value", "graded_share", "goals", "kind"])


@measure("Ahead of time", better="higher", unit="share")
def progress(register: pd.DataFrame, *, period: Period) -> Measured:
    """By how much the goals are ahead of their time: the grade less the share of time that is over, weighted, over the goals
    that have a way to go, a start and a deadline. Below zero they are behind.

    register : one row a goal (`goals.register`).

    A share, -1 to 1. `low` and `high` put every number at the end of its own interval at once. It takes progress as even,
    which it seldom is: the forecast says more. Goals that are met or not have no way to go and are left out. Part "goal": one
    row a goal. Source: own definition.
    """
    moving = ~register["form"].isin([DONE, THRESHOLD, ""]) & register["grade"].notna() & register["elapsed"].notna()
    rows = register[moving]
    if rows.empty:
        raise NotAssessed("no goal has a baseline, a value, a start and a deadline, of which progress could be told")
    leads = {name: okr.lead(rows[name], rows["elapsed"]) for name in ("grade", "grade_low", "grade_high")}
    value, low, high = (okr.objective_grade(lead, rows["weight"])[0] for lead in leads.values())
    behind = rows["goal"][np.asarray(leads["grade"]) < 0]
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(rows),
        n_of="goal" if len(rows) == 1 else "goals",
        interval=ALL_ENDS,
        claim=_lead_words(rows, (value, low, high), behind),
        because="as if progress were even; the forecast says more",
        parts={"goal": _progress_rows(rows, leads["grade"])},
    )


def _lead_words(rows: pd.DataFrame, leads: tuple[float, float, float], behind: pd.Series) -> str:
    """'On average the 4 goals with a way to go are 3.1 % of the way ahead of time (1.0 % behind to 5.2 % ahead); ...'"""
    lead = f"{_size(leads[0])} of the way {_side(leads[0])} time" if _size(leads[0]) != _size(0) else "on time"
    lead += _between(*leads[1:])
    if len(rows) == 1:
        return f"{named(rows['goal'].iloc[0], rows['objective'].iloc[0])}, is {lead}."
    who = f"behind time: {listed(list(behind), 6)}" if len(behind) else "none is behind time"
    return f"On average the {len(rows):,} goals with a way to go are {lead}; {who}."


def _side(lead: float) -> str:
    return "ahead of" if lead > 0 else "behind"


def _between(low: float, high: float) -> str:
    """' (5.4 % behind to 2.0 % ahead)', ' (22.3 % to 26.3 % behind)', or '' where both ends are one."""
    ends = sorted((low, high), key=abs) if low * high > 0 else [low, high]
    words = [_side(lead).removesuffix(" of") for lead in ends]
    if _size(low) == _size(high):
        return ""
    first = _size(ends[0]) if words[0] == words[1] else f"{_size(ends[0])} {words[0]}"
    return f" ({first} to {_size(ends[1])} {words[1]})"


def _size(lead: float) -> str:
    return number(abs(lead), "share")


def _progress_rows(rows: pd.DataFrame, lead: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "goal": rows["goal"],
            "objective": rows["objective"],
            "value": rows["grade"],
            "elapsed_share": rows["elapsed"],
            "ahead_share": lead,
            "due": rows["due"],
        }
    )


@measure("Confidence", better="higher", unit="share")
def confidence(check_ins: pd.DataFrame, register: pd.DataFrame, *, period: Period) -> Measured:
    """How sure those who work on the goals are to reach them: the mean of the last confidence that was said of each goal, of
    check-ins up to the deadline.

    check_ins : one row a goal and day. register : one row a goal (`goals.register`).

    A share. No interval: it is what was said. A check-in of more than 3 months before the period's end is named. Part "goal":
    the last check-in of each goal with its note. Source: own definition; the field rates a key result 0 to 10 at each
    check-in (J. Doerr, *Measure What Matters*, 2018).
    """
    rows = check_ins[check_ins["confidence"].notna() & check_ins["goal"].isin(register["goal"])]
    last = rows[~(rows["date"] > day_of(rows["goal"], register, "due"))].sort_values("date").groupby("goal").tail(1)
    if last.empty:
        raise NotAssessed("no check-in says how sure one is")
    old = last[last["date"].dt.to_period("M") <= period.end - STALE]
    value, least = float(last["confidence"].mean()), last.sort_values("confidence", kind="stable").iloc[0]
    objective = register.set_index("goal")["objective"]
    about = named(least["goal"], objective[least["goal"]])
    many = (
        f"{plural(len(last), 'goal')} are {number(value, 'share')} sure on average to reach them; least sure: {about}"
    )
    sure = (
        f"{many}, {number(least['confidence'], 'share')}"
        if len(last) > 1
        else f"{about}, are {number(value, 'share')} sure"
    )
    return Measured(
        unit="share",
        value=value,
        n=len(last),
        n_of="goal" if len(last) == 1 else "goals",
        interval="none: it is what was said, not a sample",
        counted=True,
        claim=f"Those who work on {sure}{' to reach it' if len(last) == 1 else ''}.",
        because=f"said more than {STALE} months ago: {listed(list(old['goal']), 6)}" if len(old) else "",
        parts={
            "goal": last[["goal", "confidence", "date", "note", "author"]]
            .rename(columns={"confidence": "value"})
            .sort_values("goal")
            .reset_index(drop=True)
        },
    )


def stated(register: pd.DataFrame) -> dict[str, Measured]:
    """What check-ins say of the goals that name no measure of the toolkit, by goal, to be judged beside the rest.

    A number that was said is taken at its word. A goal that is not reached is *missed* only when its deadline is past, else
    *unclear*.
    """
    rows = records(register[register["measure"] == ""])
    return {row["goal"]: _stated(row) for row in rows}


def _stated(row: dict) -> Measured:
    label = row["objective"] or row["goal"]
    known = {"id": "goals.stated", "label": label, "unit": row["unit"]}
    if row["value"] != row["value"]:
        named_source = f"; its source, {row['source']}, has given no value" if row["source"] else ""
        return Measured(**known, because=f"goal {row['goal']} names no measure of this toolkit{named_source}")
    low, high = limits(row)
    reached = low <= row["value"] <= high
    due = day_words(pd.Timestamp(row["due"])) if row["due"] else ""
    ahead = f", and its deadline, {due}, is ahead" if due and not (row["over"] or reached) else ""
    when = day_words(row["date"])
    return Measured(
        **known,
        value=row["value"],
        n=1,
        n_of="check-in",
        interval=f"none: as said at the check-in of {when}{ahead}",
        counted=not ahead,
        claim=f"{label}: {number(row['value'], row['unit'])}, as said at the check-in of {when}.",
    )
