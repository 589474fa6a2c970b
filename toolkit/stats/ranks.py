"""Whether two rankings of the same things agree: Spearman's and Kendall's rank correlation with their intervals."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import z_quantile

EXACT_UP_TO = 8  # things: their 40,320 orders are gone through one by one
ROUNDING = 1e-9


@dataclass(frozen=True)
class RankAgreement:
    """Agreement of two rankings, -1 (opposite) to 1 (alike), its interval, the two-sided p of "no relation", things `n`."""

    value: float
    low: float
    high: float
    p: float
    n: int


def spearman(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> RankAgreement:
    """Return Spearman's rank correlation of two rankings.

    Parameters
    ----------
    first, second : array
        Ranks or scores of the same things, in one order; a thing with a missing one is left out. Ties share their mean rank.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    RankAgreement
        NaN below 2 things or where one ranking holds nothing but ties; the interval NaN below 4 things.

    Raises
    ------
    ValueError
        When lengths differ.

    Notes
    -----
    Interval: Fisher's z with the error sqrt((1 + r^2 / 2) / (n - 3)) of D. Bonett and T. Wright, *Psychometrika* 65 (2000)
    23-28. p: exact up to 8 things, ties and all; beyond, Student's t with n - 2 degrees of freedom. Where all agree, the
    interval begins where it would with the nearest two things swapped (own rule).
    """
    x, y = _pairs(first, second)
    n = len(x)
    value, p = _with_p(_rank_product, x, y)
    if math.isnan(p) and not math.isnan(value):
        from scipy.special import stdtr

        t = value * math.sqrt((n - 2) / max(1 - value**2, ROUNDING))
        p = float(2 * stdtr(n - 2, -abs(t)))
    error = math.sqrt((1 + value**2 / 2) / (n - 3)) if n > 3 else math.nan
    nearest = 1 - 12 / (n * (n**2 - 1)) if n > 1 else 1.0
    return RankAgreement(value, *_interval(value, nearest, error, level), p, n)


def kendall(first: ArrayLike, second: ArrayLike, *, level: float = 0.95) -> RankAgreement:
    """Return Kendall's tau-b of two rankings: pairs of things in the same order, less those in the opposite one.

    Parameters
    ----------
    first, second : array
        As for `spearman`.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    RankAgreement
        NaN below 2 things or where one ranking holds nothing but ties; the interval NaN below 5 things.

    Raises
    ------
    ValueError
        When lengths differ.

    Notes
    -----
    Interval: Fisher's z with the error sqrt(0.437 / (n - 4)) of E. Fieller, H. Hartley and E. Pearson, *Biometrika* 44
    (1957) 470-481. p: exact up to 8 things, ties and all; beyond, normal, with the variance of ties and for continuity
    (M. Kendall, *Rank Correlation Methods*, 4th ed. 1975, ch. 4).
    """
    x, y = _pairs(first, second)
    n = len(x)
    value, p = _with_p(_pair_product, x, y)
    if math.isnan(p) and not math.isnan(value):
        from scipy.special import ndtr

        beyond = abs(_pair_sum(x, y[None])[0]) - 1  # sums go in steps of 2: half a step for continuity
        p = float(2 * ndtr(-max(beyond, 0.0) / math.sqrt(_pair_variance(x, y))))
    error = math.sqrt(0.437 / (n - 4)) if n > 4 else math.nan
    nearest = 1 - 4 / (n * (n - 1)) if n > 1 else 1.0
    return RankAgreement(value, *_interval(value, nearest, error, level), p, n)


def _pairs(first: ArrayLike, second: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean ranks of the things known in both."""
    x, y = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if x.shape != y.shape:
        raise ValueError(f"both rankings are of the same things; found {x.size} and {y.size}")
    known = ~(np.isnan(x) | np.isnan(y))
    return _mean_ranks(x[known]), _mean_ranks(y[known])


def _mean_ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks from 1, ties at their mean."""
    _, place, counts = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place]


def _with_p(
    agreement: Callable[[np.ndarray, np.ndarray], np.ndarray], x: np.ndarray, y: np.ndarray
) -> tuple[float, float]:
    """Return the agreement of two rankings and its exact p; NaN where there is none, or p would take too long."""
    if len(x) < 2 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return math.nan, math.nan
    value = float(agreement(x, y[None])[0])
    if len(x) > EXACT_UP_TO:
        return value, math.nan
    possible = agreement(x, np.array(list(permutations(y))))
    return value, float((np.abs(possible) >= abs(value) - ROUNDING).mean())


def _rank_product(x: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return the correlation of ranks with each row of others."""
    own, others = x - x.mean(), ys - ys.mean(axis=1, keepdims=True)
    return np.clip(others @ own / np.sqrt((own @ own) * (others**2).sum(axis=1)), -1.0, 1.0)


def _pair_sum(x: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return pairs in the same order less those in the opposite one, for each row of others."""
    first, second = np.triu_indices(len(x), 1)
    return np.sign(ys[:, second] - ys[:, first]) @ np.sign(x[second] - x[first])


def _pair_product(x: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Return tau-b with each row of others, which are orders of one ranking."""
    untied = _pair_sum(x, x[None])[0] * _pair_sum(ys[0], ys[:1])[0]
    return _pair_sum(x, ys) / math.sqrt(untied)


def _pair_variance(x: np.ndarray, y: np.ndarray) -> float:
    """Return the variance of Kendall's sum without a relation, ties allowed for."""
    n = len(x)
    t, u = (np.unique(part, return_counts=True)[1].astype(float) for part in (x, y))
    whole = n * (n - 1) * (2 * n + 5) - sum(float((c * (c - 1) * (2 * c + 5)).sum()) for c in (t, u))
    two = float((t * (t - 1)).sum() * (u * (u - 1)).sum()) / (2 * n * (n - 1))
    three = float((t * (t - 1) * (t - 2)).sum() * (u * (u - 1) * (u - 2)).sum()) / (9 * n * (n - 1) * (n - 2))
    return whole / 18 + two + three


def _interval(value: float, nearest: float, error: float, level: float) -> tuple[float, float]:
    """Return the ends by Fisher's z; full agreement is taken back to the nearest that is less than full."""
    if math.isnan(value) or math.isnan(error):
        return math.nan, math.nan
    z, margin = math.atanh(float(np.clip(value, -nearest, nearest))), z_quantile((1 + level) / 2) * error
    low, high = math.tanh(z - margin), math.tanh(z + margin)
    return (-1.0 if value <= -nearest - ROUNDING else low), (1.0 if value >= nearest + ROUNDING else high)
