"""The tables of the sentiment area: who was asked what, and what they said.

Three audiences are asked: the client's own *team* that works with the vendor, the *customers* who use what it delivers, and
the *vendor* itself. A wave is one time of asking one audience, named by its month. Answers, comments and what is known of
those who gave them are confidential: a case hands them on sealed, so that only measures read them, and what a measure gives
is held back where it rests on too few people.
"""

from __future__ import annotations

from toolkit.areas.columns import SOURCE_FILE, SOURCE_ROW, VENDOR, optional
from toolkit.tables import Column, Rule, Table

AREA = "sentiment"
TEAM, CUSTOMERS, SUPPLIER = AUDIENCES = ("team", "customers", "vendor")
RECOMMENDATION, COMMENT, EXPECTATION, IMPORTANCE = "recommendation", "comment", "expectation", "importance"
RATINGS = ("agreement", "satisfaction")  # kinds of items whose answers say how good something is
KINDS = (*RATINGS, RECOMMENDATION, EXPECTATION, IMPORTANCE, COMMENT)
MISSING = ("skipped", "not_applicable", "dont_know")
POLARITIES = ("negative", "neutral", "positive")

AUDIENCE = Column(
    "audience", "text", "Who was asked: the client's team, the customers or the vendor", allowed=AUDIENCES
)
WAVE = Column("wave", "month", "Month of the wave: one time of asking", example="2026-09")
RESPONDENT = Column(
    "respondent", "person", "Who answered; kept only as a salted hash, which is the same in every wave", example="r0172"
)
ITEM = Column("item", "text", "Short name of the item; the same words asked of two audiences have the same name")
GROUPS = ("team", "role", "site")  # columns by which respondents may be told apart
_group = optional("team", "text", "Team or department", example="Finance")

SURVEY_ITEMS = Table(
    "survey_items",
    "one item of a questionnaire",
    (
        AUDIENCE,
        ITEM,
        Column("construct", "text", "What it measures, together with the items of the same construct", example="trust"),
        Column("wording", "text", "The words in which it is asked", example="The vendor keeps its word."),
        Column(
            "kind",
            "text",
            "agreement or satisfaction: how good; recommendation: 0 to 10, how likely; expectation, importance: what was "
            "expected of the item in `of`, or how much it matters; comment: free text",
            allowed=KINDS,
            example="agreement",
        ),
        optional("low", "number", "Lowest answer of its scale; empty for a comment", example="1"),
        optional("high", "number", "Highest answer of its scale; empty for a comment", example="5"),
        optional("reversed", "text", "Whether a high answer is a bad one", allowed=("yes", "no"), example="no"),
        optional("overall", "text", "Whether it asks for the overall judgement", allowed=("yes", "no"), example="no"),
        optional("of", "text", "Item whose expectation or importance it asks for", example="speed_2"),
        optional("follows", "text", "Published scale that it follows", example="Net promoter score (Reichheld 2003)"),
    ),
    key=("audience", "item"),
    rules=(
        Rule(
            "a scale whose lowest answer is below its highest",
            ("kind", "low", "high"),
            lambda rows: rows["kind"].eq(COMMENT) | (rows["low"] < rows["high"]),
        ),
        Rule(
            "a scale from 0 to 10 for a recommendation",
            ("kind", "low", "high"),
            lambda rows: rows["kind"].ne(RECOMMENDATION) | (rows["low"].eq(0) & rows["high"].eq(10)),
        ),
        Rule(
            "the item whose expectation or importance it is",
            ("kind", "of"),
            lambda rows: ~rows["kind"].isin((EXPECTATION, IMPORTANCE)) | rows["of"].notna(),
        ),
    ),
    area=AREA,
)

