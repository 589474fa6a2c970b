"""The survey tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Every draw comes from a seeded generator of the vendor's own. A person has a lasting mood, a feeling for each construct, and
a slip for each item; their sum about a planned middle, rounded to the scale, is the answer. People stand in the tables as
ready hashes, so that nothing depends on a salt. Comments are invented from phrases of known theme and tone.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SEEDS = {"alder": 8, "birch": 12, "cedar": 63, "elm": 21}
WAVES = ("2025-03", "2025-09", "2026-03", "2026-09")
TEAM, CUSTOMERS, SUPPLIER = AUDIENCES = ("team", "customers", "vendor")
Row = dict[str, Any]

QUESTIONNAIRES = Path(__file__).resolve().parents[2] / "templates" / "surveys" / "survey_items.csv"
NOT_ASKED = ("importance",)  # kinds of items that this client leaves out of the questionnaires
LOOSE = ("customers", "offering")  # the construct whose items have nothing in common
EXPECTED = 4.3  # the middle of what customers expect


@dataclass(frozen=True)
class Group:
    """People of one team, role and site who are invited to every wave."""

    team: str
    role: str
    site: str
    invited: int
    answers: float = 0.8  # the share of them who answer
    shift: float = 0.0  # how much happier they are than the rest
    population: int = 0  # how many they were chosen from; 0 for all


@dataclass(frozen=True)
class Audience:
    """Who is asked, and the middle of their answers, from 1 (bad) to 5 (good), by construct and wave."""

    groups: tuple[Group, ...]
    middle: dict[str, tuple[float, ...]]
    drives: dict[str, float] = field(default_factory=dict)  # what overall satisfaction is made of


def steady(**middle: float) -> dict[str, tuple[float, ...]]:
    """The same middle in every wave."""
    return {construct: (value,) * len(WAVES) for construct, value in middle.items()}


def falling(by: float, **middle: float) -> dict[str, tuple[float, ...]]:
    """The same middle in all waves but the last, which lies lower."""
    return {construct: (*(value,) * (len(WAVES) - 1), value - by) for construct, value in middle.items()}


FALL = 0.75  # how far elm's middle falls from March to September 2026, on the scale of five points
CONTENT = {"motivation": 3.9, "support": 3.8, "tension": 3.5, "communication": 3.7, "teamwork": 3.8, "trust": 3.8}
PLAN = {
    "alder": {
        TEAM: Audience(
            (Group("Service management", "Manager", "Leeds", 12), Group("Workplace", "Engineer", "Leeds", 16)),
            steady(**CONTENT),
        ),
        CUSTOMERS: Audience(
            (
                Group("Field", "User", "York", 60, 0.35, -0.5, 240),
                Group("Office", "User", "Leeds", 40, 0.75, 0.4, 120),
            ),
            steady(quality=2.8, speed=3.6, offering=3.3, care=3.5),
            {"quality": 0.75, "speed": 0.15, "offering": 0.05, "care": 0.05},
        ),
        SUPPLIER: Audience(
            (Group("Desk", "Agent", "Leeds", 10, 0.8),),
            steady(requirements=3.6, decisions=3.4, payment=4.2, openness=3.6, trust=3.7),
        ),
    },
    "birch": {
        TEAM: Audience(
            (
                Group("Operations", "Engineer", "Leeds", 20),
                Group("Operations", "Manager", "Hull", 10, 0.9),
                Group("Operations", "Engineer", "Delft", 3, 1.0),
            ),
            steady(**{**CONTENT, "trust": 4.2}),
        ),
        CUSTOMERS: Audience(
            (
                Group("Applications", "Owner", "Leeds", 40, 0.7, 0.0, 80),
                Group("Networks", "Owner", "Hull", 25, 0.6, 0.0, 50),
            ),
            steady(quality=3.8, speed=3.9, offering=3.3, care=3.5),
            {"quality": 0.3, "speed": 0.6, "offering": 0.05, "care": 0.05},
        ),
        SUPPLIER: Audience(
            (Group("Hosting", "Engineer", "Delft", 14, 0.95),),
            steady(requirements=2.9, decisions=2.2, payment=2.6, openness=3.1, trust=2.8),
        ),
    },
    "cedar": {
        TEAM: Audience(
            (
                Group("Development", "Engineer", "Leeds", 18),
                Group("Product", "Owner", "Leeds", 10, 0.9),
                Group("Legal", "Counsel", "Leeds", 3, 1.0, -1.4),
                Group("Audit", "Auditor", "Leeds", 4, 1.0),
            ),
            steady(**CONTENT),
        ),
        CUSTOMERS: Audience(
            (Group("Billing", "User", "Leeds", 35, 0.7, 0.0, 300), Group("Metering", "User", "Hull", 25, 0.7, 0.0, 200)),
            steady(quality=3.5, speed=3.3, offering=3.3, care=3.5),
            {"quality": 0.3, "speed": 0.6, "offering": 0.05, "care": 0.05},
        ),
        SUPPLIER: Audience(
            (Group("Maintenance", "Developer", "Hull", 4, 1.0),),
            steady(requirements=3.2, decisions=3.2, payment=4.0, openness=3.6, trust=3.6),
        ),
    },
    "elm": {
        TEAM: Audience(
            (Group("Workplace", "Engineer", "Leeds", 20, 0.85), Group("Purchasing", "Buyer", "Hull", 14, 0.85)),
            falling(FALL, **CONTENT),
        ),
        CUSTOMERS: Audience(
            (Group("Office", "User", "Leeds", 45, 0.7, 0.0, 500), Group("Plant", "User", "Hull", 30, 0.65, 0.0, 300)),
            falling(FALL, quality=3.8, speed=3.7, offering=3.3, care=3.5),
            {"quality": 0.3, "speed": 0.6, "offering": 0.05, "care": 0.05},
        ),
        SUPPLIER: Audience(
            (Group("Devices", "Technician", "Hull", 9, 0.9),),
            steady(requirements=3.5, decisions=3.4, payment=3.9, openness=3.3, trust=3.5),
        ),
    },
}  # fmt: skip

# ------------------------------------------------------------------------------------------------------------- comments
# (vendor, audience): theme, tone, how likely, and its phrases; alder's complaints hold no word of feeling
PHRASES: dict[tuple[str, str], tuple[tuple[str, str, float, tuple[str, ...]], ...]] = {
    ("alder", CUSTOMERS): (
        ("quality and rework", "negative", 0.55, (
            "The ticket was closed and two days later it had to be reopened",
            "My printer was closed as solved and was not fixed the next morning",
            "They close the ticket, it is not fixed, and I have to open a new one",
            "Third time this month that the same ticket was reopened",
            "The VPN stops again and again and nobody looks for the cause",
            "Closed as resolved once more without fixing the cause",
        )),
        ("speed", "positive", 0.2, (
            "The desk answers the phone quickly, thank you",
            "Very friendly people and a quick answer on the phone",
            "Quick answer from the desk, that was great",
        )),
        ("tools and access", "neutral", 0.2, (
            "I called about a password reset",
            "I asked for a password reset for the billing system",
            "My request was a password reset and an account for a new colleague",
        )),
    ),
    ("birch", CUSTOMERS): (
        ("fast servers", "positive", 0.5, (
            "The new servers are fast and stable, well done",
            "Servers have been fast and reliable since the autumn, excellent work",
            "Very happy with the fast servers",
        )),
        ("maintenance", "neutral", 0.3, (
            "Maintenance of the servers was announced for Sunday",
            "There was maintenance on the backup server in the week of the release",
        )),
        ("maintenance in office hours", "negative", 0.15, (
            "Maintenance in office hours stopped our work again, that is annoying",
            "I am unhappy about maintenance in office hours",
        )),
    ),
    ("birch", SUPPLIER): (
        ("late decisions", "negative", 0.85, (
            "Decisions come far too late and then we are blamed for the delay",
            "We wait for weeks for a decision on every change, which is frustrating",
            "Nobody at the client decides, and our tickets wait",
            "Approvals come late and the invoices are paid late",
        )),
    ),
    ("cedar", CUSTOMERS): (
        ("release", "neutral", 0.45, (
            "The release was installed on Tuesday",
            "I use the billing form that came with the last release",
            "We tested the release in our team",
        )),
        ("new reports", "positive", 0.25, (
            "The new reports are very useful, thanks",
            "I love the new reports",
        )),
        ("bugs", "negative", 0.25, (
            "The form has a bug and loses what I typed, which is terrible",
            "Bugs in the last release cost us a bad day",
        )),
    ),
    ("elm", CUSTOMERS): (
        ("speed", "negative", 0.55, (
            "I waited three weeks for a laptop, this is really bad",
            "A terrible wait for a simple laptop",
            "I am unhappy about waiting for weeks without a laptop",
            "The wait for a new laptop is annoying and gets worse",
            "Still waiting for my laptop, very disappointing",
            "Waiting for a laptop for weeks is awful",
        )),
        ("good technicians", "positive", 0.2, (
            "The technician on site was great, thanks",
            "Good technician, very helpful and friendly",
        )),
        ("delivery", "neutral", 0.2, (
            "The laptop was delivered to the Hull office",
            "I ordered a laptop and a second screen",
        )),
    ),
    ("elm", TEAM): (
        ("late notice", "negative", 0.7, (
            "We hear about delays only when users complain, this is really bad",
            "They tell us about delays much too late",
            "It is terrible that delays are never announced",
        )),
        ("friendly people", "positive", 0.25, (
            "Their people on site are friendly and helpful",
            "Great cooperation with the technicians, thanks",
        )),
    ),
}  # fmt: skip
# what must never be seen: what is written, and where in a comment it is put
MASKED = {
    "alder": (
        "Priya Nair", "Tom Wickersley", "j.holt@quillmoor.example", "+44 20 7946 0123", "ALD10234", "INC0012345",
    ),
    "birch": ("Sanne de Vries", "ops.desk@birchquill.example", "BIR10525", "0113 496 0456"),
    "cedar": ("Owen Marsh", "o.marsh@cedarlathe.example", "CHG0004711"),
    "elm": ("Grace Adeyemi", "g.adeyemi@quillmoor.example", "ELM11597", "(0148) 249 6001"),
}  # fmt: skip
CARRIERS = {  # how each kind of it is put
    "@": "Please write to {} about it",
    "digits": "You can call me on {}",
    "ticket": "The number was {}",
    "name": "I spoke with {} about it",
}
ODDITIES = (
    "😡😡",
    "👍",
    "<b>really</b>",
    "<script>alert('x')</script>",
    'see =HYPERLINK("http://quillmoor.example")',
    "\u202eabc",
)
COMMENTS = {TEAM: 0.6, CUSTOMERS: 0.75, SUPPLIER: 1.0}  # how many of those who answer also write
UNDER = {TEAM: ("should_change", "works_well"), CUSTOMERS: ("better", "good"), SUPPLIER: ("would_help", "would_help")}
RATERS = {name: "p_" + hashlib.sha256(f"invented rater {name}".encode()).hexdigest()[:16] for name in ("A", "B")}


@dataclass
class Sentiment:
    """Everything that was made: the rows of every table, and the theme and tone of each comment."""

    rows: dict[str, list[Row]]
    meant: list[Row]


@cache
def item_rows() -> list[Row]:
    """The questionnaires, as the project's own templates have them."""
    with QUESTIONNAIRES.open(encoding="utf-8-sig", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] not in NOT_ASKED]


