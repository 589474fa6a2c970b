"""Sums and differences of means of the same people."""

import math

import numpy as np
import pytest

from toolkit.stats.combined import combined_means
from toolkit.stats.weighting import sampled_mean


def test_a_difference_of_two_questions_is_the_paired_t_test():
    # differences 1, 0, 2, 1: mean 1, variance 2/3, standard error sqrt(2/3/4) = 0.4082
    found = combined_means([[5, 4], [3, 3], [4, 2], [4, 3]], [1, -1])
    assert (found.value, found.df) == (1.0, 3.0)
    assert found.se == pytest.approx(math.sqrt(2 / 3 / 4))


def test_one_question_is_a_sampled_mean_out_of_a_population():
    found = combined_means([[1.0], [4.0], [math.nan], [5.0]], [1], population=10)
    expected = sampled_mean([1, 4, 5], 10)
    assert (found.value, found.se) == (pytest.approx(expected.value), pytest.approx(expected.se))


def test_a_missing_answer_leaves_only_its_question():
    # means 3 and 4, although one person answered the second only
    assert combined_means([[2, 3], [4, math.nan], [math.nan, 5]], [0.5, 0.5]).value == 3.5


def test_a_question_with_the_coefficient_zero_is_not_used():
    with_it = combined_means([[1, 9], [2, math.nan], [4, 7]], [1, 0])
    assert with_it == combined_means([[1], [2], [4]], [1])


def test_weights_count_by_their_ratios():
    one, other = (combined_means([[1], [5], [5]], [1], weights=np.array([2, 1, 1]) * k) for k in (1, 7))
    assert one.value == other.value == 3.0
    assert one.se == pytest.approx(other.se)


def test_an_unanswered_question_has_no_mean_and_one_person_no_error():
    assert math.isnan(combined_means([[1, math.nan], [2, math.nan]], [1, 1]).value)
    assert math.isnan(combined_means([[3.0]], [1]).se)


def test_everybody_asked_leaves_no_error():
    assert combined_means([[1], [2], [3]], [1], population=3).se == 0.0
