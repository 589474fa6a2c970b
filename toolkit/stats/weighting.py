"""From those who answered to those who were asked: finite populations, strata, weights to known totals, what weights cost."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Estimate

MAX_SWEEPS = 200
CLOSE = 1e-8  # of a group's total: nearer than this a margin is met


@dataclass(frozen=True, eq=False)
class Weights:
    """Weights to known totals, and how far they hold.

    `weights` has one value a respondent; `sweeps` says how often all margins were gone through; `converged` whether every
    margin is met in the end; `faults` says in sentences what could not be met, and is empty when all is well.
    `design_effect` is Kish's (see `design_effect`).
    """

    weights: np.ndarray
    sweeps: int
    converged: bool
    faults: tuple[str, ...]
    design_effect: float


def sampling_factor(n: ArrayLike, population: ArrayLike | None) -> np.ndarray:
    """Return the share of the population not sampled, 1 - n / N, by which the variance of a mean shrinks.

    Parameters
    ----------
    n : number or array
        How many answered.
    population : number or array, optional
        How many there are; without it (or where it is missing), infinitely many.

    Returns
    -------
    array
        0 (everybody answered) to 1. Multiplies s**2 / n, where s**2 divides by n - 1.

    Raises
    ------
    ValueError
        When more answered than there are.

    Notes
    -----
    Source: W. Cochran, *Sampling Techniques*, 3rd ed. 1977, section 2.6.
    """
    size = np.asarray(n, dtype=float)
    if population is None:
        return np.ones_like(size)
    everybody = np.where(np.isnan(np.asarray(population, dtype=float)), math.inf, population)
    if (size > everybody).any():
        raise ValueError("no more can answer than the population has")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(everybody > 0, 1 - size / everybody, 1.0)


def effective_n(n: ArrayLike, population: ArrayLike | None) -> np.ndarray:
    """Return how many answers from an infinite population would tell as much as n out of N do: n (N - 1) / (N - n).

    Parameters
    ----------
    n, population
        As for `sampling_factor`.

    Returns
    -------
    array
        n or more; infinite when everybody answered.

    Notes
    -----
    The variance of a sampled share is p (1 - p) / n * (N - n) / (N - 1) under draws without replacement (Cochran 1977,
    theorem 3.2), which is that of so many draws with replacement.
    """
    size = np.asarray(n, dtype=float)
    left = sampling_factor(size, population)
    if population is None:
        return size
    everybody = np.where(np.isnan(np.asarray(population, dtype=float)), math.inf, population)
    with np.errstate(invalid="ignore", divide="ignore"):
        effective = size * np.where(np.isinf(everybody), 1.0, (1 - 1 / everybody) / left)
        return np.where((size > 0) & (left == 0), math.inf, effective)


def kish_n(weights: ArrayLike) -> float:
    """Return the effective number of answers under weights: (sum of weights)**2 / sum of squared weights.

    Returns
    -------
    float
        Between 1 and the number of weights above 0; NaN without any. Missing weights do not count.

    Notes
    -----
    Source: L. Kish, *Survey Sampling*, 1965, section 11.7; *Journal of Official Statistics* 8 (1992) 183-200.
    """
    values = np.asarray(weights, dtype=float)
    values = values[~np.isnan(values)]
    squares = float(values @ values)
    return float(values.sum()) ** 2 / squares if squares else math.nan


def design_effect(weights: ArrayLike) -> float:
    """Return how many times as large a variance is because of unequal weights: n / `kish_n`.

    Returns
    -------
    float
        1 (equal weights) or more; NaN without any. It takes answers and weights as unrelated (Kish 1992).
    """
    values = np.asarray(weights, dtype=float)
    return float((~np.isnan(values)).sum()) / kish_n(values)


def sampled_mean(values: ArrayLike, population: float | None = None) -> Estimate:
    """Return the mean of a simple random sample out of a finite population, with its standard error.

    Parameters
    ----------
    values : array
        One value a respondent; missing ones are left out.
    population : float, optional
        How many there are; without it, infinitely many.

    Returns
    -------
    Estimate
        In the unit of the values. The error is NaN with fewer than two values, and 0 when everybody answered.

    Raises
    ------
    ValueError
        When more answered than there are.

    Notes
    -----
    Source: W. Cochran, *Sampling Techniques*, 3rd ed. 1977, equation 2.20.
    """
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    n = len(known)
    left = float(sampling_factor(n, population))
    if n < 2:
        return Estimate(float(known[0]) if n else math.nan, math.nan, math.nan)
    return Estimate(float(known.mean()), math.sqrt(float(known.var(ddof=1)) / n * left), n - 1)


def sampled_total(values: ArrayLike, population: float) -> Estimate:
    """Return the total over a finite population from a simple random sample of it: N times `sampled_mean`."""
    found = sampled_mean(values, population)
    return Estimate(population * found.value, population * found.se, found.df)


def stratified_mean(values: ArrayLike, strata: ArrayLike, populations: Mapping[Hashable, float]) -> Estimate:
    """Return the mean over a population of known groups (strata), each sampled at its own rate.

    Parameters
    ----------
    values : array
        One value a respondent; missing ones are left out.
    strata : array
        The group of each respondent.
    populations : mapping
        How many there are in each group.

    Returns
    -------
    Estimate
        In the unit of the values. NaN when a group with people in it has no answer; the error is NaN when one has a single
        answer from more than one person. Degrees of freedom are Satterthwaite's.

    Raises
    ------
    ValueError
        When a respondent's group is not among the populations, or more answered than there are.

    Notes
    -----
    Source: W. Cochran, *Sampling Techniques*, 3rd ed. 1977, equations 5.1, 5.13 and 5.16.
    """
    frame = pd.DataFrame({"value": np.asarray(values, dtype=float), "stratum": np.asarray(strata, dtype=object)})
    frame = frame[frame["value"].notna()]
    _check_known(frame["stratum"], populations, "strata")
    counted = {name: size for name, size in populations.items() if size > 0}
    everybody = sum(counted.values())
    if not everybody:
        return Estimate(math.nan, math.nan, math.nan)
    parts = [sampled_mean(frame.loc[frame["stratum"] == name, "value"], size) for name, size in counted.items()]
    share = np.array(list(counted.values()), dtype=float) / everybody
    value = float(share @ [part.value for part in parts])
    whole = [size == 1 for size in counted.values()]  # a group of one who answered is known, not sampled
    errors = share * [0.0 if alone else part.se for part, alone in zip(parts, whole, strict=True)]
    total = float(errors @ errors)
    dfs = np.array([1.0 if alone else part.df for part, alone in zip(parts, whole, strict=True)])
    df = total**2 / float((errors**4 / dfs).sum()) if total else float(np.nansum(dfs))
    return Estimate(value, math.sqrt(total) if not math.isnan(total) else math.nan, df)


def _check_known(groups: Sequence[Hashable] | pd.Series, totals: Mapping[Hashable, float], what: str) -> None:
    """Refuse groups without a total."""
    unknown = sorted({str(name) for name in groups if name not in totals})
    if unknown:
        raise ValueError(f"no total for {what} {', '.join(unknown)}")


def post_stratified(groups: ArrayLike, totals: Mapping[Hashable, float], *, base: ArrayLike | None = None) -> Weights:
    """Return weights that make each group count as much as it has people: total of the group / answers of the group.

    Parameters
    ----------
    groups : array
        The group of each respondent.
    totals : mapping
        How many people there are in each group.
    base : array, optional
        Weights to begin with, one a respondent; equal ones by default.

    Returns
    -------
    Weights
        They sum to the total of the groups, those that nobody answered from included in proportion to the others, which
        `faults` then says.

    Raises
    ------
    ValueError
        When a respondent's group has no total.

    Notes
    -----
    Source: D. Holt and T. Smith, *Journal of the Royal Statistical Society A* 142 (1979) 33-46.
    """
    return rake({"group": groups}, {"group": totals}, base=base)


def rake(
    groups: Mapping[str, ArrayLike],
    totals: Mapping[str, Mapping[Hashable, float]],
    *,
    base: ArrayLike | None = None,
    trim: float | None = None,
) -> Weights:
    """Return weights that meet the known totals of several divisions of people at once (by team, by role, by site).

    Parameters
    ----------
    groups : mapping of str to array
        For each division, the group of each respondent.
    totals : mapping of str to mapping
        For each division, how many people there are in each of its groups. Divisions are brought to the first one's sum.
    base : array, optional
        Weights to begin with, one a respondent; equal ones by default.
    trim : float, optional
        No weight becomes more than so many times the mean weight (5 is common): margins are then met less well, and
        `faults` says by how much. 1 would make all weights equal.

    Returns
    -------
    Weights
        Above 0; they sum to the population. A group that nobody answered from is stood for by the others of its division.

    Raises
    ------
    ValueError
        When a respondent's group has no total, a base weight is not above 0, or `trim` is below 1.

    Notes
    -----
    Iterative proportional fitting. Sources: W. Deming and F. Stephan, *Annals of Mathematical Statistics* 11 (1940)
    427-444; trimming within the sweeps as in D. Izrael, M. Battaglia and M. Frankel, SAS Global Forum 2009, paper 247.
    """
    if trim is not None and trim < 1:
        raise ValueError("weights are trimmed to 1 or more times their mean")
    codes, wanted, faults = _margins(groups, totals)
    n = len(next(iter(codes.values()))) if codes else 0
    start = np.ones(n) if base is None else np.asarray(base, dtype=float)
    if not (start > 0).all():
        raise ValueError("base weights lie above 0")
    if not n:
        return Weights(start, 0, False, ("nobody answered",), math.nan)
    weights, sweeps, gaps = _swept(start, codes, wanted, trim)
    met = all((gap <= CLOSE).all() for gap in gaps.values())
    if not met:
        faults.append(_unmet(totals, gaps, sweeps, trim))
    return Weights(weights, sweeps, met, tuple(faults), design_effect(weights))


def _margins(
    groups: Mapping[str, ArrayLike], totals: Mapping[str, Mapping[Hashable, float]]
) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], list[str]]:
    """Return each respondent's place among the groups of each division, the totals to meet, and what cannot be met."""
    codes, wanted, faults, population = {}, {}, [], None
    for division, of in totals.items():
        answered = list(np.asarray(groups[division], dtype=object))
        _check_known(answered, of, division)
        place = {name: position for position, name in enumerate(of)}
        codes[division] = np.array([place[name] for name in answered], dtype=int)
        sizes = np.array(list(of.values()), dtype=float)
        population = float(sizes.sum()) if population is None else population
        heard = np.bincount(codes[division], minlength=len(sizes)) > 0
        silent = [
            f"{name} ({size:g})" for (name, size), any_ in zip(of.items(), heard, strict=True) if size and not any_
        ]
        if silent:
            faults.append(
                f"nobody answered from {division} {', '.join(silent)}: the others of {division} stand for them"
            )
        if (sizes[heard] == 0).any():
            raise ValueError(f"a total of 0 for {division} from which somebody answered")
        reached = float(sizes[heard].sum())
        wanted[division] = np.where(heard, sizes * (population / reached if reached else 0.0), 0.0)
    return codes, wanted, faults


