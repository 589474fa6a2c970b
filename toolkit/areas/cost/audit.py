"""The tests of an invoice line: against the agreed price, the volume discount, and earlier lines just like it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.cost.ledger import currency_of, month_of
from toolkit.model import NAN, Period

ABOVE, INDEXED, UNDISCOUNTED = "above the rate card", "price indexation not agreed", "missing volume discount"
DUPLICATE = "likely duplicate"
REASONS = [ABOVE, INDEXED, UNDISCOUNTED, DUPLICATE]
UNIFORM = 0.002  # how far apart the surcharges of a month may lie and still be one and the same
REGULAR = 3  # months with one and the same charge make it a regular one


def _charged_lines(invoices: pd.DataFrame) -> pd.DataFrame:
    """Charges by date, each with its row in the file and the factor that turned it into the client's currency."""
    lines = invoices[invoices["amount"] > 0]
    lines = lines.assign(month=month_of(lines), exchange=lines.get("exchange", 1.0)).rename_axis("row").reset_index()
    return lines.sort_values(["date", "row"], kind="stable", ignore_index=True)


# ------------------------------------------------------------------------------------------------------ the agreed price
def with_agreed_price(
    invoices: pd.DataFrame,
    rates: pd.DataFrame,
    contracts: pd.DataFrame | None,
    price_index: pd.DataFrame | None,
    index: str,
) -> pd.DataFrame:
    """Charges with the price agreed for their item on their date, indexed as the contract says; NaN where none is known.

    `discounted` is the price with the volume discount, NaN where the month's units do not reach it.
    """
    card = rates.rename(columns={"unit_price": "card", "currency": "card_currency"}).sort_values("valid_from")
    card = card[["item", "valid_from", "valid_to", "card", "card_currency", "discount_above", "discount"]]
    lines = pd.merge_asof(_charged_lines(invoices), card, left_on="date", right_on="valid_from", by="item")
    own = currency_of(invoices)
    usable = (
        (lines["valid_to"].isna() | (lines["date"] <= lines["valid_to"]))
        & (lines["currency"].fillna(own) == lines["card_currency"].fillna(own))
        & lines["quantity"].notna()
        & lines["unit_price"].notna()
    )
    agreed = (lines["card"] * _indexation(lines, contracts, price_index, index)).where(usable)
    volume = lines.groupby(["month", "item"])["quantity"].transform("sum")
    discounted = (agreed * (1 - lines["discount"])).where(volume > lines["discount_above"])
    return lines.assign(agreed=agreed, discounted=discounted)


def _indexation(
    lines: pd.DataFrame, contracts: pd.DataFrame | None, price_index: pd.DataFrame | None, index: str
) -> pd.Series:
    """By how much the card's price may have risen: at each anniversary, at the agreed rate or by the index up to a cap."""
    if contracts is None:
        return pd.Series(1.0, index=lines.index)
    terms = _terms(lines, contracts)
    years = (_count(lines["date"]) - _count(lines["valid_from"])) // 12
    fixed = (1 + terms["indexation_rate"]) ** years
    grown = np.minimum(_index_growth(lines["valid_from"], years, price_index, index), fixed.fillna(np.inf))
    factor = np.select([terms["indexation"] == "fixed", terms["indexation"] == "index"], [fixed, grown], 1.0)
    return pd.Series(factor, index=lines.index).mask(~(years > 0), 1.0)


