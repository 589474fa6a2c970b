"""Files of an export to canonical tables, with an account of every row, and of every penny or ticket."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Fault
from toolkit.intake.asked import Asked, SurveyResult, check_constants, survey_result
from toolkit.intake.cells import (
    PERSON,
    Dates,
    all_blank,
    blank,
    dates_of,
    example_of,
    mapped_cells,
    rule_applies,
    signed_amounts,
    typed_rows,
)
from toolkit.intake.items import Items
from toolkit.intake.mapping import AMOUNT, SENT, SUPPLIER, UPDATED, Mapping
from toolkit.intake.matching import RIVALS, match_suppliers
from toolkit.intake.people import masked
from toolkit.intake.reconciliation import FileCount, Reconciliation, reconcile
from toolkit.intake.results import KEPT, LEFT_OUT, FileResult, leave_out, report_rows, whole
from toolkit.intake.sources import Chunk, Source, UnreadableFile, open_sources, read_chunks
from toolkit.intake.suppliers import Suppliers, read_vendors
from toolkit.intake.survey_settings import ANSWERS, PEOPLE
from toolkit.intake.survey_tables import finish_survey
from toolkit.intake.surveys import import_chunk
from toolkit.intake.threads import LATER, entries, repeats
from toolkit.intake.tickets import TICKET, last_states, settle, tables_of
from toolkit.intake.values import Amounts, is_skipped
from toolkit.tables import UTC, Rule, Table, keeps, must_be_filled, skipped_by, wanted

EMPTY_ROW = "empty row"
WRONG_LENGTH = "wrong number of fields"
NO_AMOUNT = "no amount"
BAD_AMOUNT = "amount cannot be read"
TWO_WAYS = "{} can be read two ways"
UNREAD = "{} cannot be read"
MISSING = "no {}"
TWICE = "already there"
BROKEN_PROMISE = "breaks a promise of the table"


@dataclass(frozen=True)
class Imported:
    """The tables made, the mapping's own first, and the account of how they came about."""

    tables: dict[str, pd.DataFrame]
    reconciliation: Reconciliation

    @property
    def table(self) -> pd.DataFrame:
        """The mapping's own table."""
        return next(iter(self.tables.values()))


@dataclass(frozen=True)
class _Read:
    """What was read of a chunk: the mapped cells as text, the amounts and the dates."""

    cell: dict[str, pd.Series]
    amounts: Amounts
    dates: Dates


