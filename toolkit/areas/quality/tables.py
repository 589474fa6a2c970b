"""The tables of the quality area: what one row is, what each column holds, and what must hold between columns.

Moments are points in time: written with the offset of their clock, or by the clocks of the client's time zone. A missing
moment means that it did not happen yet, or that nobody wrote it down: `state` tells the two apart.
"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.columns import CURRENCY, SERVICE, SOURCE_FILE, SOURCE_ROW, VENDOR, not_before, optional
from toolkit.areas.invoices import INVOICES
from toolkit.areas.service_levels import (
    IN_ORDER,
    LEVEL,
    SERVICE_LEVEL_RESULTS,
    SERVICE_LEVELS,
    TICKET_KINDS,
    VALID_FROM,
    VALID_TO,
    only_with,
    share,
)
from toolkit.areas.volumes import VOLUMES
from toolkit.tables import Column, Rule, Table

AREA = "quality"
PARTIES = ("vendor", "client", "third_party")
WAITING = {f"waiting_{party}": party for party in PARTIES}  # a ticket's state, and on whom it waits
STATES = ("new", "active", *WAITING, "resolved", "closed", "cancelled")
FIELDS = ("priority", "state", "group")  # of a ticket, whose changes are recorded
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YES_NO = ("yes", "no")
WINDOW = r"([01]?\d|2[0-3]):[0-5]\d\s*[-–]\s*(([01]?\d|2[0-3]):[0-5]\d|24:00)"
HOURS = rf"{WINDOW}(\s*,\s*{WINDOW})*"

PRIORITY = optional("priority", "integer", "Priority, 1 the most urgent", low=1, high=5, example="2")


def _are_zones(rows: pd.DataFrame) -> pd.Series:
    from zoneinfo import available_timezones

    return rows["timezone"].isin(available_timezones())


def _hours_on(day: str) -> Rule:
    """The promise that a weekday's hours can be read."""
    return Rule(
        "hours such as 09:00-17:30", (day,), lambda rows: rows[day].isna() | rows[day].str.fullmatch(HOURS).eq(True)
    )


