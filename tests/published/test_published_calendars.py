"""Agreed hours against published examples."""

import pytest

from toolkit.stats import calendars

WEEK = dict.fromkeys(calendars.WEEKDAYS[:5], "09:00-17:00")


def test_due_after_eight_service_hours(published):
    """Source: an example in a scheduling tool's documentation."""
    case = published("service_hours")
    agreed = calendars.calendar(case["inputs"]["hours"])
    assert calendars.due(["2026-03-02T15:30"], 8, agreed)[0].isoformat() == case["expected"]["due"]


@pytest.mark.parametrize(
    ("what", "start", "end", "holidays"),
    [
        ("friday_16_to_monday_10", "2026-03-06T16:00", "2026-03-09T10:00", []),
        ("with_monday_holiday_to_tuesday_10", "2026-03-06T16:00", "2026-03-10T10:00", ["2026-03-09"]),
    ],
)
def test_business_hours(published, what, start, end, holidays):
    """By hand, from the definition of business elapsed time."""
    case = published("service_hours")
    agreed = calendars.calendar(case["inputs"]["hours"], holidays=holidays)
    hours = calendars.business_hours([start], [end], agreed)
    assert hours == pytest.approx([case["expected"][what]], abs=case["tolerance"])


def test_business_hours_in_the_night_the_clocks_change(published):
    """By hand: from midnight to six, of which one hour is left out."""
    case = published("service_hours")
    agreed = calendars.around_the_clock("Europe/London")
    hours = calendars.business_hours(["2026-03-29T00:00"], ["2026-03-29T06:00"], agreed)
    assert hours == pytest.approx([case["expected"]["night_of_the_clock_change"]], abs=case["tolerance"])


@pytest.mark.parametrize(("what", "count"), [("none", 0), ("one", 1), ("three", 3)])
def test_business_days(published, what, count):
    """Source: Microsoft, Excel function reference, NETWORKDAYS."""
    case = published("networkdays_excel")
    inputs = case["inputs"]
    agreed = calendars.calendar(WEEK, holidays=inputs["holidays"][:count])
    assert calendars.business_days(inputs["first"], inputs["last"], agreed) == case["expected"][what]


@pytest.mark.parametrize(("what", "count"), [("other_none", 0), ("other_three", 3)])
def test_business_days_over_a_new_year(published, what, count):
    """Source: rows of a spreadsheet library's tests; of three holidays two fall on a Sunday."""
    case = published("networkdays_excel")
    inputs = case["inputs"]
    agreed = calendars.calendar(WEEK, holidays=inputs["other_holidays"][:count])
    assert calendars.business_days(inputs["other_first"], inputs["other_last"], agreed) == case["expected"][what]
