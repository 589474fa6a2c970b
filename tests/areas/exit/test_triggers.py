"""Agreed signs: reached by the whole interval, unclear, not known; several periods in a row."""

from __future__ import annotations

import pytest

from toolkit.areas import exit as leaving
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q2")}
HEAD = "trigger, measure, side, threshold, in_a_row, opens\n"


def state(table, history, row: str, *found) -> str:
    made = leaving.triggers_reached(table("triggers", HEAD + row), history(*found), **NOW)
    return made.parts["trigger"]["state"].iloc[0]


@pytest.mark.parametrize(
    ("ends", "wanted"),
    [
        ((12, 11, 13), "reached"),
        ((12, 9, 13), "unclear"),
        ((9, 8, 10), "not reached"),  # the threshold itself is not beyond it
        ((12, None, None), "reached"),  # a value without an interval is taken as exact
        ((None, None, None), "not known"),
    ],
)
def test_triggers_reached_goes_by_the_whole_interval(table, history, ends, wanted):
    assert state(table, history, "X1, cost.a, above, 10, , switch", ("cost.a", "2026-Q2", *ends)) == wanted


def test_triggers_reached_below_a_threshold(table, history):
    assert state(table, history, "X1, cost.a, below, 10, , switch", ("cost.a", "2026-Q2", 8, 7, 9)) == "reached"


@pytest.mark.parametrize(
    ("before", "wanted"), [((12, 11, 13), "reached"), ((5, 4, 6), "not reached"), (None, "not known")]
)
def test_triggers_reached_in_periods_in_a_row(table, history, before, wanted):
    found = [("cost.a", "2026-Q2", 12, 11, 13)] + ([("cost.a", "2026-Q1", *before)] if before else [])
    assert state(table, history, "X1, cost.a, above, 10, 2, switch", *found) == wanted


def test_triggers_reached_names_what_they_open(table, history):
    rows = HEAD + "X1, cost.a, above, 10, , switch\nX2, cost.b, above, 10, , stay\nX3, cost.c, above, 1, , insource\n"
    known = history(("cost.a", "2026-Q2", 12, 11, 13), ("cost.b", "2026-Q2", 12, 9, 13))
    found = leaving.triggers_reached(table("triggers", rows), known, **NOW)
    assert (found.value, found.low, found.high) == (1, 1, 3)
    assert found.claim == "1 of 3 triggers is reached, which opens: switch."
    assert found.because == "unclear: X2; their measures gave no value: X3"


def test_triggers_reached_without_triggers_or_other_areas_is_not_assessed(table, history):
    assert leaving.triggers_reached(table("triggers"), history(("cost.a", "2026-Q2", 1, 1, 1)), **NOW).because == (
        "triggers.csv is missing"
    )
    assert not leaving.triggers_reached(
        table("triggers", HEAD + "X1, cost.a, above, 10, , switch"), history(), **NOW
    ).assessed
