"""Messages to entries of a log: a thread's first message is the entry, and the first answer of another side acknowledges it.

A message belongs to the thread of the message that it answers, by the numbers in its header; where these are not known, and its
subject begins with `Re:` or its like, to the last thread of that subject. A message about the same that answers nothing begins
a thread of its own. What a thread came to, no header tells: whether it is closed has to be filled in by somebody.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from toolkit.intake.mapping import ANSWERS_TO, MESSAGE, SENT

LATER = "a later message of its thread"
MARK = re.compile(
    r"^\s*(?:(?:re|fwd?|aw|wg|sv|vs|rv|tr|antw|ref)\s*(?:\[\d+\])?\s*:|\[(?:extern(?:al)?|ext)\])\s*", re.IGNORECASE
)
ANSWER = re.compile(r"^\s*(?:\[[^\]]*\]\s*)?(?:re|aw|sv|vs|antw|ref|fwd?|wg|rv|tr)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)


def bare_subject(subject: str) -> str:
    """A subject without `Re:`, `Fw:` and their like in front, however often they stand there."""
    while found := MARK.match(subject):
        subject = subject[found.end() :]
    return " ".join(subject.split())


def repeats(messages: pd.DataFrame) -> np.ndarray:
    """Where a message is there already: of the same number, or sent at the same time about the same by the same side."""
    alike = pd.DataFrame(
        {
            "vendor": messages["vendor"],
            "sent": messages[SENT],
            "title": messages["title"].fillna("").map(bare_subject).str.casefold(),
            "side": messages["raised_by"].fillna(""),
        }
    )
    numbers = messages[MESSAGE] if MESSAGE in messages else pd.Series("", index=messages.index)
    return (alike.duplicated() | (numbers.ne("") & numbers.duplicated())).to_numpy()


def entries(messages: pd.DataFrame) -> pd.DataFrame:
    """The messages in the order in which they were sent; `later` tells those that are not the first of their thread.

    The first one gets the subject without marks of answers, the day of the first answer of another side, and the highest level
    that any of them names.
    """
    rows = messages.sort_values(["vendor", SENT], kind="stable", ignore_index=True)
    rows["thread"] = _threads(rows)
    rows["later"] = rows.duplicated("thread")
    first = rows.drop_duplicates("thread").set_index("thread")
    sides = rows["raised_by"]
    begun = rows["thread"].map(first["raised_by"])
    answers = rows[sides.notna() & begun.notna() & sides.ne(begun)].drop_duplicates("thread").set_index("thread")
    days = answers["raised"].reindex(rows["thread"]).set_axis(rows.index)
    if "acknowledged" in rows and rows["acknowledged"].notna().any():
        days = pd.to_datetime(rows["acknowledged"]).fillna(days)
    rows["acknowledged"] = days.where(~rows["later"])
    rows["title"] = rows["title"].map(bare_subject, na_action="ignore")
    if "level" in rows:
        rows["level"] = rows.groupby("thread")["level"].transform("max")
    return rows


def _threads(rows: pd.DataFrame) -> list[int]:
    """The number of each message's thread, for messages in the order in which they were sent."""
    nothing = pd.Series("", index=rows.index)
    numbers, answered = (rows.get(name, nothing) for name in (MESSAGE, ANSWERS_TO))
    by_number: dict[tuple[str, str], int] = {}
    by_subject: dict[tuple[str, str], int] = {}
    threads: list[int] = []
    for vendor, number, answers, title in zip(rows["vendor"], numbers, answered, rows["title"].fillna(""), strict=True):
        subject = (vendor, bare_subject(title).casefold())
        known = [by_number[vendor, name] for name in str(answers).split() if (vendor, name) in by_number]
        if not known and ANSWER.match(title) and subject in by_subject:
            known = [by_subject[subject]]
        thread = known[0] if known else len(threads)
        threads.append(thread)
        by_subject[subject] = thread
        if number:
            by_number[vendor, number] = thread
    return threads
