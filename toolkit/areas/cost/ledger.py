"""Reading the ledger: charges by month, months of which it says nothing, and the area's own reconciliations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.words import listed_months, noun
from toolkit.model import Period, number


def currency_of(table: pd.DataFrame) -> str:
    """The currency in which a table's money is."""
    return str(table.attrs.get("currency", "money"))


def month_of(invoices: pd.DataFrame) -> pd.Series:
    """The month of each row, of a table dated by day or by month."""
    return invoices["month"] if "month" in invoices else invoices["date"].dt.to_period("M")


def last_month(table: pd.DataFrame) -> pd.Period:
    """The last month that the whole file covers, other vendors' rows included."""
    covers = table.attrs.get("covers", ("", ""))
    return pd.Period(covers[1], "M") if covers[1] else month_of(table).max()


def unknown_months(table: pd.DataFrame, first: pd.Period, last: pd.Period) -> list[pd.Period]:
    """Months of which a table says nothing: beyond its end, before its start, or without a row of any vendor."""
    covers = table.attrs.get("covers", ("", ""))
    start = pd.Period(covers[0], "M") if covers[0] else month_of(table).min()
    end, silent = last_month(table), {pd.Period(month, "M") for month in table.attrs.get("silent", [])}
    every = pd.period_range(first, last, freq="M")
    return [month for month in every if month < start or month > end or month in silent]


def monthly_charges(invoices: pd.DataFrame, months: pd.PeriodIndex) -> pd.Series:
    """Charges of each month, net of credits; NaN where the ledger says nothing, 0 where it names others only."""
    sums = invoices.groupby(month_of(invoices))["amount"].sum().reindex(months).fillna(0.0)
    return sums.mask(months.isin(unknown_months(invoices, months[0], months[-1])))


def gap_words(values: pd.Series) -> str:
    """What a reader must know where months are missing: '11 of 12 months; nothing is known of October 2017'."""
    gaps = values.index[values.isna()]
    if not len(gaps):
        return ""
    return f"{len(values) - len(gaps)} of {len(values)} months; nothing is known of {listed_months(gaps)}"


def by_month(values: pd.Series, period: Period, unit: str = "") -> pd.DataFrame:
    """The part `month` of a measure: one row a month, and whether it lies in the period; `unit` if not the measure's."""
    inside = values.index.isin(period.months_index())
    table = pd.DataFrame({"month": values.index, "value": values.to_numpy(dtype="float64"), "in_period": inside})
    return in_unit(table, unit) if unit else table


def in_unit(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """A part whose numbers are in another unit than its measure; charts and tables read it from `attrs["unit"]`."""
    table.attrs["unit"] = unit
    return table


def by_group(lines: pd.DataFrame, column: str, words: dict[str, str] | None = None) -> pd.DataFrame:
    """The part of a measure by a column of the invoices: amount and number of lines, largest first."""
    named = lines[column].fillna("(not given)").astype("str").replace(words or {})
    sums = lines.groupby(named)["amount"].agg(["sum", "size"]).sort_values("sum", ascending=False)
    return pd.DataFrame({column: sums.index, "value": sums["sum"].to_numpy(), "n": sums["size"].to_numpy()})


def checks(
    invoices: pd.DataFrame, internal_costs: pd.DataFrame, volumes: pd.DataFrame, rates: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Reconciliations of the cost tables for one period: check, found, remark; always a row each, also when all is well."""
    lines = invoices[month_of(invoices).isin(period.months_index())]
    unit = currency_of(invoices)
    credits, foreign = lines[lines["amount"] < 0], lines["currency"].notna() & (lines["currency"] != unit)
    differs = _differing_products(lines)
    unpriced = ~lines["item"].isin(rates["item"])
    strange = sorted({*lines["service"].dropna()} - {*volumes["service"].dropna()}) if len(volumes) else []
    own = int(internal_costs["month"].isin(period.months_index()).sum())
    money = f"{number(lines['amount'].sum(), unit)} net"
    rows = [
        ("Lines of the period", f"{len(lines)}, {money}", "" if len(lines) else "no line in the period"),
        ("Credits", f"{len(credits)}, {number(credits['amount'].sum(), unit)}", "net of these everywhere"),
        ("Lines in another currency", f"{foreign.sum()}", "converted at their month's rate" if foreign.any() else ""),
        (
            "Quantity times price is the amount",
            f"{differs} {noun(differs, 'line differs', 'lines differ')}",
            "the amount is used" if differs else "",
        ),
        (
            "Lines without an agreed price",
            f"{unpriced.sum()}",
            "not checked against the rate card" if unpriced.any() else "",
        ),
        ("Services without volumes", ", ".join(strange) or "none", "restated for prices only" if strange else ""),
        ("Client's own cost in the period", f"{own} {noun(own, 'row')}", ""),
    ]
    return pd.DataFrame(rows, columns=["check", "found", "remark"])


def _differing_products(lines: pd.DataFrame) -> int:
    """Lines whose quantity times price is not the amount, beyond a penny and what a rounded price can explain."""
    product = lines["quantity"] * lines["unit_price"] * lines.get("exchange", 1.0)
    return int(((product - lines["amount"]).abs() > 0.01 + 0.0005 * np.abs(lines["amount"])).sum())
