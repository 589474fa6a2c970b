"""The section `survey` of a mapping: how a tool writes items, labels and people; and what a survey must say of itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from toolkit.errors import Fault
from toolkit.intake.kinds import NAMED_TEXTS, TEXTS, YES_NO, Kind
from toolkit.scales import REASONS, plain_label

ANSWERS, RESPONDENTS, COMMENTS = "survey_answers", "survey_respondents", "survey_comments"
INVITATIONS, ITEMS = "survey_invitations", "survey_items"
WIDE, LONG, PEOPLE, COUNTS = "wide", "long", "people", "counts"
LAYOUTS = {ANSWERS: (WIDE, LONG), INVITATIONS: (COUNTS, PEOPLE)}  # the first is what a mapping means that does not say
GROUPS = ("team", "role", "site")
TOLD = ("vendor", "audience", "wave")  # every answer belongs to one of each: by a column, or by a constant
COLUMNS = {  # what an export may supply, beside the supplier
    ANSWERS: (
        *("audience", "wave", *GROUPS, "respondent", "response", "submitted", "language", "status"),
        *("item", "answer", "comment", "missing"),
    ),
    INVITATIONS: ("audience", "wave", *GROUPS, "respondent", "invited", "population"),
}
CONSTANTS = (*TOLD, *GROUPS, "language")
MONTH = r"[1-9][0-9]{3}-(0[1-9]|1[0-2])"
ANONYMOUS = ("anonymous", "anonym", "anonyme", "anónimo", "anonimo", "anoniem", "anônimo")


@dataclass(frozen=True)
class Survey:
    """What a mapping says of a survey tool, defaults filled in.

    layout: wide, one row a response; long, one row an answer; of invitations counts, one row a group, or people, one row a
    person. items: header or code to item. ignore: patterns of headers that are no items. labels: by kind or item, what
    each label stands for. missing: why there is no answer, by what stands in its place. anonymous: what stands where a
    person is not named. vendors_in_header: whether the headers of items name the vendor.
    """

    layout: str
    items: dict[str, str]
    ignore: tuple[str, ...]
    labels: dict[str, dict[str, int]]
    missing: dict[str, str]
    anonymous: tuple[str, ...]
    vendors_in_header: bool


def _are_labels(value: Any) -> bool:
    return isinstance(value, dict) and all(
        isinstance(name, str)
        and isinstance(labels, dict)
        and all(isinstance(number, int) and not isinstance(number, bool) for number in labels.values())
        for name, labels in value.items()
    )


def _are_reasons(value: Any) -> bool:
    words = value if isinstance(value, dict) else {}
    return bool(words) and all(isinstance(word, str | int) and why in REASONS for word, why in words.items())


def _is_one_of(values: tuple[str, ...]) -> Callable[[Any], bool]:
    return lambda value: value in values


def known_settings(table: str) -> dict[str, Any]:
    """The settings of the section, each with its kind."""
    layouts = LAYOUTS[table]
    return {
        "layout": Kind(" or ".join(map(repr, layouts)), _is_one_of(layouts)),
        "items": NAMED_TEXTS,
        "ignore": TEXTS,
        "labels": Kind(
            "for each kind or item, labels with whole numbers, such as {agreement: {Rather yes: 4}}", _are_labels
        ),
        "missing": Kind(f"what is written, with one of {', '.join(REASONS)}, such as {{999: skipped}}", _are_reasons),
        "anonymous": TEXTS,
        "vendors_in_header": YES_NO,
    }


def needed_columns(table: str, section: dict[str, Any]) -> tuple[str, ...]:
    """The columns that a mapping of this table has to name, constants aside."""
    if table == INVITATIONS:
        return () if section.get("layout") == PEOPLE else ("invited",)
    return ("item",) if section.get("layout") == LONG else ()


def required_columns(settings: dict[str, Any], table: str) -> tuple[str, ...]:
    """The columns that a file has to have: those that a row cannot do without, and for which there is no constant."""
    constants, section = settings.get("constants", {}), settings.get("survey", {})
    told = [name for name in TOLD if name not in constants]
    if section.get("vendors_in_header"):
        told = [name for name in told if name != "vendor"]
    return (*("supplier" if name == "vendor" else name for name in told), *needed_columns(table, section))


def check_survey(settings: dict[str, Any], table: str, file: str, faults: list[Fault]) -> None:
    """Add a fault for what a survey must say and this mapping does not."""
    columns, constants, section = (settings.get(name) or {} for name in ("columns", "constants", "survey"))
    for name in TOLD:
        column = "supplier" if name == "vendor" else name
        in_header = name == "vendor" and section.get("vendors_in_header")
        if column not in columns and name not in constants and not in_header:
            example = {"vendor": "alder", "audience": "team", "wave": "'2026-09'"}[name]
            do = f"Add `constants: {name}: {example}`, or say --constant {name}={example.strip(chr(39))}."
            faults.append(Fault(file, f"no `{name}`", f"a column or a constant for `{name}`", do))
    if section.get("layout") == LONG:
        if not {"answer", "comment"} & set(columns):
            faults.append(Fault(file, "no `answer`", "a column for `answer`, for `comment`, or for both"))
        if not {"respondent", "response"} & set(columns):
            do = "Without one nobody knows which answers are one person's."
            faults.append(Fault(file, "no `respondent`", "a column for `respondent`, or for `response`", do))
    wave = constants.get("wave", "2026-09")
    if not re.fullmatch(MONTH, wave):
        faults.append(Fault(f"{file}, `constants.wave`", repr(wave), "a month such as '2026-09'"))


def survey_of(section: dict[str, Any], table: str) -> Survey:
    """The section with its defaults filled in."""
    labels = {name: {plain_label(word): number for word, number in own.items()} for name, own in labels_in(section)}
    return Survey(
        layout=section.get("layout", LAYOUTS[table][0]),
        items=dict(section.get("items", {})),
        ignore=tuple(section.get("ignore", ())),
        labels=labels,
        missing={plain_label(str(word)): why for word, why in section.get("missing", {}).items()},
        anonymous=tuple(plain_label(word) for word in section.get("anonymous", ANONYMOUS)),
        vendors_in_header=section.get("vendors_in_header", False),
    )


def labels_in(section: dict[str, Any]) -> list[tuple[str, dict[str, int]]]:
    """The labels of the section by kind or item."""
    return [
        (name, {str(word): number for word, number in own.items()}) for name, own in section.get("labels", {}).items()
    ]
