"""The prepared store: a client's tables, read and checked once, kept as Parquet by vendor; a case reads its own part."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.client import EVERY_VENDOR, GOALS, REMARKS, VENDORS, Client, open_client
from toolkit.errors import DataError, Fault
from toolkit.files import ROOT, code_digests, digest, prepared_folder, salt_of
from toolkit.model import Kept
from toolkit.store import database, moments, parts, scan, sorting
from toolkit.store.database import copy_table
from toolkit.store.parts import ALL_ROWS, EVERYONE, Written, chunks_of, owners_of, read_part, rows_of, write_parts
from toolkit.tables import Table, find_file, misnamed_files, no_rows, read_table

ABOUT, FAULTS = "prepared.json", "faults.json"
LEFT = 3600  # seconds after which a folder that is being filled, and was not touched, is one that a killed process left
THIN, FEW = 0.1, 20  # of the usual rows of a month; rows of a month from which there is something usual
NO_TABLE = "none"  # ends the name of the store of a table that a database does not have


@dataclass(frozen=True)
class Prepared:
    """What is known of one table of a client after it was read, checked and written by vendor.

    faults: how many there are. blocked: for a vendor (EVERYONE: for all of them) why its rows may not be used. vendors:
    rows kept for each vendor. strays: rows that belong to no vendor of the client, and are not kept. first, last, silent:
    the months that the file covers, and those within them in which no vendor has a row. thins: since when the file has far
    fewer rows than is usual for it, in words, or ''.
    """

    table: str
    file: str
    digest: str
    rows: int
    faults: int
    blocked: dict[str, str]
    vendors: dict[str, int]
    strays: int
    first: str
    last: str
    silent: list[str]
    thins: str
    folder: Path

    def fault(self, vendor: str) -> str:
        """The faults that keep this vendor's rows from being used, as one sentence, or ''.

        A faulty row stops its own vendor only; one of a vendor that the client does not have stops nobody.
        """
        return self.blocked.get(EVERYONE) or self.blocked.get(vendor, "")

    def absent(self, owner: str, of: str = "vendor") -> str:
        """Why the rows of this vendor (or of what else rows belong `of`) cannot be used, or ''."""
        nothing = f"{self.file} holds no row for this {of or 'vendor'}" if self.rows else f"{self.file} holds no row"
        return self.fault(owner) or ("" if self.vendors.get(owner) else nothing)


def prepare(client: Client, table: Table) -> Prepared | None:
    """Read, check and write one table by vendor, unless the prepared store already holds it; None where there is no such table.

    The store lies in `<client>/.prepared/<table>-<key>/`, the key being made of the file's size and time of change, the
    declaration, the vendors and the code that reads; it is written under another name and renamed, so that it is whole
    or not there. Where the client's folder may not be written to, it lies in the user's own temporary folder.

    A database tells no time of change: each call reads the table anew, and the store stays when its content is the same.
    Two files for one table are a DataError.
    """
    table = _for_client(table, client)
    _remove_leftovers(prepared_folder(client.folder))
    if client.source:
        _read_database(client, table)
    return _known(client, table)


def _for_client(table: Table, client: Client) -> Table:
    """The table with the zone of the client's clocks and, where people are in it, the client's salt."""
    persons = any(column.kind == "person" for column in table.columns)
    return replace(table, zone=client.zone, salt=salt_of(client.folder) if persons else "")


def _known(client: Client, table: Table) -> Prepared | None:
    """A table as the store holds it; a file that changed is read anew, a database only where it never was."""
    if client.source:
        if not _database_stores(client, table):
            _read_database(client, table)
        newest = _database_stores(client, table)[0]
        if not newest.name.endswith(NO_TABLE):
            return _read_about(newest)
    path = find_file(client.folder, table.name) or find_file(ROOT / "data" / "reference", table.name)
    if path is None:
        return None
    store = prepared_folder(client.folder) / f"{table.name}-{_store_key(client, table, path)}"
    if not (store / ABOUT).is_file():
        _fill_store(store, table, path.name, digest(path), lambda folder: _write(client, table, path, folder), client)
    return _read_about(store)


def _read_about(store: Path) -> Prepared:
    return Prepared(folder=store, **json.loads((store / ABOUT).read_text(encoding="utf-8")))


def _read_database(client: Client, table: Table) -> None:
    """Fill the store with what a database holds now: a table, none of that name, or the reason why it cannot be read."""
    folder, name = prepared_folder(client.folder), f"table {table.name}"
    with tempfile.TemporaryDirectory(dir=folder, prefix=f".{table.name}.") as place:
        file = Path(place) / f"{table.name}.csv"
        try:
            found = copy_table(client.source, table, _owners(client, table) if table.owner else None, file)
            given = find_file(client.folder, table.name)
            if found and given:
                twice = f"{given.name}, and a table of that name in the database"
                raise DataError(
                    Fault(f"folder {client.folder.name}", twice, f"one {table.name}", "Remove one of them.")
                )
            content = digest(file) if found else ""
            state = content[:16] or NO_TABLE
            write = functools.partial(_write, client, table, file, where=name) if found else lambda folder: Written()
        except DataError as error:
            faults = [(EVERYONE, fault) for fault in error.faults if isinstance(fault, Fault)]
            content, state = "", hashlib.sha256(str(error).encode()).hexdigest()[:16]
            write = lambda folder: Written(faults=faults)  # noqa: E731
        store = folder / f"{_database_key(client, table)}{state}"
        if not (store / ABOUT).is_file():
            _fill_store(store, table, name, content, write, client)


def _database_key(client: Client, table: Table) -> str:
    return f"{table.name}@{_store_key(client, table, None)}."


def _database_stores(client: Client, table: Table) -> list[Path]:
    """The stores of what a database held, the newest first; none where it was never read."""
    stores = prepared_folder(client.folder).glob(f"{_database_key(client, table)}*")
    return sorted((path for path in stores if (path / ABOUT).is_file()), key=lambda path: -path.stat().st_mtime_ns)


def _store_key(client: Client, table: Table, path: Path | None) -> str:
    """What changes whenever the store has to be filled anew, but for the content of a database (None)."""
    source = [str(path), path.stat().st_size, path.stat().st_mtime_ns] if path else [client.source]
    rules = [(rule.about, rule.columns) for rule in table.rules]
    promise = [table.name, table.row, repr(table.columns), table.key, rules, table.dated, table.zone]
    promise += [hashlib.sha256(table.salt.encode()).hexdigest()] if table.salt else []
    modules = (database, moments, parts, scan, sorting, tables)
    code = code_digests(__file__, *(str(module.__file__) for module in modules))
    about = [*source, sorted(_owners(client, table)), client.currency, code]
    return hashlib.sha256(json.dumps([promise, about]).encode()).hexdigest()[:16]


def _fill_store(
    store: Path, table: Table, file: str, content: str, write: Callable[[Path], Written], client: Client
) -> None:
    """Let `write` write a table's parts and add what is known of it: the name and the digest of what it was read from."""
    temporary = Path(tempfile.mkdtemp(dir=store.parent, prefix=f".{store.name}."))
    try:
        written = write(temporary)
        known = {"table": table.name, "file": file, "digest": content, **_about(written, _owners(client, table))}
        (temporary / ABOUT).write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        faults = json.dumps([astuple(fault) for _, fault in written.faults], ensure_ascii=False)
        (temporary / FAULTS).write_text(faults, encoding="utf-8")
        temporary.chmod(stat.S_IMODE(store.parent.stat().st_mode))  # mkdtemp makes folders only their owner can read
        _put_in_place(temporary, store)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _remove_leftovers(folder: Path) -> None:
    """Remove what processes that were killed had begun to fill."""
    for begun in folder.glob(".*/"):
        with contextlib.suppress(FileNotFoundError):  # it has just been filled, or another process removes it, too
            touched = max(path.stat().st_mtime for path in (begun, *begun.rglob("*")))
            if touched < time.time() - LEFT:
                shutil.rmtree(begun, ignore_errors=True)


