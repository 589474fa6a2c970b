"""What people answered, out of how many, and weights, against published examples."""

import pytest

from toolkit.stats import answers, weighting


def test_finite_population(published, sheet):
    """Source: T. Lumley, Complex Surveys, 2010, ch. 2."""
    case = published("finite_population_api")
    schools, population = sheet(case["inputs"]["csv"]), case["inputs"]["population"]
    mean = weighting.sampled_mean(schools["api00"], population)
    total = weighting.sampled_total(schools["enroll"], population)
    found = {"mean": mean.value, "se": mean.se, "total": total.value, "total_se": total.se}
    for name, expected in case["expected"].items():
        assert found[name] == pytest.approx(expected, abs=case["tolerance"][name]), name


def test_raking_and_post_stratification(published, sheet):
    """Source: reference output of R's survey package."""
    case = published("raking_api")
    schools, margins = sheet(case["inputs"]["csv"]), case["inputs"]["margins"]
    groups = {"stype": schools["stype"], "sch.wide": schools["sch.wide"]}
    base = schools.get("pw")
    raked = weighting.rake(groups, margins, base=base)
    post = weighting.post_stratified(schools["stype"], margins["stype"], base=base)
    found = {
        f"{name}_{what}": value
        for name, weights in (("rake", raked.weights), ("post", post.weights))
        for what, value in (
            ("mean", weights @ schools["api00"] / weights.sum()),
            ("total", weights @ schools["enroll"]),
        )
    }
    for name, expected in case["expected"].items():
        assert found[name] == pytest.approx(expected, abs=case["tolerance"][name]), name


def test_net_promoter_score(published):
    """Source: A. Agresti, Categorical Data Analysis; the same algebra as two paired shares."""
    case = published("nps_agresti")
    score = answers.nps_of_counts(**case["inputs"], adjusted=False)
    found = {"nps": score.value, "se": score.se, "lo": score.low, "hi": score.high}
    for name, expected in case["expected"].items():
        assert found[name] == pytest.approx(expected, abs=case["tolerance"][name]), name
