"""Could we leave: parts of the plan, the money for it, the time it takes."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import exit as leaving
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q2")}
PLAN = """
    task, part, depends_on, days_low, days_likely, days_high, owner, done, tested
    T1, data, , 30, 30, 30, Head, , 2026-03-01
    T2, knowledge, T1, 61, 61, 61, Head, , 2026-03-01
    T3, data, T1, 10, 10, 10, , , 2026-03-01
    T4, people, T2|T3, 0, 0, 0, Head, 2026-05-01,
"""
CONTRACTS = """
    contract, start, end, notice_days
    C1, 2025-01-01, 2026-12-31, 90
"""


def test_plan_completeness_by_hand(table):
    found = leaving.plan_completeness(table("exit_plan", PLAN), **NOW)
    states = found.parts["part"].set_index("part")["state"]
    assert (found.numerator, found.denominator) == (2, 8)  # knowledge is ready, people done; T3 of data has no owner
    assert states["Data returned and deleted"] == "partly met"
    assert found.parts["part"]["missing"].iloc[0] == "T3: an owner"
    assert found.counted
    assert "2 of 8 parts of leaving are ready in the exit plan, 1 partly" in found.claim
    assert found.because == "4 tasks, 1 done; last tried out on 1 March 2026"


def test_plan_completeness_forgets_tests_after_a_year_and_what_came_later(table):
    old = leaving.plan_completeness(table("exit_plan", PLAN.replace("2026-03-01", "2025-06-30")), **NOW)
    late = leaving.plan_completeness(table("exit_plan", PLAN.replace("2026-05-01", "2026-07-01")), **NOW)
    assert old.numerator == 1
    assert late.numerator == 1


def test_plan_completeness_of_no_task_is_not_assessed(table):
    assert leaving.plan_completeness(table("exit_plan"), **NOW).because == "exit_plan.csv is missing"


def test_budget_coverage_by_hand(table, costed):
    found = leaving.budget_coverage(
        table("exit_budget", "item, amount, approved\nA, 60, 2026-01-01\nB, 20,"), costed(), **NOW
    )
    assert found.value == pytest.approx(0.8)  # 80 of 100 that New firm takes once
    assert "80 GBP is set aside for leaving, 80.0 %" in found.claim
    assert "20 GBP short" in found.claim


def test_budget_coverage_of_a_plan_without_money_is_nothing(table, costed):
    found = leaving.budget_coverage(table("exit_budget", "item, amount\nA, 0"), costed(), **NOW)
    assert found.value == 0
    assert (
        found.claim == "no money is set aside for leaving, of the 100 GBP that New firm (switch) takes once on average."
    )


def test_budget_coverage_leaves_out_what_was_approved_later(table, costed):
    found = leaving.budget_coverage(table("exit_budget", "item, amount, approved\nA, 60, 2026-07-01"), costed(), **NOW)
    assert "approved by the end of 2026-Q2" in found.because


def test_budget_coverage_without_a_row_is_unknown_and_not_nothing(table, costed):
    found = leaving.budget_coverage(table("exit_budget"), costed(), **NOW)
    assert not found.assessed


def test_time_to_exit_by_hand(table):
    # T1 30 days, then T2 61: 91 days are 2.99 months; T4 is done
    found = leaving.time_to_exit(table("exit_plan", PLAN), table("contracts", CONTRACTS), **NOW)
    assert (found.value, found.low, found.high) == pytest.approx((91 / 30.4375,) * 3)
    assert "along T1 and T2" in found.claim
    assert "the 90 days of notice suffice in hardly any simulated case" in found.claim
    assert found.because == (
        "to be out when the contract ends on 31 December 2026, in nine cases of ten, it has to begin by 1 October 2026"
    )
    tasks = found.parts["task"].set_index("task")
    assert tasks.loc["T3", "slack"] == pytest.approx(51 / 30.4375, abs=0.01)


def test_time_to_exit_that_is_too_late_says_so(table):
    contracts = table("contracts", CONTRACTS.replace("2026-12-31", "2026-08-01"))
    assert "it had to begin by 2 May 2026" in leaving.time_to_exit(table("exit_plan", PLAN), contracts, **NOW).because


def test_time_to_exit_without_contracts_tells_the_time_alone(table):
    found = leaving.time_to_exit(table("exit_plan", PLAN), **NOW)
    assert found.assessed
    assert "notice" not in found.claim


def test_time_to_exit_grows_where_chains_meet(table):
    plan = """
        task, part, depends_on, days_low, days_likely, days_high
        A, data, , 10, 40, 70
        B, data, , 10, 40, 70
        C, people, A|B, 0, 0, 0
    """
    assert leaving.time_to_exit(table("exit_plan", plan), **NOW).value > 40 / 30.4375


@pytest.mark.parametrize(
    ("old", "new", "because"),
    [
        ("61, 61, 61", ", ,", "exit_plan holds no duration of T2"),
        ("T2|T3", "T2|T9", "exit_plan holds tasks that wait for one that it does not hold: T4 waits for T9"),
    ],
)
def test_time_to_exit_of_a_plan_with_holes_is_not_assessed(table, old, new, because):
    assert leaving.time_to_exit(table("exit_plan", PLAN.replace(old, new)), **NOW).because == because


def test_checks_name_what_is_missing(table, history):
    made = leaving.checks(
        table("alternatives"),
        table("exit_plan", PLAN),
        table("exit_budget"),
        table("services"),
        table("triggers"),
        history(),
        **NOW,
    )
    found = made.set_index("check")
    assert found.loc["A plan without a budget", "remark"] == "no money is set aside for it"
    assert found.loc["Tasks without an owner", "remark"] == "T3"
    assert found.loc["Ways compared", "found"] == "0"
    assert isinstance(made, pd.DataFrame)
