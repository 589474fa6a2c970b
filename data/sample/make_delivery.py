"""The delivery tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Every draw comes from a seeded generator of the vendor's own. A deliverable is planned from the end of its queue: it is asked
for, waits, is worked on, and is delivered some days before or after the day that was promised. What would happen after the
last day is cut off. Truths are the numbers that the deliverables were made from, and counts made one by one: nothing here
rests on the toolkit that is tested with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import yaml

Row = dict[str, Any]
FIRST, LAST = date(2024, 10, 1), date(2026, 9, 30)
SEEDS = {"alder": 11, "birch": 22, "cedar": 33, "elm": 44}
QUARTERS = [f"{year}-Q{quarter}" for year in (2024, 2025, 2026) for quarter in (1, 2, 3, 4)][3:11]
HOUR = 62.0  # GBP an hour that the deliverables cost


class Yard(NamedTuple):
    """How a vendor delivers: how many are asked for a month, how long they take, how late they come, how they are judged."""

    kinds: tuple[str, ...]
    projects: tuple[str, ...]
    a_month: float
    wait: float  # median days from request to start
    work: float  # median days from start to the planned day
    late: float  # median days late
    spread: float  # days by which one in three is off, or more
    bias: float  # it takes that many times the estimate
    waver: float  # of the logarithm of actual over estimate
    first_time: float  # probability of acceptance at the first attempt
    points: float = 0.0  # median size in function points; 0 where none is counted


YARDS = {
    "alder": Yard(
        ("report", "knowledge base", "self-service form"), ("Self-service",), 5.0, 9, 24, -3, 3, 1.0, 0.18, 0.93
    ),
    "birch": Yard(
        ("migration wave", "runbook", "upgrade"), ("Data centre move", "Run"), 4.0, 14, 40, 9, 14, 1.05, 0.25, 0.8
    ),
    "cedar": Yard(
        ("feature", "interface", "report"), ("Customer portal", "Maintenance"), 6.0, 12, 30, 6, 12, 1.4, 0.22, 0.75, 28
    ),
    "elm": Yard(("image", "roll-out", "package"), ("Device refresh",), 5.0, 10, 21, 2, 8, 1.0, 0.3, 0.6),
}
SLOWER = {"elm": (date(2026, 1, 1), 1.9)}  # from then on work takes that many times as long
IN_HOUSE = {"cedar": (30, date(2023, 10, 2), 14.0, 49.0)}  # how many, from when, median function points, GBP an hour
CENSUS = {"alder": 0.0, "birch": 0.3, "cedar": 0.9, "elm": 0.4}  # change requests raised a month
REASONS = ("New law", "Wish of a department", "Forgotten in the plan", "Change of another system")


class Project(NamedTuple):
    """A project with earned value: its plan, its pace and what a unit of work costs."""

    vendor: str
    name: str
    start: str  # first month
    planned: int  # months
    took: int  # months, seen or to come
    budget: int
    over: float  # GBP spent for each GBP earned


PROJECTS = (
    Project("alder", "Self-service", "2026-03", 6, 6, 90_000, 0.97),
    Project("birch", "Data centre move", "2025-11", 7, 11, 480_000, 1.04),
    Project("cedar", "Customer portal", "2026-02", 11, 15, 640_000, 1.18),
)
MONTH_NAMES = [f"{year}-{month:02d}" for year in (2024, 2025, 2026, 2027) for month in range(1, 13)]


# ---------------------------------------------------------------------------------------------------------- deliverables
def deliverables(vendor: str) -> list[Row]:
    """Every deliverable that the vendor was asked for by the last day, as the list holds it then."""
    yard, rng = YARDS[vendor], np.random.default_rng(SEEDS[vendor])
    rows = []
    for offset in range((LAST - FIRST).days // 30 + 1):
        month = FIRST + timedelta(days=30 * offset)
        for _ in range(int(rng.poisson(yard.a_month))):
            asked = month + timedelta(days=int(rng.integers(0, 30)))
            if asked <= LAST:
                rows.append(one(rng, vendor, yard, asked))
    rows.sort(key=lambda row: row["requested"])
    for number, row in enumerate(rows, start=1):
        row["deliverable"] = f"{vendor[:2].upper()}-{number:03d}"
    return rows


def one(rng: np.random.Generator, vendor: str, yard: Yard, asked: date) -> Row:
    """One deliverable from its request on; days that lie after the last are left empty."""
    started = asked + days(rng, yard.wait, 0.4)
    work = days(rng, yard.work, 0.35)
    planned = started + work
    slow = SLOWER.get(vendor)
    stretch = slow[1] if slow and started >= slow[0] else 1.0
    late = round(float(rng.normal(yard.late, yard.spread)))
    done = max(started + timedelta(days=round(work.days * stretch) + late), started + timedelta(days=1))
    size = round(lognormal(rng, yard.points, 0.8)) + 1 if yard.points else 0
    estimate = round(size * 7.5 * lognormal(rng, 1.0, 0.15)) if size else round(lognormal(rng, 90, 0.6)) + 4
    actual = max(round(estimate * yard.bias * lognormal(rng, 1.0, yard.waver)), 1)
    attempts = 1 + int(rng.random() > yard.first_time) + int(rng.random() > 0.95)
    remarks = rng.random() < 0.12
    judged = done + days(rng, 9 * attempts, 0.3)
    defects = int(rng.poisson(0.06 * size)) if size else 0
    kind, project = str(rng.choice(yard.kinds)), str(rng.choice(yard.projects))
    cancelled = rng.random() < 0.02
    came = done <= LAST and not cancelled
    begun = started <= LAST
    state = "cancelled" if cancelled else "delivered" if came else "active" if begun else "planned"
    accepted = came and judged <= LAST
    return {
        "vendor": vendor,
        "kind": kind,
        "project": project,
        "state": state,
        "requested": asked,
        "started": started if begun else None,
        "planned": planned,
        "forecast": done if not came and begun and not cancelled else None,
        "delivered": done if came else None,
        "accepted": judged if accepted else None,
        "acceptance": ("accepted_with_remarks" if remarks else "accepted") if accepted else "open",
        "attempts": attempts if accepted else None,
        "cost_planned": round(estimate * HOUR),
        "cost_actual": round(actual * HOUR) if came else None,
        "effort_estimated": estimate,
        "effort_actual": actual if came else None,
        "size": size or None,
        "size_unit": "function point" if size else None,
        "defects": defects if size and came else None,
        "in_house": "no",
    }


def in_house(vendor: str) -> list[Row]:
    """What the client's own people delivered before: smaller, so that its cost by size is no like comparison."""
    count, start, points, rate = IN_HOUSE[vendor]
    rng = np.random.default_rng(SEEDS[vendor] + 1000)
    rows = []
    for number in range(1, count + 1):
        asked = start + timedelta(days=35 * number)
        size = round(lognormal(rng, points, 0.7)) + 1
        effort = round(size * 9.0 * lognormal(rng, 1.0, 0.2) + 20)
        started = asked + days(rng, 10, 0.3)
        done = started + days(rng, 30, 0.3)
        rows.append(
            {
                "vendor": vendor,
                "deliverable": f"IH-{number:03d}",
                "kind": "feature",
                "project": "Own team",
                "state": "delivered",
                "requested": asked,
                "started": started,
                "delivered": done,
                "cost_actual": round(effort * rate),
                "effort_actual": effort,
                "size": size,
                "size_unit": "function point",
                "defects": int(rng.poisson(0.06 * size)),
                "in_house": "yes",
            }
        )
    return [row for row in rows if row["delivered"] <= LAST]


