"""What the measures of this area are made of: the wave of a period, shares and net scores of people, by item, group and wave.

A share of answers is that of all answers given, with people as clusters, not the mean of people's own shares: it then is a
sum over items, and says nothing that the items do not. Beside the items' figures, the mean of people's means would let a
reader solve for the answers of the one who left an item out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.privacy import (
    DISTRIBUTION_FLOOR,
    PEOPLE_FLOOR,
    dimensions,
    fit_items,
    people_of,
    shown_groups,
)
from toolkit.areas.sentiment.responses import box_width
from toolkit.areas.sentiment.tables import RATINGS
from toolkit.areas.words import joined, plural
from toolkit.model import NotAssessed, month_words, number
from toolkit.stats.answers import mean, median, top_box
from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import clustered_wilson

WHO = {"team": "the team", "customers": "the customers", "vendor": "the vendor"}
WHOSE = {"team": "the team's", "customers": "the customers'", "vendor": "the vendor's"}
FEW_BOXES = 11  # scales of more steps are not drawn box by box
SIDES = ("unfavourable", "neutral", "favourable")
LABELS = {
    "agreement": ("strongly disagree", "disagree", "neither agree nor disagree", "agree", "strongly agree"),
    "satisfaction": ("very dissatisfied", "dissatisfied", "neither", "satisfied", "very satisfied"),
}
Figure = Callable[[pd.DataFrame], Interval]


# -------------------------------------------------------------------------------------------------------------- waves
def floors(rows: pd.DataFrame) -> tuple[float, float]:
    """The numbers of people below whom no figure, and no distribution, is shown."""
    people = rows.attrs.get("people_floor", PEOPLE_FLOOR)
    return people, max(people, rows.attrs.get("distribution_floor", DISTRIBUTION_FLOOR))


def last_wave(rows: pd.DataFrame, audience: str) -> pd.DataFrame:
    """The answers of an audience's last wave; NotAssessed where it does not lie in the period."""
    own = rows[rows["audience"].eq(audience) & rows["latest"] & rows["score"].notna()]
    if own.empty:
        raise NotAssessed(f"nobody of {WHO[audience]} was heard")
    if not own["in_period"].all():
        raise NotAssessed(f"{WHO[audience]} was last heard in {month_words(own['wave'].iloc[0])}, before the period")
    return own


def ratings(wave: pd.DataFrame, floor: float) -> pd.DataFrame:
    """The answers to rating items that may be shown; the overall judgement, which has its own measure, is not among them."""
    rated = fit_items(wave[wave["kind"].isin(RATINGS) & ~wave["overall"]], floor)
    if rated.empty:
        raise NotAssessed(f"no rating item was answered by {floor:g} people who did not all say the same")
    return rated


def people_in(rows: pd.DataFrame) -> int:
    """How many people gave these answers."""
    return len(np.unique(rows["respondent"].to_numpy()))


def population_of_wave(rows: pd.DataFrame) -> float | None:
    """How many people could have answered; None where that is not known."""
    size = float(rows["population"].iloc[0]) if len(rows) else np.nan
    return None if np.isnan(size) else size


def when(rows: pd.DataFrame) -> str:
    """The month of a wave in words."""
    return month_words(rows["wave"].iloc[0])


def heard(wave: pd.DataFrame, weighting: dict[tuple[str, object], str]) -> str:
    """How many of those who could have answered did, and how they are weighted: what must be known beside each score."""
    n, size = people_in(wave), population_of_wave(wave)
    done = weighting.get((wave["audience"].iloc[0], wave["wave"].iloc[0]), "")
    if size is None:
        return joined(f"{plural(n, 'person', 'people')} answered", done)
    invited = wave.attrs.get("invited", {}).get((wave["audience"].iloc[0], wave["wave"].iloc[0]), size)
    among = f"{number(n / size, 'share')} of the {size:,.0f} who belong to {WHO[wave['audience'].iloc[0]]}"
    if n <= invited < size:
        return joined(f"{n:,} of {invited:,.0f} people invited answered, {among}", done)
    if invited == size:
        return joined(f"{n:,} of {size:,.0f} people invited answered ({number(n / size, 'share')})", done)
    return joined(f"{plural(n, 'person', 'people')} answered, {among}", done)


