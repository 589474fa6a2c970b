"""Quality review: is the service good, and is it getting better?

Decision: whether a service level is held, renegotiated or enforced, and whether credits are claimed.
Tables: tickets, and, where they exist, ticket_changes, ticket_pauses, service_levels, calendars, holidays,
service_level_results, releases, defects, deployments, credits, credit_terms, credit_bands, volumes, disclosures, complaints.
Limits: what a ticket system holds is what people typed into it; an outage that nobody reported is in no table. Tickets say
how a promise was kept, not whether the people who needed the service were helped.

Read it in the notebook's order:

tables.py    what each file holds
clock.py     reading tickets: the last look at them, when they ended, the hours that count
checks.py    gaps, contradictions, months that thin out
levels.py    each ticket judged by the service levels: what was kept, left out, and counted differently by the vendor
times.py     how long does it take, with open tickets counted as open, and has that changed
flow.py      does the work get done, and done right the first time
incidents.py how often does it fail
outages.py   how long is it down
growth.py    does the service hold as volume grows
disclosure.py how long until the client is told
defects.py   how good is the software
deployments.py how changes arrive: DORA's five
signs.py     signs that a number is being managed, beside what chance, other tickets or the past would give
credits.py   which credits were due, and which were not given
shares.py    shares of tickets with their intervals, by group and by month
monthly.py   series by month, their control charts and changes of level
complaints.py complaints by number of users
answer.py    the answer in one sentence, from findings
words.py     the words that claims share
"""

from toolkit.areas.quality.answer import answer
from toolkit.areas.quality.checks import checks
from toolkit.areas.quality.complaints import complaint_rate
from toolkit.areas.quality.credits import credits_by_level, credits_due, credits_unclaimed
from toolkit.areas.quality.defects import defect_density, escape_rate, removal_efficiency
from toolkit.areas.quality.deployments import (
    change_fail_rate,
    change_lead_time,
    deployment_frequency,
    recovery_time,
    rework_rate,
)
from toolkit.areas.quality.disclosure import disclosed_in_time, time_to_disclose
from toolkit.areas.quality.flow import backlog, first_time_right, reassigned_share, reopened_share
from toolkit.areas.quality.growth import attainment_under_growth, volume_growth
from toolkit.areas.quality.incidents import incident_rate, incident_rate_change, monthly_incidents
from toolkit.areas.quality.levels import (
    excluded_tickets,
    judged_tickets,
    levels_met,
    monthly_results,
    reported_difference,
    sla_attainment,
)
from toolkit.areas.quality.outages import availability, time_between_failures, time_to_repair, time_to_restore
from toolkit.areas.quality.signs import (
    bunched_under_limit,
    closed_and_reopened,
    growing_pauses,
    lowered_before_breach,
    split_tickets,
)
from toolkit.areas.quality.tables import (
    AREA,
    CALENDARS,
    COMPLAINTS,
    CREDIT_BANDS,
    CREDIT_TERMS,
    CREDITS,
    DEFECTS,
    DEPLOYMENTS,
    DISCLOSURES,
    HOLIDAYS,
    RELEASES,
    SERVICE_LEVEL_RESULTS,
    SERVICE_LEVELS,
    TABLES,
    TICKET_CHANGES,
    TICKET_PAUSES,
    TICKETS,
)
from toolkit.areas.quality.times import time_to_acknowledge, time_to_resolve, time_to_resolve_change

NAME = AREA
TITLE = "Quality review"
NOTEBOOK = "30_quality_review"
QUESTION = "Is the service good, and is it getting better?"
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "quality.sla_attainment",
    "quality.time_to_resolve",
    "quality.time_to_resolve_change",
    "quality.reopened_share",
    "quality.backlog",
    "quality.credits_unclaimed",
    "quality.first_time_right",
    "quality.incident_rate_change",
    "quality.availability",
    "quality.escape_rate",
    "quality.change_fail_rate",
)
TOTALS = ("quality.credits_unclaimed",)  # amounts that may be added over vendors
DIFFERENCES = (  # shown with their sign
    "quality.time_to_resolve_change",
    "quality.incident_rate_change",
    "quality.volume_growth",
    "quality.attainment_under_growth",
)
SIGN = ("quality.time_to_resolve_change", "slower than in the period before", "faster than in the period before")

__all__ = [
    "CALENDARS",
    "COMPLAINTS",
    "CREDITS",
    "CREDIT_BANDS",
    "CREDIT_TERMS",
    "DEFECTS",
    "DEPLOYMENTS",
    "DIFFERENCES",
    "DISCLOSURES",
    "HEADLINES",
    "HOLIDAYS",
    "NAME",
    "NOTEBOOK",
    "QUESTION",
    "RELEASES",
    "SERVICE_LEVELS",
    "SERVICE_LEVEL_RESULTS",
    "SIGN",
    "TABLES",
    "TICKETS",
    "TICKET_CHANGES",
    "TICKET_PAUSES",
    "TITLE",
    "TOTALS",
    "answer",
    "attainment_under_growth",
    "availability",
    "backlog",
    "bunched_under_limit",
    "change_fail_rate",
    "change_lead_time",
    "checks",
    "closed_and_reopened",
    "complaint_rate",
    "credits_by_level",
    "credits_due",
    "credits_unclaimed",
    "defect_density",
    "deployment_frequency",
    "disclosed_in_time",
    "escape_rate",
    "excluded_tickets",
    "first_time_right",
    "growing_pauses",
    "incident_rate",
    "incident_rate_change",
    "judged_tickets",
    "levels_met",
    "lowered_before_breach",
    "monthly_incidents",
    "monthly_results",
    "reassigned_share",
    "recovery_time",
    "removal_efficiency",
    "reopened_share",
    "reported_difference",
    "rework_rate",
    "sla_attainment",
    "split_tickets",
    "time_between_failures",
    "time_to_acknowledge",
    "time_to_disclose",
    "time_to_repair",
    "time_to_resolve",
    "time_to_resolve_change",
    "time_to_restore",
    "volume_growth",
]
