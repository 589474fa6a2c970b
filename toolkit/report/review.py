"""One vendor on one page: what its findings say, without recomputing any of them.

Reads `<reports>/<client>/<period>/<vendor>/findings/*.json`, and those of earlier periods for what changed; no table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from toolkit import scorecard
from toolkit.areas import AREAS
from toolkit.client import find_client, open_client
from toolkit.model import NO_GOAL, NOT_ASSESSED, Finding, Period, Vendor, interval_words, number
from toolkit.report import blocks
from toolkit.report.folder import (
    assessed_areas,
    by_id,
    client_folder,
    earlier_findings,
    silent_areas,
    vendor_findings,
    watermelon,
)
from toolkit.show import Shown, quiet

MOST = 6  # headline numbers
OVERALL = {NO_GOAL: "there is nothing it was held against", NOT_ASSESSED: "no data is never a good result"}
CHANGE_RULE = (
    "Two results are told apart only when their intervals do not overlap ('more than noise'). Intervals that overlap are "
    "called 'within noise', although some of those differences may be real: the rule is cautious (Schenker and Gentleman, "
    "The American Statistician 55(3), 2001). A full count is exact, so any difference in it is a fact, if not yet a trend."
)


@dataclass(frozen=True)
class Review:
    """What was found about one vendor in one period; every method gives one section of the page.

    earlier holds the findings of earlier periods of the same length, rising.
    """

    client: str
    vendor: Vendor
    period: Period
    findings: Sequence[Finding]
    earlier: Mapping[Period, Sequence[Finding]]
    about: str = ""

    def answer(self) -> Shown:
        """The answer in one sentence, the overall word, and at most six headline numbers."""
        word = scorecard.overall_verdict(self.findings)
        apart = watermelon(self.findings)
        sentences = [*([apart] if apart else []), *self._answers(), self._goals_sentence()]
        numbers = headline_findings(self.findings)[:MOST]
        html = blocks.join(
            [
                *map(blocks.lead, sentences[:-1]),
                blocks.paragraph(sentences[-1]),
                Markup('<p class="overall">Overall: {} <span class="quiet">{}</span></p>').format(
                    blocks.verdict(word), OVERALL.get(word) or self._decisive(word)
                ),
                blocks.tiles(blocks.finding_tile(item) for item in _by_area(numbers)) if numbers else Markup(""),
                *(blocks.silence(area, because) for area, because in silent_areas(self.findings)),
                blocks.paragraph(self.about, "quiet") if self.about else Markup(""),
            ]
        )
        return Shown(str(html), " ".join([*sentences, f"Overall: {word}.", *self._silences()]))

    def _silences(self) -> list[str]:
        return [blocks.silence(area, because).striptags() for area, because in silent_areas(self.findings)]

    def _answers(self) -> list[str]:
        """Each area's question answered in a sentence, of the areas of which something is known."""
        known = by_id(self.findings)
        said = [area.answer(self.vendor.name, known) for area in assessed_areas(self.findings)]
        return [sentence for sentence in said if sentence] or [f"Nothing is known yet of {self.vendor.name}."]

    def _decisive(self, word: str) -> str:
        """Which goals the overall word comes from."""
        named = dict.fromkeys(item.label or item.id for item in self.findings if item.goal and item.verdict == word)
        return (
            f"the worst verdict among its goals: {', '.join(named)}" if named else "the worst verdict among its goals"
        )

    def _goals_sentence(self) -> str:
        counts = scorecard.counts_in_words(scorecard.goal_counts(self.findings))
        known = {area.NAME for area in assessed_areas(self.findings)}
        gaps = sum(not item.assessed and not item.goal and item.area in known for item in self.findings)
        missing = f" {_count(gaps, 'measure').capitalize()} could not be assessed." if gaps else ""
        return f"{counts[0].upper()}{counts[1:]}.{missing}"

    def goals(self) -> Shown:
        """Every goal with its result, its verdict and the reason, and the same drawn against the targets."""
        goals = sorted(
            (item for item in self.findings if item.goal), key=lambda item: scorecard.VERDICTS.index(item.verdict)
        )
        if not goals:
            return quiet(
                "No goal was agreed with this vendor, so nothing can be met or missed. Goals are rows of goals.csv."
            )
        rows = [
            (
                Markup("{}<br><small>{}</small>").format(f"{item.label or item.id} {_aim(item)}", _terms(item)),
                blocks.verdict(item.verdict),
                blocks.result(item),
                item.because,
            )
            for item in goals
        ]
        html = blocks.table(
            ("Goal", "Verdict", "Result", "Because"), rows, caption="Goals, those that need attention first", cards=True
        )
        drawn = [item for item in goals if item.assessed]
        if drawn:
            from toolkit import charts

            html += Markup(charts.bullet(drawn, subject=f"{self.vendor.name}, {self.period}")._repr_html_())
        html += blocks.paragraph(scorecard.RULE, "quiet")
        return Shown(str(html), "\n".join(f"{item.goal}: {item.verdict}, because {item.because}" for item in goals))

    def found(self) -> Shown:
        """What each area found, one sentence a measure, each linked to its place on that area's page."""
        html, text = Markup(""), []
        for area in assessed_areas(self.findings):
            said = [item for item in _in_order(self.findings) if item.area == area.NAME and item.assessed]
            first = [item for item in said if item.id in area.HEADLINES]
            page = blocks.area_page(area.NAME)
            html += Markup("<h3>{}</h3>").format(area.TITLE) + blocks.sentences(first, page)
            more = [item for item in said if item not in first]
            html += blocks.folded(f"{len(more):,} more of {area.TITLE}", more, page)
            text += [item.claim for item in said]
        html += blocks.join(blocks.silence(area, because) for area, because in silent_areas(self.findings))
        return Shown(str(html), "\n".join(text))

    def changes(self) -> Shown:
        """Each number beside that of the last review of the same length, and whether the difference is more than noise."""
        if not self.earlier:
            return quiet("No earlier review found, so there is nothing to compare with yet.")
        last = max(self.earlier)
        then, now = by_id(self.earlier[last]), {item.id: item for item in _in_order(self.findings)}
        pairs = [(then[name], now[name]) for name in now if name in then and now[name].value == now[name].value]
        pairs = [(old, new) for old, new in pairs if old.value == old.value and old.unit == new.unit]
        rows = [
            (new.label or new.id, interval_words(old), interval_words(new), compared(old, new)) for old, new in pairs
        ]
        lost = [item.label or item.id for name, item in then.items() if item.assessed and not _known(now, name)]
        gained = [item.label or item.id for name, item in now.items() if item.assessed and not _known(then, name)]
        html = (
            blocks.table(
                ("Measure", str(last), str(self.period), "Difference"),
                rows,
                caption=f"{self.period} beside {last}, the last review before it",
                numbers=(str(last), str(self.period)),
                cards=True,
            )
            if rows
            else blocks.paragraph(f"No number is known both for {last} and for {self.period}.")
        )
        html += blocks.join(
            blocks.paragraph(f"{words} {', '.join(names)}.")
            for words, names in (("Known then, not now:", lost), ("Known now, not then:", gained))
            if names
        )
        return Shown(
            str(html + blocks.paragraph(CHANGE_RULE, "quiet")), "\n".join(f"{row[0]}: {row[3]}" for row in rows)
        )

    def not_assessed(self) -> Shown:
        """What is not known, why, and which file would make it known."""
        html = blocks.gaps_table(self.findings, caption="Not assessed, and what to supply")
        return Shown(str(html), "\n".join(item.sentence for item in self.findings if not item.assessed))

    def remarks(self) -> Shown:
        """What an analyst noted beside single findings; a remark never alters a verdict."""
        noted = [item for item in by_id(self.findings).values() if item.remark]
        if not noted:
            return quiet("No remark was made. Remarks are rows of remarks.csv.")
        rows = [(item.label or item.id, item.remark) for item in noted]
        html = blocks.table(("On", "Remark"), rows, caption="Analysts' remarks")
        return Shown(str(html), "\n".join(f"{item.label}: {item.remark}" for item in noted))

    def evidence(self) -> Shown:
        """Every finding: number, interval and its method, what it rests on, source files, definition."""
        silent = {area.NAME for area, _ in silent_areas(self.findings)}
        listed = [item for item in self.findings if item.area not in silent or item.goal]
        html = blocks.evidence_table(listed, caption="Every finding of this review")
        areas = blocks.join((blocks.link(area.TITLE, blocks.area_page(area.NAME)) for area in AREAS), ", ")
        html += Markup("<p>The working of each area, with charts and checks: {}.</p>").format(areas)
        return Shown(str(html), "\n".join(f"{item.id}: {blocks.result(item)}" for item in self.findings))


