"""Whether each goal is well formed: five questions, their reasons, and what to write instead."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas import goals


def asked(make, now, given, said=None):
    found = make.of(make.agreed(given), said)
    return goals.smart_share(found.register, found.series, **now)


def answers(measured, question) -> tuple[str, str, str]:
    rows = measured.parts["answer"]
    row = rows[rows["question"] == question].iloc[0]
    return row["answer"], row["because"], row["what_to_write"]


def test_smart_share_of_a_goal_that_lacks_nothing_is_the_whole(make, now):
    found = asked(make, now, {}, make.monthly("K1", *[0.08 * place for place in range(1, 11)]))
    assert found.value == 1.0
    assert found.claim == "1 of 1 goal is well formed by all five questions; nothing has to be rewritten."


@pytest.mark.parametrize(
    ("given", "question", "because"),
    [
        ({"owner": ""}, "specific", "it does not say who answers for it"),
        ({"source": "", "unit": ""}, "specific", "it does not say what is measured and the unit"),
        ({"target": math.nan}, "measurable", "it names no target"),
        ({"target": 0.0}, "measurable", "target and baseline are both 0: there is nothing to reach"),
        ({}, "measurable", "its source, Inventory, has given no value"),
        ({"source": ""}, "measurable", "it names no measure and no source"),
        ({"measure": "quality.backlogg"}, "measurable", "quality.backlogg is no measure of this toolkit"),
        ({"measure": "quality.backlog", "unit": ""}, "measurable", "Backlog gave no value in this period"),
        ({"measure": "quality.backlog"}, "measurable", "it is in 'share', and Backlog in 'tickets'"),
        ({"reason": ""}, "relevant", "it does not say why it matters"),
        ({"serves": ""}, "relevant", "it does not say which objective of the client it serves"),
        ({"due": ""}, "time-bound", "it names no deadline"),
        ({"due": "2025-12-31"}, "time-bound", "the deadline 2025-12-31 lies before the start 2026-01-01"),
        (
            {"achievable": "no", "achievable_because": "too few hands"},
            "achievable",
            "by a person's answer: too few hands",
        ),
        ({}, "achievable", "the data cannot say, and nobody has answered"),
    ],
)
def test_smart_share_says_what_is_missing(make, now, given, question, because):
    answer, why, advice = answers(asked(make, now, given), question)
    assert answer in ("no", "not known")
    assert why == because
    assert advice


def test_a_goal_on_an_unknown_measure_is_told_which_may_be_meant(make, now):
    assert "quality.backlog" in answers(asked(make, now, {"measure": "quality.backlogg"}), "measurable")[2]


def test_achievable_holds_the_pace_needed_against_the_best_ever_shown(make, now):
    # 0.40 in September, 1.0 wanted in December: 0.20 a month; never more than 0.05 a month over three months
    found = asked(make, now, {}, make.monthly("K1", 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4))
    answer, because, advice = answers(found, "achievable")
    assert answer == "no"
    assert because == "20 points a month are needed for 3 months; the most ever shown over as long is 5.00 points"
    assert "55.0 %" in advice


def test_achievable_by_the_data_wins_over_a_persons_answer(make, now):
    found = asked(make, now, {"achievable": "yes"}, make.monthly("K1", 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4))
    assert answers(found, "achievable")[0] == "no"


def test_advice_names_the_average_before_the_start(make, now):
    said = make.monthly("K1", 0.1, 0.3, 0.9, last="2026-01")  # November and December lie before the start
    advice = answers(asked(make, now, {"baseline": math.nan}, said), "measurable")[2]
    assert advice.startswith("It has no baseline: the average of the 2 known values before it began was 20.0 %")


def test_smart_share_counts_what_is_not_known_as_no_yes(make, now):
    found = asked(make, now, {}, make.check_ins(("K1", "2026-09-30", 0.5)))
    assert found.value == 0.0
    assert found.parts["goal"]["achievable"].tolist() == ["not known"]


def test_smart_share_without_series_still_answers(make, now):
    found = goals.smart_share(make.of(make.agreed({})).register, pd.DataFrame(), **now)
    assert found.n == 1
