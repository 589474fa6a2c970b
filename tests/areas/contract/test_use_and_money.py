"""What is paid for and not used, and what the contract gives and nobody got."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import contract
from toolkit.history import COLUMNS
from toolkit.model import Period

Q3 = Period.parse("2026-Q3")
USED = """
    entitlement, period, contracted, used, unit, value
    Training, 2026-Q2, 10, 0, day, 5000
    Training, 2026-Q3, 10, 5, day, 5000
    Licences, 2026-Q3, 100, 120, licence, 2000
    Licences, 2026, 400, 100, licence, 9999
    Licences, 2025-Q2, 100, 0, licence, 9999
    Advice, 2026-Q3, 4, , hour, 700
"""
# Training: nothing of 5,000 and half of 5,000; licences: all of 2,000, used beyond what was bought. The year 2026 is not over,
# 2025-Q2 is more than a year ago, and nobody counted the advice. Used 0 + 2,500 + 2,000 of 12,000; not used 7,500.


def test_entitlement_use_is_the_share_used_by_value(table):
    found = contract.entitlement_use(table("entitlements", USED), period=Q3)
    assert found.value == pytest.approx(4500 / 12000)
    assert (found.numerator, found.denominator) == (4500.0, 12000.0)
    assert "1 row without use or value left out" in found.because
    assert "used more than contracted: Licences" in found.because
    assert list(found.parts["entitlement"]["entitlement"]) == ["Training", "Licences"]


def test_entitlement_use_names_what_was_never_used(table):
    found = contract.entitlement_use(
        table("entitlements", "entitlement, period, contracted, used, value\nTraining, 2026-Q3, 10, 0, 5000"), period=Q3
    )
    assert found.value == 0.0
    assert "never used: Training" in found.claim


def test_entitlement_use_without_use_or_value_is_not_assessed(table):
    found = contract.entitlement_use(
        table("entitlements", "entitlement, period, contracted\nDays, 2026-Q3, 4"), period=Q3
    )
    assert "Supply used and value" in found.because
    free = contract.entitlement_use(
        table("entitlements", "entitlement, period, contracted, used, value\nDays, 2026-Q3, 4, 2, 0"), period=Q3
    )
    assert "cost nothing" in free.because
    nothing = contract.entitlement_use(
        table("entitlements", "entitlement, period, contracted, used, value\nDays, 2026-Q3, 0, 2, 10"), period=Q3
    )
    assert not nothing.assessed  # nothing was contracted: no share of it can be used


def test_unused_value_is_what_was_paid_and_not_used(table):
    found = contract.unused_value(table("entitlements", USED), period=Q3)
    assert found.value == 7500.0
    assert found.unit == "GBP"
    assert "most of it in Training" in found.claim
    assert list(found.parts["entitlement"]["value"]) == [7500.0, 0.0]


def test_unused_value_of_what_was_all_used_says_so(table):
    found = contract.unused_value(
        table("entitlements", "entitlement, period, contracted, used, value\nDays, 2026-Q3, 4, 4, 100"), period=Q3
    )
    assert found.value == 0.0
    assert found.claim == "All that was paid for in the year up to September 2026 was used."


# ------------------------------------------------------------------------------------------------------------------ money
def history(*rows: tuple) -> pd.DataFrame:
    given = [dict(zip(("measure", "unit", "period", "value", "span"), row, strict=True)) for row in rows]
    return pd.DataFrame(given, columns=COLUMNS)


def reasons(**amounts: float) -> pd.DataFrame:
    named = [name.replace("_", " ") for name in amounts]
    return pd.DataFrame(
        {"measure": "cost.invoice_check", "label": "", "unit": "GBP", "reason": named, "value": list(amounts.values())}
    )


CREDITS = ("quality.credits_unclaimed", "GBP", "2026-Q3", 1200.0, "period")


def test_money_left_adds_credits_and_faults_of_rates_but_no_duplicates():
    found = contract.money_left(
        history(CREDITS, ("quality.credits_unclaimed", "GBP", "2026-Q2", 999.0, "period")),
        reasons(above_the_rate_card=300.5, price_indexation_not_agreed=0.0, likely_duplicate=50.0),
        period=Q3,
    )
    assert found.value == 1500.5
    assert found.counted
    assert "1,200.00 GBP service credits due and not credited, 300.50 GBP above the rate card" in found.claim
    assert "besides, 50.00 GBP in likely duplicates" in found.because


def test_money_left_of_which_a_part_is_unknown_is_the_least_it_can_be():
    found = contract.money_left(history(CREDITS), None, period=Q3)
    assert (found.value, found.low) == (1200.0, 1200.0)
    assert math.isnan(found.high)
    assert not found.counted
    assert "invoices are not assessed" in found.because
    nothing = contract.money_left(None, reasons(above_the_rate_card=0.0), period=Q3)
    assert nothing.claim == "Nothing of 2026-Q3 is left on the table, as far as it is known: credits are not assessed."


def test_money_left_is_not_made_up_for_by_credits_beyond_what_was_due():
    over = ("quality.credits_unclaimed", "GBP", "2026-Q3", -400.0, "period")
    found = contract.money_left(history(over), reasons(above_the_rate_card=300.0), period=Q3)
    assert found.value == 300.0
    assert "400.00 GBP more was credited than was due" in found.because


def test_money_left_without_either_is_not_assessed():
    found = contract.money_left(None, None, period=Q3)
    assert "Run the reviews of quality and cost first" in found.because
    assert not contract.money_left(
        history(("cost.unit_cost", "GBP", "2026-Q3", 3.0, "period")), None, period=Q3
    ).assessed
