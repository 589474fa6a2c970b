"""How long until it is done, when some are not done yet: open ones count for as long as they have been watched.

A duration is observed when it ended (the ticket was resolved) and censored when it was still running at the last look. To
drop open ones, or to take their age for an ending, makes a service look faster than it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Estimate, Interval, z_quantile
from toolkit.stats.proportions import wilson

ROUNDING = 1e-12  # of a share: products of many factors differ by this much from the share they stand for


@dataclass(frozen=True, eq=False)
class Survival:
    """A Kaplan-Meier curve: the share not yet done, by time since the start.

    One element of each array a time at which something ended: `time`, `at_risk` (still running just before), `events`
    (ended then), `share` (still running after it), `variance` (Greenwood's sum, of the logarithm of the share). `n` counts
    the durations used, `censored` those of them still running, `missing` those left out because unknown, `last` is the
    longest time anything was watched.
    """

    time: np.ndarray
    at_risk: np.ndarray
    events: np.ndarray
    share: np.ndarray
    variance: np.ndarray
    n: int
    censored: int
    missing: int
    last: float

    @property
    def se(self) -> np.ndarray:
        """Greenwood's standard error of each share; 0 where nothing is left running."""
        return self.share * np.sqrt(np.where(self.share > 0, self.variance, 0.0))


@dataclass(frozen=True, eq=False)
class LogRank:
    """Whether groups take equally long: chi-square, degrees of freedom, p value.

    `groups` has one row a group: n, events (seen), expected (if all took equally long).
    """

    chi_square: float
    df: int
    p: float
    groups: pd.DataFrame


def kaplan_meier(durations: ArrayLike, observed: ArrayLike) -> Survival:
    """Return the Kaplan-Meier curve of durations of which some are still running.

    Parameters
    ----------
    durations : array
        Time from start to end, or to the last look for what had not ended; 0 or more, any unit. Missing ones are left
        out and counted in `missing`.
    observed : array of bool
        Whether the duration ended (else it was still running). Ends and last looks at the same time: the end came first.

    Returns
    -------
    Survival
        With empty arrays when nothing ended.

    Raises
    ------
    ValueError
        When a duration is negative, or the two differ in length.

    Notes
    -----
    Source: E. Kaplan and P. Meier, *Journal of the American Statistical Association* 53 (1958) 457-481; variance by M.
    Greenwood (1926).
    """
    times, ended, missing = _known(durations, observed)
    time, events = _endings(times[ended])
    at_risk = _still_running(times, time)
    left = at_risk - events
    with np.errstate(divide="ignore"):
        variance = np.cumsum(events / (at_risk * left.astype(float)))
    n, last = len(times), float(times.max()) if len(times) else float("nan")
    return Survival(time, at_risk, events, np.cumprod(left / at_risk), variance, n, n - int(ended.sum()), missing, last)


def _known(durations: ArrayLike, observed: ArrayLike) -> tuple[np.ndarray, np.ndarray, int]:
    """Return the known durations, whether they ended, and how many were missing; or say what is wrong."""
    times, ended = np.asarray(durations, dtype=float), np.asarray(observed, dtype=bool)
    if times.shape != ended.shape:
        raise ValueError(f"as many durations as flags are needed; found {times.size} and {ended.size}")
    known = ~np.isnan(times)
    if (times[known] < 0).any():
        raise ValueError(f"a duration is 0 or more; found {np.nanmin(times)}")
    return times[known], ended[known], int((~known).sum())


def _endings(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the distinct times, and how many ended at each; sorts plainly, which is much faster than by index."""
    ordered = np.sort(times)
    first = np.flatnonzero(np.diff(ordered, prepend=-1.0))
    return ordered[first], np.diff(first, append=len(ordered))


def _still_running(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how many durations had not ended just before each time."""
    return len(times) - np.searchsorted(np.sort(times), at, side="left")


def share_within(curve: Survival, limit: float, *, level: float = 0.95) -> Interval:
    """Return the share done within a limit, such as a service level, with open ones taken for what they are.

    What is open and past the limit has missed it; what is open and younger is not yet due and counts only for as long as
    it was watched. The interval is Wilson's on the effective sample size, and just Wilson's when all is known.

    Parameters
    ----------
    curve : Survival
        From `kaplan_meier`.
    limit : float
        In the unit of the durations; what ends at the limit is within it.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Shares, 0 to 1. All NaN without durations, or when nothing was watched up to the limit while some still ran.

    Notes
    -----
    Source: K. Rothman, *Journal of Chronic Diseases* 31 (1978) 557-560. Where none is done and Greenwood's variance says
    nothing, the sample is those watched up to the limit: F. Dorey and E. Korn, *Statistics in Medicine* 6 (1987) 679-687;
    where all is done, those seen to end (own rule).
    """
    position = int(np.searchsorted(curve.time, limit, side="right")) - 1
    share = float(curve.share[position]) if position >= 0 else 1.0
    if curve.n == 0 or (limit > curve.last and share > 0):
        return Interval(*[float("nan")] * 3)
    if share in (0.0, 1.0):
        size = float(curve.n - curve.censored if share == 0 else _watched_to(curve, position))
    else:
        size = (1 - share) / (share * float(curve.variance[position]))
    return wilson(size * (1 - share), size, level=level)


def _watched_to(curve: Survival, position: int) -> int:
    """Return how many still ran after the last ending up to a limit, at least: the next ending's number at risk."""
    return int(curve.at_risk[position + 1]) if position + 1 < len(curve.at_risk) else curve.censored


def quantile(curve: Survival, share: float = 0.5, *, level: float = 0.95) -> Interval:
    """Return the time by which a share is done (0.5: the median, 0.9: P90), with the Brookmeyer-Crowley interval.

    Parameters
    ----------
    curve : Survival
        From `kaplan_meier`.
    share : float
        Between 0 and 1.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        In the unit of the durations. When the curve never falls so far, the value is NaN (more than was watched) and
        `high` infinite; `low` may still be known, and says "at least so long". All NaN when nothing ended.

    Notes
    -----
    Source: R. Brookmeyer and J. Crowley, *Biometrics* 38 (1982) 29-41, with the interval of the curve on the log(-log)
    scale. Where the curve is flat at the share, the middle of the flat part, which is the usual median when all ended.
    """
    if not len(curve.time):
        return Interval(*[float("nan")] * 3)
    goal = 1 - share
    low, high = _log_log_ends(curve, level)
    # of so few, all may have outlasted the true quantile by chance: Wilson's low end of "all still run" says so
    too_few = wilson(curve.n, curve.n, level=level).low <= goal
    begins = 0.0 if too_few else _first(curve, low, goal)
    return Interval(_crossing(curve, goal), begins, _first(curve, high, goal))


def _crossing(curve: Survival, goal: float) -> float:
    """Return when the curve falls to the goal; the middle of the flat part when it stays there."""
    reached = np.flatnonzero(curve.share <= goal + ROUNDING)
    if not len(reached):
        return float("nan")
    at = int(reached[0])
    if abs(curve.share[at] - goal) > ROUNDING:
        return float(curve.time[at])
    flat_until = curve.time[at + 1] if at + 1 < len(curve.time) else curve.last
    return float(curve.time[at] + flat_until) / 2


def _first(curve: Survival, band: np.ndarray, goal: float) -> float:
    """Return when a band of the curve falls to the goal; infinity when it never does."""
    reached = np.flatnonzero(band <= goal)
    return float(curve.time[reached[0]]) if len(reached) else float("inf")


def _log_log_ends(curve: Survival, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper end of the share at each time, as symmetric on the scale of log(-log(share))."""
    z = z_quantile((1 + level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_share = np.log(curve.share)
        width = np.exp(z * np.sqrt(curve.variance) / -log_share)
        low, high = np.exp(log_share * width), np.exp(log_share / width)
    # nothing left: both logarithms are infinite; the curve has arrived at 0, but that says little of where the band is
    return np.where(curve.share > 0, low, 0.0), np.where(curve.share > 0, high, _last_high(high))


def _last_high(high: np.ndarray) -> float:
    """Return the upper end just before the curve reached 0, which is kept there."""
    return float(high[-2]) if len(high) > 1 else 1.0


def restricted_mean(curve: Survival, until: float) -> Estimate:
    """Return the mean time spent, up to a horizon: the area under the curve.

    Parameters
    ----------
    curve : Survival
        From `kaplan_meier`.
    until : float
        The horizon; what runs longer counts as this long. In the unit of the durations.

    Returns
    -------
    Estimate
        In the unit of the durations, with its standard error. Two of them are compared with `intervals.difference`. All
        NaN without durations, or when the horizon lies beyond all that was watched while some still ran.

    Notes
    -----
    Variance: the sum over times of squared area beyond times events / (at risk * (at risk - events)), times m / (m - 1)
    for m endings, as R's `survival` and J. Klein and M. Moeschberger, *Survival Analysis*, 2nd ed. 2003, section 4.5.
    Student's t with m - 1 degrees of freedom is our own rule for few endings.
    """
    still_running = len(curve.share) == 0 or curve.share[-1] > 0
    if curve.n == 0 or (until > curve.last and still_running):
        return Estimate(float("nan"), float("nan"), float("nan"))
    inside = curve.time < until
    time, share = curve.time[inside], curve.share[inside]
    areas = np.diff(np.concatenate([[0.0], time, [until]])) * np.concatenate([[1.0], share])
    beyond = np.cumsum(areas[::-1])[::-1][1:]  # area to the right of each ending
    at_risk, events = curve.at_risk[inside], curve.events[inside]
    left = at_risk - events
    spread = np.divide(events, at_risk * left.astype(float), out=np.zeros(len(time)), where=left > 0)
    endings = int(curve.events[curve.time <= until].sum())
    correction = endings / (endings - 1) if endings > 1 else float("nan")
    se = float(np.sqrt((beyond**2 * spread).sum() * correction))
    return Estimate(float(areas.sum()), se, float(endings - 1) if endings > 1 else float("nan"))


def log_rank(durations: ArrayLike, observed: ArrayLike, groups: ArrayLike) -> LogRank:
    """Return the log-rank test of whether groups (periods, vendors' teams) take equally long.

    Parameters
    ----------
    durations, observed : array
        As for `kaplan_meier`. Missing durations are left out; each group's `n` shows how many remain.
    groups : array
        The group of each duration; two or more.

    Returns
    -------
    LogRank
        Chi-square and p are NaN when nothing ended or fewer than two groups hold anything at risk.

    Raises
    ------
    ValueError
        When a duration is negative, or lengths differ.

    Notes
    -----
    Source: N. Mantel, *Cancer Chemotherapy Reports* 50 (1966) 163-170; R. Peto and J. Peto, *Journal of the Royal
    Statistical Society A* 135 (1972) 185-207.
    """
    times, ended, _ = _known(durations, observed)
    codes, names = pd.factorize(np.asarray(groups)[~np.isnan(np.asarray(durations, dtype=float))], sort=True)
    if len(codes) != len(times) or (codes < 0).any():
        raise ValueError("every duration needs its group")
    time, ending = _endings(times[ended])
    members = [codes == group for group in range(len(names))]
    at_risk = np.array([_still_running(times[member], time) for member in members]).reshape(len(names), len(time))
    events = np.array([_ended(times[member & ended], time) for member in members]).reshape(len(names), len(time))
    total = at_risk.sum(axis=0)
    expected = at_risk * (ending / total)
    factor = ending * (total - ending) / np.maximum(total - 1, 1)
    weighted = at_risk / total
    variance = np.diag((weighted * factor).sum(axis=1)) - (weighted * factor) @ weighted.T
    table = pd.DataFrame(
        {"n": np.bincount(codes, minlength=len(names)), "events": events.sum(axis=1), "expected": expected.sum(axis=1)},
        index=pd.Index(names, name="group"),
    )
    return LogRank(*_chi_square(events.sum(axis=1) - expected.sum(axis=1), variance), groups=table)


def _ended(times: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return how many durations ended at each time."""
    ordered = np.sort(times)
    return np.searchsorted(ordered, at, side="right") - np.searchsorted(ordered, at, side="left")


def _chi_square(excess: np.ndarray, variance: np.ndarray) -> tuple[float, int, float]:
    """Return chi-square, degrees of freedom and p of the groups' excess of events."""
    from scipy.special import chdtrc

    able = np.diag(variance) > 0
    df = int(able.sum()) - 1
    if df < 1:
        return float("nan"), 0, float("nan")
    excess, variance = excess[able][:-1], variance[np.ix_(able, able)][:-1, :-1]  # the last one follows from the others
    chi_square = float(excess @ np.linalg.solve(variance, excess))
    return chi_square, df, float(chdtrc(df, chi_square))
