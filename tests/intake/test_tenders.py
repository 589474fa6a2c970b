"""Winners of public tenders among the payees of a client: what is a match, what a near miss, and what may be wrong."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from toolkit.areas.contract.tender_tables import HOWS, TENDER_MATCHES, TENDERS
from toolkit.areas.cost import INVOICES
from toolkit.cli import main
from toolkit.intake import import_files, namesakes, read_mapping
from toolkit.intake.namesakes import matched_winners, other_names

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
TENDER_HEAD = (
    "ID,Opportunity,Organisation Name,Buyer Domain,Published At,Category,Total Organisations,Status,Winning supplier,"
    "Contract amount,Contract start date,Expected Contract Length\n"
)
PAYMENT_HEAD = "Payment Date,Amount,Organisational Unit,Beneficiary Name\n"


def tender(
    number: int, winner: str, domain: str = "digital.cabinet-office.gov.uk", published: str = "2017-03-01"
) -> str:
    return f'{number},Beta,GDS,{domain},{published},digital-outcomes,7.0,awarded,"{winner}",1000.0,2017-5-2,2 years\n'


@pytest.fixture
def found(tmp_path: Path):
    def run(winners: list[str], payees: list[str], **vendors: list[str]) -> pd.DataFrame:
        rows = "".join(tender(number, name) for number, name in enumerate(winners))
        (tmp_path / "tenders.csv").write_text(TENDER_HEAD + rows, encoding="utf-8")
        paid = "".join(f'2017-06-01,100.005,CO,"{name}"\n' for name in payees)
        (tmp_path / "paid.csv").write_text(PAYMENT_HEAD + paid, encoding="utf-8")
        known = pd.DataFrame(
            [(vendor, vendor, [], patterns) for vendor, patterns in vendors.items()],
            columns=["vendor", "name", "aliases", "patterns"],
        )
        tendered = read_mapping(MAPPINGS / "digital_marketplace.yaml", [TENDERS])
        payer = read_mapping(MAPPINGS / "uk_spend.yaml", [INVOICES])
        return matched_winners(tendered, [tmp_path / "tenders.csv"], payer, [tmp_path / "paid.csv"], known)[0]

    return run


@pytest.mark.parametrize(
    ("winner", "payee", "how", "certain"),
    [
        ("Kainos Software Ltd", "KAINOS SOFTWARE LIMITED", "exact", "yes"),
        ("Badenoch & Clark", "BADENOCH AND CLARK LTD", "exact", "yes"),
        ("6 POINT 6", "6POINT6 LTD", "spaces", "yes"),
        ("Engine Partners UK LLP (The Engine Group)", "ENGINE PARTNERS UK LLP", "alias", "yes"),
        ("North Highland (formerly Qedis Consulting Ltd)", "QEDIS CONSULTING", "alias", "yes"),
        ("NCC Services Limited. Trading as NCC Group.", "NCC GROUP", "alias", "yes"),
        ("QA Consulting Services Limited", "PA CONSULTING SERVICES LTD", "close", "no"),
        ("CGI", "CGI IT UK LTD", "beginning", "no"),
    ],
)
def test_a_winner_among_the_payees_is_matched_or_a_near_miss(found, winner, payee, how, certain):
    row = found([winner], [payee, "SOMEBODY ELSE LTD"]).iloc[0]
    assert (row["payee"], row["how"], row["certain"]) == (payee, how, certain)


def test_two_names_that_are_one_vendor_of_the_client_are_matched(found):
    table = found(["Methods Business and Digital Technology Limited"], ["METHODS ADVISORY LTD"], methods=["^METHODS"])
    assert table[["vendor", "how", "certain"]].to_numpy().tolist() == [["methods", "vendor", "yes"]]


def test_a_winner_that_is_like_nobody_has_no_row(found):
    assert found(["Zebra Ltd"], ["SOMEBODY ELSE LTD"]).empty


def test_spellings_of_one_payee_are_added_up_under_the_commonest(found):
    row = found(["Kainos"], ["KAINOS LTD", "Kainos Limited", "KAINOS LTD"]).iloc[0]
    assert (row["payee"], row["payments"], row["paid"]) == ("KAINOS LTD", 3, 300.03)


def test_what_may_be_wrong_is_said(tmp_path):
    (tmp_path / "tenders.csv").write_text(TENDER_HEAD + tender(1, "dxw", "dvla.gov.uk"), encoding="utf-8")
    (tmp_path / "paid.csv").write_text(PAYMENT_HEAD + "2016-06-01,100,CO,DXW LTD\n", encoding="utf-8")
    nobody = pd.DataFrame({"vendor": [], "name": [], "aliases": [], "patterns": []})
    tendered, payer = (
        read_mapping(MAPPINGS / f"{name}.yaml", [TENDERS, INVOICES]) for name in ("digital_marketplace", "uk_spend")
    )
    table, words = matched_winners(tendered, [tmp_path / "tenders.csv"], payer, [tmp_path / "paid.csv"], nobody)
    told = (namesakes.TOO_SHORT, namesakes.EARLIER, namesakes.NOT_OURS)
    assert table["doubt"].tolist() == ["; ".join(told)]
    assert words.splitlines() == [
        "1 winners of 1 tenders, 1 payees in 1 payments",
        "1 winners are payees: 1 by equal names",
        "0 more are like a payee and have to be looked at",
    ]


def test_the_ways_of_matching_are_those_of_the_table():
    assert (*namesakes.CERTAIN, namesakes.CLOSE, namesakes.BEGINNING) == HOWS


@pytest.mark.parametrize(
    ("winner", "names"),
    [
        ("Glue Reply (a trading division of Reply Ltd.)", ["Glue Reply", "Reply Ltd."]),
        ("e3 media ltd t/a Great State", ["e3 media ltd", "Great State"]),
        ("Kainos", []),
    ],
)
def test_other_names(winner, names):
    assert other_names(winner) == names


def test_tenders_are_imported_and_what_was_not_awarded_is_counted(tmp_path):
    text = (
        TENDER_HEAD
        + tender(1, "Kainos Ltd")
        + tender(2, "")
        + tender(3, "Zebra")
        + tender(4, "Kainos", published="soon")
    )
    (tmp_path / "tenders.csv").write_text(text, encoding="utf-8")
    vendors = pd.DataFrame({"vendor": ["kainos"], "name": ["Kainos"], "aliases": [[]], "patterns": [[]]})
    made = import_files(read_mapping(MAPPINGS / "digital_marketplace.yaml", [TENDERS]), [tmp_path], vendors)
    row = made.table.iloc[0]
    assert (row["winner"], row["own"], row["bids"], row["value"]) == ("Kainos Ltd", "yes", 7, 1000.0)
    assert (row["lot"], str(row["start"])[:10]) == ("digital-outcomes", "2017-05-02")
    assert dict(made.reconciliation.by_reason.itertuples(index=False)) == {
        "nothing was awarded": 1,
        "supplier matches no vendor": 1,
        "published cannot be read": 1,
    }
    assert made.reconciliation.balanced


def test_payees_that_are_no_payments_are_refused(tmp_path):
    (tmp_path / "client").mkdir()
    (tmp_path / "client" / "review.yaml").write_text(
        "client: C\ncurrency: GBP\nperiods: {from: 2017, to: 2017, every: year}\nvendors: [{vendor: kainos, name: Kainos}]\n"
    )
    (tmp_path / "paid.csv").write_text(PAYMENT_HEAD + "2017-06-01,5,CO,KAINOS\n", encoding="utf-8")
    words = [
        "import",
        "uk_spend",
        str(tmp_path / "paid.csv"),
        "--client",
        str(tmp_path / "client"),
        "--payees",
        "uk_spend=x",
    ]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 2
    assert "toolkit: --payees: found 'uk_spend=x'; expected once, MAPPING=FILES" in result.stderr


def test_a_match_keeps_the_promises_of_its_table(found):
    table = found(["Kainos", "CGI"], ["KAINOS LTD", "CGI IT"], kainos=[])
    assert set(table.columns) == set(TENDER_MATCHES.names)
