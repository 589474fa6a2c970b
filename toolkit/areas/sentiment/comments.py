"""What people wrote: how much of it is negative, by a classifier whose errors are known, and which themes they raise."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.sentiment.figures import WHO, WHOSE
from toolkit.areas.sentiment.privacy import COMMENT_FLOOR, PEOPLE_FLOOR
from toolkit.areas.sentiment.responses import PERSON
from toolkit.areas.sentiment.tables import POLARITIES
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Kept, Measured, NotAssessed, Period, absence, measure, month_words, number, source
from toolkit.sealed import keeps_sealed

COLUMNS = [*PERSON, "item", "comment", "language", "in_period"]
COMMENT = ["audience", "wave", "respondent", "item"]  # what tells comments apart
DOMAIN = "English comments on IT work (Jira), labelled by people"
NEGATIVE, UNSURE = "negative", "unsure"


@keeps_sealed
def comments(
    survey_comments: pd.DataFrame,
    survey_respondents: pd.DataFrame,
    survey_items: pd.DataFrame,
    survey_invitations: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """One row a comment that says something, with whether it is of its audience's last wave and that wave in the period.

    An audience's last wave is the last in which it was invited, answered or wrote, so that what was written before does not
    stand for a wave in which nobody wrote. Source: own definition.
    """
    reason = absence("survey_comments", survey_comments)
    if reason:
        rows = pd.DataFrame(columns=COLUMNS)
        rows.attrs = {"table": "comments", "absent": reason}
        return rows
    rows = survey_comments[[*PERSON, "item", "comment", "language"]]
    rows = rows[rows["comment"].str.strip().fillna("").ne("") & (rows["wave"] <= period.end)]
    asked = [table[["audience", "wave"]] for table in (survey_respondents, survey_invitations) if len(table)]
    waves = pd.concat([*asked, rows[["audience", "wave"]]])
    last = waves[waves["wave"] <= period.end].groupby("audience")["wave"].max().rename("last").reset_index()
    rows = rows.merge(last, on="audience", how="left")
    rows = rows.assign(in_period=rows["wave"].eq(rows["last"]) & (rows["wave"] >= period.start))[COLUMNS]
    used = {"survey_comments": survey_comments, "survey_items": survey_items}
    sources = Kept(source(name, table) for name, table in used.items() if not absence(name, table))
    rows.attrs = {"table": "comments", "sources": sources, "absent": "" if len(rows) else "nobody wrote a comment"}
    return rows


def _heard(rows: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The comments of the audiences of whom enough people wrote, and which others are left out."""
    floor = max(rows.attrs.get("comment_floor", COMMENT_FLOOR), rows.attrs.get("people_floor", PEOPLE_FLOOR))
    recent = rows[rows["in_period"]]
    if recent.empty:
        raise NotAssessed("nobody wrote a comment in the last wave of the period")
    people = recent.groupby("audience")["respondent"].nunique()
    few = [WHO[audience] for audience in people.index[people < floor]]
    if len(few) == len(people):
        raise NotAssessed(f"fewer than {floor:g} people of {' and of '.join(few)} wrote a comment")
    left_out = (
        f"fewer than {floor:g} people of {' and of '.join(few)} wrote, whose comments are left out" if few else ""
    )
    return recent[recent["audience"].map(people) >= floor], left_out


def _people(rows: pd.DataFrame) -> pd.Series:
    return rows["audience"].astype(str) + " " + rows["respondent"].astype(str)


def _whose(rows: pd.DataFrame) -> str:
    """'the customers' and the team's comments of September 2026'."""
    who = " and ".join(WHOSE[audience] for audience in sorted(rows["audience"].unique()))
    months = " and ".join(month_words(month) for month in sorted(rows["wave"].unique()))
    return f"{who} comments of {months}"


# ---------------------------------------------------------------------------------------------------------------- tone
@measure("Comments: negative", better="lower", unit="share")
def comment_tone(comments: pd.DataFrame, comment_labels: pd.DataFrame | None = None) -> Measured:
    """Share of the comments that are negative, corrected for how the classifier errs.

    Each comment is judged negative, neutral, positive or unsure by a linear classifier that was trained on comments on IT
    work; from its confusion matrix on held-out comments follows which shares make its answers most likely. Where people
    have labelled enough of these comments (`comment_labels`, the label most raters gave), their matrix is used, and the share
    is not assessed when the classifier agrees with them too little. Last waves in the period; only audiences of whom as many
    people wrote as comments need.

    Interval: by simulation of both the sample and the matrix. Parts: tone (corrected share, `counted` as the classifier
    says, people), confusion (of each labelled class, the share that is said to be each; comments as n). Source: W. Rogan
    and B. Gladen, American Journal of Epidemiology 107 (1978) 71-76.
    """
    from toolkit.stats.text.agreement import corrected_shares
    from toolkit.stats.text.polarity import OUTCOMES, classify, held_out_confusion

    rows, left_out = _heard(comments)
    judged = classify(rows["comment"], rows["language"].fillna(""))["polarity"].to_numpy()
    confusion, known = held_out_confusion(), f"the classifier was trained on {DOMAIN}"
    own = _labelled(rows, judged, comment_labels)
    if own is not None:
        confusion, known = (
            own.confusion,
            f"the classifier was trained on {DOMAIN}, and is held against {plural(own.n, 'label')} given to these comments",
        )
    said = pd.Series(judged).value_counts().reindex(confusion.columns, fill_value=0)
    if not said.drop(UNSURE, errors="ignore").sum():
        raise NotAssessed(f"the classifier is sure of none of the comments; it was trained on {DOMAIN}")
    shares = corrected_shares(said.to_numpy(), confusion.to_numpy())
    place = list(confusion.index).index(NEGATIVE)
    value, low, high = (float(end[place]) for end in shares)
    n = int(_people(rows).nunique())
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of="people who wrote",
        interval="95 % interval (simulation of the sample and of the classifier's errors)",
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of {_whose(rows)} are negative.",
        because=joined(
            f"{plural(len(rows), 'comment')} of {plural(n, 'person', 'people')}",
            f"of {number(float(np.mean(judged == UNSURE)), 'share')} the classifier is unsure",
            known,
            left_out,
        ),
        parts={
            "tone": _tones(shares, confusion, judged, n),
            "confusion": _confusion(confusion, [name for name in OUTCOMES if name in confusion]),
        },
    )


