"""Grades of key results, their roll-up, time and pace, and what cannot be graded."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats import goals

NUMBERS = st.floats(-1e6, 1e6)


@given(NUMBERS, NUMBERS, NUMBERS)
def test_grades_lie_between_0_and_1(start, target, actual):
    grade = goals.grade(start, target, actual)
    assert math.isnan(grade) if start == target else 0 <= grade <= 1


@given(st.integers(-99, 99), st.integers(-99, 99), st.integers(-99, 99))
def test_falling_is_rising_upside_down(start, target, actual):
    assert goals.grade(start, target, actual) == pytest.approx(goals.grade(-start, -target, -actual), nan_ok=True)


def test_grade_below_the_baseline_and_beyond_the_target():
    assert goals.grade(10, 20, [5, 10, 15, 20, 30]).tolist() == [0, 0, 0.5, 1, 1]


def test_grade_without_a_way_to_go_is_unknown():
    assert math.isnan(goals.grade(5, 5, 5))
    assert np.isnan(goals.grade([math.nan, 1, 1], [2, math.nan, 2], [1, 1, math.nan])).all()


def test_range_from_outside_is_the_way_to_the_nearer_end():
    # 6 above the range at first; 3 above it is half the way
    assert goals.range_grade(10, 2, 4, [10, 7, 4, 3, 2, 0.5, -10]).tolist() == [0, 0.5, 1, 1, 1, 0.75, 0]


def test_range_to_be_kept_is_lost_half_its_width_outside():
    assert goals.range_grade(3, 2, 4, [3, 4.5, 1.5, 5, 9]).tolist() == [1, 0.5, 0.5, 0, 0]


def test_range_the_wrong_way_round_is_unknown():
    assert math.isnan(goals.range_grade(3, 4, 2, 3))
    assert math.isnan(goals.range_grade(3, 3, 3, 3))


def test_yes_no_grade():
    assert goals.yes_no_grade([True, False]).tolist() == [1, 0]
    assert math.isnan(goals.yes_no_grade(math.nan))
    with pytest.raises(ValueError, match="1, 0 or missing"):
        goals.yes_no_grade(0.5)


def test_objective_of_weighted_grades_says_on_how_much_it_rests():
    assert goals.objective_grade([1.0, 0.5, math.nan], [1, 3, 4]) == (0.625, 0.5)


def test_objective_without_a_grade_is_unknown():
    assert goals.objective_grade([math.nan, math.nan]) == (pytest.approx(math.nan, nan_ok=True), 0)
    assert all(map(math.isnan, goals.objective_grade([])))


@pytest.mark.parametrize("weights", [[1], [1, -1], [1, math.nan]])
def test_objective_refuses_wrong_weights(weights):
    with pytest.raises(ValueError, match="one weight of 0 or more"):
        goals.objective_grade([0.5, 0.5], weights)


def test_bands_have_no_gaps():
    grades = {0.0: "red", 0.34: "red", 0.35: "yellow", 0.4: "yellow", 0.64: "yellow", 0.65: "green", 1.0: "green"}
    assert {grade: goals.band(grade) for grade in grades} == grades
    assert goals.band(math.nan) == ""


def test_committed_and_stretch_are_read_differently():
    assert goals.reading(0.7, "stretch") == "stretch, 0.7 is success: reached"
    assert goals.reading(0.7, "committed") == "committed, 1.0 is expected: not reached"
    assert goals.reading(0.7, "committed", final=False) == "committed, 1.0 is expected: not yet reached"
    assert goals.reading(math.nan, "stretch") == "stretch: not graded"
    with pytest.raises(ValueError, match="found 'moonshot'"):
        goals.reading(1.0, "moonshot")


def test_elapsed_share_before_within_and_after():
    days = ["2025-12-01", "2026-01-01", "2026-01-06", "2026-01-11", "2026-02-01", None]
    found = goals.elapsed_share("2026-01-01", "2026-01-11", days)
    assert found == pytest.approx([0, 0, 0.5, 1, 1, math.nan], nan_ok=True)


def test_elapsed_share_of_a_deadline_before_the_start_is_unknown():
    assert math.isnan(goals.elapsed_share("2026-02-01", "2026-01-01", pd.Timestamp("2026-01-15")))


def test_lead_is_progress_less_time():
    assert goals.lead([0.5, 0.2], [0.25, 0.5]) == pytest.approx([0.25, -0.3])


def test_pace_needed():
    assert goals.pace_needed([10, 10, 10, 10], [16, 4, 10, 16], [3, 3, 3, 0]) == pytest.approx(
        [2, -2, 0, math.nan], nan_ok=True
    )


def test_best_pace_over_the_same_length():
    values = [0, 5, 5, 6, 3, math.nan, 9]
    assert goals.best_pace(values, 1) == 5
    assert goals.best_pace(values, 3) == pytest.approx(2)  # 0 to 6, and 6 to 9
    assert goals.best_pace(values, 1, rising=False) == -3
    assert math.isnan(goals.best_pace(values, 7))
    with pytest.raises(ValueError, match="1 or more periods"):
        goals.best_pace(values, 0)


def test_faults_are_all_told_at_once():
    found = goals.faults(baseline=5, target=5, low=4, high=2, start="2026-02-01", deadline="2026-01-01")
    assert found == [
        "target and baseline are both 5: there is nothing to reach",
        "the range begins at 4 and ends at 2, which is below it",
        "the deadline 2026-01-01 lies before the start 2026-02-01",
    ]
    assert goals.faults(low=3, high=3, baseline=3) == [
        "the range has no width and the baseline lies on it, at 3: any change is a miss"
    ]
    assert goals.faults(start="2026-02-01", deadline="2026-02-01") == [
        "the deadline 2026-02-01 lies on the start 2026-02-01"
    ]
    assert goals.faults(baseline=1, target=2, start="2026-01-01") == []
