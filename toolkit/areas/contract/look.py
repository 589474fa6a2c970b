"""Reading the tables: what was known on the last day of a period, which stands for today."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.tables import SEVERITIES
from toolkit.areas.look import YEAR, last_day
from toolkit.model import Period

LISTED = 100  # rows of evidence at most


def known_days(rows: pd.DataFrame, period: Period, *names: str) -> pd.DataFrame:
    """The rows with these days emptied where they lie after the period: what came later had not happened."""
    until = last_day(period)
    return rows.assign(**{name: rows[name].where(rows[name] <= until) for name in names})


def year_up_to(period: Period) -> pd.Timestamp:
    """The first day of the year, or of the longer period, that ends with a period."""
    return (period.end - max(period.months, YEAR) + 1).start_time.normalize()


def of_year(days: pd.Series, period: Period) -> pd.Series:
    """Which days lie in the year up to the period's end."""
    return (days >= year_up_to(period)) & (days <= last_day(period))


def days_since(days: pd.Series, period: Period) -> pd.Series:
    """Whole days from each day to the period's last."""
    return (last_day(period) - days).dt.days


def by_severity(severities: pd.Series, **columns: pd.Series) -> pd.DataFrame:
    """The part of a count by severity, the most severe first: severity, value, and the sums of further flags."""
    named = severities.astype("str").where(severities.isin(SEVERITIES), "not said")
    counts = pd.DataFrame({"severity": named, "value": 1, **columns}).groupby("severity").sum()
    order = [*SEVERITIES, *(["not said"] if "not said" in counts.index else [])]
    return counts.reindex(order, fill_value=0).reset_index()


def as_cards(rows: pd.DataFrame) -> pd.DataFrame:
    """A part with long texts: each row becomes a card of its own on a phone (see `toolkit.show`)."""
    rows.attrs = {"cards": True}
    return rows


def text_of(column: pd.Series) -> pd.Series:
    """A column as text, '' where it is empty."""
    return column.astype("str").where(column.notna(), "")
