"""Rows one below the other, which several charts share: names, numbers, scale, and the marks that stand in a row.

On a page the name stands left of its mark and the number right of it; on a phone both stand above.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import (
    ACCENT,
    EDGE,
    GREY,
    HATCH,
    INK,
    OPPOSITE,
    PALE,
    STRIP,
    WIDE,
    Panel,
    Sheet,
    text_height,
    text_width,
    ticks_between,
    wrap,
)
from toolkit.charts.words import clean, short
from toolkit.model import MET, MISSED, UNCLEAR

if TYPE_CHECKING:
    import pandas as pd

MOST_BARS, MOST_ROWS = 12, 40  # drawn; what is more is counted under the picture
SHAPES = {MET: "o", MISSED: "s", UNCLEAR: "^"}  # told apart without colour; the same as on the pages
VERDICT_SHAPES = "circle: met, square: missed, triangle: unclear"


@dataclass(frozen=True)
class Row:
    """A row of a chart in words: its name, a line under the name, what stands right of it, and a line under that."""

    name: str
    value: str
    under: str = ""
    more: str = ""
    bold: bool = False

    @property
    def heavy(self) -> bool:
        """Whether the name is set in bold type: a line under it needs something to stand out from."""
        return self.bold or bool(self.under)


@dataclass(frozen=True)
class Grid:
    """Where rows stand, in inches: names in lines, the columns beside the marks, and how tall a row is."""

    names: list[str]
    below: list[str]  # on a phone, what stands under the mark
    left: float
    right: float
    aside: float  # of `right`, what is left free beside the marks
    tall: float
    lift: float  # how far the mark lies below the middle of its row, as a part of the row
    thick: float  # of a bar, as a part of the row


def _grid(rows: Sequence[Row], width: float, aside: float = 0.0) -> Grid:
    """On a page the name stands left and the number right of the mark; on a phone they stand above it."""
    values = max(text_width(row.value, bold=True) for row in rows)
    if width < WIDE:
        room = width - 2 * EDGE
        names = [
            wrap(row.name, room - text_width(row.value, bold=True) - 0.15, bold=row.heavy, lines=4) for row in rows
        ]
        below = [wrap("; ".join(text for text in (row.more, row.under) if text), room) for row in rows]
        above, under = max(text_height(name) for name in names), max(text_height(text) for text in below)
        tall = above + under + 0.42
        return Grid(names, below, EDGE, EDGE + aside, aside, tall, (above - under) / 2 / tall, 0.17 / tall)
    single = max(text_width(row.name, bold=row.heavy) for row in rows)
    names = [wrap(row.name, single if single <= 2.6 else 2.3, bold=row.heavy, lines=3) for row in rows]
    left = max(
        max(text_width(name, bold=row.heavy), text_width(row.under)) for name, row in zip(names, rows, strict=True)
    )
    lines = [name + "\n" * bool(row.under) for name, row in zip(names, rows, strict=True)]
    lines += [f"{row.value}\n{row.more}" for row in rows if row.more]
    tall = max(text_height(text) for text in lines) + 0.12
    right = max(values, *(text_width(row.more) for row in rows))
    return Grid(names, [], EDGE + min(left, 2.9) + 0.16, EDGE + right + 0.16 + aside, aside, tall, 0.0, 0.21 / tall)


def _rows_margins(unit: str | None) -> tuple[float, float]:
    """Below and above rows: room for a scale where they share one, for its unit where it has one."""
    return (0.06, 0.0) if unit is None else (0.32, STRIP + 0.04 if unit not in ("", "share") else 0.04)


def rows_height(rows: Sequence[Row], unit: str | None, width: float) -> float:
    """The height of all rows with their scale, in inches; `unit` as in `draw_rows`."""
    return _grid(rows, width).tall * len(rows) + sum(_rows_margins(unit))


def across_of(rows: Sequence[Row], width: float) -> float:
    """The inches that are left for the marks, between names and numbers."""
    grid = _grid(rows, width)
    return width - grid.left - grid.right


def draw_rows(
    sheet: Sheet,
    rows: Sequence[Row],
    span: tuple[float, float],
    unit: str | None,
    *,
    key: float = 0.0,
    aside: float = 0.0,
    both_ways: bool = False,
) -> tuple[Panel, list[float], float]:
    """A panel with one row for each name, downwards: the panel, the height of each mark, and the thickness of a bar.

    `unit` None leaves the scale away, where every row has its own. `key` and `aside` are inches left free above the rows,
    and between marks and numbers; `both_ways` counts away from zero to both sides.
    """
    grid = _grid(rows, sheet.width, aside)
    bottom, top = _rows_margins(unit)
    room = 0.0 if both_ways else (span[1] - span[0]) * 0.02
    xlim, ylim = (span[0] - room, span[1] + room), (len(rows) - 0.5, -0.5)
    panel = sheet.panel(grid.left, grid.right, bottom, top + key, xlim, ylim)
    for place, row in enumerate(rows):
        middle = bottom + grid.tall * (len(rows) - place - 0.5)
        (_write_row_narrow if sheet.narrow else _write_row)(sheet, grid, row, place, middle)
    if unit is not None:
        _scale(sheet, panel, grid, unit, key, both_ways)
    return panel, [place + grid.lift for place in range(len(rows))], grid.thick


def _write_row(sheet: Sheet, grid: Grid, row: Row, place: int, middle: float) -> None:
    """A row's words on a page: the name left of the mark, the number right of it."""
    name, x = grid.names[place], sheet.width - grid.right + grid.aside + 0.16
    top = middle + (text_height(name) + text_height(row.under)) / 2
    sheet.write(EDGE, top, name, va="top", weight="bold" if row.heavy else "normal")
    sheet.write(EDGE, top - text_height(name), wrap(row.under, grid.left - EDGE, lines=1), va="top", color=GREY)
    top = middle + (text_height(row.value) + text_height(row.more)) / 2
    sheet.write(x, top, row.value, va="top", weight="bold" if row.bold or row.more else "normal")
    sheet.write(x, top - text_height(row.value), row.more, va="top", color=GREY)


