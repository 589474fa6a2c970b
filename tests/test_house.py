"""The house holds: floors, areas, notebooks, forms and names; each message says what to do next."""

from __future__ import annotations

import ast
import inspect
import json
import re
from graphlib import TopologicalSorter
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest

from toolkit.areas import AREAS, FELT, KEPT
from toolkit.cli import every_table
from toolkit.client import TABLES as CLIENT_TABLES
from toolkit.forms import dictionary, measures_csv, stale_forms

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
MODULES = sorted((ROOT / "toolkit").rglob("*.py"))
FLOORS = {  # room: floor; a room may use those below it, itself, and nobody else
    **dict.fromkeys(("errors", "files"), 0),
    **dict.fromkeys(("model", "show", "sealed", "scales"), 1),
    **dict.fromkeys(("tables", "client", "store", "forms", "questionnaires", "history", "intake", "stats"), 2),
    **dict.fromkeys(("areas", "charts", "scorecard", "rating"), 3),
    **dict.fromkeys(("case",), 4),
    **dict.fromkeys(("report",), 5),
    **dict.fromkeys(("run",), 6),
    **dict.fromkeys(("cli", "__main__"), 7),
}
NEIGHBOURS = {  # rooms on one floor that belong together
    *(
        ("model", "show"),
        ("show", "model"),
        ("model", "sealed"),
        ("sealed", "show"),
        ("files", "errors"),
        ("client", "tables"),
        ("store", "client"),
        ("store", "tables"),
        ("forms", "tables"),
        ("intake", "tables"),
        ("__main__", "cli"),
    ),
}
FORBIDDEN = {
    ("areas", "client"),
    ("areas", "store"),
    ("stats", "model"),
    ("charts", "client"),
    ("charts", "store"),
    ("charts", "tables"),
    ("charts", "stats"),
    ("report", "tables"),
    ("report", "store"),
}
NOTEBOOK_IMPORTS = {"90_executive_summary": {"toolkit.report"}, "95_portfolio": {"toolkit.report"}}


def room(path: Path) -> str:
    return path.relative_to(ROOT / "toolkit").parts[0].removesuffix(".py")


