"""What a group of people answered: net promoter score, top and bottom boxes, median, mean; weighted, out of a known number.

Missing answers are left out. With `weights` the number of answers is Kish's effective one; with `population` (how many there
are to ask) intervals become narrower, and vanish when everybody answered.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import plain, t_quantile, z_quantile
from toolkit.stats.proportions import wilson
from toolkit.stats.weighting import effective_n, kish_n, sampling_factor

PROMOTER, DETRACTOR = 9, 6  # answers of 9 and 10, and of 0 to 6, on the scale of 0 to 10


class Score(NamedTuple):
    """A figure with the ends of its interval: floats, or arrays of one shape when that is what the inputs are.

    `se` is the standard error of the value itself, `n` the number of answers, `effective_n` what they are worth after weights
    and out of a finite population (infinite when everybody answered).
    """

    value: Any
    low: Any
    high: Any
    se: Any
    n: Any
    effective_n: Any


NOBODY = Score(math.nan, math.nan, math.nan, math.nan, 0.0, 0.0)


def nps(
    answers: ArrayLike, *, weights: ArrayLike | None = None, population: float | None = None, level: float = 0.95
) -> Score:
    """Return the net promoter score of answers from 0 to 10: the share of 9 and 10 less the share of 0 to 6.

    Parameters
    ----------
    answers : array
        0 to 10; missing ones are left out.
    weights : array, optional
        One a respondent.
    population : float, optional
        How many there are to ask.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Score
        -1 (all detractors) to 1 (all promoters); see `nps_of_counts`. All NaN without an answer.

    Raises
    ------
    ValueError
        When an answer lies outside 0 to 10, a weight is negative, or more answered than there are.
    """
    values, weight, n, effective = _heard(answers, weights, population)
    if ((values < 0) | (values > 10)).any():
        raise ValueError("answers lie between 0 and 10")
    shares = [float(weight[part].sum()) for part in (values >= PROMOTER, values <= DETRACTOR)]
    return _net(np.array(shares[0]), np.array(shares[1]), np.array(n), np.array(effective), True, level)


def nps_of_counts(
    promoters: ArrayLike,
    passives: ArrayLike,
    detractors: ArrayLike,
    *,
    population: ArrayLike | None = None,
    adjusted: bool = True,
    level: float = 0.95,
) -> Score:
    """Return the net promoter score from counts of promoters, passives and detractors.

    Parameters
    ----------
    promoters, passives, detractors : number or array
        People of each kind.
    population : number or array, optional
        How many there are to ask.
    adjusted : bool
        Whether the interval is the adjusted one, which has a width also when all answer alike; else Wald's.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Score
        -1 to 1. `se` is the plain one: the root of (p + d - (p - d)**2) / n, which holds the covariance of both shares. All
        NaN where nobody answered.

    Raises
    ------
    ValueError
        When a count is negative, or more answered than there are.

    Notes
    -----
    Adjusted Wald: three answers more, 3/4 of one a promoter's and 3/4 of one a detractor's; ends are held within -1 to 1.
    Source: B. Rocks, *The American Statistician* 70 (2016) 365-372. Out of a finite population n is `effective_n`, so that
    value and interval meet when everybody answered.

    Examples
    --------
    >>> [round(float(part), 4) for part in nps_of_counts(250, 675, 75)[:4]]
    [0.175, 0.1409, 0.2081, 0.0172]
    """
    up, middle, down = np.broadcast_arrays(
        *[np.asarray(part, dtype=float) for part in (promoters, passives, detractors)]
    )
    if (up < 0).any() or (middle < 0).any() or (down < 0).any():
        raise ValueError("counts are 0 or more")
    n = up + middle + down
    with np.errstate(invalid="ignore", divide="ignore"):
        return _net(up / n, down / n, n, effective_n(n, population), adjusted, level)


def _net(up: np.ndarray, down: np.ndarray, n: np.ndarray, size: np.ndarray, adjusted: bool, level: float) -> Score:
    """Return the difference of two shares of one sample, with its interval for so many effective answers."""
    z = z_quantile((1 + level) / 2)
    value = np.where(n > 0, up - down, math.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.where(n > 0, np.sqrt(np.maximum(up + down - value**2, 0) / size), math.nan)
        pull = np.where(np.isinf(size), 0.0, 3 / (size + 3)) if adjusted else np.zeros_like(value)
        center = value * (1 - pull)
        spread = (up + down) * (1 - pull) + pull / 2 - center**2  # two times 3/4 of the three added answers
        margin = z * np.sqrt(np.maximum(spread, 0) / (size + 3 * adjusted))
    low, high = np.maximum(center - margin, -1), np.minimum(center + margin, 1)
    low, high = np.where(n > 0, low, math.nan), np.where(n > 0, high, math.nan)
    return Score(plain(value), plain(low), plain(high), plain(se), plain(n), plain(size))


def top_box(
    answers: ArrayLike,
    *,
    high: float,
    boxes: int = 2,
    weights: ArrayLike | None = None,
    population: float | None = None,
    level: float = 0.95,
) -> Score:
    """Return the share of answers in the highest boxes of a scale that rises by 1, such as 4 and 5 of 5.

    Parameters
    ----------
    answers : array
        Numbers on the scale; missing ones are left out.
    high : float
        The highest answer possible.
    boxes : int
        How many answers count as high.
    weights, population, level
        As for `nps`.

    Returns
    -------
    Score
        0 to 1, with the interval of `share_of_counts`. All NaN without an answer.
    """
    return _box(answers, lambda values: values > high - boxes, weights, population, level)


def bottom_box(
    answers: ArrayLike,
    *,
    low: float,
    boxes: int = 2,
    weights: ArrayLike | None = None,
    population: float | None = None,
    level: float = 0.95,
) -> Score:
    """Return the share of answers in the lowest boxes of a scale that rises by 1, such as 1 and 2 of 5; see `top_box`."""
    return _box(answers, lambda values: values < low + boxes, weights, population, level)


def _box(answers: ArrayLike, inside: Any, weights: ArrayLike | None, population: float | None, level: float) -> Score:
    values, weight, n, effective = _heard(answers, weights, population)
    return _share(np.array(float(weight[inside(values)].sum())), np.array(n), np.array(effective), level)


def share_of_counts(
    successes: ArrayLike, n: ArrayLike, *, population: ArrayLike | None = None, level: float = 0.95
) -> Score:
    """Return the share of people who answered so, with Wilson's interval out of a finite population.

    Parameters
    ----------
    successes, n : number or array
        How many answered so, and of how many answers.
    population : number or array, optional
        How many there are to ask.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Score
        0 to 1. All NaN where nobody answered.

    Raises
    ------
    ValueError
        When successes are negative or more than n, or more answered than there are.

    Notes
    -----
    Wilson's interval for `effective_n` answers, n (N - 1) / (N - n): the variance of a share drawn without replacement put
    into the score interval. Sources: W. Cochran, *Sampling Techniques*, 3rd ed. 1977, theorem 3.2; E. Korn and B. Graubard,
    *Survey Methodology* 24 (1998) 193-201 (effective n in intervals of shares).
    """
    k, size = np.broadcast_arrays(np.asarray(successes, dtype=float), np.asarray(n, dtype=float))
    if (k < 0).any() or (k > size).any():
        raise ValueError("successes lie between 0 and n")
    with np.errstate(invalid="ignore", divide="ignore"):
        return _share(k / size, size, effective_n(size, population), level)


def _share(share: np.ndarray, n: np.ndarray, size: np.ndarray, level: float) -> Score:
    """Return a share with Wilson's interval for so many effective answers; a point when they are infinite."""
    share = np.where(n > 0, np.minimum(share, 1.0), math.nan)
    finite = np.where(np.isinf(size), 1.0, size)
    found = wilson(share * finite, np.where(n > 0, finite, math.nan), level=level)
    low, high = (np.where(np.isinf(size), share, end) for end in found[1:])
    with np.errstate(invalid="ignore", divide="ignore"):
        se = np.sqrt(share * (1 - share) / size)
    return Score(plain(share), plain(low), plain(high), plain(se), plain(n), plain(size))


