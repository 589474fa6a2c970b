"""Dates: what is due counts once, what is overdue and open counts as late, and what has no date is named."""

import math

import pytest

from toolkit.areas import delivery
from toolkit.areas.delivery import look
from toolkit.model import Period

MARCH, Q1 = Period.parse("2026-03"), Period.parse("2026-Q1")
LIST = """
    deliverable, planned, delivered
    A, 2026-03-02, 2026-03-02
    B, 2026-03-04, 2026-03-01
    C, 2026-03-06, 2026-03-16
    D, 2026-03-11,
    E, 2026-04-02,
    F, 2026-02-20, 2026-03-03
    """


def test_on_time_share_counts_what_is_due_and_takes_overdue_for_late(table):
    found = delivery.on_time_share(table("deliverables", LIST), period=MARCH)
    assert (found.numerator, found.denominator) == (2, 4)  # A, B of A, B, C, D; E is due later, F was due before
    assert found.value == 0.5
    assert 0 < found.low < 0.5 < found.high < 1
    assert "1 of them still open" in found.because


def test_on_time_share_of_an_earlier_period_does_not_see_what_came_later(table):
    february = delivery.on_time_share(table("deliverables", LIST), period=Period.parse("2026-02"))
    assert (february.numerator, february.denominator) == (0, 1)  # F, which came in March


def test_on_time_share_without_any_planned_day_is_not_assessed_and_says_what_to_supply(table):
    found = delivery.on_time_share(table("deliverables", "deliverable, delivered\nA, 2026-03-02"), period=MARCH)
    assert math.isnan(found.value)
    assert "supply planned" in found.because


def test_on_time_share_leaves_out_and_names_one_without_a_planned_day(table):
    rows = table("deliverables", "deliverable, planned, delivered\nA, 2026-03-02, 2026-03-02\nB, , 2026-03-09")
    found = delivery.on_time_share(rows, period=MARCH)
    assert found.denominator == 1
    assert "1 deliverable without a planned day left out" in found.because


def test_on_time_share_of_no_deliverables_is_not_assessed(table):
    assert math.isnan(delivery.on_time_share(table("deliverables"), period=MARCH).value)


def test_slip_is_the_median_and_counts_what_is_open_for_what_it_is_overdue_by_now(table):
    found = delivery.slip(table("deliverables", LIST), period=MARCH)
    assert found.value == 5.0  # 0, -3, 10 and 20 days up to 31 March: between 0 and 10
    assert found.parts["rows"]["value"].tolist() == [20.0, 10.0, 0.0, -3.0]


def test_slip_by_stretch_counts_every_deliverable_once(table):
    found = delivery.slip(table("deliverables", LIST), period=MARCH)
    counts = found.parts["late"].set_index("late")["value"]
    assert counts["on the day, or up to 7 days early"] == 2
    assert counts["8 to 30 days late"] == 2
    assert counts.sum() == 4


def test_slip_of_two_is_not_assessed(table):
    rows = table("deliverables", "planned, delivered\n2026-03-02, 2026-03-02\n2026-03-02, 2026-03-09")
    assert "2 deliverables" in delivery.slip(rows, period=MARCH).because


def test_a_day_of_delivery_follows_from_the_start_and_the_time_it_took(table):
    rows = table("deliverables", "started, duration, duration_unit\n2026-01-05, 2, weeks\n2026-01-05, 1, months")
    assert look.day_of(rows).dt.strftime("%m-%d").tolist() == ["01-19", "02-04"]  # 14 and 30 days


@pytest.mark.parametrize(("period", "count"), [("2026-Q1", 0), ("2026", 1), ("2025", 0)])
def test_what_came_in_a_year_counts_in_a_period_that_holds_all_of_it(table, period, count):
    rows = look.known(table("deliverables", "delivered_in\n2026"), Period.parse(period))
    assert len(look.delivered_in(rows, Period.parse(period))) == count


def test_known_leaves_out_what_was_cancelled_and_what_was_asked_for_later(table):
    rows = table(
        "deliverables",
        """
        deliverable, state, requested, planned, delivered
        A, cancelled, 2026-01-05, 2026-02-05,
        B, active, 2026-04-05, 2026-05-05,
        C, active, 2026-01-05, 2026-05-05,
        D, planned, , ,
        E, delivered, , , 2026-05-01
        """,
    )
    assert look.known(rows, Q1)["deliverable"].tolist() == ["C", "D"]


def test_delivered_by_its_state_without_a_day_is_named_and_in_no_share(table):
    rows = table(
        "deliverables",
        "deliverable, state, planned, delivered\nA, delivered, 2026-03-02,\nB, delivered, 2026-03-02, 2026-03-02",
    )
    found = delivery.on_time_share(rows, period=MARCH)
    assert found.denominator == 1
    assert "delivered nobody says when" in found.because


def test_what_was_delivered_after_the_period_was_open_in_it_whatever_its_state_says_now(table):
    rows = table("deliverables", "state, requested, planned, delivered\ndelivered, 2026-01-05, 2026-03-02, 2026-04-02")
    found = delivery.on_time_share(rows, period=MARCH)
    assert (found.numerator, found.denominator) == (0, 1)
    assert len(look.still_open(look.known(rows, MARCH))) == 1
