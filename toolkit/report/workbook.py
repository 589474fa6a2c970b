"""The numbers behind a review as a spreadsheet: findings, what charts are drawn from, data checks, definitions.

Text is written as text whatever it begins with, so that nothing in it is executed; numbers keep their own type and format.
Equal reviews give equal bytes.
"""

from __future__ import annotations

import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from toolkit.areas import AREAS
from toolkit.model import Finding
from toolkit.report.folder import area_title, by_id
from toolkit.report.review import Review

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

NEVER = datetime(2000, 1, 1)  # a workbook has to say when it was made; a clock would make each one different
WIDEST, LONGEST = 60, 32_000  # characters of a column, and of a cell (a spreadsheet holds 32,767)
COVER, LINE = 100, 15  # characters of a line of the cover, and its height in points
MOST_ROWS = 1_000_000  # of a sheet
FINDINGS = (
    *("area", "finding", "label", "value", "low", "high", "unit", "interval", "n", "rests on", "full count", "verdict"),
    *(
        "goal",
        "goal kind",
        "direction",
        "target",
        "target high",
        "due",
        "owner",
        "claim",
        "because",
        "remark",
        "vendor's reply",
    ),
    "sources",
)
PARTS = ("finding", "label", "part", "row", "value", "low", "high", "n", "unit", "other columns")
NUMBER, SHARE, WHOLE = "#,##0.00##", "0.0%", "#,##0"


def workbook(review: Review, folder: Path | None = None) -> bytes:
    """The workbook of one vendor in one period. folder: the vendor's, with its executed notebooks, from which
    the data checks are taken; without it there is no such sheet.
    """
    from xlsxwriter.workbook import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": _title(review), "author": review.client, "created": NEVER})
    formats = {name: book.add_format({"num_format": name, "valign": "top"}) for name in (NUMBER, SHARE, WHOLE)}
    formats["head"] = book.add_format({"bold": True, "bottom": 2, "text_wrap": True, "valign": "top"})
    formats["text"] = book.add_format({"text_wrap": True, "valign": "top"})
    formats["title"] = book.add_format({"bold": True, "font_size": 14})
    _cover(book, formats, review, checked=folder is not None)
    _sheet(book, formats, "Findings", FINDINGS, map(_finding_row, review.findings))
    parts = (row for item in by_id(review.findings).values() for row in _part_rows(item))
    _sheet(book, formats, "Behind the charts", PARTS, parts)
    if folder is not None:
        checks = (row for area in AREAS for row in _check_rows(folder, area))
        _sheet(book, formats, "Data checks", ("area", "table or check", "found", "remark"), checks)
    definitions = [
        (item.id, item.label, item.definition, item.better or "neither") for item in by_id(review.findings).values()
    ]
    _sheet(book, formats, "Definitions", ("finding", "label", "definition", "better"), definitions)
    book.close()
    return buffer.getvalue()


def _title(review: Review) -> str:
    return f"{review.vendor.name}, {review.period}"


def _cover(book: Workbook, formats: Mapping[str, Format], review: Review, *, checked: bool) -> None:
    """What a reader sees first: the answer, the rating, what each sheet holds."""
    sheet = book.add_worksheet("Review")
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, COVER)
    sheet.write_string(0, 0, _title(review), formats["title"])
    rows = [
        ("Client", review.client),
        ("Answer", review.headline),
        *([("Contradiction", review.apart)] if review.apart else []),
        ("Rating", f"{review.rating.words}. {review.rating.score}. {review.rating.because}"),
        ("Evidence", review.evidence_sentence),
        *((area.TITLE, review.answer_of(area)) for areas in review.sections.values() for area in areas),
        ("Sheet Findings", "One row a finding and goal: number, interval, verdict, what it rests on."),
        ("Sheet Behind the charts", "One row a mark in a chart, or a row of evidence, by finding and part."),
        *([("Sheet Data checks", "What there was of each table, and the checks of each area.")] if checked else []),
        ("Sheet Definitions", "What each measure is."),
        ("Shares", "Values in the unit share are shown in per cent and held as 0 to 1. Empty: unknown."),
    ]
    sheet.fit_to_pages(1, 0)
    for place, (term, text) in enumerate(rows, start=2):
        sheet.set_row(place, LINE * math.ceil(len(text[:LONGEST]) / COVER))
        sheet.write_string(place, 0, term, formats["head"])
        sheet.write_string(place, 1, text[:LONGEST], formats["text"])


