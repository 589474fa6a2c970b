"""Has it changed since the contract began: the step and the change of slope, by interrupted time series."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas.cost.ledger import by_month, currency_of, month_of, monthly_charges
from toolkit.areas.words import bracket, noun
from toolkit.model import Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.series import Interrupted, interrupted

METHOD = "95 % interval, interrupted time series with autocorrelation-robust errors"


@measure("Step in cost at the change", better="lower", unit="share")
def step_change(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None = None, *, since: pd.Period | None, period: Period
) -> Measured:
    """By how much the monthly cost stepped up or down when the contract began, beside the trend it was on.

    costs_by_month, where it can be made: recurring cost as a share of the restated baseline, so volume and prices are out
    of it, and the step is a share of the baseline. Else invoices: charges of the vendor, nominal, one-off ones included,
    and the step is money a month. low and high: 95 % interval, Newey-West. Months that are not known are left out. Part
    `month`: values, fitted line, and the line as it would have gone on.

    Not assessed with fewer than 8 known months on either side. Source: interrupted time series, A. Linden, Stata Journal
    15 (2015) 480-500.
    """
    fit, unit, table = _interrupted(invoices, costs_by_month, since, period)
    what, when = _series_words(unit), f"In {month_words(table['month'][table['phase'] == 'after'].iloc[0])}"
    base = " of the restated baseline" if unit == "share" else ""
    if fit.step_low <= 0 <= fit.step_high:
        ends = bracket(fit.step_low, fit.step_high, unit)
        claim = f"{when} no step of {what} beyond chance can be told: {number(fit.step, unit)}{ends}{base}."
    else:
        near, far = sorted([abs(fit.step_low), abs(fit.step_high)])
        size = f"{number(abs(fit.step), unit)}{bracket(near, far, unit)}{base}"
        claim = f"{when} {what} stepped {'up' if fit.step > 0 else 'down'} by {size}."
    return _measured(fit, unit, table, (fit.step, fit.step_low, fit.step_high), claim)


@measure("Change of slope at the change", better="lower", unit="share")
def slope_change(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None = None, *, since: pd.Period | None, period: Period
) -> Measured:
    """By how much faster or slower the monthly cost has risen since the contract began than before, in a year.

    Tables, interval, part and missing months as in `cost.step_change`; the slope is given for twelve months: a share of
    the baseline a year, or money a month a year.

    Not assessed with fewer than 8 known months on either side. Source: interrupted time series, A. Linden, Stata Journal
    15 (2015) 480-500.
    """
    fit, unit, table = _interrupted(invoices, costs_by_month, since, period)
    value, low, high = (12 * item for item in (fit.slope_change, fit.slope_change_low, fit.slope_change_high))
    what, when = _series_words(unit), f"since {month_words(table['month'][table['phase'] == 'after'].iloc[0])}"
    yearly = f"{' of the baseline' if unit == 'share' else ''} a year"
    if low <= 0 <= high:
        claim = f"No change of slope of {what} {when} beyond chance can be told: {number(value, unit)}"
        claim += f"{bracket(low, high, unit)}{yearly}."
    else:
        near, far = sorted([abs(low), abs(high)])
        size = f"{number(abs(value), unit)}{bracket(near, far, unit)}{yearly}"
        claim = f"The trend of {what} {when} lies {size} {'above' if value > 0 else 'below'} the one before."
    return _measured(fit, unit, table, (value, low, high), claim)


def _measured(
    fit: Interrupted, unit: str, table: pd.DataFrame, three: tuple[float, float, float], claim: str
) -> Measured:
    value, low, high = three
    n = fit.n_before + fit.n_after
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=n,
        n_of=noun(n, "month"),
        interval=METHOD,
        claim=claim,
        because="" if unit == "share" else "charges as billed: volume and prices are in it",
        parts={"month": table},
    )


def _interrupted(
    invoices: pd.DataFrame, costs_by_month: pd.DataFrame | None, since: pd.Period | None, period: Period
) -> tuple[Interrupted, str, pd.DataFrame]:
    """The fit, its unit and the part `month`."""
    if since is None:
        raise NotAssessed("the vendor has no contract_start, so there is no before and after")
    if costs_by_month is not None:
        sums = costs_by_month.groupby("month")[["cost", "baseline"]].sum(skipna=False)
        values, unit = sums["cost"] / sums["baseline"].where(sums["baseline"] > 0), "share"
    else:
        months = pd.period_range(month_of(invoices).min(), period.end, freq="M")
        values, unit = monthly_charges(invoices, months), f"{currency_of(invoices)} a month"
    if not (values.index.min() < since <= values.index.max()):
        raise NotAssessed(f"no cost is known on both sides of {month_words(since)}")
    try:
        fit = interrupted(values, since)
    except ValueError as reason:
        raise NotAssessed(str(reason)) from None
    table = by_month(values, period).assign(
        phase=np.where(values.index < since, "before", "after"),
        fitted=fit.fitted.reindex(values.index).to_numpy(),
        counterfactual=fit.counterfactual.reindex(values.index).to_numpy(),
    )
    return fit, unit, table


def _series_words(unit: str) -> str:
    return "the recurring cost" if unit == "share" else "the monthly charges"
