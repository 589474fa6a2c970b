"""Earned value and earned schedule: arithmetic by hand, edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats.earned_value import earned_schedule, earned_value, estimate_at_completion


def test_three_estimates_by_hand():
    found = earned_value(50, 40, 80, 100)  # CPI 0.5, SPI 0.8
    assert found.estimates == pytest.approx({"typical": 200, "atypical": 140, "combined": 230})
    assert found.to_complete == pytest.approx({"typical": 120, "atypical": 60, "combined": 150})
    assert found.variance == pytest.approx({"typical": -100, "atypical": -40, "combined": -130})
    assert (found.index_to_budget, found.index_to_estimate) == pytest.approx((3.0, 0.5))


def test_a_finished_project_has_nothing_to_complete():
    found = earned_value(100, 100, 120, 100)
    assert found.estimates == {"typical": 120, "atypical": 120, "combined": 120}
    assert math.isnan(found.index_to_estimate)


def test_before_the_start_indices_are_unknown():
    found = earned_value(0, 0, 0, 100)
    assert math.isnan(found.cost_index)
    assert math.isnan(found.estimates["typical"])
    assert found.estimates["atypical"] == 100


def test_moments_come_as_arrays():
    found = earned_value([10, 20], [10, 10], [10, 20], 100)
    assert found.cost_index.tolist() == [1, 0.5]
    assert found.estimates["typical"].tolist() == [100, 200]


def test_an_index_that_a_reviewer_believes():
    assert estimate_at_completion(40, 80, 100, 0.6) == pytest.approx(180)


@given(st.lists(st.integers(1, 20), min_size=1, max_size=12), st.data())
def test_on_plan_the_index_is_1(steps, data):
    plan = np.cumsum(steps)
    at = data.draw(st.integers(1, len(plan)))
    found = earned_schedule(plan, plan[at - 1], at)
    assert (found.earned, found.variance, found.index, found.duration) == (at, 0, 1, len(plan))


def test_a_late_finish_keeps_its_index_although_that_of_money_ends_at_1():
    assert earned_value(100, 100, 90, 100).schedule_index == 1
    found = earned_schedule([25, 50, 75, 100], 100, 6)
    assert (found.index, found.duration) == pytest.approx((4 / 6, 6))


def test_plans_that_stand_still_are_passed():
    found = earned_schedule([10, 20, 20, 40, 40], [20, 30, 40, 99], [4, 4, 4, 4])
    assert found.earned.tolist() == [3, 3.5, 4, 4]


def test_nothing_earned_ends_never():
    found = earned_schedule([10, 20], 0, 1)
    assert (found.earned, found.index) == (0, 0)
    assert math.isnan(found.duration)


@pytest.mark.parametrize("plan", [[], [10, 5], [10, math.nan], [0, 0]])
def test_what_is_no_plan_is_refused(plan):
    with pytest.raises(ValueError, match="a plan is cumulative"):
        earned_schedule(plan, 5, 1)
