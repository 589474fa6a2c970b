"""Charts over time: trend and control chart; time runs to the right, one row of the table is one month."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.charts.drawing import (
    ACCENT,
    BAND,
    EDGE,
    GREY,
    HATCH,
    INK,
    NARROW,
    OPPOSITE,
    PALE,
    REVIEWED,
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
from toolkit.charts.grid import few_words, hidden_of
from toolkit.charts.words import aim, basis, short, subject_line, targets_of, title_of, zero_note
from toolkit.model import Goal, Measured, number
from toolkit.show import MONTHS, month_short, sentence

if TYPE_CHECKING:
    import pandas as pd

BODY = {WIDE: 2.75, NARROW: 2.95}  # inches below the heading of a chart over time
FEW_POINTS = 40  # up to here every month gets its dot
Box = tuple[float, float, float, float]  # left, bottom, right, top, in inches
WAVE = "wave"  # one time of asking: months between two waves are no gap
LIMITS = {"upper": "upper limit", "center": "average", "lower": "lower limit"}


def _monthly(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """One row for every month from the first to the last, counted; a month that is not there is unknown."""
    import pandas as pd

    months = pd.PeriodIndex(frame[by], freq="M")
    counted = frame.drop(columns=by).set_axis(months.asi8, axis=0)
    return counted.reindex(range(int(months.asi8.min()), int(months.asi8.max()) + 1))


def _month(count: int) -> Any:
    import pandas as pd

    return pd.Period(ordinal=int(count), freq="M")


def _month_ticks(first: int, last: int, most: int) -> dict[int, tuple[str, str]]:
    """Months to name on an axis: every month, quarter, half year or so, the year under the first and each January."""
    steps = (1, 2, 3, 6, 12, 24, 60, 120, 240)
    step = next((step for step in steps if (last - first) // step + 1 <= most), 480)
    places = [month for month in range(first, last + 1) if month % step == 0] or [first]
    years = {month: str(_month(month).year) for month in places}
    if step >= 12:
        return {month: (years[month], "") for month in places}
    dated = {month for month in places if month % 12 == 0} | {places[0]}
    if len(places) > 1 and places[1] % 12 == 0:
        dated.discard(places[0])  # two years side by side would run into one another
    return {month: (MONTHS[month % 12], years[month] if month in dated else "") for month in places}


@dataclass(frozen=True)
class Tag:
    """A label at the right end of what it names."""

    y: float
    text: str
    color: str = INK
    bold: bool = False


@dataclass(frozen=True)
class Mark:
    """A label above the panel at a place in time; `line` also draws a thin line up to it."""

    x: float
    text: str
    line: bool = False


def _timeline(
    sheet: Sheet, data: pd.DataFrame, span: tuple[float, float], unit: str, marks: Sequence[Mark], tags: Sequence[Tag]
) -> Panel:
    """A panel over months with the unit and marks above, tags to the right, and a faint grid."""
    room = (span[1] - span[0]) * 0.05
    low, high = (end + sign * room * (end != 0) for end, sign in zip(span, (-1, 1), strict=True))
    ticks = ticks_between(low, high, unit, 5 if sheet.narrow else 6)
    left = EDGE + max(text_width(name) for name in ticks.values()) + 0.08
    texts = [wrap(tag.text, 0.86 if sheet.narrow else 1.36, lines=4, bold=tag.bold) for tag in tags]
    right = EDGE + 0.1 + max(text_width(text, bold=tag.bold) for text, tag in zip(texts, tags, strict=True))
    ends = (data.index[0] - 0.6, data.index[-1] + 0.6)
    across = sheet.width - left - right
    months = _month_ticks(data.index[0], data.index[-1], max(2, int(across / 0.44)))
    bottom = 0.5 if any(year for _, year in months.values()) else 0.32
    wanted = [(left + (mark.x - ends[0]) / (ends[1] - ends[0]) * across, mark.text, mark.line) for mark in marks]
    strip = _strip([(EDGE, unit, True), *wanted] if unit not in ("", "share") else wanted, sheet.width)
    top = STRIP * (1 + max((row for *_, row in strip), default=-1)) + 0.1
    panel = sheet.panel(left, right, bottom, top, ends, (low, high))
    panel.hlines(ticks, colors=PALE, linewidths=0.8, zorder=0.5)
    panel.hlines([0 if low <= 0 <= high else low], colors=GREY, linewidths=0.9, zorder=2.1)
    tall = sheet.body - bottom - top
    for height, name in ticks.items():
        sheet.write(
            left - 4 / 72, bottom + (height - low) / (high - low) * tall, name, va="center", ha="right", color=GREY
        )
    for month, (name, year) in months.items():
        x = left + (month - ends[0]) / (ends[1] - ends[0]) * across
        sheet.write(x, bottom - 0.06, f"{name}\n{year}" if year else name, va="top", ha="center", color=GREY)
    for x, text, row in strip:
        sheet.write(x, sheet.body - top + 0.09 + STRIP * row, text, color=GREY)
    for mark, (*_, row) in zip(marks, strip[len(strip) - len(marks) :], strict=True):
        if mark.line:
            _line_up_to(panel, mark.x, 1 + (0.09 + STRIP * row) / tall)
    heights = [bottom + (tag.y - low) / (high - low) * tall for tag in tags]
    _write_tags(sheet, tags, texts, heights, (bottom, bottom + tall + 0.1), sheet.width - right + 0.1)
    return panel


def _line_up_to(panel: Panel, x: float, top: float) -> None:
    """A thin upright line through the panel and on to the label above it."""
    panel.line([x, x], [0, top], upright=True, clip=False, color=GREY, linewidth=0.9, zorder=2.1, gid="change")


def _strip(items: Sequence[tuple[float, str, bool]], width: float) -> list[tuple[float, str, int]]:
    """Labels above the panel, each in the lowest row where it meets no other: its left edge in inches, text, row.

    An item is a place in inches, the text, and whether the text begins there instead of standing about it.
    """
    placed: list[tuple[float, str, int]] = []
    for x, text, begins in items:
        long = text_width(text)
        start = max(EDGE, min(x - (0.0 if begins else long / 2), width - EDGE - long))
        taken = {
            row for left, other, row in placed if start < left + text_width(other) + 0.1 and left < start + long + 0.1
        }
        placed.append((start, text, min(set(range(len(items))) - taken)))
    return placed


def _write_tags(
    sheet: Sheet,
    tags: Sequence[Tag],
    texts: Sequence[str],
    heights: Sequence[float],
    limits: tuple[float, float],
    x: float,
) -> None:
    """Tags at their heights, moved apart where they would lie on one another, between two limits where they fit."""
    order = sorted(range(len(tags)), key=lambda place: heights[place])
    half = [text_height(text) / 2 for text in texts]
    at = [max(height, limits[0] + part) for height, part in zip(heights, half, strict=True)]
    for below, above in pairwise(order):
        at[above] = max(at[above], at[below] + half[below] + half[above])
    ceiling = limits[1]
    for place in reversed(order):
        at[place] = min(at[place], ceiling - half[place])
        ceiling = at[place] - half[place]
    for tag, text, y in zip(tags, texts, at, strict=True):
        sheet.write(x, y, text, va="center", color=tag.color, weight="bold" if tag.bold else "normal")


def _runs(values: np.ndarray) -> list[tuple[int, int]]:
    """First and last place of every unbroken run of equal values."""
    if not len(values):
        return []
    starts = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    return list(zip(starts.tolist(), np.r_[starts[1:] - 1, len(values) - 1].tolist(), strict=True))


def _stretches(flags: pd.Series) -> list[tuple[int, int]]:
    """First and last month of every unbroken run of True."""
    on = (flags if flags.dtype == bool else flags.eq(True).fillna(False)).to_numpy(dtype=bool)
    months = flags.index
    return [(int(months[start]), int(months[end])) for start, end in _runs(on) if on[start]]


def _shade(panel: Panel, stretches: Iterable[tuple[int, int]], color: str) -> None:
    """Months shaded over the whole height."""
    for start, end in stretches:
        left, right = max(start - 0.5, panel.xlim[0]), min(end + 0.5, panel.xlim[1])
        panel.box(left, 0, right - left, 1, upright=True, facecolor=color, linewidth=0, zorder=0.2)


def _lonely(values: pd.Series) -> pd.Series:
    """Known values that no line reaches, because the months on both sides are unknown."""
    known = values.notna()
    return values[known & ~known.shift(fill_value=False) & ~known.shift(-1, fill_value=False)]


def _line(panel: Panel, values: pd.Series, *, dots: bool, color: str, linewidth: float) -> None:
    """A line, with dots where they are wanted; a month that no line reaches always has its dot."""
    panel.line(values.index, values, color=color, linewidth=linewidth, zorder=3, gid="values")
    marked = values.dropna() if dots else _lonely(values)
    panel.points(marked.index, marked, markersize=3.8, color=color, markeredgewidth=0, zorder=3.1)


def _band(panel: Panel, data: pd.DataFrame) -> None:
    """From low to high of each month; a whisker for a month that stands alone."""
    low, high = data["low"], data["high"]
    panel.area(data.index, low, high, facecolor=BAND, linewidth=0, zorder=1)
    alone = [[(month, low[month]), (month, high[month])] for month in _lonely(low + high).index]
    panel.segments(alone, colors=GREY, linewidths=1.3, zorder=2.9)


def _has(data: pd.DataFrame, *columns: str) -> bool:
    """Whether each of these columns is there and holds a value."""
    return all(column in data and data[column].notna().any() for column in columns)


def plan_trend(measured: Measured, frame: pd.DataFrame, goals: Sequence[Goal], by: str, subject: str) -> Plan:
    """The words, scale and drawing of a trend."""
    data = _monthly(frame, by)
    data = data.drop(columns=[name for name in ("fitted", "counterfactual") if name in data and data[name].count() < 2])
    aims = [goal for goal in goals if goal.measure == measured.id and goal.unit in ("", measured.unit)]
    lines = [data[name] for name in ("value", "low", "high", "fitted", "counterfactual") if name in data]
    span = span_of([*(value for line in lines for value in line), *targets_of(aims)])
    title = title_of(measured)
    aimed = "".join(f" Goal: {goal.words()}." for goal in aims)
    return Plan(
        title=title,
        under=subject_line(subject, measured, _months_words(data)),
        alt=f"{sentence(title)} Line chart. {_course(data, measured, subject)}{aimed}",
        notes=[*_trend_notes(data, by), _hidden_words(frame, by), zero_note(span), *basis(measured)],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_trend, data=data, by=by, unit=measured.unit, goals=aims, span=span),
    )


def _trend_notes(data: pd.DataFrame, by: str) -> list[str]:
    """What the marks of a trend mean, of those that are drawn."""
    if by == WAVE:
        return ["Dots: the waves, with their intervals; between them nobody was asked"]
    notes = {
        "Shaded: the period under review": "in_period" in data and bool(_stretches(data["in_period"])),
        "Grey band: from low to high of each month": _has(data, "low", "high"),
        "Lighter line: before the change": _change(data) is not None,
        "Hatched: the difference to what would have come without the change": _has(data, "counterfactual"),
    }
    return [note for note, drawn in notes.items() if drawn]


def _hidden_words(frame: pd.DataFrame, by: str) -> str:
    """Which waves are held back."""
    held = [month_short(month) for month, flag in zip(frame[by], hidden_of(frame), strict=True) if flag]
    return f"Held back, because {few_words(frame)} people answered: {', '.join(held)}" if held else ""


def _waves(panel: Panel, data: pd.DataFrame) -> None:
    """Waves of asking: a dot each with its interval, and a thin line that only leads the eye."""
    known = data[data["value"].notna()]
    panel.line(known.index, known["value"], color=GREY, linewidth=1.0, zorder=2.8, gid="course")
    if _has(known, "low", "high"):
        ends = [[(month, low), (month, high)] for month, low, high in known[["low", "high"]].itertuples()]
        panel.segments(ends, colors=INK, linewidths=1.3, zorder=2.9, gid="whiskers")
    panel.points(
        known.index, known["value"], markersize=6.0, color=INK, markeredgecolor="white", zorder=3.1, gid="values"
    )


def _draw_trend(
    sheet: Sheet, *, data: pd.DataFrame, by: str, unit: str, goals: Sequence[Goal], span: tuple[float, float]
) -> None:
    reviewed = _stretches(data["in_period"]) if "in_period" in data else []
    change = _change(data)
    marks = [Mark((start + end) / 2, "under review") for start, end in reviewed[-1:]]
    if change is not None:
        marks.append(Mark(change - 0.5, f"change in {month_short(_month(change))}", line=True))
    latest = data["value"].dropna().iloc[-1:]
    panel = _timeline(sheet, data, span, unit, marks, _trend_tags(data, latest.iloc[0], unit, goals))
    _shade(panel, reviewed, REVIEWED)
    for target in targets_of(goals):
        _target_line(panel, target)
    if by == WAVE:
        _waves(panel, data)
        return
    parts = [data] if change is None else [data.loc[: change - 1], data.loc[change:]]
    for part, color, width in zip(parts, [GREY, INK][-len(parts) :], [1.4, 2.0][-len(parts) :], strict=True):
        if _has(part, "low", "high"):
            _band(panel, part)
        if _has(part, "counterfactual"):
            _without_change(panel, part)
        if _has(part, "fitted"):
            panel.line(part.index, part["fitted"], color=ACCENT, linewidth=1.5, zorder=2.9, gid="fitted")
        _line(panel, part["value"], dots=len(data) <= FEW_POINTS, color=color, linewidth=width)
    panel.points(latest.index, latest, markersize=6.5, color=INK, markeredgewidth=0, zorder=4, clip=False)


def _trend_tags(data: pd.DataFrame, latest: float, unit: str, goals: Sequence[Goal]) -> list[Tag]:
    """What stands at the right ends of the lines."""
    tags = [Tag(latest, short(latest, unit), bold=True)]
    models = {"fitted": ("fitted", ACCENT), "counterfactual": ("without the change", GREY)}
    tags += [Tag(data[name].dropna().iloc[-1], *look) for name, look in models.items() if _has(data, name)]
    return tags + [Tag(goal.target, f"goal: {aim(goal, unit if unit == 'share' else '')}", GREY) for goal in goals]


def _without_change(panel: Panel, data: pd.DataFrame) -> None:
    """What would have come without the change: dashed, the difference hatched."""
    came = data["fitted"] if _has(data, "fitted") else data["value"]
    without = data["counterfactual"]
    panel.area(data.index, without, came, facecolor="none", edgecolor=HATCH, hatch="////", linewidth=0, zorder=1.2)
    panel.line(data.index, without, color=GREY, linewidth=1.6, dashes=(6, 4), zorder=2.8, gid="counterfactual")


def _target_line(panel: Panel, target: float) -> None:
    """A dashed line drawn as an outline: what is planned is hollow."""
    for color, width, dashes in ((GREY, 3.4, (0, (9, 4))), ("white", 1.6, (12, (7, 6)))):
        look: dict[str, Any] = {"linewidths": width, "linestyles": [dashes], "zorder": 2.2, "gid": "target"}
        panel.hlines([target], colors=color, **look)


def _change(data: pd.DataFrame) -> int | None:
    """The first month of the phase 'after', where there is also one before."""
    if "phase" not in data or not data["phase"].eq("before").any() or not data["phase"].eq("after").any():
        return None
    return int(data.index[int(data["phase"].eq("after").argmax())])


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
    extremes = (
        f"; lowest {at(int(known.index[int(known.argmin())]))}, highest {at(int(known.index[int(known.argmax())]))}"
        if len(known) > 2
        else ""
    )
    return f"{', '.join(part for part in (subject, measured.label) if part)}: {course}{extremes}."


def plan_control(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of a control chart."""
    data = _monthly(frame, by)
    low, high = span_of(value for name in ("value", "center", "lower", "upper") if name in data for value in data[name])
    span = (low, min(high, 1.0)) if measured.unit == "share" and data["value"].max() <= 1 else (low, high)
    signals = _signals(data)
    named = "; ".join(f"{_stretch_words(start, end)}: {name}" for start, end, name in signals[-6:])
    more = f"; and {len(signals) - 6:,} earlier" if len(signals) > 6 else ""
    limited = _has(data, "upper") or _has(data, "lower")
    quiet = "No signal: no month departs from the usual variation" if limited else "Too few months set limits"
    heard = f"Signals: {named}{more}" if signals else quiet
    title = title_of(measured)
    course = f"{_course(data, measured, subject)} {_limits_words(data, measured.unit)}"
    return Plan(
        title=title,
        under=subject_line(subject, measured, _months_words(data)),
        alt=f"{sentence(title)} Control chart. {course}{heard}.",
        notes=[
            heard,
            "Dashed: the limits of the usual variation" if limited else "",
            "Grey: the baseline months that set them" if "baseline" in data and _stretches(data["baseline"]) else "",
            zero_note(span),
            *basis(measured),
        ],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_control, data=data, unit=measured.unit, span=span, signals=signals),
    )


