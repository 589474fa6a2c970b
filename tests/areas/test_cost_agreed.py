"""Is it what was agreed: budget, rate card, discount, indexation, lines billed twice."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.model import Period

Q2, MAY = Period.parse("2025-Q2"), Period.parse("2025-05")


# budget_variance

LEDGER = "date, amount, category\n2025-04-30, 110, run\n2025-05-31, 90, run\n2025-06-30, 100, one_off\n2025-06-30, -5, credit"


def test_budget_variance_is_a_share_of_the_budget_with_all_charges_in_it(table):
    # 110 + 90 + 100 - 5 = 295 against 250
    budgets = table("budgets", "month, amount\n2025-04, 80\n2025-05, 80\n2025-06, 90")
    measured = cost.budget_variance(table("invoices", LEDGER), budgets, period=Q2)
    assert (measured.value, measured.numerator, measured.denominator) == pytest.approx((0.18, 45, 250))
    assert (measured.n, measured.n_of, measured.counted) == (3, "months", True)
    assert measured.claim == "Charges of 2025-Q2 were 18.0 % over budget: 295 GBP against 250 GBP."


def test_budget_variance_below_the_budget_reads_as_under(table):
    budgets = table("budgets", "month, service, amount\n2025-05, Desk, 60\n2025-05, Hosting, 40")
    measured = cost.budget_variance(table("invoices", LEDGER), budgets, period=MAY)
    assert (measured.value, measured.n_of) == (pytest.approx(-0.1), "month")
    assert "10.0 % under budget" in measured.claim


def test_budget_variance_counts_months_with_a_budget_and_names_the_others(table):
    budgets = table("budgets", "month, amount\n2025-04, 100\n2025-06, 100")
    measured = cost.budget_variance(table("invoices", LEDGER), budgets, period=Q2)
    # 110 + 95 against 200
    assert measured.value == pytest.approx(0.025)
    assert measured.because == "2 of 3 months; no budget or no charges for May 2025"
    assert measured.because in measured.claim


@pytest.mark.parametrize(
    ("budget", "because"),
    [
        ("2025-07, 100", "no month of 2025-Q2 has both a budget and charges that are known"),
        ("2025-05, 0", "the budget of 2025-Q2 is not above zero"),
    ],
)
def test_budget_variance_without_a_budget_is_not_assessed(table, budget, because):
    budgets = table("budgets", f"month, amount\n{budget}")
    assert cost.budget_variance(table("invoices", LEDGER), budgets, period=Q2).because == because


# invoice_check

LINES = "date, amount, item, quantity, unit_price, service"
CARD = "item, valid_from, unit_price\nTicket, 2024-01-01, 2.00\nVisit, 2024-01-01, 80.00"
DISCOUNT = "item, valid_from, unit_price, discount_above, discount\nVisit, 2024-01-01, 80.00, 10, 0.10"


def check(table, lines, card=CARD, **more):
    """The check of May 2025 on these lines."""
    return cost.invoice_check(table("invoices", "\n".join([LINES, *lines])), table("rates", card), period=MAY, **more)


def reasons(measured):
    """Money by reason, without those that found nothing."""
    return {row["reason"]: row["value"] for row in measured.parts["reason"].to_dict("records") if row["n"]}


def test_invoice_check_of_lines_as_agreed_finds_nothing(table):
    measured = check(table, ["2025-05-31, 20.00, Ticket, 10, 2.00, Desk"])
    assert (measured.value, measured.low, measured.high, measured.n, measured.n_of) == (0, 0, 0, 1, "invoice line")
    assert measured.counted
    assert measured.claim == "None of 1 charge of 2025-05 is above what was agreed."


def test_invoice_check_finds_a_price_above_the_rate_card(table):
    # (2.20 - 2.00) x 10; the visit is as agreed
    measured = check(table, ["2025-05-31, 22.00, Ticket, 10, 2.20, Desk", "2025-05-31, 80.00, Visit, 1, 80.00, Desk"])
    assert reasons(measured) == pytest.approx({"above the rate card": 2})
    assert measured.parts["rows"].loc[0, ["row", "line", "agreed"]].tolist() == [2, 1, 2.0]
    assert measured.claim == "2.00 GBP of 2025-05 is at stake, in 1 of 2 charges (credits are not checked)."


def test_invoice_check_lets_a_rounding_pass_and_a_tolerance_be_set(table):
    lines = ["2025-05-31, 20.03, Ticket, 10, 2.003, Desk"]
    assert check(table, lines).value == 0
    assert check(table, lines, price_tolerance=0.001).value == pytest.approx(0.03)


def test_invoice_check_uses_the_price_in_force_on_the_day(table):
    card = "item, valid_from, valid_to, unit_price\nTicket, 2024-01-01, 2025-05-14, 2.00\nTicket, 2025-05-15,, 2.50"
    lines = ["2025-05-14, 25.00, Ticket, 10, 2.50, Desk", "2025-05-15, 27.50, Ticket, 11, 2.50, Desk"]
    assert check(table, lines, card).value == pytest.approx(5)


def test_invoice_check_of_a_price_that_has_run_out_compares_nothing(table):
    card = "item, valid_from, valid_to, unit_price\nTicket, 2024-01-01, 2025-04-30, 2.00"
    measured = check(table, ["2025-05-31, 25.00, Ticket, 10, 2.50, Desk", "2025-05-31, 9.00, , , , Desk"], card)
    assert measured.value == 0
    assert measured.claim.endswith("; 2 have no agreed price and were checked for duplicates only.")


def test_invoice_check_finds_a_discount_left_out_over_lines_that_pass_the_volume_together(table):
    # 6 + 5 visits are above 10: 10 % of 80 on each
    lines = ["2025-05-10, 480.00, Visit, 6, 80.00, Desk", "2025-05-20, 400.00, Visit, 5, 80.00, Desk"]
    measured = check(table, lines, DISCOUNT)
    assert reasons(measured) == pytest.approx({"missing volume discount": 88})
    assert measured.parts["rows"]["at_stake"].tolist() == pytest.approx([48, 40])


def test_invoice_check_wants_no_discount_at_the_volume_itself(table):
    assert check(table, ["2025-05-10, 800.00, Visit, 10, 80.00, Desk"], DISCOUNT).value == 0


def test_invoice_check_takes_a_price_too_high_and_without_discount_apart(table):
    # 11 visits at 90: 10 above the card, and 8 of discount
    measured = check(table, ["2025-05-10, 990.00, Visit, 11, 90.00, Desk"], DISCOUNT)
    assert reasons(measured) == pytest.approx({"above the rate card": 110, "missing volume discount": 88})
    assert measured.claim.startswith("198 GBP of 2025-05 is at stake, in 1 of 1 charge (credits are not checked)")


UPLIFT = ["2025-05-31, 20.60, Ticket, 10, 2.06, Desk", "2025-05-31, 82.40, Visit, 1, 82.40, Desk"]  # 3 % on everything


def contract(table, *rows):
    return table("contracts", "\n".join(["contract, service, start, indexation, indexation_rate", *rows]))


def test_invoice_check_calls_the_same_surcharge_on_every_item_an_indexation(table):
    measured = check(table, UPLIFT, contracts=contract(table, "C1, Desk, 2024-01-01, none,"))
    assert reasons(measured) == pytest.approx({"price indexation not agreed": 0.60 + 2.40})


def test_invoice_check_knows_an_indexation_also_where_a_discount_was_given(table):
    # visits at 80 less 10 %, and 3 % on that: 72 x 0.03 x 11; tickets 0.06 x 10
    card = "item, valid_from, unit_price, discount_above, discount\nVisit, 2024-01-01, 80, 10, 0.1\nTicket, 2024-01-01, 2,,"
    lines = ["2025-05-31, 815.76, Visit, 11, 74.16, Desk", "2025-05-31, 20.60, Ticket, 10, 2.06, Desk"]
    assert reasons(check(table, lines, card)) == pytest.approx({"price indexation not agreed": 0.60 + 23.76})


@pytest.mark.parametrize(
    ("terms", "at_stake"),
    [
        ("fixed, 0.03", 0),  # one anniversary, in January 2025
        ("fixed, 0.01", 0.40 + 1.60),
        ("index, 0.05", 0.20 + 0.80),  # the index grew by 2 %
        ("index, 0.01", 0.40 + 1.60),  # and is capped at 1 %
        ("index,", 0.20 + 0.80),
    ],
)
def test_invoice_check_allows_what_the_contract_lets_prices_rise(table, terms, at_stake):
    prices = table("price_index", "period, value\n2024-01, 100\n2025-01, 102")
    terms = contract(table, f"C1, Desk, 2024-01-01, {terms}")
    assert check(table, UPLIFT, contracts=terms, price_index=prices).value == pytest.approx(at_stake)


def test_invoice_check_allows_no_rise_before_the_anniversary_month(table):
    card = CARD.replace("2024-01-01", "2024-06-15")
    terms = contract(table, "C1, Desk, 2024-06-15, fixed, 0.03")
    assert check(table, UPLIFT, card, contracts=terms).value == pytest.approx(3)


def test_invoice_check_does_not_accuse_where_the_index_is_not_known(table):
    measured = check(table, UPLIFT, contracts=contract(table, "C1, Desk, 2024-01-01, index, 0.05"))
    assert measured.value == 0
    assert "2 have no agreed price" in measured.claim


def test_invoice_check_takes_the_contract_of_the_lines_service(table):
    # the desk may rise, hosting may not; a contract of later date replaces an earlier one
    lines = [UPLIFT[0], "2025-05-31, 82.40, Visit, 1, 82.40, Hosting"]
    terms = contract(
        table,
        "C1, Desk, 2023-01-01, none,",
        "C2, Desk, 2024-01-01, fixed, 0.03",
        "C3, Hosting, 2024-01-01, none,",
    )
    assert check(table, lines, contracts=terms).value == pytest.approx(2.40)


@pytest.mark.parametrize("service", ["Desk", ""])
def test_invoice_check_puts_lines_without_a_service_under_the_only_one(table, service):
    lines = [line.replace("Desk", "") for line in UPLIFT]
    terms = contract(table, f"C1, {service}, 2024-01-01, fixed, 0.03")
    assert check(table, lines, contracts=terms).value == 0


def test_invoice_check_compares_prices_in_the_billed_currency_and_counts_in_the_clients(table):
    # 10 x (2.20 - 2.00) EUR at 0.80; the card in pounds is not for a line in euros
    lines = table(
        "invoices",
        "date, amount, item, quantity, unit_price, currency\n2025-05-31, 17.60, Ticket, 10, 2.20, EUR",
    ).assign(exchange=0.80)
    card = "item, valid_from, unit_price, currency\nTicket, 2024-01-01, 2.00, {}"
    euros, pounds = (cost.invoice_check(lines, table("rates", card.format(name)), period=MAY) for name in ("EUR", ""))
    assert euros.value == pytest.approx(1.60)
    assert pounds.claim.endswith("1 has no agreed price and was checked for duplicates only.")


def test_invoice_check_has_likely_duplicates_in_its_high_end_only_and_counts_a_line_once(table):
    # the second line is 1 above the card and a copy: 1 of it stands under the card, 21 under duplicates
    lines = ["2025-05-05, 22.00, Ticket, 10, 2.20, Desk", "2025-05-15, 22.00, Ticket, 10, 2.20, Desk"]
    measured = check(table, lines)
    assert reasons(measured) == pytest.approx({"above the rate card": 4, "likely duplicate": 20})
    assert (measured.low, measured.high, measured.value) == pytest.approx((4, 24, 24))
    assert measured.claim.endswith("of 2 charges (credits are not checked), 20 GBP of it in likely duplicates.")


def test_invoice_check_of_credits_alone_is_not_assessed(table):
    assert check(table, ["2025-05-31, -20.00, , , , Desk"]).because == "invoices hold no charge of 2025-05"


# likely_duplicates


def twice(table, *rows, period=MAY, **options):
    ledger = table("invoices", "\n".join(["invoice, date, amount, description, supplier", *rows]))
    return cost.likely_duplicates(ledger, period=period, **options)


def test_likely_duplicates_are_the_later_of_two_equal_lines(table):
    measured = twice(table, "A1, 2025-05-05, 100, Screens, ACME", "A2, 2025-05-19, 100, Screens, ACME")
    assert (measured.value, measured.n) == (100, 2)
    assert measured.parts["rows"]["invoice"].tolist() == ["A2"]
    assert measured.claim == "1 of 2 lines of 2025-05 looks like an earlier one billed again, worth 100 GBP."


@pytest.mark.parametrize(
    "other",
    [
        "A2, 1, 2025-05-19, 101, Screens, ACME",
        "A2, 1, 2025-05-19, 100, Desks, ACME",
        "A2, 1, 2025-05-19, 100, Screens, OTHER",
        "A1, 2, 2025-05-19, 100, Screens, ACME",  # the same invoice: two of the same on one bill
    ],
)
def test_likely_duplicates_need_everything_but_the_number_to_be_equal(table, other):
    text = "invoice, line, date, amount, description, supplier\nA1, 1, 2025-05-05, 100, Screens, ACME\n"
    assert cost.likely_duplicates(table("invoices", text + other), period=MAY).value == 0


def test_likely_duplicates_lie_within_the_days_given(table):
    rows = ["A1, 2025-05-01, 100, Screens, ACME", "A2, 2025-05-31, 100, Screens, ACME"]
    assert twice(table, *rows, duplicate_days=30).value == 100
    assert twice(table, *rows, duplicate_days=29).value == 0


def test_likely_duplicates_are_not_a_regular_charge_but_its_second_in_a_month(table):
    regular = [f"A{month}, 2025-0{month}-28, 100, Fee, ACME" for month in (3, 4, 5)]
    assert twice(table, *regular).value == 0
    assert twice(table, *regular, "A9, 2025-05-30, 100, Fee, ACME").parts["rows"]["invoice"].tolist() == ["A9"]


@pytest.mark.parametrize("day", ["2025-05-10", "2025-05-25"])
def test_likely_duplicates_that_a_credit_took_back_are_none(table, day):
    # between the two (billed wrongly, taken back, billed anew), or after both
    rows = ["A1, 2025-05-05, 100, Screens, ACME", "A2, 2025-05-19, 100, Screens, ACME"]
    assert twice(table, *rows, f"C1, {day}, -100, Credit, ACME").value == 0


def test_likely_duplicates_beyond_what_a_credit_took_back_remain(table):
    rows = [f"A{day}, 2025-05-{day:02d}, 100, Screens, ACME" for day in (5, 12, 19)]
    assert twice(table, *rows, "C1, 2025-05-25, -100, Credit, ACME").value == 100


def test_likely_duplicates_in_a_foreign_currency_are_equal_as_billed(table):
    # 100 EUR in April and again in May, at two rates
    ledger = table(
        "invoices", "invoice, date, amount, currency\nA1, 2025-04-20, 84.00, EUR\nA2, 2025-05-10, 86.00, EUR"
    ).assign(exchange=[0.84, 0.86])
    assert cost.likely_duplicates(ledger, period=MAY).value == 86


def test_likely_duplicates_of_a_month_without_a_line_are_not_assessed(table):
    measured = twice(table, "A1, 2025-04-05, 100, Screens, ACME")
    assert measured.because == "invoices hold no line of 2025-05"


# nothing there


@pytest.mark.parametrize(
    ("measure", "names"),
    [
        (cost.vendor_charges, ["invoices"]),
        (cost.charges_change, ["invoices"]),
        (cost.total_cost, ["invoices", "internal_costs"]),
        (cost.hidden_cost, ["invoices", "hidden_costs"]),
        (cost.monthly_signals, ["invoices"]),
        (cost.one_off_cost, ["invoices"]),
        (cost.budget_variance, ["invoices", "budgets"]),
        (cost.invoice_check, ["invoices", "rates"]),
        (cost.likely_duplicates, ["invoices"]),
    ],
)
def test_measures_without_their_tables_say_which_are_missing(table, measure, names):
    missing = [table(name, absent=f"{name}.csv is missing") for name in names]
    measured = measure(*missing, period=MAY)
    assert measured.because == " and ".join(f"{name}.csv is missing" for name in names)
    assert measured.sources == ()


def test_measures_are_named_by_area_and_function_and_explain_themselves():
    measures = {name: item for name, item in vars(cost).items() if getattr(item, "is_measure", False)}
    assert len(measures) == 21
    for name, item in measures.items():
        parameters = inspect.signature(item).parameters.values()
        tables = [one for one in parameters if one.kind is not one.KEYWORD_ONLY and one.default is one.empty]
        options = {"since": None} if any(one.name == "since" for one in parameters) else {}
        assert item(*[pd.DataFrame()] * len(tables), period=MAY, **options).id == f"cost.{name}"
        assert name in cost.__all__
        missing = [word for word in ("Source", "nterval", "Not assessed") if word not in item.__doc__]
        assert not missing, f"the docstring of cost.{name} lacks {missing}"
