"""How good the forecasts of short series are: their error against "no change", and how often their intervals held what came.

Simulated series of 10 to 50 points; the check-ins and the monthly service levels of the invented sample client; the yearly
scores of the Civil Service People Survey; the share of incidents within the service level by month, of an IT company's
ServiceNow. The last two need the data beside the project. What is found on all but the simulated ones is written to
`data/reference/forecast_trials.csv`, which the notebook `10_goal_setting` prints among its limits.

Then when open deliverables come: the forecast of every month of the sample client and of an IT services company (Kitchenham),
held against what came, in `data/reference/completion_trials.csv` for `40_delivery_review`. The EBSPM data name no days.
"""

from __future__ import annotations

import argparse
import math
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas import delivery
from toolkit.areas.delivery.look import known, still_open
from toolkit.case import cut_case
from toolkit.client import Client, find_client, open_client
from toolkit.files import ROOT, csv_text, write_whole
from toolkit.model import Period, Vendor
from toolkit.stats import forecasting

SEED = 20261122
LENGTHS = (10, 16, 30, 50)
DATA = ROOT.parent / "shared" / "data"
SAMPLE, TRIALS = ROOT / "data" / "sample", ROOT / "data" / "reference" / "forecast_trials.csv"
COMPLETIONS = ROOT / "data" / "reference" / "completion_trials.csv"
OUTCOMES = {"as_many": "as many as were open", "the_same": "all those that were open"}
COLUMNS = ("series", "method", "forecasts", "error", "to_no_change", "held80", "held95")
SHARES = (0.0, 1.0)
MIN_TICKETS = 5  # of a vendor's month; a share of fewer is mostly chance


def autocorrelated(rng: np.random.Generator, n: int, rho: float = 0.6) -> np.ndarray:
    return np.convolve(rng.normal(size=n + 39), rho ** np.arange(40), "valid")


def smoothed(rng: np.random.Generator, n: int, alpha: float, beta: float, phi: float, slope: float) -> np.ndarray:
    """A level that takes alpha of each surprise, with a slope that takes beta of it and is damped."""
    level, values = 0.0, np.empty(n)
    for at, surprise in enumerate(rng.normal(size=n)):
        level, slope = level + phi * slope, phi * slope
        values[at] = level + surprise
        level, slope = level + alpha * surprise, slope + beta * surprise
    return values


def drifting_share(rng: np.random.Generator, n: int) -> np.ndarray:
    """Of 150 a month within the limit, whose probability wanders from 0.92."""
    return rng.binomial(150, 1 / (1 + np.exp(-2.5 - 0.15 * rng.normal(size=n).cumsum()))) / 150


# what is simulated, with the bounds it is known to have
SERIES: dict[str, tuple[Callable[..., np.ndarray], tuple[float, float] | None]] = {
    "level": (lambda rng, n: rng.normal(size=n), None),
    "level, alike by 0.6": (autocorrelated, None),
    "line": (lambda rng, n: 0.3 * np.arange(n) + rng.normal(size=n), None),
    "line, alike by 0.6": (lambda rng, n: 0.3 * np.arange(n) + autocorrelated(rng, n), None),
    "walk": (lambda rng, n: rng.normal(size=n).cumsum(), None),
    "walk with drift": (lambda rng, n: rng.normal(0.4, 1, n).cumsum(), None),
    "walk, heavy tails": (lambda rng, n: rng.standard_t(3, n).cumsum(), None),
    "moving level": (lambda rng, n: smoothed(rng, n, 0.3, 0.0, 1.0, 0.0), None),
    "moving slope": (lambda rng, n: smoothed(rng, n, 0.5, 0.1, 1.0, 0.5), None),
    "damped slope": (lambda rng, n: smoothed(rng, n, 0.6, 0.2, 0.85, 0.5), None),
    "saturating": (lambda rng, n: 10 * (1 - np.exp(-np.arange(n) / 8)) + rng.normal(0, 0.7, n), None),
    "share of 80": (lambda rng, n: rng.binomial(80, 0.95, n) / 80, SHARES),
    "drifting share of 150": (drifting_share, SHARES),
}


def simulated(repeats: int, n: int) -> pd.DataFrame:
    """Return the forecasts of every kind of series of one length, up to 6 periods ahead."""
    frames = {}
    for place, (kind, (make, bounds)) in enumerate(SERIES.items()):
        rng = np.random.default_rng([SEED, place, n])
        for repeat in range(repeats):
            frames[kind, repeat] = forecasting.backtest(make(rng, n), 6, bounds=bounds or (-math.inf, math.inf))
    return pd.concat(frames, names=["series", "repeat"]).reset_index(["series", "repeat"])


def people_survey(folder: Path) -> Iterator[tuple[str, pd.Series]]:
    """The yearly mean scores of 2009 to 2020: shares, rounded to whole per cents."""
    table = pd.read_csv(folder / "csps2020_mean_timeseries.csv", encoding="utf-8-sig")
    years = [column for column in table.columns if column.isdigit()]
    scores: Any = table[years].apply(pd.to_numeric, errors="coerce")
    for name, row in zip(table["Measure"], scores.to_numpy(), strict=True):
        if np.nanmax(row, initial=0.0) <= 1 and np.isfinite(row).any():
            yield name, pd.Series(row, index=pd.PeriodIndex(years, freq="Y"))


