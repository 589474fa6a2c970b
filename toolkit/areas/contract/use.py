"""Is what was contracted used, and what is paid for and not used worth."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.areas.contract.look import text_of
from toolkit.areas.look import YEAR, need, year_words
from toolkit.areas.words import joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number


def used_entitlements(entitlements: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The entitlements of periods that ended in the year up to a period's end, with how much of each was used.

    Adds `last` (the month in which its period ends), `share` (used of contracted, 1 at most: more than that is no use of what
    was bought; NaN where nobody counted, or nothing was contracted), `over` (used more than contracted) and `unused` (the
    value of what was not used).
    """
    last = entitlements["period"].map(
        {text: Period.parse(text).end for text in entitlements["period"].dropna().unique()}
    )
    ends = pd.PeriodIndex(last, freq="M")
    inside = (ends <= period.end) & (ends > period.end - max(period.months, YEAR))
    rows = entitlements.assign(last=ends)[inside]
    ratio = rows["used"] / rows["contracted"].where(rows["contracted"] > 0)
    share = ratio.clip(upper=1.0)
    return rows.assign(share=share, over=ratio > 1, unused=rows["value"] * (1 - share))


def _valued(entitlements: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Those of the year whose use and value are known, and all of the year."""
    rows = used_entitlements(entitlements, period)
    need(rows, f"entitlements hold none whose period ended in {year_words(period)}")
    valued = rows[rows["share"].notna() & rows["value"].notna()]
    if valued.empty:
        raise NotAssessed("entitlements say of none both how much was used and what it costs. Supply used and value")
    return valued, rows


@measure("Entitlements used", better="higher", unit="share")
def entitlement_use(entitlements: pd.DataFrame, *, period: Period) -> Measured:
    """The share of what was contracted and paid for that was used, by value: over the entitlements of periods that ended in the
    year up to the period's end.

    entitlements: one row an entitlement and period. More use than was contracted counts as full use. Those of which use or
    value is unknown are left out, and counted; a period that is not over yet is not judged. A full count, so without interval.
    numerator and denominator: value used and value paid for. Parts: entitlement (share used, quantities and unused value, the
    least used first). Not assessed without use and value. Source: own definition.
    """
    valued, rows = _valued(entitlements, period)
    paid, unused = float(valued["value"].sum()), float(valued["unused"].sum())
    if paid == 0:
        raise NotAssessed("the entitlements whose use is known cost nothing")
    value, unit = 1 - unused / paid, str(entitlements.attrs.get("currency", "money"))
    table = _by_entitlement(valued)
    never = list(table.loc[table["value"] == 0, "entitlement"])
    return Measured(
        unit="share",
        value=value,
        numerator=paid - unused,
        denominator=paid,
        claim=f"{number(value, 'share')} of the {number(paid, unit)} paid for entitlements in {year_words(period)} was used"
        + (f"; never used: {listed(never)}." if never else "."),
        parts={"entitlement": table},
        **_shared(valued, rows),
    )


@measure("Paid for and not used", better="lower")
def unused_value(entitlements: pd.DataFrame, *, period: Period) -> Measured:
    """What was paid for entitlements that were not used: the value of each times the share of it that was not, over the year up
    to the period's end.

    entitlements: as in `contract.entitlement_use`. In the client's currency; a full count, so without interval. It is what
    could be ended, shrunk or put to use, and no saving yet: many contracts bind to a quantity. Parts: entitlement (unused value
    as value, the dearest first). Not assessed without use and value. Source: own definition.
    """
    valued, rows = _valued(entitlements, period)
    unit = str(entitlements.attrs.get("currency", "money"))
    value = round(float(valued["unused"].sum()), 2)
    table = _by_entitlement(valued)
    table = table.assign(value=table["unused"]).drop(columns="unused")
    table = table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    dearest = table.iloc[0]
    most = f"; most of it in {dearest['entitlement']}" if value and dearest["value"] > value / 2 else ""
    return Measured(
        unit=unit,
        value=value,
        claim=f"{number(value, unit)} was paid in {year_words(period)} for entitlements that were not used{most}."
        if value
        else f"All that was paid for in {year_words(period)} was used.",
        parts={"entitlement": table},
        **_shared(valued, rows),
    )


def _shared(valued: pd.DataFrame, rows: pd.DataFrame) -> dict[str, Any]:
    """What both measures say of what they rest on."""
    lost, over = len(rows) - len(valued), sorted(set(valued.loc[valued["over"], "entitlement"]))
    return {
        "n": len(valued),
        "n_of": noun(len(valued), "entitlement and period", "entitlements by period"),
        "interval": COUNTED,
        "counted": True,
        "because": joined(
            f"{plural(lost, 'row')} without use or value left out" if lost else "",
            f"used more than contracted: {listed(over)}" if over else "",
        ),
    }


def _by_entitlement(valued: pd.DataFrame) -> pd.DataFrame:
    """One row an entitlement over its periods: value (share used, by value), quantities, unit, unused; least used first."""
    named = valued.assign(unit=text_of(valued["unit"]))
    sums = named.groupby("entitlement", sort=False).agg(
        contracted=("contracted", "sum"),
        used=("used", "sum"),
        unit=("unit", "first"),
        paid=("value", "sum"),
        unused=("unused", "sum"),
    )
    share = 1 - sums["unused"] / sums["paid"].where(sums["paid"] > 0)
    table = sums.assign(value=share).reset_index().sort_values("value", kind="stable")
    return table[["entitlement", "value", "contracted", "used", "unit", "unused"]].reset_index(drop=True)
