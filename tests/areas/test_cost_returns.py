"""Does it pay back: one-off cost, payback, net present value, rate of return."""

from __future__ import annotations

import math

import pytest

from toolkit.areas import cost
from toolkit.model import Period

Q2 = Period.parse("2025-Q2")
ONE_OFF = "    2025-04-15, {}, one_off, Desk\n"


@pytest.fixture(scope="module")
def flat(costs, texts):
    """A function: savings of 30 in each month from April on, without noise, and what was laid out in April."""

    def made(laid_out, period="2025-Q2", monthly=80):
        own = texts["internal_costs"].replace("110", "100").replace(", 90", ", 100")
        bills = texts["invoices"].replace("85", "80").replace("75", "80").replace("80", str(monthly))
        return costs(bills + (ONE_OFF.format(laid_out) if laid_out else ""), own, period=period)

    return made


# one_off_cost


def test_one_off_cost_adds_both_sides_over_all_months(table):
    ledger = table("invoices", "date, amount, category\n2025-01-31, 500, one_off\n2025-05-31, 100, run")
    own = "month, category, amount\n2024-11, selection, 30\n2025-01, transition, 20\n2025-02, transition, 10\n2025-01, staff, 9"
    measured = cost.one_off_cost(ledger, table("internal_costs", own), period=Q2)
    assert (measured.value, measured.n, measured.n_of) == (560, 4, "amounts")
    parts = measured.parts["category"].set_index("category")["value"].to_dict()
    assert parts == {"charged by the vendor": 500, "selection": 30, "transition": 30}


def test_one_off_cost_without_internal_costs_says_whose_it_is(table):
    ledger = table("invoices", "date, amount, category\n2025-01-31, 500, one_off")
    measured = cost.one_off_cost(ledger, table("internal_costs"), period=Q2)
    assert (measured.value, measured.n_of) == (500, "amount")
    assert "the client's own is not recorded" in measured.claim


def test_one_off_cost_of_which_nothing_tells_is_not_assessed(table):
    ledger = table("invoices", "date, amount\n2025-01-31, 500")
    because = "no invoice line is marked one_off, and internal_costs.csv holds nothing to go by"
    assert cost.one_off_cost(ledger, period=Q2).because == because


# payback


def test_payback_by_hand(flat):
    # 75 laid out, 30 a month: 2.5 months
    measured = cost.payback(flat(75), period=Q2)
    assert (measured.low, measured.value, measured.high) == pytest.approx((2.5, 2.5, 2.5))
    assert (measured.unit, measured.n) == ("months", 3)
    assert measured.claim == "The one-off cost came back 2.5 months after the start (2.5 to 2.5)."
    assert measured.parts["month"]["value"].tolist() == pytest.approx([-45, -15, 15])


def test_payback_that_is_still_to_come_is_projected_at_the_present_pace(flat):
    # 150 laid out; after three months 60 are short; at 30 a month two more
    measured = cost.payback(flat(150), period=Q2, noise_months=2)
    assert measured.value == pytest.approx(5)
    assert measured.claim == (
        "The one-off cost has not come back; at the pace of the last 2 months it will, 5.0 months after the start (5.0 to 5.0)."
    )


def test_payback_is_counted_from_the_contract_though_money_was_laid_out_before(costs, texts):
    own = texts["internal_costs"].replace("110", "100").replace(", 90", ", 100") + "    2025-02, Desk, selection, 75\n"
    months = costs(texts["invoices"].replace("85", "80").replace("75", "80"), own)
    measured = cost.payback(months, period=Q2)
    assert (measured.value, measured.n) == (pytest.approx(2.5), 5)


def test_payback_that_never_comes_is_without_end(flat):
    # each month costs 20 more than before
    measured = cost.payback(flat(75, monthly=130), period=Q2)
    assert math.isinf(measured.value)
    assert measured.claim == "The one-off cost has not come back, and at the pace of the last 3 months never will."


def test_payback_of_nothing_laid_out_is_not_assessed(flat):
    because = "the flows were never below zero in sum, so there is nothing to pay back"
    assert cost.payback(flat(0), period=Q2).because == because


def test_payback_in_the_first_month_has_no_interval(flat):
    measured = cost.payback(flat(75, period="2025-04"), period=Period.parse("2025-04"))
    assert math.isnan(measured.low)
    assert measured.n_of == "month of flows"


def test_payback_interval_is_the_same_every_time(costs, texts):
    months = costs(texts["invoices"] + ONE_OFF.format(75))
    first, second = (cost.payback(months, period=Q2) for _ in range(2))
    assert (first.low, first.high) == (second.low, second.high)
    assert first.low < first.value < first.high


# net_present_value


def test_net_present_value_by_hand(flat):
    # -45 now, 30 in a month and 30 in two, at 12 % a year
    measured = cost.net_present_value(flat(75), period=Q2, discount_rate=0.12)
    worth = -45 + 30 / 1.12 ** (1 / 12) + 30 / 1.12 ** (2 / 12)
    assert (measured.low, measured.value, measured.high) == pytest.approx((worth, worth, worth))
    assert measured.probability == 1
    assert "in money of April 2025, at 12.0 % a year" in measured.claim


def test_net_present_value_in_the_first_month_has_no_probability(flat):
    measured = cost.net_present_value(flat(75, period="2025-04"), period=Period.parse("2025-04"))
    assert measured.value == pytest.approx(-45)
    assert math.isnan(measured.probability)


# internal_rate_of_return


def test_internal_rate_of_return_by_hand(flat):
    # -45, 30, 30: 45 x**2 = 30 x + 30 with x = 1 + a month's rate
    x = (30 + math.sqrt(30**2 + 4 * 45 * 30)) / 90
    measured = cost.internal_rate_of_return(flat(75), period=Q2)
    assert (measured.low, measured.value, measured.high) == pytest.approx((x**12 - 1,) * 3)


def test_internal_rate_of_return_without_a_change_of_sign_is_not_assessed(flat):
    measured = cost.internal_rate_of_return(flat(75, monthly=130), period=Q2)
    assert measured.because == "the flows never change sign, so no rate solves them"


def test_internal_rate_of_return_has_no_interval_where_many_draws_have_no_rate(costs, texts):
    # flows of -5, -2 and 12, each give or take 5: in many draws they change sign twice or never
    bills = texts["invoices"].replace("80", "105").replace("85", "112").replace("75", "98")
    months = costs(bills + ONE_OFF.format(10))
    measured = cost.internal_rate_of_return(months, period=Q2)
    assert measured.assessed
    assert math.isnan(measured.low)
    assert measured.interval.startswith("none: ")
    assert measured.because == measured.interval.replace("none", "no interval")
