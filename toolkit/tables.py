"""Tables with a promise: one declaration loads a file, checks it, prints its blank form and writes its dictionary.

A `Table` says what one row is and what each `Column` holds. `read_table` turns a CSV, XLSX or Parquet file into typed
columns and lists every fault as *where, found, wanted*; the rules themselves are checked by pandera, lazily, so that all
faults come at once. Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import contextlib
import functools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Fault, did_you_mean
from toolkit.model import ID

ENCODINGS = ("utf-8-sig", "cp1252")
SUFFIXES = (".csv", ".parquet", ".xlsx")
UNREAD = (".xls", ".xlsm", ".xlsb", ".ods", ".tsv", ".txt", ".json", ".feather", ".gz", ".zip")
UTC = "UTC"
TEXTS = ("text", "person")  # kinds that hold any text
DTYPES = {"number": "float64", "integer": "Int64", "date": "datetime64[us]", "month": "period[M]"}
PATTERNS = {
    "id": ID.pattern,
    "number": r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?",
    "integer": r"[+-]?[0-9]+(\.0*)?",
    "date": r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}([T ]00:00(:00(\.0+)?)?)?",
    "moment": (
        r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?"
        r"(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?)?"
    ),
    "month": r"[1-9][0-9]{3}-[0-9]{2}(-[0-9]{2}([T ]00:00(:00(\.0+)?)?)?)?",
    "period": r"[1-9][0-9]{3}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?",
}
OFFSET = r":[0-9.]+(?:Z|[+-][0-9:]+)$"  # behind a time: how far its clock is from UTC
# Characters that nobody sees: controls, and the marks that turn the direction of writing. One of these in a name would
# print the rest of a sentence, numbers included, from right to left.
UNSEEN = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f" "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
LONGEST = 4_000  # characters of a text: one endless cell must not make every page that prints it too heavy to open
LARGEST = 2.0**63  # whole numbers are below
OWNERS = ("vendor", "selection")  # columns that say to whom a row belongs, so that a case may hold only its own
TOTALS = ("total", "totals", "sum", "grand total", "subtotal", "sub-total")
KEY, RULE, TOTAL = "key of the table", "rule of the table ", "row of totals"  # no column can be named like these


@dataclass(frozen=True)
class Column:
    """One column of a table.

    kind is one of: id (a short name that may become a folder), text, person (a text that stands for one person, and of
    which only a salted hash is kept), number, integer, date (2026-03-31), moment (2026-03-31 14:05, or
    2026-03-31T14:05+01:00), month (2026-03), period (2026, 2026-H1, 2026-Q3 or 2026-03).
    required: the column must be there. filled: its cells may not be empty. allowed: the only values it may hold.
    """

    name: str
    kind: str
    about: str
    unit: str = ""
    required: bool = True
    filled: bool = True
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    example: str = ""


@dataclass(frozen=True)
class Rule:
    """A promise between columns: `holds` gives True for each row that keeps it.

    A promise between rows, such as weights that add up, gives False for the first of the rows that break it, and has `found`:
    what was found in them, in words, for each row. A file under such a promise is read as a whole. `do` says what to do about
    it, where that is not plain: one sentence, or what gives one for each row.
    """

    about: str  # what was wanted, as the end of the sentence "expected ..."
    columns: tuple[str, ...]
    holds: Callable[[pd.DataFrame], pd.Series]
    found: Callable[[pd.DataFrame], pd.Series] | None = None
    do: str | Callable[[pd.DataFrame], pd.Series] = ""


@dataclass(frozen=True)
class Table:
    """What a file promises.

    dated names the column by which a case is cut off at the end of its period. zone is the time zone of the clocks by
    which its moments are written, where they do not say, and by which they are shown, and salt what is hashed with a
    person; the store puts in the client's. The rows of a confidential table are read by measures only.
    repeating names columns in which the same few texts come again and again, where there may be millions of rows: a case
    holds them as categories in the order of the alphabet, which take a tenth of the memory.
    A table that is client_only holds what is the client's own business: nothing that rests on it is told to the vendor.
    """

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    dated: str = ""
    area: str = ""
    zone: str = UTC
    salt: str = ""
    confidential: bool = False
    repeating: tuple[str, ...] = ()
    client_only: bool = False

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        """The names of its columns, in their order."""
        return [column.name for column in self.columns]

    @property
    def owner(self) -> str:
        """The column that says to whom each row belongs: `vendor`, `selection`, or '' where rows concern everyone."""
        return next((name for name in OWNERS if name in self.names), "")


@dataclass(frozen=True)
class Loaded:
    """A file as read: its typed rows, every fault, and for each fault the row it stands in (None: the whole file)."""

    frame: pd.DataFrame
    faults: list[Fault]
    rows: list[int | None]


def find_file(folder: Path, name: str) -> Path | None:
    """The file that holds a table: `<name>.csv`, `.parquet` or `.xlsx`; two of them at once are a DataError."""
    found = [path for path in _files(folder) if path.stem.lower() == name and path.suffix.lower() in SUFFIXES]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DataError(Fault(f"folder {folder.name}", names, f"one file for the table {name}", "Remove all but one."))
    return found[0] if found else None


def misnamed_files(folder: Path, names: Sequence[str]) -> list[Fault]:
    """A fault for each file that looks like a table and is none of `names`, or is one in a format that is not read."""
    faults = []
    for path in _files(folder):
        stem, suffix = path.stem.lower(), path.suffix.lower()
        if suffix in SUFFIXES and stem not in (*names, "faults"):
            faults.append(Fault(path.name, "a file", "the file of a table", did_you_mean(path.stem, names)))
        elif stem in names and suffix in UNREAD:
            faults.append(Fault(path.name, f"a {suffix} file", f"{stem}.csv, {stem}.parquet or {stem}.xlsx"))
    return faults


def _files(folder: Path) -> list[Path]:
    """What lies in a folder, without hidden files and the locks that office programs leave."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "~$")))


