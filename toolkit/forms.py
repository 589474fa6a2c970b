"""Blank forms and the dictionary of all tables, printed from their declarations, so that neither can say anything else.

A form is an empty table to fill in: a CSV file with the header alone, and a workbook whose first sheet is the same header
with notes, drop-downs and checks, followed by a sheet that explains every column. The dictionary is the Markdown text of
`data/README.md`. Tables and areas are handed in; nothing here knows which there are.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from toolkit.files import csv_text, write_whole
from toolkit.tables import Column, Table, wanted

CREATED = datetime.datetime(2000, 1, 1)  # printed into every workbook instead of the clock: equal tables, equal bytes
LAST_ROW = 1_048_575  # counted from 0: the last row that a worksheet can hold
LARGEST = 10**15  # "any number" for a spreadsheet, which must be told two limits
FIRST_DATE = datetime.date(1970, 1, 1)  # earlier dates in such tables are slips, most often 0 or a number of days
MONTHS = tuple(f"-{month:02d}" for month in range(1, 13))
AFTER_YEAR = {"month": MONTHS, "period": ("", "-H1", "-H2", "-Q1", "-Q2", "-Q3", "-Q4", *MONTHS)}
KINDS = ("id", "text", "person", "number", "integer", "date", "moment", "month", "period")
ABOUT = ("Column", "Kind", "Unit", "May it be left out?", "May a cell be empty?", "Allowed", "Example", "Meaning")


# ----------------------------------------------------------------------------------------------------------------- forms
def blank_csv(table: Table) -> str:
    """The blank CSV form: the header and nothing else, so that it can be filled in and read as it is."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(table.names)
    return text.getvalue()


def blank_workbook(table: Table) -> bytes:
    """The blank XLSX form, as the bytes of the file; equal tables give equal bytes.

    The first sheet bears the table's name and holds the header, a note on each column, drop-downs for allowed values and
    checks of dates, months, periods and numbers. The sheet About explains every column; Lists feeds the drop-downs.
    """
    import xlsxwriter  # takes long to import, and only forms and reports need it

    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": table.name, "created": CREATED})
        sheet = book.add_worksheet(table.name[:31])  # a spreadsheet allows no longer name
        _write_about(book, table)
        lists = _write_lists(book, table)
        _write_header(book, sheet, table)
        for position, column in enumerate(table.columns):
            check = _validation(column, position, lists.get(column.name, ""))
            if check:
                sheet.data_validation(1, position, LAST_ROW, position, check)
    return file.getvalue()


def form_files(tables: Iterable[Table]) -> dict[str, bytes]:
    """Every blank form by its file name: `<table>.csv` and `<table>.xlsx`."""
    files = {}
    for table in tables:
        files[f"{table.name}.csv"] = blank_csv(table).encode("utf-8")
        files[f"{table.name}.xlsx"] = blank_workbook(table)
    return files


def write_forms(folder: Path, tables: Iterable[Table]) -> list[Path]:
    """Write every blank form into `folder`; returns the paths written. Other files there are left alone."""
    return [write_whole(Path(folder) / name, content) for name, content in form_files(tables).items()]


def stale_forms(folder: Path, tables: Iterable[Table]) -> list[str]:
    """The forms in `folder` that are not what the declarations say, each with what is wrong; empty when all is well.

    Workbooks are compared by what they hold: two builds of the compression library may pack the same sheets differently.
    """
    wanted = form_files(tables)
    there = {path.name: path for pattern in ("*.csv", "*.xlsx") for path in Path(folder).glob(pattern)}
    missing = [f"{name} is missing" for name in wanted.keys() - there.keys()]
    left_over = [f"{name} is the form of no table" for name in there.keys() - wanted.keys()]
    both = wanted.keys() & there.keys()
    changed = [
        f"{name} differs from its table's declaration"
        for name in both
        if _held(there[name].read_bytes()) != _held(wanted[name])
    ]
    return sorted(missing + left_over + changed)


