"""Records kept by hand: trackers with merged cells and several sheets, exports of task tools, checklists; no name is kept."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from toolkit.areas.contract.tables import CLAUSES
from toolkit.areas.cost import INVOICES
from toolkit.areas.relationship.tables import ACTIONS, MEETINGS
from toolkit.errors import DataError, SettingsError
from toolkit.intake import Imported, import_files, read_mapping

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
TABLES = [ACTIONS, MEETINGS, CLAUSES, INVOICES]
SALT = "pepper"


@pytest.fixture
def imported(tmp_path: Path):
    """Import one file with a shipped mapping, or with one of its settings changed."""

    def run(mapping: str, file: Path, *changes: tuple[str, str], salt: str = SALT) -> Imported:
        text = (MAPPINGS / f"{mapping}.yaml").read_text(encoding="utf-8")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
        vendors = pd.DataFrame({"vendor": ["alder"], "name": ["Alder"], "aliases": [[]], "patterns": [[]]})
        read = read_mapping(tmp_path / "mapping.yaml", TABLES, {"supplier": "Alder"})
        return import_files(read, [file], vendors, salt=salt)

    return run


def workbook(path: Path, sheets: dict[str, list[list[Any]]], merged: dict[str, list[str]] | None = None) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
        for area in (merged or {}).get(title, []):
            page.merge_cells(area)
    book.save(path)
    return path


def days(table: pd.DataFrame, name: str) -> list[str]:
    return table[name].dt.strftime("%Y-%m-%d").fillna("").tolist()


def faults(result: Imported) -> list[str]:
    return [str(fault) for fault in result.reconciliation.faults]


def reasons(result: Imported) -> dict[str, int]:
    return dict(result.reconciliation.by_reason[["reason", "rows"]].itertuples(index=False))


SIDES = (
    'client: ["@client.example"]\n  vendor: ["@vendor.example"]',
    'client: [Jo Bloggs]\n  vendor: ["@alder.example", AB]',
)
HEAD = ["No", "Meeting", "Action", "Owner", "Due", "Status", "Closed"]
MARCH = [
    ["Actions log: Alder and us"],
    ["Confidential", None, None, "as of", datetime(2026, 4, 1)],
    [],
    HEAD,
    ["A1", "12/03/2026", "Mend the report, says Jo Bloggs", "Bloggs, Jo", "31 March 2026", "In progress", None],
    ["A2", None, "Ask jo@client.example", "a.b@eu.alder.example", datetime(2026, 4, 15), "Closed", "2nd Apr 2026"],
    ["A3", None, "Both agree a plan", "Jo Bloggs; AB", "before Easter", "WIP", None],
    ["Total", None, 3],
]
APRIL = [["April"], HEAD, ["A4", "Thu 9 April 2026", "Second line", "Sam Stranger", "TBC", "Open", None]]


@pytest.fixture
def tracker(tmp_path: Path) -> Path:
    cover = [["Read me first"], ["This log is kept by the service manager"]]
    sheets = {"Cover": cover, "March": MARCH, "April": APRIL}
    return workbook(tmp_path / "log.xlsx", sheets, {"March": ["A1:G1", "B5:B7"]})


def test_a_tracker_is_read_over_its_sheets_and_every_row_is_accounted_for(imported, tracker):
    result = imported("action_tracker", tracker, SIDES)
    table = result.table
    table = table.sort_values("action")
    assert days(table, "raised") == ["2026-03-12"] * 3 + ["2026-04-09"]  # one merged cell over three rows
    assert days(table, "due") == ["2026-03-31", "2026-04-15", "", ""]
    assert days(table, "closed") == ["", "2026-04-02", "", ""]
    assert table["state"].tolist() == ["open", "done", "open", "open"]
    assert table["type"].tolist() == ["action"] * 4
    files = result.reconciliation.by_file.set_index("file")[["rows_read", "rows_kept", "rows_left_out"]]
    assert files.T.to_dict("list") == {"log.xlsx, March": [4, 3, 1], "log.xlsx, April": [1, 1, 0]}
    assert reasons(result) == {"total row": 1}
    assert result.reconciliation.balanced
    passed = result.reconciliation.skipped.to_numpy().tolist()
    assert passed == [["log.xlsx, Cover", "it holds no list: fewer than two of the columns that the mapping names"]]


def test_of_people_the_side_is_kept_and_a_hash_and_no_name(imported, tracker):
    result = imported("action_tracker", tracker, SIDES)
    table = result.table.sort_values("action")
    assert table["owner"].fillna("").tolist() == ["client", "vendor", "both", ""]
    assert table["owner_name"].str.fullmatch("p_[0-9a-f]{16}").all()
    assert table["title"].tolist()[:2] == ["Mend the report, says [name]", "Ask [address]"]
    told = " ".join([result.reconciliation.text(), *faults(result), table.to_csv()])
    for name in ("Bloggs", "Stranger", "client.example", "alder.example"):
        assert name not in told
    assert (
        "log.xlsx, April, `Owner`: found 1 name of no known side; expected people listed under `sides`, by name or by mail "
        "domain. Add them. Rows kept without it: 1."
    ) in faults(result)


def test_a_date_that_is_none_is_named_and_its_row_kept_or_left_out_as_the_mapping_says(imported, tracker):
    kept = imported("action_tracker", tracker, SIDES)
    assert any(
        text.startswith("log.xlsx, March, row 7, `Due`: found 'before Easter'")
        and "The row was kept without it" in text
        for text in faults(kept)
    )
    without = imported("action_tracker", tracker, SIDES, ("unread: keep", "unread: leave_out"))
    assert reasons(without) == {"total row": 1, "due cannot be read": 1}


def test_a_row_without_a_day_of_raising_is_left_out(imported, tmp_path):
    rows = [HEAD, ["A1", "soon", "x", "", "", "", ""], ["A2", "", "y", "", "", "", ""]]
    result = imported("action_tracker", workbook(tmp_path / "log.xlsx", {"A": [*rows, ["A3", "1/4/26", "z"]]}))
    assert result.table["action"].tolist() == ["A3"]
    assert reasons(result) == {"raised cannot be read": 2}


def test_numbers_that_begin_anew_on_each_sheet_are_left_out_unless_the_sheet_is_put_before_them(imported, tmp_path):
    rows = [HEAD, ["1", "2026-03-12", "x"]]
    file = workbook(tmp_path / "log.xlsx", {"March": rows, "April": rows})
    assert reasons(imported("action_tracker", file)) == {"already there": 1}
    change = ('action: "{sheet} row {row}"', 'action: "{sheet} {cell}"')
    assert sorted(imported("action_tracker", file, change).table["action"]) == ["April 1", "March 1"]


def test_a_list_without_numbers_is_numbered_by_sheet_and_row(imported, tmp_path):
    file = workbook(tmp_path / "log.xlsx", {"March": [HEAD[1:], ["2026-03-12", "x"]]})
    assert imported("action_tracker", file).table["action"].tolist() == ["March row 2"]


def test_a_sheet_whose_column_was_renamed_stops_the_import(imported, tmp_path):
    file = workbook(
        tmp_path / "log.xlsx",
        {"A": [HEAD, ["A1", "2026-03-12", "x"]], "B": [["No", "When?", "Action", "Owner"], ["1"]]},
    )
    with pytest.raises(DataError, match=r"log\.xlsx, B: found the columns 'No', 'When\?'"):
        imported("action_tracker", file)


def test_a_workbook_without_any_list_says_why_for_each_sheet(imported, tmp_path):
    file = workbook(tmp_path / "log.xlsx", {"Cover": [["Read me"]], "Chart": [["x"]]})
    with pytest.raises(DataError, match=r"no sheet to read \(Cover: it holds no list.*Chart: it holds no list"):
        imported("action_tracker", file)


def test_hidden_sheets_are_passed_over_and_named(imported, tmp_path):
    file = workbook(
        tmp_path / "log.xlsx", {"A": [HEAD, ["A1", "2026-03-12", "x"]], "Old": [HEAD, ["A0", "2020-01-01", "y"]]}
    )
    book = openpyxl.load_workbook(file)
    book["Old"].sheet_state = "hidden"
    book.save(file)
    result = imported("action_tracker", file)
    assert result.table["action"].tolist() == ["A1"]
    assert result.reconciliation.skipped.to_numpy().tolist() == [["log.xlsx, Old", "it is hidden"]]


def test_what_was_closed_before_it_was_raised_is_left_out_and_named(imported, tmp_path):
    rows = [HEAD, ["A1", "2026-03-12", "x", "", "", "Closed", "2026-03-01"]]
    result = imported("action_tracker", workbook(tmp_path / "log.xlsx", {"A": [*rows, ["A2", "2026-03-12", "y"]]}))
    assert reasons(result) == {"breaks a promise of the table": 1}
    assert "an end that is not before it was raised" in faults(result)[0]


def test_people_are_never_hashed_without_a_salt(imported, tracker):
    with pytest.raises(DataError, match="no salt"):
        imported("action_tracker", tracker, salt="")


def test_a_row_with_too_many_fields_is_not_quoted_where_people_stand_in_it(imported, tmp_path):
    (tmp_path / "log.csv").write_text("No,Date,Action,Owner\nA1,2026-03-12,x,Jo Bloggs,more\nA2,2026-03-12,y,\n")
    result = imported("action_tracker", tmp_path / "log.csv")
    assert faults(result) == ["log.csv, row 2: found 5 fields; expected 4 fields. The row was left out."]


def test_meetings_are_read_from_their_sheet(imported, tmp_path):
    rows = [
        ["Meetings 2026"],
        ["Forum", "Date", "Held?", "Attendees", "Minutes sent"],
        ["Service review", "12 March 2026", "✓", "Jo, AB", "14/03/2026"],
        [None, "9 April 2026", "Postponed", None, None],
        [None, "14 May 2026", "Scheduled", None, "in the folder"],
    ]
    file = workbook(tmp_path / "log.xlsx", {"Meetings": rows, "Actions": [HEAD]}, {"Meetings": ["A3:A5"]})
    result = imported("meeting_tracker", file)
    table = result.table
    assert set(table["forum"]) == {"Service review"}
    assert table["state"].tolist() == ["held", "cancelled", "planned"]
    assert days(table, "minutes_sent") == ["2026-03-14", "", ""]
    assert "Jo" not in table.to_csv()


PLANNER = [
    *(
        "Task ID",
        "Task Name",
        "Bucket Name",
        "Progress",
        "Priority",
        "Assigned To",
        "Created By",
        "Created Date",
        "Start date",
    ),
    *("Due date", "Is Recurring", "Late", "Completed Date", "Completed By", "Description", "Completed Checklist Items"),
    *("Checklist Items", "Labels"),
]
TASKS = [
    [
        *(
            "x1",
            "Plan the test",
            "Testing",
            "Completed",
            "Medium",
            "Jo Bloggs;A. Baker",
            "Jo Bloggs",
            "03/02/2026",
            None,
        ),
        *("03/31/2026", "false", "false", "03/30/2026", "Jo Bloggs", "secret", "0/2", "a;b", "Escalation"),
    ],
    [
        *("x2", "Answer", "Board", "In progress", "Urgent", "A. Baker", "Jo Bloggs", "03/13/2026", None),
        *("13/04/2026", "false", "true", None, None, None, None, None, None),
    ],
]


def test_a_planner_export_is_read_below_its_title(imported, tmp_path):
    sheets = {
        "Plan name": [["Plan name", "Service"], ["Plan ID", "abc"]],
        "Tasks": [
            ["Plan name", "Service review"],
            ["Date of export", "04/02/2026"],
            [],
            PLANNER,
            *TASKS,
        ],
    }
    change = (SIDES[0], "client: [Jo Bloggs]\n  vendor: [A. Baker]")
    result = imported("planner", workbook(tmp_path / "plan.xlsx", sheets), change)
    table = result.table
    assert days(table, "raised") == ["2026-03-02", "2026-03-13"]
    assert days(table, "due") == ["2026-03-31", ""]  # the thirteenth month is none
    assert table["type"].tolist() == ["escalation", "action"]
    assert table[["owner", "raised_by", "state"]].to_numpy().tolist() == [
        ["both", "client", "done"],
        ["vendor", "client", "open"],
    ]
    assert "secret" not in table.to_csv()
    assert "Baker" not in table.to_csv()
    assert result.reconciliation.balanced


def test_a_planner_export_as_csv_is_the_same(imported, tmp_path):
    row = "x1,Plan,Testing,Not started,Low,,Jo Bloggs,03/02/2026,,,false,false,,,,,,"
    (tmp_path / "plan.csv").write_text(",".join(PLANNER) + "\n" + row + "\n", encoding="utf-8-sig")
    assert imported("planner", tmp_path / "plan.csv").table[["action", "state"]].to_numpy().tolist() == [["x1", "open"]]


def test_a_jira_export_of_actions(imported, tmp_path):
    (tmp_path / "jira.csv").write_text(
        "Issue key,Summary,Issue Type,Status,Created,Due date,Resolved,Reporter,Assignee,Labels,Labels\n"
        "RB-1,Photo,Bug,Done,02/Mar/26 2:05 PM,29/May/26 12:00 AM,10/Jun/26 9:00 AM,jo@client.example,ab@vendor.example,a,b\n"
        "RB-2,Idea,Improvement,Parked,02/Mar/26 2:05 PM,,,ab@vendor.example,,,\n",
        encoding="utf-8",
    )
    result = imported("jira_actions", tmp_path / "jira.csv")
    table = result.table
    assert table[["type", "state", "raised_by"]].fillna("").to_numpy().tolist() == [
        ["issue", "done", "client"],
        ["idea", "", "vendor"],
    ]
    assert days(table, "closed") == ["2026-06-10", ""]
    assert ["'Parked'" in text for text in faults(result)] == [True]


def checklist(
    tmp_path: Path, *rows: list[Any], head: tuple[str, ...] = ("Clause", "In contract?", "Page", "Comment")
) -> Path:
    return workbook(tmp_path / "checklist.xlsx", {"Checklist": [["Contract C-17"], list(head), *rows]})


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Y", "met"),
        ("✓", "met"),
        ("partial", "partly met"),
        ("N", "not met"),
        ("n/a", "not applicable"),
        ("✗", "not met"),
    ],
)
def test_a_checklist_is_read_as_it_was_filled_in(imported, tmp_path, written, state):
    result = imported("contract_checklist", checklist(tmp_path, ["Right to audit", written, "41", ""]))
    assert result.table[["clause", "state", "page"]].to_numpy().tolist() == [["audit_right", state, "41"]]


def test_an_answer_that_is_none_says_nothing_but_its_page_is_kept(imported, tmp_path):
    result = imported("contract_checklist", checklist(tmp_path, ["Benchmarking", "see p. 14", "", "Schedule 3"]))
    row = result.table.iloc[0]
    assert pd.isna(row["state"])
    assert row["page"] == "p. 14"
    assert "found 'see p. 14'; expected one of met, partly met, not met, not applicable" in faults(result)[0]


def test_headings_and_scores_of_a_checklist_are_counted_and_clauses_nobody_knows_stay_as_written(imported, tmp_path):
    rows = (["A. COMMERCIAL"], ["Pricing", "Y"], ["Force majeure", "N"], ["Total score", 1], ["Payment terms", "N"])
    result = imported("contract_checklist", checklist(tmp_path, *rows))
    assert result.table["clause"].tolist() == ["payment_terms", "Force majeure"]
    assert reasons(result) == {"heading": 1, "total row": 1, "already there": 1}
    assert result.reconciliation.balanced


def test_ticks_in_columns_of_answers(imported, tmp_path):
    head = ("Clause", "Met", "Partly", "Not met", "N/A", "Page")
    rows = (["Termination", "x", "", "", "", "9"], ["Liability", "", "✓", "no"], ["Exit plan", "x", "x"], ["Scope", ""])
    result = imported("contract_checklist", checklist(tmp_path, *rows, head=head))
    assert result.table["state"].fillna("").tolist() == ["met", "partly met", "", ""]
    assert "found 'met and partly met'" in faults(result)[0]


def test_articles_of_the_regulation_are_found_by_their_numbers(imported, tmp_path):
    result = imported(
        "contract_checklist", checklist(tmp_path, ["Art. 30(2)(d) return of data", "Y"], ["dora_30_3_e", "N"])
    )
    assert result.table["clause"].tolist() == ["dora_30_2_d", "dora_30_3_e"]


def test_settings_of_records_that_do_not_fit_are_refused_at_once(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "table: invoices\nrows: threads\nsheet: A\nsheets: [B]\ncolumns: {supplier: [S], date: [D], amount: [A]}\n"
        "constants: {category: run, service: '{shet}'}\nticks: {amount: {Met: met}}\n"
        "extract: {item: {from: [note], find: x}}\ndates: {unread: keep}\nsides: {vendor: ['@a.example']}\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as error:
        read_mapping(tmp_path / "bad.yaml", TABLES)
    told = " | ".join(map(str, error.value.faults))
    for text in (
        "`rows`: found threads of invoices",
        "`sheets`: found `sheet` and `sheets`",
        "`ticks.amount`",
        "`extract.item`: found 'note'",
        "`constants.service`: found {shet}; expected a known place. Did you mean 'sheet'?",
    ):
        assert text in told


def test_settings_of_the_wrong_kind_are_refused(tmp_path):
    (tmp_path / "bad.yaml").write_text(
        "table: actions\ncolumns: {supplier: [S], action: [A], type: [T], raised: [R]}\nsheets: B\nmerged: 1\n"
        "sides: {bank: [x]}\nextract: {title: {from: [action]}}\ndates: {unread: maybe}\n",
        encoding="utf-8",
    )
    with pytest.raises(SettingsError) as error:
        read_mapping(tmp_path / "bad.yaml", TABLES)
    for name in ("sheets", "merged", "sides", "extract", "dates.unread"):
        assert any(f"`{name}`" in str(fault) for fault in error.value.faults)


def test_a_fault_names_nobody_who_is_listed_and_no_address(imported, tmp_path):
    rows = [
        HEAD,
        ["A1", "2026-03-12", "x", "", "ask Jo Bloggs", "with a.b@alder.example", ""],
        ["A2", "", "", "", "", "J. Smith", ""],
    ]
    change = (SIDES[0], "client: [Jo Bloggs, J. Smith]\n  vendor: [alder.example]")
    told = " ".join(faults(imported("action_tracker", workbook(tmp_path / "log.xlsx", {"A": rows}), change)))
    assert "'ask [name]'" in told
    assert "'with [address]'" in told
    assert "Bloggs" not in told
