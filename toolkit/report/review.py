"""What is said of one vendor in one period, as facts that no form has shaped: page, brief, slides and workbook show them.

Reads `<reports>/<client>/<period>/<vendor>/findings/*.json`, and those of earlier periods for what changed; no table, and
nothing is recomputed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from toolkit import scorecard
from toolkit.areas import ABOVE, AREAS, CLAIMS, DATES, FELT, KEPT, OPTIONS, SECTIONS, SIGNED, TROUBLES, WINS
from toolkit.client import Client, find_client, open_client
from toolkit.model import MET, MISSED, NO_GOAL, Finding, Period, Vendor, count_word, number
from toolkit.rating import Rating, rating
from toolkit.report.folder import (
    area_title,
    assessed_areas,
    by_id,
    client_folder,
    earlier_findings,
    silent_areas,
    supply,
    vendor_findings,
    watermelon,
)
from toolkit.show import sentence

MOST = 8  # headline numbers
NAMED, MOVED = 3, 6  # goals, and changes, named in a sentence
CLAUSES = 2  # of a sentence where room is short
LATE, DONE = ("overdue", "too late"), "done"  # states of a step
SOON = (30, 60, 90, 180)  # days after the period within which a date is told
CHANGE_RULE = (
    "Two results are told apart only when their intervals do not overlap ('more than noise'). Intervals that overlap are "
    "called 'within noise', although some of those differences may be real: the rule is cautious (Schenker and Gentleman, "
    "The American Statistician 55(3), 2001). A full count is exact, so any difference in it is a fact, if not yet a trend."
)


@dataclass(frozen=True)
class Change:
    """A number beside that of the last review, and whether the difference is more than noise."""

    before: Finding
    now: Finding
    words: str

    @property
    def side(self) -> int:
        """1 where the number is better than last time by more than noise, −1 where it is worse, else 0."""
        up = {"higher": 1, "lower": -1}.get(self.now.better, 0)
        if "more than noise" not in self.words and "full count" not in self.words:
            return 0
        difference = self.now.value - self.before.value
        return up * (1 if difference > 0 else -1 if difference < 0 else 0)


@dataclass(frozen=True)
class Side:
    """One side of a balanced review: the verdict on its goals, those it is due to, and a sentence for each of its areas."""

    title: str
    verdict: str
    due_to: str
    said: Sequence[str]

    @property
    def brief(self) -> list[str]:
        """The same where room is short: of each sentence the first two clauses."""
        return list(map(in_brief, self.said))


@dataclass(frozen=True)
class Step:
    """Something to decide or to do by a day, and how far that day lies from the end of the period, in words."""

    what: str
    by: str
    owner: str
    when: str


@dataclass(frozen=True)
class Pair:
    """What a contract promises beside what people say of the same vendor: do the two agree?"""

    kept: Finding
    felt: Finding
    word: str


@dataclass(frozen=True)
class Gap:
    """What is not assessed for one reason, and what would make it known."""

    because: str
    supply: str
    names: Sequence[str]


@dataclass(frozen=True)
class Review:
    """What was found about one vendor in one period.

    earlier holds the findings of earlier periods of the same length, rising; areas are those that the reader is told of,
    all of them where none are given. internal: whether the reader is the client, who is told what to decide as well.
    """

    client: str
    vendor: Vendor
    period: Period
    findings: Sequence[Finding]
    earlier: Mapping[Period, Sequence[Finding]]
    about: str = ""
    areas: Sequence[ModuleType] | None = None
    internal: bool = True

    # ------------------------------------------------------------------------------------------------- the first screen
    @cached_property
    def assessed(self) -> list[ModuleType]:
        """The areas of which something is known."""
        return assessed_areas(self.findings, self.areas)

    @cached_property
    def headline(self) -> str:
        """The answer in one sentence: how the vendor is rated, and what that rests on."""
        if not self.assessed:
            return f"Nothing is known yet of {self.vendor.name}."
        counts = scorecard.counts_in_words(scorecard.goal_counts(self.findings))
        if not self.rating.goals:
            return self.answer_of(self._led_by) if self._led_by else f"No goal was agreed with {self.vendor.name}."
        missed = list(dict.fromkeys(item.label or item.id for item in self.goals if item.verdict == MISSED))
        named = f" ({', '.join(missed[:NAMED])}{' and others' if len(missed) > NAMED else ''})" if missed else ""
        goals = f": {counts.replace(' missed', f' missed{named}', 1)}" if self.rating.assessed else ""
        rated = (
            f"is rated {self.rating.words}" if self.rating.low else f"cannot be rated, because {self.rating.because}"
        )
        return f"{self.vendor.name} {rated}{goals}."

    @cached_property
    def _led_by(self) -> ModuleType | None:
        """The area whose answer is the headline, where no goal was agreed."""
        return None if self.rating.goals else next((area for area in self.assessed if self.answer_of(area)), None)

    @cached_property
    def apart(self) -> str:
        """Whether the contract and the people say opposite things, in a sentence; '' where they do not."""
        return watermelon(self.findings)

    @cached_property
    def evidence_sentence(self) -> str:
        """How much of what could be known is: '39 of 59 measures could be assessed, in four of five areas.'"""
        known = self.assessed
        measured = [item for item in by_id(self.findings).values() if "." in item.id and item.area in areas_of(known)]
        assessed = sum(item.assessed for item in measured)
        if not known:
            return ""
        every = len(AREAS if self.areas is None else self.areas)
        areas = f"{count_word(len(known))} of {count_word(every)} areas"
        return f"Evidence: {areas}; in these {assessed} of {len(measured)} measures could be assessed."

    def answer_of(self, area: ModuleType) -> str:
        """An area's question answered in a sentence; '' where nothing is known of it."""
        return area.answer(self.vendor.name, by_id(self.findings)) if area in self.assessed else ""

    def verdict_of(self, areas: Sequence[ModuleType]) -> str:
        """The worst verdict on the goals of some areas."""
        return scorecard.area_verdict([item for item in self.findings if item.area in areas_of(areas)])

    def _due_to(self, verdict: str, areas: Sequence[ModuleType]) -> str:
        """'Missed: Tickets reopened.', the goals that make the verdict of some areas; '' where all are met, or none is."""
        if verdict in (MET, NO_GOAL):
            return ""
        names = [
            item.label or item.id for item in self.goals if item.area in areas_of(areas) and item.verdict == verdict
        ]
        return sentence(f"{verdict}: {', '.join(dict.fromkeys(names))}") if names else ""

    @cached_property
    def rating(self) -> Rating:
        """The goals in the words of public schemes."""
        return rating(self.findings)

    @cached_property
    def numbers(self) -> list[Finding]:
        """At most eight headline numbers, in the order of the areas."""
        names = [area.NAME for area in AREAS]
        return sorted(
            headline_findings(self.findings)[:MOST], key=lambda item: (item.area in ABOVE, names.index(item.area))
        )

    @cached_property
    def silent(self) -> list[tuple[ModuleType, str]]:
        """The areas of which nothing is known, each with the reason."""
        return silent_areas(self.findings, self.areas)

    # --------------------------------------------------------------------------------------------------- what was found
    @cached_property
    def goals(self) -> list[Finding]:
        """Every goal, those that need attention first."""
        held = (item for item in self.findings if item.goal)
        return sorted(held, key=lambda item: scorecard.VERDICTS.index(item.verdict))

    @cached_property
    def in_order(self) -> list[Finding]:
        """Each measure once, area by area, the headline numbers of each first."""
        names = [name for area in AREAS for name in (*area.HEADLINES, area.NAME)]
        place = {name: rank for rank, name in enumerate(names)}
        return sorted(
            by_id(self.findings).values(), key=lambda item: place.get(item.id, place.get(item.area, len(names)))
        )

    def found(self, area: ModuleType) -> tuple[list[Finding], list[Finding]]:
        """What an area found, each measure once: its headlines, and the rest."""
        said = [item for item in self.in_order if item.area == area.NAME and item.assessed]
        first = [item for item in said if item.id in area.HEADLINES]
        return first, [item for item in said if item not in first]

    @cached_property
    def sections(self) -> dict[str, list[ModuleType]]:
        """The areas of which something can be said, under the headings of a balanced review."""
        known = self.assessed
        grouped = {title: [area for area in known if area.NAME in names] for title, names in SECTIONS.items()}
        return {title: areas for title, areas in grouped.items() if areas}

    @cached_property
    def sides(self) -> list[Side]:
        """The sides of a balanced review of which there is something to say, each with its areas' answers."""
        told = [
            Side(
                title,
                verdict := self.verdict_of(areas),
                self._due_to(verdict, areas),
                [
                    said
                    for area in areas
                    if area.NAME not in ABOVE and area is not self._led_by and (said := self.answer_of(area))
                ],
            )
            for title, areas in self.sections.items()
        ]
        return [side for side in told if side.said]

    @cached_property
    def changes(self) -> list[Change]:
        """Each number that is known now and was at the last review of the same length."""
        if not self.earlier:
            return []
        then, now = self._then, {item.id: item for item in self.in_order}
        pairs = [(then[name], now[name]) for name in now if name in then and now[name].value == now[name].value]
        pairs = [(old, new) for old, new in pairs if old.value == old.value and old.unit == new.unit]
        return [Change(old, new, compared(old, new)) for old, new in pairs]

    @cached_property
    def lost(self) -> list[str]:
        """What was known at the last review and is not now."""
        now = by_id(self.findings)
        return [
            item.label or item.id for name, item in self._then.items() if item.assessed and not _is_known(now, name)
        ]

    @cached_property
    def gained(self) -> list[str]:
        """What is known now and was not at the last review."""
        then = self._then
        return [item.label or item.id for item in self.in_order if item.assessed and not _is_known(then, item.id)]

    @cached_property
    def last(self) -> Period | None:
        """The last review before this one, of the same length."""
        return max(self.earlier, default=None)

    @cached_property
    def _then(self) -> dict[str, Finding]:
        return by_id(self.earlier[self.last]) if self.last else {}

    # ---------------------------------------------------------------------------------------------- what to do about it
    @cached_property
    def matrix(self) -> list[Pair]:
        """Each promise that is known beside each thing that people say; where they disagree comes first."""
        kept, felt = self._known(KEPT), self._known(FELT)
        pairs = [Pair(one, other, scorecard.agreement(one, other)) for one in kept for other in felt]
        return sorted(pairs, key=lambda pair: scorecard.AGREEMENTS.index(pair.word))

    @cached_property
    def claims(self) -> list[Finding]:
        """Money that may be asked back, or need not be paid again: what is known and above zero, the most first."""
        return sorted((item for item in self._known(CLAIMS) if item.value > 0), key=lambda item: -item.value)

    @cached_property
    def dates(self) -> list[Step]:
        """What has to be decided or ready, and by when, the earliest first; what lies far ahead is left out."""
        return steps_of(self.findings, self.period)

    @cached_property
    def wins(self) -> list[str]:
        """What went well: goals that are met, what is better by more than noise, and what the log of wins says."""
        met = [item.label or item.id for item in self.goals if item.verdict == MET]
        told = [f"Met: {', '.join(dict.fromkeys(met))}."] if met else []
        return [*told, *_moves("Better", self.changes, 1), *self._said(WINS)]

    @cached_property
    def troubles(self) -> list[str]:
        """What did not: goals that are missed, what is worse by more than noise, and what is open."""
        missed = [item.label or item.id for item in self.goals if item.verdict == MISSED]
        told = [f"Missed: {', '.join(dict.fromkeys(missed))}."] if missed else []
        return [*told, *_moves("Worse", self.changes, -1), *self._said(TROUBLES)]

    @cached_property
    def options(self) -> dict[str, list[Finding]]:
        """For each way to go on, what was found that speaks to it."""
        return {option: self._known(names) for option, names in OPTIONS.items()}

    @cached_property
    def signed(self) -> str:
        """Whether evaluations were done by somebody named and signed off, and the last one; '' where nothing says so."""
        told = [item.claim for item in self._known((SIGNED,))]
        done = [row for item in self._known((SIGNED,)) for row in item.parts.get("evaluation", ()) if row.get("done")]
        last = max(done, key=lambda row: str(row["done"]), default=None)
        return " ".join([*told, _last_words(last)] if last else told)

    def _known(self, names: Sequence[str]) -> list[Finding]:
        found = by_id(self.findings)
        return [found[name] for name in names if name in found and found[name].assessed]

    def _said(self, names: Sequence[str]) -> list[str]:
        """What is on record, where that is more than nothing."""
        return [item.claim for item in self._known(names) if item.value > 0]

    @cached_property
    def gaps(self) -> list[Gap]:
        """What is not known, by reason; an area of which nothing is known, and nothing was agreed, is named as a whole."""
        return gaps(self.findings, self.areas)

    @cached_property
    def remarked(self) -> list[Finding]:
        """The measures on which an analyst made a remark, or the vendor replied."""
        return [item for item in by_id(self.findings).values() if item.remark or item.reply]

    @cached_property
    def evidence(self) -> dict[str, list[Finding]]:
        """Every finding by the title of its area, but for areas of which nothing is known and nothing was agreed."""
        silent = {area.NAME for area, _ in self.silent}
        found: dict[str, list[Finding]] = {area.TITLE: [] for area in AREAS}
        for item in self.findings:
            if item.area not in silent or item.goal:
                found.setdefault(area_title(item.area), []).append(item)
        return {title: items for title, items in found.items() if items}


