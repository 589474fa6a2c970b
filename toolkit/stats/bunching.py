"""Whether more ends just under a limit than a smooth course of times would bring there."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import t_quantile

WIDTH = 0.05  # of the limit: "just under" is its last twentieth
BINS = 10  # on either side of the limit
MOVED_FROM = 4  # bins above the limit left out of the fit: those who hurried would have ended there
DEGREE = 2  # of the polynomial for the logarithm of the counts
FEWEST = 50  # durations in the bins fitted, below which no smooth course can be told


@dataclass(frozen=True, eq=False)
class Bunching:
    """How many ended just under a limit, and how many a smooth course of times would bring there.

    `share` and `expected` are shares of all `n` durations; `excess` is their difference with its 95 % interval; `p` is
    the probability of so many or more without bunching. `dispersion` says how much rougher than chance the times are
    elsewhere (1: not at all). `bins` has one row a bin: `low` and `high` (as shares of the limit, the upper end belongs to
    it), `count`, `smooth` (expected count), `fitted` (whether it took part in the fit).
    """

    n: int
    share: float
    expected: float
    excess: float
    excess_low: float
    excess_high: float
    p: float
    dispersion: float
    bins: pd.DataFrame


def bunching(durations: ArrayLike, limit: ArrayLike) -> Bunching:
    """Return how many durations end in the last twentieth before their limit, beside what a smooth course would bring.

    Durations are counted in bins of a twentieth of the limit, from half of it to one and a half; the counts' logarithms
    are taken to follow a parabola, fitted without the bin just under the limit and the four above it.

    Parameters
    ----------
    durations : array
        Times from start to end, of what ended. Missing ones are left out.
    limit : number or array
        The limit of all, or of each, above 0, in the unit of the durations. What ends on the limit has kept it.

    Returns
    -------
    Bunching
        All but the counts is NaN with fewer than 50 durations in the bins fitted, or all of them in fewer than five.

    Raises
    ------
    ValueError
        When a limit is not above 0.

    Notes
    -----
    The counterfactual of E. Saez, *American Economic Journal: Economic Policy* 2(3) (2010) 180-212, and R. Chetty and
    others, *Quarterly Journal of Economics* 126 (2011) 749-804, with a Poisson instead of a least-squares fit; error and p
    allow for the fit and for counts that are rougher than chance. Bins, range and degree are our own choice.

    To work first on what is nearly due also brings endings under a limit: an excess is no proof of anything else. Times
    recorded in steps coarser than a twentieth of the limit, and elapsed hours with a daily rhythm (take agreed hours), heap
    by themselves.
    """
    times, limits = np.broadcast_arrays(np.asarray(durations, dtype=float), np.asarray(limit, dtype=float))
    if not (limits[~np.isnan(limits)] > 0).all():
        raise ValueError(f"a limit is above 0; found {np.nanmin(limits)}")
    ratio = (times / limits)[~np.isnan(times / limits)]
    bins = _bins(ratio)
    n, count, fitted = len(ratio), bins["count"].to_numpy(float), bins["fitted"].to_numpy()
    just_under = int(bins.index[BINS - 1])
    share = float(count[just_under]) / n if n else math.nan
    if count[fitted].sum() < FEWEST or (count[fitted] > 0).sum() <= DEGREE + 2:
        unknown = math.nan
        bins["smooth"] = unknown
        return Bunching(n, share, unknown, unknown, unknown, unknown, unknown, unknown, bins)
    smooth, log_error, dispersion = _smooth(count, fitted)
    found, expected = float(count[just_under]), float(smooth[just_under])
    error_of_fit = (expected * float(log_error[just_under])) ** 2
    margin = t_quantile(0.975, fitted.sum() - DEGREE - 1) * math.sqrt(dispersion * found + error_of_fit)
    excess = found - expected
    p = _at_least(found, expected, dispersion * expected + error_of_fit)
    bins["smooth"] = smooth
    low, high = (excess - margin) / n, (excess + margin) / n
    return Bunching(n, share, expected / n, excess / n, low, high, p, dispersion, bins)


def _bins(ratio: np.ndarray) -> pd.DataFrame:
    """Return the counts of the bins; a duration on an upper end belongs to the bin below."""
    edges = np.arange(-BINS, BINS + 1) * WIDTH + 1
    slack = 1e-9  # 0.95 of a limit and 0.95 as a number differ in the last digit
    place = np.searchsorted(edges + slack, ratio, side="left") - 1
    inside = place[(place >= 0) & (place < 2 * BINS)]
    position = np.arange(2 * BINS)
    return pd.DataFrame(
        {
            "low": edges[:-1],
            "high": edges[1:],
            "count": np.bincount(inside, minlength=2 * BINS),
            "fitted": (position < BINS - 1) | (position >= BINS + MOVED_FROM),
        }
    )


def _smooth(count: np.ndarray, fitted: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Return the smooth count of each bin, the standard error of its logarithm, and the dispersion (1 or above)."""
    place = (np.arange(len(count)) - len(count) / 2) / len(count)
    design = np.vander(place, DEGREE + 1)
    x, y = design[fitted], count[fitted]
    mean = y + 0.5
    for _ in range(50):  # iteratively reweighted least squares; five steps are usual
        working = np.log(mean) + (y - mean) / mean
        weighted = x * mean[:, None]
        value = np.linalg.lstsq(weighted.T @ x, weighted.T @ working, rcond=None)[0]
        mean, before = np.exp(np.clip(x @ value, -30, 30)), mean
        if np.allclose(mean, before, rtol=1e-10):
            break
    df = len(y) - DEGREE - 1
    dispersion = max(1.0, float(((y - mean) ** 2 / mean).sum() / df))
    covariance = dispersion * np.linalg.pinv(x.T @ (x * mean[:, None]))
    return np.exp(design @ value), np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design)), dispersion


def _at_least(found: float, mean: float, variance: float) -> float:
    """Return how probable so many or more are, by the negative binomial with this mean and (larger) variance."""
    from scipy.special import betainc

    size = mean**2 / (variance - mean)
    return 1.0 if found == 0 else float(betainc(found, size, mean / (mean + size)))
