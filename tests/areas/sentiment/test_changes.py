"""The last wave against the one before."""

import pytest

from toolkit.areas import sentiment
from toolkit.areas.sentiment.changes import change_words

BEFORE, NOW = [1, 2, 2, 3, 1, 2, 3, 2], [4, 5, 4, 3, 5, 4, 4, 5]


def two_waves(surveys, before=BEFORE, now=NOW, audience="team", items=("q1",)):
    survey = surveys.Survey(*(surveys.item(name, audience=audience) for name in items))
    survey.group("2026-03", before, items, audience=audience)
    survey.group("2026-09", now, items, audience=audience)
    return survey


def test_team_change_is_cliffs_delta_of_peoples_scores(surveys):
    made = sentiment.team_change(two_waves(surveys).rows())
    # of 64 pairs the later answer is higher in all but those of the 3: it ties with two 3s and beats six: 62 of 64, 0 lower
    assert made.value == pytest.approx(62 / 64)
    assert made.n == 8
    assert made.claim.startswith(
        "The team's answers in September 2026: better than last wave: almost certain; size: large"
    )
    row = made.parts["construct"].iloc[0]
    assert (row["before"], row["now"], row["size"]) == (0, 7 / 8, "large")
    assert made.probability > 0.99


def test_team_change_says_no_more_than_chance_allows(surveys):
    made = sentiment.team_change(two_waves(surveys, [1, 2, 3, 4, 5, 3], [2, 2, 3, 4, 5, 3]).rows())
    assert "no different from last wave beyond chance" in made.claim
    assert made.low < 0 < made.high


def test_team_change_needs_a_wave_before(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", NOW)
    assert sentiment.team_change(survey.rows()).because == "there is no wave before"


def test_team_change_compares_items_asked_in_both_waves(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.group("2026-03", BEFORE, ("q1",))
    survey.group("2026-09", BEFORE, ("q1", "q2"))
    assert sentiment.team_change(survey.rows()).value == 0
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.group("2026-03", BEFORE, ("q1",))
    survey.group("2026-09", NOW, ("q2",))
    because = sentiment.team_change(survey.rows()).because
    assert because == "no rating item was asked in September 2026 and in March 2026"


def test_team_change_corrects_for_many_constructs(surveys):
    survey = surveys.Survey(*(surveys.item(f"q{place}", f"construct {place}") for place in range(4)))
    for wave, first in (("2026-03", BEFORE), ("2026-09", NOW)):
        for place, score in enumerate(first):
            survey.asked(wave, place, {"q0": score, "q1": 1 + place % 5, "q2": 5 - place % 5, "q3": 1 + place % 4})
    table = sentiment.team_change(survey.rows()).parts["construct"].set_index("construct")
    assert table.loc["construct 0", "likely"] != "may be chance"
    assert (table.drop("construct 0")["p"] == 1).all()


def test_team_change_allows_for_a_changed_mix_of_groups(surveys, draw):
    survey = surveys.Survey(surveys.item("q1"))
    for wave, finance in (("2026-03", 40), ("2026-09", 10)):
        for place in range(50):
            team = "Finance" if place < finance else "Legal"
            score = draw.choice([2, 3, 4, 5, 5] if team == "Finance" else [1, 1, 2, 3, 4])
            survey.asked(wave, place, {"q1": int(score)}, team=team)
    made = sentiment.team_change(survey.rows())
    assert "worse than last wave" in made.claim
    odds = made.because.split("the odds of a higher answer are ")[1]
    assert "times (0." in odds  # teams answer as before, and only their mix has changed: the interval holds 1
    assert float(odds.split(" to ")[1].split(")")[0]) > 1


def test_customer_change_of_fewer_than_the_floor_is_not_assessed(surveys):
    made = sentiment.customer_change(two_waves(surveys, [1, 2, 3], [3, 4, 5], "customers").rows())
    assert not made.assessed


def test_customer_change_is_of_the_customers(surveys):
    assert sentiment.customer_change(two_waves(surveys, audience="customers").rows()).claim.startswith("The customers'")


@pytest.mark.parametrize(
    ("delta", "p", "words"),
    [
        (0.2, 0.03, "better than last wave: likely; size: small"),
        (-0.5, 0.001, "worse than last wave: almost certain; size: large"),
        (0.2, 0.06, "no different from last wave beyond chance"),
        (float("nan"), float("nan"), ""),
    ],
)
def test_the_sentence_a_reader_needs(delta, p, words):
    assert change_words(delta, p, "last wave") == words


def test_items_of_one_wave_only_are_named(surveys):
    survey = surveys.Survey(*(surveys.item(name) for name in ("q1", "old", "new")))
    survey.group("2026-03", [5, 4, 3, 3, 2, 1], ("q1", "old"))
    survey.group("2026-09", [5, 4, 3, 3, 2, 1], ("q1", "new"))
    assert "left out, as not asked in both waves: new, old" in sentiment.team_change(survey.rows()).because
