"""Whether each goal will be reached at its deadline."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import goals
from toolkit.areas.goals.forecasts import monthly

LINE = tuple(0.04 * place for place in range(1, 15))  # 0.56 in September, 0.68 in December


def outlook(make, now, agreed, said):
    found = make.of(agreed, said)
    return goals.forecast(found.register, found.series, **now)


def test_forecast_of_a_steady_line_that_is_too_slow_is_unlikely(make, now):
    forecast = outlook(make, now, make.agreed({}), make.monthly("K1", *LINE))
    row = forecast.parts["goal"].iloc[0]
    assert forecast.value < 0.05
    assert row["expected"] == "68.0 %"
    assert row["high"] < 1
    assert forecast.claim.startswith(
        "K1, “Every device on the new image”, will be reached by its deadline with a probability below 1 %"
    )


def test_forecast_of_a_steady_line_that_is_fast_enough_is_likely(make, now):
    forecast = outlook(make, now, make.agreed({"target": 0.6}), make.monthly("K1", *LINE))
    assert forecast.value > 0.95


def test_forecast_counts_probabilities_of_what_is_to_fall(make, now):
    agreed = make.agreed({"direction": "at_most", "baseline": 1.0, "target": 0.5, "unit": "hours"})
    forecast = outlook(make, now, agreed, make.monthly("K1", *[1 - value for value in LINE]))
    assert forecast.value > 0.95  # 0.44 in September, 0.32 in December


def test_forecast_of_a_range_is_of_both_ends(make, now):
    agreed = make.agreed({"direction": "between", "target": 0.4, "target_high": 0.6, "baseline": 0.0})
    forecast = outlook(make, now, agreed, make.monthly("K1", *LINE))
    assert forecast.value < 0.1  # 0.68 in December is above it


@pytest.mark.parametrize(
    ("given", "values", "because"),
    [
        ({}, LINE[:5], "5 known values, and 6 are the least that it can rest on"),
        ({"due": ""}, LINE, "it has no deadline"),
        ({"due": "2026-08-31"}, LINE, "its deadline is past: the grade says how it ended"),
        ({"due": "2030-12-31"}, LINE, "its deadline is 51 steps ahead, and only 14 values are known"),
        ({"unit": "yes/no"}, [1.0] * 8, "what is done or not done is not forecast"),
        ({"target": 0.0}, LINE, "target and baseline are both 0: there is nothing to reach"),
    ],
)
def test_forecast_that_cannot_be_made_says_why(make, now, given, values, because):
    forecast = outlook(make, now, make.agreed(given), make.monthly("K1", *values))
    assert not forecast.assessed
    assert forecast.because == f"no goal can be forecast: {because}"


def test_forecast_does_not_use_check_ins_after_the_deadline(make, now):
    said = make.monthly("K1", *LINE, last="2026-08")
    late = pd.concat([said, make.check_ins(("K1", "2026-09-30", 1.0))])
    late.attrs = said.attrs
    found = make.of(make.agreed({"due": "2026-09-15"}), late)
    assert found.register["value"].iloc[0] == LINE[-1]


def test_forecast_of_quarters_goes_by_quarters(make, now):
    quarters = [(f"2025-0{month}-28", 0.1 * place) for place, month in enumerate((3, 6, 9), 1)]
    quarters += [("2025-12-31", 0.4), ("2026-03-31", 0.5), ("2026-06-30", 0.6), ("2026-09-30", 0.7)]
    said = make.check_ins(*[("K1", day, value) for day, value in quarters])
    assert outlook(
        make, now, make.agreed({"due": "2027-12-31"}), said
    ).assessed  # 5 quarters ahead; 15 months were too far


def test_forecast_stays_within_what_a_share_can_be(make, now):
    values = (0.97, 0.99, 0.96, 0.98, 0.99, 0.97, 0.98, 0.99)
    words = outlook(make, now, make.agreed({"target": 0.95}), make.monthly("K1", *values)).parts["outlook"].iloc[0]
    assert words["19_of_20_within"].endswith("100.0 %")


def test_a_series_of_months_is_not_mixed_with_whole_periods(make):
    agreed = make.agreed({"measure": "quality.backlog", "unit": "tickets"})
    history = make.history(
        ("2026-Q3", "2026-09-30", 12.0, 10.0, 14.0, "period"),
        ("2026-08", "2026-08-31", 11.0, math.nan, math.nan, "month"),
        ("2026-09", "2026-09-30", 9.0, math.nan, math.nan, "month"),
    )
    assert monthly(make.of(agreed, history=history).series).tolist() == [11.0, 9.0]


def test_trials_say_where_nothing_beat_no_change():
    rows = [("<yearly>", "no change", 1.0), ("<yearly>", "straight line", 1.4), ("<yearly>", "chosen", 1.0)]
    table = pd.DataFrame(rows, columns=["series", "method", "error"])
    shown = goals.trials(table.assign(forecasts=10, to_no_change=1.0, held80=0.8, held95=0.9))
    assert "It was no better than “no change” on: <yearly>." in shown.text
    assert "<yearly>" not in shown.html


def test_trials_that_are_not_there_are_said():
    assert "forecast_trials.csv is not there" in goals.trials(pd.DataFrame()).text
