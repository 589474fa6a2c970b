"""What stands behind a saving: each month's cost, the baseline, and what is not known."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import cost
from toolkit.model import Period

Q2 = Period.parse("2025-Q2")
DERIVED = [
    *("unit_cost", "baseline", "gross_saving", "saving", "saving_share", "real_saving"),
    *("payback", "net_present_value", "internal_rate_of_return"),
]


def without(text, *words):
    """The rows of a text that hold none of these words."""
    return "".join(f"{row}\n" for row in text.splitlines() if not any(word in row for word in words))


def test_costs_by_month_by_hand(costs):
    # rate 300 / 30 = 10; a month since then: 12 x 10 = 120, less 80 + 10 in April
    months = costs().set_index("month")
    april = months.loc["2025-04"]
    assert (april["phase"], april["charges"], april["internal"], april["cost"]) == ("after", 80, 10, 90)
    assert (april["rate"], april["baseline"], april["saving"]) == pytest.approx((10, 120, 30))
    assert months["in_baseline"].tolist() == [True] * 3 + [False] * 3
    assert [item["table"] for item in months.attrs["sources"]] == [
        "invoices",
        "internal_costs",
        "volumes",
        "price_index",
    ]


def test_costs_by_month_restates_prices_from_the_month_before_the_contract(costs, texts):
    # 110 in June over 100 in March; rate at March's prices: 300 / 30
    months = costs(price_index=texts["price_index"].replace("2025-06, 100", "2025-06, 110")).set_index("month")
    assert months.loc["2025-06", "prices"] == pytest.approx(1.1)
    assert months.loc["2025-06", "baseline"] == pytest.approx(12 * 10 * 1.1)


def test_costs_by_month_keeps_one_off_cost_apart_on_both_sides(costs, texts):
    invoices = texts["invoices"] + "    2025-04-15, 500, one_off, Desk\n"
    own = texts["internal_costs"] + "    2025-03, Desk, transition, 70\n"
    months = costs(invoices, own).set_index("month")
    assert months.loc["2025-04", ["charges", "one_off"]].tolist() == [80, 500]
    assert months.loc["2025-03", ["internal", "one_off"]].tolist() == [90, 70]
    assert months.loc["2025-04", "saving"] == pytest.approx(30 - 500)


def test_costs_by_month_of_a_month_before_the_contract_without_cost_is_unknown(costs, texts):
    # December to March with February missing: 3 of 4 months make the rate (100 + 100 + 90) / 30
    own = without(texts["internal_costs"], "2025-02") + "    2024-12, Desk, staff, 100\n"
    volumes = texts["volumes"] + "    2024-12, Desk, ticket, 10\n"
    prices = texts["price_index"] + "\n2024-12, 100"
    months = costs(internal_costs=own, volumes=volumes, price_index=prices).set_index("month")
    assert math.isnan(months.loc["2025-02", "cost"])
    assert months.loc["2025-04", "rate"] == pytest.approx(290 / 30)
    assert months["in_baseline"].tolist() == [True, True, False, True, False, False, False]


def test_costs_by_month_refuses_cost_recorded_now_and_then_as_a_baseline(costs, texts):
    # a quarter's cost in one month must not be taken for every month's
    own = without(texts["internal_costs"], "2025-01", "2025-02", "2025-03")
    own += "".join(f"    {month}, Desk, staff, 300\n" for month in ("2024-06", "2024-09", "2024-12", "2025-03"))
    volumes = texts["volumes"] + "".join(f"    2024-{month:02d}, Desk, ticket, 10\n" for month in range(6, 13))
    prices = texts["price_index"] + "".join(f"\n2024-{month:02d}, 100" for month in range(6, 13))
    assert costs(internal_costs=own, volumes=volumes, price_index=prices).attrs["absent"] == (
        "costs and volumes of Desk are known of only 4 of 10 months before April 2025; 8 are needed"
    )


def test_costs_by_month_refuses_two_months_as_a_baseline(costs, texts):
    absent = costs(internal_costs=without(texts["internal_costs"], "2025-01")).attrs["absent"]
    assert absent == "costs and volumes of Desk are known of only 2 months before April 2025; 3 are needed"


def test_costs_by_month_holds_two_services_with_their_own_units(costs, texts):
    # Hosting: rate 60 / 6 = 10 a server; 3 servers a month since then cost 40: 30 - 40 = -10
    invoices = texts["invoices"] + "".join(f"    2025-0{month}-28, 40, run, Hosting\n" for month in (4, 5, 6))
    own = texts["internal_costs"] + "".join(f"    2025-0{month}, Hosting, staff, 20\n" for month in (1, 2, 3))
    volumes = texts["volumes"] + "".join(f"    2025-0{m}, Hosting, server, {2 if m < 4 else 3}\n" for m in range(1, 7))
    months = costs(invoices, own, volumes)
    june = months[months["month"] == "2025-06"].set_index("service")
    assert june["unit"].to_dict() == {"Desk": "ticket", "Hosting": "server"}
    assert june["saving"].to_dict() == pytest.approx({"Desk": 120 - 85, "Hosting": -10})


def test_costs_by_month_refuses_two_units_of_one_service(costs, texts):
    volumes = texts["volumes"].replace("2025-06, Desk, ticket", "2025-06, Desk, contact")
    assert costs(volumes=volumes).attrs["absent"] == "volumes count Desk in contact and in ticket, which do not compare"


def test_costs_by_month_gives_rows_without_a_service_to_the_only_one(costs, texts):
    named, unnamed = costs(), costs(texts["invoices"].replace(", Desk", ","))
    pd.testing.assert_frame_equal(named, unnamed)


def test_costs_by_month_of_one_off_cost_that_names_no_service_does_not_stop_two_services(costs, texts):
    own = texts["internal_costs"] + "".join(f"    2025-0{month}, Hosting, staff, 20\n" for month in range(1, 7))
    own += "    2025-04, , transition, 50\n"
    volumes = texts["volumes"] + "".join(f"    2025-0{month}, Hosting, server, 2\n" for month in range(1, 7))
    months = costs(internal_costs=own, volumes=volumes)
    # the desk saves 90, hosting 0, and 50 were laid out
    assert cost.saving(months, period=Q2).value == pytest.approx(40)


def test_costs_by_month_of_charges_that_name_no_service_has_no_baseline(costs, texts):
    own = texts["internal_costs"] + "".join(f"    2025-0{month}, Hosting, staff, 20\n" for month in range(1, 7))
    volumes = texts["volumes"] + "".join(f"    2025-0{month}, Hosting, server, 2\n" for month in range(1, 7))
    months = costs(texts["invoices"] + "    2025-05-31, 30, run,\n", own, volumes)
    assert months.attrs["absent"] == (
        "costs and volumes of rows that name no service are known of only 0 months before April 2025; 3 are needed"
    )


@pytest.mark.parametrize(
    ("index", "because"),
    [
        ("CPI", "price_index holds PRICES, and review.yaml names CPI"),
        ("PRICES", "price_index has no value for March 2025, the month before the contract"),
    ],
)
def test_costs_by_month_needs_the_price_index_it_is_told(costs, index, because):
    prices = "period, value\n2025-05, 100\n2025-06, 100"
    assert costs(price_index=prices, index=index).attrs["absent"] == because


def test_costs_by_month_without_a_contract_start_says_so_beside_what_else_is_missing(costs, table):
    assert costs(since=None).attrs["absent"] == "the vendor has no contract_start"
    absent = costs(volumes=table("volumes", absent="volumes.csv is missing"), since=None).attrs["absent"]
    assert absent == "volumes.csv is missing and the vendor has no contract_start"


def test_costs_by_month_of_a_period_before_the_contract_says_only_that(costs, table):
    absent = costs(invoices=table("invoices"), period="2025-Q1").attrs["absent"]
    assert absent == "the contract starts in April 2025, after the period"


def test_costs_by_month_names_every_table_that_is_missing(costs, table):
    missing = table("volumes", absent="volumes.csv is missing")
    months = costs(invoices=table("invoices"), volumes=missing)
    assert months.attrs["absent"] == "invoices holds no row and volumes.csv is missing"


@pytest.mark.parametrize("name", DERIVED)
def test_measures_of_costs_by_month_carry_its_reason(costs, table, name):
    months = costs(volumes=table("volumes", absent="volumes.csv is missing"))
    measured = getattr(cost, name)(months, period=Q2)
    assert (measured.id, measured.assessed, measured.because) == (f"cost.{name}", False, "volumes.csv is missing")


@pytest.mark.parametrize("name", DERIVED)
def test_measures_refuse_a_month_without_its_volume(costs, texts, name):
    measured = getattr(cost, name)(costs(volumes=without(texts["volumes"], "2025-05")), period=Q2)
    assert measured.because == "volumes has no value for 2025-05"


@pytest.mark.parametrize("name", DERIVED)
def test_measures_refuse_months_beyond_the_end_of_internal_costs(costs, texts, name):
    measured = getattr(cost, name)(costs(internal_costs=without(texts["internal_costs"], "2025-06")), period=Q2)
    assert measured.because == "internal_costs has no value for 2025-06"


def test_measures_refuse_a_month_in_which_the_ledger_holds_nobody(costs, texts, table):
    ledger = table("invoices", without(texts["invoices"], "2025-05"), silent=["2025-05"])
    assert cost.saving(costs(ledger), period=Q2).because == "invoices has no value for 2025-05"


def test_measures_take_a_month_without_a_charge_as_zero_where_others_billed(costs, texts):
    # 90 as before, and the 85 of May were never billed
    months = costs(without(texts["invoices"], "2025-05"))
    assert cost.saving(months, period=Q2).value == pytest.approx(90 + 85)
