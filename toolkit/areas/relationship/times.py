"""How long it takes: until a trouble is seen, acknowledged, agreed upon, closed and verified, and until it is decided."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.curves import curve_points
from toolkit.areas.look import last_day, year_words
from toolkit.areas.relationship.look import in_year, log_of, of_types
from toolkit.areas.relationship.tables import BOTH, DECISION, ESCALATION, FEEDBACK, IDEA, ISSUE, RISK, WIN
from toolkit.areas.words import bracket, joined, noun, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.intervals import order_quantile
from toolkit.stats.survival import kaplan_meier, quantile

FEWEST = 5  # entries that came so far, below which a median is not told
TOLD = "95 % interval of the median (Kaplan-Meier)"
TROUBLES = (ISSUE, RISK, ESCALATION)


# -------------------------------------------------------------------------------------------------------------- measures
@measure("Time to detect", better="lower", unit="days")
def time_to_detect(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days from the beginning of an issue to the day on which it was raised, for half of them or more, in calendar days.

    Issues and risks raised in the year up to the period's end that say when they began. What began and was not seen by
    then is in no list, so the true time is longer.

    low and high: 95 % interval of the median from the order of the values. Parts: raised_by (medians by the side that
    raised it). Not assessed where fewer than five say when they began. Source: own definition; W. Conover, Practical
    Nonparametric Statistics, 3rd ed. 1999, sec. 3.2.
    """
    rows = of_types(log_of(actions, period), ISSUE, RISK)
    rows = rows[in_year(rows["raised"], period)]
    days = (rows["raised"] - rows["occurred"]).dt.days.astype(float)
    told = rows[days.notna()]
    if len(told) < FEWEST:
        raise NotAssessed(
            f"{plural(len(told), 'issue')} raised in {year_words(period)} with a day on which it began; {FEWEST} are needed. "
            "Supply occurred in actions"
        )
    value, low, high = order_quantile(days.dropna().to_numpy())
    finite = math.isfinite(low) and math.isfinite(high)
    blank = len(rows) - len(told)
    sides = [
        (side, *_finite(order_quantile(group.to_numpy())), len(group))
        for side, group in days.dropna().groupby(told["raised_by"].fillna("not said").astype("str"))
    ]
    return Measured(
        unit="days",
        value=value,
        low=low if finite else NAN,
        high=high if finite else NAN,
        n=len(told),
        n_of="issues",
        interval="95 % interval of the median" if finite else "none: too few issues to bound the median",
        claim=f"Half of {len(told):,} issues raised in {year_words(period)} were seen within {_days(value)}"
        f"{bracket(low, high) if finite else ''} of their beginning.",
        because=joined(
            "what nobody has seen yet is not counted",
            f"{plural(blank, 'issue')} without a day of beginning left out" if blank else "",
        ),
        parts={"raised_by": pd.DataFrame(sides, columns=["raised_by", "value", "low", "high", "n"])},
    )