def read_table(
    path: Path,
    table: Table,
    currency: str = "the client's currency",
    owners: Sequence[str] | None = None,
    where: str = "",
) -> Loaded:
    """Read and check one file against its declaration.

    The frame keeps the rows in file order, its index being the row that a spreadsheet shows. Cells that could not be
    read are missing in it and listed among the faults; wholly blank rows are left out. `owners` are the only ids that
    a column `vendor` or `selection` may hold; None lets all pass. `where` names the file in every fault; its own name by
    default. Nothing raises for bad content.
    """
    try:
        cells = read_cells(path)
    except DataError as error:
        faults = [fault for fault in error.faults if isinstance(fault, Fault)]
        return Loaded(no_rows(table), faults, [None] * len(faults))
    return check_cells(cells, table, where or path.name, currency, owners)


def check_cells(
    cells: pd.DataFrame,
    table: Table,
    where: str,
    currency: str = "the client's currency",
    owners: Sequence[str] | None = None,
) -> Loaded:
    """Type and check cells that were read already; `where` names their origin in every fault."""
    cells, faults = match_columns(cells, table, where)
    if faults:
        return Loaded(no_rows(table), faults, [None] * len(faults))
    cells = cells[~_blank_rows(cells)]
    columns, spoiled = {}, {}
    for column in table.columns:
        given = cells[column.name] if column.name in cells else pd.Series("", index=cells.index, dtype="str")
        columns[column.name], spoiled[column.name] = _typed(given, column, table.zone)
    frame = pd.DataFrame(columns, index=cells.index)
    reading = _Reading(table, where, currency, owners, cells, frame)
    failures = _failures(reading, pd.DataFrame(spoiled, index=cells.index))
    totals = _rows_of_totals(cells.loc[sorted({row for row, _ in failures})])
    failures = {(row, TOTAL if row in totals else promise) for row, promise in failures}
    order = {name: place for place, name in enumerate([*table.names, KEY])}
    ordered = sorted(failures, key=lambda pair: (pair[0], order.get(pair[1], len(order)), pair[1]))
    return Loaded(frame, list(_faults(reading, ordered)), [row for row, _ in ordered])


# ---------------------------------------------------------------------------------------------------------- reading cells
def read_cells(path: Path) -> pd.DataFrame:
    """Every cell of a file as text ('' where it is empty), indexed by spreadsheet row; DataError when unreadable.

    Columns are named as the header names them, also where it names one twice. Parquet keeps numbers and dates typed.
    """
    read = {".csv": _csv_cells, ".xlsx": _xlsx_cells, ".parquet": _parquet_cells}[path.suffix.lower()]
    try:
        if path.stat().st_size == 0:
            raise DataError(Fault(path.name, "an empty file (0 bytes)", "a header row and rows below it"))
        cells = read(path)
    except OSError as error:
        found = f"a file that cannot be opened ({error.strerror or type(error).__name__})"
        raise DataError(Fault(path.name, found, "a file that may be read")) from None
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return cells


