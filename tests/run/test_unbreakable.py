"""Notebooks and runs that end badly: each is told in a sentence, spoils nothing else, and leaves nothing behind."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from toolkit.files import ROOT
from toolkit.run import executor
from toolkit.run.engine import Engine
from toolkit.run.executor import run

PATIENCE = 100  # seconds after which what was to happen at once will not: a busy machine takes its time
GREEDY_CELL = """
import json, os, pathlib, time
folder = pathlib.Path(reports) / pathlib.Path(data).name / period / vendor / "findings"
def conclude():
    folder.mkdir(parents=True, exist_ok=True)
    row = {"id": "count.rows", "vendor": vendor, "period": period, "claim": "One row.", "value": 1}
    (folder / "count.json").write_text(json.dumps([row]))
if vendor == "prints":
    for _ in range(100):
        print("x" * 1_000_000)
if vendor == "endless":
    while True:
        print("x" * 100_000)
        time.sleep(0.005)
if vendor == "chatty":
    print("y" * 3_000_000)
if vendor == "takes":
    hoard = bytearray(3 * 2**30)
if vendor == "killed":
    os.kill(os.getpid(), 9)
if vendor == "fills":
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "junk.bin", "wb") as file:
        file.write(b"x" * 100_000_000)
if vendor.startswith("slow"):
    (pathlib.Path(data) / f"{vendor}-{os.getpid()}").touch()
    time.sleep(600 if os.environ.get("SLOW") else 0)
conclude()
"""
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell began in the background
from types import SimpleNamespace
from toolkit.run import executor
area = SimpleNamespace(NAME="count", TITLE="Count", QUESTION="How many?", NOTEBOOK="20_count_review", TABLES=())
report = executor.run(sys.argv[1], reports=sys.argv[2], notebooks=executor.Path(sys.argv[3]), areas=[area], jobs=2)
from toolkit.run.progress import results_table
print(results_table(report.results, report.planned))
sys.exit(130 if report.stopped else 0 if report.ok else 1)
"""


@pytest.fixture(scope="module")
def greedy(tmp_path_factory, make_notebook):
    folder = tmp_path_factory.mktemp("greedy")
    make_notebook(folder / "20_count_review.ipynb", GREEDY_CELL)
    make_notebook(folder / "90_executive_summary.ipynb", "print(vendor)")
    make_notebook(folder / "95_portfolio.ipynb", "print(period)", names=("period", "data", "reports"))
    return folder


