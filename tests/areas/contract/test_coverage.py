"""Clause coverage: the weights by hand, in two ways; what nobody looked at, what is unknown, what is not applicable."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pytest

from toolkit.areas import contract
from toolkit.files import ROOT
from toolkit.model import Goal, Period, judge

Q3 = Period.parse("2026-Q3")
CHECKLIST = """
    clause, topic, severity, weight
    scope, Scope, critical, 4
    audit_right, Audit, high, 3
    benchmarking, Benchmarking, low, 1
    liability, Liability, high, 3
"""
# Worked by hand: met 4, partly 3 / 2 = 1.5, not met 0 of 1; liability is not applicable.
# First way: (4 + 1.5) / (4 + 3 + 1) = 5.5 / 8 = 0.6875.
# Second way, from what is missing: 1 - (half of 3, and 1 whole) / 8 = 1 - 2.5 / 8 = 0.6875.
FOUND = """
    clause, state, page, note
    scope, met, p. 3,
    audit_right, partly met, p. 9, Once a year
    benchmarking, not met, ,
    liability, not applicable, ,
"""


def test_clause_coverage_is_the_weight_that_is_met_and_half_of_what_is_partly_met(table):
    found = contract.clause_coverage(table("clauses", FOUND), table("contract_clauses", CHECKLIST), period=Q3)
    assert found.value == 0.6875
    assert (found.numerator, found.denominator) == (5.5, 8.0)
    assert found.value == 1 - (3 / 2 + 1) / 8
    assert found.counted
    assert found.n == 3  # what is not applicable counts nowhere
    assert "of 3 clauses 1 met, 1 partly met, 1 not met" in found.claim
    assert "the weightiest gap is benchmarking" in found.claim


def test_clause_coverage_of_the_shipped_weights_is_the_same_worked_out_in_two_ways(table):
    """Every pattern of three states over the shipped checklist: by sums of fractions, and by counting in half points."""
    shipped = pd.read_csv(ROOT / "data" / "reference" / "contract_clauses.csv")
    own = shipped[shipped["list"] == "contract"]
    states = ["met", "partly met", "not met"]
    chosen = [states[(place * 7 + place // 3) % 3] for place in range(len(own))]
    score = {"met": Fraction(1), "partly met": Fraction(1, 2), "not met": Fraction(0)}
    weights = [Fraction(int(weight)) for weight in own["weight"]]
    by_hand = sum(weight * score[state] for weight, state in zip(weights, chosen, strict=True)) / sum(weights)
    points = [int(weight) for weight in own["weight"] for _ in range(2)]  # each clause as two halves
    earned = [half < {"met": 2, "partly met": 1, "not met": 0}[state] for state in chosen for half in range(2)]
    by_halves = sum(point for point, got in zip(points, earned, strict=True) if got) / sum(points)
    rows = "\n".join(f"{clause}, {state}" for clause, state in zip(own["clause"], chosen, strict=True))
    checklist = "clause, weight\n" + "\n".join(f"{row.clause}, {row.weight}" for row in own.itertuples())
    found = contract.clause_coverage(
        table("clauses", f"clause, state\n{rows}"), table("contract_clauses", checklist), period=Q3
    )
    assert found.value == pytest.approx(float(by_hand), abs=1e-15)
    assert found.value == pytest.approx(by_halves, abs=1e-15)


def test_clause_coverage_is_a_range_while_clauses_are_not_looked_at(table):
    some = FOUND.replace("benchmarking, not met", "benchmarking, ").replace("liability, not applicable", "liability, ")
    found = contract.clause_coverage(table("clauses", some), table("contract_clauses", CHECKLIST), period=Q3)
    # looked at: 4 and 3, of which 5.5; benchmarking 1 and liability 3 are open: 5.5 / 11 to 9.5 / 11
    assert found.value == pytest.approx(5.5 / 7)
    assert (found.low, found.high) == (pytest.approx(5.5 / 11), pytest.approx(9.5 / 11))
    assert not found.counted
    assert "2 clauses nobody has looked at" in found.because
    goal = Goal(goal="K1", measure="contract.clause_coverage", direction="at_least", target=0.7, unit="share")
    assert judge(found, goal)[0] == "unclear"


def test_clause_coverage_does_not_know_what_was_reviewed_later(table):
    later = "clause, state, reviewed\nscope, met, 2026-09-30\naudit_right, met, 2026-10-01"
    found = contract.clause_coverage(table("clauses", later), table("contract_clauses", CHECKLIST), period=Q3)
    assert found.n == 1
    assert found.value == 1.0
    assert found.low == pytest.approx(4 / 11)


def test_clause_coverage_leaves_out_unknown_clauses_and_names_what_may_have_been_meant(table):
    strange = FOUND + "    audit_rigth, met, p. 1,\n    zzz, met, p. 1,\n"
    checklist = table("contract_clauses", CHECKLIST)
    found = contract.clause_coverage(table("clauses", strange), checklist, period=Q3)
    assert found.value == 0.6875
    assert "'audit_rigth'" in found.because
    assert "'audit_right'" in found.because
    assert "'zzz'" in found.because


def test_clause_coverage_holds_every_contract_against_the_whole_list(table):
    two = "contract, clause, state\nC-1, scope, met\nC-2, scope, not met\nC-2, audit_right, met"
    found = contract.clause_coverage(table("clauses", two), table("contract_clauses", CHECKLIST), period=Q3)
    assert found.value == pytest.approx(7 / 11)  # of the 4, 4 and 3 that were looked at
    assert found.low == pytest.approx(7 / 22)
    assert len(found.parts["clause"]) == 8


def test_clause_coverage_lists_gaps_by_weight_with_page_and_note(table):
    found = contract.clause_coverage(table("clauses", FOUND), table("contract_clauses", CHECKLIST), period=Q3)
    gaps = found.parts["gap"]
    assert list(gaps["topic"]) == ["Audit", "Benchmarking"]
    assert list(gaps.loc[0, ["severity", "state", "page", "note"]]) == ["high", "partly met", "p. 9", "Once a year"]


def test_clause_coverage_says_what_is_not_proven_by_a_page(table):
    bare = "clause, state\nscope, met\naudit_right, not met"
    found = contract.clause_coverage(table("clauses", bare), table("contract_clauses", CHECKLIST), period=Q3)
    assert "1 said to be met, in whole or in part, without a page" in found.because


def test_clause_coverage_of_nothing_is_not_assessed(table):
    none = table("clauses", "clause, state\nscope, ")
    found = contract.clause_coverage(none, table("contract_clauses", CHECKLIST), period=Q3)
    assert not found.assessed
    assert "no clause of the checklist was looked at" in found.because


def test_eu_dora_coverage_is_that_of_its_own_list(table):
    both = CHECKLIST.replace("clause, topic", "clause, list, topic")
    both = "\n".join(
        line.replace(", ", ", contract, ", 1) if ", " in line and "list" not in line else line
        for line in both.splitlines()
    )
    both += "\n    dora_a, eu_dora, Locations, high, 3\n    dora_b, eu_dora, Exit, critical, 4\n"
    checklist = table("contract_clauses", both)
    clauses = table("clauses", FOUND + "    dora_a, met, p. 2,\n    dora_b, not met, ,\n")
    found = contract.eu_dora_coverage(clauses, checklist, period=Q3)
    assert found.value == pytest.approx(3 / 7)
    assert contract.clause_coverage(clauses, checklist, period=Q3).value == 0.6875
    assert not contract.eu_dora_coverage(table("clauses", FOUND), checklist, period=Q3).assessed


def test_the_shipped_checklist_has_both_lists_and_a_source_for_each_weight():
    shipped = pd.read_csv(ROOT / "data" / "reference" / "contract_clauses.csv")
    assert set(shipped["list"]) == {"contract", "eu_dora"}
    assert shipped["clause"].is_unique
    assert shipped["source"].str.contains("own default").all()
    assert shipped.loc[shipped["list"] == "eu_dora", "source"].str.contains("Article 30").all()
    weights = shipped.groupby("severity")["weight"].unique()
    assert {name: list(found) for name, found in weights.items()} == {
        "critical": [4],
        "high": [3],
        "medium": [2],
        "low": [1],
    }
