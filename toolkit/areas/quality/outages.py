"""How long is it down: availability, time between failures, and each time to mend by its own definition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.monthly import (
    charted_values,
    gap_words,
    known_months,
    known_of,
    start_of,
)
from toolkit.areas.quality.clock import agreed_calendars, cancelled, elapsed, ended, last_look, over, zone_of
from toolkit.areas.words import joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number, spread_words
from toolkit.stats.calendars import Calendar, around_the_clock, business_hours, merged
from toolkit.stats.intervals import Interval
from toolkit.stats.reliability import mean_time_between_failures, service_hours
from toolkit.stats.survival import Survival, kaplan_meier, quantile, restricted_mean
from toolkit.tables import months_of

FAR = "2200-01-01"  # later than any moment of a ticket
ALL_SERVICES = "(all services)"
WATCHED = "none: all agreed hours of the period were watched, not a sample of them"
EVIDENCE = 20  # outages listed, the longest first
LONGEST = 720.0  # hours, 30 days: what lasts longer counts as this long in a mean


class Scope(NamedTuple):
    """What availability is measured for: a service level of one version, or all services around the clock."""

    level: str
    outages: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp
    agreed: Calendar
    target: float


# --------------------------------------------------------------------------------------------------------------- outages
def outages_of(tickets: pd.DataFrame, until: pd.Timestamp, by: str = "mitigation") -> pd.DataFrame:
    """The tickets marked as outages, with `month` (opened), `end` and `lost`; cancelled ones are none.

    end: mitigated, else resolved, or by "resolution" resolved; missing while it lasts; what comes after the last look is not
    yet known. lost: the ticket is over, and nobody wrote down since when. Not assessed where no ticket says whether it was an
    outage.
    """
    if not tickets["outage"].notna().any():
        raise NotAssessed("no ticket says whether it was an outage; fill in `outage` with yes and no in tickets")
    marked = tickets[tickets["outage"].eq("yes")]
    rows = marked[~cancelled(marked, until)]
    end = ended(rows, by, pd.Timestamp(FAR, tz=until.tz))
    return rows.assign(end=end.where(end < until), lost=end.isna() & over(rows, until), month=months_of(rows["opened"]))


def _lost_words(outages: pd.DataFrame) -> str:
    """What a reader must know of outages that ended nobody knows when."""
    lost = int(outages["lost"].sum())
    return f"{plural(lost, 'outage')} left out, since the ticket does not say when service came back" if lost else ""


def _longest(outages: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """The evidence: the longest outages, an open one as long as it was watched."""
    hours = elapsed(outages["opened"], outages["end"].fillna(until))
    table = outages.assign(hours=hours, open=outages["end"].isna()).nlargest(EVIDENCE, "hours")
    names = ["ticket", "service", "priority", "caused_by", "opened", "end", "open", "hours"]
    return table[names].reset_index(drop=True)


# ----------------------------------------------------------------------------------------------------------- agreed hours
def scopes_of(
    outages: pd.DataFrame,
    service_levels: pd.DataFrame | None,
    calendars: pd.DataFrame | None,
    holidays: pd.DataFrame | None,
    zone: str,
) -> list[Scope]:
    """The availability levels with the outages that count for each, or all services around the clock where there are none."""
    first, last = (pd.Timestamp(day, tz=zone) for day in ("1900-01-01", FAR))
    levels = None if service_levels is None else service_levels[service_levels["measure"].eq("availability")]
    if levels is None or levels.empty:
        return [Scope(ALL_SERVICES, outages, first, last, around_the_clock(zone), NAN)]
    agreed = agreed_calendars(levels["calendar"], calendars, holidays, zone)
    ordered = levels.sort_values(["level", "valid_from"])
    following = ordered.groupby("level")["valid_from"].shift(-1)
    ends = (ordered["valid_to"] + pd.Timedelta(days=1)).fillna(pd.Timestamp(FAR))
    ends = ends.where(following.isna() | (ends < following), following)
    return [
        Scope(
            str(row["level"]),
            _counted_for(outages, row),
            _midnight(row["valid_from"], zone),
            _midnight(end, zone),
            agreed[row["calendar"] if isinstance(row["calendar"], str) else ""],
            float(row["target"]),
        )
        for row, end in zip(ordered.to_dict("records"), ends, strict=True)
    ]


def _midnight(day: pd.Timestamp, zone: str) -> pd.Timestamp:
    """The first moment of a day on the clocks of a zone."""
    return day.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


def _counted_for(outages: pd.DataFrame, level: dict[Any, Any]) -> pd.DataFrame:
    """The outages that count for a level; one that does not name its service, kind or priority counts for every one."""
    counted = pd.Series(True, index=outages.index)
    for name in ("service", "kind", "priority"):
        if pd.notna(level[name]):
            counted &= outages[name].isna() | outages[name].eq(level[name]).fillna(False).astype(bool)
    words = [] if pd.isna(level["exclusions"]) else [word.strip() for word in level["exclusions"].split("|")]
    causes = [word for word in words if word in ("client", "third_party")]
    return outages[counted & ~outages["excluded"].isin(words) & ~outages["caused_by"].isin(causes)]


def _hours_by_month(scopes: Sequence[Scope], known: pd.Series, until: pd.Timestamp, zone: str) -> pd.DataFrame:
    """Agreed hours, hours down and failures of each scope in each known month.

    An outage counts as a failure in the month in which it began, if it took agreed time; overlapping ones are one.
    """
    edges = [start_of(month, zone) for month in [*known.index, known.index[-1] + 1]]
    starts, ends = (pd.Series(moments, index=known.index)[known] for moments in (edges[:-1], edges[1:]))
    return pd.concat([_hours_of(scope, starts, ends, until) for scope in scopes], ignore_index=True)


def _hours_of(scope: Scope, starts: pd.Series, ends: pd.Series, until: pd.Timestamp) -> pd.DataFrame:
    """The hours and failures of one scope in the months that begin and end at these moments, as far as it was in force."""
    first, last = starts.where(starts > scope.first, scope.first), ends.where(ends < scope.last, scope.last)
    first, last = first[last > first], last[last > first]
    begins, over_at = _stretches(scope.outages, until)
    agreed, down = service_hours(first, last, begins, over_at, scope.agreed)
    failed = begins[business_hours(begins, over_at, scope.agreed) > 0].sort_values()
    failures = failed.searchsorted(last) - failed.searchsorted(first)
    months = {"level": scope.level, "month": first.index, "agreed": agreed, "down": down}
    return pd.DataFrame({**months, "failures": failures, "target": scope.target})


def _stretches(outages: pd.DataFrame, until: pd.Timestamp) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    """Start and end of the stretches that the outages cover; what still lasts, lasts until the last look."""
    rows = outages[~outages["lost"]]
    begins, ends = (
        pd.DatetimeIndex(moments.dt.tz_convert("UTC")).as_unit("us").asi8
        for moments in (rows["opened"], rows["end"].fillna(until))
    )
    _, first, last = merged(begins, ends, np.zeros(len(rows), dtype=np.int64))
    return pd.to_datetime(first, unit="us", utc=True), pd.to_datetime(last, unit="us", utc=True)


def _watched(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame | None,
    calendars: pd.DataFrame | None,
    holidays: pd.DataFrame | None,
    period: Period,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.Series]:
    """The outages, the hours of each level by month, and which months are known."""
    until, zone = last_look(tickets, period), zone_of(tickets)
    outages = outages_of(tickets, until)
    known = known_months(tickets, months_of(tickets["opened"]), period)
    inside = known_of(known, period, "tickets")
    scopes = scopes_of(outages, service_levels, calendars, holidays, zone)
    hours = _hours_by_month(scopes, known, until, zone)
    if not hours.loc[hours["month"].isin(inside), "agreed"].sum():
        raise NotAssessed(f"no service level of availability has agreed hours in {period}")
    return outages, hours, known


@measure("Availability", better="higher", unit="share")
def availability(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """The share of the agreed service hours of the period in which there was no outage. An outage is a ticket marked so, from
    when it was opened until it was mitigated, else resolved; overlapping ones count once; one that still lasts counts until
    the period's end, cancelled tickets not at all. Agreed hours are those of the calendar of each availability level, around
    the clock where none is named; a level counts outages of its service, kind and priority (and those that name none), but
    for what its exclusions name.

    tickets: one row a ticket; service_levels, calendars, holidays: what was agreed. Several levels are added up by their
    agreed hours. All time was watched, so without interval. Outages that ended nobody knows when are left out, so that the
    value may be too high, and named. numerator and denominator: agreed hours without and with outages. Parts: `month`
    (individuals chart), `level`, `rows` (the longest outages of the period).

    Not assessed when no ticket says whether it was an outage, nothing is known of the period, or a calendar is missing.
    Source: ITIL's definition, (agreed service time - downtime) / agreed service time.
    """
    outages, hours, known = _watched(tickets, service_levels, calendars, holidays, period)
    here = hours[hours["month"].isin(period.months_index())]
    agreed, down, until = float(here["agreed"].sum()), float(here["down"].sum()), last_look(tickets, period)
    begun = start_of(period.start, zone_of(tickets))
    touching = outages[(outages["end"].isna() | (outages["end"] > begun)) & ~outages["lost"]]
    lost = outages[outages["lost"] & outages["month"].isin(period.months_index())]
    monthly = hours.groupby("month")[["agreed", "down"]].sum().reindex(known.index)
    chart = charted_values(
        (monthly["agreed"] - monthly["down"]) / monthly["agreed"].where(monthly["agreed"] > 0), period, 1
    )
    value, gaps = (agreed - down) / agreed, gap_words(known, period)
    whole = (here["level"] == ALL_SERVICES).all()
    return Measured(
        unit="share",
        value=value,
        n=len(touching),
        n_of="outage" if len(touching) == 1 else "outages",
        counted=True,
        interval=WATCHED,
        numerator=agreed - down,
        denominator=agreed,
        claim=f"Service ran in {'at most ' if len(lost) else ''}{_fine(value)} of the {number(agreed)} agreed hours of {period}"
        f"{f' ({gaps})' if gaps else ''}; it was down for {number(down, 'hours')} in {plural(len(touching), 'outage')}.",
        because=joined(
            gaps,
            "no service level names availability, so all hours count, and an outage of any service" if whole else "",
            _cause_words(touching),
            _lost_words(lost),
        ),
        parts={
            "month": chart.table,
            "level": _by_level(here),
            "rows": _longest(touching, until),
        },
    )


def _fine(share: float) -> str:
    """A share near 1 with the digits that tell it from 1."""
    return f"{share * 100:.3f} %" if 0.99 < share < 1 else number(share, "share")


def _cause_words(outages: pd.DataFrame) -> str:
    """How many outages somebody else than the vendor caused, as both sides agreed."""
    others = int(outages["caused_by"].isin(["client", "third_party"]).sum())
    return (
        f"{others:,} of {plural(len(outages), 'outage')} not caused by the vendor, as both sides agree"
        if others
        else ""
    )


def _by_level(hours: pd.DataFrame) -> pd.DataFrame:
    """Availability of each level, with its target as last agreed."""
    sums = hours.groupby("level").agg(agreed=("agreed", "sum"), down=("down", "sum"), target=("target", "last"))
    value = (sums["agreed"] - sums["down"]) / sums["agreed"].where(sums["agreed"] > 0)
    return sums.assign(value=value).reset_index()[["level", "value", "target", "agreed", "down"]]


@measure("Mean time between failures", better="higher", unit="hours")
def time_between_failures(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """Agreed service hours of the period less hours down, over the outages that began in it: the mean time that service runs
    until it fails (MTBF). Outages and agreed hours are those of availability; overlapping outages are one failure, and one
    outside the agreed hours is none.

    tickets, service_levels, calendars, holidays: as for availability. low and high: exact, for failures at a constant rate.
    Without a failure the value has no limit, but `low` says how long it is at least. Part `month`: hours of service and
    failures of each month, with the mean time and its interval. numerator and denominator: hours and failures.

    Not assessed as availability is. Source: IEC 60605-4, chi-square limits of a time-terminated test.
    """
    outages, hours, known = _watched(tickets, service_levels, calendars, holidays, period)
    sums = hours.groupby("month")[["agreed", "down", "failures"]].sum().reindex(known.index)
    running = (sums["agreed"] - sums["down"]).clip(lower=0.0)
    inside = sums.index.isin(period.months_index())
    failures, ran = int(sums.loc[inside, "failures"].sum()), float(running[inside].sum())
    if not ran:
        raise NotAssessed(f"service was down in all agreed hours of {period}")
    found = _between(failures, ran)
    monthly = [_between(int(n), ran) for n, ran in zip(sums["failures"].fillna(0), running.fillna(0.0), strict=True)]
    lost = outages[outages["lost"] & outages["month"].isin(period.months_index())]
    table = pd.DataFrame(monthly, columns=["value", "low", "high"])
    table = table.assign(
        month=sums.index, in_period=inside, hours=running.to_numpy(), failures=sums["failures"].to_numpy()
    )
    gaps = gap_words(known, period)
    return Measured(
        unit="hours",
        value=found.value,
        low=found.low,
        high=found.high,
        n=failures,
        n_of="failure" if failures == 1 else "failures",
        interval="95 %, exact for failures at a constant rate (chi-square)",
        numerator=ran,
        denominator=float(failures),
        claim=f"Service ran {spread_words(found.value, found.low, found.high, 'hours')} between failures on average: "
        f"{plural(failures, 'failure')} in {number(ran, 'hours')} of service in {period}."
        if failures
        else f"There was no failure in {number(ran, 'hours')} of service in {period}; the mean time between failures is at "
        f"least {number(found.low, 'hours')}.",
        because=joined(gaps, _lost_words(lost)),
        parts={"month": table[["month", "value", "low", "high", "in_period", "hours", "failures"]]},
    )


def _between(failures: int, hours: float) -> Interval:
    """Mean time between failures; without any it has no limit, unless nothing ran."""
    found = mean_time_between_failures(failures, hours)
    return found if failures or not hours else found._replace(value=float("inf"))


# ----------------------------------------------------------------------------------------------------------- time to mend
@measure("Mean time to restore service", better="lower", unit="hours")
def time_to_restore(tickets: pd.DataFrame, *, period: Period, longest_hours: float = LONGEST) -> Measured:
    """Mean hours from when an outage was opened until service worked again: until it was mitigated, if by a workaround, else
    resolved. Of tickets marked as outages and opened in the period, whoever caused them; hours of the clock, not agreed
    hours. One that lasts at the period's end counts for as long as it was watched; what takes longer than `longest_hours`
    (30 days) counts as that long.

    tickets: one row a ticket. The area under the Kaplan-Meier curve. low and high: 95 % from its standard error on the scale
    of logarithms, Student's t. Tickets that do not say when service came back are left out and named. Parts: `quantile`
    (median and P90: one long outage can rule a mean), `month`, `priority`, `rows` (the longest).

    Not assessed when no ticket says whether it was an outage, or none of the period can be measured. Source: J. Klein and M.
    Moeschberger, Survival Analysis, 2nd ed. 2003, section 4.5; the definition of MTTR: own. Of simulated intervals
    over 5 to 20 outages 92 to 94 in 100 hold the truth where times are exponential, 89 to 91 where their logarithms have a
    standard deviation of 1 and 80 to 83 where it is 1.5: of a mean so ruled by rare long outages, few outages tell little.
    """
    return _time_to(tickets, period, "mitigation", "restore service after", longest_hours)


@measure("Mean time to repair", better="lower", unit="hours")
def time_to_repair(tickets: pd.DataFrame, *, period: Period, longest_hours: float = LONGEST) -> Measured:
    """Mean hours from when an outage was opened until it was resolved for the last time, so that a workaround is not the end.
    Of tickets marked as outages and opened in the period, whoever caused them; hours of the clock, not agreed hours. One
    that is open at the period's end counts for as long as it was watched; what takes longer than `longest_hours` (30 days)
    counts as that long.

    tickets: one row a ticket. Interval and parts as for `time_to_restore`. Tickets that are resolved and do not say when are
    left out and named.

    Not assessed when no ticket says whether it was an outage, or none of the period can be measured. Source: J. Klein and M.
    Moeschberger, Survival Analysis, 2nd ed. 2003, section 4.5; the definition of MTTR: own.
    """
    return _time_to(tickets, period, "resolution", "repair", longest_hours)


def _time_to(tickets: pd.DataFrame, period: Period, by: str, what: str, longest: float) -> Measured:
    """The mean time from the opening of an outage to an end, with its parts."""
    until = last_look(tickets, period)
    outages = outages_of(tickets, until, by)
    known = known_months(tickets, months_of(tickets["opened"]), period)
    inside = known_of(known, period, "tickets")
    here, lost = (outages[outages["month"].isin(inside) & outages["lost"].eq(flag)] for flag in (False, True))
    if here.empty:
        raise NotAssessed(joined(f"no outage was opened in {period} whose end could be known", _lost_words(lost)))
    curve = _curve(here, until)
    mean, middle, late = _mean(curve, longest), quantile(curve), quantile(curve, 0.9)
    still = f", {curve.censored:,} of them not over" if curve.censored else ""
    return Measured(
        unit="hours",
        value=mean.value,
        low=mean.low,
        high=mean.high,
        n=curve.n,
        n_of="outage" if curve.n == 1 else "outages",
        interval="none: fewer than two outages ended"
        if np.isnan(mean.low)
        else "95 % from the standard error of the mean under the Kaplan-Meier curve, on the scale of logarithms",
        claim=f"It took {spread_words(mean.value, mean.low, mean.high, 'hours')} on average to {what} an outage opened in "
        f"{period} ({plural(curve.n, 'outage')}{still}); for half of them at most {number(middle.value, 'hours')}."
        if not np.isnan(middle.value)
        else f"It took {spread_words(mean.value, mean.low, mean.high, 'hours')} on average to {what} an outage opened in "
        f"{period} ({plural(curve.n, 'outage')}{still}).",
        because=joined(gap_words(known, period), _lost_words(lost), _cause_words(here)),
        parts={
            "quantile": pd.DataFrame(
                [["median", *middle], ["90 %", *late]], columns=["quantile", "value", "low", "high"]
            ),
            "month": _times_by_month(outages[~outages["lost"]], until, known, period, longest),
            "priority": _times_by_priority(here, until, longest),
            "rows": _longest(here, until),
        },
    )


def _curve(outages: pd.DataFrame, until: pd.Timestamp) -> Survival:
    """The Kaplan-Meier curve of hours from opening to end; what has none has lasted until the last look."""
    return kaplan_meier(elapsed(outages["opened"], outages["end"].fillna(until)), outages["end"].notna())


def _mean(curve: Survival, longest: float) -> Interval:
    """The mean up to the horizon, or to the longest that was watched where some still last; ends never below zero."""
    estimate = restricted_mean(curve, longest if curve.censored == 0 else min(longest, curve.last))
    if not estimate.value > 0 or np.isnan(estimate.se):
        return Interval(estimate.value, NAN, NAN)
    relative = (estimate.interval[1] - estimate.value) / estimate.value
    return Interval(estimate.value, estimate.value * np.exp(-relative), estimate.value * np.exp(relative))


def _times_by_month(
    outages: pd.DataFrame, until: pd.Timestamp, known: pd.Series, period: Period, longest: float
) -> pd.DataFrame:
    """The mean of the outages opened in each month, as they stood at the last look."""
    shown = outages[outages["month"].isin(known.index[known])]
    means = {month: _mean(_curve(rows, until), longest) for month, rows in shown.groupby("month")}
    unknown = Interval(NAN, NAN, NAN)
    table = pd.DataFrame([means.get(month, unknown) for month in known.index], columns=["value", "low", "high"])
    table.insert(0, "month", known.index)
    return table.assign(in_period=table["month"].isin(period.months_index()))


def _times_by_priority(outages: pd.DataFrame, until: pd.Timestamp, longest: float) -> pd.DataFrame:
    """The mean of each priority."""
    names = ("P" + outages["priority"].astype("str")).where(outages["priority"].notna(), "not given")
    groups = {name: _curve(rows, until) for name, rows in outages.groupby(names)}
    table = pd.DataFrame([_mean(curve, longest) for curve in groups.values()], columns=["value", "low", "high"])
    table.insert(0, "priority", list(groups))
    return table.assign(n=[curve.n for curve in groups.values()])
