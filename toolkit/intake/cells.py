"""Cells of an export to the columns of a table, by what the table declares and the mapping says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Fault
from toolkit.intake.mapping import (
    AMOUNT,
    CREDIT_NOTE,
    EVENTS,
    FROM_ELSEWHERE,
    FROM_FILE,
    SENT,
    SUPPLIER,
    THREAD,
    UPDATED,
    Mapping,
    Rule,
    fitting,
    is_choice,
)
from toolkit.intake.people import hashed, names_sides, sides_of, without_people
from toolkit.intake.results import FileResult, fallback
from toolkit.intake.sources import Chunk, box
from toolkit.intake.survey_settings import MONTH
from toolkit.intake.values import Amounts, read_amounts, read_dates, read_numbers
from toolkit.tables import Column, Table, must_be_filled, no_rows, wanted

Dates = dict[str, tuple[pd.Series, dict[str, dict[str, str]]]]  # column to its dates, and its texts read two ways
PERSON = "respondent"  # in a list of people invited; they are counted, and not kept
NO_TICK = ("", "no", "n", "0", "-", "false", "☐", "○", "□")  # what stands in a box that is not ticked
TIMELY = ("date", "moment", "month")


def mapped_cells(chunk: Chunk, result: FileResult, mapping: Mapping) -> dict[str, pd.Series]:
    """The cells of each column that the mapping names, '' where they hold nothing."""
    cells = {name: chunk.cells[place] for name, place in result.source.positions.items()}
    if mapping.blank:
        cells = {name: text.mask(text.isin(mapping.blank), "") for name, text in cells.items()}
    cells |= {name: _ticked(name, cells, len(chunk.rows), mapping) for name in mapping.ticks}
    cells |= {name: _extracted(name, cells, mapping) for name in mapping.extract}
    if named := mapping.constants.get(SUPPLIER) or mapping.constants.get(
        "vendor"
    ):  # a survey names it as its tables do
        given = cells.get(SUPPLIER, pd.Series("", index=range(len(chunk.rows)), dtype="str"))
        cells[SUPPLIER] = given.mask(given.eq(""), named)
    return cells


def _ticked(name: str, cells: dict[str, pd.Series], length: int, mapping: Mapping) -> pd.Series:
    """What the column of a tick says, where the cell itself says nothing; of two ticks both, which no column may hold."""
    text = cells.get(name, pd.Series("", index=range(length), dtype="str"))
    said = pd.Series("", index=range(length), dtype="str")
    for value in dict.fromkeys(mapping.ticks[name].values()):
        marks = cells.get(box(name, value))
        if marks is not None:
            ticked = ~marks.str.casefold().isin(NO_TICK)
            said = said.mask(ticked, said.where(said.eq(""), said + " and ") + value)
    return text.mask(text.eq(""), said)


def _extracted(name: str, cells: dict[str, pd.Series], mapping: Mapping) -> pd.Series:
    """A column with its empty cells filled from what a pattern finds in others: all of it, or its first group."""
    columns, pattern = mapping.extract[name]
    first = next(iter(cells.values()))
    text = cells.get(name, pd.Series("", index=first.index, dtype="str"))
    for column in (column for column in columns if column in cells):
        codes, unique = pd.factorize(cells[column])
        found = [re.search(pattern, value, re.IGNORECASE) for value in unique]
        parts = pd.Series([(item[1] if item.re.groups else item[0]) if item else "" for item in found], dtype="str")
        text = text.mask(text.eq(""), parts.take(codes).set_axis(text.index))
    return text


def signed_amounts(cell: dict[str, pd.Series], chunk: Chunk, mapping: Mapping) -> Amounts:
    """Amounts with a charge positive; of a row with too many fields none, since nobody knows which field is which."""
    if mapping.counted != AMOUNT:
        nothing = np.zeros(len(chunk.rows), dtype=np.int64)
        return Amounts(nothing, nothing, np.ones(len(chunk.rows), bool))
    amounts = read_amounts(cell[AMOUNT], mapping.decimal, mapping.thousands, mapping.currency_symbols)
    too_long = [index for index, fields in chunk.lengths.items() if len(fields) > len(chunk.cells)]
    if too_long:
        amounts.known[too_long] = False
        amounts.pence[too_long] = 0
        amounts.remainder[too_long] = 0
    if mapping.charge_is_negative:
        amounts = amounts.negated(np.ones(len(chunk.rows), bool))
    if CREDIT_NOTE in cell:
        values = [value.casefold() for value in mapping.credit_values]
        above_zero = (amounts.pence > 0) | ((amounts.pence == 0) & (amounts.remainder > 0))
        amounts = amounts.negated(cell[CREDIT_NOTE].str.casefold().isin(values).to_numpy() & above_zero)
    return amounts


def dates_of(cell: dict[str, pd.Series], mapping: Mapping, zone: str) -> Dates:
    """Every column of days, months or moments, read."""
    kinds = {column.name: column.kind for column in mapping.table.columns} | {UPDATED: "moment", SENT: "moment"}
    for name in [name for name in cell if kinds.get(name) == "month"]:
        cell = {**cell, name: cell[name].where(~cell[name].str.fullmatch(MONTH).astype(bool), cell[name] + "-01")}
    return {
        name: read_dates(text, mapping.date_formats, zone if kinds[name] == "moment" else None)
        for name, text in cell.items()
        if kinds.get(name) in TIMELY
    }


def blank(text: pd.Series) -> np.ndarray:
    """Where a cell is empty."""
    return text.eq("").to_numpy()


def all_blank(cells: Iterable[pd.Series]) -> np.ndarray:
    """Where every cell of a row is empty; it looks no further than it has to."""
    found = np.ones(0, bool)
    for place, text in enumerate(cells):
        found = blank(text) if place == 0 else found & blank(text)
        if not found.any():
            break
    return found


def rule_applies(rule: Rule, cell: dict[str, pd.Series], chunk: Chunk) -> np.ndarray:
    """Where every blank and every pattern of a rule is found; a column the file does not have counts as blank."""
    applies = np.ones(len(chunk.rows), bool)
    for name in rule.empty:
        if name == "any":
            applies &= np.logical_or.reduce([blank(text) for text in chunk.cells])
        elif name in cell:
            applies &= blank(cell[name])
    for name, pattern in rule.matches:
        texts = chunk.cells if name == "any" else [cell[name]] if name in cell else []
        places = np.flatnonzero(applies)
        found = [_contains(text.iloc[places], pattern) for text in texts]
        applies[places] = np.logical_or.reduce(found) if found else False
    return applies


def _contains(text: pd.Series, pattern: str) -> np.ndarray:
    """Where a regular expression is found, upper or lower case; every different text is searched once."""
    codes, unique = pd.factorize(text)
    search = re.compile(pattern, re.IGNORECASE).search
    return np.array([search(value) is not None for value in unique], bool)[codes]


def typed_rows(
    index: np.ndarray, chunk: Chunk, cell: dict[str, pd.Series], dates: Dates, result: FileResult, mapping: Mapping
) -> pd.DataFrame:
    """Some rows of a chunk in the columns of the table, as far as they come from cells; of an event log also the event's."""
    numbers = chunk.rows[index]
    chosen = {name: text.iloc[index].reset_index(drop=True) for name, text in cell.items()}
    read = {name: values.iloc[index].reset_index(drop=True) for name, (values, _) in dates.items()}
    months = [column.name for column in mapping.table.columns if column.kind == "month"]
    read |= {name: read[name].dt.to_period("M") for name in months if name in read}
    columns = {"source_row": numbers, SUPPLIER: chosen[SUPPLIER], **read}
    for column in mapping.table.columns:
        if column.name not in (*FROM_ELSEWHERE, AMOUNT, *columns):
            columns[column.name] = _column(column, chosen.get(column.name), numbers, result, mapping)
    beside = (*EVENTS, *THREAD, PERSON)
    columns |= {name: chosen[name] for name in beside if name in chosen and name not in (UPDATED, SENT)}
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(numbers)))
    return frame.assign(source_file=pd.Series(result.source.name, index=frame.index, dtype="str"))


