"""Small groups withheld so that nobody can work them out: which figures to leave out, and what could still be derived.

Atoms are the finest groups that people fall into (team a, role b, site c: one atom), cells are what is to be published (a
total, each team, each role), each a set of atoms. Who knows the counts of some cells knows their sums and differences, and the
same holds for sums of scores (a mean times its count): one linear algebra for all. An attacker is taken to know which atoms
are empty, so a site whose people all belong to one team is that team less its others.

Where a figure has fewer answers than its group has people (a question left out), run this once for each set of people that
figures are shown for, and withhold what any of them demands. Figures of different times must not be subtracted from one
another by the reader: show each time on its own. What a person knows of herself or himself is beyond any such rule.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

CLOSE = 1e-7  # nearer to 0 than this is 0, of numbers about 1
SEED = 11  # of the directions that sets are tested in; any will do


class FeasibleIntervals(NamedTuple):
    """The least and the greatest count that each cell may have, given all that is published."""

    low: np.ndarray
    high: np.ndarray


def withheld(
    cells: ArrayLike,
    counts: ArrayLike,
    floor: int,
    *,
    divisions: Sequence[Hashable] | None = None,
    width: float | None = None,
) -> np.ndarray:
    """Return which cells to withhold, so that no fewer people than the floor can be told apart by those that remain.

    Parameters
    ----------
    cells : array of bool
        Cells by atoms: which atoms a cell is made of.
    counts : array
        People in each atom.
    floor : int
        The smallest number of people that a figure may be shown for; an empty cell may be shown as empty.
    divisions : sequence, optional
        The division that each cell belongs to (total, team, role ...): cells of one division do not overlap. Used to try the
        withheld cells of a division together, which matters with floors above 5.
    width : float, optional
        How wide the feasible interval of each withheld count has to be (see `feasible_intervals`); the floor by default, 0
        to do without.

    Returns
    -------
    array of bool
        One a cell, True where it is withheld: those below the floor, and as few people's figures besides as a greedy choice
        finds. The same input gives the same choice.

    Raises
    ------
    ValueError
        When shapes differ, or a count is negative.

    Notes
    -----
    Primary and complementary suppression with an audit by linear programming: A. Hundepool and others, *Statistical Disclosure
    Control*, 2012, ch. 4; L. Cox, *Journal of the American Statistical Association* 75 (1980) 377-385. The choice is greedy:
    break the smallest set that can be derived by withholding the cells of fewest people that take part, and in the end publish
    again what need not be withheld. Own definition of safe: see `exposed`.
    """
    table, people = _table(cells, counts)
    size = table @ people
    hidden = (size > 0) & (size < floor)
    primary = hidden.copy()
    while len(found := exposed(table, people, floor, hidden=hidden, divisions=divisions)):
        hidden[_breaking(table, people, size, hidden, found[0])] = True
    hidden = _published_again(table, people, size, floor, hidden, primary, divisions)
    wanted = float(floor) if width is None else width
    if wanted > 0:
        while (narrow := _narrow(table, size, hidden, wanted)) is not None:
            hidden[narrow] = True
    return hidden


def _table(cells: ArrayLike, counts: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return cells by atoms as numbers, and the counts."""
    table, people = np.asarray(cells, dtype=float), np.asarray(counts, dtype=float)
    if table.ndim != 2 or people.shape != table.shape[1:]:
        raise ValueError("cells are cells by atoms, with one count an atom")
    if not (people >= 0).all():
        raise ValueError("counts are 0 or more")
    return table, people


def exposed(
    cells: ArrayLike,
    counts: ArrayLike,
    floor: int,
    *,
    hidden: ArrayLike | None = None,
    divisions: Sequence[Hashable] | None = None,
) -> np.ndarray:
    """Return the small sets of people whose count, or sum of scores, follows from published cells by sums and differences.

    Parameters
    ----------
    cells, counts, floor, divisions
        As for `withheld`.
    hidden : array of bool, optional
        The cells that are not published; none by default.

    Returns
    -------
    array of bool
        Sets by atoms, none of them empty and each of fewer people than the floor; those of the fewest atoms only, smallest
        set first. No row when nothing is exposed.

    Raises
    ------
    ValueError
        When shapes differ, or a count is negative.

    Notes
    -----
    A set follows from the published cells when it lies in the space that their rows span over the atoms with people in them.
    Looked at are all sets of one to four atoms that no published cell tells apart any further, which for floors up to 5 are
    all there can be; with higher floors also cells, differences of cells one within another, the withheld cells of a division
    together, and what any two cells have in common.
    """
    table, people = _table(cells, counts)
    shown = np.ones(len(table), dtype=bool) if hidden is None else ~np.asarray(hidden, dtype=bool)
    merged, size, member = _merged(table, people)
    if not len(size) or not shown.any():
        return np.zeros((0, table.shape[1]), dtype=bool)
    off = _off(merged[shown], merged.shape[1])
    found = _small_sets(off, size, floor)
    if not len(found) and floor > 5:
        found = _named_sets(off, merged > 0, shown, size, floor, divisions)
    found = found[np.argsort(found @ size, kind="stable")]
    whole = np.zeros((len(found), table.shape[1]), dtype=bool)
    whole[:, people > 0] = found[:, member]
    return whole


