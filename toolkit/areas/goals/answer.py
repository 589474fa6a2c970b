"""Whether what was agreed is being reached, in one sentence made from findings; it could be read aloud with the vendor."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model import Finding, probability_words

GRADE, FORECAST, FORMED = "goals.grade", "goals.forecast", "goals.smart_share"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of goal setting answered in one sentence; '' without evidence.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too.
    """
    parts = {address: known[address] for address in (GRADE, FORECAST, FORMED) if address in known}
    parts = {address: item for address, item in parts.items() if item.assessed}
    if not parts:
        return ""
    said = [words(parts[address]) for address, words in WORDS.items() if address in parts]
    return f"Of what was agreed with {name}, {'; '.join(said)}."


def _reached(item: Finding) -> str:
    ends = f" ({item.low:.2f} to {item.high:.2f})" if f"{item.low:.2f}" != f"{item.high:.2f}" else ""
    return f"{item.value:.2f}{ends} of 1.0 is reached over {item.n:,} {item.n_of}"


def _expected(item: Finding) -> str:
    if item.n == 1:
        return f"the one with a forecast will be reached with a probability of {probability_words(item.value)}"
    expected = f"{item.numerator:.1f}"
    verb = "is" if expected == "1.0" else "are"
    return f"{expected} of {item.n:,} goals with a forecast {verb} expected to be reached by the deadline"


def _formed(item: Finding) -> str:
    whole, n = int(item.numerator), int(item.denominator)
    return f"{whole:,} of {n:,} {'is' if 1 in (whole, n) else 'are'} well formed"


WORDS = {GRADE: _reached, FORECAST: _expected, FORMED: _formed}
