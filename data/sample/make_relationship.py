"""The relationship tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Every draw comes from a seeded generator of the vendor's own. What would happen after the last day is cut off: it is empty, as
in a log that was written on that day. Truths are what was planted, and counts made one by one: nothing here rests on the
toolkit that is tested with it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import numpy as np
import yaml

Row = dict[str, Any]
FIRST, LAST = date(2024, 10, 1), date(2026, 9, 30)
YEAR_START = date(2025, 10, 1)  # the year up to the last day
SEEDS = {"alder": 611, "birch": 627, "cedar": 633, "elm": 644}
NAMES = {"alder": "Aldervane", "birch": "Birchquill", "cedar": "Cedarlathe", "elm": "Elmstrand"}
MONTHS = [f"{year}-{month:02d}" for year in (2024, 2025, 2026) for month in range(1, 13)][9:33]


class Side(NamedTuple):
    """How one side keeps to days: how long its entries take against 30 days, and its reports or obligations."""

    work: float  # median days until an entry that it owns is closed; 30 are agreed
    kept: float  # probability that something owed comes on its day
    late: float  # median days late, where it does not
    decides: float  # median days to a decision


ORDINARY = Side(work=18, kept=0.94, late=5, decides=8)
VENDOR = Side(work=23, kept=0.88, late=6, decides=10)
CLIENTS = {"birch": Side(work=29, kept=0.66, late=7, decides=27)}  # the client that causes half of the delay
VENDORS = {"birch": Side(work=26, kept=0.82, late=7, decides=14), "elm": Side(work=27, kept=0.8, late=8, decides=14)}
OPERATIONS, REVIEW, STEERING = "Operations call", "Service review", "Steering committee"
FORUMS = {
    OPERATIONS: ("weekly", 1, ("Service manager", "Delivery lead"), ("progress", "issues")),
    REVIEW: (
        "monthly",
        2,
        ("Service owner", "Account manager", "Delivery lead"),
        ("progress", "issues", "wins", "planning"),
    ),
    STEERING: ("quarterly", 3, ("Head of IT services", "Account director"), ("progress", "risks", "planning")),
}
ROLES = {
    "Service manager": "client",
    "Service owner": "client",
    "Head of IT services": "client",
    "Contract manager": "client",
    "Delivery lead": "vendor",
    "Account manager": "vendor",
    "Account director": "vendor",
}
HOLLOW = ("elm", REVIEW)  # the forum that meets without the roles that were named for it
UNNAMED = {"elm": (OPERATIONS,)}  # forums for which no roles were named
MET = {"alder": 0.98, "birch": 0.93, "cedar": 0.95, "elm": 0.99}
TYPES = ("action", "issue", "risk", "decision", "escalation", "feedback", "idea", "win")
WEIGHTS = (0.34, 0.23, 0.05, 0.14, 0.06, 0.08, 0.05, 0.05)
EARLY = {"alder": 0.72, "birch": 0.6, "cedar": 0.6, "elm": 0.4}  # issues that come up in a forum before any incident
SUBJECTS = ("deliverables", "communication", "overall")
TOPICS = {
    "Daily operation": ("Service mailbox", 1),
    "Change requests": ("Change board", 5),
    "Major incidents": ("Incident line", 0.5),
    "Invoices": ("Finance mailbox", 3),
    "Complaints": ("Account mailbox", 3),
}
ACTIVITIES = {  # activity: (Accountable, Responsible, Consulted)
    "Run the service": ("Delivery lead", "Delivery lead", "Service manager"),
    "Approve changes": ("Service owner", "Service manager", "Delivery lead"),
    "Approve releases": ("Service owner", "Delivery lead", "Service manager"),
    "Handle major incidents": ("Delivery lead", "Delivery lead", "Service manager"),
    "Report on service levels": ("Account manager", "Delivery lead", "Service manager"),
    "Check invoices": ("Contract manager", "Contract manager", "Account manager"),
    "Claim service credits": ("Contract manager", "Contract manager", "Account manager"),
    "Plan capacity": ("Account manager", "Delivery lead", "Service owner"),
    "Test the recovery": ("Delivery lead", "Delivery lead", "Service manager"),
    "Decide on escalations": ("Head of IT services", "Account director", "Service owner"),
    "Keep the contract up to date": ("Contract manager", "Account manager", "Head of IT services"),
    "Train users": ("Service owner", "Service manager", "Delivery lead"),
}
DOUBLE = ("cedar", "Approve releases", "Delivery lead")  # a second Accountable, beside the Service owner
PEOPLE = (
    "A. Farrow",
    "B. Ilesanmi",
    "C. Whitlock",
    "D. Marchetti",
    "E. Sandoval",
    "F. Okonkwo",
    "G. Lindqvist",
    "H. Pryce",
)
GAPS = {"birch": ("Account director", "deputy"), "elm": ("Account director", "nobody")}
CHECKED = {"alder": date(2026, 7, 6), "birch": date(2026, 5, 18), "cedar": date(2025, 6, 2), "elm": date(2026, 6, 22)}


def lognormal(rng: np.random.Generator, median: float, spread: float) -> float:
    """A number about a median; one in three is off by more than the factor e^spread."""
    return float(median * math.exp(spread * rng.standard_normal()))


def days(rng: np.random.Generator, median: float, spread: float, least: int = 0) -> timedelta:
    """A number of days."""
    return timedelta(days=max(round(lognormal(rng, median, spread)), least))


def seen(day: date | None) -> date | None:
    """A day that has come by the last one; nothing else is known yet."""
    return day if day is not None and day <= LAST else None


def months() -> list[date]:
    """The first day of each month."""
    return [date(int(name[:4]), int(name[5:]), 1) for name in MONTHS]


def next_month(day: date, more: int = 1) -> date:
    """The first day of a later month."""
    year, month = divmod(day.year * 12 + day.month - 1 + more, 12)
    return date(year, month + 1, 1)


# ---------------------------------------------------------------------------------------------------------------- forums
def forums(vendor: str) -> list[Row]:
    """The three forums that were agreed."""
    return [
        {
            "vendor": vendor,
            "forum": name,
            "cadence": cadence,
            "level": level,
            "roles": "" if name in UNNAMED.get(vendor, ()) else "; ".join(roles),
            "agenda": "; ".join(agenda),
            "start": FIRST,
        }
        for name, (cadence, level, roles, agenda) in FORUMS.items()
    ]


def meetings(vendor: str) -> tuple[list[Row], list[Row]]:
    """Every meeting that was due, held or cancelled, and who came."""
    rng = np.random.default_rng(SEEDS[vendor])
    held, came = [], []
    for forum, (cadence, _, roles, agenda) in FORUMS.items():
        for day in due_days(cadence):
            took_place = rng.random() < MET[vendor] or (vendor, forum) == HOLLOW
            topics = [topic for topic in agenda if rng.random() < (0.35 if topic in ("wins", "planning") else 0.9)]
            topics = [topic for topic in topics if topic != "wins" or vendor != "elm"] or ["issues"]
            row = {"vendor": vendor, "forum": forum, "date": day, "state": "held" if took_place else "cancelled"}
            minutes = seen(day + timedelta(days=int(rng.integers(1, 5)))) if took_place else None
            held.append(row | {"agenda": "; ".join(topics) if took_place else "", "minutes_sent": minutes})
            if took_place and forum not in UNNAMED.get(vendor, ()):
                came += [present(rng, vendor, forum, day, role) for role in roles]
    return held, came


def due_days(cadence: str) -> list[date]:
    """The days for which a forum of this cadence was planned: Tuesdays, the second Thursday, the end of a quarter."""
    if cadence == "weekly":
        return [FIRST + timedelta(days=offset) for offset in range(0, (LAST - FIRST).days, 7)]
    thursdays = [month + timedelta(days=(3 - month.weekday()) % 7 + 7) for month in months()]
    return thursdays if cadence == "monthly" else [day + timedelta(days=7) for day in thursdays if day.month % 3 == 0]


def present(rng: np.random.Generator, vendor: str, forum: str, day: date, role: str) -> Row:
    """One role at one meeting: there, by a deputy, or not."""
    own, deputy = (0.22, 0.45) if (vendor, forum) == HOLLOW else (0.93, 0.05)
    drawn = rng.random()
    attended = "yes" if drawn < own else "deputy" if drawn < own + deputy else "no"
    person = PEOPLE[(list(ROLES).index(role) + len(vendor)) % len(PEOPLE)] if attended == "yes" else ""
    base = {"vendor": vendor, "forum": forum, "date": day, "role": role, "side": ROLES[role]}
    return base | {"person": person, "attended": attended}


# -------------------------------------------------------------------------------------------------------------- the log
def actions(vendor: str) -> list[Row]:
    """Every entry of the log, as it was on the last day."""
    rng = np.random.default_rng(SEEDS[vendor] + 1000)
    rows = []
    for month in months():
        for _ in range(int(rng.poisson(11))):
            rows.append(entry(rng, vendor, month + timedelta(days=int(rng.integers(0, 28)))))
    rows.sort(key=lambda row: row["raised"])
    return [{**row, "action": f"{vendor[:2].upper()}-{place:03d}"} for place, row in enumerate(rows, start=1)]


def entry(rng: np.random.Generator, vendor: str, raised: date) -> Row:
    """One entry of the log from its day on."""
    kind = str(rng.choice(TYPES, p=WEIGHTS))
    owner = "client" if rng.random() < (0.6 if kind in ("decision", "escalation") else 0.4) else "vendor"
    side = CLIENTS.get(vendor, ORDINARY) if owner == "client" else VENDORS.get(vendor, VENDOR)
    acknowledged = raised + days(rng, 2, 0.7)
    agreed = max(raised + days(rng, side.decides if kind in ("decision", "escalation") else 7, 0.6), acknowledged)
    closed = max(raised + days(rng, side.work, 0.5, 1), agreed)
    verified = closed + days(rng, 8, 0.5, 1) if rng.random() < 0.8 else None
    begun = raised - days(rng, 6, 0.8) if kind in ("issue", "risk") and rng.random() < 0.85 else None
    in_forum = rng.random() < (EARLY[vendor] if kind in ("issue", "risk") else 0.6)
    forum = str(rng.choice(list(FORUMS), p=(0.6, 0.3, 0.1))) if in_forum else ""
    row = {
        "vendor": vendor,
        "type": kind,
        "raised": raised,
        "title": f"{kind.capitalize()} on {rng.choice(SUBJECTS)}",
        "raised_by": "client" if rng.random() < 0.65 else "vendor",
        "owner": owner,
        "owner_role": "Service manager" if owner == "client" else "Delivery lead",
        "owner_name": PEOPLE[int(rng.integers(0, len(PEOPLE)))],
        "level": 1 + int(rng.random() < 0.9) + int(rng.random() < 0.3) if kind == "escalation" else 1,
        "forum": forum,
        "channel": "" if in_forum else str(rng.choice(("Service mailbox", "Account mailbox", "Change board"))),
        "subject": str(rng.choice(SUBJECTS)),
        "occurred": begun,
    }
    harm = raised + days(rng, 12, 0.6, 1) if in_forum else raised - timedelta(days=int(rng.integers(0, 4)))
    harmed = kind in ("issue", "risk") and rng.random() < (0.15 if in_forum else 0.6)
    row |= {"incident_date": seen(max(harm, begun or harm)) if harmed else None}
    row["incident"] = f"INC-{int(rng.integers(1000, 9999))}" if row["incident_date"] else ""
    if kind == "win":
        return row | {"state": "done", "closed": raised, "owner": "", "owner_role": "", "owner_name": ""}
    if kind == "feedback":
        answered = rng.random() < (0.55 if vendor == "elm" else 0.88)
        done = seen(acknowledged) if answered else None
        return row | {"acknowledged": done, "closed": done, "state": "done" if done else "open"}
    if kind == "idea":
        return row | idea(rng, raised, agreed)
    row |= {"acknowledged": seen(acknowledged), "agreed": seen(agreed), "due": raised + timedelta(days=30)}
    mended = kind in ("issue", "risk", "escalation")
    row |= {"closed": seen(closed), "verified": seen(verified) if mended else None}
    return row | {"state": "done" if row["closed"] else "open"}


def idea(rng: np.random.Generator, raised: date, agreed: date) -> Row:
    """What becomes of an idea: rejected, accepted, delivered with what it brings."""
    drawn, worth = rng.random(), round(lognormal(rng, 9000, 0.7), -2)
    delivered = agreed + days(rng, 70, 0.4, 7)
    if drawn < 0.3:
        return {"acknowledged": seen(agreed), "closed": seen(agreed), "state": "rejected" if seen(agreed) else "open"}
    row: Row = {"acknowledged": seen(agreed), "agreed": seen(agreed), "value": int(worth)}
    done = seen(delivered) if drawn < 0.75 else None
    if done:
        row |= {"closed": done, "state": "done", "value_realised": int(round(worth * lognormal(rng, 0.8, 0.2), -2))}
        return row
    return row | {"state": "accepted" if row["agreed"] else "open"}


# ------------------------------------------------------------------------------------------------------- roles and contacts
def responsibilities(vendor: str) -> list[Row]:
    """The RACI table: one Accountable an activity, but for the one that has two."""
    rows = []
    for activity, parts in ACTIVITIES.items():
        letters = list(zip("ARC", parts, strict=True))
        if (vendor, activity) == DOUBLE[:2]:
            letters.append(("A", DOUBLE[2]))
        rows += [
            {"vendor": vendor, "activity": activity, "side": ROLES[role], "role": role, "letter": letter}
            for letter, role in letters
        ]
    return rows


def contacts(vendor: str) -> list[Row]:
    """Who fills each role, with invented names and addresses."""
    rows = []
    for place, (role, side) in enumerate(ROLES.items()):
        person = PEOPLE[(place + len(vendor)) % len(PEOPLE)]
        house = "quillmoor" if side == "client" else NAMES[vendor].lower()
        gone = GAPS.get(vendor) == (role, "nobody")
        alone = GAPS.get(vendor) == (role, "deputy") or place % 3 == 2
        rows.append(
            {
                "vendor": vendor,
                "side": side,
                "role": role,
                "name": "" if gone else person,
                "email": "" if gone else f"{person[0].lower()}.{person[3:].lower()}@{house}.example",
                "phone": "" if gone else f"01632 960 {100 + place * 7:03d}",
                "deputy": "" if gone or alone else PEOPLE[(place + len(vendor) + 3) % len(PEOPLE)],
                "level": 3 if "director" in role or "Head" in role else 1,
                "checked": CHECKED[vendor],
            }
        )
    return rows


def channels(vendor: str) -> list[Row]:
    """A channel a topic; one of elm's has none."""
    return [
        {
            "vendor": vendor,
            "topic": topic,
            "channel": "" if vendor == "elm" and topic == "Complaints" else channel,
            "owner_role": "Delivery lead" if topic != "Invoices" else "Contract manager",
            "answer_days": limit,
            "checked": CHECKED[vendor],
        }
        for topic, (channel, limit) in TOPICS.items()
    ]


