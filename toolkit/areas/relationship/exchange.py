"""Is it a give and take: feedback given and answered, ideas and what they brought, wins beside issues, channels that answer."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import last_day, year_words
from toolkit.areas.relationship.look import in_year, log_of, of_types, same
from toolkit.areas.relationship.tables import FEEDBACK, IDEA, ISSUE, WIN
from toolkit.areas.shares import monthly_share, share_of, shares_by
from toolkit.areas.words import joined, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number

OPEN_IDEA, ACCEPTED, DELIVERED, REJECTED = IDEAS = ("not decided", "accepted", "delivered", "rejected")


@measure("Feedback answered", better="higher", unit="share")
def feedback_answered(actions: pd.DataFrame, *, period: Period, answer_days: int = 30) -> Measured:
    """Share of the feedback given in a year that was answered within 30 days, by either side.

    Of what was raised in the year up to the period's end, and whose 30 days are over or which is answered. What is
    acknowledged, agreed or closed is answered on the first of these days.

    low and high: Wilson's interval. Parts: raised_by, subject, month (p chart). Not assessed where no feedback was given.
    Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = of_types(log_of(actions, period), FEEDBACK)
    rows = rows.assign(days=_answer_days(rows))
    inside = rows[in_year(rows["raised"], period)]
    if inside.empty:
        raise NotAssessed(f"the log holds no feedback given in {year_words(period)}")
    told = _due(rows, answer_days, period)
    chosen = told[in_year(told["raised"], period)]
    if chosen.empty:
        raise NotAssessed(f"no feedback given in {year_words(period)} is {answer_days} days old")
    months = monthly_share(told["days"] <= answer_days, told["raised"].dt.to_period("M"), period)
    young = len(inside) - len(chosen)
    kept = chosen["days"] <= answer_days
    return share_of(
        kept,
        f"of feedback given in {year_words(period)} were answered within {answer_days} days",
        noun="note",
        of=" of feedback",
        because=joined(
            f"{int(chosen['days'].isna().sum()):,} not answered at all",
            f"{young:,} too young to tell" if young else "",
            _sides(chosen),
        ),
        parts={
            "raised_by": shares_by(kept, chosen["raised_by"].fillna("not said").astype("str"), "raised_by"),
            "subject": shares_by(kept, chosen["subject"].fillna("not said").astype("str"), "subject"),
            "month": months.table,
        },
    )


def _answer_days(rows: pd.DataFrame) -> pd.Series:
    """Days from raised to the first sign of an answer; missing where there is none."""
    first = rows[["acknowledged", "agreed", "closed"]].min(axis="columns")
    return (first - rows["raised"]).dt.days.astype(float)


def _due(rows: pd.DataFrame, limit: int | pd.Series, period: Period) -> pd.DataFrame:
    """Those answered, and those whose days to answer are over."""
    waited = (last_day(period) - rows["raised"]).dt.days
    return rows[(rows["days"].notna() | (waited > limit)) & ~(rows["silent"] & rows["days"].isna())]


def _sides(rows: pd.DataFrame) -> str:
    """Who gave how much."""
    counts = rows["raised_by"].value_counts()
    return " and ".join(
        f"{plural(int(n), 'note')} from the {side}" for side, n in counts.items() if side != "third_party"
    )


