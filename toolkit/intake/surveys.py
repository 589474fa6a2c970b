"""Exports of survey tools to answers, comments and those who gave them; no name, address or other personal column is kept.

A wide export has one row a response and one column an item; a long one has one row an answer. Both come to the same: cells
under items. Each different text under an item is read once (`answers`). A person is hashed with the client's salt as soon
as he is read; where a row names nobody, the response's own number or the row stands for him. Faults say where something
stands and how long it is, never what somebody wrote, unless it is a number, or the same was given by at least five people.

Every filled cell under an item counts as one answer: answers in = kept + left out. What a person answered in one wave is
taken from the response submitted last.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.intake.answers import (
    ANSWER,
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
from toolkit.intake.cells import all_blank, mapped_cells, rule_applies
from toolkit.intake.items import NO_ITEM, Columns, Item, Items, columns_of, header_parts, letters
from toolkit.intake.mapping import SUPPLIER, Mapping, fitting
from toolkit.intake.matching import match_suppliers
from toolkit.intake.results import KEPT, LEFT_OUT, FileResult
from toolkit.intake.sources import Chunk, Source, UnreadableFile, places_of
from toolkit.intake.suppliers import Suppliers
from toolkit.intake.survey_settings import ANSWERS, COMMENTS, GROUPS, LONG, MONTH, RESPONDENTS, Survey
from toolkit.intake.values import PENNY, Amounts, read_dates
from toolkit.scales import REASONS, label_sets, missing_words, plain_label
from toolkit.sealed import person_hash
from toolkit.tables import LONGEST, UNSEEN

COUNTED = 100  # what one answer counts, in hundredths
QUOTED_FROM = 5  # people who gave the same answer: below, a fault says how long it is and not what it is
EMPTY_ROW, WRONG_LENGTH, NO_ANSWER = "empty row", "wrong number of fields", "no item answered"
NO_PERSON, NO_WAVE, NO_AUDIENCE = "no respondent", "no wave", "no audience"
TWICE = "answered again later"
KEY = ("vendor", "audience", "wave", "respondent")
TEXTS = (*KEY, *GROUPS, "language", SUPPLIER, "how", "file", "item")  # columns of rows that hold numbers for texts
OFFSET = r"\s(?:GMT|UTC)(?:[+-]\d{1,2}(?::\d\d)?)?$"  # behind a time that a form shows by its owner's clock
MONTH_FORMS = ("%B %Y", "%b %Y", "%m/%Y", "%Y/%m", "%m.%Y")


class Part(NamedTuple):
    """Filled cells under one item: the rows they stand in, their text, and the column's name for faults."""

    item: str
    column: str
    rows: np.ndarray
    texts: pd.Series
    comment: bool = False  # whether they stand in a column of comments, whatever the item's kind


@dataclass
class Asked:
    """All that the rows of every file are read with; texts that come again are kept once, each under its number."""

    mapping: Mapping
    survey: Survey
    items: Items
    suppliers: Suppliers
    salt: str
    zone: str
    texts: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in TEXTS})
    persons: dict[str, int] = field(default_factory=dict)  # as written to the number of the hash; never leaves memory
    rows: int = 0  # rows kept so far

    def coded(self, name: str, texts: pd.Series) -> np.ndarray:
        """The number of each text, -1 for an empty one."""
        codes, unique = pd.factorize(texts)
        known = self.texts[name]
        numbers = np.array([known.setdefault(text, len(known)) if text else -1 for text in unique], dtype=np.int32)
        return numbers[codes]

    def hashed(self, persons: pd.Series) -> np.ndarray:
        """The number of each person's salted hash."""
        codes, unique = pd.factorize(persons)
        known, hashes = self.persons, self.texts["respondent"]
        for person in unique:
            if person not in known:
                known[person] = hashes.setdefault(person_hash(person, self.salt), len(hashes))
        return np.array([known[person] for person in unique], dtype=np.int32)[codes]

    def categories(self, name: str, codes: Any) -> pd.Categorical:
        """Texts by their numbers."""
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(self.texts[name]), dtype="str"))


