"""Which credits were due by the contract's terms, and which of them the vendor did not give.

Amounts are whole pennies: rates are read as they are written (Decimal), a credit is rounded to the penny, halves up, once for
each level and month, and months add up these. What a contract's words leave open is settled in `credits_by_level`, in one
way, and said beside the number.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.monthly import known_months
from toolkit.areas.quality.clock import bare
from toolkit.areas.words import joined, listed_months, money, plural
from toolkit.model import COUNTED, NAN, Kept, Measured, NotAssessed, Period, absence, measure, number, source
from toolkit.tables import months_of

NOT_CHARGED = ("credit", "one_off")  # categories of invoice lines that are no running charge
NO_LEVEL = "(not said)"
TENTH = 3  # digits of a share that is rounded to a tenth of a per cent
PENNY = Decimal(1)
AMOUNTS = ("amount", "capped", "earned_back", "due", "pending")
EVIDENCE = 200  # rows shown at most


def credits_by_level(
    monthly_results: pd.DataFrame,
    credit_terms: pd.DataFrame,
    credit_bands: pd.DataFrame,
    credits: pd.DataFrame | None = None,
    invoices: pd.DataFrame | None = None,
    *,
    period: Period,
) -> pd.DataFrame:
    """What was due and what was credited for each service level in each month, up to the period's end.

    One row is one level in one month with a result or a credit. Columns: month, level, result, target, missed (below the
    target, or in a band), band, points, allocation, repeat (missed the month before as well), amount (before the cap), capped
    (cut off by it), earned_back (returned since), due (amount less both), pending (of it, what may still be earned back),
    credited, charges (of the month), in_period. Money is in the client's currency; due is NaN where charges are unknown.

    monthly_results: one row a level and month: level, month, value, target; compared unrounded. Terms and bands are those in
    force on the month's last day; where a level has bands from several days on, the latest. A result exactly at a band's
    edge is not in it. Charges are `monthly_charges` of the terms, else the invoice lines dated in the month but for credits
    and one-off charges. service_points: points, times repeat_factor where the level was missed the month before as well
    (once, however long the row of misses), times point_rate times charges. at_risk: allocation times at_risk times charges;
    without a cap the amount at risk is the cap. Where a month comes to more than the cap, levels are cut in proportion. A
    credit is returned when the level met its target (or earn_back_at, if more) in each of the earn_back_months after it, all
    of them known by the period's end.

    What is missing travels in `attrs["absent"]`; `attrs["notes"]` says what the contract leaves open, `attrs["uncredited"]`
    why nothing is known of credits given, or ''. Source: service points after the UK Model Services Contract;
    the at-risk pool as usual in US outsourcing contracts; own definition where they are silent.
    """
    given = {"monthly_results": monthly_results, "credit_terms": credit_terms, "credit_bands": credit_bands}
    missing = [reason for name, table in given.items() if (reason := absence(name, table))]
    if not missing and not (monthly_results["month"] <= period.end).any():
        missing = [f"monthly_results hold no month up to {period}"]
    currency = str(credit_terms.attrs.get("currency", "money"))
    rows = pd.DataFrame()
    notes: tuple[str, ...] = ()
    if not missing:
        results = monthly_results[monthly_results["month"] <= period.end]
        charges = _charges(results["month"], credit_terms, invoices, period)
        rows = _reckoned(results, credit_terms, credit_bands, charges, period)
        rounded = results.assign(value=results["value"].round(TENTH))
        coarse = _reckoned(rounded, credit_terms, credit_bands, charges, period)
        fine, other = (float(table["due"].where(table["in_period"]).sum()) for table in (rows, coarse))
        otherwise = "" if other == fine else money(other / 100, currency)
        notes = _notes(rows, credit_terms, credit_bands, currency, otherwise, period)
        rows = _with_credited(rows, credits, period)
        rows = rows.assign(**{name: rows[name] / 100 for name in (*AMOUNTS, "credited", "charges")})
    rows.attrs.update(
        absent=" and ".join(missing), notes=Kept(notes), currency=currency, uncredited=_uncredited(credits)
    )
    used = {**given, "credits": credits, "invoices": invoices}
    rows.attrs.update(invoiced=_invoiced_credits(invoices, period), sources=_used(used))
    return rows


def _used(tables: dict[str, pd.DataFrame | None]) -> Kept:
    """Where the tables came from, each once; what is made of others names those."""
    there = {name: table for name, table in tables.items() if table is not None and not absence(name, table)}
    every = [item for name, table in there.items() for item in table.attrs.get("sources", [source(name, table)])]
    return Kept({item["table"]: item for item in every}.values())


# ----------------------------------------------------------------------------------------------------- terms and charges
def _in_force(rows: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """For each month the rows in force on its last day, with the month."""
    every = pd.DataFrame({"month": pd.PeriodIndex(list(months), freq="M")}).merge(bare(rows), how="cross")
    day = every["month"].dt.end_time.dt.normalize()
    return every[(every["valid_from"] <= day) & (every["valid_to"].isna() | (every["valid_to"] >= day))]


def _latest(credit_terms: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """The terms in force in each month, those from the latest day on; a month without any has no row."""
    every = _in_force(credit_terms, months).sort_values(["month", "valid_from"], ascending=[True, False], kind="stable")
    return every.drop_duplicates("month")


def _terms(credit_terms: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """What the terms in force in each month say of credits."""
    names = ["model", "point_rate", "repeat_factor", "at_risk", "cap", "earn_back_months", "earn_back_at"]
    return _latest(credit_terms, months)[["month", *names]]


def _bands(credit_bands: pd.DataFrame, months: Sequence[pd.Period]) -> pd.DataFrame:
    """The bands of each level in force in each month, those from the latest day on."""
    bands = _in_force(credit_bands, months)
    latest = bands.groupby(["month", "level"])["valid_from"].transform("max")
    return bands.loc[bands["valid_from"] == latest, ["month", "level", "below", "severity", "points", "allocation"]]


def _charges(months: pd.Series, credit_terms: pd.DataFrame, invoices: pd.DataFrame | None, period: Period) -> pd.Series:
    """Charges of each month in pennies: as the terms fix them, else as invoiced; missing where neither says."""
    every = pd.period_range(months.min(), period.end, freq="M")
    fixed = _latest(credit_terms, list(every)).set_index("month")["monthly_charges"].astype("float64")
    charges = fixed.reindex(every) * 100
    if invoices is not None and not absence("invoices", invoices):
        dated = months_of(invoices["date"])
        known = known_months(invoices, dated, period, shown=len(every))
        running = ~invoices["category"].isin(NOT_CHARGED)
        billed = invoices["amount"].where(running, 0.0).groupby(dated).sum().reindex(known.index).fillna(0.0)
        charges = charges.fillna((billed.mask(~known) * 100).reindex(every))
    return charges.round()


def _invoiced_credits(invoices: pd.DataFrame | None, period: Period) -> float:
    """What invoice lines called credits of the period come to, as a positive amount; NaN without invoices."""
    if invoices is None or absence("invoices", invoices):
        return NAN
    lines = invoices["category"].eq("credit") & months_of(invoices["date"]).isin(period.months_index())
    return -round(float(invoices.loc[lines, "amount"].sum()), 2)


# ------------------------------------------------------------------------------------------------------------- what is due
def _reckoned(
    results: pd.DataFrame,
    credit_terms: pd.DataFrame,
    credit_bands: pd.DataFrame,
    charges: pd.Series,
    period: Period,
) -> pd.DataFrame:
    """What each level's result of each month costs the vendor, in pennies."""
    months = sorted(results["month"].unique())
    rows = results[["month", "level", "value", "target"]].rename(columns={"value": "result"})
    rows = rows.assign(level=rows["level"].astype("str"), in_period=rows["month"].isin(period.months_index()))
    rows = rows.merge(_band_of(rows, _bands(credit_bands, months)), on=["month", "level"], how="left")
    rows = rows.merge(_terms(credit_terms, months), on="month", how="left").sort_values(["month", "level"])
    rows = rows.reset_index(drop=True).assign(charges=lambda table: table["month"].map(charges).astype("float64"))
    rows["missed"] = (rows["result"] < rows["target"]) | rows["below"].notna()
    before = _results_at(rows, -1)
    rows = rows.assign(repeat=rows["missed"] & before["missed"].eq(True), first=before["missed"].isna())
    rows["amount"] = _amounts(rows)
    rows["capped"] = rows["amount"] - _within_cap(rows)
    kept = rows["amount"] - rows["capped"]
    earned, pending = _earned_back(rows, period)
    rows = rows.assign(earned_back=kept.where(earned, kept * 0), pending=kept.where(pending, kept * 0))
    return rows.assign(due=kept - rows["earned_back"], band=_band_words(rows))


