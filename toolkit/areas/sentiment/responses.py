"""The answers of all waves as one table: turned round where reversed, with the groups and the weight of who gave them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from toolkit.areas.sentiment.privacy import PEOPLE_FLOOR
from toolkit.areas.sentiment.tables import COMMENT, GROUPS
from toolkit.areas.sentiment.weights import add_weights
from toolkit.model import Kept, KeptMapping, Period, absence, source
from toolkit.sealed import keeps_sealed

PERSON = ["audience", "wave", "respondent"]
FEW_STEPS = 11  # scales up to 0 to 10 count in boxes; finer ones by their fifths
BOXES, LEAST_STEPS = 2, 4  # two boxes on either side, but one where two would be most of the scale
FIFTH = 0.2
COLUMNS = [
    *PERSON,
    *(*GROUPS, "submitted", "item", "construct", "wording", "kind", "overall", "of", "low", "high"),
    *("answer", "missing", "score", "favourable", "unfavourable", "weight", "population"),
    *("latest", "in_period", "previous"),
]


@keeps_sealed
def responses(
    survey_answers: pd.DataFrame,
    survey_respondents: pd.DataFrame,
    survey_items: pd.DataFrame,
    survey_invitations: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """One row an answer, with what is known of the item, the person and the wave; comments are not among them.

    respondent: a number that is the same for the same person in every wave. score: the answer, turned round where the item is
    reversed, so that high is good; NaN where there is none, and `missing` says why where it is known. favourable,
    unfavourable: 1 in the two highest (lowest) boxes of a scale of 4 to 11 steps, in the highest (lowest) of fewer, in the
    highest (lowest) fifth of a finer one; else 0; NaN without a score.
    weight: what the person counts for (1 on average, see `add_weights`); population: people who could have answered.
    latest: in the audience's last wave up to the period's end; in_period: that wave lies in the period; previous: in the
    wave before it.

    Left out, and counted in `attrs` for `checks`: off_scale (answers that the scale does not have), unknown_items (names),
    repeated (answers of a person who answered the same item twice in a wave: nobody knows which holds). Source: own
    definition.
    """
    tables = {"survey_answers": survey_answers, "survey_items": survey_items}
    reasons = [absence(name, table) for name, table in tables.items() if absence(name, table)]
    if reasons:
        return _nothing(" and ".join(reason.removesuffix(".") for reason in reasons))
    answers, people = _numbered(survey_answers, survey_respondents)
    rows, left_out = _usable(answers, survey_items)
    rows = _scored(rows)
    rows = rows.merge(_people(people), on=PERSON, how="left")
    rows = _timed(rows, period)
    floor = survey_answers.attrs.get("people_floor", PEOPLE_FLOOR)
    rows, weighting = add_weights(rows, survey_invitations, floor)
    rows = rows[COLUMNS]
    used = {**tables, "survey_respondents": survey_respondents, "survey_invitations": survey_invitations}
    sources = Kept(source(name, table) for name, table in used.items() if not absence(name, table))
    absent = "" if rows["score"].notna().any() else "survey_answers holds no answer that can be used"
    rows.attrs = {"table": "responses", "sources": sources, "absent": absent, "weighting": KeptMapping(weighting)}
    rows.attrs |= left_out
    invited = survey_invitations.groupby(["audience", "wave"], observed=True)["invited"].sum()
    rows.attrs["invited"] = KeptMapping(invited.astype("float64").to_dict())
    return rows


def _nothing(absent: str) -> pd.DataFrame:
    rows = pd.DataFrame(columns=COLUMNS)
    rows.attrs = {"table": "responses", "absent": absent}
    return rows


def _numbered(answers: pd.DataFrame, respondents: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables with a number in place of each person's hash: it is shorter to compare, and no hash travels on."""
    people = pd.Index(answers["respondent"].unique())
    answers = answers[[*PERSON, "item", "answer", "missing"]]
    answers = answers.assign(
        respondent=people.get_indexer(answers["respondent"]), missing=answers["missing"].astype("category")
    )
    numbered = respondents[[*PERSON, *GROUPS, "submitted"]]
    numbered = numbered.assign(respondent=people.get_indexer(numbered["respondent"]))
    return answers, numbered[numbered["respondent"] >= 0]


def _usable(answers: pd.DataFrame, items: pd.DataFrame) -> tuple[pd.DataFrame, dict[Hashable, Any]]:
    """Answers that can be used, each with its item, and what was left out."""
    known = items[items["kind"] != COMMENT][
        ["audience", "item", "construct", "wording", "kind", "low", "high", "reversed", "overall", "of"]
    ]
    rows = answers[[*PERSON, "item", "answer", "missing"]].merge(known, on=["audience", "item"], how="left")
    known = known.astype(dict.fromkeys(("wording", "reversed", "overall", "of"), "category"))
    comments = items.loc[items["kind"] == COMMENT, ["audience", "item"]].assign(comment=True)
    unknown = rows["kind"].isna()
    strangers = rows.loc[unknown, ["audience", "item"]].drop_duplicates().merge(comments, how="left")
    names = sorted(strangers.loc[strangers["comment"].isna(), "item"])
    repeated = rows.duplicated([*PERSON, "item"], keep=False) & ~unknown
    off = ((rows["answer"] < rows["low"]) | (rows["answer"] > rows["high"])) & ~unknown & ~repeated
    left_out: dict[Hashable, Any] = {
        "unknown_items": Kept(names),
        "off_scale": int(off.sum()),
        "repeated": int(repeated.sum()),
    }
    return rows[~unknown & ~repeated & ~off], left_out


def _scored(rows: pd.DataFrame) -> pd.DataFrame:
    turned = rows["reversed"].eq("yes").fillna(False).astype(bool)
    score = rows["answer"].astype("float64")
    score = score.mask(turned, rows["low"] + rows["high"] - score)
    width = box_width(rows["low"], rows["high"])
    return rows.assign(
        score=score,
        favourable=(score > rows["high"] - width).astype("float64").where(score.notna()),
        unfavourable=(score < rows["low"] + width).astype("float64").where(score.notna()),
        overall=rows["overall"].eq("yes").fillna(False).astype(bool),
    )


def box_width(low: pd.Series, high: pd.Series) -> pd.Series:
    """How wide the favourable and the unfavourable end of a scale are, in its own steps."""
    steps = (high - low + 1).astype("float64")
    boxes = pd.Series(float(BOXES), index=steps.index).mask(steps < LEAST_STEPS, 1.0)
    return boxes.mask(steps > FEW_STEPS, (steps - 1) * FIFTH)


def _people(respondents: pd.DataFrame) -> pd.DataFrame:
    """One row a person and wave. Who is in two groups at once is in none."""
    people = respondents[[*PERSON, *GROUPS, "submitted"]]
    doubled = people.duplicated(PERSON, keep=False)
    unclear = people[doubled].drop_duplicates(PERSON).assign(**dict.fromkeys((*GROUPS, "submitted")))
    return people[~doubled] if unclear.empty else pd.concat([people[~doubled], unclear.astype(people.dtypes.to_dict())])


def _timed(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    """Which rows belong to their audience's last wave, and which to the one before."""
    rows = rows[rows["wave"] <= period.end]
    waves = rows.loc[rows["score"].notna(), ["audience", "wave"]].drop_duplicates()
    waves["place"] = waves.groupby("audience")["wave"].rank(ascending=False)
    rows = rows.merge(waves, on=["audience", "wave"], how="left")
    latest = rows["place"].eq(1)
    return rows.assign(latest=latest, in_period=latest & (rows["wave"] >= period.start), previous=rows["place"].eq(2))
