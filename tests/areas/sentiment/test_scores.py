"""Favourable answers, NPS and CSAT, with the arithmetic beside them."""

import math

import pytest

from toolkit.areas import sentiment
from toolkit.model import Period

Q1 = Period.parse("2026-Q1")


def team(surveys, *names, **more):
    return surveys.Survey(*(surveys.item(name, **more) for name in names))


# ------------------------------------------------------------------------------------------------------------ favourable
def test_team_favourable_is_the_share_of_all_answers_in_the_two_highest_boxes(surveys):
    survey = team(surveys, "q1", "q2")
    for place, (one, other) in enumerate([(5, 4), (4, 3), (2, 1), (3, None), (5, 5), (1, 2), (4, 4), (3, 3)]):
        survey.asked("2026-09", place, {"q1": one, "q2": other})
    made = sentiment.team_favourable(survey.rows())
    # q1: 5 4 5 4 of 8 are favourable; q2: 4 5 4 of 7: 7 of 15
    assert made.value == pytest.approx(7 / 15)
    assert (made.n, made.n_of) == (8, "people")
    assert made.low < made.value < made.high
    assert made.claim.startswith("46.7 % (")
    assert made.claim.endswith("of the team's answers were favourable in September 2026.")
    items = made.parts["item"].set_index("item")
    assert items["value"].to_dict() == {"q1": 4 / 8, "q2": pytest.approx(3 / 7)}
    assert items["n"].to_dict() == {"q1": 8, "q2": 7}
    # q1 unfavourable (1 and 2): 2 1 of 8; median of 1 2 3 3 4 4 5 5 is 3.5; q2 has 7 people, too few for more than the share
    assert items.loc["q1", ["unfavourable", "median", "mean"]].tolist() == [2 / 8, 3.5, 27 / 8]
    assert items.loc["q2", ["unfavourable", "median", "mean"]].isna().all()


def test_team_favourable_answers_are_shown_box_by_box(surveys):
    survey = team(surveys, "q1")
    survey.group("2026-09", [1, 2, 2, 3, 4, 4, 4, 5, 5, 5])
    boxes = sentiment.team_favourable(survey.rows()).parts["answers"]
    assert boxes["value"].tolist() == [0.1, 0.2, 0.1, 0.3, 0.3]
    assert boxes["side"].tolist() == ["unfavourable", "unfavourable", "neutral", "favourable", "favourable"]
    assert boxes["box"].iloc[[0, 4]].tolist() == ["strongly disagree", "strongly agree"]
    assert boxes["n"].unique().tolist() == [10]


def test_team_favourable_is_weighted_to_those_invited(surveys):
    survey = team(surveys, "q1")
    survey.group("2026-09", [5, 5, 5, 5, 4, 2], prefix="a", team="A")  # 5 of 6
    survey.group("2026-09", [5, 2, 2, 1, 1, 3], prefix="b", team="B")  # 1 of 6
    survey.invite("2026-09", 10, team="A")
    survey.invite("2026-09", 30, team="B")
    made = sentiment.team_favourable(survey.rows())
    # a quarter of those invited are of A: 1/4 x 5/6 + 3/4 x 1/6 = 8/24
    assert made.value == pytest.approx(8 / 24)
    assert (
        "12 of 40 people invited answered (30.0 %); weighted to those invited by team; unweighted 50.0 %"
        in made.because
    )
    assert made.parts["team"].set_index("team")["value"].to_dict() == {
        "A": pytest.approx(5 / 6),
        "B": pytest.approx(1 / 6),
    }


def test_team_favourable_knows_that_everybody_answered(surveys):
    survey = team(surveys, "q1")
    survey.group("2026-09", [5, 4, 2, 1, 3, 3])
    survey.invite("2026-09", 6)
    made = sentiment.team_favourable(survey.rows())
    assert made.low == made.value == made.high == pytest.approx(2 / 6)


def test_team_favourable_leaves_the_overall_judgement_to_its_own_measure(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("all", overall="yes"))
    survey.group("2026-09", [5, 4, 2, 1, 3, 3], ("q1", "all"))
    assert sentiment.team_favourable(survey.rows()).parts["item"]["item"].tolist() == ["q1"]


def test_team_favourable_of_fewer_than_the_floor_is_not_assessed(surveys):
    survey = team(surveys, "q1")
    survey.group("2026-09", [5, 4, 2, 1])
    made = sentiment.team_favourable(survey.rows())
    assert not made.assessed
    assert made.because == "no rating item was answered by 5 people who did not all say the same"


def test_team_favourable_of_an_earlier_wave_is_not_this_periods(surveys):
    survey = team(surveys, "q1")
    survey.group("2026-03", [5, 4, 2, 1, 3])
    made = sentiment.team_favourable(survey.rows())
    assert made.because == "the team was last heard in March 2026, before the period"


def test_team_favourable_without_answers_says_why(surveys):
    assert sentiment.team_favourable(team(surveys, "q1").rows()).because == "survey_answers.csv is missing"


