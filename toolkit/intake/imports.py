"""Files of an export to one canonical table, with an account of every row and penny."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pandas as pd

from toolkit.errors import DataError, Fault, did_you_mean
from toolkit.intake.mapping import CATEGORIES, CREDIT_NOTE, INVOICE_COLUMNS, Mapping, Rule
from toolkit.intake.reconciliation import FileCount, Reconciliation, reconcile
from toolkit.intake.sources import Chunk, Source, UnreadableFile, open_source, read_chunks
from toolkit.intake.suppliers import Suppliers, read_vendors
from toolkit.intake.values import Amounts, read_amounts, read_dates, read_numbers

KEPT = ""
EMPTY_ROW = "empty row"
WRONG_LENGTH = "wrong number of fields"
NO_AMOUNT = "no amount"
BAD_AMOUNT = "amount cannot be read"
AMBIGUOUS_DATE = "date can be read two ways"
BAD_DATE = "date cannot be read"
NO_SUPPLIER = "no supplier"
REDACTED = "redacted"
RIVALS = "supplier matches several vendors"
UNMATCHED = "supplier matches no vendor"
TWICE = "invoice line already there"
SHOWN_FAULTS = 100  # a file and reason; beyond it they are counted: a wrong date format must not fill the memory
TEXT_COLUMNS = ("currency", "category", "service", "item", "description")
LEFT_OUT = "The row was left out."


@dataclass(frozen=True)
class Imported:
    """A canonical table and the account of how it came about."""

    table: pd.DataFrame
    table_name: str
    reconciliation: Reconciliation


@dataclass
class FileResult:
    """What one file came to; merged into the whole only when the file was read to its end."""

    source: Source
    count: FileCount
    kept: list[pd.DataFrame] = field(default_factory=list)
    unmatched: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_counts: Counter[str] = field(default_factory=Counter)
    unknown_categories: Counter[str] = field(default_factory=Counter)

    def report(self, reason: str, indices: np.ndarray, fault: Callable[[int], Fault]) -> None:
        """Note a fault for each index, in full up to `SHOWN_FAULTS` a reason, counted beyond."""
        room = max(SHOWN_FAULTS - self.fault_counts[reason], 0)
        self.faults.extend(fault(index) for index in indices[:room].tolist())
        self.fault_counts[reason] += len(indices)


def import_files(
    mapping: Mapping,
    files: Iterable[str | Path],
    vendors: pd.DataFrame,
    *,
    progress: Callable[[str], object] | None = None,
) -> Imported:
    """The canonical table made of an export's files, and the account of every row and penny.

    Parameters
    ----------
    mapping
        What the columns, dates, numbers and names of the export mean, from `read_mapping`.
    files
        CSV files and workbooks, or folders of them; read in the order of their names.
    vendors
        One row is a vendor: `vendor` (id), `name`, `aliases` (list of names), `patterns` (list of regular expressions,
        searched in the plain upper-case name).
    progress
        Called with a file's name when that file is done.

    Returns
    -------
    Imported
        `table`: one row is an invoice line. `date` is a day; `amount` is in the currency of the export, two decimals, a
        charge positive and a credit negative; `quantity` and `unit_price` are numbers, NaN where unknown; `invoice` is the
        export's number, or the file's name without ending where there is none; `line` is the export's line number, else
        the row in the file; (`vendor`, `invoice`, `line`) is unique. `table_name`: the canonical table's name.
        `reconciliation`: see `Reconciliation`. Files that cannot be read are faults there, and the others are imported.

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
    paths, skipped = _choose(files, mapping)
    sources, faults = _open_all(paths, mapping)
    results: list[FileResult] = []
    for source in sources:
        try:
            results.append(_import_file(source, mapping, suppliers))
        except UnreadableFile as error:
            faults += _faults(error)
        if progress:
            progress(source.path.name)
    if not results:
        raise DataError(faults or [Fault("files", "none to read", f"files named {' or '.join(mapping.include)}")])
    kept = _without_repeats(_join([part for result in results for part in result.kept]), results)
    for result in results:
        faults += _file_faults(result, mapping)
    unmatched = [part for result in results for part in result.unmatched]
    unread = sorted({path.name for path in paths} - {result.source.path.name for result in results})
    faults += _rival_faults(suppliers, [result.count for result in results])
    counts = [result.count for result in results] + [FileCount(name, "") for name in unread]
    reconciliation = reconcile(counts, kept, unmatched, faults, skipped, suppliers.nearest)
    return Imported(_as_table(kept), mapping.table, reconciliation)


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