def _band_of(rows: pd.DataFrame, bands: pd.DataFrame) -> pd.DataFrame:
    """The lowest band that each result is below."""
    pairs = rows[["month", "level", "result"]].merge(bands, on=["month", "level"])
    inside = pairs[pairs["result"] < pairs["below"]].sort_values("below")
    return inside.drop_duplicates(["month", "level"]).drop(columns="result")


def _band_words(rows: pd.DataFrame) -> pd.Series:
    """What the contract calls the band, else its edge; '' outside all bands."""
    edges = pd.Series([f"below {number(below, 'share')}" for below in rows["below"]], index=rows.index, dtype="str")
    return rows["severity"].astype("str").fillna(edges).where(rows["below"].notna(), "")


def _results_at(rows: pd.DataFrame, months: int) -> pd.DataFrame:
    """Result, target and whether it was missed of the same level so many months later; missing where there is none."""
    known = rows.set_index(["level", "month"])[["result", "target", "missed"]].astype({"missed": "object"})
    wanted = pd.MultiIndex.from_arrays([rows["level"], rows["month"] + months])
    return known.reindex(wanted).set_axis(rows.index)


def _exact(value: Any) -> Decimal:
    """A number as it was written; 0 where nothing was."""
    return Decimal(0) if pd.isna(value) else Decimal(repr(float(value)))


