"""A client: a folder with `review.yaml` and one file a table, read and checked once and kept by vendor."""

from __future__ import annotations

import contextlib
import functools
import getpass
import hashlib
import json
import math
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import tables
from toolkit.errors import DataError, Fault, SettingsError, did_you_mean
from toolkit.files import ROOT, digest
from toolkit.model import ID, Period, Vendor
from toolkit.tables import (
    Column,
    Loaded,
    Rule,
    Table,
    check_cells,
    find_file,
    misnamed_files,
    months_of,
    no_rows,
    read_table,
    visible,
)

VENDORS = Table(
    "vendors",
    "one company or team whose service is bought",
    (
        Column(
            "vendor", "id", "Vendor id: letters, digits, - and _; it names the folder of the reports", example="alder"
        ),
        Column("name", "text", "Name as reports print it", example="Alder Systems"),
        Column(
            "aliases",
            "text",
            "Other names that the vendor bills under, separated by |",
            required=False,
            filled=False,
            example="ALDER SYSTEMS LTD|ALDER UK",
        ),
        Column(
            "patterns",
            "text",
            "Regular expressions that find the vendor in a supplier's name in capitals, separated by a blank, | and a blank",
            required=False,
            filled=False,
            example=r"\bALDER\b",
        ),
        Column(
            "contract_start", "date", "First day of the contract", required=False, filled=False, example="2025-01-01"
        ),
        Column(
            "compare_from",
            "month",
            "Month from which 'after' counts, where it is not the contract's first",
            required=False,
            filled=False,
            example="2025-03",
        ),
    ),
    key=("vendor",),
)

GOALS = Table(
    "goals",
    "one target agreed on one measure",
    (
        Column("vendor", "text", "Vendor id, or * for every vendor of the client", example="alder"),
        Column("goal", "text", "Short name of the goal", example="G1"),
        Column(
            "objective",
            "text",
            "What the target serves, in words",
            required=False,
            filled=False,
            example="Run the service desk for less",
        ),
        Column("measure", "text", "Address of the measure", example="cost.saving_share"),
        Column(
            "direction",
            "text",
            "On which side of the target the result should lie",
            allowed=("at_least", "at_most", "between"),
            example="at_least",
        ),
        Column("target", "number", "Target, in the measure's unit; shares as 0.10, not 10", example="0.10"),
        Column("target_high", "number", "Upper end, for direction between", required=False, filled=False, example=""),
        Column("baseline", "number", "Value before, in the same unit", required=False, filled=False, example="0"),
        Column("unit", "text", "Unit of the target", required=False, filled=False, example="share"),
        Column("due", "date", "Day by which it is to be reached", required=False, filled=False, example="2026-12-31"),
        Column("owner", "text", "Who answers for it", required=False, filled=False, example="Head of IT services"),
    ),
    key=("vendor", "goal"),
    rules=(
        Rule(
            "a target_high of at least the target, for direction between",
            ("direction", "target", "target_high"),
            lambda rows: (rows["direction"] != "between") | (rows["target_high"] >= rows["target"]),
        ),
    ),
)

REMARKS = Table(
    "remarks",
    "what an analyst thinks of one finding; it is printed below the finding and never alters a verdict",
    (
        Column("vendor", "id", "Vendor id", example="alder"),
        Column("period", "period", "Period of the review", example="2026-Q3"),
        Column("address", "text", "Id of the finding", example="cost.saving"),
        Column("remark", "text", "The remark", example="The saving includes two months without a vacancy."),
        Column("author", "text", "Who wrote it", required=False, filled=False, example="A. Analyst"),
        Column("date", "date", "When", required=False, filled=False, example="2026-10-12"),
    ),
)

EXCHANGE_RATES = Table(
    "exchange_rates",
    "units of one currency that one US dollar bought, in one month or year on average",
    (
        Column("currency", "text", "ISO 4217 code", example="EUR"),
        Column("period", "period", "Month, or year for an annual average", example="2026-03"),
        Column("per_usd", "number", "Units of the currency per US dollar", low=0, example="0.92"),
        Column("source", "text", "Who published it", example="Federal Reserve, H.10"),
        Column("source_year", "integer", "Year in which the source was read", example="2026"),
    ),
    key=("currency", "period"),
    rules=(Rule("a rate above zero", ("per_usd",), lambda rows: rows["per_usd"] > 0),),
)

