"""Mann-Whitney, Cliff's delta, ordered logit, Holm: independent references, properties, limits."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.miscmodels.ordinal_model import OrderedModel
from statsmodels.stats.multitest import multipletests

from toolkit.stats import ordinal, trends

MARKS = st.lists(st.integers(1, 5), min_size=2, max_size=40)


def juniors(n=400, seed=3):
    """Answers in four steps that depend on two predictors; the third does nothing."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"wave": rng.integers(0, 2, n), "years": rng.normal(3, 2, n), "luck": rng.normal(size=n)})
    latent = 0.8 * x["wave"] - 0.4 * x["years"] + rng.logistic(size=n)
    return np.digitize(latent, [-2.5, -1, 0.5]) + 1, x


# mann_whitney


@given(first=MARKS, second=MARKS)
def test_mann_whitney_is_that_of_scipy_with_ties(first, second):
    if len(set(first + second)) == 1:
        return
    found = ordinal.mann_whitney(first, second, exact=False)
    expected = stats.mannwhitneyu(first, second, method="asymptotic")
    assert (found.u, found.p) == pytest.approx((expected.statistic, expected.pvalue))


@given(order=st.permutations(range(15)), n=st.integers(1, 14))
def test_the_exact_p_is_that_of_scipy(order, n):
    found = ordinal.mann_whitney(order[:n], order[n:])
    assert found.exact
    assert found.p == pytest.approx(stats.mannwhitneyu(order[:n], order[n:], method="exact").pvalue)


def test_ties_are_never_counted_exactly():
    assert not ordinal.mann_whitney([1, 2], [2, 3]).exact
    with pytest.raises(ValueError, match="equal answers have no exact p"):
        ordinal.mann_whitney([1, 2], [2, 3], exact=True)


def test_equal_answers_speak_for_no_difference():
    assert ordinal.mann_whitney([3, 3], [3, 3, 3]).p == 1


def test_mann_whitney_of_nobody_is_unknown():
    assert math.isnan(ordinal.mann_whitney([math.nan], [1]).p)


# cliffs_delta


@given(first=MARKS, second=MARKS)
def test_delta_is_dominance_and_its_interval_is_in_range(first, second):
    found = ordinal.cliffs_delta(first, second)
    x, y = np.array(first)[:, None], np.array(second)
    assert found.value == pytest.approx(np.sign(x - y).mean())
    assert -1 <= found.low <= found.value + 1e-12
    assert found.value - 1e-12 <= found.high <= 1


