"""All vendors of a client in one period on one page, from their findings alone.

Vendors meet here and nowhere else. A vendor without findings is listed as not assessed, never left out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from toolkit import scorecard
from toolkit.client import find_client, open_client
from toolkit.model import MET, MISSED, NAN, NOT_ASSESSED, UNCLEAR, Finding, Period, Vendor, number
from toolkit.report import blocks
from toolkit.report.concentration import HHI_RULE, band, concentrations
from toolkit.report.folder import by_id, client_folder, earlier_periods, sources_of, vendor_findings, was_run
from toolkit.report.review import saving_word
from toolkit.show import Shown, quiet

MOST = 6  # headline numbers
NAMED = 3  # vendors named in a sentence; more are counted
NOT_RUN = "it was not run, or its run failed"
COMPARED = ("cost.saving_share", "cost.vendor_charges")


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

    def answer(self) -> Shown:
        """The whole in one sentence and at most six headline numbers."""
        charges = self._known("cost.vendor_charges")
        total = number(math.fsum(charges), self.currency) if charges else NOT_ASSESSED
        sentence = f"{self._charges_sentence(len(charges), total)} {self._saving_sentence()}"
        every = len(self.reviewed)
        measured = [
            item for vendor in self.reviewed for item in by_id(self.findings[vendor.id]).values() if "." in item.id
        ]
        known = sum(item.assessed for item in measured)
        numbers = [
            blocks.tile("Charges", total, f"of {len(charges)} of {every} vendors"),
            *self._saving_tile(),
            *self._change_tile(),
            self._goals_tile(),
            *self._stake_tile(),
            *self._concentration_tile(),
            blocks.tile("Measures assessed", f"{known} of {len(measured)}", f"over {every} vendors"),
        ]
        about = blocks.paragraph(self.about, "quiet") if self.about else Markup("")
        return Shown(str(blocks.join([blocks.lead(sentence), blocks.tiles(numbers[:MOST]), about])), sentence)

    def _by_saving(self) -> dict[str, list[str]]:
        """The vendors' names by whether they cost less than before, in the order of their charges."""
        groups: dict[str, list[str]] = {"costs less": [], "costs more": [], "unclear": [], NOT_ASSESSED: []}
        for vendor in self._ranked():
            groups[saving_word(_find(self.findings[vendor.id], "cost.saving_share"))].append(vendor.name)
        return groups

    def _saving_sentence(self) -> str:
        groups = self._by_saving()
        if len(groups[NOT_ASSESSED]) == len(self.reviewed):
            return "Whether any of them costs less than before the contract is not assessed."
        verbs = {
            "costs less": "{} cost less than before the contract",
            "costs more": "{} cost more than before the contract",
            "unclear": "for {} it is unclear",
            NOT_ASSESSED: "for {} it is not assessed",
        }
        parts = [verbs[word].format(_named(names)) for word, names in groups.items() if names]
        parts = [
            part.replace(" cost ", " costs ", 1) if len(names) == 1 else part
            for part, names in zip(parts, filter(None, groups.values()), strict=True)
        ]
        sentence = "; ".join(parts)
        return f"{sentence[0].upper()}{sentence[1:]}."

    def _saving_tile(self) -> list[Markup]:
        groups = self._by_saving()
        known = len(self.reviewed) - len(groups[NOT_ASSESSED])
        below = f"{len(groups['costs more'])} more, {len(groups['unclear'])} unclear"
        return (
            [blocks.tile("Vendors that cost less than before", f"{len(groups['costs less'])} of {known}", below)]
            if known
            else []
        )

    def _change_tile(self) -> list[Markup]:
        """Charges beside those a year before, of the vendors known in both."""
        before = self.earlier.get(self.period.year_before(), {})
        pairs = [
            (
                _value(before.get(vendor.id, ()), "cost.vendor_charges"),
                _value(self.findings[vendor.id], "cost.vendor_charges"),
            )
            for vendor in self.reviewed
        ]
        known = [pair for pair in pairs if not any(map(math.isnan, pair))]
        then, now = math.fsum(pair[0] for pair in known), math.fsum(pair[1] for pair in known)
        if not then > 0:
            return []
        below = f"{count_vendors(len(known))} known in {self.period} and {self.period.year_before()}"
        return [blocks.tile("Charges, change on a year before", signed_share(now / then - 1), below)]

    def _known(self, address: str) -> list[float]:
        """The values of one measure, of the vendors of which it is known."""
        values = [_value(self.findings[vendor.id], address) for vendor in self.reviewed]
        return [value for value in values if not math.isnan(value)]

    def _ranked(self) -> list[Vendor]:
        """Vendors by charges, largest first; those whose charges are unknown last, by name."""
        size = {vendor.id: _value(self.findings[vendor.id], "cost.vendor_charges") for vendor in self.reviewed}
        return sorted(self.reviewed, key=lambda item: (math.isnan(size[item.id]), -size[item.id], item.name.lower()))

    def _charges_sentence(self, known: int, total: str) -> str:
        every = len(self.reviewed)
        if not known:
            return f"What the vendors of {self.client} charged in {self.period} is not assessed."
        who = count_vendors(every)
        who = who if known == every else f"{scorecard.count_word(known)} of {who}"
        rest = "" if known == every else "; what the others charged is not assessed"
        return f"{who.capitalize()} of {self.client} charged {total} in {self.period}{rest}."

    def _goals_tile(self) -> Markup:
        counts = scorecard.goal_counts([item for vendor in self.reviewed for item in self.findings[vendor.id]])
        agreed = sum(counts.values())
        others = ", ".join(f"{counts[word]} {word}" for word in (MISSED, UNCLEAR, NOT_ASSESSED) if counts[word])
        return blocks.tile("Goals met", f"{counts[MET]} of {agreed}" if agreed else "no goal", others)

    def _stake_tile(self) -> list[Markup]:
        stakes = self._known("cost.invoice_check")
        below = f"invoice check of {len(stakes)} of {len(self.reviewed)} vendors"
        total = number(math.fsum(stakes), self.currency)
        return [blocks.tile("Money at stake in invoices", total, below)] if stakes else []

    def _concentration_tile(self) -> list[Markup]:
        whole = self._concentrations()[0]
        below = band(whole.value, whole.n)
        return [blocks.tile("Concentration (HHI)", f"{whole.value:.2f}", below)] if whole.assessed else []

    def vendors(self) -> Shown:
        """One row a vendor, by charges: what it costs, whether that is less than before, and what became of its goals."""
        columns = (
            *(
                "Vendor",
                "Overall",
                f"Charges, {self.currency}",
                "Change on a year before",
                "Net saving",
                "Against budget",
            ),
            *(f"At stake in invoices, {self.currency}", "Goals"),
        )
        ranked = self._ranked()
        html = blocks.table(
            columns,
            [self._vendor_row(vendor) for vendor in ranked],
            caption=f"Vendors of {self.client} in {self.period}, by charges",
            numbers=columns[2:7],
            anchors=[f"vendor-{vendor.id}" for vendor in ranked],
        )
        html += blocks.paragraph(scorecard.RULE, "quiet")
        text = [f"{vendor.name}: {scorecard.overall_verdict(self.findings[vendor.id])}" for vendor in ranked]
        return Shown(str(html), "\n".join(text))

    def _vendor_row(self, vendor: Vendor) -> tuple[Any, ...]:
        found = self.findings[vendor.id]
        if not found:
            name = Markup("{}<br><small>because {}</small>").format(vendor.name, NOT_RUN)
            return (name, blocks.verdict(NOT_ASSESSED), *["–"] * 6)
        counts = {word: count for word, count in scorecard.goal_counts(found).items() if count}
        goals = (
            blocks.join((blocks.unbroken(f"{count} {word}") for word, count in counts.items()), "<br>")
            if counts
            else "no goal"
        )
        return (
            blocks.link(vendor.name, f"{vendor.id}/index.html"),
            blocks.verdict(scorecard.overall_verdict(found)),
            self._cell(_find(found, "cost.vendor_charges")),
            self._cell(_find(found, "cost.charges_change")),
            self._cell(_find(found, "cost.saving_share")),
            self._cell(_find(found, "cost.budget_variance")),
            self._cell(_find(found, "cost.invoice_check")),
            goals,
        )

    def _cell(self, item: Finding | None) -> Markup:
        """A number over its interval; the unit is left out where the column's head holds it."""
        if item is None or not item.assessed:
            return Markup('<span class="quiet">not assessed</span>')
        value = bare(item.value) if item.unit == self.currency else blocks.value_words(item)
        if item.counted or math.isnan(item.low) or math.isnan(item.high):
            return Markup("{}").format(value)
        return Markup("{}<br><small>{}</small>").format(value, blocks.below_number(item))

    def compare(self) -> Shown:
        """Net saving and charges of all vendors, each drawn on one scale; what is not assessed stands last."""
        from toolkit import charts

        names = {vendor.id: vendor.name for vendor in self.reviewed}
        subject = f"{self.client}, {self.period}"
        drawn = [charts.compare(self._one_each(address), subject=subject, names=names) for address in COMPARED]
        return Shown("".join(item.html for item in drawn), "\n".join(item.text for item in drawn))

    def _one_each(self, address: str) -> list[Finding]:
        """One measure of every vendor; a vendor without it is there as not assessed."""
        found = [(vendor, _find(self.findings[vendor.id], address)) for vendor in self._ranked()]
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

    def concentration(self) -> Shown:
        """How much of each service, and of the whole, lies with how few vendors."""
        found = self._concentrations()
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
        html = blocks.table(columns, rows, caption="Concentration of spend", numbers=(columns[1], "HHI"))
        html = Markup('<div id="cost.concentration">{}</div>').format(html)
        html += self._shares_table() + blocks.paragraph(HHI_RULE, "quiet")
        return Shown(str(html), "\n".join(item.sentence for item in found))

    def _concentrations(self) -> list[Finding]:
        return concentrations({vendor.name: self.findings[vendor.id] for vendor in self.reviewed}, self.period)

    def _shares_table(self) -> Markup:
        charges = [(vendor.name, _value(self.findings[vendor.id], "cost.vendor_charges")) for vendor in self._ranked()]
        positive = [(name, value) for name, value in charges if value > 0]
        total = math.fsum(value for _, value in positive)
        rows = [(name, bare(value), number(value / total, "share")) for name, value in positive]
        columns = ("Vendor", f"Charges, {self.currency}", "Share")
        return blocks.table(columns, rows, caption="Spend shares", numbers=columns[1:]) if rows else Markup("")

    def trend(self) -> Shown:
        """Charges by review period, from the findings of earlier reviews of the same length."""
        if not self.earlier:
            return quiet("No earlier review found, so there is no trend yet.")
        reviews = {**self.earlier, self.period: self.findings}
        names = [str(period) for period in reviews]
        amounts = {
            vendor.name: [_value(found.get(vendor.id, ()), "cost.vendor_charges") for found in reviews.values()]
            for vendor in self._ranked()
        }
        columns = list(zip(*amounts.values(), strict=True))
        totals = [_sum_of_known(column) for column in columns]
        partial = [0 < sum(map(math.isnan, column)) < len(column) for column in columns]
        large = any(total >= 1_000_000 for total in totals)
        scale, unit = (1000, f"thousand {self.currency}") if large else (1, self.currency)
        rows = [(name, *[bare(value / scale) for value in values]) for name, values in amounts.items()]
        marks = ["*" if some else "" for some in partial]
        rows.append(("All", *[bare(total / scale) + mark for total, mark in zip(totals, marks, strict=True)]))
        html = blocks.table(("Vendor", *names), rows, caption=f"Charges by review period, {unit}", numbers=names)
        if any(partial):
            html += blocks.paragraph(
                "* without the vendors whose charges were not assessed in that period (–).", "quiet"
            )
        text = [f"{name}: {number(total, self.currency)}" for name, total in zip(names, totals, strict=True)]
        return Shown(str(html), "\n".join(text))

    def not_assessed(self) -> Shown:
        """What is not known of each vendor, why, and which file would make it known."""
        gaps: dict[tuple[str, str], dict[str, None]] = {}
        for vendor in self._ranked():
            if not self.findings[vendor.id]:
                gaps[vendor.name, NOT_RUN] = {"everything": None}
            for item in self.findings[vendor.id]:
                if not item.assessed:
                    gaps.setdefault((vendor.name, item.because), {})[item.label or item.id] = None
        if not gaps:
            return quiet("Everything that this review measures could be assessed for every vendor.")
        rows = [(name, f"Because {why}", blocks.supply(why), ", ".join(what)) for (name, why), what in gaps.items()]
        columns = ("Vendor", "Why", "What to supply", "Not assessed")
        html = blocks.table(columns, rows, caption="Not assessed, and what to supply")
        return Shown(str(html), "\n".join(f"{row[0]}: {row[1]}" for row in rows))

    def evidence(self) -> Shown:
        """How many findings each vendor has, and the files they rest on."""
        rows = []
        for vendor in self._ranked():
            found = self.findings[vendor.id]
            known = sum(item.assessed for item in found)
            rows.append((vendor.name, f"{known} of {len(found)}", blocks.source_lines(sources_of(found))))
        columns = ("Vendor", "Findings assessed", "Sources: file, rows used, digest of the vendor's rows")
        html = blocks.table(columns, rows, caption="What this page rests on")
        return Shown(str(html), "\n".join(f"{row[0]}: {row[1]} findings assessed" for row in rows))


