"""Whether what was agreed is being reached, in one sentence made from findings; it could be read aloud with the vendor."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.areas.goals.words import about, goals_of
from toolkit.areas.words import plural
from toolkit.model import Finding, probability_words
from toolkit.show import sentence

GRADE, FORECAST, FORMED = "goals.grade", "goals.forecast", "goals.smart_share"
WORDS = (  # from which grade on how much is said to be reached
    (0.995, "All"),
    (0.9, "Nearly all"),
    (0.75, "Most"),
    (0.6, "More than half"),
    (0.4, "About half"),
    (0.1, "Less than half"),
    (0.005, "Hardly anything"),
    (0.0, "Nothing"),
)


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of goal setting answered in one sentence; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too.
    """
    found = {address: item for address, item in known.items() if item.assessed}
    said = [words(found[address], name) for address, words in SAID.items() if address in found]
    return sentence("; ".join(said)) if said else ""


def _reached(item: Finding, name: str) -> str:
    """'About half of what was agreed with Alder is reached: 0.53 of 1.0 (0.28 to 0.56) over 13 goals'."""
    much = next(words for least, words in WORDS if item.value >= least)
    ends = f" ({item.low:.2f} to {item.high:.2f})" if f"{item.low:.2f}" != f"{item.high:.2f}" else ""
    return (
        f"{much} of what was agreed with {name} is reached: {item.value:.2f} of 1.0{ends} over {plural(item.n, 'goal')}"
    )


def _expected(item: Finding, name: str) -> str:
    """'of the 5 goals with a forecast, 3 or 4 are expected to be reached by their deadline (3.4, by their probabilities)'."""
    if item.n == 1:
        return f"the one goal with a forecast will be reached with a probability of {probability_words(item.value)}"
    said = about(item.numerator)
    verb = "is" if said == "1" else "are"
    return (
        f"of the {item.n:,} goals with a forecast, {said} {verb} expected to be reached by their deadline "
        f"({item.numerator:.1f}, adding up their probabilities)"
    )


def _formed(item: Finding, name: str) -> str:
    """'4 of the 13 goals are well formed'."""
    said = goals_of(int(item.numerator), int(item.denominator), "is", "are")
    return f"{said[:1].lower()}{said[1:]} well formed"


SAID = {GRADE: _reached, FORECAST: _expected, FORMED: _formed}
