"""Earned value and earned schedule: is the work within its money and its time, and where will it end?"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.delivery.look import progress_by
from toolkit.areas.words import joined, plural
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.earned_value import earned_schedule, earned_value

VARIANTS = {
    "typical": "the rest costs as the past did: budget / CPI",
    "atypical": "the rest costs what was planned: spent + what is left of the budget",
    "combined": "the rest must also make up time: spent + what is left / (CPI × SPI)",
}
DONE = 1 - 1e-9  # of the budget: from there on a project is finished


def standing(progress: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Each project that reported in the period, at its last report: amounts, months gone, schedule earned.

    One row a project: planned, earned, actual, budget; gone (months from the plan's first to the report, or to the month in
    which all was earned), es (months of the plan that are earned), duration (months planned), finished, at (the report's
    month), spi, spi_money, cpi. es is NaN where the plan holds no value or has no month with one.
    """
    rows = progress_by(progress, period)
    reports = rows[rows["earned_value"].notna()]
    current = reports[reports["month"].isin(period.months_index())]["project"].unique()
    if not len(current):
        raise NotAssessed(f"no project reports earned value in {period}; supply earned_value in progress")
    table = pd.DataFrame([_project(rows[rows["project"] == name]) for name in sorted(current)])
    return table.assign(
        spi=table["es"] / table["gone"],
        spi_money=table["earned"] / table["planned"].where(table["planned"] > 0),
        cpi=table["earned"] / table["actual"].where(table["actual"] > 0),
    )


def _project(rows: pd.DataFrame) -> dict[str, object]:
    """A project at its last report."""
    reports = rows[rows["earned_value"].notna()]
    last = reports.iloc[-1]
    budgets = rows["budget_at_completion"].dropna()
    budget = float(budgets.iloc[-1]) if len(budgets) else float(rows["planned_value"].max())
    complete = reports[reports["earned_value"] >= DONE * budget]
    finished = len(complete) > 0
    at = complete["month"].iloc[0] if finished else last["month"]
    plan = _plan(rows)
    gone = (at - plan.index[0]).n + 1 if len(plan) else math.nan
    schedule = earned_schedule(plan.to_numpy(), float(last["earned_value"]), gone) if len(plan) else None
    planned = plan[plan.index <= last["month"]]
    return {
        "project": last["project"],
        "at": last["month"],
        "planned": float(planned.iloc[-1]) if len(planned) else math.nan,
        "earned": float(last["earned_value"]),
        "actual": float(last["actual_cost"]),
        "budget": budget,
        "gone": float(gone),
        "es": schedule.earned if schedule else math.nan,
        "duration": _duration(rows, plan),
        "finished": finished,
        "first": plan.index[0] if len(plan) else None,
    }


def _plan(rows: pd.DataFrame) -> pd.Series:
    """Planned value by month without gaps; empty where there is none."""
    plan = rows.set_index("month")["planned_value"].dropna()
    if plan.empty or plan.max() <= 0:
        return plan.iloc[:0]
    months = pd.period_range(plan.index.min(), plan.index.max(), freq="M")
    return plan.reindex(months).ffill().cummax()


def _duration(rows: pd.DataFrame, plan: pd.Series) -> float:
    """Months that were planned: up to the planned finish, or to where the plan ends."""
    if plan.empty:
        return math.nan
    finish = rows["planned_finish"].dropna()
    end = finish.iloc[0] if len(finish) else plan.index[int(np.argmax(plan.to_numpy() == plan.max()))]
    return float((end - plan.index[0]).n + 1)


