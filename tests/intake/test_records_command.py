"""`toolkit import` of records of people: hashed with the client's salt, and the tables keep their promises."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from toolkit.cli import main

REVIEW = """\
client: C
currency: GBP
periods: {from: 2026-Q1, to: 2026-Q1, every: quarter}
vendors: [{vendor: alder, name: Alder}]
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "review.yaml").write_text(REVIEW, encoding="utf-8")
    return folder


def test_what_was_imported_passes_the_check_and_names_nobody(client, tmp_path):
    (tmp_path / "log.csv").write_text(
        "No,Date,Action,Owner,Status\nA1,12/03/2026,Mend the report,jo@vendor.example,Open\nA2,2026-03-13,Talk,Sam,Closed\n",
        encoding="utf-8",
    )
    words = [
        "import",
        "action_tracker",
        str(tmp_path / "log.csv"),
        "--client",
        str(client),
        "--constant",
        "supplier=Alder",
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1  # Sam is of no known side, and that is said
    assert "1 name of no known side" in result.output
    table = pd.read_csv(client / "actions.csv")
    assert table["owner"].fillna("").tolist() == ["vendor", ""]
    assert table["owner_name"].str.fullmatch("p_[0-9a-f]{16}").all()
    for file in [client / "actions.csv", *(client / "import").iterdir()]:
        text = file.read_text(encoding="utf-8")
        assert "jo@" not in text
        assert "Sam" not in text
    checked = CliRunner().invoke(main, ["check", str(client)])
    assert "No faults." in checked.output


def test_a_constant_that_is_no_day_is_refused(client, tmp_path):
    (tmp_path / "log.csv").write_text("No,Action\nA1,x\n", encoding="utf-8")
    words = [
        "import",
        "action_tracker",
        str(tmp_path / "log.csv"),
        "--client",
        str(client),
        "--constant",
        "supplier=Alder",
    ]
    refused = CliRunner().invoke(main, [*words, "--constant", "raised=March"])
    assert refused.exit_code == 2
    assert "`constants.raised`: found 'March'" in refused.stderr
    taken = CliRunner().invoke(main, [*words, "--constant", "raised=2026-03-12"])
    assert taken.exit_code == 0, taken.output
    assert pd.read_csv(client / "actions.csv")["raised"].tolist() == ["2026-03-12"]