TICKETS = Table(
    "tickets",
    "one ticket in the last state that is known: an incident, a request, a problem or a change",
    (
        VENDOR,
        Column("ticket", "text", "Number of the ticket", example="INC0041207"),
        optional(
            "kind",
            "text",
            "Kind of ticket",
            allowed=TICKET_KINDS,
            example="incident",
        ),
        SERVICE,
        optional("group", "text", "Team that had it last, as the ticket system names it", example="Network, 2nd line"),
        PRIORITY,
        optional(
            "state",
            "text",
            "Last known state; a ticket that is closed and has no moment of resolution was not left open",
            allowed=STATES,
            example="closed",
        ),
        Column("opened", "moment", "When it was opened", example="2026-03-02 09:14"),
        optional("acknowledged", "moment", "When work on it began or was promised", example="2026-03-02 09:20"),
        optional(
            "mitigated", "moment", "When the service worked again, if by a workaround", example="2026-03-02 10:05"
        ),
        optional("resolved", "moment", "When the vendor resolved it, for the last time", example="2026-03-02 15:40"),
        optional("closed", "moment", "When it was closed, for the last time", example="2026-03-07 16:00"),
        optional("reopens", "integer", "How often it was reopened", low=0, example="0"),
        optional("reassignments", "integer", "How often it passed from team to team", low=0, example="1"),
        optional(
            "sla_reported",
            "text",
            "Whether it kept its service level by the ticket system's own count",
            allowed=("kept", "missed"),
            example="kept",
        ),
        optional("caused_by", "text", "Who caused it, as agreed by both sides", allowed=PARTIES, example="client"),
        optional(
            "excluded",
            "text",
            "Why it does not count, in a word that `exclusions` of service_levels may name",
            example="maintenance",
        ),
        optional(
            "outage",
            "text",
            "Whether the service was down until it was mitigated, or else resolved",
            allowed=YES_NO,
            example="no",
        ),
        optional("parent", "text", "Ticket that it was split from or goes on with", example="INC0041190"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "ticket"),
    rules=(
        not_before("acknowledged", "opened", "an acknowledgement that is not before the opening"),
        not_before("mitigated", "opened", "a mitigation that is not before the opening"),
        not_before("resolved", "opened", "a resolution that is not before the opening"),
        not_before("closed", "opened", "a closure that is not before the opening"),
    ),
    dated="opened",
    area=AREA,
    repeating=("vendor", "kind", "service", "group", "state", "sla_reported", "caused_by", "excluded", "outage"),
)

TICKET_CHANGES = Table(
    "ticket_changes",
    "one change of a ticket's priority, state or team",
    (
        VENDOR,
        Column("ticket", "text", "Number of the ticket", example="INC0041207"),
        Column("change", "integer", "Number of the change within the ticket, in their order", low=1, example="1"),
        Column("at", "moment", "When it was made", example="2026-03-02 11:30"),
        Column("field", "text", "What was changed", allowed=FIELDS, example="priority"),
        optional("old", "text", "Value before, as in tickets; empty where there was none", example="2"),
        optional("new", "text", "Value after, as in tickets", example="3"),
    ),
    key=("vendor", "ticket", "change"),
    rules=(
        Rule(
            "an old and a new value that differ",
            ("old", "new"),
            lambda rows: rows["old"].fillna("") != rows["new"].fillna(""),
        ),
    ),
    dated="at",
    area=AREA,
    repeating=("vendor", "field", "old", "new"),
)

TICKET_PAUSES = Table(
    "ticket_pauses",
    "one stretch of time in which a ticket waited for somebody; what two of them share counts once",
    (
        VENDOR,
        Column("ticket", "text", "Number of the ticket", example="INC0041207"),
        Column("start", "moment", "When the waiting began", example="2026-03-02 11:00"),
        optional("end", "moment", "When it ended; empty while it lasts", example="2026-03-02 14:15"),
        Column("party", "text", "For whom it waited", allowed=PARTIES, example="client"),
        optional("reason", "text", "What for", example="Approval of the restart"),
    ),
    key=("vendor", "ticket", "start", "party"),
    rules=(not_before("end", "start", "an end that is not before the start"),),
    dated="start",
    area=AREA,
    repeating=("vendor", "party", "reason"),
)

CALENDARS = Table(
    "calendars",
    "the weekly service hours that go by one name",
    (
        Column("calendar", "text", "Name, as service_levels gives it", example="Office hours"),
        Column("timezone", "text", "Time zone of its clocks, as in the IANA database", example="Europe/London"),
        *(
            optional(day, "text", f"Hours on {day.capitalize()}s, commas between several; empty: none", example=hours)
            for day, hours in zip(WEEKDAYS, [*["09:00-17:30"] * 5, "09:00-12:00, 13:00-16:00", ""], strict=True)
        ),
    ),
    key=("calendar",),
    rules=(
        Rule("a time zone of the IANA database, such as Europe/London", ("timezone",), _are_zones),
        Rule("hours on one day at least", WEEKDAYS, lambda rows: rows[list(WEEKDAYS)].notna().any(axis="columns")),
        *map(_hours_on, WEEKDAYS),
    ),
    area=AREA,
)

HOLIDAYS = Table(
    "holidays",
    "one day on which a calendar has no hours",
    (
        Column("calendar", "text", "Name, as calendars gives it", example="Office hours"),
        Column("date", "date", "Day", example="2026-12-25"),
        optional("about", "text", "Its name", example="Christmas Day"),
    ),
    key=("calendar", "date"),
    area=AREA,
)

RELEASES = Table(
    "releases",
    "one release of software that the vendor made",
    (
        VENDOR,
        Column("release", "text", "Its name", example="2026.1"),
        Column("released", "date", "Day on which it went into production", example="2026-02-16"),
        SERVICE,
        optional("size", "number", "Size of what was added or changed", low=0, example="240"),
        optional("size_unit", "text", "Unit of size, one for all releases", example="function points"),
    ),
    key=("vendor", "release"),
    dated="released",
    area=AREA,
)

DEFECTS = Table(
    "defects",
    "one defect, when and where it was found",
    (
        VENDOR,
        Column("defect", "text", "Number", example="BUG-812"),
        Column("found", "date", "Day on which it was found", example="2026-02-20"),
        Column(
            "phase",
            "text",
            "Where it was found; production is after the release, all others before",
            allowed=("review", "build", "test", "acceptance", "production"),
            example="acceptance",
        ),
        optional("severity", "integer", "Severity, 1 the most severe", low=1, high=5, example="2"),
        optional("release", "text", "Release that it is in, as releases names it", example="2026.1"),
        SERVICE,
        optional("rejected", "text", "Whether it turned out to be none", allowed=YES_NO, example="no"),
    ),
    key=("vendor", "defect"),
    dated="found",
    area=AREA,
)

DEPLOYMENTS = Table(
    "deployments",
    "one deployment to production",
    (
        VENDOR,
        Column("deployment", "text", "Number", example="DEP-77"),
        SERVICE,
        optional("committed", "moment", "When its change was committed", example="2026-03-02 16:20"),
        Column("deployed", "moment", "When it went live", example="2026-03-04 10:00"),
        Column("failed", "text", "Whether it needed immediate intervention", allowed=YES_NO, example="no"),
        optional("restored", "moment", "When service was restored after it failed", example="2026-03-04 10:45"),
        optional("rework", "text", "Whether it was unplanned, because of an incident", allowed=YES_NO, example="no"),
    ),
    key=("vendor", "deployment"),
    rules=(
        not_before("deployed", "committed", "a deployment that is not before the commit"),
        not_before("restored", "deployed", "a restoration that is not before the deployment"),
        Rule(
            "a restoration of failed deployments only",
            ("failed", "restored"),
            lambda rows: rows["restored"].isna() | (rows["failed"] == "yes"),
        ),
    ),
    dated="deployed",
    area=AREA,
)

CREDITS = Table(
    "credits",
    "what the vendor credited for one service level in one month, for that month",
    (
        VENDOR,
        Column("month", "month", "Month in which the level was missed", example="2026-03"),
        optional("level", "text", "Service level; empty where the vendor does not say", example="P2 resolution"),
        optional("reference", "text", "Credit note, or invoice that deducts it", example="CN-118"),
        Column("amount", "number", "Credited to the client, positive", "currency", low=0, example="1200.00"),
        CURRENCY,
    ),
    key=("vendor", "month", "level", "reference"),
    dated="month",
    area=AREA,
)

CREDIT_TERMS = Table(
    "credit_terms",
    "by which model a contract turns missed service levels into credits, from one day on",
    (
        VENDOR,
        Column(
            "model",
            "text",
            "service_points: the points of credit_bands, added up, times point_rate times the month's charges; "
            "at_risk: at_risk times the month's charges times the allocations of credit_bands, added up",
            allowed=("service_points", "at_risk"),
            example="service_points",
        ),
        optional(
            "monthly_charges",
            "number",
            "The month's charges, where the terms fix them; else they are those of the month's invoices",
            "currency",
            low=0,
            example="90000",
        ),
        share("point_rate", "number", "Of the charges, for one point", required=False, filled=False, example="0.005"),
        optional(
            "repeat_factor",
            "number",
            "By what the points are multiplied where the level was missed the month before as well",
            low=1,
            example="2",
        ),
        share("at_risk", "number", "Of the charges, at risk", required=False, filled=False, example="0.12"),
        share("cap", "number", "Of the charges, the most credited", required=False, filled=False, example="0.12"),
        optional(
            "earn_back_months",
            "integer",
            "Months after a miss in each of which the level must be met for its credit to be returned; empty: never",
            low=1,
            example="3",
        ),
        share(
            "earn_back_at",
            "number",
            "What it has to reach in those months, where that is more than the target",
            required=False,
            filled=False,
            example="0.98",
        ),
        VALID_FROM,
        VALID_TO,
    ),
    key=("vendor", "valid_from"),
    rules=(
        IN_ORDER,
        only_with("point_rate", "model", ("service_points",), "a point_rate for service points"),
        only_with("at_risk", "model", ("at_risk",), "a share at_risk for an at-risk pool"),
    ),
    area=AREA,
)

CREDIT_BANDS = Table(
    "credit_bands",
    "what one service level costs the vendor below one figure; the lowest band that a result is below is the one that counts",
    (
        VENDOR,
        LEVEL,
        share("below", "number", "Results below this are in the band, or in a lower one", example="0.98"),
        optional("severity", "text", "What the contract calls it", example="serious"),
        optional("points", "number", "Service points", low=0, example="2"),
        optional(
            "allocation",
            "number",
            "Of the amount at risk; all levels together may exceed 1",
            "share",
            low=0,
            example="0.25",
        ),
        VALID_FROM,
        VALID_TO,
    ),
    key=("vendor", "level", "below", "valid_from"),
    rules=(
        IN_ORDER,
        Rule(
            "points or an allocation, and not both",
            ("points", "allocation"),
            lambda rows: rows["points"].isna() != rows["allocation"].isna(),
        ),
    ),
    area=AREA,
)

DISCLOSURES = Table(
    "disclosures",
    "one incident of which the vendor has to tell the client, such as a breach or a loss of data",
    (
        VENDOR,
        Column("incident", "text", "Number of the incident", example="SEC-2026-004"),
        SERVICE,
        optional("began", "moment", "When it began, as far as that was found out", example="2026-03-01 22:40"),
        Column(
            "detected",
            "moment",
            "When the vendor noticed it; where nobody knows, when it began",
            example="2026-03-02 09:14",
        ),
        optional("disclosed", "moment", "When the client was told; empty: not yet", example="2026-03-02 17:30"),
        optional(
            "limit_hours", "number", "Hours from the notice within which the client has to be told", low=0, example="24"
        ),
    ),
    key=("vendor", "incident"),
    rules=(
        not_before("detected", "began", "a notice that is not before the beginning"),
        not_before("disclosed", "detected", "a disclosure that is not before the notice"),
    ),
    dated="detected",
    area=AREA,
)

COMPLAINTS = Table(
    "complaints",
    "one complaint of a user or a department about the vendor's service; no names, no text",
    (
        VENDOR,
        Column("complaint", "text", "Number of the complaint", example="C-0412"),
        Column("received", "date", "Day on which it was received", example="2026-03-12"),
        SERVICE,
        optional("upheld", "text", "Whether it was found justified", allowed=YES_NO, example="yes"),
    ),
    key=("vendor", "complaint"),
    dated="received",
    area=AREA,
)

TABLES = (
    TICKETS,
    TICKET_CHANGES,
    TICKET_PAUSES,
    SERVICE_LEVELS,
    CALENDARS,
    HOLIDAYS,
    SERVICE_LEVEL_RESULTS,
    RELEASES,
    DEFECTS,
    DEPLOYMENTS,
    CREDITS,
    CREDIT_TERMS,
    CREDIT_BANDS,
    INVOICES,
    VOLUMES,
    DISCLOSURES,
    COMPLAINTS,
)
