"""Signs that a number is being managed: each a measured share beside what chance, other tickets or the past would give.

None of them is proof of anything. A team that works first on what is nearly due, a priority that was set too high at
first, a large ticket rightly split: each brings the same picture. They say where to ask.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.look import SHOWN
from toolkit.areas.monthly import MIN_CHART, charted_values, course
from toolkit.areas.quality.clock import cancelled, last_look, left, over, pauses_of, rows_of
from toolkit.areas.quality.levels import NEEDED, ROUNDING, timed_tickets
from toolkit.areas.shares import EVIDENCE, WILSON, monthly_share, share_of, shares_by
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.bunching import bunching
from toolkit.stats.calendars import around_the_clock, paused_hours
from toolkit.stats.proportions import chance_of_at_least, newcombe, wilson
from toolkit.stats.rates import poisson_rate
from toolkit.stats.trends import mann_kendall, sen_slope
from toolkit.tables import months_of

WINDOW = 12  # months looked at, up to the period's end: one period holds too few of these
LATE = 0.75  # of the limit, from which a change of priority comes late
AFTER = 2.0  # times the limit, up to which it counts: what is open for years would hide the days around the limit
JUST_BEFORE = 0.9  # of the limit, from which an end comes just before it
DAYS = 7  # in which a ticket comes back
FEWEST = 20  # of what is counted, below which a share of it tells nothing
DONE = ("resolved", "closed")
ASK = "a sign to ask about, not proof:"


def window(period: Period) -> pd.PeriodIndex:
    """The last twelve months up to the period's end, or the period if it is longer."""
    return pd.period_range(period.end - max(WINDOW, period.months) + 1, period.end, freq="M")


def _span(period: Period) -> str:
    months = window(period)
    return f"the {len(months)} months to {months[-1]}"


def _p_words(p: float) -> str:
    return "p below 0.001" if p < 0.001 else f"p = {p:.3f}"