def _column(
    column: Column, text: pd.Series | None, rows: np.ndarray, result: FileResult, mapping: Mapping
) -> pd.Series | np.ndarray:
    """A column that was not read as dates, in its type; missing where the export has none and the mapping no constant."""
    if column.name == "line":
        return _lines(column, text, rows, result)
    default: Any = result.source.path.stem if column.name in FROM_FILE else mapping.constants.get(column.name)
    if default is not None and "{" in default:
        made, of_cell = _made(default, text, rows, result), "{cell}" in default
        text, default = (made, None) if of_cell else (text, made)
    if text is None:
        kind = _dtypes(mapping.table)[column.name]
        return pd.Series(default if default is not None else np.nan, index=range(len(rows)), dtype=kind)
    if column.kind == "person":
        codes = hashed(text, result.salt)
        return codes.mask(codes.eq(""))
    if mapping.sides and names_sides(column):
        sides = sides_of(text, column, result, mapping)
        return sides.mask(sides.eq(""), default if default is not None else np.nan)
    if column.kind in ("number", "integer") and not is_choice(column):
        return _numbers(column, text, rows, result, mapping)
    translated, unknown = translate(text, column, mapping)
    if unknown:
        result.unknown.setdefault(column.name, Counter()).update(unknown)
        translated = translated.fillna(fallback(column.name, mapping) or np.nan)
    if mapping.personal and not is_choice(column) and column.name not in mapping.table.key:
        translated = without_people(translated, mapping)
    filled = translated.mask(translated.eq(""), default if default is not None else np.nan)
    return pd.to_numeric(filled).astype("Int64") if column.kind == "integer" else filled


