"""Goals, check-ins and findings of a few rows, and the register made of them."""

from __future__ import annotations

from dataclasses import fields
from types import SimpleNamespace

import pandas as pd
import pytest

from toolkit.areas import goals
from toolkit.history import COLUMNS
from toolkit.model import Goal, Period

PERIOD = Period.parse("2026-Q3")
MEASURES = pd.DataFrame(
    [
        ("quality.backlog", "Backlog", "lower", "tickets", "quality"),
        ("cost.unit_cost", "Unit cost", "lower", "", "cost"),
    ],
    columns=["measure", "label", "better", "unit", "area"],
)
FULL = {
    "goal": "K1",
    "objective": "Every device on the new image",
    "source": "Inventory",
    "direction": "at_least",
    "baseline": 0.0,
    "target": 1.0,
    "unit": "share",
    "start": "2026-01-01",
    "due": "2026-12-31",
    "owner": "Head of workplace",
    "reason": "Old images are not mended",
    "serves": "People can work",
}


def agreed_of(*given: dict) -> pd.DataFrame:
    """Goals, each like the full one but for what is given."""
    rows = pd.DataFrame([vars(Goal(**{**FULL, **row})) for row in given], columns=[item.name for item in fields(Goal)])
    rows.attrs |= {"file": "goals.csv", "digest": "", "absent": "" if len(rows) else "goals.csv is missing"}
    return rows


def check_ins_of(*rows: tuple) -> pd.DataFrame:
    """Check-ins: goal, date, value, and perhaps confidence."""
    table = pd.DataFrame(
        [(*row, *[None] * (4 - len(row))) for row in rows], columns=["goal", "date", "value", "confidence"]
    )
    table = table.astype({"value": "float64", "confidence": "float64"}).assign(note="", author="")
    table["date"] = pd.to_datetime(table["date"])
    table.attrs |= {"file": "check_ins.csv", "digest": "", "absent": "" if len(table) else "check_ins.csv is missing"}
    return table


def history_of(*rows: tuple, measure: str = "quality.backlog", unit: str = "tickets") -> pd.DataFrame:
    """Findings on one measure: period, last day, value, low, high, span."""
    made = [(measure, "Backlog", unit, "lower", *row[:5], "no goal", row[5]) for row in rows]
    table = pd.DataFrame(made, columns=COLUMNS)
    table["date"] = pd.to_datetime(table["date"])
    return table.astype(dict.fromkeys(("value", "low", "high"), "float64"))


def made(agreed: pd.DataFrame, check_ins: pd.DataFrame | None = None, history: pd.DataFrame | None = None):
    """Series and register, with what a notebook hands on."""
    said = check_ins_of() if check_ins is None else check_ins
    found = history_of() if history is None else history
    series = goals.series(agreed, said, found, period=PERIOD)
    register = goals.register(agreed, series, found, MEASURES, said, period=PERIOD)
    return SimpleNamespace(agreed=agreed, check_ins=said, history=found, series=series, register=register)


def monthly(goal: str, *values: float, last: str = "2026-09") -> pd.DataFrame:
    """Check-ins at the ends of consecutive months."""
    months = pd.period_range(end=last, periods=len(values), freq="M")
    return check_ins_of(*[(goal, month.end_time.date(), value) for month, value in zip(months, values, strict=True)])


@pytest.fixture
def now() -> dict:
    return {"period": PERIOD}


@pytest.fixture
def make() -> SimpleNamespace:
    """What makes small tables: agreed, check_ins, history, monthly, all of a case (`of`)."""
    return SimpleNamespace(agreed=agreed_of, check_ins=check_ins_of, history=history_of, monthly=monthly, of=made)
