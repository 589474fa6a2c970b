"""What is planted in the sample is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

import math

import pytest
import yaml

from toolkit.areas import contract
from toolkit.case import Case, cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT

PERIOD = "2026-Q3"
TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["contract"]["vendors"]
WITH_CONTRACTS = ["alder", "birch", "cedar", "elm"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    client = open_client(find_client("sample"))
    reports = tmp_path_factory.mktemp("reports")
    period = client.period(PERIOD)
    return {name: cut_case(contract, client, client.vendor(name), period, reports) for name in client.vendors}


def steps_of(case: Case):
    return contract.planned_steps(case.contracts, case.contract_dates, period=case.period)


@pytest.mark.parametrize("vendor", WITH_CONTRACTS)
def test_gaps_are_those_planted(cases, vendor):
    case = cases[vendor]
    got, looked, waiting = TRUTHS[vendor]["clauses"]
    found = contract.clause_coverage(case.clauses, case.contract_clauses, period=case.period)
    assert (found.numerator, found.denominator) == (got, looked)
    assert found.counted == (waiting == 0)
    if waiting:
        assert found.low == pytest.approx(got / (looked + waiting))
        assert found.high == pytest.approx((got + waiting) / (looked + waiting))


def test_the_missing_right_of_audit_and_the_missing_help_at_the_exit_head_the_gap_list(cases):
    gaps = contract.clause_coverage(
        cases["elm"].clauses, cases["elm"].contract_clauses, period=cases["elm"].period
    ).parts["gap"]
    missing = gaps[gaps["state"] == "not met"]
    assert list(missing["topic"])[:2] == ["Exit assistance", "Audit"]


def test_article_30_is_held_against_the_one_vendor_that_it_was_asked_of(cases):
    found = {
        name: contract.eu_dora_coverage(case.clauses, case.contract_clauses, period=case.period)
        for name, case in cases.items()
    }
    assert {name for name, item in found.items() if item.assessed} == {"birch"}
    got, looked, _ = TRUTHS["birch"]["eu_dora"]
    assert (found["birch"].numerator, found["birch"].denominator) == (got, looked)


@pytest.mark.parametrize("vendor", WITH_CONTRACTS)
def test_obligations_entitlements_audits_and_disputes_are_those_of_the_generator(cases, vendor):
    case, truth, now = cases[vendor], TRUTHS[vendor], {"period": cases[vendor].period}
    verified = contract.obligations_verified(case.obligations, **now)
    assert [verified.numerator, verified.denominator] == truth["verified"]
    assert contract.obligations_overdue(case.obligations, **now).value == truth["overdue"]
    assert contract.unused_value(case.entitlements, **now).value == truth["unused"]
    done = contract.audits_done(case.audits, **now)
    assert [done.numerator, done.denominator] == truth["audits"]
    findings = contract.audit_findings_open(case.audit_findings, **now)
    assert (findings.value if findings.assessed else 0) == truth["findings"]
    count, value = truth["disputes"]
    disputes = contract.disputes_open(case.disputes, **now)
    assert (disputes.value if disputes.assessed else 0) == count
    if count:
        assert contract.disputed_value(case.disputes, **now).value == value


def test_the_entitlement_that_nobody_uses_is_named(cases):
    case = cases["alder"]
    assert "never used: Training days" in contract.entitlement_use(case.entitlements, period=case.period).claim


def test_the_target_that_was_raised_in_mid_quarter_is_judged_as_it_stood(cases):
    case, truth = cases["alder"], TRUTHS["alder"]["revised"]
    levels = case.service_levels, case.revisions, case.service_level_results
    rows = contract.targets_kept(*levels, period=case.period).parts["rows"]
    rows = rows[rows["metric"] == truth["metric"]]
    assert len(rows) == truth["of"]
    assert (rows["verdict"] == "kept").sum() == truth["kept"]
    assert (rows["by_latest"] == "kept").sum() == truth["by_the_new_target"]


@pytest.mark.parametrize("vendor", WITH_CONTRACTS)
def test_notice_dates_and_late_steps_are_those_planted(cases, vendor):
    case, truth = cases[vendor], TRUTHS[vendor]
    steps = steps_of(case)
    assert contract.days_to_notice(steps, period=case.period).value == truth["notice"]
    late = contract.steps_overdue(steps, period=case.period)
    states = late.parts["state"].set_index("state")["value"]
    assert [late.value, states["too late"]] == truth["late"]


def test_the_notice_date_that_has_passed_is_said_in_words(cases):
    case = cases["elm"]
    found = contract.days_to_notice(steps_of(case), period=case.period)
    assert "QM-2025-03, Remote support licences was 31 August 2026" in found.claim
    assert "QM-2025-03" not in contract.calendar_text(
        steps_of(case).query("event == 'notice'"), vendor="Elm", period=case.period
    )


def test_a_quarter_before_the_notice_date_had_not_passed(cases):
    elm = cases["elm"]
    earlier = elm.client.period("2026-Q2")
    steps = contract.planned_steps(elm.contracts, elm.contract_dates, period=earlier)
    assert contract.days_to_notice(steps, period=earlier).value == 62.0


def test_nothing_of_a_vendor_without_contract_files_is_assessed(cases):
    case, now = cases["dogwood"], {"period": cases["dogwood"].period}
    measured = [
        contract.clause_coverage(case.clauses, case.contract_clauses, **now),
        contract.obligations_overdue(case.obligations, **now),
        contract.unused_value(case.entitlements, **now),
        contract.audits_done(case.audits, **now),
        contract.disputes_open(case.disputes, **now),
        contract.days_to_notice(steps_of(case), **now),
        contract.steps_overdue(steps_of(case), **now),
        contract.money_left(None, None, **now),
    ]
    assert all(math.isnan(item.value) and item.because for item in measured)
