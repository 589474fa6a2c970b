"""Bids, checks, earlier decisions and the market: what each counts, and what it says where little is known."""

import math

import pytest

from toolkit.areas import selection
from toolkit.model import Period, finding

Q3 = {"period": Period.parse("2026-Q3")}
BIDS = "bidder, price, should_cost\na, 100, 100\nb, 110, 100\nc, 95, 100\nd, 105, 100\ne, 30, 100"


def test_bidders_counts_those_of_the_lot_with_the_fewest(table):
    found = selection.bidders(table("bids", "bidder, lot, price\na, One, 5\nb, One, 6\na, Two, 7"), **Q3)
    assert found.value == 1
    assert found.claim == "1 bidder for the lot with the fewest, Two: fewer than 3, so there is hardly a competition."


def test_bidders_does_not_know_a_bid_that_came_later(table):
    found = selection.bidders(table("bids", "bidder, price, received\na, 5, 2026-09-30\nb, 6, 2026-10-01"), **Q3)
    assert found.value == 1


def test_bid_outliers_finds_the_bid_apart_and_names_the_candidate(table):
    found = selection.bid_outliers(table("bids", BIDS), table("candidates", "candidate, name\ne, Elder"), **Q3)
    assert found.claim == "1 of 5 bids lies apart: Elder (30 GBP, 0.3 times the median)."


def test_bid_outliers_names_nobody_where_none_lies_apart(table):
    found = selection.bid_outliers(table("bids", BIDS.replace("e, 30", "e, 90")), **Q3)
    assert found.claim == "0 of 5 bids lie apart."


def test_bid_outliers_of_four_are_not_assessed(table):
    assert (
        "5 are needed" in selection.bid_outliers(table("bids", "bidder, price\na, 1\nb, 2\nc, 3\nd, 400"), **Q3).because
    )


def test_cheap_bids_are_those_below_the_should_cost_by_more_than_is_allowed(table):
    assert selection.cheap_bids(table("bids", BIDS), **Q3).claim.endswith("e (70.0 % below).")
    assert selection.cheap_bids(table("bids", BIDS), **Q3, cheap_share=0.8).value == 0


def test_cheap_bids_without_a_should_cost_are_not_assessed(table):
    assert "supply should_cost" in selection.cheap_bids(table("bids", "bidder, price\na, 5"), **Q3).because


def test_failed_checks_counts_expired_evidence_from_the_day_after_its_last(table):
    checks = table(
        "diligence_checks",
        """
        candidate, check, checked, result, expires
        a, Certificate, 2026-07-01, passed, 2026-09-29
        b, Certificate, 2026-07-01, passed, 2026-09-30
        a, Accounts, 2026-07-01, failed,
        b, Accounts, 2026-10-01, failed,
        """,
    )
    found = selection.failed_checks(checks, table("candidates", "candidate\na\nb\nc"), **Q3)
    assert found.value == 2
    assert "a (Certificate, expired, 29 September 2026) and a (Accounts, failed)" in found.claim
    assert found.because == "1 still open; nobody has checked Certificate of c and Accounts of c"


PAST = """
    decision, candidate, criterion, better, score, delivered
    one, a, Price, lower, 10, 10
    one, b, Price, lower, 20, 20
    one, a, Quality, higher, 8, 5
    one, b, Quality, higher, 6, 6
    two, c, Quality, higher, 9, 9
    two, d, Quality, higher, 7, 3
    three, e, Quality, higher, 9, 9
    """


def test_foresight_counts_decisions_and_is_wide_for_few(table):
    # one: a scores best (1, 1), and delivers price 1, quality 0, so 0.5, as b does: level, a has place 1; two: c, and c
    found = selection.foresight(table("past_decisions", PAST), **Q3)
    assert (found.numerator, found.denominator) == (2, 2)
    assert found.low < 0.4
    assert found.parts["method"]["method"].tolist() == ["weighted sum", "TOPSIS", "PROMETHEE II", "lowest price"]
    assert found.parts["method"].set_index("method").loc["lowest price", "n"] == 1


def test_foresight_of_one_candidate_is_not_assessed(table):
    rows = table(
        "past_decisions", "decision, candidate, criterion, better, score, delivered\none, a, Price, lower, 1, 1"
    )
    assert "two candidates or more" in selection.foresight(rows, **Q3).because


