"""Small tables of the quality area as a case would hand them over: typed by their declarations."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from toolkit.areas.quality import tables
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in tables.TABLES}
FILLED_IN = {"vendor": "v", "valid_from": "2020-01-01"}
NUMBERED = ("ticket", "defect", "deployment", "invoice", "reference")


def build(name: str, text: str = "", zone: str = "UTC", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds. Columns that do not matter to a test are filled in: vendor, numbers, valid_from."""
    declared = replace(DECLARED[name], zone=zone)
    frame = no_rows(declared)
    if text:
        cells = pd.read_csv(
            io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True
        )
        cells.index = pd.RangeIndex(2, len(cells) + 2)
        given = {**{key: [value] * len(cells) for key, value in FILLED_IN.items()}, "line": ["1"] * len(cells)}
        given |= {key: [f"N{row}" for row in cells.index] for key in NUMBERED}
        missing = [key for key in given if key in declared.names and key not in cells]
        loaded = check_cells(cells.assign(**{key: given[key] for key in missing}), declared, name)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": "", **attrs})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build
