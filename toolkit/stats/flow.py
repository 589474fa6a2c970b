"""The flow of work: what came in, was begun and done, how much is done a period, and how old what is open has become.

How long an item takes (lead time from request, cycle time from start) is read from `survival`: its median and P85 with open
items taken for what they are, ``quantile(kaplan_meier(days, done), 0.85)``.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.survival import kaplan_meier

OLD = 0.85  # share of items done sooner, from which on an open one counts as old


def throughput(done: Any, first: Any, last: Any, freq: str) -> pd.Series:
    """Return how many items were done in each period, with 0 where none was.

    Parameters
    ----------
    done : array of moments
        When each item was done; missing while it is open. What lies outside the periods is left out.
    first, last : period or moment
        First and last period; give whole ones only, since half a period looks like a slow one.
    freq : str
        "W" or "M", as pandas has them.

    Returns
    -------
    Series
        Counts, by period.
    """
    periods = pd.period_range(pd.Period(first, freq), pd.Period(last, freq), freq=freq)
    ended = pd.DatetimeIndex(done).dropna().to_period(freq)
    return ended.value_counts().reindex(periods, fill_value=0).rename_axis("period").rename("done")


def cumulative_flow(requested: Any, started: Any, done: Any, at: Any) -> pd.DataFrame:
    """Return how many items had been requested, started and done by each moment: the cumulative flow diagram.

    Parameters
    ----------
    requested, started, done : array of moments
        One of each an item; missing where it has not happened. An item done without a start counts as started when done.
    at : array of moments
        When to count, such as the end of each week; what happens at that moment has happened.

    Returns
    -------
    DataFrame
        One row a moment: `requested`, `started`, `done`, and what lies between them, `waiting` and `in_progress`.
    """
    asked, begun, ended = (pd.DatetimeIndex(moments) for moments in (requested, started, done))
    begun = pd.DatetimeIndex(pd.Series(begun).fillna(pd.Series(ended)))
    moments = pd.DatetimeIndex(at)
    counts = {
        name: np.searchsorted(known.dropna().sort_values(), moments, side="right")
        for name, known in (("requested", asked), ("started", begun), ("done", ended))
    }
    table = pd.DataFrame(counts, index=moments.rename("at"))
    return table.assign(waiting=table["requested"] - table["started"], in_progress=table["started"] - table["done"])


def ageing(days: ArrayLike, done: ArrayLike) -> pd.DataFrame:
    """Return, for each open item, its age and which share of items takes as long or longer.

    Parameters
    ----------
    days : array
        From start to end, or to today for what is open; 0 or more. Missing ones are left out.
    done : array of bool
        Whether the item is done.

    Returns
    -------
    DataFrame
        One row an open item (its position): `age`; `longer`, the share that takes longer by all items (Kaplan-Meier; NaN
        where nothing was ever done); `old`, whether fewer than 15 in 100 take so long. Oldest first.

    Raises
    ------
    ValueError
        When an age is negative, or lengths differ.

    Notes
    -----
    Source: D. Vacanti, *Actionable Agile Metrics for Predictability*, 2015, ch. 5 and 8 (ageing against percentiles).
    """
    curve = kaplan_meier(days, done)
    ages = np.asarray(days, dtype=float)
    open_ones = np.flatnonzero(~np.isnan(ages) & ~np.asarray(done, dtype=bool))
    age = ages[open_ones]
    shares = np.concatenate([[1.0 if len(curve.time) else math.nan], curve.share])
    longer = shares[np.searchsorted(curve.time, age, side="right")]
    table = pd.DataFrame(
        {"age": age, "longer": longer, "old": longer < 1 - OLD}, index=pd.Index(open_ones, name="item")
    )
    return table.sort_values("age", ascending=False, kind="stable")
