"""Does everybody know who does what, whom to call, and how: the RACI table, contacts and channels."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day
from toolkit.areas.relationship.look import same, words_in
from toolkit.areas.relationship.tables import ACCOUNTABLE, OTHERS, RESPONSIBLE
from toolkit.areas.shares import counted_share
from toolkit.areas.words import joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number

FRESH = 180  # days after which a contact or channel has to be confirmed again
ONE, NONE, SEVERAL, IDLE = (
    "in order",
    "nobody Accountable",
    "more than one Accountable",
    "nobody Responsible",
)


# ------------------------------------------------------------------------------------------------------------------- RACI
@measure("Activities with one Accountable", better="higher", unit="share")
def accountable_share(responsibilities: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the activities of the RACI table with exactly one Accountable, and somebody Responsible.

    Exactly one role over both sides, not one a side: where two are accountable, neither is. The same role named twice is
    one. An activity with one Accountable and nobody Responsible has a gap all the same; an Accountable may be Responsible,
    too, where the table says so.

    A full count of the table as it stands: it has no dates. Parts: state (how many activities of each), activity (each
    with its roles, gaps and overlaps first). Source: own definition, after the rule of one Accountable in the Project
    Management Institute's PMBOK Guide, 6th ed. 2017, sec. 9.1.
    """
    table = activities(responsibilities)
    good, n = int(table["state"].eq(ONE).sum()), len(table)
    order = [NONE, SEVERAL, IDLE, ONE]
    counts = table["state"].value_counts().reindex(order, fill_value=0)
    table = table.sort_values("state", key=lambda states: states.map(order.index), kind="stable")
    states = pd.DataFrame({"state": counts.index, "value": counts.to_numpy(float)})
    states.attrs["unit"] = "activities"
    double = table.loc[table["state"].eq(SEVERAL), "activity"].tolist()
    empty = table.loc[table["state"].eq(NONE), "activity"].tolist()
    idle = table.loc[table["state"].eq(IDLE), "activity"].tolist()
    return counted_share(
        good,
        n,
        "activity",
        many="activities",
        claim=f"{number(good / n, 'share')} of {plural(n, 'activity', 'activities')} have exactly one Accountable and "
        "somebody Responsible.",
        because=joined(
            f"more than one Accountable for {listed(double)}" if double else "",
            f"nobody Accountable for {listed(empty)}" if empty else "",
            f"nobody Responsible for {listed(idle)}" if idle else "",
        ),
        parts={"state": states, "activity": table.reset_index(drop=True)},
    )


def activities(responsibilities: pd.DataFrame) -> pd.DataFrame:
    """One row an activity: accountable and responsible (the roles, with their sides), and its state."""
    rows = responsibilities.assign(key=same(responsibilities["activity"]), who=same(responsibilities["role"]))
    rows = rows.drop_duplicates(["key", "side", "who", "letter"])
    names = rows.groupby("key", sort=False)["activity"].first()
    words = rows["role"].str.strip() + " (" + rows["side"].str.replace("_", " ") + ")"

    def roles_of(letter: str) -> tuple[pd.Series, pd.Series]:
        chosen = rows["letter"].eq(letter)
        groups = words[chosen].groupby(rows.loc[chosen, "key"])
        return groups.size().reindex(names.index, fill_value=0), groups.agg("; ".join).reindex(names.index).fillna("")

    (many, who), (busy, doers) = roles_of(ACCOUNTABLE), roles_of(RESPONSIBLE)
    state = pd.Series(ONE, index=names.index).mask(busy.eq(0), IDLE).mask(many.eq(0), NONE).mask(many.gt(1), SEVERAL)
    return pd.DataFrame({"activity": names, "state": state, "accountable": who, "responsible": doers}).reset_index(
        drop=True
    )


# --------------------------------------------------------------------------------------------------------------- contacts
@measure("Contacts in order", better="higher", unit="share")
def contact_coverage(
    contacts: pd.DataFrame,
    forums: pd.DataFrame | None = None,
    responsibilities: pd.DataFrame | None = None,
    *,
    period: Period,
    fresh_days: int = FRESH,
) -> Measured:
    """Share of the roles needed that somebody fills, who can be reached, and that was confirmed within 180 days.

    Needed are the roles of client and vendor that contacts lists, that a forum names, or that the RACI table names.
    Reached is who has a mail address or a telephone. A role that was confirmed only after the period's end is left out: how it
    stood then is not known. Names and addresses themselves are nowhere: of each, the prepared
    store keeps a salted hash, and the page says whether the place is filled.

    A full count. Parts: gap (how many roles of each), role (side, whether filled, reachable, with a deputy, days since it
    was confirmed). Source: own definition.
    """
    later = same(contacts.loc[contacts["checked"] > last_day(period), "role"]).nunique()
    table = _roles(contacts, forums, responsibilities, period)
    if table.empty:
        raise NotAssessed(f"contacts were confirmed only after {period}: how they stood at its end is not known")
    gap = pd.Series("in order", index=table.index).mask(
        table["days"].isna() | (table["days"] > fresh_days), "not confirmed"
    )
    gap = (
        gap.mask(~table["reachable"], "no address")
        .mask(~table["filled"], "nobody")
        .mask(~table["listed"], "not listed")
    )
    names = ["in order", "not confirmed", "no address", "nobody", "not listed"]
    gaps = pd.DataFrame({"gap": names, "value": gap.value_counts().reindex(names, fill_value=0).to_numpy(float)})
    gaps.attrs["unit"] = "roles"
    good, n, deputies = int(gap.eq("in order").sum()), len(table), int(table["deputy"].sum())
    old = table["days"].dropna()
    return counted_share(
        good,
        n,
        "role",
        claim=f"{number(good / n, 'share')} of {plural(n, 'role')} are filled, can be reached and were confirmed in the "
        f"last {fresh_days} days.",
        because=joined(
            _gap_words(gap, table),
            f"{deputies:,} of {n:,} have a deputy",
            f"{plural(later, 'role')} confirmed only later left out" if later else "",
            f"the oldest was confirmed {number(float(old.max()), 'days')} ago"
            if len(old)
            else "no day of confirmation",
        ),
        parts={"gap": gaps, "role": table.assign(state=gap).drop(columns="listed").reset_index(drop=True)},
    )