def _csv_cells(path: Path) -> pd.DataFrame:
    import warnings

    encoding = _encoding(path)
    delimiter, header = header_row(path, encoding)
    options: dict[str, Any] = {"sep": delimiter, "encoding": encoding, "dtype": "str", "keep_default_na": False}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(path, **options, index_col=False, skip_blank_lines=False)
    except (pd.errors.ParserError, pd.errors.ParserWarning) as error:
        raise DataError(_malformed(path, encoding, delimiter, str(error))) from None
    cells.columns = pd.Index(header)  # as written: pandas renames what stands there twice
    if (cells.iloc[:, -1] == "").any():  # pandas fills a short row with empty cells, and says nothing
        faults = _uneven_rows(path, encoding, delimiter)
        if faults:
            raise DataError(faults)
    return _each_column(cells, lambda column: column.str.strip())


def header_row(path: Path, encoding: str) -> tuple[str, list[str]]:
    """What stands between the cells of a text file, and the cells of its first row."""
    import csv
    import itertools

    with path.open(encoding=encoding, newline="") as file:
        first = file.readline().lstrip("\ufeff")  # files that were joined may have two byte-order marks
        delimiter = max(",;\t|", key=first.count)
        try:
            header = next(csv.reader(itertools.chain([first], file), delimiter=delimiter))
        except csv.Error:
            raise DataError(_open_quote(f"{path.name}, header")) from None
    if not any(name.strip() for name in header):
        raise DataError(Fault(f"{path.name}, header", "a blank row", "the names of the columns in the first row"))
    return delimiter, header


def _encoding(path: Path) -> str:
    """The first encoding in which the whole file is text; UTF-16 is known by its byte-order mark."""
    with path.open("rb") as file:
        encodings = ("utf-16",) if file.read(2) in (b"\xff\xfe", b"\xfe\xff") else ENCODINGS
    for encoding in encodings:
        if _is_text(path, encoding):
            return encoding
    wanted = "text in UTF-8 or Windows-1252"
    raise DataError(Fault(path.name, "bytes that are no text", wanted, "Save the file as CSV UTF-8."))


def _is_text(path: Path, encoding: str) -> bool:
    try:
        with path.open(encoding=encoding, newline="") as file:
            return not any("\0" in chunk for chunk in iter(lambda: file.read(1 << 20), ""))
    except UnicodeError:
        return False


def _malformed(path: Path, encoding: str, delimiter: str, said: str) -> list[Fault]:
    """Why pandas could not read a file: a quotation mark stays open, or rows are longer than the header."""
    opened = re.search(r"EOF inside string starting at row (\d+)", said)
    if opened:
        return [_open_quote(f"{path.name}, row {int(opened[1]) + 1}")]
    unknown = Fault(path.name, "rows that do not fit the header", "as many cells in each row as in the header")
    return _uneven_rows(path, encoding, delimiter) or [unknown]


def _uneven_rows(path: Path, encoding: str, delimiter: str) -> list[Fault]:
    """A fault for every row, unless it is blank, whose number of cells differs from the header's."""
    import csv

    do, faults = f"Put quotes around a cell that holds {delimiter!r}.", []
    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter=delimiter)
        header = len(next(rows))
        try:
            for row, cells in enumerate(rows, start=2):
                if len(cells) != header and any(cell.strip() for cell in cells):
                    where = f"{path.name}, row {row}"
                    faults.append(Fault(where, f"{len(cells)} cells", f"{header} cells, as in the header", do))
        except csv.Error:  # a cell of more than 128 KB: quotation marks that do not pair
            faults.append(_open_quote(f"{path.name}, line {rows.line_num}"))
    return faults


def _open_quote(where: str) -> Fault:
    return Fault(where, "an open quotation mark", "every quoted cell to be closed")


