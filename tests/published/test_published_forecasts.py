"""Forecasts, goals, earned value and simulation against published examples."""

import numpy as np
import pytest
from scipy.special import ndtri

from toolkit.stats import earned_value, forecasting, goals, simulation


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
