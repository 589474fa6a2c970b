"""What can be worked out from a table with cells left out, against published examples."""

import math

import numpy as np
import pytest

from toolkit.stats import suppression


def test_audit_of_a_table(published):
    """Source: J. Geurts, Heuristics for cell suppression in tables, 1992, table 10; Handbook on SDC, ch. 4."""
    case = published("suppression_geurts1992")
    table = case["inputs"]["table"]
    rows, columns = len(table) - 1, len(table[0]) - 1
    place = np.arange(rows * columns).reshape(rows, columns)
    cells, shown, names = [], [], []
    for row, line in enumerate(table):
        for column, value in enumerate(line):
            inside = place[row : row + 1] if row < rows else place
            inside = inside[:, column : column + 1] if column < columns else inside
            cells.append(np.isin(place.ravel(), inside))
            shown.append(math.nan if isinstance(value, str) else value)
            names.append(value)
    low, high = suppression.feasible_intervals(cells, shown)
    for name, expected in case["expected"].items():
        found = [low[names.index(name)], high[names.index(name)]]
        assert found == pytest.approx(expected, abs=case["tolerance"]), name


def test_a_single_cell_withheld_is_disclosed(published):
    """Source: own definition."""
    case = published("suppression_single_cell")
    row, total = case["inputs"]["row"], case["inputs"]["total"]
    cells = np.vstack([np.eye(len(row), dtype=bool), np.ones(len(row), dtype=bool)])
    shown = [math.nan if value is None else value for value in [*row, total]]
    low, high = suppression.feasible_intervals(cells, shown)
    assert [low[0], high[0]] == pytest.approx(case["expected"]["interval"], abs=case["tolerance"])
    counts = [case["expected"]["interval"][0], *row[1:]]
    assert len(suppression.exposed(cells, counts, 5, hidden=np.isnan(shown))) == 1
