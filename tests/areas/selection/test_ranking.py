"""Who is first and how sure that is; who is left out is named, and what cannot be ranked is not assessed."""

import math

import pytest

from toolkit.areas import selection
from toolkit.model import Period

Q3 = {"period": Period.parse("2026-Q3")}
CRITERIA = """
    criterion, better, weight, worst, best
    Price, lower, 0.6, 100, 0
    Quality, higher, 0.4, 0, 10
    """
CANDIDATES = "candidate, name\na, Aspen\nb, Birch"
# A: 0.6 x 0.5 + 0.4 x 0.8 = 0.62; B: 0.6 x 0.8 + 0.4 x 0.2 = 0.56
SCORES = """
    candidate, criterion, rater, score
    a, Price, , 50
    a, Quality, one, 7
    a, Quality, two, 9
    b, Price, , 20
    b, Quality, one, 1
    b, Quality, two, 3
    """


@pytest.fixture
def who(table):
    """Return the three tables that everybody needs."""
    return table("scores", SCORES), table("criteria", CRITERIA), table("candidates", CANDIDATES)


def test_lead_is_the_difference_of_the_weighted_sums_with_the_scatter_of_the_raters(who):
    found = selection.lead(*who, **Q3)
    assert found.value == pytest.approx(0.06)
    # two raters 2 apart: standard deviation 1.414, of a mean of two 1.0, of its value 0.1; weighted 0.04, for both 0.0566
    assert found.high - found.value == pytest.approx(1.96 * 0.0566, abs=1e-3)
    assert found.parts["candidate"]["candidate"].tolist() == ["Aspen", "Birch"]
    assert found.claim.startswith("Aspen is first with 0.620 of 1, Birch second with 0.560")


def test_lead_without_a_second_rater_has_no_interval_and_says_so(table):
    scores = table("scores", "candidate, criterion, score\na, Price, 50\na, Quality, 8\nb, Price, 20\nb, Quality, 2")
    found = selection.lead(scores, table("criteria", CRITERIA), table("candidates", CANDIDATES), **Q3)
    assert math.isnan(found.low)
    assert found.interval == "none: nothing was scored by two raters"


def test_lead_leaves_out_and_names_whoever_lacks_a_score(table, who):
    more = table("candidates", CANDIDATES + "\nc, Cedar")
    scores = table("scores", SCORES + "c, Price, , 1\n")
    found = selection.lead(scores, who[1], more, **Q3)
    assert found.n == 2
    assert "Cedar is left out: no score on Quality" in found.because


def test_lead_of_one_candidate_is_not_assessed(table, who):
    found = selection.lead(who[0], who[1], table("candidates", "candidate\na"), **Q3)
    assert "1 candidate in candidates, 1 of them to be compared: there is nothing to choose between" in found.because


def test_lead_of_missing_scores_is_not_assessed_and_names_each(table, who):
    found = selection.lead(table("scores", "candidate, criterion, score\na, Price, 50"), *who[1:], **Q3)
    assert math.isnan(found.value)
    assert "Aspen: no score on Quality" in found.because
    assert "Birch: no score on Price and Quality" in found.because


def test_lead_says_which_criterion_all_share(table):
    scores = table("scores", "candidate, criterion, score\na, Price, 50\na, Quality, 8\nb, Price, 20\nb, Quality, 8")
    found = selection.lead(scores, table("criteria", CRITERIA), table("candidates", CANDIDATES), **Q3)
    assert "Quality decides nothing: all candidates have the same score there" in found.because


def test_lead_without_ends_of_a_scale_on_which_all_are_alike_is_no_division_by_zero(table):
    scores = table("scores", "candidate, criterion, score\na, Price, 50\na, Quality, 8\nb, Price, 20\nb, Quality, 8")
    plain = table("criteria", "criterion, better, weight\nPrice, lower, 0.6\nQuality, higher, 0.4")
    assert selection.lead(scores, plain, table("candidates", CANDIDATES), **Q3).value == pytest.approx(0.6)


def test_lead_does_not_know_scores_that_were_given_later(table, who):
    later = SCORES.replace("rater, score", "rater, score, scored").replace(
        "b, Quality, two, 3", "b, Quality, two, 9, 2026-10-01"
    )
    found = selection.lead(table("scores", later), *who[1:], **Q3)
    assert found.parts["criterion"].set_index(["candidate", "criterion"]).loc[("Birch", "Quality"), "score"] == 1.0


