"""The import of a real ServiceNow log agrees with a count that reads the raw file another way: with the csv module alone."""

from __future__ import annotations

import csv
import itertools
import lzma
import statistics
from collections import Counter
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.quality.tables import TABLES, TICKETS
from toolkit.client import open_client
from toolkit.intake import Imported, import_files, read_mapping
from toolkit.store import read_slice

ROOT = Path(__file__).resolve().parents[2]
LOG = ROOT.parent / "shared" / "data" / "servicenow_incidents" / "incident_event_log.csv.xz"
MAPPING = ROOT / "templates" / "mappings" / "servicenow.yaml"
NOTHING = "?"
pytestmark = pytest.mark.skipif(not LOG.is_file(), reason=f"no {LOG.name} beside the project")


@pytest.fixture(scope="module")
def log(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("log") / "incident_event_log.csv"
    file.write_bytes(lzma.decompress(LOG.read_bytes()))
    return file


@pytest.fixture(scope="module")
def events(log) -> dict[str, list[dict[str, str]]]:
    """Every incident's events in the order of the file."""
    incidents: dict[str, list[dict[str, str]]] = {}
    with log.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            incidents.setdefault(row["number"], []).append(row)
    return incidents


@pytest.fixture(scope="module")
def whole(log, tmp_path_factory) -> Imported:
    """The whole log as one vendor's, whatever the group: for that, the vendor is told by a column that is always filled."""
    text = MAPPING.read_text(encoding="utf-8")
    mapping = tmp_path_factory.mktemp("mapping") / "whole.yaml"
    group = "  supplier: [assignment_group, Assignment group]\n"
    assert group in text
    mapping.write_text(text.replace(group, "  supplier: [contact_type]\n"), encoding="utf-8")
    everyone = pd.DataFrame({"vendor": ["all"], "name": ["All groups"], "aliases": [[]], "patterns": [["."]]})
    return import_files(read_mapping(mapping, TABLES), [log], everyone)


@pytest.fixture(scope="module")
def client(log) -> Imported:
    """The log by the recipe of the client."""
    recipe = open_client(ROOT / "data" / "clients" / "servicenow")
    return import_files(read_mapping(MAPPING, TABLES), [log], recipe.names, zone=recipe.zone)


def last(events: dict[str, list[dict[str, str]]]) -> list[dict[str, str]]:
    return [rows[-1] for rows in events.values()]


def moment(text: str) -> datetime | None:
    return None if text == NOTHING else datetime.strptime(text, "%d/%m/%Y %H:%M")


def test_every_incident_is_one_ticket_in_its_last_state(whole, events):
    tickets = whole.table.set_index("ticket").sort_index()
    expected = {row["number"]: row for row in last(events)}
    assert len(tickets) == len(expected) == 24918
    assert tickets.index.tolist() == sorted(expected)
    rows = [expected[number] for number in tickets.index]
    assert tickets["priority"].tolist() == [int(row["priority"][0]) for row in rows]
    assert tickets["reopens"].tolist() == [int(row["reopen_count"]) for row in rows]
    assert tickets["reassignments"].tolist() == [int(row["reassignment_count"]) for row in rows]
    assert tickets["group"].fillna(NOTHING).tolist() == [row["assignment_group"] for row in rows]
    for name in ("opened", "resolved", "closed"):
        naive = tickets[name].dt.tz_localize(None)
        assert [None if pd.isna(at) else at.to_pydatetime() for at in naive] == [
            moment(row[f"{name}_at"]) for row in rows
        ]


def test_the_published_figures_hold(whole, events):
    tickets = whole.table
    kept = sum(row["made_sla"] == "true" for row in last(events))
    assert (tickets["sla_reported"] == "kept").sum() == kept
    assert round(kept / len(tickets), 3) == 0.634
    spans = [(moment(row["resolved_at"]), moment(row["opened_at"])) for row in last(events)]
    hours = [(end - start).total_seconds() / 3600 for end, start in spans if end and start]
    assert statistics.median(hours) == pytest.approx(22.1)
    assert ((tickets["resolved"] - tickets["opened"]) / pd.Timedelta(hours=1)).median() == pytest.approx(22.1)
    assert tickets["resolved"].isna().sum() == 1556
    unresolved = tickets[tickets["resolved"].isna()]
    assert (unresolved["state"] == "closed").all()
    assert unresolved["closed"].notna().all()


def test_every_event_is_accounted_for_and_nothing_is_a_fault(whole, events):
    account = whole.reconciliation
    assert account.balanced
    assert account.faults == []
    assert account.by_reason.empty
    (file,) = account.by_file.to_dict("records")
    assert file["rows_read"] == file["rows_kept"] == sum(map(len, events.values())) == 141712
    assert file["tickets_in"] == file["tickets_kept"] == 24918


def test_changes_of_priority_are_those_of_the_log(whole, events):
    changes = whole.tables["ticket_changes"].query("field == 'priority'")
    ordered = {
        number: sorted(rows, key=lambda row: moment(row["sys_updated_at"])) for number, rows in events.items()
    }  # sorting is stable: events of one minute stay as they stand
    expected = [
        (number, moment(new["sys_updated_at"]), old["priority"][0], new["priority"][0])
        for number, rows in sorted(ordered.items())
        for old, new in itertools.pairwise(rows)
        if old["priority"] != new["priority"]
    ]
    at = changes["at"].dt.tz_localize(None).dt.to_pydatetime()
    assert list(zip(changes["ticket"], at, changes["old"], changes["new"], strict=True)) == expected
    assert changes["ticket"].nunique() == 383


def test_hours_of_waiting_are_those_of_the_log(whole, events):
    waiting = {"Awaiting User Info": "client", "Awaiting Evidence": "client", "Awaiting Vendor": "third_party"}
    waiting["Awaiting Problem"] = "vendor"
    expected: Counter[str] = Counter()
    for rows in events.values():
        ordered = sorted(rows, key=lambda row: moment(row["sys_updated_at"]))
        for this, following in itertools.pairwise(ordered):
            if this["incident_state"] in waiting:
                span = moment(following["sys_updated_at"]) - moment(this["sys_updated_at"])
                expected[waiting[this["incident_state"]]] += int(span.total_seconds())
    pauses = whole.tables["ticket_pauses"]
    seconds = (pauses["end"] - pauses["start"]).dt.total_seconds().groupby(pauses["party"]).sum()
    assert seconds.astype(int).to_dict() == dict(expected)
    assert pauses["end"].notna().all()


def test_the_client_holds_the_ten_largest_named_groups(client, events):
    groups = Counter(row["assignment_group"] for row in last(events) if row["assignment_group"] != NOTHING)
    largest = {group.lower().replace(" ", "_"): number for group, number in groups.most_common(10)}
    assert client.table["vendor"].value_counts().to_dict() == largest
    assert client.reconciliation.balanced
    assert client.reconciliation.faults == []
    left = client.reconciliation.by_reason.set_index("reason")["tickets"].to_dict()
    unnamed = sum(row["assignment_group"] == NOTHING for row in last(events))
    assert left == {
        "supplier matches no vendor": 24918 - sum(largest.values()) - unnamed,
        "no supplier": unnamed,
    }


def test_the_client_says_where_the_log_thins_out(events):
    """The sentence that every report of the client prints holds the numbers of the log."""
    about = open_client(ROOT / "data" / "clients" / "servicenow").about
    months = Counter(moment(row["opened_at"]).strftime("%Y-%m") for row in last(events))
    reviewed = sum(months[month] for month in ("2016-03", "2016-04", "2016-05"))
    after = sum(number for month, number in months.items() if month > "2016-05")
    assert f"{reviewed:,} incidents were opened in March to May 2016" in about
    assert f"({after} in the nine months to February 2017)" in about
    assert f"{months['2016-02']} of February 2016" in about


def test_the_check_of_the_client_notices_that_the_log_thins_out(client, tmp_path):
    """Without being told: by the number of tickets of each month."""
    folder = tmp_path / "servicenow"
    folder.mkdir()
    recipe = ROOT / "data" / "clients" / "servicenow" / "review.yaml"
    (folder / "review.yaml").write_text(recipe.read_text(encoding="utf-8"), encoding="utf-8")
    client.table.to_csv(folder / "tickets.csv", index=False)
    months = client.table["opened"].dt.tz_localize(None).dt.to_period("M")
    after = int((months > pd.Period("2016-05", "M")).sum())
    thins = read_slice(open_client(folder), TICKETS, "group_70").attrs["thins"]
    assert thins.startswith(f"it thins out after 2016-05: {after} rows up to 2017-02, where ")