def _roles(
    contacts: pd.DataFrame, forums: pd.DataFrame | None, responsibilities: pd.DataFrame | None, period: Period
) -> pd.DataFrame:
    """One row a role that is needed: side, role, listed, filled, reachable, deputy, days since it was confirmed."""
    later = contacts["checked"] > last_day(period)
    own = contacts[contacts["side"].ne(OTHERS) & ~later]
    age = (last_day(period) - own["checked"]).dt.days.astype(float)
    rows = own.assign(
        key=same(own["role"]),
        filled=own["name"].notna(),
        reachable=own["name"].notna() & (own["email"].notna() | own["phone"].notna()),
        deputy=own["deputy"].notna(),
        days=age,
    )
    groups = rows.groupby(["key", "side"], sort=False)
    table = groups.agg({"role": "first", "filled": "any", "reachable": "any", "deputy": "any", "days": "min"})
    table = table.reset_index().assign(listed=True)
    named = [("", name, word) for name, word in _forum_roles(forums)]
    if responsibilities is not None:
        both = responsibilities[responsibilities["side"].ne(OTHERS)].drop_duplicates(["side", "role"])
        named += [
            (side, role, role.strip().casefold()) for side, role in both[["side", "role"]].itertuples(index=False)
        ]
    seen, more = {*table["key"], *same(contacts.loc[later, "role"])}, []
    for side, role, key in named:  # few: a role a line of an agreement
        if key not in seen:
            seen.add(key)
            more.append({"side": side or "not said", "role": role.strip(), "listed": False})
    if more:
        extra = pd.DataFrame(more).assign(filled=False, reachable=False, deputy=False, days=float("nan"))
        table = pd.concat([table, extra], ignore_index=True)
    return table[["role", "side", "filled", "reachable", "deputy", "days", "listed"]]


def _forum_roles(forums: pd.DataFrame | None) -> list[tuple[str, str]]:
    """The roles that forums name, as they are written and as they are compared."""
    if forums is None:
        return []
    written = forums["roles"].dropna().str.split(";").explode().str.strip()
    return list(zip(written[written != ""], words_in(forums["roles"]), strict=True))


def _gap_words(gap: pd.Series, table: pd.DataFrame) -> str:
    """Which roles have nobody, and how many were not confirmed."""
    said = {"nobody": "nobody fills {}", "not listed": "no contact for {}", "no address": "no address for {}"}
    parts = [
        words.format(listed(table.loc[gap.eq(name), "role"].tolist()))
        for name, words in said.items()
        if gap.eq(name).any()
    ]
    stale = int(gap.eq("not confirmed").sum())
    return joined(*parts, f"{plural(stale, 'role')} not confirmed in time" if stale else "")


# --------------------------------------------------------------------------------------------------------------- channels
@measure("Channels in order", better="higher", unit="share")
def channel_coverage(channels: pd.DataFrame, *, period: Period, fresh_days: int = FRESH) -> Measured:
    """Share of the topics for which a channel, who looks after it and a time to answer are agreed, confirmed within 180 days.

    A topic counts once for each urgency that it is listed for; one that was confirmed only after the period's end is left
    out. A full count. Parts: gap, topic. Source: own definition.
    """
    later = channels["checked"] > last_day(period)
    channels = channels[~later]
    if channels.empty:
        raise NotAssessed(f"channels were confirmed only after {period}: how they stood at its end is not known")
    age = (last_day(period) - channels["checked"]).dt.days.astype(float)
    gap = pd.Series("in order", index=channels.index).mask(age.isna() | (age > fresh_days), "not confirmed")
    gap = gap.mask(channels["answer_days"].isna(), "no time to answer").mask(channels["owner_role"].isna(), "no owner")
    gap = gap.mask(channels["channel"].isna(), "no channel")
    names = ["in order", "not confirmed", "no time to answer", "no owner", "no channel"]
    gaps = pd.DataFrame({"gap": names, "value": gap.value_counts().reindex(names, fill_value=0).to_numpy(float)})
    gaps.attrs["unit"] = "topics"
    good, n = int(gap.eq("in order").sum()), len(channels)
    topics = channels[["topic", "urgency", "channel"]].assign(days=age, state=gap)
    bad = [name for name in names[2:] if gap.eq(name).any()]
    words = [f"{name} for {listed(channels.loc[gap.eq(name), 'topic'].tolist())}" for name in bad]
    stale = int(gap.eq("not confirmed").sum())
    return counted_share(
        good,
        n,
        "topic",
        claim=f"{number(good / n, 'share')} of {plural(n, 'topic')} have a channel that is looked after, with a time to "
        f"answer, confirmed in the last {fresh_days} days.",
        because=joined(
            *words,
            f"{plural(stale, 'topic')} not confirmed in time" if stale else "",
            f"{plural(int(later.sum()), 'topic')} confirmed only later left out" if later.any() else "",
        ),
        parts={"gap": gaps, "topic": topics.reset_index(drop=True)},
    )
