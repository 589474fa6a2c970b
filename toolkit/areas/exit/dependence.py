"""What hangs on this vendor: its share of the spend, services without a second source, services that are hard to replace."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.exit.look import ALL, currency_of, year_of_charges
from toolkit.areas.exit.tables import HARD, SUBSTITUTABLE
from toolkit.areas.look import YEAR
from toolkit.areas.monthly import known_months
from toolkit.areas.words import joined, listed, plural
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.money import concentration_bounds

NO_SERVICE = "(not given)"
WORDS = dict(
    zip(
        SUBSTITUTABLE,
        ("not substitutable", "highly complex", "of medium complexity", "easily substitutable"),
        strict=True,
    )
)


@measure("Share of the client's spend")
def spend_share(invoices: pd.DataFrame, client_spend: pd.DataFrame, *, period: Period) -> Measured:
    """How much of what the client spends with all its suppliers goes to this vendor, in the latest period of which that is
    known.

    invoices: one row a line, net of credits. client_spend: one row a period and service, or a period and everything. A full
    count, so without interval. Part `service`: the same by service, with the least and the highest Herfindahl-Hirschman index
    that the number of suppliers leaves possible (or the index itself, where it is given) and the number of suppliers of equal
    size that it stands for: a vendor's case holds no other vendor's rows.

    Not assessed where client_spend holds no row of a period that invoices cover. Source: O. Herfindahl, Concentration in the
    Steel Industry, 1950; M. Adelman, Review of Economics and Statistics 51 (1969) 99-101.
    """
    when, rows = _latest(client_spend, invoices, period)
    months = invoices["date"].dt.to_period("M")
    lines = invoices[months.isin(when.months_index())]
    charges = lines.groupby(lines["service"].fillna(NO_SERVICE).astype("str"))["amount"].sum()
    table = pd.DataFrame([_share_row(row, charges, float(lines["amount"].sum())) for row in rows.to_dict("records")])
    table = table[(table["service"] == ALL) | (table["paid"] > 0)]  # what others deliver is not this vendor's affair
    if table.empty:
        raise NotAssessed(f"client_spend holds no service of {when} that the vendor was paid for")
    whole = table[table["service"] == ALL]
    own = table[table["service"] != ALL].sort_values("value", ascending=False, kind="stable")
    counted, unit = whole if len(whole) else own, currency_of(invoices)
    paid, spend = (float(counted[name].sum()) for name in ("paid", "spend"))
    if not spend > 0:
        raise NotAssessed(f"client_spend holds no spend above zero in {when}")
    of = "" if len(whole) else " on the services named"
    most = own.iloc[0] if len(own) else None
    beside = (
        f"; of that on {most['service']}, {number(most['value'], 'share')}" if most is not None and len(whole) else ""
    )
    over = table.loc[table["value"] > 1, "service"].tolist()
    told = pd.concat([whole[whole["hhi_low"] == whole["hhi_high"]], own])
    return Measured(
        unit="share",
        value=paid / spend,
        n=len(lines),
        n_of="invoice line" if len(lines) == 1 else "invoice lines",
        counted=True,
        interval=COUNTED,
        numerator=paid,
        denominator=spend,
        claim=f"{number(paid / spend, 'share')} of what the client spent{of} in {when} ({number(spend, unit)}) went to this "
        f"vendor{beside}.",
        because=joined(
            *(_concentration_words(row) for row in told.to_dict("records")),
            f"more than client_spend holds was paid for {listed(over)}: one of the two is wrong" if over else "",
        ),
        parts={"service": _by_share(table)},
    )


def _by_share(table: pd.DataFrame) -> pd.DataFrame:
    """The services, those that go to this vendor most first."""
    ordered = table.sort_values("value", ascending=False, kind="stable").reset_index(drop=True)
    return ordered.rename(columns={"value": "share"})


def _latest(client_spend: pd.DataFrame, invoices: pd.DataFrame, period: Period) -> tuple[Period, pd.DataFrame]:
    """The latest period of client_spend up to the period's end that invoices cover, and its rows; the longest of several."""
    months = invoices["date"].dt.to_period("M")
    found = {Period.parse(text): text for text in client_spend["period"].astype("str").unique()}
    for when in sorted(found, key=lambda item: (item.end, item.months), reverse=True):
        if when.end <= period.end and known_months(invoices, months, when).reindex(when.months_index()).eq(True).all():
            rows = client_spend[client_spend["period"].astype("str") == found[when]]
            return when, rows.assign(service=rows["service"].astype("str").where(rows["service"].notna(), ALL))
    raise NotAssessed(
        f"client_spend holds no period up to {period} that invoices cover; supply the spend with all suppliers"
    )


