"""What each response of a survey says of itself (vendor, audience, wave, person, groups), and why one is left out.

A person is hashed with the client's salt as soon as he is read; where a row names nobody, the response's own number or the row
stands for him.
"""

from __future__ import annotations

import functools
import re
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Fault, did_you_mean
from toolkit.intake.asked import Asked, SurveyResult
from toolkit.intake.cells import all_blank, rule_applies
from toolkit.intake.items import NO_ITEM
from toolkit.intake.mapping import SUPPLIER, fitting
from toolkit.intake.results import KEPT, LEFT_OUT
from toolkit.intake.sources import Chunk
from toolkit.intake.survey_settings import GROUPS, LONG, MONTH
from toolkit.intake.values import read_dates
from toolkit.tables import LONGEST, UNSEEN

EMPTY_ROW, WRONG_LENGTH, NO_ANSWER = "empty row", "wrong number of fields", "no item answered"
NO_PERSON, NO_WAVE, NO_AUDIENCE = "no respondent", "no wave", "no audience"
OFFSET = r"\s(?:GMT|UTC)(?:[+-]\d{1,2}(?::\d\d)?)?$"  # behind a time that a form shows by its owner's clock
MONTH_FORMS = ("%B %Y", "%b %Y", "%m/%Y", "%Y/%m", "%m.%Y")


def told_of(
    cell: dict[str, pd.Series], supplier: str, chunk: Chunk, result: SurveyResult, asked: Asked
) -> dict[str, pd.Series]:
    """What each row says of itself, '' where it says nothing: of cells, else of the mapping's constants."""
    nothing = pd.Series("", index=range(len(chunk.rows)), dtype="str")
    constants = asked.mapping.constants
    told = {}
    for name in ("audience", "wave", *GROUPS, "language"):
        values = {written.casefold(): value for written, value in asked.mapping.values.get(name, {}).items()}
        text = changed(cell.get(name, nothing), functools.partial(_fitted, name=name, values=values, asked=asked))
        told[name] = text.mask(text.eq("") & cell.get(name, nothing).eq(""), constants.get(name, ""))
    default = supplier or constants.get("vendor", "")
    text = nothing if supplier else cell.get(SUPPLIER, nothing)
    told[SUPPLIER] = text.mask(text.eq(""), default)
    told["submitted"] = _submitted(cell, chunk, result, asked)
    told["respondent"] = _persons(cell, told, chunk, result, asked)
    return told


def changed(text: pd.Series, change: Any) -> pd.Series:
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
    file = result.source.name
    if asked.survey.layout != LONG:
        numbers = numbers.mask(numbers.eq(""), "row " + pd.Series(chunk.rows).astype("str"))
    counted = numbers.str.fullmatch(r"(row )?\d{1,6}").astype(bool)
    places = pd.Series(np.where(counted, file, ""), dtype="str")
    made = told["audience"] + "\0" + told["wave"] + "\0" + places + "\0" + numbers
    return persons.mask(empty, made.mask(numbers.eq(""), ""))


def row_reasons(
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


def report_reasons(
    why: np.ndarray, chunk: Chunk, cell: dict[str, pd.Series], result: SurveyResult, asked: Asked
) -> None:
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
