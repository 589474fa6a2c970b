"""Segmented regression, control charts, run rules, the present level: edges, properties, planted truths."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import OLS

from toolkit.stats import series

FACTORS = st.floats(min_value=0.01, max_value=100)
VALUES = st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=40)


def monthly(values, first="2022-01"):
    return pd.Series(values, index=pd.period_range(first, periods=len(values), freq="M"), dtype=float)


def positions(marks):
    """Return the marked points, counted from 1."""
    return (np.flatnonzero(marks) + 1).tolist()


# interrupted


def test_interrupted_finds_planted_step_and_slopes_without_noise():
    time = np.arange(24)
    after = time >= 12
    result = series.interrupted(monthly(100 + 2 * time - 30 * after - 3 * after * (time - 12)), "2023-01")
    estimates = (result.step, result.slope_before, result.slope_change)
    assert estimates == pytest.approx((-30, 2, -3))
    assert (result.step_low, result.step_high, result.step_p) == pytest.approx((-30, -30, 0))
    assert (result.n_before, result.n_after) == (12, 12)


def test_interrupted_of_a_constant_series_finds_nothing():
    result = series.interrupted(monthly([0.1] * 20), 10)
    assert (result.step, result.step_low, result.step_high, result.step_p) == (0, 0, 0, 1)
    assert (result.slope_before, result.slope_change, result.slope_change_p) == (0, 0, 1)


def test_interrupted_lines_carry_the_first_slope_on():
    time = np.arange(20)
    result = series.interrupted(monthly(10 + time - 5 * (time >= 10)), 10)
    assert result.fitted.to_numpy() == pytest.approx(10 + time - 5 * (time >= 10))
    assert result.counterfactual.isna().tolist() == [True] * 10 + [False] * 10
    assert result.counterfactual.iloc[10:].to_numpy() == pytest.approx(10 + time[10:])


@pytest.mark.parametrize("gap", ["missing value", "missing row"])
def test_interrupted_keeps_calendar_time_over_gaps(gap):
    time = np.arange(26)
    values = monthly(5.0 * time)
    values.iloc[[3, 4, 20]] = math.nan
    result = series.interrupted(values if gap == "missing value" else values.dropna(), "2023-02")
    assert result.slope_before == pytest.approx(5)
    assert (result.n_before, result.n_after) == (11, 12)
    assert result.fitted.to_numpy() == pytest.approx(5.0 * time)


@pytest.mark.parametrize(
    "start",
    ["2023-01", "2023-01-15", pd.Period("2023-01", "M"), pd.Period("2023", "Y"), pd.Timestamp("2023-01-31"), 12],
)
def test_interrupted_start_in_many_forms(start):
    assert series.interrupted(monthly(np.arange(24)), start).n_before == 12


def test_interrupted_start_is_a_label_before_it_is_a_position():
    years = pd.Series(np.arange(30.0), index=np.arange(5, 35))
    assert series.interrupted(years, 15).n_before == 10
    assert series.interrupted(years.set_axis(np.arange(1990, 2020)), 15).n_before == 15


@pytest.mark.parametrize(("start", "counts"), [("2022-06", "5 known .* and 19"), ("2023-10", "21 known .* and 3")])
def test_interrupted_refuses_short_sides(start, counts):
    with pytest.raises(ValueError, match=f"{counts} from it on; a step and slope need at least 8 on each side"):
        series.interrupted(monthly(np.arange(24)), start)


@pytest.mark.parametrize("values", [[], [math.nan] * 24, [1.0]])
def test_interrupted_refuses_series_without_values(values):
    with pytest.raises(ValueError, match="need at least 8"):
        series.interrupted(monthly(values), "2023-01")


def test_interrupted_takes_another_minimum():
    values = monthly([1, 2, 4, 3, 5, 4, 6, 8, 7, 9])
    assert series.interrupted(values, 5, min_each_side=5).n_after == 5


@given(scale=FACTORS, shift=st.floats(-100, 100))
def test_interrupted_follows_the_unit_and_not_the_level(scale, shift):
    values = monthly(np.random.default_rng(3).normal(100, 5, 30))
    result, other = series.interrupted(values, 15), series.interrupted(scale * values + shift, 15)
    expected = [scale * part for part in (result.step, result.step_low, result.step_high, result.slope_change)]
    assert [other.step, other.step_low, other.step_high, other.slope_change] == pytest.approx(expected, rel=1e-6)
    assert other.step_p == pytest.approx(result.step_p, rel=1e-6)


# xmr


@pytest.mark.parametrize(("n", "lags"), [(17, 0), (24, 3), (200, 8)])
def test_interrupted_errors_are_those_of_statsmodels(n, lags):
    time, rng = np.arange(n), np.random.default_rng(n)
    after = time >= n // 2
    design = np.column_stack([np.ones(n), time, after, after * (time - n // 2)]).astype(float)
    y = 3e3 * time + 1e5 * rng.normal(size=n)
    fit = OLS(y, design).fit(cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, use_t=True)
    value, se, resid = series._newey_west(y, design, lags)
    assert (value, se, resid) == (pytest.approx(fit.params), pytest.approx(fit.bse), pytest.approx(fit.resid))


def test_xmr_by_hand():
    # moving ranges 2, 1, 3: mean 2; centre 51 / 4; sigma 2 / 1.128
    chart = series.xmr(monthly([11, 13, 12, 15]))
    assert (chart.center, chart.sigma) == pytest.approx((12.75, 2 / 1.128))
    assert (chart.lower, chart.upper) == pytest.approx((12.75 - 6 / 1.128, 12.75 + 6 / 1.128))


@pytest.mark.parametrize("baseline", [slice(0, 4), slice("2022-01", "2022-04"), [True] * 4 + [False] * 3])
def test_xmr_baseline_sets_the_limits(baseline):
    values = monthly([10, 11, 10, 11, 30, 31, 30])
    chart = series.xmr(values, baseline=baseline)
    assert (chart.center, chart.sigma) == pytest.approx((10.5, 1 / 1.128))
    assert chart.baseline.tolist() == [True] * 4 + [False] * 3
    assert positions(chart.signals[1]) == [5, 6, 7]


def test_xmr_has_no_moving_range_across_a_gap():
    # ranges 1 and 1; the jump of 9 across the gap is not one of neighbours
    assert series.xmr([10, 11, math.nan, 20, 21]).sigma == pytest.approx(1 / 1.128)


@pytest.mark.parametrize("values", [[], [5], [math.nan, math.nan], [5, math.nan, 5]])
def test_xmr_without_neighbours_has_no_limits_and_no_signals(values):
    chart = series.xmr(values)
    assert np.isnan([chart.lower, chart.upper, chart.sigma]).all()
    assert chart.signals.shape == (len(values), 2)
    assert not chart.signals.to_numpy().any()


def test_xmr_of_a_constant_series_does_not_signal():
    chart = series.xmr([0.1] * 30)
    assert chart.sigma == 0
    assert not chart.signals.to_numpy().any()


@given(values=VALUES, scale=FACTORS)
def test_xmr_follows_the_unit(values, scale):
    chart, other = series.xmr(values), series.xmr(np.multiply(values, scale))
    expected = [scale * part for part in (chart.center, chart.lower, chart.upper)]
    assert [other.center, other.lower, other.upper] == pytest.approx(expected, rel=1e-6, abs=1e-6, nan_ok=True)


@given(values=VALUES)
def test_xmr_limits_enclose_the_centre(values):
    chart = series.xmr(values)
    assert not chart.lower > chart.center
    assert not chart.upper < chart.center


# run_rules: centre 0, sigma 1

PATTERNS = {
    1: ([0, 3.1, -3.1, 3.0], [2, 3]),
    2: ([-1, *[0.5] * 9, -1], [9, 10]),
    3: ([0, -1, 0, 1, 2, 2.5, 2.8, 1], [7]),
    4: ([*[0.5, -0.5] * 7, -0.6], [14]),
    5: ([0, 2.1, 0, 2.1, 0, -2.1, 2.1], [4]),
    6: ([0, 1.1, 1.2, 0, 1.1, 1.2, 0], [6]),
    7: ([*[0.9, -0.9] * 8, 1.1], [15, 16]),
    8: ([0, *[1.1, -1.1] * 4, 0], [9]),
}


@pytest.mark.parametrize("rule", PATTERNS)
def test_run_rules_mark_the_point_that_completes_the_pattern(rule):
    values, expected = PATTERNS[rule]
    assert positions(series.run_rules(values, 0, 1, rules=(rule,))[rule]) == expected


@pytest.mark.parametrize("rule", PATTERNS)
def test_run_rules_are_the_same_upside_down(rule):
    values, expected = PATTERNS[rule]
    assert positions(series.run_rules(np.negative(values), 0, 1, rules=(rule,))[rule]) == expected


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        (2, [*[0.5] * 4, 0, *[0.5] * 4]),  # on the centre line
        (3, [0, 1, 2, 2, 3, 4, 5]),  # a tie
        (5, [2.1, -2.1, 0]),  # on different sides
        (6, [1.1, 1.1, -1.1, -1.1, 1.1]),
        (8, [1.1] * 7),
    ],
)
def test_run_rules_do_not_mark_what_only_resembles_the_pattern(rule, values):
    assert positions(series.run_rules(values, 0, 1, rules=(rule,))[rule]) == []


def test_run_rules_pass_over_missing_values():
    values = pd.Series([0.5] * 4 + [math.nan] + [0.5] * 4)
    marks = series.run_rules(values, 0, 1, rules=(2,))
    assert positions(marks[2]) == [9]


def test_run_rules_take_another_run():
    assert positions(series.run_rules([0.5] * 9, 0, 1, rules=(2,), run=9)[2]) == [9]


def test_run_rules_keep_index_and_order_of_rules():
    values = monthly([0, 4])
    marks = series.run_rules(values, 0, 1, rules=(2, 1))
    assert marks.index.equals(values.index)
    assert list(marks) == [2, 1]
    assert marks.dtypes.map(pd.api.types.is_bool_dtype).all()


@pytest.mark.parametrize(("values", "center", "sigma"), [([], 0, 1), ([math.nan], 0, 1), ([9], math.nan, 1)])
def test_run_rules_without_values_or_limits_mark_nothing(values, center, sigma):
    marks = series.run_rules(values, center, sigma, rules=tuple(series.RULES))
    assert marks.shape == (len(values), 8)
    assert not marks.to_numpy().any()


def test_run_rules_of_a_constant_series_mark_nothing():
    assert not series.run_rules([5.0] * 30, 5, 0, rules=tuple(series.RULES)).to_numpy().any()


def test_run_rules_refuse_an_unknown_rule():
    with pytest.raises(ValueError, match="rules are 1 to 8; found 9"):
        series.run_rules([1], 0, 1, rules=(1, 9))


# last_shift


@pytest.mark.parametrize("spike", [0, 8], ids=["noise", "noise and one odd month"])
def test_last_shift_without_a_change_of_level_is_rare(spike):
    rng = np.random.default_rng(1924)
    values = rng.normal(100, 5, (400, 36))
    values[np.arange(400), rng.integers(0, 36, 400)] += 5 * spike
    assert np.mean([series.last_shift(row).shifted for row in values]) <= 0.06


@pytest.mark.parametrize("truth", [10, 18, 26])
@pytest.mark.parametrize("step", [4, -4])
def test_last_shift_finds_a_planted_step_within_two_points(truth, step):
    rng = np.random.default_rng(1998)
    noise = rng.normal(size=(200, 36)) + step * (np.arange(36) >= truth)
    found = np.array([series.last_shift(values).start for values in noise])
    assert np.mean(np.abs(found - truth) <= 2) >= 0.95


def test_last_shift_is_the_latest_of_several():
    noise = np.random.default_rng(5).normal(size=48)
    result = series.last_shift(monthly(noise + 8 * (np.arange(48) >= 16) - 5 * (np.arange(48) >= 32)))
    assert result == (pd.Period("2024-09", "M"), True)


def test_last_shift_is_not_a_single_point():
    values = [*[10.0, 11.0] * 10, 30.0, *[10.0, 11.0] * 5]
    assert series.xmr(values).signals.loc[20, 1]
    assert series.last_shift(values) == (0, False)


def test_last_shift_without_noise_is_exact():
    assert series.last_shift([10.0] * 12 + [11.0] * 10) == (12, True)


def test_last_shift_within_the_points_that_set_the_first_level():
    assert series.last_shift([10.0] * 4 + [11.0] * 16) == (4, True)


def test_last_shift_passes_over_missing_values():
    values = monthly([math.nan, *[10] * 12, math.nan, *[11] * 10, math.nan])
    assert series.last_shift(values) == (pd.Period("2023-03", "M"), True)


@pytest.mark.parametrize(
    ("values", "start"), [([], None), ([math.nan], None), ([5], 0), ([0.1] * 40, 0), ([1, 9] * 5, 0)]
)
def test_last_shift_of_little_or_nothing(values, start):
    assert series.last_shift(values) == (start, False)


def test_last_shift_needs_a_run():
    assert series.last_shift([10.0] * 12 + [11.0] * 7) == (0, False)


@given(scale=FACTORS, shift=st.floats(-100, 100))
def test_last_shift_does_not_depend_on_the_unit(scale, shift):
    values = np.random.default_rng(9).normal(size=40) + 3 * (np.arange(40) >= 22)
    assert series.last_shift(scale * values + shift) == series.last_shift(-values)
