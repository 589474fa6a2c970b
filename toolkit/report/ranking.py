"""In what order the vendors of a portfolio keep their goals, and how firm that order is: never the one without the other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.model import MET, MISSED, NAN, UNCLEAR, Finding, count_word, of_hundred
from toolkit.rating import rating, share_met
from toolkit.show import sentence

FEWEST = 2  # vendors, and sides: less has no order, or nothing to weigh
MOST = 0.6  # of the weightings, to be named as first or last: near a half it is the weights that decide
DRAWS = 10_000
RULE = (
    "Each side of the review counts by the share of its goals' weight that is met. The sides are weighed in "
    f"{DRAWS:,} ways, all as likely, for nobody has agreed on one. A goal that is unclear counts anywhere between missed and "
    "met, one that is not assessed as not met, and a side on which nothing was agreed with a vendor counts nothing for it. "
    "Vendors have goals of their own: the order says who keeps what was agreed with it, not who is the better vendor."
)


@dataclass(frozen=True)
class Place:
    """Where a vendor stands: in what share of the weightings it is first and last, the places (from 1) between which it
    lies in nine of ten, and for each side the least and the most of its goals' weight that is met (NaN without goals).
    """

    name: str
    first: float
    last: float
    best: int
    worst: int
    met: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Ranking:
    """Vendors by the place that they have on average; sides are those with goals; because: why there is no order."""

    places: Sequence[Place]
    sides: Sequence[str]
    unranked: Sequence[str]
    because: str = ""

    @property
    def sentence(self) -> str:
        """Who is first, who is last, and in how many weightings; '' where there is no order."""
        if self.because:
            return ""
        first = max(self.places, key=lambda place: place.first)
        last = max(self.places, key=lambda place: place.last)
        sides = f"weightings of the {count_word(len(self.sides))} sides"
        said = (
            f"{first.name} keeps its goals best in {of_hundred(first.first)} {sides}"
            if first.first > MOST
            else f"none keeps its goals best in most {sides} ({first.name} in {of_hundred(first.first)})"
        )
        worst = f", {last.name} worst in {of_hundred(last.last)}" if last.last > MOST else ", and none is worst in most"
        left = f"; not ranked: {', '.join(self.unranked)}" if self.unranked else ""
        return sentence(f"{said}{worst}{left}")


def ranking(findings: Mapping[str, Sequence[Finding]], sides: Mapping[str, set[str]]) -> Ranking:
    """The vendors that can be rated, in order. findings: by the vendor's name; sides: the areas of each, by its title."""
    goals = {name: [item for item in found if item.goal] for name, found in findings.items()}
    rated = [name for name, found in findings.items() if rating(found).low]
    unranked = [name for name in findings if name not in rated]
    met = {
        name: {title: met_range([item for item in goals[name] if item.area in areas]) for title, areas in sides.items()}
        for name in rated
    }
    weighed = [title for title in sides if any(not math.isnan(row[title][0]) for row in met.values())]
    rated = [name for name in rated if any(not math.isnan(met[name][title][0]) for title in weighed)]
    if len(rated) < FEWEST or len(weighed) < FEWEST:
        why = "fewer than two vendors have goals that can be rated"
        return Ranking((), weighed, unranked, why if len(rated) < FEWEST else "goals were agreed on one side only")
    from toolkit.stats.acceptability import open_acceptability

    low, high = ([[met[name][title][end] for title in weighed] for name in rated] for end in (0, 1))
    ranks, ends = open_acceptability(low, high, draws=DRAWS)
    mean = ranks @ range(len(rated))
    places = [
        Place(
            rated[at],
            float(ranks[at, 0]),
            float(ranks[at, -1]),
            int(ends[at, 0]) + 1,
            int(ends[at, 1]) + 1,
            {title: met[rated[at]][title] for title in weighed},
        )
        for at in mean.argsort(kind="stable")
    ]
    return Ranking(places, weighed, unranked)


def met_range(goals: Sequence[Finding]) -> tuple[float, float]:
    """The least and the most of the goals' weight that is met: those unclear all missed, or all met."""
    if not goals:
        return NAN, NAN
    least, most = (
        share_met(goals, [either if item.verdict == UNCLEAR else item.verdict for item in goals])
        for either in (MISSED, MET)
    )
    return least, most
