"""Small tables of the quality area as a case would hand them over: typed by their declarations, in one time zone."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from toolkit.areas.quality.tables import TABLES
from toolkit.tables import check_cells, no_rows

DECLARED = {table.name: table for table in TABLES}


def build(name: str, text: str = "", *, zone: str = "UTC", **attrs: object) -> pd.DataFrame:
    """The table that a CSV text holds; vendor is filled in."""
    declared = replace(DECLARED[name], zone=zone)
    frame = no_rows(declared)
    if text:
        cells = pd.read_csv(
            io.StringIO(textwrap.dedent(text)), dtype="str", keep_default_na=False, skipinitialspace=True
        )
        cells.index = pd.RangeIndex(2, len(cells) + 2)
        if "vendor" in declared.names and "vendor" not in cells:
            cells = cells.assign(vendor="v")
        loaded = check_cells(cells, declared, name)
        assert not loaded.faults, loaded.faults
        frame = loaded.frame
    frame.attrs.update({"currency": "GBP", "file": f"{name}.csv", "digest": "", "absent": "", **attrs})
    return frame


@pytest.fixture(scope="session")
def table() -> Callable[..., pd.DataFrame]:
    """A function that builds a table from CSV text."""
    return build
