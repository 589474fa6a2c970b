"""Weights and rankings against published examples."""

from fractions import Fraction

import numpy as np
import pytest

from toolkit.stats import choice, preferences
from toolkit.stats.acceptability import acceptability


def judgements(upper):
    """Return the square table of what stands above its diagonal."""
    table = np.eye(len(upper) + 1)
    for row, judged in enumerate(upper):
        for step, text in enumerate(judged, start=1):
            table[row, row + step] = float(Fraction(str(text)))
            table[row + step, row] = 1 / table[row, row + step]
    return table


def test_judgements_in_pairs(published):
    """Source: T. Saaty, International Journal of Services Sciences 1 (2008) 83-98."""
    case = published("ahp_saaty2008")
    found = preferences.priorities(judgements(case["inputs"]["upper"]))
    assert found.weights == pytest.approx(case["expected"]["weights"], abs=case["tolerance"])
    assert found.ratio == pytest.approx(case["expected"]["ratio"], abs=case["tolerance"])


def test_swing_weights_and_their_sum(published):
    """Source: P. Goodwin and G. Wright, Decision Analysis for Management Judgment."""
    case = published("swing_goodwin_wright")
    weights = preferences.swing_weights(case["inputs"]["swings"])
    assert np.round(weights, 2) == pytest.approx(case["expected"]["weights"])
    # the book goes on with the rounded weights
    total = choice.weighted_sum(case["inputs"]["values"], np.round(weights, 2))
    assert total == pytest.approx(case["expected"]["aggregate"], abs=case["tolerance"]["aggregate"])


@pytest.mark.parametrize("name", ["topsis_hwang_yoon1981", "topsis_tzeng_huang2011"])
def test_topsis(published, name):
    """Sources: C.-L. Hwang and K. Yoon, 1981; G.-H. Tzeng and J.-J. Huang, 2011."""
    case = published(name)
    found = choice.topsis(**case["inputs"])
    assert found == pytest.approx(case["expected"]["closeness"], abs=case["tolerance"])
    if "places" in case["expected"]:
        assert choice.places(found).tolist() == case["expected"]["places"]


def test_promethee_with_any_difference_a_preference(published):
    """Source: J. Zhao, Y. Peng and J. Li, Procedia Computer Science 17 (2013) 181-188."""
    case = published("promethee_zhao2013")
    assert choice.promethee(**case["inputs"]).net == pytest.approx(case["expected"]["net"], abs=case["tolerance"])


def test_promethee_with_all_six_shapes(published):
    """Source: J. Brans, P. Vincke and B. Mareschal, European Journal of Operational Research 24 (1986) 228-238."""
    case = published("promethee_brans1986")
    inputs, expected = case["inputs"], case["expected"]
    shapes = [choice.Preference(*row) for row in inputs["preferences"]]
    found = choice.promethee(inputs["table"], [1 / 6] * 6, inputs["higher"], shapes)
    assert found.plus == pytest.approx(expected["plus"], abs=case["tolerance"])
    assert found.minus == pytest.approx(expected["minus"], abs=case["tolerance"])
    assert (np.argsort(-found.net) + 1).tolist() == expected["best_to_worst"]


def test_acceptability(published):
    """Source: closed form."""
    case = published("smaa_closed_form")
    found = acceptability(case["inputs"]["values"], draws=case["inputs"]["draws"])
    assert found.ranks[0, 0] == pytest.approx(case["expected"]["first"], abs=case["tolerance"])
