"""How much of what a client spends lies with how few of the vendors of a review."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from toolkit.model import NAN, NO_GOAL, NOT_ASSESSED, Finding, Period, number
from toolkit.report.folder import by_id

MODERATE, HIGH = 0.10, 0.18  # HHI; US Department of Justice and Federal Trade Commission, Merger Guidelines, 2023, 2.1
HHI_RULE = (
    "HHI is the sum of the squared spend shares: 1 means that one vendor has everything, 1/n that n vendors share it "
    "equally. It is counted among the vendors of this review, so spend with others is not in it. For orientation only: "
    "under the US Merger Guidelines (Department of Justice and Federal Trade Commission, 2023, section 2.1) a market is "
    "highly concentrated above 0.18; from 0.10 the Department calls it moderately concentrated. Five vendors or fewer always "
    "lie above 0.18, so for them the HHI of equal shares is named instead."
)
WHOLE = "All services"
SPEND = "cost.vendor_charges"  # what is shared
NO_SERVICE = "no service named"


def concentrations(charged: Mapping[str, Sequence[Finding]], period: Period) -> list[Finding]:
    """The concentration of the whole, then of each service, largest first.

    charged holds the findings of each vendor, by the vendor's name. Services come from the invoices, as rows of
    `cost.vendor_charges` by service; the whole needs no service.
    """
    whole: dict[str, float] = {}
    services: dict[str, dict[str, float]] = {}
    for name, findings in charged.items():
        charges = by_id(findings).get(SPEND)
        whole[name] = NAN if charges is None else charges.value
        for row in charges.parts.get("service", ()) if charges is not None else ():
            amounts = services.setdefault(str(row.get("service") or NO_SERVICE), {})
            amounts[name] = amounts.get(name, 0.0) + (NAN if row["value"] is None else row["value"])
    found = [concentration(service, amounts, period) for service, amounts in services.items()]
    found.sort(key=lambda item: (math.isnan(item.denominator), -item.denominator, item.label))
    return [concentration(WHOLE, whole, period), *found]


def concentration(service: str, amounts: Mapping[str, float], period: Period) -> Finding:
    """The Herfindahl-Hirschman index of what vendors charge for a service, 0 to 1.

    amounts are charges by vendor's name; a vendor whose charges are unknown, or not above zero because credits outweigh
    them, has no share. `numerator` is the largest vendor's charges, `denominator` the sum of those counted; `because`
    names the largest vendor and how many were left out.
    Source: O. C. Herfindahl, Concentration in the Steel Industry, 1950; bands as in `HHI_RULE`.
    """
    from toolkit.stats import money

    counted = {name: value for name, value in amounts.items() if value > 0}
    shared: dict[str, Any] = {
        "id": "cost.concentration",
        "vendor": "*",
        "period": str(period),
        "label": service,
        "n_of": "vendors",
    }
    if not counted:
        return Finding(**shared, verdict=NOT_ASSESSED, because="no vendor's charges for it are known and above zero")
    total, index = math.fsum(counted.values()), money.concentration(list(counted.values()))
    largest = max(counted, key=lambda name: counted[name])
    left_out = len(amounts) - len(counted)
    return Finding(
        **shared,
        claim=f"{service}: HHI {index:.2f} among {len(counted)} vendors, {band(index, len(counted))}.",
        value=index,
        numerator=counted[largest],
        denominator=total,
        n=len(counted),
        counted=True,
        verdict=NO_GOAL,
        because=f"{largest}, {number(counted[largest] / total, 'share')}"
        + (f"; without {left_out} whose charges are unknown or not above zero" if left_out else ""),
    )


def band(index: float, vendors: int) -> str:
    """How an HHI is commonly read; see `HHI_RULE`."""
    if vendors == 1:
        return "a single vendor"
    if vendors and 1 / vendors > HIGH:  # even equal shares would lie in the highest band, so its name would say nothing
        return f"equal shares would be {1 / vendors:.2f}"
    if index > HIGH:
        return "highly concentrated"
    return "moderately concentrated" if index >= MODERATE else "not concentrated"
