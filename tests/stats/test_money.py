"""Price factors, present value, rates of return, payback, concentration: edges and properties."""

import math

import numpy as np
import numpy_financial
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.stats import money

AMOUNTS = st.floats(min_value=1.0, max_value=1e6)
FACTORS = st.floats(min_value=0.01, max_value=100)


def years(first, levels):
    return pd.Series(levels, index=pd.period_range(str(first), periods=len(levels), freq="Y"), dtype=float)


def months(first, levels):
    return pd.Series(levels, index=pd.period_range(first, periods=len(levels), freq="M"), dtype=float)


# price_factor


def test_price_factor_is_one_in_the_base_month():
    index = months("2020-01", [100, 101, 103])
    factor = money.price_factor(index, index.index, index.index[1])
    assert factor.tolist() == pytest.approx([100 / 101, 1, 103 / 101])


def test_price_factor_of_annual_averages_stands_in_mid_year():
    wanted = pd.PeriodIndex(["2020-06", "2020-07", "2021-06", "2021-07"], freq="M")
    factor = money.price_factor(years(2020, [100, 110, 121]), wanted, pd.Period("2021-01", "M"))
    # 10 % a year; January 2021 is half a month past the middle between the two points
    expected = [math.nan, 1.1 ** (-6 / 12), 1.1 ** (5 / 12), 1.1 ** (6 / 12)]
    assert factor.tolist() == pytest.approx(expected, nan_ok=True)


def test_price_factor_of_a_fiscal_year_stands_in_its_own_middle():
    index = pd.Series([100.0, 110.0], index=pd.period_range("2021", periods=2, freq="Y-MAR"))
    wanted = pd.PeriodIndex(["2020-09", "2020-10", "2021-09"], freq="M")
    factor = money.price_factor(index, wanted, pd.Period("2020-10", "M"))
    assert factor.tolist() == pytest.approx([math.nan, 1, 1.1 ** (11 / 12)], nan_ok=True)


def test_price_factor_goes_on_at_the_last_years_rate_for_18_months():
    wanted = pd.PeriodIndex(["2022-12", "2023-12", "2024-01"], freq="M")
    factor = money.price_factor(years(2020, [100, 105, 115.5]), wanted, pd.Period("2022-06", "M"))
    # last year's rate 10 %; the last point lies at the end of June 2022, half a month after the middle of June
    june = 1.1 ** (-0.5 / 12)
    expected = [1.1 ** (5.5 / 12) / june, 1.1 ** (17.5 / 12) / june, math.nan]
    assert factor.tolist() == pytest.approx(expected, nan_ok=True)


def test_price_factor_of_a_monthly_index_goes_on_at_the_rate_of_its_last_twelve_months():
    index = months("2019-01", [90.0] * 12 + [100 * 1.06 ** (month / 12) for month in range(13)])
    wanted = pd.PeriodIndex(["2021-01", "2022-07", "2022-08"], freq="M")
    factor = money.price_factor(index, wanted, pd.Period("2021-01", "M"))
    assert factor.tolist() == pytest.approx([1, 1.06**1.5, math.nan], nan_ok=True)


def test_price_factor_does_not_go_on_from_less_than_a_year():
    index = months("2020-01", [100, 101, 102])
    wanted = pd.period_range("2020-03", "2020-04", freq="M")
    assert money.price_factor(index, wanted, wanted[0]).tolist() == pytest.approx([1, math.nan], nan_ok=True)


def test_price_factor_bridges_gaps_at_a_constant_rate():
    index = months("2020-01", [100, math.nan, 121])
    assert money.price_factor(index, index.index, index.index[0]).iloc[1] == pytest.approx(1.1)


@pytest.mark.parametrize("levels", [[], [math.nan, math.nan]])
def test_price_factor_without_an_index_is_unknown(levels):
    wanted = pd.period_range("2020-01", "2020-02", freq="M")
    assert money.price_factor(months("2020-01", levels), wanted, wanted[0]).isna().all()


def test_price_factor_with_an_unknown_base_is_unknown():
    index = months("2020-01", [100, 101])
    assert money.price_factor(index, index.index, pd.Period("2019-12", "M")).isna().all()


def test_price_factor_does_not_depend_on_the_order_of_the_rows():
    index = years(2018, [100, 103, 109, 111])
    wanted = pd.period_range("2018-01", "2022-12", freq="M")
    base = pd.Period("2019-05", "M")
    pd.testing.assert_series_equal(
        money.price_factor(index, wanted, base), money.price_factor(index.iloc[::-1], wanted, base)
    )


@given(levels=st.lists(AMOUNTS, min_size=2, max_size=6), scale=FACTORS)
def test_price_factor_does_not_depend_on_the_base_of_the_index(levels, scale):
    wanted = pd.period_range("2020-07", periods=12, freq="M")
    factors = [
        money.price_factor(years(2020, level), wanted, wanted[3]) for level in (levels, np.multiply(levels, scale))
    ]
    assert factors[0].to_numpy() == pytest.approx(factors[1].to_numpy(), rel=1e-9)


