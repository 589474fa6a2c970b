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
from toolkit.model import NO_GOAL, NOT_ASSESSED, Finding, Period, Vendor, interval_words, number, probability_words
from toolkit.report import blocks
from toolkit.report.folder import by_id, client_folder, earlier_findings, vendor_findings
from toolkit.show import Shown, quiet

HEADLINES = (  # the measures from which the headline numbers are taken, in this order, as far as they are known
    "cost.vendor_charges",
    "cost.saving_share",
    "cost.saving",
    "cost.charges_change",
    "cost.budget_variance",
    "cost.invoice_check",
    "cost.saving_realised",
    "cost.unit_cost",
    "cost.payback",
)
MOST = 6
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
        sentence = f"{saving_sentence(self.vendor.name, self.findings)} {self._goals_sentence()}"
        known = by_id(self.findings)
        numbers = [known[name] for name in HEADLINES if name in known and known[name].assessed][:MOST]
        html = blocks.join(
            [
                blocks.lead(sentence),
                Markup('<p class="overall">Overall: {} <span class="quiet">{}</span></p>').format(
                    blocks.verdict(word), OVERALL.get(word) or self._decisive(word)
                ),
                blocks.tiles(blocks.finding_tile(item) for item in numbers) if numbers else Markup(""),
                blocks.paragraph(self.about, "quiet") if self.about else Markup(""),
            ]
        )
        return Shown(str(html), f"{sentence} Overall: {word}.")

    def _decisive(self, word: str) -> str:
        """Which goals the overall word comes from."""
        named = dict.fromkeys(item.label or item.id for item in self.findings if item.goal and item.verdict == word)
        return (
            f"the worst verdict among its goals: {', '.join(named)}" if named else "the worst verdict among its goals"
        )

    def _goals_sentence(self) -> str:
        counts = scorecard.counts_in_words(scorecard.goal_counts(self.findings))
        gaps = sum(not item.assessed and not item.goal for item in self.findings)
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
            ("Goal", "Verdict", "Result", "Because"), rows, caption="Goals, those that need attention first"
        )
        drawn = [item for item in goals if item.assessed]
        if drawn:
            from toolkit import charts

            html += Markup(charts.bullet(drawn, subject=f"{self.vendor.name}, {self.period}")._repr_html_())
        html += blocks.paragraph(scorecard.RULE, "quiet")
        return Shown(str(html), "\n".join(f"{item.goal}: {item.verdict}, because {item.because}" for item in goals))

    def money(self) -> Shown:
        """What the cost comparison found, one sentence a measure, each linked to its place on that page."""
        said = [item for item in _in_order(self.findings) if item.area == "cost" and item.assessed]
        if not said:
            return quiet("Nothing about cost could be assessed; the reasons stand under 'Not assessed'.")
        html = blocks.sentences(said, blocks.area_page("cost"))
        return Shown(str(html), "\n".join(item.claim for item in said))

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
        html = blocks.evidence_table(self.findings, caption="Every finding of this review")
        areas = blocks.join(
            (blocks.link(blocks.area_title(name), blocks.area_page(name)) for name in (area.NAME for area in AREAS)),
            ", ",
        )
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


def saving_sentence(name: str, findings: Sequence[Finding]) -> str:
    """Whether a vendor costs less than before, in one sentence; by the interval of the net saving, never by its point."""
    known = by_id(findings)
    saving = known.get("cost.saving_share")
    if saving is None or not saving.assessed:
        because = saving.because if saving is not None else _area_reason(findings)
        said = [known[name] for name in ("cost.vendor_charges", "cost.charges_change") if _known(known, name)]
        paid = "".join(f"{item.claim.rstrip('.')}. " for item in said).replace("The vendor", name, 1)
        whose = "it" if paid else name
        return (
            f"{paid}Whether {whose} costs less than before the contract is not assessed, because {because.rstrip('.')}."
        )
    word, same = saving_word(saving), "than the same work would have cost before the contract"
    known_probability = saving.probability == saving.probability
    sure = f"probability of a saving {probability_words(saving.probability)}" if known_probability else ""
    if word == "unclear":
        shown = f"net saving {interval_words(saving)}{f', {sure}' if sure else ''}"
        return f"It is unclear whether {name} costs less {same}: {shown}."
    if word == "costs more" and known_probability and saving.probability < 0.005:
        sure = "almost certainly no saving"
    ends = sorted(abs(end) for end in (saving.low, saving.high))
    between = "" if saving.counted else f" ({number(ends[0], saving.unit)} to {number(ends[1], saving.unit)})"
    amount = f"{number(abs(saving.value), saving.unit)} {word.removeprefix('costs ')}"
    return f"{name} costs {amount} {same}{between}{f'; {sure}' if sure else ''}."


def saving_word(saving: Finding | None) -> str:
    """'costs less', 'costs more', 'unclear' or 'not assessed': on which side of zero the whole interval lies."""
    if saving is None or not saving.assessed:
        return "not assessed"
    low, high = (saving.value, saving.value) if saving.counted else (saving.low, saving.high)
    return "costs less" if low > 0 else "costs more" if high < 0 else "unclear"


def _area_reason(findings: Sequence[Finding]) -> str:
    reasons = [item.because for item in findings if item.area == "cost" and not item.assessed]
    return reasons[0] if reasons else "the net saving was not measured"


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
    """Each measure once, the headline numbers first."""
    place = {name: rank for rank, name in enumerate(HEADLINES)}
    return sorted(by_id(findings).values(), key=lambda item: place.get(item.id, len(place)))


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
