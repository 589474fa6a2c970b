"""Chart forms: what was measured, drawn; nothing is computed here but positions on the paper.

Each form takes a `Measured` (or `Finding`s) and returns a `Shown`: a figure of two pictures, one for a page and one for a
phone, with a computed sentence as alternative text. One notation throughout, after the International Business Communication
Standards (ibcs.com, 1.2): what is actual is solid and dark, what came before lighter, a target outlined and dashed, what was
not observed hatched; bars start at zero, there is one scale, and labels stand beside what they name. Blue and orange are told
apart by any eye, and always a word, sign or shape says the same.

Every form is planned in words first (`Plan`), then drawn once for each width. Text is measured in DejaVu Sans, which comes
with matplotlib, so that the same numbers give the same bytes on every machine; readers see the narrower Arial or its like.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import math
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding, Goal, Measured, interval_words, number
from toolkit.show import MONTHS, Shown, escape, month_short, quiet

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDE, NARROW = 8.0, 4.1  # inches: a page's column, and a phone held upright
BODY = {WIDE: 2.75, NARROW: 2.95}  # inches below the heading of a chart over time
EDGE = 0.12  # inches of white around everything
TEXT, HEAD = 10.5, 12.5  # points; 10.5 is still 9 where the 8 inches are printed within the margins of A4
LINE = 1.25  # from one line of text to the next, in its size
STRIP = 0.2  # inches for a row of labels above the axes
MOST_BARS, MOST_ROWS = 12, 40
FEW_POINTS = 40  # up to here every month gets its dot
INK, GREY, PALE = "#22262b", "#666b72", "#e4e6e9"
SOLID = "#3a424d"  # what is actual: dark, and a whisker still shows on it
ACCENT, OPPOSITE = "#1f5fa8", "#c25b00"
BAND, REVIEWED, MET_SIDE, HATCH = "#d3d8de", "#e6eef8", "#bdd3ec", "#b9bec5"
FONTS = "Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif"
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.parse_math": False,  # a $ in a vendor's name is money, not mathematics
    "text.color": INK,
    "axes.linewidth": 0.8,
    "axes.edgecolor": GREY,
    "hatch.linewidth": 0.7,
    "hatch.color": HATCH,
    "svg.fonttype": "none",
    "svg.hashsalt": "toolkit",
    "lines.solid_capstyle": "round",
    "lines.scale_dashes": False,
}
SHAPES = {MET: "o", MISSED: "s", UNCLEAR: "^"}  # told apart without colour; the same as on the pages
SCALES = ((1e9, " bn"), (1e6, " m"), (1e3, " k"))


# ------------------------------------------------------------------------------------------------------------ the forms
def trend(measured: Measured, goals: Iterable[Goal] = (), *, by: str = "month", subject: str = "") -> Shown:
    """A line over months: the value with its band, the period under review shaded, goals on this measure as dashed lines.

    Parameters
    ----------
    measured
        `parts[by]` has one row a month: `by` (month), `value`, and where they exist `low`, `high` (a band), `in_period`
        (shaded), `phase` ("before"/"after": the change is marked), `fitted`, `counterfactual` (drawn as "without the
        change"). A month without a row or value is a gap in the line.
    goals
        Those on this measure and in its unit are drawn; pass them only where a month can be held against the goal.
    subject
        Who and when, for the line under the title.
    """
    return _shown(measured, by, lambda frame: _trend(measured, frame, list(goals), by, subject))


def control(measured: Measured, *, by: str = "month", subject: str = "") -> Shown:
    """A control chart: points, centre line and limits, the baseline shaded, signals marked and named.

    `parts[by]` has one row a month: `by`, `value`, `center`, `lower`, `upper` (they may change from row to row: a split
    chart), `signal` (its name, "" for none), `baseline` (the months that set the limits), and perhaps `in_period`.
    """
    return _shown(measured, by, lambda frame: _control(measured, frame, by, subject))


def waterfall(measured: Measured, *, by: str = "step", subject: str = "") -> Shown:
    """How one total becomes another: totals from zero, changes with their sign where the last step left off.

    `parts[by]` has one row a step, in order: `by` (text), `value`, `kind` ("total" or "change"), and perhaps `low`, `high`.
    """
    return _shown(measured, by, lambda frame: _waterfall(measured, frame, by, subject))


def bars(measured: Measured, *, by: str, subject: str = "") -> Shown:
    """Bars from zero, largest first, with a whisker from `low` to `high` where there is one; at most 12, the rest counted.

    `parts[by]` has one row a bar: `by` (its name), `value`, and perhaps `low`, `high`.
    """
    return _shown(measured, by, lambda frame: _bars(measured, frame, by, subject))


def ranges(measured: Measured, *, by: str, subject: str = "") -> Shown:
    """Ranges from `low` to `high` with a dot at `value`, in the order of the table.

    `parts[by]` has one row a range: `by` (its name), `value`, `low`, `high`.
    """
    return _shown(measured, by, lambda frame: _ranges(measured, frame, by, subject))


def bullet(findings: Sequence[Finding], *, subject: str = "") -> Shown:
    """Every finding that has a target against that target: value, interval, target and verdict, each row on its own scale."""
    aimed = [item for item in findings if item.target == item.target]
    return _publish(_bullet(aimed, subject)) if aimed else quiet("No finding has a target to be held against.")


def compare(findings: Sequence[Finding], *, subject: str = "", names: Mapping[str, str] | None = None) -> Shown:
    """One measure, many vendors: a dot with its interval for each, highest first; what is not assessed stands last.

    `findings` are of one measure. `names` gives the vendors' names as printed, by id.
    """
    known = [item for item in findings if item.assessed and item.value == item.value]
    if not known:
        label = findings[0].label or findings[0].id if findings else "Comparison"
        return quiet(f"{label}: not assessed for any vendor.")
    return _publish(_compare(findings, known, dict(names or {}), subject))


def _shown(measured: Measured, by: str, plan: Callable[[pd.DataFrame], Plan]) -> Shown:
    """The chart, or the sentence that says why there is none: never an empty picture."""
    label = measured.label or measured.id or "This measure"
    if not measured.assessed:
        return quiet(f"{label}: not assessed, because {measured.because or 'there is no value'}.")
    if by not in measured.parts:
        return quiet(f"{label}: not drawn, because there are no figures by {by}.")
    frame = measured.parts[by]
    if not frame["value"].notna().any():
        return quiet(f"{label}: not drawn, because no value by {by} is known.")
    return _publish(plan(frame))


# ------------------------------------------------------------------------------------- a plan, and how it becomes pictures
@dataclass(frozen=True)
class Plan:
    """A chart in words, before it has a size: what stands around the picture, its height, and what draws it."""

    title: str
    under: str
    alt: str
    notes: Sequence[str]
    height: Callable[[float], float]  # inches below the heading, by width
    draw: Callable[[Sheet], None]


@dataclass(frozen=True)
class Sheet:
    """The paper a chart is drawn on: a figure, its width and the height left below the heading, in inches."""

    figure: Figure
    width: float
    body: float

    @property
    def narrow(self) -> bool:
        """Whether this is the picture for a phone."""
        return self.width < WIDE

    def axes(self, left: float, right: float, bottom: float, top: float) -> Axes:
        """Bare axes that leave these margins, in inches."""
        height = self.figure.get_figheight()
        box = (left, bottom, self.width - left - right, self.body - bottom - top)
        axes = self.figure.add_axes((box[0] / self.width, box[1] / height, box[2] / self.width, box[3] / height))
        axes.patch.set_visible(False)
        axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
        axes.tick_params(length=0, labelsize=TEXT, labelcolor=GREY, pad=4)
        axes.set_axisbelow(True)
        return axes

    def write(self, x: float, y: float, text: str, *, va: str = "bottom", size: float = TEXT, **look: Any) -> None:
        """Text at a place in inches from the lower left corner; `y` is the top, center or bottom of all its lines.

        Each line is set by itself, so that it stays centred or flush right in whatever font the reader has.
        """
        tall = size * LINE / 72
        lines = text.split("\n")
        top = y + {"top": 0.0, "center": 0.5, "bottom": 1.0}[va] * tall * len(lines)
        for place, line in enumerate(lines):
            base = top - (place + 0.5) * tall - 0.36 * size / 72  # half the height of a capital
            self.figure.text(x / self.width, base / self.figure.get_figheight(), line, va="baseline", size=size, **look)


def _publish(plan: Plan) -> Shown:
    alt = _clean(plan.alt)
    wide, narrow = (_data_address(_svg(_figure(plan, width), alt)) for width in (WIDE, NARROW))
    notes = " ".join(_sentence(note) for note in plan.notes if note)
    html = (
        '<figure class="chart" style="margin:1em 0"><picture>'
        f'<source media="(max-width: 600px)" srcset="{narrow}">'
        f'<img alt="{escape(alt)}" src="{wide}" style="max-width:100%;height:auto"></picture>'
        f'<figcaption class="quiet">{escape(_clean(notes))}</figcaption></figure>'
    )
    return Shown(html, alt)


def _figure(plan: Plan, width: float) -> Figure:
    """The plan drawn at a width: its heading, and below it the form; matplotlib's own settings stay as they were."""
    with _style():
        from matplotlib.figure import Figure

        title = _wrap(plan.title, width - 2 * EDGE, size=HEAD, bold=True, lines=6)
        under = _wrap(plan.under, width - 2 * EDGE, lines=3)
        heading = EDGE + _tall(title, HEAD) + (0.06 + _tall(under) if under else 0) + 0.14
        body = plan.height(width)
        figure = Figure(figsize=(width, heading + body), facecolor="white")
        sheet = Sheet(figure, width, body)
        sheet.write(EDGE, body + heading - EDGE, title, size=HEAD, weight="bold", va="top")
        sheet.write(EDGE, body + 0.14, under, color=GREY, va="bottom")
        plan.draw(sheet)
    return figure


@contextlib.contextmanager
def _style() -> Iterator[None]:
    """Our settings for the length of a drawing, over matplotlib's defaults and not over what a notebook has set."""
    import matplotlib

    with matplotlib.rc_context(_settings()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing")  # the reader's fonts have it
        yield


@functools.cache
def _settings() -> dict[str, Any]:
    import matplotlib

    wanted = ("axes.", "xtick.", "ytick.", "lines.", "text.", "font.", "figure.", "savefig.", "svg.", "hatch.", "path.")
    plain = {key: matplotlib.rcParamsDefault[key] for key in matplotlib.rcParamsDefault if key.startswith(wanted)}
    return {**plain, **STYLE}


def _svg(figure: Figure, alt: str) -> str:
    """The figure as a small SVG: text as text, the same bytes every time, its sentence inside as title."""
    buffer = io.BytesIO()
    with _style():
        nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", metadata=nothing)
    drawing = buffer.getvalue().decode("utf-8")
    drawing = drawing[drawing.index("<svg") :]
    return _named(_slim(drawing), alt)


def _slim(drawing: str) -> str:
    """Without what no reader sees: names of groups, metadata, white space, the sixth decimal of a point."""
    texts: list[str] = []

    def keep(match: re.Match[str]) -> str:
        texts.append(match.group(0))
        return f">{len(texts) - 1}\0</text>"

    drawing = re.sub(r"<metadata>.*?</metadata>", "", drawing, flags=re.S)
    drawing = re.sub(r">[^<]*</text>", keep, drawing)  # a vendor's name is no place for any of this
    for pattern, instead in _SLIMMER:
        drawing = pattern.sub(instead, drawing)
    drawing = _USES.sub(_shared_style, drawing)
    names = {name: f"i{place}" for place, name in enumerate(dict.fromkeys(_NAMES.findall(drawing)))}
    drawing = re.sub(r'(?<=[#"])[a-z][0-9a-f]{10}\b', lambda match: names.get(match.group(0), match.group(0)), drawing)
    return re.sub(r">(\d+)\0</text>", lambda match: texts[int(match.group(1))], drawing)


_NAMES = re.compile(r'id="([a-z][0-9a-f]{10})"')
_USES = re.compile(r'(?:<use [^>]*?style="[^"]*"/>){3,}')
_SLIMMER = tuple(
    (re.compile(pattern, re.S), instead)
    for pattern, instead in (
        (r'<g id="[^"]*"', "<g"),
        (r"<!--.*?-->", ""),
        (r' transform="rotate\(-0 [^)]*\)"', ""),
        (r"font-family: [^;\"]*[;]?", ""),
        (r"font-size: 10\.5px[;]?", ""),
        (r"; stroke-linejoin: miter", ""),
        (r' style="\s*"', ""),
        (r"\s*\n\s*", " "),
        (r"(\d+\.\d)\d+", r"\1"),
        (r"(\d)\.0(?=[^\d.])", r"\1"),
        (r"([:;,]) +", r"\1"),
        (r" ?([MLCQz]) ?", r"\1"),
        (r"> +<", "><"),
        (r' +"', '"'),
        (r"<g></g>", ""),
        (r"<g>(<(?:path|text|use)[^<]*?(?:/>|</text>))</g>", r"\1"),
        (r'<style type="text/css">[^<]*</style>', ""),
    )
)


def _shared_style(match: re.Match[str]) -> str:
    """A row of equal marks says once how it looks."""
    looks = set(re.findall(r'style="([^"]*)"', match.group(0)))
    if len(looks) > 1:
        return match.group(0)
    return f'<g style="{looks.pop()}">{re.sub(r" style=.[^>]*?.(?=/>)", "", match.group(0))}</g>'


def _named(drawing: str, alt: str) -> str:
    halo = f"text[style*='{OPPOSITE}']{{paint-order:stroke;stroke:#fff;stroke-width:3px}}"  # names of signals cross lines
    style = f"<style>*{{stroke-linejoin:round}}text{{font:{TEXT}px {FONTS}}}{halo if OPPOSITE in drawing else ''}</style>"
    return drawing.replace(">", f' role="img"><title>{escape(alt)}</title>{style}', 1)


def _data_address(drawing: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode("utf-8")).decode("ascii")


# ----------------------------------------------------------------------------------------------------------------- words
def _clean(text: Any) -> str:
    """Text on one line, without characters that would break a picture's file."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", " ", str(text)).split())


def _sentence(text: str) -> str:
    text = text.strip()
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _under(subject: str, measured: Measured | Finding, when: str = "") -> str:
    """Who, what, unit, period."""
    unit = "per cent" if measured.unit == "share" else measured.unit
    return " · ".join(part for part in (subject, measured.label, unit, when) if part)


def _basis(measured: Measured) -> list[str]:
    """What stands under a picture: what the number rests on, and how sure it is."""
    rests = f"{measured.n:,} {measured.n_of}" if measured.n else ""
    interval = f"Interval: {measured.interval}" if measured.interval else ""
    return [rests, interval, measured.because]


@functools.lru_cache(maxsize=2)
def _font(bold: bool) -> Any:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
    font.set_size(100, 72)
    return font


@functools.lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> float:
    """The width of a character, in its size; one that the font lacks is taken as wide as it is tall."""
    font = _font(bold)
    if not font.get_char_index(ord(character)):
        return 1.0
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 100


def _long(text: str, size: float = TEXT, bold: bool = False) -> float:
    """The width of the longest line, in inches."""
    return max(sum(_advance(letter, bold) for letter in line) for line in text.split("\n")) * size / 72


def _tall(text: str, size: float = TEXT) -> float:
    """The height of some lines, in inches."""
    return (text.count("\n") + 1) * size * LINE / 72 if text else 0.0


def _wrap(text: str, width: float, *, size: float = TEXT, bold: bool = False, lines: int = 2) -> str:
    """Text in lines no wider than `width` inches; what does not fit ends in an ellipsis."""
    done: list[str] = []
    for word in _clean(text).replace(" %", "\u00a0%").split(" "):
        joined = f"{done[-1]} {word}" if done else word
        if done and _long(joined, size, bold) <= width:
            done[-1] = joined
            continue
        while word and _long(word, size, bold) > width:  # a word too long for any line is broken
            fits = max(1, sum(_long(word[: end + 1], size, bold) <= width for end in range(len(word))))
            done, word = [*done, word[:fits]], word[fits:]
        done = [*done, word] if word else done
    if len(done) <= lines:
        return "\n".join(done)
    last = done[lines - 1]
    while last and _long(f"{last}…", size, bold) > width:
        last = last[:-1]
    return "\n".join([*done[: lines - 1], f"{last.rstrip()}…"])


def _short(value: float, unit: str = "") -> str:
    """A number beside its mark: '1.24 m', '12.4 %'; the unit stands on the axis."""
    if unit == "share" or value != value:
        return number(value, unit)
    scale, letter = next(((scale, letter) for scale, letter in SCALES if abs(value) >= max(scale, 1e4)), (1, ""))
    return number(value / scale) + letter


def _signed(value: float, unit: str = "") -> str:
    return f"+{_short(value, unit)}" if value > 0 else _short(value, unit)


# ----------------------------------------------------------------------------------------------------------------- scales
def _span(values: Iterable[float], zero: bool = False) -> tuple[float, float]:
    """From the lowest to the highest known value; from zero where bars demand it, or where zero is not far."""
    known = [float(value) for value in values if value == value and not math.isinf(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero or (0 < low <= 0.6 * high) or (0 > high >= 0.6 * low):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        room = abs(low) * 0.1 or 1.0
        low, high = (low - room, high + room) if not zero else (min(low, 0.0), max(high, room))
    return low, high


def _ticks(low: float, high: float, unit: str, most: int) -> tuple[list[float], list[str]]:
    """Round places on a scale and their labels, all with one letter for thousands and as many decimals as they need."""
    from matplotlib.ticker import MaxNLocator

    places = [float(place) for place in MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    largest = max(abs(place) for place in places)
    scale, letter = next(((scale, letter) for scale, letter in SCALES if largest >= max(scale, 1e4)), (1.0, ""))
    scale, letter = (0.01, " %") if unit == "share" else (scale, letter)
    step = (places[1] - places[0]) / scale
    digits = next((digits for digits in range(10) if abs(round(step, digits) - step) < step * 1e-6), 9)
    labels = [f"{0.0 if abs(place) < step * scale / 1e6 else place / scale:,.{digits}f}" for place in places]
    return places, [f"{label.replace('-', '−')}{letter if float(label.replace(',', '')) or scale == 0.01 else ''}" for label in labels]


# ------------------------------------------------------------------------------------------------------------- over time
def _monthly(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row for every month from the first to the last, counted; a month that is not there is unknown."""
    import pandas as pd

    months = pd.PeriodIndex(frame[by], freq="M")
    counted = frame.drop(columns=by).set_axis(months.asi8, axis=0)
    return counted.reindex(range(int(months.asi8.min()), int(months.asi8.max()) + 1))


def _month(count: int) -> Any:
    import pandas as pd

    return pd.Period(ordinal=int(count), freq="M")


def _month_ticks(first: int, last: int, most: int) -> tuple[list[int], list[str]]:
    """Months to name on an axis: every month, quarter, half year or so, with the year under the first and each January."""
    steps = (1, 2, 3, 6, 12, 24, 60, 120, 240)
    step = next((step for step in steps if (last - first) // step + 1 <= most), 480)
    places = [month for month in range(first, last + 1) if month % step == 0] or [first]
    if step >= 12:
        return places, [str(_month(month).year) for month in places]
    dated = {month for month in places if month % 12 == 0} | {places[0]}
    names = [MONTHS[month % 12] + (f"\n{_month(month).year}" if month in dated else "") for month in places]
    if len(places) > 1 and places[1] % 12 == 0 and places[0] % 12 and most < (last - first) + 1:
        names[0] = MONTHS[places[0] % 12]  # two years side by side would run into one another
    return places, names


@dataclass(frozen=True)
class Tag:
    """A label at the right end of what it names."""

    y: float
    text: str
    color: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Mark:
    """A label above the axes at a place in time; `line` also draws a thin line up to it."""

    x: float
    text: str
    line: bool = False


def _timeline(sheet: Sheet, data: pd.DataFrame, low: float, high: float, unit: str, marks: Sequence[Mark], tags: Sequence[Tag]) -> Axes:
    """Axes over months with the unit and marks above, tags to the right, and a faint grid."""
    low, high = low - (high - low) * 0.04 * (low != 0), high + (high - low) * 0.06 * (high != 0)
    places, names = _ticks(low, high, unit, 5 if sheet.narrow else 6)
    shown = [(place, name) for place, name in zip(places, names, strict=True) if low <= place <= high]
    left = EDGE + max(_long(name) for _, name in shown) + 0.08
    room = 0.98 if sheet.narrow else 1.5
    texts = [_wrap(tag.text, room - EDGE - 0.02, lines=4, bold=tag.bold) for tag in tags]
    right = max((_long(text, bold=tag.bold) for text, tag in zip(texts, tags, strict=True)), default=0) + 0.1 + EDGE
    first, last = int(data.index[0]), int(data.index[-1])
    across = sheet.width - left - right
    scale = across / (last - first + 1.2)
    placed = _strip([(EDGE, unit if unit != "share" else "", False), *(
        (left + (mark.x - first + 0.6) * scale, mark.text, mark.line) for mark in marks
    )], sheet.width)
    top = STRIP * (1 + max((row for *_, row in placed), default=-1)) + 0.06
    axes = sheet.axes(left, right, 0.5, top)
    axes.set(xlim=(first - 0.6, last + 0.6), ylim=(low, high))
    axes.set_yticks([place for place, _ in shown], [name for _, name in shown])
    axes.set_xticks(*_month_ticks(first, last, max(2, int(across / 0.44))))
    axes.hlines([place for place, _ in shown], first - 0.6, last + 0.6, colors=PALE, linewidths=0.8, zorder=0.5)
    axes.hlines([max(low, min(0.0, high)) if low <= 0 <= high else low], first - 0.6, last + 0.6, colors=GREY, linewidths=0.9, zorder=2.1)
    height = sheet.body - 0.5 - top
    for x, text, row in placed:
        sheet.write(x, sheet.body - top + 0.05 + STRIP * row, text, color=GREY, va="bottom")
    for mark, (*_, row) in zip(marks, placed[len(placed) - len(marks):], strict=True):
        if mark.line:
            axes.plot([mark.x, mark.x], [0, 1 + (0.05 + STRIP * row) / height], color=GREY, linewidth=0.9, clip_on=False,
                      transform=axes.get_xaxis_transform())
    _write_tags(sheet, texts, tags, [0.5 + (tag.y - low) / (high - low) * height for tag in tags], sheet.width - right + 0.1, 0.45, 0.5 + height + 0.1)
    return axes


def _strip(items: Sequence[tuple[float, str, bool]], width: float) -> list[tuple[float, str, int]]:
    """Labels above the axes, each in the lowest row where it meets no other: left edge in inches, text, row."""
    placed: list[tuple[float, str, int]] = []
    for x, text, beside in items:
        long = _long(text)
        start = max(EDGE, min(x - (0.0 if beside or not placed else long / 2), width - EDGE - long))
        taken = {row for left, other, row in placed if other and start < left + _long(other) + 0.12 and left < start + long + 0.12}
        placed.append((start, text, next(row for row in range(len(items) + 1) if row not in taken)))
    return placed


def _write_tags(sheet: Sheet, texts: Sequence[str], tags: Sequence[Tag], heights: Sequence[float], x: float, floor: float, ceiling: float) -> None:
    """Tags at their heights, moved apart where they would lie on one another."""
    order = sorted(range(len(tags)), key=lambda place: heights[place])
    half = [_tall(text) / 2 for text in texts]
    at = list(heights)
    for place in order:
        at[place] = max(at[place], floor + half[place])
    for below, above in pairwise(order):
        at[above] = max(at[above], at[below] + half[below] + half[above] + 0.02)
    limit = ceiling
    for place in reversed(order):
        at[place] = min(at[place], limit - half[place])
        limit = at[place] - half[place] - 0.02
    for text, tag, y in zip(texts, tags, at, strict=True):
        sheet.write(x, y, text, color=tag.color, weight="bold" if tag.bold else "normal", va="center")


def _stretches(flags: pd.Series) -> list[tuple[int, int]]:
    """First and last place of every unbroken run of True."""
    on = flags.eq(True).fillna(False).astype(bool)
    runs = (on != on.shift()).cumsum()[on]
    return [(int(run.index[0]), int(run.index[-1])) for _, run in runs.groupby(runs)]


def _shade(axes: Axes, stretches: Iterable[tuple[int, int]], color: str, first: float, last: float) -> None:
    for start, end in stretches:
        axes.axvspan(max(start - 0.5, first - 0.6), min(end + 0.5, last + 0.6), facecolor=color, edgecolor="none", linewidth=0, zorder=0.2)


def _line(axes: Axes, values: pd.Series, **look: Any) -> None:
    """A line with its dots; where there are many months only those that no line reaches keep a dot."""
    axes.plot(values.index, values, **look)
    known = values.notna()
    lonely = known & ~known.shift(fill_value=False) & ~known.shift(-1, fill_value=False)
    dots = values[known if len(values) <= FEW_POINTS else lonely]
    if len(dots):
        axes.plot(dots.index, dots, "o", markersize=3.6 if len(dots) > 1 else 6, color=look["color"], markeredgewidth=0, zorder=look.get("zorder", 3))


def _has(data: pd.DataFrame, *columns: str) -> bool:
    return all(column in data and data[column].notna().any() for column in columns)


def _trend(measured: Measured, frame: pd.DataFrame, goals: Sequence[Goal], by: str, subject: str) -> Plan:
    data = _monthly(frame, by)
    aims = [goal for goal in goals if goal.measure == measured.id and goal.unit in ("", measured.unit)]
    targets = [target for goal in aims for target in (goal.target, goal.target_high) if target == target]
    lines = [data[name] for name in ("value", "low", "high", "fitted", "counterfactual") if _has(data, name)]
    low, high = _span([*(value for line in lines for value in line), *targets])
    notes = [
        "Shaded: the period under review" if _has(data, "in_period") and data["in_period"].eq(True).any() else "",
        "Grey band: from low to high of each month" if _has(data, "low", "high") else "",
        "Lighter line: before the change" if _change(data) is not None else "",
        "Hatched: the difference between what came and what would have come without the change" if _has(data, "counterfactual") else "",
        "The vertical axis does not start at zero" if low > 0 or high < 0 else "",
    ]
    return Plan(
        title=measured.claim or measured.label,
        under=_under(subject, measured, _months_words(data)),
        alt=" ".join((_sentence(measured.claim or measured.label), "Line chart.", _course(data, measured, subject), *(
            f"Goal: {goal.words()}." for goal in aims
        ))),
        notes=[*notes, *_basis(measured)],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_trend, data=data, measured=measured, goals=aims, span=(low, high)),
    )


def _draw_trend(sheet: Sheet, *, data: pd.DataFrame, measured: Measured, goals: Sequence[Goal], span: tuple[float, float]) -> None:
    reviewed = _stretches(data["in_period"]) if "in_period" in data else []
    change = _change(data)
    marks = [Mark((start + end) / 2, "under review") for start, end in reviewed[-1:]]
    marks += [Mark(change - 0.5, f"change in {month_short(_month(change))}", line=True)] if change is not None else []
    latest = data["value"].dropna()
    tags = [Tag(latest.iloc[-1], _short(latest.iloc[-1], measured.unit), bold=True)]
    tags += [Tag(data["fitted"].dropna().iloc[-1], "fitted", ACCENT)] if _has(data, "fitted") else []
    tags += [Tag(data["counterfactual"].dropna().iloc[-1], "without the change", GREY)] if _has(data, "counterfactual") else []
    tags += [Tag(goal.target, f"goal: {goal.words()}", GREY) for goal in goals]
    axes = _timeline(sheet, data, *span, measured.unit, marks, tags)
    ends = (data.index[0], data.index[-1])
    _shade(axes, reviewed, REVIEWED, *ends)
    if _has(data, "low", "high"):
        axes.fill_between(data.index, data["low"], data["high"], facecolor=BAND, linewidth=0, zorder=1)
    for target in (target for goal in goals for target in (goal.target, goal.target_high) if target == target):
        _target_line(axes, [ends[0] - 0.6, ends[1] + 0.6], [target, target])
    _draw_models(axes, data)
    after = data.index >= (change if change is not None else data.index[0])
    if not after.all():
        _line(axes, data["value"].where(~after), color=GREY, linewidth=1.4, zorder=3)
    _line(axes, data["value"].where(after), color=INK, linewidth=2, zorder=3.1)
    axes.plot(latest.index[-1:], latest.iloc[-1:], "o", markersize=6.5, color=INK, zorder=4, gid="latest")


def _draw_models(axes: Axes, data: pd.DataFrame) -> None:
    """Fitted line solid and thin; what would have come without the change dashed, the difference hatched."""
    if _has(data, "counterfactual"):
        against = data["fitted"] if _has(data, "fitted") else data["value"]
        axes.fill_between(data.index, data["counterfactual"], against, facecolor="none", edgecolor=HATCH, hatch="////", linewidth=0, zorder=1.2)
        axes.plot(data.index, data["counterfactual"], color=GREY, linewidth=1.6, dashes=(4, 2.5), zorder=2.8)
    if _has(data, "fitted"):
        change = _change(data)
        for part in ([data] if change is None else [data.loc[: change - 1], data.loc[change:]]):
            axes.plot(part.index, part["fitted"], color=ACCENT, linewidth=1.5, zorder=2.9)


def _target_line(axes: Axes, x: Sequence[float], y: Sequence[float]) -> None:
    """A dashed line drawn as an outline: what is planned is hollow."""
    axes.plot(x, y, color=GREY, linewidth=3.4, dashes=(4, 1.6), zorder=2.2, gid="target", solid_capstyle="butt", dash_capstyle="butt")
    axes.plot(x, y, color="white", linewidth=1.6, dashes=(8, 4), zorder=2.3, dash_capstyle="butt")


def _change(data: pd.DataFrame) -> int | None:
    """The first month of the phase 'after', where there is also one before."""
    if "phase" not in data or not data["phase"].eq("before").any() or not data["phase"].eq("after").any():
        return None
    return int(data.index[data["phase"].eq("after")][0])


def _months_words(data: pd.DataFrame) -> str:
    first, last = month_short(_month(data.index[0])), month_short(_month(data.index[-1]))
    return first if first == last else f"{first} to {last}"


def _course(data: pd.DataFrame, measured: Measured, subject: str) -> str:
    """The line in words: where it begins and ends, its lowest and highest point."""
    known = data["value"].dropna()

    def at(place: int) -> str:
        return f"{number(known[place], measured.unit)} in {month_short(_month(place))}"

    first, last = int(known.index[0]), int(known.index[-1])
    course = f"{at(first)}" if first == last else f"from {at(first)} to {at(last)}"
    extremes = f"; lowest {at(int(known.idxmin()))}, highest {at(int(known.idxmax()))}" if len(known) > 2 else ""
    return f"{', '.join(part for part in (subject, measured.label) if part)}: {course}{extremes}."


def _control(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    data = _monthly(frame, by)
    lines = [data[name] for name in ("value", "center", "lower", "upper") if _has(data, name)]
    low, high = _span(value for line in lines for value in line)
    signals = _signals(data)
    named = "; ".join(f"{_stretch_words(start, end)}: {name}" for start, end, name in signals[:6])
    more = f"; and {len(signals) - 6:,} more" if len(signals) > 6 else ""
    heard = f"Signals: {named}{more}" if signals else "No signal: no month departs from the usual variation"
    return Plan(
        title=measured.claim or measured.label,
        under=_under(subject, measured, _months_words(data)),
        alt=f"{_sentence(measured.claim or measured.label)} Control chart. {_course(data, measured, subject)} {_limits(data, measured)}{heard}.",
        notes=[
            heard,
            "Grey: the baseline months that set the limits" if "baseline" in data and data["baseline"].eq(True).any() else "",
            "The vertical axis does not start at zero" if low > 0 or high < 0 else "",
            *_basis(measured),
        ],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_control, data=data, measured=measured, span=(low, high), signals=signals),
    )


def _draw_control(sheet: Sheet, *, data: pd.DataFrame, measured: Measured, span: tuple[float, float], signals: Sequence[tuple[int, int, str]]) -> None:
    baseline = _stretches(data["baseline"]) if "baseline" in data else []
    reviewed = _stretches(data["in_period"]) if "in_period" in data else []
    marks = [Mark((start + end) / 2, "baseline") for start, end in baseline]
    marks += [Mark((start + end) / 2, "under review") for start, end in reviewed[-1:]]
    names = {"upper": "upper limit", "center": "average", "lower": "lower limit"}
    ends = {name: data[name].dropna().iloc[-1] for name in names if _has(data, name)}
    tags = [Tag(ends[name], f"{names[name]} {_short(ends[name], measured.unit)}", GREY) for name in ends]
    axes = _timeline(sheet, data, *span, measured.unit, marks, tags)
    _shade(axes, baseline, PALE, data.index[0], data.index[-1])
    _shade(axes, reviewed, REVIEWED, data.index[0], data.index[-1])
    for name in ends:
        steps = _levels(data[name])
        axes.hlines(
            [level for *_, level in steps], [start - 0.5 for start, *_ in steps], [end + 0.5 for _, end, _ in steps],
            colors=GREY, linewidths=1.2 if name == "center" else 0.9, linestyles="solid" if name == "center" else (0, (5, 3)),
            zorder=2, gid=name,
        )
    axes.plot(data.index, data["value"], color=INK, linewidth=1.2, zorder=3, gid="values")
    marked = data["value"][data["signal"].fillna("").astype(str).ne("")] if "signal" in data else data["value"].iloc[:0]
    plain = data["value"].drop(marked.index).dropna()
    axes.plot(plain.index, plain, "o", markersize=3.8 if len(data) <= FEW_POINTS else 2.6, color=INK, markeredgewidth=0, zorder=3.1)
    axes.plot(marked.index, marked, "D", markersize=7 if len(data) <= FEW_POINTS else 5, color=OPPOSITE, markeredgecolor="white", markeredgewidth=0.8, zorder=4, gid="signals")
    _name_signals(sheet, axes, data, signals)


def _levels(line: pd.Series) -> list[tuple[int, int, float]]:
    """A line that is level in stretches: first and last place and height of each."""
    known = line.dropna()
    runs = (known != known.shift()).cumsum()
    return [(int(run.index[0]), int(run.index[-1]), float(run.iloc[0])) for _, run in known.groupby(runs)]


def _signals(data: pd.DataFrame) -> list[tuple[int, int, str]]:
    """First and last month and name of every signal; neighbouring months of one name are one signal."""
    if "signal" not in data:
        return []
    names = data["signal"].fillna("").astype(str)
    runs = (names != names.shift()).cumsum()
    return [(int(run.index[0]), int(run.index[-1]), run.iloc[0]) for _, run in names.groupby(runs) if run.iloc[0]]


def _stretch_words(start: int, end: int) -> str:
    first, last = month_short(_month(start)), month_short(_month(end))
    return first if start == end else f"{first} to {last}"


def _limits(data: pd.DataFrame, measured: Measured) -> str:
    if not _has(data, "center", "lower", "upper"):
        return ""
    last = data[["center", "lower", "upper"]].dropna().iloc[-1]
    center, lower, upper = (number(last[name], measured.unit) for name in ("center", "lower", "upper"))
    return f"Average {center}, limits {lower} and {upper}. "


def _name_signals(sheet: Sheet, axes: Axes, data: pd.DataFrame, signals: Sequence[tuple[int, int, str]]) -> None:
    """The newest signals by name, each where it covers least; one that fits nowhere is named under the picture only."""
    box = axes.get_position()
    wide, tall = box.width * sheet.width, box.height * sheet.figure.get_figheight()
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()

    def inches(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left) * wide, (y - bottom) / (top - bottom) * tall

    known = data["value"].dropna()
    points = [inches(x, y) for x, y in zip(known.index, known, strict=True)]
    points += [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points)]
    boxes: list[tuple[float, float, float, float]] = []
    for start, end, name in list(reversed(signals))[: 3 if sheet.narrow else 5]:
        run = known.loc[start:end]
        if run.empty:
            continue
        center = data["center"].get(start, run.mean()) if "center" in data else run.mean()
        place = int((run - center).abs().idxmax())
        text = _wrap(name, 1.15 if sheet.narrow else 1.7, lines=3)
        spot = _spot(inches(place, run[place]), _long(text), _tall(text), wide, tall, points, boxes)
        if spot:
            boxes.append(spot)
            axes.text((spot[0] + spot[2]) / 2 / wide, (spot[1] + spot[3]) / 2 / tall, text, transform=axes.transAxes, color=OPPOSITE,
                      ha="center", va="center", linespacing=LINE, zorder=5)


def _spot(
    at: tuple[float, float], long: float, high: float, wide: float, tall: float,
    points: Sequence[tuple[float, float]], boxes: Sequence[tuple[float, float, float, float]],
) -> tuple[float, float, float, float] | None:
    """A place for a label near a point, inside the axes, where it covers the fewest points and no other label."""
    best, least = None, 3.0
    for far in (0.1, 0.25, 0.45, 0.7):
        for sideways in (0, -1, 1):
            for up in (1, -1):
                x = min(max(at[0] + sideways * (long / 2 + 0.1), long / 2), wide - long / 2)
                y = at[1] + up * (far + high / 2)
                box = (x - long / 2, y - high / 2, x + long / 2, y + high / 2)
                if y - high / 2 < 0 or y + high / 2 > tall or any(_meet(box, other) for other in boxes):
                    continue
                covered = sum(box[0] - 0.04 < px < box[2] + 0.04 and box[1] - 0.04 < py < box[3] + 0.04 for px, py in points)
                if covered + far < least:
                    best, least = box, covered + far
    return best


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] + 0.05 and other[0] < one[2] + 0.05 and one[1] < other[3] and other[1] < one[3]


# --------------------------------------------------------------------------------------------------------------- in rows
@dataclass(frozen=True)
class Row:
    """A row of a chart in words: its name, the number as printed, and a second line where there is more to say."""

    name: str
    value: str
    more: str = ""
    bold: bool = False


@dataclass(frozen=True)
class Grid:
    """Where the rows stand, in inches: labels wrapped, columns measured."""

    names: list[str]
    left: float
    right: float
    tall: float
    lift: float  # how far the mark lies below the middle of its row, as a part of the row
    thick: float  # of a bar, as a part of the row


def _grid(rows: Sequence[Row], width: float) -> Grid:
    """On a page the name stands left and the number right of the mark; on a phone both stand above it."""
    numbers = max(_long(row.value, bold=True) for row in rows)
    more = max(_long(row.more) for row in rows)
    if width < WIDE:
        names = [_wrap(row.name, width - 2 * EDGE - _long(row.value, bold=True) - 0.15, lines=2, bold=row.bold) for row in rows]
        lines = max(_tall(name) for name in names)
        tall = lines + 0.3 + (STRIP if more else 0)
        return Grid(names, EDGE, EDGE, tall, (lines - (STRIP if more else 0)) / 2 / tall, 0.17 / tall)
    names = [_wrap(row.name, 2.2, lines=2, bold=row.bold) for row in rows]
    left = max(_long(name, bold=row.bold) for name, row in zip(names, rows, strict=True))
    lines = max([*(_tall(name) for name in names), *(_tall(f"{row.value}\n{row.more}") for row in rows if row.more)])
    tall = lines + 0.14
    return Grid(names, EDGE + left + 0.14, EDGE + max(numbers, min(more, 2.6)) + 0.14, tall, 0.0, 0.22 / tall)


def _rows_height(rows: Sequence[Row], scaled: bool, width: float) -> float:
    return _grid(rows, width).tall * len(rows) + (0.36 + STRIP if scaled else 0.08) + EDGE / 2


def _draw_rows(sheet: Sheet, rows: Sequence[Row], span: tuple[float, float], unit: str | None) -> tuple[Axes, list[float], float]:
    """Axes with one row for each name, downwards; gives the axes, the height of each mark, and the thickness of a bar.

    `unit` None leaves the scale away, where every row has its own.
    """
    grid = _grid(rows, sheet.width)
    low, high = span
    axes = sheet.axes(grid.left, grid.right, 0.36 if unit is not None else 0.08, EDGE / 2 + (STRIP if unit is not None else 0))
    axes.set(xlim=(low - (high - low) * 0.02, high + (high - low) * 0.02), ylim=(len(rows) - 0.5, -0.5))
    axes.set_yticks([])
    if unit is None:
        axes.set_xticks([])
    else:
        _scale_below(sheet, axes, grid, span, unit)
    base = (0.36 if unit is not None else 0.08) + grid.tall * len(rows)
    for place, (row, name) in enumerate(zip(rows, grid.names, strict=True)):
        middle, weight = base - grid.tall * (place + 0.5), "bold" if row.bold else "normal"
        if sheet.narrow:
            top = middle + grid.tall / 2 - 0.02
            sheet.write(EDGE, top, name, va="top", weight=weight)
            sheet.write(sheet.width - EDGE, top, row.value, va="top", ha="right", weight="bold")
            sheet.write(EDGE, middle - grid.tall / 2 + 0.05, _wrap(row.more, sheet.width - 2 * EDGE, lines=1), color=GREY)
            continue
        sheet.write(grid.left - 0.14, middle, name, va="center", ha="right", weight=weight)
        right = sheet.width - grid.right + 0.14
        if row.more:
            sheet.write(right, middle + 0.01, row.value, va="bottom", weight="bold")
            sheet.write(right, middle - 0.01, _wrap(row.more, 2.6, lines=1), va="top", color=GREY)
        else:
            sheet.write(right, middle, row.value, va="center", weight="bold" if row.bold else "normal")
    return axes, [place + grid.lift for place in range(len(rows))], grid.thick


def _scale_below(sheet: Sheet, axes: Axes, grid: Grid, span: tuple[float, float], unit: str) -> None:
    """A scale under the rows, its unit above them, a faint line at each tick and a firm one at zero."""
    low, high = axes.get_xlim()
    across = sheet.width - grid.left - grid.right
    places, names = _ticks(*span, unit, max(2, min(6, int(across / 0.85))))
    shown = [(place, name) for place, name in zip(places, names, strict=True) if low <= place <= high]
    axes.set_xticks([place for place, _ in shown], [name for _, name in shown])
    ends = axes.get_ylim()
    axes.vlines([place for place, _ in shown if place], *ends, colors=PALE, linewidths=0.8, zorder=0.5)
    if low <= 0 <= high:
        axes.vlines([0], *ends, colors=GREY, linewidths=1, zorder=2.5, gid="zero")
    for label, place in ((axes.get_xticklabels()[0], shown[0][0]), (axes.get_xticklabels()[-1], shown[-1][0])):
        at = (place - low) / (high - low) * across
        half = _long(label.get_text()) / 2
        if at < half - grid.left + EDGE:
            label.set_ha("left")
        if across - at < half - grid.right + EDGE:
            label.set_ha("right")
    if unit and unit != "share":
        sheet.write(grid.left, sheet.body - EDGE / 2, unit, va="top", color=GREY)


def _whisker(axes: Axes, low: float, high: float, y: float, thick: float, gid: str = "whisker") -> None:
    """An interval: a line with ends, on a white shadow so that it also shows on a bar."""
    if low != low or high != high:
        return
    end = thick * 0.3
    x, heights = [low, low, low, high, high, high], [y - end, y + end, y, y, y - end, y + end]
    axes.plot(x, heights, color="white", linewidth=3.2, zorder=3.5, solid_joinstyle="miter")
    axes.plot(x, heights, color=INK, linewidth=1.3, zorder=3.6, gid=gid)


def _bounds(frame: pd.DataFrame) -> tuple[list[float], list[float]]:
    """`low` and `high` of each row, unknown where there is none."""
    unknown = [math.nan] * len(frame)
    return tuple([float(value) for value in frame[name]] if name in frame else unknown for name in ("low", "high"))  # type: ignore[return-value]


def _in_words(frame: pd.DataFrame, by: str, unit: str, most: int = 12) -> str:
    """The rows in words, for those who do not see them."""
    rows = [f"{name} {number(float(value), unit)}" for name, value in zip(frame[by], frame["value"], strict=True)]
    return "; ".join(rows[:most]) + (f"; and {len(rows) - most:,} more" if len(rows) > most else "")


def _with_bounds(value: float, low: float, high: float, unit: str) -> str:
    """'1.2 m (1.1 m to 1.4 m)', or the value alone."""
    if low != low or high != high:
        return _short(value, unit)
    return f"{_short(value, unit)} ({_short(low, unit)} to {_short(high, unit)})"


def _bars(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    ordered = frame.sort_values("value", ascending=False, kind="stable", na_position="last")
    drawn = ordered.head(MOST_BARS)
    low, high = _bounds(drawn)
    values = [float(value) for value in drawn["value"]]
    rows = [
        Row(str(name), _with_bounds(*numbers, measured.unit))
        for name, *numbers in zip(drawn[by], values, low, high, strict=True)
    ]
    span = _span([*values, *low, *high], zero=True)
    more = len(ordered) - len(drawn)
    rest = f"The {len(drawn)} highest of {len(ordered):,}; the other {more:,} are in the table" if more else ""

    def draw(sheet: Sheet) -> None:
        axes, at, thick = _draw_rows(sheet, rows, span, measured.unit)
        axes.barh(at, values, height=thick, color=INK if not more else INK, linewidth=0, zorder=2, gid="bars")
        for bottom, top, y in zip(low, high, at, strict=True):
            _whisker(axes, bottom, top, y, thick)

    return Plan(
        title=measured.claim or measured.label,
        under=_under(f"{subject}, by {by}" if subject else f"by {by}", measured),
        alt=f"{_sentence(measured.claim or measured.label)} Bar chart by {by}, highest first: {_in_words(ordered, by, measured.unit)}.",
        notes=[rest, "Whiskers: from low to high" if _known(low) else "", *_basis(measured)],
        height=functools.partial(_rows_height, rows, True),
        draw=draw,
    )


def _known(values: Iterable[float]) -> bool:
    return any(value == value for value in values)


def _ranges(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    drawn = frame.head(MOST_ROWS)
    low, high = _bounds(drawn)
    values = [float(value) for value in drawn["value"]]
    rows = [
        Row(str(name), _with_bounds(*numbers, measured.unit))
        for name, *numbers in zip(drawn[by], values, low, high, strict=True)
    ]
    span = _span([*values, *low, *high])
    more = f"The first {len(drawn)} of {len(frame):,}" if len(drawn) < len(frame) else ""

    def draw(sheet: Sheet) -> None:
        axes, at, thick = _draw_rows(sheet, rows, span, measured.unit)
        for value, bottom, top, y in zip(values, low, high, at, strict=True):
            if bottom == bottom and top == top:
                axes.barh(y, top - bottom, left=bottom, height=thick * 0.6, color=BAND, edgecolor=GREY, linewidth=0.8, zorder=2, gid="range")
        axes.plot(values, at, "o", markersize=7, color=INK, markeredgecolor="white", markeredgewidth=0.8, zorder=3, gid="values")

    words = "; ".join(f"{row.name} {row.value}" for row in rows[:12])
    return Plan(
        title=measured.claim or measured.label,
        under=_under(f"{subject}, by {by}" if subject else f"by {by}", measured),
        alt=f"{_sentence(measured.claim or measured.label)} Ranges by {by}, base (low to high): {words}.",
        notes=["Bar: from low to high; dot: the base value", more, *_basis(measured)],
        height=functools.partial(_rows_height, rows, True),
        draw=draw,
    )


def _waterfall(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    values = [float(value) for value in frame["value"]]
    totals = [kind == "total" for kind in frame["kind"]]
    low, high = _bounds(frame)
    starts, ends = _stairs(values, totals)
    rows = [
        Row(str(name), _short(value, measured.unit) if total else _signed(value, measured.unit), bold=total)
        for name, value, total in zip(frame[by], values, totals, strict=True)
    ]
    span = _span([*starts, *ends, *low, *high], zero=True)

    def draw(sheet: Sheet) -> None:
        axes, at, thick = _draw_rows(sheet, rows, span, measured.unit)
        for place, (start, end, y) in enumerate(zip(starts, ends, at, strict=True)):
            color = INK if totals[place] else _variance_color(values[place], measured.better)
            axes.barh(y, end - start, left=start, height=thick, color=color, linewidth=0, zorder=2, gid="bar")
            if place + 1 < len(at):
                axes.plot([end, end], [y, at[place + 1]], color=GREY, linewidth=0.9, zorder=1.5)
            _whisker(axes, low[place], high[place], y, thick)

    good = {"lower": "Blue: lower, which is better; orange: higher", "higher": "Blue: higher, which is better; orange: lower"}
    words = "; ".join(f"{row.name} {row.value}" for row in rows)
    return Plan(
        title=measured.claim or measured.label,
        under=_under(subject, measured),
        alt=f"{_sentence(measured.claim or measured.label)} Waterfall: {words}{_unit_words(measured.unit)}.",
        notes=[good.get(measured.better, ""), *_basis(measured)],
        height=functools.partial(_rows_height, rows, True),
        draw=draw,
    )


def _unit_words(unit: str) -> str:
    return f", in {unit}" if unit not in ("", "share") else ""


def _stairs(values: Sequence[float], totals: Sequence[bool]) -> tuple[list[float], list[float]]:
    """Where each bar begins and ends: totals at zero, changes where the last one left off; unknown changes nothing."""
    starts, ends, level = [], [], 0.0
    for value, total in zip(values, totals, strict=True):
        known = 0.0 if value != value else value
        start = 0.0 if total else level
        level = start + known if value == value or not total else level
        starts.append(start)
        ends.append(start + known)
    return starts, ends


def _variance_color(value: float, better: str) -> str:
    if better not in ("lower", "higher"):
        return GREY
    return ACCENT if (value < 0) == (better == "lower") else OPPOSITE


# -------------------------------------------------------------------------------------------------------------- findings
def _aim(item: Finding) -> str:
    """A finding's goal in words."""
    return Goal(item.goal, item.id, item.direction, item.target, item.target_high, unit=item.unit).words()


def _compare(findings: Sequence[Finding], known: Sequence[Finding], names: Mapping[str, str], subject: str) -> Plan:
    ordered = sorted(known, key=lambda item: -item.value)
    unknown = [item for item in findings if item not in ordered]
    drawn = [*ordered, *unknown][:MOST_ROWS]
    rows = [_compared_row(item, names, item in ordered) for item in drawn]
    targets = [item.target for item in drawn] + [item.target_high for item in drawn]
    span = _span([*(number for item in ordered for number in (item.value, item.low, item.high)), *targets])
    first = ordered[0]

    def draw(sheet: Sheet) -> None:
        axes, at, thick = _draw_rows(sheet, rows, span, first.unit)
        for item, y in zip(drawn, at, strict=True):
            if item not in ordered:
                _unknown_row(axes, y, thick)
                continue
            for target in (item.target, item.target_high):
                _target_tick(axes, target, y, thick)
            _whisker(axes, item.low, item.high, y, thick)
            axes.plot([item.value], [y], "o", markersize=8, color=INK, markeredgecolor="white", markeredgewidth=0.8, zorder=4, gid="value")

    words = "; ".join(f"{row.name} {row.value or NOT_ASSESSED}" for row in rows)
    return Plan(
        title=_compare_title(findings, ordered, names),
        under=_under(subject, first),
        alt=f"{_sentence(_compare_title(findings, ordered, names))} Dots with intervals, {len(drawn)} vendors: {words}.",
        notes=[
            "Dot: the value; whisker: its interval" if _known(item.low for item in ordered) else "Dot: the value",
            "outlined: the target" if _known(targets) else "",
            "hatched: not assessed" if unknown else "",
            f"{len(findings) - len(drawn):,} more in the table" if len(drawn) < len(findings) else "",
        ],
        height=functools.partial(_rows_height, rows, True),
        draw=draw,
    )


def _compared_row(item: Finding, names: Mapping[str, str], known: bool) -> Row:
    name = names.get(item.vendor, item.vendor)
    return Row(name, _with_bounds(item.value, item.low, item.high, item.unit) if known else NOT_ASSESSED)


def _compare_title(findings: Sequence[Finding], ordered: Sequence[Finding], names: Mapping[str, str]) -> str:
    """What is to be seen: how many meet their goal, or who is highest and lowest."""
    label = findings[0].label or findings[0].id
    aimed = [item for item in findings if item.target == item.target]
    if aimed:
        met = sum(item.verdict == MET for item in aimed)
        return f"{label}: {met} of {len(aimed)} {'vendor meets' if len(aimed) == 1 else 'vendors meet'} the goal"
    top, bottom = ordered[0], ordered[-1]
    high = f"{names.get(top.vendor, top.vendor)} {number(top.value, top.unit)}"
    if top is bottom:
        return f"{label}: {high}"
    return f"{label}: highest {high}, lowest {names.get(bottom.vendor, bottom.vendor)} {number(bottom.value, bottom.unit)}"


def _unknown_row(axes: Axes, y: float, thick: float) -> None:
    low, high = axes.get_xlim()
    axes.barh(y, high - low, left=low, height=thick * 0.8, facecolor="none", edgecolor=HATCH, hatch="////", linewidth=0, zorder=1.5, gid="unknown")


def _target_tick(axes: Axes, target: float, y: float, thick: float) -> None:
    """A target: an outlined tick across its row."""
    if target == target:
        axes.plot([target, target], [y - thick * 0.75, y + thick * 0.75], color=GREY, linewidth=5, solid_capstyle="butt", zorder=3)
        axes.plot([target, target], [y - thick * 0.62, y + thick * 0.62], color="white", linewidth=2.8, solid_capstyle="butt", zorder=3.1, gid="target")


def _bullet(findings: Sequence[Finding], subject: str) -> Plan:
    drawn = list(findings)[:MOST_ROWS]
    rows = [Row(item.label or item.id, item.verdict, _bullet_words(item)) for item in drawn]

    def draw(sheet: Sheet) -> None:
        axes, at, thick = _draw_rows(sheet, rows, (0.0, 1.0), None)
        for item, y in zip(drawn, at, strict=True):
            if item.assessed and item.value == item.value:
                _draw_bullet(axes, item, y, thick)
            else:
                _unknown_row(axes, y, thick)

    counts = [(word, sum(item.verdict == word for item in findings)) for word in (MET, MISSED, UNCLEAR, NOT_ASSESSED)]
    told = ", ".join(f"{count} {word}" for word, count in counts if count)
    title = f"{len(findings)} {'goal' if len(findings) == 1 else 'goals'}: {told}"
    words = "; ".join(f"{row.name}: {row.more}, {row.value}" for row in rows)
    return Plan(
        title=title,
        under=" · ".join(part for part in (subject, "each row on its own scale") if part),
        alt=f"{title}. {subject + ': ' if subject else ''}{words}.",
        notes=[
            "Outlined: the target; blue side: where the goal is met; whisker: the interval",
            "circle met, square missed, triangle unclear, hatched not assessed",
            f"{len(findings) - len(drawn):,} more in the table" if len(drawn) < len(findings) else "",
        ],
        height=functools.partial(_rows_height, rows, False),
        draw=draw,
    )


def _bullet_words(item: Finding) -> str:
    return f"{interval_words(item)}; goal {_aim(item)}" if item.value == item.value else f"goal {_aim(item)}"


def _draw_bullet(axes: Axes, item: Finding, y: float, thick: float) -> None:
    """One finding against its target, from 0 to 1 on a scale of its own."""
    low, high = _span([item.value, item.low, item.high, item.target, item.target_high])
    room = (high - low) * 0.08

    def at(value: float) -> float:
        return (value - low + room) / (high - low + 2 * room)

    start = at(item.target) if item.direction in ("at_least", "between") else 0.0
    end = {"at_most": at(item.target), "between": at(item.target_high)}.get(item.direction, 1.0)
    axes.barh(y, 1.0, height=thick * 0.9, color=PALE, linewidth=0, zorder=1)
    axes.barh(y, end - start, left=start, height=thick * 0.9, color=MET_SIDE, linewidth=0, zorder=1.1, gid="met")
    for target in (item.target, item.target_high):
        _target_tick(axes, at(target), y, thick)
    _whisker(axes, at(item.low), at(item.high), y, thick)
    color = {MET: ACCENT, MISSED: OPPOSITE}.get(item.verdict, INK)
    axes.plot([at(item.value)], [y], SHAPES.get(item.verdict, "o"), markersize=9, color=color, markeredgecolor="white",
              markeredgewidth=0.9, zorder=4, gid="value")
