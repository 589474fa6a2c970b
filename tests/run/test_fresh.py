"""What is run again, and what is not: an engine that only pretends shows which steps it was asked for."""

import csv
import json
import os
import shutil
from types import SimpleNamespace

import nbformat
import pytest

from toolkit.files import write_whole
from toolkit.model import Finding, write_findings
from toolkit.run import fresh
from toolkit.run.engine import Outcome
from toolkit.run.executor import explain, run
from toolkit.run.kernels import Kernels
from toolkit.tables import Column, Table

CHARGES = Table(
    "charges",
    "one charge",
    (Column("vendor", "id", "Vendor"), Column("month", "month", "Month"), Column("amount", "number", "Amount")),
    dated="month",
)
FACTORS = Table("factors", "one factor", (Column("name", "text", "Name"), Column("factor", "number", "Factor")))
AREA = SimpleNamespace(
    NAME="count", TITLE="Count", QUESTION="How many?", NOTEBOOK="20_count_review", TABLES=(CHARGES, FACTORS)
)
ROWS = "alder,2026-07,10\nbirch,2026-07,20\nalder,2026-08,11\n"
ALDER = ["alder/20_count_review", "alder/90_executive_summary", "95_portfolio"]
BIRCH = ["birch/20_count_review", "birch/90_executive_summary", "95_portfolio"]
AREAS = ["alder/20_count_review", "birch/20_count_review"]
FINDINGS_READERS = ["alder/90_executive_summary", "birch/90_executive_summary", "95_portfolio"]


class Pretend:
    """In place of an engine: writes what the tiny notebooks would, the vendor's sum as its finding."""

    def __init__(self, because=""):
        self.kernels, self.executed, self.because = Kernels(), [], because

    def execute(self, step):
        self.executed.append(step.name)
        write_whole(step.output, nbformat.writes(nbformat.read(step.notebook, as_version=4)) + "\n")
        if step.area and not self.because:
            with open(os.path.join(step.parameters["data"], "charges.csv"), encoding="utf-8") as file:
                total = sum(float(row["amount"]) for row in csv.DictReader(file) if row["vendor"] == step.vendor)
            rows = [Finding(id="count.rows", vendor=step.vendor, period=step.period, claim="A sum.", value=total)]
            write_findings(fresh.findings_file(step), rows)
        return Outcome(not self.because, self.because)


@pytest.fixture
def acme(tmp_path, make_client, notebooks):
    """A client of two vendors, reviewed once, with a way to run it again."""
    data = make_client(tmp_path / "acme", "alder", "birch")
    (data / "charges.csv").write_text("vendor,month,amount\n" + ROWS)
    (data / "factors.csv").write_text("name,factor\nx,1\n")
    (data / "remarks.csv").write_text("vendor,period,address,remark\nbirch,2026-Q3,count.rows,Fine.\n")
    copied = tmp_path / "notebooks"
    shutil.copytree(notebooks, copied)

    def again(**options):
        engine = options.pop("engine", None) or Pretend()
        given = {"reports": tmp_path / "reports", "areas": [AREA], "notebooks": copied, **options}
        report = run(data, engine=engine, **given)
        return report, [name.removeprefix("2026-Q3/") for name in engine.executed]

    again()
    return SimpleNamespace(data=data, again=again, notebooks=copied, folder=tmp_path / "reports" / "acme" / "2026-Q3")


