"""The words that the claims of this area share: days, lists, goals by their name."""

from __future__ import annotations

from toolkit.model import Measured
from toolkit.show import Shown, quiet, table_html


def named(goal: str, objective: str) -> str:
    """A goal as it is said aloud: 'G1, "Run the service desk for less"'."""
    return f"{goal}, “{objective}”" if objective else goal


def rows_of(measured: Measured, part: str = "goal") -> Shown:
    """A part of a measure as an open table, for what is to be read aloud; a sentence where there is nothing in it."""
    rows = measured.parts.get(part)
    if rows is None:
        return quiet(f"{measured.label}: not assessed, because {measured.because}.")
    if rows.empty:
        return quiet(f"{measured.label}: nothing is missing.")
    shown = rows.drop(columns=[name for name in ("low", "high") if name in rows])
    shown = shown.rename(columns={"value": measured.id.rpartition(".")[2]})
    return Shown(table_html(shown, caption=measured.label, limit=None, cards=True), shown.to_string(index=False))
