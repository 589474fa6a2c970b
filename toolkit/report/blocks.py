"""The blocks that summary and overview are built of, as HTML; text is escaped unless it is already Markup.

Every value passes through `markupsafe`, so that a supplier's name or a remark can never become a tag.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

from toolkit.areas import AREAS, EVERY_AREA
from toolkit.model import MET, MISSED, NO_GOAL, NOT_ASSESSED, UNCLEAR, Finding, interval_words, number, readable
from toolkit.rating import AMBER, GREEN, RED, Rating
from toolkit.report.folder import area_title
from toolkit.show import answer_html

SHAPES = {MET: "●", MISSED: "■", UNCLEAR: "▲", NOT_ASSESSED: "–", NO_GOAL: "○"}  # told apart without colour
LIGHTS = {GREEN: "●", AMBER: "▲", RED: "■"}
SORTED = 4  # rows that are worth sorting
DIGITS = 12  # of a digest, as printed: enough to tell files apart


def join(parts: Iterable[Any], between: str = "") -> Markup:
    """Blocks one after the other; plain text among them is escaped."""
    return Markup(between).join(parts)


def paragraph(text: Any, css: str = "") -> Markup:
    """One paragraph, with a class where it has one."""
    return Markup('<p class="{}">{}</p>').format(css, text) if css else Markup("<p>{}</p>").format(text)


def lead(text: str) -> Markup:
    """The answer, in large type."""
    return Markup(answer_html(text))


def multiples(figures: Iterable[str]) -> Markup:
    """Small charts beside each other, as many as the window holds; the look is inline, for a notebook has no style sheet."""
    look = "display:grid;grid-template-columns:repeat(auto-fill,minmax(min(21.5rem,100%),1fr));gap:0 1.5rem"
    return Markup('<div style="{}">{}</div>').format(look, join(map(Markup, figures)))


def unbroken(text: str) -> Markup:
    """Words that stay on one line."""
    return Markup('<span class="unbroken">{}</span>').format(text)


def verdict(word: str) -> Markup:
    """A verdict as word and shape; colour comes third."""
    css = word.replace(" ", "-")
    return Markup('<span class="verdict {}"><span aria-hidden="true">{}</span>&nbsp;{}</span>').format(
        css, SHAPES.get(word, "–"), word
    )


def valued(value: float, text: Any) -> Markup:
    """What a cell says, with the number by which its column is sorted; without one where it is unknown."""
    return (
        Markup("{}").format(text) if math.isnan(value) else Markup('<data value="{:.6g}">{}</data>').format(value, text)
    )


def link(text: Any, address: str) -> Markup:
    """A link to a page of the same report."""
    return Markup('<a href="{}">{}</a>').format(address, text)


def table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    caption: str,
    numbers: Sequence[str] = (),
    anchors: Sequence[str] = (),
    cards: bool = False,
    ordered: bool = False,
) -> Markup:
    """A table whose first column names the row; columns in `numbers` are right-aligned, `anchors` are the rows' ids.

    With `cards` each row becomes a card of its own on a phone, with the column's name beside each cell. A reader of the page
    can sort a table of some rows by any column, unless it is `ordered`: a sum stands last, or the order is what it says.
    """
    rows = list(rows)
    css = " ".join(
        name for name, wanted in (("cards", cards), ("sortable", not ordered and len(rows) >= SORTED)) if wanted
    )
    kinds = ["num" if name in numbers else "" for name in columns]
    head = join(
        Markup('<th scope="col"{}>{}</th>').format(_css(kind), name) for name, kind in zip(columns, kinds, strict=True)
    )
    body = join(
        Markup("<tr{}>{}</tr>").format(
            _id(anchors[place] if anchors else ""), _cells(row, kinds, columns if cards else ())
        )
        for place, row in enumerate(rows)
    )
    inner = Markup("<table{}><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
    region = Markup('<div class="scroll" role="region" tabindex="0" aria-label="{}">{}</div>')
    return region.format(caption, inner.format(_css(css), caption, head, body))


def _cells(row: Sequence[Any], kinds: Sequence[str], names: Sequence[str] = ()) -> Markup:
    labels = [Markup(' data-label="{}"').format(name) for name in names[1:]] or [Markup("")] * (len(row) - 1)
    rest = zip(row[1:], kinds[1:], labels, strict=True)
    cells = join(
        Markup("<td{}{}>{}</td>").format(_css(kind), label, Markup("<span>{}</span>").format(value) if label else value)
        for value, kind, label in rest
    )
    return Markup('<th scope="row">{}</th>{}').format(row[0], cells)


def _css(kind: str) -> Markup:
    return Markup(' class="{}"').format(kind) if kind else Markup("")


def _id(anchor: str) -> Markup:
    return Markup(' id="{}"').format(anchor) if anchor else Markup("")


def tile(label: str, value: str, below: Any = "", word: str = "") -> Markup:
    """A headline number: what it is, the number, and below it the interval or what it rests on."""
    mark = verdict(word) if word and word != NO_GOAL else Markup("")
    item = Markup(
        '<li><span class="label">{}</span> <span class="value">{}</span> <span class="below">{} {}</span></li>'
    )
    return item.format(label, value, below, mark)


def finding_tile(item: Finding) -> Markup:
    """The headline number of a finding, with its interval, or the reason why it has none."""
    return tile(item.label or item.id, value_words(item), below_number(item), item.verdict)


def value_words(item: Finding) -> str:
    """The number alone; a change has its sign."""
    sign = "+" if item.value > 0 and any(item.id in area.DIFFERENCES for area in AREAS) else ""
    (value, *_), unit = readable((item.value, item.low, item.high), item.unit)
    return f"{sign}{number(value, unit)}"


def below_number(item: Finding) -> str:
    """The interval in words; 'full count' for an exact number."""
    if item.counted:
        return "full count"
    (_, low, high), unit = readable((item.value, item.low, item.high), item.unit)
    if math.isnan(low) or math.isnan(high):
        return "no interval"
    if low == high:
        return "" if math.isinf(low) else "no spread"
    bare = "share" if unit == "share" else ""
    return f"{number(low, bare)} to {number(high, bare)}"


def tiles(items: Iterable[Markup]) -> Markup:
    """Headline numbers side by side."""
    return Markup('<ul class="tiles">{}</ul>').format(join(items))


def sentences(findings: Sequence[Finding], page: str = "") -> Markup:
    """What findings say, one sentence a line, each linked to its place on the area's page, remarks below."""
    lines = []
    for item in findings:
        address = f"{page}#{item.id}"
        said = link(item.label or item.id, address)
        lines.append(Markup("<li><span>{}</span> <span>{}{}</span></li>").format(said, item.sentence, remark(item)))
    return Markup('<ul class="sentences">{}</ul>').format(join(lines))


