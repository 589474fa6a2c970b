"""What was found of a vendor before: findings that lie in a reports folder, as one table.

Layout: `<reports>/<client>/<period>/<vendor>/findings/<area>.json`. Whether a goal is on its way cannot be told from one
period; and what other areas measured need not be measured again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

import pandas as pd

from toolkit.errors import SettingsError
from toolkit.model import Finding, Period, read_findings

COLUMNS = ["measure", "label", "unit", "better", "period", "date", "value", "low", "high", "verdict", "span"]
MONTH, WHOLE = "month", "period"


def earlier_periods(folder: Path, period: Period) -> list[Period]:
    """The earlier periods of the same length that have a folder in a client's reports, rising."""
    found = []
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            other = Period.parse(path.name)
        except SettingsError:
            continue
        if path.is_dir() and other.months == period.months and other < period:
            found.append(other)
    return sorted(found)


def findings_files(folder: Path, vendor: str, period: Period, of: Iterable[str]) -> list[Path]:
    """The findings files of a vendor in a period that are there, of the areas named."""
    files = [folder / str(period) / vendor / "findings" / f"{area}.json" for area in of]
    return [path for path in files if path.is_file()]


def history_of(folder: Path, vendor: str, period: Period, *, of: Iterable[str]) -> pd.DataFrame:
    """What the areas named found of a vendor, in a period and in the earlier ones of the same length.

    folder   the client's reports folder.

    One row a measure and period (`span` "period"), and one a measure and month (`span` "month") up to the period's end,
    where the latest finding has months of the same kind as its value. `date` is the last day of either. A file that cannot
    be read is left out, and counted in `attrs["unread"]`; `attrs["earlier"]` holds the earlier periods that were read.
    """
    rows, unread, earlier = [], 0, []
    for when in [*earlier_periods(folder, period), period]:
        files = findings_files(folder, vendor, when, of)
        found = [_readable(path) for path in files]
        unread += sum(item is None for item in found)
        latest = [item for items in found if items for item in items]
        rows += [_row(item, when) for item in _first(latest)]
        earlier += [str(when)] if latest and when != period else []
        if when == period:
            rows += [row for item in _first(latest) for row in _months(item, period)]
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.astype(dict.fromkeys(("value", "low", "high"), "float64"))
    table["date"] = pd.to_datetime(table["date"])
    table.attrs |= {"sources": [], "unread": unread, "earlier": earlier}
    return table


def parts_of(folder: Path, vendor: str, period: Period, part: str, *, of: Sequence[str]) -> pd.DataFrame:
    """One part, such as "reason", of what some areas found of a vendor in a period: one row a measure and row of that part.

    folder   the client's reports folder.

    Columns: measure, label, unit, the part's name, value; measures without that part have no row.
    """
    rows = [
        {"measure": item.id, "label": item.label, "unit": item.unit, part: row.get(part), "value": row.get("value")}
        for path in findings_files(folder, vendor, period, of)
        for item in _first(_readable(path) or [])
        for row in item.parts.get(part) or []
    ]
    table = pd.DataFrame(rows, columns=["measure", "label", "unit", part, "value"])
    table = table.assign(value=pd.to_numeric(table["value"], errors="coerce"))
    table.attrs |= {"sources": []}
    return table


def _readable(path: Path) -> list[Finding] | None:
    """The findings of a file; None where it holds something else."""
    try:
        return read_findings(path)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OSError):
        return None


def _first(findings: Sequence[Finding]) -> list[Finding]:
    """Each measure once: its value is the same for every goal on it."""
    return list({item.id: item for item in reversed(findings)}.values())


def _row(item: Finding, when: Period) -> tuple:
    low, high = (item.value, item.value) if item.counted else (item.low, item.high)
    about = item.id, item.label, item.unit, item.better, str(when)
    return *about, when.end.end_time.normalize(), item.value, low, high, item.verdict, WHOLE


def _months(item: Finding, period: Period) -> list[tuple]:
    """The months behind a finding, where they are of one kind with its value: a sum of three months is none of them.

    That is so where the value lies between the lowest and the highest of the period's own months (own rule).
    """
    part = pd.DataFrame(item.parts.get("month") or [])
    if not {"month", "value"} <= set(part) or not math.isfinite(item.value):
        return []
    months = pd.PeriodIndex(part["month"].astype("str"), freq="M")
    numbers = part.reindex(columns=["value", "low", "high"]).apply(pd.to_numeric, errors="coerce").set_axis(months)
    numbers = numbers[(months <= period.end) & numbers["value"].notna().to_numpy()]
    numbers = numbers[~numbers.index.duplicated()]
    own = numbers.loc[numbers.index.isin(period.months_index()), "value"]
    room = 1e-9 * max(abs(item.value), 1.0)
    if own.empty or not own.min() - room <= item.value <= own.max() + room:
        return []
    about = item.id, item.label, item.unit, item.better
    days = numbers.index.to_timestamp(how="end").normalize()
    return [
        (*about, str(month), day, *ends, "", MONTH)
        for month, day, ends in zip(numbers.index, days, numbers.to_numpy().tolist(), strict=True)
    ]