@dataclass
class SurveyResult(FileResult):
    """What one file of a survey came to: beside its rows, the answers by row, item and state, and the comments."""

    columns: Columns = field(default_factory=lambda: Columns([], []))
    persons: list[int] = field(default_factory=list)  # places of the columns that say who answered, the surest first
    answers: list[pd.DataFrame] = field(default_factory=list)
    comments: list[pd.DataFrame] = field(default_factory=list)
    given: Counter[str] = field(default_factory=Counter)  # filled cells by item
    dropped: Counter[str] = field(default_factory=Counter)  # of these left out
    other_cells: Counter[int] = field(default_factory=Counter)  # filled cells by place, in columns that are no items
    unfit: dict[tuple[str, str, int, str], list[int]] = field(default_factory=dict)

    def all_faults(self, mapping: Mapping) -> list[Fault]:
        """The file's faults: its columns first, then its rows, then each text that is no answer."""
        columns = [
            Fault(fault.where, fault.found, fault.wanted, f"{fault.do} Filled cells left out: {cells:,}.".strip())
            for place, _, fault in self.columns.others
            if (cells := self.other_cells[place])
        ]
        return [*columns, *super().all_faults(mapping)]


def survey_result(source: Source, count: Any, asked: Asked) -> SurveyResult:
    """The empty result of a file; UnreadableFile where none of its columns is an item."""
    persons = places_of(source, asked.mapping.columns.get("respondent", ()))
    if asked.survey.layout == LONG:
        return SurveyResult(source, count, persons=persons)
    audience = asked.mapping.constants.get("audience", "")
    columns = columns_of(source, asked.survey, audience, asked.items, asked.suppliers, persons)
    if not columns.items:
        do = "Name the columns under `survey: items`, or mend survey_items: short name or wording must be the same."
        wanted = "at least one column that is an item of survey_items"
        raise UnreadableFile(Fault(source.path.name, f"{len(source.header)} columns, none of them an item", wanted, do))
    return SurveyResult(source, count, columns=columns, persons=persons)


def check_constants(asked: Asked) -> None:
    """SettingsError where the mapping names a vendor, an audience or an item that the client does not have."""
    mapping, survey, faults = asked.mapping, asked.survey, []
    vendor, audience = mapping.constants.get("vendor"), mapping.constants.get("audience")
    if vendor and not asked.suppliers.match(vendor).vendor:
        hint = did_you_mean(vendor, sorted({known for known, _ in asked.suppliers.exact.values()}))
        faults.append(Fault(f"{mapping.name}, `constants.vendor`", repr(vendor), "a vendor of this client", hint))
    audiences = sorted({item.audience for item in asked.items.all})
    if audience and audience not in audiences:
        found = f"no item for the audience {audience!r}"
        do = f"It has items for {', '.join(audiences) or 'nobody'}; templates/surveys has some for every audience."
        faults.append(Fault("survey_items", found, f"the items that the {audience} were asked", do))
    for name in survey.items.values():
        if name not in asked.items.names:
            hint = did_you_mean(name, asked.items.names)
            faults.append(Fault(f"{mapping.name}, `survey.items`", repr(name), "an item of survey_items", hint))
    if faults:
        raise SettingsError(faults)


