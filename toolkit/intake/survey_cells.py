"""The filled cells under the items of a survey to answers and comments, and a fault for each that is none.

Faults say where something stands and how long it is, never what somebody wrote, unless it is a number, or the same was given by
at least five people.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from toolkit.errors import Fault, did_you_mean
from toolkit.intake.answers import (
    BAD,
    CODE,
    COMMENT,
    OFF_SCALE,
    STATES,
    TWO_WAYS,
    UNREAD,
    Read,
    known_labels,
    read_texts,
)
from toolkit.intake.asked import COUNTED, Asked, Part, SurveyResult
from toolkit.intake.items import Item
from toolkit.intake.sources import Chunk
from toolkit.intake.values import PENNY
from toolkit.scales import label_sets, missing_words, plain_label
from toolkit.tables import LONGEST, UNSEEN

QUOTED_FROM = 5  # people who gave the same answer: below, a fault says how long it is and not what it is


def read_parts(
    parts: list[Part], place: np.ndarray, audience: pd.Series, chunk: Chunk, result: SurveyResult, asked: Asked
) -> None:
    """Read the cells of the rows that are kept; `place` is the number of each row among all kept ones, else -1."""
    read = []
    for part in parts:
        result.given[part.item] += len(part.rows)
        kept = place[part.rows] >= 0
        result.dropped[part.item] += int((~kept).sum())
        own = audience.iloc[part.rows]
        for name in own[kept].unique():
            these = kept & own.eq(name).to_numpy()
            item = asked.items.by_name.get((name, part.item))
            item = item._replace(kind=COMMENT, low=np.nan, high=np.nan) if item and part.comment else item
            codes, unique = pd.factorize(part.texts[these])
            read.append((part, item, part.rows[these], codes, unique))
    labels = known_labels((item, unique) for _, item, _, _, unique in read if item)
    for part, item, rows, codes, unique in read:
        values, states = read_texts(unique, item, asked.survey, labels)
        _keep(part, place[rows], codes, unique, Read(values, states), result, asked)
        _note_unfit(part, item, chunk.rows[rows], codes, unique, states, result)
        _note_long(part, chunk.rows[rows], states[codes], unique, codes, result)


def _keep(
    part: Part, rows: np.ndarray, codes: np.ndarray, unique: pd.Index, read: Read, result: SurveyResult, asked: Asked
) -> None:
    """Add what was read to the answers and comments of the file, and count what was not."""
    states = read.states[codes]
    item = asked.coded("item", pd.Series([part.item]))[0]
    good = (states < BAD) & (states != CODE[COMMENT])
    answers = {"row": rows[good], "item": item, "answer": read.values[codes[good]], "state": states[good]}
    result.answers.append(pd.DataFrame(answers).astype({"row": np.int32, "item": np.int16}))
    written = np.flatnonzero(states == CODE[COMMENT])
    if len(written):
        texts = pd.Series(unique, dtype="str").str.replace(UNSEEN, "", regex=True).str.slice(0, LONGEST)
        comments = {"row": rows[written], "item": item, "comment": texts.take(codes[written]).to_numpy()}
        result.comments.append(pd.DataFrame(comments))
    for state, number in zip(*np.unique(states[states >= BAD], return_counts=True), strict=True):
        result.count.move(STATES[state], 0, int(number) * COUNTED * PENNY)
        result.dropped[part.item] += int(number)


def _note_unfit(
    part: Part,
    item: Item | None,
    rows: np.ndarray,
    codes: np.ndarray,
    unique: pd.Index,
    states: np.ndarray,
    result: SurveyResult,
) -> None:
    """A fault for each different text that is no answer."""
    counts = np.bincount(codes, minlength=len(unique))
    for state in np.unique(states[states >= BAD]):

        def fault(code: int) -> Fault:
            return _unfit_fault(part, item, unique[code], rows[codes == code], STATES[states[code]], result)

        result.report(STATES[state], np.flatnonzero((states == state) & (counts > 0)), fault)


def _unfit_fault(
    part: Part, item: Item | None, text: str, rows: np.ndarray, reason: str, result: SurveyResult
) -> Fault:
    where = f"{result.source.name}, `{part.column[:80]}`, row{'s' if len(rows) > 1 else ''} "
    where += ", ".join(map(str, rows[:3].tolist())) + (f" and {len(rows) - 3:,} more" if len(rows) > 3 else "")
    if item is None:
        return Fault(where, "an answer", "none: the item is not asked of this audience", "Left out.")
    shown = len(rows) >= QUOTED_FROM or re.fullmatch(r"[+-]?[0-9.,/ ]{1,12}", text)
    found = repr(text[:60]) if shown else f"a text of {len(text):,} characters"
    wanted = f"an answer from {item.low:g} to {item.high:g}, or a label of {item.kind} on such a scale"
    do = f"Say what it means under `survey: labels: {item.kind}:`, or under `survey: missing:`."
    if reason == OFF_SCALE:
        do = "Mend the scale in survey_items, or say what it means under `survey: missing:`."
    elif reason == TWO_WAYS:
        wanted = "an answer that can be read one way"
    elif reason == UNREAD:
        hint = did_you_mean(plain_label(text), sorted(_known_words(item)))
        do = f"{hint} {do}" if hint.startswith("Did") else do
    return Fault(where, found, wanted, f"{do} Left out.")


def _known_words(item: Item) -> set[str]:
    labels = {label for own in label_sets(item.kind, int(item.low), int(item.high)) for label in own}
    return labels | set(missing_words())


def _note_long(
    part: Part, rows: np.ndarray, states: np.ndarray, unique: pd.Index, codes: np.ndarray, result: SurveyResult
) -> None:
    """A fault for each comment that had to be cut."""
    lengths = pd.Series(unique, dtype="str").str.len().to_numpy(dtype=float)[codes]

    def fault(index: int) -> Fault:
        where = f"{result.source.name}, row {rows[index]}, `{part.column[:80]}`"
        wanted = f"a text of at most {LONGEST:,} characters"
        return Fault(where, f"{lengths[index]:,.0f} characters", wanted, f"The first {LONGEST:,} were kept.")

    result.report("long comment", np.flatnonzero((lengths > LONGEST) & (states == CODE[COMMENT])), fault)
