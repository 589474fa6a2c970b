"""Agreed hours: how much service time lies between two moments, by weekly hours, holidays and a time zone.

Moments with a time zone are taken as they are; moments without one are wall-clock time in the calendar's zone (in the hour
that comes twice in autumn, the first). All sums are of real elapsed time, so a day on which clocks change has 23 or 25
hours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd

from toolkit.errors import Fault, SettingsError, did_you_mean

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = 24 * 60  # minutes
HOUR = 3_600_000_000  # microseconds
NAT = np.iinfo(np.int64).min  # a missing moment as a whole number
WINDOWS = re.compile(r"(\d{1,2}):(\d\d)\s*[-–]\s*(\d{1,2}):(\d\d)")


@dataclass(frozen=True)
class Calendar:
    """Agreed service hours: for each weekday (Monday first) its windows in minutes since midnight, holidays, zone.

    A window may end after midnight (1,440 minutes); it belongs to the day on which it begins, and falls out with it on a
    holiday.
    """

    windows: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date]
    zone: str

    @property
    def weekly_hours(self) -> float:
        """Hours in a week without holidays."""
        return sum(end - start for day in self.windows for start, end in day) / 60


def calendar(
    hours: Mapping[str, str], *, holidays: Iterable[Any] = (), zone: str = "UTC", name: str = "calendar"
) -> Calendar:
    """Return the calendar of weekly hours such as {"mon": "09:00-17:00", "sat": "09:00-12:00, 13:00-16:00"}.

    Parameters
    ----------
    hours : mapping
        Weekday (by its first three letters or more) to its windows, commas between; "00:00-24:00" is the whole day, and
        "22:00-06:00" goes on into the next. Weekdays not named are closed.
    holidays : iterable of dates
        Days (dates, timestamps or text) without hours, except the end of a window begun the day before.
    zone : str
        Name in the IANA time zone database, such as "Europe/London".
    name : str
        How messages call the calendar.

    Raises
    ------
    SettingsError
        With all that is wrong: an unknown weekday, zone or holiday, hours that cannot be read or overlap, no hours at all.

    Examples
    --------
    >>> calendar({"mon": "09:00-17:00", "tue": "09:00-17:00"}, zone="Europe/London").weekly_hours
    16.0
    """
    faults: list[Fault] = []
    week: list[tuple[tuple[int, int], ...]] = [()] * 7
    for day, text in hours.items():
        position = _weekday(day)
        if position is None:
            faults.append(Fault(f"{name}, hours", repr(day), "a weekday", did_you_mean(str(day), WEEKDAYS)))
            continue
        windows = _windows(str(text))
        if windows is None:
            wanted = "times such as '09:00-17:00', rising, commas between several"
            faults.append(Fault(f"{name}, hours of {WEEKDAYS[position]}", repr(text), wanted))
        else:
            week[position] = windows
    if not faults:
        faults += _week_faults(week, name)
    if not _is_zone(zone):
        do = did_you_mean(str(zone), sorted(available_timezones()))
        faults.append(Fault(f"{name}, zone", repr(zone), "an IANA time zone", do))
    days = pd.to_datetime(pd.Series(list(holidays), dtype=object), errors="coerce")
    if days.isna().any():
        wrong = [text for text, missing in zip(list(holidays), days.isna(), strict=True) if missing]
        faults.append(Fault(f"{name}, holidays", ", ".join(map(repr, wrong[:3])), "dates such as 2026-12-25"))
    if faults:
        raise SettingsError(faults)
    return Calendar(tuple(week), frozenset(day.date() for day in days), zone)


def around_the_clock(zone: str = "UTC") -> Calendar:
    """Return the calendar of 24 hours on 7 days, without holidays."""
    return calendar(dict.fromkeys(WEEKDAYS, "00:00-24:00"), zone=zone)


def _is_zone(zone: str) -> bool:
    """Return whether the time zone database has it; asking for a list of all would read hundreds of files."""
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        return False
    return True


def _weekday(text: str) -> int | None:
    """Return the position of a weekday given by three letters or more."""
    wanted = str(text).strip().lower()
    found = [position for position, day in enumerate(WEEKDAYS) if len(wanted) >= 3 and day.startswith(wanted)]
    return found[0] if found else None


def _windows(text: str) -> tuple[tuple[int, int], ...] | None:
    """Return the windows of a day in minutes since midnight; () for a closed day, None when they cannot be read."""
    windows = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        match = WINDOWS.fullmatch(part)
        if not match:
            return None
        hour, minute, end_hour, end_minute = map(int, match.groups())
        start, end = 60 * hour + minute, 60 * end_hour + end_minute
        if minute > 59 or end_minute > 59 or start >= DAY or end > DAY or start == end:
            return None
        windows.append((start, end if end > start else end + DAY))
    return tuple(windows)


def _week_faults(week: list[tuple[tuple[int, int], ...]], name: str) -> list[Fault]:
    """Return what is wrong with readable hours: none at all, or windows that overlap."""
    spans = [(start + DAY * day, end + DAY * day) for day, windows in enumerate(week) for start, end in windows]
    if not spans:
        do = "Give at least one weekday its hours, or '00:00-24:00' on all seven for a service round the clock"
        return [Fault(f"{name}, hours", "no hours on any weekday", "at least one window, such as '09:00-17:00'", do)]
    following = [*spans[1:], (spans[0][0] + 7 * DAY, 0)]
    return [
        Fault(f"{name}, hours of {WEEKDAYS[start // DAY % 7]}", "windows that overlap or fall", "rising windows")
        for (_, end), (start, _) in zip(spans, following, strict=True)
        if end > start
    ]


def business_hours(start: Any, end: Any, agreed: Calendar) -> np.ndarray:
    """Return the agreed service hours between two moments.

    Parameters
    ----------
    start, end : Series, DatetimeIndex or array of moments
        One of each a row.
    agreed : Calendar
        The agreed hours.

    Returns
    -------
    array
        Hours, one a row. Negative where the end comes before the start, so that the fault is seen; NaN where a moment is
        missing.

    Notes
    -----
    Own definition: real time inside the agreed windows, as service desks' "business elapsed time".
    """
    from_, to = ticks(start, agreed.zone), ticks(end, agreed.zone)
    clock = _clock(agreed, from_, to)
    return _hours(_elapsed(to, *clock) - _elapsed(from_, *clock), (from_ == NAT) | (to == NAT))


def paused_hours(start: Any, end: Any, pauses: pd.DataFrame, agreed: Calendar) -> np.ndarray:
    """Return the agreed service hours in which each row was paused; what several pauses share counts once.

    Parameters
    ----------
    start, end : Series or array of moments
        One of each a row; pauses count only between them.
    pauses : DataFrame
        One row a pause: `row` (the position of the row it belongs to, from 0), `start`, `end` (missing: not yet over).
        Overlapping pauses of one row are merged; a pause that ends before it starts counts as none.
    agreed : Calendar
        The agreed hours.

    Returns
    -------
    array
        Hours, one a row: 0 where nothing was paused, NaN where a moment of the row is missing or a pause has no start.
        Time on the clock is `business_hours(start, end, agreed) - paused_hours(start, end, pauses, agreed)`.

    Raises
    ------
    ValueError
        When a pause belongs to no row.
    """
    from_, to = ticks(start, agreed.zone), ticks(end, agreed.zone)
    rows = pauses["row"].to_numpy(dtype=np.int64)
    if len(rows) and not (0 <= rows.min() and rows.max() < len(from_)):
        raise ValueError(f"a pause belongs to a row, 0 to {len(from_) - 1}; found {rows.min()} to {rows.max()}")
    begins, ends = ticks(pauses["start"], agreed.zone), ticks(pauses["end"], agreed.zone)
    unknown = (from_ == NAT) | (to == NAT)
    unknown[rows[begins == NAT]] = True
    first = np.maximum(begins, from_[rows])
    last = np.where(ends == NAT, to[rows], np.minimum(ends, to[rows]))
    counted = (last > first) & ~unknown[rows]
    rows, first, last = merged(first[counted], last[counted], rows[counted])
    clock = _clock(agreed, first, last)
    paused = _elapsed(last, *clock) - _elapsed(first, *clock)
    return _hours(np.bincount(rows, weights=paused, minlength=len(from_)), unknown)


def merged(start: np.ndarray, end: np.ndarray, by: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return group, start and end of the stretches that spans cover, overlaps and touching ends merged within a group.

    Parameters
    ----------
    start, end : array of int
        Microseconds, one of each a span, the end not before the start.
    by : array of int
        The group of each span.

    Returns
    -------
    tuple of arrays
        Group (as `by`), start and end of each stretch, by group and start.
    """
    if not len(start):
        return by, start, end
    order = np.lexsort((start, by))
    start, end, by = start[order], end[order], by[order]
    reach = pd.Series(end).groupby(by).cummax().to_numpy()
    new = np.append(True, (by[1:] != by[:-1]) | (start[1:] > reach[:-1]))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(start)) - 1
    return by[first], start[first], reach[last]