def derivable(sets: ArrayLike, cells: ArrayLike) -> np.ndarray:
    """Return for each set of atoms whether its count follows from those of the cells by adding and subtracting.

    Parameters
    ----------
    sets : array of bool
        Sets by atoms.
    cells : array of bool
        The published cells, by atoms. Leave out atoms that are known to be empty from both.

    Returns
    -------
    array of bool
        One a set.
    """
    rows = np.atleast_2d(np.asarray(sets, dtype=float))
    return (np.abs(rows @ _off(np.asarray(cells, dtype=float), rows.shape[1])) < CLOSE * (1 + rows.sum())).all(axis=1)


def _merged(table: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cells by kinds of atoms with people in them, the people of each kind, and the kind of each such atom.

    Atoms in the same cells cannot be told apart by any of them.
    """
    filled = table[:, people > 0]
    kinds, member = np.unique(filled, axis=1, return_inverse=True)
    member = member.ravel()
    return kinds, np.bincount(member, people[people > 0], minlength=kinds.shape[1]), member


def _off(published: np.ndarray, atoms: int) -> np.ndarray:
    """Return atoms by two numbers, whose sums over a set are 0 just when the set follows from what is published.

    They are random directions less what the published rows span: a set in that span is at a right angle to them, and any
    other is so with probability 0.
    """
    directions = np.random.default_rng(SEED).normal(size=(atoms, 2))
    if not len(published):
        return directions
    _, strength, rows = np.linalg.svd(published, full_matrices=False)
    span = rows[strength > 1e-9 * max(strength.max(), 1)]
    return directions - span.T @ (span @ directions)


def _small_sets(off: np.ndarray, size: np.ndarray, floor: int) -> np.ndarray:
    """Return the sets of one to four atoms that follow, of the fewest atoms that any has; sums of two are looked up sorted."""
    small = np.flatnonzero(size < floor)
    alone = small[(np.abs(off[small]) < CLOSE).all(axis=1)]
    if len(alone):
        return _rows(alone[:, None], len(size))
    first, second = np.triu_indices(len(small), 1)
    pairs = np.stack([small[first], small[second]], axis=1)
    pairs = pairs[size[pairs].sum(axis=1) < floor]
    if not len(pairs):
        return _rows(pairs, len(size))
    sums = off[pairs].sum(axis=1)
    two = pairs[(np.abs(sums) < CLOSE).all(axis=1)]
    if len(two):
        return _rows(two, len(size))
    for others, theirs in ((small[:, None], off[small]), (pairs, sums)):
        sets = _opposite(pairs, sums, others, theirs)
        sets = sets[size[sets].sum(axis=1) < floor]
        if len(sets):
            return np.unique(_rows(sets, len(size)), axis=0)
    return _rows(pairs[:0], len(size))


def _opposite(pairs: np.ndarray, sums: np.ndarray, others: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Return pairs together with such others that their sums cancel and they share no atom."""
    order = np.argsort(theirs[:, 0], kind="stable")
    rising = theirs[order, 0]
    begin = np.searchsorted(rising, -sums[:, 0] - CLOSE)
    count = np.searchsorted(rising, -sums[:, 0] + CLOSE) - begin
    pair = np.repeat(np.arange(len(pairs)), count)
    other = order[np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(begin, count)]
    cancel = np.abs(sums[pair, 1] + theirs[other, 1]) < 2 * CLOSE
    sets = np.concatenate([pairs[pair[cancel]], others[other[cancel]]], axis=1)
    apart = np.sort(sets, axis=1)
    return sets[(np.diff(apart, axis=1) > 0).all(axis=1)]


def _rows(sets: np.ndarray, atoms: int) -> np.ndarray:
    """Return sets of positions as rows of True and False."""
    rows = np.zeros((len(sets), atoms), dtype=bool)
    np.put_along_axis(rows, sets, True, axis=1)
    return rows


def _named_sets(
    off: np.ndarray,
    cells: np.ndarray,
    shown: np.ndarray,
    size: np.ndarray,
    floor: int,
    divisions: Sequence[Hashable] | None,
) -> np.ndarray:
    """Return the cells, differences, common parts and withheld remainders that are small and follow."""
    one, other = np.nonzero(~np.eye(len(cells), dtype=bool))
    tried = [cells, cells[one] & ~cells[other], cells[one] & cells[other]]
    names = list(range(len(cells)) if divisions is None else divisions)
    of = np.array([names.index(name) for name in names])
    for division in np.unique(of):
        together = cells[shown & (of == division)].any(axis=0)
        tried += [cells & ~together, cells[~shown & (of == division)].any(axis=0)[None]]
    sets = np.unique(np.concatenate(tried), axis=0)
    people = sets @ size
    follows = (np.abs(sets @ off) < CLOSE * len(size)).all(axis=1)
    return sets[(people > 0) & (people < floor) & follows]


def _breaking(
    table: np.ndarray, people: np.ndarray, size: np.ndarray, hidden: np.ndarray, exposed_set: np.ndarray
) -> list[int]:
    """Return the published cells without which the set no longer follows: one, or several if they are fewer people."""
    filled = people > 0
    shown = np.flatnonzero(~hidden & (size > 0))
    shown = shown[np.lexsort((shown, size[shown]))]
    target, rest = exposed_set[None, filled], shown
    alone = next(
        (int(cell) for cell in shown if not derivable(target, table[shown[shown != cell]][:, filled])[0]), None
    )
    limit = size[alone] if alone is not None else math.inf
    several: list[int] = []
    while derivable(target, table[rest][:, filled])[0]:
        part, *_ = np.linalg.lstsq(table[rest][:, filled].T, target[0].astype(float), rcond=1e-10)
        several.append(int(rest[np.abs(part) > 1e-7][0]))
        rest = rest[rest != several[-1]]
        if size[several].sum() >= limit:
            return [alone] if alone is not None else several
    return several


def _published_again(
    table: np.ndarray,
    people: np.ndarray,
    size: np.ndarray,
    floor: int,
    hidden: np.ndarray,
    primary: np.ndarray,
    divisions: Sequence[Hashable] | None,
) -> np.ndarray:
    """Publish again, largest first, what later choices have made needless to withhold."""
    also = np.flatnonzero(hidden & ~primary)
    for cell in also[np.lexsort((also, -size[also]))]:
        trial = hidden.copy()
        trial[cell] = False
        if not len(exposed(table, people, floor, hidden=trial, divisions=divisions)):
            hidden = trial
    return hidden


def feasible_intervals(cells: ArrayLike, shown: ArrayLike) -> FeasibleIntervals:
    """Return how far each cell's count can be known from the published ones, no count being negative.

    Parameters
    ----------
    cells : array of bool
        Cells by atoms.
    shown : array
        The published count of each cell, NaN where it is withheld.

    Returns
    -------
    FeasibleIntervals
        One low and one high a cell, equal where it is published or follows exactly; infinite where nothing bounds it. People
        are taken as divisible, so that the true interval may be a little narrower.

    Raises
    ------
    ValueError
        When no counts can be what is published.

    Notes
    -----
    Two linear programmes a withheld cell. Source: A. Hundepool and others, *Statistical Disclosure Control*, 2012, ch. 4
    (the audit of a suppressed table).

    Examples
    --------
    >>> feasible_intervals([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]], [math.nan, math.nan, 20, 36]).high.tolist()
    [16.0, 16.0, 20.0, 36.0]
    """
    table, known = np.asarray(cells, dtype=float), np.asarray(shown, dtype=float)
    low, high = known.copy(), known.copy()
    for cell in np.flatnonzero(np.isnan(known)):
        low[cell], high[cell] = (_extreme(table, known, int(cell), sign)[0] for sign in (1, -1))
    return FeasibleIntervals(low, high)


def _extreme(table: np.ndarray, shown: np.ndarray, cell: int, sign: int) -> tuple[float, np.ndarray | None, np.ndarray]:
    """Return the least (sign 1) or greatest (-1) count of a cell, atoms that give it, and the published cells that bound it."""
    from scipy.optimize import linprog

    known = np.flatnonzero(~np.isnan(shown))
    found = linprog(
        sign * table[cell],
        A_eq=table[known] if len(known) else None,
        b_eq=shown[known] if len(known) else None,
        bounds=(0, None),
        method="highs",
    )
    if found.status == 3:  # unbounded
        return -sign * math.inf, None, known[:0]
    if found.status != 0:
        raise ValueError("no counts of people give these published figures")
    binding = known[np.abs(found.eqlin.marginals) > 1e-9] if len(known) else known
    return max(sign * float(found.fun), 0.0), found.x, binding


def _narrow(table: np.ndarray, size: np.ndarray, hidden: np.ndarray, width: float) -> int | None:
    """Return the published cell to withhold because a withheld count could be told too closely, or None when none could.

    Each programme's solution is one way that people may be spread, and widens what is known to be possible for every cell, so
    that few programmes are run.
    """
    shown = np.where(hidden, math.nan, size)
    least, greatest = size.copy(), size.copy()
    for cell in np.flatnonzero(hidden & (size > 0)):
        bounds: list[Iterable[int]] = []
        for sign in (-1, 1):
            if greatest[cell] - least[cell] >= width - CLOSE:
                break
            _, spread, binding = _extreme(table, shown, int(cell), sign)
            if spread is None:
                greatest[cell] = math.inf
                break
            possible = table @ spread
            least, greatest = np.minimum(least, possible), np.maximum(greatest, possible)
            bounds.append(binding)
        if greatest[cell] - least[cell] < width - CLOSE:
            candidates = [int(part) for parts in bounds for part in parts if size[part] > 0]
            candidates = candidates or [int(part) for part in np.flatnonzero(~hidden & (size > 0))]
            if candidates:
                return min(candidates, key=lambda part: (size[part], part))
    return None
