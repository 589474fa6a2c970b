"""The goals of the invented sample client and the check-ins on them, with truths planted in them; `make_sample.py` writes them.

Most goals lie on measures of the other areas. Beside them stand key results (K1, K2, ...) that only check-ins tell of: one that
will miss its date though everybody is sure of it, one that will be reached, one that stays in its range, one done, and one
that looks measurable and is not.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

Row = dict[str, Any]
SEED = 20261001
START, DUE = "2026-01-01", "2026-12-31"
AGREED = "2025-01-01"  # from when the goals on measures count
COLUMNS = (
    *(
        "vendor",
        "goal",
        "objective",
        "measure",
        "direction",
        "target",
        "target_high",
        "baseline",
        "unit",
        "due",
        "owner",
    ),
    *("kind", "weight", "start", "source", "reason", "serves", "clause", "achievable", "achievable_because"),
    *("acknowledged", "client_rank", "vendor_rank"),
)
CHECK_INS = ("vendor", "goal", "date", "value", "confidence", "note", "author")
SERVES = {
    "cost": "Run IT for 5 % less by the end of 2026",
    "kept": "People can work without waiting for IT",
    "fair": "Pay for what was delivered",
    "safe": "No customer is without water because of IT",
}
KEPT, AGAIN, BACKLOG = "quality.sla_attainment", "quality.reopened_share", "quality.backlog"
SAVING, BUDGET, UNIT, REALISED = "cost.saving_share", "cost.budget_variance", "cost.unit_cost", "cost.saving_realised"
UP, UNCLAIMED = "quality.availability", "quality.credits_unclaimed"
ON_TIME, RIGHT = "delivery.on_time_share", "delivery.first_time_acceptance"
BIAS, PLAN = "delivery.estimate_bias", "delivery.schedule_performance"
EARLY, MET, ROLES = "relationship.early_warning_share", "relationship.cadence_kept", "relationship.role_attendance"
PLANS, OVERDUE = "relationship.plans_without_effect", "contract.obligations_overdue"
CSAT, TEAM, CLIENT = "sentiment.csat", "sentiment.team_favourable", "sentiment.vendor_favourable"
# vendor | goal | objective | measure | direction | target | unit | owner | what it serves
MEASURED = """
* | A1 | Pay what was agreed and no more | cost.invoice_check | at_most | 0 | GBP | Contract manager | fair
alder | G1 | Run the service desk for less | cost.saving_share | at_least | 0.10 | share | Head of IT services | cost
alder | G2 | Stay within the budget | cost.budget_variance | at_most | 0.03 | share | Head of IT services | cost
alder | G3 | A ticket at a known price | cost.unit_cost | at_most | 13.00 | GBP per ticket | Service desk lead | cost
alder | G4 | Reach what was promised | cost.saving_realised | at_least | 0.90 | share | Finance | cost
birch | G1 | Run the servers for less | cost.saving_share | at_least | 0.05 | share | Head of infrastructure | cost
birch | G2 | Stay within the budget | cost.budget_variance | at_most | 0.05 | share | Head of infrastructure | cost
birch | G3 | Reach what was promised | cost.saving_realised | at_least | 0.80 | share | Finance | cost
cedar | G1 | Maintain the applications for less | cost.saving_share | at_least | 0.05 | share | Head of applications | cost
cedar | G2 | Stay within the budget | cost.budget_variance | at_most | 0.05 | share | Head of applications | cost
cedar | G3 | A request at a known price | cost.unit_cost | at_most | 175.00 | GBP per request | Head of applications | cost
dogwood | G1 | Watch the network for less | cost.saving_share | at_least | 0.05 | share | Head of networks | cost
dogwood | G2 | Stay within the budget | cost.budget_variance | at_most | 0.00 | share | Head of networks | cost
dogwood | G3 | A site at a known price | cost.unit_cost | at_most | 90.00 | GBP per site | Head of networks | cost
elm | G1 | Run the workplace for less | cost.saving_share | at_least | 0.05 | share | Head of workplace | cost
elm | G2 | Stay within the budget | cost.budget_variance | at_most | 0.02 | share | Head of workplace | cost
elm | G3 | A device at a known price | cost.unit_cost | at_most | 27.00 | GBP per device | Head of workplace | cost
alder | Q1 | Keep the service levels | quality.sla_attainment | at_least | 0.92 | share | Service desk lead | kept
alder | Q2 | Solve a ticket once | quality.reopened_share | at_most | 0.10 | share | Service desk lead | kept
alder | Q3 | Let nothing lie about | quality.backlog | at_most | 30 | tickets | Service desk lead | kept
birch | Q1 | Keep the service levels | quality.sla_attainment | at_least | 0.90 | share | Head of infrastructure | kept
birch | Q2 | Keep the servers up | quality.availability | at_least | 0.995 | share | Head of infrastructure | safe
birch | Q3 | Mend faster | quality.time_to_resolve | at_most | 9 | hours | Head of infrastructure | kept
birch | Q4 | Claim what is due | quality.credits_unclaimed | at_most | 0 | GBP | Contract manager | fair
cedar | Q1 | Keep the service levels | quality.sla_attainment | at_least | 0.90 | share | Head of applications | kept
cedar | Q2 | Let nothing lie about | quality.backlog | at_most | 30 | tickets | Head of applications | kept
cedar | Q3 | Claim what is due | quality.credits_unclaimed | at_most | 0 | GBP | Contract manager | fair
dogwood | Q1 | Keep the service levels | quality.sla_attainment | at_least | 0.95 | share | Head of networks | kept
dogwood | Q2 | Keep the network up | quality.availability | at_least | 0.999 | share | Head of networks | safe
elm | Q1 | Keep the service levels | quality.sla_attainment | at_least | 0.90 | share | Head of workplace | kept
elm | Q2 | Solve a ticket once | quality.reopened_share | at_most | 0.08 | share | Head of workplace | kept
elm | Q3 | Let nothing lie about | quality.backlog | at_most | 30 | tickets | Head of workplace | kept
alder | D1 | Deliver when it was promised | delivery.on_time_share | at_least | 0.60 | share | Head of IT services | kept
alder | D2 | Estimates to rely on | delivery.estimate_bias | at_most | 0.15 | share | Head of IT services | fair
birch | D1 | Deliver when it was promised | delivery.on_time_share | at_least | 0.60 | share | Head of infrastructure | kept
birch | D2 | Keep to the plan | delivery.schedule_performance | at_least | 0.90 |  | Head of infrastructure | kept
cedar | D1 | Deliver when it was promised | delivery.on_time_share | at_least | 0.60 | share | Head of applications | kept
cedar | D2 | Estimates to rely on | delivery.estimate_bias | at_most | 0.15 | share | Head of applications | fair
dogwood | D1 | Deliver when it was promised | delivery.on_time_share | at_least | 0.60 | share | Head of networks | kept
elm | D1 | Deliver when it was promised | delivery.on_time_share | at_least | 0.60 | share | Head of workplace | kept
elm | D2 | Right the first time | delivery.first_time_acceptance | at_least | 0.80 | share | Head of workplace | fair
alder | S1 | Satisfied customers | sentiment.csat | at_least | 0.60 | share | Service desk lead | kept
alder | S2 | A team that likes the work | sentiment.team_favourable | at_least | 0.50 | share | Head of IT services | kept
birch | S1 | Satisfied customers | sentiment.csat | at_least | 0.40 | share | Head of infrastructure | kept
birch | S2 | Be a good client | sentiment.vendor_favourable | at_least | 0.50 | share | Head of infrastructure | fair
cedar | S1 | Satisfied customers | sentiment.csat | at_least | 0.50 | share | Head of applications | kept
cedar | S2 | Be a good client | sentiment.vendor_favourable | at_least | 0.50 | share | Head of applications | fair
dogwood | S1 | Satisfied customers | sentiment.csat | at_least | 0.60 | share | Head of networks | kept
elm | S1 | Satisfied customers | sentiment.csat | at_least | 0.60 | share | Head of workplace | kept
elm | S2 | A team that likes the work | sentiment.team_favourable | at_least | 0.50 | share | Head of workplace | kept
alder | R1 | Hear of trouble early | relationship.early_warning_share | at_least | 0.60 | share | Service desk lead | kept
birch | R1 | Meet as often as agreed | relationship.cadence_kept | at_least | 0.90 | share | Head of infrastructure | kept
cedar | R1 | Plans that change something | relationship.plans_without_effect | at_most | 0 | plans | Head of applications | kept
elm | R1 | Meet those who can decide | relationship.role_attendance | at_least | 0.75 | share | Head of workplace | kept
alder | O1 | Do what the contract obliges to | contract.obligations_overdue | at_most | 0 |  | Contract manager | fair
birch | O1 | Do what the contract obliges to | contract.obligations_overdue | at_most | 0 |  | Contract manager | fair
cedar | O1 | Do what the contract obliges to | contract.obligations_overdue | at_most | 0 |  | Contract manager | fair
elm | O1 | Do what the contract obliges to | contract.obligations_overdue | at_most | 0 |  | Contract manager | fair
"""
# Of the measures that have one for every vendor, and of single goals. Those on deliveries are of the first two quarters that
# are known, or of how the vendor estimates; those on what people say are of the first wave, unweighted. Where too few answered,
# and of a project that is the first, there is none.
BASELINES = {
    SAVING: "0",
    BUDGET: "0",
    ("alder", "Q2"): "0.14",
    ("birch", "Q1"): "0.80",
    ("birch", "Q3"): "14",
    ("cedar", "Q1"): "0.86",
    ("elm", "Q1"): "0.85",
    ("alder", "D1"): "0.89",
    ("birch", "D1"): "0.13",
    ("cedar", "D1"): "0.36",
    ("elm", "D1"): "0.42",
    ("alder", "D2"): "0",
    ("cedar", "D2"): "0.40",
    ("elm", "D2"): "0.60",
    ("alder", "S1"): "0.33",
    ("birch", "S1"): "0.65",
    ("cedar", "S1"): "0.36",
    ("elm", "S1"): "0.47",
    ("alder", "S2"): "0.60",
    ("birch", "S2"): "0.20",
    ("elm", "S2"): "0.68",
}
REASONS = {
    SAVING: "The board gave up posts for it",
    BUDGET: "What is overspent here is missing for mains",
    UNIT: "Work grows; what one piece of it costs must not",
    REALISED: "The contract was signed for it",
    KEPT: "Field teams wait for every late ticket",
    AGAIN: "A ticket that comes back costs twice",
    UP: "Pumps are steered through these machines",
    ON_TIME: "Other work waits for what comes late",
    RIGHT: "What is sent back is tested twice",
    BIAS: "Budgets are made of estimates",
    PLAN: "The old data centre is paid for until the move is done",
    CSAT: "It is for them that the service is there",
    TEAM: "Those who work with the vendor every day know it first",
    CLIENT: "A client that decides late pays for the waiting",
    "cost.invoice_check": "Every pound billed in error is one that nobody asked back",
    EARLY: "What is told early is mended cheaply",
    MET: "What is not talked about is written about",
    ROLES: "A meeting without those who decide decides nothing",
    PLANS: "A plan is worth what it moves",
    OVERDUE: "A duty that nobody asks for lapses",
}
CLAUSES = {
    KEPT: "Schedule 3, 2.1",
    AGAIN: "Schedule 3, 2.4",
    UP: "Schedule 3, 4",
    BUDGET: "Schedule 5, 1",
    UNIT: "Schedule 5, 3",
    UNCLAIMED: "Schedule 3, 7",
    ON_TIME: "Schedule 4, 2",
    RIGHT: "Schedule 4, 5",
    "cost.invoice_check": "Schedule 5, 6",
    MET: "Schedule 6, 1",
    ROLES: "Schedule 6, 1",
    OVERDUE: "Schedule 2",
}
RANKS = {  # vendor: goal -> the client's place and the vendor's
    "alder": {"G1": (1, 2), "Q2": (2, 1), "Q1": (3, 3), "K1": (4, 5), "G3": (5, 4), "Q3": (6, 6)},
    "cedar": {"Q1": (1, 5), "G1": (2, 4), "Q3": (3, 6), "K1": (4, 1), "Q2": (5, 3), "G2": (6, 2)},
    "elm": {"K1": (1, 1), "G3": (2, 4), "Q1": (3, 2), "G1": (4, 3), "Q2": (5, 5)},
}
ACKNOWLEDGED = {"alder": "2026-01-15", "birch": "2026-01-20", "elm": "2026-02-03"}  # cedar and dogwood never answered


class KeyResult(NamedTuple):
    """A goal that check-ins tell of: what was agreed, and how its values come about."""

    vendor: str
    goal: str
    objective: str
    source: str
    direction: str
    baseline: float | None
    target: float | None
    target_high: float | None
    unit: str
    kind: str
    owner: str
    values: tuple[float, ...]  # without noise, one a month up to September 2026
    noise: float
    sure: tuple[float, float]  # confidence at the first and at the last check-in
    note: str


def line(first: float, last: float, months: int) -> tuple[float, ...]:
    """A straight line of so many months."""
    return tuple(float(value) for value in np.linspace(first, last, months))


# The truths: what the noiseless line comes to in December 2026 says whether the goal is reached.
KEY_RESULTS = (
    KeyResult(
        *("alder", "K1", "Answers people find by themselves", "Portal statistics", "at_least"),
        *(0.20, 0.38, None, "share", "stretch", "Service desk lead", line(0.20, 0.365, 15), 0.006, (0.6, 0.8)),
        "Ten more guides are out",
    ),
    KeyResult(
        *("birch", "K1", "Restore a server from the backup", "Signed test report", "at_least"),
        *(0, 1, None, "yes/no", "committed", "Head of infrastructure", (0.0, 0.0, 1.0), 0.0, (0.7, 1.0)),
        "Test report of 14 September signed by both sides",
    ),
    KeyResult(
        *("cedar", "K1", "Neither idle nor overrun", "Timesheets", "between"),
        *(0.95, 0.70, 0.85, "share", "committed", "Head of applications", line(0.80, 0.78, 15), 0.02, (0.8, 0.8)),
        "Load as planned",
    ),
    KeyResult(
        *("dogwood", "K1", "Be a good partner", "", "at_least"),
        *(None, None, None, "", "committed", "", (), 0.0, (0.0, 0.0)),
        "",
    ),
    KeyResult(
        *("elm", "K1", "Every device on the new image", "Device inventory", "at_least"),
        *(0.0, 0.95, None, "share", "committed", "Head of workplace", line(0.04, 0.58, 14), 0.012, (0.9, 0.9)),
        "On track",
    ),
    KeyResult(
        *("elm", "K2", "Be easy to work with", "Partnership index", "at_least"),
        *(3.8, 4.5, None, "points of 5", "committed", "Head of workplace", (), 0.0, (0.8, 0.8)),
        "",
    ),
)
LAST = (2026, 9)
AFTER = ("elm", "K3")  # a goal that was due at the end of June, with a check-in after its deadline


def goal_rows() -> list[Row]:
    """Every goal: those on measures, the key results, and one whose deadline is past."""
    rows = [line.split(" | ") for line in MEASURED.strip().splitlines()]
    return [_measured(*given) for given in rows] + [_key_result(item) for item in KEY_RESULTS] + [_past()]


def _measured(
    vendor: str, goal: str, objective: str, measure: str, side: str, target: str, unit: str, owner: str, serves: str
) -> Row:
    client, own = RANKS.get(vendor, {}).get(goal, ("", ""))
    return {
        "vendor": vendor,
        "goal": goal,
        "objective": objective,
        "measure": measure,
        "direction": side,
        "target": target,
        "baseline": BASELINES.get((vendor, goal), BASELINES.get(measure, "")),
        "unit": unit,
        "due": DUE,
        "owner": owner,
        "kind": "committed",
        "weight": "2" if measure in (SAVING, KEPT) else "1",
        "start": "" if vendor in ("*", "dogwood") else AGREED,
        "reason": REASONS.get(measure, ""),
        "serves": SERVES[serves],
        "clause": CLAUSES.get(measure, ""),
        "achievable": "yes" if measure == SAVING else "",
        "achievable_because": "Finance checked the business case" if measure == SAVING else "",
        "acknowledged": ACKNOWLEDGED.get(vendor, ""),
        "client_rank": client,
        "vendor_rank": own,
    }


def _key_result(item: KeyResult) -> Row:
    client, own = RANKS.get(item.vendor, {}).get(item.goal, ("", ""))
    numbers = {name: _number(getattr(item, name)) for name in ("target", "target_high", "baseline")}
    given = {
        name: getattr(item, name)
        for name in ("vendor", "goal", "objective", "source", "direction", "unit", "kind", "owner")
    }
    partner = item.vendor == "dogwood"
    return {
        **given,
        **numbers,
        "due": "" if partner else DUE,
        "weight": "1",
        "start": "" if partner else START,
        "reason": "" if partner else "Agreed at the yearly planning of January 2026",
        "serves": "" if partner else SERVES["kept"],
        "achievable": "yes" if item.goal == "K2" or item.unit == "yes/no" else "",
        "achievable_because": "Both sides said so in January" if item.goal == "K2" or item.unit == "yes/no" else "",
        "acknowledged": ACKNOWLEDGED.get(item.vendor, ""),
        "client_rank": client,
        "vendor_rank": own,
    }


def _past() -> Row:
    vendor, goal = AFTER
    return {
        **{"vendor": vendor, "goal": goal, "objective": "Take the old printers away", "source": "Device inventory"},
        **{"direction": "at_most", "target": "0", "baseline": "120", "unit": "printers", "due": "2026-06-30"},
        **{"owner": "Head of workplace", "kind": "committed", "weight": "1", "start": START},
        **{"reason": "Each costs 40 pounds a month", "serves": SERVES["cost"], "acknowledged": ACKNOWLEDGED[vendor]},
    }


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def check_in_rows() -> list[Row]:
    """What was said at each month's end."""
    rng = np.random.default_rng(SEED)
    rows = [row for item in KEY_RESULTS for row in _check_ins(rng, item)]
    printers = {"2026-03-31": "70", "2026-06-30": "24", "2026-08-31": "0"}
    vendor, goal = AFTER
    said = {"confidence": "", "note": "Collected by the carrier", "author": "Service manager"}
    return rows + [
        {"vendor": vendor, "goal": goal, "date": day, "value": left, **said} for day, left in printers.items()
    ]