def _swept(
    start: np.ndarray, codes: dict[str, np.ndarray], wanted: dict[str, np.ndarray], trim: float | None
) -> tuple[np.ndarray, int, dict[str, np.ndarray]]:
    """Return weights after going through the margins until they are met or stay as they are."""
    weights, sweeps, gaps = start.copy(), 0, {}
    while sweeps < MAX_SWEEPS:
        sweeps += 1
        before = weights.copy()
        for division, code in codes.items():
            sums = np.bincount(code, weights, minlength=len(wanted[division]))
            weights *= np.divide(wanted[division], sums, out=np.zeros_like(sums), where=sums > 0)[code]
        if trim is not None:
            weights = _trimmed(weights, trim)
        gaps = {division: _gap(weights, code, wanted[division]) for division, code in codes.items()}
        if all((gap <= CLOSE).all() for gap in gaps.values()) or np.allclose(weights, before, rtol=1e-12, atol=0):
            break
    return weights, sweeps, gaps


def _trimmed(weights: np.ndarray, trim: float) -> np.ndarray:
    """Return weights of the same sum, none more than so many times the mean."""
    limit, total = trim * weights.mean(), weights.sum()
    for _ in range(len(weights)):
        over = weights >= limit * (1 - 1e-12)
        if not (weights > limit * (1 + 1e-12)).any() or over.all():
            break
        rest = weights[~over].sum()
        weights = np.where(over, limit, weights * (total - limit * over.sum()) / rest)
    return weights


def _gap(weights: np.ndarray, code: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return by what share of its total each group is off; 0 where nothing was wanted."""
    sums = np.bincount(code, weights, minlength=len(wanted))
    return np.divide(np.abs(sums - wanted), wanted, out=np.zeros_like(wanted), where=wanted > 0)


def _unmet(
    totals: Mapping[str, Mapping[Hashable, float]], gaps: dict[str, np.ndarray], sweeps: int, trim: float | None
) -> str:
    """Say which group is furthest off, and why."""
    division = max(gaps, key=lambda name: float(gaps[name].max()))
    worst = int(gaps[division].argmax())
    name = list(totals[division])[worst]
    because = (
        f"weights were held to {trim:g} times their mean"
        if trim is not None
        else "these margins contradict one another for those who answered; put small groups together"
    )
    return f"after {sweeps} sweeps {division} {name} is off by {100 * gaps[division][worst]:.2g} %: {because}"
