"""What else could we do: what each way costs, which is cheapest, what drives it, when it pays back, what if it goes badly."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.exit.look import case_words, currency_of
from toolkit.areas.exit.tables import STAY
from toolkit.areas.exit.ways import (
    LEAD,
    ONE_OFF,
    PRICE,
    RISK,
    best_other,
    costs_of,
    key_of,
    main_rows,
    of_service,
    service_words,
    staying,
    ways_of,
)
from toolkit.areas.words import bracket, joined, listed, plural
from toolkit.model import NAN, Measured, NotAssessed, measure, number
from toolkit.stats.scenarios import tornado

NINE_OF_TEN = "nine of ten simulated cases lie between; not a confidence interval"
SHOWN = 10  # inputs shown
WORSE = 1.1  # a worst case that exceeds staying's by more than this is worth a warning


def _rows_of(scenarios: pd.DataFrame, value: str) -> pd.DataFrame:
    """The part `way` of a measure: the ways of the service that costs most, those with the least mean cost first."""
    rows = main_rows(scenarios)
    front = "" if value == "mean" else f"{value}_"
    ends = {name: rows[f"{front}{name}"] for name in ("low", "high") if f"{front}{name}" in rows}
    return pd.DataFrame({"way": rows["way"], "value": rows[value], **ends, "option": rows["option"]})


def _other_services(scenarios: pd.DataFrame) -> pd.DataFrame:
    """The ways of the vendor's other services."""
    rows = scenarios[scenarios["service"] != scenarios.attrs["main"]].sort_values(["service", "mean"])
    names = {"service": "service", "way": "way", "mean": "value", "low": "low", "high": "high", "gain": "saving"}
    return pd.DataFrame({new: rows[old].to_numpy() for old, new in names.items()})


def _months(scenarios: pd.DataFrame) -> str:
    return plural(int(scenarios.attrs["months"]), "month")


@measure("Cost by option", better="lower")
def scenario_cost(scenarios: pd.DataFrame) -> Measured:
    """What the cheapest way to get the service costs over the horizon on average, in today's money: running cost, what is
    paid once, and hidden costs, until it runs what staying costs.

    scenarios: one row a way, as `exit.scenarios` makes it. Of a vendor with several services, the one that costs most to
    keep; the others stand in the part `service`. low and high: nine of ten simulated cases lie between; they say how wide the
    given ranges are, and are no confidence interval.

    Part `way`: each way with its mean, low, high and `worst` (the mean of its worst tenth). Not assessed without
    alternatives, or where nothing says what staying costs. Source: own definition; D. Vose, Risk Analysis, 3rd ed. 2008.
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    first, stay = rows.iloc[0], staying(rows)
    beside = f"; staying costs {number(stay['mean'], unit)}{bracket(stay['low'], stay['high'])}"
    part = _rows_of(scenarios, "mean").assign(worst=_rows_of(scenarios, "worst")["value"])
    part.attrs["worst"] = "the average of the worst one case in ten"
    return Measured(
        unit=unit,
        value=float(first["mean"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=len(rows),
        n_of="ways compared",
        interval=NINE_OF_TEN,
        claim=f"{service_words(scenarios)}over {_months(scenarios)} {first['way']} costs least on average, "
        f"{number(first['mean'], unit)}{bracket(first['low'], first['high'])}{beside if first['option'] != STAY else ''}.",
        because=joined(
            "until another way runs, staying is paid for; money is discounted to today",
            f"left out: {scenarios.attrs['left_out']}" if scenarios.attrs["left_out"] else "",
        ),
        parts={"way": part, "service": _other_services(scenarios)},
    )


@measure("Saving by the best other way", better="")
def switching_gain(scenarios: pd.DataFrame) -> Measured:
    """How much less the other way that is cheapest on average costs than staying, over the horizon and in today's money;
    below zero where staying is cheaper.

    scenarios: one row a way, as `exit.scenarios` makes it. The other way may be a changed contract. low and high: nine of
    ten simulated cases lie between. `probability`: of saving anything. Part `way`: the same for each way.

    Not assessed without an alternative. Source: own definition.
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    best = best_other(rows)
    value = float(best["gain"])
    said = "saves" if value >= 0 else "costs more than staying by"
    amount = f"{number(abs(value), unit)} on average"
    part = _rows_of(scenarios, "gain")
    return Measured(
        unit=unit,
        value=value,
        low=float(best["gain_low"]),
        high=float(best["gain_high"]),
        n=len(rows),
        n_of="ways compared",
        interval=NINE_OF_TEN,
        probability=float(best["gain_probability"]),
        claim=f"{service_words(scenarios)}{best['way']} {said} {amount} over {_months(scenarios)}; in nine of ten cases "
        f"{_range_words(best['gain_low'], best['gain_high'], unit)}.",
        because=f"it is cheaper than staying in {case_words(best['gain_probability'])}",
        parts={"way": part[part["option"] != STAY].reset_index(drop=True)},
    )


