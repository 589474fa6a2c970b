"""Exit planning: what else could we do, and could we leave?

Decision: whether to stay, renegotiate, take a second source, switch or take the work back, and what to prepare before.
Tables: alternatives, exit_plan, exit_budget, services, client_spend, triggers; invoices, contracts and hidden_costs, which
other areas read, too; and what the other areas found.
Limits: quotes are what somebody promised. A simulation holds the ranges that it was given, and knows nothing of what nobody
thought of. Whether a plan works is known when it was tried out.

Read it in the notebook's order:

tables.py       what each file holds
look.py         reading the tables
checks.py       gaps and contradictions
ways.py         what stands behind the scenarios: every input, and what each way costs over the horizon
options.py      what else could we do
readiness.py    could we leave: plan, money, time
dependence.py   what hangs on this vendor
triggers.py     has an agreed sign come, and what does it open
negotiation.py  the negotiation brief, for the client alone
answer.py       the answer in one sentence, from findings
"""

from toolkit.areas.exit.answer import answer
from toolkit.areas.exit.checks import checks
from toolkit.areas.exit.dependence import hard_to_replace_share, single_source_share, spend_of_peak, spend_share
from toolkit.areas.exit.negotiation import leverage_left, price_gap, unclaimed_money, walk_away
from toolkit.areas.exit.options import (
    break_even,
    cheapest_probability,
    cost_drivers,
    scenario_cost,
    switching_gain,
    worst_case,
)
from toolkit.areas.exit.readiness import budget_coverage, plan_completeness, time_to_exit
from toolkit.areas.exit.tables import (
    ALTERNATIVES,
    AREA,
    CLIENT_SPEND,
    EXIT_BUDGET,
    EXIT_PLAN,
    SERVICES,
    TABLES,
    TRIGGERS,
)
from toolkit.areas.exit.triggers import triggers_reached
from toolkit.areas.exit.ways import scenario_inputs, scenarios

NAME = AREA
TITLE = "Exit planning"
NOTEBOOK = "80_exit_plan"
QUESTION = "What else could we do, and could we leave?"
READS = (  # areas whose findings triggers and unclaimed money are made of
    *("cost", "quality", "delivery", "sentiment"),
    *("relationship", "contract"),
)
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "exit.switching_gain",
    "exit.time_to_exit",
    "exit.budget_coverage",
    "exit.plan_completeness",
    "exit.worst_case",
    "exit.triggers_reached",
    "exit.single_source_share",
    "exit.spend_share",
    "exit.hard_to_replace_share",
    "exit.spend_of_peak",
    "exit.break_even",
)
TOTALS: tuple[str, ...] = ()  # nothing here may be added over vendors
DIFFERENCES = ("exit.switching_gain",)  # shown with their sign
SIGN = ("exit.switching_gain", "dearer to keep than to leave or change", "cheaper to keep than to leave or change")
SHARED = False  # what the client could live without, and what else it could do, is its own

__all__ = [
    "ALTERNATIVES",
    "CLIENT_SPEND",
    "DIFFERENCES",
    "EXIT_BUDGET",
    "EXIT_PLAN",
    "HEADLINES",
    "NAME",
    "NOTEBOOK",
    "QUESTION",
    "READS",
    "SERVICES",
    "SHARED",
    "SIGN",
    "TABLES",
    "TITLE",
    "TOTALS",
    "TRIGGERS",
    "answer",
    "break_even",
    "budget_coverage",
    "cheapest_probability",
    "checks",
    "cost_drivers",
    "hard_to_replace_share",
    "leverage_left",
    "plan_completeness",
    "price_gap",
    "scenario_cost",
    "scenario_inputs",
    "scenarios",
    "single_source_share",
    "spend_of_peak",
    "spend_share",
    "switching_gain",
    "time_to_exit",
    "triggers_reached",
    "unclaimed_money",
    "walk_away",
    "worst_case",
]