# ---------------------------------------------------------------------------------------------------- what either side owes
def came(rng: np.random.Generator, side: Side, due: date) -> date | None:
    """The day on which something owed came, if it has."""
    early = timedelta(days=int(rng.integers(0, 4)))
    return seen(due - early if rng.random() < side.kept else due + days(rng, side.late, 0.5, 1))


def reports_due(vendor: str) -> list[Row]:
    """A service report a month, and a security report a quarter."""
    rng, side = np.random.default_rng(SEEDS[vendor] + 2000), VENDORS.get(vendor, VENDOR)
    rows = []
    for month in months():
        for name, offset in (("Service report", 9), *((("Security report", 14),) if month.month % 3 == 1 else ())):
            due = month + timedelta(days=offset)
            row = {"vendor": vendor, "report": name, "due": due, "received": came(rng, side, due)}
            rows.append(row | {"complete": "no" if rng.random() < 0.06 else "yes"})
    return rows


def client_obligations(vendor: str) -> list[Row]:
    """Inputs, approvals and access that the vendor asked for, and its payments."""
    rng, side = np.random.default_rng(SEEDS[vendor] + 3000), CLIENTS.get(vendor, ORDINARY)
    rows = []
    for month in months():
        for _ in range(int(rng.poisson(3.2))):
            asked = month + timedelta(days=int(rng.integers(0, 28)))
            due = asked + timedelta(days=int(rng.choice((5, 10, 14))))
            kind = str(rng.choice(("input", "approval", "access"), p=(0.45, 0.4, 0.15)))
            done = came(rng, side, due)
            row = {"kind": kind, "due": due, "asked": asked, "done": max(done, asked) if done else None, "amount": None}
            rows.append(row | {"owner_role": "Service owner"})
        due = next_month(month) + timedelta(days=29)
        paid = came(rng, side, due)
        row = {"kind": "payment", "due": due, "asked": next_month(month), "done": paid}
        rows.append(row | {"owner_role": "Contract manager", "amount": int(round(lognormal(rng, 21000, 0.2), -1))})
    rows.sort(key=lambda row: (row["due"], row["kind"]))
    return [
        {"vendor": vendor, "obligation": f"CO-{place:03d}", **row}
        for place, row in enumerate(rows, start=1)
        if row["due"] <= LAST + timedelta(days=31)
    ]