def _owners(client: Client, table: Table) -> list[str]:
    """Whose rows of a table are kept."""
    if not table.owner:
        return [ALL_ROWS]
    if table.owner == "selection":
        return list(client.selections)
    others = {GOALS.name: [EVERY_VENDOR], REMARKS.name: list(client.selections)}.get(table.name, [])
    return [*client.vendors, *others]


def _write(client: Client, table: Table, path: Path, folder: Path, where: str = "") -> Written:
    """Write the parts of a table: in little memory where the file allows it, else as a whole."""
    given = (path, table, client.currency, _owners(client, table), folder, where)
    return scan.scan(*given) or write_whole_table(*given)


def write_whole_table(
    path: Path, table: Table, currency: str, owners: Sequence[str], folder: Path, where: str = ""
) -> Written:
    """Read a file into memory, whatever it is, and write the parts of its table into `folder`."""
    loaded = read_table(path, table, currency, owners if table.owner else None, where)
    written = write_parts(chunks_of(loaded.frame, table, owners), table, folder)
    written.rows = len(loaded.frame)
    written.months = parts.months_in(rows_of(loaded.frame, table), table)
    written.faults = list(zip(owners_of(loaded, table), loaded.faults, strict=True))
    return written


def _put_in_place(temporary: Path, store: Path) -> None:
    """Rename a filled folder to the store's name and remove those of the file's earlier states."""
    try:
        temporary.rename(store)
    except OSError:
        if (store / ABOUT).is_file():
            return  # another process was faster, and what it wrote is equal
        shutil.rmtree(store, ignore_errors=True)
        temporary.rename(store)
    table = re.split("(?<=[-@])", store.name)[0]  # a file's stores are named <table>-..., a database's <table>@...
    for older in store.parent.glob(f"{table}*"):
        if older != store:
            shutil.rmtree(older, ignore_errors=True)


