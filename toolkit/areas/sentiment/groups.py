"""Do teams, roles or sites find it different from the others: by ordinal methods, for all groups and constructs at once."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.sentiment.changes import DELTA, change_words, likely_words
from toolkit.areas.sentiment.figures import floors, heard, last_wave, person_scores, ratings, when
from toolkit.areas.sentiment.privacy import people_of, shown_groups
from toolkit.areas.sentiment.tables import TEAM
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Measured, NotAssessed, measure, number

ALL_ITEMS = "all"
COLUMNS = ["dimension", "group", "construct", "value", "low", "high", "p", "words", "n"]


@measure("Team: differences between groups")
def group_differences(responses: pd.DataFrame) -> Measured:
    """The group of the client's team that lies furthest from all others: Cliff's delta of people's mean scores.

    From -1 (all its people score lower than all others) to 1. The last wave in the period; only groups that may be shown
    (see `toolkit.areas.sentiment.privacy`), each against everybody else, for all rating items together and by construct. p
    by Mann-Whitney, after Holm over all that is compared. Unweighted.

    Part group: dimension, group, construct ("all" for all items), delta with interval, p, words, people of the group.
    Source: N. Cliff, Psychological Bulletin 114 (1993) 494-509; S. Holm, Scandinavian Journal of Statistics 6 (1979) 65-70.
    """
    floor, _ = floors(responses)
    wave = last_wave(responses, TEAM)
    rated = ratings(wave, floor)
    table = _compared(rated, floor)
    if table.empty:
        raise NotAssessed("no group is large enough to be shown beside the others")
    whole = table[table["construct"] == ALL_ITEMS]
    far = whole.iloc[int(whole["value"].abs().argmax())]
    beyond = table[[likely_words(p) != "may be chance" for p in table["p"]]]
    groups = whole[["dimension", "group"]].drop_duplicates()
    return Measured(
        unit="",
        value=float(far["value"]),
        low=float(far["low"]),
        high=float(far["high"]),
        n=int(far["n"]),
        n_of="people",
        interval=DELTA,
        claim=f"Furthest from all others in {when(wave)} is {far['dimension']} {far['group']}: {far['words']} "
        f"(Cliff's delta {number(far['value'])}{bracket(far['low'], far['high'])}).",
        because=joined(
            heard(wave, {}),
            f"{plural(len(table), 'comparison')} of {plural(len(groups), 'group')}, {len(beyond)} beyond chance",
        ),
        parts={"group": table},
    )


def _compared(rated: pd.DataFrame, floor: float) -> pd.DataFrame:
    """One row a shown group and construct: the group against everybody else, where both are enough people."""
    from toolkit.stats.ordinal import cliffs_delta, mann_whitney
    from toolkit.stats.trends import holm

    shown = shown_groups(people_of(rated, rated["favourable"]), floor)
    subjects = [(ALL_ITEMS, rated), *rated.groupby("construct", sort=False, observed=True)]
    made = []
    for construct, rows in subjects if len(subjects) > 2 else subjects[:1]:
        scores = person_scores(rows)
        people = rows.drop_duplicates("respondent").set_index("respondent")
        for dimension, groups in shown.items():
            for group in groups:
                inside = people[dimension].eq(group).reindex(scores.index).fillna(False).astype(bool)
                if min(inside.sum(), (~inside).sum()) < floor:
                    continue
                found = cliffs_delta(scores[inside], scores[~inside])
                p = mann_whitney(scores[inside], scores[~inside]).p
                made.append([dimension, group, construct, found.value, found.low, found.high, p, "", int(inside.sum())])
    table = pd.DataFrame(made, columns=COLUMNS)
    if table.empty:
        return table
    table["p"] = holm(table["p"])
    table["words"] = [change_words(*pair, "the others") for pair in zip(table["value"], table["p"], strict=True)]
    return table
