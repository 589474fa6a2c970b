"""The selection tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

One decision: who runs the service desk from 2027. What the raters together think of a candidate is set by hand, and each of
them strays from it so that their mean stays what was set. Truths are worked out here one by one, with loops and bisection:
nothing here rests on the toolkit that is tested with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import yaml

Row = dict[str, Any]
SELECTION = "desk_2027"
SEED = 85
CRITERIA = {  # name: better, unit, swing points, worst, best, what its scores rest on
    "Price": ("lower", "GBP a year", 100, 900_000, 300_000, "Offers of 1 September"),
    "Service quality": ("higher", "points", 90, 0, 10, "References and a trial week"),
    "Security": ("higher", "points", 60, 0, 10, "Questionnaire and visit"),
    "Experience": ("higher", "points", 40, 0, 10, "References"),
    "Fit": ("higher", "points", 30, 0, 10, "Two workshops"),
    "Transition": ("higher", "points", 20, 0, 10, "Plan in the offer"),
}
CANDIDATES = {  # name, incumbent, price, then what the raters together think of it
    "alder": ("Aldervane Systems", "yes", 640_000, (6.6, 6.8, 7.0, 7.5, 8.2)),
    "aspen": ("Aspenmoor Services", "no", 560_000, (7.5, 7.0, 6.5, 7.2, 6.5)),
    "beech": ("Beechwick Support", "no", 585_000, (8.4, 7.8, 7.6, 6.9, 7.4)),
    "hazel": ("Hazelgrave Desk", "no", 330_000, (3.5, 3.0, 4.0, 5.5, 4.0)),
    "rowan": ("Rowanlea Group", "no", 720_000, (8.0, 8.2, 7.2, 6.5, 7.5)),
}
SHOULD_COST = 600_000
RATERS = ("Head of IT", "Procurement", "Service owner", "Security officer")
STRAYS = {"Fit": (2.4, -2.4, 1.2, -1.2)}  # how far raters are from their mean; on all else they agree
STRAY = (0.4, -0.4, 0.2, -0.2)
OUT = "beech"  # ruled out by a red flag, though it would be first
CHECKS = ("ISO 27001 certificate", "Annual accounts", "References called", "Liability insurance")
EXPIRED = ("aspen", "ISO 27001 certificate", "2026-08-31")
FAILED = ("hazel", "References called")
OVER = {"Service quality": -1.3, "Transition": -1.6}  # delivered less than scored, in earlier decisions
EARLIER = {  # decision: day, candidates with what their scores are on average; the best scored one delivered best, or not
    "hosting_2021": ("2021-04-20", {"Quarrystone": 7.9, "Fernbridge": 7.1, "Millrace": 6.2}, True),
    "network_2022": ("2022-09-06", {"Oakhollow": 8.1, "Larkspire": 7.8}, False),
    "print_2023": ("2023-02-14", {"Tarnfield": 7.0, "Wolds & Sons": 6.8, "Peatmarsh": 5.9}, False),
    "devices_2024": ("2024-05-28", {"Elmstrand Workplace": 8.0, "Gorsebank": 6.6}, True),
}
PAST_WEIGHTS = {"Price": 0.4, "Service quality": 0.4, "Transition": 0.2}
MARKET = (40, 7, 3, 9)  # tenders of the market with a known outcome, failed, with one bidder, outcome unknown


def scores() -> list[Row]:
    """One row a score: prices as facts, all else by four raters."""
    rng = np.random.default_rng(SEED)
    rows = []
    for candidate, (_, _, price, points) in CANDIDATES.items():
        about = {"selection": SELECTION, "candidate": candidate}
        fact = {"criterion": "Price", "rater": "", "score": price, "scored": "2026-09-01", "evidence": "Offer"}
        rows.append({**about, **fact})
        for criterion, mean in zip(list(CRITERIA)[1:], points, strict=True):
            off = rng.permutation(STRAYS.get(criterion, STRAY))
            for rater, stray in zip(RATERS, off, strict=True):
                given = {"criterion": criterion, "rater": rater, "score": f"{mean + stray:.1f}"}
                rows.append({**about, **given, "scored": "2026-09-18", "evidence": CRITERIA[criterion][5]})
    return rows


def criteria() -> list[Row]:
    """One row a criterion."""
    names = ("better", "unit", "swing_points", "worst", "best", "evidence")
    return [
        {"selection": SELECTION, "criterion": name, **dict(zip(names, about, strict=True))}
        for name, about in CRITERIA.items()
    ]


def candidates() -> list[Row]:
    """One row a candidate."""
    return [
        {"selection": SELECTION, "candidate": short, "name": name, "incumbent": incumbent}
        for short, (name, incumbent, _, _) in CANDIDATES.items()
    ]


def pairwise() -> list[Row]:
    """One judgement for each pair of criteria, by their swing points and rounded to Saaty's scale: nearly consistent."""
    names = list(CRITERIA)
    rows = []
    for place, one in enumerate(names):
        for other in names[place + 1 :]:
            judged = max(round(CRITERIA[one][2] / CRITERIA[other][2]), 1)
            about = {"selection": SELECTION, "rater": "Head of IT", "criterion": one, "other": other}
            rows.append({**about, "judgement": judged})
    return rows


