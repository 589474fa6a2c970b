"""Charts over a quantity: how long until things are done, and how many fall into each stretch of it."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from toolkit.charts.drawing import (
    ACCENT,
    BAND,
    EDGE,
    GREY,
    INK,
    NARROW,
    OPPOSITE,
    PALE,
    SOLID,
    STRIP,
    WIDE,
    Panel,
    Plan,
    Sheet,
    text_height,
    text_width,
    ticks_between,
    wrap,
)
from toolkit.charts.words import basis, clean, subject_line, title_of
from toolkit.model import Measured, number
from toolkit.show import sentence

if TYPE_CHECKING:
    import pandas as pd

BODY = {WIDE: 2.75, NARROW: 2.95}  # inches below the heading
HALF = 0.5
QUICK = 0.03  # of the scale: where half is done sooner than that, it counts in powers of ten
NEARLY_NONE = 0.02  # still open: what takes longer is left out of the picture, and counted in words


def _panel(
    sheet: Sheet,
    xlim: tuple[float, float],
    top: float,
    units: tuple[str, str],
    right: float,
    places: dict[float, str] | None = None,
) -> Panel:
    """A panel from zero upwards with a faint grid; the unit upwards stands above it, the one across below it.

    `places` are the labels across, by where they stand, in place of round ones.
    """
    across, upwards = units
    heights = ticks_between(0.0, top, upwards, 5)
    left = EDGE + max(text_width(name) for name in heights.values()) + 0.08
    above = 0.1 + (STRIP if upwards not in ("", "share") else 0.0)
    panel = sheet.panel(left, right, 0.52, above, xlim, (0.0, top))
    panel.hlines(heights, colors=PALE, linewidths=0.8, zorder=0.5)
    panel.hlines([0], colors=GREY, linewidths=0.9, zorder=2.1)
    tall, wide = sheet.body - 0.52 - above, sheet.width - left - right
    for height, name in heights.items():
        sheet.write(left - 4 / 72, 0.52 + height / top * tall, name, va="center", ha="right", color=GREY)
    if places is None:
        places = ticks_between(*xlim, across, max(2, int(wide / 0.8)))
    for place, name in places.items():
        x = left + (place - xlim[0]) / (xlim[1] - xlim[0]) * wide
        sheet.write(x, 0.46, name, va="top", ha="center", color=GREY)
    if upwards not in ("", "share"):
        sheet.write(EDGE, sheet.body, upwards, va="top", color=GREY)
    return panel


def _below(sheet: Sheet, words: str) -> None:
    """What the scale across counts, under it."""
    sheet.write(sheet.width / 2, 0.27, wrap(words, sheet.width - 2 * EDGE, lines=1), va="top", ha="center", color=GREY)


# ------------------------------------------------------------------------------------------------------ until it is done
def plan_curve(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of shares that are still open after a time."""
    named = frame.assign(group=frame["group"].map(clean) if "group" in frame else "")
    groups = {str(name): rows.sort_values(by) for name, rows in named.groupby("group", sort=False)}
    title, still = title_of(measured), frame.attrs.get("still", "still open")
    words = "; ".join(f"{name + ': ' if name else ''}{_half_words(rows, by)}" for name, rows in groups.items())
    later = list(groups)[1:]
    return Plan(
        title=title,
        under=subject_line(subject, measured),
        alt=f"{sentence(title)} Curve of the share that is still open after a time. {sentence(words)}",
        notes=[
            f"Solid: the share {still}; grey band: its interval",
            f"Dashed: {later[0]}" if later else "",
            *basis(measured),
        ],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_curve, groups=groups, by=by, since=frame.attrs.get("since", "it began")),
    )


def _half_words(rows: pd.DataFrame, by: str) -> str:
    """When half was done, and how much was open at the last look."""
    half, last = _half(rows, by), rows.iloc[-1]
    done = "less than half was done" if half is None else f"half was done after {number(half, by)}"
    return f"{done}, {number(float(last['value']), 'share')} was open after {number(float(last[by]), by)}"


def _half(rows: pd.DataFrame, by: str) -> float | None:
    reached = rows.loc[rows["value"] <= HALF, by]
    return float(reached.iloc[0]) if len(reached) else None


def _end(rows: pd.DataFrame, by: str) -> float:
    """Where nearly all is done: a few that take very long would press all others against the edge."""
    left = rows[rows["value"] > NEARLY_NONE]
    return min(float(rows[by].max()), 1.1 * float(left[by].max())) if len(left) else float(rows[by].max())


def _draw_curve(sheet: Sheet, *, groups: dict[str, pd.DataFrame], by: str, since: str) -> None:
    end = max(_end(rows, by) for rows in groups.values()) or 1.0
    ends = {name: wrap(name, 0.9 if sheet.narrow else 1.5, lines=3) for name in groups if name}
    right = EDGE + 0.12 + max((text_width(name) for name in ends.values()), default=0.0)
    start, places, below = 0.0, None, f"{by} since {since}"
    if (half := _quick(groups, by, end)) is not None:
        below += ", in powers of ten"
        groups, places = {name: _in_tens(rows, by) for name, rows in groups.items()}, _tens(half / 10, end)
        start, end = math.log10(half / 10), math.log10(end)
    panel = _panel(sheet, (start, end), 1.0, ("", "share"), right, places)
    _below(sheet, below)
    looks: list[dict[str, Any]] = [
        {"color": INK, "linewidth": 2.0},
        {"color": GREY, "linewidth": 1.5, "dashes": (6, 4)},
    ]
    for place, rows in enumerate(groups.values()):
        x, y = _steps(rows[by], rows["value"], start, end)
        if place == 0 and {"low", "high"} <= set(rows):
            panel.area(
                x,
                _steps(rows[by], rows["low"], start, end)[1],
                _steps(rows[by], rows["high"], start, end)[1],
                facecolor=BAND,
                linewidth=0,
            )
        panel.line(x, y, zorder=3, gid="curve", solid_capstyle="butt", **looks[min(place, 1)])
        if place == 0:
            _mark_half(panel, _half(rows, by))
    _name_ends(sheet, panel, groups, ends, right)


