"""Does it pay back: one-off cost, payback, net present value and rate of return of the flows so far."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.cost.ledger import by_month, currency_of
from toolkit.areas.cost.months import refuse_gaps
from toolkit.areas.cost.words import NO_INTERVAL
from toolkit.areas.hidden_costs import ONE_OFF
from toolkit.areas.words import bracket, noun
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.money import irr, irr_draws, irr_reason, npv, payback_draws

DRAWS = 2000
DRAWN = f"95 % interval: middle of {DRAWS:,} draws of the flows within their month-to-month noise"
SOLVED = 0.99  # of the draws; where more have no rate of return, those that have one are no fair picture of all


@measure("One-off cost to date", better="lower")
def one_off_cost(invoices: pd.DataFrame, internal_costs: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """What setting the arrangement up has cost so far: selection, transition, severance, exit, and one-off charges.

    invoices of category one_off, and internal_costs of a one-off category where that table exists; all months up to the
    end of the period, in the client's currency. A full count of what is recorded, so without interval. Part `category`:
    by kind.

    Not assessed when no invoice line is marked one_off and no internal cost of this vendor is known. Source: own definition.
    """
    charged = invoices.loc[invoices["category"].fillna("") == "one_off", "amount"]
    own = pd.DataFrame({"category": [], "amount": pd.Series(dtype="float64")})
    if internal_costs is not None:
        own = internal_costs[internal_costs["category"].isin(ONE_OFF)]
    elif charged.empty:
        raise NotAssessed("no invoice line is marked one_off, and internal_costs.csv holds nothing to go by")
    kinds = own.groupby("category")["amount"].sum()
    parts = pd.DataFrame({"category": ["charged by the vendor", *kinds.index], "value": [charged.sum(), *kinds]})
    unit, total, n = currency_of(invoices), float(charged.sum() + own["amount"].sum()), len(charged) + len(own)
    partly = "" if internal_costs is not None else "charged by the vendor; the client's own is not recorded"
    return Measured(
        unit=unit,
        value=total,
        n=n,
        n_of=noun(n, "amount"),
        counted=True,
        interval=COUNTED,
        claim=(
            f"One-off cost up to the end of {period} is {number(total, unit)}" if n else "No one-off cost is recorded"
        )
        + f"{f' ({partly})' if partly else ''}.",
        because=partly,
        parts={"category": parts},
    )


def _flows(costs_by_month: pd.DataFrame) -> tuple[pd.Series, np.ndarray]:
    """Net flows by month from the first outlay or the contract's start on, and draws of them within their noise.

    A draw moves the rate before the contract by its standard error and each month since by the noise of a month. The
    seed is fixed: equal tables give equal intervals. Draws are NaN where the noise is not known.
    """
    since = costs_by_month.attrs["since"]
    after = costs_by_month[costs_by_month["phase"] == "after"]
    refuse_gaps(after)
    outlay = costs_by_month.loc[costs_by_month["one_off"] != 0, "month"]
    rows = costs_by_month[costs_by_month["month"] >= min([since, *outlay])]
    running = rows["saving"].where(rows["phase"] == "after", -rows["one_off"])
    flows = running.groupby(rows["month"]).sum()
    random = np.random.default_rng(20260101)
    draws = np.tile(flows.to_numpy(), (DRAWS, 1))
    for service, noise in costs_by_month.attrs["noise"].items():
        driver = after[after["service"] == service].set_index("month")["driver"]
        theirs = driver.reindex(flows.index).fillna(0.0).to_numpy()
        draws += random.standard_normal((DRAWS, 1)) * noise["rate_se"] * theirs
        draws += random.standard_normal(draws.shape) * noise["month_se"] * (theirs > 0)
    return flows, draws


def _middle(draws: np.ndarray) -> tuple[float, float]:
    """The middle 95 % of draws; NaN where a draw is."""
    if np.isnan(draws).any():
        return NAN, NAN
    low, high = np.quantile(draws, [0.025, 0.975], method="nearest")
    return float(low), float(high)


@measure("Payback", better="lower", unit="months")
def payback(costs_by_month: pd.DataFrame, *, period: Period, noise_months: float = 12) -> Measured:
    """Months from the contract's start until the one-off cost has come back for good, by net flows not discounted.

    costs_by_month: as `cost.costs_by_month` makes it. While it has not come back, the months still needed are projected at
    the pace of the last `noise_months` and the claim says so; without end (infinite) when that pace is not above zero.
    low and high: 95 % interval from draws within the noise; unknown while fewer than three months since the contract are
    known. Part `month`: flows cumulated.

    Not assessed when the flows were never below zero in sum, or a month lacks its cost, volume or price index. Source: E.
    Brigham and J. Houston, Fundamentals of Financial Management, capital budgeting; projection and interval: own rule.
    """
    flows, draws = _flows(costs_by_month)
    if not (flows.cumsum() < 0).any():
        raise NotAssessed("the flows were never below zero in sum, so there is nothing to pay back")
    lead = int((flows.index < costs_by_month.attrs["since"]).sum())
    recent = int(min(noise_months, len(flows) - lead))
    # a month's flow comes in during the month, so period 0 ends one month after the start
    periods = payback_draws(np.vstack([flows.to_numpy(), draws]), recent) + 1 - lead
    value, (low, high) = float(periods[0]), _middle(periods[1:])
    return Measured(
        unit="months",
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of=noun(len(flows), "month of flows", "months of flows"),
        interval=NO_INTERVAL if math.isnan(low) else DRAWN,
        claim=_payback_claim(value, low, high, len(flows) - lead, recent, bool((costs_by_month["one_off"] > 0).any())),
        parts={"month": by_month(flows.cumsum(), period, costs_by_month.attrs["currency"])},
    )


def _payback_claim(value: float, low: float, high: float, elapsed: int, recent: int, laid_out: bool) -> str:
    what = "The one-off cost" if laid_out else "What the first months lost"
    pace = f"at the pace of the last {'month' if recent == 1 else f'{recent} months'}"
    after = f"{value:,.1f} months after the start" if math.isfinite(value) else ""
    ends = f" ({low:,.1f} to {high:,.1f})" if math.isfinite(high) else ""
    if math.isfinite(low) and math.isinf(high):
        ends = f" ({low:,.1f} months to never)"
    if value <= elapsed:
        return f"{what} came back {after}{ends}."
    if math.isfinite(value):
        return f"{what} has not come back; {pace} it will, {after}{ends}."
    return f"{what} has not come back, and {pace} never will{ends}."


@measure("Net present value to date", better="higher")
def net_present_value(costs_by_month: pd.DataFrame, *, period: Period, discount_rate: float = 0.08) -> Measured:
    """What the net flows so far are worth in the month of the first one, at a yearly discount rate.

    costs_by_month: as `cost.costs_by_month` makes it; nominal flows, so a nominal rate. Nothing after the period is in it.
    low and high: 95 % interval from draws within the noise, unknown while fewer than three months since the contract are
    known; `probability`: share of draws above zero.

    Not assessed when a month lacks its cost, volume or price index. Source: Brigham and Houston, Fundamentals of Financial
    Management; discounting by (1 + rate) to the months over 12; interval: own rule.
    """
    flows, draws = _flows(costs_by_month)
    weights = (1 + discount_rate) ** (-np.arange(len(flows)) / 12)
    value, worth = npv(discount_rate, flows.to_numpy()), draws @ weights
    (low, high), unit = _middle(worth), costs_by_month.attrs["currency"]
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of=noun(len(flows), "month of flows", "months of flows"),
        interval=NO_INTERVAL if math.isnan(low) else DRAWN,
        probability=NAN if math.isnan(low) else float((worth > 0).mean()),
        claim=f"One-off cost and savings up to the end of {period} are together worth {number(value, unit)}"
        f"{bracket(low, high)} in money of {month_words(flows.index[0])}, at {number(discount_rate, 'share')} a year.",
    )


@measure("Internal rate of return to date", better="higher", unit="share")
def internal_rate_of_return(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The yearly rate at which the net flows so far are worth nothing.

    costs_by_month: as `cost.costs_by_month` makes it. Nothing after the period is in it. low and high: 95 % interval from
    draws within the noise. A draw that never comes back has no rate, and leaving such draws out would hide the worst: where
    more than one in a hundred has none, there is no interval and the reason says how many.

    Not assessed when the flows change sign more than once, as several rates may then solve them, or never, or a month lacks
    its cost, volume or price index. Source: Brigham and Houston, Fundamentals of Financial Management; Descartes' rule of
    signs; interval: own rule.
    """
    flows, draws = _flows(costs_by_month)
    value = irr(flows.to_numpy())
    if math.isnan(value):
        raise NotAssessed(irr_reason(flows.to_numpy()))
    rates = irr_draws(draws)
    solved = float(np.isfinite(rates).mean())
    low, high = _middle(rates[np.isfinite(rates)]) if solved >= SOLVED else (NAN, NAN)
    lacking = f"none: {number(1 - solved, 'share')} of the draws within the noise have no single rate of return"
    lacking = NO_INTERVAL if np.isnan(draws).any() else lacking
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(flows),
        n_of=noun(len(flows), "month of flows", "months of flows"),
        interval=lacking if math.isnan(low) else DRAWN,
        because=lacking.replace("none", "no interval") if math.isnan(low) else "",
        claim=f"One-off cost and savings up to the end of {period} return {number(value, 'share')} a year"
        f"{bracket(low, high, 'share')}.",
    )