def people_of(vendor: str, audience: str) -> Iterator[tuple[Group, str]]:
    """Everybody who is invited, with a ready hash."""
    for place, group in enumerate(PLAN[vendor][audience].groups):
        for number in range(group.invited):
            name = f"invented {vendor} {audience} {place} {number}"
            yield group, "p_" + hashlib.sha256(name.encode()).hexdigest()[:16]


def invitation_rows(vendor: str, audience: str) -> list[Row]:
    """Who was invited to each wave."""
    return [
        {
            "vendor": vendor,
            "audience": audience,
            "wave": wave,
            "team": group.team,
            "role": group.role,
            "site": group.site,
            "invited": group.invited,
            "population": group.population or group.invited,
        }
        for wave in WAVES
        for group in PLAN[vendor][audience].groups
    ]


def rounded(middle: float, item: Row) -> int:
    """An answer on the item's scale, from a feeling between 1 and 5."""
    low, high = int(item["low"]), int(item["high"])
    place = (middle - 1) / 4 * (high - low) + low + (0.8 if item["kind"] == "recommendation" else 0.0)
    answer = int(min(max(round(place), low), high))
    return low + high - answer if item["reversed"] == "yes" else answer


def answers_of(
    rng: np.random.Generator, vendor: str, audience: str, wave: int, mood: float, shift: float
) -> Iterator[Row]:
    """The answers of one person in one wave."""
    plan = PLAN[vendor][audience]
    feeling = {
        construct: middles[wave] + shift + 0.5 * mood + rng.normal(0, 0.5) for construct, middles in plan.middle.items()
    }
    overall = sum(share * feeling[construct] for construct, share in plan.drives.items()) + rng.normal(0, 0.3)
    general = overall if plan.drives else sum(feeling.values()) / len(feeling)
    for item in item_rows():
        if item["audience"] != audience or item["kind"] == "comment":
            continue
        place = feeling.get(item["construct"], general) + rng.normal(0, 0.55)
        if (audience, item["construct"]) == LOOSE:  # each item for itself
            place = plan.middle["offering"][wave] + rng.normal(0, 1.1)
        if item["kind"] == "expectation":
            place = EXPECTED + rng.normal(0, 0.6)
        missing = rng.choice(["", "skipped", "not_applicable", "dont_know"], p=[0.95, 0.02, 0.02, 0.01])
        yield {"item": item["item"], "answer": "" if missing else rounded(place, item), "missing": str(missing)}


