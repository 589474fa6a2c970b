"""Whether client and vendor rank the same goals alike."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.goals.words import named
from toolkit.areas.words import bracket
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats.ranks import spearman

FEWEST = 3  # goals ranked by both: two are in the same order or in the opposite one, by chance


@measure("Agreement on what comes first", better="higher")
def rank_agreement(register: pd.DataFrame, *, period: Period) -> Measured:
    """How far client and vendor put the same goals in the same order: Spearman's rank correlation of their two rankings,
    from −1, the opposite order, over 0, no relation, to 1, the same order.

    register : one row a goal (`goals.register`); goals that one of them did not rank are left out.

    `low` and `high` are the 95 % interval of Bonett and Wright; none below 4 goals. Not assessed below 3. Part "goal": both
    rankings, those furthest apart first. Source: C. Spearman, *American Journal of Psychology* 15, 1904, 72-101.
    """
    rows = register[register["client_rank"].notna() & register["vendor_rank"].notna()]
    if len(rows) < FEWEST:
        raise NotAssessed(f"{len(rows):,} goals are ranked by both sides, and {FEWEST} are the least that say anything")
    found = spearman(rows["client_rank"], rows["vendor_rank"])
    if found.value != found.value:
        raise NotAssessed("one of the two sides gives all goals the same place")
    table = rows[["goal", "objective", "client_rank", "vendor_rank"]].astype({"client_rank": int, "vendor_rank": int})
    table = table.assign(apart=(rows["client_rank"] - rows["vendor_rank"]).abs().astype(int))
    table = table.sort_values(["apart", "client_rank"], ascending=[False, True], kind="stable").reset_index(drop=True)
    return Measured(
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        n_of="goals",
        interval="95 % interval (Bonett and Wright)" if found.low == found.low else "none: below 4 goals",
        claim=f"Client and vendor put {found.n:,} goals into {_order(found.value)}: their rankings agree by "
        f"{number(found.value)}{bracket(found.low, found.high)}, where 1 is the same order and −1 the opposite one"
        f"{_apart(table)}.",
        parts={"goal": table},
    )


def _order(value: float) -> str:
    """How alike two orders are, in words; own bounds."""
    if value >= 0.995:
        return "the same order"
    if value >= 0.7:
        return "much the same order"
    return "a similar order" if value >= 0.3 else "orders that differ" if value > -0.3 else "nearly opposite orders"


def _apart(table: pd.DataFrame) -> str:
    """'; furthest apart: G1, "Run ...", place 1 for the client and 5 for the vendor'."""
    first = table.iloc[0]
    if not first["apart"]:
        return ""
    places = f"place {first['client_rank']} for the client and {first['vendor_rank']} for the vendor"
    return f"; furthest apart is {named(first['goal'], first['objective'])}, {places}"
