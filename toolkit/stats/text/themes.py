"""Which themes comments touch, how many people raised each, what marks one group's words, and a typical quotation.

Themes are seeded: `data/reference/themes.csv` lists terms by theme, so that anybody can see why a comment counts. What the list
misses shows in the share without any theme and in the terms that mark a group.
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse

from toolkit.files import ROOT
from toolkit.stats.intervals import z_quantile
from toolkit.stats.proportions import wilson
from toolkit.stats.text.cleaning import STOP_WORDS, own_words, words

THEMES = ROOT / "data" / "reference" / "themes.csv"
NO_THEME = "none of these"
QUOTED = 160  # characters of a quotation
LEAST_PEOPLE = 5  # who must have used a term before it is named: fewer may tell who wrote
PRIOR_SHARE = 0.1  # of all counts: what the prior counts for; with more, only common words can stand out
_SMALL = frozenset(word for listed in STOP_WORDS.values() for word in listed.split())


@functools.cache
def theme_terms(path: Path = THEMES) -> dict[str, tuple[str, ...]]:
    """Return the terms of each theme, in the order of the file; a term may end in * for whatever follows."""
    found: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["theme"], []).append(row["term"])
    return {theme: tuple(terms) for theme, terms in found.items()}


def _pattern(terms: Sequence[str]) -> re.Pattern:
    """Return the pattern that finds any of the terms as words."""
    parts = [r"\s+".join(re.escape(word).replace(r"\*", r"\w*") for word in term.lower().split()) for term in terms]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(parts, key=len, reverse=True))})(?!\w)")


def theme_hits(comments: Iterable[str], terms: dict[str, tuple[str, ...]] | None = None) -> pd.DataFrame:
    """Return how many different terms of each theme each comment holds.

    Parameters
    ----------
    comments : iterable of str
        As written, or masked. Code, logs and quoted mail are not read.
    terms : dict, optional
        Terms by theme; those of the toolkit when not given.

    Returns
    -------
    DataFrame
        One row a comment, one column a theme: counts, 0 for a theme that it does not touch.

    Notes
    -----
    Source: own definition. A theme is touched by a word, praised or not: "fast" and "slow" are both about speed.
    """
    known = terms or theme_terms()
    texts = [own_words(comment).lower() for comment in comments]
    found = {}
    for theme, listed in known.items():
        search = _pattern(listed)
        found[theme] = [len(set(search.findall(text))) for text in texts]
    return pd.DataFrame(found, index=pd.RangeIndex(len(texts)), columns=list(known), dtype=int)


def theme_counts(hits: pd.DataFrame, people: ArrayLike) -> pd.DataFrame:
    """Return how many people raised each theme, and how many raised none.

    Parameters
    ----------
    hits : DataFrame
        As from `theme_hits`.
    people : array
        Who wrote each comment. Someone with several comments counts once a theme.

    Returns
    -------
    DataFrame
        One row a theme, the commonest first, and last "none of these" (people none of whose comments touches a theme):
        `theme`, `people`, `comments`, `value`, `low`, `high` (share of the people who commented, with Wilson's interval). Small
        counts are there to be hidden by whoever shows them.

    Notes
    -----
    Source: own definition; a person may raise several themes, so shares add up to more than 1.
    """
    touched = hits.to_numpy() > 0
    by_person = pd.DataFrame(touched, columns=hits.columns).groupby(np.asarray(people, dtype=object)).any()
    rows = pd.DataFrame({"theme": hits.columns, "people": by_person.sum().to_numpy(), "comments": touched.sum(axis=0)})
    rows = rows.sort_values(["people", "comments"], ascending=False, kind="stable")
    none = [NO_THEME, int((~by_person.any(axis=1)).sum()), int((~touched.any(axis=1)).sum())]
    rows = pd.concat([rows, pd.DataFrame([none], columns=rows.columns)], ignore_index=True)
    return rows.assign(**wilson(rows["people"], np.full(len(rows), len(by_person)))._asdict())


def emergent_terms(
    comments: Iterable[str], group: ArrayLike, people: ArrayLike, *, least_people: int = LEAST_PEOPLE, top: int = 20
) -> pd.DataFrame:
    """Return the words and pairs of words that mark one group of comments against the others.

    Parameters
    ----------
    comments : iterable of str
        Masked, so that no name can be a term.
    group : array of bool
        Which comments are of the group: negative ones, or those of this wave.
    people : array
        Who wrote each comment. A person counts once for a term in the group and once in the others.
    least_people : int
        How many people of the group must have used a term.
    top : int
        How many terms are returned at most.

    Returns
    -------
    DataFrame
        One row a term, the most telling first: `term`, `people` (of the group who used it), `others` (of the others),
        `log_odds` (how much commoner it is in the group, as a log odds ratio), `z` (that over its standard error). Only terms
        with z above 1.96; among so many words some get there by chance, so they are hints.

    Notes
    -----
    Log odds ratios with an informative Dirichlet prior from all comments together. Source: B. Monroe, M. Colaresi and K. Quinn,
    *Political Analysis* 16 (2008) 372-403, equations 16 and 22, on people instead of occurrences.
    """
    inside, texts = np.asarray(group, dtype=bool), [words(own_words(comment)) for comment in comments]
    users, names = _users_of_terms(texts, inside, np.asarray(people, dtype=object))
    prior = PRIOR_SHARE * users.sum(axis=0)
    others = users.sum(axis=1, keepdims=True) + prior.sum() - users - prior
    odds = np.log((users + prior) / np.maximum(others, prior.min(initial=1.0)))  # a lone term has no others
    log_odds = odds[0] - odds[1]
    z = log_odds / np.sqrt((1 / (users + prior)).sum(axis=0))
    rows = pd.DataFrame({"term": names, "people": users[0], "others": users[1], "log_odds": log_odds, "z": z})
    rows = rows[(rows["people"] >= least_people) & (rows["z"] > z_quantile(0.975))]
    order = rows.sort_values(["z", "term"], ascending=[False, True]).head(top)
    return order.astype({"people": int, "others": int}).reset_index(drop=True)


def _users_of_terms(texts: list[list[str]], inside: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, list[str]]:
    """Return how many people used each term, in the group and outside it, and the terms."""
    rows = []
    for person, of_group, text in zip(people, inside, texts, strict=True):
        telling = {word for word in text if _telling(word)}
        pairs = {f"{a} {b}" for a, b in itertools.pairwise(text) if _telling(a) and _telling(b)}
        rows += [(person, bool(of_group), term) for term in telling | pairs]
    used = pd.DataFrame(rows, columns=["person", "group", "term"]).drop_duplicates()
    counts = used.groupby(["term", "group"]).size().unstack(fill_value=0).reindex(columns=[True, False], fill_value=0)
    return counts.to_numpy(float).T, list(counts.index)


def _telling(word: str) -> bool:
    """Return whether a word can tell anything: no small word, number, mark or single letter."""
    return len(word) > 1 and word[0].isalpha() and word not in _SMALL


def typical(comments: Sequence[str], hits: ArrayLike, *, n: int = 1) -> list[int]:
    """Return which comments stand best for a theme: those with most of its terms, and of these the nearest to its middle.

    Parameters
    ----------
    comments : sequence of str
        Masked.
    hits : array
        How many terms of the theme each comment holds: a column of `theme_hits`.
    n : int
        How many comments are wanted.

    Returns
    -------
    list of int
        Positions, the most typical first; fewer than `n` when fewer touch the theme.

    Notes
    -----
    The middle is the mean of the comments' words (each comment scaled to length 1); nearness is the cosine to it. Of two
    as near the shorter one is taken, then the first. Source: own definition.
    """
    count = np.asarray(hits)
    members = [int(at) for at in np.flatnonzero(count > 0)]
    if not members:
        return []
    texts = [[word for word in words(own_words(comments[at])) if _telling(word)] for at in members]
    code = pd.factorize(np.array([word for text in texts for word in text], dtype=object))[0]
    row = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    shape = (len(texts), int(code.max(initial=0)) + 1)
    table = sparse.csr_array((np.ones(len(code)), (row, code)), shape=shape)
    length = np.sqrt(np.asarray(table.power(2).sum(axis=1)).ravel())
    middle = np.asarray(table.multiply(1 / np.maximum(length, 1)[:, None]).mean(axis=0)).ravel()
    near = (table @ middle) / np.maximum(length, 1)
    size = np.array([len(comments[at]) for at in members])
    order = np.lexsort((np.array(members), size, -near.round(9), -count[members]))
    return [members[at] for at in order[:n]]


def quotation(comment: str, terms: Sequence[str] = ()) -> str:
    """Return a masked comment in at most 160 characters, cut at words, around the first term of its theme.

    Parameters
    ----------
    comment : str
        Masked; it is text, and whoever shows it escapes it.
    terms : sequence of str
        The terms of the theme, as in `theme_terms`.
    """
    text = " ".join(comment.split())
    if len(text) <= QUOTED:
        return text
    found = _pattern(terms).search(text.lower()) if terms else None
    room = QUOTED - 4  # for an ellipsis and a blank at either end
    start = max(0, min((found.start() if found else 0) - room // 3, len(text) - room))
    start = text.find(" ", start) + 1 if start else 0
    cut = text[start : start + room]
    if start + room < len(text) and " " in cut:
        cut = cut[: cut.rindex(" ")]
    return f"{'… ' if start else ''}{cut}{' …' if start + len(cut) < len(text) else ''}"