# ----------------------------------------------------------------------------------------------- just under the limit
@measure("Tickets bunched just under their limit", better="lower", unit="share")
def bunched_under_limit(judged_tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Share of tickets that end in the last twentieth before their limit, beyond what a smooth course of times would bring.

    Tickets decided in the last twelve months by a service level, and ended, excluded ones left out; their hours on the
    clock of the level as a share of its limit. Counts between half the limit and one and a half are taken to follow a smooth
    curve, fitted without the last twentieth and what lies just above the limit. To work first on what is nearly due brings
    the same picture.

    low and high: 95 % interval of the excess, a share of all these tickets. Part `bin`: from and to as shares of the limit,
    value (tickets) and expected; part `level`: tickets and the share in the last twentieth of each level. Not assessed with
    fewer than 50 endings around the limit. Source: E. Saez, American Economic Journal: Economic Policy 2(3) (2010) 180-212;
    R. Chetty and others, Quarterly Journal of Economics 126 (2011) 749-804.
    """
    rows = judged_tickets[judged_tickets["month"].isin(window(period)) & judged_tickets["excluded"].isna()]
    rows = rows[rows["ended"].notna() & (rows["limit_hours"] > 0) & rows["elapsed_hours"].notna()]
    found = bunching(rows["elapsed_hours"].to_numpy(), rows["limit_hours"].to_numpy())
    if math.isnan(found.excess):
        raise NotAssessed(
            f"too few of {plural(found.n, 'ticket')} of {_span(period)} ended around their limit to tell their course"
        )
    bins = found.bins.rename(columns={"low": "from", "high": "to", "count": "value", "smooth": "expected"})
    bins = bins.assign(value=bins["value"].astype(float), bin=_bin_names(found.bins))
    bins = bins[["bin", "from", "to", "value", "expected"]]
    bins.attrs["unit"] = "tickets"
    ratio = rows["elapsed_hours"] / rows["limit_hours"]
    near = (ratio > 0.95) & (ratio <= 1 + ROUNDING)
    return Measured(
        unit="share",
        value=found.excess,
        low=found.excess_low,
        high=found.excess_high,
        n=found.n,
        n_of="tickets",
        interval="95 % interval of the excess over a smooth course, rougher than chance where the times are",
        numerator=found.excess * found.n,
        denominator=float(found.n),
        claim=f"{number(found.share, 'share')} of {found.n:,} tickets of {_span(period)} ended in the last twentieth before "
        f"their limit, where a smooth course of times would bring {number(found.expected, 'share')} ({_p_words(found.p)}).",
        because=f"{ASK} working the nearly due first, and times recorded in coarse steps, give the same picture",
        parts={"bin": bins, "level": shares_by(near, rows["level"], "level")},
    )


def _bin_names(bins: pd.DataFrame) -> list[str]:
    return [f"{round(100 * low)}–{round(100 * high)} %" for low, high in zip(bins["low"], bins["high"], strict=True)]


# ------------------------------------------------------------------------------------------------ priorities and limits
@measure("Priorities lowered when the limit is near", better="lower", unit="share")
def lowered_before_breach(
    tickets: pd.DataFrame,
    ticket_changes: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_pauses: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """Share of lowered priorities that were lowered from three quarters of the resolution limit on, or after it.

    Tickets opened in the last twelve months, each with the priority that it was opened with and the limit of that; its
    first change of priority counts if it lowers it. Beside it stands what an even pace would give: the share of all time,
    in limits, that these tickets spent there with their first priority, up to twice the limit. A priority that was set too
    high is often found out late; that brings the same picture.

    low and high: Wilson's interval. Parts: phase (early and late: value: lowered priorities for a hundred limits of time,
    lowered, limits), rows (those lowered late). Not assessed with fewer than five lowered priorities. Source: own
    definition; chance by the binomial distribution.
    """
    recent = tickets[months_of(tickets["opened"]).isin(window(period))]
    stretches = _first_stretches(recent, ticket_changes, last_look(tickets, period))
    judged = _judged_as(stretches, service_levels, ticket_pauses, calendars, holidays, period)
    ratio = judged["elapsed_hours"] / judged["limit_hours"]
    lowered = judged["lowered"].astype(bool) & (ratio <= AFTER)
    late = lowered & (ratio >= LATE)
    time = {"early": ratio.clip(upper=LATE).sum(), "late": (ratio.clip(upper=AFTER) - LATE).clip(lower=0).sum()}
    n, found = int(lowered.sum()), int(late.sum())
    if n < 5:
        raise NotAssessed(f"{plural(n, 'priority was', 'priorities were')} lowered in {_span(period)}; 5 are needed")
    expected = float(time["late"] / (time["early"] + time["late"]))
    value, low, high = wilson(found, n)
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of="lowered priorities",
        interval=WILSON,
        numerator=float(found),
        denominator=float(n),
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of {n:,} priorities lowered in {_span(period)} were "
        f"lowered in the last quarter before their limit or after it, where an even pace would bring "
        f"{number(expected, 'share')} ({_p_words(chance_of_at_least(found, n, expected))}).",
        because=f"{ASK} that a priority was set too high may only be found out late",
        parts={"phase": _paces(n - found, found, time), "rows": _lowered_rows(judged[late], ratio[late])},
    )


def _first_stretches(tickets: pd.DataFrame, ticket_changes: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Each ticket as it was until its first change of priority: its first priority, and as its end that change if any."""
    changes = ticket_changes[ticket_changes["field"].eq("priority") & (ticket_changes["at"] < until)]
    first = changes.sort_values(["at", "change"]).drop_duplicates("ticket")
    old, new = (pd.to_numeric(first[name], errors="coerce") for name in ("old", "new"))
    first = first.assign(old=old, new=new)[old.notna() & new.notna()]
    rows = _as_ended(tickets, until)
    place = rows_of(first, rows["ticket"])  # -1, where it had none, is in no index
    told = first[["at", "old", "new"]].reset_index(drop=True).reindex(place).set_axis(rows.index)
    at = told["at"].astype(rows["opened"].dtype)
    changed = at.notna() & (at >= rows["opened"]) & ~(at > rows["resolved"])
    return rows.assign(
        priority=rows["priority"].mask(changed, told["old"].astype("Int64")),
        resolved=rows["resolved"].mask(changed, at),
        lowered=(changed & (told["new"] > told["old"])).to_numpy(),
        now=told["new"].astype("float64"),
    )


