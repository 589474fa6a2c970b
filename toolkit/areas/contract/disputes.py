"""What is asked to be changed and what is disputed: how much of it, what it is worth, how old it has become."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.changes import decided_by
from toolkit.areas.contract.look import LISTED, as_cards, days_since, known_days, of_year, text_of
from toolkit.areas.look import last_day, need, year_words
from toolkit.areas.words import bracket, joined, money, noun, plural
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.survival import kaplan_meier, quantile

FEWEST = 5  # that must have come to an end before a median is told
TOLD = "95 % interval of the median (Kaplan-Meier)"
UNBOUNDED = "none: too few came to an end to bound the median from above"


@measure("Change requests")
def change_requests(change_requests: pd.DataFrame, *, period: Period) -> Measured:
    """Requests to change what was agreed that were raised in the year up to the period's end, whatever became of them.

    change_requests: one row a request; what was decided after the period's end was open. Many are neither good nor bad in
    themselves. A full count, so without interval. Parts: state (count and cost by state), request (those still open, the
    oldest first). Not assessed when none was ever raised. Source: own definition.
    """
    rows = decided_by(change_requests, period)
    need(rows, f"change_requests hold none that was raised by the end of {period}")
    recent = rows[of_year(rows["raised"], period)]
    waiting = rows[rows["state"].eq("open")]
    waiting = waiting.assign(days=days_since(waiting["raised"], period)).sort_values("raised")
    unit = str(change_requests.attrs.get("currency", "money"))
    states = recent.groupby(recent["state"].astype("str"))["cost"].agg(["size", "sum"])
    states = states.reindex(["accepted", "rejected", "withdrawn", "open"], fill_value=0).reset_index()
    states = states.set_axis(["state", "value", "cost"], axis="columns")
    silent = int(recent["cost"].isna().sum())
    asked, n = float(recent["cost"].sum()), len(recent)
    worth = f", worth {number(asked, unit)} together" if asked else ""
    return Measured(
        value=float(n),
        n=n,
        n_of=noun(n, "request"),
        interval=COUNTED,
        counted=True,
        claim=f"{plural(n, 'change request')} {noun(n, 'was', 'were')} raised in {year_words(period)}{worth}; "
        f"{len(waiting) or 'none'} {noun(max(len(waiting), 1), 'is', 'are')} open{_oldest(waiting)}.",
        because=f"{plural(silent, 'request')} without a cost" if silent else "",
        parts={
            "state": states,
            "request": waiting[["request", "raised", "days", "cost"]].head(LISTED).reset_index(drop=True),
        },
    )


@measure("Time to decide on a change", better="lower", unit="days")
def change_decision_time(change_requests: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the change requests were decided, from the day on which they were raised.

    change_requests: one row a request. Those raised in the year up to the period's end, and those open at its end, which count
    for as long as they have waited (Kaplan-Meier). low and high: 95 % interval of the median. Parts: statistic (median and
    P85). Not assessed when fewer than five were decided. Source: E. Kaplan and P. Meier, JASA 53 (1958) 457-481; R. Brookmeyer
    and J. Crowley, Biometrics 38 (1982) 29-41.
    """
    rows = decided_by(change_requests, period)
    silent = rows["state"].ne("open") & rows["decided"].isna()
    rows = rows[~silent & (of_year(rows["raised"], period) | rows["state"].eq("open"))]
    return _time(rows, "decided", period, "change request", "were decided", int(silent.sum()))


@measure("Disputes open", better="lower")
def disputes_open(disputes: pd.DataFrame, *, period: Period) -> Measured:
    """Disputes that were raised by the period's last day and not settled by it.

    disputes: one row a dispute; what was settled later was open. A full count, so without interval. Parts: dispute (each open
    one with its age in days, the oldest first), state (raised and settled in the year up to the period's end, open at it).
    Not assessed when there is no dispute in the table: that none is written down is no proof that there is none. Source: own
    definition.
    """
    rows, waiting = _disputes(disputes, period)
    value, raised = len(waiting), int(of_year(rows["raised"], period).sum())
    settled = int(of_year(rows["settled"], period).sum())
    return Measured(
        value=float(value),
        n=len(rows),
        n_of=noun(len(rows), "dispute"),
        interval=COUNTED,
        counted=True,
        claim=f"{plural(value, 'dispute')} {noun(value, 'is', 'are')} open{_oldest(waiting)}; {raised} "
        f"{noun(raised, 'was', 'were')} raised in {year_words(period)}, {settled} settled.",
        parts={
            "dispute": _evidence(waiting),
            "state": pd.DataFrame({"state": ["raised", "settled", "open"], "value": [raised, settled, value]}),
        },
    )


