"""Paper and pictures: a chart planned in words, drawn at two widths, and made into small files that read themselves out.

Text is measured in DejaVu Sans, which comes with matplotlib, so that the same numbers give the same bytes on every machine;
readers see the narrower Arial or its like. pyplot is not used: no figure is kept, none is shown twice, no setting changed.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import io
import itertools
import math
import os
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.charts.words import SCALES, clean
from toolkit.show import Shown, escape, sentence

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.figure import Figure
    from matplotlib.transforms import Bbox

WIDE, NARROW = 8.0, 4.1  # inches: a page's column, and a phone held upright
EDGE = 0.12  # inches of white around everything
TEXT, HEAD = 10.5, 12.5  # points; 10.5 is still 9 where the 8 inches are printed within the margins of A4
LINE = 1.25  # from one line of text to the next, in its size
STRIP = 0.2  # inches for a row of labels above a panel
INK, GREY, PALE = "#22262b", "#666b72", "#e4e6e9"
ACCENT, OPPOSITE = "#1f5fa8", "#c25b00"  # a pair that any eye tells apart
SOLID = "#3a424d"  # what is actual: dark, and a whisker still shows on it
BAND, REVIEWED, MET_SIDE, HATCH = "#d3d8de", "#e6eef8", "#bdd3ec", "#b9bec5"
FONTS = "Arial,Helvetica,'Liberation Sans','DejaVu Sans',sans-serif"
STYLE = {
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT,
    "text.parse_math": False,  # a $ in a vendor's name is money, not mathematics
    "text.color": INK,
    "hatch.linewidth": 0.7,
    "hatch.color": HATCH,
    "svg.fonttype": "none",
    "svg.hashsalt": "toolkit",
    "lines.solid_capstyle": "round",
    "lines.scale_dashes": False,
}


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

    def panel(
        self, left: float, right: float, bottom: float, top: float, xlim: tuple[float, float], ylim: tuple[float, float]
    ) -> Panel:
        """A part of the paper with a scale, which leaves these margins, in inches."""
        from matplotlib.transforms import Bbox

        height = self.figure.get_figheight()
        box = (left, bottom, self.width - left - right, self.body - bottom - top)
        place = Bbox.from_bounds(box[0] / self.width, box[1] / height, box[2] / self.width, box[3] / height)
        return Panel(self.figure, place, xlim, ylim)

    def write(self, x: float, y: float, text: str, *, va: str = "bottom", size: float = TEXT, **look: Any) -> None:
        """Text at a place in inches from the lower left corner; `y` is the top, center or bottom of all its lines.

        Each line is set by itself, so that it stays centred or flush right in whatever font the reader has.
        """
        tall = size * LINE / 72
        lines = text.split("\n")
        top = y + {"top": 0.0, "center": 0.5, "bottom": 1.0}[va] * tall * len(lines)
        for place, line in enumerate(lines):
            base = top - (place + 0.5) * tall - 0.36 * size / 72  # half the height of a capital
            if line:
                self.figure.add_artist(_words(x * 72, base * 72, line, size=size, **look))


class Panel:
    """A part of a figure with a scale for each direction, on which marks are placed by their values.

    matplotlib's Axes would do the same with ticks, titles, a legend and limits that follow the data, none of which a
    chart here has: they take most of the time of a drawing.
    """

    def __init__(self, figure: Figure, place: Bbox, xlim: tuple[float, float], ylim: tuple[float, float]) -> None:
        from matplotlib.transforms import (
            Bbox,
            BboxTransformFrom,
            BboxTransformTo,
            TransformedBbox,
            blended_transform_factory,
        )

        self.figure, self.place, self.xlim, self.ylim = figure, place, xlim, ylim
        self._window = TransformedBbox(place, figure.transSubfigure)
        within = BboxTransformTo(self._window)
        self._by_value = BboxTransformFrom(Bbox([[xlim[0], ylim[0]], [xlim[1], ylim[1]]])) + within
        self._by_x = blended_transform_factory(self._by_value, within)  # values across, parts of the height upwards

    def _add(self, mark: Any, *, upright: bool = False, clip: bool = True) -> None:
        mark.set_transform(self._by_x if upright else self._by_value)
        if clip:
            mark.set_clip_box(self._window)
        self.figure.add_artist(mark)

    def line(self, x: Any, y: Any, *, upright: bool = False, clip: bool = True, **look: Any) -> None:
        """A line through points; `upright` takes y as parts of the height, and without `clip` it may leave the panel."""
        from matplotlib.lines import Line2D

        self._add(Line2D(np.asarray(x, float), np.asarray(y, float), **look), upright=upright, clip=clip)

    def points(self, x: Any, y: Any, marker: Any = "o", **look: Any) -> None:
        """Marks at points."""
        self.line(x, y, marker=marker, linestyle="None", **look)

    def segments(self, ends: Sequence[Any], **look: Any) -> None:
        """Straight lines, each from one point to another."""
        from matplotlib.collections import LineCollection

        self._add(LineCollection(ends, **look))

    def hlines(self, heights: Iterable[float], **look: Any) -> None:
        """Lines from side to side."""
        left, right = self.xlim
        self.segments([[(left, height), (right, height)] for height in heights], **look)

    def box(self, x: float, y: float, width: float, height: float, *, upright: bool = False, **look: Any) -> None:
        """A filled rectangle from a corner; `upright` takes y and height as parts of the panel's height."""
        from matplotlib.patches import Rectangle

        self._add(Rectangle((x, y), width, height, **look), upright=upright)

    def area(self, x: Any, low: Any, high: Any, **look: Any) -> None:
        """The area between two lines, where both are known."""
        from matplotlib.collections import FillBetweenPolyCollection

        known = [np.ma.masked_invalid(np.asarray(values, float)) for values in (x, low, high)]
        self._add(FillBetweenPolyCollection("x", *known, **look))


