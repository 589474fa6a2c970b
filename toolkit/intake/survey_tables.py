"""The tables of a survey from the rows and cells of all its files, and the account of every item.

What a person answered in one wave is taken from the response submitted last.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Fault
from toolkit.intake.answers import ANSWER, CODE, STATES
from toolkit.intake.asked import COUNTED, KEY, Asked, SurveyResult
from toolkit.intake.mapping import SUPPLIER
from toolkit.intake.results import whole
from toolkit.intake.survey_settings import ANSWERS, COMMENTS, GROUPS, RESPONDENTS
from toolkit.intake.values import PENNY
from toolkit.scales import REASONS

TWICE = "answered again later"


def finish_survey(
    results: list[SurveyResult], asked: Asked
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame, pd.DataFrame]:
    """The tables of a survey, the rows kept (with what each counts), and the account of every item.

    Of what a person answered twice in a wave the response submitted last is kept, of one moment the one that stands last.
    """
    rows = pd.concat([part for result in results for part in result.rows], ignore_index=True)
    answers = whole([part for result in results for part in result.answers], ["row", "item", "answer", "state"])
    comments = whole([part for result in results for part in result.comments], ["row", "item", "comment"])
    for result in results:  # millions of answers are held once
        result.rows, result.answers, result.comments = [], [], []
    key = _key(rows, asked, [*KEY, *(["item"] if "item" in rows else [])])
    order = np.lexsort((np.arange(len(rows)), rows["submitted"].to_numpy().view(np.int64)))
    earlier = np.zeros(len(rows), bool)
    earlier[order] = pd.Series(key[order]).duplicated(keep="last").to_numpy()
    counts = np.bincount(np.concatenate([answers["row"], comments["row"]]).astype(np.int64), minlength=len(rows))
    _leave_out_earlier(rows, earlier, counts, key, order, results, asked)
    for frame in (answers, comments):
        lost = frame.loc[earlier[frame["row"].to_numpy(np.int64)], "item"].value_counts()
        names = list(asked.texts["item"])
        for code, number in lost.items():
            results[0].dropped[names[int(code)]] += int(number)
    answers = answers[~earlier[answers["row"].to_numpy(np.int64)]]
    comments = comments[~earlier[comments["row"].to_numpy(np.int64)]]
    people = rows.iloc[order][~earlier[order]]
    people = people.iloc[~pd.Series(_key(people, asked, list(KEY))).duplicated(keep="last").to_numpy()].sort_index()
    tables = {
        ANSWERS: _answer_table(answers, rows, asked),
        RESPONDENTS: _respondent_table(people, asked),
        COMMENTS: _comment_table(comments, rows, asked),
    }
    by_item = _by_item(results, answers, comments, asked)
    return tables, _kept(rows[~earlier], counts[~earlier], asked), by_item


def _kept(rows: pd.DataFrame, counts: np.ndarray, asked: Asked) -> pd.DataFrame:
    """What the account needs of the rows kept: whose they are, where they stand, and how many answers they hold."""
    named: dict[str, Any] = _named(rows, asked, ("vendor", "how", SUPPLIER))
    named["source_file"] = asked.categories("file", rows["file"].to_numpy())
    return pd.DataFrame({**named, "pence": counts * COUNTED, "remainder": np.zeros(len(rows), np.int64)})


def _key(rows: pd.DataFrame, asked: Asked, names: list[str]) -> np.ndarray:
    """One number for what names a row: equal for equal codes in all of some columns."""
    key = np.zeros(len(rows), np.int64)
    for name in names:
        key = key * (len(asked.texts[name]) + 1) + rows[name].to_numpy(np.int64) + 1
    return key


def _leave_out_earlier(
    rows: pd.DataFrame,
    earlier: np.ndarray,
    counts: np.ndarray,
    key: np.ndarray,
    order: np.ndarray,
    results: list[SurveyResult],
    asked: Asked,
) -> None:
    """Count the rows of people who answered again later, and report each with the row that is kept."""
    files, numbers = list(asked.texts["file"]), rows["source_row"].to_numpy()
    last = dict(zip(key[order], order, strict=True)) if earlier.any() else {}
    file_of = rows["file"].to_numpy()

    def fault(row: int) -> Fault:
        kept = last[key[row]]
        where = f"{files[file_of[row]]}, row {numbers[row]}"
        found = f"somebody who answered again in {files[file_of[kept]]}, row {numbers[kept]}"
        return Fault(where, found, "each person once in a wave", "The answer submitted last was kept.")

    for result in results:
        code = asked.texts["file"].get(result.source.name, -1)
        own = np.flatnonzero(earlier & (file_of == code))
        if len(own):
            result.count.move(TWICE, len(own), int(counts[own].sum()) * COUNTED * PENNY)
            result.report(TWICE, own, fault)


def _named(rows: pd.DataFrame, asked: Asked, names: tuple[str, ...]) -> dict[str, pd.Categorical]:
    return {name: asked.categories(name, rows[name].to_numpy()) for name in names}


def _answer_table(answers: pd.DataFrame, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    own = rows.take(answers["row"].to_numpy(np.int64)) if len(answers) else rows.iloc[:0]
    places = np.array([REASONS.index(state) if state in REASONS else -1 for state in STATES])
    table = {
        **_named(own, asked, KEY),
        "item": asked.categories("item", answers["item"].to_numpy(np.int64)),
        "answer": answers["answer"].to_numpy(float),
        "missing": pd.Categorical.from_codes(
            places[answers["state"].to_numpy(np.int64)], categories=pd.Index(REASONS, dtype="str")
        ),
    }
    return pd.DataFrame(table)


def _respondent_table(people: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    table: dict[str, Any] = _named(people, asked, (*KEY, *GROUPS))
    table["submitted"] = people["submitted"].dt.normalize().to_numpy()
    table |= {"source_file": asked.categories("file", people["file"]), "source_row": people["source_row"].to_numpy()}
    return pd.DataFrame(table)


def _comment_table(comments: pd.DataFrame, rows: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    own = rows.take(comments["row"].to_numpy(np.int64)) if len(comments) else rows.iloc[:0]
    table: dict[str, Any] = {
        **_named(own, asked, KEY),
        "item": asked.categories("item", comments["item"].to_numpy(np.int64)),
        "comment": pd.Series(comments["comment"].to_numpy(), dtype="str"),
        "language": asked.categories("language", own["language"].to_numpy()),
    }
    return pd.DataFrame(table)


def _by_item(results: list[SurveyResult], answers: pd.DataFrame, comments: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """One row an item: filled cells, what they came to, and how many were left out."""
    given: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    for result in results:
        given.update(result.given)
        dropped.update(result.dropped)
        given["(no item)"] += sum(result.other_cells.values())
        dropped["(no item)"] += sum(result.other_cells.values())
    width = len(asked.texts["item"]) + 1
    came = answers["state"].to_numpy(np.int64) * width + answers["item"].to_numpy(np.int64)
    counts = np.bincount(came, minlength=len(STATES) * width).reshape(len(STATES), width)
    written = np.bincount(comments["item"].to_numpy(np.int64), minlength=width)
    rows = []
    for item in [name for name in given if given[name]]:
        code = asked.texts["item"].get(item, -1)  # the last place is empty
        kept = [int(counts[CODE[state], code]) for state in (ANSWER, *REASONS)]
        rows.append([item or "(no item)", given[item], *kept, int(written[code]), dropped[item]])
    return pd.DataFrame(rows, columns=["item", "cells", "answers", *REASONS, "comments", "left_out"])
