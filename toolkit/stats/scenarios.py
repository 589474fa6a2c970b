"""Options compared under uncertainty: three-point inputs that rise and fall together, what drives a result, who is cheapest.

Draws come from a seeded generator: equal inputs give equal numbers. A probability from 100,000 draws is itself known to about
0.3 points (95 %), a mean to a few thousandths of the spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.simulation import DRAWS, SEED, normal_scores, three_point

PERT, TRIANGULAR = "pert", "triangular"
NODES = np.linspace(-5.5, 5.5, 441)  # normal scores at which quantiles are worked out; between them lines
TAIL = 0.1  # the worst share of cases that a tail is made of


def three_point_draws(
    low: ArrayLike,
    mode: ArrayLike,
    high: ArrayLike,
    *,
    rank_correlation: ArrayLike = 0.0,
    shape: str = PERT,
    draws: int = DRAWS,
    seed: int = SEED,
) -> np.ndarray:
    """Return draws of inputs that are known by a lowest, a most likely and a highest value, and that go together.

    Parameters
    ----------
    low, mode, high : array
        One value an input, in this order. Where all three are equal, the input is known.
    rank_correlation : number or array
        Spearman's correlation: one number for every pair, or a square table.
    shape : str
        "pert" (a beta distribution whose mean is (low + 4 mode + high) / 6) or "triangular".
    draws, seed : int
        How many, and where the generator starts.

    Returns
    -------
    array
        One row a draw, one column an input, each between its low and high. Quantiles lie on lines between 441 points of
        the normal scale: off by less than 0.1 % of the range.

    Raises
    ------
    ValueError
        When the three are not in order, a value is missing, the shape is unknown, or no numbers can be so correlated.

    Notes
    -----
    A Gaussian copula on the ranks: Spearman's r belongs to the correlation 2 sin(pi r / 6) of the normal numbers beneath.
    Source: D. Vose, *Risk Analysis*, 3rd ed. 2008, ch. 13 and 14; R. Iman and W. Conover, *Communications in Statistics B* 11
    (1982) 311-334; K. Pearson, *Drapers' Company Research Memoirs* 4 (1907).
    """
    a, m, b = np.broadcast_arrays(*(np.atleast_1d(np.asarray(part, dtype=float)) for part in (low, mode, high)))
    if np.isnan([a, m, b]).any():
        raise ValueError("a three-point estimate has a lowest, a most likely and a highest value")
    three_point(a, m, b)
    matrix = np.asarray(rank_correlation, dtype=float)
    matrix = np.where(np.eye(len(a)) == 1, 1.0, matrix) if matrix.ndim == 0 else matrix
    if matrix.shape != (len(a), len(a)):
        raise ValueError(f"correlations of {len(a)} inputs are a square table of {len(a)} rows")
    scores = np.ascontiguousarray(normal_scores(2 * np.sin(np.pi * matrix / 6), draws=draws, seed=seed).T)
    for row, table in zip(scores, _quantiles(a, m, b, shape), strict=True):
        row[:] = _between_nodes(row, table)
    return scores.T


def _between_nodes(scores: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Return the table's values at normal scores, on lines between its nodes; nodes are even, which is faster to look up."""
    steps = np.clip((scores - NODES[0]) / (NODES[1] - NODES[0]), 0, len(NODES) - 1.000001)
    whole = steps.astype(np.intp)
    return table[whole] + (steps - whole) * np.diff(table)[whole]


def _quantiles(low: np.ndarray, mode: np.ndarray, high: np.ndarray, shape: str) -> np.ndarray:
    """Return the quantiles of each input at the nodes, one row an input; the outermost are its ends."""
    from scipy.special import betaincinv, ndtr

    shares = ndtr(NODES)
    shares[0], shares[-1] = 0.0, 1.0
    width = np.where(high > low, high - low, 1.0)
    peak = ((mode - low) / width)[:, None]
    if shape == PERT:
        even = betaincinv(1 + 4 * peak, 5 - 4 * peak, shares)
    elif shape == TRIANGULAR:
        even = np.where(shares < peak, np.sqrt(shares * peak), 1 - np.sqrt((1 - shares) * (1 - peak)))
    else:
        raise ValueError(f"a shape is {PERT} or {TRIANGULAR}; found {shape!r}")
    return low[:, None] + (high - low)[:, None] * even


