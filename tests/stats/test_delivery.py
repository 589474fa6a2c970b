"""Delivery metrics and removal efficiency: what waits, what is broken, nothing there."""

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.stats.delivery import delivery_metrics, removal_efficiency
from toolkit.stats.proportions import wilson
from toolkit.stats.rates import poisson_rate


def moments(*hours):
    """Return moments so many hours into January; None is missing."""
    first = pd.Timestamp("2026-01-01")
    return pd.DatetimeIndex([pd.NaT if hour is None else first + pd.Timedelta(hours=hour) for hour in hours])


def metrics(committed, deployed, failed=None, recovered=None, rework=None, **options):
    nothing = [None] * len(committed)
    return delivery_metrics(
        moments(*committed),
        moments(*deployed),
        failed or [False] * len(committed),
        moments(*(recovered or nothing)),
        rework or [False] * len(committed),
        **{"days": 14, **options},
    )


def test_shares_and_frequency_bring_their_intervals():
    found = metrics(
        [0, 0, 0], [1, 2, 3], failed=[True, False, False], recovered=[4, None, None], rework=[False, True, True]
    )
    assert found.deployments == 3
    assert found.change_fail_rate == wilson(1, 3)
    assert found.rework_rate == wilson(2, 3)
    assert found.deployment_frequency == poisson_rate(3, 2)


def test_lead_time_counts_what_still_waits():
    # 2 and 4 hours, and one that has waited 10 so far: the middle of three is 4, of two it would be 3
    assert metrics([0, 0, 0], [2, 4, None], until=moments(10)[0]).lead_time.value == 4


def test_a_change_that_waits_is_no_deployment():
    found = metrics([0, 0], [2, None], failed=[False, True], until=moments(5)[0])
    assert (found.deployments, found.change_fail_rate.value) == (1, 0)


def test_recovery_time_counts_what_is_still_broken():
    found = metrics([0, 0, 0], [1, 1, 1], failed=[True] * 3, recovered=[2, 4, None], until=moments(50)[0])
    assert found.recovery_time.value == 3


def test_the_last_look_is_the_latest_moment_unless_given():
    found = metrics([0, 0, 0], [2, 30, None])
    assert found.lead_time.value == 30


def test_without_failures_there_is_no_recovery_time():
    found = metrics([0, 1], [2, 4])
    assert np.isnan(found.recovery_time).all()
    assert found.change_fail_rate.value == 0


def test_an_empty_log_is_unknown_but_for_its_frequency():
    found = metrics([], [])
    assert found.deployment_frequency.value == 0
    assert np.isnan([*found.lead_time, *found.recovery_time, *found.change_fail_rate, *found.rework_rate]).all()


def test_a_change_that_ran_before_it_was_committed_is_refused():
    with pytest.raises(ValueError, match="0 or more; found -1"):
        metrics([2, 0], [1, 3])


def test_removal_efficiency_without_defects_is_unknown():
    assert math.isnan(removal_efficiency(0, 0).value)


def test_removal_efficiency_by_release():
    assert removal_efficiency([9, 0], [1, 5]).value.tolist() == [0.9, 0]
