"""Response rates, and what non-response may hide."""

import pytest

from toolkit.areas import sentiment
from toolkit.model import Period

PERIOD = Period.parse("2026-H2")


def rate(survey, measure=sentiment.team_response_rate, period=PERIOD):
    return measure(survey.tables().survey_invitations, survey.rows(period), period=period)


def test_team_response_rate_counts_people_who_answered_something(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.group("2026-09", [5, 4, 3], ("q1", "q2"), team="A")
    survey.asked("2026-09", "silent", {"q1": None, "q2": None}, team="A")
    survey.invite("2026-09", 8, team="A")
    made = rate(survey)
    assert (made.value, made.numerator, made.denominator, made.counted) == (3 / 8, 3, 8, True)
    assert made.claim == "37.5 % of those of the team who were invited in September 2026 answered: 3 of 8."


def test_team_response_rate_hides_groups_of_few_invited(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [5, 4, 3, 3, 2], team="A")
    survey.invite("2026-09", 8, team="A")
    survey.invite("2026-09", 3, team="B")
    teams = rate(survey).parts["team"].set_index("team")
    assert teams.loc["A", ["value", "answered", "n"]].tolist() == [5 / 8, 5, 8]
    assert teams.loc["B", "hidden"]


def test_team_response_rate_without_invitations_is_not_assessed(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [5, 4, 3, 3, 2])
    assert not rate(survey).assessed


def test_customer_response_rate_of_a_wave_in_which_nobody_answered_is_zero(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [5, 4, 3, 3, 2])
    survey.invite("2026-09", 20, audience="customers")
    assert rate(survey, sentiment.customer_response_rate).value == 0


def test_vendor_response_rate_of_more_answers_than_invitations_is_not_assessed(surveys):
    survey = surveys.Survey(surveys.item("q1", audience="vendor"))
    survey.group("2026-09", [5, 4, 3, 3, 2, 1], audience="vendor")
    survey.invite("2026-09", 5, audience="vendor")
    assert rate(survey, sentiment.vendor_response_rate).because == "6 people answered where 5 were invited"


def test_team_response_rate_is_not_that_of_a_wave_before_the_figures(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    for wave in ("2026-07", "2026-09"):
        survey.group(wave, [5, 4, 3, 3, 2])
    survey.invite("2026-07", 10)
    assert rate(survey).because == "how many of the team were invited in September 2026 is not known"


def test_team_response_rate_has_a_row_a_wave(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    for wave, people in (("2026-03", 4), ("2026-09", 6)):
        survey.group(wave, [3] * people)
        survey.invite(wave, 10)
    waves = rate(survey).parts["wave"]
    assert waves["value"].tolist() == [0.4, 0.6]
    assert waves["in_period"].tolist() == [False, True]


def two_teams(surveys, submitted=None, scores=(5, 5, 5, 5, 4, 2, 5, 2, 2, 1, 1, 3)):
    survey = surveys.Survey(surveys.item("q1"))
    for place, score in enumerate(scores):
        day = submitted and f"2026-09-{submitted[place]:02d}"
        survey.asked("2026-09", place, {"q1": score}, team="A" if place < 6 else "B", submitted=day)
    return survey


def test_nonresponse_is_the_weighted_less_the_unweighted_share(surveys):
    survey = two_teams(surveys)
    survey.invite("2026-09", 10, team="A")
    survey.invite("2026-09", 30, team="B")
    made = sentiment.nonresponse(survey.rows())
    # weighted 1/4 x 5/6 + 3/4 x 1/6 = 1/3, unweighted 1/2
    assert made.value == pytest.approx(1 / 3 - 1 / 2)
    assert made.parts["check"]["value"].tolist() == [pytest.approx(1 / 3), 1 / 2]


def test_nonresponse_sets_those_who_answered_late_against_the_early_ones(surveys):
    survey = two_teams(surveys, submitted=[1] * 6 + [20] * 6, scores=(5, 5, 5, 5, 4, 3, 1, 1, 2, 1, 1, 4))
    survey.invite("2026-09", 10, team="A")
    survey.invite("2026-09", 30, team="B")
    made = sentiment.nonresponse(survey.rows())
    assert "those who answered late find it worse (large difference)" in made.because
    assert made.parts["check"]["value"].iloc[-1] < -0.474


def test_nonresponse_without_invitations_is_not_assessed(surveys):
    assert (
        "not weighted: how many were invited is not known" in sentiment.nonresponse(two_teams(surveys).rows()).because
    )


def test_nonresponse_tells_of_the_customers_too(surveys):
    survey = surveys.Survey(surveys.item("q1", audience="customers"))
    for place, score in enumerate((5, 5, 5, 5, 4, 2, 5, 2, 2, 1, 1, 3)):
        survey.asked("2026-09", place, {"q1": score}, audience="customers", team="A" if place < 6 else "B")
    survey.invite("2026-09", 10, audience="customers", team="A")
    survey.invite("2026-09", 30, audience="customers", team="B")
    made = sentiment.nonresponse(survey.rows())
    assert made.value == pytest.approx(1 / 3 - 1 / 2)
    assert made.parts["check"]["audience"].unique().tolist() == ["customers"]


def test_who_answered_is_set_against_the_invited_and_against_all_there_are(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [5, 4, 3, 3, 2, 1])
    survey.invite("2026-09", 10, population=60)
    because = sentiment.team_favourable(survey.rows()).because
    assert because.startswith("6 of 10 people invited answered, 10.0 % of the 60 who belong to the team;")
