"""Has one of the agreed signs come, and what does it open."""

from __future__ import annotations

from typing import Any

import pandas as pd

from toolkit.areas.exit.tables import OPTIONS
from toolkit.areas.words import joined, listed, plural
from toolkit.history import WHOLE
from toolkit.model import Measured, Period, measure, number

REACHED, UNCLEAR, NOT_REACHED, UNKNOWN = "reached", "unclear", "not reached", "not known"


@measure("Triggers reached", better="lower")
def triggers_reached(triggers: pd.DataFrame, history: pd.DataFrame, *, period: Period) -> Measured:
    """How many of the agreed signs that something has to change have come by the end of the period, and which option each
    opens.

    triggers: one row a sign, on a measure of another area. history: what those found (`case.history()`). A sign is *reached*
    when the whole interval of its measure lies beyond the threshold, in as many periods in a row as was agreed; *unclear* when
    the interval lies on both sides in one of them and beyond in the others. low: those reached; high: with those unclear or not
    known, too. Part `trigger`: each sign with its value, state and option.

    Not assessed without triggers, or where no other area was run. Source: own definition.
    """
    known = history[history["span"] == WHOLE]
    found = [_sign(row, known, period) for row in triggers.to_dict("records")]
    table = pd.DataFrame(found, columns=["trigger", "measure", "value", "limit", "state", "opens", "why"])
    reached, open_ = table[table["state"] == REACHED], table["state"].isin((UNCLEAR, UNKNOWN))
    opened = list(dict.fromkeys(reached["opens"]))
    silent = table.loc[table["state"] == UNKNOWN, "trigger"].tolist()
    unclear = table.loc[table["state"] == UNCLEAR, "trigger"].tolist()
    return Measured(
        unit="triggers",
        value=float(len(reached)),
        low=float(len(reached)),
        high=float(len(reached) + open_.sum()),
        n=len(table),
        n_of="trigger" if len(table) == 1 else "triggers",
        interval="from those reached to those with unclear and unknown ones",
        claim=f"{len(reached) or 'None'} of {plural(len(table), 'trigger')} {'are' if len(reached) > 1 else 'is'} reached"
        f"{f', which opens: {listed(opened, 5).lower()}' if opened else ''}.",
        because=joined(
            f"unclear: {listed(unclear)}" if unclear else "",
            f"their measures gave no value: {listed(silent)}" if silent else "",
        ),
        parts={"trigger": table},
    )


def _sign(row: dict[Any, Any], history: pd.DataFrame, period: Period) -> tuple[str, ...]:
    """One sign: its measure's value now, the limit and the state, in words."""
    count = 1 if pd.isna(row["in_a_row"]) else int(row["in_a_row"])
    own = history[history["measure"] == row["measure"]].set_index("period")
    wanted = [str(period.before(back)) for back in range(count)]
    states = [_state(own.loc[when], row) if when in own.index else UNKNOWN for when in wanted]
    state = next((word for word in (NOT_REACHED, UNKNOWN, UNCLEAR) if word in states), REACHED)
    now = own.loc[str(period)] if str(period) in own.index else None
    unit = str(now["unit"]) if now is not None else ""
    value = number(float(now["value"]), unit) if now is not None and now["value"] == now["value"] else "unknown"
    label = str(now["label"]) if now is not None else str(row["measure"])
    rows = f", {count} periods in a row" if count > 1 else ""
    limit = f"{row['side']} {number(float(row['threshold']), unit)}{rows}"
    why = row["why"] if isinstance(row["why"], str) else ""
    return str(row["trigger"]), label, value, limit, state, OPTIONS[str(row["opens"])], why


def _state(found: pd.Series, row: dict[Any, Any]) -> str:
    """Whether one period's interval lies beyond the threshold; a value without an interval is taken as exact."""
    value, low, high = (float(found[name]) for name in ("value", "low", "high"))
    if value != value:
        return UNKNOWN
    low, high = (value, value) if low != low or high != high else (low, high)
    limit = float(row["threshold"])
    beyond, within = (low > limit, high <= limit) if row["side"] == "above" else (high < limit, low >= limit)
    return REACHED if beyond else NOT_REACHED if within else UNCLEAR
