"""Parts of a prepared table: one Parquet file for each owner of rows, all in the types that the table declares."""

from __future__ import annotations

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from toolkit.client import EVERY_VENDOR
from toolkit.errors import Fault
from toolkit.sealed import person_hash
from toolkit.tables import UTC, Loaded, Table, months_of

ALL_ROWS = "_all"  # the owner of the rows of a table that is not by vendor; no vendor's id begins with _
EVERYONE, NOBODY = "", "_nobody"  # whom a fault of the whole file concerns, and one in a row without a vendor
ROW = "_row"  # the column that holds the row a spreadsheet shows; no declared column begins with _
TYPES = {
    "number": pa.float64(),
    "integer": pa.int64(),
    "date": pa.timestamp("us"),
    "month": pa.timestamp("us"),
    "moment": pa.timestamp("us", tz=UTC),
}
GROUP = 500_000  # rows that are written at once
DIGEST = "rows"  # names, in a part's own description, the digest of its rows


@dataclass
class Written:
    """What is known of a table whose parts were written.

    rows: how many it has, those of nobody included. kept: rows of each owner. months: rows of each month.
    faults: each fault with whom it concerns (EVERYONE: the whole table), in the order of rows.
    """

    rows: int = 0
    kept: dict[str, int] = field(default_factory=dict)
    months: Counter[pd.Period] = field(default_factory=Counter)
    faults: list[tuple[str, Fault]] = field(default_factory=list)


def part_file(folder: Path, owner: str) -> Path:
    """The file with the rows of one owner."""
    return folder / f"{'_every_vendor' if owner == EVERY_VENDOR else owner}.parquet"


def schema(table: Table) -> pa.Schema:
    """The columns of a part: the row's number, then those that the table declares."""
    fields = [(column.name, TYPES.get(column.kind, pa.string())) for column in table.columns]
    return pa.schema([(ROW, pa.int64()), *fields])


def rows_of(frame: pd.DataFrame, table: Table) -> pa.Table:
    """Typed rows as they are stored: months as their first day, since Parquet knows no months."""
    columns = {str(name): frame[name].dt.to_timestamp() for name in frame if frame[name].dtype == "period[M]"}
    plain = frame.assign(**columns, **{ROW: frame.index})
    return pa.Table.from_pandas(plain, schema(table), preserve_index=False).replace_schema_metadata()


def frame_of(rows: pa.Table, table: Table) -> pd.DataFrame:
    """Stored rows in the types that `no_rows` has, indexed by the row that a spreadsheet shows."""
    integers = {pa.int64(): pd.Int64Dtype()}
    numbers = _numbers(rows[ROW].to_numpy())
    frame = rows.drop_columns([ROW]).to_pandas(types_mapper=integers.get)
    months = [column.name for column in table.columns if column.kind == "month" and column.name in frame]
    moments = [column.name for column in table.columns if column.kind == "moment" and column.name in frame]
    frame = frame.assign(
        **{name: frame[name].dt.to_period("M") for name in months},
        **{name: frame[name].dt.tz_convert(table.zone) for name in moments},
    )
    return frame.set_axis(numbers, axis="index")


def _numbers(rows: np.ndarray) -> pd.Index:
    """The numbers of rows; of rows one below the other, only the first and last are kept."""
    if len(rows) and (np.diff(rows) == 1).all():
        return pd.RangeIndex(rows[0], rows[-1] + 1)
    return pd.Index(rows)


def read_part(folder: Path, owner: str, table: Table) -> tuple[pd.DataFrame, str]:
    """The rows of one owner, in the order of the file they came from, and their digest.

    Columns that repeat the same few texts are read as categories, never as text.
    """
    with pq.ParquetFile(part_file(folder, owner), read_dictionary=list(table.repeating)) as part:
        many = part.num_row_groups > 1  # of millions of rows there is never more than one column twice
        chosen = [[name] for name in table.names] if many else [table.names]
        frames = [frame_of(part.read([ROW, *names]), table) for names in chosen]
        content = part.metadata.metadata[DIGEST.encode()].decode()
    frame = pd.concat(frames, axis="columns") if many else frames[0]
    for name in table.repeating:
        frame[name] = frame[name].cat.set_categories(sorted(frame[name].cat.categories))
    return frame, content


