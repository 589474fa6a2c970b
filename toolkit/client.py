"""A client: a folder with `review.yaml` and one file a table, read and checked once and kept by vendor."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit.errors import DataError, Fault, SettingsError, did_you_mean
from toolkit.files import ROOT, digest
from toolkit.model import ID, Period, Vendor
from toolkit.tables import SUFFIXES, Column, Rule, Table, check_cells, find_file, no_rows, read_table

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
            "a target_high above the target for direction between",
            ("direction", "target_high"),
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
)

TABLES = (VENDORS, GOALS, REMARKS, EXCHANGE_RATES)

THRESHOLDS: dict[str, tuple[float, str]] = {
    "baseline_months": (12, "months before the contract from which the baseline is taken"),
    "noise_months": (12, "months up to the period's end from which month-to-month noise is taken"),
    "discount_rate": (0.08, "yearly rate at which later money is discounted"),
    "price_tolerance": (0.002, "share by which a billed price may exceed the agreed one before it is a fault"),
    "duplicate_days": (45, "days within which two equal charges may be one charge billed twice"),
}
SETTINGS = ("client", "currency", "price_index", "periods", "calendar", "thresholds", "vendors", "about")
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
STORE = ".prepared"


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
    file = folder / "review.yaml"
    settings = _read_yaml(file)
    faults: list[Fault] = []
    _check_keys(settings, SETTINGS, "review.yaml", faults)
    thresholds = settings.get("thresholds") or {}
    _check_keys(thresholds, tuple(THRESHOLDS), "review.yaml, thresholds", faults)
    faults += [
        Fault(f"review.yaml, thresholds, {key}", repr(value), f"a number: {THRESHOLDS[key][1]}")
        for key, value in thresholds.items()
        if key in THRESHOLDS and (isinstance(value, bool) or not isinstance(value, int | float))
    ]
    for key in ("client", "currency", "periods"):
        if not settings.get(key):
            faults.append(Fault("review.yaml", f"no `{key}`", f"`{key}`, as in data/sample/review.yaml"))
    currency = str(settings.get("currency", ""))
    if currency and not re.fullmatch(r"[A-Z]{3}", currency):
        faults.append(Fault("review.yaml, currency", repr(currency), "three capital letters, as in ISO 4217: GBP"))
    if not ID.fullmatch(folder.name):
        faults.append(Fault("folder of the client", repr(folder.name), "letters, digits, - and _ only"))
    rows = _vendor_rows(folder, settings.get("vendors"), faults)
    periods = _periods(settings.get("periods"), faults)
    if faults:
        raise SettingsError(faults)
    vendors = {row["vendor"]: _vendor(row) for row in rows.to_dict("records")}
    names = pd.DataFrame(
        {
            "vendor": rows["vendor"],
            "name": rows["name"],
            "aliases": [
                [part.strip() for part in text.split("|") if part.strip()] for text in rows["aliases"].fillna("")
            ],
            "patterns": [[part for part in text.split(" | ") if part] for text in rows["patterns"].fillna("")],
        }
    )
    return Client(
        id=folder.name,
        name=str(settings["client"]),
        currency=currency,
        folder=folder,
        vendors=vendors,
        names=names,
        periods=periods,
        price_index=str(settings.get("price_index") or ""),
        thresholds={key: float(thresholds.get(key, default)) for key, (default, _) in THRESHOLDS.items()},
        calendar=settings.get("calendar") or {},
        about=str(settings.get("about") or ""),
    )


def _read_yaml(file: Path) -> dict[str, Any]:
    import yaml

    if not file.is_file():
        raise SettingsError(Fault(file.parent.name, "no review.yaml", "review.yaml, as in data/sample"))
    try:
        settings = yaml.safe_load(file.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"review.yaml, line {mark.line + 1}" if mark else "review.yaml"
        raise SettingsError(Fault(where, "text that is no YAML", "YAML, as in data/sample/review.yaml")) from None
    if not isinstance(settings, dict):
        raise SettingsError(
            Fault("review.yaml", "no settings", "settings as `key: value`, as in data/sample/review.yaml")
        )
    return settings


def _check_keys(given: Any, known: Sequence[str], where: str, faults: list[Fault]) -> None:
    if not isinstance(given, dict):
        faults.append(Fault(where, repr(given), "settings as `key: value`"))
        return
    faults += [
        Fault(where, f"`{key}`", "a setting that exists", did_you_mean(str(key), known))
        for key in given
        if key not in known
    ]


def _vendor_rows(folder: Path, listed: Any, faults: list[Fault]) -> pd.DataFrame:
    """Every vendor, from review.yaml or from the table vendors, each under the same promises."""
    path = find_file(folder, "vendors")
    if path is not None and listed:
        faults.append(Fault("review.yaml, vendors", f"a list, and {path.name} beside it", "one of the two"))
    if path is not None:
        loaded = read_table(path, VENDORS)
    else:
        entries = [entry if isinstance(entry, dict) else {"vendor": entry} for entry in listed or []]
        for entry in entries:
            _check_keys(entry, VENDORS.names, "review.yaml, vendors", faults)
        loaded = check_cells(_yaml_cells(entries), VENDORS, "review.yaml, vendors")
    if not len(loaded.frame) and not loaded.faults:
        faults.append(Fault("review.yaml, vendors", "no vendor", "at least one"))
    faults += loaded.faults
    return loaded.frame


def _yaml_cells(entries: list[dict[str, Any]]) -> pd.DataFrame:
    """Vendors listed in review.yaml as the cells of the table: lists joined, dates and numbers as text."""
    joints = {"aliases": "|", "patterns": " | "}
    rows = [
        {
            name: joints[name].join(map(str, entry[name]))
            if isinstance(entry.get(name), list)
            else str(entry.get(name) or "")
            for name in VENDORS.names
        }
        for entry in entries
    ]
    return pd.DataFrame(rows, columns=VENDORS.names, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")


def _vendor(row: dict[str, Any]) -> Vendor:
    start = None if pd.isna(row["contract_start"]) else row["contract_start"].to_period("M")
    since = start if pd.isna(row["compare_from"]) else row["compare_from"]
    return Vendor(row["vendor"], row["name"], start, since)


def _periods(given: Any, faults: list[Fault]) -> list[Period]:
    """`periods` as a list of periods, or as {from:, to:, every: month|quarter|half|year}."""
    if given is None:
        return []
    try:
        if isinstance(given, dict):
            _check_keys(given, ("from", "to", "every"), "review.yaml, periods", faults)
            first, last = Period.parse(given.get("from", "")), Period.parse(given.get("to", ""))
            step = MONTHS.get(str(given.get("every", "")), first.months)
            ends = range(first.first, last.first + last.months, step)
            return [Period(month, step) for month in ends]
        return sorted({Period.parse(item) for item in (given if isinstance(given, list) else [given])})
    except SettingsError as error:
        faults += [
            Fault(f"review.yaml, {fault.where}", fault.found, fault.wanted)
            for fault in error.faults
            if isinstance(fault, Fault)
        ]
        return []


# ------------------------------------------------------------------------------------------------------ the prepared store
@dataclass(frozen=True)
class Prepared:
    """What is known of one table of a client after it was read, checked and written by vendor.

    faults: every fault with the vendor in whose row it stands ('' where it concerns the whole file or no known vendor).
    vendors: rows kept for each vendor. first, last, silent: the months that the file covers, and those within them in
    which no vendor has a row.
    """

    table: str
    file: str
    digest: str
    rows: int
    faults: list[tuple[str, Fault]]
    vendors: dict[str, int]
    first: str
    last: str
    silent: list[str]
    folder: Path

    def fault(self, vendor: str) -> str:
        """The faults that keep this vendor's rows from being used, as one sentence, or ''.

        A faulty row stops its own vendor only; one of a vendor that the client does not have stops nobody.
        """
        theirs = [fault for owner, fault in self.faults if owner == vendor]
        whole = [fault for owner, fault in self.faults if owner == "" and "`vendor`" not in fault.where]
        return DataError(whole or theirs).headline if whole or theirs else ""

    def absent(self, vendor: str) -> str:
        """Why this vendor's rows cannot be used, or ''."""
        return self.fault(vendor) or ("" if self.vendors.get(vendor) else f"{self.file} holds no row for this vendor")


