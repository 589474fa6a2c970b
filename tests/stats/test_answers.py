"""Net promoter score, boxes, median and mean: limits, properties, references."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from toolkit.stats import answers
from toolkit.stats.proportions import wilson

COUNTS = st.tuples(st.integers(0, 200), st.integers(0, 200), st.integers(0, 200)).filter(any)
MARKS = st.lists(st.integers(0, 10), min_size=2, max_size=60)


# net promoter score


@given(counts=COUNTS)
def test_nps_has_the_variance_of_answers_counted_plus_and_minus_one(counts):
    found = answers.nps_of_counts(*counts)
    values = np.repeat([1, 0, -1], counts)
    assert found.value == pytest.approx(values.mean())
    assert found.se == pytest.approx(math.sqrt(values.var() / len(values)), abs=1e-9)


@given(counts=COUNTS)
def test_adjusted_nps_is_that_of_three_more_answers(counts):
    up, middle, down = counts
    more = answers.nps_of_counts(up + 0.75, middle + 1.5, down + 0.75, adjusted=False)
    found = answers.nps_of_counts(*counts)
    assert found.low == pytest.approx(max(more.low, -1), abs=1e-9)
    assert found.high == pytest.approx(min(more.high, 1), abs=1e-9)


@given(counts=COUNTS)
def test_nps_of_the_opposite_is_its_mirror_image(counts):
    found, other = answers.nps_of_counts(*counts), answers.nps_of_counts(*counts[::-1])
    assert (found.value, found.low, found.high) == pytest.approx((-other.value, -other.high, -other.low), abs=1e-12)


def test_nps_of_promoters_alone_has_a_width():
    assert answers.nps_of_counts(10, 0, 0).low < 0.5


def test_nps_of_everybody_is_known():
    assert answers.nps_of_counts(6, 2, 2, population=10)[:4] == pytest.approx((0.4, 0.4, 0.4, 0))


def test_nps_of_nobody_is_unknown():
    assert np.isnan(answers.nps_of_counts(0, 0, 0)[:4]).all()
    assert np.isnan(answers.nps([math.nan])[:4]).all()


def test_nps_from_answers_is_that_of_their_counts():
    found = answers.nps([10, 9, 8, 7, 6, 0, math.nan])
    assert found == pytest.approx(answers.nps_of_counts(2, 2, 2))


def test_nps_refuses_answers_off_the_scale():
    with pytest.raises(ValueError, match="answers lie between 0 and 10"):
        answers.nps([11])


def test_nps_of_arrays_is_that_of_each():
    together = answers.nps_of_counts([6, 1], [2, 1], [2, 5], population=[20, 40])
    assert together.low[1] == answers.nps_of_counts(1, 1, 5, population=40).low


# boxes


def test_boxes_count_the_ends_of_the_scale():
    marks = [1, 2, 3, 4, 5, 5, math.nan]
    assert answers.top_box(marks, high=5).value == pytest.approx(3 / 6)
    assert answers.bottom_box(marks, low=1).value == pytest.approx(2 / 6)
    assert answers.top_box(marks, high=5, boxes=1).value == pytest.approx(2 / 6)


def test_a_box_has_wilsons_interval():
    found = answers.top_box([5, 4, 1, 1, 2, 3, 4], high=5)
    assert found[:3] == pytest.approx(tuple(wilson(3, 7)))


@given(k=st.integers(0, 20), more=st.integers(0, 500))
def test_a_finite_population_narrows_the_interval_around_the_share(k, more):
    wide, narrow = answers.share_of_counts(k, 20), answers.share_of_counts(k, 20, population=20 + more)
    assert narrow.low >= wide.low - 1e-12
    assert narrow.high <= wide.high + 1e-12
    assert narrow.low - 1e-12 <= narrow.value <= narrow.high + 1e-12


def test_the_finite_interval_covers_under_draws_without_replacement():
    rng = np.random.default_rng(7)
    found = answers.share_of_counts(rng.hypergeometric(60, 20, 40, 4000), 40, population=80)
    assert ((found.low <= 0.75) & (found.high >= 0.75)).mean() == pytest.approx(0.95, abs=0.02)


def test_weights_move_the_share_and_cost_answers():
    found = answers.top_box([5, 5, 1, 1], high=5, weights=[3, 3, 1, 1])
    assert found.value == pytest.approx(0.75)
    assert found.effective_n == pytest.approx(64 / 20)
    assert found.n == 4


# mean


@given(marks=MARKS)
def test_mean_is_the_t_interval(marks):
    if len(set(marks)) == 1:
        return
    found = answers.mean(marks)
    se = float(np.std(marks, ddof=1)) / math.sqrt(len(marks))
    margin = float(stats.t.ppf(0.975, len(marks) - 1)) * se
    assert found[:4] == pytest.approx((np.mean(marks), np.mean(marks) - margin, np.mean(marks) + margin, se), abs=1e-9)


def test_mean_of_answers_all_alike_has_no_interval():
    assert np.isnan(answers.mean([4, 4, 4])[1:4]).all()
    assert answers.mean([4, 4, 4], population=3)[:4] == (4, 4, 4, 0)


def test_mean_of_one_has_no_interval_unless_there_is_but_one():
    assert math.isnan(answers.mean([4]).low)
    assert answers.mean([4], population=1)[:3] == (4, 4, 4)


@given(marks=MARKS)
def test_equal_weights_change_nothing(marks):
    weights = np.full(len(marks), 2.5)
    for measure in (answers.mean, answers.median, answers.nps):
        assert measure(marks, weights=weights) == pytest.approx(measure(marks), nan_ok=True)


# median


@given(marks=MARKS)
def test_median_is_numpys_and_lies_within_its_interval(marks):
    found = answers.median(marks)
    assert found.value == np.median(marks)
    assert found.low <= found.value <= found.high
    assert {found.low, found.high} <= set(marks)


def test_median_of_everybody_is_known():
    assert answers.median([1, 2, 9], population=3)[:3] == (2, 2, 2)


@pytest.mark.parametrize("n", [11, 50, 301])
def test_median_covers(n):
    rng = np.random.default_rng(n)
    found = [answers.median(rng.normal(size=n)) for _ in range(1500)]
    assert np.mean([each.low <= 0 <= each.high for each in found]) == pytest.approx(0.95, abs=0.025)


def test_weights_move_the_median():
    assert answers.median([1, 2, 3], weights=[5, 1, 1]).value == 1


def test_nobody_answered():
    for measure in (answers.mean, answers.median):
        assert math.isnan(measure([]).value)
        assert measure([]).n == 0


def test_negative_weights_are_refused():
    with pytest.raises(ValueError, match="weights are 0 or more"):
        answers.mean([1, 2], weights=[1, -1])
