"""Two sides: what the team and the vendor say of the same relation, and what customers expect beside what they perceive."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.figures import WHO, floors, last_wave, people_in, population_of_wave, ratings, when
from toolkit.areas.sentiment.privacy import fit_items
from toolkit.areas.sentiment.tables import CUSTOMERS, EXPECTATION, RATINGS, SUPPLIER, TEAM
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Measured, NotAssessed, measure, number
from toolkit.stats.combined import combined_means
from toolkit.stats.intervals import Estimate, difference

POINTS = "points of 100"
WELCH = "95 % interval (Welch's t)"
LINEAR = "95 % interval (linearised, Student's t)"


@measure("Perception gap: team less vendor", unit="points of 100")
def perception_gap(responses: pd.DataFrame) -> Measured:
    """How much better (or worse) the team answers the same items than the vendor does: the mean gap, in points of 100.

    Items asked of both sides in the same words have the same name. Each answer counts from 0 (lowest) to 100, so that the
    gap runs from -100 to 100; above 0 the team thinks better of the relation than the vendor. The mean of the items' gaps;
    weighted and out of a finite population as `team_favourable`. Both sides' last waves in the period.

    Part item: team, vendor, gap with interval, people of the smaller side. Source: own definition; the interval after B.
    Welch, Biometrika 34 (1947) 28-35, with people's answers to several items taken together (D. Binder, International
    Statistical Review 51 (1983) 279-292).
    """
    floor, _ = floors(responses)
    sides = [ratings(last_wave(responses, audience), floor) for audience in (TEAM, SUPPLIER)]
    few = [WHO[audience] for audience, rows in zip((TEAM, SUPPLIER), sides, strict=True) if people_in(rows) < floor]
    if few:
        raise NotAssessed(f"fewer than {floor:g} people of {' and of '.join(few)} answered")
    common = [name for name in sides[0]["item"].unique() if name in set(sides[1]["item"])]
    if not common:
        raise NotAssessed("no item was asked of the team and of the vendor alike")
    sheets = [_sheet(rows, common) for rows in sides]
    found = _two_sides(sheets, np.full(len(common), 1 / len(common)))
    low, high = found.interval
    table = _by_item(sides, sheets, common)
    who = "more" if found.value > 0 else "less"
    return Measured(
        unit=POINTS,
        value=found.value,
        low=low,
        high=high,
        n=min(map(people_in, sides)),
        n_of="people on the smaller side",
        interval=WELCH,
        probability=found.above_zero,
        claim=f"Asked {plural(len(common), 'item')} in the same words, the team agrees "
        f"{number(abs(found.value), POINTS)} {who} than the vendor"
        f"{bracket(low, high)} in {when(sides[0])}.",
        because=joined(
            f"{people_in(sides[0]):,} people of the team and {people_in(sides[1]):,} of the vendor",
            "beyond chance" if low > 0 or high < 0 else "it may be chance",
            f"the vendor was asked in {when(sides[1])}" if when(sides[0]) != when(sides[1]) else "",
        ),
        parts={"item": table},
    )


class _Sheet(NamedTuple):
    """People by items: their scores from 0 to 100, what each of them counts for, and how many could have answered."""

    scores: np.ndarray
    weights: np.ndarray
    population: float | None


def _sheet(rows: pd.DataFrame, items: list[str]) -> _Sheet:
    """The answers of one wave to these items."""
    score, low, high, weight = (rows[name].to_numpy(dtype="float64") for name in ("score", "low", "high", "weight"))
    place = pd.Index(items).get_indexer(pd.Index(rows["item"]))
    person, people = pd.factorize(rows["respondent"], sort=True)
    scores, weights = np.full((len(people), len(items)), np.nan), np.empty(len(people))
    scores[person[place >= 0], place[place >= 0]] = (100 * (score - low) / (high - low))[place >= 0]
    weights[person] = weight
    return _Sheet(scores, weights, population_of_wave(rows))


def _mean(sheet: _Sheet, coefficients: np.ndarray) -> Estimate:
    return combined_means(sheet.scores, coefficients, weights=sheet.weights, population=sheet.population)


def _two_sides(sheets: list[_Sheet], coefficients: np.ndarray) -> Estimate:
    team, vendor = (_mean(sheet, coefficients) for sheet in sheets)
    return difference(team, vendor)


def _by_item(sides: list[pd.DataFrame], sheets: list[_Sheet], items: list[str]) -> pd.DataFrame:
    wordings = sides[0].drop_duplicates("item").set_index("item")["wording"]
    made = []
    for place, name in enumerate(items):
        unit = np.eye(len(items))[place]
        found = _two_sides(sheets, unit)
        team, vendor = (_mean(sheet, unit).value for sheet in sheets)
        low, high = found.interval
        n = min(int((~np.isnan(sheet.scores[:, place])).sum()) for sheet in sheets)
        made.append([name, wordings[name], team, vendor, found.value, low, high, n])
    return pd.DataFrame(made, columns=["item", "wording", "team", "vendor", "value", "low", "high", "n"])


@measure("Customers: perceived less expected", better="higher", unit="points of 100")
def service_gap(responses: pd.DataFrame) -> Measured:
    """How far what customers perceive stays behind (or exceeds) what they expect: the mean gap over items, in points of 100.

    Perceived less expected, from -100 to 100, over the rating items whose expectation was asked too. Each mean is that of
    all who answered the question, not of those who answered both, so that the few who left one out cannot be told from the
    figures; the interval knows who answered both. The last wave in the period; weighted as `customer_favourable`.

    Parts: item, construct (expected, perceived, gap with interval, people of the question that fewer answered). Source: A.
    Parasuraman, V. Zeithaml and L. Berry, Journal of Retailing 64 (1988) 12-40 (SERVQUAL).
    """
    floor, _ = floors(responses)
    wave = fit_items(last_wave(responses, CUSTOMERS), floor)
    pairs = _expected(wave)
    if not pairs:
        raise NotAssessed("no item was asked for both what is expected and what is perceived")
    items = [*pairs, *pairs.values()]
    rows = wave[wave["item"].isin(items)]
    sheet = _sheet(rows, items)
    found = _mean(sheet, _signs(pairs, list(pairs)))
    low, high = found.interval
    constructs = rows.drop_duplicates("item").set_index("item")["construct"]
    by_item = [[name, *_gap(sheet, pairs, [name])] for name in pairs]
    named = {name: [item for item in pairs if constructs[item] == name] for name in constructs[list(pairs)].unique()}
    by_construct = [[name, *_gap(sheet, pairs, own)] for name, own in named.items()]
    columns = ["expected", "perceived", "value", "low", "high", "n"]
    way = "behind" if found.value < 0 else "above"
    return Measured(
        unit=POINTS,
        value=found.value,
        low=low,
        high=high,
        n=people_in(rows),
        n_of="people",
        interval=LINEAR,
        probability=found.above_zero,
        claim=f"What customers perceived in {when(wave)} lies {number(abs(found.value), POINTS)} {way} what they expect"
        f"{bracket(low, high)}.",
        because=f"{plural(len(pairs), 'item')} asked both ways",
        parts={
            "item": pd.DataFrame(by_item, columns=["item", *columns]),
            "construct": pd.DataFrame(by_construct, columns=["construct", *columns]),
        },
    )


def _expected(wave: pd.DataFrame) -> dict[str, str]:
    """For each rating item the item that asks what is expected of it, where both were answered."""
    asked = wave[wave["kind"] == EXPECTATION].drop_duplicates("item")
    rated = set(wave.loc[wave["kind"].isin(RATINGS), "item"])
    return {of: item for item, of in zip(asked["item"], asked["of"], strict=True) if of in rated}


def _signs(pairs: dict[str, str], chosen: list[str]) -> np.ndarray:
    """The coefficients of perceived less expected over the chosen items, in the order of the sheet."""
    part = np.array([1 / len(chosen) if name in chosen else 0.0 for name in pairs])
    return np.concatenate([part, -part])


def _gap(sheet: _Sheet, pairs: dict[str, str], chosen: list[str]) -> list[float]:
    signs = _signs(pairs, chosen)
    found = _mean(sheet, signs)
    perceived, expected = _mean(sheet, signs.clip(min=0)), _mean(sheet, (-signs).clip(min=0))
    answered = (~np.isnan(sheet.scores[:, signs != 0])).sum(axis=0)
    return [expected.value, perceived.value, found.value, *found.interval, int(answered.min())]
