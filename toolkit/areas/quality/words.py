"""The words that the claims of this area share: money to the penny, months in a list."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from toolkit.model import month_words


def money(value: float, unit: str) -> str:
    """An amount to the penny: '1,200.50 GBP'."""
    return f"{value:,.2f} {unit}".replace("-", "−")


def listed_months(months: Iterable[pd.Period]) -> str:
    """The first three months in words, and dots where there are more."""
    every = list(months)
    return ", ".join(month_words(month) for month in every[:3]) + (" ..." if len(every) > 3 else "")
