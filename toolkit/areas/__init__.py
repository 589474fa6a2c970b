"""The evaluation areas, in the order in which a review reads them: one module or package an area, one notebook an area."""

from toolkit.areas import contract, cost, delivery, exit, goals, quality, relationship, sentiment

AREAS = (goals, cost, quality, delivery, sentiment, relationship, contract, exit)
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
