"""Credits due under both contract models, to the penny, and those that were not given."""

from __future__ import annotations

import random
from fractions import Fraction

import pandas as pd
import pytest

from toolkit.areas.quality import credits as area
from toolkit.model import Period

Q1, MARCH = Period.parse("2026-Q1"), Period.parse("2026-03")
# the ladder of the UK Model Services Contract for a target of 99 %
LADDER = """
    level, below, severity, points
    P1, 0.99, minor, 1
    P1, 0.98, serious, 2
    P1, 0.97, severe, 3
    P1, 0.96, threshold, 4
"""
POINTS = "model, monthly_charges, point_rate, repeat_factor\nservice_points, 90000, 0.005, 2"
POOL = "model, monthly_charges, at_risk\nat_risk, 100000, 0.12"
PARTS = "level, below, allocation\nP1, 0.95, 0.4\nP2, 0.95, 0.35\nP3, 0.95, 0.5"


def results(*rows, target=0.99):
    """Monthly results as (level, month, value) or (level, month, value, target)."""
    made = [(*row, target)[:4] for row in rows]
    frame = pd.DataFrame(made, columns=["level", "month", "value", "target"])
    return frame.assign(month=pd.PeriodIndex(frame["month"], freq="M"))


def reckoned(table, rows, terms=POINTS, bands=LADDER, given=None, invoices=None, period=Q1):
    """credits_by_level of CSV texts; without `given` the file of credits is there and empty."""
    return area.credits_by_level(
        rows,
        table("credit_terms", terms),
        table("credit_bands", bands),
        table("credits", given or ""),
        table("invoices", invoices) if invoices else None,
        period=period,
    )


def due(table, rows, terms=POINTS, bands=LADDER, period=Q1, **more):
    return area.credits_due(reckoned(table, rows, terms, bands, period=period, **more), period=period)


# service points


@pytest.mark.parametrize(
    ("value", "points"),
    [(0.99, 0), (0.9899, 1), (0.98, 1), (0.9799, 2), (0.97, 2), (0.9699, 3), (0.96, 3), (0.9599, 4), (0.0, 4)],
)
def test_credits_due_by_points_follow_the_ladder_and_its_edges(table, value, points):
    # a point is 0.5 % of 90,000 = 450
    assert due(table, results(("P1", "2026-03", value))).value == 450 * points


def test_credits_due_by_points_double_when_the_month_before_was_missed_too(table):
    # January 1 point, February 2 x 2, March met: 450 + 1,800
    rows = results(("P1", "2026-01", 0.985), ("P1", "2026-02", 0.975), ("P1", "2026-03", 1.0))
    measured = due(table, rows)
    assert measured.value == 2250
    assert measured.parts["rows"]["repeat"].tolist() == [False, True]
    assert measured.parts["month"]["value"].tolist() == [450, 1800, 0]


def test_credits_due_by_points_double_on_a_miss_before_the_period(table):
    rows = results(("P1", "2025-12", 0.985), ("P1", "2026-01", 0.985))
    assert due(table, rows).value == 900


def test_credits_due_by_points_do_not_double_after_a_month_without_a_miss(table):
    rows = results(("P1", "2026-01", 0.985), ("P1", "2026-03", 0.985))
    measured = due(table, rows)
    assert measured.value == 900
    assert "a miss whose month before has no result counts as a first one" in measured.because


def test_credits_due_by_points_count_a_third_month_in_a_row_times_the_factor_once_and_say_so(table):
    rows = results(*(("P1", f"2026-0{month}", 0.985) for month in (1, 2, 3)))
    measured = due(table, rows)
    assert measured.value == 450 + 900 + 900
    assert "missed three months in a row counts times the repeat factor once" in measured.because


def test_credits_due_are_rounded_to_the_penny_halves_up_for_each_level(table):
    # 0.5 % of 1,001 is 5.005: 5.01 twice, where once for the month it would be 10.01
    bands = "level, below, points\nP1, 0.99, 1\nP2, 0.99, 1"
    rows = results(("P1", "2026-03", 0.9), ("P2", "2026-03", 0.9))
    assert due(table, rows, POINTS.replace("90000", "1001"), bands).value == 10.02


def test_credits_due_by_points_keep_to_a_cap_where_there_is_one(table):
    terms = "model, monthly_charges, point_rate, cap\nservice_points, 90000, 0.005, 0.01"
    measured = due(table, results(("P1", "2026-03", 0.5)), terms)
    assert measured.value == 900
    assert measured.parts["rows"]["capped"].tolist() == [900]


def test_credits_due_on_results_near_an_edge_say_what_rounding_would_change(table):
    # 98.96 % is below 99 %, and is 99.0 % when rounded first
    measured = due(table, results(("P1", "2026-03", 0.9896)))
    assert measured.value == 450
    assert "rounded to a tenth of a per cent first, 0.00 GBP would be due" in measured.because


