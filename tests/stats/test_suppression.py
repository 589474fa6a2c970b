"""Small groups withheld: attacked by every subset of atoms, by named differences, and by linear programmes."""

import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.stats import suppression


def cross(counts, *divisions):
    """Cells of a table of people: the total, then each group of each division, from atoms given by their groups."""
    rows, names = [np.ones(len(counts), dtype=bool)], ["total"]
    for number, groups in enumerate(divisions):
        for group in sorted(set(groups)):
            rows.append(np.array([each == group for each in groups]))
            names.append(f"division {number}")
    return np.array(rows), np.array(counts), names


def one_division(counts):
    return cross(counts, range(len(counts)))


def follows(atoms, published):
    """Whether a set lies in the span of the published cells, by rank."""
    if not len(published):
        return False
    both = np.vstack([published, atoms]).astype(float)
    return np.linalg.matrix_rank(both) == np.linalg.matrix_rank(published.astype(float))


def small_and_derivable(cells, counts, floor, hidden):
    """Every nonempty set of fewer people than the floor that follows, found by trying all subsets of atoms."""
    filled = np.flatnonzero(counts)
    published = cells[~hidden][:, filled]
    return [
        chosen
        for size in range(1, len(filled) + 1)
        for chosen in combinations(range(len(filled)), size)
        if counts[filled][list(chosen)].sum() < floor and follows(np.isin(range(len(filled)), chosen), published)
    ]


TABLES = st.lists(
    st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 6)),
    min_size=1,
    max_size=9,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=60, deadline=None)
@given(rows=TABLES, floor=st.sampled_from([3, 5]))
def test_nothing_small_follows_by_any_sum_or_difference(rows, floor):
    cells, counts, names = cross([row[2] for row in rows], [row[0] for row in rows], [row[1] for row in rows])
    hidden = suppression.withheld(cells, counts, floor, divisions=names)
    assert small_and_derivable(cells, counts, floor, hidden) == []


@settings(max_examples=40, deadline=None)
@given(rows=TABLES)
def test_the_auditor_finds_what_trying_all_subsets_finds(rows):
    cells, counts, names = cross([row[2] for row in rows], [row[0] for row in rows], [row[1] for row in rows])
    hidden = (cells @ counts < 5) & (cells @ counts > 0)
    found = suppression.exposed(cells, counts, 5, hidden=hidden, divisions=names)
    assert bool(len(found)) == bool(small_and_derivable(cells, counts, 5, hidden))


@settings(max_examples=40, deadline=None)
@given(rows=TABLES)
def test_withheld_counts_stay_wide(rows):
    cells, counts, names = cross([row[2] for row in rows], [row[0] for row in rows], [row[1] for row in rows])
    hidden = suppression.withheld(cells, counts, 5, divisions=names)
    low, high = suppression.feasible_intervals(cells, np.where(hidden, math.nan, cells @ counts))
    people = cells @ counts
    for cell in np.flatnonzero(hidden & (people > 0)):
        assert high[cell] - low[cell] >= 5 - 1e-6 or hidden[people > 0].all()


def test_a_small_group_takes_the_next_smallest_with_it():
    cells, counts, names = one_division([3, 7, 10, 20])
    assert suppression.withheld(cells, counts, 5, divisions=names).tolist() == [False, True, True, False, False]


def test_two_small_groups_that_add_up_to_the_floor_need_no_third():
    cells, counts, names = one_division([3, 4, 10, 20])
    assert suppression.withheld(cells, counts, 5, divisions=names).tolist() == [False, True, True, False, False]


def test_two_small_groups_below_the_floor_together_need_a_third():
    cells, counts, names = one_division([2, 2, 10, 20])
    assert suppression.withheld(cells, counts, 5, divisions=names).tolist() == [False, True, True, True, False]


@pytest.mark.parametrize("floor", [8, 10])
def test_with_higher_floors_too(floor):
    cells, counts, names = one_division([1, 1, 1, 1, 1, 1, 1, 30, 40])
    hidden = suppression.withheld(cells, counts, floor, divisions=names)
    assert hidden.tolist() == [False, *[True] * 8, False]


