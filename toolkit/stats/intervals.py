"""Intervals: a ratio of two totals over time, sums and differences of estimates, and the probability of being above."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

MIN_PAIRS = 3  # fewer tell nothing about how much the ratio wavers


class Interval(NamedTuple):
    """A value with the ends of its interval: floats, or arrays of one shape when that is what the inputs are."""

    value: Any
    low: Any
    high: Any


@dataclass(frozen=True, eq=False)
class Ratio:
    """A ratio of totals with its interval.

    `low` and `high` bound the interval; `se` is the standard error and `df` its degrees of freedom; `n` counts the
    pairs used; `residuals` are numerator - value * denominator by period, NaN where a pair was incomplete.
    """

    value: float
    low: float
    high: float
    se: float
    df: float
    n: int
    residuals: pd.Series


@dataclass(frozen=True)
class Estimate:
    """A value with its standard error and degrees of freedom (see `t_quantile`)."""

    value: float
    se: float
    df: float

    @property
    def interval(self) -> tuple[float, float]:
        """The ends of the 95 % interval; NaN where the error or its degrees of freedom are."""
        margin = t_quantile(0.975, self.df) * self.se
        return self.value - margin, self.value + margin

    @property
    def above_zero(self) -> float:
        """How probable it is that the true value lies above zero (see `probability_above`)."""
        return probability_above(self.value, self.se, self.df)


def ratio_of_totals(numerator: ArrayLike, denominator: ArrayLike, *, lags: int = 1, level: float = 0.95) -> Ratio:
    """Return sum(numerator) / sum(denominator) with an interval that allows for neighbouring periods being alike.

    Parameters
    ----------
    numerator, denominator : array or Series
        One value a period, in order, such as cost and volume by month; Series are paired by their index. Every period
        between the first and the last needs its row. A pair with a missing half is left out, and `n` says how many
        remain.
    lags : int
        Over how many periods residuals may be alike; 0 takes them as independent.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Ratio
        In units of the numerator per unit of the denominator. All NaN when the denominators sum to zero; the interval
        is NaN with fewer than 3 pairs.

    Notes
    -----
    The residuals are e = numerator - ratio * denominator; the variance of the ratio is n times their long-run variance
    over the squared total of the denominator, times n / (n - 1). Sources: W. Cochran, *Sampling Techniques*, 3rd ed.
    1977, ch. 6 (the ratio estimator and its variance); W. Newey and K. West, *Econometrica* 55 (1987) 703-708.

    The interval is Student's t with (n - 1) / (lags + 1) degrees of freedom: Cochran's n - 1 without lags, and fewer
    with them, since a variance smoothed over `lags` neighbours is itself less sure. This is our own rule; with one lag
    and from 12 periods on it stays within 2 % of the critical values of N. Kiefer and T. Vogelsang, *Econometric
    Theory* 21 (2005) 1130-1164. Over 12 periods with an autocorrelation of 0.3, n - 1 covers 87 % in simulations and
    this rule 90 %.
    """
    pairs = pd.DataFrame({"numerator": numerator, "denominator": denominator}).astype(float)
    pairs = pairs.where(pairs.notna().all(axis=1))
    n = int(pairs["numerator"].count())
    x = pairs["denominator"].sum()
    value = pairs["numerator"].sum() / x if x else math.nan
    residuals = pairs["numerator"] - value * pairs["denominator"]
    if n < MIN_PAIRS or math.isnan(value):
        return Ratio(float(value), math.nan, math.nan, math.nan, math.nan, n, residuals)
    variance = n * long_run_variance(residuals, lags) / x**2 * n / (n - 1)
    se, df = math.sqrt(variance), (n - 1) / (lags + 1)
    margin = t_quantile((1 + level) / 2, df) * se
    return Ratio(float(value), float(value - margin), float(value + margin), se, df, n, residuals)


def long_run_variance(residuals: ArrayLike, lags: int = 1) -> float:
    """Return the variance per period of the sum of a long autocorrelated series with mean zero.

    The variance plus twice the autocovariances up to `lags`, with Bartlett's falling weights, which keep it from being
    negative. Source: W. Newey and K. West, *Econometrica* 55 (1987) 703-708.

    Parameters
    ----------
    residuals : array
        One value a period, in order, with mean zero. A missing value keeps its place, so that neighbours stay
        neighbours.
    lags : int
        The longest distance at which periods are taken to be alike; 0 gives the plain variance.

    Returns
    -------
    float
        In squared units of the residuals, 0 or above; NaN when no value is known.
    """
    values = np.asarray(residuals, dtype=float)
    n = int((~np.isnan(values)).sum())
    if not n:
        return math.nan
    known = np.nan_to_num(values)
    distances = np.arange(1, min(lags, len(known) - 1) + 1)
    products = [known[distance:] @ known[:-distance] for distance in distances]
    weights = 1 - distances / (lags + 1)
    return max(float(known @ known + 2 * (weights * products).sum()) / n, 0.0)


def probability_above(value: float, se: float, df: float, threshold: float = 0.0) -> float:
    """Return how probable it is that the true quantity lies above the threshold, given its estimate.

    Read from Student's t around the estimate: the one-sided confidence level at which the threshold is excluded, or a
    Bayesian's probability under a flat prior.

    Parameters
    ----------
    value, se, df : float
        Estimate, standard error, degrees of freedom (infinity for the normal distribution).
    threshold : float
        In the unit of the estimate.

    Returns
    -------
    float
        0 to 1. Without any spread (`se` 0) the answer is sure: 1 above the threshold, 0 below, 0.5 on it. NaN when an
        input is missing, `se` negative or `df` not above 0.
    """
    if math.isnan(value) or math.isnan(threshold) or not se >= 0 or not df > 0:
        return math.nan
    if se == 0:
        return 0.5 + 0.5 * float(np.sign(value - threshold))
    from scipy.special import stdtr  # scipy.stats takes several times as long to import

    return float(stdtr(df, (value - threshold) / se))


def welch_df(se1: float, n1: float, se2: float, n2: float) -> float:
    """Return the degrees of freedom of the sum or difference of two independent estimates.

    Each estimate has n - 1 degrees of freedom of its own; pass df + 1 as its `n` where it has others. Source: B. Welch,
    *Biometrika* 34 (1947) 28-35; F. Satterthwaite, *Biometrics Bulletin* 2 (1946) 110-114.

    Returns
    -------
    float
        Between the smaller of the two and their sum. An estimate without spread (`se` 0) does not count; if neither has
        any, the sum. NaN when an input is missing or an estimate with spread rests on one value.
    """
    parts = [(se**2, n - 1) for se, n in ((se1, n1), (se2, n2)) if se != 0]
    if not parts:
        return n1 + n2 - 2
    if any(not df > 0 for _, df in parts):
        return math.nan
    total = sum(variance for variance, _ in parts)
    return 1 / sum((variance / total) ** 2 / df for variance, df in parts)


def pooled(value: float, errors: ArrayLike, dfs: ArrayLike) -> Estimate:
    """Return the estimate of a sum of independent parts from the standard errors and degrees of freedom of its parts.

    Source: F. Satterthwaite, *Biometrics Bulletin* 2 (1946) 110-114.

    Parameters
    ----------
    value : float
        The sum itself.
    errors, dfs : array
        One standard error and its degrees of freedom a part. A part without error (0) does not count; a part whose
        error is missing makes the error of the sum missing.

    Returns
    -------
    Estimate
        The error is the root of the summed squares. Degrees of freedom lie between the smallest and the sum of those
        that count; where no part has an error, the smallest.
    """
    variances, degrees = np.asarray(errors, dtype=float) ** 2, np.asarray(dfs, dtype=float)
    total = float(variances.sum())
    if total == 0:
        return Estimate(float(value), 0.0, float(degrees.min()))
    counted = variances != 0
    weights = float((variances[counted] ** 2 / degrees[counted]).sum())
    return Estimate(float(value), math.sqrt(total), total**2 / weights)


def difference(first: Estimate, second: Estimate, *known: float) -> Estimate:
    """Return one independent estimate less another, and less amounts that are known exactly.

    The errors add as squares, the degrees of freedom are Welch's (see `welch_df`).
    """
    df = welch_df(first.se, first.df + 1, second.se, second.df + 1)
    return Estimate(first.value - second.value - sum(known), math.hypot(first.se, second.se), df)


def order_quantile(values: ArrayLike, share: float = 0.5, *, level: float = 0.95) -> Interval:
    """Return a quantile of values (0.5: the median, 0.85: P85) with an interval between two of them, whatever their shape.

    Parameters
    ----------
    values : array
        Independent values, all known to their end (see `survival.quantile` for what still runs). Missing ones are left out.
    share : float
        Between 0 and 1.
    level : float
        Coverage of the interval, as a share; it is this at least.

    Returns
    -------
    Interval
        In the unit of the values. An end is infinite where so few values do not tell it; all NaN without values.

    Notes
    -----
    Ranks from the binomial distribution. Source: W. Conover, *Practical Nonparametric Statistics*, 3rd ed. 1999, sec. 3.2.
    """
    from scipy.special import bdtr

    ordered = np.sort(np.asarray(values, dtype=float))
    ordered = ordered[~np.isnan(ordered)]
    n = len(ordered)
    if not n:
        return Interval(*[math.nan] * 3)
    below = bdtr(np.arange(n), n, share)  # at rank r, counted from 0: probability that at most r values lie below
    low = int(np.searchsorted(below, (1 - level) / 2, side="right")) - 1
    high = int(np.searchsorted(below, (1 + level) / 2, side="left"))
    ends = (ordered[low] if low >= 0 else -math.inf, ordered[high] if high < n else math.inf)
    return Interval(float(np.quantile(ordered, share)), float(ends[0]), float(ends[1]))


def plain(values: ArrayLike) -> Any:
    """Return a float where there is one value, else the array."""
    array = np.asarray(values, dtype=float)
    return array if array.ndim else array.item()


def z_quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution."""
    from scipy.special import ndtri

    return float(ndtri(probability))


def t_quantile(probability: float, df: float) -> float:
    """Return the quantile of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(df, probability))
