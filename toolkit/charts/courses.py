"""Charts of several things over months: lines side by side, and bands on one another; each is named at its end."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import ACCENT, GREY, INK, MET_SIDE, NARROW, OPPOSITE, SOLID, WIDE, Plan, Sheet, span_of
from toolkit.charts.months import Tag, _line, _month, _months_words, _timeline
from toolkit.charts.words import basis, clean, short, subject_line, title_of, zero_note
from toolkit.model import Measured, number
from toolkit.show import month_short, sentence

if TYPE_CHECKING:
    import pandas as pd

BODY = {WIDE: 2.9, NARROW: 3.1}  # inches below the heading
PLANNED = "planned"  # a line of this name is drawn as what was planned: dashed, and lighter
LINES = (INK, ACCENT, OPPOSITE)
BANDS = (SOLID, ACCENT, MET_SIDE)  # dark, middle and light: apart in grey, too
MOST = 3  # lines beside the plan, or bands; more would be a tangle


def _wide(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """One column a line, in the order of the table, one row for every month, counted."""
    import pandas as pd

    named = frame.assign(line=frame["line"].map(clean), month=pd.PeriodIndex(frame[by], freq="M").asi8)
    wide = named.pivot_table(index="month", columns="line", values="value", aggfunc="last", sort=False)
    wide = wide.reindex(columns=list(dict.fromkeys(named["line"])))
    return wide.reindex(range(int(named["month"].min()), int(named["month"].max()) + 1))


def _ends(data: pd.DataFrame, unit: str) -> str:
    """Where each line ends, in words."""
    words = []
    for name in data:
        known = data[name].dropna()
        if len(known):
            words.append(f"{name} {number(known.iloc[-1], unit)} in {month_short(_month(known.index[-1]))}")
    return "; ".join(words)


# ------------------------------------------------------------------------------------------------------------------ lines
def plan_lines(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of several lines over months."""
    data = _wide(frame, by)
    shown = [name for name in data if name == PLANNED] + [name for name in data if name != PLANNED][:MOST]
    data = data[shown]
    span = span_of((value for name in shown for value in data[name]), zero=measured.unit != "")
    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, _months_words(data)),
        alt=f"{sentence(title)} Line chart. Last known: {_ends(data, measured.unit)}.",
        notes=["Dashed: as planned" if PLANNED in shown else "", zero_note(span), *basis(measured)],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_lines, data=data, unit=measured.unit, span=span),
    )


def _draw_lines(sheet: Sheet, *, data: pd.DataFrame, unit: str, span: tuple[float, float]) -> None:
    colors = dict(zip([name for name in data if name != PLANNED], LINES, strict=False))
    tags = []
    for name in data:
        last = float(data[name].dropna().iloc[-1])
        tags.append(Tag(last, f"{name} {short(last, unit)}", colors.get(name, GREY), bold=name in colors))
    panel = _timeline(sheet, data, span, unit, [], tags)
    if PLANNED in data:
        plan = data[PLANNED]
        panel.line(plan.index, plan, color=GREY, linewidth=1.6, dashes=(6, 4), zorder=2.8, gid="planned")
    for name, color in colors.items():
        _line(panel, data[name], dots=False, color=color, linewidth=2.0)
        latest = data[name].dropna().iloc[-1:]
        panel.points(latest.index, latest, markersize=6, color=color, markeredgewidth=0, zorder=4, clip=False)


# ------------------------------------------------------------------------------------------------------------------ bands
def plan_bands(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of bands on one another, the first at the bottom."""
    data = _wide(frame, by).fillna(0.0)
    data = data[list(data)[:MOST]]
    title = title_of(measured)
    return Plan(
        title=title,
        under=subject_line(subject, measured, _months_words(data)),
        alt=f"{sentence(title)} Bands on one another. Last: {_ends(data, measured.unit)}.",
        notes=[f"From the bottom: {', '.join(map(str, data))}", *basis(measured)],
        height=BODY.__getitem__,
        draw=functools.partial(_draw_bands, data=data, unit=measured.unit),
    )


def _draw_bands(sheet: Sheet, *, data: pd.DataFrame, unit: str) -> None:
    edges = [
        data.iloc[:, 0] * 0,
        *(data.iloc[:, : place + 1].sum(axis="columns") for place in range(len(data.columns))),
    ]
    pairs = list(pairwise(edges))
    tags = _band_tags(data, pairs, unit)
    top = float(edges[-1].max()) or 1.0
    panel = _timeline(sheet, data, (0.0, top), unit, [], tags)
    for (low, high), color in zip(pairs, BANDS, strict=False):
        look: dict[str, Any] = {"facecolor": color, "edgecolor": "white", "linewidth": 0.8, "zorder": 1.5}
        panel.area(data.index, low, high, gid="band", **look)


def _band_tags(data: pd.DataFrame, pairs: Sequence[tuple[pd.Series, pd.Series]], unit: str) -> list[Tag]:
    """The name and last height of each band, beside its middle."""
    middles = [(float(low.iloc[-1]) + float(high.iloc[-1])) / 2 for low, high in pairs]
    return [
        Tag(middle, f"{name} {short(float(data[name].iloc[-1]), unit)}", INK, bold=True)
        for name, middle in zip(data, middles, strict=True)
    ]
