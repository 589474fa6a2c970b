"""The tables of service levels, which several areas read: what was agreed from which day on, and what was reported."""

from __future__ import annotations

from functools import partial

from toolkit.areas.columns import MONTH, SERVICE, VENDOR, not_before, optional
from toolkit.tables import Column, Rule, Table

TIMED = ("response", "mitigation", "resolution")  # service levels that are kept within a number of hours
TICKET_KINDS = ("incident", "request", "problem", "change", "other")

LEVEL = Column("level", "text", "Short name of the service level", example="P2 resolution")
VALID_FROM = Column("valid_from", "date", "First day on which it holds", example="2026-01-01")
VALID_TO = optional("valid_to", "date", "Last day on which it holds", example="2026-12-31")
IN_ORDER = not_before("valid_to", "valid_from", "a last day that is not before the first")
share = partial(Column, unit="share", low=0, high=1)


def only_with(column: str, needs: str, allowed: tuple[str, ...], about: str) -> Rule:
    """The promise that a column is filled wherever another one says one of some words."""
    return Rule(about, (needs, column), lambda rows: ~rows[needs].isin(allowed) | rows[column].notna())


SERVICE_LEVELS = Table(
    "service_levels",
    "one agreed service level from one day on",
    (
        VENDOR,
        LEVEL,
        optional("about", "text", "The definition in the contract's words", example="P2 incidents resolved within 8 h"),
        Column(
            "measure",
            "text",
            "response: opened to acknowledged; mitigation: opened to mitigated; resolution: opened to resolved; "
            "availability: agreed time less downtime; other: as service_level_results says",
            allowed=(*TIMED, "availability", "other"),
            example="resolution",
        ),
        SERVICE,
        optional("kind", "text", "Kind of ticket it is for; empty for all", allowed=TICKET_KINDS),
        optional("priority", "integer", "Priority it is for; empty for all", low=1, high=5, example="2"),
        optional("limit_hours", "number", "Hours within which a ticket keeps it", low=0, example="8"),
        share("target", "number", "Share that has to keep it", example="0.95"),
        share(
            "threshold",
            "number",
            "Share below which missing it is a material failure",
            required=False,
            filled=False,
            example="0.85",
        ),
        optional("weight", "number", "Weight in an overall score", low=0, example="1"),
        optional("calendar", "text", "Hours that count, as calendars names them; empty: all", example="Office hours"),
        optional(
            "clock_stops",
            "text",
            "Whose waiting, of ticket_pauses, does not count",
            allowed=("never", "client", "client_or_third_party"),
            example="client",
        ),
        optional(
            "exclusions",
            "text",
            "Tickets that do not count, separated by |: words of `excluded`, or client and third_party for those they caused",
            example="maintenance|client",
        ),
        VALID_FROM,
        VALID_TO,
    ),
    key=("vendor", "level", "valid_from"),
    rules=(
        IN_ORDER,
        only_with("limit_hours", "measure", TIMED, "limit_hours for a response, mitigation or resolution"),
        Rule(
            "a threshold that is not above the target",
            ("threshold", "target"),
            lambda rows: rows["threshold"].isna() | (rows["threshold"] <= rows["target"]),
        ),
    ),
    area="quality",
)

SERVICE_LEVEL_RESULTS = Table(
    "service_level_results",
    "one month's figure of a service level, as the vendor or a tool reported it",
    (
        VENDOR,
        LEVEL,
        MONTH,
        optional("numerator", "number", "How many, or how many hours, kept it", low=0, example="412"),
        optional("denominator", "number", "Out of how many", low=0, example="430"),
        share("value", "number", "Share that kept it", required=False, filled=False, example="0.958"),
        share("target", "number", "Target as reported, to compare", required=False, filled=False, example="0.95"),
        optional("source", "text", "Who says so", example="Service report, March"),
    ),
    key=("vendor", "level", "month"),
    rules=(
        Rule(
            "a value, or a numerator and a denominator",
            ("value", "numerator", "denominator"),
            lambda rows: rows["value"].notna() | (rows["numerator"].notna() & rows["denominator"].notna()),
        ),
        Rule(
            "a numerator that is not above the denominator",
            ("numerator", "denominator"),
            lambda rows: (
                rows[["numerator", "denominator"]].isna().any(axis="columns")
                | (rows["numerator"] <= rows["denominator"])
            ),
        ),
        Rule(
            "a value that is numerator / denominator, to half a percentage point",
            ("value", "numerator", "denominator"),
            lambda rows: (
                rows[["value", "numerator", "denominator"]].isna().any(axis="columns")
                | ((rows["value"] * rows["denominator"] - rows["numerator"]).abs() <= 0.005 * rows["denominator"])
            ),
        ),
    ),
    dated="month",
    area="quality",
)
