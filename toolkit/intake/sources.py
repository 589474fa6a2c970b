"""CSV files and workbooks of any encoding, delimiter and header, read in chunks of text cells.

Everything stays text here: a firm called NULL or a number with a leading zero is as it was written. Rows are counted as a
spreadsheet counts them: a quoted line break stays within its row, and only line feed and carriage return end a row (a NEL
character inside text does not).
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from toolkit.errors import DataError, Fault, did_you_mean
from toolkit.intake import mail, workbooks
from toolkit.intake.mapping import CREDIT_NOTE, Mapping
from toolkit.intake.workbooks import UnreadableFile

CHUNK_ROWS = 100_000  # enough to be fast, few enough to keep memory flat
LIST_COLUMNS = 2  # mapped columns without which a sheet is no list
HEAD_ROWS = 30  # how far down a header is looked for
DELIMITERS = (",", ";", "\t", "|")
ARFF = ".arff"  # a list of attributes, and behind "@data" comma-separated rows without a header
WORKBOOK = "xlsx"  # stands where a CSV file has its encoding
ARFF_NAME = re.compile(r"""(?i)\s*@attribute\s+('[^']*'|"[^"]*"|[^\s{]+)""")
END = "\x00end of file\x00"  # no text file holds this; a quotation mark left open would swallow it


@dataclass(frozen=True)
class Source:
    """A file found readable: how it is read and which of its columns stand for which canonical ones."""

    path: Path
    encoding: str
    delimiter: str
    header: list[str]
    first_row: int  # the first row below the header, as a spreadsheet counts it
    positions: dict[str, int]  # canonical column, or `credit_note`, to its place in the row
    titles: tuple[tuple[str, ...], ...] = ()  # for each column what stands in each header row
    sheet: str = ""  # of a workbook of which several are read

    @property
    def name(self) -> str:
        """What it is called in the account and in faults: the file's name, and the sheet's where several are read."""
        return f"{self.path.name}, {self.sheet}" if self.sheet else self.path.name

    def column_name(self, canonical: str) -> str:
        """The column's name as it stands in the file; the table's own where it is made of others."""
        return self.header[self.positions[canonical]] if canonical in self.positions else canonical


class Cells(Sequence[pd.Series]):
    """The columns of some rows by position, each made when it is first asked for: a wide export is seldom used whole."""

    def __init__(self, rows: list[list[str]]) -> None:
        self.rows = rows
        self.made: dict[int, pd.Series] = {}

    def __len__(self) -> int:
        return len(self.rows[0])

    def __getitem__(self, place: Any) -> Any:
        if not 0 <= place < len(self):
            raise IndexError(place)
        if place not in self.made:
            self.made[place] = _text_column([row[place] for row in self.rows])
        return self.made[place]


@dataclass(frozen=True)
class Chunk:
    """Rows of one file as text: cells by position (blank is ""), row numbers, and what is wrong with a row's length."""

    cells: Cells
    rows: np.ndarray
    lengths: dict[int, list[str]]  # index in the chunk to the fields found, for rows of the wrong length


def open_sources(path: Path, mapping: Mapping) -> tuple[list[Source], list[tuple[str, str]]]:
    """How a file is read, or each of its sheets where the mapping names several; and the sheets passed over, with the reason.

    A sheet in which fewer than two of the mapped columns are found is no list (a cover, a legend). One in which some are found,
    and not all that are required, is a fault: a column was renamed.

    Raises
    ------
    UnreadableFile, DataError
        As `open_source`; where every sheet is passed over, as for the first of them.
    """
    if not mapping.sheets or path.stat().st_size == 0 or _find_encoding(path, mapping.encodings) != WORKBOOK:
        return [open_source(path, mapping)], []
    sources, passed, faults = [], [], []
    for sheet, why in workbooks.sheets_of(path, mapping.sheets):
        head = [] if why else list(islice(workbooks.records(path, mapping, sheet), HEAD_ROWS))
        if not why and len(_find_columns(_find_header(head, mapping)[0], mapping)) < LIST_COLUMNS:
            why = "it holds no list: fewer than two of the columns that the mapping names"
        if why:
            passed.append((f"{path.name}, {sheet}", why))
            continue
        try:
            sources.append(open_source(path, mapping, sheet))
        except UnreadableFile:
            passed.append((f"{path.name}, {sheet}", "it holds a header and no row"))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    if not sources:
        told = "; ".join(f"{name.removeprefix(f'{path.name}, ')}: {why}" for name, why in passed)
        raise UnreadableFile(
            Fault(path.name, f"no sheet to read ({told})", f"a sheet named {' or '.join(mapping.sheets)}")
        )
    return sources, passed


