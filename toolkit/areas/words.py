"""Words that the claims of several areas share, so that an interval, a plural and a list read the same everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import pandas as pd

from toolkit.model import MET, MISSED, UNCLEAR, Finding, month_words, number


def bracket(low: float, high: float, unit: str = "") -> str:
    """' (9.8 % to 15.0 %)' behind a value, or '' where there is no interval. Other units than shares stay away."""
    if math.isnan(low) or math.isnan(high):
        return ""
    bare = "share" if unit == "share" else ""
    return f" ({number(low, bare)} to {number(high, bare)})"


def noun(n: int, one: str, many: str = "") -> str:
    """The noun that goes with a number: 'month' with 1, 'months' with 2."""
    return one if n == 1 else many or f"{one}s"


def plural(n: int, one: str, many: str = "") -> str:
    """A number with its noun: '1 month', '1,200 months'."""
    return f"{n:,} {noun(n, one, many)}"


def joined(*notes: str) -> str:
    """What a reader must know beside the number, one note after the other; empty ones fall out."""
    return "; ".join(note for note in notes if note)


def listed(names: Sequence[str], most: int = 3) -> str:
    """'G1, G2 and G3', or 'G1, G2, G3 and 4 more'."""
    shown = list(names[:most])
    if len(names) > most:
        return f"{', '.join(shown)} and {len(names) - most:,} more"
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"


def listed_months(months: Iterable[pd.Period]) -> str:
    """The first three months in words, and dots where there are more."""
    every = list(months)
    return ", ".join(month_words(month) for month in every[:3]) + (" ..." if len(every) > 3 else "")


def money(value: float, unit: str) -> str:
    """An amount to the penny: '1,200.50 GBP'."""
    return f"{value:,.2f} {unit}".replace("-", "−")


def day_words(day: pd.Timestamp) -> str:
    """A day as a reader says it: '30 September 2026'."""
    return f"{day.day} {day.strftime('%B %Y')}"


# ------------------------------------------------------------------------------------------- the sentence of a whole area
def shown(item: Finding, what: str) -> str:
    """'96.1 % of tickets kept their service level (94.3 % to 97.4 %, goal met)'; `what` stands behind the value."""
    ends = [f"{number(item.low, item.unit)} to {number(item.high, item.unit)}"] if item.low == item.low else []
    ends += [f"goal {item.verdict}"] if item.goal else []
    sure = f" ({', '.join(ends)})" if ends else ""
    return f"{number(item.value, item.unit)} {what}{sure}"


def worst_verdict(items: Iterable[Finding]) -> str:
    """The worst of the verdicts on goals, '' without a goal: one that is missed cannot be made up for by another met."""
    verdicts = {item.verdict for item in items if item.goal}
    return next((verdict for verdict in (MISSED, UNCLEAR, MET) if verdict in verdicts), "")
