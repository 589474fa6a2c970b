"""What a review costs beside the same notebooks by plain papermill and nbconvert: ratios first, then seconds and memory.

`make benchmark` calls it. Each way runs as processes of its own, one after the other, on the same notebooks, vendors and
periods; the first run of each client fills the prepared store and is not counted. CPU seconds are those of all processes
of a way, kernels included. They are held against the same cells in one IPython shell that has run them before: no kernel,
no import, no file but the findings. Memory is the largest sum over all processes of a way of what is theirs alone, sampled
five times a second: of `toolkit run` in a run of its own that is not timed (USS, because forks share pages; to read it
takes as long as many a cell), of the other ways while they are timed (resident and not of a file).
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CLIENTS = {"sample": ("data/sample", "2026-Q3"), "cabinet_office": ("data/clients/cabinet_office", "2019")}
API_LOOP = """
import sys, nbformat, papermill
from nbconvert import HTMLExporter
for line in sys.stdin.read().splitlines():
    notebook, executed, page, *words = line.split("\\t")
    given = dict(zip(words[::2], words[1::2]))
    papermill.execute_notebook(notebook, executed, given, kernel_name="python3", progress_bar=False)
    body, _ = HTMLExporter(exclude_input=True).from_filename(executed)
    open(page, "w", encoding="utf-8").write(body)
"""

# The cells of every notebook in one shell; the second time is counted, when all is imported and every cache is full.
SHELL = """
import contextlib, io, sys, time, nbformat
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
steps = [line.split("\\t") for line in sys.stdin.read().splitlines()]
def run(step):
    notebook, _, _, *words = step
    shell.reset(new_session=False)
    begun = time.process_time()
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        with contextlib.redirect_stdout(io.StringIO()):
            done = shell.run_cell(cell.source, store_history=False)
        done.raise_error()
        if done.result is not None:
            shell.display_formatter.format(done.result)
        if "parameters" in cell.metadata.get("tags", []):
            shell.user_ns.update(zip(words[::2], words[1::2]))
    return time.process_time() - begun
for step in steps:
    run(step)