def _write_row_narrow(sheet: Sheet, grid: Grid, row: Row, place: int, middle: float) -> None:
    """A row's words on a phone: name and number above the mark, the rest below it."""
    name, mark = grid.names[place], middle - grid.lift * grid.tall
    sheet.write(EDGE, mark + 0.16, name, weight="bold" if row.heavy else "normal")
    sheet.write(sheet.width - EDGE, mark + 0.16 + text_height(name), row.value, va="top", ha="right", weight="bold")
    sheet.write(EDGE, mark - 0.16, grid.below[place], va="top", color=GREY)


def _scale(sheet: Sheet, panel: Panel, grid: Grid, unit: str, key: float, both_ways: bool) -> None:
    """A scale under the rows, its unit above them, a faint line at each tick and a firm one at zero."""
    low, high = panel.xlim
    across = sheet.width - grid.left - grid.right
    ticks = ticks_between(low, high, unit, max(2, min(6, int(across / 0.7))))
    reach, rows = grid.thick * 0.8, range(len(grid.names))
    between = [(y + grid.lift - reach, y + grid.lift + reach) for y in rows] if sheet.narrow else [panel.ylim]
    lines = [(place, *ends) for place in ticks for ends in between]  # on a phone words stand between the marks
    for wanted, color, width, height in ((False, PALE, 0.8, 0.5), (True, GREY, 1.0, 2.5)):
        chosen = [line for line in lines if (line[0] == 0) is wanted]
        look: dict[str, Any] = {"colors": color, "linewidths": width, "zorder": height, "gid": "zero" if wanted else ""}
        panel.segments([[(x, start), (x, end)] for x, start, end in chosen], **look)
    for place, name in ticks.items():
        name = name.removeprefix("−") if both_ways else name
        half = text_width(name) / 2
        x = grid.left + (place - low) / (high - low) * across
        x = min(max(x, EDGE + half), sheet.width - EDGE - half)
        sheet.write(x, _rows_margins(unit)[0] - 0.05, name, va="top", ha="center", color=GREY)
    if unit not in ("", "share"):
        start = grid.left + (min(max(low, 0.0), high) - low) / (high - low) * across
        x = min(max(EDGE, start - 0.02), sheet.width - EDGE - text_width(unit))
        sheet.write(x, sheet.body - key, unit, va="top", color=GREY)


