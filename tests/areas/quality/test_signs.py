"""Signs that a number is being managed: what is planted is found, what chance brings is not."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from toolkit.areas.quality import levels, signs
from toolkit.model import Period

MARCH = Period.parse("2026-03")
LEVELS = """
    level, measure, priority, limit_hours, target, clock_stops, valid_from
    P1, resolution, 1, 4, 0.9, client, 2025-01-01
    P2, resolution, 2, 10, 0.9, client, 2025-01-01
    P3, resolution, 3, 40, 0.9, client, 2025-01-01
"""
START = pd.Timestamp("2026-01-05 08:00")


def at(hours):
    return f"{START + pd.Timedelta(hours, 'h'):%Y-%m-%d %H:%M:%S}"


def took(hours, *, every=3, priority=2, name="T", parents=None):
    """CSV text of tickets that took so many hours each (None: still open), opened `every` hours one after another."""
    rows = ["ticket, priority, opened, resolved, parent"]
    for n, length in enumerate(hours):
        end = "" if length is None else at(every * n + length)
        rows.append(f"{name}{n}, {priority}, {at(every * n)}, {end}, {(parents or {}).get(n, '')}")
    return "\n".join(rows)


# bunched_under_limit


def bunched(table, hours):
    tickets = table("tickets", took(hours))
    judged = levels.judged_tickets(tickets, table("service_levels", LEVELS), period=MARCH)
    return signs.bunched_under_limit(judged, period=MARCH)


EVEN = [5 + n / 20 for n in range(200)]  # ten in every twentieth of the limit, from half of it to one and a half


def test_bunched_under_limit_finds_those_that_ended_just_before(table):
    # 60 of those that would have ended above 10 hours end at 9.8: 70 where 10 are usual, of 200
    hours = [9.8 if 10 < length <= 12 and n % 2 else length for n, length in enumerate(EVEN)]
    moved = sum(length == 9.8 for length in hours) - sum(length == 9.8 for length in EVEN)
    measured = bunched(table, hours)
    assert measured.value == pytest.approx(moved / 200, abs=0.02)
    assert measured.low > 0
    assert "working the nearly due first" in measured.because


def test_bunched_under_limit_finds_nothing_in_an_even_course(table):
    measured = bunched(table, EVEN)
    assert measured.low < 0 < measured.high
    assert measured.parts["bin"]["value"].sum() == pytest.approx(200, abs=1)


def test_bunched_under_limit_of_few_tickets_is_not_assessed(table):
    assert "too few of 20 tickets" in bunched(table, EVEN[::10]).because


# lowered_before_breach


def lowered(table, tickets, changes, **others):
    text = "ticket, change, at, field, old, new\n" + "\n".join(changes)
    given = [table(name, others.get(name, "")) for name in ("ticket_pauses", "calendars", "holidays")]
    return signs.lowered_before_breach(
        table("tickets", tickets), table("ticket_changes", text), table("service_levels", LEVELS), *given, period=MARCH
    )


def change(n, hours, old, new, every=3):
    return f"T{n}, 1, {at(every * n + hours)}, priority, {old}, {new}"


def test_lowered_before_breach_judges_by_the_limit_of_the_priority_before(table):
    # all were P2 (10 hours) before they became P3; at 9 hours, three quarters of that have passed, of 40 not
    measured = lowered(table, took([20] * 8, priority=3), [change(n, 9 if n < 6 else 1, 2, 3) for n in range(8)])
    assert (measured.numerator, measured.denominator) == (6, 8)
    assert measured.parts["rows"]["of_limit_share"].tolist() == pytest.approx([0.9] * 6)
    assert measured.parts["rows"]["to"].tolist() == [3] * 6


def test_lowered_before_breach_knows_what_an_even_pace_would_bring(table):
    # six spent 0.75 limits early and 0.15 late, two 0.1 early: 4.7 early and 0.9 late, an even pace has 0.9 / 5.6 late
    measured = lowered(table, took([20] * 8, priority=3), [change(n, 9 if n < 6 else 1, 2, 3) for n in range(8)])
    assert measured.parts["phase"]["limits"].tolist() == pytest.approx([4.7, 0.9])
    assert "an even pace would bring 16.1 %" in measured.claim


def test_lowered_before_breach_counts_neither_raised_nor_later_changes(table):
    changes = [change(n, 9, 2, 3) for n in range(5)]
    changes += [change(5, 9, 3, 2), change(6, 25, 2, 3)]  # raised; lowered after it was resolved
    assert lowered(table, took([20] * 8, priority=3), changes).denominator == 5


def test_lowered_before_breach_leaves_pauses_out_of_the_clock(table):
    # at 9 hours, of which the client waited 5: 4 of 10 hours
    pauses = [f"T{n}, {at(3 * n + 1)}, {at(3 * n + 6)}, client" for n in range(6)]
    text = "ticket, start, end, party\n" + "\n".join(pauses)
    measured = lowered(table, took([20] * 6, priority=3), [change(n, 9, 2, 3) for n in range(6)], ticket_pauses=text)
    assert measured.numerator == 0


def test_lowered_before_breach_of_few_is_not_assessed(table):
    assert "4 priorities were lowered" in lowered(table, took([20] * 8), [change(n, 9, 2, 3) for n in range(4)]).because


# closed_and_reopened


def came_back(table, tickets, changes=()):
    text = "ticket, change, at, field, old, new\n" + "\n".join(changes) if changes else ""
    return signs.closed_and_reopened(
        table("tickets", tickets), table("service_levels", LEVELS), table("ticket_changes", text), period=MARCH
    )


def reopened(n, first, again):
    """A ticket's history: resolved after `first` hours, back after `again`, and resolved at last."""
    start = 3 * n
    states = [(first, "active", "resolved"), (again, "resolved", "active"), (again + 5, "active", "resolved")]
    return [f"T{n}, {k}, {at(start + hours)}, state, {old}, {new}" for k, (hours, old, new) in enumerate(states, 1)]