def _terms(lines: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """The indexation agreed for each line: by the latest contract for its service, else by one that covers all.

    A line that names no service belongs to the only service under contract, where there is only one.
    """
    terms = contracts[["service", "start", "indexation", "indexation_rate"]].sort_values("start")
    named, general = terms[terms["service"].notna()], terms[terms["service"].isna()].drop(columns="service")
    services = named["service"].unique()
    wanted = lines[["date", "service"]].fillna({"service": services[0]} if len(services) == 1 else {})
    chosen = pd.merge_asof(wanted, named, left_on="date", right_on="start", by="service")
    others = pd.merge_asof(wanted, general, left_on="date", right_on="start")
    columns = ["indexation", "indexation_rate"]
    return chosen[columns].where(chosen["start"].notna(), others[columns])


def _count(dates: pd.Series) -> pd.Series:
    """Months since year 0, so that they subtract."""
    return dates.dt.year * 12 + dates.dt.month - 1


def _index_growth(start: pd.Series, years: pd.Series, price_index: pd.DataFrame | None, index: str) -> pd.Series:
    """Growth of the price index over that many years from each start, by months, else by years; NaN where not known."""
    if price_index is None:
        return pd.Series(NAN, index=start.index)
    known = price_index[price_index["index"] == index] if index else price_index
    if known["index"].nunique() != 1:
        return pd.Series(NAN, index=start.index)
    year, month = known["period"].str[:4].astype("int64"), known["period"].str[5:]
    monthly = known["value"].set_axis(year * 12 + pd.to_numeric(month) - 1)[(month != "").to_numpy()]
    annual = known["value"].set_axis(year)[(month == "").to_numpy()]
    first, last = _count(start), _count(start) + 12 * years
    by_month = last.map(monthly.to_dict()) / first.map(monthly.to_dict())
    return by_month.fillna((last // 12).map(annual.to_dict()) / (first // 12).map(annual.to_dict()))


def above_agreed(lines: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """Lines dearer than agreed, with what they cost too much, and whether a surcharge on the whole month explains it."""
    given = lines["unit_price"] < lines["agreed"] * (1 - tolerance)  # part of the discount at least was granted
    reference = lines["agreed"].mask(given & lines["discounted"].notna(), lines["discounted"])
    ratio = lines["unit_price"] / reference
    spread = pd.DataFrame({"ratio": ratio, "item": lines["item"]}).dropna().groupby(lines["month"])
    uniform = (
        (spread["ratio"].min() > 1 + tolerance)
        & (spread["ratio"].max() - spread["ratio"].min() <= UNIFORM)
        & (spread["item"].nunique() > 1)
    )
    indexed = lines["month"].isin(uniform.index[uniform])
    above = (ratio > 1 + tolerance) & (indexed | ~given)
    stake = (lines["unit_price"] - reference) * lines["quantity"] * lines["exchange"]
    return lines.assign(at_stake=stake, reason=np.where(indexed, INDEXED, ABOVE))[above]


def discount_left_out(lines: pd.DataFrame, tolerance: float) -> pd.DataFrame:
    """The discount's share of lines whose item passed the agreed volume in its month."""
    surcharged = above_agreed(lines, tolerance)
    due = lines["unit_price"] > lines["discounted"] * (1 + tolerance)
    granted = lines["row"].isin(surcharged["row"]) & (lines["unit_price"] < lines["agreed"])
    dearest = np.minimum(lines["unit_price"], lines["agreed"])
    stake = (dearest - lines["discounted"]) * lines["quantity"] * lines["exchange"]
    return lines.assign(at_stake=stake, reason=UNDISCOUNTED)[due & ~granted]


# ---------------------------------------------------------------------------------------------------------- billed twice
def duplicates(invoices: pd.DataFrame, days: float, period: Period) -> pd.DataFrame:
    """Charges of the period that repeat an earlier one under another number and were not taken back."""
    lines = _charged_lines(invoices).assign(agreed=NAN, reason=DUPLICATE)
    # as billed: one price in two months is two amounts in the client's currency
    lines = lines.assign(billed=_pennies(lines["amount"] / lines["exchange"]), at_stake=lines["amount"])
    same = ["billed", "currency", "item", "service", "description", "supplier"]
    lines = lines.assign(group=lines.groupby(same, dropna=False, sort=False).ngroup())
    groups = lines.groupby("group", sort=False)
    earlier = groups["date"].shift()
    renumbered = groups["invoice"].shift() != lines["invoice"]
    in_month = lines.groupby(["group", "month"], sort=False).cumcount()
    regular = (groups["month"].transform("nunique") >= REGULAR) & (
        in_month == 0
    )  # a month's first one is the regular one
    again = ((lines["date"] - earlier).dt.days <= days) & renumbered & ~regular
    found = lines.assign(earlier=earlier)[again]
    found = found[~found["row"].isin(_taken_back(found, invoices))]
    return found[found["month"].isin(period.months_index())]


def _pennies(amounts: pd.Series) -> pd.Series:
    return (amounts * 100).round().astype("int64")


def _taken_back(found: pd.DataFrame, invoices: pd.DataFrame) -> list[int]:
    """Rows of likely duplicates that a credit of the same amount made good; each credit makes good one."""
    credits = invoices[invoices["amount"] < 0].rename_axis("credit").reset_index()
    credits = credits.assign(billed=_pennies(-credits["amount"] / credits.get("exchange", 1.0)))
    key = ["billed", "supplier"]
    wanted = found[["row", "earlier", *key]].fillna({"supplier": ""}).sort_values("earlier", kind="stable")
    given = credits[["credit", "date", *key]].fillna({"supplier": ""}).sort_values("date", kind="stable")
    # it may come after the first of the two (taken back and billed anew) or after the second
    matched = pd.merge_asof(wanted, given, left_on="earlier", right_on="date", by=key, direction="forward")
    matched = matched[matched["credit"].notna() & ~matched["credit"].duplicated()]
    return matched["row"].tolist()


def evidence(found: pd.DataFrame) -> pd.DataFrame:
    """The rows behind a claim, dearest first, each with its row in the file."""
    columns = ["row", "invoice", "line", "date", "item", "quantity", "unit_price", "agreed", "at_stake", "reason"]
    listed = found.sort_values(["at_stake", "row"], ascending=[False, True])[columns]
    return listed.assign(date=listed["date"].dt.strftime("%Y-%m-%d")).reset_index(drop=True)
