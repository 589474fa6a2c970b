"""What is planted in the sample's selection is found by the measures: an analyst who reads the page finds it too."""

from __future__ import annotations

import pytest
import yaml

from toolkit.areas import selection
from toolkit.case import Case, open_selection
from toolkit.files import ROOT

TRUTHS = yaml.safe_load((ROOT / "data" / "sample" / "truths.yaml").read_text(encoding="utf-8"))["selection"]


@pytest.fixture(scope="module")
def case(tmp_path_factory) -> Case:
    return open_selection(selection, TRUTHS["id"], "2026-Q3", "data/sample", str(tmp_path_factory.mktemp("reports")))


@pytest.fixture(scope="module")
def who(case):
    return case.scores, case.criteria, case.candidates, case.pairwise, case.red_flags


def named(case, short):
    return case.candidates.set_index("candidate")["name"][short]


def test_the_winner_depends_on_the_weight_of_one_criterion(case, who):
    lead = selection.lead(*who, period=case.period)
    sums = lead.parts["candidate"].set_index("candidate")["value"]
    assert {short: round(sums[named(case, short)], 6) for short in TRUTHS["sums"]} == TRUTHS["sums"]
    tip = selection.tipping_weight(*who, period=case.period)
    price = tip.parts["criterion"].set_index("criterion").loc["Price"]
    (low, below), (high, above) = TRUTHS["price_below"], TRUTHS["price_above"]
    assert (price["low"], price["high"]) == pytest.approx((low, high), abs=1e-6)
    assert (price["first_below"], price["first_above"]) == (named(case, below), named(case, above))
    assert tip.claim.startswith(f"{named(case, TRUTHS['first'])} stops being first only when Price")


def test_the_first_place_is_neither_sure_nor_chance(case, who):
    found = selection.acceptability(*who, period=case.period)
    assert found.claim.startswith(named(case, TRUTHS["first"]))
    assert 0.5 < found.value < 0.9


def test_who_would_be_first_is_ruled_out(case, who):
    assert TRUTHS["first_if_nobody_were_ruled_out"] == TRUTHS["ruled_out"]
    assert (
        named(case, TRUTHS["ruled_out"])
        in selection.excluded(case.candidates, case.red_flags, period=case.period).claim
    )
    anyone = selection.lead(*who[:4], period=case.period)
    assert anyone.claim.startswith(named(case, TRUTHS["ruled_out"]))


def test_the_raters_do_not_agree_where_it_is_planted_and_agree_elsewhere(case):
    found = selection.rater_agreement(case.scores, case.criteria, case.candidates, period=case.period)
    by = found.parts["criterion"].set_index("criterion")["value"]
    assert by[by < 0.667].index.tolist() == TRUTHS["do_not_agree_on"]
    assert by.drop(TRUTHS["do_not_agree_on"]).min() > 0.8


def test_the_bid_too_cheap_to_be_true_is_found_in_both_ways(case):
    (cheap,) = TRUTHS["too_cheap"]
    for measured in (
        selection.cheap_bids(case.bids, case.candidates, period=case.period),
        selection.bid_outliers(case.bids, case.candidates, period=case.period),
    ):
        assert measured.value == 1
        assert named(case, cheap) in measured.claim


def test_the_expired_certificate_and_the_failed_check_are_found(case):
    found = selection.failed_checks(case.diligence_checks, case.candidates, period=case.period)
    rows = found.parts["rows"]
    told = set(zip(rows["candidate"], rows["check"], rows["state"], strict=True))
    assert told == {
        (named(case, TRUTHS["expired"][0]), TRUTHS["expired"][1], "expired"),
        (named(case, TRUTHS["failed"][0]), TRUTHS["failed"][1], "failed"),
    }


def test_judgements_in_pairs_are_consistent_and_say_nearly_what_the_swing_points_say(case):
    found = selection.judgement_consistency(case.pairwise, case.criteria)
    assert found.value < 0.1
    swing = selection.weights(case.criteria).parts["criterion"].set_index("criterion")["value"]
    pairs = found.parts["criterion"].set_index("criterion")["value"]
    assert (swing - pairs).abs().max() < 0.03


def test_earlier_decisions_teach_what_is_planted(case):
    past = selection.foresight(case.past_decisions, period=case.period)
    assert [past.numerator, past.denominator] == TRUTHS["earlier_best_scored_delivered_best"]
    over = selection.overscored_share(case.past_decisions, period=case.period)
    assert all(name in over.because for name in TRUTHS["promised_too_much"])


def test_the_market_has_as_many_failures_as_are_planted(case):
    market = TRUTHS["market"]
    failed = selection.failed_tender_share(case.market_tenders, period=case.period)
    assert (failed.numerator, failed.denominator) == (market["failed"], market["known"])
    assert selection.single_bid_share(case.market_tenders, period=case.period).numerator == market["one_bidder"]
    assert f"{market['unknown']} more" in failed.because