def open_review(vendor: str, period: str, data: str, reports: str) -> Review:
    """One vendor in one period, as far as its findings tell.

    vendor, period   as in review.yaml; an unknown one is a SettingsError with a suggestion.
    data             the client's folder, or its name below data/.
    reports          the folder that holds `<client>/<period>/<vendor>/findings/`; a relative one starts at the checkout.
    """
    client = open_client(find_client(data))
    chosen, when = client.vendor(vendor), client.period(period)
    folder = client_folder(reports, client.id)
    found = vendor_findings(folder, chosen.id, when)
    return Review(client.name, chosen, when, found, earlier_findings(folder, chosen.id, when), client.about)


def headline_findings(findings: Sequence[Finding]) -> list[Finding]:
    """The headline numbers that are known: the first of each area, then the second of each, and so on."""
    known = by_id(findings)
    ranked = [
        (rank, place, known[name])
        for place, area in enumerate(AREAS)
        for rank, name in enumerate(name for name in area.HEADLINES if name in known and known[name].assessed)
    ]
    return [item for _, _, item in sorted(ranked, key=lambda row: row[:2])]


def _by_area(findings: Sequence[Finding]) -> list[Finding]:
    names = [area.NAME for area in AREAS]
    return sorted(findings, key=lambda item: names.index(item.area))


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


def _in_order(findings: Sequence[Finding]) -> list[Finding]:
    """Each measure once, area by area, the headline numbers of each first."""
    names = [name for area in AREAS for name in (*area.HEADLINES, area.NAME)]
    place = {name: rank for rank, name in enumerate(names)}
    return sorted(by_id(findings).values(), key=lambda item: place.get(item.id, place.get(item.area, len(names))))


def _known(findings: Mapping[str, Finding], name: str) -> bool:
    return name in findings and findings[name].assessed


def _aim(item: Finding) -> str:
    if not item.direction:
        return ""
    if item.direction == "between":
        return f"between {number(item.target, item.unit)} and {number(item.target_high, item.unit)}"
    return f"{item.direction.replace('_', ' ')} {number(item.target, item.unit)}"


def _terms(item: Finding) -> str:
    parts = [f"Goal {item.goal}", f"due {item.due}" if item.due else "", f"owner {item.owner}" if item.owner else ""]
    return ", ".join(part for part in parts if part)


def _count(count: int, noun: str) -> str:
    return f"{scorecard.count_word(count)} {noun}{'' if count == 1 else 's'}"
