"""Large files in little memory: DuckDB reads a file once, types and checks its cells, and hands them over vendor by vendor.

The SQL is made from the declaration that `toolkit.tables` checks by. It decides only which rows are *sure*: those that keep
every promise and read alike in both ways. All others are read again, few as they are, by `check_cells`, so that every fault
has one wording and every doubtful cell one meaning. What is no plain file (other encodings, uneven or blank rows, a blank
before a quotation mark) is left to `read_table` as a whole.
"""

from __future__ import annotations

import contextlib
import csv
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import ToolkitError
from toolkit.store.parts import (
    GROUP,
    ROW,
    Written,
    add_rows,
    frame_of,
    owners_of,
    part_file,
    rows_of,
    schema,
    write_parts,
)
from toolkit.tables import (
    LONGEST,
    PATTERNS,
    UNSEEN,
    Column,
    Loaded,
    Table,
    check_cells,
    header_row,
    keeps,
    match_columns,
    must_be_filled,
    plain_cells,
    plain_name,
    read_moments,
)

if TYPE_CHECKING:
    import duckdb

MEMORY = "1000MB"  # that DuckDB may use; beyond it sorts on disk
NO_CELL = "\x01"  # stands for a missing cell in no plain file, so that an empty one stays an empty text
OWNER = "_owner"  # the column that says whose a row is, as a place among the owners
UNSURE = -1  # in that column: the row has to be looked at
BLANKS = r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"  # as str.strip
EXACT = 2**53  # whole numbers up to here are exact as numbers with a point, too
CHUNK = 1 << 24  # bytes
BATCH = 100_000  # rows that come at once
NUMBERS = r"BIGINT|INTEGER|SMALLINT|TINYINT|DOUBLE"
TYPED = {"number": rf"{NUMBERS}|DECIMAL\(.*\)", "integer": NUMBERS, "date": "DATE|TIMESTAMP", "month": "DATE|TIMESTAMP"}
AWARE = "TIMESTAMP WITH TIME ZONE"
TYPED["moment"] = rf"DATE|TIMESTAMP|{AWARE}"


@dataclass(frozen=True)
class Source:
    """A file as DuckDB reads it: its header, and SQL that gives its cells as text, c0 to cn, with their row."""

    path: Path
    header: list[str]
    sql: str


def scan(
    path: Path, table: Table, currency: str, owners: Sequence[str], folder: Path, where: str = ""
) -> Written | None:
    """Write the parts of a table into `folder`; None where the file has to be read as a whole, and nothing was written.

    owners are the vendors whose rows are kept, or ALL_ROWS alone where the table is not by vendor. `where` names the file in
    every fault; its own name by default.
    """
    import duckdb

    written = None
    with _connected(folder) as database, contextlib.suppress(duckdb.InvalidInputException):
        source = _source(path, table, database)
        places = _places(source, table) if source else {}
        if source and places and not _filled_without_name(source, database):
            written = _Scan(database, source, places, table, currency, owners, folder, where or path.name).run()
    if written is None:
        for part in folder.glob("*.parquet"):
            part.unlink()
    return written


@contextlib.contextmanager
def _connected(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """DuckDB in memory, with what it may not hold there below `folder`; it loads nothing from outside."""
    import duckdb

    spilled = folder / "spilled"
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(spilled),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    try:
        with duckdb.connect(config=settings) as database:
            yield database
    except duckdb.IOException as error:
        raise OSError(str(error)) from None
    finally:
        with contextlib.suppress(OSError):
            spilled.rmdir()


# ----------------------------------------------------------------------------------------------------------- plain files
def _source(path: Path, table: Table, database: duckdb.DuckDBPyConnection) -> Source | None:
    """A file that DuckDB takes apart as pandas does, or None."""
    if (
        any(letter in str(path) for letter in "*?[]{}") or path.stat().st_size == 0
    ):  # a pattern of several files to DuckDB
        return None
    suffix = path.suffix.lower()
    return (
        _csv_source(path)
        if suffix == ".csv"
        else _parquet_source(path, table, database)
        if suffix == ".parquet"
        else None
    )


def _csv_source(path: Path) -> Source | None:
    try:
        delimiter, header = header_row(path, "utf-8-sig")
    except (ToolkitError, UnicodeError):
        return None
    if len(header) < 2 or not _is_plain(path, delimiter.encode()):
        return None
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(header)))
    options = f"auto_detect = false, header = true, delim = {_quoted(delimiter)}, quote = '\"', escape = '\"'"
    read = f"read_csv({_quoted(str(path))}, {options}, nullstr = '{NO_CELL}', columns = {{{columns}}})"
    cell = "trim(c{0}) AS c{0}" if _is_padded(path, delimiter) else "c{0}"
    cells = ", ".join(cell.format(place) for place in range(len(header)))
    return Source(path, header, f"SELECT row_number() OVER () + 1 AS {ROW}, {cells} FROM {read}")


