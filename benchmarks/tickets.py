"""A client with two million tickets: the most memory that the kernel of a quality review holds, and how long it takes.

The client is made from the sample: the tickets of one of its vendors with their pauses and changes, again and again under
other numbers, shared out over so many vendors (`--vendors 1`: all of them are one vendor's), all other tables as they are. It
is prepared first, which is not counted. Then `toolkit run` reviews the
quality of that vendor, and the memory of its kernel is read while it runs: its own (USS), shared pages of the libraries left
out. `--cells` says for each cell what it took and the most that was held in it, in one process without a kernel.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import yaml

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "data" / "sample"
PERIOD, NOTEBOOK = "2026-Q3", "30_quality_review"
MADE_ANEW = ("tickets", "ticket_pauses", "ticket_changes")
LIMIT = 1.0  # GB


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--tickets", type=int, default=2_000_000, help="tickets of the client (default 2000000)")
    parser.add_argument("--vendors", type=int, default=10, help="vendors that they are shared out over (default 10)")
    parser.add_argument(
        "--vendor", default="alder", help="vendor of the sample whose tickets are copied (default alder)"
    )
    parser.add_argument("--folder", type=Path, help="keep the client here, and take it from here if it is there")
    parser.add_argument("--cells", action="store_true", help="cell by cell, in this process")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tickets") as place:
        folder = given.folder or Path(place) / "many"
        client = make_client(folder, given.vendor, given.tickets, given.vendors)
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
        prepare_tables(client)
        if given.cells:
            by_cell(client, given.vendor, Path(place))
            return 0
        seconds, most = review(client, given.vendor, Path(place))
    print(
        f"{given.tickets:,} tickets of {given.vendors} vendors, review of one: {seconds:.1f} s; kernel {most / 1e9:.2f} GB "
        f"of its own, wanted {LIMIT}"
    )
    return 0


def make_client(folder: Path, vendor: str, tickets: int, vendors: int) -> Path:
    """The sample with as many tickets, each copy of a vendor's being another vendor's in turn, and none of the others."""
    if (folder / "review.yaml").is_file():
        return folder
    folder.mkdir(parents=True)
    for path in [*SAMPLE.glob("*.csv"), SAMPLE / "review.yaml"]:
        if path.stem not in MADE_ANEW:
            shutil.copy(path, folder)
    database = duckdb.connect()
    own = "(SELECT * FROM read_csv('{}', all_varchar = true) WHERE vendor = '{}')"
    count = database.sql(f"SELECT count(*) FROM {own.format(SAMPLE / 'tickets.csv', vendor)}").fetchall()[0][0]
    for name in MADE_ANEW:
        parent = ", parent || '.' || copy AS parent" if name == "tickets" else ""
        database.sql(
            f"COPY (SELECT * EXCLUDE (copy) REPLACE (ticket || '.' || copy AS ticket{parent}, "
            f"CASE copy % {vendors} WHEN 0 THEN vendor ELSE 'other' || copy % {vendors} END AS vendor) "
            f"FROM (SELECT range AS copy FROM range({-(-tickets // count)})), {own.format(SAMPLE / f'{name}.csv', vendor)} "
            f") TO '{folder / f'{name}.csv'}' (HEADER)"
        )
    settings = yaml.safe_load((folder / "review.yaml").read_text(encoding="utf-8"))
    settings["vendors"] += [{"vendor": f"other{place}", "name": f"Other {place}"} for place in range(1, vendors)]
    (folder / "review.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def prepare_tables(client: Path) -> None:
    """Fill the prepared store, in a process whose memory is not counted."""
    subprocess.run([sys.executable, "-m", "toolkit", "check", client], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def review(client: Path, vendor: str, place: Path) -> tuple[float, int]:
    """Seconds of `toolkit run` for a vendor, and the most own memory of a process below it, in bytes."""
    words = ["--period", PERIOD, "--vendor", vendor, "--reports", place / "reports", "--force"]
    command = [sys.executable, "-m", "toolkit", "run", client, *words, "--jobs", "1"]
    started, most = time.perf_counter(), 0
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen([str(word) for word in command], cwd=ROOT, stdout=told, stderr=told)
        while process.poll() is None:
            most = max([most, *map(own_memory, below(process.pid))])
            time.sleep(0.05)
        if process.returncode:
            told.seek(0)
            raise SystemExit(told.read().decode())
    return time.perf_counter() - started, most


def below(process: int) -> list[int]:
    """The processes that a process started, and those that these did."""
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
    except OSError:
        return []
    children = [int(word) for word in text.split()]
    return [*children, *(further for child in children for further in below(child))]


def own_memory(process: int) -> int:
    """The memory that a process shares with no other; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


def by_cell(client: Path, vendor: str, place: Path) -> None:
    """Seconds and memory of each cell of the notebook, run in this process."""
    import nbformat

    names: dict[str, object] = {}
    source = ROOT / "notebooks" / f"{NOTEBOOK}.ipynb"
    print(f"{'CPU s':>6} {'GB':>5}  at the end, {'GB':>5} at most")
    for cell in nbformat.read(source, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark begins anew
        started = time.process_time()
        exec(compile(cell.source, NOTEBOOK, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names.update(vendor=vendor, period=PERIOD, data=str(client), reports=str(place))
        taken = time.process_time() - started
        held, most = (memory(name) for name in ("VmRSS", "VmHWM"))
        print(f"{taken:6.2f} {held:5.2f} {most:5.2f}  {cell.source.splitlines()[-1][:70]}", flush=True)


def memory(name: str) -> float:
    """A figure of this process's memory, in GB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1e6 for line in lines if line.startswith(name))


if __name__ == "__main__":
    sys.exit(main())
