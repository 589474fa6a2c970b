"""The tables of the relationship area: who was to meet whom, what was raised and what became of it, what both sides owed.

Names of people, and their addresses, are of the kind `person`: only a salted hash of each is kept, which tells whether the
place is filled and nothing else. Sides are the client and the vendor; a thing without a day for a step has not come to it.
"""

from __future__ import annotations

from functools import partial

from toolkit.areas.columns import CURRENCY, MONTH, SOURCE_FILE, SOURCE_ROW, VENDOR, optional
from toolkit.tables import Column, Rule, Table

AREA = "relationship"
CLIENT, SUPPLIER, OTHERS, BOTH = SIDES = ("client", "vendor", "third_party", "both")
PARTIES = SIDES[:3]
YES_NO = ("yes", "no")
CADENCES = ("weekly", "fortnightly", "monthly", "bimonthly", "quarterly", "half_yearly", "yearly")
HELD, CANCELLED, PLANNED = MEETING_STATES = ("held", "cancelled", "planned")
PRESENT, DEPUTY, AWAY = PRESENCES = ("yes", "deputy", "no")
ACTION, ISSUE, RISK, DECISION, ESCALATION, IDEA, FEEDBACK, WIN = TYPES = (
    *("action", "issue", "risk", "decision", "escalation"),
    *("idea", "feedback", "win"),
)
STATES = ("open", "accepted", "rejected", "done", "cancelled")
OBLIGATIONS = ("input", "approval", "access", "payment", "other")
RESPONSIBLE, ACCOUNTABLE, CONSULTED, INFORMED = LETTERS = ("R", "A", "C", "I")

day = partial(optional, kind="date")
name = partial(optional, kind="person")
amount = partial(optional, kind="number", unit="currency")
FORUM = Column("forum", "text", "Name of the forum", example="Monthly service review")
ROLE = Column("role", "text", "Role, and never a name", example="Service manager")
PARTY = Column("side", "text", "Whose role it is", allowed=PARTIES, example="vendor")


def _not_before(later: str, earlier: str, about: str) -> Rule:
    """The promise that one day is not before another, where both are known."""
    return Rule(
        about,
        (earlier, later),
        lambda rows: rows[later].isna() | rows[earlier].isna() | (rows[later] >= rows[earlier]),
    )


FORUMS = Table(
    "forums",
    "one forum in which both sides meet, as it was agreed",
    (
        VENDOR,
        FORUM,
        Column("cadence", "text", "How often it is to meet", allowed=CADENCES, example="monthly"),
        optional(
            "level", "integer", "Level of escalation that it stands for, 1 the lowest", low=1, high=5, example="2"
        ),
        optional(
            "roles",
            "text",
            "Roles that are to attend, with semicolons between them, as attendance names them",
            example="Service manager; Delivery manager",
        ),
        optional(
            "agenda",
            "text",
            "Agenda types that are to come up, with semicolons between them, as meetings names them",
            example="progress; issues; wins; planning",
        ),
        day("start", about="First day from which it is to meet", example="2025-01-01"),
        day("end", about="Last day on which it was to meet, where it was given up", example="2026-06-30"),
    ),
    key=("vendor", "forum"),
    rules=(_not_before("end", "start", "an end that is not before the start"),),
    area=AREA,
)

