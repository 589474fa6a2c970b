"""How long does it take: time to resolve and to acknowledge, with open tickets taken for what they are, and its change."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.curves import curve_points
from toolkit.areas.look import SHOWN
from toolkit.areas.monthly import Months, charted_values, course, start_of
from toolkit.areas.quality.clock import bare, cancelled, elapsed, ended, last_look, over, rows_of
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number, spread_words
from toolkit.stats.intervals import difference
from toolkit.stats.survival import Survival, kaplan_meier, log_rank, quantile, restricted_mean
from toolkit.tables import months_of

HORIZON = 720.0  # hours; what takes longer counts as these thirty days in a restricted mean
FEWEST = 5  # tickets that ended, below which neither a median nor a mean is told
RARE = 0.05  # p below which chance alone is said to bring a difference rarely
METHOD = "95 % interval of the Kaplan-Meier median (Brookmeyer and Crowley)"


def durations(
    tickets: pd.DataFrame,
    what: str,
    since: pd.Timestamp,
    until: pd.Timestamp,
    judged_tickets: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """How long each ticket opened since then took, or has taken by the last look.

    One row a ticket: hours (to its end, or to the last look), done (whether it ended by then), month (of its opening),
    priority, kind, unsaid (it is over, and no moment says when: hours are those to its closure, if that is known).
    Cancelled tickets are left out, since they were never resolved. With judged tickets, hours are agreed ones less the
    pauses that stop the clock, of tickets with such a service level.
    """
    tickets = bare(tickets)
    rows = tickets.loc[tickets["opened"].between(since, until, inclusive="left") & ~cancelled(tickets, until)]
    ends = ended(rows, what, until)
    unsaid = ends.isna() & over(rows, until)
    known = ends.fillna(rows["closed"].where(unsaid)).mask(unsaid & rows["closed"].isna())
    table = rows[["priority", "kind"]].assign(
        hours=elapsed(rows["opened"], known.where(known.notna() | unsaid, until)),
        done=ends.notna(),
        month=months_of(rows["opened"]),
        unsaid=unsaid,
    )
    if judged_tickets is None:
        return table
    judged_tickets = bare(judged_tickets)
    agreed = judged_tickets[judged_tickets["measure"].eq(what) & judged_tickets["opened"].ge(since)]
    agreed = agreed[["ticket", "elapsed_hours"]].drop_duplicates("ticket")
    place = rows_of(agreed, rows["ticket"])
    hours = agreed["elapsed_hours"].to_numpy()[place] if len(agreed) else np.full(len(rows), NAN)
    return table.assign(hours=np.where(place >= 0, hours, NAN)).dropna(subset="hours")


def _from(month: pd.Period, tickets: pd.DataFrame) -> pd.Timestamp:
    """The first moment of a month, on the clocks of the tickets."""
    return start_of(month, tickets["opened"].dt.tz)


@measure("Time to resolve", better="lower", unit="hours")
def time_to_resolve(
    tickets: pd.DataFrame, judged_tickets: pd.DataFrame | None = None, *, period: Period, horizon_hours: float = HORIZON
) -> Measured:
    """Hours within which half of the tickets opened in the period were resolved, around the clock, as the client lives them.

    From opened to the last resolution. A ticket that is open at the period's end has taken at least so long and is counted
    for that (Kaplan-Meier), never dropped. Cancelled tickets are left out, and so are those that are over without a moment
    of resolution: how many, and what the median would be had they been resolved when they were closed, is said beside it.

    judged_tickets, where they exist, add the same in agreed hours less the pauses that stop the clock (part `statistic`).
    low and high: 95 % interval of the median. Parts: statistic (median, P90, mean of at most `horizon_hours`), priority and
    kind (medians), month (medians of tickets opened in it), curve (hours, and the share still open after them).

    Not assessed when fewer than five were resolved, or fewer than half. Source: E. Kaplan and P. Meier, JASA 53 (1958)
    457-481; R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41.
    """
    until = last_look(tickets, period)
    rows = durations(tickets, "resolution", _from(min(period.end - SHOWN + 1, period.start), tickets), until)
    since = _from(period.start, tickets)
    agreed = None if judged_tickets is None else durations(tickets, "resolution", since, until, judged_tickets)
    return _time(rows, agreed, period, ("resolved", "resolution"), horizon_hours)


@measure("Time to acknowledge", better="lower", unit="hours")
def time_to_acknowledge(
    tickets: pd.DataFrame, judged_tickets: pd.DataFrame | None = None, *, period: Period, horizon_hours: float = HORIZON
) -> Measured:
    """Hours within which half of the tickets opened in the period were acknowledged, around the clock.

    From opened to acknowledged. Open tickets, tickets without that moment, parts and interval as in
    `quality.time_to_resolve`.

    Not assessed where no ticket says when it was acknowledged. Source: as there.
    """
    if tickets["acknowledged"].isna().all():
        raise NotAssessed("no ticket says when it was acknowledged; supply the column acknowledged in tickets")
    until = last_look(tickets, period)
    rows = durations(tickets, "response", _from(min(period.end - SHOWN + 1, period.start), tickets), until)
    since = _from(period.start, tickets)
    agreed = None if judged_tickets is None else durations(tickets, "response", since, until, judged_tickets)
    return _time(rows, agreed, period, ("acknowledged", "acknowledgement"), horizon_hours)


def _time(
    rows: pd.DataFrame, agreed: pd.DataFrame | None, period: Period, words: tuple[str, str], horizon: float
) -> Measured:
    """The measure from the durations of all tickets, in hours around the clock and perhaps in agreed ones."""
    verb, noun = words
    inside = rows[rows["month"].isin(period.months_index())]
    curve = _curve(inside)
    finished = curve.n - curve.censored
    if finished < FEWEST:
        raise NotAssessed(f"{plural(finished, 'ticket')} opened in {period} were {verb}; {FEWEST} are needed")
    value, low, high = quantile(curve)
    if math.isnan(value):
        at_least = f"; the median is {number(low, 'hours')} or more" if low > 0 else ""
        raise NotAssessed(f"fewer than half of the tickets opened in {period} were {verb} by its end{at_least}")
    months = _monthly(rows, period)
    unsaid = inside["unsaid"]
    return Measured(
        unit="hours",
        value=value,
        low=low,
        high=high if math.isfinite(high) else NAN,
        n=curve.n,
        n_of="ticket" if curve.n == 1 else "tickets",
        interval=METHOD if math.isfinite(high) else "none: too few were " + verb + " to bound the median from above",
        claim=f"Half of the {curve.n:,} tickets opened in {period} were {verb} within "
        f"{spread_words(value, low, high if math.isfinite(high) else NAN, 'hours')}"
        + (f", the {curve.censored:,} still open counted as open." if curve.censored else "."),
        because=joined(course(months, "hours"), _unsaid_words(inside, noun) if unsaid.any() else ""),
        parts={
            "month": months.table,
            "statistic": _statistics(curve, _agreed_curve(agreed, period), horizon),
            "priority": _by(inside, "priority"),
            "kind": _by(inside, "kind"),
            "curve": curve_points(curve, "hours"),
        },
    )


def _curve(rows: pd.DataFrame) -> Survival:
    """The Kaplan-Meier curve of the tickets that say when they ended, or are still open."""
    said = rows[~rows["unsaid"]]
    return kaplan_meier(said["hours"].to_numpy(), said["done"].to_numpy())


def _agreed_curve(agreed: pd.DataFrame | None, period: Period) -> Survival | None:
    if agreed is None:
        return None
    rows = agreed[agreed["month"].isin(period.months_index())]
    return _curve(rows) if len(rows) else None


def _unsaid_words(inside: pd.DataFrame, noun: str) -> str:
    """How many are over without a moment, and what the median would be had they ended when they were closed."""
    n = int(inside["unsaid"].sum())
    said = f"{plural(n, 'ticket')} over without a moment of {noun} {'is' if n == 1 else 'are'} left out"
    closed = inside["unsaid"] & inside["hours"].notna()
    if not closed.any():
        return said
    other = quantile(kaplan_meier(inside["hours"].to_numpy(), (inside["done"] | closed).to_numpy())).value
    return f"{said}; had they ended when they were closed, half would have been done within {number(other, 'hours')}"


def _monthly(rows: pd.DataFrame, period: Period) -> Months:
    """The median of the tickets opened in each month, on an individuals chart."""
    first = min(max(rows["month"].min(), period.end - SHOWN + 1), period.start)
    months = pd.period_range(first, period.end, freq="M")
    groups = dict(tuple(rows[["hours", "done", "unsaid"]].groupby(rows["month"])))
    medians = [_median(groups[month]) if month in groups else (NAN, NAN, NAN, 0) for month in months]
    table = pd.DataFrame(medians, columns=["value", "low", "high", "n"], index=months)
    charted = charted_values(table["value"], period)
    ends = {name: table[name].to_numpy() for name in ("low", "high", "n")}
    return charted._replace(table=charted.table.assign(**ends))


def _median(rows: pd.DataFrame) -> tuple[float, float, float, int]:
    """Median, its interval, and how many tickets; NaN where fewer than five ended."""
    curve = _curve(rows)
    if curve.n - curve.censored < FEWEST:
        return NAN, NAN, NAN, curve.n
    value, low, high = quantile(curve)
    return value, low, high if math.isfinite(high) else NAN, curve.n


def _by(inside: pd.DataFrame, column: str) -> pd.DataFrame:
    """The median by priority or kind, with how many tickets and how many of them are still open."""
    groups = inside[~inside["unsaid"]].groupby(column)
    rows = [(name, *_median(group), int((~group["done"]).sum())) for name, group in groups]
    return pd.DataFrame(rows, columns=[column, "value", "low", "high", "n", "open"])


def _statistics(curve: Survival, agreed: Survival | None, horizon: float) -> pd.DataFrame:
    """Median, P90 and restricted mean around the clock, and the first two in agreed hours."""
    tau = _horizon(curve, horizon)
    mean = restricted_mean(curve, tau)
    rows = [
        ("median", *quantile(curve)),
        ("P90", *quantile(curve, 0.9)),
        (f"mean, {number(tau, 'hours')} at most", mean.value, *mean.interval),
    ]
    if agreed is not None:
        rows += [("median, agreed hours", *quantile(agreed)), ("P90, agreed hours", *quantile(agreed, 0.9))]
    table = pd.DataFrame(rows, columns=["statistic", "value", "low", "high"])
    return table.replace(math.inf, NAN)


def _horizon(curve: Survival, horizon: float) -> float:
    """How much of each ticket a mean can count: all of the horizon, or what was watched while some are still open."""
    return horizon if curve.share[-1] == 0 else min(horizon, curve.last)


@measure("Change of the time to resolve", better="lower", unit="hours")
def time_to_resolve_change(tickets: pd.DataFrame, *, period: Period, horizon_hours: float = HORIZON) -> Measured:
    """By how many hours the mean time to resolve differs from the period before, tickets opened in either compared.

    The mean counts at most `horizon_hours` of each ticket (less where one of the periods was not watched so long), so that
    open tickets can be counted for what they are. Hours around the clock; tickets left out as in
    `quality.time_to_resolve`. Below zero: faster. low and high: 95 % interval of the difference.

    Part `comparison`: against the period before and against the same months a year earlier, each with the log-rank test's
    p. Not assessed when fewer than five tickets of either period were resolved. Source: restricted means, P. Royston and
    M. Parmar, BMC Medical Research Methodology 13 (2013) 152; log-rank, N. Mantel, Cancer Chemotherapy Reports 50 (1966)
    163-170.
    """
    since = _from(period.year_before().start, tickets)
    rows = durations(tickets, "resolution", since, last_look(tickets, period))
    rows = rows[~rows["unsaid"]]
    others = {"the period before": period.before(), "a year earlier": period.year_before()}
    if period.months == 12:
        del others["a year earlier"]
    table = pd.DataFrame(
        [(name, str(other), *_compared(rows, period, other, horizon_hours)) for name, other in others.items()],
        columns=["comparison", "period", "value", "low", "high", "mean_now", "mean_then", "at_most", "p", "n"],
    )
    first = table.iloc[0]
    if math.isnan(first["value"]):
        raise NotAssessed(f"too few tickets of {period} or {first['period']} were resolved to compare them")
    yearly = table[(table["comparison"] == "a year earlier") & table["value"].notna()]
    return Measured(
        unit="hours",
        value=first["value"],
        low=first["low"],
        high=first["high"],
        n=int(first["n"]),
        n_of="tickets",
        interval="95 % interval of the difference of two restricted means",
        claim=f"A ticket opened in {period} took {number(first['mean_now'], 'hours')} on average, {_course_words(first)}.",
        because=joined(
            f"no more than {number(first['at_most'], 'hours')} of each ticket are counted",
            f"that is {_course_words(yearly.iloc[0])}" if len(yearly) else "",
        ),
        parts={"comparison": table.drop(columns="n")},
    )


def _course_words(row: pd.Series) -> str:
    """'12.1 hours less (5.0 to 19.2) than in 2025-Q4 (chance alone ..., log-rank p = 0.010)'."""
    low, high = row["low"], row["high"]
    side = "less" if row["value"] < 0 else "more"
    ends = bracket(*sorted((abs(low), abs(high))))
    if low < 0 < high:
        ends = f" ({number(-low)} less to {number(high)} more)"
    chance = "can bring that" if row["p"] >= RARE else "would rarely bring such a difference"
    p = "p below 0.001" if row["p"] < 0.001 else f"p = {row['p']:.3f}"
    size = f"{number(abs(row['value']), 'hours')} {side}{ends}"
    return f"{size} than in {row['period']} (chance alone {chance}; log-rank {p})"


def _compared(
    rows: pd.DataFrame, period: Period, other: Period, horizon: float
) -> tuple[float, float, float, float, float, float, float, int]:
    """Difference of restricted means with its interval, both means, their horizon, the log-rank p and n; NaN if too few."""
    now, then = (rows[rows["month"].isin(item.months_index())] for item in (period, other))
    curves = [_curve(now), _curve(then)]
    n = sum(curve.n for curve in curves)
    if min(curve.n - curve.censored for curve in curves) < FEWEST:
        return (*[NAN] * 7, n)  # type: ignore[return-value]
    tau = min(_horizon(curve, horizon) for curve in curves)
    mean_now, mean_then = (restricted_mean(curve, tau) for curve in curves)
    change = difference(mean_now, mean_then)
    both = pd.concat([now.assign(when=1), then.assign(when=0)])
    p = log_rank(both["hours"], both["done"], both["when"]).p
    return change.value, *change.interval, mean_now.value, mean_then.value, tau, p, n
