"""Rank correlations: against scipy, exact p, intervals, edges."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from toolkit.stats.ranks import kendall, spearman

BOTH = pytest.mark.parametrize("agreement", [spearman, kendall])
RANKS = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=9, max_size=25).filter(
    lambda pairs: all(len(set(part)) > 1 for part in zip(*pairs, strict=True))
)


@given(RANKS)
def test_values_and_p_are_those_of_scipy(pairs):
    x, y = np.array(pairs).T
    found, wanted = spearman(x, y), stats.spearmanr(x, y)
    assert (found.value, found.p) == pytest.approx((wanted.statistic, wanted.pvalue), abs=1e-6)
    assert kendall(x, y).value == pytest.approx(stats.kendalltau(x, y).statistic)


def test_kendall_p_is_near_the_exact_one():
    x, y = np.random.default_rng(11).normal(size=(2, 14))
    assert kendall(x, y).p == pytest.approx(stats.kendalltau(x, y, method="exact").pvalue, abs=0.005)


def test_small_p_is_exact():
    x, y = [1, 2, 3, 4, 5, 6], [2, 1, 4, 3, 6, 5]
    assert kendall(x, y).p == pytest.approx(stats.kendalltau(x, y, method="exact").pvalue)
    orders = [stats.spearmanr(x, order).statistic for order in permutations(y)]
    assert spearman(x, y).p == pytest.approx(np.mean(np.abs(orders) >= spearman(x, y).value - 1e-9))


@BOTH
@settings(max_examples=20)
@given(RANKS)
def test_order_of_things_and_scale_of_scores_do_not_count(agreement, pairs):
    x, y = np.array(pairs).T
    turned = agreement(np.exp(x[::-1]), -y[::-1])
    assert (turned.value, turned.high) == pytest.approx((-agreement(x, y).value, -agreement(x, y).low))


@BOTH
def test_full_agreement_of_few_is_not_sure(agreement):
    found = agreement([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6])
    assert (found.value, found.high) == (1, 1)
    assert -0.2 < found.low < 0.9
    against = agreement([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1])
    assert (against.value, against.low, against.high) == pytest.approx((-1, -1, -found.low))


@BOTH
@pytest.mark.parametrize(("x", "y"), [([], []), ([1], [1]), ([1, 1, 1], [1, 2, 3]), ([2] * 12, range(12))])
def test_without_an_order_there_is_no_agreement(agreement, x, y):
    found = agreement(x, list(y))
    assert all(map(math.isnan, (found.value, found.low, found.high, found.p)))


@BOTH
def test_things_not_ranked_by_both_are_left_out(agreement):
    assert agreement([1, 2, 3, math.nan, 4], [1, 2, 3, 4, math.nan]).n == 3
    with pytest.raises(ValueError, match="same things"):
        agreement([1, 2], [1, 2, 3])


@pytest.mark.parametrize(
    ("agreement", "truth"), [(spearman, 6 / math.pi * math.asin(0.3)), (kendall, 2 / math.pi * math.asin(0.6))]
)
def test_intervals_hold_the_true_agreement(agreement, truth):
    rng = np.random.default_rng(12)
    held = 0
    for _ in range(300):
        x = rng.normal(size=12)
        found = agreement(x, 0.6 * x + 0.8 * rng.normal(size=12))
        held += found.low <= truth <= found.high
    assert held / 300 == pytest.approx(0.95, abs=0.04)
