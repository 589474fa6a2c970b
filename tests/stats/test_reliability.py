"""Availability and mean time between failures: edges, properties."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.stats.calendars import around_the_clock, calendar
from toolkit.stats.reliability import availability, mean_time_between_failures, service_hours

OFFICE = calendar(dict.fromkeys(["mon", "tue", "wed", "thu", "fri"], "09:00-17:00"), zone="Europe/London")
APRIL = pd.Timestamp("2026-04-01"), pd.Timestamp("2026-05-01")


def outages(*spans):
    return tuple(pd.to_datetime(pd.Series(list(part), dtype=object)) for part in zip(*spans, strict=True))


def test_availability_round_the_clock():
    start, end = outages(("2026-04-02 10:00", "2026-04-02 12:00"), ("2026-04-05 00:00", "2026-04-05 05:12"))
    found = availability(*APRIL, start, end, around_the_clock())
    assert (found.agreed_hours, found.down_hours, found.outages) == (720, pytest.approx(7.2), 2)
    assert found.value == pytest.approx(0.99)


def test_availability_merges_overlapping_outages_but_counts_each():
    start, end = outages(("2026-04-02 10:00", "2026-04-02 12:00"), ("2026-04-02 11:00", "2026-04-02 13:00"))
    found = availability(*APRIL, start, end, around_the_clock())
    assert (found.down_hours, found.outages) == (3, 2)


def test_availability_counts_agreed_hours_only():
    start, end = outages(("2026-04-02 16:00", "2026-04-03 10:00"), ("2026-04-04 10:00", "2026-04-04 12:00"))
    found = availability(*APRIL, start, end, OFFICE)
    assert (found.agreed_hours, found.down_hours, found.outages) == (22 * 8, 2, 1)


def test_availability_counts_the_period_only_and_what_still_lasts():
    start, end = outages(("2026-03-31 20:00", "2026-04-01 02:00"), ("2026-04-30 21:00", None))
    found = availability(*APRIL, start, end, around_the_clock("Europe/London"))
    assert found.down_hours == 5


def test_availability_without_outages_is_whole():
    found = availability(*APRIL, [], [], OFFICE)
    assert (found.value, found.down_hours, found.outages) == (1, 0, 0)


def test_availability_without_agreed_hours_is_unknown():
    saturday = pd.Timestamp("2026-04-04"), pd.Timestamp("2026-04-05")
    assert math.isnan(availability(*saturday, [], [], OFFICE).value)


def test_availability_with_an_outage_of_unknown_start_is_unknown():
    start, end = outages((None, "2026-04-01 02:00"), ("2026-04-30 21:00", "2026-04-30 22:00"))
    assert math.isnan(availability(*APRIL, start, end, around_the_clock()).value)


@given(failures=st.integers(1, 100), hours=st.floats(1, 1e5))
def test_mean_time_between_failures_has_chi_square_limits(failures, hours):
    found = mean_time_between_failures(failures, hours)
    low = 2 * hours / stats.chi2.ppf(0.975, 2 * failures + 2)
    high = 2 * hours / stats.chi2.ppf(0.025, 2 * failures)
    assert found == pytest.approx((hours / failures, low, high))


def test_mean_time_between_failures_without_a_failure_has_a_lower_end():
    value, low, high = mean_time_between_failures(0, 1000)
    assert math.isnan(value)
    assert (low, high) == (pytest.approx(1000 / 3.6889, rel=1e-4), math.inf)


def test_mean_time_between_failures_over_no_time_is_unknown():
    assert np.isnan(mean_time_between_failures(1, 0)).all()


def test_service_hours_count_an_outage_in_each_period_that_it_touches():
    first, last = pd.to_datetime(["2026-03-02", "2026-03-03"]), pd.to_datetime(["2026-03-03", "2026-03-04"])
    outage = pd.to_datetime(["2026-03-02 22:00"]), pd.to_datetime(["2026-03-03 03:00"])
    agreed, down = service_hours(first, last, *outage, around_the_clock())
    assert agreed.tolist() == [24.0, 24.0]
    assert down.tolist() == [2.0, 3.0]


def test_service_hours_of_an_outage_without_an_end_go_on():
    first, last = pd.to_datetime(["2026-03-02", "2026-03-03"]), pd.to_datetime(["2026-03-03", "2026-03-04"])
    _, down = service_hours(
        first, last, pd.to_datetime(["2026-03-02 22:00"]), pd.DatetimeIndex([pd.NaT]), around_the_clock()
    )
    assert down.tolist() == [2.0, 24.0]
