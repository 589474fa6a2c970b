"""The exit tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Nothing here is drawn at random: options, plans and budgets are few and written down. What they come to is worked out here by
formulas of its own (means of the given ranges, not simulation; the longest chain by hand), so that nothing rests on the toolkit
that is tested with it. All prices are those of a year, in GBP.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import yaml

Row = dict[str, Any]
HORIZON = 36  # months
RATE = 0.08  # a year
RUNNING, ONCE, OWN = (
    0.08 + 0.055,
    0.011 + 0.15,
    0.15,
)  # middles of the published hidden-cost ranges, as shares of the price


class Way(NamedTuple):
    """One row of alternatives; three numbers are low, likely and high."""

    vendor: str
    service: str
    alternative: str
    option: str
    price: tuple[float, float, float]
    one_off: tuple[float, float, float] | None = None
    lead: tuple[float, float, float] | None = None
    risk: tuple[str, float, tuple[float, float, float]] | None = None
    fit: float | None = None
    quoted: str = ""
    source: str = ""


DESK, HOST, BACKUP, APPS, DEVICES = (
    "Service desk",
    "Hosting",
    "Backup",
    "Application maintenance",
    "Workplace devices",
)
WAYS = (
    Way("alder", DESK, "Rates of 2024 kept", "renegotiate", (1_150_000, 1_210_000, 1_260_000), (2_000, 5_000, 9_000),
        (1, 2, 4), None, 1.0, "2026-06-12", "Talk with the account manager"),
    Way("alder", DESK, "Hazelwick Desk", "switch", (1_180_000, 1_290_000, 1_420_000), (90_000, 140_000, 260_000),
        (5, 7, 11), ("Experienced agents do not come along", 0.15, (60_000, 110_000, 220_000)), 0.85, "2026-07-02",
        "Written quote"),
    Way("alder", DESK, "Own desk again", "insource", (1_420_000, 1_560_000, 1_790_000), (180_000, 260_000, 420_000),
        (8, 11, 16), None, 0.9, "2026-05-20", "Own estimate"),
    # cheapest on average, and ruinous in one case of ten
    Way("birch", HOST, "Contract as it stands", "stay", (1_140_000, 1_180_000, 1_240_000), source="Contract and forecast"),
    Way("birch", HOST, "Fewer service hours", "renegotiate", (1_050_000, 1_110_000, 1_170_000), (5_000, 12_000, 25_000),
        (2, 3, 5), None, 0.8, "2026-08-18", "Offer of the vendor"),
    Way("birch", HOST, "Cloudwick", "switch", (560_000, 620_000, 700_000), (150_000, 210_000, 330_000), (6, 8, 13),
        ("Pump control cannot be moved and runs twice", 0.1, (2_400_000, 3_200_000, 4_400_000)), 0.75, "2026-07-23",
        "Written quote"),
    Way("birch", HOST, "Half with Fernhill", "dual_source", (1_120_000, 1_190_000, 1_290_000), (60_000, 95_000, 160_000),
        (4, 6, 9), None, 0.95, "2026-08-03", "Written quote"),
    Way("birch", BACKUP, "Fernhill Vaults", "switch", (178_000, 196_000, 220_000), (9_000, 14_000, 24_000), (2, 3, 5),
        None, 1.0, "2026-08-03", "Written quote"),
    Way("cedar", APPS, "Contract renewed at the old price", "renegotiate", (880_000, 920_000, 960_000),
        (0, 4_000, 10_000), (1, 2, 4), None, 1.0, "2026-09-01", "Own estimate"),
    Way("cedar", APPS, "Maplesoft Care", "switch", (780_000, 890_000, 1_050_000), (210_000, 320_000, 560_000), (9, 13, 20),
        ("The old code is understood by nobody else", 0.25, (90_000, 180_000, 360_000)), 0.6, "2026-06-30", "First talk"),
    Way("elm", DEVICES, "Agreed rates, billed as agreed", "renegotiate", (495_000, 515_000, 540_000),
        (0, 3_000, 8_000), (1, 1, 3), None, 1.0, "2026-09-10", "Rate card"),
    Way("elm", DEVICES, "Rowan Devices", "switch", (470_000, 505_000, 560_000), (45_000, 70_000, 120_000), (3, 5, 8),
        ("Devices are exchanged in the holiday season", 0.2, (8_000, 15_000, 30_000)), 0.9, "2026-07-15", "Written quote"),
)  # fmt: skip


class Task(NamedTuple):
    """One row of exit_plan."""

    task: str
    part: str
    title: str
    days: tuple[float, float, float] | None
    waits: str = ""
    owner: str = "Head of IT services"
    tested: str = ""
    done: str = ""


SHORT = (  # a plan that is complete and tried out: alder's
    Task(
        "T1",
        "replacement",
        "Choose the successor from the standing list",
        (20, 30, 60),
        "",
        "Procurement",
        "2026-02-10",
    ),
    Task("T2", "knowledge", "Hand over articles, scripts and open tickets", (15, 25, 45), "T1", tested="2026-02-12"),
    Task("T3", "data", "Export tickets and have them read by the successor", (5, 8, 15), "T1", tested="2026-02-12"),
    Task("T4", "people", "Agree who moves and tell everybody", (20, 30, 45), "T1", "HR partner", "2026-03-02"),
    Task("T5", "access", "Withdraw accounts and badges", (1, 2, 4), "T2|T3|T4", "Head of security", "2026-03-02"),
    Task("T6", "assets", "Take over phone numbers and licences", (10, 14, 25), "T1", tested="2026-02-12"),
    Task("T7", "contracts", "Move the translation service's contract", (10, 15, 30), "T1", "Procurement", "2026-03-02"),
    Task("T8", "continuity", "Run both desks side by side", (14, 20, 30), "T2|T3", tested="2026-03-02"),
)
LONG = (  # longer than the notice: cedar's; three parts are missing, nobody owns the hardest task
    Task("T1", "replacement", "Tender and choose", (90, 130, 210), "", "Procurement"),
    Task("T2", "knowledge", "Write down what the code does", (80, 120, 200), "", ""),
    Task("T3", "data", "Export source, tickets and test data", (8, 12, 20), "", "Head of applications", "2025-03-05"),
    Task("T4", "replacement", "Set up the successor's environment", (20, 30, 60), "T1|T3", "Head of applications"),
    Task("T5", "knowledge", "Shadow two releases", (60, 75, 120), "T2|T4", "Head of applications"),
    Task("T6", "access", "Withdraw accounts", (1, 2, 3), "T5", "Head of security"),
    Task("T7", "continuity", "Freeze changes and stand by", (20, 30, 40), "T5", "Head of applications"),
)
BARE = (  # a good plan without a penny: elm's
    Task("T1", "replacement", "Call off from the framework", (15, 25, 50), "", "Procurement", "2026-04-20"),
    Task("T2", "data", "Export the inventory", (3, 5, 10), "", "Head of workplace", "2026-04-20", "2026-08-14"),
    Task("T3", "assets", "Count and take back spare devices", (10, 15, 25), "T2", "Head of workplace", "2026-05-04"),
    Task("T4", "knowledge", "Hand over images and runbooks", (10, 15, 30), "T1", "Head of workplace", "2026-04-20"),
    Task("T5", "continuity", "Keep a stock for six weeks", (5, 10, 15), "T1|T3", "Head of workplace", "2026-05-04"),
    Task("T6", "access", "Withdraw remote access", (1, 1, 2), "T4|T5", "Head of security", "2026-05-04"),
    Task("T7", "contracts", "Move the leases", (20, 30, 60), "T1", "Procurement", "2026-05-04"),
    Task("T8", "people", "Tell users and the works council", (5, 10, 20), "T1", "HR partner", "2026-05-04"),
)
PLANS = {"alder": SHORT, "cedar": LONG, "elm": BARE}
LONGEST = {"alder": "T1 T2 T8", "cedar": "T1 T4 T5 T7", "elm": "T1 T7"}  # by mean durations, worked out by hand
BUDGETS = (
    ("alder", "Transition of the service desk", 480_000, "2026-01-20"),
    ("cedar", "Tender for application maintenance", 90_000, "2026-02-24"),
    ("elm", "Leaving Elmstrand", 0, "2026-01-20"),
)
NEEDED = (  # vendor, service, criticality, substitutability, why, second source, reintegration, last audit
    ("alder", DESK, "important", "easily_substitutable", "", "yes", "difficult", "2025-10-14"),
    (
        "birch",
        HOST,
        "critical",
        "highly_complex",
        "Pump control runs on its machines",
        "no",
        "highly_complex",
        "2024-11-20",
    ),
    ("birch", BACKUP, "important", "medium_complexity", "", "yes", "difficult", "2024-11-20"),
    (
        "cedar",
        APPS,
        "critical",
        "not_substitutable",
        "The code is understood by nobody else",
        "no",
        "highly_complex",
        "",
    ),
    ("elm", DEVICES, "other", "easily_substitutable", "", "no", "easy", "2025-06-03"),
)
SPENT = (  # period, service, amount with all suppliers, suppliers
    ("2026-Q3", "", 2_150_000, 41),
    ("2026-Q3", DESK, 420_000, 2),
    ("2026-Q3", HOST, 345_000, 3),
    ("2026-Q3", BACKUP, 64_000, 2),
    ("2026-Q3", APPS, 262_000, 2),
    ("2026-Q3", DEVICES, 171_000, 3),
)
SIGNS = (  # vendor, trigger, measure, side, threshold, periods in a row, option, why
    ("alder", "X1", "cost.saving_share", "below", 0.05, 2, "renegotiate", "The desk was given away to save"),
    ("alder", "X2", "quality.reopened_share", "above", 0.15, "", "dual_source", "Tickets come back"),
    ("birch", "X1", "cost.budget_variance", "above", 0.1, "", "renegotiate", "The board's limit"),
    ("birch", "X2", "quality.credits_unclaimed", "above", 5_000, "", "switch", "It does not pay what it owes"),
    ("birch", "X3", "delivery.schedule_performance", "below", 0.5, "", "switch", ""),
    ("cedar", "X1", "quality.sla_attainment", "below", 0.8, 2, "switch", "Levels missed twice"),
    ("elm", "X1", "cost.invoice_check", "above", 5_000, "", "renegotiate", "It bills what was not agreed"),
)


# ----------------------------------------------------------------------------------------------------------------- tables
def ends(name: str, three: tuple[float, float, float] | None) -> Row:
    """Three columns of a range; empty where there is none."""
    return {f"{name}_{end}": value for end, value in zip(("low", "likely", "high"), three or ("", "", ""), strict=True)}


def way_row(way: Way) -> Row:
    said, probability, costs = way.risk or ("", "", None)
    return {
        **{"vendor": way.vendor, "service": way.service, "alternative": way.alternative, "option": way.option},
        **ends("price", way.price),
        **ends("one_off", way.one_off),
        **ends("lead", way.lead),
        **{"risk": said, "risk_probability": probability, **ends("risk", costs)},
        **{"fit": "" if way.fit is None else way.fit, "quoted": way.quoted, "source": way.source},
    }


def task_row(vendor: str, task: Task) -> Row:
    return {
        **{"vendor": vendor, "task": task.task, "title": task.title, "part": task.part, "depends_on": task.waits},
        **ends("days", task.days),
        **{"owner": task.owner, "done": task.done, "tested": task.tested},
        "tested_when": "Every spring" if task.tested else "",
    }


def tables() -> dict[str, tuple[tuple[str, ...], list[Row], tuple[str, ...]]]:
    """The exit tables: columns, rows and order, by name."""
    needed = ("service", "criticality", "substitutability", "why", "second_source", "reintegration", "last_audit")
    signs = ("vendor", "trigger", "measure", "side", "threshold", "in_a_row", "opens", "why")
    ways, tasks = (
        [way_row(way) for way in WAYS],
        [task_row(name, task) for name, plan in PLANS.items() for task in plan],
    )
    budgets, spent = ("vendor", "item", "amount", "approved"), ("period", "service", "amount", "suppliers")
    return {
        "alternatives": (tuple(ways[0]), ways, ("vendor", "service", "alternative")),
        "exit_plan": (tuple(tasks[0]), tasks, ("vendor", "task")),
        "exit_budget": (budgets, [dict(zip(budgets, row, strict=True)) for row in BUDGETS], budgets[:2]),
        "services": (
            ("vendor", *needed),
            [dict(zip(("vendor", *needed), row, strict=True)) for row in NEEDED],
            ("vendor", "service"),
        ),
        "client_spend": (
            (*spent, "source"),
            [dict(zip(spent, row, strict=True)) | {"source": "Ledger of the client"} for row in SPENT],
            spent[:2],
        ),
        "triggers": (signs, [dict(zip(signs, row, strict=True)) for row in SIGNS], signs[:2]),
    }


# ----------------------------------------------------------------------------------------------------------------- truths
def mean(three: tuple[float, float, float] | None) -> float:
    """PERT's mean; 0 of nothing."""
    return (three[0] + 4 * three[1] + three[2]) / 6 if three else 0.0


