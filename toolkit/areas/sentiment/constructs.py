"""Do the items of a construct measure one thing: alpha, omega, items against the rest, and a warning where they do not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pandas as pd

from toolkit.areas.sentiment.figures import floors, ratings
from toolkit.areas.words import bracket, joined
from toolkit.model import Measured, NotAssessed, measure, number

if TYPE_CHECKING:
    from toolkit.stats.scales import Omega

MIN_OMEGA = 0.7  # below it a construct's score is told with a warning: Nunnally's figure for a first use, no law
DRAWS, SEED = 300, 20260901  # of people, for omega's interval
CONSTRUCT = [
    "audience",
    "construct",
    "value",
    "low",
    "high",
    "alpha",
    "alpha_low",
    "alpha_high",
    "omega",
    "items",
    "n",
    "warning",
]
ITEM = ["audience", "construct", "item", "wording", "rest", "dropped", "n"]


@measure("Constructs that hold together", better="higher")
def scale_reliability(responses: pd.DataFrame) -> Measured:
    """McDonald's omega of the construct that holds together least: the share of its score's variance that its items share.

    0 to 1, of the constructs of three or more rating items (Cronbach's alpha of those of two, marked by a missing omega in the
    parts), of every audience's last wave in the period. Omega of the people who answered all items, with a bootstrap
    interval; alpha from pairs of items, with Feldt's interval. Fewer people than the distribution's floor are not used.

    Parts: construct (omega or alpha as value, both, items, people, and a warning in words where the construct does not hold
    together or little is known), item (correlation with the rest, alpha without it). Source: R. McDonald, Test Theory, 1999,
    ch. 6; L. Cronbach, Psychometrika 16 (1951) 297-334; the limit of 0.7 by J. Nunnally, Psychometric Theory, 1978.
    """
    from toolkit.stats.scales import mcdonald_omegas

    _, floor = floors(responses)
    rows = responses[responses["in_period"] & responses["score"].notna()]
    made, items, kept = [], [], []
    for audience, wave in rows.groupby("audience", sort=False, observed=True):
        try:
            rated = ratings(wave, floor)
        except NotAssessed:
            continue
        for construct, own in rated.groupby("construct", sort=False, observed=True):
            if own["item"].nunique() > 1 and own["respondent"].nunique() >= floor:
                kept.append((audience, construct, own, own.pivot(index="respondent", columns="item", values="score")))
    omegas = mcdonald_omegas([sheet for *_, sheet in kept], draws=DRAWS, seed=SEED)
    for (audience, construct, own, sheet), omega in zip(kept, omegas, strict=True):
        row, each = _construct(own, sheet, omega)
        made.append({"audience": audience, "construct": construct, **row})
        items.append(each.assign(audience=audience, construct=construct))
    table = pd.DataFrame(made, columns=CONSTRUCT)
    table = table[table["value"].notna()]
    if table.empty:
        raise NotAssessed(f"no construct has two items or more that {floor:g} people answered")
    worst = table.iloc[int(table["value"].argmin())]
    which = "omega" if not math.isnan(worst["omega"]) else "alpha"
    warned = table[table["value"] < MIN_OMEGA]
    return Measured(
        unit="",
        value=float(worst["value"]),
        low=float(worst["low"]),
        high=float(worst["high"]),
        n=int(worst["n"]),
        n_of="people",
        interval="95 % interval (bootstrap of people)" if which == "omega" else "95 % interval (Feldt)",
        claim=_claim(worst, which, warned),
        because=joined(str(worst["warning"]), f"{len(warned)} of {len(table)} constructs below {MIN_OMEGA}"),
        parts={"construct": table, "item": pd.concat(items, ignore_index=True)[ITEM]},
    )


def _claim(worst: pd.Series, which: str, warned: pd.DataFrame) -> str:
    figure = f"{which} {number(worst['value'])}{bracket(worst['low'], worst['high'])}"
    if warned.empty:
        return f"All constructs hold together; the least is {worst['construct']} ({worst['audience']}): {figure}."
    return f"The construct {worst['construct']} ({worst['audience']}) does not hold together: {figure}."


def _construct(own: pd.DataFrame, sheet: pd.DataFrame, omega: Omega) -> tuple[dict[str, object], pd.DataFrame]:
    """The row of a construct, and the rows of its items."""
    from toolkit.stats.scales import cronbach_alpha, diagnosis, item_analysis

    alpha = cronbach_alpha(sheet)
    known = not math.isnan(omega.value)
    value, low, high = (omega.value, omega.low, omega.high) if known else (alpha.value, alpha.low, alpha.high)
    weak = f"its items do not measure one thing ({'omega' if known else 'alpha'} {number(value)}): read them one by one"
    warning = joined(weak if value < MIN_OMEGA else "", *diagnosis(sheet), *(() if known else omega.faults))
    row = {
        **{"value": value, "low": low, "high": high},
        **{"alpha": alpha.value, "alpha_low": alpha.low, "alpha_high": alpha.high, "omega": omega.value},
        **{"items": sheet.shape[1], "n": omega.n if known else alpha.n, "warning": warning},
    }
    found = item_analysis(sheet)
    wordings = own.drop_duplicates("item").set_index("item")["wording"]
    each = pd.DataFrame(
        {
            **{"item": found.index, "wording": wordings.reindex(found.index).to_numpy()},
            **{"rest": found["item_rest"].to_numpy(), "dropped": found["alpha_if_dropped"].to_numpy()},
            "n": found["n"].to_numpy(),
        }
    )
    return row, each
