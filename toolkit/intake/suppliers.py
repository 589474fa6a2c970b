"""A supplier's name to a vendor: names compared in one plain form, aliases first, then patterns.

Every different name is looked at once, however many rows it has.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import pandas as pd

from toolkit.errors import DataError, Fault, SettingsError
from toolkit.intake.mapping import Mapping

CLOSE = 0.75  # below this, a suggestion misleads more often than it helps (CABINET and CAPITA: 0.62)
VENDOR_COLUMNS = ("vendor", "name", "aliases", "patterns")


@dataclass(frozen=True)
class Match:
    """What a supplier's name came to: a vendor and how it was found, or none; `rivals` when several patterns fit."""

    vendor: str = ""
    how: str = ""  # id, name, alias, pattern; redacted; "" when no vendor was found
    rivals: tuple[str, ...] = ()


@dataclass
class Suppliers:
    """The vendors' names and patterns, and every supplier's name matched so far."""

    mapping: Mapping
    exact: dict[str, tuple[str, str]]  # plain name to vendor and how: id, name or alias
    patterns: list[tuple[str, re.Pattern[str]]]
    redacted: list[re.Pattern[str]]
    seen: dict[str, Match] = field(default_factory=dict)

    def match(self, name: str) -> Match:
        """The vendor a supplier's name stands for; an exact id, name or alias goes before any pattern."""
        if name not in self.seen:
            self.seen[name] = self._match(plain_name(name, self.mapping))
        return self.seen[name]

    def _match(self, plain: str) -> Match:
        if any(pattern.search(plain) for pattern in self.redacted):
            return Match(how="redacted")
        if plain in self.exact:
            return Match(*self.exact[plain])
        fitting = sorted({vendor for vendor, pattern in self.patterns if pattern.search(plain)})
        if len(fitting) > 1:
            return Match(rivals=tuple(fitting))
        return Match(fitting[0], "pattern") if fitting else Match()

    def nearest(self, name: str) -> tuple[str, float]:
        """The vendor whose name is most like a supplier's, and how like (0-1); "" and NaN when none comes close."""
        plain = plain_name(name, self.mapping)
        best, similarity = "", CLOSE
        for known, (vendor, _) in self.exact.items():
            start = " ".join(plain.split()[: len(known.split())])  # FUJITZU SERVICES is near to FUJITSU
            likeness = max(difflib.SequenceMatcher(None, known, text).ratio() for text in (plain, start))
            if likeness > similarity:
                best, similarity = vendor, likeness
        return (best, round(similarity, 2)) if best else ("", float("nan"))


def read_vendors(vendors: pd.DataFrame, mapping: Mapping) -> Suppliers:
    """The vendors' ids, names, aliases and patterns, ready to match suppliers' names.

    Raises
    ------
    SettingsError
        A pattern is no regular expression, or one name belongs to two vendors.
    DataError
        `vendors` lacks a column.
    """
    missing = [name for name in VENDOR_COLUMNS if name not in vendors.columns]
    if missing:
        raise DataError(Fault("vendors", f"no {', '.join(missing)}", f"the columns {', '.join(VENDOR_COLUMNS)}"))
    faults: list[Fault] = []
    exact: dict[str, tuple[str, str]] = {}
    patterns = []
    for vendor, name, aliases, expressions in vendors[list(VENDOR_COLUMNS)].itertuples(index=False):
        known_as = [("id", vendor), ("name", name), *(("alias", alias) for alias in _texts(aliases))]
        for how, text in known_as:
            plain = plain_name(str(text), mapping)
            other = exact.setdefault(plain, (vendor, how))[0]
            if other != vendor:
                found = f"{text!r}, which stands for vendor {other!r} as well"
                faults.append(Fault(f"vendor {vendor!r}, {how}", found, "a name of one vendor only"))
        for expression in _texts(expressions):
            try:
                patterns.append((vendor, re.compile(expression)))
            except re.error as error:
                faults.append(Fault(f"vendor {vendor!r}, pattern", f"{expression!r} ({error})", "a regular expression"))
    if faults:
        raise SettingsError(faults)
    exact.pop("", None)
    return Suppliers(mapping, exact, patterns, [re.compile(pattern) for pattern in mapping.redacted])


def _texts(value: object) -> Sequence[str]:
    return list(value) if isinstance(value, list | tuple) else []


def plain_name(name: str, mapping: Mapping) -> str:
    """A name in upper case, its punctuation turned into spaces, the legal forms at its end taken off.

    `Kainos Software Ltd.` and `KAINOS SOFTWARE LIMITED` both come to `KAINOS SOFTWARE`. A name that is nothing but legal
    forms stays as it is.
    """
    text = unicodedata.normalize("NFKC", name).upper()
    for written, wanted in mapping.replace.items():
        text = text.replace(written.upper(), wanted.upper())
    words = re.sub(r"[\W_]+", " ", text).split()
    forms = _legal_words(mapping.legal_forms)
    end = len(words)
    while end and words[end - 1] in forms:
        end -= 1
    return " ".join(words[:end] or words)


@lru_cache(maxsize=8)
def _legal_words(forms: Iterable[str]) -> frozenset[str]:
    return frozenset(form.upper() for form in forms)
