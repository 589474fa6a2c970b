"""The tables of the exit area: what else could be done, what leaving would take, and what it hangs on."""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.areas.columns import VENDOR, optional
from toolkit.areas.contracts import CONTRACTS
from toolkit.areas.hidden_costs import HIDDEN_COSTS
from toolkit.areas.invoices import INVOICES
from toolkit.stats.simulation import circles
from toolkit.tables import Column, Rule, Table

AREA = "exit"
STAY, RENEGOTIATE, DUAL, SWITCH, INSOURCE = "stay", "renegotiate", "dual_source", "switch", "insource"
OPTIONS = {STAY: "Stay", RENEGOTIATE: "Renegotiate", DUAL: "Dual-source", SWITCH: "Switch", INSOURCE: "Insource"}
YES_NO = ("yes", "no")
PARTS = {  # what a plan to leave has to cover
    "data": "Data returned and deleted",
    "knowledge": "Knowledge handed over",
    "people": "People moved, kept and told",
    "assets": "Assets and licences",
    "contracts": "Contracts with third parties",
    "access": "Access and identities withdrawn",
    "replacement": "The replacement found and set up",
    "continuity": "The service kept up meanwhile",
}
SUBSTITUTABLE = ("not_substitutable", "highly_complex", "medium_complexity", "easily_substitutable")
HARD = SUBSTITUTABLE[:2]
AND = "|"  # between the tasks that one waits for

money = partial(optional, kind="number", unit="currency", low=0)
months = partial(optional, kind="number", unit="months", low=0)


def _rising(name: str) -> Rule:
    """The promise that a range rises, where it is given."""
    columns = tuple(f"{name}_{end}" for end in ("low", "likely", "high"))
    low, likely, high = columns
    return Rule(
        f"{low}, {likely} and {high} in rising order",
        columns,
        lambda rows: (
            rows[list(columns)].isna().any(axis="columns")
            | ((rows[low] <= rows[likely]) & (rows[likely] <= rows[high]))
        ),
    )


def _all_or_none(about: str, columns: tuple[str, ...]) -> Rule:
    """The promise that some columns are filled together."""
    return Rule(about, columns, lambda rows: rows[list(columns)].notna().sum(axis="columns").isin((0, len(columns))))


def _but_for_stay(about: str, name: str) -> Rule:
    """The promise of a range for every option but staying."""
    columns = tuple(f"{name}_{end}" for end in ("low", "likely", "high"))
    return Rule(
        about,
        ("option", *columns),
        lambda rows: rows["option"].eq(STAY) | rows[list(columns)].notna().all(axis="columns"),
    )


ALTERNATIVES = Table(
    "alternatives",
    "one way to get a service: as now, on other terms, from others, or from the client's own people",
    (
        VENDOR,
        optional("service", "text", "Service as invoices name it; empty for all of the vendor's", example="Hosting"),
        Column("alternative", "text", "Who or what: a candidate, changed terms, an own team", example="Cloudwick"),
        Column("option", "text", "What that means for the vendor", allowed=tuple(OPTIONS), example=SWITCH),
        Column(
            "price_low",
            "number",
            "What the whole service would cost a year, at least",
            "currency",
            low=0,
            example="410000",
        ),
        Column("price_likely", "number", "Most likely", "currency", low=0, example="450000"),
        Column("price_high", "number", "At most", "currency", low=0, example="560000"),
        money(
            "one_off_low", about="What it takes once, transition included, at least; 0 where nothing", example="60000"
        ),
        money("one_off_likely", about="Most likely", example="90000"),
        money("one_off_high", about="At most", example="180000"),
        months("lead_low", about="Months from the decision until it runs, at least", example="4"),
        months("lead_likely", about="Most likely", example="6"),
        months("lead_high", about="At most", example="11"),
        optional("risk", "text", "What may go wrong beyond these ranges", example="Data cannot be moved in time"),
        optional("risk_probability", "number", "How likely that is", "share", low=0, high=1, example="0.12"),
        money("risk_low", about="What it would cost then, at least", example="300000"),
        money("risk_likely", about="Most likely", example="700000"),
        money("risk_high", about="At most", example="1200000"),
        optional("fit", "number", "How much of what is needed it offers", "share", low=0, high=1, example="0.85"),
        optional("quoted", "date", "Day of the quote or estimate", example="2026-07-15"),
        optional("source", "text", "Where the figures come from", example="Written quote"),
    ),
    key=("vendor", "service", "alternative"),
    rules=(
        *(_rising(name) for name in ("price", "one_off", "lead", "risk")),
        _but_for_stay("a one-off cost (0 where there is none) for every option but stay", "one_off"),
        _but_for_stay("a lead time for every option but stay", "lead"),
        Rule(
            "one row with option stay for each service",
            ("vendor", "service", "option"),
            lambda rows: rows["option"].ne(STAY) | ~rows.duplicated(["vendor", "service", "option"], keep=False),
        ),
        _all_or_none(
            "a risk's probability and its three costs, or none of them",
            ("risk_probability", "risk_low", "risk_likely", "risk_high"),
        ),
    ),
    area=AREA,
    client_only=True,
)


def waits_for(exit_plan: pd.DataFrame) -> dict[str, list[str]]:
    """By task those that it waits for, as one vendor's plan names them."""
    named = exit_plan["depends_on"].fillna("").astype("str")
    waits = [[name.strip() for name in text.split(AND) if name.strip()] for text in named]
    return dict(zip(exit_plan["task"].astype("str"), waits, strict=True))