def tornado(
    model: Callable[..., float], base: Mapping[str, Any], ranges: Mapping[str, Sequence[float]]
) -> pd.DataFrame:
    """Return what a result becomes when one input at a time goes to its low and its high, the widest swing first.

    Parameters
    ----------
    model : function
        The result as a function of every input, by keyword.
    base : mapping
        The most likely value of each input; the others stay at it.
    ranges : mapping
        Low and high of each input that is moved.

    Returns
    -------
    DataFrame
        One row an input: `input`, `at_low` and `at_high` (its ends), `low` and `high` (the result there, so that `low` may
        be the larger one), `base` (the result at the base), `swing` (their distance). Ties stay in the given order.

    Raises
    ------
    ValueError
        When an input that is moved has no base.

    Notes
    -----
    It shows no effect of inputs that move together. Source: R. Clemen and T. Reilly, *Making Hard Decisions*, 2nd ed. 2001,
    ch. 5.
    """
    unknown = [name for name in ranges if name not in base]
    if unknown:
        raise ValueError(f"an input that is moved has a base; found none for {', '.join(unknown)}")
    middle = float(model(**base))
    rows = [
        (name, low, high, float(model(**{**base, name: low})), float(model(**{**base, name: high})))
        for name, (low, high) in ranges.items()
    ]
    table = pd.DataFrame(rows, columns=["input", "at_low", "at_high", "low", "high"])
    table = table.assign(base=middle, swing=(table["high"] - table["low"]).abs())
    return table.sort_values("swing", ascending=False, kind="stable").reset_index(drop=True)


def cheapest_shares(costs: ArrayLike) -> np.ndarray:
    """Return in which share of the draws each option costs least; they add up to 1.

    Parameters
    ----------
    costs : array
        One row a draw, one column an option; of draws in which several cost the same, each gets its part. A draw with a
        missing cost counts for nobody, and all are NaN without any draw.
    """
    values = np.asarray(costs, dtype=float)
    values = values[~np.isnan(values).any(axis=1)]
    if not len(values):
        return np.full(values.shape[1], np.nan)
    least = values == values.min(axis=1, keepdims=True)
    return (least / least.sum(axis=1, keepdims=True)).mean(axis=0)


def worst_mean(costs: ArrayLike, *, share: float = TAIL) -> float:
    """Return the mean of the worst share of draws: what it costs when it goes badly (expected shortfall).

    Parameters
    ----------
    costs : array
        One cost a draw; a missing one makes it NaN.
    share : float
        The worst share, above 0 and up to 1: 0.1 for one case in ten.

    Raises
    ------
    ValueError
        When the share is not above 0 and up to 1.

    Notes
    -----
    Where the share ends within a draw, that draw counts in part. Source: C. Acerbi and D. Tasche, *Journal of Banking &
    Finance* 26 (2002) 1487-1503.

    Examples
    --------
    >>> worst_mean([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], share=0.2)
    9.5
    """
    if not 0 < share <= 1:
        raise ValueError(f"a share of the draws lies above 0 and up to 1; found {share}")
    values = np.sort(np.asarray(costs, dtype=float))[::-1]
    if not len(values) or np.isnan(values).any():
        return math.nan
    count = share * len(values)
    whole = int(count + 1e-9)
    rest = max(count - whole, 0.0)
    return float((values[:whole].sum() + (rest * values[whole] if rest > 1e-9 else 0.0)) / count)


def break_even(one_off: ArrayLike, saving: ArrayLike, *, start: ArrayLike = 0.0) -> np.ndarray:
    """Return after how many months a one-off cost has come back through a saving that begins later.

    Parameters
    ----------
    one_off : array
        What is paid once; where it is not above zero there is nothing to bring back, and it is 0.
    saving : array
        Saving a month from `start` on.
    start : array
        Month in which the saving begins.

    Returns
    -------
    array
        Months; infinite where there is something to bring back and the saving is not above zero. NaN where one is missing.

    Notes
    -----
    Undiscounted, and equal to `money.payback` of such flows. Source: E. Brigham and J. Houston, *Fundamentals of Financial
    Management*, capital budgeting.
    """
    cost, gain, begin = np.broadcast_arrays(*(np.asarray(part, dtype=float) for part in (one_off, saving, start)))
    with np.errstate(divide="ignore", invalid="ignore"):
        months = np.where(gain > 0, begin + cost / gain, np.inf)
    missing = np.isnan(cost) | np.isnan(gain) | np.isnan(begin)
    return np.where(missing, np.nan, np.where(cost <= 0, 0.0, months))


def annuity(start: ArrayLike, end: ArrayLike, rate: float) -> np.ndarray:
    """Return what 1 a month, paid evenly from one month to another, is worth at month 0; 0 where the end is not later.

    Parameters
    ----------
    start, end : array
        Months from now, whole or not.
    rate : float
        Effective annual rate as a share, above -1; 0 gives the months between.

    Raises
    ------
    ValueError
        When the rate is -1 or below.

    Notes
    -----
    The integral of (1 + rate) ** (-t / 12). Source: S. Kellison, *The Theory of Interest*, continuous annuities.
    """
    if rate <= -1:
        raise ValueError(f"a rate is above -1 (that is, -100 %); found {rate}")
    first, last = (np.asarray(part, dtype=float) for part in (start, end))
    last = np.maximum(first, last)
    if rate == 0:
        return last - first
    force = math.log1p(rate) / 12
    return (np.exp(-force * first) - np.exp(-force * last)) / force