@pytest.fixture(scope="module")
def spoiled(tmp_path_factory, greedy, area, make_client):
    """A run in which each vendor's notebook does something else that it should not."""
    folder = tmp_path_factory.mktemp("spoiled")
    data = make_client(folder / "acme", "alder", "prints", "endless", "chatty", "takes", "killed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(executor, "free_memory", lambda: 2 * 2**30)
        report = run(data, reports=folder / "reports", areas=[area], notebooks=greedy, jobs=2, engine=Engine())
    return report, folder / "reports" / "acme" / "2026-Q3"


BECAUSE = {
    "prints": "code cell 3 put out more than 20,000,000 characters",
    "endless": "code cell 3 put out more than 20,000,000 characters",
    "takes": "code cell 3 failed with MemoryError",
    "killed": "the Python process died in code cell 3, perhaps for want of memory",
}


def outcome(report, vendor):
    return next(item.outcome for item in report.results if item.step.vendor == vendor and item.step.area)


@pytest.mark.parametrize("vendor", BECAUSE)
def test_a_notebook_out_of_bounds_is_not_assessed(spoiled, vendor):
    report, folder = spoiled
    assert outcome(report, vendor).because == BECAUSE[vendor]
    rows = json.loads((folder / vendor / "findings" / "count.json").read_text())
    assert {(row["verdict"], row["because"]) for row in rows} == {("not assessed", BECAUSE[vendor])}
    page = (folder / vendor / "count_review.html").read_text()
    assert BECAUSE[vendor].removeprefix("code cell 3 failed with ") in page


def test_others_are_whole_beside_it(spoiled):
    report, folder = spoiled
    failed = {item.step.name for item in report.results if not item.outcome.ok}
    assert failed == {f"2026-Q3/{vendor}/20_count_review" for vendor in BECAUSE}
    assert json.loads((folder / "alder" / "findings" / "count.json").read_text())[0]["value"] == 1


@pytest.mark.parametrize("vendor", ["prints", "endless", "chatty"])
def test_what_a_cell_printed_is_kept_to_a_limit(spoiled, vendor):
    notebook = (spoiled[1] / vendor / "notebooks" / "20_count_review.ipynb").read_text()
    assert 1_000_000 < len(notebook) < 1_100_000
    assert "Only the first 1,000,000 characters that this cell printed are kept." in notebook


def test_a_chatty_notebook_is_still_assessed(spoiled):
    assert outcome(spoiled[0], "chatty").ok


# ------------------------------------------------------------------------------------------------------- a full folder
def test_no_room_for_findings_takes_those_of_an_earlier_run_away(tmp_path, notebooks, area, make_client, monkeypatch):
    """The disk is full when the failure is to be recorded: what stood there before must not pass for its result."""
    data = make_client(tmp_path / "acme", "alder")
    given = {"reports": tmp_path / "reports", "areas": [area], "notebooks": notebooks}
    run(data, **given)
    folder = tmp_path / "reports" / "acme" / "2026-Q3"

    class Full(Engine):
        def execute(self, step):
            raise OSError(28, "No space left on device")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(executor, "record_failure", full)
    monkeypatch.setattr(executor, "write_findings", full)
    report = run(data, **given, force=True, engine=Full())
    assert {item.outcome.because for item in report.results} == {"there was no room left on the disk for its files"}
    assert [path.name for path in folder.rglob("*.*") if path.suffix in (".html", ".ipynb")] == []
    assert not (folder / "alder" / "findings" / "count.json").exists()


def test_a_record_that_cannot_be_written_is_told(tmp_path, notebooks, area, make_client, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(executor, "write_records", full)
    data = make_client(tmp_path / "acme", "alder")
    report = run(data, reports=tmp_path / "reports", areas=[area], notebooks=notebooks)
    assert report.notes == ["run.json could not be written: there was no room left on the disk for its files"]
    assert not report.ok


def may_mount():
    words = ["unshare", "-m", "true"]
    try:
        return subprocess.run(words, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not may_mount(), reason="only root can mount a small disk for this test")
def test_a_vendor_that_fills_its_folder_fails_alone(tmp_path, greedy, make_client):
    """A real disk of two megabytes below one vendor's folder."""
    data = make_client(tmp_path / "acme", "alder", "fills")
    folder = tmp_path / "reports" / "acme" / "2026-Q3" / "fills"
    folder.mkdir(parents=True)
    script = 'mount -t tmpfs -o size=2m none "$0" && exec "$@"'
    asked = [sys.executable, "-c", RUN, data, tmp_path / "reports", greedy]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, folder, *asked], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 1, done.stderr
    failed = [line for line in done.stdout.splitlines() if "failed, because" in line]
    assert "fills 2026-Q3 20_count_review: failed, because" in failed[0]
    assert re.search(r"no room left|No space left", failed[0])
    assert not [line for line in failed if "alder" in line or "portfolio" in line]
    assert "Traceback" not in done.stderr


# ------------------------------------------------------------------------------------------------- a run that is ended
def begin(data, reports, notebooks):
    """A run in a process of its own whose notebooks sleep; both of them have begun when this returns."""
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, data, reports, notebooks],
        cwd=ROOT,
        env={**os.environ, "SLOW": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: len(list(data.glob("slow*-*"))) == 2)
    return process, [int(path.name.split("-")[1]) for path in data.glob("slow*-*")]


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def is_alive(process):
    try:
        return "zombie" not in Path(f"/proc/{process}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_ctrl_c_ends_kernels_within_seconds_and_tells_what_is_done(tmp_path, greedy, make_client):
    data = make_client(tmp_path / "acme", "alder", "slow1", "slow2")
    process, kernels = begin(data, tmp_path / "reports", greedy)
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert [line.split()[0] for line in told.splitlines() if " done " in line] == ["alder", "alder"]
    assert "Not reached: 5 of 7" in told
    assert "Traceback" not in errors
    assert not [kernel for kernel in kernels if is_alive(kernel)]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_a_killed_run_leaves_nothing_half_and_the_next_finishes_what_is_missing(tmp_path, greedy, area, make_client):
    data = make_client(tmp_path / "acme", "alder", "slow1", "slow2")
    process, kernels = begin(data, tmp_path / "reports", greedy)
    process.kill()
    process.communicate()
    until(lambda: not [kernel for kernel in kernels if is_alive(kernel)])
    folder = tmp_path / "reports" / "acme" / "2026-Q3"
    for file in folder.rglob("*.json"):
        json.loads(file.read_text())
    report = run(data, reports=tmp_path / "reports", areas=[area], notebooks=greedy)
    assert report.ok
    ran = {item.step.name.removeprefix("2026-Q3/") for item in report.results if item.why}
    slow = {f"slow{number}/{name}" for number in (1, 2) for name in ("20_count_review", "90_executive_summary")}
    assert ran == {*slow, "95_portfolio"}


def test_half_files_of_a_dead_run_are_cleared_and_nothing_else(tmp_path, notebooks, area, make_client):
    data = make_client(tmp_path / "acme", "alder")
    folder = tmp_path / "reports" / "acme" / "2026-Q3" / "alder"
    (folder / "notebooks").mkdir(parents=True)
    ours = [folder / ".index.html.a1_b2c3d", folder / "notebooks" / ".20_count_review.ipynb.zz_12345"]
    others = [folder / ".notes.txt.a1_b2c3d", folder / "index.html.bak", folder / ".index.html.swp"]
    for path in [*ours, *others]:
        path.write_text("half")
        os.utime(path, (time.time() - 60,) * 2)
    fresh = folder / ".index.html.another1"  # somebody may be writing it at this moment
    fresh.write_text("half")
    executor._clear([folder.parent], time.time() - executor.IDLE)
    assert [path for path in [*ours, *others, fresh] if path.exists()] == [*others, fresh]
    run(data, reports=tmp_path / "reports", areas=[area], notebooks=notebooks)
    assert [path for path in [*ours, *others, fresh] if path.exists()] == others