def write_parts(chunks: Iterable[tuple[str, pa.Table]], table: Table, folder: Path) -> Written:
    """Write rows that come owner by owner, each owner's in order; only one file is open, and few rows are in memory."""
    written = Written()
    for owner, own in itertools.groupby(chunks, key=lambda chunk: chunk[0]):
        written.kept[owner] = 0
        content = hashlib.sha256()
        with pq.ParquetWriter(part_file(folder, owner), schema(table)) as writer:
            for _, rows in own:
                rows = without_persons(rows, table)
                writer.write_table(rows)
                for values in _contents(rows.drop_columns([ROW])):
                    content.update(values)
                written.kept[owner] += rows.num_rows
                written.months += months_in(rows, table)
            writer.add_key_value_metadata({DIGEST: content.hexdigest()})
    written.rows = sum(written.kept.values())
    return written


def without_persons(rows: pa.Table, table: Table) -> pa.Table:
    """Rows with a salted hash in place of every person; each different one is hashed once."""
    for name in (column.name for column in table.columns if column.kind == "person"):
        coded = rows[name].combine_chunks().dictionary_encode()
        hashes = [person and person_hash(person, table.salt) for person in coded.dictionary.to_pylist()]
        hashed = pa.DictionaryArray.from_arrays(coded.indices, pa.array(hashes, pa.string())).cast(pa.string())
        rows = rows.set_column(rows.schema.get_field_index(name), name, hashed)
    return rows


def _contents(rows: pa.Table) -> Iterator[bytes | memoryview]:
    """The values of rows as bytes: equal for equal rows, wherever in a file they stand, and whatever else it holds."""
    for values in itertools.chain.from_iterable(batch.columns for batch in rows.combine_chunks().to_batches()):
        if values.null_count:
            yield np.packbits(values.is_valid().to_numpy(zero_copy_only=False)).data
        if pa.types.is_string(values.type):
            values = values.fill_null("")
            yield pc.binary_length(values).to_numpy().data
            _, offsets, letters = values.buffers()
            ends = np.frombuffer(offsets, dtype="int32")[values.offset : values.offset + len(values) + 1]
            yield memoryview(letters)[ends[0] : ends[-1]] if letters else b""
        else:
            yield (
                (values.view(pa.int64()) if pa.types.is_timestamp(values.type) else values).fill_null(0).to_numpy().data
            )


def chunks_of(frame: pd.DataFrame, table: Table, owners: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each owner; those of nobody are left out."""
    for owner in owners:
        rows = frame if owner == ALL_ROWS else frame[frame[table.owner] == owner]
        for start in range(0, len(rows), GROUP):
            yield owner, rows_of(rows.iloc[start : start + GROUP], table)


def months_in(rows: pa.Table, table: Table) -> Counter[pd.Period]:
    """How many rows each month has, by the column that dates them."""
    if not table.dated:
        return Counter()
    if table[table.dated].kind == "moment":  # the month on the clocks of the zone
        dates = frame_of(rows.select([ROW, table.dated]), table)[table.dated]
        counted = months_of(dates).value_counts()
        return Counter(dict(zip(counted.index, counted.tolist(), strict=True)))
    days, counts = pc.value_counts(pc.floor_temporal(rows[table.dated], unit="month").drop_null()).flatten()
    months = days.to_pandas().dt.to_period("M") if len(days) else ()
    return Counter(dict(zip(months, counts.to_pylist(), strict=True)))


def owners_of(loaded: Loaded, table: Table) -> list[str]:
    """Whom each fault concerns: the vendor or selection of its row, or EVERYONE where the file or the table is everyone's."""
    if not table.owner:
        return [EVERYONE] * len(loaded.rows)
    owners = loaded.frame[table.owner].fillna(NOBODY).to_dict() if loaded.faults else {}
    return [EVERYONE if row is None else owners[row] for row in loaded.rows]