def comment_of(rng: np.random.Generator, vendor: str, audience: str, phrases: dict[str, int]) -> tuple[str, str, str]:
    """A comment with its theme and tone; phrases are taken in turn."""
    themes = PHRASES[vendor, audience]
    shares = np.array([share for _, _, share, _ in themes])
    theme, tone, _, words = themes[int(rng.choice(len(themes), p=shares / shares.sum()))]
    phrases[theme] = phrases.get(theme, -1) + 1
    text = words[phrases[theme] % len(words)] + "."
    if rng.random() < 0.08:
        text += " " + ODDITIES[int(rng.integers(len(ODDITIES)))]
    return text, theme, tone


def with_a_secret(text: str, secret: str) -> str:
    """A comment that also names a person, an address, a phone or a ticket."""
    ticket = secret[:3].isupper() and secret[-4:].isdigit()
    kind = "@" if "@" in secret else "ticket" if ticket else "digits" if secret[-4:].isdigit() else "name"
    return f"{text} {CARRIERS[kind].format(secret)}."


def one_vendor(vendor: str, made: Sentiment) -> None:
    """All that is said of, and by, one vendor."""
    rng = np.random.default_rng(SEEDS[vendor])
    secrets = list(MASKED[vendor])
    for audience in AUDIENCES:
        made.rows["survey_invitations"] += invitation_rows(vendor, audience)
        moods = {person: rng.normal() for _, person in people_of(vendor, audience)}
        phrases: dict[str, int] = {}
        for wave, month in enumerate(WAVES):
            for group, person in people_of(vendor, audience):
                if rng.random() >= group.answers:
                    continue
                key = {"vendor": vendor, "audience": audience, "wave": month, "respondent": person}
                day = f"{month}-{int(rng.integers(1, 22)):02d}"
                place = {"team": group.team, "role": group.role, "site": group.site, "submitted": day}
                made.rows["survey_respondents"].append({**key, **place})
                said = answers_of(rng, vendor, audience, wave, moods[person], group.shift)
                made.rows["survey_answers"] += [{**key, **row} for row in said]
                if (vendor, audience) in PHRASES and rng.random() < COMMENTS[audience]:
                    text, theme, tone = comment_of(rng, vendor, audience, phrases)
                    if wave == len(WAVES) - 1 and secrets:
                        text = with_a_secret(text, secrets.pop(0))
                    write(rng, made, {**key, "item": UNDER[audience][tone == "positive"]}, text, theme, tone)


