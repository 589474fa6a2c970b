"""Relationship review: is this a working partnership?

Decision: what to raise at the next review, with whom, and what the client itself has to do better.
Tables: forums, meetings, attendance, actions, responsibilities, contacts, channels, reports_due, client_obligations, plans,
plan_values, evaluations; each where it exists. The months behind a plan come from the findings of the other areas.
Limits: a log holds what somebody wrote into it, and a side that writes nothing down looks quiet. Things owed all count
alike. That a measure moved after a plan is no proof that the plan moved it.

Names and addresses of people are kept as salted hashes, and appear nowhere: pages know roles, and whether they are filled.

Read it in the notebook's order:

tables.py    what each file holds
look.py      reading the tables: what was known at the end of a period
checks.py    gaps and contradictions
forums.py    do both sides meet as agreed: cadence, named roles, agenda
times.py     how long until a trouble is seen, acknowledged, agreed upon, closed, verified; how long a decision takes
log.py       what is open and overdue, what was escalated, what was seen before it did harm
exchange.py  feedback, channels that answer, ideas and what they brought, wins beside issues
roles.py     the RACI table, contacts, channels
ledger.py    what vendor and client each owed and delivered; reports and evaluations
plans.py     improvement plans: did what gave rise to them really move
answer.py    the answer in one sentence, from findings
"""

from toolkit.areas.relationship.answer import answer
from toolkit.areas.relationship.checks import checks
from toolkit.areas.relationship.exchange import (
    answered_in_time,
    feedback_answered,
    idea_value,
    ideas_delivered,
    wins_share,
)
from toolkit.areas.relationship.forums import agenda_used, cadence_kept, role_attendance
from toolkit.areas.relationship.ledger import (
    client_delay_share,
    client_kept,
    evaluations_kept,
    kept_gap,
    ledger,
    paid_on_time,
    reports_on_time,
    vendor_kept,
)
from toolkit.areas.relationship.log import (
    early_warning_share,
    escalations,
    open_action_age,
    overdue_share,
    settled_low_share,
)
from toolkit.areas.relationship.plans import plan_chart, plan_series, plans_effective, plans_without_effect
from toolkit.areas.relationship.roles import accountable_share, channel_coverage, contact_coverage
from toolkit.areas.relationship.tables import AREA, TABLES
from toolkit.areas.relationship.times import (
    decision_latency,
    time_to_acknowledge,
    time_to_agree,
    time_to_close,
    time_to_detect,
    time_to_verify,
)

NAME = AREA
TITLE = "Relationship review"
NOTEBOOK = "60_relationship_review"
QUESTION = "Is this a working partnership?"
READS = ("cost", "quality", "delivery", "sentiment")  # areas whose findings hold the months behind improvement plans
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "relationship.plans_effective",
    "relationship.client_delay_share",
    "relationship.role_attendance",
    "relationship.cadence_kept",
    "relationship.accountable_share",
    "relationship.decision_latency",
    "relationship.vendor_kept",
    "relationship.client_kept",
    "relationship.kept_gap",
    "relationship.overdue_share",
    "relationship.paid_on_time",
    "relationship.reports_on_time",
    "relationship.early_warning_share",
    "relationship.feedback_answered",
    "relationship.evaluations_kept",
)
TOTALS = ("relationship.idea_value",)  # amounts that may be added over vendors
DIFFERENCES = ("relationship.kept_gap",)  # shown with its sign
SIGN = ("relationship.kept_gap", "less punctual than the client", "more punctual than the client")

__all__ = [
    "DIFFERENCES",
    "HEADLINES",
    "NAME",
    "NOTEBOOK",
    "QUESTION",
    "READS",
    "SIGN",
    "TABLES",
    "TITLE",
    "TOTALS",
    "accountable_share",
    "agenda_used",
    "answer",
    "answered_in_time",
    "cadence_kept",
    "channel_coverage",
    "checks",
    "client_delay_share",
    "client_kept",
    "contact_coverage",
    "decision_latency",
    "early_warning_share",
    "escalations",
    "evaluations_kept",
    "feedback_answered",
    "idea_value",
    "ideas_delivered",
    "kept_gap",
    "ledger",
    "open_action_age",
    "overdue_share",
    "paid_on_time",
    "plan_chart",
    "plan_series",
    "plans_effective",
    "plans_without_effect",
    "reports_on_time",
    "role_attendance",
    "settled_low_share",
    "time_to_acknowledge",
    "time_to_agree",
    "time_to_close",
    "time_to_detect",
    "time_to_verify",
    "vendor_kept",
    "wins_share",
]
