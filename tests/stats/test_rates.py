"""Poisson rates, their ratio, weighted rates: edges, properties, references."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.rates import confint_poisson

from toolkit.stats import rates

COUNTS = st.integers(0, 200)
EXPOSURES = st.floats(0.1, 1000)


# poisson_rate


@given(count=COUNTS, exposure=EXPOSURES, level=st.sampled_from([0.8, 0.95, 0.99]))
def test_poisson_rate_is_that_of_statsmodels(count, exposure, level):
    interval = rates.poisson_rate(count, exposure, level=level)
    low, high = confint_poisson(count, exposure, method="exact-c", alpha=1 - level)
    assert interval == pytest.approx((count / exposure, 0 if count == 0 else low, high))


@pytest.mark.parametrize(("count", "exposure"), [(3, 0), (0, 0), (math.nan, 1), (1, math.nan)])
def test_poisson_rate_over_nothing_is_unknown(count, exposure):
    assert np.isnan(rates.poisson_rate(count, exposure)).all()


def test_poisson_rate_of_arrays_is_that_of_each():
    together = rates.poisson_rate([0, 3], [1, 2])
    np.testing.assert_allclose(np.transpose(together), [rates.poisson_rate(0, 1), rates.poisson_rate(3, 2)])


@pytest.mark.parametrize(("count", "exposure"), [(-1, 1), (1, -1)])
def test_poisson_rate_refuses_what_is_negative(count, exposure):
    with pytest.raises(ValueError, match="counts and exposures are 0 or more"):
        rates.poisson_rate(count, exposure)


# rate_ratio


def test_rate_ratio_by_hand():
    # 10 in 100 against 20 in 100: Clopper-Pearson of 10 in 30 as odds
    low, high = stats.binomtest(10, 30).proportion_ci()
    ratio = rates.rate_ratio(10, 100, 20, 100)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((0.5, low / (1 - low), high / (1 - high)))
    assert ratio.p == pytest.approx(stats.binomtest(10, 30, 0.5).pvalue)


@given(a=COUNTS, b=COUNTS, exposure=EXPOSURES, other=EXPOSURES)
def test_rate_ratio_leaves_out_one_just_where_p_is_below_5_per_cent(a, b, exposure, other):
    ratio = rates.rate_ratio(a, exposure, b, other)
    assert (ratio.low > 1 or ratio.high < 1) == (ratio.p < 0.05)


@given(a=st.integers(1, 200), b=st.integers(1, 200), exposure=EXPOSURES, other=EXPOSURES)
def test_rate_ratio_the_other_way_round_is_inverse(a, b, exposure, other):
    ratio, inverse = rates.rate_ratio(a, exposure, b, other), rates.rate_ratio(b, other, a, exposure)
    expected = (1 / ratio.value, 1 / ratio.high, 1 / ratio.low, ratio.p)
    assert (inverse.value, inverse.low, inverse.high, inverse.p) == pytest.approx(expected)


@pytest.mark.parametrize(("a", "b", "value", "low", "high"), [(0, 3, 0, 0, 2.42), (3, 0, math.inf, 0.413, math.inf)])
def test_rate_ratio_with_one_count_of_zero(a, b, value, low, high):
    ratio = rates.rate_ratio(a, 1, b, 1)
    assert (ratio.value, ratio.low, ratio.high) == pytest.approx((value, low, high), abs=0.001)


def test_rate_ratio_of_nothing_seen_says_nothing():
    ratio = rates.rate_ratio(0, 1, 0, 1)
    assert math.isnan(ratio.value)
    assert (ratio.low, ratio.high, ratio.p) == (0, math.inf, 1)


def test_rate_ratio_over_nothing_is_unknown():
    ratio = rates.rate_ratio(3, 0, 3, 1)
    assert np.isnan([ratio.value, ratio.low, ratio.high, ratio.p]).all()


# weighted_rate


@given(counts=st.lists(COUNTS, min_size=1, max_size=4), exposure=EXPOSURES, weight=st.floats(0.1, 10))
def test_weighted_rate_with_equal_weights_is_the_rate(counts, exposure, weight):
    weighted = rates.weighted_rate(counts, [weight] * len(counts), exposure)
    expected = np.multiply(rates.poisson_rate(sum(counts), exposure), weight)
    assert weighted == pytest.approx(tuple(expected))


def test_weighted_rate_by_hand():
    # y = 1 * 10 + 3 = 13, v = 103; lower gamma with shape y^2 / v, upper with y + 10 and v + 100
    value, low, high = rates.weighted_rate([1, 3], [10, 1])
    assert value == 13
    assert low == pytest.approx(stats.gamma.ppf(0.025, 13**2 / 103, scale=103 / 13))
    assert high == pytest.approx(stats.gamma.ppf(0.975, 23**2 / 203, scale=203 / 23))


def test_weighted_rate_by_month_is_that_of_each_month():
    months = [[0, 0], [1, 3], [math.nan, 1]]
    together = rates.weighted_rate(months, [10, 1], [1, 2, 1])
    each = [rates.weighted_rate(month, [10, 1], over) for month, over in zip(months, [1, 2, 1], strict=True)]
    np.testing.assert_allclose(np.transpose(together), each)


@pytest.mark.parametrize("weights", [[1, -1], [0, 0]])
def test_weighted_rate_refuses_weights_that_are_none(weights):
    with pytest.raises(ValueError, match="weights are 0 or more"):
        rates.weighted_rate([1, 2], weights)
