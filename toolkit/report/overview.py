"""All vendors of a client in one period as a page: what a `Portfolio` says, section by section."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from markupsafe import Markup

from toolkit.areas import ABOVE
from toolkit.model import MET, MISSED, NAN, NOT_ASSESSED, UNCLEAR, VERDICTS, Finding, number, of_hundred
from toolkit.rating import RULE
from toolkit.report import blocks
from toolkit.report.concentration import HHI_RULE, band
from toolkit.report.folder import NOT_RUN, silence_words, sources_of
from toolkit.report.portfolio import SIDES_RULE, Line, Portfolio, count_vendors, open_portfolio
from toolkit.report.ranking import RULE as RANKING_RULE
from toolkit.show import Shown, quiet

MOST = 8  # headline numbers
WIDE = 6  # columns of an area's table
DRAWN = 2  # measures of each area drawn side by side


@dataclass(frozen=True)
class Overview:
    """A portfolio as a page; every public method gives one section of it."""

    portfolio: Portfolio

    def answer(self) -> Shown:
        """The whole in one sentence, of whom contract and people say opposite things, and at most eight headline numbers."""
        portfolio = self.portfolio
        lead, said, order = portfolio.headline, portfolio.apart, portfolio.ranking.sentence
        numbers = self._tiles()[:MOST]
        html = [
            blocks.lead(lead),
            blocks.paragraph(order) if order else Markup(""),
            *(blocks.paragraph(f"{name}: {sentence}", "apart") for name, sentence in said),
            blocks.tiles(numbers) if numbers and portfolio.reviewed else Markup(""),
            *(blocks.paragraph(text, "quiet") for text in (silence_words(portfolio.silent), portfolio.about) if text),
        ]
        told = [lead, order, *(f"{name}: {sentence}" for name, sentence in said)]
        return Shown(str(blocks.join(html)), " ".join(filter(None, told)))

    def _tiles(self) -> list[Markup]:
        """The headline numbers, the most telling first."""
        portfolio = self.portfolio
        known, measured = portfolio.measured
        every = count_vendors(len(portfolio.reviewed))
        differing = [area for area in portfolio.assessed if area.NAME not in ABOVE]
        return [
            *([self._goals_tile()] if portfolio.agreed else []),
            *(self._total_tile(address) for address in portfolio.totals),
            *(self._sign_tile(area) for area in differing if any(portfolio.signs_of(area)[:2])),
            *self._change_tile(),
            *self._concentration_tile(),
            *([blocks.tile("Measures assessed", f"{known} of {measured}", f"over {every}")] if measured else []),
        ]

    def _goals_tile(self) -> Markup:
        counts = self.portfolio.goals
        agreed = sum(counts.values())
        others = ", ".join(f"{counts[word]} {word}" for word in (MISSED, UNCLEAR, NOT_ASSESSED) if counts[word])
        return blocks.tile("Goals met", f"{counts[MET]} of {agreed}", others)

    def _total_tile(self, address: str) -> Markup:
        portfolio = self.portfolio
        total = number(portfolio.total_of(address), portfolio.currency)
        below = f"of {len(portfolio.values_of(address))} of {count_vendors(len(portfolio.reviewed))}"
        return blocks.tile(portfolio.label_of(address), total, below)

    def _sign_tile(self, area: ModuleType) -> Markup:
        above, below, unclear = self.portfolio.signs_of(area)
        _, more, less = area.SIGN
        known = len(above) + len(below) + len(unclear)
        rest = f"{len(below)} {less.split()[0]}, {len(unclear)} unclear"
        return blocks.tile(f"Vendors {more}", f"{len(above)} of {known}", rest)

    def _change_tile(self) -> list[Markup]:
        """The first total beside that of a year before, of the vendors known in both."""
        growth, period = self.portfolio.growth, self.portfolio.period
        if growth is None:
            return []
        label = f"{self.portfolio.label_of(growth.address)}, change on a year before"
        below = f"{count_vendors(growth.vendors)} known in {period} and {period.year_before()}"
        return [blocks.tile(label, signed_share(growth.share), below)]

    def _concentration_tile(self) -> list[Markup]:
        whole = self.portfolio.concentrations[0]
        below = band(whole.value, whole.n)
        return [blocks.tile("Concentration (HHI)", f"{whole.value:.2f}", below)] if whole.assessed else []

    def vendors(self) -> Shown:
        """One row a vendor: its rating, the verdict on each side of the review, and what became of its goals."""
        portfolio = self.portfolio
        if not portfolio.reviewed:
            return quiet("No vendor is under review.")
        html = blocks.table(
            ("Vendor", "Rating", *portfolio.sides, "Goals"),
            map(self._vendor_row, portfolio.lines),
            caption=f"Vendors of {portfolio.client} in {portfolio.period}, {portfolio.ordered_by}",
            anchors=[f"vendor-{line.vendor.id}" for line in portfolio.lines],
            cards=True,
        )
        html += blocks.paragraph(f"{SIDES_RULE} {RULE}", "quiet") if portfolio.agreed else Markup("")
        return Shown(str(html), "\n".join(f"{line.vendor.name}: {line.rating.words}" for line in portfolio.lines))

    def _vendor_row(self, line: Line) -> tuple[Any, ...]:
        if not line.ran:
            name = Markup("{}<br><small>because {}</small>").format(line.vendor.name, NOT_RUN)
            return (name, blocks.verdict(NOT_ASSESSED), *["–"] * (len(self.portfolio.sides) + 1))
        goals = blocks.join((blocks.unbroken(f"{count} {word}") for word, count in line.goals.items()), "<br>")
        return (
            blocks.link(line.vendor.name, f"{line.vendor.id}/index.html"),
            blocks.valued(line.rating.score_low, blocks.rating_words(line.rating)),
            *(blocks.valued(VERDICTS.index(word), blocks.verdict(word)) for word in line.verdicts.values()),
            goals or "no goal",
        )

    def order(self) -> Shown:
        """In what order the vendors keep their goals: under how many weightings each is first and last."""
        order = self.portfolio.ranking
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
        html = [
            blocks.paragraph(order.sentence),
            blocks.table(columns, rows, caption="Weightings in which each is first, and last", cards=True),
            *(
                [blocks.paragraph(f"Not ranked, for want of a rating: {', '.join(order.unranked)}.")]
                if order.unranked
                else []
            ),
            blocks.paragraph(RANKING_RULE, "quiet"),
        ]
        return Shown(str(blocks.join(html)), order.sentence)

    def shared(self) -> Shown:
        """What is wrong with several vendors at once."""
        problems = self.portfolio.problems
        if not problems:
            return quiet("Nothing is wrong with two vendors or more at once.")
        rows = [item.words for item in problems]
        columns = ("Problem", "Vendors", "Which")
        html = blocks.table(columns, rows, caption="What is wrong with two vendors or more", cards=True)
        told = (
            "What many vendors share may lie with the client, or with what was agreed. The second number says of how many "
            "vendors it is known."
        )
        return Shown(str(html + blocks.paragraph(told, "quiet")), "\n".join(f"{row[0]}: {row[1]}" for row in rows))

    def dates(self) -> Shown:
        """What has to be decided or ready for which vendor, and by when."""
        rows = [
            (step.by, blocks.link(vendor.name, f"{vendor.id}/index.html"), step.what, step.owner or "–", step.when)
            for step, vendor in self.portfolio.ahead
        ]
        if not rows:
            return quiet("No date is known by which something has to be decided or ready in the next half year.")
        columns = ("By", "Vendor", "What", "Who", "When")
        html = blocks.table(columns, rows, caption=f"Dates up to 180 days after {self.portfolio.period}", cards=True)
        return Shown(str(html), "\n".join(f"{row[0]}: {row[2]}, {row[4]}" for row in rows))

    def said(self) -> Shown:
        """What each area comes to."""
        sentences = self.portfolio.sentences
        html = blocks.join(Markup("<p><strong>{}</strong>: {}</p>").format(*pair) for pair in sentences)
        return Shown(str(html), " ".join(f"{title}: {sentence}" for title, sentence in sentences))

    def areas(self) -> Shown:
        """For each area of which something is known one table: a row a vendor, a column a headline number."""
        html = blocks.join(
            Markup("<h3>{}</h3>").format(area.TITLE) + self._area_table(area) for area in self.portfolio.told
        )
        return Shown(str(html), "\n".join(f"{title}: {sentence}" for title, sentence in self.portfolio.sentences))

    def _area_table(self, area: ModuleType) -> Markup:
        portfolio = self.portfolio
        names = [name for name in area.HEADLINES if portfolio.known_of(name)][:WIDE]
        heads = [self._head(name) for name in names]
        rows = [
            (
                blocks.link(vendor.name, f"{vendor.id}/{blocks.area_page(area.NAME)}")
                if portfolio.findings[vendor.id]
                else vendor.name,
                *(self._cell(portfolio.finding_of(vendor, name)) for name in names),
            )
            for vendor in portfolio.in_order
        ]
        caption = f"{area.TITLE}, {portfolio.period}, {portfolio.ordered_by}"
        return blocks.table(("Vendor", *heads), rows, caption=caption, numbers=heads, cards=True)

    def _head(self, address: str) -> str:
        """A column's name, with the unit where all its numbers share an amount of money."""
        label, currency = self.portfolio.label_of(address), self.portfolio.currency
        units = {item.unit for item, _ in self.portfolio.known_of(address)}
        return f"{label}, {currency}" if units == {currency} else label

    def _cell(self, item: Finding | None) -> Markup:
        """A number over its interval; the unit is left out where the column's head holds it."""
        if item is None or not item.assessed:
            return Markup('<span class="quiet">not assessed</span>')
        value = bare(item.value) if item.unit == self.portfolio.currency else blocks.value_words(item)
        if item.counted or math.isnan(item.low) or math.isnan(item.high):
            return Markup("{}").format(value)
        return Markup("{}<br><small>{}</small>").format(value, blocks.below_number(item))

    def compare(self) -> Shown:
        """The first headline numbers of each area, of all vendors on one scale; what is not assessed stands last."""
        from toolkit import charts

        portfolio = self.portfolio
        names = {vendor.id: vendor.name for vendor in portfolio.reviewed}
        subject = f"{portfolio.client}, {portfolio.period}"
        addresses = [
            address
            for area in portfolio.assessed
            for address in [name for name in area.HEADLINES if len(portfolio.known_of(name)) > 1][:DRAWN]
        ]
        if not addresses:
            return quiet("No number is known of two vendors, so there is nothing to compare.")
        drawn = [
            charts.compare(portfolio.one_each(address), subject=subject, names=names, small=True)
            for address in addresses
        ]
        return Shown(str(blocks.multiples(item.html for item in drawn)), "\n".join(item.text for item in drawn))

    def decisions(self) -> Shown:
        """What is to be decided between candidates: each selection's answer, with the way to its page."""
        told = self.portfolio.decided
        if not told:
            return quiet("No selection was open in this period. Selections are entries of review.yaml.")
        html = [
            Markup("<h3>{}</h3>{}<p>{}</p>").format(
                blocks.link(selection.name, f"{selection.id}/{blocks.area_page(area.NAME)}")
                if self.portfolio.decided_on.get(selection.id)
                else selection.name,
                blocks.paragraph(selection.question, "quiet") if selection.question else "",
                sentence,
            )
            for selection, area, sentence in told
        ]
        return Shown(str(blocks.join(html)), "\n".join(f"{selection.name}: {words}" for selection, _, words in told))

    def concentration(self) -> Shown:
        """How much of each service, and of the whole, lies with how few vendors; one line where no charges are known."""
        found = self.portfolio.concentrations
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
        columns = ("Service", f"Charges, {self.portfolio.currency}", "Largest share", "HHI", "Reading")
        html = blocks.table(
            columns, rows, caption="Concentration of spend", numbers=(columns[1], "HHI"), cards=True, ordered=True
        )
        html = Markup('<div id="cost.concentration">{}</div>').format(html)
        html += self._shares_table() + blocks.paragraph(HHI_RULE, "quiet")
        return Shown(str(html), "\n".join(item.sentence for item in found))

    def _shares_table(self) -> Markup:
        spend = self.portfolio.spend
        total = math.fsum(value for _, value in spend)
        rows = [(name, bare(value), number(value / total, "share")) for name, value in spend]
        columns = ("Vendor", f"Charges, {self.portfolio.currency}", "Share")
        return blocks.table(columns, rows, caption="Spend shares", numbers=columns[1:]) if rows else Markup("")

    def trend(self) -> Shown:
        """The first headline number of each area by review period, from earlier reviews of the same length."""
        if not self.portfolio.earlier:
            return quiet("No earlier review found, so there is no trend yet.")
        shown = [self._trend_of(area) for area in self.portfolio.assessed]
        html = "".join(item.html for item in shown)
        return (
            Shown(html, "\n".join(item.text for item in shown)) if shown else quiet("Nothing is known of any period.")
        )

    def _trend_of(self, area: ModuleType) -> Shown:
        portfolio, currency = self.portfolio, self.portfolio.currency
        address = next((name for name in area.HEADLINES if portfolio.values_of(name)), area.HEADLINES[0])
        adds = address in area.TOTALS
        names = [str(period) for period in portfolio.periods]
        items = portfolio.over_time(address)
        amounts = {name: [NAN if item is None else item.value for item in row] for name, row in items.items()}
        columns = list(zip(*amounts.values(), strict=True))
        totals = [_sum_of_known(column) for column in columns]
        scale = 1000 if adds and any(total >= 1_000_000 for total in totals) else 1
        unit = f", thousand {currency}" if scale > 1 else f", {currency}" if adds else ""
        rows: list[tuple[Any, ...]] = [
            (name, *(bare(item.value / scale) if adds and item else _short(item) for item in row))
            for name, row in items.items()
        ]
        partial = [0 < sum(map(math.isnan, column)) < len(column) for column in columns] if adds else []
        marks = ["*" if some else "" for some in partial]
        rows += (
            [("All", *(bare(total / scale) + mark for total, mark in zip(totals, marks, strict=True)))] if adds else []
        )
        label = portfolio.label_of(address)
        caption = f"{label} by review period{unit}"
        html = blocks.table(("Vendor", *names), rows, caption=caption, numbers=names, ordered=adds)
        if any(partial):
            html += blocks.paragraph("* without the vendors of which it was not assessed in that period (–).", "quiet")
        text = [f"{label}, {name}: {number(total, currency)}" for name, total in zip(names, totals, strict=True)]
        return Shown(str(html), "\n".join(text) if adds else label)

    def not_assessed(self) -> Shown:
        """What is not known, why, which file would make it known, and of which vendors: what most of them lack comes first."""
        gaps = self.portfolio.gaps
        if not gaps:
            return quiet("Everything that this review measures could be assessed for every vendor.")
        rows = [(gap.what, f"Because {gap.because}", gap.supply, self._whose(gap.names)) for gap in gaps]
        several = sum(len(gap.names) > 1 for gap in gaps)
        columns, caption = ("What", "Why", "What to supply", "Vendors"), "Not assessed, and what to supply"
        shared, single = (
            blocks.table(columns, part, caption=caption, cards=True) if part else Markup("")
            for part in (rows[:several], rows[several:])
        )
        more = f"{len(rows) - several:,} more, each of one vendor"
        html = shared + (blocks.details(more, single) if shared and single else single)
        return Shown(str(html), "\n".join(f"{row[3]}: {row[1]}" for row in rows))

    def _whose(self, names: Sequence[str]) -> str:
        return "every vendor" if len(names) == len(self.portfolio.reviewed) > 1 else ", ".join(names)

    def evidence(self) -> Shown:
        """How many findings each vendor has, and how many files they rest on; which ones, stands on the vendor's page."""
        rows = []
        for review in self.portfolio.reviews:
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
            f"{review.vendor.name}: {row[1]} findings assessed"
            for review, row in zip(self.portfolio.reviews, rows, strict=True)
        )
        return Shown(str(html + blocks.paragraph(told, "quiet")), text)


def open_overview(period: str, data: str, reports: str) -> Overview:
    """All vendors of a client in one period; parameters and errors as for `open_portfolio`."""
    return Overview(open_portfolio(period, data, reports))


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


def signed_share(value: float) -> str:
    """A change in per cent with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value), 'share')}"


def bare(value: float) -> str:
    """A number for a column whose head holds the unit; a dash where it is unknown."""
    return "–" if math.isnan(value) else f"{value:,.0f}".replace("-", "−")