TABLES = (VENDORS, GOALS, REMARKS, EXCHANGE_RATES)

THRESHOLDS: dict[str, tuple[float, float, str]] = {  # default, lowest, what it is
    "baseline_months": (12, 1, "months before the contract from which the baseline is taken"),
    "noise_months": (12, 1, "months up to the period's end from which month-to-month noise is taken"),
    "discount_rate": (0.08, 0, "yearly rate at which later money is discounted"),
    "price_tolerance": (0.002, 0, "share by which a billed price may exceed the agreed one before it is a fault"),
    "duplicate_days": (45, 0, "days within which two equal charges may be one charge billed twice"),
}
SETTINGS = ("client", "currency", "price_index", "periods", "calendar", "thresholds", "vendors", "about")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LISTS = {"aliases": "|", "patterns": " | "}  # what joins a list of review.yaml into a cell of the table vendors
RESERVED = ("notebooks",)  # names that stand beside the vendors' folders in a report
STORE, ABOUT, FAULTS = ".prepared", "prepared.json", "faults.json"
EVERY_VENDOR = "*"  # the owner of goals that hold for every vendor
EVERYONE = ""  # whom a fault of the whole file concerns
ALL_ROWS = "_all"  # the owner of the rows of a table that is not by vendor; no vendor's id begins with _


@dataclass(frozen=True)
class Client:
    """The organisation that buys: its folder, and what `review.yaml` says.

    id is the folder's name; periods rise; thresholds holds every threshold, given or default.
    """

    id: str
    name: str
    currency: str
    folder: Path
    vendors: dict[str, Vendor]
    names: pd.DataFrame  # one row a vendor: vendor, name, aliases (list of text), patterns (list of text)
    periods: list[Period]
    price_index: str
    thresholds: dict[str, float]
    calendar: dict[str, Any]
    about: str = ""  # a sentence about the data that every report of this client prints

    def vendor(self, text: str) -> Vendor:
        """The vendor with this id; SettingsError with a suggestion when there is none."""
        if str(text) not in self.vendors:
            raise SettingsError(
                Fault("vendor", repr(text), f"a vendor of {self.name}", did_you_mean(str(text), list(self.vendors)))
            )
        return self.vendors[str(text)]

    def period(self, text: str) -> Period:
        """The period written as `text`; SettingsError when it is malformed or not one of the client's."""
        period = Period.parse(str(text))
        if period not in self.periods:
            known = [str(item) for item in self.periods]
            raise SettingsError(Fault("period", repr(str(text)), f"a period of {self.name}", did_you_mean(text, known)))
        return period


def find_client(text: str | Path) -> Path:
    """The folder of a client: a path, or the name of a folder in data/ or data/clients/; it must hold review.yaml."""
    given = Path(text)
    places = [given, ROOT / given, ROOT / "data" / given, ROOT / "data" / "clients" / given]
    for place in places:
        if (place / "review.yaml").is_file():
            return place.resolve()
    known = sorted(path.parent.name for path in ROOT.glob("data/**/review.yaml"))
    raise SettingsError(
        Fault("client", repr(str(text)), "a folder that holds review.yaml", did_you_mean(given.name, known))
    )


