"""All vendors on one page: sums, shares and concentration checked by hand, nobody left out."""

import pytest
from bs4 import BeautifulSoup

from toolkit.model import Period
from toolkit.report import open_portfolio
from toolkit.report.concentration import band, concentration

from .conftest import PERIOD, charges, found, saving


@pytest.fixture
def portfolio(client_folder, tmp_path, put):
    put([charges(600.0, desk=400.0, cloud=200.0), saving(0.1, 0.05, 0.15, goal="G1", verdict="met")])
    stake = found("cost.invoice_check", 25.0, unit="GBP", counted=True)
    put([charges(300.0, "birch", desk=300.0), saving(-0.1, -0.2, -0.05, goal="G1", verdict="missed"), stake], "birch")
    put([charges(100.0, "cedar"), found("cost.saving_share")], "cedar")
    put([charges(400.0)], period="2025-Q3")
    for vendor in ("alder", "birch", "cedar"):
        put([found("quality.backlog", 5.0, unit="tickets", counted=True, vendor=vendor)], vendor, area="quality")
    return open_portfolio("2026-Q3", str(client_folder), str(tmp_path / "reports"))


def cells(html):
    page = BeautifulSoup(html, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]


def test_answer_adds_charges_and_names_who_saves(portfolio):
    assert portfolio.answer().text == (
        "Three of four vendors of Hartwell Group charged 1,000 GBP in 2026-Q3; what the others charged is not assessed. "
        "Alder Systems costs less than before the contract; Birch Digital costs more than before the contract; "
        "for <script>alert(1)</script> & Söhne and Fir Networks it is not assessed."
    )


def test_answer_headline_numbers(portfolio):
    tiles = [
        tile.get_text(" ", strip=True) for tile in BeautifulSoup(portfolio.answer().html, "html.parser").select("li")
    ]
    assert tiles == [
        "Charges 1,000 GBP of 3 of 4 vendors",
        "Vendors that cost less than before 1 of 2 1 more, 0 unclear",
        "Charges, change on a year before +50.0 % one vendor known in 2026-Q3 and 2025-Q3",  # alder alone: 600 / 400 - 1
        "Goals met 1 of 2 1 missed",
        "Money at stake in invoices 25 GBP invoice check of 1 of 4 vendors",
        "Concentration (HHI) 0.46 equal shares would be 0.33",
    ]


def test_vendors_come_by_charges_and_those_not_run_last(portfolio):
    rows = cells(portfolio.vendors().html)
    assert [row[0] for row in rows] == [
        "Alder Systems",
        "Birch Digital",
        "<script>alert(1)</script> & Söhne",
        "Fir Networks because it was not run, or its run failed",
    ]
    assert rows[0] == [
        "Alder Systems",
        "● met",
        "600",
        "not assessed",
        "10.0 % 5.0 % to 15.0 %",
        *["not assessed"] * 2,
        "1 met",
    ]
    assert rows[3][1:] == ["– not assessed", *["–"] * 6]


def test_vendors_link_to_their_summaries(portfolio):
    links = BeautifulSoup(portfolio.vendors().html, "html.parser").select("a")
    assert [link["href"] for link in links] == ["alder/index.html", "birch/index.html", "cedar/index.html"]


def test_concentration_by_service_and_overall(portfolio):
    rows = [(row[0], row[1], row[3], row[4]) for row in cells(portfolio.concentration().html)[:3]]
    assert rows == [
        ("All services", "1,000", "0.46", "equal shares would be 0.33"),  # 0.6² + 0.3² + 0.1²
        ("desk", "700", "0.51", "equal shares would be 0.50"),  # (4/7)² + (3/7)² = 25/49
        ("cloud", "200", "1.00", "a single vendor"),
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


def test_trend_marks_sums_without_every_vendor(portfolio):
    rows = cells(portfolio.trend().html)
    assert rows[0] == ["Alder Systems", "400", "600"]
    assert rows[-1] == ["All", "400*", "1,000*"]


def test_trend_of_a_period_in_which_nobody_is_known_is_no_zero(client_folder, tmp_path, put):
    put([found("cost.vendor_charges", period="2026-Q2")], period="2026-Q2")
    put([charges(600.0)])
    rows = cells(open_portfolio("2026-Q3", str(client_folder), str(tmp_path / "reports")).trend().html)
    assert rows[-1] == ["All", "–", "600*"]


def test_trend_without_earlier_reviews_says_so(client_folder, tmp_path, put):
    put([charges(600.0)])
    shown = open_portfolio("2026-Q3", str(client_folder), str(tmp_path / "reports")).trend()
    assert shown.text == "No earlier review found, so there is no trend yet."


def test_not_assessed_names_vendor_reason_and_file(portfolio):
    rows = cells(portfolio.not_assessed().html)
    assert [
        "<script>alert(1)</script> & Söhne",
        "Because volumes.csv is missing",
        "volumes.csv",
        "saving share",
    ] in rows
    assert ["Fir Networks", "Because it was not run, or its run failed", "see the reason", "everything"] in rows


def test_portfolio_of_vendors_never_run_has_no_good_word(client_folder, tmp_path):
    empty = open_portfolio("2026-Q3", str(client_folder), str(tmp_path / "reports"))
    assert empty.answer().text == (
        "What the vendors of Hartwell Group charged in 2026-Q3 is not assessed. "
        "Whether any of them costs less than before the contract is not assessed."
    )
    assert {row[1] for row in cells(empty.vendors().html)} == {"– not assessed"}


def test_every_section_escapes_names(portfolio):
    sections = ("answer", "vendors", "compare", "concentration", "trend", "not_assessed", "evidence")
    assert "<script" not in "".join(getattr(portfolio, name)().html for name in sections)


def test_open_portfolio_finds_the_earlier_review(portfolio):
    assert list(portfolio.earlier) == [Period.parse("2025-Q3")]
