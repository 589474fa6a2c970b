"""Tables with a promise: one declaration loads a file, checks it, prints its blank form and writes its dictionary.

A `Table` says what one row is and what each `Column` holds. `read_table` turns a CSV, XLSX or Parquet file into typed
columns and lists every fault as *where, found, wanted*; the rules themselves are checked by pandera, lazily, so that all
faults come at once. Row numbers are those a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import DataError, Fault, did_you_mean
from toolkit.model import ID

ENCODINGS = ("utf-8-sig", "cp1252")
SUFFIXES = (".csv", ".parquet", ".xlsx")
DTYPES = {"number": "float64", "integer": "Int64", "date": "datetime64[us]", "month": "period[M]"}


@dataclass(frozen=True)
class Column:
    """One column of a table.

    kind is one of: id (a short name that may become a folder), text, number, integer, date (2026-03-31), month
    (2026-03), period (2026, 2026-H1, 2026-Q3 or 2026-03).
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
    """A promise between columns: `holds` gives True for each row that keeps it."""

    about: str  # what was wanted, as the end of the sentence "expected ..."
    columns: tuple[str, ...]
    holds: Callable[[pd.DataFrame], pd.Series]


@dataclass(frozen=True)
class Table:
    """What a file promises. `dated` names the column by which a case is cut off at the end of its period."""

    name: str
    row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    dated: str = ""
    area: str = ""

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def by_vendor(self) -> bool:
        """Whether its rows belong to vendors, so that a case may hold only its own."""
        return "vendor" in self.names


@dataclass(frozen=True)
class Loaded:
    """A file as read: its typed rows, every fault, and for each fault the row it stands in (None: the whole file)."""

    frame: pd.DataFrame
    faults: list[Fault]
    rows: list[int | None]


def find_file(folder: Path, name: str) -> Path | None:
    """The file that holds a table: `<name>.csv`, `.parquet` or `.xlsx`; two of them at once are a DataError."""
    found = [folder / f"{name}{suffix}" for suffix in SUFFIXES if (folder / f"{name}{suffix}").exists()]
    if len(found) > 1:
        names = " and ".join(path.name for path in found)
        raise DataError(Fault(f"folder {folder.name}", names, f"one file for the table {name}", "Remove all but one."))
    return found[0] if found else None


def read_table(path: Path, table: Table, currency: str = "the client's currency") -> Loaded:
    """Read and check one file against its declaration.

    The frame keeps the rows in file order, its index being the row that a spreadsheet shows. Cells that could not be
    read are missing in it and listed among the faults; wholly blank rows are left out. Nothing raises for bad content.
    """
    try:
        cells = read_cells(path)
    except DataError as error:
        return Loaded(
            no_rows(table), [fault for fault in error.faults if isinstance(fault, Fault)], [None] * len(error.faults)
        )
    return check_cells(cells, table, path.name, currency)


def check_cells(cells: pd.DataFrame, table: Table, where: str, currency: str = "the client's currency") -> Loaded:
    """Type and check cells that were read already; `where` names their origin in every fault."""
    cells, faults = _match_columns(cells, table, where)
    if faults:
        return Loaded(no_rows(table), faults, [None] * len(faults))
    blank = cells.isna() | (cells.astype("str") == "")
    cells = cells[~blank.all(axis="columns")]
    columns, unreadable = {}, []
    for column in table.columns:
        given = cells.get(column.name, pd.Series("", index=cells.index, dtype="str"))
        columns[column.name], rows = _typed(given, column)
        unreadable += [(row, column.name, given.at[row]) for row in rows]
    frame = pd.DataFrame(columns, index=cells.index)
    found = [(row, _cell_fault(where, row, table[name], value, currency)) for row, name, value in unreadable]
    known = {(row, name) for row, name, _ in unreadable}
    found = sorted([*found, *_broken_promises(frame, table, where, currency, known)], key=lambda pair: pair[0])
    return Loaded(frame, [fault for _, fault in found], [row for row, _ in found])


# ---------------------------------------------------------------------------------------------------------- reading cells
def read_cells(path: Path) -> pd.DataFrame:
    """Every cell of a file as text (Parquet: as it is typed), indexed by spreadsheet row; DataError when unreadable."""
    if path.stat().st_size == 0:
        raise DataError(Fault(path.name, "an empty file (0 bytes)", "a header row and rows below it"))
    cells = {".csv": _csv_cells, ".xlsx": _xlsx_cells, ".parquet": _parquet_cells}[path.suffix](path)
    cells.index = pd.RangeIndex(2, len(cells) + 2)
    return cells


