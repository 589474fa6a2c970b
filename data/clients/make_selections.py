"""Build the example selections: six providers on trial, Norwegian bids, and the tenders of a marketplace.

They come from small published files that are no exports of any tool, so each is made into tables here. `make_real.py` calls
`write`; what it returns says how many rows were read, kept and left out.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

Row = dict[str, object]
HERE = Path(__file__).resolve().parent
SOURCES = {
    "trialsourcing": "bids/Simula.2116.csv",
    "norwegian_bids": "bids/SoftEngjan10.csv",
    "digital_marketplace": "uk_digital_marketplace/opportunity-data.csv",
}
BUILT = "bids/SoftEngjan-impl.csv"  # by four of those who bid
WORDS = {"very_poor": 0, "poor": 1, "fair": 2, "medium": 2, "good": 3}
EVIDENCE = "Published data set"
OUTCOMES = {"awarded": "awarded", "unsuccessful": "failed", "cancelled": "cancelled", "closed": "unknown"}
FOUR = ("Price", "Schedule")  # what is known of the bids of all four
TRIAL = {  # criterion: column of what was known before, which is better
    "Price": ("Price", "lower"),
    "Client satisfaction": ("Client_satisfaction", "higher"),
    "Rated projects": ("Rated_projects", "higher"),
    "Effort": ("Estimated_effort", "lower"),
}
TRIAL_DELIVERED = {
    "Effort": ("Actual_Effort", "lower"),
    "Errors in the acceptance test": ("Acceptance_test_errors", "lower"),
    "Effort of an extension": ("Extension_effort", "lower"),
    "Readability": ("Readability", "higher"),
}
BUILT_DELIVERED = {
    "Schedule": ("lead_time", "lower"),
    "Reliability": ("p_reliability", "higher"),
    "Usability": ("p_usability", "higher"),
    "Maintainability": ("p_maintainability", "higher"),
}


def write(client: str, data: Path) -> str:
    """Write the tables of one client from the published files; what was read and left out, in words."""
    made, said = {
        "trialsourcing": trialsourcing,
        "norwegian_bids": norwegian_bids,
        "digital_marketplace": digital_marketplace,
    }[client](data)
    for name, rows in made.items():
        with (HERE / client / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    return said


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, cells without blanks around them."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file)
        return [{str(name).strip(): (value or "").strip() for name, value in row.items() if name} for row in rows]


def trialsourcing(data: Path) -> tuple[dict[str, list[Row]], str]:
    """Six candidates by what was known of them, and by what they delivered."""
    rows = read(data / SOURCES["trialsourcing"])
    made = {
        **choice("trial", [row["Provider"] for row in rows], TRIAL, rows, "Provider"),
        "bids": [{"selection": "trial", "bidder": row["Provider"], "price": row["Price"]} for row in rows],
        "past_decisions": [*trial_past(rows), *built_past(built(data))],
    }
    return made, f"{len(rows)} providers read and kept"


def norwegian_bids(data: Path) -> tuple[dict[str, list[Row]], str]:
    """35 bids, the four who built the system as candidates, and what the four delivered.

    The files share no name: each builder is the bid nearest to its price. Three are equal; builder D's price is 56,000 in one
    file, and the nearest bid in the other 56,900.
    """
    rows, four = read(data / SOURCES["norwegian_bids"]), built(data)
    prices = [row["bid_price"] for row in rows]
    known = {min(prices, key=lambda bid: abs(float(bid) - float(row["price"]))): row["name"] for row in four}
    bids = [
        {
            "selection": "bids",
            "bidder": known.get(row["bid_price"], f"Firm {place}"),
            "price": row["bid_price"],
        }
        for place, row in enumerate(rows, start=1)
    ]
    asked = {"Price": ("price", "lower"), "Schedule": ("schedule", "lower")}
    made = {
        **choice("bids", [row["name"] for row in four], asked, four, "name"),
        "bids": bids,
        "past_decisions": [*trial_past(read(data / SOURCES["trialsourcing"])), *built_past(four)],
    }
    return made, f"{len(rows)} bids read and kept, {len(four)} of them built the system"


def built(data: Path) -> list[dict[str, str]]:
    """The four who built the system. One row lacks a comma (poor73), which moved all behind it by one column: put right."""
    path = data / BUILT
    header, *lines = [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    names = [name.strip() for name in header.split(",")]
    rows = []
    for place, line in enumerate(lines):
        cells = [cell.strip() for cell in line.replace("poor73,", "poor,73,").split(",")]
        if len(cells) != len(names):
            raise SystemExit(f"{path.name}, row {place + 2}: found {len(cells)} cells; expected {len(names)}")
        row = dict(zip(names, cells, strict=True))
        row["defects"] = str(sum(int(row[name]) for name in ("defect_2", "defect_3", "defect_4")))
        rows.append({**row, "name": f"Builder {'ABCD'[place]}"})
    return rows


def choice(
    selection: str,
    names: Iterable[str],
    asked: Mapping[str, tuple[str, str]],
    rows: list[dict[str, str]],
    key: str,
) -> dict[str, list[Row]]:
    """Criteria, candidates and scores, which are all facts; every criterion weighs the same."""
    about = {"selection": selection}
    return {
        "criteria": [
            {**about, "criterion": name, "better": side, "swing_points": 100} for name, (_, side) in asked.items()
        ],
        "candidates": [{**about, "candidate": name} for name in names],
        "scores": [
            {**about, "candidate": row[key], "criterion": name, "score": row[column], "evidence": EVIDENCE}
            for row in rows
            for name, (column, _) in asked.items()
        ],
    }


def trial_past(rows: list[dict[str, str]]) -> list[Row]:
    """The trial as an earlier decision: what was known, and what came of it."""
    return past("Six providers on trial", [(row["Provider"], row) for row in rows], TRIAL, TRIAL_DELIVERED)


def built_past(rows: list[dict[str, str]]) -> list[Row]:
    """The four builders as an earlier decision."""
    scored = {"Price": ("price", "lower"), "Schedule": ("schedule", "lower")}
    delivered = {**BUILT_DELIVERED, "Defects": ("defects", "lower")}
    return past("Four builders of one system", [(row["name"], row) for row in rows], scored, delivered)


def past(
    decision: str,
    rows: list[tuple[str, dict[str, str]]],
    scored: Mapping[str, tuple[str, str]],
    delivered: Mapping[str, tuple[str, str]],
) -> list[Row]:
    """One row a candidate and criterion, with the score, what was delivered, or both."""

    def number(row: dict[str, str], column: str) -> object:
        return WORDS.get(row[column].lower(), row[column])

    names = dict.fromkeys([*scored, *delivered])
    sides = {name: (scored.get(name) or delivered[name])[1] for name in names}
    return [
        {
            "decision": decision,
            "candidate": candidate,
            "criterion": name,
            "better": sides[name],
            "score": number(row, scored[name][0]) if name in scored else "",
            "delivered": number(row, delivered[name][0]) if name in delivered else "",
            "source": EVIDENCE,
        }
        for candidate, row in rows
        for name in names
    ]


def digital_marketplace(data: Path) -> tuple[dict[str, list[Row]], str]:
    """Every opportunity with its bidders, outcome and winner; amounts below 1,000 GBP are no contract, and unknown."""
    rows = read(data / SOURCES["digital_marketplace"])
    small = sum(0 <= float(row["Contract amount"] or 1000) < 1000 for row in rows)
    made = [
        {
            "tender": row["ID"],
            "published": row["Published At"],
            "buyer": row["Organisation Name"],
            "category": row["Category"].replace("digital-", "").replace("-", " "),
            "title": row["Opportunity"],
            "bidders": str(int(float(row["Total Organisations"]))) if row["Total Organisations"] else "",
            "outcome": OUTCOMES[row["Status"]],
            "winner": row["Winning supplier"],
            "value": row["Contract amount"] if float(row["Contract amount"] or 0) >= 1000 else "",
            "source_file": "opportunity-data.csv",
            "source_row": place,
        }
        for place, row in enumerate(rows, start=2)
    ]
    twice = len(made) - len({row["tender"] for row in made})
    kept = list({row["tender"]: row for row in made}.values())
    said = f"{len(rows)} opportunities read, {twice} listed twice, {small} amounts below 1,000 unknown"
    return {"market_tenders": kept}, said
