"""The command line: what it prints, what it writes and with which number it ends."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolkit.areas import AREAS
from toolkit.cli import expand, main
from toolkit.errors import DataError
from toolkit.files import ROOT

REVIEW = """
client: Acme
currency: GBP
periods: [2026-Q2, 2026-Q3]
vendors:
  - {vendor: "007", name: Bond Services, aliases: [BOND LTD]}
  - {vendor: alder, name: Alder Systems}
"""
INVOICES = "vendor,invoice,line,date,amount\n007,A-1,1,2026-07-31,100.00\nalder,B-1,1,2026-08-31,50.50\n"
MAPPING = """
table: invoices
dates: {formats: ["%d/%m/%Y"]}
columns: {date: [Date], amount: [Amount], supplier: [Supplier], invoice: [Number]}
constants: {service: IT, category: run}
"""


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "review.yaml").write_text(REVIEW, encoding="utf-8")
    (folder / "invoices.csv").write_text(INVOICES, encoding="utf-8")
    return folder


def asked(*words: object):
    """What a command prints and its number; anything but a clean end is a defect."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_version_is_the_packages():
    assert asked("--version").output.startswith("toolkit, version ")


def test_help_imports_nothing_heavy():
    code = "import sys, toolkit.cli; print(sorted({'pandas', 'papermill', 'jinja2', 'nbformat', 'yaml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_module_is_the_command():
    done = subprocess.run([sys.executable, "-m", "toolkit", "--help"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("Usage: toolkit ")


# -------------------------------------------------------------------------------------------------------------------- run
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--vendor", "aldr"], "toolkit: vendor: found 'aldr'; expected a vendor of Acme. Did you mean 'alder'?\n"),
        (["--vendor", "7"], "toolkit: vendor: found '7'; expected a vendor of Acme. Known: '007', 'alder'.\n"),
        (
            ["--period", "2027-Q2"],
            "toolkit: period: found '2027-Q2'; expected a period of Acme. Did you mean '2026-Q2'?\n",
        ),
        (
            ["--period", "Q3"],
            "toolkit: period: found 'Q3'; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07\n",
        ),
    ],
)
def test_run_refuses_unknown_names_in_one_sentence(acme, words, told):
    result = asked("run", acme, *words)
    assert (result.exit_code, result.stderr, result.stdout) == (2, told, "")


def test_run_refuses_an_unknown_client():
    result = asked("run", "nowhere_at_all")
    assert result.exit_code == 2
    assert result.stderr.startswith("toolkit: client: found 'nowhere_at_all'; expected a folder that holds review.yaml")


def test_run_refuses_an_unknown_option():
    assert asked("run", "--perod", "2026-Q3").exit_code == 2


def test_run_refuses_periods_and_all_periods_together(acme):
    assert asked("run", acme, "--period", "2026-Q3", "--all-periods").exit_code == 2


@pytest.fixture
def pretended(monkeypatch, acme):
    """A run that executes nothing and ends as it is told to; gives what it was asked for."""
    from toolkit.run import executor
    from toolkit.run.engine import Outcome
    from toolkit.run.plan import Step
    from toolkit.run.progress import Event, Result

    asked_for: dict[str, object] = {}
    end = {"because": "", "stopped": False}

    def run(folder, periods, vendors, reports, jobs, progress, **options):
        asked_for.update(folder=folder, periods=periods, vendors=vendors, reports=reports, jobs=jobs, **options)
        page = Path(reports) / "acme" / "2026-Q3" / "index.html"
        step = Step("a", Path("20_cost_comparison.ipynb"), {}, page, page, "2026-Q3", vendor="007", area="cost")
        result = Result(step, Outcome(not end["because"], end["because"]), 1.25, "the notebook changed")
        progress(Event(result.kind, step, 1, 1, result.why, result))
        return executor.RunReport("acme", [result], [page], end["stopped"], 1)

    monkeypatch.setattr(executor, "run", run)
    return asked_for, end


