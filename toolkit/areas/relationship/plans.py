"""Improvement plans: did the measure that gave rise to a plan really move after it, or was the plan only closed?"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.look import last_day
from toolkit.areas.relationship.look import until
from toolkit.areas.shares import counted_share
from toolkit.areas.words import joined, listed, noun, plural
from toolkit.history import MONTH
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number, source
from toolkit.stats.intervals import Estimate, difference, ratio_of_totals
from toolkit.stats.series import run_rules, xmr

BEFORE, AFTER = 12, 12  # months before and after a plan that are compared, at most
FEWEST = 4  # months that either side needs
MOVED, UNMOVED, WORSE, UNCLEAR, TOO_EARLY, UNMEASURED = STATES = (
    "moved",
    "no effect seen",
    "became worse",
    "unclear",
    "too early to tell",
    "not measured",
)
JUDGED = (MOVED, UNMOVED, WORSE, UNCLEAR)
COLUMNS = ["plan", "month", "value", "unit", "better"]


class Effect(NamedTuple):
    """How the mean of the months after a plan differs from that before, with its 95 % interval, and what a chart says."""

    value: float
    low: float
    high: float
    before: float
    after: float
    n_before: int
    n_after: int
    signals: int  # months after it beyond the limits of those before, or in a run of eight, on the better side
    state: str


# ------------------------------------------------------------------------------------------------------------- the series
def plan_series(
    plans: pd.DataFrame, plan_values: pd.DataFrame, history: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """The months of the measure that gave rise to each plan: plan, month, value, unit, better; up to the period's end.

    plan_values hold them where somebody wrote them down; for every other plan they are those that another area found of the
    measure that the plan names (`case.history()`), as far back as its findings reach.
    """
    own = plan_values[plan_values["month"] <= period.end].merge(plans[["plan", "unit", "better"]], on="plan")
    found = history[history["span"].eq(MONTH) & history["value"].notna()]
    named = plans.loc[plans["measure"].notna() & ~plans["plan"].isin(own["plan"]), ["plan", "measure"]]
    found = named.merge(found[["measure", "date", "value", "unit", "better"]], on="measure")
    found = found.assign(month=pd.PeriodIndex(found["date"], freq="M"))
    parts = [part[COLUMNS] for part in (own, found) if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else own[COLUMNS]
    table = table.drop_duplicates(["plan", "month"]).sort_values(["plan", "month"]).reset_index(drop=True)
    table["better"] = table["better"].fillna("").astype("str")
    wanted = plans.set_index("plan")["better"].dropna()  # a plan may say what is better where its measure does not
    table["better"] = table["plan"].map(wanted).where(table["better"].eq(""), table["better"]).fillna("")
    table["unit"] = table["unit"].fillna("").astype("str")
    given = {"plans": plans, "plan_values": plan_values}
    table.attrs = {
        "absent": "",
        "sources": [source(name, rows) for name, rows in given.items() if len(rows)],
    }
    return table


# --------------------------------------------------------------------------------------------------------------- one plan
def effect(values: pd.Series, agreed: pd.Timestamp, in_place: pd.Timestamp, better: str) -> Effect:
    """Whether a measure moved after a plan: a before-and-after test, and a control chart.

    values    by month, up to the end of the period; missing months are unknown.
    agreed    the day on which the plan was agreed: the twelve months before its month are the months before.
    in_place  the day from which it could have an effect: the twelve months from the first whole one on are those after. What
              lies between is neither.

    The difference of the two means has Student's interval with errors that allow for neighbouring months being alike
    (Newey and West, one lag). The chart is an individuals chart whose limits the months before set. Moved: the interval lies
    on the better side of zero, and a month after it lies beyond the limits or in a run of eight on that side. No effect seen:
    the interval holds zero, and nothing signals. Became worse: the interval lies on the other side. Unclear: the two
    disagree. Too early: fewer than four months on either side are known.

    By simulation (600 series, twelve months on either side), 2 of 100 plans without any effect are said to have moved their
    measure, 4 where neighbouring months are alike (0.3); of a true step of two standard deviations 97 of 100 are found, of
    one standard deviation 53.
    """
    first = in_place.to_period("M") if in_place.day == 1 else in_place.to_period("M") + 1
    start = agreed.to_period("M")
    known = values.dropna()
    months = pd.PeriodIndex(known.index)
    before = known[(months >= start - BEFORE) & (months < start)]
    after = known[(months >= first) & (months < first + AFTER)]
    if min(len(before), len(after)) < FEWEST:
        then, now = (float(part.mean()) if len(part) else NAN for part in (before, after))
        return Effect(NAN, NAN, NAN, then, now, len(before), len(after), 0, TOO_EARLY)
    gap = difference(_mean_of(after), _mean_of(before))
    low, high = gap.interval
    signals = _signals(before, after, better)
    state = _state(low, high, signals, better)
    return Effect(
        gap.value, low, high, float(before.mean()), float(after.mean()), len(before), len(after), signals, state
    )


def _mean_of(values: pd.Series) -> Estimate:
    """The mean of some months, with an error that allows for neighbours being alike."""
    ratio = ratio_of_totals(values.to_numpy(), np.ones(len(values)))
    return Estimate(ratio.value, ratio.se, ratio.df)


def _signals(before: pd.Series, after: pd.Series, better: str) -> int:
    """How many months after a plan stand out on the better side of a chart that the months before it set."""
    both = pd.concat([before, after])
    both = both.reindex(pd.period_range(both.index.min(), both.index.max(), freq="M"))
    chart = xmr(both, baseline=both.index.isin(before.index))
    if math.isnan(chart.sigma):
        return 0
    signals = run_rules(both, chart.center, chart.sigma)
    side = both > chart.center if better == "higher" else both < chart.center
    return int(((signals[1] | signals[2]) & side & both.index.isin(after.index)).sum())


def _state(low: float, high: float, signals: int, better: str) -> str:
    """What the interval and the chart say together."""
    if math.isnan(low) or math.isnan(high):
        return UNCLEAR
    good, bad = (low > 0, high < 0) if better == "higher" else (high < 0, low > 0)
    if bad:
        return WORSE
    if good:
        return MOVED if signals else UNCLEAR
    return UNCLEAR if signals else UNMOVED


# ---------------------------------------------------------------------------------------------------------------- measures
@measure("Plans that worked", better="higher", unit="share")
def plans_effective(plans: pd.DataFrame, plan_series: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """Share of the improvement plans that could be tested after which the measure that gave rise to them really moved.

    A plan is made when a measure is bad, and a bad month is often followed by a better one, plan or no plan: what counts is
    not that the plan was closed, nor one good month. The mean of up to twelve months after the plan was in place is held
    against that of up to twelve months before it was agreed, and a control chart that those before set must signal, too.

    Plans that were agreed up to the period's end. A full count of those that could be tested; the interval of each stands
    in the table. Parts: shown (one row a plan, in words), plan (the same in numbers: state, before, after, difference with its
    95 % interval, months, signals, whether it was closed, whether its target is reached), state, month (control chart of the
    plan that most needs a look).
    Not assessed where no plan could be tested. Source: own definition; D. Campbell and J. Stanley, Experimental and
    Quasi-Experimental Designs for Research, 1963, on regression to the mean; NIST/SEMATECH e-Handbook, 6.3.2.2.
    """
    rows = plans[plans["agreed"] <= last_day(period)]
    if rows.empty:
        raise NotAssessed(f"no improvement plan was agreed by the end of {period}")
    table = tested(rows, plan_series, period)
    judged = table[table["state"].isin(JUDGED)]
    if judged.empty:
        raise NotAssessed(
            f"none of {plural(len(table), 'improvement plan')} can be tested: {_untested(table)}. {FEWEST} months before and "
            f"after it are needed: name a measure in plans, or supply plan_values"
        )
    good, n = int(judged["state"].eq(MOVED).sum()), len(judged)
    states = pd.DataFrame({"state": list(STATES)})
    states["value"] = table["state"].value_counts().reindex(states["state"], fill_value=0).to_numpy(float)
    states = states[states["value"] > 0].reset_index(drop=True)
    states.attrs["unit"] = "plans"
    hollow = judged[judged["closed"] & judged["state"].isin((UNMOVED, WORSE))]
    chart = _chart(rows, judged, plan_series, period)
    return counted_share(
        good,
        n,
        "improvement plan",
        claim=f"{good:,} of {plural(n, 'improvement plan')} that can be tested moved what {noun(n, 'it was', 'they were')} "
        f"made for; {len(hollow):,} {noun(len(hollow), 'was', 'were')} closed without an effect that is seen.",
        because=joined(
            f"closed without effect: {listed(hollow['plan'].tolist())}" if len(hollow) else "",
            _unclear_words(judged),
            _untested(table[~table["state"].isin(JUDGED)]),
        ),
        parts={
            "shown": _in_words(table),
            "plan": table,
            "state": states,
            **({"month": chart} if chart is not None else {}),
        },
    )


@measure("Plans closed without effect", better="lower", unit="plans")
def plans_without_effect(plans: pd.DataFrame, plan_series: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """How many improvement plans were closed by the period's end although no effect of them is seen.

    No effect is seen, or things became worse, by the test of `relationship.plans_effective`. A full count of the plans that
    were closed and can be tested; 0 where all that were closed worked or are unclear.

    Parts: plan. Not assessed where no closed plan can be tested. Source: as there.
    """
    rows = plans[plans["agreed"] <= last_day(period)]
    table = tested(rows, plan_series, period) if len(rows) else pd.DataFrame({"state": [], "closed": []})
    closed = table[table["state"].isin(JUDGED) & table["closed"].astype(bool)]
    if closed.empty:
        raise NotAssessed(f"no improvement plan that was closed by the end of {period} can be tested")
    hollow = closed[closed["state"].isin((UNMOVED, WORSE))]
    return Measured(
        unit="plans",
        value=float(len(hollow)),
        n=len(closed),
        n_of="closed plans that can be tested" if len(closed) > 1 else "closed plan that can be tested",
        counted=True,
        interval=COUNTED,
        claim=f"{len(hollow):,} of {plural(len(closed), 'closed plan')} that can be tested {noun(len(closed), 'was', 'were')} "
        "without effect.",
        because=listed(hollow["plan"].tolist()) if len(hollow) else "",
        parts={"plan": hollow.reset_index(drop=True)},
    )


def tested(plans: pd.DataFrame, plan_series: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """One row a plan: what is known of its effect at the period's end."""
    values = {} if plan_series is None else dict(tuple(plan_series.groupby("plan")))
    closed = until(plans["closed"], period)
    begun = until(plans["in_place"], period).fillna(closed)
    rows = [
        _row(row, values.get(row["plan"]), start, not pd.isna(end))
        for row, start, end in zip(plans.to_dict("records"), begun, closed, strict=True)  # few: plans of one vendor
    ]
    return pd.DataFrame(rows)


