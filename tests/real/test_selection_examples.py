"""Selections on published data agree with counts that read the raw files another way."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
SOURCES = [DATA / "bids" / "Simula.2116.csv", DATA / "uk_digital_marketplace" / "opportunity-data.csv"]
pytestmark = pytest.mark.skipif(not all(map(Path.is_file, SOURCES)), reason="no bids and tenders beside the project")


@pytest.fixture(scope="module")
def make():
    spec = importlib.util.spec_from_file_location("make_selections", ROOT / "data" / "clients" / "make_selections.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_selections"] = module
    spec.loader.exec_module(module)
    return module


def test_every_tender_is_kept_with_its_outcome_and_amount(make):
    made, _ = make.digital_marketplace(DATA)
    raw, rows = pd.read_csv(SOURCES[1]), pd.DataFrame(made["market_tenders"])
    assert len(rows) == len(raw) == 2118
    assert rows["outcome"].value_counts().to_dict() == {"unknown": 1332, "awarded": 616, "cancelled": 109, "failed": 61}
    amounts = pd.to_numeric(rows["value"])
    assert amounts.sum() == pytest.approx(raw.loc[raw["Contract amount"] >= 1000, "Contract amount"].sum())


def test_the_row_that_lacks_a_comma_is_put_right(make):
    rows = {row["name"]: row for row in make.built(DATA)}
    assert (rows["Builder C"]["p_maintainability"], rows["Builder C"]["proj_manager"]) == ("poor", "73")
    assert [row["defects"] for row in rows.values()] == ["8", "5", "11", "11"]


def test_those_who_built_are_found_among_those_who_bid(make):
    made, _ = make.norwegian_bids(DATA)
    assert len(made["bids"]) == 35
    assert sorted(row["bidder"] for row in made["bids"] if "Builder" in row["bidder"]) == [
        f"Builder {n}" for n in "ABCD"
    ]


def test_six_providers_are_scored_on_what_was_known_before(make):
    made, _ = make.trialsourcing(DATA)
    assert len(made["scores"]) == 6 * 4
    delivered = [row for row in made["past_decisions"] if row["decision"].startswith("Six") and row["delivered"] != ""]
    assert len(delivered) == 6 * 4
