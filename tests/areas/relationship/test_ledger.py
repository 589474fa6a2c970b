"""The two-sided ledger: both sides by the same rules; payments, reports and evaluations."""

import pytest

from toolkit.areas import relationship
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q1")}
ACTIONS = """
    action, type, raised, owner, due, closed
    A1, action, 2026-01-01, client, 2026-01-31, 2026-02-10
    A2, action, 2026-01-01, vendor, 2026-01-31, 2026-01-31
    A3, action, 2026-01-01, vendor, 2026-03-21, 2026-04-30
    A4, action, 2026-01-01, both, 2026-01-31,
    A5, action, 2026-01-01, vendor, 2026-04-30,
    A6, idea, 2026-01-01, vendor, 2026-01-31,
    A7, action, 2026-01-01, client, 2026-03-31,
"""
OWN = """
    obligation, kind, due, done, amount
    P1, payment, 2026-01-31, 2026-01-30, 100
    P2, payment, 2026-02-28, 2026-03-10, 300
    P3, payment, 2025-01-31, , 100
    I1, input, 2026-03-11,
    I2, input, 2026-02-11, 2026-02-11,
"""
REPORTS = """
    report, due, received, complete
    Monthly, 2026-01-10, 2026-01-09,
    Monthly, 2026-02-10, 2026-02-10, no
    Monthly, 2026-03-10, 2026-03-12, yes
    Monthly, 2026-02-20, , yes
"""


@pytest.fixture
def ledger(table):
    return relationship.ledger(
        table("actions", ACTIONS), table("reports_due", REPORTS), table("client_obligations", OWN), **NOW
    )


def test_both_sides_are_counted_by_the_same_rules(ledger):
    # client: A1 late 10, P1 kept, P2 late 10, I1 open: 20 days by 31 March, I2 kept. A7 is due on the last day: left out
    # vendor: A2 kept, A3 open by then: 10 days, reports kept, kept, late 2, open 39. What both own is on neither side.
    late = ledger.groupby("side")["late"].sum()
    kept = ledger.groupby("side")["kept"].agg(["sum", "size"])
    assert late.to_dict() == {"client": 40, "vendor": 51}
    assert kept.loc["client"].tolist() == [2, 5]
    assert kept.loc["vendor"].tolist() == [3, 6]


def test_client_delay_share_is_its_part_of_all_days_late(ledger):
    found = relationship.client_delay_share(ledger, **NOW)
    assert found.value == pytest.approx(40 / 91)
    assert 0 <= found.low < found.value < found.high <= 1


def test_kept_gap_turns_when_sides_are_swapped(ledger):
    swapped = ledger.assign(side=ledger["side"].map({"client": "vendor", "vendor": "client"}))
    swapped.attrs = ledger.attrs
    here, there = (relationship.kept_gap(rows, **NOW) for rows in (ledger, swapped))
    assert here.value == pytest.approx(-there.value)
    assert here.low == pytest.approx(-there.high)
    delays = [relationship.client_delay_share(rows, **NOW).value for rows in (ledger, swapped)]
    assert sum(delays) == pytest.approx(1)


def test_client_kept_is_judged_as_the_vendor(ledger):
    assert relationship.client_kept(ledger, **NOW).value == pytest.approx(2 / 5)
    assert relationship.vendor_kept(ledger, **NOW).value == pytest.approx(1 / 2)


def test_vendor_kept_alone_makes_no_ledger(table):
    rows = relationship.ledger(table("actions"), table("reports_due", REPORTS), table("client_obligations"), **NOW)
    assert not relationship.kept_gap(rows, **NOW).assessed
    assert not relationship.client_delay_share(rows, **NOW).assessed


def test_paid_on_time_counts_payments_and_says_the_share_of_the_amount(table):
    found = relationship.paid_on_time(table("client_obligations", OWN), **NOW)
    assert (found.numerator, found.denominator) == (1, 2)
    assert "by amount 25.0 %" in found.because


def test_reports_on_time_leaves_out_what_is_not_complete(table):
    found = relationship.reports_on_time(table("reports_due", REPORTS), **NOW)
    assert (found.numerator, found.denominator) == (1, 4)
    assert "1 on time and not complete" in found.because


def test_evaluations_kept_wants_somebody_named_and_a_sign_off(table):
    rows = table(
        "evaluations",
        """
        evaluation, due, done, evaluator, evaluator_role, signed_off
        A, 2026-01-31, 2026-01-30, J. Secretname, , 2026-02-01
        B, 2026-01-31, 2026-01-30, , , 2026-02-01
        C, 2026-01-31, 2026-01-30, , Head, 2026-04-02
        D, 2026-01-31, , , Head,
        E, 2026-05-31, , , Head,
        """,
    )
    found = relationship.evaluations_kept(rows, **NOW)
    assert (found.numerator, found.denominator) == (1, 4)
    shown = found.parts["evaluation"].set_index("evaluation")
    assert shown["signed_off"].dropna().astype(str).to_dict() == {
        "A": "2026-02-01",
        "B": "2026-02-01",
    }  # C's came later
    assert shown["role"].dropna().to_dict() == {"C": "Head", "D": "Head"}
    assert "Secretname" not in str(found.parts)
