"""Networks of tasks, correlated inputs, dates by past throughput: closed forms, edges, coverage."""

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import spearmanr

from toolkit.stats import simulation

ONE = {"A": (1, 2, 9)}
MERGE = {"A": (1, 4, 7), "B": (1, 4, 7), "C": (0, 0, 0)}


def test_three_point_by_hand():
    mean, variance = simulation.three_point(1, 4, 13)
    assert (mean, variance) == (5, 4)
    with pytest.raises(ValueError, match="shortest, most likely, longest"):
        simulation.three_point(1, 5, 4)


def test_slack_and_the_critical_path():
    network = simulation.pert({"A": (2, 2, 2), "B": (3, 3, 3), "C": (1, 1, 1)}, {"C": ["A", "B"]})
    assert network.tasks["slack"].to_dict() == {"A": 1, "B": 0, "C": 0}
    assert network.tasks["start"].to_dict() == {"A": 0, "B": 0, "C": 3}
    assert network.critical == ("B", "C")
    assert (simulation.done_by(network, 3.9), simulation.done_by(network, 4)) == (0, 1)


def test_of_paths_alike_the_less_sure_one_is_critical():
    network = simulation.pert({"A": (3, 4, 5), "B": (1, 4, 7), "C": (1, 1, 1)}, {"C": ["A", "B"]})
    assert network.critical == ("B", "C")
    assert network.variance == 1


@pytest.mark.parametrize(
    ("predecessors", "message"),
    [
        ({"A": ["B"], "B": ["A"]}, "wait for one another"),
        ({"A": ["Z"]}, "not found: Z"),
        ({"Z": ["A"]}, "not found: Z"),
    ],
)
def test_networks_that_cannot_be(predecessors, message):
    with pytest.raises(ValueError, match=message):
        simulation.pert({"A": (1, 2, 3), "B": (1, 2, 3)}, predecessors)


def test_circles_are_found_all_at_once():
    found = simulation.circles({"A": ["B"], "B": ["A"], "C": ["A"], "D": ["D"], "E": ["F"]})
    assert {frozenset(circle) for circle in found} == {frozenset("AB"), frozenset("D")}
    assert all(circle[0] == circle[-1] for circle in found)
    assert simulation.circles({"A": ["B"], "B": []}) == []


def test_a_network_without_tasks_is_refused():
    with pytest.raises(ValueError, match="any task"):
        simulation.pert({}, {})


def test_draws_of_one_task_have_perts_mean():
    draws = simulation.network_draws(ONE, {})
    assert draws.mean() == pytest.approx(3, abs=0.02)
    assert 1 <= draws.min() <= draws.max() <= 9


def test_merging_paths_end_later_than_pert_says():
    waits = {"C": ["A", "B"]}
    network = simulation.pert(MERGE, waits)
    draws = simulation.network_draws(MERGE, waits)
    assert simulation.done_by(network, 4) == 0.5
    assert (draws <= 4).mean() == pytest.approx(0.25, abs=0.01)  # both of two, each half the time
    assert draws.mean() > network.duration


def test_equal_seeds_give_equal_draws():
    first, second = (simulation.network_draws(MERGE, {}, draws=50, seed=3) for _ in range(2))
    assert first.tolist() == second.tolist()


def test_correlated_inputs_keep_their_shape_and_correlation():
    shares = simulation.correlated([[1, 0.8], [0.8, 1]], draws=50_000)
    assert np.corrcoef(ndtri(shares).T)[0, 1] == pytest.approx(0.8, abs=0.01)
    assert spearmanr(shares).statistic == pytest.approx(6 / math.pi * math.asin(0.4), abs=0.01)
    assert np.quantile(shares, [0.1, 0.5, 0.9], axis=0) == pytest.approx(
        np.array([[0.1] * 2, [0.5] * 2, [0.9] * 2]), abs=0.01
    )


def test_fully_correlated_inputs_are_one():
    shares = simulation.correlated(np.ones((3, 3)), draws=100)
    assert np.ptp(shares, axis=1) == pytest.approx(np.zeros(100), abs=1e-9)


@pytest.mark.parametrize(
    "matrix", [[[1, 0.5]], [[1, 0.5], [0.4, 1]], [[2, 0], [0, 1]], [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]]
)
def test_correlations_that_cannot_be(matrix):
    with pytest.raises(ValueError, match="correlat"):
        simulation.correlated(matrix)


def test_steady_throughput_gives_a_sure_date():
    table = simulation.completion(10, [3] * 8, draws=1000).table
    assert (table == 4).all().all()
    assert table.index.tolist() == [0.5, 0.85, 0.95]


def test_surer_dates_are_later_and_lie_in_their_intervals():
    table = simulation.completion(40, [3, 2, 0, 5, 4, 3, 2, 6, 1, 3, 4, 2]).table
    assert table["periods"].is_monotonic_increasing
    assert ((table["low"] <= table["periods"]) & (table["periods"] <= table["high"])).all()
    assert table.loc[0.5, "periods"] == pytest.approx(40 / (35 / 12), abs=1)


def test_work_that_grows_takes_longer():
    fixed, growing = (simulation.completion(40, [2, 4] * 5, growth=(0, most)).draws.mean() for most in (0, 0.5))
    assert growing / fixed == pytest.approx(1.25, abs=0.03)


def test_nothing_left_is_done():
    assert (simulation.completion(0, [0] * 6).table == 0).all().all()


@pytest.mark.parametrize(
    ("past", "because"), [([3] * 5, "6 are the least"), ([0] * 9, "nothing was done"), ([], "0 periods")]
)
def test_dates_need_a_past(past, because):
    found = simulation.completion(5, [*past, math.nan])
    assert because in found.reason
    assert found.table.isna().all().all()


def test_what_may_never_be_done_has_no_date():
    table = simulation.completion(4, [0] * 11 + [1], draws=5000, horizon=60).table
    assert math.isinf(table.loc[0.95, "periods"])


@pytest.mark.parametrize(
    "wrong", [{"remaining": -1}, {"throughput": [-1] * 6}, {"growth": (0.3, 0.0)}, {"remaining": math.nan}]
)
def test_completion_refuses_what_is_negative(wrong):
    with pytest.raises(ValueError, match="0 or more"):
        simulation.completion(**{"remaining": 5, "throughput": [1] * 6, **wrong})


def test_dates_are_kept_about_as_often_as_they_say():
    rng = np.random.default_rng(8)
    kept = []
    for _ in range(150):
        dates = simulation.completion(30, rng.poisson(3, 12), draws=4000).table["periods"]
        needed = np.flatnonzero(rng.poisson(3, 100).cumsum() >= 30)[0] + 1
        kept.append(needed <= dates.to_numpy())
    assert np.mean(kept, axis=0) == pytest.approx(
        [0.57, 0.85, 0.95], abs=0.09
    )  # whole periods: the median is rounded up