def _draw_control(
    sheet: Sheet, *, data: pd.DataFrame, unit: str, span: tuple[float, float], signals: Sequence[tuple[int, int, str]]
) -> None:
    baseline = _stretches(data["baseline"]) if "baseline" in data else []
    reviewed = _stretches(data["in_period"]) if "in_period" in data else []
    marks = [Mark((start + end) / 2, "baseline") for start, end in baseline]
    marks += [Mark((start + end) / 2, "under review") for start, end in reviewed[-1:]]
    room = (span[1] - span[0]) * (0.36 if sheet.narrow else 0.2) if signals else 0.0  # for the names of signals
    levels = {name: _levels(data[name]) for name in LIMITS if _has(data, name)}
    tags = [Tag(steps[-1][2], f"{LIMITS[name]} {short(steps[-1][2], unit)}", GREY) for name, steps in levels.items()]
    latest = data["value"].dropna().iloc[-1]
    panel = _timeline(
        sheet, data, (span[0], span[1] + room), unit, marks, tags or [Tag(latest, short(latest, unit), bold=True)]
    )
    _shade(panel, baseline, PALE)
    _shade(panel, reviewed, REVIEWED)
    for name, steps in levels.items():
        level = [[(start - 0.5, height), (end + 0.5, height)] for start, end, height in steps]
        style, width = ("solid", 1.2) if name == "center" else ((0, (5, 3)), 0.9)
        look: dict[str, Any] = {"linewidths": width, "linestyles": [style], "zorder": 2, "gid": name}
        panel.segments(level, colors=GREY, **look)
    _draw_points(panel, data)
    _name_signals(sheet, panel, data, signals)


