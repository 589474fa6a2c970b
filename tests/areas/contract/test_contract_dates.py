"""Dates planned backwards: by hand, with what follows from the contract alone, and as a calendar file."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from toolkit.areas import contract
from toolkit.areas.contract.calendar import escaped, folded
from toolkit.model import Period

Q3 = Period.parse("2026-Q3")
CONTRACTS = """
    contract, start, end, notice_days
    C-1, 2024-10-01, 2026-12-31, 90
    C-2, 2024-10-01, 2027-09-30, 180
    C-0, 2022-01-01, 2025-12-31, 90
"""
# C-1: 90 days before 31 December 2026 are 30 (December less its last day), 30 (November) and 30 of October, so 2 October;
# C-2: 180 days before 30 September 2027 are 3 April 2027 (29 + 31 + 31 + 30 + 31 + 28 = 180 days from 3 April on).
DATES = """
    contract, event, title, date, ready, lead_days, done
    C-1, notice, , , Offers, 120,
    C-2, option, Fourth year, 2027-03-31, Figures, 150, 2026-09-30
    C-2, option, Fourth year, 2027-03-31, Board, 30, 2026-10-01
    X-9, notice, Licences, 2026-08-31, Count, 60,
    X-9, renewal, Licences, 2026-12-01, Budget, 45,