def import_files(
    mapping: Mapping,
    files: Iterable[str | Path],
    vendors: pd.DataFrame,
    *,
    zone: str = UTC,
    items: pd.DataFrame | None = None,
    salt: str = "",
    progress: Callable[[str], object] | None = None,
) -> Imported:
    """The canonical tables made of an export's files, and the account of every row, and of every penny, ticket or answer.

    Parameters
    ----------
    mapping
        What the columns, dates, numbers and names of the export mean, from `read_mapping`.
    files
        CSV files and workbooks, or folders of them; read in the order of their names.
    vendors
        One row is a vendor: `vendor` (id), `name`, `aliases` (list of names), `patterns` (list of regular expressions,
        searched in the plain upper-case name).
    zone
        Time zone of the clocks by which moments are written that do not say so, unless the mapping names another one;
        moments come back in it.
    items
        The client's items (`survey_items`), for the answers to a survey.
    salt
        The secret hashed with everybody who answered a survey, from `salt_of`.
    progress
        Called with a file's name when that file is done.

    Returns
    -------
    Imported
        `tables`: the mapping's table, and of an event log also `ticket_changes` and `ticket_pauses`, with their declared
        columns. Days are days, moments points in time; an amount has two decimals, a charge positive and a credit
        negative; numbers are NaN where unknown. `invoice` is the export's number, or the file's name without ending where
        there is none; `line` is the export's line number, else the row in the file. The table's key is unique, and its
        promises are kept. `reconciliation`: see `Reconciliation`. Files that cannot be read are faults there, and the
        others are imported.

    Raises
    ------
    DataError
        A required column is not found in a file (all such files at once), two files have one name, a file is not there,
        or no file can be read.
    SettingsError
        A vendor's pattern is no regular expression, or a name belongs to two vendors.

    Own definition.
    """
    suppliers = read_vendors(vendors, mapping)
    _check_salt(mapping, salt)
    paths, skipped = _choose(files, mapping)
    sources, faults = _open_all(paths, mapping, skipped)
    asked = _asked(mapping, suppliers, items, salt, mapping.zone or zone)
    results: list[FileResult] = []
    for source in sources:
        try:
            results.append(_import_file(source, mapping, suppliers, mapping.zone or zone, asked, salt))
        except UnreadableFile as error:
            faults += _faults(error)
        if progress:
            progress(source.name)
    if not results:
        raise DataError(faults or [Fault("files", "none to read", f"files named {' or '.join(mapping.include)}")])
    by_item = None
    if asked:
        tables, kept, by_item = finish_survey([result for result in results if isinstance(result, SurveyResult)], asked)
    elif mapping.threads:
        tables, kept = _finish_threads(results, mapping)
    elif mapping.events:
        tables, kept = _finish_events(results, mapping, suppliers)
    else:
        tables, kept = _finish_rows(results, mapping)
    for result in results:
        faults += result.all_faults(mapping)
    unmatched = [part for result in results for part in result.unmatched]
    unread = sorted({path.name for path in paths} - {result.source.path.name for result in results})
    faults += _rival_faults(suppliers, [result.count for result in results])
    faults = [replace(fault, found=masked(fault.found, mapping)) for fault in faults] if mapping.sides else faults
    counts = [result.count for result in results] + [FileCount(name, "") for name in unread]
    account = reconcile(counts, kept, unmatched, faults, skipped, suppliers.nearest, mapping.counted, by_item)
    return Imported({name: _in_zone(table, zone) for name, table in tables.items()}, account)


def _check_salt(mapping: Mapping, salt: str) -> None:
    """DataError where people would be hashed without a secret: anybody could find out then whom a hash stands for."""
    named = [
        column.name for column in mapping.table.columns if column.kind == "person" and column.name in mapping.columns
    ]
    if named and not salt:
        raise DataError(
            Fault(
                f"the column{'s' if len(named) > 1 else ''} {', '.join(named)}", "no salt", "a salt to hash people with"
            )
        )


def _in_zone(table: pd.DataFrame, zone: str) -> pd.DataFrame:
    """A table with its moments shown in a time zone."""
    aware = {str(name): table[name].dt.tz_convert(zone) for name in table if getattr(table[name].dtype, "tz", None)}
    return table.assign(**aware)


def _choose(files: Iterable[str | Path], mapping: Mapping) -> tuple[list[Path], list[tuple[str, str]]]:
    """The files to read, in the order of their names, and the others with the reason."""
    found: dict[Path, Path] = {}  # one file named twice, by itself and by a pattern, is one file
    chosen, skipped = [], []
    for path in map(Path, files):
        inside = sorted(path.iterdir()) if path.is_dir() else [path]
        found |= {file.resolve(): file for file in inside if not file.is_dir()}
        skipped += [(file.name, "it is a folder; name it to import what is in it") for file in inside if file.is_dir()]
    given = sorted(found.values(), key=lambda path: path.name)
    faults = [Fault(str(path), "no such file", "a file to import") for path in given if not path.is_file()]
    for path in given:
        why = next((skip.why for skip in mapping.skip if fnmatch(path.name, skip.name)), "")
        if not why and not any(fnmatch(path.name.lower(), pattern.lower()) for pattern in mapping.include):
            why = f"its name is not {' or '.join(mapping.include)}"
        if why:
            skipped.append((path.name, why))
        else:
            chosen.append(path)
    stems = Counter(path.stem for path in chosen)
    for stem in sorted(stem for stem, times in stems.items() if times > 1):
        do = "The name is the invoice number where an export has none: rename one, or import one of them."
        faults.append(Fault(f"files named {stem!r}", f"{stems[stem]} files", "each file name once", do))
    if faults:
        raise DataError(faults)
    return chosen, skipped


