"""What may be shown: the stage that every figure of this area passes, and that no notebook can go round.

The rules, and why they are enough
- A figure speaks for no fewer people than the floor; their distribution, and figures that together are as good as one
  (the other share, median, mean), for no fewer than the distribution's floor; a quotation for no fewer than the comments'.
- Groups (team, role, site) are shown only while no set of fewer people than the floor can be made by adding and subtracting
  what is shown of the same answers, over all three divisions at once, and while no two differ in fewer people than the
  floor (those in one and not in the other); people of no group are a group that is never shown. Where figures are weighted,
  people of one weight count as a group that is shown.
  How many took part may be known; what they said may not, so sums of scores are what is guarded, not counts.
- No figure by item *and* group is made. A figure over several items is a sum over those items' figures, so that people who
  left one out cannot be found as a difference; items that may not be shown are in no such figure either.
- A wave is judged by itself alone: what is shown of it does not depend on the period, nor on other waves, so that two reports
  hold the same figures of it, and no two figures of different waves are of the same answers. No figure is of those people
  who answered in two waves.
- A group whose answers all lie on one side (a share of 0 or 1) tells what each of its people said. It is withheld like a
  small one, and so is another where all who are not shown said the same. An item that all answered with the very same answer
  is in no figure while they are fewer than `CROWD`. That a whole audience is favourable, or a large one of one mind, is
  shown: it is what was asked.
What no rule can hold back: what a person knows of her or his own answers, and answers that arrive between two reports.

Source: own definition, after A. Hundepool and others, Statistical Disclosure Control, 2012, chapter 4.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.tables import GROUPS
from toolkit.stats.suppression import exposed, withheld

PEOPLE_FLOOR, DISTRIBUTION_FLOOR, COMMENT_FLOOR = 5, 8, 10  # where rows that are not of a case do not say
CROWD = 20  # people from whom on it is no disclosure that all of them gave the same answer
WEIGHT = "weight"
Cell = tuple[str, Any]  # a division and one of its groups
UNSTATED = "\0unstated"  # the group of those who are in none; no name in a table can be it


def fit_items(rows: pd.DataFrame, floor: float) -> pd.DataFrame:
    """The answers of one wave to items that may be shown: answered by enough people, and not all alike by a few."""
    scores = rows.groupby("item", observed=True)["score"].agg(["size", "min", "max"])
    fit = (scores["size"] >= floor) & ((scores["size"] >= CROWD) | (scores["min"] < scores["max"]))
    return rows[rows["item"].isin(scores.index[fit])]


def people_of(rows: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    """One row a person: team, role, site, weight, and the lowest and highest class of the answers, for `shown_groups`."""
    ends = classes.astype("float64").groupby(rows["respondent"], observed=True).agg(["min", "max"])
    columns = [name for name in (*GROUPS, WEIGHT) if name in rows]
    people = rows.drop_duplicates("respondent").set_index("respondent")[columns]
    return people.join(ends.rename(columns={"min": "lowest", "max": "highest"}))


def dimensions(people: pd.DataFrame) -> list[str]:
    """The divisions that tell people apart: those with more than one group."""
    return [name for name in GROUPS if people[name].nunique(dropna=False) > 1 and people[name].notna().any()]


def shown_groups(people: pd.DataFrame, floor: float) -> dict[str, list[str]]:
    """The groups of each division that may be shown beside the figure of the whole, by name.

    people: one row a person who took part in the figure, with team, role, site (missing where not known), perhaps the weight,
    and lowest and highest, the ends of the classes of her or his answers. Divisions with one group only are empty. People
    of one weight are taken as a group that is shown: a weighted figure beside unweighted ones may tell it.
    """
    shown: dict[str, list[str]] = {name: [] for name in GROUPS}
    named = people[list(GROUPS)].astype("object").where(people[list(GROUPS)].notna(), UNSTATED)
    weights = people[WEIGHT].round(9) if WEIGHT in people else pd.Series(1.0, index=people.index)
    named = named.assign(**{WEIGHT: weights})
    strata = [(WEIGHT, weight) for weight in sorted(weights.unique())] if weights.nunique() > 1 else []
    if any(_of_one_mind(people[weights == weight]) for _, weight in strata):
        return shown
    kept = {(name, group) for name in dimensions(people) for group in named[name].unique() if group != UNSTATED}
    kept -= {(name, group) for name, group in kept if _of_one_mind(people[named[name] == group])}
    while kept:
        safe = _safe(named, strata, sorted(kept), floor)
        near = _nearly_the_same(named, strata, safe, floor)
        if near:
            kept = set(safe) - {near}
            continue
        telling = [name for name in dimensions(people) if _of_one_mind(_rest(people, named, name, safe))]
        telling = [name for name in telling if any(division == name for division, _ in safe)]
        if not telling:
            for name, group in safe:
                shown[name].append(group)
            return shown
        sizes = {cell: int((named[cell[0]] == cell[1]).sum()) for cell in safe if cell[0] == telling[0]}
        kept = set(safe) - {min(sizes, key=lambda cell: (sizes[cell], cell))}
    return shown


def _safe(named: pd.DataFrame, strata: list[Cell], cells: list[Cell], floor: float) -> list[Cell]:
    """Those cells that may be shown beside the whole and its strata, so that no small set of people follows from them."""
    atoms = named.value_counts()
    keys = atoms.index.to_frame(index=False)
    table = np.array([[True] * len(atoms), *((keys[name] == group).to_numpy() for name, group in [*strata, *cells])])
    counts, least = atoms.to_numpy(dtype=float), int(np.ceil(floor))
    divisions = ["", *(name for name, _ in [*strata, *cells])]
    hidden = withheld(table, counts, least, divisions=divisions, width=0)
    fixed = 1 + len(strata)
    hidden[:fixed] = False  # the whole and its strata are known whatever is withheld
    sizes = table @ counts
    while not hidden[fixed:].all() and len(exposed(table, counts, least, hidden=hidden, divisions=divisions)):
        places = fixed + np.flatnonzero(~hidden[fixed:])
        hidden[places[sizes[places].argmin()]] = True
    return [cell for cell, away in zip(cells, hidden[fixed:], strict=True) if not away]


def _nearly_the_same(named: pd.DataFrame, strata: list[Cell], cells: list[Cell], floor: float) -> Cell | None:
    """The smallest cell that differs from another, or from the whole, by fewer people than the floor, but by some; or None."""
    columns = [(named[name] == group).to_numpy(dtype=float) for name, group in [*strata, *cells]]
    members = np.array([np.ones(len(named)), *columns])
    common = members @ members.T
    sizes = common.diagonal()
    apart = sizes[:, None] + sizes[None, :] - 2 * common
    places = np.flatnonzero(((apart > 0) & (apart < floor)).any(axis=1))
    places = places[places > len(strata)]
    return cells[min(places, key=lambda place: sizes[place]) - 1 - len(strata)] if len(places) else None


def _rest(people: pd.DataFrame, named: pd.DataFrame, division: str, safe: list[Cell]) -> pd.DataFrame:
    """Those whose group in a division is not shown: the whole less what is."""
    return people[~named[division].isin([group for name, group in safe if name == division])]


def _of_one_mind(people: pd.DataFrame) -> bool:
    """Whether all answers of these people lie in one class; not where there is nobody, or nothing is known of answers."""
    if people.empty or "lowest" not in people or people["lowest"].isna().all():
        return False
    return bool(people["lowest"].min() == people["highest"].max())
