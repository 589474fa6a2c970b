"""What is said of all vendors, before any form: nobody left out, sums, concentration and dates checked by hand."""

import pytest

from toolkit.model import Period
from toolkit.report import open_portfolio
from toolkit.report.concentration import band, concentration
from toolkit.report.portfolio import Growth, Lack
from toolkit.report.review import steps_of

from .conftest import HOSTILE, PERIOD, found


@pytest.fixture
def portfolio(three_of_four):
    return open_portfolio(*three_of_four)


def test_open_portfolio_finds_the_earlier_review(portfolio):
    assert list(portfolio.earlier) == [Period.parse("2025-Q3")]


def test_facts_are_plain_words_and_numbers(portfolio):
    assert portfolio.headline == (
        "Three of four vendors of Hartwell Group were reviewed for 2026-Q3; one of two goals met; one missed."
    )
    assert [title for title, _ in portfolio.sentences] == ["Cost comparison", "Quality review"]
    assert [vendor.id for vendor in portfolio.in_order] == ["alder", "birch", "cedar", "fir"]
    assert portfolio.totals == ["cost.vendor_charges", "cost.invoice_check"]
    assert portfolio.total_of("cost.vendor_charges") == 1000.0
    assert portfolio.growth == Growth("cost.vendor_charges", 0.5, 1)  # alder: 600 / 400 - 1
    assert portfolio.measured == (9, 10)
    assert portfolio.spend == [("Alder Systems", 600.0), ("Birch Digital", 300.0), (HOSTILE, 100.0)]


def test_gaps_name_the_vendors_that_share_them(portfolio):
    assert portfolio.gaps == [
        Lack("saving share", "volumes.csv is missing", "volumes.csv", [HOSTILE]),
        Lack("everything", "it was not run, or its run failed", "see the reason", ["Fir Networks"]),
    ]


def test_concentration_leaves_out_vendors_without_charges():
    found_ = concentration("desk", {"A": 50.0, "B": 50.0, "C": -10.0, "D": float("nan")}, PERIOD)
    assert found_.value == pytest.approx(0.5)
    assert found_.because == "A, 50.0 %; without 2 whose charges are unknown or not above zero"


def test_concentration_of_nothing_known_is_not_assessed():
    found_ = concentration("desk", {"A": float("nan"), "B": -5.0}, PERIOD)
    assert not found_.assessed
    assert found_.because == "no vendor's charges for it are known and above zero"


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (0.181, "highly concentrated"),
        (0.18, "moderately concentrated"),
        (0.1, "moderately concentrated"),
        (0.099, "not concentrated"),
    ],
)
def test_band_at_its_limits(index, words):
    assert band(index, 12) == words


def test_band_of_few_vendors_names_the_hhi_of_equal_shares():
    assert [band(0.25, number) for number in (1, 5, 6)] == [
        "a single vendor",
        "equal shares would be 0.20",
        "highly concentrated",
    ]


def test_dates_of_the_next_half_year_come_the_earliest_first_and_say_how_near_they_are():
    table = [
        {"what": "Offers", "ready_by": "2026-06-01", "owner": "Buyer", "state": "overdue"},
        {"what": "Notice", "ready_by": "2026-10-20", "owner": "", "state": "due within 90 days"},
        {"what": "Handover", "ready_by": "2027-01-15", "owner": "", "state": "later"},
        {"what": "End", "ready_by": "2028-01-15", "owner": "", "state": "later"},
        {"what": "Done", "ready_by": "2026-10-01", "owner": "", "state": "done"},
    ]
    item = found("contract.steps_overdue", 1.0, parts={"table": table})
    steps = [(step.what, step.when) for step in steps_of([item], PERIOD)]
    assert steps == [("Offers", "overdue"), ("Notice", "within 30 days"), ("Handover", "within 180 days")]