def _faults(error: DataError) -> list[Fault]:
    return [fault for fault in error.faults if isinstance(fault, Fault)]


def _open_all(paths: list[Path], mapping: Mapping, skipped: list[tuple[str, str]]) -> tuple[list[Source], list[Fault]]:
    """Every file's encoding, header and columns, before any row is read: a renamed column is found in seconds.

    Sheets that are passed over are added to `skipped`.
    """
    sources: list[Source] = []
    unreadable, misnamed = [], []
    for path in paths:
        try:
            found, passed = open_sources(path, mapping)
            sources += found
            skipped += passed
        except UnreadableFile as error:
            unreadable += _faults(error)
        except OSError as error:
            problem = f"a file that cannot be opened ({error.strerror})"
            unreadable.append(Fault(path.name, problem, "a file you may read"))
        except DataError as error:
            misnamed += _faults(error)
    if misnamed:
        raise DataError(misnamed)
    return sources, unreadable


def _asked(mapping: Mapping, suppliers: Suppliers, items: pd.DataFrame | None, salt: str, zone: str) -> Asked | None:
    """What the answers to a survey are read with; None for any other table."""
    if mapping.survey is None or mapping.table.name != ANSWERS:
        return None
    if items is None or items.empty:
        do = "Copy templates/surveys/survey_items.csv into the client's folder, and keep the items that were asked."
        raise DataError(Fault("survey_items", "no item", "the items that were asked", do))
    asked = Asked(mapping, mapping.survey, Items(items), suppliers, salt, zone)
    check_constants(asked)
    return asked


def _import_file(
    source: Source, mapping: Mapping, suppliers: Suppliers, zone: str, asked: Asked | None, salt: str
) -> FileResult:
    count = FileCount(source.name, source.encoding)
    if asked:
        answered, before = survey_result(source, count, asked), asked.rows
        try:
            for chunk in read_chunks(source, mapping):
                import_chunk(chunk, answered, asked)
        except UnreadableFile:
            asked.rows = before  # none of its rows is kept
            raise
        return answered
    result = FileResult(source, count, salt)
    for chunk in read_chunks(source, mapping):
        _import_chunk(chunk, result, mapping, suppliers, zone)
    return result


def _import_chunk(chunk: Chunk, result: FileResult, mapping: Mapping, suppliers: Suppliers, zone: str) -> None:
    """Read a chunk. Of an event log all rows are held, since only a ticket's last event says whose it is."""
    cell = mapped_cells(chunk, result, mapping)
    read = _Read(cell, signed_amounts(cell, chunk, mapping), dates_of(cell, mapping, zone))
    why = _reasons(chunk, read, mapping)
    vendors, codes = pd.DataFrame(index=pd.RangeIndex(len(why))), np.arange(len(why))
    if not mapping.events:
        why, vendors, codes = match_suppliers(cell[SUPPLIER], why, read.amounts, result, suppliers)
        result.count.add(why, read.amounts)
    _report_faults(why, chunk, read, result, mapping, zone)
    index = np.arange(len(why)) if mapping.events else np.flatnonzero(why == KEPT)
    rows = typed_rows(index, chunk, cell, read.dates, result, mapping)
    found = vendors.take(codes[index]).reset_index(drop=True)
    units = {"pence": read.amounts.pence[index], "remainder": read.amounts.remainder[index]}
    result.rows.append(rows.assign(**found, **units, why=why[index]))


