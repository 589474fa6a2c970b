"""Two slides a vendor, or one where that says all, with native charts that can be edited; the evidence is in speaker notes.

Equal reviews give equal bytes: clocks are taken out of the file, and out of the workbooks inside its charts.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from toolkit.areas import AREAS
from toolkit.model import MET, MISSED, NO_GOAL, NOT_ASSESSED, UNCLEAR, Finding, Vendor
from toolkit.rating import RULE
from toolkit.report.blocks import LIGHTS, SHAPES, below_number, result, value_words
from toolkit.report.folder import silence_words
from toolkit.report.page import PER_CENT
from toolkit.report.portfolio import Line, Portfolio
from toolkit.report.ranking import RULE as RANKING_RULE
from toolkit.report.review import Review, Side
from toolkit.show import MONTHS, first_sentence

if TYPE_CHECKING:
    from pptx.presentation import Presentation
    from pptx.slide import Slide
    from pptx.text.text import TextFrame

WIDTH, HEIGHT, EDGE = 13.333, 7.5, 0.55  # inches
INK, SOFT, RULED, SHADE = "1C2128", "525B66", "B9C0C8", "F2F4F7"
COLOURS = {MET: "0B5394", MISSED: "9A3B00", UNCLEAR: "5F4B00", "green": "0B5394", "amber": "5F4B00", "red": "9A3B00"}
BARS = (
    ("0B5394", "FFFFFF"),
    ("D9C67A", INK),
    ("D3D8DE", INK),
    ("9A3B00", "FFFFFF"),
)  # met, unclear, not assessed, missed
SHARES = {3: (0.40, 0.36, 0.24), 4: (0.34, 0.24, 0.26, 0.16)}  # of a table's width, by its number of columns
FONT = "Arial"
TEXTS, HEADING, AFTER = (
    (13, 12, 11, 10, 9),
    15,
    4,
)  # points: of sentences, the first that fits; of a heading; below each
TITLES = (24, 20, 17)  # points, the first in which a title takes two lines
NARROWER = 1.12  # how much more of it a line holds than of the font in which text is measured
MOST_GOALS, FEWEST_MONTHS, MOST_MONTHS = 12, 6, 36
FOOT = 6.8  # inches from the top at which what stands at the foot of a slide begins
MOST_SAID = 3  # sentences of a kind
ROOM = 2.4  # inches that a box of sentences needs
CLOCK = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
EPOCH = (1980, 1, 1, 0, 0, 0)  # what a ZIP archive takes for the beginning of time


def slides(reviews: Sequence[Review], portfolio: Portfolio | None = None) -> bytes:
    """The slides of a portfolio, where there is one, then those of some vendors, two each at most."""
    deck = _deck()
    if portfolio is not None:
        _overview(deck, portfolio)
    for review in reviews:
        _first(deck, review)
        _second(deck, review)
    buffer = io.BytesIO()
    deck.save(buffer)
    return steady(buffer.getvalue())


def _deck() -> Presentation:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(WIDTH), Inches(HEIGHT)
    deck.core_properties.author, deck.core_properties.title = "", "Vendor review"
    return deck


# ------------------------------------------------------------------------------------------------------------- the slides
def _overview(deck: Presentation, portfolio: Portfolio) -> None:
    """All vendors as a table, and their goals by verdict as a native chart."""
    slide = _slide(deck, portfolio.headline, f"{portfolio.client} · {portfolio.period}")
    place = (EDGE + 6.9, 1.6, WIDTH - 2 * EDGE - 6.9, 5.0)
    lines = portfolio.lines[:MOST_GOALS]
    if portfolio.agreed:
        rows = [(line.vendor.name, line.rating.words, line.rating.score or "–") for line in lines]
        lights = [line.rating.light for line in lines]
        _table(slide, ("Vendor", "Rating", "0 to 100"), rows, (EDGE, 1.7, 6.6), lights, strong=1)
        held = [line for line in lines if line.goals]
        if held:
            _goals_chart(slide, held, place)
    elif portfolio.leading:
        columns = ("Vendor", *map(portfolio.label_of, portfolio.leading))
        numbers = [(line.vendor.name, *portfolio.words_of(line.vendor, portfolio.leading)) for line in lines]
        _table(slide, columns, numbers, (EDGE, 1.7, 6.6), [NO_GOAL] * len(lines), strong=1)
        _values_chart(slide, portfolio.label_of(portfolio.leading[0]), portfolio.known_of(portfolio.leading[0]), place)
    decisions = [f"{selection.name}: {sentence}" for selection, _, sentence in portfolio.decided]
    if not lines:
        frame = _box(slide, EDGE, 1.7, WIDTH - 2 * EDGE, FOOT - 1.7)
        for decision in decisions[:MOST_SAID]:
            _say(frame, decision, size=16)
    if portfolio.ranking.sentence:
        _say(_box(slide, EDGE, FOOT, WIDTH - 2 * EDGE, 0.5), portfolio.ranking.sentence, size=14)
    left = len(portfolio.lines) - len(lines)
    told = [f"{left} more vendors stand in the full report."] if left else []
    apart = [f"{name}: {sentence}" for name, sentence in portfolio.apart]
    said = [f"{title}: {sentence}" for title, sentence in portfolio.sentences]
    shared = [f"{what}: {share} ({names})" for what, share, names in (item.words for item in portfolio.problems)]
    _note(
        slide,
        [*told, *apart, *shared, *decisions, *said, RULE, *([RANKING_RULE] if portfolio.ranking.sentence else [])],
    )


def _goals_chart(slide: Slide, lines: Sequence[Line], place: tuple[float, float, float, float]) -> None:
    """A native bar chart of each vendor's goals by verdict, in greys and shades that print apart."""
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_LEGEND_POSITION
    from pptx.util import Pt

    told = "; ".join(
        f"{line.vendor.name} {', '.join(f'{n} {word}' for word, n in line.goals.items())}" for line in lines
    )
    counts = {word: [line.goals.get(word, 0) for line in lines] for word in (MET, UNCLEAR, NOT_ASSESSED, MISSED)}
    names = [line.vendor.name for line in lines]
    chart = _bars(slide, "Goals by verdict", f"Goals by verdict: {told}.", names, counts, "0", place)
    chart.has_legend = True
    chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    chart.plots[0].overlap = 100
    for series, (fill, ink) in zip(chart.plots[0].series, BARS, strict=True):
        series.format.fill.solid()
        series.format.fill.fore_color.rgb = RGBColor.from_string(fill)
        labels = series.data_labels
        labels.show_value, labels.number_format, labels.number_format_is_linked = True, "0;;", False  # no 0 is written
        labels.font.size, labels.font.color.rgb = Pt(11), RGBColor.from_string(ink)