def _csv_cells(path: Path) -> pd.DataFrame:
    import warnings

    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as file:
        header = file.readline()
    delimiter = max(",;\t|", key=header.count)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            cells = pd.read_csv(
                path,
                sep=delimiter,
                dtype="str",
                keep_default_na=False,
                encoding=encoding,
                index_col=False,
                skip_blank_lines=False,
            )
    except pd.errors.EmptyDataError:
        raise DataError(Fault(path.name, "a file without a header row", "a header row and rows below it")) from None
    except (pd.errors.ParserError, pd.errors.ParserWarning):
        raise DataError(_uneven_rows(path, encoding, delimiter)) from None
    if cells.isna().to_numpy().any():  # pandas fills a short row with NaN, and an empty cell with ""
        blank = (cells.isna() | (cells == "")).all(axis="columns")
        if cells[~blank].isna().to_numpy().any():
            raise DataError(_uneven_rows(path, encoding, delimiter))
        cells = cells.fillna("")
    return cells


def _encoding(path: Path) -> str:
    """The first encoding in which the whole file can be read; UTF-16 is known by its byte-order mark."""
    with path.open("rb") as file:
        if file.read(2) in (b"\xff\xfe", b"\xfe\xff"):
            return "utf-16"
    for encoding in ENCODINGS:
        try:
            with path.open(encoding=encoding, newline="") as file:
                while file.read(1 << 20):
                    pass
            return encoding
        except UnicodeError:
            continue
    wanted = "text in one of the encodings " + ", ".join(ENCODINGS)
    raise DataError(Fault(path.name, "bytes that are no text", wanted, "Save the file as CSV UTF-8."))


def _uneven_rows(path: Path, encoding: str, delimiter: str) -> list[Fault]:
    """Every row whose number of cells differs from the header's, found with the csv module."""
    import csv

    with path.open(encoding=encoding, newline="") as file:
        rows = csv.reader(file, delimiter=delimiter)
        header = len(next(rows))
        uneven = [(row, len(cells)) for row, cells in enumerate(rows, start=2) if cells and len(cells) != header]
    wanted = f"{header} cells, as in the header"
    do = f"Put quotes around a cell that holds {delimiter!r}."
    return [Fault(f"{path.name}, row {row}", f"{count} cells", wanted, do) for row, count in uneven] or [
        Fault(path.name, "an open quotation mark", "every quoted cell to be closed")
    ]


def _xlsx_cells(path: Path) -> pd.DataFrame:
    import zipfile

    try:
        sheets = pd.ExcelFile(path, engine="openpyxl")
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise DataError(Fault(path.name, "a file that is no XLSX workbook", "an XLSX workbook")) from None
    with sheets:
        name = path.stem if path.stem in sheets.sheet_names else sheets.sheet_names[0]
        cells = sheets.parse(name, dtype=object, keep_default_na=False, na_values=[])
    return cells.rename(columns=str).map(_cell_text).astype("str")


def _cell_text(value: Any) -> str:
    """A workbook's cell as text: whole numbers without '.0', dates in ISO form without a midnight."""
    if value is None or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat().removesuffix("T00:00:00") if hasattr(value, "isoformat") else str(value)