def _pennies(amount: Decimal) -> int:
    """A whole number of pennies, halves up."""
    return int(amount.quantize(PENNY, rounding=ROUND_HALF_UP))


def _amounts(rows: pd.DataFrame) -> pd.Series:
    """The credit of each row before cap and earn-back; missing where a band counts and charges are unknown."""
    factor = rows["repeat_factor"].where(rows["repeat"]).fillna(1.0)
    rates = [
        _exact(points) * _exact(times) * _exact(rate) if model == "service_points" else _exact(part) * _exact(risk)
        for model, points, times, rate, part, risk in zip(
            *(rows[name] for name in ("model", "points")),
            factor,
            *(rows[name] for name in ("point_rate", "allocation", "at_risk")),
            strict=True,
        )
    ]
    amounts = [
        0.0 if not rate else NAN if pd.isna(charged) else float(_pennies(rate * _exact(charged)))
        for rate, charged in zip(rates, rows["charges"], strict=True)
    ]
    return pd.Series(amounts, index=rows.index, dtype="float64")


def _within_cap(rows: pd.DataFrame) -> pd.Series:
    """The amounts of each month, cut in proportion where they come to more than the cap."""
    share = rows["cap"].fillna(rows["at_risk"].where(rows["model"].eq("at_risk")))
    parts = [rows["amount"].iloc[:0]]
    for _, month in rows.groupby("month"):
        amounts, cap, charged = month["amount"], share[month.index[0]], month["charges"].iloc[0]
        if not (pd.isna(cap) or pd.isna(charged)):
            amounts = _shared_out(amounts, _pennies(_exact(cap) * _exact(charged)))
        parts.append(amounts)
    return pd.concat(parts)