# --------------------------------------------------------------------------------------------------------------- one chunk
def import_chunk(chunk: Chunk, result: SurveyResult, asked: Asked) -> None:
    """Read the responses, or the answers, in some rows of a file; where headers name vendors, once for each of them."""
    cell = mapped_cells(chunk, result, asked.mapping)
    if asked.survey.layout == LONG:
        items = _items_named(cell["item"], asked)
        _import_parts(chunk, cell, "", _long_parts(cell, items, result), result, asked, items)
        return
    for place, reason, _ in result.columns.others:
        filled = int(chunk.cells[place].ne("").sum())
        result.other_cells[place] += filled
        result.count.amount_in += filled * COUNTED * PENNY
        result.count.move(reason, 0, filled * COUNTED * PENNY)
    for supplier in dict.fromkeys(column.supplier for column in result.columns.items):
        parts = []
        for place, item, named in result.columns.items:
            if named == supplier:
                text = chunk.cells[place]
                text = text.mask(text.isin(asked.mapping.blank), "") if asked.mapping.blank else text
                rows = np.flatnonzero(text.ne("").to_numpy())
                parts.append(Part(item, result.source.header[place], rows, text.iloc[rows]))
        _import_parts(chunk, cell, supplier, parts, result, asked)


def _long_parts(cell: dict[str, pd.Series], items: pd.Series, result: SurveyResult) -> list[Part]:
    """The filled cells of a long export by item; a cell is an answer, why there is none, or a comment."""
    texts = {name: cell[name] for name in ("answer", "comment") if name in cell}
    if "missing" in cell and "answer" in texts:
        texts["answer"] = texts["answer"].mask(texts["answer"].eq(""), cell["missing"])
    codes, unique = pd.factorize(items)
    parts = []
    for name, text in texts.items():
        filled = text.ne("").to_numpy()
        for code, item in enumerate(unique):
            rows = np.flatnonzero(filled & (codes == code))
            if len(rows):
                column = f"{result.source.column_name(name)}` of the item `{item or 'unknown'}"
                parts.append(Part(item, column, rows, text.iloc[rows], comment=name == "comment"))
    return parts


def _items_named(text: pd.Series, asked: Asked) -> pd.Series:
    """The item that each cell names by its short name or wording, '' where it names none."""
    lookups = asked.items.lookups(asked.mapping.constants.get("audience", ""), asked.survey.items)

    def name(written: str) -> str:
        return next(
            (own[letters(part)] for own in lookups for part in header_parts([written]) if letters(part) in own), ""
        )

    return _changed(text, name)


def _import_parts(
    chunk: Chunk,
    cell: dict[str, pd.Series],
    supplier: str,
    parts: list[Part],
    result: SurveyResult,
    asked: Asked,
    items: pd.Series | None = None,
) -> None:
    """Count and read the filled cells of some rows, as far as their rows can be kept; `items` are those of a long export."""
    length = len(chunk.rows)
    filled = np.bincount(np.concatenate([part.rows for part in parts] or [np.zeros(0, int)]), minlength=length)
    told = _told(cell, supplier, chunk, result, asked)
    amounts = Amounts(filled.astype(np.int64) * COUNTED, np.zeros(length, np.int64), np.ones(length, bool))
    why = _reasons(chunk, cell, told, filled, items, asked)
    why, vendors, codes = match_suppliers(told[SUPPLIER], why, amounts, result, asked.suppliers)
    result.count.add(why, amounts)
    _report_rows(why, chunk, cell, result, asked)
    index = np.flatnonzero(why == KEPT)
    rows = {
        name: asked.coded(name, told[name].iloc[index]) for name in ("audience", "wave", *GROUPS, "language", SUPPLIER)
    }
    rows |= {name: asked.coded(name, vendors[name])[codes[index]] for name in ("vendor", "how")}
    rows["respondent"] = asked.hashed(told["respondent"].iloc[index])
    rows["file"] = asked.coded("file", pd.Series([result.source.path.name]))[np.zeros(len(index), int)]
    rows |= {"source_row": chunk.rows[index], "submitted": told["submitted"].to_numpy()[index]}
    if items is not None:
        rows["item"] = asked.coded("item", items.iloc[index])
    result.rows.append(pd.DataFrame(rows))
    place = np.full(length, -1)
    place[index] = asked.rows + np.arange(len(index))
    asked.rows += len(index)
    _read_parts(parts, place, told["audience"], chunk, result, asked)


