"""How long is it down: availability, time between failures, time to restore and to repair."""

from __future__ import annotations

import math

import pytest

from toolkit.areas.quality import outages
from toolkit.model import Period

Q1, MARCH = Period.parse("2026-Q1"), Period.parse("2026-03")
LEVEL = "level, measure, target, calendar, service, exclusions, valid_from, valid_to\n"
WEEK = ", ".join(["monday", "tuesday", "wednesday", "thursday", "friday"])
OFFICE = f"calendar, timezone, {WEEK}\nOffice, Europe/London{', 09:00-17:00' * 5}"


def down(table, *rows, **attrs):
    """Tickets that were outages: opened, mitigated, resolved, state, and what comes behind."""
    head = "opened, mitigated, resolved, state, outage, service, caused_by, excluded"
    lines = [", ".join([*row.split(", "), *[""] * (4 - len(row.split(", "))), "yes"]) + ",,," for row in rows]
    return table("tickets", "\n".join([head, *lines]), **attrs)


# availability


def test_availability_is_the_share_of_all_hours_without_an_outage(table):
    # 744 hours of March, down 7.44 of them
    tickets = down(table, "2026-03-02 00:00, 2026-03-02 07:26:24")
    measured = outages.availability(tickets, period=MARCH)
    assert measured.value == pytest.approx(0.99)
    assert (measured.denominator, measured.numerator) == pytest.approx((744, 744 - 7.44))
    assert measured.counted
    assert "no service level names availability" in measured.because


def test_availability_counts_overlapping_outages_once(table):
    # 10:00 to 14:00 and 12:00 to 16:00 are 6 hours
    rows = ("2026-03-02 10:00, 2026-03-02 14:00", "2026-03-02 12:00, 2026-03-02 16:00")
    measured = outages.availability(down(table, *rows), period=MARCH)
    assert measured.denominator - measured.numerator == pytest.approx(6)


def test_availability_ends_an_outage_when_it_was_mitigated_or_else_resolved(table):
    rows = ("2026-03-02 10:00, 2026-03-02 11:00, 2026-03-05 10:00", "2026-03-03 10:00, , 2026-03-03 12:00")
    measured = outages.availability(down(table, *rows), period=MARCH)
    assert measured.parts["rows"]["hours"].tolist() == [2, 1]


def test_availability_counts_an_outage_that_lasts_until_the_end_of_the_period(table):
    # mitigated in April, of which March knows nothing: the last 24 hours of March
    measured = outages.availability(down(table, "2026-03-31 00:00, 2026-04-02 00:00, , closed"), period=MARCH)
    assert measured.denominator - measured.numerator == pytest.approx(24)
    assert measured.parts["rows"]["open"].tolist() == [True]


def test_availability_takes_an_outage_that_began_before_the_period_from_its_first_hour(table):
    rows = ("2026-02-28 22:00, 2026-03-01 02:00",)
    by_month = outages.availability(down(table, *rows, covers=("2026-02", "2026-03")), period=MARCH).parts["month"]
    # 2 of 672 hours in February, 2 of 744 in March
    assert by_month["value"].tolist() == pytest.approx([1 - 2 / 672, 1 - 2 / 744])


def test_availability_leaves_out_an_outage_that_ended_nobody_knows_when_and_says_so(table):
    rows = ("2026-03-02 10:00, , , closed", "2026-03-03 10:00, 2026-03-03 12:00")
    measured = outages.availability(down(table, *rows), period=MARCH)
    assert "at most" in measured.claim
    assert "1 outage left out, since the ticket does not say when service came back" in measured.because


def test_availability_without_any_mark_is_not_assessed(table):
    measured = outages.availability(table("tickets", "opened\n2026-03-02 10:00"), period=MARCH)
    assert measured.because.startswith("no ticket says whether it was an outage")


def test_availability_with_outages_marked_no_is_whole(table):
    tickets = table("tickets", "opened, outage\n2026-03-02 10:00, no")
    measured = outages.availability(tickets, period=MARCH)
    assert (measured.value, measured.n) == (1, 0)


def test_availability_counts_the_hours_of_the_agreed_calendar(table):
    # March 2026 has 22 weekdays of 8 hours; Friday 16:00 to Monday 10:00 takes 1 + 1 of them
    levels = table("service_levels", LEVEL + "Up, availability, 0.99, Office, , , 2026-01-01,")
    tickets = down(table, "2026-03-06 16:00, 2026-03-09 10:00")
    measured = outages.availability(tickets, levels, table("calendars", OFFICE), period=MARCH)
    assert (measured.denominator, measured.value) == pytest.approx((176, 174 / 176))
    level = measured.parts["level"].iloc[0]
    assert (level["level"], level["target"]) == ("Up", 0.99)


