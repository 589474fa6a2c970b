"""Whether items measure one thing: Cronbach's alpha, McDonald's omega, items against the rest, and what looks wrong.

Items are columns and people are rows; missing answers are NaN. All items point the same way: turn reversed ones first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import z_quantile

Missing = Literal["pairwise", "listwise"]

MIN_ITEMS = 3  # with two items one factor cannot be told from their correlation
MIN_PEOPLE = 30  # with fewer, intervals of alpha are wider than the words "good" and "poor" are apart
LOSES = 0.02  # by which alpha rises without an item before it is worth a sentence
HEYWOOD = 1e-4  # of an item's variance: less unexplained than this is no estimate but the edge of what is possible
STEPS, DAMPED = 200, 20


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha with Feldt's interval.

    `missing` is the policy; `n` counts the people used under it, `n_listwise` those who answered every item.
    """

    value: float
    low: float
    high: float
    items: int
    n: int
    n_listwise: int
    missing: Missing


@dataclass(frozen=True, eq=False)
class Omega:
    """McDonald's omega of one factor.

    `low` and `high` bound the bootstrap interval (NaN without draws). `loadings` are standardised, by item; `chi_square` with
    `df` tests whether one factor is enough; `faults` says in sentences why the fit is not to be trusted.
    """

    value: float
    low: float
    high: float
    loadings: pd.Series
    chi_square: float
    df: int
    n: int
    faults: tuple[str, ...]


def cronbach_alpha(items: pd.DataFrame | ArrayLike, *, missing: Missing = "pairwise", level: float = 0.95) -> Alpha:
    """Return Cronbach's alpha: how much of the variance of the sum of items they have in common.

    Parameters
    ----------
    items : DataFrame or array
        People by items.
    missing : "pairwise" or "listwise"
        Whether each covariance takes the people who answered both items, or only those who answered all. The two may differ
        much on one sheet: print both numbers of people.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Alpha
        1 at most; negative when items go against each other. NaN with fewer than 2 items, 2 people or without any variance.
        With pairwise deletion `n` counts those who answered two items or more, and the interval is too narrow by what they
        left out.

    Raises
    ------
    ValueError
        When `missing` is none of the two.

    Notes
    -----
    Source: L. Cronbach, *Psychometrika* 16 (1951) 297-334; for the interval see `feldt_interval`.
    """
    frame, complete = _frame(items)
    used = _used(frame, missing)
    k, n = frame.shape[1], len(used)
    value = _alpha(used.cov().to_numpy()) if k > 1 and n > 1 else math.nan
    if math.isnan(value):
        return Alpha(math.nan, math.nan, math.nan, k, n, complete, missing)
    return Alpha(value, *feldt_interval(value, n, k, level=level), k, n, complete, missing)


def feldt_interval(alpha: float, n: int, items: int, *, level: float = 0.95) -> tuple[float, float]:
    """Return the ends of Feldt's interval of Cronbach's alpha.

    Parameters
    ----------
    alpha : float
        As found.
    n, items : int
        People used, and items.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    tuple of float
        Low and high.

    Notes
    -----
    Source: L. Feldt, D. Woodruff and F. Salih, *Applied Psychological Measurement* 11 (1987) 93-103. It takes answers as
    normal and items as equally good.
    """
    from scipy.special import fdtri  # scipy.stats takes several times as long to import

    df = (n - 1, (n - 1) * (items - 1))
    low, high = (1 - (1 - alpha) * float(fdtri(*df, tail)) for tail in ((1 + level) / 2, (1 - level) / 2))
    return low, high


def _frame(items: pd.DataFrame | ArrayLike) -> tuple[pd.DataFrame, int]:
    """Return the items as numbers, and how many people answered all."""
    frame = items.astype(float) if isinstance(items, pd.DataFrame) else pd.DataFrame(np.asarray(items, dtype=float))
    return frame, int((~np.isnan(frame.to_numpy())).all(axis=1).sum())