def details(summary: str, html: Markup) -> Markup:
    """Something folded in below a line that says what it is."""
    return Markup("<details><summary>{}</summary>{}</details>").format(summary, html)


def folded(summary: str, findings: Sequence[Finding], page: str = "") -> Markup:
    """The same, folded in below a line that says how many; nothing where there is none."""
    if not findings:
        return Markup("")
    return details(summary, sentences(findings, page))


def remark(item: Finding) -> Markup:
    """An analyst's remark and the vendor's reply, told apart from what was measured."""
    said = (("Remark", item.remark), ("The vendor replies", item.reply))
    return join(Markup('<span class="remark">{}: {}</span>').format(who, text) for who, text in said if text)


def result(item: Finding) -> str:
    """The number with its interval, or 'not assessed'."""
    if item.value != item.value:
        return NOT_ASSESSED
    return value_words(item) if item.counted else interval_words(item)


def area_page(area: str) -> str:
    """The file name of an area's page, beside the summary: its notebook's name without the number; '' if unknown."""
    notebook = next((known.NOTEBOOK for known in EVERY_AREA if area == known.NAME), "")
    return f"{notebook.split('_', 1)[1]}.html" if "_" in notebook else ""


def rating(given: Rating) -> Markup:
    """The goals in the words of public schemes, as a light that word and shape tell first, and as 0 to 100."""
    if not given.low:
        return paragraph(f"Rating: {NOT_ASSESSED}, because {given.because}.", "rating")
    line = Markup(
        '<p class="rating">Rating: <span class="light {}"><span aria-hidden="true">{}</span>&nbsp;{}</span> '
        '<strong>{}</strong>; UK words: {}; {}. <span class="quiet">{} of {} goals assessed.</span></p>'
    )
    shape, known = LIGHTS[given.light], f"{given.assessed:,}"
    return line.format(given.light, shape, given.light, given.words, given.uk, given.score, known, f"{given.goals:,}")


