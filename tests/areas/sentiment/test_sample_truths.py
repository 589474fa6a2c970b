"""What is planted in the sample's surveys is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from toolkit.areas import quality, sentiment
from toolkit.case import cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT
from toolkit.model import Measured

PERIOD, LAST = "2026-Q3", "2026-09"
EVERY = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))
TRUTHS = EVERY["sentiment"]["vendors"]
ASKED = [name for name, facts in TRUTHS.items() if "team" in facts]
OF_ROWS = (
    *("team_favourable", "customer_favourable", "vendor_favourable", "enps", "nps", "csat", "team_change"),
    *("customer_change", "group_differences", "scale_reliability", "satisfaction_drivers", "perception_gap"),
    *("service_gap", "nonresponse"),
)
FAVOURABLE = {"team": "team_favourable", "customers": "customer_favourable", "vendor": "vendor_favourable"}


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, SimpleNamespace]:
    """For each vendor its case and every measure of its answers."""
    client = open_client(find_client("sample"))
    return {name: _found(client, name, tmp_path_factory.mktemp("reports")) for name in client.vendors}


def _found(client, name: str, reports: Path) -> SimpleNamespace:
    case = cut_case(sentiment, client, client.vendor(name), client.period(PERIOD), reports)
    asked = case.survey_respondents, case.survey_items, case.survey_invitations
    rows = sentiment.responses(case.survey_answers, *asked, period=case.period)
    notes = sentiment.comments(case.survey_comments, *asked, period=case.period)
    measures = {measure: getattr(sentiment, measure)(rows) for measure in OF_ROWS}
    for audience in ("team", "customer", "vendor"):
        rate = f"{audience}_response_rate"
        measures[rate] = getattr(sentiment, rate)(case.survey_invitations, rows, period=case.period)
    measures["comment_tone"] = sentiment.comment_tone(notes, case.comment_labels)
    measures["comment_themes"] = sentiment.comment_themes(notes)
    return SimpleNamespace(case=case, **measures)


def by(measured: Measured, part: str, name: str) -> pd.Series:
    """One row of a part."""
    rows = measured.parts[part]
    return rows[rows[part].eq(name)].iloc[0]


# ------------------------------------------------------------------------------------------------------- who answered, and what
@pytest.mark.parametrize("vendor", ASKED)
def test_response_rates_are_those_who_answered_of_those_invited(found, vendor):
    for audience, measure in {"team": "team", "customers": "customer", "vendor": "vendor"}.items():
        came, invited = TRUTHS[vendor][audience]["answered"][LAST]
        rate = getattr(found[vendor], f"{measure}_response_rate")
        assert (rate.value == pytest.approx(came / invited)) if came >= 5 else not rate.assessed


@pytest.mark.parametrize("vendor", ASKED)
def test_favourable_answers_by_construct_are_those_counted_one_by_one(found, vendor):
    for audience in ("team", "customers"):
        part = getattr(found[vendor], FAVOURABLE[audience]).parts["construct"].set_index("construct")
        counted = TRUTHS[vendor][audience]["constructs"]
        for construct, plain in part["unweighted"].items() if "unweighted" in part else []:
            good, of = counted[construct]
            assert plain == pytest.approx(good / of), (audience, construct)


# -------------------------------------------------------------------------------------- green on its levels, unhappy customers
def test_alder_is_green_and_its_customers_are_unhappy(found):
    alder = found["alder"]
    kept, counted = EVERY["quality"]["vendors"]["alder"]["contract"][PERIOD]
    assert kept / counted > 0.95
    assert alder.csat.high < 0.5
    assert alder.nps.high < 0
    assert by(alder.customer_favourable, "construct", "quality")["high"] < 0.5
    drivers = alder.satisfaction_drivers.parts["construct"].set_index("construct")["value"]
    assert drivers.idxmax() == max(TRUTHS["alder"]["drives"], key=TRUTHS["alder"]["drives"].get) == "quality"
    assert "quality" in quality.NAME


def test_alders_customers_are_weighted_to_those_invited(found):
    counted = TRUTHS["alder"]["customers"]
    good, of = counted["csat"][LAST]
    assert found["alder"].csat.value == pytest.approx(counted["csat_weighted"], abs=0.05)
    assert found["alder"].csat.value < good / of - 0.05


# ------------------------------------------------------------------------------------------------ a fall, and one that is none
def test_elm_fell_in_the_team_and_among_the_customers_and_it_is_no_noise(found):
    for change in (found["elm"].team_change, found["elm"].customer_change):
        assert change.high < 0
        assert "worse than last wave" in change.claim
        assert "size: large" in change.claim


@pytest.mark.parametrize("vendor", ["alder", "birch", "cedar"])
def test_what_did_not_change_is_not_taken_for_a_change(found, vendor):
    for change in (found[vendor].team_change, found[vendor].customer_change):
        assert change.low < 0 < change.high


def test_the_fall_of_cedar_is_there_and_is_noise(found):
    favourable = TRUTHS["cedar"]["customers"]["favourable"]
    before, after = (good / of for good, of in (favourable["2026-03"], favourable[LAST]))
    assert after < before - 0.05
    assert TRUTHS["cedar"]["planned_change"] == 0
    assert "no different from last wave beyond chance" in found["cedar"].customer_change.claim


# ------------------------------------------------------------------------------------------------------------- small groups
def test_cedars_team_of_three_and_its_vendor_stay_hidden_everywhere(found):
    cedar = found["cedar"]
    assert not cedar.vendor_favourable.assessed
    assert not cedar.perception_gap.assessed
    for name in (*OF_ROWS, "team_response_rate"):
        for key, part in getattr(cedar, name).parts.items():
            if part.empty:
                continue
            named = (
                part.astype(str).isin(TRUTHS["cedar"]["hidden"]["team"] + ["Counsel", "Auditor"]).any(axis="columns")
            )
            numbers = part[named].select_dtypes("number").drop(columns=["invited"], errors="ignore")
            if key not in ("team", "role") or "response" not in name:
                assert numbers.isna().all(axis=None), (name, key)


def test_birchs_three_in_delft_cannot_be_worked_out_from_any_two_figures(found):
    for measured in (found["birch"].team_favourable, found["birch"].enps):
        shown = {
            f"{dimension} {row[dimension]}"
            for dimension in ("team", "role", "site")
            if dimension in measured.parts
            for row in measured.parts[dimension].to_dict("records")
            if not row["hidden"]
        }
        assert "site Delft" not in shown
        for pair in TRUTHS["birch"]["betrayed_by"]:
            assert not set(pair) <= shown, pair


# ----------------------------------------------------------------------------------------------------------- scales and sides
@pytest.mark.parametrize("vendor", ASKED)
def test_offering_does_not_hold_together(found, vendor):
    assert EVERY["sentiment"]["loose"] == ["customers", "offering"]
    offering = by(found[vendor].scale_reliability, "construct", "offering")
    assert offering["value"] < 0.5
    assert offering["warning"]


def test_birch_trusts_its_client_less_than_it_is_trusted(found):
    gap = found["birch"].perception_gap
    planned = TRUTHS["birch"]["planned_trust"]
    assert gap.low > 0
    assert gap.value == pytest.approx(100 * (planned["team"] - planned["vendor"]) / 4, abs=8)
    assert (gap.parts["item"]["low"] > 0).all()


def test_dogwood_is_not_assessed(found):
    assert not any(getattr(found["dogwood"], name).assessed for name in OF_ROWS)


# ------------------------------------------------------------------------------------------------------------------- comments
def test_themes_of_comments_are_those_that_were_written(found):
    for vendor in ("alder", "elm"):
        planted = TRUTHS[vendor]["customers"]["themes"]
        themes = found[vendor].comment_themes.parts["theme"].set_index("theme")["n"]
        assert themes.drop("none of these", errors="ignore").idxmax() == max(planted, key=planted.get), vendor


def test_tone_of_complaints_without_feeling_is_not_told(found):
    assert TRUTHS["alder"]["customers"]["tones"]["negative"] > 20
    assert "agrees too little with the labels" in found["alder"].comment_tone.because


def test_tone_of_elms_comments_is_told_with_the_methods_errors(found):
    tone = found["elm"].comment_tone
    tones = [TRUTHS["elm"][audience]["tones"] for audience in ("team", "customers")]
    negative = sum(planted["negative"] for planted in tones) / sum(sum(planted.values()) for planted in tones)
    assert tone.low < negative < tone.high
    assert len(tone.parts["confusion"])


@pytest.mark.parametrize("vendor", ASKED)
def test_what_must_be_masked_is_in_no_figure_of_comments(found, vendor):
    shown = json.dumps(
        [
            part.to_dict("records")
            for name in ("comment_tone", "comment_themes")
            for part in getattr(found[vendor], name).parts.values()
        ],
        default=str,
    )
    for secret in TRUTHS[vendor]["masked"]:
        assert secret not in shown
