"""The brief of one vendor: two pages to print, set from a `Review` by Typst. Tagged for readers aloud, fonts embedded.

The look lies in `templates/report/brief.typ`; whatever is handed to it is text. Equal reviews give equal bytes: no clock and
no font of this machine goes into them.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from toolkit.files import ROOT
from toolkit.model import interval_words
from toolkit.rating import RULE
from toolkit.report.blocks import DIGITS, LIGHTS, SHAPES, below_number, value_words
from toolkit.report.folder import sources_of
from toolkit.report.page import PER_CENT, page_facts, version
from toolkit.report.review import Change, Review

if TYPE_CHECKING:
    import typst

TEMPLATE = ROOT / "templates" / "report"
NOTED = 8  # changes shown
NOISE = ("within noise", "no difference")


def brief(review: Review) -> bytes:
    """The PDF of a review; PDF/UA-1, so that a screen reader can follow it."""
    return _printed("brief.typ", brief_facts(review))


def _printed(template: str, facts: dict[str, Any]) -> bytes:
    import typst

    compiled = typst.compile(
        TEMPLATE / template,
        root=TEMPLATE,
        sys_inputs={"facts": PER_CENT.sub("\u00a0%", json.dumps(facts, ensure_ascii=False))},
        font_paths=_fonts(),
        pdf_standards="ua-1",
    )
    return bytes(compiled)


@cache
def _fonts() -> typst.Fonts:
    """Those that come with Typst and with matplotlib, the same on every machine."""
    import typst

    from toolkit.charts.drawing import font_folder

    return typst.Fonts(include_system_fonts=False, font_paths=[font_folder()])


def brief_facts(review: Review) -> dict[str, Any]:
    """What the template sets, as text and numbers in words."""
    given, about = review.rating, page_facts(review.client, review.period, review.vendor.name)
    light = {"light": given.light, "shape": LIGHTS[given.light]} if given.low else {"light": "", "shape": ""}
    known = f"{given.assessed:,} of {given.goals:,} goals assessed; {given.because}."
    return {
        "title": f"Vendor review: {review.vendor.name}, {review.period}",
        "client": review.client,
        "about": ", ".join(about[name] for name in ("Client", "Period") if name in about),
        "footer": f"{review.client} · {review.vendor.name} · {review.period} · vendor-review-toolkit {version()}",
        "headline": review.headline,
        "apart": review.apart,
        "rating": {**light, "words": given.words, "uk": given.uk, "score": given.score, "because": known},
        "sides": [
            {"title": side.title, "verdict": side.verdict, "shape": SHAPES[side.verdict], "sentences": list(side.said)}
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
        "silent": [f"{area.TITLE}: not assessed, because {because.rstrip('.')}." for area, because in review.silent],
        "first": [_changes(review)],
        "then": [_gaps(review)],
        "charts": _charts(review),
        "method": RULE,
        "files": [
            {
                "name": source["file"] or source["table"],
                "rows": f"{source['rows']:,}",
                "digest": source["digest"][:DIGITS],
            }
            for source in sources_of(review.findings)
        ],
    }


def _changes(review: Review) -> dict[str, Any]:
    """The differences that are more than noise, headline measures first."""
    if not review.last:
        return _table("What changed", note="No earlier review found, so there is nothing to compare with yet.")
    beyond = [item for item in review.changes if _tells(item)]
    rows = [
        [item.now.label or item.now.id, interval_words(item.before), interval_words(item.now), item.words]
        for item in beyond[:NOTED]
    ]
    others = len(review.changes) - len(rows)
    noise = f"{len(review.changes) - len(beyond):,} of {len(review.changes):,} other numbers differ within noise"
    more = f" {len(beyond) - NOTED:,} more changes stand in the full report." if len(beyond) > NOTED else ""
    columns = ["Measure", str(review.last), str(review.period), "Difference"]
    return _table(
        f"What changed since {review.last}", columns, [4, 4, 4, 5], rows, f"{noise}.{more}" if others else more
    )


def _tells(change: Change) -> bool:
    return not any(word in change.words for word in (*NOISE, "unclear", "ranges of estimates"))


def _gaps(review: Review) -> dict[str, Any]:
    """What is not assessed, and what would make it known."""
    rows = [[", ".join(gap.names[:4]), gap.because, gap.supply] for gap in review.gaps[:NOTED]]
    left = len(review.gaps) - len(rows)
    return _table(
        "Not assessed",
        ["What", "Because", "What to supply"],
        [5, 7, 4],
        rows,
        f"{left:,} more reasons stand in the full report."
        if left
        else ("" if rows else "Everything could be assessed."),
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
    return [{"title": "Goals", "svg": shown.picture, "alt": shown.text}] if shown.picture else []