def imports(path: Path) -> set[str]:
    """The modules that a file imports, also inside functions, but not what only a type checker reads."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    unread = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    skipped = {inner for node in unread for inner in ast.walk(node)}
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node not in skipped:
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node not in skipped:
            found |= {
                f"{node.module}.{name.name}" if node.module == "toolkit" else str(node.module) for name in node.names
            }
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_down_only(path: Path) -> None:
    here = room(path)
    if here == "__init__":
        assert not imports(path) - {"__future__"}, "toolkit/__init__.py imports nothing: kernels would pay for it"
        return
    assert here in FLOORS, f"give {here} a floor in tests/test_house.py and in toolkit/__init__.py"
    for name in imports(path):
        if not name.startswith("toolkit."):
            continue
        other = name.split(".")[1]
        down = FLOORS[other] < FLOORS[here] or other == here or (here, other) in NEIGHBOURS
        allowed = down and (here, other) not in FORBIDDEN
        assert allowed, f"{here} may not know {other}: move what both need to a lower floor"


@pytest.mark.parametrize("path", sorted((ROOT / "toolkit" / "areas").rglob("*.py")), ids=lambda path: path.name)
def test_areas_do_not_know_one_another(path: Path) -> None:
    own = path.parent.name if path.parent.name != "areas" else ""
    known = {name.split(".")[2] for name in imports(path) if name.startswith("toolkit.areas.")}
    others = known & {area.NAME for area in AREAS} - {own}
    assert not others or (path.parent.name == "areas" and path.name == "__init__.py"), (
        f"move what {own or path.stem} and {others} need to toolkit/areas/"
    )


def test_every_area_is_read_after_those_that_it_names() -> None:
    reads = {area.NAME: set(getattr(area, "READS", ())) for area in AREAS}
    assert set().union(*reads.values()) <= set(reads), "READS names areas"
    assert list(TopologicalSorter(reads).static_order()), "no circle in READS"
    assert reads["goals"] == set(reads) - {"goals"}, "goals are judged by what every area found"


@pytest.mark.parametrize(
    ("library", "rooms"), [("papermill", {"run", "cli"}), ("jinja2", {"report"}), ("matplotlib", {"charts"})]
)
def test_heavy_libraries_stay_in_their_room(library: str, rooms: set[str]) -> None:
    users = {room(path) for path in MODULES if any(name.split(".")[0] == library for name in imports(path))}
    assert users <= rooms, f"only {rooms} may import {library}"


def measures(area: ModuleType) -> dict[str, object]:
    return {name: item for name, item in vars(area).items() if getattr(item, "is_measure", False)}


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.NAME)
def test_areas_are_complete(area: ModuleType) -> None:
    for name in ("NAME", "TITLE", "QUESTION", "NOTEBOOK", "TABLES"):
        assert getattr(area, name, None), f"toolkit/areas/{area.NAME} needs {name}"
    assert (area.__doc__ or "").strip(), f"say in the docstring of {area.NAME}: question, decision, tables, limits"
    assert (ROOT / "notebooks" / f"{area.NOTEBOOK}.ipynb").is_file(), f"write notebooks/{area.NOTEBOOK}.ipynb"
    assert measures(area), f"{area.NAME} has no measure"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.NAME)
def test_areas_say_what_the_summary_and_the_portfolio_show_of_them(area: ModuleType) -> None:
    own = {f"{area.NAME}.{name}" for name in measures(area)}
    assert area.HEADLINES, f"name the measures of {area.NAME} that a leader reads first"
    shown = {*area.HEADLINES, *area.TOTALS, *area.DIFFERENCES, area.SIGN[0]}
    assert shown <= own, f"no such measure: {sorted(shown - own)}"
    assert callable(area.answer), f"write answer(name, known) in {area.NAME}: the answer in one sentence, from findings"


def test_what_contract_and_people_say_is_measured() -> None:
    own = {f"{area.NAME}.{name}" for area in AREAS for name in measures(area)}
    assert {*KEPT, *FELT} <= own, f"no such measure: {sorted({*KEPT, *FELT} - own)}"


def test_pages_name_no_measure_of_an_area() -> None:
    addresses = "|".join(sorted(f"{area.NAME}[.]{name}" for area in AREAS for name in measures(area)))
    for path in (ROOT / "toolkit" / "report").glob("*.py"):
        if path.stem != "concentration":  # a measure of its own, on what vendors charge
            said = set(re.findall(addresses, path.read_text(encoding="utf-8")))
            assert not said, f"{path.name} names {sorted(said)}: let the area say so, in HEADLINES, TOTALS or SIGN"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.NAME)
def test_every_measure_has_a_test_and_is_concluded_on(area: ModuleType) -> None:
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "areas").rglob("test_*.py"))
    notebook = "\n".join(sources(ROOT / "notebooks" / f"{area.NOTEBOOK}.ipynb", "code"))
    for name in measures(area):
        assert f"def test_{name}_" in tests, f"write test_{name}_... in tests/areas"
        assert f"{area.NAME}.{name}(" in notebook, f"call {area.NAME}.{name} in {area.NOTEBOOK}"


def test_every_table_has_one_declaration() -> None:
    tables = [*CLIENT_TABLES, *(table for area in AREAS for table in area.TABLES)]
    by_name: dict[str, set[int]] = {}
    for table in tables:
        by_name.setdefault(table.name, set()).add(id(table))
        said = [table.row, *(column.about for column in table.columns)]
        assert all(said), f"say what a row of {table.name} is, and each column"
        assert set(table.key) <= set(table.names)
        assert not table.dated or table.dated in table.names
    twice = [name for name, declared in by_name.items() if len(declared) > 1]
    assert not twice, f"declare {twice} once and import it"


def all_tables() -> list:
    return every_table()


def test_forms_equal_the_declarations() -> None:
    stale = stale_forms(ROOT / "templates" / "forms", all_tables())
    assert not stale, f"run `make forms`: {stale}"


def test_the_dictionary_equals_the_declarations() -> None:
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert written == dictionary(all_tables()), "run `make forms`: data/README.md differs from the declarations"


def test_the_list_of_measures_equals_the_areas() -> None:
    written = (ROOT / "data" / "reference" / "measures.csv").read_text(encoding="utf-8")
    assert written == measures_csv(AREAS), "run `make forms`: data/reference/measures.csv differs from the areas"


def addresses() -> set[str]:
    return {f"{area.NAME}.{name}" for area in AREAS for name in measures(area)} | {"cost.concentration"}


def test_every_address_in_goals_and_remarks_exists() -> None:
    sample = ROOT / "data" / "sample"
    used = {
        *pd.read_csv(sample / "goals.csv", dtype=str)["measure"].dropna(),
        *pd.read_csv(sample / "remarks.csv", dtype=str)["address"],
    }
    assert used <= addresses(), f"no such measure: {sorted(used - addresses())}"


@pytest.mark.parametrize("file", ["README.md", "CONTRIBUTING.md", "data/sample/README.md"])
def test_every_address_in_the_documents_exists(file: str) -> None:
    names = "|".join(area.NAME for area in AREAS)
    used = set(re.findall(rf"`((?:{names})\.(?!csv`)[a-z_]+)`", (ROOT / file).read_text(encoding="utf-8")))
    own = {f"{area.NAME}.{name}" for area in AREAS for name in vars(area)}
    assert used <= addresses() | own, f"no such address in {file}: {sorted(used - addresses() - own)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_modules_and_public_functions_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), f"say at the top of {path.name} what it is for"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"say what {path.name}::{node.name} gives"


@pytest.mark.parametrize("area", AREAS, ids=lambda area: area.NAME)
def test_measures_name_their_source(area: ModuleType) -> None:
    for name, item in measures(area).items():
        assert "Source:" in (inspect.getdoc(item) or ""), (
            f"name the source of {area.NAME}.{name}, or say 'own definition'"
        )


# --------------------------------------------------------------------------------------------------------------- notebooks
def cells(path: Path) -> list[dict]:
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def sources(path: Path, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in cells(path) if cell["cell_type"] == kind]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_clean(path: Path) -> None:
    notebook = json.loads(path.read_text(encoding="utf-8"))
    assert notebook["nbformat"] == 4
    assert notebook["nbformat_minor"] >= 5
    assert notebook["metadata"]["kernelspec"] == {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }, "save it with the kernel python3"
    for cell in notebook["cells"]:
        assert re.fullmatch(r"[a-z][a-z0-9-]{1,40}", cell["id"]), f"give cell {cell['id']} a speaking id"
        ran = cell.get("outputs") or cell.get("execution_count") is not None
        assert not ran, "strip the outputs: pre-commit does it"
    assert "papermill" not in notebook["metadata"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_have_literal_parameters(path: Path) -> None:
    tagged = [cell for cell in cells(path) if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1, "one cell is tagged `parameters`"
    for line in "".join(tagged[0]["source"]).splitlines():
        assert re.fullmatch(r'[a-z_]+: (str|int|float|bool) = ("[^"=]*"|[\d.]+|True|False)  # .+', line), (
            f"name: type = literal  # help, not {line!r}"
        )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_thin(path: Path) -> None:
    code = [cell for cell in cells(path) if cell["cell_type"] == "code" and not cell["metadata"].get("tags")]
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    for cell in code:
        text = "".join(cell["source"])
        tree = ast.parse(text)
        assert len(text.splitlines()) <= 8, f"cell {cell['id']} is long: move the work into toolkit"
        for statement in tree.body:
            assert isinstance(statement, allowed), f"cell {cell['id']} may only call and assign"
        for node in ast.walk(tree):
            assert not isinstance(
                node, ast.Lambda | ast.ListComp | ast.DictComp | ast.GeneratorExp | ast.IfExp | ast.BinOp
            ), f"cell {cell['id']} computes: move it into a measure"
            number = (
                isinstance(node, ast.Constant)
                and isinstance(node.value, int | float)
                and not isinstance(node.value, bool)
            )
            assert not number, f"cell {cell['id']} holds the number {ast.unparse(node)}: it belongs into thresholds"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_import_their_own_area_only(path: Path) -> None:
    own = {area.NOTEBOOK: {"toolkit", "toolkit.areas", "toolkit.case"} for area in AREAS}
    allowed = {**own, **NOTEBOOK_IMPORTS}[path.stem]
    for text in sources(path, "code"):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom):
                assert node.module in allowed, f"{path.stem} may import {allowed} only, not {node.module}"
                names = {name.name for name in node.names}
                assert node.module != "toolkit" or names == {"charts"}
                areas = {area.NAME for area in AREAS if area.NOTEBOOK == path.stem}
                assert node.module != "toolkit.areas" or names == areas
            assert not isinstance(node, ast.Import), "import from toolkit only"


@pytest.mark.parametrize("path", [path for path in NOTEBOOKS if path.stem[:2] < "90"], ids=lambda path: path.stem)
def test_notebooks_tell_how_to_read_and_where_to_argue(path: Path) -> None:
    prose = "\n".join(sources(path, "markdown"))
    for words in (
        "**Question.**",
        "**Decision it serves.**",
        "**How to read this.**",
        "Limits of the evidence",
        "Where to argue",
    ):
        assert words in prose, f"{path.stem} needs a passage {words!r}"