def open_client(folder: Path) -> Client:
    """Read `review.yaml` (and `vendors.csv` where there is one); SettingsError lists all that is wrong with them."""
    settings = _read_yaml(folder / "review.yaml")
    faults = _check_keys(settings, SETTINGS, "review.yaml")
    for key in ("client", "currency", "periods"):
        if not settings.get(key):
            faults.append(Fault("review.yaml", f"no `{key}`", f"`{key}`, as in data/sample/review.yaml"))
    currency = settings.get("currency")
    if currency and not re.fullmatch(r"[A-Z]{3}", str(currency)):
        faults.append(Fault("review.yaml, currency", repr(currency), "three capital letters, as in ISO 4217: GBP"))
    if not ID.fullmatch(folder.name):
        faults.append(Fault("folder of the client", repr(folder.name), "letters, digits, - and _ only"))
    thresholds = _thresholds(settings.get("thresholds") or {}, faults)
    calendar = settings.get("calendar") or {}
    if not isinstance(calendar, dict):
        faults.append(Fault("review.yaml, calendar", repr(calendar), "settings as `key: value`"))
    rows = _vendor_rows(folder, settings.get("vendors"), faults)
    periods = _periods(settings.get("periods"), faults)
    if faults:
        raise SettingsError(faults)
    return Client(
        id=folder.name,
        name=visible(str(settings["client"])),
        currency=str(currency),
        folder=folder,
        vendors={str(row["vendor"]): _vendor(row) for row in rows.to_dict("records")},
        names=_names(rows),
        periods=periods,
        price_index=str(settings.get("price_index") or ""),
        thresholds=thresholds,
        calendar=calendar,
        about=visible(str(settings.get("about") or "")),
    )