MEETINGS = Table(
    "meetings",
    "one meeting of a forum, held or not",
    (
        VENDOR,
        FORUM,
        Column("date", "date", "Day on which it was held, or was to be held", example="2026-03-12"),
        optional("state", "text", "What became of it; held where it is empty", allowed=MEETING_STATES, example="held"),
        optional(
            "agenda", "text", "Agenda types that came up, with semicolons between them", example="progress; issues"
        ),
        day("minutes_sent", about="Day on which its minutes were sent", example="2026-03-14"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "forum", "date"),
    rules=(_not_before("minutes_sent", "date", "minutes that are not sent before the meeting"),),
    area=AREA,
)

ATTENDANCE = Table(
    "attendance",
    "one role, or one person, at one meeting",
    (
        VENDOR,
        FORUM,
        Column("date", "date", "Day of the meeting, as in meetings", example="2026-03-12"),
        ROLE,
        optional("side", "text", "Whose role it is", allowed=PARTIES, example="vendor"),
        name("person", about="Who came; kept only as a salted hash", example="R. Amari"),
        optional("attended", "text", "Whether the role was there; yes where it is empty", allowed=PRESENCES),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "forum", "date", "role", "person"),
    area=AREA,
)

ACTIONS = Table(
    "actions",
    "one entry of the log that both sides keep: an action, issue, risk, decision, escalation, idea, feedback or win",
    (
        VENDOR,
        Column("action", "text", "Number of the entry", example="A-104"),
        Column("type", "text", "What it is", allowed=TYPES, example="issue"),
        Column("raised", "date", "Day on which it was raised", example="2026-03-12"),
        optional("title", "text", "What it is about; never printed, since names stand in it", example="Backlog of P3"),
        optional("raised_by", "text", "Which side raised it", allowed=PARTIES, example="client"),
        optional("owner", "text", "Which side has to act", allowed=SIDES, example="vendor"),
        optional("owner_role", "text", "Role that has to act", example="Delivery manager"),
        name("owner_name", about="Who has to act; kept only as a salted hash", example="R. Amari"),
        optional("level", "integer", "Level of escalation that it reached, 1 the lowest", low=1, high=5, example="2"),
        optional("forum", "text", "Forum in which it was raised, as in forums", example="Monthly service review"),
        optional("channel", "text", "Channel by which it was raised, as in channels", example="Service mailbox"),
        optional("subject", "text", "Field that it belongs to, of a list of few", example="communication"),
        day("occurred", about="Day on which it began, where it is older than the entry", example="2026-03-02"),
        day("acknowledged", about="Day on which the other side acknowledged or answered it", example="2026-03-13"),
        day("agreed", about="Day on which it was agreed what to do: decided, or accepted", example="2026-03-20"),
        day("due", about="Day by which it is to be done", example="2026-04-15"),
        day("closed", about="Day on which it was done, rejected or cancelled", example="2026-04-10"),
        day("verified", about="Day on which it was verified that what was done works", example="2026-04-24"),
        optional(
            "state", "text", "Where it stands; told by the days where it is empty", allowed=STATES, example="done"
        ),
        amount("value", about="What it is expected to bring, or to cost where it is bad; a year", example="12000"),
        amount("value_realised", about="What it brought, a year", example="8000"),
        CURRENCY,
        optional("incident", "text", "Incident that came of it, as tickets names it", example="INC-2041"),
        day("incident_date", about="Day on which an incident came of it", example="2026-03-30"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "action"),
    rules=(
        _not_before("raised", "occurred", "a beginning that is not after the day on which it was raised"),
        _not_before("acknowledged", "raised", "an acknowledgement that is not before it was raised"),
        _not_before("agreed", "raised", "an agreement that is not before it was raised"),
        _not_before("closed", "raised", "an end that is not before it was raised"),
        _not_before("verified", "closed", "a check that is not before its end"),
        Rule(
            "no day of its end on what is open",
            ("state", "closed"),
            lambda rows: ~rows["state"].isin(("open", "accepted")) | rows["closed"].isna(),
        ),
    ),
    dated="raised",
    area=AREA,
)

RESPONSIBILITIES = Table(
    "responsibilities",
    "what one role has to do with one activity: a cell of the RACI table",
    (
        VENDOR,
        Column("activity", "text", "Activity", example="Approve changes"),
        PARTY,
        ROLE,
        Column(
            "letter",
            "text",
            "R responsible, A accountable, C consulted, I informed; A/R makes two rows",
            allowed=LETTERS,
            example="A",
        ),
    ),
    key=("vendor", "activity", "side", "role", "letter"),
    area=AREA,
)

CONTACTS = Table(
    "contacts",
    "one role that can be reached, and who fills it",
    (
        VENDOR,
        PARTY,
        ROLE,
        name("name", about="Who fills it, empty where nobody does; kept only as a salted hash", example="R. Amari"),
        name("email", about="Mail address; kept only as a salted hash", example="r.amari@example.org"),
        name("phone", about="Telephone; kept only as a salted hash", example="01632 960 001"),
        name("deputy", about="Who stands in; kept only as a salted hash", example="K. Oduya"),
        optional(
            "level", "integer", "Level of escalation that it stands for, 1 the lowest", low=1, high=5, example="1"
        ),
        day("checked", about="Day on which it was last confirmed", example="2026-07-01"),
    ),
    key=("vendor", "side", "role", "name"),
    area=AREA,
)

CHANNELS = Table(
    "channels",
    "one topic, and the channel agreed for it",
    (
        VENDOR,
        Column("topic", "text", "What it is for", example="Change requests"),
        optional("channel", "text", "Channel, empty where none is agreed", example="Service mailbox"),
        optional("urgency", "text", "For what urgency, where that differs", example="urgent"),
        optional("owner_role", "text", "Role that looks after it", example="Service manager"),
        optional(
            "answer_days",
            "number",
            "Days within which a message is answered, as agreed",
            unit="days",
            low=0,
            example="2",
        ),
        day("checked", about="Day on which it was last confirmed", example="2026-07-01"),
    ),
    key=("vendor", "topic", "urgency"),
    area=AREA,
)

REPORTS_DUE = Table(
    "reports_due",
    "one report that the vendor owed on one day",
    (
        VENDOR,
        Column("report", "text", "Name of the report", example="Service report"),
        Column("due", "date", "Day on which it was due", example="2026-04-10"),
        day("received", about="Day on which it came; empty while it did not", example="2026-04-09"),
        optional("complete", "text", "Whether all that was agreed stood in it", allowed=YES_NO, example="yes"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "report", "due"),
    dated="due",
    area=AREA,
)

CLIENT_OBLIGATIONS = Table(
    "client_obligations",
    "one thing that the client owed the vendor on one day: an input, an approval, access, a payment",
    (
        VENDOR,
        Column("obligation", "text", "Number of it; the invoice for a payment", example="CO-017"),
        Column("kind", "text", "What was owed", allowed=OBLIGATIONS, example="approval"),
        Column("due", "date", "Day on which it was due", example="2026-04-10"),
        day("asked", about="Day on which the vendor asked for it", example="2026-03-30"),
        day("done", about="Day on which it was given; empty while it was not", example="2026-04-22"),
        optional("title", "text", "What it is; never printed, since names stand in it", example="Sign-off of design"),
        optional("owner_role", "text", "Role of the client's that has to give it", example="Service owner"),
        optional("deliverable", "text", "Deliverable that waits for it, as in deliverables", example="D-014"),
        amount("amount", about="Amount of a payment", low=0, example="12500"),
        CURRENCY,
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "obligation"),
    rules=(_not_before("done", "asked", "a day on which it was given that is not before it was asked for"),),
    dated="due",
    area=AREA,
)

PLANS = Table(
    "plans",
    "one improvement plan",
    (
        VENDOR,
        Column("plan", "text", "Number of the plan", example="IP-03"),
        Column("agreed", "date", "Day on which it was agreed", example="2025-10-01"),
        optional("title", "text", "What it is about", example="Fewer reopened tickets"),
        optional(
            "measure",
            "text",
            "Measure that gave rise to it, by its address as in data/reference/measures.csv; empty where plan_values "
            "holds its months",
            example="quality.sla_attainment",
        ),
        optional("better", "text", "Which is better, where the measure does not say", allowed=("lower", "higher")),
        optional("unit", "text", "Unit of the months in plan_values", example="share"),
        optional("target", "number", "What the measure is to reach, in its unit", example="0.95"),
        optional("root_cause", "text", "Why things were as they were", example="No second line on Fridays"),
        optional("remedy", "text", "What was to be done about it", example="Rota with a deputy"),
        optional("owner", "text", "Which side has to carry it out", allowed=SIDES, example="vendor"),
        optional("owner_role", "text", "Role that has to carry it out", example="Delivery manager"),
        day("due", about="Day by which it was to be done", example="2026-03-31"),
        day(
            "in_place",
            about="Day from which it could have an effect; the day it was closed, else",
            example="2026-01-01",
        ),
        day("closed", about="Day on which it was closed", example="2026-03-20"),
    ),
    key=("vendor", "plan"),
    rules=(
        _not_before("closed", "agreed", "an end that is not before the plan was agreed"),
        _not_before("in_place", "agreed", "an effect that is not before the plan was agreed"),
    ),
    area=AREA,
)

PLAN_VALUES = Table(
    "plan_values",
    "the measure that gave rise to one plan, in one month",
    (
        VENDOR,
        Column("plan", "text", "Number of the plan, as in plans", example="IP-03"),
        MONTH,
        Column("value", "number", "Its value in that month, in the unit of the plan", example="0.91"),
    ),
    key=("vendor", "plan", "month"),
    dated="month",
    area=AREA,
)

EVALUATIONS = Table(
    "evaluations",
    "one evaluation of the vendor, as its calendar has it",
    (
        VENDOR,
        Column("evaluation", "text", "Name of the evaluation", example="Quarterly review"),
        Column("due", "date", "Day by which it was to be done", example="2026-07-31"),
        day("done", about="Day on which it was done; empty while it was not", example="2026-07-24"),
        name("evaluator", about="Who evaluates; kept only as a salted hash", example="T. Brandt"),
        optional("evaluator_role", "text", "Role of who evaluates", example="Head of IT services"),
        name("signed_off_by", about="Who signed it off; kept only as a salted hash", example="M. Okafor"),
        day("signed_off", about="Day on which it was signed off", example="2026-07-30"),
    ),
    key=("vendor", "evaluation", "due"),
    rules=(_not_before("signed_off", "done", "a sign-off that is not before the evaluation"),),
    area=AREA,
)

TABLES = (
    *(FORUMS, MEETINGS, ATTENDANCE, ACTIONS, RESPONSIBILITIES, CONTACTS, CHANNELS),
    *(REPORTS_DUE, CLIENT_OBLIGATIONS, PLANS, PLAN_VALUES, EVALUATIONS),
)