def _values_chart(
    slide: Slide, label: str, known: Sequence[tuple[Finding, Vendor]], place: tuple[float, float, float, float]
) -> None:
    """A native bar chart of one measure of each vendor."""
    from pptx.dml.color import RGBColor

    values = [item.value for item, _ in known[:MOST_GOALS]]
    unit = {"share": "per cent"}.get(known[0][0].unit, known[0][0].unit)
    form = "0.0%" if known[0][0].unit == "share" else "#,##0.##"
    told = f"{label}: {'; '.join(f'{vendor.name} {result(item)}' for item, vendor in known)}."
    names = [vendor.name for _, vendor in known[:MOST_GOALS]]
    title = f"{label}, {unit}" if unit else label
    chart = _bars(slide, title, told, names, {printable(label): values}, form, place)
    chart.has_legend = False
    chart.value_axis.minimum_scale = min(0.0, *values)
    chart.plots[0].has_data_labels = True
    labels = chart.plots[0].data_labels
    labels.show_value, labels.number_format, labels.number_format_is_linked = True, form, False
    chart.plots[0].series[0].format.fill.solid()
    chart.plots[0].series[0].format.fill.fore_color.rgb = RGBColor.from_string(INK)


def _bars(
    slide: Slide,
    title: str,
    told: str,
    names: Sequence[str],
    series: Mapping[str, Sequence[float]],
    form: str,
    place: tuple[float, float, float, float],
) -> Any:
    """A native chart of one bar a vendor, the first on top; several series stand on one another. told: its alternative text."""
    from pptx.chart.data import CategoryChartData
    from pptx.enum.chart import XL_CHART_TYPE
    from pptx.util import Inches, Pt

    data = CategoryChartData(number_format=form)
    data.categories = [printable(name) for name in reversed(names)]  # a bar chart begins at the bottom
    for name, values in series.items():
        data.add_series(name, list(reversed(values)))
    kind = XL_CHART_TYPE.BAR_STACKED if len(series) > 1 else XL_CHART_TYPE.BAR_CLUSTERED
    left, top, wide, tall = map(Inches, place)
    frame: Any = slide.shapes.add_chart(kind, left, top, wide, tall, cast("Any", data))
    _describe(frame, told)
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(11), FONT
    chart.has_title = True
    chart.chart_title.text_frame.text = printable(title)
    chart.chart_title.text_frame.paragraphs[0].font.size = Pt(13)
    chart.value_axis.visible = chart.value_axis.has_major_gridlines = False
    chart.plots[0].gap_width = 40
    return chart


