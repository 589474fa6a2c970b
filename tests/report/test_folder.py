"""What lies in a reports folder, and what is said where nothing lies there."""

import pytest

from toolkit.areas import cost, sentiment
from toolkit.model import NOT_ASSESSED, Finding, Period
from toolkit.report import folder

from .conftest import PERIOD, charges, found


def reports(tmp_path):
    return folder.client_folder(str(tmp_path / "reports"), "hartwell")


def test_vendor_findings_reads_every_area_there_is(tmp_path, put):
    put([charges(10.0)])
    put([found("future.thing", 1.0)], area="future")
    addresses = [item.id for item in folder.vendor_findings(reports(tmp_path), "alder", PERIOD)]
    assert addresses[0] == "cost.vendor_charges"
    assert addresses[-1] == "future.thing"


def test_vendor_findings_names_every_area_without_a_file(tmp_path, reviewed_in):
    reviewed_in(cost, sentiment)
    found_ = folder.vendor_findings(reports(tmp_path), "alder", PERIOD)
    assert [item.id for item in found_] == ["cost", "sentiment"]
    assert {item.verdict for item in found_} == {NOT_ASSESSED}
    assert found_[0].because == "it was not run for 2026-Q3, or its run ended before anything was written"


def test_vendor_findings_says_that_a_broken_file_cannot_be_read(tmp_path, put):
    put([charges(10.0)]).write_text("[{", encoding="utf-8")
    found_ = folder.vendor_findings(reports(tmp_path), "alder", PERIOD)
    assert found_[0].because == "its findings file, findings/cost.json, cannot be read"


@pytest.mark.parametrize("text", ['[{"id": "cost.x", "value": "many"}]', "{}", '"text"', "[1]", "[" * 100_000, "\x00"])
def test_vendor_findings_bear_whatever_a_broken_file_may_hold(tmp_path, put, text):
    put([charges(10.0)]).write_text(text, encoding="utf-8")
    every = folder.vendor_findings(reports(tmp_path), "alder", PERIOD)
    assert [item.verdict for item in every if item.area == "cost"] == [NOT_ASSESSED]


def test_vendor_findings_says_that_an_empty_file_holds_nothing(tmp_path, put):
    put([])
    assert folder.vendor_findings(reports(tmp_path), "alder", PERIOD)[0].because == "its findings file is empty"


def test_earlier_periods_are_of_the_same_length_and_rise(tmp_path, put):
    for period in ("2026-Q4", "2026-Q2", "2025-Q3", "2026-H1", "2025"):
        put([charges(10.0)], period=period)
    put([charges(10.0)])
    (reports(tmp_path) / "notes").mkdir()
    assert [str(period) for period in folder.earlier_periods(reports(tmp_path), PERIOD)] == ["2025-Q3", "2026-Q2"]


def test_earlier_findings_leave_out_periods_without_this_vendor(tmp_path, put):
    put([charges(10.0)], period="2026-Q2")
    put([charges(10.0)], vendor="birch", period="2025-Q3")
    assert list(folder.earlier_findings(reports(tmp_path), "alder", PERIOD)) == [Period.parse("2026-Q2")]


def test_sources_of_takes_the_most_rows_of_a_vendor_and_adds_vendors():
    invoices = {"table": "invoices", "file": "invoices.csv", "digest": "ab", "rows": 3}
    findings = [
        found("cost.saving", sources=(invoices,)),
        found("cost.unit_cost", sources=({**invoices, "rows": 5},)),
        found("cost.saving", vendor="birch", sources=({**invoices, "rows": 7},)),
    ]
    # alder max(3, 5) + birch 7
    assert folder.sources_of(findings) == [{**invoices, "rows": 12}]


def test_watermelon_reads_the_findings_of_both_sides():
    def of(id, verdict, claim):
        return Finding(id=id, vendor="alder", period="2026-Q3", goal="G", verdict=verdict, value=0.5, claim=claim)

    findings = [of("sentiment.csat", "missed", "Few like it."), of("quality.sla_attainment", "met", "All was kept.")]
    assert folder.watermelon(findings) == (
        "Green by the contract, red to people: all was kept (goal met); yet few like it (goal missed)."
    )
