"""Agreed calendars: hours between moments, pauses, due times, days; zones, changes of clocks, faults."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.errors import SettingsError
from toolkit.stats import calendars
from toolkit.stats.calendars import around_the_clock, business_days, business_hours, due, paused_hours

WEEK = dict.fromkeys(calendars.WEEKDAYS[:5], "09:00-17:00")
MINUTES = st.integers(0, 3 * 365 * 24 * 60)
FIRST = pd.Timestamp("2024-01-01", tz="UTC")


def london(**changed):
    return calendars.calendar(**{"hours": WEEK, "zone": "Europe/London", "holidays": ["2026-12-25"], **changed})


def moments(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def paused(rows, start="2026-03-06 09:00", end="2026-03-06 17:00", agreed=None):
    """Return the paused hours of one row on a Friday, pauses given as pairs of times."""
    spans = [[0, pd.Timestamp(f"2026-03-06 {a}"), pd.Timestamp(f"2026-03-06 {b}") if b else pd.NaT] for a, b in rows]
    pauses = pd.DataFrame(spans, columns=["row", "start", "end"])
    pauses["end"] = pd.to_datetime(pauses["end"])
    return paused_hours(moments(start), moments(end), pauses, agreed or london()).tolist()


# calendar


def test_calendar_reads_its_hours():
    agreed = calendars.calendar({"Mon": "09:00-12:00, 13:00-17:30", "sunday": "22:00–06:00", "tue": ""})
    assert agreed.windows[0] == ((540, 720), (780, 1050))
    assert agreed.windows[6] == ((1320, 1800),)
    assert agreed.weekly_hours == 15.5


@pytest.mark.parametrize("hours", [{}, {"mon": ""}, {"mon": " , "}])
def test_calendar_without_hours_is_refused(hours):
    with pytest.raises(SettingsError) as caught:
        calendars.calendar(hours, name="calendar 'UK'")
    assert str(caught.value) == (
        "calendar 'UK', hours: found no hours on any weekday; expected at least one window, such as '09:00-17:00'. "
        "Give at least one weekday its hours, or '00:00-24:00' on all seven for a service round the clock"
    )


def test_calendar_names_all_faults_at_once():
    with pytest.raises(SettingsError) as caught:
        calendars.calendar({"moo": "09:00-17:00", "tue": "nine to five"}, zone="Europe/Lodon", holidays=["x", None])
    assert [str(fault) for fault in caught.value.faults] == [
        "calendar, hours: found 'moo'; expected a weekday. Known: 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', "
        "'saturday', 'sunday'.",
        "calendar, hours of tuesday: found 'nine to five'; expected times such as '09:00-17:00', rising, commas between "
        "several",
        "calendar, zone: found 'Europe/Lodon'; expected an IANA time zone. Did you mean 'Europe/London'?",
        "calendar, holidays: found 'x', None; expected dates such as 2026-12-25",
    ]


@pytest.mark.parametrize("zone", ["", "Europe", "../etc/passwd", None, 1, "utc+1"])
def test_calendar_refuses_what_is_no_zone(zone):
    with pytest.raises(SettingsError, match="an IANA time zone"):
        calendars.calendar(WEEK, zone=zone)


@pytest.mark.parametrize("text", ["9-17", "25:00-26:00", "09:61-10:00", "09:00-09:00", "09:00-17:00;", "24:00-24:00"])
def test_calendar_refuses_hours_it_cannot_read(text):
    with pytest.raises(SettingsError, match="hours of monday"):
        calendars.calendar({"mon": text})


@pytest.mark.parametrize(
    "hours",
    [
        {"mon": "09:00-12:00, 11:00-13:00"},
        {"mon": "13:00-17:00, 09:00-12:00"},
        {"mon": "22:00-06:00", "tue": "05:00-09:00"},
        {"sun": "22:00-06:00", "mon": "05:00-09:00"},
    ],
)
def test_calendar_refuses_windows_that_overlap(hours):
    with pytest.raises(SettingsError, match="overlap"):
        calendars.calendar(hours)


# business_hours


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-06 16:00", "2026-03-06 16:30", 0.5),  # within a day
        ("2026-03-06 16:00", "2026-03-09 10:00", 2),  # over a weekend
        ("2026-03-07 12:00", "2026-03-08 12:00", 0),  # within a weekend
        ("2026-03-06 07:00", "2026-03-06 22:00", 8),  # from before to after hours
        ("2026-12-24 16:00", "2026-12-28 10:00", 2),  # over a holiday and a weekend
        ("2026-03-06 17:00", "2026-03-09 09:00", 0),  # from closing to opening
        ("2026-03-09 10:00", "2026-03-06 16:00", -2),  # the end before the start
    ],
)
def test_business_hours(start, end, hours):
    assert business_hours(moments(start), moments(end), london()).tolist() == [hours]


def test_business_hours_of_a_missing_moment_are_unknown():
    hours = business_hours(moments("2026-03-06", None), moments(None, "2026-03-06"), london())
    assert np.isnan(hours).all()


def test_business_hours_of_no_rows():
    assert business_hours(moments(), moments(), london()).shape == (0,)


def test_business_hours_of_moments_in_another_zone():
    start = pd.Series(pd.to_datetime(["2026-03-06 11:00"])).dt.tz_localize("America/New_York")  # 16:00 in London
    end = pd.Series(pd.to_datetime(["2026-03-09 10:00"])).dt.tz_localize("UTC")
    assert business_hours(start, end, london()).tolist() == [2]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [("2026-03-29 00:00", "2026-03-30 00:00", 23), ("2026-10-25 00:00", "2026-10-26 00:00", 25)],
)
def test_business_hours_of_a_day_on_which_clocks_change(start, end, hours):
    assert business_hours(moments(start), moments(end), around_the_clock("Europe/London")).tolist() == [hours]


def test_business_hours_follow_the_wall_clock_over_a_change():
    # nine to five on Friday and Monday are 8 hours each, whatever happens on Sunday
    start = pd.DatetimeIndex(["2026-03-27 00:00"], tz="UTC")
    assert business_hours(start, pd.DatetimeIndex(["2026-03-30 23:00"], tz="UTC"), london()).tolist() == [16]


@pytest.mark.parametrize(("text", "hours"), [("00:30-01:30", 0.5), ("01:15-03:00", 1.0)])
def test_business_hours_in_the_hour_left_out(text, hours):
    agreed = calendars.calendar({"sun": text}, zone="Europe/London")
    assert business_hours(moments("2026-03-29 00:00"), moments("2026-03-29 12:00"), agreed).tolist() == [hours]


def test_business_hours_in_the_hour_that_comes_twice():
    agreed = calendars.calendar({"sun": "00:30-01:30"}, zone="Europe/London")
    assert business_hours(moments("2026-10-25 00:00"), moments("2026-10-25 12:00"), agreed).tolist() == [2]


def test_business_hours_where_midnight_comes_twice():
    agreed = around_the_clock("America/Havana")
    start, end = pd.DatetimeIndex(["2025-11-01 12:00", "2025-11-04 12:00"], tz="UTC")
    assert business_hours([start], [end], agreed).tolist() == [72]


def test_business_hours_over_midnight_belong_to_the_day_they_begin_on():
    agreed = calendars.calendar({"thu": "22:00-06:00", "fri": "22:00-06:00"}, holidays=["2026-03-06"])
    # Thursday night into the holiday counts, the holiday's own night does not
    assert business_hours(moments("2026-03-05 12:00"), moments("2026-03-08 12:00"), agreed).tolist() == [8]


@given(start=MINUTES, length=st.integers(0, 60 * 24 * 30))
def test_business_hours_round_the_clock_are_elapsed_hours(start, length):
    first = FIRST + pd.Timedelta(minutes=start)
    hours = business_hours([first], [first + pd.Timedelta(minutes=length)], around_the_clock("Europe/London"))
    assert hours == pytest.approx([length / 60])


@given(start=MINUTES, parts=st.tuples(st.integers(0, 9999), st.integers(0, 9999)))
def test_business_hours_add_up(start, parts):
    first = FIRST + pd.Timedelta(minutes=start)
    middle = first + pd.Timedelta(minutes=parts[0])
    last = middle + pd.Timedelta(minutes=parts[1])
    hours = business_hours([first, middle, first], [middle, last, last], london())
    assert hours[0] + hours[1] == pytest.approx(hours[2])


def test_business_hours_agree_with_counting_minutes():
    rng = np.random.default_rng(7)
    agreed = calendars.calendar(
        {"mon": "08:30-12:00, 13:00-17:00", "sat": "22:00-04:00", "sun": "20:00-02:30"},
        zone="Europe/London",
        holidays=["2026-03-30"],
    )
    first = pd.Timestamp("2026-03-20", tz="UTC")
    starts = first + pd.to_timedelta(rng.integers(0, 20_000, 30), unit="min")
    ends = starts + pd.to_timedelta(rng.integers(0, 9_000, 30), unit="min")
    minutes = pd.date_range(first, ends.max(), freq="min")
    wall = minutes.tz_convert("Europe/London")
    clock = np.asarray(wall.hour * 60 + wall.minute)
    day = np.asarray(wall.day_of_week)
    holiday = np.asarray(wall.strftime("%Y-%m-%d") == "2026-03-30")
    is_open = (day == 0) & ((clock >= 510) & (clock < 720) | (clock >= 780) & (clock < 1020)) & ~holiday
    is_open |= (
        (day == 5) & (clock >= 1320) | (day == 6) & ((clock < 240) | (clock >= 1200)) | (day == 0) & (clock < 150)
    )
    counted = [is_open[(minutes >= a) & (minutes < b)].sum() / 60 for a, b in zip(starts, ends, strict=True)]
    assert business_hours(starts, ends, agreed) == pytest.approx(counted)


# paused_hours


@pytest.mark.parametrize(
    ("rows", "hours"),
    [
        ([], 0),
        ([("10:00", "12:00")], 2),
        ([("10:00", "12:00"), ("11:00", "13:00")], 3),  # overlapping
        ([("10:00", "16:00"), ("11:00", "12:00"), ("15:00", "16:30")], 6.5),  # one within another
        ([("10:00", "11:00"), ("11:00", "12:00")], 2),  # touching
        ([("14:00", "15:00"), ("10:00", "11:00")], 2),  # not in order
        ([("07:00", "10:00"), ("16:00", "23:00")], 2),  # beyond the agreed hours
        ([("16:00", None)], 1),  # not yet over
        ([("12:00", "11:00")], 0),  # ends before it starts
    ],
)
def test_paused_hours(rows, hours):
    assert paused(rows) == [hours]


def test_paused_hours_count_only_between_start_and_end():
    assert paused([("09:00", "11:00"), ("12:00", "17:00")], "2026-03-06 10:00", "2026-03-06 13:00") == [2]


def test_paused_hours_of_several_rows_are_not_merged():
    start, end = moments("2026-03-06 09:00", "2026-03-06 09:00"), moments("2026-03-06 17:00", "2026-03-06 17:00")
    pauses = pd.DataFrame({"row": [1, 0], "start": moments("2026-03-06 10:00", "2026-03-06 11:00")})
    pauses["end"] = moments("2026-03-06 12:00", "2026-03-06 14:00")
    assert paused_hours(start, end, pauses, london()).tolist() == [3, 2]


def test_paused_hours_with_an_unknown_start_are_unknown():
    assert math.isnan(paused([("10:00", "11:00")], start=None)[0])
    pauses = pd.DataFrame({"row": [0], "start": moments(None), "end": moments("2026-03-06 12:00")})
    hours = paused_hours(moments("2026-03-06 09:00"), moments("2026-03-06 17:00"), pauses, london())
    assert np.isnan(hours).all()


def test_paused_hours_refuse_a_pause_of_no_row():
    pauses = pd.DataFrame({"row": [2], "start": moments("2026-03-06"), "end": moments("2026-03-06")})
    with pytest.raises(ValueError, match="0 to 0; found 2 to 2"):
        paused_hours(moments("2026-03-06"), moments("2026-03-07"), pauses, london())


@given(spans=st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), max_size=6))
def test_paused_hours_never_exceed_the_time_on_the_clock(spans):
    start, end = moments("2026-03-06 10:00"), moments("2026-03-06 15:00")
    begins = [pd.Timestamp("2026-03-06 05:00") + pd.Timedelta(minutes=minute) for minute, _ in spans]
    ends = [begin + pd.Timedelta(minutes=length) for begin, (_, length) in zip(begins, spans, strict=True)]
    pauses = pd.DataFrame({"row": np.zeros(len(spans), int), "start": moments(*begins), "end": moments(*ends)})
    assert 0 <= paused_hours(start, end, pauses, london())[0] <= 5


# due


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-03-02 15:30", 8, "2026-03-03 15:30"),
        ("2026-03-02 15:30", 1.5, "2026-03-02 17:00"),  # at closing time, not at the next opening
        ("2026-03-07 12:00", 0.5, "2026-03-09 09:30"),  # from outside the hours
        ("2026-03-07 12:00", 0, "2026-03-07 12:00"),
        ("2026-12-24 16:00", 2, "2026-12-28 10:00"),  # over a holiday
        ("2026-03-27 16:00", 2, "2026-03-30 10:00"),  # over a change of clocks
    ],
)
def test_due(start, hours, expected):
    assert due(moments(start), hours, london())[0] == pd.Timestamp(expected, tz="Europe/London")


@given(start=MINUTES, hours=st.floats(0.01, 500))
def test_due_is_so_many_business_hours_later(start, hours):
    first = FIRST + pd.Timedelta(minutes=start)
    assert business_hours([first], due([first], hours, london()), london()) == pytest.approx([hours], abs=1e-8)


def test_due_of_an_unknown_is_unknown():
    assert due(moments("2026-03-02", None), [math.nan, 1], london()).isna().all()


def test_due_goes_beyond_many_holidays():
    agreed = calendars.calendar({"mon": "09:00-10:00"}, holidays=pd.date_range("2026-01-01", "2026-12-31"))
    assert due(moments("2026-01-01"), 1, agreed)[0] == pd.Timestamp("2027-01-04 10:00", tz="UTC")


def test_due_refuses_negative_hours():
    with pytest.raises(ValueError, match="0 or more; found -1"):
        due(moments("2026-03-02"), -1, london())


# business_days


def test_business_days_count_both_ends():
    days = business_days(
        ["2026-03-06", "2026-03-09", "2026-03-07"], ["2026-03-09", "2026-03-06", "2026-03-08"], london()
    )
    assert days.tolist() == [2, -2, 0]


def test_business_days_of_a_missing_day_are_unknown():
    assert np.isnan(business_days([None], ["2026-03-06"], london())).all()
