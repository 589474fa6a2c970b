"""Shares, rates and times to an end against published examples."""

import numpy as np
import pytest

from toolkit.stats import proportions, rates, survival


def test_wilson(published):
    """Source: R. Newcombe, Statistics in Medicine 17 (1998) 857-872, table I, method 3."""
    case = published("wilson_newcombe1998")
    interval = proportions.wilson(**case["inputs"])
    assert interval.low == pytest.approx(case["expected"]["low"], abs=case["tolerance"])
    assert interval.high == pytest.approx(case["expected"]["high"], abs=case["tolerance"])


def test_difference_of_shares(published):
    """Source: R. Newcombe, Statistics in Medicine 17 (1998) 873-890, table II, method 10."""
    case = published("difference_newcombe1998")
    interval = proportions.newcombe(**case["inputs"])
    assert interval.low == pytest.approx(case["expected"]["low"], abs=case["tolerance"])
    assert interval.high == pytest.approx(case["expected"]["high"], abs=case["tolerance"])


def test_poisson(published):
    """Source: F. Garwood, Biometrika 28 (1936) 437-442."""
    case = published("poisson_garwood1936")
    interval = rates.poisson_rate(**case["inputs"])
    assert interval.low == pytest.approx(case["expected"]["low"], abs=case["tolerance"])
    assert interval.high == pytest.approx(case["expected"]["high"], abs=case["tolerance"])


def remission(case):
    """Return the weeks and endings of both groups, 6-MP first, and the groups."""
    inputs = case["inputs"]
    weeks = inputs["weeks_6mp"] + inputs["weeks_control"]
    ended = inputs["ended_6mp"] + [1] * len(inputs["weeks_control"])
    return np.array(weeks, float), np.array(ended, bool), np.repeat(["6mp", "control"], 21)


@pytest.mark.parametrize("what", ["share", "se"])
def test_kaplan_meier_remission(published, what):
    """Source: Freireich (1963), Gehan (1965); curve and Greenwood's errors as in Kleinbaum and Klein."""
    case = published("survival_gehan1965")
    weeks, ended, group = remission(case)
    curve = survival.kaplan_meier(weeks[group == "6mp"], ended[group == "6mp"])
    assert curve.time.tolist() == case["expected"]["time"]
    assert getattr(curve, what) == pytest.approx(case["expected"][what], abs=case["tolerance"][what])


@pytest.mark.parametrize("name", ["6mp", "control"])
def test_median_remission(published, name):
    """Source: Gehan (1965)."""
    case = published("survival_gehan1965")
    weeks, ended, group = remission(case)
    curve = survival.kaplan_meier(weeks[group == name], ended[group == name])
    assert survival.quantile(curve).value == case["expected"][f"median_{name}"]


def test_log_rank_remission(published):
    """Source: Gehan (1965), log-rank as in Kleinbaum and Klein."""
    case = published("survival_gehan1965")
    result = survival.log_rank(*remission(case))
    assert result.chi_square == pytest.approx(case["expected"]["chi_square"], abs=case["tolerance"]["chi_square"])
    assert result.df == 1
