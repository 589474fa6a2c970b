"""Reliability of scales against published examples."""

import pytest

from toolkit.stats import scales


def test_alpha(published, sheet):
    """Source: reference tests of JASP's reliability module."""
    case = published("alpha_asrm")
    items, expected = sheet(case["inputs"]["csv"]), case["expected"]
    rows = scales.item_analysis(items)
    assert scales.cronbach_alpha(items).value == pytest.approx(expected["alpha"], abs=case["tolerance"])
    for column in ("item_rest", "alpha_if_dropped"):
        assert rows[column].to_dict() == pytest.approx(expected[column], abs=case["tolerance"]), column


def test_omega(published, sheet):
    """Source: reference tests of JASP's reliability module, fitted by lavaan."""
    case = published("omega_asrm")
    expected, near = case["expected"], case["tolerance"]
    found = scales.mcdonald_omega(sheet(case["inputs"]["csv"]))
    assert found.value == pytest.approx(expected["omega"], abs=near["omega"])
    assert found.loadings.to_dict() == pytest.approx(expected["std_loadings"], abs=near["std_loadings"])
    assert found.chi_square == pytest.approx(expected["chi2"], abs=near["chi2"])
    assert found.n == expected["n"]


@pytest.mark.parametrize("policy", ["pairwise", "listwise"])
def test_missing_values(published, sheet, policy):
    """Source: Real Statistics, by pingouin and psych.

    The reference's listwise interval counts all 12 people, though 3 of them were left out; ours counts 9 and is wider.
    """
    case = published("alpha_missing")
    expected, near = case["expected"], case["tolerance"]
    items = sheet(case["inputs"]["csv"])
    found = scales.cronbach_alpha(items, missing=policy)
    assert found.value == pytest.approx(expected[policy], abs=near["alpha"])
    ends = scales.feldt_interval(found.value, len(items), found.items)
    assert ends == pytest.approx(tuple(expected[f"{policy}_ci"]), abs=near["ends"])
    assert found.low <= ends[0] + 1e-12