def publish(plan: Plan, *, small: bool = False) -> Shown:
    """The plan as a figure of two pictures; the page chooses by its width, readers of the page get the sentence.

    small: only the narrow one is drawn.
    """
    alt = clean(plan.alt)
    with _style():
        pictures = [_svg(_figure(plan, width), alt) for width in ([NARROW] if small else [WIDE, NARROW])]
    first, *narrow = map(_data_address, pictures)
    notes = " ".join(sentence(note) for note in plan.notes if note)
    source = "".join(f'<source media="(max-width: 600px)" srcset="{address}">' for address in narrow)
    html = (
        f'<figure class="chart" style="margin:1em 0"><picture>{source}'
        f'<img alt="{escape(alt)}" src="{first}" style="max-width:100%;height:auto"></picture>'
        f'<figcaption class="quiet">{escape(clean(notes))}</figcaption></figure>'
    )
    return Shown(html, alt, pictures[0])


def figure_of(plan: Plan, width: float) -> Figure:
    """The plan drawn at a width: its heading, and below it the form; matplotlib's own settings stay as they were."""
    with _style():
        return _figure(plan, width)


def font_folder() -> Path:
    """Where the fonts lie in which text is measured, for whoever sets a chart's text again."""
    import matplotlib

    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _figure(plan: Plan, width: float) -> Figure:
    from matplotlib.figure import Figure

    title = wrap(plan.title, width - 2 * EDGE, size=HEAD, bold=True, lines=6)
    under = wrap(plan.under, width - 2 * EDGE, lines=3)
    heading = EDGE + text_height(title, HEAD) + (0.06 + text_height(under) if under else 0) + 0.14
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
def _settings() -> Any:
    import matplotlib

    wanted = ("lines.", "patch.", "text.", "font.", "figure.", "savefig.", "svg.", "hatch.", "path.")
    plain: dict[Any, Any] = {
        key: matplotlib.rcParamsDefault[key] for key in matplotlib.rcParamsDefault if key.startswith(wanted)
    }
    return {**plain, **STYLE}


