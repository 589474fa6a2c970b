"""Small tables as a case would hand them over: typed by their declarations, with what is known of their file."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.model import Period
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in cost.TABLES}
FILLED_IN = {"vendor": "v", "index": "PRICES", "source": "test", "source_year": "2026"}


def build(name: str, text: str = "", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds. Columns that do not matter to a test are filled in: vendor, invoice, line."""
    declared = DECLARED[name]
    if text:
        cells = pd.read_csv(
            io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True
        )
        cells.index = pd.RangeIndex(2, len(cells) + 2)
        numbered = {"invoice": [f"I-{row}" for row in cells.index], "line": ["1"] * len(cells)}
        given = {**{key: [value] * len(cells) for key, value in FILLED_IN.items()}, **numbered}
        missing = [key for key in given if key in declared.names and key not in cells]
        loaded = check_cells(cells.assign(**{key: given[key] for key in missing}), declared, name)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    else:
        frame = no_rows(declared)
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": "", **attrs})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build


# Three months before the contract of April 2025 and three since: the unit cost was 10 and is 7.50.
INTERNAL = """
    month, service, category, amount
    2025-01, Desk, staff, 100
    2025-02, Desk, staff, 110
    2025-03, Desk, staff, 90
    2025-04, Desk, management, 10
    2025-05, Desk, management, 10
    2025-06, Desk, management, 10
"""
VOLUMES = """
    month, service, unit, volume
    2025-01, Desk, ticket, 10
    2025-02, Desk, ticket, 10
    2025-03, Desk, ticket, 10
    2025-04, Desk, ticket, 12
    2025-05, Desk, ticket, 12
    2025-06, Desk, ticket, 12
"""
INVOICES = """
    date, amount, category, service
    2025-04-30, 80, run, Desk
    2025-05-31, 85, run, Desk
    2025-06-30, 75, run, Desk
"""
STEADY = "period, value\n" + "\n".join(f"2025-{month:02d}, 100" for month in range(1, 13))


@pytest.fixture(scope="session")
def costs() -> Callable[..., pd.DataFrame]:
    """A function that gives costs_by_month of the six months above; texts and options may be replaced."""

    def made(
        invoices: str = INVOICES,
        internal_costs: str = INTERNAL,
        volumes: str = VOLUMES,
        price_index: str = STEADY,
        *,
        since: str | None = "2025-04",
        period: str = "2025-Q2",
        **options: float | str,
    ) -> pd.DataFrame:
        given = {"invoices": invoices, "internal_costs": internal_costs, "volumes": volumes, "price_index": price_index}
        tables = {name: text if isinstance(text, pd.DataFrame) else build(name, text) for name, text in given.items()}
        start = None if since is None else pd.Period(since, "M")
        return cost.costs_by_month(**tables, since=start, period=Period.parse(period), **options)

    return made


@pytest.fixture(scope="session")
def texts() -> dict[str, str]:
    """The CSV texts behind `costs`, for tests that change one of them."""
    return {"invoices": INVOICES, "internal_costs": INTERNAL, "volumes": VOLUMES, "price_index": STEADY}
