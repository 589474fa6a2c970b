"""Workbooks as records of text cells: one sheet or several, with what stands in merged cells in every row that they cover."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from toolkit.errors import DataError, Fault, did_you_mean
from toolkit.intake.mapping import Mapping


class UnreadableFile(DataError):
    """A file that cannot be read at all: it is left out and reported, the others go on."""


def records(path: Path, mapping: Mapping, sheet: str = "") -> Iterator[list[str]]:
    """The rows of a sheet as text: the one named, else the mapping's, else the first.

    Where the mapping says `merged`, what stands in cells merged over several rows stands in each of these; cells merged over
    several columns hold it in the first. Such a workbook is read as a whole.
    """
    import openpyxl  # only needed for workbooks
    from openpyxl.utils.exceptions import InvalidFileException

    named = sheet or mapping.sheet
    try:
        book = openpyxl.load_workbook(path, read_only=not mapping.merged, data_only=True)
        if named and named not in book.sheetnames:
            do = did_you_mean(named, book.sheetnames)
            raise UnreadableFile(Fault(path.name, f"no sheet {named!r}", "the sheet the mapping names", do))
        page: Any = book[named] if named else book.worksheets[0]
        below = _below(page) if mapping.merged else {}
        if not mapping.merged:
            page.reset_dimensions()  # some programs write a wrong size, and rows would be lost by trusting it
        for number, cells in enumerate(page.iter_rows(values_only=True), start=1):
            above = below.get(number, {})
            yield [_cell_text(above.get(place, cell), mapping.decimal) for place, cell in enumerate(cells)]
        book.close()
    except (zipfile.BadZipFile, LookupError, ValueError, SyntaxError, InvalidFileException):  # bad XML: a SyntaxError
        found = "a packed file that is not an XLSX workbook"
        raise UnreadableFile(Fault(path.name, found, "CSV or XLSX", "Save it as XLSX.")) from None


def _below(page: Any) -> dict[int, dict[int, Any]]:
    """For each row what stands above in a merged cell, by place."""
    found: dict[int, dict[int, Any]] = {}
    for area in page.merged_cells.ranges:
        value = page.cell(area.min_row, area.min_col).value
        for row in range(area.min_row + 1, area.max_row + 1):
            found.setdefault(row, {})[area.min_col - 1] = value
    return found


def sheets_of(path: Path, patterns: Sequence[str]) -> list[tuple[str, str]]:
    """The sheets of a workbook in their order, each with why it is passed over, or ''."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True)
        pages = [(page.title, page.sheet_state) for page in book.worksheets]
        book.close()
    except (zipfile.BadZipFile, LookupError, ValueError, SyntaxError):
        found = "a packed file that is not an XLSX workbook"
        raise UnreadableFile(Fault(path.name, found, "CSV or XLSX", "Save it as XLSX.")) from None
    named = f"its name is not {' or '.join(patterns)}"
    return [
        (title, "it is hidden" if state != "visible" else "" if _fits(title, patterns) else named)
        for title, state in pages
    ]


def _fits(title: str, patterns: Sequence[str]) -> bool:
    return any(fnmatch(title.strip().casefold(), pattern.casefold()) for pattern in patterns)


def _cell_text(cell: Any, decimal: str) -> str:
    """A workbook's cell as an export would have written it: ISO dates, numbers with the mapping's decimal mark."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return cell.isoformat()
    if isinstance(cell, float):  # 15 digits, as the spreadsheet shows it: 0.30000000000000004 is 0.3
        return format(Decimal(format(cell, ".15g")), "f").replace(".", decimal)
    return str(cell)
