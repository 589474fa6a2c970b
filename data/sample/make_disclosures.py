"""When the client was told of what the vendor had noticed: the disclosures of the invented sample client, with a truth planted.

Birch tells late: half of its incidents after `MEDIAN` hours, more than the agreed `LIMIT`, and of some nothing was said by
the night of the tables. Alder tells within hours. Durations are lognormal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import yaml

SEED = 52_118
Row = dict[str, Any]
START, END = datetime(2024, 10, 1), datetime(2026, 10, 1)
MEDIAN, SPREAD = {"alder": 6.0, "birch": 40.0}, {"alder": 0.7, "birch": 0.8}  # hours, and of their logarithm
LIMIT = {"alder": 24, "birch": 24}
COUNT = {"alder": 24, "birch": 52}  # in two years
UNTOLD = ("2026-08-19", "2026-09-07")  # birch: noticed on these days, and not told by the end
SERVICE = {"alder": "Service desk", "birch": "Hosting"}


def text(moment: datetime) -> str:
    """A moment as the tables write it; UTC, so that no clock changes."""
    return moment.strftime("%Y-%m-%d %H:%MZ")


def rows_of(vendor: str, place: int) -> list[Row]:
    """One vendor's incidents."""
    rng = np.random.default_rng([SEED, place])
    minutes = int((END - START).total_seconds()) // 60
    noticed = sorted(START + timedelta(minutes=int(at)) for at in rng.integers(0, minutes - 20 * 1440, COUNT[vendor]))
    rows = []
    for number, moment in enumerate(noticed):
        told = moment + timedelta(hours=MEDIAN[vendor] * math.exp(rng.normal(0, SPREAD[vendor])))
        began = moment - timedelta(hours=float(rng.exponential(10)))
        rows.append(row(vendor, f"SEC-{number + 1:03d}", began if rng.random() < 0.8 else None, moment, told))
    if vendor == "birch":
        kept = [datetime.fromisoformat(f"{day} 10:20") for day in UNTOLD]
        rows += [row(vendor, f"SEC-{900 + place}", None, moment, None) for place, moment in enumerate(kept)]
    return rows


def row(vendor: str, incident: str, began: datetime | None, detected: datetime, told: datetime | None) -> Row:
    """One row of disclosures."""
    moments = {"began": began, "detected": detected, "disclosed": told if told and told < END else None}
    written = {name: text(moment) if moment else "" for name, moment in moments.items()}
    named = f"{vendor[:3].upper()}-{incident}"
    return {"vendor": vendor, "incident": named, "service": SERVICE[vendor], **written, "limit_hours": LIMIT[vendor]}


def tables() -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    columns = ("vendor", "incident", "service", "began", "detected", "disclosed", "limit_hours")
    rows = [found for place, vendor in enumerate(sorted(COUNT)) for found in rows_of(vendor, place)]
    return {"disclosures": (columns, rows, ("vendor", "incident"))}


def truths_text() -> str:
    """The truths as YAML: hours of the median, and the share within the limit, of the distribution."""
    within = {
        name: 0.5 * (1 + math.erf(math.log(LIMIT[name] / MEDIAN[name]) / SPREAD[name] / 2**0.5)) for name in LIMIT
    }
    found = {
        name: {"median_hours": MEDIAN[name], "within_limit": round(within[name], 3), "limit_hours": LIMIT[name]}
        for name in sorted(LIMIT)
    }
    return yaml.safe_dump({"disclosures": {**found, "not_told": len(UNTOLD)}}, sort_keys=False, width=120)