@measure("Time to acknowledge", better="lower", unit="days")
def time_to_acknowledge(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the issues raised were acknowledged by the other side, in calendar days.

    Issues, risks and escalations raised in the year up to the period's end. What is not acknowledged by its end has waited
    at least so long and counts for that (Kaplan-Meier); what was closed without a day of it is left out, and said.

    low and high: 95 % interval of the median. Parts: curve (share still waiting after so many days), statistic (median and
    P85), owner and level (medians). Not assessed where fewer than five were acknowledged, or fewer than half. Source: E.
    Kaplan and P. Meier, JASA 53 (1958) 457-481; R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41.
    """
    return _time(of_types(log_of(actions, period), *TROUBLES), "acknowledged", "acknowledged", period)


@measure("Time to agree what to do", better="lower", unit="days")
def time_to_agree(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which it was agreed what to do about half of the issues raised, in calendar days.

    From raised to agreed; everything else as in `relationship.time_to_acknowledge`.

    Source: as there.
    """
    return _time(of_types(log_of(actions, period), *TROUBLES), "agreed", "agreed upon", period)


@measure("Time to a verified fix", better="lower", unit="days")
def time_to_verify(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the issues raised were verified as mended, in calendar days.

    From raised to verified. What is closed and not verified is not done yet: it counts as waiting. Everything else as in
    `relationship.time_to_acknowledge`.

    Source: as there.
    """
    rows = of_types(log_of(actions, period), *TROUBLES)
    rows = rows[rows["state"].ne("rejected")]
    closed = int((rows["closed"].notna() & rows["verified"].isna() & in_year(rows["raised"], period)).sum())
    note = f"{closed:,} closed and not verified count as not yet done" if closed else ""
    return _time(rows.assign(over=rows["verified"].notna()), "verified", "verified as mended", period, note)


@measure("Time to close", better="lower", unit="days")
def time_to_close(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the entries raised were closed, in calendar days.

    Actions, issues, risks, decisions and escalations raised in the year up to the period's end; feedback, ideas and wins
    are not counted here. Everything else as in `relationship.time_to_acknowledge`.

    Source: as there.
    """
    rows = log_of(actions, period)
    return _time(rows[~rows["type"].isin((FEEDBACK, IDEA, WIN))], "closed", "closed", period, what="entry")


@measure("Decision latency", better="lower", unit="days")
def decision_latency(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the decisions asked for were taken, escalations included, in calendar days.

    From raised to agreed, of decisions and escalations raised in the year up to the period's end. What is undecided at its
    end has waited at least so long (Kaplan-Meier). Parts owner (which side had to decide) and level say where it waits.

    low and high, parts: as in `relationship.time_to_acknowledge`. Not assessed where fewer than five were decided, or fewer
    than half. Source: as there; the name is the field's, the definition our own.
    """
    rows = of_types(log_of(actions, period), DECISION, ESCALATION)
    return _time(rows, "agreed", "decided", period, what="decision")


# ------------------------------------------------------------------------------------------------------- the way to them
def durations(rows: pd.DataFrame, step: str, period: Period) -> pd.DataFrame:
    """Of each entry raised in the year its days to a step, or to the period's last day, and whether it came to it (`done`).

    What is over without a day of that step is not there: nobody knows when it was.
    """
    rows = rows[in_year(rows["raised"], period)]
    done = rows[step].notna()
    days = (rows[step].fillna(last_day(period)) - rows["raised"]).dt.days.astype(float)
    rows = rows.assign(days=days, done=done)
    return rows[done | ~(rows["over"] | rows["silent"])]


def _time(rows: pd.DataFrame, step: str, verb: str, period: Period, note: str = "", what: str = "issue") -> Measured:
    many = {"entry": "entries"}.get(what, f"{what}s")
    inside = int(in_year(rows["raised"], period).sum())
    timed = durations(rows, step, period)
    curve = kaplan_meier(timed["days"], timed["done"])
    came = curve.n - curve.censored
    if came < FEWEST:
        raise NotAssessed(
            f"{plural(came, what, many)} raised in {year_words(period)} {'was' if came == 1 else 'were'} {verb}, as far as "
            f"{step} in actions says; {FEWEST} are needed"
        )
    value, low, high = quantile(curve)
    if math.isnan(value):
        least = f"; the median is {_days(low)} or more" if low > 0 else ""
        raise NotAssessed(f"fewer than half of the {many} raised in {year_words(period)} were {verb} by its end{least}")
    late, late_low, late_high = quantile(curve, 0.85)
    bounded = math.isfinite(high)
    silent = inside - len(timed)
    return Measured(
        unit="days",
        value=value,
        low=low if bounded else NAN,
        high=high if bounded else NAN,
        n=curve.n,
        n_of=many if curve.n != 1 else what,
        interval=TOLD if bounded else f"none: too few were {verb} to bound the median from above",
        claim=f"Half of {plural(curve.n, what, many)} raised in {year_words(period)} were {verb} within {_days(value)}"
        f"{bracket(low, high) if bounded else ''}"
        + (f", 85 of 100 within {_days(late)}." if math.isfinite(late) else "."),
        because=joined(
            f"the {curve.censored:,} still waiting {noun(curve.censored, 'counts', 'count')} as waiting"
            if curve.censored
            else "",
            note,
            f"{plural(silent, what, many)} closed without a day of it left out" if silent else "",
        ),
        parts={
            "curve": curve_points(curve),
            "statistic": pd.DataFrame(
                [("median", value, low, high), ("P85", late, late_low, late_high)],
                columns=["statistic", "value", "low", "high"],
            ).replace(math.inf, NAN),
            "owner": _by(timed, timed["owner"].fillna("not said").replace(BOTH, "both sides").astype("str"), "owner"),
            "level": _by(timed, timed["level"].astype("str").replace("<NA>", "not said"), "level"),
        },
    )


def _by(timed: pd.DataFrame, groups: pd.Series, name: str) -> pd.DataFrame:
    """The median by a group, where five came so far, with how many entries and how many still waiting."""
    rows = []
    for group, part in timed.groupby(groups):
        told = int(part["done"].sum()) >= FEWEST
        median = quantile(kaplan_meier(part["days"], part["done"])) if told else (NAN, NAN, NAN)
        rows.append((group, *_finite(median), len(part), int((~part["done"]).sum())))
    return pd.DataFrame(rows, columns=[name, "value", "low", "high", "n", "waiting"])


def _finite(median: tuple[float, float, float]) -> tuple[float, float, float]:
    value, low, high = median
    return (value, low, high) if math.isfinite(low) and math.isfinite(high) else (value, NAN, NAN)


def _days(days: float) -> str:
    return number(days, "day" if days == 1 else "days")