# ------------------------------------------------------------------------------------------------------- plans, evaluations
class Plan(NamedTuple):
    """An improvement plan: what it is for, when it was agreed, in place and closed, and what it did."""

    vendor: str
    plan: str
    title: str
    measure: str  # of another area; '' where plan_values hold its months
    better: str
    target: float
    agreed: date
    in_place: date | None
    closed: date | None
    effect: str  # what a test of it has to find at the end of the last month
    before: float = 0.0  # level of its months, where plan_values hold them
    after: float = 0.0
    noise: float = 0.0


PLANS = (
    Plan("alder", "AL-P1", "Fewer tickets that come back", "quality.reopened_share", "lower", 0.08, date(2025, 7, 7),
         date(2025, 9, 1), None, "became worse"),
    Plan("alder", "AL-P2", "Answers within a day", "", "higher", 0.9, date(2025, 6, 2), date(2025, 8, 1), date(2026, 1, 12),
         "moved", 0.74, 0.92, 0.03),
    Plan("birch", "BI-P1", "Shorter repairs", "quality.time_to_resolve", "lower", 8.0, date(2025, 9, 15), date(2025, 11, 1),
         date(2026, 2, 16), "moved"),
    Plan("cedar", "CE-P1", "Requests answered within two days", "", "higher", 0.9, date(2025, 6, 16), date(2025, 9, 1),
         date(2026, 1, 30), "no effect seen", 0.78, 0.78, 0.05),
    Plan("elm", "EL-P1", "Named roles at the service review", "", "higher", 0.9, date(2026, 6, 1), date(2026, 8, 1), None,
         "too early to tell", 0.25, 0.25, 0.08),
)  # fmt: skip


