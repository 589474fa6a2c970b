"""The brief of one vendor: two pages to print, set from a `Review` by Typst. Tagged for readers aloud, fonts embedded.

The look lies in `templates/report/brief.typ`; whatever is handed to it is text. Equal reviews give equal bytes: no clock and
no font of this machine goes into them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.files import ROOT
from toolkit.model import Period, interval_words
from toolkit.rating import RULE
from toolkit.report.blocks import LIGHTS, SHAPES, below_number, value_words
from toolkit.report.folder import silence_words, sources_of
from toolkit.report.page import PER_CENT, page_facts, version
from toolkit.report.portfolio import SIDES_RULE, Portfolio
from toolkit.report.review import Change, Review, in_brief

if TYPE_CHECKING:
    import typst

TEMPLATE = ROOT / "templates" / "report"
PAGES = 2
WIDTH, TALLEST = 176, 165  # millimetres: of the text, and of a chart that leaves room below it
SIZE = {side: re.compile(rf'<svg[^>]* {side}="([0-9.]+)') for side in ("width", "height")}
MANY = (
    (30, 14),
    (30, 8),
    (30, 6),
    (30, 4),
    (30, 3),
    (25, 3),
    (20, 3),
    (15, 3),
    (10, 3),
    (10, 2),
)  # vendors, and other rows
ROWS = (8, 6, 4, 3, 2, 1)  # of each table of a vendor
UNRATED = (
    "A range behind a number is its 95 % interval; a full count has none. Nothing here is rated, for a rating goes by goals, "
    "and none was agreed."
)
NOISE = ("within noise", "no difference")


def brief(review: Review) -> bytes:
    """The PDF of a review; PDF/UA-1, so that a screen reader can follow it.

    Tables are cut until it fits two pages; what is cut is counted, and stands in the full report.
    """
    charts = _charts(review)
    facts = _fitting({**brief_facts(review, rows), "charts": charts} for rows in ROWS)
    return bytes(_typst().compile(**_options(facts), pdf_standards="ua-1"))


def portfolio_brief(portfolio: Portfolio) -> bytes:
    """The PDF of a portfolio: every vendor's rating, dates ahead, shared problems and what each area comes to, on one page.

    Tables are cut as those of a vendor's brief; only where even the shortest do not fit there is a second page.
    """
    facts = _fitting((portfolio_facts(portfolio, *rows) for rows in MANY), 1)
    return bytes(_typst().compile(**_options(facts), pdf_standards="ua-1"))


def portfolio_facts(portfolio: Portfolio, vendors: int, others: int) -> dict[str, Any]:
    """What the template sets of a portfolio; so many vendors and so many rows of each other table at most.

    What the areas say has room only beside tables that are whole.
    """
    every = [item for found in (*portfolio.findings.values(), *portfolio.decided_on.values()) for item in found]
    dates = [[step.by, vendor.name, step.what, step.when] for step, vendor in portfolio.ahead]
    shared = [list(item.words) for item in portfolio.problems]
    decisions = [[selection.name, in_brief(sentence)] for selection, _, sentence in portfolio.decided]
    said = [[title, in_brief(sentence)] for title, sentence in portfolio.sentences]
    tables = [
        _cut("Decisions", ["Decision", "What was found"], [4, 12], decisions, others),
        _cut("Dates ahead", ["By", "Vendor", "What", "When"], [2, 4, 7, 3], dates, others),
        _cut("Shared problems", ["Problem", "Vendors", "Which"], [7, 2, 7], shared, others),
        _cut(
            "What each area says", ["Area", "Over the vendors"], [3, 13], said if others >= MANY[0][1] else [], others
        ),
    ]
    return {
        **_head("Portfolio", portfolio.client, portfolio.client, portfolio.period),
        "evidence": "",
        "headline": " ".join(filter(None, (portfolio.headline, portfolio.ranking.sentence))),
        "apart": [f"{name}: {sentence}" for name, sentence in portfolio.apart],
        "rating": None,
        "silent": "",
        **{name: [] for name in ("sides", "numbers", "charts")},
        "first": [table for table in (_vendors(portfolio, vendors), *tables) if table["rows"]],
        "then": [],
        "method": f"{RULE} {SIDES_RULE}" if portfolio.agreed else UNRATED,
        "files": f"{len(sources_of(every)):,} tables",
    }


def _head(kind: str, name: str, client: str, period: Period) -> dict[str, str]:
    """What stands above and below every page: of what kind the brief is, about whom, for whom and when."""
    who = client if name == client else f"{client} · {name}"
    return {
        "title": f"{kind}: {name}, {period}",
        "client": client,
        "about": ", ".join(page_facts(client, period)[fact] for fact in ("Client", "Period")),
        "footer": f"{who} · {period} · vendor-review-toolkit {version()}",
    }


def _vendors(portfolio: Portfolio, most: int) -> dict[str, Any]:
    """Each vendor's rating, sides and goals; where no goal was agreed, numbers in their place."""
    if not portfolio.agreed:
        heads = ["Vendor", *map(portfolio.label_of, portfolio.leading)]
        numbers = [[line.vendor.name, *portfolio.words_of(line.vendor, portfolio.leading)] for line in portfolio.lines]
        return _cut("Vendors", heads, [4, *[5] * len(portfolio.leading)], numbers, most)
    rows = [
        [
            line.vendor.name,
            f"{LIGHTS.get(line.rating.light, '')} {', '.join(filter(None, (line.rating.words, line.rating.score)))}".strip(),
            *(f"{SHAPES[word]} {word}" for word in line.verdicts.values()),
            ", ".join(f"{count} {word}" for word, count in line.goals.items()) or "no goal",
        ]
        for line in portfolio.lines
    ]
    widths = [4, 5, *[3] * len(portfolio.sides), 4]
    return _cut("Vendors", ["Vendor", "Rating", *portfolio.sides, "Goals"], widths, rows, most)


