"""How does the work flow: how long it takes, how much is done a month, and how old what is open has become."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.curves import curve_points
from toolkit.areas.delivery.look import delivered_in, known, reaches, still_open
from toolkit.areas.look import YEAR, last_day, need, shown_months, year_words
from toolkit.areas.monthly import charted_counts, course
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats import flow
from toolkit.stats.rates import poisson_rate
from toolkit.stats.survival import kaplan_meier, log_rank, quantile

FEWEST = 5  # deliverables that must be done before a median is told
MOST_OPEN = 100  # open ones listed
RARE = 0.05  # p value from which a difference is hardly chance
TOLD = "95 % interval of the median (Kaplan-Meier)"


# ------------------------------------------------------------------------------------------------------------ how long
@measure("Lead time", better="lower", unit="days")
def lead_time(deliverables: pd.DataFrame, *, period: Period, since: pd.Period | None = None) -> Measured:
    """Days within which half of the deliverables asked for were delivered, from request to delivery, in calendar days.

    Those delivered in the year up to the period's end, and those open at its end, which count for as long as they have
    waited (Kaplan-Meier) and are never dropped. Left out: those without a day of request, those delivered in a stretch of
    which no day is known, those delivered before they were asked for; how many, is said.

    low and high: 95 % interval of the median. Parts: statistic (median and P85), curve (share still open after so many
    days), phase (delivered before and after `since`, the month from which the vendor counts, with the log-rank test), kind.
    Not assessed when fewer than five were delivered. Source: E. Kaplan and P. Meier, JASA 53 (1958) 457-481; R.
    Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41.
    """
    return _time(deliverables, period, since, "requested", "asked for", "from request to delivery")


@measure("Cycle time", better="lower", unit="days")
def cycle_time(deliverables: pd.DataFrame, *, period: Period, since: pd.Period | None = None) -> Measured:
    """Days within which half of the deliverables begun were delivered, from the start of work to delivery, in calendar days.

    Where no day of start is known the time it took is, as the list gives it (`duration`), for what was delivered. Everything
    else as in `delivery.lead_time`.

    Not assessed when fewer than five were delivered. Source: as there.
    """
    return _time(deliverables, period, since, "started", "begun", "from start to delivery")


def _durations(rows: pd.DataFrame, column: str, period: Period) -> pd.DataFrame:
    """Of each deliverable its days from `column` to delivery, or to the period's end; those without are not there."""
    from toolkit.areas.delivery.look import DAYS

    days = (rows["day"].fillna(last_day(period)) - rows[column]).dt.days.astype(float)
    days = days.where(rows["day"].notna() | ~rows["done"])  # a year of delivery is no day
    if column == "started":
        unit = rows["duration_unit"].astype("str").map(DAYS).astype(float).fillna(1.0)
        days = days.fillna((rows["duration"] * unit).where(rows["done"]))
    return rows.assign(days=days)[days.notna() & ~rows["silent"]]