def _is_padded(path: Path, delimiter: str) -> bool:
    """Whether many cells stand between blanks; where few do, their rows are looked at instead, which is faster."""
    with path.open("rb") as file:
        lines = file.read(1 << 20).decode("utf-8", errors="replace").splitlines(keepends=True)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return True
    return sum(cell != cell.strip(" ") for row in rows for cell in row) > len(rows) / 20


def _is_plain(path: Path, delimiter: bytes) -> bool:
    """Whether no bytes stand in a text where DuckDB and pandas would part ways.

    These are blank rows (one of them counts them, the other does not), a lone carriage return, and a blank between the
    beginning of a cell and its quotation mark. What is no UTF-8 and rows that are uneven DuckDB refuses by itself.
    """
    parting = (b"\n\n", b"\n\r", b'\n "', delimiter + b' "')
    last = b""
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            text = last + chunk  # with the end of the chunk before, since what is looked for may lie across
            if b"\0" in chunk or NO_CELL.encode() in chunk or any(bytes_ in text for bytes_ in parting):
                return False
            if b"\r" in text and text.count(b"\r", 0, -1) != text.count(b"\r\n"):
                return False
            last = text[-2:]
    return not last.endswith(b"\r")


def _parquet_source(path: Path, table: Table, database: duckdb.DuckDBPyConnection) -> Source | None:
    """A Parquet file whose columns read alike as text; a pandas index or another type is left to pandas."""
    try:
        about = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return None
    indexes = (about.pandas_metadata or {}).get("index_columns", [])
    read = f"read_parquet({_quoted(str(path))}, file_row_number = true)"
    types = [row[:2] for row in database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()][:-1]
    kinds = {column.name: column.kind for column in table.columns}
    known = [kind == "VARCHAR" or re.fullmatch(TYPED.get(kinds.get(name, ""), "-"), kind) for name, kind in types]
    if not all(known) or any(isinstance(name, str) for name in indexes) or len(set(about.names)) < len(about.names):
        return None
    cells = ", ".join(f"{_cell(name, kind)} AS c{place}" for place, (name, kind) in enumerate(types))
    return Source(path, about.names, f"SELECT file_row_number + 2 AS {ROW}, {cells} FROM {read}")


def _cell(name: str, kind: str) -> str:
    """A cell of Parquet as text, '' where it is missing."""
    name = _named(name)
    if kind == "DOUBLE":
        return f"CASE WHEN isnan({name}) THEN '' ELSE coalesce(CAST({name} AS VARCHAR), '') END"
    if kind == AWARE:
        return f"coalesce(CAST(make_timestamp(epoch_us({name})) AS VARCHAR) || 'Z', '')"
    return f"coalesce(trim(CAST({name} AS VARCHAR)), '')"


def _places(source: Source, table: Table) -> dict[str, int]:
    """Where each declared column stands in the file; empty where the header breaks a promise."""
    _, faults = match_columns(pd.DataFrame(columns=pd.Index(source.header), dtype="str"), table, "")
    plain = [plain_name(name) for name in source.header]
    return {} if faults else {name: plain.index(name) for name in table.names if name in plain}


def _filled_without_name(source: Source, database: duckdb.DuckDBPyConnection) -> bool:
    """Whether a column without a name holds anything."""
    unnamed = [place for place, name in enumerate(source.header) if not plain_name(name)]
    filled = " OR ".join(f"NOT regexp_full_match(c{place}, '[{BLANKS}]*')" for place in unnamed)
    return bool(unnamed) and bool(database.execute(f"SELECT bool_or({filled}) FROM ({source.sql})").fetchall()[0][0])


def _quoted(text: str) -> str:
    """A text in SQL."""
    return "'" + text.replace("'", "''") + "'"


def _named(name: str) -> str:
    """A name in SQL."""
    return '"' + name.replace('"', '""') + '"'


# ------------------------------------------------------------------------------------------------------- promises in SQL
def _value(column: Column, cell: str) -> str:
    """A cell in the type in which it is stored; NULL where it is empty or cannot be read."""
    if column.kind == "number":
        return f"TRY_CAST({cell} AS DOUBLE)"
    if column.kind == "integer":
        return f"TRY_CAST(TRY_CAST({cell} AS DOUBLE) AS BIGINT)"
    if column.kind == "date":
        return f"CAST(TRY_CAST(left({cell}, 10) AS DATE) AS TIMESTAMP)"
    if column.kind == "month":
        day = f"CASE WHEN length({cell}) = 7 THEN {cell} || '-01' ELSE left({cell}, 10) END"
        return f"CAST(date_trunc('month', TRY_CAST({day} AS DATE)) AS TIMESTAMP)"
    return f"nullif({cell}, '')"