def _told(
    cell: dict[str, pd.Series], supplier: str, chunk: Chunk, result: SurveyResult, asked: Asked
) -> dict[str, pd.Series]:
    """What each row says of itself, '' where it says nothing: of cells, else of the mapping's constants."""
    nothing = pd.Series("", index=range(len(chunk.rows)), dtype="str")
    constants = asked.mapping.constants
    told = {}
    for name in ("audience", "wave", *GROUPS, "language"):
        values = {written.casefold(): value for written, value in asked.mapping.values.get(name, {}).items()}
        text = _changed(cell.get(name, nothing), functools.partial(_fitted, name=name, values=values, asked=asked))
        told[name] = text.mask(text.eq("") & cell.get(name, nothing).eq(""), constants.get(name, ""))
    default = supplier or constants.get("vendor", "")
    text = nothing if supplier else cell.get(SUPPLIER, nothing)
    told[SUPPLIER] = text.mask(text.eq(""), default)
    told["submitted"] = _submitted(cell, chunk, result, asked)
    told["respondent"] = _persons(cell, told, chunk, result, asked)
    return told


def _changed(text: pd.Series, change: Any) -> pd.Series:
    """A column with each different text changed."""
    codes, unique = pd.factorize(text)
    return pd.Series([change(value) for value in unique], dtype="str").take(codes).reset_index(drop=True)


def _fitted(text: str, name: str, values: dict[str, str], asked: Asked) -> str:
    """What a cell says of its row as the tables have it, '' where that is nothing that they may hold."""
    text = values.get(text.casefold(), text)
    if name == "audience":
        return (text and fitting(asked.mapping.table["audience"], text)) or ""
    if name == "wave":
        return _month(text, asked.mapping.date_formats)
    if name == "language":
        found = re.match(r"[A-Za-z]{2}(?![A-Za-z])", text)
        return found[0].lower() if found else ""
    return _clean(text)[:LONGEST]


def _clean(text: str) -> str:
    return re.sub(UNSEEN, "", text).strip()


def _month(text: str, formats: tuple[str, ...]) -> str:
    """The month of a wave, written as a month or as a day in it; '' where it is neither."""
    if not text or re.fullmatch(MONTH, text):
        return text
    days = [pd.to_datetime(text, format=form, errors="coerce") for form in MONTH_FORMS]
    days.append(read_dates(pd.Series([text], dtype="str"), formats)[0][0])
    return next((f"{day:%Y-%m}" for day in days if pd.notna(day)), "")


def _submitted(cell: dict[str, pd.Series], chunk: Chunk, result: SurveyResult, asked: Asked) -> pd.Series:
    """When each row was submitted, on the clocks of the client's zone; missing where it cannot be read, with a fault."""
    if "submitted" not in cell:
        return pd.Series(pd.NaT, index=range(len(chunk.rows)), dtype="datetime64[us]")
    text = cell["submitted"].str.replace(OFFSET, "", regex=True)
    moments = read_dates(text, asked.mapping.date_formats, asked.zone)[0]
    bad = np.flatnonzero(moments.isna().to_numpy() & text.ne("").to_numpy())
    wanted = f"a date written {' or '.join(['YYYY-MM-DD HH:MM', *asked.mapping.date_formats])}"
    do = "The row was kept without it."
    where = functools.partial(result.where, column="submitted")
    result.report("submitted", bad, lambda i: Fault(where(chunk.rows[i]), repr(text.iloc[i][:40]), wanted, do))
    return moments.dt.tz_localize(None)


