"""Answers of surveys: importing them, checking and preparing them, seconds and peak memory of each command.

An invented wave of customers: people who answered 30 items about one of many vendors, as labels and codes, some of them
not at all, each with a comment now and then. By default 100,000 people and 200 vendors as a wide table (one response a
row), the same people's 100,000 first answers as a long one, and with `--long` all three million as a long one.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parent.parent
LABELS = np.array(["Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree", "N/A", ""])
SHARES = [0.05, 0.1, 0.2, 0.35, 0.2, 0.04, 0.06]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--vendors", type=int, default=200)
    parser.add_argument("--items", type=int, default=30)
    parser.add_argument("--long", action="store_true", help="all answers as a long table too")
    given = parser.parse_args()
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print(f"{'':24} {'rows':>9}  {'import':>8} {'CPU':>8} {'peak':>9} {'check':>9} {'CPU':>8} {'peak':>9}")
    kinds = ["wide", "100,000 answers, long", *(["long"] if given.long else [])]
    with tempfile.TemporaryDirectory() as place:
        for number, kind in enumerate(kinds):
            folder = client(Path(place) / f"client{number}", given.vendors, given.items)
            file = Path(place) / f"answers{number}.csv"
            # in a process of its own: a command begins with the peak memory of the one that starts it
            maker = multiprocessing.Process(target=write_answers, args=(kind, file, given))
            maker.start()
            maker.join()
            measure(kind, file, folder)
    return 0


def write_answers(kind: str, file: Path, given: argparse.Namespace) -> None:
    """Write the answers as a wide or a long table."""
    table = answers(given.people, given.vendors, given.items)
    if kind != "wide":
        named = ["Vendor", "Person", "Department"]
        table = table.drop(columns="Comment").melt(named, var_name="Item", value_name="Answer")
    table.head(100_000 if kind.startswith("100,000") else len(table)).to_csv(file, index=False)


def answers(people: int, vendors: int, items: int) -> pd.DataFrame:
    """One row a response: vendor, person, department, a column for each item, a comment from one in five."""
    random = np.random.default_rng(5)
    columns = {
        "Vendor": [f"Vendor {number % vendors:03}" for number in range(people)],
        "Person": [f"person{number}@example.org" for number in range(people)],
        "Department": random.choice(["Finance", "Sales", "Works", "Legal"], people),
    }
    for item in range(items):
        columns[f"item_{item}"] = LABELS[random.choice(len(LABELS), people, p=SHARES)]
    words = np.array(["slow", "good", "the desk", "never", "always", "answers", "in time", "again"])
    said = [" ".join(row) for row in words[random.integers(0, len(words), (people, 12))]]
    columns["Comment"] = np.where(random.random(people) < 0.2, said, "")
    return pd.DataFrame(columns)


def client(folder: Path, vendors: int, items: int) -> Path:
    """A client with as many vendors and items."""
    folder.mkdir()
    listed = "".join(f"  - {{vendor: v{number:03}, name: Vendor {number:03}}}\n" for number in range(vendors))
    text = f"client: Invented\ncurrency: GBP\nperiods: [2026-Q3]\nvendors:\n{listed}"
    (folder / "review.yaml").write_text(text, encoding="utf-8")
    rows = [f"customers,item_{n},construct_{n // 5},Item number {n}.,agreement,1,5" for n in range(items)]
    rows += ["customers,comment,comment,What should become better?,comment,,"]
    header = "audience,item,construct,wording,kind,low,high"
    (folder / "survey_items.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return folder


def measure(kind: str, file: Path, folder: Path) -> None:
    """Print what importing a file and checking its client take."""
    mapping = "survey_wide" if kind == "wide" else "survey_long"
    path = folder / f"{mapping}.yaml"
    source = (ROOT / "templates" / "mappings" / f"{mapping}.yaml").read_text(encoding="utf-8")
    if mapping == "survey_wide":
        source = source.replace("columns:\n", "columns:\n  supplier: [Vendor]\n", 1)
    else:
        source = source.replace("  wave: [Wave, Month, Survey month]\n", "").replace(
            "  audience: [Audience, Survey]\n", ""
        )
        source = source[: source.index("values:")]
    path.write_text(source, encoding="utf-8")
    told = ["--constant", "audience=customers", "--constant", "wave=2026-09"]
    steps = [
        ["import", str(path), str(file), "--client", str(folder), *told],
        ["check", str(folder)],
    ]
    taken = [run(step) for step in steps]
    with file.open(encoding="utf-8") as lines:
        rows = sum(1 for _ in lines) - 1
    shown = " ".join(f"{seconds:7.1f} s {cpu:6.1f} s {peak / 1024:6.0f} MB" for seconds, cpu, peak in taken)
    print(f"{kind:24} {rows:9,} {shown}", flush=True)


def run(words: list[str]) -> tuple[float, float, int]:
    """Seconds, CPU seconds and peak memory in KB of a command of the toolkit."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "toolkit", *words], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = process.stdout.read() if process.stdout else ""
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"toolkit {words[0]} ended with {os.waitstatus_to_exitcode(status)}:\n{said[-2000:]}")
    return time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss


if __name__ == "__main__":
    sys.exit(main())