def _held(content: bytes) -> Any:
    """What a file holds: the members of a workbook by name, or the bytes themselves."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write_header(book: Any, sheet: Any, table: Table) -> None:
    """The header row with a note on each column, and the format in which the cells below it are typed."""
    needed = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A4D", "border": 1})
    optional = book.add_format({"bold": True, "font_color": "#1F3A4D", "bg_color": "#E6ECF0", "border": 1})
    # text cells keep 007 and 2026-03 as they are typed; without the format a spreadsheet makes numbers and dates of them
    days, times = (book.add_format({"num_format": text}) for text in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    cells = {"date": days, "moment": times, "number": None, "integer": None}
    as_text = book.add_format({"num_format": "@"})
    for position, column in enumerate(table.columns):
        width = min(max(len(column.name), len(column.example), 10) + 2, 40)
        sheet.set_column(position, position, width, cells.get(column.kind, as_text))
        sheet.write_string(0, position, column.name, needed if _needed(column) else optional)
        sheet.write_comment(0, position, note(column), {"x_scale": 2.2, "y_scale": 1.6})
    sheet.freeze_panes(1, 0)


def _write_about(book: Any, table: Table) -> None:
    """The sheet that explains the table: what one row is, how to fill it in, and every column."""
    sheet = book.add_worksheet("About")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F3A4D", "border": 1})
    wrapped = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    sheet.write_string(0, 0, table.name, book.add_format({"bold": True, "font_size": 14}))
    lines = [
        *about_lines(table),
        f"Fill in the sheet {table.name[:31]} below its header; dark columns need a value in each row.",
    ]
    for row, line in enumerate(lines, start=1):
        sheet.write_string(row, 0, line)
    top = len(lines) + 2
    sheet.write_row(top, 0, ABOUT, head)
    for row, column in enumerate(table.columns, start=top + 1):
        sheet.write_string(row, 0, column.name, bold)
        for position, text in enumerate(explained(column)[1:], start=1):
            sheet.write_string(row, position, text, wrapped)
    for position, width in enumerate((20, 26, 16, 12, 12, 30, 24, 60)):
        sheet.set_column(position, position, width)


def _write_lists(book: Any, table: Table) -> dict[str, str]:
    """The sheet of allowed values, one column each; returns the cells of each as a formula for its drop-down.

    Drop-downs point there because a list written into the rule itself may not pass 255 characters or hold a comma.
    """
    listed = [column for column in table.columns if column.allowed]
    if not listed:
        return {}
    from xlsxwriter.utility import xl_range_abs

    sheet = book.add_worksheet("Lists")
    for position, column in enumerate(listed):
        for row, text in enumerate((column.name, *column.allowed)):
            sheet.write_string(row, position, text)
        sheet.set_column(position, position, max(map(len, (column.name, *column.allowed))) + 2)
    return {
        column.name: f"=Lists!{xl_range_abs(1, position, len(column.allowed), position)}"
        for position, column in enumerate(listed)
    }


def _validation(column: Column, position: int, listed: str) -> dict[str, Any]:
    """The check that a spreadsheet makes of a column's cells, as XlsxWriter takes it; empty where none is possible."""
    rule: dict[str, Any] = {}
    if listed:
        rule = {"validate": "list", "source": listed}
    elif column.kind in ("number", "integer"):
        low = -LARGEST if column.low is None else column.low
        high = LARGEST if column.high is None else column.high
        kind = "decimal" if column.kind == "number" else "integer"
        rule = {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    elif column.kind in ("date", "moment"):
        rule = {"validate": "date", "criteria": ">=", "value": FIRST_DATE}
    elif column.kind in AFTER_YEAR:
        rule = {"validate": "custom", "value": _after_year_formula(position, AFTER_YEAR[column.kind])}
    if not rule:
        return {}
    message = f"Expected {wanted(column)}."[:255]  # a spreadsheet shows no longer message
    return {**rule, "ignore_blank": True, "error_title": column.name[:32], "error_message": message}


def _after_year_formula(position: int, endings: Sequence[str]) -> str:
    """A formula that holds when row 2 of a column has a year of four digits and then one of the endings.

    One search in a string of all endings, since a spreadsheet's rule may hold neither a list nor 256 characters.
    """
    from xlsxwriter.utility import xl_rowcol_to_cell

    cell = xl_rowcol_to_cell(1, position)
    known = "|" + "|".join(endings) + "|"
    return f'=AND(LEN({cell})>3,ISNUMBER(VALUE(LEFT({cell},4))),ISNUMBER(FIND("|"&MID({cell},5,9)&"|","{known}")))'


# ----------------------------------------------------------------------------------------------------------------- words
def note(column: Column) -> str:
    """A column in a few lines: meaning, what is expected, an example."""
    lines = [f"{column.about}.", f"Expected: {wanted(column)}."]
    if column.example:
        lines.append(f"Example: {column.example}")
    if not column.required:
        lines.append("The column may be left out.")
    return "\n".join(lines)


def explained(column: Column) -> tuple[str, ...]:
    """A column as the row of a table under the headings `ABOUT`."""
    may = {True: "yes", False: "no"}
    allowed = ", ".join(column.allowed) or _limits(column)
    optional = may[not column.required], may[not _needed(column)]
    return (column.name, column.kind, column.unit, *optional, allowed, column.example, column.about)


def _needed(column: Column) -> bool:
    """Whether each row must have a value: a column that may be left out may be empty as well."""
    return column.required and column.filled


def _limits(column: Column) -> str:
    if column.low is not None and column.high is not None:
        return f"{column.low:g} to {column.high:g}"
    if column.low is not None:
        return f"at least {column.low:g}"
    return "" if column.high is None else f"at most {column.high:g}"


def about_lines(table: Table) -> list[str]:
    """What one row is, what names it, and the promises between columns, a sentence each."""
    lines = [f"One row is {table.row}."]
    if table.key:
        lines.append(f"No two rows have the same {', '.join(table.key)}.")
    if table.dated:
        lines.append(f"A review reads it up to the end of its period, by {table.dated}.")
    lines.extend(f"Every row has {rule.about}." for rule in table.rules)
    return lines


# ------------------------------------------------------------------------------------------------------------ dictionary
def measures_csv(areas: Sequence[Any]) -> str:
    """The table `measures`: every measure of these areas, by which a goal can be judged."""
    rows = [
        (f"{area.NAME}.{name}", item.label, item.better, item.unit, area.NAME)
        for area in areas
        for name, item in sorted(vars(area).items())
        if getattr(item, "is_measure", False)
    ]
    return csv_text(("measure", "label", "better", "unit", "area"), rows)


def dictionary(tables: Sequence[Table]) -> str:
    """The dictionary of all tables as Markdown: what one row is, the key, every column and every rule."""
    kinds = "\n".join(f"- **{kind}**: {wanted(Column('', kind, ''))}" for kind in KINDS)
    contents = "\n".join(
        _row(f"[{table.name}](#{table.name})", _text(table.row), table.area or "all") for table in tables
    )
    return DICTIONARY.format(kinds=kinds, contents=contents, tables="\n".join(_section(table) for table in tables))


def _section(table: Table) -> str:
    """One table of the dictionary."""
    sentences = "\n".join(f"- {_text(line)}" for line in about_lines(table))
    rows = "\n".join(_row(*_cells(column)) for column in table.columns)
    head = f"{_row(*ABOUT)}\n{_row(*('---' for _ in ABOUT))}"
    return f"## {table.name}\n\n{sentences}\n\n{head}\n{rows}\n"


def _cells(column: Column) -> tuple[str, ...]:
    name, *middle, allowed, example, about = explained(column)
    return (_code(name), *map(_text, middle), _text(allowed), _code(example), _text(about))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _text(text: str) -> str:
    """Text as Markdown shows it letter for letter, also inside a table."""
    return re.sub(r"([\\|<*`])", r"\\\1", " ".join(text.split()))


def _code(text: str) -> str:
    """A literal; within a table the bar is escaped even there."""
    return f"`{text}`".replace("|", "\\|") if text else ""


DICTIONARY = """\
# The tables

Written by `toolkit forms` from the declarations in `toolkit/`; change them there, not here.

A client is a folder: `review.yaml` and one file a table, `<table>.csv`, `<table>.xlsx` or `<table>.parquet`. Only what
exists needs a file: what rests on a missing table is reported as not assessed. Of a workbook the sheet with the table's
name is read, else the first. Blank forms lie in `templates/forms/`; `toolkit check CLIENT` names every fault of every file.

Kinds of column:

{kinds}

A moment may say how far its clock is from UTC (2026-03-31 14:05Z, 2026-03-31 14:05+01:00). Without that it is read by the
clocks of the client's time zone, `calendar: timezone:` in `review.yaml`, else of UTC: a time that comes twice when clocks
go back is the first of the two, one that is skipped when they go forward is a fault. A day alone is its midnight.

Numbers have a decimal point and no thousands separators. The unit "currency" is the client's, as `review.yaml` names it.
A share is written as 0.10, never as 10. Text is kept as written: 007 stays 007;
only marks that nobody sees are taken out, and 4,000 characters are the most. An empty cell means unknown, not zero.

| Table | One row is | Area |
| --- | --- | --- |
{contents}

{tables}"""