def worth(first: float, last: float) -> float:
    """What 1 a month from one month to another is worth now, added up in steps of a hundredth of a month."""
    steps = round((last - first) * 100)
    return sum((1 + RATE) ** (-(first + (place + 0.5) / 100) / 12) for place in range(steps)) / 100


def cost(way: Way, stay: float) -> tuple[float, float]:
    """What a way costs over the horizon with every input at its mean, without its risk, and with it at its mean cost."""
    lead, price = mean(way.lead), mean(way.price)
    running = 0.0 if way.option == "insource" else RUNNING
    once = {"stay": 0.0, "renegotiate": 0.0, "insource": OWN}.get(way.option, ONCE)
    after = price / 12 * (1 + running) * worth(lead, HORIZON)
    plain = stay / 12 * (1 + RUNNING) * worth(0, lead) + after + mean(way.one_off) + once * price
    return plain, plain + (mean(way.risk[2]) if way.risk else 0.0)


def truths() -> Row:
    """What was planted, as `truths.yaml` holds it."""
    hosting = [way for way in WAYS if (way.vendor, way.service) == ("birch", HOST)]
    stay = next(mean(way.price) for way in hosting if way.option == "stay")
    found = {way.alternative: cost(way, stay) for way in hosting}
    expected = {
        way.alternative: found[way.alternative][0] + (way.risk[1] * mean(way.risk[2]) if way.risk else 0.0)
        for way in hosting
    }
    return {
        "exit": {
            "birch_hosting": {
                "expected_cost": {name: round(value) for name, value in expected.items()},
                "cheapest_on_average": min(expected, key=lambda name: expected[name]),
                "ruinous": {"alternative": "Cloudwick", "probability": 0.1, "cost_then": round(found["Cloudwick"][1])},
            },
            "longest_chain": {name: tasks.split() for name, tasks in LONGEST.items()},
            "mean_months": {name: round(chain_months(name), 2) for name in PLANS},
            "plan_without_budget": "elm",
            "triggers_reached": {"alder": ["X2"], "birch": ["X1", "X2"], "cedar": [], "elm": ["X1"]},
        }
    }


def chain_months(vendor: str) -> float:
    """The mean length of the longest chain; what is done takes no time."""
    tasks = {task.task: task for task in PLANS[vendor]}
    return math.fsum(mean(tasks[name].days) for name in LONGEST[vendor].split() if not tasks[name].done) / (365.25 / 12)


def truths_text() -> str:
    """The truths as YAML."""
    return yaml.safe_dump(truths(), sort_keys=False, allow_unicode=True, width=120)


def figures_text() -> str:
    """The figures that stand in README.md."""
    found = truths()["exit"]
    lines = ["| birch, hosting over 36 months | expected cost, GBP |", "|---|--:|"]
    lines += [f"| {name} | {value:,} |" for name, value in found["birch_hosting"]["expected_cost"].items()]
    bad = found["birch_hosting"]["ruinous"]
    lines += ["", f"{bad['alternative']}, when its risk comes true (one case in ten): {bad['cost_then']:,} GBP."]
    months = ", ".join(f"{name} {value:.1f}" for name, value in found["mean_months"].items())
    return "\n".join([*lines, f"Months of the longest chain, by mean durations: {months}."])