def _quick(groups: dict[str, pd.DataFrame], by: str, end: float) -> float | None:
    """The time after which half was done, where it is so short that the curve would hug the edge; else None."""
    halves = [half for rows in groups.values() if (half := _half(rows, by)) is not None and half > 0]
    return min(halves) if halves and min(halves) < QUICK * end else None


def _in_tens(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The same with the times as powers of ten."""
    times = rows[by].to_numpy(float)
    return rows.assign(**{by: np.log10(np.maximum(times, times[times > 0].min()))})


def _tens(low: float, high: float) -> dict[float, str]:
    """The powers of ten between two ends, and how they are written."""
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    return {float(power): f"{10**power:,}" if power >= 0 else f"{10.0**power:.{-power}f}" for power in powers}


def _steps(times: pd.Series, shares: pd.Series, start: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """A curve that stays level until the next ending."""
    shown = np.asarray(times, float) <= end
    x = np.r_[start, np.repeat(np.maximum(np.asarray(times, float)[shown], start), 2), end]
    y = np.r_[1.0, 1.0, np.repeat(np.asarray(shares, float)[shown], 2)]
    return x, y


def _mark_half(panel: Panel, half: float | None) -> None:
    if half is not None and half <= panel.xlim[1]:
        panel.line(
            [panel.xlim[0], half, half],
            [HALF, HALF, 0],
            color=ACCENT,
            linewidth=1.1,
            dashes=(3, 3),
            zorder=2.8,
            gid="half",
        )
        panel.points([half], [HALF], markersize=6.5, color=ACCENT, markeredgecolor="white", zorder=4, gid="half")


def _name_ends(
    sheet: Sheet, panel: Panel, groups: dict[str, pd.DataFrame], names: dict[str, str], right: float
) -> None:
    """The name of each curve beside its end, moved up where two would meet."""
    box = panel.place
    tall, bottom = box.height * sheet.figure.get_figheight(), box.y0 * sheet.figure.get_figheight()
    taken = bottom - 0.1
    for name in sorted(names, key=lambda name: float(groups[name]["value"].iloc[-1])):
        half = text_height(names[name]) / 2
        y = max(bottom + float(groups[name]["value"].iloc[-1]) * tall, taken + half)
        bold = name == next(iter(groups))
        sheet.write(
            sheet.width - right + 0.1,
            y,
            names[name],
            va="center",
            weight="bold" if bold else "normal",
            color=INK if bold else GREY,
        )
        taken = y + half


# ------------------------------------------------------------------------------------------------ how many in each stretch
def plan_histogram(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of counts in stretches of a limit, beside what a smooth course would bring."""
    rows = frame.sort_values(by)
    title, unit = title_of(measured), f"{measured.n_of} in each stretch"
    at = int((rows["value"] - rows["expected"]).abs().fillna(0).to_numpy().argmax()) if "expected" in rows else 0
    most = rows.iloc[at]
    words = f"from {number(most[by], 'share')} to {number(most['to'], 'share')} of the limit: {most['value']:,.0f}"
    beside = f", where a smooth course would bring {most['expected']:,.0f}" if "expected" in rows else ""
    return Plan(
        title=title,
        under=subject_line(subject, measured),
        alt=f"{sentence(title)} Bars: how many took how much of their limit. Farthest from a smooth course {words}{beside}.",
        notes=["Line: a smooth course through the other stretches" if "expected" in rows else "", *basis(measured)],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_histogram, rows=rows, by=by, unit=unit),
    )


def _draw_histogram(sheet: Sheet, *, rows: pd.DataFrame, by: str, unit: str) -> None:
    tops: Sequence[float] = [float(rows[name].max()) for name in ("value", "expected") if name in rows]
    start, end = float(rows[by].min()), float(rows["to"].max())
    panel = _panel(sheet, (start, end), 1.08 * max(*tops, 1.0), ("share", unit), EDGE + 0.1)
    _below(sheet, "share of the limit that was taken")
    for low, high, count in zip(rows[by], rows["to"], rows["value"], strict=True):
        color = OPPOSITE if high <= 1.0 + 1e-9 and high > 1.0 - (high - low) / 2 else SOLID
        gap = (high - low) * 0.06
        panel.box(low + gap, 0, high - low - 2 * gap, count, facecolor=color, linewidth=0, zorder=2, gid="bar")
    if "expected" in rows:
        middle = (rows[by] + rows["to"]) / 2
        panel.line(middle, rows["expected"], color=ACCENT, linewidth=1.8, zorder=3, gid="expected")
    box = panel.place
    x = (box.x0 + (1.0 - start) / (end - start) * box.width) * sheet.width + 0.06
    sheet.write(x, box.y1 * sheet.figure.get_figheight(), "limit", va="top", weight="bold")
    panel.line([1.0, 1.0], [0, 1], upright=True, color=INK, linewidth=1.2, dashes=(5, 3), zorder=3.2, gid="limit")
