"""The log that both sides keep: what is open and overdue, what was escalated, and what was seen before it did harm."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day, year_words
from toolkit.areas.monthly import charted_counts, course
from toolkit.areas.relationship.look import in_year, log_of, of_types, year_start
from toolkit.areas.relationship.tables import ESCALATION, FEEDBACK, IDEA, ISSUE, RISK, WIN
from toolkit.areas.shares import counted_share, monthly_share, share_of, shares_by
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats.intervals import order_quantile
from toolkit.stats.rates import poisson_rate

MOST_OPEN = 100  # open entries listed
BINS = (-1, 30, 90, 180, float("inf"))
AGES = ("up to 30 days", "31 to 90 days", "91 to 180 days", "more than 180 days")
NOT_WORK = (FEEDBACK, IDEA, WIN)
IN_REVIEW, ELSEWHERE, AFTER = "in a forum, before any incident", "elsewhere, before any incident", "after an incident"


def waiting(actions: pd.DataFrame, period: Period) -> pd.DataFrame:
    """What is open at the period's end, without feedback, ideas and wins: `age` in days, and `overdue`."""
    rows = log_of(actions, period)
    rows = rows[rows["open"] & ~rows["type"].isin(NOT_WORK)]
    age = (last_day(period) - rows["raised"]).dt.days.astype(float)
    return rows.assign(age=age, overdue=rows["due"] < last_day(period))


