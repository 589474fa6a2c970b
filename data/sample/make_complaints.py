"""Complaints and users of the invented sample client, with a truth planted: alder's users complain more from one month on.

Alder keeps its service levels while tickets come back; from `STEP_MONTH` on its users complain `STEP_FACTOR` times as often.
Elm's and cedar's complaints are drawn from one rate in all months. Nobody counts complaints about birch and dogwood.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import yaml

SEED = 41_207
Row = dict[str, Any]
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][9:33]
STEP_MONTH, STEP_FACTOR = "2026-01", 2.2
RATES = {"alder": 4.0, "cedar": 6.0, "elm": 3.0}  # for 1,000 users a month, or (cedar) for 1,000 requests
USERS = {"alder": (2410, 7.0), "elm": (1640, 4.0)}  # in the first month of all, and how many come each month
SERVICES = {"alder": "Service desk", "cedar": "Application maintenance", "elm": "Workplace devices"}
REQUESTS = 530  # of cedar a month, about; its complaints are drawn from that
UPHELD = {"alder": 0.7, "cedar": 0.5, "elm": 0.5}


def users(vendor: str, months: Iterable[str]) -> dict[str, int]:
    """How many people could use a vendor's service, by month; none where nobody counts them."""
    if vendor not in USERS:
        return {}
    first, more = USERS[vendor]
    return {month: round(first + more * place) for place, month in enumerate(months)}


def rate(vendor: str, month: str) -> float:
    """The true rate of a month."""
    return RATES[vendor] * (STEP_FACTOR if vendor == "alder" and month >= STEP_MONTH else 1)


def complaint_rows(months: Sequence[str]) -> list[Row]:
    """complaints; `months` are those of the volumes."""
    rows: list[Row] = []
    for place, vendor in enumerate(sorted(RATES)):
        rng, known = np.random.default_rng([SEED, place]), users(vendor, months)
        for month in MONTHS:
            year, number = int(month[:4]), int(month[5:])
            for _ in range(int(rng.poisson(rate(vendor, month) * known.get(month, REQUESTS) / 1000))):
                day = int(rng.integers(1, monthrange(year, number)[1] + 1))
                said = "yes" if rng.random() < UPHELD[vendor] else "no"
                row = {"vendor": vendor, "received": f"{month}-{day:02d}", "service": SERVICES[vendor], "upheld": said}
                rows.append(row)
    rows.sort(key=lambda row: (row["vendor"], row["received"]))
    return [{**row, "complaint": f"C-{1001 + place}"} for place, row in enumerate(rows)]


def tables(months: Sequence[str]) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    columns = ("vendor", "complaint", "received", "service", "upheld")
    return {"complaints": (columns, complaint_rows(months), ("vendor", "complaint"))}


def truths_text() -> str:
    """The truths as YAML: complaints for 1,000 users a month (cedar: for 1,000 requests)."""
    step = {"month": STEP_MONTH, "before": RATES["alder"], "after": round(RATES["alder"] * STEP_FACTOR, 2)}
    found = {"complaints": {"alder": step, "cedar": RATES["cedar"], "elm": RATES["elm"]}}
    return yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=120)
