"""What stands behind a saving: what each month cost, and what it would have cost as before the contract."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from toolkit.areas.cost.ledger import currency_of, month_of, unknown_months
from toolkit.areas.hidden_costs import ONE_OFF
from toolkit.areas.words import noun
from toolkit.model import NAN, Kept, KeptMapping, NotAssessed, Period, absence, month_words, source
from toolkit.stats.intervals import Estimate, long_run_variance, pooled, ratio_of_totals
from toolkit.stats.money import price_factor

NOISE = "95 % interval from month-to-month noise (Newey-West over one month, Student's t)"
MIN_MONTHS = 3  # fewer months before the contract are no baseline, and fewer since then tell no noise
KNOWN_SHARE = 0.75  # of the baseline's months; with fewer, cost recorded now and then would be taken for every month's
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
    alone for a service without volumes), rate (baseline cost per driver), in_baseline (whether the rate rests on this
    month), baseline (rate x driver), saving (baseline - cost - one_off). Money is in the client's currency.

    Unknown is NaN: before the contract a month without any cost of the service (it ran, so it cost something), since then
    a month in which the file holds no row of any vendor. Any other month without a row is 0.

    What is missing travels in `attrs["absent"]`, so that every measure of it is not assessed with that reason. The
    standard errors of `rate` and the noise after `since` are in `attrs["noise"]`, one entry a service.

    Source: own definition, after the baseline rules of ISG ("Avoid the big mistake in building your outsourcing business
    case"): include retained cost, restate for volume and prices, document assumptions.
    """
    given = {"invoices": invoices, "internal_costs": internal_costs, "volumes": volumes, "price_index": price_index}
    months = pd.DataFrame({"month": pd.PeriodIndex([], freq="M")})
    noise: dict[str, dict[str, float]] = {}
    try:
        start = _started(since, period, [reason for name, table in given.items() if (reason := absence(name, table))])
        months = _months(invoices, internal_costs, volumes, start, period)
        months = _drivers(months, price_index, index, start)
        months, noise = _against_baseline(months, start, period, int(baseline_months), int(noise_months))
        absent = ""
    except NotAssessed as reason:
        absent = str(reason)
    months.attrs.update(absent=absent, noise=KeptMapping(noise), since=since, currency=currency_of(invoices))
    months.attrs["sources"] = Kept(source(name, table) for name, table in given.items() if not absence(name, table))
    return months


def _started(since: pd.Period | None, period: Period, missing: list[str]) -> pd.Period:
    """The contract's first month, if it and the tables are there; else every reason, so that all can be supplied at once."""
    if since is None:
        missing = [*missing, "the vendor has no contract_start"]
    elif period.end < since:  # whatever else is missing, supplying it would not help
        missing = [f"the contract starts in {month_words(since)}, after the period"]
    if missing or since is None:
        raise NotAssessed(" and ".join(missing))
    return since


# --------------------------------------------------------------------------------------------------- what each month cost
def _months(
    invoices: pd.DataFrame, internal_costs: pd.DataFrame, volumes: pd.DataFrame, since: pd.Period, period: Period
) -> pd.DataFrame:
    """Charges, client-side cost, one-off cost and volume, one row a service and month."""
    known = sorted(_named(volumes, []).unique())
    billed = invoices.assign(month=month_of(invoices), service=_named(invoices, known))
    own = internal_costs.assign(service=_named(internal_costs, known))
    set_up, inside = billed["category"].fillna("") == "one_off", own["category"].isin(ONE_OFF)
    every = pd.concat([table[["service", "month", "amount"]] for table in (billed, own)])
    months = pd.period_range(every["month"].min(), period.end, freq="M")
    grid = pd.MultiIndex.from_product([sorted(every["service"].unique()), months], names=["service", "month"])

    def by_grid(table: pd.DataFrame, column: str = "amount") -> pd.Series:
        return table.groupby(["service", "month"])[column].sum().reindex(grid)

    charges, internal = by_grid(billed[~set_up]), by_grid(own[~inside])
    one_off = by_grid(pd.concat([billed[set_up], own[inside]]))
    before = pd.Series(grid.get_level_values("month") < since, index=grid)
    nothing = before & charges.isna() & internal.isna()
    stopped = ~before & _not_recorded(grid, own.loc[~inside, "month"], since)
    used = volumes.assign(service=_named(volumes, known))
    table = pd.DataFrame(
        {
            "charges": charges.fillna(0.0).mask(~before & _silent(grid, invoices, since, period)),
            "internal": internal.fillna(0.0).mask(
                nothing | (~before & _silent(grid, internal_costs, since, period)) | stopped
            ),
            "one_off": one_off.fillna(0.0),
            "volume": by_grid(used, "volume"),
        }
    ).reset_index()
    return table.assign(unit=table["service"].map(_units(used)))


