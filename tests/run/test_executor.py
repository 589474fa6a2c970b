"""The executor on tiny notebooks: one run with vendors that go well and vendors that go wrong in each way."""

import json
import os
import re
import sys

import nbformat
import pytest

from toolkit.run import executor
from toolkit.run.engine import Engine
from toolkit.run.executor import run

WELL = ["007", "alder"]
BECAUSE = {
    "faulty": "code cell 3 failed with ValueError: no such file: ~/secret/invoices.csv",
    "leaves": "the notebook ended itself in code cell 3 (sys.exit)",
    "dies": "the Python process died in code cell 3, perhaps for want of memory",
    "hangs": "code cell 3 took longer than the limit of 2 seconds",
    "silent": "the notebook wrote no findings",
}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, notebooks, area, make_client):
    """A run over seven vendors, five of which fail, with what it told and where it wrote."""
    folder = tmp_path_factory.mktemp("run")
    data = make_client(folder / "acme", *WELL, *BECAUSE)
    told = []
    report = run(
        data,
        ["2026-Q3"],
        reports=folder / "reports",
        progress=told.append,
        areas=[area],
        notebooks=notebooks,
        engine=Engine(time_limit=2),
    )
    return report, told, folder / "reports" / "acme" / "2026-Q3"


def outcomes(report, notebook="20_count_review"):
    return {result.step.vendor: result.outcome for result in report.results if result.step.notebook.stem == notebook}


def findings(folder, vendor):
    return json.loads((folder / vendor / "findings" / "count.json").read_text())


def test_run_lets_each_step_begin_after_those_it_waits_for(finished):
    _, told, _ = finished
    ended = [event.step.name for event in told if event.result]
    assert len(ended) == 15
    for event in told:
        if event.kind == "started":
            before = {other.step.name for other in told[: told.index(event)] if other.result}
            assert set(event.step.after) <= before, event.step.name
    assert [event.ended for event in told if event.result] == list(range(1, 16))


def test_run_summarises_a_vendor_while_others_are_still_at_work(finished):
    names = [event.step.name for event in finished[1] if event.kind == "started"]
    assert names.index("2026-Q3/007/90_executive_summary") < names.index("2026-Q3/silent/20_count_review")


def test_run_leaves_other_vendors_whole(finished):
    report, _, folder = finished
    assert [outcomes(report)[vendor].ok for vendor in WELL] == [True, True]
    assert [findings(folder, vendor)[0]["value"] for vendor in WELL] == [1, 1]


@pytest.mark.parametrize("vendor", BECAUSE)
def test_run_says_why_a_notebook_failed(finished, vendor):
    assert outcomes(finished[0])[vendor].because == BECAUSE[vendor]


@pytest.mark.parametrize("vendor", BECAUSE)
def test_run_makes_every_goal_of_a_failed_area_not_assessed(finished, vendor):
    rows = findings(finished[2], vendor)
    assert [(row["id"], row["goal"], row["verdict"]) for row in rows] == [
        ("count", "", "not assessed"), ("count.rows", "G1", "not assessed")
    ]  # fmt: skip
    assert {row["because"] for row in rows} == {BECAUSE[vendor]}


@pytest.mark.parametrize("vendor", [vendor for vendor in BECAUSE if vendor not in ("faulty", "silent")])
def test_run_writes_a_page_that_says_why(finished, vendor):
    page = (finished[2] / vendor / "count_review.html").read_text()
    assert BECAUSE[vendor] in page


def test_run_goes_on_with_summaries_and_portfolio(finished):
    report, _, folder = finished
    assert all(outcome.ok for outcome in outcomes(report, "90_executive_summary").values())
    assert report.pages == [folder / "index.html"]
    assert all((folder / vendor / "index.html").is_file() for vendor in [*WELL, *BECAUSE])


def test_run_is_not_ok_when_a_step_failed(finished):
    assert not finished[0].ok


def test_run_keeps_ids_text(finished):
    node = nbformat.read(finished[2] / "007" / "notebooks" / "20_count_review.ipynb", as_version=4)
    assert node.metadata.papermill.parameters["vendor"] == "007"
    assert 'vendor = "007"' in node.cells[2].source


