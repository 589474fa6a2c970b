"""Cost comparison: what does this vendor cost, is it less than before, and is it what was agreed?

Decision: whether the arrangement saves money, whether a bill is paid as it stands, whether the price is renegotiated.
Tables: invoices, and, where they exist, internal_costs, volumes, rates, contracts, budgets, business_case.
Limits: spend is what was paid, not what was received; a saving is measured against the months before the contract, restated
for volume and prices, and everything else that changed at the same time is in it too.

Read it in the notebook's order:

tables.py    what each file holds
ledger.py    charges by month, months of which nothing is known, reconciliations
charges.py   what does it cost
months.py    what stands behind a saving: each month's cost, and what it would have cost as before the contract
savings.py   is it less than before
change.py    has it changed since the contract began
returns.py   does it pay back
agreed.py    is it what was agreed
audit.py     the tests of an invoice line
answer.py    the answer in one sentence, from findings
words.py     the words that claims share
"""

from toolkit.areas.cost.agreed import budget_variance, invoice_check, likely_duplicates
from toolkit.areas.cost.answer import answer
from toolkit.areas.cost.change import slope_change, step_change
from toolkit.areas.cost.charges import charges_change, hidden_cost, monthly_signals, total_cost, vendor_charges
from toolkit.areas.cost.ledger import checks
from toolkit.areas.cost.months import costs_by_month
from toolkit.areas.cost.returns import internal_rate_of_return, net_present_value, one_off_cost, payback
from toolkit.areas.cost.savings import (
    baseline,
    gross_saving,
    real_saving,
    saving,
    saving_realised,
    saving_share,
    unit_cost,
)
from toolkit.areas.cost.tables import (
    AREA,
    BUDGETS,
    BUSINESS_CASE,
    CONTRACTS,
    HIDDEN_COSTS,
    INTERNAL_COSTS,
    INVOICES,
    PRICE_INDEX,
    RATES,
    TABLES,
    VOLUMES,
)

NAME = AREA
TITLE = "Cost comparison"
NOTEBOOK = "20_cost_comparison"
QUESTION = "What does this vendor cost, is it less than before, and is it what was agreed?"
HEADLINES = (  # what the summary and the portfolio show of this area, the most telling first
    "cost.vendor_charges",
    "cost.saving_share",
    "cost.charges_change",
    "cost.budget_variance",
    "cost.invoice_check",
    "cost.saving",
    "cost.saving_realised",
    "cost.unit_cost",
    "cost.payback",
)
TOTALS = ("cost.vendor_charges", "cost.invoice_check")  # amounts that may be added over vendors
DIFFERENCES = ("cost.charges_change", "cost.budget_variance")  # more or less than something: shown with their sign
SIGN = ("cost.saving_share", "cheaper than before the contract", "dearer than before the contract")  # above, below zero

CLIENT_ONLY = (  # what rests on the client's own costs, budget and business case: in no edition for the vendor
    "cost.total_cost",
    "cost.hidden_cost",
    "cost.unit_cost",
    "cost.baseline",
    "cost.gross_saving",
    "cost.saving",
    "cost.saving_share",
    "cost.real_saving",
    "cost.saving_realised",
    "cost.one_off_cost",
    "cost.payback",
    "cost.net_present_value",
    "cost.internal_rate_of_return",
    "cost.budget_variance",
    "cost.step_change",
    "cost.slope_change",
)

__all__ = [
    "BUDGETS",
    "BUSINESS_CASE",
    "CLIENT_ONLY",
    "CONTRACTS",
    "DIFFERENCES",
    "HEADLINES",
    "HIDDEN_COSTS",
    "INTERNAL_COSTS",
    "INVOICES",
    "NAME",
    "NOTEBOOK",
    "PRICE_INDEX",
    "QUESTION",
    "RATES",
    "SIGN",
    "TABLES",
    "TITLE",
    "TOTALS",
    "VOLUMES",
    "answer",
    "baseline",
    "budget_variance",
    "charges_change",
    "checks",
    "costs_by_month",
    "gross_saving",
    "hidden_cost",
    "internal_rate_of_return",
    "invoice_check",
    "likely_duplicates",
    "monthly_signals",
    "net_present_value",
    "one_off_cost",
    "payback",
    "real_saving",
    "saving",
    "saving_realised",
    "saving_share",
    "slope_change",
    "step_change",
    "total_cost",
    "unit_cost",
    "vendor_charges",
]