def whisker(panel: Panel, low: float, high: float, y: float, thick: float) -> None:
    """An interval: a line with ends, on a white shadow so that it also shows on a bar."""
    if low != low or high != high:
        return
    x, up, down = [low, low, low, high, high, high], y - thick * 0.3, y + thick * 0.3
    for color, width, height in (("white", 3.2, 3.5), (INK, 1.3, 3.51)):  # equal marks follow one another in the file
        panel.line(x, [up, down, y, y, up, down], color=color, linewidth=width, zorder=height, gid="whisker")


def dot(panel: Panel, value: float, y: float, *, verdict: str = "") -> None:
    """A value; where it was judged, the shape says how."""
    color = {MET: ACCENT, MISSED: OPPOSITE}.get(verdict, INK)
    shape = SHAPES.get(verdict, "o")
    look: dict[str, Any] = {
        "markersize": 9,
        "markeredgecolor": "white",
        "markeredgewidth": 0.9,
        "zorder": 4,
        "gid": "value",
    }
    panel.points([value], [y], shape, color=color, **look)


def bar(panel: Panel, start: float, end: float, y: float, thick: float, color: str, **look: Any) -> None:
    """A bar from one value to another."""
    look = {"linewidth": 0, "zorder": 2, "gid": "bar", **look}
    panel.box(start, y - thick / 2, end - start, thick, facecolor=color, **look)


def unknown_row(panel: Panel, y: float, thick: float) -> None:
    """A row without a value: hatched from end to end."""
    low, high = panel.xlim
    bar(panel, low, high, y, thick * 0.8, "none", edgecolor=HATCH, hatch="////", zorder=1.5, gid="unknown")


def target_tick(panel: Panel, target: float, y: float) -> None:
    """A target: a hollow tick across its row."""
    if target == target:
        hollow = [(-0.2, -1), (0.2, -1), (0.2, 1), (-0.2, 1), (-0.2, -1)]
        look: dict[str, Any] = {
            "markersize": 19,
            "color": "white",
            "markeredgecolor": GREY,
            "markeredgewidth": 1.1,
            "gid": "target",
        }
        panel.points([target], [y], hollow, zorder=3, **look)


def numbers_of(frame: pd.DataFrame) -> list[tuple[float, float, float]]:
    """Value, low and high of each row, unknown where there is none."""
    columns = [frame[name] if name in frame else [math.nan] * len(frame) for name in ("value", "low", "high")]
    return list(zip(*(map(float, column) for column in columns), strict=True))


def names_of(column: pd.Series) -> list[str]:
    """Names of rows as printed."""
    return ["unknown" if name is None or name != name else clean(name) for name in column]


def with_bounds(numbers: tuple[float, float, float], unit: str) -> str:
    """'1.2 m (1.1 m to 1.4 m)', or the value alone."""
    value, low, high = numbers
    if low != low or high != high or low == high:
        return short(value, unit)
    return f"{short(value, unit)} ({short(low, unit)} to {short(high, unit)})"


def rows_words(rows: Sequence[Row], unit: str = "", total: int = 0) -> str:
    """The rows in words, for those who do not see them."""
    words = "; ".join(f"{row.name} {row.value}" for row in rows[:MOST_BARS])
    more = max(total, len(rows)) - len(rows[:MOST_BARS])
    return words + (f"; and {more:,} more" if more else "") + (f", in {unit}" if unit not in ("", "share") else "")


def hidden_of(frame: pd.DataFrame) -> list[bool]:
    """Which rows are held back, because they speak for too few people or would betray those that do."""
    return (
        [flag is True or str(flag) == "True" for flag in frame["hidden"]] if "hidden" in frame else [False] * len(frame)
    )


def few_words(frame: pd.DataFrame) -> str:
    """What stands in place of a number that is held back: 'fewer than 5'."""
    floor = frame.attrs.get("floor")
    return "held back" if floor is None else f"fewer than {floor:g}"


def hidden_note(frame: pd.DataFrame) -> str:
    """What stands under a picture with rows that are held back; '' where there are none."""
    if not any(hidden_of(frame)):
        return ""
    few = few_words(frame)
    return f"Hatched: {few} people, or held back so that nothing on {few} can be worked out from the rest"
