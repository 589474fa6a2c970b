"""The prepared store at scale: 10 million tickets and 10 million invoice lines, beside a bare DuckDB conversion.

Ratios first. Two files are made by a seeded generator, in the order in which exports come: by day, vendors mixed, one row in
100,000 of a vendor that the client does not have and one with a word that is not allowed. Preparing them reads, types and
checks every cell; the bare conversion is `read_csv` with the same types into the same partitions of Parquet, nothing checked.
Each is a process of its own, the two taking turns, seconds being those of the whole process; memory is the most that it held
at once (resident, shared pages counted). Then the rows of one vendor are read out of these tickets and out of those of a
client with five vendors, in turn, in one process: the libraries are imported, the files are in the system's cache.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import duckdb
import yaml

from toolkit.areas.cost import INVOICES
from toolkit.client import open_client
from toolkit.store import prepare, read_slice
from toolkit.tables import Column, Rule, Table

EACH = 20_000  # rows of a vendor
FEW = 5  # vendors of the client that the large one is held against
SPACE = 600  # bytes that a row of a table needs on disk at most: as CSV, twice as Parquet, and while it is sorted
SEED = 20261122
TYPES = {"number": "DOUBLE", "integer": "BIGINT", "date": "DATE"}

TICKETS = Table(
    "tickets",
    "one ticket",
    (
        Column("vendor", "id", "Vendor id"),
        Column("ticket", "text", "Number of the ticket"),
        Column("opened", "date", "Day on which it was opened"),
        Column("resolved", "date", "Day on which it was resolved", required=False, filled=False),
        Column("month", "month", "Month in which it is counted"),
        Column("period", "period", "Quarter in which it is counted"),
        Column("priority", "text", "How urgent it is", allowed=("P1", "P2", "P3", "P4")),
        Column("service", "text", "Service", required=False, filled=False),
        Column("reopened", "integer", "How often it was opened again", low=0),
        Column("hours", "number", "Hours of work", "hours", low=0),
        Column("subject", "text", "What it is about", required=False, filled=False),
    ),
    key=("vendor", "ticket"),
    rules=(
        Rule(
            "resolved on the day it was opened or later",
            ("opened", "resolved"),
            lambda rows: rows["resolved"].isna() | (rows["resolved"] >= rows["opened"]),
        ),
    ),
    dated="opened",
)
TABLES = (TICKETS, INVOICES)

# chance(i, k) is a number from 0 to 1 that depends on the seed, the row and k alone.
SHARED = """
CREATE MACRO chance(i, k) AS hash(i, k, {seed}) / 18446744073709551615;
CREATE MACRO vendor_of(i) AS CASE WHEN chance(i, 9) < 1e-5 THEN 'v9999' ELSE format('v{{:04}}', i * 7919 % {vendors} + 1) END;
CREATE MACRO day_of(i) AS DATE '2024-01-01' + CAST(i * 990 // {rows} AS INTEGER);
"""
MAKE = {
    "tickets": """
SELECT vendor_of(i) AS vendor, format('INC{:08}', i) AS ticket, opened,
       CASE WHEN chance(i, 1) < 0.95 THEN opened + CAST(chance(i, 2) * 30 AS INTEGER) END AS resolved,
       strftime(opened, '%Y-%m') AS month, format('{}-Q{}', year(opened), quarter(opened)) AS period,
       CASE WHEN chance(i, 10) < 1e-5 THEN 'urgent' ELSE format('P{}', CAST(1.5 + chance(i, 3) * 3 AS INTEGER)) END AS priority,
       ['Service desk', 'Network', 'Workplace', ''][CAST(1.5 + chance(i, 4) * 2.9 AS INTEGER)] AS service,
       CAST(chance(i, 5) * 1.3 AS INTEGER) AS reopened, round(chance(i, 6) * 16, 2) AS hours,
       format('{} {} on site {}', ['Printer', 'Password', 'Laptop, new', 'Access'][CAST(1.5 + chance(i, 7) * 2.9 AS INTEGER)],
              ['does not work', 'is wanted', 'is slow'][CAST(1.5 + chance(i, 8) * 1.9 AS INTEGER)], i % 97) AS subject
FROM (SELECT range AS i, day_of(range) AS opened FROM range({rows}))""",
    "invoices": """
SELECT vendor_of(i) AS vendor, format('R{:07}', i // 4000 * 500 + i % 500) AS invoice, i // 500 % 8 + 1 AS line,
       day_of(i) AS date, round(quantity * price, 2) AS amount, 'GBP' AS currency,
       CASE WHEN chance(i, 10) < 1e-5 THEN 'running'
       ELSE ['run', 'run', 'change', 'other'][CAST(1.5 + chance(i, 3) * 2.9 AS INTEGER)] END AS category,
       ['Service desk', 'Network', 'Workplace', ''][CAST(1.5 + chance(i, 4) * 2.9 AS INTEGER)] AS service,
       ['Ticket, standard', 'Ticket, priority', 'Change'][CAST(1.5 + chance(i, 5) * 1.9 AS INTEGER)] AS item,
       quantity, price AS unit_price, format('Services of {}', strftime(day_of(i), '%B %Y')) AS description
FROM (SELECT range AS i, CAST(chance(i, 1) * 900 AS INTEGER) AS quantity, round(chance(i, 2) * 90, 2) AS price
      FROM (SELECT range, range AS i FROM range({rows})))""",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of each table (default 10000000)")
    parser.add_argument("--rounds", type=int, default=1, help="rounds, both ways taking turns (default 1)")
    parser.add_argument("--reads", type=int, default=200, help="reads of a vendor's rows, of each client (default 200)")
    parser.add_argument("--alone", nargs=2, metavar=("WAY", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.alone:
        way, folder = given.alone
        print(json.dumps(WAYS[way](Path(folder))))
        return 0
    vendors = max(given.rows // EACH, FEW)
    with tempfile.TemporaryDirectory(prefix="store") as place:
        need, free = 2 * given.rows * SPACE, shutil.disk_usage(place).free
        if free < need:
            raise SystemExit(
                f"{place}: found {free / 1e9:.0f} GB free; expected {need / 1e9:.0f} GB; use --rows or TMPDIR"
            )
        print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, load {load()}")
        large = make_client(Path(place) / "large", vendors, given.rows)
        small = make_client(Path(place) / "small", FEW, FEW * EACH)
        compare(large, given.rows, given.rounds)
        prepare(open_client(small), TICKETS)
        compare_reads({given.rows: large, FEW * EACH: small}, given.reads)
    return 0


def compare(folder: Path, rows: int, rounds: int) -> None:
    """Seconds and memory of both ways to make Parquet of a client's two tables."""
    taken: dict[str, list[tuple[float, float, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, runs in taken.items():
            runs.append(alone(way, folder, rows))
    prepared, bare = ([median(run[kind] for run in taken[way]) for kind in range(3)] for way in ("prepare", "bare"))
    print(
        f"\n{rows:,} tickets and {rows:,} invoice lines, {size(folder):.1f} GB of CSV, {rounds} rounds, load {load()}"
    )
    print(
        f"{prepared[0] / bare[0]:6.2f} times the time of a bare conversion, {prepared[1] / bare[1]:.2f} times its CPU time"
    )
    print(f"{prepared[2] / 1000:6.2f} GB of memory at most")
    for way, (seconds, used, memory) in {"prepare": prepared, "bare conversion": bare}.items():
        print(f"  {way:20} {seconds:7.1f} s {used:7.1f} CPU s {memory:6.0f} MB", flush=True)


def alone(way: str, folder: Path, rows: int) -> tuple[float, float, float]:
    """Seconds and CPU seconds of one way in a process of its own, and the most memory that it held, in MB."""
    for made in (folder / ".prepared", folder / ".bare"):
        shutil.rmtree(made, ignore_errors=True)
    started, before = time.perf_counter(), os.times()
    command = [sys.executable, __file__, "--alone", way, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    seconds, after, told = time.perf_counter() - started, os.times(), json.loads(done.stdout)
    if told["rows"] != [rows, rows]:
        raise SystemExit(f"{way} found {told['rows']} rows, so this is no figure")
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return seconds, used, told["memory"]


def compare_reads(clients: dict[int, Path], reads: int) -> None:
    """Milliseconds to read one vendor's tickets out of clients of different sizes, in turn."""
    opened = {rows: open_client(folder) for rows, folder in clients.items()}
    taken: dict[int, list[float]] = {rows: [] for rows in clients}
    for number in range(reads + FEW):
        for rows, client in opened.items():
            vendor = list(client.vendors)[number * 37 % len(client.vendors)]
            started = time.perf_counter()
            read = read_slice(client, TICKETS, vendor)
            seconds = time.perf_counter() - started
            if number >= FEW and len(read):  # the first ones warm up; a vendor with a faulty row has none to read
                taken[rows].append(seconds)
    milliseconds = {rows: 1000 * median(seconds) for rows, seconds in taken.items()}
    large, small = milliseconds
    print(f"\n{milliseconds[large] / milliseconds[small]:6.2f} times the time to read one vendor's {EACH:,} tickets")
    for rows, figure in milliseconds.items():
        print(f"  out of {rows:12,} rows {figure:7.1f} ms, median of {len(taken[rows])}", flush=True)


# -------------------------------------------------------------------------------------------- two ways, each by itself
def prepare_tables(folder: Path) -> dict[str, object]:
    """Both tables by the prepared store."""
    known = [prepare(open_client(folder), table) for table in TABLES]
    return {"rows": [table.rows for table in known if table], "memory": high_water()}


def convert_tables(folder: Path) -> dict[str, object]:
    """Both tables by DuckDB as it comes, in one statement each."""
    database, rows = duckdb.connect(), []
    for table in TABLES:
        path = folder / f"{table.name}.csv"
        names = path.open(encoding="utf-8").readline().strip().split(",")
        types = {name: TYPES.get(table[name].kind, "VARCHAR") for name in names}
        target = folder / ".bare" / table.name
        target.mkdir(parents=True)
        copied = database.execute(
            f"COPY (FROM read_csv('{path}', header = true, columns = {types})) "
            f"TO '{target}' (FORMAT parquet, PARTITION_BY vendor)"
        )
        rows.append(copied.fetchall()[0][0])
    return {"rows": rows, "memory": high_water()}


WAYS = {"bare": convert_tables, "prepare": prepare_tables}


def high_water() -> float:
    """The most memory that this process has held so far, in MB; NaN where the system does not tell."""
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return float("nan")
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), float("nan"))


# ----------------------------------------------------------------------------------------------------------- the clients
def make_client(folder: Path, vendors: int, rows: int) -> Path:
    """A client with this many vendors, v0001 and so on, and rows of each table; equal arguments give equal files."""
    folder.mkdir()
    listed = [{"vendor": f"v{number:04}", "name": f"Vendor {number:04}"} for number in range(1, vendors + 1)]
    settings = {"client": folder.name, "currency": "GBP", "periods": ["2026-Q3"], "vendors": listed}
    (folder / "review.yaml").write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    with duckdb.connect() as database:
        database.execute(SHARED.format(seed=SEED, vendors=vendors, rows=rows))
        for name, query in MAKE.items():
            rows_of = query.replace("{rows}", str(rows))
            database.execute(f"COPY ({rows_of}) TO '{folder / name}.csv' (HEADER)")
    return folder


def size(folder: Path) -> float:
    """Gigabytes of a client's tables."""
    return sum(path.stat().st_size for path in folder.glob("*.csv")) / 1e9


def load() -> str:
    """How many processes were waiting for a core, over the last minute."""
    return f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"


if __name__ == "__main__":
    sys.exit(main())
