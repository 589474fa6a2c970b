"""Inputs that go together, tornado, cheapest option, the worst cases, break-even: closed forms, edges, properties."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.stats import money, scenarios

ESTIMATES = ([10, 0, 5], [20, 0, 5], [60, 8, 5])  # one skewed, one that falls from its low end, one that is known
NUMBERS = st.floats(-1e6, 1e6)


# --------------------------------------------------------------------------------------------------------- inputs at random
def test_pert_draws_have_perts_mean_and_stay_between_their_ends():
    draws = scenarios.three_point_draws(*ESTIMATES)
    assert draws.mean(axis=0) == pytest.approx([25, 8 / 6, 5], abs=0.05)
    assert (draws.min(axis=0) >= [10, 0, 5]).all()
    assert (draws.max(axis=0) <= [60, 8, 5]).all()
    assert np.ptp(draws[:, 2]) == 0


def test_pert_quantiles_are_those_of_the_beta_distribution():
    draws = scenarios.three_point_draws(10, 20, 60, draws=400_000)[:, 0]
    shares = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    beta = stats.beta(1 + 4 * 10 / 50, 1 + 4 * 40 / 50, loc=10, scale=50)
    assert np.quantile(draws, shares) == pytest.approx(beta.ppf(shares), abs=0.25)


def test_triangular_quantiles_are_those_of_the_triangle():
    draws = scenarios.three_point_draws(10, 20, 60, shape="triangular", draws=400_000)[:, 0]
    shares = np.array([0.01, 0.1, 0.5, 0.9, 0.99])
    assert np.quantile(draws, shares) == pytest.approx(stats.triang(0.2, 10, 50).ppf(shares), abs=0.25)


@pytest.mark.parametrize("rank", [-0.4, 0.0, 0.3, 0.9, 1.0])
def test_ranks_correlate_as_asked(rank):
    draws = scenarios.three_point_draws([0, 5], [1, 6], [9, 7], rank_correlation=rank, draws=60_000)
    assert stats.spearmanr(draws).statistic == pytest.approx(rank, abs=0.015)


def test_ranks_correlate_by_a_table_too():
    table = [[1, 0.6, 0], [0.6, 1, 0], [0, 0, 1]]
    draws = scenarios.three_point_draws([0] * 3, [1] * 3, [4] * 3, rank_correlation=table, draws=60_000)
    assert stats.spearmanr(draws).statistic == pytest.approx(np.array(table), abs=0.02)


def test_inputs_that_go_together_spread_a_sum_more_than_free_ones():
    free, together = (
        scenarios.three_point_draws([0] * 10, [1] * 10, [4] * 10, rank_correlation=rank).sum(axis=1).std()
        for rank in (0.0, 0.5)
    )
    assert together > 2 * free  # n (1 + (n - 1) r) against n, and the root of it


def test_equal_seeds_give_equal_draws_and_others_do_not():
    first, second, other = (scenarios.three_point_draws(*ESTIMATES, draws=40, seed=seed) for seed in (3, 3, 4))
    assert first.tolist() == second.tolist() != other.tolist()


def test_forty_items_and_a_hundred_thousand_draws():
    low = np.arange(40.0)
    draws = scenarios.three_point_draws(low, low + 1, low + 5, rank_correlation=0.3)
    assert draws.shape == (100_000, 40)
    assert draws.sum(axis=1).mean() == pytest.approx((low + 1.5).sum(), rel=0.001)


@pytest.mark.parametrize(
    ("three", "options", "message"),
    [
        (([2], [1], [3]), {}, "rises"),
        (([1], [2], [math.nan]), {}, "a lowest, a most likely and a highest"),
        (([1], [2], [3]), {"shape": "square"}, "pert or triangular"),
        (([1, 1], [2, 2], [3, 3]), {"rank_correlation": [[1.0]]}, "square table of 2 rows"),
        (([1] * 3, [2] * 3, [3] * 3), {"rank_correlation": -0.9}, "positive semidefinite"),
    ],
)
def test_inputs_that_cannot_be(three, options, message):
    with pytest.raises(ValueError, match=message):
        scenarios.three_point_draws(*three, draws=10, **options)


# ----------------------------------------------------------------------------------------------------------------- tornado
def test_tornado_by_hand():
    found = scenarios.tornado(lambda a, b: 3 * a - b, {"a": 2, "b": 1}, {"b": (0, 4), "a": (1, 3)})
    assert found["input"].tolist() == ["a", "b"]  # swings of 6 and 4
    assert found[["low", "high", "base", "swing"]].to_numpy().tolist() == [[2, 8, 5, 6], [6, 2, 5, 4]]


def test_an_input_without_a_base_is_refused():
    with pytest.raises(ValueError, match="found none for c"):
        scenarios.tornado(lambda a: a, {"a": 1}, {"c": (0, 1)})


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=6))
def test_swings_never_rise_down_the_table(ends):
    names = [f"x{place}" for place in range(len(ends))]
    found = scenarios.tornado(
        lambda **x: sum(x.values()), dict.fromkeys(names, 0.0), dict(zip(names, ends, strict=True))
    )
    assert found["swing"].is_monotonic_decreasing
    assert sorted(found["input"]) == sorted(names)


# ---------------------------------------------------------------------------------------------------------- who is cheapest
def test_cheapest_shares_by_hand():
    costs = [[1, 2, 3], [2, 1, 3], [2, 2, 3], [1, 5, 5]]  # the third is shared by two
    assert scenarios.cheapest_shares(costs).tolist() == [2.5 / 4, 1.5 / 4, 0]


def test_a_draw_with_a_missing_cost_counts_for_nobody():
    assert scenarios.cheapest_shares([[1, math.nan], [2, 1]]).tolist() == [0, 1]
    assert np.isnan(scenarios.cheapest_shares([[1, math.nan]])).all()


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=1, max_size=20), st.integers(-9, 9))
def test_cheapest_shares_add_up_to_one_whatever_is_added_to_all(costs, more):
    shares = scenarios.cheapest_shares(costs)
    assert shares.sum() == pytest.approx(1)
    assert shares == pytest.approx(scenarios.cheapest_shares(np.add(costs, more)))


# ---------------------------------------------------------------------------------------------------------- the worst cases
def test_the_worst_tenth_of_normal_costs():
    draws = np.random.default_rng(2).normal(100, 10, 400_000)
    wanted = 100 + 10 * stats.norm.pdf(stats.norm.ppf(0.9)) / 0.1  # closed form of the expected shortfall
    assert scenarios.worst_mean(draws) == pytest.approx(wanted, abs=0.1)


def test_a_draw_on_the_edge_counts_in_part():
    assert scenarios.worst_mean([1, 2, 3], share=0.5) == pytest.approx((3 + 0.5 * 2) / 1.5)


def test_the_worst_of_all_is_the_mean():
    assert scenarios.worst_mean([1, 2, 6], share=1) == 3


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.floats(0.05, 1))
def test_the_worst_cases_lie_between_the_mean_and_the_highest(costs, share):
    worst = scenarios.worst_mean(costs, share=share)
    room = 1e-6 * (1 + max(map(abs, costs)))
    assert np.mean(costs) - room <= worst <= max(costs) + room


def test_worst_of_nothing_or_of_unknown_costs_is_unknown():
    assert math.isnan(scenarios.worst_mean([]))
    assert math.isnan(scenarios.worst_mean([1, math.nan]))
    with pytest.raises(ValueError, match="above 0"):
        scenarios.worst_mean([1], share=0)


# -------------------------------------------------------------------------------------------------------------- break-even
def test_break_even_by_hand():
    found = scenarios.break_even([120, 120, 0, -5, 120, math.nan], [10, 10, -1, 1, 0, 1], start=[0, 6, 3, 3, 0, 0])
    assert found[:5].tolist() == [12, 18, 0, 0, math.inf]
    assert math.isnan(found[5])


@given(st.integers(1, 500), st.integers(1, 50), st.integers(0, 12))
def test_break_even_is_the_payback_of_such_flows(cost, saving, start):
    flows = [-cost, *[0] * start, *[saving] * (cost // saving + 2)]
    assert scenarios.break_even(cost, saving, start=start) == pytest.approx(money.payback(flows))


def test_an_annuity_is_worth_what_its_months_are():
    assert scenarios.annuity(2, 14, 0.0) == 12
    assert scenarios.annuity([5], [3], 0.08).tolist() == [0]
    by_day = sum(1.08 ** (-(day + 0.5) / 360) for day in range(360)) / 30  # twelve months of thirty days
    assert scenarios.annuity(0, 12, 0.08) == pytest.approx(by_day, abs=1e-6)
    parts = scenarios.annuity(0, 7.5, 0.05) + scenarios.annuity(7.5, 24, 0.05)
    assert parts == pytest.approx(scenarios.annuity(0, 24, 0.05))
    with pytest.raises(ValueError, match="above -1"):
        scenarios.annuity(0, 1, -1)