def test_price_factor_refuses_an_index_that_is_not_above_zero():
    with pytest.raises(ValueError, match=r"above 0; found 0\.0 at 2020-02"):
        money.price_factor(months("2020-01", [100, 0]), months("2020-01", [1]).index, pd.Period("2020-01", "M"))


def test_price_factor_refuses_a_quarterly_index():
    index = pd.Series([100.0, 101.0], index=pd.period_range("2020Q1", periods=2, freq="Q"))
    with pytest.raises(ValueError, match="by month or by year"):
        money.price_factor(index, months("2020-01", [1]).index, pd.Period("2020-01", "M"))


def test_price_factor_refuses_years_as_months():
    with pytest.raises(ValueError, match="must be months"):
        money.price_factor(years(2020, [100, 101]), years(2020, [1]).index, pd.Period("2020-01", "M"))


# npv


@given(flows=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30))
def test_npv_at_zero_is_the_sum(flows):
    assert money.npv(0, flows) == pytest.approx(sum(flows), abs=1e-6)


@given(flows=st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=30), rate=st.floats(-0.5, 1))
def test_npv_of_years_is_that_of_numpy_financial(flows, rate):
    expected = numpy_financial.npv(rate, flows)
    assert money.npv(rate, flows, periods_per_year=1) == pytest.approx(expected, rel=1e-9, abs=1e-3)


def test_npv_discounts_twelve_months_as_one_year():
    assert money.npv(0.1, [0] * 12 + [110]) == pytest.approx(100)


def test_npv_first_moves_all_flows():
    assert money.npv(0.1, [110], first=12) == pytest.approx(100)


@pytest.mark.parametrize("flows", [[], [1, math.nan], [math.nan]])
def test_npv_of_unknown_flows_is_unknown(flows):
    assert math.isnan(money.npv(0.1, flows))


def test_npv_refuses_a_rate_of_minus_100_per_cent():
    with pytest.raises(ValueError, match="above -1"):
        money.npv(-1, [1])


# irr


@given(outlay=AMOUNTS, receipts=st.lists(AMOUNTS, min_size=1, max_size=24))
def test_irr_makes_the_flows_worth_nothing(outlay, receipts):
    flows = [-outlay, *receipts]
    rate = money.irr(flows, periods_per_year=1)
    discounted = np.array(flows) * np.exp(-np.log1p(rate) * np.arange(len(flows)))
    assert discounted.sum() == pytest.approx(0, abs=1e-6 * np.abs(discounted).max())


@given(receipts=st.lists(AMOUNTS, min_size=2, max_size=12), scale=FACTORS)
def test_irr_does_not_depend_on_scale_or_sign(receipts, scale):
    flows = np.array([-1e5, *receipts])
    rate = money.irr(flows, periods_per_year=1)
    assert money.irr(flows * scale, periods_per_year=1) == pytest.approx(rate, rel=1e-9, abs=1e-9)
    assert money.irr(-flows, periods_per_year=1) == pytest.approx(rate, rel=1e-9, abs=1e-9)


def test_irr_of_months_is_the_annual_rate():
    assert money.irr([-100] + [0] * 11 + [110]) == pytest.approx(0.10)


def test_irr_does_not_mind_zero_flows_before_the_first():
    assert money.irr([0] * 200 + [-100, 110], periods_per_year=1) == pytest.approx(0.10)


@pytest.mark.parametrize(
    ("flows", "reason"),
    [
        ([], "there are no flows"),
        ([-1, math.nan, 2], "the flows have gaps"),
        ([0, 0], "the flows never change sign, so no rate solves them"),
        ([5], "the flows never change sign, so no rate solves them"),
        ([100, -230, 132], "the flows change sign 2 times, so more than one rate may solve them"),
        ([-1, 2, 0, -2, 0, 3], "the flows change sign 3 times, so more than one rate may solve them"),
    ],
)
def test_irr_is_unknown_for_a_reason(flows, reason):
    assert math.isnan(money.irr(flows))
    assert money.irr_reason(flows) == reason


def test_irr_reason_is_empty_when_there_is_a_rate():
    assert money.irr_reason([-100, 0, 110]) == ""


def test_irr_draws_gives_every_row_its_own_rate():
    rng = np.random.default_rng(20)
    flows = np.column_stack([np.full(200, -100.0), rng.normal(5, 1, (200, 36))])
    expected = [(1 + numpy_financial.irr(row)) ** 12 - 1 for row in flows]
    assert money.irr_draws(flows) == pytest.approx(expected, rel=1e-9)


