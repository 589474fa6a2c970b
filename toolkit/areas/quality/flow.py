"""Does the work get done, and done right: what is open and how old, and what came back or was passed on."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.look import SHOWN
from toolkit.areas.monthly import MIN_CHART, charted_values, course
from toolkit.areas.quality.clock import MOMENT, bare, cancelled, elapsed, last_look, left, over
from toolkit.areas.shares import monthly_share, share_of, shares_by
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.trends import sen_slope
from toolkit.tables import months_of

GROUPS = 12  # teams listed, those with most tickets
HOURS = 24  # of a day


# ------------------------------------------------------------------------------------------------------------- the backlog
@measure("Backlog", better="lower", unit="tickets")
def backlog(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Tickets open at the period's end: opened by then, and neither resolved, closed nor cancelled.

    A ticket leaves when it is resolved, or else closed; one that carries a moment of resolution but is open again by its
    state has not left. Tickets that are over without any moment are left out of every month, since nobody knows when they
    left; tickets opened before the file begins are not in it. All kinds of tickets, however they came about.

    A full count. Parts: month (open at each month's end, arrivals, departures, on an individuals chart), age (P50, P90 and
    the oldest of those open, in days around the clock), priority (open, and the median age in days). Source: own
    definition; trend by P. Sen, JASA 63 (1968) 1379-1389.
    """
    until = last_look(tickets, period)
    rows = tickets[tickets["opened"] < until]
    if rows.empty:
        raise NotAssessed(f"no ticket was opened by the end of {period}")
    gone = left(rows, until)
    unknown = gone.isna() & over(rows, until)
    rows, gone = rows[~unknown], gone[~unknown]
    still = rows[gone.isna()]
    days = elapsed(still["opened"], pd.Series(until, index=still.index)) / HOURS
    months = _stock(rows, gone, period, (until - MOMENT).tz_localize(None).to_period("M"))
    inside = months["in_period"]
    came, went = int(months.loc[inside, "arrivals"].sum()), int(months.loc[inside, "departures"].sum())
    dropped = int(unknown.sum())
    return Measured(
        unit="tickets",
        value=float(len(still)),
        n=len(rows),
        n_of="ticket" if len(rows) == 1 else "tickets",
        counted=True,
        interval=COUNTED,
        claim=f"{plural(len(still), 'ticket')} {'was' if len(still) == 1 else 'were'} open at the end of {period}"
        + (f", half of them older than {number(float(days.median()), 'days')}" if len(still) else "")
        + f"; {came:,} came and {went:,} left in it.",
        because=joined(
            _trend_words(months),
            f"{plural(dropped, 'ticket')} over without any moment left out" if dropped else "",
        ),
        parts={"month": months, "age": _ages(days), "priority": _open_by_priority(still, days)},
    )


def _stock(rows: pd.DataFrame, gone: pd.Series, period: Period, last: pd.Period) -> pd.DataFrame:
    """Arrivals, departures and what is open at each month's end, on an individuals chart; unknown after the last month."""
    opened, ended = months_of(rows["opened"]), months_of(gone.dropna())
    first = opened.min()
    months = pd.period_range(min(first, period.start), period.end, freq="M")
    came = opened.value_counts().reindex(months, fill_value=0)
    went = ended.value_counts().reindex(months, fill_value=0)
    stock = (came.cumsum() - went.cumsum()).astype("float64").where(months <= last)
    shown = months[-max(SHOWN, period.months) :]
    table = charted_values(stock[shown], period).table
    return table.assign(arrivals=came[shown].to_numpy(), departures=went[shown].to_numpy())


def _trend_words(months: pd.DataFrame) -> str:
    """Whether the backlog has grown or shrunk over the months shown; its months are much alike, so the test allows for it."""
    values = pd.Series(months["value"].to_numpy(), index=pd.PeriodIndex(months["month"]))
    if values.count() < MIN_CHART:
        return ""
    slope, low, high = sen_slope(values, lags=1)
    since = month_words(values.index[0])
    if low <= 0 <= high:
        return f"no trend beyond chance since {since}"
    way = "growing" if slope > 0 else "shrinking"
    near, far = sorted((abs(low), abs(high)))
    return f"{way} by {number(abs(slope), 'tickets')}{bracket(near, far)} a month since {since}"


def _ages(days: pd.Series) -> pd.DataFrame:
    values = [days.median(), days.quantile(0.9), days.max()]
    table = pd.DataFrame({"age": ["P50", "P90", "oldest"], "value": np.asarray(values, dtype=float)})
    table.attrs["unit"] = "days"
    return table


