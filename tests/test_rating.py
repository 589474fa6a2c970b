"""A rating goes by goals alone, is a range where goals are open, and is never lifted by what is not known."""

import math

import pytest

from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding
from toolkit.rating import AMBER, CPARS, GREEN, GREY, RED, UK, rating, uk_word


def goal(verdict, kind="committed", weight=1.0, **more):
    return Finding(
        id="cost.saving",
        vendor="v",
        period="2026",
        label="Saving",
        goal="G",
        verdict=verdict,
        kind=kind,
        weight=weight,
        **more,
    )


def rated(*verdicts, **stretch):
    return rating([*map(goal, verdicts), *(goal(verdict, "stretch") for verdict in stretch.get("stretch", ()))])


@pytest.mark.parametrize(
    ("verdicts", "stretch", "words", "light", "score"),
    [
        ((MET, MET, MET), (), "Satisfactory", GREEN, "100 of 100"),
        ((MET, MET, MISSED), (), "Marginal", RED, "67 of 100"),
        ((MET, MISSED, MISSED), (), "Unsatisfactory", RED, "33 of 100"),
        ((MET, MET), (MET, MISSED), "Very Good", GREEN, "75 of 100"),
        ((MET, MET), (MET, MET), "Exceptional", GREEN, "100 of 100"),
        ((MET, MISSED), (MET, MET), "Marginal", RED, "75 of 100"),  # stretch goals never make up for a committed one
        ((MET, MET, UNCLEAR), (), "Marginal to Satisfactory", AMBER, "67 to 100 of 100"),
        ((MET, MET, NOT_ASSESSED), (), "Marginal to Satisfactory", AMBER, "67 to 100 of 100"),
        ((MISSED, MISSED, UNCLEAR), (), "Unsatisfactory", RED, "0 to 33 of 100"),
    ],
)
def test_rating_follows_the_committed_goals_and_stretch_goals_lift_it(verdicts, stretch, words, light, score):
    found = rated(*verdicts, stretch=stretch)
    assert (found.words, found.light, found.score) == (words, light, score)


@pytest.mark.parametrize("verdicts", [(), (MET,), (MET, MET), (MISSED, MISSED), (NOT_ASSESSED, NOT_ASSESSED, MET)])
def test_there_is_no_rating_with_hardly_a_goal_or_where_most_are_not_assessed(verdicts):
    found = rated(*verdicts)
    assert (found.words, found.light, found.score) == (NOT_ASSESSED, GREY, "")
    assert found.because


def test_there_is_no_rating_from_stretch_goals_alone():
    assert rated(stretch=(MET,)).words == NOT_ASSESSED


def test_weights_count_in_the_score_and_not_in_the_word():
    found = rating([goal(MET, weight=3.0), goal(MET, weight=3.0), goal(MISSED, weight=2.0)])
    assert (found.words, found.score) == ("Marginal", "75 of 100")


def test_what_decides_the_rating_is_named_with_it():
    assert rated(MET, MET, MISSED).because == "missed: Saving"
    assert rated(MET, MET, MET).because == "every committed goal is met"


@pytest.mark.parametrize(
    ("direction", "target", "high", "value", "word"),
    [
        ("at_least", 0.95, math.nan, 0.90, "Approaching target"),  # 5 % short
        ("at_least", 0.95, math.nan, 0.80, "Requires improvement"),  # 16 % short
        ("at_most", 10.0, math.nan, 15.0, "Inadequate"),  # half too much
        ("between", 10.0, 20.0, 21.0, "Approaching target"),
        ("between", 10.0, 20.0, 5.0, "Inadequate"),
        ("at_most", 0.0, math.nan, 1.0, "Requires improvement"),  # no share of nothing
    ],
)
def test_the_uk_word_of_a_missed_goal_goes_by_its_shortfall(direction, target, high, value, word):
    assert uk_word(goal(MISSED, direction=direction, target=target, target_high=high, value=value)) == word


@pytest.mark.parametrize(
    "verdicts", [(MET,) * 3, (MET, MET, UNCLEAR), (MET, MISSED, UNCLEAR, NOT_ASSESSED), (MISSED,) * 4]
)
def test_more_knowledge_never_leads_outside_the_range(verdicts):
    """However an open goal turns out, word and score lie between those of the range."""
    found = rated(*verdicts)
    for outcome in (MET, MISSED):
        settled = rated(*(verdict if verdict in (MET, MISSED) else outcome for verdict in verdicts))
        assert CPARS.index(found.low) <= CPARS.index(settled.low) <= CPARS.index(found.high)
        assert found.score_low - 1e-9 <= settled.score_low <= found.score_high + 1e-9


def test_the_uk_word_of_a_vendor_is_that_of_its_worst_committed_goal():
    worst = goal(MISSED, direction="at_least", target=1.0, value=0.5)
    assert rating([goal(MET), goal(MET), worst]).uk == UK[0] == "Inadequate"
    stretched = goal(MISSED, "stretch", direction="at_least", target=1.0, value=0.5)
    assert rating([goal(MET), goal(MET), stretched]).uk == "Good"
