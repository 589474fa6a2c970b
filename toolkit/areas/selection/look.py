"""Reading the tables: who is compared on what, with which values and weights, as far as it was known at the period's end."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.look import last_day
from toolkit.areas.words import listed, noun, plural
from toolkit.model import NotAssessed, Period, number
from toolkit.stats import choice
from toolkit.stats.preferences import CONSISTENT, contradictions, priorities, swing_weights

FEWEST = 2  # candidates between whom there is something to choose
LINEAR = choice.Preference(
    "linear", 0.1, 0.3
)  # of PROMETHEE II: a tenth of a scale is no difference, three tenths are one


class Weighed(NamedTuple):
    """Weights, one a criterion in the order of the table, and where they come from, in words."""

    weights: pd.Series
    origin: str


@dataclass(frozen=True, eq=False)
class Field:
    """Who is compared on what.

    scores, errors (standard errors, on the values' scale) and values: candidates by criteria, complete. left_out: the other
    candidates, by name, each with the reason. ends: whether all criteria have both ends of their scales in the table.
    """

    scores: pd.DataFrame
    values: pd.DataFrame
    errors: pd.DataFrame
    higher: np.ndarray
    weighed: Weighed
    left_out: dict[str, str]
    scales: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]
    spread: float  # of two scores of one thing, on the values' scale; NaN where nothing was scored twice
    shared: list[str]  # criteria on which all candidates have the same score

    @property
    def names(self) -> list[str]:
        """The candidates that are compared, by name."""
        return [str(name) for name in self.scores.index]

    @property
    def weights(self) -> np.ndarray:
        """The weights of the criteria."""
        return self.weighed.weights.to_numpy(float)

    @property
    def sums(self) -> np.ndarray:
        """The weighted sum of each candidate, 0 to 1."""
        return choice.weighted_sum(self.values, self.weights)

    @property
    def first(self) -> int:
        """The place in the table of the candidate that is first by the weighted sum."""
        return int(np.argmax(self.sums))

    def absent_words(self) -> str:
        """Who is not compared, and why; '' where everybody is."""
        return "; ".join(f"{name} is left out: {why}" for name, why in self.left_out.items())


def field_of(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None,
    red_flags: pd.DataFrame | None,
    period: Period,
) -> Field:
    """Everyone who can be compared, on every criterion.

    A candidate that a red flag excludes, or that has no score on a criterion, is left out with that reason: no data is
    never a good score, and it would be no fair bad one either.
    """
    names = names_of(candidates)
    weighed = weights_of(criteria, pairwise)
    reasons = excluding(red_flags, period).reindex(names.index).fillna("")
    mean, raters, spread = cells_of(scores, criteria, names, period)
    for candidate in names.index[reasons.eq("")]:
        missing = [str(name) for name in criteria["criterion"] if math.isnan(float(mean.loc[candidate, name]))]
        reasons[candidate] = f"no score on {listed(missing)}" if missing else ""
    kept = list(names.index[reasons.eq("")])
    left_out = {str(names[str(candidate)]): why for candidate, why in reasons.to_dict().items() if why}
    if len(kept) < FEWEST:
        told = "; ".join(f"{name}: {why}" for name, why in left_out.items())
        there = f"{plural(len(names), 'candidate')} in candidates, {len(kept)} of them to be compared"
        raise NotAssessed(f"{there}: there is nothing to choose between" + (f" ({told})" if told else ""))
    table = mean.loc[kept].set_axis([names[candidate] for candidate in kept])
    higher = criteria["better"].eq("higher").to_numpy(bool)
    scales = _scales(criteria, higher)
    worst, best = scales(table.to_numpy(float))
    span = np.abs(best - worst)
    return Field(
        scores=table,
        values=pd.DataFrame(choice.values(table, worst, best), index=table.index, columns=table.columns),
        errors=_errors(raters.loc[kept].set_axis(table.index), spread, span),
        higher=higher,
        weighed=weighed,
        left_out=left_out,
        scales=scales,
        spread=float(np.nanmean(spread / np.where(span > 0, span, np.nan))) if np.isfinite(spread).any() else math.nan,
        shared=[str(name) for name in table if table[name].nunique() == 1],
    )


def names_of(candidates: pd.DataFrame) -> pd.Series:
    """The name of each candidate, by its short name."""
    short = candidates["candidate"].astype("str")
    return candidates["name"].fillna(short).astype("str").set_axis(short)


def known_scores(scores: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The scores that were given by the period's end; those without a day count as given."""
    early = scores["scored"].isna() | (scores["scored"] <= last_day(period))
    return scores[early & scores["score"].notna()]


def cells_of(
    scores: pd.DataFrame, criteria: pd.DataFrame, names: pd.Series, period: Period
) -> tuple[pd.DataFrame, pd.DataFrame, np.ndarray]:
    """Mean score and number of raters (0: a fact), candidates by criteria, and for each criterion the scatter of its raters.

    The scatter is the standard deviation of two scores of one thing, pooled over the candidates; NaN where nothing was
    scored twice.
    """
    rows = known_scores(scores, period)
    every = [str(name) for name in criteria["criterion"]]
    cell = [rows["candidate"].astype("str"), rows["criterion"].astype("str")]
    mean = rows["score"].groupby(cell).mean().unstack().reindex(index=names.index, columns=every)
    rated = rows[rows["rater"].notna()]
    pairs = [rated["candidate"].astype("str"), rated["criterion"].astype("str")]
    raters = rated["score"].groupby(pairs).count().unstack().reindex(index=names.index, columns=every).fillna(0)
    off = (rated["score"] - rated["score"].groupby(pairs).transform("mean")) ** 2
    squares = off.groupby(rated["criterion"].astype("str")).sum().reindex(every).to_numpy(float)
    free = (raters - 1).clip(lower=0).sum().to_numpy(float)
    scatter = np.sqrt(np.divide(squares, free, out=np.full(len(every), math.nan), where=free > 0))
    return mean.astype(float), raters, scatter


def _errors(raters: pd.DataFrame, scatter: np.ndarray, span: np.ndarray) -> pd.DataFrame:
    """The standard error of each value: its criterion's scatter, else that of all criteria; none for facts."""
    relative = np.divide(scatter, span, out=np.full(len(span), math.nan), where=span > 0)
    usual = float(np.nanmean(relative)) if np.isfinite(relative).any() else 0.0
    each = np.where(span > 0, np.where(np.isfinite(relative), relative, usual), 0.0)
    count = raters.to_numpy(float)
    return pd.DataFrame(
        np.where(count > 0, each / np.sqrt(np.maximum(count, 1)), 0.0), index=raters.index, columns=raters.columns
    )


def _scales(criteria: pd.DataFrame, higher: np.ndarray) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """What gives the worst and the best end of each scale: those in the table, else those among the candidates."""
    worst, best = criteria["worst"].to_numpy(float), criteria["best"].to_numpy(float)

    def ends(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = choice.ends(table, higher)
        return np.where(np.isnan(worst), low, worst), np.where(np.isnan(best), high, best)

    return ends


# ---------------------------------------------------------------------------------------------------------------- weights
def weights_of(criteria: pd.DataFrame, pairwise: pd.DataFrame | None) -> Weighed:
    """The weights of the criteria: from swing points, else as stated, else from judgements in pairs."""
    names = pd.Index(criteria["criterion"].astype("str"))
    if criteria["swing_points"].notna().all():
        if not criteria["swing_points"].sum() > 0:
            raise NotAssessed("every criterion has 0 swing points; give 100 to the one whose swing is worth most")
        found = pd.Series(swing_weights(criteria["swing_points"]), index=names)
        return Weighed(found, _alike(found) or "swing weights")
    if criteria["weight"].notna().all():
        given = criteria["weight"].to_numpy(float)
        stated = pd.Series(given / given.sum(), index=names)
        return Weighed(stated, _alike(stated) or "weights as stated")
    if pairwise is None:
        raise NotAssessed("nobody has weighed the criteria; supply swing_points or weight in criteria, or pairwise")
    table = judgements_of(pairwise, list(names))
    judged = priorities(table)
    if judged.ratio > CONSISTENT:
        worst = contradictions(table)[0]
        one, two, three = (names[place] for place in worst[:3])
        raise NotAssessed(
            f"the judgements in pairs contradict one another (consistency ratio {number(judged.ratio)}, at most {CONSISTENT}): "
            f"{one} over {three} was judged {number(worst.direct)}, and by way of {two} it is {number(worst.implied)}; judge "
            "these again"
        )
    return Weighed(pd.Series(judged.weights, index=names), "weights from judgements in pairs (AHP)")


def _alike(weights: pd.Series) -> str:
    """'equal weights' where they are, else ''."""
    return "equal weights" if len(weights) > 1 and weights.nunique() == 1 else ""


def judgements_of(pairwise: pd.DataFrame, names: list[str]) -> np.ndarray:
    """The square table of judgements in pairs: several raters by their geometric mean; not assessed where a pair lacks one."""
    place = {name: position for position, name in enumerate(names)}
    rows = pairwise[pairwise["criterion"].isin(names) & pairwise["other"].isin(names)]
    one, other = rows["criterion"].map(place).to_numpy(int), rows["other"].map(place).to_numpy(int)
    logs = np.log(rows["judgement"].to_numpy(float))
    sums, counts = np.zeros((len(names),) * 2), np.zeros((len(names),) * 2)
    for first, second, sign in ((one, other, 1.0), (other, one, -1.0)):
        np.add.at(sums, (first, second), sign * logs)
        np.add.at(counts, (first, second), 1)
    missing = [(names[i], names[j]) for i in range(len(names)) for j in range(i) if not counts[i, j]]
    if missing:
        told = listed([f"{two} and {one}" for one, two in missing])
        raise NotAssessed(
            f"{plural(len(missing), 'pair')} of criteria {noun(len(missing), 'was', 'were')} not judged: {told}"
        )
    return np.exp(np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0))


# -------------------------------------------------------------------------------------------------------------- red flags
def raised(red_flags: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The red flags that were up at the period's end."""
    until = last_day(period)
    up = red_flags["raised"].isna() | (red_flags["raised"] <= until)
    down = red_flags["cleared"].notna() & (red_flags["cleared"] <= until)
    return red_flags[up & ~down]


def excluding(red_flags: pd.DataFrame | None, period: Period) -> pd.Series:
    """The flags that rule a candidate out, in words, by its short name."""
    if red_flags is None:
        return pd.Series(dtype="str")
    rows = raised(red_flags, period)
    rows = rows[rows["excludes"].eq("yes")]
    return rows.groupby(rows["candidate"].astype("str"))["flag"].agg(lambda flags: f"ruled out ({', '.join(flags)})")