def _cut(title: str, columns: list[str], widths: list[int], rows: list[list[str]], most: int) -> dict[str, Any]:
    """A table of so many rows at most, which says how many more there are."""
    more = f"{len(rows) - most:,} more stand in the full report." if len(rows) > most else ""
    return _table(title, columns, widths, rows[:most], more)


def _fitting(made: Iterable[dict[str, Any]], pages: int = PAGES) -> dict[str, Any]:
    """The first that fits so many pages, else the last."""
    facts: dict[str, Any] = {}
    for facts in made:
        if int(json.loads(_typst().query(selector="<pages>", field="value", one=True, **_options(facts)))) <= pages:
            break
    return facts


def _options(facts: dict[str, Any]) -> dict[str, Any]:
    told = PER_CENT.sub("\u00a0%", json.dumps(facts, ensure_ascii=False))
    return {"input": TEMPLATE / "brief.typ", "root": TEMPLATE, "sys_inputs": {"facts": told}, "font_paths": _fonts()}


def _typst() -> Any:
    import typst

    return typst


@cache
def _fonts() -> typst.Fonts:
    """Those that come with Typst and with matplotlib, the same on every machine."""
    import typst

    from toolkit.charts.drawing import font_folder

    return typst.Fonts(include_system_fonts=False, font_paths=[font_folder()])


def brief_facts(review: Review, rows: int) -> dict[str, Any]:
    """What the template sets, as text and numbers in words; so many rows of each table at most."""
    given = review.rating
    light = {"light": given.light, "shape": LIGHTS[given.light]} if given.low else {"light": "", "shape": ""}
    known = f"{given.assessed:,} of {given.goals:,} goals assessed." if given.goals else "No goal was agreed."
    return {
        **_head("Vendor review", review.vendor.name, review.client, review.period),
        "headline": review.headline,
        "apart": [review.apart] if review.apart else [],
        "rating": None
        if given.goals and not given.low
        else {**light, "words": given.words, "uk": given.uk, "score": given.score, "because": known},
        "sides": [
            {
                "title": side.title,
                "verdict": side.verdict,
                "shape": SHAPES[side.verdict],
                "goals": side.due_to,
                "sentences": side.brief,
            }
            for side in review.sides
        ],
        "numbers": [
            {
                "label": item.label or item.id,
                "value": value_words(item),
                "below": below_number(item),
                "verdict": item.verdict,
                "shape": SHAPES[item.verdict],
            }
            for item in review.numbers
        ],
        "evidence": review.evidence_sentence,
        "silent": silence_words(review.silent),
        "first": [*([_to_do(review, rows)] if review.internal else []), _changes(review, rows)],
        "then": [_gaps(review, rows)],
        "method": RULE if given.goals else UNRATED,
        "files": f"{len(sources_of(review.findings)):,} tables",
    }


