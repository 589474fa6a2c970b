"""The questionnaires are what the items say, take under four minutes, and what tools export of them is found again."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest

from toolkit.areas.sentiment.tables import AUDIENCES, SURVEY_ITEMS
from toolkit.questionnaires import (
    LONGEST_ANSWER,
    choices,
    printable,
    questionnaire_files,
    read_items,
    seconds_to_answer,
)
from toolkit.scales import ASKED_IN, plain_label
from toolkit.tables import read_table

SURVEYS = Path(__file__).resolve().parent.parent / "templates" / "surveys"
ITEMS = read_items(SURVEYS / "survey_items.csv")
FILES = questionnaire_files(ITEMS)


def of(audience: str) -> list[dict[str, str]]:
    return [item for item in ITEMS if item["audience"] == audience]


def test_the_items_are_a_table_of_items():
    loaded = read_table(SURVEYS / "survey_items.csv", SURVEY_ITEMS)
    assert loaded.faults == []
    assert list(loaded.frame) == SURVEY_ITEMS.names


@pytest.mark.parametrize("name", FILES)
def test_the_questionnaires_equal_the_items(name):
    assert (SURVEYS / name).read_bytes().decode() == FILES[name], "run `make forms`"


def test_no_questionnaire_is_left_over():
    assert {path.name for path in SURVEYS.iterdir()} == {*FILES, "survey_items.csv", "README.md"}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_a_person_answers_in_under_four_minutes(audience):
    assert 60 < seconds_to_answer(of(audience)) < LONGEST_ANSWER


def test_time_is_counted_by_ratings_and_comments():
    assert seconds_to_answer([{"kind": "agreement"}, {"kind": "recommendation"}, {"kind": "comment"}]) == 45


def test_both_sides_are_asked_of_trust_in_the_same_words():
    team, vendor = (
        {item["item"]: item["wording"] for item in of(audience) if item["construct"] == "trust"}
        for audience in ("team", "vendor")
    )
    assert team == vendor
    assert len(team) >= 3


def test_constructs_have_items_enough_to_be_judged():
    for construct in ("motivation", "support", "tension", "communication", "teamwork", "trust"):
        assert sum(item["construct"] == construct for item in of("team")) >= 3
    for construct in ("quality", "speed"):
        assert sum(item["construct"] == construct for item in of("customers")) >= 3


def test_an_item_asked_about_another_names_one_that_is_there():
    names = {item["item"] for item in of("customers")}
    assert {item["of"] for item in of("customers") if item["of"]} <= names


def test_short_names_stay_apart_without_signs():
    for audience in AUDIENCES:
        codes = [re.sub(r"\W|_", "", item["item"])[:20] for item in of(audience)]
        assert len(set(codes)) == len(codes)


def test_every_label_that_is_offered_is_read_again():
    from toolkit.scales import label_sets

    for kind in ("agreement", "satisfaction", "importance"):
        assert any(
            [*own] and {plain_label(text) for text in ASKED_IN[kind]} <= own.keys() for own in label_sets(kind, 1, 5)
        )


def test_the_list_of_questions():
    rows = list(csv.DictReader(io.StringIO(FILES["team_questions.csv"].removeprefix("\ufeff"))))
    assert [row["code"] for row in rows] == [item["item"] for item in of("team")]
    assert rows[0]["choices"].split("|")[0] == "Strongly disagree"
    assert rows[-1]["type"] == "long text"


def test_limesurvey_has_a_question_for_each_item_and_its_answers():
    rows = list(csv.DictReader(io.StringIO(FILES["vendor_limesurvey.txt"].removeprefix("\ufeff")), delimiter="\t"))
    assert sum(row["class"] == "Q" for row in rows) == len(of("vendor"))
    assert sum(row["class"] == "A" for row in rows) == sum(len(choices(item)) for item in of("vendor"))


def test_qualtrics_has_a_question_for_each_item():
    tags = re.findall(r"\[\[ID:(\w+)\]\]", FILES["customers_qualtrics.txt"])
    assert tags == [item["item"] for item in of("customers")]


def test_a_printed_form_shows_text_as_text_and_runs_nothing():
    item = {
        "audience": "team",
        "item": "x",
        "wording": "<script>1</script>",
        "kind": "agreement",
        "low": "1",
        "high": "5",
    }
    page = printable("team", [item])
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "http" not in page
