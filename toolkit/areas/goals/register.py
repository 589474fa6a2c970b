"""The register: one row a goal, with what is known of it at the period's end; and the series behind it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import did_you_mean
from toolkit.model import NAN, YES_NO, Goal, Period, number, source
from toolkit.stats import goals as okr

CHECKED, MONTH, WHOLE = "check-in", "month", "period"  # where a value comes from: a person, or a measure
WAY, RANGE, DONE, THRESHOLD = "way gone", "range", "done or not", "met or not"  # how a goal is graded

UNIT = "it is in "  # how a fault in the unit begins
NO_VALUE = "no goal has a value yet: supply check_ins.csv, or the tables of the areas whose measures the goals name"


def series(agreed: pd.DataFrame, check_ins: pd.DataFrame, history: pd.DataFrame, *, period: Period) -> pd.DataFrame:
    """What is known of each goal over time, up to the period's end: check-ins, and what other areas measured.

    agreed      one row a goal (`case.agreed`).
    check_ins   one row a goal and day; one without a value is left out.
    history     one row a measure and period or month (`case.history()`).

    One row a goal and date: goal, date, value, low, high, origin ("check-in", "month" or "period"), in rising order. In a
    month with a check-in, the check-in wins over what was measured.
    """
    said = check_ins.loc[check_ins["value"].notna() & check_ins["goal"].isin(agreed["goal"]), ["goal", "date", "value"]]
    said = said.assign(low=said["value"], high=said["value"], origin=CHECKED)
    found = agreed[["goal", "measure"]].merge(history, on="measure").rename(columns={"span": "origin"})
    columns = ["goal", "date", "value", "low", "high", "origin"]
    found = found.loc[found["value"].notna(), columns]
    keys = [pd.MultiIndex.from_arrays([rows["goal"], rows["date"].dt.to_period("M")]) for rows in (found, said)]
    known = [rows for rows in (found[~keys[0].isin(keys[1])], said[columns]) if len(rows)]
    table = pd.concat(known) if known else said[columns]
    table = table[table["date"] <= period.end.end_time]
    table = table.sort_values(["goal", "date", "origin"], kind="stable").reset_index(drop=True)
    table.attrs = {"absent": "" if len(table) else NO_VALUE, "sources": _sources(agreed, check_ins)}
    return table


def register(
    agreed: pd.DataFrame,
    series: pd.DataFrame,
    history: pd.DataFrame,
    measures: pd.DataFrame,
    check_ins: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """One row a goal: what was agreed, where it stands, and what keeps it from being graded.

    Beside the columns of `agreed`: label (of its measure), measure_unit (as measured, else as declared), known (whether
    the toolkit has that measure; hint: which may be meant), measured (whether it gave a value in this period), date,
    value, low, high and origin of the last value up to the deadline and the period's end, sure (how sure those who work
    on it said they are), form (how it is graded), grade with grade_low and grade_high (from the value's interval),
    elapsed (share of its time that is over), over (whether the deadline is past), faults (in words).
    """
    named = measures[["measure", "label", "unit"]].rename(columns={"unit": "measure_unit"})
    table = agreed.merge(named, on="measure", how="left")
    table["known"], names = table["label"].notna(), measures["measure"].tolist()
    unknown = ~table["known"] & (table["measure"] != "")
    table["hint"] = [
        did_you_mean(name, names) if odd else "" for name, odd in zip(table["measure"], unknown, strict=True)
    ]
    now = history[(history["period"] == str(period)) & (history["span"] == WHOLE) & history["value"].notna()]
    table["measured"] = table["measure"].isin(now["measure"])
    declared, units = table["measure_unit"].fillna(""), _units(history)
    table["measure_unit"] = [units.get(name, unit) for name, unit in zip(table["measure"], declared, strict=True)]
    table["unit"] = table["unit"].where(table["unit"] != "", table["measure_unit"])
    table = table.merge(_latest(agreed, series), on="goal", how="left")
    said = check_ins[check_ins["confidence"].notna()].sort_values("date").groupby("goal")["confidence"].last()
    table["sure"] = table["goal"].map(said).astype("float64")
    rows = records(table)
    table["faults"] = ["; ".join(faults_of(row)) for row in rows]
    table["form"] = [form_of(row) if not fault else "" for row, fault in zip(rows, table["faults"], strict=True)]
    graded = pd.DataFrame([_grades(row, form) for row, form in zip(rows, table["form"], strict=True)])
    table[["grade", "grade_low", "grade_high"]] = graded.to_numpy().reshape(-1, 3)
    end = period.end.end_time.normalize()
    table["elapsed"] = np.asarray(okr.elapsed_share(_days(table["start"]), _days(table["due"]), end)).reshape(-1)
    table["over"] = _days(table["due"]) <= end
    table.attrs = {"absent": agreed.attrs.get("absent", ""), "sources": _sources(agreed, check_ins)}
    return table


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as dictionaries by the names of the columns: there are few goals."""
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]