def _svg(figure: Figure, alt: str) -> str:
    """The figure as a small SVG: text as text, the same bytes every time, its sentence inside as title."""
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    buffer = io.BytesIO()
    FigureCanvasSVG(figure).print_svg(buffer, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
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
    drawing = _MARKS.sub(_shared_style, drawing)
    names = {name: f"i{place}" for place, name in enumerate(dict.fromkeys(_NAMES.findall(drawing)))}
    drawing = re.sub(r'(?<=[#"])[a-z][0-9a-f]{10}\b', lambda match: names.get(match.group(0), match.group(0)), drawing)
    return re.sub(r">(\d+)\0</text>", lambda match: texts[int(match.group(1))], drawing)


_NAMES = re.compile(r'id="([a-z][0-9a-f]{10})"')
_MARKS = re.compile(r'(?:<(?:use|path) [^>]*?style="[^"]*"/>){3,}')
_MARK = re.compile(r'<(?:use|path) [^>]*?style="[^"]*"/>')
_LOOK = re.compile(r' ?(?:style|clip-path)="[^"]*"')
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
    """A row of equal marks says once how it looks, and what it is cut off by."""
    told: list[str] = []
    for look, marks in itertools.groupby(_MARK.findall(match.group(0)), lambda mark: " ".join(_LOOK.findall(mark))):
        same = list(marks)
        told += same if len(same) < 3 else [f"<g {look}>", *(_LOOK.sub("", mark) for mark in same), "</g>"]
    return "".join(told)


def _named(drawing: str, alt: str) -> str:
    look = f"font:{TEXT}px {FONTS};paint-order:stroke;stroke:#fff;stroke-width:3px"  # a white edge, where lines pass
    style = f"<style>*{{stroke-linejoin:round}}text{{{look}}}</style>"
    return drawing.replace(">", f' role="img"><title>{escape(alt)}</title>{style}', 1)


def _data_address(drawing: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode("utf-8")).decode("ascii")


# ------------------------------------------------------------------------------------------------------- text on paper
@functools.cache
def _words_class() -> type[Artist]:
    """A line of text as an artist: matplotlib's own measures and lays out what SVG places by itself."""
    from matplotlib.artist import Artist

    class Words(Artist):
        def __init__(self, x: float, y: float, text: str, look: str) -> None:
            super().__init__()
            self.x, self.y, self.text, self.look = x, y, text, look

        def draw(self, renderer: Any) -> None:
            place = {"x": f"{self.x:.1f}", "y": f"{renderer.height - self.y:.1f}"}
            renderer.writer.element("text", self.text, attrib={"style": self.look, **place})

    return Words


def _words(
    x: float,
    y: float,
    text: str,
    *,
    size: float,
    ha: str = "left",
    weight: str = "normal",
    color: str = INK,
    zorder: float = 7,
) -> Artist:
    """A line of text at points from the lower left corner of the figure."""
    anchor = {"left": "", "center": "text-anchor:middle;", "right": "text-anchor:end;"}[ha]
    look = "font-weight:700;" * (weight == "bold") + f"font-size:{size}px;" * (size != TEXT) + f"{anchor}fill:{color}"
    words = _words_class()(x, y, text, look)  # type: ignore[call-arg]
    words.set_zorder(zorder)
    return words


@functools.lru_cache(maxsize=2)
def _font(bold: bool) -> Any:
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(f"{matplotlib.get_data_path()}/fonts/ttf/DejaVuSans{'-Bold' if bold else ''}.ttf")
    font.set_size(100, 72)
    return font


if hasattr(
    os, "register_at_fork"
):  # a font is an open file: forked processes that shared it would move each other's place
    os.register_at_fork(after_in_child=_font.cache_clear)


@functools.lru_cache(maxsize=4096)
def _advance(character: str, bold: bool) -> float:
    """The width of a character, in its size; one that the font lacks is taken as wide as it is tall."""
    font = _font(bold)
    if not font.get_char_index(ord(character)):
        return 1.0
    return font.load_char(ord(character)).linearHoriAdvance / 65536 / 100


def text_width(text: str, size: float = TEXT, bold: bool = False) -> float:
    """The width of the longest line, in inches."""
    return max(sum(_advance(letter, bold) for letter in line) for line in text.split("\n")) * size / 72


def text_height(text: str, size: float = TEXT) -> float:
    """The height of some lines, in inches."""
    return (text.count("\n") + 1) * size * LINE / 72 if text else 0.0


def wrap(text: str, width: float, *, size: float = TEXT, bold: bool = False, lines: int = 2) -> str:
    """Text in lines no wider than `width` inches; what does not fit ends in an ellipsis."""
    done: list[str] = []
    for word in clean(text).replace(" %", "\u00a0%").split(" "):
        joined = f"{done[-1]} {word}" if done else word
        if done and text_width(joined, size, bold) <= width:
            done[-1] = joined
            continue
        while word and text_width(word, size, bold) > width:  # a word too long for any line is broken
            fits = max(1, sum(text_width(word[: end + 1], size, bold) <= width for end in range(len(word))))
            done, word = [*done, word[:fits]], word[fits:]
        done = [*done, word] if word else done
    if len(done) <= lines:
        return "\n".join(done)
    last = done[lines - 1]
    while last and text_width(f"{last}…", size, bold) > width:
        last = last[:-1]
    return "\n".join([*done[: lines - 1], f"{last.rstrip()}…"])


# ----------------------------------------------------------------------------------------------------------------- scales
def span_of(values: Iterable[float], zero: bool = False) -> tuple[float, float]:
    """From the lowest to the highest known value; from zero where bars demand it, or where zero is not far."""
    known = [float(value) for value in values if value == value and not math.isinf(value)]
    low, high = (min(known), max(known)) if known else (0.0, 1.0)
    if zero or (0 < low <= 0.6 * high) or (0 > high >= 0.6 * low):
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high:
        room = abs(low) * 0.1 or 1.0
        low, high = (low - room, high + room) if not zero else (min(low, 0.0), max(high, room))
    return low, high


def ticks_between(low: float, high: float, unit: str, most: int) -> dict[float, str]:
    """Round places between two ends and their labels: one letter for thousands, as many decimals as they need."""
    from matplotlib.ticker import MaxNLocator

    places = [float(place) for place in MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)]
    largest = max(abs(place) for place in places)
    scale, letter = next(((scale, letter) for scale, letter in SCALES if largest >= max(scale, 1e4)), (1.0, ""))
    scale, letter = (0.01, " %") if unit == "share" else (scale, letter)
    step = places[1] - places[0]
    digits = next((digits for digits in range(10) if abs(round(step / scale, digits) * scale - step) < step * 1e-6), 9)

    def label(place: float) -> str:
        if abs(place) < step / 1e6:
            return "0 %" if unit == "share" else "0"
        return f"{place / scale:,.{digits}f}{letter}".replace("-", "−")

    edge = (high - low) * 1e-9
    return {place: label(place) for place in places if low - edge <= place <= high + edge}
