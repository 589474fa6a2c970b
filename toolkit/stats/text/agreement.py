"""How far labels agree with people's, how far probabilities keep their word, and shares corrected for a classifier's errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.agreement import kappa_of_table
from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import wilson

LEAST_KAPPA = 0.4  # below it no score is shown: a judgement, not a published limit
LEAST_LABELS = 30  # labelled comments below which an agreement is not known well enough: own choice
DRAWS = 2000
SEED = 20261122
ROUNDS = 300  # of the EM algorithm, whose shares then stand still to the fourth decimal


@dataclass(frozen=True, eq=False)
class Agreement:
    """How far a second judge (a classifier, or a person) agrees with labels that are taken as true.

    `accuracy` and `kappa` have their intervals; `recall` has a row a class (value, low, high, n); `macro_f1` is the plain mean
    of the classes' F1; `n` counts the comments judged by both; `answered` is the share of labelled comments that were judged.
    """

    n: int
    answered: float
    accuracy: Interval
    kappa: Interval
    macro_f1: float
    recall: pd.DataFrame
    confusion: pd.DataFrame

    @property
    def trusted(self) -> bool:
        """Whether a score may be shown: kappa of at least .4 on at least 30 comments. Both are judgements of our own."""
        return self.n >= LEAST_LABELS and bool(self.kappa.value >= LEAST_KAPPA)


def agreement(labelled: ArrayLike, judged: ArrayLike, classes: tuple[str, ...]) -> Agreement:
    """Return how far the judged classes agree with the labelled ones.

    Parameters
    ----------
    labelled, judged : array of str
        One class a comment. Comments whose label or judgement is none of `classes` (missing, unsure) are left out of all but
        `answered`.
    classes : tuple of str
        In the order in which they are shown.

    Returns
    -------
    Agreement
        Accuracy with Wilson's interval, Cohen's kappa with its large-sample interval, recall of each class with Wilson's.
        NaN where nothing can be said: no comments, or one class alone.

    Notes
    -----
    Kappa is that of `toolkit.stats.agreement`.
    """
    table = confusion_matrix(labelled, judged, classes).loc[:, list(classes)]
    counts, true = table.to_numpy(float), int(np.isin(np.asarray(labelled, dtype=object), classes).sum())
    n, right = int(counts.sum()), np.diag(counts)
    with np.errstate(invalid="ignore", divide="ignore"):
        f1 = 2 * right / (counts.sum(axis=0) + counts.sum(axis=1))
    recall, kappa = wilson(right, counts.sum(axis=1)), kappa_of_table(counts)
    return Agreement(
        n=n,
        answered=n / true if true else float("nan"),
        accuracy=wilson(right.sum(), n),
        kappa=Interval(kappa.value, kappa.low, kappa.high),
        macro_f1=float(f1[counts.sum(axis=1) > 0].mean()) if n else float("nan"),
        recall=pd.DataFrame({**recall._asdict(), "n": counts.sum(axis=1).astype(int)}, index=list(classes)),
        confusion=table,
    )


def confusion_matrix(
    labelled: ArrayLike, judged: ArrayLike, classes: tuple[str, ...], unsure: str = "unsure"
) -> pd.DataFrame:
    """Return how many comments of each labelled class were judged as each class, or as unsure.

    Parameters
    ----------
    labelled, judged : array of str
        One class a comment. Comments with a label that is none of `classes` are left out, as are judgements that are none of
        them nor `unsure`.
    classes : tuple of str
        In the order in which they are shown.
    unsure : str
        The word for no judgement, in the last column.

    Returns
    -------
    DataFrame
        One row a labelled class, one column an outcome; counts.
    """
    outcomes = [*classes, unsure]
    rows = pd.Index(list(classes)).get_indexer(pd.Index(np.asarray(labelled, dtype=object)))
    columns = pd.Index(outcomes).get_indexer(pd.Index(np.asarray(judged, dtype=object)))
    counts = np.zeros((len(classes), len(outcomes)), dtype=int)
    known = (rows >= 0) & (columns >= 0)
    np.add.at(counts, (rows[known], columns[known]), 1)
    return pd.DataFrame(counts, index=pd.Index(list(classes), name="labelled"), columns=outcomes)


def reliability_table(probability: ArrayLike, right: ArrayLike, *, bins: int = 10) -> pd.DataFrame:
    """Return, for answers given with about the same probability, how often they were right.

    Parameters
    ----------
    probability : array
        What the classifier said of its answer, 0 to 1.
    right : array of bool
        Whether the answer was right.
    bins : int
        Classes of equal width from 0 to 1.

    Returns
    -------
    DataFrame
        One row a class that holds answers: `from`, `to`, `n`, `said` (mean probability), `value`, `low`, `high` (the share
        that was right, with Wilson's interval).
    """
    said, hit = np.asarray(probability, dtype=float), np.asarray(right, dtype=float)
    place = np.minimum((said * bins).astype(int), bins - 1)
    n = np.bincount(place, minlength=bins)
    held = np.flatnonzero(n)
    share = wilson(np.bincount(place, hit, minlength=bins)[held], n[held])
    mean = np.bincount(place, said, minlength=bins)[held] / n[held]
    return pd.DataFrame({"from": held / bins, "to": (held + 1) / bins, "n": n[held], "said": mean, **share._asdict()})


def calibration_error(probability: ArrayLike, right: ArrayLike, *, bins: int = 10) -> float:
    """Return the expected calibration error: how far, on average, probabilities lie from the share that was right (0 to 1).

    Notes
    -----
    Source: M. Pakdaman Naeini, G. Cooper and M. Hauskrecht, *AAAI* 2015, 2901-2907, with classes of equal width.
    """
    table = reliability_table(probability, right, bins=bins)
    return float(np.average((table["said"] - table["value"]).abs(), weights=table["n"])) if len(table) else float("nan")


class Shares(NamedTuple):
    """Shares of the true classes with the ends of their 95 % intervals, each an array in the order of the classes."""

    value: np.ndarray
    low: np.ndarray
    high: np.ndarray


def corrected_shares(predicted_counts: ArrayLike, confusion: ArrayLike, *, level: float = 0.95) -> Shares:
    """Return the shares of the true classes behind what a classifier said, allowing for how it errs.

    A classifier that takes a tenth of the neutral comments for positive ones finds praise where there is none. From its
    confusion matrix on labelled comments follows which true shares make its answers most likely.

    Parameters
    ----------
    predicted_counts : array
        How many comments were given each outcome, in the order of the columns of `confusion`, with "unsure"
        if that has it.
    confusion : array
        Counts, one row a true class, one column an outcome, from comments that people labelled.
    level : float
        Coverage of the intervals, as a share.

    Returns
    -------
    Shares
        0 to 1; the values sum to 1. `low` and `high` hold the error of both, of the sample and of the matrix. All NaN when
        nothing was predicted or a class was never labelled.

    Raises
    ------
    ValueError
        When counts are negative or their number is not that of the matrix's columns.

    Notes
    -----
    The correction of W. Rogan and B. Gladen, *American Journal of Epidemiology* 107 (1978) 71-76, for more than two classes
    and kept within 0 to 1 by maximum likelihood (EM; equal to the inverse of the matrix wherever that gives shares). The
    interval is by simulation: the rows of the matrix and the answers are drawn from their Dirichlet distributions with
    Jeffreys' prior (1/2 a cell). It takes for granted that the classifier errs on these comments as it did on those labelled:
    with another subject, or other people, label some comments of your own.
    """
    said, table = np.asarray(predicted_counts, dtype=float), np.asarray(confusion, dtype=float)
    if table.ndim != 2 or said.shape != table.shape[1:] or (said < 0).any() or (table < 0).any():
        raise ValueError("counts of 0 or more, one a column of the confusion matrix, are needed")
    if not said.sum() or (table.sum(axis=1) == 0).any():
        return Shares(*[np.full(len(table), np.nan)] * 3)
    value = _true_shares(said[None] / said.sum(), (table / table.sum(axis=1, keepdims=True))[None])[0]
    rng = np.random.default_rng(SEED)
    matrices = np.stack([rng.dirichlet(row + 0.5, DRAWS) for row in table], axis=1)
    drawn = _true_shares(rng.dirichlet(said + 0.5, DRAWS), matrices)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return Shares(value, np.minimum(low, value), np.maximum(high, value))


def _true_shares(said: np.ndarray, matrices: np.ndarray) -> np.ndarray:
    """Return, for each draw, the true shares under which its answers are most likely, by EM from equal shares."""
    shares = np.full(matrices.shape[:2], 1 / matrices.shape[1])
    for _ in range(ROUNDS):
        expected = np.einsum("dk,dko->do", shares, matrices)
        ratio = np.divide(said, expected, out=np.zeros_like(said), where=expected > 0)
        shares = shares * np.einsum("dko,do->dk", matrices, ratio)
        shares /= shares.sum(axis=1, keepdims=True)
    return shares