def test_customer_favourable_is_of_the_customers_alone(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q1", audience="customers"))
    survey.group("2026-09", [1, 1, 1, 1, 2])
    survey.group("2026-09", [5, 4, 4, 4, 2], prefix="c", audience="customers")
    assert sentiment.customer_favourable(survey.rows()).value == pytest.approx(4 / 5)
    assert sentiment.team_favourable(survey.rows()).value == 0


def test_vendor_favourable_of_four_people_is_not_shown(surveys):
    survey = team(surveys, "q1", audience="vendor")
    survey.group("2026-09", [5, 4, 2, 1], audience="vendor")
    assert not sentiment.vendor_favourable(survey.rows()).assessed


def test_vendor_favourable_has_a_row_a_wave(surveys):
    survey = team(surveys, "q1", audience="vendor")
    survey.group("2026-03", [5, 2, 2, 1, 1], audience="vendor")
    survey.group("2026-09", [5, 4, 4, 1, 1], audience="vendor")
    waves = sentiment.vendor_favourable(survey.rows()).parts["wave"]
    assert waves["value"].tolist() == [pytest.approx(1 / 5), pytest.approx(3 / 5)]
    assert waves["in_period"].tolist() == [False, True]


# ------------------------------------------------------------------------------------------------------------ single items
def test_enps_is_promoters_less_detractors(surveys):
    survey = surveys.Survey(surveys.item("rec", "loyalty", "recommendation"))
    survey.group("2026-09", [10, 9, 9, 8, 7, 6, 0, 10], ("rec",))
    made = sentiment.enps(survey.rows())
    # 4 of 8 promoters, 2 of 8 detractors: 50 - 25
    assert (made.value, made.unit, made.n) == (25.0, "points", 8)
    assert made.low < 25 < made.high
    assert made.parts["answers"]["value"].tolist() == [2 / 8, 2 / 8, 4 / 8]
    assert made.claim.startswith("The team's eNPS was 25 points (")


def test_enps_of_few_of_one_mind_is_not_assessed(surveys):
    survey = surveys.Survey(surveys.item("rec", "loyalty", "recommendation"))
    survey.group("2026-09", [3] * 7, ("rec",))
    assert sentiment.enps(survey.rows()).because == "everybody gave the same answer, and they are few"


def test_enps_by_team_hides_the_small_one_and_another(surveys):
    survey = surveys.Survey(surveys.item("rec", "loyalty", "recommendation"))
    survey.group("2026-09", [10, 9, 2, 5, 7, 10], ("rec",), prefix="a", team="A")
    survey.group("2026-09", [10, 2, 2, 5, 7, 8, 9], ("rec",), prefix="b", team="B")
    survey.group("2026-09", [10, 2, 3], ("rec",), prefix="c", team="C")
    teams = sentiment.enps(survey.rows()).parts["team"].set_index("team")
    assert teams["hidden"].to_dict() == {"A": True, "B": False, "C": True}
    assert teams.loc["B", "value"] == pytest.approx(100 * (2 - 3) / 7)  # 10 9 less 2 2 5


def test_nps_without_the_question_says_so(surveys):
    survey = surveys.Survey(surveys.item("q1", audience="customers"))
    survey.group("2026-09", [5, 4, 2, 1, 3], audience="customers")
    assert sentiment.nps(survey.rows()).because == "nobody was asked whether they would recommend it"


def test_nps_is_weighted(surveys):
    survey = surveys.Survey(surveys.item("rec", "loyalty", "recommendation", audience="customers"))
    survey.group("2026-09", [10, 10, 9, 9, 3], ("rec",), prefix="a", audience="customers", site="Leeds")  # 60
    survey.group("2026-09", [10, 0, 0, 5, 7], ("rec",), prefix="b", audience="customers", site="York")  # -40
    survey.invite("2026-09", 10, audience="customers", site="Leeds")
    survey.invite("2026-09", 30, audience="customers", site="York")
    assert sentiment.nps(survey.rows()).value == pytest.approx(60 / 4 - 40 * 3 / 4)


def test_csat_is_the_top_two_boxes_of_the_overall_item(surveys):
    survey = surveys.Survey(
        surveys.item("q1", audience="customers"),
        surveys.item("all", "overall", "satisfaction", audience="customers", overall="yes"),
    )
    for place, score in enumerate([5, 4, 4, 3, 2, 1, 5, 3]):
        survey.asked("2026-09", place, {"q1": 1, "all": score}, audience="customers")
    made = sentiment.csat(survey.rows())
    assert made.value == 4 / 8
    # Wilson with n = 8: the centre stays at one half
    assert made.high - 0.5 == pytest.approx(0.5 - made.low)
    assert not math.isnan(made.low)
    assert made.parts["answers"]["box"].iloc[0] == "very dissatisfied"


def test_csat_without_an_overall_item_is_not_assessed(surveys):
    survey = surveys.Survey(surveys.item("q1", audience="customers"))
    survey.group("2026-09", [5, 4, 2, 1, 3], audience="customers")
    assert sentiment.csat(survey.rows()).because == "nobody was asked for their overall judgement"
