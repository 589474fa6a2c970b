"""What there is to know about deliverables, projects and changes before anything is measured: gaps and contradictions."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.changes import decided_by
from toolkit.areas.delivery.look import delivered_in, known, still_open
from toolkit.areas.look import last_day
from toolkit.areas.words import plural
from toolkit.model import Period


def checks(
    deliverables: pd.DataFrame, progress: pd.DataFrame, change_requests: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Reconciliations of the delivery tables for one period: check, found, remark; always a row each, also when all is well."""
    rows = known(deliverables, period)
    inside, waiting, silent = delivered_in(rows, period), still_open(rows), rows["silent"]
    cancelled = int(deliverables["state"].eq("cancelled").sum())
    own = int(deliverables["in_house"].eq("yes").sum())
    later = len(deliverables) - cancelled - own - len(rows)
    undated = int(waiting["planned"].isna().sum())
    early = int((rows["requested"] > rows["day"]).sum())
    vague = int((rows["done"] & rows["day"].isna()).sum())
    finished = int((rows["state"].isin(("planned", "active")) & rows["done"]).sum())
    overdue = int((waiting["planned"] < last_day(period)).sum())
    listed = [
        ("Delivered in the period", len(inside), "" if len(inside) else "nothing was delivered in it"),
        ("Open at its end", len(waiting), f"{overdue:,} overdue" if overdue else ""),
        ("Open without a planned day", undated, "cannot be late, and is in no share on time" if undated else ""),
        ("Delivered nobody says when", int(silent.sum()), "left out, and named" if silent.any() else ""),
        ("Delivered in a stretch without a day", vague, "in counts and sizes, in no time" if vague else ""),
        ("Asked for after the delivery", early, "left out of the lead time" if early else ""),
        ("Open by the state, with a delivery", finished, "counted as delivered" if finished else ""),
        ("Cancelled", cancelled, "left out" if cancelled else ""),
        ("Known only after the period", later, "left out" if later > 0 else ""),
        ("Made by the client's own people", own, "only where it is set beside the vendor's" if own else ""),
        *_project_checks(progress, period),
        *_change_checks(change_requests, period),
    ]
    found = [(check, f"{count:,}", remark) for check, count, remark in listed]
    return pd.DataFrame(found, columns=["check", "found", "remark"])


def _project_checks(progress: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    """Projects, and months between their reports that are missing."""
    rows = progress[(progress["month"] <= period.end) & progress["earned_value"].notna()]
    spans = rows.groupby("project")["month"].agg(["min", "max", "nunique"])
    gaps = sum((row["max"] - row["min"]).n + 1 - row["nunique"] for row in spans.to_dict("records"))
    steps = progress.sort_values(["project", "month"]).groupby("project")[["planned_value", "earned_value"]].diff()
    fallen = int((steps < 0).any(axis="columns").sum())
    return [
        ("Months with less planned or earned than before", fallen, "the highest plan so far is used" if fallen else ""),
        ("Projects with earned value", len(spans), "" if len(spans) else "no earned value and no earned schedule"),
        ("Months missing between their reports", int(gaps), "the report before holds on" if gaps else ""),
    ]


def _change_checks(change_requests: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    """Change requests, and those that say neither cost nor day."""
    rows = decided_by(change_requests, period)
    accepted = rows[rows["state"].eq("accepted")]
    silent, undated = int(accepted["cost"].isna().sum()), int(accepted["decided"].isna().sum())
    return [
        ("Change requests raised by its end", len(rows), "" if len(rows) else "scope is not assessed"),
        ("Accepted without a cost", silent, f"{plural(silent, 'cost')} unknown" if silent else ""),
        ("Accepted without a day", undated, "counted when they were raised" if undated else ""),
    ]