def _named(table: pd.DataFrame, known: Sequence[str]) -> pd.Series:
    """The service of each row; where only one is known, whatever names none belongs to it."""
    return table["service"].fillna(known[0] if len(known) == 1 else WHOLE).astype("str")


def _silent(grid: pd.MultiIndex, table: pd.DataFrame, since: pd.Period, period: Period) -> np.ndarray:
    """Whether the whole file says nothing of a month since the contract began."""
    return grid.get_level_values("month").isin(unknown_months(table, since, period.end))


def _not_recorded(grid: pd.MultiIndex, recorded: pd.Series, since: pd.Period) -> np.ndarray:
    """Months since the contract without a row of client-side cost, where the client does record some since then.

    A vendor that costs the client nothing of its own has no such row at all; one whose rows stop has a gap.
    """
    kept = recorded[recorded >= since].unique()
    return ~grid.get_level_values("month").isin(kept) & bool(len(kept))


def _units(volumes: pd.DataFrame) -> dict[str, str]:
    """What is counted of each service; two units of one service can be neither added nor compared."""
    units = volumes.groupby("service")["unit"].unique()
    for service, names in units.items():
        if len(names) > 1:
            raise NotAssessed(f"volumes count {service} in {' and in '.join(sorted(names))}, which do not compare")
    return {str(service): str(names[0]) for service, names in units.items()}


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
    if prices.isna().all():
        raise NotAssessed(f"price_index has no value for {month_words(since - 1)}, the month before the contract")
    prices = months["month"].map(prices.to_dict()).astype("float64")
    counted = months.groupby("service")["volume"].transform("count") > 0
    return months.assign(
        phase=np.where(months["month"] < since, "before", "after"),
        prices=prices,
        driver=prices * months["volume"].where(counted, 1.0),
        cost=months["charges"] + months["internal"],
    )


# ------------------------------------------------------------------------------------- what it would have cost as before
def _against_baseline(
    months: pd.DataFrame, since: pd.Period, period: Period, baseline_months: int, noise_months: int
) -> tuple[pd.DataFrame, dict[str, dict[str, float]]]:
    """Add rate, baseline and saving; the noise of each service beside it."""
    rates, noise, used = {}, {}, pd.Series(False, index=months.index)
    recent = months["month"] >= max(since, period.end - noise_months + 1)
    window = (months["month"] >= since - baseline_months) & (months["month"] < since)
    for service, rows in months.groupby("service"):
        if (
            rows["cost"].fillna(0.0) == 0
        ).all():  # nothing but one-off cost names this service: there is no rate to know
            rates[service], noise[str(service)] = (
                0.0,
                {"rate_se": 0.0, "rate_df": 1.0, "month_se": 0.0, "month_df": 1.0},
            )
            continue
        begun = rows[window[rows.index] & rows["cost"].notna().cummax()]
        before = ratio_of_totals(begun["cost"], begun["driver"])
        _refuse_thin_baseline(before.n, len(begun), str(service), since)
        latest = rows[recent[rows.index]]
        after = ratio_of_totals(latest["cost"], latest["driver"])
        spread = long_run_variance(after.residuals) * after.n / (after.n - 1) if after.n >= MIN_MONTHS else NAN
        rates[service] = before.value
        noise[str(service)] = {
            **{"rate_se": before.se, "rate_df": before.df},
            **{"month_se": math.sqrt(spread), "month_df": after.df},
        }
        used |= months.index.isin(begun.index[before.residuals.notna()])
    rate = months["service"].map(rates)
    months = months.assign(rate=rate, in_baseline=used, baseline=rate * months["driver"])
    return months.assign(saving=months["baseline"] - months["cost"] - months["one_off"]), noise


