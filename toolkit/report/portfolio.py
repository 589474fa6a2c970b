"""All vendors of a client in one period on one page, from their findings alone.

Vendors meet here and nowhere else. A vendor without findings is listed as not assessed, never left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from markupsafe import Markup

from toolkit import scorecard
from toolkit.areas import ABOVE, AREAS, DECISIONS, SECTIONS
from toolkit.client import Client, find_client, open_client
from toolkit.model import (
    MET,
    MISSED,
    NAN,
    NOT_ASSESSED,
    UNCLEAR,
    VERDICTS,
    Finding,
    Period,
    Selection,
    Vendor,
    count_word,
    number,
    of_hundred,
    side_of_zero,
)
from toolkit.rating import RULE, Rating
from toolkit.report import blocks
from toolkit.report.concentration import HHI_RULE, SPEND, band, concentrations
from toolkit.report.folder import (
    NOT_RUN,
    assessed_areas,
    by_id,
    client_folder,
    earlier_periods,
    silence_words,
    silent_areas,
    sources_of,
    supply,
    vendor_findings,
    was_run,
)
from toolkit.report.problems import Problem, shared_problems
from toolkit.report.ranking import RULE as RANKING_RULE
from toolkit.report.ranking import Ranking, ranking
from toolkit.report.review import Gap, Review, Step
from toolkit.show import Shown, quiet

SIDES_RULE = (
    "The word of a side is the worst verdict among its goals: a met goal cannot make up for a missed one, and one that could "
    "not be assessed cannot be hidden behind it."
)
MOST = 8  # headline numbers
NAMED = 3  # vendors named in a sentence; more are counted
WIDE = 6  # columns of an area's table
DRAWN = 2  # measures of each area drawn side by side


@dataclass(frozen=True)
class Line:
    """One vendor on the portfolio: whether it was reviewed, its rating, the verdict on each side, and its goals by verdict."""

    vendor: Vendor
    ran: bool
    rating: Rating
    verdicts: Mapping[str, str]
    goals: Mapping[str, int]


@dataclass(frozen=True)
class Portfolio:
    """What was found about every vendor of a client in one period; every method gives one section of the page.

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

    def answer(self) -> Shown:
        """The whole in one sentence, of whom contract and people say opposite things, and at most eight headline numbers."""
        lead, said = self.headline, self.apart
        everyone = [item for found in self.findings.values() for item in by_id(found).values() if "." in item.id]
        measured = [item for item in everyone if item.area in {area.NAME for area in self._areas()}]
        known = sum(item.assessed for item in measured)
        every = count_vendors(len(self.reviewed))
        numbers = [
            *([self._goals_tile()] if self._agreed else []),
            *(self._total_tile(address) for address in self._totals()),
            *(self._sign_tile(area) for area in self._areas() if area.NAME not in ABOVE and any(self._signs(area)[:2])),
            *self._change_tile(),
            *self._concentration_tile(),
            *([blocks.tile("Measures assessed", f"{known} of {len(measured)}", f"over {every}")] if measured else []),
        ]
        order = self.ranking.sentence
        html = [
            blocks.lead(lead),
            blocks.paragraph(order) if order else Markup(""),
            *(blocks.paragraph(f"{name}: {sentence}", "apart") for name, sentence in said),
            blocks.tiles(numbers[:MOST]) if numbers and self.reviewed else Markup(""),
            *(blocks.paragraph(text, "quiet") for text in (silence_words(self._silent()), self.about) if text),
        ]
        told = [lead, order, *(f"{name}: {sentence}" for name, sentence in said)]
        return Shown(str(blocks.join(html)), " ".join(filter(None, told)))

    @cached_property
    def sentences(self) -> list[tuple[str, str]]:
        """A sentence for each area of which a headline number is known: what it comes to over the vendors."""
        return [(area.TITLE, self._area_sentence(area)) for area in self._told()]

    def said(self) -> Shown:
        """What each area comes to."""
        html = blocks.join(Markup("<p><strong>{}</strong>: {}</p>").format(*pair) for pair in self.sentences)
        return Shown(str(html), " ".join(f"{title}: {sentence}" for title, sentence in self.sentences))

    @cached_property
    def ahead(self) -> list[tuple[Step, Vendor]]:
        """What has to be decided or ready for which vendor in the next half year, and what is late, the earliest first."""
        steps = [(step, review.vendor) for review in self.reviews for step in review.dates]
        return sorted(steps, key=lambda pair: (pair[0].by, pair[1].name))

    def dates(self) -> Shown:
        """What has to be decided or ready for which vendor, and by when."""
        rows = [
            (step.by, blocks.link(vendor.name, f"{vendor.id}/index.html"), step.what, step.owner or "–", step.when)
            for step, vendor in self.ahead
        ]
        if not rows:
            return quiet("No date is known by which something has to be decided or ready in the next half year.")
        columns = ("By", "Vendor", "What", "Who", "When")
        html = blocks.table(columns, rows, caption=f"Dates up to 180 days after {self.period}", cards=True)
        return Shown(str(html), "\n".join(f"{row[0]}: {row[2]}, {row[4]}" for row in rows))

    @cached_property
    def apart(self) -> list[tuple[str, str]]:
        """For each vendor of whom contract and people say opposite things, its name and the sentence that says so."""
        return [(review.vendor.name, review.apart) for review in self.reviews if review.apart]

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
            for vendor in self._in_order()
        ]

    @cached_property
    def ranking(self) -> Ranking:
        """In what order the vendors keep their goals, and how firm that order is."""
        return ranking({review.vendor.name: review.findings for review in self.reviews}, self.sides)

    @cached_property
    def problems(self) -> list[Problem]:
        """What is wrong with several vendors at once."""
        return shared_problems(self.reviews)

    def order(self) -> Shown:
        """In what order the vendors keep their goals: under how many weightings each is first and last."""
        order = self.ranking
        if order.because:
            return quiet(f"No order of the vendors is given, because {order.because}.")
        shares = [f"{title}: goals met" for title in order.sides]
        rows = [
            (
                place.name,
                blocks.valued(place.first, of_hundred(place.first)),
                blocks.valued(place.last, of_hundred(place.last)),
                f"{place.best}" if place.best == place.worst else f"{place.best} to {place.worst}",
                *map(_range_of_shares, place.met.values()),
            )
            for place in order.places
        ]
        columns = ("Vendor", "First in", "Last in", "Place in 9 of 10", *shares)
        html = blocks.table(columns, rows, caption="Weightings in which each is first, and last", cards=True)
        html += blocks.paragraph(
            f"Not ranked, for lack of goals that can be rated: {', '.join(order.unranked)}."
        ) * bool(order.unranked)
        html = blocks.paragraph(order.sentence) + html + blocks.paragraph(RANKING_RULE, "quiet")
        return Shown(str(html), order.sentence)

    def shared(self) -> Shown:
        """What is wrong with several vendors at once."""
        if not self.problems:
            return quiet("Nothing is wrong with two vendors or more at once.")
        rows = [(item.what, f"{len(item.names)} of {item.of}", ", ".join(item.names)) for item in self.problems]
        columns = ("Problem", "Vendors", "Which")
        html = blocks.table(columns, rows, caption="What is wrong with two vendors or more", cards=True)
        told = (
            "What many vendors share may lie with the client, or with what was agreed. The second number says of how many "
            "vendors it is known."
        )
        return Shown(str(html + blocks.paragraph(told, "quiet")), "\n".join(f"{row[0]}: {row[1]}" for row in rows))

    def _everything(self) -> list[Finding]:
        return [item for vendor in self.reviewed for item in self.findings[vendor.id]]

    @cached_property
    def _agreed(self) -> bool:
        """Whether any goal was agreed with any vendor."""
        return any(item.goal for item in self._everything())

    def _areas(self) -> list[ModuleType]:
        """The areas of which something is known, of any vendor; what the goals of others come to stands last."""
        return sorted(assessed_areas(self._everything()), key=lambda area: area.NAME in ABOVE)

    def _told(self) -> list[ModuleType]:
        """The areas of which a headline number is known, of any vendor."""
        return [area for area in self._areas() if any(self._assessed(name) for name in area.HEADLINES)]

    def _silent(self) -> list[tuple[ModuleType, str]]:
        return silent_areas(self._everything()) if self.reviewed else []

    def _totals(self) -> list[str]:
        """The measures that may be added over vendors, and are known of one at least."""
        return [address for area in AREAS for address in area.TOTALS if self._known(address)]

    @cached_property
    def headline(self) -> str:
        """How many vendors were reviewed, and what goals they keep; the largest total where there is one."""
        every = len(self.reviewed)
        if not every:
            count = len(self.selections)
            words = "decision is" if count == 1 else "decisions are"
            return f"{self.client} has no vendor under review; {count_word(count)} {words} open in {self.period}."
        ran = sum(bool(self.findings[vendor.id]) for vendor in self.reviewed)
        some = count_word(ran) if ran else "none"
        who = count_vendors(every) if ran == every else f"{some} of {count_vendors(every)}"
        goals = scorecard.counts_in_words(scorecard.goal_counts(self._everything()))
        were = "was" if ran == 1 else "were"
        said = f"{who.capitalize()} of {self.client} {were} reviewed for {self.period}; {goals}."
        return said if self._agreed or not self.sentences else f"{said} {self.sentences[0][1]}"

    def _area_sentence(self, area: ModuleType) -> str:
        """Totals, the range of its first headline number, and on which side of zero the vendors are."""
        parts = [self._total_words(address) for address in self._totals() if address in area.TOTALS]
        shown = next((name for name in area.HEADLINES if name not in area.TOTALS and self._known(name)), "")
        parts += [self._range_words(shown)] if shown else []
        parts += [self._sign_words(area)]
        sentence = "; ".join(part for part in parts if part)
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _total_words(self, address: str) -> str:
        values = self._known(address)
        every = len(self.reviewed)
        of = "" if len(values) == every else f" ({count_word(len(values))} of {count_vendors(every)} known)"
        return f"{self._label(address).lower()} {number(math.fsum(values), self.currency)}{of}"

    def _range_words(self, address: str) -> str:
        """'service levels kept from 34.0 % (Group 39) to 97.2 % (Group 24)'."""
        found = [(item, vendor.name) for item, vendor in self._assessed(address)]
        (least, who), (most, whom) = min(found, key=_by_value), max(found, key=_by_value)
        label = self._label(address).lower()
        if len(found) == 1:
            return f"{label} {blocks.result(least)} ({who})"
        return f"{label} from {blocks.value_words(least)} ({who}) to {blocks.value_words(most)} ({whom})"

    def _signs(self, area: ModuleType) -> tuple[list[str], list[str], list[str]]:
        """The names of the vendors above zero, below zero and unclear, by the area's difference."""
        groups: dict[int, list[str]] = {1: [], -1: [], 0: []}
        for item, vendor in self._assessed(area.SIGN[0]):
            groups[side_of_zero(item)].append(vendor.name)
        return groups[1], groups[-1], groups[0]

    def _sign_words(self, area: ModuleType) -> str:
        """'Alder and Birch are cheaper than before the contract, for Cedar it is unclear'."""
        above, below, unclear = self._signs(area)
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

    def _assessed(self, address: str) -> list[tuple[Finding, Vendor]]:
        """One measure of the vendors of which it is known."""
        found = [(_find(self.findings[vendor.id], address), vendor) for vendor in self._in_order()]
        return [(item, vendor) for item, vendor in found if item is not None and item.assessed]

    def _label(self, address: str) -> str:
        return next((item.label for item in self._everything() if item.id == address and item.label), address)

    def _total_tile(self, address: str) -> Markup:
        values = self._known(address)
        total = number(math.fsum(values), self.currency)
        return blocks.tile(self._label(address), total, f"of {len(values)} of {count_vendors(len(self.reviewed))}")

    def _sign_tile(self, area: ModuleType) -> Markup:
        above, below, unclear = self._signs(area)
        _, more, less = area.SIGN
        known = len(above) + len(below) + len(unclear)
        rest = f"{len(below)} {less.split()[0]}, {len(unclear)} unclear"
        return blocks.tile(f"Vendors {more}", f"{len(above)} of {known}", rest)

    def _change_tile(self) -> list[Markup]:
        """The first total beside that of a year before, of the vendors known in both."""
        before = self.earlier.get(self.period.year_before(), {})
        for address in self._totals()[:1]:
            pairs = [
                (_value(before.get(vendor.id, ()), address), _value(self.findings[vendor.id], address))
                for vendor in self.reviewed
            ]
            known = [pair for pair in pairs if not any(map(math.isnan, pair))]
            then, now = math.fsum(pair[0] for pair in known), math.fsum(pair[1] for pair in known)
            if then > 0:
                below = f"{count_vendors(len(known))} known in {self.period} and {self.period.year_before()}"
                label = f"{self._label(address)}, change on a year before"
                return [blocks.tile(label, signed_share(now / then - 1), below)]
        return []

    def _known(self, address: str) -> list[float]:
        """The values of one measure, of the vendors of which it is known."""
        values = [_value(self.findings[vendor.id], address) for vendor in self.reviewed]
        return [value for value in values if not math.isnan(value)]

    def _in_order(self) -> list[Vendor]:
        """Vendors by the first total that is known, largest first, others last; as in review.yaml where there is none."""
        totals = self._totals()
        if not totals:
            return list(self.reviewed)
        size = {vendor.id: _value(self.findings[vendor.id], totals[0]) for vendor in self.reviewed}
        return sorted(self.reviewed, key=lambda item: (math.isnan(size[item.id]), -size[item.id], item.name.lower()))

    def _order(self) -> str:
        """By what the vendors are listed, in words."""
        totals = self._totals()
        return f"by {self._label(totals[0]).lower()}" if totals else "in the order of review.yaml"

    def _goals_tile(self) -> Markup:
        counts = scorecard.goal_counts([item for vendor in self.reviewed for item in self.findings[vendor.id]])
        agreed = sum(counts.values())
        others = ", ".join(f"{counts[word]} {word}" for word in (MISSED, UNCLEAR, NOT_ASSESSED) if counts[word])
        return blocks.tile("Goals met", f"{counts[MET]} of {agreed}", others)

    def _concentration_tile(self) -> list[Markup]:
        whole = self._concentrations()[0]
        below = band(whole.value, whole.n)
        return [blocks.tile("Concentration (HHI)", f"{whole.value:.2f}", below)] if whole.assessed else []

    @cached_property
    def lines(self) -> list[Line]:
        """One line a vendor, by what was charged."""
        return [self._line(review) for review in self.reviews]

    @cached_property
    def sides(self) -> dict[str, set[str]]:
        """The headings of a balanced review of which something is known, each with its areas; none where there is one only."""
        known = {area.NAME for area in self._areas()}
        sides = {title: set(names) & known for title, names in SECTIONS.items() if set(names) & known}
        return sides if len(sides) > 1 else {}

    def _line(self, review: Review) -> Line:
        found = review.findings
        words = {
            title: scorecard.area_verdict([item for item in found if item.area in areas])
            for title, areas in self.sides.items()
        }
        counts = {word: count for word, count in scorecard.goal_counts(found).items() if count}
        return Line(review.vendor, bool(found), review.rating, words, counts)

    def vendors(self) -> Shown:
        """One row a vendor: its rating, the verdict on each side of the review, and what became of its goals."""
        if not self.reviewed:
            return quiet("No vendor is under review.")
        html = blocks.table(
            ("Vendor", "Rating", *self.sides, "Goals"),
            map(self._vendor_row, self.lines),
            caption=f"Vendors of {self.client} in {self.period}, {self._order()}",
            anchors=[f"vendor-{line.vendor.id}" for line in self.lines],
            cards=True,
        )
        html += blocks.paragraph(f"{SIDES_RULE} {RULE}", "quiet") if self._agreed else Markup("")
        return Shown(str(html), "\n".join(f"{line.vendor.name}: {line.rating.words}" for line in self.lines))

    def _vendor_row(self, line: Line) -> tuple[Any, ...]:
        if not line.ran:
            name = Markup("{}<br><small>because {}</small>").format(line.vendor.name, NOT_RUN)
            return (name, blocks.verdict(NOT_ASSESSED), *["–"] * (len(self.sides) + 1))
        goals = blocks.join((blocks.unbroken(f"{count} {word}") for word, count in line.goals.items()), "<br>")
        return (
            blocks.link(line.vendor.name, f"{line.vendor.id}/index.html"),
            blocks.valued(line.rating.score_low, blocks.rating_words(line.rating)),
            *(blocks.valued(VERDICTS.index(word), blocks.verdict(word)) for word in line.verdicts.values()),
            goals or "no goal",
        )

    def areas(self) -> Shown:
        """For each area of which something is known one table: a row a vendor, a column a headline number."""
        html, text = Markup(""), []
        for area in self._told():
            html += Markup("<h3>{}</h3>").format(area.TITLE) + self._area_table(area)
            text += [f"{area.TITLE}: {self._area_sentence(area)}"]
        return Shown(str(html), "\n".join(text))

    def _area_table(self, area: ModuleType) -> Markup:
        names = [name for name in area.HEADLINES if self._assessed(name)][:WIDE]
        heads = [self._head(name) for name in names]
        rows = [
            (
                blocks.link(vendor.name, f"{vendor.id}/{blocks.area_page(area.NAME)}")
                if self.findings[vendor.id]
                else vendor.name,
                *(self._cell(_find(self.findings[vendor.id], name)) for name in names),
            )
            for vendor in self._in_order()
        ]
        caption = f"{area.TITLE}, {self.period}, {self._order()}"
        return blocks.table(("Vendor", *heads), rows, caption=caption, numbers=heads, cards=True)

    def _head(self, address: str) -> str:
        """A column's name, with the unit where all its numbers share an amount of money."""
        units = {item.unit for item, _ in self._assessed(address)}
        return f"{self._label(address)}, {self.currency}" if units == {self.currency} else self._label(address)

    def _cell(self, item: Finding | None) -> Markup:
        """A number over its interval; the unit is left out where the column's head holds it."""
        if item is None or not item.assessed:
            return Markup('<span class="quiet">not assessed</span>')
        value = bare(item.value) if item.unit == self.currency else blocks.value_words(item)
        if item.counted or math.isnan(item.low) or math.isnan(item.high):
            return Markup("{}").format(value)
        return Markup("{}<br><small>{}</small>").format(value, blocks.below_number(item))

    def compare(self) -> Shown:
        """The first headline numbers of each area, of all vendors on one scale; what is not assessed stands last."""
        from toolkit import charts

        names = {vendor.id: vendor.name for vendor in self.reviewed}
        subject = f"{self.client}, {self.period}"
        addresses = [
            address
            for area in self._areas()
            for address in [name for name in area.HEADLINES if len(self._assessed(name)) > 1][:DRAWN]
        ]
        if not addresses:
            return quiet("No number is known of two vendors, so there is nothing to compare.")
        drawn = [
            charts.compare(self._one_each(address), subject=subject, names=names, small=True) for address in addresses
        ]
        return Shown(str(blocks.multiples(item.html for item in drawn)), "\n".join(item.text for item in drawn))

    def _one_each(self, address: str) -> list[Finding]:
        """One measure of every vendor; a vendor without it is there as not assessed."""
        found = [(vendor, _find(self.findings[vendor.id], address)) for vendor in self._in_order()]
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

    def decisions(self) -> Shown:
        """What is to be decided between candidates: each selection's answer, with the way to its page."""
        told = [(selection, *self._decided(selection, area)) for selection in self.selections for area in DECISIONS]
        if not told:
            return quiet("No selection was open in this period. Selections are entries of review.yaml.")
        html = [
            Markup("<h3>{}</h3>{}<p>{}</p>").format(
                blocks.link(selection.name, f"{selection.id}/{blocks.area_page(area.NAME)}")
                if self.decided_on.get(selection.id)
                else selection.name,
                blocks.paragraph(selection.question, "quiet") if selection.question else "",
                sentence,
            )
            for selection, area, sentence in told
        ]
        return Shown(str(blocks.join(html)), "\n".join(f"{selection.name}: {words}" for selection, _, words in told))

    def _decided(self, selection: Selection, area: ModuleType) -> tuple[ModuleType, str]:
        """An area's answer about a selection; where there is none, why."""
        known = by_id(self.decided_on.get(selection.id, ()))
        reason = next((item.because for item in known.values() if item.because and not item.assessed), NOT_RUN)
        return area, area.answer(selection.name, known) or f"Not assessed, because {reason}."

    def concentration(self) -> Shown:
        """How much of each service, and of the whole, lies with how few vendors; one line where no charges are known."""
        found = self._concentrations()
        if not any(item.assessed for item in found):
            return quiet(f"Not assessed, because {found[0].because}.")
        rows = [
            (
                item.label,
                bare(item.denominator),
                item.because if item.assessed else "–",
                f"{item.value:.2f}" if item.assessed else NOT_ASSESSED,
                band(item.value, item.n) if item.assessed else f"because {item.because}",
            )
            for item in found
        ]
        columns = ("Service", f"Charges, {self.currency}", "Largest share", "HHI", "Reading")
        html = blocks.table(
            columns, rows, caption="Concentration of spend", numbers=(columns[1], "HHI"), cards=True, ordered=True
        )
        html = Markup('<div id="cost.concentration">{}</div>').format(html)
        html += self._shares_table() + blocks.paragraph(HHI_RULE, "quiet")
        return Shown(str(html), "\n".join(item.sentence for item in found))

    def _concentrations(self) -> list[Finding]:
        return concentrations({vendor.name: self.findings[vendor.id] for vendor in self.reviewed}, self.period)

    def _shares_table(self) -> Markup:
        charges = [(vendor.name, _value(self.findings[vendor.id], SPEND)) for vendor in self._in_order()]
        positive = [(name, value) for name, value in charges if value > 0]
        total = math.fsum(value for _, value in positive)
        rows = [(name, bare(value), number(value / total, "share")) for name, value in positive]
        columns = ("Vendor", f"Charges, {self.currency}", "Share")
        return blocks.table(columns, rows, caption="Spend shares", numbers=columns[1:]) if rows else Markup("")

    def trend(self) -> Shown:
        """The first headline number of each area by review period, from earlier reviews of the same length."""
        if not self.earlier:
            return quiet("No earlier review found, so there is no trend yet.")
        shown = [self._trend_of(area) for area in self._areas()]
        html = "".join(item.html for item in shown)
        return (
            Shown(html, "\n".join(item.text for item in shown)) if shown else quiet("Nothing is known of any period.")
        )

    def _trend_of(self, area: ModuleType) -> Shown:
        address = next((name for name in area.HEADLINES if self._known(name)), area.HEADLINES[0])
        adds = address in area.TOTALS
        reviews = {**self.earlier, self.period: self.findings}
        names = [str(period) for period in reviews]
        items = {
            vendor.name: [_find(found.get(vendor.id, ()), address) for found in reviews.values()]
            for vendor in self._in_order()
        }
        amounts = {name: [NAN if item is None else item.value for item in row] for name, row in items.items()}
        columns = list(zip(*amounts.values(), strict=True))
        totals = [_sum_of_known(column) for column in columns]
        scale = 1000 if adds and any(total >= 1_000_000 for total in totals) else 1
        unit = f", thousand {self.currency}" if scale > 1 else f", {self.currency}" if adds else ""
        rows: list[tuple[Any, ...]] = [
            (name, *(bare(item.value / scale) if adds and item else _short(item) for item in row))
            for name, row in items.items()
        ]
        partial = [0 < sum(map(math.isnan, column)) < len(column) for column in columns] if adds else []
        marks = ["*" if some else "" for some in partial]
        rows += (
            [("All", *(bare(total / scale) + mark for total, mark in zip(totals, marks, strict=True)))] if adds else []
        )
        label = self._label(address)
        caption = f"{label} by review period{unit}"
        html = blocks.table(("Vendor", *names), rows, caption=caption, numbers=names, ordered=adds)
        if any(partial):
            html += blocks.paragraph("* without the vendors of which it was not assessed in that period (–).", "quiet")
        text = [f"{label}, {name}: {number(total, self.currency)}" for name, total in zip(names, totals, strict=True)]
        return Shown(str(html), "\n".join(text) if adds else label)

    def not_assessed(self) -> Shown:
        """What is not known, why, which file would make it known, and of which vendors: what most of them lack comes first."""
        lacking: dict[tuple[str, str], list[str]] = {}
        for review in self.reviews:
            gaps = review.gaps if review.findings else [Gap(NOT_RUN, "", ["everything"])]
            for gap in gaps:
                lacking.setdefault((gap.because, ", ".join(gap.names)), []).append(review.vendor.name)
        if not lacking:
            return quiet("Everything that this review measures could be assessed for every vendor.")
        rows = [
            (what, f"Because {because}", supply(because), self._whose(names))
            for (because, what), names in sorted(lacking.items(), key=lambda item: -len(item[1]))
        ]
        several = sum(len(names) > 1 for names in lacking.values())
        columns, caption = ("What", "Why", "What to supply", "Vendors"), "Not assessed, and what to supply"
        shared, single = (
            blocks.table(columns, part, caption=caption, cards=True) if part else Markup("")
            for part in (rows[:several], rows[several:])
        )
        more = f"{len(rows) - several:,} more, each of one vendor"
        html = shared + (blocks.details(more, single) if shared and single else single)
        return Shown(str(html), "\n".join(f"{row[3]}: {row[1]}" for row in rows))

    def _whose(self, names: Sequence[str]) -> str:
        return "every vendor" if len(names) == len(self.reviewed) > 1 else ", ".join(names)

    def evidence(self) -> Shown:
        """How many findings each vendor has, and how many files they rest on; which ones, stands on the vendor's page."""
        rows = []
        for review in self.reviews:
            known, files = sum(item.assessed for item in review.findings), sources_of(review.findings)
            read = sum(int(source.get("rows") or 0) for source in files)
            name = review.vendor.name
            rows.append(
                (
                    blocks.link(name, f"{review.vendor.id}/index.html") if review.findings else name,
                    f"{known:,} of {len(review.findings):,}",
                    f"{len(files):,}",
                    f"{read:,}",
                )
            )
        columns = ("Vendor", "Findings assessed", "Files", "Rows used")
        html = blocks.table(columns, rows, caption="What this page rests on", numbers=columns[1:], cards=True)
        told = (
            "Each file, with its rows and its digest, stands on the vendor's page; all of them at the foot of this one."
        )
        text = "\n".join(
            f"{review.vendor.name}: {row[1]} findings assessed" for review, row in zip(self.reviews, rows, strict=True)
        )
        return Shown(str(html + blocks.paragraph(told, "quiet")), text)


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


def _short(item: Finding | None) -> str:
    return "–" if item is None or not item.assessed else blocks.value_words(item)


def _range_of_shares(ends: tuple[float, float]) -> str:
    """'40.0 % to 60.0 %'; one number where both ends are alike, a dash where there are none."""
    low, high = (number(end, "share") for end in ends)
    return "–" if math.isnan(ends[0]) else low if low == high else f"{low} to {high}"


def _sum_of_known(values: Sequence[float]) -> float:
    """The sum of those that are known; unknown, and not zero, where none is."""
    known = [value for value in values if not math.isnan(value)]
    return math.fsum(known) if known else NAN


def _named(names: Sequence[str]) -> str:
    """Up to three names in words, more as a count."""
    if len(names) > NAMED:
        return count_vendors(len(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def count_vendors(count: int) -> str:
    """'one vendor', 'three vendors'."""
    return f"{count_word(count)} vendor{'' if count == 1 else 's'}"


def signed_share(value: float) -> str:
    """A change in per cent with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value), 'share')}"


def bare(value: float) -> str:
    """A number for a column whose head holds the unit; a dash where it is unknown."""
    return "–" if math.isnan(value) else f"{value:,.0f}".replace("-", "−")
