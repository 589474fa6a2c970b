"""Could we leave: is the plan complete, is there money for it, and how long would it take."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.contracts import contracts_in_force
from toolkit.areas.exit.look import case_words, currency_of
from toolkit.areas.exit.tables import DUAL, INSOURCE, PARTS, SWITCH, waits_for
from toolkit.areas.exit.ways import best_other, main_rows, service_words
from toolkit.areas.look import YEAR, last_day
from toolkit.areas.words import bracket, day_words, joined, listed, plural
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.simulation import Network, network_draws, pert

MET, PARTLY, NOT = "met", "partly met", "not met"
DAYS = 365.25 / 12  # of a month
LEAVING = (SWITCH, INSOURCE, DUAL)
DRAWS = 40_000
SURE = 0.9


def plan_by(exit_plan: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The plan as it stood at the period's end: what was done or tried out later had not been."""
    until = last_day(period)
    return exit_plan.assign(**{name: exit_plan[name].where(exit_plan[name] <= until) for name in ("done", "tested")})


@measure("Parts of the exit plan that are ready", better="higher")
def plan_completeness(exit_plan: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the eight parts of leaving that the exit plan covers in full: data, knowledge, people, assets and licences,
    contracts with third parties, access, replacement, continuity.

    exit_plan: one row a task. A part is *met* when each of its tasks is done, or has an owner and a duration and was tried
    out within the past year; *partly met* when it has tasks, and *not met* without one. A full count, so without interval.
    Part `part`: each part with its state and what is missing.

    Not assessed without a task. Source: own list, after the exit plan of the UK Model Services Contract (Schedule 25) and
    Art. 28(8) of EU DORA; states after the US Government Accountability Office (met, partially met, not met).
    """
    plan, since = plan_by(exit_plan, period), last_day(period) - pd.DateOffset(months=YEAR)
    lacks = [_lacking(row, since) for row in plan.to_dict("records")]
    rows = [_part_row(key, plan["part"].eq(key).to_numpy(), plan["task"].tolist(), lacks) for key in PARTS]
    table = pd.DataFrame(rows, columns=["part", "state", "tasks", "missing"])
    counts = table["state"].value_counts()
    met = int(counts.get(MET, 0))
    empty = listed([name.lower() for name in table.loc[table["state"] == NOT, "part"]], 8) if NOT in counts else ""
    tested = plan["tested"].dropna()
    return Measured(
        unit="share",
        value=met / len(PARTS),
        n=len(PARTS),
        n_of="parts of leaving",
        counted=True,
        interval=COUNTED,
        numerator=float(met),
        denominator=float(len(PARTS)),
        claim=f"{met} of {len(PARTS)} parts of leaving are ready in the exit plan, {int(counts.get(PARTLY, 0))} partly"
        f"{f'; nothing is planned for: {empty}' if empty else ''}.",
        because=joined(
            f"{plural(len(plan), 'task')}, {int(plan['done'].notna().sum())} done",
            f"last tried out on {day_words(tested.max())}" if len(tested) else "nothing in it was ever tried out",
        ),
        parts={"part": table},
    )


def _lacking(row: dict[Any, Any], since: pd.Timestamp) -> str:
    """What a task lacks: 'an owner, a test'; '' for a task that is ready or done."""
    if not pd.isna(row["done"]):
        return ""
    lacks = {
        "an owner": not isinstance(row["owner"], str),
        "a duration": pd.isna([row["days_low"], row["days_likely"], row["days_high"]]).any(),
        "a test within a year": pd.isna(row["tested"]) or row["tested"] <= since,
    }
    return ", ".join(name for name, is_so in lacks.items() if is_so)


def _part_row(key: str, inside: np.ndarray, tasks: list[str], lacks: list[str]) -> tuple[str, str, int, str]:
    missing = [f"{task}: {lack}" for task, lack, here in zip(tasks, lacks, inside, strict=True) if here and lack]
    state = NOT if not inside.any() else PARTLY if missing else MET
    return PARTS[key], state, int(inside.sum()), "; ".join(missing) or ("no task" if state == NOT else "")


@measure("Exit budget against switching cost", better="higher")
def budget_coverage(exit_budget: pd.DataFrame, scenarios: pd.DataFrame, *, period: Period) -> Measured:
    """How much of what leaving takes once is covered by the money set aside for it: 1 is all of it.

    exit_budget: one row an amount, 0 where it is known that there is none; what was approved after the period is left out.
    scenarios: one row a way, as `exit.scenarios` makes it. What leaving takes is the one-off cost, hidden cost and risk of the
    way to leave (switch, insource or dual-source) that is cheapest on average. low and high: against what is dear and what is
    cheap, between which nine of ten simulated cases lie. numerator and denominator: budget and mean cost.

    Not assessed without a row of exit_budget, or without a way to leave. Source: own definition.
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    way = best_other(rows, LEAVING)
    known = exit_budget[~(exit_budget["approved"] > last_day(period))]
    if known.empty:
        raise NotAssessed(f"exit_budget holds no amount that was approved by the end of {period}")
    budget, cost = float(known["amount"].sum()), float(way["once"])
    if not way["once_low"] > 0:
        raise NotAssessed(f"{way['way']} may take nothing once, so that there is nothing to cover")
    value, low, high = (budget / end for end in (cost, way["once_high"], way["once_low"]))
    short = cost - budget
    said = f"{number(short, unit)} short" if short > 0 else f"{number(-short, unit)} more than that"
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(known),
        n_of="amount set aside" if len(known) == 1 else "amounts set aside",
        interval="against the dear and the cheap end of nine of ten simulated cases",
        numerator=budget,
        denominator=cost,
        claim=f"{service_words(scenarios)}{_covered(budget, unit, value, low, high)} the {number(cost, unit)} that "
        f"{way['way']} takes once on average{f': {said}' if budget else ''}.",
        parts={
            "cost": pd.DataFrame(
                {
                    "cost": ["Set aside", f"Taken once by {way['way']}"],
                    "value": [budget, cost],
                    "low": [NAN, float(way["once_low"])],
                    "high": [NAN, float(way["once_high"])],
                }
            )
        },
    )