def _used(frame: pd.DataFrame, missing: Missing) -> pd.DataFrame:
    """Return the people used under a policy."""
    if missing not in ("pairwise", "listwise"):
        raise ValueError("missing answers are left out pairwise or listwise")
    if missing == "listwise":
        return frame.dropna()
    used = (~np.isnan(frame.to_numpy())).sum(axis=1) >= 2
    return frame if used.all() else frame[used]


def _alpha(covariance: np.ndarray) -> float:
    k, total = len(covariance), float(covariance.sum())
    return k / (k - 1) * (1 - float(np.trace(covariance)) / total) if k > 1 and total > 0 else math.nan


def item_analysis(items: pd.DataFrame | ArrayLike, *, missing: Missing = "pairwise") -> pd.DataFrame:
    """Return how each item goes with the others.

    Parameters
    ----------
    items, missing
        As for `cronbach_alpha`.

    Returns
    -------
    DataFrame
        One row an item: `n` (answers), `mean`, `item_rest` (its correlation with the sum of the others, -1 to 1) and
        `alpha_if_dropped`. NaN where an item or the rest does not vary.

    Notes
    -----
    Unlike the correlation with the total, that with the rest holds nothing of the item itself. Source: J. Nunnally and I.
    Bernstein, *Psychometric Theory*, 3rd ed. 1994, ch. 8.
    """
    frame, _ = _frame(items)
    used = _used(frame, missing)
    covariance = used.cov().to_numpy()
    k = len(covariance)
    with_rest = covariance.sum(axis=1) - np.diag(covariance)
    rest = covariance.sum() - 2 * covariance.sum(axis=1) + np.diag(covariance)
    with np.errstate(invalid="ignore", divide="ignore"):
        item_rest = with_rest / np.sqrt(np.diag(covariance) * rest)
    dropped = [_alpha(np.delete(np.delete(covariance, item, 0), item, 1)) for item in range(k)]
    return pd.DataFrame(
        {"n": used.notna().sum(), "mean": used.mean(), "item_rest": item_rest, "alpha_if_dropped": dropped},
        index=frame.columns,
    )


def mcdonald_omega(items: pd.DataFrame | ArrayLike, *, draws: int = 0, seed: int = 0, level: float = 0.95) -> Omega:
    """Return McDonald's omega: the share of the variance of the sum of items that one factor explains.

    Unlike alpha it does not take items to be equally good. People who left an item out are not used.

    Parameters
    ----------
    items : DataFrame or array
        People by items, 3 or more.
    draws : int
        Bootstrap draws of people for the interval; 0 for none, 1,000 for a report.
    seed : int
        Of the draws: equal seeds give equal intervals.
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Omega
        0 to 1. NaN, with the reason in `faults`, with fewer than 3 items, no more people than items, or an item that
        everybody answered alike. Draws of people in which the fit fails are left out of the interval.

    Notes
    -----
    Loadings and unexplained variances by maximum likelihood, from Fisher's scoring: (sum of loadings)**2 over itself plus
    the sum of unexplained variances. Sources: R. McDonald, *Test Theory*, 1999, ch. 6; K. Jöreskog, *Psychometrika* 34
    (1969) 183-202; percentile bootstrap: K. Kelley and S. Pornprasertmanit, *Psychological Methods* 21 (2016) 69-92.
    """
    return mcdonald_omegas([items], draws=draws, seed=seed, level=level)[0]


