"""What is planted in the sample is found by the measures: an analyst who reads the pages finds it too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import yaml

from toolkit.areas import goals, quality
from toolkit.case import cut_case
from toolkit.client import find_client, open_client
from toolkit.files import ROOT

PERIOD = "2026-Q3"
TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["goals"]["vendors"]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> dict[str, SimpleNamespace]:
    """For each vendor its register and series, with what one measure of another area found."""
    client, reports = open_client(find_client("sample")), tmp_path_factory.mktemp("reports")
    return {name: _found(client, name, reports) for name in client.vendors}


def _found(client, name: str, reports) -> SimpleNamespace:
    given = client, client.vendor(name), client.period(PERIOD), reports
    tickets = cut_case(quality, *given)
    tickets.conclude(quality.backlog(tickets.tickets, period=tickets.period))
    case = cut_case(goals, *given)
    now, history = {"period": case.period}, case.history()
    series = goals.series(case.agreed, case.check_ins, history, **now)
    register = goals.register(case.agreed, series, history, case.measures, case.check_ins, **now)
    return SimpleNamespace(case=case, now=now, history=history, series=series, register=register)


def outlook(made: SimpleNamespace, goal: str) -> dict:
    rows = goals.forecast(made.register, made.series, **made.now).parts["goal"]
    return rows[rows["goal"] == goal].to_dict("records")[0]


def test_the_key_result_of_elm_that_will_miss_its_date_is_found_though_everybody_is_sure(found):
    assert TRUTHS["elm"]["K1"]["reached"] is False
    assert outlook(found["elm"], "K1")["probability"] < 0.05
    assert goals.confidence(found["elm"].case.check_ins, found["elm"].register, **found["elm"].now).value == 0.9
    claim = goals.forecast(found["elm"].register, found["elm"].series, **found["elm"].now).claim
    assert "least likely is K1" in claim
    assert "those who work on it are 90 % sure of it" in claim


@pytest.mark.parametrize(("vendor", "least"), [("alder", 0.8), ("cedar", 0.8)])
def test_the_key_results_that_will_be_reached_are_likely(found, vendor, least):
    assert TRUTHS[vendor]["K1"]["reached"] is True
    assert outlook(found[vendor], "K1")["probability"] > least


def test_the_goal_of_elm_that_only_looks_measurable_is_found(found):
    assert TRUTHS["elm"]["K2"]["looks_measurable"]
    smart = goals.smart_share(found["elm"].register, found["elm"].series, **found["elm"].now)
    five = smart.parts["goal"].set_index("goal").loc["K2"]
    assert five[["specific", "measurable", "achievable", "relevant", "time_bound"]].tolist() == [
        *("yes", "no", "yes", "yes", "yes")
    ]


def test_what_was_said_after_the_deadline_of_elm_does_not_count(found):
    row = found["elm"].register.set_index("goal").loc["K3"]
    assert row["value"] == TRUTHS["elm"]["K3"]["at_the_deadline"]
    assert row["grade"] == pytest.approx(0.8)  # 24 of 120 are left


def test_what_birch_has_done_is_done(found):
    assert goals.stated(found["birch"].register)["K1"].value == 1


def test_the_goal_of_dogwood_that_says_nothing_passes_no_question(found):
    smart = goals.smart_share(found["dogwood"].register, found["dogwood"].series, **found["dogwood"].now)
    assert smart.parts["goal"].set_index("goal").loc["K1", "yes"] == 0


def test_client_and_cedar_rank_their_goals_the_other_way_round(found):
    agreement = goals.rank_agreement(found["cedar"].register, **found["cedar"].now)
    assert agreement.value < -0.5
    assert goals.rank_agreement(found["alder"].register, **found["alder"].now).value > 0.5


def test_goals_on_a_measure_of_another_area_are_forecast_from_its_months(found):
    assert outlook(found["alder"], "Q3")["probability"] > 0.9  # a backlog of 12, at most 30


def test_baselines_of_the_sample_are_what_was_true_before(found):
    every = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))
    for name in ("birch", "cedar", "elm"):
        baseline = found[name].register.set_index("goal")["baseline"]
        quarters = [every["delivery"]["vendors"][name]["on_time"][quarter] for quarter in ("2024-Q4", "2025-Q1")]
        kept, due = (sum(part) for part in zip(*quarters, strict=True))
        assert baseline["D1"] == pytest.approx(kept / due, abs=0.0051)
        satisfied, of = every["sentiment"]["vendors"][name]["customers"]["csat"]["2025-03"]
        assert baseline["S1"] == pytest.approx(satisfied / of, abs=0.0051)
