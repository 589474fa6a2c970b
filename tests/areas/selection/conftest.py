"""Small tables of the selection area as a case would hand them over: typed by their declarations."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

from toolkit.areas.selection import tables
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in tables.TABLES}


def read(name: str, text: str):
    """What a CSV text holds, checked; a column `selection` that does not matter to a test is filled in."""
    declared = DECLARED[name]
    cells = pd.read_csv(io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    if declared.owner and declared.owner not in cells:
        cells[declared.owner] = "desk"
    return check_cells(cells, declared, f"{name}.csv", "GBP", ["desk", "other"])


def build(name: str, text: str = "") -> pd.DataFrame:
    """The table that a CSV text holds."""
    frame = no_rows(DECLARED[name])
    if text:
        loaded = read(name, text)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    absent = "" if text else f"{name}.csv is missing"
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": absent})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build


@pytest.fixture(scope="session")
def faults() -> Callable[..., list[str]]:
    """A function that gives the faults of a CSV text."""
    return lambda name, text: [str(fault) for fault in read(name, text).faults]
