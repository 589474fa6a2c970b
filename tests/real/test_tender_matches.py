"""The winners of real public tenders among the payees of the Cabinet Office: how many, and the traps among them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from toolkit.areas.contract.tender_tables import TENDERS
from toolkit.areas.cost import INVOICES
from toolkit.client import open_client
from toolkit.intake import read_mapping
from toolkit.intake.namesakes import matched_winners

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
LIST = DATA / "uk_digital_marketplace" / "opportunity-data.csv"
ARCHIVE = DATA / "uk_cabinet_office_spend" / "cabinetoffice_processed_and_clean.tar.xz"
MAPPINGS = ROOT / "templates" / "mappings"


@pytest.fixture(scope="module")
def matches(tmp_path_factory):
    for path in (LIST, ARCHIVE):
        if not path.is_file():
            pytest.skip(f"{path.name} is not there: the public files lie beside the project")
    import tarfile

    folder = tmp_path_factory.mktemp("payments")
    with tarfile.open(ARCHIVE) as tar:
        for member in tar:
            if member.isfile() and "processed/" in member.name:
                (folder / Path(member.name).name).write_bytes(tar.extractfile(member).read())
    mappings = (
        read_mapping(MAPPINGS / f"{name}.yaml", [TENDERS, INVOICES]) for name in ("digital_marketplace", "uk_spend")
    )
    tendered, payer = mappings
    vendors = open_client(ROOT / "data" / "clients" / "cabinet_office").names
    return matched_winners(tendered, [LIST], payer, [folder], vendors)[0]


def test_72_of_239_winners_are_payees(matches):
    with LIST.open(encoding="utf-8", newline="") as file:
        winners = {row["Winning supplier"] for row in csv.DictReader(file)} - {""}
    sure = matches[matches["certain"] == "yes"]
    assert len(winners) == 239
    assert sure["winner"].nunique() == 72
    assert sure.drop_duplicates("winner")["how"].value_counts().to_dict() == {"exact": 64, "alias": 5, "spaces": 3}


def test_an_independent_comparison_finds_the_exact_ones(matches):
    """Upper case, letters and digits only, the legal form at the end taken off by hand."""
    import re

    def plain(name: str) -> str:
        text = re.sub(r"[^A-Z0-9]+", " ", name.upper().replace("&", " AND ")).strip()
        return re.sub(r"( (LTD|LIMITED|PLC|LLP|LP|UK|INC|CORP|LLC|GMBH|AG|SA|BV|AS|AB))+$", "", text)

    exact = matches[matches["how"] == "exact"]
    assert exact["winner"].map(plain).tolist() == exact["payee"].map(plain).tolist()


def test_two_firms_that_differ_by_one_letter_are_no_match(matches):
    row = matches[matches["winner"].eq("QA Consulting Services Limited")].iloc[0]
    assert (row["payee"], row["how"], row["certain"]) == ("PA CONSULTING SERVICES LTD", "close", "no")
    assert row["score"] == 0.95
