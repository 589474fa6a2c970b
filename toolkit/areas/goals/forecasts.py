"""Whether each goal will be reached: its series carried on to the deadline, by a method that its own past speaks for."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.goals.register import CHECKED, DONE, MONTH, RANGE, WAY, aim_words, graded, limits, records
from toolkit.areas.goals.words import about, named
from toolkit.areas.words import listed, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, month_words, number, probability_words
from toolkit.show import Shown, escape, quiet, table_html
from toolkit.stats import forecasting

CHOSEN, NO_CHANGE, LINE = "chosen", "no change", "straight line"
NUMBERS = ["goal", "objective", "value", "low", "high", "elapsed_share", "probability", "now", "expected"]
TRIED = ["series", "forecasts", NO_CHANGE.replace(" ", "_"), LINE.replace(" ", "_"), CHOSEN]
TRIED += ["held_by_80_%", "held_by_95_%", "best_in_hindsight"]
LITTLE = 0.02  # of the error of "no change": by less than this, nothing is better
LIKELY, UNLIKELY = 0.8, 0.2  # probabilities from which on a goal is called likely, or unlikely, to be reached


@measure("Goals expected to be reached", better="higher", unit="share")
def forecast(register: pd.DataFrame, series: pd.DataFrame, *, period: Period) -> Measured:
    """The share of the goals with a deadline ahead that is expected to be reached at it: the mean of their
    probabilities. Each goal's series of months, periods or check-ins is carried on to the month of its deadline.

    register : one row a goal (`goals.register`). series : one row a goal and date (`goals.series`).

    A share of goals. No interval: goals rise and fall together, so that their number has no honest one; each goal's
    value has its 80 and 95 % prediction intervals. A goal whose series has fewer than 6 values, or fewer than there are
    steps to its deadline, is not forecast, and the reason is given. What was never below zero is not expected to be,
    nor a share above 1 that never was. A monthly value varies more than that of a whole period, and it is a month that
    is forecast. Part "goal": one row a goal; low and high are the ends of the 80 % interval, as shares of the way. Part
    "outlook": the same in words. Source: R. Hyndman and others, *Forecasting with Exponential Smoothing*, 2008; choice
    of method: own, see `toolkit.stats.forecasting`.
    """
    rows = [_outlook(row, series[series["goal"] == row["goal"]]) for row in records(register)]
    table = pd.DataFrame(rows)
    known = table[table["probability"].notna()]
    if known.empty:
        raise NotAssessed(f"no goal can be forecast: {table['because'].iloc[0]}")
    expected = float(known["probability"].sum())
    left = table[table["probability"].isna() & ~table["over"]]
    return Measured(
        unit="share",
        value=expected / len(known),
        numerator=expected,
        denominator=float(len(known)),
        n=len(known),
        n_of="goal" if len(known) == 1 else "goals",
        interval="none: goals rise and fall together; each has its own prediction interval",
        claim=_expected(known, expected),
        because=f"not forecast: {listed(list(left['goal']), 8)}; the table says why" if len(left) else "",
        parts={"goal": table[NUMBERS], "outlook": _in_words(table)},
    )


def _expected(known: pd.DataFrame, expected: float) -> str:
    """'Of the 5 goals with a forecast, 3 or 4 are expected to be reached by their deadline (3.4, ...): ...'"""
    least = known.sort_values("probability", kind="stable").iloc[0]
    who, chance = named(least["goal"], least["objective"]), probability_words(least["probability"])
    chance = chance if chance[0] in "ab" else f"of {chance}"  # 'above 99 %', 'below 1 %', 'of 12 %'
    if len(known) == 1:
        return f"{who}, will be reached by its deadline with a probability {chance}{_said(least)}."
    said = about(expected)
    return (
        f"Of the {len(known):,} goals with a forecast, {said} {'is' if said == '1' else 'are'} expected to be reached by their "
        f"deadline ({expected:.1f}, adding up their probabilities): {_grouped(known)}; least likely is {who}, with a "
        f"probability {chance}{_said(least)}."
    )


def _said(least: pd.Series) -> str:
    """', of which those who work on it are 90 % sure', where they said so."""
    sure = float(least["said_share"])
    return f", while those who work on it are {probability_words(sure)} sure of it" if sure == sure else ""


def _grouped(known: pd.DataFrame) -> str:
    """'3 likely, 1 open, 2 unlikely'."""
    likely, unlikely = (known["probability"] >= LIKELY).sum(), (known["probability"] <= UNLIKELY).sum()
    counts = {"likely": likely, "open": len(known) - likely - unlikely, "unlikely": unlikely}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def monthly(rows: pd.DataFrame) -> pd.Series:
    """One value a month of a goal's series: months where they are known, else whole periods; check-ins before either.

    Where all lie a quarter or a year apart, the series has that step; its index is months, the missing ones left out.
    """
    measured = rows[rows["origin"] == MONTH] if rows["origin"].eq(MONTH).any() else rows[rows["origin"] != CHECKED]
    said = rows[rows["origin"] == CHECKED]
    parts = [part for part in (measured, said) if len(part)]
    if not parts:
        return pd.Series(dtype="float64", index=pd.PeriodIndex([], freq="M"))
    every = pd.concat(parts)
    values = pd.Series(every["value"].to_numpy(), index=pd.PeriodIndex(every["date"].dt.to_period("M")))
    return values[~values.index.duplicated(keep="last")].sort_index()


def _outlook(row: dict[str, Any], rows: pd.DataFrame) -> dict[str, Any]:
    """One row of the forecast: where a goal stands, where it is expected to be, how probable it is to be reached."""
    due = pd.Timestamp(row["due"]) if row["due"] else pd.NaT
    known = monthly(rows[~(rows["date"] > due)] if due == due else rows)
    told = {
        "goal": row["goal"],
        "objective": row["objective"],
        "value": _way(row, row["value"]),
        "low": NAN,
        "high": NAN,
        "elapsed_share": row["elapsed"],
        "probability": NAN,
        "said_share": row["sure"],
        "agreed": aim_words(row),
        "now": number(row["value"], row["unit"]),
        "expected": "",
        "interval_80": "",
        "interval_95": "",
        "because": "",
        "over": bool(row["over"]),
    }
    because, step, steps = _reason_not(row, known, due)
    if because:
        return {**told, "because": because}
    found = forecasting.forecast(_stepped(known, step), steps, bounds=_bounds(rows, row["unit"]))
    last = found.table.iloc[-1].to_dict()
    ends = _ways(row, last["low80"], last["high80"])
    return {
        **told,
        "low": ends[0],
        "high": ends[1],
        "probability": _probability(row, found, steps),
        "expected": number(last["value"], row["unit"]),
        "interval_80": _between(last["low80"], last["high80"], row["unit"]),
        "interval_95": _between(last["low95"], last["high95"], row["unit"]),
        "because": f"{len(known):,} values up to {month_words(known.index[-1])}; {found.reason}",
    }


def _in_words(table: pd.DataFrame) -> pd.DataFrame:
    """The forecast of each goal as it is read aloud."""
    chances = [probability_words(part) if part == part else "not forecast" for part in table["probability"]]
    return pd.DataFrame(
        {
            "goal": table["goal"],
            "objective": table["objective"],
            "agreed": table["agreed"],
            "now": table["now"],
            "expected": table["expected"],
            "four_of_five_within": table["interval_80"],
            "19_of_20_within": table["interval_95"],
            "likely_to_be_reached": chances,
            "said": [number(part, "share") if part == part else "" for part in table["said_share"]],
            "because": table["because"],
        }
    )


def _between(low: float, high: float, unit: str) -> str:
    if low != low or high != high:
        return "unknown: the series never changed"
    return f"{number(low, unit if unit == 'share' else '')} to {number(high, unit)}"


def _way(row: dict[str, Any], value: float) -> float:
    """How much of the way from baseline to target a value has gone, below 0 or above 1 where it has; NaN without a way."""
    if row["form"] == WAY:
        return (value - row["baseline"]) / (row["target"] - row["baseline"])
    return graded(row, RANGE, value) if row["form"] == RANGE else NAN


def _ways(row: dict[str, Any], low: float, high: float) -> tuple[float, float]:
    """The least and the most of the way that lies between two values; of a range, all of it where they reach into it."""
    ends = sorted((_way(row, low), _way(row, high)))
    reaches = row["form"] == RANGE and low <= row["target_high"] and high >= row["target"]
    return ends[0], 1.0 if reaches else ends[1]


def _reason_not(row: dict[str, Any], known: pd.Series, due: Any) -> tuple[str, int, int]:
    """Why a goal is not forecast, or ''; the months between its values, and how many steps there are to its deadline."""
    if row["faults"]:
        return row["faults"], 1, 0
    if row["form"] == DONE:
        return "what is done or not done is not forecast", 1, 0
    if due != due:
        return "it has no deadline", 1, 0
    if row["over"]:
        return "its deadline is past: the grade says how it ended", 1, 0
    if len(known) < forecasting.MIN_POINTS:
        return (
            f"{plural(len(known), 'known value')}, and {forecasting.MIN_POINTS} are the least that it can rest on",
            1,
            0,
        )
    places = _places(known)
    step = int(np.gcd.reduce(np.diff(places)))
    steps = max(1, math.ceil((_place(due.to_period("M")) - places[-1]) / step))
    if steps > len(known):
        return f"its deadline is {steps:,} steps ahead, and only {plural(len(known), 'value')} are known", step, steps
    return "", step, steps


def _place(month: pd.Period) -> int:
    return 12 * month.year + month.month


def _places(known: pd.Series) -> np.ndarray:
    return np.array([_place(month) for month in known.index])


def _stepped(known: pd.Series, step: int) -> np.ndarray:
    """The series on its own step, missing values in their place."""
    places = (_places(known) - _place(known.index[0])) // step
    values = np.full(places[-1] + 1, np.nan)
    values[places] = known.to_numpy()
    return values


def _bounds(rows: pd.DataFrame, unit: str) -> tuple[float, float]:
    """What is possible, as far as the series shows: not below zero where neither value nor interval ever was."""
    lowest = rows[["value", "low"]].min().min()
    highest = rows[["value", "high"]].max().max()
    return 0.0 if lowest >= 0 else -math.inf, 1.0 if unit == "share" and highest <= 1 else math.inf


def _probability(row: dict[str, Any], found: forecasting.Forecast, step: int) -> float:
    """How probable it is that the goal is met at the deadline."""
    low, high = limits(row)
    under = forecasting.probability(found, step, high, above=False) if high < math.inf else 1.0
    over = forecasting.probability(found, step, low) if low > -math.inf else 1.0
    return min(max(under + over - 1, 0.0), 1.0)


def trials(forecast_trials: pd.DataFrame) -> Shown:
    """How good such forecasts were: errors beside "no change" and a straight line, and how often the intervals held.

    forecast_trials   one row a kind of series and method, as `benchmarks/backtest.py` wrote it.
    """
    if forecast_trials.empty:
        because = forecast_trials.attrs.get("absent") or "forecast_trials.csv is not there"
        return quiet(f"How good such forecasts are is not known: {because}.")
    kinds = forecast_trials.groupby("series", sort=False)
    table = pd.DataFrame([(kind, *_trial(rows.set_index("method"))) for kind, rows in kinds], columns=TRIED)
    words = _trial_words(table)
    html = table_html(table, caption="Forecasts that were tried on series whose end is known", cards=True)
    return Shown(f"{html}<p>{escape(words)}</p>", f"{table.to_string(index=False)}\n\n{words}")


def _trial(methods: pd.DataFrame) -> tuple[Any, ...]:
    """One row of the table: how many forecasts, three errors, two shares in words, and what would have been best."""
    errors = [float(methods["error"].get(name, NAN)) for name in (NO_CHANGE, LINE, CHOSEN)]
    chosen = methods.to_dict("index")[CHOSEN]
    held = (number(chosen[name], "share") for name in ("held80", "held95"))
    others = methods["error"].drop(CHOSEN)
    return int(chosen["forecasts"]), *errors, *held, f"{others.idxmin()}, {number(float(others.min()))}"


def _trial_words(table: pd.DataFrame) -> str:
    """How to read the table, and where the choice was no better than "no change"."""
    level = table.loc[table["chosen"] >= table["no_change"] * (1 - LITTLE), "series"]
    said = (
        f" It was no better than “no change” on: {'; '.join(level)}. There, what would have been best in hindsight could "
        "not be known from a series so short."
        if len(level)
        else ""
    )
    return (
        "Errors are in mean changes of one period: of “no change”, of a straight line, and of what this toolkit chose, knowing "
        f"only what had come to pass by then. Held: how many outcomes lay within its prediction intervals.{said}"
    )
