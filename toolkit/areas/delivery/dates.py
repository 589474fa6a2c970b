"""Does it come when it was promised: the share on time, and by how many days it slips."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.delivery.look import delivered_in, known
from toolkit.areas.look import last_day, shown_months
from toolkit.areas.monthly import course
from toolkit.areas.shares import monthly_share, share_of, shares_by
from toolkit.areas.words import joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.intervals import order_quantile

ROWS = 100  # rows shown as evidence at most
FEWEST = 3  # deliverables that a median needs
BINS = (-math.inf, -30.0, -7.0, 0.0, 7.0, 30.0, 90.0, math.inf)  # days late
NAMES = (
    "more than 30 days early",
    "8 to 30 days early",
    "on the day, or up to 7 days early",
    "1 to 7 days late",
    "8 to 30 days late",
    "31 to 90 days late",
    "more than 90 days late",
)


def promised(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What was promised for a day up to the period's end, or came by then: `late` in days, and `due` as it counts.

    Of what is open, `late` is counted up to the period's last day; it slips by that at least. What is open and not yet due
    is not there.
    """
    dated = rows[rows["planned"].notna() & ~rows["silent"] & ~(rows["done"] & rows["day"].isna())]
    reached = dated["day"].fillna(last_day(period))
    late = (reached - dated["planned"]).dt.days
    dated = dated.assign(late=late, due=dated["planned"])
    return dated[dated["done"] | (dated["planned"] < last_day(period))]


def _due_in(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Those due in the period."""
    return rows[rows["due"].dt.to_period("M").isin(period.months_index())]


def _evidence(rows: pd.DataFrame) -> pd.DataFrame:
    """The latest first, as evidence."""
    columns = {"deliverable": rows["deliverable"], "planned": rows["planned"], "delivered": rows["day"]}
    table = pd.DataFrame({**columns, "value": rows["late"].astype(float)}).sort_values(
        ["value", "deliverable"], ascending=[False, True]
    )
    table.attrs["unit"] = "days"
    return table.head(ROWS).reset_index(drop=True)


def _undated(rows: pd.DataFrame, period: Period) -> str:
    """How many of the period's deliverables cannot be held against a day, in words."""
    blank = int(delivered_in(rows, period)["planned"].isna().sum())
    vague = int((delivered_in(rows, period)["planned"].notna() & delivered_in(rows, period)["day"].isna()).sum())
    silent = int(rows["silent"].sum())
    return joined(
        f"{plural(blank, 'deliverable')} without a planned day left out" if blank else "",
        f"{plural(vague, 'deliverable')} of which no day of delivery is known left out" if vague else "",
        f"{plural(silent, 'deliverable')} delivered nobody says when left out" if silent else "",
    )


@measure("Delivered on time", better="higher", unit="share")
def on_time_share(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the deliverables due in the period that were delivered on their planned day or before.

    Due in the period is what was promised for one of its days, whenever it came; what is overdue and open counts as late.
    Each counts once, large or small, by the day planned as the list holds it: where a promise was moved with both sides'
    consent, the list holds the last one.

    low and high: Wilson's interval; where two or more a day are due on average, days are the batches. Parts: month (by
    month due, p chart), rows (the latest first), kind. Not assessed where nothing due in the period has a planned day.
    Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = known(deliverables, period)
    due = promised(rows, period)
    inside = _due_in(due, period)
    if inside.empty:
        raise NotAssessed(f"no deliverable with a planned day in {period} is known; supply planned in deliverables")
    kept = inside["done"] & (inside["late"] <= 0)
    overdue = int((~inside["done"]).sum())
    months = monthly_share(due["done"] & (due["late"] <= 0), due["due"].dt.to_period("M"), period)
    return share_of(
        kept,
        f"due in {period} came on time or early",
        noun="deliverable",
        days=inside["due"],
        because=joined(
            f"{overdue:,} of them still open at its end" if overdue else "",
            _undated(rows, period),
            course(months, "share"),
        ),
        parts={
            "month": months.table,
            "rows": _evidence(inside),
            "kind": shares_by(kept, inside["kind"].fillna("(not given)").astype("str"), "kind"),
        },
    )


@measure("Slip", better="lower", unit="days")
def slip(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Days by which half of the deliverables due in the period came later than planned, or less; below zero is early.

    The median of delivery less planned day, in days of the calendar. What is open and overdue counts with what it is
    overdue by now, which is the least it will be; where it reaches the median, that is a lower bound, and said so.

    low and high: 95 % interval of the median from the order of the values, whatever their shape. Parts: late (how many in
    each stretch), month (median by month due), rows. Source: own definition; W. Conover, Practical
    Nonparametric Statistics, 3rd ed. 1999, sec. 3.2.
    """
    rows = known(deliverables, period)
    due = promised(rows, period)
    inside = _due_in(due, period)
    if len(inside) < FEWEST:
        raise NotAssessed(
            f"{plural(len(inside), 'deliverable')} due in {period} with a planned day; {FEWEST} are needed"
        )
    late = inside["late"].astype(float)
    value, low, high = order_quantile(late.to_numpy())
    finite = math.isfinite(low) and math.isfinite(high)
    rising = bool((~inside["done"] & (late < value)).any())
    between = f" ({_late_words(low)} to {_late_words(high)})" if finite and low < high else ""
    return Measured(
        unit="days",
        value=value,
        low=low if finite else NAN,
        high=high if finite else NAN,
        n=len(inside),
        n_of="deliverables",
        interval="95 % interval of the median" if finite else "none: too few deliverables to bound the median",
        claim=f"The typical one of {len(inside):,} deliverables due in {period} came {_late_words(value)}{between}.",
        because=joined(
            "some are open and will come later than counted here" if rising else "",
            f"in the mean they came {_late_words(round(float(late.mean()), 1))}",
            _undated(rows, period),
        ),
        parts={"late": _stretches(late), "month": _monthly_slip(due, period), "rows": _evidence(inside)},
    )


def _late_words(days: float) -> str:
    """'12 days late', '3 days early' or 'on the planned day'."""
    if days == 0:
        return "on the planned day"
    return f"{number(abs(days), 'day' if abs(days) == 1 else 'days')} {'late' if days > 0 else 'early'}"


def _stretches(late: pd.Series) -> pd.DataFrame:
    """How many deliverables lie in each stretch of days early or late."""
    counts = pd.cut(late, BINS, labels=list(NAMES)).value_counts().reindex(list(NAMES))
    table = pd.DataFrame({"late": list(NAMES), "value": counts.to_numpy(dtype=float)})
    table.attrs["unit"] = "deliverables"
    return table


def _monthly_slip(due: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The median slip by the month due; NaN where nothing was due."""
    months = shown_months(due["due"].dt.to_period("M"), period)
    groups = due["late"].groupby(due["due"].dt.to_period("M")).agg(["median", "size"]).reindex(months)
    table = pd.DataFrame({"month": months, "value": groups["median"].to_numpy(float)})
    return table.assign(in_period=months.isin(period.months_index()), n=groups["size"].fillna(0).to_numpy(int))
