"""A tiny client and tiny notebooks, so that the run is tested without the toolkit's own areas."""

from __future__ import annotations

import textwrap
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PARAMETERS = {"vendor": "007", "period": "2026-Q3", "data": "data/sample", "reports": "reports"}
AREA = SimpleNamespace(NAME="count", TITLE="Count", QUESTION="How many?", NOTEBOOK="20_count_review", TABLES=())

# What the vendor's id asks for. The findings are written by hand: importing the toolkit would make each kernel slower.
AREA_CELL = """
import json, os, pathlib, sys, time
home = pathlib.Path.home()
print(f"reading {home}/secret/invoices.csv", file=sys.stderr)
if vendor == "faulty":
    raise ValueError(f"\\x1b[31mno such file: {home}/secret/invoices.csv\\x1b[0m")
if vendor == "leaves":
    sys.exit(0)
if vendor == "dies":
    os._exit(1)
if vendor == "hangs":
    time.sleep(60)
if vendor != "silent":
    folder = pathlib.Path(reports) / pathlib.Path(data).name / period / vendor / "findings"
    folder.mkdir(parents=True, exist_ok=True)
    row = {"id": "count.rows", "vendor": vendor, "period": period, "claim": "One row.", "value": 1}
    (folder / "count.json").write_text(json.dumps([row]))
"""


def notebook(path: Path, *cells: str, names: tuple[str, ...] = tuple(PARAMETERS)) -> Path:
    """A notebook with a parameters cell of these names, then code cells."""
    lines = [f'{name}: str = "{PARAMETERS.get(name, "")}"  # the {name}' for name in names]
    parameters = new_code_cell("\n".join(lines), metadata={"tags": ["parameters"]})
    code = [new_code_cell(textwrap.dedent(cell).strip()) for cell in cells]
    node = new_notebook(cells=[new_markdown_cell("# Title"), parameters, *code])
    node.metadata["kernelspec"] = {"name": "conda-env-elsewhere", "display_name": "elsewhere", "language": "python"}
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(node, path)
    return path


def client(folder: Path, *vendors: str) -> Path:
    """A client of these vendors with two periods, and a goal on the area for each."""
    listed = "".join(f'  - {{vendor: "{vendor}", name: "Vendor {vendor}"}}\n' for vendor in vendors)
    folder.mkdir(parents=True)
    (folder / "review.yaml").write_text(
        f"client: Acme\ncurrency: GBP\nperiods: [2026-Q2, 2026-Q3]\nvendors:\n{listed}", encoding="utf-8"
    )
    (folder / "goals.csv").write_text(
        "vendor,goal,measure,direction,target\n*,G1,count.rows,at_least,1\n", encoding="utf-8"
    )
    return folder


@pytest.fixture(scope="session")
def make_client():
    return client


@pytest.fixture(scope="session")
def make_notebook():
    return notebook


@pytest.fixture(scope="session")
def area() -> SimpleNamespace:
    return AREA


@pytest.fixture(scope="session")
def notebooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an area's notebook, whose behaviour its vendor's id decides, a summary and a portfolio."""
    folder = tmp_path_factory.mktemp("notebooks")
    notebook(folder / "20_count_review.ipynb", AREA_CELL, "after = 1")
    notebook(folder / "90_executive_summary.ipynb", "print(vendor)")
    notebook(folder / "95_portfolio.ipynb", "print(period)", names=("period", "data", "reports"))
    return folder
