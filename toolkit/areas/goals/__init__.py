"""Goal setting: what was agreed with this vendor, is it well formed, and will it be reached?

Decision: which goal is kept, rewritten or dropped, and what both sides do about those that will not be reached.
Tables: goals; and, where they exist, check_ins, with the findings of the other areas, in this period and in earlier ones.
Limits: a goal says what somebody thought worth writing down. A check-in is what was said. A forecast carries the past on, and
knows nothing of what is about to be done.

Read it in the notebook's order:

tables.py    what each file holds
register.py  one row a goal, with what is known of it, and the series behind it
checks.py    gaps, contradictions, and what was found before
grades.py    how far: grades, progress beside time, what those who work on it say
forecasts.py whether each will be reached at its deadline, and how good such forecasts are
smart.py     whether each is well formed, and what to write instead
trace.py     goals without a measure, measures without a goal, clauses, the vendor's agreement
agreement.py whether client and vendor rank them alike
answer.py    the answer in one sentence, from findings
words.py     the words that claims share
"""

from toolkit.areas.goals.agreement import rank_agreement
from toolkit.areas.goals.answer import answer
from toolkit.areas.goals.checks import checks
from toolkit.areas.goals.forecasts import forecast, trials
from toolkit.areas.goals.grades import confidence, grade, progress, stated
from toolkit.areas.goals.register import register, series
from toolkit.areas.goals.smart import smart_share
from toolkit.areas.goals.tables import AREA, CHECK_INS, FORECAST_TRIALS, MEASURES, TABLES
from toolkit.areas.goals.trace import acknowledged_share, clause_share, measured_share
from toolkit.areas.goals.words import rows_of

NAME = AREA
TITLE = "Goal setting"
NOTEBOOK = "10_goal_setting"
QUESTION = "What was agreed with this vendor, is it well formed, and will it be reached?"
SHARED = False  # forecasts and advice are the client's; what was agreed stands among the findings of each measure
READS = (  # areas whose findings it judges by
    *("cost", "quality", "delivery", "sentiment"),
    *("relationship", "contract", "exit"),
)
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "goals.grade",
    "goals.forecast",
    "goals.smart_share",
    "goals.progress",
    "goals.measured_share",
    "goals.confidence",
    "goals.rank_agreement",
    "goals.acknowledged_share",
    "goals.clause_share",
)
TOTALS: tuple[str, ...] = ()  # nothing here may be added over vendors
DIFFERENCES = ("goals.progress", "goals.rank_agreement")  # shown with their sign
SIGN = ("goals.progress", "ahead of their time with the goals", "behind their time with the goals")

__all__ = [
    "CHECK_INS",
    "DIFFERENCES",
    "FORECAST_TRIALS",
    "HEADLINES",
    "MEASURES",
    "NAME",
    "NOTEBOOK",
    "QUESTION",
    "READS",
    "SHARED",
    "SIGN",
    "TABLES",
    "TITLE",
    "TOTALS",
    "acknowledged_share",
    "answer",
    "checks",
    "clause_share",
    "confidence",
    "forecast",
    "grade",
    "measured_share",
    "progress",
    "rank_agreement",
    "register",
    "rows_of",
    "series",
    "smart_share",
    "stated",
    "trials",
]
