"""Service levels: each ticket judged by them, monthly results, and what the vendor's own count says instead."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import levels
from toolkit.model import Period
from toolkit.stats.proportions import wilson

MARCH, QUARTER = Period.parse("2026-03"), Period.parse("2026-Q1")

LEVELS = """
    level, measure, priority, limit_hours, target, clock_stops, exclusions, valid_from
    P2, resolution, 2, 8, 0.5, client, client | maintenance, 2025-01-01
"""
OFFICE = """
    calendar, timezone, monday, tuesday, wednesday, thursday, friday
    Office, UTC, 09:00-17:00, 09:00-17:00, 09:00-17:00, 09:00-17:00, 09:00-17:00
"""


@pytest.fixture
def judged(table):
    """A function that judges tickets given as CSV text; the other tables may be given as well."""

    def made(
        tickets, service_levels=LEVELS, pauses="", calendars="", holidays="", *, period=MARCH, zone="UTC", **attrs
    ):
        texts = {"ticket_pauses": pauses, "calendars": calendars, "holidays": holidays}
        others = [table(name, text, zone=zone) for name, text in texts.items()]
        rows = table("tickets", tickets, zone=zone, **attrs)
        return levels.judged_tickets(rows, table("service_levels", service_levels), *others, period=period)

    return made


def one(judged_rows):
    assert len(judged_rows) == 1, judged_rows
    return judged_rows.iloc[0]


# judged_tickets


@pytest.mark.parametrize(
    ("resolved", "state", "hours"),
    [("2026-03-02 17:00", "kept", 8), ("2026-03-02 17:01", "missed", 8 + 1 / 60), ("2026-03-02 09:00", "kept", 0)],
)
def test_a_ticket_that_ends_on_its_limit_has_kept_it(judged, resolved, state, hours):
    row = one(judged(f"ticket, priority, opened, resolved\nA, 2, 2026-03-02 09:00, {resolved}"))
    assert (row["state"], row["limit_hours"]) == (state, 8)
    assert row["elapsed_hours"] == pytest.approx(hours)


def test_hours_are_those_of_the_calendar_without_its_holidays(judged):
    # Friday 15:00 to Tuesday 10:00, Monday being a holiday: 2 + 0 + 1 = 3 hours
    row = one(
        judged(
            "ticket, priority, opened, resolved\nA, 2, 2026-03-06 15:00, 2026-03-10 10:00",
            LEVELS.replace("clock_stops,", "clock_stops, calendar,").replace(
                "client, client", "client, Office, client"
            ),
            calendars=OFFICE,
            holidays="calendar, date\nOffice, 2026-03-09",
        )
    )
    assert (row["elapsed_hours"], row["state"]) == (pytest.approx(3), "kept")


def test_a_change_of_clocks_inside_a_ticket_is_an_hour_less(judged):
    # in London 2026-03-29 has 23 hours: from 22:00 to 06:00 there are 7
    row = one(
        judged("ticket, priority, opened, resolved\nA, 2, 2026-03-28 22:00, 2026-03-29 06:00", zone="Europe/London")
    )
    assert row["elapsed_hours"] == pytest.approx(7)


def test_overlapping_pauses_of_the_client_count_once_and_others_do_not_stop_the_clock(judged):
    # 10 hours less 10:00 to 13:00, which two pauses cover; the vendor's own waiting counts
    row = one(
        judged(
            "ticket, priority, opened, resolved\nA, 2, 2026-03-02 09:00, 2026-03-02 19:00",
            pauses="""
            ticket, start, end, party
            A, 2026-03-02 10:00, 2026-03-02 12:00, client
            A, 2026-03-02 11:00, 2026-03-02 13:00, client
            A, 2026-03-02 14:00, 2026-03-02 15:00, vendor
            """,
        )
    )
    assert (row["agreed_hours"], row["elapsed_hours"], row["state"]) == (10, 7, "kept")
    assert (row["paused_client"], row["paused_vendor"], row["paused_third_party"]) == (3, 1, 0)


def test_a_pause_that_lasts_stops_the_clock_to_the_last_look(judged):
    # 4 hours ran before the client was asked; nothing has run since
    row = one(
        judged(
            "ticket, priority, state, opened\nA, 2, waiting_client, 2026-03-30 09:00",
            pauses="ticket, start, end, party\nA, 2026-03-30 13:00, , client",
        )
    )
    assert (row["state"], row["elapsed_hours"]) == ("open", pytest.approx(4))


def test_an_open_ticket_is_missed_in_the_month_in_which_its_limit_passes(judged):
    # due on February 28th at 20:00, still open at the end of March: it counts in February, once
    rows = judged("ticket, priority, opened, resolved\nA, 2, 2026-02-28 12:00, 2026-04-02 09:00", period=QUARTER)
    assert (one(rows)["state"], str(one(rows)["month"])) == ("missed", "2026-02")
    assert pd.isna(one(rows)["ended"])


@pytest.mark.parametrize(
    ("opened", "counted"),
    [
        ("2026-02-28 10:00", {"2026-02": ["missed"], "2026-03": []}),  # its eight hours passed in February
        ("2026-02-28 20:00", {"2026-02": [], "2026-03": ["kept"]}),  # in February it was open within them
    ],
)
def test_a_ticket_in_two_periods_counts_in_one_of_them(judged, opened, counted):
    tickets = f"ticket, priority, opened, resolved\nA, 2, {opened}, 2026-03-01 03:00"
    found = {month: judged(tickets, period=Period.parse(month)) for month in counted}
    assert {
        month: rows.loc[rows["in_period"] & rows["state"].isin(["kept", "missed"]), "state"].tolist()
        for month, rows in found.items()
    } == counted


def test_a_pause_puts_off_the_month_in_which_a_limit_passes(judged):
    # due at 20:00 on the 28th but for 6 hours of waiting from 18:00 on: due on March 1st at 02:00
    rows = judged(
        """
        ticket, priority, opened, resolved
        A, 2, 2026-02-28 12:00, 2026-03-20 09:00
        B, 2, 2026-02-28 12:00, 2026-03-20 09:00
        """,
        pauses="ticket, start, end, party\nB, 2026-02-28 18:00, 2026-03-01 00:00, client",
    )
    assert dict(zip(rows["ticket"], rows["month"].astype(str), strict=True)) == {"A": "2026-02", "B": "2026-03"}
    assert rows["in_period"].tolist() == [False, True]


def test_a_limit_that_falls_into_a_pause_passes_after_it(judged):
    # 7 hours 59 run before a wait of ten days from February 18th on: one minute after it, the limit has passed
    row = one(
        judged(
            "ticket, priority, opened, resolved\nA, 2, 2026-02-18 10:01, 2026-03-20 09:00",
            pauses="""
            ticket, start, end, party
            A, 2026-02-18 18:00, 2026-02-25 00:00, client
            A, 2026-02-24 00:00, 2026-02-28 23:59:30, client
            """,
        )
    )
    assert (row["state"], str(row["month"])) == ("missed", "2026-03")


def test_a_later_pause_does_not_undo_a_limit_that_has_passed(judged):
    # due at 20:00 on the 28th; waiting since March 1st comes too late
    row = one(
        judged(
            "ticket, priority, opened\nA, 2, 2026-02-28 12:00",
            pauses="ticket, start, end, party\nA, 2026-03-01 00:00, , client",
        )
    )
    assert (row["state"], str(row["month"])) == ("missed", "2026-02")


def test_a_ticket_open_within_its_limit_is_not_yet_decided(judged):
    row = one(judged("ticket, priority, opened\nA, 2, 2026-03-31 20:00"))
    assert (row["state"], row["elapsed_hours"], row["in_period"]) == ("open", pytest.approx(4), True)


def test_where_the_file_ends_before_the_period_its_end_is_the_last_look(judged):
    # the file says nothing after February: by then 4 hours had passed, not a month
    row = one(judged("ticket, priority, opened\nA, 2, 2026-02-28 20:00", covers=("2025-01", "2026-02")))
    assert row["state"] == "open"


def test_a_reopened_ticket_is_open_whatever_its_moment_of_resolution_says(judged):
    row = one(judged("ticket, priority, state, opened, resolved\nA, 2, active, 2026-03-02 09:00, 2026-03-02 10:00"))
    assert row["state"] == "missed"


def test_an_end_that_nobody_wrote_down_counts_for_neither_side(judged):
    row = one(judged("ticket, priority, state, opened, closed\nA, 2, closed, 2026-03-02 09:00, 2026-03-20 09:00"))
    assert (row["state"], row["excluded"]) == ("unknown", "no moment recorded")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ("client, ", "caused by client"),
        ("third_party, ", None),  # not among the level's exclusions
        (", maintenance", "maintenance"),
        (", holiday", None),  # nobody agreed on that word
        ("vendor, ", None),
    ],
)
def test_a_ticket_is_left_out_only_as_the_level_says(judged, cells, reason):
    rows = judged(f"ticket, priority, opened, resolved, caused_by, excluded\nA, 2, 2026-03-02, 2026-03-03, {cells}")
    excluded = one(rows)["excluded"]
    assert excluded == reason if reason else pd.isna(excluded)


def test_a_cancelled_ticket_is_left_out_but_not_if_it_was_cancelled_later(judged):
    rows = judged(
        """
        ticket, priority, state, opened, closed
        A, 2, cancelled, 2026-03-02 09:00, 2026-03-02 10:00
        B, 2, cancelled, 2026-03-02 09:00, 2026-04-02 10:00
        """
    )
    assert rows["excluded"].tolist()[0] == "cancelled"
    assert (rows["state"].iloc[1], rows["excluded"].isna().iloc[1]) == ("missed", True)


def test_each_level_ends_with_its_own_moment(judged):
    # mitigated after 2 hours, resolved after 10: mitigation within 4 kept, resolution within 8 missed
    rows = judged(
        """
        ticket, priority, opened, acknowledged, mitigated, resolved
        A, 2, 2026-03-02 09:00, 2026-03-02 09:30, 2026-03-02 11:00, 2026-03-02 19:00
        """,
        """
        level, measure, limit_hours, target, valid_from
        Answer, response, 0.25, 0.9, 2025-01-01
        Restore, mitigation, 4, 0.9, 2025-01-01
        Solve, resolution, 8, 0.9, 2025-01-01
        """,
    )
    assert dict(zip(rows["level"], rows["state"], strict=True)) == {
        "Answer": "missed",
        "Restore": "kept",
        "Solve": "missed",
    }


def test_the_version_in_force_when_a_ticket_was_opened_applies(judged):
    rows = judged(
        """
        ticket, priority, opened, resolved
        A, 2, 2026-03-14 20:00, 2026-03-15 02:00
        B, 2, 2026-03-15 00:00, 2026-03-15 06:00
        """,
        """
        level, measure, priority, limit_hours, target, valid_from
        P2, resolution, 2, 8, 0.5, 2025-01-01
        P2, resolution, 2, 4, 0.5, 2026-03-15
        """,
    )
    assert rows.set_index("ticket")["limit_hours"].to_dict() == {"A": 8, "B": 4}


def test_tickets_of_no_level_are_counted(judged):
    # neither another priority nor none at all falls under P2
    rows = judged(
        "ticket, priority, opened\nA, 2, 2026-03-02\nB, 3, 2026-03-02\nC, , 2026-03-02\nD, 4, 2026-02-02", period=MARCH
    )
    assert (rows["ticket"].tolist(), rows.attrs["unjudged"]) == (["A"], 2)


@pytest.mark.parametrize(
    ("tickets", "service_levels", "calendars", "because"),
    [
        ("ticket, priority, opened\nA, 2, 2026-03-02", "", "", "service_levels holds no row"),
        (
            "ticket, priority, opened\nA, 3, 2026-03-02",
            LEVELS,
            "",
            "no service level with a limit in hours applies to any ticket",
        ),
        (
            "ticket, priority, opened\nA, 2, 2026-03-02",
            "level, measure, limit_hours, target, calendar, valid_from\nP2, resolution, 8, 0.9, Ofice, 2025-01-01",
            OFFICE,
            "service_levels name the calendar Ofice, which calendars does not hold",
        ),
    ],
)
def test_what_cannot_be_judged_says_why(judged, tickets, service_levels, calendars, because):
    rows = judged(tickets, service_levels, calendars=calendars)
    assert (len(rows), rows.attrs["absent"]) == (0, because)


# sla_attainment

SIX = """
    ticket, priority, opened, resolved, sla_reported
    A, 2, 2026-03-02 09:00, 2026-03-02 10:00, kept
    B, 2, 2026-03-03 09:00, 2026-03-03 10:00, kept
    C, 2, 2026-03-04 09:00, 2026-03-04 10:00, missed
    D, 2, 2026-03-05 09:00, 2026-03-05 18:00, kept
    E, 2, 2026-03-31 22:00, , kept
    F, 2, 2026-02-05 09:00, 2026-02-05 10:00, kept
