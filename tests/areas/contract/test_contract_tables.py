"""What the tables of the contract area promise: each promise broken once, and the sentence that says so."""

from __future__ import annotations

import pytest


def test_a_contract_that_ends_before_it_starts_is_refused(faults):
    found = faults("contracts", "contract, start, end\nC-1, 2026-01-01, 2025-12-31")
    assert len(found) == 1
    assert "row 2" in found[0]
    assert "2025-12-31" in found[0]
    assert "an end that is not before the start" in found[0]


def test_a_revision_that_overlaps_another_is_refused_in_the_row_that_runs_too_long(faults):
    text = """\
        metric, target, valid_from, valid_to
        P2, 0.90, 2026-01-01, 2026-08-20
        P2, 0.95, 2026-08-15,
        P3, 0.90, 2026-01-01,
        P3, 0.95, 2026-08-15,
    """
    found = faults("revisions", text)
    assert len(found) == 1  # one without a last day ends when the next begins
    assert "row 2" in found[0]
    assert "a target that ends before the next one of the same metric begins" in found[0]


def test_a_revision_that_ends_the_day_before_the_next_is_none_too_long(faults):
    text = "metric, target, valid_from, valid_to\nP2, 0.90, 2026-01-01, 2026-08-14\nP2, 0.95, 2026-08-15,"
    assert faults("revisions", text) == []


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("clauses", "clause, state\nscope, ok", "one of met, partly met, not met, not applicable"),
        ("clauses", "clause, state\nscope, met\nscope, not met", "each vendor, contract, clause once"),
        ("contract_clauses", "clause, weight\nscope, -1", "a number of at least 0"),
        (
            "obligations",
            "due, fulfilled, verified\n2026-01-31, 2026-02-02, 2026-02-01",
            "a check that is not before what it checks",
        ),
        ("revisions", "metric, target, valid_from, valid_to\nP2, 0.9, 2026-02-01, 2026-01-31", "not before the first"),
        ("revisions", "metric, target, valid_from\nP2, 0.9, 2026-02-01\nP2, 0.8, 2026-02-01", "valid_from once"),
        ("entitlements", "entitlement, period, contracted\nDays, 2026-Q5, 4", "a period such as"),
        ("entitlements", "entitlement, period, contracted, used\nDays, 2026-Q3, 4, -1", "a number of at least 0"),
        ("audits", "audit, about\nA1, Security", "a planned day, or the day on which it was done"),
        ("audit_findings", "raised, closed\n2026-02-01, 2026-01-31", "a closure that is not before it was raised"),
        ("audit_findings", "raised, due\n2026-02-01, 2026-01-31", "a due day that is not before it was raised"),
        ("disputes", "raised, settled\n2026-02-01, 2026-01-31", "a settlement that is not before it was raised"),
        ("disputes", "raised, value\n2026-02-01, -5", "a number in the client's currency of at least 0"),
        ("contract_dates", "event, date, lead_days\nrenewal, , 30", "a date for all but notice and end"),
        ("contract_dates", "event, date, lead_days\nnotice, 2026-03-01, -1", "a whole number of at least 0"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_wanted(faults, name, text, wanted):
    found = faults(name, text)
    assert len(found) == 1
    assert name in found[0]
    assert wanted in found[0]


def test_all_faults_of_a_file_are_told_at_once(faults):
    text = "raised, settled, value\n2026-02-01, 2026-01-31, 5\nyesterday, , 5\n2026-02-01, , lots"
    assert len(faults("disputes", text)) == 3
