"""What a setting of a mapping must be: each kind in words, and as a test."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

EXCEL_SERIAL = "excel"  # the format name for dates that a spreadsheet stored as the number of days since 1899-12-30


class Kind(NamedTuple):
    """What a setting must be: in words, and as a test."""

    wanted: str
    holds: Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(_is_text(item) for item in value)


def _are_named_texts(value: Any) -> bool:
    return isinstance(value, dict) and all(_is_text(key) and _is_text(item) for key, item in value.items())


def _is_regex(value: Any) -> bool:
    try:
        re.compile(value)
    except (re.error, TypeError):
        return False
    return bool(value)


def _is_encoding(value: Any) -> bool:
    try:
        codecs.lookup(value)
    except (LookupError, TypeError):
        return False
    return True


def _is_date_format(value: Any) -> bool:
    """True when a date written in this format can be read back from it: day, month and year are all there."""
    day = datetime(2022, 4, 5, tzinfo=UTC)
    try:
        return value == EXCEL_SERIAL or datetime.strptime(day.strftime(value), value).replace(tzinfo=UTC) == day
    except (ValueError, TypeError):
        return False


def _is_zone(value: Any) -> bool:
    from zoneinfo import available_timezones

    return value in available_timezones() if isinstance(value, str) else False


def _all(test: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(test(item) for item in value)


def _is_row(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


QUOTED = "in quotation marks where YAML would read a number, a date, yes or no"  # a column named No is common
TEXT = Kind(f"a text, {QUOTED}", _is_text)
TEXTS = Kind(f"a list of texts such as [a, b], {QUOTED}", _are_texts)
REGEXES = Kind("a list of valid regular expressions", lambda value: value == [] or _all(_is_regex)(value))
ENCODINGS = Kind("a list of encodings Python knows, such as [utf-8-sig, cp1252]", _all(_is_encoding))
DATE_FORMATS = Kind(
    f"a list of formats with day, month and year, such as ['%d/%m/%Y'], or {EXCEL_SERIAL!r}", _all(_is_date_format)
)
YES_NO = Kind("true or false", lambda value: isinstance(value, bool))
HEADER_ROW = Kind(
    "a row number from 1, a list of them such as [2, 3], or 'find'",
    lambda value: value == "find" or _is_row(value) or _all(_is_row)(value),
)
DELIMITER = Kind("one of ',', ';', 'tab', '|' or 'find'", lambda value: value in (",", ";", "tab", "\t", "|", "find"))
DECIMAL = Kind("'.' or ','", lambda value: value in (".", ","))
CHARGE = Kind("'positive' or 'negative'", lambda value: value in ("positive", "negative"))
NAMED_TEXTS = Kind("names with texts, such as {a: b}", _are_named_texts)
VALUES = Kind(
    "for each column, the values as written and as wanted, such as {category: {Project: change}}",
    lambda value: isinstance(value, dict) and all(_is_text(key) and _are_named_texts(v) for key, v in value.items()),
)
ROWS = Kind("'each', 'events' or 'threads'", lambda value: value in ("each", "events", "threads"))
UNREAD = Kind("'keep' or 'leave_out'", lambda value: value in ("keep", "leave_out"))
SIDES = Kind(
    "for client, vendor or third_party a list of names and mail domains, such as {vendor: ['@alder.example', J. Smith]}",
    lambda value: (
        isinstance(value, dict)
        and bool(value)
        and all(key in ("client", "vendor", "third_party") and _are_texts(item) for key, item in value.items())
    ),
)
EXTRACT = Kind(
    "for each column, `from` (columns) and `find` (a regular expression), such as {page: {from: [note], find: 'p\\. ?\\d+'}}",
    lambda value: (
        isinstance(value, dict)
        and all(
            _is_text(key)
            and isinstance(item, dict)
            and set(item) == {"from", "find"}
            and _are_texts(item["from"])
            and _is_regex(item["find"])
            for key, item in value.items()
        )
    ),
)
ZONE = Kind("a time zone such as Europe/London", _is_zone)
FOUND = Kind(
    "for each column, regular expressions with values, such as {in_house: {'supplier': 'no'}}",
    lambda value: (
        isinstance(value, dict)
        and all(_is_text(key) and _are_named_texts(item) and all(map(_is_regex, item)) for key, item in value.items())
    ),
)
PATTERNS = Kind(
    "column names with regular expressions, such as {any: '^total'}",
    lambda value: isinstance(value, dict) and all(_is_text(key) and _is_regex(item) for key, item in value.items()),
)
SECTION = Kind("a section: indented `key: value` lines", lambda value: isinstance(value, dict))
SECTIONS = Kind(
    "a list of sections, each beginning with a dash",
    lambda value: isinstance(value, list) and all(isinstance(item, dict) for item in value),
)