# at-risk pool


def test_credits_due_from_a_pool_are_allocation_times_the_amount_at_risk(table):
    # 12 % of 100,000 = 12,000 at risk; P1 0.4 and P2 0.35 of it
    measured = due(table, results(("P1", "2026-03", 0.9), ("P2", "2026-03", 0.9), ("P3", "2026-03", 0.96), target=0.95),
                   POOL, PARTS)  # fmt: skip
    assert measured.value == 9000
    assert measured.parts["level"].to_dict("list") == {"level": ["P1", "P2"], "value": [4800, 4200]}


def test_credits_due_from_a_pool_are_capped_at_the_amount_at_risk_in_proportion(table):
    # 0.4 + 0.35 + 0.5 = 1.25 of 12,000; each is cut to 0.8 of its own
    rows = results(*((level, "2026-03", 0.9) for level in ("P1", "P2", "P3")), target=0.95)
    measured = due(table, rows, POOL, PARTS)
    assert measured.value == 12000
    assert measured.parts["rows"]["due"].tolist() == [3840, 3360, 4800]
    assert "without a cap in the terms, the amount at risk is taken as one" in measured.because
    assert "the cap cuts the levels of a month in proportion" in measured.because


def test_credits_due_that_are_capped_still_add_up_to_the_cap_to_the_penny(table):
    # three equal levels share 10 pounds: 3.34, 3.33 and 3.33
    bands = "level, below, allocation\nP1, 0.95, 1\nP2, 0.95, 1\nP3, 0.95, 1"
    rows = results(*((level, "2026-03", 0.9) for level in ("P1", "P2", "P3")), target=0.95)
    measured = due(table, rows, POOL.replace("100000, 0.12", "100, 0.1"), bands)
    assert measured.parts["rows"]["due"].tolist() == [3.34, 3.33, 3.33]
    assert measured.value == 10


EARN = "model, monthly_charges, at_risk, earn_back_months, earn_back_at\nat_risk, 100000, 0.12, 2, 0.97"


def test_credits_due_are_earned_back_when_the_following_months_reach_the_mark(table):
    rows = results(("P1", "2026-01", 0.9), ("P1", "2026-02", 0.97), ("P1", "2026-03", 0.98), target=0.95)
    measured = due(table, rows, EARN, PARTS)
    assert measured.value == 0
    assert measured.parts["rows"][["amount", "earned_back", "due"]].values.tolist() == [[4800, 4800, 0]]


def test_credits_due_are_not_earned_back_by_meeting_the_target_alone_where_more_is_asked(table):
    rows = results(("P1", "2026-01", 0.9), ("P1", "2026-02", 0.96), ("P1", "2026-03", 0.98), target=0.95)
    assert due(table, rows, EARN, PARTS).value == 4800


def test_credits_due_are_not_earned_back_over_a_month_without_a_result(table):
    rows = results(("P1", "2026-01", 0.9), ("P1", "2026-03", 0.98), target=0.95)
    assert due(table, rows, EARN, PARTS).value == 4800


def test_credits_due_that_may_still_be_earned_back_are_due_and_said_so(table):
    rows = results(("P1", "2026-02", 0.9), ("P1", "2026-03", 0.98), target=0.95)
    measured = due(table, rows, EARN, PARTS)
    assert measured.value == 4800
    assert "4,800.00 GBP of it may still be earned back after the period" in measured.because


def test_credits_due_do_not_see_what_came_after_the_period(table):
    rows = results(("P1", "2026-03", 0.9), ("P1", "2026-04", 1.0), ("P1", "2026-05", 1.0), target=0.95)
    assert due(table, rows, EARN, PARTS).value == 4800


def by_hand(values, model):
    """Pennies due in the first quarter, row by row: values by level and month 2025-12 to 2026-03, targets of 0.95."""
    charges, total, sums = 9876543, 0, []
    ladder = ((Fraction(90, 100), 4), (Fraction(93, 100), 2), (Fraction(95, 100), 1))
    for month in (1, 2, 3):
        owed = []
        for level in values:
            points = next((points for below, points in ladder if level[month] < below), 0)
            if model == "service_points":
                twice = 2 if level[month - 1] < Fraction(95, 100) else 1
                exact = Fraction(points * twice * 5, 1000) * charges
            else:
                exact = Fraction(points, 10) * Fraction(12, 100) * charges
            owed.append(int(exact + Fraction(1, 2)))
        cap = int(Fraction(12, 100) * charges + Fraction(1, 2))
        sums.append(min(sum(owed), cap) if model == "at_risk" else sum(owed))
        total += sums[-1]
    return total / 100, [pennies / 100 for pennies in sums]


