"""What is left on the table: money that the contract gives the client and that it has not got, as other areas found it."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.words import joined, money, noun
from toolkit.history import WHOLE
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure

CREDITS, FAULTS = "quality.credits_unclaimed", "cost.invoice_check"
NOT_SURE = "likely duplicate"  # a place to look, and no fault of a rate
NOT_CREDITED = "service credits due and not credited"


@measure("Money left on the table", better="lower")
def money_left(history: pd.DataFrame | None = None, reasons: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """What the vendor owes by the contract for the period and has not given: service credits that were due and not credited,
    and what invoices hold above the agreed rates, discounts and indexation.

    history: what other areas found, one row a measure and period (`case.history()`), for `quality.credits_unclaimed`; reasons:
    the parts by reason of their findings (`case.found_by("reason")`), for `cost.invoice_check`. Likely duplicates are a place
    to look and are not in it; they stand beside it. More credited than due does not make up for a rate. In the client's
    currency; a full count, so without interval. Where one of the two is not known, what is told is the least it can be: low,
    without a high.

    Parts: reason (money by reason). Not assessed where neither is known. Source: own definition.
    """
    credits, unit = _credits(history, period)
    faults = (
        pd.DataFrame(columns=["reason", "value", "unit"]) if reasons is None else reasons[reasons["measure"].eq(FAULTS)]
    )
    if credits != credits and faults.empty:
        raise NotAssessed(
            f"nothing was found in {period} of credits ({CREDITS}) or of invoices ({FAULTS}). Run the reviews of quality and "
            "cost first, and supply what they need"
        )
    unit = unit or str(faults["unit"].iloc[0])
    sure = faults[faults["reason"].ne(NOT_SURE)]
    table = pd.DataFrame({"reason": sure["reason"], "value": sure["value"].astype("float64")})
    if credits == credits:
        first = pd.DataFrame({"reason": [NOT_CREDITED], "value": [max(credits, 0.0)]})
        table = pd.concat([first, table], ignore_index=True)
    value = round(float(table["value"].sum()), 2)
    twice = float(faults.loc[faults["reason"].eq(NOT_SURE), "value"].sum())
    unknown = "credits are not assessed" if credits != credits else "invoices are not assessed" if faults.empty else ""
    whole = not unknown
    return Measured(
        unit=unit,
        value=value,
        low=NAN if whole else value,
        n=int((table["value"] > 0).sum()),
        n_of=noun(int((table["value"] > 0).sum()), "reason"),
        interval=COUNTED if whole else "none: a part of it is not known",
        counted=whole,
        claim=f"{money(value, unit)} of {period} is left on the table{_split(table, unit)}."
        if value
        else f"Nothing of {period} is left on the table{f', as far as it is known: {unknown}' if unknown else ''}.",
        because=joined(
            unknown,
            f"{money(-credits, unit)} more was credited than was due" if credits < 0 else "",
            f"besides, {money(twice, unit)} in likely duplicates" if twice else "",
        ),
        parts={"reason": table.reset_index(drop=True)},
    )


def _credits(history: pd.DataFrame | None, period: Period) -> tuple[float, str]:
    """The credits due and not given of the period, and their currency; NaN where they are not known."""
    if history is None:
        return NAN, ""
    rows = history[history["measure"].eq(CREDITS) & history["period"].eq(str(period)) & history["span"].eq(WHOLE)]
    rows = rows[rows["value"].notna()]
    return (float(rows["value"].iloc[0]), str(rows["unit"].iloc[0])) if len(rows) else (NAN, "")


def _split(table: pd.DataFrame, unit: str) -> str:
    """': 6,990.00 GBP service credits due and not credited, 1,200.00 GBP above the rate card', the largest first."""
    rows = table[table["value"] > 0].sort_values("value", ascending=False, kind="stable")
    said = [f"{money(amount, unit)} {reason}" for amount, reason in zip(rows["value"], rows["reason"], strict=True)]
    return f": {', '.join(said)}" if len(said) > 1 else f", all of it {rows['reason'].iloc[0]}"