"""


def test_sla_attainment_counts_what_was_decided_in_the_period(table, judged):
    # A, B and C kept, D missed, E open within its limit, F of another month: 3 of 4
    measured = levels.sla_attainment(table("tickets", SIX), judged(SIX), period=MARCH)
    assert (measured.value, measured.numerator, measured.denominator) == (0.75, 3, 4)
    assert (measured.low, measured.high) == pytest.approx(tuple(wilson(3, 4))[1:])
    assert measured.claim == "75.0 % (30.1 % to 95.4 %) of 4 tickets decided in 2026-03 kept their service level."
    assert "1 ticket open within the limit, not yet counted" in measured.because
    assert "no pauses are recorded" in measured.because
    assert measured.parts["rows"]["ticket"].tolist() == ["D"]
    assert measured.parts["level"]["n"].tolist() == [4]


def test_sla_attainment_is_less_sure_where_one_day_brings_many(table, judged):
    # two days, one all kept and one all missed: ten tickets tell little more than two
    rows = [f"{n}, 2, 2026-03-0{2 + n // 5} 09:00, 2026-03-0{2 + n // 5} {10 if n < 5 else 23}:00" for n in range(10)]
    text = "\n".join(["ticket, priority, opened, resolved", *rows])
    measured = levels.sla_attainment(table("tickets", text), judged(text), period=MARCH)
    assert measured.low < wilson(5, 10).low
    assert "one day" in measured.interval


def test_sla_attainment_by_month_has_each_months_counts(table, judged):
    months = levels.sla_attainment(table("tickets", SIX), judged(SIX), period=MARCH).parts["month"].set_index("month")
    assert (months.loc["2026-02", "value"], months.loc["2026-03", "value"]) == (1.0, 0.75)
    assert months["in_period"].tolist() == [False, True]


def test_sla_attainment_falls_back_to_the_ticket_systems_own_count(table):
    # of the tickets resolved in March, and E that has no moment of resolution, 4 of 5 are reported as kept
    measured = levels.sla_attainment(table("tickets", SIX), period=MARCH)
    assert (measured.value, measured.n) == (0.8, 5)
    assert "by the ticket system's own count" in measured.claim


def test_sla_attainment_without_either_is_not_assessed(table):
    measured = levels.sla_attainment(table("tickets", "ticket, opened\nA, 2026-03-02"), period=MARCH)
    assert not measured.assessed
    assert "supply service_levels.csv" in measured.because


def test_sla_attainment_of_a_period_without_decisions_is_not_assessed(table, judged):
    january = Period.parse("2026-01")  # nothing was opened by then
    rows = judged("ticket, priority, opened, resolved\nZ, 2, 2025-12-01, 2025-12-02", period=january)
    measured = levels.sla_attainment(table("tickets", SIX), rows, period=january)
    assert measured.because == "no ticket was decided by a service level in 2026-01"


def test_a_ticket_opened_after_the_period_is_not_there_yet(judged):
    assert judged(SIX, period=Period.parse("2026-02"))["ticket"].tolist() == ["F"]


# monthly_results and levels_met

RESULTS = """
    level, month, numerator, denominator, value, source
    P2, 2026-03, 99, 100, , Report
    P2, 2026-01, 80, 100, , Report
    Uptime, 2026-02, , , 0.999, Report
    Uptime, 2026-03, , , 0.993, Report
    P2, 2026-04, 1, 1, , Report
