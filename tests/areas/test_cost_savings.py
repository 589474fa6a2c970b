"""Is it less than before: unit cost, baseline, savings, and what was promised.

The six months behind `costs`: before, 100, 110, 90 for 10 tickets each; since April, 90, 95, 85 for 12 each.
"""

from __future__ import annotations

import math

import pytest

from toolkit.areas import cost
from toolkit.model import Period
from toolkit.stats.intervals import t_quantile

Q2, APRIL = Period.parse("2025-Q2"), Period.parse("2025-04")

# Before: rate 10, residuals 0, 10, -10, long-run variance (200 - 100) / 3, variance of the rate 3 x 33.3 / 30**2 x 3/2
BASELINE_SE = 36 * math.sqrt(1 / 6)
# Since: 7.50 a ticket, residuals 0, 5, -5, long-run variance (50 - 25) / 3 x 3/2 = 12.5 a month
COST_SE = math.sqrt(3 * 12.5)
SE = math.hypot(BASELINE_SE, COST_SE)
DF = SE**4 / (BASELINE_SE**4 + COST_SE**4)  # Welch, with one degree of freedom each: (3 - 1) / (1 + 1)


@pytest.fixture(scope="module")
def three(costs):
    """Three months before and three since."""
    return costs()


@pytest.fixture(scope="module")
def flat(costs, texts):
    """The same without any noise: 100 before and 90 since in every month."""
    own = texts["internal_costs"].replace("110", "100").replace(", 90", ", 100")
    return costs(texts["invoices"].replace("85", "80").replace("75", "80"), own)


@pytest.fixture(scope="module")
def dearer(costs, texts):
    """Charges twice as high."""
    return costs(texts["invoices"].replace("80", "160").replace("85", "170").replace("75", "150"))


# unit_cost


def test_unit_cost_is_a_ratio_of_totals(three):
    # 270 / 36
    measured = cost.unit_cost(three, period=Q2)
    assert (measured.value, measured.numerator, measured.denominator) == pytest.approx((7.5, 270, 36))
    assert (measured.unit, measured.n, measured.n_of) == ("GBP per ticket", 3, "months")
    assert measured.high - measured.value == pytest.approx(t_quantile(0.975, 1) * COST_SE / 36)
    assert measured.parts["month"]["value"].tolist() == pytest.approx([10, 11, 9, 7.5, 95 / 12, 85 / 12])


def test_unit_cost_of_a_single_month_has_its_noise_from_all_months_since(three):
    measured = cost.unit_cost(three, period=Period.parse("2025-06"))
    assert (measured.value, measured.n, measured.n_of) == (pytest.approx(85 / 12), 1, "month")
    assert measured.high - measured.value == pytest.approx(t_quantile(0.975, 1) * math.sqrt(12.5) / 12)


def test_unit_cost_in_the_first_month_has_no_interval(costs):
    measured = cost.unit_cost(costs(period="2025-04"), period=APRIL)
    assert measured.value == pytest.approx(7.5)
    assert math.isnan(measured.low)
    assert measured.interval.startswith("none: fewer than three months")
    assert measured.claim == "One ticket cost 7.50 GBP in 2025-04, the client's own cost included."


def test_unit_cost_of_two_services_is_that_of_the_dearer_with_both_in_the_part(costs, texts):
    own = texts["internal_costs"] + "".join(f"    2025-0{month}, Hosting, staff, 20\n" for month in range(1, 7))
    volumes = texts["volumes"] + "".join(f"    2025-0{month}, Hosting, server, 2\n" for month in range(1, 7))
    measured = cost.unit_cost(costs(internal_costs=own, volumes=volumes), period=Q2)
    assert (measured.value, measured.unit) == (pytest.approx(7.5), "GBP per ticket")
    assert measured.claim.startswith("One ticket (Desk) cost")
    assert measured.parts["service"]["unit"].tolist() == ["ticket", "server"]
    assert measured.parts["service"]["value"].tolist() == pytest.approx([7.5, 10])


def test_unit_cost_without_any_unit_used_is_not_assessed(costs, texts):
    measured = cost.unit_cost(costs(volumes=texts["volumes"].replace(", 12", ", 0")), period=Q2)
    assert measured.because == "volumes hold no unit of any service in the period"


def test_unit_cost_of_services_that_volumes_do_not_name_is_not_assessed(costs, texts):
    measured = cost.unit_cost(costs(volumes=texts["volumes"].replace("Desk", "Garden")), period=Q2)
    assert measured.because == "volumes hold no unit of any service with costs"


# baseline


def test_baseline_is_the_old_rate_at_the_volume_and_prices_of_now(costs, texts):
    # 10 x (12 + 12 + 12 x 1.1): 300 as it was, 60 for more tickets, 12 for prices
    months = costs(price_index=texts["price_index"].replace("2025-06, 100", "2025-06, 110"))
    measured = cost.baseline(months, period=Q2)
    assert measured.value == pytest.approx(372)
    assert measured.parts["step"]["value"].tolist() == pytest.approx([300, 60, 12, 372])
    assert (measured.n, measured.n_of) == (3, "months before the contract")


