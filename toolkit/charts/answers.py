"""Charts of what people answered: shares on both sides of a middle, two sides of one relation, and what matters most.

Rows that are held back are hatched and say so. Nothing here is coloured red or green: orange is what people are unhappy
with, blue what they are content with, and neither is mixed with those who took no side, who stand apart in grey.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from toolkit.charts.drawing import (
    ACCENT,
    BAND,
    EDGE,
    GREY,
    INK,
    OPPOSITE,
    STRIP,
    Panel,
    Plan,
    Sheet,
    span_of,
    text_width,
)
from toolkit.charts.grid import (
    MOST_ROWS,
    Row,
    across_of,
    bar,
    draw_rows,
    few_words,
    hidden_note,
    hidden_of,
    names_of,
    numbers_of,
    rows_height,
    unknown_row,
    whisker,
    with_bounds,
)
from toolkit.charts.words import basis, signed, subject_line
from toolkit.model import Measured, number
from toolkit.show import sentence

if TYPE_CHECKING:
    import pandas as pd

UNFAVOURABLE, NEUTRAL, FAVOURABLE = SIDES = ("unfavourable", "neutral", "favourable")
KEY = STRIP + 0.1  # inches above the rows, for what the marks are called
GAP = 0.3  # inches between the two sides and those who took none
LEAST = 0.12  # the narrowest side of a picture, as a share: it has a name to bear
PALEST = 0.45  # how much of its colour the mildest answer keeps


# -------------------------------------------------------------------------------------------------- shares on both sides
def plan_stacked(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of shares of answers on both sides of zero, the neutral ones beside them.

    frame: one row for each answer box of each `by`, in the order of the scale, as `charts.stacked_answers` says.
    """
    told = _favourable(measured, frame, by)
    order = told.sort_values("value", ascending=False, kind="stable", na_position="last").head(MOST_ROWS)
    stacks = _stacks(frame, by, list(order[by]))
    rows = _share_rows(order, by)
    title = _shares_title(measured, order, by)
    words = "; ".join(
        f"{row.name}: {row.value} favourable{_others_words(stack)}" for row, stack in zip(rows, stacks, strict=True)
    )
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Stacked bars of answers, highest first. {sentence(words)}",
        notes=[
            "Written: the favourable share with its interval, which the whisker shows; n counts people",
            "Grey, apart and to the same scale: those who took neither side",
            "Darker: the stronger answers" if max(len(stack[FAVOURABLE]) for stack in stacks) > 1 else "",
            hidden_note(order) or hidden_note(frame),
            _spread_note(order, stacks),
            f"{len(told) - len(order):,} more in the table" if len(order) < len(told) else "",
            *basis(measured),
        ],
        height=lambda width: rows_height(rows, "share", width) + KEY,
        draw=functools.partial(_draw_stacked, rows=rows, order=order, stacks=stacks),
    )


