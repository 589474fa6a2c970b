"""What the tables of the quality area promise: each promise broken once, its message word for word."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import tables
from toolkit.forms import about_lines, blank_workbook
from toolkit.tables import check_cells

GOOD = {
    "tickets": {"vendor": "alder", "ticket": "T1", "opened": "2026-03-02 09:00", "priority": "2", "state": "closed"},
    "ticket_changes": {"vendor": "alder", "ticket": "T1", "change": "1", "at": "2026-03-02 10:00", "field": "priority",
                       "old": "2", "new": "3"},
    "ticket_pauses": {"vendor": "alder", "ticket": "T1", "start": "2026-03-02 10:00", "party": "client"},
    "service_levels": {"vendor": "alder", "level": "P2", "measure": "resolution", "limit_hours": "8", "target": "0.95",
                       "threshold": "0.9", "valid_from": "2026-01-01"},
    "calendars": {"calendar": "office", "timezone": "Europe/London", "monday": "09:00-12:00, 13:00-24:00"},
    "holidays": {"calendar": "office", "date": "2026-12-25"},
    "service_level_results": {"vendor": "alder", "level": "P2", "month": "2026-03", "numerator": "412",
                              "denominator": "430", "value": "0.958"},
    "releases": {"vendor": "alder", "release": "1.0", "released": "2026-02-16"},
    "defects": {"vendor": "alder", "defect": "B1", "found": "2026-02-20", "phase": "production"},
    "deployments": {"vendor": "alder", "deployment": "D1", "committed": "2026-03-02 09:00", "deployed": "2026-03-03",
                    "failed": "yes", "restored": "2026-03-03 01:00"},
    "credits": {"vendor": "alder", "month": "2026-03", "level": "P2", "amount": "1200"},
    "credit_terms": {"vendor": "alder", "model": "service_points", "point_rate": "0.005", "valid_from": "2026-01-01"},
    "disclosures": {"vendor": "alder", "incident": "S1", "detected": "2026-03-02 09:10"},
    "complaints": {"vendor": "alder", "complaint": "C1", "received": "2026-03-12"},
    "credit_bands": {"vendor": "alder", "level": "P2", "below": "0.95", "points": "1", "valid_from": "2026-01-01"},
}  # fmt: skip
OWN = [table for table in tables.TABLES if table.area == tables.AREA]


def faults(name: str, *rows: dict[str, str]) -> list[str]:
    """The faults of some rows, each being the good one with other cells."""
    table = next(table for table in tables.TABLES if table.name == name)
    cells = pd.DataFrame([GOOD[name] | row for row in rows], dtype="str").fillna("")
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return [str(fault).removeprefix(f"{name}.csv, ") for fault in check_cells(cells, table, f"{name}.csv").faults]


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_a_good_row_is_good_and_its_form_can_be_made(table):
    assert faults(table.name, {}) == []
    assert blank_workbook(table)
    assert about_lines(table)


@pytest.mark.parametrize("table", OWN, ids=lambda table: table.name)
def test_the_examples_of_a_declaration_keep_its_promises(table):
    cells = pd.DataFrame([{column.name: column.example for column in table.columns}], dtype="str", index=[2])
    kept = {"credit_terms": {"at_risk": ""}, "credit_bands": {"allocation": ""}, "deployments": {"restored": ""}}
    assert check_cells(cells.assign(**kept.get(table.name, {})), table, table.name).faults == []


@pytest.mark.parametrize(
    ("name", "cells", "fault"),
    [
        (
            "tickets",
            {"resolved": "2026-03-02 08:59"},
            "row 2: found opened '2026-03-02 09:00', resolved '2026-03-02 08:59'; "
            "expected a resolution that is not before the opening",
        ),
        (
            "tickets",
            {"closed": "2026-03-02 09:30+01:00"},
            "row 2: found opened '2026-03-02 09:00', closed '2026-03-02 09:30+01:00'; "
            "expected a closure that is not before the opening",
        ),
        ("tickets", {"priority": "6"}, "row 2, `priority`: found '6'; expected a whole number from 1 to 5"),
        (
            "tickets",
            {"priority": "urgent"},
            "row 2, `priority`: found 'urgent'; expected a whole number from 1 to 5",
        ),
        (
            "ticket_changes",
            {"new": "2"},
            "row 2: found old '2', new '2'; expected an old and a new value that differ",
        ),
        (
            "ticket_pauses",
            {"end": "2026-03-02 09:00"},
            "row 2: found start '2026-03-02 10:00', end '2026-03-02 09:00'; expected an end that is not before the start",
        ),
        (
            "service_levels",
            {"target": ""},
            "row 2, `target`: found nothing; expected a number in share from 0 to 1",
        ),
        (
            "service_levels",
            {"limit_hours": ""},
            "row 2: found measure 'resolution', limit_hours nothing; "
            "expected limit_hours for a response, mitigation or resolution",
        ),
        (
            "service_levels",
            {"threshold": "0.96"},
            "row 2: found threshold '0.96', target '0.95'; expected a threshold that is not above the target",
        ),
        (
            "calendars",
            {"monday": "9-17"},
            "row 2: found monday '9-17'; expected hours such as 09:00-17:30",
        ),
        (
            "calendars",
            {"timezone": "BST"},
            "row 2: found timezone 'BST'; expected a time zone of the IANA database, such as Europe/London",
        ),
        (
            "service_level_results",
            {"value": "1.02", "numerator": ""},
            "row 2, `value`: found '1.02'; expected a number in share from 0 to 1",
        ),
        (
            "service_level_results",
            {"numerator": "431", "value": ""},
            "row 2: found numerator '431', denominator '430'; expected a numerator that is not above the denominator",
        ),
        (
            "service_level_results",
            {"value": "0.99"},
            "row 2: found value '0.99', numerator '412', denominator '430'; "
            "expected a value that is numerator / denominator, to half a percentage point",
        ),
        (
            "service_level_results",
            {"value": "", "denominator": ""},
            "row 2: found value nothing, numerator '412', denominator nothing; "
            "expected a value, or a numerator and a denominator",
        ),
        (
            "deployments",
            {"failed": "no"},
            "row 2: found failed 'no', restored '2026-03-03 01:00'; expected a restoration of failed deployments only",
        ),
        (
            "deployments",
            {"committed": "2026-03-04"},
            "row 2: found committed '2026-03-04', deployed '2026-03-03'; "
            "expected a deployment that is not before the commit",
        ),
        (
            "credit_terms",
            {"model": "at_risk"},
            "row 2: found model 'at_risk', at_risk nothing; expected a share at_risk for an at-risk pool",
        ),
        (
            "credit_bands",
            {"allocation": "0.2"},
            "row 2: found points '1', allocation '0.2'; expected points or an allocation, and not both",
        ),
    ],
)
def test_a_broken_promise(name, cells, fault):
    assert faults(name, cells) == [fault]


def test_a_calendar_without_hours():
    (fault,) = faults("calendars", {"monday": ""})
    assert fault.startswith("row 2: found monday nothing, tuesday nothing")
    assert fault.endswith("expected hours on one day at least")


def test_a_ticket_twice():
    assert faults("tickets", {}, {"state": "active"}) == [
        "row 3: found vendor 'alder', ticket 'T1', as in row 2; expected each vendor, ticket once"
    ]


def test_pauses_may_overlap_but_not_begin_together_for_one_party():
    assert faults("ticket_pauses", {"end": "2026-03-02 12:00"}, {"start": "2026-03-02 11:00"}) == []
    assert faults("ticket_pauses", {}, {"party": "third_party"}) == []
    assert len(faults("ticket_pauses", {}, {})) == 1


def test_two_months_of_one_level_and_a_month_twice():
    assert faults("service_level_results", {}, {"month": "2026-04"}) == []
    assert len(faults("service_level_results", {}, {})) == 1