def plans() -> list[Row]:
    """The register of improvement plans."""
    return [
        {
            "vendor": item.vendor,
            "plan": item.plan,
            "agreed": item.agreed,
            "title": item.title,
            "measure": item.measure,
            "better": item.better,
            "unit": "" if item.measure else "share",
            "target": item.target,
            "root_cause": "Nobody was named for it",
            "remedy": "A rota with a deputy",
            "owner": "vendor",
            "owner_role": "Delivery lead",
            "due": item.agreed + timedelta(days=120),
            "in_place": item.in_place,
            "closed": item.closed,
        }
        for item in PLANS
    ]


def plan_values() -> list[Row]:
    """The months of the plans that no area measures."""
    rows = []
    for place, item in enumerate(PLANS):
        if item.measure:
            continue
        rng = np.random.default_rng(6520 + place)
        for month in months():
            level = item.after if item.in_place and month >= item.in_place else item.before
            value = min(max(level + item.noise * float(rng.standard_normal()), 0.0), 1.0)
            rows.append({"vendor": item.vendor, "plan": item.plan, "month": f"{month:%Y-%m}", "value": round(value, 3)})
    return rows


def evaluations(vendor: str) -> list[Row]:
    """A review a quarter, and one of the whole relationship a year; elm's last two have nobody's signature."""
    rng = np.random.default_rng(SEEDS[vendor] + 4000)
    rows = []
    for month in months():
        if month.month % 3 != 1 or month == FIRST:
            continue
        for name, due in (("Quarterly review", month + timedelta(days=30)), *yearly(month)):
            on_time = rng.random() < 0.9
            done = seen(due - timedelta(days=int(rng.integers(1, 8)))) if on_time else seen(due + days(rng, 12, 0.4, 1))
            signed = seen(done + timedelta(days=int(rng.integers(2, 9)))) if done else None
            late = vendor == "elm" and due >= date(2026, 4, 1)
            rows.append(
                {
                    "vendor": vendor,
                    "evaluation": name,
                    "due": due,
                    "done": done,
                    "evaluator": "" if late else PEOPLE[int(rng.integers(0, len(PEOPLE)))],
                    "evaluator_role": "" if late else "Contract manager",
                    "signed_off_by": "" if late or not signed else "H. Pryce",
                    "signed_off": None if late else signed,
                }
            )
    return rows


