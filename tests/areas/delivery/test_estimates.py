"""Estimates: overruns multiply, pairs need both halves, and what is asked for by habit is named with its flaw."""

import math

import pytest

from toolkit.areas import delivery
from toolkit.model import Period

YEAR = Period.parse("2026")
PAIRS = """
    deliverable, group, delivered, effort_estimated, effort_actual
    A, x, 2026-01-05, 100, 200
    B, x, 2026-02-05, 100, 100
    C, y, 2026-03-05, 100, 50
    D, y, 2026-04-05, 100, 400
    E, y, 2026-05-05, 100,
    """


def test_estimate_bias_is_the_geometric_mean_less_one(table):
    found = delivery.estimate_bias(table("deliverables", PAIRS), period=YEAR)
    assert found.value == pytest.approx(math.sqrt(2) - 1)  # (2 * 1 * 0.5 * 4) ^ (1/4) = 4 ^ (1/4)
    assert found.n == 4
    assert "1 other without both left out" in found.because
    assert found.parts["taken"]["value"].sum() == 4


def test_estimate_bias_takes_cost_where_no_effort_is_given(table):
    rows = table("deliverables", "\n".join(["delivered, cost_planned, cost_actual", *["2026-01-05, 100, 150"] * 4]))
    found = delivery.estimate_bias(rows, period=YEAR)
    assert found.value == pytest.approx(0.5)
    assert "1.50 times the cost estimated" in found.claim


def test_estimate_bias_of_estimates_always_low_is_above_zero(table):
    lines = [f"2026-0{month}-05, 100, {actual}" for month, actual in enumerate((130, 150, 140, 145, 155, 135), start=1)]
    found = delivery.estimate_bias(
        table("deliverables", "\n".join(["delivered, effort_estimated, effort_actual", *lines])), period=YEAR
    )
    assert found.low > 0
    assert "too low as a rule" in found.claim
    assert "6 of 6 took more" in found.because


def test_estimate_bias_leaves_out_an_estimate_of_nothing(table):
    rows = table("deliverables", PAIRS + "F, y, 2026-05-05, 0, 10\n")
    assert delivery.estimate_bias(rows, period=YEAR).n == 4


def test_estimate_error_is_the_median_of_the_error_by_the_actual(table):
    found = delivery.estimate_error(table("deliverables", PAIRS), period=YEAR)
    assert found.value == 0.625  # 0.5, 0, 1, 0.75: between 0.5 and 0.75
    assert "MMRE) is 56.2 %, and favours low estimates" in found.because


def test_within_estimate_share_counts_what_took_no_more(table):
    found = delivery.within_estimate_share(table("deliverables", PAIRS), period=YEAR)
    assert (found.numerator, found.denominator) == (2, 4)


def test_within_estimate_share_of_two_pairs_is_not_assessed(table):
    rows = table("deliverables", "\n".join(["delivered, effort_estimated, effort_actual", *["2026-01-05, 1, 2"] * 2]))
    assert "3 are needed" in delivery.within_estimate_share(rows, period=YEAR).because
