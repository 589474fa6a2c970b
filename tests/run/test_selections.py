"""A selection beside the vendors: planned while it is open, cut from its own rows, shown to the client and to no vendor."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.areas import DECISIONS, EVERY_AREA, cost, selection
from toolkit.case import open_selection, record_failure
from toolkit.client import open_client
from toolkit.errors import SettingsError
from toolkit.files import ROOT
from toolkit.model import Period, Selection, read_findings
from toolkit.report import open_overview
from toolkit.run.executor import run
from toolkit.run.plan import plan

DESK = Selection("desk", "Service desk", "Who runs it?", "2026-07-01", "2026-11-30")
YAML = """
client: Acme
currency: GBP
periods: [2026-Q2, 2026-Q3]
vendors:
  - {vendor: alder, name: Alder}
selections:
  - {selection: desk, name: Service desk, question: Who runs it?, opened: 2026-07-01}
  - {selection: hosting, name: Hosting}
"""
TABLES = {
    "criteria": "selection,criterion,better,weight\ndesk,Price,lower,1\nhosting,Price,lower,1\n",
    "candidates": "selection,candidate,name\ndesk,a,Aspen\ndesk,b,Beech\nhosting,c,Cypress\n",
    "scores": "selection,candidate,criterion,score\ndesk,a,Price,5\ndesk,b,Price,7\nhosting,c,Price,9\n",
    "remarks": "vendor,period,address,remark\ndesk,2026-Q3,selection.lead,Aspen was called twice.\n",
}


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "review.yaml").write_text(YAML, encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def test_a_selection_is_open_from_its_opening_to_its_decision():
    opened = [DESK.open_in(Period.parse(text)) for text in ("2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1")]
    assert opened == [False, True, True, False]


def test_a_selection_is_planned_while_it_is_open_and_the_portfolio_waits_for_it(tmp_path):
    steps = plan(tmp_path / "acme", ["alder"], ["2026-Q2", "2026-Q3"], [cost, selection], tmp_path, selections=[DESK])
    own = [step for step in steps if step.area == "selection"]
    assert [step.name for step in own] == ["2026-Q3/desk/85_vendor_selection"]
    assert own[0].parameters["selection"] == "desk"
    assert own[0].page == tmp_path / "acme" / "2026-Q3" / "desk" / "vendor_selection.html"
    assert own[0].name in steps[-1].after
    assert not [step for step in steps if step.vendor == "alder" and step.area == "selection"]


def test_a_case_holds_the_rows_of_its_selection_only_and_no_goals(acme, tmp_path):
    case = open_selection(selection, "desk", "2026-Q3", str(acme), str(tmp_path / "reports"))
    assert case.candidates["name"].tolist() == ["Aspen", "Beech"]
    assert case.goals == []
    assert case.subject == "Service desk, 2026-Q3"
    case.conclude(selection.lead(case.scores, case.criteria, case.candidates, period=case.period))
    found = read_findings(tmp_path / "reports" / "acme" / "2026-Q3" / "desk" / "findings" / "selection.json")
    assert found[0].remark == "Aspen was called twice."


def test_a_selection_without_a_row_is_absent_in_its_own_words(acme, tmp_path):
    case = open_selection(selection, "hosting", "2026-Q3", str(acme), str(tmp_path / "reports"))
    found = selection.lead(case.scores, case.criteria, case.candidates, period=case.period)
    assert "1 candidate in candidates" in found.because
    (acme / "bids.csv").write_text("selection,bidder,price\ndesk,a,5\n", encoding="utf-8")
    again = open_selection(selection, "hosting", "2026-Q3", str(acme), str(tmp_path / "reports"))
    assert again.bids.attrs["absent"] == "bids.csv holds no row for this selection"


def test_a_notebook_that_failed_leaves_a_finding_that_says_why(acme, tmp_path):
    reports = str(tmp_path / "reports")
    (found,) = record_failure(selection, "desk", "2026-Q3", str(acme), reports, "it broke")
    assert (found.id, found.because) == ("selection", "it broke")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("selection: hosting", "selection: alder", "an id that differs from the others"),
        ("name: Hosting", "name: Service desk", "a name that no other selection has"),
        ("opened: 2026-07-01", "opened: soon", "`opened`: found 'soon'; expected a date"),
        ("opened: 2026-07-01", "open: 2026-07-01", "Did you mean 'opened'?"),
        ("selection: hosting", "selection: 7", "Put quotes around it"),
    ],
)
def test_a_wrong_entry_is_told(acme, before, after, told):
    (acme / "review.yaml").write_text(YAML.replace(before, after), encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        open_client(acme)
    assert told in str(error.value)


def test_an_unknown_selection_is_told_with_the_nearest(acme):
    with pytest.raises(SettingsError, match="Did you mean 'desk'"):
        open_client(acme).selection("desc")


def test_a_client_may_have_selections_and_no_vendor(acme):
    text = YAML.replace("vendors:\n  - {vendor: alder, name: Alder}\n", "")
    (acme / "review.yaml").write_text(text, encoding="utf-8")
    assert list(open_client(acme).selections) == ["desk", "hosting"]
    assert open_client(acme).vendors == {}  # and so it is read from what was kept


def test_a_run_writes_a_page_for_it_that_the_portfolio_names_and_no_vendor_sees(tmp_path):
    report = run(
        ROOT / "data" / "sample", ["2026-Q3"], ["dogwood"], tmp_path, areas=EVERY_AREA, selections=["desk_2027"]
    )
    assert report.ok
    folder = tmp_path / "sample" / "2026-Q3"
    page = (folder / "desk_2027" / "vendor_selection.html").read_text(encoding="utf-8")
    assert "Who runs the service desk from April 2027?" in page
    assert "of 100 plausible weightings" in page
    assert "<script" not in page
    assert "What if?" not in page
    told = open_overview("2026-Q3", "sample", str(tmp_path)).decisions()
    assert "desk_2027/vendor_selection.html" in told.html
    assert "Aspenmoor Services is first" in told.text
    seen = "".join(path.read_text(encoding="utf-8") for path in (folder / "dogwood").rglob("*.*") if path.is_file())
    for word in ("desk_2027", "Aspenmoor", "Rowanlea", "Beechwick"):
        assert word not in seen
    again = run(ROOT / "data" / "sample", ["2026-Q3"], [], tmp_path, areas=EVERY_AREA, selections=["desk_2027"])
    assert [result.kind for result in again.results] == ["skipped"] * 2


def test_a_portfolio_without_vendors_says_so_and_still_names_the_decisions(acme, tmp_path):
    text = YAML.replace("vendors:\n  - {vendor: alder, name: Alder}\n", "")
    (acme / "review.yaml").write_text(text, encoding="utf-8")
    overview = open_overview("2026-Q3", str(acme), str(tmp_path / "reports"))
    assert overview.answer().text == "Acme has no vendor under review; two decisions are open in 2026-Q3."
    assert overview.vendors().text == "No vendor is under review."
    assert "Hosting: Not assessed, because" in overview.decisions().text


def test_no_edition_for_a_vendor_may_hold_a_decision():
    assert not [area.NAME for area in DECISIONS if getattr(area, "SHARED", True)]
