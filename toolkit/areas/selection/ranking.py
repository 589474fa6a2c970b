"""Who is first by the weights as they are given, and whether other methods say the same."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pandas as pd

from toolkit.areas.selection.look import LINEAR, Field, field_of, names_of, raised
from toolkit.areas.words import bracket, joined, listed, noun, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats import choice
from toolkit.stats.intervals import z_quantile

LEVEL = 0.95
THREE = 3  # candidates of whom two are left when one goes
METHODS = ("weighted sum", "TOPSIS", "PROMETHEE II")


@measure("Lead of the first over the second")
def lead(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None = None,
    red_flags: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """By how much the first candidate's weighted sum lies above the second's, where 1 is the best end of every scale.

    Each criterion's mean score becomes a value between 0 (worst end of its scale) and 1 (best end); the weighted sum adds them
    by their weights. Where a scale has no ends in the table, they are the worst and the best score of a candidate. Facts count
    as exact. Whoever a red flag rules out, or has no score on a criterion, is left out and named.

    low and high: 95 % interval of the lead by the scatter of the raters (normal; the standard deviation of two scores of one
    thing, pooled); weights are taken as given. None where nothing was scored twice. Parts: candidate (weighted sum of each,
    with its place), criterion (value of each candidate on each criterion, and what it adds), slider. Not assessed with fewer
    than two candidates. Source: P. Fishburn, Management Science 13 (1967) 435-453; scatter: own definition.
    """
    field = field_of(scores, criteria, candidates, pairwise, red_flags, period)
    sums, order = field.sums, np.argsort(-field.sums, kind="stable")
    first, second = int(order[0]), int(order[1])
    variances = (field.weights**2 * field.errors.to_numpy(float) ** 2).sum(axis=1)
    z = z_quantile((1 + LEVEL) / 2)
    ahead, margin = float(sums[first] - sums[second]), z * math.sqrt(variances[first] + variances[second])
    sure = math.isfinite(field.spread)
    low, high = (ahead - margin, ahead + margin) if sure else (math.nan, math.nan)
    names = field.names
    said = (
        f"{names[first]} is first with {number(sums[first])} of 1, {names[second]} second with {number(sums[second])}"
    )
    level = abs(ahead) < choice.ROUNDING
    said = f"{names[first]} and {names[second]} are level with {number(sums[first])} of 1" if level else said
    return Measured(
        unit="",
        value=ahead,
        low=low,
        high=high,
        n=len(names),
        n_of="candidates compared",
        interval="95 % interval (scatter of the raters)" if sure else "none: nothing was scored by two raters",
        claim=f"{said}: a lead of {number(ahead)}{bracket(low, high)}, by {field.weighed.origin}.",
        because=joined(field.absent_words(), _shared_words(field)),
        parts={
            "candidate": _sums_table(field, variances, z, sure),
            "criterion": _values_table(field),
        },
    )


def _shared_words(field: Field) -> str:
    if not field.shared:
        return ""
    has = "decides" if len(field.shared) == 1 else "decide"
    return f"{listed(field.shared)} {has} nothing: all candidates have the same score there"


def _sums_table(field: Field, variances: np.ndarray, z: float, sure: bool) -> pd.DataFrame:
    margin = z * np.sqrt(variances) if sure else np.full(len(variances), math.nan)
    table = pd.DataFrame(
        {
            "candidate": field.names,
            "value": field.sums,
            "low": field.sums - margin,
            "high": field.sums + margin,
            "place": choice.places(field.sums),
        }
    )
    return table.sort_values("value", ascending=False, ignore_index=True, kind="stable")


def _values_table(field: Field) -> pd.DataFrame:
    """One row a candidate and criterion: its mean score, its value, the criterion's weight and what that adds to the sum."""
    names, criteria = field.names, list(field.values.columns)
    weight = np.tile(field.weights, len(names))
    value = field.values.to_numpy(float).ravel()
    return pd.DataFrame(
        {
            "candidate": np.repeat(names, len(criteria)),
            "criterion": np.tile(criteria, len(names)),
            "score": field.scores.to_numpy(float).ravel(),
            "value": value,
            "weight": weight,
            "adds": weight * value,
        }
    )


def method_scores(field: Field, left: np.ndarray) -> dict[str, np.ndarray]:
    """The score of those candidates by each method; scales without ends in the table are those of who is there."""
    raw = field.scores.to_numpy(float)[left]
    values = choice.values(raw, *field.scales(raw))
    every = np.ones(values.shape[1], dtype=bool)
    return {
        METHODS[0]: choice.weighted_sum(values, field.weights),
        METHODS[1]: choice.topsis(raw, field.weights, field.higher),
        METHODS[2]: choice.promethee(values, field.weights, every, LINEAR).net,
    }


def _places_table(field: Field, found: dict[str, np.ndarray]) -> pd.DataFrame:
    """The place of each candidate by each method, with its score, in words."""
    order = np.argsort(-found[METHODS[0]], kind="stable")
    table = pd.DataFrame({"candidate": [field.names[place] for place in order]})
    for name, given in found.items():
        ranked = choice.places(given)
        table[name] = [f"{ranked[place]} ({number(float(given[place]))})" for place in order]
    table.attrs["cards"] = True  # on a phone
    return table


def _one_method(field: Field, name: str, left: np.ndarray) -> np.ndarray:
    return method_scores(field, left)[name]