def _range_words(low: float, high: float, unit: str) -> str:
    """'between 20,000 more and 340,000 GBP less', seen from staying."""
    if low >= 0:
        return f"{number(low, '')} to {number(high, unit)} less"
    if high <= 0:
        return f"{number(-high, '')} to {number(-low, unit)} more"
    return f"between {number(-low, '')} more and {number(high, unit)} less"


@measure("Probability of being cheapest")
def cheapest_probability(scenarios: pd.DataFrame) -> Measured:
    """In which share of the simulated cases the way that is most often cheapest is so, over the horizon.

    scenarios: one row a way, as `exit.scenarios` makes it. No interval: it is a probability under the given ranges, known to
    0.3 points. Part `way`: each way's share; they add up to 1. Being cheapest often is not being cheap when it goes badly,
    which is what `exit.worst_case` says. Source: own definition.
    """
    rows = main_rows(scenarios)
    often = rows.iloc[int(rows["cheapest"].argmax())]
    stay = staying(rows)
    beside = f"; staying in {number(stay['cheapest'], 'share')}" if often["option"] != STAY else ""
    part = _rows_of(scenarios, "cheapest")
    part.attrs["unit"] = "share"
    return Measured(
        unit="share",
        value=float(often["cheapest"]),
        n=len(rows),
        n_of="ways compared",
        interval="none: a probability under the given ranges, known to 0.3 points",
        claim=f"{service_words(scenarios)}{often['way']} is the cheapest way in {number(often['cheapest'], 'share')} of the "
        f"simulated cases{beside}.",
        parts={"way": part},
    )


@measure("Worst case in ten", better="lower")
def worst_case(scenarios: pd.DataFrame) -> Measured:
    """What the way that is cheapest on average costs in the worst tenth of the simulated cases, on average of these.

    scenarios: one row a way, as `exit.scenarios` makes it. A way can be cheapest on average and ruinous when it goes badly:
    this is the number to look at before a choice that cannot be undone. No interval: it is itself the edge of one. Part
    `way`: each way's. Source: C. Acerbi and D. Tasche, Journal of Banking & Finance 26 (2002) 1487-1503 (expected shortfall).
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    first, stay, safest = rows.iloc[0], staying(rows), rows.iloc[int(rows["worst"].argmin())]
    part = _rows_of(scenarios, "worst")
    return Measured(
        unit=unit,
        value=float(first["worst"]),
        n=len(rows),
        n_of="ways compared",
        interval="none: the mean of the worst tenth, itself the edge of what may come",
        claim=f"{service_words(scenarios)}{_worst_words(first, stay, safest, unit)}",
        because=f"the risk named: {first['risk']}" if first["risk"] else "",
        parts={"way": part},
    )


def _worst_words(first: Any, stay: dict[str, Any], safest: Any, unit: str) -> str:
    """Whether what is cheapest on average is so when it goes badly, too."""
    worst = f"{number(first['worst'], unit)} in the worst one of ten"
    if first["way"] == safest["way"]:
        return f"{first['way']} is cheapest on average and when it goes badly, too: {worst}."
    beside = f"{number(stay['worst'], unit)} for staying"
    if first["option"] != STAY and first["worst"] > WORSE * stay["worst"]:
        return f"{first['way']} is cheapest on average, but costs {worst}, against {beside}."
    other = f"{number(safest['worst'], unit)} for {safest['way']}"
    return f"{first['way']} costs {worst}, against {other}, which is cheapest when it goes badly."


@measure("Break-even", better="lower")
def break_even(scenarios: pd.DataFrame) -> Measured:
    """Months from the decision until what the best other way takes once has come back through what it saves a month; half
    of the simulated cases are faster. Infinite where it never does in half of them.

    scenarios: one row a way, as `exit.scenarios` makes it; the way is the one of `exit.switching_gain`. Undiscounted. low and
    high: nine of ten cases lie between; unknown where the slow end is never. Part `way`: the ways that pay back in half of
    their cases at least. Source: E. Brigham and J. Houston, Fundamentals of Financial Management, capital budgeting.
    """
    rows = main_rows(scenarios)
    best = best_other(rows)
    value, low, high = (float(best[name]) for name in ("break_even", "break_even_low", "break_even_high"))
    bounded = math.isfinite(high)
    sure = f"within {_months(scenarios)} in {case_words(best['pays_back'])}"
    half = f"after {number(value, 'months')}{bracket(low, high) if bounded else ''}" if math.isfinite(value) else ""
    part = _rows_of(scenarios, "break_even")
    return Measured(
        unit="months",
        value=value,
        low=low if bounded else NAN,
        high=high if bounded else NAN,
        n=len(rows),
        n_of="ways compared",
        interval=NINE_OF_TEN if bounded else "none: in one case of ten or more it never pays back",
        claim=f"{service_words(scenarios)}{best['way']} has paid back what it takes {half or 'in fewer than half of the cases'}"
        f"; {sure}.",
        parts={"way": part[(part["option"] != STAY) & np.isfinite(part["value"])].reset_index(drop=True)},
    )


@measure("What drives the result")
def cost_drivers(
    scenario_inputs: pd.DataFrame, scenarios: pd.DataFrame, *, scenario_months: float = 36, discount_rate: float = 0.08
) -> Measured:
    """The widest swing of the saving by the best other way when a single input goes from its low to its high and all others
    stay at their most likely values.

    scenario_inputs, scenarios: as the functions of `exit` make them, with the same horizon and rate. For a risk, low is that
    it does not come true and high that it does, at its likely cost. In the client's currency; no interval, since it is a
    what-if. Part `input`: each input with the saving at its low and high end, widest first, and `value`, the saving with all
    at their likely values. Inputs that move together are not in it.

    Source: R. Clemen and T. Reilly, Making Hard Decisions, 2nd ed. 2001, ch. 5.
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    best = best_other(rows)
    table = _swings(of_service(scenario_inputs, scenarios.attrs["main"]), best["way"], scenario_months, discount_rate)
    if table.empty:
        raise NotAssessed("every input is a single number; supply ranges in alternatives")
    shown = table.head(SHOWN)
    first = shown.iloc[0]
    turns = [name for name, turn in zip(shown["input"], _turning(shown), strict=True) if turn]
    alone = "it alone" if turns == [first["input"]] else f"{listed(turns)}, each alone," if turns else "none alone"
    return Measured(
        unit=unit,
        value=float(first["swing"]),
        n=len(table),
        n_of="inputs moved one at a time",
        interval="none: a what-if, one input at a time",
        claim=f"{service_words(scenarios)}what {best['way']} saves hangs most on {first['input']}: it moves the saving by "
        f"{number(first['swing'], unit)}; {alone} can turn which is cheaper.",
        because=joined(
            f"with all at their most likely values it saves {number(first['value'], unit)} over {_months(scenarios)}",
            f"{len(table) - len(shown)} with smaller swings are not shown" if len(table) > len(shown) else "",
        ),
        parts={"input": shown},
    )


