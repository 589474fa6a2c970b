"""A client: a folder with `review.yaml`, what it says, and the tables that every client has."""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from toolkit import model, tables
from toolkit.errors import DataError, Fault, SettingsError, did_you_mean
from toolkit.files import ROOT, code_digests, digest, prepared_folder, write_whole
from toolkit.model import ID, Period, Selection, Vendor
from toolkit.tables import UTC, Column, Loaded, Rule, Table, check_cells, find_file, no_rows, read_table, visible

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

_asked = partial(Column, required=False, filled=False)

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
        Column(
            "measure",
            "text",
            "Address of the measure; empty where none of the toolkit is meant",
            filled=False,
            example="cost.saving_share",
        ),
        Column(
            "direction",
            "text",
            "On which side of the target the result should lie",
            allowed=("at_least", "at_most", "between"),
            example="at_least",
        ),
        Column(
            "target",
            "number",
            "Target, in the measure's unit; shares as 0.10, not 10; 1 for what is to be done (unit yes/no)",
            filled=False,
            example="0.10",
        ),
        Column("target_high", "number", "Upper end, for direction between", required=False, filled=False, example=""),
        Column("baseline", "number", "Value before, in the same unit", required=False, filled=False, example="0"),
        _asked("unit", "text", "Unit of the target; yes/no for what is done or not", example="share"),
        _asked("due", "date", "Day by which it is to be reached", example="2026-12-31"),
        _asked("owner", "text", "Who answers for it", example="Head of IT services"),
        _asked(
            "kind",
            "text",
            "committed: to be reached in full; stretch: 0.7 of the way is success; committed where it is not said",
            allowed=("committed", "stretch"),
            example="committed",
        ),
        _asked(
            "weight", "number", "Weight among the goals of its objective; 1 where it is not said", low=0, example="2"
        ),
        _asked("start", "date", "Day from which it counts; earlier reviews leave it out", example="2026-01-01"),
        _asked("source", "text", "Where its values come from, where no measure is named", example="Device inventory"),
        _asked("reason", "text", "Why it matters", example="Calls are the largest part of the bill"),
        _asked("serves", "text", "Objective of the client that it serves", example="Run IT for 5 % less by 2027"),
        _asked("clause", "text", "Clause of the contract that it rests on", example="Schedule 3, 2.1"),
        _asked(
            "achievable", "text", "Whether a person takes it to be within reach", allowed=("yes", "no"), example="yes"
        ),
        _asked("achievable_because", "text", "Why", example="The same step was made at another site"),
        _asked("acknowledged", "date", "Day on which the vendor agreed to it", example="2026-01-15"),
        _asked("client_rank", "integer", "Place that the client gives it among the goals, from 1", low=1, example="1"),
        _asked("vendor_rank", "integer", "Place that the vendor gives it", low=1, example="3"),
    ),
    key=("vendor", "goal"),
    rules=(
        Rule(
            "a target_high of at least the target, for direction between",
            ("direction", "target", "target_high"),
            lambda rows: (
                (rows["direction"] != "between") | (rows["target_high"] >= rows["target"]) | rows["target"].isna()
            ),
        ),
    ),
)

SELECTIONS = Table(  # the entries of review.yaml; there is no file of it
    "selections",
    "one decision between several candidates",
    (
        Column("selection", "id", "Id of the selection; it names the folder of its report", example="desk_2027"),
        Column("name", "text", "Name as reports print it", example="Service desk from 2027"),
        _asked("question", "text", "What is to be decided", example="Who runs the service desk from April 2027?"),
        _asked("opened", "date", "Day from which it is reported on", example="2026-07-01"),
        _asked("decided", "date", "Day on which it was decided; periods after it leave it out", example="2026-11-30"),
    ),
    key=("selection",),
    rules=(
        Rule(
            "a decision that is not before the opening",
            ("opened", "decided"),
            lambda rows: rows["opened"].isna() | rows["decided"].isna() | (rows["decided"] >= rows["opened"]),
        ),
    ),
)

