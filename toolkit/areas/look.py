"""How far back a measure looks from the end of a period, and what it says when there is nothing to look at."""

from __future__ import annotations

import pandas as pd

from toolkit.model import NotAssessed, Period, month_words

YEAR = 12  # months up to the period's end, for what is so rare that a quarter alone tells little
SHOWN = 24  # months up to the period's end that a chart holds


def last_day(period: Period) -> pd.Timestamp:
    """The last day of a period."""
    return period.end.end_time.normalize()


def year_words(period: Period) -> str:
    """The stretch of a measure that looks back a year: '2026', or 'the year up to September 2026'."""
    return str(period) if period.months >= YEAR else f"the year up to {month_words(period.end)}"


def shown_months(months: pd.Series, period: Period) -> pd.PeriodIndex:
    """The months of a chart: the last 24 up to the period's end, from the first known one, the period's in any case."""
    known = months.dropna()
    first = known.min() if len(known) else period.start
    return pd.period_range(min(max(first, period.end - SHOWN + 1), period.start), period.end, freq="M")


def need(rows: pd.DataFrame, what: str) -> None:
    """Refuse to measure nothing: `what` says why there is nothing, and what to supply."""
    if rows.empty:
        raise NotAssessed(what)