def _as_ended(tickets: pd.DataFrame, until: pd.Timestamp) -> pd.DataFrame:
    """Tickets as their moments tell them, for judging them at other moments: `resolved` is when they left, states are out.

    Cancelled tickets, and those that are over without any moment, are left out.
    """
    gone = left(tickets, until)
    chosen = (tickets["opened"] < until) & ~cancelled(tickets, until) & ~(gone.isna() & over(tickets, until))
    rows = tickets.loc[chosen, NEEDED]
    rows.attrs = dict(tickets.attrs)
    return rows.assign(
        resolved=gone[chosen],
        closed=pd.Series(pd.NaT, index=rows.index, dtype=rows["opened"].dtype),
        state=pd.Series(np.nan, index=rows.index, dtype="str"),
    )


def _judged_as(
    moments: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_pauses: pd.DataFrame | None,
    calendars: pd.DataFrame | None,
    holidays: pd.DataFrame | None,
    period: Period,
    further: tuple[str, ...] = ("priority", "lowered", "now"),
) -> pd.DataFrame:
    """Tickets judged by their resolution level as if they ended when `resolved` says, with the further columns they bring."""
    resolution = service_levels[service_levels["measure"] == "resolution"]
    if resolution.empty:
        raise NotAssessed("service_levels hold no limit for a resolution")
    timed = timed_tickets(moments, resolution, ticket_pauses, calendars, holidays, period=period)
    timed = timed[timed["excluded"].isna() & (timed["limit_hours"] > 0)]
    timed = timed[["ticket", "level", "ended", "elapsed_hours", "limit_hours", "row"]].drop_duplicates("row")
    own = moments[list(further)].iloc[timed["row"]].set_axis(timed.index)
    return timed.drop(columns="row").assign(**{name: own[name] for name in further}).reset_index(drop=True)


def _paces(early: int, late: int, time: dict[str, float]) -> pd.DataFrame:
    """How often priorities were lowered early and late, for a hundred limits of time."""
    counts, limits = np.array([early, late]), np.array([time["early"], time["late"]])
    value, low, high = poisson_rate(counts, limits / 100)
    names = ["before three quarters of the limit", "from three quarters of the limit on"]
    table = pd.DataFrame(
        {"phase": names, "value": value, "low": low, "high": high, "lowered": counts, "limits": limits}
    )
    table.attrs["unit"] = "lowered per 100 limits of time"
    return table


def _lowered_rows(late: pd.DataFrame, ratio: pd.Series) -> pd.DataFrame:
    """The priorities lowered late, as evidence, the latest first."""
    listed = late.assign(of_limit_share=ratio).nlargest(EVIDENCE, "of_limit_share")
    listed = listed.rename(columns={"priority": "from", "now": "to", "ended": "lowered_at"})
    listed = listed.assign(
        level=listed["level"].astype("str"), lowered_at=listed["lowered_at"].dt.strftime("%Y-%m-%d %H:%M")
    )
    return listed[["ticket", "level", "from", "to", "lowered_at", "of_limit_share"]].reset_index(drop=True)


