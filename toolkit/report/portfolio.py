"""What is said of all vendors of a client in one period, as facts that no form has shaped: page, brief and slides show them.

Vendors meet here and nowhere else. A vendor without findings is listed as not assessed, never left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType

from toolkit import scorecard
from toolkit.areas import ABOVE, AREAS, DECISIONS, SECTIONS
from toolkit.client import Client, find_client, open_client
from toolkit.model import NAN, NOT_ASSESSED, Finding, Period, Selection, Vendor, count_word, number, side_of_zero
from toolkit.rating import Rating
from toolkit.report.blocks import result, value_words
from toolkit.report.concentration import SPEND, concentrations
from toolkit.report.folder import (
    NOT_RUN,
    assessed_areas,
    by_id,
    client_folder,
    earlier_periods,
    silent_areas,
    supply,
    vendor_findings,
    was_run,
)
from toolkit.report.problems import Problem, shared_problems
from toolkit.report.ranking import Ranking, ranking
from toolkit.report.review import Gap, Review, Step
from toolkit.show import sentence

SIDES_RULE = (
    "The word of a side is the worst verdict among its goals: a met goal cannot make up for a missed one, and one that could "
    "not be assessed cannot be hidden behind it."
)
LEADING = 2  # measures that stand for a rating
NAMED = 3  # vendors named in a sentence; more are counted


@dataclass(frozen=True)
class Line:
    """One vendor on the portfolio: whether it was reviewed, its rating, the verdict on each side, and its goals by verdict."""

    vendor: Vendor
    ran: bool
    rating: Rating
    verdicts: Mapping[str, str]
    goals: Mapping[str, int]


@dataclass(frozen=True)
class Growth:
    """By what share a total differs from that of a year before, and of how many vendors both are known."""

    address: str
    share: float
    vendors: int


@dataclass(frozen=True)
class Lack:
    """What is not assessed for one reason, what would make it known, and the names of the vendors of whom it is not."""

    what: str
    because: str
    supply: str
    names: Sequence[str]


@dataclass(frozen=True)
class Portfolio:
    """What was found about every vendor of a client in one period.

    findings holds a list for each vendor id, empty where the vendor was not run; earlier the same by earlier period.
    """

    client: str
    currency: str
    period: Period
    reviewed: Sequence[Vendor]
    findings: Mapping[str, Sequence[Finding]]
    earlier: Mapping[Period, Mapping[str, Sequence[Finding]]]
    about: str = ""
    selections: Sequence[Selection] = ()  # those that were open in the period, with what was found about each
    decided_on: Mapping[str, Sequence[Finding]] = field(default_factory=dict)

    # ------------------------------------------------------------------------------------------------- the first screen
    @cached_property
    def headline(self) -> str:
        """How many vendors were reviewed, and what goals they keep; where none was agreed, what the first area comes to."""
        every = len(self.reviewed)
        if not every:
            count = len(self.selections)
            words = "decision is" if count == 1 else "decisions are"
            return f"{self.client} has no vendor under review; {count_word(count)} {words} open in {self.period}."
        ran = sum(bool(self.findings[vendor.id]) for vendor in self.reviewed)
        some = count_word(ran) if ran else "none"
        who = count_vendors(every) if ran == every else f"{some} of {count_vendors(every)}"
        were = "was" if ran == 1 else "were"
        goals = scorecard.counts_in_words(self.goals)
        said = f"{who.capitalize()} of {self.client} {were} reviewed for {self.period}; {goals}."
        return said if self.agreed or not self.sentences else f"{said} {self.sentences[0][1]}"

    @cached_property
    def apart(self) -> list[tuple[str, str]]:
        """For each vendor of whom contract and people say opposite things, its name and the sentence that says so."""
        return [(review.vendor.name, review.apart) for review in self.reviews if review.apart]

    @cached_property
    def agreed(self) -> bool:
        """Whether any goal was agreed with any vendor."""
        return any(item.goal for item in self._everything)

    @cached_property
    def goals(self) -> Mapping[str, int]:
        """How many goals have each verdict, over all vendors."""
        return scorecard.goal_counts(self._everything)

    @cached_property
    def growth(self) -> Growth | None:
        """The first total beside that of a year before, of the vendors known in both; None where it cannot be told."""
        before = self.earlier.get(self.period.year_before(), {})
        for address in self.totals[:1]:
            pairs = [
                (_value(before.get(vendor.id, ()), address), _value(self.findings[vendor.id], address))
                for vendor in self.reviewed
            ]
            known = [pair for pair in pairs if not any(map(math.isnan, pair))]
            then, now = math.fsum(pair[0] for pair in known), math.fsum(pair[1] for pair in known)
            if then > 0:
                return Growth(address, now / then - 1, len(known))
        return None

    @cached_property
    def measured(self) -> tuple[int, int]:
        """How many measures could be assessed, and of how many, in the areas of which something is known."""
        names = {area.NAME for area in self.assessed}
        everyone = [item for found in self.findings.values() for item in by_id(found).values() if "." in item.id]
        known = [item.assessed for item in everyone if item.area in names]
        return sum(known), len(known)

    # ------------------------------------------------------------------------------------------------------ the vendors
    @cached_property
    def in_order(self) -> list[Vendor]:
        """Vendors by the first total that is known, largest first, others last; as in review.yaml where there is none."""
        if not self.totals:
            return list(self.reviewed)
        size = {vendor.id: _value(self.findings[vendor.id], self.totals[0]) for vendor in self.reviewed}
        return sorted(self.reviewed, key=lambda item: (math.isnan(size[item.id]), -size[item.id], item.name.lower()))

    @cached_property
    def ordered_by(self) -> str:
        """By what the vendors are listed, in words."""
        return f"by {self.label_of(self.totals[0]).lower()}" if self.totals else "in the order of review.yaml"

    @cached_property
    def reviews(self) -> list[Review]:
        """One review a vendor, in the order in which vendors are listed."""
        return [
            Review(
                self.client,
                vendor,
                self.period,
                self.findings[vendor.id],
                {at: found[vendor.id] for at, found in self.earlier.items() if found.get(vendor.id)},
            )
            for vendor in self.in_order
        ]

    @cached_property
    def lines(self) -> list[Line]:
        """One line a vendor, by what was charged."""
        return [self._line(review) for review in self.reviews]

    def _line(self, review: Review) -> Line:
        found = review.findings
        words = {
            title: scorecard.area_verdict([item for item in found if item.area in areas])
            for title, areas in self.sides.items()
        }
        counts = {word: count for word, count in scorecard.goal_counts(found).items() if count}
        return Line(review.vendor, bool(found), review.rating, words, counts)

    @cached_property
    def ranking(self) -> Ranking:
        """In what order the vendors keep their goals, and how firm that order is."""
        return ranking({review.vendor.name: review.findings for review in self.reviews}, self.sides)

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with several vendors at once."""
        return shared_problems(self.reviews)

    @cached_property
    def ahead(self) -> list[tuple[Step, Vendor]]:
        """What has to be decided or ready for which vendor in the next half year, and what is late, the earliest first."""
        steps = [(step, review.vendor) for review in self.reviews for step in review.dates]
        return sorted(steps, key=lambda pair: (pair[0].by, pair[1].name))

    # -------------------------------------------------------------------------------------------------------- the areas
    @cached_property
    def assessed(self) -> list[ModuleType]:
        """The areas of which something is known, of any vendor; what the goals of others come to stands last."""
        return sorted(assessed_areas(self._everything), key=lambda area: area.NAME in ABOVE)

    @cached_property
    def told(self) -> list[ModuleType]:
        """The areas of which a headline number is known, of any vendor."""
        return [area for area in self.assessed if any(self.known_of(name) for name in area.HEADLINES)]

    @cached_property
    def silent(self) -> list[tuple[ModuleType, str]]:
        """The areas of which nothing is known of any vendor, each with the reason; none where there is no vendor."""
        return silent_areas(self._everything) if self.reviewed else []

    @cached_property
    def sides(self) -> dict[str, set[str]]:
        """The headings of a balanced review of which something is known, each with its areas; none where there is one only."""
        known = {area.NAME for area in self.assessed}
        sides = {title: set(names) & known for title, names in SECTIONS.items() if set(names) & known}
        return sides if len(sides) > 1 else {}

    @cached_property
    def sentences(self) -> list[tuple[str, str]]:
        """A sentence for each area of which a headline number is known: what it comes to over the vendors."""
        return [(area.TITLE, self.answer_of(area)) for area in self.told]

    def answer_of(self, area: ModuleType) -> str:
        """Totals, the range of its first headline number, and on which side of zero the vendors are."""
        parts = [self._total_words(address) for address in self.totals if address in area.TOTALS]
        shown = next((name for name in area.HEADLINES if name not in area.TOTALS and self.values_of(name)), "")
        parts += [self._range_words(shown)] if shown else []
        parts += [self._sign_words(area)]
        return sentence("; ".join(part for part in parts if part))

    def _total_words(self, address: str) -> str:
        known, every = len(self.values_of(address)), len(self.reviewed)
        of = "" if known == every else f" ({count_word(known)} of {count_vendors(every)} known)"
        return f"{self.label_of(address).lower()} {number(self.total_of(address), self.currency)}{of}"

    def _range_words(self, address: str) -> str:
        """'service levels kept from 34.0 % (Group 39) to 97.2 % (Group 24)'."""
        found = [(item, vendor.name) for item, vendor in self.known_of(address)]
        (least, who), (most, whom) = min(found, key=_by_value), max(found, key=_by_value)
        label = self.label_of(address).lower()
        if len(found) == 1:
            return f"{label} {result(least)} ({who})"
        return f"{label} from {value_words(least)} ({who}) to {value_words(most)} ({whom})"

    def signs_of(self, area: ModuleType) -> tuple[list[str], list[str], list[str]]:
        """The names of the vendors above zero, below zero and unclear, by the area's difference."""
        groups: dict[int, list[str]] = {1: [], -1: [], 0: []}
        for item, vendor in self.known_of(area.SIGN[0]):
            groups[side_of_zero(item)].append(vendor.name)
        return groups[1], groups[-1], groups[0]

    def _sign_words(self, area: ModuleType) -> str:
        """'Alder and Birch are cheaper than before the contract, for Cedar it is unclear'."""
        above, below, unclear = self.signs_of(area)
        _, more, less = area.SIGN
        parts = [
            f"{_named(names)} {'is' if len(names) == 1 else 'are'} {words}"
            for names, words in ((above, more), (below, less))
            if names
        ]
        if unclear and not parts:
            word, rest = more.split(" ", 1)
            return f"whether any is {word} or {less.split()[0]} {rest} is unclear"
        parts += [f"for {_named(unclear)} it is unclear"] if unclear else []
        return ", ".join(parts)

    # ------------------------------------------------------------------------------------------------------ one measure
    @cached_property
    def totals(self) -> list[str]:
        """The measures that may be added over vendors, and are known of one at least."""
        return [address for area in AREAS for address in area.TOTALS if self.values_of(address)]

    @cached_property
    def leading(self) -> list[str]:
        """The first measures known of any vendor, at most two: what stands for a rating where no goal was agreed."""
        return [name for area in self.told for name in area.HEADLINES if self.known_of(name)][:LEADING]

    def finding_of(self, vendor: Vendor, address: str) -> Finding | None:
        """One measure of one vendor; None where there is no finding on it."""
        return _find(self.findings[vendor.id], address)

    def words_of(self, vendor: Vendor, addresses: Sequence[str]) -> list[str]:
        """Some measures of one vendor in words, each with its interval."""
        found = [self.finding_of(vendor, address) for address in addresses]
        return [result(item) if item is not None else NOT_ASSESSED for item in found]

    def known_of(self, address: str) -> list[tuple[Finding, Vendor]]:
        """One measure of the vendors of which it is known."""
        found = [(self.finding_of(vendor, address), vendor) for vendor in self.in_order]
        return [(item, vendor) for item, vendor in found if item is not None and item.assessed]

    def values_of(self, address: str) -> list[float]:
        """The values of one measure, of the vendors of which it is known."""
        values = [_value(self.findings[vendor.id], address) for vendor in self.reviewed]
        return [value for value in values if not math.isnan(value)]

    def total_of(self, address: str) -> float:
        """The sum of one measure over the vendors of which it is known."""
        return math.fsum(self.values_of(address))

    def label_of(self, address: str) -> str:
        """What one measure is called; its address where no finding says so."""
        return next((item.label for item in self._everything if item.id == address and item.label), address)

    def one_each(self, address: str) -> list[Finding]:
        """One measure of every vendor; a vendor without it is there as not assessed."""
        found = [(vendor, self.finding_of(vendor, address)) for vendor in self.in_order]
        label = next((item.label for _, item in found if item is not None), address)
        return [
            item
            or Finding(
                id=address,
                vendor=vendor.id,
                period=str(self.period),
                label=label,
                verdict=NOT_ASSESSED,
                because=NOT_RUN,
            )
            for vendor, item in found
        ]

    @cached_property
    def periods(self) -> list[Period]:
        """The periods of the earlier reviews of the same length, rising, and this one."""
        return list(self._over_time)

    def over_time(self, address: str) -> dict[str, list[Finding | None]]:
        """One measure of every vendor, by the vendor's name, in each of the `periods`."""
        reviews = self._over_time.values()
        return {
            vendor.name: [_find(found.get(vendor.id, ()), address) for found in reviews] for vendor in self.in_order
        }

    @cached_property
    def _over_time(self) -> dict[Period, Mapping[str, Sequence[Finding]]]:
        return {**self.earlier, self.period: self.findings}

    @cached_property
    def _everything(self) -> list[Finding]:
        return [item for vendor in self.reviewed for item in self.findings[vendor.id]]

    # ------------------------------------------------------------------------------------------- what else is to be told
    @cached_property
    def decided(self) -> list[tuple[Selection, ModuleType, str]]:
        """Each selection, the area that looked into it, and that area's answer."""
        return [
            (selection, area, self._decided(selection, area)) for selection in self.selections for area in DECISIONS
        ]

    def _decided(self, selection: Selection, area: ModuleType) -> str:
        """An area's answer about a selection; where there is none, why."""
        known = by_id(self.decided_on.get(selection.id, ()))
        reason = next((item.because for item in known.values() if item.because and not item.assessed), NOT_RUN)
        return area.answer(selection.name, known) or f"Not assessed, because {reason}."

    @cached_property
    def concentrations(self) -> list[Finding]:
        """How much of the whole, and then of each service, lies with how few vendors."""
        return concentrations({vendor.name: self.findings[vendor.id] for vendor in self.reviewed}, self.period)

    @cached_property
    def spend(self) -> list[tuple[str, float]]:
        """The name of each vendor whose charges are known and above zero, and what it charged."""
        charges = [(vendor.name, _value(self.findings[vendor.id], SPEND)) for vendor in self.in_order]
        return [(name, value) for name, value in charges if value > 0]

    @cached_property
    def gaps(self) -> list[Lack]:
        """What is not known, by reason, and of which vendors: what most of them lack comes first."""
        lacking: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        for review in self.reviews:
            gaps = review.gaps if review.findings else [Gap(NOT_RUN, supply(NOT_RUN), ["everything"])]
            for gap in gaps:
                lacking.setdefault((gap.because, tuple(gap.names)), []).append(review.vendor.name)
        found = [Lack(", ".join(what), because, supply(because), names) for (because, what), names in lacking.items()]
        return sorted(found, key=lambda item: -len(item.names))