def sample_check_ins() -> Iterator[tuple[str, pd.Series]]:
    """The values said at the check-ins of the sample client, by month; what is done or not is left out."""
    said = pd.read_csv(SAMPLE / "check_ins.csv", parse_dates=["date"]).dropna(subset="value")
    for (vendor, goal), rows in said[said["value"].between(0, 1)].groupby(["vendor", "goal"]):
        yield f"{vendor} {goal}", pd.Series(rows["value"].to_numpy(), index=rows["date"].dt.to_period("M"))


def sample_levels() -> Iterator[tuple[str, pd.Series]]:
    """The share kept of each service level of the sample client, by month, as the vendor reported it."""
    told = pd.read_csv(SAMPLE / "service_level_results.csv")
    for (vendor, level), rows in told.groupby(["vendor", "level"]):
        values = rows.groupby("month")["value"].last()
        yield f"{vendor} {level}", pd.Series(values.to_numpy(), index=pd.PeriodIndex(values.index, freq="M"))


def service_levels(folder: Path, freq: str, moment: str) -> Iterator[tuple[str, pd.Series]]:
    """The share of incidents within the service level, by period, of all and of each assignment group."""
    path = folder / "incident_event_log.csv.xz"
    log = pd.read_csv(path, usecols=["number", "made_sla", moment, "assignment_group"], na_values="?")
    last: Any = log.groupby("number", sort=False).last()
    period = pd.to_datetime(last[moment], dayfirst=True, format="%d/%m/%Y %H:%M").dt.to_period(freq)
    groups = [("all", last), *last.groupby("assignment_group")]
    for name, incidents in groups:
        found = incidents["made_sla"].astype(float).groupby(period[incidents.index]).agg(["mean", "size"])
        yield str(name), found.loc[found["size"] >= MIN_TICKETS, "mean"]


def many(series: Iterator[tuple[str, pd.Series]], steps: int, rounding: float = 0.0) -> pd.DataFrame:
    """Return the forecasts of many series of shares in one table."""
    frames = {name: forecasting.backtest(values, steps, bounds=SHARES, rounding=rounding) for name, values in series}
    return pd.concat(frames, names=["series"]).reset_index("series")


def show(title: str, trials: pd.DataFrame) -> None:
    """Print errors and coverage by method, and coverage by kind of series or step where it says more."""
    print(f"\n{title}: {trials['series'].nunique()} series or kinds, {trials['step'].max()} steps ahead")
    table = forecasting.accuracy(trials)
    table["ratio"] = table["scaled_error"] / table.loc["no change", "scaled_error"]
    print(f"{'':24}{'n':>8}{'scaled error':>14}{'to no change':>14}{'80 % held':>12}{'95 % held':>12}")
    for name, row in table.iterrows():
        cells = f"{row['scaled_error']:14.2f}{row['ratio']:14.2f}{100 * row['held80']:12.1f}{100 * row['held95']:12.1f}"
        print(f"{name:24}{row['n']:8.0f}{cells}")
    chosen = trials[trials["method"] == "chosen"]
    steps = forecasting.accuracy(chosen, by="step")
    print(
        "chosen, 80 and 95 % held by step: "
        + ", ".join(f"{100 * a:.0f} {100 * b:.0f}" for a, b in zip(steps["held80"], steps["held95"], strict=True))
    )


def show_kinds(trials: pd.DataFrame) -> None:
    """Print the coverage of the chosen method by kind of series."""
    kinds = forecasting.accuracy(trials[trials["method"] == "chosen"], by="series")
    for kind, row in kinds.iterrows():
        print(f"  {kind:24}{100 * row['held80']:8.1f}{100 * row['held95']:8.1f}")


def real_and_sample(data: Path) -> list[tuple[str, Path, Callable[[], pd.DataFrame]]]:
    """What is tried beside simulated series: its name, the folder it needs, and the forecasts."""
    survey, incidents = data / "civil_service_people_survey", data / "servicenow_incidents"
    closed, opened = (incidents, "M", "closed_at"), (incidents, "W", "opened_at")
    return [
        ("Sample, check-ins by month", SAMPLE, lambda: many(sample_check_ins(), 3)),
        ("Sample, service levels by month", SAMPLE, lambda: many(sample_levels(), 3)),
        ("People Survey, yearly 2009-2020", survey, lambda: many(people_survey(survey), 3, 0.01)),
        ("ServiceNow, service level by month closed", incidents, lambda: many(service_levels(*closed), 3)),
        ("ServiceNow, service level by week opened", incidents, lambda: many(service_levels(*opened), 4)),
    ]