# ------------------------------------------------------------------------------------------------------------- figures
def favourable_share(rows: pd.DataFrame, *, weighted: bool = True, known: bool = True) -> Interval:
    """The share of answers that are favourable, with an interval that takes people as clusters.

    weighted: whether people count by their weight; known: whether the interval allows for a finite population.
    """
    codes, _ = pd.factorize(rows["respondent"])
    first = np.unique(codes, return_index=True)[1]
    favourable = rows["favourable"].to_numpy(dtype="float64")
    return clustered_wilson(
        np.bincount(codes, np.nan_to_num(favourable)),
        np.bincount(codes, ~np.isnan(favourable)),
        weights=rows["weight"].to_numpy(dtype="float64")[first] if weighted else None,
        population=population_of_wave(rows) if known else None,
    )


def _each(rows: pd.DataFrame, by: str, *columns: str) -> Iterator[tuple[Any, np.ndarray, dict[str, Any]]]:
    """Each item, or construct, in the order of the rows, with the places of its rows and these columns of them."""
    codes, names = pd.factorize(rows[by])
    order = np.argsort(codes, kind="stable")
    arrays = {name: rows[name].array for name in columns}
    for name, places in zip(names, np.split(order, np.cumsum(np.bincount(codes))[:-1]), strict=True):
        yield name, places, {column: values[places] for column, values in arrays.items()}


def item_figures(rows: pd.DataFrame, floor: float, distribution_floor: float) -> pd.DataFrame:
    """One row an item: favourable (value, low, high), unfavourable, median, mean and people; the last three only of many.

    A share beside the other share, the median and the mean of few people is as good as the list of their answers.
    """
    made = []
    size = population_of_wave(rows)
    told = "construct", "wording", "favourable", "unfavourable", "score", "weight"
    for item, places, own in _each(rows, "item", *told):
        weights = np.asarray(own["weight"])
        share = top_box(own["favourable"], high=1, boxes=1, weights=weights, population=size)
        many = len(places) >= distribution_floor
        made.append(
            {
                **{"item": item, "construct": own["construct"][0], "wording": own["wording"][0]},
                **{"value": share.value, "low": share.low, "high": share.high},
                "unfavourable": float(np.average(own["unfavourable"], weights=weights)) if many else np.nan,
                "median": median(own["score"], weights=weights).value if many else np.nan,
                "mean": mean(own["score"], weights=weights).value if many else np.nan,
                "n": len(places),
            }
        )
    table = pd.DataFrame(made)
    return table[table["n"] >= floor].reset_index(drop=True)


def construct_figures(rows: pd.DataFrame, distribution_floor: float) -> pd.DataFrame:
    """One row a construct: favourable (value, low, high), unfavourable, median of people's means, people."""
    made = []
    for construct, own in rows.groupby("construct", sort=False, observed=True):
        n = people_in(own)
        value, low, high = favourable_share(own)
        many = n >= distribution_floor
        own_means = person_scores(own)
        made.append(
            {
                **{"construct": construct, "value": value, "low": low, "high": high},
                "unfavourable": float(np.average(own["unfavourable"], weights=own["weight"])) if many else np.nan,
                "median": float(own_means.median()) if many else np.nan,
                "n": n,
            }
        )
    return pd.DataFrame(made)


def person_scores(rows: pd.DataFrame) -> pd.Series:
    """The mean score of each person, from 0 (lowest answer everywhere) to 100, by respondent."""
    score, low, high = (rows[name].to_numpy(dtype="float64") for name in ("score", "low", "high"))
    codes, people = pd.factorize(rows["respondent"])
    means = np.bincount(codes, 100 * (score - low) / (high - low)) / np.bincount(codes)
    return pd.Series(means, index=pd.Index(people, name="respondent"))