def _first(deck: Presentation, review: Review) -> None:
    """The answer: headline, what contradicts itself, the rating, the four sides."""
    first, more = first_sentence(review.headline)
    slide = _slide(deck, first, f"{review.client} · {review.vendor.name} · {review.period}")
    top = 1.75
    if more:
        _say(_box(slide, EDGE, top, WIDTH - 2 * EDGE, 0.6), more, size=14)
        top += 0.65
    if review.apart:
        frame = _box(slide, EDGE, top, WIDTH - 2 * EDGE, 0.75, fill=SHADE)
        _say(frame, review.apart, size=14, bold=True)
        top += 0.75
    given = review.rating
    frame = _box(slide, EDGE, top, WIDTH - 2 * EDGE, 0.4)
    if given.low:
        _say(frame, f"{LIGHTS[given.light]} {given.light}  ", size=15, bold=True, colour=COLOURS[given.light])
        _say(frame, f"{given.words}; UK words: {given.uk}; {given.score}", size=15, bold=True, more=True)
    elif not given.goals:
        _say(frame, f"Rating: not assessed, because {given.because}.", size=15)
    top += 0.55 if given.low or not given.goals else 0
    foot = " ".join(filter(None, (review.evidence_sentence, silence_words(review.silent))))
    _say(_box(slide, EDGE, FOOT, WIDTH - 2 * EDGE, 0.4), foot, size=11 if len(foot) < 300 else 9, colour=SOFT)
    wide = (WIDTH - 3 * EDGE) / 2
    rows = [review.sides[place : place + 2] for place in range(0, len(review.sides), 2)]
    size, heights = _largest(rows, wide, FOOT - top)
    for row, tall in zip(rows, heights, strict=True):
        for place, side in enumerate(row):
            frame = _box(slide, EDGE + place * (wide + EDGE), top, wide, tall)
            _say(frame, f"{side.title}  ", size=HEADING, bold=True)
            colour = COLOURS.get(side.verdict, SOFT)
            _say(frame, f"{SHAPES[side.verdict]} {side.verdict}", size=HEADING - 2, bold=True, colour=colour, more=True)
            for said in _sentences(side):
                _say(frame, said, size=size, colour=INK if said in side.brief else SOFT)
        top += tall
    room = int((FOOT - top - 0.3) / 0.42) - 1
    if room > 1 and review.numbers:
        told = [(item.label or item.id, value_words(item), below_number(item)) for item in review.numbers[:room]]
        verdicts = [item.verdict for item in review.numbers]
        _table(slide, ("In numbers", "Value", "Interval"), told, (EDGE, top + 0.15, 8.0), verdicts, strong=1)
    lines = [review.apart, f"Rating: {given.words}; {given.because}.", review.evidence_sentence]
    numbers = [f"{item.label}: {result(item)}; {item.n:,} {item.n_of}; {item.interval}" for item in review.numbers]
    whole = [sentence for side in review.sides for sentence in side.said]
    _note(slide, [*lines, *whole, *numbers, RULE])


