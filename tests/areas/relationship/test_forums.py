"""Cadence, attendance of named roles, agenda; the sheet of the cadence is worked by hand and derived in a second way."""

from datetime import date, timedelta

import pandas as pd
import pytest

from toolkit.areas import relationship
from toolkit.areas.relationship.forums import stretches
from toolkit.model import Period

Q1 = Period.parse("2026-Q1")
NOW = {"period": Q1}


def on(days) -> str:
    return "forum, date\n" + "\n".join(f"Review, {day}" for day in days)


# The sheet, worked by hand. A monthly forum from 1 October 2025; the year up to 31 March 2026 begins on 1 April 2025.
#   stretches due: October, November, December, January, February, March = 6
#   meetings: 9 Oct, 6 Nov, 20 Nov, 8 Jan, 12 Mar       (December and February have none; November has two)
#   kept: October, November, January, March = 4 of 6 = 66.7 %; held: 5; days since the last: 31 March - 12 March = 19
DAYS = ["2025-10-09", "2025-11-06", "2025-11-20", "2026-01-08", "2026-03-12"]


def test_cadence_kept_is_that_of_the_sheet_worked_by_hand(table):
    forums = table("forums", "forum, cadence, start\nReview, monthly, 2025-10-01")
    found = relationship.cadence_kept(forums, table("meetings", on(DAYS)), **NOW)
    assert (found.numerator, found.denominator) == (4, 6)
    row = found.parts["forum"].iloc[0]
    assert (row["due"], row["held"], row["days_since"]) == (6, 5, 19)


def test_cadence_kept_is_that_of_the_sheet_derived_day_by_day(table):
    """The second way: walk through every day of the year, and tick the month off in which a meeting falls."""
    meetings = {date.fromisoformat(day) for day in DAYS}
    day, ticked, walked = date(2025, 10, 1), set(), set()
    while day <= date(2026, 3, 31):
        walked.add((day.year, day.month))
        if day in meetings:
            ticked.add((day.year, day.month))
        day += timedelta(days=1)
    forums = table("forums", "forum, cadence, start\nReview, monthly, 2025-10-01")
    found = relationship.cadence_kept(forums, table("meetings", on(DAYS)), **NOW)
    assert found.value == pytest.approx(len(ticked) / len(walked))


@pytest.mark.parametrize(
    ("cadence", "due"),
    # of the year from 1 April 2025 (a Tuesday) to 31 March 2026 (a Tuesday): whole weeks from Monday 7 April to Sunday 29 March
    [
        ("weekly", 51),
        ("fortnightly", 25),
        ("monthly", 12),
        ("bimonthly", 6),
        ("quarterly", 4),
        ("half_yearly", 2),
        ("yearly", 1),
    ],
)
def test_each_cadence_has_as_many_stretches_in_a_year_as_lie_wholly_within_it(cadence, due):
    made = stretches(cadence, pd.Timestamp("2025-04-01"), pd.Timestamp("2026-03-31"))
    assert len(made) == due
    assert made["first"].min() >= pd.Timestamp("2025-04-01")
    assert made["last"].max() <= pd.Timestamp("2026-03-31")
    assert (made["first"].iloc[1:].to_numpy() == made["last"].iloc[:-1].to_numpy() + pd.Timedelta(days=1)).all()


def test_a_forum_that_ended_in_mid_month_owes_nothing_for_that_month(table):
    forums = table("forums", "forum, cadence, start, end\nReview, monthly, 2025-11-01, 2026-01-15")
    found = relationship.cadence_kept(forums, table("meetings", on(["2025-11-06"])), **NOW)
    assert (found.numerator, found.denominator) == (1, 2)  # November and December


def test_three_meetings_in_one_month_do_not_make_up_for_none_in_the_next(table):
    forums = table("forums", "forum, cadence, start\nReview, monthly, 2026-02-01")
    found = relationship.cadence_kept(forums, table("meetings", on(["2026-02-03", "2026-02-10", "2026-02-17"])), **NOW)
    assert found.value == 0.5


def test_a_meeting_in_the_future_is_not_counted_and_is_named_by_the_checks(table):
    forums = table("forums", "forum, cadence, start\nReview, monthly, 2026-03-01")
    meetings = table("meetings", "forum, date, state\nReview, 2031-03-05, held\nReview, 2026-04-09, planned")
    found = relationship.cadence_kept(forums, meetings, **NOW)
    assert found.numerator == 0
    every = {name: table(name) for name in ("attendance", "actions", "responsibilities", "plans", "plan_values")}
    made = relationship.checks({**every, "forums": forums, "meetings": meetings}, **NOW).set_index("check")
    assert made.loc["Held after the period, by the list", "found"] == "1"
    assert "mend the date" in made.loc["Held after the period, by the list", "remark"]


def test_cancelled_meetings_are_not_held(table):
    forums = table("forums", "forum, cadence, start\nReview, monthly, 2026-03-01")
    meetings = table("meetings", "forum, date, state\nReview, 2026-03-05, cancelled")
    assert relationship.cadence_kept(forums, meetings, **NOW).value == 0


def test_role_attendance_counts_the_role_itself_and_names_deputies(table):
    forums = table("forums", "forum, cadence, roles\nReview, monthly, Service owner; Account manager")
    meetings = table("meetings", on(["2026-02-05", "2026-03-05", "2026-03-19"]))
    attendance = table(
        "attendance",
        """
        forum, date, role, attended
        review, 2026-02-05, service owner,
        Review, 2026-02-05, Account manager, deputy
        Review, 2026-03-05, Service owner, no
        Review, 2026-03-05, Guest, yes
        """,
    )
    found = relationship.role_attendance(forums, meetings, attendance, **NOW)
    # two places each at the two meetings with a record: one taken, one by a deputy, one away, one of which nothing is said
    assert (found.numerator, found.denominator) == (1, 4)
    assert "1 by a deputy" in found.because
    assert "1 meeting without a record of who came left out" in found.because
    assert "Guest" not in str(found.parts["role"])


def test_role_attendance_without_named_roles_is_not_assessed(table):
    forums = table("forums", "forum, cadence\nReview, monthly")
    attendance = table("attendance", "forum, date, role\nReview, 2026-03-05, Service owner")
    found = relationship.role_attendance(forums, table("meetings", on(["2026-03-05"])), attendance, **NOW)
    assert not found.assessed
    assert "supply roles in forums" in found.because


def test_agenda_used_counts_each_agreed_type_once_a_forum(table):
    forums = table("forums", "forum, cadence, agenda\nReview, monthly, progress; wins\nBoard, quarterly, wins")
    meetings = table(
        "meetings",
        "forum, date, agenda\nReview, 2026-03-05, Progress; other\nBoard, 2026-03-06, wins\nReview, 2026-02-05,",
    )
    found = relationship.agenda_used(forums, meetings, **NOW)
    assert (found.numerator, found.denominator) == (2, 3)
    assert "not once: wins" in found.because