def _check_ins(rng: np.random.Generator, item: KeyResult) -> list[Row]:
    n = len(item.values)
    sure = np.linspace(*item.sure, max(n, 1)) if n else []
    noise = rng.normal(0, 1, n) * item.noise
    months = [divmod(LAST[0] * 12 + LAST[1] - 1 - back, 12) for back in range(n - 1, -1, -1)]
    return [
        {
            "vendor": item.vendor,
            "goal": item.goal,
            "date": month_end(year, month + 1),
            "value": f"{value + error:.3f}".rstrip("0").rstrip("."),
            "confidence": f"{chance:.2f}",
            "note": item.note if place == n - 1 else "",
            "author": "Service manager",
        }
        for place, ((year, month), value, error, chance) in enumerate(
            zip(months, item.values, noise, sure, strict=True)
        )
    ]


def month_end(year: int, month: int) -> str:
    """The last day of a month."""
    import calendar

    return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]}"


def truths() -> Row:
    """What is true of the planted goals, as `truths.yaml` holds it below `goals`."""
    found: Row = {}
    for item in KEY_RESULTS:
        facts: Row = {"values": len(item.values)}
        if len(item.values) > 3 and item.target is not None:
            step = item.values[-1] - item.values[-2]
            end = item.values[-1] + 3 * step
            low = item.target
            high = item.target_high if item.target_high is not None else float("inf")
            facts |= {"in_december": round(end, 3), "reached": bool(low <= end <= high)}
        found.setdefault(item.vendor, {})[item.goal] = facts
    found["elm"]["K2"]["looks_measurable"] = True
    found["elm"]["K3"] = {"at_the_deadline": 24, "said_after_it": 0}
    return {"goals": {"latest_period": "2026-Q3", "due": DUE, "vendors": found}}
