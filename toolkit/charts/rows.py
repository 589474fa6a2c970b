"""Charts in rows, one below the other: bars, ranges, waterfall, and findings against their goals or beside one another.

On a page the name stands left of its mark and the number right of it; on a phone both stand above.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import (
    ACCENT,
    BAND,
    EDGE,
    GREY,
    HATCH,
    INK,
    MET_SIDE,
    OPPOSITE,
    PALE,
    SOLID,
    STRIP,
    WIDE,
    Panel,
    Plan,
    Sheet,
    span_of,
    text_height,
    text_width,
    ticks_between,
    wrap,
)
from toolkit.charts.words import (
    aim,
    basis,
    clean,
    sentence,
    short,
    signed,
    subject_line,
    targets_of,
    title_of,
    zero_note,
)
from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding, Measured, number, probability_words

if TYPE_CHECKING:
    import pandas as pd

LEAST_WAY, MOST_WAY = -0.5, 1.5  # of a goal's way: what lies beyond is cut there
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


@dataclass(frozen=True)
class Grid:
    """Where rows stand, in inches: names in lines, the columns beside the marks, and how tall a row is."""

    names: list[str]
    below: list[str]  # on a phone, what stands under the mark
    left: float
    right: float
    tall: float
    lift: float  # how far the mark lies below the middle of its row, as a part of the row
    thick: float  # of a bar, as a part of the row


def _grid(rows: Sequence[Row], width: float) -> Grid:
    """On a page the name stands left and the number right of the mark; on a phone they stand above it."""
    values = max(text_width(row.value, bold=True) for row in rows)
    if width < WIDE:
        room = width - 2 * EDGE
        names = [wrap(row.name, room - text_width(row.value, bold=True) - 0.15, bold=row.bold) for row in rows]
        below = [wrap("; ".join(text for text in (row.more, row.under) if text), room) for row in rows]
        above, under = max(text_height(name) for name in names), max(text_height(text) for text in below)
        tall = above + under + 0.42
        return Grid(names, below, EDGE, EDGE, tall, (above - under) / 2 / tall, 0.17 / tall)
    single = max(text_width(row.name, bold=row.bold) for row in rows)
    names = [wrap(row.name, single if single <= 2.6 else 2.3, bold=row.bold) for row in rows]
    left = max(
        text_width(text, bold=row.bold) for name, row in zip(names, rows, strict=True) for text in (name, row.under)
    )
    lines = [name + "\n" * bool(row.under) for name, row in zip(names, rows, strict=True)]
    lines += [f"{row.value}\n{row.more}" for row in rows if row.more]
    tall = max(text_height(text) for text in lines) + 0.12
    right = max(values, *(text_width(row.more) for row in rows))
    return Grid(names, [], EDGE + min(left, 2.9) + 0.16, EDGE + right + 0.16, tall, 0.0, 0.21 / tall)


def _rows_margins(unit: str | None) -> tuple[float, float]:
    """Below and above rows: room for a scale where they share one, for its unit where it has one."""
    return (0.06, 0.0) if unit is None else (0.32, STRIP + 0.04 if unit not in ("", "share") else 0.04)


def _rows_height(rows: Sequence[Row], unit: str | None, width: float) -> float:
    return _grid(rows, width).tall * len(rows) + sum(_rows_margins(unit))


def _draw_rows(
    sheet: Sheet, rows: Sequence[Row], span: tuple[float, float], unit: str | None
) -> tuple[Panel, list[float], float]:
    """A panel with one row for each name, downwards: the panel, the height of each mark, and the thickness of a bar.

    `unit` None leaves the scale away, where every row has its own.
    """
    grid = _grid(rows, sheet.width)
    bottom, top = _rows_margins(unit)
    room = (span[1] - span[0]) * 0.02
    xlim, ylim = (span[0] - room, span[1] + room), (len(rows) - 0.5, -0.5)
    panel = sheet.panel(grid.left, grid.right, bottom, top, xlim, ylim)
    for place, row in enumerate(rows):
        middle = bottom + grid.tall * (len(rows) - place - 0.5)
        (_write_row_narrow if sheet.narrow else _write_row)(sheet, grid, row, place, middle)
    if unit is not None:
        _scale(sheet, panel, grid, unit)
    return panel, [place + grid.lift for place in range(len(rows))], grid.thick


def _write_row(sheet: Sheet, grid: Grid, row: Row, place: int, middle: float) -> None:
    """A row's words on a page: the name left of the mark, the number right of it."""
    name, x = grid.names[place], sheet.width - grid.right + 0.16
    top = middle + (text_height(name) + text_height(row.under)) / 2
    sheet.write(EDGE, top, name, va="top", weight="bold" if row.bold or row.under else "normal")
    sheet.write(EDGE, top - text_height(name), wrap(row.under, grid.left - EDGE, lines=1), va="top", color=GREY)
    top = middle + (text_height(row.value) + text_height(row.more)) / 2
    sheet.write(x, top, row.value, va="top", weight="bold" if row.bold or row.more else "normal")
    sheet.write(x, top - text_height(row.value), row.more, va="top", color=GREY)


