"""The tables of surveys grow wave by wave: what is imported takes the place of the same waves, and the others stay.

Whole columns at a time, in Arrow's own types, so that millions of answers are written in seconds and in little memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from toolkit.errors import DataError, Fault
from toolkit.files import whole_file

NAMED_BY = ("vendor", "audience", "wave")
BATCH = 200_000  # rows written at a time: texts that come again are written out for these alone


def write_waves(tables: dict[str, pd.DataFrame], targets: dict[str, Path]) -> dict[str, str]:
    """Write tables of surveys as CSV or Parquet, by the ending of each target; returns for each what was written, in words.

    tables: one row belongs to one vendor, audience and wave, as `NAMED_BY`. Rows of an earlier table that belong to any
    that is imported now are replaced, in every table alike.
    """
    made = {name: pa.Table.from_pandas(_plain(table), preserve_index=False) for name, table in tables.items()}
    waves = pa.concat_arrays([_waves(table).unique() for table in made.values()]).unique()
    kept = {name: _other_waves(targets[name], waves) for name in made}  # all are read before any is written
    return {name: _write(table, kept[name], targets[name]) for name, table in made.items()}


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """A table with days in place of moments, and months as text, as Arrow then writes them."""
    months = [str(name) for name in table if isinstance(table[name].dtype, pd.PeriodDtype)]
    table = table.assign(**{name: table[name].astype("str") for name in months})
    days = [str(name) for name in table if pd.api.types.is_datetime64_any_dtype(table[name].dtype)]
    return table.assign(**{name: table[name].dt.date for name in days})


def _waves(table: pa.Table) -> pa.ChunkedArray:
    """What names the wave of each row, as one text."""
    parts = [table[name].cast(pa.string()) for name in NAMED_BY]
    return pc.binary_join_element_wise(*parts, "\0")


def _write(table: pa.Table, kept: pa.Table | None, target: Path) -> str:
    words = f"{table.num_rows:,} rows"
    if kept is not None:
        words += f", beside {kept.num_rows:,} of other waves" if kept.num_rows else ""
    with whole_file(target) as begun:
        parts = [part for part in (kept, table) if part is not None]
        (_write_parquet if target.suffix == ".parquet" else _write_csv)(parts, table.column_names, begun)
    return words


def _other_waves(target: Path, waves: pa.Array) -> pa.Table | None:
    """The rows of an earlier table that stay; DataError where it cannot be read, so that nothing of it is lost."""
    if not target.is_file():
        return None
    try:
        earlier = _read(target)
        return earlier.filter(pc.invert(pc.is_in(_waves(earlier), value_set=waves)))
    except (KeyError, ValueError) as error:  # Arrow's errors of reading are ValueErrors
        wanted = f"a table in UTF-8, with commas, and with {', '.join(NAMED_BY)}"
        do = "Run `toolkit check` on it, or move it away."
        raise DataError(Fault(target.name, "an earlier table that cannot be read", wanted, do)) from error


def _read(target: Path) -> pa.Table:
    """An earlier table; of CSV every cell as text, as it is written again."""
    if target.suffix == ".parquet":
        return pq.read_table(target)
    names = list(pd.read_csv(target, nrows=0).columns)
    text = pa.dictionary(pa.int32(), pa.string())
    options = pyarrow.csv.ConvertOptions(
        column_types=dict.fromkeys(names, text), strings_can_be_null=True, null_values=[""]
    )
    parsing = pyarrow.csv.ParseOptions(newlines_in_values=True)
    return pyarrow.csv.read_csv(target, parse_options=parsing, convert_options=options)


def _written_out(part: pa.Table) -> Iterator[pa.Table]:
    """A table in batches, its texts written out; every text is UTF-8 of the usual kind, whatever it was coded as."""
    for start in range(0, max(part.num_rows, 1), BATCH):
        batch = part.slice(start, BATCH)
        texts = {pa.string(), pa.large_string()}
        for place, field in enumerate(batch.schema):
            if pa.types.is_dictionary(field.type) or field.type in texts:
                batch = batch.set_column(place, field.name, batch[field.name].cast(pa.string()))
        yield batch


def _write_csv(parts: list[pa.Table], names: list[str], target: Path) -> None:
    with target.open("wb") as file:
        file.write((",".join(names) + "\n").encode())
        for part in parts:
            part = part.select([name for name in names if name in part.column_names])
            quotes = "needed" if _needs_quotes(part) else "none"
            options = pyarrow.csv.WriteOptions(include_header=False, quoting_style=quotes)
            for batch in _written_out(part):
                pyarrow.csv.write_csv(batch, file, options)


def _needs_quotes(part: pa.Table) -> bool:
    """Whether any text could be taken for more than one cell; where texts are coded, each is looked at once."""
    for column in part.columns:
        if pa.types.is_dictionary(column.type):
            if any(pc.any(pc.match_substring_regex(texts, '[",\r\n]')).as_py() for texts in _dictionaries(column)):
                return True
        elif pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            return True
    return False


def _dictionaries(column: pa.ChunkedArray) -> list[pa.Array]:
    return [chunk.dictionary.cast(pa.string()) for chunk in column.chunks]


def _write_parquet(parts: list[pa.Table], names: list[str], target: Path) -> None:
    writer = None
    for part in parts:
        for batch in _written_out(part.select(names)):
            if writer is None:
                writer = pq.ParquetWriter(target, batch.schema)
            writer.write_table(batch.cast(writer.schema))
    if writer is not None:
        writer.close()
