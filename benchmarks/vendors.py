"""Many vendors: seconds a vendor at 500 against 50, the runner's memory, and how long it takes to see that nothing changed.

Clients of invented vendors are made from the sample: each vendor is one of the sample's five, under another name, all its
amounts scaled. Ratios first. By default a sample of each client's vendors is reviewed (`--reviewed`): seconds a vendor are
then those in which vendors' notebooks ran, by the vendors reviewed, and those before and after (reading the client, the
portfolio), by all vendors of the client. `--whole` reviews them all. For the last figure the reports of all vendors have to
be there: those that were not made are put there by copying, with the records that a run would have left.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
PERIOD = "2026-Q3"
SCALED = ("amount", "quantity", "volume")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--vendors", type=int, nargs="+", default=[50, 500], help="sizes of the clients (default 50 500)"
    )
    parser.add_argument(
        "--reviewed", type=int, default=10, help="vendors of each client that are reviewed (default 10)"
    )
    parser.add_argument("--whole", action="store_true", help="review every vendor of every client")
    parser.add_argument(
        "--rounds", type=int, default=2, help="rounds, sizes taking turns; medians are printed (default 2)"
    )
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n", flush=True)
    with tempfile.TemporaryDirectory() as place:
        clients = {count: make_client(Path(place) / f"v{count}", count) for count in given.vendors}
        compare(clients, Path(place) / "reports", given.rounds, 0 if given.whole else given.reviewed)
        unchanged(clients, Path(place) / "reports")
    return 0


def compare(clients: dict[int, Path], reports: Path, rounds: int, reviewed: int) -> None:
    """Seconds a vendor and the runner's peak memory by size of client, the sizes taking turns."""
    seconds: dict[int, list[float]] = {count: [] for count in clients}
    memory: dict[int, int] = dict.fromkeys(clients, 0)
    for folder in clients.values():  # fills the prepared store; not counted
        measure(folder, reports, ["--vendor", "v0001", "--force"])
    for _ in range(rounds):
        for count, folder in clients.items():
            chosen = [f"v{number:04}" for number in spread(count, reviewed or count)]
            words = [word for vendor in chosen for word in ("--vendor", vendor)] if reviewed else []
            events = reports / "events.jsonl"
            taken, peak = measure(folder, reports, [*words, "--force", "--events", str(events)])
            inside = vendors_span(events)
            seconds[count].append(inside / len(chosen) + (taken - inside) / count)
            memory[count] = max(memory[count], peak)
    first = next(iter(clients))
    print(f"{'vendors':>8} {'ratio':>6} {'seconds a vendor':>17} {'runner':>8}   all steps run, {rounds} rounds")
    for count in clients:
        ratio = median(seconds[count]) / median(seconds[first])
        print(f"{count:8} {ratio:6.2f} {median(seconds[count]):17.2f} {memory[count] / 2**20:5.0f} MB", flush=True)


def vendors_span(events: Path) -> float:
    """Seconds from the start of the first notebook of a vendor to the end of the last one."""
    rows = [json.loads(line) for line in events.read_text(encoding="utf-8").splitlines()]
    moments = [row["at"] for row in rows if row["vendor"]]
    return max(moments) - min(moments)


def unchanged(clients: dict[int, Path], reports: Path) -> None:
    """Seconds of a run in which nothing changed, by size of client, all steps of all vendors being there."""
    print(f"\n{'vendors':>8} {'steps':>6} {'seconds':>8} {'runner':>8}   nothing changed")
    for count, folder in clients.items():
        complete(folder, reports)
        runs = [measure(folder, reports, []) for _ in range(3)]
        record = json.loads((reports / folder.name / PERIOD / "run.json").read_text(encoding="utf-8"))
        again = sum(step["run"] for step in record["steps"])
        if again:
            print(f"{count:8} {again} steps were run again, so this is no figure", flush=True)
            continue
        print(
            f"{count:8} {len(record['steps']):6} {median(taken for taken, _ in runs):8.2f} "
            f"{max(peak for _, peak in runs) / 2**20:5.0f} MB",
            flush=True,
        )


