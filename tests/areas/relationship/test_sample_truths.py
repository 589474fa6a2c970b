"""What is planted in the sample is found by the measures, and no name leaves the tables."""

import csv

import pytest
import yaml

from toolkit.areas import quality, relationship
from toolkit.case import Case, cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT
from toolkit.model import findings_text, read_findings

SAMPLE = ROOT / "data" / "sample"
TRUTHS = yaml.safe_load((SAMPLE / "truths.yaml").read_text(encoding="utf-8"))["relationship"]["vendors"]
KNOWN = ["alder", "birch", "cedar", "elm"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    client = open_client(find_client("sample"))
    reports, period = tmp_path_factory.mktemp("reports"), client.period("2026-Q3")
    return {name: cut_case(relationship, client, client.vendor(name), period, reports) for name in client.vendors}


def ledger_of(case: Case):
    return relationship.ledger(case.actions, case.reports_due, case.client_obligations, period=case.period)


@pytest.mark.parametrize("vendor", KNOWN)
def test_the_ledger_is_that_of_the_generator(cases, vendor):
    case, facts = cases[vendor], TRUTHS[vendor]
    found = relationship.client_delay_share(ledger_of(case), period=case.period)
    assert found.value == pytest.approx(facts["client_share"], abs=0.0001)
    assert found.numerator == facts["late"]["client"]
    for side, measure in (("client", relationship.client_kept), ("vendor", relationship.vendor_kept)):
        kept = measure(ledger_of(case), period=case.period)
        assert [kept.numerator, kept.denominator] == facts["kept"][side]


def test_the_client_that_causes_half_of_the_delay_is_found_and_no_other(cases):
    found = {name: relationship.client_delay_share(ledger_of(cases[name]), period=cases[name].period) for name in KNOWN}
    assert found["birch"].low < 0.5 < found["birch"].high
    assert 0.45 < found["birch"].value < 0.55
    assert all(found[name].value < 0.35 for name in KNOWN if name != "birch")


def test_the_client_of_birch_decides_later_than_others(cases):
    def client_median(name: str) -> float:
        found = relationship.decision_latency(cases[name].actions, period=cases[name].period)
        return found.parts["owner"].set_index("owner").at["client", "value"]

    assert client_median("birch") > 2 * max(client_median(name) for name in KNOWN if name != "birch")


def test_the_forum_that_meets_without_its_named_roles_is_found_and_no_other(cases):
    for name in KNOWN:
        case = cases[name]
        held = relationship.cadence_kept(case.forums, case.meetings, period=case.period).parts["forum"]
        came = relationship.role_attendance(case.forums, case.meetings, case.attendance, period=case.period)
        assert held.set_index("forum")["held"].to_dict() == TRUTHS[name]["held"]
        by = came.parts["forum"].set_index("forum")
        for forum, (taken, places) in TRUTHS[name]["places"].items():
            assert by.at[forum, "value"] == pytest.approx(taken / places)
        hollow = by.index[by["high"] < 0.5].tolist()
        assert hollow == ([TRUTHS[name]["hollow"]] if "hollow" in TRUTHS[name] else [])
        if hollow:
            assert held.set_index("forum").at[hollow[0], "value"] == 1.0


def test_the_activity_with_two_accountables_is_found_and_no_other(cases):
    for name in KNOWN:
        found = relationship.accountable_share(cases[name].responsibilities, period=cases[name].period)
        double = TRUTHS[name].get("double")
        assert (found.value == 1) is (double is None)
        assert found.because == (f"more than one Accountable for {double}" if double else "")


@pytest.mark.parametrize("vendor", KNOWN)
def test_each_plan_did_what_was_planted(cases, vendor):
    case = cases[vendor]
    measured = cut_case(quality, case.client, case.vendor, case.period, case.folder.parents[2])
    now = {"period": case.period}
    found = []
    if vendor == "alder":
        found = [quality.reopened_share(measured.tickets, **now)]
    elif vendor == "birch":
        found = [quality.time_to_resolve(measured.tickets, **now)]
    measured.conclude(*found)
    series = relationship.plan_series(case.plans, case.plan_values, case.history(), **now)
    made = relationship.plans_effective(case.plans, series, **now)
    if vendor == "elm":
        assert not made.assessed
        assert "too young to be tested" in made.because
        return
    assert made.parts["plan"].set_index("plan")["state"].to_dict() == TRUTHS[vendor]["plans"]
    hollow = relationship.plans_without_effect(case.plans, series, **now)
    assert hollow.value == (1 if vendor == "cedar" else 0)


def test_nothing_of_a_vendor_without_data_is_assessed(cases):
    case = cases["dogwood"]
    now = {"period": case.period}
    ledger = ledger_of(case)
    series = relationship.plan_series(case.plans, case.plan_values, case.history(), **now)
    measured = [
        relationship.cadence_kept(case.forums, case.meetings, **now),
        relationship.decision_latency(case.actions, **now),
        relationship.overdue_share(case.actions, **now),
        relationship.accountable_share(case.responsibilities, **now),
        relationship.contact_coverage(case.contacts, case.forums, case.responsibilities, **now),
        relationship.kept_gap(ledger, **now),
        relationship.client_delay_share(ledger, **now),
        relationship.plans_effective(case.plans, series, **now),
        relationship.evaluations_kept(case.evaluations, **now),
    ]
    assert not any(item.assessed for item in measured)
    assert all(item.because for item in measured)
    assert relationship.answer("Dogwood", {}) == ""


def people() -> set[str]:
    """Every name and address that the sample holds."""
    columns = {
        "contacts": ("name", "email", "phone", "deputy"),
        "attendance": ("person",),
        "actions": ("owner_name",),
        "evaluations": ("evaluator", "signed_off_by"),
    }
    found = set()
    for table, names in columns.items():
        with (SAMPLE / f"{table}.csv").open(encoding="utf-8-sig", newline="") as file:
            found |= {row[name] for row in csv.DictReader(file) for name in names}
    return {person for person in found if person}


def test_no_name_and_no_address_of_a_person_is_in_a_table_of_a_case_or_in_a_finding(cases):
    secrets = people()
    assert len(secrets) > 30
    case = cases["alder"]
    now = {"period": case.period}
    held = "\n".join(rows.to_csv() for rows in case.tables.values() if hasattr(rows, "to_csv"))
    case.conclude(
        relationship.contact_coverage(case.contacts, case.forums, case.responsibilities, **now),
        relationship.role_attendance(case.forums, case.meetings, case.attendance, **now),
        relationship.open_action_age(case.actions, **now),
        relationship.evaluations_kept(case.evaluations, **now),
        relationship.client_delay_share(ledger_of(case), **now),
    )
    written = findings_text(read_findings(case.folder / "findings" / "relationship.json"))
    shown = case.check(relationship.checks(case.tables, **now)).html
    for secret in secrets:
        assert secret not in held
        assert secret not in written
        assert secret not in shown
