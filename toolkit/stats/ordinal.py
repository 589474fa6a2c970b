"""Ordered answers compared: Mann-Whitney, Cliff's delta, and the ordered logit where other things differ too.

For many comparisons at once see `trends.holm` and `trends.benjamini_hochberg`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import t_quantile, z_quantile

EXACT = 8  # the smaller group has so many or fewer, and no two answers are equal: the exact distribution is counted
MAGNITUDES = ((0.147, "negligible"), (0.33, "small"), (0.474, "medium"), (math.inf, "large"))
NEWTON_STEPS, HALVINGS = 100, 40
RUNAWAY = 15.0  # a log odds ratio per standard deviation beyond which data fix no end to it


@dataclass(frozen=True)
class MannWhitney:
    """A test that two groups answer alike.

    `u` counts the pairs in which the first group's answer is higher (ties half); `p` is two-sided; `exact` says whether it was
    counted or approximated; `n` has the answers of both groups.
    """

    u: float
    p: float
    exact: bool
    n: tuple[int, int]


@dataclass(frozen=True)
class CliffsDelta:
    """How much more often one group's answers are higher than lower, with its interval.

    `value` runs from -1 to 1; `se` is its standard error, `df` the degrees of freedom, `n` the answers of both groups,
    `magnitude` a word (see `magnitude`).
    """

    value: float
    low: float
    high: float
    se: float
    df: int
    n: tuple[int, int]
    magnitude: str


@dataclass(frozen=True, eq=False)
class OrderedLogit:
    """A proportional-odds model.

    `coefficients` has one row a predictor: `value` (log odds ratio of a higher answer per unit), `low`, `high`, `se`, `p`;
    `thresholds` one row a step between two neighbouring answers: `value`, `se`. `covariance` is that of coefficients and
    thresholds in this order. `faults` says in sentences why the fit is not to be trusted; then errors are NaN.
    """

    coefficients: pd.DataFrame
    thresholds: pd.DataFrame
    covariance: pd.DataFrame
    log_likelihood: float
    n: int
    faults: tuple[str, ...]


def mann_whitney(
    first: ArrayLike, second: ArrayLike, *, exact: bool | None = None, continuity: bool = True
) -> MannWhitney:
    """Return the test that an answer of one group is as often above as below one of the other.

    Parameters
    ----------
    first, second : array
        One answer a person; missing ones are left out.
    exact : bool, optional
        Whether p is counted over all arrangements. By default where the smaller group has 8 or fewer and no two answers are
        equal.
    continuity : bool
        Whether the normal approximation is corrected by half a step.

    Returns
    -------
    MannWhitney
        NaN when a group is empty; p is 1 when all answers are equal.

    Raises
    ------
    ValueError
        When an exact p is asked for and answers are equal.

    Notes
    -----
    Sources: H. Mann and D. Whitney, *Annals of Mathematical Statistics* 18 (1947) 50-60 (the exact distribution by their
    recurrence); ties: E. Lehmann, *Nonparametrics*, 1975, section 1.4.

    Examples
    --------
    >>> found = mann_whitney([19, 22, 16, 29, 24], [20, 11, 17, 12])
    >>> found.u, round(found.p, 4)
    (17.0, 0.1111)
    """
    x, y = _known(first), _known(second)
    n, m = len(x), len(y)
    if not n or not m:
        return MannWhitney(math.nan, math.nan, False, (n, m))
    below, above = _dominated(x, y)
    u = float(below.sum() + (m - below - above).sum() / 2)
    _, ties = np.unique(np.concatenate([x, y]), return_counts=True)
    tied = bool((ties > 1).any())
    if exact and tied:
        raise ValueError("equal answers have no exact p here: leave `exact` out")
    if exact or (exact is None and not tied and min(n, m) <= EXACT and n * m <= 10_000):
        return MannWhitney(u, _exact_p(u, n, m), True, (n, m))
    both = n + m
    variance = n * m / 12 * (both + 1 - float((ties**3 - ties).sum()) / (both * (both - 1)))
    if not variance:
        return MannWhitney(u, 1.0, False, (n, m))
    from scipy.special import ndtr  # scipy.stats takes several times as long to import

    z = max(abs(u - n * m / 2) - 0.5 * continuity, 0.0) / math.sqrt(variance)
    return MannWhitney(u, min(2 * float(ndtr(-z)), 1.0), False, (n, m))


def _known(values: ArrayLike) -> np.ndarray:
    array = np.asarray(values, dtype=float).ravel()
    return array[~np.isnan(array)]


def _dominated(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return for each x how many y lie below it, and how many above."""
    rising = np.sort(y)
    return np.searchsorted(rising, x, side="left"), len(y) - np.searchsorted(rising, x, side="right")