def open_review(vendor: str, period: str, data: str, reports: str) -> Review:
    """One vendor in one period, as far as its findings tell.

    vendor, period   as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data             the client's folder, or its name below data/.
    reports          the folder that holds `<client>/<period>/<vendor>/findings/`; a relative one starts at the checkout.
    """
    client = open_client(find_client(data))
    return review_of(client, client.vendor(vendor), client.period(period), client_folder(reports, client.id))


def review_of(client: Client, vendor: Vendor, when: Period, folder: Path) -> Review:
    """One vendor in one period; folder is the client's reports folder."""
    found, earlier = vendor_findings(folder, vendor.id, when), earlier_findings(folder, vendor.id, when)
    return Review(client.name, vendor, when, found, earlier, client.about)


def in_brief(sentence: str) -> str:
    """The first two clauses of a sentence, where room is short."""
    return f"{'; '.join(sentence.rstrip('.').split('; ')[:CLAUSES])}."


def headline_findings(findings: Sequence[Finding]) -> list[Finding]:
    """The headline numbers that are known: the first of each area, then the second of each, and so on; those that the headline
    of a review says already come after all others.
    """
    known = by_id(findings)
    ranked = [
        (area.NAME in ABOVE, rank, place, known[name])
        for place, area in enumerate(AREAS)
        for rank, name in enumerate(name for name in area.HEADLINES if name in known and known[name].assessed)
    ]
    return [item for *_, item in sorted(ranked, key=lambda row: row[:3])]


