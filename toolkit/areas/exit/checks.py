"""What there is to know about options, plan and triggers before anything is measured: gaps and contradictions."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.exit.look import quoted_by
from toolkit.areas.exit.readiness import plan_by
from toolkit.areas.exit.tables import STAY, waits_for
from toolkit.areas.look import YEAR, last_day
from toolkit.areas.words import listed
from toolkit.history import WHOLE
from toolkit.model import Period


def checks(
    alternatives: pd.DataFrame,
    exit_plan: pd.DataFrame,
    exit_budget: pd.DataFrame,
    services: pd.DataFrame,
    triggers: pd.DataFrame,
    history: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """Reconciliations of the exit tables for one period: check, found, remark; always a row each, also when all is well."""
    listed_checks = [
        *_alternative_checks(alternatives, services, period),
        *_plan_checks(exit_plan, exit_budget, period),
        *_trigger_checks(triggers, history, period),
    ]
    found = [(check, f"{count:,}", remark) for check, count, remark in listed_checks]
    return pd.DataFrame(found, columns=["check", "found", "remark"])


def _alternative_checks(
    alternatives: pd.DataFrame, services: pd.DataFrame, period: Period
) -> list[tuple[str, int, str]]:
    known = quoted_by(alternatives, period)
    later, old = len(alternatives) - len(known), known["quoted"] <= last_day(period) - pd.DateOffset(months=YEAR)
    charged = sorted({*known["service"]} - {*known.loc[known["option"].eq(STAY), "service"]})
    risky = known[known["risk_probability"].isna() & known["option"].ne(STAY)]
    return [
        ("Ways compared", len(known), "" if len(known) else "no scenario"),
        ("Figures that came after the period", later, "left out" if later else ""),
        ("Quotes older than a year", int(old.sum()), _names(known[old], "alternative")),
        (
            "Services without a row for staying",
            len(charged),
            f"{listed(charged)}: the past year's charges, without a range" if charged else "",
        ),
        ("Other ways without a risk named", len(risky), _names(risky, "alternative", "only their ranges are drawn")),
        ("Services described", len(services), "" if len(services) else "dependence by service is not assessed"),
    ]


def _plan_checks(exit_plan: pd.DataFrame, exit_budget: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    plan = plan_by(exit_plan, period)
    left = plan[plan["done"].isna()]
    blank = left[["days_low", "days_likely", "days_high"]].isna().any(axis="columns")
    waits, known = waits_for(exit_plan), set(exit_plan["task"])
    lost = [task for task, names in waits.items() if not set(names) <= known]
    bare = bool(len(exit_plan)) and (exit_budget.empty or not exit_budget["amount"].sum() > 0)
    return [
        ("Tasks of the exit plan", len(exit_plan), "" if len(exit_plan) else "readiness is not assessed"),
        ("Tasks without an owner", int(left["owner"].isna().sum()), _names(left[left["owner"].isna()], "task")),
        ("Tasks without a duration", int(blank.sum()), _names(left[blank], "task", "no time to leave is told")),
        ("Tasks that wait for one that is not there", len(lost), listed(lost, 6) if lost else ""),
        ("Tasks never tried out", int(left["tested"].isna().sum()), ""),
        ("A plan without a budget", int(bare), "no money is set aside for it" if bare else ""),
    ]


def _trigger_checks(triggers: pd.DataFrame, history: pd.DataFrame, period: Period) -> list[tuple[str, int, str]]:
    now = history[(history["span"] == WHOLE) & (history["period"] == str(period)) & history["value"].notna()]
    silent = triggers[~triggers["measure"].isin(now["measure"])]
    unread = history.attrs.get("unread", 0)
    return [
        ("Triggers", len(triggers), "" if len(triggers) else "none agreed"),
        ("Triggers whose measure gave no value", len(silent), _names(silent, "trigger")),
        ("Findings that cannot be read", unread, "left out" if unread else ""),
    ]


def _names(rows: pd.DataFrame, column: str, what: str = "") -> str:
    """'T1 and T2: what', or ''."""
    if rows.empty:
        return ""
    names = listed(rows[column].astype("str").tolist(), 6)
    return f"{names}: {what}" if what else names
