"""Is what is delivered accepted, and at the first attempt?"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.delivery.look import delivered_in, known
from toolkit.areas.monthly import course
from toolkit.areas.shares import monthly_share, share_of
from toolkit.areas.words import joined, noun, plural
from toolkit.model import Measured, NotAssessed, Period, measure

WORDS = {
    "accepted": "accepted",
    "accepted_with_remarks": "accepted with remarks",
    "rejected": "rejected",
    "open": "not yet judged",
}


@measure("Accepted at the first attempt", better="higher", unit="share")
def first_time_acceptance(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the deliverables delivered in the period and judged by its end that were accepted at the first attempt.

    Accepted with remarks is accepted; how many, stands beside it. What was rejected and is not accepted yet counts as not
    accepted. Left out: what is not judged yet, and what was accepted without anybody saying at which attempt.

    low and high: Wilson's interval. Parts: acceptance (how many of each result), month (by delivery, p chart). Not assessed
    where no deliverable of the period says both. Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = known(deliverables, period)
    inside = delivered_in(rows, period)
    told = _told(inside)
    if told.empty:
        raise NotAssessed(
            f"no deliverable of {period} says whether and at which attempt it was accepted; supply acceptance and attempts"
        )
    first = _first(told)
    remarks = int((first & told["acceptance"].eq("accepted_with_remarks")).sum())
    waiting = int((~inside["acceptance"].isin(("accepted", "accepted_with_remarks", "rejected"))).sum())
    silent = len(inside) - len(told) - waiting
    every = _told(rows[rows["day"].notna()])
    months = monthly_share(_first(every), every["day"].dt.to_period("M"), period)
    return share_of(
        first,
        f"of {period} {noun(len(told), 'was', 'were')} accepted at the first attempt",
        noun="deliverable",
        because=joined(
            f"{remarks:,} of them with remarks" if remarks else "",
            f"{plural(waiting, 'deliverable')} not yet judged" if waiting else "",
            f"{plural(silent, 'deliverable')} accepted nobody says at which attempt left out" if silent else "",
            course(months, "share"),
        ),
        parts={"acceptance": _results(inside), "month": months.table},
    )


def _told(rows: pd.DataFrame) -> pd.DataFrame:
    """Those that say whether they were accepted at the first attempt."""
    accepted = rows["acceptance"].isin(("accepted", "accepted_with_remarks"))
    return rows[(accepted & rows["attempts"].notna()) | rows["acceptance"].eq("rejected")]


def _first(rows: pd.DataFrame) -> pd.Series:
    return (rows["acceptance"].ne("rejected") & rows["attempts"].eq(1)).fillna(False).astype(bool)


def _results(inside: pd.DataFrame) -> pd.DataFrame:
    """How many of each result, in the order from good to open."""
    counts = inside["acceptance"].fillna("open").value_counts().reindex(list(WORDS), fill_value=0)
    table = pd.DataFrame({"acceptance": list(WORDS.values()), "value": counts.to_numpy(float)})
    table.attrs["unit"] = "deliverables"
    return table
