"""One word for an area and a vendor: the worst verdict, with nothing hidden and nothing averaged."""

import pytest

from toolkit import scorecard
from toolkit.model import MET, MISSED, NO_GOAL, NOT_ASSESSED, UNCLEAR, Finding


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


def test_overall_verdict_of_nothing_is_not_assessed():
    assert scorecard.overall_verdict([]) == NOT_ASSESSED


def test_overall_verdict_does_not_let_a_met_area_hide_one_without_data():
    findings = [judged(MET), judged(NOT_ASSESSED, id="quality", goal="")]
    assert scorecard.area_verdicts(findings) == {"cost": MET, "quality": NOT_ASSESSED}
    assert scorecard.overall_verdict(findings) == NOT_ASSESSED


def test_overall_verdict_leaves_out_an_area_for_which_there_is_no_data_and_no_goal():
    findings = [judged(MET), judged(NOT_ASSESSED, id="quality.backlog", goal="")]
    assert scorecard.overall_verdict(findings) == MET


def test_overall_verdict_without_any_evidence_is_not_assessed():
    assert scorecard.overall_verdict([judged(NOT_ASSESSED, id="quality.backlog", goal="")]) == NOT_ASSESSED


def test_overall_verdict_takes_the_worst_area():
    findings = [judged(MET), judged(MISSED, id="quality.reopened_share")]
    assert scorecard.overall_verdict(findings) == MISSED


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
    assert (scorecard.count_word(12), scorecard.count_word(1300)) == ("twelve", "1,300")
