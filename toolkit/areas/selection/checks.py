"""What there is to know about a selection before anything is measured: gaps and contradictions between its tables."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.selection.look import known_scores, names_of
from toolkit.areas.words import listed, plural
from toolkit.model import Period


def checks(
    criteria: pd.DataFrame,
    candidates: pd.DataFrame,
    scores: pd.DataFrame,
    bids: pd.DataFrame,
    *,
    period: Period,
) -> pd.DataFrame:
    """Reconciliations of a selection's tables: check, found, remark; always a row each, also when all is well."""
    names = names_of(candidates)
    every = [str(name) for name in criteria["criterion"]]
    known = known_scores(scores, period)
    candidate, criterion = known["candidate"].astype("str"), known["criterion"].astype("str")
    strangers = sorted({*candidate[~candidate.isin(names.index)]})
    unasked = sorted({*criterion[~criterion.isin(every)]})
    there = set(zip(candidate, criterion, strict=True))
    missing = [f"{name} on {asked}" for short, name in names.items() for asked in every if (short, asked) not in there]
    late = int((scores["score"].notna()).sum()) - len(known)
    bare = int(known["evidence"].isna().sum())
    flat = [name for name, part in known.groupby(criterion)["score"] if part.nunique() == 1 and len(part) > 1]
    loose = int(criteria["worst"].isna().sum())
    beyond = _beyond(known, criteria)
    unnamed = sorted({*bids["bidder"].astype("str")} - set(names.index))
    listed_checks = [
        ("Candidates", len(names), "" if len(names) > 1 else "there is nothing to choose between"),
        ("Criteria", len(every), ""),
        ("Scores", len(known), f"{late:,} given after {period} left out" if late else ""),
        ("Without a score", len(missing), f"{listed(missing)}: whoever lacks one is not ranked" if missing else ""),
        ("Scores without evidence", bare, "nobody can look them up" if bare else ""),
        ("Scores beyond the ends of their scale", beyond, "their values lie below 0 or above 1" if beyond else ""),
        (
            "Scales without ends",
            loose,
            "the ends are those of the candidates, so the order may hang on who bid" if loose else "",
        ),
        ("Criteria on which all scores are equal", len(flat), f"{listed(flat)}: they decide nothing" if flat else ""),
        ("Scores of nobody in candidates", len(strangers), f"{listed(strangers)}: left out" if strangers else ""),
        ("Scores on no criterion", len(unasked), f"{listed(unasked)}: left out" if unasked else ""),
        ("Bids of nobody in candidates", len(unnamed), plural(len(bids), "bid") + " in all" if unnamed else ""),
    ]
    return pd.DataFrame(
        [(check, f"{count:,}", remark) for check, count, remark in listed_checks], columns=["check", "found", "remark"]
    )


def _beyond(known: pd.DataFrame, criteria: pd.DataFrame) -> int:
    ends = criteria.set_index(criteria["criterion"].astype("str"))[["worst", "best"]]
    name = known["criterion"].astype("str")
    low, high = (name.map(side).astype(float) for side in (ends.min(axis="columns"), ends.max(axis="columns")))
    return int(((known["score"] < low) | (known["score"] > high)).sum())
