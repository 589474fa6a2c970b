"""The register and the series behind it: what is known of each goal at the period's end."""

from __future__ import annotations

import math

import pandas as pd
import pytest


def only(register: pd.DataFrame) -> dict:
    return register.to_dict("records")[0]


def test_the_last_check_in_up_to_the_periods_end_counts(make):
    row = only(make.of(make.agreed({}), make.check_ins(("K1", "2026-06-30", 0.4), ("K1", "2026-09-30", 0.55))).register)
    assert (row["value"], row["grade"], row["form"]) == (0.55, 0.55, "way gone")


def test_check_ins_after_the_deadline_do_not_count(make):
    agreed = make.agreed({"due": "2026-06-30"})
    row = only(make.of(agreed, make.check_ins(("K1", "2026-06-30", 0.4), ("K1", "2026-08-31", 1.0))).register)
    assert (row["value"], bool(row["over"])) == (0.4, True)


def test_a_check_in_wins_over_what_was_measured_in_the_same_month(make):
    agreed = make.agreed({"measure": "quality.backlog", "unit": "tickets"})
    history = make.history(("2026-Q3", "2026-09-30", 12.0, 10.0, 14.0, "period"))
    series = make.of(agreed, make.check_ins(("K1", "2026-09-15", 20.0)), history).series
    assert series["value"].tolist() == [20.0]


def test_a_check_in_without_a_value_is_no_value(make):
    assert make.of(make.agreed({}), make.check_ins(("K1", "2026-09-30", None, 0.8))).series.empty


def test_the_value_of_a_measured_goal_is_that_of_its_period_and_not_of_a_month(make):
    agreed = make.agreed({"measure": "quality.backlog", "unit": "tickets"})
    history = make.history(
        ("2026-Q3", "2026-09-30", 12.0, 10.0, 14.0, "period"), ("2026-09", "2026-09-30", 9.0, 8.0, 10.0, "month")
    )
    assert only(make.of(agreed, history=history).register)["value"] == 12.0


def test_a_goal_on_an_unknown_measure_is_told_with_a_suggestion(make):
    row = only(make.of(make.agreed({"measure": "quality.backlogg"})).register)
    assert not row["known"]
    assert "quality.backlog" in row["hint"]


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"target": 0.0}, "target and baseline are both 0: there is nothing to reach"),
        ({"start": "2026-12-31", "due": "2026-06-30"}, "the deadline 2026-06-30 lies before the start 2026-12-31"),
        ({"target": math.nan}, "it names no target"),
        (
            {"direction": "between", "target": 0.9, "target_high": 0.8},
            "the range begins at 0.9 and ends at 0.8, which is below it",
        ),
    ],
)
def test_what_cannot_be_graded_says_why(make, given, fault):
    row = only(make.of(make.agreed(given), make.check_ins(("K1", "2026-09-30", 0.5))).register)
    assert row["faults"] == fault
    assert math.isnan(row["grade"])


@pytest.mark.parametrize(
    ("given", "value", "grade", "form"),
    [
        ({"baseline": 8.0, "target": 5.0, "direction": "at_most"}, 6.0, 2 / 3, "way gone"),  # (6 - 8) / (5 - 8)
        ({"baseline": math.nan, "target": 0.9}, 0.95, 1.0, "met or not"),
        ({"baseline": math.nan, "target": 0.9}, 0.85, 0.0, "met or not"),
        ({"baseline": 0.95, "target": 0.9}, 0.92, 1.0, "met or not"),  # at least 0.9 was kept before: only to be kept
        ({"baseline": 0.5, "direction": "between", "target": 0.7, "target_high": 0.85}, 0.6, 0.5, "range"),
        ({"unit": "yes/no"}, 1.0, 1.0, "done or not"),
        ({"unit": "yes/no"}, 0.0, 0.0, "done or not"),
    ],
)
def test_goals_are_graded_by_their_form(make, given, value, grade, form):
    row = only(make.of(make.agreed(given), make.check_ins(("K1", "2026-09-30", value))).register)
    assert row["grade"] == pytest.approx(grade)
    assert row["form"] == form


def test_the_grades_ends_follow_from_the_values_interval(make):
    agreed = make.agreed(
        {"measure": "quality.backlog", "unit": "tickets", "direction": "at_most", "baseline": 20.0, "target": 10.0}
    )
    row = only(make.of(agreed, history=make.history(("2026-Q3", "2026-09-30", 14.0, 12.0, 18.0, "period"))).register)
    # (14 - 20) / (10 - 20) = 0.6, from 18: 0.2, from 12: 0.8
    assert (row["grade"], row["grade_low"], row["grade_high"]) == pytest.approx((0.6, 0.2, 0.8))


def test_without_goals_there_is_no_register(make, now):
    found = make.of(make.agreed())
    assert found.register.empty
    assert found.register.attrs["absent"] == "goals.csv is missing"