def answer_boxes(rows: pd.DataFrame, distribution_floor: float) -> pd.DataFrame:
    """One row an item and answer: the share of people who gave it, and on which side it lies; only of many people.

    position counts the answers of an item from the lowest, 0; box is the answer in words, or its number. Reversed items are
    turned round: the highest box is the good end, in the words of the item's scale read backwards.
    """
    low, high, score = (rows[name].to_numpy(dtype="float64") for name in ("low", "high", "score"))
    whole = rows[(high - low + 1 <= FEW_BOXES) & (score % 1 == 0)]
    told = "construct", "wording", "kind", "low", "high", "score", "weight"
    made = [
        _boxes(str(item), own) for item, places, own in _each(whole, "item", *told) if len(places) >= distribution_floor
    ]
    columns = ["item", "construct", "wording", "box", "side", "position", "value", "n"]
    return pd.DataFrame({name: [value for boxes in made for value in boxes[name]] for name in columns})


def _boxes(item: str, own: dict[str, Any]) -> dict[str, list[Any]]:
    low, high, weights = float(own["low"][0]), float(own["high"][0]), np.asarray(own["weight"])
    scale = np.arange(low, high + 1)
    places = np.asarray(own["score"], dtype="float64") - low
    share = np.bincount(places.astype(int), weights, minlength=len(scale)) / weights.sum()
    width = float(box_width(pd.Series([low]), pd.Series([high])).iloc[0])
    side = np.where(scale > high - width, 2, np.where(scale < low + width, 0, 1))
    labels = LABELS.get(own["kind"][0], ()) if len(scale) == len(LABELS["agreement"]) else ()
    same = {"item": item, "construct": own["construct"][0], "wording": own["wording"][0], "n": len(weights)}
    return {
        **{name: [value] * len(scale) for name, value in same.items()},
        "box": list(labels) or [f"{step:g}" for step in scale],
        "side": [SIDES[place] for place in side],
        "position": list(range(len(scale))),
        "value": share.tolist(),
    }


# ------------------------------------------------------------------------------------------------------ groups and waves
def by_group(rows: pd.DataFrame, classes: pd.Series, floor: float, figure: Figure) -> dict[str, pd.DataFrame]:
    """The parts "team", "role" and "site": one row a group with its figure and people, or hidden; unweighted within.

    rows: the answers that the figure of the whole is made of, no more and no fewer, so that what is not shown remains large
    enough however figures are subtracted (see `shown_groups`). classes: what the figure tells apart in each answer.
    """
    people = people_of(rows, classes)
    shown = shown_groups(people, floor)
    return {name: _groups(name, rows, shown[name], figure) for name in dimensions(people)}


def _groups(dimension: str, rows: pd.DataFrame, shown: list[str], figure: Figure) -> pd.DataFrame:
    made = []
    for name in sorted(rows[dimension].dropna().unique()):
        if name not in shown:
            made.append({dimension: name, "hidden": True})
            continue
        own = rows[rows[dimension] == name]
        value, low, high = figure(own)
        made.append({dimension: name, "value": value, "low": low, "high": high, "n": people_in(own), "hidden": False})
    columns = [dimension, "value", "low", "high", "n", "hidden"]
    return pd.DataFrame(made, columns=columns).astype(dict.fromkeys(columns[1:5], "float64"))


def by_wave(
    rows: pd.DataFrame, audience: str, chosen: Callable[[pd.DataFrame], pd.DataFrame], figure: Figure
) -> pd.DataFrame:
    """The part "wave": one row a wave of this audience with its own figure, people, and whether it is the period's."""
    made = []
    answered = rows[rows["audience"].eq(audience) & rows["score"].notna()]
    for wave, own in answered.groupby("wave"):
        in_period = bool(own["in_period"].any())
        try:
            used = chosen(own)
        except NotAssessed:
            made.append({"wave": wave, "in_period": in_period})
            continue
        value, low, high = figure(used)
        made.append(
            {"wave": wave, "value": value, "low": low, "high": high, "n": people_in(used), "in_period": in_period}
        )
    columns = ["wave", "value", "low", "high", "n", "in_period"]
    return pd.DataFrame(made, columns=columns).astype(dict.fromkeys(columns[1:5], "float64"))


def hidden_words(parts: dict[str, pd.DataFrame]) -> str:
    """How many groups are not shown, for a claim's because; the groups' names are in the parts."""
    counts = [f"{plural(int(part['hidden'].sum()), name)}" for name, part in parts.items() if part["hidden"].any()]
    return f"not shown, so that nobody can be told apart: {' and '.join(counts)}" if counts else ""