def yearly(month: date) -> tuple[tuple[str, date], ...]:
    """The evaluation of the whole relationship, due at the end of January."""
    return (("Yearly evaluation", month + timedelta(days=30)),) if month.month == 1 else ()


# -------------------------------------------------------------------------------------------------------------------- files
COLUMNS = {
    "forums": "vendor forum cadence level roles agenda start",
    "meetings": "vendor forum date state agenda minutes_sent",
    "attendance": "vendor forum date role side person attended",
    "actions": (
        "vendor action type raised title raised_by owner owner_role owner_name level forum channel subject occurred "
        "acknowledged agreed due closed verified state value value_realised incident incident_date"
    ),
    "responsibilities": "vendor activity side role letter",
    "contacts": "vendor side role name email phone deputy level checked",
    "channels": "vendor topic channel owner_role answer_days checked",
    "reports_due": "vendor report due received complete",
    "client_obligations": "vendor obligation kind due asked done owner_role amount",
    "plans": "vendor plan agreed title measure better unit target root_cause remedy owner owner_role due in_place closed",
    "plan_values": "vendor plan month value",
    "evaluations": "vendor evaluation due done evaluator evaluator_role signed_off_by signed_off",
}
SORTED_BY = {
    "forums": ("vendor", "forum"),
    "meetings": ("vendor", "date", "forum"),
    "attendance": ("vendor", "date", "forum", "role"),
    "actions": ("vendor", "action"),
    "responsibilities": ("vendor", "activity", "letter", "role"),
    "contacts": ("vendor", "side", "role"),
    "channels": ("vendor", "topic"),
    "reports_due": ("vendor", "due", "report"),
    "client_obligations": ("vendor", "obligation"),
    "plans": ("vendor", "plan"),
    "plan_values": ("vendor", "plan", "month"),
    "evaluations": ("vendor", "due", "evaluation"),
}