@pytest.mark.parametrize("model", ["service_points", "at_risk"])
@pytest.mark.parametrize("seed", range(5))
def test_credits_due_equal_a_reckoning_row_by_row_to_the_penny(table, model, seed):
    draws = random.Random(seed)
    values = [[Fraction(draws.randint(880, 1000), 1000) for _ in range(4)] for _ in range(4)]
    months = ("2025-12", "2026-01", "2026-02", "2026-03")
    rows = results(
        *(
            (f"P{n}", month, float(value))
            for n, level in enumerate(values)
            for month, value in zip(months, level, strict=True)
        ),
        target=0.95,
    )
    name, scale = ("points", 1) if model == "service_points" else ("allocation", 10)
    ladder = [(0.9, 4), (0.93, 2), (0.95, 1)]
    bands = [f"P{n}, {below}, {points / scale}" for n in range(4) for below, points in ladder]
    terms = {
        "service_points": "model, monthly_charges, point_rate, repeat_factor\nservice_points, 98765.43, 0.005, 2",
        "at_risk": "model, monthly_charges, at_risk\nat_risk, 98765.43, 0.12",
    }
    measured = due(table, rows, terms[model], "\n".join([f"level, below, {name}", *bands]))
    total, sums = by_hand(values, model)
    assert measured.value == total
    assert measured.parts["month"]["value"].tolist()[1:] == sums


# charges, terms and bands in force


def test_credits_due_take_charges_from_invoices_without_credits_and_one_off_lines(table):
    # 0.5 % of 80,000
    invoices = """
    date, amount, category
    2026-03-31, 80000, run
    2026-03-31, -450, credit
    2026-03-31, 20000, one_off
    """
    terms = "model, point_rate\nservice_points, 0.005"
    measured = due(table, results(("P1", "2026-03", 0.985)), terms, invoices=invoices)
    assert measured.value == 400
    assert "charges are the invoice lines dated in the month" in measured.because


def test_credits_due_of_a_month_without_charges_are_unknown_and_named(table):
    invoices = "date, amount, category\n2026-03-31, 80000, run"
    rows = results(("P1", "2026-02", 0.985), ("P1", "2026-03", 0.985))
    measured = due(table, rows, "model, point_rate\nservice_points, 0.005", invoices=invoices)
    assert measured.value == 400
    assert "charges of February 2026 are not known, so neither is the credit" in measured.claim
    assert pd.isna(measured.parts["month"]["value"].iloc[0])


def test_credits_due_without_any_charges_are_not_assessed(table):
    measured = due(table, results(("P1", "2026-03", 0.985)), "model, point_rate\nservice_points, 0.005")
    assert measured.because == "the month's charges are not known: supply invoices, or monthly_charges in credit_terms"


def test_credits_due_follow_the_terms_in_force_on_the_last_day_of_the_month(table):
    terms = """
    model, monthly_charges, point_rate, valid_from
    service_points, 90000, 0.005, 2025-01-01
    service_points, 90000, 0.01, 2026-02-15
    """
    rows = results(("P1", "2026-01", 0.985), ("P1", "2026-02", 0.985))
    assert due(table, rows, terms).parts["month"]["value"].tolist() == [450, 900]


def test_credits_due_follow_the_latest_ladder_of_a_level(table):
    bands = "level, below, points, valid_from\nP1, 0.99, 1, 2025-01-01\nP1, 0.95, 5, 2026-03-01"
    rows = results(("P1", "2026-01", 0.985), ("P1", "2026-03", 0.985))
    assert due(table, rows, bands=bands).parts["month"]["value"].tolist() == [450, 0]


def test_credits_due_without_terms_in_force_are_none_and_said_so(table):
    terms = POINTS.replace("repeat_factor", "repeat_factor, valid_from").replace("0.005, 2", "0.005, 2, 2026-03-01")
    measured = due(table, results(("P1", "2026-01", 0.985), ("P1", "2026-03", 1.0)), terms)
    assert measured.value == 0
    assert "no terms in force in January 2026" in measured.because


def test_credits_due_name_a_level_with_bands_and_without_a_result(table):
    measured = due(table, results(("P9", "2026-03", 1.0)))
    assert measured.value == 0
    assert "no result, and so no credit, of P1 in January 2026, February 2026, March 2026" in measured.because


def test_credits_due_do_not_mix_points_into_a_pool(table):
    measured = due(table, results(("P1", "2026-03", 0.5)), POOL, LADDER)
    assert measured.value == 0
    assert "bands with points under an at-risk contract" in measured.because


def test_credits_due_without_terms_are_not_assessed(table):
    by_level = area.credits_by_level(
        results(("P1", "2026-03", 0.5)), table("credit_terms"), table("credit_bands", LADDER), period=Q1
    )
    assert area.credits_due(by_level, period=Q1).because == "credit_terms holds no row"


