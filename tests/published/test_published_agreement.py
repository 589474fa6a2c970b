"""Agreement of raters against published examples."""

import math

import pytest

from toolkit.stats import agreement


def test_cohens_kappa(published):
    """Source: J. Cohen, Psychological Bulletin 70 (1968) 213-220."""
    case = published("kappa_cohen1968")
    inputs = case["inputs"]
    found = {
        "unweighted": agreement.kappa_of_table(inputs["p"], n=200).value,
        "weighted": agreement.kappa_of_table(inputs["p"], n=200, weights=inputs["w_sym"]).value,
        "weighted_nonsym": agreement.kappa_of_table(inputs["p"], n=200, weights=inputs["w_nonsym"]).value,
    }
    assert found == pytest.approx(case["expected"], abs=case["tolerance"])


@pytest.mark.parametrize("metric", ["nominal", "interval"])
def test_krippendorffs_alpha(published, metric):
    """Source: the worked example of three coders."""
    case = published("krippendorff_three_coders")
    ratings = [
        [math.nan if mark == "*" else float(mark) for mark in coder.split()] for coder in case["inputs"]["coders"]
    ]
    found = agreement.krippendorffs_alpha(ratings, metric=metric)
    assert found.value == pytest.approx(case["expected"][metric], abs=case["tolerance"])
