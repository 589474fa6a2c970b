"""What matters how much: weights from swing points, and from judgements in pairs with their consistency (AHP)."""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

# Mean consistency index of judgements made at random, by the number of things compared (Saaty 1980, p. 21). Other authors
# drew other numbers: the ratio moves in its third decimal.
RANDOM_INDEX = (0, 0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59)
CONSISTENT = 0.10  # the ratio up to which judgements are taken as consistent (Saaty 1980)


class Priorities(NamedTuple):
    """Weights from judgements in pairs, which add up to 1, and the consistency ratio: 0 without a contradiction."""

    weights: np.ndarray
    ratio: float
    eigenvalue: float


class Contradiction(NamedTuple):
    """Three things whose judgements contradict one another: `direct` is first over last, `implied` what the other two say."""

    first: int
    middle: int
    last: int
    direct: float
    implied: float


def swing_weights(points: ArrayLike) -> np.ndarray:
    """Return weights that add up to 1, in proportion to swing points.

    Parameters
    ----------
    points : array
        What the step from the worst to the best is worth, 100 for the criterion where it is worth most.

    Raises
    ------
    ValueError
        When one is missing or negative, or all are zero.

    Notes
    -----
    Source: W. Edwards and F. Barron, *Organizational Behavior and Human Decision Processes* 60 (1994) 306-325; the worked
    example is that of P. Goodwin and G. Wright, *Decision Analysis for Management Judgment*.

    Examples
    --------
    >>> swing_weights([100, 60, 40]).tolist()
    [0.5, 0.3, 0.2]
    """
    given = np.asarray(points, dtype=float)
    if np.isnan(given).any() or (given < 0).any() or not given.sum() > 0:
        raise ValueError("swing points are 0 or more, and one of them is more")
    return given / given.sum()


def priorities(judgements: ArrayLike) -> Priorities:
    """Return the weights that judgements in pairs come down to, and how far the judgements contradict one another.

    Parameters
    ----------
    judgements : array
        Square: how many times the thing of the row matters as much as that of the column, from 1/9 to 9 on Saaty's scale.

    Returns
    -------
    Priorities
        The principal eigenvector; the ratio of its consistency index to that of judgements made at random. 0 for two
        things, which cannot contradict; NaN for more than 15.

    Raises
    ------
    ValueError
        When the table is not square, a judgement is missing or not above 0, or two of a pair are not each other's inverse.

    Notes
    -----
    Source: T. Saaty, *The Analytic Hierarchy Process*, 1980; the worked example is that of his article in *International
    Journal of Services Sciences* 1 (2008) 83-98.
    """
    table = np.asarray(judgements, dtype=float)
    n = len(table)
    if table.shape != (n, n) or not n or not (table > 0).all():
        raise ValueError("judgements in pairs are a square table of numbers above 0")
    if not np.allclose(table * table.T, 1, rtol=1e-3):
        raise ValueError("two judgements of one pair are each other's inverse")
    values, vectors = np.linalg.eig(table)
    first = int(np.argmax(values.real))
    vector, largest = np.abs(vectors[:, first].real), float(values[first].real)
    index = max(largest - n, 0.0) / (n - 1) if n > 1 else 0.0
    if n >= len(RANDOM_INDEX):
        return Priorities(vector / vector.sum(), math.nan, largest)
    return Priorities(vector / vector.sum(), index / RANDOM_INDEX[n] if n > 2 else 0.0, largest)


def contradictions(judgements: ArrayLike) -> list[Contradiction]:
    """Return every three things whose judgements do not follow from one another, the worst first.

    How bad it is goes by the factor between what is judged and what is implied; own definition, after the triads of
    M. Kendall and B. Babington Smith, *Biometrika* 31 (1940) 324-345.
    """
    table = np.asarray(judgements, dtype=float)
    found = [
        Contradiction(i, j, k, float(table[i, k]), float(table[i, j] * table[j, k]))
        for i, j, k in combinations(range(len(table)), 3)
    ]
    apart = [(abs(math.log(item.direct / item.implied)), item) for item in found]
    return [item for size, item in sorted(apart, key=lambda pair: -pair[0]) if size > 1e-6]
