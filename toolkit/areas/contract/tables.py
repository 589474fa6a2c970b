"""The tables of the contract area: what the contract says, what each side owes by it, what changed, and what is used.

None of them is cut off at the end of a period by a date of its own, since what is planned lies ahead: `look.py` shows each as
it was known at that end. The area also reads `contracts`, `change_requests` and the two tables of service levels.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from toolkit.areas.changes import CHANGE_REQUESTS
from toolkit.areas.columns import SERVICE, SOURCE_FILE, SOURCE_ROW, VENDOR, not_before, optional
from toolkit.areas.contract.tender_tables import TENDER_MATCHES, TENDERS
from toolkit.areas.contracts import CONTRACTS
from toolkit.areas.invoices import INVOICES
from toolkit.areas.service_levels import SERVICE_LEVEL_RESULTS, SERVICE_LEVELS
from toolkit.tables import Column, Rule, Table

AREA = "contract"
MET, PARTLY, NOT_MET, NOT_APPLICABLE = STATES = ("met", "partly met", "not met", "not applicable")
LISTS = ("contract", "eu_dora")  # the two checklists of contract_clauses
SEVERITIES = ("critical", "high", "medium", "low")
SIDES = ("client", "vendor")
DIRECTIONS = ("at_least", "at_most")
NOTICE, END = "notice", "end"
EVENTS = (NOTICE, "renewal", "option", "price_review", END, "other")
YES_NO = ("yes", "no")

amount = partial(optional, kind="number", unit="currency", low=0)
CONTRACT = optional("contract", "text", "Contract number, as in contracts; empty where there is one", example="C-17")
SEVERITY = optional("severity", "text", "How much harm it does", allowed=SEVERITIES, example="high")


def _no_overlap(rows: pd.DataFrame) -> pd.Series:
    """Whether each target ends before the next one of the same metric begins; without a last day, it ends with that."""
    ordered = rows.sort_values("valid_from", kind="stable")
    following = ordered.groupby(["vendor", "metric"], dropna=False)["valid_from"].shift(-1)
    return ~(ordered["valid_to"] >= following).reindex(rows.index)


CONTRACT_CLAUSES = Table(
    "contract_clauses",
    "one clause that a contract is checked for",
    (
        Column("clause", "text", "Short name, by which `clauses` names it", example="audit_right"),
        Column(
            "list",
            "text",
            "contract: for every contract; eu_dora: Article 30 of the EU regulation on digital operational resilience, "
            "for financial entities",
            allowed=LISTS,
            example="contract",
        ),
        Column("topic", "text", "What it is about", example="Audit"),
        Column("question", "text", "What has to be answered from the contract's text", example="May we audit?"),
        Column("severity", "text", "How much harm a gap does", allowed=SEVERITIES, example="high"),
        Column("weight", "number", "Weight of the clause in the coverage", low=0, example="3"),
        Column("source", "text", "Where the clause and its weight come from", example="own default"),
        optional("source_year", "integer", "Year of the source", example="2022"),
    ),
    key=("clause",),
    area=AREA,
)

CLAUSES = Table(
    "clauses",
    "what a reviewer found in one contract on one clause of the checklist",
    (
        VENDOR,
        CONTRACT,
        Column("clause", "text", "Short name of the clause, as in contract_clauses", example="audit_right"),
        optional(
            "state",
            "text",
            "Whether the contract holds it: met, partly met, not met, or not applicable; empty where nobody has looked yet",
            allowed=STATES,
            example="partly met",
        ),
        optional("page", "text", "Page or section of the contract that shows it", example="p. 41, 12.3"),
        optional("note", "text", "What it says, or what is missing", example="Once a year, with 30 days of warning"),
        optional("reviewed", "date", "Day of the review", example="2026-05-20"),
        optional("reviewer", "text", "Who reviewed it", example="Contract manager"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "contract", "clause"),
    area=AREA,
)

OBLIGATIONS = Table(
    "obligations",
    "one obligation from the contract, each time that it falls due",
    (
        VENDOR,
        CONTRACT,
        Column("obligation", "text", "Number or short name of the obligation", example="OB-07"),
        optional("about", "text", "What is owed", example="Yearly test of recovery, with a report"),
        optional("clause", "text", "Clause of the contract that says so", example="Schedule 8, 4"),
        optional("owed_by", "text", "Who owes it; the vendor where it is empty", allowed=SIDES, example="vendor"),
        Column("due", "date", "Day on which it is due", example="2026-06-30"),
        optional("fulfilled", "date", "Day on which it was fulfilled; empty while it is not", example="2026-06-24"),
        optional("verified", "date", "Day on which somebody checked that it was", example="2026-07-02"),
        optional("verified_by", "text", "Who checked", example="Internal audit"),
        optional("evidence", "text", "What was seen", example="Report DR-2026"),
        SEVERITY,
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "obligation", "due"),
    rules=(not_before("verified", "fulfilled", "a check that is not before what it checks"),),
    area=AREA,
)

REVISIONS = Table(
    "revisions",
    "one target of one metric, from the day on which it came into force",
    (
        VENDOR,
        CONTRACT,
        Column(
            "metric",
            "text",
            "Service level as in service_levels, or a measure of the toolkit by its address",
            example="quality.sla_attainment",
        ),
        Column("direction", "text", "Which side of the target is good", allowed=DIRECTIONS, example="at_least"),
        Column("target", "number", "Target in force; a share as 0.95", example="0.95"),
        optional("unit", "text", "Unit of the target; a service level's is share", example="share"),
        Column("valid_from", "date", "First day on which it is in force", example="2026-08-01"),
        optional(
            "valid_to", "date", "Last day; empty: until the next target of this metric begins", example="2026-12-31"
        ),
        optional("agreed", "date", "Day on which both signed it", example="2026-07-15"),
        optional("reason", "text", "Why it was revised", example="New sites"),
        optional("document", "text", "Where it is written", example="Amendment 3"),
    ),
    key=("vendor", "metric", "valid_from"),
    rules=(
        not_before("valid_to", "valid_from", "a last day that is not before the first"),
        Rule(
            "a target that ends before the next one of the same metric begins",
            ("vendor", "metric", "valid_from", "valid_to"),
            _no_overlap,
        ),
    ),
    area=AREA,
)

ENTITLEMENTS = Table(
    "entitlements",
    "one service, licence or quantity that the contract entitles to in one period, and how much of it was used",
    (
        VENDOR,
        CONTRACT,
        Column("entitlement", "text", "What one is entitled to", example="Training days"),
        SERVICE,
        Column("period", "period", "Month, quarter, half year or year that the quantity is for", example="2026-Q3"),
        Column("contracted", "number", "How much is contracted for the period", low=0, example="20"),
        optional("used", "number", "How much of it was used; empty where nobody counted", low=0, example="5"),
        optional("unit", "text", "What is counted", example="day"),
        amount(
            "value",
            about="What the contracted quantity costs for the period, in the client's currency",
            example="12000",
        ),
    ),
    key=("vendor", "entitlement", "period"),
    area=AREA,
)

AUDITS = Table(
    "audits",
    "one audit or assessment that was planned or done",
    (
        VENDOR,
        Column("audit", "text", "Number or short name of the audit", example="AU-2026-2"),
        optional("about", "text", "What is audited", example="Security of remote access"),
        optional("auditor", "text", "Who audits", example="Internal audit"),
        optional(
            "planned", "date", "Day for which it is planned; empty where it was not planned", example="2026-05-31"
        ),
        optional("done", "date", "Day on which it was done; empty while it is not", example="2026-06-12"),
        optional("cancelled", "text", "Whether it was given up", allowed=YES_NO, example="no"),
    ),
    key=("vendor", "audit"),
    rules=(
        Rule(
            "a planned day, or the day on which it was done",
            ("planned", "done"),
            lambda rows: rows["planned"].notna() | rows["done"].notna(),
        ),
    ),
    area=AREA,
)

AUDIT_FINDINGS = Table(
    "audit_findings",
    "one finding of an audit",
    (
        VENDOR,
        Column("finding", "text", "Number of the finding", example="AF-12"),
        optional("audit", "text", "Audit that found it, as in audits", example="AU-2026-2"),
        optional("about", "text", "What was found", example="Shared accounts for administrators"),
        Column("severity", "text", "How severe it is", allowed=SEVERITIES, example="high"),
        Column("raised", "date", "Day on which it was raised", example="2026-06-12"),
        optional("due", "date", "Day by which it has to be closed", example="2026-09-30"),
        optional("closed", "date", "Day on which it was closed; empty while it is open", example="2026-08-28"),
        optional("owner", "text", "Who has to close it", example="Vendor, head of security"),
    ),
    key=("vendor", "finding"),
    rules=(
        not_before("closed", "raised", "a closure that is not before it was raised"),
        not_before("due", "raised", "a due day that is not before it was raised"),
    ),
    area=AREA,
)

DISPUTES = Table(
    "disputes",
    "one dispute over what the contract means, what was delivered or what is owed",
    (
        VENDOR,
        CONTRACT,
        Column("dispute", "text", "Number of the dispute", example="DP-3"),
        optional("about", "text", "What it is about", example="Credits for July"),
        optional("cause", "text", "What it comes from", example="Definition of downtime"),
        optional("raised_by", "text", "Who raised it", allowed=SIDES, example="client"),
        Column("raised", "date", "Day on which it was raised", example="2026-04-20"),
        optional("settled", "date", "Day on which it was settled or withdrawn; empty while it is open"),
        amount("value", about="What it is about, in the client's currency", example="18500"),
        amount("settled_value", about="What was agreed in the end, in the client's currency", example="12000"),
    ),
    key=("vendor", "dispute"),
    rules=(not_before("settled", "raised", "a settlement that is not before it was raised"),),
    area=AREA,
)

CONTRACT_DATES = Table(
    "contract_dates",
    "one thing that has to be ready before one date of a contract",
    (
        VENDOR,
        CONTRACT,
        Column(
            "event",
            "text",
            "What happens on that date: notice: the last day to give notice; renewal: it renews; option: the last day to "
            "take up an option; price_review; end: its last day; other",
            allowed=EVENTS,
            example="notice",
        ),
        optional("title", "text", "What it is, where there are several of a kind", example="Option for a fourth year"),
        optional(
            "date", "date", "The date; empty for notice and end, where it follows from contracts", example="2027-04-03"
        ),
        Column("ready", "text", "What has to be ready", example="Offers of two other vendors"),
        Column(
            "lead_days",
            "integer",
            "Days before the date by which it has to be; 0 for the step itself, such as giving notice",
            low=0,
            example="120",
        ),
        optional("owner", "text", "Who sees to it", example="Head of procurement"),
        optional("done", "date", "Day on which it was ready, or the step was taken; empty while it is not"),
    ),
    key=("vendor", "contract", "event", "title", "date", "ready"),
    rules=(
        Rule(
            "a date for all but notice and end",
            ("event", "date"),
            lambda rows: rows["date"].notna() | rows["event"].isin((NOTICE, END)),
        ),
    ),
    area=AREA,
)

TABLES = (
    CONTRACTS,
    CONTRACT_CLAUSES,
    CLAUSES,
    OBLIGATIONS,
    REVISIONS,
    ENTITLEMENTS,
    AUDITS,
    AUDIT_FINDINGS,
    DISPUTES,
    CONTRACT_DATES,
    CHANGE_REQUESTS,
    SERVICE_LEVELS,
    SERVICE_LEVEL_RESULTS,
    INVOICES,
    TENDERS,
    TENDER_MATCHES,
)