def test_nothing_small_nothing_withheld():
    cells, counts, names = one_division([5, 6, 7])
    assert not suppression.withheld(cells, counts, 5, divisions=names).any()


def test_an_empty_group_is_shown():
    cells, counts, names = one_division([0, 6, 7])
    assert not suppression.withheld(cells, counts, 5, divisions=names).any()


def test_an_empty_group_hides_nobody():
    # total less the third is the group of three, for the first is known to be empty
    cells, counts, names = one_division([0, 3, 10])
    assert suppression.withheld(cells, counts, 5, divisions=names)[3]


def test_fewer_people_than_the_floor_show_nothing():
    cells, counts, names = one_division([2, 2])
    assert suppression.withheld(cells, counts, 5, divisions=names).all()


def test_a_site_within_a_team_is_that_team_less_the_others():
    # team a is 6 people, all of them at site x of 8: the two others at x would be known
    cells, counts, names = cross([6, 2, 12], ["a", "b", "b"], ["x", "x", "y"])
    assert suppression.exposed(cells, counts, 5).tolist() == [[False, True, False]]
    hidden = suppression.withheld(cells, counts, 5, divisions=names)
    assert not len(suppression.exposed(cells, counts, 5, hidden=hidden))


def test_the_total_is_not_given_up_for_less():
    # teams within sites: two ways to the same three people, and small cells enough to hide them
    cells, counts, names = cross([3, 9, 30, 200], ["a", "b", "c", "d"], ["x", "x", "y", "z"])
    hidden = suppression.withheld(cells, counts, 5, divisions=names)
    assert not hidden[0]


def test_the_choice_does_not_depend_on_the_order_of_atoms():
    rng = np.random.default_rng(4)
    teams, sites, counts = rng.integers(0, 5, 30), rng.integers(0, 5, 30), rng.integers(0, 5, 30)
    cells, counts, names = cross(counts, teams, sites)
    mixed = rng.permutation(30)
    first = suppression.withheld(cells, counts, 5, divisions=names)
    assert first.tolist() == suppression.withheld(cells[:, mixed], counts[mixed], 5, divisions=names).tolist()


def test_sums_of_scores_follow_by_the_same_algebra():
    cells, counts, _ = one_division([3, 7, 10])
    published = cells[[0, 2, 3]]
    scores = np.array([4.0, 30.0, 41.0])
    (found,) = suppression.exposed(cells, counts, 5, hidden=[False, True, False, False])
    parts, *_ = np.linalg.lstsq(published.astype(float).T, found.astype(float), rcond=None)
    assert parts @ (published @ scores) == pytest.approx(4)


def test_derivable_sets():
    cells, _, _ = one_division([1, 1, 1])
    sets = np.array([[1, 0, 0], [0, 1, 1], [0, 1, 0]], dtype=bool)
    assert suppression.derivable(sets, cells[[0, 1]]).tolist() == [True, True, False]


def test_thirty_cells_of_three_divisions():
    rng = np.random.default_rng(9)
    codes = np.stack([rng.choice(10, 300, p=rng.dirichlet(np.ones(10))) for _ in range(3)], axis=1)
    atoms, counts = np.unique(codes, axis=0, return_counts=True)
    cells, counts, names = cross(counts, *atoms.T)
    hidden = suppression.withheld(cells, counts, 5, divisions=names)
    assert not len(suppression.exposed(cells, counts, 5, hidden=hidden))
    primary = cells @ counts < 5
    assert 0 < primary.sum() <= hidden.sum() <= primary.sum() + 4


def test_figures_that_contradict_have_no_interval():
    with pytest.raises(ValueError, match="no counts of people give these published figures"):
        suppression.feasible_intervals([[1, 0], [0, 1], [1, 1]], [math.nan, 5, 3])


def test_unbounded_counts():
    assert suppression.feasible_intervals([[1, 0], [0, 1]], [math.nan, 5]).high.tolist() == [math.inf, 5]


def test_impossible_counts_are_refused():
    with pytest.raises(ValueError, match="counts are 0 or more"):
        suppression.withheld([[True]], [-1], 5)
    with pytest.raises(ValueError, match="one count an atom"):
        suppression.withheld([[True]], [1, 2], 5)
