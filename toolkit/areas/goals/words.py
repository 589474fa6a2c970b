"""The words that the claims of this area share: days, lists, goals by their name."""

from __future__ import annotations

from toolkit.model import Measured
from toolkit.show import Shown, quiet, table_html


def named(goal: str, objective: str) -> str:
    """A goal as it is said aloud: 'G1, "Run the service desk for less"'."""
    return f"{goal}, “{objective}”" if objective else goal


def goals_of(whole: int, n: int, one: str, many: str) -> str:
    """'7 of the 9 goals are', 'None of the 9 goals is', 'All 9 goals are': how many, with their verb."""
    if n == 1:
        return f"{whole} of 1 goal {one}"
    if whole in (0, n):
        return f"All {n:,} goals {many}" if whole else f"None of the {n:,} goals {one}"
    return f"{whole:,} of the {n:,} goals {one if whole == 1 else many}"


def about(expected: float) -> str:
    """A number of goals that need not be whole, as it is said: 'about 3', or '3 or 4'."""
    least, part = int(expected), expected % 1
    if 0.25 <= part <= 0.75:
        return f"{least:,} or {least + 1:,}"
    whole = round(expected)
    return f"{whole:,}" if abs(expected - whole) < 0.05 else f"about {whole:,}" if whole else "hardly any"


def rows_of(measured: Measured, part: str = "goal") -> Shown:
    """A part of a measure as an open table, for what is to be read aloud; a sentence where there is nothing in it.

    Nothing where the measure is not assessed: it says so itself, beside the table.
    """
    rows = measured.parts.get(part)
    if rows is None:
        return Shown("")
    if rows.empty:
        return quiet(f"{measured.label}: nothing is missing.")
    shown = rows.drop(columns=[name for name in ("low", "high") if name in rows])
    shown = shown.rename(columns={"value": measured.id.rpartition(".")[2]})
    return Shown(table_html(shown, caption=measured.label, limit=None, cards=True), shown.to_string(index=False))