def _write_row_narrow(sheet: Sheet, grid: Grid, row: Row, place: int, middle: float) -> None:
    """A row's words on a phone: name and number above the mark, the rest below it."""
    name, mark = grid.names[place], middle - grid.lift * grid.tall
    sheet.write(EDGE, mark + 0.16, name, weight="bold" if row.bold or row.under else "normal")
    sheet.write(sheet.width - EDGE, mark + 0.16 + text_height(name), row.value, va="top", ha="right", weight="bold")
    sheet.write(EDGE, mark - 0.16, grid.below[place], va="top", color=GREY)


def _scale(sheet: Sheet, panel: Panel, grid: Grid, unit: str) -> None:
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
        half = text_width(name) / 2
        x = grid.left + (place - low) / (high - low) * across
        x = min(max(x, EDGE + half), sheet.width - EDGE - half)
        sheet.write(x, _rows_margins(unit)[0] - 0.05, name, va="top", ha="center", color=GREY)
    if unit not in ("", "share"):
        start = grid.left + (min(max(low, 0.0), high) - low) / (high - low) * across
        x = min(max(EDGE, start - 0.02), sheet.width - EDGE - text_width(unit))
        sheet.write(x, sheet.body, unit, va="top", color=GREY)


def _whisker(panel: Panel, low: float, high: float, y: float, thick: float) -> None:
    """An interval: a line with ends, on a white shadow so that it also shows on a bar."""
    if low != low or high != high:
        return
    x, up, down = [low, low, low, high, high, high], y - thick * 0.3, y + thick * 0.3
    for color, width in (("white", 3.2), (INK, 1.3)):
        panel.line(x, [up, down, y, y, up, down], color=color, linewidth=width, zorder=3.5, gid="whisker")


def _dot(panel: Panel, value: float, y: float, *, verdict: str = "") -> None:
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


def _bar(panel: Panel, start: float, end: float, y: float, thick: float, color: str, **look: Any) -> None:
    look = {"linewidth": 0, "zorder": 2, "gid": "bar", **look}
    panel.box(start, y - thick / 2, end - start, thick, facecolor=color, **look)


def _unknown_row(panel: Panel, y: float, thick: float) -> None:
    """A row without a value: hatched from end to end."""
    low, high = panel.xlim
    _bar(panel, low, high, y, thick * 0.8, "none", edgecolor=HATCH, hatch="////", zorder=1.5, gid="unknown")


def _target_tick(panel: Panel, target: float, y: float) -> None:
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


def _numbers(frame: pd.DataFrame) -> list[tuple[float, float, float]]:
    """Value, low and high of each row, unknown where there is none."""
    columns = [frame[name] if name in frame else [math.nan] * len(frame) for name in ("value", "low", "high")]
    return list(zip(*(map(float, column) for column in columns), strict=True))


def _names(column: pd.Series) -> list[str]:
    """Names of rows as printed."""
    return ["unknown" if name is None or name != name else clean(name) for name in column]


def _with_bounds(numbers: tuple[float, float, float], unit: str) -> str:
    """'1.2 m (1.1 m to 1.4 m)', or the value alone."""
    value, low, high = numbers
    if low != low or high != high or low == high:
        return short(value, unit)
    return f"{short(value, unit)} ({short(low, unit)} to {short(high, unit)})"


def _rows_words(rows: Sequence[Row], unit: str = "", total: int = 0) -> str:
    """The rows in words, for those who do not see them."""
    words = "; ".join(f"{row.name} {row.value}" for row in rows[:MOST_BARS])
    more = max(total, len(rows)) - len(rows[:MOST_BARS])
    return words + (f"; and {more:,} more" if more else "") + (f", in {unit}" if unit not in ("", "share") else "")