def relationship() -> dict[str, list[Row]]:
    """Every row by table."""
    met = {vendor: meetings(vendor) for vendor in SEEDS}
    each = (forums, actions, responsibilities, contacts, channels, reports_due, client_obligations, evaluations)
    return {
        "meetings": [row for held, _ in met.values() for row in held],
        "attendance": [row for _, present in met.values() for row in present],
        "plans": plans(),
        "plan_values": plan_values(),
        **{make.__name__: [row for vendor in SEEDS for row in make(vendor)] for make in each},
    }


def tables(made: dict[str, list[Row]]) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    return {name: (text.split(), made[name], SORTED_BY[name]) for name, text in COLUMNS.items()}


# ------------------------------------------------------------------------------------------------------------------- truths
RULES = """\
What is planted in the relationship, and counts made one by one from the rows for the year up to the last day; in words it
stands in README.md. Pairs are [of them, counted]. kept: what each side gave on its day or before, of what it owed. late: its
days of delay, those still waiting counted up to the last day. places: places of named roles that were taken by them, by
forum. held: meetings held, by forum. plans: what a test of each has to find.
"""
KINDS = {
    "alder": "an ordinary partnership; one plan that worked, and one after which things became worse",
    "birch": "a client that causes about half of the delay, and decides late; a plan that worked",
    "cedar": "an activity with two Accountables; an improvement plan closed without effect; contacts nobody confirms",
    "dogwood": "nothing is known: not assessed",
    "elm": "a forum that meets without the roles that were named for it; a plan too young to tell",
}


