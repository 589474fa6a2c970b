"""Times from one step to the next; the sheet of decision latency is worked by hand and derived in a second way."""

import math

import pytest

from toolkit.areas import relationship
from toolkit.model import Period

Q1 = Period.parse("2026-Q1")
NOW = {"period": Q1}

# The sheet, worked by hand; the last look is on 31 March 2026. Days from raised to agreed, + where it is still undecided:
#   D1 1 Mar -> 3 Mar = 2      D2 1 Mar -> 5 Mar = 4      D3 20 Mar, open = 11+     D4 1 Mar -> 7 Mar = 6
#   D5 27 Mar, open = 4+       D6 1 Mar -> 13 Mar = 12    D7 1 Mar -> 21 Mar = 20   D8 28 Mar -> 2 Apr: open then = 3+
# Kaplan-Meier by hand (at risk, decided, share still open):
#   2: 8 at risk, 1 -> 7/8 = 0.875            3+ leaves 6 at risk
#   4: 6 at risk, 1 -> 0.875 * 5/6 = 0.7292   4+ leaves after it: 4 at risk
#   6: 4 at risk, 1 -> 0.7292 * 3/4 = 0.5469  11+ leaves 2 at risk
#   12: 2 at risk, 1 -> 0.2734 <- first at or below one half: the median is 12 days
#   20: 1 at risk, 1 -> 0
SHEET = """
    action, type, raised, agreed
    D1, decision, 2026-03-01, 2026-03-03
    D2, decision, 2026-03-01, 2026-03-05
    D3, escalation, 2026-03-20,
    D4, decision, 2026-03-01, 2026-03-07
    D5, decision, 2026-03-27,
    D6, escalation, 2026-03-01, 2026-03-13
    D7, decision, 2026-03-01, 2026-03-21
    D8, decision, 2026-03-28, 2026-04-02
    I1, issue, 2026-03-01, 2026-03-02
"""


def test_decision_latency_is_that_of_the_sheet_worked_by_hand(table):
    found = relationship.decision_latency(table("actions", SHEET), **NOW)
    assert (found.value, found.n) == (12, 8)
    curve = found.parts["curve"].set_index("days")["value"]
    assert curve[2] == pytest.approx(7 / 8)
    assert curve[6] == pytest.approx(7 / 8 * 5 / 6 * 3 / 4)
    assert "the 3 still waiting count as waiting" in found.because


def test_decision_latency_is_that_of_the_sheet_by_redistribution_to_the_right():
    """The second way (Efron 1967): each open one hands its weight on, in equal parts, to all that lasted longer."""
    days = [(2, 1), (3, 0), (4, 1), (4, 0), (6, 1), (11, 0), (12, 1), (20, 1)]  # in order; ends before open ones
    weights = [1 / 8] * 8
    for place, (_, ended) in enumerate(days):
        if not ended:
            later = range(place + 1, 8)
            for other in later:
                weights[other] += weights[place] / len(later)
            weights[place] = 0.0
    gone, median = 0.0, math.inf
    for (day, _), weight in zip(days, weights, strict=True):
        gone += weight
        if gone >= 0.5:
            median = day
            break
    assert median == 12
    assert 1 - sum(weights[:5]) == pytest.approx(7 / 8 * 5 / 6 * 3 / 4)


def test_decision_latency_of_what_was_decided_after_the_period_is_open_in_it(table):
    late = relationship.decision_latency(table("actions", SHEET), period=Period.parse("2026-Q2"))
    assert "the 2 still waiting count as waiting" in late.because


def test_time_to_verify_counts_what_is_closed_and_not_verified_as_waiting(table):
    rows = "\n".join(f"issue, 2026-01-0{day}, 2026-01-10, 2026-01-1{day}" for day in range(1, 7))
    text = f"type, raised, closed, verified\n{rows}\nissue, 2026-01-05, 2026-01-10,"
    found = relationship.time_to_verify(table("actions", text), **NOW)
    assert (found.value, found.n) == (10, 7)
    assert "1 closed and not verified count as not yet done" in found.because


def test_time_to_acknowledge_leaves_out_what_is_closed_without_that_day(table):
    rows = "\n".join(f"issue, 2026-01-0{day}, 2026-01-0{day + 1}, 2026-01-10" for day in range(1, 7))
    text = f"type, raised, acknowledged, closed\n{rows}\nissue, 2026-01-05, , 2026-01-10"
    found = relationship.time_to_acknowledge(table("actions", text), **NOW)
    assert (found.value, found.n) == (1, 6)
    assert "1 issue closed without a day of it left out" in found.because


def test_time_to_detect_needs_five_issues_with_a_beginning(table):
    text = "type, raised, occurred\n" + "issue, 2026-01-05, 2026-01-01\n" * 4
    assert "5 are needed" in relationship.time_to_detect(table("actions", text), **NOW).because
    text += "issue, 2026-01-05, 2026-01-03\n"
    assert relationship.time_to_detect(table("actions", text), **NOW).value == 4


def test_cancelled_entries_are_in_no_time_and_those_cancelled_later_were_open(table):
    rows = "".join(f"decision, 2026-01-01, 2026-01-0{day}, , done\n" for day in range(2, 8))
    text = f"type, raised, agreed, closed, state\n{rows}decision, 2026-01-01, , 2026-02-01, cancelled\n"
    assert relationship.decision_latency(table("actions", text), **NOW).n == 6
    later = f"type, raised, agreed, closed, state\n{rows}decision, 2026-01-01, , 2026-05-01, cancelled\n"
    assert relationship.decision_latency(table("actions", later), **NOW).n == 7


def test_time_to_agree_is_from_raised_to_agreed(table):
    rows = "".join(f"issue, 2026-01-01, 2026-01-0{day}\n" for day in range(2, 9))
    found = relationship.time_to_agree(table("actions", f"type, raised, agreed\n{rows}"), **NOW)
    assert (found.value, found.n) == (4, 7)  # 1 to 7 days


def test_time_to_close_counts_what_is_open_for_as_long_as_it_waited(table):
    rows = "".join(f"action, 2026-03-01, 2026-03-0{day}\n" for day in range(2, 7))
    text = f"type, raised, closed\n{rows}action, 2026-03-01,\naction, 2026-03-01,\nwin, 2026-03-01, 2026-03-01\n"
    found = relationship.time_to_close(table("actions", text), **NOW)
    assert (found.value, found.n) == (4, 7)  # 1, 2, 3, 4, 5, 30+, 30+