def test_run_leaves_no_half_file(finished):
    files = [path for path in finished[2].rglob("*") if path.is_file()]
    names = [path.name for path in files]
    assert [
        name for name in names if name.startswith(".") or not re.fullmatch(r"[\w.]+\.(html|ipynb|json)", name)
    ] == []


@pytest.mark.parametrize(
    "name", ["run.json", *[f"{vendor}/notebooks/20_count_review.ipynb" for vendor in ("007", "faulty")]]
)
def test_run_writes_no_absolute_path(finished, name):
    folder = finished[2]
    text = (folder / name).read_text()
    hidden = [str(folder.parents[2]), os.path.expanduser("~"), sys.prefix, "ipykernel_"]
    assert [path for path in hidden if re.search(rf"{re.escape(path)}\b", text)] == []


def test_run_writes_no_clock_but_in_its_record(finished):
    _, _, folder = finished
    dated = [
        path.name
        for path in folder.rglob("*.ipynb")
        if re.search(r"(start_time|iopub|20\d\d-\d\d-\d\dT)", path.read_text())
    ]
    assert dated == []


def test_run_records_how_it_came_about(finished):
    report, _, folder = finished
    record = json.loads((folder / "run.json").read_text())
    assert (record["client"], record["period"], record["complete"]) == ("acme", "2026-Q3", True)
    assert {name for name in record["inputs"] if "/" not in name} == {"goals.csv", "review.yaml"}
    assert {"python", "libraries", "toolkit", "started", "finished"} <= set(record)
    assert "papermill" in record["libraries"]
    assert [step["ok"] for step in record["steps"]] == [result.outcome.ok for result in report.results]
    above = folder.parents[2].name
    assert record["steps"][0]["parameters"] == {
        "vendor": "007",
        "period": "2026-Q3",
        "data": f"{above}/acme",
        "reports": f"{above}/reports",
    }


def test_run_stopped_ends_every_kernel_and_keeps_what_is_done(tmp_path, notebooks, area, make_client):
    """As Ctrl-C does: the interrupt arrives in the thread that waits, here by the first step's progress."""
    data = make_client(tmp_path / "acme", "alder", "hangs")
    engine = Engine()

    def interrupt(event):
        if event.kind == "done":
            raise KeyboardInterrupt

    report = run(
        data, reports=tmp_path / "reports", jobs=2, progress=interrupt, areas=[area], notebooks=notebooks, engine=engine
    )
    assert (report.stopped, report.ok) == (True, False)
    assert [result.step.vendor for result in report.results] == ["alder"]
    assert all(process.wait(10) is not None for process in engine.kernels._processes)
    folder = tmp_path / "reports" / "acme" / "2026-Q3"
    assert not (folder / "hangs").exists()
    assert json.loads((folder / "run.json").read_text())["complete"] is False


def test_run_gives_equal_notebooks_for_equal_runs(tmp_path, notebooks, area, make_client):
    data = make_client(tmp_path / "acme", "alder")
    saved = []
    for name in ("first", "second"):
        run(data, reports=tmp_path / name / "reports", areas=[area], notebooks=notebooks)
        file = tmp_path / name / "reports" / "acme" / "2026-Q3" / "alder" / "notebooks" / "20_count_review.ipynb"
        saved.append(file.read_text().replace(f"{name}/reports", "reports"))
    assert saved[0] == saved[1]


def test_room_is_for_as_many_as_memory_allows_but_always_for_one(monkeypatch):
    free = [1000 * 2**20]
    monkeypatch.setattr(executor, "free_memory", lambda: free[0])
    monkeypatch.setattr(executor, "largest_descendant", lambda: 400 * 2**20)
    room = executor._Room(8)
    assert [room.has_place(running) for running in (0, 3, 4)] == [True, True, False]
    room.look()
    assert [room.has_place(running) for running in (1, 2)] == [True, False]
    free[0] = 0
    assert [room.has_place(running) for running in (0, 1)] == [True, False]


def test_room_never_exceeds_the_jobs_asked_for(monkeypatch):
    monkeypatch.setattr(executor, "free_memory", lambda: 2**40)
    assert [executor._Room(2).has_place(running) for running in (1, 2)] == [True, False]
