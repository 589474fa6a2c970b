"""Exports of survey tools to answers, comments and those who gave them; no name, address or other personal column is kept.

A wide export has one row a response and one column an item; a long one has one row an answer. Both come to the same: cells
under items. Each different text under an item is read once (`answers`). A person is hashed with the client's salt as soon
as he is read; where a row names nobody, the response's own number or the row stands for him. Faults say where something
stands and how long it is, never what somebody wrote, unless it is a number, or the same was given by at least five people.

Every filled cell under an item counts as one answer: answers in = kept + left out. What a person answered in one wave is
taken from the response submitted last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.intake.asked import COUNTED, Asked, Part, SurveyResult
from toolkit.intake.cells import mapped_cells
from toolkit.intake.items import header_parts, letters
from toolkit.intake.mapping import SUPPLIER
from toolkit.intake.matching import match_suppliers
from toolkit.intake.results import KEPT
from toolkit.intake.sources import Chunk
from toolkit.intake.survey_cells import read_parts
from toolkit.intake.survey_rows import changed, report_reasons, row_reasons, told_of
from toolkit.intake.survey_settings import GROUPS, LONG
from toolkit.intake.values import PENNY, Amounts


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

    return changed(text, name)


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
    told = told_of(cell, supplier, chunk, result, asked)
    amounts = Amounts(filled.astype(np.int64) * COUNTED, np.zeros(length, np.int64), np.ones(length, bool))
    why = row_reasons(chunk, cell, told, filled, items, asked)
    why, vendors, codes = match_suppliers(told[SUPPLIER], why, amounts, result, asked.suppliers)
    result.count.add(why, amounts)
    report_reasons(why, chunk, cell, result, asked)
    index = np.flatnonzero(why == KEPT)
    rows = {
        name: asked.coded(name, told[name].iloc[index]) for name in ("audience", "wave", *GROUPS, "language", SUPPLIER)
    }
    rows |= {name: asked.coded(name, vendors[name])[codes[index]] for name in ("vendor", "how")}
    rows["respondent"] = asked.hashed(told["respondent"].iloc[index])
    rows["file"] = asked.coded("file", pd.Series([result.source.name]))[np.zeros(len(index), int)]
    rows |= {"source_row": chunk.rows[index], "submitted": told["submitted"].to_numpy()[index]}
    if items is not None:
        rows["item"] = asked.coded("item", items.iloc[index])
    result.rows.append(pd.DataFrame(rows))
    place = np.full(length, -1)
    place[index] = asked.rows + np.arange(len(index))
    asked.rows += len(index)
    read_parts(parts, place, told["audience"], chunk, result, asked)
