"""Whether those who score agree, which has to be known before any score is averaged."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.selection.look import known_scores, names_of
from toolkit.areas.words import bracket, joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats.agreement import krippendorffs_alpha

AGREED, TENTATIVE = 0.8, 0.667  # alpha from which scores may be relied on, and from which tentatively (Krippendorff)
DRAWS = 1000
LISTED = 24  # cells shown at most, those farthest apart first


@measure("Agreement of the raters", better="higher")
def rater_agreement(
    scores: pd.DataFrame, criteria: pd.DataFrame, candidates: pd.DataFrame, *, period: Period
) -> Measured:
    """How far the raters agree beyond chance: Krippendorff's alpha over everything that two of them scored.

    1 is full agreement, 0 what chance gives. A thing is one candidate on one criterion; its scores are held against each
    other as numbers on the criterion's scale (0 to 1 between its ends). Facts, which have no rater, are left out. Below 0.667
    no conclusion should rest on the mean of such scores, and from 0.8 on it may.

    low and high: 95 % interval over draws of things. Parts: criterion (alpha of each), rater (mean score less that of the
    others on the same things), rows (the things on which raters are farthest apart). Not assessed where no thing was scored
    by two. Source: K. Krippendorff, Content Analysis, 4th ed. 2019, ch. 12.
    """
    table = _on_one_scale(known_scores(scores, period), criteria)
    if table.empty:
        raise NotAssessed("no score names its rater; supply rater in scores")
    wide = table.pivot_table(index="rater", columns=["candidate", "criterion"], values="value", aggfunc="mean")
    twice = wide.notna().sum() >= 2
    if not twice.any():
        raise NotAssessed(f"{plural(wide.shape[1], 'thing')} scored by one rater only; let a second one score them")
    found = krippendorffs_alpha(wide, metric="interval", draws=DRAWS)
    if math.isnan(found.value):
        raise NotAssessed("all scores are the same, so that agreement cannot be told from chance")
    once = _scored_once(wide, names_of(candidates))
    by = _by_criterion(wide)
    apart = [str(name) for name in by.loc[by["value"] < TENTATIVE, "criterion"]]
    return Measured(
        unit="",
        value=found.value,
        low=found.low,
        high=found.high,
        n=found.n,
        n_of="candidates on criteria that two or more scored",
        interval="95 % interval (draws of things)",
        claim=f"{_verdict(found.value)}: alpha is {number(found.value)}{bracket(found.low, found.high)} over "
        f"{plural(found.n, 'thing')} that {plural(len(wide), 'rater')} scored.",
        because=joined(
            f"{listed(once)} {'was' if len(once) == 1 else 'were'} scored by one rater only on some criteria"
            if once
            else "",
            f"not on {listed(apart)}: settle what a score means there before it is averaged" if apart else "",
        ),
        parts={
            "criterion": by,
            "rater": _by_rater(wide),
            "rows": _far_apart(wide, names_of(candidates)),
        },
    )


def _verdict(alpha: float) -> str:
    if alpha >= AGREED:
        return "The raters agree"
    return "The raters agree tentatively" if alpha >= TENTATIVE else "The raters do not agree"


def _on_one_scale(rows: pd.DataFrame, criteria: pd.DataFrame) -> pd.DataFrame:
    """The scores of raters between the ends of their criterion's scale: rater, candidate, criterion, value."""
    rows = rows[rows["rater"].notna() & rows["criterion"].isin(criteria["criterion"])]
    known = criteria.set_index(criteria["criterion"].astype("str"))[["worst", "best"]]
    reach = rows["score"].groupby(rows["criterion"].astype("str")).agg(["min", "max"])
    low = known.min(axis="columns").fillna(reach["min"])
    high = known.max(axis="columns").fillna(reach["max"])
    name = rows["criterion"].astype("str")
    span = name.map(high - low).astype(float)
    value = (rows["score"] - name.map(low).astype(float)) / span.where(span > 0, 1.0)
    return pd.DataFrame(
        {
            "rater": rows["rater"].astype("str"),
            "candidate": rows["candidate"].astype("str"),
            "criterion": name,
            "value": value,
        }
    )


def _scored_once(wide: pd.DataFrame, names: pd.Series) -> list[str]:
    """The candidates that fewer scored than scored others on the same criterion, and by one rater only."""
    counts = wide.notna().sum()
    most = counts.groupby(level="criterion").transform("max")
    lonely = counts[(counts == 1) & (most > 1)].index.get_level_values("candidate").unique()
    return [str(names.get(candidate, candidate)) for candidate in lonely]


def _by_criterion(wide: pd.DataFrame) -> pd.DataFrame:
    rows = []
    for name, part in wide.T.groupby(level="criterion", sort=False):
        found = krippendorffs_alpha(part.T, metric="interval", draws=0)
        rows.append((name, found.value, found.n))
    return pd.DataFrame(rows, columns=["criterion", "value", "n"]).sort_values("value", ignore_index=True)


def _by_rater(wide: pd.DataFrame) -> pd.DataFrame:
    """How much higher each rater scores than the others do on the same things, as a share of the scale."""
    others = (wide.sum() - wide.fillna(0)) / (wide.notna().sum() - 1).where(wide.notna().sum() > 1)
    apart = (wide - others).T
    table = pd.DataFrame(
        {"rater": apart.columns.to_numpy(), "value": apart.mean().to_numpy(float), "n": apart.count().to_numpy()}
    ).sort_values("value", ignore_index=True)
    table.attrs["unit"] = "share"
    return table


def _far_apart(wide: pd.DataFrame, names: pd.Series) -> pd.DataFrame:
    apart = wide.max() - wide.min()
    apart = apart[wide.notna().sum() >= 2].sort_values(ascending=False, kind="stable").head(LISTED)
    candidate = apart.index.get_level_values("candidate")
    table = pd.DataFrame(
        {
            "candidate": [names.get(item, item) for item in candidate],
            "criterion": apart.index.get_level_values("criterion").to_numpy(),
            "value": np.asarray(apart, dtype=float),
        }
    )
    table.attrs["unit"] = "share"
    return table