def test_availability_has_no_hours_on_a_holiday(table):
    levels = table("service_levels", LEVEL + "Up, availability, 0.99, Office, , , 2026-01-01,")
    holidays = table("holidays", "calendar, date\nOffice, 2026-03-02")
    measured = outages.availability(
        down(table, "2026-03-02 10:00, 2026-03-02 12:00"), levels, table("calendars", OFFICE), holidays, period=MARCH
    )
    assert (measured.denominator, measured.value) == (168, 1)


def test_availability_around_the_clock_has_an_hour_less_when_clocks_go_forward(table):
    tickets = down(table, "2026-03-02 10:00, 2026-03-02 11:00", zone="Europe/London")
    assert outages.availability(tickets, period=MARCH).denominator == 743


def test_availability_without_the_calendar_that_a_level_names_is_not_assessed(table):
    levels = table("service_levels", LEVEL + "Up, availability, 0.99, Office, , , 2026-01-01,")
    measured = outages.availability(down(table, "2026-03-02 10:00, 2026-03-02 11:00"), levels, period=MARCH)
    assert measured.because == "service_levels name the calendar Office, which calendars does not hold"


def test_availability_with_a_calendar_that_cannot_be_read_is_not_assessed(table):
    levels = table("service_levels", LEVEL + "Up, availability, 0.99, Office, , , 2026-01-01,")
    calendars = table("calendars", 'calendar, timezone, monday\nOffice, UTC, "09:00-12:00, 11:00-13:00"')
    measured = outages.availability(down(table, "2026-03-02 10:00, 2026-03-02 11:00"), levels, calendars, period=MARCH)
    assert "calendar Office, hours of monday" in measured.because


def test_availability_leaves_out_what_a_level_excludes_and_other_services(table):
    levels = table("service_levels", LEVEL + "Mail, availability, 0.99, , Mail, maintenance|client, 2026-01-01,")
    text = """
    opened, mitigated, outage, service, caused_by, excluded
    2026-03-02 10:00, 2026-03-02 11:00, yes, Mail, ,
    2026-03-03 10:00, 2026-03-03 12:00, yes, Mail, client,
    2026-03-04 10:00, 2026-03-04 14:00, yes, Mail, , maintenance
    2026-03-05 10:00, 2026-03-05 18:00, yes, Web, ,
    2026-03-06 10:00, 2026-03-07 02:00, yes, , ,
    """
    measured = outages.availability(table("tickets", text), levels, period=MARCH)
    # the first hour, and the 16 of the outage that names no service
    assert measured.denominator - measured.numerator == pytest.approx(17)


def test_availability_measures_each_version_of_a_level_from_its_first_day(table):
    rows = "Up, availability, 0.98, , , , 2026-01-01,\nUp, availability, 0.99, , , , 2026-03-11, 2026-03-20"
    levels = table("service_levels", LEVEL + rows)
    measured = outages.availability(down(table, "2026-03-25 10:00, 2026-03-25 11:00"), levels, period=MARCH)
    # ten days under either version, then none
    assert (measured.denominator, measured.value) == (480, 1)


def test_availability_of_months_that_the_file_lacks_is_left_out(table):
    tickets = down(table, "2026-03-02 10:00, 2026-03-02 11:00", covers=("2026-02", "2026-03"))
    measured = outages.availability(tickets, period=Q1)
    assert measured.denominator == 24 * (28 + 31)
    assert "2 of 3 months; nothing is known of January 2026" in measured.claim


# time_between_failures


def test_time_between_failures_is_service_over_failures_with_its_exact_interval(table):
    # 744 - 4 hours and 2 failures; chi-square(0.975, 6) / 2 = 7.2247 bounds 2 failures from above
    rows = ("2026-03-02 10:00, 2026-03-02 12:00", "2026-03-10 10:00, 2026-03-10 12:00")
    measured = outages.time_between_failures(down(table, *rows), period=MARCH)
    assert (measured.value, measured.n) == (370, 2)
    assert measured.low == pytest.approx(740 / 7.2247, rel=1e-4)


def test_time_between_failures_takes_overlapping_outages_as_one_failure(table):
    rows = ("2026-03-02 10:00, 2026-03-02 14:00", "2026-03-02 12:00, 2026-03-02 16:00")
    assert outages.time_between_failures(down(table, *rows), period=MARCH).n == 1


