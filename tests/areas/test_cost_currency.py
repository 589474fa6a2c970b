"""Charges in a foreign currency, by the path that a notebook takes."""

from __future__ import annotations

import textwrap

import pytest

from toolkit.areas import cost
from toolkit.case import open_case

FILES = {
    "review.yaml": """
        client: Test
        currency: GBP
        periods: [2025-Q2]
        vendors:
          - vendor: "007"
            name: Seven
    """,
    "exchange_rates.csv": """
        currency,period,per_usd,source,source_year
        GBP,2025-04,0.80,test,2025
        EUR,2025-04,1.00,test,2025
        GBP,2025-05,0.75,test,2025
        EUR,2025-05,1.00,test,2025
    """,
    "invoices.csv": """
        vendor,invoice,line,date,amount,currency,item,quantity,unit_price
        007,A1,1,2025-04-30,20.00,EUR,Ticket,10,2.00
        007,A2,1,2025-05-31,22.00,EUR,Ticket,10,2.20
        007,A3,1,2025-06-30,20.00,GBP,Ticket,10,2.00
    """,
    "rates.csv": """
        vendor,item,valid_from,unit_price,currency
        007,Ticket,2025-01-01,2.00,EUR
    """,
}


@pytest.fixture
def opened(tmp_path):
    """A function that opens the case of these files, some of them changed."""

    def case(**changed):
        folder = tmp_path / "client"
        folder.mkdir()
        for name, text in {**FILES, **changed}.items():
            (folder / name).write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return open_case(cost, "007", "2025-Q2", str(folder), str(tmp_path / "reports"))

    return case


def test_vendor_charges_are_converted_at_the_rate_of_their_month(opened):
    # 20 x 0.80 + 22 x 0.75 + 20
    case = opened()
    assert cost.vendor_charges(case.invoices, period=case.period).value == pytest.approx(16 + 16.5 + 20)


def test_invoice_check_compares_as_billed_and_counts_in_the_clients_currency(opened):
    # 0.20 EUR above on 10 tickets at 0.75; the line in pounds has no price in pounds to be held against
    case = opened()
    measured = cost.invoice_check(case.invoices, case.rates, period=case.period)
    assert measured.value == pytest.approx(1.50)
    assert measured.because == "lines without an agreed price: 1"


def test_measures_say_which_rate_is_missing(opened):
    rates = "\n".join(row for row in FILES["exchange_rates.csv"].splitlines() if "2025-05" not in row)
    case = opened(**{"exchange_rates.csv": rates})
    because = cost.vendor_charges(case.invoices, period=case.period).because
    assert all(word in because for word in ("exchange_rates.csv", "EUR", "2025-05"))