def test_baseline_interval_is_the_noise_of_the_months_before(three):
    measured = cost.baseline(three, period=Q2)
    assert measured.high - measured.value == pytest.approx(t_quantile(0.975, 1) * BASELINE_SE)


def test_baseline_of_constant_months_has_no_width(flat):
    measured = cost.baseline(flat, period=Q2)
    assert (measured.low, measured.value, measured.high) == pytest.approx((360, 360, 360))


def test_baseline_without_volumes_of_a_service_is_restated_for_prices_only_and_says_so(costs, texts):
    # 100 a month, whatever the volume
    measured = cost.baseline(costs(volumes=texts["volumes"].replace("Desk", "Garden")), period=Q2)
    assert measured.value == pytest.approx(300)
    assert measured.because == "restated for prices only, for want of volumes: Desk"


def test_baseline_of_a_period_in_which_the_contract_begins_counts_the_months_since(costs, texts):
    # the contract begins in April: of the half-year only April to June are compared
    measured = cost.baseline(costs(period="2025-H1"), period=Period.parse("2025-H1"))
    assert measured.value == pytest.approx(360)
    assert measured.claim.startswith("As before the contract, the last 3 months of 2025-H1 would have cost 360 GBP")
    assert measured.because == "the contract began in April 2025; months before are not compared"


# gross_saving


def test_gross_saving_leaves_the_clients_own_cost_out(three):
    # 360 less 240 charged
    measured = cost.gross_saving(three, period=Q2)
    assert measured.value == pytest.approx(120)
    assert "a gross saving with probability" in measured.claim


def test_gross_saving_below_zero_reads_as_above_the_baseline(dearer):
    # 360 less 480
    measured = cost.gross_saving(dearer, period=Q2)
    assert measured.value == pytest.approx(-120)
    assert "120 GBP above the restated baseline" in measured.claim


# saving


def test_saving_by_hand(three):
    # 360 less 240 less 30
    measured = cost.saving(three, period=Q2)
    margin = t_quantile(0.975, DF) * SE
    assert (measured.low, measured.value, measured.high) == pytest.approx((90 - margin, 90, 90 + margin))
    assert (measured.n, measured.n_of) == (3, "months")
    assert 0.9 < measured.probability < 1
    assert measured.parts["step"]["value"].tolist() == pytest.approx([360, -240, -30, 0, 90])
    assert measured.parts["month"]["value"].tolist() == pytest.approx([30, 25, 35])


def test_saving_is_after_one_off_cost_which_adds_no_noise(costs, texts, three):
    months = costs(texts["invoices"] + "    2025-05-15, 50, one_off, Desk\n")
    measured, plain = cost.saving(months, period=Q2), cost.saving(three, period=Q2)
    assert measured.value == pytest.approx(40)
    assert measured.high - measured.value == pytest.approx(plain.high - plain.value)
    assert measured.claim.startswith("All recorded cost of 2025-Q2, one-off cost included, is 40 GBP below")


def test_saving_counts_credits(costs, texts):
    months = costs(texts["invoices"] + "    2025-05-31, -20, credit, Desk\n")
    assert cost.saving(months, period=Q2).value == pytest.approx(110)


def test_saving_whose_interval_holds_zero_names_both_sides(three):
    measured = cost.saving(three, period=Q2)
    assert measured.low < 0 < measured.high
    assert " above to " in measured.claim
    assert measured.claim.count("below") == 2


def test_saving_below_zero_reads_as_a_loss_throughout(dearer):
    # 360 less 480 less 30
    measured = cost.saving(dearer, period=Q2)
    assert measured.value == pytest.approx(-150)
    assert "150 GBP above the restated baseline" in measured.claim
    assert "−" not in measured.claim
    assert measured.probability < 0.1


def test_saving_of_constant_months_is_certain(flat):
    # 360 less 270, without noise on either side
    measured = cost.saving(flat, period=Q2)
    assert (measured.low, measured.value, measured.high) == pytest.approx((90, 90, 90))
    assert measured.claim.endswith("(90 to 90); a saving with probability above 99 %.")


def test_saving_in_the_first_month_has_no_interval_and_no_probability(costs):
    measured = cost.saving(costs(period="2025-04"), period=APRIL)
    assert measured.value == pytest.approx(30)
    assert math.isnan(measured.low)
    assert math.isnan(measured.probability)
    assert measured.claim == "All recorded cost of 2025-04 is 30 GBP below the restated baseline."


def test_saving_of_a_period_in_which_the_contract_begins_counts_the_months_since(costs):
    measured = cost.saving(costs(period="2025-H1"), period=Period.parse("2025-H1"))
    assert (measured.value, measured.n) == (pytest.approx(90), 3)
    assert measured.claim.startswith("All recorded cost of the last 3 months of 2025-H1 is 90 GBP below")
    assert measured.because == "the contract began in April 2025; months before are not compared"


