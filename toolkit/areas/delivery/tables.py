"""The tables of the delivery area: what was promised, what came of it, and what changed on the way.

None of them is cut off at the end of a period by a date of its own, since what is open has none: `look.py` shows each as it
was known at that end.
"""

from __future__ import annotations

from functools import partial

from toolkit.areas.changes import CHANGE_REQUESTS, PROJECT
from toolkit.areas.columns import MONTH, SOURCE_FILE, SOURCE_ROW, VENDOR, not_before, optional
from toolkit.tables import Column, Rule, Table

AREA = "delivery"
YES_NO = ("yes", "no")
STATES = ("planned", "active", "delivered", "cancelled")
ACCEPTANCE = ("accepted", "accepted_with_remarks", "rejected", "open")
UNITS_OF_TIME = ("days", "weeks", "months")

amount = partial(optional, kind="number", unit="currency", low=0)
DELIVERABLE = Column("deliverable", "text", "Number or short name of the deliverable", example="D-014")

DELIVERABLES = Table(
    "deliverables",
    "one deliverable, as far as it is known: a project, a release, a feature, a document",
    (
        VENDOR,
        DELIVERABLE,
        optional("title", "text", "What it is", example="Meter readings by photo"),
        optional("kind", "text", "Kind of deliverable, as its list names it", example="feature"),
        PROJECT,
        optional("group", "text", "For whom or in what field: a customer, a department, a domain", example="Billing"),
        optional(
            "state",
            "text",
            "Where it stands; one that is cancelled is left out",
            allowed=STATES,
            example="delivered",
        ),
        optional("requested", "date", "Day on which it was asked for", example="2026-03-02"),
        optional("started", "date", "Day on which work on it began", example="2026-03-16"),
        optional(
            "planned", "date", "Day for which it was first promised, or agreed anew by both", example="2026-05-29"
        ),
        optional("forecast", "date", "Day for which it is now expected", example="2026-06-12"),
        optional("delivered", "date", "Day on which it was delivered; empty while it is not", example="2026-06-10"),
        optional(
            "delivered_in",
            "period",
            "Year, half year, quarter or month in which it was delivered, where the day is not known",
            example="2026-Q2",
        ),
        optional(
            "duration", "number", "Time from start to delivery, where the days are not known", low=0, example="86"
        ),
        optional("duration_unit", "text", "Unit of `duration`; days where it is empty", allowed=UNITS_OF_TIME),
        optional("accepted", "date", "Day on which it was accepted", example="2026-06-24"),
        optional("acceptance", "text", "What became of it", allowed=ACCEPTANCE, example="accepted"),
        optional("attempts", "integer", "How often it was handed over for acceptance", low=1, example="1"),
        amount("cost_planned", about="Agreed cost, in the client's currency", example="24000"),
        amount("cost_actual", about="What it cost in the end, in the client's currency", example="26500"),
        optional("effort_estimated", "number", "Hours estimated at the promise", low=0, example="240"),
        optional("effort_actual", "number", "Hours it took", low=0, example="310"),
        optional("size", "number", "Size, counted in `size_unit`", low=0, example="35"),
        optional("size_unit", "text", "What size is counted in", example="function point"),
        optional("defects", "integer", "Defects found in it before and after it went live", low=0, example="7"),
        optional(
            "in_house",
            "text",
            "Whether the client's own people made it: kept beside the vendor's, and never counted as its work",
            allowed=YES_NO,
            example="no",
        ),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "deliverable"),
    rules=(
        not_before("delivered", "started", "a delivery that is not before the start"),
        not_before("accepted", "delivered", "an acceptance that is not before the delivery"),
        not_before("accepted", "started", "an acceptance that is not before the start"),
    ),
    area=AREA,
)

PROGRESS = Table(
    "progress",
    "one project at the end of one month: amounts up to then, and the plan for the months to come",
    (
        VENDOR,
        Column("project", "text", "Project, as in deliverables", example="Portal"),
        MONTH,
        amount("planned_value", about="Budget of the work planned to be done by then", example="120000"),
        amount("earned_value", about="Budget of the work that is done; empty for months to come", example="96000"),
        amount("actual_cost", about="What the work that is done has cost; empty for months to come", example="118000"),
        amount("budget_at_completion", about="Budget of the whole project", example="480000"),
        optional("planned_finish", "month", "Month in which it was planned to end", example="2026-12"),
    ),
    key=("vendor", "project", "month"),
    rules=(
        Rule(
            "no more earned than the whole budget",
            ("earned_value", "budget_at_completion"),
            lambda rows: ~(rows["earned_value"] > rows["budget_at_completion"] * (1 + 1e-9)),
        ),
    ),
    area=AREA,
)

COMPLETION_TRIALS = Table(
    "completion_trials",
    "how often the dates of the forecast of completion were kept, of one source; written by benchmarks/backtest.py",
    (
        Column("series", "text", "Whose deliverables", example="Kitchenham, an IT services company by month"),
        Column("outcome", "text", "What the date is taken to promise", example="as many as were open"),
        Column("forecasts", "integer", "Forecasts whose outcome is known", low=1, example="39"),
        *(
            Column(
                f"held{level}",
                "number",
                f"Dates at {level} % that were kept",
                unit="share",
                low=0,
                high=1,
                example="0.8",
            )
            for level in (50, 85, 95)
        ),
    ),
    key=("series", "outcome"),
    area=AREA,
)

TABLES = (DELIVERABLES, PROGRESS, CHANGE_REQUESTS, COMPLETION_TRIALS)
