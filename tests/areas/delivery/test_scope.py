"""Acceptance, changes of scope, and size: what is not judged is not counted, and no cost is taken for no cost."""

import math

import pytest

from toolkit.areas import delivery
from toolkit.model import Period

MARCH, YEAR = Period.parse("2026-03"), Period.parse("2026")
JUDGED = """
    deliverable, delivered, accepted, acceptance, attempts
    A, 2026-03-02, 2026-03-09, accepted, 1
    B, 2026-03-02, 2026-03-09, accepted_with_remarks, 1
    C, 2026-03-02, 2026-03-09, accepted, 2
    D, 2026-03-02, , rejected,
    E, 2026-03-02, , open,
    F, 2026-03-02, 2026-04-09, accepted, 1
    G, 2026-03-02, 2026-03-09, accepted,
    """
CHANGES = """
    request, raised, decided, state, raised_by, cost
    C1, 2026-02-20, 2026-03-05, accepted, client, 1000
    C2, 2026-03-02, 2026-03-20, accepted, vendor, -200
    C3, 2026-03-02, 2026-04-20, accepted, client, 5000
    C4, 2026-03-02, 2026-03-20, rejected, client, 900
    """
SIZED = """
    deliverable, delivered_in, size, size_unit, cost_actual, defects, in_house
    A, 2026, 10, function point, 1000, 1, no
    B, 2026, 20, function point, 1800, 0, no
    C, 2026, 70, function point, 4200, 6, no
    D, 2026, 10, function point, 500, 2, yes
    E, 2026, 5, screen, 500, 2, no
    F, 2026, 10, function point, , , no
    """


def test_first_time_acceptance_counts_what_is_judged_by_the_end(table):
    found = delivery.first_time_acceptance(table("deliverables", JUDGED), period=MARCH)
    assert (found.numerator, found.denominator) == (2, 4)  # A, B of A, B, C, D; E and F wait, G does not say
    assert "1 of them with remarks" in found.because
    assert "2 deliverables not yet judged" in found.because
    assert "1 deliverable accepted nobody says at which attempt left out" in found.because


def test_first_time_acceptance_without_attempts_is_not_assessed(table):
    rows = table("deliverables", "delivered, acceptance\n2026-03-02, accepted")
    assert "supply acceptance and attempts" in delivery.first_time_acceptance(rows, period=MARCH).because


def test_scope_change_counts_requests_in_the_month_of_their_decision(table):
    found = delivery.scope_change(table("change_requests", CHANGES), period=MARCH)
    assert found.value == 2.0  # C1 and C2; C3 was decided later
    assert "1 request still open" in found.because


def test_scope_cost_is_the_sum_with_what_makes_it_less(table):
    found = delivery.scope_cost(table("change_requests", CHANGES), period=MARCH)
    assert found.value == 800.0
    assert found.counted
    assert found.unit == "GBP"


def test_scope_cost_with_one_unknown_is_not_assessed(table):
    found = delivery.scope_cost(table("change_requests", CHANGES.replace("1000", "")), period=MARCH)
    assert math.isnan(found.value)
    assert "1 accepted request names no cost" in found.because


def test_unit_cost_by_size_is_all_cost_over_all_size_of_the_vendors_own(table):
    found = delivery.unit_cost_by_size(table("deliverables", SIZED), period=YEAR)
    assert found.value == 70.0  # (1000 + 1800 + 4200) / 100
    assert found.unit == "GBP per function point"
    assert "2 others without size or cost actual, or in another unit, left out" in found.because


def test_unit_cost_by_size_sets_in_house_work_beside_with_plain_words(table):
    found = delivery.unit_cost_by_size(table("deliverables", SIZED), period=YEAR)
    sides = found.parts["side"].set_index("side")["value"]
    assert (sides["outsourced"], sides["in-house"]) == (70.0, 50.0)
    assert "no proof of what outsourcing does" in found.because


def test_unit_cost_by_size_without_in_house_work_says_nothing_of_it(table):
    rows = table("deliverables", SIZED)
    found = delivery.unit_cost_by_size(rows[rows["in_house"] == "no"], period=YEAR)
    assert "side" not in found.parts
    assert "in-house" not in found.because


def test_defects_per_size_takes_an_empty_cell_for_unknown(table):
    found = delivery.defects_per_size(table("deliverables", SIZED), period=YEAR)
    assert found.value == pytest.approx(0.07)  # 7 in 100; F does not say
    assert found.n == 3


def test_defects_per_size_of_two_is_not_assessed(table):
    rows = table("deliverables", "delivered_in, size, defects\n2026, 1, 1\n2026, 1, 1")
    assert "3 are needed" in delivery.defects_per_size(rows, period=YEAR).because
