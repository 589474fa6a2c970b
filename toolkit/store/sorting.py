"""Rows in the order of their file, handed over owner by owner: sorted some at a time, kept on disk, and read again."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa


def by_owner(
    batches: Iterable[tuple[np.ndarray, pa.Table]], schema: pa.Schema, file: Path, most: int
) -> Iterator[tuple[int, pa.Table]]:
    """The rows of one owner after those of another, each owner's in their order, at most `most` at once.

    batches   rows with the columns of `schema`, and for each of them the number of its owner; those below 0 are left out.
              They are sorted batch by batch: some 100,000 rows are few enough for the processor's own memory, and enough
              for the rows that an owner has among them to be worth one reading.
    file      written and removed; it becomes as large as the rows are.

    Where one owner's rows are cut depends on their number only, whatever rows others have.
    """
    runs: dict[int, list[int]] = {}
    written = 0
    try:
        with pa.OSFile(str(file), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for owners, rows in batches:
                order = np.argsort(owners, kind="stable")
                rows = rows.take(pa.array(order)).combine_chunks()
                for owner, start, end in _runs(owners[order]):
                    writer.write_table(rows.slice(start, end - start))
                    runs.setdefault(owner, []).append(written)
                    written += 1
        with pa.OSFile(str(file)) as source, pa.ipc.open_file(source) as reader:
            for owner in sorted(runs):
                for rows in _cut((reader.get_batch(place) for place in runs[owner]), schema, most):
                    yield owner, rows
    finally:
        file.unlink(missing_ok=True)


def _runs(owners: np.ndarray) -> Iterator[tuple[int, int, int]]:
    """Each run of equal neighbours, unless they are below 0: what they are, its start and its end."""
    cuts = [0, *(np.flatnonzero(np.diff(owners)) + 1).tolist(), len(owners)]
    for start, end in itertools.pairwise(cuts):
        if end > start and owners[start] >= 0:
            yield int(owners[start]), start, end


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