def compared(then: Finding, now: Finding) -> str:
    """Whether two results differ by more than noise: by whether their intervals overlap."""
    change = signed(now.value - then.value, now.unit)
    if now.value == then.value:
        return change
    if then.counted and now.counted:
        return f"{change}, a full count"
    if "not a confidence interval" in now.interval:
        return f"{change}, between two ranges of estimates"
    ends = (then.low, then.high, now.low, now.high)
    if any(end != end for end in ends):
        return f"{change}, without intervals: unclear"
    apart = now.low > then.high or now.high < then.low
    return f"{change}, {'more than noise' if apart else 'within noise'}"


def signed(difference: float, unit: str) -> str:
    """A difference with its sign; that of two shares is in percentage points."""
    size = number(abs(difference), unit)
    size = f"{size.removesuffix(' %')} percentage points" if unit == "share" else size
    return f"+{size}" if difference > 0 else f"−{size}" if difference < 0 else "no difference"


def gaps(findings: Sequence[Finding], areas: Sequence[ModuleType] | None = None) -> list[Gap]:
    """What is not assessed, by reason, with the file that would answer it."""
    reasons: dict[str, list[str]] = {}
    agreed = {item.area for item in findings if item.goal}
    silent = {
        area.NAME: (area.TITLE, because) for area, because in silent_areas(findings, areas) if area.NAME not in agreed
    }
    for title, because in silent.values():
        reasons.setdefault(because, []).append(f"the whole of {title}")
    for item in findings:
        if item.area not in silent and not item.assessed:
            name = item.label or area_title(item.id)
            named = f"{name} (goal {item.goal})" if item.goal else name
            reasons.setdefault(item.because or "no reason was given", []).append(named)
    return [Gap(because, supply(because), list(dict.fromkeys(names))) for because, names in reasons.items()]


