"""Kaplan-Meier, quantiles, share within a limit, restricted mean, log-rank: edges, properties, references."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from toolkit.stats import intervals, proportions, survival

DURATIONS = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


def curve(*rows):
    """Return the curve of durations; negative zero and below mean still running."""
    return survival.kaplan_meier([abs(row) for row in rows], [row > 0 for row in rows])


# kaplan_meier


@given(rows=DURATIONS)
def test_kaplan_meier_is_that_of_statsmodels(rows):
    times, ended = np.transpose(rows)
    found = survival.kaplan_meier(times, ended)
    expected = SurvfuncRight(times.astype(float), ended.astype(int))
    there = expected.n_events > 0
    assert found.share == pytest.approx(expected.surv_prob[there])
    assert found.at_risk.tolist() == expected.n_risk[there].tolist()
    known = found.share > 0
    assert found.se[known] == pytest.approx(expected.surv_prob_se[there][known])


def test_kaplan_meier_by_hand():
    # 4 at risk, 1 ends: 3/4; one is censored at 2; 2 at risk, 1 ends: 3/8
    found = curve(1, -2, 3, -4)
    assert found.share.tolist() == [0.75, 0.375]
    assert (found.n, found.censored, found.last) == (4, 2, 4)


def test_kaplan_meier_an_ending_comes_before_a_last_look_at_the_same_time():
    assert curve(2, -2).at_risk.tolist() == [2]


def test_kaplan_meier_with_durations_of_zero():
    found = survival.kaplan_meier([0, 0, 0, 5], [True, True, False, True])
    assert found.share.tolist() == [0.5, 0]


def test_kaplan_meier_counts_missing_durations():
    found = survival.kaplan_meier([1, math.nan, 2, math.nan], [True, True, True, False])
    assert (found.n, found.missing) == (2, 2)


def test_kaplan_meier_nothing_ended():
    found = curve(-1, -2)
    assert len(found.time) == 0
    assert (found.n, found.censored) == (2, 2)


def test_kaplan_meier_of_nothing():
    found = survival.kaplan_meier([], [])
    assert found.n == 0
    assert math.isnan(found.last)


def test_kaplan_meier_refuses_an_end_before_the_start():
    with pytest.raises(ValueError, match="0 or more; found -3"):
        survival.kaplan_meier([1, -3], [True, True])


def test_kaplan_meier_refuses_different_lengths():
    with pytest.raises(ValueError, match="found 2 and 1"):
        survival.kaplan_meier([1, 3], [True])


# quantile


def test_quantile_of_the_remission_data_has_the_interval_of_r():
    weeks = [6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35]
    assert survival.quantile(curve(*weeks)) == (23, 13, math.inf)


@given(values=st.lists(st.integers(0, 50), min_size=1, max_size=30))
def test_quantile_is_the_usual_median_when_all_ended(values):
    found = survival.quantile(survival.kaplan_meier(values, [True] * len(values)))
    assert found.value == np.median(values)
    assert found.low <= found.value <= found.high


def test_quantile_p90_of_ten():
    assert survival.quantile(curve(*range(1, 11)), 0.9).value == 9.5


def test_quantile_beyond_what_was_watched_is_unknown_but_bounded_below():
    watched = curve(*range(1, 21), *[-30] * 30)
    value, low, high = survival.quantile(watched)
    expected = SurvfuncRight(np.r_[1.0:21, np.full(30, 30.0)], np.repeat([1, 0], [20, 30]))
    assert math.isnan(value)
    assert (low, high) == (expected.quantile_ci(0.5, method="cloglog")[0], math.inf)


def test_quantile_on_the_last_flat_part_is_its_middle():
    assert survival.quantile(curve(1, 2, -6, -8)).value == 5


def test_quantile_nothing_ended():
    assert np.isnan(survival.quantile(curve(-1, -2))).all()


def test_quantile_of_two_says_nothing_below():
    assert survival.quantile(curve(3, 4)) == (3.5, 0, math.inf)


@given(rows=DURATIONS, scale=st.sampled_from([0.5, 3.0, 24.0]))
def test_quantile_follows_the_unit(rows, scale):
    times, ended = np.transpose(rows)
    found = survival.quantile(survival.kaplan_meier(times, ended), 0.75)
    scaled = survival.quantile(survival.kaplan_meier(times * scale, ended), 0.75)
    assert scaled == pytest.approx(tuple(scale * part for part in found), nan_ok=True)


# share_within


@given(values=st.lists(st.integers(0, 20), min_size=1, max_size=40), limit=st.integers(0, 20))
def test_share_within_is_wilson_when_all_ended(values, limit):
    found = survival.share_within(survival.kaplan_meier(values, [True] * len(values)), limit)
    assert found == pytest.approx(proportions.wilson(sum(value <= limit for value in values), len(values)))


def test_share_within_takes_open_ones_past_the_limit_as_missed():
    assert survival.share_within(curve(1, 2, -9, -9), 5) == pytest.approx(proportions.wilson(2, 4))


def test_share_within_does_not_take_what_is_not_yet_due_as_missed():
    # one ends at 1 of 4; two are too young to tell; one ends at 6, after the limit
    assert survival.share_within(curve(1, -2, -2, 6), 5).value == 0.25


def test_share_within_is_wider_where_some_are_open():
    # 10 of the 15 still watched end at 3; were all 20 known, the same share would be surer
    share, low, high = survival.share_within(curve(*[3] * 10, *[9] * 5, *[-2] * 5), 5)
    known = proportions.wilson(20 * share, 20)
    assert share == pytest.approx(2 / 3)
    assert high - low > known.high - known.low


def test_share_within_of_none_rests_on_those_watched_so_long():
    assert survival.share_within(curve(-2, -2, 8, 9, 9), 5) == pytest.approx(proportions.wilson(0, 3))


def test_share_within_of_all_rests_on_those_seen_to_end():
    assert survival.share_within(curve(1, -2, 2, 3, 4), 5) == pytest.approx(proportions.wilson(4, 4))


def test_share_within_no_time_at_all():
    assert survival.share_within(survival.kaplan_meier([0, 0, 3, 4], [True] * 4), 0) == proportions.wilson(2, 4)


def test_share_within_a_limit_nobody_was_watched_to_is_unknown():
    assert np.isnan(survival.share_within(curve(1, -2), 5)).all()


def test_share_within_of_nothing_is_unknown():
    assert np.isnan(survival.share_within(survival.kaplan_meier([], []), 5)).all()


# restricted_mean


@given(values=st.lists(st.integers(0, 50), min_size=2, max_size=30))
def test_restricted_mean_is_the_mean_when_all_ended(values):
    found = survival.restricted_mean(survival.kaplan_meier(values, [True] * len(values)), 60)
    assert found.value == pytest.approx(np.mean(values))
    assert found.se == pytest.approx(np.std(values, ddof=1) / math.sqrt(len(values)), abs=1e-9)
    assert found.df == len(values) - 1


def test_restricted_mean_by_hand():
    # 1 until 1, 3/4 until 3, 3/8 until 4
    assert survival.restricted_mean(curve(1, -2, 3, -4), 4).value == pytest.approx(1 + 2 * 0.75 + 0.375)


def test_restricted_mean_beyond_what_was_watched_is_unknown():
    found = survival.restricted_mean(curve(1, -2, 3, -4), 5)
    assert np.isnan([found.value, found.se, found.df]).all()


def test_restricted_means_are_compared_as_estimates():
    fast, slow = (survival.restricted_mean(curve(*[hours, hours + 1] * 30), 20) for hours in (2, 9))
    assert intervals.difference(slow, fast).interval == pytest.approx((6.81, 7.19), abs=0.01)


# log_rank


@given(rows=DURATIONS)
def test_log_rank_is_that_of_statsmodels(rows):
    times, ended = np.transpose(rows)
    groups = np.arange(len(rows)) % 3
    found = survival.log_rank(times, ended, groups)
    if not math.isnan(found.chi_square) and found.df == 2:
        expected = survdiff(times.astype(float), ended.astype(int), groups)
        assert (found.chi_square, found.p) == pytest.approx(expected, abs=1e-6)


@given(rows=DURATIONS)
def test_log_rank_expects_as_many_as_ended(rows):
    times, ended = np.transpose(rows)
    found = survival.log_rank(times, ended, np.arange(len(rows)) % 2).groups
    assert found["expected"].sum() == pytest.approx(found["events"].sum())


def test_log_rank_leaves_missing_durations_out():
    found = survival.log_rank([1, 2, 3, math.nan], [True] * 4, ["a", "b", "a", "b"])
    assert found.groups["n"].to_dict() == {"a": 2, "b": 1}


@pytest.mark.parametrize(
    ("times", "ended", "groups"),
    [([], [], []), ([1, 2], [False, False], ["a", "b"]), ([1, 2], [True, True], ["a", "a"])],
)
def test_log_rank_without_two_groups_or_endings_is_unknown(times, ended, groups):
    assert math.isnan(survival.log_rank(times, ended, groups).p)


def test_log_rank_refuses_a_missing_group():
    with pytest.raises(ValueError, match="needs its group"):
        survival.log_rank([1, 2], [True, True], ["a", None])