def _open_all(paths: list[Path], mapping: Mapping) -> tuple[list[Source], list[Fault]]:
    """Every file's encoding, header and columns, before any row is read: a renamed column is found in seconds."""
    sources, unreadable, misnamed = [], [], []
    for path in paths:
        try:
            sources.append(open_source(path, mapping))
        except UnreadableFile as error:
            unreadable += _faults(error)
        except OSError as error:
            found = f"a file that cannot be opened ({error.strerror})"
            unreadable.append(Fault(path.name, found, "a file you may read"))
        except DataError as error:
            misnamed += _faults(error)
    if misnamed:
        raise DataError(misnamed)
    return sources, unreadable


def _import_file(source: Source, mapping: Mapping, suppliers: Suppliers) -> FileResult:
    result = FileResult(source, FileCount(source.path.name, source.encoding))
    for chunk in read_chunks(source, mapping):
        _import_chunk(chunk, result, mapping, suppliers)
    return result


def _import_chunk(chunk: Chunk, result: FileResult, mapping: Mapping, suppliers: Suppliers) -> None:
    cell = {name: chunk.cells[place] for name, place in result.source.positions.items()}
    amounts = _read_signed(cell, chunk, mapping)
    dates, ambiguous = read_dates(cell["date"], mapping.date_formats)
    codes, names = pd.factorize(cell["supplier"])
    matches = [suppliers.match(name) for name in names]
    hows = np.array([RIVALS if match.rivals else match.how for match in matches], dtype=object)[codes]

    tests = [(EMPTY_ROW, _all_blank(chunk.cells))]
    tests += [(rule.reason, _rule_applies(rule, cell, chunk)) for rule in mapping.leave_out]
    tests += [
        (WRONG_LENGTH, np.isin(np.arange(len(chunk.rows)), list(chunk.lengths))),
        (NO_AMOUNT, _blank(cell["amount"])),
        (BAD_AMOUNT, ~amounts.known),
        (AMBIGUOUS_DATE, cell["date"].isin(list(ambiguous)).to_numpy()),
        (BAD_DATE, dates.isna().to_numpy()),
        (NO_SUPPLIER, _blank(cell["supplier"])),
        (REDACTED, hows == "redacted"),
        (RIVALS, hows == RIVALS),
        (UNMATCHED, hows == ""),
    ]
    why = np.select([mask for _, mask in tests], [reason for reason, _ in tests], default=KEPT)

    result.count.add(why, amounts)
    _report_faults(why, chunk, cell, ambiguous, result, mapping)
    left = (why == UNMATCHED) | (why == RIVALS)
    result.unmatched.append(_by_supplier(codes, names, amounts, left))
    index = np.flatnonzero(why == KEPT)
    found = {
        "vendor": np.array([match.vendor for match in matches], dtype=object)[codes[index]],
        "how": hows[index],
        "date": dates.to_numpy()[index],
        "pence": amounts.pence[index],
        "remainder": amounts.remainder[index],
        "source_row": chunk.rows[index],
    }
    text = {name: cells.iloc[index].reset_index(drop=True) for name, cells in cell.items()}
    result.kept.append(_kept_rows(pd.DataFrame(found), text, result, mapping))


def _read_signed(cell: dict[str, pd.Series], chunk: Chunk, mapping: Mapping) -> Amounts:
    """Amounts with a charge positive; of a row with too many fields none, since nobody knows which field is which."""
    amounts = read_amounts(cell["amount"], mapping.decimal, mapping.thousands, mapping.currency_symbols)
    too_long = [index for index, fields in chunk.lengths.items() if len(fields) > len(chunk.cells)]
    if too_long:
        amounts.known[too_long] = False
        amounts.pence[too_long] = 0
        amounts.remainder[too_long] = 0
    if mapping.charge_is_negative:
        amounts = amounts.negated(np.ones(len(chunk.rows), bool))
    if CREDIT_NOTE in cell:
        values = [value.casefold() for value in mapping.credit_values]
        above_zero = (amounts.pence > 0) | ((amounts.pence == 0) & (amounts.remainder > 0))
        amounts = amounts.negated(cell[CREDIT_NOTE].str.casefold().isin(values).to_numpy() & above_zero)
    return amounts


def _blank(text: pd.Series) -> np.ndarray:
    return text.eq("").to_numpy()


def _all_blank(cells: Iterable[pd.Series]) -> np.ndarray:
    return np.logical_and.reduce([_blank(text) for text in cells])


def _rule_applies(rule: Rule, cell: dict[str, pd.Series], chunk: Chunk) -> np.ndarray:
    """Where every blank and every pattern of a rule is found; a column the file does not have counts as blank."""
    applies = np.ones(len(chunk.rows), bool)
    for name in rule.empty:
        if name == "any":
            applies &= np.logical_or.reduce([_blank(text) for text in chunk.cells])
        elif name in cell:
            applies &= _blank(cell[name])
    for name, pattern in rule.matches:
        texts = chunk.cells if name == "any" else [cell[name]] if name in cell else []
        places = np.flatnonzero(applies)
        found = [_contains(text.iloc[places], pattern) for text in texts]
        applies[places] = np.logical_or.reduce(found) if found else False
    return applies


