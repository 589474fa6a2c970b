"""Reading the tables: what was known of meetings, entries of the log and obligations on the last day of a period."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import YEAR, last_day
from toolkit.model import Period

STEPS = (
    "acknowledged",
    "agreed",
    "closed",
    "verified",
    "incident_date",
)  # days of an entry that may come after a period
OVER = ("done", "rejected", "cancelled")  # states of an entry that is over


def year_start(period: Period) -> pd.Timestamp:
    """The first day of the year up to a period's end, or of the period where it is longer."""
    return (period.end - max(period.months, YEAR) + 1).start_time.normalize()


def in_year(days: pd.Series, period: Period) -> pd.Series:
    """Whether each day lies in the year up to the period's end."""
    return days.between(year_start(period), last_day(period))


def until(days: pd.Series, period: Period) -> pd.Series:
    """Days up to the period's last one; what came later had not happened."""
    return days.where(days <= last_day(period))


def log_of(actions: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The entries of the log as they were known on the period's last day.

    Left out: what was raised later, and what is cancelled (by then, or on a day that nobody wrote down). Adds `over` (closed
    by then), `silent` (over, and nobody says since when) and `open`. An entry that was closed, rejected or cancelled later
    was open then.
    """
    rows = actions[actions["raised"] <= last_day(period)]
    late = rows["closed"] > last_day(period)
    later = rows["incident_date"] > last_day(period)
    rows = rows.assign(**{name: until(rows[name], period) for name in STEPS}, incident=rows["incident"].mask(later))
    over = rows["closed"].notna()
    silent = ~over & ~late & (rows["state"].isin(OVER) | rows["verified"].notna())
    cancelled = rows["state"].eq("cancelled") & ~late
    return rows.assign(over=over, silent=silent, open=~over & ~silent)[~cancelled]


def of_types(rows: pd.DataFrame, *types: str) -> pd.DataFrame:
    """The entries of these types."""
    return rows[rows["type"].isin(types)]


def owed(rows: pd.DataFrame, done: str, period: Period) -> pd.DataFrame:
    """What was due in the year up to the period's end, with `came`, `kept` and `late` in days; the same for either side.

    Kept is what came on its day or before. What is open counts as late by the days up to the period's last one, which is the
    least it will be; what is due on that very day and has not come is not late yet, and is left out.
    """
    came = until(rows[done], period)
    late = (came.fillna(last_day(period)) - rows["due"]).dt.days.clip(lower=0)
    rows = rows.assign(came=came, kept=came.notna() & (came <= rows["due"]), late=late.astype(float))
    return rows[in_year(rows["due"], period) & (came.notna() | (rows["due"] < last_day(period)))]


def words_in(cells: pd.Series) -> pd.Series:
    """Cells that list several words with semicolons between them, as one row a word: small letters, without blanks.

    The index is that of the cells, and comes once for each word of a cell.
    """
    words = cells.dropna().astype("str").str.split(";").explode().str.strip().str.casefold()
    return words[words != ""]


def same(words: pd.Series) -> pd.Series:
    """Words as they are compared: small letters, without blanks at their ends."""
    return words.astype("str").str.strip().str.casefold()
