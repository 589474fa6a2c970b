"""The table of change requests, which several areas read: what was asked to be changed, and as it was known on a day."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.columns import VENDOR, not_before, optional
from toolkit.areas.look import last_day
from toolkit.model import Period
from toolkit.tables import Column, Rule, Table

PARTIES = ("client", "vendor", "third_party")
DECISIONS = ("open", "accepted", "rejected", "withdrawn")
PROJECT = optional("project", "text", "Project, release or work package that it belongs to", example="Portal")

CHANGE_REQUESTS = Table(
    "change_requests",
    "one request to change what was agreed",
    (
        VENDOR,
        Column("request", "text", "Number of the request", example="CR-031"),
        PROJECT,
        optional("deliverable", "text", "Deliverable that it changes, as in deliverables", example="D-014"),
        Column("raised", "date", "Day on which it was raised", example="2026-04-14"),
        optional("decided", "date", "Day on which it was decided", example="2026-04-28"),
        Column("state", "text", "What was decided", allowed=DECISIONS, example="accepted"),
        optional("reason", "text", "Why it was raised", example="New law"),
        optional("raised_by", "text", "Whose wish it was", allowed=PARTIES, example="client"),
        optional(
            "cost", "number", "What it adds to the cost, in the client's currency", unit="currency", example="4500"
        ),
        optional("effort", "number", "Hours it adds", example="60"),
    ),
    key=("vendor", "request"),
    rules=(
        not_before("decided", "raised", "a decision that is not before the request"),
        Rule(
            "no day of decision on what is open",
            ("state", "decided"),
            lambda rows: rows["state"].ne("open") | rows["decided"].isna(),
        ),
    ),
    area="delivery",
)


def decided_by(change_requests: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The change requests raised by the period's end; what was decided later was open."""
    rows = change_requests[change_requests["raised"] <= last_day(period)]
    later = rows["decided"] > last_day(period)
    return rows.assign(state=rows["state"].astype("str").mask(later, "open"), decided=rows["decided"].mask(later))
