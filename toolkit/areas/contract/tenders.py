"""Public tenders as evidence: could what the vendor is paid lie under a contract that was put out to tender?"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.tender_tables import AWARDED
from toolkit.areas.look import last_day
from toolkit.areas.shares import EVIDENCE
from toolkit.areas.words import day_words, joined, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number

BOUND = "none: an upper bound, from full counts of both files"
LONGEST = 24  # months that such a contract runs at most: the rule of the Digital Outcomes framework (general knowledge)


@measure("Spend under public tenders found")
def tendered_share(
    invoices: pd.DataFrame,
    tenders: pd.DataFrame,
    tender_matches: pd.DataFrame | None = None,
    *,
    period: Period,
    longest: int = LONGEST,
) -> Measured:
    """The most of the charges in the period that can lie under public tenders found: this client's, won by this vendor.

    A tender found counts while its contract may run, from its start (else the day on which it was published) for `longest`
    months; charges from the first such start on count, up to the value of these awards. It is an upper bound: a list of tenders
    and a list of payments name no contract in common, so nobody knows what was paid under which. The rest may lie under a
    framework, a tender of another list, or none. Neither much nor little is good in itself.

    No interval. A tender without a value sets no limit. Parts: tenders (those won, own ones first, with what may be doubted),
    matches (the winner's names among the payees, near misses too). Not assessed where no tender won is known from before the
    period's end, or nothing was charged. Source: own definition.
    """
    known = tenders[tenders["published"].le(last_day(period)) & tenders["state"].fillna(AWARDED).eq(AWARDED)]
    if known.empty:
        first = tenders["published"].min()
        raise NotAssessed(f"the first public tender found is of {day_words(first)}, after {period}")
    start, stop = period.start.start_time, last_day(period)
    charged = invoices[invoices["date"].between(start, stop)]
    total = float(charged["amount"].sum())
    if total <= 0:
        raise NotAssessed(f"nothing was charged in {period}")
    known = known.assign(begins=known["start"].fillna(known["published"]))
    own = known[known["own"].eq("yes")]
    running = own[own["begins"].le(stop) & own["begins"].gt(start - pd.DateOffset(months=longest))]
    since = float(charged.loc[charged["date"].ge(running["begins"].min()), "amount"].sum()) if len(running) else 0.0
    limit = running["value"].sum() if running["value"].notna().all() else since
    value = max(min(since, float(limit)), 0.0) / total
    return Measured(
        unit="share",
        value=value,
        n=len(running),
        n_of="tender" if len(running) == 1 else "tenders",
        interval=BOUND,
        counted=True,
        numerator=value * total,
        denominator=total,
        claim=f"At most {number(value, 'share')} of what was charged in {period} can lie under "
        f"{plural(len(running), 'public tender')} found of this client."
        if len(running)
        else f"Nothing of what was charged in {period} can lie under a public tender found: none of this client's was running.",
        because=joined(
            _elsewhere(known, own),
            "" if running["value"].notna().all() else "some awards name no value and set no limit",
            _unsure(tender_matches),
        ),
        parts={
            "tenders": _tender_rows(known, str(invoices.attrs.get("currency", ""))),
            **({} if tender_matches is None else {"matches": _match_rows(tender_matches)}),
        },
    )


def _elsewhere(known: pd.DataFrame, own: pd.DataFrame) -> str:
    others = len(known) - len(own)
    return f"{plural(others, 'tender')} of other buyers left aside" if others else ""


def _unsure(matches: pd.DataFrame | None) -> str:
    near = 0 if matches is None else int(matches["certain"].eq("no").sum())
    return f"{plural(near, 'payee is', 'payees are')} like a winner, and left aside" if near else ""


def _tender_rows(known: pd.DataFrame, unit: str) -> pd.DataFrame:
    order = known.assign(other=known["own"].ne("yes")).sort_values(["other", "begins", "tender"], kind="stable")
    names = ["buyer", "value", "begins", "own", "bids", "tender", "published"]
    table = order[names].rename(columns={"begins": "start"}).head(EVIDENCE).reset_index(drop=True)
    table.attrs["unit"] = unit
    return table


def _match_rows(matches: pd.DataFrame) -> pd.DataFrame:
    names = ["payee", "how", "score", "certain", "doubt", "winner", "tenders", "payments", "paid"]
    return matches[names].fillna({"doubt": "none known"}).head(EVIDENCE).reset_index(drop=True)
