"""How far: the grade, progress beside time, confidence, and goals that no measure tells of."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import goals
from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Goal, judge

TWO = ({}, {"goal": "K2", "kind": "stretch", "weight": 3.0, "objective": "Answers people find by themselves"})


def test_grade_is_the_weighted_mean_and_tells_the_kinds_apart(make, now):
    found = make.of(make.agreed(*TWO), make.check_ins(("K1", "2026-09-30", 0.4), ("K2", "2026-09-30", 0.8)))
    grade = goals.grade(found.register, **now)
    assert grade.value == pytest.approx(0.7)  # (1 * 0.4 + 3 * 0.8) / 4
    assert grade.claim == (
        "Together the 2 goals stand at 0.70 of 1.0: 1 committed goal, of which 1.0 is expected, at 0.40; 1 stretch goal, for "
        "which 0.7 is a success, at 0.80."
    )


def test_grade_of_what_is_committed_is_green_at_the_whole_way_alone(make, now):
    found = make.of(make.agreed(*TWO), make.check_ins(("K1", "2026-09-30", 0.8), ("K2", "2026-09-30", 0.8)))
    rows = goals.grade(found.register, **now).parts["goal"].set_index("goal")
    assert rows["colour"].to_dict() == {"K1": "yellow", "K2": "green"}
    assert rows["reading"]["K1"] == "committed, 1.0 is expected: not yet reached"


def test_grade_leaves_out_a_goal_without_a_value_and_says_so(make, now):
    found = make.of(make.agreed(*TWO), make.check_ins(("K1", "2026-09-30", 0.4)))
    grade = goals.grade(found.register, **now)
    assert (grade.value, grade.n) == (0.4, 1)
    assert "1 goal without a grade: K2" in grade.because


def test_grade_without_any_value_is_not_assessed(make, now):
    grade = goals.grade(make.of(make.agreed({})).register, **now)
    assert not grade.assessed
    assert "no goal has a value yet" in grade.because


def test_grade_where_target_equals_baseline_says_that(make, now):
    found = make.of(make.agreed({"target": 0.0}), make.check_ins(("K1", "2026-09-30", 0.4)))
    assert "target and baseline are both 0" in goals.grade(found.register, **now).because


def test_grade_without_goals_names_the_file(make, now):
    assert goals.grade(make.of(make.agreed()).register, **now).because == "goals.csv is missing"


def test_grade_rolls_up_by_objective(make, now):
    found = make.of(
        make.agreed({}, {"goal": "K2"}), make.check_ins(("K1", "2026-09-30", 0.2), ("K2", "2026-09-30", 0.6))
    )
    objectives = goals.grade(found.register, **now).parts["objective"]
    assert objectives[["value", "goals"]].to_numpy().tolist() == [[pytest.approx(0.4), 2]]


def test_progress_is_the_grade_less_the_time_that_is_over(make, now):
    found = make.of(make.agreed({}), make.check_ins(("K1", "2026-09-30", 0.5)))
    progress = goals.progress(found.register, **now)
    assert progress.value == pytest.approx(0.5 - 272 / 364)  # 1 January to 30 September, of 31 December
    assert progress.claim == "K1, “Every device on the new image”, is 24.7 % of the way behind time."


def test_progress_leaves_out_what_is_met_or_not(make, now):
    found = make.of(make.agreed({"unit": "yes/no"}), make.check_ins(("K1", "2026-09-30", 1)))
    assert not goals.progress(found.register, **now).assessed


def test_confidence_is_the_last_that_was_said_up_to_the_deadline(make, now):
    said = make.check_ins(
        ("K1", "2026-03-31", 0.1, 0.9),
        ("K1", "2026-08-31", 0.4, 0.6),
        ("K2", "2026-08-31", 0.4, 0.8),
        ("K9", "2026-08-31", 1, 0),
    )
    found = make.of(make.agreed(*TWO), said)
    confidence = goals.confidence(said, found.register, **now)
    assert confidence.value == pytest.approx(0.7)  # of 0.6 and 0.8
    assert "least sure: K1" in confidence.claim


def test_confidence_of_long_ago_is_named(make, now):
    said = make.check_ins(("K1", "2026-03-31", 0.1, 0.9))
    assert "K1" in goals.confidence(said, make.of(make.agreed({}), said).register, **now).because


def test_confidence_without_check_ins_names_the_file(make, now):
    found = make.of(make.agreed({}))
    assert goals.confidence(found.check_ins, found.register, **now).because == "check_ins.csv is missing"


@pytest.mark.parametrize(
    ("value", "due", "verdict"), [(1.0, "2026-12-31", MET), (0.0, "2026-12-31", UNCLEAR), (0.0, "2026-09-30", MISSED)]
)
def test_what_was_said_of_a_goal_without_a_measure_is_missed_only_when_its_deadline_is_past(make, value, due, verdict):
    found = make.of(make.agreed({"unit": "yes/no", "due": due}), make.check_ins(("K1", "2026-09-30", value)))
    said = goals.stated(found.register)["K1"]
    assert judge(said, Goal("K1", target=1.0, unit="yes/no"))[0] == verdict
    assert "as said at the check-in of 30 September 2026" in said.claim


def test_a_goal_without_a_measure_and_a_target_is_not_assessed(make):
    found = make.of(make.agreed({"target": float("nan")}), make.check_ins(("K1", "2026-09-30", 1.0)))
    verdict, because = judge(goals.stated(found.register)["K1"], Goal("K1"))
    assert (verdict, because) == (NOT_ASSESSED, "goal K1 names no target")


def test_names_of_goals_are_escaped_where_they_are_shown(make, now):
    found = make.of(make.agreed({"objective": "<b>x</b>"}), make.check_ins(("K1", "2026-09-30", 0.5)))
    shown = goals.rows_of(goals.grade(found.register, **now))
    assert "<b>" not in shown.html
    assert isinstance(found.register, pd.DataFrame)