def _open_by_priority(still: pd.DataFrame, days: pd.Series) -> pd.DataFrame:
    groups = days.groupby(still["priority"])
    table = groups.agg(["size", "median"])
    return pd.DataFrame(
        {
            "priority": table.index.to_numpy(),
            "value": table["size"].to_numpy(dtype=float),
            "median_age_days": table["median"].to_numpy(dtype=float),
        }
    )


# ---------------------------------------------------------------------------------------------------- done right, or again
@measure("Tickets reopened", better="lower", unit="share")
def reopened_share(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tickets resolved in the period that had been reopened at least once before.

    A ticket counts in the month in which it was resolved, or else closed, for the last time; cancelled ones and those that
    do not say how often they were reopened are left out. One resolved lately may yet come back, so the last weeks look
    better than they will. Tickets reopened and still open are named beside it.

    low and high: Wilson's interval, widened where tickets opened on one day fare alike. Parts: month (p chart), priority,
    group. Not assessed where no ticket says how often it was reopened. Source: own definition; E. Wilson, JASA 22 (1927)
    209-212.
    """
    done = _done(tickets, ("reopens",), period)
    again = tickets["reopens"].gt(0).fillna(False) & left(tickets, last_look(tickets, period)).isna()
    waiting = int((again & ~over(tickets, last_look(tickets, period))).sum())
    open_again = f"{plural(waiting, 'reopened ticket')} still open" if waiting else ""
    return _share(done, done["reopens"] > 0, period, "had been reopened", open_again)


@measure("Tickets passed on", better="lower", unit="share")
def reassigned_share(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tickets resolved in the period that had passed from one team to another at least once.

    Tickets, months, interval and parts as in `quality.reopened_share`, with `reassignments`. To pass a ticket on to the team
    that can mend it is no fault; many rounds are.

    Not assessed where no ticket says how often it was passed on. Source: own definition.
    """
    done = _done(tickets, ("reassignments",), period)
    return _share(done, done["reassignments"] > 0, period, "had been passed from team to team", "")


@measure("Tickets right the first time", better="higher", unit="share")
def first_time_right(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tickets resolved in the period that were neither reopened nor passed from team to team.

    Tickets, months, interval and parts as in `quality.reopened_share`; a ticket counts only where both `reopens` and
    `reassignments` are known.

    Not assessed where no ticket says both. Source: own definition.
    """
    done = _done(tickets, ("reopens", "reassignments"), period)
    right = (done["reopens"] == 0) & (done["reassignments"] == 0)
    return _share(done, right, period, "were neither reopened nor passed on", "")


def _done(tickets: pd.DataFrame, needed: tuple[str, ...], period: Period) -> pd.DataFrame:
    """Tickets that left by the period's end and say what is needed, with the month in which they left."""
    names = " and ".join(needed)
    known = tickets[list(needed)].notna().all(axis="columns")
    if not known.any():
        raise NotAssessed(f"no ticket says {names}; supply {'it' if len(needed) == 1 else 'them'} in tickets")
    until, tickets = last_look(tickets, period), bare(tickets)
    gone = left(tickets, until)
    chosen = known & gone.notna() & (tickets["opened"] < until) & ~cancelled(tickets, until)
    done = tickets.loc[chosen, ["opened", "priority", "group", *needed]].assign(month=months_of(gone[chosen]))
    silent = gone.notna() & ~known & ~cancelled(tickets, until)
    done.attrs = {"silent": int((silent & months_of(gone).isin(period.months_index())).sum()), "names": names}
    if not done["month"].isin(period.months_index()).any():
        raise NotAssessed(f"no ticket resolved in {period} says {names}")
    return done


def _share(done: pd.DataFrame, flags: pd.Series, period: Period, verb: str, note: str) -> Measured:
    """A share of the tickets resolved in the period, with its parts."""
    flags = flags.astype(bool)
    inside = done["month"].isin(period.months_index())
    chosen = flags[inside]
    months = monthly_share(flags, done["month"], period)
    silent = done.attrs["silent"]
    return share_of(
        chosen,
        f"resolved in {period} {verb}",
        noun="ticket",
        days=done.loc[inside, "opened"],
        because=joined(
            course(months, "share"),
            note,
            f"{plural(silent, 'ticket')} left out for not saying {done.attrs['names']}" if silent else "",
        ),
        parts={
            "month": months.table,
            "priority": shares_by(chosen, done.loc[inside, "priority"], "priority"),
            "group": _largest(shares_by(chosen, done.loc[inside, "group"], "group")),
        },
    )


def _largest(groups: pd.DataFrame) -> pd.DataFrame:
    """The teams with most tickets."""
    return groups.sort_values("n", ascending=False, kind="stable", ignore_index=True).head(GROUPS)
