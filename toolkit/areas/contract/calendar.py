"""The steps before contract dates as a calendar file (iCalendar, RFC 5545), which any calendar program reads.

Equal steps give an equal file: the stamp that the standard wants of each entry is the period's last day, and not the clock.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

import pandas as pd

from toolkit.areas.contract.dates import DONE, TOO_LATE
from toolkit.areas.look import last_day
from toolkit.model import Period

LONGEST = 75  # octets of a line, without its end (section 3.1)
HEAD = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//vendor review toolkit//contract dates//EN", "CALSCALE:GREGORIAN")


def calendar_text(planned_steps: pd.DataFrame, *, vendor: str, period: Period) -> str:
    """The calendar file of all steps that are still to be done: an all-day entry for each, on the day by which it has to be.

    planned_steps: as the function of that name makes it; vendor: its name, which stands in every entry. Steps that are done, or
    too late, are left out; one that is overdue stands on the date that it is for. Lines end in CRLF and have at most 75 octets.
    """
    stamp = f"{last_day(period):%Y%m%d}T000000Z"
    rows = planned_steps[~planned_steps["state"].isin((DONE, TOO_LATE))]
    entries = [line for row in rows.to_dict("records") for line in _entry(row, vendor, stamp, last_day(period))]
    name = f"X-WR-CALNAME:{escaped(f'{vendor}: contract dates')}"
    lines = [*HEAD, name, *entries, "END:VCALENDAR"]
    return "".join(f"{part}\r\n" for line in lines for part in folded(line))


def _entry(row: dict, vendor: str, stamp: str, today: pd.Timestamp) -> Iterable[str]:
    day = row["by"] if row["by"] >= today else row["date"]
    about = " ".join(part for part in (row["event"].replace("_", " "), row["title"]) if part)
    late = "Overdue: " if row["by"] < today else ""
    words = f"{about} on {row['date']:%Y-%m-%d}, contract {row['contract'] or 'not named'}"
    key = "|".join(str(row[name]) for name in ("contract", "event", "title", "date", "ready"))
    ready, owner = row["ready"], f". Owner: {row['owner']}" if row["owner"] else ""
    return (
        "BEGIN:VEVENT",
        f"UID:{hashlib.sha256(f'{vendor}|{key}'.encode()).hexdigest()[:32]}@vendor-review-toolkit",
        f"DTSTAMP:{stamp}",
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
        f"DTEND;VALUE=DATE:{day + pd.Timedelta(1, 'D'):%Y%m%d}",
        f"SUMMARY:{escaped(f'{vendor}: {late}{ready}')}",
        f"DESCRIPTION:{escaped(f'{words}{owner}')}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    )


def escaped(text: str) -> str:
    """A text as a value of type TEXT (section 3.3.11): no control character, and nothing that could begin another line."""
    plain = re.sub(r"\r\n?|[\u0085\u2028\u2029]", "\n", text)
    plain = re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", " ", plain)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> list[str]:
    """A line in parts of at most 75 octets, each after the first with a blank before it; no character is cut in two."""
    parts, part = [], ""
    for character in line:
        if len((part + character).encode()) > LONGEST:
            parts.append(part)
            part = " "
        part += character
    return [*parts, part]
