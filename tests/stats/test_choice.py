"""Rankings and weights: what must hold whatever the numbers are, and edges."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from toolkit.stats import choice, preferences
from toolkit.stats.acceptability import acceptability, drawn_weights, weight_range
from toolkit.stats.bids import APART, apart

UNIT = st.integers(0, 20).map(lambda step: step / 20)
TABLES = st.tuples(st.integers(2, 6), st.integers(2, 5)).flatmap(lambda shape: arrays(float, shape, elements=UNIT))


def some_weights(k, seed=0):
    return np.random.default_rng(seed).dirichlet(np.ones(k))


@given(TABLES)
def test_a_candidate_that_is_nowhere_worse_is_never_behind(table):
    better = np.vstack([table, table[0] + 0.1])
    k = table.shape[1]
    weights, higher = some_weights(k), [True] * k
    for scores in (
        choice.weighted_sum(better, weights),
        choice.topsis(better, weights, higher),
        choice.promethee(better, weights, higher).net,
    ):
        assert scores[-1] >= scores[0] - 1e-9


@given(TABLES)
def test_the_order_of_criteria_and_candidates_does_not_matter(table):
    k = table.shape[1]
    weights, higher = some_weights(k), np.arange(k) % 2 == 0
    for score in (choice.topsis, lambda *given: choice.promethee(*given).net):
        found = score(table, weights, higher)
        turned = score(table[::-1, ::-1], weights[::-1], higher[::-1])
        assert turned[::-1] == pytest.approx(found)


@given(TABLES)
def test_net_flows_add_up_to_nothing(table):
    k = table.shape[1]
    assert choice.promethee(table, some_weights(k), [True] * k).net.sum() == pytest.approx(0, abs=1e-9)


@given(TABLES)
def test_at_the_ends_of_a_hold_the_leader_is_caught_up_with_and_within_it_leads(table):
    k = table.shape[1]
    weights = some_weights(k, 1)
    leader = int(np.argmax(choice.weighted_sum(table, weights)))
    for j, hold in enumerate(choice.holds(table, weights, leader)):
        assert hold.low - 1e-9 <= weights[j] <= hold.high + 1e-9
        for at, rival in ((hold.low, hold.below), (hold.high, hold.above)):
            moved = weights * (1 - at) / (1 - weights[j])
            moved[j] = at
            sums = choice.weighted_sum(table, moved)
            assert sums[leader] == pytest.approx(sums.max(), abs=1e-9)
            if rival >= 0:
                assert sums[rival] == pytest.approx(sums[leader], abs=1e-6)


def test_a_hold_is_where_arithmetic_says():
    # A = 1, 0 and B = 0, 0.5: A leads where w > 0.5 (1 - w), so from a third on
    hold, other = choice.holds([[1, 0], [0, 0.5]], [0.6, 0.4], 0)
    assert (hold.low, hold.high, hold.below, hold.above) == (pytest.approx(1 / 3), 1.0, 1, -1)
    assert (other.low, other.high, other.above) == (0.0, pytest.approx(2 / 3), 1)


def test_a_hold_of_all_the_weight_and_of_one_who_is_not_first_is_unknown():
    assert math.isnan(choice.holds([[1, 0], [0, 1]], [1, 0], 0)[0].low)
    assert math.isnan(choice.holds([[1, 0], [0, 1]], [0.9, 0.1], 1)[0].low)


def test_a_criterion_that_all_share_is_worth_the_same_to_all():
    worst, best = choice.ends([[1, 5], [1, 7]], [True, False])
    assert (worst.tolist(), best.tolist()) == ([1, 7], [1, 5])
    assert choice.values([[1, 5], [1, 7]], worst, best).tolist() == [[1, 1], [1, 0]]


def test_a_missing_score_stays_missing():
    found = choice.values([[math.nan, 1], [2, 3]], [0, 0], [4, 4])
    assert math.isnan(choice.weighted_sum(found, [0.5, 0.5])[0])
    assert choice.places([math.nan, 2, 3]).tolist() == [0, 2, 1]


def test_topsis_and_promethee_of_candidates_alike_prefer_nobody():
    alike = [[1, 2], [1, 2], [1, 2]]
    assert choice.topsis(alike, [0.5, 0.5], [True, True]).tolist() == [0.5] * 3
    assert choice.promethee(alike, [0.5, 0.5], [True, True]).net.tolist() == [0.0] * 3


def test_an_unknown_shape_is_refused():
    with pytest.raises(ValueError, match="usual"):
        choice.promethee([[1], [2]], [1], [True], choice.Preference("steep"))


def test_the_weighted_sum_on_fixed_scales_never_turns_when_one_is_left_out():
    table = np.random.default_rng(3).random((6, 4))
    found = choice.reversals(lambda left: choice.weighted_sum(table[left], [0.25] * 4), 6)
    assert len(found) == 6
    assert not any(item.changed for item in found)


def test_a_ranking_that_turns_when_one_is_left_out_is_seen():
    # on scales from the worst to the best who is there: with C, A has 0 and 0.95, B 0.4 and 0, so A is ahead by
    # 0.38 to 0.24; without C, who alone reaches 20, A has 0 and 1, B 1 and 0, and B is ahead by 0.6 to 0.4
    table = np.array([[0.0, 4.0], [8.0, 0.0], [20.0, 4.2]])

    def score(left):
        rows = table[left]
        return choice.weighted_sum(choice.values(rows, *choice.ends(rows, [True, True])), [0.6, 0.4])

    without_last = choice.reversals(score, 3)[2]
    assert (without_last.dropped, without_last.changed, without_last.first) == (2, True, 1)
    assert choice.reversals(score, 2) == []


# -------------------------------------------------------------------------------------------------------------- weights
@given(st.lists(st.integers(0, 100), min_size=2, max_size=6).filter(any))
def test_swing_weights_add_up_and_keep_proportions(points):
    weights = preferences.swing_weights(points)
    assert weights.sum() == pytest.approx(1)
    assert weights == pytest.approx(np.array(points) / sum(points))


@pytest.mark.parametrize("points", [[0, 0], [1, -1], [1, math.nan]])
def test_swing_points_that_are_none_are_refused(points):
    with pytest.raises(ValueError, match="swing points"):
        preferences.swing_weights(points)


@given(st.lists(st.integers(1, 9), min_size=3, max_size=7))
def test_judgements_made_from_weights_give_them_back_without_a_contradiction(sizes):
    weights = np.array(sizes) / sum(sizes)
    table = np.divide.outer(weights, weights)
    found = preferences.priorities(table)
    assert found.weights == pytest.approx(weights, abs=1e-6)
    assert found.ratio == pytest.approx(0, abs=1e-6)
    assert preferences.contradictions(table) == []


def test_a_circle_of_judgements_is_no_consistent_one_and_is_named():
    circle = [[1, 3, 1 / 3], [1 / 3, 1, 3], [3, 1 / 3, 1]]
    assert preferences.priorities(circle).ratio > preferences.CONSISTENT
    (worst,) = preferences.contradictions(circle)
    assert (worst.direct, worst.implied) == (pytest.approx(1 / 3), pytest.approx(9))


@pytest.mark.parametrize(
    ("table", "why"),
    [
        ([[1, 2], [2, 1]], "inverse"),
        ([[1, 0], [0, 1]], "above 0"),
        ([[1, math.nan], [1, 1]], "above 0"),
        ([], "square"),
    ],
)
def test_judgements_that_cannot_be_are_refused(table, why):
    with pytest.raises(ValueError, match=why):
        preferences.priorities(table)


def test_the_ratio_of_two_is_nothing_and_of_sixteen_unknown():
    assert preferences.priorities([[1, 9], [1 / 9, 1]]).ratio == 0
    assert math.isnan(preferences.priorities(np.ones((16, 16))).ratio)


# -------------------------------------------------------------------------------------------------------- acceptability
@settings(max_examples=25)
@given(TABLES)
def test_shares_of_places_add_up(table):
    found = acceptability(table, draws=500)
    assert found.ranks.sum(axis=0) == pytest.approx(np.ones(len(table)))
    assert found.ranks.sum(axis=1) == pytest.approx(np.ones(len(table)))
    known = ~np.isnan(found.central).any(axis=1)
    assert found.central[known].sum(axis=1) == pytest.approx(np.ones(known.sum()))


def test_equal_seeds_give_equal_shares_and_others_do_not():
    table = np.random.default_rng(0).random((5, 4))
    one, same, other = (acceptability(table, noise=0.1, draws=2000, seed=seed) for seed in (1, 1, 2))
    assert (one.ranks == same.ranks).all()
    assert (one.ranks != other.ranks).any()


def test_a_candidate_that_beats_all_is_first_in_every_draw_and_others_have_no_central_weights():
    found = acceptability([[1, 1], [0, 0.5]], draws=1000)
    assert found.ranks[0].tolist() == [1, 0]
    assert found.confidence[0] == 1
    assert np.isnan(found.central[1]).all()
    assert math.isnan(found.confidence[1])


def test_candidates_alike_share_the_first_place_by_chance():
    found = acceptability([[0.5, 0.5]] * 2, draws=20_000)
    assert found.ranks[0, 0] == pytest.approx(0.5, abs=0.02)


def test_noise_of_one_score_makes_sums_as_noisy_as_arithmetic_says():
    # one criterion: A is ahead by 0.1, each with an error of 0.1: A first with the probability of a normal below 1/sqrt(2)
    found = acceptability([[0.6], [0.5]], noise=0.1, draws=100_000)
    assert found.ranks[0, 0] == pytest.approx(0.7602, abs=0.005)
    assert found.confidence[0] == pytest.approx(0.7602, abs=0.005)


def test_weights_drawn_around_others_have_their_mean_and_the_range_that_is_said():
    drawn = drawn_weights(np.random.default_rng(0), 50_000, 3, [0.5, 0.3, 0.2], 20)
    assert drawn.mean(axis=0) == pytest.approx([0.5, 0.3, 0.2], abs=0.005)
    low, high = weight_range(0.3, 20)
    assert ((drawn[:, 1] > low) & (drawn[:, 1] < high)).mean() == pytest.approx(0.95, abs=0.005)
    assert weight_range(0.0) == (0.0, 0.0)


def test_a_weight_of_zero_stays_zero():
    drawn = drawn_weights(np.random.default_rng(0), 100, 3, [0.5, 0.5, 0.0])
    assert not drawn[:, 2].any()


def test_a_missing_value_is_refused():
    with pytest.raises(ValueError, match="every candidate"):
        acceptability([[math.nan, 1], [0, 1]])


# ----------------------------------------------------------------------------------------------------------------- bids
def test_a_bid_far_below_the_rest_lies_apart_and_the_rest_does_not():
    found = apart([100, 110, 95, 105, 30])
    assert found[4] < -APART
    assert (np.abs(found[:4]) < APART).all()


@given(st.lists(st.integers(1, 10**6), min_size=5, max_size=12), st.integers(2, 1000))
def test_the_currency_does_not_matter(prices, rate):
    assert apart(np.array(prices) * float(rate)) == pytest.approx(apart(prices), abs=1e-6, nan_ok=True)


def test_of_four_bids_none_is_said_to_lie_apart_and_of_equal_ones_none_does():
    assert np.isnan(apart([1, 2, 3, 400])).all()
    assert apart([7, 7, 7, 7, 7]).tolist() == [0.0] * 5
    assert apart([7, 7, 7, 7, 70])[4] > APART
    assert math.isnan(apart([7, 8, 9, 10, 11, 0])[5])