def test_lead_without_weights_is_not_assessed_and_says_what_to_supply(table, who):
    plain = table("criteria", "criterion, better\nPrice, lower\nQuality, higher")
    assert (
        "supply swing_points or weight in criteria, or pairwise" in selection.lead(who[0], plain, who[2], **Q3).because
    )


def test_excluded_counts_flags_that_are_up_and_exclude(table, who):
    flags = table(
        "red_flags",
        """
        candidate, flag, raised, cleared, excludes
        a, Will not name subcontractors, 2026-08-01, , yes
        b, Cleared again, 2026-07-01, 2026-08-01, yes
        b, Late accounts, 2026-07-01, , no
        b, After the period, 2026-10-02, , yes
        """,
    )
    found = selection.excluded(who[2], flags, **Q3)
    assert found.value == 1
    assert found.claim == "1 of 2 candidates is ruled out: Aspen (Will not name subcontractors)."
    lead = selection.lead(*who, None, flags, **Q3)
    assert "Aspen: ruled out (Will not name subcontractors)" in lead.because


def test_excluded_without_the_table_is_not_assessed(table, who):
    assert selection.excluded(who[2], table("red_flags"), **Q3).because == "red_flags.csv is missing"


def test_method_agreement_names_the_method_that_puts_another_first(who):
    found = selection.method_agreement(*who, **Q3)
    places = found.parts["place"].set_index("candidate")
    assert found.value == sum(
        places[name]["Aspen"].startswith("1 ") for name in ("weighted sum", "TOPSIS", "PROMETHEE II")
    )
    assert ("puts Birch first" in found.claim) == (found.value < 3)


def test_rank_reversals_of_two_candidates_are_not_assessed(who):
    assert "3 are needed" in selection.rank_reversals(*who, **Q3).because


def test_rank_reversals_do_not_happen_to_the_weighted_sum_on_scales_with_ends(table, who):
    three = table("candidates", CANDIDATES + "\nc, Cedar")
    scores = table("scores", SCORES + "c, Price, , 40\nc, Quality, one, 6\n")
    found = selection.rank_reversals(scores, who[1], three, **Q3)
    assert found.n == 9
    assert found.parts["method"].set_index("method").loc["weighted sum", "value"] == 0


def test_acceptability_says_of_a_sure_first_place_that_it_is_nearly_always_first(table, who):
    sure = table("scores", "candidate, criterion, score\na, Price, 10\na, Quality, 9\nb, Price, 20\nb, Quality, 2")
    found = selection.acceptability(sure, *who[1:], **Q3)
    assert found.value == 1
    assert found.claim == "Aspen is first in more than 99 of 100 plausible weightings."
    assert "scores are taken as exact" in found.because


def test_acceptability_names_who_is_most_often_first_and_who_is_by_the_weights_as_given(who):
    found = selection.acceptability(*who, **Q3)
    shares = found.parts["candidate"].set_index("candidate")["value"]
    assert shares.sum() == pytest.approx(1)
    assert 0.5 < shares["Aspen"] < 0.9
    firm = selection.acceptability(*who, **Q3, weight_sureness=1000)
    assert firm.value > found.value


def test_tipping_weight_is_where_arithmetic_says(who):
    # A leads where 0.5 w + 0.8 (1 - w) > 0.8 w + 0.2 (1 - w), so where w < 0.6 / 0.9 = 2/3; Price weighs 0.6
    found = selection.tipping_weight(*who, **Q3)
    assert found.value == pytest.approx(2 / 3 - 0.6)
    assert found.claim.startswith(
        "Aspen stops being first when Price weighs more than 66.7 % (then Birch is), now 60.0 %"
    )


def test_tipping_weight_of_one_who_is_nowhere_behind_is_infinite(table, who):
    sure = table("scores", "candidate, criterion, score\na, Price, 10\na, Quality, 9\nb, Price, 20\nb, Quality, 2")
    found = selection.tipping_weight(sure, *who[1:], **Q3)
    assert math.isinf(found.value)
    assert found.claim == "Aspen stays first whatever any single criterion weighs."


