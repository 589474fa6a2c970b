"""What there is to know about the tables of the relationship before anything is measured: gaps and contradictions."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from toolkit.areas.look import last_day
from toolkit.areas.relationship.forums import held
from toolkit.areas.relationship.look import log_of, same
from toolkit.areas.relationship.roles import NONE, SEVERAL, activities
from toolkit.areas.relationship.tables import HELD
from toolkit.areas.words import day_words, listed, plural
from toolkit.model import Period

Check = tuple[str, int, str]


def checks(tables: Mapping[str, pd.DataFrame], *, period: Period) -> pd.DataFrame:
    """Reconciliations of the tables for one period: check, found, remark; always a row each, also when all is well.

    tables: those of the case, by name.
    """
    listed_checks = [
        *_meeting_checks(tables["forums"], tables["meetings"], tables["attendance"], period),
        *_log_checks(tables["actions"], tables["forums"], period),
        *_role_checks(tables["responsibilities"]),
        *_plan_checks(tables["plans"], tables["plan_values"], period),
    ]
    found = [(check, f"{count:,}", remark) for check, count, remark in listed_checks]
    return pd.DataFrame(found, columns=["check", "found", "remark"])


def _meeting_checks(
    forums: pd.DataFrame, meetings: pd.DataFrame, attendance: pd.DataFrame, period: Period
) -> list[Check]:
    """Meetings held, those said to be held after the period, and those of forums that nobody agreed on."""
    told = held(meetings, period)
    ahead = meetings[meetings["state"].fillna(HELD).eq(HELD) & (meetings["date"] > last_day(period))]
    stray = ~same(told["forum"]).isin(same(forums["forum"])) if len(told) else pd.Series(dtype=bool)
    names = sorted(told.loc[stray, "forum"].unique()) if len(told) else []
    days = pd.MultiIndex.from_arrays([same(meetings["forum"]), meetings["date"]])
    record = pd.MultiIndex.from_arrays([same(attendance["forum"]), attendance["date"]])
    lost = len(record[~record.isin(days)].unique())
    return [
        ("Meetings held by the period's end", len(told), "" if len(told) else "no cadence and no attendance"),
        (
            "Held after the period, by the list",
            len(ahead),
            f"not counted: after {day_words(last_day(period))} nothing can have been held for this review; write planned, or "
            "mend the date"
            if len(ahead)
            else "",
        ),
        (
            "Held by a forum that is not in forums",
            int(stray.sum()),
            f"in no cadence: {listed(names)}" if names else "",
        ),
        ("Attendance of a meeting that is not in meetings", lost, "left out" if lost else ""),
    ]


def _log_checks(actions: pd.DataFrame, forums: pd.DataFrame, period: Period) -> list[Check]:
    """What is in the log, open and silent, and which forums it names that nobody agreed on."""
    rows = log_of(actions, period)
    later = int((actions["raised"] > last_day(period)).sum())
    dropped = int(actions["state"].eq("cancelled").sum())
    nobody = int((rows["open"] & rows["owner"].isna()).sum())
    named = rows["forum"].notna() & ~same(rows["forum"].fillna("")).isin(same(forums["forum"]))
    silent = int(rows["silent"].sum())
    undated = int((rows["incident"].notna() & rows["incident_date"].isna()).sum())
    return [
        ("Entries of the log by the period's end", len(rows), "" if len(rows) else "the log is not assessed"),
        ("Closed nobody says when", silent, "left out of times and of what is open" if silent else ""),
        ("Open, and owned by neither side", nobody, "on neither side of the ledger" if nobody else ""),
        (
            "Raised in a forum that is not in forums",
            int(named.sum()),
            "counted as raised in one" if named.any() else "",
        ),
        ("With an incident on a day that is not known", undated, "not counted as seen in time" if undated else ""),
        ("Cancelled", dropped, "left out" if dropped else ""),
        ("Raised after the period", later, "left out" if later else ""),
    ]


def _role_checks(responsibilities: pd.DataFrame) -> list[Check]:
    """Activities without an Accountable, and with several."""
    if responsibilities.empty:
        return [("Activities of the RACI table", 0, "responsibilities are not assessed")]
    table = activities(responsibilities)
    none = table.loc[table["state"].eq(NONE), "activity"].tolist()
    several = table.loc[table["state"].eq(SEVERAL), "activity"].tolist()
    return [
        ("Activities of the RACI table", len(table), ""),
        ("Activities with nobody Accountable", len(none), f"name one for {listed(none)}" if none else ""),
        (
            "Activities with several Accountables",
            len(several),
            f"decide between them for {listed(several)}" if several else "",
        ),
    ]


def _plan_checks(plans: pd.DataFrame, plan_values: pd.DataFrame, period: Period) -> list[Check]:
    """Improvement plans, what they lack, and months of plans that are not in plans."""
    rows = plans[plans["agreed"] <= last_day(period)]
    needed = ["root_cause", "remedy", "owner", "due"]
    partial = int(rows[needed].isna().any(axis="columns").sum())
    blank = int((rows["measure"].isna() & ~rows["plan"].isin(plan_values["plan"])).sum())
    stray = plan_values.loc[~plan_values["plan"].isin(plans["plan"]), "plan"].nunique()
    fields = "root cause, remedy, owner or due day"
    return [
        ("Improvement plans agreed by the period's end", len(rows), "" if len(rows) else "plans are not assessed"),
        (f"Plans without {fields}", partial, f"{plural(partial, 'plan')} to complete" if partial else ""),
        ("Plans without a measure and without months", blank, "cannot be tested" if blank else ""),
        ("Months of a plan that is not in plans", int(stray), "left out" if stray else ""),
    ]
