"""Was each metric at its target: at the one that was in force on its date, and not at the one that holds today.

A figure is judged once for the days that it speaks for. Where a target changed within them it is kept when it keeps every
target that was in force, missed when it misses every one, and else unclear: a month's figure cannot be parted.
"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.look import LISTED
from toolkit.areas.look import SHOWN, last_day
from toolkit.areas.words import bracket, day_words, joined, listed, noun, plural
from toolkit.history import MONTH, WHOLE
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, absence, measure, number
from toolkit.tables import months_of

KEPT, MISSED, UNCLEAR = "kept", "missed", "unclear"
PLANNED = "planned"  # the line of a target, as charts name it
ROUNDING = 1e-9


# ---------------------------------------------------------------------------------------------------- targets and figures
def targets_in_force(service_levels: pd.DataFrame | None, revisions: pd.DataFrame | None) -> pd.DataFrame:
    """Every target with the days on which it was in force: metric, direction, target, unit, first, last (missing: open).

    Service levels and revisions of one metric make one line of targets: a later one ends an earlier one, and of two from the
    same day the revision holds. Source: own definition, as `service_levels` are read elsewhere.
    """
    parts = []
    if service_levels is not None:
        names = {"level": "metric", "target": "target", "valid_from": "first", "valid_to": "last"}
        parts.append(
            service_levels[list(names)].rename(columns=names).assign(direction="at_least", unit="share", rank=0)
        )
    if revisions is not None:
        names = {"valid_from": "first", "valid_to": "last"}
        columns = ["metric", "direction", "target", "unit", *names]
        parts.append(revisions[columns].rename(columns=names).assign(rank=1))
    rows = pd.concat(parts).sort_values(["metric", "first", "rank"], kind="stable")
    rows = rows.drop_duplicates(["metric", "first"], keep="last")
    following = rows.groupby("metric")["first"].shift(-1) - pd.Timedelta(1, "D")
    last = rows["last"].where(rows["last"].notna() & ~(rows["last"] > following), following)
    return rows.assign(last=last)[["metric", "direction", "target", "unit", "first", "last"]].reset_index(drop=True)


def figures(results: pd.DataFrame | None, history: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """Every figure up to the period's end with the days that it speaks for: metric, first, last, value, in_period.

    Service levels by month as they were reported; measures of the areas read by month, else over the period.
    """
    parts = [pd.DataFrame({"metric": [], "month": [], "value": [], "span": []})]
    if results is not None:
        value = results["value"].fillna(results["numerator"] / results["denominator"].where(results["denominator"] > 0))
        parts.append(
            pd.DataFrame({"metric": results["level"], "month": results["month"].astype("str"), "value": value})
        )
    if history is not None and len(history):
        monthly = history[history["span"].eq(MONTH)]
        whole = history[history["span"].eq(WHOLE) & ~history["measure"].isin(monthly["measure"])]
        found = pd.concat([monthly, whole]).rename(columns={"measure": "metric", "period": "month"})
        parts.append(found[["metric", "month", "value"]])
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["value"].notna()]
    spans = {text: Period.parse(text) for text in rows["month"].unique()}
    first = rows["month"].map({text: span.start.start_time for text, span in spans.items()})
    last = rows["month"].map({text: last_day(span) for text, span in spans.items()})
    rows = rows.assign(first=pd.to_datetime(first), last=pd.to_datetime(last), value=rows["value"].astype("float64"))
    rows = rows[rows["last"] <= last_day(period)]
    return rows.assign(in_period=rows["first"] >= period.start.start_time)[
        ["metric", "month", "first", "last", "value", "in_period"]
    ].reset_index(drop=True)


def judged_figures(targets: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Each figure against every target in force on one of its days: one row a figure, with `verdict` and `target` in words.

    Adds target (the one in force on its last day), several (whether it changed within its days), verdict, by_latest (the
    verdict by the latest target of all, which is what a careless reader takes).
    """
    pairs = known.reset_index(names="figure").merge(targets, on="metric", suffixes=("", "_target"))
    overlap = (pairs["first_target"] <= pairs["last"]) & (
        pairs["last_target"].isna() | (pairs["last_target"] >= pairs["first"])
    )
    room = ROUNDING * pairs["target"].abs().clip(lower=1.0)
    over = pairs["value"] >= pairs["target"] - room
    pairs = pairs.assign(kept=over.where(pairs["direction"].eq("at_least"), pairs["value"] <= pairs["target"] + room))
    latest = pairs.sort_values("first_target").groupby("figure")["kept"].last()
    pairs = pairs[overlap].sort_values(["figure", "first_target"])
    groups = pairs.groupby("figure")
    every, some = groups["kept"].all(), groups["kept"].any()
    verdict = every.map({True: KEPT, False: MISSED}).mask(some & ~every, UNCLEAR)
    rows = known.loc[verdict.index].assign(
        target=groups["target"].last(),
        direction=groups["direction"].last(),
        several=groups.size() > 1,
        verdict=verdict,
        by_latest=latest[verdict.index].map({True: KEPT, False: MISSED}),
    )
    return rows.reset_index(drop=True)


