"""What is planted in the sample is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

import math

import pytest
import yaml

from toolkit.areas import delivery
from toolkit.case import Case, cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT

PERIOD = "2026-Q3"
TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["delivery"]["vendors"]
WITH_DELIVERABLES = ["alder", "birch", "cedar", "elm"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    client = open_client(find_client("sample"))
    reports = tmp_path_factory.mktemp("reports")
    period = client.period(PERIOD)
    return {name: cut_case(delivery, client, client.vendor(name), period, reports) for name in client.vendors}


@pytest.mark.parametrize("vendor", WITH_DELIVERABLES)
@pytest.mark.parametrize("quarter", ["2025-Q4", "2026-Q2", "2026-Q3"])
def test_counts_are_those_of_the_generator(cases, vendor, quarter):
    case = cases[vendor]
    period = case.client.period(quarter)
    came = delivery.throughput(case.deliverables, period=period)
    assert came.numerator == TRUTHS[vendor]["delivered"][quarter]
    if quarter == PERIOD:  # what was overdue then, is another number once it has come
        share = delivery.on_time_share(case.deliverables, period=period)
        assert [share.numerator, share.denominator] == TRUTHS[vendor]["on_time"][quarter]


def test_the_vendor_whose_estimates_are_always_low_is_found_and_no_other(cases):
    found = {
        name: delivery.estimate_bias(cases[name].deliverables, period=cases[name].period) for name in WITH_DELIVERABLES
    }
    assert {name for name, item in found.items() if item.low > 0} == {"cedar"}
    assert found["cedar"].low < TRUTHS["cedar"]["bias"] - 1 < found["cedar"].high
    assert delivery.within_estimate_share(cases["cedar"].deliverables, period=cases["cedar"].period).high < 0.2


def test_the_project_that_was_late_although_its_money_index_ends_at_one(cases):
    birch = cases["birch"]
    found = delivery.schedule_performance(birch.progress, period=birch.period)
    project = found.parts["project"].iloc[0]
    assert project["in_money"] == 1.0
    assert found.value == pytest.approx(TRUTHS["birch"]["progress"]["spi_t"], abs=0.0001)
    assert "Data centre move ended 4 months late" in found.because


def test_cost_indices_are_those_planted(cases):
    for name in ("alder", "birch", "cedar"):
        found = delivery.cost_performance(cases[name].progress, period=cases[name].period)
        assert found.value == pytest.approx(TRUTHS[name]["progress"]["cpi"], abs=0.0005)


def test_the_punctual_vendor_meets_its_goal_and_the_late_one_misses_it(cases):
    alder, elm = cases["alder"], cases["elm"]
    assert delivery.on_time_share(alder.deliverables, period=alder.period).low > 0.6
    assert delivery.on_time_share(elm.deliverables, period=elm.period).high < 0.6
    assert delivery.first_time_acceptance(elm.deliverables, period=elm.period).high < 0.8


def test_what_is_open_is_forecast_from_the_pace_of_the_past(cases):
    cedar = cases["cedar"]
    found = delivery.completion_forecast(cedar.deliverables, period=cedar.period)
    assert found.n == TRUTHS["cedar"]["open"]
    assert 2 <= found.value <= 5  # 14 open, some 5.5 a month


def test_scope_costs_what_the_requests_say(cases):
    for name in ("birch", "cedar", "elm"):
        found = delivery.scope_cost(cases[name].change_requests, period=cases[name].period)
        assert found.value == TRUTHS[name]["scope_cost"][PERIOD]


def test_outsourced_work_stands_beside_in_house_work_without_a_cause(cases):
    found = delivery.unit_cost_by_size(cases["cedar"].deliverables, period=cases["cedar"].period)
    assert set(found.parts["side"]["side"]) == {"outsourced", "in-house"}
    assert "no proof of what outsourcing does" in found.because


def test_nothing_of_a_vendor_without_deliverables_is_assessed(cases):
    case = cases["dogwood"]
    now = {"period": case.period}
    measured = [
        *(getattr(delivery, name)(case.deliverables, **now) for name in BY_LIST),
        delivery.cost_performance(case.progress, **now),
        delivery.scope_change(case.change_requests, **now),
    ]
    assert all(math.isnan(item.value) and item.because for item in measured)


BY_LIST = (
    "on_time_share",
    "slip",
    "lead_time",
    "throughput",
    "completion_forecast",
    "estimate_bias",
    "unit_cost_by_size",
)
