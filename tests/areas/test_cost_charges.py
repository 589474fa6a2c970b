"""What does it cost: charges, their change and signals, total cost, hidden cost."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.model import Period

Q2, MAY = Period.parse("2025-Q2"), Period.parse("2025-05")

LEDGER = """
    date, amount, category, service
    2025-04-30, 100, run, Desk
    2025-05-10, 40, change,
    2025-05-31, 100, run, Desk
    2025-06-30, -25, credit, Desk
"""


def monthly(amounts, first="2025-01", more=""):
    """A ledger with one running charge at the end of each month."""
    months = pd.period_range(first, periods=len(amounts), freq="M")
    rows = [f"{month}-28, {amount}, run, Desk" for month, amount in zip(months, amounts, strict=True)]
    return "\n".join(["date, amount, category, service", *rows, more])


# vendor_charges


def test_vendor_charges_are_net_of_credits_and_add_up_in_every_part(table):
    # 100 + 40 + 100 - 25 = 215
    measured = cost.vendor_charges(table("invoices", LEDGER), period=Q2)
    assert (measured.value, measured.n, measured.n_of, measured.unit) == (215, 4, "invoice lines", "GBP")
    assert measured.counted
    assert {name: part["value"].sum() for name, part in measured.parts.items()} == dict.fromkeys(
        ("month", "category", "service"), 215
    )
    assert measured.claim == "The vendor charged 215 GBP in 2025-Q2, net of credits."


def test_vendor_charges_of_a_single_month_name_one_line_and_what_names_no_service(table):
    ledger = table("invoices", "date, amount, service\n2025-05-31, 100,")
    measured = cost.vendor_charges(ledger, period=MAY)
    assert (measured.value, measured.n, measured.n_of) == (100, 1, "invoice line")
    assert measured.parts["service"].to_dict("list") == {"service": ["(not given)"], "value": [100.0], "n": [1]}


def test_vendor_charges_leave_out_a_month_of_which_the_file_says_nothing_and_name_it(table):
    # 215 less the 140 of May, which the file does not hold for anybody: unknown, not 0
    ledger = table("invoices", LEDGER, covers=("2025-01", "2025-06"), silent=["2025-05"])
    measured = cost.vendor_charges(ledger[ledger["date"].dt.month != 5], period=Q2)
    assert measured.value == 75
    assert measured.because == "2 of 3 months; nothing is known of May 2025"
    assert measured.because in measured.claim
    by_month = measured.parts["month"].set_index("month")["value"]
    assert by_month.isna().tolist() == [False, True, False]


def test_vendor_charges_are_zero_in_a_month_in_which_others_billed(table):
    ledger = table("invoices", "date, amount\n2025-03-31, 100", covers=("2025-01", "2025-12"))
    assert cost.vendor_charges(ledger, period=Q2).value == 0


def test_vendor_charges_beyond_the_end_of_the_file_are_not_assessed(table):
    ledger = table("invoices", "date, amount\n2025-03-31, 100", covers=("2025-01", "2025-03"))
    assert cost.vendor_charges(ledger, period=Q2).because == "invoices hold nothing of 2025-Q2"


# charges_change


def test_charges_change_is_a_share_of_the_year_before(table):
    # 120 / 100 - 1
    ledger = table("invoices", "date, amount\n2024-05-31, 100\n2025-05-31, 120")
    measured = cost.charges_change(ledger, period=MAY)
    assert measured.value == pytest.approx(0.2)
    assert (measured.numerator, measured.denominator, measured.n) == (20, 100, 2)
    assert measured.claim == "Charges of 2025-05 were 20.0 % more than in 2024-05 (120 GBP against 100 GBP)."


def test_charges_change_needs_every_month_of_both_years(table):
    ledger = table("invoices", LEDGER)
    assert cost.charges_change(ledger, period=Q2).because == "invoices cover 0 of 3 months of 2024-Q2"


def test_charges_change_on_credits_alone_is_not_assessed(table):
    ledger = table("invoices", "date, amount\n2024-05-31, -100\n2025-05-31, 120")
    because = "the vendor charged nothing in 2024-05, or no more than it credited"
    assert cost.charges_change(ledger, period=MAY).because == because


# monthly_signals


def test_monthly_signals_find_the_month_that_stands_out(table):
    # moving ranges 2 (nine times) and 98, 100: a mean of 19.6 over the 11 ranges, sigma 17.4 around 109
    ledger = table("invoices", monthly([100, 102] * 5 + [200, 100]))
    measured = cost.monthly_signals(ledger, period=Period.parse("2025-Q4"))
    assert (measured.value, measured.n, measured.counted) == (1, 12, True)
    signal = measured.parts["month"].set_index("month")["signal"]
    assert signal[signal != ""].to_dict() == {pd.Period("2025-11", "M"): "beyond the limits"}
    assert measured.claim.endswith("; November 2025 stands out.")
    assert "no lasting change since January 2025" in measured.claim


def test_monthly_signals_start_again_after_a_lasting_shift(table):
    # eight months about 101 and eight about 201: the present level began in September
    ledger = table("invoices", monthly([100, 102] * 4 + [200, 202] * 4))
    measured = cost.monthly_signals(ledger, period=Period.parse("2026-04"))
    assert measured.value == 0
    assert measured.claim == (
        "Monthly charges: no lasting change since September 2025, when their level shifted, now at about 201 GBP a month; "
        "no month of the period stands out."
    )
    assert measured.parts["month"]["baseline"].tolist() == [False] * 8 + [True] * 8


def test_monthly_signals_leave_one_off_charges_out(table):
    ledger = table("invoices", monthly([100, 102] * 4, more="2025-08-15, 5000, one_off, Desk"))
    assert cost.monthly_signals(ledger, period=Period.parse("2025-08")).value == 0


def test_monthly_signals_of_constant_charges_are_none(table):
    measured = cost.monthly_signals(table("invoices", monthly([100] * 9)), period=Period.parse("2025-Q3"))
    assert (measured.value, measured.n) == (0, 9)


def test_monthly_signals_of_a_period_of_which_nothing_is_known_are_not_assessed(table):
    measured = cost.monthly_signals(table("invoices", monthly([100, 102] * 6)), period=Period.parse("2026-Q3"))
    assert measured.because == "the chart of the charges reaches no month of 2026-Q3"


@pytest.mark.parametrize(
    ("amounts", "because"),
    [
        ([100], "only 1 month of charges is known; 8 are needed to know what is usual"),
        ([100] * 7, "only 7 months of charges are known; 8 are needed to know what is usual"),
        ([100, 0, 0] * 3, "6 of 9 months have no charge, so single months cannot be charted"),
    ],
)
def test_monthly_signals_need_enough_months_with_charges(table, amounts, because):
    ledger = table("invoices", monthly(amounts))
    period = Period.parse(str(ledger["date"].max().to_period("M")))
    assert cost.monthly_signals(ledger, period=period).because == because


# total_cost


def test_total_cost_adds_what_the_client_paid_itself(table):
    # 215 charged, 60 + 5 of the client's own in the quarter; July is outside
    own = "month, category, amount\n2025-04, staff, 60\n2025-06, transition, 5\n2025-07, staff, 99"
    measured = cost.total_cost(table("invoices", LEDGER), table("internal_costs", own), period=Q2)
    assert (measured.value, measured.n) == (280, 6)
    steps = measured.parts["step"]
    assert steps.loc[steps["kind"] == "change", "value"].sum() == 280
    assert measured.claim.endswith("215 GBP charged by the vendor and 65 GBP of the client's own.")


def test_total_cost_is_not_assessed_when_internal_costs_end_before_the_period(table):
    own = table("internal_costs", "month, category, amount\n2025-04, staff, 60")
    because = "internal_costs say nothing of May 2025, June 2025"
    assert cost.total_cost(table("invoices", LEDGER), own, period=Q2).because == because


# hidden_cost

HIDDEN = """
    item, category, low, base, high, source, source_year
    Management, management, 0.06, 0.08, 0.10, CIO, 2003
    Transition, transition, 0.02, 0.03, 0.04, CIO, 2003