def plan_bars(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of bars from zero, the highest first."""
    drawn = frame.sort_values("value", ascending=False, kind="stable", na_position="last").head(MOST_BARS)
    numbers, unit = _numbers(drawn), measured.unit
    rows = [Row(name, _with_bounds(three, unit)) for name, three in zip(_names(drawn[by]), numbers, strict=True)]
    span = span_of([number for three in numbers for number in three], zero=True)
    more = len(frame) - len(drawn)

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, span, unit)
        for (value, low, high), y in zip(numbers, at, strict=True):
            _bar(panel, 0.0, value, y, thick, SOLID)
            _whisker(panel, low, high, y, thick)

    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Bar chart, highest first: {_rows_words(rows, unit, len(frame))}.",
        notes=[
            f"The {len(drawn)} highest of {len(frame):,}; the table has the other {more:,}" if more else "",
            "Whiskers: from low to high" if any(low == low for _, low, _ in numbers) else "",
            *basis(measured),
        ],
        height=functools.partial(_rows_height, rows, unit),
        draw=draw,
    )


def plan_ranges(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of ranges with their base values."""
    drawn = frame.head(MOST_ROWS)
    numbers, unit = _numbers(drawn), measured.unit
    rows = [Row(name, _with_bounds(three, unit)) for name, three in zip(_names(drawn[by]), numbers, strict=True)]
    span = span_of(number for three in numbers for number in three)

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, span, unit)
        for (value, low, high), y in zip(numbers, at, strict=True):
            _bar(panel, low, high, y, thick * 0.6, BAND, edgecolor=GREY, linewidth=0.8, gid="range")
            _dot(panel, value, y)

    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Ranges, base (low to high): {_rows_words(rows, unit, len(frame))}.",
        notes=[
            "Bar: from low to high; dot: the value",
            f"The first {len(drawn)} of {len(frame):,}" if len(drawn) < len(frame) else "",
            zero_note(span),
            *basis(measured),
        ],
        height=functools.partial(_rows_height, rows, unit),
        draw=draw,
    )


def plan_waterfall(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of a waterfall."""
    numbers, unit, totals = _numbers(frame), measured.unit, [kind == "total" for kind in frame["kind"]]
    stairs = _stairs([value for value, *_ in numbers], totals)
    parts = [not any(totals[: place + 1]) for place in range(len(totals))]  # of a sum that has not begun with a total
    rows = [
        Row(name, short(value, unit) if total or part else signed(value, unit), bold=total)
        for name, (value, *_), total, part in zip(_names(frame[by]), numbers, totals, parts, strict=True)
    ]
    span = span_of(
        [*(end for stair in stairs for end in stair), *(end for _, *ends in numbers for end in ends)], zero=True
    )

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, span, unit)
        for place, ((start, end), (value, low, high), y) in enumerate(zip(stairs, numbers, at, strict=True)):
            _bar(panel, start, end, y, thick, _step_color(value, totals[place], parts[place], measured.better))
            _whisker(panel, low, high, y, thick)
            if place + 1 < len(at):
                step = [y + thick / 2 * (1 if value == value else -1), at[place + 1] - thick / 2]
                panel.line([end, end], step, color=GREY, linewidth=0.9, zorder=1.5, solid_capstyle="butt")

    title = title_of(measured)
    better = {
        "lower": "Blue: lower, which is better; orange: higher",
        "higher": "Blue: higher, which is better; orange: lower",
    }
    return Plan(
        title=title,
        under=subject_line(subject, measured),
        alt=f"{sentence(title)} Waterfall: {_rows_words(rows, unit)}.",
        notes=["" if all(map(max, totals, parts)) else better.get(measured.better, ""), *basis(measured)],
        height=functools.partial(_rows_height, rows, unit),
        draw=draw,
    )


def plan_progress(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of goals on their way."""
    moving = frame[frame["value"].notna()]
    drawn = moving.head(MOST_ROWS)
    numbers, elapsed = _numbers(drawn), [float(part) for part in drawn["elapsed_share"]]
    rows = [_on_its_way(dict(zip(drawn.columns, row, strict=True)), by) for row in drawn.to_numpy().tolist()]
    reach = [min(max(number, LEAST_WAY), MOST_WAY) for three in numbers for number in three if number == number]
    span = span_of([0.0, 1.0, *reach], zero=True)

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, span, "share")
        for (value, low, high), over, y in zip(numbers, elapsed, at, strict=True):
            _way(panel, (value, low, high), over, y, thick)

    title, left = title_of(measured), len(frame) - len(moving)
    return Plan(
        title=title,
        under=subject_line(subject, replace(measured, unit=""), "share of the way from baseline to target"),
        alt=f"{sentence(title)} One row a goal, share of the way gone, expected at the deadline: {_ways_words(rows)}.",
        notes=[
            "Outlined: from baseline to target; solid: the way gone; triangle: the share of time that is over",
            "Hatched: where four of five outcomes are expected at the deadline" if drawn["low"].notna().any() else "",
            f"{left:,} more without a way to draw, such as a goal without a baseline: see the table" if left else "",
        ],
        height=functools.partial(_rows_height, rows, "share"),
        draw=draw,
    )


