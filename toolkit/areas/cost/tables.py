"""The tables of the cost area: what one row is, what each column holds, and what must hold between columns."""

from __future__ import annotations

from toolkit.areas.columns import CURRENCY, MONTH, SERVICE, VENDOR, optional
from toolkit.areas.contracts import CONTRACTS
from toolkit.areas.hidden_costs import CATEGORIES, HIDDEN_COSTS
from toolkit.areas.invoices import INVOICES
from toolkit.areas.volumes import VOLUMES
from toolkit.tables import Column, Rule, Table

AREA = "cost"

RATES = Table(
    "rates",
    "the agreed price of one item from one day on",
    (
        VENDOR,
        Column("item", "text", "Item as invoices name it", example="Ticket, standard"),
        optional("unit", "text", "What one unit is", example="ticket"),
        Column("valid_from", "date", "First day of this price", example="2025-01-01"),
        optional("valid_to", "date", "Last day of this price", example="2026-12-31"),
        Column("unit_price", "number", "Agreed price of one unit", "billed currency", low=0, example="2.40"),
        CURRENCY,
        optional(
            "discount_above",
            "number",
            "Units a month above which the discount is on every unit",
            low=0,
            example="10000",
        ),
        optional("discount", "number", "Volume discount on the unit price", "share", low=0, high=1, example="0.05"),
    ),
    key=("vendor", "item", "valid_from"),
    rules=(
        Rule(
            "a last day that is not before the first",
            ("valid_from", "valid_to"),
            lambda rows: rows["valid_to"].isna() | (rows["valid_to"] >= rows["valid_from"]),
        ),
        Rule(
            "a discount and the volume above which it applies, or neither",
            ("discount_above", "discount"),
            lambda rows: rows["discount_above"].isna() == rows["discount"].isna(),
        ),
    ),
    area=AREA,
)

INTERNAL_COSTS = Table(
    "internal_costs",
    "what one category of a service cost the client itself in one month, before the contract or during it",
    (
        VENDOR,
        MONTH,
        SERVICE,
        Column(
            "category",
            "text",
            "What the money was for; selection, transition, severance and exit are one-off, the others recur",
            allowed=CATEGORIES,
            example="staff",
        ),
        Column("amount", "number", "Cost", "currency", example="42000"),
        CURRENCY,
    ),
    key=("vendor", "month", "service", "category"),
    dated="month",
    area=AREA,
    client_only=True,
)

BUDGETS = Table(
    "budgets",
    "what was budgeted for all of a vendor's charges in one month, one-off charges included",
    (
        VENDOR,
        MONTH,
        SERVICE,
        Column("amount", "number", "Budget for all charges, one-off included", "currency", low=0, example="110000"),
    ),
    key=("vendor", "month", "service"),
    dated="month",
    area=AREA,
    client_only=True,
)

BUSINESS_CASE = Table(
    "business_case",
    "the running net saving that the business case promised for one period",
    (
        VENDOR,
        Column("period", "period", "Period of the promise; no month in two of them", example="2026-Q1"),
        Column("promised_saving", "number", "Net saving promised, before one-off cost", "currency", example="60000"),
    ),
    key=("vendor", "period"),
    area=AREA,
    client_only=True,
)

PRICE_INDEX = Table(
    "price_index",
    "the value of one price index in one month or year",
    (
        Column("index", "text", "Name of the index, as review.yaml names it", example="UK-CPI"),
        Column("period", "period", "Month, or year for an annual average", example="2026-03"),
        Column("value", "number", "Index value; only ratios matter", low=0, example="131.4"),
        Column("source", "text", "Who published it", example="Office for National Statistics, D7BT"),
        Column("source_year", "integer", "Year in which the source was read", example="2026"),
    ),
    key=("index", "period"),
    rules=(
        Rule(
            "a month such as 2026-03, or a year",
            ("period",),
            lambda rows: rows["period"].isna() | rows["period"].str.fullmatch(r"\d{4}(-\d\d)?").astype("bool"),
        ),
    ),
    area=AREA,
)

TABLES = (INVOICES, CONTRACTS, RATES, INTERNAL_COSTS, VOLUMES, BUDGETS, BUSINESS_CASE, PRICE_INDEX, HIDDEN_COSTS)
