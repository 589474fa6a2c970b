"""Two Dask workers against a local run with two processes, on the same notebooks: the ratio of their speeds first.

The client is of invented vendors, made from the sample. A scheduler and two workers of one thread each run as processes of
their own, as they would on other machines; their start is told apart from the run. Both ways take turns, after a round of
each that is not counted: it fills the prepared store and warms the workers up. Seconds are those of the whole command, and
of them those before its first notebook begins and after its last has ended; CPU seconds are those of all processes of a
way, and of them those of the process that was started, which gives the workers their steps.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil
from vendors import PERIOD, ROOT, make_client

WORKERS = 2


@dataclass(frozen=True)
class Cost:
    """What one run took: seconds, of them before the first and after the last notebook, CPU seconds, its process's own."""

    seconds: float
    around: float
    cpu: float
    own: float
    steps: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vendors", type=int, default=20, help="vendors of the client (default 20)")
    parser.add_argument("--rounds", type=int, default=3, help="counted rounds; medians are printed (default 3)")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the workers are ended in any case
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    with tempfile.TemporaryDirectory() as place:
        client = make_client(Path(place) / "client", given.vendors)
        reports = Path(place) / "reports"
        started = time.perf_counter()
        with dask_cluster(Path(place)) as (address, processes):
            start = time.perf_counter() - started
            ways = {
                f"toolkit run --jobs {WORKERS}": (["--jobs", str(WORKERS)], []),
                f"{WORKERS} Dask workers": (["--cluster", address], processes),
            }
            costs: dict[str, list[Cost]] = {way: [] for way in ways}
            for number in range(given.rounds + 1):
                for way, (words, others) in ways.items():
                    cost = measure(client, reports, words, others)
                    if number:
                        costs[way].append(cost)
                    else:
                        print(f"not counted: {way}: {cost.seconds:.1f} s, {cost.around:.1f} of them around", flush=True)
    tell(costs, given.vendors, start)
    return 0


def tell(costs: dict[str, list[Cost]], vendors: int, start: float) -> None:
    """Ratio, seconds, CPU and what a report costs."""
    local, cluster = costs.values()
    ratios = [one.seconds / other.seconds for one, other in zip(local, cluster, strict=True)]
    print(f"\n{median(ratios):6.0%} of the local run's speed (rounds: {', '.join(f'{ratio:.0%}' for ratio in ratios)})")
    print(
        f"\n{'way':24} {'seconds':>8} {'around':>7} {'CPU':>7} {'a notebook':>11} {'a vendor':>9} {'CPU a vendor':>13}"
    )
    for way, runs in costs.items():
        seconds, around, cpu = (median(getattr(one, name) for one in runs) for name in ("seconds", "around", "cpu"))
        busy = WORKERS * (seconds - around)
        each, vendor = busy / runs[0].steps, busy / vendors
        print(f"{way:24} {seconds:8.1f} {around:7.1f} {cpu:7.1f} {each:11.2f} {vendor:9.2f} {cpu / vendors:13.2f}")
    own = median(one.own for one in cluster)
    print(
        f"\nA notebook, a vendor: seconds of one worker thread. {vendors} vendors, {cluster[0].steps} notebooks and pages."
    )
    print(f"On the cluster the process that was started took {own:.1f} CPU seconds, the workers the others.")
    print(f"The scheduler and its workers took {start:.1f} s to start.")


def measure(client: Path, reports: Path, words: list[str], others: list[psutil.Process]) -> Cost:
    """One run of everything; others: processes that work for it beside its own."""
    events = reports.parent / "events.jsonl"
    command = [sys.executable, "-m", "toolkit", "run", client, "--period", PERIOD, "--reports", reports, "--force"]
    command += [*words, "--events", events]
    before, cpu, started = os.times(), sum(map(used, others)), time.perf_counter()
    done = subprocess.run([str(word) for word in command], cwd=ROOT, capture_output=True, text=True, check=False)
    seconds, after = time.perf_counter() - started, os.times()
    if done.returncode:
        raise SystemExit(done.stderr)
    own = after.children_user + after.children_system - before.children_user - before.children_system
    rows = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    around = seconds - (rows[-1]["at"] - rows[0]["at"])
    steps = sum(row["event"] == "done" for row in rows)
    return Cost(seconds, around, own + sum(map(used, others)) - cpu, own, steps)


def used(process: psutil.Process) -> float:
    """CPU seconds of a process and of all that it started, ended or not."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = one.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def dask_cluster(place: Path) -> Iterator[tuple[str, list[psutil.Process]]]:
    """The address of a scheduler with workers, once these have come, and the processes of all."""
    from distributed import Client

    file = place / "scheduler.json"
    words = ["--scheduler-file", str(file), "--host", "127.0.0.1", "--no-dashboard"]
    commands = [["dask_scheduler", "--port", "0", *words]]
    commands += [["dask_worker", "--nthreads", "1", *words]] * WORKERS
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "DASK_TEMPORARY_DIRECTORY": str(place)}
    processes: list[subprocess.Popen[bytes]] = []
    with (place / "dask.log").open("wb") as log:
        for name, *rest in commands:
            command = [sys.executable, "-m", f"distributed.cli.{name}", *rest]
            processes.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
    try:
        while not file.exists():
            time.sleep(0.05)
        address = json.loads(file.read_text(encoding="utf-8"))["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(WORKERS)
        yield address, [psutil.Process(process.pid) for process in processes]
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(30)


if __name__ == "__main__":
    sys.exit(main())
