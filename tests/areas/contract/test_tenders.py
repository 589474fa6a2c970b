"""Spend that may lie under public tenders: an upper bound, with the arithmetic beside each case."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.contract.tender_tables import TENDERS
from toolkit.areas.contract.tenders import tendered_share
from toolkit.model import Period
from toolkit.tables import no_rows

YEAR = Period.parse("2018")


def tenders(*rows: dict[str, object]) -> pd.DataFrame:
    usual = {"vendor": "kainos", "winner": "Kainos Ltd", "buyer": "Cabinet Office", "own": "yes", "state": "awarded"}
    frame = pd.DataFrame([{**usual, "tender": str(place), **row} for place, row in enumerate(rows)])
    declared = no_rows(TENDERS)
    return frame.reindex(columns=declared.columns).astype(declared.dtypes)


def invoices(*rows: tuple[str, float]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["date", "amount"])
    return frame.assign(date=pd.to_datetime(frame["date"]), vendor="kainos")


CHARGES = invoices(("2018-01-15", 100.0), ("2018-06-15", 200.0), ("2018-12-15", 100.0), ("2017-06-15", 900.0))


def test_tendered_share_is_bounded_by_the_value_of_the_awards():
    # charges since 2018-02-01: 300; awards 250: 250 / 400
    found = tendered_share(
        CHARGES, tenders({"published": "2017-11-01", "start": "2018-02-01", "value": 250}), period=YEAR
    )
    assert found.value == pytest.approx(250 / 400)
    assert (
        found.claim == "At most 62.5 % of what was charged in 2018 can lie under 1 public tender found of this client."
    )


def test_tendered_share_is_bounded_by_the_charges_since_the_start():
    found = tendered_share(CHARGES, tenders({"published": "2018-06-01", "value": 9000}), period=YEAR)
    assert found.value == pytest.approx(300 / 400)  # without a start the day of publication counts


def test_tendered_share_leaves_aside_what_others_tendered_and_what_has_run_out():
    rows = tenders(
        {"published": "2017-11-01", "value": 100, "own": "no"}, {"published": "2015-12-31", "value": 100}
    )  # 24 months on, before 2018
    found = tendered_share(CHARGES, rows, period=YEAR)
    assert (found.value, found.n) == (0.0, 0)
    assert found.claim.startswith("Nothing of what was charged in 2018 can lie under a public tender found")
    assert found.because == "1 tender of other buyers left aside"
    assert found.parts["tenders"]["own"].tolist() == ["yes", "no"]


def test_tendered_share_has_no_limit_where_an_award_names_no_value():
    found = tendered_share(CHARGES, tenders({"published": "2017-11-01", "start": "2018-01-01"}), period=YEAR)
    assert found.value == 1.0
    assert "no value" in found.because


def test_tendered_share_is_not_assessed_before_the_first_tender_or_without_charges():
    later = tenders({"published": "2019-03-01", "value": 1})
    assert tendered_share(CHARGES, later, period=YEAR).because == (
        "the first public tender found is of 1 March 2019, after 2018"
    )
    early = tenders({"published": "2017-11-01", "value": 1})
    assert not tendered_share(invoices(("2018-01-01", -5.0)), early, period=YEAR).assessed
    assert not tendered_share(CHARGES, early.iloc[:0], period=YEAR).assessed


def test_tendered_share_shows_near_misses_and_counts_none_of_them():
    matches = pd.DataFrame(
        {
            **{name: ["x"] for name in ("vendor", "winner", "payee", "doubt")},
            **{"how": ["close"], "certain": ["no"], "score": [0.9], "tenders": [1], "payments": [1], "paid": [1.0]},
        }
    )
    rows = tenders({"published": "2017-11-01", "value": 100})
    found = tendered_share(CHARGES, rows, matches, period=YEAR)
    assert found.value == pytest.approx(100 / 400)
    assert "1 payee is like a winner, and left aside" in found.because
    assert found.parts["matches"]["how"].tolist() == ["close"]