def _parquet_cells(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except Exception as error:  # pyarrow raises its own types for each way in which a file can be broken
        if isinstance(error, MemoryError):
            raise
        raise DataError(Fault(path.name, "a file that is no Parquet file", "a Parquet file")) from None


def _match_columns(cells: pd.DataFrame, table: Table, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """Columns under their declared names (case and blanks do not matter); a fault for each missing or unknown one."""
    found = {str(name): re.sub(r"\W+", "_", str(name).strip().lower()).strip("_") for name in cells.columns}
    missing = [column.name for column in table.columns if column.required and column.name not in found.values()]
    unknown = [
        name for name, plain in found.items() if plain not in table.names and not _unnamed_and_blank(cells, name)
    ]
    twice = sorted(
        {plain for plain in found.values() if list(found.values()).count(plain) > 1 and plain in table.names}
    )
    where = f"{file}, header"
    free = [name for name in table.names if name not in found.values()]
    faults = [Fault(where, f"no column `{name}`", f"`{name}`: {table[name].about}") for name in missing]
    faults += [
        Fault(where, f"`{name}`", f"a column of the table {table.name}", did_you_mean(name, free)) for name in unknown
    ]
    faults += [Fault(where, f"`{name}` twice", "each column once") for name in twice]
    return cells.rename(columns=found)[
        [name for name in found.values() if name in table.names]
    ] if not faults else cells, faults


def _unnamed_and_blank(cells: pd.DataFrame, name: str) -> bool:
    return name.startswith("Unnamed:") and bool((cells[name].astype("str").str.strip() == "").all())


# ------------------------------------------------------------------------------------------------------- typing the cells
def _typed(cells: pd.Series, column: Column) -> tuple[pd.Series, list[int]]:
    """One column in its declared type, and the rows whose cell could not be read as one."""
    if not (pd.api.types.is_string_dtype(cells.dtype) or cells.dtype == object):
        return _typed_already(cells, column)
    text = cells.astype("str").fillna("").str.strip()
    blank = text == ""
    if column.kind in ("number", "integer"):
        values = pd.to_numeric(text.where(~blank), errors="coerce")
        values = values.where(values.abs() != float("inf"))
        if column.kind == "integer":
            values = values.where(values % 1 == 0).astype("Int64")
    elif column.kind in ("date", "month"):
        plain = text.str.replace(r"[T ]00:00:00(\.0+)?$", "", regex=True)
        plain = plain.str.replace(r"^(\d{4}-\d\d)$", r"\1-01", regex=True) if column.kind == "month" else plain
        values = pd.to_datetime(plain.where(~blank), format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
        values = values.dt.to_period("M") if column.kind == "month" else values
    else:
        pattern = {"id": ID.pattern, "period": r"\d{4}(-(H[12]|Q[1-4]|0[1-9]|1[0-2]))?"}.get(column.kind)
        values = text.where(~blank)
        if pattern:
            values = values.where(text.str.fullmatch(pattern))
    return values, list(cells.index[values.isna() & ~blank])


def _typed_already(cells: pd.Series, column: Column) -> tuple[pd.Series, list[int]]:
    """A typed Parquet column in the declared type; what does not fit is listed."""
    if column.kind in ("number", "integer") and pd.api.types.is_numeric_dtype(cells.dtype):
        values = pd.to_numeric(cells, errors="coerce").astype("float64")
        return (values.where(values % 1 == 0).astype("Int64") if column.kind == "integer" else values), []
    if column.kind in ("date", "month") and pd.api.types.is_datetime64_any_dtype(cells.dtype):
        values = cells.dt.tz_localize(None).astype("datetime64[us]")
        return (values.dt.to_period("M") if column.kind == "month" else values), []
    return _typed(cells.astype("str").where(cells.notna(), ""), column)


def no_rows(table: Table) -> pd.DataFrame:
    """A frame with the declared columns and no row."""
    return pd.DataFrame({column.name: pd.Series(dtype=DTYPES.get(column.kind, "str")) for column in table.columns})


# ------------------------------------------------------------------------------------------------------ keeping promises
def _broken_promises(
    frame: pd.DataFrame, table: Table, file: str, currency: str, known: set[tuple[int, str]]
) -> Iterator[tuple[int, Fault]]:
    """Every row that breaks a promise of the declaration; cells in `known` are faults already."""
    import pandera.pandas as pa

    if frame.empty:
        return
    try:
        _schema(table).validate(frame, lazy=True)
        return
    except pa.errors.SchemaErrors as error:
        failures = error.failure_cases
    failures = failures.drop_duplicates(["schema_context", "column", "check", "index"])
    for failure in failures.to_dict("records"):
        row, check = failure["index"], str(failure["check"])
        if check.startswith("rule:"):
            rule = table.rules[int(check.removeprefix("rule:"))]
            yield row, Fault(f"{file}, row {row}", _shown(frame, row, rule.columns), rule.about)
        elif check == "key":
            yield (
                row,
                Fault(
                    f"{file}, row {row}",
                    f"{_shown(frame, row, table.key)} a second time",
                    f"each {', '.join(table.key)} once",
                ),
            )
        elif (row, failure["column"]) not in known:
            value = frame.at[row, failure["column"]]
            yield row, _cell_fault(file, row, table[failure["column"]], value, currency)


def _schema(table: Table) -> Any:
    import pandera.pandas as pa

    columns = {}
    for column in table.columns:
        checks = []
        if column.allowed:
            checks.append(pa.Check.isin(column.allowed))
        if column.low is not None:
            checks.append(pa.Check.ge(column.low))
        if column.high is not None:
            checks.append(pa.Check.le(column.high))
        columns[column.name] = pa.Column(checks=checks, nullable=not (column.required and column.filled))
    checks = [
        pa.Check(rule.holds, name=f"rule:{number}", error=f"rule:{number}", ignore_na=False)
        for number, rule in enumerate(table.rules)
    ]
    if table.key:
        key = list(table.key)
        checks.append(pa.Check(lambda rows: ~rows.duplicated(key), name="key", error="key"))
    return pa.DataFrameSchema(columns, checks=checks)


def _cell_fault(file: str, row: int, column: Column, value: Any, currency: str) -> Fault:
    blank = value is None or value is pd.NaT or value is pd.NA or value != value or str(value) == ""
    found = "nothing" if blank else repr(str(value)[:60])
    do = ""
    if str(value).strip().lower() in ("total", "totals", "sum", "grand total", "subtotal"):
        do = "This looks like a row of totals: delete it."
    return Fault(f"{file}, row {row}, `{column.name}`", found, wanted(column, currency), do)


def wanted(column: Column, currency: str = "the client's currency") -> str:
    """What a cell of this column should hold, as the end of the sentence 'expected ...'."""
    if column.allowed:
        return "one of " + ", ".join(column.allowed)
    kind = {
        "id": "a short name of letters, digits, - and _",
        "text": "a text",
        "number": "a number",
        "integer": "a whole number",
        "date": "a date such as 2026-03-31",
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


def _shown(frame: pd.DataFrame, row: int, columns: Sequence[str]) -> str:
    values = frame.loc[row, list(columns)]
    return ", ".join(f"{name} {_text(values[name])}" for name in columns)


def _text(value: Any) -> str:
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return "nothing"
    return value.strftime("%Y-%m-%d") if isinstance(value, pd.Timestamp) else repr(str(value))