"""


def test_hidden_cost_is_a_range_of_shares_of_the_charges(table):
    # 215 times 0.11, 0.08 and 0.14
    measured = cost.hidden_cost(table("invoices", LEDGER), table("hidden_costs", HIDDEN), period=Q2)
    assert (measured.value, measured.low, measured.high) == pytest.approx((23.65, 17.20, 30.10))
    assert measured.n_of == "kinds of cost"
    assert "not a confidence interval" in measured.interval


def test_hidden_cost_leaves_out_what_the_client_records(table):
    own = table("internal_costs", "month, category, amount\n2025-01, management, 5")
    measured = cost.hidden_cost(table("invoices", LEDGER), table("hidden_costs", HIDDEN), own, period=Q2)
    assert measured.value == pytest.approx(215 * 0.03)
    assert (measured.n, measured.n_of) == (1, "kind of cost")
    assert measured.parts["component"]["component"].tolist() == ["Transition"]


def test_hidden_cost_of_which_all_is_recorded_is_zero_and_says_so(table):
    own = table("internal_costs", "month, category, amount\n2025-01, management, 5\n2025-01, transition, 5")
    measured = cost.hidden_cost(table("invoices", LEDGER), table("hidden_costs", HIDDEN), own, period=Q2)
    assert (measured.value, measured.n) == (0, 0)
    assert measured.claim == "Every kind of hidden cost is recorded in internal_costs."


def test_hidden_cost_names_the_months_that_are_not_in_it(table):
    ledger = table("invoices", "date, amount\n2025-04-30, 100\n2025-06-30, 100", silent=["2025-05"])
    measured = cost.hidden_cost(ledger, table("hidden_costs", HIDDEN), period=Q2)
    assert measured.value == pytest.approx(200 * 0.11)
    assert "2 of 3 months; nothing is known of May 2025" in measured.claim


def test_hidden_cost_needs_charges_above_zero(table):
    ledger = table("invoices", "date, amount\n2025-05-31, -100")
    because = "there are no charges in 2025-05 to which the shares could apply"
    assert cost.hidden_cost(ledger, table("hidden_costs", HIDDEN), period=MAY).because == because


# checks


def test_checks_give_a_row_each_also_when_nothing_is_there(table):
    found = cost.checks(table("invoices"), table("internal_costs"), table("volumes"), table("rates"), period=Q2)
    assert found.iloc[0].tolist() == ["Lines of the period", "0, 0 GBP net", "no line in the period"]
    assert len(found) == 7


def test_checks_count_what_does_not_fit(table):
    ledger = table(
        "invoices",
        """
        date, amount, item, quantity, unit_price, service, currency
        2025-04-30, 20.00, Ticket, 10, 2.00, Desk,
        2025-04-30, 25.00, Ticket, 10, 2.00, Desk,
        2025-04-30, -5.00, , , , Garden, EUR
        """,
    )
    rates = table("rates", "item, valid_from, unit_price\nTicket, 2025-01-01, 2.00")
    volumes = table("volumes", "month, service, unit, volume\n2025-04, Desk, ticket, 20")
    found = cost.checks(ledger, table("internal_costs"), volumes, rates, period=Q2).set_index("check")["found"]
    assert found.to_dict() == {
        "Lines of the period": "3, 40 GBP net",
        "Credits": "1, −5 GBP",
        "Lines in another currency": "1",
        "Quantity times price is the amount": "1 line differs",
        "Lines without an agreed price": "1",
        "Services without volumes": "Garden",
        "Client's own cost in the period": "0 rows",
    }