def _shared_out(amounts: pd.Series, most: int) -> pd.Series:
    """Whole amounts as they are, or in proportion so that they add up to the most; the largest remainders get the rest."""
    total = int(amounts.sum())
    if total <= most:
        return amounts
    whole = amounts.astype("int64") * max(most, 0)
    shares, remainders = whole // total, whole % total
    rest = max(most, 0) - int(shares.sum())
    shares[remainders.sort_values(ascending=False, kind="stable").index[:rest]] += 1
    return shares.astype("float64")


def _earned_back(rows: pd.DataFrame, period: Period) -> tuple[pd.Series, pd.Series]:
    """Whether each credit was earned back by the period's end, and whether it still may be."""
    months = rows["earn_back_months"].astype("float64")
    costs = rows["amount"] > 0
    met = unfailed = costs & months.notna()
    for ahead in range(1, int(months.max()) + 1 if months.notna().any() else 1):
        asked, later = months >= ahead, _results_at(rows, ahead)
        aim = pd.concat([later["target"], rows["earn_back_at"]], axis="columns").max(axis="columns")
        reached, future = later["result"] >= aim, rows["month"] + ahead > period.end
        met = met & (reached | ~asked)
        unfailed = unfailed & (reached | ~asked | future)
    return met, unfailed & ~met


# ------------------------------------------------------------------------------------------------------- what was credited
def _with_credited(rows: pd.DataFrame, credits: pd.DataFrame | None, period: Period) -> pd.DataFrame:
    """What the vendor credited for each level and month; a credit without a result gets a row of its own."""
    if credits is None or credits.empty:
        return rows.assign(credited=0.0)
    pennies = (credits["amount"] * 100).round()
    keys = [credits["month"], credits["level"].fillna(NO_LEVEL).astype("str")]
    given = pennies.groupby(keys).sum().rename_axis(["month", "level"]).rename("credited").reset_index()
    given = given[given["month"] <= period.end]
    merged = rows.merge(given, on=["month", "level"], how="outer").sort_values(["month", "level"], ignore_index=True)
    alone = merged["in_period"].isna()
    filled = {name: merged[name].mask(alone, 0.0) for name in AMOUNTS}
    words = {"band": merged["band"].fillna(""), "in_period": merged["month"].isin(period.months_index())}
    flags = {name: merged[name].eq(True) for name in ("missed", "repeat")}
    return merged.assign(credited=merged["credited"].fillna(0.0), **filled, **words, **flags)


def _uncredited(credits: pd.DataFrame | None) -> str:
    """Why nothing is known of the credits given; '' where the file is there, be it without a row of this vendor."""
    if credits is None:
        return "credits.csv is missing"
    known = len(credits) or (credits.attrs.get("file") and not credits.attrs.get("faulty"))
    return "" if known else absence("credits", credits)


