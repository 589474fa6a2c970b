"""Key results: how much is reached, how fast it must go, and what is wrong with the way it was written."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import plain

GREEN, YELLOW = 0.7, 0.4  # grades from which on, Measure What Matters
COMMITTED, STRETCH = "committed", "stretch"


def grade(baseline: ArrayLike, target: ArrayLike, actual: ArrayLike) -> float | np.ndarray:
    """Return how much of the way from baseline to target is gone, 0 to 1, for what is to rise or to fall.

    Parameters
    ----------
    baseline, target, actual : number or array
        In one unit. The target lies above the baseline for what is to rise, below it for what is to fall.

    Returns
    -------
    float or array
        0 at the baseline or worse, 1 at the target or better. NaN where one is missing, or target and baseline are equal:
        there is no way to go (`faults` says so).

    Notes
    -----
    Source: Google re:Work, *Grade OKRs*; J. Doerr, *Measure What Matters*, 2018. Not actual / target, which gives 1.2 for
    churn that was to fall from 8 to 5 and is at 6.

    Examples
    --------
    >>> round(grade(8, 5, 6), 2)
    0.67
    """
    start, goal, found = (np.asarray(part, dtype=float) for part in (baseline, target, actual))
    with np.errstate(invalid="ignore", divide="ignore"):
        way = np.where(goal == start, np.nan, (found - start) / (goal - start))
    return plain(np.clip(way, 0.0, 1.0))


def range_grade(baseline: ArrayLike, low: ArrayLike, high: ArrayLike, actual: ArrayLike) -> float | np.ndarray:
    """Return the grade of what is to come into a range, or to stay in it: 1 inside, falling with the distance outside.

    Parameters
    ----------
    baseline, low, high, actual : number or array
        In one unit. A baseline inside the range means that it is to be kept.

    Returns
    -------
    float or array
        1 inside the range; outside, 1 less the distance from it over the distance of the baseline, 0 at least. With a
        baseline inside, over half the width of the range: so far outside it is 0. NaN where one is missing, or the range
        has its ends the wrong way round, or no width and the baseline on it.

    Notes
    -----
    Own definition; with a baseline outside, the same as `grade` to the nearer end.
    """
    start, below, above, found = (np.asarray(part, dtype=float) for part in (baseline, low, high, actual))
    was, now = (np.maximum(np.maximum(below - at, at - above), 0.0) for at in (start, found))
    room = np.where(was > 0, was, (above - below) / 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        found_grade = np.where((above < below) | (room == 0), np.nan, 1 - now / room)
    return plain(np.clip(found_grade, 0.0, 1.0))


def yes_no_grade(done: ArrayLike) -> float | np.ndarray:
    """Return 1 for what is done and 0 for what is not; NaN where that is not known.

    Source: Google re:Work, *Grade OKRs*: "some key results are 0 or 1". `done` holds 1 or True, 0 or False, or NaN.
    """
    known = np.asarray(done, dtype=float)
    if not np.isin(known[~np.isnan(known)], (0.0, 1.0)).all():
        raise ValueError("a yes or no is 1, 0 or missing")
    return plain(known)


def objective_grade(grades: ArrayLike, weights: ArrayLike | None = None) -> tuple[float, float]:
    """Return the grade of an objective, and which share of its weight rests on key results that have a grade.

    Parameters
    ----------
    grades : array
        Of its key results, 0 to 1, NaN where unknown.
    weights : array, optional
        0 or more each; alike by default.

    Returns
    -------
    tuple
        The weighted mean of the grades that are known, NaN where none is; the share of weight that they carry. A grade on
        a small share must not be read as the objective's: show both.

    Raises
    ------
    ValueError
        When a weight is negative or missing, or not as many weights as grades are given.

    Notes
    -----
    Source: J. Doerr, *Measure What Matters*, 2018: an objective is the average of its key results.
    """
    found = np.asarray(grades, dtype=float)
    carried = np.ones_like(found) if weights is None else np.asarray(weights, dtype=float)
    if carried.shape != found.shape or not (carried >= 0).all():
        raise ValueError("every grade needs one weight of 0 or more")
    known = ~np.isnan(found)
    total, graded = float(carried.sum()), float(carried[known].sum())
    mean = float(found[known] @ carried[known]) / graded if graded else math.nan
    return mean, graded / total if total else math.nan


def band(grade: float) -> str:
    """Return the colour word of a grade: green from 0.7, yellow from 0.4, red below; '' where it is unknown.

    The grade is rounded to one decimal first, as grades are given, so that there are no gaps between the bands. Source: J.
    Doerr, *Measure What Matters*, 2018. The colours are those of a stretch goal: see `reading`.
    """
    if math.isnan(grade):
        return ""
    rounded = math.floor(10 * grade + 0.5 + 1e-9) / 10
    return "green" if rounded >= GREEN else "yellow" if rounded >= YELLOW else "red"


def reading(grade: float, kind: str, *, final: bool = True) -> str:
    """Return what a grade means in words, for a committed goal (1.0 is expected) or a stretch goal (0.7 is success).

    Parameters
    ----------
    grade : float
        0 to 1, NaN where unknown.
    kind : str
        "committed" or "stretch".
    final : bool
        Whether the deadline is past; before it no goal is missed yet.

    Raises
    ------
    ValueError
        When the kind is another.

    Notes
    -----
    Source: Google re:Work, *Grade OKRs* (0.6 to 0.7 is the sweet spot of stretch goals; committed ones reach 1.0).
    """
    if kind not in (COMMITTED, STRETCH):
        raise ValueError(f"a goal is {COMMITTED} or {STRETCH}; found {kind!r}")
    if math.isnan(grade):
        return f"{kind}: not graded"
    reached = grade >= 1.0 if kind == COMMITTED else band(grade) == "green"
    expected = "1.0 is expected" if kind == COMMITTED else f"{GREEN} is success"
    return f"{kind}, {expected}: {'reached' if reached else 'not reached' if final else 'not yet reached'}"


def elapsed_share(start: Any, deadline: Any, today: Any) -> float | np.ndarray:
    """Return the share of a goal's time that is over, 0 to 1.

    Parameters
    ----------
    start, deadline, today : moment, or array of them
        The first and the last day, and the day it is looked at; all without a zone.

    Returns
    -------
    float or array
        0 before the start, 1 after the deadline; NaN where one is missing or the deadline is not after the start.
    """
    begun, due, now = (_moments(part) for part in (start, deadline, today))
    second = np.timedelta64(1, "s")
    span, gone = (due - begun) / second, (now - begun) / second
    with np.errstate(invalid="ignore", divide="ignore"):
        return plain(np.clip(np.where(span > 0, gone / span, np.nan), 0.0, 1.0))


def _moments(part: Any) -> np.ndarray:
    """Return moments as numpy's, whatever they came as; None is a missing one."""
    known: Any = pd.NaT if part is None else part
    return np.asarray(pd.to_datetime(known).to_numpy(), dtype="datetime64[s]")