"""
TWO = """
    level, measure, priority, limit_hours, target, threshold, weight, valid_from
    P2, resolution, 2, 8, 0.8, 0.7, 2, 2025-01-01
    P2, resolution, 2, 8, 0.9, 0.7, 2, 2026-03-15
    Uptime, availability, , , 0.995, , 1, 2025-01-01
    Quiet, other, , , 0.5, , 1, 2025-01-01
"""


def test_monthly_results_come_from_tickets_and_else_from_the_reports(table, judged):
    # March: tickets say 3 of 4; January has no ticket, so its report counts; April lies after the period
    found = levels.monthly_results(
        judged(SIX, TWO), table("service_levels", TWO), table("service_level_results", RESULTS), period=MARCH
    )
    told = found.assign(month=found["month"].astype(str))[
        ["level", "month", "kept", "counted", "value", "target", "source"]
    ]
    assert told[told["level"] == "P2"].to_numpy().tolist() == [
        ["P2", "2026-01", 80, 100, 0.8, 0.8, "Report"],
        ["P2", "2026-02", 1, 1, 1.0, 0.8, "tickets"],
        ["P2", "2026-03", 3, 4, 0.75, 0.9, "tickets"],
    ]
    assert told.loc[told["level"] == "Uptime", "value"].tolist() == [0.999, 0.993]
    assert found["in_period"].sum() == 2


def test_monthly_results_of_nothing_say_why(table, judged):
    nothing = judged("ticket, priority, opened\nA, 2, 2026-03-02", "")
    made = levels.monthly_results(nothing, table("service_levels"), table("service_level_results"), period=MARCH)
    assert (len(made), made.attrs["absent"]) == (0, "service_levels holds no row")


def test_monthly_results_name_what_they_are_made_of(table, judged):
    made = levels.monthly_results(
        judged(SIX, TWO), table("service_levels", TWO), table("service_level_results", RESULTS), period=MARCH
    )
    assert [item["table"] for item in made.attrs["sources"]] == ["tickets", "service_levels", "service_level_results"]


def test_levels_met_names_what_is_missed_and_what_is_uncertain(table, judged):
    # P2 3 of 4 against 0.9: its interval (0.301 to 0.954) holds the target; uptime 0.993 is below 0.995
    measured = levels.levels_met(
        table("service_levels", TWO), judged(SIX, TWO), table("service_level_results", RESULTS), period=MARCH
    )
    assert (measured.value, measured.low, measured.high, measured.n) == (0, 0, 1, 2)
    assert measured.claim == "0 of 2 service levels reached their target in 2026-03; too few tickets tell of P2."
    assert measured.because == "without any result: Quiet"
    assert measured.parts["level"]["verdict"].tolist() == ["too few to tell", "missed"]


def test_levels_met_works_from_monthly_reports_alone(table):
    # uptime: the mean of 0.999 and 0.993 is 0.996; P2 80 + 99 of 200 is 0.895, against 0.9 at the end
    measured = levels.levels_met(
        table("service_levels", TWO), None, table("service_level_results", RESULTS), period=QUARTER
    )
    assert measured.parts["level"]["value"].tolist() == pytest.approx([0.895, 0.996])
    assert (measured.value, measured.low, measured.high) == (1, 1, 2)


def test_levels_met_without_results_is_not_assessed(table):
    measured = levels.levels_met(table("service_levels", TWO), period=MARCH)
    assert "no service level has a result in 2026-03" in measured.because


# excluded_tickets

AUDITED = """
    ticket, priority, opened, resolved, caused_by
    A, 2, 2026-03-02 09:00, 2026-03-02 10:00,
    B, 2, 2026-03-03 09:00, 2026-03-03 19:00,
    C, 2, 2026-03-04 09:00, 2026-03-04 21:00, client
    D, 2, 2026-03-05 09:00, 2026-03-05 20:00,