def _row(plan: dict[Any, Any], series: pd.DataFrame | None, begun: Any, closed: bool) -> dict[str, Any]:
    """A plan and its effect, as a row of the table."""
    told = {"plan": plan["plan"], "measure": plan["measure"] if isinstance(plan["measure"], str) else "plan_values"}
    better = "" if series is None else str(series["better"].iloc[0])
    if series is None or better not in ("lower", "higher"):
        found = Effect(NAN, NAN, NAN, NAN, NAN, 0, 0, 0, UNMEASURED)
    elif pd.isna(begun):
        found = Effect(NAN, NAN, NAN, NAN, NAN, 0, 0, 0, TOO_EARLY)
    else:
        months = pd.PeriodIndex(series["month"], freq="M")
        found = effect(pd.Series(series["value"].to_numpy(float), index=months), plan["agreed"], begun, better)
    reached = _reached(found.after, plan["target"], better)
    shown = {
        "state": found.state,
        "before": found.before,
        "after": found.after,
        "difference": found.value,
        "from": found.low,
        "to": found.high,
        "months_before": found.n_before,
        "months_after": found.n_after,
        "signals": found.signals,
    }
    unit = "" if series is None else str(series["unit"].iloc[0])
    return {**told, **shown, "unit": unit, "closed": closed, "in_place": begun, "target_reached": reached}


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The plans as a reader wants them: each number with its unit, the difference with its interval."""
    rows = table.to_dict("records")
    gaps = [
        f"{_gap(row['difference'], row['unit'])} ({_gap(row['from'], row['unit'])} to {_gap(row['to'], row['unit'])})"
        if row["state"] in JUDGED
        else "unknown"
        for row in rows
    ]
    return pd.DataFrame(
        {
            "plan": table["plan"],
            "measure": table["measure"],
            "state": table["state"],
            "before": [number(row["before"], row["unit"]) for row in rows],
            "after": [number(row["after"], row["unit"]) for row in rows],
            "difference": gaps,
            "months": [f"{row['months_before']} and {row['months_after']}" for row in rows],
            "closed": table["closed"],
            "target_reached": table["target_reached"],
        }
    )


def _reached(after: float, target: float, better: str) -> str:
    """Whether the mean after a plan is at its target, in words."""
    if pd.isna(target) or math.isnan(after) or not better:
        return "no target" if pd.isna(target) else "unknown"
    return "yes" if (after >= target if better == "higher" else after <= target) else "no"


def _untested(table: pd.DataFrame) -> str:
    """How many could not be tested, and why."""
    early, blank = int(table["state"].eq(TOO_EARLY).sum()), int(table["state"].eq(UNMEASURED).sum())
    return joined(
        f"{plural(early, 'plan')} too young to be tested" if early else "",
        f"{plural(blank, 'plan')} without months of a measure, or without saying which is better" if blank else "",
    )


def _unclear_words(judged: pd.DataFrame) -> str:
    names = judged.loc[judged["state"].eq(UNCLEAR), "plan"].tolist()
    return f"unclear, since test and chart disagree: {listed(names)}" if names else ""


def _chart(
    plans: pd.DataFrame, judged: pd.DataFrame, plan_series: pd.DataFrame | None, period: Period
) -> pd.DataFrame | None:
    """The months of one plan on the chart that the months before it set: of one closed without effect, else the newest."""
    order = judged.assign(
        hollow=judged["closed"].astype(bool) & judged["state"].isin((UNMOVED, WORSE)), begun=judged["in_place"]
    ).sort_values(["hollow", "begun", "plan"], ascending=[False, False, True])
    name = order["plan"].iloc[0]
    if plan_series is None:
        return None
    rows = plan_series[plan_series["plan"] == name]
    values = pd.Series(rows["value"].to_numpy(float), index=pd.PeriodIndex(rows["month"], freq="M"))
    values = values.reindex(pd.period_range(values.index.min(), values.index.max(), freq="M"))
    start = plans.loc[plans["plan"].eq(name), "agreed"].iloc[0].to_period("M")
    baseline = (values.index >= start - BEFORE) & (values.index < start)
    chart = xmr(values, baseline=baseline)
    signals = run_rules(values, chart.center, chart.sigma)
    later = values.index >= start
    signal = np.select([signals[1] & later, signals[2] & later], ["beyond the limits", "run of eight"], "")
    unit, share = str(rows["unit"].iloc[0]), str(rows["unit"].iloc[0]) == "share"
    table = pd.DataFrame(
        {
            "month": values.index,
            "value": values.to_numpy(),
            "in_period": values.index.isin(period.months_index()),
            "center": chart.center,
            "lower": max(chart.lower, 0.0),
            "upper": min(chart.upper, 1.0) if share else chart.upper,
            "signal": pd.Series(signal, dtype="str"),
            "baseline": baseline,
        }
    )
    table.attrs |= {"unit": unit, "plan": name}
    return table


def plan_chart(measured: Measured, plans: pd.DataFrame) -> Measured:
    """The measure of one plan as a chart draws it: its months, and a title that says which plan and what came of it.

    measured: what `relationship.plans_effective` gave. Where nothing was tested, as it is.
    """
    if not measured.assessed or "month" not in measured.parts:
        return measured
    table, chart = measured.parts["plan"], measured.parts["month"]
    row = table[table["plan"] == chart.attrs["plan"]].iloc[0]
    title = plans.loc[plans["plan"].eq(row["plan"]), "title"].iloc[0]
    unit = row["unit"]
    ends = f" ({_gap(row['from'], unit)} to {_gap(row['to'], unit)})"
    words = {
        MOVED: "moved what it was made for",
        UNMOVED: "has no effect that is seen",
        WORSE: "was followed by worse",
        UNCLEAR: "has an unclear effect",
    }
    called = f"Plan {row['plan']}" + (f" ({title})" if isinstance(title, str) else "")
    return replace(
        measured,
        unit=unit,
        value=row["after"],
        low=NAN,
        high=NAN,
        n=int(row["months_before"] + row["months_after"]),
        n_of="months",
        interval="95 % interval of the difference of two means (Newey and West)",
        claim=f"{called} {words[row['state']]}: {number(row['before'], unit)} before it was agreed, "
        f"{number(row['after'], unit)} since it was in place in {month_words(row['in_place'].to_period('M'))}.",
        because=f"the difference is {_gap(row['difference'], unit)}{ends}",
        parts={"month": chart},
    )


def _gap(value: float, unit: str) -> str:
    """A difference with its sign; of shares in points."""
    sign = "+" if value > 0 else ""
    return f"{sign}{number(value * 100, 'points') if unit == 'share' else number(value, unit)}"