# ----------------------------------------------------------------------------------------------- what the contract leaves open
def _notes(
    rows: pd.DataFrame,
    credit_terms: pd.DataFrame,
    credit_bands: pd.DataFrame,
    currency: str,
    rounded: str,
    period: Period,
) -> tuple[str, ...]:
    """What was settled in one way where the contract's words may be read in another, as far as it matters here."""
    here = rows[rows["in_period"]]
    cut, costs = here["capped"] > 0, here["below"].notna()
    fixed = credit_terms["monthly_charges"].notna().all()
    no_cap = costs & here["cap"].isna() & here["model"].eq("at_risk")
    again = here["repeat"] & here["repeat_factor"].notna() & costs
    third = again & _results_at(rows, -2)["missed"].eq(True)[here.index]
    first = costs & here["first"] & here["repeat_factor"].notna()
    wrong = costs & here["model"].notna() & (here["points"].isna() == here["model"].eq("service_points"))
    banded = _bands(credit_bands, list(period.months_index()))[["month", "level"]].drop_duplicates()
    known = pd.MultiIndex.from_frame(here.loc[here["result"].notna(), ["month", "level"]])
    silent = banded[~pd.MultiIndex.from_frame(banded).isin(known)]
    pending = float(here["pending"].sum()) / 100
    every = (
        (not fixed, "charges are the invoice lines dated in the month, without credits and one-off charges"),
        (True, "results are compared with the bands unrounded"),
        (rounded, f"rounded to a tenth of a per cent first, {rounded} would be due"),
        (no_cap.any(), "without a cap in the terms, the amount at risk is taken as one"),
        (cut.any(), "the cap cuts the levels of a month in proportion"),
        (third.any(), "a level missed three months in a row counts times the repeat factor once"),
        (first.any(), "a miss whose month before has no result counts as a first one"),
        (pending, f"{money(pending, currency)} of it may still be earned back after the period"),
        (wrong.any(), "bands with points under an at-risk contract, or the other way round, cost nothing"),
        (
            here["model"].isna().any(),
            f"no terms in force in {listed_months(here.loc[here['model'].isna(), 'month'].unique())}",
        ),
        (len(silent), _silent_words(silent)),
    )
    return tuple(words for holds, words in every if holds)


def _silent_words(silent: pd.DataFrame) -> str:
    """The levels with bands that have no result in some months: nothing to judge there, or nothing told."""
    months = silent.groupby("level")["month"].agg(list)
    named = [f"{level} in {listed_months(every)}" for level, every in months.iloc[:3].items()]
    return f"no result, and so no credit, of {', of '.join(named)}{' ...' if len(months) > 3 else ''}"


def _of_period(rows: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, str]:
    """The rows of the period, and the months whose credit is unknown for want of charges, in words."""
    here = rows[rows["in_period"]]
    if not here["result"].notna().any():
        raise NotAssessed(f"neither tickets nor service_level_results give a result of a service level in {period}")
    unknown = here.loc[here["due"].isna(), "month"].unique()
    if here["due"].isna()[here["band"] != ""].all() and len(unknown):
        raise NotAssessed("the month's charges are not known: supply invoices, or monthly_charges in credit_terms")
    return here, f"charges of {listed_months(unknown)} are not known, so neither is the credit" if len(unknown) else ""


def _sums(rows: pd.DataFrame, by: str, names: Sequence[str]) -> pd.DataFrame:
    """Amounts by month or level; unknown where one of them is."""
    known = rows.groupby(by)[list(names)].agg(["sum", "count", "size"])
    sums = {name: known[name]["sum"].round(2).where(known[name]["count"] == known[name]["size"]) for name in names}
    return pd.DataFrame(sums).reset_index()