def _share_row(row: dict[Any, Any], charges: pd.Series, total: float) -> dict[str, Any]:
    """A service's share, and what that says of how concentrated the spend on it is."""
    paid = total if row["service"] == ALL else float(charges.get(row["service"], 0.0))
    value = paid / row["amount"] if row["amount"] > 0 else NAN
    suppliers = row["suppliers"] if not pd.isna(row["suppliers"]) else NAN
    given = float(row["concentration"]) if not pd.isna(row["concentration"]) else NAN
    ends = (given, given) if given == given else _bounds(value, suppliers)
    about = {
        "service": row["service"],
        "value": value,
        "paid": paid,
        "spend": float(row["amount"]),
        "suppliers": suppliers,
    }
    return {**about, "hhi_low": ends[0], "hhi_high": ends[1], "equal_suppliers": 1 / ends[1] if ends[1] > 0 else NAN}


def _bounds(share: float, suppliers: float) -> tuple[float, float]:
    return concentration_bounds(share, int(suppliers)) if share == share and suppliers == suppliers else (NAN, NAN)


def _concentration_words(row: dict[Any, Any]) -> str:
    """'HHI of Hosting 0.42 to 0.61, as of 1.6 equal suppliers at least'."""
    low, high = row["hhi_low"], row["hhi_high"]
    if math.isnan(low):
        return ""
    index = number(low) if low == high else f"between {number(low)} and {number(high)}"
    least = "" if low == high else " or more"
    suppliers = f"{number(row['suppliers'])} suppliers, " if not math.isnan(row["suppliers"]) else ""
    equal = f"as concentrated as {number(row['equal_suppliers'])} equal ones{least}"
    return f"{row['service']}: {suppliers}HHI {index}, {equal}"


@measure("Services without a second source", better="lower")
def single_source_share(services: pd.DataFrame) -> Measured:
    """Share of the vendor's services that nobody else delivers to the client today.

    services: one row a service; those of which it is not said whether there is a second source are left out and named. A full
    count, so without interval. Part `service`: each service with criticality, second source and substitutability. Not
    assessed where it is said of none. Source: own definition.
    """
    said = services[services["second_source"].notna()]
    if said.empty:
        raise NotAssessed("services does not say of any service whether there is a second source")
    single, unsaid = said[said["second_source"] == "no"], len(services) - len(said)
    critical = single.loc[single["criticality"].eq("critical"), "service"].tolist()
    return Measured(
        unit="share",
        value=len(single) / len(said),
        n=len(said),
        n_of="service" if len(said) == 1 else "services",
        counted=True,
        interval=COUNTED,
        numerator=float(len(single)),
        denominator=float(len(said)),
        claim=f"{len(single) or 'None'} of {plural(len(said), 'service')} {'are' if len(single) > 1 else 'is'} without "
        f"a second source{f'; critical: {listed(critical)}' if critical else ''}.",
        because=f"of {plural(unsaid, 'service')} it is not said" if unsaid else "",
        parts={"service": _services_table(services)},
    )


def _services_table(services: pd.DataFrame) -> pd.DataFrame:
    names = ["service", "criticality", "second_source", "substitutability", "why", "reintegration", "last_audit"]
    table = services[names].copy()
    table["substitutability"] = table["substitutability"].map(WORDS)
    table["reintegration"] = (
        table["reintegration"].astype("str").str.replace("_", " ").where(table["reintegration"].notna())
    )
    return table.fillna(dict.fromkeys(names[:-1], "not said")).sort_values("service").reset_index(drop=True)


