"""Complaints by number of users: the exact rate, which months count, and what they are held against."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.quality import complaints
from toolkit.areas.quality.tables import TABLES
from toolkit.model import Period
from toolkit.stats.rates import poisson_rate
from toolkit.tables import no_rows

DECLARED = {table.name: table for table in TABLES}
Q1 = Period.parse("2026-Q1")


def frame(name, rows, **attrs):
    """A table with these rows."""
    empty = no_rows(DECLARED[name])
    made = pd.DataFrame([{"vendor": "v", **row} for row in rows], columns=list(empty.columns)).astype(
        empty.dtypes.to_dict()
    )
    made.attrs = {
        "table": name,
        "file": f"{name}.csv",
        "digest": "",
        "absent": "" if rows else f"{name}.csv is missing",
        **attrs,
    }
    return made


def received(*counts, first="2026-01", upheld=None, **attrs):
    """So many complaints in each month."""
    months = pd.period_range(first, periods=len(counts), freq="M")
    days = [f"{month}-10" for month, n in zip(months, counts, strict=True) for _ in range(n)]
    rows = [{"complaint": f"C{at}", "received": pd.Timestamp(day), "upheld": upheld} for at, day in enumerate(days)]
    return frame("complaints", rows, **{"covers": (str(months[0]), str(months[-1])), **attrs})


def used(*users, first="2026-01", service="Desk", unit="ticket", volume=1000.0):
    """Users by month; None where nobody counted them."""
    months = pd.period_range(first, periods=len(users), freq="M")
    named = {"service": service, "unit": unit, "volume": volume}
    return [{"month": month, "users": n, **named} for month, n in zip(months, users, strict=True)]


def test_complaint_rate_is_for_a_thousand_users_a_month_with_the_exact_interval():
    # 2 + 0 + 4 = 6 complaints over 400 + 500 + 600 = 1,500 users' months: 6 / 1.5 = 4
    measured = complaints.complaint_rate(received(2, 0, 4), frame("volumes", used(400, 500, 600)), period=Q1)
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(poisson_rate(6, 1.5)))
    assert measured.value == pytest.approx(4)
    assert (measured.n, measured.denominator) == (6, pytest.approx(1.5))
    assert measured.claim.startswith(
        "6 complaints received in 2026-Q1: 4 (1.47 to 8.71) complaints per 1,000 users a month"
    )
    assert measured.parts["month"]["value"].tolist() == pytest.approx([5, 0, 4 / 0.6])


def test_complaint_rate_without_users_is_for_a_thousand_of_what_volumes_count():
    # 6 complaints over 3 * 1,000 tickets
    measured = complaints.complaint_rate(received(2, 0, 4), frame("volumes", used(None, None, None)), period=Q1)
    assert (measured.value, measured.unit) == (pytest.approx(2), "complaints per 1,000 tickets")


def test_complaint_rate_adds_the_users_of_several_services():
    rows = used(400, 500, 600) + used(100, 0, 400, service="Hosting", unit="server")
    measured = complaints.complaint_rate(received(2, 0, 4), frame("volumes", rows), period=Q1)
    assert measured.value == pytest.approx(6 / 2)


def test_complaint_rate_does_not_add_units_of_different_kinds():
    rows = used(None, None, None) + used(None, None, None, service="Hosting", unit="server")
    measured = complaints.complaint_rate(received(2, 0, 4), frame("volumes", rows), period=Q1)
    assert measured.because == (
        "volumes are counted in server and ticket, which do not add up; supply the column users in volumes"
    )


def test_complaint_rate_leaves_out_a_month_without_users_and_says_so():
    # February is unknown: 6 complaints over 1,000 users' months
    measured = complaints.complaint_rate(received(2, 5, 4), frame("volumes", used(400, None, 600)), period=Q1)
    assert (measured.value, measured.n) == (pytest.approx(6), 6)
    assert "2 of 3 months; nothing is known of February 2026" in measured.because


def test_complaint_rate_takes_a_month_in_which_others_are_complained_of_as_one_without():
    # the register goes on to March, this vendor's last complaint is of January
    rows = received(3, covers=("2026-01", "2026-03"))
    measured = complaints.complaint_rate(rows, frame("volumes", used(500, 500, 500)), period=Q1)
    assert measured.value == pytest.approx(3 / 1.5)


def test_complaint_rate_finds_a_lasting_rise_on_its_chart():
    counts = [4, 5, 3, 6, 4, 5, 4, 3, 5, 4, 6, 4, 14, 12, 15, 13, 16, 12, 14, 15]  # means 53 / 12 and 111 / 8
    rows, users = received(*counts, first="2024-08"), frame("volumes", used(*[1000] * 20, first="2024-08"))
    measured = complaints.complaint_rate(rows, users, period=Q1)
    assert "a lasting change in August 2025, from about 4.42 to 13.9" in measured.because


def test_complaint_rate_says_how_many_were_justified():
    measured = complaints.complaint_rate(
        received(2, 0, 4, upheld="yes"), frame("volumes", used(400, 500, 600)), period=Q1
    )
    assert measured.parts["upheld"].to_numpy().tolist() == [["justified", 6.0]]


def test_complaint_rate_of_a_period_before_the_register_is_not_assessed():
    measured = complaints.complaint_rate(
        received(2, 0, 4), frame("volumes", used(1, 1, 1, first="2025-10")), period=Period.parse("2025-Q4")
    )
    assert measured.because == "complaints and volumes together hold nothing of 2025-Q4"


def test_complaint_rate_without_the_register_names_the_file():
    measured = complaints.complaint_rate(frame("complaints", []), frame("volumes", used(400)), period=Q1)
    assert measured.because == "complaints.csv is missing"


def test_complaint_rate_has_the_same_limits_in_all_months_where_users_hardly_change():
    # 24 complaints in 12 months of 1,000 users, give or take 5 %: centre near 2, upper limit 2 + 3 * sqrt(2 / 1) = 6.24
    users = [950, 1050] * 6
    rows = received(*[2] * 12, first="2025-04"), frame("volumes", used(*users, first="2025-04"))
    months = complaints.complaint_rate(*rows, period=Q1).parts["month"]
    assert months["upper"].nunique() == 1
    assert months["upper"].iloc[0] == pytest.approx(6.24, abs=0.03)
    wide = frame("volumes", used(*[500, 1500] * 6, first="2025-04"))
    assert complaints.complaint_rate(rows[0], wide, period=Q1).parts["month"]["upper"].nunique() == 2