def open_portfolio(period: str, data: str, reports: str) -> Portfolio:
    """Every vendor of a client in one period, as far as their findings tell.

    period    as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data      the client's folder, or its name below data/.
    reports   the folder that holds `<client>/<period>/<vendor>/findings/`; a relative one starts at the checkout.
    """
    client = open_client(find_client(data))
    return portfolio_of(client, client.period(period), client_folder(reports, client.id))


def portfolio_of(client: Client, when: Period, folder: Path) -> Portfolio:
    """Every vendor of a client in one period; folder is the client's reports folder."""

    def found(at: Period) -> dict[str, Sequence[Finding]]:
        return {name: vendor_findings(folder, name, at) if was_run(folder, name, at) else [] for name in client.vendors}

    earlier = {at: rows for at in earlier_periods(folder, when) if any((rows := found(at)).values())}
    choices = [selection for selection in client.selections.values() if selection.open_in(when)]
    decided = {
        item.id: vendor_findings(folder, item.id, when, DECISIONS) if was_run(folder, item.id, when) else []
        for item in choices
    }
    reviewed = list(client.vendors.values())
    return Portfolio(client.name, client.currency, when, reviewed, found(when), earlier, client.about, choices, decided)


def _find(findings: Sequence[Finding], address: str) -> Finding | None:
    return by_id(findings).get(address)


def _value(findings: Sequence[Finding], address: str) -> float:
    found = _find(findings, address)
    return NAN if found is None else found.value


def _by_value(pair: tuple[Finding, str]) -> float:
    return pair[0].value


def _named(names: Sequence[str]) -> str:
    """Up to three names in words, more as a count."""
    if len(names) > NAMED:
        return count_vendors(len(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def count_vendors(count: int) -> str:
    """'one vendor', 'three vendors'."""
    return f"{count_word(count)} vendor{'' if count == 1 else 's'}"
