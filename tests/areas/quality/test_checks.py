"""What is to be known of the tickets before anything is measured."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas import quality
from toolkit.model import Period

MARCH = Period.parse("2026-03")


def found(table, tickets, pauses="", changes=""):
    rows = table("tickets", tickets)
    judged = quality.judged_tickets(rows, table("service_levels"), period=MARCH)
    made = quality.checks(rows, table("ticket_pauses", pauses), table("ticket_changes", changes), judged, period=MARCH)
    return made.set_index("check")


@pytest.mark.parametrize(
    ("check", "count"),
    [
        ("Tickets opened in the period", "5"),
        ("Cancelled", "1"),
        ("Over without a moment of resolution", "1"),
        ("Open again with a moment of resolution", "1"),
        ("Closed before they were resolved", "1"),
        ("Without a priority", "1"),
        ("Pauses of tickets that are not there", "1"),
        ("Pauses that overlap", "1"),
        ("Recorded changes", "0"),
    ],
)
def test_checks_count_what_does_not_fit(table, check, count):
    made = found(
        table,
        """
        ticket, priority, state, opened, resolved, closed
        A, 1, closed, 2026-03-02, 2026-03-05, 2026-03-04
        B, 1, closed, 2026-03-02, ,
        C, 1, active, 2026-03-02, 2026-03-03,
        D, 1, cancelled, 2026-03-02, , 2026-03-03
        E, , active, 2026-03-02, ,
        F, 1, active, 2026-02-02, ,
        """,
        """
        ticket, start, end, party
        A, 2026-03-02 10:00, 2026-03-02 12:00, client
        A, 2026-03-02 11:00, 2026-03-02 13:00, client
        A, 2026-03-02 14:00, , client
        Z, 2026-03-02 14:00, , client
        """,
    )
    assert made.loc[check, "found"] == count


def test_checks_name_the_months_in_which_an_extract_thins_out(table):
    months = pd.period_range("2025-04", "2026-03", freq="M")
    rows = [f"{month}-{n}, {month}-{n + 1:02d}" for month in months for n in range(1 if month == months[-1] else 20)]
    made = found(table, "\n".join(["ticket, opened", *rows]))
    thin = made.loc["Months with far fewer tickets than usual"]
    assert (thin["found"], thin["remark"]) == (
        "March 2026",
        "1 where 20 tickets a month are usual; does the extract end?",
    )


def test_checks_of_good_tables_say_none(table):
    made = found(table, "ticket, priority, opened\nA, 1, 2026-03-02")
    assert made.loc["Months with far fewer tickets than usual", "found"] == "none"
    assert made.loc["Under no service level", "remark"] == "service_levels holds no row"
