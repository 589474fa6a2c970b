"""From those who answered to those who were asked: the weight of each person and the size of the population.

Weights are a way out of a group that is hidden: a weighted and an unweighted figure of the same people are two equations in
the sums of two groups. So the groups that are weighted are those that may be shown, all others are one group, each of them
has answers of enough people to *every* item, and over several dimensions at once that holds where they cross. The unweighted
figure is shown beside the weighted one for all ratings together only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
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
    weight, population = np.ones(len(rows)), np.full(len(rows), np.nan)
    words = {}
    slim = rows[NEEDED]
    waves: Any = slim.groupby(["audience", "wave"], observed=True).indices
    for (audience, wave), places in waves.items():
        own = slim.iloc[places]
        answered = own[own["score"].notna()]
        if answered.empty:
            continue
        asked = invitations[invitations["audience"].eq(audience) & invitations["wave"].eq(wave)]
        size, people, words[str(audience), wave] = weigh(answered, asked, floor)
        population[places] = size
        if len(people):
            weight[places] = people.reindex(own["respondent"]).fillna(1.0).to_numpy()
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
    shown = shown_groups(people, floor)
    answers = _places(fit_items(wave, floor), people)
    for dimension in GROUPS:
        strata, totals = _strata(dimension, answers, people, asked, shown[dimension], floor)
        if len(totals) > 1:
            margins[dimension] = (strata, totals)
    if not margins:
        return size, none, "not weighted: no two groups of those invited are large enough"
    if len(margins) > 1 and not _crossed_safely(answers, margins, floor):
        widest = max(margins, key=lambda name: len(margins[name][1]))
        margins = {widest: margins[widest]}
    groups = {name: strata for name, (strata, _) in margins.items()}
    known: dict[str, dict[Hashable, float]] = {name: dict(sizes.items()) for name, (_, sizes) in margins.items()}
    found = rake(groups, known, trim=TRIM)
    weights = pd.Series(found.weights / found.weights.mean(), index=people.index)
    done = f"weighted to those invited by {' and '.join(margins)}"
    return size, weights, joined(done, "" if found.converged else "not all totals could be met")


def _places(wave: pd.DataFrame, people: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """The item of each answer and the person who gave it, both as numbers from 0."""
    return pd.factorize(wave["item"])[0], people.index.get_indexer(pd.Index(wave["respondent"]))


def _strata(
    dimension: str,
    answers: tuple[np.ndarray, np.ndarray],
    people: pd.DataFrame,
    asked: pd.DataFrame,
    shown: list[str],
    floor: float,
) -> tuple[np.ndarray, dict[str, float]]:
    """The group of each person that is weighted, and how many people each such group has; no totals where it cannot be."""
    groups = people[dimension].to_numpy(dtype=object)
    named = asked[dimension].to_numpy(dtype=object)
    if pd.isna(named).any() or pd.isna(groups).any():
        return groups, {}
    totals: defaultdict[str, float] = defaultdict(float)
    for name, size in zip(named.astype(str).tolist(), population_of(asked).tolist(), strict=True):
        totals[name] += size
    groups = groups.astype(str).astype(object)
    answered = Counter(groups)
    if any(name not in totals or count > totals[name] for name, count in answered.items()):
        return groups, {}
    counts = _answers_by_item(answers, groups)
    own = [name for name in shown if _enough(counts.get(name), floor)]
    own.sort(key=lambda name: (answered[name], name))
    strata = _merged(groups, own)
    while own and OTHERS in strata and not _enough(_answers_by_item(answers, strata).get(OTHERS), floor):
        own = own[1:]  # the smallest joins those that are too few
        strata = _merged(groups, own)
    merged = {name: totals[name] for name in own if totals[name] > 0}
    rest = sum(totals.values()) - sum(merged.values())
    return strata, merged | ({OTHERS: rest} if rest > 0 else {})


def _merged(groups: np.ndarray, own: list[str]) -> np.ndarray:
    return np.array([name if name in own else OTHERS for name in groups], dtype=object)


def _answers_by_item(answers: tuple[np.ndarray, np.ndarray], strata: np.ndarray) -> dict[str, np.ndarray]:
    """How many people of each group answered each item."""
    items, people = answers
    codes, names = pd.factorize(strata)
    counts = np.zeros((len(names), items.max() + 1 if len(items) else 0), dtype=int)
    np.add.at(counts, (codes[people], items), 1)
    return {name: row for name, row in zip(names, counts, strict=True) if row.any()}


def _enough(counts: np.ndarray | None, floor: float) -> bool:
    return counts is not None and bool((counts >= floor).all())


def _crossed_safely(
    answers: tuple[np.ndarray, np.ndarray], margins: dict[str, tuple[np.ndarray, dict[str, float]]], floor: float
) -> bool:
    """Whether each group where dimensions cross has enough answers to every item."""
    crossed = np.array(["\0".join(names) for names in zip(*(strata for strata, _ in margins.values()), strict=True)])
    return all(_enough(counts, floor) for counts in _answers_by_item(answers, crossed).values())