def _covered(budget: float, unit: str, value: float, low: float, high: float) -> str:
    """'120,000 GBP is set aside for leaving, 80.0 % (60.0 % to 95.0 %) of'."""
    if not budget:
        return "no money is set aside for leaving, of"
    return f"{number(budget, unit)} is set aside for leaving, {number(value, 'share')}{bracket(low, high, 'share')} of"


# -------------------------------------------------------------------------------------------------------------------- time
def planned_network(exit_plan: pd.DataFrame, period: Period) -> tuple[dict[str, tuple], dict[str, list[str]]]:
    """Durations and predecessors of the plan as it stood then, in days; what is done takes no more time.

    Not assessed where a task has no duration, or waits for one that is not in the plan.
    """
    plan = plan_by(exit_plan, period)
    names = ["days_low", "days_likely", "days_high"]
    blank = plan["done"].isna() & plan[names].isna().any(axis="columns")
    if blank.any():
        raise NotAssessed(f"exit_plan holds no duration of {listed(plan.loc[blank, 'task'].tolist(), 6)}")
    waits, known = waits_for(plan), set(plan["task"])
    lost = [f"{task} waits for {name}" for task, names in waits.items() for name in names if name not in known]
    if lost:
        raise NotAssessed(f"exit_plan holds tasks that wait for one that it does not hold: {listed(lost, 4)}")
    lasts = plan[names].where(plan["done"].isna(), 0.0).to_numpy(float)
    return dict(zip(plan["task"], map(tuple, lasts), strict=True)), waits


@measure("Time to leave", better="lower")
def time_to_exit(exit_plan: pd.DataFrame, contracts: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """Months that leaving takes from the day on which it is decided, by the exit plan's tasks and what each waits for; half
    of the simulated cases are faster.

    exit_plan: one row a task with its shortest, most likely and longest duration; what is done takes no more time. contracts:
    for days of notice and ends. The whole network is simulated, since of several chains nearly as long the slowest sets the
    day; tasks are taken as independent. low and high: nine of ten simulated cases lie between. numerator: share of the cases
    that fit into the notice period. Part `task`: earliest start and end, slack and whether it is on the longest chain, by mean
    durations, in months.

    Not assessed where a task has no duration, or waits for one that is not there. Source: D. Malcolm and others, Operations
    Research 7 (1959) 646-669; merging chains: K. MacCrimmon and C. Ryavec, Operations Research 12 (1964) 16-37.
    """
    estimates, waits = planned_network(exit_plan, period)
    network, draws = pert(estimates, waits), network_draws(estimates, waits, draws=DRAWS) / DAYS
    low, value, slow, high = (float(end) for end in np.quantile(draws, [0.05, 0.5, SURE, 0.95]))
    notice, end = _terms(contracts, period)
    fits = float((draws <= notice / DAYS).mean()) if notice == notice else NAN
    within = f"; the {plural(int(notice), 'day')} of notice suffice in {case_words(fits)}" if notice == notice else ""
    critical = [task for task in network.critical if estimates[task][2] > 0]
    chain = f", along {listed(critical, 8)}" if critical else ""
    return Measured(
        unit="months",
        value=value,
        low=low,
        high=high,
        n=len(estimates),
        n_of="task" if len(estimates) == 1 else "tasks",
        interval="nine of ten simulated cases lie between; not a confidence interval",
        numerator=fits,
        claim=f"By its plan, leaving takes {number(value, 'months')}{bracket(low, high)}{chain}{within}.",
        because=_latest_start(end, slow, period),
        parts={"task": _task_table(network, exit_plan)},
    )


def _terms(contracts: pd.DataFrame | None, period: Period) -> tuple[float, Any]:
    """The longest notice of the contracts that run at the period's end, in days, and the first day on which one ends."""
    if contracts is None:
        return NAN, pd.NaT
    runs = contracts_in_force(contracts, period)
    notice = runs["notice_days"].astype("float64").max() if len(runs) else NAN
    return float(notice), runs["end"].min()


def _latest_start(end: pd.Timestamp, months: float, period: Period) -> str:
    """By when leaving has to begin, so that it is over when the contract ends, in nine cases of ten."""
    if pd.isna(end):
        return ""
    start = end - pd.Timedelta(days=round(months * DAYS))
    to_end = f"to be out when the contract ends on {day_words(end)}, in nine cases of ten"
    if start < last_day(period):
        return f"{to_end}, it had to begin by {day_words(start)}"
    return f"{to_end}, it has to begin by {day_words(start)}"


def _task_table(network: Network, exit_plan: pd.DataFrame) -> pd.DataFrame:
    """The tasks in the order in which they begin, in months."""
    tasks = network.tasks.reset_index().merge(exit_plan[["task", "title", "owner"]], on="task", how="left")
    table = pd.DataFrame(
        {
            "task": tasks["task"] + tasks["title"].map(lambda text: f": {text}" if isinstance(text, str) else ""),
            "owner": tasks["owner"].fillna("nobody"),
            "start": (tasks["start"] / DAYS).round(2),
            "end": (tasks["end"] / DAYS).round(2),
            "slack": (tasks["slack"] / DAYS).round(2),
            "longest_chain": tasks["task"].isin(network.critical),
        }
    )
    table.attrs["unit"] = "months"
    return table.sort_values(["start", "end"], kind="stable").reset_index(drop=True)
