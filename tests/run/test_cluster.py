"""A run on a cluster: a scheduler and two workers as separate processes; the same files as a local run, whatever dies."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from toolkit.cli import main
from toolkit.errors import SettingsError
from toolkit.files import ROOT
from toolkit.run.executor import run

pytest.importorskip("distributed")
from toolkit.run import cluster

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="no /proc here")
PATIENCE = 100  # seconds after which what was to happen at once will not: a busy machine takes its time
MARK = "TOOLKIT_TEST_OF_CLUSTER"  # in the environment of all that a test starts

# Waits, where the vendor's id says so, until the test has done something to it; kills its worker; or just concludes.
CELL = """
import json, os, pathlib, signal, time
folder = pathlib.Path(reports) / pathlib.Path(data).name / period / vendor / "findings"
if vendor.startswith("slow"):
    (pathlib.Path(data) / f"{vendor}-{os.getpid()}").touch()
    while not (pathlib.Path(data) / "go").exists():
        time.sleep(0.05)
if vendor == "deadly":
    stat = pathlib.Path(f"/proc/{os.getppid()}/stat").read_text()
    os.kill(int(stat.rpartition(")")[2].split()[1]), signal.SIGKILL)
    time.sleep(600)
if vendor == "faulty":
    raise ValueError("no such vendor")
folder.mkdir(parents=True, exist_ok=True)
row = {"id": "count.rows", "vendor": vendor, "period": period, "claim": "One row.", "value": 1}
(folder / "count.json").write_text(json.dumps([row]))
print(vendor)
"""
RUN = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell began in the background
from types import SimpleNamespace
from toolkit.run import executor
area = SimpleNamespace(NAME="count", TITLE="Count", QUESTION="How many?", NOTEBOOK="20_count_review", TABLES=())
given = {"reports": sys.argv[2], "notebooks": executor.Path(sys.argv[3]), "areas": [area], "cluster": sys.argv[4]}
report = executor.run(sys.argv[1], jobs=int(sys.argv[5]), **given)
from toolkit.run.progress import results_table
print(results_table(report.results, report.planned))
sys.exit(130 if report.stopped else 0 if report.ok else 1)
"""


@pytest.fixture(scope="module")
def books(tmp_path_factory, make_notebook):
    folder = tmp_path_factory.mktemp("books")
    make_notebook(folder / "20_count_review.ipynb", CELL)
    make_notebook(folder / "90_executive_summary.ipynb", "print(vendor)")
    make_notebook(folder / "95_portfolio.ipynb", "print(period)", names=("period", "data", "reports"))
    return folder


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory):
    """The address of a scheduler with two workers of one thread each; a step may take one worker with it, not two."""
    folder = tmp_path_factory.mktemp("dask")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        MARK: str(folder),
        "PYTHONPATH": str(ROOT),
        "DASK_TEMPORARY_DIRECTORY": str(folder),
        "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
        "DASK_LOGGING__DISTRIBUTED": "error",
    }
    host, port = address.split(":")
    wanted = [["dask_scheduler", "--host", host, "--port", port, "--no-dashboard"]]
    wanted += [["dask_worker", f"tcp://{address}", "--host", host, "--nthreads", "1", "--no-dashboard"]] * 2
    with (folder / "log").open("wb") as log:
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", f"distributed.cli.{name}", *words],
                cwd=folder,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            for name, *words in wanted
        ]
    yield f"tcp://{address}"
    for process in processes[1:]:
        process.terminate()
    for process in processes[1:]:
        process.wait(20)
    processes[0].terminate()
    processes[0].wait(20)
    until(lambda: not marked(folder))


@pytest.fixture(scope="module", autouse=True)
def workers(scheduler):
    """Both workers have come."""
    from distributed import Client

    with Client(scheduler, set_as_default=False, timeout=30) as client:
        client.wait_for_workers(2, timeout=30)


def marked(folder):
    """The processes that were started for a test, by what stands in their environment."""
    sign, found = f"{MARK}={folder}".encode(), []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if sign in (place / "environ").read_bytes().split(b"\0"):
                found.append(int(place.name))
        except OSError:  # it has ended, or is another user's
            continue
    return found


def until(holds, seconds=PATIENCE):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def is_alive(process):
    return Path(f"/proc/{process}/environ").exists() and "zombie" not in Path(f"/proc/{process}/status").read_text()


def parent(process):
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def kernels(data, *vendors):
    """The process of each vendor's kernel, once all of them are at work."""
    until(lambda: all(list(data.glob(f"{vendor}-*")) for vendor in vendors))
    return [int(next(data.glob(f"{vendor}-*")).name.split("-")[1]) for vendor in vendors]


