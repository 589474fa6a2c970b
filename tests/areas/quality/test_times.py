"""How long does it take: medians with open tickets taken for what they are, and the change of the mean."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import levels, times
from toolkit.model import Period

MARCH = Period.parse("2026-03")


def made(table, hours, *, first="2026-03-02 08:00", column="resolved", state="", closed=None, **attrs):
    """Tickets opened an hour apart that took so many hours; None: still open."""
    rows = [f"ticket, priority, kind, state, opened, {column}, {'closed' if column != 'closed' else 'mitigated'}"]
    for n, took in enumerate(hours):
        opened = pd.Timestamp(first) + pd.Timedelta(n, "h")
        end = "" if took is None else f"{opened + pd.Timedelta(took, 'h'):%Y-%m-%d %H:%M}"
        shut = f"{opened + pd.Timedelta(closed, 'h'):%Y-%m-%d %H:%M}" if closed else ""
        rows.append(f"{first}-{n}, {1 + n % 2}, incident, {state}, {opened:%Y-%m-%d %H:%M}, {end}, {shut}")
    return table("tickets", "\n".join(rows), **attrs)


def together(*frames):
    joined = pd.concat(frames)
    joined.attrs = frames[0].attrs
    return joined


# time_to_resolve


def test_time_to_resolve_counts_open_tickets_for_as_long_as_they_have_been_open(table):
    # 1, 2, 3, 4, 5 hours and four open ones: the curve falls to 4/9 with the fifth, so the median is 5 and not 3
    measured = times.time_to_resolve(made(table, [1, 2, 3, 4, 5, None, None, None, None]), period=MARCH)
    assert (measured.value, measured.n, measured.unit) == (5, 9, "hours")
    assert "the 4 still open counted as open" in measured.claim


def test_time_to_resolve_takes_a_later_resolution_for_open(table):
    # resolved in April: at the end of March they had been open for 30 days
    measured = times.time_to_resolve(made(table, [1, 2, 3, 4, 5, 900, 900, 900, 900]), period=MARCH)
    assert measured.value == 5
    assert measured.parts["priority"]["open"].sum() == 4


def test_time_to_resolve_says_what_is_over_without_a_moment(table):
    # five took 1 to 5 hours: 3; with four that were closed after 10 hours: 5
    unsaid = made(table, [None] * 4, first="2026-03-09 08:00", state="closed", closed=10)
    measured = times.time_to_resolve(together(made(table, [1, 2, 3, 4, 5]), unsaid), period=MARCH)
    assert (measured.value, measured.n) == (3, 5)
    assert "4 tickets over without a moment of resolution are left out" in measured.because
    assert "within 5 hours" in measured.because


def test_time_to_resolve_leaves_cancelled_tickets_out(table):
    cancelled = made(table, [None] * 4, first="2026-03-09 08:00", state="cancelled", closed=10)
    measured = times.time_to_resolve(together(made(table, [1, 2, 3, 4, 5]), cancelled), period=MARCH)
    assert (measured.value, measured.n, "left out" in measured.because) == (3, 5, False)


def test_time_to_resolve_has_p90_and_mean(table):
    # 1 to 10 hours: the mean is 5.5, the curve falls to a tenth at 9 and stays there to 10
    statistics = times.time_to_resolve(made(table, range(1, 11)), period=MARCH).parts["statistic"]
    assert statistics["value"].tolist() == pytest.approx([5.5, 9.5, 5.5])


def test_time_to_resolve_draws_a_falling_curve(table):
    curve = times.time_to_resolve(made(table, range(1, 11)), period=MARCH).parts["curve"]
    assert curve["value"].tolist() == pytest.approx([1 - n / 10 for n in range(11)])
    inner = curve.iloc[1:]
    assert ((inner["low"] <= inner["value"]) & (inner["value"] <= inner["high"])).all()


def test_time_to_resolve_adds_agreed_hours(table):
    tickets = made(table, [1, 2, 3, 4, 5])
    service_levels = table(
        "service_levels",
        "level, measure, limit_hours, target, clock_stops, valid_from\nL, resolution, 8, 0.9, client, 2026-01-01",
    )
    # the third waited for the client for 2 of its 3 hours: 1, 2, 1, 4, 5, whose median is 2
    start = pd.Timestamp("2026-03-02 10:30")
    pauses = table(
        "ticket_pauses",
        f"ticket, start, end, party\n2026-03-02 08:00-2, {start}, {start + pd.Timedelta(2, 'h')}, client",
    )
    judged = levels.judged_tickets(tickets, service_levels, pauses, period=MARCH)
    statistics = times.time_to_resolve(tickets, judged, period=MARCH).parts["statistic"].set_index("statistic")["value"]
    assert (statistics["median"], statistics["median, agreed hours"]) == (3, 2)


@pytest.mark.parametrize(
    ("hours", "because"),
    [
        ([1, 2, 3, 4], "4 tickets opened in 2026-03 were resolved; 5 are needed"),
        ([1, 2, 3, 4, 5, *[None] * 20], "fewer than half of the tickets opened in 2026-03 were resolved by its end"),
    ],
)
def test_time_to_resolve_of_too_few_is_not_assessed(table, hours, because):
    assert times.time_to_resolve(made(table, hours), period=MARCH).because.startswith(because)


# time_to_acknowledge


def test_time_to_acknowledge_is_to_the_acknowledgement(table):
    measured = times.time_to_acknowledge(made(table, [1, 2, 3, 4, 5], column="acknowledged"), period=MARCH)
    assert measured.value == 3
    assert "were acknowledged within 3 hours" in measured.claim


def test_time_to_acknowledge_without_moments_is_not_assessed(table):
    assert "supply the column acknowledged" in times.time_to_acknowledge(made(table, [1] * 6), period=MARCH).because


# time_to_resolve_change


def test_time_to_resolve_change_is_the_difference_of_the_means(table):
    # 1 to 9 hours in February (mean 5), half of that in March: 2.5 hours less
    tickets = together(made(table, range(1, 10), first="2026-02-02 08:00"), made(table, [n / 2 for n in range(1, 10)]))
    measured = times.time_to_resolve_change(tickets, period=MARCH)
    assert measured.value == pytest.approx(-2.5)
    assert measured.low < -2.5 < measured.high
    assert "took 2.50 hours on average, 2.50 hours less" in measured.claim
    assert "than in 2026-02" in measured.claim


def test_time_to_resolve_change_says_what_chance_can_bring(table):
    same = together(made(table, range(1, 10), first="2026-02-02 08:00"), made(table, range(1, 10)))
    assert "chance alone can bring that; log-rank p = 1.000" in times.time_to_resolve_change(same, period=MARCH).claim
    other = together(made(table, range(50, 90), first="2026-02-02 08:00"), made(table, range(1, 41)))
    claim = times.time_to_resolve_change(other, period=MARCH).claim
    assert "chance alone would rarely bring such a difference; log-rank p below 0.001" in claim


def test_time_to_resolve_change_compares_with_a_year_earlier_too(table):
    tickets = together(
        made(table, range(1, 10), first="2025-03-02 08:00"),
        made(table, range(1, 10), first="2026-02-02 08:00"),
        made(table, range(2, 11)),
    )
    comparison = times.time_to_resolve_change(tickets, period=MARCH).parts["comparison"]
    assert comparison["period"].tolist() == ["2026-02", "2025-03"]
    assert comparison["value"].tolist() == pytest.approx([1, 1])


def test_time_to_resolve_change_without_a_period_before_is_not_assessed(table):
    assert "too few tickets" in times.time_to_resolve_change(made(table, range(1, 10)), period=MARCH).because
