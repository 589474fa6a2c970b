"""Segmented regression and control charts against published examples."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.stats import series


def positions(marks):
    """Return the marked points, counted from 1."""
    return (np.flatnonzero(marks) + 1).tolist()


def test_interrupted_california(published):
    """Source: A. Linden, Stata Journal 15 (2015) 480-500 (Newey-West errors recalled)."""
    case = published("its_california_linden2015")
    inputs, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    years = range(inputs["first_year"], inputs["first_year"] + len(inputs["packs"]))
    packs = pd.Series(inputs["packs"], index=pd.Index(years), dtype=float)
    result = series.interrupted(packs, inputs["start"], lags=inputs["lags"])
    width = 2 * stats.t.ppf(0.975, len(packs) - 4)
    found = {
        "level": result.fitted.iloc[0],
        "slope_before": result.slope_before,
        "step": result.step,
        "slope_change": result.slope_change,
        "slope_before_se": (result.slope_before_high - result.slope_before_low) / width,
        "step_se": (result.step_high - result.step_low) / width,
    }
    off = {name: found[name] - expected[name] for name in found if abs(found[name] - expected[name]) > tolerance[name]}
    assert off == {}


def test_xmr_flow_rate(published):
    """Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2."""
    case = published("xmr_nist_flowrate")
    expected, tolerance = case["expected"], case["tolerance"]
    chart = series.xmr(case["inputs"]["flowrate"])
    assert chart.center == pytest.approx(expected["center"], abs=tolerance)
    assert chart.sigma * 1.128 == pytest.approx(expected["mean_moving_range"], abs=tolerance)
    assert chart.upper == pytest.approx(expected["upper"], abs=tolerance)
    assert chart.lower == pytest.approx(expected["lower"], abs=tolerance)
    assert not chart.signals.to_numpy().any()


@pytest.mark.parametrize("group", ["group_a", "group_b"])
def test_xmr_accident_rates(published, group):
    """Source: D. Wheeler, Making Sense of Data (2003), table 9.1."""
    case = published("rules_wheeler")
    chart = series.xmr(case["inputs"][group])
    limits = [chart.lower, chart.upper]
    assert limits == pytest.approx(case["expected"][f"{group}_limits"], abs=case["tolerance"])


def test_rule_1_of_one_group_on_the_limits_of_the_other(published):
    """Source: D. Wheeler, Making Sense of Data (2003), table 9.1."""
    case = published("rules_wheeler")
    inputs, expected = case["inputs"], case["expected"]
    a, b = series.xmr(inputs["group_a"]), series.xmr(inputs["group_b"])
    a_beyond = series.run_rules(inputs["group_a"], b.center, b.sigma)[1]
    b_beyond = series.run_rules(inputs["group_b"], a.center, a.sigma)[1]
    assert positions(a_beyond) == expected["group_a_above_limit_of_b"]
    assert positions(b_beyond) == expected["group_b_below_limit_of_a"]


def test_rule_1_point_on_the_rounded_limit_is_within(published):
    """Source: D. Wheeler, Making Sense of Data (2003), table 9.2; point 14 equals the limit as printed."""
    case = published("rules_wheeler")
    chart = series.xmr(case["inputs"]["accounts_receivable"])
    assert positions(chart.signals[1]) == case["expected"]["accounts_receivable_beyond"]


@pytest.mark.parametrize("rule", [1, 2, 3, 4, 5])
def test_run_rules_parts(published, rule):
    """Source: SAS/QC, SHEWHART procedure, data set Parts; test 2 there is a run of nine."""
    case = published("rules_sas_parts")
    inputs = case["inputs"]
    sigma = np.mean(inputs["range"]) / inputs["d2"] / np.sqrt(inputs["sample_size"])
    marks = series.run_rules(inputs["mean"], np.mean(inputs["mean"]), sigma, rules=(rule,), run=9)
    assert positions(marks[rule]) == case["expected"][str(rule)]
