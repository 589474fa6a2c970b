"""Kappa and alpha: independent references, relations among them, limits."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats import inter_rater

from toolkit.stats import agreement

LABELS = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=6, max_size=40)


def two_raters(n=200, seed=1):
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, n)
    return [np.where(rng.random(n) < 0.3, rng.integers(0, 3, n), truth) for _ in range(2)]


# cohens_kappa


@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_is_that_of_statsmodels(weights):
    first, second = two_raters()
    table = np.zeros((3, 3))
    np.add.at(table, (first, second), 1)
    reference = inter_rater.cohens_kappa(table, wt={None: None, "linear": "linear", "quadratic": "quadratic"}[weights])
    found = agreement.cohens_kappa(first, second, weights=weights)
    assert found.value == pytest.approx(reference.kappa)
    assert found.se == pytest.approx(math.sqrt(reference.var_kappa))
    assert (found.low, found.high) == pytest.approx((reference.kappa_low, reference.kappa_upp))


def test_full_agreement_is_one_and_reversal_is_minus_one():
    assert agreement.cohens_kappa(list("aabb"), list("aabb")).value == 1
    assert agreement.cohens_kappa(list("aabb"), list("bbaa")).value == -1


def test_one_label_only_tells_nothing():
    found = agreement.cohens_kappa(["a", "a"], ["a", "a"])
    assert math.isnan(found.value)
    assert found.observed == 1


def test_missing_labels_are_left_out():
    assert agreement.cohens_kappa(["a", None, "b", "b"], ["a", "a", "b", None]).n == 2


def test_costs_are_checked():
    with pytest.raises(ValueError, match="0 on the diagonal"):
        agreement.kappa_of_table([[1, 2], [3, 4]], weights=[[1, 2], [3, 4]])
    with pytest.raises(ValueError, match="linear, quadratic"):
        agreement.kappa_of_table([[1, 2], [3, 4]], weights="cubic")
    with pytest.raises(ValueError, match="square"):
        agreement.kappa_of_table([[1, 2]])
    with pytest.raises(ValueError, match="label c is not in the order"):
        agreement.cohens_kappa(["c"], ["a"], order=["a", "b"])


# krippendorffs_alpha


@settings(max_examples=40, deadline=None)
@given(pairs=LABELS)
def test_nominal_alpha_by_hand(pairs):
    # two raters, nothing missing: chance is what all ratings, put into one bag, would give without replacement
    ratings = np.array(pairs).T
    if len(np.unique(ratings)) == 1:
        return
    shares = np.unique(ratings, return_counts=True)[1]
    total = ratings.size
    chance = 1 - (shares * (shares - 1)).sum() / (total * (total - 1))
    expected = 1 - (ratings[0] != ratings[1]).mean() / chance
    assert agreement.krippendorffs_alpha(ratings, draws=0).value == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
def test_all_metrics_agree_on_two_labels(metric):
    first, second = ((each > 0).astype(float) for each in two_raters(50))
    found = agreement.krippendorffs_alpha([first, second], metric=metric, draws=0)
    assert found.value == pytest.approx(agreement.krippendorffs_alpha([first, second], draws=0).value)


def test_ordinal_alpha_does_not_mind_how_labels_are_numbered():
    first, second = two_raters(50)
    codes = np.array([1.0, 5.0, 70.0])
    found, other = (
        agreement.krippendorffs_alpha(each, metric="ordinal", draws=0)
        for each in ([first, second], codes[[first, second]])
    )
    assert found.value == pytest.approx(other.value)


def test_things_rated_once_do_not_count():
    first, second = (each.astype(float) for each in two_raters(30))
    second[:10] = math.nan
    found = agreement.krippendorffs_alpha([first, second], draws=0)
    assert found.n == 20
    assert found.value == agreement.krippendorffs_alpha([first[10:], second[10:]], draws=0).value


def test_the_interval_of_alpha_covers():
    truth = agreement.krippendorffs_alpha(two_raters(100_000), draws=0).value
    found = [agreement.krippendorffs_alpha(two_raters(80, seed), draws=300) for seed in range(200)]
    assert np.mean([each.low <= truth <= each.high for each in found]) == pytest.approx(0.95, abs=0.05)


@pytest.mark.parametrize("ratings", [[[1, 1], [1, 1]], [[1, 2], [math.nan, math.nan]], [[math.nan], [math.nan]]])
def test_alpha_of_nothing_is_unknown(ratings):
    assert math.isnan(agreement.krippendorffs_alpha(ratings).value)


def test_unknown_metrics_and_negative_ratios_are_refused():
    with pytest.raises(ValueError, match="nominal, ordinal, interval or ratio"):
        agreement.krippendorffs_alpha([[1, 2], [1, 2]], metric="cosine")
    with pytest.raises(ValueError, match="0 or more"):
        agreement.krippendorffs_alpha([[-1, 2], [1, 2]], metric="ratio")


# fleiss_kappa


def test_fleiss_kappa_is_that_of_statsmodels():
    rng = np.random.default_rng(3)
    counts = rng.multinomial(6, [0.5, 0.3, 0.2], size=40)
    assert agreement.fleiss_kappa(counts, draws=0).value == pytest.approx(inter_rater.fleiss_kappa(counts))


def test_fleiss_kappa_of_the_published_table():
    # Fleiss (1971), as in many texts: 10 things, 14 raters, 5 categories, kappa 0.21
    counts = [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]  # fmt: skip
    found = agreement.fleiss_kappa(counts)
    assert found.value == pytest.approx(0.2099, abs=5e-4)
    assert found.low < found.value < found.high
    assert found == agreement.fleiss_kappa(counts)


def test_fleiss_kappa_needs_equally_many_ratings():
    with pytest.raises(ValueError, match="rated equally often"):
        agreement.fleiss_kappa([[1, 1], [1, 2]])
    assert math.isnan(agreement.fleiss_kappa([]).value)
