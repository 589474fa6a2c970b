"""From those who answered to those who were asked: the weight of each person and the size of the population.

Weights are a way out of a group that is hidden: a weighted and an unweighted figure of the same people are two equations in
the sums of two groups. So the groups that are weighted are those that may be shown, all others are one group, each of them
has answers of enough people to *every* item, and over several dimensions at once that holds where they cross. The unweighted
figure is shown beside the weighted one for all ratings together only.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.privacy import PEOPLE_FLOOR, fit_items, people_of, shown_groups
from toolkit.areas.sentiment.tables import GROUPS, RATINGS
from toolkit.areas.words import joined
from toolkit.stats.weighting import rake

OTHERS = "\0others"  # the group of all whose own group is too small to be weighted; no name in a table can be it
NEEDED = ["audience", "wave", "respondent", "item", "kind", "score", "favourable", *GROUPS]
TRIM = 5.0  # no person counts for more than so many others
UNINVITED = "not weighted: how many were invited is not known"


def add_weights(
    rows: pd.DataFrame, invitations: pd.DataFrame, floor: float = PEOPLE_FLOOR
) -> tuple[pd.DataFrame, dict[tuple[str, Any], str]]:
    """Rows with `weight` (1 on average over the people of a wave) and `population`, and what was done, by audience and wave.

    rows: one an answer, with groups and score; invitations: people invited, one row a group. population is that of the
    table, else all who were invited; NaN where that is not known, or fewer than answered. The weights of a wave do not
    depend on any other wave. Source: raking after W. Deming and F. Stephan, Annals of Mathematical Statistics 11 (1940)
    427-444; what may be weighted is an own definition.
    """
    weight, population = pd.Series(1.0, index=rows.index), pd.Series(np.nan, index=rows.index)
    words = {}
    slim = rows.loc[rows["score"].notna(), NEEDED]
    for _, wave in slim.groupby(["audience", "wave"], observed=True):
        key = (str(wave["audience"].iloc[0]), wave["wave"].iloc[0])
        here = rows["audience"].eq(key[0]) & rows["wave"].eq(key[1])
        asked = invitations[invitations["audience"].eq(key[0]) & invitations["wave"].eq(key[1])]
        size, people, words[key] = weigh(wave, asked, floor)
        population[here] = size
        weight[here] = rows.loc[here, "respondent"].map(people).fillna(1.0)
    return rows.assign(weight=weight, population=population), words


def population_of(asked: pd.DataFrame) -> pd.Series:
    """How many people each row of the invitations stands for: all who belong to the group, else those invited."""
    return asked["population"].astype("float64").fillna(asked["invited"].astype("float64"))


def weigh(wave: pd.DataFrame, asked: pd.DataFrame, floor: float) -> tuple[float, pd.Series, str]:
    """The population of one wave, the weight of each person in it (empty where all count the same), and what was done."""
    rated = wave["favourable"].where(wave["kind"].isin(RATINGS))
    people = people_of(wave, rated)
    none = pd.Series(dtype="float64")
    size = float(population_of(asked).sum()) if len(asked) else np.nan
    if not size > 0:
        return np.nan, none, UNINVITED
    if len(people) > size:
        return np.nan, none, f"not weighted: more people answered than the {size:,.0f} that the invitations count"
    margins = {}
    shown, wave = shown_groups(people, floor), fit_items(wave, floor)
    for dimension in GROUPS:
        strata, totals = _strata(dimension, wave, people, asked, shown[dimension], floor)
        if len(totals) > 1:
            margins[dimension] = (strata, totals)
    if not margins:
        return size, none, "not weighted: no two groups of those invited are large enough"
    if len(margins) > 1 and not _crossed_safely(wave, margins, floor):
        widest = max(margins, key=lambda name: len(margins[name][1]))
        margins = {widest: margins[widest]}
    groups = {name: strata.to_numpy() for name, (strata, _) in margins.items()}
    known: dict[str, dict[Hashable, float]] = {name: dict(sizes.items()) for name, (_, sizes) in margins.items()}
    found = rake(groups, known, trim=TRIM)
    weights = pd.Series(found.weights / found.weights.mean(), index=people.index)
    done = f"weighted to those invited by {' and '.join(margins)}"
    return size, weights, joined(done, "" if found.converged else "not all totals could be met")


def _strata(
    dimension: str, wave: pd.DataFrame, people: pd.DataFrame, asked: pd.DataFrame, shown: list[str], floor: float
) -> tuple[pd.Series, dict[str, float]]:
    """The group of each person that is weighted, and how many people each such group has; no totals where it cannot be."""
    if asked[dimension].isna().any() or people[dimension].isna().any():
        return people[dimension], {}
    totals = population_of(asked).groupby(asked[dimension].astype(str)).sum()
    groups = people[dimension].astype(str)
    answered = groups.value_counts()
    if not set(groups) <= set(totals.index) or (answered > totals.reindex(answered.index)).any():
        return groups, {}
    counts = _answers_by_item(wave, groups)
    own = [name for name in shown if name in counts.columns and _enough(counts[name], floor)]
    own.sort(key=lambda name: (answered[name], name))
    strata = groups.where(groups.isin(own), OTHERS)
    while own and OTHERS in set(strata) and not _enough_others(_answers_by_item(wave, strata), floor):
        own = own[1:]  # the smallest joins those that are too few
        strata = groups.where(groups.isin(own), OTHERS)
    merged = {str(name): float(totals[name]) for name in own if totals[name] > 0}
    rest = float(totals.sum()) - sum(merged.values())
    return strata, merged | ({OTHERS: rest} if rest > 0 else {})


def _answers_by_item(wave: pd.DataFrame, strata: pd.Series) -> pd.DataFrame:
    """How many people answered each item, by group."""
    return wave.groupby(["item", wave["respondent"].map(strata)], observed=True).size().unstack(fill_value=0)


def _enough(counts: pd.Series | pd.DataFrame, floor: float) -> bool:
    return bool((counts.to_numpy() >= floor).all())


def _enough_others(counts: pd.DataFrame, floor: float) -> bool:
    return OTHERS in counts and _enough(counts[OTHERS], floor)


def _crossed_safely(wave: pd.DataFrame, margins: dict[str, tuple[pd.Series, dict[str, float]]], floor: float) -> bool:
    """Whether each group where dimensions cross has enough answers to every item."""
    crossed = pd.concat([strata for strata, _ in margins.values()], axis=1).agg("\0".join, axis=1)
    return _enough(_answers_by_item(wave, crossed), floor)