def _on_its_way(row: Mapping[str, Any], by: str) -> Row:
    """A goal in words: its name, how likely it is, what it stands at and what is expected."""
    chance = float(row["probability"])
    likely = f"{probability_words(chance)} likely" if chance == chance else "no forecast"
    expected = f", {row['expected']} expected" if row["expected"] else ""
    name = clean(str(row["objective"] or row[by]))
    return Row(f"{clean(str(row[by]))} {name}", likely, more=clean(f"now {row['now']}{expected}"), bold=True)


def _way(panel: Panel, numbers: tuple[float, float, float], over: float, y: float, thick: float) -> None:
    """One goal: what is expected, the outline of the whole way, the way gone, and a mark for the time that is over."""
    value, low, high = (min(max(number, LEAST_WAY), MOST_WAY) if number == number else number for number in numbers)
    if low == low and high == high:
        _bar(
            panel, low, high, y, thick, "white", edgecolor=GREY, hatch="////", linewidth=0.8, zorder=1.8, gid="forecast"
        )
    _bar(panel, 0.0, value, y, thick * 0.5, SOLID, zorder=2.5, gid="way")
    _bar(panel, 0.0, 1.0, y, thick, "none", edgecolor=INK, linewidth=1.2, zorder=3, gid="target")
    if over == over:
        look: dict[str, Any] = {"markersize": 8, "markeredgecolor": "white", "markeredgewidth": 0.9, "gid": "elapsed"}
        panel.points([over], [y - thick / 2], "v", color=ACCENT, zorder=4, **look)


def _ways_words(rows: Sequence[Row]) -> str:
    return "; ".join(f"{row.name}: {row.value}, {row.more}" for row in rows)


def _stairs(values: Sequence[float], totals: Sequence[bool]) -> list[tuple[float, float]]:
    """Where each bar begins and ends: totals at zero, changes where the last one left off; unknown changes nothing."""
    stairs, level = [], 0.0
    for value, total in zip(values, totals, strict=True):
        start = level if not total or value != value else 0.0
        level = start if value != value else start + value
        stairs.append((start, level))
    return stairs


def _step_color(value: float, total: bool, part: bool, better: str) -> str:
    """Totals dark, parts of a sum lighter, changes by whether they are for the better."""
    if total:
        return SOLID
    if part or better not in ("lower", "higher"):
        return GREY
    return ACCENT if (value < 0) == (better == "lower") else OPPOSITE


def _reach(items: Iterable[Finding]) -> list[float]:
    """Every number of some findings that a scale has to hold."""
    return [number for item in items for number in (item.value, item.low, item.high, item.target, item.target_high)]


def plan_compare(findings: Sequence[Finding], known: Sequence[Finding], names: Mapping[str, str], subject: str) -> Plan:
    """The words, scale and drawing of one measure for many vendors."""
    ordered = sorted(known, key=lambda item: -item.value)
    drawn = [*ordered, *(item for item in findings if item not in ordered)][:MOST_ROWS]
    unit, rows = ordered[0].unit, [_compared(item, names) for item in drawn]
    span = span_of(_reach(ordered))

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, span, unit)
        for item, y in zip(drawn, at, strict=True):
            if item not in ordered:
                _unknown_row(panel, y, thick)
                continue
            for target in targets_of([item]):
                _target_tick(panel, target, y)
            _whisker(panel, item.low, item.high, y, thick)
            _dot(panel, item.value, y, verdict=item.verdict)

    title = _compare_title(findings, ordered, names)
    return Plan(
        title=title,
        under=subject_line(subject, ordered[0]),
        alt=f"{sentence(title)} One row a vendor, value (low to high): {_rows_words(rows, unit, len(findings))}.",
        notes=[
            "Whisker: the interval" if any(item.low == item.low for item in ordered) else "",
            f"Outlined: the goal; {VERDICT_SHAPES}" if targets_of(drawn) else "",
            "Hatched: not assessed" if len(ordered) < len(drawn) else "",
            f"{len(findings) - len(drawn):,} more in the table" if len(drawn) < len(findings) else "",
            zero_note(span),
        ],
        height=functools.partial(_rows_height, rows, unit),
        draw=draw,
    )