def files(folder):
    """Everything that a run left but its clock."""
    found = {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {str(path): content for path, content in found.items() if path.name != "run.json"}


def begin(data, folder, books, address, jobs=2):
    return subprocess.Popen(
        [sys.executable, "-c", RUN, data, folder, books, address, str(jobs)],
        cwd=ROOT,
        env={**os.environ, MARK: str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


# --------------------------------------------------------------------------------------------------------------- results
def test_a_worker_killed_in_mid_run_changes_nothing(tmp_path, books, area, make_client, scheduler):
    data, given = make_client(tmp_path / "acme", "alder", "slow1", "slow2"), {"areas": [area], "notebooks": books}
    (data / "go").touch()
    run(data, reports=tmp_path / "reports", **given, jobs=2)
    expected = files(tmp_path / "reports")
    (tmp_path / "reports").rename(tmp_path / "local")
    (data / "go").unlink()
    for path in data.glob("slow*"):
        path.unlink()

    def kill():
        first, _ = kernels(data, "slow1", "slow2")
        half = tmp_path / "reports" / "acme" / "2026-Q3" / "slow1" / "findings" / ".count.json.a1_b2c3d"
        half.parent.mkdir(parents=True, exist_ok=True)
        half.write_text("{")  # what write_whole leaves when it is killed
        os.kill(parent(parent(first)), signal.SIGKILL)
        until(lambda: not is_alive(first))
        (data / "go").touch()

    killer = threading.Thread(target=kill)
    killer.start()
    told = []
    report = run(data, reports=tmp_path / "reports", **given, cluster=scheduler, progress=told.append)
    killer.join()
    assert len(list(data.glob("slow1-*"))) == 2
    assert report.ok
    assert files(tmp_path / "reports") == expected
    assert json.loads((tmp_path / "reports" / "acme" / "2026-Q3" / "run.json").read_text())["complete"]
    assert [event.ended for event in told if event.result] == list(range(1, 8))
    again = run(data, reports=tmp_path / "reports", **given, cluster=scheduler)
    assert [result.step.name for result in again.results if result.why] == []


def test_a_step_that_kills_its_workers_is_not_assessed_alone(tmp_path, books, area, make_client, scheduler):
    data = make_client(tmp_path / "acme", "deadly", "faulty", "alder")
    report = run(data, reports=tmp_path / "reports", areas=[area], notebooks=books, cluster=scheduler)
    failed = {result.step.name: result.outcome.because for result in report.results if not result.outcome.ok}
    because = "its worker of the cluster died 2 times over, perhaps for want of memory"
    assert failed == {
        "2026-Q3/deadly/20_count_review": because,
        "2026-Q3/faulty/20_count_review": "code cell 3 failed with ValueError: no such vendor",
    }
    folder = tmp_path / "reports" / "acme" / "2026-Q3" / "deadly"
    rows = json.loads((folder / "findings" / "count.json").read_text())
    assert {(row["verdict"], row["because"]) for row in rows} == {("not assessed", because)}
    assert because in (folder / "count_review.html").read_text()


# ------------------------------------------------------------------------------------------------------ a run that is ended
def test_ctrl_c_ends_kernels_on_workers_and_tells_what_is_done(tmp_path, books, make_client, scheduler):
    data = make_client(tmp_path / "acme", "alder", "slow1", "slow2")
    process = begin(data, tmp_path / "reports", books, scheduler)
    running = kernels(data, "slow1", "slow2")
    process.send_signal(signal.SIGINT)
    told, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, errors
    assert "Not reached: 5 of 7" in told
    assert errors == ""
    assert not [kernel for kernel in running if is_alive(kernel)]


def test_a_killed_run_leaves_no_kernel_on_workers(tmp_path, books, make_client, scheduler):
    data = make_client(tmp_path / "acme", "slow1", "slow2")
    process = begin(data, tmp_path / "reports", books, scheduler)
    running = kernels(data, "slow1", "slow2")
    process.kill()
    process.communicate()
    until(lambda: not [kernel for kernel in running if is_alive(kernel)])


# ------------------------------------------------------------------------------------------------------------------ local
def test_local_gives_a_cluster_for_the_run(tmp_path, books, make_client):
    data = make_client(tmp_path / "acme", "alder", "slow1")
    process = begin(data, tmp_path / "reports", books, "local")
    kernels(data, "slow1")
    (data / "go").touch()
    told, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (0, ""), told
    assert told.count(" done ") == 5
    until(lambda: not marked(tmp_path / "reports"))


def test_ctrl_c_ends_a_local_cluster(tmp_path, books, make_client):
    """The signal goes to all its processes, as from a terminal."""
    data = make_client(tmp_path / "acme", "slow1")
    process = begin(data, tmp_path / "reports", books, "local", jobs=1)
    kernels(data, "slow1")
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE)
    assert (process.returncode, errors) == (130, "")
    until(lambda: not marked(tmp_path / "reports"))


# ----------------------------------------------------------------------------------------------- what cannot be begun
@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "tls://127.0.0.1:1", "scheduler"])
def test_a_scheduler_that_does_not_answer_is_told(tmp_path, make_client, monkeypatch, address):
    monkeypatch.setattr(cluster, "CONNECT", 1)
    data = make_client(tmp_path / "acme", "alder")
    asked = ["run", str(data), "--cluster", address, "--reports", str(tmp_path / "reports")]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 2
    assert "--cluster" in done.output
    assert address in done.output
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("code_digest", lambda: "other code", "the toolkit's code"),
        ("libraries", lambda: {"pandas": "1.0"}, "; expected 1.0."),
        ("files_seen", lambda client: {"acme/review.yaml": "2 bytes"}, "acme/review.yaml"),
    ],
)
def test_workers_that_see_something_else_are_named(
    tmp_path, books, area, make_client, scheduler, monkeypatch, name, value, words
):
    data = make_client(tmp_path / "acme", "alder")
    monkeypatch.setattr(cluster, name, value)
    with pytest.raises(SettingsError) as caught:
        run(data, reports=tmp_path / "reports", areas=[area], notebooks=books, cluster=scheduler)
    assert len({fault.where for fault in caught.value.faults}) == 2, "each worker speaks for itself"
    assert words in str(caught.value)
    assert "restart the workers" in str(caught.value)


def test_without_dask_the_command_that_installs_it_is_told(tmp_path, books, area, make_client, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    data = make_client(tmp_path / "acme", "alder")
    with pytest.raises(SettingsError, match=r"pip install -c constraints.txt -e '.\[cluster\]'"):
        run(data, reports=tmp_path / "reports", areas=[area], notebooks=books, cluster="local")


def test_a_run_without_a_cluster_imports_nothing_of_dask(tmp_path):
    code = "import sys, toolkit.cli, toolkit.run.executor; print([name for name in sys.modules if 'dask' in name])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
