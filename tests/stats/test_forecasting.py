"""Forecasts of short series: the textbook cases inside, properties, the choice of a method, coverage."""

import math

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.stats import forecasting
from toolkit.stats.forecasting import HALFWAY, METHODS, backtest, expect, forecast, probability

VALUES = st.lists(st.integers(-50, 50), min_size=7, max_size=16).filter(lambda values: len(set(values)) > 2)
WALK = np.random.default_rng(5).normal(size=20).cumsum()


def at_end(values, steps, method):
    """Return mean and 95 % ends of a method, without the choice."""
    outlook = expect(values, steps, METHODS[method], [len(values) - 1])
    return outlook.mean[0], outlook.quantile(0.025)[0], outlook.quantile(0.975)[0]


def monthly(values):
    return pd.Series(values, index=pd.period_range("2025-01", periods=len(values), freq="M"), dtype=float)


# the methods with one node are those of the textbook


def test_straight_line_is_the_prediction_interval_of_a_regression():
    time = sm.add_constant(np.arange(24.0))
    wanted = sm.OLS(WALK, time[:20]).fit().get_prediction(time[20:]).summary_frame()
    columns = [wanted[name].to_numpy() for name in ("mean", "obs_ci_lower", "obs_ci_upper")]
    assert np.array(at_end(WALK, 4, "straight line")) == pytest.approx(np.array(columns), abs=1e-6)


def test_no_change_is_a_random_walk():
    sigma = math.sqrt((np.diff(WALK) ** 2).mean())
    margin = stats.t.ppf(0.975, 19) * sigma * np.sqrt([1, 2, 3])
    assert np.array(at_end(WALK, 3, "no change")) == pytest.approx(
        WALK[-1] + np.array([0 * margin, -margin, margin]), abs=1e-6
    )


def test_drift_is_a_random_walk_with_drift():
    steps, changes = np.arange(1, 4), np.diff(WALK)
    margin = stats.t.ppf(0.975, 18) * changes.std(ddof=1) * np.sqrt(steps * (1 + steps / 19))
    mean = WALK[-1] + steps * changes.mean()
    assert np.array(at_end(WALK, 3, "drift")) == pytest.approx(np.array([mean, mean - margin, mean + margin]), abs=1e-6)


def test_no_change_over_a_gap_is_a_walk_that_was_not_looked_at():
    values = np.array([0.0, 1.0, math.nan, math.nan, 4.0, 3.0, 5.0])
    outlook = expect(values, 1, METHODS["no change"], [6])
    squares = 1 + 9 / 3 + 1 + 4  # the change over three periods has three times the variance of one
    assert outlook.scale[0, 0, 0] == pytest.approx(math.sqrt(squares / 4))


def test_straight_line_does_not_mind_a_gap():
    values = 2.0 + 3.0 * np.arange(12)
    values[[3, 4, 8]] = math.nan
    assert at_end(values, 2, "straight line")[0] == pytest.approx([38, 41])


def test_exponential_smoothing_of_a_level_is_near_its_mean():
    values = np.random.default_rng(1).normal(10, 1, 40)
    assert at_end(values, 3, "exponential smoothing")[0] == pytest.approx([values.mean()] * 3, abs=0.3)


def test_a_damped_trend_rises_ever_less():
    values = 10 * (1 - 0.85 ** np.arange(24)) + np.random.default_rng(2).normal(0, 0.02, 24)
    rises = np.diff(at_end(values, 6, "damped trend")[0])
    assert (rises > 0).all()
    assert (np.diff(rises) < 0).all()


