"""What the bids say by themselves: how many there are, which lie apart, and which are too cheap to be true."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day, need
from toolkit.areas.selection.look import names_of
from toolkit.areas.words import joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats import bids as rules


def received(bids: pd.DataFrame, candidates: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """The bids that had come in by the period's end, by the names of the candidates; those without a day count as in."""
    rows = bids[bids["received"].isna() | (bids["received"] <= last_day(period))]
    need(rows, f"no bid had come in by the end of {period}")
    names = {} if candidates is None else names_of(candidates).to_dict()
    bidder = rows["bidder"].astype("str")
    return rows.assign(lot=rows["lot"].fillna("").astype("str"), bidder=bidder.map(lambda name: names.get(name, name)))


@measure("Bidders", better="higher")
def bidders(
    bids: pd.DataFrame, candidates: pd.DataFrame | None = None, *, period: Period, few_bidders: float = 3
) -> Measured:
    """How many bid, for the lot with the fewest bids.

    Below `few_bidders` in review.yaml there is hardly a competition, and a price says little of what the market would ask.

    low and high: none, a full count. Parts: lot (bids of each, lowest and highest price). Source: own definition.
    """
    rows = received(bids, candidates, period)
    table = rows.groupby("lot")["price"].agg(value="size", lowest="min", highest="max").reset_index()
    fewest = int(table["value"].min())
    lots = f" for the lot with the fewest, {table.sort_values('value')['lot'].iloc[0]}" if len(table) > 1 else ""
    few = f": fewer than {few_bidders:g}, so there is hardly a competition" if fewest < few_bidders else ""
    table["lot"] = table["lot"].replace("", "(whole)")
    return Measured(
        unit=noun(fewest, "bidder"),
        value=float(fewest),
        n=len(rows),
        n_of="bids",
        interval=COUNTED,
        counted=True,
        claim=f"{plural(fewest, 'bidder')}{lots}{few}.",
        parts={"lot": table},
    )


@measure("Bids that lie apart", better="lower")
def bid_outliers(bids: pd.DataFrame, candidates: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """How many bids lie far from the other bids for the same lot, cheap or dear.

    By the modified z-score of the logarithm of the price, beyond 3.5 on either side. A bid apart is none to throw out: ask
    what its bidder has understood otherwise.

    low and high: none, a full count. Parts: rows (every bid, the cheapest first, with its distance from the median), bidder.
    Not assessed where no lot has five bids. Source: B. Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993.
    """
    rows = received(bids, candidates, period)
    rows = rows.assign(apart=rows.groupby("lot")["price"].transform(lambda prices: rules.apart(prices)))
    if rows["apart"].isna().all():
        most = int(rows.groupby("lot").size().max())
        raise NotAssessed(f"{plural(most, 'bid')} for a lot; {rules.FEWEST} are needed to see one lie apart")
    rows["middle"] = rows.groupby("lot")["price"].transform("median")
    off = rows[rows["apart"].abs() > rules.APART]
    unit = str(bids.attrs["currency"])
    told = [
        f"{row['bidder']} ({number(row['price'], unit)}, {_times(row['price'] / row['middle'])} the median)"
        for row in off.sort_values("price").to_dict("records")
    ]
    table = pd.DataFrame(
        {
            "bidder": rows["bidder"].to_numpy(),
            "value": rows["price"].to_numpy(float),
            "of_median": (rows["price"] / rows["middle"]).to_numpy(float),
            "z": rows["apart"].to_numpy(float),
        }
    ).sort_values("value", ignore_index=True, kind="stable")
    table.attrs["unit"] = unit
    return Measured(
        unit=noun(len(off), "bid"),
        value=float(len(off)),
        n=len(rows),
        n_of="bids",
        interval=COUNTED,
        counted=True,
        claim=f"{len(off)} of {plural(len(rows), 'bid')} {'lies' if len(off) == 1 else 'lie'} apart"
        f"{f': {listed(told)}' if told else ''}.",
        because=joined(f"the dearest is {_times(rows['price'].max() / rows['price'].min())} the cheapest"),
        parts={"bidder": table},
    )


def _times(ratio: float) -> str:
    return f"{ratio:.2g} times" if ratio < 10 else f"{ratio:,.0f} times"


@measure("Bids too cheap to be true", better="lower")
def cheap_bids(
    bids: pd.DataFrame, candidates: pd.DataFrame | None = None, *, period: Period, cheap_share: float = 0.3
) -> Measured:
    """How many bids lie below what the work should cost by more than `cheap_share` of it (review.yaml; 30 % by default).

    Whoever bids far below cost has misread the task, hopes for change requests, or will not last: ask for its reckoning before
    it is taken.

    low and high: none, a full count. Parts: bidder (price over should-cost, less 1, the lowest first). Not assessed where no
    bid has a should-cost. Source: own definition; the examination of abnormally low tenders is that of Directive 2014/24/EU,
    art. 69, which names no share.
    """
    rows = received(bids, candidates, period)
    known = rows[rows["should_cost"] > 0]
    if known.empty:
        raise NotAssessed("no bid is held against what the work should cost; supply should_cost in bids")
    gap = known["price"] / known["should_cost"] - 1
    cheap = gap < -cheap_share
    table = pd.DataFrame(
        {
            "bidder": known["bidder"].to_numpy(),
            "value": gap.to_numpy(float),
            "price": known["price"].to_numpy(float),
            "should_cost": known["should_cost"].to_numpy(float),
        }
    ).sort_values("value", ignore_index=True, kind="stable")
    table.attrs["unit"] = "share"
    told = [
        f"{row['bidder']} ({number(-row['value'], 'share')} below)"
        for row in table[table["value"] < -cheap_share].to_dict("records")
    ]
    blank = len(rows) - len(known)
    return Measured(
        unit=noun(int(cheap.sum()), "bid"),
        value=float(cheap.sum()),
        n=len(known),
        n_of="bids with a should-cost",
        interval=COUNTED,
        counted=True,
        claim=f"{cheap.sum()} of {plural(len(known), 'bid')} {'lies' if cheap.sum() == 1 else 'lie'} "
        f"more than {number(cheap_share, 'share')} below the should-cost{f': {listed(told)}' if told else ''}.",
        because=f"{plural(blank, 'bid')} without a should-cost left out" if blank else "",
        parts={"bidder": table},
    )
