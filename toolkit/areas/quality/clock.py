"""Reading tickets: the last look at them, when they ended, what is over without saying when, and the hours that count."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.quality.tables import WAITING, WEEKDAYS
from toolkit.areas.service_levels import TIMED
from toolkit.errors import SettingsError
from toolkit.model import NotAssessed, Period
from toolkit.stats.calendars import Calendar, around_the_clock, calendar

OPEN = ("new", "active", *WAITING)  # states of a ticket that is not over
OVER = ("resolved", "closed", "cancelled")
ENDS = dict(zip(TIMED, ("acknowledged", "mitigated", "resolved"), strict=True))  # what ends each kind of service level
MOMENT = pd.Timedelta(1, "us")  # the shortest stretch that a moment tells


def last_look(tickets: pd.DataFrame, period: Period) -> pd.Timestamp:
    """The moment up to which tickets are known: the period's end, or the end of the file's last month if that is earlier.

    Where the file ends before the period does, this vendor's own last moment counts if it is later still.
    """
    zone = tickets["opened"].dt.tz
    end = (period.end + 1).start_time.tz_localize(zone)
    last = str(tickets.attrs.get("covers", ("", ""))[1] or "")
    if not last or pd.Period(last, "M") >= period.end:
        return end
    own = max(tickets[name].max() for name in ("opened", "resolved", "closed") if tickets[name].notna().any())
    return min(end, max((pd.Period(last, "M") + 1).start_time.tz_localize(zone), own + MOMENT))


def bare(tickets: pd.DataFrame) -> pd.DataFrame:
    """The same rows without `attrs`, which pandas would copy with every column and every sum."""
    if tickets.attrs:
        tickets = tickets.copy(deep=False)
        tickets.attrs = {}
    return tickets


def ended(tickets: pd.DataFrame, measure: str, until: pd.Timestamp) -> pd.Series:
    """When each ticket was acknowledged, mitigated (or else resolved) or resolved; missing where it was not by `until`.

    A ticket whose last state is an open one has been reopened: a moment of resolution that it still carries does not count.
    """
    tickets = bare(tickets)
    resolved = tickets["resolved"].mask(tickets["state"].isin(OPEN))
    ends = {"mitigation": tickets["mitigated"].fillna(resolved), "resolution": resolved}
    moments = ends[measure] if measure in ends else tickets[ENDS[measure]]
    return moments.where(moments < until)


def over(tickets: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """Whether each ticket was resolved, closed or cancelled by `until`, with or without saying when."""
    tickets = bare(tickets)
    later = (tickets["resolved"] >= until) | (tickets["closed"] >= until)
    return tickets["state"].isin(OVER) & ~later


def cancelled(tickets: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """Whether each ticket was cancelled by `until`."""
    tickets = bare(tickets)
    return tickets["state"].eq("cancelled") & over(tickets, until)


def left(tickets: pd.DataFrame, until: pd.Timestamp) -> pd.Series:
    """When each ticket left the queue: resolved, or else closed; missing where it had not by `until`."""
    tickets = bare(tickets)
    closed = tickets["closed"].mask(tickets["state"].isin(OPEN))
    return ended(tickets, "resolution", until).fillna(closed.where(closed < until))


def elapsed(start: pd.Series, end: pd.Series) -> pd.Series:
    """Hours from one moment to another, around the clock."""
    return (end - start).dt.total_seconds() / 3600


def zone_of(tickets: pd.DataFrame) -> str:
    """The name of the time zone in which tickets are shown."""
    return str(tickets["opened"].dt.tz or "UTC")


def agreed_calendars(
    names: pd.Series, calendars: pd.DataFrame | None, holidays: pd.DataFrame | None, zone: str
) -> dict[str, Calendar]:
    """The calendars that some service levels name, by name; '' is around the clock.

    NotAssessed when one of them is not among the calendars, or its hours make no week.
    """
    wanted = sorted(names.dropna().unique())
    known = {} if calendars is None else {row["calendar"]: row for row in calendars.to_dict("records")}
    lost = [name for name in wanted if name not in known]
    if lost:
        raise NotAssessed(f"service_levels name the calendar {', '.join(lost)}, which calendars does not hold")
    closed = {} if holidays is None else holidays.groupby("calendar")["date"].agg(list).to_dict()
    made = {"": around_the_clock(zone)}
    for name in wanted:
        row = known[name]
        hours = {day: row[day] for day in WEEKDAYS if isinstance(row[day], str)}
        try:
            made[name] = calendar(hours, holidays=closed.get(name, []), zone=row["timezone"], name=f"calendar {name}")
        except SettingsError as error:
            raise NotAssessed(error.headline) from None
    return made


def pauses_of(tickets: pd.DataFrame, ticket_pauses: pd.DataFrame | None) -> pd.DataFrame:
    """The pauses of these tickets: row (the ticket's position among them), start, end, party."""
    if ticket_pauses is None or ticket_pauses.empty:
        none = pd.Series(dtype=tickets["opened"].dtype)
        return pd.DataFrame(
            {"row": np.array([], dtype="int64"), "start": none, "end": none, "party": pd.Series(dtype="str")}
        )
    pauses = ticket_pauses[["start", "end", "party"]].assign(code=pd.factorize(ticket_pauses["ticket"])[0])
    code = rows_of(ticket_pauses.drop_duplicates("ticket"), tickets["ticket"])
    paused = np.flatnonzero(code >= 0)
    rows = pd.DataFrame({"code": code[paused], "row": paused})
    return pauses.merge(rows, on="code").drop(columns="code")


def rows_of(tickets: pd.DataFrame, names: pd.Series) -> np.ndarray:
    """The position among the tickets, each there once, of every ticket named; -1 where it is not there.

    By Arrow, which is many times as fast as a merge or an index of text and takes a fraction of their memory.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    named, known = (pa.array(texts.astype("str"), pa.large_string()) for texts in (names, tickets["ticket"]))
    return pc.index_in(named, value_set=known).fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)


def of_rows(pauses: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    """The pauses of some rows, each named by its row's position among them."""
    place = np.full(int(max(rows.max(initial=-1), pauses["row"].max() if len(pauses) else -1)) + 1, -1)
    place[rows] = np.arange(len(rows))
    chosen = place[pauses["row"].to_numpy(dtype="int64")]
    return pauses.assign(row=chosen)[chosen >= 0]