def test_tipping_weight_of_a_single_criterion_is_not_assessed(table, who):
    only = table("criteria", "criterion, better, weight\nPrice, lower, 1")
    assert "all the weight" in selection.tipping_weight(who[0], only, who[2], **Q3).because


# ---------------------------------------------------------------------------------------------------------- raters, weights
def test_rater_agreement_of_raters_who_agree_and_of_one_who_does_not(table, who):
    same = "".join(f"{c}, Quality, {r}, {s}\n" for c, s in (("a", 8), ("b", 2)) for r in ("one", "two"))
    found = selection.rater_agreement(table("scores", "candidate, criterion, rater, score\n" + same), *who[1:], **Q3)
    assert found.value == pytest.approx(1)
    turned = table(
        "scores",
        "candidate, criterion, rater, score\na, Quality, one, 8\na, Quality, two, 2\nb, Quality, one, 2\nb, Quality, two, 8",
    )
    found = selection.rater_agreement(turned, *who[1:], **Q3)
    assert found.value < 0
    assert found.claim.startswith("The raters do not agree")
    assert "not on Quality" in found.because


def test_rater_agreement_names_a_candidate_that_one_rater_scored_alone(table, who):
    scores = table("scores", SCORES + "c, Quality, one, 5\n")
    three = table("candidates", CANDIDATES + "\nc, Cedar")
    found = selection.rater_agreement(scores, who[1], three, **Q3)
    assert found.n == 2
    assert "Cedar was scored by one rater only on some criteria" in found.because


def test_rater_agreement_of_one_rater_is_not_assessed(table, who):
    alone = table("scores", "candidate, criterion, rater, score\na, Quality, one, 8\nb, Quality, one, 2")
    assert "let a second one score them" in selection.rater_agreement(alone, *who[1:], **Q3).because


def test_weights_come_from_swing_points_before_all_else(table):
    criteria = table(
        "criteria", "criterion, better, weight, swing_points\nPrice, lower, 0.5, 100\nQuality, higher, 0.5, 25"
    )
    found = selection.weights(criteria)
    assert found.value == pytest.approx(0.8)
    assert found.claim == "Price weighs most, 80.0 % (swing weights)."


def test_weights_that_are_all_alike_are_said_to_be(table):
    found = selection.weights(table("criteria", "criterion, better, weight\nPrice, lower, 0.5\nFit, higher, 0.5"))
    assert found.claim == "Each of 2 criteria weighs the same, 50.0 %."


def test_weights_from_judgements_in_pairs(table):
    plain = table("criteria", "criterion, better\nPrice, lower\nQuality, higher")
    found = selection.weights(plain, table("pairwise", "criterion, other, judgement\nQuality, Price, 3"))
    assert found.value == pytest.approx(0.75)
    assert "judgements in pairs" in found.claim


CIRCLE = "criterion, other, judgement\nPrice, Quality, 5\nQuality, Risk, 5\nRisk, Price, 5"
THREE = "criterion, better\nPrice, lower\nQuality, higher\nRisk, lower"


def test_weights_from_a_circle_of_judgements_are_not_assessed_and_the_circle_is_named(table):
    found = selection.weights(table("criteria", THREE), table("pairwise", CIRCLE))
    assert "contradict one another" in found.because
    assert "Price over Risk was judged 0.200, and by way of Quality it is 25" in found.because


def test_judgement_consistency_measures_the_circle(table):
    found = selection.judgement_consistency(table("pairwise", CIRCLE), table("criteria", THREE))
    assert found.value > 1
    assert len(found.parts["circle"]) == 1


def test_judgement_consistency_brings_raters_together_and_names_pairs_without_a_judgement(table):
    pairs = table("pairwise", "rater, criterion, other, judgement\none, Price, Quality, 2\ntwo, Price, Quality, 8")
    two = table("criteria", "criterion, better\nPrice, lower\nQuality, higher")
    found = selection.judgement_consistency(pairs, two)
    assert found.parts["criterion"]["value"].tolist() == pytest.approx([0.8, 0.2])  # the geometric mean of 2 and 8 is 4
    missing = selection.judgement_consistency(pairs, table("criteria", THREE))
    assert "2 pairs of criteria were not judged: Price and Risk and Quality and Risk" in missing.because
