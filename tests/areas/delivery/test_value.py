"""Earned value: the indices by hand, and a finished project that was late although SPI($) says 1."""

import math

import pytest

from toolkit.areas import delivery
from toolkit.model import Period

JUNE = Period.parse("2026-06")
HALF_WAY = """
    project, month, planned_value, earned_value, actual_cost, budget_at_completion, planned_finish
    P, 2026-04, 100, 50, 60, 400, 2026-07
    P, 2026-05, 200, 120, 150, 400, 2026-07
    P, 2026-06, 300, 200, 250, 400, 2026-07
    P, 2026-07, 400, , , 400, 2026-07
    """
LATE = """
    project, month, planned_value, earned_value, actual_cost, budget_at_completion
    P, 2026-03, 100, 50, 60, 200
    P, 2026-04, 200, 100, 120, 200
    P, 2026-05, 200, 150, 180, 200
    P, 2026-06, 200, 200, 220, 200
    """


def test_cost_performance_is_earned_over_spent(table):
    found = delivery.cost_performance(table("progress", HALF_WAY), period=JUNE)
    assert found.value == 0.8  # 200 / 250
    assert found.counted
    course = found.parts["course"]
    assert course[course["line"] == "planned"]["value"].tolist() == [100, 200, 300, 400]
    assert course[course["line"] == "earned"]["value"].tolist()[:3] == [50, 120, 200]


def test_schedule_performance_is_the_months_earned_over_those_gone(table):
    found = delivery.schedule_performance(table("progress", HALF_WAY), period=JUNE)
    assert found.value == pytest.approx(2 / 3)  # 200 was planned for the end of month 2, and 3 are gone
    project = found.parts["project"].iloc[0]
    assert project["in_money"] == pytest.approx(200 / 300)
    assert project["end"] == "September 2026"  # 4 months over 2/3 are 6, from April on


def test_schedule_performance_of_a_finished_project_that_was_late_stays_below_one(table):
    found = delivery.schedule_performance(table("progress", LATE), period=JUNE)
    assert found.value == 0.5  # 2 months of plan in 4
    assert found.parts["project"]["in_money"].tolist() == [1.0]
    assert "P ended 2 months late with an SPI($) of 1 and an SPI(t) of 0.500" in found.because


def test_schedule_performance_ahead_of_the_plan_reads_months_to_come(table):
    rows = table("progress", HALF_WAY.replace("200, 250", "350, 350"))
    assert delivery.schedule_performance(rows, period=JUNE).value == pytest.approx(3.5 / 3)


def test_schedule_performance_does_not_see_what_was_earned_later(table):
    found = delivery.schedule_performance(table("progress", LATE), period=Period.parse("2026-04"))
    assert found.value == 0.5  # 100 of the plan's first month, after 2


def test_estimate_at_completion_names_every_variant(table):
    found = delivery.estimate_at_completion(table("progress", HALF_WAY), period=JUNE)
    # 400 / 0.8; 250 + 200; 250 + 200 / (0.8 * 2/3)
    assert found.parts["variant"]["value"].tolist() == pytest.approx([500, 450, 625])
    assert (found.value, found.low, found.high) == pytest.approx((500, 450, 625))
    assert "1.33 for each unit spent (TCPI)" in found.because  # (400 - 200) / (400 - 250)


def test_estimate_at_completion_where_nothing_is_earned_is_not_assessed(table):
    rows = table(
        "progress", HALF_WAY.replace("200, 250", "0, 250").replace("120, 150", "0, 150").replace("50, 60", "0, 60")
    )
    assert "no pace is known" in delivery.estimate_at_completion(rows, period=JUNE).because


def test_cost_performance_without_a_report_in_the_period_is_not_assessed(table):
    found = delivery.cost_performance(table("progress", HALF_WAY), period=Period.parse("2026-09"))
    assert math.isnan(found.value)
    assert "no project reports earned value" in found.because


def test_a_month_without_a_report_leaves_no_hole_in_the_plan(table):
    rows = table("progress", HALF_WAY)
    found = delivery.schedule_performance(rows[rows["month"] != "2026-05"], period=JUNE)
    # the plan of April holds in May, too: 200 lies half way from 100 in month 2 to 300 in month 3
    assert found.value == pytest.approx(2.5 / 3)