def spread(count: int, chosen: int) -> list[int]:
    """Numbers of as many vendors as are wanted, the five kinds in turn, over the whole client."""
    groups = max(min(chosen, count) // 5, 1)
    step = max(count // 5 // groups, 1) * 5
    return [1 + group * step + kind for group in range(groups) for kind in range(min(5, count))][:count]


def measure(folder: Path, reports: Path, words: list[str]) -> tuple[float, int]:
    """Seconds of `toolkit run`, and the most memory that its own process held, kernels left out, in bytes."""
    command = [sys.executable, "-m", "toolkit", "run", folder, "--period", PERIOD, "--reports", reports, *words]
    started, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=told, stderr=told)
        while process.poll() is None:
            peak = max(peak, high_water(process.pid))
            time.sleep(0.05)
        taken = time.perf_counter() - started
        if process.returncode:
            told.seek(0)
            raise SystemExit(told.read().decode())
    return taken, peak


def high_water(process: int) -> int:
    """The most memory that a process has held so far."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), 0)


# ---------------------------------------------------------------------------------------------------------- the clients
def make_client(folder: Path, count: int) -> Path:
    """A client of this many vendors, v0001 and so on, each one of the sample's five with its amounts scaled."""
    import yaml

    settings = yaml.safe_load((SAMPLE / "review.yaml").read_text(encoding="utf-8"))
    kinds = [vendor["vendor"] for vendor in settings["vendors"]]
    copies = {kind: range(place + 1, count + 1, len(kinds)) for place, kind in enumerate(kinds)}
    settings["vendors"] = [
        {
            "vendor": f"v{number:04}",
            "name": f"Vendor {number:04}",
            "contract_start": settings["vendors"][(number - 1) % len(kinds)]["contract_start"],
        }
        for number in range(1, count + 1)
    ]
    folder.mkdir(parents=True)
    text = yaml.safe_dump({**settings, "client": f"Client of {count} vendors"}, sort_keys=False, allow_unicode=True)
    (folder / "review.yaml").write_text(text, encoding="utf-8")
    for table in sorted(SAMPLE.glob("*.csv")):
        copy_table(table, folder / table.name, copies)
    return folder


def copy_table(source: Path, target: Path, copies: dict[str, range]) -> None:
    """A table of the sample with every vendor's rows as often as there are copies of it, vendor by vendor."""
    with source.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(copied(rows, copies))


def copied(rows: list[dict[str, str]], copies: dict[str, range]) -> Iterator[dict[str, str]]:
    """Rows of no vendor as they are, then those of each copy."""
    yield from (row for row in rows if row.get("vendor") not in copies)
    for number in sorted(number for numbers in copies.values() for number in numbers):
        kind = next(kind for kind, numbers in copies.items() if number in numbers)
        for row in rows:
            if row.get("vendor") == kind:
                yield {**row, **scaled(row, 1 + number % 10), "vendor": f"v{number:04}"}


def scaled(row: dict[str, str], factor: int) -> dict[str, str]:
    """The amounts of a row times a whole number; prices are left alone, so that they still agree with the rates."""
    return {name: times(row[name], factor) for name in SCALED if row.get(name)}


def times(text: str, factor: int) -> str:
    """A number in a cell times a whole number, with as many places as it had."""
    places = len(text.partition(".")[2])
    return f"{float(text) * factor:.{places}f}"


def complete(folder: Path, reports: Path) -> None:
    """Put a report of every vendor there without its kernels: copies of those that were made, with their records."""
    sys.path.insert(0, str(ROOT))
    from toolkit.files import write_whole
    from toolkit.run.engine import Outcome
    from toolkit.run.executor import run
    from toolkit.run.fresh import findings_file
    from toolkit.run.kernels import Kernels

    made = {
        int(path.parts[-3][1:]) % 5: path.parents[1]
        for path in (reports / folder.name / PERIOD).glob("v*/notebooks/20*")
    }

    class Copies:
        """In place of an engine: the executed notebook and the findings of a vendor of the same kind."""

        kernels: Any = Kernels()

        def execute(self, step: Any) -> Outcome:
            step.output.parent.mkdir(parents=True, exist_ok=True)
            if not step.vendor:
                return Outcome(True)  # made by the sampled run
            there = made[int(step.vendor[1:]) % 5]
            if step.area:
                text = (there / "findings" / f"{step.area}.json").read_text(encoding="utf-8")
                write_whole(findings_file(step), text.replace(there.name, step.vendor))
            if there != step.page.parent:
                shutil.copy(there / "notebooks" / step.output.name, step.output)
            return Outcome(True)

    report = run(folder, [PERIOD], reports=reports, engine=Copies())
    if not report.ok:
        raise SystemExit(next(result.outcome.because for result in report.results if not result.outcome.ok))


if __name__ == "__main__":
    sys.exit(main())