def mcdonald_omegas(
    sheets: Sequence[pd.DataFrame | ArrayLike], *, draws: int = 0, seed: int = 0, level: float = 0.95
) -> list[Omega]:
    """Return `mcdonald_omega` of each of several sheets: the same figures, fitted together, which is faster."""
    frames = [_frame(items)[0] for items in sheets]
    answers = [frame.dropna().to_numpy() for frame in frames]
    found: list[Omega | None] = [
        _no_omega(frame.columns, values) for frame, values in zip(frames, answers, strict=True)
    ]
    for k in {frame.shape[1] for frame, fault in zip(frames, found, strict=True) if fault is None}:
        places = [place for place, fault in enumerate(found) if fault is None and frames[place].shape[1] == k]
        chosen = [answers[place] for place in places]
        fit = _one_factor(np.array([_covariance(values) for values in chosen]))
        ends = (
            _omega_ends(chosen, fit[0], fit[1], draws, seed, level) if draws else [(math.nan, math.nan)] * len(chosen)
        )
        for place, loadings, left, discrepancy, ended, (low, high) in zip(places, *fit, ends, strict=True):
            n = len(answers[place])
            standard = pd.Series(loadings / np.sqrt(loadings**2 + left), index=frames[place].columns)
            value, faults = float(_omega(loadings[None], left[None])[0]), _fit_faults(standard, bool(ended))
            found[place] = Omega(value, low, high, standard, float(n * discrepancy), k * (k - 3) // 2, n, faults)
    return [omega for omega in found if omega is not None]


def _covariance(values: np.ndarray) -> np.ndarray:
    n, k = values.shape
    return np.cov(values, rowvar=False, ddof=0).reshape(k, k) if n > 1 else np.full((k, k), math.nan)


def _no_omega(names: pd.Index, values: np.ndarray) -> Omega | None:
    """Return an omega that is missing, with the reason, where one factor cannot be fitted; else None."""
    fault = _unfit(names, _covariance(values), len(values))
    empty = pd.Series(math.nan, index=names)
    return Omega(math.nan, math.nan, math.nan, empty, math.nan, 0, len(values), (fault,)) if fault else None


def _unfit(names: pd.Index, covariance: np.ndarray, n: int) -> str:
    """Say why one factor cannot be fitted, or nothing."""
    k = len(names)
    if k < MIN_ITEMS:
        return f"{k} items: one factor needs {MIN_ITEMS} or more"
    if n <= k:
        return f"{n} people answered all {k} items: one factor needs more people than items"
    alike = [str(name) for name, variance in zip(names, np.diag(covariance), strict=True) if not variance > 0]
    if alike:
        return f"everybody answered {', '.join(alike)} alike"
    spread = np.sqrt(np.diag(covariance))
    if np.linalg.eigvalsh(covariance / np.outer(spread, spread))[0] < 1e-10:
        return "an item follows from the others exactly"
    return ""


def _fit_faults(standard: pd.Series, ended: bool) -> tuple[str, ...]:
    faults = [] if ended else ["the fit of one factor came to no end"]
    edge = [str(name) for name, loading in standard.items() if loading**2 > 1 - 2 * HEYWOOD]
    if edge:
        faults.append(f"the factor is all but the same as {', '.join(edge)}: it is not what the items have in common")
    return tuple(faults)


def _one_factor(
    covariance: np.ndarray, start: tuple[np.ndarray, np.ndarray] | None = None
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return loadings, unexplained variances, the discrepancy and whether the fit ended, for a stack of covariances."""
    spread = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    wanted = covariance / (spread[:, :, None] * spread[:, None, :])
    k = wanted.shape[1]
    if start is None:
        values, vectors = np.linalg.eigh(wanted)
        first = vectors[:, :, -1] * np.sign(vectors[:, :, -1].sum(axis=1) + 1e-300)[:, None]
        loading = np.clip(first * np.sqrt(values[:, -1])[:, None], -0.9, 0.9)
    else:
        loading = np.broadcast_to(start[0] / np.sqrt(start[0] ** 2 + start[1]), spread.shape).copy()
    left = np.clip(1 - loading**2, 0.05, 1.0)
    found, ended = _discrepancy(wanted, loading, left), np.zeros(len(wanted), dtype=bool)
    for _ in range(STEPS):
        active = np.flatnonzero(~ended)
        if not len(active):
            break
        step = _scoring_step(wanted[active], loading[active], left[active])
        trial, ended_now = _damped(wanted[active], loading[active], left[active], found[active], step)
        loading[active], left[active], found[active] = trial
        ended[active] = ended_now
    base = np.linalg.slogdet(wanted)[1] + k
    return loading * spread, left * spread**2, found - base, ended


def _discrepancy(wanted: np.ndarray, loading: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return log |fitted| + trace(wanted / fitted), by Sherman and Morrison's formula."""
    scaled = loading / left
    signal = (loading * scaled).sum(axis=1)
    explained = np.einsum("bi,bij,bj->b", scaled, wanted, scaled) / (1 + signal)
    trace = (np.diagonal(wanted, axis1=1, axis2=2) / left).sum(axis=1)
    return np.log(left).sum(axis=1) + np.log1p(signal) + trace - explained


def _scoring_step(wanted: np.ndarray, loading: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Return Fisher's step in loadings and unexplained variances (those at the edge stay there)."""
    count, k = loading.shape
    fitted = loading[:, :, None] * loading[:, None, :] + left[:, :, None] * np.eye(k)
    inverse = np.linalg.inv(fitted)
    slope = inverse @ (fitted - wanted) @ inverse
    gradient = np.concatenate(
        [2 * np.einsum("bij,bj->bi", slope, loading), np.diagonal(slope, axis1=1, axis2=2)], axis=1
    )
    toward = np.einsum("bij,bj->bi", inverse, loading)
    strength = np.einsum("bi,bi->b", loading, toward)
    information = np.empty((count, 2 * k, 2 * k))
    information[:, :k, :k] = 2 * (inverse * strength[:, None, None] + toward[:, :, None] * toward[:, None, :])
    information[:, :k, k:] = 2 * inverse * toward[:, None, :]
    information[:, k:, :k] = np.swapaxes(information[:, :k, k:], 1, 2)
    information[:, k:, k:] = inverse**2
    held = np.concatenate(
        [np.zeros_like(loading, dtype=bool), (left <= HEYWOOD * 1.0001) & (gradient[:, k:] > 0)], axis=1
    )
    gradient = np.where(held, 0.0, gradient)
    information = np.where(held[:, :, None] | held[:, None, :], 0.0, information)
    information += np.eye(2 * k) * (held[:, :, None] + 1e-9 * np.trace(information, axis1=1, axis2=2)[:, None, None])
    return -np.linalg.solve(information, gradient[:, :, None])[:, :, 0]


def _damped(
    wanted: np.ndarray, loading: np.ndarray, left: np.ndarray, found: np.ndarray, step: np.ndarray
) -> tuple[tuple[np.ndarray, np.ndarray, np.ndarray], np.ndarray]:
    """Take each step as far as the discrepancy falls; a step that is too small to matter ends the fit."""
    k, length = loading.shape[1], np.ones(len(step))
    best = loading.copy(), left.copy(), found.copy()
    waiting = np.ones(len(step), dtype=bool)
    for _ in range(DAMPED):
        new_loading = loading + length[:, None] * step[:, :k]
        new_left = np.maximum(left + length[:, None] * step[:, k:], HEYWOOD)
        tried = _discrepancy(wanted, new_loading, new_left)
        better = waiting & (tried <= found + 1e-13)
        for kept, new in zip(best, (new_loading, new_left, tried), strict=True):
            kept[better] = new[better]
        waiting &= ~better
        if not waiting.any():
            break
        length = np.where(waiting, length / 2, length)
    moved = np.maximum(np.abs(best[0] - loading).max(axis=1), np.abs(best[1] - left).max(axis=1))
    return best, moved < 1e-8


def _omega(loadings: np.ndarray, left: np.ndarray) -> np.ndarray:
    common = loadings.sum(axis=1) ** 2
    return common / (common + left.sum(axis=1))


def _omega_ends(
    answers: Sequence[np.ndarray], loadings: np.ndarray, left: np.ndarray, draws: int, seed: int, level: float
) -> list[tuple[float, float]]:
    """Return for each sheet the percentile interval over draws of people; the fits of all draws are made together."""
    drawn = [_drawn_covariances(values, draws, seed) for values in answers]
    of = np.repeat(np.arange(len(drawn)), [len(covariance) for covariance in drawn])
    fitted, unexplained, _, ended = _one_factor(np.concatenate(drawn), (loadings[of], left[of]))
    omegas = _omega(fitted, unexplained)
    ends = []
    for place in range(len(drawn)):
        own = omegas[ended & (of == place)]
        low, high = np.quantile(own, [(1 - level) / 2, (1 + level) / 2]) if len(own) else (math.nan, math.nan)
        ends.append((float(low), float(high)))
    return ends


def _drawn_covariances(values: np.ndarray, draws: int, seed: int) -> np.ndarray:
    """Return the covariances of draws of people, without those to which no factor can be fitted."""
    n, k = values.shape
    times = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=draws).astype(float)
    centred = values - values.mean(axis=0)
    products = (centred[:, :, None] * centred[:, None, :]).reshape(n, k * k)
    means = times @ centred / n
    covariance = (times @ products / n).reshape(draws, k, k) - means[:, :, None] * means[:, None, :]
    variances = np.diagonal(covariance, axis1=1, axis2=2)
    sound = np.all(variances > 1e-12, axis=1)
    spread = np.sqrt(np.where(sound[:, None], variances, 1.0))
    sound &= np.linalg.eigvalsh(covariance / (spread[:, :, None] * spread[:, None, :]))[:, 0] > 1e-10
    return covariance[sound]


def diagnosis(items: pd.DataFrame | ArrayLike, *, missing: Missing = "pairwise") -> list[str]:
    """Return what an analyst should look at before trusting a scale, one sentence each; no sentence says good or poor.

    Parameters
    ----------
    items, missing
        As for `cronbach_alpha`; the sentences call items by their column.

    Returns
    -------
    list of str
        Empty when nothing stands out.

    Notes
    -----
    Own rules: fewer than 3 items, fewer than 30 people, people lost to missing answers, an item that everybody answered
    alike, one that goes against the rest (probably reversed where Fisher's interval of the correlation lies below 0), one
    without which alpha is higher by 0.02.
    """
    frame, complete = _frame(items)
    alpha, rows = cronbach_alpha(frame, missing=missing), item_analysis(frame, missing=missing)
    answered = int(frame.notna().any(axis=1).sum())
    found = []
    if frame.shape[1] < MIN_ITEMS:
        found.append(f"{frame.shape[1]} items: fewer than {MIN_ITEMS} cannot show whether they measure one thing")
    if alpha.n < MIN_PEOPLE:
        found.append(f"{alpha.n} people: with fewer than {MIN_PEOPLE} a scale's alpha is little known")
    if complete < answered:
        found.append(f"{complete} of {answered} people answered every item")
    spread = frame.std()
    found += [f"{name}: everybody answered alike" for name in rows.index[(spread == 0).to_numpy()]]
    against = rows["item_rest"] < 0
    found += [_against(name, rows["item_rest"][name], rows["n"][name]) for name in rows.index[against]]
    hinders = rows[~against & (rows["alpha_if_dropped"] > alpha.value + LOSES)]
    found += [
        f"without {name} alpha would be {_number(dropped)} in place of {_number(alpha.value)}"
        for name, dropped in hinders["alpha_if_dropped"].items()
    ]
    return found


def _against(name: Any, item_rest: float, n: float) -> str:
    """Say what an item is that goes against the others; by chance as well, unless its correlation is surely negative."""
    surely = n > 3 and math.atanh(max(item_rest, -1 + 1e-12)) + z_quantile(0.975) / math.sqrt(n - 3) < 0
    because = "probably reversed" if surely else "it measures something else, or is reversed"
    return f"{name} does not go with the others (item-rest correlation {_number(item_rest)}): {because}"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
