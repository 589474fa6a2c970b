"""Change requests and disputes in count, value and age; what is open is censored."""

from __future__ import annotations

from toolkit.areas import contract
from toolkit.model import Period

Q3 = Period.parse("2026-Q3")
CHANGES = """
    request, raised, decided, state, cost
    C1, 2026-01-05, 2026-01-15, accepted, 1000
    C2, 2026-02-01, 2026-02-21, rejected, 500
    C3, 2026-03-01, 2026-03-31, accepted, 2000
    C4, 2026-04-01, 2026-05-11, accepted, 100
    C5, 2026-05-01, 2026-06-20, withdrawn,
    C6, 2026-09-01, 2026-10-05, accepted, 50
    C7, 2025-01-01, 2025-01-03, accepted, 9999
    C8, 2026-10-02, , open, 9999
"""
DISPUTES = """
    dispute, raised, settled, value, settled_value
    D1, 2026-04-20, , 18400,
    D2, 2025-07-02, 2025-11-18, 21000, 14000
    D3, 2026-09-10, 2026-10-10, 600, 600
    D4, 2026-10-01, , 5000,
    D5, 2026-08-01, , ,
"""


def test_change_requests_are_those_raised_in_the_year(table):
    found = contract.change_requests(table("change_requests", CHANGES), period=Q3)
    assert found.value == 6.0
    assert "worth 3,650 GBP together" in found.claim
    assert "1 is open, the oldest for 29 days" in found.claim  # C6 was decided after the last day
    assert "1 request without a cost" in found.because
    states = found.parts["state"].set_index("state")["value"].to_dict()
    assert states == {"accepted": 3, "rejected": 1, "withdrawn": 1, "open": 1}


def test_change_requests_of_none_are_not_assessed(table):
    found = contract.change_requests(
        table("change_requests", "request, raised, state\nC1, 2026-10-01, open"), period=Q3
    )
    assert "none that was raised by the end of 2026-Q3" in found.because


def test_change_decision_time_counts_what_is_open_as_open(table):
    found = contract.change_decision_time(table("change_requests", CHANGES), period=Q3)
    # decided after 10, 20, 30, 40 and 50 days, one open for 29. Kaplan-Meier: 5/6 at 10, 4/6 at 20; the open one leaves at 29;
    # at 30 three are watched: 4/6 * 2/3 = 0.444, the first below a half
    assert found.value == 30.0
    assert found.n == 6
    assert "the 1 still open" in found.because


def test_change_decision_time_of_too_few_is_not_assessed(table):
    few = "request, raised, decided, state\nC1, 2026-01-05, 2026-01-15, accepted"
    found = contract.change_decision_time(table("change_requests", few), period=Q3)
    assert "only 1 change request came to an end" in found.because


def test_disputes_open_have_an_age(table):
    found = contract.disputes_open(table("disputes", DISPUTES), period=Q3)
    assert found.value == 3.0  # D1, D5, and D3, which was settled later; D4 was not there yet
    assert "3 disputes are open, the oldest for 163 days" in found.claim
    assert "3 were raised in the year up to September 2026, 1 settled" in found.claim
    assert list(found.parts["dispute"]["dispute"]) == ["D1", "D5", "D3"]


def test_disputed_value_is_that_of_the_open_ones(table):
    found = contract.disputed_value(table("disputes", DISPUTES), period=Q3)
    assert found.value == 19000.0
    assert "1 open dispute without a value left out" in found.because
    assert "14,000.00 GBP of 21,000.00 GBP" in found.because


def test_disputed_value_may_be_nothing_or_unknown(table):
    settled = table("disputes", "raised, settled, value\n2026-01-01, 2026-02-01, 100")
    assert contract.disputed_value(settled, period=Q3).claim == "Nothing is in dispute."
    unknown = table("disputes", "raised, settled, value\n2026-01-01, , ")
    assert "none has a value" in contract.disputed_value(unknown, period=Q3).because


def test_dispute_time_needs_five_that_were_settled(table):
    assert "only 1 dispute came to an end" in contract.dispute_time(table("disputes", DISPUTES), period=Q3).because
    many = "raised, settled\n" + "\n".join(f"2026-01-01, 2026-01-{day}" for day in (11, 12, 13, 14, 15))
    assert contract.dispute_time(table("disputes", many), period=Q3).value == 12.0
