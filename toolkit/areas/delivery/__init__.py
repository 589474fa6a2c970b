"""Delivery review: does what was promised come when it was promised, and how steadily?

Decision: which dates and estimates of the vendor to rely on, what to ask about what is late, and whether to go on.
Tables: deliverables; where they exist: progress, change_requests.
Limits: a list of deliverables holds what somebody wrote into it, and a promise that was moved without a trace looks kept. Few
deliverables say little of the next one. That outsourced work costs more or less than other work shows no cause.

Read it in the notebook's order:

tables.py     what each file holds
look.py       reading the tables: what was known at the end of a period
checks.py     gaps and contradictions
dates.py      does it come when it was promised, and by how much does it slip
flow.py       how long it takes, how much comes a month, and how old what is open has become
forecast.py   when as many come as are open, by the pace of the past, and how often such dates were kept
estimates.py  how good the estimates are
value.py      earned value and earned schedule
acceptance.py is it accepted at the first attempt
scope.py      what changed on the way
size.py       what a unit of size costs, and how many defects it holds
answer.py     the answer in one sentence, from findings
"""

from toolkit.areas.delivery.acceptance import first_time_acceptance
from toolkit.areas.delivery.answer import answer
from toolkit.areas.delivery.checks import checks
from toolkit.areas.delivery.dates import on_time_share, slip
from toolkit.areas.delivery.estimates import estimate_bias, estimate_error, within_estimate_share
from toolkit.areas.delivery.flow import cycle_time, lead_time, throughput, work_in_progress_age
from toolkit.areas.delivery.forecast import completion_forecast, completions
from toolkit.areas.delivery.scope import scope_change, scope_cost
from toolkit.areas.delivery.size import defects_per_size, unit_cost_by_size
from toolkit.areas.delivery.tables import AREA, CHANGE_REQUESTS, COMPLETION_TRIALS, DELIVERABLES, PROGRESS, TABLES
from toolkit.areas.delivery.value import cost_performance, estimate_at_completion, schedule_performance

NAME = AREA
TITLE = "Delivery review"
NOTEBOOK = "40_delivery_review"
QUESTION = "Does what was promised come when it was promised, and how steadily?"
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "delivery.on_time_share",
    "delivery.slip",
    "delivery.estimate_bias",
    "delivery.schedule_performance",
    "delivery.unit_cost_by_size",
    "delivery.lead_time",
    "delivery.first_time_acceptance",
    "delivery.completion_forecast",
    "delivery.throughput",
    "delivery.cycle_time",
    "delivery.cost_performance",
    "delivery.estimate_at_completion",
    "delivery.defects_per_size",
)
TOTALS = ("delivery.scope_cost",)  # amounts that may be added over vendors
DIFFERENCES = ("delivery.slip", "delivery.estimate_bias")  # shown with their sign
SIGN = ("delivery.estimate_bias", "estimating too low as a rule", "estimating too high as a rule")

__all__ = [
    "CHANGE_REQUESTS",
    "COMPLETION_TRIALS",
    "DELIVERABLES",
    "DIFFERENCES",
    "HEADLINES",
    "NAME",
    "NOTEBOOK",
    "PROGRESS",
    "QUESTION",
    "SIGN",
    "TABLES",
    "TITLE",
    "TOTALS",
    "answer",
    "checks",
    "completion_forecast",
    "completions",
    "cost_performance",
    "cycle_time",
    "defects_per_size",
    "estimate_at_completion",
    "estimate_bias",
    "estimate_error",
    "first_time_acceptance",
    "lead_time",
    "on_time_share",
    "schedule_performance",
    "scope_change",
    "scope_cost",
    "slip",
    "throughput",
    "unit_cost_by_size",
    "within_estimate_share",
    "work_in_progress_age",
]
