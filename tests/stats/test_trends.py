"""Change points, Pettitt, Mann-Kendall, Sen's slope, many tests at once: edges, properties, planted truths."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from toolkit.stats import trends

VALUES = st.lists(st.integers(-20, 20), min_size=3, max_size=30)


def monthly(values):
    return pd.Series(values, index=pd.period_range("2022-01", periods=len(values), freq="M"), dtype=float)


# change_points


def test_change_points_without_noise_are_exact():
    found = trends.change_points(monthly([1.0] * 10 + [3.0] * 9 + [2.0] * 12))
    month = [pd.Period("2022-11", "M"), pd.Period("2023-08", "M")]
    assert found.changes["start"].tolist() == found.changes["low"].tolist() == found.changes["high"].tolist() == month
    assert found.changes[["before", "after"]].to_numpy().tolist() == [[1, 3], [3, 2]]
    assert found.fitted.tolist() == [1.0] * 10 + [3.0] * 9 + [2.0] * 12


@pytest.mark.parametrize("values", [[], [math.nan], [5.0], [0.1] * 40, [1.0, 9.0] * 7])
def test_change_points_of_little_or_nothing(values):
    found = trends.change_points(values)
    assert len(found.changes) == 0
    assert len(found.fitted) == np.isfinite(values).sum()


def test_change_points_pass_over_missing_values():
    values = monthly([math.nan, *[1.0] * 9, math.nan, *[2.0] * 10])
    assert trends.change_points(values).changes["start"].tolist() == [pd.Period("2022-12", "M")]


def test_change_points_leave_levels_their_smallest_length():
    values = np.r_[np.zeros(5), np.full(20, 10.0)]
    assert trends.change_points(values, min_segment=8).partitions["starts"].tolist()[1] == (8,)
    assert trends.change_points(values, min_segment=5).partitions["starts"].tolist()[1] == (5,)


def test_change_points_in_noise_are_rare():
    noise = np.random.default_rng(11).normal(size=(200, 36))
    assert np.mean([len(trends.change_points(values).changes) > 0 for values in noise]) <= 0.12


def test_change_points_intervals_hold_the_date():
    rng = np.random.default_rng(12)
    noise = rng.normal(size=(150, 48)) * np.where(np.arange(48) < 20, 1, 2) + 2.5 * (np.arange(48) >= 20)
    held = [
        changes["low"].iloc[0] <= 20 <= changes["high"].iloc[0]
        for changes in (trends.change_points(values, max_changes=1).changes for values in noise)
        if len(changes)
    ]
    assert len(held) > 140
    assert np.mean(held) >= 0.93


def test_change_points_intervals_are_wider_where_neighbours_are_alike():
    rng = np.random.default_rng(13)
    waves = pd.Series(rng.normal(size=60)).rolling(4, min_periods=1).mean().to_numpy() + 1.5 * (np.arange(60) >= 30)
    plain, allowed = (trends.change_points(waves, max_changes=1, lags=lags).changes.iloc[0] for lags in (0, 3))
    assert plain["start"] == allowed["start"]
    assert allowed["high"] - allowed["low"] > plain["high"] - plain["low"]


@settings(max_examples=20)
@given(scale=st.floats(0.01, 100), shift=st.floats(-100, 100))
def test_change_points_do_not_depend_on_the_unit(scale, shift):
    values = np.random.default_rng(9).normal(size=40) + 3 * (np.arange(40) >= 22)
    dates = ["start", "low", "high"]
    expected = trends.change_points(values).changes[dates]
    assert trends.change_points(scale * values + shift).changes[dates].equals(expected)


# pettitt


def test_pettitt_finds_a_step():
    at, p = trends.pettitt([1, 2, 1, 2, 1, 2, 1, 2, 8, 9, 8, 9, 8, 9, 8, 9])
    assert at == 8
    assert p < 0.01


def test_pettitt_is_not_moved_by_one_odd_value():
    values = np.random.default_rng(2).normal(size=30)
    values[10] = 1e6
    assert trends.pettitt(values)[1] > 0.05


@pytest.mark.parametrize("values", [[], [3.0], [math.nan, 3.0]])
def test_pettitt_of_too_little_is_unknown(values):
    at, p = trends.pettitt(values)
    assert at == 0
    assert math.isnan(p)


def test_pettitt_of_a_constant_series_finds_nothing():
    assert trends.pettitt([5.0] * 20)[1] == 1


# mann_kendall


@given(values=VALUES)
def test_mann_kendall_tau_is_kendalls_tau_b(values):
    expected = stats.kendalltau(np.arange(len(values)), values).statistic
    assert trends.mann_kendall(values).tau == pytest.approx(0 if math.isnan(expected) else expected)


@given(values=VALUES)
def test_mann_kendall_p_is_that_of_kendalls_tau_with_continuity(values):
    found = trends.mann_kendall(values)
    assert found.p == pytest.approx(2 * stats.norm.sf(abs(found.z)))
    assert found.variance >= 0


def test_mann_kendall_by_hand_with_ties():
    # pairs of 1 2 2 3: five rise, one is tied; variance (4*3*13 - 2*1*9) / 18
    found = trends.mann_kendall([1, 2, 2, 3])
    assert (found.s, found.variance) == pytest.approx((5, (4 * 3 * 13 - 2 * 1 * 9) / 18))


def test_mann_kendall_with_seasons_sees_through_a_cycle():
    values = np.tile([0, 50, 100, 50], 6) + 0.1 * np.arange(24)
    assert trends.mann_kendall(values).tau < 0.5
    assert trends.mann_kendall(values, season=4).tau == 1


def test_mann_kendall_counts_months_without_a_row():
    values = monthly(np.tile(np.arange(12.0), 3)).drop(pd.Period("2022-05", "M"))
    assert trends.mann_kendall(values, season=12).s == 0


@pytest.mark.parametrize("values", [[], [1.0], [math.nan, 2.0]])
def test_mann_kendall_of_too_little_is_unknown(values):
    assert math.isnan(trends.mann_kendall(values).p)


def test_mann_kendall_of_a_constant_series_finds_nothing():
    found = trends.mann_kendall([4.0] * 10)
    assert (found.z, found.p, found.tau) == (0, 1, 0)


# sen_slope


@given(values=VALUES, level=st.sampled_from([0.8, 0.95]))
def test_sen_slope_is_theils(values, level):
    expected = stats.theilslopes(values, alpha=level)
    found = trends.sen_slope(values, level=level)
    assert found == pytest.approx((expected.slope, expected.low_slope, expected.high_slope))


def test_sen_slope_is_a_period_whatever_is_missing():
    values = monthly(3.0 * np.arange(20)).drop(pd.Period("2022-05", "M"))
    values.iloc[7] = math.nan
    assert trends.sen_slope(values) == pytest.approx((3, 3, 3))


def test_sen_slope_with_seasons_sees_through_a_cycle():
    assert trends.sen_slope(np.tile([0.0, 50, 100, 50], 6) + np.arange(24), season=4) == (1, 1, 1)


@pytest.mark.parametrize("values", [[], [1.0], [math.nan, 2.0]])
def test_sen_slope_of_too_little_is_unknown(values):
    assert np.isnan(trends.sen_slope(values)).all()


@pytest.mark.parametrize("season", [1, 12])
def test_lags_make_a_trend_less_sure_where_neighbours_are_alike(season):
    waves = pd.Series(np.random.default_rng(21).normal(size=72)).rolling(4, min_periods=1).mean() + 0.02 * np.arange(72)
    plain, allowed = (trends.sen_slope(waves, season=season, lags=lags) for lags in (0, 2))
    assert plain.value == allowed.value
    assert allowed.low < plain.low < plain.high < allowed.high
    assert trends.mann_kendall(waves, season=season, lags=2).p > trends.mann_kendall(waves, season=season).p


def test_lags_never_make_a_trend_surer():
    turns = np.tile([1.0, -1.0], 20) + np.random.default_rng(22).normal(scale=0.1, size=40)
    assert trends.sen_slope(turns, lags=1) == trends.sen_slope(turns)


@pytest.mark.parametrize("values", [[], [1.0], [2.0] * 10, [1.0, math.nan, 3.0]])
def test_lags_of_little_or_nothing_change_nothing(values):
    np.testing.assert_equal(trends.sen_slope(values, lags=2), trends.sen_slope(values))


# benjamini_hochberg


@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_benjamini_hochberg_is_that_of_statsmodels(p):
    assert trends.benjamini_hochberg(p) == pytest.approx(multipletests(p, method="fdr_bh")[1])


def test_benjamini_hochberg_does_not_count_missing_ones():
    adjusted = trends.benjamini_hochberg([0.01, math.nan, 0.04])
    assert adjusted[[0, 2]] == pytest.approx([0.02, 0.04])
    assert math.isnan(adjusted[1])


def test_benjamini_hochberg_of_nothing():
    assert trends.benjamini_hochberg([]).shape == (0,)


def test_benjamini_hochberg_refuses_what_is_no_probability():
    with pytest.raises(ValueError, match="between 0 and 1"):
        trends.benjamini_hochberg([0.2, 1.2])