def _about(written: Written, owners: Sequence[str]) -> dict[str, Any]:
    """What `Prepared` says of a table's rows, as JSON's own types."""
    months = sorted(written.months)
    return {
        "rows": written.rows,
        "faults": len(written.faults),
        "blocked": _blocked(written, owners),
        "vendors": {owner: written.kept[owner] for owner in owners if owner in written.kept},
        "strays": written.rows - sum(written.kept.values()),
        "first": str(months[0]) if months else "",
        "last": str(months[-1]) if months else "",
        "silent": _silent_months(months),
        "thins": _thinning(written.months),
    }


def _blocked(written: Written, owners: Sequence[str]) -> dict[str, str]:
    """For each vendor the headline of the faults in its rows; a fault of the whole file, or in shared rows, is everyone's."""
    found: dict[str, list[Fault]] = {}
    for owner, fault in written.faults:
        if owner == EVERYONE or owner in owners:
            found.setdefault(owner, []).append(fault)
    return {owner: DataError(faults).headline for owner, faults in found.items()}


def _silent_months(months: Sequence[pd.Period]) -> list[str]:
    """Months between the first and the last in which the whole file has no row: unknown, not zero."""
    if not months:
        return []
    return [
        str(month)
        for month in pd.period_range(months[0], months[-1], freq="M").difference(pd.PeriodIndex(list(months)))
    ]


def _thinning(months: Mapping[pd.Period, int]) -> str:
    """From when to its end a file has less than a tenth of the rows that are usual: an extract that thins out.

    Usual is the month in which the middle row lies when months are put in order of their rows: a long tail of few rows does
    not make itself usual. Own definition; a file of fewer than `FEW` rows in that month says nothing.
    """
    counts = sorted(months.values())
    total, reached = sum(counts), 0
    usual = next((count for count in counts if (reached := reached + count) * 2 >= total), 0)
    full = [month for month, count in months.items() if count >= THIN * usual]
    after = sum(count for month, count in months.items() if month > max(full)) if full else 0
    if usual < FEW or not after:
        return ""
    rows = "row" if after == 1 else "rows"
    return f"it thins out after {max(full)}: {after:,} {rows} up to {max(months)}, where {usual:,} a month are usual"


def read_slice(client: Client, table: Table, vendor: str) -> pd.DataFrame:
    """One vendor's, or one selection's, rows of a table (all rows where they belong to nobody), from the prepared store.

    The frame's index is the spreadsheet row. Its `attrs` are always these: `table`, `owner`, `dated`, `file`,
    `digest` (of what these rows hold, wherever in the file they stand; '' where there are none), `currency`, `covers`
    (first and last month of the whole file), `silent` (months without any row), `thins` (since when it has far fewer rows
    than usual, or ''), `strays` (rows of the file that belong to no vendor, or selection, of the client), `absent` (why it
    cannot be used, or '') and `faulty` (whether that is for a fault).
    """
    table = _for_client(table, client)
    try:
        return _read_slice(client, table, vendor)
    except FileNotFoundError:  # the file was changed, and another process prepared it anew, while this one was reading
        return _read_slice(client, table, vendor)


def _read_slice(client: Client, table: Table, vendor: str) -> pd.DataFrame:
    owner = vendor if table.owner else ALL_ROWS
    known = None
    try:
        known = _known(client, table)
        fault = known.fault(owner) if known else ""
        missing = f"the database has no table {table.name}" if client.source else f"{table.name}.csv is missing"
        absent = known.absent(owner, table.owner) if known else missing
    except DataError as error:  # two files for one table
        fault = absent = error.headline
    rows, content = read_part(known.folder, owner, table) if known and not absent else (no_rows(table), "")
    rows.attrs = {
        "table": table.name,
        "owner": table.owner,
        "dated": table.dated,
        "file": known.file if known else "",
        "digest": content,
        "currency": client.currency,
        "covers": Kept((known.first, known.last) if known else ("", "")),
        "silent": Kept(known.silent if known else ()),
        "thins": known.thins if known else "",
        "strays": known.strays if known else 0,
        "absent": absent,
        "faulty": bool(fault),
    }
    return rows


@dataclass(frozen=True)
class Checked:
    """What `toolkit check` found: every fault, and one row a table (table, file, rows, faults, first, last, remark)."""

    faults: list[Fault]
    summaries: pd.DataFrame


def check_client(folder: Path, tables: Sequence[Table]) -> Checked:
    """Check every table of a client, and report files that belong to no table; SettingsError for review.yaml itself."""
    client = open_client(folder)
    faults, rows = [], []
    for table in tables:
        if table.name == VENDORS.name:
            continue  # open_client has checked it
        try:
            known = prepare(client, table)
        except DataError as error:
            faults += [fault for fault in error.faults if isinstance(fault, Fault)]
            continue
        if known is not None:
            listed = json.loads((known.folder / FAULTS).read_text(encoding="utf-8"))
            faults += [Fault(*fault) for fault in listed]
            rows.append([table.name, known.file, known.rows, known.faults, known.first, known.last, known.thins])
        else:
            rows.append([table.name, "", 0, 0, "", "", ""])
    faults += misnamed_files(folder, [table.name for table in tables])
    return Checked(faults, pd.DataFrame(rows, columns=["table", "file", "rows", "faults", "first", "last", "remark"]))