def _tones(shares: Any, confusion: pd.DataFrame, judged: np.ndarray, n: int) -> pd.DataFrame:
    made = [
        [name, *(float(end[place]) for end in shares), float(np.mean(judged == name)), n]
        for place, name in enumerate(confusion.index)
    ]
    made.append([UNSURE, np.nan, np.nan, np.nan, float(np.mean(judged == UNSURE)), n])
    return pd.DataFrame(made, columns=["tone", "value", "low", "high", "counted", "n"])


def _confusion(confusion: pd.DataFrame, outcomes: list[str]) -> pd.DataFrame:
    """One row a labelled class and outcome: the share of the class that is said to be it, and the labelled comments."""
    totals = confusion.sum(axis=1)
    made = [
        [
            labelled,
            said,
            confusion.loc[labelled, said] / totals[labelled] if totals[labelled] else np.nan,
            totals[labelled],
        ]
        for labelled in confusion.index
        for said in outcomes
    ]
    return pd.DataFrame(made, columns=["labelled", "said", "value", "n"])


def _labelled(rows: pd.DataFrame, judged: np.ndarray, labels: pd.DataFrame | None) -> Any:
    """How far the classifier agrees with the labels of these comments; None where too few are labelled."""
    if labels is None:
        return None
    from toolkit.stats.text.agreement import LEAST_LABELS, agreement, confusion_matrix

    counts = labels.groupby([*COMMENT, "polarity"]).size().rename("raters").reset_index()
    most = counts["raters"].eq(counts.groupby(COMMENT)["raters"].transform("max"))
    agreed = counts[most].drop_duplicates(COMMENT, keep=False)
    given = rows[COMMENT].merge(agreed, on=COMMENT, how="left")["polarity"]
    if given.notna().sum() < LEAST_LABELS or given.nunique() < len(POLARITIES):
        return None
    found = agreement(given.fillna(""), judged, POLARITIES)
    if not found.trusted:
        raise NotAssessed(
            f"the classifier agrees too little with the labels of these comments (kappa {number(found.kappa.value)}); "
            f"it was trained on {DOMAIN}"
        )
    from dataclasses import replace

    return replace(found, confusion=confusion_matrix(given.fillna(""), judged, POLARITIES))


# -------------------------------------------------------------------------------------------------------------- themes
@measure("Comments: most raised theme", unit="share")
def comment_themes(comments: pd.DataFrame) -> Measured:
    """Share of the people who wrote that raise the commonest theme.

    A comment raises a theme when it holds one of the theme's terms (listed in data/reference/themes.csv), in praise or
    blame. Last waves in the period; only audiences of whom as many people wrote as comments need. A theme raised by fewer
    people than the floor is not shown, and a quotation only where as many people raise its theme as comments need: the
    most typical comment, masked (names, addresses, numbers) and cut to 160 characters.

    Interval: Wilson's. Part theme: theme, share of people, people who raise it (n), quotation. Source: own definition.
    """
    from toolkit.stats.text.masking import mask
    from toolkit.stats.text.themes import NO_THEME, quotation, theme_counts, theme_hits, theme_terms, typical

    rows, left_out = _heard(comments)
    floor = comments.attrs.get("comment_floor", COMMENT_FLOOR)
    masked, people = mask(rows["comment"]), _people(rows)
    hits = theme_hits(masked)
    counts = theme_counts(hits, people)
    terms = theme_terms()
    quotations = [
        quotation(masked[typical(masked, hits[theme])[0]], terms[theme]) if theme in hits and raised >= floor else ""
        for theme, raised in zip(counts["theme"], counts["people"], strict=True)
    ]
    table = counts.rename(columns={"people": "n"}).assign(quotation=quotations)
    table = table[table["n"] > 0][["theme", "value", "low", "high", "n", "quotation"]].reset_index(drop=True)
    first, wrote = table.iloc[0], int(people.nunique())
    if first["theme"] == NO_THEME or first["n"] < comments.attrs.get("people_floor", PEOPLE_FLOOR):
        raise NotAssessed("no theme is raised by enough people")
    return Measured(
        unit="share",
        value=float(first["value"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=wrote,
        n_of="people who wrote",
        interval="95 % interval (Wilson)",
        claim=f"Most raised in {_whose(rows)}: {first['theme']}, by {number(first['value'], 'share')}"
        f"{bracket(first['low'], first['high'], 'share')} of the {wrote:,} people who wrote.",
        because=joined("a theme is raised in praise or in blame", left_out),
        parts={"theme": table},
    )