REMARKS = Table(
    "remarks",
    "what an analyst thinks of one finding; it is printed below the finding and never alters a verdict",
    (
        Column("vendor", "id", "Vendor id, or that of a selection", example="alder"),
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

REPLIES = Table(
    "replies",
    "what a vendor answered to one finding of a review; it is printed below the finding and alters no number by itself",
    (
        Column("vendor", "id", "Vendor id", example="alder"),
        Column("period", "period", "Period of the review that is answered", example="2026-Q2"),
        Column("address", "text", "Id of the finding", example="quality.sla_attainment"),
        Column("reply", "text", "The reply", example="Eleven of these tickets waited for the client's approval."),
        Column("by", "text", "In what role it was given", required=False, filled=False, example="Service manager"),
        Column("date", "date", "When", required=False, filled=False, example="2026-07-20"),
    ),
)

TABLES = (VENDORS, GOALS, REMARKS, REPLIES, EXCHANGE_RATES)

THRESHOLDS: dict[str, tuple[float, float, str]] = {  # default, lowest, what it is
    "baseline_months": (12, 1, "months before the contract from which the baseline is taken"),
    "noise_months": (12, 1, "months up to the period's end from which month-to-month noise is taken"),
    "discount_rate": (0.08, 0, "yearly rate at which later money is discounted"),
    "price_tolerance": (0.002, 0, "share by which a billed price may exceed the agreed one before it is a fault"),
    "duplicate_days": (45, 0, "days within which two equal charges may be one charge billed twice"),
    "scenario_months": (36, 1, "months over which ways to get a service are compared"),
    "scenario_correlation": (0.3, 0, "rank correlation of every two uncertain inputs of a scenario, below 1"),
    "people_floor": (5, 5, "people below whom nothing that they said is shown"),
    "distribution_floor": (8, 8, "people below whom no distribution of their answers is shown"),
    "comment_floor": (10, 10, "people below whom none of their comments is shown"),
    "weight_sureness": (20, 1, "how sure weights are: one of 0.30 has a standard deviation of 0.10 at 20, 0.15 at 8"),
    "cheap_share": (0.3, 0, "share by which a price lies below the should-cost from which it is too cheap to be true"),
    "few_bidders": (3, 1, "bidders below whom there is hardly a competition"),
}
SETTINGS = (
    *("client", "currency", "price_index", "periods", "calendar", "thresholds", "vendors", "selections", "about"),
    "source",
)
MONTHS = {"month": 1, "quarter": 3, "half": 6, "year": 12}
LISTS = {"aliases": "|", "patterns": " | "}  # what joins a list of review.yaml into a cell of the table vendors
RESERVED = ("notebooks",)  # names that stand beside the vendors' folders in a report
EVERY_VENDOR = "*"  # the owner of goals that hold for every vendor


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
    source: str = ""  # the database that holds the tables, without its password; '' where they are files
    zone: str = UTC  # of the clocks by which moments are written that do not say so themselves
    about: str = ""  # a sentence about the data that every report of this client prints
    selections: dict[str, Selection] = field(default_factory=dict)

    def selection(self, text: str) -> Selection:
        """The selection with this id; SettingsError with a suggestion when there is none."""
        if str(text) not in self.selections:
            hint = did_you_mean(str(text), list(self.selections))
            raise SettingsError(Fault("selection", repr(text), f"a selection of {self.name}", hint))
        return self.selections[str(text)]

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
    """Read `review.yaml` (and the table vendors where there is one); SettingsError lists all that is wrong with them.

    What was read without a fault is kept in the prepared store, and taken from there until one of the two changes.
    """
    kept = prepared_folder(folder) / f"client-{_state(folder)}.json"
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError):  # not there, or spoiled
        return _kept_client(folder, json.loads(kept.read_text(encoding="utf-8")))
    client = _read_client(folder)
    _keep(client, kept)
    return client


def _state(folder: Path) -> str:
    """What changes whenever a client has to be read anew: its settings, its vendors and the code that reads them."""
    files = [folder / "review.yaml", *sorted(folder.glob("vendors.*"))]
    content = [(path.name, digest(path)) for path in files if path.is_file()]
    code = code_digests(__file__, model.__file__, tables.__file__)
    return hashlib.sha256(json.dumps([folder.name, content, code]).encode()).hexdigest()[:16]


def _keep(client: Client, file: Path) -> None:
    """Write down what was read, in place of what was read before; settings that JSON does not know are read each time."""
    plain = {name: getattr(client, name) for name in _PLAIN}
    vendors = [
        [row.id, row.name, _text(row.contract_start), _text(row.compare_from)] for row in client.vendors.values()
    ]
    names = client.names.reset_index().to_dict("list")
    selections = [asdict(selection) for selection in client.selections.values()]
    kept = {**plain, "vendors": vendors, "names": names, "selections": selections}
    kept["periods"] = [str(period) for period in client.periods]
    with contextlib.suppress(OSError, TypeError):
        write_whole(file, json.dumps(kept, ensure_ascii=False))
        for older in file.parent.glob("client-*.json"):
            if older != file:
                older.unlink(missing_ok=True)


_PLAIN = ("name", "currency", "price_index", "thresholds", "calendar", "source", "zone", "about")


def _kept_client(folder: Path, kept: dict[str, Any]) -> Client:
    names = pd.DataFrame(kept.pop("names")).set_index("index").rename_axis(None)
    months = [
        (name, text, start and pd.Period(start, "M"), since and pd.Period(since, "M"))
        for name, text, start, since in kept.pop("vendors")
    ]
    selections = [Selection(**entry) for entry in kept.pop("selections")]
    if not all(ID.fullmatch(name) for name in (*(row[0] for row in months), *(item.id for item in selections))):
        raise ValueError("an id that is none")
    periods = [Period.parse(text) for text in kept.pop("periods")]
    return Client(
        id=folder.name,
        folder=folder,
        vendors={vendor[0]: Vendor(*vendor) for vendor in months},
        names=names,
        periods=periods,
        selections={item.id: item for item in selections},
        **kept,
    )


def _text(month: pd.Period | None) -> str | None:
    return None if month is None else str(month)


def _read_client(folder: Path) -> Client:
    """A client as its files say, checked."""
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
        calendar = {}
    zone = _zone(calendar.get("timezone"), faults)
    faults += _check_source(settings.get("source"))
    selections = _selections(settings.get("selections"), faults)
    rows = _vendor_rows(folder, settings.get("vendors"), list(selections), faults)
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
        source=str(settings.get("source") or ""),
        zone=zone,
        about=visible(str(settings.get("about") or "")),
        selections=selections,
    )