def open_source(path: Path, mapping: Mapping, sheet: str = "") -> Source:
    """How a file, or one sheet of a workbook, is read: its encoding, delimiter, header and columns.

    Raises
    ------
    UnreadableFile
        The file is empty, has a header only, is in none of the encodings, or is no workbook that can be read.
    DataError
        A required column is not there, or stands there twice.
    """
    if path.stat().st_size == 0:
        raise UnreadableFile(Fault(path.name, "0 bytes", "a table with a header and rows", "Export the file again."))
    if mail.is_mail(path, mapping.threads):
        return _mail_source(path, mapping)
    encoding = _find_encoding(path, mapping.encodings)
    if path.suffix.lower() == ARFF:
        return _arff_source(path, encoding, mapping)
    if encoding == WORKBOOK:
        heads = {"": list(islice(workbooks.records(path, mapping, sheet), HEAD_ROWS))}
    else:
        delimiters = [mapping.delimiter] if mapping.delimiter else DELIMITERS
        heads = {delimiter: _head(path, encoding, delimiter) for delimiter in delimiters}
    headers = {delimiter: _find_header(head, mapping) for delimiter, head in heads.items()}
    delimiter = max(headers, key=lambda mark: (len(_find_columns(headers[mark][0], mapping)), len(headers[mark][0])))
    titles, last_row = headers[delimiter]
    header = [_heading(parts) for parts in titles]
    name = f"{path.name}, {sheet}" if sheet else path.name
    if not any(any(map(str.strip, record)) for record in heads[delimiter]):
        raise UnreadableFile(Fault(name, "blank lines only", "a table with a header and rows"))
    positions = _checked_columns(name, titles, mapping)
    if not any(any(map(str.strip, record)) for record in heads[delimiter][last_row:]):
        found = f"a header in row {last_row} and no rows below it"
        raise UnreadableFile(Fault(name, found, "at least one row", "Export the file again, or skip it."))
    return Source(path, encoding, delimiter, header, last_row + 1, positions, tuple(titles), sheet)


def read_chunks(source: Source, mapping: Mapping) -> Iterator[Chunk]:
    """The rows below the header, as text, at most `CHUNK_ROWS` at a time.

    Raises
    ------
    UnreadableFile
        A quotation mark is opened and never closed, so that the rest of the file reads as one cell.
    """
    is_workbook = source.encoding == WORKBOOK
    if source.path.suffix.lower() == ARFF:
        records: Iterator[list[str]] = _arff_records(source.path, source.encoding)
    elif is_workbook:
        records = workbooks.records(source.path, mapping, source.sheet)
    elif source.encoding == mail.MAIL:
        records = iter(mail.messages(source.path))
    else:
        records = _records(source.path, source.encoding, source.delimiter)
    below = islice(records, source.first_row - 1, None)
    first = source.first_row
    while rows := list(islice(below, CHUNK_ROWS)):
        _drop_end(rows, source.path, first)
        if rows:
            lengths = _fit(rows, len(source.header), fill=is_workbook)
            yield Chunk(Cells(rows), np.arange(first, first + len(rows)), lengths)
            first += len(rows)


def _mail_source(path: Path, mapping: Mapping) -> Source:
    """How messages are read: a row each, numbered from 1, with the columns that they all have."""
    if not mail.messages(path):
        do = "Save the messages as .eml or .mbox, or as text with From:, Date: and Subject: above each."
        raise UnreadableFile(Fault(path.name, "no message", "messages with From:, Date: and Subject:", do))
    titles: list[tuple[str, ...]] = [(name,) for name in mail.COLUMNS]
    positions = _checked_columns(path.name, titles, mapping)
    return Source(path, mail.MAIL, "", list(mail.COLUMNS), 1, positions, tuple(titles))


def _text_column(texts: Sequence[str]) -> pd.Series:
    return pd.Series(pd.array(pa.array(texts, pa.large_string()), dtype="str")).str.strip()


