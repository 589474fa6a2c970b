"""Weights to those invited, and when there are none."""

import pytest

from toolkit.sealed import open_sealed


def weighting(survey):
    rows = survey.rows()
    return open_sealed(rows), next(iter(rows.attrs["weighting"].values()))


def teams(surveys, **counts):
    survey = surveys.Survey(surveys.item("q1"))
    for team, n in counts.items():
        survey.group("2026-09", [1 + place * 3 % 5 for place in range(n)], prefix=team, team=team)
    return survey


def test_each_group_counts_as_much_as_it_was_invited(surveys):
    survey = teams(surveys, A=6, B=6)
    survey.invite("2026-09", 10, team="A")
    survey.invite("2026-09", 30, team="B")
    rows, words = weighting(survey)
    # 10 of 40 for six of twelve: 0.5, and 1.5; on average 1
    assert rows.groupby("team")["weight"].first().to_dict() == {"A": pytest.approx(0.5), "B": pytest.approx(1.5)}
    assert (rows["population"] == 40).all()
    assert words == "weighted to those invited by team"


def test_a_population_larger_than_those_invited_is_what_counts(surveys):
    survey = teams(surveys, A=6)
    survey.invite("2026-09", 10, population=25, team="A")
    assert (weighting(survey)[0]["population"] == 25).all()


def test_small_groups_are_one_group(surveys):
    survey = teams(surveys, A=8, B=3, C=3, D=7)
    for team, invited in (("A", 10), ("B", 10), ("C", 10), ("D", 10)):
        survey.invite("2026-09", invited, team=team)
    rows, _ = weighting(survey)
    weights = rows.groupby("team")["weight"].first()
    assert weights["B"] == weights["C"]  # not 10/3 each as their own groups
    assert weights["B"] == pytest.approx(20 / 6 * 21 / 40)


def test_two_dimensions_are_raked_where_their_groups_cross_in_enough_people(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    for place, (team, site) in enumerate([("A", "x"), ("A", "y"), ("B", "x"), ("B", "y")]):
        survey.group("2026-09", [1, 2, 3, 4, 5, 3], prefix=f"{place}-", team=team, site=site)
        survey.invite("2026-09", 10 * (place + 1), team=team, site=site)
    rows, words = weighting(survey)
    assert words == "weighted to those invited by team and site"
    share = rows.groupby("team")["weight"].sum() / rows["weight"].sum()
    assert share["A"] == pytest.approx(30 / 100)


def test_dimensions_that_cross_in_few_people_are_not_weighted_together(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    for place, (team, site, n) in enumerate([("A", "x", 8), ("A", "y", 3), ("B", "x", 3), ("B", "y", 8)]):
        survey.group("2026-09", [1 + one % 5 for one in range(n)], prefix=f"{place}-", team=team, site=site)
        survey.invite("2026-09", 10, team=team, site=site)
    assert " and " not in weighting(survey)[1]


@pytest.mark.parametrize("invited", [0, 5])
def test_more_answers_than_people_are_not_weighted(surveys, invited):
    survey = teams(surveys, A=6)
    survey.invite("2026-09", invited, team="A")
    rows, words = weighting(survey)
    assert words.startswith("not weighted")
    assert rows["population"].isna().all()


def test_without_invitations_nobody_knows_the_population(surveys):
    rows, words = weighting(teams(surveys, A=6, B=6))
    assert (rows["weight"] == 1).all()
    assert rows["population"].isna().all()
    assert words == "not weighted: how many were invited is not known"


def test_a_wave_in_which_all_say_the_same_is_not_weighted(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [4] * 6, prefix="a", team="A")
    survey.group("2026-09", [4] * 6, prefix="b", team="B")
    survey.invite("2026-09", 10, team="A")
    survey.invite("2026-09", 30, team="B")
    assert weighting(survey)[1].startswith("not weighted")
