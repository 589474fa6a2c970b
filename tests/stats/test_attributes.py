"""p, u and c charts and Laney's widening: edges, properties, planted truths."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats import attributes


def monthly(values):
    return pd.Series(values, index=pd.period_range("2024-01", periods=len(values), freq="M"), dtype=float)


def test_p_chart_by_hand_with_varying_n():
    # centre 30 / 200; limits 0.15 +- 3 sqrt(0.15 * 0.85 / n), which for 50 begins below 0
    chart = attributes.p_chart([10, 20], [50, 150])
    assert chart.center == 0.15
    assert chart.values.tolist() == pytest.approx([0.2, 2 / 15])
    assert chart.upper.tolist() == pytest.approx([0.15 + 3 * math.sqrt(0.1275 / n) for n in (50, 150)])
    assert chart.lower.tolist() == pytest.approx([0, 0.15 - 3 * math.sqrt(0.1275 / 150)])


def test_u_chart_by_hand_with_varying_exposure():
    # centre 30 / 3 = 10 a unit; 10 +- 3 sqrt(10 / exposure)
    chart = attributes.u_chart([8, 22], [1, 2])
    assert chart.center == 10
    assert chart.upper.tolist() == pytest.approx([10 + 3 * math.sqrt(10), 10 + 3 * math.sqrt(5)])
    assert chart.lower.tolist() == pytest.approx([10 - 3 * math.sqrt(10), 10 - 3 * math.sqrt(5)])


def test_limits_stay_where_shares_and_counts_can_be():
    chart = attributes.p_chart([9, 10, 10], 10)
    assert chart.upper.tolist() == [1, 1, 1]
    assert attributes.u_chart([1, 0, 2]).lower.tolist() == [0, 0, 0]


def test_baseline_sets_the_limits():
    chart = attributes.p_chart(monthly([10, 12, 10, 12, 40]), 100, baseline=slice("2024-01", "2024-04"))
    assert chart.center == 0.11
    assert chart.signals[1].tolist() == [False] * 4 + [True]
    assert chart.baseline.tolist() == [True] * 4 + [False]


@pytest.mark.parametrize("chart", [attributes.p_chart, attributes.u_chart])
def test_periods_without_anything_are_unknown_and_do_not_signal(chart):
    result = chart(monthly([0, 3, math.nan, 4]), monthly([0, 10, 10, 10]))
    assert result.values.isna().tolist() == [True, False, True, False]
    assert result.upper.isna().tolist() == [True, False, True, False]
    assert result.center == 0.35
    assert not result.signals.to_numpy().any()


@pytest.mark.parametrize("chart", [attributes.p_chart, attributes.u_chart])
def test_nothing_at_all_is_unknown(chart):
    result = chart([0, 0], [0, 0])
    assert math.isnan(result.center)
    assert not result.signals.to_numpy().any()


@pytest.mark.parametrize("share", [0, 10])
def test_p_chart_of_none_or_all_does_not_signal(share):
    result = attributes.p_chart([share] * 12, 10)
    assert result.center in (0, 1)
    assert not result.signals.to_numpy().any()


def test_sizes_are_matched_by_their_index():
    sizes = monthly([10, 20])
    chart = attributes.p_chart(monthly([5, 5]), sizes.iloc[::-1])
    assert chart.values.tolist() == [0.5, 0.25]


def test_p_chart_refuses_more_successes_than_there_are():
    with pytest.raises(ValueError, match="between 0 and n"):
        attributes.p_chart([5, 11], 10)


def test_u_chart_refuses_negative_counts():
    with pytest.raises(ValueError, match="0 or more"):
        attributes.u_chart([5, -1])


def test_laney_keeps_ordinary_months_of_a_large_desk_within_limits():
    rng = np.random.default_rng(3)
    share = 0.9 + 0.01 * rng.normal(size=36)  # months differ by a point, chance by 0.1
    kept = rng.binomial(100_000, share)
    plain = attributes.p_chart(kept, 100_000, laney=False)
    widened = attributes.p_chart(kept, 100_000)
    assert plain.signals[1].mean() > 0.5
    assert widened.signals[1].sum() <= 1
    assert (plain.laney, widened.laney) == (False, True)
    assert widened.spread > 5


def test_laney_still_sees_a_month_that_is_different():
    rng = np.random.default_rng(4)
    share = 0.9 + 0.005 * rng.normal(size=36)
    share[20] = 0.8
    assert attributes.p_chart(rng.binomial(50_000, share), 50_000).signals[1].tolist().index(True) == 20


def test_spread_is_near_one_when_there_is_only_chance():
    rng = np.random.default_rng(5)
    spreads = [attributes.u_chart(rng.poisson(50, 36)).spread for _ in range(50)]
    assert np.mean(spreads) == pytest.approx(1, abs=0.05)


def test_charts_without_laney_rarely_alarm_when_there_is_only_chance():
    rng = np.random.default_rng(6)
    alarms = [attributes.p_chart(rng.binomial(200, 0.8, 24), 200, rules=(1,)).signals[1].sum() for _ in range(100)]
    assert sum(alarms) / 2400 < 0.006


@given(counts=st.lists(st.integers(0, 100), min_size=2, max_size=30), scale=st.floats(0.1, 10))
def test_u_chart_follows_the_unit_of_exposure(counts, scale):
    chart, other = attributes.u_chart(counts), attributes.u_chart(counts, scale)
    assert other.upper.to_numpy() == pytest.approx(chart.upper.to_numpy() / scale, abs=1e-9)
    assert other.signals.equals(chart.signals)
