"""`toolkit import` of surveys: what lands in the client's folder, wave by wave, and that it passes `toolkit check`."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from toolkit.cli import every_table, main
from toolkit.intake import read_mapping

ROOT = Path(__file__).resolve().parents[2]
HEAD = "Email,Name,Team,trust_1,tension_1,should_change\n"
MAPPINGS = sorted(path for path in (ROOT / "templates" / "mappings").glob("*.yaml") if "survey" in path.read_text())


@pytest.fixture
def client(tmp_path: Path) -> Path:
    folder = tmp_path / "client"
    folder.mkdir()
    text = "client: Trial\ncurrency: GBP\nperiods: [2026-Q3]\nvendors:\n  - {vendor: alder, name: Alder}\n"
    (folder / "review.yaml").write_text(text, encoding="utf-8")
    shutil.copy(ROOT / "templates" / "surveys" / "survey_items.csv", folder)
    return folder


def run(
    client: Path, text: str, *, wave: str = "2026-09", audience: str = "team", more: tuple[str, ...] = (), code: int = 0
):
    (client.parent / "answers.csv").write_text(text, encoding="utf-8")
    told = ["vendor=alder", f"audience={audience}", f"wave={wave}"]
    words = ["import", "survey_wide", str(client.parent / "answers.csv"), "--client", str(client), *more]
    result = CliRunner().invoke(main, [*words, *(word for text in told for word in ("--constant", text))])
    assert result.exit_code == code, result.output
    return result


def table(client: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(client / f"{name}.csv", dtype="str", keep_default_na=False)


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.stem)
def test_every_mapping_of_surveys_is_valid(path):
    read = read_mapping(path, every_table(), {"vendor": "alder", "audience": "team", "wave": "2026-09"})
    assert read.survey is not None


def test_the_folder_holds_hashes_and_no_names(client):
    run(client, HEAD + "anna@example.org,Anna Ash,Ops,4,N/A,Fine\n")
    assert re.fullmatch("p_[0-9a-f]{16}", table(client, "survey_answers")["respondent"][0])
    for path in client.rglob("*"):
        if path.is_file():
            assert b"anna" not in path.read_bytes().lower(), path.name


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_what_is_imported_passes_the_check(client, suffix):
    text = HEAD + 'a,,"Ops, North",4,-99,"<b>five</b>, ""quoted"" 😀\nnext"\nb,,,2,,=1+1\n'
    run(client, text, more=("--format", suffix))
    result = CliRunner().invoke(main, ["check", str(client)])
    assert result.exit_code == 0, result.output
    assert "No faults." in result.output


def test_waves_and_audiences_add_up_and_the_same_wave_is_replaced(client):
    run(client, HEAD + "a,,Ops,4,2,one\nb,,Ops,3,,\n", wave="2026-06")
    run(client, "Email,speed_1\nc,Satisfied\n", audience="customers")
    result = run(client, HEAD + "a,,Ops,5,,two\n")
    assert "beside 4 of other waves" in " ".join(result.output.split())
    run(client, HEAD + "a,,Ops,1,,three\n")
    rows = table(client, "survey_answers")[["audience", "wave", "answer"]].to_numpy().tolist()
    assert sorted(rows) == [
        ["customers", "2026-09", "4"],
        ["team", "2026-06", "2"],
        ["team", "2026-06", "3"],
        ["team", "2026-06", "4"],
        ["team", "2026-09", "1"],
    ]
    assert table(client, "survey_comments")["comment"].tolist() == ["one", "three"]
    people = table(client, "survey_respondents")
    assert people.groupby("respondent").size().max() == 2  # the same person in two waves has one hash


def test_what_was_written_can_be_imported_again(client):
    run(client, HEAD + "a,,Ops,4,N/A,one\n")
    before = table(client, "survey_answers")
    moved = client.parent / "moved.csv"
    (client / "survey_answers.csv").rename(moved)
    result = CliRunner().invoke(main, ["import", "survey_long", str(moved), "--client", str(client)])
    assert result.exit_code == 0, result.output
    pd.testing.assert_frame_equal(table(client, "survey_answers"), before)


def test_a_constant_without_a_value(client):
    result = run(client, HEAD, more=("--constant", "team"), code=2)
    assert "--constant: found 'team'; expected NAME=VALUE, such as wave=2026-09" in result.output


def test_a_client_without_items_is_told_where_there_are_some(client):
    (client / "survey_items.csv").unlink()
    result = run(client, HEAD + "a,,,4,,\n", code=1)
    assert "Copy templates/surveys/survey_items.csv into the client's folder" in result.output


def test_questionnaires_of_a_clients_own_items(client):
    result = CliRunner().invoke(main, ["questionnaires", str(client)])
    assert result.exit_code == 0, result.output
    assert (client / "surveys" / "team.html").read_text() == (ROOT / "templates" / "surveys" / "team.html").read_text()


@pytest.mark.parametrize("text", ["vendor;audience;wave\nalder;team;2026-06\n", "vendor,audience,wave\na\n", ""])
def test_an_earlier_table_that_cannot_be_read_is_not_lost(client, text):
    (client / "survey_answers.csv").write_text(text)
    result = run(client, HEAD + "a,,Ops,4,,\n", code=1)
    assert "survey_answers.csv: found an earlier table that cannot be read" in result.output
    assert (client / "survey_answers.csv").read_text() == text
