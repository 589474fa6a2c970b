"""Alpha, omega and items against the rest: properties, limits, an independent reference, sentences."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.multivariate.factor import Factor

from toolkit.stats import scales


def people(n=200, loadings=(0.8, 0.7, 0.6, 0.5), seed=1):
    """Answers with one factor; reliability follows from the loadings."""
    rng = np.random.default_rng(seed)
    part = np.asarray(loadings)
    values = rng.normal(size=(n, 1)) * part + rng.normal(size=(n, len(part))) * np.sqrt(1 - part**2)
    return pd.DataFrame(values, columns=[f"q{item}" for item in range(1, len(part) + 1)])


# cronbach_alpha


def test_alpha_of_two_items_is_spearman_and_brown():
    items = people(100)[["q1", "q2"]]
    standard = (items - items.mean()) / items.std()
    correlation = float(items.corr().iloc[0, 1])
    assert scales.cronbach_alpha(standard).value == pytest.approx(2 * correlation / (1 + correlation))


def test_alpha_of_copies_is_one():
    items = pd.DataFrame({name: [1, 2, 4, 3] for name in "abc"})
    assert scales.cronbach_alpha(items).value == pytest.approx(1)


@given(shift=st.floats(-5, 5), times=st.floats(0.1, 10))
def test_alpha_does_not_mind_the_scale(shift, times):
    items = people(30)
    found, other = scales.cronbach_alpha(items), scales.cronbach_alpha(items * times + shift)
    assert (found.value, found.low, found.high) == pytest.approx((other.value, other.low, other.high))


def test_policies_agree_when_nothing_is_missing():
    pairwise, listwise = (scales.cronbach_alpha(people(50), missing=policy) for policy in ("pairwise", "listwise"))
    assert (pairwise.value, pairwise.n) == (pytest.approx(listwise.value), listwise.n)


def test_both_numbers_of_people_are_told():
    items = people(50)
    items.iloc[:5, 0] = math.nan
    items.iloc[0, 1:] = math.nan
    found = scales.cronbach_alpha(items)
    assert (found.n, found.n_listwise) == (49, 45)
    assert scales.cronbach_alpha(items, missing="listwise").n == 45


def test_an_unknown_policy_is_refused():
    with pytest.raises(ValueError, match="pairwise or listwise"):
        scales.cronbach_alpha(people(), missing="mean")


@pytest.mark.parametrize("items", [np.ones((5, 3)), np.zeros((0, 3)), [[1], [2]], [[1, 2, 3]]])
def test_alpha_of_nothing_is_unknown(items):
    assert math.isnan(scales.cronbach_alpha(np.asarray(items, float)).value)


def test_the_interval_covers():
    # four items each with loading 0.7: alpha is 4 * 0.49 / (1 + 3 * 0.49)
    truth = 4 * 0.49 / (1 + 3 * 0.49)
    found = [scales.cronbach_alpha(people(40, [0.7] * 4, seed)) for seed in range(400)]
    assert np.mean([each.low <= truth <= each.high for each in found]) == pytest.approx(0.95, abs=0.035)


# item_analysis


def test_items_against_the_rest():
    items = people(60)
    found = scales.item_analysis(items)
    rest = items[["q2", "q3", "q4"]]
    assert found.loc["q1", "item_rest"] == pytest.approx(items["q1"].corr(rest.sum(axis=1)))
    assert found.loc["q1", "alpha_if_dropped"] == pytest.approx(scales.cronbach_alpha(rest).value)


# mcdonald_omega


def test_omega_has_the_loadings_of_an_independent_fit():
    items = people(300)
    reference = Factor(items.to_numpy(), n_factor=1, method="ml").fit()
    found = scales.mcdonald_omega(items)
    assert found.loadings.to_numpy() == pytest.approx(np.abs(np.asarray(reference.loadings)[:, 0]), abs=1e-4)


def test_omega_of_equally_good_items_is_alpha():
    covariance = 0.5 * np.eye(4) + 0.5
    values = np.random.default_rng(1).normal(size=(100, 4))
    values = np.linalg.solve(np.linalg.cholesky(np.cov(values.T)), (values - values.mean(axis=0)).T).T
    items = values @ np.linalg.cholesky(covariance).T
    assert scales.mcdonald_omega(items).value == pytest.approx(scales.cronbach_alpha(items).value, abs=1e-6)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), n=st.integers(10, 60), k=st.integers(3, 8))
def test_omega_of_rounded_answers_is_a_share_or_says_why_not(seed, n, k):
    items = np.clip(np.round(people(n, [0.6] * k, seed) + 3), 1, 5)
    found = scales.mcdonald_omega(items)
    assert 0 <= found.value <= 1 or found.faults


def test_the_draws_are_the_same_for_the_same_seed():
    first, second, other = (scales.mcdonald_omega(people(80), draws=200, seed=seed) for seed in (1, 1, 2))
    assert (first.low, first.high) == (second.low, second.high) != (other.low, other.high)
    assert first.low < first.value < first.high


def test_the_bootstrap_of_omega_covers():
    part = np.array([0.8, 0.7, 0.6, 0.5])
    truth = part.sum() ** 2 / (part.sum() ** 2 + (1 - part**2).sum())
    found = [scales.mcdonald_omega(people(120, part, seed), draws=200) for seed in range(40)]
    assert np.mean([each.low <= truth <= each.high for each in found]) >= 0.85


@pytest.mark.parametrize(
    ("items", "because"),
    [
        (people()[["q1", "q2"]], "2 items: one factor needs 3 or more"),
        (people(4), "4 people answered all 4 items: one factor needs more people than items"),
        (people().assign(q2=3.0), "everybody answered q2 alike"),
        (people().assign(q2=lambda all_: all_["q1"]), "an item follows from the others exactly"),
    ],
)
def test_omega_says_why_it_is_unknown(items, because):
    found = scales.mcdonald_omega(items)
    assert math.isnan(found.value)
    assert found.faults == (because,)


# diagnosis


def test_a_sound_scale_says_nothing():
    assert scales.diagnosis(people()) == []


def test_a_reversed_item_is_said():
    (sentence,) = scales.diagnosis(people().assign(q2=lambda all_: -all_["q2"]))
    assert sentence.startswith("q2 does not go with the others (item-rest correlation −0.")
    assert sentence.endswith("probably reversed")


def test_an_item_that_only_hinders_is_said():
    noise = np.random.default_rng(5).normal(size=200)
    items = people().assign(q5=noise + 0.12 * people().sum(axis=1))
    assert [sentence[:26] for sentence in scales.diagnosis(items)] == ["without q5 alpha would be "]


def test_what_is_too_little_is_said():
    items = people(20)[["q1", "q2"]]
    items.iloc[0, 0] = math.nan
    assert [sentence.split(":")[0] for sentence in scales.diagnosis(items)] == [
        "2 items",
        "19 people",
        "19 of 20 people answered every item",
    ]


def test_an_item_answered_alike_is_said():
    assert "q3: everybody answered alike" in scales.diagnosis(people().assign(q3=4.0))


def test_omegas_of_several_sheets_are_those_of_each():
    sheets = [people(40, (0.8, 0.7, 0.6), 1), people(40, (0.8, 0.7), 2), people(50), people(30, (0.5, 0.6, 0.4), 3)]
    together = scales.mcdonald_omegas(sheets, draws=50, seed=3)
    alone = [scales.mcdonald_omega(sheet, draws=50, seed=3) for sheet in sheets]
    assert [str(omega) for omega in together] == [str(omega) for omega in alone]
