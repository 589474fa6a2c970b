"""Do both sides meet as agreed: cadence, the roles that were named for it, and what is talked about."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day, year_words
from toolkit.areas.monthly import course
from toolkit.areas.relationship.look import in_year, same, words_in, year_start
from toolkit.areas.relationship.tables import CANCELLED, DEPUTY, HELD, PRESENT
from toolkit.areas.shares import counted_share, monthly_share, share_of, shares_by
from toolkit.areas.words import joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number

WEEKS = {"weekly": 1, "fortnightly": 2}
MONTHS = {"monthly": 1, "bimonthly": 2, "quarterly": 3, "half_yearly": 6, "yearly": 12}


def held(meetings: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The meetings held up to the period's last day."""
    return meetings[meetings["state"].fillna(HELD).eq(HELD) & (meetings["date"] <= last_day(period))]


def stretches(cadence: str, first: pd.Timestamp, last: pd.Timestamp) -> pd.DataFrame:
    """The stretches in each of which one meeting is due, between two days: one row each, with its first and last day.

    Weeks begin on Monday; two weeks are counted on from the first Monday, months back from the month of the last day. Only
    what lies wholly between the two days counts.
    """
    if cadence in WEEKS:
        monday = first + pd.Timedelta(days=-first.weekday() % 7)
        days = 7 * WEEKS[cadence]
        starts = pd.date_range(monday, last, freq=f"{days}D")
        ends = starts + pd.Timedelta(days=days - 1)
    else:
        step, whole = MONTHS[cadence], last == last + pd.offsets.MonthEnd(0)
        newest = last.to_period("M") if whole else last.to_period("M") - 1
        count = max((newest.ordinal - first.to_period("M").ordinal + 1), 0) // step + 1
        closing = pd.PeriodIndex([newest - step * place for place in range(count)][::-1], freq="M")
        starts = (closing - step + 1).to_timestamp()
        ends = closing.to_timestamp(how="end").normalize()
    table = pd.DataFrame({"first": starts, "last": ends})
    return table[(table["first"] >= first) & (table["last"] <= last)].reset_index(drop=True)


