"""The answers of all waves as one table: what is turned, left out, and of which wave."""

import pandas as pd
import pytest

from toolkit.areas.sentiment.responses import box_width
from toolkit.model import Period
from toolkit.sealed import HASH, Sealed, open_sealed

PERIOD = Period.parse("2026-H2")


def test_reversed_items_are_turned_so_that_high_is_good(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2", reversed="yes"))
    survey.asked("2026-09", "ann", {"q1": 4, "q2": 2})
    rows = open_sealed(survey.rows()).set_index("item")
    assert rows["answer"].to_dict() == {"q1": 4, "q2": 2}
    assert rows["score"].to_dict() == {"q1": 4, "q2": 4}
    assert rows["favourable"].to_dict() == {"q1": 1, "q2": 1}


def test_what_cannot_be_used_is_left_out_and_counted(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.asked("2026-09", "ann", {"q1": 4, "q2": 9, "q9": 3})
    survey.asked("2026-09", "bob", {"q1": 5})
    survey.asked("2026-09", "bob", {"q1": 1})
    rows = survey.rows()
    assert (rows.attrs["off_scale"], rows.attrs["unknown_items"], rows.attrs["repeated"]) == (1, ("q9",), 2)
    assert open_sealed(rows)["score"].tolist() == [4]


def test_why_there_is_no_answer_is_kept(surveys):
    survey = surveys.Survey(surveys.item("q1"), surveys.item("q2"))
    survey.asked("2026-09", "ann", {"q1": None, "q2": 3})
    rows = open_sealed(survey.rows()).set_index("item")
    assert rows.loc["q1", "missing"] == "skipped"
    assert pd.isna(rows.loc["q1", "score"])
    assert pd.isna(rows.loc["q1", "favourable"])


@pytest.mark.parametrize(
    ("low", "high", "width"),
    [(1, 3, 1), (1, 4, 2), (1, 5, 2), (1, 7, 2), (0, 10, 2), (0, 100, 20)],
)
def test_two_boxes_are_favourable_but_one_of_three_and_a_fifth_of_a_fine_scale(low, high, width):
    assert box_width(pd.Series([low]), pd.Series([high])).tolist() == [width]


def test_the_last_wave_up_to_the_periods_end_is_marked(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    for wave in ("2025-09", "2026-03", "2026-09", "2027-03"):
        survey.asked(wave, "ann", {"q1": 4})
    marked = open_sealed(survey.rows()).set_index("wave")[["latest", "in_period", "previous"]]
    assert marked.loc["2026-09"].tolist() == [True, True, False]
    assert marked.loc["2026-03"].tolist() == [False, False, True]
    assert "2027-03" not in marked.index.astype(str)
    earlier = open_sealed(survey.rows(Period.parse("2026-Q2")))
    assert earlier.loc[earlier["latest"], "in_period"].tolist() == [False]


def test_rows_are_sealed_with_the_floors_and_hold_no_hash(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.group("2026-09", [1, 2, 3], team="Finance")
    rows = survey.rows()
    assert isinstance(rows, Sealed)
    assert rows.attrs["people_floor"] == 5
    assert not HASH.search(open_sealed(rows).to_csv())


def test_somebody_listed_in_two_groups_is_in_none(surveys):
    survey = surveys.Survey(surveys.item("q1"))
    survey.asked("2026-09", "ann", {"q1": 4}, team="Finance")
    survey.people.append({**survey.people[0], "team": "Legal"})
    assert open_sealed(survey.rows())["team"].isna().all()


def test_tables_that_are_not_there_give_a_reason(surveys):
    rows = surveys.Survey(surveys.item("q1")).rows()
    assert rows.attrs["absent"] == "survey_answers.csv is missing"