# ---------------------------------------------------------------------------------------------------------------- measure
@measure("Targets kept as they stood", better="higher", unit="share")
def targets_kept(
    service_levels: pd.DataFrame | None = None,
    revisions: pd.DataFrame | None = None,
    service_level_results: pd.DataFrame | None = None,
    history: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """The share of the period's figures that kept the target in force on their date: service levels by month as they were
    reported, and measures of this toolkit for which `revisions` names a target.

    service_levels, revisions: the targets, each from a day on; service_level_results: one row a level and month; history: one
    row a measure and month (`case.history()`). A later target ends an earlier one. A month within which a target changed
    counts as kept or missed only when all targets in force in it say so, else it is unclear. low and high take what is unclear
    as missed and as kept; else it is a full count. Figures are judged by their value, as a contract does, not by an interval.

    Parts: metric (share kept, by metric), target (each target, its days, and the figures judged by it), rows (each figure of
    the period), course (figure and target by month, of the metric whose target changed last, or else fares worst). Not assessed
    without a target or without a figure in the period. Source: own definition.
    """
    if service_levels is None and revisions is None:
        raise NotAssessed("neither service_levels nor revisions hold a target. Supply one of them")
    targets, known = targets_in_force(service_levels, revisions), figures(service_level_results, history, period)
    judged = judged_figures(targets, known)
    inside = judged[judged["in_period"]]
    if inside.empty:
        missing = absence("service_level_results", service_level_results) if service_level_results is not None else ""
        raise NotAssessed(
            missing or f"no figure of {period} is known for a metric that has a target. Supply service_level_results"
        )
    counts = inside["verdict"].value_counts()
    kept, unclear, n = int(counts.get(KEPT, 0)), int(counts.get(UNCLEAR, 0)), len(inside)
    settled = n - unclear
    if not settled:
        raise NotAssessed(
            f"the targets changed within every month of {period} that is known, and the figures lie between"
        )
    low, high = (kept / n, (kept + unclear) / n) if unclear else (NAN, NAN)
    changed = changes_within(targets, inside, period)
    return Measured(
        unit="share",
        value=kept / settled,
        low=low,
        high=high,
        n=n,
        n_of=noun(n, "monthly figure"),
        interval="low: what is unclear is missed, high: kept; a full count" if unclear else COUNTED,
        counted=not unclear,
        numerator=float(kept),
        denominator=float(settled),
        claim=f"{kept} of {plural(settled, 'figure')}{bracket(low, high, 'share')} of {period} kept the target in force on "
        f"their date{_otherwise(inside)}.",
        because=joined(
            _changes_words(changed),
            _silent_words(targets, inside, period),
            f"{unclear} unclear, since the target changed within the month" if unclear else "",
        ),
        parts={
            "metric": _by_metric(inside),
            "target": _by_target(targets, inside),
            "rows": inside[["metric", "month", "value", "target", "verdict", "by_latest"]].head(LISTED),
            "course": _course(targets, judged, inside, changed, period),
        },
    )


def changes_within(targets: pd.DataFrame, inside: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The targets that came into force within the period, with the one before each."""
    before = targets.groupby("metric")["target"].shift(1)
    since = (targets["first"] > period.start.start_time) & (targets["first"] <= last_day(period))
    rows = targets.assign(before=before)[since & before.notna() & targets["metric"].isin(inside["metric"])]
    return rows.sort_values("first").reset_index(drop=True)


def _otherwise(inside: pd.DataFrame) -> str:
    """What judging all by the latest target would have said, where it is something else."""
    settled = inside[inside["verdict"] != UNCLEAR]
    other = int((inside["by_latest"] == KEPT).sum())
    apart = int((settled["verdict"] != settled["by_latest"]).sum())
    return f"; by today's targets it would have been {other} of {len(inside)}" if apart else ""


def _changes_words(changed: pd.DataFrame) -> str:
    said = [
        f"{row['metric']} from {number(row['before'], _unit(row))} to {number(row['target'], _unit(row))} "
        f"on {day_words(row['first'])}"
        for row in changed.to_dict("records")
    ]
    return f"revised within the period: {listed(said)}" if said else ""


def _unit(row: dict) -> str:
    return row["unit"] if isinstance(row["unit"], str) else ""


def _silent_words(targets: pd.DataFrame, inside: pd.DataFrame, period: Period) -> str:
    """The metrics that had a target in the period and of which no figure is known."""
    there = (targets["first"] <= last_day(period)) & ~(targets["last"] < period.start.start_time)
    silent = sorted(set(targets.loc[there, "metric"]) - set(inside["metric"]))
    return f"no figure is known of {listed(silent)}" if silent else ""


def _by_metric(inside: pd.DataFrame) -> pd.DataFrame:
    """The share of figures kept by metric, the lowest first; what is unclear is not in it."""
    settled = inside[inside["verdict"] != UNCLEAR]
    shares = settled["verdict"].eq(KEPT).groupby(settled["metric"]).agg(["mean", "size"])
    table = pd.DataFrame({"metric": shares.index, "value": shares["mean"].to_numpy(), "n": shares["size"].to_numpy()})
    return table.sort_values("value", kind="stable").reset_index(drop=True)


def _by_target(targets: pd.DataFrame, inside: pd.DataFrame) -> pd.DataFrame:
    """Each target in force in the period: its days, how many figures fell under it alone, and how many of them kept it."""
    alone = inside[~inside["several"]]
    rows = []
    for target in targets[targets["metric"].isin(inside["metric"])].to_dict("records"):
        under = alone[alone["metric"].eq(target["metric"]) & (alone["last"] >= target["first"])]
        under = under if pd.isna(target["last"]) else under[under["first"] <= target["last"]]
        if len(under):
            kept = int(under["verdict"].eq(KEPT).sum())
            last = "still in force" if pd.isna(target["last"]) else f"{target['last']:%Y-%m-%d}"
            rows.append(
                (target["metric"], number(target["target"], _unit(target)), target["first"], last, len(under), kept)
            )
    return pd.DataFrame(rows, columns=["metric", "target", "from", "to", "figures", "kept"])


def _course(
    targets: pd.DataFrame, judged: pd.DataFrame, inside: pd.DataFrame, changed: pd.DataFrame, period: Period
) -> pd.DataFrame:
    """Figure and target in force on each month's last day, of one metric: line, month, value."""
    metric = changed["metric"].iloc[-1] if len(changed) else _by_metric(inside)["metric"].iloc[0]
    rows = judged[judged["metric"].eq(metric) & (judged["month"].str.len() == len("2026-03"))]
    rows = rows[rows["last"] > (period.end - SHOWN).end_time]
    months = months_of(rows["last"])
    lines = [
        pd.DataFrame({"line": name, "month": months, "value": rows[column]})
        for name, column in ((PLANNED, "target"), (metric, "value"))
    ]
    table = pd.concat(lines, ignore_index=True)
    unit = targets.loc[targets["metric"].eq(metric), "unit"].iloc[-1]
    table.attrs["unit"] = unit if isinstance(unit, str) else ""
    return table
