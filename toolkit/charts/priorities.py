"""The map of priorities: how much each thing matters to people, and how content they are with it."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

from toolkit.charts.drawing import (
    ACCENT,
    EDGE,
    GREY,
    INK,
    OPPOSITE,
    PALE,
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
from toolkit.charts.grid import MOST_ROWS, few_words, hidden_of, names_of, with_bounds
from toolkit.charts.words import basis, subject_line
from toolkit.model import Measured, number
from toolkit.show import sentence

if TYPE_CHECKING:
    import pandas as pd

BODY = 3.9  # inches of the map itself
BOTTOM, TOP = 0.55, 0.32
FEWEST = 3  # points that an average can part into much and little
NEAR = 0.09  # inches from a point to its name
Box = tuple[float, float, float, float]  # left, bottom, right, top, in inches


def plan_priorities(measured: Measured, frame: pd.DataFrame, by: str, subject: str) -> Plan:
    """The words, scale and drawing of importance against favourable shares; `frame` as `charts.priorities` says."""
    known = frame[frame["value"].notna() & frame["favourable"].notna()].head(MOST_ROWS)
    names, unit = names_of(known[by]), measured.unit
    means = (float(known["value"].mean()), float(known["favourable"].mean())) if len(known) >= FEWEST else None
    urgent = _urgent(known, names, means)
    title = _title(measured, names, urgent, means)
    words = "; ".join(
        f"{name}: importance {with_bounds((value, low, high), unit)}, {number(share, 'share')} favourable"
        for name, value, low, high, share in _figures(known, names)
    )
    hidden = [name for name, flag in zip(names_of(frame[by]), hidden_of(frame), strict=True) if flag]
    apart = "Dotted: the averages of what is drawn, which part much from little"
    return Plan(
        title=title,
        under=subject_line(subject, measured, f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Map of importance against favourable answers. {sentence(words)}",
        notes=[
            "Across: importance, with its interval; upwards: the favourable share" + _share_interval(known),
            apart if means else "",
            f"Not on the map, because {few_words(frame)} people answered: {', '.join(hidden)}" if hidden else "",
            *basis(measured),
        ],
        height=lambda width: BODY + _key_height(_spread(known, names, unit, width), names, width),
        draw=functools.partial(_draw, known=known, names=names, unit=unit, means=means, urgent=urgent),
    )


def _figures(known: pd.DataFrame, names: Sequence[str]) -> list[tuple[str, float, float, float, float]]:
    columns = [
        known[name].astype(float) if name in known else known["value"] * float("nan") for name in ("low", "high")
    ]
    return list(zip(names, known["value"].astype(float), *columns, known["favourable"].astype(float), strict=True))


def _share_interval(known: pd.DataFrame) -> str:
    return ", with its interval" if {"favourable_low", "favourable_high"} <= set(known) else ""


def _urgent(known: pd.DataFrame, names: Sequence[str], means: tuple[float, float] | None) -> list[str]:
    """What matters more than the average and pleases less."""
    if means is None:
        return []
    much = known["value"].gt(means[0]) & known["favourable"].lt(means[1])
    return [name for name, flag in zip(names, much, strict=True) if flag]


def _title(measured: Measured, names: Sequence[str], urgent: Sequence[str], means: tuple[float, float] | None) -> str:
    if means is None:
        return measured.claim.removesuffix(".") or measured.label
    if not urgent:
        return "Nothing that matters much pleases less than the rest"
    more = f" and {len(urgent) - 2} more" if len(urgent) > 2 else ""
    return f"Matters much and pleases little: {', '.join(urgent[:2])}{more}"


# --------------------------------------------------------------------------------------------------- where everything stands
class _Spread:
    """Where points and names lie, in inches on the panel; `at` is None where the names do not find room beside them."""

    def __init__(self, known: pd.DataFrame, names: Sequence[str], unit: str, width: float) -> None:
        bounds = [known[name] for name in ("value", "low", "high") if name in known]
        shares = [known[name] for name in ("favourable", "favourable_low", "favourable_high") if name in known]
        self.xlim, self.ylim = _roomy(bounds), _roomy(shares)
        self.upwards = ticks_between(*self.ylim, "share", 5)
        self.left = EDGE + max(text_width(name) for name in self.upwards.values()) + 0.08
        self.size = width - self.left - EDGE, BODY - BOTTOM - TOP
        self.points = [
            (self._place(x, self.xlim, 0), self._place(y, self.ylim, 1))
            for x, y in zip(known["value"], known["favourable"], strict=True)
        ]
        self.labels = [wrap(name, 1.5 if width == WIDE else 1.3, lines=3) for name in names]
        self.at = _without_overlap(self.points, self.labels, self.size)

    def _place(self, value: float, limits: tuple[float, float], way: int) -> float:
        return (float(value) - limits[0]) / (limits[1] - limits[0]) * self.size[way]


def _spread(known: pd.DataFrame, names: Sequence[str], unit: str, width: float) -> _Spread:
    return _Spread(known, names, unit, width)


def _roomy(columns: Sequence[pd.Series]) -> tuple[float, float]:
    """From the lowest to the highest, with room for names at the edges."""
    low, high = span_of(value for column in columns for value in column)
    room = (high - low) * 0.12
    return low - room, high + room


def _without_overlap(
    points: Sequence[tuple[float, float]], labels: Sequence[str], size: tuple[float, float]
) -> list[Box] | None:
    """A box for each name beside its point that meets no other name or point, or None where one finds no room."""
    dots = [(x - 0.08, y - 0.08, x + 0.08, y + 0.08) for x, y in points]
    taken: list[Box] = []
    for (x, y), text in zip(points, labels, strict=True):
        wide, tall = text_width(text), text_height(text)
        free = [
            box
            for box in _beside(x, y, wide, tall)
            if box[0] >= 0 and box[1] >= 0 and box[2] <= size[0] and box[3] <= size[1]
            and not any(_meet(box, other) for other in (*taken, *dots))
        ]  # fmt: skip
        if not free:
            return None
        taken.append(free[0])
    return taken


def _beside(x: float, y: float, wide: float, tall: float) -> list[Box]:
    """Places for a name around its point, the best first: right, left, above, below, and the corners."""
    across = (x + NEAR, x - NEAR - wide, x - wide / 2)
    upwards = (y - tall / 2, y + NEAR, y - NEAR - tall)
    order = [(0, 0), (1, 0), (2, 1), (2, 2), *product((0, 1), (1, 2))]
    return [(across[a], upwards[u], across[a] + wide, upwards[u] + tall) for a, u in order]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _key_height(spread: _Spread, names: Sequence[str], width: float) -> float:
    """Inches below the map for a list of names, where they found no room in it."""
    return 0.0 if spread.at is not None else 0.1 + text_height("\n".join(_key(names, width)))


def _key(names: Sequence[str], width: float) -> list[str]:
    return [wrap(f"{place}  {name}", width - 2 * EDGE) for place, name in enumerate(names, 1)]


# ------------------------------------------------------------------------------------------------------------------ drawing
def _draw(
    sheet: Sheet,
    *,
    known: pd.DataFrame,
    names: Sequence[str],
    unit: str,
    means: tuple[float, float] | None,
    urgent: Sequence[str],
) -> None:
    spread = _spread(known, names, unit, sheet.width)
    below = _key_height(spread, names, sheet.width)
    panel = sheet.panel(spread.left, EDGE, BOTTOM + below, TOP, spread.xlim, spread.ylim)
    _scales(sheet, panel, spread, unit, below)
    if means is not None:
        _quarters(sheet, panel, spread, means, below)
    _points(panel, known, names, urgent)
    for place, ((x, y), text) in enumerate(zip(spread.points, spread.labels, strict=True)):
        if spread.at is None:
            words, left, top = str(place + 1), x + NEAR, y + text_height("1") / 2
        else:
            words, left, top = text, spread.at[place][0], spread.at[place][3]
        sheet.write(
            spread.left + left,
            BOTTOM + below + top,
            words,
            va="top",
            weight="bold" if names[place] in urgent else "normal",
        )
    if spread.at is None:
        sheet.write(EDGE, below - 0.02, "\n".join(_key(names, sheet.width)), va="top")


def _scales(sheet: Sheet, panel: Panel, spread: _Spread, unit: str, below: float) -> None:
    across, tall = spread.size
    for place, name in spread.upwards.items():
        y = BOTTOM + below + (place - spread.ylim[0]) / (spread.ylim[1] - spread.ylim[0]) * tall
        sheet.write(spread.left - 4 / 72, y, name, va="center", ha="right", color=GREY)
    panel.hlines(spread.upwards, colors=PALE, linewidths=0.8, zorder=0.5)
    for place, name in ticks_between(*spread.xlim, unit, max(2, int(across / 0.8))).items():
        x = spread.left + (place - spread.xlim[0]) / (spread.xlim[1] - spread.xlim[0]) * across
        sheet.write(x, BOTTOM + below - 0.05, name, va="top", ha="center", color=GREY)
    sheet.write(sheet.width - EDGE, below + 0.27, "matters more →", va="top", ha="right", color=GREY)
    sheet.write(EDGE, sheet.body, "↑ favourable share", va="top", color=GREY)


def _quarters(sheet: Sheet, panel: Panel, spread: _Spread, means: tuple[float, float], below: float) -> None:
    """The averages as dotted lines, and what to do in each quarter, in its outer corner."""
    x, y = means
    panel.line([x, x], [0, 1], upright=True, color=GREY, linewidth=1.0, dashes=(1.5, 3), zorder=1, gid="average")
    panel.line(spread.xlim, [y, y], color=GREY, linewidth=1.0, dashes=(1.5, 3), zorder=1, gid="average")
    bottom, left = BOTTOM + below, spread.left
    right, top = left + spread.size[0], bottom + spread.size[1]
    for text, at, ha, height, va, color in (
        ("keep up", right, "right", top, "top", ACCENT),
        ("mend first", right, "right", bottom, "bottom", OPPOSITE),
        ("enough", left + 0.05, "left", top, "top", GREY),
        ("in time", left + 0.05, "left", bottom, "bottom", GREY),
    ):
        sheet.write(at, height, text, ha=ha, va=va, color=color)


def _points(panel: Panel, known: pd.DataFrame, names: Sequence[str], urgent: Sequence[str]) -> None:
    """A dot for each, with its intervals; what is urgent is a square, and orange."""
    look: dict[str, Any] = {"color": GREY, "linewidth": 1.2, "zorder": 2.5, "gid": "whisker"}
    for _, _, low, high, share in _figures(known, names):
        if low == low and high == high:
            panel.line([low, high], [share, share], **look)
    if _share_interval(known):
        for value, low, high in zip(known["value"], known["favourable_low"], known["favourable_high"], strict=True):
            panel.line([value, value], [low, high], **look)
    for name, value, _, _, share in _figures(known, names):
        color, shape = (OPPOSITE, "s") if name in urgent else (INK, "o")
        look = {"markersize": 8, "markeredgecolor": "white", "markeredgewidth": 0.9, "zorder": 4, "gid": "value"}
        panel.points([value], [share], shape, color=color, **look)