def _course(progress: pd.DataFrame, table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Planned, earned and actual of all these projects together by month: the S-curve."""
    rows = progress_by(progress, period)
    rows = rows[rows["project"].isin(table["project"])]
    months = pd.period_range(rows["month"].min(), rows["month"].max(), freq="M")
    names = {"planned_value": "planned", "earned_value": "earned", "actual_cost": "actual"}
    made = {}
    for column, name in names.items():
        wide = rows.pivot_table(index="month", columns="project", values=column, aggfunc="last").reindex(months)
        known = wide.notna().any(axis="columns")
        total = wide.ffill().fillna(0.0).sum(axis="columns")
        made[name] = total.where(known[::-1].cummax()[::-1])  # nothing is drawn after the last report
    parts = [pd.DataFrame({"line": name, "month": months, "value": made[name].to_numpy(float)}) for name in made]
    return pd.concat(parts, ignore_index=True)


def _with_unit(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    table.attrs["unit"] = unit
    return table


@measure("Cost performance (CPI)", better="higher")
def cost_performance(progress: pd.DataFrame, *, period: Period) -> Measured:
    """What was earned for each unit of money spent: budget of the work that is done over what that work has cost.

    All projects that reported in the period together, each at its last report; below 1 is over cost. An exact reckoning of
    what the reports say, which is only as good as their measure of what is done.

    Parts: project (CPI, budget, earned, actual), course (planned, earned and actual by month: the S-curve). Source: PMI,
    Practice Standard for Earned Value Management, 2nd ed. 2011, ch. 9.
    """
    table = standing(progress, period)
    unit = str(progress.attrs.get("currency", ""))
    if table["actual"].isna().any() or table["actual"].sum() <= 0:
        raise NotAssessed("a project reports no cost; supply actual_cost in progress")
    earned, actual = float(table["earned"].sum()), float(table["actual"].sum())
    over = actual - earned
    side = f"{number(abs(over), unit)} {'more' if over > 0 else 'less'} than the work done was budgeted for"
    parts = table[["project", "cpi", "budget", "earned", "actual"]].rename(columns={"cpi": "value"})
    return Measured(
        unit="",
        value=earned / actual,
        n=len(table),
        n_of="project" if len(table) == 1 else "projects",
        counted=True,
        interval=COUNTED,
        numerator=earned,
        denominator=actual,
        claim=f"Each {unit or 'unit'} spent earned {number(earned / actual)} of the budget: "
        + (f"{number(actual, unit)} spent, {side}." if over else "just what was budgeted."),
        because=_whose(table, "cpi"),
        parts={"project": parts, "course": _with_unit(_course(progress, table, period), unit)},
    )


def _whose(table: pd.DataFrame, column: str) -> str:
    """The project that does worst, where there are several."""
    known = table.dropna(subset=[column]).sort_values(column, kind="stable")
    if len(known) < 2:
        return ""
    worst = known.iloc[0]
    return f"lowest: {worst['project']} with {number(float(worst[column]))}"


@measure("Schedule performance (SPI(t))", better="higher")
def schedule_performance(progress: pd.DataFrame, *, period: Period) -> Measured:
    """Months of the plan that are earned for each month gone: earned schedule over time gone, below 1 is late.

    All projects that reported in the period together. Earned schedule is the moment at which the plan says that what is
    earned by now should have been earned. The common index in money, SPI($), is earned over planned value; it ends at 1 for
    every finished project however late, because all of the plan is earned in the end, and so it stands beside and not here.
    An exact reckoning of what the reports say.

    Parts: project (SPI(t), SPI($), months earned, gone and planned, expected end), course (both by month).
    Source: W. Lipke, Schedule is Different, The Measurable News, March 2003, 31-34; K. Henderson, summer 2003.
    """
    table = standing(progress, period)
    told = table.dropna(subset=["es", "gone"])
    if told.empty:
        raise NotAssessed("no project has a plan; supply planned_value by month in progress")
    value = float(told["es"].sum() / told["gone"].sum())
    money = float(told["earned"].sum() / told["planned"].sum()) if told["planned"].sum() > 0 else math.nan
    return Measured(
        unit="",
        value=value,
        n=len(told),
        n_of="project" if len(told) == 1 else "projects",
        counted=True,
        interval=COUNTED,
        numerator=float(told["es"].sum()),
        denominator=float(told["gone"].sum()),
        claim=f"For each month gone {number(value)} months of the plan were earned"
        + (f"; in money the index (SPI($)) is {number(money)}." if money == money else "."),
        because=joined(
            _late_but_one(told), _whose(told, "spi"), "SPI($) ends at 1 for every finished project, however late it was"
        ),
        parts={"project": _schedules(told), "course": _indices(progress_by(progress, period), told)},
    )


def _late_but_one(table: pd.DataFrame) -> str:
    """Projects that are finished, were late, and yet have an SPI($) of 1."""
    late = table[table["finished"] & (table["spi"] < DONE) & (table["spi_money"] >= DONE)]
    words = [
        f"{row['project']} ended {plural(round(row['gone'] - row['duration']), 'month')} late with an SPI($) of "
        f"{number(row['spi_money'])} and an SPI(t) of {number(row['spi'])}"
        for row in late.to_dict("records")
        if row["gone"] > row["duration"]
    ]
    return "; ".join(words)


def _schedules(table: pd.DataFrame) -> pd.DataFrame:
    """By project: the indices, the months, and when it is expected to end at this pace."""
    lasts = (table["duration"] / table["spi"].where(table["spi"] > 0)).where(~table["finished"], table["gone"])
    ends = [
        month_words(first + math.ceil(months - 1e-9) - 1) if math.isfinite(months) else "unknown"
        for first, months in zip(table["first"], lasts, strict=True)
    ]
    return pd.DataFrame(
        {
            "project": table["project"].to_numpy(),
            "value": table["spi"].to_numpy(float),
            "in_money": table["spi_money"].to_numpy(float),
            "months_earned": table["es"].to_numpy(float),
            "months_gone": table["gone"].to_numpy(float),
            "months_planned": table["duration"].to_numpy(float),
            "end": ends,
            "finished": table["finished"].to_numpy(bool),
        }
    )


def _indices(rows: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Both indices by month, of all these projects together as far as each had begun and was not finished."""
    parts = [_by_month(rows[rows["project"] == name]) for name in table["project"]]
    sums = pd.concat(parts).groupby("month").sum()
    lines = {
        "in time, SPI(t)": sums["es"] / sums["gone"],
        "in money, SPI($)": sums["earned"] / sums["planned"].where(sums["planned"] > 0),
    }
    months = pd.PeriodIndex(sums.index, freq="M")
    return pd.concat(
        [pd.DataFrame({"line": name, "month": months, "value": part.to_numpy(float)}) for name, part in lines.items()],
        ignore_index=True,
    )


def _by_month(rows: pd.DataFrame) -> pd.DataFrame:
    """A project's earned schedule, time gone, earned and planned value at each report."""
    plan = _plan(rows)
    reports = rows[rows["earned_value"].notna() & rows["month"].ge(plan.index[0])]
    gone = pd.PeriodIndex(reports["month"]).asi8 - plan.index[0].ordinal + 1
    finished = (reports["earned_value"] >= DONE * rows["budget_at_completion"].max()).to_numpy()
    gone = np.where(finished, gone[np.argmax(finished)] if finished.any() else 0, gone)
    es = earned_schedule(plan.to_numpy(), reports["earned_value"].to_numpy(), gone.astype(float)).earned
    planned = plan.reindex(pd.PeriodIndex(reports["month"])).ffill().fillna(plan.max()).to_numpy()
    earned = reports["earned_value"].to_numpy()
    values = {"es": np.atleast_1d(es), "gone": gone.astype(float), "earned": earned, "planned": planned}
    return pd.DataFrame({"month": reports["month"].to_numpy(), **values})


@measure("Estimate at completion", better="lower")
def estimate_at_completion(progress: pd.DataFrame, *, period: Period) -> Measured:
    """What the projects that reported in the period will have cost in the end, if the rest costs as the past did.

    The sum over projects of the budget over the CPI; what a finished one cost. Three common estimates differ in what they
    take the rest to cost, and each is named: typical (budget / CPI), atypical (spent and the rest as planned), combined
    (the rest also has to make up time: CPI × SPI).

    low and high: the lowest and the highest of the three, which is no confidence interval; none where all are finished.
    Parts: variant (each estimate, with what is still to be spent and the difference to the budget), project. Source: PMI,
    Practice Standard for Earned Value Management, 2nd ed. 2011, ch. 10 and 11.
    """
    table = standing(progress, period)
    unit = str(progress.attrs.get("currency", ""))
    found = earned_value(*(table[name].to_numpy() for name in ("planned", "earned", "actual", "budget")))
    finished = table["finished"].to_numpy()
    each = {name: np.where(finished, table["actual"], values) for name, values in found.estimates.items()}
    if np.isnan(each["typical"]).any():
        names = ", ".join(table["project"][np.isnan(each["typical"])])
        raise NotAssessed(f"nothing is earned or no cost is known of {names}, so that no pace is known")
    budget, actual = float(table["budget"].sum()), float(table["actual"].sum())
    variants = pd.DataFrame(
        [
            (
                f"{name}: {VARIANTS[name]}",
                float(values.sum()),
                float(values.sum()) - actual,
                budget - float(values.sum()),
            )
            for name, values in each.items()
        ],
        columns=["variant", "value", "still_to_spend", "below_budget"],
    )
    value, ends = float(variants["value"].iloc[0]), variants["value"].dropna()
    over = value - budget
    projects = pd.DataFrame({"project": table["project"], "value": each["typical"], "budget": table["budget"]})
    to_budget = (budget - table["earned"].sum()) / (budget - actual) if budget > actual else math.nan
    ended = bool(finished.all())
    return Measured(
        unit=unit,
        value=value,
        low=NAN if ended else float(ends.min()),
        high=NAN if ended else float(ends.max()),
        counted=ended,
        n=len(table),
        n_of="project" if len(table) == 1 else "projects",
        interval=COUNTED
        if ended
        else "from the lowest to the highest of three named estimates; no confidence interval",
        numerator=value,
        denominator=budget,
        claim=("The projects cost" if ended else "At the pace so far the projects will cost")
        + f" {number(value, unit)} in the end, "
        + (
            f"{number(abs(over), unit)} {'above' if over > 0 else 'below'} their budget."
            if over
            else "just their budget."
        ),
        because=_needed(to_budget, ended, budget > actual),
        parts={"variant": variants, "project": projects},
    )


def _needed(index: float, finished: bool, affordable: bool) -> str:
    """What the rest of the work would have to earn for each unit spent, to end at the budget."""
    if finished:
        return "all of them are finished"
    if not affordable:
        return "all of the budget is spent, so that no pace leads back to it"
    return f"to end at the budget, the rest must earn {number(index)} for each unit spent (TCPI)"
