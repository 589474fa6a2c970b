"""Words that the claims of several areas share, so that an interval reads the same everywhere."""

from __future__ import annotations

import math

from toolkit.model import number


def bracket(low: float, high: float, unit: str = "") -> str:
    """' (9.8 % to 15.0 %)' behind a value, or '' where there is no interval. Other units than shares stay away."""
    if math.isnan(low) or math.isnan(high):
        return ""
    bare = "share" if unit == "share" else ""
    return f" ({number(low, bare)} to {number(high, bare)})"
