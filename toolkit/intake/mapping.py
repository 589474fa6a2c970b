"""A mapping file: which export becomes which canonical table, checked whole before any file is opened."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.intake import survey_settings
from toolkit.intake.kinds import (
    CHARGE,
    DATE_FORMATS,
    DECIMAL,
    DELIMITER,
    ENCODINGS,
    EXTRACT,
    FOUND,
    HEADER_ROW,
    NAMED_TEXTS,
    PATTERNS,
    REGEXES,
    ROWS,
    SECTION,
    SECTIONS,
    SIDES,
    TEXT,
    TEXTS,
    UNREAD,
    VALUES,
    YES_NO,
    ZONE,
)
from toolkit.intake.survey_settings import Survey
from toolkit.tables import PATTERNS as SHAPES
from toolkit.tables import Column, Table, must_be_filled, wanted

FROM_ELSEWHERE = (
    "vendor",
    "source_file",
    "source_row",
)  # the vendor follows from the supplier, the source from the file
FROM_FILE = ("invoice", "line")  # where an export has none, the file's name and the row stand for them
SUPPLIER, AMOUNT = "supplier", "amount"
TICKETS, CHANGES, PAUSES = "tickets", "ticket_changes", "ticket_pauses"
UPDATED, CHANGED = "updated", "changed"
MESSAGE, ANSWERS_TO, SENT = THREAD = ("message", "answers_to", "sent")  # columns of a message that no table has
PLACES = ("file", "sheet", "row", "cell")  # what a constant may be made of: where its row stands, and what stands there
EVENTS = (UPDATED, CHANGED, "old", "new")  # columns of an event log that no table has
FIELDS = ("priority", "state", "group")  # of a ticket, whose changes are its history
MUST_SAY = {"invoices": ("category", "service")}  # without these the table could be read, but hardly be used
LISTED = ("clauses",)  # whose key names an entry of a shipped list, which an export calls by other words
CREDIT_NOTE = "credit_note"  # the column by which a credit note is known; it may be required like the others

LEGAL_FORMS = ("LTD", "LIMITED", "PLC", "LLP", "LP", "UK", "INC", "CORP", "LLC", "GMBH", "AG", "SA", "BV", "AS", "AB")
CURRENCY_SYMBOLS = ("£", "$", "€", "GBP", "USD", "EUR")
DAY_FIRST = ("%d/%m/%Y", "%d/%m/%y", "%d.%m.%Y", "%d.%m.%y", "%d-%m-%Y", "%d-%m-%y")
MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m.%d.%Y", "%m.%d.%y", "%m-%d-%Y", "%m-%d-%y")
TIMES = ("", " %H:%M", " %H:%M:%S")  # behind a day, where a column holds moments


@dataclass(frozen=True)
class Skip:
    """Files that are not read: a file-name pattern, and why."""

    name: str
    why: str


@dataclass(frozen=True)
class Rule:
    """Rows that are left out: those where every column in `empty` is blank and every pattern in `matches` is found.

    Columns are canonical ones (`supplier`), or `any` for any cell of the row.
    """

    reason: str
    empty: tuple[str, ...]
    matches: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Mapping:
    """What a mapping file says, defaults filled in; made by `read_mapping`, which checks it."""

    name: str
    table: Table  # what is made
    others: dict[str, Table]  # what may be made beside it, of an event log
    events: bool  # whether a row is an event, and the last one of a ticket its state
    include: tuple[str, ...]
    skip: tuple[Skip, ...]
    encodings: tuple[str, ...]
    delimiter: str | None  # None: found from the header
    header_rows: tuple[int, ...]  # empty: the first row that holds every required column
    sheet: str | None  # None: the first sheet
    sheets: tuple[str, ...]  # patterns of names of several sheets; empty: one sheet
    merged: bool  # whether what stands in a merged cell stands in every row that it covers
    blank: tuple[str, ...]  # cells that hold nothing, though they are not empty
    columns: dict[str, tuple[str, ...]]
    required: tuple[str, ...]
    date_formats: tuple[str, ...]
    keep_unread: bool  # whether a row is kept without a date that cannot be read and that it need not have
    zone: str | None  # of the clocks by which its moments are written; None: the client's
    decimal: str
    thousands: tuple[str, ...]
    currency_symbols: tuple[str, ...]
    charge_is_negative: bool
    credit_columns: tuple[str, ...]
    credit_values: tuple[str, ...]
    legal_forms: tuple[str, ...]
    replace: dict[str, str]
    redacted: tuple[str, ...]
    leave_out: tuple[Rule, ...]
    constants: dict[str, str]
    values: dict[str, dict[str, str]]
    patterns: dict[str, dict[str, str]]  # regular expressions found in a column's text, and the value they stand for
    threads: bool = False  # whether a row is a message, and the first one of a thread its entry
    sides: dict[str, tuple[str, ...]] = field(default_factory=dict)  # side to names and mail domains
    ticks: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # column to headers, and what a tick below them means
    extract: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)  # column to columns and a pattern
    survey: Survey | None = None  # of the answers to a survey, and of its invitations

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which a row is no row of the table, and for which there is no constant."""
        return tuple(name for name in needed(self.table, events=self.events) if name not in self.constants)

    @property
    def personal(self) -> bool:
        """Whether its cells may name people, so that no fault may quote a whole row."""
        return self.survey is not None or bool(self.sides) or any(own.kind == "person" for own in self.table.columns)

    @property
    def makes(self) -> list[str]:
        """The names of the tables that are made, the mapping's own first."""
        if self.table.name == survey_settings.ANSWERS:
            return [self.table.name, survey_settings.RESPONDENTS, survey_settings.COMMENTS]
        return [self.table.name, *(name for name in (CHANGES, PAUSES) if self.events and name in self.others)]

    @property
    def counted(self) -> str:
        """What is counted beside rows: amounts, the tickets of an event log, the answers of a survey, or nothing ("")."""
        if self.table.name == survey_settings.ANSWERS:
            return "answers"
        return TICKETS if self.events else AMOUNT if AMOUNT in self.table.names else ""


