"""Small tables of the relationship area as a case would hand them over: typed by their declarations."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

from toolkit.areas.relationship import tables
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in tables.TABLES}
NUMBERED = {"actions": "action", "client_obligations": "obligation", "plans": "plan"}  # tables whose rows have numbers


def build(name: str, text: str = "", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds. Columns that do not matter to a test are filled in: vendor and numbers."""
    declared = DECLARED[name]
    frame = no_rows(declared)
    if text:
        cells = pd.read_csv(
            io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True
        )
        cells.index = pd.RangeIndex(2, len(cells) + 2)
        given = {"vendor": ["v"] * len(cells)}
        if name in NUMBERED:
            given[NUMBERED[name]] = [f"N{row}" for row in cells.index]
        missing = [key for key in given if key not in cells]
        loaded = check_cells(cells.assign(**{key: given[key] for key in missing}), declared, name)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": "", **attrs})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build