def _favourable(measured: Measured, frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """The favourable share of each row: as measured, or the box of that name."""
    if by in measured.parts:
        return measured.parts[by]
    return frame[frame["box"].eq(FAVOURABLE)] if frame["box"].eq(FAVOURABLE).any() else frame.drop_duplicates(by)


def _stacks(frame: pd.DataFrame, by: str, names: Sequence[object]) -> list[dict[str, list[float]]]:
    """The shares of each row by side, in the order of the scale; unknown where they are held back."""
    side = frame["side"] if "side" in frame else frame["box"]
    shares = frame.assign(side=side).groupby([by, "side"], sort=False)["value"].agg(list)
    return [{name: list(shares.get((row, name), [])) for name in SIDES} for row in names]


def _spread_note(order: pd.DataFrame, stacks: Sequence[dict[str, list[float]]]) -> str:
    """Of rows with a favourable share, but too few people to show how the answers spread."""
    few = [not hidden and not _known(stack) for hidden, stack in zip(hidden_of(order), stacks, strict=True)]
    return "Hatched, with a share: too few people to show how their answers spread" if any(few) else ""


def _titles(frame: pd.DataFrame, by: str) -> list[str]:
    """What each row is called: an item by the words in which it was asked."""
    names = names_of(frame["wording"] if by == "item" and "wording" in frame else frame[by])
    return [name.removesuffix(".") for name in names]


def _known(stack: dict[str, list[float]]) -> bool:
    every = [share for shares in stack.values() for share in shares]
    return bool(every) and all(share == share for share in every)


def _share_rows(order: pd.DataFrame, by: str) -> list[Row]:
    """The words of each row: the favourable share with its interval, and how many people it speaks for."""
    people = list(order["n"]) if "n" in order else [math.nan] * len(order)
    few = few_words(order)
    return [
        Row(name, few if hidden else with_bounds(three, "share"), more=f"n = {n:,.0f}" if n == n and not hidden else "")
        for name, three, hidden, n in zip(_titles(order, by), numbers_of(order), hidden_of(order), people, strict=True)
    ]


def _others_words(stack: dict[str, list[float]]) -> str:
    """', 20.0 % neutral, 10.0 % unfavourable', or nothing where they are held back."""
    if not _known(stack):
        return ""
    return "".join(f", {number(sum(stack[side]), 'share')} {side}" for side in (NEUTRAL, UNFAVOURABLE))


def _shares_title(measured: Measured, order: pd.DataFrame, by: str) -> str:
    known = order.dropna(subset=["value"])
    ends = list(zip(_titles(known, by), (number(value, "share") for value in known["value"]), strict=True))
    if not ends:
        return measured.label
    if len(ends) == 1:
        return f"{ends[0][0]}: {ends[0][1]} favourable"
    return f"Most favourable: {ends[0][0]}, {ends[0][1]}; least: {ends[-1][0]}, {ends[-1][1]}"


def _draw_stacked(
    sheet: Sheet, *, rows: Sequence[Row], order: pd.DataFrame, stacks: Sequence[dict[str, list[float]]]
) -> None:
    known = [stack for stack in stacks if _known(stack)]
    left, neutral, right = (
        max([LEAST, *(sum(stack[side]) for stack in known)]) for side in (UNFAVOURABLE, NEUTRAL, FAVOURABLE)
    )
    right = max([right, *(high for _, _, high in numbers_of(order) if high == high)])
    room = across_of(rows, sheet.width) - GAP
    aside = max(room * neutral / (left + neutral + right), text_width(NEUTRAL))
    panel, at, thick = draw_rows(sheet, rows, (-left, right), "share", key=KEY, aside=GAP + aside, both_ways=True)
    beside = _beside(sheet, panel, aside, (left + right) * aside / (room - aside))
    for stack, numbers, hidden, y in zip(stacks, numbers_of(order), hidden_of(order), at, strict=True):
        if not _known(stack):
            unknown_row(panel, y, thick)
            unknown_row(beside, y, thick)
        else:
            _sides(panel, stack, y, thick)
            bar(beside, 0.0, sum(stack[NEUTRAL]), y, thick, GREY, gid=NEUTRAL)
        if not hidden:
            whisker(panel, *numbers[1:], y, thick)
    _name_sides(sheet, panel, beside)


def _beside(sheet: Sheet, panel: Panel, wide: float, reach: float) -> Panel:
    """A panel right of another, in the same rows, for those who took no side."""
    box, height = panel.place, sheet.figure.get_figheight()
    left = box.x1 * sheet.width + GAP
    bottom, top = box.y0 * height, sheet.body - box.y1 * height
    return sheet.panel(left, sheet.width - left - wide, bottom, top, (0.0, reach), panel.ylim)


def _sides(panel: Panel, stack: dict[str, list[float]], y: float, thick: float) -> None:
    """Unfavourable shares to the left of zero, favourable ones to the right, the strongest outermost."""
    for side, color, sign in ((UNFAVOURABLE, OPPOSITE, -1), (FAVOURABLE, ACCENT, 1)):
        shares = stack[side][::sign]  # from zero outwards
        start = 0.0
        for place, share in enumerate(shares):
            strength = PALEST + (1 - PALEST) * (place + 1) / len(shares) if len(shares) > 1 else 1.0
            look = {
                "gid": side,
                "zorder": 2 + sign * 0.1 + strength / 100,
            }  # equal marks follow one another in the file
            bar(panel, start, start + sign * share, y, thick, _mixed(color, strength), **look)
            start += sign * share


def _mixed(color: str, strength: float) -> str:
    """A colour on white paper, so much of it."""
    parts = (int(color[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{round(255 - (255 - part) * strength):02x}" for part in parts)


def _name_sides(sheet: Sheet, panel: Panel, beside: Panel) -> None:
    """What is left, right and apart, above the first row."""
    box = panel.place
    start, wide = box.x0 * sheet.width, box.width * sheet.width
    zero = start + wide * -panel.xlim[0] / (panel.xlim[1] - panel.xlim[0])
    y, room = sheet.body - STRIP, text_width(UNFAVOURABLE)
    left = max(EDGE, zero - 0.06 - room)
    sheet.write(left, y, UNFAVOURABLE, color=OPPOSITE)
    sheet.write(max(zero + 0.06, left + room + 0.1), y, FAVOURABLE, color=ACCENT)
    sheet.write(beside.place.x0 * sheet.width, y, NEUTRAL, color=GREY)
    beside.line([0, 0], [0, 1], upright=True, color=GREY, linewidth=1.0, zorder=2.5)


# ------------------------------------------------------------------------------------------------- two sides of a relation
def plan_gap(measured: Measured, frame: pd.DataFrame, by: str, sides: tuple[str, str], subject: str) -> Plan:
    """The words, scale and drawing of what two sides say of the same, with the interval of their difference."""
    drawn = frame.head(MOST_ROWS)
    numbers, unit = numbers_of(drawn), measured.unit
    pairs = list(zip(*(map(float, drawn[side]) for side in sides), strict=True))
    few = few_words(drawn)
    rows = [
        Row(name, few if hidden else _gap_words(three, unit))
        for name, three, hidden in zip(_titles(drawn, by), numbers, hidden_of(drawn), strict=True)
    ]
    reach = [second + bound for (_, second), (_, *bounds) in zip(pairs, numbers, strict=True) for bound in bounds]
    span = span_of([*(value for pair in pairs for value in pair), *reach])
    title = _gap_title(measured, rows, numbers, sides)
    points = ", in percentage points" if unit == "share" else ""
    both = [f"{sides[0]} {number(a, unit)}, {sides[1]} {number(b, unit)}" for a, b in pairs]
    words = "; ".join(
        row.name + ": " + (few if row.value == few else f"{said}, gap {row.value}")
        for row, said in zip(rows, both, strict=True)
    )
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Pairs of dots. {sentence(words)}",
        notes=[
            f"Circle: {sides[0]}; square: {sides[1]}. Written: {sides[0]} less {sides[1]}{points}, with its interval",
            "Whisker: that interval, laid off from the square; where it reaches the square, there may be no gap",
            hidden_note(drawn),
            f"{len(frame) - len(drawn):,} more in the table" if len(drawn) < len(frame) else "",
            "" if span[0] <= 0 <= span[1] else "The scale does not start at zero",
            *basis(measured),
        ],
        height=lambda width: rows_height(rows, unit, width) + KEY,
        draw=functools.partial(_draw_gap, rows=rows, pairs=pairs, numbers=numbers, span=span, unit=unit, sides=sides),
    )


def _gap_words(three: tuple[float, float, float], unit: str) -> str:
    value, low, high = three
    if low != low or high != high:
        return signed(value, unit)
    return f"{signed(value, unit)} ({signed(low, unit)} to {signed(high, unit)})"


def _gap_title(
    measured: Measured, rows: Sequence[Row], numbers: Sequence[tuple[float, float, float]], sides: tuple[str, str]
) -> str:
    """On how many rows the two sides differ by more than chance, and where most."""
    known = [(row, three) for row, three in zip(rows, numbers, strict=True) if three[0] == three[0]]
    apart = [(row, three) for row, three in known if three[1] > 0 or three[2] < 0]
    who = f"{sides[0]} and {sides[1]}".capitalize()
    if not apart:
        return f"{who}: no gap that is wider than chance would make it"
    row, three = max(apart, key=lambda item: abs(item[1][0]))
    return f"{who} differ on {len(apart)} of {len(known)}, most on {row.name} ({signed(three[0], measured.unit)})"


def _draw_gap(
    sheet: Sheet,
    *,
    rows: Sequence[Row],
    pairs: Sequence[tuple[float, float]],
    numbers: Sequence[tuple[float, float, float]],
    span: tuple[float, float],
    unit: str,
    sides: tuple[str, str],
) -> None:
    panel, at, thick = draw_rows(sheet, rows, span, unit, key=KEY)
    for (first, second), (_, low, high), y in zip(pairs, numbers, at, strict=True):
        if first != first or second != second:
            unknown_row(panel, y, thick)
            continue
        panel.line([first, second], [y, y], color=BAND, linewidth=6.0, zorder=2, solid_capstyle="butt", gid="gap")
        whisker(panel, second + low, second + high, y, thick)
        _side_mark(panel, second, y, 1)
        _side_mark(panel, first, y, 0)
    x, y = EDGE + 0.06, sheet.body - STRIP
    for place, side in enumerate(sides):
        mark = sheet.panel(x - 0.06, sheet.width - x - 0.1, y, 0.03, (-1.0, 1.0), (-1.0, 1.0))
        _side_mark(mark, 0.0, -0.1, place, gid="key")
        sheet.write(x + 0.16, y, side, color=INK if place == 0 else ACCENT)
        x += text_width(side) + 0.5


def _side_mark(panel: Panel, value: float, y: float, place: int, gid: str = "") -> None:
    """The first side as a solid circle, the second as a hollow square."""
    face, edge, shape = ((INK, "white", "o"), ("white", ACCENT, "s"))[place]
    panel.points(
        [value], [y], shape, markersize=9, color=face, markeredgecolor=edge, markeredgewidth=1.0 + place, zorder=4 - place / 4,
        gid=gid or ("first", "second")[place], clip=False,
    )  # fmt: skip