def _xlsx_cells(path: Path) -> pd.DataFrame:
    import openpyxl

    try:
        with contextlib.closing(openpyxl.load_workbook(path, read_only=True, data_only=True)) as workbook:
            named = [sheet for sheet in workbook.worksheets if sheet.title == path.stem]
            sheet = (named or workbook.worksheets)[0]
            sheet.reset_dimensions()  # what a workbook says of its own size may be wrong
            rows = [[_cell_text(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except Exception as error:  # zip, XML and openpyxl raise their own types for each way in which a file can be broken
        if isinstance(error, MemoryError | PermissionError):
            raise
        raise DataError(Fault(path.name, "a file that is no XLSX workbook", "an XLSX workbook")) from None
    if not rows or not any(rows[0]):
        raise DataError(Fault(f"{path.name}, header", "a blank row", "the names of the columns in the first row"))
    width = max(len(row) for row in rows)
    header, *cells = [[*row, *[""] * (width - len(row))] for row in rows]
    return pd.DataFrame(cells, columns=pd.Index(header), dtype="str")


def _cell_text(value: Any) -> str:
    """A workbook's cell as text: whole numbers without '.0', dates in ISO form without a midnight."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    return text.removesuffix("T00:00:00").strip()


def _parquet_cells(path: Path) -> pd.DataFrame:
    try:
        cells = pd.read_parquet(path)
    except Exception as error:  # pyarrow raises its own types for each way in which a file can be broken
        if isinstance(error, MemoryError | PermissionError):
            raise
        raise DataError(Fault(path.name, "a file that is no Parquet file", "a Parquet file")) from None
    return plain_cells(cells.reset_index() if any(cells.index.names) else cells)


def plain_cells(cells: pd.DataFrame) -> pd.DataFrame:
    """Cells without blanks around them, as text where they are not numbers or points in time."""
    return _each_column(cells, lambda column: column if _is_typed(column) else _as_text(column))


def _each_column(cells: pd.DataFrame, change: Callable[[pd.Series], pd.Series]) -> pd.DataFrame:
    """Every column changed, one at a time and by place, since two may bear one name."""
    changed = {place: change(cells.iloc[:, place]) for place in range(cells.shape[1])}
    return pd.DataFrame(changed, index=cells.index).set_axis(cells.columns, axis="columns")


def _is_typed(column: pd.Series) -> bool:
    """Whether a Parquet column holds numbers or points in time, rather than text or what has to become text."""
    number = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
    return number or pd.api.types.is_datetime64_any_dtype(column.dtype)


def _as_text(column: pd.Series) -> pd.Series:
    """A column as text; whole numbers are written without '.0', missing values as ''."""
    if pd.api.types.is_float_dtype(column.dtype) and (column.dropna() % 1 == 0).all():
        column = column.astype("Int64")
    return column.astype(object).where(column.notna(), "").astype("str").str.strip()


def match_columns(cells: pd.DataFrame, table: Table, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Columns under their declared names (case and blanks do not matter); a fault for each missing or unknown one."""
    where, written = f"{file}, header", [str(name) for name in cells.columns]
    plain = [plain_name(name) for name in written]
    needed = [column.name for column in table.columns if column.required]
    if not set(plain) & set(table.names):
        names = ", ".join(repr(name[:20]) for name in written[:3])
        wanted = f"the names of the columns: {', '.join(needed)}"
        return cells, [Fault(where, f"{names} ..." if len(written) > 3 else names, wanted, "Add a header row.")]
    faults = [
        Fault(where, f"no column `{name}`", f"`{name}`: {table[name].about}") for name in needed if name not in plain
    ]
    free = [name for name in table.names if name not in plain]
    for place, name in enumerate(plain):
        if name not in table.names and (name or not (cells.iloc[:, place] == "").all()):
            hint = did_you_mean(name, free or table.names)
            found = f"`{written[place].strip()}`" if name else "a filled column without a name"
            faults.append(Fault(where, found, f"a column of the table {table.name}", hint))
    twice = [name for name in table.names if plain.count(name) > 1]
    faults += [Fault(where, f"`{name}` twice", "each column once") for name in twice]
    if faults:
        return cells, faults
    cells = cells.set_axis(plain, axis="columns")
    return cells[[name for name in plain if name in table.names]], []


def plain_name(name: str) -> str:
    """A column's name as it is declared: small letters, with _ for blanks and signs."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def _blank_rows(cells: pd.DataFrame) -> pd.Series:
    """Which rows hold nothing at all."""
    blank = pd.Series(True, index=cells.index)
    for place in range(cells.shape[1]):
        column = cells.iloc[:, place]
        blank &= column.isna() if _is_typed(column) else column.isna() | (column == "")
    return blank


# ------------------------------------------------------------------------------------------------------- typing the cells
def _typed(cells: pd.Series, column: Column, zone: str) -> tuple[pd.Series, pd.Series]:
    """One column in its declared type, and for each cell whether it is not what was declared."""
    if _is_typed(cells):
        values = _typed_already(cells, column, zone)
        if values is not None:
            return values, values.isna() & (cells.notna() | must_be_filled(column))
        cells = _as_text(cells)
    if column.kind in TEXTS:
        cells = _without_unseen(cells)
    filled = cells != ""
    values = _read(cells.where(filled), column.kind, zone)
    if column.kind in TEXTS:
        values = values.where(cells.str.len() <= LONGEST)
    return values, values.isna() & (filled | must_be_filled(column))


def visible(text: str) -> str:
    """A text without the characters that nobody sees, which could turn round what is printed beside it."""
    return re.sub(UNSEEN, "", text).strip()


def _without_unseen(cells: pd.Series) -> pd.Series:
    """`visible` for a column; nearly every column has none of them, and is handed back as it is."""
    marked = cells.str.contains(UNSEEN)
    return cells.where(~marked, cells.where(marked, "").map(visible)) if marked.any() else cells


def must_be_filled(column: Column) -> bool:
    """Whether an empty cell of this column is a fault."""
    return column.required and column.filled


def _read(text: pd.Series, kind: str, zone: str) -> pd.Series:
    """Text in the type of a kind; missing where it cannot be read as one."""
    if kind in PATTERNS:
        text = text.where(text.str.fullmatch(PATTERNS[kind]).astype(bool))
    if kind in ("number", "integer"):
        return _finite(text.astype("float64"), kind)
    if kind == "moment":
        return read_moments(text, zone)
    if kind in ("date", "month"):
        days = text.str.slice(0, 10).where(text.str.len() != len("2026-03"), text + "-01")
        read = pd.to_datetime(days, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
        return read.dt.to_period("M") if kind == "month" else read
    return text


def read_moments(text: pd.Series, zone: str) -> pd.Series:
    """Points in time from ISO text, in a time zone; missing where there is no such day, or no such time on its clocks.

    A text that says how far its clock is from UTC (Z, +01:00) is read by that, any other by the clocks of the zone.
    """
    offset = text.str.contains(OFFSET).eq(True)
    moments = on_clock(_times(text.where(~offset)), zone)
    return moments.where(~offset, _times(text.where(offset), UTC).dt.tz_convert(zone)) if offset.any() else moments


def _times(text: pd.Series, zone: str | None = None) -> pd.Series:
    """ISO text as times, missing where it is none: by Arrow, in a fifth of the time, or by pandas, which gets over errors."""
    import pyarrow as pa

    try:
        times = pa.array(text, pa.string()).cast(pa.timestamp("us", zone)).to_pandas()
    except pa.ArrowInvalid:
        times = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=zone is not None)
    return times.set_axis(text.index).astype(_dtype("moment", zone) if zone else "datetime64[us]")


def on_clock(times: pd.Series, zone: str) -> pd.Series:
    """The points in time at which the clocks of a time zone showed these times.

    When clocks go back, an hour comes twice: its times are taken as the first of the two. When they go forward, an hour is
    skipped: its times are missing. Source: own definition; the first of the two is what Python's `fold=0` means (PEP 495).
    """
    first = np.ones(len(times), dtype=bool)
    return times.astype("datetime64[us]").dt.tz_localize(zone, ambiguous=first, nonexistent="NaT")


def _finite(values: pd.Series, kind: str) -> pd.Series:
    """Numbers that are finite, and whole where they have to be; missing where they are not."""
    values = values.where(values.abs() < (LARGEST if kind == "integer" else float("inf")))
    return values.where(values % 1 == 0).astype("Int64") if kind == "integer" else values


def _typed_already(cells: pd.Series, column: Column, zone: str) -> pd.Series | None:
    """A typed Parquet column in the declared type, missing what does not fit; None where it is of another type."""
    if pd.api.types.is_numeric_dtype(cells.dtype):
        return _finite(cells.astype("float64"), column.kind) if column.kind in ("number", "integer") else None
    if column.kind == "moment":
        aware = getattr(cells.dtype, "tz", None) is not None
        return cells.dt.tz_convert(zone).astype(_dtype("moment", zone)) if aware else on_clock(cells, zone)
    if column.kind not in ("date", "month"):
        return None
    days = cells.dt.tz_localize(None).astype("datetime64[us]")
    return days.dt.to_period("M") if column.kind == "month" else days.where(days == days.dt.normalize())


def no_rows(table: Table) -> pd.DataFrame:
    """A frame with the declared columns and no row."""
    return pd.DataFrame({column.name: pd.Series(dtype=_dtype(column.kind, table.zone)) for column in table.columns})


def _dtype(kind: str, zone: str) -> str:
    return f"datetime64[us, {zone}]" if kind == "moment" else DTYPES.get(kind, "str")


def months_of(dates: pd.Series) -> pd.Series:
    """The month of each value of a column of dates, months or moments; of a moment, the month on the clocks of its zone."""
    return dates if dates.dtype == "period[M]" else dates.dt.tz_localize(None).dt.to_period("M")


# ------------------------------------------------------------------------------------------------------ keeping promises
@dataclass(frozen=True)
class _Reading:
    """A file while it is checked: its cells as they were given and as they were typed, and what its faults need to say."""

    table: Table
    where: str
    currency: str
    owners: Sequence[str] | None
    cells: pd.DataFrame
    frame: pd.DataFrame

    @property
    def key(self) -> list[str]:
        return list(self.table.key)

    def given(self, row: int, name: str) -> Any:
        """A cell as it was given; '' where the file has no such column."""
        return self.cells.at[row, name] if name in self.cells else ""

    def quoted(self, row: int, name: str) -> str:
        """A cell in a sentence; never a person, and of a confidential table no text that anybody was free to write."""
        given = self.given(row, name)
        column = self.table[name]
        free = column.kind in TEXTS and not column.allowed and isinstance(given, str) and given
        hidden = self.table.confidential or column.kind == "person"
        return f"{len(given):,} characters" if hidden and free else _quoted(given)

    def shown(self, row: int, names: Sequence[str]) -> str:
        """Some cells of a row, with their names."""
        return ", ".join(f"{name} {self.quoted(row, name)}" for name in names)


def _failures(reading: _Reading, spoiled: pd.DataFrame) -> set[tuple[int, str]]:
    """Every row and the promise it breaks: a column's name, KEY, or RULE and the rule's number.

    Promises between columns are not held against a row whose cells in them are `spoiled` already.
    """
    import pandera.pandas as pa

    failures = {(int(row), str(name)) for name in spoiled for row in spoiled.index[spoiled[name]]}
    if reading.frame.empty:
        return failures
    promises = reading.frame.copy(deep=False)
    for number, rule in enumerate(reading.table.rules):
        promises[f"{RULE}{number}"] = keeps(reading.frame, rule) | spoiled[list(rule.columns)].any(axis="columns")
    if reading.key:
        kept = ~reading.frame.duplicated(reading.key)
        promises[KEY] = kept | spoiled[reading.key].any(axis="columns")
    try:
        _schema(reading.table, reading.owners).validate(promises, lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        failures |= set(zip(cases["index"].astype(int), cases["column"].astype(str), strict=True))
    return failures


def keeps(rows: pd.DataFrame, rule: Rule) -> pd.Series:
    """Which rows keep a promise between columns; where it cannot be told, it is not kept."""
    return rule.holds(rows).astype("boolean").fillna(False).astype(bool)


def _schema(table: Table, owners: Sequence[str] | None) -> Any:
    """The declaration in pandera's terms; what is promised between columns is a column that is True where it is kept."""
    import pandera.pandas as pa

    columns = {}
    for column in table.columns:
        checks = []
        if column.allowed:
            checks.append(pa.Check.isin(column.allowed))
        if column.name == table.owner and owners is not None:
            checks.append(pa.Check.isin(list(owners)))
        if column.low is not None:
            checks.append(pa.Check.ge(column.low))
        if column.high is not None:
            checks.append(pa.Check.le(column.high))
        must = must_be_filled(column)
        if checks or must:
            columns[column.name] = pa.Column(checks=checks, nullable=not must)
    between = [*(f"{RULE}{number}" for number in range(len(table.rules))), *([KEY] if table.key else [])]
    columns |= {name: pa.Column(checks=pa.Check.eq(True)) for name in between}
    return pa.DataFrameSchema(columns)


def _rows_of_totals(cells: pd.DataFrame) -> set[int]:
    """Which rows hold a word such as 'Total' in one of their cells."""
    found = pd.Series(False, index=cells.index)
    for name in cells:
        if not _is_typed(cells[name]):
            found |= cells[name].str.lower().str.strip(" :").isin(TOTALS)
    return set(cells.index[found])


def _faults(reading: _Reading, failures: Sequence[tuple[int, str]]) -> Iterator[Fault]:
    """The sentence for each broken promise."""
    earlier = _earlier_rows(reading) if any(promise == KEY for _, promise in failures) else {}
    suggest = functools.cache(functools.partial(did_you_mean, known=reading.owners or ()))
    for row, promise in failures:
        where = f"{reading.where}, row {row}"
        if promise == TOTAL:
            yield Fault(where, "a row of totals", reading.table.row, "Delete this row.")
        elif promise == KEY:
            found = f"{reading.shown(row, reading.key)}, as in row {earlier[row]}"
            yield Fault(where, found, f"each {', '.join(reading.key)} once")
        elif promise.startswith(RULE):
            rule = reading.table.rules[int(promise.removeprefix(RULE))]
            found = str(rule.found(reading.frame).at[row]) if rule.found else reading.shown(row, rule.columns)
            do = rule.do if isinstance(rule.do, str) else str(rule.do(reading.frame).at[row])
            yield Fault(where, found, rule.about, do)
        else:
            yield _cell_fault(reading, row, promise, suggest)


def _cell_fault(reading: _Reading, row: int, name: str, suggest: Callable[[str], str]) -> Fault:
    where, given = f"{reading.where}, row {row}, `{name}`", reading.given(row, name)
    if name == reading.table.owner and reading.owners is not None and isinstance(reading.frame.at[row, name], str):
        return Fault(where, reading.quoted(row, name), f"a {name} of this client", suggest(given))
    column = reading.table[name]
    if column.kind in TEXTS and isinstance(given, str) and len(given) > LONGEST:
        return Fault(where, f"{len(given):,} characters", f"a text of at most {LONGEST:,} characters")
    do = ""
    if column.kind in ("number", "integer") and isinstance(given, str) and "," in given:
        do = "Write numbers as 1250.00, without a sign between thousands."
    if column.kind == "moment" and _is_skipped(given):
        do = skipped_by(reading.table.zone)
    return Fault(where, reading.quoted(row, name), wanted(column, reading.currency), do)


def _is_skipped(given: Any) -> bool:
    """Whether a cell that could not be read as a moment is one on some clock."""
    return isinstance(given, pd.Timestamp) or bool(
        read_moments(pd.Series([str(given)], dtype="str"), UTC).notna().iloc[0]
    )


def skipped_by(zone: str) -> str:
    """What to do about a time that the clocks of a zone never showed."""
    return f"Clocks in {zone} skip that time: write the offset of the clock, as in +01:00, or mend the time zone."


def _earlier_rows(reading: _Reading) -> dict[int, int]:
    """For each row whose key stands in the file more than once, the first row that has it."""
    twins = reading.frame.loc[reading.frame.duplicated(reading.key, keep=False), reading.key]
    rows = pd.Series(twins.index, index=twins.index)
    first = rows.groupby([twins[name] for name in reading.key], dropna=False).transform("first")
    return dict(zip(twins.index, first, strict=True))


def _quoted(value: Any) -> str:
    """A cell in a sentence: 'nothing' when it is empty, shortened when it is long."""
    if value is None or value is pd.NaT or value is pd.NA or value != value or value == "":
        return "nothing"
    return repr(_cell_text(value)[:60])


def wanted(column: Column, currency: str = "the client's currency") -> str:
    """What a cell of this column should hold, as the end of the sentence 'expected ...'."""
    if column.allowed:
        return "one of " + ", ".join(column.allowed)
    kind = {
        "id": "a short name of letters, digits, - and _",
        "text": "a text",
        "person": "a text that stands for one person",
        "number": "a number",
        "integer": "a whole number",
        "date": "a date such as 2026-03-31",
        "moment": "a moment such as 2026-03-31 14:05",
        "month": "a month such as 2026-03",
        "period": "a period such as 2026, 2026-H1, 2026-Q3 or 2026-03",
    }[column.kind]
    unit = {"currency": currency, "billed currency": "the billed currency"}.get(column.unit, column.unit)
    if column.low is not None and column.high is not None:
        limit = f" from {column.low:g} to {column.high:g}"
    elif column.low is not None:
        limit = f" of at least {column.low:g}"
    else:
        limit = "" if column.high is None else f" of at most {column.high:g}"
    return f"{kind}{f' in {unit}' if unit else ''}{limit}"
