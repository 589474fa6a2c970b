"""From verdicts on goals to one word for an area, and whether the contract and the people agree."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from toolkit.model import MET, MISSED, NO_GOAL, NOT_ASSESSED, UNCLEAR, VERDICTS, Finding, count_word


def worst(verdicts: Sequence[str]) -> str:
    """The verdict a reader needs first: missed, unclear, not assessed, met, no goal; 'not assessed' of nothing at all."""
    return min(verdicts, key=VERDICTS.index, default=NOT_ASSESSED)


def area_verdict(findings: Sequence[Finding]) -> str:
    """The word for one area: the worst of its goals' verdicts; 'no goal' without goals; 'not assessed' without evidence.

    Own definition: a met goal cannot make up for a missed one, and a goal that could not be assessed
    cannot be hidden behind a met one.
    """
    goals = [item.verdict for item in findings if item.goal]
    if goals:
        return worst(goals)
    return NO_GOAL if any(item.assessed for item in findings) else NOT_ASSESSED


def goal_counts(findings: Sequence[Finding]) -> dict[str, int]:
    """How many goals are met, missed, unclear and not assessed; every one of the four is there, 0 where none is."""
    verdicts = [item.verdict for item in findings if item.goal]
    return {verdict: verdicts.count(verdict) for verdict in (MET, MISSED, UNCLEAR, NOT_ASSESSED)}


def unhappy(item: Finding) -> bool:
    """Whether people are not content: the goal is missed; without one, the whole interval is below half (a score: below 0)."""
    middle = {"share": 0.5, "points": 0.0}.get(item.unit, -math.inf)
    return item.verdict == MISSED if item.goal else item.assessed and item.high < middle


HIDDEN, REVERSE, BOTH_BAD, OPEN, BOTH_GOOD = AGREEMENTS = (  # the order in which a reader needs them
    "green outside, red inside",
    "red outside, green inside",
    "both poor",
    "unclear",
    "both good",
)


def content(item: Finding) -> bool:
    """Whether people are content: the goal is met; without one, the whole interval is above half (a score: above 0)."""
    middle = {"share": 0.5, "points": 0.0}.get(item.unit, math.inf)
    return item.verdict == MET if item.goal else item.assessed and item.low > middle


def agreement(kept: Finding, felt: Finding) -> str:
    """Whether a promise and what people say agree, in a word of `AGREEMENTS`. Own definition: see `watermelon`."""
    if kept.verdict == MET:
        return HIDDEN if unhappy(felt) else BOTH_GOOD if content(felt) else OPEN
    if kept.verdict == MISSED:
        return REVERSE if content(felt) else BOTH_BAD if unhappy(felt) else OPEN
    return OPEN


def watermelon(kept: Sequence[Finding], felt: Sequence[Finding]) -> str:
    """'Green outside, red inside' in a sentence: a level is kept by its goal, and those who need the service are not content.

    kept    findings on what the contract promises; felt: on what people say, the most telling first.

    Gives '' where neither that nor its reverse (levels missed, all goals on what people say met) is seen. Own definition, after
    the watermelon effect of service management; who is content is `unhappy`'s rule.
    """
    met, red = [item for item in kept if item.verdict == MET], [item for item in felt if unhappy(item)]
    missed, aimed = [item for item in kept if item.verdict == MISSED], [item for item in felt if item.goal]
    if met and red:
        return f"Green by the contract, red to people: {_told(met[0])}; yet {_told(red[0])}."
    if missed and aimed and all(item.verdict == MET for item in aimed):
        return f"Red by the contract, green to people: {_told(missed[0])}; yet {_told(aimed[0])}."
    return ""


def _told(item: Finding) -> str:
    """'24.3 % of the customers were satisfied overall in September 2026 (goal missed)'."""
    claim = item.claim.rstrip(".")
    return f"{claim[:1].lower()}{claim[1:]} (goal {item.verdict})" if item.goal else f"{claim[:1].lower()}{claim[1:]}"


def counts_in_words(counts: Mapping[str, int]) -> str:
    """'two of three goals met; one not assessed', or 'no goal was agreed'."""
    total = sum(counts.values())
    if not total:
        return "no goal was agreed"
    if total == 1:
        return f"the one goal is {next(word for word, count in counts.items() if count)}"
    first = f"{count_word(counts[MET]) if counts[MET] else 'none'} of {count_word(total)} goals met"
    others = [f"{count_word(counts[word])} {word}" for word in (MISSED, UNCLEAR, NOT_ASSESSED) if counts[word]]
    return "; ".join([first, ", ".join(others)]) if others else first
