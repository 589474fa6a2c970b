"""What the rows of a survey are read with, and what one file of it came to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.intake.items import Columns, Items, columns_of
from toolkit.intake.mapping import SUPPLIER, Mapping
from toolkit.intake.results import FileResult
from toolkit.intake.sources import Source, UnreadableFile, places_of
from toolkit.intake.suppliers import Suppliers
from toolkit.intake.survey_settings import GROUPS, LONG, Survey
from toolkit.sealed import person_hash

COUNTED = 100  # what one answer counts, in hundredths
KEY = ("vendor", "audience", "wave", "respondent")
TEXTS = (*KEY, *GROUPS, "language", SUPPLIER, "how", "file", "item")  # columns of rows that hold numbers for texts


class Part(NamedTuple):
    """Filled cells under one item: the rows they stand in, their text, and the column's name for faults."""

    item: str
    column: str
    rows: np.ndarray
    texts: pd.Series
    comment: bool = False  # whether they stand in a column of comments, whatever the item's kind


@dataclass
class Asked:
    """All that the rows of every file are read with; texts that come again are kept once, each under its number."""

    mapping: Mapping
    survey: Survey
    items: Items
    suppliers: Suppliers
    salt: str
    zone: str
    texts: dict[str, dict[str, int]] = field(default_factory=lambda: {name: {} for name in TEXTS})
    persons: dict[str, int] = field(default_factory=dict)  # as written to the number of the hash; never leaves memory
    rows: int = 0  # rows kept so far

    def coded(self, name: str, texts: pd.Series) -> np.ndarray:
        """The number of each text, -1 for an empty one."""
        codes, unique = pd.factorize(texts)
        known = self.texts[name]
        numbers = np.array([known.setdefault(text, len(known)) if text else -1 for text in unique], dtype=np.int32)
        return numbers[codes]

    def hashed(self, persons: pd.Series) -> np.ndarray:
        """The number of each person's salted hash."""
        codes, unique = pd.factorize(persons)
        known, hashes = self.persons, self.texts["respondent"]
        for person in unique:
            if person not in known:
                known[person] = hashes.setdefault(person_hash(person, self.salt), len(hashes))
        return np.array([known[person] for person in unique], dtype=np.int32)[codes]

    def categories(self, name: str, codes: Any) -> pd.Categorical:
        """Texts by their numbers."""
        return pd.Categorical.from_codes(codes, categories=pd.Index(list(self.texts[name]), dtype="str"))


@dataclass
class SurveyResult(FileResult):
    """What one file of a survey came to: beside its rows, the answers by row, item and state, and the comments."""

    columns: Columns = field(default_factory=lambda: Columns([], []))
    persons: list[int] = field(default_factory=list)  # places of the columns that say who answered, the surest first
    answers: list[pd.DataFrame] = field(default_factory=list)
    comments: list[pd.DataFrame] = field(default_factory=list)
    given: Counter[str] = field(default_factory=Counter)  # filled cells by item
    dropped: Counter[str] = field(default_factory=Counter)  # of these left out
    other_cells: Counter[int] = field(default_factory=Counter)  # filled cells by place, in columns that are no items
    unfit: dict[tuple[str, str, int, str], list[int]] = field(default_factory=dict)

    def all_faults(self, mapping: Mapping) -> list[Fault]:
        """The file's faults: its columns first, then its rows, then each text that is no answer."""
        columns = [
            Fault(fault.where, fault.found, fault.wanted, f"{fault.do} Filled cells left out: {cells:,}.".strip())
            for place, _, fault in self.columns.others
            if (cells := self.other_cells[place])
        ]
        return [*columns, *super().all_faults(mapping)]


def survey_result(source: Source, count: Any, asked: Asked) -> SurveyResult:
    """The empty result of a file; UnreadableFile where none of its columns is an item."""
    persons = places_of(source, asked.mapping.columns.get("respondent", ()))
    if asked.survey.layout == LONG:
        return SurveyResult(source, count, persons=persons)
    audience = asked.mapping.constants.get("audience", "")
    columns = columns_of(source, asked.survey, audience, asked.items, asked.suppliers, persons)
    if not columns.items:
        do = "Name the columns under `survey: items`, or mend survey_items: short name or wording must be the same."
        wanted = "at least one column that is an item of survey_items"
        raise UnreadableFile(Fault(source.name, f"{len(source.header)} columns, none of them an item", wanted, do))
    return SurveyResult(source, count, columns=columns, persons=persons)


def check_constants(asked: Asked) -> None:
    """SettingsError where the mapping names a vendor, an audience or an item that the client does not have."""
    mapping, survey, faults = asked.mapping, asked.survey, []
    vendor, audience = mapping.constants.get("vendor"), mapping.constants.get("audience")
    if vendor and not asked.suppliers.match(vendor).vendor:
        hint = did_you_mean(vendor, sorted({known for known, _ in asked.suppliers.exact.values()}))
        faults.append(Fault(f"{mapping.name}, `constants.vendor`", repr(vendor), "a vendor of this client", hint))
    audiences = sorted({item.audience for item in asked.items.all})
    if audience and audience not in audiences:
        found = f"no item for the audience {audience!r}"
        do = f"It has items for {', '.join(audiences) or 'nobody'}; templates/surveys has some for every audience."
        faults.append(Fault("survey_items", found, f"the items that the {audience} were asked", do))
    for name in survey.items.values():
        if name not in asked.items.names:
            hint = did_you_mean(name, asked.items.names)
            faults.append(Fault(f"{mapping.name}, `survey.items`", repr(name), "an item of survey_items", hint))
    if faults:
        raise SettingsError(faults)
