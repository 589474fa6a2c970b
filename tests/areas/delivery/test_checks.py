"""The checks count what does not fit, and promises of the tables name the row that breaks them."""

import io

import pandas as pd
import pytest

from toolkit.areas import delivery
from toolkit.areas.delivery import tables
from toolkit.model import Period
from toolkit.tables import check_cells

MARCH = Period.parse("2026-03")


@pytest.mark.parametrize(
    ("check", "count"),
    [
        ("Delivered in the period", "2"),
        ("Open at its end", "2"),
        ("Open without a planned day", "1"),
        ("Delivered nobody says when", "1"),
        ("Asked for after the delivery", "1"),
        ("Open by the state, with a delivery", "1"),
        ("Cancelled", "1"),
        ("Made by the client's own people", "1"),
        ("Months missing between their reports", "1"),
        ("Accepted without a cost", "1"),
    ],
)
def test_checks_count_what_does_not_fit(table, check, count):
    rows = table(
        "deliverables",
        """
        deliverable, state, requested, planned, delivered, in_house
        A, active, 2026-03-10, 2026-03-12, 2026-03-09, no
        B, delivered, 2026-02-10, 2026-03-12, 2026-03-12, no
        C, delivered, 2026-02-10, , , no
        D, active, 2026-02-10, , , no
        E, active, 2026-02-10, 2026-03-10, , no
        F, cancelled, 2026-02-10, 2026-03-10, , no
        G, delivered, 2026-02-10, 2026-03-10, 2026-03-10, yes
        """,
    )
    progress = table("progress", "project, month, earned_value\nP, 2026-01, 1\nP, 2026-03, 2")
    changes = table("change_requests", "raised, decided, state\n2026-03-01, 2026-03-02, accepted")
    made = delivery.checks(rows, progress, changes, period=MARCH).set_index("check")
    assert made.loc[check, "found"] == count


def test_checks_of_empty_tables_say_so(table):
    empty = [table(name) for name in ("deliverables", "progress", "change_requests")]
    made = delivery.checks(*empty, period=MARCH).set_index("check")
    assert made.loc["Delivered in the period", "remark"] == "nothing was delivered in it"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-03-02,2026-03-10,2026-03-09,accepted", "an acceptance that is not before the delivery"),
        ("2026-03-12,2026-03-10,,open", "a delivery that is not before the start"),
        ("2026-03-02,2026-03-10,2026-03-12,approved", "accepted, accepted_with_remarks, rejected, open"),
        ("02.03.2026,2026-03-10,,open", "2026-"),
    ],
)
def test_a_row_that_breaks_a_promise_is_named(row, said):
    text = f"vendor,deliverable,started,delivered,accepted,acceptance\nv,D1,{row}\n"
    cells = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    faults = check_cells(cells, tables.DELIVERABLES, "deliverables.csv").faults
    assert len(faults) == 1
    assert "row 2" in str(faults[0])
    assert said in str(faults[0])
