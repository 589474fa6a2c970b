"""One vendor's goals as a rating: the same facts in the words of two public schemes, as a traffic light and as 0 to 100.

A rating is a range wherever a goal is unclear or not assessed: it is worked out with all of these missed, and with all of
them met. Nothing is averaged over measures, and what is not known never helps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.model import MET, MISSED, NOT_ASSESSED, UNCLEAR, Finding, count_word

STRETCH = "stretch"
ENOUGH = 0.5  # share of the goals that has to be assessed for a rating
FEWEST = 3  # goals: a single one that is met would make a vendor look good
CLOSE, FAR = 0.10, 0.25  # shortfalls of the target; own bands, since the regulation has none

# the five words of FAR 42.1503 (Contractor Performance Assessment Reporting System), the worst first, in our own words
UNSATISFACTORY, MARGINAL, SATISFACTORY, VERY_GOOD, EXCEPTIONAL = CPARS = (
    "Unsatisfactory",
    "Marginal",
    "Satisfactory",
    "Very Good",
    "Exceptional",
)
MEANING = {
    EXCEPTIONAL: "every committed goal met, and most of what was aimed at beyond them",
    VERY_GOOD: "every committed goal met, and some of what was aimed at beyond them",
    SATISFACTORY: "no committed goal missed",
    MARGINAL: "some committed goals missed",
    UNSATISFACTORY: "more committed goals missed than met",
}
# the words of the Procurement Regulations 2024 (UK), regulation 39(5), the worst first
INADEQUATE, IMPROVE, APPROACHING, GOOD = UK = ("Inadequate", "Requires improvement", "Approaching target", "Good")
UK_MEANING = {
    GOOD: "every committed goal met",
    APPROACHING: f"a goal unclear, or missed by at most {CLOSE:.0%} of its target".replace("%", " %"),
    IMPROVE: f"a goal missed by at most {FAR:.0%} of its target".replace("%", " %"),
    INADEQUATE: "a goal missed by more than that",
}
OTHER = "Other"  # what cannot be described so
GREEN, AMBER, RED, GREY = "green", "amber", "red", "grey"
RULE = (
    "The word is that of a public buyers' scheme (FAR 42.1503, five levels), by a rule of our own: it goes by committed goals, "
    "stretch goals lift it. Where goals are unclear or not assessed it is a range, with all of those missed at one end and all "
    "of them met at the other; with fewer than three goals, or fewer than half of them assessed, there is none. The light is "
    "green from Satisfactory up, red up to Marginal, amber where the range holds both. The UK words (Procurement Regulations "
    "2024, 39(5)) go by the worst committed goal; the regulation names no bands, so these are ours. 0 to 100 is the share of "
    "the goals' weight that is met."
)


@dataclass(frozen=True)
class Rating:
    """What goals come to: two words of CPARS (`low` and `high`, alike where all is known), the UK word, light and score.

    score_low and score_high: 0 to 100, NaN where nothing may be rated; assessed of goals are assessed; because: what decides
    the lower word, or why there is no rating.
    """

    low: str
    high: str
    uk: str
    light: str
    score_low: float
    score_high: float
    assessed: int
    goals: int
    because: str

    @property
    def words(self) -> str:
        """'Marginal to Satisfactory', 'Very Good', or 'not assessed'."""
        if not self.low:
            return NOT_ASSESSED
        return self.low if self.low == self.high else f"{self.low} to {self.high}"

    @property
    def score(self) -> str:
        """'60 to 80 of 100', or '' without a rating."""
        if math.isnan(self.score_low):
            return ""
        low, high = f"{self.score_low:.0f}", f"{self.score_high:.0f}"
        return f"{low} of 100" if low == high else f"{low} to {high} of 100"


def rating(findings: Sequence[Finding]) -> Rating:
    """The rating of a vendor from its findings; those without a goal count nothing. Own rule, printed as `RULE`."""
    goals = [item for item in findings if item.goal]
    known = [item for item in goals if item.verdict != NOT_ASSESSED]
    if all(item.kind == STRETCH for item in goals):
        return _unrated(len(known), len(goals), "no goal was committed to" if goals else "no goal was agreed")
    if len(known) < ENOUGH * len(goals):
        return _unrated(
            len(known),
            len(goals),
            f"{count_word(len(known)) if known else 'none'} of {count_word(len(goals))} goals could be assessed",
        )
    if len(goals) < FEWEST:
        return _unrated(len(known), len(goals), "fewer than three goals were agreed")
    low, high = ([_settled(item.verdict, other) for item in goals] for other in (MISSED, MET))
    worst, best = _word(goals, low), _word(goals, high)
    score_low, score_high = (100 * share_met(goals, verdicts) for verdicts in (low, high))
    return Rating(
        worst, best, _uk(goals), _light(worst, best), score_low, score_high, len(known), len(goals), _decisive(goals)
    )


def _unrated(assessed: int, goals: int, because: str) -> Rating:
    return Rating("", "", OTHER, GREY, math.nan, math.nan, assessed, goals, because)


def _settled(verdict: str, other: str) -> str:
    return verdict if verdict in (MET, MISSED) else other


def _word(goals: Sequence[Finding], verdicts: Sequence[str]) -> str:
    """The word for goals all of which are met or missed."""
    pairs = list(zip(goals, verdicts, strict=True))
    stretch = [verdict == MET for item, verdict in pairs if item.kind == STRETCH]
    committed = [verdict == MET for item, verdict in pairs if item.kind != STRETCH]
    if sum(committed) < len(committed) / 2:
        return UNSATISFACTORY
    if not all(committed):
        return MARGINAL
    if sum(stretch) > len(stretch) / 2:
        return EXCEPTIONAL
    return VERY_GOOD if any(stretch) else SATISFACTORY


def share_met(goals: Sequence[Finding], verdicts: Sequence[str]) -> float:
    """The share of the goals' weight that is met; NaN where there is none."""
    weights = [1.0 if math.isnan(item.weight) else item.weight for item in goals]
    met = math.fsum(weight for weight, verdict in zip(weights, verdicts, strict=True) if verdict == MET)
    return met / math.fsum(weights) if math.fsum(weights) else math.nan