print(sum(run(step) for step in steps))
"""


@dataclass(frozen=True)
class Cost:
    """What a way took: seconds on the clock, CPU seconds, and the peak memory of all its processes in bytes."""

    seconds: float
    cpu: float
    memory: int


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--client", choices=CLIENTS, action="append", help="only this client")
    parser.add_argument(
        "--runs", type=int, default=3, help="counted runs of toolkit run, the median is printed (default 3)"
    )
    parser.add_argument("--all-periods", action="store_true", help="every period of the client, not only the latest")
    parser.add_argument("--quick", action="store_true", help="leave the slow ways out: CPU and memory only")
    given = parser.parse_args()
    from toolkit.client import open_client

    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in given.client or CLIENTS:
        folder, period = CLIENTS[name]
        if not list((ROOT / folder).glob("invoices.*")):
            print(f"{name}: left out, because {folder} holds no invoices; `make real` builds it\n")
            continue
        periods = [str(item) for item in open_client(ROOT / folder).periods] if given.all_periods else [period]
        compare(name, ROOT / folder, periods, given.runs, given.quick)
    print(f"{kernel_memory():.0f} MB own memory (USS) of a warm kernel before its first cell")
    return 0


def compare(name: str, folder: Path, periods: list[str], runs: int, quick: bool) -> None:
    """Run one client in every way and print ratios, seconds and memory."""
    from toolkit.client import open_client

    vendors = list(open_client(folder).vendors)
    chosen = [word for period in periods for word in ("--period", period)]
    with tempfile.TemporaryDirectory() as place:
        toolkit_run = [sys.executable, "-m", "toolkit", "run", str(folder), *chosen, "--reports", place, "--force"]
        memory = measure([toolkit_run], own=forked).memory
        timed = sorted((measure([toolkit_run], own=None) for _ in range(runs)), key=lambda cost: cost.seconds)
    ours, ways = replace(timed[len(timed) // 2], memory=memory), {}
    with tempfile.TemporaryDirectory() as place:
        listed = list(steps(folder, periods, vendors, Path(place)))
        text = "\n".join("\t".join(step) for step in listed)
        shown = subprocess.run(
            [sys.executable, "-c", SHELL], input=text, text=True, check=True, capture_output=True, cwd=ROOT
        )
        cells = float(shown.stdout.split()[-1])
        if not quick:
            ways["papermill and nbconvert commands"] = measure(
                [command for step in listed for command in commands(step)]
            )
            ways["papermill and nbconvert in one process"] = measure([[sys.executable, "-c", API_LOOP]], text)
    print(f"{name}: {len(vendors)} vendors, {len(listed)} notebooks and pages, {', '.join(periods)}")
    for way, cost in ways.items():
        print(f"  {cost.seconds / ours.seconds:6.1f} times the speed of {way}")
    print(f"  {ours.cpu / cells:6.2f} CPU seconds for each of the cells alone in a warm shell ({cells:.1f} s)")
    print(f"\n  {'way':40} {'seconds':>8} {'a page':>7} {'CPU':>7} {'memory':>8}")
    for way, cost in {"toolkit run": ours, **ways}.items():
        each = cost.seconds / len(listed)
        print(f"  {way:40} {cost.seconds:8.1f} {each:7.2f} {cost.cpu:7.1f} {cost.memory / 2**20:5.0f} MB")
    print(flush=True)


def kernel_memory() -> float:
    """Own memory (USS) of a warm kernel that is ready for its first cell, in MB; NaN where kernels are not forked."""
    from toolkit.run.kernels import LAUNCHER, Kernels

    kernel = Kernels().direct([*LAUNCHER, "-f", "unused"], dict(os.environ), str(ROOT))
    if kernel is None:
        return float("nan")
    with kernel:
        kernel.receive(time.monotonic() + 120)
        return psutil.Process(kernel.process.pid).memory_full_info().uss / 2**20


def steps(folder: Path, periods: list[str], vendors: list[str], place: Path) -> list[list[str]]:
    """Every notebook with its output, its page and its parameters, in the order that findings need."""
    from toolkit.areas import AREAS
    from toolkit.run.plan import in_reading_order

    areas = in_reading_order(AREAS)
    order = [(period, area.NOTEBOOK, vendor) for period in periods for vendor in vendors for area in areas]
    order += [(period, "90_executive_summary", vendor) for period in periods for vendor in vendors]
    order += [(period, "95_portfolio", "") for period in periods]
    return [
        [
            str(ROOT / "notebooks" / f"{notebook}.ipynb"),
            str(place / f"{period}{vendor}{notebook}.ipynb"),
            str(place / f"{period}{vendor}{notebook}.html"),
            *("period", period, "data", str(folder), "reports", str(place)),
            *(["vendor", vendor] if vendor else []),
        ]
        for period, notebook, vendor in order
    ]


def commands(step: list[str]) -> list[list[str]]:
    """The two commands that make one page."""
    notebook, executed, page, *words = step
    given = [part for key, value in zip(words[::2], words[1::2], strict=True) for part in ("-r", key, value)]
    return [
        [str(BIN / "papermill"), notebook, executed, "--no-progress-bar", "-k", "python3", *given],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", "--output", page, executed],
    ]


def unshared(process: psutil.Process) -> int:
    """Memory that is resident and not of a file."""
    memory = process.memory_info()
    return memory.rss - memory.shared


def forked(process: psutil.Process) -> int:
    """Memory that no other process has."""
    return process.memory_full_info().uss


def measure(
    all_commands: list[list[str]], text: str = "", own: Callable[[psutil.Process], int] | None = unshared
) -> Cost:
    """What the commands cost, one after another; `own` tells a process's memory, None where nobody looks."""
    peak, done = [0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, done, own))
    watcher.start()
    started, before = time.perf_counter(), os.times()
    try:
        for command in all_commands:
            subprocess.run(
                command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT
            )
    finally:
        seconds, after = time.perf_counter() - started, os.times()
        done.set()
        watcher.join()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(seconds, used, peak[0])


def watch(peak: list[int], done: threading.Event, own: Callable[[psutil.Process], int] | None) -> None:
    """Keep the largest sum of the memory of all processes below this one."""
    while own is not None and not done.wait(0.2):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += own(process)
            except psutil.Error:  # it ended between being listed and being asked
                continue
        peak[0] = max(peak[0], total)


if __name__ == "__main__":
    sys.exit(main())