def _sure(column: Column, cell: str) -> str:
    """Whether a cell is certainly what the column promises, and certainly means the same to pandas."""
    number = f"TRY_CAST({cell} AS DOUBLE)"
    tests = [] if column.kind in ("text", "id", "period", "moment") else [f"{_value(column, cell)} IS NOT NULL"]
    if column.allowed:
        tests.append(f"{cell} IN ({', '.join(map(_quoted, column.allowed))})")
    if column.kind in PATTERNS:
        tests.append(f"regexp_full_match({cell}, {_quoted(PATTERNS[column.kind])})")
    elif not column.allowed:
        tests.append(f"NOT regexp_matches({cell}, '^[{BLANKS}]|[{BLANKS}]$')")
    if column.kind == "text":
        tests += [f"NOT regexp_matches({cell}, {_quoted(UNSEEN)})", f"length({cell}) <= {LONGEST}"]
    if column.kind in ("number", "integer"):
        tests.append(f"isfinite({number})" if column.kind == "number" else f"abs({number}) <= {EXACT}")
        tests += [f"{number} >= {column.low!r}"] if column.low is not None else []
        tests += [f"{number} <= {column.high!r}"] if column.high is not None else []
    kept = " AND ".join(tests)
    return f"({cell} <> '' AND {kept})" if must_be_filled(column) else f"({cell} = '' OR ({kept}))"


def _typed_sql(source: Source, places: dict[str, int], table: Table, owners: Sequence[str]) -> str:
    """SQL for the typed rows with their owner (UNSURE for rows to be looked at), by owner and row; no blank rows."""
    cells = {name: f"c{place}" for name, place in places.items()}
    values = [_value(column, cells.get(column.name, "''")) + f" AS {_named(column.name)}" for column in table.columns]
    sure = [_sure(column, cells[column.name]) for column in table.columns if column.name in {*cells} - {"vendor"}]
    owner, join = "0", ""
    if table.by_vendor:
        listed = ", ".join(f"({_quoted(name)}, {place})" for place, name in enumerate(owners))
        owner, join = "place", f"LEFT JOIN (VALUES {listed}) AS known(owner, place) ON {cells['vendor']} = owner"
    kept = f"CASE WHEN {' AND '.join(sure) or 'true'} THEN {owner} END"
    blank = " AND ".join(f"{cell} = ''" for cell in cells.values())
    return (
        f"SELECT coalesce({kept}, {UNSURE}) AS {OWNER}, {ROW}, {', '.join(values)} "
        f"FROM ({source.sql}) {join} WHERE NOT ({blank}) ORDER BY {OWNER}, {ROW}"
    )


