"""The contract tables of the invented sample client, with truths planted in them; `make_sample.py` writes the files.

Nothing is drawn by chance here: a contract holds what it holds. Truths are written down beside the rows that they are made of,
and counted by hand or one by one: nothing here rests on the toolkit that is tested with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import yaml

Row = dict[str, Any]
LAST = date(2026, 9, 30)
CONTRACT = {"alder": "QM-2024-11", "birch": "QM-2024-07", "cedar": "QM-2024-12", "elm": "QM-2024-13"}
ADD_ON = "QM-2025-03"  # an add-on of elm that nobody entered into contracts: it renews by itself

# ---------------------------------------------------------------------------------------------------------------- clauses
CLAUSE = (
    *("scope", "deliverables", "timelines", "quality_standards", "payment_terms", "monitoring", "audit_right"),
    *("data_protection", "data_return", "security", "intellectual_property", "change_control", "staff_continuity"),
    *("benchmarking", "liability", "termination", "exit_assistance", "subcontracting"),
)
WEIGHTS = dict(zip(CLAUSE, (4, 3, 3, 4, 3, 3, 3, 4, 4, 4, 3, 2, 2, 1, 3, 4, 4, 2), strict=True))
# in the order of CLAUSE: m met, p partly met, n not met, a not applicable, - nobody has looked yet
FOUND = {
    "alder": "m m m m m m m m m m a m p p m m p m",
    "birch": "m m p m m m p m p m m m n n m m n m",
    "cedar": "m m m p m m m m - m m p - n m m n -",
    "elm": "m p m m p m n m p m a m n n m p n p",
}
STATE = {"m": "met", "p": "partly met", "n": "not met", "a": "not applicable", "-": ""}
REVIEWED = {"alder": "2026-05-20", "birch": "2026-06-11", "cedar": "2026-09-17", "elm": "2026-04-08"}
NOTES = {
    ("alder", "exit_assistance"): "Help for three months, no plan",
    ("alder", "staff_continuity"): "Key people named, no notice of a change",
    ("birch", "exit_assistance"): "Nothing said",
    ("birch", "data_return"): "Return yes, proof of deletion no",
    ("birch", "staff_continuity"): "No key people named",
    ("cedar", "exit_assistance"): "Only the source code is handed over",
    ("elm", "audit_right"): "No right of audit",
    ("elm", "exit_assistance"): "Nothing said",
    ("elm", "termination"): "For cause only",
}
# birch hosts the pension fund of Quillmoor, which has to answer for Article 30; its hosting is important to the fund
DORA = tuple(f"30_2_{letter}" for letter in "abcdefghi") + tuple(f"30_3_{letter}" for letter in "abcdef")
DORA_WEIGHTS = (4, 3, 4, 4, 3, 3, 3, 4, 2, 4, 3, 4, 2, 4, 4)
DORA_FOUND = "m m m p m n n m n m p m n p n"


def clauses() -> list[Row]:
    """What a reviewer found in each contract, with the page."""
    listed = [(vendor, CLAUSE, letters) for vendor, letters in FOUND.items()]
    listed.append(("birch", [f"dora_{name}" for name in DORA], DORA_FOUND))
    rows = []
    for vendor, names, letters in listed:
        for place, (name, letter) in enumerate(zip(names, letters.split(), strict=True)):
            seen = letter in "mp"
            looked = letter != "-"
            rows.append(
                {
                    "vendor": vendor,
                    "contract": CONTRACT[vendor],
                    "clause": name,
                    "state": STATE[letter],
                    "page": f"p. {6 + 3 * place}" if seen else "",
                    "note": NOTES.get((vendor, name), ""),
                    "reviewed": REVIEWED[vendor] if looked else "",
                    "reviewer": "Contract manager" if looked else "",
                }
            )
    return rows


# ------------------------------------------------------------------------------------------------------------ obligations
QUARTER_ENDS = [date(2025, 9, 30), date(2025, 12, 31), date(2026, 3, 31), date(2026, 6, 30)]
# vendor, obligation, about, clause, owed by, due, fulfilled after so many days, verified after so many more, severity
ONES = (
    ("alder", "OB-21", "Certificate of insurance", "Schedule 9, 3", "vendor", "2026-01-31", -8, 5, "medium"),
    ("alder", "OB-22", "Yearly test of the fallback desk", "Schedule 8, 2", "vendor", "2026-05-31", -3, 9, "high"),
    ("birch", "OB-31", "Certificate of insurance", "Schedule 9, 3", "vendor", "2026-01-31", 4, None, "medium"),
    (
        "birch",
        "OB-32",
        "Yearly test of recovery, with a report",
        "Schedule 8, 4",
        "vendor",
        "2026-07-31",
        None,
        None,
        "critical",
    ),
    ("birch", "OB-33", "Access to the York data hall", "Schedule 3, 7", "client", "2026-08-31", None, None, "medium"),
    ("cedar", "OB-41", "Deposit of the source code", "Schedule 6, 1", "vendor", "2026-03-31", -1, 12, "high"),
    ("elm", "OB-51", "Proof that old devices were wiped", "Schedule 7, 5", "vendor", "2026-06-30", None, None, "high"),
    ("elm", "OB-52", "Certificate of insurance", "Schedule 9, 3", "vendor", "2026-01-31", 0, None, "medium"),
    ("elm", "OB-52", "Certificate of insurance", "Schedule 9, 3", "vendor", "2027-01-31", None, None, "medium"),
)
CHECKS_REPORTS = {"alder": 4, "birch": 2, "cedar": 4, "elm": 0}  # how many of the four service reports somebody checked


def obligations() -> list[Row]:
    """Every obligation each time that it falls due: service reports by quarter, and those listed one by one."""
    rows = []
    for vendor, checked in CHECKS_REPORTS.items():
        for place, end in enumerate(QUARTER_ENDS):
            due = end + timedelta(days=15)
            done = due - timedelta(days=2)
            verified = done + timedelta(days=10) if place < checked else None
            row = {"obligation": "OB-01", "about": "Service report of the quarter", "clause": "Schedule 4, 8"}
            rows.append(
                {**row, "vendor": vendor, "owed_by": "vendor", "due": due, "fulfilled": done, "verified": verified}
                | {"verified_by": "Service manager" if verified else "", "severity": "medium"}
            )
    for vendor, name, about, clause, side, due_text, days, later, severity in ONES:
        due = date.fromisoformat(due_text)
        done = due + timedelta(days=days) if days is not None else None
        verified = done + timedelta(days=later) if done and later is not None else None
        rows.append(
            {"vendor": vendor, "obligation": name, "about": about, "clause": clause, "owed_by": side, "due": due}
            | {"fulfilled": done, "verified": verified, "severity": severity}
            | {"verified_by": "Internal audit" if verified else ""}
        )
    return [{**row, "contract": CONTRACT[row["vendor"]]} for row in rows]


# ------------------------------------------------------------------------------- revisions, entitlements, audits, disputes
REVISIONS = (
    # the target was raised for the last month of the quarter: July and August are below the new one, and kept the old one
    (
        "alder",
        "Calls answered in 30 s",
        "at_least",
        0.85,
        "share",
        "2024-10-01",
        "2026-08-31",
        "2024-09-12",
        "",
        "Contract",
    ),
    (
        "alder",
        "Calls answered in 30 s",
        "at_least",
        0.88,
        "share",
        "2026-09-01",
        "",
        "2026-08-20",
        "New telephones",
        "Amendment 3",
    ),
)
QUARTERS = ("2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3")
# vendor, entitlement, service, contracted a quarter, used in the last four quarters, unit, value a quarter
ENTITLEMENTS = (
    ("alder", "Training days", "Service desk", 10, (0, 0, 0, 0), "day", 6000),
    ("alder", "Reporting licences", "Service desk", 40, (40, 38, 40, 40), "licence", 2000),
    ("birch", "Test restores", "Backup", 6, (3, 6, 6, 3), "restore", 1800),
    ("birch", "Architect days", "Hosting", 5, (5, 7, 4, 5), "day", 4500),
    ("cedar", "Analyst days", "Application maintenance", 8, (8, 8, 8, 8), "day", 5600),
    ("elm", "Remote support licences", "Workplace devices", 400, (260, 260, 240, 240), "licence", 9600),
)
# vendor, audit, about, auditor, planned, done, cancelled
AUDITS = (
    ("alder", "AU-2026-1", "Access rights of desk staff", "Internal audit", "2026-03-31", "2026-04-14", "no"),
    ("birch", "AU-2025-4", "Physical security", "Internal audit", "2025-11-30", "2025-11-20", "no"),
    ("birch", "AU-2026-2", "Recovery of the hosting", "External auditor", "2026-06-30", "", "no"),
    ("cedar", "AU-2026-3", "Handling of personal data", "Data protection officer", "2026-05-31", "2026-05-26", "no"),
    ("elm", "AU-2026-4", "Disposal of old devices", "Internal audit", "2026-07-31", "", "yes"),
    ("elm", "AU-2027-1", "Disposal of old devices", "Internal audit", "2027-02-28", "", "no"),
)
# vendor, finding, audit, about, severity, raised, due, closed, owner
FINDINGS = (
    (
        "alder",
        "AF-21",
        "AU-2026-1",
        "Two leavers kept their access",
        "medium",
        "2026-04-14",
        "2026-06-30",
        "2026-05-29",
        "Vendor",
    ),
    (
        "birch",
        "AF-11",
        "AU-2025-4",
        "Visitors' log incomplete",
        "low",
        "2025-11-20",
        "2026-03-31",
        "2026-02-12",
        "Vendor",
    ),
    (
        "birch",
        "AF-12",
        "AU-2025-4",
        "Shared accounts for administrators",
        "high",
        "2025-11-20",
        "2026-05-31",
        "",
        "Vendor",
    ),
    ("birch", "AF-13", "AU-2025-4", "No second person at the keys", "medium", "2025-11-20", "2026-12-31", "", "Vendor"),
    (
        "cedar",
        "AF-31",
        "AU-2026-3",
        "Test data hold real names",
        "high",
        "2026-05-26",
        "2026-08-31",
        "2026-08-20",
        "Vendor",
    ),
)
# vendor, dispute, about, cause, raised by, raised, settled, value, settled value
DISPUTES = (
    (
        "birch",
        "DP-1",
        "Credits for the outage of May 2025",
        "Definition of downtime",
        "client",
        "2025-07-02",
        "2025-11-18",
        21000,
        14000,
    ),
    (
        "birch",
        "DP-2",
        "Charges for servers already switched off",
        "Day of the return",
        "client",
        "2026-04-20",
        "",
        18400,
        None,
    ),
    ("elm", "DP-3", "Prices raised in July 2026", "Indexation not agreed", "client", "2026-08-10", "", 4600, None),
)
# vendor, contract, event, title, date, ready, lead days, owner, done
DATES = (
    (
        "alder",
        CONTRACT["alder"],
        "option",
        "Option for a fourth year",
        "2027-03-31",
        "Figures of three years",
        150,
        "Head of IT services",
        "",
    ),
    (
        "alder",
        CONTRACT["alder"],
        "option",
        "Option for a fourth year",
        "2027-03-31",
        "Decision of the board",
        30,
        "Head of IT services",
        "",
    ),
    (
        "alder",
        CONTRACT["alder"],
        "notice",
        "",
        "",
        "Offers of two other vendors",
        200,
        "Head of procurement",
        "2026-09-14",
    ),
    ("alder", CONTRACT["alder"], "notice", "", "", "Decision: go on or leave", 90, "Head of procurement", ""),
    ("cedar", CONTRACT["cedar"], "notice", "", "", "Offers of two other vendors", 120, "Head of procurement", ""),
    ("cedar", CONTRACT["cedar"], "notice", "", "", "Decision: go on or leave", 30, "Head of procurement", ""),
    (
        "elm",
        ADD_ON,
        "notice",
        "Remote support licences",
        "2026-08-31",
        "Count of licences in use",
        60,
        "Service manager",
        "",
    ),
    (
        "elm",
        ADD_ON,
        "notice",
        "Remote support licences",
        "2026-08-31",
        "Notice, if they are to end",
        0,
        "Head of procurement",
        "",
    ),
    ("elm", ADD_ON, "renewal", "Remote support licences", "2026-12-01", "Budget of the next year", 45, "Finance", ""),
)

COLUMNS = {
    "clauses": "vendor contract clause state page note reviewed reviewer",
    "obligations": "vendor contract obligation about clause owed_by due fulfilled verified verified_by severity",
    "revisions": "vendor metric direction target unit valid_from valid_to agreed reason document",
    "entitlements": "vendor entitlement service period contracted used unit value",
    "audits": "vendor audit about auditor planned done cancelled",
    "audit_findings": "vendor finding audit about severity raised due closed owner",
    "disputes": "vendor dispute about cause raised_by raised settled value settled_value",
    "contract_dates": "vendor contract event title date ready lead_days owner done",
}
SORTED_BY = {
    "clauses": ("vendor",),
    "obligations": ("vendor", "obligation", "due"),
    "revisions": ("vendor", "metric", "valid_from"),
    "entitlements": ("vendor", "entitlement", "period"),
    "audits": ("vendor", "audit"),
    "audit_findings": ("vendor", "finding"),
    "disputes": ("vendor", "dispute"),
    "contract_dates": ("vendor", "contract", "event", "date", "title", "ready"),
}


def contract() -> dict[str, list[Row]]:
    """Every row by table."""
    used = [
        {"vendor": vendor, "entitlement": name, "service": service, "period": quarter, "contracted": contracted}
        | {"used": count, "unit": unit, "value": value}
        for vendor, name, service, contracted, counts, unit, value in ENTITLEMENTS
        for quarter, count in zip(QUARTERS, counts, strict=True)
    ]
    given = {
        "revisions": REVISIONS,
        "audits": AUDITS,
        "audit_findings": FINDINGS,
        "disputes": DISPUTES,
        "contract_dates": DATES,
    }
    listed = {
        name: [dict(zip(COLUMNS[name].split(), row, strict=True)) for row in rows] for name, rows in given.items()
    }
    return {"clauses": clauses(), "obligations": obligations(), "entitlements": used, **listed}


def tables(made: dict[str, list[Row]]) -> dict[str, tuple[Sequence[str], list[Row], Sequence[str]]]:
    """Each file: its columns, its rows and the columns by which they are sorted."""
    return {name: (text.split(), made[name], SORTED_BY[name]) for name, text in COLUMNS.items()}


# ---------------------------------------------------------------------------------------------------------------- truths
RULES = """\
What is planted in contract, for 2026-Q3; in words it stands in README.md. clauses: [weight got, weight looked at, weight not
looked at yet] of the checklist, a clause partly met counting half. verified: [checked, due] of the vendor's obligations in the
year. overdue: those open. unused: GBP paid in the year for entitlements that were not used. notice: days from the last day of
the quarter to the next last day of notice. late: steps before contract dates that are late, and of them too late. audits:
[done, planned] in the year. findings: open. disputes: open, and GBP in them.
"""
KINDS = {
    "alder": "a target that was raised in mid-quarter, and training that nobody uses",
    "birch": "a dispute, a test of recovery that is overdue, no help at the exit",
    "cedar": "two days to give notice, and nothing decided",
    "dogwood": "no contract file at all: not assessed, never in order",
    "elm": "a notice date that has passed, no right of audit, licences that are not used",
}
LATE = {"alder": (0, 0), "birch": (0, 0), "cedar": (2, 0), "elm": (2, 2)}
NOTICE = {"alder": "2027-04-03", "birch": "2027-01-01", "cedar": "2026-10-02", "elm": "2026-08-31"}
VERIFIED = {"alder": [6, 6], "birch": [2, 6], "cedar": [5, 5], "elm": [0, 6]}
OVERDUE = {"alder": 0, "birch": 1, "cedar": 0, "elm": 1}
SCORE = {"m": 1.0, "p": 0.5, "n": 0.0}


def weighed(letters: str, weights: Sequence[float]) -> list[float]:
    """Weight got, looked at, and not looked at yet, one clause after the other."""
    got = looked = waiting = 0.0
    for letter, weight in zip(letters.split(), weights, strict=True):
        got += weight * SCORE.get(letter, 0.0)
        looked += weight * (letter in SCORE)
        waiting += weight * (letter == "-")
    return [got, looked, waiting]


def truths() -> Row:
    """Everything planted, by vendor."""
    vendors: Row = {vendor: {"kind": kind} for vendor, kind in KINDS.items()}
    for vendor, letters in FOUND.items():
        unused = 0.0
        for owner, _, _, contracted, counts, _, value in ENTITLEMENTS:
            if owner == vendor:
                unused += sum(value * max(0, contracted - count) / contracted for count in counts)
        planned = [row for row in AUDITS if row[0] == vendor and row[4] <= f"{LAST}"]
        waiting = [row for row in DISPUTES if row[0] == vendor and not row[6]]
        vendors[vendor] |= {
            "clauses": weighed(letters, list(WEIGHTS.values())),
            "verified": VERIFIED[vendor],
            "overdue": OVERDUE[vendor],
            "unused": unused,
            "notice": (date.fromisoformat(NOTICE[vendor]) - LAST).days,
            "late": list(LATE[vendor]),
            "audits": [sum(bool(row[5]) for row in planned), len(planned)],
            "findings": sum(1 for row in FINDINGS if row[0] == vendor and not row[7]),
            "disputes": [len(waiting), sum(row[7] for row in waiting)],
        }
    vendors["birch"]["eu_dora"] = weighed(DORA_FOUND, DORA_WEIGHTS)
    vendors["alder"]["revised"] = {"metric": REVISIONS[0][1], "kept": 3, "of": 3, "by_the_new_target": 1}
    return {"quarter": "2026-Q3", "vendors": vendors}


def truths_text() -> str:
    """The part of truths.yaml on contracts: what is meant, and the figures."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in RULES.splitlines())
    options = {"sort_keys": False, "allow_unicode": True, "width": 200, "default_flow_style": None}
    return f"\n{comment}{yaml.safe_dump({'contract': truths()}, **options)}"


def figures_text() -> str:
    """The table of figures that stands in README.md."""
    lines = [
        "| vendor | coverage by weight | obligations verified | overdue | not used, GBP | days to notice | late | planted |",
        "|---|--:|--:|--:|--:|--:|--:|---|",
    ]
    for vendor, facts in truths()["vendors"].items():
        if "clauses" in facts:
            got, looked, _ = facts["clauses"]
            cells = [
                f"{got / looked:.1%}",
                "{} of {}".format(*facts["verified"]),
                f"{facts['overdue']}",
                f"{facts['unused']:,.0f}",
                f"{facts['notice']}",
                f"{facts['late'][0]}",
            ]
        else:
            cells = [""] * 6
        lines.append(" | ".join([f"| `{vendor}`", *cells, facts["kind"]]) + " |")
    return "\n".join(lines)
