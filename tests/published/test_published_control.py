"""Charts of counts, change points and trends against published examples."""

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import attributes, trends


def positions(marks):
    """Return the marked points, counted from 1."""
    return (np.flatnonzero(marks) + 1).tolist()


def test_p_chart_orange_juice(published):
    """Source: Montgomery; NIST/SEMATECH e-Handbook 6.3.3.2."""
    case = published("pchart_montgomery")
    expected = case["expected"]
    chart = attributes.p_chart(case["inputs"]["k"], case["inputs"]["n"])
    assert chart.center == pytest.approx(expected["center"], abs=case["tolerance"])
    assert chart.lower.to_numpy() == pytest.approx(expected["lower"], abs=case["tolerance"])
    assert chart.upper.to_numpy() == pytest.approx(expected["upper"], abs=case["tolerance"])
    assert positions(chart.signals[1]) == expected["beyond"]


def test_c_chart_wafers(published):
    """Source: NIST/SEMATECH e-Handbook 6.3.3.1."""
    case = published("cchart_nist_wafers")
    expected = case["expected"]
    chart = attributes.u_chart(case["inputs"]["count"])
    assert chart.center == pytest.approx(expected["center"], abs=case["tolerance"])
    assert chart.lower.to_numpy() == pytest.approx(expected["lower"], abs=case["tolerance"])
    assert chart.upper.to_numpy() == pytest.approx(expected["upper"], abs=case["tolerance"])


def nile(case):
    """Return the flow by year, and its change points."""
    inputs = case["inputs"]
    years = range(inputs["first_year"], inputs["first_year"] + len(inputs["flow"]))
    flow = pd.Series(inputs["flow"], index=pd.Index(years), dtype=float)
    return flow, trends.change_points(flow, min_segment=inputs["min_segment"])


def test_change_points_nile_partitions(published):
    """Source: Zeileis and others (2002), output of strucchange; a break there is the last year of the old level."""
    case = published("change_points_nile")
    found = nile(case)[1].partitions
    assert [list(starts) for starts in found["starts"]] == [[], *case["expected"]["breaks"]]
    assert found["rss"].tolist() == pytest.approx(case["expected"]["rss"], abs=case["tolerance"]["rss"])
    assert found["bic"].tolist() == pytest.approx(case["expected"]["bic"], abs=case["tolerance"]["bic"])


def test_change_points_nile_date_and_interval(published):
    """Source: Zeileis and others (2002): the old level ended in 1898 (1895 to 1902)."""
    case = published("change_points_nile")
    changes = nile(case)[1].changes
    assert len(changes) == 1
    expected = [case["expected"][name] for name in ("start", "low", "high")]
    assert changes.loc[0, ["start", "low", "high"]].tolist() == expected


def test_change_points_nile_f_statistic(published):
    """Source: Zeileis and others (2002), supF, which follows from the sums of squares."""
    case = published("change_points_nile")
    flow, found = nile(case)
    without, with_one = found.partitions["rss"].iloc[:2]
    sup_f = (without - with_one) / (with_one / (len(flow) - 2))
    assert sup_f == pytest.approx(case["expected"]["sup_f"], abs=case["tolerance"]["sup_f"])


@pytest.mark.parametrize("name", ["discharge", "sediment"])
def test_mann_kendall_rhine(published, name):
    """Source: Pohlert, trend (vignette)."""
    case = published("trend_rhine_maxau")
    found = trends.mann_kendall(case["inputs"][name])
    expected = case["expected"][name]
    tolerance = {**case["tolerance"], "p": case["tolerance"]["p_sediment" if name == "sediment" else "p"]}
    known = expected.keys() & {"z", "p", "s", "variance", "tau"}
    off = {key for key in known if abs(getattr(found, key) - expected[key]) > tolerance.get(key, 0)}
    assert off == set()


def test_sen_slope_rhine(published):
    """Source: Pohlert, trend (vignette)."""
    case = published("trend_rhine_maxau")
    expected = [case["expected"]["sediment"][name] for name in ("slope", "low", "high")]
    assert trends.sen_slope(case["inputs"]["sediment"]) == pytest.approx(expected, abs=case["tolerance"]["slope"])


def test_benjamini_hochberg_thrombolysis(published):
    """Source: Benjamini and Hochberg (1995)."""
    case = published("fdr_benjamini_hochberg1995")
    adjusted = trends.benjamini_hochberg(case["inputs"]["p"])
    assert (adjusted <= case["inputs"]["alpha"]).sum() == case["expected"]["rejected"]
