"""Ratio of totals, long-run variance, probability above a threshold, Welch's degrees of freedom."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.sandwich_covariance import S_hac_simple

from toolkit.stats import intervals

COSTS = st.lists(st.floats(1, 1e6), min_size=3, max_size=24)


# ratio_of_totals


def test_ratio_of_totals_by_hand_without_lags():
    # R = 12/6 = 2; e = (2-2, 5-4, 5-6) = (0, 1, -1); s2 = 2/2; var R = 3 * 1 / 6**2; t(2) = 4.3027
    ratio = intervals.ratio_of_totals([2, 5, 5], [1, 2, 3], lags=0)
    assert (ratio.value, ratio.n, ratio.df) == (2, 3, 2)
    assert ratio.residuals.tolist() == [0, 1, -1]
    assert ratio.se == pytest.approx(math.sqrt(3 / 36))
    assert (ratio.low, ratio.high) == pytest.approx((2 - 4.3027 * ratio.se, 2 + 4.3027 * ratio.se), abs=1e-4)


def test_ratio_of_totals_with_lags_has_fewer_degrees_of_freedom():
    ratio = intervals.ratio_of_totals(np.arange(1, 13), np.ones(12), lags=1)
    assert ratio.df == 11 / 2
    assert ratio.high - ratio.value == pytest.approx(stats.t.ppf(0.975, 5.5) * ratio.se)


def test_ratio_of_totals_level_widens_the_interval():
    wide, narrow = (intervals.ratio_of_totals([2, 5, 5, 9], [1, 2, 3, 4], level=level) for level in (0.99, 0.80))
    assert wide.low < narrow.low < narrow.high < wide.high


@given(costs=COSTS, money=st.floats(0.01, 100), units=st.floats(0.01, 100))
def test_ratio_of_totals_follows_the_units(costs, money, units):
    volumes = np.arange(1, len(costs) + 1)
    ratio = intervals.ratio_of_totals(costs, volumes)
    other = intervals.ratio_of_totals(np.multiply(costs, money), volumes * units)
    expected = np.array([ratio.value, ratio.low, ratio.high]) * money / units
    assert [other.value, other.low, other.high] == pytest.approx(expected, rel=1e-6, abs=1e-6 * abs(expected[0]))


@given(costs=COSTS)
def test_ratio_of_totals_is_read_the_same_backwards(costs):
    volumes = np.arange(1, len(costs) + 1)
    forwards, backwards = (
        intervals.ratio_of_totals(costs, volumes),
        intervals.ratio_of_totals(costs[::-1], volumes[::-1]),
    )
    assert (forwards.low, forwards.high) == pytest.approx((backwards.low, backwards.high), rel=1e-6, abs=1e-6)


def test_ratio_of_totals_pairs_by_index_and_leaves_out_what_is_incomplete():
    months = pd.period_range("2024-01", periods=5, freq="M")
    costs = pd.Series([10, 20, math.nan, 40, 50], index=months)
    volumes = pd.Series([5, 4, 3, 2, math.nan], index=months[::-1])
    ratio = intervals.ratio_of_totals(costs, volumes)
    # February 20 / 2, April 40 / 4, May 50 / 5; January has no volume, March no cost
    assert (ratio.value, ratio.n) == (pytest.approx(10), 3)
    assert ratio.residuals.index.equals(months)
    assert ratio.residuals.isna().tolist() == [True, False, True, False, False]


def test_ratio_of_totals_of_proportional_pairs_has_no_width():
    ratio = intervals.ratio_of_totals([20, 40, 60], [1, 2, 3])
    assert (ratio.low, ratio.high, ratio.se) == (20, 20, 0)


@pytest.mark.parametrize("n", [1, 2])
def test_ratio_of_totals_of_few_pairs_has_a_value_and_no_interval(n):
    ratio = intervals.ratio_of_totals([10, 30][:n], [1, 1][:n])
    assert ratio.value == pytest.approx([10, 20][n - 1])
    assert np.isnan([ratio.low, ratio.high, ratio.se, ratio.df]).all()


@pytest.mark.parametrize(("costs", "volumes"), [([], []), ([math.nan] * 4, [1] * 4), ([1, 2, 3, 4], [0] * 4)])
def test_ratio_of_totals_of_nothing_is_unknown(costs, volumes):
    ratio = intervals.ratio_of_totals(costs, volumes)
    assert np.isnan([ratio.value, ratio.low, ratio.high, ratio.se]).all()


@pytest.mark.parametrize("autocorrelation", [0.0, 0.3])
def test_ratio_of_totals_interval_covers_the_truth_in_a_year_of_months(autocorrelation):
    rng = np.random.default_rng(1987)
    draws, n = 800, 12
    noise = rng.normal(size=(draws, n))
    for month in range(1, n):
        noise[:, month] = autocorrelation * noise[:, month - 1] + math.sqrt(1 - autocorrelation**2) * noise[:, month]
    volumes = rng.uniform(80, 120, n)
    ratios = [intervals.ratio_of_totals(costs, volumes) for costs in 10 * volumes + 50 * noise]
    covered = np.mean([ratio.low <= 10 <= ratio.high for ratio in ratios])
    simulation_error = 2 * math.sqrt(0.9 * 0.1 / draws)
    assert 0.90 - simulation_error <= covered <= 0.98


# long_run_variance


@given(residuals=st.lists(st.floats(-1e3, 1e3), min_size=6, max_size=30), lags=st.integers(0, 5))
def test_long_run_variance_is_that_of_statsmodels(residuals, lags):
    expected = S_hac_simple(np.array(residuals)[:, None], nlags=lags)[0, 0] / len(residuals)
    assert intervals.long_run_variance(residuals, lags) == pytest.approx(expected, rel=1e-9, abs=1e-6)


@given(residuals=st.lists(st.one_of(st.floats(-1e3, 1e3), st.just(math.nan)), max_size=12), lags=st.integers(0, 20))
def test_long_run_variance_is_never_negative(residuals, lags):
    assert not intervals.long_run_variance(residuals, lags) < 0


def test_long_run_variance_does_not_join_what_a_gap_parts():
    # without the gap 2 neighbours: 2 + 2 * 1/2 * 1; with it none
    assert intervals.long_run_variance([1, 1]) == pytest.approx(3 / 2)
    assert intervals.long_run_variance([1, math.nan, 1]) == pytest.approx(2 / 2)


@pytest.mark.parametrize("residuals", [[], [math.nan]])
def test_long_run_variance_of_nothing_is_unknown(residuals):
    assert math.isnan(intervals.long_run_variance(residuals))


def test_long_run_variance_of_one_value_is_its_square():
    assert intervals.long_run_variance([3.0]) == 9


# probability_above


@given(value=st.floats(-5, 5), df=st.floats(1, 100), threshold=st.floats(-5, 5))
def test_probability_above_is_that_of_the_t_distribution(value, df, threshold):
    expected = stats.t.sf(threshold - value, df)
    assert intervals.probability_above(value, 1.0, df, threshold) == pytest.approx(expected, abs=1e-9)


def test_probability_above_of_the_lower_limit_is_the_one_sided_level():
    ratio = intervals.ratio_of_totals([12, 19, 33, 38, 52], [1, 2, 3, 4, 5])
    assert intervals.probability_above(ratio.value, ratio.se, ratio.df, ratio.low) == pytest.approx(0.975)


def test_probability_above_takes_infinite_degrees_of_freedom_as_normal():
    assert intervals.probability_above(1.959964, 1, math.inf) == pytest.approx(0.975, abs=1e-6)


@pytest.mark.parametrize(("value", "probability"), [(1, 1), (-1, 0), (0, 0.5)])
def test_probability_above_without_spread_is_sure(value, probability):
    assert intervals.probability_above(value, 0, 5) == probability


@pytest.mark.parametrize(
    "inputs", [(math.nan, 1, 5), (1, math.nan, 5), (1, 1, math.nan), (1, -1, 5), (1, 1, 0), (1, 1, 5, math.nan)]
)
def test_probability_above_of_an_unknown_is_unknown(inputs):
    assert math.isnan(intervals.probability_above(*inputs))


# welch_df


def test_welch_df_of_equal_parts_is_their_sum():
    assert intervals.welch_df(2, 10, 2, 10) == pytest.approx(18)


@given(
    se1=st.floats(0.01, 100),
    n1=st.integers(2, 60),
    se2=st.floats(0.01, 100),
    n2=st.integers(2, 60),
    scale=st.floats(0.1, 9),
)
def test_welch_df_lies_between_the_smaller_and_the_sum_whatever_scale_and_order(se1, n1, se2, n2, scale):
    df = intervals.welch_df(se1, n1, se2, n2)
    assert min(n1, n2) - 1 - 1e-9 <= df <= n1 + n2 - 2 + 1e-9
    assert intervals.welch_df(scale * se2, n2, scale * se1, n1) == pytest.approx(df)


def test_welch_df_is_that_of_the_two_sample_test():
    one, two = [27.5, 21.0, 19.0, 23.6, 17.0], [27.1, 22.0, 20.8, 23.4, 23.4, 23.5, 25.8]
    df = intervals.welch_df(stats.sem(one), len(one), stats.sem(two), len(two))
    assert df == pytest.approx(stats.ttest_ind(one, two, equal_var=False).df)


def test_welch_df_leaves_out_a_part_without_spread():
    assert intervals.welch_df(0, 1, 3, 12) == pytest.approx(11)
    assert intervals.welch_df(0, 5, 0, 12) == 15


@pytest.mark.parametrize("inputs", [(1, 1, 1, 5), (math.nan, 5, 1, 5), (1, math.nan, 1, 5)])
def test_welch_df_of_an_unknown_is_unknown(inputs):
    assert math.isnan(intervals.welch_df(*inputs))


# Estimate, pooled, difference


def test_estimate_has_an_interval_and_a_probability():
    estimate = intervals.Estimate(10, 2, 5)
    assert estimate.interval == pytest.approx((10 - 2.5706 * 2, 10 + 2.5706 * 2), abs=1e-4)
    assert estimate.above_zero == pytest.approx(stats.t.cdf(5, 5))


def test_estimate_of_unknown_error_has_no_interval():
    estimate = intervals.Estimate(10, math.nan, 5)
    assert all(math.isnan(number) for number in (*estimate.interval, estimate.above_zero))


def test_pooled_by_hand():
    # variances 9 and 16: error 5; degrees of freedom 25**2 / (81 / 3 + 256 / 4) = 625 / 91
    estimate = intervals.pooled(100, [3, 4], [3, 4])
    assert (estimate.value, estimate.se, estimate.df) == pytest.approx((100, 5, 625 / 91))


def test_pooled_over_one_part_is_that_part():
    assert intervals.pooled(100, [3], [7]) == intervals.Estimate(100, 3, 7)


def test_pooled_leaves_out_parts_without_error():
    assert intervals.pooled(100, [3, 0], [7, math.nan]) == intervals.Estimate(100, 3, 7)
    assert intervals.pooled(100, [0, 0], [7, 5]) == intervals.Estimate(100, 0, 5)


def test_pooled_over_a_part_of_unknown_error_is_unknown():
    assert math.isnan(intervals.pooled(100, [3, math.nan], [7, 7]).se)


@given(errors=st.lists(st.floats(0.01, 100), min_size=1, max_size=6))
def test_pooled_degrees_of_freedom_lie_between_the_smallest_and_the_sum(errors):
    estimate = intervals.pooled(0, errors, [5.5] * len(errors))
    assert 5.5 * (1 - 1e-9) <= estimate.df <= 5.5 * len(errors) * (1 + 1e-9)


def test_difference_adds_errors_as_squares_and_takes_known_amounts_off():
    estimate = intervals.difference(intervals.Estimate(100, 3, 5), intervals.Estimate(60, 4, 5), 10, 5)
    assert (estimate.value, estimate.se) == (25, 5)
    assert estimate.df == pytest.approx(625 / (81 / 5 + 256 / 5))


def test_difference_of_two_certain_values_is_certain():
    estimate = intervals.difference(intervals.Estimate(100, 0, 5), intervals.Estimate(60, 0, 5))
    assert estimate.interval == (40, 40)


# order_quantile


def test_order_quantile_of_a_sample_as_in_the_tables():
    # of 20, the 6th and the 15th bound the median (Conover, table A3: at least 95 %)
    assert intervals.order_quantile(range(1, 21)) == (10.5, 6, 15)


def test_order_quantile_of_few_has_no_ends():
    found = intervals.order_quantile([3.0, 1.0, math.nan, 2.0])
    assert found == (2.0, -math.inf, math.inf)
    assert intervals.order_quantile(range(20), 0.95).high == math.inf
    assert all(map(math.isnan, intervals.order_quantile([math.nan])))


@pytest.mark.parametrize("share", [0.5, 0.85])
def test_order_quantile_holds_the_truth(share):
    rng = np.random.default_rng(13)
    found = [intervals.order_quantile(rng.exponential(size=40), share) for _ in range(400)]
    held = np.mean([low <= -math.log(1 - share) <= high for _, low, high in found])
    assert 0.93 <= held
