"""The client's morale as others published it: a line to hold the team's answers beside, and no more than that."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.words import joined
from toolkit.model import Measured, NotAssessed, Period, measure, month_words, number


@measure("Client: published morale", better="higher", unit="share")
def morale_baseline(morale_benchmarks: pd.DataFrame, *, period: Period) -> Measured:
    """The latest published figure on the morale of the client's people, up to the end of the period.

    morale_benchmarks: one row a published figure (share, 0 to 1). Where there are several series, the longest is followed.
    A share; low and high are missing, because what was published has no interval. It was asked in other words, of other
    people and mostly in another month than the team's own wave: a line to look at, not one to be judged by.

    Parts: wave (the series over time), series (the latest figure of each). Source: own definition.
    """
    known = morale_benchmarks[morale_benchmarks["month"] <= period.end].sort_values(["series", "month"])
    if known.empty:
        raise NotAssessed(f"nothing was published up to {period}")
    latest = known.groupby("series", sort=False).tail(1)
    followed = known["series"].value_counts(sort=False).sort_index().idxmax()
    line = known[known["series"] == followed]
    last = line.iloc[-1]
    asked = f"response rate {number(last['response_rate'], 'share')}" if pd.notna(last["response_rate"]) else ""
    return Measured(
        unit="share",
        value=float(last["value"]),
        n=len(line),
        n_of="published figures",
        interval="none: published without one",
        claim=f"{followed}: {number(float(last['value']), 'share')} in {month_words(last['month'])}.",
        because=joined(asked, "other people and other words than the team's own wave: a reference, not a comparison"),
        parts={
            "wave": line.rename(columns={"month": "wave"})[["wave", "value"]],
            "series": latest[["series", "month", "value", "response_rate"]],
        },
    )
