"""What does it cost: charges, their change and signals, and the total cost with what the client pays itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.cost.ledger import (
    by_group,
    by_month,
    currency_of,
    gap_words,
    in_unit,
    month_of,
    monthly_charges,
    unknown_months,
)
from toolkit.areas.words import bracket, listed_months, noun
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.series import last_shift, run_rules, xmr

CHARGE_WORDS = {"run": "Run", "change": "Change", "credit": "Service credits", "other": "Other", "one_off": "One-off"}
MIN_CHART = 8  # fewer months set no limits
SPARSE = 0.25  # a larger share of months without a charge makes a control chart of single months unsound


@measure("Vendor charges")
def vendor_charges(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """What the vendor charged in the period, net of credits.

    invoices: one row a line or payment; `amount` in the client's currency, credits negative. Parts: by month (the whole
    history, for the trend), category, service. Months of which the ledger says nothing are left out and named. A full
    count, so without interval.

    Not assessed when the ledger says nothing of any month of the period. Source: own definition.
    """
    months = pd.period_range(month_of(invoices).min(), period.end, freq="M")
    every = monthly_charges(invoices, months.union(period.months_index()))
    charges = every.reindex(period.months_index())
    if charges.isna().all():
        raise NotAssessed(f"invoices hold nothing of {period}")
    lines = invoices[month_of(invoices).isin(charges.index)]
    unit, total, gaps = currency_of(invoices), float(charges.sum()), gap_words(charges)
    return Measured(
        unit=unit,
        value=total,
        n=len(lines),
        n_of=noun(len(lines), "invoice line"),
        counted=True,
        interval=COUNTED,
        claim=f"The vendor charged {number(total, unit)} in {period}, net of credits{f' ({gaps})' if gaps else ''}.",
        because=gaps,
        parts={
            "month": by_month(every, period),
            "category": by_group(lines, "category", CHARGE_WORDS),
            "service": by_group(lines, "service"),
        },
    )


@measure("Change of charges on a year before", unit="share")
def charges_change(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """How much more or less the vendor charged than in the same months a year earlier, as a share of then.

    invoices: one row a line or payment. Above zero when charges rose. Prices and volumes are in it, and one-off charges.
    Two full counts, so without interval; whether it is more than the usual unsteadiness is what `cost.monthly_signals`
    says.

    Not assessed when a month of either period is unknown, or charges a year earlier were not above zero. Source: own
    definition.
    """
    before = period.year_before()
    now, then = (monthly_charges(invoices, item.months_index()) for item in (period, before))
    for charges, item in ((now, period), (then, before)):
        if charges.isna().any():
            raise NotAssessed(f"invoices cover {gap_words(charges).split(';')[0]} of {item}")
    if then.sum() <= 0:
        raise NotAssessed(f"the vendor charged nothing in {before}, or no more than it credited")
    share, unit = float(now.sum() / then.sum() - 1), currency_of(invoices)
    n = int(month_of(invoices).isin(now.index.union(then.index)).sum())
    return Measured(
        unit="share",
        value=share,
        n=n,
        n_of=noun(n, "invoice line"),
        counted=True,
        interval=COUNTED,
        numerator=float(now.sum() - then.sum()),
        denominator=float(then.sum()),
        claim=f"Charges of {period} were {number(abs(share), 'share')} {'more' if share >= 0 else 'less'} than in {before} "
        f"({number(now.sum(), unit)} against {number(then.sum(), unit)}).",
    )


@measure("Signals on the monthly charges", better="lower", unit="months")
def monthly_signals(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """How many months of the period stand out from the usual unsteadiness of the charges, and since when nothing changed.

    invoices: one row a line; one-off charges are left out. An individuals chart (XmR) of all months up to the period's
    end, its limits set by the months since the last lasting shift; a month stands out when it lies beyond three sigma or
    ends a run of eight on one side of the median (which, unlike the mean, one high month does not move). A count of
    months, so without interval. Months of which the ledger says nothing are passed over.
    Part `month`: charges, limits and signals.

    Not assessed with fewer than 8 known months, when more than a quarter of them have no charge, or when no month of the
    period is among those charted. Source: NIST/SEMATECH
    e-Handbook of Statistical Methods, 6.3.2.2; runs as in Western Electric's rules.
    """
    charges, unit = _running_charges(invoices, period), currency_of(invoices)
    level = last_shift(charges)
    here = charges.index >= level.start
    chart = xmr(charges, baseline=here)
    present = charges.where(here)  # months of an earlier level are no part of a run
    runs = run_rules(present, float(present.median()), chart.sigma, (2,))
    signal = np.select([here & chart.signals[1], runs[2]], ["beyond the limits", "run of eight"], "")
    limits = {name: np.where(here, getattr(chart, name), NAN) for name in ("center", "lower", "upper")}
    table = in_unit(by_month(charges, period).assign(baseline=here, **limits, signal=signal), unit)
    if not (table["in_period"] & table["baseline"] & table["value"].notna()).any():
        raise NotAssessed(f"the chart of the charges reaches no month of {period}")
    inside = table["in_period"] & (table["signal"] != "")
    n, standing = int(charges.count()), listed_months(table.loc[inside, "month"])
    return Measured(
        unit="months",
        value=float(inside.sum()),
        n=n,
        n_of=noun(n, "month"),
        counted=True,
        interval=COUNTED,
        claim=f"Monthly charges: no lasting change since {month_words(table.loc[table['baseline'], 'month'].iloc[0])}, "
        f"{'when their level shifted, now ' if level.shifted else ''}at about "
        f"{number(chart.center, unit)} a month; "
        + (
            f"{standing} {noun(int(inside.sum()), 'stands', 'stand')} out."
            if standing
            else "no month of the period stands out."
        ),
        parts={"month": table},
    )


def _running_charges(invoices: pd.DataFrame, period: Period) -> pd.Series:
    """Charges by month without one-off ones, if there are enough for a chart."""
    running = invoices.assign(amount=invoices["amount"].where(invoices["category"].fillna("") != "one_off", 0.0))
    charges = monthly_charges(running, pd.period_range(month_of(invoices).min(), period.end, freq="M"))
    known = charges.dropna()
    if len(known) < MIN_CHART:
        found = f"only {len(known)} {noun(len(known), 'month of charges is', 'months of charges are')} known"
        raise NotAssessed(f"{found}; {MIN_CHART} are needed to know what is usual")
    if (known == 0).mean() > SPARSE:
        idle = int((known == 0).sum())
        raise NotAssessed(f"{idle} of {len(known)} months have no charge, so single months cannot be charted")
    return charges


@measure("Total cost of ownership", better="lower")
def total_cost(invoices: pd.DataFrame, internal_costs: pd.DataFrame, *, period: Period) -> Measured:
    """What the service cost in the period in all: the vendor's charges and the client's own recorded cost.

    invoices: one row a line; internal_costs: one row a month, service and category; both in the client's currency. One-off
    cost of the period is in it. Part `step`: charges by category, then client-side cost by category, up to the total. A
    full count of what is recorded, so without interval; what is not recorded is `cost.hidden_cost`.

    Not assessed when either table says nothing of a month of the period. Source: rows of a total cost of ownership after
    Computerworld, "Costly surprises" (2003), and own additions.
    """
    months = period.months_index()
    for name, table in (("invoices", invoices), ("internal_costs", internal_costs)):
        gaps = unknown_months(table, period.start, period.end)
        if gaps:
            raise NotAssessed(f"{name} say nothing of {listed_months(pd.PeriodIndex(gaps, freq='M'))}")
    lines, inside = invoices[month_of(invoices).isin(months)], internal_costs[internal_costs["month"].isin(months)]
    billed = by_group(lines, "category", CHARGE_WORDS)
    own = inside.groupby("category")["amount"].sum().sort_values(ascending=False)
    charged, total, unit = lines["amount"].sum(), float(lines["amount"].sum() + own.sum()), currency_of(invoices)
    steps = pd.DataFrame(
        {
            "step": [*("Charges: " + billed["category"]), *(f"Own: {name}" for name in own.index), "Total"],
            "value": [*billed["value"], *own, total],
            "kind": ["change"] * (len(billed) + len(own)) + ["total"],
        }
    )
    n = len(lines) + len(inside)
    return Measured(
        unit=unit,
        value=total,
        n=n,
        n_of=noun(n, "row"),
        counted=True,
        interval=COUNTED,
        claim=f"In all the service cost {number(total, unit)} in {period}: {number(charged, unit)} charged by the vendor "
        f"and {number(own.sum(), unit)} of the client's own.",
        parts={"step": steps},
    )


@measure("Cost that no ledger shows", better="lower")
def hidden_cost(
    invoices: pd.DataFrame, hidden_costs: pd.DataFrame, internal_costs: pd.DataFrame | None = None, *, period: Period
) -> Measured:
    """What outsourcing may cost beyond what is recorded: published low, base and high shares of the vendor's charges.

    invoices: one row a line; hidden_costs: one row a kind of cost, with its range as a share of charges; internal_costs,
    where it exists, removes the kinds that the client records (in any month). value is the base, low and high the ends:
    a range of published estimates, not a confidence interval; adding up the ends makes it wider than it should be. Months
    of which the ledger says nothing add nothing, and the claim names them.

    Not assessed without charges above zero. Source: S. Overby, "The hidden costs of offshore outsourcing", CIO, September
    2003, as kept in data/reference.
    """
    charges = monthly_charges(invoices, period.months_index())
    if charges.isna().all() or charges.sum() <= 0:
        raise NotAssessed(f"there are no charges in {period} to which the shares could apply")
    recorded = set() if internal_costs is None else set(internal_costs["category"])
    unseen = hidden_costs[~hidden_costs["category"].isin(recorded)]
    total, unit, gaps = float(charges.sum()), currency_of(invoices), gap_words(charges)
    shares = unseen[["base", "low", "high"]] * total
    base, low, high = (float(shares[name].sum()) for name in shares)
    years = ", ".join(str(year) for year in sorted({int(year) for year in unseen["source_year"]}))
    return Measured(
        unit=unit,
        value=base,
        low=low,
        high=high,
        n=len(unseen),
        n_of=noun(len(unseen), "kind of cost", "kinds of cost"),
        interval=f"low to high of published ranges ({years}), not a confidence interval",
        claim=f"Costs that no table records may have added {number(base, unit)}{bracket(low, high)} in {period}, by shares "
        f"of the charges published in {years}{f' ({gaps})' if gaps else ''}; they are not in any saving shown here."
        if len(unseen)
        else "Every kind of hidden cost is recorded in internal_costs.",
        because="dated figures from one article, meant to be replaced by the client's own" if len(unseen) else "",
        parts={"component": shares.rename(columns={"base": "value"}).assign(component=unseen["item"])},
    )
