"""What is planted in the sample is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

import functools
import math

import pandas as pd
import pytest
import yaml

from toolkit.areas import exit as leaving
from toolkit.case import Case, cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT
from toolkit.history import COLUMNS
from toolkit.model import finding
from toolkit.report.editions import shared

PERIOD = "2026-Q3"
TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["exit"]


@pytest.fixture(scope="module")
def cases(tmp_path_factory) -> dict[str, Case]:
    client = open_client(find_client("sample"))
    reports, period = tmp_path_factory.mktemp("reports"), client.period(PERIOD)
    return {name: cut_case(leaving, client, client.vendor(name), period, reports) for name in client.vendors}


@pytest.fixture(scope="module")
def costed(cases):
    @functools.cache
    def made(vendor):
        case = cases[vendor]
        given = case.alternatives, case.invoices, case.hidden_costs
        return leaving.scenarios(leaving.scenario_inputs(*given, period=case.period))

    return made


def test_the_way_that_is_cheapest_on_average_and_ruinous_once_in_ten(costed):
    rows, truth = costed("birch"), TRUTHS["birch_hosting"]
    hosting = rows[rows["service"] == "Hosting"].set_index("way")
    for name, expected in truth["expected_cost"].items():
        (way,) = [label for label in hosting.index if label.startswith(name)]
        assert hosting.loc[way, "mean"] == pytest.approx(expected, rel=0.01)
    assert hosting["mean"].idxmin().startswith(truth["cheapest_on_average"])
    worst = leaving.worst_case(rows)
    assert worst.value == pytest.approx(truth["ruinous"]["cost_then"], rel=0.02)
    assert "cheapest on average, but costs" in worst.claim
    gain = leaving.switching_gain(rows)
    assert gain.low < 0 < gain.value
    assert gain.probability == pytest.approx(1 - truth["ruinous"]["probability"], abs=0.02)


def test_the_exit_plan_without_a_budget(cases, costed):
    found = {
        name: leaving.budget_coverage(cases[name].exit_budget, costed(name), period=cases[name].period)
        for name in cases
    }
    assert [name for name, item in found.items() if item.value == 0] == [TRUTHS["plan_without_budget"]]
    assert "no money is set aside" in found["elm"].claim
    assert found["alder"].low < 1 < found["alder"].high
    assert found["cedar"].high < 0.5
    assert math.isnan(found["birch"].value)  # no row is no zero


@pytest.mark.parametrize("vendor", sorted(TRUTHS["longest_chain"]))
def test_the_longest_chain_is_the_one_worked_out_by_hand(cases, vendor):
    case = cases[vendor]
    found = leaving.time_to_exit(case.exit_plan, case.contracts, period=case.period)
    tasks = found.parts["task"]
    chain = sorted(tasks.loc[tasks["longest_chain"], "task"].str.partition(":")[0])
    assert chain == sorted(TRUTHS["longest_chain"][vendor])
    assert tasks["end"].max() == pytest.approx(TRUTHS["mean_months"][vendor], abs=0.01)
    assert found.value >= TRUTHS["mean_months"][vendor] * 0.97  # where chains meet, the slowest sets the day


def test_who_could_leave_in_time_and_who_could_not(cases):
    fits = {
        name: leaving.time_to_exit(cases[name].exit_plan, cases[name].contracts, period=cases[name].period).numerator
        for name in ("alder", "cedar", "elm")
    }
    assert (fits["alder"], fits["cedar"], fits["elm"]) == (1, 0, 1)
    left = leaving.leverage_left(cases["cedar"].contracts, cases["cedar"].exit_plan, period=cases["cedar"].period)
    assert (left.value, "Last day to give notice" in left.claim) == (2, True)


def test_plans_are_complete_where_they_were_made_so(cases):
    ready = {
        name: leaving.plan_completeness(cases[name].exit_plan, period=cases[name].period).numerator
        for name in ("alder", "cedar", "elm")
    }
    assert ready == {"alder": 8, "cedar": 0, "elm": 8}


def test_who_is_locked_in(cases):
    hard = {
        name: leaving.hard_to_replace_share(cases[name].services, cases[name].invoices, period=cases[name].period).value
        for name in ("alder", "birch", "cedar", "elm")
    }
    assert hard["cedar"] == 1
    assert hard["alder"] == hard["elm"] == 0
    assert 0.8 < hard["birch"] < 0.9


def test_nothing_of_the_newcomer_is_assessed_but_its_share_of_the_spend(cases, costed):
    case = cases["dogwood"]
    none = pd.DataFrame(columns=COLUMNS)
    measured = [
        leaving.scenario_cost(costed("dogwood")),
        leaving.plan_completeness(case.exit_plan, period=case.period),
        leaving.time_to_exit(case.exit_plan, case.contracts, period=case.period),
        leaving.single_source_share(case.services),
        leaving.triggers_reached(case.triggers, none, period=case.period),
    ]
    assert all(math.isnan(item.value) and item.because for item in measured)
    assert leaving.spend_share(case.invoices, case.client_spend, period=case.period).assessed


def test_the_vendor_is_told_nothing_of_it(cases, costed):
    case = cases["birch"]
    now, rows = {"period": case.period}, costed("birch")
    measured = [
        leaving.scenario_cost(rows),
        leaving.walk_away(rows),
        leaving.leverage_left(case.contracts, case.exit_plan, **now),
        leaving.hard_to_replace_share(case.services, case.invoices, **now),
        leaving.spend_share(case.invoices, case.client_spend, **now),
        leaving.spend_of_peak(case.invoices, **now),
    ]
    assert all(item.assessed for item in measured)
    findings = [finding(item, "birch", PERIOD) for item in measured]
    assert shared(findings) == []
