"""Endings just under a limit: edges, properties, planted truths."""

import math

import numpy as np
import pytest

from toolkit.stats.bunching import bunching


def smooth(rng, n):
    return rng.lognormal(math.log(0.6), 0.8, n)


def hurried(rng, n, share):
    """Return durations of which a share of those that would have been a little late ended just under the limit."""
    times = smooth(rng, n)
    moved = (times > 1) & (times < 1.2) & (rng.random(n) < share)
    times[moved] = rng.uniform(0.95, 1, moved.sum())
    return times, moved.mean()


def test_bunching_of_a_smooth_course_is_rarely_seen():
    rng = np.random.default_rng(1)
    assert np.mean([bunching(smooth(rng, 1000), 1).p < 0.05 for _ in range(300)]) <= 0.07


def test_bunching_finds_what_was_moved_under_the_limit():
    rng = np.random.default_rng(2)
    times, moved = hurried(rng, 5000, 0.3)
    found = bunching(times, 1)
    assert found.p < 0.001
    assert found.excess_low < moved < found.excess_high
    assert found.excess == pytest.approx(moved, abs=0.006)
    assert found.excess == pytest.approx(found.share - found.expected)


def test_bunching_does_not_depend_on_the_unit_or_on_limits_of_their_own():
    times = hurried(np.random.default_rng(3), 2000, 0.3)[0]
    limits = np.resize([4.0, 8.0, 24.0], len(times))
    found, scaled, mixed = bunching(times, 1), bunching(times * 8, 8), bunching(times * limits, limits)
    assert (scaled.share, scaled.excess, scaled.p) == pytest.approx((found.share, found.excess, found.p))
    assert (mixed.share, mixed.excess, mixed.p) == pytest.approx((found.share, found.excess, found.p))


def test_bunching_counts_an_ending_on_the_limit_as_just_under_it():
    bins = bunching([0.9, 0.95, 0.96, 1.0, 1.01, 1.05], 1).bins
    assert bins["count"].iloc[7:12].tolist() == [1, 1, 2, 2, 0]


def test_bunching_on_bin_edges_of_any_limit():
    # multiples of a twentieth of the limit lie on upper ends, however they round
    for limit in (3, 7, 24, 0.3):
        bins = bunching(np.arange(11, 31) / 20 * limit, limit).bins
        assert bins["count"].tolist() == [1] * 20


def test_bunching_leaves_missing_durations_out():
    assert bunching([0.97, math.nan, 2], 1).n == 2


@pytest.mark.parametrize("times", [[], [0.97] * 500, [0.6] * 500, [0.7, 1.3] * 20])
def test_bunching_of_too_little_is_unknown(times):
    found = bunching(times, 1)
    assert np.isnan([found.expected, found.excess, found.excess_low, found.excess_high, found.p]).all()
    assert found.bins["count"].sum() == len(times)


def test_bunching_of_coarse_times_is_careful():
    # tenths of the limit: every other bin is empty, which is far rougher than chance
    times = np.round(smooth(np.random.default_rng(4), 5000), 1)
    found = bunching(times, 1)
    assert found.dispersion > 20
    assert found.p > 0.01


@pytest.mark.parametrize("limit", [0, -1, [1, 0]])
def test_bunching_refuses_a_limit_of_nothing(limit):
    with pytest.raises(ValueError, match="a limit is above 0"):
        bunching([1, 2], limit)
