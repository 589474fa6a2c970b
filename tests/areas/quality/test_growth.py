"""Does the service hold as volume grows: growth of volume, the change of service levels beside it, and what goes together."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.areas.quality import growth, levels
from toolkit.model import Period
from toolkit.stats.intervals import ratio_of_totals
from toolkit.stats.proportions import newcombe, share_difference, wilson

SEP = Period.parse("2026-09")
MONTHS = pd.period_range("2024-10", "2026-09", freq="M")
COVERS = {"covers": ("2024-10", "2026-09")}
LEVEL = """
    level, measure, limit_hours, target, valid_from, kind
    P2, resolution, 8, 0.9, 2024-01-01, incident
"""


def volumes(table, *services):
    """Volumes of 24 months; a service is its name, its unit and its volumes."""
    rows = [
        f"{month}, {name}, {unit}, {n}" for name, unit, each in services for month, n in zip(MONTHS, each, strict=True)
    ]
    return table("volumes", "\n".join(["month, service, unit, volume", *rows]))


def judged(table, kept_of):
    """Tickets judged: so many kept, of so many, in each month; one a day."""
    rows = []
    for month, (kept, of) in zip(MONTHS, kept_of, strict=True):
        rows += [
            f"incident, {month}-{day + 1:02d} 08:00, {month}-{day + 1:02d} {'09' if day < kept else '20'}:00, closed"
            for day in range(of)
        ]
    tickets = table("tickets", "\n".join(["kind, opened, resolved, state", *rows]), **COVERS)
    return levels.judged_tickets(tickets, table("service_levels", LEVEL), period=SEP)


# volume_growth


def test_volume_growth_is_the_total_of_a_year_over_that_of_the_year_before(table):
    # 12 * 100 = 1,200, then 12 * 110 = 1,320: 10 % more in every month, so nothing is unsure
    measured = growth.volume_growth(volumes(table, ("Desk", "ticket", [100] * 12 + [110] * 12)), period=SEP)
    assert (measured.value, measured.low, measured.high) == pytest.approx((0.1, 0.1, 0.1))
    assert (measured.numerator, measured.denominator, measured.n) == (1320, 1200, 12)
    assert measured.parts["month"].attrs["unit"] == "tickets"
    assert measured.parts["month"]["in_period"].sum() == 1


def test_volume_growth_has_the_interval_of_a_ratio_of_totals(table):
    before, now = (
        [100, 104, 98, 101, 99, 103, 97, 100, 102, 96, 100, 100],
        [110, 101, 120, 99, 108, 112, 118, 95, 104, 109, 111, 107],
    )
    measured = growth.volume_growth(volumes(table, ("Desk", "ticket", before + now)), period=SEP)
    found = ratio_of_totals(now, before)
    assert (measured.value, measured.low, measured.high) == pytest.approx(
        (sum(now) / sum(before) - 1, found.low - 1, found.high - 1)
    )


def test_volume_growth_of_services_in_different_units_weighs_them_alike(table):
    # one grows by 20 %, the other falls by 10 %: (0.2 - 0.1) / 2 = 5 %, whatever their sizes
    both = ("Desk", "ticket", [1000] * 12 + [1200] * 12), ("Hosting", "server", [10] * 12 + [9] * 12)
    measured = growth.volume_growth(volumes(table, *both), period=SEP)
    assert measured.value == pytest.approx(0.05)
    assert "services in different units (Desk and Hosting) weigh the same" in measured.because
    assert dict(measured.parts["service"].set_index("service")["value"]) == pytest.approx(
        {"Desk": 0.2, "Hosting": -0.1}
    )


def test_volume_growth_with_a_month_missing_uses_the_months_known_in_both_years(table):
    rows = volumes(table, ("Desk", "ticket", [100] * 12 + [110] * 12))
    rows = rows[rows["month"] != pd.Period("2025-03", "M")]  # so March 2026 has no month to be held beside
    measured = growth.volume_growth(rows, period=SEP)
    assert (measured.n, measured.value) == (11, pytest.approx(0.1))
    assert measured.because == "11 months known in both years"


def test_volume_growth_with_five_months_of_both_years_is_not_assessed(table):
    rows = volumes(table, ("Desk", "ticket", [100] * 24))
    measured = growth.volume_growth(rows[rows["month"] >= pd.Period("2025-05", "M")], period=SEP)
    assert measured.because.startswith(
        "volumes of 5 months of the year up to September 2026 and of the year before are known"
    )


def test_volume_growth_leaves_out_a_service_that_began_in_between(table):
    rows = volumes(table, ("Desk", "ticket", [100] * 24), ("Chat", "ticket", [50] * 24))
    rows = rows[rows["service"].eq("Desk") | (rows["month"] > pd.Period("2026-01", "M"))]
    measured = growth.volume_growth(rows, period=SEP)
    assert measured.value == pytest.approx(0)
    assert measured.because == "left out for want of two years: Chat"


# attainment_under_growth


def test_attainment_under_growth_is_the_difference_of_two_shares_beside_the_growth(table):
    # the year before 12 * 9 of 12 * 10 = 108 of 120 kept, then 12 * 7 of 12 * 10 = 84 of 120: 20 points less
    found = judged(table, [(9, 10)] * 12 + [(7, 10)] * 12)
    measured = growth.attainment_under_growth(
        found, volumes(table, ("Desk", "ticket", [100] * 12 + [125] * 12)), period=SEP
    )
    assert (measured.value, measured.low, measured.high) == pytest.approx(tuple(newcombe(84, 120, 108, 120)))
    assert (measured.n, measured.numerator, measured.denominator) == (240, pytest.approx(0.7), pytest.approx(0.9))
    assert measured.claim.startswith(
        "While volume grew by 25.0 % (25.0 % to 25.0 %), 70.0 % of tickets kept their service level in the year up to "
        "September 2026 against 90.0 % in the year before: 20.0 points less (between −29.7 and −10.0 points)."
    )
    assert measured.parts["year"]["volume_a_month"].tolist() == [100, 125]
    assert measured.parts["level"]["value"].tolist() == pytest.approx([-0.2])


def test_attainment_under_growth_says_what_goes_with_volume_without_a_cause(table):
    # volume goes up and down by turns, and in each month of more volume fewer tickets keep their level
    kept = [(9, 10), (6, 10)] * 12
    noisy = [100 + place % 5 + (40 if place % 2 else 0) for place in range(24)]
    measured = growth.attainment_under_growth(
        judged(table, kept), volumes(table, ("Desk", "ticket", noisy)), period=SEP
    )
    assert "in months of more volume fewer tickets kept their level, which says nothing of cause" in measured.because


def test_attainment_under_growth_takes_two_drifts_for_no_relation(table):
    # both rise in a straight line over time: what is left of either is nothing
    kept = [(10, 20)] * 24
    measured = growth.attainment_under_growth(
        judged(table, kept), volumes(table, ("Desk", "ticket", range(100, 148, 2))), period=SEP
    )
    assert measured.because == "no relation of volume and share over the months can be told from chance"


def test_attainment_under_growth_without_the_year_before_is_not_assessed(table):
    kept = [(0, 0)] * 12 + [(9, 10)] * 12
    measured = growth.attainment_under_growth(
        judged(table, kept), volumes(table, ("Desk", "ticket", [100] * 24)), period=SEP
    )
    assert measured.because.startswith("tickets and volumes of 0 months")


def test_without_drift_a_straight_line_leaves_nothing():
    left = growth._without_drift(pd.Series(MONTHS), pd.Series(np.arange(24.0) * 3 + 5))
    assert not left.any()


def test_share_difference_of_wilson_intervals_is_newcombe_s():
    assert tuple(share_difference(wilson(56, 70), wilson(48, 80))) == pytest.approx(tuple(newcombe(56, 70, 48, 80)))
    assert math.isnan(share_difference(wilson(0, 0), wilson(1, 2)).value)