def _refuse_thin_baseline(known: int, months: int, service: str, since: pd.Period) -> None:
    needed = max(MIN_MONTHS, math.ceil(KNOWN_SHARE * months))
    if known < needed:
        found = f"{known} of {months} months" if months > known else f"{known} {noun(known, 'month')}"
        what = "rows that name no service" if service == WHOLE else service
        raise NotAssessed(
            f"costs and volumes of {what} are known of only {found} before {month_words(since)}; {needed} are needed"
        )


def over(costs_by_month: pd.DataFrame, months: pd.PeriodIndex) -> tuple[pd.DataFrame, Estimate, Estimate]:
    """The rows of these months since the contract, with their restated baseline and their cost, each with its error.

    The error of the baseline is that of the rate before the contract; the error of the cost is the noise of a month since
    then, times the root of the number of months. Services are taken as independent of one another.
    """
    rows = costs_by_month[costs_by_month["month"].isin(months) & (costs_by_month["phase"] == "after")]
    if rows.empty:
        raise NotAssessed("no month of the period lies after the contract's start")
    refuse_gaps(rows)
    noise = pd.DataFrame(costs_by_month.attrs["noise"]).T
    services = rows.groupby("service")  # one sum at a time: agg takes four times as long for so few rows
    by_service = noise.assign(driver=services["driver"].sum(), months=services["month"].count()).loc[
        list(services.groups)
    ]
    baseline = pooled(rows["baseline"].sum(), by_service["driver"] * by_service["rate_se"], by_service["rate_df"])
    cost_errors = np.sqrt(by_service["months"]) * by_service["month_se"]
    return rows, baseline, pooled(rows["cost"].sum(), cost_errors, by_service["month_df"])


def refuse_gaps(rows: pd.DataFrame) -> None:
    """A month that is not known is not zero: say which one is missing in which table."""
    tables = {"charges": "invoices", "internal": "internal_costs", "volume": "volumes", "prices": "price_index"}
    for column, table in tables.items():
        unknown = rows[column].isna().to_numpy()
        if column == "volume":
            unknown = unknown & rows["unit"].notna().to_numpy()
        if unknown.any():
            gaps = rows.loc[unknown, "month"]
            listed = ", ".join(str(month) for month in sorted(gaps.unique())[:3])
            raise NotAssessed(f"{table} has no value for {listed}{' ...' if gaps.nunique() > 3 else ''}")


def span_words(rows: pd.DataFrame, period: Period) -> str:
    """The months compared: the period, or what of it lies after the contract's start."""
    n = rows["month"].nunique()
    return str(period) if n == period.months else f"the last {'month' if n == 1 else f'{n} months'} of {period}"


def caveat(rows: pd.DataFrame, period: Period) -> str:
    """What a reader must know beside a comparison: months that lie before the contract, services without volumes."""
    notes = []
    if rows["month"].nunique() < period.months:
        notes.append(f"the contract began in {month_words(rows['month'].min())}; months before are not compared")
    if not rows["internal"].any():
        notes.append("no cost of the client's own is recorded since the contract began")
    names = sorted(rows.loc[rows["unit"].isna(), "service"].unique())
    if names:
        notes.append(f"restated for prices only, for want of volumes: {', '.join(names)}")
    return "; ".join(notes)
