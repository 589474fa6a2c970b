from pathlib import Path
from types import SimpleNamespace

from toolkit.files import ROOT
from toolkit.run.plan import passed_path, plan

AREAS = [
    SimpleNamespace(NAME="cost", TITLE="Cost", NOTEBOOK="20_cost_comparison"),
    SimpleNamespace(NAME="quality", TITLE="Quality", NOTEBOOK="30_quality_review"),
]


def steps(vendors=("alder", "birch"), periods=("2026-Q2", "2026-Q3")):
    return plan(Path("/clients/acme"), vendors, periods, AREAS, Path("/out"))


def named(name):
    return next(step for step in steps() if step.name == name)


def test_plan_lists_a_step_after_all_that_it_waits_for():
    seen = set()
    for step in steps():
        assert set(step.after) <= seen, step.name
        seen.add(step.name)


def test_plan_lets_a_summary_wait_for_its_own_vendors_areas_up_to_its_period():
    assert named("2026-Q2/birch/90_executive_summary").after == (
        "2026-Q2/birch/20_cost_comparison",
        "2026-Q2/birch/30_quality_review",
    )
    assert set(named("2026-Q3/birch/90_executive_summary").after) == {
        f"{period}/birch/{name}"
        for period in ("2026-Q2", "2026-Q3")
        for name in ("20_cost_comparison", "30_quality_review")
    }


def test_plan_lets_an_area_that_reads_findings_wait_for_the_others_of_its_vendor():
    late = SimpleNamespace(NAME="goals", TITLE="Goals", NOTEBOOK="10_goal_setting", READS=("cost", "quality"))
    found = {
        step.name: step
        for step in plan(Path("/clients/acme"), ["alder"], ["2026-Q2", "2026-Q3"], [late, *AREAS], Path("/out"))
    }
    assert found["2026-Q2/alder/10_goal_setting"].after == (
        "2026-Q2/alder/20_cost_comparison",
        "2026-Q2/alder/30_quality_review",
    )
    assert set(found["2026-Q3/alder/10_goal_setting"].after) == {
        f"{period}/alder/{name}"
        for period in ("2026-Q2", "2026-Q3")
        for name in ("20_cost_comparison", "30_quality_review")
    }
    assert "2026-Q3/alder/10_goal_setting" in found["2026-Q3/alder/90_executive_summary"].after


def test_plan_lets_a_portfolio_wait_for_the_summaries_of_its_period():
    assert named("2026-Q3/95_portfolio").after == (
        "2026-Q3/alder/90_executive_summary",
        "2026-Q3/birch/90_executive_summary",
    )


def test_plan_takes_periods_as_they_follow_one_another():
    assert [step.name for step in steps(periods=("2026-Q3", "2026-Q2"))] == [step.name for step in steps()]


def test_plan_names_every_step_once():
    names = [step.name for step in steps()]
    assert len(set(names)) == len(names) == 8 + 4 + 2


def test_plan_lays_files_out_by_client_period_and_vendor():
    area, _, summary, portfolio = steps(["alder"], ["2026-Q3"])
    assert area.page == Path("/out/acme/2026-Q3/alder/cost_comparison.html")
    assert area.output == Path("/out/acme/2026-Q3/alder/notebooks/20_cost_comparison.ipynb")
    assert summary.page == Path("/out/acme/2026-Q3/alder/index.html")
    assert portfolio.page == Path("/out/acme/2026-Q3/index.html")
    assert portfolio.output == Path("/out/acme/2026-Q3/notebooks/95_portfolio.ipynb")


def test_plan_gives_the_portfolio_no_vendor():
    area, *_, portfolio = steps(["007"], ["2026-Q3"])
    assert area.parameters == {
        "vendor": "007", "period": "2026-Q3", "data": "/clients/acme", "reports": "/out"
    }  # fmt: skip
    assert set(portfolio.parameters) == {"period", "data", "reports"}


def test_passed_path_is_relative_inside_the_checkout_only(tmp_path):
    assert passed_path(ROOT / "data" / "sample") == "data/sample"
    assert passed_path(tmp_path) == str(tmp_path.resolve())