def _light(worst: str, best: str) -> str:
    if CPARS.index(worst) >= CPARS.index(SATISFACTORY):
        return GREEN
    return RED if CPARS.index(best) <= CPARS.index(MARGINAL) else AMBER


def _uk(goals: Sequence[Finding]) -> str:
    """The worst word of the committed goals that are assessed."""
    committed = [item for item in goals if item.kind != STRETCH and item.verdict != NOT_ASSESSED]
    return min((uk_word(item) for item in committed), key=UK.index, default=OTHER)


def uk_word(item: Finding) -> str:
    """The word of regulation 39(5) for one goal, by how far its value falls short of its target; bands are our own."""
    if item.verdict == MET:
        return GOOD
    if item.verdict == UNCLEAR:
        return APPROACHING
    if item.verdict != MISSED:
        return OTHER
    above = item.direction == "at_most" or (item.direction == "between" and item.value > item.target_high)
    limit = item.target_high if item.direction == "between" and above else item.target
    if not limit:
        return IMPROVE
    short = abs(item.value - limit) / abs(limit)
    return APPROACHING if short <= CLOSE else IMPROVE if short <= FAR else INADEQUATE


def _decisive(goals: Sequence[Finding]) -> str:
    """The goals that keep the rating down."""
    committed = [item for item in goals if item.kind != STRETCH]
    for verdict in (MISSED, UNCLEAR, NOT_ASSESSED):
        named = list(dict.fromkeys(item.label or item.id for item in committed if item.verdict == verdict))
        if named:
            return f"{verdict}: {', '.join(named)}"
    return "every committed goal is met"
