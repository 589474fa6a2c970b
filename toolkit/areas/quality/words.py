"""The words that the claims of this area share: plurals, money to the penny, months in a list."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.model import month_words


def plural(n: int, one: str, many: str = "") -> str:
    """A number with its noun: '1 month', '1,200 months'."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"


def money(value: float, unit: str) -> str:
    """An amount to the penny: '1,200.50 GBP'."""
    return f"{value:,.2f} {unit}".replace("-", "−")


def listed_months(months: Iterable[pd.Period]) -> str:
    """The first three months in words, and dots where there are more."""
    every = list(months)
    return ", ".join(month_words(month) for month in every[:3]) + (" ..." if len(every) > 3 else "")


def joined(*notes: str) -> str:
    """What a reader must know beside the number, one note after the other; empty ones fall out."""
    return "; ".join(note for note in notes if note)