def days(rng: np.random.Generator, median: float, spread: float) -> timedelta:
    """A number of days, 1 at least."""
    return timedelta(days=max(round(lognormal(rng, median, spread)), 1))


def lognormal(rng: np.random.Generator, median: float, spread: float) -> float:
    """A number about a median; one in three is off by more than the factor e^spread."""
    return float(median * math.exp(spread * rng.standard_normal()))


# -------------------------------------------------------------------------------------------------------------- progress
def progress(project: Project) -> list[Row]:
    """A project by month: the plan to its end, earned and spent up to the last month or to its own end."""
    first = MONTH_NAMES.index(project.start)
    rows = []
    for place in range(max(project.planned, project.took)):
        month = MONTH_NAMES[first + place]
        seen = month <= f"{LAST:%Y-%m}" and place < project.took
        if not seen and place >= project.planned:
            continue
        earned = round(project.budget * s_curve((place + 1) / project.took))
        rows.append(
            {
                "vendor": project.vendor,
                "project": project.name,
                "month": month,
                "planned_value": round(project.budget * s_curve((place + 1) / project.planned)),
                "earned_value": earned if seen else None,
                "actual_cost": round(earned * project.over) if seen else None,
                "budget_at_completion": project.budget,
                "planned_finish": MONTH_NAMES[first + project.planned - 1],
            }
        )
    return rows