@measure("Messages answered in the agreed time", better="higher", unit="share")
def answered_in_time(actions: pd.DataFrame, channels: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the entries raised by a channel that were answered within the days agreed for it, in a year.

    Of what was raised in the year up to the period's end by a channel with an agreed time, and is answered or past it.
    Where a channel has several agreed times, by topic or urgency, the longest counts. Answered is what is acknowledged,
    agreed or closed, on the first of these days.

    low and high: Wilson's interval. Parts: channel. Not assessed where no channel has an agreed time, or nothing names a
    channel. Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    agreed = channels[channels["answer_days"].notna() & channels["channel"].notna()]
    if agreed.empty:
        raise NotAssessed("no channel has an agreed time to answer; supply answer_days in channels")
    limits = agreed.groupby(same(agreed["channel"]))["answer_days"].max()
    rows = log_of(actions, period)
    rows = rows[in_year(rows["raised"], period) & rows["channel"].notna()]
    rows = rows.assign(days=_answer_days(rows), limit=same(rows["channel"]).map(limits))
    rows = rows[rows["limit"].notna()]
    told = _due(rows, rows["limit"], period)
    if told.empty:
        raise NotAssessed(f"nothing raised in {year_words(period)} names a channel with an agreed time; supply channel")
    kept = told["days"] <= told["limit"]
    return share_of(
        kept,
        f"raised by an agreed channel in {year_words(period)} were answered in its time",
        noun="message",
        because=f"{int(told['days'].isna().sum()):,} not answered at all",
        parts={"channel": shares_by(kept, told["channel"].astype("str"), "channel")},
    )


# ------------------------------------------------------------------------------------------------------------------ ideas
@measure("Ideas delivered", better="higher", unit="share")
def ideas_delivered(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the ideas raised in a year that were delivered by its end.

    Of those raised in the year up to the period's end. An idea that is accepted and not delivered brings nothing yet; those
    raised late in the year had little time, and count all the same.

    low and high: Wilson's interval. Parts: outcome (not decided, accepted, delivered, rejected), raised_by. Not assessed
    where no idea was raised. Source: own definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = of_types(log_of(actions, period), IDEA)
    inside = rows[in_year(rows["raised"], period)]
    if inside.empty:
        raise NotAssessed(f"the log holds no idea raised in {year_words(period)}")
    outcome = outcomes(inside)
    table = pd.DataFrame({"outcome": list(IDEAS)})
    table["value"] = outcome.value_counts().reindex(table["outcome"], fill_value=0).to_numpy(float)
    table.attrs["unit"] = "ideas"
    counts = dict(zip(table["outcome"], table["value"].astype(int), strict=True))
    return share_of(
        outcome.eq(DELIVERED),
        f"raised in {year_words(period)} {'was' if len(inside) == 1 else 'were'} delivered",
        noun="idea",
        because=joined(
            f"{counts[ACCEPTED]:,} accepted and not yet delivered, {counts[REJECTED]:,} rejected, "
            f"{counts[OPEN_IDEA]:,} not decided",
            _took(inside[outcome.eq(DELIVERED)]),
        ),
        parts={
            "outcome": table,
            "raised_by": shares_by(
                outcome.eq(DELIVERED), inside["raised_by"].fillna("not said").astype("str"), "raised_by"
            ),
        },
    )


def _took(delivered: pd.DataFrame) -> str:
    """How long delivered ideas took, in words; what is not delivered yet will take longer."""
    days = (delivered["closed"] - delivered["raised"]).dt.days.dropna()
    return f"those delivered took {number(float(days.median()), 'days')} in the middle" if len(days) else ""


def outcomes(ideas: pd.DataFrame) -> pd.Series:
    """What became of each idea by the period's end."""
    done = ideas["over"] & ~ideas["state"].eq("rejected")
    rejected = ideas["over"] & ideas["state"].eq("rejected")
    outcome = pd.Series(OPEN_IDEA, index=ideas.index).mask(ideas["agreed"].notna(), ACCEPTED)
    return outcome.mask(done, DELIVERED).mask(rejected, REJECTED)


@measure("Value of ideas", better="higher")
def idea_value(actions: pd.DataFrame, *, period: Period) -> Measured:
    """What the ideas delivered in the year up to the period's end bring a year, as the log says, in the client's currency.

    The sum of `value_realised`; a delivered idea that does not say what it brought counts for nothing, and how many do not
    is said. What was expected of the same ideas stands beside it. Nobody checked these amounts here.

    A full count. Parts: idea (by number: expected and realised). Not assessed where no idea was delivered, or none says
    what it brought. Source: own definition.
    """
    rows = of_types(log_of(actions, period), IDEA)
    done = rows[outcomes(rows).eq(DELIVERED) & in_year(rows["closed"], period)]
    if done.empty:
        raise NotAssessed(f"no idea was delivered in {year_words(period)}")
    told = done[done["value_realised"].notna()]
    if told.empty:
        raise NotAssessed("no delivered idea says what it brought; supply value_realised in actions")
    unit = str(actions.attrs.get("currency", ""))
    total, both = float(told["value_realised"].sum()), told[told["value"].notna()]
    blank = len(done) - len(told)
    table = told[["action", "value_realised", "value"]].rename(columns={"value": "expected", "value_realised": "value"})
    return Measured(
        unit=unit,
        value=total,
        n=len(told),
        n_of="delivered ideas" if len(told) > 1 else "delivered idea",
        counted=True,
        interval=COUNTED,
        claim=f"{plural(len(told), 'idea')} delivered in {year_words(period)} {'brings' if len(told) == 1 else 'bring'} "
        f"{number(total, unit)} a year, as the log says.",
        because=joined(
            f"{number(float(both['value'].sum()), unit)} were expected{_of_how_many(len(both), len(told))}"
            if len(both)
            else "",
            f"{plural(blank, 'delivered idea')} without an amount left out" if blank else "",
        ),
        parts={"idea": table.sort_values("value", ascending=False).reset_index(drop=True)},
    )


def _of_how_many(some: int, every: int) -> str:
    return "" if some == every else f" of {some:,} of them"


@measure("Wins beside issues", unit="share")
def wins_share(actions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of wins among wins and issues raised in the year up to the period's end.

    Neither a high nor a low share is good in itself: a log without a win shows that nobody writes them down, or that there
    is none; one without an issue, that nobody dares.

    low and high: Wilson's interval. Parts: kind (how many of each). Not assessed where neither was raised. Source: own
    definition; E. Wilson, JASA 22 (1927) 209-212.
    """
    rows = of_types(log_of(actions, period), WIN, ISSUE)
    inside = rows[in_year(rows["raised"], period)]
    if inside.empty:
        raise NotAssessed(f"the log holds neither wins nor issues raised in {year_words(period)}")
    wins = inside["type"].eq(WIN)
    table = pd.DataFrame({"kind": ["wins", "issues"], "value": [float(wins.sum()), float((~wins).sum())]})
    table.attrs["unit"] = "entries"
    return share_of(
        wins,
        f"on wins and issues of {year_words(period)} {'is a win' if wins.sum() == 1 else 'are wins'}",
        noun="note",
        parts={"kind": table},
    )
