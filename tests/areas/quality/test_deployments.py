"""How software comes: DORA's five metrics."""

from __future__ import annotations

import math

import pytest

from toolkit.areas.quality import deployments as area
from toolkit.model import Period
from toolkit.stats.proportions import wilson
from toolkit.stats.rates import poisson_rate

JANUARY = Period.parse("2026-01")
# the log of five deployments whose metrics were computed by hand; 31 days in January
LOG = """
    committed, deployed, failed, restored, rework
    2026-01-05 09:00, 2026-01-05 15:00, no, , no
    2026-01-06 10:00, 2026-01-07 10:00, yes, 2026-01-07 12:00, no
    2026-01-07 11:00, 2026-01-07 12:00, no, , yes
    2026-01-08 09:00, 2026-01-12 09:00, no, , no
    2026-01-12 10:00, 2026-01-14 10:00, yes, 2026-01-14 18:00, no
"""


def test_deployment_frequency_is_deployments_a_week_with_the_exact_interval(table):
    measured = area.deployment_frequency(table("deployments", LOG), period=JANUARY)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(poisson_rate(5, 31 / 7)))
    assert (measured.numerator, measured.denominator) == pytest.approx((5, 31 / 7))


def test_deployment_frequency_of_a_month_in_which_only_others_deployed_is_zero(table):
    log = table("deployments", LOG, covers=("2026-01", "2026-02"))
    measured = area.deployment_frequency(log, period=Period.parse("2026-02"))
    assert (measured.value, measured.n) == (0, 0)
    assert measured.parts["month"]["value"].tolist() == pytest.approx([5 / (31 / 7), 0])


def test_deployment_frequency_leaves_out_the_days_of_an_unknown_month(table):
    log = table("deployments", LOG, covers=("2026-01", "2026-02"))
    measured = area.deployment_frequency(log, period=Period.parse("2026-Q1"))
    assert measured.denominator == pytest.approx(59 / 7)
    assert "nothing is known of March 2026" in measured.claim


def test_deployment_frequency_beyond_the_file_is_not_assessed(table):
    measured = area.deployment_frequency(table("deployments", LOG), period=Period.parse("2026-02"))
    assert measured.because == "deployments hold nothing of 2026-02"


def test_change_lead_time_is_the_median_from_commit_to_production(table):
    # 6, 24, 1, 96 and 48 hours
    measured = area.change_lead_time(table("deployments", LOG), period=JANUARY)
    assert (measured.value, measured.n, measured.unit) == (24, 5, "hours")
    assert measured.parts["month"]["value"].tolist() == [24]


def test_change_lead_time_leaves_out_what_has_no_commit_and_says_so(table):
    measured = area.change_lead_time(table("deployments", LOG.replace("2026-01-08 09:00,", ",")), period=JANUARY)
    # 1, 6, 24 and 48: between 6 and 24
    assert (measured.value, measured.n) == (15, 4)
    assert "1 deployment without the moment of its commit left out" in measured.because


def test_change_lead_time_without_any_commit_is_not_assessed(table):
    log = table("deployments", "deployed, failed\n2026-01-05, no")
    assert "fill in `committed`" in area.change_lead_time(log, period=JANUARY).because


def test_change_fail_rate_is_failed_over_all_with_wilsons_interval(table):
    measured = area.change_fail_rate(table("deployments", LOG), period=JANUARY)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(wilson(2, 5)))
    assert measured.claim == "2 of 5 deployments in 2026-01 failed, 40.0 % (11.8 % to 76.9 %)."


def test_change_fail_rate_of_a_period_without_deployments_is_not_assessed(table):
    log = table("deployments", LOG, covers=("2026-01", "2026-02"))
    assert area.change_fail_rate(log, period=Period.parse("2026-02")).because == "nothing was deployed in 2026-02"


def test_change_fail_rate_tells_services_apart(table):
    log = "deployed, failed, service\n2026-01-05, no, Web\n2026-01-06, yes, Web\n2026-01-07, no, App"
    measured = area.change_fail_rate(table("deployments", log), period=JANUARY)
    assert measured.parts["service"][["service", "value", "n"]].values.tolist() == [["App", 0, 1], ["Web", 0.5, 2]]
    assert "a figure over several services" in measured.because


def test_change_fail_rate_charts_the_months(table):
    days = [f"{year}-{month:02d}-{day:02d}" for year in (2024, 2025) for month in range(1, 13) for day in range(1, 11)]
    rows = [
        f"{day}, {'yes' if day.endswith('-01') or (day > '2025-12' and day < '2025-12-09') else 'no'}" for day in days
    ]
    log = table("deployments", "\n".join(["deployed, failed", *rows]))
    measured = area.change_fail_rate(log, period=Period.parse("2025-12"))
    # 1 of 10 in each month, 8 of 10 in December 2025: beyond 0.129 + 3 * sqrt(0.129 * 0.871 / 10)
    assert measured.parts["month"]["signal"].tolist() == [""] * 23 + ["beyond the limits"]
    assert "December 2025 stands out" in measured.because


def test_recovery_time_is_the_median_from_deployment_to_restoration(table):
    # 2 and 8 hours
    measured = area.recovery_time(table("deployments", LOG), period=JANUARY)
    assert (measured.value, measured.n) == (5, 2)
    assert len(measured.parts["rows"]) == 2


def test_recovery_time_counts_a_failure_restored_after_the_period_as_open(table):
    log = LOG.replace("2026-01-14 18:00", "2026-02-14 18:00") + "    , 2026-01-20 10:00, yes, 2026-01-20 13:00, no\n"
    # 2 and 3 hours, and one open for 17 days: the median is the second
    measured = area.recovery_time(table("deployments", log), period=JANUARY)
    assert measured.value == 3
    assert "1 of them not yet restored" in measured.claim


def test_recovery_time_that_no_median_is_known_of_is_not_assessed(table):
    log = table("deployments", "deployed, failed\n2026-01-05, yes\n2026-01-06, yes")
    because = "2 of 2 failed deployments of 2026-01 not restored by its end, so the median is not known"
    assert area.recovery_time(log, period=JANUARY).because == because


def test_recovery_time_without_a_failure_is_not_assessed(table):
    log = table("deployments", "deployed, failed\n2026-01-05, no")
    measured = area.recovery_time(log, period=JANUARY)
    assert measured.because == "no deployment of 2026-01 failed, so there was nothing to recover from"
    assert math.isnan(measured.value)


def test_rework_rate_is_unplanned_over_known_deployments(table):
    log = table("deployments", LOG + "    , 2026-01-20 10:00, no, ,\n")
    measured = area.rework_rate(log, period=JANUARY)
    assert (measured.value, measured.n) == (0.2, 5)
    assert "1 deployment left out, where it is not known" in measured.because


def test_rework_rate_without_the_column_is_not_assessed(table):
    log = table("deployments", "deployed, failed\n2026-01-05, no")
    assert "fill in `rework`" in area.rework_rate(log, period=JANUARY).because
