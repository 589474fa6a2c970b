"""Cost comparison: what does this vendor cost, is it less than before, and is it what was agreed?

Decision: whether the arrangement saves money, whether a bill is paid as it stands, whether the price is renegotiated.
Tables: invoices, and, where they exist, internal_costs, volumes, rates, contracts, budgets, business_case.
Limits: spend is what was paid, not what was received; a saving is measured against the months before the contract, restated
for volume and prices, and everything else that changed at the same time is in it too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from toolkit.model import (
    COUNTED,
    NAN,
    Measured,
    NotAssessed,
    Period,
    absence,
    measure,
    month_words,
    number,
    probability_words,
    source,
)
from toolkit.stats.intervals import (
    long_run_variance,
    probability_above,
    ratio_of_totals,
    t_quantile,
    welch_df,
)
from toolkit.stats.money import irr, irr_draws, irr_reason, npv, payback_draws, price_factor
from toolkit.stats.series import Interrupted, interrupted, last_shift, xmr
from toolkit.tables import Column, Rule, Table

NAME = "cost"
TITLE = "Cost comparison"
NOTEBOOK = "20_cost_comparison"
QUESTION = "What does this vendor cost, is it less than before, and is it what was agreed?"

VENDOR = Column("vendor", "id", "Vendor id, as in review.yaml or vendors.csv", example="alder")
SERVICE = Column(
    "service", "text", "Service as the contract names it", required=False, filled=False, example="Service desk"
)

INVOICES = Table(
    "invoices",
    "one line of an invoice or credit note, or one payment where the ledger holds payments",
    (
        VENDOR,
        Column("invoice", "text", "Invoice, credit note or transaction number", example="INV-2041"),
        Column("line", "integer", "Line within the invoice", low=0, example="1"),
        Column("date", "date", "Invoice date, or payment date in a ledger of payments", example="2026-03-31"),
        Column(
            "amount",
            "number",
            "Net of tax; a charge is positive, a credit negative",
            unit="currency",
            example="1250.00",
        ),
        Column(
            "currency",
            "text",
            "ISO 4217 code where it is not the client's currency",
            required=False,
            filled=False,
            example="EUR",
        ),
        Column(
            "category",
            "text",
            "run: the agreed service; change: ordered on top; one_off: set-up, transition, exit; credit: service credit; other",
            required=False,
            filled=False,
            allowed=("run", "change", "one_off", "credit", "other"),
            example="run",
        ),
        SERVICE,
        Column("item", "text", "Item of the rate card", required=False, filled=False, example="Ticket, standard"),
        Column("quantity", "number", "Units billed", required=False, filled=False, example="500"),
        Column(
            "unit_price",
            "number",
            "Price of one unit as billed",
            unit="billed currency",
            required=False,
            filled=False,
            low=0,
            example="2.50",
        ),
        Column("description", "text", "Text of the line", required=False, filled=False, example="Tickets March"),
        Column(
            "supplier",
            "text",
            "Supplier's name as the export writes it",
            required=False,
            filled=False,
            example="ALDER SYSTEMS LTD",
        ),
        Column(
            "source_file", "text", "Export that the row came from", required=False, filled=False, example="2026-03.csv"
        ),
        Column("source_row", "integer", "Row in that export", required=False, filled=False, low=1, example="17"),
    ),
    key=("vendor", "invoice", "line"),
    dated="date",
    area=NAME,
)

CONTRACTS = Table(
    "contracts",
    "one contract with a vendor, or one part of it with prices and dates of its own",
    (
        VENDOR,
        Column("contract", "text", "Contract number", example="C-17"),
        SERVICE,
        Column("start", "date", "First day", example="2025-01-01"),
        Column("end", "date", "Last day", required=False, filled=False, example="2027-12-31"),
        Column(
            "value", "number", "Total committed", unit="currency", required=False, filled=False, low=0, example="900000"
        ),
        Column(
            "notice_days", "integer", "Days of notice before the end", required=False, filled=False, low=0, example="90"
        ),
        Column(
            "indexation",
            "text",
            "Agreed yearly price change: none, fixed (indexation_rate a year) or index (the client's price index, capped at indexation_rate)",
            required=False,
            filled=False,
            allowed=("none", "fixed", "index"),
            example="index",
        ),
        Column(
            "indexation_rate",
            "number",
            "Yearly rate of a fixed indexation, or the cap of an indexed one",
            unit="share",
            required=False,
            filled=False,
            low=0,
            high=1,
            example="0.03",
        ),
    ),
    key=("vendor", "contract"),
    rules=(
        Rule(
            "an end that is not before the start",
            ("start", "end"),
            lambda rows: rows["end"].isna() | (rows["end"] >= rows["start"]),
        ),
    ),
    area=NAME,
)

RATES = Table(
    "rates",
    "the agreed price of one item from one day on",
    (
        VENDOR,
        Column("item", "text", "Item as invoices name it", example="Ticket, standard"),
        Column("unit", "text", "What one unit is", required=False, filled=False, example="ticket"),
        Column("valid_from", "date", "First day of this price", example="2025-01-01"),
        Column("valid_to", "date", "Last day of this price", required=False, filled=False, example="2026-12-31"),
        Column("unit_price", "number", "Agreed price of one unit", unit="billed currency", low=0, example="2.40"),
        Column(
            "currency",
            "text",
            "ISO 4217 code where it is not the client's currency",
            required=False,
            filled=False,
            example="EUR",
        ),
        Column(
            "discount_above",
            "number",
            "Units a month above which the volume discount applies to every unit",
            required=False,
            filled=False,
            low=0,
            example="10000",
        ),
        Column(
            "discount",
            "number",
            "Volume discount on the unit price",
            unit="share",
            required=False,
            filled=False,
            low=0,
            high=1,
            example="0.05",
        ),
    ),
    key=("vendor", "item", "valid_from"),
    rules=(
        Rule(
            "a last day that is not before the first",
            ("valid_from", "valid_to"),
            lambda rows: rows["valid_to"].isna() | (rows["valid_to"] >= rows["valid_from"]),
        ),
        Rule(
            "a discount and the volume above which it applies, or neither",
            ("discount_above", "discount"),
            lambda rows: rows["discount_above"].isna() == rows["discount"].isna(),
        ),
    ),
    area=NAME,
)

INTERNAL_COSTS = Table(
    "internal_costs",
    "what one category of a service cost the client itself in one month, before the contract or during it",
    (
        VENDOR,
        Column("month", "month", "Month", example="2026-03"),
        SERVICE,
        Column(
            "category",
            "text",
            "What the money was for; selection, transition, severance and exit are one-off, the others recur",
            allowed=(
                "staff",
                "tools",
                "infrastructure",
                "overhead",
                "management",
                "travel",
                "productivity",
                "improvement",
                "selection",
                "transition",
                "severance",
                "exit",
                "other",
            ),
            example="staff",
        ),
        Column("amount", "number", "Cost", unit="currency", example="42000"),
        Column(
            "currency",
            "text",
            "ISO 4217 code where it is not the client's currency",
            required=False,
            filled=False,
            example="EUR",
        ),
    ),
    key=("vendor", "month", "service", "category"),
    dated="month",
    area=NAME,
)

VOLUMES = Table(
    "volumes",
    "how much of a service was used in one month, before the contract or during it",
    (
        VENDOR,
        Column("month", "month", "Month", example="2026-03"),
        SERVICE,
        Column("unit", "text", "What is counted", example="ticket"),
        Column("volume", "number", "How many", low=0, example="10400"),
    ),
    key=("vendor", "month", "service"),
    dated="month",
    area=NAME,
)

BUDGETS = Table(
    "budgets",
    "what was budgeted for a vendor's charges in one month",
    (
        VENDOR,
        Column("month", "month", "Month", example="2026-03"),
        SERVICE,
        Column("amount", "number", "Budget for the vendor's charges", unit="currency", low=0, example="110000"),
    ),
    key=("vendor", "month", "service"),
    dated="month",
    area=NAME,
)

BUSINESS_CASE = Table(
    "business_case",
    "the running net saving that the business case promised for one period",
    (
        VENDOR,
        Column("period", "period", "Period of the promise: 2026, 2026-H1, 2026-Q3 or 2026-03", example="2026-Q1"),
        Column(
            "promised_saving",
            "number",
            "Net saving promised for that period, before one-off cost",
            unit="currency",
            example="60000",
        ),
    ),
    key=("vendor", "period"),
    area=NAME,
)

PRICE_INDEX = Table(
    "price_index",
    "the value of one price index in one month or year",
    (
        Column("index", "text", "Name of the index, as review.yaml names it", example="UK-CPI"),
        Column("period", "period", "Month, or year for an annual average", example="2026-03"),
        Column("value", "number", "Index value; only ratios matter", low=0, example="131.4"),
        Column("source", "text", "Who published it", example="Office for National Statistics, D7BT"),
        Column("source_year", "integer", "Year in which the source was read", example="2026"),
    ),
    key=("index", "period"),
    area=NAME,
)

HIDDEN_COSTS = Table(
    "hidden_costs",
    "the published range of one kind of cost that outsourcing brings and ledgers seldom hold",
    (
        Column("item", "text", "Kind of cost", example="Contract management"),
        Column(
            "category",
            "text",
            "Category of internal_costs that records it; where it is recorded, the range is not used",
            allowed=INTERNAL_COSTS["category"].allowed,
            example="management",
        ),
        Column("low", "number", "Low end", unit="share of vendor charges", low=0, example="0.06"),
        Column("base", "number", "Middle", unit="share of vendor charges", low=0, example="0.08"),
        Column("high", "number", "High end", unit="share of vendor charges", low=0, example="0.10"),
        Column("source", "text", "Work and page", example="Overby, CIO, September 2003"),
        Column("source_year", "integer", "Year of the source", example="2003"),
    ),
    key=("item",),
    rules=(
        Rule(
            "low, base and high in rising order",
            ("low", "base", "high"),
            lambda rows: (rows["low"] <= rows["base"]) & (rows["base"] <= rows["high"]),
        ),
    ),
    area=NAME,
)

TABLES = (INVOICES, CONTRACTS, RATES, INTERNAL_COSTS, VOLUMES, BUDGETS, BUSINESS_CASE, PRICE_INDEX, HIDDEN_COSTS)


# ------------------------------------------------------------------------------------------------- months behind a measure
@dataclass(frozen=True)
class Estimate:
    """A sum over some months with its standard error and degrees of freedom, from month-to-month noise."""

    value: float
    se: float
    df: float

    @property
    def interval(self) -> tuple[float, float]:
        margin = t_quantile(0.975, self.df) * self.se
        return self.value - margin, self.value + margin

    @property
    def above_zero(self) -> float:
        return probability_above(self.value, self.se, self.df)


NOISE = "95 % interval from month-to-month noise (Newey-West over one month, Student's t)"
SCALED_NOISE = "95 % interval from month-to-month noise (as for the saving, scaled)"
CHARGE_WORDS = {"run": "Run", "change": "Change", "credit": "Service credits", "other": "Other", "one_off": "One-off"}
ONE_OFF = ("selection", "transition", "severance", "exit")  # categories of internal_costs that do not recur
MIN_MONTHS = 3  # fewer months before the contract are no baseline
DRAWS = 2000
WHOLE = "(all services)"


def costs_by_month(
    invoices: pd.DataFrame,
    internal_costs: pd.DataFrame,
    volumes: pd.DataFrame,
    price_index: pd.DataFrame,
    *,
    since: pd.Period | None,
    period: Period,
    index: str = "",
    baseline_months: float = 12,
    noise_months: float = 12,
) -> pd.DataFrame:
    """What each service cost in each month, and what it would have cost as before the contract.

    One row is one service in one month, from the first cost on to the end of the period. Columns: service, month, phase
    (before or after `since`), charges, internal (recurring client-side cost), one_off (both sides), cost (charges +
    internal), volume, unit, prices (price level against the month before `since`), driver (volume x prices, or prices
    alone for a service without volumes), rate (baseline cost per driver), baseline (rate x driver), saving (baseline -
    cost - one_off). Money is in the client's currency. A month in which the file holds no row of any vendor is unknown
    (NaN), any other month without a row is 0.

    What is missing travels in `attrs["absent"]`, so that every measure of it is not assessed with that reason. The
    standard errors of `rate` and the noise after `since` are in `attrs["noise"]`, one entry a service.

    Source: own definition, after the baseline rules of ISG ("Avoid the big mistake in building your outsourcing business
    case"): include retained cost, restate for volume and prices, document assumptions.
    """
    given = {"invoices": invoices, "internal_costs": internal_costs, "volumes": volumes, "price_index": price_index}
    reasons = [reason for name, table in given.items() if (reason := absence(name, table))]
    if since is None:
        reasons.append("the vendor has no contract_start")
    elif period.end < since:
        reasons.append(f"the contract starts in {month_words(since)}, after the period")
    try:
        if reasons:
            raise NotAssessed(" and ".join(reasons))
        months = _months(invoices, internal_costs, volumes, since, period)
        months = _drivers(months, price_index, index, since)
        months, noise = _against_baseline(months, since, period, int(baseline_months), int(noise_months))
        absent = ""
    except NotAssessed as reason:
        months, noise, absent = pd.DataFrame({"month": pd.PeriodIndex([], freq="M")}), {}, str(reason)
    months.attrs.update(absent=absent, noise=noise, since=since, currency=currency_of(invoices))
    months.attrs["sources"] = [source(name, table) for name, table in given.items() if not absence(name, table)]
    return months


def _months(
    invoices: pd.DataFrame, internal_costs: pd.DataFrame, volumes: pd.DataFrame, since: pd.Period, period: Period
) -> pd.DataFrame:
    """Charges, client-side cost and volume, one row a service and month.

    Before the contract a month without a charge is 0 even where the ledger begins later: there was nothing to bill.
    """
    services = sorted({*volumes["service"].fillna(WHOLE)})
    billed = invoices.assign(month=_month_of(invoices), one=invoices["category"] == "one_off")
    inside = internal_costs.assign(one=internal_costs["category"].isin(ONE_OFF))
    parts = {
        "charges": billed[~billed["one"]],
        "internal": inside[~inside["one"]],
        "one_off": pd.concat(
            [
                billed.loc[billed["one"], ["service", "month", "amount"]],
                inside.loc[inside["one"], ["service", "month", "amount"]],
            ]
        ),
    }
    every = pd.concat([table[["service", "month"]] for table in (billed, inside)])
    names = _services(every["service"], services)
    first = every["month"].min()
    grid = pd.MultiIndex.from_product(
        [sorted(names.unique()), pd.period_range(first, period.end, freq="M")], names=["service", "month"]
    )
    sums = {
        name: table.groupby([_services(table["service"], services), "month"])["amount"].sum().reindex(grid)
        for name, table in parts.items()
    }
    months = pd.DataFrame(sums, index=grid)
    unknown = grid.get_level_values("month").isin(_unknown_months(invoices, since, period.end))
    months["charges"] = months["charges"].fillna(0.0).mask(unknown)
    beyond = grid.get_level_values("month") > _last_month(internal_costs)
    months["internal"] = months["internal"].fillna(0.0).mask(beyond)
    months["one_off"] = months["one_off"].fillna(0.0)
    used = volumes.assign(service=_services(volumes["service"], services))
    months["volume"] = used.groupby(["service", "month"])["volume"].sum().reindex(grid)
    units = used.groupby("service")["unit"].first()
    months["unit"] = units.reindex(grid.get_level_values("service")).to_numpy()
    return months.reset_index()


def _services(named: pd.Series, known: Sequence[str]) -> pd.Series:
    """The service of each row; where there is only one, whatever names none belongs to it."""
    return named.fillna(known[0] if len(known) == 1 else WHOLE).astype("str")


def _drivers(months: pd.DataFrame, price_index: pd.DataFrame, index: str, since: pd.Period) -> pd.DataFrame:
    """Add prices (1 in the month before `since`) and driver, what the cost of a service would follow."""
    chosen = price_index[price_index["index"] == index] if index else price_index
    if chosen["index"].nunique() != 1:
        names = ", ".join(sorted(price_index["index"].unique()))
        raise NotAssessed(f"price_index holds {names}, and review.yaml names {index or 'none of them'}")
    known = pd.Series(chosen["value"].to_numpy(), index=chosen["period"])
    annual = known.index.str.len() == 4
    known = known[~annual] if (~annual).any() else known
    known.index = pd.PeriodIndex(known.index, freq="M" if (~annual).any() else "Y")
    wanted = pd.PeriodIndex(months["month"].unique(), freq="M")
    prices = price_factor(known.sort_index(), wanted, since - 1)
    prices = months["month"].map(dict(zip(wanted, prices, strict=True))).astype("float64")
    counted = months.groupby("service")["volume"].transform("count") > 0
    return months.assign(
        phase=np.where(months["month"] < since, "before", "after"),
        prices=prices,
        driver=prices * months["volume"].where(counted, 1.0),
        cost=months["charges"] + months["internal"],
    )


def _against_baseline(
    months: pd.DataFrame, since: pd.Period, period: Period, baseline_months: int, noise_months: int
) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """Add rate, baseline and saving; the noise of each service beside it."""
    rates, noise = {}, {}
    spent = months[months["cost"] != 0].groupby("service")["month"].min()
    for service, rows in months.groupby("service"):
        rows = rows.set_index("month")
        begun = rows[(rows.index >= max(since - baseline_months, spent.get(service, since))) & (rows.index < since)]
        recent = rows[(rows.index >= max(since, period.end - noise_months + 1)) & (rows.index <= period.end)]
        before = ratio_of_totals(begun["cost"], begun["driver"])
        if before.n < MIN_MONTHS:
            raise NotAssessed(
                f"only {before.n} of the months before {month_words(since)} hold costs and volumes of {service}; {MIN_MONTHS} are needed"
            )
        after = ratio_of_totals(recent["cost"], recent["driver"])
        rates[service] = before.value
        noise[str(service)] = {
            "rate_se": before.se,
            "rate_df": before.df,
            "rate_months": before.n,
            "month_variance": long_run_variance(after.residuals) * after.n / max(after.n - 1, 1)
            if after.n >= MIN_MONTHS
            else NAN,
            "month_df": after.df,
        }
    rate = months["service"].map(rates)
    months = months.assign(rate=rate, baseline=rate * months["driver"])
    return months.assign(saving=months["baseline"] - months["cost"] - months["one_off"]), noise


def _over(costs_by_month: pd.DataFrame, months: pd.PeriodIndex) -> tuple[pd.DataFrame, Estimate, Estimate]:
    """The rows of these months, with their restated baseline and their cost, each with its error.

    The error of the baseline is that of the rate before the contract; the error of the cost is the noise of a month since
    then, times the root of the number of months. Services are taken as independent of one another.
    """
    rows = costs_by_month[costs_by_month["month"].isin(months) & (costs_by_month["phase"] == "after")]
    if rows.empty:
        raise NotAssessed("no month of the period lies after the contract's start")
    _refuse_gaps(rows)
    noise = pd.DataFrame(costs_by_month.attrs["noise"]).T
    by_service = rows.groupby("service").agg(driver=("driver", "sum"), months=("month", "count")).join(noise)
    baseline_variances = (by_service["driver"] * by_service["rate_se"]) ** 2
    cost_variances = by_service["months"] * by_service["month_variance"]
    baseline = Estimate(rows["baseline"].sum(), *_pooled(baseline_variances, by_service["rate_df"]))
    return rows, baseline, Estimate(rows["cost"].sum(), *_pooled(cost_variances, by_service["month_df"]))


def _pooled(variances: pd.Series, dfs: pd.Series) -> tuple[float, float]:
    """Standard error and degrees of freedom of a sum of independent parts (Welch-Satterthwaite)."""
    total = float(variances.sum(skipna=False))
    weights = (variances**2 / dfs).sum(skipna=False)
    return math.sqrt(total), float(total**2 / weights) if weights > 0 else float(dfs.min())


def _refuse_gaps(rows: pd.DataFrame) -> None:
    """A month that is not known is not zero: say which one is missing in which table."""
    tables = {"charges": "invoices", "internal": "internal_costs", "volume": "volumes", "prices": "price_index"}
    for column, table in tables.items():
        gaps = rows.loc[rows[column].isna() & ((column != "volume") | rows["unit"].notna()), "month"]
        if len(gaps):
            listed = ", ".join(str(month) for month in sorted(gaps.unique())[:3])
            raise NotAssessed(f"{table} has no value for {listed}{' ...' if gaps.nunique() > 3 else ''}")


def _difference(baseline: Estimate, cost: Estimate, *others: float) -> Estimate:
    """Baseline less cost, and less amounts that are known exactly."""
    se = math.hypot(baseline.se, cost.se)
    df = welch_df(baseline.se, baseline.df + 1, cost.se, cost.df + 1)
    return Estimate(baseline.value - cost.value - sum(others), se, df)


def _month_of(invoices: pd.DataFrame) -> pd.Series:
    return invoices["date"].dt.to_period("M")


def _last_month(table: pd.DataFrame) -> pd.Period:
    """The last month that the whole file covers, other vendors' rows included."""
    covers = table.attrs.get("covers", ("", ""))
    return pd.Period(covers[1], "M") if covers[1] else (table["month"] if "month" in table else _month_of(table)).max()


def _unknown_months(invoices: pd.DataFrame, first: pd.Period, last: pd.Period) -> list[pd.Period]:
    """Months of which the ledger says nothing: beyond its end, before its start, or without a row of any vendor."""
    covers = invoices.attrs.get("covers", ("", ""))
    start = pd.Period(covers[0], "M") if covers[0] else _month_of(invoices).min()
    silent = {pd.Period(month, "M") for month in invoices.attrs.get("silent", [])}
    every = pd.period_range(first, last, freq="M")
    return [month for month in every if month < start or month > _last_month(invoices) or month in silent]


def _charges(invoices: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series:
    """Charges of each month, net of credits; NaN where the ledger says nothing."""
    sums = invoices.groupby(_month_of(invoices))["amount"].sum().reindex(months).fillna(0.0)
    return sums.mask(months.isin(_unknown_months(invoices, months[0], months[-1])))


def currency_of(table: pd.DataFrame) -> str:
    """The currency in which a table's money is."""
    return str(table.attrs.get("currency", "money"))


def _gap_words(charges: pd.Series) -> str:
    """What a reader must know where months are missing: '11 of 12 months; nothing is known of October 2017'."""
    gaps = charges.index[charges.isna()]
    if not len(gaps):
        return ""
    listed = ", ".join(month_words(month) for month in gaps[:3]) + (" ..." if len(gaps) > 3 else "")
    return f"{len(charges) - len(gaps)} of {len(charges)} months; nothing is known of {listed}"


# ------------------------------------------------------------------------------------------------------ what does it cost
@measure("Vendor charges", better="lower")
def vendor_charges(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """What the vendor charged in the period, net of credits.

    invoices: one row a line or payment; `amount` in the client's currency, credits negative. Parts: by month (the whole
    history, for the trend), category, service. Months of which the ledger says nothing are left out and named. A full
    count, so without interval.

    Source: own definition.
    """
    months = pd.period_range(_month_of(invoices).min(), period.end, freq="M")
    every = _charges(invoices, months.union(period.months_index()))
    charges = every.reindex(period.months_index())
    if charges.isna().all():
        raise NotAssessed(f"invoices hold nothing of {period}")
    lines = invoices[_month_of(invoices).isin(period.months_index())]
    unit, total = currency_of(invoices), float(charges.sum())
    gaps = _gap_words(charges)
    return Measured(
        unit=unit,
        value=total,
        n=len(lines),
        n_of="invoice lines",
        counted=True,
        interval=COUNTED,
        claim=f"The vendor charged {number(total, unit)} in {period}, net of credits{f' ({gaps})' if gaps else ''}.",
        because=gaps,
        parts={
            "month": _by_month(every, period),
            "category": _by_group(lines, "category", CHARGE_WORDS),
            "service": _by_group(lines, "service", {}),
        },
    )


def _by_month(values: pd.Series, period: Period) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "month": values.index,
            "value": values.to_numpy(dtype="float64"),
            "in_period": values.index.isin(period.months_index()),
        }
    )


def _by_group(lines: pd.DataFrame, column: str, words: dict[str, str]) -> pd.DataFrame:
    named = lines[column].fillna("(not given)").astype("str").replace(words)
    sums = lines.groupby(named)["amount"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    return pd.DataFrame({column: sums.index, "value": sums["sum"].to_numpy(), "n": sums["size"].to_numpy()})


@measure("Change of charges on a year before")
def charges_change(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """How much more or less the vendor charged than in the same months a year earlier, as a share of then.

    invoices: one row a line or payment. Above zero when charges rose. Prices and volumes are in it. Two full counts, so
    without interval; whether it is more than the usual unsteadiness is what `cost.monthly_signals` says.

    Source: own definition.
    """
    now, then = (_charges(invoices, item.months_index()) for item in (period, period.year_before()))
    for charges, item in ((now, period), (then, period.year_before())):
        if charges.isna().any():
            raise NotAssessed(f"invoices cover {_gap_words(charges).split(';')[0]} of {item}")
    if then.sum() <= 0:
        raise NotAssessed(f"the vendor charged nothing in {period.year_before()}")
    share, unit = float(now.sum() / then.sum() - 1), currency_of(invoices)
    direction = "more" if share >= 0 else "less"
    return Measured(
        unit="share",
        value=share,
        n=int((_month_of(invoices).isin(now.index.union(then.index))).sum()),
        n_of="invoice lines",
        counted=True,
        interval=COUNTED,
        numerator=float(now.sum() - then.sum()),
        denominator=float(then.sum()),
        claim=f"Charges were {number(abs(share), 'share')} {direction} than in {period.year_before()} "
        f"({number(now.sum(), unit)} against {number(then.sum(), unit)}).",
    )


@measure("Total cost of ownership", better="lower")
def total_cost(invoices: pd.DataFrame, internal_costs: pd.DataFrame, *, period: Period) -> Measured:
    """What the service cost in the period in all: the vendor's charges and the client's own recorded cost.

    invoices: one row a line; internal_costs: one row a month, service and category; both in the client's currency. Part
    `step`: charges by category, then client-side cost by category, up to the total. A full count of what is recorded,
    so without interval; what is not recorded is `cost.hidden_cost`.

    Source: rows of a total cost of ownership after Computerworld, "Costly surprises" (2003), and own additions.
    """
    charges = _charges(invoices, period.months_index())
    if charges.isna().any():
        raise NotAssessed(f"invoices hold {_gap_words(charges)}")
    if _last_month(internal_costs) < period.end:
        raise NotAssessed(f"internal_costs end in {_last_month(internal_costs)}, before the period does")
    lines = invoices[_month_of(invoices).isin(period.months_index())]
    inside = internal_costs[internal_costs["month"].isin(period.months_index())]
    billed = _by_group(lines, "category", CHARGE_WORDS)
    own = inside.groupby("category")["amount"].sum().sort_values(ascending=False)
    total, unit = float(lines["amount"].sum() + own.sum()), currency_of(invoices)
    steps = pd.DataFrame(
        {
            "step": [*("Charges: " + billed["category"]), *(f"Own: {name}" for name in own.index), "Total"],
            "value": [*billed["value"], *own, total],
            "kind": ["change"] * (len(billed) + len(own)) + ["total"],
        }
    )
    return Measured(
        unit=unit,
        value=total,
        n=len(lines) + len(inside),
        n_of="rows",
        counted=True,
        interval=COUNTED,
        claim=f"In all the service cost {number(total, unit)}: {number(lines['amount'].sum(), unit)} charged by the vendor and "
        f"{number(own.sum(), unit)} of the client's own.",
        parts={"step": steps},
    )


@measure("Cost that no ledger shows", better="lower")
def hidden_cost(
    invoices: pd.DataFrame, hidden_costs: pd.DataFrame, internal_costs: pd.DataFrame | None = None, *, period: Period
) -> Measured:
    """What outsourcing may cost beyond what is recorded: published low, base and high shares of the vendor's charges.

    invoices: one row a line; hidden_costs: one row a kind of cost, with its range as a share of charges; internal_costs,
    where it exists, removes the kinds that the client records (in any month). value is the base, low and high the ends:
    a range of published estimates, not a confidence interval; adding up the ends makes it wider than it should be.

    Source: S. Overby, "The hidden costs of offshore outsourcing", CIO, September 2003, as kept in data/reference.
    """
    charges = _charges(invoices, period.months_index())
    if charges.isna().all() or charges.sum() <= 0:
        raise NotAssessed(f"there are no charges in {period} to which the shares could apply")
    recorded = set() if internal_costs is None else set(internal_costs["category"])
    unseen = hidden_costs[~hidden_costs["category"].isin(recorded)]
    total, unit = float(charges.sum()), currency_of(invoices)
    low, base, high = (float(unseen[name].sum() * total) for name in ("low", "base", "high"))
    years = sorted({int(year) for year in unseen["source_year"]})
    items = pd.DataFrame(
        {
            "component": unseen["item"],
            "value": unseen["base"] * total,
            "low": unseen["low"] * total,
            "high": unseen["high"] * total,
        }
    )
    return Measured(
        unit=unit,
        value=base,
        low=low,
        high=high,
        n=len(unseen),
        n_of="kinds of cost",
        interval=f"low to high of published ranges ({', '.join(map(str, years))}), not a confidence interval",
        claim=f"Costs that no table records may add {number(base, unit)} ({number(low)} to {number(high)}), by published shares "
        f"of {', '.join(map(str, years)) or 'no source'}."
        if len(unseen)
        else "Every kind of hidden cost is recorded in internal_costs.",
        because="dated figures from one article, meant to be replaced by the client's own" if len(unseen) else "",
        parts={"component": items},
    )


@measure("Unit cost", better="lower")
def unit_cost(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """What one unit of the service cost in the period: all recurring cost over all units, as a ratio of totals.

    costs_by_month: as `cost.costs_by_month` makes it. Of a vendor with several services, the one that costs most; the
    others stand in the part `service`. low and high: 95 % interval from month-to-month noise. Part `month`: the unit cost
    of each month, nominal.

    Source: ratio of totals, W. Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6.
    """
    months = costs_by_month[costs_by_month["unit"].notna()]
    rows, _, _ = _over(months, period.months_index()) if len(months) else (months, None, None)
    if rows.empty or not rows["volume"].sum():
        raise NotAssessed("volumes hold no unit of any service in the period")
    sums = (
        rows.groupby(["service", "unit"], as_index=False)[["cost", "volume"]].sum().sort_values("cost", ascending=False)
    )
    main, currency = sums.iloc[0], costs_by_month.attrs["currency"]
    theirs = rows[rows["service"] == main["service"]]
    noise = costs_by_month.attrs["noise"][main["service"]]
    cost = Estimate(main["cost"], math.sqrt(len(theirs) * noise["month_variance"]), noise["month_df"])
    low, high = (end / main["volume"] for end in cost.interval)
    value, unit = main["cost"] / main["volume"], f"{currency} per {main['unit']}"
    history = months[months["service"] == main["service"]]
    named = f" ({main['service']})" if len(sums) > 1 else ""
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=len(theirs),
        n_of="months",
        interval=NOISE,
        numerator=main["cost"],
        denominator=main["volume"],
        claim=f"One {main['unit']}{named} cost {number(value, currency)} ({number(low)} to {number(high)}).",
        parts={
            "month": _by_month((history["cost"] / history["volume"]).set_axis(history["month"]), period).assign(
                phase=list(history["phase"])
            ),
            "service": pd.DataFrame(
                {"service": sums["service"], "unit": sums["unit"], "value": sums["cost"] / sums["volume"]}
            ),
        },
    )


# ------------------------------------------------------------------------------------------------ is it less than before
@measure("Baseline, restated")
def baseline(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """What the period would have cost as before the contract: the unit cost then, at the volume and prices of now.

    costs_by_month: as `cost.costs_by_month` makes it; by service, cost over driver in the months before the contract
    (12, unless review.yaml says otherwise), times the driver of the period. low and high: 95 % interval from the noise
    of the months before. Part `step`: from the cost as it was, by the change of volume and of prices, to the restated one.

    Source: own definition, after ISG's baseline rules; ratio estimator as in Cochran (1977), ch. 6.
    """
    rows, restated, _ = _over(costs_by_month, period.months_index())
    before = _baseline_rows(costs_by_month)
    per_month = before.groupby("service").agg(cost=("cost", "mean"), volume=("volume", "mean"))
    months = rows.groupby("service")["month"].count()
    plain = float((per_month["cost"] * months).sum())
    grown = rows.groupby("service")["volume"].sum() / (per_month["volume"] * months)
    at_volume = float((per_month["cost"] * months * grown.fillna(1.0)).sum())
    low, high = restated.interval
    unit = costs_by_month.attrs["currency"]
    steps = pd.DataFrame(
        {
            "step": ["As before the contract", "More or fewer units", "Prices since then", "Baseline, restated"],
            "value": [plain, at_volume - plain, restated.value - at_volume, restated.value],
            "kind": ["total", "change", "change", "total"],
        }
    )
    return Measured(
        unit=unit,
        value=restated.value,
        low=low,
        high=high,
        n=int(before["month"].nunique()),
        n_of="months before the contract",
        interval=NOISE,
        claim=f"As before the contract, {period} would have cost {number(restated.value, unit)} ({number(low)} to {number(high)}) "
        "at today's volume and prices.",
        because=_without_volumes(rows),
        parts={"step": steps},
    )


def _baseline_rows(costs_by_month: pd.DataFrame) -> pd.DataFrame:
    """The months before the contract from which the rates were taken."""
    noise, since = costs_by_month.attrs["noise"], costs_by_month.attrs["since"]
    used = costs_by_month["service"].map({name: int(item["rate_months"]) for name, item in noise.items()})
    before = costs_by_month[costs_by_month["month"] < since]
    known = before[before["cost"].notna() & before["driver"].notna()]
    rank = known.groupby("service")["month"].rank(ascending=False)
    return known[rank <= used.reindex(known.index)]


def _without_volumes(rows: pd.DataFrame) -> str:
    names = sorted(rows.loc[rows["unit"].isna(), "service"].unique())
    return f"restated for prices only, for want of volumes: {', '.join(names)}" if names else ""


@measure("Gross saving", better="higher")
def gross_saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The restated baseline less the vendor's charges, before the client's own cost and one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it. In the client's currency, nominal. low and high: 95 % interval from
    month-to-month noise before and since the contract; `probability`: that the true saving is above zero.

    Source: own definition; errors as in `cost.saving`.
    """
    rows, restated, cost = _over(costs_by_month, period.months_index())
    charges = float(rows["charges"].sum())
    return _saving_measured(
        _difference(restated, Estimate(charges, cost.se, cost.df)),
        costs_by_month.attrs["currency"],
        rows,
        "Against the restated baseline, the vendor's charges alone are {} ({} to {}) {}",
    )


@measure("Net saving", better="higher")
def saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The restated baseline less all recorded cost of the period: charges, the client's own cost and one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it. In the client's currency, nominal; below zero when it costs more
    than before. low and high: 95 % interval; its variance is that of the baseline's rate times the driver, plus the noise
    of a month since the contract times the months (one-off cost is known and adds none); Welch's degrees of freedom.
    `probability`: that the true saving is above zero. Part `step`: from the baseline to the saving; part `month`: the
    saving of each month since the contract.

    Source: own definition; Newey and West (1987), Welch (1947).
    """
    rows, restated, cost = _over(costs_by_month, period.months_index())
    one_off = float(rows["one_off"].sum())
    net = _difference(restated, cost, one_off)
    charges, own = float(rows["charges"].sum()), float(rows["internal"].sum())
    steps = pd.DataFrame(
        {
            "step": ["Baseline, restated", "Vendor's charges", "Client's own cost", "One-off cost", "Net saving"],
            "value": [restated.value, -charges, -own, -one_off, net.value],
            "kind": ["total", "change", "change", "change", "total"],
        }
    )
    after = costs_by_month[costs_by_month["phase"] == "after"]
    by_month = _by_month(after.groupby("month")["saving"].sum(min_count=1), period)
    measured = _saving_measured(
        net,
        costs_by_month.attrs["currency"],
        rows,
        "All recorded cost together is {} ({} to {}) {} the restated baseline",
    )
    return replace(measured, parts={"step": steps, "month": by_month})


def _saving_measured(net: Estimate, unit: str, rows: pd.DataFrame, sentence: str) -> Measured:
    low, high = net.interval
    return Measured(
        unit=unit,
        value=net.value,
        low=low,
        high=high,
        n=int(rows["month"].nunique()),
        n_of="months",
        interval=NOISE,
        probability=net.above_zero,
        claim=_saving_claim(sentence, net.value, low, high, unit, net.above_zero),
        because=_without_volumes(rows),
    )


def _saving_claim(sentence: str, value: float, low: float, high: float, unit: str, above_zero: float) -> str:
    """A saving in words, its ends turned round where it is a loss, so that both numbers read as amounts."""
    ends = (low, high) if value >= 0 else (-high, -low)
    bare = "share" if unit == "share" else ""
    said = sentence.format(
        number(abs(value), unit), number(ends[0], bare), number(ends[1], bare), "below" if value >= 0 else "above"
    )
    return f"{said}; a saving with probability {probability_words(above_zero)}."


@measure("Net saving, share of baseline", better="higher")
def saving_share(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The net saving as a share of the restated baseline.

    costs_by_month: as `cost.costs_by_month` makes it. low and high: 95 % interval by the delta method, from the errors
    that `cost.saving` uses. numerator and denominator: the saving and the baseline in money.

    Source: own definition; delta method for a ratio, Cochran (1977), ch. 6.
    """
    rows, restated, cost = _over(costs_by_month, period.months_index())
    if restated.value <= 0:
        raise NotAssessed("the restated baseline is not above zero")
    net = _difference(restated, cost, float(rows["one_off"].sum()))
    spent = restated.value - net.value
    se = math.hypot(restated.se * spent / restated.value, cost.se) / restated.value
    share = Estimate(net.value / restated.value, se, net.df)
    measured = _saving_measured(
        share, "share", rows, "All recorded cost together is {} ({} to {}) {} the restated baseline"
    )
    return replace(measured, numerator=net.value, denominator=restated.value)


@measure("Net saving at constant prices", better="higher")
def real_saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The net saving in the prices of the month before the contract.

    costs_by_month: as `cost.costs_by_month` makes it; each month's saving is divided by its price level. low and high:
    the interval of the nominal saving, scaled by the same price level.

    Source: own definition; deflating as in the US Bureau of Labor Statistics' guide to price adjustment.
    """
    rows, restated, cost = _over(costs_by_month, period.months_index())
    nominal = _difference(restated, cost, float(rows["one_off"].sum()))
    scale = float((rows["baseline"] / rows["prices"]).sum() / restated.value)
    real = Estimate(float((rows["saving"] / rows["prices"]).sum()), nominal.se * scale, nominal.df)
    base = month_words(costs_by_month.attrs["since"] - 1)
    measured = _saving_measured(
        real,
        costs_by_month.attrs["currency"],
        rows,
        f"In the prices of {base}, all recorded cost is {{}} ({{}} to {{}}) {{}} the baseline",
    )
    return replace(measured, interval=SCALED_NOISE)


@measure("Saving realised against promised", better="higher")
def saving_realised(costs_by_month: pd.DataFrame, business_case: pd.DataFrame, *, period: Period) -> Measured:
    """Running net saving so far over the one that the business case promised for the same months, both before one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it; business_case: one row a period with its promised net saving in the
    client's currency. Promises count whose months lie wholly between the contract's start and the end of the period. As a
    share: 1 is the promise kept. low and high: the interval of the saving over those months, scaled.

    Source: own definition.
    """
    since = costs_by_month.attrs["since"]
    promises = [
        (Period.parse(text), amount)
        for text, amount in zip(business_case["period"], business_case["promised_saving"], strict=True)
    ]
    due = [(item, amount) for item, amount in promises if item.start >= since and item.end <= period.end]
    promised = float(sum(amount for _, amount in due))
    if promised <= 0:
        raise NotAssessed(f"the business case promises no saving between {since} and {period.end}")
    months = pd.PeriodIndex(sorted({month for item, _ in due for month in item.months_index()}), freq="M")
    _, restated, cost = _over(costs_by_month, months)
    net = _difference(restated, cost)
    low, high = (end / promised for end in net.interval)
    unit = costs_by_month.attrs["currency"]
    return Measured(
        unit="share",
        value=net.value / promised,
        low=low,
        high=high,
        n=len(months),
        n_of="months",
        interval=SCALED_NOISE,
        numerator=net.value,
        denominator=promised,
        claim=f"Of a running saving of {number(promised, unit)} promised so far, {number(net.value, unit)} was realised: "
        f"{number(net.value / promised, 'share')} ({number(low, 'share')} to {number(high, 'share')}).",
        parts={
            "step": pd.DataFrame(
                {"step": ["Promised", "Realised"], "value": [promised, net.value], "kind": ["total", "total"]}
            )
        },
    )


# ------------------------------------------------------------------------------------------------------ does it pay back
@measure("One-off cost to date", better="lower")
def one_off_cost(invoices: pd.DataFrame, internal_costs: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """What setting the arrangement up has cost so far: selection, transition, severance, exit, and one-off charges.

    invoices of category one_off, and internal_costs of a one-off category where that table exists; all months up to the
    end of the period. A full count, so without interval.

    Source: own definition.
    """
    charged = invoices.loc[invoices["category"] == "one_off", "amount"]
    own = pd.Series(dtype="float64")
    if internal_costs is not None:
        one_off = internal_costs[internal_costs["category"].isin(ONE_OFF)]
        own = one_off.groupby("category")["amount"].sum()
    elif charged.empty:
        raise NotAssessed("no invoice line is marked one_off, and internal_costs is missing")
    parts = pd.DataFrame({"category": ["charged by the vendor", *own.index], "value": [charged.sum(), *own]})
    unit, total = currency_of(invoices), float(charged.sum() + own.sum())
    return Measured(
        unit=unit,
        value=total,
        n=len(charged) + len(own),
        n_of="amounts",
        counted=True,
        interval=COUNTED,
        claim=f"Setting up has cost {number(total, unit)} so far.",
        parts={"category": parts},
    )


def _flows(costs_by_month: pd.DataFrame, period: Period) -> tuple[pd.Series, np.ndarray]:
    """Net flows by month from the first outlay or the contract's start on, and draws of them within their noise.

    A draw moves the rate before the contract by its standard error and each month since by the noise of a month. The
    seed is fixed: equal tables give equal intervals.
    """
    since = costs_by_month.attrs["since"]
    after = costs_by_month[costs_by_month["phase"] == "after"]
    _refuse_gaps(after)
    outlay = costs_by_month.loc[costs_by_month["one_off"] != 0, "month"]
    first = min([since, *outlay])
    rows = costs_by_month[costs_by_month["month"] >= first]
    running = rows["saving"].where(rows["phase"] == "after", -rows["one_off"])
    flows = running.groupby(rows["month"]).sum()
    random = np.random.default_rng(20260101)
    draws = np.tile(flows.to_numpy(), (DRAWS, 1))
    for service, noise in costs_by_month.attrs["noise"].items():
        theirs = (
            after[after["service"] == service].set_index("month")["driver"].reindex(flows.index).fillna(0.0).to_numpy()
        )
        draws += random.standard_normal((DRAWS, 1)) * noise["rate_se"] * theirs
        draws += random.standard_normal(draws.shape) * math.sqrt(noise["month_variance"]) * (theirs > 0)
    return flows, draws


DRAWN = f"95 % interval: middle of {DRAWS:,} draws of the flows within their month-to-month noise"


def _middle(draws: np.ndarray) -> tuple[float, float]:
    low, high = np.nanquantile(draws, [0.025, 0.975], method="nearest")
    return float(low), float(high)


@measure("Payback", better="lower")
def payback(costs_by_month: pd.DataFrame, *, period: Period, noise_months: float = 12) -> Measured:
    """Months from the contract's start until the one-off cost has come back for good, by net flows not discounted.

    costs_by_month: as `cost.costs_by_month` makes it. While it has not come back, the months still needed are projected at
    the pace of the last `noise_months` and the claim says so; without end (infinite) when that pace is not above zero.
    low and high: 95 % interval from draws within the noise.

    Source: E. Brigham and J. Houston, Fundamentals of Financial Management, capital budgeting; projection: own rule.
    """
    flows, draws = _flows(costs_by_month, period)
    since = costs_by_month.attrs["since"]
    if not (flows < 0).any():
        raise NotAssessed("no month cost more than it saved, so there is nothing to pay back")
    lead = int((flows.index < since).sum())
    recent = int(min(noise_months, len(flows) - lead))
    # a month's flow comes in during the month, so period 0 ends one month after the start
    periods = payback_draws(np.vstack([flows.to_numpy(), draws]), recent) + 1 - lead
    value, (low, high) = float(periods[0]), _middle(periods[1:])
    done = value <= len(flows) - lead
    if done:
        said = f"The one-off cost came back {number(value)} months after the start"
    elif math.isfinite(value):
        said = f"The one-off cost has not come back; at the pace of the last {recent} months it will, {number(value)} months after the start"
    else:
        said = "The one-off cost has not come back, and at the present pace never will"
    ends = f" ({number(low)} to {number(high)})" if math.isfinite(low) else ""
    return Measured(
        unit="months",
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of="months of flows",
        interval=DRAWN,
        claim=f"{said}{ends}.",
        parts={"month": _by_month(flows.cumsum(), period)},
    )


@measure("Net present value to date", better="higher")
def net_present_value(costs_by_month: pd.DataFrame, *, period: Period, discount_rate: float = 0.08) -> Measured:
    """What the net flows so far are worth in the month of the first one, at a yearly discount rate.

    costs_by_month: as `cost.costs_by_month` makes it; nominal flows, so a nominal rate. Nothing after the period is in it.
    low and high: 95 % interval from draws within the noise; `probability`: share of draws above zero.

    Source: Brigham and Houston, Fundamentals of Financial Management; discounting by (1 + rate) to the months over 12.
    """
    flows, draws = _flows(costs_by_month, period)
    weights = (1 + discount_rate) ** (-np.arange(len(flows)) / 12)
    value, worth = npv(discount_rate, flows.to_numpy()), draws @ weights
    (low, high), unit = _middle(worth), costs_by_month.attrs["currency"]
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of="months of flows",
        interval=DRAWN,
        probability=float((worth > 0).mean()),
        claim=f"To date the arrangement is worth {number(value, unit)} ({number(low)} to {number(high)}) in {month_words(flows.index[0])}, "
        f"at {number(discount_rate, 'share')} a year.",
    )


@measure("Internal rate of return to date", better="higher")
def internal_rate_of_return(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The yearly rate at which the net flows so far are worth nothing.

    costs_by_month: as `cost.costs_by_month` makes it. Not assessed when the flows change sign more than once, as several
    rates may then solve them, or never. low and high: 95 % interval from draws within the noise, of those that have a rate.

    Source: Brigham and Houston, Fundamentals of Financial Management; Descartes' rule of signs.
    """
    flows, draws = _flows(costs_by_month, period)
    value = irr(flows.to_numpy())
    if math.isnan(value):
        raise NotAssessed(irr_reason(flows.to_numpy()))
    rates = irr_draws(draws)
    low, high = _middle(rates) if np.isfinite(rates).mean() >= 0.5 else (NAN, NAN)
    wide = (
        ""
        if np.isfinite(rates).all()
        else f"{number(float(np.isfinite(rates).mean()), 'share')} of the draws have a single rate"
    )
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of="months of flows",
        interval=DRAWN,
        because=wide,
        claim=f"The flows so far return {number(value, 'share')} a year ({number(low, 'share')} to {number(high, 'share')}).",
    )


# ------------------------------------------------------------------------------------------------- is it what was agreed
@measure("Budget variance", better="lower")
def budget_variance(invoices: pd.DataFrame, budgets: pd.DataFrame, *, period: Period) -> Measured:
    """Charges over budget, as a share of the budget: above zero is an overrun.

    invoices: one row a line; budgets: one row a month and service; both in the client's currency. Months with a budget
    count, and the claim names any other. A full count, so without interval. Part `step`: budget, variance, charges.

    Source: (actual - budget) / budget, the usual definition.
    """
    months = period.months_index()
    planned = budgets.groupby("month")["amount"].sum().reindex(months)
    charges = _charges(invoices, months)
    both = planned.notna() & charges.notna()
    budget, actual, unit = float(planned[both].sum()), float(charges[both].sum()), currency_of(invoices)
    if not both.any() or budget <= 0:
        raise NotAssessed(f"no month of {period} has both a budget and charges that are known")
    share = actual / budget - 1
    partly = "" if both.all() else f"{int(both.sum())} of {len(months)} months"
    return Measured(
        unit="share",
        value=share,
        n=int(both.sum()),
        n_of="months",
        counted=True,
        interval=COUNTED,
        numerator=actual - budget,
        denominator=budget,
        claim=f"Charges were {number(abs(share), 'share')} {'over' if share > 0 else 'under'} budget: {number(actual, unit)} against "
        f"{number(budget, unit)}{f' ({partly})' if partly else ''}.",
        because=partly,
        parts={
            "step": pd.DataFrame(
                {
                    "step": ["Budget", "Variance", "Charges"],
                    "value": [budget, actual - budget, actual],
                    "kind": ["total", "change", "total"],
                }
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
    compared with the price in force on its date, raised by the agreed indexation for each full year since. A dearer line
    is *indexation not agreed* when every priced line of its month is dearer by the same share, else *above the rate card*.
    low leaves the likely duplicates out, high has them in; both are full counts. Part `reason`: money by reason; part
    `rows`: each line, with its row in the file.

    Source: own definition, after the usual tests of a recovery audit.
    """
    lines = _with_agreed_price(invoices, rates, contracts, price_index, index)
    lines = lines[lines["month"].isin(period.months_index())]
    if lines.empty:
        raise NotAssessed(f"invoices hold no line of {period}")
    found = pd.concat(
        [
            _above_agreed(lines, price_tolerance),
            _discount_left_out(lines, price_tolerance),
            _duplicates(invoices, duplicate_days, period),
        ]
    )
    totals = found.groupby("reason")["at_stake"].agg(["sum", "size"]).reindex(REASONS, fill_value=0)
    sure, every = float(totals["sum"].drop(DUPLICATE).sum()), float(totals["sum"].sum())
    unit, unpriced = currency_of(invoices), int(lines["agreed"].isna().sum())
    said = (
        f"{number(every, unit)} is at stake in {len(found)} of {len(lines)} lines"
        if len(found)
        else "No line is above what was agreed"
    )
    unsaid = (
        f"; {unpriced} {'line names' if unpriced == 1 else 'lines name'} no item of the rate card, and {'was' if unpriced == 1 else 'were'} checked for duplicates only"
        if unpriced
        else ""
    )
    return Measured(
        unit=unit,
        value=every,
        low=sure,
        high=every,
        n=len(lines),
        n_of="invoice lines",
        counted=True,
        interval="low: without likely duplicates, high: with them; a full count of the lines, not a sample",
        claim=f"{said}{unsaid}.",
        because=f"lines without an agreed price: {unpriced}" if unpriced else "",
        parts={
            "reason": pd.DataFrame(
                {"reason": totals.index, "value": totals["sum"].to_numpy(), "n": totals["size"].to_numpy()}
            ),
            "rows": _evidence(found),
        },
    )


@measure("Likely duplicates", better="lower")
def likely_duplicates(invoices: pd.DataFrame, *, period: Period, duplicate_days: float = 45) -> Measured:
    """Money in lines of the period that look like an earlier line billed again.

    invoices: one row a line or payment. A line is a likely duplicate when an earlier one within `duplicate_days` has the
    same amount, item, service, description and supplier under another invoice number, unless such lines come once a month
    as a regular charge. It is a place to look, not a proof. A full count, so without interval.

    Source: own definition, after the same-same-different tests of a recovery audit.
    """
    found = _duplicates(invoices, duplicate_days, period)
    lines = int(_month_of(invoices).isin(period.months_index()).sum())
    if not lines:
        raise NotAssessed(f"invoices hold no line of {period}")
    unit, total = currency_of(invoices), float(found["at_stake"].sum())
    return Measured(
        unit=unit,
        value=total,
        n=lines,
        n_of="invoice lines",
        counted=True,
        interval=COUNTED,
        claim=f"{len(found)} of {lines} lines {'looks' if len(found) == 1 else 'look'} like an earlier one billed again, worth {number(total, unit)}."
        if len(found)
        else f"None of {lines} lines looks like an earlier one billed again.",
        parts={"rows": _evidence(found)},
    )


ABOVE, INDEXED, UNDISCOUNTED = "above the rate card", "price indexation not agreed", "missing volume discount"
DUPLICATE = "likely duplicate"
REASONS = [ABOVE, INDEXED, UNDISCOUNTED, DUPLICATE]
UNIFORM = 0.002  # how far apart the surcharges of a month may lie and still be one and the same


def _with_agreed_price(
    invoices: pd.DataFrame,
    rates: pd.DataFrame,
    contracts: pd.DataFrame | None,
    price_index: pd.DataFrame | None,
    index: str,
) -> pd.DataFrame:
    """Charges with the price agreed for their item on their date (NaN where none), indexed as the contract says."""
    lines = invoices[invoices["amount"] > 0].assign(month=_month_of(invoices)).rename_axis("row").reset_index()
    lines = lines.sort_values(["date", "row"], kind="stable")
    card = rates.rename(columns={"unit_price": "card", "currency": "card_currency"})
    card = card[["item", "valid_from", "valid_to", "card", "card_currency", "discount_above", "discount"]].sort_values(
        "valid_from"
    )
    lines = pd.merge_asof(lines, card, left_on="date", right_on="valid_from", by="item")
    own = currency_of(invoices)
    usable = (
        lines["card"].notna()
        & (lines["valid_to"].isna() | (lines["date"] <= lines["valid_to"]))
        & (lines["currency"].fillna(own) == lines["card_currency"].fillna(own))
        & lines["quantity"].notna()
        & lines["unit_price"].notna()
    )
    allowed = lines["card"] * _indexation(lines, contracts, price_index, index)
    return lines.assign(agreed=allowed.where(usable), exchange=lines["exchange"] if "exchange" in lines else 1.0)


def _indexation(
    lines: pd.DataFrame, contracts: pd.DataFrame | None, price_index: pd.DataFrame | None, index: str
) -> pd.Series:
    """By how much the card's price may have risen: in full years since it began, at the agreed rate or by the index."""
    factor = pd.Series(1.0, index=lines.index)
    if contracts is None:
        return factor
    years = (
        (lines["date"].dt.year - lines["valid_from"].dt.year) * 12
        + lines["date"].dt.month
        - lines["valid_from"].dt.month
    ) // 12
    for contract in contracts[contracts["indexation"].isin(["fixed", "index"])].to_dict("records"):
        named = isinstance(contract["service"], str)
        within = (lines["service"] == contract["service"]) if named else pd.Series(True, index=lines.index)
        rate = contract["indexation_rate"]
        ceiling = (1 + rate) ** years if rate == rate else pd.Series(np.inf, index=lines.index)
        if contract["indexation"] == "index":
            ceiling = np.minimum(ceiling, _index_growth(lines["valid_from"], years, price_index, index))
        factor = factor.mask(within & (years > 0) & ceiling.notna(), ceiling)
    return factor


def _index_growth(start: pd.Series, years: pd.Series, price_index: pd.DataFrame | None, index: str) -> pd.Series:
    """Growth of the price index over that many years from each start; no growth where the index is not known."""
    if price_index is None:
        return pd.Series(1.0, index=start.index)
    known = price_index[price_index["index"] == index].set_index("period")["value"].to_dict()

    def value(month: pd.Period) -> float:
        return known.get(str(month), known.get(str(month.year), NAN))

    pairs = pd.DataFrame({"start": start.dt.to_period("M"), "years": years}).dropna()
    each = pairs.drop_duplicates()
    growth = [
        value(first + 12 * int(count)) / value(first) for first, count in zip(each["start"], each["years"], strict=True)
    ]
    grown = pairs.merge(each.assign(growth=growth), on=["start", "years"], how="left").set_axis(pairs.index)["growth"]
    return grown.reindex(start.index).fillna(1.0)


def _above_agreed(lines: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    ratio = lines["unit_price"] / lines["agreed"]
    above = ratio > 1 + tolerance
    months = pd.DataFrame({"month": lines["month"], "ratio": ratio, "item": lines["item"]}).dropna()
    spread = months.groupby("month").agg(low=("ratio", "min"), high=("ratio", "max"), items=("item", "nunique"))
    uniform = spread.index[
        (spread["low"] > 1 + tolerance) & (spread["high"] - spread["low"] <= UNIFORM) & (spread["items"] > 1)
    ]
    stake = (lines["unit_price"] - lines["agreed"]) * lines["quantity"] * lines["exchange"]
    reason = np.where(lines["month"].isin(uniform), INDEXED, ABOVE)
    return lines.assign(at_stake=stake, reason=reason)[above]


def _discount_left_out(lines: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """The discount's share of lines whose item passed the agreed volume in its month."""
    volume = lines.groupby(["month", "item"])["quantity"].transform("sum")
    discounted = lines["agreed"] * (1 - lines["discount"])
    due = (volume > lines["discount_above"]) & (lines["unit_price"] > discounted * (1 + tolerance))
    stake = (np.minimum(lines["unit_price"], lines["agreed"]) - discounted) * lines["quantity"] * lines["exchange"]
    return lines.assign(at_stake=stake, reason=UNDISCOUNTED)[due]


def _duplicates(invoices: pd.DataFrame, days: float, period: Period) -> pd.DataFrame:
    lines = (
        invoices[invoices["amount"] > 0].assign(month=_month_of(invoices), agreed=NAN).rename_axis("row").reset_index()
    )
    lines = lines.sort_values(["date", "row"], kind="stable")
    same = ["amount", "item", "service", "description", "supplier"]
    groups = lines.groupby(same, dropna=False, sort=False)
    gap = groups["date"].diff().dt.days
    renumbered = groups["invoice"].shift() != lines["invoice"]
    in_month = lines.groupby([*same, "month"], dropna=False, sort=False).cumcount()
    regular = (groups["month"].transform("nunique") >= 3) & (
        in_month == 0
    )  # its first line of a month is the regular one
    found = lines[(gap <= days) & renumbered & ~regular & lines["month"].isin(period.months_index())]
    return found.assign(at_stake=found["amount"], reason=DUPLICATE)


def _evidence(found: pd.DataFrame) -> pd.DataFrame:
    """The rows behind a claim, dearest first, each with its row in the file."""
    columns = ["row", "invoice", "line", "date", "item", "quantity", "unit_price", "agreed", "at_stake", "reason"]
    listed = found.sort_values(["at_stake", "row"], ascending=[False, True])[columns]
    return listed.assign(date=listed["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)


# ---------------------------------------------------------------------------------------------------- has it changed
@measure("Step at the contract's start", better="lower")
def step_change(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None = None, *, since: pd.Period | None, period: Period
) -> Measured:
    """By how much the monthly cost stepped up or down when the contract began, beside the trend it was on.

    costs_by_month, where it can be made: cost as a share of the restated baseline, so volume and prices are out of it, and
    the step is a share of the baseline. Else invoices: charges of the vendor, nominal, and the step is money a month. Low
    and high: 95 % interval, Newey-West. Part `month`: values, fitted line, and the line as it would have gone on.

    Source: interrupted time series, A. Linden, Stata Journal 15 (2015) 480-500.
    """
    fit, unit, table = _interrupted(invoices, costs_by_month, since, period)
    return Measured(
        unit=unit,
        value=fit.step,
        low=fit.step_low,
        high=fit.step_high,
        n=fit.n_before + fit.n_after,
        n_of="months",
        interval="95 % interval, interrupted time series with autocorrelation-robust errors",
        claim=f"In {month_words(_known_start(since))} {_series_words(unit)} stepped {'up' if fit.step > 0 else 'down'} by "
        f"{_per_month(abs(fit.step), unit)} {_turned(fit.step, fit.step_low, fit.step_high, unit)}.",
        parts={"month": table},
    )


@measure("Change of slope at the contract's start", better="lower")
def slope_change(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None = None, *, since: pd.Period | None, period: Period
) -> Measured:
    """By how much faster or slower the monthly cost has risen since the contract began than before, in a year.

    Tables, interval and source as in `cost.step_change`; the slope is given for twelve months.

    Source: interrupted time series, A. Linden, Stata Journal 15 (2015) 480-500.
    """
    fit, unit, table = _interrupted(invoices, costs_by_month, since, period)
    value, low, high = (12 * item for item in (fit.slope_change, fit.slope_change_low, fit.slope_change_high))
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=fit.n_before + fit.n_after,
        n_of="months",
        interval="95 % interval, interrupted time series with autocorrelation-robust errors",
        claim=f"Since {month_words(_known_start(since))} the yearly rise of {_series_words(unit)} is {'larger' if value > 0 else 'smaller'} "
        f"than before by {_per_month(abs(value), unit)} {_turned(value, low, high, unit)}.",
        parts={"month": table},
    )


def _interrupted(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None, since: pd.Period | None, period: Period
) -> tuple[Interrupted, str, pd.DataFrame]:
    start = _known_start(since)
    if costs_by_month is not None:
        sums = costs_by_month.groupby("month")[["cost", "baseline"]].sum(min_count=1)
        values, unit = sums["cost"] / sums["baseline"], "share"
    else:
        months = pd.period_range(_month_of(invoices).min(), period.end, freq="M")
        values, unit = _charges(invoices, months), f"{currency_of(invoices)} a month"
    if not (values.index.min() < start <= values.index.max()):
        raise NotAssessed(f"no cost is known on both sides of {month_words(start)}")
    try:
        fit = interrupted(values, start)
    except ValueError as reason:
        raise NotAssessed(str(reason)) from None
    table = _by_month(values, period).assign(
        phase=np.where(values.index < start, "before", "after"),
        fitted=fit.fitted.reindex(values.index).to_numpy(),
        counterfactual=fit.counterfactual.reindex(values.index).to_numpy(),
    )
    return fit, unit, table


def _known_start(since: pd.Period | None) -> pd.Period:
    if since is None:
        raise NotAssessed("the vendor has no contract_start, so there is no before and after")
    return since


def _series_words(unit: str) -> str:
    return "the cost, as a share of the restated baseline," if unit == "share" else "the monthly charges"


def _per_month(value: float, unit: str) -> str:
    return number(value, unit)


def _turned(value: float, low: float, high: float, unit: str) -> str:
    """The interval of a change of which the size was said: turned round for a fall."""
    ends = (low, high) if value >= 0 else (-high, -low)
    bare = "share" if unit == "share" else ""
    return f"({number(ends[0], bare)} to {number(ends[1], bare)})"


MIN_CHART = 8  # fewer months set no limits
SPARSE = 0.25  # a larger share of months without a charge makes a control chart of single months unsound


@measure("Signals on the monthly charges", better="lower")
def monthly_signals(invoices: pd.DataFrame, *, period: Period, since: pd.Period | None = None) -> Measured:
    """How many months of the period stand out from the usual unsteadiness of the charges, and since when nothing changed.

    invoices: one row a line; one-off charges are left out. An individuals chart (XmR) of the months since the contract
    began (all months where that is not known), its limits set by the months since the last lasting shift; a month stands
    out when it lies beyond three sigma or ends a run of eight on one side. A count, so without interval.

    Source: NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2; runs as in Western Electric's rules.
    """
    running = invoices[invoices["category"].fillna("") != "one_off"]
    first = max(filter(None, [since, _month_of(invoices).min()]))
    months = pd.period_range(min(first, period.end), period.end, freq="M")
    charges = _charges(running, months) if len(running) else pd.Series(dtype="float64")
    known = charges.dropna()
    if len(known) < MIN_CHART:
        raise NotAssessed(
            f"only {len(known)} months of charges are known; {MIN_CHART} are needed to know what is usual"
        )
    if (known == 0).mean() > SPARSE:
        raise NotAssessed(
            f"{int((known == 0).sum())} of {len(known)} months have no charge, so single months cannot be charted"
        )
    level = last_shift(charges)
    chart = xmr(charges, baseline=charges.index >= level.start)
    beyond, run = chart.signals.iloc[:, 0], chart.signals.iloc[:, 1]
    here = charges.index >= level.start
    table = _by_month(charges, period).assign(
        baseline=here,
        center=np.where(here, chart.center, NAN),
        lower=np.where(here, chart.lower, NAN),
        upper=np.where(here, chart.upper, NAN),
        signal=np.where(here & beyond, "beyond the limits", np.where(here & run, "run of eight", "")),
    )
    inside = table["in_period"] & (table["signal"] != "")
    unit = currency_of(invoices)
    lasting = f"no lasting change since {month_words(level.start)}"
    standing = ", ".join(month_words(month) for month in table.loc[inside, "month"])
    return Measured(
        unit="months",
        value=float(inside.sum()),
        n=len(known),
        n_of="months",
        counted=True,
        interval=COUNTED,
        claim=f"Monthly charges: {lasting}, at about {number(chart.center, unit)} a month"
        + (
            f"; {standing} {'stands' if inside.sum() == 1 else 'stand'} out."
            if standing
            else "; no month of the period stands out."
        ),
        parts={"month": table},
    )


# ----------------------------------------------------------------------------------------------------- the area's own checks
def checks(
    invoices: pd.DataFrame, internal_costs: pd.DataFrame, volumes: pd.DataFrame, rates: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Reconciliations of the cost tables for one period: check, found, remark; always a row each, also when all is well."""
    lines = invoices[_month_of(invoices).isin(period.months_index())] if len(invoices) else invoices
    unit = currency_of(invoices)
    credits = lines[lines["amount"] < 0]
    foreign = lines["currency"].notna() & (lines["currency"] != unit)
    product = (
        lines["quantity"] * lines["unit_price"] * lines.get("exchange", 1.0) - lines["amount"]
    ).abs() > 0.01 + 0.0005 * lines["amount"].abs()
    unpriced = ~lines["item"].isin(rates["item"]) if len(rates) else pd.Series(True, index=lines.index)
    strange = sorted({*lines["service"].dropna()} - {*volumes["service"].dropna()}) if len(volumes) else []
    rows = [
        (
            "Lines of the period",
            f"{len(lines)}, {number(lines['amount'].sum(), unit)} net",
            "" if len(lines) else "no line in the period",
        ),
        ("Credits", f"{len(credits)}, {number(credits['amount'].sum(), unit)}", "net of these everywhere"),
        (
            "Lines in another currency",
            f"{int(foreign.sum())}",
            "converted at the rate of their month" if foreign.any() else "",
        ),
        (
            "Quantity times price is the amount",
            f"{int(product.sum())} lines differ",
            "the amount is used" if product.any() else "",
        ),
        (
            "Lines without an agreed price",
            f"{int(unpriced.sum())}",
            "not checked against the rate card" if unpriced.any() else "",
        ),
        ("Services without volumes", ", ".join(strange) or "none", "restated for prices only" if strange else ""),
        (
            "Client's own cost in the period",
            f"{int(internal_costs['month'].isin(period.months_index()).sum())} rows",
            "",
        ),
    ]
    return pd.DataFrame(rows, columns=["check", "found", "remark"])
