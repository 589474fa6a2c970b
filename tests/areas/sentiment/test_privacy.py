"""Which groups and items may be shown."""

import pandas as pd
import pytest

from toolkit.areas.sentiment.privacy import fit_items, shown_groups


def people(*groups):
    """One row a person: groups are (how many, team, role)."""
    rows = [{"team": team, "role": role, "site": None} for n, team, role in groups for _ in range(n)]
    return pd.DataFrame(rows, columns=["team", "role", "site"])


def shown(*groups, floor=5):
    return {name: sorted(kept) for name, kept in shown_groups(people(*groups), floor).items()}


def test_large_groups_are_shown():
    assert shown((8, "A", "x"), (9, "B", "y")) == {"team": ["A", "B"], "role": ["x", "y"], "site": []}


def test_one_small_group_hides_another():
    assert shown((8, "A", None), (9, "B", None), (3, "C", None))["team"] == ["B"]


def test_two_small_groups_hide_one_another():
    assert shown((8, "A", None), (9, "B", None), (3, "C", None), (4, "D", None))["team"] == ["A", "B"]


def test_people_in_no_group_are_a_group_that_is_not_shown():
    assert shown((8, "A", None), (9, "B", None), (2, None, None))["team"] == ["B"]


def test_a_division_of_one_group_is_none():
    assert shown((8, "A", "x"), (9, "A", "y"))["team"] == []


def test_a_role_and_a_team_that_differ_by_two_people_are_not_both_shown():
    kept = shown((8, "A", "x"), (2, "B", "x"), (10, "B", "y"))
    assert not ("A" in kept["team"] and "x" in kept["role"])


def test_groups_of_two_divisions_that_swap_two_people_each_are_not_both_shown():
    kept = shown((7, "A", "x"), (2, "A", "y"), (2, "B", "x"), (7, "B", "y"))
    assert not ("A" in kept["team"] and "x" in kept["role"])


def test_the_same_input_gives_the_same_choice():
    groups = (6, "A", "x"), (6, "B", "y"), (3, "C", "x"), (6, "D", "y")
    assert shown(*groups) == shown(*reversed(groups))


@pytest.mark.parametrize(
    ("scores", "fit"), [([1, 2, 3, 4], False), ([1, 2, 3, 4, 5], True), ([4] * 19, False), ([4] * 20, True)]
)
def test_items_need_people_and_a_few_must_not_all_say_the_same(scores, fit):
    rows = pd.DataFrame({"item": "q1", "score": scores})
    assert bool(len(fit_items(rows, 5))) is fit
