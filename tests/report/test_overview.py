"""The page of all vendors: sums, shares and concentration checked by hand, nobody left out."""

import pytest
from bs4 import BeautifulSoup

from toolkit.report import open_overview

from .conftest import charges, found


@pytest.fixture
def overview(three_of_four):
    return open_overview(*three_of_four)


def cells(html):
    page = BeautifulSoup(html, "html.parser")
    return [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]


def test_answer_is_one_sentence(overview):
    assert overview.answer().text == (
        "Three of four vendors of Hartwell Group were reviewed for 2026-Q3; one of two goals met; one missed."
    )


def test_each_area_adds_charges_and_names_who_saves(overview):
    assert overview.said().text == (
        "Cost comparison: Vendor charges 1,000 GBP (three of four vendors known); invoice check 25 GBP (one of four vendors "
        "known); saving share from −10.0 % (Birch Digital) to 10.0 % (Alder Systems); Alder Systems is cheaper than before "
        "the contract, Birch Digital is dearer than before the contract. "
        "Quality review: Backlog from 5 tickets (Alder Systems) to 5 tickets (Alder Systems)."
    )


def test_answer_headline_numbers(overview):
    tiles = [
        tile.get_text(" ", strip=True) for tile in BeautifulSoup(overview.answer().html, "html.parser").select("li")
    ]
    assert (
        tiles
        == [
            "Goals met 1 of 2 1 missed",
            "vendor charges 1,000 GBP of 3 of four vendors",
            "invoice check 25 GBP of 1 of four vendors",
            "Vendors cheaper than before the contract 1 of 2 1 dearer, 0 unclear",
            "vendor charges, change on a year before +50.0 % one vendor known in 2026-Q3 and 2025-Q3",  # alder: 600 / 400 - 1
            "Concentration (HHI) 0.46 equal shares would be 0.33",
            "Measures assessed 9 of 10 over four vendors",
        ]
    )


def test_vendors_come_by_charges_and_those_not_run_last(overview):
    rows = cells(overview.vendors().html)
    assert [row[0] for row in rows] == [
        "Alder Systems",
        "Birch Digital",
        "<script>alert(1)</script> & Söhne",
        "Fir Networks because it was not run, or its run failed",
    ]
    assert rows[0] == ["Alder Systems", "– not assessed", "● met", "○ no goal", "1 met"]
    assert rows[3][1:] == ["– not assessed", "–", "–", "–"]


def test_areas_have_a_table_each_with_a_column_a_headline_number(overview):
    page = BeautifulSoup(overview.areas().html, "html.parser")
    heads = [[cell.get_text() for cell in table.select("thead th")] for table in page.select("table")]
    assert heads == [["Vendor", "vendor charges, GBP", "saving share", "invoice check, GBP"], ["Vendor", "backlog"]]
    rows = cells(overview.areas().html)
    assert rows[0] == ["Alder Systems", "600", "10.0 % 5.0 % to 15.0 %", "not assessed"]
    assert rows[3] == ["Fir Networks", *["not assessed"] * 3]


def test_cells_of_a_table_of_vendors_name_their_column_for_a_phone(overview):
    row = BeautifulSoup(overview.areas().html, "html.parser").select_one("table.cards tbody tr")
    assert [cell["data-label"] for cell in row.select("td")] == [
        "vendor charges, GBP",
        "saving share",
        "invoice check, GBP",
    ]


@pytest.fixture
def tickets_only(client_folder, tmp_path, put):
    """A client that has tickets and neither invoices nor goals."""
    for vendor, value in (("alder", 0.9), ("birch", 0.5)):
        gaps = [
            found(f"cost.{name}", vendor=vendor, because="invoices.csv is missing")
            for name in ("vendor_charges", "saving")
        ]
        put(gaps, vendor)
        kept = found("quality.sla_attainment", value, value - 0.1, value + 0.05, vendor=vendor)
        put([kept, found("quality.availability", vendor=vendor, because="no outage is marked")], vendor, area="quality")
    return open_overview("2026-Q3", str(client_folder), str(tmp_path / "reports"))


