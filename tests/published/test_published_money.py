"""Money against published examples."""

import pandas as pd
import pytest

from toolkit.stats import money


def test_npv_of_a_list_discounted_from_the_first_flow_on(published):
    """Source: Microsoft, Excel function reference, NPV, example 1."""
    case = published("npv_excel")
    example = case["inputs"]["example_1"]
    value = money.npv(example["rate"], example["flows"], first=1, periods_per_year=1)
    assert value == pytest.approx(case["expected"]["example_1"], abs=case["tolerance"])


def test_npv_with_an_outlay_at_once(published):
    """Source: Microsoft, Excel function reference, NPV, example 2."""
    case = published("npv_excel")
    example = case["inputs"]["example_2"]
    flows = [example["at_once"], *example["flows"]]
    value = money.npv(example["rate"], flows, periods_per_year=1)
    longer = money.npv(example["rate"], [*flows, example["sixth_year"]], periods_per_year=1)
    assert value == pytest.approx(case["expected"]["example_2"], abs=case["tolerance"])
    assert longer == pytest.approx(case["expected"]["example_2_sixth_year"], abs=case["tolerance"])


@pytest.mark.parametrize("years", ["2", "4", "5"])
def test_irr_after_some_years(published, years):
    """Source: Microsoft, Excel function reference, IRR."""
    case = published("irr_excel")
    flows = case["inputs"]["flows"][: int(years) + 1]
    value = money.irr(flows, periods_per_year=1)
    assert value == pytest.approx(case["expected"][years], abs=case["tolerance"][years])


@pytest.mark.parametrize("project", ["S", "L"])
@pytest.mark.parametrize("what", ["payback", "discounted", "npv", "irr"])
def test_projects_s_and_l(published, project, what):
    """Source: E. Brigham and J. Houston, Fundamentals of Financial Management, capital budgeting (recalled)."""
    case = published("payback_brigham")
    rate, flows = case["inputs"]["rate"], case["inputs"][project]
    values = {
        "payback": money.payback(flows),
        "discounted": money.payback(flows, rate=rate, periods_per_year=1),
        "npv": money.npv(rate, flows, periods_per_year=1),
        "irr": money.irr(flows, periods_per_year=1),
    }
    assert values[what] == pytest.approx(case["expected"][project][what], abs=case["tolerance"][what])


def test_real_flows_at_the_real_rate_are_worth_what_nominal_flows_at_the_nominal_rate_are(published):
    """Source: R. Brealey, S. Myers and F. Allen, Principles of Corporate Finance, ch. 6 (recalled)."""
    case = published("fisher_real_nominal")
    inputs, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    rate = money.real_rate(inputs["nominal_rate"], inputs["inflation"])
    assert rate == pytest.approx(expected["real_rate"], abs=tolerance["real_rate"])
    assert money.npv(rate, inputs["real"], periods_per_year=1) == pytest.approx(expected["npv"], abs=tolerance["npv"])
    nominal = money.npv(inputs["nominal_rate"], inputs["nominal"], periods_per_year=1)
    assert nominal == pytest.approx(expected["npv"], abs=tolerance["npv"])


def test_escalation_by_a_price_index(published):
    """Source: US Bureau of Labor Statistics, escalation with the Consumer Price Index (recalled)."""
    case = published("price_index_bls")
    months = pd.period_range("2020-01", periods=2, freq="M")
    index = pd.Series([case["inputs"]["old"], case["inputs"]["new"]], index=months)
    factor = money.price_factor(index, months, months[0])
    assert 100 * (factor.iloc[1] - 1) == pytest.approx(case["expected"]["per_cent"], abs=case["tolerance"])