def test_run_ends_with_the_table_and_the_portfolio(acme, pretended, tmp_path):
    result = asked("run", acme, "--reports", tmp_path / "out")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:2] == [
        "vendor  period   notebook            result  seconds",
        "007     2026-Q3  20_cost_comparison  done        1.2",
    ]
    assert result.stdout.splitlines()[-1] == f"Portfolio: {tmp_path / 'out' / 'acme' / '2026-Q3' / 'index.html'}"
    assert result.stderr == "[1/1] 007 2026-Q3 20_cost_comparison: done (1.2 s)\n"


def test_run_hands_names_on_as_text(acme, pretended):
    asked("run", acme, "--vendor", "007", "--period", "2026-Q2", "--period", "2026-Q3", "--jobs", "3")
    assert pretended[0]["vendors"] == ["007"]
    assert pretended[0]["periods"] == ["2026-Q2", "2026-Q3"]
    assert pretended[0]["jobs"] == 3
    assert pretended[0]["reports"] == ROOT / "reports"


def test_run_all_periods_takes_those_of_the_client(acme, pretended):
    asked("run", acme, "--all-periods")
    assert pretended[0]["periods"] == ["2026-Q2", "2026-Q3"]


@pytest.mark.parametrize(
    ("because", "stopped", "code"), [("it broke", False, 1), ("", True, 130), ("it broke", True, 130)]
)
def test_run_ends_with_the_number_of_what_happened(acme, pretended, because, stopped, code):
    pretended[1].update(because=because, stopped=stopped)
    assert asked("run", acme).exit_code == code


def test_run_says_why_a_step_failed(acme, pretended):
    pretended[1].update(because="invoices.csv is missing")
    told = asked("run", acme).stdout
    assert "007 2026-Q3 20_cost_comparison: failed, because invoices.csv is missing (1.2 s)" in told


def test_run_json_is_json(acme, pretended):
    told = json.loads(asked("run", acme, "--json").stdout)
    assert (told["client"], told["ok"], told["steps"][0]["vendor"]) == ("acme", True, "007")


def test_run_hands_force_and_the_time_limit_on(acme, pretended):
    asked("run", acme, "--force", "--time-limit", "30")
    assert (pretended[0]["force"], pretended[0]["engine"].time_limit) == (True, 30)