SURVEY_INVITATIONS = Table(
    "survey_invitations",
    "the people of one group who were invited to one wave",
    (
        VENDOR,
        AUDIENCE,
        WAVE,
        _group,
        optional("role", "text", "Role", example="Service owner"),
        optional("site", "text", "Site or country", example="Leeds"),
        Column("invited", "integer", "People who were invited", unit="people", low=0, example="42"),
        optional("population", "integer", "People who belong to it, where not all were invited", unit="people", low=0),
    ),
    key=("vendor", "audience", "wave", *GROUPS),
    rules=(
        Rule(
            "a population of at least those invited",
            ("invited", "population"),
            lambda rows: rows["population"].isna() | (rows["population"] >= rows["invited"]),
        ),
    ),
    dated="wave",
    area=AREA,
)

SURVEY_RESPONDENTS = Table(
    "survey_respondents",
    "one person who took part in one wave",
    (
        VENDOR,
        AUDIENCE,
        WAVE,
        RESPONDENT,
        _group,
        optional("role", "text", "Role", example="Service owner"),
        optional("site", "text", "Site or country", example="Leeds"),
        optional("submitted", "date", "Day on which the answers were given", example="2026-09-14"),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
    key=("vendor", "audience", "wave", "respondent"),
    dated="wave",
    area=AREA,
    confidential=True,
)

SURVEY_ANSWERS = Table(
    "survey_answers",
    "one answer of one person to one item",
    (
        VENDOR,
        AUDIENCE,
        WAVE,
        RESPONDENT,
        ITEM,
        optional(
            "answer", "number", "The answer on the item's scale, as given: reversed items are turned later", example="4"
        ),
        optional("missing", "text", "Why there is no answer", allowed=MISSING, example="not_applicable"),
    ),
    key=("vendor", "audience", "wave", "respondent", "item"),
    rules=(
        Rule(
            "an answer, or why there is none, and not both",
            ("answer", "missing"),
            lambda rows: rows["answer"].isna() | rows["missing"].isna(),
        ),
    ),
    dated="wave",
    area=AREA,
    confidential=True,
)

SURVEY_COMMENTS = Table(
    "survey_comments",
    "one comment of one person on one item",
    (
        VENDOR,
        AUDIENCE,
        WAVE,
        RESPONDENT,
        ITEM,
        Column("comment", "text", "What was written; names, addresses and numbers are masked wherever it is shown"),
        optional("language", "text", "ISO 639-1 code where it is known", example="en"),
    ),
    key=("vendor", "audience", "wave", "respondent", "item"),
    dated="wave",
    area=AREA,
    confidential=True,
)

COMMENT_LABELS = Table(
    "comment_labels",
    "the judgement of one rater on the tone of one comment",
    (
        VENDOR,
        AUDIENCE,
        WAVE,
        RESPONDENT,
        ITEM,
        Column("rater", "person", "Who judged", example="rater A"),
        Column("polarity", "text", "The tone", allowed=POLARITIES, example="negative"),
    ),
    key=("vendor", "audience", "wave", "respondent", "item", "rater"),
    dated="wave",
    area=AREA,
    confidential=True,
)

MORALE_BENCHMARKS = Table(
    "morale_benchmarks",
    "one published figure on the morale of the client's people, or of people like them",
    (
        Column(
            "series",
            "text",
            "What was measured, and of whom: figures of one series can be compared over time",
            example="Employee engagement index, all civil servants",
        ),
        Column("month", "month", "Month of that survey", example="2020-10"),
        Column("value", "number", "The figure, as a share", unit="share", low=0, high=1, example="0.64"),
        optional("people", "integer", "People who answered", unit="people", low=1),
        optional("response_rate", "number", "Share of those asked who answered", unit="share", low=0, high=1),
        optional("source", "text", "Who published it", example="Cabinet Office, Civil Service People Survey"),
    ),
    key=("series", "month"),
    dated="month",
    area=AREA,
)

TABLES = (
    SURVEY_ITEMS,
    SURVEY_INVITATIONS,
    SURVEY_RESPONDENTS,
    SURVEY_ANSWERS,
    SURVEY_COMMENTS,
    COMMENT_LABELS,
    MORALE_BENCHMARKS,
)