def _compared(item: Finding, names: Mapping[str, str]) -> Row:
    known = item.assessed and item.value == item.value
    words = _with_bounds((item.value, item.low, item.high), item.unit) if known else NOT_ASSESSED
    return Row(clean(names.get(item.vendor, item.vendor)), words)


def _compare_title(findings: Sequence[Finding], ordered: Sequence[Finding], names: Mapping[str, str]) -> str:
    """What is to be seen: how many meet their goal, or who is highest and lowest."""
    label = findings[0].label or findings[0].id
    aimed = [item for item in findings if item.target == item.target]
    if aimed:
        met = sum(item.verdict == MET for item in aimed)
        vendors, meet = "vendor" if len(aimed) == 1 else "vendors", "meets" if met == 1 else "meet"
        return f"{label}: {met} of {len(aimed)} {vendors} {meet} the goal"
    top, bottom = (
        f"{names.get(item.vendor, item.vendor)} {number(item.value, item.unit)}" for item in (ordered[0], ordered[-1])
    )
    return f"{label}: {top}" if len(ordered) == 1 else f"{label}: highest {top}, lowest {bottom}"


def plan_bullet(findings: Sequence[Finding], subject: str) -> Plan:
    """The words, scale and drawing of findings against their targets."""
    drawn = list(findings)[:MOST_ROWS]
    rows = [_judged(item) for item in drawn]

    def draw(sheet: Sheet) -> None:
        panel, at, thick = _draw_rows(sheet, rows, (0.0, 1.0), None)
        for item, y in zip(drawn, at, strict=True):
            if item.assessed and item.value == item.value:
                _draw_bullet(panel, item, y, thick)
            else:
                _unknown_row(panel, y, thick)

    counts = [(word, sum(item.verdict == word for item in findings)) for word in (MET, MISSED, UNCLEAR, NOT_ASSESSED)]
    told = ", ".join(f"{count} {word}" for word, count in counts if count)
    title = f"{len(findings)} {'goal' if len(findings) == 1 else 'goals'}: {told}"
    words = "; ".join(f"{row.name} {row.value}, {row.more + ', ' if row.more else ''}{row.under}" for row in rows)
    return Plan(
        title=title,
        under=" · ".join(part for part in (subject, "each row has its own scale") if part),
        alt=f"{title}. {subject + ': ' if subject else ''}{words}.",
        notes=[
            f"Outlined: the goal; blue: the side where it is met; whisker: the interval; {VERDICT_SHAPES}",
            "Hatched: not assessed" if any(item.verdict == NOT_ASSESSED for item in drawn) else "",
            f"{len(findings) - len(drawn):,} more in the table" if len(drawn) < len(findings) else "",
        ],
        height=functools.partial(_rows_height, rows, None),
        draw=draw,
    )


def _judged(item: Finding) -> Row:
    value = _with_bounds((item.value, item.low, item.high), item.unit) if item.value == item.value else ""
    return Row(clean(item.label or item.id), item.verdict, under=f"goal: {aim(item, item.unit)}", more=value)


def _draw_bullet(panel: Panel, item: Finding, y: float, thick: float) -> None:
    """One finding against its target, from 0 to 1 on a scale of its own."""
    low, high = span_of(_reach([item]))
    room = (high - low) * 0.08

    def at(value: float) -> float:
        return (value - low + room) / (high - low + 2 * room)

    start = at(item.target) if item.direction in ("at_least", "between") else 0.0
    end = {"at_most": at(item.target), "between": at(item.target_high)}.get(item.direction, 1.0)
    _bar(panel, 0.0, 1.0, y, thick * 0.9, PALE, zorder=1, gid="scale")
    _bar(panel, start, end, y, thick * 0.9, MET_SIDE, zorder=1.1, gid="met")
    for target in targets_of([item]):
        _target_tick(panel, at(target), y)
    if item.low != item.high:  # a full count has no width, and a whisker of none would look like one
        _whisker(panel, at(item.low), at(item.high), y, thick)
    _dot(panel, at(item.value), y, verdict=item.verdict)