def test_overscored_share_goes_by_the_worse_side(table):
    found = selection.overscored_share(table("past_decisions", PAST), **Q3)
    assert (found.numerator, found.denominator) == (2, 7)  # a and d in Quality


def test_overscored_share_without_delivery_is_not_assessed(table):
    rows = table("past_decisions", "decision, candidate, criterion, better, score\none, a, Price, lower, 1")
    assert "supply past_decisions" in selection.overscored_share(rows, **Q3).because


TENDERS = """
    tender, published, category, bidders, outcome, winner, value
    1, 2026-01-05, Desk, 1, awarded, A, 30
    2, 2026-02-05, Desk, 4, failed, ,
    3, 2026-03-05, Desk, 6, awarded, B, 10
    4, 2026-04-05, Desk, 8, unknown, ,
    5, 2024-04-05, Desk, 1, failed, ,
    """


def test_tender_bidders_is_the_median_of_the_past_year(table):
    found = selection.tender_bidders(table("market_tenders", TENDERS), **Q3)
    assert (found.value, found.n) == (5.0, 4)


def test_tender_bidders_of_two_is_not_assessed(table):
    assert (
        "3 are needed"
        in selection.tender_bidders(table("market_tenders", "tender, published\n1, 2026-01-05"), **Q3).because
    )


def test_single_bid_share_counts_one_or_none(table):
    found = selection.single_bid_share(table("market_tenders", TENDERS), **Q3)
    assert (found.numerator, found.denominator) == (1, 4)


def test_failed_tender_share_is_of_known_outcomes_and_says_the_least_it_can_be(table):
    found = selection.failed_tender_share(table("market_tenders", TENDERS), **Q3)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.because == "the outcome of 1 more is not known: of all 4 at least 25.0 % failed"


def test_winner_concentration_is_by_amount(table):
    found = selection.winner_concentration(table("market_tenders", TENDERS), **Q3)
    assert found.value == pytest.approx(0.75**2 + 0.25**2)


def test_winner_concentration_without_an_award_is_not_assessed(table):
    rows = table("market_tenders", "tender, published, outcome\n1, 2026-01-05, failed")
    assert "supply winner and value" in selection.winner_concentration(rows, **Q3).because


def test_checks_name_gaps_between_the_tables(table):
    found = selection.checks(
        table("criteria", "criterion, better\nPrice, lower\nQuality, higher"),
        table("candidates", "candidate\na\nb"),
        table("scores", "candidate, criterion, score\na, Price, 1\na, Colour, 2\nz, Price, 3"),
        table("bids", "bidder, price\nz, 5"),
        **Q3,
    ).set_index("check")
    assert found.loc["Without a score", "remark"].startswith("a on Quality, b on Price and b on Quality")
    assert found.loc["Scores of nobody in candidates", "remark"] == "z: left out"
    assert found.loc["Scores on no criterion", "remark"] == "Colour: left out"
    assert found.loc["Bids of nobody in candidates", "found"] == "1"


# ---------------------------------------------------------------------------------------------------------------- answer
def test_the_answer_is_the_sentence_a_board_needs(table):
    who = (
        table("scores", "candidate, criterion, score\na, Price, 50\na, Quality, 8\nb, Price, 20\nb, Quality, 2"),
        table(
            "criteria", "criterion, better, weight, worst, best\nPrice, lower, 0.6, 100, 0\nQuality, higher, 0.4, 0, 10"
        ),
        table("candidates", "candidate, name\na, Aspen\nb, Birch"),
    )
    known = {
        item.id: finding(item, "desk", "2026-Q3")
        for item in (
            selection.acceptability(*who, **Q3),
            selection.tipping_weight(*who, **Q3),
            selection.cheap_bids(table("bids", BIDS), **Q3),
        )
    }
    said = selection.answer("Desk", known)
    assert (
        "of 100 plausible weightings; it stops being first when Price weighs more than 66.7 % (then Birch is)" in said
    )
    assert said.endswith(
        "Before it is signed: 1 of 5 bids lies more than 30.0 % below the should-cost: e (70.0 % below)."
    )


def test_the_answer_without_a_ranking_says_why(table):
    nobody = selection.acceptability(table("scores"), table("criteria"), table("candidates"), **Q3)
    assert math.isnan(nobody.value)
    said = selection.answer("Desk", {nobody.id: finding(nobody, "desk", "2026-Q3")})
    assert said.startswith("Desk: nobody can be put first, because scores.csv is missing")
    assert selection.answer("Desk", {}) == ""
