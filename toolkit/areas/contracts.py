"""The table of contracts, which several areas read: what prices, and what days of notice, hold until when."""

from __future__ import annotations

from toolkit.areas.columns import VENDOR, optional
from toolkit.tables import Column, Rule, Table

CONTRACTS = Table(
    "contracts",
    "one contract with a vendor, or one part of it with prices and dates of its own",
    (
        VENDOR,
        Column("contract", "text", "Contract number", example="C-17"),
        optional("service", "text", "Service it covers; empty when it covers all", example="Service desk"),
        Column("start", "date", "First day", example="2025-01-01"),
        optional("end", "date", "Last day", example="2027-12-31"),
        optional("value", "number", "Total committed", "currency", low=0, example="900000"),
        optional("notice_days", "integer", "Days of notice before the end", low=0, example="90"),
        optional(
            "indexation",
            "text",
            "How prices may rise at each anniversary of the price's valid_from: none; fixed, by indexation_rate; "
            "index, as the client's price index grew over the same months",
            allowed=("none", "fixed", "index"),
            example="index",
        ),
        optional(
            "indexation_rate",
            "number",
            "Yearly rate if fixed, yearly cap if index",
            "share",
            low=0,
            high=1,
            example="0.03",
        ),
    ),
    key=("vendor", "contract"),
    rules=(
        Rule(
            "an end that is not before the start",
            ("start", "end"),
            lambda rows: rows["end"].isna() | (rows["end"] >= rows["start"]),
        ),
        Rule(
            "an indexation_rate for fixed indexation",
            ("indexation", "indexation_rate"),
            lambda rows: (rows["indexation"].fillna("") != "fixed") | rows["indexation_rate"].notna(),
        ),
    ),
    area="cost",
)