def _sources(agreed: pd.DataFrame, check_ins: pd.DataFrame) -> list[dict[str, Any]]:
    return [source(name, rows) for name, rows in (("goals", agreed), ("check_ins", check_ins)) if len(rows)]


def _days(column: pd.Series) -> pd.Series:
    """Days written as text; '' is none."""
    return pd.to_datetime(column.where(column != ""), errors="coerce")


def day_of(goals: pd.Series, agreed: pd.DataFrame, name: str) -> pd.Series:
    """The start or the deadline of the goal that each row is about; missing where there is none."""
    return pd.to_datetime(goals.map(dict(zip(agreed["goal"], _days(agreed[name]), strict=True))))


def _units(history: pd.DataFrame) -> dict[str, str]:
    known = history[history["unit"].fillna("") != ""]
    return dict(zip(known["measure"], known["unit"], strict=True))


def _latest(agreed: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """The last value of each goal up to its deadline: a check-in, or that of a whole period."""
    rows = series[series["origin"] != MONTH]
    in_time = ~(rows["date"] > day_of(rows["goal"], agreed, "due"))
    return rows[in_time].groupby("goal").tail(1)


def faults_of(row: dict[str, Any]) -> list[str]:
    """What makes a goal impossible to grade, in words."""
    ranged = row["direction"] == "between"
    numbers: dict[str, Any] = (
        {"low": row["target"], "high": row["target_high"]} if ranged else {"target": row["target"]}
    )
    dates: dict[str, Any] = {"start": row["start"] or None, "deadline": row["due"] or None}
    found = ["it names no target"] if math.isnan(row["target"]) else []
    if row["measure_unit"] and row["unit"] != row["measure_unit"]:
        found.append(f"{UNIT}{row['unit']!r}, and {row['label']} in {row['measure_unit']!r}")
    return found + okr.faults(baseline=row["baseline"], **numbers, **dates)


def unit_words(unit: str) -> str:
    """A unit as a reader writes numbers in it."""
    return "shares, such as 0.92 for 92 %" if unit == "share" else unit


def why_no_value(row: dict[str, Any]) -> str:
    """Why there is no number on a goal."""
    if row["measure"] and not row["known"]:
        return f"{row['measure']} is no measure of this toolkit"
    if row["measure"]:
        return f"{row['label']} gave no value in this period"
    return f"its source, {row['source']}, has given no value" if row["source"] else "it names no measure and no source"


def form_of(row: dict[str, Any]) -> str:
    """How a goal is graded: by the way from its baseline, by its range, done or not, or met or not.

    Met or not is what is left where there is no baseline, or where the baseline is already on the side of the target that
    was asked for, so that it is only to be kept.
    """
    if row["unit"] == YES_NO:
        return DONE
    if math.isnan(row["baseline"]):
        return THRESHOLD
    if row["direction"] == "between":
        return RANGE
    to_go = row["target"] - row["baseline"]
    return WAY if (to_go > 0) == (row["direction"] == "at_least") else THRESHOLD


def graded(row: dict[str, Any], form: str, value: float) -> float:
    """The grade of a value, 0 to 1; NaN where it is unknown or cannot be graded."""
    if not form or math.isnan(value):
        return NAN
    if form == WAY:
        return float(okr.grade(row["baseline"], row["target"], value))
    if form == RANGE:
        return float(okr.range_grade(row["baseline"], row["target"], row["target_high"], value))
    if form == DONE:
        return float(okr.yes_no_grade(float(value >= 1)))
    low, high = limits(row)
    return float(low <= value <= high)


def limits(row: dict[str, Any]) -> tuple[float, float]:
    """The lowest and the highest value that meet a goal."""
    aim = {name: row[name] for name in ("goal", "direction", "target", "target_high")}
    return Goal(**aim).limits


def aim_words(row: dict) -> str:
    """The target as a reader says it."""
    if row["target"] != row["target"]:
        return "no target"
    if row["unit"] == YES_NO:
        return "done"
    upper = f" to {number(row['target_high'], row['unit'])}" if row["direction"] == "between" else ""
    return f"{row['direction'].replace('_', ' ')} {number(row['target'], row['unit'])}{upper}"


def _grades(row: dict[str, Any], form: str) -> tuple[float, float, float]:
    """The grade of the last value, and the lowest and highest that its interval allows."""
    value, *ends = (graded(row, form, row[name]) for name in ("value", "low", "high"))
    known = [end for end in ends if end == end] or [value]
    inside = form in (RANGE, THRESHOLD) and not math.isnan(value)
    return value, min(*known, value) if inside else min(known), max(*known, value) if inside else max(known)