def _made(constant: str, text: pd.Series | None, rows: np.ndarray, result: FileResult) -> pd.Series:
    """A constant that says where its row stands, or what stands in the cell: '' for an empty cell then."""
    source = result.source
    made = pd.Series(
        constant.replace("{file}", source.path.stem).replace("{sheet}", source.sheet), index=range(len(rows))
    )
    numbers = pd.Series(rows).astype("str")
    cells = pd.Series("", index=made.index) if text is None else text
    filled = [
        start.replace("{row}", row).replace("{cell}", cell) if cell or "{cell}" not in start else ""
        for start, row, cell in zip(made, numbers, cells, strict=True)
    ]
    return pd.Series(filled, dtype="str").str.strip()


@lru_cache(maxsize=8)
def _dtypes(table: Table) -> dict[str, Any]:
    """The type of each column of a table: asked for once a file and column, and there may be hundreds of files."""
    return {str(name): kind for name, kind in no_rows(table).dtypes.items()}


def translate(text: pd.Series, column: Column, mapping: Mapping) -> tuple[pd.Series, Counter[str]]:
    """The text with the mapping's `values` put in, missing where it is none that the column may hold; and those, counted.

    Of a column with `patterns` a text in which none of them is found says nothing, and is no fault.
    """
    values = {written.casefold(): value for written, value in mapping.values.get(column.name, {}).items()}
    patterns = mapping.patterns.get(column.name, {})
    if not values and not patterns and not is_choice(column):
        return text, Counter()
    codes, written = pd.factorize(text)
    named = must_be_filled(column) and not is_choice(column)  # a name that no pattern finds is still one
    said = [
        values.get(value.casefold(), (_by_pattern(value, patterns) or (value if named else "")) if patterns else value)
        for value in written
    ]
    known = [value and fitting(column, value) for value in said]
    counts = np.bincount(codes, minlength=len(written))
    unknown = Counter({written[place]: int(counts[place]) for place, value in enumerate(known) if value is None})
    return pd.Series(known, dtype="str").take(codes).reset_index(drop=True), unknown


def _by_pattern(text: str, patterns: dict[str, str]) -> str:
    """The value of the first pattern that is found in a text, upper or lower case; '' where none is."""
    return next((value for pattern, value in patterns.items() if re.search(pattern, text, re.IGNORECASE)), "")


def _lines(column: Column, text: pd.Series | None, rows: np.ndarray, result: FileResult) -> np.ndarray:
    """The export's line numbers; the row in the file where it has none."""
    if text is None:
        return rows
    numbers = pd.to_numeric(text.str.extract(r"^(\d{1,9})(?:[.,]0+)?$")[0], errors="coerce")
    do = "The row was kept, with its row number as line."
    bad = np.flatnonzero(numbers.isna() & text.ne(""))
    result.report("line", bad, lambda i: Fault(result.where(rows[i], "line"), repr(text[i]), wanted(column), do))
    return numbers.fillna(pd.Series(rows)).to_numpy(np.int64)


def _numbers(column: Column, text: pd.Series, rows: np.ndarray, result: FileResult, mapping: Mapping) -> pd.Series:
    """Numbers; missing where there is none, and a fault (the row is kept) where it is none that the column may hold."""
    numbers = pd.Series(read_numbers(text, mapping.decimal, mapping.thousands, mapping.currency_symbols))
    if column.kind == "integer":
        numbers = numbers.where(numbers % 1 == 0)
    numbers = numbers.where(numbers.between(*(bound(column))))
    example = (
        wanted(column)
        if column.kind == "integer" or column.low is not None
        else f"a number such as {example_of(mapping)}"
    )
    bad = np.flatnonzero(numbers.isna() & text.ne(""))
    do = "The row was kept without it."
    result.report(column.name, bad, lambda i: Fault(result.where(rows[i], column.name), repr(text[i]), example, do))
    return numbers.astype("Int64") if column.kind == "integer" else numbers


def bound(column: Column) -> tuple[float, float]:
    """The lowest and the highest number that a column may hold."""
    return (
        -np.inf if column.low is None else column.low,
        np.inf if column.high is None else column.high,
    )


def example_of(mapping: Mapping) -> str:
    """A number as the export would write it."""
    mark = mapping.thousands[0] if mapping.thousands else ""
    return f"1{mark}234{mapping.decimal}56"