@measure("Value in dispute", better="lower")
def disputed_value(disputes: pd.DataFrame, *, period: Period) -> Measured:
    """What the disputes are about that are open at the period's end, in money.

    disputes: one row a dispute. In the client's currency; a full count, so without interval. An open dispute without a value is
    left out, and counted. Part: dispute (value of each). Not assessed when there is no dispute in the table, or none of
    the open ones has a value. Source: own definition.
    """
    rows, waiting = _disputes(disputes, period)
    known = waiting[waiting["value"].notna()]
    if len(waiting) and known.empty:
        raise NotAssessed(f"{plural(len(waiting), 'dispute')} open and none has a value. Supply value in disputes")
    unit, silent = str(disputes.attrs.get("currency", "money")), len(waiting) - len(known)
    value = round(float(known["value"].sum()), 2)
    table = known.sort_values("value", ascending=False, kind="stable")[["dispute", "value"]].reset_index(drop=True)
    return Measured(
        unit=unit,
        value=value,
        n=len(known),
        n_of=noun(len(known), "open dispute"),
        interval=COUNTED,
        counted=True,
        claim=f"{money(value, unit)} is in dispute." if len(known) else "Nothing is in dispute.",
        because=joined(
            f"{plural(silent, 'open dispute')} without a value left out" if silent else "",
            _settled_words(rows, unit, period),
        ),
        parts={"dispute": table},
    )


@measure("Time to settle a dispute", better="lower")
def dispute_time(disputes: pd.DataFrame, *, period: Period) -> Measured:
    """Days within which half of the disputes were settled, from the day on which they were raised; those open count for as long
    as they have lasted (Kaplan-Meier).

    disputes: one row a dispute, all that were raised by the period's end. low and high: 95 % interval of the median. Parts:
    statistic (median and P85). Not assessed when fewer than five were settled. Source: as in `contract.change_decision_time`.
    """
    rows, _ = _disputes(disputes, period)
    return _time(rows, "settled", period, "dispute", "were settled", 0)


def _disputes(disputes: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """All disputes as they were known on the last day, and of them the open ones with their age."""
    rows = known_days(disputes, period, "settled")
    rows = rows[rows["raised"] <= last_day(period)]
    need(rows, f"disputes hold none that was raised by the end of {period}")
    waiting = rows[rows["settled"].isna()]
    return rows, waiting.assign(days=days_since(waiting["raised"], period)).sort_values("raised", kind="stable")


def _settled_words(rows: pd.DataFrame, unit: str, period: Period) -> str:
    """'settled in the year up to September 2026: 12,000.00 GBP of 18,500.00 GBP'."""
    ended = rows[of_year(rows["settled"], period) & rows["value"].notna() & rows["settled_value"].notna()]
    if ended.empty:
        return ""
    got, asked = (money(float(ended[name].sum()), unit) for name in ("settled_value", "value"))
    return f"settled in {year_words(period)}: {got} of {asked}"


def _oldest(waiting: pd.DataFrame) -> str:
    return f", the oldest for {plural(int(waiting['days'].max()), 'day')}" if len(waiting) else ""


def _evidence(waiting: pd.DataFrame) -> pd.DataFrame:
    texts = {name: text_of(waiting[name]) for name in ("about", "cause", "raised_by")}
    names = ["dispute", "about", "cause", "raised_by", "raised", "days", "value"]
    table = waiting.assign(**texts)[names].rename(columns={"value": "amount"})
    return as_cards(table.head(LISTED).reset_index(drop=True))


def _time(rows: pd.DataFrame, column: str, period: Period, one: str, ended_words: str, silent: int) -> Measured:
    """The median of the days to an end, with what is open counted as open."""
    ended = rows[column].notna()
    finished = int(ended.sum())
    if finished < FEWEST:
        came = f"only {plural(finished, one)}" if finished else f"no {one}"
        raise NotAssessed(f"{came} came to an end by the end of {period}; {FEWEST} tell a median")
    days = (rows[column].fillna(last_day(period)) - rows["raised"]).dt.days
    curve = kaplan_meier(days, ended)
    value, low, high = quantile(curve)
    if math.isnan(value):
        raise NotAssessed(f"fewer than half of the {one}s {ended_words} by the end of {period}")
    late = quantile(curve, 0.85)
    bounded = math.isfinite(high)
    low, high = (low, high) if bounded else (NAN, NAN)
    statistics = pd.DataFrame(
        [("median", value, low, high), ("P85", *late)], columns=["statistic", "value", "low", "high"]
    )
    return Measured(
        unit="days",
        value=value,
        low=low,
        high=high,
        n=curve.n,
        n_of=noun(curve.n, one),
        interval=TOLD if bounded else UNBOUNDED,
        claim=f"Half of {plural(curve.n, one)} {ended_words} within {number(value, 'days')}{bracket(low, high)}.",
        because=joined(
            f"the {curve.censored:,} still open are counted as open" if curve.censored else "",
            f"{plural(silent, one)} without a day left out" if silent else "",
        ),
        parts={"statistic": statistics.replace(math.inf, NAN)},
    )
