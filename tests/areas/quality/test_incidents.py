"""How often does it fail: the weighted rate, its change on a year before, and months that stand out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from toolkit.areas.quality import incidents
from toolkit.model import Period
from toolkit.stats.rates import poisson_rate, rate_ratio, weighted_rate

Q1, MARCH = Period.parse("2026-Q1"), Period.parse("2026-03")
COVERED = {"covers": ("2026-01", "2026-03")}

FOUR = """
    opened, kind, priority
    2026-01-05 09:00, incident, 1
    2026-02-05 09:00, incident, 2
    2026-03-05 09:00, incident, 2
    2026-03-06 09:00, incident, 3
"""


def monthly(table, counts, first="2024-01", **attrs):
    """Tickets with so many incidents of priority 2 in each month."""
    months = pd.period_range(first, periods=len(counts), freq="M")
    rows = [f"{month}-05 09:00, incident, 2" for month, n in zip(months, counts, strict=True) for _ in range(n)]
    covers = (str(months[0]), str(months[-1]))
    return table("tickets", "\n".join(["opened, kind, priority", *rows]), **{"covers": covers, **attrs})


# incident_rate


def test_incident_rate_weighs_each_priority_half_of_the_one_above(table):
    # 1 + 2 * 1/2 + 1/4 = 2.25 in 3 months
    measured = incidents.incident_rate(table("tickets", FOUR, **COVERED), period=Q1)
    assert measured.value == pytest.approx(2.25 / 3)
    assert (measured.low, measured.high) == pytest.approx(weighted_rate([1, 2, 1], [1, 0.5, 0.25], 3)[1:])
    assert (measured.n, measured.unit) == (4, "P1 equivalents a month")
    assert measured.claim.startswith(
        "4 incidents opened in 2026-Q1, 1.33 a month; weighted by severity as much as 0.750 ("
    )


def test_incident_rate_with_equal_weights_has_the_exact_interval(table):
    measured = incidents.incident_rate(table("tickets", FOUR, **COVERED), period=Q1, priority_ratio=1)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(poisson_rate(4, 3)))


def test_incident_rate_leaves_out_other_kinds_cancelled_tickets_and_what_goes_on_with_an_incident(table):
    more = """
    2026-03-07 09:00, request, 1, N20, active,
    2026-03-07 09:00, incident, 1, N21, cancelled,
    2026-03-07 09:00, incident, 1, N22, active, N23
    2026-03-07 10:00, incident, 1, N23, active,
    """
    tickets = table("tickets", "opened, kind, priority, ticket, state, parent" + more, **COVERED)
    measured = incidents.incident_rate(tickets, period=Q1)
    assert measured.n == 1
    assert "1 incident counted with the one that they go on with" in measured.because


def test_incident_rate_takes_all_tickets_where_none_names_its_kind_and_says_so(table):
    measured = incidents.incident_rate(table("tickets", FOUR.replace("incident", ""), **COVERED), period=Q1)
    assert measured.n == 4
    assert "no ticket names its kind, so all count as incidents" in measured.because


def test_incident_rate_weighs_an_incident_without_priority_as_the_others(table):
    # mean weight (1 + 1/2) / 2 = 0.75, so 1 + 0.5 + 0.75 = 2.25 in one month
    text = "opened, kind, priority\n2026-03-05, incident, 1\n2026-03-05, incident, 2\n2026-03-05, incident,"
    measured = incidents.incident_rate(table("tickets", text), period=MARCH)
    assert measured.value == pytest.approx(2.25)
    assert "1 incident without a priority" in measured.because
    assert measured.parts["priority"]["priority"].tolist() == ["not given", "P1", "P2"]


def test_incident_rate_without_any_priority_is_not_assessed(table):
    measured = incidents.incident_rate(table("tickets", "opened\n2026-03-05 09:00"), period=MARCH)
    assert not measured.assessed
    assert "no incident names its priority" in measured.because


def test_incident_rate_leaves_out_a_month_of_which_the_file_says_nothing(table):
    # February is silent: 1 + 1/2 + 1/4 in two months
    tickets = table("tickets", FOUR, silent=["2026-02"], **COVERED)
    measured = incidents.incident_rate(tickets[tickets["opened"].dt.month != 2], period=Q1)
    assert measured.value == pytest.approx(1.75 / 2)
    assert "2 of 3 months; nothing is known of February 2026" in measured.claim


def test_incident_rate_of_a_month_in_which_only_others_had_tickets_is_zero_and_has_an_upper_end(table):
    tickets = table("tickets", "opened, kind, priority\n2026-01-05, incident, 1", **COVERED)
    measured = incidents.incident_rate(tickets, period=MARCH)
    # one class of weight 1: the upper end of no event is -ln(0.025)
    assert (measured.value, measured.low, measured.high) == pytest.approx((0, 0, -np.log(0.025)))


def test_incident_rate_beyond_the_file_is_not_assessed(table):
    measured = incidents.incident_rate(table("tickets", FOUR, **COVERED), period=Period.parse("2026-Q2"))
    assert measured.because == "tickets hold nothing of 2026-Q2"


def test_incident_rate_is_less_sure_where_months_differ_more_than_chance(table):
    steady, unsteady = ([20] * 24, [5, 35] * 12)
    ends = [
        incidents.incident_rate(monthly(table, each), period=Period.parse("2025-Q4")) for each in (steady, unsteady)
    ]
    assert ends[0].interval.endswith("(Fay and Feuer)")
    assert "widened by the spread of months" in ends[1].interval
    assert ends[1].high - ends[1].low > 3 * (ends[0].high - ends[0].low)


def test_incident_rate_counts_a_ticket_in_the_month_of_its_own_clocks(table):
    # 23:30 UTC on 31 March is 1 April in London
    tickets = table("tickets", "opened, kind, priority\n2026-03-31T23:30Z, incident, 1", zone="Europe/London")
    assert incidents.incident_rate(tickets, period=Period.parse("2026-04")).n == 1


def test_incident_rate_shows_who_caused_them_where_that_was_agreed(table):
    text = "opened, kind, priority, caused_by\n2026-03-05, incident, 1, client\n2026-03-05, incident, 2,"
    part = incidents.incident_rate(table("tickets", text), period=MARCH).parts["caused_by"]
    assert part.to_dict("list") == {"caused_by": ["client", "not agreed"], "value": [1.0, 1.0]}


# incident_rate_change


def test_incident_rate_change_is_a_share_of_the_year_before_with_its_exact_interval(table):
    measured = incidents.incident_rate_change(monthly(table, [10] * 12 + [5] * 12), period=Period.parse("2025-12"))
    ratio = rate_ratio(5, 1, 10, 1)
    assert (measured.value, measured.low, measured.high) == pytest.approx((-0.5, ratio.low - 1, ratio.high - 1))
    assert (measured.numerator, measured.denominator) == (5, 10)
    assert "50.0 % fewer incidents" in measured.claim
    assert measured.parts["priority"]["priority"].tolist() == ["P2"]


def test_incident_rate_change_without_an_incident_a_year_before_is_not_assessed(table):
    measured = incidents.incident_rate_change(monthly(table, [0] * 6 + [4] * 18), period=Period.parse("2025-03"))
    assert measured.because.startswith("no incident was opened in the same months a year before 2025-03")


def test_incident_rate_change_needs_months_known_in_both_years(table):
    measured = incidents.incident_rate_change(monthly(table, [4] * 6), period=Period.parse("2024-Q2"))
    assert measured.because == "no month of 2024-Q2 is known in the tickets of this year and of the year before"


def test_incident_rate_change_compares_only_months_known_in_both_years(table):
    # January 2024 is not in the file, so only February and March are compared
    measured = incidents.incident_rate_change(monthly(table, [4] * 14, "2024-02"), period=Period.parse("2025-Q1"))
    assert (measured.value, measured.n) == (0, 16)
    assert measured.because == "2 months known in both years: February 2025, March 2025"


# monthly_incidents


def test_monthly_incidents_name_a_month_beyond_the_limits(table):
    # 23 months of 9 and one of 30: centre 9.875, upper limit 9.875 + 3 * sqrt(9.875) = 19.3
    measured = incidents.monthly_incidents(monthly(table, [9] * 23 + [30]), period=Period.parse("2025-Q4"))
    assert measured.value == 1
    assert measured.claim.endswith("December 2025 stands out.")
    last = measured.parts["month"].iloc[-1]
    assert (last["signal"], last["upper"]) == ("beyond the limits", pytest.approx(9.875 + 3 * 9.875**0.5))


def test_monthly_incidents_give_each_level_its_own_limits(table):
    measured = incidents.monthly_incidents(monthly(table, [30] * 12 + [10] * 12), period=Period.parse("2025-Q4"))
    assert measured.value == 0
    assert measured.parts["month"]["center"].tolist() == [30] * 12 + [10] * 12
    assert measured.parts["month"]["baseline"].tolist() == [False] * 12 + [True] * 12
    assert measured.parts["change"]["start"].tolist() == [pd.Period("2025-01", "M")]
    assert "a lasting change in January 2025, from about 30 to 10" in measured.claim


def test_monthly_incidents_see_no_change_in_noise(table):
    noise = np.random.default_rng(7).poisson(12, 24).tolist()
    measured = incidents.monthly_incidents(monthly(table, noise), period=Period.parse("2025-Q4"))
    assert len(measured.parts["change"]) == 0
    assert "no lasting change since January 2024" in measured.claim


def test_monthly_incidents_of_seven_months_are_not_assessed(table):
    measured = incidents.monthly_incidents(monthly(table, [4] * 7), period=Period.parse("2024-07"))
    assert measured.because == "only 7 months of incidents known; 8 tell what is usual"


def test_monthly_incidents_pass_over_a_month_of_which_nothing_is_known(table):
    tickets = monthly(table, [9] * 11 + [0] + [9] * 12, silent=["2024-12"])
    part = incidents.monthly_incidents(tickets, period=Period.parse("2025-Q4")).parts["month"].set_index("month")
    assert np.isnan(part.loc[pd.Period("2024-12", "M"), "value"])
    assert (part["signal"] == "").all()
