"""What matters how much: the weights, and whether judgements in pairs follow from one another."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.selection.look import judgements_of, weights_of
from toolkit.areas.words import plural
from toolkit.model import Measured, NotAssessed, measure, number
from toolkit.stats.acceptability import weight_range
from toolkit.stats.preferences import CONSISTENT, contradictions, priorities

CIRCLES = 10  # contradictions shown at most


@measure("Largest weight")
def weights(criteria: pd.DataFrame, pairwise: pd.DataFrame | None = None, *, weight_sureness: float = 20) -> Measured:
    """The share of the decision that hangs on the criterion that weighs most.

    Weights come from swing points (what the step from the worst to the best end of a scale is worth) where every criterion has
    them, else from the weights as stated, else from judgements in pairs (AHP), if these are consistent.

    low and high: what is taken for plausible in the other measures: 95 of 100 draws around it (Dirichlet, as sure as
    `weight_sureness` in review.yaml says). Parts: criterion. Not assessed where nobody weighed the criteria. Source: W.
    Edwards and F. Barron, Organizational Behavior and Human Decision Processes 60 (1994) 306-325; ranges: own definition.
    """
    found = weights_of(criteria, pairwise)
    ends = [weight_range(float(weight), weight_sureness) for weight in found.weights]
    table = pd.DataFrame(
        {
            "criterion": found.weights.index.to_numpy(),
            "value": found.weights.to_numpy(float),
            "low": [low for low, _ in ends],
            "high": [high for _, high in ends],
        }
    ).sort_values("value", ascending=False, ignore_index=True, kind="stable")
    top = table.iloc[0]
    return Measured(
        unit="share",
        value=float(top["value"]),
        low=float(top["low"]),
        high=float(top["high"]),
        n=len(table),
        n_of="criteria",
        interval="95 of 100 plausible weights, not a confidence interval",
        claim=f"{top['criterion']} weighs most, {number(top['value'], 'share')} ({found.origin})."
        if table["value"].nunique() > 1 or len(table) == 1
        else f"Each of {len(table)} criteria weighs the same, {number(top['value'], 'share')}.",
        parts={"criterion": table},
    )


@measure("Consistency ratio of the judgements in pairs", better="lower")
def judgement_consistency(pairwise: pd.DataFrame, criteria: pd.DataFrame) -> Measured:
    """How far the judgements in pairs contradict one another: 0 not at all, 1 as much as if they were made at random.

    Up to 0.1 they are taken as consistent. Several raters are brought together by the geometric mean of their judgements.

    low and high: none, the ratio follows from the judgements by arithmetic. Parts: criterion (weights by these judgements),
    circle (the contradictions, the worst first). Not assessed where a pair was not judged. Source: T. Saaty, The Analytic
    Hierarchy Process, 1980 (random index of p. 21).
    """
    names = [str(name) for name in criteria["criterion"]]
    table = judgements_of(pairwise, names)
    found = priorities(table)
    if math.isnan(found.ratio):
        raise NotAssessed(f"{plural(len(names), 'criterion', 'criteria')} are more than the random index is known for")
    circles = [
        (names[item.first], names[item.last], item.direct, names[item.middle], item.implied)
        for item in contradictions(table)[:CIRCLES]
    ]
    by = pd.DataFrame({"criterion": names, "value": np.asarray(found.weights, dtype=float)})
    by.attrs["unit"] = "share"
    word = "follow from one another" if found.ratio <= CONSISTENT else "contradict one another"
    return Measured(
        unit="",
        value=found.ratio,
        n=len(pairwise),
        n_of="judgements",
        interval="none: it follows from the judgements by arithmetic",
        counted=True,
        claim=f"The judgements in pairs {word}: consistency ratio {number(found.ratio)}, at most {CONSISTENT}.",
        parts={
            "criterion": by.sort_values("value", ascending=False, ignore_index=True),
            "circle": pd.DataFrame(circles, columns=["criterion", "over", "judged", "by_way_of", "implied"]),
        },
    )