def _draw_points(panel: Panel, data: pd.DataFrame) -> None:
    """The months as a line of dots, those with a signal as larger diamonds."""
    values, few = data["value"], len(data) <= FEW_POINTS
    signal = data["signal"].fillna("").ne("") if "signal" in data else values != values
    plain, marked = values[~signal].dropna(), values[signal].dropna()
    panel.line(values.index, values, color=INK, linewidth=1.2, zorder=3, gid="values")
    panel.points(plain.index, plain, markersize=4 if few else 2.6, color=INK, markeredgewidth=0, zorder=3.1)
    look: dict[str, Any] = {
        "markeredgecolor": "white",
        "markeredgewidth": 0.8,
        "zorder": 4,
        "clip": False,
        "gid": "signals",
    }
    panel.points(marked.index, marked, "D", markersize=7.5 if few else 6, color=OPPOSITE, **look)


def _levels(line: pd.Series) -> list[tuple[int, int, float]]:
    """A line that is level in stretches: first and last place and height of each."""
    known = line.dropna()
    heights, months = known.to_numpy(), known.index
    return [(int(months[start]), int(months[end]), float(heights[start])) for start, end in _runs(heights)]


def _signals(data: pd.DataFrame) -> list[tuple[int, int, str]]:
    """First and last month and name of every signal; neighbouring months of one name are one signal."""
    if "signal" not in data:
        return []
    names, months = data["signal"].fillna("").astype(str).to_numpy(dtype=object), data.index
    return [(int(months[start]), int(months[end]), names[start]) for start, end in _runs(names) if names[start]]


