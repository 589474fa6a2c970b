"""What the vendor owes by the contract: was it done, did somebody check, and what is overdue."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.look import LISTED, as_cards, by_severity, days_since, known_days, of_year, text_of
from toolkit.areas.look import last_day, need, year_words
from toolkit.areas.shares import counted_share
from toolkit.areas.words import joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, Period, measure, number

CLIENT = "client"


def _of_vendor(obligations: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The vendor's obligations as they were known on the period's last day."""
    rows = known_days(obligations, period, "fulfilled", "verified")
    return rows[rows["owed_by"].ne(CLIENT)]


@measure("Obligations verified", better="higher", unit="share")
def obligations_verified(obligations: pd.DataFrame, *, period: Period) -> Measured:
    """The share of the vendor's obligations that fell due in the year up to the period's end and of which somebody checked that
    they were fulfilled.

    obligations: one row an obligation each time that it falls due. What was fulfilled or checked after the period's end was
    open. Fulfilled and not checked is not verified. A full count, so without interval. Parts: obligation (those not verified),
    state (verified, fulfilled and not checked, not fulfilled). Not assessed when none fell due. Source: own definition.
    """
    rows = _of_vendor(obligations, period)
    rows = rows[of_year(rows["due"], period)]
    need(rows, f"obligations hold none of the vendor that fell due in {year_words(period)}")
    verified, fulfilled = rows["verified"].notna(), rows["fulfilled"].notna()
    checked, n = int(verified.sum()), len(rows)
    state = verified.map({True: "verified", False: ""}).mask(~verified & fulfilled, "fulfilled, not checked")
    state = state.mask(~verified & ~fulfilled, "not fulfilled")
    counts = state.value_counts().reindex(["verified", "fulfilled, not checked", "not fulfilled"], fill_value=0)
    trusted = int((verified & ~fulfilled).sum())
    return counted_share(
        checked,
        n,
        "obligation",
        claim=f"{checked} of {plural(n, 'obligation')} due in {year_words(period)} "
        f"{noun(checked, 'was', 'were')} verified; {counts.iloc[1]} {noun(counts.iloc[1], 'was', 'were')} fulfilled and "
        f"not checked, {counts.iloc[2]} not fulfilled.",
        because=f"{plural(trusted, 'one', 'ones')} checked without a day of fulfilment" if trusted else "",
        parts={
            "obligation": _evidence(rows.assign(state=state)[~verified], ["state"]),
            "state": pd.DataFrame({"state": counts.index, "value": counts.to_numpy()}),
        },
    )


@measure("Obligations overdue", better="lower")
def obligations_overdue(obligations: pd.DataFrame, *, period: Period) -> Measured:
    """The vendor's obligations that were due before the period's last day and were not fulfilled by it.

    obligations: one row an obligation each time that it falls due; one that was only checked counts as fulfilled. A full
    count, so without interval. What the client itself owes and has not done stands beside it and is not counted. Parts:
    obligation (each that is overdue, with its days), severity. Not assessed when the vendor has no obligation.
    Source: own definition.
    """
    rows = _of_vendor(obligations, period)
    need(rows, "obligations hold none of the vendor")
    due = rows[rows["due"] <= last_day(period)]
    late = _late(due, period)
    own = known_days(obligations, period, "fulfilled", "verified")
    own = _late(own[own["owed_by"].eq(CLIENT)], period)
    value = len(late)
    longest = f", the oldest for {plural(int(late['days'].max()), 'day')}" if value else ""
    return Measured(
        value=float(value),
        n=len(due),
        n_of=noun(len(due), "obligation that was due", "obligations that were due"),
        interval=COUNTED,
        counted=True,
        claim=f"{plural(value, 'obligation')} of the vendor {noun(value, 'is', 'are')} overdue{longest}."
        if value
        else "No obligation of the vendor is overdue.",
        because=joined(
            f"{listed([f'{name}: {about}' if about else name for name, about in _names(late)])}" if value else "",
            f"the client itself is overdue with {number(len(own))}" if len(own) else "",
        ),
        parts={
            "obligation": _evidence(late.sort_values("due"), ["days"]),
            "severity": by_severity(late["severity"]),
        },
    )


def _late(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What was due before the last day and is not done, with the days since."""
    late = rows[(rows["due"] < last_day(period)) & rows["fulfilled"].isna() & rows["verified"].isna()]
    return late.assign(days=days_since(late["due"], period))


def _names(rows: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(rows["obligation"], text_of(rows["about"]), strict=True))


def _evidence(rows: pd.DataFrame, more: list[str]) -> pd.DataFrame:
    names = ["obligation", "about", "clause", "due", "severity", *more]
    texts = {name: text_of(rows[name]) for name in ("about", "clause", "severity")}
    return as_cards(rows.assign(**texts)[names].head(LISTED).reset_index(drop=True))
