"""What hangs on this vendor: shares of spend, second sources, substitutability, and what spend alone says."""

from __future__ import annotations

import math

import pytest

from toolkit.areas import exit as leaving
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q2")}
QUARTER = """
    date, amount, service
    2026-04-30, 30, Desk
    2026-05-31, 40, Desk
    2026-06-30, 30, Hosting
    2026-06-30, -20, Desk
"""
SERVICES = """
    service, criticality, substitutability, second_source, annual_spend
    Desk, important, easily_substitutable, yes, 300
    Hosting, critical, highly_complex, no, 100
    Cabling, other, , , 50
"""


def months(first: str, amounts: list[float]) -> str:
    start = Period.parse(first).start
    lines = [f"{start + place}-28, {amount}" for place, amount in enumerate(amounts)]
    return "date, amount\n" + "\n".join(lines)


def test_spend_share_by_hand(table):
    # 80 of 800 in all; Desk 50 of 100 among 3 suppliers: HHI 0.25 + 0.25 / 2 to 0.25 + 0.25
    spend = table(
        "client_spend",
        "period, service, amount, suppliers\n2026-Q2, , 800,\n2026-Q2, Desk, 100, 3\n2026-Q2, Other, 9, 2",
    )
    found = leaving.spend_share(table("invoices", QUARTER), spend, **NOW)
    assert (found.value, found.numerator, found.denominator) == pytest.approx((0.1, 80, 800))
    assert found.claim == (
        "10.0 % of what the client spent in 2026-Q2 (800 GBP) went to this vendor; of that on Desk, 50.0 %."
    )
    desk = found.parts["service"].set_index("service").loc["Desk"]
    assert (desk["hhi_low"], desk["hhi_high"], desk["equal_suppliers"]) == pytest.approx((0.375, 0.5, 2))
    assert "Other" not in set(found.parts["service"]["service"])  # what others deliver is not this vendor's affair


def test_spend_share_takes_a_given_concentration_and_the_latest_period_that_invoices_cover(table):
    spend = table(
        "client_spend", "period, service, amount, concentration\n2026-Q1, , 1,\n2026-Q2, , 800, 0.02\n2026-Q3, , 9,"
    )
    found = leaving.spend_share(table("invoices", QUARTER), spend, **NOW)
    assert found.denominator == 800
    assert found.because == "all services: HHI 0.0200, as concentrated as 50 equal ones"


def test_spend_share_by_service_alone_adds_up_those_named(table):
    spend = table("client_spend", "period, service, amount\n2026-Q2, Desk, 100\n2026-Q2, Hosting, 60")
    assert leaving.spend_share(table("invoices", QUARTER), spend, **NOW).value == pytest.approx(80 / 160)


def test_spend_share_above_all_that_was_spent_is_named(table):
    found = leaving.spend_share(table("invoices", QUARTER), table("client_spend", "period, amount\n2026-Q2, 40"), **NOW)
    assert "one of the two is wrong" in found.because


@pytest.mark.parametrize("text", ["period, amount\n2025, 100", "period, amount\n2026-Q3, 100"])
def test_spend_share_of_periods_without_invoices_is_not_assessed(table, text):
    assert (
        "supply the spend with all suppliers"
        in leaving.spend_share(table("invoices", QUARTER), table("client_spend", text), **NOW).because
    )


def test_single_source_share_by_hand(table):
    found = leaving.single_source_share(table("services", SERVICES))
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.claim == "1 of 2 services is without a second source; critical: Hosting."
    assert found.because == "of 1 service it is not said"


def test_single_source_share_where_nothing_is_said_is_not_assessed(table):
    assert not leaving.single_source_share(table("services", "service\nDesk")).assessed


def test_hard_to_replace_share_by_hand(table):
    found = leaving.hard_to_replace_share(table("services", SERVICES), **NOW)
    assert found.value == pytest.approx(100 / 400)
    assert found.claim.endswith("hard to replace: Hosting.")
    assert found.because == "left out, without a level or a spend: Cabling"


def test_hard_to_replace_share_takes_the_charges_of_the_past_year(table):
    lines = months("2025-07", [10.0] * 12).replace("amount", "amount, service").replace("\n20", "\n20")
    lines = "\n".join(f"{line}, Hosting" if place else line for place, line in enumerate(lines.splitlines()))
    text = "service, substitutability\nHosting, not_substitutable"
    found = leaving.hard_to_replace_share(table("services", text), table("invoices", lines), **NOW)
    assert (found.value, found.denominator) == (1, 120)


def test_hard_to_replace_share_without_spend_is_not_assessed(table):
    found = leaving.hard_to_replace_share(
        table("services", "service, substitutability\nHosting, not_substitutable"), **NOW
    )
    assert "supply both in services" in found.because


def test_spend_of_peak_by_hand(table):
    # twelve months of 10, then twelve of 4: 48 of 120
    found = leaving.spend_of_peak(table("invoices", months("2024-07", [10.0] * 12 + [4.0] * 12)), **NOW)
    assert found.value == pytest.approx(0.4)
    assert found.claim.endswith("120 GBP in its dearest year, up to June 2025; most of what it was paid has gone.")
    assert "no ledger of payments" in found.because


def test_spend_of_peak_that_rises_is_the_whole(table):
    assert leaving.spend_of_peak(table("invoices", months("2024-07", [1.0] * 12 + [2.0] * 12)), **NOW).value == 1


def test_spend_of_peak_needs_two_years(table):
    found = leaving.spend_of_peak(table("invoices", months("2024-08", [1.0] * 23)), **NOW)
    assert "23 months; two years up to 2026-Q2 are needed" in found.because


def test_spend_of_peak_does_not_take_an_unknown_month_for_nothing(table):
    amounts = [10.0] * 24
    invoices = table("invoices", months("2024-07", amounts), silent=("2026-05",), covers=("2024-07", "2026-06"))
    assert math.isnan(leaving.spend_of_peak(invoices, **NOW).value)