def _reasons(chunk: Chunk, read: _Read, mapping: Mapping) -> np.ndarray:
    """Why each row is left out for what stands in it, the first reason that applies; KEPT for the others."""
    cell = read.cell
    tests = [(EMPTY_ROW, all_blank(chunk.cells))]
    tests += [(rule.reason, rule_applies(rule, cell, chunk)) for rule in mapping.leave_out]
    tests += [(WRONG_LENGTH, np.isin(np.arange(len(chunk.rows)), list(chunk.lengths)))]
    if mapping.counted == AMOUNT:
        tests += [(NO_AMOUNT, blank(cell[AMOUNT])), (BAD_AMOUNT, ~read.amounts.known)]
    for name, (values, ambiguous) in read.dates.items():
        wrong = values.isna().to_numpy() & (~blank(cell[name]) | (name in mapping.needed))
        if may_lack(name, mapping):
            continue
        tests += [(TWO_WAYS.format(name), cell[name].isin(list(ambiguous)).to_numpy()), (UNREAD.format(name), wrong)]
    texts = [name for name in mapping.needed if name not in (*read.dates, AMOUNT, SUPPLIER)]
    tests += [(MISSING.format(name), blank(cell[name])) for name in texts]
    return np.select([mask for _, mask in tests], [reason for reason, _ in tests], default=KEPT)


def may_lack(name: str, mapping: Mapping) -> bool:
    """Whether a row is kept without a date that cannot be read."""
    return mapping.keep_unread and name not in (*mapping.needed, SENT)


def _report_faults(why: np.ndarray, chunk: Chunk, read: _Read, result: FileResult, mapping: Mapping, zone: str) -> None:
    """A fault for each row that is left out because something in it cannot be read."""
    kinds = {column.name: column.kind for column in mapping.table.columns} | {UPDATED: "moment", SENT: "moment"}
    known = (chunk, read, result)
    short = functools.partial(_wrong_length, chunk, result, mapping.personal)
    makers: dict[str, Callable[[int], Fault]] = {WRONG_LENGTH: short}
    if mapping.counted == AMOUNT:
        makers[BAD_AMOUNT] = functools.partial(_unread, *known, AMOUNT, f"a number such as {example_of(mapping)}")
    for name in read.dates:
        moment = kinds[name] == "moment"
        expected = (
            f"a date written {' or '.join(['YYYY-MM-DD HH:MM' if moment else 'YYYY-MM-DD', *mapping.date_formats])}"
        )
        skipped = functools.partial(is_skipped, formats=mapping.date_formats, zone=zone) if moment else None
        makers[UNREAD.format(name)] = functools.partial(_unread, *known, name, expected, skipped=skipped, zone=zone)
        makers[TWO_WAYS.format(name)] = functools.partial(_two_ways, *known, name)
    for name in mapping.needed:
        if name in mapping.table.names and name not in (*read.dates, AMOUNT, SUPPLIER):
            makers[MISSING.format(name)] = functools.partial(_unread, *known, name, wanted(mapping.table[name]))
    for reason, maker in makers.items():
        result.report(reason, np.flatnonzero(why == reason), maker)
    for name in (name for name in read.dates if may_lack(name, mapping)):
        days, ambiguous = read.dates[name]
        lacking = (why == KEPT) & days.isna().to_numpy() & ~blank(read.cell[name])
        twice = read.cell[name].isin(list(ambiguous)).to_numpy()
        for reason, where in ((TWO_WAYS, lacking & twice), (UNREAD, lacking & ~twice)):
            maker = functools.partial(_kept_without, makers[reason.format(name)])
            result.report(reason.format(name), np.flatnonzero(where), maker)


def _kept_without(maker: Callable[[int], Fault], index: int) -> Fault:
    """The fault of a cell whose row is kept without it."""
    fault = maker(index)
    return replace(fault, do=fault.do.replace(LEFT_OUT, "The row was kept without it."))


