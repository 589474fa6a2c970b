"""The words that the claims of this area share: plurals, and which way a difference goes."""

from __future__ import annotations

import math

from toolkit.areas.words import bracket
from toolkit.model import number

NO_INTERVAL = "none: fewer than three months since the start are known, so their noise is unknown"


def swing(value: float, low: float, high: float, positive: str, negative: str, unit: str) -> tuple[str, str]:
    """Which way a difference goes, and its interval behind, as amounts without a sign.

    ('below', ' (53,369 to 69,627)') for a saving; where the interval holds zero, both sides are named:
    ('below', ' (25,319 above to 40,039 below)').
    """
    side, other = (positive, negative) if value >= 0 else (negative, positive)
    if math.isnan(low) or math.isnan(high):
        return side, ""
    ends = (low, high) if value >= 0 else (-high, -low)
    if ends[0] >= 0:
        return side, bracket(*ends, unit)
    bare = "share" if unit == "share" else ""
    return side, f" ({number(-ends[0], bare)} {other} to {number(ends[1], bare)} {side})"
