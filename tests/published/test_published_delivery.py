"""Delivery metrics against published definitions."""

import pytest

from toolkit.stats import delivery


def test_dora_metrics_of_five_deployments(published):
    """Source: dora.dev (definitions); the log is made, its results by hand."""
    case = published("delivery_dora")
    found = delivery.delivery_metrics(**case["inputs"])
    values = {
        "median_lead_h": found.lead_time.value,
        "deploys_per_week": found.deployment_frequency.value,
        "change_fail_rate": found.change_fail_rate.value,
        "median_recovery_h": found.recovery_time.value,
        "rework_rate": found.rework_rate.value,
    }
    assert values == pytest.approx(case["expected"], abs=case["tolerance"])


def test_removal_efficiency_of_900_and_100(published):
    """Source: C. Jones (recalled)."""
    case = published("removal_efficiency_jones")
    share = delivery.removal_efficiency(**case["inputs"]).value
    assert share == pytest.approx(case["expected"]["removal_efficiency"], abs=case["tolerance"])
    assert 1 - share == pytest.approx(case["expected"]["escape_rate"], abs=case["tolerance"])
