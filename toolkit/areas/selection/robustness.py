"""How sure the first place is: over plausible weights and noisy scores, and the weight at which somebody else is first."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.selection.look import Field, field_of
from toolkit.areas.words import joined
from toolkit.model import Measured, NotAssessed, Period, measure, number, of_hundred
from toolkit.stats import choice
from toolkit.stats.acceptability import Acceptability, weight_range
from toolkit.stats.acceptability import acceptability as accepted

NAMED = 2  # criteria named in a sentence; more are counted


@measure("First in plausible weightings")
def acceptability(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None = None,
    red_flags: pd.DataFrame | None = None,
    *,
    period: Period,
    weight_sureness: float = 20,
) -> Measured:
    """In what share of 100,000 plausible weightings, with scores as unsure as the raters' scatter, the same one is first.

    Plausible weights are drawn around those given (Dirichlet; `weight_sureness` in review.yaml says how far: at 20, a weight
    of 30 % lies between 13 % and 51 % in 95 of 100 draws). Scores are drawn normal around their means. The one who is most
    often first is named, also where it is not first by the weights as given.

    low and high: none, a share of what was simulated, not of a sample; the draws themselves leave it unsure by 0.3 points.
    Parts: candidate (share of first places over plausible weights, and over any weights whatever; confidence factor: how often
    it is first under the weights that speak for it), place (share of each place), criterion (the weights that speak for each:
    central weights). Not assessed with fewer than two candidates. Source: R. Lahdelma and P. Salminen, Operations Research 49
    (2001) 444-454; the weights drawn: own definition.
    """
    field = field_of(scores, criteria, candidates, pairwise, red_flags, period)
    values, noise = field.values.to_numpy(float), field.errors.to_numpy(float)
    plausible = accepted(values, around=field.weights, sureness=weight_sureness, noise=noise)
    any_weights = accepted(values, noise=noise)
    top = int(np.argmax(plausible.ranks[:, 0]))
    share = float(plausible.ranks[top, 0])
    leader = field.first
    note = f"by the weights as given {field.names[leader]} is first" if leader != top else ""
    silent = "" if math.isfinite(field.spread) else "nothing was scored twice, so scores are taken as exact"
    return Measured(
        unit="share",
        value=share,
        n=plausible.draws,
        n_of="simulated weightings",
        interval="none: a share of what was simulated, not of a sample",
        counted=True,
        claim=f"{field.names[top]} is first in {of_hundred(share)} plausible weightings.",
        because=joined(note, silent, field.absent_words()),
        parts={
            "candidate": _firsts(field, plausible, any_weights),
            "place": _places(field, plausible),
            "criterion": _central(field, plausible),
        },
    )


def _firsts(field: Field, plausible: Acceptability, any_weights: Acceptability) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "candidate": field.names,
            "value": plausible.ranks[:, 0],
            "any_weights": any_weights.ranks[:, 0],
            "confidence": plausible.confidence,
            "mean_place": plausible.ranks @ np.arange(1, len(field.names) + 1),
        }
    )
    return table.sort_values(["value", "mean_place"], ascending=[False, True], ignore_index=True, kind="stable")


def _places(field: Field, plausible: Acceptability) -> pd.DataFrame:
    """One row a candidate, in the order of their mean places; one column a place with its share."""
    mean = plausible.ranks @ np.arange(1, len(field.names) + 1)
    order = np.argsort(mean, kind="stable")
    columns = {f"place {place + 1}": plausible.ranks[order, place] for place in range(len(field.names))}
    shares = {name: [number(float(share), "share") for share in column] for name, column in columns.items()}
    table = pd.DataFrame({"candidate": [field.names[place] for place in order], **shares})
    table.attrs["cards"] = True  # on a phone
    return table


def _central(field: Field, plausible: Acceptability) -> pd.DataFrame:
    """The mean weights with which each candidate is first; one column a candidate that ever is."""
    table = pd.DataFrame({"criterion": list(field.values.columns), "value": field.weights})
    for place, name in enumerate(field.names):
        if not np.isnan(plausible.central[place]).any():
            table[name] = plausible.central[place]
    return table


@measure("Nearest weight at which the first place changes", better="higher")
def tipping_weight(
    scores: pd.DataFrame,
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    pairwise: pd.DataFrame | None = None,
    red_flags: pd.DataFrame | None = None,
    *,
    period: Period,
    weight_sureness: float = 20,
) -> Measured:
    """By how much one criterion's weight has to change, the others keeping their proportions, until somebody else is first.

    The smallest such change among all criteria, in points of weight. Exact for the weighted sum.

    low and high: none, it follows from scores and weights by arithmetic. Parts: criterion (for each its weight, between which
    ends of it the first one stays first, and who is first beyond; the nearest first). Infinite where no single weight makes
    anybody else first. Not assessed with fewer than two candidates. Source: P. Goodwin and G. Wright, Decision Analysis for
    Management Judgment (sensitivity analysis); exact form: own definition.
    """
    field = field_of(scores, criteria, candidates, pairwise, red_flags, period)
    table = _holds(field, weight_sureness)
    leader = field.names[field.first]
    nearest = table.iloc[0]
    if math.isnan(nearest["change"]):
        raise NotAssessed("one criterion has all the weight, so that there is nothing to shift it to")
    return Measured(
        unit="share",
        value=float(nearest["change"]),
        n=len(table),
        n_of="criteria",
        interval="none: it follows from scores and weights by arithmetic",
        counted=True,
        claim=_tipping_words(leader, table),
        because=field.absent_words(),
        parts={"criterion": table},
    )


def _holds(field: Field, sureness: float) -> pd.DataFrame:
    """Criterion, weight (`value`), the ends `low` and `high` between which the first stays first, who follows, the change."""
    rows = []
    found = choice.holds(field.values, field.weights, field.first)
    for name, weight, hold in zip(field.values.columns, field.weights, found, strict=True):
        down = weight - hold.low if hold.below >= 0 else math.inf
        up = hold.high - weight if hold.above >= 0 else math.inf
        change = math.nan if math.isnan(hold.low) else float(min(down, up))
        least, most = weight_range(float(weight), sureness)
        near = hold.below >= 0 and hold.low > least, hold.above >= 0 and hold.high < most
        names = [field.names[place] if place >= 0 else "" for place in (hold.below, hold.above)]
        rows.append((name, float(weight), hold.low, hold.high, *names, change, *near))
    columns = ["criterion", "value", "low", "high", "first_below", "first_above", "change", "near_below", "near_above"]
    return pd.DataFrame(rows, columns=columns).sort_values("change", ignore_index=True, kind="stable")


def _tipping_words(leader: str, table: pd.DataFrame) -> str:
    """'Aspen stops being first only when Price weighs less than 18.0 % (now 30.0 %): then Birch is'."""
    if math.isinf(table["change"].iloc[0]):
        return f"{leader} stays first whatever any single criterion weighs."
    near = table[table["near_below"].astype(bool) | table["near_above"].astype(bool)]
    shown = near if len(near) else table.head(1)
    turns = [_turn(row, everything=not len(near)) for row in shown.head(NAMED).to_dict("records")]
    only = "only " if len(near) <= 1 else ""
    rest = len(near) - NAMED
    more = f", or by that of {rest} more" if rest > 0 else ""
    far = "" if len(near) else ", which is farther than is plausible"
    return f"{leader} stops being first {only}when {' or when '.join(turns)}{more}{far}."


def _turn(row: dict, everything: bool) -> str:
    """'Price weighs less than 18.0 % (then Rowan is) or more than 46.0 % (then Hazel is), now 29.4 %'."""
    sides = [
        (row["value"] - row["low"], "less", row["low"], row["first_below"], row["near_below"]),
        (row["high"] - row["value"], "more", row["high"], row["first_above"], row["near_above"]),
    ]
    known = [side for side in sides if side[3] and (side[4] or everything)]
    known = sorted(known, key=lambda side: side[0])[: 1 if everything else 2]
    words = [f"{word} than {number(at, 'share')} (then {who} is)" for _, word, at, who, _ in known]
    return f"{row['criterion']} weighs {' or '.join(words)}, now {number(row['value'], 'share')}"
