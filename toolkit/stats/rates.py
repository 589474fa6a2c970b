"""Events counted over an exposure: incidents a month, defects a thousand lines, and what they weigh by severity.

Exact intervals, so they cover at least what they promise, and more where counts are small. They take events as independent
(Poisson): a storm of tickets after one outage is one event, or the interval is too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Interval, plain


@dataclass(frozen=True)
class RateRatio:
    """How many times as high one rate is as another, with its interval and the p value of "they are the same"."""

    value: float
    low: float
    high: float
    p: float


def poisson_rate(count: ArrayLike, exposure: ArrayLike = 1.0, *, level: float = 0.95) -> Interval:
    """Return count / exposure with Garwood's exact Poisson interval.

    Parameters
    ----------
    count : number or array
        Events, 0 or more.
    exposure : number or array
        What they were counted over, above 0: months, agreed hours, thousands of lines. With 1 it is the count itself.
    level : float
        Coverage of the interval, as a share; at least that.

    Returns
    -------
    Interval
        Events per unit of exposure. All NaN where the exposure is 0 or an input is missing.

    Raises
    ------
    ValueError
        When a count or an exposure is negative.

    Notes
    -----
    Source: F. Garwood, *Biometrika* 28 (1936) 437-442.

    Examples
    --------
    >>> [round(part, 3) for part in poisson_rate(5)]
    [5.0, 1.623, 11.668]
    """
    events, over = _counted(count, exposure)
    low, high = _gamma_ends(events, events + 1, level)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Interval(plain(events / over), plain(low / over), plain(high / over))


def _counted(count: ArrayLike, exposure: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return events and exposure as arrays of one shape, an exposure of 0 as missing, or say what is wrong."""
    events, over = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(exposure, dtype=float))
    if (events < 0).any() or (over < 0).any():
        raise ValueError("counts and exposures are 0 or more")
    return events, np.where(over == 0, np.nan, over)


def _gamma_ends(low_shape: np.ndarray, high_shape: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and upper quantile of two gamma distributions of scale 1; 0 where the lower shape is 0."""
    from scipy.special import gammaincinv

    tail = (1 - level) / 2
    low = np.where(low_shape > 0, gammaincinv(np.where(low_shape > 0, low_shape, 1.0), tail), low_shape)
    return low, gammaincinv(high_shape, 1 - tail)


def rate_ratio(
    count: int, exposure: float, other_count: int, other_exposure: float, *, level: float = 0.95
) -> RateRatio:
    """Return the first rate over the second, with the exact interval given their sum.

    Given the total, the first count is binomial; its Clopper-Pearson interval is that of the ratio. The p value is twice
    the smaller tail, so it is below 0.05 just where the 95 % interval leaves out 1.

    Parameters
    ----------
    count, other_count : int
        Events in either group.
    exposure, other_exposure : float
        What they were counted over, above 0, in one unit.
    level : float
        Coverage of the interval, as a share; at least that.

    Returns
    -------
    RateRatio
        Infinite when only the second count is 0. With both counts 0 the ratio is NaN, its interval 0 to infinity and p 1.
        All NaN when an exposure is 0 or an input is missing.

    Raises
    ------
    ValueError
        When a count or an exposure is negative.

    Notes
    -----
    Source: J. Przyborowski and H. Wilenski, *Biometrika* 31 (1940) 313-323; C. Clopper and E. Pearson, *Biometrika* 26
    (1934) 404-413.
    """
    from scipy.special import betainc, betaincc, betaincinv

    events, over = _counted([count, other_count], [exposure, other_exposure])
    if np.isnan(events).any() or np.isnan(over).any():
        return RateRatio(*[float("nan")] * 4)
    (a, b), factor, tail = events.tolist(), float(over[1] / over[0]), (1 - level) / 2
    low = float(betaincinv(a, b + 1, tail)) if a else 0.0
    high = float(betaincinv(a + 1, b, 1 - tail)) if b else 1.0
    null = float(over[0] / over.sum())
    at_least = float(betainc(a, b + 1, null)) if a else 1.0
    at_most = float(betaincc(a + 1, b, null)) if b else 1.0
    value = a / b * factor if b else (float("inf") if a else float("nan"))
    odds_high = high / (1 - high) if high < 1 else float("inf")
    return RateRatio(value, low / (1 - low) * factor, odds_high * factor, min(1.0, 2 * min(at_least, at_most)))


def weighted_rate(counts: ArrayLike, weights: ArrayLike, exposure: ArrayLike = 1.0, *, level: float = 0.95) -> Interval:
    """Return a weighted sum of counts over an exposure, such as severity-weighted incidents a month, with its interval.

    Parameters
    ----------
    counts : array
        Events by class (severity) on the last axis; further axes (months) each give a result of their own.
    weights : array
        What one event of each class weighs, 0 or more.
    exposure : number or array
        What they were counted over, above 0.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Weight per unit of exposure. With equal weights the interval is Garwood's. All NaN where the exposure is 0 or a
        count is missing.

    Raises
    ------
    ValueError
        When a count, a weight or an exposure is negative, or when no weight is above 0.

    Notes
    -----
    The gamma interval, which allows for the next event being the heaviest: M. Fay and E. Feuer, *Statistics in Medicine*
    16 (1997) 791-801. It covers at least its level in all simulations there and here, and more where the heaviest class
    is rare.
    """
    each, weight = np.asarray(counts, dtype=float), np.asarray(weights, dtype=float)
    if (weight < 0).any() or not weight.max() > 0:
        raise ValueError("weights are 0 or more, and one at least is above 0")
    total, variance, heaviest = each @ weight, each @ weight**2, weight.max()
    _, over = _counted(each.min(axis=-1), exposure)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale_low = np.where(total > 0, variance / total, 1.0)
        scale_high = (variance + heaviest**2) / (total + heaviest)
    low, high = _gamma_ends(total / scale_low, (total + heaviest) / scale_high, level)
    return Interval(plain(total / over), plain(low * scale_low / over), plain(high * scale_high / over))