def _sentences(side: Side) -> list[str]:
    """The goals that a side's verdict is due to, then what is said of it."""
    return [*([side.due_to] if side.due_to else []), *side.brief]


def _largest(rows: Sequence[Sequence[Side]], wide: float, tall: float) -> tuple[float, list[float]]:
    """The largest type in which rows of sides stay within a height, and the height of each row; what is left is shared."""
    from toolkit.charts.drawing import wrap

    def height(side: Side, size: float) -> float:
        lines = [wrap(said, NARROWER * wide, size=size, lines=99).count("\n") + 1 for said in _sentences(side)]
        return (1.25 * HEADING + sum(1.2 * size * count + AFTER for count in lines)) / 72 + 0.15

    for size in TEXTS:
        heights = [max(height(side, size) for side in row) for row in rows]
        if sum(heights) <= tall:
            break
    spare = max(tall - sum(heights), 0.0) / len(rows) if rows else 0.0
    return size, [each + min(spare, 0.4) for each in heights]


def _second(deck: Presentation, review: Review) -> None:
    """The goals as a table, beside them how one went by month, and below what went well or did not where there is room."""
    goals = review.goals
    shown = next((item for item in [*goals, *review.numbers] if len(_months(item)) >= FEWEST_MONTHS), None)
    if not goals and shown is None:
        return  # the first slide has said it all
    told = [(word, sum(item.verdict == word for item in goals)) for word in (MET, MISSED, UNCLEAR, NOT_ASSESSED)]
    counts = ", ".join(f"{count} {word}" for word, count in told if count)
    title = f"{len(goals)} goal{'s' * (len(goals) > 1)}: {counts}" if goals else "What was found; no goal was agreed"
    slide = _slide(deck, title, f"{review.client} · {review.vendor.name} · {review.period}")
    wide = 7.3 if shown is not None else WIDTH - 2 * EDGE
    if goals:
        rows = [
            (item.label or item.id, item.aim, result(item), f"{SHAPES[item.verdict]} {item.verdict}")
            for item in goals[:MOST_GOALS]
        ]
        _table(
            slide, ("Goal", "Agreed", "Result", "Verdict"), rows, (EDGE, 1.6, wide), [item.verdict for item in goals]
        )
    if shown is not None:
        _trend(slide, shown, EDGE + wide + 0.3, 1.6, WIDTH - wide - 2 * EDGE - 0.3, 4.6)
    top = 1.9 + 0.42 * (min(len(goals), MOST_GOALS) + 1) * bool(goals)
    sides = [("What went well", review.wins), ("What did not", review.troubles)]
    if not goals:
        frame = _box(slide, EDGE, top, wide, FOOT - top)
        for item in [item for area in review.assessed for item in review.found(area)[0]][:MOST_GOALS]:
            _say(frame, item.sentence, size=14)
    elif FOOT - top > ROOM and any(said for _, said in sides):
        frame = _box(slide, EDGE, top, wide, FOOT - top)
        for heading, said in sides:
            _say(frame, heading, size=13, bold=True)
            for sentence in said[:MOST_SAID] or ["Nothing is on record."]:
                _say(frame, sentence, size=12)
    left = f"{len(goals) - MOST_GOALS} more goals stand in the full report." if len(goals) > MOST_GOALS else ""
    evidence = [f"{item.goal}: {item.verdict}, because {item.because} ({item.n:,} {item.n_of})" for item in goals]
    _note(slide, [*([left] if left else []), *evidence])


def _months(item: Finding) -> list[tuple[str, float]]:
    """The last known months behind a finding; none where they are in another unit."""
    rows = [row for row in item.parts.get("month", ()) if row.get("unit", item.unit) == item.unit]
    known = [(str(row.get("month", "")), row.get("value")) for row in rows]
    numbers = [(month, float(value)) for month, value in known if isinstance(value, int | float) and value == value]
    return numbers[-MOST_MONTHS:]


