"""Shares of things counted: an interval, the difference of two shares, and what chance alone would give.

Intervals take the things counted as independent. Where they come in batches (tickets of one outage, months that differ
more than chance) `clustered_wilson` allows for it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Interval, plain, t_quantile, z_quantile


def wilson(successes: ArrayLike, n: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return the share successes / n with Wilson's score interval.

    Unlike the textbook interval (share plus and minus 1.96 errors) it stays within 0 to 1, has a width at 0 of n and at n
    of n, and covers about what it promises from n = 5 on.

    Parameters
    ----------
    successes, n : number or array
        How many had the property, and of how many. They may be fractions (effective sample sizes).
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Shares, 0 to 1. All NaN where n is 0 or an input is missing: nothing was observed.

    Raises
    ------
    ValueError
        When successes are negative or more than n.

    Notes
    -----
    Source: E. Wilson, *Journal of the American Statistical Association* 22 (1927) 209-212; R. Newcombe, *Statistics in
    Medicine* 17 (1998) 857-872, method 3.

    Examples
    --------
    >>> [round(part, 4) for part in wilson(81, 263)]
    [0.308, 0.2553, 0.3662]
    """
    k, size = _counts(successes, n)
    z2 = z_quantile((1 + level) / 2) ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        share = k / size
        middle = (share + z2 / (2 * size)) / (1 + z2 / size)
        margin = np.sqrt(z2 * share * (1 - share) / size + (z2 / (2 * size)) ** 2) / (1 + z2 / size)
        # exact at the ends, where rounding would leave 1e-17 or 0.999...
        low = np.where(k == 0, share, middle - margin)
        high = np.where(k == size, share, middle + margin)
    return Interval(plain(share), plain(low), plain(high))