@measure("Age of open actions", better="lower", unit="days")
def open_action_age(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Median age in days of the entries that are open at the period's end, since they were raised.

    A full count of actions, issues, risks, decisions and escalations. What is open is by nature what takes long: how long
    entries take when open and closed ones are counted alike is `relationship.time_to_close`.

    Parts: age (how many in each stretch), rows (the oldest first, by number: titles are not printed). Not assessed where
    nothing is open. Source: own definition.
    """
    rows = waiting(actions, period)
    if rows.empty:
        raise NotAssessed(f"nothing in the log is open at the end of {period}")
    ages = rows["age"]
    counts = pd.cut(ages, list(BINS), labels=list(AGES)).value_counts().reindex(list(AGES))
    table = pd.DataFrame({"age": list(AGES), "value": counts.to_numpy(float)})
    table.attrs["unit"] = "entries"
    silent = int(log_of(actions, period)["silent"].sum())
    return Measured(
        unit="days",
        value=float(ages.median()),
        n=len(rows),
        n_of="open entry" if len(rows) == 1 else "open entries",
        counted=True,
        interval=COUNTED,
        claim=f"{plural(len(rows), 'entry', 'entries')} of the log {'is' if len(rows) == 1 else 'are'} open at the end of "
        f"{period}, half of them for {number(float(ages.median()), 'days')} or more, the oldest for "
        f"{number(float(ages.max()), 'days')}.",
        because=f"{plural(silent, 'entry', 'entries')} closed nobody says when left out" if silent else "",
        parts={"age": table, "rows": _oldest(rows)},
    )


def _oldest(rows: pd.DataFrame) -> pd.DataFrame:
    """The oldest first, as evidence."""
    columns = ["action", "type", "owner", "level", "raised", "due"]
    table = rows.assign(value=rows["age"])[[*columns, "value"]]
    table = table.sort_values(["value", "action"], ascending=[False, True]).head(MOST_OPEN).reset_index(drop=True)
    table.attrs["unit"] = "days"
    return table


@measure("Overdue share of open actions", better="lower", unit="share")
def overdue_share(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the entries open at the period's end, and due on a day, whose day has passed.

    A full count. Entries without a due day cannot be overdue: how many there are, stands beside it. Parts: owner, level.
    Not assessed where nothing that is open has a due day. Source: own definition.
    """
    rows = waiting(actions, period)
    dated = rows[rows["due"].notna()]
    if dated.empty:
        raise NotAssessed(f"no open entry has a due day at the end of {period}; supply due in actions")
    blank, over, n = len(rows) - len(dated), int(dated["overdue"].sum()), len(dated)
    late = (last_day(period) - dated.loc[dated["overdue"], "due"]).dt.days
    owner = shares_by(dated["overdue"], dated["owner"].fillna("not said").astype("str"), "owner")
    level = shares_by(dated["overdue"], dated["level"].astype("str").replace("<NA>", "not said"), "level")
    return counted_share(
        over,
        n,
        "open entry with a due day",
        many="open entries with a due day",
        claim=f"{number(over / n, 'share')} of {plural(n, 'open entry', 'open entries')} with a due day "
        f"{'is' if n == 1 else 'are'} overdue at the end of {period}.",
        because=joined(
            f"half of them by {number(float(late.median()), 'days')} or more" if over else "",
            f"{plural(blank, 'open entry', 'open entries')} without a due day left out" if blank else "",
        ),
        parts={
            "owner": owner.drop(columns=["low", "high"]),
            "level": level.drop(columns=["low", "high"]),
            "rows": _oldest(rows[rows["overdue"]]),
        },
    )


# ------------------------------------------------------------------------------------------------------------ escalations
@measure("Escalations", unit="escalations a month")
def escalations(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Escalations raised a month, in the year up to the period's end.

    An entry of the type escalation, at whatever level. Few are no good sign by themselves where little is raised at all.

    low and high: the exact 95 % interval of a Poisson rate. Parts: level, month (c chart). Not assessed where the log holds
    nothing of the year. Source: own definition; F. Garwood, Biometrika 28 (1936) 437-442.
    """
    rows = log_of(actions, period)
    inside = rows[in_year(rows["raised"], period)]
    if inside.empty:
        raise NotAssessed(f"the log holds nothing raised in {year_words(period)}")
    found = of_types(inside, ESCALATION)
    first = max(year_start(period).to_period("M"), rows["raised"].min().to_period("M"))
    months = pd.period_range(first, period.end, freq="M")
    counts = found["raised"].dt.to_period("M").value_counts().reindex(months, fill_value=0).astype("float64")
    charted = charted_counts(counts, period)
    value, low, high = (float(part) for part in poisson_rate(len(found), len(months)))
    levels = found["level"].astype("str").replace("<NA>", "not said").value_counts().sort_index()
    table = pd.DataFrame({"level": [f"level {name}" for name in levels.index], "value": levels.to_numpy(float)})
    table["level"] = table["level"].replace("level not said", "not said")
    table.attrs["unit"] = "escalations"
    return Measured(
        unit="escalations a month",
        value=value,
        low=low,
        high=high,
        n=len(found),
        n_of="escalation" if len(found) == 1 else "escalations",
        interval="95 % interval (Poisson, exact)",
        numerator=float(len(found)),
        denominator=float(len(months)),
        claim=f"{plural(len(found), 'escalation')} came in {year_words(period)}: {number(value)}{bracket(low, high)} a month.",
        because=course(charted, "escalations"),
        parts={"level": table, "month": charted.table},
    )


@measure("Settled without escalation", better="higher", unit="share")
def settled_low_share(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the issues closed in the year up to the period's end that never rose above the lowest level.

    Issues, risks and escalations; one without a level counts as settled at the lowest, but for an escalation, which does
    not. Low and high: Wilson's interval. Parts: level. Not assessed where none was closed. Source: own definition; E.
    Wilson, JASA 22 (1927) 209-212.
    """
    rows = of_types(log_of(actions, period), ISSUE, RISK, ESCALATION)
    closed = rows[rows["closed"].notna() & in_year(rows["closed"], period)]
    if closed.empty:
        raise NotAssessed(f"no issue was closed in {year_words(period)}")
    low = (closed["level"].fillna(1).eq(1) & closed["type"].ne(ESCALATION)).astype(bool)
    levels = closed["level"].astype("str").replace("<NA>", "not said").value_counts().sort_index()
    table = pd.DataFrame({"level": levels.index, "value": levels.to_numpy(float)})
    table.attrs["unit"] = "issues"
    return share_of(
        low, f"closed in {year_words(period)} never rose above the lowest level", noun="issue", parts={"level": table}
    )


# --------------------------------------------------------------------------------------------------------- seen in time
@measure("Seen before it did harm", better="higher", unit="share")
def early_warning_share(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the issues and risks raised in a year that came up in a forum before any incident came of them.

    Of those raised in the year up to the period's end. One that was raised on the day of its incident, or after it, was not
    seen in time; neither was one that came up outside the forums, which stands beside it. Whether an incident will still
    come of one is not known: as of the period's end, none has.

    low and high: Wilson's interval. Parts: how (where and when they came up), month (p chart). Not assessed where no issue
    names a forum. Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = of_types(log_of(actions, period), ISSUE, RISK)
    undated = rows["incident"].notna() & rows["incident_date"].isna()
    blank = int((undated & in_year(rows["raised"], period)).sum())
    rows = rows[~undated]
    inside = rows[in_year(rows["raised"], period)]
    if inside.empty:
        raise NotAssessed(f"the log holds no issue raised in {year_words(period)} of which this can be told")
    if rows["forum"].isna().all():
        raise NotAssessed("no issue names the forum in which it was raised; supply forum in actions")
    how = _how(inside)
    table = pd.DataFrame({"how": [IN_REVIEW, ELSEWHERE, AFTER]})
    table["value"] = how.value_counts().reindex(table["how"], fill_value=0).to_numpy(float)
    table.attrs["unit"] = "issues"
    months = monthly_share(_how(rows).eq(IN_REVIEW), rows["raised"].dt.to_period("M"), period)
    return share_of(
        how.eq(IN_REVIEW),
        f"raised in {year_words(period)} came up in a forum before any incident",
        noun="issue",
        because=joined(
            f"{int(how.eq(AFTER).sum()):,} after an incident, {int(how.eq(ELSEWHERE).sum()):,} outside the forums",
            _lead_words(inside),
            f"{plural(blank, 'issue')} with an incident on a day that is not known left out" if blank else "",
            course(months, "share"),
        ),
        parts={"how": table, "month": months.table},
    )


def _how(rows: pd.DataFrame) -> pd.Series:
    """Where and when each came up."""
    how = pd.Series(ELSEWHERE, index=rows.index).mask(rows["forum"].notna(), IN_REVIEW)
    return how.mask(rows["incident_date"] <= rows["raised"], AFTER)


def _lead_words(rows: pd.DataFrame) -> str:
    """By how many days those that became incidents had been seen before."""
    ahead = (rows["incident_date"] - rows["raised"]).dt.days
    ahead = ahead[ahead > 0]
    if ahead.empty:
        return ""
    median = order_quantile(ahead.to_numpy(float)).value
    later = f"{plural(len(ahead), 'issue')} became an incident later"
    return f"{later}, {number(median, 'days')} on" + (" in the middle" if len(ahead) > 1 else "")
