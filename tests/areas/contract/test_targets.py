"""Each figure against the target in force on its date: revisions within the period, within a month, and by two sources."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import contract
from toolkit.history import COLUMNS
from toolkit.model import Period

Q3 = Period.parse("2026-Q3")
LEVELS = "level, target, valid_from\nCalls, 0.85, 2025-01-01"
RESULTS = """
    level, month, value
    Calls, 2026-06, 0.80
    Calls, 2026-07, 0.86
    Calls, 2026-08, 0.87
    Calls, 2026-09, 0.90
"""


def history(*rows: tuple) -> pd.DataFrame:
    """What other areas found: measure, period, value, span."""
    given = [dict(zip(("measure", "period", "value", "span"), row, strict=True)) for row in rows]
    return pd.DataFrame(given, columns=COLUMNS)


def test_targets_kept_are_judged_as_they_stood_when_a_target_is_revised_within_the_period(table):
    revised = table("revisions", "metric, target, unit, valid_from\nCalls, 0.88, share, 2026-09-01")
    found = contract.targets_kept(
        table("service_levels", LEVELS), revised, table("service_level_results", RESULTS), period=Q3
    )
    # July 0.86 and August 0.87 by 0.85, September 0.90 by 0.88: all kept; by the latest target July and August were missed
    assert (found.numerator, found.denominator) == (3.0, 3.0)
    assert "by today's targets it would have been 1 of 3" in found.claim
    assert "Calls from 85.0 % to 88.0 % on 1 September 2026" in found.because
    targets = found.parts["target"]
    assert list(targets["target"]) == ["85.0 %", "88.0 %"]
    assert list(targets["figures"]) == [2, 1]
    assert list(targets["to"]) == ["2026-08-31", "still in force"]


def test_targets_kept_of_a_month_cut_by_a_revision_is_unclear_where_the_targets_disagree(table):
    revised = table("revisions", "metric, target, valid_from\nCalls, 0.88, 2026-08-15")
    found = contract.targets_kept(
        table("service_levels", LEVELS), revised, table("service_level_results", RESULTS), period=Q3
    )
    # August 0.87 keeps 0.85 and misses 0.88: it cannot be parted
    assert (found.value, found.denominator) == (1.0, 2.0)
    assert (found.low, found.high) == (pytest.approx(2 / 3), 1.0)
    assert not found.counted
    assert "1 unclear" in found.because


def test_targets_kept_of_a_month_cut_by_a_revision_is_clear_where_they_agree(table):
    revised = table("revisions", "metric, target, valid_from\nCalls, 0.86, 2026-08-15")
    found = contract.targets_kept(
        table("service_levels", LEVELS), revised, table("service_level_results", RESULTS), period=Q3
    )
    assert found.counted
    assert found.value == 1.0


def test_targets_kept_takes_no_revision_that_lies_ahead(table):
    ahead = table("revisions", "metric, target, valid_from\nCalls, 0.99, 2026-10-01")
    found = contract.targets_kept(
        table("service_levels", LEVELS), ahead, table("service_level_results", RESULTS), period=Q3
    )
    assert found.value == 1.0


def test_targets_kept_judges_the_earlier_period_by_its_own_target(table):
    revised = table("revisions", "metric, target, valid_from\nCalls, 0.75, 2026-07-01")
    found = contract.targets_kept(
        table("service_levels", LEVELS),
        revised,
        table("service_level_results", RESULTS),
        period=Period.parse("2026-Q2"),
    )
    assert (found.numerator, found.denominator) == (0.0, 1.0)  # June 0.80, by 0.85 and not by the later 0.75


def test_targets_kept_judges_measures_of_other_areas_by_month(table):
    revised = table(
        "revisions",
        """
        metric, direction, target, valid_from, valid_to
        cost.unit_cost, at_most, 10, 2026-01-01, 2026-08-31
        cost.unit_cost, at_most, 9, 2026-09-01,
        """,
    )
    found = contract.targets_kept(
        None,
        revised,
        None,
        history(
            ("cost.unit_cost", "2026-07", 9.5, "month"),
            ("cost.unit_cost", "2026-08", 10.5, "month"),
            ("cost.unit_cost", "2026-09", 9.0, "month"),
            ("cost.unit_cost", "2026-Q3", 9.7, "period"),
        ),
        period=Q3,
    )
    assert (found.numerator, found.denominator) == (
        2.0,
        3.0,
    )  # 9.5 by 10, 10.5 by 10, 9.0 by 9; the quarter is not counted again


def test_targets_kept_of_a_whole_period_cut_by_a_revision_needs_both_targets(table):
    revised = table("revisions", "metric, target, valid_from\nquality.x, 5, 2026-01-01\nquality.x, 7, 2026-08-15")
    known = history(("quality.x", "2026-Q3", 6.0, "period"))
    found = contract.targets_kept(None, revised, None, known, period=Q3)
    assert not found.assessed
    assert "the figures lie between" in found.because


def test_targets_kept_names_the_metrics_of_which_no_figure_is_known(table):
    revised = table("revisions", "metric, target, valid_from\ndelivery.slip, 5, 2026-01-01")
    found = contract.targets_kept(
        table("service_levels", LEVELS), revised, table("service_level_results", RESULTS), period=Q3
    )
    assert "no figure is known of delivery.slip" in found.because


def test_targets_kept_without_targets_or_figures_is_not_assessed(table):
    none = contract.targets_kept(None, None, table("service_level_results", RESULTS), period=Q3)
    assert "neither service_levels nor revisions" in none.because
    silent = contract.targets_kept(table("service_levels", LEVELS), None, None, period=Q3)
    assert "no figure of 2026-Q3" in silent.because


def test_targets_kept_to_the_last_digit(table):
    results = table("service_level_results", "level, month, numerator, denominator\nCalls, 2026-09, 17, 20")
    assert contract.targets_kept(table("service_levels", LEVELS), None, results, period=Q3).value == 1.0  # 0.85 exactly