def _trend(slide: Slide, item: Finding, left: float, top: float, width: float, height: float) -> None:
    """A native line chart of a finding by month; the goal as a dashed line, where a month can be held against it."""
    from pptx.chart.data import CategoryChartData
    from pptx.dml.color import RGBColor
    from pptx.enum.chart import XL_CHART_TYPE, XL_LEGEND_POSITION
    from pptx.enum.dml import MSO_LINE
    from pptx.util import Inches, Pt

    months = _months(item)
    data = CategoryChartData(number_format="0.0%" if item.unit == "share" else "#,##0.##")
    data.categories = [f"{MONTHS[int(month[5:7]) - 1]} {month[:4]}" for month, _ in months]
    data.add_series("By month", [value for _, value in months])
    adds = any(item.id in area.TOTALS for area in AREAS)  # its goal is one for the whole period
    if item.target == item.target and item.goal and not adds:
        data.add_series(f"Goal: {item.aim}", [item.target] * len(months))
    frame: Any = slide.shapes.add_chart(
        XL_CHART_TYPE.LINE_MARKERS, Inches(left), Inches(top), Inches(width), Inches(height), cast("Any", data)
    )
    low, high = min(value for _, value in months), max(value for _, value in months)
    _describe(
        frame, f"{item.label} by month, {months[0][0]} to {months[-1][0]}: from {low:,.4g} to {high:,.4g} {item.unit}."
    )
    chart = frame.chart
    chart.font.size, chart.font.name = Pt(11), FONT
    chart.has_title, chart.has_legend = True, len(chart.plots[0].series) > 1
    chart.chart_title.text_frame.text = f"{item.label}, {'per cent' if item.unit == 'share' else item.unit}, by month"
    chart.chart_title.text_frame.paragraphs[0].font.size = Pt(13)
    if chart.has_legend:
        chart.legend.position, chart.legend.include_in_layout = XL_LEGEND_POSITION.BOTTOM, False
    if item.unit == "share" and 0 <= low <= high <= 1 < 1.1 * high:
        chart.value_axis.maximum_scale = 1.0  # by itself an axis would reach 120 %
    chart.value_axis.tick_labels.number_format = "0%" if item.unit == "share" else "#,##0.##"
    chart.value_axis.tick_labels.number_format_is_linked = False
    chart.value_axis.major_gridlines.format.line.color.rgb = RGBColor.from_string("E4E6E9")
    for series, colour, dash in zip(chart.plots[0].series, (INK, COLOURS[MET]), (None, MSO_LINE.DASH), strict=False):
        series.format.line.color.rgb, series.format.line.width = RGBColor.from_string(colour), Pt(2)
        series.smooth, series.format.line.dash_style = False, dash
        series.marker.size = 5 if dash is None else 2
        series.marker.format.fill.solid()
        series.marker.format.fill.fore_color.rgb = RGBColor.from_string(colour)


# ------------------------------------------------------------------------------------------------------- parts of a slide
def _slide(deck: Presentation, title: str, under: str) -> Slide:
    """A slide with a title of its own, so that it can be found and read out, and a line under it."""
    from pptx.util import Inches, Pt

    from toolkit.charts.drawing import wrap

    slide = deck.slides.add_slide(deck.slide_layouts[5])
    holder = slide.shapes.title
    holder.left, holder.top, holder.width, holder.height = (
        Inches(length) for length in (EDGE, 0.35, WIDTH - 2 * EDGE, 0.95)
    )
    holder.text_frame.word_wrap = True
    holder.text_frame.margin_left = holder.text_frame.margin_right = 0
    wide = NARROWER * (WIDTH - 2 * EDGE)
    lines = {size: wrap(title, wide, size=size, bold=True, lines=9).count("\n") + 1 for size in TITLES}
    size = next((size for size in TITLES if lines[size] <= 2), TITLES[-1])
    _say(holder.text_frame, title, size=size, bold=True)
    _say(_box(slide, EDGE, 1.27, WIDTH - 2 * EDGE, 0.35), under, size=12, colour=SOFT)
    for paragraph in holder.text_frame.paragraphs:
        paragraph.line_spacing = Pt(1.2 * size)
    return slide