def test_run_writes_events(acme, pretended, tmp_path):
    asked("run", acme, "--events", tmp_path / "events.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "events.jsonl").read_text().splitlines()]
    assert [(row["event"], row["vendor"], row["why"]) for row in rows] == [("done", "007", "the notebook changed")]


def test_run_refuses_a_file_of_events_that_cannot_be_written(acme, pretended, tmp_path):
    result = asked("run", acme, "--events", tmp_path / "nowhere" / "events.jsonl")
    assert result.exit_code == 2
    assert result.stderr.startswith("toolkit: --events: found events.jsonl: No such file or directory")


def test_run_explains_and_runs_nothing(acme, tmp_path):
    result = asked("run", acme, "--explain", "--vendor", "007", "--reports", tmp_path / "out")
    assert result.exit_code == 0
    *told, blank, last = result.stdout.splitlines()
    named = {line.partition(": ")[0].rpartition(" ")[2] for line in told}
    assert named == {*(area.NOTEBOOK for area in AREAS), "90_executive_summary", "95_portfolio"}
    assert all(line.endswith(": to be run, because it has not been run before") for line in told)
    assert (blank, last) == ("", f"To be run: {len(told)} of {len(told)}. Nothing was run.")
    assert not (tmp_path / "out").exists()


def test_run_explains_in_json(acme, tmp_path):
    told = json.loads(asked("run", acme, "--explain", "--json", "--reports", tmp_path / "out").stdout)
    assert len(told) == 2 * (len(AREAS) + 1) + 1  # two vendors: their areas and summary, then the portfolio
    assert told[0] == {
        "vendor": "007",
        "period": "2026-Q3",
        "notebook": "20_cost_comparison",
        "run": True,
        "why": "it has not been run before",
    }


def test_run_ends_with_3_when_another_is_at_work(acme, tmp_path):
    from toolkit.run.lock import locked

    with locked([tmp_path / "out" / "acme" / "2026-Q3"]):
        result = asked("run", acme, "--reports", tmp_path / "out")
    assert result.exit_code == 3
    assert result.stderr.startswith("toolkit: reports of acme for 2026-Q3: found another run at work in this folder")


def test_run_tells_what_else_went_wrong(acme, monkeypatch):
    from toolkit.run import executor

    noted = executor.RunReport("acme", [], [], False, 0, ["run.json could not be written: no room"])
    monkeypatch.setattr(executor, "run", lambda *_, **__: noted)
    result = asked("run", acme)
    assert result.exit_code == 1
    assert "Note: run.json could not be written: no room." in result.stdout


# ------------------------------------------------------------------------------------------------------------------ check
def test_check_prints_rows_and_span_when_all_is_well(acme):
    result = asked("check", acme)
    assert result.exit_code == 0
    assert "No faults." in result.stdout
    assert next(line.split() for line in result.stdout.splitlines() if "invoices.csv" in line) == [
        "invoices", "invoices.csv", "2", "2026-07", "2026-08"
    ]  # fmt: skip


def test_check_prints_and_writes_every_fault(acme):
    (acme / "invoices.csv").write_text(
        INVOICES.replace("100.00", "n/a").replace("2026-08-31", "31/08/26"), encoding="utf-8-sig"
    )
    (acme / "volumes.csv").write_text("vendor,month,unit,volume\nalder,2026-07,ticket,-1\n", encoding="utf-8-sig")
    result = asked("check", acme)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert "  invoices.csv, row 2, `amount`: found 'n/a'; expected a number in GBP" in lines
    assert "invoices.csv: 2 faults" in lines
    assert "volumes.csv: 1 fault" in lines
    with (acme / "faults.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 3
    assert {row["where"] for row in rows} >= {"invoices.csv, row 2, `amount`", "invoices.csv, row 3, `date`"}


def test_check_writes_no_formula_into_its_table(acme):
    (acme / "=cmd.csv").write_text("a\n1\n", encoding="utf-8")
    asked("check", acme)
    assert "\n'=cmd.csv" in (acme / "faults.csv").read_text(encoding="utf-8")


def test_check_takes_an_earlier_table_of_faults_away(acme):
    (acme / "faults.csv").write_text("old", encoding="utf-8")
    asked("check", acme)
    assert not (acme / "faults.csv").exists()


def test_check_tells_the_faults_of_review_yaml(acme):
    (acme / "review.yaml").write_text(REVIEW.replace("currency: GBP", "curency: GBP"), encoding="utf-8")
    result = asked("check", acme)
    assert result.exit_code == 1
    assert "review.yaml: found `curency`; expected a setting that exists. Did you mean 'currency'?" in result.stdout


# ----------------------------------------------------------------------------------------------------------------- import
@pytest.fixture
def export(tmp_path, acme):
    """A mapping and one exported file of three lines, one of an unknown supplier."""
    (acme / "invoices.csv").unlink()
    (tmp_path / "ledger.yaml").write_text(MAPPING, encoding="utf-8")
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "july.csv").write_text(
        "Number,Date,Supplier,Amount\n"
        "1,31/07/2026,Bond Ltd,100.00\n2,31/07/2026,Nobody,7.00\n3,30/07/2026,Alder Systems,50.50\n",
        encoding="utf-8",
    )
    return tmp_path / "ledger.yaml", folder


def test_import_writes_the_table_and_the_account(acme, export):
    mapping, folder = export
    result = asked("import", mapping, folder, "--client", acme)
    assert result.exit_code == 0, result.output
    with (acme / "invoices.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sorted((row["vendor"], row["date"], float(row["amount"])) for row in rows) == [
        ("007", "2026-07-31", 100.0), ("alder", "2026-07-30", 50.5)
    ]  # fmt: skip
    assert "Amount in = kept + left out, to the penny." in result.stdout
    assert (acme / "import" / "reconciliation.txt").is_file()
    assert (acme / "import" / "reconciliation_unmatched.csv").is_file()


def test_imported_table_keeps_the_promises_of_the_table(acme, export):
    mapping, folder = export
    asked("import", mapping, folder, "--client", acme)
    assert asked("check", acme).exit_code == 0


def test_import_writes_parquet(acme, export):
    mapping, folder = export
    assert asked("import", mapping, folder, "--client", acme, "--format", "parquet").exit_code == 0
    assert asked("check", acme).exit_code == 0


def test_import_ends_with_1_when_something_cannot_be_read(acme, export):
    mapping, folder = export
    with (folder / "july.csv").open("a", encoding="utf-8") as file:
        file.write("4,31/07/2026,Bond Ltd,lots\n")
    assert asked("import", mapping, folder, "--client", acme).exit_code == 1
    assert (acme / "invoices.csv").is_file()


def test_import_refuses_a_second_file_for_one_table(acme, export):
    mapping, folder = export
    (acme / "invoices.parquet").write_bytes(b"")
    result = asked("import", mapping, folder, "--client", acme)
    assert (result.exit_code, (acme / "invoices.csv").exists()) == (2, False)


def test_import_suggests_a_mapping(acme, export):
    result = asked("import", "uk_spent", export[1], "--client", acme)
    assert result.exit_code == 2
    assert "Did you mean 'uk_spend'?" in result.stderr


def test_import_names_files_that_are_not_there(acme, export):
    result = asked("import", export[0], export[1] / "august*.csv", "--client", acme)
    assert result.exit_code == 1
    assert "found no such file; expected a file to import" in result.stderr


def test_expand_takes_folders_files_and_patterns(tmp_path):
    for name in ("b.csv", "a.csv", "[c].csv"):
        (tmp_path / name).touch()
    assert [path.name for path in expand([str(tmp_path / "?.csv"), str(tmp_path / "[c].csv"), str(tmp_path)])] == [
        "a.csv", "b.csv", "[c].csv", tmp_path.name
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------------------------ forms
def test_forms_go_where_they_are_told(tmp_path):
    result = asked("forms", tmp_path / "blank")
    assert result.exit_code == 0
    assert (tmp_path / "blank" / "invoices.csv").is_file()
    assert (tmp_path / "blank" / "invoices.xlsx").is_file()
    assert "## invoices" in (tmp_path / "blank" / "dictionary.md").read_text(encoding="utf-8")


def test_faults_of_data_end_with_1(monkeypatch, acme):
    from toolkit.run import executor

    def broken(*given, **options):
        raise DataError("invoices.csv cannot be read")

    monkeypatch.setattr(executor, "run", broken)
    result = asked("run", acme)
    assert (result.exit_code, result.stderr) == (1, "toolkit: invoices.csv cannot be read\n")


def test_run_refuses_reports_that_cannot_be_written_before_any_notebook(acme, tmp_path):
    (tmp_path / "file").write_text("")
    result = asked("run", acme, "--reports", tmp_path / "file" / "reports")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("toolkit: reports: found file/reports, where nothing can be written (")


def test_a_full_disk_is_told_in_a_sentence(monkeypatch, acme):
    from toolkit.run import executor

    def full(*given, **options):
        raise OSError(28, "No space left on device", "/somewhere/run.json")

    monkeypatch.setattr(executor, "run", full)
    result = asked("run", acme)
    told = "toolkit: run.json: found No space left on device; expected a file that can be read and written\n"
    assert (result.exit_code, result.stderr) == (1, told)