def prepare(client: Client, table: Table) -> Prepared | None:
    """Read, check and write one table by vendor, unless the prepared store already holds it; None without a file.

    The store lies in `<client>/.prepared/<table>-<key>/`, the key being made of the file's size and time of change, the
    declaration and the vendors; it is written under another name and renamed, so that it is whole or not there.
    """
    path = find_file(client.folder, table.name) or find_file(ROOT / "data" / "reference", table.name)
    if path is None:
        return None
    stat = path.stat()
    promise = json.dumps(
        [table.name, repr(table.columns), table.key, len(table.rules), sorted(client.vendors), client.currency]
    )
    key = hashlib.sha256(f"{path}{stat.st_size}{stat.st_mtime_ns}{promise}".encode()).hexdigest()[:16]
    store = client.folder / STORE / f"{table.name}-{key}"
    if not (store / "prepared.json").is_file():
        _fill_store(client, table, path, store)
    known = json.loads((store / "prepared.json").read_text(encoding="utf-8"))
    known["faults"] = [(owner, Fault(*fault)) for owner, fault in known["faults"]]
    return Prepared(folder=store, **known)


def _fill_store(client: Client, table: Table, path: Path, store: Path) -> None:
    loaded = read_table(path, table, client.currency)
    frame, faults = loaded.frame, list(zip(loaded.rows, loaded.faults, strict=True))
    if table.by_vendor:
        faults += _unknown_vendors(client, frame, path.name, every=table.name == "goals")
    owners = frame["vendor"].to_dict() if table.by_vendor and faults else {}
    owned = [(owners.get(row), fault) for row, fault in faults]
    months = frame[table.dated].dt.to_period("M") if table.dated == "date" else frame.get(table.dated)
    covered = None if months is None else months.dropna()
    store.parent.mkdir(parents=True, exist_ok=True)
    (store.parent / ".gitignore").write_text("*\n", encoding="utf-8")
    with tempfile.TemporaryDirectory(dir=store.parent) as temporary:
        parts = frame.groupby("vendor", observed=True) if table.by_vendor else [("all", frame)]
        counts = {}
        for vendor, rows in parts:
            counts[str(vendor)] = len(rows)
            stored = rows.assign(
                **{name: rows[name].dt.to_timestamp() for name in rows if rows[name].dtype == "period[M]"}
            )
            if str(vendor) in client.vendors or str(vendor) in ("all", "*"):
                stored.to_parquet(Path(temporary) / f"{_part(vendor)}.parquet")
        known = {
            "table": table.name,
            "file": path.name,
            "digest": digest(path),
            "rows": len(frame),
            "faults": [
                (
                    (owner if owner in client.vendors or owner == "*" else ""),
                    [fault.where, fault.found, fault.wanted, fault.do],
                )
                for owner, fault in owned
            ],
            "vendors": counts,
            "first": str(covered.min()) if covered is not None and len(covered) else "",
            "last": str(covered.max()) if covered is not None and len(covered) else "",
            "silent": _silent_months(covered),
        }
        (Path(temporary) / "prepared.json").write_text(json.dumps(known, ensure_ascii=False), encoding="utf-8")
        os.chmod(temporary, 0o755)
        for older in store.parent.glob(f"{table.name}-*"):
            shutil.rmtree(older, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process may have filled the same store meanwhile: it is equal
            os.rename(temporary, store)
            Path(temporary).mkdir(exist_ok=True)  # the context manager wants something to remove


def _part(vendor: object) -> str:
    return "every-vendor" if vendor == "*" else str(vendor)


def _silent_months(covered: pd.Series | None) -> list[str]:
    """Months between the first and the last in which the whole file has no row: unknown, not zero."""
    if covered is None or covered.empty:
        return []
    every = pd.period_range(covered.min(), covered.max(), freq="M")
    return [str(month) for month in every.difference(pd.PeriodIndex(covered.unique(), freq="M"))]


def _unknown_vendors(client: Client, frame: pd.DataFrame, file: str, *, every: bool) -> list[tuple[int, Fault]]:
    """A fault for each row of a vendor that the client does not have; `*` stands for every vendor in goals."""
    known = [*client.vendors, *(["*"] if every else [])]
    strays = frame.loc[frame["vendor"].notna() & ~frame["vendor"].isin(known), "vendor"]
    hints = {name: did_you_mean(name, known) for name in strays.unique()}
    return [
        (row, Fault(f"{file}, row {row}, `vendor`", repr(name), f"a vendor of {client.name}", hints[name]))
        for row, name in strays.items()
    ]


def read_slice(client: Client, table: Table, vendor: str) -> pd.DataFrame:
    """One vendor's rows of a table (all rows where the table is not by vendor), from the prepared store.

    The frame's index is the spreadsheet row. Its `attrs` say where it came from: `file`, `digest`, `currency`, `covers`
    (first and last month of the whole file), `silent` (months without any row), and `absent`: why it cannot be used.
    """
    known = prepare(client, table)
    if known is None:
        empty = no_rows(table)
        empty.attrs.update(table=table.name, dated=table.dated, file="", digest="", currency=client.currency)
        empty.attrs.update(absent=f"{table.name}.csv is missing", covers=("", ""), silent=[])
        return empty
    absent = known.absent(vendor if table.by_vendor else "all")
    part = known.folder / f"{_part(vendor) if table.by_vendor else 'all'}.parquet"
    rows = pd.read_parquet(part) if part.is_file() and not absent else no_rows(table)
    months = [column.name for column in table.columns if column.kind == "month"]
    rows = rows.assign(**{name: rows[name].dt.to_period("M") for name in months if rows[name].dtype != "period[M]"})
    rows.attrs.update(
        table=table.name, dated=table.dated, file=known.file, digest=known.digest, currency=client.currency
    )
    rows.attrs.update(absent=absent, covers=(known.first, known.last), silent=known.silent)
    rows.attrs["faulty"] = bool(known.fault(vendor))
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
            faults += [fault for _, fault in known.faults]
            rows.append([table.name, known.file, known.rows, len(known.faults), known.first, known.last])
        else:
            rows.append([table.name, "", 0, 0, "", ""])
    names = [table.name for table in tables]
    strange = [
        path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES and path.stem not in (*names, "faults")
    ]
    faults += [Fault(path.name, "a file", "the file of a table", did_you_mean(path.stem, names)) for path in strange]
    return Checked(faults, pd.DataFrame(rows, columns=["table", "file", "rows", "faults", "first", "last"]))
