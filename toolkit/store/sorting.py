"""Rows in the order of their file, handed over owner by owner: sorted some at a time, kept on disk, and read again."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

ENOUGH = 200_000  # rows: few enough for the processor's own memory, while an owner's among them are worth one reading
Batch = tuple[np.ndarray, pa.Table]  # rows, and for each of them the number of its owner; below 0 where it has none


def by_owner(
    batches: Iterable[Batch], late: Callable[[], Batch], schema: pa.Schema, file: Path, most: int
) -> Iterator[tuple[int, pa.Table]]:
    """The rows of one owner after those of another, each owner's in their order, at most `most` at once.

    batches   rows in their order.
    late      asked for when all batches were read: few rows, whose places are between those of the batches.
    schema    the columns of both; the first one rises with the places of rows.
    file      written and removed; it becomes as large as the rows are.

    Where one owner's rows are cut depends on their number only, whatever rows others have.
    """
    try:
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            runs = _write_runs(batches, writer)
        owners, rows = late()
        with pa.OSFile(str(file)) as source, pa.ipc.open_file(source) as reader:
            for owner in sorted({*runs, *owners[owners >= 0].tolist()}):
                own = (reader.get_batch(place) for place in runs.get(owner, []))
                for part in _cut(_put_between(own, rows.filter(pa.array(owners == owner))), schema, most):
                    yield owner, part
    finally:
        file.unlink(missing_ok=True)


def _write_runs(batches: Iterable[Batch], writer: pa.RecordBatchFileWriter) -> dict[int, list[int]]:
    """Write rows as runs of one owner each; for each owner the places of its runs in the file."""
    runs: dict[int, list[int]] = {}
    written = 0
    for owners, rows in _gathered(batches):
        order = np.argsort(owners, kind="stable")
        rows = rows.combine_chunks().take(pa.array(order)).combine_chunks()
        for owner, start, end in _runs(owners[order]):
            writer.write_table(rows.slice(start, end - start))
            runs.setdefault(owner, []).append(written)
            written += 1
    return runs


def _gathered(batches: Iterable[Batch]) -> Iterator[Batch]:
    """Batches put together until they have enough rows to be sorted."""
    held: list[Batch] = []
    for batch in batches:
        held.append(batch)
        if sum(len(owners) for owners, _ in held) >= ENOUGH:
            yield np.concatenate([owners for owners, _ in held]), pa.concat_tables([rows for _, rows in held])
            held = []
    if held:
        yield np.concatenate([owners for owners, _ in held]), pa.concat_tables([rows for _, rows in held])


def _runs(owners: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Each run of equal neighbours, unless they are below 0: what they are, its start and its end."""
    cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
    for start, end in itertools.pairwise(cuts):
        if end > start and owners[start] >= 0:
            yield int(owners[start]), start, end


def _put_between(runs: Iterable[pa.RecordBatch], late: pa.Table) -> Iterator[pa.RecordBatch]:
    """One owner's runs, with its late rows in their places."""
    numbers = late[0].to_numpy()
    for run in runs:
        here = int(np.searchsorted(numbers, run[0][-1].as_py())) if len(numbers) else 0
        if here:
            both = pa.concat_tables([pa.Table.from_batches([run]), late.slice(0, here)])
            run = both.sort_by(both.column_names[0]).combine_chunks().to_batches()[0]
            numbers, late = numbers[here:], late.slice(here)
        yield run
    yield from late.to_batches()


def _cut(batches: Iterable[pa.RecordBatch], schema: pa.Schema, most: int) -> Iterator[pa.Table]:
    """The same rows in tables of `most` rows, and what remains in the last one."""
    held: list[pa.RecordBatch] = []
    free = most
    for batch in batches:
        while batch.num_rows >= free:
            yield pa.Table.from_batches([*held, batch.slice(0, free)], schema).combine_chunks()
            held, batch, free = [], batch.slice(free), most
        if batch.num_rows:
            held.append(batch)
            free -= batch.num_rows
    if held:
        yield pa.Table.from_batches(held, schema).combine_chunks()
