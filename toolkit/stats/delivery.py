"""Delivery of software: DORA's five metrics from a deployment log, and defects caught before release."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import wilson
from toolkit.stats.rates import poisson_rate
from toolkit.stats.survival import kaplan_meier, quantile

HOUR = pd.Timedelta(hours=1)
WEEK = 7  # days


METRICS = ("lead_time", "deployment_frequency", "recovery_time", "change_fail_rate", "rework_rate")


@dataclass(frozen=True)
class DeliveryMetrics:
    """DORA's five metrics of one service, each with its interval.

    `lead_time` (median hours from commit to production), `deployment_frequency` (a week), `recovery_time` (median hours
    from a failed deployment to recovery), `change_fail_rate` and `rework_rate` (shares of deployments).
    """

    lead_time: Interval
    deployment_frequency: Interval
    recovery_time: Interval
    change_fail_rate: Interval
    rework_rate: Interval
    deployments: int


def delivery_metrics(
    committed: Any,
    deployed: Any,
    failed: ArrayLike,
    recovered: Any,
    rework: ArrayLike,
    *,
    days: float,
    until: Any = None,
    only: Collection[str] = METRICS,
) -> DeliveryMetrics:
    """Return DORA's five delivery metrics of one service from its deployment log.

    Parameters
    ----------
    committed, deployed : Series or array of moments
        One of each a change: when it was committed, and when it ran in production. A change without `deployed` waits: it is
        no deployment yet, but its lead time so far counts.
    failed : array of bool
        Whether the deployment needed immediate intervention (rollback, hotfix).
    recovered : Series or array of moments
        When service was restored after a failed one; missing while it is not.
    rework : array of bool
        Whether the deployment was unplanned, because of an incident in production.
    days : float
        Length of the period that the log covers, above 0.
    until : moment, optional
        When the log was last looked at; by default its latest moment.
    only : names
        The metrics that are wanted; the others are NaN. Medians take longest.

    Returns
    -------
    DeliveryMetrics
        Medians are of Kaplan and Meier, so that what still waits or is still broken counts; their intervals are of
        Brookmeyer and Crowley, the frequency's is Garwood's, those of shares Wilson's. NaN where there is nothing to
        measure, such as the recovery time without a failure.

    Raises
    ------
    ValueError
        When a change ran in production before it was committed, or recovered before it was deployed.

    Notes
    -----
    Source: dora.dev, *DORA's software delivery performance metrics* (2026). Lead times are skewed: the median, not the
    mean. They are a service's, not a vendor's: compare a service with itself.
    """
    starts, live, restored = (pd.DatetimeIndex(moments) for moments in (committed, deployed, recovered))
    broken, unplanned = np.asarray(failed, dtype=bool), np.asarray(rework, dtype=bool)
    known = [moments.max() for moments in (starts, live, restored) if moments.notna().any()]
    last = pd.Timestamp(until) if until is not None else max(known, default=pd.NaT)
    done = np.asarray(live.notna())
    n, failures = int(done.sum()), done & broken
    ways: dict[str, Callable[[], Interval]] = {
        "lead_time": lambda: _median_hours(starts, live, last),
        "deployment_frequency": lambda: poisson_rate(n, days / WEEK),
        "recovery_time": lambda: _median_hours(live[failures], restored[failures], last),
        "change_fail_rate": lambda: wilson(int(failures.sum()), n),
        "rework_rate": lambda: wilson(int((done & unplanned).sum()), n),
    }
    unknown = Interval(math.nan, math.nan, math.nan)
    found = {name: way() if name in only else unknown for name, way in ways.items()}
    return DeliveryMetrics(**found, deployments=n)


def _median_hours(start: pd.DatetimeIndex, end: pd.DatetimeIndex, last: Any) -> Interval:
    """Return the median hours from start to end; what has no end has lasted until the last look."""
    ended = np.asarray(end.notna())
    hours = (end.fillna(last) - start) / HOUR
    return quantile(kaplan_meier(hours, ended))


def removal_efficiency(before: ArrayLike, after: ArrayLike, *, level: float = 0.95) -> Interval:
    """Return the share of defects that were removed before release, with Wilson's interval.

    Parameters
    ----------
    before, after : number or array
        Defects found before release, and by users after it (state within how many days: 90 is usual).
    level : float
        Coverage of the interval, as a share.

    Returns
    -------
    Interval
        Shares, 0 to 1; one less it is the escape rate. NaN when there were no defects.

    Notes
    -----
    Source: C. Jones, defect removal efficiency: before / (before + after).

    Examples
    --------
    >>> removal_efficiency(900, 100).value
    0.9
    """
    return wilson(before, np.asarray(before) + np.asarray(after), level=level)
