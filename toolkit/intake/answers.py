"""Text under an item to an answer on its scale, to why there is none, or to what is wrong with it.

Codes (4), labels (Agree), both (4 - Agree), stars and parts of a whole (4/5) come to the number on the item's scale. A text
that could be two answers is none: it is never guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from toolkit.intake.items import Item
from toolkit.intake.survey_settings import Survey
from toolkit.scales import REASONS, label_sets, missing_words, plain_label, read_labels

ANSWER, COMMENT = "answer", "comment"
UNREAD, TWO_WAYS, OFF_SCALE = "answer cannot be read", "label can be read two ways", "answer off the scale"
NOT_ASKED = "item of another audience"
STATES = (ANSWER, COMMENT, *REASONS, UNREAD, TWO_WAYS, OFF_SCALE, NOT_ASKED)
CODE = {state: code for code, state in enumerate(STATES)}
BAD = CODE[UNREAD]  # from here on nothing is kept

STARS = "★⭐🌟"
NUMBER = re.compile(r"([+-]?\d{1,6})(?:[.,]0+)?")
NUMBER_FIRST = re.compile(r"([+-]?\d{1,3})\s*[-:=.)(]+\s*(\D.*?)\)?")  # 5 - Strongly agree
NUMBER_LAST = re.compile(r"(\D.*?)\s*[-:=(]\s*([+-]?\d{1,3})\)?")  # Strongly agree (5)
OUT_OF = re.compile(r"(\d{1,3})\s*(?:/|out of|von|sur|de|su|van)\s*(\d{1,3})")  # 4 out of 5
STARRED = re.compile(r"(\d{1,2})\s*(?:stars?|sterne?|étoiles?|estrellas?|stell[ae]|ster|sterren|estrelas?)")

Labels = dict[tuple[str, float, float], dict[str, set[int]]]  # of each scale: the answers that a label may stand for


class Read(NamedTuple):
    """Texts as read: the number of each, NaN where it is none, and what it came to, as a place in `STATES`."""

    values: np.ndarray
    states: np.ndarray


def known_labels(given: Iterable[tuple[Item, Collection[str]]]) -> Labels:
    """What the labels given under several items may stand for; those of one scale are judged together."""
    pooled: defaultdict[tuple[str, float, float], set[str]] = defaultdict(set)
    for item, texts in given:
        if item.low == item.low:
            pooled[_scale(item)] |= {
                label for text in texts if (label := _number_and_label(plain_label(text), item)[1])
            }
    return {scale: read_labels(labels, label_sets(scale[0], *map(int, scale[1:]))) for scale, labels in pooled.items()}


def _scale(item: Item) -> tuple[str, float, float]:
    return item.kind, item.low, item.high


def read_texts(texts: Collection[str], item: Item | None, survey: Survey, labels: Labels) -> Read:
    """What each text under an item stands for; where there is no such item, nothing."""
    if item is None:
        return Read(np.full(len(texts), np.nan), np.full(len(texts), CODE[NOT_ASKED], np.int8))
    own = {**survey.labels.get(item.kind, {}), **survey.labels.get(item.item, {})}
    read = [_read_text(plain_label(text), item, survey, own, labels.get(_scale(item), {})) for text in texts]
    values = np.array([value for value, _ in read], dtype=float)
    return Read(values, np.array([CODE[state] for _, state in read], dtype=np.int8))


def _read_text(
    plain: str, item: Item, survey: Survey, own: dict[str, int], labels: dict[str, set[int]]
) -> tuple[float, str]:
    number, label = _number_and_label(plain, item)
    written = plain if label or number is None else str(number)
    why = survey.missing.get(written) or missing_words().get(written) or survey.missing.get(label)
    if why:
        return np.nan, why
    if item.low != item.low:
        return np.nan, COMMENT
    meant = {own[plain]} if plain in own else {own[label]} if label in own else labels.get(label, set())
    if plain not in own and number is not None:
        if meant and number not in meant:
            return np.nan, TWO_WAYS
        meant = {number}
    if len(meant) != 1:
        return np.nan, TWO_WAYS if meant else UNREAD
    value = next(iter(meant))
    return (value, ANSWER) if item.low <= value <= item.high else (np.nan, OFF_SCALE)


def _number_and_label(plain: str, item: Item) -> tuple[int | None, str]:
    """The number that a text names, or None, and its label, or ''."""
    for pattern in (NUMBER, STARRED):
        found = pattern.fullmatch(plain)
        if found:
            return int(found[1]), ""
    found = OUT_OF.fullmatch(plain)
    if found and int(found[2]) == item.high:
        return int(found[1]), ""
    drawn = plain.replace("\ufe0f", "").replace("☆", "").replace(" ", "")
    if drawn and not drawn.strip(STARS):
        return len(drawn), ""
    first, last = NUMBER_FIRST.fullmatch(plain), NUMBER_LAST.fullmatch(plain)
    if first:
        return int(first[1]), first[2].strip()
    return (int(last[2]), last[1].strip()) if last else (None, plain)