"""
WAITED = "ticket, start, end, party\nB, 2026-03-03 10:00, 2026-03-03 13:00, client"


def test_excluded_tickets_shows_what_was_left_out_and_what_it_changes(judged):
    # counted: A and B kept (B by 3 hours of the client's waiting), D missed: 2 of 3
    # with C, missed: 2 of 4; with running clocks B is missed too: 1 of 3; with both 1 of 4
    measured = levels.excluded_tickets(judged(AUDITED, pauses=WAITED), period=MARCH)
    assert (measured.value, measured.n) == (1, 4)
    assert measured.parts["without"]["value"].tolist() == pytest.approx([2 / 3, 2 / 4, 1 / 3, 1 / 4])
    assert measured.parts["reason"].to_numpy().tolist() == [
        ["caused by client", "client", 1, 12.0, "left out"],
        ["waited for client", "client", 1, 3.0, "clock stopped"],
    ]
    assert measured.claim == (
        "1 of 4 tickets were left out and 3 hours of waiting were not counted in 2026-03; without either, 25.0 % would "
        "have kept their service level instead of 66.7 %."
    )


def test_excluded_tickets_of_another_period_are_none(judged):
    assert not levels.excluded_tickets(judged(AUDITED), period=MARCH).parts["reason"].empty
    assert (
        "no ticket falls under"
        in levels.excluded_tickets(
            judged("ticket, priority, opened, resolved\nA, 2, 2026-01-02, 2026-01-03"), period=MARCH
        ).because
    )


# reported_difference


def test_reported_difference_shows_the_tickets_on_which_counts_differ(table, judged):
    # C is kept by our count and reported as missed, D missed and reported as kept: 2 of the 4 decided
    measured = levels.reported_difference(judged(SIX), table("tickets", SIX), period=MARCH)
    assert (measured.value, measured.n) == (0.5, 4)
    assert measured.parts["rows"]["ticket"].tolist() == ["D", "C"]
    assert measured.parts["direction"]["value"].tolist() == [1, 1]
    assert "1 that it reports as kept were missed, 1 the other way" in measured.claim


def test_reported_difference_of_monthly_figures(table, judged):
    # March: 3 of 4 by our count, 99 % reported
    measured = levels.reported_difference(
        judged(SIX, TWO),
        table("tickets", SIX.replace("kept", "").replace("missed", "")),
        table("service_levels", TWO),
        table("service_level_results", RESULTS),
        period=MARCH,
    )
    assert (measured.value, measured.n, measured.n_of) == (1.0, 1, "monthly figure")
    assert measured.parts["level"]["difference"].tolist() == pytest.approx([0.24])


def test_reported_difference_without_a_report_is_not_assessed(table, judged):
    text = "ticket, priority, opened, resolved\nA, 2, 2026-03-02, 2026-03-03"
    measured = levels.reported_difference(judged(text), table("tickets", text), period=MARCH)
    assert not measured.assessed