def _wrong_length(chunk: Chunk, result: FileResult, confidential: bool, index: int) -> Fault:
    fields = " | ".join(chunk.lengths[index])
    shown = fields if len(fields) <= 80 else fields[:77] + "..."
    found = f"{len(chunk.lengths[index])} fields" + ("" if confidential else f" ({shown})")
    return Fault(result.where(chunk.rows[index]), found, f"{len(chunk.cells)} fields", LEFT_OUT)


def _unread(
    chunk: Chunk,
    read: _Read,
    result: FileResult,
    name: str,
    expected: str,
    index: int,
    skipped: Callable[[str], bool] | None = None,
    zone: str = UTC,
) -> Fault:
    text = read.cell[name][index]
    do = f"{skipped_by(zone)} {LEFT_OUT}" if skipped and skipped(text) else LEFT_OUT
    return Fault(result.where(chunk.rows[index], name), repr(text), expected, do)


def _two_ways(chunk: Chunk, read: _Read, result: FileResult, name: str, index: int) -> Fault:
    text = read.cell[name][index]
    found = f"{text!r}, which is " + " and ".join(f"{day} by {form}" for form, day in read.dates[name][1][text].items())
    do = f"List only one of these formats. {LEFT_OUT}"
    return Fault(result.where(chunk.rows[index], name), found, "a date that can be read one way", do)


# ---------------------------------------------------------------------------------------------------- all files together
def _finish_rows(results: list[FileResult], mapping: Mapping) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The table of an export with one row for each of its own, and the rows kept."""
    kept = whole([part for result in results for part in result.rows])
    if mapping.survey and mapping.survey.layout == PEOPLE:
        return _finish_people(kept, results, mapping.table)
    kept = _without_repeats(kept, results, mapping.table)
    kept = _without_broken(kept, kept, results, mapping.table)
    made = kept.assign(amount=kept["pence"] / 100) if mapping.counted == AMOUNT else kept
    return {mapping.table.name: made.reindex(columns=mapping.table.names)}, kept


def _finish_threads(results: list[FileResult], mapping: Mapping) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The table of a list of messages, an entry for each thread, and the messages kept: the first of each."""
    messages = whole([part for result in results for part in result.rows])
    repeated = repeats(messages)
    messages = leave_out(messages, repeated, TWICE, results)
    kept = entries(messages)
    kept = leave_out(kept, kept["later"].to_numpy(bool), LATER, results)
    kept = _without_repeats(kept, results, mapping.table)
    kept = _without_broken(kept, kept, results, mapping.table)
    return {mapping.table.name: kept.reindex(columns=mapping.table.names)}, kept


