"""What is true of the survey tables that `make_sentiment.py` makes, as `truths.yaml` holds it below the truths of quality.

Nothing here is measured as the toolkit measures: a truth comes from the plan of the answers, or is counted one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

import yaml
from make_quality_truths import Compact, per_cent
from make_sentiment import (
    AUDIENCES,
    CUSTOMERS,
    FALL,
    LOOSE,
    MASKED,
    PLAN,
    SUPPLIER,
    TEAM,
    WAVES,
    Row,
    Sentiment,
    item_rows,
)

LAST = WAVES[-1]
KINDS = {
    "alder": "green on its levels, and its customers are unhappy",
    "birch": "trusted by its client more than it trusts the client; a small group that subtraction would betray",
    "cedar": "a fall that is noise; a team of three; four people answer for the vendor",
    "dogwood": "nobody was asked: not assessed",
    "elm": "scores that fell, in the team and among the customers",
}
RULES = """\
What is planted in words stands in README.md.

Waves are months. `answered`: [people who answered, invited]. Answers are turned round where the item is reversed; on five
points 4 and 5 are favourable, 1 and 2 unfavourable. Counts are of answers given (what is skipped or has no opinion is none),
unweighted: [favourable, of]. `favourable` is of items on one thing, not all in all; `constructs` are those of the last wave.
`recommend`: [promoters (9, 10), passives (7, 8), detractors (0 to 6)]. `csat`: the item satisfaction.
`csat_weighted`: the last wave's share, each group counted by its population and not by who answered.
`planned`: the middle of the answers that was planned, on five points, before anybody's mood and slip.
hidden: groups of fewer than five people; `betrayed_by`: published side by side, these would give the hidden one away. Birch's
three in Delft are the rest of all less Leeds less Hull; and, as every manager sits in Hull and every engineer in Leeds or
Delft, of the engineers less Leeds, or of all less Leeds less the managers.
loose: [audience, construct] whose items were drawn one by one, for every vendor: nothing holds it together.
drives: what overall satisfaction was made of, at alder mostly quality, elsewhere mostly speed.
themes and tones: people by what their comment was meant to say, in the last wave. masked: what no page may show.
"""


def counted(rows: Iterable[tuple[Any, bool]]) -> dict[Any, list[int]]:
    """[those that are so, all] by key."""
    pairs: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for key, so in rows:
        pairs[key][0] += so
        pairs[key][1] += 1
    return dict(sorted(pairs.items()))


def sentiment_truths(made: Sentiment) -> Row:
    """Everything that is planted, and what is counted one by one."""
    found: Row = {"waves": list(WAVES), "loose": list(LOOSE), "vendors": {}}
    for vendor in KINDS:
        facts: Row = {"kind": KINDS[vendor]}
        if vendor in PLAN:
            facts |= {audience: _audience(made, vendor, audience) for audience in AUDIENCES}
            facts["drives"] = PLAN[vendor][CUSTOMERS].drives
            facts["masked"] = list(MASKED[vendor])
        found["vendors"][vendor] = facts | PLANTED.get(vendor, {})
    return found


PLANTED: dict[str, Row] = {
    "birch": {
        "hidden": {"site": ["Delft"]},
        "betrayed_by": [["site Leeds", "site Hull"], ["role Engineer", "site Leeds"], ["role Manager", "site Leeds"]],
        "planned_trust": {
            TEAM: PLAN["birch"][TEAM].middle["trust"][-1],
            SUPPLIER: PLAN["birch"][SUPPLIER].middle["trust"][-1],
        },
    },
    "cedar": {"hidden": {"team": ["Audit", "Legal"]}, "planned_change": 0.0},
    "elm": {"planned_change": -FALL, "fell_in": LAST},
}


def _audience(made: Sentiment, vendor: str, audience: str) -> Row:
    """What one audience said of a vendor."""
    mine = [row for row in made.rows["survey_answers"] if row["vendor"] == vendor and row["audience"] == audience]
    given = [row for row in mine if row["answer"] != ""]
    about = {item["item"]: item for item in item_rows() if item["audience"] == audience}
    rated = [
        (row, about[row["item"]]["construct"], _favourable(row, about))
        for row in given
        if _is_rating(about[row["item"]])
    ]
    facts = {
        "answered": _answered(made, vendor, audience),
        "favourable": counted((row["wave"], good) for row, _, good in rated),
        "constructs": counted((construct, good) for row, construct, good in rated if row["wave"] == LAST),
    }
    if audience != SUPPLIER:
        facts["recommend"] = _recommended(row for row in given if about[row["item"]]["kind"] == "recommendation")
    if audience == CUSTOMERS:
        overall = [(row, _favourable(row, about)) for row in given if row["item"] == "satisfaction"]
        facts["csat"] = counted((row["wave"], good) for row, good in overall)
        facts["csat_weighted"] = _weighted(made, vendor, [(row, good) for row, good in overall if row["wave"] == LAST])
    meant = [row for row in made.meant if (row["vendor"], row["audience"], row["wave"]) == (vendor, audience, LAST)]
    if meant:
        facts["themes"] = dict(Counter(row["theme"] for row in meant).most_common())
        facts["tones"] = dict(Counter(row["tone"] for row in meant).most_common())
    return facts


def _is_rating(item: Row) -> bool:
    """Whether an item says how good one thing is: not all in all, and not what was expected."""
    return item["kind"] in ("agreement", "satisfaction") and item["overall"] != "yes"


def _favourable(row: Row, about: dict[str, Row]) -> bool:
    """Whether an answer on five points is one of the two best."""
    return (6 - row["answer"] if about[row["item"]]["reversed"] == "yes" else row["answer"]) >= 4


def _answered(made: Sentiment, vendor: str, audience: str) -> dict[str, list[int]]:
    """People who answered and were invited, by wave."""
    came = Counter(
        r["wave"] for r in made.rows["survey_respondents"] if (r["vendor"], r["audience"]) == (vendor, audience)
    )
    invited = sum(group.invited for group in PLAN[vendor][audience].groups)
    return {wave: [came[wave], invited] for wave in WAVES}


def _recommended(rows: Iterable[Row]) -> dict[str, list[int]]:
    """Promoters, passives and detractors, by wave."""
    found: dict[str, list[int]] = {wave: [0, 0, 0] for wave in WAVES}
    for row in rows:
        found[row["wave"]][0 if row["answer"] >= 9 else 1 if row["answer"] >= 7 else 2] += 1
    return found


def _weighted(made: Sentiment, vendor: str, overall: list[tuple[Row, bool]]) -> float:
    """The share of each group, weighted with its population."""
    site = {r["respondent"]: r["site"] for r in made.rows["survey_respondents"] if r["vendor"] == vendor}
    shares = counted((site[row["respondent"]], good) for row, good in overall)
    size = {group.site: group.population or group.invited for group in PLAN[vendor][CUSTOMERS].groups}
    return round(sum(size[name] * good / of for name, (good, of) in shares.items()) / sum(size.values()), 4)


def truths_text(made: Sentiment) -> str:
    """The part of truths.yaml on sentiment: what is meant, and the figures."""
    comment = "".join(f"# {line}".rstrip() + "\n" for line in RULES.splitlines())
    options = {"sort_keys": False, "allow_unicode": True, "width": 200, "default_flow_style": None}
    return f"\n{comment}{yaml.dump({'sentiment': sentiment_truths(made)}, Dumper=Compact, **options)}"


def figures_text(made: Sentiment) -> str:
    """The tables of figures that stand in README.md."""
    found = sentiment_truths(made)["vendors"]
    before, last = WAVES[-2:]
    lines = [
        f"| vendor | audience | answered, {last} | favourable, {before} | {last} | promoters, passives, detractors |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for vendor, facts in found.items():
        for audience in AUDIENCES:
            if audience in facts:
                part = facts[audience]
                came, invited = part["answered"][last]
                shares = [per_cent(part["favourable"][wave]) for wave in (before, last)]
                recommend = ", ".join(map(str, part["recommend"][last])) if "recommend" in part else "not asked"
                lines.append(" | ".join([f"| `{vendor}`", audience, f"{came} of {invited}", *shares, recommend]) + " |")
    plain = found["alder"][CUSTOMERS]["csat"][last]
    lines += [
        "",
        f"Alder's customers who are satisfied, {last}: {per_cent(plain)} of those who answered, "
        f"{found['alder'][CUSTOMERS]['csat_weighted']:.1%} with each group counted by its population.",
    ]
    return "\n".join(lines)