def _find_encoding(path: Path, encodings: Sequence[str]) -> str:
    """The first listed encoding the whole file can be read in; a byte-order mark or a workbook speaks for itself."""
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK\x03\x04"):
        return WORKBOOK
    if start.startswith(b"\xd0\xcf\x11\xe0") and path.suffix.lower() == ".msg":
        raise UnreadableFile(Fault(path.name, "a message in Outlook's own format", "EML or MBOX", "Save it as EML."))
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(Fault(path.name, "an old or a locked Excel workbook", "CSV or XLSX", "Save it as XLSX."))
    marked = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16", codecs.BOM_UTF8: "utf-8-sig"}
    candidates = [name for mark, name in marked.items() if start.startswith(mark)] or list(encodings)
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    found = f"bytes that are not {' or '.join(candidates)}"
    do = "Add the file's encoding to `encodings`, or save the file as UTF-8."
    raise UnreadableFile(Fault(path.name, found, "text in one of these encodings", do))


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                if "\x00" in decoder.decode(block):  # UTF-16 read as if it were an 8-bit encoding
                    return False
            decoder.decode(b"", final=True)
        except UnicodeError:
            return False
    return True


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    """The records of a file, and after them the end mark as a record of its own."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(chain(stream, [END]), delimiter=delimiter)
        try:
            yield from reader
        except csv.Error:
            raise _open_quote(path, reader.line_num) from None


def _arff_source(path: Path, encoding: str, mapping: Mapping) -> Source:
    """How a file of attributes and data is read: its columns are the attributes, its rows begin below `@data`."""
    names: list[str] = []
    with path.open(encoding=encoding, newline="") as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip().lower() == "@data":
                titles: list[tuple[str, ...]] = [(name,) for name in names]
                positions = _checked_columns(path.name, titles, mapping)
                return Source(path, encoding, ",", names, number + 1, positions, tuple(titles))
            if found := ARFF_NAME.match(line):
                names.append(_plain(found[1].strip("'\"")))
    raise UnreadableFile(Fault(path.name, "no line @data", "attributes, @data, and rows below it", "Export it again."))


def _arff_records(path: Path, encoding: str) -> Iterator[list[str]]:
    """The lines of such a file as records; those above the data are blank, and so are comments, which begin with %."""
    with path.open(encoding=encoding, newline="") as stream:
        lines = ("\n" if line.startswith("%") else line for line in stream)
        above = ("\n" for _ in takewhile(lambda line: line.strip().lower() != "@data", lines))
        yield []  # the line @data itself, which takewhile has read
        yield from csv.reader(chain(above, lines, [END]), quotechar="'", skipinitialspace=True)


def _head(path: Path, encoding: str, delimiter: str) -> list[list[str]]:
    """The first records, as far as they can be read with this delimiter: with a wrong one, quotation marks go astray."""
    head = []
    try:
        for record in islice(_records(path, encoding, delimiter), HEAD_ROWS):
            if not (record and END in record[-1]):
                head.append(record)
    except UnreadableFile:
        pass
    return head


def _drop_end(rows: list[list[str]], path: Path, first: int) -> None:
    """Take off the end mark; where it stands inside a cell, a quotation mark was left open."""
    if rows[-1] == [END]:
        rows.pop()
    elif rows[-1] and END in rows[-1][-1]:
        raise _open_quote(path, first + len(rows) - 1)


def _open_quote(path: Path, row: int) -> UnreadableFile:
    found = "a quotation mark that is never closed, so that the rest of the file reads as one cell"
    return UnreadableFile(Fault(f"{path.name}, row {row}", found, "quotation marks in pairs", "Mend it in the export."))


def _find_header(head: list[list[str]], mapping: Mapping) -> tuple[list[tuple[str, ...]], int]:
    """For each column what stands in each header row, and the number of the last one."""
    rows = mapping.header_rows
    if not rows:  # the first row with most of the required columns: all of them, unless one was renamed
        wanted = set(mapping.required or mapping.columns)
        there = [len(wanted & set(_find_columns([(_plain(name),) for name in names], mapping))) for names in head]
        rows = (there.index(max(there)) + 1 if there else 1,)
    lines = [head[row - 1] if row <= len(head) else [] for row in rows]
    width = max(map(len, lines), default=0)
    stacked: list[list[str]] = []
    for depth, line in enumerate(lines):
        names = [_plain(name) for name in line] + [""] * (width - len(line))
        for place in range(1, width if depth < len(lines) - 1 else 0):  # a heading over several columns is written once
            names[place] = names[place] or names[place - 1]
        stacked.append(names)
    titles: list[tuple[str, ...]] = list(zip(*stacked, strict=True))
    while titles and not any(titles[-1]):
        titles.pop()
    return titles, rows[-1]


def _heading(parts: Sequence[str]) -> str:
    return " ".join(filter(None, parts))


def _plain(name: str) -> str:
    return " ".join(name.replace("\ufeff", "").split())


def _key(name: str) -> str:
    return "".join(name.split()).casefold()


def _find_columns(titles: Sequence[tuple[str, ...]], mapping: Mapping) -> dict[str, list[int]]:
    """The places of every column the mapping names: the first of the names listed that stands in the header.

    A name is that of all header rows; of a survey, the first row alone is one too, since below it stands what was asked.
    """
    places: dict[str, list[int]] = {}
    for place, parts in enumerate(titles):
        names = [_heading(parts), parts[0]] if mapping.survey else [_heading(parts)]
        for name in dict.fromkeys(map(_key, names)):
            places.setdefault(name, []).append(place)
    found = {}
    for canonical, listed in _wanted_columns(mapping).items():
        for name in listed:
            if _key(name) in places:
                found[canonical] = places[_key(name)]
                break
    return found


def _wanted_columns(mapping: Mapping) -> dict[str, tuple[str, ...]]:
    boxes: dict[str, tuple[str, ...]] = {}
    for column, own in mapping.ticks.items():
        for name, value in own.items():
            boxes[box(column, value)] = (*boxes.get(box(column, value), ()), name)
    return {**mapping.columns, CREDIT_NOTE: mapping.credit_columns, **boxes}


def box(column: str, value: str) -> str:
    """What stands for a column of an export in which a tick means a value."""
    return f"{column} is {value}"


def places_of(source: Source, names: Sequence[str]) -> list[int]:
    """The places of all columns that bear one of some names, in the order of the names."""
    heads = [{_key(_heading(parts)), _key(parts[0])} for parts in source.titles]
    found = (place for name in names for place, keys in enumerate(heads) if _key(name) in keys)
    return list(dict.fromkeys(found))


def _checked_columns(file: str, titles: list[tuple[str, ...]], mapping: Mapping) -> dict[str, int]:
    found, header = _find_columns(titles, mapping), [_heading(parts) for parts in titles]
    faults = []
    listed = ", ".join(repr(name) for name in header if name)
    if mapping.survey:  # of a file without a header these would be the answers of its first row
        listed = f"of a file with {len(header)} columns"
    for canonical in mapping.required:
        if canonical not in found:
            names = _wanted_columns(mapping)[canonical]
            wanted = f"{' or '.join(repr(name) for name in names)} for `{canonical}`"
            close = did_you_mean(names[0], [name for name in header if name]) if names else ""
            do = close if close.startswith("Did") else ""
            faults.append(
                Fault(file, f"the columns {listed}", wanted, do or "Add the column's new name to the mapping.")
            )
    for places in found.values():
        if len(places) > 1:
            faults.append(Fault(file, f"{header[places[0]]!r} {len(places)} times", "each mapped column once"))
    if faults:
        raise DataError(faults)
    return {canonical: places[0] for canonical, places in found.items()}


def _fit(rows: list[list[str]], width: int, *, fill: bool) -> dict[int, list[str]]:
    """Give every row `width` cells, in place; return the rows that had too few or too many, blank rows apart.

    Blank cells beyond the header are no fault. In a workbook (`fill`) short rows are none either: it has no field count.
    """
    lengths = np.fromiter(map(len, rows), int, len(rows))
    wrong = {}
    for index in np.flatnonzero(lengths != width).tolist():
        record = rows[index]
        too_long = any(map(str.strip, record[width:]))
        too_short = len(record) < width and any(map(str.strip, record))
        if too_long or (too_short and not fill):
            wrong[index] = record
        rows[index] = record[:width] + [""] * (width - len(record))
    return wrong
