"""Is it better than last time: the last wave against the one before, by ordinal methods, for many constructs at once."""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.sentiment.figures import (
    WHOSE,
    favourable_share,
    floors,
    heard,
    last_wave,
    people_in,
    person_scores,
    ratings,
    when,
)
from toolkit.areas.sentiment.tables import CUSTOMERS, GROUPS, RATINGS, TEAM
from toolkit.areas.words import bracket, joined
from toolkit.model import Measured, NotAssessed, measure, number
from toolkit.stats.intervals import probability_above

DELTA = "95 % interval (Feng and Cliff)"
LIKELY = ((0.01, "almost certain"), (0.05, "likely"))  # of p, after Holm; above it the difference may be chance
STEPS = 4  # so many steps of the mean score, 0 to 100, are told apart where other things are allowed for
NAMED = 5  # items that are listed by name
LARGE_SHIFT = 0.1  # of people who would have to change their group: from there the mix of groups is allowed for


@measure("Team: change since the last wave", better="higher")
def team_change(responses: pd.DataFrame) -> Measured:
    """How much more often an answer of the team is higher than one of the wave before than lower: Cliff's delta.

    From -1 (all lower) to 1 (all higher), of people's mean scores over the rating items asked in both waves. The waves are
    compared as two groups of people, also where the same people answered both: figures of those in both waves alone would
    tell apart who is new. Where people are the same the interval is therefore wider than need be. Unweighted; where the mix
    of teams, roles or sites has changed, an ordered logit allows for it, and `because` says what it finds.

    Part construct: delta with interval, p (Mann-Whitney, Holm over the constructs), size, likely, words, favourable before
    and now. Source: N. Cliff, Psychological Bulletin 114 (1993) 494-509; D. Feng and N. Cliff, JMASM 3 (2004) 322-332;
    words for sizes by J. Romano and others (2006); S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    return _change(responses, TEAM)


@measure("Customers: change since the last wave", better="higher")
def customer_change(responses: pd.DataFrame) -> Measured:
    """How much more often an answer of the customers is higher than one of the wave before than lower: Cliff's delta.

    As `team_change`, of the customers. Source: the same.
    """
    return _change(responses, CUSTOMERS)


def _change(responses: pd.DataFrame, audience: str) -> Measured:
    from toolkit.stats.ordinal import cliffs_delta, mann_whitney

    now, before = _both_waves(responses, audience)
    constructs = _by_construct(now, before)
    scores, earlier = person_scores(now), person_scores(before)
    found = cliffs_delta(scores, earlier)
    p = mann_whitney(scores, earlier).p
    said = change_words(found.value, p, "last wave")
    told = constructs[constructs["likely"] != "may be chance"]
    return Measured(
        unit="",
        value=found.value,
        low=found.low,
        high=found.high,
        n=min(people_in(now), people_in(before)),
        n_of="people in the smaller wave",
        interval=DELTA,
        probability=probability_above(found.value, found.se, found.df),
        claim=f"{WHOSE[audience].capitalize()} answers in {when(now)}: {said} "
        f"(Cliff's delta {number(found.value)}{bracket(found.low, found.high)}, since {when(before)}).",
        because=joined(
            heard(now, {}),
            f"of {len(constructs)} constructs {len(told)} changed beyond chance"
            + (f": {', '.join(told['construct'])}" if len(told) else ""),
            _in_one_wave(responses, audience),
            _allowing_for_mix(now, before),
            "people are not matched across waves",
        ),
        parts={"construct": constructs},
    )


def _both_waves(responses: pd.DataFrame, audience: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ratings of the last wave and of the one before, of the items that were asked in both."""
    floor, _ = floors(responses)
    now = ratings(last_wave(responses, audience), floor)
    earlier = responses[responses["audience"].eq(audience) & responses["previous"] & responses["score"].notna()]
    if earlier.empty:
        raise NotAssessed("there is no wave before")
    before = ratings(earlier, floor)
    common = set(now["item"]) & set(before["item"])
    if not common:
        raise NotAssessed(f"no rating item was asked in {when(now)} and in {when(before)}")
    return now[now["item"].isin(common)], before[before["item"].isin(common)]


