"""Whether service is good, whether it is changing, and how sure that is, in one sentence."""

from __future__ import annotations

import pytest

from toolkit.areas.quality import answer
from toolkit.model import NAN, Finding


def found(name, value, low=NAN, high=NAN, verdict="no goal", **more):
    goal = "" if verdict in ("no goal", "not assessed") else "Q1"
    given = {"vendor": "alder", "period": "2026-Q3", "unit": "share", **more}
    return Finding(id=f"quality.{name}", value=value, low=low, high=high, verdict=verdict, goal=goal, **given)


def said(*findings):
    return answer("Cedar", {item.id: item for item in findings})


@pytest.mark.parametrize(
    ("verdicts", "words"),
    [
        (("met", "met"), "The service of Cedar is as good as agreed: "),
        (("met", "no goal"), "The service of Cedar is as good as agreed: "),
        (("met", "missed"), "The service of Cedar is not as good as agreed: "),
        (("met", "unclear"), "Whether the service of Cedar is as good as agreed is unclear: "),
        (("no goal", "no goal"), "No goal says how good the service of Cedar has to be: "),
    ],
)
def test_answer_is_as_good_as_the_worst_of_its_goals(verdicts, words):
    kept, back = verdicts
    assert said(found("sla_attainment", 0.9, verdict=kept), found("reopened_share", 0.1, verdict=back)).startswith(
        words
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            (7.4, -1.7, 16.5),
            "the time to resolve has not changed beyond chance since the period before (−1.70 to +16.5 hours",
        ),
        ((23.2, 17.1, 29.3), "it takes 23.2 hours (17.1 to 29.3) longer to resolve a ticket than in the period before"),
        ((-5.0, -8.0, -2.0), "it takes 5 hours (2 to 8) less to resolve a ticket than in the period before"),
    ],
)
def test_answer_says_whether_service_is_changing(change, words):
    assert words in said(found("sla_attainment", 0.9), found("time_to_resolve_change", *change, unit="hours"))


def test_answer_says_how_sure_it_is():
    assert "96.1 % of tickets kept their service level (94.3 % to 97.4 %)" in said(
        found("sla_attainment", 0.961, 0.943, 0.974)
    )


def test_answer_without_evidence_is_none():
    assert said(found("sla_attainment", NAN, verdict="not assessed")) == ""


def test_answer_says_when_the_count_is_the_ticket_systems_own():
    kept = found("sla_attainment", 0.9, claim="90.0 % of 10 tickets kept it by the ticket system's own count.")
    assert "of tickets kept their service level by the ticket system's own count;" in said(kept)


def test_answer_says_but_where_levels_are_kept_and_tickets_come_back():
    kept, back = found("sla_attainment", 0.9, verdict="met"), found("reopened_share", 0.2, verdict="missed")
    assert "kept their service level (goal met) but 20.0 % of tickets were reopened (goal missed)" in said(kept, back)