def _counts(successes: ArrayLike, n: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return both counts as arrays of one shape, or say what is wrong with them."""
    k, size = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    if (k < 0).any() or (k > size).any():
        raise ValueError("successes lie between 0 and n")
    return k, size


def clustered_wilson(
    successes: ArrayLike,
    n: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    population: float | None = None,
    level: float = 0.95,
) -> Interval:
    """Return the share of all successes in all n, with an interval that allows for batches being alike within.

    Parameters
    ----------
    successes, n : array
        How many had the property, and of how many, one of each a batch (a week, an outage, a site, a person). Batches with a
        missing count are left out.
    weights : array, optional
        What each batch counts for, 0 or more; only their ratios matter.
    population : float, optional
        How many batches there are in all, where these are a sample without replacement of a known number.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Shares, 0 to 1; as wide as `wilson`, or wider; narrower out of a population, and a point when all of it is there. All
        NaN with nothing counted; the ends NaN with a single batch out of more.

    Raises
    ------
    ValueError
        When successes are negative or more than n, a weight is negative, or there are more batches than the population has.

    Notes
    -----
    Wilson's interval for the effective sample size: n over the design effect, which is at least 1, and less for few batches
    (Student's t). Source: E. Korn and B. Graubard, *Survey Methodology* 24 (1998) 193-201; N. Dean and M. Pagano, *Survey
    Statistics and Methodology* 3 (2015) 484-503; out of a population it is divided by the share of batches left, W. Cochran,
    *Sampling Techniques*, 3rd ed. 1977, section 2.6. At a share of 0 or 1 nothing tells how alike batches are: each counts
    once, our own rule.
    """
    k, size = _counts(successes, n)
    known = ~(np.isnan(k) | np.isnan(size)) & (size > 0)
    weight = np.ones(len(known)) if weights is None else np.asarray(weights, dtype=float)
    if (weight < 0).any():
        raise ValueError("weights are 0 or more")
    k, size, weight = k[known], size[known], weight[known]
    batches = int((weight > 0).sum())
    if not batches:
        return Interval(*[float("nan")] * 3)
    left = 1.0 if population is None else 1 - batches / population
    if left < 0:
        raise ValueError("there are no more batches than the population has")
    share = float(weight @ k) / float(weight @ size)
    if left == 0:
        return Interval(share, share, share)
    if batches == 1:
        return Interval(share, float("nan"), float("nan"))
    if share in (0.0, 1.0):
        effective = batches / left
        return wilson(share * effective, effective, level=level)
    total = float(size.sum())
    variance = batches / (batches - 1) * float(((weight * (k - share * size)) ** 2).sum()) / float(weight @ size) ** 2
    design_effect = max(1.0, variance / (share * (1 - share) / total))
    fewer = (z_quantile((1 + level) / 2) / t_quantile((1 + level) / 2, batches - 1)) ** 2
    effective = total / design_effect * fewer / left
    return wilson(share * effective, effective, level=level)


def newcombe(
    successes: ArrayLike, n: ArrayLike, other_successes: ArrayLike, other_n: ArrayLike, *, level: float = 0.95
) -> Interval:
    """Return the difference of two independent shares, the first less the second, with Newcombe's interval.

    Parameters
    ----------
    successes, n, other_successes, other_n : number or array
        How many had the property, and of how many, in either group.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Differences of shares, -1 to 1. All NaN where a group is empty or an input is missing.

    Raises
    ------
    ValueError
        When successes are negative or more than n.

    Notes
    -----
    Source: R. Newcombe, *Statistics in Medicine* 17 (1998) 873-890, method 10 (hybrid score, no continuity correction).

    Examples
    --------
    >>> [round(part, 4) for part in newcombe(56, 70, 48, 80)]
    [0.2, 0.0524, 0.3339]
    """
    return share_difference(wilson(successes, n, level=level), wilson(other_successes, other_n, level=level))


def share_difference(share: Interval, other: Interval) -> Interval:
    """Return the difference of two independent shares from their own intervals, which may lie askew around them.

    Source: R. Newcombe, *Statistics in Medicine* 17 (1998) 873-890 (square-and-add); for any intervals G. Zou and A. Donner,
    *Statistics in Medicine* 27 (2008) 1693-1702.
    """
    first, second = ([np.asarray(part) for part in parts] for parts in (share, other))
    value = first[0] - second[0]
    low = value - np.hypot(first[0] - first[1], second[2] - second[0])
    high = value + np.hypot(first[2] - first[0], second[0] - second[1])
    return Interval(plain(value), plain(low), plain(high))


def chance_of_at_least(successes: int, n: int, share: float) -> float:
    """Return how probable it is that at least so many of n have the property, when each has it with this probability.

    The exact upper tail of the binomial distribution: what chance alone, or the past, would give.

    Parameters
    ----------
    successes, n : int
        How many had the property, and of how many.
    share : float
        The probability of one, 0 to 1.

    Returns
    -------
    float
        0 to 1; NaN when n is 0 or the share is missing.

    Raises
    ------
    ValueError
        When successes are negative or more than n.
    """
    from scipy.special import betainc

    _counts(successes, n)
    if n == 0 or np.isnan(share):
        return float("nan")
    return 1.0 if successes == 0 else float(betainc(successes, n - successes + 1, share))


def fisher_exact(successes: int, n: int, other_successes: int, other_n: int) -> float:
    """Return the two-sided p value of "both groups have the same share", by Fisher's exact test.

    All tables with the same totals that are no more probable than the one found.

    Parameters
    ----------
    successes, n, other_successes, other_n : int
        How many had the property, and of how many, in either group.

    Returns
    -------
    float
        0 to 1; 1 when a group is empty, which tells nothing against it.

    Raises
    ------
    ValueError
        When successes are negative or more than n.

    Notes
    -----
    Source: R. Fisher, *Statistical Methods for Research Workers*, 5th ed. 1934, section 21.02; as R's `fisher.test`.
    """
    from scipy.special import gammaln  # scipy.stats takes several times as long to import

    _counts(successes, n)
    _counts(other_successes, other_n)
    total = successes + other_successes
    possible = np.arange(max(0, total - other_n), min(n, total) + 1)

    def log_choose(size: int, chosen: np.ndarray) -> np.ndarray:
        return gammaln(size + 1) - gammaln(chosen + 1) - gammaln(size - chosen + 1)

    log_weight = log_choose(n, possible) + log_choose(other_n, total - possible)
    weight = np.exp(log_weight - log_weight.max())
    found = weight[successes - possible[0]]
    return min(float(weight[weight <= found * (1 + 1e-7)].sum() / weight.sum()), 1.0)
