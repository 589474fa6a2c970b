"""The evaluation areas, in the order in which a review reads them: one module or package an area, one notebook an area."""

from toolkit.areas import contract, cost, delivery, exit, goals, quality, relationship, selection, sentiment

AREAS = (goals, cost, quality, delivery, sentiment, relationship, contract, exit)  # each about one vendor
DECISIONS = (selection,)  # each about a choice between candidates, who are no vendors yet
EVERY_AREA = (*AREAS, *DECISIONS)
# A service level may be green while those who need the service are not content: the pages hold the one against the other.
KEPT = ("quality.sla_attainment",)  # what a contract promises
FELT = (
    "sentiment.csat",
    "sentiment.customer_favourable",
    "sentiment.nps",
    "sentiment.team_favourable",
)  # what people say
# The headings of a balanced review, each with the areas below it.
SECTIONS = {
    "Money": ("cost",),
    "Customers and team": ("sentiment",),
    "Delivery and quality": ("quality", "delivery"),
    "Relationship and future": ("goals", "relationship", "contract", "exit"),
}
ABOVE = ("goals",)  # what the headline has said already, before the sides of a review
# What a leader can act on. The summary names no measure itself: it takes these, as far as they are known.
CLAIMS = (  # money that may be asked back, or need not be paid again
    "quality.credits_unclaimed",
    "cost.invoice_check",
    "contract.unused_value",
    "contract.disputed_value",
)
DATES = (("contract.steps_overdue", "table"),)  # parts with the columns what, ready_by, owner, state
WINS = ("relationship.wins_share", "relationship.idea_value", "relationship.plans_effective")
TROUBLES = (
    "relationship.plans_without_effect",
    "relationship.escalations",
    "relationship.overdue_share",
    "contract.obligations_overdue",
    "contract.disputes_open",
)
SIGNED = "relationship.evaluations_kept"  # whether somebody named evaluated, and signed
# What speaks to each way to go on; the summary cites what was found and never decides.
OPTIONS = {
    "Renew": ("cost.saving_share", "quality.sla_attainment", "sentiment.csat", "relationship.plans_effective"),
    "Renegotiate": (
        "contract.clause_coverage",
        "contract.money_left",
        "contract.unused_value",
        "contract.days_to_notice",
    ),
    "Dual-source": (),
    "Leave": ("contract.days_to_notice",),
}