def diligence_checks() -> list[Row]:
    """One row a check: all passed and in force, but for the two that are planted."""
    rows = []
    for candidate in CANDIDATES:
        for check in CHECKS:
            planted = EXPIRED[2] if (candidate, check) == EXPIRED[:2] else "2027-06-30"
            rows.append(
                {
                    "selection": SELECTION,
                    "candidate": candidate,
                    "check": check,
                    "checked": "2026-07-20",
                    "result": "failed" if (candidate, check) == FAILED else "passed",
                    "expires": planted if check != "References called" else "",
                    "evidence": "Due-diligence file",
                }
            )
    return rows


def red_flags() -> list[Row]:
    """Three warnings: one that rules out, one that was cleared, one that rules nobody out."""
    rows = [
        (OUT, "Will not name its subcontractors", "2026-08-25", "", "yes"),
        ("rowan", "Named in a lawsuit over unpaid overtime", "2026-07-30", "2026-08-19", "yes"),
        ("hazel", "Accounts filed four months late", "2026-08-03", "", "no"),
    ]
    names = ("candidate", "flag", "raised", "cleared", "excludes")
    return [
        {"selection": SELECTION, **dict(zip(names, row, strict=True)), "evidence": "Due-diligence file"} for row in rows
    ]


def bids() -> list[Row]:
    """One row a price: the candidates', and that of one who was not taken into account."""
    prices = {short: about[2] for short, about in CANDIDATES.items()} | {"Withy & Reed": 655_000}
    return [
        {
            "selection": SELECTION,
            "bidder": bidder,
            "lot": "",
            "price": price,
            "should_cost": SHOULD_COST,
            "received": "2026-09-01",
            "evidence": "Offer",
        }
        for bidder, price in prices.items()
    ]


def past_decisions() -> list[Row]:
    """One row a candidate and criterion of an earlier decision: prices held, quality and transition promised too much."""
    rng = np.random.default_rng(SEED + 1)
    rows = []
    for decision, (day, known, kept) in EARLIER.items():
        for place, (candidate, mean) in enumerate(known.items()):
            for criterion, weight in PAST_WEIGHTS.items():
                price = criterion == "Price"
                score = round(500_000 * (1 - 0.01 * mean), -3) if price else round(mean + rng.uniform(-0.2, 0.2), 1)
                gained = 0.0 if kept else 1.1 * place  # the second and third deliver better than their scores
                delivered = score if price else round(score + OVER[criterion] + gained, 1)
                rows.append(
                    {
                        "decision": decision,
                        "decided": day,
                        "candidate": candidate,
                        "criterion": criterion,
                        "better": "lower" if price else "higher",
                        "weight": weight,
                        "score": score,
                        "delivered": delivered,
                        "chosen": "yes" if place == 0 else "no",
                        "source": "Trial period" if place else "Yearly review",
                    }
                )
    return rows


