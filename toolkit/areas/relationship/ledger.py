"""The two-sided ledger: what vendor and client each owed and delivered, by the same rules; reports and evaluations on time."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import year_words
from toolkit.areas.monthly import course
from toolkit.areas.relationship.look import in_year, log_of, owed, year_start
from toolkit.areas.relationship.tables import CLIENT, FEEDBACK, IDEA, SUPPLIER, WIN
from toolkit.areas.shares import counted_share, monthly_share, share_of, shares_by
from toolkit.areas.words import bracket, joined, listed, noun, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number, source
from toolkit.stats.intervals import ratio_of_totals
from toolkit.stats.proportions import newcombe, wilson

SIDES = (CLIENT, SUPPLIER)
KINDS = {"input": "inputs", "approval": "approvals", "access": "access", "payment": "payments", "other": "other"}
COLUMNS = ["side", "kind", "name", "due", "came", "kept", "late"]
FEWEST = 5  # things owed by a side, below which nothing is said of it


# ------------------------------------------------------------------------------------------------------------- the ledger
def ledger(
    actions: pd.DataFrame, reports_due: pd.DataFrame, client_obligations: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """What each side owed in the year up to the period's end: one row a thing, whoever owed it, by the same rules.

    Of the client: its obligations, and the entries of the log that it owns and that have a due day. Of the vendor: the
    reports, and the entries that it owns. What both own, or a third party, is on neither side; neither are feedback, ideas
    and wins.

    Columns: side, kind, name, due, came (NaT where it has not), kept (on its day or before), late (days, those still
    waiting counted up to the period's last day).
    """
    log = log_of(actions, period)
    log = owed(log[log["due"].notna() & log["owner"].isin(SIDES) & ~log["silent"]], "closed", period)
    log = log[~log["type"].isin((FEEDBACK, IDEA, WIN))]
    reports = owed(reports_due, "received", period)
    own = owed(client_obligations, "done", period)
    parts = [
        pd.DataFrame({"side": log["owner"], "kind": "actions", "name": log["action"], **_days(log)}),
        pd.DataFrame({"side": SUPPLIER, "kind": "reports", "name": reports["report"], **_days(reports)}),
        pd.DataFrame({"side": CLIENT, "kind": own["kind"].map(KINDS), "name": own["obligation"], **_days(own)}),
    ]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)[COLUMNS]
    given = {"actions": actions, "reports_due": reports_due, "client_obligations": client_obligations}
    table.attrs = {
        "absent": ""
        if len(table)
        else f"nothing is known that either side owed in {year_words(period)}; supply "
        "client_obligations, reports_due, or owner and due in actions",
        "sources": [source(name, rows) for name, rows in given.items() if len(rows)],
    }
    return table


def _days(rows: pd.DataFrame) -> dict[str, pd.Series]:
    return {name: rows[name] for name in ("due", "came", "kept", "late")}


@measure("Kept by the vendor", better="higher", unit="share")
def vendor_kept(ledger: pd.DataFrame, *, period: Period) -> Measured:
    """Share of what the vendor owed in the year up to the period's end that it gave on its day or before.

    Reports, and the entries of the log that it owns; what is open and past its day is not kept. What is delivered to plan
    stands in the delivery review.

    low and high: Wilson's interval, with what is due on one day taken as alike where there are two or more a day. Parts:
    kind, month (p chart). Not assessed where fewer than five things are known. Source: own definition; E. Wilson, JASA 22
    (1927) 209-212.
    """
    return _kept(ledger, SUPPLIER, period)


@measure("Kept by the client", better="higher", unit="share")
def client_kept(ledger: pd.DataFrame, *, period: Period) -> Measured:
    """Share of what the client owed in the year up to the period's end that it gave on its day or before.

    Inputs, approvals, access, payments, and the entries of the log that it owns; everything else as in
    `relationship.vendor_kept`.

    Source: as there.
    """
    return _kept(ledger, CLIENT, period)


def _kept(table: pd.DataFrame, side: str, period: Period) -> Measured:
    rows = table[table["side"] == side]
    if len(rows) < FEWEST:
        raise NotAssessed(
            f"{plural(len(rows), 'thing')} that the {side} owed in {year_words(period)} {'is' if len(rows) == 1 else 'are'} "
            f"known; {FEWEST} are needed"
        )
    months = monthly_share(rows["kept"], rows["due"].dt.to_period("M"), period)
    waiting = int(rows["came"].isna().sum())
    return share_of(
        rows["kept"],
        f"that the {side} owed in {year_words(period)} came on time",
        noun="thing",
        days=rows["due"],
        because=joined(
            f"{waiting:,} of them {noun(waiting, 'has', 'have')} not come yet" if waiting else "",
            _late_words(rows),
            course(months, "share"),
        ),
        parts={"kind": shares_by(rows["kept"], rows["kind"].astype("str"), "kind"), "month": months.table},
    )


def _late_words(rows: pd.DataFrame) -> str:
    late = rows.loc[~rows["kept"], "late"]
    return f"those late by {number(float(late.median()), 'days')} in the middle" if len(late) else ""


@measure("Kept by the client, less by the vendor", unit="share")
def kept_gap(ledger: pd.DataFrame, *, period: Period) -> Measured:
    """The share that the client kept of what it owed, less the share that the vendor kept, by the same rules.

    Above zero the client is the more reliable side. What the two owe differs in kind and weight, and each thing counts
    alike. Everything else as in `relationship.vendor_kept`.

    low and high: Newcombe's 95 % interval of a difference of shares. Parts: ledger (one row a side and kind: owed, kept,
    days late), kind (both sides, all and by kind). Not assessed where fewer than five things are known of either. Source:
    own definition; R. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    kept = {side: ledger.loc[ledger["side"].eq(side), "kept"] for side in SIDES}
    for side in SIDES:
        n = len(kept[side])
        if n < FEWEST:
            raise NotAssessed(
                f"{plural(n, 'thing')} that the {side} owed in {year_words(period)} {'is' if n == 1 else 'are'} known; "
                f"{FEWEST} of each side are needed"
            )
    counts = [count for side in SIDES for count in (int(kept[side].sum()), len(kept[side]))]
    value, low, high = (float(part) for part in newcombe(*counts))
    shares = {side: float(kept[side].mean()) for side in SIDES}
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(ledger),
        n_of="things owed by either side",
        interval="95 % interval (Newcombe)",
        claim=f"In {year_words(period)} the client kept {number(shares[CLIENT], 'share')} of what it owed, the vendor "
        f"{number(shares[SUPPLIER], 'share')}: {number(abs(value) * 100)} points "
        f"{'more' if value >= 0 else 'less'} ({_points(low)} to {_points(high)}).",
        because=f"the client owed {plural(len(kept[CLIENT]), 'thing')}, the vendor {len(kept[SUPPLIER]):,}; all count alike, "
        "large and small",
        parts={"ledger": sides_by_kind(ledger)},
    )


