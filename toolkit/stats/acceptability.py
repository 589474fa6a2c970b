"""How often each candidate would be first when neither weights nor scores are sure: stochastic acceptability (SMAA-2).

Draws come from a seeded generator and are made some at a time: memory does not grow with their number. A share of 100,000
draws is known to about 0.3 points.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

DRAWS = 100_000
SEED = 20261122
AT_ONCE = 200_000  # scores drawn at a time


class Acceptability(NamedTuple):
    """What many draws of weights and scores say of each candidate.

    ranks: candidates by places, the share of draws in which each has each place. central: candidates by criteria, the mean
    of the weights with which each is first (NaN where it never is). confidence: the share of drawn scores with which each
    is first under its central weights (NaN where it has none). draws: how many were made.
    """

    ranks: np.ndarray
    central: np.ndarray
    confidence: np.ndarray
    draws: int


def drawn_weights(
    rng: np.random.Generator, draws: int, criteria: int, around: ArrayLike | None = None, sureness: float = 20.0
) -> np.ndarray:
    """Return draws of weights by criteria, each adding up to 1.

    Without `around` every weighting is as likely as any other. Else they are Dirichlet with that mean: the standard
    deviation of a weight w is the root of w(1 - w) / (sureness + 1), and a weight of zero stays zero.
    """
    shapes = np.ones(criteria) if around is None else np.asarray(around, dtype=float) * sureness
    drawn = rng.standard_gamma(shapes, size=(draws, criteria))
    total = drawn.sum(axis=1, keepdims=True)
    return np.divide(drawn, total, out=np.full_like(drawn, 1 / criteria), where=total > 0)


def weight_range(weight: float, sureness: float = 20.0, level: float = 0.95) -> tuple[float, float]:
    """Return between which ends a weight lies in that share of the draws of `drawn_weights` around it."""
    from scipy.special import betaincinv

    if not 0 < weight < 1:
        return weight, weight
    tail, a = (1 - level) / 2, weight * sureness
    return float(betaincinv(a, sureness - a, tail)), float(betaincinv(a, sureness - a, 1 - tail))


def acceptability(
    values: ArrayLike,
    *,
    around: ArrayLike | None = None,
    sureness: float = 20.0,
    noise: ArrayLike | float = 0.0,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Acceptability:
    """Return how often each candidate takes each place by the weighted sum, over plausible weights and noisy scores.

    Parameters
    ----------
    values : array
        Candidates by criteria, 0 to 1, none missing.
    around, sureness
        Of the weights: see `drawn_weights`.
    noise : array or float
        Standard error of each value (candidates by criteria, or one for all): scores are drawn normal around it.
    draws, seed : int
        Equal seeds give equal shares.

    Raises
    ------
    ValueError
        When a value is missing, or there is none.

    Notes
    -----
    Source: R. Lahdelma and P. Salminen, *Operations Research* 49 (2001) 444-454 (rank acceptability, central weights,
    confidence factors). Equal sums are put in an order by chance.
    """
    known = np.asarray(values, dtype=float)
    if known.ndim != 2 or not known.size or np.isnan(known).any():
        raise ValueError("every candidate has a value on every criterion")
    n, k = known.shape
    spread = np.broadcast_to(np.asarray(noise, dtype=float), known.shape)
    rng = np.random.default_rng(seed)
    counts, sums = np.zeros((n, n)), np.zeros((n, k))
    for size in _batches(draws, n * k):
        weights = drawn_weights(rng, size, k, around, sureness)
        order = _order(rng, _noisy_sums(rng, known, spread, weights))
        for place in range(n):
            counts[:, place] += np.bincount(order[:, place], minlength=n)
        first = order[:, 0, None] == np.arange(n)
        sums += first.T.astype(float) @ weights
    with np.errstate(invalid="ignore"):
        central = sums / counts[:, :1]
    return Acceptability(counts / draws, central, _confidence(rng, known, spread, central, draws), draws)


def open_acceptability(
    low: ArrayLike, high: ArrayLike, *, draws: int = DRAWS // 10, seed: int = SEED
) -> tuple[np.ndarray, np.ndarray]:
    """Return how often each candidate takes each place by the weighted mean of scores that may lie anywhere in a range.

    Parameters
    ----------
    low, high : array
        Candidates by criteria, between which ends a score lies, every value as likely. Where both are missing (NaN) the
        criterion counts nothing for that candidate: its mean is over the others.
    draws, seed : int
        Equal seeds give equal shares; every weighting is as likely as any other.

    Returns
    -------
    ranks : candidates by places, the share of draws in which each has each place.
    places : candidates by two, the places between which each lies in nine of ten draws (0 is the first).

    Raises
    ------
    ValueError
        When a candidate has no score at all, or a lower end lies above its upper end.

    Notes
    -----
    Rank acceptability as in `acceptability`, with uniform scores: SMAA takes any distribution.
    """
    below, above = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
    held = ~np.isnan(below)
    if below.ndim != 2 or not held.any(axis=1).all() or (below > above).any() or (held != ~np.isnan(above)).any():
        raise ValueError("every candidate has a range on one criterion or more, its lower end first")
    n, k = below.shape
    rng = np.random.default_rng(seed)
    least, room = np.where(held, below, 0.0), np.where(held, above - below, 0.0)
    counts = np.zeros((n, n))
    for size in _batches(draws, n * k):
        weights = drawn_weights(rng, size, k)
        scores = least + room * rng.random((size, n, k))
        order = _order(rng, np.einsum("dk,dnk->dn", weights, scores) / (weights @ held.T))
        for place in range(n):
            counts[:, place] += np.bincount(order[:, place], minlength=n)
    ranks = counts / draws
    reached = ranks.cumsum(axis=1)
    return ranks, np.stack([(reached <= 0.05).sum(axis=1), (reached < 0.95 - 1e-9).sum(axis=1)], axis=1)


def _confidence(
    rng: np.random.Generator, known: np.ndarray, spread: np.ndarray, central: np.ndarray, draws: int
) -> np.ndarray:
    """Return the share of drawn scores with which each candidate is first under the weights that speak for it."""
    n, k = known.shape
    first = np.zeros(n)
    for size in _batches(draws, n * n):
        for candidate in np.flatnonzero(~np.isnan(central).any(axis=1)):
            weights = np.broadcast_to(central[candidate], (size, k))
            order = _order(rng, _noisy_sums(rng, known, spread, weights))
            first[candidate] += (order[:, 0] == candidate).sum()
    return np.where(np.isnan(central).any(axis=1), np.nan, first / draws)


def _batches(draws: int, width: int) -> Iterator[int]:
    """Return how many draws to make at a time, so that no more than `AT_ONCE` scores are held."""
    size = max(AT_ONCE // width, 1)
    return (min(size, draws - begin) for begin in range(0, draws, size))


def _noisy_sums(rng: np.random.Generator, known: np.ndarray, spread: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return weighted sums, draws by candidates."""
    sums = weights @ known.T
    if not spread.any():
        return sums
    # independent normal errors of the scores add up to one normal error of the sum
    return sums + np.sqrt(weights**2 @ (spread**2).T) * rng.standard_normal(sums.shape)


def _order(rng: np.random.Generator, sums: np.ndarray) -> np.ndarray:
    """Return the candidates of each draw, the first one first; equal sums fall by chance."""
    return np.argsort(-(sums + 1e-12 * rng.random(sums.shape)), axis=1)
