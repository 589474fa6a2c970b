"""Small tables of the contract area as a case would hand them over: typed by their declarations."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable

import pandas as pd
import pytest

from toolkit.areas.contract import tables
from toolkit.tables import Loaded, check_cells, no_rows

DECLARED = {table.name: table for table in tables.TABLES}
FILLED_IN = {
    **{"list": "contract", "topic": "Topic", "question": "Is it there?", "severity": "high", "source": "test"},
    **{"direction": "at_least", "ready": "Decision", "measure": "other"},
}
NUMBERED = ("obligation", "finding", "audit", "dispute", "request")


def loaded(name: str, text: str) -> Loaded:
    """What is read of a CSV text, with its faults. Columns that do not matter to a test are filled in."""
    declared = DECLARED[name]
    cells = pd.read_csv(io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    given = {key: [value] * len(cells) for key, value in {**FILLED_IN, "vendor": "v"}.items()}
    given |= {key: [f"N{row}" for row in cells.index] for key in NUMBERED}
    needed = [column.name for column in declared.columns if column.required]
    missing = [key for key in given if key in needed and key not in cells]
    return check_cells(cells.assign(**{key: given[key] for key in missing}), declared, name)


def build(name: str, text: str = "", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds."""
    frame = no_rows(DECLARED[name])
    if text:
        read = loaded(name, text)
        assert not read.faults, read.faults
        frame = read.frame
    absent = "" if text else f"{name}.csv holds no row for this vendor"
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": absent, **attrs})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build


@pytest.fixture(scope="session")
def faults() -> Callable[[str, str], list[str]]:
    """A function that gives the faults of a CSV text, as a user reads them."""
    return lambda name, text: [str(fault) for fault in loaded(name, text).faults]