def _read_yaml(file: Path) -> dict[str, Any]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml, where it is there, takes a tenth of the time
    if not file.is_file():
        raise SettingsError(Fault(file.parent.name, "no review.yaml", "review.yaml, as in data/sample"))
    try:
        reading = loader(file.read_text(encoding="utf-8-sig"))
        try:
            node = reading.get_single_node()
            twice = _keys_given_twice(node)  # before it is built: that follows `<<` in it
            settings = reading.construct_document(node) if node is not None else None
        finally:
            reading.dispose()
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


def _zone(given: Any, faults: list[Fault]) -> str:
    """A time zone by its name in the IANA database; UTC where none is given."""
    import zoneinfo

    known = zoneinfo.available_timezones() if given is not None else set()
    if given is not None and given not in known:
        hint = did_you_mean(str(given), sorted(known))
        faults.append(Fault("review.yaml, calendar, timezone", repr(given), "a time zone such as Europe/London", hint))
    return str(given) if given in known else UTC


def _check_source(given: Any) -> list[Fault]:
    """A fault for a source that is no database, and for a password, which must not be repeated here."""
    from urllib.parse import parse_qs, urlsplit

    where, wanted = "review.yaml, source", "a database such as postgresql://reader@host/finance"
    if given is None:
        return []
    try:
        parts = urlsplit(str(given))
        secret = parts.password is not None or "password" in parse_qs(parts.query)
    except ValueError:
        return [Fault(where, "an address that cannot be read", wanted)]
    if secret:
        do = "Put it into PGPASSWORD or ~/.pgpass, and choose another one if this file was shared."
        return [Fault(where, "a password", f"{wanted}, without a password", do)]
    if parts.scheme not in ("postgresql", "postgres"):
        return [Fault(where, "no address of a PostgreSQL database", wanted)]
    return []


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


def _selections(listed: Any, faults: list[Fault]) -> dict[str, Selection]:
    """The selections that review.yaml lists, checked as a table would be."""
    where = "review.yaml, selections"
    loaded = _listed(listed or [], SELECTIONS, where)
    rows = loaded.frame
    faults += loaded.faults + _clashing_ids(rows["selection"].dropna(), f"{where}, entry")
    faults += _equal_names(rows["name"].dropna(), f"{where}, entry", "selection")
    return {str(row["selection"]): _selection(row) for row in rows.to_dict("records")}