# ------------------------------------------------------------------------------------------------------ a file being read
@dataclass
class _Scan:
    """One table while it is read: what it is read from, and the rows that have to be looked at."""

    database: duckdb.DuckDBPyConnection
    source: Source
    places: dict[str, int]
    table: Table
    currency: str
    owners: Sequence[str]
    folder: Path
    where: str
    unsure: list[np.ndarray] = field(default_factory=list)
    broken: list[np.ndarray] = field(default_factory=list)  # rows that are sure by themselves, and break a rule

    def run(self) -> Written:
        """Write the parts of the sure rows, look at the others, and add what is right of them."""
        written = write_parts(self._chunks(), self.table, self.folder)
        self._see_parts(written)
        unsure = _together(self.unsure)
        rows = _together([unsure, *self.broken, self._twins("SELECT * FROM parts", 1)])
        if not len(rows):
            return written
        loaded = self._look_at(rows)
        doubtful = loaded.frame[loaded.frame.index.isin(unsure)]
        if self.table.key and len(doubtful):
            self.database.register("doubtful", rows_of(doubtful, self.table))
            twins = self._twins("SELECT * FROM doubtful", 0)
            if np.setdiff1d(twins, rows).size:
                loaded = self._look_at(_together([rows, twins]))
        add_rows(doubtful, self.table, self.owners, self.folder, written)
        written.faults = list(zip(owners_of(loaded, self.table), loaded.faults, strict=True))
        return written

    def _chunks(self) -> Iterator[tuple[str, pa.Table]]:
        """The sure rows, owner by owner; the numbers of others are kept."""
        wanted = schema(self.table)
        reader = self.database.sql(_typed_sql(self.source, self.places, self.table, self.owners)).to_arrow_reader(BATCH)
        for place, rows in _by_owner(reader):
            if place == UNSURE:
                self.unsure.append(rows[ROW].to_numpy())
                continue
            rows, lost = _with_moments(rows.drop_columns([OWNER]), self.table)
            self.unsure.append(lost)
            rows = rows.cast(wanted)
            for rule in self.table.rules:
                frame = frame_of(rows.select([ROW, *rule.columns]), self.table)
                self.broken.append(frame.index[~keeps(frame, rule)].to_numpy())
            if rows.num_rows:
                yield self.owners[place], rows

    def _see_parts(self, written: Written) -> None:
        """Let SQL see the rows that were written as `parts`."""
        files = ", ".join(_quoted(str(part_file(self.folder, owner))) for owner in written.kept)
        if files:
            self.database.execute(f"CREATE VIEW parts AS SELECT * FROM read_parquet([{files}])")
        else:
            self.database.register("parts", schema(self.table).empty_table())

    def _twins(self, those: str, beyond: int) -> np.ndarray:
        """The written rows whose key stands more than `beyond` times among `those`: by a hash, so perhaps some too many."""
        if not self.table.key:
            return _together([])
        kinds = {column.name: column.kind for column in self.table.columns}  # with 0 added, -0 and 0 are one number
        key = ", ".join(f"{_named(name)} + 0" if kinds[name] == "number" else _named(name) for name in self.table.key)
        often = f"SELECT hash({key}) AS hashed FROM ({those}) GROUP BY hashed HAVING count(*) > {beyond}"
        self.database.execute(f"CREATE OR REPLACE TABLE often AS {often}")
        if not self.database.execute("SELECT count(*) FROM often").fetchall()[0][0]:
            return _together([])
        found = self.database.sql(f"SELECT {ROW} FROM parts WHERE hash({key}) IN (SELECT hashed FROM often)")
        return found.to_arrow_table()[ROW].to_numpy()

    def _look_at(self, rows: np.ndarray) -> Loaded:
        """Some rows of the file, read and checked with all that can be said of them."""
        read = self._parquet_cells if self.source.path.suffix.lower() == ".parquet" else self._csv_cells
        cells = read(rows).set_axis(pd.Index(self.source.header), axis="columns").set_axis(pd.Index(rows), axis="index")
        vendors = self.owners if self.table.by_vendor else None
        return check_cells(plain_cells(cells), self.table, self.where, self.currency, vendors)

    def _csv_cells(self, rows: np.ndarray) -> pd.DataFrame:
        self.database.register("wanted", pa.table({"wanted": rows}))
        sql = f"SELECT * FROM ({self.source.sql}) WHERE {ROW} IN (SELECT wanted FROM wanted) ORDER BY {ROW}"
        return self.database.sql(sql).to_arrow_table().drop_columns([ROW]).to_pandas()

    def _parquet_cells(self, rows: np.ndarray) -> pd.DataFrame:
        taken, first = [], 2  # the row that a spreadsheet would show for the first one below the header
        for batch in pq.ParquetFile(self.source.path).iter_batches():
            here = rows[(rows >= first) & (rows < first + batch.num_rows)]
            taken.append(batch.take(pa.array(here - first)))
            first += batch.num_rows
        return pa.Table.from_batches(taken).to_pandas(ignore_metadata=True)


def _together(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Numbers of rows, each once, rising."""
    return np.unique(np.concatenate([np.empty(0, dtype="int64"), *rows]))


def _with_moments(rows: pa.Table, table: Table) -> tuple[pa.Table, np.ndarray]:
    """Rows with their moments read from text, and the numbers of rows with one that is none (the 30th of February)."""
    lost = np.zeros(rows.num_rows, dtype=bool)
    for name in (column.name for column in table.columns if column.kind == "moment"):
        text = rows[name].to_pandas()
        moments = read_moments(text, table.zone)
        lost |= (moments.isna() & text.notna()).to_numpy()
        rows = rows.set_column(rows.column_names.index(name), name, pa.array(moments.dt.tz_convert("UTC")))
    return rows.filter(pa.array(~lost)), rows[ROW].to_numpy()[lost]


def _by_owner(reader: pa.RecordBatchReader) -> Iterator[tuple[int, pa.Table]]:
    """Rows that come sorted by owner, cut wherever the owner changes and after every GROUP rows of one."""
    place, held = UNSURE, reader.schema.empty_table()
    for batch in reader:
        for owner, rows in _runs(pa.Table.from_batches([batch])):
            if owner != place and held.num_rows:
                yield place, held.combine_chunks()
                held = held.slice(held.num_rows)
            place, held = owner, pa.concat_tables([held, rows])
            while held.num_rows >= GROUP:
                yield place, held.slice(0, GROUP).combine_chunks()
                held = held.slice(GROUP)
    if held.num_rows:
        yield place, held.combine_chunks()


def _runs(rows: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """Neighbouring rows of the same owner."""
    places = rows[OWNER].to_numpy()
    cuts = [0, *(np.flatnonzero(np.diff(places)) + 1).tolist(), rows.num_rows]
    for start, end in itertools.pairwise(cuts):
        if end > start:
            yield int(places[start]), rows.slice(start, end - start)
