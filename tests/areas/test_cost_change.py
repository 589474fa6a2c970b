"""Has it changed since the contract began: the step and the change of slope."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.model import Period

START, YEAR = pd.Period("2025-01", "M"), Period.parse("2025")


def ledger(table, amounts, first="2024-01", **attrs):
    months = pd.period_range(first, periods=len(amounts), freq="M")
    rows = [f"{month}-28, {amount}" for month, amount in zip(months, amounts, strict=True)]
    return table("invoices", "\n".join(["date, amount", *rows]), **attrs)


FALL = [100] * 12 + [80] * 12  # flat, then flat twenty lower
WAVER = [100, 120, 80, 110, 90, 100, 115, 85, 105, 95, 120, 80] * 2


# step_change


def test_step_change_of_charges_is_money_a_month(table):
    measured = cost.step_change(ledger(table, FALL), since=START, period=YEAR)
    assert (measured.value, measured.low, measured.high) == pytest.approx((-20, -20, -20))
    assert (measured.unit, measured.n, measured.n_of) == ("GBP a month", 24, "months")
    assert measured.claim == "In January 2025 the monthly charges stepped down by 20.0 GBP a month (20.0 to 20.0)."
    assert "volume and prices are in it" in measured.because


def test_step_change_up_reads_as_up(table):
    measured = cost.step_change(ledger(table, FALL[::-1]), since=START, period=YEAR)
    assert measured.value == pytest.approx(20)
    assert "stepped up by" in measured.claim


def test_step_change_that_chance_explains_is_told_as_none(table):
    measured = cost.step_change(ledger(table, WAVER), since=START, period=YEAR)
    assert measured.low < 0 < measured.high
    assert measured.claim.startswith("In January 2025 no step of the monthly charges beyond chance can be told: ")


def test_step_change_of_constant_charges_is_told_as_none(table):
    measured = cost.step_change(ledger(table, [100] * 24), since=START, period=YEAR)
    assert (measured.low, measured.value, measured.high) == (0, 0, 0)
    assert "no step" in measured.claim


def test_step_change_with_a_baseline_is_a_share_of_it(costs):
    # 100 a month at 10 tickets, then 75 a month: a quarter of the baseline less, in every month
    months = pd.period_range("2024-01", "2025-12", freq="M")
    own = "\n".join(f"{month}, Desk, staff, {100 if month < START else 15}" for month in months)
    volumes = "\n".join(f"{month}, Desk, ticket, 10" for month in months)
    prices = "\n".join(f"{month}, 100" for month in months)
    bills = "\n".join(f"{month}-28, 60, run, Desk" for month in months if month >= START)
    made = costs(
        f"date, amount, category, service\n{bills}",
        f"month, service, category, amount\n{own}",
        f"month, service, unit, volume\n{volumes}",
        f"period, value\n{prices}",
        since="2025-01",
        period="2025",
    )
    measured = cost.step_change(cost_invoices(made), made, since=START, period=YEAR)
    assert (measured.value, measured.unit, measured.because) == (pytest.approx(-0.25), "share", "")
    assert measured.claim == (
        "In January 2025 the recurring cost stepped down by 25.0 % (25.0 % to 25.0 %) of the restated baseline."
    )


def cost_invoices(months):
    """Charges of costs_by_month as a ledger: what the measure would fall back to."""
    return pd.DataFrame({"date": months["month"].dt.to_timestamp(), "amount": months["charges"]})


def test_step_change_without_a_baseline_falls_back_to_charges(table, costs):
    absent = costs(volumes=table("volumes"))
    assert cost.step_change(ledger(table, FALL), absent, since=START, period=YEAR).unit == "GBP a month"


def test_step_change_leaves_out_a_month_that_is_not_known(table):
    invoices = ledger(table, FALL, silent=["2024-05"])
    measured = cost.step_change(invoices[invoices["date"].dt.strftime("%Y-%m") != "2024-05"], since=START, period=YEAR)
    assert (measured.value, measured.n) == (pytest.approx(-20), 23)
    assert math.isnan(measured.parts["month"].set_index("month").loc["2024-05", "value"])


@pytest.mark.parametrize("measure", [cost.step_change, cost.slope_change])
@pytest.mark.parametrize(
    ("since", "because"),
    [
        (None, "the vendor has no contract_start, so there is no before and after"),
        ("2024-01", "no cost is known on both sides of January 2024"),
        ("2026-01", "no cost is known on both sides of January 2026"),
        (
            "2024-03",
            "2 known values before the start and 22 from it on; a step and slope need at least 8 on each side",
        ),
    ],
)
def test_step_change_and_slope_change_need_both_sides(table, measure, since, because):
    start = None if since is None else pd.Period(since, "M")
    assert measure(ledger(table, FALL), since=start, period=YEAR).because == because


# slope_change


def test_slope_change_is_for_twelve_months(table):
    # flat, then one more every month
    rising = [100] * 12 + [100 + month for month in range(12)]
    measured = cost.slope_change(ledger(table, rising), since=START, period=YEAR)
    assert measured.value == pytest.approx(12)
    assert measured.claim == (
        "The trend of the monthly charges since January 2025 lies 12.0 GBP a month (12.0 to 12.0) a year above the one before."
    )


def test_slope_change_that_chance_explains_is_told_as_none(table):
    measured = cost.slope_change(ledger(table, WAVER), since=START, period=YEAR)
    assert measured.claim.startswith(
        "No change of slope of the monthly charges since January 2025 beyond chance can be told"
    )