def open_portfolio(period: str, data: str, reports: str) -> Portfolio:
    """Every vendor of a client in one period, as far as their findings tell.

    period    as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data      the client's folder, or its name below data/.
    reports   the folder that holds `<client>/<period>/<vendor>/findings/`; a relative one starts at the checkout.
    """
    client = open_client(find_client(data))
    when = client.period(period)
    folder = client_folder(reports, client.id)

    def found(at: Period) -> dict[str, Sequence[Finding]]:
        return {name: vendor_findings(folder, name, at) if was_run(folder, name, at) else [] for name in client.vendors}

    earlier = {at: rows for at in earlier_periods(folder, when) if any((rows := found(at)).values())}
    return Portfolio(
        client.name, client.currency, when, list(client.vendors.values()), found(when), earlier, client.about
    )


def _find(findings: Sequence[Finding], address: str) -> Finding | None:
    return by_id(findings).get(address)


def _value(findings: Sequence[Finding], address: str) -> float:
    found = _find(findings, address)
    return NAN if found is None else found.value


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
    return f"{scorecard.count_word(count)} vendor{'' if count == 1 else 's'}"


def signed_share(value: float) -> str:
    """A change in per cent with its sign."""
    return f"{'+' if value > 0 else '−' if value < 0 else ''}{number(abs(value), 'share')}"


def bare(value: float) -> str:
    """A number for a column whose head holds the unit; a dash where it is unknown."""
    return "–" if math.isnan(value) else f"{value:,.0f}".replace("-", "−")
