"""Improvement plans: whether the measure that gave rise to one really moved, and not whether it was closed."""

import numpy as np
import pandas as pd
import pytest

from toolkit.areas import relationship
from toolkit.areas.relationship.plans import effect
from toolkit.model import Period

Q4 = Period.parse("2026-Q4")
NOW = {"period": Q4}
MONTHS = pd.period_range("2025-01", "2026-12", freq="M")
WAVE = np.array([0.02, -0.02, 0.01, -0.01, 0.0, 0.02, -0.02, 0.01, -0.01, 0.0, 0.01, -0.01])


def series(before: float, after: float) -> pd.Series:
    """Twelve months at one level and twelve at another, about which both go up and down alike."""
    return pd.Series([*(before + WAVE), *(after + WAVE)], index=MONTHS)


def judged(values: pd.Series, better: str = "higher"):
    return effect(values, pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-01"), better)


def test_a_step_on_the_better_side_moved_and_on_the_other_became_worse():
    assert judged(series(0.7, 0.9)).state == "moved"
    assert judged(series(0.7, 0.9), "lower").state == "became worse"
    assert judged(series(0.9, 0.7), "lower").state == "moved"


def test_the_difference_is_that_of_the_means():
    found = judged(series(0.7, 0.9))
    assert found.value == pytest.approx(0.2)
    assert found.low < 0.2 < found.high
    assert (found.n_before, found.n_after) == (12, 12)


def test_no_step_is_no_effect_seen():
    assert judged(series(0.7, 0.7)).state == "no effect seen"


def test_months_between_agreement_and_effect_are_neither_before_nor_after():
    found = effect(series(0.7, 0.9), pd.Timestamp("2025-10-20"), pd.Timestamp("2026-02-02"), "higher")
    assert (found.n_before, found.n_after) == (9, 10)  # January to September; March to December


def test_one_bad_month_that_gave_rise_to_a_plan_does_not_make_it_work():
    """Regression to the mean: the month before was bad, those after it are as those before it were."""
    values = series(0.7, 0.7)
    values.iloc[11] = 0.5
    assert judged(values).state != "moved"


def test_three_months_are_too_few():
    assert judged(series(0.7, 0.9).iloc[:15]).state == "too early to tell"


PLANS = "plan, agreed, measure, better, unit, in_place, closed, target\n"


def values_of(plan: str, values: pd.Series) -> str:
    return "plan, month, value\n" + "\n".join(f"{plan}, {month}, {value:.3f}" for month, value in values.items())


def measured(table, plans: str, values: str, history: pd.DataFrame):
    rows, months = table("plans", PLANS + plans), table("plan_values", values)
    made = relationship.plan_series(rows, months, history, **NOW)
    return rows, relationship.plans_effective(rows, made, **NOW), relationship.plans_without_effect(rows, made, **NOW)


def history_of(measure: str, values: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "measure": measure, "label": "", "unit": "share", "better": "higher", "period": [str(m) for m in values.index],
            "date": values.index.to_timestamp(how="end").normalize(), "value": values.to_numpy(), "low": np.nan,
            "high": np.nan, "verdict": "", "span": "month",
        }
    )  # fmt: skip


NOTHING = history_of("quality.other", series(0.7, 0.7).iloc[:0])


def test_plans_without_effect_are_named(table):
    plan = "P1, 2026-01-05, , higher, share, 2026-01-01, 2026-05-01, 0.9"
    plan = plan.replace("2026-01-05, ,", "2025-12-31, ,")
    _, found, hollow = measured(table, plan, values_of("P1", series(0.7, 0.7)), NOTHING)
    assert found.value == 0
    assert "closed without effect: P1" in found.because
    assert hollow.value == 1
    assert found.parts["plan"]["target_reached"].tolist() == ["no"]


def test_plans_effective_takes_months_from_the_findings_of_another_area(table):
    plan = "P1, 2025-12-31, quality.sla_attainment, , , 2026-01-01, 2026-05-01, 0.85"
    rows, found, hollow = measured(table, plan, "", history_of("quality.sla_attainment", series(0.7, 0.9)))
    assert found.value == 1
    assert hollow.value == 0
    assert found.parts["plan"]["target_reached"].tolist() == ["yes"]
    drawn = relationship.plan_chart(found, rows)
    assert drawn.unit == "share"
    assert "moved what it was made for" in drawn.claim


def test_months_after_the_period_are_not_known(table):
    plan = "P1, 2025-12-31, , higher, share, 2026-01-01, 2026-05-01, 0.9"
    rows = table("plans", PLANS + plan)
    months = table("plan_values", values_of("P1", series(0.7, 0.9)))
    early = {"period": Period.parse("2026-02")}
    made = relationship.plan_series(rows, months, NOTHING, **early)
    assert made["month"].max() == pd.Period("2026-02", "M")
    found = relationship.plans_effective(rows, made, **early)
    assert "1 plan too young to be tested" in found.because


def test_a_plan_without_a_measure_says_what_to_supply(table):
    plan = "P1, 2025-12-31, , , , 2026-01-01, ,"
    _, found, _ = measured(table, plan, "", NOTHING)
    assert not found.assessed
    assert "name a measure in plans, or supply plan_values" in found.because