def write(rng: np.random.Generator, made: Sentiment, key: Row, text: str, theme: str, tone: str) -> None:
    """A comment, what was meant by it, and how two raters, who are wrong now and then, judge it."""
    made.rows["survey_comments"].append({**key, "comment": text, "language": "en"})
    made.meant.append({**key, "theme": theme, "tone": tone})
    for rater in RATERS.values() if key["wave"] == WAVES[-1] else ():
        judged = tone if rng.random() > 0.06 else "neutral"
        made.rows["comment_labels"].append({**key, "rater": rater, "polarity": judged})


COLUMNS = {  # table: its columns, and the columns that it is sorted by
    "survey_items": (
        "audience item construct wording kind low high reversed overall of follows",
        "",
    ),
    "survey_invitations": (
        "vendor audience wave team role site invited population",
        "vendor audience wave team role site",
    ),
    "survey_respondents": (
        "vendor audience wave respondent team role site submitted",
        "vendor audience wave respondent",
    ),
    "survey_answers": ("vendor audience wave respondent item answer missing", "vendor audience wave respondent item"),
    "survey_comments": (
        "vendor audience wave respondent item comment language",
        "vendor audience wave respondent item",
    ),
    "comment_labels": (
        "vendor audience wave respondent item rater polarity",
        "vendor audience wave respondent item rater",
    ),
}


def sentiment() -> Sentiment:
    """Make all of it; dogwood is asked about by nobody."""
    made = Sentiment({name: [] for name in COLUMNS}, [])
    made.rows["survey_items"] = item_rows()
    for vendor in PLAN:
        one_vendor(vendor, made)
    return made


def tables(made: Sentiment) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    return {name: (columns.split(), made.rows[name], order.split()) for name, (columns, order) in COLUMNS.items()}