def _looked_at(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What was delivered in the year up to the period's end, and what is open."""
    recent = rows.index.isin(delivered_in(rows, period, YEAR).index)
    return rows[recent | ~rows["done"]]


def _time(
    deliverables: pd.DataFrame, period: Period, since: pd.Period | None, column: str, asked: str, way: str
) -> Measured:
    rows = known(deliverables, period)
    timed = _durations(rows, column, period)
    negative = int((_looked_at(timed, period)["days"] < 0).sum())
    timed = timed[timed["days"] >= 0]
    looked = _looked_at(timed, period)
    finished = int(looked["done"].sum())
    if finished < FEWEST:
        raise NotAssessed(
            f"the time {way} is known of {plural(finished, 'deliverable')} of {year_words(period)}; {FEWEST} are needed. "
            f"Supply {column} and delivered in deliverables"
        )
    curve = kaplan_meier(looked["days"], looked["done"])
    value, low, high = quantile(curve)
    if math.isnan(value):
        raise NotAssessed(f"fewer than half of the deliverables {asked} were delivered by the end of {period}")
    late, late_low, late_high = quantile(curve, 0.85)
    silent = len(_looked_at(rows, period)) - len(looked) - negative
    phases, words = _phases(timed[timed["done"]], since)
    bounded = math.isfinite(high)
    return Measured(
        unit="days",
        value=value,
        low=low if bounded else NAN,
        high=high if bounded else NAN,
        n=curve.n,
        n_of="deliverables",
        interval=TOLD if bounded else "none: too few were delivered to bound the median from above",
        claim=f"Half of {plural(curve.n, 'deliverable')} took at most {number(value, 'days')}"
        f"{bracket(low, high) if bounded else ''} {way}"
        + (f", 85 of 100 at most {number(late, 'days')}." if math.isfinite(late) else "."),
        because=joined(
            f"delivered in {year_words(period)}"
            + (f"; the {curve.censored:,} still open are counted as open" if curve.censored else ""),
            words,
            f"{plural(silent, 'deliverable')} without these days left out" if silent else "",
            f"{plural(negative, 'deliverable')} delivered before being {asked} left out" if negative else "",
        ),
        parts={
            "curve": curve_points(curve),
            "statistic": pd.DataFrame(
                [("median", value, low, high), ("P85", late, late_low, late_high)],
                columns=["statistic", "value", "low", "high"],
            ).replace(math.inf, NAN),
            "phase": phases,
            "kind": _by_kind(looked),
        },
    )


def _phases(done: pd.DataFrame, since: pd.Period | None) -> tuple[pd.DataFrame, str]:
    """Medians of what was delivered before and after a month, and the comparison in words; what is open is in neither."""
    empty = pd.DataFrame(columns=["phase", "value", "low", "high", "n"])
    if since is None:
        return empty, ""
    after = (done["first"] >= since.ordinal).to_numpy()
    before = (done["last"] < since.ordinal).to_numpy()
    rows = []
    for name, chosen in (("before", before), ("after", after)):
        days = done["days"].to_numpy()[chosen]
        curve = kaplan_meier(days, np.ones(len(days), bool))
        rows.append((name, *(quantile(curve) if len(days) >= FEWEST else (NAN, NAN, NAN)), len(days)))
    table = pd.DataFrame(rows, columns=empty.columns).replace(math.inf, NAN)
    if table["value"].isna().any():
        return table, f"too few were delivered before {month_words(since)} to compare" if before.any() else ""
    both = before | after
    p = log_rank(done["days"].to_numpy()[both], np.ones(both.sum(), bool), after[both]).p
    then, now = (number(value, "days") for value in table["value"])
    chance = "chance alone can bring that" if p >= RARE else "chance alone would rarely bring that"
    return table, f"before {month_words(since)} the median was {then}, since then {now} ({chance})"


def _by_kind(looked: pd.DataFrame) -> pd.DataFrame:
    """The median by kind of deliverable, where five are done."""
    rows = []
    for kind, group in looked.groupby(looked["kind"].fillna("(not given)").astype("str")):
        told = group["done"].sum() >= FEWEST
        median = quantile(kaplan_meier(group["days"], group["done"])) if told else (NAN, NAN, NAN)
        rows.append((kind, *median, len(group)))
    return pd.DataFrame(rows, columns=["kind", "value", "low", "high", "n"]).replace(math.inf, NAN)


# -------------------------------------------------------------------------------------------------------- how much a month
@measure("Throughput", better="higher", unit="deliverables a month")
def throughput(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Deliverables delivered a month in the period, large and small counted alike.

    low and high: the exact 95 % interval of a Poisson rate: what a like period may bring. What was delivered in a year or
    quarter of which the month is not known is in the number where that stretch lies within the period, and not in the
    parts.

    Parts: month (delivered by month, c chart), flow (delivered, in progress and waiting at the end of each month: the
    cumulative flow diagram). Source: D. Vacanti, Actionable Agile Metrics for Predictability, 2015, ch. 2 to 4; F. Garwood,
    Biometrika 28 (1936) 437-442.
    """
    rows = known(deliverables, period)
    need(rows, f"no deliverable is known by the end of {period}")
    reaches(rows, period)
    done = delivered_in(rows, period)
    if done.empty and not rows["done"].any():
        raise NotAssessed(f"no deliverable was delivered by the end of {period}, as far as the list says when")
    value, low, high = (float(part) for part in poisson_rate(len(done), period.months))
    dated = rows[rows["day"].notna()]
    months = shown_months(dated["day"].dt.to_period("M"), period)
    counts = dated["day"].dt.to_period("M").value_counts().reindex(months, fill_value=0).astype("float64")
    charted = charted_counts(counts, period) if len(dated) else None
    vague = int(done["day"].isna().sum())
    silent = int(rows["silent"].sum())
    parts = {} if charted is None else {"month": charted.table, "flow": _flow(rows, months)}
    return Measured(
        unit="deliverables a month",
        value=value,
        low=low,
        high=high,
        n=len(done),
        n_of="deliverable" if len(done) == 1 else "deliverables",
        interval="95 % interval (Poisson, exact)",
        numerator=float(len(done)),
        denominator=float(period.months),
        claim=f"{plural(len(done), 'deliverable')} came in {period}: {number(value)}{bracket(low, high)} a month.",
        because=joined(
            course(charted, "deliverables") if charted is not None else "",
            f"delivered since {month_words(months[0])}, where bands are drawn" if charted is not None else "",
            f"of {plural(vague, 'deliverable')} the month is not known" if vague else "",
            f"{plural(silent, 'deliverable')} delivered nobody says when" if silent else "",
        ),
        parts=parts,
    )


def _flow(rows: pd.DataFrame, months: pd.PeriodIndex) -> pd.DataFrame:
    """How many were delivered, in progress and waiting at the end of each month; only where the day of each step is known.

    What was delivered before the first month is left out, so that the other bands can be seen.

    One that was begun before it was asked for, by the list, counts as asked for then.
    """
    told = rows[(rows["done"] & rows["day"].notna()) | (~rows["done"] & ~rows["silent"])]
    ends = months.to_timestamp(how="end")
    begun = told["started"].fillna(told["day"])
    asked = pd.concat([told["requested"], begun], axis="columns").min(axis="columns")
    made = flow.cumulative_flow(asked, told["started"], told["day"], ends)
    before = int((told["day"] < months[0].to_timestamp()).sum())
    heights = {
        "delivered": made["done"] - before,
        "in progress": made["in_progress"],
        "waiting": made["waiting"],
    }
    table = pd.concat(
        [
            pd.DataFrame({"line": name, "month": months, "value": part.to_numpy(float)})
            for name, part in heights.items()
        ],
        ignore_index=True,
    )
    table.attrs["unit"] = "deliverables"
    return table


# ------------------------------------------------------------------------------------------------------------ what is open
@measure("Age of work in progress", better="lower", unit="days")
def work_in_progress_age(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Median age in days, since the start of work, of the deliverables begun and not delivered at the period's end.

    A full count of those that say when they were begun. Each is held against how long deliverables take: one is old where
    fewer than 15 in 100 take so long.

    Parts: rows (the oldest first: age, and the share of deliverables that take longer), age (median, P85, oldest). Source:
    D. Vacanti, Actionable Agile Metrics for Predictability, 2015, ch. 5 and 8.
    """
    rows = known(deliverables, period)
    need(rows, f"no deliverable is known by the end of {period}")
    timed = _durations(rows, "started", period)
    timed = timed[timed["days"] >= 0].reset_index(drop=True)
    begun = timed[~timed["done"]]
    if rows["started"].isna().all():
        raise NotAssessed("no deliverable says when work on it began; supply started in deliverables")
    if begun.empty:
        raise NotAssessed(f"nothing was begun and open at the end of {period}")
    ages = flow.ageing(timed["days"], timed["done"])
    old = int(ages["old"].sum())
    table = timed.loc[ages.index, ["deliverable", "started", "planned"]].assign(
        value=ages["age"].to_numpy(), takes_longer_share=ages["longer"].to_numpy(), old=ages["old"].to_numpy()
    )
    table.attrs["unit"] = "days"
    days = begun["days"]
    waiting = len(still_open(rows)) - len(begun)
    statistics = pd.DataFrame({"age": ["median", "P85", "oldest"], "value": days.quantile([0.5, 0.85, 1.0]).to_numpy()})
    return Measured(
        unit="days",
        value=float(days.median()),
        n=len(begun),
        n_of="open deliverable" if len(begun) == 1 else "open deliverables",
        counted=True,
        interval=COUNTED,
        claim=f"{plural(len(begun), 'deliverable')} {'was' if len(begun) == 1 else 'were'} in progress at the end of {period}, "
        f"half of them for {number(float(days.median()), 'days')} or more; "
        f"{old or 'none'} of them longer than 85 of 100 take.",
        because=f"{plural(waiting, 'further one is', 'further ones are')} open and not begun, as far as is known"
        if waiting
        else "",
        parts={"rows": table.head(MOST_OPEN).reset_index(drop=True), "age": statistics},
    )
