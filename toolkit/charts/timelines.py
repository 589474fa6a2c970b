"""Steps before dates, drawn on a line of time: each from the day by which it has to be ready to the date that it is for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import ACCENT, BAND, EDGE, GREY, INK, OPPOSITE, PALE, STRIP, Panel, Plan, Sheet, text_width
from toolkit.charts.grid import MOST_BARS, Row, across_of, bar, draw_rows, rows_height
from toolkit.charts.words import basis, clean, title_of
from toolkit.model import Measured
from toolkit.show import month_short, sentence

if TYPE_CHECKING:
    import pandas as pd

DONE, LATE = ("done",), ("overdue", "too late")
LOOKS = {"done": ("o", GREY), "too late": ("X", OPPOSITE), "overdue": ("s", OPPOSITE)}  # shape before colour
MONTHS_APART = (1, 2, 3, 6, 12, 24)  # from one name on the line of time to the next


def plan_timeline(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of steps before dates; today is marked."""
    today = frame.attrs["today"]
    waiting = frame[~frame["state"].isin(DONE)]
    drawn = (waiting if len(waiting) else frame).head(MOST_BARS)
    rows = [_row(step, by) for step in drawn.to_dict("records")]
    days = [*drawn["by"], *drawn["date"], today]
    low, high = (day.toordinal() for day in (min(days), max(days)))
    room = max((high - low) * 0.03, 3.0)
    span = (low - room, high + room)
    title = title_of(measured)
    left_out = len(frame) - len(drawn)
    return Plan(
        title=title,
        under=" · ".join(part for part in (subject, "what has to be ready by when") if part),
        alt=f"{sentence(title)} Line of time. {'; '.join(f'{row.name}: {row.value}, {row.more}' for row in rows)}.",
        notes=[
            "Mark: the day by which it has to be ready; square: overdue, cross: too late; the bar ends on the date it is for",
            f"Dashed: {_day(today)}, the last day of the period",
            f"{left_out:,} more in the table" if left_out else "",
            *basis(measured),
        ],
        height=lambda width: rows_height(rows, None, width) + 2 * STRIP + 0.12,
        draw=functools.partial(_draw, rows=rows, drawn=drawn, span=span, today=today),
    )


def _row(step: dict, by: str) -> Row:
    """A step in words: what, by when, its state, and the date that it is for."""
    return Row(clean(step[by]), _day(step["by"]), more=str(step["state"]), bold=step["state"] in LATE)


def _day(day: pd.Timestamp) -> str:
    """'2 Oct 2026': a day as it stands beside its mark."""
    return f"{day.day} {month_short(day)}"


def _draw(
    sheet: Sheet, *, rows: list[Row], drawn: pd.DataFrame, span: tuple[float, float], today: pd.Timestamp
) -> None:
    panel, at, thick = draw_rows(sheet, rows, span, None, key=2 * STRIP + 0.12)
    across = across_of(rows, sheet.width)
    for place, name in _ticks(span, across).items():
        panel.segments(_upright(place, at, thick, sheet), colors=PALE, linewidths=0.8, zorder=0.5)
        _write_at(sheet, panel, place, name, sheet.body - 2 * STRIP, GREY)
    now = today.toordinal()
    look: dict[str, Any] = {"colors": INK, "linewidths": 1.2, "linestyles": [(0, (4, 3))], "zorder": 1.6}
    panel.segments(_upright(now, at, thick, sheet), gid="today", **look)
    _write_at(sheet, panel, now, _day(today), sheet.body - STRIP, INK)
    for step, y in zip(drawn.to_dict("records"), at, strict=True):
        start, end = step["by"].toordinal(), step["date"].toordinal()
        if end > start:
            bar(panel, start, end, y, thick * 0.45, BAND, edgecolor=GREY, linewidth=0.8, gid="lead")
        shape, color = LOOKS.get(step["state"], ("o", ACCENT))
        look = {"markersize": 9, "markeredgecolor": "white", "markeredgewidth": 0.9, "zorder": 4}
        panel.points([start], [y], shape, color=color, gid="step", **look)


def _upright(place: float, at: list[float], thick: float, sheet: Sheet) -> list[list[tuple[float, float]]]:
    """A line down through all rows; on a phone, where words stand between the marks, beside the marks alone."""
    if sheet.narrow:
        return [[(place, y - thick * 0.8), (place, y + thick * 0.8)] for y in at]
    return [[(place, at[0] - 0.5), (place, at[-1] + 0.5)]]


def _write_at(sheet: Sheet, panel: Panel, place: float, text: str, bottom: float, color: str) -> None:
    """Words centred over a place on the line of time, within the paper."""
    low, high = panel.xlim
    start, width = panel.place.x0 * sheet.width, panel.place.width * sheet.width
    x = start + (place - low) / (high - low) * width
    half = text_width(text) / 2
    x = min(max(x, EDGE + half), sheet.width - EDGE - half)
    sheet.write(x, bottom, text, va="bottom", ha="center", color=color)


def _ticks(span: tuple[float, float], across: float) -> dict[float, str]:
    """The first days of months that are named, as far apart as their names need."""
    import pandas as pd

    first, last = (pd.Timestamp.fromordinal(int(end)) for end in (span[0] + 1, span[1]))
    months = [month for month in pd.period_range(first, last, freq="M") if month.start_time >= first]
    most = max(1, int(across / (text_width("Sep 2026") + 0.15)))
    apart = next((step for step in MONTHS_APART if len(months) / step <= most), MONTHS_APART[-1])
    chosen = [month for month in months if (month.month - 1 + 12 * month.year) % apart == 0]
    return {float(month.start_time.toordinal()): month_short(month) for month in chosen}
