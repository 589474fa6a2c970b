"""Seconds and memory per vendor report, beside the same notebooks by plain papermill and nbconvert; ratios first.

`make benchmark` calls it. Each way runs as processes of its own, one after the other, on the same notebooks, vendors and
period; the first run of each client fills the prepared store and is not counted. Memory is the largest sum over all
processes of a way, kernels included, counting shared pages once (USS), sampled five times a second.
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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--client", choices=CLIENTS, action="append", help="only this client")
    parser.add_argument(
        "--runs", type=int, default=3, help="counted runs of toolkit run, the median is printed (default 3)"
    )
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for name in given.client or CLIENTS:
        folder, period = CLIENTS[name]
        if not list((ROOT / folder).glob("invoices.*")):
            print(f"{name}: left out, because {folder} holds no invoices; `make real` builds it\n")
            continue
        compare(name, ROOT / folder, period, given.runs)
    return 0


def compare(name: str, folder: Path, period: str, runs: int) -> None:
    """Run one client in every way and print seconds, ratios and memory."""
    from toolkit.client import open_client

    vendors = list(open_client(folder).vendors)
    with tempfile.TemporaryDirectory() as place:
        toolkit_run = [str(BIN / "toolkit"), "run", str(folder), "--period", period, "--reports", place, "--force"]
        measure([toolkit_run])
        timed = sorted(measure([toolkit_run]) for _ in range(runs))
        ways = {"toolkit run": timed[len(timed) // 2]}
    with tempfile.TemporaryDirectory() as place:
        ways["papermill and nbconvert in one process"] = measure(
            [[sys.executable, "-c", API_LOOP]],
            "\n".join("\t".join(step) for step in steps(folder, period, vendors, Path(place))),
        )
    with tempfile.TemporaryDirectory() as place:
        ways["papermill and nbconvert commands"] = measure(
            [command for step in steps(folder, period, vendors, Path(place)) for command in commands(step)]
        )
    print(f"{name}: {len(vendors)} vendors, {2 * len(vendors) + 1} notebooks and pages, {period}")
    print(f"{'way':40} {'seconds':>8} {'a vendor':>9} {'ratio':>6} {'memory':>8}")
    base = ways["toolkit run"][0]
    for way, (seconds, memory) in ways.items():
        print(f"{way:40} {seconds:8.1f} {seconds / len(vendors):9.2f} {seconds / base:6.1f} {memory / 2**20:5.0f} MB")
    print(flush=True)


def steps(folder: Path, period: str, vendors: list[str], place: Path) -> list[list[str]]:
    """Every notebook with its output, its page and its parameters, in the order that findings need."""
    common = ["period", period, "data", str(folder), "reports", str(place)]
    order = [("20_cost_comparison", vendor) for vendor in vendors]
    order += [("90_executive_summary", vendor) for vendor in vendors] + [("95_portfolio", "")]
    return [
        [
            str(ROOT / "notebooks" / f"{notebook}.ipynb"),
            str(place / f"{vendor}{notebook}.ipynb"),
            str(place / f"{vendor}{notebook}.html"),
            *common,
            *(["vendor", vendor] if vendor else []),
        ]
        for notebook, vendor in order
    ]


def commands(step: list[str]) -> list[list[str]]:
    """The two commands that make one page."""
    notebook, executed, page, *words = step
    given = [part for key, value in zip(words[::2], words[1::2], strict=True) for part in ("-r", key, value)]
    return [
        [str(BIN / "papermill"), notebook, executed, "--no-progress-bar", "-k", "python3", *given],
        [str(BIN / "jupyter"), "nbconvert", "--to", "html", "--no-input", "--output", page, executed],
    ]


def measure(all_commands: list[list[str]], text: str = "") -> tuple[float, int]:
    """Seconds for the commands one after another, and the peak memory of all their processes in bytes."""
    peak, done = [0], threading.Event()
    watcher = threading.Thread(target=watch, args=(peak, done))
    watcher.start()
    started = time.perf_counter()
    try:
        for command in all_commands:
            subprocess.run(
                command, input=text, text=True, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
            )
    finally:
        seconds = time.perf_counter() - started
        done.set()
        watcher.join()
    return seconds, peak[0]


def watch(peak: list[int], done: threading.Event) -> None:
    """Keep the largest sum of the memory of all processes below this one."""
    while not done.wait(0.2):
        total = 0
        for process in psutil.Process().children(recursive=True):
            try:
                total += process.memory_full_info().uss
            except psutil.Error:  # it ended between being listed and being asked
                continue
        peak[0] = max(peak[0], total)


if __name__ == "__main__":
    sys.exit(main())