def _contains(text: pd.Series, pattern: str) -> np.ndarray:
    """Where a regular expression is found, upper or lower case; every different text is searched once."""
    codes, unique = pd.factorize(text)
    search = re.compile(pattern, re.IGNORECASE).search
    return np.array([search(value) is not None for value in unique], bool)[codes]


def _report_faults(
    why: np.ndarray,
    chunk: Chunk,
    cell: dict[str, pd.Series],
    ambiguous: dict[str, dict],
    result: FileResult,
    mapping: Mapping,
) -> None:
    source = result.source
    width = len(chunk.cells)
    formats = " or ".join(["YYYY-MM-DD", *mapping.date_formats])

    def where(index: int, column: str = "") -> str:
        name = f", `{source.column_name(column)}`" if column else ""
        return f"{source.path.name}, row {chunk.rows[index]}{name}"

    def wrong_length(index: int) -> Fault:
        fields = chunk.lengths[index]
        shown = " | ".join(fields)
        shown = shown if len(shown) <= 80 else shown[:77] + "..."
        return Fault(where(index), f"{len(fields)} fields ({shown})", f"{width} fields", LEFT_OUT)

    def bad_amount(index: int) -> Fault:
        found = repr(cell["amount"][index])
        return Fault(where(index, "amount"), found, f"a number such as {_example(mapping)}", LEFT_OUT)

    def ambiguous_date(index: int) -> Fault:
        text = cell["date"][index]
        ways = " and ".join(f"{day} by {form}" for form, day in ambiguous[text].items())
        do = f"List only one of these formats. {LEFT_OUT}"
        return Fault(where(index, "date"), f"{text!r}, which is {ways}", "a date that can be read one way", do)

    def bad_date(index: int) -> Fault:
        return Fault(where(index, "date"), repr(cell["date"][index]), f"a date written {formats}", LEFT_OUT)

    makers = {WRONG_LENGTH: wrong_length, BAD_AMOUNT: bad_amount, AMBIGUOUS_DATE: ambiguous_date, BAD_DATE: bad_date}
    for reason, maker in makers.items():
        result.report(reason, np.flatnonzero(why == reason), maker)


def _example(mapping: Mapping) -> str:
    mark = mapping.thousands[0] if mapping.thousands else ""
    return f"1{mark}234{mapping.decimal}56"


def _by_supplier(codes: np.ndarray, names: pd.Index, amounts: Amounts, where: np.ndarray) -> pd.DataFrame:
    """Rows and pence by supplier, for the rows told: one row is a supplier's name as written."""
    sums = pd.DataFrame({"rows": 1, "pence": amounts.pence[where]}).groupby(codes[where]).sum()
    return sums.assign(supplier=names.to_numpy(object)[sums.index.to_numpy(int)]).reset_index(drop=True)


def _kept_rows(found: pd.DataFrame, text: dict[str, pd.Series], result: FileResult, mapping: Mapping) -> pd.DataFrame:
    """The rows that are kept, in canonical columns, with amounts still as integers."""
    source = result.source
    rows = found["source_row"].to_numpy()
    kept = found.astype({"vendor": "str", "how": "str"}).assign(
        invoice=_or_else(text.get("invoice"), source.path.stem, len(rows)),
        line=_read_lines(text.get("line"), rows, result),
        supplier=text["supplier"],
        source_file=pd.Series(source.path.name, index=range(len(rows)), dtype="str"),
    )
    for name in TEXT_COLUMNS:
        written = _translated(text.get(name), name, mapping, result)
        kept[name] = _or_else(written, mapping.constants.get(name), len(rows))
    for name in ("quantity", "unit_price"):
        kept[name] = _read_optional(text.get(name), name, rows, result, mapping)
    return kept


def _or_else(text: pd.Series | None, default: str | None, length: int) -> pd.Series:
    """The text, and the default (or NaN) where there is none."""
    fill = default if default is not None else np.nan
    if text is None:
        return pd.Series(fill, index=range(length), dtype="str")
    return text.mask(text.eq(""), fill)


def _translated(text: pd.Series | None, name: str, mapping: Mapping, result: FileResult) -> pd.Series | None:
    """The text with the mapping's `values` put in; a category that is none of the allowed ones is noted."""
    if text is None:
        return None
    wanted = {written.casefold(): value for written, value in mapping.values.get(name, {}).items()}
    if name == "category":
        wanted = {**{category: category for category in CATEGORIES}, "": "", **wanted}
    elif not wanted:
        return text
    codes, written = pd.factorize(text)
    known = [wanted.get(value.casefold(), None if name == "category" else value) for value in written]
    counts = np.bincount(codes, minlength=len(written))
    result.unknown_categories.update({written[i]: int(counts[i]) for i, value in enumerate(known) if value is None})
    fallback = mapping.constants.get("category", "other")
    translated = pd.Series([fallback if value is None else value for value in known], dtype="str")
    return translated.take(codes).reset_index(drop=True)