def _selection(row: Mapping[Any, Any]) -> Selection:
    days = ("" if pd.isna(row[name]) else str(row[name].date()) for name in ("opened", "decided"))
    return Selection(row["selection"], row["name"], "" if pd.isna(row["question"]) else row["question"], *days)


def _vendor_rows(folder: Path, listed: Any, selections: Sequence[str], faults: list[Fault]) -> pd.DataFrame:
    """Every vendor, from review.yaml or from the table vendors, each under the same promises.

    There may be none where there are `selections`, with whose ids the vendors' may not clash: each names a folder.
    """
    try:
        path = find_file(folder, "vendors")
    except DataError as error:
        faults += [fault for fault in error.faults if isinstance(fault, Fault)]
        return no_rows(VENDORS)
    if path is not None and listed:
        faults.append(Fault("review.yaml, vendors", f"a list, and {path.name} beside it", "one of the two"))
    where = path.name if path is not None else "review.yaml, vendors"
    loaded = read_table(path, VENDORS) if path is not None else _listed(listed or [], VENDORS, where)
    if not len(loaded.frame) and not loaded.faults and not selections:
        faults.append(Fault(where, "no vendor", "at least one"))
    rows = f"{where}, row" if path is not None else f"{where}, entry"
    faults += loaded.faults + _clashing_ids(loaded.frame["vendor"].dropna(), rows, selections)
    faults += _equal_names(loaded.frame["name"].dropna(), rows) + _bad_patterns(loaded.frame, rows)
    return loaded.frame


def _listed(listed: Any, table: Table, where: str) -> Loaded:
    """The vendors, or selections, that review.yaml lists, checked as a table of them is."""
    key = table.key[0]
    faults: list[Fault] = []
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        faults.append(Fault(where, repr(listed)[:60], f"a list of entries, each with `{key}` and `name`"))
        listed = []
    for number, entry in enumerate(listed, start=1):
        faults += _check_keys(entry, table.names, f"{where}, entry {number}")
        given = entry.get(key)
        if given is not None and not isinstance(given, str):
            do = "Put quotes around it: YAML reads 007 as 7, and no as false."
            faults.append(Fault(f"{where}, entry {number}, `{key}`", f"the {_kind(given)} {given}", "a text", do))
    if faults:
        return Loaded(no_rows(table), faults, [None] * len(faults))
    loaded = check_cells(_yaml_cells(listed, table), table, where)
    named = [replace(fault, where=fault.where.replace(", row ", ", entry ", 1)) for fault in loaded.faults]
    return replace(loaded, faults=named)


def _kind(value: Any) -> str:
    return {bool: "truth value", int: "number", float: "number"}.get(type(value), type(value).__name__)


def _yaml_cells(entries: list[dict[str, Any]], table: Table) -> pd.DataFrame:
    """What review.yaml lists as the cells of a table: lists joined, dates and numbers as text."""

    def cell(name: str, value: Any) -> str:
        if name in LISTS and isinstance(value, list):
            return LISTS[name].join(str(item).strip() for item in value)
        return "" if value is None else str(value).strip()

    rows = [{name: cell(name, entry.get(name)) for name in table.names} for entry in entries]
    return pd.DataFrame(rows, columns=table.names, index=pd.RangeIndex(1, len(rows) + 1), dtype="str")


def _clashing_ids(ids: pd.Series, where: str, taken: Sequence[str] = ()) -> list[Fault]:
    """Ids that would share a folder: with one another where capitals do not count, or with a folder of the report."""
    lowered = ids.str.lower()
    reserved = [*RESERVED, *(name.lower() for name in taken)]
    clashing = ids[(lowered.duplicated() & ~ids.duplicated()) | lowered.isin(reserved)]
    wanted = f"an id that differs from the others in more than capitals, and is not {', '.join(reserved)}"
    return [Fault(f"{where} {row}, `{ids.name}`", repr(name), wanted) for row, name in clashing.items()]


def _equal_names(names: pd.Series, where: str, of: str = "vendor") -> list[Fault]:
    """Names that two bear: a page that prints them side by side could not tell the two apart."""
    twice = names[names.str.casefold().duplicated()]
    return [
        Fault(f"{where} {row}, `name`", repr(name), f"a name that no other {of} has") for row, name in twice.items()
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
