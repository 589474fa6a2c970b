"""General dominance: known shares recovered, all subsets by hand, intervals that cover, faults in words."""

import math
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from toolkit.stats.importance import importance

EFFECTS = np.array([0.6, 0.4, 0.2, 0.1, 0.0])


def survey(n, seed, effects=EFFECTS):
    """An overall answer and correlated constructs, both on scales of five steps."""
    rng = np.random.default_rng(seed)
    constructs = 0.65 * rng.normal(size=(n, 1)) + math.sqrt(1 - 0.65**2) * rng.normal(size=(n, len(effects)))
    overall = constructs @ effects + 0.8 * rng.normal(size=n)
    steps = [np.clip(np.round(each + 3.2), 1, 5) for each in (overall, constructs)]
    return steps[0], pd.DataFrame(steps[1], columns=[f"c{number}" for number in range(1, len(effects) + 1)])


def r_squared(correlation, chosen):
    inside = list(chosen)
    return (
        correlation[-1, inside] @ np.linalg.solve(correlation[np.ix_(inside, inside)], correlation[inside, -1])
        if inside
        else 0
    )


def test_values_are_those_of_all_subsets_by_hand():
    overall, constructs = survey(200, 1)
    correlation = stats.spearmanr(np.column_stack([constructs, overall])).statistic
    found = importance(overall, constructs, draws=0).predictors["value"]
    for number, name in enumerate(constructs):
        others = [other for other in range(5) if other != number]
        by_size = [
            np.mean(
                [
                    r_squared(correlation, {*chosen, number}) - r_squared(correlation, chosen)
                    for chosen in combinations(others, size)
                ]
            )
            for size in range(5)
        ]
        assert found[name] == pytest.approx(np.mean(by_size))


def test_values_sum_to_r_squared():
    found = importance(*survey(150, 2), draws=50)
    assert found.predictors["value"].sum() == pytest.approx(found.r_squared.value)
    assert found.predictors["share"].sum() == pytest.approx(1)
    assert found.predictors["first"].sum() == pytest.approx(1)


def test_predictors_that_are_not_correlated_share_by_squared_correlations():
    rng = np.random.default_rng(3)
    ranks = np.array([rng.permutation(5001) for _ in range(2)]).T.astype(float)
    overall = 3 * ranks[:, 0] + ranks[:, 1]
    found = importance(overall, ranks, draws=0).predictors.sort_index()
    assert found["value"].to_numpy() == pytest.approx(found["correlation"].to_numpy() ** 2, abs=0.02)


def test_known_importance_is_recovered():
    found = importance(*survey(3000, 4), draws=100).predictors
    assert found.index[:3].tolist() == ["c1", "c2", "c3"]
    assert found.loc["c1", "first"] > 0.95
    assert found.loc["c1", "low"] > found.loc["c3", "high"]


def test_only_the_order_of_answers_counts():
    overall, constructs = survey(100, 5)
    found, other = (importance(each, constructs, draws=100).predictors for each in (overall, np.exp(overall)))
    pd.testing.assert_frame_equal(found, other)


def test_intervals_cover():
    truth = importance(*survey(200_000, 6), draws=0).predictors["value"]
    held = []
    for seed in range(120):
        found = importance(*survey(120, 100 + seed), draws=200).predictors.loc[truth.index]
        held.append((found["low"] <= truth) & (truth <= found["high"]))
    assert np.mean(held) == pytest.approx(0.95, abs=0.04)


def test_draws_are_ranked_afresh_as_a_copy_of_the_people_would_be():
    # with one draw, values are those of the drawn people themselves
    overall, constructs = survey(60, 7)
    times = np.random.default_rng(0).multinomial(60, np.full(60, 1 / 60), size=2)
    drawn = [
        importance(np.repeat(overall, each), constructs.loc[np.repeat(constructs.index, each)], draws=0)
        for each in times
    ]
    found = importance(overall, constructs, draws=2, level=1 - 1e-12)
    values = pd.concat([each.predictors["value"] for each in drawn], axis=1)
    value = found.predictors["value"]
    assert found.predictors["low"].to_dict() == pytest.approx(np.minimum(values.min(axis=1), value).to_dict())
    assert found.predictors["high"].to_dict() == pytest.approx(np.maximum(values.max(axis=1), value).to_dict())


def test_the_same_seed_gives_the_same_interval():
    overall, constructs = survey(80, 8)
    first, second, other = (importance(overall, constructs, draws=50, seed=seed).predictors for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)


def test_people_with_something_missing_are_left_out():
    overall, constructs = survey(80, 9)
    constructs.iloc[0, 0] = overall[1] = math.nan
    assert importance(overall, constructs, draws=0).n == 78


def test_twelve_predictors_and_no_more():
    overall, constructs = survey(200, 10, np.full(12, 0.1))
    assert len(importance(overall, constructs, draws=0).predictors) == 12
    with pytest.raises(ValueError, match="13 predictors: put them together into 12 or fewer constructs"):
        importance(overall, constructs.assign(more=1.0))


@pytest.mark.parametrize(
    ("change", "because"),
    [
        (lambda each: each.head(20), "20 people answered everything: 5 predictors need 30 or more"),
        (lambda each: each.assign(c2=3.0), "everybody answered c2 alike"),
        (lambda each: each.assign(c2=each["c1"]), "one predictor follows from the others"),
    ],
)
def test_what_cannot_be_told_is_said(change, because):
    overall, constructs = survey(60, 11)
    constructs = change(constructs)
    found = importance(overall[: len(constructs)], constructs)
    assert found.faults == (because,)
    assert found.predictors["value"].isna().all()
    assert math.isnan(found.r_squared.value)
