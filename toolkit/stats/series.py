"""One quantity over time: a step and slope at a known date, control charts and their rules, the present level."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

MIN_EACH_SIDE = 8  # points before and after, below which a slope is mostly chance
MIN_LEVEL = 8  # points that establish a level before a departure from it can be seen
D2 = 1.128  # mean moving range of two points in standard deviations (NIST/SEMATECH e-Handbook, 6.3.2.2)
MEDIAN_ERROR = 1.253  # standard error of a median over that of a mean, normal values: the root of pi / 2
ROUNDING = 1e-9  # of the largest value: a smaller difference is arithmetic, not change

RULES = {
    1: "one point beyond three sigma",
    2: "a run on one side of the centre",
    3: "six points steadily rising or falling",
    4: "fourteen points alternating up and down",
    5: "two of three points beyond two sigma on one side",
    6: "four of five points beyond one sigma on one side",
    7: "fifteen points within one sigma",
    8: "eight points beyond one sigma on either side",
}


@dataclass(frozen=True, eq=False)
class Interrupted:
    """A step and a change of slope at a known date.

    Each estimate has its 95 % interval (`_low`, `_high`) and the p value of "there is none" (`_p`). `step` is in the
    unit of the values, slopes in that unit a period. `fitted` holds the two lines over all periods; `counterfactual`
    holds the first line carried on after the start, NaN before it.
    """

    step: float
    step_low: float
    step_high: float
    step_p: float
    slope_before: float
    slope_before_low: float
    slope_before_high: float
    slope_change: float
    slope_change_low: float
    slope_change_high: float
    slope_change_p: float
    n_before: int
    n_after: int
    fitted: pd.Series
    counterfactual: pd.Series


@dataclass(frozen=True, eq=False)
class ControlChart:
    """An individuals (XmR) chart: centre line, limits, `sigma`, and which points signal by which rule.

    `signals` has one row a point and one boolean column a rule (its number, see `RULES`); `baseline` marks the points
    that set the limits.
    """

    center: float
    lower: float
    upper: float
    sigma: float
    signals: pd.DataFrame
    baseline: pd.Series


class LastShift(NamedTuple):
    """Where the present level began (index label; None without values), and whether another came before it."""

    start: Hashable
    shifted: bool


def interrupted(values: pd.Series, start: Any, *, lags: int = 1, min_each_side: int = MIN_EACH_SIDE) -> Interrupted:
    """Return the step and change of slope of a series at a known start, by segmented regression.

    y = b0 + b1 t + b2 D + b3 D (t - t0), by least squares, with D = 1 from the start t0 on and standard errors that
    allow for autocorrelation (Newey-West with small-sample correction, Student's t with n - 4 degrees of freedom).

    Parameters
    ----------
    values : Series
        One row a period, in order. Missing values are left out; so are months without a row when the index is a
        PeriodIndex. Time stays calendar time.
    start : label or int
        The first period after the change: an index label, or what stands for one in a PeriodIndex ("2024-03", a date);
        or, when the index has no such label, a position.
    lags : int
        Over how many known values errors may be alike.
    min_each_side : int
        Known values needed on either side.

    Returns
    -------
    Interrupted
        Where the lines fit without error, intervals have no width, and p is 0, or 1 for an estimate of 0.

    Raises
    ------
    ValueError
        When there are fewer known values before or after the start than needed.

    Notes
    -----
    Source: A. Linden, *Stata Journal* 15 (2015) 480-500.
    """
    series = _on_calendar(values)
    first = _position(series.index, start)
    time = np.arange(len(series))
    after = time >= first
    known = series.notna().to_numpy()
    n_before, n_after = int((known & ~after).sum()), int((known & after).sum())
    if min(n_before, n_after) < min_each_side:
        raise ValueError(
            f"{n_before} known values before the start and {n_after} from it on; "
            f"a step and slope need at least {min_each_side} on each side"
        )
    design = np.column_stack([np.ones(len(time)), time, after, after * (time - first)])
    level, slope, step, change = _robust_fit(series[known].to_numpy(), design[known], lags)
    lines = design @ [level[0], slope[0], step[0], change[0]]
    carried_on = np.where(after, level[0] + slope[0] * time, np.nan)
    return Interrupted(
        *step,
        *slope[:3],
        *change,
        n_before,
        n_after,
        fitted=pd.Series(lines, index=series.index, name="fitted"),
        counterfactual=pd.Series(carried_on, index=series.index, name="counterfactual"),
    )


def _on_calendar(values: pd.Series) -> pd.Series:
    """Return the values in order with a row for every period, so that positions are calendar time."""
    series = values.astype(float)
    if isinstance(series.index, pd.PeriodIndex) and len(series):
        return series.reindex(pd.period_range(series.index.min(), series.index.max(), freq=series.index.freq))
    return series


def _position(index: pd.Index, start: Any) -> int:
    """Return the position of the first point that is not before the start."""
    if isinstance(start, int | np.integer) and start not in index:
        return int(start)
    if isinstance(index, pd.PeriodIndex):
        start = (
            start.asfreq(index.freqstr, how="S") if isinstance(start, pd.Period) else pd.Period(start, index.freqstr)
        )
    return int(index.searchsorted(start))


def _robust_fit(y: np.ndarray, design: np.ndarray, lags: int) -> list[tuple[float, float, float, float]]:
    """Return value, low, high and p of every coefficient."""
    from scipy.special import stdtr, stdtrit

    value, se, resid = _newey_west(y, design, lags)
    df = len(y) - design.shape[1]
    negligible = ROUNDING * np.abs(y).max()
    if np.abs(resid).max() <= negligible:
        # An exact fit would otherwise test one rounding error against another.
        value, se = np.where(np.abs(value) <= negligible, 0.0, value), np.zeros(len(value))
    margin = stdtrit(df, 0.975) * se
    ratio = np.divide(np.abs(value), se, out=np.where(value == 0, 0.0, np.inf), where=se > 0)
    p = 2 * stdtr(df, -ratio)
    columns = (part.tolist() for part in (value, value - margin, value + margin, p))
    return list(zip(*columns, strict=True))


def _newey_west(y: np.ndarray, design: np.ndarray, lags: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the least-squares coefficients, their standard errors and the residuals.

    Errors are robust against unequal variance and against autocorrelation up to `lags`, with Bartlett's weights and the
    correction for a small sample (Newey and West, Econometrica 55, 1987), as statsmodels gives them, whose import takes
    longer than all else that a notebook does.
    """
    inverse = np.linalg.pinv(design, rcond=1e-15)
    value = inverse @ y
    resid = y - design @ value
    scores = design * resid[:, None]
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        across = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (across + across.T)
    bread = inverse @ inverse.T
    n, k = design.shape
    return value, np.sqrt(np.diag(bread @ middle @ bread) * (n / (n - k))), resid


def xmr(values: ArrayLike | pd.Series, *, baseline: Any = None) -> ControlChart:
    """Return the individuals (XmR) control chart of a series, with its points beyond the limits and runs of eight.

    Limits are the mean plus and minus three sigma; sigma is the mean moving range of neighbours over 1.128.

    Parameters
    ----------
    values : array or Series
        One value a period, in order. A missing value has no moving range on either side and never signals.
    baseline : slice or boolean array, optional
        The points that set the limits: a slice of labels or of positions, or a mask; all of them by default.

    Returns
    -------
    ControlChart
        Centre, limits and sigma in the unit of the values. Limits are NaN, and nothing signals, when the baseline holds
        no two neighbours.

    Notes
    -----
    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2.
    """
    series = pd.Series(values, dtype=float)
    chosen = pd.Series(True, index=series.index)
    if baseline is not None:
        chosen[:] = False
        chosen[baseline] = True
    base = np.where(chosen, series, np.nan)
    center = mean_of(base)
    sigma = moving_range(base) / D2
    signals = run_rules(series, center, sigma)
    return ControlChart(center, center - 3 * sigma, center + 3 * sigma, sigma, signals, chosen)


def mean_of(values: np.ndarray) -> float:
    """Return the mean of the known values; NaN where there are none. As pandas does, and many times as fast."""
    known = ~np.isnan(values)
    n = int(known.sum())
    return float(np.where(known, values, 0.0).sum() / n) if n else float("nan")


def moving_range(values: np.ndarray) -> float:
    """Return the mean difference of neighbours, whatever its sign; NaN where no two neighbours are known."""
    return mean_of(np.abs(np.diff(values, prepend=np.nan)))


def run_rules(
    values: ArrayLike | pd.Series, center: float, sigma: float, rules: tuple[int, ...] = (1, 2), *, run: int = 8
) -> pd.DataFrame:
    """Return which points complete the pattern of which rule (see `RULES`).

    Every point that ends a pattern is marked, so a run of ten marks its eighth, ninth and tenth point. Comparisons are
    strict: a point on a limit is within it, and one on the centre line ends a run.

    Parameters
    ----------
    values : array or Series
        One value a period, in order. Missing values are passed over and never marked.
    center, sigma : float
        Of the chart, in the unit of the values; when either is missing, nothing is marked.
    rules : tuple of int
        Rules 1 to 8. Each brings its own false alarms: rule 1 about 3 in 1,000 points, rule 2 about 8.
    run : int
        Points in the run of rule 2: 8 here and in health-service practice, 9 in Nelson's paper and SAS.

    Returns
    -------
    DataFrame
        One row a value, one boolean column a rule.

    Raises
    ------
    ValueError
        When a rule is not one of 1 to 8.

    Notes
    -----
    Source: L. Nelson, *Journal of Quality Technology* 16 (1984) 237-239, whose numbering SAS keeps.
    """
    unknown = [rule for rule in rules if rule not in RULES]
    if unknown:
        raise ValueError(f"rules are 1 to {max(RULES)}; found {', '.join(map(str, unknown))}")
    series = pd.Series(values, dtype=float)
    known = series.notna().to_numpy()
    marks = {rule: np.zeros(len(series), dtype=bool) for rule in rules}
    if known.any() and not (np.isnan(center) or np.isnan(sigma)):
        tests = _rule_tests(series.to_numpy()[known], center, sigma, run)
        for rule in rules:
            marks[rule][known] = tests[rule]()
    return pd.DataFrame(np.column_stack([*marks.values()]), index=series.index, columns=[*marks])


def _rule_tests(points: np.ndarray, center: float, sigma: float, run: int) -> dict[int, Callable[[], np.ndarray]]:
    """Return, for every rule, the function that marks the points that complete its pattern."""
    slack = ROUNDING * np.abs(points).max()
    deviation = points - center

    def outside(sigmas: float) -> np.ndarray:
        """Return +1 above, -1 below, 0 within so many sigmas of the centre."""
        return np.sign(deviation) * (np.abs(deviation) > sigmas * sigma + slack)

    def on_one_side(sigmas: float, of: int, needed: int) -> np.ndarray:
        """Mark points that are outside, as `needed` of the last `of` points on the same side are."""
        side = outside(sigmas)
        return np.any([(side == sign) & (_count(side == sign, of) >= needed) for sign in (1, -1)], axis=0)

    steps = np.sign(np.diff(points, prepend=points[0]))
    turns = np.append(False, steps[1:] * steps[:-1] < 0)
    return {
        1: lambda: outside(3) != 0,
        2: lambda: on_one_side(0, run, run),
        3: lambda: (_count(steps > 0, 5) == 5) | (_count(steps < 0, 5) == 5),
        4: lambda: _count(turns, 12) == 12,
        5: lambda: on_one_side(2, 3, 2),
        6: lambda: on_one_side(1, 5, 4),
        7: lambda: (_count(outside(1) == 0, 15) == 15) & (sigma > 0),
        8: lambda: _count(outside(1) != 0, 8) == 8,
    }


def _count(flags: np.ndarray, window: int) -> np.ndarray:
    """Return, at every point, how many of the last `window` flags are set."""
    padded = np.concatenate([np.zeros(window - 1, dtype=bool), flags])
    return sliding_window_view(padded, window).sum(axis=1)


def last_shift(values: ArrayLike | pd.Series, *, run: int = 8) -> LastShift:
    """Return where the present level of a series began: the point since which nothing has really changed.

    The series is read forwards. The first points establish a level; the first run on one side of its median that is a
    real departure ends it; the next level begins in that run, and the reading starts again from there. A single point
    beyond the limits is an event, not a level: it starts none, and medians keep it from moving one.

    Parameters
    ----------
    values : array or Series
        One value a period, in order. Missing values are passed over.
    run : int
        Points in the run that signals.

    Returns
    -------
    LastShift
        `start`, the label of the first value when the level never shifted; `shifted`.

    Notes
    -----
    A level is known by its median from 8 points on, and by all points before the run. Within the run, the new level
    begins where two means fit best, as the run itself often starts too early by chance: J. Samuel, J. Pignatiello and
    J. Calvin, *Quality Engineering* 10 (1998) 521-527. The two medians must lie more than three standard errors (from
    moving ranges) apart. That condition is our own: among simulated series of 36 values that hold nothing but noise,
    one in four shows a shift without it, one in thirty with it; one in five where neighbours correlate by 0.3, since
    slow waves look like levels. A step of four sigma was found within two points in 97 of 100.
    """
    series = pd.Series(values, dtype=float).dropna()
    points = series.to_numpy()
    if not len(points):
        return LastShift(None, False)
    start = 0
    while shift := _first_shift(points[start:], run):
        start += shift
    return LastShift(series.index[start], start > 0)


def _first_shift(points: np.ndarray, run: int) -> int:
    """Return the position at which the first new level begins; 0 when there is none."""
    if len(points) < MIN_LEVEL + run:
        return 0
    slack = ROUNDING * np.abs(points).max()
    level = pd.Series(points).expanding().median().to_numpy()
    runs = sliding_window_view(points, run)[MIN_LEVEL:] - level[MIN_LEVEL - 1 : -run, None]
    one_sided = (runs > slack).all(axis=1) | (runs < -slack).all(axis=1)
    for first in (np.flatnonzero(one_sided) + MIN_LEVEL).tolist():
        # The points that established the level may already belong to the run.
        same_side = (points[:first] - level[first - 1]) * (points[first] - level[first - 1]) > 0
        begins = first - int(np.cumprod(same_side[::-1]).sum())
        split = _best_split(points[: first + run], max(begins, 2))
        if _differ(points[:split], points[split : first + run], slack):
            return split
    return 0


def _best_split(points: np.ndarray, earliest: int) -> int:
    """Return where to cut the points in two so that two means fit best, leaving two points at least after the cut."""
    cuts = np.arange(earliest, len(points) - 1)
    before = np.cumsum(points - points.mean())[cuts - 1]
    return int(cuts[np.argmax(before**2 / (cuts * (len(points) - cuts)))])


def _differ(before: np.ndarray, after: np.ndarray, slack: float) -> bool:
    """Return whether the two medians lie more than three standard errors apart."""
    ranges = np.abs(np.concatenate([np.diff(before), np.diff(after)]))
    error = MEDIAN_ERROR * ranges.mean() / D2 * np.sqrt(1 / len(before) + 1 / len(after))
    return bool(abs(np.median(after) - np.median(before)) > 3 * error + slack)
