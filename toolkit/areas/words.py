"""Words that the claims of several areas share, so that an interval, a plural and a note read the same everywhere."""

from __future__ import annotations

import math

from toolkit.model import number


def bracket(low: float, high: float, unit: str = "") -> str:
    """' (9.8 % to 15.0 %)' behind a value, or '' where there is no interval. Other units than shares stay away."""
    if math.isnan(low) or math.isnan(high):
        return ""
    bare = "share" if unit == "share" else ""
    return f" ({number(low, bare)} to {number(high, bare)})"


def plural(n: int, one: str, many: str = "") -> str:
    """A number with its noun: '1 month', '1,200 months'."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def joined(*notes: str) -> str:
    """What a reader must know beside the number, one note after the other; empty ones fall out."""
    return "; ".join(note for note in notes if note)
