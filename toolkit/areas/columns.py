"""Columns that tables of several areas have, so that each has one name and one meaning."""

from __future__ import annotations

from functools import partial

from toolkit.tables import Column, Rule

optional = partial(Column, required=False, filled=False)

VENDOR = Column("vendor", "id", "Vendor id, as in review.yaml or vendors.csv", example="alder")
SERVICE = optional("service", "text", "Service as the contract names it", example="Service desk")
MONTH = Column("month", "month", "Month", example="2026-03")
CURRENCY = optional("currency", "text", "ISO 4217 code where it is not the client's currency", example="EUR")
SOURCE_FILE = optional("source_file", "text", "Export that the row came from", example="2026-03.csv")
SOURCE_ROW = optional("source_row", "integer", "Row in that export", low=1, example="17")


def not_before(later: str, earlier: str, about: str) -> Rule:
    """The promise that one day is not before another, where both are known."""
    return Rule(
        about,
        (earlier, later),
        lambda rows: rows[later].isna() | rows[earlier].isna() | (rows[later] >= rows[earlier]),
    )
