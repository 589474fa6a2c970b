"""The files by which the project is set up agree with one another and hold what they promise."""

from __future__ import annotations

import importlib.metadata
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
SET_UP = ("Makefile", ".ci/run", "environment.yml", "constraints.txt", "pyproject.toml", ".pre-commit-config.yaml")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()[1:]


def declared() -> list[Requirement]:
    return [Requirement(line) for line in [*PROJECT["dependencies"], *PROJECT["optional-dependencies"]["dev"]]]


def pinned() -> dict[str, str]:
    return {canonicalize_name(name): version for name, version in (line.split("==") for line in PINS)}


def applies(need: Requirement, extras: set[str]) -> bool:
    """Whether this machine's Python and the extras asked for call for it."""
    return need.marker is None or any(need.marker.evaluate({"extra": extra}) for extra in {"", *extras})


def closure() -> set[str]:
    """Every distribution that the declared ones need on this machine, themselves included."""
    waiting, seen = [(canonicalize_name(need.name), frozenset(need.extras)) for need in declared()], set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        needs = map(Requirement, importlib.metadata.requires(name) or [])
        waiting += [
            (canonicalize_name(need.name), frozenset(need.extras)) for need in needs if applies(need, set(extras))
        ]
    return {name for name, _ in seen}


# ------------------------------------------------------------------------------------------------------------- versions
def test_every_pin_is_a_name_and_one_version():
    assert [line for line in PINS if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_pins_are_sorted_and_none_stands_twice():
    names = [canonicalize_name(line.split("==")[0]) for line in PINS]
    assert len(names) == len(set(names))
    assert PINS == sorted(PINS, key=str.upper)


def test_every_declared_dependency_is_pinned_to_a_version_it_allows():
    wrong = [
        str(need) for need in declared() if pinned().get(canonicalize_name(need.name), "none") not in need.specifier
    ]
    assert wrong == [], "run `make pins`"


def test_everything_that_a_dependency_needs_is_pinned():
    assert closure() - pinned().keys() == set(), "run `make pins`"


def test_environment_yml_takes_its_versions_from_pyproject_and_constraints():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert environment["channels"] == ["conda-forge", "nodefaults"]
    assert environment["dependencies"] == ["python=3.11", "pip", {"pip": ["-c constraints.txt", "-e .[dev]"]}]


def test_the_oldest_python_is_the_same_everywhere():
    oldest = PROJECT["requires-python"].removeprefix(">=")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"sys.version_info < ({oldest.replace('.', ', ')})" in makefile
    assert f"Python {oldest} or newer is needed" in makefile


@pytest.mark.parametrize("name", SET_UP)
def test_no_set_up_file_holds_an_address(name):
    assert re.findall(r"\w+://\S+|\bcurl\b|\bwget\b", (ROOT / name).read_text(encoding="utf-8")) == []


def test_hooks_run_from_the_environment_and_fetch_nothing():
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert {repo["repo"] for repo in repos} == {"local"}
    hooks = [hook for repo in repos for hook in repo["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert [hook["entry"] for hook in hooks if not hook["entry"].startswith(".venv/bin/")] == []


# ----------------------------------------------------------------------------------------------------------------- make
def run_make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, folder / name)
    return subprocess.run(["make", *arguments], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def old_python(tmp_path) -> Path:
    """A Python that answers every question with no, as one before 3.11 answers the question for its age."""
    path = tmp_path / "old_python"
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    return path


needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


@needs_make
@pytest.mark.parametrize("target", ["review", "test", "pins"])
def test_an_old_python_is_refused_in_one_sentence(tmp_path, old_python, target):
    run = run_make(tmp_path, target, f"PYTHON={old_python}")
    assert run.returncode != 0
    assert run.stderr.splitlines()[0].startswith("Python 3.11 or newer is needed, and ")
    assert not (tmp_path / ".venv").exists()


@needs_make
def test_a_python_that_is_not_there_is_refused_likewise(tmp_path):
    run = run_make(tmp_path, "review", "PYTHON=no-such-python")
    assert run.stderr.startswith('Python 3.11 or newer is needed, and "no-such-python" is not: ')


@needs_make
def test_make_alone_lists_what_can_be_made(tmp_path):
    listed = [line.split()[1] for line in run_make(tmp_path).stdout.splitlines()]
    assert {"review", "test", "check", "real", "benchmark", "forms", "golden", "pins", "clean"} <= set(listed)


# ------------------------------------------------------------------------------------------------------------------ git
@pytest.fixture(scope="module")
def repository(tmp_path_factory) -> Path:
    """An empty repository with the project's ignore rules."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("repository")
    shutil.copy(ROOT / ".gitignore", folder)
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


def is_ignored(repository: Path, path: str) -> bool:
    (repository / path).parent.mkdir(parents=True, exist_ok=True)
    (repository / path).touch()
    listed = subprocess.run(
        ["git", "ls-files", "--others", "--exclude-standard"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=True,
    )
    return path not in listed.stdout.splitlines()


@pytest.mark.parametrize(
    "path",
    [
        "reports/sample/2026-Q3/index.html",
        "data/clients/secret/review.yaml",
        "data/clients/secret/invoices.csv",
        "data/clients/cabinet_office/invoices.csv",
        "data/clients/cabinet_office/.prepared/invoices.parquet",
        "data/sample/.prepared/invoices.parquet",
        "data/sample/faults.csv",
        ".venv/bin/python",
        "toolkit/__pycache__/model.cpython-311.pyc",
    ],
)
def test_what_a_run_writes_and_what_is_confidential_stays_out_of_git(repository, path):
    assert is_ignored(repository, path)


@pytest.mark.parametrize(
    "path",
    [
        "data/clients/README.md",
        "data/clients/make_real.py",
        "data/clients/cabinet_office/review.yaml",
        "data/clients/sheffield/mapping.yaml",
        "data/sample/invoices.csv",
        "toolkit/report/pages.py",
        "templates/report/page.html.j2",
        "tests/golden/20_cost_comparison.ipynb",
    ],
)
def test_what_makes_the_project_is_kept_in_git(repository, path):
    assert not is_ignored(repository, path)