def needed(table: Table, *, events: bool) -> tuple[str, ...]:
    """The columns that an export must have to be made into a table; a survey's stand in its section."""
    if table.name in survey_settings.LAYOUTS:
        return ()
    own = [column.name for column in table.columns if must_be_filled(column)]
    own = [name for name in own if name not in (*FROM_ELSEWHERE, *FROM_FILE)]
    return (*own, *([UPDATED] if events else []), SUPPLIER)


def supplied(table: Table) -> tuple[str, ...]:
    """The columns that an export may supply for a table."""
    if table.name in survey_settings.LAYOUTS:
        return (*survey_settings.COLUMNS[table.name], SUPPLIER)
    own = [name for name in table.names if name not in (*FROM_ELSEWHERE, SUPPLIER)]
    return (*own, SUPPLIER, *(EVENTS if table.name == TICKETS else ()), *(THREAD if is_log(table) else ()))


def is_log(table: Table) -> bool:
    """Whether the messages of a thread can be an entry of a table: it has a day on which it was raised, and a side that did."""
    return {"raised", "raised_by", "acknowledged", "title"} <= set(table.names)


def is_choice(column: Column) -> bool:
    """Whether a column holds one of a few values, so that each unknown one is reported once and not row by row."""
    return bool(column.allowed) or (column.kind == "integer" and column.low is not None and column.high is not None)


def fitting(column: Column, value: str) -> str | None:
    """A value as a column of few values holds it, upper or lower case aside; None where it is none of them."""
    if column.allowed:
        return {known.casefold(): known for known in column.allowed}.get(value.casefold())
    if is_choice(column):
        number = int(value) if re.fullmatch(r"[0-9]{1,4}", value) else None
        return str(number) if number is not None and column.low <= number <= column.high else None  # type: ignore[operator]
    return value