def _exact_p(u: float, n: int, m: int) -> float:
    """Return the two-sided share of arrangements that are as far out, without ties."""
    ways = np.zeros(n * m + 1)
    ways[0] = 1.0
    for step in range(1, min(n, m) + 1):  # the product of (1 - q^(larger + step)) / (1 - q^step)
        over = max(n, m) + step
        if over <= n * m:
            ways[over:] = ways[over:] - ways[: n * m + 1 - over]
        for remainder in range(step):
            ways[remainder::step] = np.cumsum(ways[remainder::step])
    ways = np.maximum(ways, 0)
    further = ways[: int(min(u, n * m - u)) + 1].sum() / ways.sum()
    return min(2 * float(further), 1.0)


def cliffs_delta(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> CliffsDelta:
    """Return how much more often an answer of the first group is above one of the second than below it.

    Parameters
    ----------
    first, second : array
        One answer a person; missing ones are left out.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    CliffsDelta
        -1 (all of the first below all of the second) to 1. NaN when a group is empty; the interval is NaN when one has a
        single answer.

    Notes
    -----
    Unbiased variance, and the asymmetric interval with Student's t that stays within -1 to 1. Sources: N. Cliff,
    *Psychological Bulletin* 114 (1993) 494-509; D. Feng and N. Cliff, *Journal of Modern Applied Statistical Methods* 3
    (2004) 322-332.

    Examples
    --------
    >>> found = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    >>> found.value, round(found.low, 4), round(found.high, 4)
    (-0.25, -0.7266, 0.389)
    """
    x, y = _known(first), _known(second)
    n, m = len(x), len(y)
    if not n or not m:
        return CliffsDelta(math.nan, math.nan, math.nan, math.nan, 0, (n, m), "")
    below, above = _dominated(x, y)
    delta = float((below - above).sum()) / (n * m)
    df = n + m - 2
    if min(n, m) < 2:
        return CliffsDelta(delta, math.nan, math.nan, math.nan, df, (n, m), magnitude(delta))
    variance = _delta_variance(x, y, delta)
    t = t_quantile((1 + level) / 2, df)
    if abs(delta) == 1:
        end = (min(n, m) - t**2) / (min(n, m) + t**2)
        low, high = (end, 1.0) if delta > 0 else (-1.0, -end)
    else:
        spread = t * math.sqrt(variance) * math.sqrt((1 - delta**2) ** 2 + t**2 * variance)
        low, high = ((delta - delta**3 + side * spread) / (1 - delta**2 + t**2 * variance) for side in (-1, 1))
    return CliffsDelta(delta, float(low), float(high), math.sqrt(variance), df, (n, m), magnitude(delta))


def delta_variances(first: ArrayLike, second: ArrayLike) -> tuple[float, float, float]:
    """Return the three variances that Cliff's delta rests on: between the first, between the second, between pairs.

    Returns
    -------
    tuple of float
        Of the mean dominance of each of the first, of each of the second (both divide by n - 1), and of single pairs (divides
        by (n - 1) (m - 1)). Source: N. Cliff, *Psychological Bulletin* 114 (1993) 494-509.
    """
    x, y = _known(first), _known(second)
    n, m = len(x), len(y)
    rows, columns = (np.subtract(*_dominated(*pair)) for pair in ((x, y), (y, x)))
    delta = rows.sum() / (n * m)
    unequal = float(np.add(*_dominated(x, y)).sum())
    pairs = float(unequal - n * m * delta**2) / ((n - 1) * (m - 1))
    return float((rows / m).var(ddof=1)), float((columns / n).var(ddof=1)), pairs


def _delta_variance(x: np.ndarray, y: np.ndarray, delta: float) -> float:
    """Return the unbiased variance of delta, not below what it can be."""
    n, m = len(x), len(y)
    rows, columns, pairs = delta_variances(x, y)
    unbiased = m * rows / (n * (m - 1)) + n * columns / (m * (n - 1)) - pairs / (n * m)
    return max(unbiased, (1 - delta**2) / (n * m - 1))


def magnitude(delta: float) -> str:
    """Return the word for the size of Cliff's delta: negligible, small (from 0.147), medium (0.33), large (0.474).

    Notes
    -----
    The thresholds answer to Cohen's d of 0.2, 0.5 and 0.8 under normal curves: J. Romano and others, Annual Meeting of the
    Florida Association of Institutional Research, 2006. Empty for a missing delta.
    """
    return "" if math.isnan(delta) else next(word for limit, word in MAGNITUDES if abs(delta) < limit)


def ordered_logit(
    answers: ArrayLike, predictors: pd.DataFrame | ArrayLike, *, order: Sequence[Any] | None = None, level: float = 0.95
) -> OrderedLogit:
    """Return how predictors go with ordered answers, each with the others held equal.

    Parameters
    ----------
    answers : array
        One a person: numbers, or any labels when `order` is given.
    predictors : DataFrame or array
        People by predictors, numbers (a group as 0 and 1). People with a missing value are left out.
    order : sequence, optional
        The possible answers, lowest first.
    level : float
        Coverage of the intervals, as a share.

    Returns
    -------
    OrderedLogit
        exp(value) is the odds ratio of a higher answer, the same at every step of the scale: that is the model's promise.

    Raises
    ------
    ValueError
        When an answer is not in `order`.

    Notes
    -----
    Logit P(answer <= j) = threshold j - predictors times coefficients, by Newton's steps; errors from the observed
    information. Source: P. McCullagh, *Journal of the Royal Statistical Society B* 42 (1980) 109-142.
    """
    frame = predictors if isinstance(predictors, pd.DataFrame) else pd.DataFrame(np.asarray(predictors, dtype=float))
    codes, steps = _coded(answers, order)
    known = (codes >= 0) & frame.notna().all(axis=1).to_numpy()
    x, codes = frame.to_numpy(dtype=float)[known], codes[known]
    present, codes = np.unique(codes, return_inverse=True)  # a step that nobody is on either side of has no threshold
    names = [f"{steps[low]} | {steps[high]}" for low, high in pairwise(present)]
    fault = _unfit(x, frame.columns, present, len(names))
    k = x.shape[1]
    if fault:
        return _logit_result(
            np.full(k + len(names), math.nan), None, math.nan, frame.columns, names, len(x), (fault,), level
        )
    middle, spread = x.mean(axis=0), x.std(axis=0)
    theta, hessian, likelihood, ended = _newton((x - middle) / spread, codes, len(names))
    run_away = [str(name) for name, value in zip(frame.columns, theta[:k], strict=True) if abs(value) > RUNAWAY]
    faults = []
    if run_away:
        faults.append(f"{', '.join(run_away)} tells high answers from low ones without exception: its size has no end")
    elif not ended:
        faults.append("the fit came to no end")
    # back from standardised predictors: coefficients by their spread, thresholds by their means
    back = np.eye(len(theta))
    back[:k, :k] = np.diag(1 / spread)
    back[k:, :k] = middle / spread
    covariance = None if faults else back @ np.linalg.inv(-hessian) @ back.T
    return _logit_result(back @ theta, covariance, likelihood, frame.columns, names, len(x), tuple(faults), level)


def _coded(answers: ArrayLike, order: Sequence[Any] | None) -> tuple[np.ndarray, list[Any]]:
    """Return each answer's place in the order, -1 where it is missing, and the order."""
    given = pd.Series(np.asarray(answers, dtype=object))
    steps = sorted(given.dropna().unique()) if order is None else list(order)
    off = given[given.notna() & ~given.isin(steps)]
    if len(off):
        raise ValueError(f"answer {off.iloc[0]!r} is not in the order")
    return given.map({step: place for place, step in enumerate(steps)}).fillna(-1).to_numpy(dtype=int), steps


def _unfit(x: np.ndarray, names: pd.Index, present: np.ndarray, thresholds: int) -> str:
    """Say why there is nothing to fit, or nothing."""
    if len(present) < 2:
        return "all answers are the same" if len(present) else "nobody answered"
    if len(x) <= x.shape[1] + thresholds:
        return f"{len(x)} answers for {x.shape[1] + thresholds} unknowns"
    alike = [str(name) for name, spread in zip(names, x.std(axis=0), strict=True) if not spread > 0]
    if alike:
        return f"{', '.join(alike)} is the same for everybody"
    if np.linalg.matrix_rank(x - x.mean(axis=0)) < x.shape[1]:
        return "one predictor follows from the others"
    return ""


def _newton(x: np.ndarray, codes: np.ndarray, steps: int) -> tuple[np.ndarray, np.ndarray, float, bool]:
    """Return coefficients then thresholds of the highest likelihood, its curvature and value, and whether it was found."""
    k = x.shape[1]
    share = np.cumsum(np.bincount(codes, minlength=steps + 1))[:-1] / len(codes)
    theta = np.concatenate([np.zeros(k), np.log(share / (1 - share))])
    found, gradient, hessian = _likelihood(theta, x, codes)
    for _ in range(NEWTON_STEPS):
        step = np.linalg.solve(-hessian + 1e-10 * np.eye(len(theta)), gradient)
        for _ in range(HALVINGS):
            if (trial := _likelihood(theta + step, x, codes))[0] >= found - 1e-12 * abs(found):
                break
            step = step / 2
        theta, (found, gradient, hessian) = theta + step, trial
        if np.abs(step).max() < 1e-9 or np.abs(theta[:k]).max() > 2 * RUNAWAY:
            return theta, hessian, found, bool(np.abs(step).max() < 1e-9)
    return theta, hessian, found, False


def _likelihood(theta: np.ndarray, x: np.ndarray, codes: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log-likelihood with its gradient and curvature; minus infinity where thresholds are out of order."""
    from scipy.special import expit

    k = x.shape[1]
    ends = np.concatenate([[-np.inf], theta[k:], [np.inf]])
    if (np.diff(ends) <= 0).any():
        return -math.inf, theta, np.eye(len(theta))
    level = x @ theta[:k]
    above, below = expit(ends[codes + 1] - level), expit(ends[codes] - level)
    chance = np.maximum(above - below, 1e-300)
    up, down = above * (1 - above), below * (1 - below)
    steps = np.eye(len(theta) - k + 2)[:, 1:-1]  # the outer ends are no unknowns
    upper, lower = np.hstack([-x, steps[codes + 1]]), np.hstack([-x, steps[codes]])
    gradient = upper.T @ (up / chance) - lower.T @ (down / chance)
    hessian = (
        (upper.T * (up * (1 - 2 * above) / chance - (up / chance) ** 2)) @ upper
        + (lower.T * (-down * (1 - 2 * below) / chance - (down / chance) ** 2)) @ lower
        + (upper.T * (up * down / chance**2)) @ lower
        + (lower.T * (up * down / chance**2)) @ upper
    )
    return float(np.log(chance).sum()), gradient, hessian


def _logit_result(
    theta: np.ndarray,
    covariance: np.ndarray | None,
    likelihood: float,
    names: pd.Index,
    steps: list[str],
    n: int,
    faults: tuple[str, ...],
    level: float,
) -> OrderedLogit:
    from scipy.special import ndtr

    k = len(names)
    known = np.full((len(theta), len(theta)), math.nan) if covariance is None else covariance
    se = np.sqrt(np.diag(known))
    value, error = theta[:k], se[:k]
    margin = z_quantile((1 + level) / 2) * error
    coefficients = pd.DataFrame(
        {
            "value": value,
            "low": value - margin,
            "high": value + margin,
            "se": error,
            "p": 2 * ndtr(-np.abs(value / error)),
        },
        index=names,
    )
    thresholds = pd.DataFrame({"value": theta[k:], "se": se[k:]}, index=pd.Index(steps, name="step"))
    labels = [*names, *steps]
    return OrderedLogit(
        coefficients, thresholds, pd.DataFrame(known, index=labels, columns=labels), likelihood, n, faults
    )
