"""The table of costs that ledgers seldom hold, which several areas read, and the categories of the client's own cost."""

from __future__ import annotations

from toolkit.tables import Column, Rule, Table

ONE_OFF = ("selection", "transition", "severance", "exit")  # categories of internal_costs that do not recur
RECURRING = (
    *("staff", "tools", "infrastructure", "overhead", "management"),
    *("travel", "productivity", "improvement", "other"),
)
CATEGORIES = (*RECURRING[:-1], *ONE_OFF, RECURRING[-1])

HIDDEN_COSTS = Table(
    "hidden_costs",
    "the published range of one kind of cost that outsourcing brings and ledgers seldom hold",
    (
        Column("item", "text", "Kind of cost", example="Contract management"),
        Column(
            "category",
            "text",
            "Category of internal_costs; where it is recorded there, the range is not used",
            allowed=CATEGORIES,
            example="management",
        ),
        Column("low", "number", "Low end", "share of vendor charges", low=0, example="0.06"),
        Column("base", "number", "Middle", "share of vendor charges", low=0, example="0.08"),
        Column("high", "number", "High end", "share of vendor charges", low=0, example="0.10"),
        Column("source", "text", "Work and page", example="Overby, CIO, September 2003"),
        Column("source_year", "integer", "Year of the source", example="2003"),
    ),
    key=("item",),
    rules=(
        Rule(
            "low, base and high in rising order",
            ("low", "base", "high"),
            lambda rows: (rows["low"] <= rows["base"]) & (rows["base"] <= rows["high"]),
        ),
    ),
    area="cost",
    client_only=True,
)
