"""Charts in rows, one below the other: bars, ranges, waterfall, and findings against their goals or beside one another."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import (
    ACCENT,
    BAND,
    GREY,
    INK,
    MET_SIDE,
    OPPOSITE,
    PALE,
    SOLID,
    Panel,
    Plan,
    Sheet,
    span_of,
)
from toolkit.charts.grid import (
    MOST_BARS,
    MOST_ROWS,
    VERDICT_SHAPES,
    Row,
    bar,
    dot,
    draw_rows,
    few_words,
    hidden_note,
    hidden_of,
    names_of,
    numbers_of,
    rows_height,
    rows_words,
    target_tick,
    unknown_row,
    whisker,
    with_bounds,
)
from toolkit.charts.words import (
    aim,
    basis,
    clean,
    short,
    signed,
    subject_line,
    targets_of,
    title_of,
    zero_note,
)
from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding, Measured, number, probability_words
from toolkit.show import sentence

if TYPE_CHECKING:
    import pandas as pd

LEAST_WAY, MOST_WAY = -0.5, 1.5  # of a goal's way: what lies beyond is cut there


def plan_bars(measured: Measured, frame: pd.DataFrame, by: str, subject: str, ranked: bool = True) -> Plan:
    """The words, scale and drawing of bars from zero, the highest first, or in the order of the table."""
    order = frame.sort_values("value", ascending=False, kind="stable", na_position="last") if ranked else frame
    drawn = order.head(MOST_BARS)
    numbers, unit = numbers_of(drawn), measured.unit
    rows = _number_rows(drawn, by, unit)
    span = span_of([number for three in numbers for number in three], zero=True)
    more = len(frame) - len(drawn)

    def draw(sheet: Sheet) -> None:
        panel, at, thick = draw_rows(sheet, rows, span, unit)
        for (value, low, high), hidden, y in zip(numbers, hidden_of(drawn), at, strict=True):
            if hidden:
                unknown_row(panel, y, thick)
                continue
            bar(panel, 0.0, value, y, thick, SOLID)
            whisker(panel, low, high, y, thick)

    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Bar chart{', highest first' if ranked else ''}: {rows_words(rows, unit, len(frame))}.",
        notes=[
            f"The {len(drawn)} {'highest' if ranked else 'first'} of {len(frame):,}; the table has the other {more:,}"
            if more
            else "",
            "Whiskers: from low to high" if any(low == low for _, low, _ in numbers) else "",
            hidden_note(drawn),
            *basis(measured),
        ],
        height=functools.partial(rows_height, rows, unit),
        draw=draw,
    )


def plan_ranges(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of ranges with their base values."""
    drawn = frame.head(MOST_ROWS)
    numbers, unit = numbers_of(drawn), measured.unit
    rows = _number_rows(drawn, by, unit)
    worst = drawn["worst"].astype(float).tolist() if "worst" in drawn else [math.nan] * len(drawn)
    span = span_of([*(number for three in numbers for number in three), *worst])

    def draw(sheet: Sheet) -> None:
        panel, at, thick = draw_rows(sheet, rows, span, unit)
        for (value, low, high), bad, hidden, y in zip(numbers, worst, hidden_of(drawn), at, strict=True):
            if hidden:
                unknown_row(panel, y, thick)
                continue
            bar(panel, low, high, y, thick * 0.6, BAND, edgecolor=GREY, linewidth=0.8, gid="range")
            dot(panel, value, y)
            if bad == bad:
                panel.points([bad], [y], "D", color=OPPOSITE, markersize=7, zorder=4, gid="worst")

    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Ranges, base (low to high): {rows_words(rows, unit, len(frame))}."
        f"{_worst_words(rows, worst, unit, frame)}",
        notes=[
            "Bar: from low to high; dot: the value",
            f"Diamond: {frame.attrs['worst']}" if "worst" in drawn else "",
            f"The first {len(drawn)} of {len(frame):,}" if len(drawn) < len(frame) else "",
            zero_note(span),
            hidden_note(drawn),
            *basis(measured),
        ],
        height=functools.partial(rows_height, rows, unit),
        draw=draw,
    )