def _stretch_words(start: int, end: int) -> str:
    first, last = month_short(_month(start)), month_short(_month(end))
    return first if start == end else f"{first} to {last}"


def _limits_words(data: pd.DataFrame, unit: str) -> str:
    """The latest average and limits as a sentence."""
    if not _has(data, "center", "lower", "upper"):
        return ""
    last = data[["center", "lower", "upper"]].dropna().iloc[-1]
    center, lower, upper = (number(last[name], unit) for name in ("center", "lower", "upper"))
    return f"Average {center}, limits {lower} and {upper}. "


def _name_signals(sheet: Sheet, panel: Panel, data: pd.DataFrame, signals: Sequence[tuple[int, int, str]]) -> None:
    """Each kind of signal by name, at its newest place and where the name covers least; all stand under the picture."""
    box = panel.place
    wide, tall = box.width * sheet.width, box.height * sheet.figure.get_figheight()
    (left, right), (bottom, top) = panel.xlim, panel.ylim

    def inches(x: float, y: float) -> tuple[float, float]:
        return (x - left) / (right - left) * wide, (y - bottom) / (top - bottom) * tall

    known = data["value"].dropna()
    points = _filled([inches(x, y) for x, y in zip(known.index, known, strict=True)])
    ends = [data[name].dropna().iloc[-1] for name in LIMITS if _has(data, name)]
    points += [(wide * part / 40, inches(0, end)[1]) for end in ends for part in range(41)]
    taken: list[Box] = []
    for name, (start, end) in {name: (start, end) for start, end, name in signals}.items():
        run = known.loc[start:end]
        if run.empty:
            continue
        place = int(run.index[int((run - known.mean()).abs().argmax())])
        text = wrap(name, 1.2 if sheet.narrow else 1.7, lines=3)
        spot = _spot(inches(place, run[place]), (text_width(text), text_height(text)), (wide, tall), points, taken)
        if spot:
            taken.append(spot)
            x, y = (
                box.x0 * sheet.width + (spot[0] + spot[2]) / 2,
                box.y0 * sheet.figure.get_figheight() + (spot[1] + spot[3]) / 2,
            )
            sheet.write(x, y, text, va="center", ha="center", color=OPPOSITE, zorder=8)


