"""The answer in one sentence, and what there is to know before anything is measured."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from toolkit.areas import contract
from toolkit.history import COLUMNS
from toolkit.model import Finding, Period

Q3 = Period.parse("2026-Q3")


def found(name: str, value: float, **more: object) -> Finding:
    return Finding(
        **{"id": f"contract.{name}", "vendor": "v", "period": "2026-Q3", "value": value, "counted": True, **more}
    )


KNOWN = {
    "contract.clause_coverage": found("clause_coverage", 0.66, unit="share"),
    "contract.money_left": found("money_left", 4596.69, unit="GBP"),
    "contract.unused_value": found("unused_value", 14400.0, unit="GBP"),
    "contract.obligations_overdue": found("obligations_overdue", 1.0),
    "contract.days_to_notice": found("days_to_notice", -30.0, unit="days"),
}


def test_the_answer_says_what_is_missing_lost_unused_overdue_and_too_late():
    assert contract.answer("Elm", KNOWN) == (
        "The contract with Elm holds 66.0 % of what it should, by weight; 4,596.69 GBP that it gives was left on the table and "
        "14,400 GBP was paid in a year for what was not used; 1 obligation of the vendor is overdue; a last day to give notice "
        "passed 30 days before the period ended, and no notice is on record."
    )


def test_the_answer_says_what_the_goal_says_and_what_is_only_known_in_part():
    judged = replace(KNOWN["contract.clause_coverage"], goal="K1", verdict="missed")
    least = replace(KNOWN["contract.money_left"], counted=False)
    said = contract.answer("Elm", {**KNOWN, "contract.clause_coverage": judged, "contract.money_left": least})
    assert "by weight, less than the goal asks" in said
    assert "at least 4,596.69 GBP" in said
    none = replace(least, value=0.0)
    assert "left on the table" not in contract.answer("Elm", {"contract.money_left": none, **without("money_left")})


def without(*names: str) -> dict[str, Finding]:
    return {address: item for address, item in KNOWN.items() if address.partition(".")[2] not in names}


def test_there_is_no_answer_without_evidence():
    assert contract.answer("Elm", {}) == ""
    silent = {address: replace(item, verdict="not assessed") for address, item in KNOWN.items()}
    assert contract.answer("Elm", silent) == ""
    assert contract.answer("Elm", {"contract.days_to_notice": KNOWN["contract.days_to_notice"]}).startswith(
        "A last day"
    )


NAMES = (
    "contracts",
    "clauses",
    "contract_clauses",
    "obligations",
    "revisions",
    "audit_findings",
    "audits",
    "contract_dates",
)


def checked(table, **texts: str) -> dict[str, tuple[str, str]]:
    frames = [table(name, texts.get(name, "")) for name in NAMES]
    rows = contract.checks(*frames, pd.DataFrame(columns=COLUMNS), period=Q3)
    return {row.check: (row.found, row.remark) for row in rows.itertuples()}


def test_checks_have_a_row_each_also_when_there_is_nothing(table):
    rows = checked(table)
    assert len(rows) == 15
    assert rows["Clauses looked at"] == ("0", "coverage is not assessed")
    assert rows["Measures found by quality and cost"] == ("0", "run those reviews first")


def test_checks_name_what_does_not_fit(table):
    rows = checked(
        table,
        contracts="contract, start, end, notice_days\nC-1, 2024-01-01, 2027-01-01,\nC-2, 2020-01-01, 2021-01-01, 30\n"
        "C-3, 2024-01-01, , 9",
        contract_clauses="clause, weight\nscope, 4",
        clauses="contract, clause, state, page, reviewed\nC-1, scope, met, , 2025-01-01\nC-9, scoop, met, p. 1, ",
        obligations="due, verified\n2026-11-01, \n2026-01-01, 2026-01-05",
        revisions="metric, target, valid_from, agreed\nP2, 0.9, 2026-01-01, 2026-02-01\nP2, 0.8, 2026-12-01, 2026-02-01",
        audit_findings="finding, audit, severity, raised\nF1, A9, low, 2026-01-01",
    )
    assert rows["Contracts in force"] == ("2", "1 contract ended")
    assert rows["Contracts without a last day"][0] == "1"
    assert rows["Contracts without a notice period"][0] == "1"
    assert rows["Contracts named and not in contracts"] == ("1", "C-9")
    assert rows["Clauses that the checklist does not have"] == ("1", "left out: 'scoop'. Did you mean 'scope'?")
    assert rows["Met or partly met without a page"][0] == "1"
    assert rows["Looked at more than a year ago"][0] == "1"
    assert rows["Obligations"] == ("2", "1 falls due later")
    assert rows["Checked without a day of fulfilment"][0] == "1"
    assert rows["Revisions of targets"] == ("2", "1 not in force yet")
    assert rows["Signed after the day from which it counts"] == ("1", "P2: judged as written")
    assert rows["Findings of an audit that is not there"] == ("1", "F1")
