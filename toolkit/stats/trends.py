"""Whether a series has changed, at dates nobody told: trend, change points, and many series looked at at once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Interval, long_run_variance, z_quantile

ROUNDING = 1e-9  # of the largest value: a smaller difference is arithmetic, not change
MIN_SEGMENT = 8  # points that establish a level; with fewer, noise looks like levels more often
MAX_CHANGES = 5
UNEQUAL = 38.0  # how many times one variance may be another; beyond it a 95 % interval would leave out its own date


@dataclass(frozen=True, eq=False)
class ChangePoints:
    """The levels that a series moved between, and when.

    `changes` has one row a change: `start` (label of the first point of the new level), `low` and `high` (labels that
    bound the start with 95 %), `before` and `after` (the two levels). `fitted` is the level at each point. `partitions`
    has one row a number of changes (its index, 0 first): `starts` (positions), `rss`, `bic`; the smallest bic is taken.
    """

    changes: pd.DataFrame
    fitted: pd.Series
    partitions: pd.DataFrame


@dataclass(frozen=True)
class MannKendall:
    """A test for trend: the statistic `s`, its variance, Kendall's `tau` (-1 to 1), `z`, two-sided `p`, points `n`."""

    s: float
    variance: float
    tau: float
    z: float
    p: float
    n: int


def change_points(
    values: ArrayLike | pd.Series,
    *,
    min_segment: int = MIN_SEGMENT,
    max_changes: int = MAX_CHANGES,
    lags: int = 0,
    level: float = 0.95,
) -> ChangePoints:
    """Return when the level of a series changed, by the partition that fits best, as many times as BIC allows.

    Parameters
    ----------
    values : array or Series
        One value a period, in order. Missing values are passed over; their label is never a start.
    min_segment : int
        Points that a level has at least.
    max_changes : int
        Most changes looked for.
    lags : int
        Over how many periods values may be alike when the intervals of the dates are drawn; 0 takes them as independent.
    level : float
        Coverage of these intervals, as a share.

    Returns
    -------
    ChangePoints
        Without changes when there are fewer than two minimal segments, or nothing but noise.

    Notes
    -----
    All partitions are compared (dynamic programming). Source: J. Bai and P. Perron, *Journal of Applied Econometrics* 18
    (2003) 1-22; Y. Yao, *Statistics & Probability Letters* 6 (1988) 181-189 (BIC); intervals by J. Bai, *Review of
    Economics and Statistics* 79 (1997) 551-563, each level with its own variance, as in R's `strucchange`.

    The intervals take the change as given. Of simulated series of 24 to 60 values that hold nothing but noise, 6 to 8 in
    100 show one; where neighbours correlate by 0.3, 22 to 32 in 100, since slow waves look like levels (`pettitt` at 0.05:
    2 to 5 and 10 to 15). With segments of 4 it would be 10 to 14 and more than 40.
    """
    every = pd.Series(values, dtype=float)
    known = every.notna().to_numpy()
    index, points = every.index[known], every.to_numpy()[known]
    partitions = _partitions(points, min_segment, max_changes)
    starts = list(partitions["starts"].array[int(np.argmin(partitions["bic"]))]) if len(points) else []
    edges = [0, *starts, len(points)]
    segments = [points[a:b] for a, b in pairwise(edges)]
    rows = []
    for position, before, after in zip(starts, segments[:-1], segments[1:], strict=True):
        low, high = np.clip(position + _date_error(before, after, lags, level), 0, len(points) - 1)
        labels = [index[at] for at in (position, low, high)]
        rows.append([*labels, float(before.mean()), float(after.mean())])
    fitted = np.concatenate([np.full(len(part), part.mean()) for part in segments if len(part)] or [points])
    changes = pd.DataFrame(rows, columns=["start", "low", "high", "before", "after"])
    return ChangePoints(changes, pd.Series(fitted, index=index, name="fitted"), partitions)


