"""A ledger of two sides: what each owed and what of it came, one to the left and one to the right of a common zero."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from toolkit.charts.drawing import ACCENT, BAND, EDGE, GREY, INK, SOLID, STRIP, Plan, Sheet, text_width
from toolkit.charts.grid import MOST_BARS, Row, bar, draw_rows, rows_height
from toolkit.charts.words import basis, clean, subject_line, title_of
from toolkit.model import Measured
from toolkit.show import sentence

if TYPE_CHECKING:
    import pandas as pd

KEY = STRIP + 0.1  # inches above the rows, for the names of the sides
GAP = 0.12  # inches between a side's name and the common zero


class Entry(NamedTuple):
    """What a side owed of one kind, and what of it was kept."""

    owed: float
    kept: float

    @property
    def words(self) -> str:
        """What was kept of what was owed."""
        return f"{self.kept:,.0f} of {self.owed:,.0f}" if self.owed else "nothing owed"


def plan_two_sided(measured: Measured, frame: pd.DataFrame, by: str, sides: tuple[str, str], subject: str) -> Plan:
    """The words, scale and drawing of what two sides owed and kept: pale what was owed, strong what of it was kept.

    frame: one row a side and `by`, as `charts.two_sided` says.
    """
    names = list(dict.fromkeys(frame[by]))
    cells = {(row[by], row["side"]): Entry(float(row["owed"]), float(row["kept"])) for row in frame.to_dict("records")}
    pairs = [tuple(cells.get((name, side), Entry(0.0, 0.0)) for side in sides) for name in names[:MOST_BARS]]
    rows = [
        Row(clean(name), f"{left.words} | {right.words}", bold=name == "all")
        for name, (left, right) in zip(names, pairs, strict=False)
    ]
    title = title_of(measured)
    told = "; ".join(
        f"{row.name}: {sides[0]} {left.words}, {sides[1]} {right.words}"
        for row, (left, right) in zip(rows, pairs, strict=True)
    )
    return Plan(
        title=title,
        under=subject_line(subject, replace(measured, unit="how many"), f"by {by.replace('_', ' ')}"),
        alt=f"{sentence(title)} Bars to both sides, {sides[0]} left, {sides[1]} right. {sentence(told)}",
        notes=[
            f"Left: what the {sides[0]} owed; right: what the {sides[1]} owed. Strong: what of it was kept; pale: the rest",
            f"Written: kept of owed, {sides[0]} | {sides[1]}",
            f"{len(names) - len(rows):,} more kinds in the table" if len(names) > len(rows) else "",
            *basis(measured),
        ],
        height=lambda width: rows_height(rows, "share", width) + KEY,
        draw=functools.partial(_draw, rows=rows, pairs=pairs, sides=sides),
    )


def _draw(sheet: Sheet, *, rows: Sequence[Row], pairs: Sequence[tuple[Entry, ...]], sides: tuple[str, str]) -> None:
    reach = max([1.0, *(entry.owed for pair in pairs for entry in pair)])
    panel, at, thick = draw_rows(sheet, rows, (-reach, reach), "", key=KEY, both_ways=True)
    for pair, y in zip(pairs, at, strict=True):
        for entry, sign, name in zip(pair, (-1, 1), ("left", "right"), strict=True):
            bar(panel, 0.0, sign * entry.owed, y, thick, BAND, gid=f"owed-{name}", edgecolor=GREY, linewidth=0.5)
            bar(panel, 0.0, sign * entry.kept, y, thick, SOLID if sign < 0 else ACCENT, gid=f"kept-{name}", zorder=2.2)
    box = panel.place
    zero = (box.x0 + box.width / 2) * sheet.width
    y = sheet.body - STRIP
    sheet.write(max(EDGE, zero - GAP - text_width(sides[0], bold=True)), y, sides[0], color=INK, weight="bold")
    sheet.write(zero + GAP, y, sides[1], color=ACCENT, weight="bold")