@measure("Service credits due", better="lower")
def credits_due(credits_by_level: pd.DataFrame, *, period: Period) -> Measured:
    """What the vendor owes the client by the contract's credit terms for the service levels that it missed in the period,
    recomputed from each month's result: by service points or from an amount at risk, with repeats, cap and what was earned
    back by the period's end. A credit is rounded to the penny, halves up, for each level and month.

    credits_by_level: as the function of that name makes it; money in the client's currency. A full count, so without
    interval. Months whose charges are unknown are left out and named. Parts: `month` (all that are known), `level`, `rows`
    (each missed result of the period with its band, points or allocation, repeat, cap, earn-back and credit).

    Not assessed without results, terms or bands, or where no charges are known. Source: UK Model Services Contract (service
    points); the at-risk pool and all that contracts leave open: own definition.
    """
    unit = credits_by_level.attrs["currency"]
    here, unknown = _of_period(credits_by_level, period)
    due, missed = round(float(here["due"].sum()), 2), here[here["missed"]]
    judged = int(here["result"].notna().sum())
    names = ["month", "level", "result", "target", "band", "points", "allocation", "repeat", *AMOUNTS[:4]]
    monthly = _sums(credits_by_level, "month", ["due"]).rename(columns={"due": "value"})
    return Measured(
        unit=unit,
        value=due,
        n=judged,
        n_of="monthly result" if judged == 1 else "monthly results",
        counted=True,
        interval=COUNTED,
        claim=f"By the contract's terms {money(due, unit)} of credits were due for {period}: {len(missed):,} of "
        f"{plural(judged, 'monthly result')} missed the level{f' ({unknown})' if unknown else ''}.",
        because=joined(unknown, *credits_by_level.attrs["notes"]),
        parts={
            "month": monthly.assign(in_period=monthly["month"].isin(period.months_index())),
            "level": _sums(missed, "level", ["due"]).rename(columns={"due": "value"}),
            "rows": missed[names].head(EVIDENCE).reset_index(drop=True),
        },
    )


@measure("Service credits not given", better="lower")
def credits_unclaimed(credits_by_level: pd.DataFrame, *, period: Period) -> Measured:
    """Credits that were due for the months of the period less those that the vendor gave for these months, whenever it gave
    them: money that the client may still claim. Below zero when more was credited than was due.

    credits_by_level: as the function of that name makes it; money in the client's currency. Credits that do not say for which
    level count for their month. A full count, so without interval. A month whose charges are unknown is left out, with what
    was credited for it. numerator and denominator: credited and due. Parts: `month` (due, credited, and the difference as
    value), `level`, `rows` (each level and month of the period with either).

    Not assessed where credits due are not, or nothing is known of what was credited; a file of credits in which this vendor
    has no row says that it credited nothing. Source: own definition.
    """
    unit, uncredited = credits_by_level.attrs["currency"], credits_by_level.attrs["uncredited"]
    if uncredited:
        raise NotAssessed(f"{uncredited}; supply what the vendor credited, be it nothing")
    here, unknown = _of_period(credits_by_level, period)
    lost = here.loc[here["due"].isna(), "month"]
    here = here[~here["month"].isin(lost)]
    due, given = (round(float(here[name].sum()), 2) for name in ("due", "credited"))
    value, invoiced = round(due - given, 2), credits_by_level.attrs["invoiced"]
    rows = here[(here["due"] > 0) | (here["credited"] > 0)]
    rows = rows.assign(value=(rows["due"] - rows["credited"]).round(2))
    monthly = _sums(credits_by_level, "month", ["due", "credited"])
    levels = _sums(rows, "level", ["value", "due", "credited"])
    judged = int(here["result"].notna().sum())
    return Measured(
        unit=unit,
        value=value,
        n=judged,
        n_of="monthly result" if judged == 1 else "monthly results",
        counted=True,
        interval=COUNTED,
        numerator=given,
        denominator=due,
        claim=f"Of {money(due, unit)} of credits due for {period} the vendor gave {money(given, unit)}"
        + (
            f": {money(value, unit)} was not credited"
            if value > 0
            else ""
            if not value
            else f", {money(-value, unit)} more"
        )
        + (f" ({unknown})." if unknown else "."),
        because=joined(
            unknown,
            f"invoice lines called credits come to {money(invoiced, unit)} in {period}"
            if not np.isnan(invoiced) and round(invoiced - given, 2)
            else "",
            *credits_by_level.attrs["notes"],
        ),
        parts={
            "month": monthly.assign(
                value=(monthly["due"] - monthly["credited"]).round(2),
                in_period=monthly["month"].isin(period.months_index()),
            ),
            "level": levels,
            "rows": rows[["month", "level", "result", "target", "band", "due", "credited", "value"]]
            .head(EVIDENCE)
            .reset_index(drop=True),
        },
    )
