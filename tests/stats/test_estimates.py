"""Accuracy of estimates: bias against chance, medians, kept shares, edges."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats.estimates import always_low, estimate_accuracy

PAIRS = st.lists(st.tuples(st.floats(1, 1e4), st.floats(1, 1e4)), min_size=3, max_size=20)


def test_accuracy_by_hand():
    found = estimate_accuracy([10, 10, 10, 10], [20, 5, 10, 10])
    assert (found.bias.value, found.total.value) == pytest.approx((1.0, 45 / 40))  # twice and half cancel out
    assert (found.relative_error.value, found.absolute_error.value) == pytest.approx((0, 0.25))
    assert (found.kept.value, found.close.value, found.mmre) == pytest.approx((0.75, 0.5, 1.5 / 4))
    assert found.too_low == pytest.approx(0.5)
    assert found.n == 4


@given(PAIRS, st.floats(0.1, 10))
def test_accuracy_does_not_depend_on_the_unit(pairs, factor):
    guess, took = np.array(pairs).T
    plain, scaled = estimate_accuracy(guess, took), estimate_accuracy(guess * factor, took * factor)
    assert scaled.bias == pytest.approx(plain.bias)
    assert scaled.absolute_error == pytest.approx(plain.absolute_error)


@given(PAIRS)
def test_exchanging_estimate_and_actual_turns_the_bias_round(pairs):
    guess, took = np.array(pairs).T
    there, back = estimate_accuracy(guess, took).bias, estimate_accuracy(took, guess).bias
    assert (1 / back.value, 1 / back.high, 1 / back.low) == pytest.approx(there)


def test_estimates_that_are_always_low_are_told_from_chance():
    rng = np.random.default_rng(9)
    guess = rng.uniform(50, 200, 20)
    low, fair = (guess * np.exp(rng.normal(shift, 0.3, 20)) for shift in (0.35, 0.0))
    assert "too low as a rule" in estimate_accuracy(guess, low).verdict
    assert estimate_accuracy(guess, fair).verdict == "neither low nor high beyond chance"
    assert "too high as a rule" in estimate_accuracy(low, guess).verdict
    assert always_low(guess, low) < 0.05 < always_low(guess, fair)


def test_the_interval_of_the_bias_holds_it():
    rng = np.random.default_rng(10)
    biases = [estimate_accuracy(np.full(8, 10.0), 10 * np.exp(rng.normal(0.2, 0.5, 8))).bias for _ in range(400)]
    assert np.mean([bias.low <= math.exp(0.2) <= bias.high for bias in biases]) == pytest.approx(0.95, abs=0.035)


def test_sign_test_by_hand():
    assert always_low([1, 1, 1, 1, 5], [2, 2, 2, 2, 5]) == pytest.approx(1 / 16)  # the equal pair tells nothing
    assert math.isnan(always_low([5], [5]))


def test_few_pairs_say_nothing():
    found = estimate_accuracy([10, 10, math.nan], [20, 5, 3])
    assert found.n == 2
    assert all(map(math.isnan, (found.bias.low, found.too_low, found.spread)))
    assert "nothing can be said" in found.verdict


def test_no_pairs_are_no_accuracy():
    found = estimate_accuracy([], [])
    assert found.n == 0
    assert all(map(math.isnan, (found.bias.value, found.kept.value, found.mmre, found.absolute_error.value)))


@pytest.mark.parametrize(("guess", "took"), [([0], [1]), ([1], [-1]), ([1, 2], [1])])
def test_what_is_no_pair_is_refused(guess, took):
    with pytest.raises(ValueError, match="above 0"):
        estimate_accuracy(guess, took)
