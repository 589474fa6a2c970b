"""Finite populations, strata, raking: limits, properties, faults in words."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats import weighting

MARGINS = st.lists(st.integers(5, 60), min_size=4, max_size=4)


def people(sizes):
    """Respondents of a two by two table: their teams and their sites."""
    return np.repeat(["a", "a", "b", "b"], sizes), np.repeat(["x", "y", "x", "y"], sizes)


# finite populations


def test_sampled_mean_of_everybody_is_known():
    found = weighting.sampled_mean([1, 2, 3, 4], 4)
    assert (found.value, found.se) == (2.5, 0)


def test_sampled_mean_without_a_population_is_the_usual_one():
    found = weighting.sampled_mean([1, 2, 3, 4, math.nan])
    assert found.se == pytest.approx(math.sqrt(5 / 3 / 4))
    assert found.df == 3


def test_sampled_total_is_the_mean_times_the_population():
    mean, total = weighting.sampled_mean([1, 2, 6], 30), weighting.sampled_total([1, 2, 6], 30)
    assert (total.value, total.se) == (pytest.approx(30 * mean.value), pytest.approx(30 * mean.se))


def test_more_answers_than_people_are_refused():
    with pytest.raises(ValueError, match="no more can answer than the population has"):
        weighting.sampled_mean([1, 2, 3], 2)


@given(n=st.integers(1, 200), more=st.integers(1, 10_000))
def test_effective_n_is_at_least_n_and_gives_the_variance_without_replacement(n, more):
    effective = float(weighting.effective_n(n, n + more))
    assert effective >= n - 1e-9
    assert 1 / effective == pytest.approx(1 / n * more / (n + more - 1))


def test_effective_n_of_everybody_is_infinite():
    assert math.isinf(weighting.effective_n(7, 7))


def test_effective_n_of_an_unknown_population_is_n():
    assert weighting.effective_n([7, 7], [math.nan, math.inf]).tolist() == [7, 7]


# strata


def test_stratified_mean_by_hand():
    # means 2 and 10, shares 0.75 and 0.25: 4; errors 1 * sqrt(1 - 2/30) and 2 * sqrt(1 - 2/10), each times its share
    found = weighting.stratified_mean([1, 3, 8, 12], ["a", "a", "b", "b"], {"a": 30, "b": 10})
    assert found.value == pytest.approx(4)
    assert found.se == pytest.approx(math.hypot(0.75 * math.sqrt(28 / 30), 0.25 * 2 * math.sqrt(0.8)))


def test_stratified_mean_of_a_silent_group_is_unknown():
    assert math.isnan(weighting.stratified_mean([1, 3], ["a", "a"], {"a": 30, "b": 10}).value)


def test_stratified_mean_refuses_a_group_without_a_total():
    with pytest.raises(ValueError, match="no total for strata c"):
        weighting.stratified_mean([1], ["c"], {"a": 3})


def test_stratified_mean_of_everybody_is_known():
    found = weighting.stratified_mean([1, 3, 8], ["a", "a", "b"], {"a": 2, "b": 1})
    assert (found.value, found.se) == (4, 0)


# weights


@given(weights=st.lists(st.floats(0.1, 10), min_size=1, max_size=50))
def test_kish_n_lies_between_one_and_n(weights):
    assert 1 - 1e-9 <= weighting.kish_n(weights) <= len(weights) + 1e-9


def test_equal_weights_cost_nothing():
    assert weighting.design_effect([3, 3, 3]) == pytest.approx(1)


@given(heard=MARGINS, asked=MARGINS)
def test_raking_meets_both_margins(heard, asked):
    teams, sites = people(heard)
    totals = {
        "team": {"a": asked[0] + asked[1], "b": asked[2] + asked[3]},
        "site": {"x": asked[0] + asked[2], "y": asked[1] + asked[3]},
    }
    found = weighting.rake({"team": teams, "site": sites}, totals)
    assert found.converged
    assert found.faults == ()
    assert found.weights[teams == "a"].sum() == pytest.approx(totals["team"]["a"])
    assert found.weights[sites == "y"].sum() == pytest.approx(totals["site"]["y"])


def test_raking_keeps_the_odds_ratio_of_those_who_answered():
    teams, sites = people([10, 20, 30, 10])
    weights = weighting.rake(
        {"team": teams, "site": sites}, {"team": {"a": 50, "b": 50}, "site": {"x": 20, "y": 80}}
    ).weights
    cells = [weights[(teams == team) & (sites == site)].sum() for team in "ab" for site in "xy"]
    assert cells[0] * cells[3] / (cells[1] * cells[2]) == pytest.approx(10 * 10 / (20 * 30))


def test_post_stratified_is_total_over_answers():
    found = weighting.post_stratified(["a", "a", "b"], {"a": 10, "b": 20})
    assert found.weights.tolist() == [5, 5, 20]


def test_a_silent_group_is_said_and_stood_for():
    found = weighting.post_stratified(["a", "a", "b"], {"a": 10, "b": 20, "c": 30})
    assert found.faults == ("nobody answered from group c (30): the others of group stand for them",)
    assert found.weights.sum() == pytest.approx(60)
    assert found.weights[2] / found.weights[0] == pytest.approx(4)


def test_margins_that_contradict_are_said():
    # everybody of a is at x and everybody of b at y, so the two margins cannot differ
    groups = {"team": ["a", "a", "b", "b"], "site": ["x", "x", "y", "y"]}
    found = weighting.rake(groups, {"team": {"a": 10, "b": 10}, "site": {"x": 5, "y": 15}})
    assert not found.converged
    assert "contradict one another" in found.faults[0]


def test_trimmed_weights_stay_under_the_limit_and_the_gap_is_said():
    teams, sites = people([40, 5, 5, 1])
    totals = {"team": {"a": 20, "b": 80}, "site": {"x": 50, "y": 50}}
    found = weighting.rake({"team": teams, "site": sites}, totals, trim=3)
    assert found.weights.max() <= 3 * found.weights.mean() * (1 + 1e-9)
    assert found.weights.sum() == pytest.approx(100)
    assert "held to 3 times their mean" in found.faults[0]


def test_nobody_answered():
    assert weighting.post_stratified([], {"a": 10}).faults == ("nobody answered",)


def test_raking_refuses_weights_of_nothing():
    with pytest.raises(ValueError, match="base weights lie above 0"):
        weighting.post_stratified(["a"], {"a": 3}, base=[0])
