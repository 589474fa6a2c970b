"""Whether raters agree beyond chance: Cohen's kappa, Fleiss' kappa, Krippendorff's alpha.

1 is full agreement, 0 what chance gives, and below 0 is less than that. A high share of one category makes all of them low,
also where raters hardly ever differ: show the share of equal ratings beside them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import z_quantile

Metric = Literal["nominal", "ordinal", "interval", "ratio"]

CHUNK = 2_000_000  # numbers held at a time while drawing


class Agreement(NamedTuple):
    """Agreement beyond chance with the ends of its interval, its standard error, and how many things were rated.

    `observed` is the agreement as such, 0 to 1: the (weighted) share of equal ratings, or 1 less the disagreement.
    """

    value: float
    low: float
    high: float
    se: float
    n: int
    observed: float


UNRATED = Agreement(math.nan, math.nan, math.nan, math.nan, 0, math.nan)


def cohens_kappa(
    first: ArrayLike,
    second: ArrayLike,
    *,
    weights: Literal["linear", "quadratic"] | ArrayLike | None = None,
    order: Sequence[Any] | None = None,
    level: float = 0.95,
) -> Agreement:
    """Return how far two raters agree on the same things, beyond chance.

    Parameters
    ----------
    first, second : array
        One label a thing; things with a missing label are left out.
    weights : "linear", "quadratic" or array, optional
        What a disagreement costs: the same whatever it is (by default), by the steps between labels, by their square, or a
        table of costs with 0 on the diagonal.
    order : sequence, optional
        The labels, lowest first; by default those found, sorted.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Agreement
        See `kappa_of_table`.

    Raises
    ------
    ValueError
        When a label is not in the order, or both raters have not rated equally many things.
    """
    pair = pd.DataFrame({"first": np.asarray(first, dtype=object), "second": np.asarray(second, dtype=object)}).dropna()
    labels = sorted(set(pair["first"]) | set(pair["second"])) if order is None else list(order)
    place = {label: position for position, label in enumerate(labels)}
    off = sorted({str(label) for label in [*pair["first"], *pair["second"]] if label not in place})
    if off:
        raise ValueError(f"label {', '.join(off)} is not in the order")
    table = np.zeros((len(labels), len(labels)))
    np.add.at(table, (pair["first"].map(place).to_numpy(int), pair["second"].map(place).to_numpy(int)), 1)
    return kappa_of_table(table, weights=weights, level=level)


def kappa_of_table(
    table: ArrayLike,
    *,
    weights: Literal["linear", "quadratic"] | ArrayLike | None = None,
    n: int | None = None,
    level: float = 0.95,
) -> Agreement:
    """Return Cohen's kappa of a square table: the first rater's labels by the second's.

    Parameters
    ----------
    table : array
        Counts, or shares when `n` is given.
    weights, level
        As for `cohens_kappa`.
    n : int, optional
        Things rated; by default the sum of the table.

    Returns
    -------
    Agreement
        NaN without a rating, and where chance alone would agree fully (both raters use one label only).

    Raises
    ------
    ValueError
        When the table is not square, has a negative entry, or costs do not fit to it.

    Notes
    -----
    Sources: J. Cohen, *Educational and Psychological Measurement* 20 (1960) 37-46; weighted: *Psychological Bulletin* 70
    (1968) 213-220; error: J. Fleiss, J. Cohen and B. Everitt, *Psychological Bulletin* 72 (1969) 323-327.
    """
    counts = np.asarray(table, dtype=float)
    k, total = len(counts), float(counts.sum())
    if counts.shape != (k, k) or (counts < 0).any():
        raise ValueError("kappa takes a square table of counts")
    size = round(total) if n is None else n
    if not total:
        return UNRATED
    share, cost = counts / total, _costs(weights, k)
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    found, expected = float((share * cost).sum()), float(rows @ cost @ columns)
    credit = 1 - cost / (cost.max() or 1)
    observed = float((share * credit).sum())
    if not expected:
        return Agreement(math.nan, math.nan, math.nan, math.nan, size, observed)
    kappa = 1 - found / expected
    by_chance = float(rows @ credit @ columns)
    marginal = (credit @ columns)[:, None] + (rows @ credit)[None, :]
    spread = float((share * (credit - marginal * (1 - kappa)) ** 2).sum()) - (kappa - by_chance * (1 - kappa)) ** 2
    se = math.sqrt(max(spread, 0.0) / size) / (1 - by_chance)
    margin = z_quantile((1 + level) / 2) * se
    return Agreement(kappa, max(kappa - margin, -1.0), min(kappa + margin, 1.0), se, size, observed)


def _costs(weights: Any, k: int) -> np.ndarray:
    """Return what each disagreement costs."""
    apart = np.abs(np.subtract.outer(np.arange(k), np.arange(k))).astype(float)
    if weights is None:
        return (apart > 0).astype(float)
    if isinstance(weights, str):
        if weights not in ("linear", "quadratic"):
            raise ValueError("weights are linear, quadratic or a table of costs")
        return apart if weights == "linear" else apart**2
    cost = np.asarray(weights, dtype=float)
    if cost.shape != (k, k) or np.diag(cost).any() or (cost < 0).any():
        raise ValueError(f"costs are a table of {k} by {k}, 0 or more, and 0 on the diagonal")
    return cost


def krippendorffs_alpha(
    ratings: ArrayLike, *, metric: Metric = "nominal", draws: int = 1000, seed: int = 0, level: float = 0.95
) -> Agreement:
    """Return how far any number of raters agree, beyond chance, with ratings missing.

    Parameters
    ----------
    ratings : array
        Raters by things, numbers (labels as codes in their order), NaN where a rater gave none. Things with a single rating
        are left out.
    metric : "nominal", "ordinal", "interval" or "ratio"
        How far two ratings are apart: equal or not, by ranks, by their difference, by it over their sum.
    draws : int
        Bootstrap draws of things for the interval; 0 for none.
    seed : int
        Of the draws: equal seeds give equal intervals.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Agreement
        NaN where no thing has two ratings or all ratings are equal; error and ends NaN without draws.

    Raises
    ------
    ValueError
        When the metric is unknown, or a ratio is of a negative rating.

    Notes
    -----
    Source: K. Krippendorff, *Content Analysis*, 4th ed. 2019, ch. 12. The interval is the percentile one over draws of whole
    things (A. Zapf and others, *BMC Medical Research Methodology* 16 (2016) 93); Krippendorff's own draws pairs.
    """
    if metric not in ("nominal", "ordinal", "interval", "ratio"):
        raise ValueError("the metric is nominal, ordinal, interval or ratio")
    table = np.atleast_2d(np.asarray(ratings, dtype=float))
    table = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    values = np.unique(table[~np.isnan(table)])
    if metric == "ratio" and (values < 0).any():
        raise ValueError("ratios are of ratings of 0 or more")
    n, k = table.shape[1], len(values)
    if not n:
        return UNRATED
    counts = (table[:, :, None] == values).sum(axis=0).astype(float)
    given = counts.sum(axis=1)
    pairs = counts[:, :, None] * counts[:, None, :] - counts[:, :, None] * np.eye(k)
    pairs = (pairs / np.maximum(given - 1, 1)[:, None, None]).reshape(n, k * k)

    def alphas(times: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        together = (times @ pairs).reshape(-1, k, k)
        return _alpha_of(together, values, metric)

    found, observed = alphas(np.ones((1, n)))
    drawn = _drawn(lambda times: alphas(times)[0], n, k * k, draws, seed)
    return _with_ends(float(found[0]), float(observed[0]), n, drawn, level)


def _alpha_of(together: np.ndarray, values: np.ndarray, metric: Metric) -> tuple[np.ndarray, np.ndarray]:
    """Return alpha and the observed agreement of stacked tables of coincidences."""
    marginal = together.sum(axis=2)
    total = marginal.sum(axis=1)
    apart = _distances(marginal, values, metric)
    with np.errstate(invalid="ignore", divide="ignore"):
        found = (together * apart).sum(axis=(1, 2)) / total
        expected = np.einsum("bi,bij,bj->b", marginal, apart, marginal) / (total * (total - 1))
        furthest = apart.reshape(len(apart), -1).max(axis=1, initial=0)
        return 1 - found / expected, 1 - found / np.where(furthest > 0, furthest, 1)


def _distances(marginal: np.ndarray, values: np.ndarray, metric: Metric) -> np.ndarray:
    """Return how far each two ratings are apart, squared; by ranks it depends on how often each is given."""
    difference = np.subtract.outer(values, values)
    if metric == "ordinal":
        middle = np.cumsum(marginal, axis=1) - marginal / 2
        return (middle[:, :, None] - middle[:, None, :]) ** 2
    if metric == "nominal":
        apart = (difference != 0).astype(float)
    elif metric == "interval":
        apart = difference**2
    else:
        both = np.add.outer(values, values)
        apart = np.divide(difference, both, out=np.zeros_like(both), where=both > 0) ** 2
    return np.broadcast_to(apart, (len(marginal), *apart.shape))


def fleiss_kappa(counts: ArrayLike, *, draws: int = 1000, seed: int = 0, level: float = 0.95) -> Agreement:
    """Return how far raters agree who rated each thing equally often, not necessarily the same raters.

    Parameters
    ----------
    counts : array
        Things by categories: how many raters put the thing there; each row has the same sum, 2 or more.
    draws, seed, level
        As for `krippendorffs_alpha`, from which it differs little, and which allows for missing ratings.

    Returns
    -------
    Agreement
        NaN without a thing, and where all ratings are equal.

    Raises
    ------
    ValueError
        When things were not rated equally often, or only once.

    Notes
    -----
    Source: J. Fleiss, *Psychological Bulletin* 76 (1971) 378-382. The interval is the percentile one over draws of things,
    for Fleiss' own error holds only where there is no agreement.
    """
    table = np.atleast_2d(np.asarray(counts, dtype=float))
    n, k = (len(table), table.shape[1]) if table.size else (0, 0)
    if not n:
        return UNRATED
    raters = table.sum(axis=1)
    if raters.min() != raters.max() or raters[0] < 2:
        raise ValueError("each thing is rated equally often, by two raters or more")
    agree = ((table**2).sum(axis=1) - raters) / (raters * (raters - 1))

    def kappas(times: np.ndarray) -> np.ndarray:
        shares = times @ table / (n * raters[0])
        chance = (shares**2).sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(chance < 1 - 1e-12, (times @ agree / n - chance) / (1 - chance), math.nan)

    drawn = _drawn(kappas, n, k, draws, seed)
    return _with_ends(float(kappas(np.ones((1, n)))[0]), float(agree.mean()), n, drawn, level)


def _drawn(of: Any, n: int, width: int, draws: int, seed: int) -> np.ndarray:
    """Return a figure over draws of things with replacement, some at a time."""
    if not draws or n < 2:
        return np.empty(0)
    rng, at_once = np.random.default_rng(seed), max(CHUNK // max(n, width), 1)
    parts = [
        of(rng.multinomial(n, np.full(n, 1 / n), size=min(at_once, draws - begin)).astype(float))
        for begin in range(0, draws, at_once)
    ]
    return np.concatenate(parts)


def _with_ends(value: float, observed: float, n: int, drawn: np.ndarray, level: float) -> Agreement:
    """Return agreement with its percentile interval; draws in which all ratings are equal tell nothing and do not count."""
    known = drawn[~np.isnan(drawn)]
    if len(known) < 2 or math.isnan(value):
        return Agreement(value, math.nan, math.nan, math.nan, n, observed)
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return Agreement(value, float(low), float(high), float(known.std(ddof=1)), n, observed)