def _finish_people(
    kept: pd.DataFrame, results: list[FileResult], table: Table
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The people of a list, each once in a wave, counted by group; and the rows kept."""
    kept = kept.assign(invited=pd.array([1] * len(kept), dtype="Int64"))
    if PERSON in kept:
        same = [*table.key[:3], PERSON]
        again = kept.assign(**{PERSON: kept[PERSON].str.lower()}).duplicated(same) & kept[PERSON].ne("")
        kept = leave_out(kept, again.to_numpy(), TWICE, results)
    kept = _without_broken(kept, kept, results, table)
    made = kept.groupby(list(table.key), dropna=False, sort=True)["invited"].sum().reset_index()
    return {table.name: made.reindex(columns=table.names)}, kept


def _finish_events(
    results: list[FileResult], mapping: Mapping, suppliers: Suppliers
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The tables of an event log, and the events kept: all those of a ticket, or none."""
    found = {name for result in results for name in result.source.positions}
    faulty = [reason.format(name) for reason in (TWO_WAYS, UNREAD) for name in found]
    events = whole([part for result in results for part in result.rows])
    events = settle(events.assign(ticket=events[TICKET].replace("", np.nan)), kept=KEPT, faulty=[*faulty, WRONG_LENGTH])
    parts = []
    for result in results:
        rows = events[events["source_file"] == result.source.name].reset_index(drop=True)
        amounts = Amounts(rows["pence"].to_numpy(), rows["remainder"].to_numpy(), np.ones(len(rows), bool))
        why, vendors, codes = match_suppliers(rows[SUPPLIER], rows["why"].to_numpy(object), amounts, result, suppliers)
        result.count.add(why, amounts)
        parts.append(rows.assign(**vendors.take(codes).set_axis(rows.index))[why == KEPT])
    kept = whole(parts).sort_values([TICKET, UPDATED], kind="stable", ignore_index=True)
    tickets = last_states(kept, mapping, found)
    kept = _without_broken(kept, tickets, results, mapping.table)
    tickets = tickets[tickets[TICKET].isin(kept[TICKET].unique())]
    return tables_of(kept, tickets, mapping, found), kept


def _without_repeats(kept: pd.DataFrame, results: list[FileResult], table: Table) -> pd.DataFrame:
    """The rows whose key is not there already; the others are counted as left out, with a fault."""
    key = list(table.key)
    repeated = kept.duplicated(key).to_numpy() if key else np.zeros(len(kept), bool)
    if not repeated.any():
        return kept
    firsts = kept.loc[~repeated, [*key, "source_file", "source_row"]]
    again = kept[repeated].merge(firsts, how="left", on=key, suffixes=("", "_first"))

    def fault(row: pd.Series) -> Fault:
        found = f"{_shown(row, key)} a second time (first in {row['source_file_first']}, row {row['source_row_first']})"
        return Fault(f"{row['source_file']}, row {row['source_row']}", found, f"each {', '.join(key)} once", LEFT_OUT)

    report_rows(again, TWICE, results, fault)
    return leave_out(kept, repeated, TWICE, results)


def _without_broken(kept: pd.DataFrame, made: pd.DataFrame, results: list[FileResult], table: Table) -> pd.DataFrame:
    """The rows kept, but for those that break a promise of the table; `made` may be tickets, and `kept` their events."""
    filled = [column for column in table.columns if must_be_filled(column) and column.name in made]
    promises = [Rule(wanted(column), (column.name,), functools.partial(_is_filled, column.name)) for column in filled]
    told = [rule for rule in table.rules if set(rule.columns) <= set(made)]  # amounts are not yet in their column
    for promise in (*promises, *told):
        held = keeps(made, promise)
        if held.all():
            continue
        broken = made[~held]
        these = ~held.to_numpy() if made is kept else kept[TICKET].isin(broken[TICKET]).to_numpy()
        report_rows(broken, BROKEN_PROMISE, results, functools.partial(_broken_fault, promise=promise))
        left = leave_out(kept, these, BROKEN_PROMISE, results)
        made, kept = (left, left) if made is kept else (made[held], left)
    return kept


def _is_filled(name: str, rows: pd.DataFrame) -> pd.Series:
    return rows[name].notna()


def _broken_fault(row: pd.Series, promise: Rule) -> Fault:
    where = f"{row['source_file']}, row {row['source_row']}"
    return Fault(where, _shown(row, promise.columns), promise.about, LEFT_OUT)


def _shown(row: pd.Series, names: Iterable[str]) -> str:
    """Some cells of a row, with their names."""
    texts = {name: "nothing" if pd.isna(row[name]) else repr(str(row[name])) for name in names}
    return ", ".join(f"{name} {text}" for name, text in texts.items())


def _rival_faults(suppliers: Suppliers, counts: list[FileCount]) -> list[Fault]:
    if not any(RIVALS in count.left_out for count in counts):
        return []
    do = "Add the name to the aliases of one of them, or narrow a pattern. Its rows were left out."
    return [
        Fault(f"supplier {name!r}", f"the patterns of {' and '.join(map(repr, match.rivals))}", "one vendor", do)
        for name, match in sorted(suppliers.seen.items())
        if match.rivals
    ]
