"""Contract review: does the contract protect what we need, and is it used?

Decision: what to renegotiate, claim, use or end, and by which day that has to be decided.
Tables: contracts, clauses with the checklist contract_clauses; where they exist: obligations, revisions, entitlements, audits,
audit_findings, disputes, contract_dates, change_requests, service_levels, service_level_results, invoices, tenders,
tender_matches; and what quality and cost found.
Limits: a checklist says whether a clause is there, and neither whether it would hold in court nor whether it is fair; its
weights are defaults. It is a way to read a contract, and no legal advice. What nobody wrote down, such as a dispute, cannot
be counted.

Read it in the notebook's order:

tables.py      what each file holds
look.py        reading the tables: what was known at the end of a period
checks.py      gaps and contradictions
coverage.py    does the contract hold what it should
obligations.py is done what it obliges to
targets.py     was each target kept as it stood
use.py         is what was contracted used
money.py       is what it gives asked for
disputes.py    what is asked to be changed, and what is disputed
tenders.py     was it put out to tender, as far as public lists tell
audits.py      are audits done, and their findings put right
dates.py       which date comes next, and what has to be ready by when
calendar.py    the same as a calendar file
answer.py      the answer in one sentence, from findings
"""

from toolkit.areas.contract.answer import answer
from toolkit.areas.contract.audits import audit_findings_open, audits_done
from toolkit.areas.contract.calendar import calendar_text
from toolkit.areas.contract.checks import checks
from toolkit.areas.contract.coverage import clause_coverage, eu_dora_coverage
from toolkit.areas.contract.dates import days_to_notice, planned_steps, steps_overdue
from toolkit.areas.contract.disputes import (
    change_decision_time,
    change_requests,
    dispute_time,
    disputed_value,
    disputes_open,
)
from toolkit.areas.contract.money import money_left
from toolkit.areas.contract.obligations import obligations_overdue, obligations_verified
from toolkit.areas.contract.tables import (
    AREA,
    AUDIT_FINDINGS,
    AUDITS,
    CLAUSES,
    CONTRACT_CLAUSES,
    CONTRACT_DATES,
    DISPUTES,
    ENTITLEMENTS,
    OBLIGATIONS,
    REVISIONS,
    TABLES,
)
from toolkit.areas.contract.targets import targets_kept
from toolkit.areas.contract.tender_tables import TENDER_MATCHES, TENDERS
from toolkit.areas.contract.tenders import tendered_share
from toolkit.areas.contract.use import entitlement_use, unused_value

NAME = AREA
TITLE = "Contract review"
NOTEBOOK = "70_contract_review"
QUESTION = "Does the contract protect what we need, and is it used?"
SHARED = False  # gaps, offers of others and days of decision are what the client negotiates with
READS = ("cost", "quality")  # areas whose findings it reads: faults in invoices, credits not given, figures by month
KEEPS = ("contract_dates.ics",)  # files that its notebook keeps beside its page
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "contract.clause_coverage",
    "contract.days_to_notice",
    "contract.money_left",
    "contract.obligations_overdue",
    "contract.targets_kept",
    "contract.unused_value",
    "contract.steps_overdue",
    "contract.disputed_value",
    "contract.audit_findings_open",
    "contract.eu_dora_coverage",
    "contract.obligations_verified",
    "contract.audits_done",
    "contract.entitlement_use",
    "contract.disputes_open",
    "contract.change_requests",
)
TOTALS = (
    "contract.money_left",
    "contract.unused_value",
    "contract.disputed_value",
)  # amounts that may be added over vendors
DIFFERENCES = ("contract.days_to_notice",)  # shown with their sign
SIGN = ("contract.days_to_notice", "with notice still to give", "past their last day to give notice")

__all__ = [
    "AUDITS",
    "AUDIT_FINDINGS",
    "CLAUSES",
    "CONTRACT_CLAUSES",
    "CONTRACT_DATES",
    "DIFFERENCES",
    "DISPUTES",
    "ENTITLEMENTS",
    "HEADLINES",
    "KEEPS",
    "NAME",
    "NOTEBOOK",
    "OBLIGATIONS",
    "QUESTION",
    "READS",
    "REVISIONS",
    "SHARED",
    "SIGN",
    "TABLES",
    "TENDERS",
    "TENDER_MATCHES",
    "TITLE",
    "TOTALS",
    "answer",
    "audit_findings_open",
    "audits_done",
    "calendar_text",
    "change_decision_time",
    "change_requests",
    "checks",
    "clause_coverage",
    "days_to_notice",
    "dispute_time",
    "disputed_value",
    "disputes_open",
    "entitlement_use",
    "eu_dora_coverage",
    "money_left",
    "obligations_overdue",
    "obligations_verified",
    "planned_steps",
    "steps_overdue",
    "targets_kept",
    "tendered_share",
    "unused_value",
]
