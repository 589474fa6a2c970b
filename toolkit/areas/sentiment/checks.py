"""What there is to know about a survey before anything is measured: who was asked, what could not be used, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from toolkit.areas.sentiment.figures import population_of_wave
from toolkit.areas.sentiment.privacy import PEOPLE_FLOOR
from toolkit.areas.sentiment.responses import PERSON
from toolkit.areas.sentiment.tables import AUDIENCES, COMMENT, GROUPS, MISSING
from toolkit.areas.words import joined, plural
from toolkit.model import Period, month_words
from toolkit.sealed import open_sealed

NAMED = 5  # items that are listed by name
MANY = 0.2  # of answers: an item that more left out is named
REASONS = {"skipped": "skipped", "not_applicable": "not applicable", "dont_know": "don't know"}


def checks(
    survey_answers: Any,
    survey_respondents: Any,
    survey_items: pd.DataFrame,
    survey_invitations: pd.DataFrame,
    responses: Any,
    *,
    period: Period,
) -> pd.DataFrame:
    """Reconciliations of the survey tables for one period: check, found, remark; always a row each, also when all is well.

    Counts of fewer people than the floor are told as such; what anybody answered is not in it.
    """
    answers, people, rows = (open_sealed(table) for table in (survey_answers, survey_respondents, responses))
    floor = rows.attrs.get("people_floor", PEOPLE_FLOOR)
    unknown = rows.attrs.get("unknown_items", [])
    off, repeated = rows.attrs.get("off_scale", 0), rows.attrs.get("repeated", 0)
    doubled = int(people.duplicated(PERSON, keep=False).sum())
    silent = len(people.drop_duplicates(PERSON)) - _known(people, answers)
    strangers = len(answers.drop_duplicates(PERSON)) - _known(answers, people)
    ungrouped = int(people[list(GROUPS)].isna().all(axis=1).sum()) if len(people) else 0
    listed = [
        *(_last_wave(rows, audience, period, floor) for audience in AUDIENCES),
        ("Invitations", *_invitations(rows, survey_invitations)),
        ("Items that nobody describes", *_named(unknown, "not used: survey_items does not hold them")),
        ("Answers off their item's scale", f"{off:,}", "not used" if off else ""),
        (
            "Answers of a person to one item twice",
            f"{repeated:,}",
            "not used: nobody knows which holds" if repeated else "",
        ),
        ("People listed twice in a wave", f"{doubled:,}", "in no group" if doubled else ""),
        ("People listed who answered nothing", f"{silent:,}", "not counted as heard" if silent else ""),
        ("People who answered and are not listed", f"{strangers:,}", "in no group" if strangers else ""),
        ("People in no group", f"{ungrouped:,}", "in the whole, and in no group's figure" if ungrouped else ""),
        ("Answers left out", *_left_out(rows)),
        ("Items that many left out", *_often_left_out(rows, floor)),
        ("Items asked and never answered", *_never(answers, survey_items)),
    ]
    return pd.DataFrame(listed, columns=["check", "found", "remark"])


def _known(rows: pd.DataFrame, others: pd.DataFrame) -> int:
    """How many people and waves of one table are in the other."""
    return len(rows[PERSON].drop_duplicates().merge(others[PERSON].drop_duplicates()))


def _last_wave(rows: pd.DataFrame, audience: str, period: Period, floor: float) -> tuple[str, str, str]:
    check = f"Last wave: {audience}"
    last = rows[rows["audience"].eq(audience) & rows["latest"].eq(True) & rows["score"].notna()]
    if last.empty:
        return check, "none", "nobody was heard"
    n, size = last["respondent"].nunique(), population_of_wave(last)
    few = f"fewer than {floor:g} people" if n < floor else plural(n, "person", "people")
    of = f" of {size:,.0f}" if size and n >= floor else ""
    late = "" if last["in_period"].all() else f"before {period}: no figure of this period"
    return check, f"{month_words(last['wave'].iloc[0])}: {few}{of}", joined(late, "not shown" if n < floor else "")


def _invitations(rows: pd.DataFrame, invitations: pd.DataFrame) -> tuple[str, str]:
    heard = rows.loc[rows["score"].notna(), ["audience", "wave"]].drop_duplicates()
    counted = heard.merge(invitations[["audience", "wave"]].drop_duplicates()) if len(invitations) else heard[:0]
    missing = len(heard) - len(counted)
    remark = f"{plural(missing, 'wave')} without: no response rate, no weights" if missing else ""
    return f"{len(counted):,} of {plural(len(heard), 'wave')}", remark


def _named(names: Sequence[str], remark: str) -> tuple[str, str]:
    if not names:
        return "none", ""
    return ", ".join(names[:NAMED]) + (f" and {len(names) - NAMED} more" if len(names) > NAMED else ""), remark


def _left_out(rows: pd.DataFrame) -> tuple[str, str]:
    """How many answers of each audience's last wave are missing, also of one in which nobody answered anything."""
    last = rows[rows["wave"].eq(rows.groupby("audience")["wave"].transform("max"))]
    empty = last[last["score"].isna()]
    counts = empty["missing"].value_counts()
    listed = [f"{REASONS[name]} {counts[name]:,}" for name in MISSING if counts.get(name, 0)]
    share = len(empty) / len(last) if len(last) else 0.0
    return f"{len(empty):,} of {len(last):,} ({100 * share:.1f} %)", ", ".join(listed)


def _often_left_out(rows: pd.DataFrame, floor: float) -> tuple[str, str]:
    latest = rows[rows["latest"].eq(True)]
    by_item = latest["score"].isna().groupby(latest["item"]).agg(["mean", "size"])
    often = sorted(by_item.index[(by_item["mean"] > MANY) & (by_item["size"] >= floor)])
    return _named(often, f"by more than {100 * MANY:.0f} %: is it clear what is asked?")


def _never(answers: pd.DataFrame, items: pd.DataFrame) -> tuple[str, str]:
    asked = items[items["kind"] != COMMENT]
    answered = set(map(tuple, answers[["audience", "item"]].drop_duplicates().to_numpy()))
    never = sorted(
        {
            item
            for audience, item in zip(asked["audience"], asked["item"], strict=True)
            if (audience, item) not in answered
        }
    )
    return _named(never, "were they asked in this client's survey?")
