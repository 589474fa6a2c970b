"""Sentiment surveys: what do the team, the customers and the vendor say, and how sure is that?

Decision: where to act with the vendor (and with one's own people) before numbers show it, and whether an action has helped.
Tables: survey_items, survey_answers, and, where they exist, survey_respondents, survey_invitations, survey_comments,
comment_labels, morale_benchmarks.
Limits: those who answer are not those who were asked; a survey says what people find, not why. Small groups are not shown,
and neither is anything from which they could be derived, so that some true figures are missing.

Read it in the notebook's order:

tables.py      what each file holds
responses.py   the answers of all waves as one table
privacy.py     what may be shown: the stage that every figure passes
weights.py     from those who answered to those who were asked
checks.py      what could not be used, and why
taking_part.py who was heard, and who was not
figures.py     waves, shares, means: what the measures are made of
scores.py      favourable answers, NPS, CSAT
constructs.py  do the items of a construct measure one thing
changes.py     is it better than last time
groups.py      do teams, roles, sites differ
drivers.py     what goes with overall satisfaction
baseline.py    the client's morale as others published it
gaps.py        two sides of one relation; expected and perceived
comments.py    the tone of comments, and their themes
answer.py      the answer in one sentence, from findings
"""

from toolkit.areas.sentiment.answer import answer
from toolkit.areas.sentiment.baseline import morale_baseline
from toolkit.areas.sentiment.changes import customer_change, team_change
from toolkit.areas.sentiment.checks import checks
from toolkit.areas.sentiment.comments import comment_themes, comment_tone, comments
from toolkit.areas.sentiment.constructs import scale_reliability
from toolkit.areas.sentiment.drivers import satisfaction_drivers
from toolkit.areas.sentiment.gaps import perception_gap, service_gap
from toolkit.areas.sentiment.groups import group_differences
from toolkit.areas.sentiment.responses import responses
from toolkit.areas.sentiment.scores import (
    csat,
    customer_favourable,
    enps,
    nps,
    team_favourable,
    vendor_favourable,
)
from toolkit.areas.sentiment.tables import (
    AREA,
    COMMENT_LABELS,
    MORALE_BENCHMARKS,
    SURVEY_ANSWERS,
    SURVEY_COMMENTS,
    SURVEY_INVITATIONS,
    SURVEY_ITEMS,
    SURVEY_RESPONDENTS,
    TABLES,
)
from toolkit.areas.sentiment.taking_part import (
    customer_response_rate,
    nonresponse,
    team_response_rate,
    vendor_response_rate,
)

NAME = AREA
TITLE = "Sentiment survey"
NOTEBOOK = "50_sentiment_survey"
QUESTION = "What do the team, the customers and the vendor say, and how sure is that?"
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "sentiment.csat",
    "sentiment.team_favourable",
    "sentiment.customer_change",
    "sentiment.team_change",
    "sentiment.perception_gap",
    "sentiment.nps",
    "sentiment.enps",
    "sentiment.vendor_favourable",
    "sentiment.comment_tone",
    "sentiment.customer_favourable",
    "sentiment.customer_response_rate",
)
TOTALS = ()  # amounts that may be added over vendors
DIFFERENCES = (
    "sentiment.customer_change",
    "sentiment.team_change",
    "sentiment.perception_gap",
)  # shown with their sign
SIGN = (
    "sentiment.customer_change",
    "better liked by customers than a wave ago",
    "worse liked by customers than a wave ago",
)

__all__ = [
    "COMMENT_LABELS",
    "DIFFERENCES",
    "HEADLINES",
    "MORALE_BENCHMARKS",
    "NAME",
    "NOTEBOOK",
    "QUESTION",
    "SIGN",
    "SURVEY_ANSWERS",
    "SURVEY_COMMENTS",
    "SURVEY_INVITATIONS",
    "SURVEY_ITEMS",
    "SURVEY_RESPONDENTS",
    "TABLES",
    "TITLE",
    "TOTALS",
    "answer",
    "checks",
    "comment_themes",
    "comment_tone",
    "comments",
    "csat",
    "customer_change",
    "customer_favourable",
    "customer_response_rate",
    "enps",
    "group_differences",
    "morale_baseline",
    "nonresponse",
    "nps",
    "perception_gap",
    "responses",
    "satisfaction_drivers",
    "scale_reliability",
    "service_gap",
    "team_change",
    "team_favourable",
    "team_response_rate",
    "vendor_favourable",
    "vendor_response_rate",
]
