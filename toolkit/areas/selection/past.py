"""What earlier decisions teach: whether those who scored best delivered best, and whether scores promised too much."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from toolkit.areas.look import last_day, need
from toolkit.areas.selection.look import LINEAR
from toolkit.areas.shares import shares_by
from toolkit.areas.words import bracket, joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats import choice
from toolkit.stats.acceptability import DRAWS, SEED, drawn_weights
from toolkit.stats.proportions import clustered_wilson, wilson

CHEAPEST = "lowest price"
PRICE = "price"  # how a criterion's name begins that is a price
SCORED = "weighted sum"
FEWEST = 6  # scores on a criterion of which more than chance is said


def decided(past_decisions: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The earlier decisions that had been made by the period's end; those without a day count as made."""
    early = past_decisions["decided"].isna() | (past_decisions["decided"] <= last_day(period))
    rows = past_decisions[early]
    need(rows, f"no earlier decision had been made by the end of {period}")
    return rows


@measure("Earlier decisions in which the best scored delivered best", better="higher")
def foresight(past_decisions: pd.DataFrame, *, period: Period) -> Measured:
    """In what share of earlier decisions the candidate with the highest weighted sum of scores also delivered best.

    What was delivered is brought together like the scores: each criterion of which it is known between 0 for the worst
    candidate and 1 for the best, and their plain mean. Decisions count in which scores and delivery of two candidates or more
    are known. Beside it stand TOPSIS, PROMETHEE II, the lowest price and a blind choice. With a handful of decisions no method
    can be told from chance: the interval says so.

    low and high: Wilson's interval over decisions. Parts: method (share of each method, what a blind choice would give, and in
    how many of 100,000 weightings whatever it would have chosen the best), rows (each decision: whom each method would have
    chosen, and their place by delivery). Not assessed where no decision can be judged. Source: own definition.
    """
    rows = decided(past_decisions, period)
    judged = [found for name, part in rows.groupby("decision", sort=False) if (found := _judge(str(name), part))]
    if not judged:
        raise NotAssessed(
            "no earlier decision has scores and delivery of two candidates or more; supply past_decisions"
        )
    table = pd.DataFrame([row for found in judged for row in found])
    n = len(judged)
    hits = table.groupby("method", sort=False)["best"].agg(["sum", "size"])
    value, low, high = wilson(hits["sum"].to_numpy(float), hits["size"].to_numpy(float))
    methods = pd.DataFrame(
        {"method": hits.index, "value": value, "low": low, "high": high, "n": hits["size"].to_numpy()}
    )
    methods["by_chance"] = table.groupby("method", sort=False)["by_chance"].mean().to_numpy()
    methods["any_weights"] = table.groupby("method", sort=False)["any_weights"].mean().to_numpy()
    own = methods[methods["method"] == SCORED].iloc[0]
    count = int(hits["sum"][SCORED])
    blind = number(float(own["by_chance"]), "share")
    candidates = int(table[table["method"] == SCORED]["candidates"].sum())
    return Measured(
        unit="share",
        value=float(own["value"]),
        low=float(own["low"]),
        high=float(own["high"]),
        n=n,
        n_of="earlier decisions" if n > 1 else "earlier decision",
        interval="95 % interval (Wilson)",
        numerator=float(count),
        denominator=float(n),
        claim=f"In {count} of {plural(n, 'earlier decision')} the best scored candidate delivered best"
        f"{bracket(own['low'], own['high'], 'share')}; a blind choice would have found it in {blind}.",
        because=f"{plural(n, 'decision')} with {plural(candidates, 'candidate')} can hardly tell a method from chance"
        if own["low"] <= own["by_chance"] <= own["high"]
        else "",
        parts={"method": methods, "rows": _told(table)},
    )


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Each decision and method: who would have been chosen, and which place by delivery that one has."""
    told = pd.DataFrame(
        {
            "decision": table["decision"],
            "method": table["method"],
            "would_choose": table["chosen"],
            "place_by_delivery": [
                f"{place} of {of}" for place, of in zip(table["place"], table["candidates"], strict=True)
            ],
            "finds_the_best_under_any_weights": [number(share, "share") for share in table["any_weights"]],
        }
    )
    told.attrs["cards"] = True  # on a phone
    return told


def _judge(name: str, rows: pd.DataFrame) -> list[dict]:
    """For one decision whom each method would have chosen, and how that one delivered; nothing where it cannot be told."""
    scores, delivered = (_wide(rows, column) for column in ("score", "delivered"))
    kept = scores.index.intersection(delivered.index)
    scores, delivered = scores.loc[kept], delivered.loc[kept]
    if len(kept) < 2 or scores.empty or delivered.empty:
        return []
    first = rows.groupby("criterion", sort=False).first()
    higher = first["better"].eq("higher")
    weight = first["weight"].reindex(scores.columns)
    weight = pd.Series(1.0, index=scores.columns) if weight.isna().any() or not weight.sum() > 0 else weight
    shares = (weight / weight.sum()).to_numpy(float)
    outcome = _values(delivered, higher).mean(axis=1)
    places = choice.places(outcome)
    ranked = _methods(scores, higher.reindex(scores.columns).to_numpy(bool))
    found = []
    for method, score in ranked.items():
        chosen = int(np.argmax(score(shares[None])[0]))
        some = score(drawn_weights(np.random.default_rng(SEED), DRAWS // 10, len(shares)))
        about = {"decision": name, "method": method, "chosen": str(kept[chosen]), "place": int(places[chosen])}
        found.append(
            about
            | {
                "candidates": len(kept),
                "best": places[chosen] == 1,
                "by_chance": float((places == 1).mean()),
                "any_weights": float((places[some.argmax(axis=1)] == 1).mean()),
            }
        )
    return found


def _methods(scores: pd.DataFrame, higher: np.ndarray) -> dict[str, Callable[[np.ndarray], np.ndarray]]:
    """What scores the candidates under many weightings, by the name of the method."""
    raw = scores.to_numpy(float)
    values = choice.values(raw, *choice.ends(raw, higher))
    every = np.ones(values.shape[1], dtype=bool)
    apart = np.stack([choice.promethee(values[:, [j]], [1.0], every[[j]], LINEAR).net for j in range(values.shape[1])])
    methods: dict[str, Callable[[np.ndarray], np.ndarray]] = {
        SCORED: lambda weights: weights @ values.T,
        "TOPSIS": lambda weights: _topsis(raw, weights, higher),
        "PROMETHEE II": lambda weights: weights @ apart,  # its net flow is the weighted sum of the flows by criterion
    }
    prices = [place for place, name in enumerate(scores.columns) if str(name).lower().startswith(PRICE)]
    if prices:
        methods[CHEAPEST] = lambda weights: np.broadcast_to(values[:, prices[0]], (len(weights), len(values)))
    return methods


def _topsis(raw: np.ndarray, weights: np.ndarray, higher: np.ndarray) -> np.ndarray:
    return np.stack([choice.topsis(raw, some, higher) for some in weights[:1000]])


def _wide(rows: pd.DataFrame, column: str) -> pd.DataFrame:
    """Candidates by criteria of what is known of all of them; a criterion that lacks one candidate falls out."""
    known = rows[rows[column].notna()]
    table = known.pivot_table(
        index="candidate", columns="criterion", values=column, aggfunc="first", sort=False, observed=True
    )
    return table.dropna(axis="columns", how="all").dropna(axis="index")


def _values(table: pd.DataFrame, higher: pd.Series) -> np.ndarray:
    raw = table.to_numpy(float)
    return choice.values(raw, *choice.ends(raw, higher.reindex(table.columns).to_numpy(bool)))


@measure("Delivered worse than scored", better="lower")
def overscored_share(past_decisions: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the scores in earlier decisions that promised more than was delivered on the same criterion.

    Worse is on the worse side of the score, by however little; equal is not worse. Half of them would be chance.

    low and high: 95 % interval (Wilson; decisions are the batches where there are several, since the scores of one were given
    by the same people). Parts: criterion (share of each), rows (the scores that promised too much). Not assessed where score
    and delivery on one criterion are never both known. Source: own definition.
    """
    rows = decided(past_decisions, period)
    known = rows[rows["score"].notna() & rows["delivered"].notna()]
    need(known, "no earlier score stands beside what was delivered on the same criterion; supply past_decisions")
    gap = (known["delivered"] - known["score"]) * np.where(known["better"].eq("higher"), 1.0, -1.0)
    worse = gap < 0
    batches = worse.groupby(known["decision"]).agg(["sum", "size"])
    several = len(batches) > 1
    value, low, high = (
        clustered_wilson(batches["sum"].to_numpy(), batches["size"].to_numpy())
        if several
        else wilson(int(worse.sum()), len(worse))
    )
    by = shares_by(worse, known["criterion"].astype("str"), "criterion").sort_values("value", ascending=False)
    named = [str(name) for name in by.loc[(by["low"] > 0.5) & (by["n"] >= FEWEST), "criterion"]]
    return Measured(
        unit="share",
        value=float(value),
        low=float(low),
        high=float(high),
        n=len(known),
        n_of="earlier scores",
        interval=f"95 % interval (Wilson{', with the scores of one decision taken as alike' if several else ''})",
        numerator=float(worse.sum()),
        denominator=float(len(known)),
        claim=f"{number(float(value), 'share')}{bracket(float(low), float(high), 'share')} of "
        f"{plural(len(known), 'earlier score')} "
        f"in {plural(len(batches), 'decision')} promised more than was delivered.",
        because=joined(f"beyond chance on {listed(named)}" if named else ""),
        parts={
            "criterion": by.reset_index(drop=True),
            "rows": known.loc[worse, ["decision", "candidate", "criterion", "score", "delivered"]].reset_index(
                drop=True
            ),
        },
    )