def _points(share: float) -> str:
    """A difference of shares in points, with its sign where it is below zero."""
    return number(share * 100)


def sides_by_kind(table: pd.DataFrame) -> pd.DataFrame:
    """One row a side and kind: kind, side, owed, kept, value (share kept) with low and high, late (days in all)."""
    groups = table.groupby(["side", "kind"]).agg(owed=("kept", "size"), kept=("kept", "sum"), late=("late", "sum"))
    every = table.groupby("side").agg(owed=("kept", "size"), kept=("kept", "sum"), late=("late", "sum"))
    every.index = pd.MultiIndex.from_product([every.index, ["all"]], names=["side", "kind"])
    rows = pd.concat([every, groups]).reset_index()
    value, low, high = wilson(rows["kept"].to_numpy(), rows["owed"].to_numpy())
    order = rows.groupby("kind")["owed"].sum().sort_values(ascending=False, kind="stable").index
    place = {name: at for at, name in enumerate(["all", *(name for name in order if name != "all")])}
    rows = rows.assign(value=value, low=low, high=high, place=rows["kind"].map(place))
    rows = rows.sort_values(["place", "side"]).reset_index(drop=True)
    made = rows[["kind", "side", "owed", "kept", "value", "low", "high", "late"]]
    made.attrs["unit"] = "share"
    return made