def lead(grade: ArrayLike, elapsed: ArrayLike) -> float | np.ndarray:
    """Return by how much the grade is ahead of the share of time that is over; below 0 it is behind.

    Parameters
    ----------
    grade, elapsed : number or array
        From `grade` and `elapsed_share`, 0 to 1.

    Returns
    -------
    float or array
        -1 to 1; NaN where one is unknown. It takes progress as even, which it seldom is: a forecast says more. Own
        definition.
    """
    return plain(np.asarray(grade, dtype=float) - np.asarray(elapsed, dtype=float))


def pace_needed(actual: ArrayLike, target: ArrayLike, periods: ArrayLike) -> float | np.ndarray:
    """Return the change a period that leads from here to the target in the periods that are left.

    Parameters
    ----------
    actual, target : number or array
        In one unit.
    periods : number or array
        Months, say, up to the deadline.

    Returns
    -------
    float or array
        With the sign of the way to go, 0 where the target is reached exactly; NaN where no time is left or one is missing.
    """
    found, goal, left = (np.asarray(part, dtype=float) for part in (actual, target, periods))
    with np.errstate(invalid="ignore", divide="ignore"):
        return plain(np.where(left > 0, (goal - found) / left, np.nan))


def best_pace(values: ArrayLike | pd.Series, periods: int, *, rising: bool = True) -> float:
    """Return the fastest change a period ever shown over a stretch of so many periods.

    Parameters
    ----------
    values : array or Series
        One value a period, in order; missing values keep their place.
    periods : int
        Length of the stretch, 1 or more: as long as the time that is left, since a short spurt is no pace for a year.
    rising : bool
        Whether rising is the way to go; otherwise the fastest fall, which is negative.

    Returns
    -------
    float
        In units a period; NaN where no two known values lie so far apart. Of noise the best stretch looks fast, the more so
        the shorter it is: a pace needed that is beyond it is beyond all evidence, one within it is not yet likely. Own
        definition.

    Raises
    ------
    ValueError
        When the stretch is shorter than one period.
    """
    if periods < 1:
        raise ValueError(f"a stretch is 1 or more periods long; found {periods}")
    points = np.asarray(values, dtype=float)
    changes = (points[periods:] - points[:-periods]) / periods
    known = changes[~np.isnan(changes)]
    if not len(known):
        return math.nan
    return float(known.max() if rising else known.min())


def faults(
    *,
    baseline: float = math.nan,
    target: float = math.nan,
    low: float = math.nan,
    high: float = math.nan,
    start: Any = None,
    deadline: Any = None,
) -> list[str]:
    """Return what makes a key result impossible to grade, in words; empty when nothing does.

    Parameters
    ----------
    baseline, target : float
        For what is to rise or fall.
    low, high : float
        For what is to come into a range, or stay in it.
    start, deadline : moment
        First and last day.

    Returns
    -------
    list of str
        One a fault, each beside a grade that is NaN.
    """
    found = []
    if baseline == target:
        found.append(f"target and baseline are both {target:g}: there is nothing to reach")
    if low > high:
        found.append(f"the range begins at {low:g} and ends at {high:g}, which is below it")
    if low == high == baseline:
        found.append(f"the range has no width and the baseline lies on it, at {low:g}: any change is a miss")
    begun, due = pd.Timestamp(start or "NaT"), pd.Timestamp(deadline or "NaT")
    if due <= begun:
        place = "on" if due == begun else "before"
        found.append(f"the deadline {due:%Y-%m-%d} lies {place} the start {begun:%Y-%m-%d}")
    return found