def test_credits_due_without_a_result_in_the_period_are_not_assessed(table):
    measured = due(table, results(("P1", "2025-12", 0.5)))
    assert measured.because == "neither tickets nor service_level_results give a result of a service level in 2026-Q1"


def test_credits_due_before_the_first_result_are_not_assessed(table):
    measured = due(table, results(("P1", "2026-05", 0.5)))
    assert measured.because == "monthly_results hold no month up to 2026-Q1"


def test_credits_due_show_each_miss_with_its_band(table):
    row = due(table, results(("P1", "2026-03", 0.975), ("P1", "2026-01", 1.0))).parts["rows"].to_dict("records")
    assert row == [
        {
            "month": pd.Period("2026-03", "M"), "level": "P1", "result": 0.975, "target": 0.99, "band": "serious",
            "points": 2, "allocation": pytest.approx(float("nan"), nan_ok=True), "repeat": False, "amount": 900,
            "capped": 0, "earned_back": 0, "due": 900,
        }
    ]  # fmt: skip


def test_credits_due_say_to_the_penny_what_is_due_and_for_what(table):
    measured = due(table, results(("P1", "2026-02", 1.0), ("P1", "2026-03", 0.975)))
    assert measured.claim == (
        "By the contract's terms 900.00 GBP of credits were due for 2026-Q1: 1 of 2 monthly results missed the level."
    )
    assert (measured.unit, measured.counted) == ("GBP", True)


# credits_unclaimed


def unclaimed(table, rows, given=None, **more):
    return area.credits_unclaimed(reckoned(table, rows, given=given, **more), period=Q1)


def test_credits_unclaimed_are_due_less_credited_by_level(table):
    # 450 + 1,800 due, 450 given for January
    rows = results(("P1", "2026-01", 0.985), ("P1", "2026-02", 0.975))
    measured = unclaimed(table, rows, "month, level, amount\n2026-01, P1, 450")
    assert (measured.value, measured.numerator, measured.denominator) == (1800, 450, 2250)
    assert measured.parts["rows"]["value"].tolist() == [0, 1800]
    assert measured.claim == (
        "Of 2,250.00 GBP of credits due for 2026-Q1 the vendor gave 450.00 GBP: 1,800.00 GBP was not credited."
    )


def test_credits_unclaimed_are_all_that_is_due_where_the_file_has_no_row_of_the_vendor(table):
    assert unclaimed(table, results(("P1", "2026-01", 0.985))).value == 450


def test_credits_unclaimed_without_a_file_of_credits_are_not_assessed(table):
    missing = table("credits", file="", absent="credits.csv is missing")
    terms, bands = table("credit_terms", POINTS), table("credit_bands", LADDER)
    by_level = area.credits_by_level(results(("P1", "2026-01", 0.985)), terms, bands, missing, period=Q1)
    measured = area.credits_unclaimed(by_level, period=Q1)
    assert measured.because == "credits.csv is missing; supply what the vendor credited, be it nothing"
    assert area.credits_due(by_level, period=Q1).value == 450


def test_credits_unclaimed_count_a_credit_without_a_level_for_its_month(table):
    measured = unclaimed(table, results(("P1", "2026-01", 0.985)), "month, level, amount\n2026-01, , 300.10")
    assert measured.value == 149.90
    assert measured.parts["month"]["value"].tolist() == [149.90]


def test_credits_unclaimed_are_below_zero_when_more_was_given_than_due(table):
    measured = unclaimed(table, results(("P1", "2026-01", 1.0)), "month, level, amount\n2026-01, P1, 100")
    assert measured.value == -100
    assert "the vendor gave 100.00 GBP, 100.00 GBP more." in measured.claim


def test_credits_unclaimed_add_up_several_notes_for_one_level(table):
    given = "month, level, reference, amount\n2026-01, P1, CN-1, 0.10\n2026-01, P1, CN-2, 0.20"
    assert unclaimed(table, results(("P1", "2026-01", 0.985)), given).value == 449.70


def test_credits_unclaimed_say_where_invoices_tell_of_other_credits(table):
    invoices = "date, amount, category\n2026-02-28, -450, credit"
    measured = unclaimed(table, results(("P1", "2026-01", 0.985)), invoices=invoices)
    assert measured.value == 450
    assert "invoice lines called credits come to 450.00 GBP in 2026-Q1" in measured.because


def test_credits_unclaimed_of_a_month_whose_charges_are_unknown_are_left_out(table):
    rows = results(("P1", "2026-02", 0.985), ("P1", "2026-03", 0.985))
    terms, invoices = "model, point_rate\nservice_points, 0.005", "date, amount, category\n2026-03-31, 80000, run"
    measured = unclaimed(table, rows, "month, level, amount\n2026-02, P1, 100", terms=terms, invoices=invoices)
    assert (measured.value, measured.numerator) == (400, 0)