@given(first=MARKS, second=MARKS)
def test_delta_of_the_other_way_round_is_its_mirror_image(first, second):
    found, other = ordinal.cliffs_delta(first, second), ordinal.cliffs_delta(second, first)
    assert (found.value, found.low, found.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_delta_belongs_to_u():
    first, second = [1, 3, 4, 5, 5], [2, 2, 3, 3]
    assert ordinal.cliffs_delta(first, second).value == pytest.approx(
        2 * ordinal.mann_whitney(first, second).u / 20 - 1
    )


def test_a_complete_difference_still_has_an_interval():
    found = ordinal.cliffs_delta([4, 5, 5, 5], [1, 2, 2, 3])
    assert (found.value, found.high) == (1, 1)
    assert found.low < 1


def test_delta_of_a_single_answer_has_no_interval():
    assert math.isnan(ordinal.cliffs_delta([4], [1, 2]).low)
    assert math.isnan(ordinal.cliffs_delta([], [1, 2]).value)


def test_the_interval_of_delta_covers():
    rng = np.random.default_rng(2)
    first, second = np.array([0.1, 0.1, 0.2, 0.3, 0.3]), np.array([0.2, 0.2, 0.2, 0.2, 0.2])
    dominance = np.sign(np.subtract.outer(np.arange(5), np.arange(5)))
    truth = float(first @ dominance @ second)
    found = [ordinal.cliffs_delta(rng.choice(5, 25, p=first), rng.choice(5, 30, p=second)) for _ in range(1500)]
    assert np.mean([each.low <= truth <= each.high for each in found]) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize(
    ("delta", "word"),
    [(0.1, "negligible"), (-0.2, "small"), (0.147, "small"), (0.4, "medium"), (-1, "large"), (math.nan, "")],
)
def test_magnitude(delta, word):
    assert ordinal.magnitude(delta) == word


# ordered_logit


def test_the_ordered_logit_is_that_of_an_independent_fit():
    answers, x = juniors()
    found = ordinal.ordered_logit(answers, x)
    reference = OrderedModel(pd.Series(answers), x, distr="logit").fit(method="bfgs", disp=False)
    assert found.coefficients["value"].to_numpy() == pytest.approx(reference.params.to_numpy()[:3], abs=1e-3)
    assert found.coefficients["se"].to_numpy() == pytest.approx(reference.bse.to_numpy()[:3], abs=1e-3)
    assert found.log_likelihood == pytest.approx(reference.llf, abs=1e-5)


def test_two_steps_are_a_logistic_regression():
    answers, x = juniors()
    found = ordinal.ordered_logit(answers > 2, x[["wave"]])
    odds = pd.crosstab(x["wave"], answers > 2)
    expected = math.log(odds.loc[1, True] * odds.loc[0, False] / (odds.loc[1, False] * odds.loc[0, True]))
    assert found.coefficients.loc["wave", "value"] == pytest.approx(expected)
    assert found.coefficients.loc["wave", "se"] == pytest.approx(math.sqrt((1 / odds.to_numpy()).sum()))


def test_a_scale_turned_round_turns_the_signs():
    answers, x = juniors()
    found, other = ordinal.ordered_logit(answers, x), ordinal.ordered_logit(-answers, x)
    assert found.coefficients["value"].to_numpy() == pytest.approx(-other.coefficients["value"].to_numpy())


def test_people_with_something_missing_are_left_out():
    answers, x = juniors(50)
    x.loc[0, "luck"] = math.nan
    given_ = pd.Series(answers, dtype=object)
    given_[1] = None
    assert ordinal.ordered_logit(given_, x).n == 48


def test_labels_take_their_order_from_the_caller():
    answers, x = juniors()
    words = np.array(["poor", "fair", "good", "great"])[answers - 1]
    found = ordinal.ordered_logit(words, x, order=["poor", "fair", "good", "great"])
    assert found.thresholds.index.tolist() == ["poor | fair", "fair | good", "good | great"]
    assert found.coefficients["value"].tolist() == ordinal.ordered_logit(answers, x).coefficients["value"].tolist()


@pytest.mark.parametrize(
    ("answers", "x", "because"),
    [
        ([1] * 9, np.arange(9.0)[:, None], "all answers are the same"),
        ([1, 2, 3], np.arange(3.0)[:, None], "3 answers for 3 unknowns"),
        ([1, 2] * 9, np.ones((18, 1)), "0 is the same for everybody"),
        ([1, 2] * 9, np.repeat(np.arange(18.0)[:, None], 2, axis=1), "one predictor follows from the others"),
        (
            np.arange(40) // 20,
            np.arange(40.0)[:, None],
            "0 tells high answers from low ones without exception: its size has no end",
        ),
    ],
)
def test_what_cannot_be_fitted_is_said(answers, x, because):
    found = ordinal.ordered_logit(answers, x)
    assert found.faults == (because,)
    assert found.coefficients["se"].isna().all()


def test_an_answer_out_of_order_is_refused():
    with pytest.raises(ValueError, match="answer 'bad' is not in the order"):
        ordinal.ordered_logit(["bad"], [[1]], order=["good"])


# holm


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_holm_is_that_of_statsmodels(n):
    p = np.random.default_rng(n).uniform(0, 0.2, n)
    assert trends.holm(p) == pytest.approx(multipletests(p, method="holm")[1])


def test_holm_passes_over_what_is_missing():
    assert trends.holm([0.01, math.nan, 0.04])[[0, 2]] == pytest.approx([0.02, 0.04])