def _worst_words(rows: Sequence[Row], worst: Sequence[float], unit: str, frame: pd.DataFrame) -> str:
    """The diamonds of ranges in words, '' where there are none."""
    named = [f"{row.name} {short(bad, unit)}" for row, bad in zip(rows, worst, strict=True) if bad == bad]
    return f" Diamonds, {frame.attrs['worst']}: {', '.join(named)}." if named else ""


def plan_tornado(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of a tornado: what the result becomes when one input at a time goes to its ends."""
    drawn = frame.head(MOST_BARS)
    numbers, unit = numbers_of(drawn), measured.unit
    rows = [
        Row(name, f"{short(low, unit)} to {short(high, unit)}", under=clean(ends))
        for name, (_, low, high), ends in zip(names_of(drawn[by]), numbers, drawn["range"], strict=True)
    ]
    base = numbers[0][0]
    span = span_of([number for three in numbers for number in three])

    def draw(sheet: Sheet) -> None:
        panel, at, thick = draw_rows(sheet, rows, span, unit)
        for (_, low, high), y in zip(numbers, at, strict=True):
            bar(panel, base, low, y, thick, BAND, edgecolor=GREY, linewidth=0.8, gid="at low")
            bar(panel, base, high, y, thick, SOLID, gid="at high")
        reach = [(y - thick * 0.8, y + thick * 0.8) for y in at] if sheet.narrow else [(-0.5, len(rows) - 0.5)]
        for start, end in reach:  # on a phone words stand between the marks
            panel.line([base, base], [start, end], color=INK, linewidth=1.2, zorder=3, gid="base")

    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"one {by.replace('_', ' ')} at a time"),
        alt=f"{sentence(title)} Tornado chart, widest swing first, result at the low and at the high end of each input: "
        f"{rows_words(rows, unit, len(frame))}. With all at their most likely values: {short(base, unit)}.",
        notes=[
            "Light: the result with the input at its low end; dark: at its high end; line: all at their most likely values",
            f"The {len(drawn)} widest of {len(frame):,}; the table has the others" if len(drawn) < len(frame) else "",
            zero_note(span),
            *basis(measured),
        ],
        height=functools.partial(rows_height, rows, unit),
        draw=draw,
    )


def _number_rows(drawn: pd.DataFrame, by: str, unit: str) -> list[Row]:
    """Rows of names and their values; what is held back says so."""
    few = few_words(drawn)
    return [
        Row(name, few if hidden else with_bounds(three, unit))
        for name, three, hidden in zip(names_of(drawn[by]), numbers_of(drawn), hidden_of(drawn), strict=True)
    ]


def plan_waterfall(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of a waterfall."""
    numbers, unit, totals = numbers_of(frame), measured.unit, [kind == "total" for kind in frame["kind"]]
    stairs = _stairs([value for value, *_ in numbers], totals)
    parts = [not any(totals[: place + 1]) for place in range(len(totals))]  # of a sum that has not begun with a total
    rows = [
        Row(name, short(value, unit) if total or part else signed(value, unit), bold=total)
        for name, (value, *_), total, part in zip(names_of(frame[by]), numbers, totals, parts, strict=True)
    ]
    span = span_of(
        [*(end for stair in stairs for end in stair), *(end for _, *ends in numbers for end in ends)], zero=True
    )

    def draw(sheet: Sheet) -> None:
        panel, at, thick = draw_rows(sheet, rows, span, unit)
        for place, ((start, end), (value, low, high), y) in enumerate(zip(stairs, numbers, at, strict=True)):
            bar(panel, start, end, y, thick, _step_color(value, totals[place], parts[place], measured.better))
            whisker(panel, low, high, y, thick)
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
        alt=f"{sentence(title)} Waterfall: {rows_words(rows, unit)}.",
        notes=["" if all(map(max, totals, parts)) else better.get(measured.better, ""), *basis(measured)],
        height=functools.partial(rows_height, rows, unit),
        draw=draw,
    )


