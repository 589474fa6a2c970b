"""Do the items of a construct measure one thing."""

import numpy as np

from toolkit.areas import sentiment


def people(surveys, draw, n=60):
    """Three items of trust that go together, three of tension that do not, two of help."""
    names = [*(f"t{place}" for place in range(3)), *(f"x{place}" for place in range(3)), "h0", "h1"]
    of = {"t": "trust", "x": "tension", "h": "help"}
    survey = surveys.Survey(*(surveys.item(name, of[name[0]]) for name in names))
    for place in range(n):
        true = draw.normal()
        answers = {name: 3 + (1.2 * true if name[0] != "x" else 0) + 0.6 * draw.normal() for name in names}
        survey.asked("2026-09", place, {name: float(np.clip(round(one), 1, 5)) for name, one in answers.items()})
    return survey


def test_scale_reliability_names_the_construct_that_does_not_hold_together(surveys, draw):
    made = sentiment.scale_reliability(people(surveys, draw).rows())
    table = made.parts["construct"].set_index("construct")
    assert made.claim.startswith("The construct tension (team) does not hold together: omega")
    assert "do not measure one thing" in table.loc["tension", "warning"]
    assert table.loc["trust", "omega"] > 0.7
    assert "read them one by one" not in table.loc["trust", "warning"]
    assert (table["n"] == 60).all()


def test_scale_reliability_of_two_items_is_alpha(surveys, draw):
    table = sentiment.scale_reliability(people(surveys, draw).rows()).parts["construct"].set_index("construct")
    assert np.isnan(table.loc["help", "omega"])
    assert table.loc["help", "value"] == table.loc["help", "alpha"]


def test_scale_reliability_shows_each_item_against_the_rest(surveys, draw):
    items = sentiment.scale_reliability(people(surveys, draw).rows()).parts["item"].set_index("item")
    assert items.loc[["t0", "t1", "t2"], "rest"].min() > 0.5
    assert items.loc[["x0", "x1", "x2"], "rest"].abs().max() < 0.4
    assert items.loc["t0", "wording"] == "Words of t0"


def test_scale_reliability_needs_people_and_items(surveys, draw):
    few = sentiment.scale_reliability(people(surveys, draw, 7).rows())
    assert few.because == "no construct has two items or more that 8 people answered"
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 3, 4, 5, 5, 4, 2])
    assert not sentiment.scale_reliability(survey.rows()).assessed