def test_time_between_failures_without_a_failure_has_no_limit_but_a_lower_end(table):
    # nobody failed in 744 hours: 744 / -ln(0.025)
    measured = outages.time_between_failures(table("tickets", "opened, outage\n2026-03-02 10:00, no"), period=MARCH)
    assert (measured.value, measured.low) == (math.inf, pytest.approx(744 / -math.log(0.025)))
    assert "There was no failure in 744 hours of service in 2026-03" in measured.claim


def test_time_between_failures_of_a_service_that_never_ran_is_not_assessed(table):
    tickets = down(table, "2026-02-20 10:00", covers=("2026-02", "2026-03"))
    measured = outages.time_between_failures(tickets, period=MARCH)
    assert measured.because == "service was down in all agreed hours of 2026-03"


def test_time_between_failures_does_not_count_one_outside_the_agreed_hours(table):
    levels = table("service_levels", LEVEL + "Up, availability, 0.99, Office, , , 2026-01-01,")
    tickets = down(table, "2026-03-07 10:00, 2026-03-07 12:00")  # a Saturday
    assert outages.time_between_failures(tickets, levels, table("calendars", OFFICE), period=MARCH).n == 0


def test_time_between_failures_counts_a_failure_where_it_began(table):
    tickets = down(table, "2026-02-28 22:00, 2026-03-01 02:00", covers=("2026-02", "2026-03"))
    measured = outages.time_between_failures(tickets, period=MARCH)
    assert measured.parts["month"]["failures"].tolist() == [1, 0]


# time_to_restore, time_to_repair

THREE = (
    "2026-03-02 10:00, 2026-03-02 11:00, 2026-03-02 20:00",
    "2026-03-03 10:00, 2026-03-03 12:00, 2026-03-03 20:00",
    "2026-03-04 10:00, , 2026-03-04 13:00",
)


def test_time_to_restore_ends_with_the_workaround_or_else_the_resolution(table):
    # 1, 2 and 3 hours
    measured = outages.time_to_restore(down(table, *THREE), period=MARCH)
    assert (measured.value, measured.n) == (pytest.approx(2), 3)
    assert measured.parts["quantile"].set_index("quantile").loc["median", "value"] == 2
    assert 0 < measured.low < 2 < measured.high


def test_time_to_repair_ends_with_the_resolution(table):
    # 10, 10 and 3 hours
    assert outages.time_to_repair(down(table, *THREE), period=MARCH).value == pytest.approx(23 / 3)


def test_time_to_restore_counts_an_open_outage_for_as_long_as_it_was_watched(table):
    # 1 hour, and 24 watched: half ended at 1, the other half is still open at 24
    rows = ("2026-03-02 10:00, 2026-03-02 11:00", "2026-03-31 00:00, 2026-04-03 00:00")
    measured = outages.time_to_restore(down(table, *rows), period=MARCH)
    assert measured.value == pytest.approx(1 + 0.5 * 23)
    assert "1 of them not over" in measured.claim


def test_time_to_restore_counts_a_very_long_outage_as_thirty_days(table):
    rows = ("2026-01-02 10:00, 2026-01-02 12:00", "2026-01-03 00:00, 2026-03-03 00:00")
    measured = outages.time_to_restore(down(table, *rows, covers=("2026-01", "2026-03")), period=Q1)
    assert measured.value == pytest.approx((2 + 720) / 2)


def test_time_to_restore_of_a_single_outage_has_no_interval(table):
    measured = outages.time_to_restore(down(table, THREE[0]), period=MARCH)
    assert (measured.value, measured.interval) == (1, "none: fewer than two outages ended")
    assert math.isnan(measured.low)


def test_time_to_restore_without_an_outage_in_the_period_is_not_assessed(table):
    tickets = down(table, THREE[0], covers=("2026-02", "2026-03"))
    measured = outages.time_to_restore(tickets, period=Period.parse("2026-02"))
    assert measured.because == "no outage was opened in 2026-02 whose end could be known"


def test_time_to_repair_leaves_out_what_was_closed_without_a_resolution(table):
    rows = (THREE[0], "2026-03-05 10:00, 2026-03-05 11:00, , closed")
    measured = outages.time_to_repair(down(table, *rows), period=MARCH)
    assert measured.n == 1
    assert "1 outage left out" in measured.because


def test_time_to_restore_shows_each_month_and_priority(table):
    text = "opened, mitigated, outage, priority\n2026-03-02 10:00, 2026-03-02 11:00, yes, 1"
    parts = outages.time_to_restore(table("tickets", text), period=MARCH).parts
    assert parts["month"]["value"].tolist() == [1]
    assert parts["priority"]["priority"].tolist() == ["P1"]
    assert parts["rows"]["hours"].tolist() == [1]
