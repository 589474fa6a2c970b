"""The table of contracts, which several areas read: what they cost, and when they end."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.columns import VENDOR, optional
from toolkit.areas.look import last_day
from toolkit.areas.words import plural
from toolkit.model import Period
from toolkit.tables import Column, Rule, Table

RENEWALS = ("none", "automatic", "agreed")
THEN = {
    "automatic": "it renews by itself",
    "agreed": "it goes on only if both agree",
    "none": "it ends on its last day",
}

CONTRACTS = Table(
    "contracts",
    "one contract with a vendor, or one part of it with prices and dates of its own",
    (
        VENDOR,
        Column("contract", "text", "Contract number", example="C-17"),
        optional("service", "text", "Service it covers; empty when it covers all", example="Service desk"),
        Column("start", "date", "First day", example="2025-01-01"),
        optional("end", "date", "Last day", example="2027-12-31"),
        optional("value", "number", "Total committed", "currency", low=0, example="900000"),
        optional("notice_days", "integer", "Days of notice before the end", low=0, example="90"),
        optional(
            "indexation",
            "text",
            "How prices may rise at each anniversary of the price's valid_from: none; fixed, by indexation_rate; "
            "index, as the client's price index grew over the same months",
            allowed=("none", "fixed", "index"),
            example="index",
        ),
        optional(
            "indexation_rate",
            "number",
            "Yearly rate if fixed, yearly cap if index",
            "share",
            low=0,
            high=1,
            example="0.03",
        ),
        optional(
            "renewal",
            "text",
            "What follows the last day: none: it ends; automatic: it goes on unless notice is given; agreed: both must agree",
            allowed=RENEWALS,
            example="automatic",
        ),
        optional(
            "renewal_months", "integer", "Months by which it goes on where it renews by itself", low=1, example="12"
        ),
    ),
    key=("vendor", "contract"),
    rules=(
        Rule(
            "an end that is not before the start",
            ("start", "end"),
            lambda rows: rows["end"].isna() | (rows["end"] >= rows["start"]),
        ),
        Rule(
            "an indexation_rate for fixed indexation",
            ("indexation", "indexation_rate"),
            lambda rows: (rows["indexation"].fillna("") != "fixed") | rows["indexation_rate"].notna(),
        ),
    ),
    area="cost",
)


def contracts_in_force(contracts: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The contracts that run on the period's last day, with the last day of their present term, and what follows it (`then`).

    One that renews by itself has a new term after each: so many months as `renewal_months` says.
    """
    until = last_day(period)
    months = contracts["renewal_months"].astype("float64").where(contracts["renewal"].eq("automatic"))
    ends = [_present_end(*term, until) for term in zip(contracts["end"], months, strict=True)]
    then = [_then(*terms) for terms in zip(contracts["renewal"], months, strict=True)]
    rows = contracts.assign(
        end=pd.Series(ends, index=contracts.index, dtype="datetime64[us]"),
        then=pd.Series(then, index=contracts.index, dtype="str"),
    )
    return rows[(rows["start"] <= until) & ~(rows["end"] < until)]


def _then(renewal: object, months: float) -> str:
    """What follows the last day: 'it renews by itself for 12 months', '' where nobody says."""
    long = "" if pd.isna(months) else f" for {plural(int(months), 'month')}"
    return f"{THEN[renewal]}{long}" if isinstance(renewal, str) else ""


def _present_end(end: pd.Timestamp, months: float, until: pd.Timestamp) -> pd.Timestamp:
    """The last day of the term that runs on a day; a term that ended with its month goes on ending with one."""
    if pd.isna(end) or pd.isna(months) or end >= until:
        return end
    behind = (until.year - end.year) * 12 + until.month - end.month
    for terms in range(int(behind // months), int(behind // months) + 2):
        moved = end + pd.DateOffset(months=int(terms * months))
        moved = moved + pd.offsets.MonthEnd(0) if end.is_month_end else moved
        if moved >= until:
            return moved
    return moved