def _read_lines(text: pd.Series | None, rows: np.ndarray, result: FileResult) -> np.ndarray:
    """The export's line numbers; the row in the file where it has none."""
    if text is None:
        return rows
    numbers = pd.to_numeric(text.str.extract(r"^(\d{1,9})(?:[.,]0+)?$")[0], errors="coerce")
    name = f"{result.source.path.name}, row {{}}, `{result.source.column_name('line')}`"
    do = "The row was kept, with its row number as line."
    bad = np.flatnonzero(numbers.isna() & text.ne(""))
    result.report("line", bad, lambda i: Fault(name.format(rows[i]), repr(text[i]), "a whole number", do))
    return numbers.fillna(pd.Series(rows)).to_numpy(np.int64)


def _read_optional(
    text: pd.Series | None, name: str, rows: np.ndarray, result: FileResult, mapping: Mapping
) -> np.ndarray:
    """Quantities or unit prices; NaN where there is none, and a fault (the row is kept) where it is no number."""
    if text is None:
        return np.full(len(rows), np.nan)
    numbers = read_numbers(text, mapping.decimal, mapping.thousands, mapping.currency_symbols)
    where = f"{result.source.path.name}, row {{}}, `{result.source.column_name(name)}`"
    wanted = f"a number such as {_example(mapping)}"
    do = "The row was kept without it."
    bad = np.flatnonzero(np.isnan(numbers) & text.ne("").to_numpy())
    result.report(name, bad, lambda i: Fault(where.format(rows[i]), repr(text[i]), wanted, do))
    return numbers


def _join(parts: list[pd.DataFrame]) -> pd.DataFrame:
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True)


def _without_repeats(kept: pd.DataFrame, results: list[FileResult]) -> pd.DataFrame:
    """The rows whose (vendor, invoice, line) is not there already; the others are counted as left out, with a fault."""
    key = ["vendor", "invoice", "line"]
    repeated = kept.duplicated(key).to_numpy()
    if not repeated.any():
        return kept
    firsts = kept.loc[~repeated, [*key, "source_file", "source_row"]]
    again = kept[repeated].merge(firsts, how="left", on=key, suffixes=("", "_first"))
    by_name = {result.source.path.name: result for result in results}
    for file, rows in again.groupby("source_file", sort=True):
        result = by_name[str(file)]
        amounts = Amounts(rows["pence"].to_numpy(), rows["remainder"].to_numpy(), np.ones(len(rows), bool))
        result.count.move(TWICE, len(rows), amounts.exact_sum(amounts.known))
        result.report(TWICE, rows.index.to_numpy(), lambda index: _repeat_fault(again, index))
    return kept[~repeated].reset_index(drop=True)


def _repeat_fault(again: pd.DataFrame, index: int) -> Fault:
    row = again.iloc[index]
    found = (
        f"vendor {row['vendor']!r}, invoice {row['invoice']!r}, line {row['line']} a second time "
        f"(first in {row['source_file_first']}, row {row['source_row_first']})"
    )
    return Fault(f"{row['source_file']}, row {row['source_row']}", found, "each invoice line once", LEFT_OUT)


def _file_faults(result: FileResult, mapping: Mapping) -> list[Fault]:
    """A file's faults, with one for the many not shown in full and one for each category nobody knows."""
    faults = list(result.faults)
    file = result.source.path.name
    for reason, number in result.fault_counts.items():
        if number > SHOWN_FAULTS:
            faults.append(Fault(file, f"{number - SHOWN_FAULTS:,} more rows like these ({reason})", "none"))
    used = mapping.constants.get("category", "other")
    for value, number in sorted(result.unknown_categories.items()):
        where = f"{file}, `{result.source.column_name('category')}`"
        do = f"{did_you_mean(value, CATEGORIES)} Add it to `values: category:`. Rows kept as {used!r}: {number:,}."
        faults.append(Fault(where, repr(value), f"one of {', '.join(CATEGORIES)}", do))
    return faults


def _rival_faults(suppliers: Suppliers, counts: list[FileCount]) -> list[Fault]:
    if not any(RIVALS in count.left_out for count in counts):
        return []
    do = "Add the name to the aliases of one of them, or narrow a pattern. Its rows were left out."
    return [
        Fault(f"supplier {name!r}", f"the patterns of {' and '.join(map(repr, match.rivals))}", "one vendor", do)
        for name, match in sorted(suppliers.seen.items())
        if match.rivals
    ]


def _as_table(kept: pd.DataFrame) -> pd.DataFrame:
    return kept.assign(amount=kept["pence"] / 100)[list(INVOICE_COLUMNS)]
