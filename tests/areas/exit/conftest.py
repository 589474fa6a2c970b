"""Small tables of the exit area as a case would hand them over, and scenarios made of them."""

from __future__ import annotations

import functools
import io
import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

from toolkit.areas import exit as leaving
from toolkit.history import COLUMNS, WHOLE
from toolkit.model import Period
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in leaving.TABLES}
PERIOD = Period.parse("2026-Q2")
# known prices: staying 1,200 a year, others 900 after 6 months with 100 once; no hidden cost unless it is given
ALTERNATIVES = (
    "alternative, option, price_low, price_likely, price_high, one_off_low, one_off_likely, one_off_high, "
    "lead_low, lead_likely, lead_high\n"
    "Old terms, stay, 1200, 1200, 1200, , , , , ,\n"
    "New firm, switch, 900, 900, 900, 100, 100, 100, 6, 6, 6\n"
)


def build(name: str, text: str = "", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds; vendor, invoice and line are filled in."""
    declared = DECLARED[name]
    frame = no_rows(declared)
    if text:
        cells = pd.read_csv(
            io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True
        )
        cells.index = pd.RangeIndex(2, len(cells) + 2)
        given = {"vendor": "v", "line": "1", "source": "test", "source_year": "2026"}
        filled = {key: [value] * len(cells) for key, value in given.items()} | {
            "invoice": [f"I{row}" for row in cells.index]
        }
        missing = {key: value for key, value in filled.items() if key in declared.names and key not in cells}
        loaded = check_cells(cells.assign(**missing), declared, name)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": "", **attrs})
    if not text:
        frame.attrs["absent"] = f"{name}.csv is missing"
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build


@pytest.fixture(scope="session")
def inputs() -> Callable[..., pd.DataFrame]:
    """A function that gives the inputs of alternatives, without hidden costs and invoices unless they are given."""

    def made(alternatives: str = ALTERNATIVES, invoices: str = "", hidden_costs: str = "") -> pd.DataFrame:
        given = build("alternatives", alternatives), build("invoices", invoices), build("hidden_costs", hidden_costs)
        return leaving.scenario_inputs(*given, period=PERIOD)

    return made


@pytest.fixture(scope="session")
def costed(inputs) -> Callable[..., pd.DataFrame]:
    """A function that gives scenarios of alternatives over 24 months, undiscounted unless said otherwise."""

    @functools.cache
    def made(*texts: str, **options: float) -> pd.DataFrame:
        return leaving.scenarios(inputs(*texts), **{"scenario_months": 24, "discount_rate": 0.0, **options})

    return made


@pytest.fixture(scope="session")
def history() -> Callable[..., pd.DataFrame]:
    """A function that gives findings of other areas: measure, period, value, low, high."""

    def made(*rows: tuple) -> pd.DataFrame:
        found = [
            (name, name, "GBP", "lower", when, Period.parse(when).end.end_time.normalize(), *ends, "no goal", WHOLE)
            for name, when, *ends in rows
        ]
        known = pd.DataFrame(found, columns=COLUMNS).astype(dict.fromkeys(("value", "low", "high"), "float64"))
        known["date"] = pd.to_datetime(known["date"])
        return known

    return made
