"""Quality review: is the service good, and is it getting better?

Decision: whether a service level is held, renegotiated or enforced, and whether credits are claimed.
Tables: tickets, and, where they exist, ticket_changes, ticket_pauses, service_levels, calendars, holidays,
service_level_results, releases, defects, deployments, credits, credit_terms, credit_bands.
Limits: what a ticket system holds is what people typed into it; an outage that nobody reported is in no table.

tables.py    what each file holds
"""