"""


@pytest.fixture
def steps(table) -> pd.DataFrame:
    return contract.planned_steps(table("contracts", CONTRACTS), table("contract_dates", DATES), period=Q3)


def test_steps_are_planned_backwards_from_each_date(steps):
    by = {(row.contract, row.event, row.ready): (f"{row.by:%Y-%m-%d}", row.state) for row in steps.itertuples()}
    assert by == {
        ("C-1", "notice", "Offers"): ("2026-06-04", "overdue"),
        ("C-1", "notice", "Notice, if it is to end"): ("2026-10-02", "due within 90 days"),
        ("C-1", "end", "All handed over"): ("2026-12-31", "later"),
        ("C-2", "option", "Figures"): ("2026-11-01", "done"),
        ("C-2", "option", "Board"): ("2027-03-01", "later"),  # what was done in October was not done yet
        ("C-2", "notice", "Decision: go on, renegotiate or leave"): ("2027-01-03", "later"),
        ("C-2", "notice", "Notice, if it is to end"): ("2027-04-03", "later"),
        ("C-2", "end", "All handed over"): ("2027-09-30", "later"),
        ("X-9", "notice", "Count"): ("2026-07-02", "too late"),
        ("X-9", "renewal", "Budget"): ("2026-10-17", "due within 90 days"),
    }
    assert steps["by"].is_monotonic_increasing


def test_steps_overdue_counts_what_is_late_and_what_is_beyond_recall(steps):
    found = contract.steps_overdue(steps, period=Q3)
    assert found.value == 2.0
    assert "2 of 10 steps before contract dates are late, 1 of them beyond recall: Offers and Count." in found.claim
    assert "next: Notice, if it is to end by 2 October 2026" in found.because


def test_steps_overdue_without_any_date_is_not_assessed(table):
    none = contract.planned_steps(table("contracts"), table("contract_dates"), period=Q3)
    found = contract.steps_overdue(none, period=Q3)
    assert "contracts.csv holds no row for this vendor" in found.because
    endless = table("contracts", "contract, start\nC-1, 2024-10-01")
    assert (
        "no contract has a date"
        in contract.steps_overdue(
            contract.planned_steps(
                endless, table("contract_dates", "event, date, lead_days\nother, 2020-01-01, 0"), period=Q3
            ),
            period=Q3,
        ).because
    )


def test_days_to_notice_is_below_zero_where_a_notice_date_has_passed(steps):
    found = contract.days_to_notice(steps, period=Q3)
    assert found.value == -30.0
    assert "X-9, Licences was 31 August 2026, 30 days before the period ended; no notice is on record" in found.claim
    assert "the next one is 2 October 2026, on C-1" in found.because


def test_days_to_notice_of_contracts_alone(table):
    none = table("contract_dates")
    found = contract.days_to_notice(contract.planned_steps(table("contracts", CONTRACTS), none, period=Q3), period=Q3)
    assert found.value == 2.0
    assert "Notice on C-1 can be given until 2 October 2026" in found.claim


def test_days_to_notice_leaves_out_a_contract_on_which_notice_was_given(table):
    given = "contract, event, ready, lead_days, done\nC-1, notice, Notice, 0, 2026-09-01"
    steps = contract.planned_steps(table("contracts", CONTRACTS), table("contract_dates", given), period=Q3)
    assert contract.days_to_notice(steps, period=Q3).value == 185.0
    later = given.replace("2026-09-01", "2026-10-01")
    steps = contract.planned_steps(table("contracts", CONTRACTS), table("contract_dates", later), period=Q3)
    assert contract.days_to_notice(steps, period=Q3).value == 2.0


def test_days_to_notice_without_a_notice_period_is_not_assessed(table):
    bare = table("contracts", "contract, start, end\nC-1, 2024-10-01, 2026-12-31")
    found = contract.days_to_notice(contract.planned_steps(bare, table("contract_dates"), period=Q3), period=Q3)
    assert "Supply end and notice_days" in found.because


def test_a_notice_on_the_last_day_of_the_period_is_neither_passed_nor_late(table):
    text = "contract, start, end, notice_days\nC-1, 2024-10-01, 2026-12-29, 90"
    steps = contract.planned_steps(table("contracts", text), table("contract_dates"), period=Q3)
    assert contract.days_to_notice(steps, period=Q3).value == 0.0
    assert "due within 90 days" in set(steps.loc[steps["ready"] == "Notice, if it is to end", "state"])


@pytest.mark.parametrize(
    ("end", "months", "present"),
    [
        ("2026-09-30", 12, "2026-09-30"),  # its last day is today
        ("2026-09-29", 12, "2027-09-29"),
        ("2025-09-30", 6, "2026-09-30"),
        ("2025-02-28", 12, "2027-02-28"),
        ("2024-02-29", 12, "2027-02-28"),  # it ends with its month
        ("2024-08-31", 1, "2026-09-30"),
        ("2027-03-31", 12, "2027-03-31"),
    ],
)
def test_a_contract_that_renews_by_itself_has_a_new_last_day(table, end, months, present):
    text = (
        f"contract, start, end, notice_days, renewal, renewal_months\nC-1, 2020-01-01, {end}, 30, automatic, {months}"
    )
    steps = contract.planned_steps(table("contracts", text), table("contract_dates"), period=Q3)
    assert f"{steps.loc[steps['event'] == 'end', 'date'].iloc[0]:%Y-%m-%d}" == present


def test_days_to_notice_says_what_follows_when_none_is_given(table):
    text = "contract, start, end, notice_days, renewal, renewal_months\nC-1, 2020-01-01, {}, 30, automatic, 12"
    none = table("contract_dates")
    ahead = contract.planned_steps(table("contracts", text.format("2026-12-31")), none, period=Q3)
    assert contract.days_to_notice(ahead, period=Q3).claim.endswith("end, else it renews by itself for 12 months.")
    behind = contract.planned_steps(table("contracts", text.format("2026-10-10")), none, period=Q3)
    assert contract.days_to_notice(behind, period=Q3).claim.endswith("on record; it renews by itself for 12 months.")
    ended = contract.planned_steps(
        table("contracts", text.format("2026-09-01").replace("automatic, 12", "none, ")), none, period=Q3
    )
    assert ended.empty


# --------------------------------------------------------------------------------------------------------------- calendar
def unfolded(text: str) -> list[str]:
    """The lines of a calendar file, checked by the rules of RFC 5545, section 3.1."""
    assert text.endswith("\r\n")
    assert "\n" not in text.replace("\r\n", "")
    assert "\r" not in text.replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")
    assert all(re.fullmatch(r"[A-Z-]+(;[A-Z]+=[A-Z-]+)*:[^\x00-\x1f\x7f]*", line) for line in lines)
    return lines


def entries(text: str) -> list[dict[str, str]]:
    """The entries of a calendar file: properties without their parameters; each entry whole, and none within another."""
    lines = unfolded(text)
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert {"VERSION:2.0", "CALSCALE:GREGORIAN"} < set(lines)
    assert sum(line.startswith("PRODID:") for line in lines) == 1
    found: list[dict[str, str]] = []
    inside = False
    for line in lines[1:-1]:
        name, _, value = line.partition(":")
        if (name, value) == ("BEGIN", "VEVENT"):
            assert not inside
            inside = True
            found.append({})
        elif (name, value) == ("END", "VEVENT"):
            assert inside
            inside = False
        elif inside:
            assert name.partition(";")[0] not in found[-1]
            found[-1][name.partition(";")[0]] = value
    assert not inside
    return found


def test_calendar_has_an_all_day_entry_for_each_step_that_is_still_to_be_done(steps):
    found = entries(contract.calendar_text(steps, vendor="Alder", period=Q3))
    assert len(found) == 8  # of ten, one is done and one too late
    for entry in found:
        assert {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY"} <= set(entry)
        assert entry["DTSTAMP"] == "20260930T000000Z"  # the period's last day, and no clock
        assert pd.Timestamp(entry["DTEND"]) - pd.Timestamp(entry["DTSTART"]) == pd.Timedelta(1, "D")
    assert len({entry["UID"] for entry in found}) == len(found)
    late = next(entry for entry in found if "Offers" in entry["SUMMARY"])
    assert late["SUMMARY"] == "Alder: Overdue: Offers"
    assert late["DTSTART"] == "20261002"  # on the date that it is for, since its own day has passed


def test_calendar_is_the_same_for_the_same_steps(steps, table):
    again = contract.planned_steps(table("contracts", CONTRACTS), table("contract_dates", DATES), period=Q3)
    assert contract.calendar_text(steps, vendor="A", period=Q3) == contract.calendar_text(again, vendor="A", period=Q3)


def test_calendar_of_no_step_is_an_empty_calendar(table):
    none = contract.planned_steps(table("contracts"), table("contract_dates"), period=Q3)
    assert entries(contract.calendar_text(none, vendor="Alder", period=Q3)) == []


def test_calendar_lets_no_text_begin_a_line_or_an_entry_of_its_own(table):
    nasty = "a\nEND:VEVENT\nBEGIN:VALARM, b; c\\d \u2028x"
    dates = table("contract_dates", "contract, event, date, ready, lead_days\nC-9, other, 2027-01-01, NASTY, 10")
    dates = dates.assign(ready=nasty)
    steps = contract.planned_steps(table("contracts"), dates, period=Q3)
    found = entries(contract.calendar_text(steps, vendor="Ä" * 80 + "\r\nX:1", period=Q3))
    assert len(found) == 1
    said = found[0]["SUMMARY"].partition(": ")[2]
    assert said == "a\\nEND:VEVENT\\nBEGIN:VALARM\\, b\\; c\\\\d \\nx"


def test_lines_of_a_calendar_are_folded_by_octets_and_no_character_is_cut():
    line = "SUMMARY:" + "ü€" * 60
    parts = folded(line)
    assert all(len(part.encode()) <= 75 for part in parts)
    assert "".join([parts[0], *(part[1:] for part in parts[1:])]) == line
    assert folded("A:" + "x" * 73) == ["A:" + "x" * 73]
    assert escaped("a\x07b") == "a b"
