"""The table of capabilities in README.md names notebooks and measures that exist, and says of the others that they do not."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from toolkit.areas import EVERY_AREA

ROOT = Path(__file__).resolve().parent.parent
HEADING = "## What an evaluation should answer, and where it does"
NOT_YET = "not built yet"
PORTFOLIO = {"cost.concentration"}  # made of the findings of all vendors, in toolkit/report
NUMBERS = [f"F{number:02d}" for number in range(1, 57)]


def rows() -> list[list[str]]:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition(HEADING)[2].partition("\n## ")[0]
    lines = [line.strip("| ").split(" | ") for line in section.splitlines() if re.match(r"\| F\d", line)]
    return [[cell.strip(" |") for cell in line] for line in lines]


def known_measures() -> set[str]:
    with (ROOT / "data" / "reference" / "measures.csv").open(encoding="utf-8-sig", newline="") as file:
        listed = {row["measure"] for row in csv.DictReader(file)}
    own = {
        f"{area.NAME}.{name}"
        for area in EVERY_AREA
        for name, item in vars(area).items()
        if getattr(item, "is_measure", False)
    }
    return listed | own | PORTFOLIO


def test_every_capability_is_there_once():
    assert [row[0] for row in rows()] == NUMBERS


@pytest.mark.parametrize("number", NUMBERS)
def test_what_a_capability_names_exists(number):
    row = next(row for row in rows() if row[0] == number)
    assert len(row) == 4, f"{number} needs four cells: number, what, notebook, measures"
    notebooks = re.findall(r"`(\d\d_\w+)`", row[2])
    addresses = re.findall(r"`([a-z]+\.[a-z_]+)`", row[3])
    missing = [name for name in notebooks if not (ROOT / "notebooks" / f"{name}.ipynb").is_file()]
    assert not missing, f"{number}: there is no notebook {missing}; say {NOT_YET!r} instead"
    unknown = sorted(set(addresses) - known_measures())
    assert not unknown, f"{number}: there is no measure {unknown}; say {NOT_YET!r} instead"
    assert row[3], f"{number}: name a measure, say what answers it, or say {NOT_YET!r}"


@pytest.mark.parametrize("number", NUMBERS)
def test_the_notebook_of_each_measure_is_named(number):
    row = next(row for row in rows() if row[0] == number)
    homes = {area.NAME: area.NOTEBOOK for area in EVERY_AREA}
    areas = {address.partition(".")[0] for address in re.findall(r"`([a-z]+\.[a-z_]+)`", row[3])}
    alone = {"cost"} if "`95_portfolio`" in row[2] else set()  # the portfolio has a measure of cost's
    missing = sorted(homes[name] for name in areas - alone if homes.get(name) and homes[name] not in row[2])
    if "`90_executive_summary`" in row[2]:
        return  # it shows the findings of all areas
    assert not missing, f"{number}: name the notebook {missing}, or leave its measure out"