def _persons(
    cell: dict[str, pd.Series], told: dict[str, pd.Series], chunk: Chunk, result: SurveyResult, asked: Asked
) -> pd.Series:
    """Who each row is from: the person, else the response by its number, else (of a wide export) the row itself.

    A number of up to six digits is a file's own count, any other is unique by itself. Both hold for one wave only: the
    same number in another wave is another person.
    """
    nothing = pd.Series("", index=range(len(chunk.rows)), dtype="str")
    persons, numbers = nothing, cell.get("response", nothing)
    for place in result.persons:
        named = chunk.cells[place]
        nobody = named.str.lower().isin(asked.survey.anonymous) | named.isin(asked.mapping.blank)
        persons = persons.mask(persons.eq(""), named.mask(nobody, ""))
    empty = persons.eq("")
    if not empty.any():
        return persons
    file = result.source.path.name
    if asked.survey.layout != LONG:
        numbers = numbers.mask(numbers.eq(""), "row " + pd.Series(chunk.rows).astype("str"))
    counted = numbers.str.fullmatch(r"(row )?\d{1,6}").astype(bool)
    places = pd.Series(np.where(counted, file, ""), dtype="str")
    made = told["audience"] + "\0" + told["wave"] + "\0" + places + "\0" + numbers
    return persons.mask(empty, made.mask(numbers.eq(""), ""))


def _reasons(
    chunk: Chunk,
    cell: dict[str, pd.Series],
    told: dict[str, pd.Series],
    filled: np.ndarray,
    items: pd.Series | None,
    asked: Asked,
) -> np.ndarray:
    """Why each row is left out for what stands in it, the first reason that applies; KEPT for the others."""
    tests = [(EMPTY_ROW, all_blank(chunk.cells))]
    tests += [(rule.reason, rule_applies(rule, cell, chunk)) for rule in asked.mapping.leave_out]
    tests += [(WRONG_LENGTH, np.isin(np.arange(len(chunk.rows)), list(chunk.lengths)))]
    tests += [(NO_ANSWER, filled == 0)]
    tests += [(NO_WAVE, told["wave"].eq("").to_numpy()), (NO_AUDIENCE, told["audience"].eq("").to_numpy())]
    tests += [(NO_PERSON, told["respondent"].eq("").to_numpy())]
    if items is not None:
        tests += [(NO_ITEM, items.eq("").to_numpy())]
    return np.select([mask for _, mask in tests], [reason for reason, _ in tests], default=KEPT)


def _report_rows(why: np.ndarray, chunk: Chunk, cell: dict[str, pd.Series], result: SurveyResult, asked: Asked) -> None:
    """A fault for each row that is left out because of what stands in it."""
    audiences = asked.mapping.table["audience"].allowed

    def short(index: int) -> Fault:
        found = f"{len(chunk.lengths[index])} fields"
        return Fault(result.where(chunk.rows[index]), found, f"{len(chunk.cells)} fields", LEFT_OUT)

    def unfit(index: int, name: str, wanted: str, do: str) -> Fault:
        text = cell[name].iloc[index] if name in cell else ""
        where = result.where(chunk.rows[index], name if name in cell else "")
        return Fault(where, f"no {name}" if not text else repr(text[:40]), wanted, f"{do} {LEFT_OUT}")

    def nobody(index: int) -> Fault:
        do = f"Without it nobody knows which answers are one person's. {LEFT_OUT}"
        return Fault(result.where(chunk.rows[index]), "nobody", "a respondent, or the number of a response", do)

    def no_item(index: int) -> Fault:
        text = cell["item"].iloc[index]
        hint = did_you_mean(text, asked.items.names)
        return Fault(result.where(chunk.rows[index], "item"), repr(text[:60]), "an item of survey_items", hint)

    wave = ("wave", "a month such as 2026-09", "Fill it in, or say --constant wave=2026-09.")
    audience = ("audience", f"one of {', '.join(audiences)}", "Name it under `values: audience:`.")
    makers = {
        WRONG_LENGTH: short,
        NO_WAVE: lambda index: unfit(index, *wave),
        NO_AUDIENCE: lambda index: unfit(index, *audience),
        NO_PERSON: nobody,
        NO_ITEM: no_item,
    }
    for reason, maker in makers.items():
        result.report(reason, np.flatnonzero(why == reason), maker)


