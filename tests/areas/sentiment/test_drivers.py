"""What goes with overall satisfaction."""

import numpy as np
import pytest

from toolkit.areas import sentiment


def customers(surveys, draw, n=80, overall=True):
    names = {"s1": "speed", "s2": "speed", "p1": "price", "f1": "friendliness"}
    items = [surveys.item(name, construct, "satisfaction", audience="customers") for name, construct in names.items()]
    survey = surveys.Survey(*items, surveys.item("all", "overall", "satisfaction", audience="customers", overall="yes"))
    for place in range(n):
        speed, price, friendly = draw.normal(size=3)
        raw = {"s1": speed, "s2": speed, "p1": price, "f1": friendly}
        if overall:
            raw["all"] = 1.2 * speed + 0.4 * price + 0.3 * draw.normal()
        answers = {name: int(np.clip(round(3 + one), 1, 5)) for name, one in raw.items()}
        survey.asked("2026-09", place, answers, audience="customers")
    return survey


def test_satisfaction_drivers_finds_what_overall_satisfaction_was_made_of(surveys, draw):
    rows = customers(surveys, draw).rows()
    made = sentiment.satisfaction_drivers(rows)
    table = made.parts["construct"]
    assert table["construct"].tolist()[0] == "speed"
    assert table["value"].sum() == pytest.approx(1)
    assert made.low < made.value < made.high
    assert "need not bring it about" in made.because
    favourable = sentiment.customer_favourable(rows).parts["construct"].set_index("construct")["value"]
    assert table.set_index("construct")["favourable"].to_dict() == pytest.approx(favourable.to_dict())


def test_satisfaction_drivers_needs_the_overall_judgement(surveys, draw):
    because = sentiment.satisfaction_drivers(customers(surveys, draw, overall=False).rows()).because
    assert because == "nobody was asked for their overall judgement"


def test_satisfaction_drivers_of_few_people_is_not_assessed(surveys, draw):
    made = sentiment.satisfaction_drivers(customers(surveys, draw, n=12).rows())
    assert not made.assessed
    assert "3 predictors need 20 or more" in made.because
