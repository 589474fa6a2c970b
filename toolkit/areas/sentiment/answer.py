"""What people think of a vendor, whether that is changing, and which side trusts more, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.areas.words import shown, worst_verdict
from toolkit.model import MET, MISSED, UNCLEAR, Finding, side_of_zero

CSAT, TEAM, GAP = "sentiment.csat", "sentiment.team_favourable", "sentiment.perception_gap"
CHANGES = {"sentiment.customer_change": "the customers", "sentiment.team_change": "the team"}


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of the sentiment survey answered in one sentence, each number with its interval; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too. How content people ought to be is what the
            goals on satisfied customers and on favourable answers of the team say, as far as there are any.
    """
    parts = {address: item for address, item in known.items() if item.assessed}
    scores = [parts[address] for address in (CSAT, TEAM) if address in parts]
    if not scores:
        return ""
    said = " and ".join(map(_shown, scores))
    told = [f"{_content(name, scores)}: {said}", _changed(parts), _trust(parts.get(GAP))]
    return f"{'; '.join(text for text in told if text)}."


def _shown(item: Finding) -> str:
    customers = item.id == CSAT
    return shown(
        item, "of the customers are satisfied overall" if customers else "of the team's answers are favourable"
    )


def _content(name: str, items: list[Finding]) -> str:
    """What the goals say, the worst first."""
    words = {
        MISSED: f"People are less content with {name} than was aimed at",
        UNCLEAR: f"Whether people are as content with {name} as was aimed at is unclear",
        MET: f"People are as content with {name} as was aimed at",
        "": f"What people say of {name}, without a goal to hold it against",
    }
    return words[worst_verdict(items)]


def _changed(parts: Mapping[str, Finding]) -> str:
    """Who is more or less content than in the last wave, as far as chance lets that be told."""
    sides = {who: side_of_zero(parts[address]) for address, who in CHANGES.items() if address in parts}
    if not sides:
        return "whether that is changing is not assessed"
    moved = {word: [who for who, side in sides.items() if side == sign] for sign, word in ((-1, "less"), (1, "more"))}
    told = [
        f"{' and '.join(who)} {'are' if who != ['the team'] else 'is'} {word} content"
        for word, who in moved.items()
        if who
    ]
    return f"{' and '.join(told)} than in the last wave" if told else "no change beyond chance since the last wave"


def _trust(gap: Finding | None) -> str:
    """Which side trusts the other more, where both were asked."""
    if gap is None or not (side := side_of_zero(gap)):
        return ""
    return (
        "the vendor trusts the client less than it is trusted"
        if side > 0
        else "the vendor trusts the client more than it is trusted"
    )