def _filled(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points, and some on the lines between them."""
    between = [
        (one[0] + (other[0] - one[0]) * part / 6, one[1] + (other[1] - one[1]) * part / 6)
        for one, other in pairwise(points)
        for part in range(6)
    ]
    return [*between, *points[-1:]]


def _spot(
    at: tuple[float, float],
    size: tuple[float, float],
    room: tuple[float, float],
    points: Sequence[tuple[float, float]],
    taken: Sequence[Box],
) -> Box | None:
    """The place for a label near a point, within the room, that covers the fewest points; None where labels would meet."""
    best, least = None, math.inf
    for away, aside, up in product((0.12, 0.3, 0.55, 0.9), (0, -1, 1), (1, -1, 0)):
        x = min(max(at[0] + aside * (size[0] / 2 + 0.12), size[0] / 2), room[0] - size[0] / 2)
        y = at[1] + up * (away + size[1] / 2)
        box = (x - size[0] / 2, y - size[1] / 2, x + size[0] / 2, y + size[1] / 2)
        on_point = not up and abs(x - at[0]) < size[0] / 2
        if on_point or box[1] < 0 or box[3] > room[1] + 0.1 or any(_meet(box, other) for other in taken):
            continue
        covered = sum(box[0] - 0.03 < x < box[2] + 0.03 and box[1] < y < box[3] for x, y in points)
        if covered + 6 * away < least:
            best, least = box, covered + 6 * away
    return best


def _meet(one: Box, other: Box) -> bool:
    """Whether two boxes overlap."""
    return one[0] < other[2] + 0.05 and other[0] < one[2] + 0.05 and one[1] < other[3] and other[1] < one[3]