# ------------------------------------------------------------------------------------------------- closed, and back again
@measure("Tickets back after an end just before the limit", better="lower", unit="share")
def closed_and_reopened(
    tickets: pd.DataFrame,
    service_levels: pd.DataFrame,
    ticket_changes: pd.DataFrame | None = None,
    ticket_pauses: pd.DataFrame | None = None,
    calendars: pd.DataFrame | None = None,
    holidays: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """By how much more often a ticket comes back within seven days when it was resolved just before its limit.

    Every resolution of the last twelve months, those after which seven days have not passed left out: just before the limit
    are those in its last tenth, beside all others. A ticket comes back when its state changes from resolved or closed to an
    open one, or when a ticket that names it as its parent is opened. Without ticket_changes only the last resolution and
    such further tickets are known. Work done in haste to keep a promise brings the same picture.

    low and high: Newcombe's interval of the difference of the two shares. Part `end`: both shares with their intervals;
    `rows`: the tickets that came back. Not assessed with fewer than 20 resolutions on either side, or where nothing could
    show that a ticket came back. Source: own definition; R. Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    until = last_look(tickets, period)
    changes = None if ticket_changes is None else _states(ticket_changes)
    if (changes is None or changes.empty) and tickets["parent"].isna().all():
        raise NotAssessed("neither ticket_changes nor parent in tickets could show that a ticket came back")
    ends = _resolutions(tickets, changes, until, period)
    ends = ends.assign(back=_back(ends, tickets, changes, until))
    judged = _judged_as(ends, service_levels, ticket_pauses, calendars, holidays, period, ("back",))
    ratio = judged["elapsed_hours"] / judged["limit_hours"]
    just = (ratio >= JUST_BEFORE) & (ratio <= 1 + ROUNDING)
    back = judged["back"].notna()
    n, others = int(just.sum()), int((~just).sum())
    if min(n, others) < FEWEST:
        few = f"{plural(n, 'resolution')} just before the limit and {others:,} others"
        raise NotAssessed(f"{few} are known of {_span(period)}; {FEWEST} of each are needed")
    first, second = int((back & just).sum()), int((back & ~just).sum())
    value, low, high = newcombe(first, n, second, others)
    names = just.map({True: "in the last tenth before the limit", False: "at any other time"})
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n + others,
        n_of="resolutions",
        interval="95 % interval of the difference of two shares (Newcombe)",
        claim=f"Of {n:,} tickets resolved in the last tenth before their limit {number(first / n, 'share')} came back within "
        f"{DAYS} days, of {others:,} others {number(second / others, 'share')}: a difference of "
        f"{number(100 * value, 'points')}{bracket(100 * low, 100 * high)} in {_span(period)}.",
        because=joined(
            f"{ASK} haste to keep a promise gives the same picture",
            "" if changes is not None and len(changes) else "no history of states: only further tickets show it",
        ),
        parts={"end": shares_by(back, names, "end"), "rows": _back_rows(judged[back & just])},
    )


def _states(ticket_changes: pd.DataFrame) -> pd.DataFrame:
    """The changes of state: ticket, at, old, new."""
    return ticket_changes.loc[ticket_changes["field"].eq("state"), ["ticket", "at", "old", "new"]]


def _resolutions(
    tickets: pd.DataFrame, changes: pd.DataFrame | None, until: pd.Timestamp, period: Period
) -> pd.DataFrame:
    """Tickets as of each of their resolutions, one row each: those of the history, and else the last one.

    Those of the last twelve months, as far as they were watched for as long as a ticket has to come back.
    """
    plain = _as_ended(tickets, until)
    last = plain["resolved"].notna().to_numpy(copy=True)
    place, at = _told(plain, changes, until)
    last[place] = False
    resolved = pd.concat([at, plain.loc[last, "resolved"]], ignore_index=True)
    place = np.append(place, np.flatnonzero(last))
    chosen = months_of(resolved).isin(window(period)) & (resolved < until - pd.Timedelta(DAYS, "D"))
    ends = plain.drop(columns="resolved").iloc[place[chosen]].reset_index(drop=True)
    ends = ends.assign(resolved=resolved[chosen].array)[list(plain)]
    ends.attrs = dict(tickets.attrs)
    return ends


def _told(plain: pd.DataFrame, changes: pd.DataFrame | None, until: pd.Timestamp) -> tuple[np.ndarray, pd.Series]:
    """The resolutions that the history tells: the position of the ticket of each, in their order, and its moment."""
    if changes is None or changes.empty:
        return np.array([], dtype=np.int64), plain["resolved"].iloc[:0]
    done = changes["new"].isin(DONE) & ~changes["old"].isin(DONE) & (changes["at"] < until)
    told = changes.loc[done, ["ticket", "at"]].drop_duplicates()
    place = rows_of(plain, told["ticket"])
    at, place = told["at"][place >= 0], place[place >= 0]
    later = (at.array >= plain["opened"].array[place]).nonzero()[0]
    later = later[np.argsort(place[later], kind="stable")]
    return place[later], at.iloc[later].astype(plain["opened"].dtype)


def _back(
    ends: pd.DataFrame, tickets: pd.DataFrame, changes: pd.DataFrame | None, until: pd.Timestamp
) -> pd.api.extensions.ExtensionArray:
    """When each resolved ticket came back within seven days: its state opened again, or a further ticket; else missing."""
    again = tickets.loc[tickets["parent"].notna() & tickets["parent"].ne(tickets["ticket"]), ["parent", "opened"]]
    again = again.rename(columns={"parent": "ticket", "opened": "back"})
    if changes is not None and len(changes):
        left_done = changes["old"].isin(DONE) & changes["new"].notna() & ~changes["new"].isin((*DONE, "cancelled"))
        again = pd.concat([again, changes.loc[left_done, ["ticket", "at"]].rename(columns={"at": "back"})])
    again = again[again["back"] < until].sort_values("back")
    wanted = ends[["ticket", "resolved"]].assign(row=np.arange(len(ends)))
    wanted = wanted[wanted["ticket"].isin(again["ticket"])].sort_values("resolved")
    found = pd.merge_asof(
        wanted,
        again,
        left_on="resolved",
        right_on="back",
        by="ticket",
        direction="forward",
        allow_exact_matches=False,
        tolerance=pd.Timedelta(DAYS, "D"),
    )
    return found.set_index("row")["back"].reindex(np.arange(len(ends))).array


def _back_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The tickets that were resolved just before their limit and came back, as evidence."""
    listed = rows.head(EVIDENCE)
    moments = {name: listed[name].dt.strftime("%Y-%m-%d %H:%M") for name in ("ended", "back")}
    listed = listed.assign(level=listed["level"].astype("str"), **moments).rename(columns={"ended": "resolved"})
    columns = ["ticket", "level", "resolved", "back", "elapsed_hours", "limit_hours"]
    return listed[columns].reset_index(drop=True)


# ------------------------------------------------------------------------------------------------------- split and paused
@measure("Tickets split from others", better="lower", unit="share")
def split_tickets(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the tickets opened in the period that were split from another one or go on with it (`parent`).

    Each split ticket starts a clock of its own, and is one more that can be kept. Beside it stands the share of the twelve
    months before. A large piece of work is rightly split, and one outage brings many tickets that belong together.

    low and high: Wilson's interval, widened where tickets opened on one day fare alike. Part `month`: p chart. Not assessed
    where no ticket names a parent, which may mean that it was not recorded. Source: own definition; comparison by R.
    Newcombe, Statistics in Medicine 17 (1998) 873-890.
    """
    rows = tickets[tickets["opened"] < last_look(tickets, period)]
    if rows["parent"].isna().all():
        raise NotAssessed("no ticket names a parent: none was split, or it was not recorded")
    months, split = months_of(rows["opened"]), rows["parent"].notna()
    inside = months.isin(period.months_index())
    if not inside.any():
        raise NotAssessed(f"no ticket was opened in {period}")
    before = months.isin(pd.period_range(period.start - WINDOW, period.start - 1, freq="M"))
    charted = monthly_share(split, months, period)
    return share_of(
        split[inside],
        f"opened in {period} were split from another one{_before_words(split[inside], split[before])}",
        noun="ticket",
        days=rows.loc[inside, "opened"],
        because=joined(course(charted, "share"), f"{ASK} large work is rightly split, and one outage brings many"),
        parts={"month": charted.table},
    )


def _before_words(now: pd.Series, before: pd.Series) -> str:
    """How that differs from the months before, in percentage points."""
    if before.empty:
        return ""
    value, low, high = (100 * end for end in newcombe(int(now.sum()), len(now), int(before.sum()), len(before)))
    side = "more" if value > 0 else "fewer"
    ends = bracket(*sorted((abs(low), abs(high)))) if low * high > 0 else f" ({number(low)} to {number(high)})"
    return f", {number(abs(value), 'points')} {side}{ends} than in the {WINDOW} months before"


@measure("Growth of the hours that tickets wait", better="lower", unit="hours a year")
def growing_pauses(ticket_pauses: pd.DataFrame, tickets: pd.DataFrame, *, period: Period) -> Measured:
    """By how many hours a year the waiting for the client or a third party grows, on average for each resolved ticket.

    Tickets in the month in which they were resolved, or else closed, those that never waited included; hours around the
    clock in which a ticket waited for the client or a third party, overlaps counted once. The trend is the median slope of
    all pairs of the last 24 months, times twelve. A client that answers more slowly brings the same picture.

    low and high: 95 % interval of the slope, allowing for neighbouring months being alike. Part `month`: hours for each
    ticket, with the share of tickets that waited. Not assessed with fewer than 8 months. Source: P. Sen, JASA 63 (1968)
    1379-1389; S. Yue and C. Wang, Water Resources Management 18 (2004) 201-218.
    """
    until = last_look(tickets, period)
    gone = left(tickets, until)
    months = months_of(gone)
    first = max(period.end - SHOWN + 1, months.min()) if gone.notna().any() else period.end
    chosen = gone.notna() & (months >= first) & (tickets["opened"] < until)
    rows, ends = tickets.loc[chosen, ["ticket", "opened"]], gone[chosen]
    pauses = pauses_of(rows, ticket_pauses)
    pauses = pauses[pauses["party"].isin(("client", "third_party"))]
    hours = pd.Series(paused_hours(rows["opened"], ends, pauses, around_the_clock()), index=rows.index)
    shown = pd.period_range(first, period.end, freq="M")
    by_month = hours.groupby(months[chosen]).agg(["mean", "size"]).reindex(shown)
    known = int(by_month["mean"].count())
    if known < MIN_CHART:
        raise NotAssessed(f"tickets were resolved in {plural(known, 'month')} up to {period}; {MIN_CHART} tell a trend")
    slope, low, high = (WINDOW * end for end in sen_slope(by_month["mean"], lags=1))
    table = charted_values(by_month["mean"], period).table.assign(
        n=by_month["size"].fillna(0).to_numpy(),
        waited_share=(hours > 0).groupby(months[chosen]).mean().reindex(shown).to_numpy(),
    )
    table.attrs["unit"] = "hours per ticket"
    inside = months[chosen].isin(period.months_index())
    now = float(hours[inside].mean()) if inside.any() else NAN
    return Measured(
        unit="hours a year",
        value=slope,
        low=low,
        high=high,
        n=known,
        n_of="months",
        interval="95 % interval of Sen's slope, neighbouring months allowed to be alike",
        claim=f"A ticket resolved in {period} had waited {number(now, 'hours')} for others on average; "
        f"{_trend(slope, low, high)} over {known} months (Mann-Kendall "
        f"{_p_words(mann_kendall(by_month['mean'], lags=1).p)}).",
        because=f"{ASK} a client that answers more slowly gives the same picture",
        parts={"month": table},
    )


def _trend(slope: float, low: float, high: float) -> str:
    if low <= 0 <= high:
        return f"no trend beyond chance, {number(slope, 'hours')} a year{bracket(low, high)},"
    near, far = sorted((abs(low), abs(high)))
    return f"that {'grows' if slope > 0 else 'shrinks'} by {number(abs(slope), 'hours')} a year{bracket(near, far)}"
