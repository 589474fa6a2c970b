"""Does the work get done, and done right: the backlog, and what came back or was passed on."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import flow
from toolkit.model import Period
from toolkit.stats.proportions import wilson

MARCH, QUARTER = Period.parse("2026-03"), Period.parse("2026-Q1")

TICKETS = """
    ticket, priority, group, state, opened, resolved, closed, reopens, reassignments
    A, 1, North, closed, 2026-01-05, 2026-01-06, 2026-01-09, 0, 0
    B, 2, North, closed, 2026-01-20, 2026-03-10, 2026-03-11, 1, 0
    C, 2, South, active, 2026-02-01, , , 0, 1
    D, 2, South, closed, 2026-03-01, 2026-04-02, 2026-04-03, 2, 1
    E, 3, South, closed, 2026-03-05, , 2026-03-20, 0, 2
    F, 3, South, closed, 2026-03-06, 2026-03-07, 2026-03-08, 0, 0
    G, 3, , closed, 2026-03-07, , , 0, 0
    H, 3, North, cancelled, 2026-03-08, , 2026-03-09, 0, 0
    I, 3, North, active, 2026-03-30, 2026-03-31, , 1, 0
    J, 3, North, resolved, 2026-03-11, 2026-03-12, , ,
"""

# Open at the end of March: C, D (resolved in April) and I (reopened). G is over, and nobody knows since when.


# backlog


def test_backlog_is_what_is_open_at_the_end(table):
    measured = flow.backlog(table("tickets", TICKETS), period=MARCH)
    assert (measured.value, measured.counted) == (3, True)
    assert "1 ticket over without any moment left out" in measured.because


def test_backlog_has_its_age(table):
    # C since February 1st: 59 days, D since March 1st: 31, I since March 30th: 2; the median is 31
    parts = flow.backlog(table("tickets", TICKETS), period=MARCH).parts
    assert parts["age"].set_index("age")["value"].to_dict() == pytest.approx(
        {"P50": 31, "P90": 31 + 0.8 * 28, "oldest": 59}
    )
    assert parts["priority"].to_numpy().tolist() == [[2, 2.0, 45.0], [3, 1.0, 2.0]]


def test_backlog_balances_by_month(table):
    # January: A and B came, A left: 1. February: C came: 2. March: D E F H I J came, B E F H J left: 3
    months = flow.backlog(table("tickets", TICKETS), period=QUARTER).parts["month"]
    assert months[["value", "arrivals", "departures"]].to_numpy().tolist() == [[1, 2, 1], [2, 1, 0], [3, 6, 5]]


def test_backlog_after_the_end_of_the_file_is_not_known(table):
    early = table("tickets", "ticket, opened\nA, 2026-01-05", covers=("2026-01", "2026-01"))
    months = flow.backlog(early, period=QUARTER).parts["month"]
    assert months["value"].isna().tolist() == [False, True, True]


def test_backlog_that_grows_says_so(table):
    # two more every month, and nothing leaves
    months = pd.period_range("2025-01", "2026-03", freq="M")
    rows = "\n".join(f"{month}-{n}, {month}-0{n}" for month in months for n in (1, 2))
    because = flow.backlog(table("tickets", f"ticket, opened\n{rows}"), period=MARCH).because
    assert "growing by 2 tickets (2 to 2) a month since January 2025" in because


def test_backlog_before_any_ticket_is_not_assessed(table):
    assert not flow.backlog(table("tickets", TICKETS), period=Period.parse("2025-12")).assessed


# reopened_share, reassigned_share, first_time_right: resolved in March were B, E (closed) and F; J says nothing


def test_reopened_share_counts_those_resolved_in_the_period(table):
    measured = flow.reopened_share(table("tickets", TICKETS), period=MARCH)
    assert (measured.numerator, measured.denominator) == (1, 3)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(wilson(1, 3)))
    assert "2 reopened tickets still open" in measured.because  # D and I
    assert "1 ticket left out for not saying reopens" in measured.because
    assert measured.parts["group"]["group"].tolist() == ["South", "North"]


def test_reopened_share_by_month_is_of_the_months_of_resolution(table):
    months = flow.reopened_share(table("tickets", TICKETS), period=QUARTER).parts["month"]
    assert months["n"].tolist() == [1, 0, 3]
    assert months["value"].isna().tolist() == [False, True, False]


def test_reopened_share_without_counts_is_not_assessed(table):
    measured = flow.reopened_share(
        table("tickets", "ticket, opened, resolved\nA, 2026-03-01, 2026-03-02"), period=MARCH
    )
    assert measured.because == "no ticket says reopens; supply it in tickets"


def test_reassigned_share_counts_those_passed_on(table):
    measured = flow.reassigned_share(table("tickets", TICKETS), period=MARCH)
    assert (measured.numerator, measured.denominator) == (1, 3)  # E


def test_first_time_right_is_neither_reopened_nor_passed_on(table):
    measured = flow.first_time_right(table("tickets", TICKETS), period=MARCH)
    assert (measured.numerator, measured.denominator) == (1, 3)  # F
    assert measured.claim.endswith("of 3 tickets resolved in 2026-03 were neither reopened nor passed on.")


def test_first_time_right_of_a_period_without_resolutions_is_not_assessed(table):
    measured = flow.first_time_right(table("tickets", TICKETS), period=Period.parse("2026-02"))
    assert measured.because == "no ticket resolved in 2026-02 says reopens and reassignments"
