"""Obligations and audits: verified, overdue, done and open, as they were known on the period's last day."""

from __future__ import annotations

from toolkit.areas import contract
from toolkit.model import Period

Q3 = Period.parse("2026-Q3")
OWED = """
    obligation, about, due, fulfilled, verified, owed_by, severity
    O1, Report, 2026-03-31, 2026-03-30, 2026-04-05, vendor, medium
    O2, Test, 2026-06-30, 2026-06-30, , , high
    O3, Proof, 2026-07-31, , , vendor, critical
    O4, Access, 2026-08-31, , , client, low
    O5, Late, 2026-09-30, 2026-10-02, 2026-10-03, vendor,
    O6, Old, 2025-06-30, , , vendor, low
    O7, Later, 2026-12-31, , , vendor, low
"""


def test_obligations_verified_are_counted_over_the_year_and_for_the_vendor_alone(table):
    found = contract.obligations_verified(table("obligations", OWED), period=Q3)
    # due in the year: O1, O2, O3, O5; O5 was fulfilled and checked after the last day; O4 is the client's
    assert (found.numerator, found.denominator) == (1.0, 4.0)
    assert "1 was fulfilled and not checked, 2 not fulfilled" in found.claim
    assert list(found.parts["obligation"]["obligation"]) == ["O2", "O3", "O5"]


def test_obligations_verified_of_none_that_fell_due_is_not_assessed(table):
    found = contract.obligations_verified(table("obligations", "due\n2026-12-31"), period=Q3)
    assert "fell due in the year up to September 2026" in found.because


def test_obligations_overdue_are_open_before_the_last_day_however_old(table):
    found = contract.obligations_overdue(table("obligations", OWED), period=Q3)
    # O3 for 61 days, O6 for 457; what is due on the last day itself is not overdue yet
    assert found.value == 2.0
    assert "the oldest for 457 days" in found.claim
    assert "the client itself is overdue with 1" in found.because
    assert dict(zip(found.parts["severity"]["severity"], found.parts["severity"]["value"], strict=True)) == {
        **{"critical": 1, "high": 0, "medium": 0, "low": 1}
    }


def test_obligations_overdue_of_the_client_alone_are_not_assessed(table):
    found = contract.obligations_overdue(table("obligations", "due, owed_by\n2026-01-31, client"), period=Q3)
    assert not found.assessed


def test_audits_done_are_those_planned_for_the_year(table):
    audits = """
        audit, planned, done, cancelled
        A1, 2026-03-31, 2026-04-14, no
        A2, 2026-06-30, , no
        A3, 2026-07-31, , yes
        A4, 2026-08-31, 2026-10-02, no
        A5, 2027-02-28, , no
        A6, , 2026-05-05, no
        A7, 2025-03-31, 2025-03-31, no
    """
    found = contract.audits_done(table("audits", audits), period=Q3)
    assert (found.numerator, found.denominator) == (1.0, 4.0)
    assert "missing: A2, A3 and A4" in found.claim
    assert "1 later than planned" in found.because
    assert "1 audit given up" in found.because
    assert "1 audit that nobody had planned" in found.because


def test_audits_done_without_a_plan_are_not_assessed(table):
    found = contract.audits_done(table("audits", "audit, done\nA1, 2026-05-05"), period=Q3)
    assert "none that was planned" in found.because


def test_audit_findings_open_are_counted_by_severity_with_their_age(table):
    findings = """
        finding, severity, raised, due, closed
        F1, high, 2026-01-01, 2026-05-31,
        F2, high, 2026-01-01, 2026-05-31, 2026-10-05
        F3, low, 2026-09-20, 2026-12-31,
        F4, critical, 2026-02-01, 2026-03-01, 2026-02-20
        F5, critical, 2026-10-01, ,
    """
    found = contract.audit_findings_open(table("audit_findings", findings), period=Q3)
    assert found.value == 3.0  # what was closed in October was open, what was raised then was not there
    assert "3 of 4 audit findings are open: 2 high, 1 low; 2 overdue." in found.claim
    assert list(found.parts["finding"]["finding"]) == ["F1", "F2", "F3"]
    assert found.parts["finding"]["days"].max() == 272


def test_audit_findings_open_may_be_none(table):
    found = contract.audit_findings_open(
        table("audit_findings", "severity, raised, closed\nlow, 2026-01-01, 2026-02-01"), period=Q3
    )
    assert found.value == 0.0
    assert found.claim == "No audit finding is open, of 1 raised."