def _swings(inputs: pd.DataFrame, way: str, horizon: float, rate: float) -> pd.DataFrame:
    """The tornado of the saving by one way against staying, without inputs that move nothing."""
    ways = ways_of(inputs)
    stay = next(name for name, option in ways.items() if option == STAY)
    rows = [row for row in inputs.to_dict("records") if row["way"] in (way, stay, "")]
    keys = {row["input"]: key_of(row) for row in rows}
    base = {row["input"]: 0.0 if row["kind"] == RISK else row["likely"] for row in rows}
    ends = {row["input"]: (0.0, row["likely"]) if row["kind"] == RISK else (row["low"], row["high"]) for row in rows}

    def saving(**values: float) -> float:
        at = {keys[name]: value for name, value in values.items()}
        cost = partial(costs_of, at=at, inputs=inputs, stay=stay, horizon=horizon, rate=rate)
        both = [float(np.asarray(cost(name, ways[name])[0])) for name in (stay, way)]
        return both[0] - both[1]

    table = tornado(saving, base, ends).rename(columns={"base": "value"})
    table = table[table["swing"] > 0].reset_index(drop=True)
    kinds, unit = {row["input"]: row["kind"] for row in rows}, currency_of(inputs)
    return table.assign(range=[_range_of(kinds[row["input"]], row, unit) for row in table.to_dict("records")])


def _range_of(kind: str, row: dict[Any, Any], unit: str) -> str:
    """An input's own low and high in words: '6 to 13 months', '3.0 % to 27.0 %'."""
    if kind == RISK:
        return f"nothing, or {number(row['at_high'], unit)}"
    units = {LEAD: ("", "months"), PRICE: ("", f"{unit} a year"), ONE_OFF: ("", unit)}
    before, behind = units.get(kind, ("share", "share"))
    return f"{number(row['at_low'], before)} to {number(row['at_high'], behind)}"


def _turning(table: pd.DataFrame) -> list[bool]:
    """For each input whether one of its ends has another sign than the result in the middle."""
    signs = np.sign(table[["low", "value", "high"]].to_numpy(float))
    return [bool(low * middle < 0 or high * middle < 0) for low, middle, high in signs]
