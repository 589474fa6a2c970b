"""What is open and overdue, escalations, what was seen in time, feedback, ideas, wins, channels."""

import pytest

from toolkit.areas import relationship
from toolkit.model import Period

NOW = {"period": Period.parse("2026-Q1")}


def test_overdue_share_and_age_are_as_of_the_last_day(table):
    rows = table(
        "actions",
        """
        action, type, raised, due, closed, state
        A, action, 2026-03-01, 2026-03-15, , open
        B, issue, 2026-03-11, 2026-04-15, , open
        C, issue, 2026-01-01, 2026-02-01, 2026-04-02, done
        D, issue, 2026-01-01, 2026-02-01, 2026-03-02, done
        E, action, 2026-03-21, , , open
        F, win, 2026-03-21, , , open
        G, action, 2026-02-01, 2026-02-10, , done
        H, action, 2026-04-01, 2026-04-10, , open
        """,
    )
    age = relationship.open_action_age(rows, **NOW)
    # A 30 days, B 20, C 89 (closed in April), E 10: the median of 10, 20, 30, 89
    assert (age.value, age.n) == (25, 4)
    assert "1 entry closed nobody says when left out" in age.because
    overdue = relationship.overdue_share(rows, **NOW)
    assert (overdue.numerator, overdue.denominator) == (2, 3)  # A and C of A, B, C
    assert list(overdue.parts["rows"]["action"]) == ["C", "A"]


def test_open_action_age_of_nothing_is_not_assessed_and_not_zero(table):
    rows = table("actions", "type, raised, closed\naction, 2026-03-01, 2026-03-02")
    assert not relationship.overdue_share(rows, **NOW).assessed
    assert not relationship.open_action_age(rows, **NOW).assessed


def test_escalations_are_counted_a_month_and_by_level(table):
    rows = table(
        "actions",
        "type, raised, level\nescalation, 2026-01-05, 2\nescalation, 2026-03-05, 3\nissue, 2025-12-05, 2\naction, 2025-10-05,",
    )
    found = relationship.escalations(rows, **NOW)
    assert (found.numerator, found.denominator) == (2, 6)  # the log begins in October
    assert dict(found.parts["level"].to_numpy().tolist()) == {"level 2": 1, "level 3": 1}


def test_settled_low_share_holds_an_escalation_for_one(table):
    rows = table(
        "actions",
        """
        type, raised, closed, level
        issue, 2026-01-05, 2026-01-06, 1
        issue, 2026-01-05, 2026-01-06,
        issue, 2026-01-05, 2026-01-06, 2
        escalation, 2026-01-05, 2026-01-06,
        """,
    )
    found = relationship.settled_low_share(rows, **NOW)
    assert (found.numerator, found.denominator) == (2, 4)


def test_early_warning_share_wants_a_forum_and_a_day_before_the_incident(table):
    rows = table(
        "actions",
        """
        action, type, raised, forum, incident, incident_date
        A, issue, 2026-01-05, Review, ,
        B, issue, 2026-01-05, Review, INC-1, 2026-01-20
        C, issue, 2026-01-05, Review, INC-2, 2026-01-05
        D, risk, 2026-01-05, , ,
        E, issue, 2026-01-05, , INC-3, 2026-01-03
        F, issue, 2026-01-05, Review, INC-4,
        G, issue, 2026-03-30, Review, INC-5, 2026-04-20
        """,
    )
    found = relationship.early_warning_share(rows, **NOW)
    assert (found.numerator, found.denominator) == (3, 6)  # A, B and G; of F the day is not known
    assert dict(found.parts["how"].to_numpy().tolist()) == {
        "in a forum, before any incident": 3,
        "elsewhere, before any incident": 1,
        "after an incident": 2,
    }
    assert "1 issue with an incident on a day that is not known left out" in found.because
    assert "1 issue became an incident later, 15 days on" in found.because


def test_feedback_answered_leaves_out_what_is_too_young(table):
    rows = table(
        "actions",
        """
        type, raised, acknowledged, raised_by
        feedback, 2026-01-05, 2026-01-08, client
        feedback, 2026-01-05, 2026-02-20, vendor
        feedback, 2026-01-05, , client
        feedback, 2026-03-20, , client
        feedback, 2026-03-20, 2026-03-25, client
        """,
    )
    found = relationship.feedback_answered(rows, **NOW)
    assert (found.numerator, found.denominator) == (2, 4)
    assert "1 too young to tell" in found.because


def test_answered_in_time_goes_by_the_channel(table):
    rows = table(
        "actions",
        """
        type, raised, acknowledged, channel
        issue, 2026-01-05, 2026-01-06, Mailbox
        issue, 2026-01-05, 2026-01-09, mailbox
        issue, 2026-01-05, 2026-01-09, Phone
        issue, 2026-03-30, , Mailbox
        """,
    )
    channels = table("channels", "topic, channel, answer_days\nAll, Mailbox, 2\nOther, Board,")
    found = relationship.answered_in_time(rows, channels, **NOW)
    assert (found.numerator, found.denominator) == (1, 2)


IDEAS = """
    action, type, raised, agreed, closed, state, value, value_realised
    A, idea, 2026-01-05, 2026-01-10, 2026-02-10, done, 1000, 800
    B, idea, 2026-01-05, 2026-01-10, , accepted, 1000,
    C, idea, 2026-01-05, , 2026-01-10, rejected, ,
    D, idea, 2026-01-05, , , open, ,
    E, idea, 2026-01-05, 2026-01-10, 2026-02-10, done, ,
    F, idea, 2026-01-05, 2026-01-10, 2026-04-10, done, 500, 400
"""


def test_ideas_delivered_counts_only_by_the_period_s_end(table):
    found = relationship.ideas_delivered(table("actions", IDEAS), **NOW)
    assert dict(found.parts["outcome"].to_numpy().tolist()) == {
        "not decided": 1, "accepted": 2, "delivered": 2, "rejected": 1
    }  # fmt: skip


def test_idea_value_is_what_the_log_says(table):
    found = relationship.idea_value(table("actions", IDEAS), **NOW)
    assert (found.value, found.n, found.unit) == (800, 1, "GBP")
    assert "1 delivered idea without an amount left out" in found.because


def test_wins_share_stands_beside_issues(table):
    rows = table("actions", "type, raised\nwin, 2026-01-05\nissue, 2026-01-05\nissue, 2026-01-06\naction, 2026-01-06")
    assert relationship.wins_share(rows, **NOW).value == pytest.approx(1 / 3)