def plan_progress(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of goals on their way."""
    moving = frame[frame["value"].notna()]
    drawn = moving.head(MOST_ROWS)
    numbers, elapsed = numbers_of(drawn), [float(part) for part in drawn["elapsed_share"]]
    rows = [_on_its_way(dict(zip(drawn.columns, row, strict=True)), by) for row in drawn.to_numpy().tolist()]
    reach = [min(max(number, LEAST_WAY), MOST_WAY) for three in numbers for number in three if number == number]
    span = span_of([0.0, 1.0, *reach], zero=True)

    def draw(sheet: Sheet) -> None:
        panel, at, thick = draw_rows(sheet, rows, span, "share")
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
        height=functools.partial(rows_height, rows, "share"),
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
        bar(
            panel, low, high, y, thick, "white", edgecolor=GREY, hatch="////", linewidth=0.8, zorder=1.8, gid="forecast"
        )
    bar(panel, 0.0, value, y, thick * 0.5, SOLID, zorder=2.5, gid="way")
    bar(panel, 0.0, 1.0, y, thick, "none", edgecolor=INK, linewidth=1.2, zorder=3, gid="target")
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
        panel, at, thick = draw_rows(sheet, rows, span, unit)
        for item, y in zip(drawn, at, strict=True):
            if item not in ordered:
                unknown_row(panel, y, thick)
                continue
            for target in targets_of([item]):
                target_tick(panel, target, y)
            whisker(panel, item.low, item.high, y, thick)
            dot(panel, item.value, y, verdict=item.verdict)

    title = _compare_title(findings, ordered, names)
    return Plan(
        title=title,
        under=subject_line(subject, ordered[0]),
        alt=f"{sentence(title)} One row a vendor, value (low to high): {rows_words(rows, unit, len(findings))}.",
        notes=[
            "Whisker: the interval" if any(item.low == item.low for item in ordered) else "",
            f"Outlined: the goal; {VERDICT_SHAPES}" if targets_of(drawn) else "",
            "Hatched: not assessed" if len(ordered) < len(drawn) else "",
            f"{len(findings) - len(drawn):,} more in the table" if len(drawn) < len(findings) else "",
            zero_note(span),
        ],
        height=functools.partial(rows_height, rows, unit),
        draw=draw,
    )


def _compared(item: Finding, names: Mapping[str, str]) -> Row:
    known = item.assessed and item.value == item.value
    words = with_bounds((item.value, item.low, item.high), item.unit) if known else NOT_ASSESSED
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
        panel, at, thick = draw_rows(sheet, rows, (0.0, 1.0), None)
        for item, y in zip(drawn, at, strict=True):
            if item.assessed and item.value == item.value:
                _draw_bullet(panel, item, y, thick)
            else:
                unknown_row(panel, y, thick)

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
        height=functools.partial(rows_height, rows, None),
        draw=draw,
    )


def _judged(item: Finding) -> Row:
    value = with_bounds((item.value, item.low, item.high), item.unit) if item.value == item.value else ""
    return Row(clean(item.label or item.id), item.verdict, under=f"goal: {aim(item, item.unit)}", more=value)


def _draw_bullet(panel: Panel, item: Finding, y: float, thick: float) -> None:
    """One finding against its target, from 0 to 1 on a scale of its own."""
    low, high = span_of(_reach([item]))
    room = (high - low) * 0.08

    def at(value: float) -> float:
        return (value - low + room) / (high - low + 2 * room)

    start = at(item.target) if item.direction in ("at_least", "between") else 0.0
    end = {"at_most": at(item.target), "between": at(item.target_high)}.get(item.direction, 1.0)
    bar(panel, 0.0, 1.0, y, thick * 0.9, PALE, zorder=1, gid="scale")
    bar(panel, start, end, y, thick * 0.9, MET_SIDE, zorder=1.1, gid="met")
    for target in targets_of([item]):
        target_tick(panel, at(target), y)
    if item.low != item.high:  # a full count has no width, and a whisker of none would look like one
        whisker(panel, at(item.low), at(item.high), y, thick)
    dot(panel, at(item.value), y, verdict=item.verdict)
