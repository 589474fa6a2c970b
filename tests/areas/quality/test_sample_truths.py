"""What is planted in the sample is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

import math
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
import yaml

from toolkit.areas import quality
from toolkit.case import cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT

PERIOD = "2026-Q3"
TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["quality"]["vendors"]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, SimpleNamespace]:
    """For each vendor what its case holds, its tickets judged, and its credits reckoned."""
    client = open_client(find_client("sample"))
    return {name: _found(client, name, tmp_path_factory.mktemp("reports")) for name in client.vendors}


def _found(client, name: str, reports: Path) -> SimpleNamespace:
    case = cut_case(quality, client, client.vendor(name), client.period(PERIOD), reports)
    now = {"period": case.period}
    hours = case.ticket_pauses, case.calendars, case.holidays
    judged = quality.judged_tickets(case.tickets, case.service_levels, *hours, **now)
    results = quality.monthly_results(judged, case.service_levels, case.service_level_results, **now)
    terms = case.credit_terms, case.credit_bands, case.credits, case.invoices
    credits = quality.credits_by_level(results, *terms, **now)
    return SimpleNamespace(case=case, now=now, hours=hours, judged=judged, credits=credits)


# ---------------------------------------------------------------------------------------------- green, and tickets come back
def test_alder_keeps_its_service_levels_while_tickets_come_back(found):
    alder = found["alder"]
    kept = quality.sla_attainment(alder.case.tickets, alder.judged, **alder.now)
    back = quality.reopened_share(alder.case.tickets, **alder.now)
    assert kept.low > 0.92
    assert [back.numerator, back.denominator] == TRUTHS["alder"]["reopened"]["resolved"][PERIOD]
    assert back.low > 0.15
    assert "a lasting change" in back.because


# --------------------------------------------------------------------------------------------------------- the client's part
def test_birch_misses_its_target_only_by_what_the_client_caused(found):
    birch = found["birch"]
    kept = quality.sla_attainment(birch.case.tickets, birch.judged, **birch.now)
    left_out = quality.excluded_tickets(birch.judged, **birch.now)
    within, of = TRUTHS["birch"]["by_rule"]["contract"][PERIOD]
    raw_within, raw_of = TRUTHS["birch"]["by_rule"]["raw"][PERIOD]
    assert kept.low > 0.9
    assert kept.value == pytest.approx(within / of, abs=0.005)
    without = left_out.parts["without"].set_index(left_out.parts["without"].columns[0])["value"]
    assert without.min() == pytest.approx(raw_within / raw_of, abs=0.01)
    assert without.min() < 0.9


def test_birch_became_faster_in_the_month_in_which_it_did(found):
    birch = found["birch"]
    assert TRUTHS["birch"]["step"]["month"] == "2025-11"
    took = quality.time_to_resolve(birch.case.tickets, birch.judged, **birch.now)
    assert "a lasting change in November 2025" in took.because


# ------------------------------------------------------------------------------------------------------------------- noise
def test_the_improvement_of_cedar_is_not_taken_for_one(found):
    cedar = found["cedar"]
    kept = quality.sla_attainment(cedar.case.tickets, cedar.judged, **cedar.now)
    change = quality.time_to_resolve_change(cedar.case.tickets, **cedar.now)
    assert "no lasting change" in kept.because
    assert not kept.parts["month"]["signal"].fillna("").any()
    assert change.low < 0 < change.high


# --------------------------------------------------------------------------------------------------------- managed numbers
def test_elm_ends_more_tickets_just_under_the_limit_than_a_smooth_course_would(found):
    bunched = {name: quality.bunched_under_limit(found[name].judged, **found[name].now) for name in ("elm", "alder")}
    assert bunched["elm"].low > 0.01
    assert bunched["alder"].low <= 0


def test_elm_lowers_priorities_when_the_limit_is_near(found):
    elm = found["elm"]
    tables = elm.case.tickets, elm.case.ticket_changes, elm.case.service_levels
    assert quality.lowered_before_breach(*tables, *elm.hours, **elm.now).low > 0


def test_tickets_of_elm_come_back_after_an_end_just_before_the_limit(found):
    elm = found["elm"]
    tables = elm.case.tickets, elm.case.service_levels, elm.case.ticket_changes
    assert quality.closed_and_reopened(*tables, *elm.hours, **elm.now).low > 0


def test_tickets_of_elm_wait_longer_and_longer(found):
    elm = found["elm"]
    assert quality.growing_pauses(elm.case.ticket_pauses, elm.case.tickets, **elm.now).low > 0


def test_elm_reports_as_kept_what_it_missed(found):
    elm = found["elm"]
    tables = elm.case.tickets, elm.case.service_levels, elm.case.service_level_results
    differ = quality.reported_difference(elm.judged, *tables, **elm.now)
    assert differ.numerator > 0
    assert "0 the other way" in differ.claim


# ------------------------------------------------------------------------------------------------------------------ credits
@pytest.mark.parametrize("vendor", ["birch", "cedar"])  # an at-risk pool, and service points
def test_credits_never_given_are_found_to_the_penny(found, vendor):
    reckoned, truth = found[vendor].credits, TRUTHS[vendor]["credits"]
    by_month = reckoned.groupby("month")[["due", "credited"]].sum().round(2)
    told = {item["month"]: item for item in truth["by_month"]}
    for month, row in by_month[(by_month != 0).any(axis="columns")].iterrows():
        planted = told[str(month)]
        assert row["due"] == pytest.approx(planted["due"] - planted["earned_back"], abs=0.001), month
        assert row["credited"] == pytest.approx(planted["credited"], abs=0.001), month
    unclaimed = (reckoned["due"] - reckoned["credited"].fillna(0)).sum()
    assert round(unclaimed, 2) == truth["total"]["unclaimed"]


# ------------------------------------------------------------------------------------------------------------------ no data
def test_nothing_of_a_vendor_without_tickets_is_assessed(found):
    dogwood = found["dogwood"]
    case, now = dogwood.case, dogwood.now
    measured = [
        quality.sla_attainment(case.tickets, dogwood.judged, **now),
        quality.levels_met(case.service_levels, dogwood.judged, case.service_level_results, **now),
        quality.time_to_resolve(case.tickets, dogwood.judged, **now),
        quality.backlog(case.tickets, **now),
        quality.availability(case.tickets, case.service_levels, case.calendars, case.holidays, **now),
        quality.credits_unclaimed(dogwood.credits, **now),
    ]
    assert all(math.isnan(item.value) and item.because for item in measured)


# ------------------------------------------------------------------------------------------- growth, and what is told of it
ALL = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("vendor", "service"), [("alder", "Service desk"), ("cedar", "Application maintenance")])
def test_the_planted_growth_of_volume_lies_in_its_interval(found, vendor, service):
    grown = quality.volume_growth(found[vendor].case.volumes, **found[vendor].now)
    assert grown.low < ALL["volume_growth"][vendor][service] < grown.high


def test_cedar_holds_its_levels_while_little_changes(found):
    cedar = found["cedar"]
    held = quality.attainment_under_growth(cedar.judged, cedar.case.volumes, **cedar.now)
    assert held.low < 0 < held.high
    assert "can be told from chance" in held.because


def test_birch_tells_late_of_what_it_notices_and_of_two_incidents_not_at_all(found):
    birch, truth = found["birch"], ALL["disclosures"]["birch"]
    time = quality.time_to_disclose(birch.case.disclosures, **birch.now)
    within = quality.disclosed_in_time(birch.case.disclosures, **birch.now)
    assert time.low < truth["median_hours"] < time.high
    assert time.low > truth["limit_hours"]
    assert len(time.parts["rows"]) == ALL["disclosures"]["not_told"]
    assert within.low < truth["within_limit"] < within.high < 0.5


def test_alder_tells_within_hours(found):
    alder, truth = found["alder"], ALL["disclosures"]["alder"]
    time = quality.time_to_disclose(alder.case.disclosures, **alder.now)
    assert time.low < truth["median_hours"] < time.high


def test_alder_s_users_complain_more_since_the_planted_month_and_elm_s_do_not(found):
    alder, elm = (
        quality.complaint_rate(found[name].case.complaints, found[name].case.volumes, **found[name].now)
        for name in ("alder", "elm")
    )
    step = ALL["complaints"]["alder"]
    assert step["before"] < alder.low < step["after"] < alder.high
    assert elm.low < ALL["complaints"]["elm"] < elm.high
    change = "a lasting change in "
    assert change in alder.because
    assert change not in elm.because
    since = pd.Period(alder.because.partition(change)[2].partition(",")[0], "M")
    assert abs((since - pd.Period(step["month"], "M")).n) <= 1
