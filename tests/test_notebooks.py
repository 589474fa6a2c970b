"""Every notebook on every vendor of the sample, through the real runner: findings, pages and planted truths."""

from __future__ import annotations

import json
import math
import re
import shutil
from pathlib import Path

import pytest
import yaml

from toolkit.areas import AREAS, DECISIONS, cost
from toolkit.case import open_case
from toolkit.model import Finding, Measured, finding, read_findings
from toolkit.run.executor import RunReport, run

ROOT = Path(__file__).resolve().parent.parent
PERIOD = "2026-Q3"
VENDORS = ["alder", "birch", "cedar", "dogwood", "elm"]
SELECTIONS = ["desk_2027"]
# of each vendor its areas and its summary; the selections; and the portfolio
SORT = ROOT / "templates" / "report" / "sort.js"  # the one script that a page may hold
NOTEBOOKS = (len(AREAS) + 1) * len(VENDORS) + len(DECISIONS) * len(SELECTIONS) + 1


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> tuple[RunReport, Path]:
    """The sample, reviewed once; the report of the run and the folder of the period."""
    reports = tmp_path_factory.mktemp("reports")
    report = run(ROOT / "data" / "sample", [PERIOD], [], reports)
    return report, reports / "sample" / PERIOD


def findings(folder: Path, vendor: str) -> dict[str, Finding]:
    return {item.id: item for item in read_findings(folder / vendor / "findings" / "cost.json")}


def truths() -> dict:
    return yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["vendors"]


def test_every_notebook_runs(reviewed: tuple[RunReport, Path]) -> None:
    report, _ = reviewed
    failed = {result.step.name: result.outcome.because for result in report.results if not result.outcome.ok}
    assert not failed
    assert len(report.results) == NOTEBOOKS


def test_a_vendors_pages_and_findings_do_not_change_with_the_rows_of_others(
    reviewed: tuple[RunReport, Path], tmp_path: Path
) -> None:
    data = tmp_path / "sample"
    shutil.copytree(ROOT / "data" / "sample", data, ignore=shutil.ignore_patterns(".prepared"))
    for name in ("invoices.csv", "internal_costs.csv"):
        rows = (data / name).read_text(encoding="utf-8")
        assert "\nelm,ELM-202609,4" in rows or "\nelm,2026-09,Workplace devices,travel,400.51" in rows
        rows = rows.replace("\nelm,ELM-202609,4", "\nelm,ELM-202609,5").replace(",travel,400.51", ",travel,500.51")
        (data / name).write_text(rows, encoding="utf-8")
    run(data, [PERIOD], ["dogwood"], tmp_path / "reports", force=True)
    before, after = reviewed[1] / "dogwood", tmp_path / "reports" / "sample" / PERIOD / "dogwood"
    names = sorted(path.relative_to(before) for path in before.rglob("*") if path.suffix in (".json", ".html"))
    assert len(names) == 1 + 2 * len(AREAS)  # the summary, and of each area its page and its findings
    assert [name for name in names if (before / name).read_bytes() != (after / name).read_bytes()] == []


def test_a_measure_with_a_fixed_unit_gives_no_other(reviewed: tuple[RunReport, Path]) -> None:
    declared = {
        f"{area.NAME}.{name}": item.unit
        for area in AREAS
        for name, item in vars(area).items()
        if getattr(item, "is_measure", False) and item.unit
    }
    found = [item for path in reviewed[1].glob("*/findings/*.json") for item in read_findings(path)]
    units = {(item.id, item.unit) for item in found if item.id in declared and item.value == item.value}
    assert units <= set(declared.items())
    assert len(units) > 50


def direct(vendor: str, reports: Path) -> list[Measured]:
    """Measures called as the notebook calls them."""
    case = open_case(cost, vendor, PERIOD, "data/sample", str(reports))
    costs_by_month = cost.costs_by_month(
        case.invoices, case.internal_costs, case.volumes, case.price_index, since=case.since, period=case.period,
        index=case.client.price_index, **case.thresholds("baseline_months", "noise_months"),
    )  # fmt: skip
    return [
        cost.vendor_charges(case.invoices, period=case.period),
        cost.saving_share(costs_by_month, period=case.period),
        cost.unit_cost(costs_by_month, period=case.period),
        cost.payback(costs_by_month, period=case.period, **case.thresholds("noise_months")),
        cost.budget_variance(case.invoices, case.budgets, period=case.period),
    ]


@pytest.mark.parametrize("vendor", VENDORS)
def test_findings_equal_a_direct_call(reviewed: tuple[RunReport, Path], vendor: str, tmp_path: Path) -> None:
    written = findings(reviewed[1], vendor)
    for measured in direct(vendor, tmp_path):
        expected, found = finding(measured, vendor, PERIOD), written[measured.id]
        assert found.claim == expected.claim
        for name in ("value", "low", "high", "n"):
            assert getattr(found, name) == pytest.approx(getattr(expected, name), rel=1e-9, nan_ok=True)


