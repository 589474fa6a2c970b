"""Several candidates on several criteria: values from 0 to 1, weighted sum, TOPSIS, PROMETHEE II, and what would turn them.

A table has one row a candidate and one column a criterion; weights are one a column and add up to 1. `higher` says of each
column whether more is better. The weighted sum is the one to decide by: it is the only one of the three in which the order
of two candidates does not hang on who else is there, where the ends of its scales are given.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

ROUNDING = 1e-12
SHAPES = ("usual", "u", "v", "level", "linear", "gauss")


class Preference(NamedTuple):
    """How a difference on one criterion becomes a preference from 0 to 1.

    shape is usual (any difference), u (above `indifferent`), v (in proportion, all from `strict` on), level (a half above
    `indifferent`, all above `strict`), linear (from one to the other) or gauss (with the standard deviation `sigma`).
    """

    shape: str = "usual"
    indifferent: float = 0.0
    strict: float = 0.0
    sigma: float = 1.0


USUAL = Preference()


class Flows(NamedTuple):
    """PROMETHEE's flows, one a candidate: how far it is preferred, how far others are, and the first less the second."""

    plus: np.ndarray
    minus: np.ndarray
    net: np.ndarray


class Hold(NamedTuple):
    """Between which weights of one criterion a candidate stays first, and who is first beyond (-1: nobody, at 0 and 1)."""

    low: float
    high: float
    below: int
    above: int


class Reversal(NamedTuple):
    """What becomes of the order when one candidate is left out: whether that of the others changes, and who is first then."""

    dropped: int
    changed: bool
    first: int


def values(table: ArrayLike, worst: ArrayLike, best: ArrayLike) -> np.ndarray:
    """Return scores as values: 0 at the worst end of their criterion's scale, 1 at the best, in proportion between.

    Where both ends are the same the criterion tells nobody apart: every known score has the value 1. Beyond the ends, values
    lie below 0 and above 1. Missing scores stay missing.
    """
    scores, low, high = (np.asarray(part, dtype=float) for part in (table, worst, best))
    span = high - low
    flat = np.isclose(span, 0)
    found = (scores - low) / np.where(flat, 1.0, span)
    return np.where(flat & ~np.isnan(scores), 1.0, found)