def market_tenders() -> list[Row]:
    """Tenders of other water companies in the past year, with as many that failed, or had one bidder, as is planted."""
    rng = np.random.default_rng(SEED + 2)
    known, failed, single, unknown = MARKET
    winners = ("Rowanlea Group", "Aspenmoor Services", "Bramblecote IT", "Tidewater Desk")
    outcomes = ["failed"] * failed + ["awarded"] * (known - failed) + ["unknown"] * unknown
    bidders = [1] * single + [int(count) for count in rng.integers(2, 9, known + unknown - single)]
    rows = []
    for place, (outcome, count) in enumerate(zip(rng.permutation(outcomes), bidders, strict=True)):
        awarded = outcome == "awarded"
        rows.append(
            {
                "tender": f"T{place + 1:03d}",
                "published": str(np.datetime64("2025-10-06") + 7 * place),
                "buyer": f"Water company {place % 9 + 1}",
                "category": ("Service desk", "Hosting", "Applications")[place % 3],
                "bidders": count,
                "outcome": outcome,
                "winner": str(rng.choice(winners, p=(0.4, 0.3, 0.2, 0.1))) if awarded else "",
                "value": int(rng.integers(120, 900)) * 1000 if awarded else "",
            }
        )
    return rows


MADE = (criteria, candidates, scores, pairwise, diligence_checks, red_flags, bids, past_decisions, market_tenders)


def tables() -> dict[str, tuple[list[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted: none, they come in order."""
    made = {make.__name__: make() for make in MADE}
    return {name: (list(rows[0]), rows, ()) for name, rows in made.items()}


# ----------------------------------------------------------------------------------------------------------------- truths
def weights() -> dict[str, float]:
    """The weight of each criterion."""
    total = sum(about[2] for about in CRITERIA.values())
    return {name: about[2] / total for name, about in CRITERIA.items()}


def value(candidate: str, criterion: str) -> float:
    """Where a candidate lies between the worst and the best end of a criterion."""
    _, _, price, points = CANDIDATES[candidate]
    score = price if criterion == "Price" else points[list(CRITERIA).index(criterion) - 1]
    worst, best = CRITERIA[criterion][3:5]
    return (score - worst) / (best - worst)


def total(candidate: str, given: dict[str, float]) -> float:
    """The weighted sum of a candidate."""
    return sum(given[name] * value(candidate, name) for name in CRITERIA)


def first_with_price_at(share: float) -> str:
    """Who is first, of those who are not ruled out, when the price weighs that much and the rest keeps its proportions."""
    own = weights()
    rest = 1 - own["Price"]
    given = {name: share if name == "Price" else weight * (1 - share) / rest for name, weight in own.items()}
    return max((name for name in CANDIDATES if name != OUT), key=lambda name: total(name, given))


def turning_point(low: float, high: float) -> float:
    """The weight of the price between two others at which somebody else becomes first, by bisection."""
    before = first_with_price_at(low)
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if first_with_price_at(middle) == before else (low, middle)
    return (low + high) / 2


def truths() -> dict[str, Any]:
    """What is true of the selection, and should be found."""
    own = weights()
    below, above = turning_point(0.0, own["Price"]), turning_point(own["Price"], 1.0)
    return {
        "selection": {
            "id": SELECTION,
            "sums": {name: round(total(name, own), 6) for name in CANDIDATES if name != OUT},
            "first": first_with_price_at(own["Price"]),
            "price_weight": round(own["Price"], 6),
            "price_below": [round(below, 6), first_with_price_at(below / 2)],
            "price_above": [round(above, 6), first_with_price_at((1 + above) / 2)],
            "first_if_nobody_were_ruled_out": max(CANDIDATES, key=lambda name: total(name, own)),
            "ruled_out": OUT,
            "do_not_agree_on": list(STRAYS),
            "too_cheap": [name for name, about in CANDIDATES.items() if about[2] < 0.7 * SHOULD_COST],
            "expired": list(EXPIRED),
            "failed": list(FAILED),
            "earlier_best_scored_delivered_best": [sum(kept for *_, kept in EARLIER.values()), len(EARLIER)],
            "promised_too_much": list(OVER),
            "market": dict(zip(("known", "failed", "one_bidder", "unknown"), MARKET, strict=True)),
        }
    }


def truths_text() -> str:
    """The truths as the part of truths.yaml."""
    return yaml.safe_dump(truths(), sort_keys=False, allow_unicode=True, width=120)


if __name__ == "__main__":
    print(truths_text())
