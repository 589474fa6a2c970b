"""Quality review: is the service good, and is it getting better?

Decision: whether a service level is held, renegotiated or enforced, and whether credits are claimed.
Tables: tickets, and, where they exist, ticket_changes, ticket_pauses, service_levels, calendars, holidays,
service_level_results, releases, defects, deployments, credits, credit_terms, credit_bands.
Limits: what a ticket system holds is what people typed into it; an outage that nobody reported is in no table.

tables.py        what each file holds
monthly.py       series by month: which are known, control charts with their levels
clock.py         reading tickets: the last look, when they ended, the hours that count
incidents.py     how often does it fail
outages.py       how long is it down
defects.py       how good is the software
deployments.py   how it comes
credits.py       which credits were due, and which were not given
words.py         the words that claims share
"""

from toolkit.areas.quality.credits import credits_by_level, credits_due, credits_unclaimed
from toolkit.areas.quality.defects import defect_density, escape_rate, removal_efficiency
from toolkit.areas.quality.deployments import (
    change_fail_rate,
    change_lead_time,
    deployment_frequency,
    recovery_time,
    rework_rate,
)
from toolkit.areas.quality.incidents import incident_rate, incident_rate_change, monthly_incidents
from toolkit.areas.quality.outages import availability, time_between_failures, time_to_repair, time_to_restore

__all__ = [
    "availability",
    "change_fail_rate",
    "change_lead_time",
    "credits_by_level",
    "credits_due",
    "credits_unclaimed",
    "defect_density",
    "deployment_frequency",
    "escape_rate",
    "incident_rate",
    "incident_rate_change",
    "monthly_incidents",
    "recovery_time",
    "removal_efficiency",
    "rework_rate",
    "time_between_failures",
    "time_to_repair",
    "time_to_restore",
]
