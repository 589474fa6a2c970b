"""Which candidate, and how sure that is: the sentence a board needs, made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model import Finding, number

FIRST, TIP, RATERS = "selection.acceptability", "selection.tipping_weight", "selection.rater_agreement"
CHEAP, FAILED, EXCLUDED = "selection.cheap_bids", "selection.failed_checks", "selection.excluded"
PAST, HALF = "selection.foresight", 0.5
APART = "selection.bid_outliers"
MARKET = (  # said where nobody is to be put first, but the market is known
    "selection.tender_bidders",
    "selection.single_bid_share",
    "selection.failed_tender_share",
    "selection.winner_concentration",
)
AGREED = 0.667  # alpha below which the raters' mean says little (Krippendorff)


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """The question of a selection answered in one sentence; '' without evidence.

    name    the selection's name.
    known   findings of this area by address, those that are not assessed too.
    """
    told = {address: item for address, item in known.items() if item.assessed}
    if FIRST not in told:
        because = known[FIRST].because.rstrip(".") if FIRST in known else ""
        others = [told[address].claim for address in (APART, *MARKET) if address in told]
        return " ".join(others or ([f"{name}: nobody can be put first, because {because}."] if because else []))
    parts = [told[FIRST].claim.rstrip(".")]
    parts += [_tip(told[TIP], parts[0].partition(" is first in ")[0])] if TIP in told else []
    cautions = [
        words
        for words in (_raters(told), _found(told, CHEAP), _found(told, FAILED), _found(told, EXCLUDED), _past(told))
        if words
    ]
    before = f" Before it is signed: {'; '.join(cautions)}." if cautions else ""
    return f"{'; '.join(parts)}.{before}"


def _tip(item: Finding, leader: str) -> str:
    """'it stops being first only when Price weighs less than 18.4 % (then Birch is), now 30.0 %'; `it` is the leader."""
    for verb in (" stops being first ", " stays first "):
        who, found, rest = item.claim.partition(verb)
        if found and who == leader:
            return f"it{found}{rest}".rstrip(".")
    return item.claim.rstrip(".")


def _raters(told: Mapping[str, Finding]) -> str:
    """On what the raters do not agree."""
    if RATERS not in told:
        return ""
    item = told[RATERS]
    rows = item.parts.get("criterion", [])
    apart = [str(row["criterion"]) for row in rows if row["value"] is not None and row["value"] < AGREED]
    if not apart and item.value >= AGREED:
        return ""
    where = f" on {' and '.join(apart)}" if 0 < len(apart) < len(rows) else ""
    return f"the raters do not agree{where} (alpha {number(item.value)} in all)"


def _past(told: Mapping[str, Finding]) -> str:
    """How often the best scored delivered best, where that is no more than every other time."""
    item = told.get(PAST)
    if item is None or item.value > HALF:
        return ""
    return f"in {item.numerator:.0f} of {item.denominator:.0f} earlier decisions the best scored delivered best"


def _found(told: Mapping[str, Finding], address: str) -> str:
    """What a count found, where it found anything."""
    item = told.get(address)
    if item is None or not item.value:
        return ""
    claim = item.claim.rstrip(".")
    return claim[0].lower() + claim[1:]
