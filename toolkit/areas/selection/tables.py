"""The tables of the selection area: what a choice is made by, who is chosen between, and what became of earlier choices.

Those with a column `selection` belong to one decision, and a case holds those of its own only. Earlier decisions and the
tenders of a market belong to nobody: every selection may learn from them.
"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.columns import SOURCE_FILE, SOURCE_ROW, optional
from toolkit.tables import Column, Rule, Table

AREA = "selection"
YES_NO = ("yes", "no")
BETTER = ("higher", "lower")
RESULTS = ("passed", "failed", "open")
OUTCOMES = ("awarded", "failed", "cancelled", "unknown")
EXACT = 0.005  # by how much weights may miss 1, and two judgements of one pair each other's inverse

SELECTION = Column("selection", "id", "Selection id, as in review.yaml", example="desk_2027")
CANDIDATE = Column("candidate", "text", "Short name of the candidate, the same in every table", example="aspen")
CRITERION = Column("criterion", "text", "Criterion, the same in every table", example="Price")
EVIDENCE = optional("evidence", "text", "What it rests on: a document, a visit, a call", example="Offer, p. 12")


def _first_of(rows: pd.DataFrame, wrong: pd.Series, by: str = "selection") -> pd.Series:
    """A promise between the rows of a selection: kept by all of them but the first of those that break it."""
    return ~(wrong & ~rows[by].where(wrong).duplicated())


def _partly(name: str) -> Rule:
    """The promise that a column is filled for every criterion of a selection, or for none."""

    def counts(rows: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        groups = rows.groupby("selection")[name]
        return groups.transform("count"), groups.transform("size")

    def holds(rows: pd.DataFrame) -> pd.Series:
        given, every = counts(rows)
        return _first_of(rows, (given > 0) & (given < every))

    def found(rows: pd.DataFrame) -> pd.Series:
        given, every = counts(rows)
        return name + " for " + given.astype("str") + " of " + every.astype("str") + " criteria"

    return Rule(f"{name} for every criterion of a selection, or for none", ("selection", name), holds, found)


def _weights_sum(rows: pd.DataFrame) -> pd.Series:
    return rows.groupby("selection")["weight"].transform("sum")


WEIGHTS_ADD_UP = Rule(
    "weights of a selection that add up to 1",
    ("selection", "weight"),
    lambda rows: _first_of(
        rows,
        rows.groupby("selection")["weight"].transform("count").eq(rows.groupby("selection")["weight"].transform("size"))
        & ~_weights_sum(rows).between(1 - EXACT, 1 + EXACT),
    ),
    lambda rows: "weights that add up to " + _weights_sum(rows).map("{:.4g}".format),
    "Change the weights, or give swing_points, which need not add up to anything.",
)


def _inverse(rows: pd.DataFrame) -> pd.Series:
    """For each judgement that of the same pair the other way round, by the same rater; NaN where there is none."""
    by = ["selection", "rater", "criterion", "other"]
    keys = rows[by].astype("str")
    turned = keys.rename(columns={"criterion": "other", "other": "criterion"})[by]
    known = pd.Series(rows["judgement"].to_numpy(), index=pd.MultiIndex.from_frame(keys))
    known = known[~known.index.duplicated()]
    return pd.Series(known.reindex(pd.MultiIndex.from_frame(turned)).to_numpy(), index=rows.index)


BOTH_WAYS = Rule(
    "a judgement that is the inverse of that of the same pair the other way round",
    ("criterion", "other", "judgement"),
    lambda rows: _inverse(rows).isna() | (rows["judgement"] * _inverse(rows)).between(0.97, 1.03),
    lambda rows: (
        rows["criterion"].astype("str")
        + " over "
        + rows["other"].astype("str")
        + " "
        + rows["judgement"].map("{:g}".format)
        + ", and the other way round "
        + _inverse(rows).map("{:g}".format)
    ),
    "Judge each pair once.",
)

CRITERIA = Table(
    "criteria",
    "one criterion by which a selection is made",
    (
        SELECTION,
        CRITERION,
        Column("better", "text", "Which scores are better", allowed=BETTER, example="lower"),
        optional("unit", "text", "Unit of its scores", example="GBP a year"),
        optional(
            "weight",
            "number",
            "Share of the decision that hangs on it; all of them add up to 1",
            low=0,
            high=1,
            example="0.3",
        ),
        optional(
            "swing_points",
            "number",
            "What the step from the worst to the best end is worth, 100 where it is worth most; taken before weight",
            low=0,
            example="100",
        ),
        optional(
            "worst",
            "number",
            "Score at the worst end of its scale; else the worst score of a candidate",
            example="900000",
        ),
        optional(
            "best", "number", "Score at the best end of its scale; else the best score of a candidate", example="500000"
        ),
        EVIDENCE,
    ),
    key=("selection", "criterion"),
    rules=(
        _partly("weight"),
        _partly("swing_points"),
        WEIGHTS_ADD_UP,
        Rule(
            "both ends of a scale or none, the best one on the better side",
            ("better", "worst", "best"),
            lambda rows: (
                (rows["worst"].isna() & rows["best"].isna())
                | ((rows["best"] > rows["worst"]) & rows["better"].eq("higher"))
                | ((rows["best"] < rows["worst"]) & rows["better"].eq("lower"))
            ),
        ),
    ),
    area=AREA,
)

CANDIDATES = Table(
    "candidates",
    "one candidate of a selection",
    (
        SELECTION,
        CANDIDATE,
        optional("name", "text", "Name as reports print it; else the short name", example="Aspenholt Services"),
        optional("incumbent", "text", "Whether it does the work today", allowed=YES_NO, example="no"),
    ),
    key=("selection", "candidate"),
    area=AREA,
)

SCORES = Table(
    "scores",
    "one score of a candidate on a criterion, by one rater; or a fact, without a rater",
    (
        SELECTION,
        CANDIDATE,
        CRITERION,
        optional("rater", "text", "Who scored, by name or role; empty where the score is a fact", example="Head of IT"),
        optional("score", "number", "The score, in the criterion's unit; empty where there is none yet", example="7"),
        optional("scored", "date", "Day on which it was given", example="2026-09-14"),
        EVIDENCE,
    ),
    key=("selection", "candidate", "criterion", "rater"),
    area=AREA,
)

PAIRWISE = Table(
    "pairwise",
    "one judgement of how much more one criterion matters than another (AHP)",
    (
        SELECTION,
        optional(
            "rater", "text", "Who judged; several are brought together by their geometric mean", example="Head of IT"
        ),
        CRITERION,
        Column("other", "text", "Criterion that it is held against", example="Quality"),
        Column(
            "judgement",
            "number",
            "How many times as much it matters: 1 alike, 3 somewhat more, 9 far more; 0.333 for a third",
            low=0.11,
            high=9,
            example="3",
        ),
    ),
    key=("selection", "rater", "criterion", "other"),
    rules=(
        Rule(
            "two different criteria",
            ("criterion", "other"),
            lambda rows: rows["criterion"].ne(rows["other"]).astype(bool),
        ),
        BOTH_WAYS,
    ),
    area=AREA,
)

DILIGENCE_CHECKS = Table(
    "diligence_checks",
    "one due-diligence check of a candidate",
    (
        SELECTION,
        CANDIDATE,
        Column("check", "text", "What was checked", example="ISO 27001 certificate"),
        optional("checked", "date", "Day on which it was checked", example="2026-08-20"),
        optional("result", "text", "What came of it; open where it is empty", allowed=RESULTS, example="passed"),
        optional("expires", "date", "Last day on which its evidence holds", example="2027-03-31"),
        EVIDENCE,
    ),
    key=("selection", "candidate", "check"),
    area=AREA,
)

RED_FLAGS = Table(
    "red_flags",
    "one warning about a candidate",
    (
        SELECTION,
        CANDIDATE,
        Column("flag", "text", "What is wrong", example="On a sanctions list"),
        optional("raised", "date", "Day on which it was raised", example="2026-08-28"),
        optional("cleared", "date", "Day on which it was found to be none", example=""),
        Column("excludes", "text", "Whether it rules the candidate out", allowed=YES_NO, example="yes"),
        EVIDENCE,
    ),
    key=("selection", "candidate", "flag"),
    area=AREA,
)

BIDS = Table(
    "bids",
    "one price that was offered",
    (
        SELECTION,
        Column("bidder", "text", "Short name of the candidate, or of one who bid and is none", example="aspen"),
        optional("lot", "text", "Part of the work that it is for, where there are several", example="Service desk"),
        Column(
            "price", "number", "Price of the whole, in the client's currency", unit="currency", low=0, example="612000"
        ),
        optional(
            "should_cost",
            "number",
            "What it should cost by one's own reckoning, in the client's currency",
            unit="currency",
            low=0,
            example="640000",
        ),
        optional("received", "date", "Day on which it came in", example="2026-09-01"),
        EVIDENCE,
    ),
    key=("selection", "lot", "bidder"),
    rules=(Rule("a price above zero", ("price",), lambda rows: rows["price"] > 0),),
    area=AREA,
)

PAST_DECISIONS = Table(
    "past_decisions",
    "one candidate of an earlier decision on one criterion: what it was scored then, and what it delivered",
    (
        Column("decision", "text", "Short name of the decision", example="hosting_2023"),
        optional("decided", "date", "Day on which it was decided", example="2023-05-12"),
        CANDIDATE,
        CRITERION,
        Column("better", "text", "Which numbers are better", allowed=BETTER, example="higher"),
        optional("weight", "number", "Its weight then; all alike where none is given", low=0, example="0.3"),
        optional("score", "number", "Score at the decision; empty for what nobody scored", example="8"),
        optional(
            "delivered", "number", "What was delivered, on the same scale; empty where it is not known", example="6"
        ),
        optional("chosen", "text", "Whether the candidate was chosen", allowed=YES_NO, example="yes"),
        optional("source", "text", "Where the numbers come from", example="Review of 2025"),
    ),
    key=("decision", "candidate", "criterion"),
    area=AREA,
)

MARKET_TENDERS = Table(
    "market_tenders",
    "one tender of a market in which the client buys, its own or another buyer's",
    (
        Column("tender", "text", "Number of the tender", example="1042"),
        Column("published", "date", "Day on which it was published", example="2026-03-02"),
        optional("buyer", "text", "Who asked", example="Quillmoor Water"),
        optional("category", "text", "What kind of work it was for", example="Service desk"),
        optional("title", "text", "What was asked for", example="Service desk for 900 workplaces"),
        optional("bidders", "integer", "How many bid", low=0, example="6"),
        optional(
            "outcome",
            "text",
            "What came of it; unknown where nothing was published",
            allowed=OUTCOMES,
            example="awarded",
        ),
        optional("winner", "text", "Who won", example="Aspenholt Services"),
        optional("value", "number", "Amount of the award", unit="currency", low=0, example="610000"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("tender",),
    area=AREA,
)

TABLES = (
    CRITERIA,
    CANDIDATES,
    SCORES,
    PAIRWISE,
    DILIGENCE_CHECKS,
    RED_FLAGS,
    BIDS,
    PAST_DECISIONS,
    MARKET_TENDERS,
)
