"""The negotiation brief: money that may be claimed, the gap to quotes, days of leverage, the price at which to walk away."""

from __future__ import annotations

import pytest

from toolkit.areas import exit as leaving
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q2")}
CREDITS, CHECK = "quality.credits_unclaimed", "cost.invoice_check"
CONTRACTS = """
    contract, service, start, end, notice_days
    C1, Desk, 2025-01-01, 2026-12-31, 90
    C2, Hosting, 2025-01-01, 2026-08-31, 90
    C3, Old, 2024-01-01, 2025-12-31, 30
"""


def test_unclaimed_money_adds_up_the_past_year(history):
    known = history(
        (CREDITS, "2026-Q2", 500, 500, 500),
        (CREDITS, "2026-Q1", -50, -50, -50),  # more credited than due is no debt of the client
        (CHECK, "2026-Q2", 300, 200, 300),
        (CHECK, "2025-Q2", 999, 999, 999),  # longer ago than a year
        ("cost.vendor_charges", "2026-Q2", 10_000, 10_000, 10_000),
    )
    found = leaving.unclaimed_money(known, **NOW)
    assert (found.value, found.low, found.high) == (800, 700, 800)
    assert found.because == "of 2026-Q1 and 2026-Q2; what was claimed meanwhile is not known here"


def test_unclaimed_money_says_what_is_not_known(history):
    assert (
        "not known: billed in error" in leaving.unclaimed_money(history((CREDITS, "2026-Q2", 5, 5, 5)), **NOW).because
    )


def test_unclaimed_money_of_no_finding_is_not_assessed(history):
    found = leaving.unclaimed_money(history((CREDITS, "2026-Q2", None, None, None)), **NOW)
    assert not found.assessed
    assert "supply rates.csv or credit_terms.csv" in found.because


def test_price_gap_by_hand(inputs, costed):
    found = leaving.price_gap(inputs(), costed())
    assert (found.value, found.low, found.high) == pytest.approx((0.25, 0.25, 0.25))  # 900 against 1,200
    assert "25.0 % lower than what staying costs a year (900 against 1,200 GBP)" in found.claim


def test_price_gap_without_a_way_to_leave_is_not_assessed(inputs, costed):
    text = "alternative, option, price_low, price_likely, price_high\nOld, stay, 10, 11, 12\n"
    assert "no price of others" in leaving.price_gap(inputs(text), costed(text)).because


def test_leverage_left_is_the_first_day_still_to_come(table):
    # C1: notice by 2 October 2026, 94 days after 30 June; C2: 2 June, passed; C3 has ended
    found = leaving.leverage_left(table("contracts", CONTRACTS), **NOW)
    assert found.value == 94
    assert found.claim == (
        "Last day to give notice of contract C1 (Desk): 2 October 2026, 94 days after the end of 2026-Q2."
    )
    assert found.because == "passed: Last day to give notice of contract C2 (Hosting)"
    assert len(found.parts["date"]) == 2


def test_leverage_left_ends_when_leaving_would_take_too_long(table):
    plan = table("exit_plan", "task, part, days_low, days_likely, days_high\nT1, data, 150, 150, 150")
    contracts = table("contracts", "contract, start, end, notice_days\nC1, 2025-01-01, 2026-12-31, 90")
    found = leaving.leverage_left(contracts, plan, **NOW)
    assert found.claim.startswith("Last day to begin leaving contract C1: 3 August 2026, 34 days after")


def test_leverage_left_that_has_passed_is_below_zero(table):
    contracts = table("contracts", "contract, start, end, notice_days\nC1, 2025-01-01, 2026-08-31, 90")
    found = leaving.leverage_left(contracts, **NOW)
    assert found.value == -28
    assert "28 days before the end of 2026-Q2" in found.claim


@pytest.mark.parametrize(
    "text", ["contract, start\nC1, 2025-01-01", "contract, start, end, notice_days\nC1, 2024-01-01, 2024-12-31, 9"]
)
def test_leverage_left_without_an_end_is_not_assessed(table, text):
    assert "supply both in contracts" in leaving.leverage_left(table("contracts", text), **NOW).because


def test_walk_away_by_hand(costed):
    # leaving costs 2,050 over two years: staying costs as much at 1,025 a year
    found = leaving.walk_away(costed())
    assert (found.value, found.low, found.high) == pytest.approx((1025, 1025, 1025))
    assert found.claim == (
        "up to 1,025 GBP a year (1,025 to 1,025) staying costs no more than New firm (switch): 14.6 % below what is paid now."
    )


def test_walk_away_is_where_staying_and_leaving_cost_the_same(costed):
    price = leaving.walk_away(costed(discount_rate=0.08)).value
    text = f"alternative, option, price_low, price_likely, price_high\nOld terms, stay, {price}, {price}, {price}\n"
    assert leaving.scenario_cost(costed(text, discount_rate=0.08)).value == pytest.approx(
        leaving.scenario_cost(costed(discount_rate=0.08)).value
    )