def rating_words(given: Rating) -> Markup:
    """A rating in a cell of a table: the light by its shape, the words, the score below."""
    if not given.low:
        return verdict(NOT_ASSESSED if given.goals else NO_GOAL)
    cell = Markup('<span class="light {}"><span aria-hidden="true">{}</span> {}</span><br>{}<br><small>{}</small>')
    return cell.format(given.light, LIGHTS[given.light], given.light, given.words, given.score)


def sides(told: Iterable[tuple[str, str, str, Sequence[str]]]) -> Markup:
    """The sides of a balanced review next to each other: heading, the verdict, the goals that it is due to, sentences."""
    html = Markup("")
    for title, word, due_to, sentences in told:
        mark = verdict(word) if word != NO_GOAL else Markup('<span class="quiet">no goal</span>')
        goals = paragraph(due_to, "quiet") if due_to else Markup("")
        html += Markup("<section><h2>{} {}</h2>{}{}</section>").format(
            title, mark, goals, join(paragraph(sentence) for sentence in sentences if sentence)
        )
    return Markup('<div class="sides">{}</div>').format(html) if html else html


def beside(told: Iterable[tuple[str, Sequence[str]]]) -> Markup:
    """Lists of sentences next to each other, each below its heading."""
    html = Markup("")
    for title, said in told:
        items = join(Markup("<li>{}</li>").format(sentence) for sentence in said)
        html += Markup("<section><h3>{}</h3><ul>{}</ul></section>").format(title, items)
    return Markup('<div class="sides">{}</div>').format(html)


def evidence_table(findings: Sequence[Finding], *, caption: str) -> Markup:
    """Every finding with its number, interval method, what it rests on and where that came from; one row a finding."""
    columns = ("Finding", "Result", "How sure", "Rests on", "Sources: file, rows used, digest of the vendor's rows")
    rows, anchors, seen = [], [], set()
    for item in findings:
        name = Markup("{}{}<br><code>{}</code><br><small>{}</small>").format(
            item.label or area_title(item.id), f", goal {item.goal}" if item.goal else "", item.id, item.definition
        )
        rests = f"{item.n:,} {item.n_of}" if item.value == item.value else "–"
        rows.append(
            (
                name,
                result(item),
                (item.interval if item.value == item.value else "") or "–",
                rests,
                source_lines(item.sources),
            )
        )
        anchors.append("" if item.id in seen else item.id)
        seen.add(item.id)
    return table(columns, rows, caption=caption, anchors=anchors, cards=True)


def source_lines(sources: Iterable[Mapping[str, Any]]) -> Markup:
    """Where a number came from: file, rows used and the first digits of the digest of the vendor's rows in it."""
    lines = [
        Markup("{}, {} rows <code>{}</code>").format(
            source.get("file") or source.get("table", ""),
            f"{int(source.get('rows') or 0):,}",
            str(source.get("digest", ""))[:DIGITS],
        )
        for source in sources
    ]
    return join(lines, "<br>") if lines else escape("–")
