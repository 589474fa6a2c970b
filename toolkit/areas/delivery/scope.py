"""What changed on the way: requests to change what was agreed, and what they cost."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.changes import decided_by
from toolkit.areas.look import need, shown_months
from toolkit.areas.monthly import charted_counts, course
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats.rates import poisson_rate

NOT_GIVEN = "(not given)"


def _accepted(change_requests: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All requests as known at the period's end, and those accepted by then, each in the month `at`.

    A request that does not say when it was decided counts in the month in which it was raised.
    """
    rows = decided_by(change_requests, period)
    need(rows, f"no change request was raised by the end of {period}")
    accepted = rows[rows["state"].eq("accepted")]
    return rows, accepted.assign(at=accepted["decided"].fillna(accepted["raised"]))


def _inside(accepted: pd.DataFrame, period: Period) -> pd.DataFrame:
    return accepted[accepted["at"].dt.to_period("M").isin(period.months_index())]


@measure("Scope changes", unit="requests a month")
def scope_change(change_requests: pd.DataFrame, *, period: Period) -> Measured:
    """Requests to change the scope that were accepted a month in the period, large and small counted alike.

    A request counts in the month in which it was decided, or else raised. Many changes are neither good nor bad in
    themselves; whose wish they were and why stands beside them.

    low and high: the exact 95 % interval of a Poisson rate. Parts: month (c chart), raised_by, reason, state (all raised in
    the period). Source: own definition; F. Garwood, Biometrika 28 (1936) 437-442.
    """
    rows, accepted = _accepted(change_requests, period)
    inside = _inside(accepted, period)
    value, low, high = (float(part) for part in poisson_rate(len(inside), period.months))
    months = shown_months(rows["raised"].dt.to_period("M"), period)
    counts = accepted["at"].dt.to_period("M").value_counts().reindex(months, fill_value=0).astype("float64")
    charted = charted_counts(counts, period)
    waiting = int(rows["state"].eq("open").sum())
    raised = rows[rows["raised"].dt.to_period("M").isin(period.months_index())]
    return Measured(
        unit="requests a month",
        value=value,
        low=low,
        high=high,
        n=len(inside),
        n_of="accepted request" if len(inside) == 1 else "accepted requests",
        interval="95 % interval (Poisson, exact)",
        numerator=float(len(inside)),
        denominator=float(period.months),
        claim=f"{plural(len(inside), 'change request was', 'change requests were')} accepted in {period}: "
        f"{number(value)}{bracket(low, high)} a month.",
        because=joined(
            f"{plural(waiting, 'request')} still open at its end" if waiting else "", course(charted, "requests")
        ),
        parts={
            "month": charted.table,
            "raised_by": _counts(inside, "raised_by"),
            "reason": _counts(inside, "reason"),
            "state": _counts(raised, "state"),
        },
    )


def _counts(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    counts = rows[column].fillna(NOT_GIVEN).astype("str").str.replace("_", " ").value_counts(sort=True)
    table = pd.DataFrame({column: counts.index.to_numpy(), "value": counts.to_numpy(float)})
    table.attrs["unit"] = "requests"
    return table


@measure("Cost of scope changes", better="lower")
def scope_cost(change_requests: pd.DataFrame, *, period: Period) -> Measured:
    """What the change requests accepted in the period add to the agreed cost, in the client's currency.

    A full count of the requests that name a cost, those that make it less included. Not assessed where one of them names
    none: the sum of the rest would be too small.

    Parts: month (by the month of the decision), raised_by, rows (the dearest first). Source: own definition.
    """
    _, accepted = _accepted(change_requests, period)
    inside = _inside(accepted, period)
    silent = int(inside["cost"].isna().sum())
    if silent:
        raise NotAssessed(
            f"{plural(silent, 'accepted request names', 'accepted requests name')} no cost; supply cost in change_requests"
        )
    unit = str(change_requests.attrs.get("currency", ""))
    value = float(inside["cost"].sum())
    months = shown_months(accepted["at"].dt.to_period("M"), period)
    sums = accepted.groupby(accepted["at"].dt.to_period("M"))["cost"].sum(min_count=1).reindex(months)
    dearest = inside.sort_values("cost", ascending=False, kind="stable")
    return Measured(
        unit=unit,
        value=value,
        n=len(inside),
        n_of="accepted request" if len(inside) == 1 else "accepted requests",
        counted=True,
        interval=COUNTED,
        claim=f"Change requests accepted in {period} add {number(value, unit)} to what was agreed, "
        f"{number(value / period.months, unit)} a month.",
        parts={
            "month": pd.DataFrame(
                {
                    "month": months,
                    "value": sums.fillna(0.0).to_numpy(float),
                    "in_period": months.isin(period.months_index()),
                }
            ),
            "raised_by": _by_whom(inside),
            "rows": dearest[["request", "project", "reason", "cost"]].rename(columns={"cost": "value"}).head(100),
        },
    )


def _by_whom(inside: pd.DataFrame) -> pd.DataFrame:
    """Cost by whose wish it was, the largest first."""
    names = inside["raised_by"].fillna(NOT_GIVEN).astype("str").str.replace("_", " ")
    sums = inside.groupby(names)["cost"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    return pd.DataFrame(
        {"raised_by": sums.index.to_numpy(), "value": sums["sum"].to_numpy(), "n": sums["size"].to_numpy()}
    )