def steps_of(findings: Sequence[Finding], period: Period) -> list[Step]:
    """What has to be decided or ready up to half a year after a period, and what is late, the earliest first."""
    known = by_id(findings)
    rows = [row for name, part in DATES if name in known for row in known[name].parts.get(part, ())]
    steps = [_step({key: str(value or "") for key, value in row.items()}, period) for row in rows]
    return sorted((step for step in steps if step.when), key=lambda step: step.by)


def _step(row: Mapping[str, str], period: Period) -> Step:
    """A row as a step; 'overdue', 'within 30 days', ...; '' for what is done or lies further ahead than half a year."""
    by, state = row.get("ready_by", ""), row.get("state", "")
    when = state if state in LATE else ""
    if by and state not in (*LATE, DONE):
        ahead = (date.fromisoformat(by[:10]) - period.end.end_time.date()).days
        when = next((f"within {days} days" for days in SOON if ahead <= days), "")
    return Step(row.get("what", ""), by, row.get("owner", ""), when)


def _moves(word: str, changes: Sequence[Change], side: int) -> list[str]:
    """'Better than last time: Backlog (−12 tickets).', of what moved beyond noise to one side."""
    moved = [
        f"{change.now.label or change.now.id} ({change.words.rpartition(', ')[0]})"
        for change in changes
        if change.side == side and change.now.area not in ABOVE  # grades move with the goals, which are told
    ]
    named = f"{', '.join(moved[:MOVED])}{f' and {len(moved) - MOVED} more' if len(moved) > MOVED else ''}"
    return [f"{word} than last time: {named}."] if moved else []


def _is_known(findings: Mapping[str, Finding], name: str) -> bool:
    return name in findings and findings[name].assessed


def _last_words(row: Mapping[str, Any]) -> str:
    """'The last, Quarterly review, was done on 2026-07-30 by the Contract manager and signed off on 2026-08-03.'"""
    by, signed = str(row.get("role") or ""), str(row.get("signed_off") or "")[:10]
    who = f" by the {by}" if by else ""
    until = f"signed off on {signed}" if signed else "is not signed off"
    return f"The last, {row.get('evaluation')}, was done on {str(row['done'])[:10]}{who} and {until}."


def terms(item: Finding) -> str:
    """'Goal C1, due 2027-03-31, owner Head of IT'."""
    parts = [f"Goal {item.goal}", f"due {item.due}" if item.due else "", f"owner {item.owner}" if item.owner else ""]
    return ", ".join(part for part in parts if part)


def areas_of(areas: Sequence[ModuleType]) -> set[str]:
    """The names of areas."""
    return {area.NAME for area in areas}
