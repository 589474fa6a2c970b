"""Are the audits done that were planned, and is what they found put right."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.contract.look import LISTED, as_cards, by_severity, days_since, known_days, of_year, text_of
from toolkit.areas.look import last_day, need, year_words
from toolkit.areas.shares import counted_share
from toolkit.areas.words import joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, Period, measure


@measure("Audits done", better="higher", unit="share")
def audits_done(audits: pd.DataFrame, *, period: Period) -> Measured:
    """The share of the audits planned for the year up to the period's end that were done by its last day.

    audits: one row an audit. One that was given up counts as planned and not done. Audits that nobody planned stand beside
    it. A full count, so without interval. Part: audit (every audit of the year). Not assessed when none was planned. Source:
    own definition.
    """
    rows = known_days(audits, period, "done")
    planned = rows[of_year(rows["planned"], period)]
    need(planned, f"audits hold none that was planned for {year_words(period)}")
    done, n = int(planned["done"].notna().sum()), len(planned)
    late = int((planned["done"] > planned["planned"]).sum())
    extra = int((rows["planned"].isna() & of_year(rows["done"], period)).sum())
    dropped = int(planned["cancelled"].eq("yes").sum())
    open_ones = planned[planned["done"].isna()]
    table = rows[of_year(rows["planned"].fillna(rows["done"]), period)]
    days = table["done"].dt.strftime("%Y-%m-%d")
    table = table.assign(about=text_of(table["about"]), auditor=text_of(table["auditor"]), done=days.fillna("not done"))
    return counted_share(
        done,
        n,
        "planned audit",
        claim=f"{done} of {plural(n, 'audit')} planned for {year_words(period)} "
        f"{noun(1 if 1 in (done, n) else n, 'was', 'were')} done"
        + (f"; missing: {listed(list(open_ones['audit']))}." if len(open_ones) else "."),
        because=joined(
            f"{late} later than planned" if late else "",
            f"{plural(dropped, 'audit')} given up" if dropped else "",
            f"{plural(extra, 'audit')} that nobody had planned" if extra else "",
        ),
        parts={
            "audit": as_cards(
                table[["audit", "about", "auditor", "planned", "done"]].head(LISTED).reset_index(drop=True)
            )
        },
    )


@measure("Audit findings open", better="lower")
def audit_findings_open(audit_findings: pd.DataFrame, *, period: Period) -> Measured:
    """Findings of audits that were raised by the period's last day and not closed by it.

    audit_findings: one row a finding; what was closed later was open. A full count, so without interval. Parts: finding (each
    open one with its age in days, the most severe first), severity (open, and of them overdue). Not assessed when there is no
    finding. Source: own definition.
    """
    rows = known_days(audit_findings, period, "closed")
    rows = rows[rows["raised"] <= last_day(period)]
    need(rows, f"audit_findings hold none that was raised by the end of {period}")
    waiting = rows[rows["closed"].isna()]
    overdue = waiting["due"] < last_day(period)
    waiting = waiting.assign(days=days_since(waiting["raised"], period), overdue=overdue)
    value = len(waiting)
    by = by_severity(waiting["severity"], overdue=overdue.astype(int))
    told = ", ".join(f"{row['value']} {row['severity']}" for row in by.to_dict("records") if row["value"])
    order = {name: place for place, name in enumerate(by["severity"])}
    listed_rows = waiting.assign(order=waiting["severity"].map(order)).sort_values(["order", "raised"], kind="stable")
    texts = {name: text_of(listed_rows[name]) for name in ("audit", "about", "owner")}
    names = ["finding", "severity", "about", "audit", "owner", "raised", "due", "days"]
    return Measured(
        value=float(value),
        n=len(rows),
        n_of=noun(len(rows), "finding"),
        interval=COUNTED,
        counted=True,
        claim=f"{value} of {plural(len(rows), 'audit finding')} {noun(value, 'is', 'are')} open: {told}; "
        f"{int(overdue.sum())} overdue."
        if value
        else f"No audit finding is open, of {len(rows):,} raised.",
        because=f"the oldest has been open for {plural(int(waiting['days'].max()), 'day')}" if value else "",
        parts={
            "finding": as_cards(listed_rows.assign(**texts)[names].head(LISTED).reset_index(drop=True)),
            "severity": by,
        },
    )