Settings = dict[str, Any]
MUST: dict[str, tuple[str, ...]] = {
    "": ("table", "columns"),
    "files.skip": ("name", "why"),
    "signs.credit_notes": ("column", "values"),
    "leave_out": ("reason",),
}


def _known_settings(table: Table) -> Settings:
    """Every setting there is: a kind, a nested section, or (in a list) a section that may be repeated."""
    texts = [column.name for column in table.columns if column.kind in ("text", "date")]
    constants = [*(name for name in texts if name not in (*FROM_ELSEWHERE, SUPPLIER)), SUPPLIER]
    survey = {}
    if table.name in survey_settings.LAYOUTS:
        constants, survey = list(survey_settings.CONSTANTS), {"survey": survey_settings.known_settings(table.name)}
    return {
        "table": TEXT,
        "rows": ROWS,
        "files": {"include": TEXTS, "skip": [{"name": TEXT, "why": TEXT}]},
        "encodings": ENCODINGS,
        "delimiter": DELIMITER,
        "header_row": HEADER_ROW,
        "sheet": TEXT,
        "sheets": TEXTS,
        "merged": YES_NO,
        "blank": TEXTS,
        "columns": dict.fromkeys(supplied(table), TEXTS),
        "required": TEXTS,
        "dates": {"formats": DATE_FORMATS, "day_first": YES_NO, "zone": ZONE, "unread": UNREAD},
        "numbers": {"decimal": DECIMAL, "thousands": TEXTS, "currency_symbols": TEXTS},
        "signs": {"charge": CHARGE, "credit_notes": {"column": TEXTS, "values": TEXTS}},
        "supplier": {"legal_forms": TEXTS, "replace": NAMED_TEXTS, "redacted": REGEXES},
        "leave_out": [{"reason": TEXT, "empty": TEXTS, "matches": PATTERNS}],
        "constants": dict.fromkeys(constants, TEXT),
        "values": VALUES,
        "patterns": FOUND,
        "sides": SIDES,
        "ticks": VALUES,
        "extract": EXTRACT,
        **survey,
    }


def read_mapping(path: str | Path, tables: Iterable[Table], constants: dict[str, str] | None = None) -> Mapping:
    """The mapping that a YAML file describes, with every default filled in.

    Parameters
    ----------
    path
        A mapping file as described in `templates/mappings/README.md`; its name without ending is the mapping's name.
    tables
        The tables that may be made; those that are not by vendor are none of them.
    constants
        Further constants, in place of those in the file.

    Raises
    ------
    SettingsError
        The file is missing, is no YAML, names no such table, or holds unknown keys, wrong types or too little: all such
        faults at once.
    """
    path = Path(path)
    settings = _read_yaml(path)
    if constants:
        given = settings.get("constants", {})
        settings["constants"] = given | constants if isinstance(given, dict) else given
    known = {table.name: table for table in tables if table.by_vendor}
    name = settings.get("table")
    if name not in known:
        found = repr(name) if name else "no `table`"
        address = _where(path.name, "table" if name else "")
        raise SettingsError(
            Fault(address, found, "the table to make of it", did_you_mean(str(name or ""), list(known)))
        )
    table, events = known[name], settings.get("rows") == "events"
    faults: list[Fault] = []
    must = {**MUST, "columns": _in_export(settings, needed(table, events=events))}
    if table.name in survey_settings.LAYOUTS:
        section = settings.get("survey", {})
        must["columns"] = survey_settings.needed_columns(table.name, section if isinstance(section, dict) else {})
    _check_section(settings, _known_settings(table), must, path.name, "", faults)
    if not faults:  # the rules between settings can only be checked on settings that are well formed
        _check_together(settings, table, path.name, faults)
    if faults:
        raise SettingsError(faults)
    return _fill_in(path.stem, settings, table, known)