def test_an_area_without_data_is_one_line_and_no_column(tickets_only):
    line = "Not assessed: Cost comparison, because invoices.csv is missing."
    assert tickets_only.answer().html.count(line) == 1
    for shown in (tickets_only.answer(), tickets_only.areas()):
        assert "harges" not in BeautifulSoup(shown.html, "html.parser").get_text()
    assert cells(tickets_only.not_assessed().html)[:2] == [
        [
            "the whole of Cost comparison",
            "Because invoices.csv is missing",
            "invoices.csv",
            "Alder Systems, Birch Digital",
        ],
        ["availability", "Because no outage is marked", "see the reason", "Alder Systems, Birch Digital"],
    ]
    assert {row[1] for row in cells(tickets_only.vendors().html)} == {"○ no goal", "– not assessed"}


def test_without_charges_vendors_come_as_in_the_settings(tickets_only):
    assert "in the order of review.yaml" in tickets_only.vendors().html
    assert [row[0] for row in cells(tickets_only.areas().html)][:2] == ["Alder Systems", "Birch Digital"]


def test_without_charges_concentration_is_one_line(tickets_only):
    assert (
        tickets_only.concentration().text
        == "Not assessed, because no vendor's charges for it are known and above zero."
    )


def test_vendors_link_to_their_summaries(overview):
    links = BeautifulSoup(overview.vendors().html, "html.parser").select("a")
    assert [link["href"] for link in links] == ["alder/index.html", "birch/index.html", "cedar/index.html"]


def test_concentration_by_service_and_overall(overview):
    rows = [(row[0], row[1], row[3], row[4]) for row in cells(overview.concentration().html)[:3]]
    assert rows == [
        ("All services", "1,000", "0.46", "equal shares would be 0.33"),  # 0.6² + 0.3² + 0.1²
        ("desk", "700", "0.51", "equal shares would be 0.50"),  # (4/7)² + (3/7)² = 25/49
        ("cloud", "200", "1.00", "a single vendor"),
    ]


def test_trend_marks_sums_without_every_vendor(overview):
    rows = cells(overview.trend().html)
    assert rows[0] == ["Alder Systems", "400", "600"]
    assert rows[4] == ["All", "400*", "1,000*"]
    assert rows[5] == ["Alder Systems", "–", "5 tickets"]  # quality, whose backlogs do not add up
    assert len(rows) == 9


def test_trend_of_a_period_in_which_nobody_is_known_is_no_zero(client_folder, tmp_path, put):
    put([found("cost.vendor_charges", period="2026-Q2")], period="2026-Q2")
    put([charges(600.0)])
    rows = cells(open_overview("2026-Q3", str(client_folder), str(tmp_path / "reports")).trend().html)
    assert rows[-1] == ["All", "–", "600*"]


def test_trend_without_earlier_reviews_says_so(client_folder, tmp_path, put):
    put([charges(600.0)])
    shown = open_overview("2026-Q3", str(client_folder), str(tmp_path / "reports")).trend()
    assert shown.text == "No earlier review found, so there is no trend yet."


def test_not_assessed_names_vendor_reason_and_file(overview):
    rows = cells(overview.not_assessed().html)
    assert [
        "saving share",
        "Because volumes.csv is missing",
        "volumes.csv",
        "<script>alert(1)</script> & Söhne",
    ] in rows
    assert ["everything", "Because it was not run, or its run failed", "see the reason", "Fir Networks"] in rows


def test_portfolio_of_vendors_never_run_has_no_good_word(client_folder, tmp_path):
    empty = open_overview("2026-Q3", str(client_folder), str(tmp_path / "reports"))
    assert empty.answer().text == (
        "None of four vendors of Hartwell Group were reviewed for 2026-Q3; no goal was agreed."
    )
    assert (
        "Not assessed: Cost comparison, Quality review, because it was not run, or its run failed."
        in empty.answer().html
    )
    assert {row[1] for row in cells(empty.vendors().html)} == {"– not assessed"}


def test_every_section_escapes_names(overview):
    sections = ("answer", "vendors", "areas", "compare", "concentration", "trend", "not_assessed", "evidence")
    assert "<script" not in "".join(getattr(overview, name)().html for name in sections)
