"""What there is to know about the tickets before anything is measured: gaps, contradictions, months that thin out."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.quality.clock import OPEN, cancelled, ended, last_look, over, pauses_of
from toolkit.areas.words import joined, listed_months, plural
from toolkit.model import Period
from toolkit.tables import months_of

THIN = 0.25  # of what is usual: a month with fewer tickets of this vendor is named
USUAL = 12  # months that say what is usual


def checks(
    tickets: pd.DataFrame,
    ticket_pauses: pd.DataFrame,
    ticket_changes: pd.DataFrame,
    judged_tickets: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """Reconciliations of the quality tables for one period: check, found, remark; always a row each, also when all is well."""
    until = last_look(tickets, period)
    rows = tickets[tickets["opened"] < until]
    months = months_of(rows["opened"])
    inside = rows[months.isin(period.months_index())]
    unsaid = ended(rows, "resolution", until).isna() & over(rows, until) & ~cancelled(rows, until)
    again = rows["state"].isin(OPEN) & rows["resolved"].notna()
    crossed = (rows["closed"] < rows["resolved"]).sum()
    unnamed = int(inside["priority"].isna().sum())
    pauses = pauses_of(tickets, ticket_pauses)
    strange = len(ticket_pauses) - len(pauses)
    unjudged = judged_tickets.attrs.get("unjudged", 0)
    listed = [
        ("Tickets opened in the period", f"{len(inside):,}", "" if len(inside) else "no ticket in the period"),
        ("Months with far fewer tickets than usual", *_thin(months, period)),
        ("Cancelled", f"{int(cancelled(rows, until).sum()):,}", "left out of service levels and of times"),
        (
            "Over without a moment of resolution",
            f"{int(unsaid.sum()):,}",
            "left out of times, and named" if unsaid.any() else "",
        ),
        ("Open again with a moment of resolution", f"{int(again.sum()):,}", "counted as open" if again.any() else ""),
        ("Closed before they were resolved", f"{crossed:,}", "the resolution is used" if crossed else ""),
        ("Without a priority", f"{unnamed:,}", "no level for a priority applies" if unnamed else ""),
        (
            "Under no service level",
            f"{unjudged:,}",
            judged_tickets.attrs.get("absent", "") or ("not judged" if unjudged else ""),
        ),
        ("Pauses of tickets that are not there", f"{strange:,}", "not used" if strange else ""),
        ("Pauses that overlap", f"{_overlapping(pauses):,}", "what they share counts once"),
        (
            "Recorded changes",
            f"{len(ticket_changes):,}",
            "" if len(ticket_changes) else "no history of states or priorities",
        ),
    ]
    return pd.DataFrame(listed, columns=["check", "found", "remark"])


def _thin(months: pd.Series, period: Period) -> tuple[str, str]:
    """Months of the period with less than a quarter of the usual number of tickets: an extract that thins out."""
    first = max(months.min(), period.end - USUAL + 1) if len(months) else period.end
    counts = months.value_counts().reindex(pd.period_range(first, period.end, freq="M"), fill_value=0)
    thin = counts[(counts < THIN * counts.median()) & counts.index.isin(period.months_index())]
    if thin.empty:
        return "none", ""
    usual = plural(round(float(counts.median())), "ticket")
    return listed_months(thin.index), joined(f"{thin.sum():,} where {usual} a month are usual", "does the extract end?")


def _overlapping(pauses: pd.DataFrame) -> int:
    """Pauses that begin before an earlier one of the same ticket has ended."""
    if pauses.empty:
        return 0
    pauses = pauses[["row", "start", "end"]].sort_values(["row", "start"], kind="stable")
    ends = pauses["end"].fillna(pauses["start"].max() + pd.Timedelta(1, "D"))  # one that lasts overlaps all that follow
    earlier = ends.groupby(pauses["row"]).cummax().groupby(pauses["row"]).shift()
    return int((pauses["start"] < earlier).sum())
