"""Is it what was agreed: the budget, the rate card, and lines that look billed twice."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.cost.audit import (
    DUPLICATE,
    REASONS,
    above_agreed,
    discount_left_out,
    duplicates,
    evidence,
    with_agreed_price,
)
from toolkit.areas.cost.ledger import currency_of, in_unit, month_of, monthly_charges
from toolkit.areas.words import listed_months, noun
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number


@measure("Budget variance", better="lower", unit="share")
def budget_variance(invoices: pd.DataFrame, budgets: pd.DataFrame, *, period: Period) -> Measured:
    """Charges over budget, as a share of the budget: above zero is an overrun.

    invoices: one row a line; budgets: one row a month and service, for all charges, one-off ones included; both in the
    client's currency. Only months with a budget and known charges count, and the claim names any other. A full count, so
    without interval. Part `step`: budget, variance, charges. numerator and denominator: the variance and the budget.

    Not assessed when no month of the period has both, or the budget is not above zero. Source: (actual - budget) /
    budget, the usual definition.
    """
    months = period.months_index()
    planned = budgets.groupby("month")["amount"].sum().reindex(months)
    charges = monthly_charges(invoices, months)
    both = planned.notna() & charges.notna()
    budget, actual, unit = float(planned[both].sum()), float(charges[both].sum()), currency_of(invoices)
    if not both.any():
        raise NotAssessed(f"no month of {period} has both a budget and charges that are known")
    if budget <= 0:
        raise NotAssessed(f"the budget of {period} is not above zero")
    variance, n = actual - budget, int(both.sum())
    partly = (
        "" if both.all() else f"{n} of {len(months)} months; no budget or no charges for {listed_months(months[~both])}"
    )
    side = "over" if variance > 0 else "under"
    said = f"Charges of {period} were {number(abs(variance / budget), 'share')} {side} budget"
    return Measured(
        unit="share",
        value=variance / budget,
        n=n,
        n_of=noun(n, "month"),
        counted=True,
        interval=COUNTED,
        numerator=variance,
        denominator=budget,
        claim=f"{said}: {number(actual, unit)} against {number(budget, unit)}{f' ({partly})' if partly else ''}.",
        because=partly,
        parts={
            "step": in_unit(
                pd.DataFrame(
                    {
                        "step": ["Budget", "Variance", "Charges"],
                        "value": [budget, variance, actual],
                        "kind": ["total", "change", "total"],
                    }
                ),
                unit,
            )
        },
    )


@measure("Invoice check", better="lower")
def invoice_check(
    invoices: pd.DataFrame,
    rates: pd.DataFrame,
    contracts: pd.DataFrame | None = None,
    price_index: pd.DataFrame | None = None,
    *,
    period: Period,
    price_tolerance: float = 0.002,
    duplicate_days: float = 45,
    index: str = "",
) -> Measured:
    """Money at stake in the period's invoices: billed above the agreed price, discounts left out, likely duplicates.

    invoices: one row a line; rates: the agreed price of an item from a day on; contracts: the agreed indexation. A line is
    compared with the price in force on its date, raised by the agreed indexation at each anniversary of the price's first
    month. rates name no service, so the contract is the one that covers the service of the invoice line. Where the index
    is not known, nor is the agreed price, and the line is not compared. A dearer line is *indexation not agreed* when
    every priced line of its month (two items at least) is dearer by the same share, else *above the rate card*.

    In the client's currency. low leaves the likely duplicates out, high has them in; both are full counts, so no confidence
    interval. A line that is found twice counts once. Part `reason`: money by reason; part `rows`: each line, with its row
    in the file.

    Not assessed when there is no charge in the period. Source: own definition, after the usual tests of a recovery audit.
    """
    lines = with_agreed_price(invoices, rates, contracts, price_index, index)
    lines = lines[lines["month"].isin(period.months_index())]
    if lines.empty:
        raise NotAssessed(f"invoices hold no charge of {period}")
    priced = pd.concat([above_agreed(lines, price_tolerance), discount_left_out(lines, price_tolerance)])
    twice = duplicates(invoices, duplicate_days, period)
    counted = twice["row"].map(priced.groupby("row")["at_stake"].sum()).fillna(0.0)
    found = pd.concat([priced, twice.assign(at_stake=twice["at_stake"] - counted)])
    totals = found.groupby("reason")["at_stake"].agg(["sum", "size"]).reindex(REASONS, fill_value=0)
    sure, every = float(totals["sum"].drop(DUPLICATE).sum()), float(totals["sum"].sum())
    unit, unpriced, n = currency_of(invoices), int(lines["agreed"].isna().sum()), len(lines)
    said = f"{number(every, unit)} of {period} is at stake, in {found['row'].nunique()} of {n} {noun(n, 'charge')}"
    said += " (credits are not checked)"
    said += f", {number(every - sure, unit)} of it in likely duplicates" if len(twice) else ""
    unsaid = f"{unpriced} {noun(unpriced, 'has', 'have')} no agreed price and {noun(unpriced, 'was', 'were')}"
    return Measured(
        unit=unit,
        value=every,
        low=sure,
        high=every,
        n=n,
        n_of=noun(n, "invoice line"),
        counted=True,
        interval="low: without likely duplicates, high: with them; a full count of the lines, not a sample",
        claim=(said if len(found) else f"None of {n} {noun(n, 'charge')} of {period} is above what was agreed")
        + (f"; {unsaid} checked for duplicates only." if unpriced else "."),
        because=f"lines without an agreed price: {unpriced}" if unpriced else "",
        parts={
            "reason": pd.DataFrame(
                {"reason": totals.index, "value": totals["sum"].to_numpy(), "n": totals["size"].to_numpy()}
            ),
            "rows": evidence(found),
        },
    )


@measure("Likely duplicates", better="lower")
def likely_duplicates(invoices: pd.DataFrame, *, period: Period, duplicate_days: float = 45) -> Measured:
    """Money in lines of the period that look like an earlier line billed again.

    invoices: one row a line or payment. A line is a likely duplicate when an earlier one within `duplicate_days` has the
    same billed amount, currency, item, service, description and supplier under another invoice number, unless such lines
    come once a month as a regular charge, or a credit of the same amount has taken one of the two back. It is a place to
    look, not a proof. In the client's currency; a full count, so without interval. Part `rows`: each line.

    Not assessed when there is no line in the period. Source: own definition, after the same-same-different tests of a
    recovery audit.
    """
    found = duplicates(invoices, duplicate_days, period)
    lines = int(month_of(invoices).isin(period.months_index()).sum())
    if not lines:
        raise NotAssessed(f"invoices hold no line of {period}")
    unit, total = currency_of(invoices), float(found["at_stake"].sum())
    counted = f"{lines} {noun(lines, 'line')} of {period}"
    said = f"{len(found)} of {counted} {noun(len(found), 'looks', 'look')} like an earlier one billed again, worth"
    return Measured(
        unit=unit,
        value=total,
        n=lines,
        n_of=noun(lines, "invoice line"),
        counted=True,
        interval=COUNTED,
        claim=f"{said} {number(total, unit)}."
        if len(found)
        else f"None of {counted} looks like an earlier one billed again.",
        parts={"rows": evidence(found)},
    )
