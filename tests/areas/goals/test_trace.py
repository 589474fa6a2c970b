"""Goals without a measure, measures without a goal, clauses, acknowledgement, rankings; checks and the answer."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import goals
from toolkit.model import Finding

QUARTER = ("2026-Q3", "2026-09-30", 12.0, 10.0, 14.0, "period")


def test_measured_share_counts_goals_on_which_there_is_a_number(make, now):
    agreed = make.agreed({}, {"goal": "K2"}, {"goal": "Q1", "measure": "quality.backlog"})
    found = make.of(agreed, make.check_ins(("K1", "2026-09-30", 0.4)), make.history(QUARTER))
    share = goals.measured_share(found.register, found.history, **now)
    assert (share.numerator, share.denominator) == (2, 3)
    assert share.parts["goal"]["because"].tolist() == ["its source, Inventory, has given no value"]


def test_measured_share_lists_measures_without_a_goal(make, now):
    found = make.of(make.agreed({}), history=make.history(QUARTER))
    assert goals.measured_share(found.register, found.history, **now).parts["measure"]["measure"].tolist() == [
        "quality.backlog"
    ]


def test_measured_share_without_findings_still_counts(make, now):
    found = make.of(make.agreed({}))
    assert goals.measured_share(found.register, found.history, **now).value == 0


def test_clause_share_names_goals_without_a_clause(make, now):
    found = make.of(make.agreed({"clause": "Schedule 3"}, {"goal": "K2"}))
    share = goals.clause_share(found.register, **now)
    assert share.value == 0.5
    assert share.claim == "1 of the 2 goals names a clause; without one: K2."


@pytest.mark.parametrize(("day", "value"), [("2026-09-30", 1.0), ("2026-10-01", 0.0), ("", 0.0)])
def test_acknowledged_share_counts_agreement_by_the_periods_end(make, now, day, value):
    assert goals.acknowledged_share(make.of(make.agreed({"acknowledged": day})).register, **now).value == value


def ranked(make, *pairs):
    rows = [{"goal": f"K{place}", "client_rank": own, "vendor_rank": other} for place, (own, other) in enumerate(pairs)]
    return make.of(make.agreed(*rows)).register


def test_rank_agreement_of_opposite_rankings_is_minus_one(make, now):
    found = goals.rank_agreement(ranked(make, (1, 4), (2, 3), (3, 2), (4, 1)), **now)
    assert found.value == pytest.approx(-1)
    assert "furthest apart is K0" in found.claim


def test_rank_agreement_of_the_same_ranking_names_nobody(make, now):
    found = goals.rank_agreement(ranked(make, (1, 1), (2, 2), (3, 3), (4, 4)), **now)
    assert found.value == pytest.approx(1)
    assert "furthest" not in found.claim


def test_rank_agreement_of_two_goals_says_nothing(make, now):
    found = goals.rank_agreement(ranked(make, (1, 2), (2, 1)), **now)
    assert found.because == "2 goals are ranked by both sides, and 3 are the least that say anything"


def test_rank_agreement_of_equal_places_says_so(make, now):
    found = goals.rank_agreement(ranked(make, (1, 1), (1, 2), (1, 3)), **now)
    assert found.because == "one of the two sides gives all goals the same place"


def test_checks_tell_late_and_strange_check_ins(make, now):
    said = make.check_ins(("K1", "2026-08-31", 0.4), ("K9", "2026-08-31", 1.0))
    found = make.of(make.agreed({"due": "2026-06-30"}), said)
    rows = goals.checks(found.agreed, said, found.history, found.register, **now).set_index("check")
    assert rows.loc["Check-ins after the deadline", "remark"] == "K1: not used for the grade"
    assert rows.loc["Check-ins on goals that are not there", "found"] == "1"
    assert "the other areas were not run" in rows.loc["Measures of other areas in this period", "remark"]
    assert "no earlier period" in rows.loc["Earlier periods read", "remark"]


def test_checks_without_goals_are_a_table_too(make, now):
    found = make.of(make.agreed())
    rows = goals.checks(found.agreed, found.check_ins, found.history, found.register, **now)
    assert rows["found"].eq("0").all()


def test_answer_is_one_sentence_of_what_is_known():
    grade = Finding(id="goals.grade", vendor="elm", period="2026-Q3", value=0.7, low=0.4, high=0.8, n=9, n_of="goals")
    told = goals.answer("Elm", {"goals.grade": grade})
    assert told == "More than half of what was agreed with Elm is reached: 0.70 of 1.0 (0.40 to 0.80) over 9 goals."


def test_answer_without_evidence_is_silent():
    assert goals.answer("Elm", {}) == ""


def test_measures_take_no_notice_of_the_order_of_goals(make, now):
    rows = [{"goal": "K2", "clause": "1"}, {}]
    assert (
        goals.clause_share(make.of(make.agreed(*rows)).register, **now).value
        == goals.clause_share(make.of(make.agreed(*rows[::-1])).register, **now).value
    )
    assert isinstance(make.agreed(), pd.DataFrame)
