"""Means of several questions that the same people answered, and sums and differences of them, with what they have in common."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Estimate


def combined_means(
    answers: ArrayLike,
    coefficients: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    population: float | None = None,
) -> Estimate:
    """Return a sum of the questions' means, each times its coefficient, with a standard error that knows who answered what.

    Parameters
    ----------
    answers : array
        People by questions; missing ones are NaN and left out of their question's mean only.
    coefficients : array
        One a question: 1 / k each for the mean of k means, 1 and -1 for a difference.
    weights : array, optional
        What each person counts for; only their ratios matter.
    population : float, optional
        How many people there are to ask.

    Returns
    -------
    Estimate
        In the unit of the answers. NaN when a question has no answer; the error is NaN with fewer than two people, and 0 when
        the whole population answered.

    Notes
    -----
    Each mean is a ratio of totals; what a person adds to its error is w (answer - mean) / (sum of w), and what she or he adds
    to the sum are these times their coefficients. With every question answered by all, two questions and the coefficients 1
    and -1 this is the paired t test. Source: W. Cochran, *Sampling Techniques*, 3rd ed. 1977, sections 2.11 and 6.3; D.
    Binder, *International Statistical Review* 51 (1983) 279-292 (linearised variances).

    Examples
    --------
    >>> found = combined_means([[5, 4], [3, 3], [4, 2], [4, 3]], [1, -1])
    >>> found.value, round(found.se, 4), found.df
    (1.0, 0.4082, 3.0)
    """
    values = np.asarray(answers, dtype=float)
    factors = np.asarray(coefficients, dtype=float)
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    known = ~np.isnan(values) & (factors != 0)
    totals = weight @ known
    if (totals[factors != 0] == 0).any():
        return Estimate(math.nan, math.nan, math.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(factors != 0, weight @ np.where(known, values, 0.0) / totals, 0.0)
        share = np.where(known, weight[:, None] * (values - means) / totals, 0.0)
    parts = (share @ factors)[known.any(axis=1)]
    n = len(parts)
    value = float(means @ factors)
    left = 1.0 if population is None else max(0.0, 1 - n / population)
    if n < 2:
        return Estimate(value, 0.0 if left == 0 else math.nan, math.nan)
    return Estimate(value, math.sqrt(n / (n - 1) * float(parts @ parts) * left), float(n - 1))