def _box(slide: Slide, left: float, top: float, width: float, height: float, fill: str = "") -> TextFrame:
    from pptx.dml.color import RGBColor
    from pptx.util import Inches

    box = slide.shapes.add_textbox(Inches(left), Inches(top), Inches(width), Inches(height))
    if fill:
        box.fill.solid()
        box.fill.fore_color.rgb = RGBColor.from_string(fill)
    frame = box.text_frame
    frame.word_wrap = True
    frame.margin_left = frame.margin_right = Inches(0.1 if fill else 0)
    return frame


def _say(frame: Any, text: str, *, size: float, bold: bool = False, colour: str = INK, more: bool = False) -> None:
    """Text in a paragraph of its own, or after what stands there (`more`)."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Pt

    first = frame.paragraphs[0]
    paragraph = frame.paragraphs[-1] if more or not first.runs else frame.add_paragraph()
    paragraph.alignment, paragraph.space_after = PP_ALIGN.LEFT, Pt(AFTER)
    run = paragraph.add_run()
    run.text = printable(text)
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = RGBColor.from_string(colour)


def _table(
    slide: Slide,
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
    place: tuple[float, float, float],
    verdicts: Sequence[str],
    strong: int = -1,
) -> None:
    """A table; the words of one column, the last by default, are in the colour of the row's verdict."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import MSO_ANCHOR
    from pptx.util import Inches, Pt

    left, top, width = place
    tall = min(0.42, (HEIGHT - top - 0.5) / (len(rows) + 1))
    frame = slide.shapes.add_table(
        len(rows) + 1, len(columns), Inches(left), Inches(top), Inches(width), Inches(tall * (len(rows) + 1))
    )
    _describe(frame, f"Table: {', '.join(columns)}; {len(rows)} rows.")
    shares = SHARES[len(columns)]
    for across, share in enumerate(shares):
        frame.table.columns[across].width = Inches(width * share)
    frame.table.horz_banding = False
    for at, row in enumerate((columns, *rows)):
        for across, text in enumerate(row):
            cell = frame.table.cell(at, across)
            cell.fill.solid()
            cell.fill.fore_color.rgb = RGBColor.from_string(SHADE if at == 0 else "FFFFFF")
            cell.margin_top = cell.margin_bottom = Pt(2)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            verdict = across == strong % len(row) and at > 0
            colour = COLOURS.get(verdicts[at - 1], SOFT) if verdict and verdicts[at - 1] != NO_GOAL else INK
            _say(cell.text_frame, text, size=11, bold=at == 0 or verdict, colour=colour)


def _describe(frame: Any, text: str) -> None:
    """The alternative text of a chart or table."""
    frame._element.nvGraphicFramePr.cNvPr.set("descr", printable(text))


def _note(slide: Slide, lines: Sequence[str]) -> None:
    """Speaker notes: the evidence behind what the slide says."""
    notes: Any = slide.notes_slide.notes_text_frame
    notes.text = printable("\n".join(line for line in lines if line))


def printable(text: str) -> str:
    """Text without the characters that XML cannot hold; no line begins with a per cent sign."""
    return PER_CENT.sub("\u00a0%", UNPRINTABLE.sub("", text))


# ------------------------------------------------------------------------------------------------------------ equal bytes
def steady(archive: bytes) -> bytes:
    """An office file without the time at which it was made, in itself and in the workbooks within it."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            held = old.read(name)
            if name.endswith(".xlsx"):
                held = steady(held)
            if name.endswith("core.xml"):
                held = CLOCK.sub(rb"\g<1>2000-01-01T00:00:00Z\g<3>", held)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, held)
    return made.getvalue()
