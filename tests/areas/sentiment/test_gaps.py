"""Two sides of one relation; expected and perceived."""

import pytest

from toolkit.areas import sentiment


def both_sides(surveys, vendor=(3, 3, 2, 4, 2)):
    survey = surveys.Survey(
        surveys.item("t1"),
        surveys.item("own"),
        surveys.item("t1", audience="vendor"),
        surveys.item("w", audience="vendor"),
    )
    survey.group("2026-09", [5, 4, 4, 3, 5, 4, 5, 2], ("t1", "own"))
    survey.group("2026-09", list(vendor), ("t1", "w"), prefix="v", audience="vendor")
    return survey


def test_perception_gap_is_the_teams_mean_less_the_vendors(surveys):
    made = sentiment.perception_gap(both_sides(surveys).rows())
    # on 0 to 100 the team's mean is 25 x (4 - 1) = 75, the vendor's 25 x (2.8 - 1) = 45
    assert made.value == pytest.approx(30)
    assert made.n == 5
    row = made.parts["item"].iloc[0]
    assert (row["item"], row["team"], row["vendor"]) == ("t1", pytest.approx(75), pytest.approx(45))
    assert made.claim.startswith(
        "Asked 1 item in the same words, the team agrees 30 points of 100 more than the vendor"
    )


def test_perception_gap_has_welchs_interval(surveys):
    made = sentiment.perception_gap(both_sides(surveys).rows())
    # variances of answers: team 8/7, vendor 2.8/4 = 0.7; error 25 x sqrt(8/7/8 + 0.7/5) = 13.29
    from toolkit.stats.intervals import t_quantile, welch_df

    errors = 25 * (8 / 7 / 8) ** 0.5, 25 * (0.7 / 5) ** 0.5
    margin = t_quantile(0.975, welch_df(errors[0], 8, errors[1], 5)) * (errors[0] ** 2 + errors[1] ** 2) ** 0.5
    assert made.high - made.value == pytest.approx(margin)


def test_perception_gap_of_a_vendor_of_four_people_is_not_assessed(surveys):
    assert not sentiment.perception_gap(both_sides(surveys, (3, 3, 2, 4)).rows()).assessed


def test_perception_gap_needs_items_asked_of_both(surveys):
    survey = surveys.Survey(surveys.item("a"), surveys.item("b", audience="vendor"))
    survey.group("2026-09", [1, 2, 3, 4, 5], ("a",))
    survey.group("2026-09", [1, 2, 3, 4, 5], ("b",), audience="vendor")
    assert sentiment.perception_gap(survey.rows()).because == "no item was asked of the team and of the vendor alike"


def expecting(surveys, answers):
    survey = surveys.Survey(
        surveys.item("q", "speed", "satisfaction", audience="customers"),
        surveys.item("e", "speed", "expectation", audience="customers", of="q"),
    )
    for place, (perceived, expected) in enumerate(answers):
        survey.asked("2026-09", place, {"q": perceived, "e": expected}, audience="customers")
    return survey


def test_service_gap_is_perceived_less_expected(surveys):
    made = sentiment.service_gap(expecting(surveys, [(3, 5), (4, 4), (2, 5), (3, 4), (4, 5)]).rows())
    # perceived 3.2, expected 4.6: -1.4 steps of 25
    assert made.value == pytest.approx(-35)
    row = made.parts["item"].iloc[0]
    assert (row["expected"], row["perceived"]) == (pytest.approx(90), pytest.approx(55))
    # differences -2 0 -3 -1 -1: variance 1.3, error 25 x sqrt(1.3 / 5), t(0.975, 4) = 2.776
    assert made.value - made.low == pytest.approx(2.7764 * 25 * (1.3 / 5) ** 0.5, rel=1e-4)
    assert made.claim.startswith("What customers perceived in September 2026 lies 35 points of 100 behind")


def test_service_gap_takes_the_means_of_all_who_answered_each(surveys):
    survey = expecting(surveys, [(3, 5), (4, 4), (2, 5), (3, 4), (4, 5), (5, None)])
    row = sentiment.service_gap(survey.rows()).parts["item"].iloc[0]
    # perceived of all six, 3.5, as every other figure of it: else the one who left out what is expected would stand out
    assert row["perceived"] == pytest.approx(62.5)
    assert row["n"] == 5


def test_service_gap_needs_expectations(surveys):
    survey = surveys.Survey(surveys.item("q", audience="customers"))
    survey.group("2026-09", [1, 2, 3, 4, 5], ("q",), audience="customers")
    because = sentiment.service_gap(survey.rows()).because
    assert because == "no item was asked for both what is expected and what is perceived"
