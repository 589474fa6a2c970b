"""Small surveys as a case would hand them over, sealed: people are written as groups and the answers they gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from toolkit.areas.sentiment import tables
from toolkit.areas.sentiment.comments import comments
from toolkit.areas.sentiment.responses import responses
from toolkit.model import Period
from toolkit.sealed import Sealed, person_hash
from toolkit.tables import no_rows

DECLARED = {table.name: table for table in tables.TABLES}
FLOORS = {"people_floor": 5, "distribution_floor": 8, "comment_floor": 10}
PERIOD = Period.parse("2026-H2")
SCALES = {"recommendation": (0, 10)}


def frame(name: str, rows: Sequence[Mapping[str, object]], **attrs: object) -> pd.DataFrame:
    """A table with these rows, typed as its declaration says; absent when there are none."""
    empty = no_rows(DECLARED[name])
    made = pd.DataFrame(list(rows), columns=list(empty.columns)).astype(empty.dtypes.to_dict()) if rows else empty
    absent = "" if rows else f"{name}.csv is missing"
    made.attrs = {"table": name, "file": f"{name}.csv", "digest": "", "absent": absent, "faulty": False, **attrs}
    return made


def person(name: object) -> str:
    """The hash that stands for a person."""
    return person_hash(str(name), "salt")


def item(name: str, construct: str = "trust", kind: str = "agreement", audience: str = "team", **more: object) -> dict:
    """A row of survey_items, on the scale from 1 to 5 unless it says otherwise."""
    low, high = SCALES.get(kind, (1, 5))
    wording = f"Words of {name}"
    return {
        **{"audience": audience, "item": name, "construct": construct, "wording": wording, "kind": kind},
        **{"low": low, "high": high, **more},
    }


class Survey:
    """A questionnaire and who gave what; `rows()` is what the measures take."""

    def __init__(self, *items: dict) -> None:
        self.items, self.people, self.answers = list(items), [], []
        self.invited, self.comments, self.labels, self.floors = [], [], [], dict(FLOORS)

    def asked(
        self, wave: str, name: object, answers: Mapping[str, float | None], audience: str = "team", **groups
    ) -> None:
        """One person's answers; None is one that was skipped."""
        who = {"vendor": "v", "audience": audience, "wave": pd.Period(wave, "M"), "respondent": person(name)}
        submitted = pd.Timestamp(groups.pop("submitted", None))
        self.people.append({**who, **groups, "submitted": submitted})
        self.answers += [
            {**who, "item": key, "answer": value, "missing": "skipped" if value is None else None}
            for key, value in answers.items()
        ]

    def group(
        self, wave: str, scores: Sequence[float], items: Sequence[str] = ("q1",), prefix: str = "p", **groups
    ) -> None:
        """People who each give the same answer to all of these items, one a score."""
        for place, score in enumerate(scores):
            self.asked(wave, f"{prefix}{place}", dict.fromkeys(items, score), **groups)

    def invite(self, wave: str, invited: int, audience: str = "team", **groups) -> None:
        """People who were invited."""
        self.invited.append(
            {"vendor": "v", "audience": audience, "wave": pd.Period(wave, "M"), "invited": invited, **groups}
        )

    def wrote(
        self, wave: str, name: object, comment: str, audience: str = "customers", language: str | None = "en"
    ) -> None:
        """One person's comment."""
        who = {"vendor": "v", "audience": audience, "wave": pd.Period(wave, "M"), "respondent": person(name)}
        self.comments.append({**who, "item": "open", "comment": comment, "language": language})

    def labelled(
        self, rater: str, polarity: str, name: object, wave: str = "2026-09", audience: str = "customers"
    ) -> None:
        """How one rater judged the comment of one person."""
        who = {"vendor": "v", "audience": audience, "wave": pd.Period(wave, "M"), "respondent": person(name)}
        self.labels.append({**who, "item": "open", "rater": person(rater), "polarity": polarity})

    def tables(self) -> SimpleNamespace:
        """The tables of the case."""
        made = {
            "survey_items": self.items,
            "survey_invitations": self.invited,
            "survey_respondents": self.people,
            "survey_answers": self.answers,
            "survey_comments": self.comments,
            "comment_labels": self.labels,
        }
        frames = {name: frame(name, rows, **self.floors) for name, rows in made.items()}
        sealed = {name: Sealed(rows) if DECLARED[name].confidential else rows for name, rows in frames.items()}
        return SimpleNamespace(**sealed)

    def notes(self, period: Period = PERIOD) -> Sealed:
        """The comments as one table."""
        held = self.tables()
        return comments(
            held.survey_comments, held.survey_respondents, held.survey_items, held.survey_invitations, period=period
        )

    def rows(self, period: Period = PERIOD) -> Sealed:
        """The answers as one table."""
        held = self.tables()
        return responses(
            held.survey_answers, held.survey_respondents, held.survey_items, held.survey_invitations, period=period
        )


def survey_of(draw, people, items=("q1", "q2", "q3"), wave="2026-09", survey=None, left_out=0.0) -> Survey:
    """A survey of people with groups (one dict each), who answer at random; the third item is of another construct."""
    made = survey or Survey(
        *(item(name, "trust" if name != "q3" else "help") for name in items), item("rec", "x", "recommendation")
    )
    for place, groups in enumerate(people):
        answers = {name: None if draw.random() < left_out else int(draw.integers(1, 6)) for name in items}
        made.asked(wave, f"p{place}", {**answers, "rec": int(draw.integers(0, 11))}, **groups)
    return made


@pytest.fixture
def surveys() -> SimpleNamespace:
    """What makes surveys: the class Survey, the function item, the hash of a person, answers by chance."""
    return SimpleNamespace(Survey=Survey, item=item, person=person, frame=frame, by_chance=survey_of)


@pytest.fixture
def draw() -> np.random.Generator:
    """Chance that is the same in every run."""
    return np.random.default_rng(7)
