"""Earned value and earned schedule: is a project within its money and its time, and where will it end?

`planned` (PV, BCWS), `earned` (EV, BCWP) and `actual` (AC, ACWP) are cumulative amounts up to one moment, `budget` (BAC) is
that of the whole project, all in one currency. A division by nothing gives NaN.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import plain


@dataclass(frozen=True)
class EarnedValue:
    """A project at one moment, or at each of several (arrays).

    Variances `cost_variance` (CV) and `schedule_variance` (SV) are negative when over cost or late; indices
    `cost_index` (CPI) and `schedule_index` (SPI) are below 1 then. Of three estimates at completion, `typical` (the rest
    costs as the past did), `atypical` (the rest costs what was planned) and `combined` (the rest must also make up time),
    `to_complete` holds each less what is spent (ETC) and `variance` the budget less each (VAC). `index_to_budget` and
    `index_to_estimate` (TCPI) are the cost index that the rest needs to end at the budget, or at the typical estimate.
    """

    cost_variance: Any
    schedule_variance: Any
    cost_index: Any
    schedule_index: Any
    estimates: dict[str, Any]
    to_complete: dict[str, Any]
    variance: dict[str, Any]
    index_to_budget: Any
    index_to_estimate: Any


@dataclass(frozen=True)
class EarnedSchedule:
    """How far in time a project is, in periods.

    `earned` (ES) is when what is earned was planned to be; `variance` (SV(t)) is ES less the time gone, negative when late;
    `index` (SPI(t)) their ratio; `duration` (IEAC(t)) the planned duration over the index.
    """

    earned: Any
    variance: Any
    index: Any
    duration: Any


def _over(numerator: ArrayLike, denominator: ArrayLike) -> Any:
    """Return the quotient; NaN where the denominator is 0."""
    above, below = np.asarray(numerator, dtype=float), np.asarray(denominator, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return plain(np.where(below == 0, np.nan, above / below))


def earned_value(planned: ArrayLike, earned: ArrayLike, actual: ArrayLike, budget: ArrayLike) -> EarnedValue:
    """Return the variances, indices and estimates at completion of earned value.

    Parameters
    ----------
    planned, earned, actual : number or array
        Cumulative amounts: planned for now, planned for what is done, spent.
    budget : number or array
        Of the whole project.

    Returns
    -------
    EarnedValue
        See there. Every estimate is named, since they differ: show all three. The schedule index in money ends at 1 however
        late a project is; `earned_schedule` does not.

    Notes
    -----
    Source: PMI, *Practice Standard for Earned Value Management*, 2nd ed. 2011, ch. 9 to 11.
    """
    pv, ev, ac, bac = (np.asarray(part, dtype=float) for part in (planned, earned, actual, budget))
    cpi, spi = _over(ev, ac), _over(ev, pv)
    estimates = {
        "typical": estimate_at_completion(ev, ac, bac, cpi),
        "atypical": estimate_at_completion(ev, ac, bac, 1.0),
        "combined": estimate_at_completion(ev, ac, bac, np.asarray(cpi) * spi),
    }
    return EarnedValue(
        cost_variance=plain(ev - ac),
        schedule_variance=plain(ev - pv),
        cost_index=cpi,
        schedule_index=spi,
        estimates=estimates,
        to_complete={name: plain(estimate - ac) for name, estimate in estimates.items()},
        variance={name: plain(bac - estimate) for name, estimate in estimates.items()},
        index_to_budget=_over(bac - ev, bac - ac),
        index_to_estimate=_over(bac - ev, estimates["typical"] - ac),
    )


def estimate_at_completion(earned: ArrayLike, actual: ArrayLike, budget: ArrayLike, index: ArrayLike) -> Any:
    """Return what a project will have cost if what is left goes at a cost index.

    Parameters
    ----------
    earned, actual, budget : number or array
        As for `earned_value`.
    index : number or array
        Worth earned for each unit spent, from now on: 1 as planned, the CPI as up to now, or what a reviewer believes.

    Returns
    -------
    float or array
        Spent, and what is left over the index. With the project's own CPI this is budget / CPI.
    """
    left = np.asarray(budget, dtype=float) - np.asarray(earned, dtype=float)
    return plain(np.asarray(actual, dtype=float) + np.where(left == 0, 0.0, _over(left, index)))


def earned_schedule(planned: ArrayLike, earned: ArrayLike, time: ArrayLike) -> EarnedSchedule:
    """Return earned schedule: when what is earned by now was planned to be earned.

    Parameters
    ----------
    planned : array
        The plan: cumulative planned value at the end of period 1, 2, ...; never falling, its last value the budget.
    earned : number or array
        Cumulative earned value at each moment looked at.
    time : number or array
        Periods gone by then, above 0.

    Returns
    -------
    EarnedSchedule
        In periods; more than the whole plan counts as its end. A finished project that was late keeps an index below 1.

    Raises
    ------
    ValueError
        When the plan is empty, falls, or holds a missing value.

    Notes
    -----
    ES = C + (EV - PV_C) / (PV_C+1 - PV_C), C the last period whose planned value is earned. Source: W. Lipke, *Schedule is
    Different*, The Measurable News, March 2003, 31-34; IEAC(t): K. Henderson, *The Measurable News*, summer 2003.
    """
    plan = np.concatenate([[0.0], np.asarray(planned, dtype=float)])
    if len(plan) < 2 or not (np.diff(plan) >= 0).all() or plan[-1] <= 0:
        raise ValueError("a plan is cumulative: no value missing, none below the one before, the last above 0")
    duration = int(np.flatnonzero(plan == plan[-1])[0])
    value, gone = np.asarray(earned, dtype=float), np.asarray(time, dtype=float)
    full = np.minimum(np.searchsorted(plan, value, side="right") - 1, duration)
    step = np.diff(plan, append=np.inf)[full]  # nothing is planned after the end
    at = np.where(full == duration, duration, full + (value - plan[full]) / step)
    at = np.where(np.isnan(value), np.nan, at)
    index = _over(at, gone)
    return EarnedSchedule(plain(at), plain(at - gone), index, _over(duration, index))