def mean(
    answers: ArrayLike, *, weights: ArrayLike | None = None, population: float | None = None, level: float = 0.95
) -> Score:
    """Return the mean answer with Student's t interval.

    For answers on a scale of few steps the mean takes steps as equally wide: say so beside it, or take `median`.

    Parameters
    ----------
    answers, weights, population, level
        As for `nps`, on any scale.

    Returns
    -------
    Score
        In steps of the scale. NaN without an answer; error and ends NaN with fewer than two, and when all answer alike, which
        tells nothing of how others would differ (`top_box` has an interval then).

    Notes
    -----
    The variance divides by n - 1 and shrinks by 1 - n / N (W. Cochran, *Sampling Techniques*, 3rd ed. 1977, equation 2.20).
    With weights it is the weighted variance over Kish's n, with that n less 1 degrees of freedom.
    """
    values, weight, n, _ = _heard(answers, weights, population)
    if not n:
        return NOBODY
    kish = kish_n(weight)
    left = float(sampling_factor(n, population))
    value = float(weight @ values)
    effective = kish / left if left else math.inf
    if kish <= 1 + 1e-9 or not np.ptp(values):
        known = value if left == 0 else math.nan  # sure only when everybody there is was asked
        return Score(value, known, known, 0.0 if left == 0 else math.nan, float(n), effective)
    variance = float(weight @ (values - value) ** 2) * kish / (kish - 1)
    se = math.sqrt(variance / kish * left)
    margin = t_quantile((1 + level) / 2, kish - 1) * se
    return Score(value, value - margin, value + margin, se, float(n), effective)