def _sheet(
    book: Workbook,
    formats: Mapping[str, Format],
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """A sheet with filters and a head that stays; a pair (number, unit) is a number in the format of its unit."""
    sheet = book.add_worksheet(name)
    widths, count = [len(column) for column in columns], 0
    for column, title in enumerate(columns):
        sheet.write_string(0, column, title.capitalize(), formats["head"])
    for count, row in enumerate(rows, start=1):
        if count > MOST_ROWS:
            break
        for column, cell in enumerate(row):
            widths[column] = max(widths[column], _write(sheet, formats, count, column, cell))
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)  # on paper: as wide as a page
    sheet.repeat_rows(0)
    sheet.freeze_panes(1, 1)
    sheet.autofilter(0, 0, max(count, 1), len(columns) - 1)


def _write(sheet: Worksheet, formats: Mapping[str, Format], row: int, column: int, cell: Any) -> int:
    """One cell; gives the width that it wants."""
    value, unit = cell if isinstance(cell, tuple) else (cell, "")
    if value is None or value == "" or value != value:
        return 0
    if isinstance(value, bool):
        sheet.write_string(row, column, "yes" if value else "no", formats["text"])
        return 3
    if isinstance(value, int | float) and math.isfinite(value):
        whole = float(value).is_integer() and unit != "share"
        sheet.write_number(row, column, value, formats[SHARE if unit == "share" else WHOLE if whole else NUMBER])
        return 12
    text = str(value)[:LONGEST]
    sheet.write_string(row, column, text, formats["text"])
    return len(text)


def _finding_row(item: Finding) -> list[Any]:
    numbers = [(number, item.unit) for number in (item.value, item.low, item.high)]
    sources = "; ".join(
        f"{source.get('file') or source.get('table')} ({source.get('rows')} rows)" for source in item.sources
    )
    return [
        *(area_title(item.area), item.id, item.label, *numbers, item.unit, item.interval, item.n, item.n_of),
        *(item.counted, item.verdict, item.goal, item.kind, item.direction),
        *((item.target, item.unit), (item.target_high, item.unit), item.due, item.owner),
        *(item.claim, item.because, item.remark, item.reply, sources),
    ]


def _part_rows(item: Finding) -> Iterable[list[Any]]:
    """The rows of a finding's parts; what names the row is the column called like the part, else its first text."""
    for part, rows in item.parts.items():
        for row in rows:
            name = next((key for key in (part, *row) if key != "unit" and isinstance(row.get(key), str)), "")
            unit = str(row.get("unit", item.unit))
            numbers = [(row.get(key), unit) for key in ("value", "low", "high")]
            known = {name, "value", "low", "high", "n", "unit"}
            others = "; ".join(
                f"{key}: {value}" for key, value in row.items() if key not in known and value not in ("", None)
            )
            yield [item.id, item.label, part, row.get(name, ""), *numbers, row.get("n"), unit, others]


def _check_rows(folder: Path, area: ModuleType) -> Iterable[list[str]]:
    """The rows of the checks that an area's executed notebook shows: area, what, what was found, remark."""
    for cells in _shown_tables(folder / "notebooks" / f"{area.NOTEBOOK}.ipynb", "check"):
        named, *between, remark = cells
        yield [area.TITLE, named, ", ".join(cell for cell in between if cell), remark]


def _shown_tables(notebook: Path, cell: str) -> Iterable[list[str]]:
    """The rows of all tables that a cell of an executed notebook shows, as text; none where it was not reached."""
    from bs4 import BeautifulSoup

    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return
    for output in (output for item in cells if item.get("id") == cell for output in item.get("outputs", ())):
        html = BeautifulSoup("".join(output.get("data", {}).get("text/html", "")), "html.parser")
        for row in html.select("tbody tr"):
            yield [found.get_text(" ", strip=True) for found in row.select("th, td")]
