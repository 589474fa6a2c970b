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


def test_plan_runs_areas_then_summaries_then_portfolios():
    areas, summaries, portfolios = steps()
    assert {step.area for step in areas} == {"cost", "quality"}
    assert [step.notebook.stem for step in summaries] == ["90_executive_summary"] * 4
    assert [step.name for step in portfolios] == ["2026-Q2/95_portfolio", "2026-Q3/95_portfolio"]


def test_plan_lets_a_summary_wait_for_its_own_vendors_areas_only():
    summary = steps()[1][0]
    assert summary.after == ("2026-Q2/alder/20_cost_comparison", "2026-Q2/alder/30_quality_review")


def test_plan_names_every_step_once():
    names = [step.name for wave in steps() for step in wave]
    assert len(set(names)) == len(names) == 8 + 4 + 2


def test_plan_lays_files_out_by_client_period_and_vendor():
    areas, summaries, portfolios = steps(["alder"], ["2026-Q3"])
    assert areas[0].page == Path("/out/acme/2026-Q3/alder/cost_comparison.html")
    assert areas[0].output == Path("/out/acme/2026-Q3/alder/notebooks/20_cost_comparison.ipynb")
    assert summaries[0].page == Path("/out/acme/2026-Q3/alder/index.html")
    assert portfolios[0].page == Path("/out/acme/2026-Q3/index.html")
    assert portfolios[0].output == Path("/out/acme/2026-Q3/notebooks/95_portfolio.ipynb")


def test_plan_gives_the_portfolio_no_vendor():
    areas, _, portfolios = steps(["007"], ["2026-Q3"])
    assert areas[0].parameters == {
        "vendor": "007", "period": "2026-Q3", "data": "/clients/acme", "reports": "/out"
    }  # fmt: skip
    assert set(portfolios[0].parameters) == {"period", "data", "reports"}


def test_passed_path_is_relative_inside_the_checkout_only(tmp_path):
    assert passed_path(ROOT / "data" / "sample") == "data/sample"
    assert passed_path(tmp_path) == str(tmp_path.resolve())
