"""Groups of the team against one another."""

import pytest

from toolkit.areas import sentiment


def three_teams(surveys, c=8):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 2, 1, 2, 1, 3, 4], prefix="a", team="A")
    survey.group("2026-09", [4, 5, 4, 3, 5, 4, 5, 4], prefix="b", team="B")
    survey.group("2026-09", [3, 4, 5, 3, 4, 2, 4, 3][:c], prefix="c", team="C")
    return survey


def test_group_differences_names_the_group_furthest_from_all_others(surveys):
    made = sentiment.group_differences(three_teams(surveys).rows())
    assert made.claim.startswith("Furthest from all others in September 2026 is team A: worse than the others")
    table = made.parts["group"].set_index("group")
    assert table.loc["A", "value"] < -0.474
    assert table["n"].tolist() == [8, 8, 8]


def test_group_differences_of_one_pair_by_hand(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 3, 4, 4], prefix="a", team="A")
    survey.group("2026-09", [2, 3, 4, 5, 5], prefix="b", team="B")
    table = sentiment.group_differences(survey.rows()).parts["group"].set_index("group")
    # pairs in which A is above B: 3>2, 4>2, 4>3 twice each for both 4s: 1 + 2 x 2 = 5; below: 5 + 4 + 3 + 2 + 2 = 16
    assert table.loc["A", "value"] == pytest.approx((5 - 16) / 25)


def test_group_differences_shows_no_group_that_is_hidden(surveys):
    table = sentiment.group_differences(three_teams(surveys, c=3).rows()).parts.get("group")
    assert table is not None
    assert len(table) == 1  # C is three people, and another team is hidden with it


def test_group_differences_without_groups_is_not_assessed(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 3, 4, 5, 5])
    because = sentiment.group_differences(survey.rows()).because
    assert because == "no group is large enough to be shown beside the others"
