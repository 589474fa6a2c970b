"""The import of real project lists agrees with a count that reads the raw files another way: with the csv module alone."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from toolkit.areas import delivery
from toolkit.areas.delivery import DELIVERABLES
from toolkit.client import open_client
from toolkit.intake import Imported, import_files, read_mapping

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
EBSPM, KITCHENHAM = DATA / "ebspm_projects" / "HuijgensPhD.csv", DATA / "estimates" / "kitchenham.arff"
pytestmark = pytest.mark.skipif(
    not EBSPM.is_file() or not KITCHENHAM.is_file(), reason="no project lists beside the project"
)


def imported(name: str, file: Path) -> Imported:
    recipe = open_client(ROOT / "data" / "clients" / name)
    mapping = read_mapping(ROOT / "templates" / "mappings" / f"{name}.yaml", [DELIVERABLES])
    return import_files(mapping, [file], recipe.names)


@pytest.fixture(scope="module")
def projects() -> list[dict[str, str]]:
    with EBSPM.open(encoding="latin-1", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


@pytest.fixture(scope="module")
def ebspm() -> Imported:
    return imported("ebspm", EBSPM)


def test_every_project_is_imported_to_its_organisation(ebspm, projects):
    names = {"Beltel": "beltel", "Bank A": "bank_a", "Bank B": "bank_b", "DutchCo": "dutchco"}
    assert Counter(ebspm.table["vendor"]) == Counter(names[row["Organization"]] for row in projects)
    assert not ebspm.reconciliation.faults


def test_sums_are_those_of_the_file(ebspm, projects):
    def total(column: str) -> float:
        return sum(float(row[column].replace(".", "").replace(",", ".")) for row in projects if row[column])

    columns = {"cost_actual": "Actual_cost_EUR", "size": "Functional_size_FP", "duration": "Actual_duration_months"}
    for own, theirs in columns.items():
        assert ebspm.table[own].sum() == pytest.approx(total(theirs), abs=0.001)
    assert int(ebspm.table["defects"].count()) == sum(row["Defects_process"] != "" for row in projects)


def test_the_telecoms_projects_that_name_a_supplier_are_counted(ebspm):
    beltel = ebspm.table[ebspm.table["vendor"] == "beltel"]
    assert beltel["in_house"].value_counts().to_dict() == {"no": 154}
    assert len(beltel) == 157
    banks = ebspm.table[ebspm.table["vendor"].isin(["bank_a", "bank_b"])]
    assert banks["in_house"].isna().all()


def test_kitchenhams_projects_and_their_estimates():
    table = imported("kitchenham", KITCHENHAM).table
    assert Counter(table["group"]) == {
        "Client 2": 116,
        "Client 1": 16,
        "Client 3": 4,
        "Client 4": 4,
        "Client 6": 4,
        "Client 5": 1,
    }
    assert delivery.look.day_of(table).notna().all()
    lines = KITCHENHAM.read_text(encoding="utf-8-sig").split("@data")[1].split()
    kept = sum(float(fields[5]) <= float(fields[8]) for fields in (line.split(",") for line in lines))
    assert (table["effort_actual"] <= table["effort_estimated"]).sum() == kept
