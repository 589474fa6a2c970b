"""How good do they find it: favourable answers, would they recommend it, are they satisfied overall."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.figures import (
    WHOSE,
    answer_boxes,
    by_group,
    by_wave,
    construct_figures,
    favourable_share,
    floors,
    heard,
    hidden_words,
    item_figures,
    last_wave,
    people_in,
    population_of_wave,
    ratings,
    when,
)
from toolkit.areas.sentiment.privacy import fit_items
from toolkit.areas.sentiment.tables import CUSTOMERS, RATINGS, RECOMMENDATION, SUPPLIER, TEAM
from toolkit.areas.words import bracket, joined
from toolkit.model import Measured, NotAssessed, measure, number
from toolkit.stats.answers import DETRACTOR, PROMOTER, top_box
from toolkit.stats.answers import nps as net_promoters
from toolkit.stats.intervals import Interval

POINTS = 100  # a net promoter score is told from -100 to 100
CLUSTERED = "95 % interval (Wilson, with the answers of one person taken as alike)"
WILSON = "95 % interval (Wilson)"
ADJUSTED = "95 % interval (adjusted Wald, Rocks 2016)"


# ---------------------------------------------------------------------------------------------------------- favourable
@measure("Team: favourable answers", better="higher", unit="share")
def team_favourable(responses: pd.DataFrame) -> Measured:
    """Share of the answers of the client's team to rating items that are favourable (the two highest boxes of five).

    The last wave in the period. The overall judgement is not among the items. Weighted to those invited where they are
    known by group; out of a finite population where its size is known. Items that fewer people than the floor answered, or
    that few people all answered alike, are in no figure. Interval: Wilson's, with people as clusters.

    Parts: construct and item (favourable, unfavourable, median; item also mean), wave, team, role, site (unweighted within),
    answers (share of each box). Source: the theme score of the Civil Service People Survey (Cabinet Office, technical
    guide); interval after E. Korn and B. Graubard, Survey Methodology 24 (1998) 193-201.
    """
    return _favourable(responses, TEAM)


@measure("Customers: favourable answers", better="higher", unit="share")
def customer_favourable(responses: pd.DataFrame) -> Measured:
    """Share of the customers' answers to rating items that are favourable (the two highest boxes of five).

    As `team_favourable`, of the customers. Source: the same.
    """
    return _favourable(responses, CUSTOMERS)


@measure("Vendor: favourable answers", better="higher", unit="share")
def vendor_favourable(responses: pd.DataFrame) -> Measured:
    """Share of the vendor's answers to rating items that are favourable (the two highest boxes of five): how good a client is.

    As `team_favourable`, of the vendor's people; fewer of them than the floor are not shown either, although the vendor may
    have answered as an organisation. Source: the same.
    """
    return _favourable(responses, SUPPLIER)


def _favourable(responses: pd.DataFrame, audience: str) -> Measured:
    floor, distribution_floor = floors(responses)
    weighting = responses.attrs.get("weighting", {})
    wave = last_wave(responses, audience)
    rated = ratings(wave, floor)
    value, low, high = favourable_share(rated)
    constructs = construct_figures(rated, distribution_floor)
    groups = by_group(
        rated, rated["favourable"], floor, lambda rows: favourable_share(rows, weighted=False, known=False)
    )
    month = when(wave)
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=people_in(rated),
        n_of="people",
        interval=CLUSTERED,
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of {WHOSE[audience]} answers were favourable in {month}.",
        because=joined(heard(wave, weighting), _unweighted(rated, value), _lowest(constructs), hidden_words(groups)),
        parts={
            "construct": constructs,
            "item": item_figures(rated, floor, distribution_floor),
            "answers": answer_boxes(rated, distribution_floor),
            "wave": by_wave(responses, audience, lambda rows: ratings(rows, floor), favourable_share),
            **groups,
        },
    )


def _unweighted(rated: pd.DataFrame, value: float) -> str:
    plain = float(rated["favourable"].mean())
    return f"unweighted {number(plain, 'share')}" if abs(plain - value) >= 0.0005 else ""


def _lowest(constructs: pd.DataFrame) -> str:
    if len(constructs) < 2:
        return ""
    worst = constructs.iloc[int(constructs["value"].argmin())]
    return f"lowest: {worst['construct']}, {number(float(worst['value']), 'share')}"


# ------------------------------------------------------------------------------------------------------------ single items
@measure("Team: eNPS", better="higher", unit="points")
def enps(responses: pd.DataFrame) -> Measured:
    """Employee net promoter score of the client's team: the share of 9 and 10 less the share of 0 to 6, times 100.

    The last wave in the period; the item of the kind "recommendation". -100 to 100 points. Weighted and out of a finite
    population as `team_favourable`. Parts: answers (promoters, passives, detractors; only of enough people), wave, team,
    role, site. Source: F. Reichheld, Harvard Business Review 81 (2003) 46-54; interval by B. Rocks, The American
    Statistician 70 (2016) 365-372.
    """
    return _net(responses, TEAM, "The team's eNPS")


@measure("Customers: NPS", better="higher", unit="points")
def nps(responses: pd.DataFrame) -> Measured:
    """Net promoter score of the customers: the share of 9 and 10 less the share of 0 to 6, times 100.

    As `enps`, of the customers. Source: the same.
    """
    return _net(responses, CUSTOMERS, "The customers' NPS")


def _net(responses: pd.DataFrame, audience: str, whose: str) -> Measured:
    wave = last_wave(responses, audience)

    def chosen(rows: pd.DataFrame) -> pd.DataFrame:
        return _first_item(rows, rows["kind"].eq(RECOMMENDATION), "asked whether they would recommend it", responses)

    asked = chosen(wave)
    net = net_points(asked)
    said = f"{whose} was {number(round(net.value), 'points')}{bracket(*_whole(net))} in {when(wave)}"
    return _of_one_item(
        responses,
        asked,
        chosen,
        net_points,
        {"unit": "points", "interval": ADJUSTED, "claim": f"{said}, on the scale from −100 to 100."},
        {"answers": _kinds_of_promoters(asked)},
    )


def net_points(rows: pd.DataFrame, *, weighted: bool = True, known: bool = True) -> Interval:
    """The net promoter score of answers to one item, in points."""
    weights = rows["weight"] if weighted else None
    score = net_promoters(rows["score"], weights=weights, population=population_of_wave(rows) if known else None)
    return Interval(*(POINTS * end for end in score[:3]))


def _kinds(scores: pd.Series) -> pd.Series:
    """0 for a detractor, 1 for a passive, 2 for a promoter."""
    return (scores > DETRACTOR).astype("int64") + (scores >= PROMOTER)


def _kinds_of_promoters(asked: pd.DataFrame) -> pd.DataFrame:
    order = ["detractors", "passives", "promoters"]
    share = asked["weight"].groupby(_kinds(asked["score"])).sum() / asked["weight"].sum()
    return pd.DataFrame(
        {
            **{name: asked[name].iloc[0] for name in ("item", "construct", "wording")},
            "box": order,
            "side": ["unfavourable", "neutral", "favourable"],
            "position": range(len(order)),
            "value": share.reindex(range(len(order)), fill_value=0.0).to_numpy(),
            "n": len(asked),
        }
    )


@measure("Customers: satisfied overall", better="higher", unit="share")
def csat(responses: pd.DataFrame) -> Measured:
    """Share of the customers who are satisfied overall: the two highest boxes of five of the item marked as overall.

    The last wave in the period. Weighted and out of a finite population as `team_favourable`. Parts: item, answers, wave,
    team, role, site. Source: the usual CSAT, top-2-box; interval by E. Wilson, JASA 22 (1927) 209-212.
    """
    floor, distribution_floor = floors(responses)
    wave = last_wave(responses, CUSTOMERS)

    def chosen(rows: pd.DataFrame) -> pd.DataFrame:
        return _first_item(
            rows, rows["overall"] & rows["kind"].isin(RATINGS), "asked for their overall judgement", responses
        )

    asked = chosen(wave)
    value, low, high = satisfied(asked)
    said = f"{number(value, 'share')}{bracket(low, high, 'share')} of the customers were satisfied overall in {when(wave)}."
    return _of_one_item(
        responses,
        asked,
        chosen,
        satisfied,
        {"unit": "share", "interval": WILSON, "claim": said},
        {"item": item_figures(asked, floor, distribution_floor), "answers": answer_boxes(asked, distribution_floor)},
    )


def satisfied(rows: pd.DataFrame, *, weighted: bool = True, known: bool = True) -> Interval:
    """The share of people whose answer to one item is favourable."""
    weights = rows["weight"] if weighted else None
    size = population_of_wave(rows) if known else None
    return Interval(*top_box(rows["favourable"], high=1, boxes=1, weights=weights, population=size)[:3])


def _of_one_item(
    responses: pd.DataFrame,
    asked: pd.DataFrame,
    chosen: Callable[[pd.DataFrame], pd.DataFrame],
    figure: Callable[..., Interval],
    words: dict[str, Any],
    parts: dict[str, pd.DataFrame],
) -> Measured:
    """The measure that a figure of one item's answers makes, with its waves and groups."""
    floor, distribution_floor = floors(responses)
    value, low, high = figure(asked)
    classes = asked["favourable"] if figure is satisfied else _kinds(asked["score"])
    groups = by_group(asked, classes, floor, lambda rows: figure(rows, weighted=False, known=False))
    large = {
        name: part if name != "answers" or len(asked) >= distribution_floor else part[:0]
        for name, part in parts.items()
    }
    return Measured(
        **words,
        value=value,
        low=low,
        high=high,
        n=len(asked),
        n_of="people",
        because=joined(heard(asked, responses.attrs.get("weighting", {})), hidden_words(groups)),
        parts={**large, "wave": by_wave(responses, asked["audience"].iloc[0], chosen, figure), **groups},
    )


def _first_item(rows: pd.DataFrame, wanted: pd.Series, what: str, responses: pd.DataFrame) -> pd.DataFrame:
    """The answers to the first item of this kind in a wave, where they may be shown."""
    asked = rows[wanted & rows["score"].notna()]
    if asked.empty:
        raise NotAssessed(f"nobody was {what}")
    floor, _ = floors(responses)
    asked = asked[asked["item"] == asked["item"].min()]
    if fit_items(asked, floor).empty:
        few = people_in(asked) < floor
        raise NotAssessed(
            f"fewer than {floor:g} people answered" if few else "everybody gave the same answer, and they are few"
        )
    return asked


def _whole(interval: Interval) -> tuple[float, float]:
    low, high = (end if np.isnan(end) else float(round(end)) for end in interval[1:])
    return low, high
