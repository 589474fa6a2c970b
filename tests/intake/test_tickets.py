"""Imports of tickets: event logs and lists, their history, and every row and ticket accounted for."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from toolkit.areas.quality.tables import TABLES
from toolkit.cli import main
from toolkit.client import open_client
from toolkit.errors import SettingsError
from toolkit.intake import Imported, import_files, read_mapping
from toolkit.store import check_client

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
LIST = """\
table: tickets
columns: {supplier: [Team], ticket: [Nr], opened: [Opened], resolved: [Resolved], priority: [Prio], kind: [Type]}
"""
HEADER = "Nr,Team,Opened,Resolved,Prio,Type\n"
LOG_HEAD = (
    "number,incident_state,reassignment_count,reopen_count,made_sla,opened_at,"
    "sys_updated_at,priority,assignment_group,resolved_at,closed_at\n"
)


def vendors() -> pd.DataFrame:
    rows = [("desk", "Desk", ["Group 1"], []), ("net", "Net", ["Group 2"], [])]
    return pd.DataFrame(rows, columns=["vendor", "name", "aliases", "patterns"])


@pytest.fixture
def imported(tmp_path: Path):
    """Import texts as files, by a mapping of the project or by one given as text."""

    def run(files: dict[str, str] | str, mapping: str = LIST, zone: str = "UTC") -> Imported:
        files = {"jan.csv": files} if isinstance(files, str) else files
        for name, content in files.items():
            (tmp_path / name).write_text(content, encoding="utf-8")
        path = MAPPINGS / f"{mapping}.yaml"
        if "\n" in mapping:
            path = tmp_path / "export.yaml"
            path.write_text(textwrap.dedent(mapping), encoding="utf-8")
        result = import_files(read_mapping(path, TABLES), [tmp_path / name for name in files], vendors(), zone=zone)
        assert result.reconciliation.balanced
        return result

    return run


def faults(result: Imported) -> list[str]:
    return [str(fault) for fault in result.reconciliation.faults]


def reasons(result: Imported) -> list[list[object]]:
    return result.reconciliation.by_reason.to_numpy().tolist()


def shown(moments: pd.Series) -> list[str]:
    return moments.dt.strftime("%Y-%m-%d %H:%M").fillna("").tolist()


def log(*rows: str) -> str:
    """Events as `ticket, state, updated, priority, group, resolved`, in the form of a ServiceNow log."""
    lines = [row.replace(" | ", "|").split("|") for row in rows]
    return LOG_HEAD + "".join(
        f"{ticket},{state},0,1,true,1/3/2016 08:00,{updated},{priority},{group},{resolved},?\n"
        for ticket, state, updated, priority, group, resolved in lines
    )


HISTORY = log(
    "T1 | New | 1/3/2016 08:05 | 3 - Moderate | Group 1 | ?",
    "T1 | Awaiting User Info | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
    "T1 | Awaiting Evidence | 1/3/2016 09:30 | 3 - Moderate | Group 1 | ?",
    "T1 | Active | 1/3/2016 10:00 | 4 - Low | Group 1 | ?",
    "T1 | Resolved | 1/3/2016 11:00 | 4 - Low | Group 2 | 1/3/2016 11:00",
    "T2 | New | 1/3/2016 08:10 | 2 - High | Group 1 | ?",
    "T3 | Active | 1/3/2016 08:20 | 2 - High | Group 9 | ?",
    "T3 | Active | 1/3/2016 08:30 | 2 - High | Group 9 | ?",
    "T4 | Active | 1/3/2016 08:20 | 2 - High | ? | ?",
)


# An event log


def test_the_last_event_of_a_ticket_is_its_state(imported):
    result = imported(HISTORY, "servicenow")
    tickets = result.table
    assert list(result.tables) == ["tickets", "ticket_changes", "ticket_pauses"]
    told = tickets[["vendor", "ticket", "kind", "group", "priority", "state", "reopens", "sla_reported", "source_row"]]
    assert told.to_numpy().tolist() == [
        ["net", "T1", "incident", "Group 2", 4, "resolved", 1, "kept", 6],
        ["desk", "T2", "incident", "Group 1", 2, "new", 1, "kept", 7],
    ]
    assert shown(tickets["resolved"]) == ["2016-03-01 11:00", ""]
    assert shown(tickets["opened"]) == ["2016-03-01 08:00", "2016-03-01 08:00"]
    assert tickets["closed"].isna().all()


def test_every_event_and_every_ticket_is_accounted_for(imported):
    account = imported(HISTORY, "servicenow").reconciliation
    assert account.by_file.to_dict("records") == [
        {"file": "jan.csv", "encoding": "utf-8-sig", "rows_read": 9, "rows_kept": 6, "rows_left_out": 3,
         "tickets_in": 4, "tickets_kept": 2, "tickets_left_out": 2}
    ]  # fmt: skip
    assert account.by_reason.to_dict("records") == [
        {"reason": "supplier matches no vendor", "rows": 2, "tickets": 1},
        {"reason": "no supplier", "rows": 1, "tickets": 1},
    ]
    assert account.unmatched[["supplier", "rows", "tickets"]].to_numpy().tolist() == [["Group 9", 2, 1]]
    assert account.matched.to_numpy().tolist() == [
        ["Group 1", "desk", "alias", 1, 1],
        ["Group 2", "net", "alias", 5, 1],
    ]
    lines = [" ".join(line.split()) for line in account.text().splitlines()]
    assert lines[:5] == ["1 file read", "rows tickets", "read 9 4", "kept 6 2", "left out 3 2"]
    assert "Tickets in = kept + left out." in lines
    assert account.faults == []


def test_what_differs_from_event_to_event_is_a_change(imported):
    changes = imported(HISTORY, "servicenow").tables["ticket_changes"]
    assert changes["ticket"].unique().tolist() == ["T1"]
    rows = changes.assign(at=shown(changes["at"]))[["change", "at", "field", "old", "new"]]
    assert rows.to_numpy().tolist() == [
        [1, "2016-03-01 09:00", "state", "new", "waiting_client"],
        [2, "2016-03-01 10:00", "priority", "3", "4"],
        [3, "2016-03-01 10:00", "state", "waiting_client", "active"],
        [4, "2016-03-01 11:00", "state", "active", "resolved"],
        [5, "2016-03-01 11:00", "group", "Group 1", "Group 2"],
    ]


def test_a_pause_lasts_from_the_event_that_shows_it_to_the_next_that_does_not(imported):
    rows = imported(HISTORY, "servicenow").tables["ticket_pauses"]
    assert rows[["vendor", "ticket", "party"]].to_numpy().tolist() == [["net", "T1", "client"]]
    assert [shown(rows["start"]), shown(rows["end"])] == [["2016-03-01 09:00"], ["2016-03-01 10:00"]]


def test_pauses_at_both_ends_of_a_history_and_of_no_length(imported):
    text = log(
        "T1 | Awaiting Vendor | 1/3/2016 08:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Active | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Awaiting User Info | 1/3/2016 10:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Active | 1/3/2016 10:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Awaiting Problem | 1/3/2016 11:00 | 3 - Moderate | Group 1 | ?",
        "T2 | Awaiting User Info | 1/3/2016 11:00 | 3 - Moderate | Group 1 | ?",  # who knows since when
    )
    rows = imported(text, "servicenow").tables["ticket_pauses"]
    assert rows[["ticket", "party"]].to_numpy().tolist() == [["T1", "third_party"], ["T1", "vendor"]]
    assert shown(rows["start"]) == ["2016-03-01 08:00", "2016-03-01 11:00"]
    assert shown(rows["end"]) == ["2016-03-01 09:00", ""]


def test_events_are_put_in_order_by_their_time_and_as_they_stand(imported):
    text = log(
        "T1 | Resolved | 1/3/2016 10:00 | 3 - Moderate | Group 1 | 1/3/2016 10:00",
        "T2 | Active | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
        "T1 | New | 1/3/2016 09:00 | 3 - Moderate | Group 2 | ?",
        "T1 | Active | 1/3/2016 09:00 | 3 - Moderate | Group 2 | ?",
    )
    result = imported(text, "servicenow")
    assert result.table[["ticket", "state", "vendor"]].to_numpy().tolist() == [
        ["T1", "resolved", "desk"],
        ["T2", "active", "desk"],
    ]
    states = result.tables["ticket_changes"].query("field == 'state'")
    assert states[["old", "new"]].to_numpy().tolist() == [["new", "active"], ["active", "resolved"]]


def test_where_one_event_cannot_be_read_its_ticket_is_left_out(imported):
    text = log(
        "T1 | New | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Resolved | 1/3/2016 10:00 | 3 - Moderate | Group 1 | soon",
        "T2 | New | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
    )
    result = imported(text, "servicenow")
    assert result.table["ticket"].tolist() == ["T2"]
    assert reasons(result) == [["another row of its ticket cannot be read", 1, 0], ["resolved cannot be read", 1, 1]]
    assert len(faults(result)) == 1
    assert faults(result)[0].startswith(
        "jan.csv, row 3, `resolved_at`: found 'soon'; expected a date written YYYY-MM-DD"
    )


def test_a_ticket_that_breaks_a_promise_is_left_out_with_its_history(imported):
    text = log(
        "T1 | New | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
        "T1 | Resolved | 1/3/2016 10:00 | 3 - Moderate | Group 1 | 29/2/2016 10:00",
        "T2 | New | 1/3/2016 09:00 | 3 - Moderate | Group 1 | ?",
    )
    result = imported(text, "servicenow")
    assert result.table["ticket"].tolist() == ["T2"]
    assert result.tables["ticket_changes"].empty
    assert reasons(result) == [["breaks a promise of the table", 2, 1]]
    assert faults(result) == [
        "jan.csv, row 3: found opened '2016-03-01 08:00:00+00:00', resolved '2016-02-29 10:00:00+00:00'; "
        "expected a resolution that is not before the opening. The row was left out."
    ]


def test_exports_that_overlap_count_an_event_once(imported):
    lines = HISTORY.splitlines(keepends=True)
    alone = imported(HISTORY, "servicenow")
    result = imported({"a.csv": "".join(lines[:5]), "b.csv": lines[0] + "".join(lines[3:])}, "servicenow")
    assert reasons(result)[0] == ["already there in another file", 2, 0]
    for name in ("ticket_changes", "ticket_pauses"):
        pd.testing.assert_frame_equal(result.tables[name], alone.tables[name])


def test_what_the_export_has_no_column_for_is_taken_from_the_history(imported):
    mapping = """\
    table: tickets
    rows: events
    columns: {ticket: [Nr], updated: [At], state: [State], group: [Team], supplier: [Team], opened: [Opened]}
    """
    text = "Nr,At,State,Team,Opened\n" + "".join(
        f"{row},2026-03-02 08:00\n"
        for row in (
            "T1,2026-03-02 08:00,New,Group 1",
            "T1,2026-03-02 08:10,Active,Group 2",
            "T1,2026-03-02 09:00,Resolved,Group 1",
            "T1,2026-03-02 10:00,Active,Group 1",
            "T1,2026-03-02 11:00,Resolved,Group 1",
            "T1,2026-03-09 11:00,Closed,Group 1",
            "T2,2026-03-09 11:00,Closed,Group 1",
        )
    )
    tickets = imported(text, mapping).table
    assert tickets[["reopens", "reassignments"]].astype("float").fillna(-1).to_numpy().tolist() == [[1, 2], [-1, -1]]
    assert shown(tickets["acknowledged"]) == ["2026-03-02 08:10", ""]
    assert shown(tickets["resolved"]) == ["2026-03-02 11:00", ""]
    assert shown(tickets["closed"]) == ["2026-03-09 11:00", ""]


def test_an_event_log_passes_the_check_of_the_client(imported, tmp_path):
    folder = tmp_path / "client"
    folder.mkdir()
    (folder / "review.yaml").write_text(
        "client: Test\ncurrency: GBP\nperiods: [2016-03]\ncalendar: {timezone: America/New_York}\n"
        "vendors: [{vendor: desk, name: Desk, aliases: [Group 1]}, {vendor: net, name: Net, aliases: [Group 2]}]\n"
    )
    (tmp_path / "log.csv").write_text(HISTORY)
    for suffix in ("csv", "parquet"):
        words = ["import", "servicenow", str(tmp_path / "log.csv"), "--client", str(folder), "--format", suffix]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        checked = check_client(folder, TABLES)
        assert checked.faults == []
        assert checked.summaries.set_index("table")["rows"].to_dict() | {"tickets": 2, "ticket_changes": 5} == (
            checked.summaries.set_index("table")["rows"].to_dict()
        )
        for path in folder.glob(f"ticket*.{suffix}"):
            path.unlink()
    assert open_client(folder).zone == "America/New_York"


def test_a_log_without_a_ticket_of_a_vendor_makes_empty_tables(imported):
    result = imported(log("T1 | Active | 1/3/2016 08:00 | 3 - Moderate | Group 9 | ?"), "servicenow")
    assert [len(table) for table in result.tables.values()] == [0, 0, 0]
    assert reasons(result) == [["supplier matches no vendor", 1, 1]]


# A list


def test_a_list_makes_one_table_and_its_account_counts_rows(imported):
    result = imported(HEADER + "T1,Desk,2026-03-02 09:00,2026-03-02 10:00,2,Incident\nT2,Nobody,2026-03-02,,,\n")
    assert list(result.tables) == ["tickets"]
    assert result.table[["vendor", "ticket", "kind", "priority"]].to_numpy().tolist() == [["desk", "T1", "incident", 2]]
    assert reasons(result) == [["supplier matches no vendor", 1]]
    assert "Rows in = kept + left out." in result.reconciliation.text()
    assert result.reconciliation.by_file.columns.tolist() == [
        *("file", "encoding", "rows_read", "rows_kept", "rows_left_out")
    ]


def test_a_ticket_twice_in_a_list_is_a_fault(imported):
    row = "T1,Desk,2026-03-02 09:00,,2,incident\n"
    result = imported({"a.csv": HEADER + row, "b.csv": HEADER + row})
    assert faults(result) == [
        "b.csv, row 2: found vendor 'desk', ticket 'T1' a second time (first in a.csv, row 2); "
        "expected each vendor, ticket once. The row was left out."
    ]
    assert reasons(result) == [["already there", 1]]


def test_a_ticket_resolved_before_it_was_opened_is_a_fault(imported):
    result = imported(HEADER + "T1,Desk,2026-03-02 09:00,2026-03-02 08:59,2,incident\nT2,Desk,2026-03-02,,,\n")
    assert result.table["ticket"].tolist() == ["T2"]
    assert faults(result) == [
        "jan.csv, row 2: found opened '2026-03-02 09:00:00+00:00', resolved '2026-03-02 08:59:00+00:00'; "
        "expected a resolution that is not before the opening. The row was left out."
    ]


def test_an_unknown_priority_is_reported_once_and_the_tickets_kept(imported):
    rows = [
        f"T{place},Desk,2026-03-02,,{prio},incident\n" for place, prio in enumerate(["1", "6", "Urgent", "Urgent", ""])
    ]
    result = imported(HEADER + "".join(rows))
    assert result.table["priority"].fillna(0).tolist() == [1, 0, 0, 0, 0]
    assert faults(result) == [
        "jan.csv, `Prio`: found '6'; expected a whole number from 1 to 5. "
        "Add it to `values: priority:`. Rows kept without it: 1.",
        "jan.csv, `Prio`: found 'Urgent'; expected a whole number from 1 to 5. "
        "Add it to `values: priority:`. Rows kept without it: 2.",
    ]


def test_a_ticket_without_number_or_moment_is_a_fault(imported):
    result = imported(HEADER + ",Desk,2026-03-02,,,\nT1,Desk,,,,\nT2,Desk,2026-03-02,never,,\n")
    assert result.table.empty
    assert faults(result) == [
        "jan.csv, row 3, `Opened`: found ''; expected a date written YYYY-MM-DD HH:MM. The row was left out.",
        "jan.csv, row 4, `Resolved`: found 'never'; expected a date written YYYY-MM-DD HH:MM. The row was left out.",
        "jan.csv, row 2, `Nr`: found ''; expected a text. The row was left out.",
    ]


# Time zones


def test_two_zones_in_one_file_are_each_read_by_their_own_offset(imported):
    text = (
        HEADER
        + "T1,Desk,2026-03-02T09:00+00:00,2026-03-02T11:00+01:00,,\nT2,Desk,2026-03-02 09:00,2026-03-02 09:30Z,,\n"
    )
    tickets = imported(text, zone="Europe/Paris").table
    hours = (tickets["resolved"] - tickets["opened"]) / pd.Timedelta(hours=1)
    assert hours.tolist() == [1.0, 1.5]
    assert str(tickets["opened"].dtype) == "datetime64[us, Europe/Paris]"


def test_the_zone_of_the_mapping_is_that_of_the_export(imported):
    text = HEADER + "T1,Desk,2026-07-02 09:00,,,\n"
    opened = imported(text, LIST + "dates: {zone: America/New_York}\n", zone="Europe/London").table["opened"]
    assert opened.astype("str").tolist() == ["2026-07-02 14:00:00+01:00"]


def test_hours_across_a_change_of_the_clocks_are_those_that_passed(imported):
    text = HEADER + "T1,Desk,2026-03-28 12:00,2026-03-29 12:00,,\nT2,Desk,2026-10-25 01:30,2026-10-25 02:30,,\n"
    tickets = imported(text, zone="Europe/London").table
    assert ((tickets["resolved"] - tickets["opened"]) / pd.Timedelta(hours=1)).tolist() == [23, 2]


def test_a_time_that_no_clock_showed_is_a_fault_that_says_so(imported):
    result = imported(HEADER + "T1,Desk,2026-03-29 01:30,,,\nT2,Desk,2026-03-29 01:30Z,,,\n", zone="Europe/London")
    assert result.table["ticket"].tolist() == ["T2"]
    assert faults(result) == [
        "jan.csv, row 2, `Opened`: found '2026-03-29 01:30'; expected a date written YYYY-MM-DD HH:MM. "
        "Clocks in Europe/London skip that time: write the offset of the clock, as in +01:00, or mend the time zone. "
        "The row was left out."
    ]


def test_a_name_of_a_zone_behind_a_time_is_not_guessed(imported):
    result = imported(HEADER + "T1,Desk,2026-03-02 09:00 CET,,,\n")
    assert result.table.empty
    assert len(faults(result)) == 1


# Mappings


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            LIST + "dates: {zone: Europe/Londn}\n",
            "export.yaml, `dates.zone`: found 'Europe/Londn'; expected a time zone such as Europe/London",
        ),
        (
            LIST.replace("priority", "updated"),
            "export.yaml, `columns.updated`: found a column of events; expected `rows: events`",
        ),
        (
            LIST + "rows: events\n",
            "export.yaml, `columns`: found no `updated`; expected `updated`, without which nothing can be imported",
        ),
        (
            LIST + "values: {priority: {Urgent: '0'}}\n",
            "export.yaml, `values.priority`: found '0'; expected a whole number from 1 to 5",
        ),
        (
            "table: credits\nrows: events\ncolumns: {supplier: [a], month: [b], amount: [c]}\n",
            "export.yaml, `columns`: found no `updated`; expected `updated`, without which nothing can be imported",
        ),
        (
            "table: calendars\ncolumns: {calendar: [a]}\n",
            "export.yaml, `table`: found 'calendars'; expected the table to make of it. Known: 'tickets', "
            "'ticket_changes', 'ticket_pauses', 'service_levels', 'service_level_results', 'releases', 'defects', "
            "'deployments', 'credits', 'credit_terms', 'credit_bands', 'invoices' and 3 more.",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_is_refused(tmp_path, text, message):
    (tmp_path / "export.yaml").write_text(text)
    with pytest.raises(SettingsError) as error:
        read_mapping(tmp_path / "export.yaml", TABLES)
    assert str(error.value) == message


def test_any_table_of_vendors_can_be_imported(imported):
    mapping = """\
    table: deployments
    columns: {supplier: [Team], deployment: [Id], committed: [Commit], deployed: [Live], failed: [Failed]}
    values: {failed: {"true": "yes", "false": "no"}}
    """
    text = "Id,Team,Commit,Live,Failed\nD1,Desk,2026-03-02 09:00,2026-03-03 09:00,TRUE\nD2,Desk,,2026-03-03,perhaps\n"
    result = imported(text, mapping)
    assert result.table[["vendor", "deployment", "failed"]].to_numpy().tolist() == [["desk", "D1", "yes"]]
    assert faults(result) == [
        "jan.csv, row 3: found failed nothing; expected one of yes, no. The row was left out.",
        "jan.csv, `Failed`: found 'perhaps'; expected one of yes, no. Known: 'yes', 'no'. "
        "Add it to `values: failed:`. Rows kept without it: 1.",
    ]


def test_months_and_amounts_of_a_table_of_vendors(imported):
    mapping = "table: credits\ncolumns: {supplier: [Who], month: [Month], amount: [Credit], level: [Level]}\n"
    result = imported('Who,Month,Credit,Level\nNet,2026-03-01,"1,200.50",P1\n', mapping)
    assert result.table[["vendor", "month", "amount"]].to_numpy().tolist() == [["net", pd.Period("2026-03"), 1200.5]]


def test_generic_tickets_reads_a_list(imported):
    text = (
        "Tickets of March;;;;;;\nTicket;Type;Priority;Status;Resolver group;Created;Solved;SLA met\n"
        "17;Incident;P1;In progress;Group 1;02/03/2026 09:00;;Yes\n"
        "18;Fault;Low;Fixed;Group 2;02.03.2026 09:00:30;3 Mar 2026 10:00;n/a\n"
        "19;Wish;4;Done;Group 2;2026-03-02T09:00+01:00;46084.5;No\n"
    )
    result = imported(text, "tickets", zone="Europe/London")
    columns = ["ticket", "vendor", "kind", "priority", "state", "sla_reported"]
    assert result.table[columns].fillna("").to_numpy().tolist() == [
        ["17", "desk", "incident", 1, "active", "kept"],
        ["18", "net", "incident", 4, "resolved", ""],
        ["19", "net", "incident", 4, "resolved", "missed"],
    ]
    assert shown(result.table["opened"]) == ["2026-03-02 09:00", "2026-03-02 09:00", "2026-03-02 08:00"]
    assert shown(result.table["resolved"]) == ["", "2026-03-03 10:00", "2026-03-03 12:00"]
    assert faults(result) == [
        "jan.csv, `Type`: found 'Wish'; expected one of incident, request, problem, change, other. "
        "Known: 'incident', 'request', 'problem', 'change', 'other'. Add it to `values: kind:`. "
        "Rows kept as 'incident': 1."
    ]


JIRA = "Summary,Issue key,Issue Type,Status,Project name,Priority,Custom field (Team),Created,Updated,Resolved"


def test_jira_reads_a_search(imported):
    text = JIRA + (
        "\nNo mail,IT-1,Bug,Done,Mail,Highest,Group 1,02/Mar/26 9:05 AM,03/Mar/26 1:00 PM,03/Mar/26 12:30 PM\n"
        "New laptop,IT-2,Service Request,Waiting for customer,Desk,Medium,Group 2,2026-03-02 09:05,2026-03-02 10:00,\n"
    )
    result = imported(text, "jira")
    assert faults(result) == []
    columns = ["ticket", "vendor", "kind", "service", "priority", "state"]
    assert result.table[columns].to_numpy().tolist() == [
        ["IT-1", "desk", "incident", "Mail", 1, "resolved"],
        ["IT-2", "net", "request", "Desk", 3, "waiting_client"],
    ]
    assert shown(result.table["resolved"]) == ["2026-03-03 12:30", ""]
    assert result.tables["ticket_changes"].empty
    assert result.tables["ticket_pauses"].empty


def test_jira_reads_the_changes_that_a_history_lists(imported):
    issue = ",IT-1,Bug,Done,Mail,High,Group 1,02/Mar/26 9:05 AM,03/Mar/26 1:00 PM,03/Mar/26 12:30 PM"
    changes = [
        "02/Mar/26 9:30 AM,status,Open,Waiting for customer",
        "02/Mar/26 9:45 AM,Priority,Highest,High",
        "02/Mar/26 9:50 AM,summary,a,b",
        "02/Mar/26 10:30 AM,status,Waiting for customer,In Progress",
        "03/Mar/26 12:30 PM,status,In Progress,Done",
    ]
    text = f"{JIRA},Change date,Field,From,To\n" + "".join(f"{issue},{change}\n" for change in changes)
    result = imported(text, "jira")
    assert faults(result) == []
    assert len(result.table) == 1
    assert shown(result.table["acknowledged"]) == ["2026-03-02 09:30"]
    assert result.table["reopens"].tolist() == [0]
    rows = result.tables["ticket_changes"]
    assert rows[["change", "field", "old", "new"]].to_numpy().tolist() == [
        [1, "state", "new", "waiting_client"],
        [2, "priority", "1", "2"],
        [3, "state", "waiting_client", "active"],
        [4, "state", "active", "resolved"],
    ]
    waited = result.tables["ticket_pauses"]
    assert [shown(waited["start"]), shown(waited["end"])] == [["2026-03-02 09:30"], ["2026-03-02 10:30"]]