def _in_export(settings: Settings, columns: tuple[str, ...]) -> tuple[str, ...]:
    """Of these columns those that the export must have: what is the same in each row it need not say, nor what is ticked."""
    told = [settings.get(key) for key in ("constants", "ticks")]
    named = {name for section in told if isinstance(section, dict) for name in section}
    return tuple(name for name in columns if name not in named)


def _read_yaml(path: Path) -> Settings:
    try:
        settings = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        known = sorted(file.stem for file in path.parent.glob("*.yaml"))
        raise SettingsError(
            Fault(str(path), "no such file", "a mapping file", did_you_mean(path.stem, known))
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(Fault(path.name, f"a file that cannot be read ({error})", "YAML in UTF-8")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path.name}, line {mark.line + 1}" if mark else path.name
        problem = getattr(error, "problem", None) or "no YAML"
        do = "Look at this line and the one above: indentation, colons, quotation marks."
        raise SettingsError(Fault(where, problem, "YAML", do)) from None
    if not isinstance(settings, dict):
        raise SettingsError(Fault(path.name, "no settings", "`key: value` lines, such as `table: invoices`"))
    return settings


def _check_section(
    data: Settings, known: Settings, must: dict[str, tuple[str, ...]], file: str, address: str, faults: list[Fault]
) -> None:
    """Add a fault for every key that is unknown, missing or of the wrong kind, here and in the sections below."""
    for key in must.get(re.sub(r"\[\d+\]", "", address), ()):
        if key not in data:
            faults.append(
                Fault(_where(file, address), f"no `{key}`", f"`{key}`, without which nothing can be imported")
            )
    for key, value in data.items():
        where = f"{address}.{key}" if address else str(key)
        if key not in known:
            faults.append(Fault(_where(file, where), "an unknown key", "a known one", did_you_mean(key, list(known))))
            continue
        kind = known[key]
        shape = SECTION if isinstance(kind, dict) else SECTIONS if isinstance(kind, list) else kind
        if not shape.holds(value):
            faults.append(Fault(_where(file, where), repr(value), shape.wanted))
        elif isinstance(kind, dict):
            _check_section(value, kind, must, file, where, faults)
        elif isinstance(kind, list):
            for number, item in enumerate(value, start=1):
                _check_section(item, kind[0], must, file, f"{where}[{number}]", faults)


def _where(file: str, address: str) -> str:
    return f"{file}, `{address}`" if address else file


def _check_together(settings: Settings, table: Table, file: str, faults: list[Fault]) -> None:
    """Add a fault for every setting that is well formed but does not fit the others."""
    if settings.get("rows") == "events" and table.name != TICKETS:
        faults.append(Fault(_where(file, "rows"), f"events of {table.name}", f"events of {TICKETS}"))
    for name in (name for name in EVENTS if name in settings["columns"] and settings.get("rows") != "events"):
        faults.append(Fault(_where(file, f"columns.{name}"), "a column of events", "`rows: events`"))
    columns = settings["columns"]
    _check_records(settings, table, file, faults)
    if table.name in survey_settings.LAYOUTS:
        survey_settings.check_survey(settings, table.name, file, faults)
    constants = settings.get("constants", {})
    for name in MUST_SAY.get(table.name, ()):
        if name not in columns and name not in constants:
            do = f"Add `columns: {name}:` or `constants: {name}:`."
            faults.append(Fault(file, f"no `{name}`", f"a column or a constant for `{name}`", do))
    known = [*columns, CREDIT_NOTE] if "credit_notes" in settings.get("signs", {}) else list(columns)
    for name in settings.get("required", []):
        if name not in known:
            faults.append(_unknown_column(file, "required", name, known))
    for number, rule in enumerate(settings.get("leave_out", []), start=1):
        address = f"leave_out[{number}]"
        if not rule.get("empty") and not rule.get("matches"):
            faults.append(Fault(_where(file, address), "no condition", "`empty`, `matches` or both"))
        for name in [*rule.get("empty", []), *rule.get("matches", {})]:
            if name != "any" and name not in columns:
                faults.append(_unknown_column(file, address, name, [*columns, "any"]))
    numbers = settings.get("numbers", {})
    if numbers.get("decimal", ".") in numbers.get("thousands", []):
        faults.append(Fault(_where(file, "numbers"), "one mark for decimals and thousands", "two different marks"))
    for key in ("values", "patterns"):
        _check_values(key, settings.get(key, {}), settings, table, file, faults)
    _check_fitting([(f"constants.{name}", name, value) for name, value in constants.items()], table, file, faults)


def _check_records(settings: Settings, table: Table, file: str, faults: list[Fault]) -> None:
    """Add a fault for each setting of records kept by hand that does not fit the table or the others."""
    threads = settings.get("rows") == "threads"
    if threads and not is_log(table):
        faults.append(Fault(_where(file, "rows"), f"threads of {table.name}", "threads of a table such as actions"))
    for name in (name for name in THREAD if is_log(table) and name in settings["columns"] and not threads):
        faults.append(Fault(_where(file, f"columns.{name}"), "a column of messages", "`rows: threads`"))
    if threads and SENT not in settings["columns"]:
        faults.append(Fault(_where(file, "columns"), f"no `{SENT}`", "the column that says when a message was sent"))
    if settings.get("sheet") and settings.get("sheets"):
        faults.append(Fault(_where(file, "sheets"), "`sheet` and `sheets`", "one of the two"))
    for name, own in settings.get("ticks", {}).items():
        if name not in table.names or not is_choice(table[name]):
            choices = [column.name for column in table.columns if is_choice(column)]
            faults.append(
                Fault(
                    _where(file, f"ticks.{name}"),
                    repr(name),
                    "a column that holds one of few values",
                    did_you_mean(name, choices),
                )
            )
        else:
            _check_fitting([(f"ticks.{name}", name, value) for value in own.values()], table, file, faults)
    known = list(settings["columns"])
    for name, item in settings.get("extract", {}).items():
        for column in (name, *item["from"]):
            if column not in (table.names if column == name else known):
                faults.append(
                    _unknown_column(file, f"extract.{name}", column, table.names if column == name else known)
                )
    for name, value in settings.get("constants", {}).items():
        if name in table.names and table[name].kind == "date" and not re.fullmatch(SHAPES["date"], value):
            faults.append(Fault(_where(file, f"constants.{name}"), repr(value), wanted(table[name])))
        unknown = [place for place in re.findall(r"{(\w*)}", value) if place not in PLACES]
        for place in unknown:
            hint = did_you_mean(place, list(PLACES))
            faults.append(Fault(_where(file, f"constants.{name}"), f"{{{place}}}", "a known place", hint))


def _unknown_column(file: str, address: str, name: str, known: Any) -> Fault:
    return Fault(_where(file, address), repr(name), "a column named under `columns`", did_you_mean(name, list(known)))


def _check_values(key: str, values: Settings, settings: Settings, table: Table, file: str, faults: list[Fault]) -> None:
    """Add a fault for each column that may not be translated, and each value that it may not hold."""
    may = [name for name in settings["columns"] if name == CHANGED or _is_translated(name, table)]
    for name in values:
        if name not in may:
            faults.append(_unknown_column(file, key, name, may))
    given = [(f"{key}.{name}", name, value) for name in values for value in values[name].values()]
    _check_fitting(given, table, file, faults)


def _check_fitting(given: list[tuple[str, str, str]], table: Table, file: str, faults: list[Fault]) -> None:
    """Add a fault for each value, with its address and column, that the column may not hold."""
    for address, name, value in given:
        if name in table.names and fitting(table[name], value) != value:
            hint = did_you_mean(value, table[name].allowed) if table[name].allowed else ""
            faults.append(Fault(_where(file, address), repr(value), wanted(table[name]), hint))
        if name == CHANGED and value not in FIELDS:
            hint = did_you_mean(value, FIELDS)
            faults.append(Fault(_where(file, address), repr(value), f"one of {', '.join(FIELDS)}", hint))


def _is_translated(name: str, table: Table) -> bool:
    """Whether a column's values may be other ones in the export than in the table."""
    if table.name in survey_settings.LAYOUTS:
        return name in ("audience", *survey_settings.GROUPS)
    numbers = (SUPPLIER, table.key[-1] if table.key and not is_choice(table[table.key[-1]]) else "")
    named = name in table.names and (name not in numbers or table.name in LISTED)
    return named and (table[name].kind == "text" or is_choice(table[name]))


def _fill_in(name: str, settings: Settings, table: Table, known: dict[str, Table]) -> Mapping:
    files, dates, numbers = (settings.get(key, {}) for key in ("files", "dates", "numbers"))
    signs, supplier = settings.get("signs", {}), settings.get("supplier", {})
    credit_notes = signs.get("credit_notes", {})
    decimal = numbers.get("decimal", ".")
    header = settings.get("header_row", 1)
    delimiter = settings.get("delimiter", "find")
    usual: tuple[str, ...] = {True: DAY_FIRST, False: MONTH_FIRST, None: ()}[dates.get("day_first")]
    surveyed = table.name in survey_settings.LAYOUTS
    threads = settings.get("rows") == "threads"
    if surveyed or threads or any(column.kind == "moment" for column in table.columns):
        usual = tuple(day + time for day in usual for time in TIMES)
    events = settings.get("rows") == "events"
    survey = survey_settings.survey_of(settings.get("survey", {}), table.name) if surveyed else None
    must = _in_export(settings, needed(table, events=events))
    if surveyed:
        must = survey_settings.required_columns(settings, table.name)
    return Mapping(
        name=name,
        table=table,
        others=known,
        events=events,
        include=tuple(files.get("include", ["*"])),
        skip=tuple(Skip(**item) for item in files.get("skip", [])),
        encodings=tuple(settings.get("encodings", ["utf-8-sig", "cp1252"])),
        delimiter={"find": None, "tab": "\t"}.get(delimiter, delimiter),
        header_rows=() if header == "find" else tuple(header) if isinstance(header, list) else (header,),
        sheet=settings.get("sheet"),
        sheets=tuple(settings.get("sheets", [])),
        merged=settings.get("merged", False),
        blank=tuple(settings.get("blank", [])),
        columns={column: tuple(names) for column, names in settings["columns"].items()},
        required=tuple(dict.fromkeys([*must, *settings.get("required", [])])),
        date_formats=tuple(dict.fromkeys([*dates.get("formats", []), *usual])),
        keep_unread=dates.get("unread") == "keep",
        zone=dates.get("zone"),
        decimal=decimal,
        thousands=tuple(numbers.get("thousands", [","] if decimal == "." else ["."])),
        currency_symbols=tuple(numbers.get("currency_symbols", CURRENCY_SYMBOLS)),
        charge_is_negative=signs.get("charge") == "negative",
        credit_columns=tuple(credit_notes.get("column", [])),
        credit_values=tuple(credit_notes.get("values", [])),
        legal_forms=tuple(supplier.get("legal_forms", LEGAL_FORMS)),
        replace=dict(supplier.get("replace", {"&": " AND "})),
        redacted=tuple(supplier.get("redacted", [])),
        leave_out=tuple(
            Rule(rule["reason"], tuple(rule.get("empty", [])), tuple(rule.get("matches", {}).items()))
            for rule in settings.get("leave_out", [])
        ),
        constants=dict(settings.get("constants", {})),
        values={column: dict(items) for column, items in settings.get("values", {}).items()},
        patterns={column: dict(items) for column, items in settings.get("patterns", {}).items()},
        threads=threads,
        sides={side: tuple(names) for side, names in settings.get("sides", {}).items()},
        ticks={column: dict(items) for column, items in settings.get("ticks", {}).items()},
        extract={name: (tuple(item["from"]), item["find"]) for name, item in settings.get("extract", {}).items()},
        survey=survey,
    )