def test_the_variance_of_a_damped_trend_is_that_of_the_book():
    # R. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 3rd ed., section 8.7, for (A,Ad,N)
    a, b, phi, h = 0.6, 0.2, 0.85, np.arange(1, 9)
    nodes = forecasting.Nodes(np.array([a]), np.array([b]), np.array([phi]), trend=True)
    scale = expect(np.random.default_rng(7).normal(size=500).cumsum(), 8, nodes, [499]).scale[0, 0]
    first = b * phi * h / (1 - phi) ** 2 * (2 * a * (1 - phi) + b * phi)
    second = b * phi * (1 - phi**h) / ((1 - phi) ** 2 * (1 - phi**2))
    wanted = 1 + a**2 * (h - 1) + first - second * (2 * a * (1 - phi**2) + b * phi * (1 + 2 * phi - phi**h))
    assert (scale / scale[0]) ** 2 == pytest.approx(wanted, rel=1e-6)


# what every forecast keeps


@settings(max_examples=10, deadline=None)
@given(VALUES, st.floats(0.01, 1000), st.floats(-1000, 1000))
def test_forecasts_follow_the_unit(values, factor, shift):
    plain, moved = forecast(values, 3), forecast(np.array(values) * factor + shift, 3)
    assert moved.method == plain.method
    near = {"abs": 1e-6 * (factor * 100 + abs(shift)), "rel": 1e-6}
    assert moved.table.to_numpy() == pytest.approx(plain.table.to_numpy() * factor + shift, **near)


@settings(max_examples=10, deadline=None)
@given(VALUES)
def test_intervals_are_nested_and_hold_the_value(values):
    table = forecast(values, 4).table
    assert (np.diff(table[["low95", "low80", "value", "high80", "high95"]], axis=1) >= 0).all()


@settings(max_examples=10, deadline=None)
@given(VALUES, st.floats(-60, 60))
def test_above_and_below_make_one(values, threshold):
    found = forecast(values, 2)
    above, below = (probability(found, 2, threshold, above=side) for side in (True, False))
    assert above + below == pytest.approx(1)
    assert probability(found, 2, threshold + 5) <= above


def test_probability_is_that_of_the_intervals_ends():
    found = forecast(WALK, 2)
    assert probability(found, 2, found.table["high80"][2]) == pytest.approx(0.1, abs=1e-6)
    assert probability(found, 1, found.table["low95"][1]) == pytest.approx(0.975, abs=1e-6)


def test_shares_stay_shares():
    values = np.array([0.94, 0.99, 0.9, 0.97, 1.0, 0.95, 0.99, 0.96])
    found = forecast(values, 6, bounds=(0, 1))
    assert found.table.max().max() <= 1
    assert probability(found, 1, 1.2) == probability(found, 1, -0.1, above=False) == 0
    assert probability(found, 1, 0.0) == probability(found, 1, 1.0, above=False) == 1


def test_months_without_a_row_keep_their_place():
    whole = monthly(WALK)
    whole.iloc[[4, 9]] = math.nan
    found = forecast(whole.dropna(), 2)
    pd.testing.assert_frame_equal(found.table, forecast(whole, 2).table)
    assert found.table.index.astype(str).tolist() == ["2026-09", "2026-10"]


def test_what_comes_before_and_after_the_known_is_no_gap():
    values = np.r_[math.nan, WALK, math.nan, math.nan]
    pd.testing.assert_frame_equal(forecast(values, 2).table, forecast(WALK, 2).table)


# too little


@pytest.mark.parametrize("values", [[], [math.nan] * 9, [1.0, 2, 3, 4, 5], [1.0, 2, 3, math.nan, 4, 5]])
def test_below_six_known_values_nothing_is_forecast(values):
    found = forecast(values, 2)
    assert (found.method, len(found.table)) == ("", 0)
    assert "6 are the least" in found.reason
    assert math.isnan(probability(found, 1, 3.0))


def test_six_values_forecast_and_a_seventh_tries_them():
    assert len(backtest(WALK[:6], 2)) == 0
    trials = backtest(WALK[:7], 2)
    assert trials[["origin", "step"]].drop_duplicates().to_numpy().tolist() == [[5, 1]]
    assert trials["method"].tolist() == [*METHODS, HALFWAY, "chosen"]


