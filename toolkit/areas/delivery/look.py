"""Reading the tables: deliverables, projects and change requests as they were known at the end of a period."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day
from toolkit.model import NotAssessed, Period

DAYS = {"days": 1.0, "weeks": 7.0, "months": 365.25 / 12}


def day_of(deliverables: pd.DataFrame) -> pd.Series:
    """The day of delivery: the one given, else that of the start and the time it took, to the day."""
    unit = deliverables["duration_unit"].astype("str").map(DAYS).astype(float).fillna(1.0)
    took = pd.to_timedelta((deliverables["duration"] * unit).round(), unit="D")
    return deliverables["delivered"].fillna(deliverables["started"] + took).astype("datetime64[us]")


def stretch_of(deliverables: pd.DataFrame) -> pd.DataFrame:
    """First and last month in which each may have been delivered, as months since 1970; NaN where it was not."""
    day = day_of(deliverables)
    month = pd.Series(pd.PeriodIndex(day, freq="M").asi8, index=day.index).where(day.notna())
    first, last = month.copy(), month.copy()
    vague = deliverables["delivered_in"].where(day.isna())
    for text in vague.dropna().unique():
        period = Period.parse(text)
        first[vague == text], last[vague == text] = period.start.ordinal, period.end.ordinal
    return pd.DataFrame({"first": first, "last": last})


def known(deliverables: pd.DataFrame, period: Period, *, in_house: bool = False) -> pd.DataFrame:
    """The deliverables as they were known on the period's last day: what came later had not happened.

    Adds `day` (of delivery, NaT where it is open or only a year or quarter is known), `done`, `first` and `last` (months
    since 1970 between which it was delivered), and `silent` (delivered, and nobody says when). Left out: those that are
    cancelled; those asked for, or begun, later; those of which nothing but a later delivery is known. Work of the client's
    own people is there only with `in_house`.
    """
    rows = deliverables[deliverables["state"].ne("cancelled")]
    rows = rows if in_house else rows[rows["in_house"].ne("yes")]
    rows = rows.assign(day=day_of(rows), **stretch_of(rows))
    until = last_day(period)
    asked = rows["requested"].fillna(rows["started"])
    done = rows["last"] <= period.end.ordinal
    there = done | (asked <= until) | (asked.isna() & rows["planned"].notna()) | _named_only(rows)
    silent = rows["last"].isna() & (rows["state"].eq("delivered") | rows["accepted"].notna())
    rows = rows.assign(done=done, silent=silent)[there]
    done = rows["done"]
    earlier = {name: rows[name].where(rows[name] <= until) for name in ("started", "accepted")}
    after = {
        name: rows[name].where(done) for name in ("day", "first", "last", "cost_actual", "effort_actual", "defects")
    }
    judged = rows["accepted"].isna() | (rows["accepted"] <= until)
    return rows.assign(**earlier, **after, acceptance=rows["acceptance"].where(done & judged))


def _named_only(rows: pd.DataFrame) -> pd.Series:
    """Deliverables that are in the list and open, without any day: they are work to do."""
    days = ["requested", "started", "planned", "last"]
    return rows[days].isna().all(axis="columns") & rows["state"].isin(("planned", "active"))


def still_open(rows: pd.DataFrame) -> pd.DataFrame:
    """What is not delivered, of what `known` gives."""
    return rows[~rows["done"] & ~rows["silent"]]


def delivered_in(rows: pd.DataFrame, period: Period, months: int = 0) -> pd.DataFrame:
    """What was delivered within the period, or within so many months up to its end if that is more."""
    end = period.end.ordinal
    start = end - max(period.months, months) + 1
    return rows[rows["done"] & (rows["first"] >= start) & (rows["last"] <= end)]


def reaches(rows: pd.DataFrame, period: Period) -> None:
    """Refuse to count in a period that lies behind the last day in the list: that nothing came is not known."""
    days = [rows[name].max() for name in ("requested", "started", "planned", "day")]
    months = [pd.Period(day, "M").ordinal for day in days if not pd.isna(day)]
    last = max([*months, *rows["last"].dropna()], default=None)
    if last is None or last < period.start.ordinal:
        raise NotAssessed(f"the list of deliverables holds no day in {period} or after it")


# ---------------------------------------------------------------------------------------------------------------- projects
def progress_by(progress: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The months of all projects; what was earned and spent after the period's end is not known yet."""
    later = progress["month"] > period.end
    return progress.assign(
        earned_value=progress["earned_value"].mask(later), actual_cost=progress["actual_cost"].mask(later)
    ).sort_values(["project", "month"])