def owed(vendor: str, made: dict[str, list[Row]]) -> dict[str, list[tuple[date, date | None]]]:
    """What each side owed in the last year: the day due, and the day on which it came."""

    def rows(name: str) -> list[Row]:
        return [row for row in made[name] if row["vendor"] == vendor]

    log = [row for row in rows("actions") if row.get("due")]
    pairs = {
        "client": [(row["due"], row["done"]) for row in rows("client_obligations")],
        "vendor": [(row["due"], row["received"]) for row in rows("reports_due")],
    }
    for side, of_side in pairs.items():
        of_side += [(row["due"], row.get("closed")) for row in log if row["owner"] == side]
    return {
        side: [(due, done) for due, done in of_side if YEAR_START <= due <= LAST and (done or due < LAST)]
        for side, of_side in pairs.items()
    }


def truths(made: dict[str, list[Row]]) -> Row:
    """Everything planted, by vendor."""
    vendors: Row = {}
    for vendor, kind in KINDS.items():
        vendors[vendor] = {"kind": kind}
        if vendor not in SEEDS:
            continue
        sides = owed(vendor, made)
        late = {side: sum(max(((done or LAST) - due).days, 0) for due, done in pairs) for side, pairs in sides.items()}
        kept = {
            side: [sum(1 for due, done in pairs if done and done <= due), len(pairs)] for side, pairs in sides.items()
        }
        vendors[vendor] |= {"kept": kept, "late": late, "client_share": round(late["client"] / sum(late.values()), 4)}
        vendors[vendor] |= {"places": places(vendor, made), "held": held(vendor, made)}
        vendors[vendor]["plans"] = {item.plan: item.effect for item in PLANS if item.vendor == vendor}
    vendors[DOUBLE[0]]["double"] = DOUBLE[1]
    vendors[HOLLOW[0]]["hollow"] = HOLLOW[1]
    return {"vendors": vendors}


def places(vendor: str, made: dict[str, list[Row]]) -> Row:
    """Places taken by the role itself, of all places, by forum."""
    rows = [row for row in made["attendance"] if row["vendor"] == vendor and row["date"] >= YEAR_START]
    return {
        forum: [sum(1 for row in rows if row["forum"] == forum and row["attended"] == "yes"), count]
        for forum in FORUMS
        if (count := sum(1 for row in rows if row["forum"] == forum))
    }


def held(vendor: str, made: dict[str, list[Row]]) -> Row:
    """Meetings held, by forum."""
    rows = [row for row in made["meetings"] if row["vendor"] == vendor and row["date"] >= YEAR_START]
    return {forum: sum(1 for row in rows if row["forum"] == forum and row["state"] == "held") for forum in FORUMS}


def truths_text(made: dict[str, list[Row]]) -> str:
    """The part of truths.yaml on the relationship: what is meant, and the figures."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in RULES.splitlines())
    options = {"sort_keys": False, "allow_unicode": True, "width": 200, "default_flow_style": None}
    return f"\n{comment}{yaml.safe_dump({'relationship': truths(made)}, **options)}"


def figures_text(made: dict[str, list[Row]]) -> str:
    """The table of figures that stands in README.md."""
    lines = [
        "| vendor | kept by the vendor | by the client | days of delay, vendor | client | named roles at the service review |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    for vendor, facts in truths(made)["vendors"].items():
        if "kept" not in facts:
            lines.append(f"| `{vendor}` |  |  |  |  |  |")
            continue
        kept = {side: f"{good} of {n}" for side, (good, n) in facts["kept"].items()}
        good, n = facts["places"][REVIEW]
        cells = [
            kept["vendor"],
            kept["client"],
            str(facts["late"]["vendor"]),
            str(facts["late"]["client"]),
            f"{good} of {n}",
        ]
        lines.append(" | ".join([f"| `{vendor}`", *cells]) + " |")
    return "\n".join(lines)