def ends(table: ArrayLike, higher: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return the worst and the best score on each criterion among the candidates; NaN where none is known."""
    scores, more = np.asarray(table, dtype=float), np.asarray(higher, dtype=bool)
    known = ~np.isnan(scores).all(axis=0)
    low, high = np.full(len(more), math.nan), np.full(len(more), math.nan)
    low[known], high[known] = np.nanmin(scores[:, known], axis=0), np.nanmax(scores[:, known], axis=0)
    return np.where(more, low, high), np.where(more, high, low)


def weighted_sum(table: ArrayLike, weights: ArrayLike) -> np.ndarray:
    """Return the weighted mean of each candidate's values; NaN where one of them is missing.

    Source: P. Fishburn, *Management Science* 13 (1967) 435-453.
    """
    return np.asarray(table, dtype=float) @ np.asarray(weights, dtype=float)


def topsis(table: ArrayLike, weights: ArrayLike, higher: ArrayLike) -> np.ndarray:
    """Return how near each candidate is to the ideal and how far from its contrary, 0 to 1.

    Parameters
    ----------
    table : array
        Scores in their own units; each column is divided by its length (vector normalisation: others give other numbers).

    Returns
    -------
    array
        One closeness a candidate; 0.5 for all where they are all alike.

    Notes
    -----
    Source: C.-L. Hwang and K. Yoon, *Multiple Attribute Decision Making*, 1981. Leaving out a candidate may change the order
    of the others.
    """
    scores = np.asarray(table, dtype=float)
    length = np.sqrt((scores**2).sum(axis=0))
    weighted = scores / np.where(length > 0, length, 1.0) * np.asarray(weights, dtype=float)
    worst, best = ends(weighted, higher)
    near, far = (np.sqrt(((weighted - end) ** 2).sum(axis=1)) for end in (best, worst))
    both = near + far
    return np.where(both > ROUNDING, far / np.where(both > ROUNDING, both, 1.0), 0.5)


def promethee(
    table: ArrayLike,
    weights: ArrayLike,
    higher: ArrayLike,
    preferences: Preference | Sequence[Preference] = USUAL,
) -> Flows:
    """Return the flows of PROMETHEE I and II: each candidate held against each other one, criterion by criterion.

    Parameters
    ----------
    table : array
        Scores in the units in which the preferences give their thresholds.
    preferences : Preference or sequence
        One for all criteria, or one each.

    Returns
    -------
    Flows
        Means over the other candidates, 0 to 1, and the net flow, -1 to 1; zero for a single candidate.

    Raises
    ------
    ValueError
        When a shape is unknown.

    Notes
    -----
    Source: J. Brans, P. Vincke and B. Mareschal, *European Journal of Operational Research* 24 (1986) 228-238. Leaving out a
    candidate may change the order of the others.
    """
    scores = np.asarray(table, dtype=float) * np.where(np.asarray(higher, dtype=bool), 1.0, -1.0)
    n, k = scores.shape
    each = [preferences] * k if isinstance(preferences, Preference) else list(preferences)
    preferred = np.zeros((n, n))
    for column, weight, preference in zip(scores.T, np.asarray(weights, dtype=float), each, strict=True):
        preferred += weight * _preferred(np.subtract.outer(column, column), preference)
    others = max(n - 1, 1)
    plus, minus = preferred.sum(axis=1) / others, preferred.sum(axis=0) / others
    return Flows(plus, minus, plus - minus)


def _preferred(apart: np.ndarray, preference: Preference) -> np.ndarray:
    """Return differences as preferences, 0 to 1."""
    shape, q, p, sigma = preference
    if shape not in SHAPES:
        raise ValueError(f"the shape of a preference is one of {', '.join(SHAPES)}")
    if shape == "usual":
        return (apart > ROUNDING).astype(float)
    if shape == "u":
        return (apart > q).astype(float)
    if shape == "level":
        return ((apart > q).astype(float) + (apart > p)) / 2
    if shape == "gauss":
        return np.where(apart > 0, 1 - np.exp(-(apart**2) / (2 * sigma**2)), 0.0)
    start = 0.0 if shape == "v" else q
    if p <= start:
        return (apart > start).astype(float)
    return np.clip((apart - start) / (p - start), 0, 1)


def places(scores: ArrayLike) -> np.ndarray:
    """Return the place of each score, 1 for the highest; equal ones share the better place, unknown ones have 0."""
    given = np.asarray(scores, dtype=float)
    ahead = (given[None, :] > given[:, None] + ROUNDING).sum(axis=1) + 1
    return np.where(np.isnan(given), 0, ahead)


def holds(table: ArrayLike, weights: ArrayLike, candidate: int) -> list[Hold]:
    """Return for each criterion between which of its weights a candidate stays first by the weighted sum.

    The other weights keep their proportions and share what is left. Exact: along such a line every sum is straight, so that
    each rival overtakes at one weight at most. A criterion that has all the weight, so that the others have no proportions,
    gives NaN; so does a candidate that is not first.

    Source: P. Goodwin and G. Wright, *Decision Analysis for Management Judgment* (sensitivity analysis); exact form: own.
    """
    scores, shares = np.asarray(table, dtype=float), np.asarray(weights, dtype=float)
    sums = scores @ shares
    if (sums > sums[candidate] + ROUNDING).any():
        return [Hold(math.nan, math.nan, -1, -1)] * len(shares)
    return [_hold(scores[:, j], sums, float(shares[j]), candidate) for j in range(len(shares))]


def _hold(column: np.ndarray, sums: np.ndarray, weight: float, candidate: int) -> Hold:
    """Return the stretch of one weight in which a candidate leads all others."""
    if weight >= 1 - ROUNDING:
        return Hold(math.nan, math.nan, -1, -1)
    rest = (sums - weight * column) / (1 - weight)
    lead_none = rest[candidate] - rest  # of the lead at weight 0, and at weight 1
    lead_all = column[candidate] - column
    low, high, below, above = 0.0, 1.0, -1, -1
    for rival in range(len(sums)):
        slope = lead_all[rival] - lead_none[rival]
        if rival == candidate or abs(slope) < ROUNDING:
            continue
        at = float(-lead_none[rival] / slope)
        if slope > 0 and at > low + ROUNDING:
            low, below = at, rival
        elif slope < 0 and at < high - ROUNDING:
            high, above = at, rival
    return Hold(min(low, weight), max(high, weight), below, above)


def reversals(score: Callable[[np.ndarray], np.ndarray], candidates: int) -> list[Reversal]:
    """Return what leaving out each candidate does to the order of the others, by a method that scores those who are left.

    `score` takes the places of candidates in the table and gives one score each.

    Source: X. Wang and E. Triantaphyllou, *Omega* 36 (2008) 45-63 (their first test criterion).
    """
    everyone = np.arange(candidates)
    whole = np.asarray(score(everyone), dtype=float)
    found = []
    for dropped in range(candidates if candidates > 2 else 0):
        left = np.delete(everyone, dropped)
        without = np.asarray(score(left), dtype=float)
        changed = bool((places(whole[left]) != places(without)).any())
        found.append(Reversal(dropped, changed, int(left[np.argmax(without)])))
    return found