def _read_yaml(file: Path) -> dict[str, Any]:
    import yaml

    if not file.is_file():
        raise SettingsError(Fault(file.parent.name, "no review.yaml", "review.yaml, as in data/sample"))
    try:
        text = file.read_text(encoding="utf-8-sig")
        settings = yaml.safe_load(text)
        twice = _keys_given_twice(yaml.compose(text, Loader=yaml.SafeLoader))
    except (yaml.YAMLError, UnicodeError, OSError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"review.yaml, line {mark.line + 1}" if mark else "review.yaml"
        raise SettingsError(Fault(where, "text that is no YAML", "YAML, as in data/sample/review.yaml")) from None
    if not isinstance(settings, dict):
        raise SettingsError(
            Fault("review.yaml", "no settings", "settings as `key: value`, as in data/sample/review.yaml")
        )
    if twice:
        raise SettingsError(
            Fault(f"review.yaml, line {line}", f"`{key}` a second time", "each setting once") for key, line in twice
        )
    return settings


def _keys_given_twice(node: Any) -> list[tuple[str, int]]:
    """Keys that stand twice in one mapping, with their line: YAML would silently drop the first of the two."""
    twice = []
    for pair in getattr(node, "value", None) or []:
        if isinstance(pair, tuple):  # a mapping's value is a list of pairs of nodes, a sequence's a list of nodes
            key, value = pair
            earlier = [other.value for other, _ in node.value[: node.value.index(pair)]]
            twice += [(key.value, key.start_mark.line + 1)] if key.value in earlier else []
            twice += _keys_given_twice(value)
        elif not isinstance(pair, str):
            twice += _keys_given_twice(pair)
    return twice


def _check_keys(given: Any, known: Sequence[str], where: str) -> list[Fault]:
    """A fault for each key that is not a known one."""
    if not isinstance(given, dict):
        return [Fault(where, repr(given), "settings as `key: value`")]
    return [
        Fault(where, f"`{key}`", "a setting that exists", did_you_mean(str(key), known))
        for key in given
        if key not in known
    ]


def _thresholds(given: Any, faults: list[Fault]) -> dict[str, float]:
    """Every threshold, as given or by default."""
    unknown = _check_keys(given, tuple(THRESHOLDS), "review.yaml, thresholds")
    faults += unknown
    thresholds = {key: default for key, (default, _, _) in THRESHOLDS.items()}
    for key, value in given.items() if isinstance(given, dict) else ():
        if key not in THRESHOLDS:
            continue
        _, low, about = THRESHOLDS[key]
        number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if number and value >= low:
            thresholds[key] = float(value)
        else:
            wanted = f"a number of at least {low:g}: {about}"
            faults.append(Fault(f"review.yaml, thresholds, {key}", repr(value), wanted))
    return thresholds


def _vendor_rows(folder: Path, listed: Any, faults: list[Fault]) -> pd.DataFrame:
    """Every vendor, from review.yaml or from the table vendors, each under the same promises."""
    try:
        path = find_file(folder, "vendors")
    except DataError as error:
        faults += [fault for fault in error.faults if isinstance(fault, Fault)]
        return no_rows(VENDORS)
    if path is not None and listed:
        faults.append(Fault("review.yaml, vendors", f"a list, and {path.name} beside it", "one of the two"))
    where = path.name if path is not None else "review.yaml, vendors"
    loaded = read_table(path, VENDORS) if path is not None else _listed_vendors(listed or [])
    if not len(loaded.frame) and not loaded.faults:
        faults.append(Fault(where, "no vendor", "at least one"))
    rows = f"{where}, row" if path is not None else f"{where}, entry"
    faults += loaded.faults + _clashing_ids(loaded.frame["vendor"].dropna(), rows)
    faults += _equal_names(loaded.frame["name"].dropna(), rows) + _bad_patterns(loaded.frame, rows)
    return loaded.frame


def _listed_vendors(listed: Any) -> Loaded:
    """The vendors that review.yaml lists, checked as the table vendors is."""
    where = "review.yaml, vendors"
    faults: list[Fault] = []
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        faults.append(Fault(where, repr(listed)[:60], "a list of entries, each with `vendor` and `name`"))
        listed = []
    for number, entry in enumerate(listed, start=1):
        faults += _check_keys(entry, VENDORS.names, f"{where}, entry {number}")
        vendor = entry.get("vendor")
        if vendor is not None and not isinstance(vendor, str):
            do = "Put quotes around it: YAML reads 007 as 7, and no as false."
            faults.append(Fault(f"{where}, entry {number}, `vendor`", f"the {_kind(vendor)} {vendor}", "a text", do))
    if faults:
        return Loaded(no_rows(VENDORS), faults, [None] * len(faults))
    loaded = check_cells(_yaml_cells(listed), VENDORS, where)
    named = [replace(fault, where=fault.where.replace(", row ", ", entry ", 1)) for fault in loaded.faults]
    return replace(loaded, faults=named)


def _kind(value: Any) -> str:
    return {bool: "truth value", int: "number", float: "number"}.get(type(value), type(value).__name__)


def _yaml_cells(entries: list[dict[str, Any]]) -> pd.DataFrame:
    """Vendors listed in review.yaml as the cells of the table: lists joined, dates and numbers as text."""

    def cell(name: str, value: Any) -> str:
        if name in LISTS and isinstance(value, list):
            return LISTS[name].join(str(item).strip() for item in value)
        return "" if value is None else str(value).strip()

    rows = [{name: cell(name, entry.get(name)) for name in VENDORS.names} for entry in entries]
    return pd.DataFrame(rows, columns=VENDORS.names, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")


def _clashing_ids(ids: pd.Series, where: str) -> list[Fault]:
    """Ids that would share a folder: with one another where capitals do not count, or with a folder of the report."""
    lowered = ids.str.lower()
    clashing = ids[(lowered.duplicated() & ~ids.duplicated()) | lowered.isin(RESERVED)]
    wanted = f"an id that differs from the others in more than capitals, and is not {', '.join(RESERVED)}"
    return [Fault(f"{where} {row}, `vendor`", repr(name), wanted) for row, name in clashing.items()]


def _equal_names(names: pd.Series, where: str) -> list[Fault]:
    """Names that two vendors bear: a page that prints them side by side could not tell the two apart."""
    twice = names[names.str.casefold().duplicated()]
    return [
        Fault(f"{where} {row}, `name`", repr(name), "a name that no other vendor has") for row, name in twice.items()
    ]


def _bad_patterns(rows: pd.DataFrame, where: str) -> list[Fault]:
    """Patterns that are no regular expressions."""
    faults = []
    for row, cell in rows["patterns"].dropna().items():
        for pattern in _parts(cell, LISTS["patterns"]):
            try:
                re.compile(pattern)
            except re.error as error:
                wanted = f"a regular expression ({error.msg})"
                faults.append(Fault(f"{where} {row}, `patterns`", repr(pattern), wanted))
    return faults


def _parts(cell: Any, joint: str) -> list[str]:
    """The entries of a cell that holds a list; an empty cell holds none."""
    return [part.strip() for part in cell.split(joint) if part.strip()] if isinstance(cell, str) else []


def _names(rows: pd.DataFrame) -> pd.DataFrame:
    """The names by which suppliers are known: vendor, name, aliases (list of text), patterns (list of text)."""
    lists = {name: [_parts(cell, joint) for cell in rows[name]] for name, joint in LISTS.items()}
    return pd.DataFrame({"vendor": rows["vendor"], "name": rows["name"], **lists})


def _vendor(row: Mapping[Any, Any]) -> Vendor:
    start = None if pd.isna(row["contract_start"]) else row["contract_start"].to_period("M")
    since = start if pd.isna(row["compare_from"]) else row["compare_from"]
    return Vendor(row["vendor"], row["name"], start, since)


def _periods(given: Any, faults: list[Fault]) -> list[Period]:
    """`periods` as a rising list of periods, or as {from:, to:, every: month|quarter|half|year}."""
    if not given:
        return []
    try:
        if isinstance(given, dict):
            return _periods_between(given, faults)
        return sorted({Period.parse(item) for item in (given if isinstance(given, list) else [given])})
    except SettingsError as error:
        found = [fault for fault in error.faults if isinstance(fault, Fault)]
        faults += [replace(fault, where="review.yaml, periods") for fault in found]
        return []


def _periods_between(given: dict[str, Any], faults: list[Fault]) -> list[Period]:
    """Every period of one length from the first to the last; both ends must be where such a period begins and ends."""
    where = "review.yaml, periods"
    unknown = _check_keys(given, ("from", "to", "every"), where)
    every = given.get("every")
    if every is not None and every not in MONTHS:
        unknown.append(Fault(f"{where}, every", repr(every), "one of " + ", ".join(MONTHS)))
    if unknown:
        faults += unknown
        return []
    first, last = Period.parse(given.get("from", "")), Period.parse(given.get("to", ""))
    step, end = MONTHS[every] if every else first.months, last.first + last.months
    if first.first % step or end % step or end <= first.first:
        name = next(name for name, months in MONTHS.items() if months == step)
        faults.append(Fault(where, f"from {first} to {last}", f"one {name} or several whole ones, the first one first"))
        return []
    return [Period(month, step) for month in range(first.first, end, step)]


# ------------------------------------------------------------------------------------------------------ the prepared store
@dataclass(frozen=True)
class Prepared:
    """What is known of one table of a client after it was read, checked and written by vendor.

    faults: how many there are. blocked: for a vendor (EVERYONE: for all of them) why its rows may not be used. vendors:
    rows kept for each vendor. strays: rows that belong to no vendor of the client, and are not kept. first, last, silent:
    the months that the file covers, and those within them in which no vendor has a row.
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
    folder: Path

    def fault(self, vendor: str) -> str:
        """The faults that keep this vendor's rows from being used, as one sentence, or ''.

        A faulty row stops its own vendor only; one of a vendor that the client does not have stops nobody.
        """
        return self.blocked.get(EVERYONE) or self.blocked.get(vendor, "")

    def absent(self, vendor: str) -> str:
        """Why this vendor's rows cannot be used, or ''."""
        nothing = f"{self.file} holds no row for this vendor" if self.rows else f"{self.file} holds no row"
        return self.fault(vendor) or ("" if self.vendors.get(vendor) else nothing)


def prepare(client: Client, table: Table) -> Prepared | None:
    """Read, check and write one table by vendor, unless the prepared store already holds it; None without a file.

    The store lies in `<client>/.prepared/<table>-<key>/`, the key being made of the file's size and time of change, the
    declaration, the vendors and the code that reads; it is written under another name and renamed, so that it is whole
    or not there. Where the client's folder may not be written to, it lies in the user's own temporary folder.
    Two files for one table are a DataError.
    """
    path = find_file(client.folder, table.name) or find_file(ROOT / "data" / "reference", table.name)
    if path is None:
        return None
    store = _store_folder(client.folder) / f"{table.name}-{_store_key(client, table, path)}"
    if not (store / ABOUT).is_file():
        _fill_store(client, table, path, store)
    return Prepared(folder=store, **json.loads((store / ABOUT).read_text(encoding="utf-8")))


def _store_folder(folder: Path) -> Path:
    """Where a client's prepared store lies: in its folder, or, where that is read-only, in a folder only this user can read."""
    own = folder / STORE
    with contextlib.suppress(OSError):
        own.mkdir(exist_ok=True)
        if os.access(own, os.W_OK):
            return own
    private = Path(tempfile.gettempdir()) / f"toolkit-{getpass.getuser()}"
    private.mkdir(mode=0o700, exist_ok=True)
    about = private.lstat()
    if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o077):
        wanted = "a folder of a client that may be written to, or a temporary folder of one's own"
        raise SettingsError(Fault(f"folder {folder.name}", f"read-only, and {private.name} is open to others", wanted))
    elsewhere = private / f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    elsewhere.mkdir(exist_ok=True)
    return elsewhere


def _store_key(client: Client, table: Table, path: Path) -> str:
    """What changes whenever the store has to be filled anew."""
    state = path.stat()
    rules = [(rule.about, rule.columns) for rule in table.rules]
    promise = [table.name, table.row, repr(table.columns), table.key, rules, table.dated]
    about = [str(path), state.st_size, state.st_mtime_ns, sorted(client.vendors), client.currency, _reading_code()]
    return hashlib.sha256(json.dumps([promise, about]).encode()).hexdigest()[:16]


@functools.cache
def _reading_code() -> list[str]:
    """The code by which files are read and stored: another version of it may read them otherwise."""
    return [digest(Path(module)) for module in (__file__, tables.__file__)]


def _fill_store(client: Client, table: Table, path: Path, store: Path) -> None:
    known = [*client.vendors, EVERY_VENDOR] if table.name == GOALS.name else list(client.vendors)
    loaded = read_table(path, table, client.currency, known if table.by_vendor else None)
    temporary = Path(tempfile.mkdtemp(dir=store.parent, prefix=f".{store.name}."))
    try:
        _write_parts(loaded.frame, known if table.by_vendor else [ALL_ROWS], temporary)
        about = json.dumps(_about(loaded, table, path, known), ensure_ascii=False)
        (temporary / ABOUT).write_text(about, encoding="utf-8")
        faults = json.dumps([astuple(fault) for fault in loaded.faults], ensure_ascii=False)
        (temporary / FAULTS).write_text(faults, encoding="utf-8")
        temporary.chmod(stat.S_IMODE(store.parent.stat().st_mode))  # mkdtemp makes folders only their owner can read
        _put_in_place(temporary, store)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put_in_place(temporary: Path, store: Path) -> None:
    """Rename a filled folder to the store's name and remove those of the file's earlier states."""
    (store.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    try:
        temporary.rename(store)
    except OSError:
        if (store / ABOUT).is_file():
            return  # another process was faster, and what it wrote is equal
        shutil.rmtree(store, ignore_errors=True)
        temporary.rename(store)
    table = store.name.rsplit("-", 1)[0]
    for older in store.parent.glob(f"{table}-*"):
        if older != store:
            shutil.rmtree(older, ignore_errors=True)


def _write_parts(frame: pd.DataFrame, owners: Sequence[str], folder: Path) -> None:
    """One Parquet file for each owner of rows; months as their first day, since Parquet knows no months."""
    months = [name for name in frame if frame[name].dtype == "period[M]"]
    frame = frame.assign(**{str(name): frame[name].dt.to_timestamp() for name in months})
    for owner in owners:
        rows = frame if owner == ALL_ROWS else frame[frame["vendor"] == owner]
        if len(rows):
            rows.to_parquet(folder / f"{_part(owner)}.parquet")


def _part(owner: str) -> str:
    return "_every_vendor" if owner == EVERY_VENDOR else owner  # no vendor's id begins with _


def _about(loaded: Loaded, table: Table, path: Path, known: Sequence[str]) -> dict[str, Any]:
    """What `Prepared` says of a file, as JSON's own types."""
    frame = loaded.frame
    months = months_of(frame[table.dated]).dropna() if table.dated else pd.Series(dtype="period[M]")
    kept = frame.loc[frame["vendor"].isin(known), "vendor"] if table.by_vendor else pd.Series(ALL_ROWS, frame.index)
    return {
        "table": table.name,
        "file": path.name,
        "digest": digest(path),
        "rows": len(frame),
        "faults": len(loaded.faults),
        "blocked": _blocked(loaded, table, known),
        "vendors": {str(owner): int(count) for owner, count in kept.value_counts(sort=False).items()},
        "strays": len(frame) - len(kept),
        "first": str(months.min()) if len(months) else "",
        "last": str(months.max()) if len(months) else "",
        "silent": _silent_months(months),
    }


def _blocked(loaded: Loaded, table: Table, known: Sequence[str]) -> dict[str, str]:
    """For each vendor the headline of the faults in its rows; a fault of the whole file, or in shared rows, is everyone's."""
    owners = loaded.frame["vendor"].to_dict() if table.by_vendor and loaded.faults else {}
    found: dict[str, list[Fault]] = {}
    for fault, row in zip(loaded.faults, loaded.rows, strict=True):
        owner = EVERYONE if row is None or not table.by_vendor else str(owners[row])
        if owner == EVERYONE or owner in known:
            found.setdefault(owner, []).append(fault)
    return {owner: DataError(faults).headline for owner, faults in found.items()}


def _silent_months(months: pd.Series) -> list[str]:
    """Months between the first and the last in which the whole file has no row: unknown, not zero."""
    if months.empty:
        return []
    every = pd.period_range(months.min(), months.max(), freq="M")
    return [str(month) for month in every.difference(pd.PeriodIndex(months.unique(), freq="M"))]


def read_slice(client: Client, table: Table, vendor: str) -> pd.DataFrame:
    """One vendor's rows of a table (all rows where the table is not by vendor), from the prepared store.

    The frame's index is the spreadsheet row. Its `attrs` are always these: `table`, `dated`, `file`, `digest`, `currency`,
    `covers` (first and last month of the whole file), `silent` (months without any row), `strays` (rows of the file that
    belong to no vendor of the client), `absent` (why it cannot be used, or '') and `faulty` (whether that is for a fault).
    """
    try:
        return _read_slice(client, table, vendor)
    except FileNotFoundError:  # the file was changed, and another process prepared it anew, while this one was reading
        return _read_slice(client, table, vendor)


def _read_slice(client: Client, table: Table, vendor: str) -> pd.DataFrame:
    owner = vendor if table.by_vendor else ALL_ROWS
    rows, known = no_rows(table), None
    try:
        known = prepare(client, table)
        fault = known.fault(owner) if known else ""
        absent = known.absent(owner) if known else f"{table.name}.csv is missing"
    except DataError as error:  # two files for one table
        fault = absent = error.headline
    if known and not absent:
        rows = pd.read_parquet(known.folder / f"{_part(owner)}.parquet")
        months = [column.name for column in table.columns if column.kind == "month"]
        rows = rows.assign(**{name: rows[name].dt.to_period("M") for name in months})
    rows.attrs = {
        "table": table.name,
        "dated": table.dated,
        "file": known.file if known else "",
        "digest": known.digest if known else "",
        "currency": client.currency,
        "covers": (known.first, known.last) if known else ("", ""),
        "silent": known.silent if known else [],
        "strays": known.strays if known else 0,
        "absent": absent,
        "faulty": bool(fault),
    }
    return rows


@dataclass(frozen=True)
class Checked:
    """What `toolkit check` found: every fault of every file, and one row a table (table, file, rows, faults, first, last)."""

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
            rows.append([table.name, known.file, known.rows, known.faults, known.first, known.last])
        else:
            rows.append([table.name, "", 0, 0, "", ""])
    faults += misnamed_files(folder, [table.name for table in tables])
    return Checked(faults, pd.DataFrame(rows, columns=["table", "file", "rows", "faults", "first", "last"]))
