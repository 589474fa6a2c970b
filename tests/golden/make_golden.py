"""Execute golden copies of the notebooks: what they print on the sample is compared, output for output, by strict nbval.

`make golden` calls it after a change that is meant to alter what notebooks show; the difference belongs in the commit. The
copies write their findings to a folder that git does not know, and their parameters are those of the sample, so they run
anywhere.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nbformat

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CASES = {  # copy: notebook and parameters; one vendor with all tables, one with hardly any, and the pages made of findings
    "20_cost_comparison_elm": ("20_cost_comparison", {"vendor": "elm"}),
    "20_cost_comparison_dogwood": ("20_cost_comparison", {"vendor": "dogwood"}),
    "10_goal_setting_elm": ("10_goal_setting", {"vendor": "elm"}),
    "30_quality_review_cedar": ("30_quality_review", {"vendor": "cedar"}),
    "40_delivery_review_cedar": ("40_delivery_review", {"vendor": "cedar"}),
    "50_sentiment_survey_elm": ("50_sentiment_survey", {"vendor": "elm"}),
    "60_relationship_review_cedar": ("60_relationship_review", {"vendor": "cedar"}),
    "70_contract_review_elm": ("70_contract_review", {"vendor": "elm"}),
    "80_exit_plan_birch": ("80_exit_plan", {"vendor": "birch"}),
    "85_vendor_selection": ("85_vendor_selection", {}),
}
ALONE = {  # they read findings, and are given a folder without any
    "10_goal_setting_elm",
    "60_relationship_review_cedar",
    "70_contract_review_elm",
    "80_exit_plan_birch",
}


def main() -> int:
    from papermill import execute_notebook

    for name, (notebook, chosen) in CASES.items():
        source = ROOT / "notebooks" / f"{notebook}.ipynb"
        given = {"reports": f"reports/golden_{name}" if name in ALONE else "reports/golden"}
        parameters = {"period": "2026-Q3", "data": "data/sample", **given, **chosen}
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder) / "golden.ipynb"
            execute_notebook(str(source), str(target), parameters, kernel_name="python3", progress_bar=False)
            executed = nbformat.read(target, as_version=4)
        nbformat.write(clean(executed), HERE / f"{name}.ipynb")
        print(f"written: tests/golden/{name}.ipynb")
    return 0


def clean(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """Without papermill's clocks, paths and random ids; the outputs and their execution counts stay."""
    notebook.metadata.pop("papermill", None)
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key == "tags"}
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell.id = "injected-parameters"
    return notebook


if __name__ == "__main__":
    sys.exit(main())
