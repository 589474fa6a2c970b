"""Published morale: the latest figure of the longest series, and never one from after the period."""

import pandas as pd

from toolkit.areas.sentiment.baseline import morale_baseline
from toolkit.model import Period


def table(**columns) -> pd.DataFrame:
    months = pd.PeriodIndex(["2018-10", "2019-10", "2020-10", "2020-10"], freq="M")
    frame = pd.DataFrame(
        {
            "series": ["Engagement, all"] * 3 + ["Engagement, our house"],
            "month": months,
            "value": [0.58, 0.60, 0.64, 0.63],
            "people": pd.NA,
            "response_rate": [float("nan"), float("nan"), 0.66, 0.84],
        }
    )
    frame.attrs = {"file": "morale_benchmarks.csv", "digest": "", "absent": ""}
    return frame.assign(**columns)


def test_morale_baseline_is_the_latest_of_the_longest_series():
    found = morale_baseline(table(), period=Period.parse("2020"))
    assert found.value == 0.64
    assert found.claim == "Engagement, all: 64.0 % in October 2020."
    assert "response rate 66.0 %" in found.because
    assert list(found.parts["wave"]["value"]) == [0.58, 0.60, 0.64]
    assert list(found.parts["series"]["value"]) == [0.64, 0.63]


def test_morale_baseline_does_not_look_beyond_the_period():
    assert morale_baseline(table(), period=Period.parse("2019")).value == 0.60
    early = morale_baseline(table(), period=Period.parse("2017"))
    assert early.because == "nothing was published up to 2017"


def test_morale_baseline_has_no_interval_and_says_so():
    found = morale_baseline(table(), period=Period.parse("2020"))
    assert found.low != found.low
    assert found.interval == "none: published without one"
