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
Members = dict[Cell, np.ndarray]  # who is in it: True or False for each person


def fit_items(rows: pd.DataFrame, floor: float) -> pd.DataFrame:
    """The answers of one wave to items that may be shown: answered by enough people, and not all alike by a few."""
    codes, items = pd.factorize(rows["item"])
    size = np.bincount(codes, minlength=len(items))
    low, high = _ends(codes, rows["score"].to_numpy(dtype="float64"), len(items))
    fit = (size >= floor) & ((size >= CROWD) | (low < high))
    return rows if fit.all() else rows[fit[codes]]


def _ends(codes: np.ndarray, values: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest value by code; NaN where all are missing."""
    low, high = np.full(count, np.nan), np.full(count, np.nan)
    np.fmin.at(low, codes, values)
    np.fmax.at(high, codes, values)
    return low, high


def people_of(rows: pd.DataFrame, classes: pd.Series) -> pd.DataFrame:
    """One row a person: team, role, site, weight, and the lowest and highest class of the answers, for `shown_groups`."""
    codes, people = pd.factorize(rows["respondent"])
    lowest, highest = _ends(codes, classes.to_numpy(dtype="float64"), len(people))
    first = np.unique(codes, return_index=True)[1]
    columns = {name: rows[name].array[first] for name in (*GROUPS, WEIGHT) if name in rows}
    return pd.DataFrame({**columns, "lowest": lowest, "highest": highest}, index=pd.Index(people, name="respondent"))


def dimensions(people: pd.DataFrame) -> list[str]:
    """The divisions that tell people apart: those with more than one group."""
    return [name for name in GROUPS if _divides(pd.factorize(people[name])[0])]


def _divides(codes: np.ndarray) -> bool:
    return bool((codes >= 0).any() and (codes != codes[0]).any())


def shown_groups(people: pd.DataFrame, floor: float) -> dict[str, list[str]]:
    """The groups of each division that may be shown beside the figure of the whole, by name.

    people: one row a person who took part in the figure, with team, role, site (missing where not known), perhaps the weight,
    and lowest and highest, the ends of the classes of her or his answers. Divisions with one group only are empty. People
    of one weight are taken as a group that is shown: a weighted figure beside unweighted ones may tell it.
    """
    shown: dict[str, list[str]] = {name: [] for name in GROUPS}
    strata, cells = _members(people)
    if any(_of_one_mind(people, inside) for inside in strata.values()):
        return shown
    kept = {cell for cell, inside in cells.items() if not _of_one_mind(people, inside)}
    while kept:
        safe = _safe(strata, {cell: cells[cell] for cell in sorted(kept)}, floor)
        near = _nearly_the_same(strata, safe, floor)
        if near:
            kept = set(safe) - {near}
            continue
        rest = {name: ~np.any([safe[cell] for cell in safe if cell[0] == name], axis=0) for name, _ in safe}
        telling = [name for name in GROUPS if name in rest and _of_one_mind(people, rest[name])]
        if not telling:
            for name, group in safe:
                shown[name].append(group)
            return shown
        sizes = {cell: int(inside.sum()) for cell, inside in safe.items() if cell[0] == telling[0]}
        kept = set(safe) - {min(sizes, key=lambda cell: (sizes[cell], cell))}
    return shown


def _members(people: pd.DataFrame) -> tuple[Members, Members]:
    """Who is in each stratum of equal weight (none where all weigh the same), and who in each group of each division."""
    weights = people[WEIGHT].to_numpy(dtype="float64").round(9) if WEIGHT in people else np.ones(len(people))
    different = np.unique(weights)
    strata = {(WEIGHT, weight): weights == weight for weight in different} if len(different) > 1 else {}
    cells: Members = {}
    for name in GROUPS:
        codes, groups = pd.factorize(people[name])
        if len(codes) and _divides(codes):
            cells |= {(name, group): codes == place for place, group in enumerate(groups)}
    return strata, cells


def _safe(strata: Members, cells: Members, floor: float) -> Members:
    """Those cells that may be shown beside the whole and its strata, so that no small set of people follows from them."""
    inside = np.array([np.ones_like(next(iter(cells.values()))), *strata.values(), *cells.values()])
    table, counts = np.unique(inside, axis=1, return_counts=True)
    least = int(np.ceil(floor))
    divisions = ["", *(name for name, _ in [*strata, *cells])]
    hidden = withheld(table, counts, least, divisions=divisions, width=0)
    fixed = 1 + len(strata)
    hidden[:fixed] = False  # the whole and its strata are known whatever is withheld
    sizes = table @ counts
    while not hidden[fixed:].all() and len(exposed(table, counts, least, hidden=hidden, divisions=divisions)):
        places = fixed + np.flatnonzero(~hidden[fixed:])
        hidden[places[sizes[places].argmin()]] = True
    return {cell: cells[cell] for cell, away in zip(cells, hidden[fixed:], strict=True) if not away}


def _nearly_the_same(strata: Members, cells: Members, floor: float) -> Cell | None:
    """The smallest cell that differs from another, or from the whole, by fewer people than the floor, but by some; or None."""
    if not cells:
        return None
    columns = [*strata.values(), *cells.values()]
    members = np.array([np.ones_like(columns[0]), *columns], dtype=float)
    common = members @ members.T
    sizes = common.diagonal()
    apart = sizes[:, None] + sizes[None, :] - 2 * common
    places = np.flatnonzero(((apart > 0) & (apart < floor)).any(axis=1))
    places = places[places > len(strata)]
    return list(cells)[min(places, key=lambda place: sizes[place]) - 1 - len(strata)] if len(places) else None


def _of_one_mind(people: pd.DataFrame, inside: np.ndarray) -> bool:
    """Whether all answers of these people lie in one class; not where there is nobody, or nothing is known of answers."""
    if "lowest" not in people:
        return False
    lowest, highest = (people[name].to_numpy(dtype="float64")[inside] for name in ("lowest", "highest"))
    known = ~np.isnan(lowest)
    return bool(known.any() and lowest[known].min() == highest[known].max())
