"""Large files in little memory: DuckDB reads a file once, types and checks its cells, and hands them over vendor by vendor.

The SQL is made from the declaration that `toolkit.tables` checks by. It decides only which rows are *sure*: those that keep
every promise and read alike in both ways. All others are read again, few as they are, by `check_cells`, so that every fault
has one wording and every doubtful cell one meaning. What is no plain file (other encodings, uneven or blank rows, a blank
before a quotation mark) is left to `read_table` as a whole.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.errors import ToolkitError
from toolkit.store import moments
from toolkit.store.parts import (
    GROUP,
    ROW,
    Written,
    frame_of,
    months_in,
    owners_of,
    rows_of,
    schema,
    write_parts,
)
from toolkit.store.sorting import Batch, by_owner
from toolkit.tables import (
    LONGEST,
    PATTERNS,
    TEXTS,
    UNSEEN,
    Column,
    Loaded,
    Table,
    check_cells,
    header_row,
    keeps,
    match_columns,
    must_be_filled,
    no_rows,
    plain_cells,
    plain_name,
)

if TYPE_CHECKING:
    import duckdb

MEMORY = "1000MB"  # that DuckDB may use; beyond it sorts on disk
NO_CELL = "\x01"  # stands for a missing cell in no plain file, so that an empty one stays an empty text
NO_COLUMN = "''"  # in SQL, the cell of a column that the file does not have
OWNER = "_owner"  # the column that says whose a row is, as a place among the owners
UNSURE, BLANK = -1, -2  # in that column: the row has to be looked at, or holds nothing
CELLS = "_cells"  # the column that holds the cells of a row that has to be looked at, as they are written
HASHED = "_hashed"  # the column that holds a hash of a row's key
PLAIN, MARKED = "plain", "marked"  # what `_seen_through` tells of a text
BLANKS = r"\t-\r\x1c-\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"  # as str.strip
EXACT = 2**53  # whole numbers up to here are exact as numbers with a point, too
BOM = codecs.BOM_UTF8
MARKS = [  # BLANKS and UNSEEN beyond ASCII, as they are in UTF-8
    re.compile(mark)
    for mark in (
        rb"\xc2[\x85\xa0]",
        rb"\xd8\x9c",
        rb"\xe1\x9a\x80",
        rb"\xe2(?:\x80[\x80-\x8f\xa8-\xaf]|\x81[\x9f\xa6-\xa9])",
        rb"\xe3\x80\x80",
        rb"\xef\xbb\xbf",
    )
]
CHUNK = 1 << 20  # bytes
BATCH = 200_000  # rows that come at once
AHEAD = "64MB"  # of rows that DuckDB may have read before they are asked for
NUMBERS = r"BIGINT|INTEGER|SMALLINT|TINYINT|DOUBLE"
TYPED = {"number": rf"{NUMBERS}|DECIMAL\(.*\)", "integer": NUMBERS, "date": "DATE|TIMESTAMP", "month": "DATE|TIMESTAMP"}
AWARE = "TIMESTAMP WITH TIME ZONE"
TYPED["moment"] = rf"DATE|TIMESTAMP|{AWARE}"


@dataclass(frozen=True)
class Source:
    """A file as DuckDB reads it: its header, SQL for its cells as text, c0 to cn, in their order, and PLAIN or MARKED."""

    path: Path
    header: list[str]
    sql: str
    text: str


def scan(
    path: Path, table: Table, currency: str, owners: Sequence[str], folder: Path, where: str = ""
) -> Written | None:
    """Write the parts of a table into `folder`; None where the file has to be read as a whole, and nothing was written.

    owners are those whose rows are kept, or ALL_ROWS alone where its rows belong to nobody. `where` names the file in
    every fault; its own name by default.
    """
    import duckdb

    written = None
    if table.owner and table.key and table.owner not in table.key:
        return None  # keys are compared among the rows of one owner
    if any(rule.found for rule in table.rules):
        return None  # a promise between rows needs all of them
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
    text = _seen_through(path, delimiter.encode()) if len(header) > 1 else ""
    if not text:
        return None
    columns = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(header)))
    options = f"auto_detect = false, header = true, delim = {_quoted(delimiter)}, quote = '\"', escape = '\"'"
    read = f"read_csv({_quoted(str(path))}, {options}, nullstr = '{NO_CELL}', columns = {{{columns}}})"
    cell = "trim(c{0}) AS c{0}" if _is_padded(path, delimiter) else "c{0}"
    cells = ", ".join(cell.format(place) for place in range(len(header)))
    return Source(path, header, f"SELECT {cells} FROM {read}", text)


def _is_padded(path: Path, delimiter: str) -> bool:
    """Whether many cells stand between blanks; where few do, their rows are looked at instead, which is faster."""
    with path.open("rb") as file:
        lines = file.read(1 << 20).decode("utf-8", errors="replace").splitlines(keepends=True)
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return True
    return sum(cell != cell.strip(" ") for row in rows for cell in row) > len(rows) / 20


def _seen_through(path: Path, delimiter: bytes) -> str:
    """What the bytes of a text tell of its cells: PLAIN, MARKED, or '' where DuckDB and pandas would part ways.

    They part at blank rows (one of them counts them, the other does not), a lone carriage return, and a blank between the
    beginning of a cell and its quotation mark. What is no UTF-8 and rows that are uneven DuckDB refuses by itself. In a
    PLAIN text nothing but a space or the end of a line may stand around a cell unseen, and nothing at all within it.
    """
    blank_row, quoted = re.compile(rb"\n[\n\r]"), re.compile(rb'"(?<=[\n%s] ")' % re.escape(delimiter))
    last, found = b"", PLAIN
    with path.open("rb") as file:
        file.seek(len(BOM) if file.read(len(BOM)) == BOM else 0)
        for chunk in iter(lambda: file.read(CHUNK), b""):
            text = last + chunk  # with the end of the chunk before, since what is looked for may lie across
            if b"\0" in chunk or NO_CELL.encode() in chunk or blank_row.search(text) or quoted.search(text):
                return ""
            if b"\r" in text and text.count(b"\r", 0, -1) != text.count(b"\r\n"):
                return ""
            if found == PLAIN and _is_marked(text):
                found = MARKED
            last = text[-2:]
    return "" if last.endswith(b"\r") else found


def _is_marked(text: bytes) -> bool:
    """Whether there is a control character other than the end of a line, a blank other than a space, or a mark nobody sees."""
    letters = np.frombuffer(text, dtype=np.uint8)
    ends = np.count_nonzero(letters == ord("\n")) + np.count_nonzero(letters == ord("\r"))
    if np.count_nonzero(letters < ord(" ")) != ends or b"\x7f" in text:
        return True
    return not text.isascii() and any(mark.search(text) for mark in MARKS)


def _parquet_source(path: Path, table: Table, database: duckdb.DuckDBPyConnection) -> Source | None:
    """A Parquet file whose columns read alike as text; a pandas index or another type is left to pandas."""
    try:
        about = pq.read_schema(path)
    except (pa.ArrowException, OSError):
        return None
    indexes = (about.pandas_metadata or {}).get("index_columns", [])
    read = f"read_parquet({_quoted(str(path))})"
    types = [row[:2] for row in database.execute(f"DESCRIBE SELECT * FROM {read}").fetchall()]
    kinds = {column.name: column.kind for column in table.columns}
    known = [kind == "VARCHAR" or re.fullmatch(TYPED.get(kinds.get(name, ""), "-"), kind) for name, kind in types]
    if not all(known) or any(isinstance(name, str) for name in indexes) or len(set(about.names)) < len(about.names):
        return None
    cells = ", ".join(f"{_cell(name, kind)} AS c{place}" for place, (name, kind) in enumerate(types))
    return Source(path, about.names, f"SELECT {cells} FROM {read}", MARKED)


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
def _value(column: Column, cell: str, zone: str) -> str:
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
    if column.kind == "moment":
        return moments.moment(cell, zone) if cell != NO_COLUMN else "CAST(NULL AS TIMESTAMP)"
    return f"nullif({cell}, '')"


def _sure(column: Column, cell: str, value: str, text: str, zone: str) -> str:
    """Whether a cell is certainly what the column promises, and certainly means the same to pandas."""
    tests = [] if column.kind in (*TEXTS, "id", "period") else [f"{value} IS NOT NULL"]
    if column.allowed:
        tests.append(f"{cell} IN ({', '.join(map(_quoted, column.allowed))})")
    if column.kind in PATTERNS:
        tests.append(f"regexp_full_match({cell}, {_quoted(PATTERNS[column.kind])})")
    elif not column.allowed:
        tests += _bare(cell, text)
    if column.kind in TEXTS:
        tests.append(f"strlen({cell}) <= {LONGEST}")  # bytes, of which there are never fewer than characters
    if column.kind in TEXTS and text == MARKED:
        tests.append(f"NOT regexp_matches({cell}, {_quoted(UNSEEN)})")
    if column.kind in ("number", "integer"):
        tests.append(f"isfinite({value})" if column.kind == "number" else f"abs({value}) <= {EXACT}")
        tests += [f"{value} >= {column.low!r}"] if column.low is not None else []
        tests += [f"{value} <= {column.high!r}"] if column.high is not None else []
    if column.kind == "moment":
        tests.append(moments.is_sure(cell, zone))
    kept = " AND ".join(tests)
    return f"({cell} <> '' AND {kept})" if must_be_filled(column) else f"({cell} = '' OR ({kept}))"


def _bare(cell: str, text: str) -> list[str]:
    """Whether nothing blank stands before or behind the text of a cell."""
    if text == MARKED:
        return [f"NOT regexp_matches({cell}, '^[{BLANKS}]|[{BLANKS}]$')"]
    return [f"{cell} > ' '", *(f"NOT ends_with({cell}, {end})" for end in ("' '", "chr(10)", "chr(13)"))]


def _typed_sql(source: Source, places: dict[str, int], table: Table) -> str:
    """SQL for the typed rows in their order, with OWNER, HASHED and the CELLS of rows that have to be looked at.

    There is no join, window or order in it: with one of these DuckDB would read with one thread, or mix up the rows. So
    the owners are those of a type, `owners`, that the database knows.
    """
    cells = {column.name: f"c{places[column.name]}" if column.name in places else NO_COLUMN for column in table.columns}
    values = {column.name: f"v{place}" for place, column in enumerate(table.columns)}
    typed = [f"{_value(column, cells[column.name], table.zone)} AS {values[column.name]}" for column in table.columns]
    sure = [
        _sure(column, cells[column.name], values[column.name], source.text, table.zone)
        for column in table.columns
        if column.name in places and column.name != table.owner
    ]
    dated = [cells[column.name] for column in table.columns if column.kind == "moment" and column.name in places]
    clocks = moments.with_clocks(source.sql, dated)
    place = f"coalesce(enum_code(TRY_CAST({cells[table.owner]} AS owners)), {UNSURE})" if table.owner else "0"
    blank = " AND ".join(f"{cells[name]} = ''" for name in places)
    owner = f"CASE WHEN {blank} THEN {BLANK} WHEN {' AND '.join(sure) or 'true'} THEN {place} ELSE {UNSURE} END"
    given = ", ".join(f"c{place}" for place in range(len(source.header)))
    named = ", ".join(f"{value} AS {_named(name)}" for name, value in values.items())
    return (
        f"SELECT {OWNER}, {_hashed(table, values)} AS {HASHED}, {named}, "
        f"CASE WHEN {OWNER} = {UNSURE} THEN [{given}] END AS {CELLS} "
        f"FROM (SELECT *, CAST({owner} AS INTEGER) AS {OWNER} FROM (SELECT *, {', '.join(typed)} FROM ({clocks})))"
    )


def _hashed(table: Table, values: Mapping[str, str]) -> str:
    """A hash of a row's key in SQL; equal keys have equal ones, and few others have."""
    kinds = {column.name: column.kind for column in table.columns}  # with 0 added, -0 and 0 are one number
    plain = {"number": "{} + 0", "moment": "epoch_us({})"}  # the rows looked at have their moments in another type
    key = [plain.get(kinds[name], "{}").format(values[name]) for name in table.key]
    return f"hash({', '.join(key)})" if key else "0::UBIGINT"


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
    cells: list[pa.Array] = field(default_factory=list)  # those of the unsure rows
    broken: list[np.ndarray] = field(default_factory=list)  # rows that break a rule, or whose key another row has
    nobodys: list[pa.Table] = field(default_factory=list)  # rows of no owner

    def run(self) -> Written:
        """Write the parts, and say what is wrong with the rows that are not sure, or not beside others."""
        numbered = by_owner(self._numbered(), self._late, self._schema, self.folder / "sorted.arrow", GROUP)
        written = write_parts(_one_ahead(self._chunks(numbered)), self.table, self.folder)
        for rows in self.nobodys:
            written.rows += rows.num_rows
            written.months += months_in(rows, self.table)
        rows = _together([*self.unsure, *self.broken])
        if len(rows):
            loaded = self._look_at(rows)
            written.faults = list(zip(owners_of(loaded, self.table), loaded.faults, strict=True))
        return written

    @property
    def _schema(self) -> pa.Schema:
        return schema(self.table).append(pa.field(HASHED, pa.uint64()))

    def _numbered(self) -> Iterator[Batch]:
        """The rows in their order, with their numbers; those that have to be looked at are nobody's as yet."""
        listed = ", ".join(map(_quoted, self.owners))
        self.database.execute(f"CREATE TYPE owners AS ENUM ({listed}); SET streaming_buffer_size = '{AHEAD}'")
        number = 2
        for batch in self.database.sql(_typed_sql(self.source, self.places, self.table)).to_arrow_reader(BATCH):
            owners, numbers = batch[OWNER].to_numpy(), np.arange(number, number + batch.num_rows)
            number += batch.num_rows
            unsure = owners == UNSURE
            self.unsure.append(numbers[unsure])
            self.cells.append(batch[CELLS].filter(pa.array(unsure)))
            rows = pa.Table.from_batches([batch]).add_column(0, ROW, pa.array(numbers))
            yield owners, rows.select(self._schema.names).cast(self._schema)

    def _late(self) -> Batch:
        """The rows that had to be looked at, in the types that they then have."""
        rows = _together(self.unsure)
        frame = self._look_at(rows).frame if len(rows) else no_rows(self.table)
        typed = rows_of(frame, self.table)
        self.database.register("late", typed)
        hashed = _hashed(self.table, {name: _named(name) for name in self.table.names})
        hashes = self.database.sql(f"SELECT {hashed} AS {HASHED} FROM late").to_arrow_table()[HASHED]
        places = {owner: place for place, owner in enumerate(self.owners)}
        owners = frame[self.table.owner].map(places).fillna(UNSURE) if self.table.owner else pd.Series(0, frame.index)
        self.nobodys.append(typed.filter(pa.array(owners == UNSURE)))
        return owners.to_numpy(dtype="int64"), typed.append_column(HASHED, hashes.combine_chunks())

    def _chunks(self, numbered: Iterable[tuple[int, pa.Table]]) -> Iterator[tuple[str, pa.Table]]:
        """Rows as they are written, owner by owner; the numbers of those that break a promise between rows are kept."""
        for place, parts in itertools.groupby(numbered, key=lambda part: part[0]):
            keys = []
            for _, rows in parts:
                keys.append(rows.select([ROW, HASHED]))
                rows = rows.drop_columns([HASHED])
                for rule in self.table.rules:
                    frame = frame_of(rows.select([ROW, *rule.columns]), self.table)
                    self.broken.append(frame.index[~keeps(frame, rule)].to_numpy())
                yield self.owners[place], rows
            if self.table.key:
                self.broken.append(_twins(pa.concat_tables(keys)))

    def _look_at(self, rows: np.ndarray) -> Loaded:
        """Some rows of the file, read and checked with all that can be said of them."""
        read = self._parquet_cells if self.source.path.suffix.lower() == ".parquet" else self._csv_cells
        cells = read(rows).set_axis(pd.Index(self.source.header), axis="columns").set_axis(pd.Index(rows), axis="index")
        owners = self.owners if self.table.owner else None
        return check_cells(plain_cells(cells), self.table, self.where, self.currency, owners)

    def _csv_cells(self, rows: np.ndarray) -> pd.DataFrame:
        if len(rows) == sum(map(len, self.unsure)):  # none but those whose cells were kept
            cells = pa.chunked_array(self.cells).combine_chunks()
            columns = [cells.flatten()[place :: len(self.source.header)] for place in range(len(self.source.header))]
            return pa.table(columns, names=[f"c{place}" for place in range(len(columns))]).to_pandas()
        self.database.register("wanted", pa.table({"wanted": rows}))
        numbered = f"SELECT row_number() OVER () + 1 AS {ROW}, * FROM ({self.source.sql})"
        sql = f"SELECT * FROM ({numbered}) WHERE {ROW} IN (SELECT wanted FROM wanted) ORDER BY {ROW}"
        return self.database.sql(sql).to_arrow_table().drop_columns([ROW]).to_pandas()

    def _parquet_cells(self, rows: np.ndarray) -> pd.DataFrame:
        taken, first = [], 2  # the row that a spreadsheet would show for the first one below the header
        for batch in pq.ParquetFile(self.source.path).iter_batches():
            here = rows[(rows >= first) & (rows < first + batch.num_rows)]
            taken.append(batch.take(pa.array(here - first)))
            first += batch.num_rows
        return pa.Table.from_batches(taken).to_pandas(ignore_metadata=True)


def _one_ahead(chunks: Iterator[tuple[str, pa.Table]]) -> Iterator[tuple[str, pa.Table]]:
    """The same chunks, each one being made while the one before it is written."""
    with ThreadPoolExecutor(1) as beside:
        coming = beside.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = beside.submit(next, chunks, None)
            yield chunk


def _together(rows: Sequence[np.ndarray]) -> np.ndarray:
    """Numbers of rows, each once, rising."""
    return np.unique(np.concatenate([np.empty(0, dtype="int64"), *rows]))


def _twins(keys: pa.Table) -> np.ndarray:
    """The rows of one owner whose key another one has, too: by a hash, so perhaps some too many."""
    hashed = keys[HASHED].to_numpy()
    ordered = np.sort(hashed)
    often = ordered[1:][ordered[1:] == ordered[:-1]]
    return keys[ROW].to_numpy()[np.isin(hashed, often)] if len(often) else often.astype("int64")