@measure("Methods that put the same candidate first", better="higher")
def method_agreement(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None = None,
    red_flags: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """How many of three methods put the candidate first that the weighted sum puts first, itself among them.

    TOPSIS ranks by the distance from the best and the worst of all (scores divided by the length of their column); PROMETHEE II
    holds each candidate against each other one (on values: up to a tenth of a scale is no difference, from three tenths on a
    full one). They are cross-checks: the weighted sum is what to decide by.

    low and high: none, a count. Parts: candidate (score by each method), place (place and score by each, in words). Not
    assessed with fewer than two candidates. Source: C.-L. Hwang and K. Yoon, Multiple Attribute Decision Making, 1981; J.
    Brans, P. Vincke and B. Mareschal, European Journal of Operational Research 24 (1986) 228-238; thresholds: own definition.
    """
    field = field_of(scores, criteria, candidates, pairwise, red_flags, period)
    found = method_scores(field, np.arange(len(field.names)))
    firsts = {name: field.names[int(np.argmax(given))] for name, given in found.items()}
    leader = firsts[METHODS[0]]
    others = {name: first for name, first in firsts.items() if first != leader}
    told = "; ".join(f"{name} puts {first} first" for name, first in others.items())
    return Measured(
        unit="methods",
        value=float(len(METHODS) - len(others)),
        n=len(METHODS),
        n_of="methods",
        interval=COUNTED,
        counted=True,
        claim=f"{len(METHODS) - len(others)} of {len(METHODS)} methods put {leader} first{f': {told}' if told else ''}.",
        because=field.absent_words(),
        parts={"candidate": _methods_table(field, found), "place": _places_table(field, found)},
    )


def _methods_table(field: Field, found: dict[str, np.ndarray]) -> pd.DataFrame:
    table = pd.DataFrame({"candidate": field.names})
    for name, given in found.items():
        table[name] = given
    return table.sort_values(METHODS[0], ascending=False, ignore_index=True, kind="stable")


@measure("Orders that turn when one candidate is left out", better="lower")
def rank_reversals(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None = None,
    red_flags: pd.DataFrame | None = None,
    *,
    period: Period,
) -> Measured:
    """In how many of all cases the order of the others changes when one candidate is left out, by each of three methods.

    Who is best among three should not hang on whether a fourth has bid. Where it does, the first place rests on the method, or
    on scales whose ends are those of whoever bid.

    low and high: none, a count. Parts: method (cases by method), rows (each order that turned). Not assessed with fewer than
    three candidates. Source: X. Wang and E. Triantaphyllou, Omega 36 (2008) 45-63.
    """
    field = field_of(scores, criteria, candidates, pairwise, red_flags, period)
    if len(field.names) < THREE:
        raise NotAssessed(f"{plural(len(field.names), 'candidate')} are compared; {THREE} are needed")
    rows = [
        (name, field.names[item.dropped], field.names[item.first], item.changed)
        for name in METHODS
        for item in choice.reversals(partial(_one_method, field, name), len(field.names))
    ]
    table = pd.DataFrame(rows, columns=["method", "left_out", "first_then", "turned"])
    turned = table[table["turned"].astype(bool)]
    by = turned.groupby("method").size().reindex(METHODS, fill_value=0)
    claim = f"In {len(turned)} of {plural(len(table), 'case')} the order of the others turns when one is left out"
    return Measured(
        unit=noun(len(turned), "case"),
        value=float(len(turned)),
        n=len(table),
        n_of="orders without one candidate",
        interval=COUNTED,
        counted=True,
        claim=f"{claim}.",
        because=field.absent_words(),
        parts={
            "method": by.rename("value").rename_axis("method").reset_index(),
            "rows": turned.drop(columns="turned").reset_index(drop=True),
        },
    )


@measure("Candidates ruled out", better="lower")
def excluded(candidates: pd.DataFrame, red_flags: pd.DataFrame, *, period: Period) -> Measured:
    """How many candidates a red flag rules out at the period's end, whatever their scores.

    A flag counts from the day on which it was raised until that on which it was cleared.

    low and high: none, a full count. Parts: rows (each flag that is up, those that exclude first). Source: own definition.
    """
    names = names_of(candidates)
    up = raised(red_flags, period)
    up = up[up["candidate"].astype("str").isin(names.index)]
    out = up[up["excludes"].eq("yes")]
    who = [names[candidate] for candidate in dict.fromkeys(out["candidate"].astype("str"))]
    rows = up.sort_values("excludes", ascending=False, kind="stable")
    told = [f"{names[str(row['candidate'])]} ({row['flag']})" for row in out.to_dict("records")]
    claim = f"{len(who)} of {plural(len(names), 'candidate')} {'is' if len(who) == 1 else 'are'} ruled out"
    return Measured(
        unit=noun(len(who), "candidate"),
        value=float(len(who)),
        n=len(names),
        n_of="candidates",
        interval=COUNTED,
        counted=True,
        claim=f"{claim}{f': {listed(told)}' if told else ''}.",
        parts={
            "rows": pd.DataFrame(
                {
                    "candidate": [names[str(item)] for item in rows["candidate"]],
                    "flag": rows["flag"].to_numpy(),
                    "raised": rows["raised"].to_numpy(),
                    "excludes": rows["excludes"].to_numpy(),
                }
            )
        },
    )