@measure("Cadence kept", better="higher", unit="share")
def cadence_kept(forums: pd.DataFrame, meetings: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the stretches of the agreed cadence in which the forum met, over all forums, in the year up to the period's end.

    A monthly forum has a stretch a month, a quarterly one a stretch of three months, counted back from the period's end, a
    weekly one a stretch a week from Monday on. A stretch with a meeting counts once, however many there were: three
    meetings in March do not make up for none in April. A stretch counts where it lies wholly within the year and within
    the days from which and up to which the forum was to meet; where no first day is given, from the first meeting known.

    A full count. Parts: forum (kept of due, meetings held and cancelled, days since the last), month (by the last day of the
    stretch, p chart). Not assessed where no stretch has ended. Source: own definition.
    """
    told = held(meetings, period)
    due = _due(forums, meetings, told, period)
    if due.empty:
        raise NotAssessed(f"no forum was to meet for a whole stretch of its cadence in {year_words(period)}")
    table = _by_forum(forums, meetings, told, due, period)
    silent = table.loc[table["value"].eq(0) & table["due"].gt(0), "forum"].tolist()
    months = monthly_share(due["kept"], due["last"].dt.to_period("M"), period)
    kept, n = int(due["kept"].sum()), len(due)
    return counted_share(
        kept,
        n,
        "meeting due",
        many="meetings due",
        claim=f"{number(kept / n, 'share')} of {plural(n, 'meeting')} due in {year_words(period)} were held.",
        because=joined(
            f"no meeting at all of {listed(silent)}" if silent else "",
            _since_words(table),
        ),
        parts={"forum": table, "month": months.table},
    )


def _due(forums: pd.DataFrame, meetings: pd.DataFrame, told: pd.DataFrame, period: Period) -> pd.DataFrame:
    """One row a stretch of each forum in the year: forum, first, last, kept."""
    known = meetings["date"].min()
    parts = []
    for forum, cadence, start, end in forums[["forum", "cadence", "start", "end"]].itertuples(index=False):
        first = max(year_start(period), start if not pd.isna(start) else known)
        last = last_day(period) if pd.isna(end) else min(end, last_day(period))
        table = stretches(cadence, first, last) if not pd.isna(first) and first <= last else pd.DataFrame()
        if len(table):
            days = told.loc[same(told["forum"]) == forum.strip().casefold(), "date"].sort_values().to_numpy()
            before = pd.Index(days).searchsorted(table["first"], side="left")
            after = pd.Index(days).searchsorted(table["last"], side="right")
            parts.append(table.assign(forum=forum, kept=after > before))
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _by_forum(
    forums: pd.DataFrame, meetings: pd.DataFrame, told: pd.DataFrame, due: pd.DataFrame, period: Period
) -> pd.DataFrame:
    """Each forum: share kept, how many due and held, how many cancelled, days since the last meeting."""
    names = forums["forum"].tolist()
    share = due.groupby("forum")["kept"].agg(["mean", "size"]).reindex(names)
    inside = told[in_year(told["date"], period)]
    dropped = meetings[meetings["state"].eq(CANCELLED) & in_year(meetings["date"], period)]
    keys = [name.strip().casefold() for name in names]
    last = told.groupby(same(told["forum"]))["date"].max().reindex(keys)
    return pd.DataFrame(
        {
            "forum": names,
            "cadence": [name.replace("_", "-") for name in forums["cadence"]],
            "value": share["mean"].to_numpy(float),
            "due": share["size"].fillna(0).astype(int).to_numpy(),
            "held": same(inside["forum"]).value_counts().reindex(keys, fill_value=0).to_numpy(),
            "cancelled": same(dropped["forum"]).value_counts().reindex(keys, fill_value=0).to_numpy(),
            "days_since": (last_day(period) - last).dt.days.to_numpy(float),
        }
    )


def _since_words(table: pd.DataFrame) -> str:
    """The forum that has been silent longest."""
    known = table.dropna(subset="days_since")
    if known.empty:
        return ""
    name, since = max(known[["forum", "days_since"]].itertuples(index=False, name=None), key=lambda row: row[1])
    return f"{name} last met {number(since, 'days')} before the end of the period"


# ---------------------------------------------------------------------------------------------------------- who was there
@measure("Attendance of named roles", better="higher", unit="share")
def role_attendance(
    forums: pd.DataFrame, meetings: pd.DataFrame, attendance: pd.DataFrame, *, period: Period
) -> Measured:
    """Share of the places of named roles at meetings held that were taken by the role itself, in a year.

    Each meeting has one place for each role that its forum names. A deputy is not the role: how many were sent, stands
    beside. A role of which the record of a meeting says nothing was not there; a meeting without any record of who came is
    left out, and said.

    low and high: Wilson's interval, with the places of one day taken as alike where there are two or more a day. Parts:
    forum, role, month (p chart). Not assessed where no forum names a role, or no meeting says who came. Source: own
    definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    named = words_in(forums["roles"])
    if named.empty:
        raise NotAssessed("no forum names the roles that are to attend; supply roles in forums")
    places = _places(forums, named, held(meetings, period))
    places = _taken(places, attendance)
    inside = places[in_year(places["date"], period)]
    known = inside[inside["recorded"]]
    if known.empty:
        raise NotAssessed(f"no meeting held in {year_words(period)} says who came; supply attendance")
    all_told = places[places["recorded"]]
    months = monthly_share(all_told["taken"], all_told["date"].dt.to_period("M"), period)
    silent = inside.loc[~inside["recorded"], ["forum", "date"]].drop_duplicates()
    deputies = int(known["deputy"].sum())
    return share_of(
        known["taken"],
        f"for a named role at meetings of {year_words(period)} were taken by it",
        noun="place",
        days=known["date"],
        because=joined(
            f"{deputies:,} by a deputy" if deputies else "",
            _weakest(known),
            f"{plural(len(silent), 'meeting')} without a record of who came left out" if len(silent) else "",
            course(months, "share"),
        ),
        parts={
            "forum": shares_by(known["taken"], known["forum"].astype("str"), "forum"),
            "role": shares_by(known["taken"], known["role"].astype("str"), "role"),
            "month": months.table,
        },
    )


def _places(forums: pd.DataFrame, named: pd.Series, told: pd.DataFrame) -> pd.DataFrame:
    """One row a meeting and role that its forum names: forum, key, date, role (as it was named), wanted."""
    words = forums["roles"].dropna().str.split(";").explode().str.strip()
    roles = pd.DataFrame({"role": words[words != ""], "wanted": named})
    roles = roles.assign(forum=forums["forum"].reindex(roles.index), key=same(forums["forum"]).reindex(roles.index))
    days = told.assign(key=same(told["forum"]))[["key", "date"]]
    return roles.merge(days, on="key")


def _taken(places: pd.DataFrame, attendance: pd.DataFrame) -> pd.DataFrame:
    """Whether each place was taken by its role, or by a deputy, and whether the meeting says who came."""
    seen = attendance.assign(key=same(attendance["forum"]), wanted=same(attendance["role"]))
    state = seen["attended"].fillna(PRESENT)
    record = pd.MultiIndex.from_frame(seen[["key", "date"]])
    index = pd.MultiIndex.from_frame(places[["key", "wanted", "date"]])

    came = {
        wanted: index.isin(pd.MultiIndex.from_frame(seen.loc[state == wanted, ["key", "wanted", "date"]]))
        for wanted in (PRESENT, DEPUTY)
    }
    taken = came[PRESENT]
    recorded = pd.MultiIndex.from_frame(places[["key", "date"]]).isin(record)
    return places.assign(taken=taken, deputy=came[DEPUTY] & ~taken, recorded=recorded)


def _weakest(known: pd.DataFrame) -> str:
    """The forum whose named roles come least, where it is below the others."""
    by = shares_by(known["taken"], known["forum"].astype("str"), "forum").sort_values("value", kind="stable")
    if len(by) < 2 or by["value"].nunique() == 1:
        return ""
    name, share, n = by[["forum", "value", "n"]].iloc[0]
    return f"least at {name}, {number(share, 'share')} of {plural(int(n), 'place')}"


# -------------------------------------------------------------------------------------------------------- what is said
@measure("Agenda used", better="higher", unit="share")
def agenda_used(forums: pd.DataFrame, meetings: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the agenda types agreed for the forums that came up at least once in the year up to the period's end.

    Progress, issues and successes each need a place: a forum at which only issues come up uses one of its three. A type
    counts once for each forum that it was agreed for. Meetings that do not say what came up tell nothing.

    A full count. Parts: agenda (how often each came up, of the meetings that say so). Not assessed where no forum has an
    agreed agenda, or no meeting says what came up. Source: own definition.
    """
    agreed = words_in(forums["agenda"])
    told = held(meetings, period)
    told = told[in_year(told["date"], period) & told["agenda"].notna()]
    if agreed.empty:
        raise NotAssessed("no forum has an agreed agenda; supply agenda in forums")
    if told.empty:
        raise NotAssessed(f"no meeting held in {year_words(period)} says what came up; supply agenda in meetings")
    came = words_in(told["agenda"])
    counted = pd.Series(1, index=pd.MultiIndex.from_arrays([same(told["forum"]).reindex(came.index), came]))
    counts = counted.groupby(level=[0, 1]).sum()
    wanted = pd.MultiIndex.from_arrays([same(forums["forum"]).reindex(agreed.index), agreed])
    times = counts.reindex(wanted, fill_value=0).to_numpy()
    said = same(told["forum"]).value_counts()
    table = pd.DataFrame(
        {"forum": forums["forum"].reindex(agreed.index).to_numpy(), "agenda": agreed.to_numpy(), "came_up": times}
    ).assign(meetings=said.reindex(wanted.get_level_values(0), fill_value=0).to_numpy())
    never = table.loc[table["came_up"].eq(0), "agenda"].drop_duplicates().tolist()
    used, n = int((times > 0).sum()), len(table)
    return counted_share(
        used,
        n,
        "agreed agenda type",
        claim=f"{number(used / n, 'share')} of {plural(n, 'agreed agenda type')} came up in {year_words(period)}.",
        because=f"not once: {listed(never)}" if never else "",
        parts={"agenda": table},
    )
