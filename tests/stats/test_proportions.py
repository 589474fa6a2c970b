"""Wilson, Newcombe, binomial tail, Fisher: edges, properties, references."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from toolkit.stats import proportions

TABLES = st.tuples(st.integers(1, 60), st.integers(1, 60)).flatmap(
    lambda sizes: st.tuples(st.integers(0, sizes[0]), st.just(sizes[0]), st.integers(0, sizes[1]), st.just(sizes[1]))
)


# wilson


@given(table=TABLES, level=st.sampled_from([0.8, 0.95, 0.99]))
def test_wilson_is_that_of_statsmodels(table, level):
    interval = proportions.wilson(*table[:2], level=level)
    expected = proportion_confint(*table[:2], alpha=1 - level, method="wilson")
    assert interval[1:] == pytest.approx(expected, abs=1e-12)


@given(table=TABLES)
def test_wilson_of_the_opposite_is_its_mirror_image(table):
    k, n = table[:2]
    value, low, high = proportions.wilson(k, n)
    assert proportions.wilson(n - k, n) == pytest.approx((1 - value, 1 - high, 1 - low))


def test_wilson_is_exact_at_the_ends():
    assert proportions.wilson(0, 7)[:2] == (0, 0)
    value, _, high = proportions.wilson(7, 7)
    assert (value, high) == (1, 1)


@pytest.mark.parametrize(("k", "n"), [(0, 0), (math.nan, 5), (1, math.nan)])
def test_wilson_of_nothing_is_unknown(k, n):
    assert np.isnan(proportions.wilson(k, n)).all()


def test_wilson_of_arrays_is_that_of_each():
    together = proportions.wilson([0, 3, 0], [5, 5, 0])
    each = [proportions.wilson(k, n) for k, n in ((0, 5), (3, 5), (0, 0))]
    np.testing.assert_allclose(np.transpose(together), each)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), ([1, 6], 5)])
def test_wilson_refuses_impossible_counts(k, n):
    with pytest.raises(ValueError, match="successes lie between 0 and n"):
        proportions.wilson(k, n)


# clustered_wilson


def test_clustered_wilson_by_hand():
    # 12 of 30; residuals 4, -3, -1 of batches of 10; variance 3/2 * 26 / 900; design effect over 0.24 / 30
    effective = 30 / ((1.5 * 26 / 900) / (0.24 / 30)) * (stats.norm.ppf(0.975) / stats.t.ppf(0.975, 2)) ** 2
    found = proportions.clustered_wilson([8, 1, 3], [10, 10, 10])
    assert found == pytest.approx(proportions.wilson(0.4 * effective, effective))


@given(successes=st.lists(st.integers(0, 10), min_size=2, max_size=12))
def test_clustered_wilson_is_never_narrower_than_wilson(successes):
    share, low, high = proportions.clustered_wilson(successes, [10] * len(successes))
    plain = proportions.wilson(sum(successes), 10 * len(successes))
    assert share == pytest.approx(plain.value)
    assert high - low >= plain.high - plain.low - 1e-12


def test_clustered_wilson_of_many_even_batches_is_nearly_wilson():
    found = proportions.clustered_wilson([9] * 500, [10] * 500)
    assert found == pytest.approx(proportions.wilson(4500, 5000), abs=1e-4)


def test_clustered_wilson_of_none_counts_each_batch_once():
    assert proportions.clustered_wilson([0, 0, 0], [50, 50, 50]) == proportions.wilson(0, 3)


def test_clustered_wilson_leaves_incomplete_and_empty_batches_out():
    found = proportions.clustered_wilson([8, math.nan, 1, 0], [10, 10, 10, 0])
    assert found == proportions.clustered_wilson([8, 1], [10, 10])


@pytest.mark.parametrize(("k", "n"), [([], []), ([0], [0]), ([math.nan], [3])])
def test_clustered_wilson_of_nothing_is_unknown(k, n):
    assert np.isnan(proportions.clustered_wilson(k, n)).all()


def test_clustered_wilson_of_one_batch_has_no_interval():
    value, low, high = proportions.clustered_wilson([3], [10])
    assert value == 0.3
    assert np.isnan([low, high]).all()


# newcombe


@given(table=TABLES)
def test_newcombe_is_that_of_statsmodels(table):
    expected = confint_proportions_2indep(*table, method="newcomb", compare="diff")
    assert proportions.newcombe(*table)[1:] == pytest.approx(expected, abs=1e-9)


@given(table=TABLES)
def test_newcombe_the_other_way_round_is_negative(table):
    value, low, high = proportions.newcombe(*table)
    assert proportions.newcombe(*table[2:], *table[:2]) == pytest.approx((-value, -high, -low))


def test_newcombe_with_an_empty_group_is_unknown():
    assert np.isnan(proportions.newcombe(1, 5, 0, 0)).all()


# chance_of_at_least


@pytest.mark.parametrize(("k", "n", "share"), [(3, 10, 0.5), (10, 10, 0.9), (1, 10, 0.0), (4, 10, 1.0)])
def test_chance_of_at_least_is_the_upper_tail(k, n, share):
    assert proportions.chance_of_at_least(k, n, share) == pytest.approx(stats.binom.sf(k - 1, n, share))


def test_chance_of_at_least_none_is_sure():
    assert proportions.chance_of_at_least(0, 10, 0.0) == 1


@pytest.mark.parametrize(("n", "share"), [(0, 0.5), (5, math.nan)])
def test_chance_of_at_least_of_nothing_is_unknown(n, share):
    assert math.isnan(proportions.chance_of_at_least(0, n, share))


# fisher_exact


@given(table=TABLES)
def test_fisher_exact_is_that_of_scipy(table):
    a, n, b, m = table
    expected = stats.fisher_exact([[a, n - a], [b, m - b]]).pvalue
    assert proportions.fisher_exact(*table) == pytest.approx(expected, rel=1e-6)


def test_fisher_exact_of_large_counts():
    p = proportions.fisher_exact(50_500, 100_000, 50_000, 100_000)
    assert p == pytest.approx(stats.fisher_exact([[50_500, 49_500], [50_000, 50_000]]).pvalue, rel=1e-6)


def test_fisher_exact_with_an_empty_group_tells_nothing():
    assert proportions.fisher_exact(0, 0, 3, 5) == 1