def test_closed_and_reopened_compares_ends_just_before_the_limit_with_others(table):
    # twenty at 9.5 of 10 hours, ten of which come back a day later and then end at 38.5; forty at 2 hours, none back
    hours = [38.5 if n < 10 else 9.5 if n < 20 else 2 for n in range(60)]
    changes = [row for n in range(10) for row in reopened(n, 9.5, 33.5)]
    measured = came_back(table, took(hours), changes)
    # the second ends of those ten are ten further ones, late and without a return: 10 of 20 against 0 of 50
    assert measured.parts["end"]["n"].tolist() == [50, 20]
    assert measured.value == 0.5
    assert measured.low > 0
    assert len(measured.parts["rows"]) == 10


def test_closed_and_reopened_takes_a_further_ticket_for_a_return(table):
    # T40 to T44 go on with T0 to T4, opened within a week of them
    hours = [9.5] * 20 + [2] * 25
    parents = {40 + n: f"T{n}" for n in range(5)}
    measured = came_back(table, took(hours, parents=parents))
    assert measured.parts["end"]["value"].tolist() == pytest.approx([0, 0.25])
    assert "no history of states" in measured.because


def test_closed_and_reopened_takes_a_return_after_more_than_a_week_for_none(table):
    hours = [9.5] * 20 + [2] * 45
    parents = {62: "T0"}  # opened 186 hours after T0 was, 176.5 after its end
    assert came_back(table, took(hours, parents=parents)).value == 0


def test_closed_and_reopened_without_any_trace_is_not_assessed(table):
    assert "could show that a ticket came back" in came_back(table, took([9.5] * 20 + [2] * 25)).because


def test_closed_and_reopened_of_few_is_not_assessed(table):
    measured = came_back(table, took([9.5] * 5 + [2] * 25, parents={7: "T0"}))
    assert measured.because.startswith("5 resolutions just before the limit and 25 others")


# split_tickets


def test_split_tickets_counts_those_with_a_parent(table):
    # opened every three hours from January 5th: ten in March, two of which have a parent
    rows = ["ticket, opened, parent", *(f"A{n}, 2026-03-{n + 1:02d}, {'X' if n < 2 else ''}" for n in range(10))]
    rows += [f"B{n}, 2026-02-{n + 1:02d}, " for n in range(10)]
    measured = signs.split_tickets(table("tickets", "\n".join(rows)), period=MARCH)
    assert (measured.value, measured.n) == (0.2, 10)
    assert "20 points more" in measured.claim
    assert measured.parts["month"]["value"].tolist() == [0, 0.2]


def test_split_tickets_without_any_parent_is_not_assessed(table):
    measured = signs.split_tickets(table("tickets", took([1, 2, 3])), period=MARCH)
    assert measured.because == "no ticket names a parent: none was split, or it was not recorded"


# growing_pauses


def waiting(table, hours):
    """One ticket a month, resolved in it after waiting so many hours for the client; months end in March 2026."""
    months = pd.period_range(end="2026-03", periods=len(hours), freq="M")
    tickets = [f"T{n}, {month}-02, {month}-20" for n, month in enumerate(months)]
    pauses = [
        f"T{n}, {month}-03, {month.start_time + pd.Timedelta(48 + length, 'h'):%Y-%m-%d %H:%M}, client"
        for n, (month, length) in enumerate(zip(months, hours, strict=True))
        if length
    ]
    return signs.growing_pauses(
        table("ticket_pauses", "\n".join(["ticket, start, end, party", *pauses])),
        table("tickets", "\n".join(["ticket, opened, resolved", *tickets])),
        period=MARCH,
    )


def test_growing_pauses_is_the_slope_of_a_year(table):
    # one hour more every month: 12 a year
    measured = waiting(table, range(1, 13))
    assert (measured.value, measured.low, measured.high) == pytest.approx((12, 12, 12))
    assert "had waited 12 hours for others on average; that grows by 12 hours a year" in measured.claim


def test_growing_pauses_counts_tickets_that_never_waited(table):
    measured = waiting(table, [0, 8] * 6)
    assert measured.parts["month"]["value"].tolist() == [0, 8] * 6
    assert "no trend beyond chance" in measured.claim


def test_growing_pauses_leaves_the_vendors_own_waiting_out(table):
    pauses = table(
        "ticket_pauses",
        "ticket, start, end, party\n"
        + "\n".join(f"T{n}, 2025-{n:02d}-03, 2025-{n:02d}-05, vendor" for n in range(1, 13)),
    )
    tickets = table(
        "tickets",
        "ticket, opened, resolved\n" + "\n".join(f"T{n}, 2025-{n:02d}-02, 2025-{n:02d}-20" for n in range(1, 13)),
    )
    measured = signs.growing_pauses(pauses, tickets, period=Period.parse("2025-Q4"))
    assert measured.parts["month"]["value"].sum() == 0
    assert not math.isnan(measured.value)


def test_growing_pauses_of_few_months_is_not_assessed(table):
    assert "tickets were resolved in 7 months" in waiting(table, range(1, 8)).because
