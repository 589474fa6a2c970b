"""What a vendor costs and whether that is less than before, in one sentence made from findings."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.model import Finding, interval_words, number, probability_words, side_of_zero

SAME = "than the same work would have cost before the contract"


def answer(name: str, known: Mapping[str, Finding]) -> str:
    """Whether a vendor costs less than before, in one sentence; by the interval of the net saving, never by its point.

    name    the vendor's name.
    known   findings of this area by address, those that are not assessed too.
    """
    saving = known.get("cost.saving_share")
    if saving is None or not saving.assessed:
        return _without_saving(name, known)
    side = side_of_zero(saving)
    said = saving.probability == saving.probability
    sure = f"probability of a saving {probability_words(saving.probability)}" if said else ""
    if not side:
        shown = f"net saving {interval_words(saving)}{f', {sure}' if sure else ''}"
        return f"It is unclear whether {name} costs less {SAME}: {shown}."
    if side < 0 and said and saving.probability < 0.005:
        sure = "almost certainly no saving"
    ends = sorted(abs(end) for end in (saving.low, saving.high))
    between = "" if saving.counted else f" ({number(ends[0], saving.unit)} to {number(ends[1], saving.unit)})"
    amount = f"{number(abs(saving.value), saving.unit)} {'less' if side > 0 else 'more'}"
    return f"{name} costs {amount} {SAME}{between}{f'; {sure}' if sure else ''}."


def _without_saving(name: str, known: Mapping[str, Finding]) -> str:
    """What was charged, and why no saving is known."""
    saving = known.get("cost.saving_share")
    charged = (known.get(address) for address in ("cost.vendor_charges", "cost.charges_change"))
    paid = "".join(f"{item.claim.rstrip('.')}. " for item in charged if item is not None and item.assessed)
    paid = paid.replace("The vendor", name, 1)
    if saving is None:
        return paid.strip()
    whose, because = "it" if paid else name, saving.because.rstrip(".")
    return f"{paid}Whether {whose} costs less than before the contract is not assessed, because {because}."
