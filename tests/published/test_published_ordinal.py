"""Ordered answers compared, and many comparisons at once, against published examples."""

import numpy as np
import pytest

from toolkit.stats import ordinal, trends


def test_mann_whitney(published):
    """Source: documentation of scipy.stats.mannwhitneyu."""
    case = published("mann_whitney_scipy")
    first, second = case["inputs"]["x"], case["inputs"]["y"]
    exact = ordinal.mann_whitney(first, second)
    near = ordinal.mann_whitney(first, second, exact=False)
    found = {"U": exact.u, "p_exact": exact.p, "p_asym": near.p}
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


def test_cliffs_delta(published):
    """Source: K. Hogarty and J. Kromrey, SUGI 24, 1999, paper 238; interval as in R's effsize."""
    case = published("cliffs_delta_hogarty1999")
    groups, expected, near = case["inputs"].values(), case["expected"], case["tolerance"]
    found = ordinal.cliffs_delta(*groups)
    assert found.value == pytest.approx(expected["delta"], abs=near["delta"])
    assert (found.low, found.high) == pytest.approx(tuple(expected["ci"]), abs=near["ci"])
    variances = ordinal.delta_variances(*groups)
    assert variances == pytest.approx(tuple(expected["var_terms"]), abs=near["var_terms"])
    assert found.magnitude == "small"


def test_ordered_logit(published, juniors):
    """Source: UCLA IDRE tutorial, R's MASS::polr."""
    case = published("ordered_logit_ucla")
    expected, near = case["expected"], case["tolerance"]
    found = ordinal.ordered_logit(
        juniors["apply"], juniors[["pared", "public", "gpa"]], order=["unlikely", "somewhat likely", "very likely"]
    )
    assert found.coefficients["value"].tolist() == pytest.approx(expected["coef"], abs=near["coef"])
    assert found.coefficients["se"].tolist() == pytest.approx(expected["se"], abs=near["se"])
    assert found.thresholds["value"].tolist() == pytest.approx(expected["thresholds"], abs=near["thresholds"])


@pytest.mark.parametrize(
    ("name", "adjusted"),
    [("bonferroni", lambda p: p * len(p)), ("holm", trends.holm), ("fdr_bh", trends.benjamini_hochberg)],
)
def test_many_at_once(published, name, adjusted):
    """Source: Y. Benjamini and Y. Hochberg, Journal of the Royal Statistical Society B 57 (1995) 289-300."""
    case = published("holm_benjamini_hochberg1995")
    p, alpha = np.array(case["inputs"]["p"]), case["inputs"]["alpha"]
    assert (adjusted(p) <= alpha).sum() == case["expected"][name]
