"""Vendor selection: which candidate, and how sure are we?

Decision: whom to choose, or what to settle before anybody is chosen. A case of this area is one selection with its
candidates, not a vendor.
Tables: criteria, candidates, scores; where they exist: pairwise, diligence_checks, red_flags, bids, past_decisions,
market_tenders.
Limits: scores are what people gave, and weights are what people want: arithmetic makes neither of them right. A handful of
earlier decisions cannot tell a method from chance.

Read it in the notebook's order:

tables.py     what each file holds
look.py       who is compared on what, with which values and weights
checks.py     gaps and contradictions
raters.py     do those who score agree
weighing.py   what matters how much, and whether judgements in pairs follow from one another
ranking.py    who is first, by three methods; who is ruled out
robustness.py how often the first is first over plausible weights, and at which weight it no longer is
offers.py     what the bids say by themselves
diligence.py  checks that failed or have expired
past.py       what earlier decisions teach
market.py     how tenders in this market go
answer.py     the sentence that a board needs, from findings
"""

from toolkit.areas.selection.answer import answer
from toolkit.areas.selection.checks import checks
from toolkit.areas.selection.diligence import failed_checks
from toolkit.areas.selection.market import failed_tender_share, single_bid_share, tender_bidders, winner_concentration
from toolkit.areas.selection.offers import bid_outliers, bidders, cheap_bids
from toolkit.areas.selection.past import foresight, overscored_share
from toolkit.areas.selection.ranking import excluded, lead, method_agreement, rank_reversals
from toolkit.areas.selection.raters import rater_agreement
from toolkit.areas.selection.robustness import acceptability, tipping_weight
from toolkit.areas.selection.tables import (
    AREA,
    BIDS,
    CANDIDATES,
    CRITERIA,
    DILIGENCE_CHECKS,
    MARKET_TENDERS,
    PAIRWISE,
    PAST_DECISIONS,
    RED_FLAGS,
    SCORES,
    TABLES,
)
from toolkit.areas.selection.weighing import judgement_consistency, weights

NAME = AREA
TITLE = "Vendor selection"
NOTEBOOK = "85_vendor_selection"
QUESTION = "Which candidate, and how sure are we?"
BY_SELECTION = True  # a case of it is a selection: no vendor's page may hold any of it
SHARED = False  # and no vendor's edition
HEADLINES = (  # what the portfolio shows of a selection, the most telling first
    "selection.acceptability",
    "selection.tipping_weight",
    "selection.lead",
    "selection.rater_agreement",
    "selection.cheap_bids",
    "selection.failed_checks",
)
TOTALS: tuple[str, ...] = ()
DIFFERENCES = ("selection.lead",)  # shown with their sign

__all__ = [
    "BIDS",
    "BY_SELECTION",
    "CANDIDATES",
    "CRITERIA",
    "DIFFERENCES",
    "DILIGENCE_CHECKS",
    "HEADLINES",
    "MARKET_TENDERS",
    "NAME",
    "NOTEBOOK",
    "PAIRWISE",
    "PAST_DECISIONS",
    "QUESTION",
    "RED_FLAGS",
    "SCORES",
    "SHARED",
    "TABLES",
    "TITLE",
    "TOTALS",
    "acceptability",
    "answer",
    "bid_outliers",
    "bidders",
    "cheap_bids",
    "checks",
    "excluded",
    "failed_checks",
    "failed_tender_share",
    "foresight",
    "judgement_consistency",
    "lead",
    "method_agreement",
    "overscored_share",
    "rank_reversals",
    "rater_agreement",
    "single_bid_share",
    "tender_bidders",
    "tipping_weight",
    "weights",
    "winner_concentration",
]