def test_saving_of_two_services_adds_them_and_their_variances(costs, texts, three):
    own = texts["internal_costs"] + "".join(f"    2025-0{month}, Hosting, staff, 20\n" for month in range(1, 7))
    volumes = texts["volumes"] + "".join(f"    2025-0{month}, Hosting, server, 2\n" for month in range(1, 7))
    measured = cost.saving(costs(internal_costs=own, volumes=volumes), period=Q2)
    alone = cost.saving(three, period=Q2)  # hosting costs what it did, without noise
    assert (measured.low, measured.value, measured.high) == pytest.approx((alone.low, 90, alone.high))
    assert measured.n == 3


# saving_share


def test_saving_share_is_of_the_restated_baseline(three):
    # 90 / 360; the cost's error as it is, the baseline's times 270 / 360
    measured = cost.saving_share(three, period=Q2)
    assert (measured.value, measured.numerator, measured.denominator) == pytest.approx((0.25, 90, 360))
    se = math.hypot(BASELINE_SE * 0.75, COST_SE) / 360
    assert measured.high - measured.value == pytest.approx(t_quantile(0.975, DF) * se)
    assert measured.unit == "share"


def test_saving_share_keeps_its_sign_and_its_odds_with_the_saving(dearer):
    share, saving = (getattr(cost, name)(dearer, period=Q2) for name in ("saving_share", "saving"))
    assert share.value == pytest.approx(-150 / 360)
    assert (share.probability < 0.5) == (saving.probability < 0.5)
    assert "41.7 % above the restated baseline" in share.claim


@pytest.mark.parametrize("cost_before", ["0", "-100"])
def test_saving_share_of_a_baseline_not_above_zero_is_not_assessed(costs, texts, cost_before):
    own = texts["internal_costs"]
    for amount in ("100", "110", "90"):
        own = own.replace(f"staff, {amount}", f"staff, {cost_before}")
    months = costs(internal_costs=own)
    assert cost.saving_share(months, period=Q2).because == "the restated baseline is not above zero"
    # in money it is a loss: 270 less 0, or 270 + 360
    assert cost.saving(months, period=Q2).value == pytest.approx(-270 if cost_before == "0" else -630)


# real_saving


def test_real_saving_divides_each_month_by_its_prices(costs, texts):
    # 30 in April, 25 in May; June: (12 x 10 x 1.1 - 85) / 1.1
    months = costs(price_index=texts["price_index"].replace("2025-06, 100", "2025-06, 110"))
    measured = cost.real_saving(months, period=Q2)
    assert measured.value == pytest.approx(30 + 25 + 47 / 1.1)
    assert measured.claim.startswith("In the prices of March 2025, all recorded cost of 2025-Q2 is")


def test_real_saving_at_constant_prices_is_the_saving(three):
    real, nominal = (getattr(cost, name)(three, period=Q2) for name in ("real_saving", "saving"))
    assert (real.low, real.value, real.high) == pytest.approx((nominal.low, nominal.value, nominal.high))


# saving_realised


def promise(table, *rows):
    return table("business_case", "\n".join(["period, promised_saving", *rows]))


def test_saving_realised_is_a_share_of_what_was_promised_so_far(three, table):
    # 90 of 100; the promise of the third quarter is not due
    measured = cost.saving_realised(three, promise(table, "2025-Q2, 100", "2025-Q3, 500"), period=Q2)
    assert (measured.value, measured.numerator, measured.denominator) == pytest.approx((0.9, 90, 100))
    assert (measured.n, measured.n_of) == (3, "months")
    assert measured.high - measured.value == pytest.approx(t_quantile(0.975, DF) * SE / 100)
    assert "promised for April 2025 to June 2025, 90 GBP was realised: 90.0 % (" in measured.claim


def test_saving_realised_is_before_one_off_cost(costs, texts, table):
    months = costs(texts["invoices"] + "    2025-05-15, 500, one_off, Desk\n")
    assert cost.saving_realised(months, promise(table, "2025-Q2, 100"), period=Q2).value == pytest.approx(0.9)


def test_saving_realised_counts_only_months_that_were_promised(three, table):
    # of April and May, 30 + 25 against 50
    measured = cost.saving_realised(three, promise(table, "2025-04, 20", "2025-05, 30"), period=Q2)
    assert (measured.value, measured.n) == (pytest.approx(55 / 50), 2)


def test_saving_realised_of_a_loss_says_lost(dearer, table):
    measured = cost.saving_realised(dearer, promise(table, "2025-Q2, 100"), period=Q2)
    assert measured.value == pytest.approx(-1.5)
    assert "none was realised; it cost 150 GBP more instead" in measured.claim


@pytest.mark.parametrize("row", ["2025-Q2, 0", "2025-Q2, -10", "2025-Q3, 100", "2025, 100"])
def test_saving_realised_of_a_case_that_promises_nothing_is_not_assessed(three, table, row):
    because = "the business case promises no saving between April 2025 and June 2025"
    assert cost.saving_realised(three, promise(table, row), period=Q2).because == because


def test_saving_realised_of_a_month_promised_twice_is_not_assessed(three, table):
    measured = cost.saving_realised(three, promise(table, "2025-Q2, 100", "2025-05, 30"), period=Q2)
    assert measured.because == "business_case promises a saving for May 2025 twice"