def test_a_series_that_never_changed_has_no_interval():
    found = forecast([3.0] * 8, 2)
    assert found.table["value"].tolist() == [3, 3]
    assert found.table["low95"].isna().all()
    assert math.isnan(probability(found, 1, 3.0))


def test_a_rounded_series_that_never_changed_has_one():
    found = forecast([3.0] * 8, 1, rounding=1.0)
    assert 0.5 < found.table["high95"][1] - 3 < 2


@pytest.mark.parametrize(
    ("values", "steps", "message"), [(WALK, 0, "1 or more periods"), ([1.0] * 7 + [math.inf], 1, "infinite")]
)
def test_what_cannot_be_forecast_is_refused(values, steps, message):
    with pytest.raises(ValueError, match=message):
        forecast(values, steps)


def test_two_values_of_one_period_are_refused():
    twice = pd.concat([monthly(WALK), monthly(WALK)[:1]])
    with pytest.raises(ValueError, match="several for 2025-01"):
        forecast(twice, 1)


# the choice


def test_after_few_moments_the_forecast_is_halfway():
    values = np.arange(11.0) + np.random.default_rng(8).normal(0, 0.2, 11)
    found, *halves = (forecast(values, 2, method=name) for name in (None, "no change", "damped trend"))
    assert found.method == HALFWAY
    assert "5 earlier forecasts could be tried" in found.reason
    middle = sum(half.table["value"] for half in halves) / 2
    assert found.table["value"].tolist() == pytest.approx(middle.tolist())


def test_where_nothing_was_nearer_it_is_no_change():
    found = forecast(np.random.default_rng(4).normal(size=24).cumsum(), 3)
    assert found.method == "no change"
    assert found.tried["ratio"]["halfway"] > 1
    assert "nothing was clearly nearer over 18 earlier forecasts" in found.reason


def test_a_clear_line_is_seen():
    values = np.arange(20.0) + np.random.default_rng(3).normal(0, 0.3, 20)
    found = forecast(values, 3)
    assert found.method in ("drift", "straight line")
    assert "below that of no change" in found.reason
    assert found.table["value"].tolist() == pytest.approx([20, 21, 22], abs=0.6)


def test_a_walk_has_no_method_of_its_own_most_of_the_time():
    rng = np.random.default_rng(4)
    kept = [forecast(rng.normal(size=24).cumsum(), 3).method in ("no change", HALFWAY) for _ in range(15)]
    assert np.mean(kept) >= 0.6


def test_the_choice_knows_nothing_of_what_comes():
    values = np.r_[WALK, 500.0]
    before, after = (backtest(part, 3) for part in (WALK, values))
    known = after[after["origin"] + after["step"] < len(WALK)].reset_index(drop=True)
    columns = ["method", "origin", "step", "forecast"]
    pd.testing.assert_frame_equal(before[columns], known[columns])


def test_a_method_may_be_asked_for():
    assert forecast(WALK, 2, method="Holt").reason == "Holt, as asked"
    with pytest.raises(ValueError, match="one of no change, drift"):
        forecast(WALK, 2, method="guess")


# the back-test


def test_accuracy_of_no_change_by_hand():
    trials = backtest([0.0, 1, 0, 1, 0, 1, 3], 1)
    row = forecasting.accuracy(trials).loc["no change"]
    assert (row["n"], row["error"], row["scaled_error"]) == (1, 2.0, 2.0)


@pytest.mark.parametrize("kind", ["level", "walk", "line"])
def test_intervals_hold_about_what_they_say(kind):
    rng = np.random.default_rng(6)
    make = {
        "level": lambda: rng.normal(size=18),
        "walk": lambda: rng.normal(size=18).cumsum(),
        "line": lambda: 0.3 * np.arange(18) + rng.normal(size=18),
    }[kind]
    trials = pd.concat([backtest(make(), 3) for _ in range(25)])
    held = forecasting.accuracy(trials).loc["chosen"]
    assert 0.75 <= held["held80"] <= 0.95
    assert 0.91 <= held["held95"]
