"""Moments in SQL: a clock's time and its offset, or the time zone of the clock, to a point in time.

DuckDB has time zones of its own, slow ones and perhaps of another year than those of Python. So the steps of a zone's clocks
are taken from Python, and written into the SQL. Hours in which a time may come twice or never are left to `read_moments`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.tables import OFFSET, UTC

FIRST, LAST = 1990, 2059  # years in which the steps are written into the SQL
AHEAD = ":[0-9.]+([+-])([0-9]{2}):?([0-9]{2})?$"  # behind a time: how far its clock is ahead of UTC
PLAIN = 16  # letters of a time without an offset, 2026-03-31 14:05; a shorter one has none either


def with_clocks(sql: str, cells: Sequence[str]) -> str:
    """SQL for cells, and for some of them, which hold moments, what the clock showed, without its offset."""
    clocks = ", ".join(f"{_shown(cell)} AS {clock(cell)}" for cell in cells)
    return f"SELECT *, {clocks} FROM ({sql})" if cells else sql


def clock(cell: str) -> str:
    """The column that `with_clocks` adds for a cell: it is asked for so often that it must have a short name."""
    return f"{cell}_clock"


def moment(cell: str, zone: str) -> str:
    """The point in time that a cell names, as a time of UTC; NULL where it is empty or cannot be read."""
    hours, minutes = (
        f"coalesce(TRY_CAST(regexp_extract({cell}, '{AHEAD}', {place}) AS INTEGER), 0)" for place in (2, 3)
    )
    sign = f"CASE WHEN regexp_extract({cell}, '{AHEAD}', 1) = '-' THEN -1 ELSE 1 END"
    here = "0" if zone == UTC else _minutes_ahead(clock(cell), clocks(zone)[1])
    ahead = f"CASE WHEN {_has_offset(cell)} THEN {sign} * (60 * {hours} + {minutes}) ELSE {here} END"
    return f"{clock(cell)} - to_minutes({ahead})"


def is_sure(cell: str, zone: str) -> str:
    """Whether a cell certainly names one point in time: it has an offset, or is in no doubtful hour of its zone."""
    if zone == UTC:
        return "true"
    years = f"{clock(cell)} BETWEEN TIMESTAMP '{FIRST}-01-01' AND TIMESTAMP '{LAST}-12-31'"
    hours = ", ".join(f"TIMESTAMP '{hour}'" for hour in clocks(zone)[0])
    here = f"{years} AND date_trunc('hour', {clock(cell)}) NOT IN ({hours})" if hours else years
    return f"({_has_offset(cell)} OR ({here}))"


def _has_offset(cell: str) -> str:
    return f"(length({cell}) > {PLAIN} AND regexp_matches({cell}, '{OFFSET}'))"


def _shown(cell: str) -> str:
    cut = f"regexp_replace({cell}, '(:[0-9.]+)(Z|[+-][0-9:]+)$', '\\1')"
    return f"TRY_CAST(CASE WHEN length({cell}) > {PLAIN} THEN {cut} ELSE {cell} END AS TIMESTAMP)"


@functools.cache
def clocks(zone: str) -> tuple[list[str], list[tuple[str, int]]]:
    """How the clocks of a zone go: hours in which there are times that come twice or never, and the steps between.

    A step is the time on the clock up to which, beyond doubtful hours, it is so many minutes ahead of UTC.
    """
    days = pd.date_range(f"{FIRST - 1}-12-30", f"{LAST + 1}-01-02", tz=UTC).as_unit("us")
    ahead = (days.tz_convert(zone).tz_localize(None) - days.tz_localize(None)) // pd.Timedelta(minutes=1)
    quarters = pd.timedelta_range("-48h", "24h", freq="15min")
    doubtful, steps = [], []
    for place in np.flatnonzero(np.diff(ahead)).tolist():
        times = days[place + 1].tz_localize(None) + quarters
        lost = times[times.tz_localize(zone, ambiguous="NaT", nonexistent="NaT").isna()].floor("h").unique()
        doubtful += lost.astype("str").tolist()
        steps.append((str(lost.max() + pd.Timedelta(hours=1)), int(ahead[place])))
    return doubtful, [*steps, ("infinity", int(ahead[-1]))]


def _minutes_ahead(shown: str, steps: Sequence[tuple[str, int]]) -> str:
    """How many minutes a clock is ahead of UTC, by halving the steps."""
    if len(steps) == 1:
        return str(steps[0][1])
    half = len(steps) // 2
    before, after = (_minutes_ahead(shown, part) for part in (steps[:half], steps[half:]))
    return f"CASE WHEN {shown} < TIMESTAMP '{steps[half - 1][0]}' THEN {before} ELSE {after} END"
