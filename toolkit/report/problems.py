"""What goes wrong with several vendors at once: the cause may then lie with the client, or in what was agreed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.areas import ABOVE
from toolkit.model import MISSED
from toolkit.report.review import LATE, Review

FEWEST = 2  # vendors that share it
GREEN_AND_RED = "Green by the contract, red to people"


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with several vendors: their names, and of how many it could be known."""

    what: str
    names: Sequence[str]
    of: int

    @property
    def words(self) -> tuple[str, str, str]:
        """What it is, '2 of 5', and the names."""
        return self.what, f"{len(self.names)} of {self.of}", ", ".join(self.names)


def shared_problems(reviews: Sequence[Review]) -> list[Problem]:
    """What is wrong with two vendors or more, what concerns most of them first."""
    wrong: dict[str, list[str]] = {}
    known: dict[str, int] = {}
    for review in reviews:
        for what, is_wrong in dict(_told(review)).items():
            known[what] = known.get(what, 0) + 1
            if is_wrong:
                wrong.setdefault(what, []).append(review.vendor.name)
    found = [Problem(what, names, known[what]) for what, names in wrong.items() if len(names) >= FEWEST]
    return sorted(found, key=lambda item: (-len(item.names), -len(item.names) / item.of, item.what))


def _told(review: Review) -> Iterator[tuple[str, bool]]:
    """Whatever may be wrong with a vendor, and whether it is; a goal missed once counts as missed."""
    for item in reversed(review.goals):  # those missed come last, and stay
        yield f"Missed: {item.label or item.id}", item.verdict == MISSED
    for change in review.changes:
        if change.now.better and change.now.area not in ABOVE:  # grades of goals move with the goals
            yield f"Worse than last time: {change.now.label or change.now.id}", change.side < 0
    if review.matrix:
        yield GREEN_AND_RED, bool(review.apart)
    for step in review.dates:
        yield f"Late: {step.what}", step.when in LATE
