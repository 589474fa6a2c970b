"""How tenders in this market go: how many bid, how many fail, and whether a few win most."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.look import last_day, need, year_words
from toolkit.areas.shares import share_of, shares_by
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats.intervals import order_quantile
from toolkit.stats.money import concentration

YEAR = 12
FAILED = ("failed", "cancelled")
MOST = 12  # categories shown
FEWEST = 3  # tenders of which a median is told


def published(market_tenders: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The tenders published in the year up to the period's end, or in the period where it is longer."""
    months = max(period.months, YEAR)
    first = (period.end - months + 1).start_time
    rows = market_tenders[(market_tenders["published"] >= first) & (market_tenders["published"] <= last_day(period))]
    need(rows, f"no tender was published in {year_words(period)}")
    return rows.assign(category=rows["category"].fillna("(not given)").astype("str"))


@measure("Bidders a tender", better="higher")
def tender_bidders(market_tenders: pd.DataFrame, *, period: Period) -> Measured:
    """How many bid for half of the tenders in this market, or fewer: the median over the year up to the period's end.

    low and high: 95 % interval of the median from the order of the values. Parts: category (median of each). Not assessed
    where fewer than three tenders say how many bid. Source: own definition; W. Conover, Practical Nonparametric Statistics,
    3rd ed. 1999, sec. 3.2.
    """
    rows = published(market_tenders, period)
    known = rows[rows["bidders"].notna()]
    if len(known) < FEWEST:
        raise NotAssessed(
            f"{plural(len(known), 'tender')} in {year_words(period)} say how many bid; {FEWEST} are needed"
        )
    value, low, high = order_quantile(known["bidders"].to_numpy(float))
    finite = math.isfinite(low) and math.isfinite(high)
    by = [
        (name, *order_quantile(part.to_numpy(float)), len(part))
        for name, part in known.groupby("category")["bidders"]
        if len(part) >= FEWEST
    ]
    table = pd.DataFrame(by, columns=["category", "value", "low", "high", "n"])
    blank = len(rows) - len(known)
    return Measured(
        unit="bidders",
        value=value,
        low=low if finite else math.nan,
        high=high if finite else math.nan,
        n=len(known),
        n_of="tenders",
        interval="95 % interval of the median" if finite else "none: too few tenders to bound the median",
        claim=f"Half of {plural(len(known), 'tender')} published in {year_words(period)} had {number(value)} bidders or fewer"
        f"{bracket(low, high) if finite else ''}.",
        because=f"{plural(blank, 'tender')} without a number of bidders left out" if blank else "",
        parts={"category": table.sort_values("n", ascending=False).head(MOST).reset_index(drop=True)},
    )


@measure("Tenders with a single bidder", better="lower")
def single_bid_share(market_tenders: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tenders of the year up to the period's end for which one bid, or nobody.

    low and high: Wilson's interval. Parts: category. Not assessed where no tender says how many bid. Source: the indicator
    "one bidder" of the European Commission's Single Market Scoreboard.
    """
    rows = published(market_tenders, period)
    known = rows[rows["bidders"].notna()]
    need(known, "no tender says how many bid; supply bidders in market_tenders")
    flags = known["bidders"].astype(int) <= 1
    return share_of(
        flags,
        f"published in {year_words(period)} had one bidder or none",
        noun="tender",
        parts={"category": _by(flags, known["category"])},
    )


@measure("Tenders that failed", better="lower")
def failed_tender_share(market_tenders: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tenders with a known outcome that ended without an award, over the year up to the period's end.

    Failed is one for which nobody could be chosen, or which was withdrawn. Where nothing was published the outcome is
    unknown: those are left out and counted, since who publishes awards only may well be silent about failures.

    low and high: Wilson's interval over those with a known outcome. Parts: category. Source: own definition.
    """
    rows = published(market_tenders, period)
    outcome = rows["outcome"].fillna("unknown").astype("str")
    known = outcome.ne("unknown")
    need(rows[known], "no tender has a known outcome; supply outcome in market_tenders")
    flags = outcome[known].isin(FAILED)
    silent = int((~known).sum())
    least = number(flags.sum() / len(rows), "share")
    return share_of(
        flags,
        f"published in {year_words(period)}, with a known outcome, ended without an award",
        noun="tender",
        because=joined(
            f"the outcome of {silent:,} more is not known: of all {len(rows):,} at least {least} failed"
            if silent
            else ""
        ),
        parts={"category": _by(flags, rows.loc[known, "category"])},
    )


def _by(flags: pd.Series, categories: pd.Series) -> pd.DataFrame:
    table = shares_by(flags, categories, "category")
    return table.sort_values("n", ascending=False, kind="stable").head(MOST).reset_index(drop=True)


@measure("Concentration of the winners")
def winner_concentration(market_tenders: pd.DataFrame, *, period: Period) -> Measured:
    """How much of what was awarded in the year up to the period's end went to how few: the Herfindahl index of the winners.

    1 is a single winner; 0.1 is what ten equal ones would give. By amount where amounts are known, in the winner's names as
    the table spells them.

    low and high: none, a full count of the awards that were published. Parts: winner (amount and share of each, the largest
    first). Not assessed where no award has a winner and an amount. Source: O. Herfindahl, Concentration in the Steel Industry
    (1950).
    """
    rows = published(market_tenders, period)
    awarded = rows[rows["winner"].notna() & (rows["value"] > 0)]
    need(awarded, "no award has a winner and an amount; supply winner and value in market_tenders")
    sums = (
        awarded.groupby(awarded["winner"].astype("str"))["value"]
        .agg(["sum", "size"])
        .sort_values("sum", ascending=False)
    )
    shares = sums["sum"] / sums["sum"].sum()
    value = concentration(sums["sum"])
    top, largest = str(sums.index[0]), awarded["value"].max() / awarded["value"].sum()
    table = pd.DataFrame(
        {"winner": sums.index.to_numpy(), "value": shares.to_numpy(float), "n": sums["size"].to_numpy()}
    )
    table.attrs["unit"] = "share"
    return Measured(
        unit="",
        value=value,
        n=len(awarded),
        n_of="awards",
        interval=COUNTED,
        counted=True,
        claim=f"The Herfindahl index of {plural(len(sums), 'winner')} of {plural(len(awarded), 'award')} in "
        f"{year_words(period)} is {number(value)}; {top} has {number(float(shares.iloc[0]), 'share')} of the amount.",
        because=f"a single award makes up {number(float(largest), 'share')} of the amount" if largest > 0.1 else "",
        parts={"winner": table},
    )