def due(start: Any, hours: Any, agreed: Calendar) -> pd.DatetimeIndex:
    """Return when so many agreed service hours will have passed, in the calendar's zone.

    Parameters
    ----------
    start : Series, DatetimeIndex or array of moments
        One a row.
    hours : number or array
        Service hours, 0 or more; 0 is due at once.
    agreed : Calendar
        The agreed hours.

    Returns
    -------
    DatetimeIndex
        Missing where an input is. A limit reached at closing time is due then, not at the next opening.

    Raises
    ------
    ValueError
        When hours are negative.
    """
    from_ = ticks(start, agreed.zone)
    wanted = np.broadcast_to(np.asarray(hours, dtype=float), from_.shape)
    unknown = (from_ == NAT) | np.isnan(wanted)
    if (wanted < 0).any():
        raise ValueError(f"service hours are 0 or more; found {np.nanmin(wanted)}")
    longest = float(np.nanmax(wanted, initial=0.0))
    weeks = int(longest / agreed.weekly_hours) + 2 + len(agreed.holidays)  # a holiday costs less than a week
    opening, closing, before = _clock(agreed, from_, np.where(unknown, NAT, from_ + 7 * DAY // 60 * HOUR * weeks))
    goal = _elapsed(from_, opening, closing, before) + np.round(np.where(unknown, 0, wanted) * HOUR).astype(np.int64)
    at = np.searchsorted(before, goal, side="left") - 1  # of two windows that meet the goal, the one that closes then
    moment = np.where(wanted > 0, opening[at] + goal - before[at], from_)
    return _index(np.where(unknown, NAT, moment)).tz_localize("UTC").tz_convert(agreed.zone)


def business_days(first: Any, last: Any, agreed: Calendar) -> np.ndarray:
    """Return how many days with agreed hours lie from the first to the last day, both included.

    Spreadsheets' NETWORKDAYS; negative where the last day comes before the first.

    Parameters
    ----------
    first, last : date, text or array of them
        Days.
    agreed : Calendar
        Its weekdays with hours count, its holidays do not.

    Returns
    -------
    array
        Days; NaN where a day is missing.
    """
    low, high = (np.asarray(days, dtype="datetime64[D]") for days in np.broadcast_arrays(first, last))
    unknown = np.isnat(low) | np.isnat(high)
    low, high = (np.where(unknown, np.datetime64(0, "D"), days) for days in (low, high))
    counted = np.busday_count(
        np.minimum(low, high),
        np.maximum(low, high) + 1,
        weekmask=[bool(windows) for windows in agreed.windows],
        holidays=sorted(agreed.holidays),
    )
    return np.where(unknown, np.nan, np.where(high < low, -counted, counted))


def ticks(values: Any, zone: str) -> np.ndarray:
    """Return moments as microseconds of UTC, those without a zone by the clocks of this one; NAT where missing."""
    moments = pd.DatetimeIndex(values).as_unit("us")
    if moments.tz is None:
        moments = _local_to_utc(moments, zone, first=True)
    return moments.asi8


def _index(microseconds: np.ndarray) -> pd.DatetimeIndex:
    """Return microseconds as moments without a zone."""
    return pd.DatetimeIndex(microseconds.view("datetime64[us]"))


def _local_to_utc(wall: pd.DatetimeIndex, zone: str, *, first: bool) -> pd.DatetimeIndex:
    """Return wall-clock times as UTC: of an hour that comes twice, the first or second; one left out moves on."""
    chosen = np.full(len(wall), first)
    return wall.tz_localize(ZoneInfo(zone), ambiguous=chosen, nonexistent="shift_forward").tz_convert("UTC")


def _clock(agreed: Calendar, from_: np.ndarray, to: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return opening and closing times around the moments (UTC, microseconds), and the time open before each opening."""
    known = np.concatenate([from_[from_ != NAT], to[to != NAT]])
    first, last = (known.min(), known.max()) if len(known) else (0, 0)
    around = 9  # days: a week, so that there is an opening on either side, and a day for any zone
    days = np.arange(first // (24 * HOUR) - around, last // (24 * HOUR) + around + 1)
    days = days[~np.isin(days, np.array(sorted(agreed.holidays), dtype="datetime64[D]").astype(np.int64))]
    weekday = (days + 3) % 7  # the first day of 1970 was a Thursday
    windows = [(day, *window) for day in range(7) for window in agreed.windows[day]]
    opening, closing = (
        _at([(days[weekday == day], window[part]) for day, *window in windows], agreed.zone, first=part == 0)
        for part in (0, 1)
    )
    order = np.argsort(opening, kind="stable")
    opening, closing = opening[order], closing[order]
    closing[:-1] = np.minimum(closing[:-1], opening[1:])  # where the hour that comes twice lies at midnight
    open_for = np.maximum(closing - opening, 0)
    return opening, closing, np.cumsum(open_for) - open_for


def _at(clocks: list[tuple[np.ndarray, int]], zone: str, *, first: bool) -> np.ndarray:
    """Return wall-clock times (days since 1970, and the minute on each of them) in UTC, microseconds."""
    wall = np.concatenate([(days * DAY + minute) * (HOUR // 60) for days, minute in clocks])
    return _local_to_utc(_index(wall), zone, first=first).asi8


def _elapsed(moments: np.ndarray, opening: np.ndarray, closing: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Return the time open from the first opening to each moment, microseconds."""
    at = np.maximum(np.searchsorted(opening, moments, side="right") - 1, 0)
    return before[at] + np.clip(moments, opening[at], closing[at]) - opening[at]


def _hours(microseconds: np.ndarray, unknown: np.ndarray) -> np.ndarray:
    """Return hours, NaN where unknown."""
    return np.where(unknown, np.nan, microseconds / HOUR)
