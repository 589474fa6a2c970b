"""What goes with overall satisfaction: importance against how satisfied customers are with it."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.sentiment.figures import construct_figures, floors, heard, last_wave, person_scores, ratings, when
from toolkit.areas.sentiment.tables import CUSTOMERS, RATINGS
from toolkit.areas.words import bracket, joined
from toolkit.model import Measured, NotAssessed, measure, number

DRAWS, SEED = 500, 20260902
MOST = 12  # constructs that can be told apart


@measure("Customers: what goes with satisfaction", unit="share")
def satisfaction_drivers(responses: pd.DataFrame) -> Measured:
    """Share that the most telling construct has in what all constructs tell of the customers' overall satisfaction.

    General dominance (Shapley's shares of R squared) on rank correlations of people's mean scores by construct with their
    overall judgement: what a construct adds, averaged over all sets of the others, so that it does not turn about where
    constructs go with one another. Bootstrap intervals. What goes with satisfaction need not bring it about. The last wave
    in the period; unweighted; people who left out a construct are not used.

    Part construct: importance (value, low, high; shares sum to 1), rank correlation, how often it came first, favourable
    answers, people. Source: D. Budescu, Psychological Bulletin 114 (1993) 542-551; U. Grömping, The American Statistician
    61 (2007) 139-147; importance against satisfaction by J. Martilla and J. James, Journal of Marketing 41 (1977) 77-79.
    """
    from toolkit.stats.importance import importance

    floor, distribution_floor = floors(responses)
    wave = last_wave(responses, CUSTOMERS)
    rated = ratings(wave, floor)
    overall = wave[wave["overall"] & wave["kind"].isin(RATINGS)]
    overall = overall[overall["item"] == overall["item"].min()].set_index("respondent")["score"]
    if overall.empty:
        raise NotAssessed("nobody was asked for their overall judgement")
    scores = pd.DataFrame(
        {name: person_scores(own) for name, own in rated.groupby("construct", sort=False, observed=True)}
    )
    if not 2 <= scores.shape[1] <= MOST:
        raise NotAssessed(f"{scores.shape[1]} constructs: importance is told of 2 to {MOST}")
    scores = scores.reindex(overall.index)
    found = importance(overall, scores, draws=DRAWS, seed=SEED)
    if found.predictors["value"].isna().all():
        raise NotAssessed("; ".join(found.faults))
    table = _table(found.predictors, construct_figures(rated, distribution_floor), found.n)
    first = table.iloc[0]
    return Measured(
        unit="share",
        value=float(first["value"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=found.n,
        n_of="people",
        interval="95 % interval (bootstrap of people)",
        claim=f"Of all that customers were asked in {when(wave)}, {first['construct']} goes most with overall satisfaction: "
        f"{number(first['value'], 'share')}{bracket(first['low'], first['high'], 'share')} of what all constructs tell of it.",
        because=joined(
            f"all together tell {number(found.r_squared.value, 'share')}"
            f"{bracket(found.r_squared.low, found.r_squared.high, 'share')} of the order of overall answers",
            heard(wave, {}),
            *found.faults,
            "what goes with satisfaction need not bring it about",
        ),
        parts={"construct": table},
    )


def _table(predictors: pd.DataFrame, figures: pd.DataFrame, n: int) -> pd.DataFrame:
    favourable = figures.set_index("construct")["value"].reindex(predictors.index)
    return pd.DataFrame(
        {
            "construct": predictors.index,
            **{"value": predictors["share"].to_numpy(), "low": predictors["share_low"].to_numpy()},
            **{"high": predictors["share_high"].to_numpy(), "correlation": predictors["correlation"].to_numpy()},
            **{"first": predictors["first"].to_numpy(), "favourable": favourable.to_numpy(), "n": n},
        }
    )