def _in_one_wave(responses: pd.DataFrame, audience: str) -> str:
    """Which rating items were answered in one of the two waves only, so that no change of them is known; '' for none."""
    rows = responses[responses["audience"].eq(audience) & responses["kind"].isin(RATINGS) & responses["score"].notna()]
    rows = rows[~rows["overall"]]
    both = [set(rows.loc[rows[wave].eq(True), "item"]) for wave in ("latest", "previous")]
    single = sorted(both[0] ^ both[1])
    if not single:
        return ""
    more = f" and {len(single) - NAMED} more" if len(single) > NAMED else ""
    return f"left out, as not asked in both waves: {', '.join(single[:NAMED])}{more}"


def _by_construct(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """One row a construct: its change with p after Holm, and the words for it."""
    from toolkit.stats.ordinal import cliffs_delta, magnitude, mann_whitney
    from toolkit.stats.trends import holm

    made = []
    for construct in now["construct"].unique():
        pair = [rows[rows["construct"] == construct] for rows in (now, before)]
        scores = [person_scores(rows) for rows in pair]
        found = cliffs_delta(*scores)
        made.append(
            {
                **{"construct": construct, "value": found.value, "low": found.low, "high": found.high},
                **{"p": mann_whitney(*scores).p, "size": magnitude(found.value)},
                **{"before": favourable_share(pair[1]).value, "now": favourable_share(pair[0]).value},
                "n": min(map(len, scores)),
            }
        )
    table = pd.DataFrame(made)
    table["p"] = holm(table["p"])
    table["likely"] = [likely_words(p) for p in table["p"]]
    table["words"] = [change_words(*pair, "last wave") for pair in zip(table["value"], table["p"], strict=True)]
    return table


def likely_words(p: float) -> str:
    """How sure a difference is: 'almost certain', 'likely' or 'may be chance'."""
    return next((word for limit, word in LIKELY if p < limit), "may be chance")


def change_words(delta: float, p: float, than: str) -> str:
    """The sentence a reader needs: 'better than last wave: likely; size: small'."""
    from toolkit.stats.ordinal import magnitude

    if math.isnan(delta):
        return ""
    likely = likely_words(p)
    if likely == "may be chance":
        return f"no different from {than} beyond chance"
    return f"{'better' if delta > 0 else 'worse'} than {than}: {likely}; size: {magnitude(delta)}"


def _allowing_for_mix(now: pd.DataFrame, before: pd.DataFrame) -> str:
    """Whether the change remains where the mix of groups has changed too, by an ordered logit; '' where it has not."""
    people = pd.concat([_scored_people(before, 0.0), _scored_people(now, 1.0)], ignore_index=True)
    mixed = [name for name in GROUPS if people[name].notna().all() and _shift(people, name) >= LARGE_SHIFT]
    if not mixed:
        return ""
    from toolkit.stats.ordinal import ordered_logit

    floor = min(floors(now)[0], floors(before)[0])
    groups = pd.get_dummies(people[mixed], drop_first=True, dtype=float)
    groups = groups.loc[:, (groups.sum() >= floor) & ((1 - groups).sum() >= floor)]
    predictors = groups.assign(wave=people["wave"])
    fit = ordered_logit((people["score"] / 100 * STEPS).round(), predictors)
    listed = " and ".join(mixed)
    if fit.faults:
        return f"the mix of {listed} has changed, and cannot be allowed for"
    value, low, high = (math.exp(fit.coefficients[end]["wave"]) for end in ("value", "low", "high"))
    return f"allowing for a changed mix of {listed}, the odds of a higher answer are {number(value)} times{bracket(low, high)}"


def _scored_people(rows: pd.DataFrame, wave: float) -> pd.DataFrame:
    people = rows.drop_duplicates("respondent").set_index("respondent")[list(GROUPS)]
    return people.assign(score=person_scores(rows), wave=wave)


def _shift(people: pd.DataFrame, name: str) -> float:
    """The share of people who would have to change their group to make both waves alike."""
    shares = pd.crosstab(people[name], people["wave"], normalize="columns")
    return float(shares.diff(axis=1).iloc[:, -1].abs().sum()) / 2