@measure("Delay caused by the client", better="lower", unit="share")
def client_delay_share(ledger: pd.DataFrame, *, period: Period) -> Measured:
    """Share of all days of delay in the year up to the period's end that the client caused.

    Days late of everything that either side owed, those still waiting counted up to the period's last day. Days of several
    things at once are added, so that the sum is no time of the calendar; a day counts alike, whatever waits for it.

    low and high: 95 % interval of a ratio of totals over the things owed. Parts: side (days late), kind, line (days late by
    month due, by side), rows (the latest first, by number). Not assessed where fewer than five things are known, or nothing
    came late. Source: own definition; W. Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6.
    """
    if len(ledger) < FEWEST:
        raise NotAssessed(f"{plural(len(ledger), 'thing')} owed by either side known; {FEWEST} are needed")
    for side in SIDES:
        if not ledger["side"].eq(side).any():
            raise NotAssessed(
                f"nothing is known that the {side} owed in {year_words(period)}: its delay cannot be told"
            )
    total = float(ledger["late"].sum())
    if total == 0:
        raise NotAssessed(f"nothing that either side owed in {year_words(period)} came late")
    own = ledger["late"].where(ledger["side"].eq(CLIENT), 0.0)
    ratio = ratio_of_totals(own.to_numpy(), ledger["late"].to_numpy(), lags=0)
    low, high = (min(max(end, 0.0), 1.0) for end in (ratio.low, ratio.high))
    kinds = ledger.groupby(["side", "kind"])["late"].sum().reset_index()
    kinds = pd.DataFrame({"kind": kinds["kind"] + " (" + kinds["side"] + ")", "value": kinds["late"]})
    days = {side: float(ledger.loc[ledger["side"].eq(side), "late"].sum()) for side in SIDES}
    sides = pd.DataFrame({"side": list(SIDES), "value": [days[side] for side in SIDES]})
    late = ledger[ledger["late"] > 0].sort_values(["late", "name"], ascending=[False, True]).head(100)
    rows = late[["name", "side", "kind", "due", "came", "late"]].reset_index(drop=True)
    for part in (kinds, sides):
        part.attrs["unit"] = "days"
    return Measured(
        unit="share",
        value=ratio.value,
        low=low,
        high=high,
        n=len(ledger),
        n_of="things owed by either side",
        interval="95 % interval of a ratio of totals",
        numerator=days[CLIENT],
        denominator=total,
        claim=f"{number(ratio.value, 'share')}{bracket(low, high, 'share')} of {number(total, 'days')} of delay in "
        f"{year_words(period)} were the client's.",
        because=f"{number(days[CLIENT])} days late by the client, {number(days[SUPPLIER])} by the vendor",
        parts={"side": sides, "kind": kinds, "course": _courses(ledger, period), "rows": rows},
    )