def _changes(review: Review, most: int) -> dict[str, Any]:
    """The differences that are more than noise, headline measures first."""
    if not review.last:
        return _table("What changed", note="No earlier review found, so there is nothing to compare with yet.")
    beyond = [item for item in review.changes if _tells(item)]
    rows = [
        [item.now.label or item.now.id, interval_words(item.before), interval_words(item.now), item.words]
        for item in beyond[:most]
    ]
    others = len(review.changes) - len(rows)
    noise = f"{len(review.changes) - len(beyond):,} of {len(review.changes):,} other numbers differ within noise"
    more = f" {len(beyond) - most:,} more changes stand in the full report." if len(beyond) > most else ""
    columns = ["Measure", str(review.last), str(review.period), "Difference"]
    return _table(
        f"What changed since {review.last}", columns, [4, 4, 4, 5], rows, f"{noise}.{more}" if others else more
    )


def _to_do(review: Review, most: int) -> dict[str, Any]:
    """What has to be decided by when, then the money that may be asked back."""
    steps = [[step.by, step.what, step.owner or "–", step.when] for step in review.dates]
    money = [["money", item.label or item.id, "–", value_words(item)] for item in review.claims]
    rows = [*steps[:most], *money[:most]]
    left = len(steps) + len(money) - len(rows)
    note = f"{left:,} more stand in the full report." if left else ""
    note = note if rows else "No date is near and no money is known that could be asked back."
    return _table(
        "To decide, and money on the table", ["By", "What", "Who", "When, how much"], [2, 6, 4, 3], rows, note
    )


def _tells(change: Change) -> bool:
    return not any(word in change.words for word in (*NOISE, "unclear", "ranges of estimates"))


def _gaps(review: Review, most: int) -> dict[str, Any]:
    """What is not assessed, and what would make it known."""
    silent = {because for _, because in review.silent}  # those stand in a line above
    gaps = [gap for gap in review.gaps if gap.because not in silent]
    rows = [[", ".join(gap.names[:4]), gap.because, gap.supply] for gap in gaps[:most]]
    left = len(gaps) - len(rows)
    return _table(
        "Not assessed",
        ["What", "Because", "What to supply"],
        [5, 7, 4],
        rows,
        f"{left:,} more reasons stand in the full report."
        if left
        else ("" if rows else "Everything else could be assessed." if silent else "Everything could be assessed."),
    )


def _table(
    title: str,
    columns: list[str] | None = None,
    widths: list[int] | None = None,
    rows: list[list[str]] | None = None,
    note: str = "",
) -> dict[str, Any]:
    return {"title": title, "columns": columns or [], "widths": widths or [], "rows": rows or [], "note": note.strip()}


def _charts(review: Review) -> list[dict[str, str]]:
    from toolkit import charts

    drawn = [item for item in review.goals if item.assessed]
    if not drawn:
        return []
    shown = charts.bullet(drawn, subject=f"{review.vendor.name}, {review.period}")
    if not shown.picture:
        return []
    wide, tall = (float(SIZE[side].search(shown.picture)[1]) for side in ("width", "height"))  # type: ignore[index]
    share = min(1.0, TALLEST / (WIDTH * tall / wide))
    return [{"title": "Goals", "svg": shown.picture, "alt": shown.text, "width": f"{100 * share:.1f}"}]