@measure("Spend in services that are hard to replace", better="lower")
def hard_to_replace_share(services: pd.DataFrame, invoices: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """Share of a year's spend on this vendor that lies in services that are not substitutable, or only with high complexity.

    services: one row a service with its substitutability, in the four levels of EU DORA's register (B_07.01), and
    `annual_spend`, else what invoices say of the past year. Services without a level, or without spend, are left out and
    named. Substitutability is a judgement; the share is a full count of it, so without interval. Part `substitutability`:
    spend by level; `service`: each service.

    Not assessed where no service has both. Source: own definition; levels after Implementing Regulation (EU) 2024/2956.
    """
    spend = services["annual_spend"].astype("float64").fillna(_charged(services, invoices, period))
    known = services["substitutability"].notna() & (spend > 0)
    if not known.any():
        raise NotAssessed("no service has both a substitutability and a spend; supply both in services")
    rows = services[known].assign(value=spend[known])
    hard, total = rows[rows["substitutability"].isin(HARD)], float(rows["value"].sum())
    levels = rows.groupby("substitutability")["value"].sum().reindex(list(SUBSTITUTABLE)).dropna()
    table = pd.DataFrame(
        {"substitutability": [WORDS[str(level)] for level in levels.index], "value": levels.to_numpy()}
    )
    table.attrs["unit"] = currency_of(services)
    lost, named = services.loc[~known, "service"].tolist(), hard["service"].tolist()
    value = float(hard["value"].sum()) / total
    return Measured(
        unit="share",
        value=value,
        n=len(rows),
        n_of="service" if len(rows) == 1 else "services",
        counted=True,
        interval=COUNTED,
        numerator=float(hard["value"].sum()),
        denominator=total,
        claim=f"{number(value, 'share')} of a year's spend lies in services that are hard to replace"
        f"{f': {listed(named)}' if named else ''}.",
        because=f"left out, without a level or a spend: {listed(lost)}" if lost else "",
        parts={"substitutability": table, "service": rows[["service", "value"]].reset_index(drop=True)},
    )


def _charged(services: pd.DataFrame, invoices: pd.DataFrame | None, period: Period) -> pd.Series:
    """What invoices say of each service's year; unknown where they say nothing."""
    if invoices is None:
        return pd.Series(NAN, index=services.index)
    try:
        return services["service"].astype("str").map(year_of_charges(invoices, period)).astype("float64")
    except NotAssessed:
        return pd.Series(NAN, index=services.index)


@measure("Spend as a share of its peak")
def spend_of_peak(invoices: pd.DataFrame, *, period: Period) -> Measured:
    """The vendor's charges of the year up to the period's end as a share of the dearest twelve months there were until then.

    invoices: one row a line, net of credits. All that spend alone says of leaving: below a half, most of the work has gone
    elsewhere, has ended, or was taken in-house, whose cost is in no ledger of payments. A full count, so without interval.
    Part `month`: charges of the twelve months up to each month.

    Not assessed below 24 months, or where a month of the last twelve is unknown. Source: own definition.
    """
    months = invoices["date"].dt.to_period("M")
    span = (period.end - months.min()).n + 1
    known = known_months(invoices, months, period, span)
    charges = invoices.groupby(months)["amount"].sum().reindex(known.index).fillna(0.0).where(known)
    years = charges.rolling(YEAR).sum()
    if known.sum() < 2 * YEAR or math.isnan(years.iloc[-1]):
        raise NotAssessed(f"invoices say something of {int(known.sum())} months; two years up to {period} are needed")
    place, now, unit = int(np.nanargmax(years.to_numpy(float))), float(years.iloc[-1]), currency_of(invoices)
    peak, top = pd.PeriodIndex(years.index)[place], float(years.iloc[place])
    if not top > 0:
        raise NotAssessed("invoices hold no twelve months with charges above zero")
    value = now / top
    half = "; most of what it was paid has gone" if value < 0.5 else ""
    table = pd.DataFrame({"month": years.index, "value": years.to_numpy(float)})
    table = table.assign(in_period=pd.PeriodIndex(years.index).isin(period.months_index())).dropna(subset=["value"])
    table.attrs["unit"] = unit
    return Measured(
        unit="share",
        value=value,
        n=int(known.sum()),
        n_of="months",
        counted=True,
        interval=COUNTED,
        numerator=now,
        denominator=top,
        claim=f"In the year up to {month_words(period.end)} the vendor charged {number(now, unit)}, "
        f"{number(value, 'share')} of the {number(top, unit)} in its dearest year, up to {month_words(peak)}{half}.",
        because="where work was taken in-house, its cost is in no ledger of payments" if value < 0.5 else "",
        parts={"month": table.reset_index(drop=True)},
    )
