"""One word for an area: the worst verdict, with nothing hidden and nothing averaged."""

import pytest

from toolkit import scorecard
from toolkit.model import MET, MISSED, NO_GOAL, NOT_ASSESSED, UNCLEAR, Finding, count_word


def judged(verdict, *, id="cost.saving_share", goal="G1"):
    return Finding(id=id, vendor="alder", period="2026-Q3", goal=goal, verdict=verdict)


@pytest.mark.parametrize(
    ("verdicts", "word"),
    [
        ([MET, MET], MET),
        ([MET, UNCLEAR], UNCLEAR),
        ([MET, UNCLEAR, MISSED], MISSED),
        ([MET, NOT_ASSESSED], NOT_ASSESSED),
        ([UNCLEAR, NOT_ASSESSED], UNCLEAR),
        ([MISSED, NOT_ASSESSED], MISSED),
    ],
)
def test_area_verdict_is_the_worst_of_its_goals(verdicts, word):
    assert scorecard.area_verdict([judged(verdict) for verdict in verdicts]) == word


def test_area_verdict_ignores_findings_without_a_goal_where_there_are_goals():
    findings = [judged(MET), judged(NOT_ASSESSED, id="cost.payback", goal="")]
    assert scorecard.area_verdict(findings) == MET


def test_area_verdict_without_goals_is_no_goal():
    assert scorecard.area_verdict([judged(NO_GOAL, goal="")]) == NO_GOAL


def test_area_verdict_without_goals_and_evidence_is_not_assessed():
    assert scorecard.area_verdict([judged(NOT_ASSESSED, id="cost", goal="")]) == NOT_ASSESSED


def test_goal_counts_leave_out_findings_without_goal():
    findings = [judged(MET), judged(MET), judged(NOT_ASSESSED), judged(NO_GOAL, goal="")]
    assert scorecard.goal_counts(findings) == {MET: 2, MISSED: 0, UNCLEAR: 0, NOT_ASSESSED: 1}


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        ([], "no goal was agreed"),
        ([UNCLEAR], "the one goal is unclear"),
        ([MET, MET], "two of two goals met"),
        ([MISSED, NOT_ASSESSED], "none of two goals met; one missed, one not assessed"),
        ([MET, MET, NOT_ASSESSED], "two of three goals met; one not assessed"),
    ],
)
def test_counts_in_words(verdicts, words):
    assert scorecard.counts_in_words(scorecard.goal_counts([judged(verdict) for verdict in verdicts])) == words


def test_count_word_writes_large_counts_in_figures():
    assert (count_word(12), count_word(1300)) == ("twelve", "1,300")


# ------------------------------------------------------------------------------------------- contract and people at odds
def kept(verdict, goal="Q1"):
    claim = "96.1 % of 648 tickets kept their service level."
    return Finding(id="quality.kept", vendor="alder", period="2026-Q3", goal=goal, verdict=verdict, claim=claim)


def felt(verdict, *, goal="S1", unit="share", value=0.25, high=0.38):
    claim = "25.4 % of the customers were satisfied overall."
    about = {"goal": goal, "verdict": verdict, "unit": unit, "value": value, "low": value - 0.1, "high": high}
    return Finding(id="sentiment.csat", vendor="alder", period="2026-Q3", claim=claim, **about)


def test_watermelon_a_level_kept_and_customers_who_are_not_content():
    assert scorecard.watermelon([kept(MET)], [felt(MISSED)]) == (
        "Green by the contract, red to people: 96.1 % of 648 tickets kept their service level (goal met); "
        "yet 25.4 % of the customers were satisfied overall (goal missed)."
    )


def test_watermelon_its_reverse_is_said_too():
    said = scorecard.watermelon([kept(MISSED)], [felt(MET)])
    assert said.startswith("Red by the contract, green to people: 96.1 % of 648 tickets")


@pytest.mark.parametrize(
    ("levels", "people"),
    [
        (kept(MET), felt(MET)),
        (kept(MISSED), felt(MISSED)),
        (kept(UNCLEAR), felt(MISSED)),
        (kept(MET), felt(UNCLEAR)),
        (kept(MET), felt(NOT_ASSESSED)),
        (kept(NO_GOAL, goal=""), felt(MISSED)),
    ],
)
def test_watermelon_is_not_called_where_the_two_agree_or_one_is_unclear(levels, people):
    assert scorecard.watermelon([levels], [people]) == ""


@pytest.mark.parametrize(
    ("people", "called"),
    [
        (felt(NO_GOAL, goal="", high=0.49), True),
        (felt(NO_GOAL, goal="", high=0.51), False),
        (felt(NO_GOAL, goal="", unit="points", value=-51, high=-31), True),
        (felt(NO_GOAL, goal="", unit="points", value=-10, high=4), False),
        (felt(NO_GOAL, goal="", unit="hours", value=-10, high=-4), False),
    ],
)
def test_watermelon_without_a_goal_takes_the_whole_interval_below_the_middle(people, called):
    assert bool(scorecard.watermelon([kept(MET)], [people])) is called


def test_watermelon_nobody_asked_is_no_unhappy_person():
    assert scorecard.watermelon([kept(MET)], []) == ""