@pytest.mark.parametrize("vendor", VENDORS)
def test_every_goal_gets_a_finding(reviewed: tuple[RunReport, Path], vendor: str) -> None:
    case = open_case(cost, vendor, PERIOD, "data/sample", str(reviewed[1]))
    judged = {item.goal for item in read_findings(reviewed[1] / vendor / "findings" / "cost.json") if item.goal}
    assert judged == {goal.goal for goal in case.goals if goal.measure.startswith(f"{cost.NAME}.")}


def test_the_saver_saves(reviewed: tuple[RunReport, Path]) -> None:
    found = findings(reviewed[1], "alder")["cost.saving_share"]
    assert found.low < truths()["alder"]["true_saving_share"][PERIOD] < found.high
    assert found.low > 0
    assert found.verdict == "met"


def test_the_overrunner_costs_more_although_its_bill_fell(reviewed: tuple[RunReport, Path]) -> None:
    found = findings(reviewed[1], "birch")
    assert found["cost.charges_change"].value < 0
    assert found["cost.saving_share"].high < 0
    assert found["cost.saving_share"].verdict == "missed"
    assert found["cost.budget_variance"].value == pytest.approx(truths()["birch"]["budget_variance"][PERIOD], abs=5e-5)
    assert math.isinf(found["cost.payback"].value)


def test_a_saving_within_the_noise_is_unclear(reviewed: tuple[RunReport, Path]) -> None:
    found = findings(reviewed[1], "cedar")["cost.saving_share"]
    assert found.low < 0 < found.value < found.high
    assert found.verdict == "unclear"


def test_hardly_any_data_is_not_assessed(reviewed: tuple[RunReport, Path]) -> None:
    found = findings(reviewed[1], "dogwood")
    assert found["cost.saving"].verdict == "not assessed"
    assert "volumes.csv holds no row for this vendor" in found["cost.saving"].because
    assert found["cost.vendor_charges"].value == pytest.approx(50_835.00)
    page = (reviewed[1] / "dogwood" / "index.html").read_text(encoding="utf-8")
    assert "not assessed" in page
    assert "internal_costs.csv" in page


def test_overbilling_is_found_to_the_penny(reviewed: tuple[RunReport, Path]) -> None:
    found = findings(reviewed[1], "elm")["cost.invoice_check"]
    planted = truths()["elm"]["invoice_check"]["by_quarter"][PERIOD]
    by_reason = {row["reason"]: row["value"] for row in found.parts["reason"] if row["value"]}
    assert by_reason == pytest.approx(planted, abs=0.005)
    assert found.verdict == "missed"


def pages(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.html"))


def test_pages_are_self_contained(reviewed: tuple[RunReport, Path]) -> None:
    every = pages(reviewed[1])
    assert len(every) == NOTEBOOKS
    for page in every:
        text = page.read_text(encoding="utf-8")
        assert len(text.encode()) < 400_000, page.name
        scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        assert text.lower().count("<script") == len(scripts) == (page.name == "index.html"), page.name
        assert all(script == SORT.read_text(encoding="utf-8") for script in scripts), page.name
        assert not re.search(r"(src|href|action)=[\"'](https?:)?//", text), page.name
        assert "Traceback" not in text
        assert str(ROOT) not in text
        images = re.findall(r"<img\b[^>]*>", text)
        assert all(re.search(r'alt="[^"]{20,}"', image) for image in images), (
            f"{page}: a picture without a text that says what it shows"
        )


def test_a_vendors_folder_names_no_other_vendor(reviewed: tuple[RunReport, Path]) -> None:
    names = {
        vendor["vendor"]: vendor["name"]
        for vendor in yaml.safe_load((ROOT / "data/sample/review.yaml").read_text())["vendors"]
    }
    for vendor in VENDORS:
        text = "".join(
            path.read_text(encoding="utf-8") for path in (reviewed[1] / vendor).rglob("*.*") if path.is_file()
        )
        others = [name for other, name in names.items() if other != vendor and name in text]
        assert not others, f"{vendor}: {others}"


def test_equal_runs_give_equal_files(reviewed: tuple[RunReport, Path], tmp_path: Path) -> None:
    run(ROOT / "data" / "sample", [PERIOD], ["dogwood"], tmp_path)
    for name in ("findings/cost.json", "cost_comparison.html", "index.html"):
        assert (tmp_path / "sample" / PERIOD / "dogwood" / name).read_bytes() == (
            reviewed[1] / "dogwood" / name
        ).read_bytes(), name


def test_run_json_records_what_was_used(reviewed: tuple[RunReport, Path]) -> None:
    record = json.loads((reviewed[1] / "run.json").read_text(encoding="utf-8"))
    text = json.dumps(record)
    assert "invoices.csv" in text
    assert str(ROOT) not in text