# ------------------------------------------------------------------------------------------------------------ the answers
def _read_parts(
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
    where = f"{result.source.path.name}, `{part.column[:80]}`, row{'s' if len(rows) > 1 else ''} "
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
        where = f"{result.source.path.name}, row {rows[index]}, `{part.column[:80]}`"
        wanted = f"a text of at most {LONGEST:,} characters"
        return Fault(where, f"{lengths[index]:,.0f} characters", wanted, f"The first {LONGEST:,} were kept.")

    result.report("long comment", np.flatnonzero((lengths > LONGEST) & (states == CODE[COMMENT])), fault)


# ---------------------------------------------------------------------------------------------------- all files together
def finish_survey(
    results: list[SurveyResult], asked: Asked
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """The tables of a survey, the rows kept (with what each counts), and the account of every item.

    Of what a person answered twice in a wave the response submitted last is kept, of one moment the one that stands last.
    """
    rows = pd.concat([part for result in results for part in result.rows], ignore_index=True)
    answers = _joined([part for result in results for part in result.answers], ["row", "item", "answer", "state"])
    comments = _joined([part for result in results for part in result.comments], ["row", "item", "comment"])
    for result in results:  # millions of answers are held once
        result.rows, result.answers, result.comments = [], [], []
    key = _key(rows, asked, [*KEY, *(["item"] if "item" in rows else [])])
    order = np.lexsort((np.arange(len(rows)), rows["submitted"].to_numpy().view(np.int64)))
    earlier = np.zeros(len(rows), bool)
    earlier[order] = pd.Series(key[order]).duplicated(keep="last").to_numpy()
    counts = np.bincount(np.concatenate([answers["row"], comments["row"]]).astype(np.int64), minlength=len(rows))
    _leave_out_earlier(rows, earlier, counts, key, order, results, asked)
    for frame in (answers, comments):
        lost = frame.loc[earlier[frame["row"].to_numpy(np.int64)], "item"].value_counts()
        names = list(asked.texts["item"])
        for code, number in lost.items():
            results[0].dropped[names[int(code)]] += int(number)
    answers = answers[~earlier[answers["row"].to_numpy(np.int64)]]
    comments = comments[~earlier[comments["row"].to_numpy(np.int64)]]
    people = rows.iloc[order][~earlier[order]]
    people = people.iloc[~pd.Series(_key(people, asked, list(KEY))).duplicated(keep="last").to_numpy()].sort_index()
    tables = {
        ANSWERS: _answer_table(answers, rows, asked),
        RESPONDENTS: _respondent_table(people, asked),
        COMMENTS: _comment_table(comments, rows, asked),
    }
    by_item = _by_item(results, answers, comments, asked)
    return tables, _kept(rows[~earlier], counts[~earlier], asked), by_item


def _kept(rows: pd.DataFrame, counts: np.ndarray, asked: Asked) -> pd.DataFrame:
    """What the account needs of the rows kept: whose they are, where they stand, and how many answers they hold."""
    named: dict[str, Any] = _named(rows, asked, ("vendor", "how", SUPPLIER))
    named["source_file"] = asked.categories("file", rows["file"].to_numpy())
    return pd.DataFrame({**named, "pence": counts * COUNTED, "remainder": np.zeros(len(rows), np.int64)})


def _joined(parts: list[pd.DataFrame], names: list[str]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({name: [] for name in names})


def _key(rows: pd.DataFrame, asked: Asked, names: list[str]) -> np.ndarray:
    """One number for what names a row: equal for equal codes in all of some columns."""
    key = np.zeros(len(rows), np.int64)
    for name in names:
        key = key * (len(asked.texts[name]) + 1) + rows[name].to_numpy(np.int64) + 1
    return key


def _leave_out_earlier(
    rows: pd.DataFrame,
    earlier: np.ndarray,
    counts: np.ndarray,
    key: np.ndarray,
    order: np.ndarray,
    results: list[SurveyResult],
    asked: Asked,
) -> None:
    """Count the rows of people who answered again later, and report each with the row that is kept."""
    files, numbers = list(asked.texts["file"]), rows["source_row"].to_numpy()
    last = dict(zip(key[order], order, strict=True)) if earlier.any() else {}
    file_of = rows["file"].to_numpy()

    def fault(row: int) -> Fault:
        kept = last[key[row]]
        where = f"{files[file_of[row]]}, row {numbers[row]}"
        found = f"somebody who answered again in {files[file_of[kept]]}, row {numbers[kept]}"
        return Fault(where, found, "each person once in a wave", "The answer submitted last was kept.")

    for result in results:
        code = asked.texts["file"].get(result.source.path.name, -1)
        own = np.flatnonzero(earlier & (file_of == code))
        if len(own):
            result.count.move(TWICE, len(own), int(counts[own].sum()) * COUNTED * PENNY)
            result.report(TWICE, own, fault)


def _named(rows: pd.DataFrame, asked: Asked, names: tuple[str, ...]) -> dict[str, pd.Categorical]:
    return {name: asked.categories(name, rows[name].to_numpy()) for name in names}


def _answer_table(answers: pd.DataFrame, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    own = rows.take(answers["row"].to_numpy(np.int64)) if len(answers) else rows.iloc[:0]
    places = np.array([REASONS.index(state) if state in REASONS else -1 for state in STATES])
    table = {
        **_named(own, asked, KEY),
        "item": asked.categories("item", answers["item"].to_numpy(np.int64)),
        "answer": answers["answer"].to_numpy(float),
        "missing": pd.Categorical.from_codes(
            places[answers["state"].to_numpy(np.int64)], categories=pd.Index(REASONS, dtype="str")
        ),
    }
    return pd.DataFrame(table)


def _respondent_table(people: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    table: dict[str, Any] = _named(people, asked, (*KEY, *GROUPS))
    table["submitted"] = people["submitted"].dt.normalize().to_numpy()
    table |= {"source_file": asked.categories("file", people["file"]), "source_row": people["source_row"].to_numpy()}
    return pd.DataFrame(table)


def _comment_table(comments: pd.DataFrame, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    own = rows.take(comments["row"].to_numpy(np.int64)) if len(comments) else rows.iloc[:0]
    table: dict[str, Any] = {
        **_named(own, asked, KEY),
        "item": asked.categories("item", comments["item"].to_numpy(np.int64)),
        "comment": pd.Series(comments["comment"].to_numpy(), dtype="str"),
        "language": asked.categories("language", own["language"].to_numpy()),
    }
    return pd.DataFrame(table)


def _by_item(results: list[SurveyResult], answers: pd.DataFrame, comments: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row an item: filled cells, what they came to, and how many were left out."""
    given: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for result in results:
        given.update(result.given)
        dropped.update(result.dropped)
        given["(no item)"] += sum(result.other_cells.values())
        dropped["(no item)"] += sum(result.other_cells.values())
    width = len(asked.texts["item"]) + 1
    came = answers["state"].to_numpy(np.int64) * width + answers["item"].to_numpy(np.int64)
    counts = np.bincount(came, minlength=len(STATES) * width).reshape(len(STATES), width)
    written = np.bincount(comments["item"].to_numpy(np.int64), minlength=width)
    rows = []
    for item in [name for name in given if given[name]]:
        code = asked.texts["item"].get(item, -1)  # the last place is empty
        kept = [int(counts[CODE[state], code]) for state in (ANSWER, *REASONS)]
        rows.append([item or "(no item)", given[item], *kept, int(written[code]), dropped[item]])
    return pd.DataFrame(rows, columns=["item", "cells", "answers", *REASONS, "comments", "left_out"])
