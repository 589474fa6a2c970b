"""What leaders wait for: scenarios by simulation, a choice under plausible weights, and a review in every format.

    .venv/bin/python benchmarks/decisions.py

Each figure is the median of five, after one that is thrown away; seconds on the wall, and the peak of memory while it ran.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from toolkit.client import find_client, open_client  # noqa: E402
from toolkit.report.editions import LEADERSHIP, VENDOR  # noqa: E402
from toolkit.report.pack import pack  # noqa: E402
from toolkit.run import executor  # noqa: E402
from toolkit.stats.acceptability import acceptability  # noqa: E402
from toolkit.stats.scenarios import three_point_draws  # noqa: E402

ROUNDS, DRAWS, ITEMS, CANDIDATES, CRITERIA = 5, 100_000, 40, 10, 12
PERIOD, ONE = "2026-Q3", "alder"


def main() -> int:
    rng = np.random.default_rng(1)
    low = rng.uniform(1, 10, ITEMS)
    values = rng.uniform(size=(CANDIDATES, CRITERIA))
    tell(f"{DRAWS:,} draws of {ITEMS} cost items that go together", lambda: scenario(low))
    tell(
        f"SMAA, {CANDIDATES} candidates, {CRITERIA} criteria, {DRAWS:,} draws",
        lambda: acceptability(values, noise=0.05, draws=DRAWS),
    )
    with tempfile.TemporaryDirectory() as place:
        reports = Path(place)
        executor.run(find_client("sample"), [PERIOD], [ONE], reports)
        client = open_client(find_client("sample"))
        asked = (client, client.period(PERIOD), reports / client.id)
        chosen = [client.vendor(ONE)]
        tell("one vendor in every format, leadership edition", lambda: pack(*asked, LEADERSHIP, chosen))
        tell("one vendor in every format, its own edition", lambda: pack(*asked, VENDOR, chosen))
    return 0


def scenario(low: np.ndarray) -> float:
    """The mean of the sum of cost items, each between a low and a high end."""
    return float(three_point_draws(low, 1.2 * low, 2 * low, rank_correlation=0.3, draws=DRAWS).sum(axis=1).mean())


def tell(what: str, work: Callable[[], object]) -> None:
    """Print how long some work takes, and how much memory at most."""
    work()
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    print(f"{what}: {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {peak:,.0f} MB")


if __name__ == "__main__":
    sys.exit(main())