def rows_of(title: str, trials: pd.DataFrame) -> list[tuple]:
    """The rows of one kind of series in forecast_trials.csv, one a method."""
    table = forecasting.accuracy(trials)
    plain = table.loc["no change", "scaled_error"]
    return [
        (
            title,
            name,
            int(row["n"]),
            *(f"{value:.3f}" for value in (row["scaled_error"], row["scaled_error"] / plain)),
            f"{row['held80']:.3f}",
            f"{row['held95']:.3f}",
        )
        for name, row in table.iterrows()
    ]


def completions(client: Client, vendor: Vendor, *, until: pd.Period | None = None) -> pd.DataFrame:
    """What was said at each month's end of when all is delivered, beside what came: months, infinite where nobody knows.

    One row a month and certainty: `said`, `as_many` (until as many had come as were open), `the_same` (until the last of
    those). Only forecasts whose 95 % date lies within what the list tells, so that none is left out for how it ended.
    """
    table = cut_case(delivery, client, vendor, client.periods[-1], Path()).deliverables
    came = known(table, Period.parse("9999")).set_index("deliverable")["day"]
    if came.dropna().empty:
        return pd.DataFrame()
    last = until or came.max().to_period("M")
    rows = []
    for month in pd.period_range(came.min().to_period("M"), last, freq="M"):
        period = Period.parse(str(month))
        found = delivery.completion_forecast(table, period=period)
        said = found.parts["certainty"]["value"].tolist() if found.assessed else [math.inf]
        if month + int(min(said[-1], 9999)) > last:
            continue
        left = still_open(known(table, period))["deliverable"]
        later = np.sort(_months_after(came, month))
        same = _months_after(came[came.index.isin(left)], month)
        as_many = later[len(left) - 1] if len(later) >= len(left) else math.inf
        the_same = same.max() if len(same) == len(left) else math.inf
        rows += [(certainty, value, as_many, the_same) for certainty, value in zip((50, 85, 95), said, strict=True)]
    return pd.DataFrame(rows, columns=["certainty", "said", *OUTCOMES])


def _months_after(days: pd.Series, month: pd.Period) -> np.ndarray:
    """Months from a month to each day after it."""
    later = days.dropna().dt.to_period("M")
    return np.array([(day - month).n for day in later[later > month]])


def held(title: str, trials: pd.DataFrame) -> list[tuple]:
    """The rows of one source in completion_trials.csv: how often each date was kept, by what it is taken to promise."""
    rows: list[tuple] = []
    for name, words in OUTCOMES.items():
        kept = (trials[name] <= trials["said"]).groupby(trials["certainty"]).mean()
        rows.append((title, words, len(trials) // len(kept), *(f"{kept[level]:.3f}" for level in (50, 85, 95))))
        print(f"{title}, {words}: {rows[-1][2]} forecasts, held {', '.join(f'{100 * part:.0f} %' for part in kept)}")
    return rows


def imported(name: str, export: Path, folder: Path) -> Client:
    """A public client, made from its export by its own mapping."""
    shutil.copy(ROOT / "data" / "clients" / name / "review.yaml", folder)
    subprocess.run([sys.executable, "-m", "toolkit", "import", name, str(export), "--client", str(folder)], check=True)
    return open_client(folder)


def deliveries(data: Path) -> None:
    """Try the forecasts of completion, and write what was found where all sources are there."""
    sample = open_client(find_client("sample"))
    tried = [completions(sample, vendor, until=sample.periods[-1].end) for vendor in sample.vendors.values()]
    rows = held("Sample, four vendors by month", pd.concat(tried))
    export = data / "estimates" / "kitchenham.arff"
    if not export.is_file():
        print(f"Kitchenham: left out, since {export} is not there; completion_trials.csv stays as it is")
        return
    with tempfile.TemporaryDirectory() as folder:
        client = imported("kitchenham", export, Path(folder))
        tried = [completions(client, vendor) for vendor in client.vendors.values()]
    rows += held("Kitchenham, an IT services company by month", pd.concat(tried))
    write_whole(COMPLETIONS, csv_text(("series", "outcome", "forecasts", "held50", "held85", "held95"), rows))
    print(f"written: {COMPLETIONS.relative_to(ROOT)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repeats", type=int, default=40, help="simulated series of each kind and length")
    parser.add_argument("--data", type=Path, default=DATA, help="folder of the real data")
    given = parser.parse_args()
    begun = time.perf_counter()
    for n in LENGTHS:
        trials = simulated(given.repeats, n)
        show(f"simulated, {n} points", trials)
        show_kinds(trials)
    found = {}
    for title, folder, make in real_and_sample(given.data):
        if folder.is_dir():
            found[title] = make()
            show(title, found[title])
        else:
            print(f"\n{title}: left out, since {folder} is not there; forecast_trials.csv stays as it is")
    if len(found) == len(real_and_sample(given.data)):
        write_whole(
            TRIALS, csv_text(COLUMNS, [row for title, trials in found.items() for row in rows_of(title, trials)])
        )
        print(f"\nwritten: {TRIALS.relative_to(ROOT)}")
    deliveries(given.data)
    print(f"\n{time.perf_counter() - begun:.0f} s, seed {SEED}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
