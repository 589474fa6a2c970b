"""The items of a client's questionnaires, and under which columns of an export their answers stand.

A survey tool heads a column with a code (`trust_1`, `Q7`), with the full question, or with both, and puts the statement of a
grid behind the question: `How far do you agree? - The vendor keeps its word.`, `Q01[trust1]`, `Question [statement]`. Every
part of a header is compared with the mapping's `items`, the short names and the wordings, letters and digits only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import NamedTuple

import pandas as pd

from toolkit.errors import Fault, did_you_mean
from toolkit.intake.sources import Source
from toolkit.intake.suppliers import Suppliers
from toolkit.intake.survey_settings import Survey

BEFORE = re.compile(r"^\s*(?:Q?\d+[a-z]?[.):]|\w{1,20}(?:\[\w+\])?\.)\s+")  # 3. or Q01. in front of a question
BRACKETS = re.compile(r"^(.*?)\s*\[([^\[\]]*)\]\s*(?:\[[^\[\]]*\])?$")
NO_ITEM, NO_VENDOR, ITEM_TWICE = "under no known item", "under no vendor", "under an item that has two columns"
NAMED = ("id", "name", "alias")  # how a header may name a vendor; patterns could find one in any question


class Item(NamedTuple):
    """One item as asked of one audience; `low` and `high` are missing for a comment."""

    audience: str
    item: str
    wording: str
    kind: str
    low: float
    high: float


class Column(NamedTuple):
    """A column of an export that holds answers: its place, its item, and the supplier that its header names, or ''."""

    place: int
    item: str
    supplier: str = ""


@dataclass(frozen=True)
class Columns:
    """What the columns of one file are: those of items, and the others, each with the fault that says what it is."""

    items: list[Column]
    others: list[tuple[int, str, Fault]]  # place, reason, fault


class Items:
    """The items of a client, by audience and short name, and by what a header may call them."""

    def __init__(self, frame: pd.DataFrame) -> None:
        names = list(Item._fields)
        self.all = [Item(*row) for row in frame[names].itertuples(index=False, name=None)]
        self.by_name = {(item.audience, item.item): item for item in self.all}
        self.names = list(dict.fromkeys(item.item for item in self.all))

    def lookups(self, audience: str, given: dict[str, str]) -> list[dict[str, str]]:
        """What a header may be compared with, the surest first: the mapping's names, short names, wordings."""
        own = [item for item in self.all if audience in ("", item.audience)]
        return [
            {letters(name): item for name, item in given.items()},
            {letters(item.item): item.item for item in own},
            {letters(item.wording): item.item for item in own},
        ]


def letters(text: str) -> str:
    """The letters and digits of a text, small."""
    return re.sub(r"[\W_]+", "", re.sub(r"<[^<>]{1,200}>", " ", text).casefold())


def header_parts(title: Sequence[str]) -> Iterator[str]:
    """Every part of a header that may be an item's name or wording, the longest first."""
    whole = [" ".join(filter(None, title)), *reversed(title)]
    for text in dict.fromkeys(filter(None, whole)):
        yield text
        inside = BRACKETS.match(text)
        if inside:
            yield from (inside[2], inside[1])
        bare = BEFORE.sub("", text)
        if bare != text:
            yield bare
            code = text[: len(text) - len(bare)].strip(" .:)")
            inside = BRACKETS.match(code)
            yield from (inside[2], code) if inside else (code,)
        for mark in (" - ", " – ", ": ", " | "):
            if mark in text:
                yield from (text.split(mark, 1)[1], text.rsplit(mark, 1)[1], text.split(mark, 1)[0])


def columns_of(
    source: Source, survey: Survey, audience: str, items: Items, suppliers: Suppliers, persons: Sequence[int]
) -> Columns:
    """Which columns of a file hold answers to which items; a fault for every other that the mapping does not name.

    audience: whose items they are, or '' where each row says it for itself. persons: the columns that say who answered.
    """
    lookups = items.lookups(audience, survey.items)
    mapped, header = {*source.positions.values(), *persons}, source.name
    found: list[Column] = []
    others: list[tuple[int, str, Fault]] = []
    for place, title in enumerate(source.titles):
        if place in mapped or not any(title):
            continue
        parts = list(header_parts(title))
        item = next((lookup[letters(part)] for lookup in lookups for part in parts if letters(part) in lookup), "")
        where = f"{header}, `{source.header[place][:80]}`"
        if not item:
            if not _is_ignored(title, source.header[place], survey.ignore):
                others.append((place, NO_ITEM, _unknown(where, parts, audience, items)))
            continue
        column = Column(place, item, _supplier(parts, suppliers) if survey.vendors_in_header else "")
        if survey.vendors_in_header and not column.supplier:
            wanted = "a header that names a vendor of this client beside the item"
            others.append((place, NO_VENDOR, Fault(where, f"the item {item} and no vendor", wanted)))
        elif any(column[1:] == other[1:] for other in found):
            do = "Name the one to be read under `survey: items`, the other under `survey: ignore`."
            others.append((place, ITEM_TWICE, Fault(where, f"the item {item} a second time", "each item once", do)))
        else:
            found.append(column)
    return Columns(found, others)


def _is_ignored(title: Sequence[str], whole: str, patterns: Sequence[str]) -> bool:
    names = {text.casefold() for text in (*title, whole)}
    return any(fnmatch(name, pattern.casefold()) for name in names for pattern in patterns)


def _supplier(parts: Sequence[str], suppliers: Suppliers) -> str:
    return next((part for part in parts if suppliers.match(part).how in NAMED), "")


def _unknown(where: str, parts: Sequence[str], audience: str, items: Items) -> Fault:
    """The fault of a column that is no item, with the item that it may have been meant for."""
    elsewhere = [item for item in items.all if letters(item.item) in map(letters, parts)]
    if elsewhere:
        do = f"{elsewhere[0].item!r} is asked of the audience {elsewhere[0].audience}."
        return Fault(where, "a column that is no item", f"an item asked of the audience {audience}", do)
    own = [item for item in items.all if audience in ("", item.audience)]
    known = {text: item.item for item in own for text in (item.item, item.wording)}
    hints = [did_you_mean(part, list(known)) for part in parts]
    close = next((known[text] for hint in hints for text in known if hint == f"Did you mean {text!r}?"), "")
    do = "Name it under `survey: items`, or under `survey: ignore`."
    do = f"Did you mean the item {close!r}? {do}" if close else do
    return Fault(where, "a column that is no item", "the short name or the wording of an item", do)
