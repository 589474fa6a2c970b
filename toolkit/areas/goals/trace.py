"""The trace: goals without a measure, measures without a goal, goals that no clause supports, goals not acknowledged."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.goals.register import records, why_no_value
from toolkit.areas.goals.words import goals_of
from toolkit.areas.shares import counted_share
from toolkit.areas.words import listed
from toolkit.history import WHOLE
from toolkit.model import Measured, NotAssessed, Period, measure


@measure("Goals with a measure", better="higher", unit="share")
def measured_share(register: pd.DataFrame, history: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """The share of goals on which there is a number: a measure of this toolkit that gave a value in the period, or a named
    source that has given one.

    register : one row a goal (`goals.register`). history : one row a measure and period (`case.history()`).

    A share of goals, fully counted. Part "goal": one row a goal without a number, with the reason; part "measure": what was
    measured in the period without any goal on it, of what is better high or low. Source: own definition.
    """
    found = register["measured"] | ((register["measure"] == "") & register["value"].notna())
    rows = register[~found]
    table = pd.DataFrame(
        {
            "goal": rows["goal"],
            "objective": rows["objective"],
            "because": [why_no_value(row) for row in records(rows)],
        }
    )
    names = listed(list(rows["goal"]), 6) if len(rows) else ""
    return _share(
        found,
        f"a number{f'; without one: {names}' if names else ''}",
        {"goal": table.reset_index(drop=True), "measure": _without_goal(register, history, period)},
        verb="have",
    )


def _without_goal(register: pd.DataFrame, history: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """Measures with a value in the period and a better side, and no goal on them."""
    columns = ["measure", "label", "better"]
    if history is None:
        return pd.DataFrame(columns=columns)
    now = (history["period"] == str(period)) & (history["span"] == WHOLE) & history["value"].notna()
    free = now & (history["better"] != "") & ~history["measure"].isin(register["measure"])
    return history.loc[free, columns].sort_values("measure").reset_index(drop=True)


@measure("Goals with a contract clause", better="higher", unit="share")
def clause_share(register: pd.DataFrame, *, period: Period) -> Measured:
    """The share of goals that name the clause of the contract on which they rest. One without can still be worth having, but
    nobody can be held to it by the contract.

    register : one row a goal (`goals.register`).

    A share of goals, fully counted; that the clause says so is not checked. Part "goal": every goal with its clause.
    Source: own definition.
    """
    backed = register["clause"] != ""
    names = listed(list(register.loc[~backed, "goal"]), 6) if not backed.all() else ""
    table = register.loc[:, ["goal", "objective", "clause"]].sort_values("clause").reset_index(drop=True)
    return _share(backed, f"a clause{f'; without one: {names}' if names else ''}", {"goal": table}, verb="name")


@measure("Goals that the vendor has acknowledged", better="higher", unit="share")
def acknowledged_share(register: pd.DataFrame, *, period: Period) -> Measured:
    """The share of goals to which the vendor has agreed by the end of the period.

    register : one row a goal (`goals.register`).

    A share of goals, fully counted. A goal without a day of agreement counts as not acknowledged. Part "goal": every goal with
    that day. Source: own definition.
    """
    day = pd.to_datetime(register["acknowledged"].where(register["acknowledged"] != ""), errors="coerce")
    agreed = day <= period.end.end_time
    names = listed(list(register.loc[~agreed, "goal"]), 6) if not agreed.all() else ""
    table = register.loc[:, ["goal", "objective"]].assign(acknowledged=day)
    words = f"the vendor's agreement on record{f'; without it: {names}' if names else ''}"
    return _share(agreed, words, {"goal": table}, verb="have")


def _share(flags: pd.Series, what: str, parts: dict[str, pd.DataFrame], *, verb: str) -> Measured:
    """'7 of 9 goals <have> <what>.'"""
    if flags.empty:
        raise NotAssessed("no goal was agreed")
    whole, n = int(flags.sum()), len(flags)
    one = {"have": "has", "name": "names"}[verb]
    return counted_share(whole, n, "goal", claim=f"{goals_of(whole, n, one, verb)} {what}.", parts=parts)