def test_irr_draws_leaves_rows_without_a_rate_unknown():
    rates = money.irr_draws([[-100, 110, 0], [1, 1, 1], [100, -230, 132], [-100, math.nan, 110]], periods_per_year=1)
    assert rates == pytest.approx([0.10, math.nan, math.nan, math.nan], nan_ok=True)


def test_irr_draws_of_no_rows_is_empty():
    assert money.irr_draws(np.empty((0, 5))).shape == (0,)


# payback


def test_payback_counts_the_last_recovery():
    # cumulated: -100, 20, -30, 20: below zero again after the first recovery; back 3/5 into the last period
    assert money.payback([-100, 120, -50, 50]) == pytest.approx(2 + 30 / 50)


def test_payback_on_the_last_period_despite_rounding():
    assert money.payback([-0.3, 0.1, 0.1, 0.1]) == pytest.approx(3)


@pytest.mark.parametrize("flows", [[-100, 99], [-1], [100, -101], [], [-1, math.nan, 5]])
def test_payback_never_or_unknown_is_nan(flows):
    assert math.isnan(money.payback(flows))


@pytest.mark.parametrize("flows", [[5], [0, 0], [5, -5, 1]])
def test_payback_of_what_was_never_owed_is_zero(flows):
    assert money.payback(flows) == 0


@given(outlay=AMOUNTS, receipts=st.lists(AMOUNTS, min_size=1, max_size=24), rate=st.floats(0, 1))
def test_payback_is_not_earlier_when_discounted(outlay, receipts, rate):
    flows = [-outlay, *receipts]
    discounted = money.payback(flows, rate=rate)
    assert math.isnan(discounted) or discounted >= money.payback(flows) - 1e-6


@given(flows=st.lists(st.integers(-1000, 1000), min_size=1, max_size=24), scale=FACTORS)
def test_payback_does_not_depend_on_scale(flows, scale):
    scaled = money.payback(np.multiply(flows, scale))
    assert scaled == pytest.approx(money.payback(flows), abs=1e-6, nan_ok=True)


# real_rate


@given(real=st.floats(-0.5, 1), inflation=st.floats(-0.5, 1))
def test_real_rate_and_inflation_make_the_nominal_rate(real, inflation):
    nominal = (1 + real) * (1 + inflation) - 1
    assert money.real_rate(nominal, inflation) == pytest.approx(real, abs=1e-9)


def test_real_rate_of_an_unknown_is_unknown():
    assert math.isnan(money.real_rate(math.nan, 0.02))


def test_real_rate_refuses_prices_that_vanish():
    with pytest.raises(ValueError, match="inflation is above -1"):
        money.real_rate(0.05, -1)


# concentration


def test_concentration_of_known_shares():
    # shares 1/2, 1/4, 1/4: 1/4 + 1/16 + 1/16
    assert money.concentration(pd.Series([200, 100, 100])) == pytest.approx(0.375)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20), scale=FACTORS)
def test_concentration_lies_between_equal_shares_and_one_whatever_scale_and_order(amounts, scale):
    value = money.concentration(amounts)
    assert 1 / len(amounts) - 1e-12 <= value <= 1 + 1e-12
    assert money.concentration(np.multiply(amounts[::-1], scale)) == pytest.approx(value)


@given(amounts=st.lists(AMOUNTS, min_size=2, max_size=20))
def test_concentration_rises_when_two_vendors_merge(amounts):
    assert money.concentration([amounts[0] + amounts[1], *amounts[2:]]) >= money.concentration(amounts)


@pytest.mark.parametrize("amounts", [[], [0, 0], [5, -1], [-5, -5], [5, math.nan]])
def test_concentration_without_shares_is_unknown(amounts):
    assert math.isnan(money.concentration(amounts))


def test_effective_number_of_vendors():
    assert money.effective_number([1, 1, 1, 1]) == pytest.approx(4)
    assert money.effective_number([7]) == 1
    assert money.effective_number([80, 10, 10]) == pytest.approx(1 / 0.66)
    assert math.isnan(money.effective_number([]))


@pytest.mark.parametrize(("share", "vendors", "wanted"), [(1, 1, (1, 1)), (0.5, 3, (0.375, 0.5)), (0, 2, (1, 1))])
def test_concentration_bounds_by_hand(share, vendors, wanted):
    assert money.concentration_bounds(share, vendors) == pytest.approx(wanted)


@given(st.lists(st.floats(0.1, 100), min_size=2, max_size=8))
def test_concentration_lies_within_its_bounds(amounts):
    low, high = money.concentration_bounds(amounts[0] / sum(amounts), len(amounts))
    assert low - 1e-9 <= money.concentration(amounts) <= high + 1e-9


@pytest.mark.parametrize(("share", "vendors"), [(0.5, 1), (1.2, 3), (-0.1, 3), (math.nan, 3), (0.5, 0)])
def test_concentration_bounds_of_what_cannot_be(share, vendors):
    assert all(math.isnan(end) for end in money.concentration_bounds(share, vendors))