def _partitions(points: np.ndarray, min_segment: int, max_changes: int) -> pd.DataFrame:
    """Return the best partition for each number of changes: its starts, residual sum of squares and BIC."""
    n = len(points)
    cost = _segment_costs(points, min_segment)
    best, came_from = cost[0].copy(), []
    starts: list[tuple[int, ...]] = [()]
    least = [best[n]]
    for _ in range(min(max_changes, n // min_segment - 1)):
        through = best[:, None] + cost
        came_from.append(through.argmin(axis=0))
        best = through.min(axis=0)
        starts.append(_walk_back(came_from, n))
        least.append(best[n])
    smallest = n * (ROUNDING * np.abs(points).max(initial=0.0)) ** 2 + np.finfo(float).tiny
    parameters = 2 * np.arange(1, len(least) + 1)  # a mean and a date each, and the variance
    fit = np.log(np.maximum(least, smallest) / max(n, 1)) + 1 + math.log(2 * math.pi)
    return pd.DataFrame({"starts": starts, "rss": least, "bic": n * fit + math.log(max(n, 1)) * parameters})


def _segment_costs(points: np.ndarray, min_segment: int) -> np.ndarray:
    """Return the residual sum of squares of points[i:j] at [i, j]; infinite where it is too short."""
    centred = points - (points.mean() if len(points) else 0.0)
    sums = np.concatenate([[0.0], np.cumsum(centred)])
    squares = np.concatenate([[0.0], np.cumsum(centred**2)])
    places = np.arange(len(points) + 1)
    length = places - places[:, None]
    total = sums - sums[:, None]
    cost = squares - squares[:, None] - total**2 / np.maximum(length, 1)
    whole = (places[:, None] == 0) & (places == len(points))  # a series shorter than a segment is one level
    return np.where((length >= min_segment) | whole, np.maximum(cost, 0.0), np.inf)


def _walk_back(came_from: list[np.ndarray], end: int) -> tuple[int, ...]:
    """Return the starts of the segments, the last one found first."""
    starts = [end]
    for step in reversed(came_from):
        starts.append(int(step[starts[-1]]))
    return tuple(reversed(starts[1:]))


def _date_error(before: np.ndarray, after: np.ndarray, lags: int, level: float) -> np.ndarray:
    """Return by how many points the start of a level may lie earlier (0 or below) and later."""
    variances = [long_run_variance(part - part.mean(), lags) for part in (before, after)]
    step = (after.mean() - before.mean()) ** 2
    largest = max(variances)
    if largest <= ROUNDING * step:
        return np.array([0, 0])
    first, second = (max(variance, largest / UNEQUAL) for variance in variances)
    tail = (1 - level) / 2
    earlier = _argmax_quantile(tail, first / second) * second / step  # the new level's noise may hide that it began
    later = _argmax_quantile(tail, second / first) * first / step
    return np.array([-math.ceil(earlier), math.ceil(later)])


def _argmax_quantile(tail: float, ratio: float) -> float:
    """Return how far to one side, but for this tail, the maximum of two random walks that drift down from 0 lies.

    In units of the variance of this side over the squared step; `ratio` is the other side's variance over this side's.
    The distribution is that of J. Bai, Review of Economics and Statistics 79 (1997), appendix B.
    """
    from scipy.special import log_ndtr, ndtr

    u = np.geomspace(1e-6, 1e5, 40_001)
    root, r = np.sqrt(u), 1 / ratio
    c, d = ratio * (ratio + 2) / (ratio + 1), (ratio + 2) ** 2 / (ratio + 1)
    beyond = (
        -root / math.sqrt(2 * math.pi) * np.exp(-u / 8)
        - c * np.exp(r * (1 + r) * u / 2 + log_ndtr(-(0.5 + r) * root))
        + (d - 2 + u / 2) * ndtr(-root / 2)
    )
    return float(np.interp(-tail, -beyond, u))


def pettitt(values: ArrayLike | pd.Series) -> tuple[int, float]:
    """Return where a series most probably changed its level, and the p value of "it never did", by ranks.

    Parameters
    ----------
    values : array or Series
        One value a period, in order. Missing values are passed over.

    Returns
    -------
    tuple
        Position (among the known values) of the first point of the new level, 0 without one; p, NaN below two values.

    Notes
    -----
    Source: A. Pettitt, *Applied Statistics* 28 (1979) 126-135; p is his approximation, good below 0.5.
    """
    points = pd.Series(values, dtype=float).dropna()
    n = len(points)
    if n < 2:
        return 0, math.nan
    statistic = 2 * points.rank().cumsum().to_numpy() - np.arange(1, n + 1) * (n + 1)
    at = int(np.abs(statistic[:-1]).argmax())
    largest = abs(float(statistic[at]))
    return at + 1, min(1.0, 2 * math.exp(-6 * largest**2 / (n**3 + n**2)))


def mann_kendall(values: ArrayLike | pd.Series, *, season: int = 1, lags: int = 0) -> MannKendall:
    """Return the Mann-Kendall test: does the series rise or fall, whatever the shape?

    Parameters
    ----------
    values : array or Series
        One value a period, in order; a PeriodIndex keeps months without a row apart. Missing values are passed over.
    season : int
        Periods in a cycle (12 for months of a year): only the same months are compared with one another. 1: no cycle.
    lags : int
        Over how many periods values may be alike beyond their trend; 0 takes them as independent, as the textbook does.

    Returns
    -------
    MannKendall
        z and p are NaN when nothing can be compared; z is 0 when nothing differs.

    Notes
    -----
    Ties lower the variance. Sources: H. Mann, *Econometrica* 13 (1945) 245-259; M. Kendall, *Rank Correlation Methods*,
    4th ed. 1975; R. Hirsch, J. Slack and R. Smith, *Water Resources Research* 18 (1982) 107-121 (seasons); S. Yue and C.
    Wang, *Water Resources Management* 18 (2004) 201-218 (lags: the variance grows by one plus twice the correlations, never
    shrinks). Without lags, neighbours that are alike make p too small.
    """
    from scipy.special import ndtr

    times, points = _by_season(values, season)
    parts = [part[~np.isnan(part)] for part in points]
    s = sum(float(np.sign(part - part[:, None])[np.triu_indices(len(part), 1)].sum()) for part in parts)
    variance = sum(_kendall_variance(part) for part in parts) * _inflation(times, points, lags)
    untied = sum(math.sqrt(_pairs(len(part)) * (_pairs(len(part)) - _tied_pairs(part))) for part in parts)
    n = sum(len(part) for part in parts)
    if not any(len(part) > 1 for part in parts):
        return MannKendall(s, variance, math.nan, math.nan, math.nan, n)
    z = (s - np.sign(s)) / math.sqrt(variance) if variance else 0.0
    return MannKendall(s, variance, s / untied if untied else 0.0, float(z), float(2 * ndtr(-abs(z))), n)


def _by_season(values: ArrayLike | pd.Series, season: int) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Return times and values of each season; a PeriodIndex says which periods lie between."""
    series = pd.Series(values, dtype=float)
    time = np.arange(len(series))
    if isinstance(series.index, pd.PeriodIndex) and len(series):
        time = series.index.asi8 - series.index.asi8.min()
    points = series.to_numpy()
    members = [time % season == part for part in range(season)]
    return [time[member] for member in members], [points[member] for member in members]


def _pairs(n: int) -> float:
    """Return how many pairs so many points make."""
    return n * (n - 1) / 2


def _tied_pairs(points: np.ndarray) -> float:
    """Return how many pairs have equal values."""
    ties = np.unique(points, return_counts=True)[1]
    return float((ties * (ties - 1) / 2).sum())


def _kendall_variance(points: np.ndarray) -> float:
    """Return the variance of Kendall's S without a trend, ties allowed for."""
    sizes = np.append(len(points), -np.unique(points, return_counts=True)[1])
    counts = np.abs(sizes).astype(float)
    return float((np.sign(sizes) * counts * (counts - 1) * (2 * counts + 5)).sum() / 18)


def sen_slope(values: ArrayLike | pd.Series, *, season: int = 1, lags: int = 0, level: float = 0.95) -> Interval:
    """Return the median slope of all pairs of points, with its interval: a trend that odd points do not bend.

    Parameters
    ----------
    values, season, lags
        As for `mann_kendall`.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        In units of the values a period. All NaN when no two points can be compared.

    Notes
    -----
    Source: P. Sen, *Journal of the American Statistical Association* 63 (1968) 1379-1389, with the ranks that scipy and R
    take. Of 100 intervals over 20 to 100 months whose neighbours correlate by 0.3, 85 to 88 hold the slope without lags,
    91 to 92 with one lag.
    """
    times, points = _by_season(values, season)
    ordered = np.sort(_slopes(times, points))
    if not len(ordered):
        return Interval(math.nan, math.nan, math.nan)
    variance = sum(_kendall_variance(part[~np.isnan(part)]) for part in points)
    margin = z_quantile((1 + level) / 2) * math.sqrt(variance * _inflation(times, points, lags))
    low = max(round((len(ordered) - margin) / 2) - 1, 0)
    high = min(round((len(ordered) + margin) / 2), len(ordered) - 1)
    return Interval(float(np.median(ordered)), float(ordered[low]), float(ordered[high]))


def _slopes(times: list[np.ndarray], points: list[np.ndarray]) -> np.ndarray:
    """Return the slopes of all pairs of known points within a season."""
    slopes = [np.empty(0)]
    for time, part in zip(times, points, strict=True):
        known = ~np.isnan(part)
        first, second = np.triu_indices(int(known.sum()), 1)
        slopes.append((part[known][second] - part[known][first]) / (time[known][second] - time[known][first]))
    return np.concatenate(slopes)


def _inflation(times: list[np.ndarray], points: list[np.ndarray], lags: int) -> float:
    """Return how many times as uncertain a trend is because neighbours are alike beyond it; 1 or above."""
    slopes = _slopes(times, points)
    if not lags or not len(slopes):
        return 1.0
    time, rest = np.concatenate(times), np.concatenate([part - np.nanmedian(part) for part in points])
    rest = rest - np.median(slopes) * (time - time.mean())
    line = np.full(int(time.max()) + 1, np.nan)
    line[time.astype(int)] = rest - np.nanmean(rest)
    n, variance = int(np.isfinite(line).sum()), float(np.nanmean(line**2))
    known = np.nan_to_num(line)
    alike = sum(float(known[lag:] @ known[:-lag]) for lag in range(1, min(lags, len(line) - 1) + 1))
    return max(1.0, 1 + 2 * alike / (n * variance)) if variance else 1.0


def benjamini_hochberg(p: ArrayLike) -> np.ndarray:
    """Return p values adjusted for having looked at many: those below q hold no more than a share q of false alarms.

    Parameters
    ----------
    p : array
        One p value a test. Missing ones stay missing and do not count.

    Returns
    -------
    array
        Adjusted p values in the same order, at most 1.

    Raises
    ------
    ValueError
        When a p value lies outside 0 to 1.

    Notes
    -----
    Source: Y. Benjamini and Y. Hochberg, *Journal of the Royal Statistical Society B* 57 (1995) 289-300. It holds for
    independent and for positively dependent tests.
    """
    values, falling = _falling(p)
    ranks = np.arange(len(falling), 0, -1)
    adjusted = np.full(values.shape, np.nan)
    adjusted[falling] = np.minimum.accumulate(np.minimum(values[falling] * len(falling) / ranks, 1.0))
    return adjusted


def _falling(p: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return p values as numbers, and the places of the known ones, largest first."""
    values = np.asarray(p, dtype=float)
    known = np.flatnonzero(~np.isnan(values))
    if ((values[known] < 0) | (values[known] > 1)).any():
        raise ValueError("p values lie between 0 and 1")
    return values, known[np.argsort(-values[known], kind="stable")]


def holm(p: ArrayLike) -> np.ndarray:
    """Return p values adjusted so that the chance of a single false alarm among all of them is held.

    For a claim that is to stand whatever else was looked at; for a first look at many things see `benjamini_hochberg`.

    Parameters
    ----------
    p : array
        One p value a test. Missing ones stay missing and do not count.

    Returns
    -------
    array
        Adjusted p values in the same order, at most 1.

    Raises
    ------
    ValueError
        When a p value lies outside 0 to 1.

    Notes
    -----
    Source: S. Holm, *Scandinavian Journal of Statistics* 6 (1979) 65-70. It holds for tests that depend on one another too.
    """
    values, falling = _falling(p)
    rising = falling[::-1]
    adjusted = np.full(values.shape, np.nan)
    times = np.arange(len(rising), 0, -1)
    adjusted[rising] = np.maximum.accumulate(np.minimum(values[rising] * times, 1.0))
    return adjusted