def _courses(table: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Days late of what was due in each month, by side."""
    months = pd.period_range(year_start(period), period.end, freq="M")
    due = table["due"].dt.to_period("M")
    parts = []
    for side in SIDES:
        days = table.loc[table["side"] == side, "late"].groupby(due).sum().reindex(months, fill_value=0.0)
        parts.append(pd.DataFrame({"line": side, "month": months, "value": days.to_numpy()}))
    made = pd.concat(parts, ignore_index=True)
    made.attrs["unit"] = "days late"
    return made


@measure("Paid on time", better="higher", unit="share")
def paid_on_time(client_obligations: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the payments due in the year up to the period's end that the client made on their day or before.

    By number, not by amount: the share by amount stands beside it. Low and high: Wilson's interval. Parts: month (p chart),
    rows (the latest first, by number). Not assessed where no payment is known. Source: own definition; E. Wilson, JASA 22
    (1927) 209-212.
    """
    due = owed(client_obligations[client_obligations["kind"].eq("payment")], "done", period)
    if due.empty:
        raise NotAssessed(f"no payment due in {year_words(period)} is known; supply payments in client_obligations")
    amounts = due[due["amount"].notna()]
    total = float(amounts["amount"].sum())
    by_amount = float(amounts.loc[amounts["kept"], "amount"].sum()) / total if total else NAN
    months = monthly_share(due["kept"], due["due"].dt.to_period("M"), period)
    rows = due.loc[~due["kept"], ["obligation", "due", "came", "late"]].rename(columns={"late": "value"})
    rows = rows.sort_values(["value", "obligation"], ascending=[False, True]).reset_index(drop=True)
    rows.attrs["unit"] = "days"
    return share_of(
        due["kept"],
        f"due in {year_words(period)} {'was' if len(due) == 1 else 'were'} made on time",
        noun="payment",
        because=joined(f"by amount {number(by_amount, 'share')}" if total else "", _late_words(due)),
        parts={"month": months.table, "rows": rows.head(100)},
    )


# ------------------------------------------------------------------------------------------------ reports and evaluations
@measure("Reports on time", better="higher", unit="share")
def reports_on_time(reports_due: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the reports due in the year up to the period's end that came on their day or before, and complete.

    A report that is marked as not complete is not on time, whenever it came; one of which nobody says so counts as
    complete. What has not come counts as late from the day after it was due.

    low and high: Wilson's interval. Parts: report, month (p chart). Not assessed where none was due. Source: own
    definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    due = owed(reports_due, "received", period)
    if due.empty:
        raise NotAssessed(f"no report was due in {year_words(period)}")
    good = due["kept"] & due["complete"].ne("no")
    months = monthly_share(good, due["due"].dt.to_period("M"), period)
    missing, partly = int(due["came"].isna().sum()), int((due["kept"] & due["complete"].eq("no")).sum())
    return share_of(
        good,
        f"due in {year_words(period)} came on time and complete",
        noun="report",
        because=joined(
            f"{missing:,} never came" if missing else "",
            f"{partly:,} on time and not complete" if partly else "",
        ),
        parts={"report": shares_by(good, due["report"].astype("str"), "report"), "month": months.table},
    )


@measure("Evaluations kept", better="higher", unit="share")
def evaluations_kept(evaluations: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the evaluations due in a year that were done in time, by somebody named, and signed off.

    Of the year up to the period's end. In time is on the day planned or before. Named is an evaluation that says who
    evaluates, by name or by role; the name itself is nowhere. Signed off is one with a day of it up to the period's end.

    A full count of the calendar. Parts: evaluation (due, done, whether named, by what role, signed off when), gap. Not
    assessed where none was due. Source: own definition.
    """
    due = owed(evaluations, "done", period)
    if due.empty:
        raise NotAssessed(f"no evaluation was due in {year_words(period)}")
    named = due["evaluator"].notna() | due["evaluator_role"].notna()
    signed = in_year(due["signed_off"], period)
    good, n = int((due["kept"] & named & signed).sum()), len(due)
    gaps = {
        "in order": good,
        "late or not done": int((~due["kept"]).sum()),
        "nobody named": int(((~named) & due["kept"]).sum()),
        "not signed off": int((due["kept"] & named & ~signed).sum()),
    }
    table = pd.DataFrame({"gap": list(gaps), "value": list(map(float, gaps.values()))})
    table.attrs["unit"] = "evaluations"
    rows = pd.DataFrame(
        {
            **{"evaluation": due["evaluation"], "due": due["due"], "done": due["came"], "named": named},
            **{"role": due["evaluator_role"], "signed_off": due["signed_off"].where(signed)},
        }
    )
    last = evaluations.loc[evaluations["done"] <= due["due"].max(), "done"].max()
    missing = due.loc[due["came"].isna(), "evaluation"].drop_duplicates().tolist()
    return counted_share(
        good,
        n,
        "evaluation due",
        many="evaluations due",
        claim=f"{number(good / n, 'share')} of {plural(n, 'evaluation')} due in {year_words(period)} were done in time, by "
        "somebody named, and signed off.",
        because=joined(
            f"not done: {listed(missing)}" if missing else "",
            f"{gaps['nobody named']:,} without anybody named" if gaps["nobody named"] else "",
            f"{gaps['not signed off']:,} not signed off" if gaps["not signed off"] else "",
            f"the last was done on {last.date()}" if not pd.isna(last) else "",
        ),
        parts={"evaluation": rows.sort_values("due").reset_index(drop=True), "gap": table},
    )