def _circles_of(rows: pd.DataFrame) -> pd.Series:
    """For each row the circle that its task stands in, in words; '' for none."""
    words = pd.Series("", index=rows.index, dtype="str")
    for _, plan in rows.groupby("vendor", dropna=False):
        for circle in circles(waits_for(plan)):
            inside = plan.index[plan["task"].isin(circle)]
            words[inside] = f"The circle is {' -> '.join(circle)}: take one of these dependencies out."
    return words


EXIT_PLAN = Table(
    "exit_plan",
    "one task of the plan to leave a vendor",
    (
        VENDOR,
        Column("task", "text", "Short name of the task", example="T3"),
        optional("title", "text", "What is done", example="Export all data and have it read by somebody else"),
        Column("part", "text", "What part of leaving it belongs to", allowed=tuple(PARTS), example="data"),
        optional("depends_on", "text", f"Tasks that must end before it begins, separated by {AND}", example="T1|T2"),
        optional("days_low", "number", "Days it takes, at least", "days", low=0, example="10"),
        optional("days_likely", "number", "Most likely", "days", low=0, example="15"),
        optional("days_high", "number", "At most", "days", low=0, example="40"),
        optional("owner", "text", "Role that answers for it", example="Head of infrastructure"),
        optional("done", "date", "Day on which it was done; empty while it is not", example="2026-05-30"),
        optional("tested", "date", "Day on which it was last tried out", example="2026-03-11"),
        optional("tested_when", "text", "When it is to be tried out", example="Every spring, with the restore test"),
    ),
    key=("vendor", "task"),
    rules=(
        _rising("days"),
        Rule(
            "tasks that do not wait for one another in a circle",
            ("vendor", "task", "depends_on"),
            lambda rows: _circles_of(rows) == "",
            do=_circles_of,
        ),
    ),
    area=AREA,
    client_only=True,
)

EXIT_BUDGET = Table(
    "exit_budget",
    "one amount set aside for leaving a vendor; 0 where it is known that there is none",
    (
        VENDOR,
        Column("item", "text", "What it is for", example="Transition to another host"),
        Column("amount", "number", "Amount set aside, in the client's currency", "currency", low=0, example="120000"),
        optional("approved", "date", "Day on which it was approved", example="2026-01-20"),
    ),
    key=("vendor", "item"),
    area=AREA,
    client_only=True,
)

SERVICES = Table(
    "services",
    "one service that is bought from a vendor: how much hangs on it, and how well it could be replaced",
    (
        VENDOR,
        Column("service", "text", "Service as invoices name it", example="Hosting"),
        optional(
            "criticality",
            "text",
            "What it means when it fails",
            allowed=("critical", "important", "other"),
            example="critical",
        ),
        optional(
            "substitutability",
            "text",
            "How well it could be had from others, as in the register of EU DORA (B_07.01)",
            allowed=SUBSTITUTABLE,
            example="highly_complex",
        ),
        optional("why", "text", "Why it is hard to replace", example="Own data format"),
        optional("second_source", "text", "Whether somebody else delivers it today, too", allowed=YES_NO, example="no"),
        optional(
            "reintegration",
            "text",
            "How it could be taken back in-house",
            allowed=("easy", "difficult", "highly_complex"),
            example="difficult",
        ),
        optional("last_audit", "date", "Day of the last audit", example="2025-11-04"),
        optional(
            "annual_spend", "number", "Spend a year, where invoices do not tell it", "currency", low=0, example="480000"
        ),
    ),
    key=("vendor", "service"),
    area=AREA,
    client_only=True,
)

CLIENT_SPEND = Table(
    "client_spend",
    "what the client spent with all its suppliers, on one service or on everything, in one period",
    (
        Column("period", "period", "Year, half year, quarter or month", example="2026-Q2"),
        optional("service", "text", "Service as invoices name it; empty for everything", example="Hosting"),
        Column("amount", "number", "Spend with all suppliers, net of credits", "currency", low=0, example="1900000"),
        optional("suppliers", "integer", "How many suppliers that went to", low=1, example="4"),
        optional(
            "concentration", "number", "Herfindahl-Hirschman index over all of them", low=0, high=1, example="0.31"
        ),
        optional("source", "text", "Where the figures come from", example="Ledger"),
    ),
    key=("period", "service"),
    area=AREA,
    client_only=True,
)

TRIGGERS = Table(
    "triggers",
    "one agreed sign that something has to change, and what it opens",
    (
        VENDOR,
        Column("trigger", "text", "Short name", example="X1"),
        Column("measure", "text", "Address of the measure in another area", example="cost.budget_variance"),
        Column(
            "side", "text", "On which side of the threshold it is reached", allowed=("above", "below"), example="above"
        ),
        Column("threshold", "number", "In the measure's unit; shares as 0.10, not 10", example="0.10"),
        optional("in_a_row", "integer", "Periods in a row; 1 where it is not said", low=1, example="2"),
        Column("opens", "text", "Option that it opens", allowed=tuple(OPTIONS), example=RENEGOTIATE),
        optional("why", "text", "Why this sign", example="The board's limit"),
    ),
    key=("vendor", "trigger"),
    area=AREA,
    client_only=True,
)

TABLES = (
    *(ALTERNATIVES, EXIT_PLAN, EXIT_BUDGET, SERVICES, CLIENT_SPEND, TRIGGERS),
    *(INVOICES, CONTRACTS, HIDDEN_COSTS),
)
