"""Confidential rows show nothing of themselves, and no number of a measure speaks for too few people."""

import math
import pickle
from dataclasses import replace

import pandas as pd
import pytest

from toolkit.areas.sentiment.tables import SURVEY_ANSWERS
from toolkit.case import open_case
from toolkit.client import open_client
from toolkit.files import salt_of
from toolkit.model import Measured, measure
from toolkit.sealed import HASH, Sealed, held_back, keeps_sealed, open_sealed, person_hash
from toolkit.store import check_client, read_slice
from toolkit.tables import check_cells

FLOORS = {"people_floor": 5, "distribution_floor": 8, "comment_floor": 10}


def sealed(people, **attrs):
    rows = pd.DataFrame({"respondent": [f"r{number}" for number in range(people)], "answer": 4.0})
    rows.attrs = {"table": "survey_answers", "file": "survey_answers.csv", "absent": "", **FLOORS, **attrs}
    return Sealed(rows)


@measure("Answers")
def answers(rows, *, of=""):
    """How many people answered."""
    parts = {"site": pd.DataFrame({"site": ["Leeds", "York", "Hull"], "value": [1.0, 2.0, 3.0], "n": [5, 4, 0]})}
    return Measured(value=rows["answer"].mean(), n=len(rows), n_of="people", counted=True, parts=parts, claim="4 of 5.")


# ------------------------------------------------------------------------------------------------------------ not looked at
def test_sealed_rows_show_how_many_they_are_and_nothing_else():
    shown = repr(sealed(7)), sealed(7)._repr_html_()
    assert shown[0] == "7 confidential rows of survey_answers: only measures read them"
    assert not any("r3" in text for text in shown)


def test_sealed_rows_that_are_absent_show_why():
    assert repr(sealed(0, absent="survey_answers.csv is missing")) == "not there: survey_answers.csv is missing"


@pytest.mark.parametrize(
    "look", [lambda rows: rows["answer"], list, lambda rows: rows.to_csv(), lambda rows: rows.iloc[0]]
)
def test_sealed_rows_cannot_be_picked_walked_or_exported(look):
    with pytest.raises((TypeError, AttributeError)):
        look(sealed(7))


def test_sealed_rows_cannot_be_pickled():
    with pytest.raises(TypeError):
        pickle.dumps(sealed(7))


def test_what_is_made_of_sealed_rows_is_sealed_with_the_highest_floors():
    made = keeps_sealed(lambda one, other: pd.concat([one, other]))(sealed(3), sealed(4, people_floor=9))
    assert isinstance(made, Sealed)
    assert (len(made), made.attrs["people_floor"]) == (7, 9)


# ------------------------------------------------------------------------------------------------------------ held back
def test_a_measure_on_fewer_people_than_the_floor_is_not_assessed():
    few = answers(sealed(4))
    assert not few.assessed
    assert few.because == "fewer than 5 people answered"
    assert (few.n, dict(few.parts)) == (0, {})


def test_a_client_may_raise_the_floor():
    assert answers(sealed(7)).assessed
    assert answers(sealed(7, people_floor=8)).because == "fewer than 8 people answered"


def test_a_part_keeps_no_number_of_a_group_below_the_floor():
    part = answers(sealed(9)).parts["site"]
    assert part["hidden"].tolist() == [False, True, False]
    assert part.loc[1, ["value", "n"]].isna().all()
    assert part.loc[0, "value"] == 1.0


def test_a_part_that_says_what_is_hidden_stays_hidden():
    part = pd.DataFrame({"site": ["Leeds", "York"], "value": [1.0, 2.0], "n": [9, 12], "hidden": [False, True]})
    assert held_back(part, 5)["value"].isna().tolist() == [False, True]


def test_a_part_that_does_not_say_for_how_many_it_speaks_is_refused():
    with pytest.raises(ValueError, match="needs the column 'n'"):
        held_back(pd.DataFrame({"site": ["Leeds"], "value": [1.0]}), 5)


# --------------------------------------------------------------------------------------------------------------- persons
def test_a_person_has_one_hash_and_a_hash_stays_as_it_is():
    hashed = person_hash("Ann@Example.org ", "salt")
    assert HASH.fullmatch(hashed)
    assert hashed == person_hash("ann@example.org", "salt") == person_hash(hashed, "other")
    assert hashed != person_hash("ann@example.org", "pepper")


def test_a_salt_is_made_once_for_its_owner_only(tmp_path):
    first = salt_of(tmp_path)
    assert (first, len(first)) == (salt_of(tmp_path), 64)
    assert (tmp_path / ".salt").stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob(".salt.*"))


@pytest.fixture
def client(tmp_path):
    (tmp_path / "review.yaml").write_text(
        "client: Acme\ncurrency: GBP\nperiods: {from: 2026-Q1, to: 2026-Q3, every: quarter}\n"
        "vendors: [{vendor: alder, name: Alder}]\n"
    )
    return tmp_path


HEADER = "vendor,audience,wave,respondent,item,answer\n"


def test_the_prepared_store_holds_nobodys_name(client):
    (client / "survey_answers.csv").write_text(HEADER + "alder,team,2026-09,ann@example.org,q1,4\n")
    rows = read_slice(open_client(client), SURVEY_ANSWERS, "alder")
    assert rows["respondent"].tolist() == [person_hash("ann@example.org", salt_of(client))]
    kept = [path.read_bytes() for path in (client / ".prepared").rglob("*") if path.is_file()]
    assert kept
    assert not any(b"ann@example.org" in content for content in kept)


def test_faults_of_a_confidential_table_quote_nobody(client):
    row = "alder,team,2026-09,ann@example.org,q1,4\n"
    (client / "survey_answers.csv").write_text(HEADER + row + row + "alder,team,2026-09,bob@example.org,q1,happy\n")
    told = [str(fault) for fault in check_client(client, [SURVEY_ANSWERS]).faults]
    assert len(told) == 2
    assert not any("@" in text for text in told)
    assert "respondent 15 characters" in " ".join(told)


def test_faults_tell_a_wrong_answer_but_no_free_text():
    cells = pd.DataFrame([["alder", "team", "2026-09", "x" * 5_000, "q1", "happy"]], columns=HEADER.strip().split(","))
    told = " ".join(str(fault) for fault in check_cells(cells.astype("str"), SURVEY_ANSWERS, "file").faults)
    assert "'happy'" in told
    assert "xxx" not in told


def test_a_case_hands_on_confidential_tables_sealed(client):
    people = "".join(f"alder,team,2026-09,r{number},q1,4\n" for number in range(6))
    (client / "survey_answers.csv").write_text(HEADER + people)
    area = type(
        "Area", (), {"NAME": "sentiment", "TABLES": (SURVEY_ANSWERS,), "NOTEBOOK": "", "TITLE": "", "QUESTION": ""}
    )
    case = open_case(area, "alder", "2026-Q3", str(client), str(client / "reports"))
    assert isinstance(case.survey_answers, Sealed)
    assert answers(case.survey_answers).value == 4
    assert "r3" not in case.check()._repr_html_()


def test_a_client_cannot_lower_the_floor(client):
    from toolkit.errors import SettingsError

    with (client / "review.yaml").open("a") as file:
        file.write("thresholds: {people_floor: 3}\n")
    with pytest.raises(SettingsError, match="people_floor"):
        open_client(client)


def test_an_unsealed_table_is_as_it_was():
    rows = pd.DataFrame({"answer": [4.0]})
    assert open_sealed(rows) is rows
    assert math.isclose(answers(rows.assign(respondent="r1")).value, 4.0)
    assert replace(answers(rows), parts={}).n == 1
