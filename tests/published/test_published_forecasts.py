"""Forecasts, goals, earned value and simulation against published examples."""

import numpy as np
import pytest
from scipy.special import ndtri

from toolkit.stats import earned_value, forecasting, goals, money, scenarios, simulation


def test_okr_grades(published):
    """Source: Google re:Work, Grade OKRs; J. Doerr, Measure What Matters (2018)."""
    case = published("okr_grade_rework")
    start, target, actual = np.array(case["inputs"]["krs"]).T
    grades = goals.grade(start, target, actual)
    assert grades == pytest.approx(case["expected"]["grades"], abs=case["tolerance"])
    assert goals.objective_grade(grades) == pytest.approx((case["expected"]["objective"], 1.0), abs=case["tolerance"])


def holt(case, phi):
    inputs = case["inputs"]
    alpha, beta = inputs["alpha"], inputs["alpha"] * inputs["beta"]
    nodes = forecasting.Nodes(*(np.array([part]) for part in (alpha, beta, phi)), trend=True)
    return inputs["y"], nodes, forecasting.smooth(inputs["y"], nodes)


def test_holt_linear_from_the_first_two_values(published):
    """Source: R. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 1st ed., section 7.2."""
    case = published("holt_damped_ausair")
    y, nodes, passage = holt(case, 1.0)
    ahead = forecasting.extend(passage, nodes, 5)[0, :, 0]
    found = ahead.T @ [1, y[0], y[1] - y[0]]
    assert found == pytest.approx(case["expected"]["linear"], abs=case["tolerance"])


def test_damped_trend_with_the_damping_and_first_states_that_fit_best(published):
    """Source: R. Hyndman and G. Athanasopoulos, Forecasting: Principles and Practice, 1st ed., section 7.3."""
    case = published("holt_damped_ausair")
    tried = []
    for phi in np.linspace(0.8, 0.98, 1801):
        _, nodes, passage = holt(case, phi)
        error = passage.error[..., 0]
        first, rss, *_ = np.linalg.lstsq(error[:, 1:], -error[:, 0])
        tried.append((rss[0], forecasting.extend(passage, nodes, 5)[0, :, 0].T @ [1, *first]))
    assert min(tried, key=lambda pair: pair[0])[1] == pytest.approx(case["expected"]["damped"], abs=case["tolerance"])


def test_earned_value_and_its_estimates(published):
    """Source: CRAN package PRA."""
    case = published("evm_cran_pra")
    inputs, other, tolerance = case["inputs"], case["inputs"]["alt"], case["tolerance"]
    found = earned_value.earned_value(inputs["PV"], inputs["EV"], inputs["AC"], inputs["BAC"])
    typical = earned_value.earned_value(inputs["PV"], other["EV"], other["EV"] / other["cpi"], inputs["BAC"])
    atypical = earned_value.earned_value(inputs["PV"], other["EV"], other["AC"], inputs["BAC"])
    values = {
        "CV": found.cost_variance,
        "SV": found.schedule_variance,
        "SPI": found.schedule_index,
        "CPI": found.cost_index,
        "EAC_typical_cpi083": typical.estimates["typical"],
        "EAC_atypical": atypical.estimates["atypical"],
    }
    for name, value in values.items():
        assert value == pytest.approx(case["expected"][name], abs=tolerance.get(name, tolerance["*"])), name


def test_earned_schedule_on_plan_late_and_finished_late(published):
    """Source: W. Lipke, The Measurable News, March 2003 (definition)."""
    case = published("earned_schedule_lipke")
    earned, time = np.array(case["inputs"]["cases"]).T
    found = earned_value.earned_schedule(case["inputs"]["pv_cum"], earned, time)
    wanted = case["expected"]
    near = {"abs": case["tolerance"]}
    names = ("on_plan", "late", "finished_late")
    assert found.earned == pytest.approx([wanted[name]["ES"] for name in names], **near)
    assert found.index == pytest.approx([wanted[name]["SPIt"] for name in names], **near)
    assert found.variance[1:] == pytest.approx([wanted[name]["SVt"] for name in names[1:]], **near)


def test_pert_general_foundry(published):
    """Source: B. Render, R. Stair and M. Hanna, Quantitative Analysis for Management."""
    case = published("pert_general_foundry")
    inputs, expected, tolerance = case["inputs"], case["expected"], case["tolerance"]
    network = simulation.pert(inputs["a_m_b"], inputs["predecessors"])
    assert network.tasks["mean"].tolist() == pytest.approx(expected["te"], abs=tolerance["*"])
    assert network.critical == ("A", "C", "E", "G", "H")
    assert (network.duration, network.variance) == pytest.approx(
        (expected["duration"], expected["variance"]), abs=tolerance["*"]
    )
    assert simulation.done_by(network, inputs["deadline"]) == pytest.approx(expected["p16"], abs=tolerance["p16"])


def test_monte_carlo_of_an_additive_model(published):
    """Source: JCGM 101:2008, clause 9.2."""
    case = published("montecarlo_jcgm101")
    expected, tolerance = case["expected"], case["tolerance"]
    shares = simulation.correlated(np.eye(4), draws=case["inputs"]["draws"], seed=case["inputs"]["seed"])
    even = (2 * shares - 1) * np.sqrt(3)
    sums = {"normal": ndtri(shares).sum(axis=1), "rect": even.sum(axis=1), "dominant": even @ [1, 1, 1, 10]}
    for name, draws in sums.items():
        _, low, high = simulation.coverage_interval(draws)
        near = tolerance.get(name, tolerance["*"])
        assert (draws.std(), low, high) == pytest.approx(expected[name], abs=near), name
    assert 2 * np.sqrt(3) * (2 - 0.6**0.25) == pytest.approx(expected["rect_exact"], abs=tolerance["rect_exact"])


def profit(hours, charter, ticket, cap, ratio, opcost, ins, fin, rate, price):
    """Eagle Airlines: charters and scheduled flights of a plane with five seats, less what it costs."""
    return hours * (ratio * charter + 5 * (1 - ratio) * ticket * cap - opcost) - ins - price * fin * rate


def test_tornado_of_eagle_airlines(published):
    """Source: R. Clemen and T. Reilly, Making Hard Decisions, ch. 5."""
    case = published("tornado_eagle_airlines")
    found = scenarios.tornado(profit, case["inputs"]["base"], case["inputs"]["ranges"])
    near = {"abs": case["tolerance"]}
    assert found["base"].to_numpy() == pytest.approx(case["expected"]["base"], **near)
    assert found.loc[0, ["low", "high"]].tolist() == pytest.approx(case["expected"]["capacity"], **near)
    assert found["input"].tolist() == case["expected"]["order"]


def test_payback_of_even_savings_is_that_of_the_textbook_method(published):
    """Source: E. Brigham and J. Houston, Fundamentals of Financial Management; here project S with even flows."""
    flows = published("payback_brigham")["inputs"]["S"]
    even = [flows[0], *[sum(flows[1:]) / 4] * 4]
    assert scenarios.break_even(-flows[0], even[1]) == pytest.approx(money.payback(even))


def test_monte_carlo_with_triangular_inputs_of_known_sum():
    """Source: JCGM 101:2008, clause 6.4.5: two like rectangular inputs add up to a triangle, here read backwards."""
    rng = np.random.default_rng(5)
    sums = np.sort(rng.random(200_000) + rng.random(200_000))
    draws = scenarios.three_point_draws([0], [1], [2], shape="triangular", draws=200_000)[:, 0]
    shares = np.linspace(0.01, 0.99, 25)
    assert np.quantile(draws, shares) == pytest.approx(np.quantile(sums, shares), abs=0.01)
