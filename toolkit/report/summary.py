"""The executive summary of one vendor as a page: what a `Review` says, section by section."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from toolkit.areas import AREAS
from toolkit.model import Finding, interval_words
from toolkit.rating import MEANING, OTHER, RULE, UK_MEANING
from toolkit.report import blocks
from toolkit.report.folder import silence_words
from toolkit.report.review import CHANGE_RULE, Review, open_review, terms
from toolkit.show import Shown, quiet, sentence

SECTIONS = (
    *("answer", "goals", "rating", "to_do", "matrix", "balance", "found", "changes", "options", "not_assessed"),
    *("remarks", "evidence"),
)


@dataclass(frozen=True)
class Summary:
    """A review as a page; every method named in `SECTIONS` gives one section of it.

    pages says whether the pages of the areas stand beside it, to be linked to.
    """

    review: Review
    pages: bool = True

    def answer(self) -> Shown:
        """The answer in one sentence, the rating, each side of the review in brief, and at most six headline numbers."""
        review = self.review
        silence = silence_words(review.silent)
        html = blocks.join(
            [
                blocks.lead(review.headline),
                blocks.paragraph(review.apart, "apart") if review.apart else Markup(""),
                blocks.rating(review.rating) if review.rating.low or not review.goals else Markup(""),
                blocks.sides((side.title, side.verdict, side.due_to, side.said) for side in review.sides),
                blocks.tiles(map(blocks.finding_tile, review.numbers)) if review.numbers else Markup(""),
                *(
                    blocks.paragraph(text, "quiet")
                    for text in (review.evidence_sentence, silence, review.about)
                    if text
                ),
            ]
        )
        said = [review.headline, review.apart, *(sentence for side in review.sides for sentence in side.said), silence]
        return Shown(str(html), " ".join(filter(None, said)))

    def rating(self) -> Shown:
        """The rule behind the rating, and what its words mean."""
        given = self.review.rating
        if not given.goals:
            return quiet("No goal was agreed with this vendor, so there is no rating.")
        words = [*MEANING.items(), *UK_MEANING.items(), (OTHER, "it cannot be described by these words")]
        rows = [(word, "FAR 42.1503" if word in MEANING else "UK 39(5)", meaning) for word, meaning in words]
        because = blocks.paragraph(sentence(f"{given.words}, because {given.because}"))
        html = (
            because
            + blocks.paragraph(RULE)
            + blocks.table(("Word", "Scheme", "Here it means"), rows, caption="The words", ordered=True)
        )
        return Shown(str(html), f"{given.words}, because {given.because}.")

    def goals(self) -> Shown:
        """Every goal with its result, its verdict and the reason, and the same drawn against the targets."""
        goals = self.review.goals
        if not goals:
            return quiet(
                "No goal was agreed with this vendor, so nothing can be met or missed. Goals are rows of goals.csv."
            )
        rows = [
            (
                Markup("{}<br><small>{}</small>").format(f"{item.label or item.id} {item.aim}", terms(item)),
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

            subject = f"{self.review.vendor.name}, {self.review.period}"
            html = Markup(charts.bullet(drawn, subject=subject)._repr_html_()) + html
        return Shown(str(html), "\n".join(f"{item.goal}: {item.verdict}, because {item.because}" for item in goals))

    def to_do(self) -> Shown:
        """What has to be decided by when, and the money that may be asked back."""
        review = self.review
        steps = [(step.by, step.what, step.owner or "–", step.when) for step in review.dates]
        money = [(item.label or item.id, blocks.result(item), item.claim) for item in review.claims]
        html = Markup("")
        if steps:
            html += blocks.table(("By", "What", "Who", "When"), steps, caption="To decide or to have ready", cards=True)
        if money:
            columns = ("Money on the table", "Amount", "What was found")
            html += blocks.table(columns, money, caption="Money that may be asked back or saved", cards=True)
        if not html:
            return quiet("No date is near and no money is known that could be asked back.")
        return Shown(str(html), "\n".join([*(" ".join(row) for row in steps), *(row[2] for row in money)]))

    def matrix(self) -> Shown:
        """Whether the contract and the people say the same of the vendor, each promise beside each voice."""
        pairs = self.review.matrix
        if not pairs:
            return quiet(
                "Service levels, or what people say, are not known: the two cannot be held against each other."
            )
        rows = [
            (
                f"{pair.kept.label}: {blocks.result(pair.kept)}, {pair.kept.verdict}",
                f"{pair.felt.label}: {blocks.result(pair.felt)}, {pair.felt.verdict}",
                pair.word,
            )
            for pair in pairs
        ]
        columns = ("By the contract", "To people", "Together")
        html = blocks.table(columns, rows, caption="What is promised beside what people say", cards=True)
        return Shown(str(html), "\n".join(" | ".join(row) for row in rows))

    def balance(self) -> Shown:
        """Wins beside troubles."""
        told = (("What went well", self.review.wins), ("What did not", self.review.troubles))
        html = blocks.beside((title, said or ["Nothing is on record."]) for title, said in told)
        return Shown(str(html), "\n".join(f"{title}: {' '.join(said)}" for title, said in told))

    def options(self) -> Shown:
        """The ways to go on, each with what was found that speaks to it; nothing here decides."""
        rows = [
            (option, " ".join(item.claim for item in found) or "Nothing was found that speaks to it.")
            for option, found in self.review.options.items()
        ]
        html = blocks.table(("Option", "What was found"), rows, caption="Ways to go on", cards=True)
        html += blocks.paragraph("The options are weighed by people. Nothing here is a recommendation.", "quiet")
        return Shown(str(html), "\n".join(f"{option}: {said}" for option, said in rows))

    def found(self) -> Shown:
        """What each area found, one sentence a measure, each linked to its place on that area's page."""
        html, text = Markup(""), []
        for title, areas in self.review.sections.items():
            html += Markup("<h3>{}</h3>").format(title)
            for area in areas:
                first, more = self.review.found(area)
                page = blocks.area_page(area.NAME) if self.pages else ""
                html += Markup("<h4>{}</h4>").format(area.TITLE) + blocks.sentences(first, page)
                html += blocks.folded(f"{len(more):,} more of {area.TITLE}", more, page)
                text += [item.claim for item in (*first, *more)]
        return Shown(str(html), "\n".join(text))

    def changes(self) -> Shown:
        """Each number beside that of the last review of the same length, and whether the difference is more than noise."""
        review = self.review
        if not review.last:
            return quiet("No earlier review found, so there is nothing to compare with yet.")
        before, now = str(review.last), str(review.period)
        rows = [
            (item.now.label or item.now.id, interval_words(item.before), interval_words(item.now), item.words)
            for item in review.changes
        ]
        html = (
            blocks.table(
                ("Measure", before, now, "Difference"),
                rows,
                caption=f"{now} beside {before}, the last review before it",
                numbers=(before, now),
                cards=True,
            )
            if rows
            else blocks.paragraph(f"No number is known both for {before} and for {now}.")
        )
        html += blocks.join(
            blocks.paragraph(f"{words} {', '.join(names)}.")
            for words, names in (("Known then, not now:", review.lost), ("Known now, not then:", review.gained))
            if names
        )
        return Shown(
            str(html + blocks.paragraph(CHANGE_RULE, "quiet")), "\n".join(f"{row[0]}: {row[3]}" for row in rows)
        )

    def not_assessed(self) -> Shown:
        """What is not known, why, and which file would make it known."""
        gaps = self.review.gaps
        if not gaps:
            return quiet("Everything that this review measures could be assessed.")
        rows = [(f"Because {gap.because}", gap.supply, ", ".join(gap.names)) for gap in gaps]
        columns = ("Why", "What to supply", "Not assessed")
        html = blocks.table(columns, rows, caption="Not assessed, and what to supply", cards=True)
        return Shown(str(html), "\n".join(item.sentence for item in self.review.findings if not item.assessed))

    def remarks(self) -> Shown:
        """What an analyst noted beside single findings, and what the vendor replied; neither alters a verdict."""
        noted: list[Finding] = self.review.remarked
        signed = blocks.paragraph(self.review.signed) if self.review.signed else Markup("")
        if not noted:
            none = "No remark was made and no reply given: rows of remarks.csv and replies.csv."
            return Shown(f"{signed}{blocks.paragraph(none, 'quiet')}", none)
        rows = [(item.label or item.id, item.remark or "–", item.reply or "–") for item in noted]
        columns = ("On", "Remark of the client", "Reply of the vendor")
        html = blocks.table(columns, rows, caption="Remarks and replies", cards=True)
        return Shown(str(signed + html), "\n".join(f"{row[0]}: {row[1]}; {row[2]}" for row in rows))

    def evidence(self) -> Shown:
        """Every finding: number, interval and its method, what it rests on, source files, definition."""
        html = Markup("")
        for area, found in self.review.evidence.items():
            html += blocks.details(f"{area}: {len(found):,} findings", blocks.evidence_table(found, caption=area))
        if self.pages:
            areas = blocks.join((blocks.link(area.TITLE, blocks.area_page(area.NAME)) for area in AREAS), ", ")
            html += Markup("<p>The working of each area, with charts and checks: {}.</p>").format(areas)
        return Shown(str(html), "\n".join(f"{item.id}: {blocks.result(item)}" for item in self.review.findings))


def open_summary(vendor: str, period: str, data: str, reports: str) -> Summary:
    """The summary of one vendor in one period; parameters and errors as for `open_review`."""
    return Summary(open_review(vendor, period, data, reports))