def s_curve(share: float) -> float:
    """The share of the work that is done after a share of the time: slow, fast, slow."""
    part = min(share, 1.0)
    return part * part * (3 - 2 * part)


# ------------------------------------------------------------------------------------------------------- change requests
def change_requests(vendor: str) -> list[Row]:
    """Requests to change what was agreed; what was not decided by the last day is open."""
    rng = np.random.default_rng(SEEDS[vendor] + 2000)
    rows = []
    for offset in range(24):
        for _ in range(int(rng.poisson(CENSUS[vendor]))):
            raised = FIRST + timedelta(days=30 * offset + int(rng.integers(0, 30)))
            decided = raised + days(rng, 15, 0.4)
            verdict = str(rng.choice(("accepted", "accepted", "accepted", "rejected", "withdrawn")))
            cost = round(lognormal(rng, 4200, 0.6), -1)
            seen = decided <= LAST
            rows.append(
                {
                    "vendor": vendor,
                    "project": PROJECT_OF.get(vendor, ""),
                    "raised": raised,
                    "decided": decided if seen else None,
                    "state": verdict if seen else "open",
                    "reason": str(rng.choice(REASONS)),
                    "raised_by": "client" if rng.random() < 0.7 else "vendor",
                    "cost": int(cost),
                    "effort": round(cost / HOUR),
                }
            )
    rows.sort(key=lambda row: row["raised"])
    return [{**row, "request": f"CR-{number:03d}"} for number, row in enumerate(rows, start=1) if row["raised"] <= LAST]


PROJECT_OF = {project.vendor: project.name for project in PROJECTS}
COLUMNS = {
    "deliverables": (
        "vendor deliverable kind project state requested started planned forecast delivered accepted acceptance attempts "
        "cost_planned cost_actual effort_estimated effort_actual size size_unit defects in_house"
    ),
    "progress": ("vendor project month planned_value earned_value actual_cost budget_at_completion planned_finish"),
    "change_requests": "vendor request project raised decided state reason raised_by cost effort",
}
SORTED_BY = {
    "deliverables": ("vendor", "deliverable"),
    "progress": ("vendor", "project", "month"),
    "change_requests": ("vendor", "request"),
}


def delivery() -> dict[str, list[Row]]:
    """Every row by table."""
    listed = [row for vendor in YARDS for row in deliverables(vendor)]
    listed += [row for vendor in IN_HOUSE for row in in_house(vendor)]
    return {
        "deliverables": listed,
        "progress": [row for project in PROJECTS for row in progress(project)],
        "change_requests": [row for vendor in CENSUS for row in change_requests(vendor)],
    }


def tables(made: dict[str, list[Row]]) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    return {name: (text.split(), made[name], SORTED_BY[name]) for name, text in COLUMNS.items()}


