"""Control charts of counted things: shares of tickets (p), counts (c) and counts over an exposure (u), by period.

For a measured quantity, one value a period, see `series.xmr`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.series import D2, mean_of, moving_range, run_rules

LARGE = 1000.0  # tickets or events a period, from which chance alone moves a share less than months really differ


@dataclass(frozen=True, eq=False)
class AttributeChart:
    """A p, u or c chart: the values, their centre line, limits that follow each period's size, and signals.

    `center` is one number; `values`, `lower` and `upper` have one row a period. `spread` is how many times as much the
    periods vary as chance would have them (Laney's sigma z); `laney` says whether the limits were widened by it. `signals`
    has one boolean column a rule (see `series.RULES`), `baseline` marks the periods that set the limits.
    """

    values: pd.Series
    center: float
    lower: pd.Series
    upper: pd.Series
    spread: float
    laney: bool
    signals: pd.DataFrame
    baseline: pd.Series


def p_chart(
    successes: ArrayLike | pd.Series,
    n: ArrayLike | pd.Series,
    *,
    laney: bool | None = None,
    baseline: Any = None,
    rules: tuple[int, ...] = (1, 2),
) -> AttributeChart:
    """Return the control chart of a share by period, such as service levels kept.

    Parameters
    ----------
    successes, n : array or Series
        How many had the property, and of how many; one row a period, in order.
    laney : bool, optional
        Whether limits are widened (or narrowed) to how much the periods vary (p' chart). By default from a mean n of 1,000
        on, where binomial limits lie so close that every real month is beyond them.
    baseline : slice or boolean array, optional
        The periods that set the limits: a slice of labels or of positions, or a mask; all of them by default.
    rules : tuple of int
        Run rules, see `series.run_rules`.

    Returns
    -------
    AttributeChart
        Shares, limits within 0 to 1. NaN, and never a signal, where a period has n 0 or a missing count.

    Raises
    ------
    ValueError
        When successes are negative or more than n.

    Notes
    -----
    Sources: NIST/SEMATECH e-Handbook, 6.3.3.2; D. Laney, *Quality Engineering* 14 (2002) 531-537 (p'). The switch at 1,000
    is our own rule.
    """
    counts = pd.Series(successes, dtype=float)
    size = _sizes(n, counts)
    if (counts < 0).any() or (counts > size).any():
        raise ValueError("successes lie between 0 and n")
    chosen = _chosen(counts, size, baseline)
    center = _center(counts, size, chosen)
    widened = bool(mean_of(size[chosen]) >= LARGE) if laney is None else laney
    return _chart(counts, size, center, center * (1 - center), widened, chosen, rules, 1.0)


def u_chart(
    counts: ArrayLike | pd.Series,
    exposure: ArrayLike | pd.Series | float = 1.0,
    *,
    laney: bool | None = None,
    baseline: Any = None,
    rules: tuple[int, ...] = (1, 2),
) -> AttributeChart:
    """Return the control chart of a count over an exposure by period; with an exposure of 1 it is the c chart.

    Parameters
    ----------
    counts : array or Series
        Events, one row a period, in order.
    exposure : number, array or Series
        What they were counted over: users, agreed hours, deployments.
    laney : bool, optional
        As for `p_chart` (u' chart); by default from a mean count of 1,000 on.
    baseline, rules
        As for `p_chart`.

    Returns
    -------
    AttributeChart
        Events per unit of exposure, lower limits at 0 or above. NaN, and never a signal, where a period has no exposure
        or a missing count.

    Raises
    ------
    ValueError
        When a count or an exposure is negative.

    Notes
    -----
    Sources: NIST/SEMATECH e-Handbook, 6.3.3.1; D. Laney, *Quality Engineering* 14 (2002) 531-537 (u').
    """
    events = pd.Series(counts, dtype=float)
    size = _sizes(exposure, events)
    if (events < 0).any() or (size < 0).any():
        raise ValueError("counts and exposures are 0 or more")
    chosen = _chosen(events, size, baseline)
    center = _center(events, size, chosen)
    widened = bool(mean_of(events.to_numpy()[chosen]) >= LARGE) if laney is None else laney
    return _chart(events, size, center, center, widened, chosen, rules, float("inf"))


def _sizes(n: ArrayLike | pd.Series | float, like: pd.Series) -> np.ndarray:
    """Return the sizes on the index of the counts; 0 is as good as missing."""
    sizes = n.astype(float) if isinstance(n, pd.Series) else pd.Series(n, index=like.index, dtype=float)
    sizes = sizes if sizes.index is like.index else sizes.reindex(like.index)
    return np.where(sizes == 0, np.nan, sizes)


def _chosen(counts: pd.Series, sizes: np.ndarray, baseline: Any) -> np.ndarray:
    """Mark the known periods that set the limits."""
    known = counts.notna().to_numpy() & ~np.isnan(sizes)
    if baseline is None:
        return known
    chosen = pd.Series(False, index=counts.index)
    chosen[baseline] = True
    return known & chosen.to_numpy()


def _center(counts: pd.Series, sizes: np.ndarray, chosen: np.ndarray) -> float:
    """Return the mean of the chosen periods, each by its size."""
    return float(counts.to_numpy()[chosen].sum() / sizes[chosen].sum()) if chosen.any() else float("nan")


def _chart(
    counts: pd.Series,
    sizes: np.ndarray,
    center: float,
    variance: float,
    laney: bool,
    chosen: np.ndarray,
    rules: tuple[int, ...],
    most: float,
) -> AttributeChart:
    """Return the chart; `variance` is what chance gives a period of size 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        values, sigma = counts.to_numpy() / sizes, np.sqrt(variance / sizes)
        z = np.where(sigma > 0, (values - center) / sigma, np.nan)
    spread = moving_range(np.where(chosen, z, np.nan)) / D2
    factor = spread if laney else 1.0
    known = ~np.isnan(values)

    def line(heights: np.ndarray, name: str) -> pd.Series:
        return pd.Series(heights, index=counts.index, name=name)

    return AttributeChart(
        values=line(values, "value"),
        center=center,
        lower=line(np.where(known, np.maximum(center - 3 * factor * sigma, 0), np.nan), "lower"),
        upper=line(np.where(known, np.minimum(center + 3 * factor * sigma, most), np.nan), "upper"),
        spread=spread,
        laney=laney,
        signals=run_rules(line(z, "value"), 0.0, factor, rules),
        baseline=line(chosen, "baseline"),
    )