def replaced(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def reasons(acme):
    told = explain(acme.data, reports=acme.folder.parents[1], areas=[AREA], notebooks=acme.notebooks)
    return {step.name.removeprefix("2026-Q3/"): why for step, why in told if why}


def test_nothing_is_run_again_when_nothing_changed(acme):
    report, executed = acme.again()
    assert (executed, report.ok, len(report.results)) == ([], True, 5)
    assert reasons(acme) == {}


def test_nothing_is_run_again_when_only_the_times_of_files_changed(acme):
    for path in [*acme.data.glob("*.*"), *acme.folder.rglob("*.*")]:
        if path.is_file():
            os.utime(path, (1, 1))
    assert acme.again()[1] == []


@pytest.mark.parametrize(
    ("file", "old", "new", "executed"),
    [
        ("charges.csv", "birch,2026-07,20", "birch,2026-07,21", BIRCH),
        ("charges.csv", "alder,2026-08,11", "alder,2026-08,12", ALDER),
        ("remarks.csv", "Fine.", "Well.", ["birch/20_count_review"]),  # its findings came out the same
        ("factors.csv", "x,1", "x,2", AREAS),
        ("goals.csv", "at_least,1", "at_least,2", AREAS),
        ("review.yaml", "currency: GBP", "currency: GBP\nthresholds: {discount_rate: 0.1}", AREAS),
        ("review.yaml", "Vendor birch", "Birch", BIRCH),
        ("review.yaml", "client: Acme", "client: Acme Water", [*AREAS, *FINDINGS_READERS]),
        ("review.yaml", "periods: [2026-Q2, 2026-Q3]", "periods: [2026-Q1, 2026-Q2, 2026-Q3]", []),
    ],
)
def test_only_what_reads_a_change_is_run_again(acme, file, old, new, executed):
    replaced(acme.data / file, old, new)
    assert sorted(acme.again()[1]) == sorted(executed)
    assert acme.again()[1] == []


def test_an_area_that_reads_findings_is_run_again_when_they_change_and_not_for_its_own(acme):
    late = SimpleNamespace(**{**vars(AREA), "NAME": "late", "TABLES": (), "READS": (AREA.NAME,)})
    late.NOTEBOOK = "10_late_review"
    shutil.copy(acme.notebooks / "20_count_review.ipynb", acme.notebooks / "10_late_review.ipynb")
    acme.again(areas=[late, AREA])
    assert acme.again(areas=[late, AREA])[1] == []
    replaced(acme.data / "charges.csv", "birch,2026-07,20", "birch,2026-07,21")
    assert sorted(acme.again(areas=[late, AREA])[1]) == sorted([*BIRCH, "birch/10_late_review"])
    assert acme.again(areas=[late, AREA])[1] == []


def test_an_area_that_reads_findings_is_run_after_the_others(acme):
    late = SimpleNamespace(**{**vars(AREA), "NAME": "late", "NOTEBOOK": "10_late_review", "READS": (AREA.NAME,)})
    shutil.copy(acme.notebooks / "20_count_review.ipynb", acme.notebooks / "10_late_review.ipynb")
    executed = acme.again(areas=[late, AREA], force=True, vendors=["birch"])[1]
    assert executed == ["birch/20_count_review", "birch/10_late_review", "birch/90_executive_summary", "95_portfolio"]


@pytest.mark.parametrize(
    ("file", "old", "new", "why"),
    [
        ("charges.csv", "birch,2026-07,20", "birch,2026-07,21", "charges.csv: rows of birch changed"),
        ("goals.csv", "at_least,1", "at_least,2", "goals.csv: rows of every vendor changed"),
        ("factors.csv", "x,1", "x,2", "factors.csv: rows changed"),
        ("review.yaml", "Vendor birch", "Birch", "review.yaml: entry of birch changed"),
    ],
)
def test_explain_names_what_changed_and_runs_nothing(acme, file, old, new, why):
    replaced(acme.data / file, old, new)
    before = {path: path.read_bytes() for path in acme.folder.rglob("*.*") if path.is_file()}
    assert reasons(acme)["birch/20_count_review"] == why
    assert reasons(acme)["95_portfolio"].startswith(("it waits for 2026-Q3/", "review.yaml: entry of birch"))
    assert {path: path.read_bytes() for path in before} == before


def test_a_changed_notebook_is_run_again_for_every_vendor(acme):
    replaced(acme.notebooks / "90_executive_summary.ipynb", "print(vendor)", "print(vendor, 1)")
    assert sorted(acme.again()[1]) == sorted(FINDINGS_READERS[:2])


def test_other_code_or_libraries_make_every_step_stale(acme, monkeypatch):
    monkeypatch.setattr(fresh, "code_digest", lambda: "other")
    assert set(reasons(acme).values()) == {"the toolkit's code changed"}
    monkeypatch.undo()
    monkeypatch.setattr(fresh, "libraries", lambda: {**_real_libraries(), "numpy": "1.0"})
    assert set(reasons(acme).values()) == {"numpy changed"}


_real_libraries = fresh.libraries


def test_a_table_that_comes_or_goes_is_told(acme):
    (acme.data / "factors.csv").unlink()
    assert reasons(acme)["alder/20_count_review"] == "factors: no file came in, factors.csv: rows went"


@pytest.mark.parametrize(
    ("name", "change", "why"),
    [
        ("alder/count_review.html", lambda path: path.unlink(), "alder/count_review.html is missing"),
        (
            "alder/notebooks/20_count_review.ipynb",
            lambda path: path.write_text("{}"),
            "alder/notebooks/20_count_review.ipynb is not as it was written",
        ),
        (
            "alder/findings/count.json",
            lambda path: path.write_text("[]"),
            "alder/findings/count.json is not as it was written",
        ),
    ],
)
def test_a_lost_or_altered_file_is_made_again(acme, name, change, why):
    whole = (acme.folder / name).read_bytes()
    change(acme.folder / name)
    assert reasons(acme)["alder/20_count_review"] == why
    acme.again()
    assert (acme.folder / name).read_bytes() == whole


def test_force_runs_everything(acme):
    assert len(acme.again(force=True)[1]) == 5


def test_a_failed_step_is_run_again(acme):
    replaced(acme.data / "charges.csv", "birch,2026-07,20", "birch,2026-07,21")
    report, _ = acme.again(engine=Pretend("the kernel died"))
    assert not report.ok
    assert reasons(acme)["birch/20_count_review"] == "it failed when it was last run: the kernel died"
    assert acme.again()[1] == BIRCH


def test_a_later_period_is_told_when_findings_of_an_earlier_one_change(acme):
    acme.again(periods=["2026-Q2", "2026-Q3"])
    replaced(acme.data / "charges.csv", "birch,2026-07,20", "birch,2026-07,21")
    acme.again(periods=["2026-Q2"])
    told = reasons(acme)
    assert "findings of birch in 2026-Q2 changed" in told["birch/90_executive_summary"]
    assert "alder/90_executive_summary" not in told


def test_equal_inputs_give_equal_records_without_a_clock_or_a_folder(acme, tmp_path):
    first = {path.name: path.read_text() for path in (acme.folder / ".toolkit" / "alder").iterdir()}
    acme.again(force=True)
    assert {path.name: path.read_text() for path in (acme.folder / ".toolkit" / "alder").iterdir()} == first
    assert str(tmp_path) not in "".join(first.values())


@pytest.mark.parametrize("text", ["", "half a rec", "[]", "{}"])
def test_a_record_that_cannot_be_read_counts_as_none(acme, text):
    (acme.folder / ".toolkit" / "alder" / "20_count_review.json").write_text(text)
    assert reasons(acme)["alder/20_count_review"] == "it has not been run before"


def test_the_record_of_a_run_keeps_the_seconds_of_steps_that_were_not_run(acme):
    record = json.loads((acme.folder / "run.json").read_text())
    record["steps"][0]["seconds"] = 12.5
    (acme.folder / "run.json").write_text(json.dumps(record))
    acme.again()
    step = json.loads((acme.folder / "run.json").read_text())["steps"][0]
    assert (step["run"], step["seconds"]) == (False, 12.5)


def test_goals_that_no_area_claims_get_their_finding(acme):
    with (acme.data / "goals.csv").open("a") as file:
        file.write("birch,G9,quality.resolved,at_least,1\n")
    acme.again()
    assert (acme.folder / "birch" / "findings" / "unclaimed.json").is_file()
    assert not (acme.folder / "alder" / "findings" / "unclaimed.json").exists()
    (acme.folder / "birch" / "findings" / "unclaimed.json").unlink()
    assert reasons(acme)["birch/20_count_review"] == "birch/findings/unclaimed.json is missing"