# ---------------------------------------------------------------------------------------------------------------- truths
RULES = """\
What is planted in delivery, and counts made one by one from the rows; in words it stands in README.md. Pairs are [of them,
counted]. on_time: deliverables due in a quarter that came on their planned day or before; what is overdue and open is due.
delivered: how many came in a quarter, the client's own left out. bias: actual effort is that many times the estimate, times
chance. progress: months planned and taken, and the schedule index in time of a finished project, planned over taken.
"""
KINDS = {
    "alder": "punctual, with honest estimates",
    "birch": "a project whose SPI($) ends at 1 although it was late",
    "cedar": "estimates that are always low",
    "dogwood": "no deliverables at all: not assessed, never punctual",
    "elm": "late since January 2026, and often not accepted at the first attempt",
}


def quarter(day: date) -> str:
    """The quarter of a day."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def truths(made: dict[str, list[Row]]) -> Row:
    """Everything planted, by vendor."""
    vendors: Row = {}
    for vendor, kind in KINDS.items():
        rows = [row for row in made["deliverables"] if row["vendor"] == vendor and row["in_house"] == "no"]
        changes = [row for row in made["change_requests"] if row["vendor"] == vendor and row["state"] == "accepted"]
        vendors[vendor] = {"kind": kind, "deliverables": len(rows)}
        if rows:
            vendors[vendor] |= counts(rows) | {"bias": YARDS[vendor].bias, "first_time": YARDS[vendor].first_time}
            vendors[vendor]["scope_cost"] = {
                name: sum(row["cost"] for row in changes if quarter(row["decided"]) == name) for name in QUARTERS
            }
    for project in PROJECTS:
        finished = MONTH_NAMES.index(project.start) + project.took <= MONTH_NAMES.index(f"{LAST:%Y-%m}") + 1
        index = {"spi_t": round(project.planned / project.took, 4)} if finished else {}
        months = {"planned": project.planned, "took": project.took, "finished": finished}
        vendors[project.vendor]["progress"] = months | index | {"cpi": round(1 / project.over, 4)}
    return {"quarters": QUARTERS, "vendors": vendors}


def counts(rows: list[Row]) -> Row:
    """What came on time, and what came at all, by quarter; and what is open."""
    alive = [row for row in rows if row["state"] != "cancelled"]
    on_time = {}
    for name in QUARTERS:
        due = [row for row in alive if quarter(row["planned"]) == name and (row["delivered"] or row["planned"] < LAST)]
        kept = [row for row in due if row["delivered"] and row["delivered"] <= row["planned"]]
        on_time[name] = [len(kept), len(due)]
    came = {
        name: sum(1 for row in alive if row["delivered"] and quarter(row["delivered"]) == name) for name in QUARTERS
    }
    waiting = sum(1 for row in alive if not row["delivered"])
    return {"on_time": on_time, "delivered": came, "open": waiting}


def truths_text(made: dict[str, list[Row]]) -> str:
    """The part of truths.yaml on delivery: what is meant, and the figures."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in RULES.splitlines())
    options = {"sort_keys": False, "allow_unicode": True, "width": 200, "default_flow_style": None}
    return f"\n{comment}{yaml.safe_dump({'delivery': truths(made)}, **options)}"


def figures_text(made: dict[str, list[Row]]) -> str:
    """The table of figures that stands in README.md."""
    last = QUARTERS[-1]
    lines = [
        f"| vendor | deliverables | on time in {last} | delivered in {last} | open at the end | planted |",
        "|---|--:|--:|--:|--:|---|",
    ]
    for vendor, facts in truths(made)["vendors"].items():
        if facts["deliverables"]:
            kept, due = facts["on_time"][last]
            cells = [
                f"{facts['deliverables']:,}",
                f"{kept} of {due}",
                f"{facts['delivered'][last]}",
                f"{facts['open']}",
            ]
        else:
            cells = ["0", "", "", ""]
        lines.append(" | ".join([f"| `{vendor}`", *cells, facts["kind"]]) + " |")
    return "\n".join(lines)