def median(
    answers: ArrayLike, *, weights: ArrayLike | None = None, population: float | None = None, level: float = 0.95
) -> Score:
    """Return the median answer, with an interval whose ends are answers too.

    Parameters
    ----------
    answers, weights, population, level
        As for `nps`, on any scale.

    Returns
    -------
    Score
        On the scale; half way between two answers when just half lie on either side. `se` is NaN: an ordered scale has
        none. All NaN without an answer.

    Notes
    -----
    The answers at both ends of Wilson's interval around a half of the people. Source: R. Woodruff, *Journal of the American
    Statistical Association* 47 (1952) 635-646. Where many answers are equal it covers more than it promises.
    """
    values, weight, n, effective = _heard(answers, weights, population)
    if not n:
        return NOBODY
    order = np.argsort(values, kind="stable")
    rising, below = values[order], np.cumsum(weight[order])
    below[-1] = 1.0
    _, low, high = (0.5,) * 3 if math.isinf(effective) else wilson(effective / 2, effective, level=level)
    ends = [_weighted_quantile(rising, below, share) for share in (0.5, low, high)]
    return Score(sum(ends[0]) / 2, ends[1][0], ends[2][1], math.nan, float(n), effective)


def _weighted_quantile(rising: np.ndarray, below: np.ndarray, share: float) -> tuple[float, float]:
    """Return the answers just under and just over a share of the people; they differ when the share falls between two."""
    slack = 1e-12
    first = min(int(np.searchsorted(below, share - slack, side="left")), len(rising) - 1)
    second = min(int(np.searchsorted(below, share + slack, side="right")), len(rising) - 1)
    return float(rising[first]), float(rising[second])


def _heard(
    answers: ArrayLike, weights: ArrayLike | None, population: float | None
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return the known answers, their weights (with sum 1), how many there are, and what they are worth."""
    values = np.asarray(answers, dtype=float)
    weight = np.ones_like(values) if weights is None else np.asarray(weights, dtype=float)
    if (weight < 0).any():
        raise ValueError("weights are 0 or more")
    known = ~np.isnan(values) & (weight > 0)
    values, weight, n = values[known], weight[known], float(known.sum())
    if not n:
        return values, weight, 0.0, 0.0
    worth = float(effective_n(n, population)) * kish_n(weight) / n
    return values, weight / weight.sum(), n, worth
