"""How reliably a service runs: availability within the agreed hours, and the mean time between failures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from toolkit.stats.calendars import NAT, Calendar, business_hours, paused_hours, ticks
from toolkit.stats.intervals import Interval
from toolkit.stats.rates import poisson_rate


@dataclass(frozen=True)
class Availability:
    """The share of the agreed hours in which the service ran, with its two totals.

    `outages` counts those that took agreed time, overlapping ones each. There is no interval: all time was watched.
    """

    value: float
    agreed_hours: float
    down_hours: float
    outages: int


def availability(first: Any, last: Any, start: Any, end: Any, agreed: Calendar) -> Availability:
    """Return the availability of a service over a period: (agreed hours - hours down within them) / agreed hours.

    Parameters
    ----------
    first, last : moment
        The period, its end not included.
    start, end : Series or array of moments
        The outages. Overlapping ones are merged, parts outside the period or the agreed hours do not count; one without
        an end still lasts.
    agreed : Calendar
        The agreed service hours.

    Returns
    -------
    Availability
        A share, 0 to 1. NaN when no hours were agreed in the period, or an outage has no start.

    Notes
    -----
    Source: ITIL's definition, (agreed service time - downtime) / agreed service time.
    """
    hours, down = (float(part[0]) for part in service_hours([first], [last], start, end, agreed))
    pauses = pd.DataFrame({"start": pd.DatetimeIndex(start), "end": pd.DatetimeIndex(end)})
    alone = pauses.assign(row=np.arange(len(pauses)))
    each = paused_hours([first] * len(pauses), [last] * len(pauses), alone, agreed)
    value = (hours - down) / hours if hours > 0 else float("nan")
    return Availability(value, hours, down, int((each > 0).sum()))


def service_hours(first: Any, last: Any, start: Any, end: Any, agreed: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """Return the agreed hours of each of several periods, and the hours within them in which the service was down.

    Parameters
    ----------
    first, last : Series, DatetimeIndex or list of moments
        The periods, their ends not included; one of each a row.
    start, end : Series or array of moments
        The outages, as for `availability`; each counts in every period that it touches.
    agreed : Calendar
        The agreed service hours.

    Returns
    -------
    tuple of arrays
        Agreed hours and hours down, one a period.
    """
    firsts, lasts, begins, ends = (ticks(moments, agreed.zone)[:, None] for moments in (first, last, start, end))
    touching = (begins.T < lasts) & ((ends.T > firsts) | (ends.T == NAT))
    period, outage = np.nonzero(touching)
    pauses = pd.DataFrame(
        {"row": period, "start": pd.DatetimeIndex(start)[outage], "end": pd.DatetimeIndex(end)[outage]}
    )
    return business_hours(first, last, agreed), paused_hours(first, last, pauses, agreed)


def mean_time_between_failures(failures: int, hours: float, *, level: float = 0.95) -> Interval:
    """Return the hours of service per failure, with the exact interval of a count over a fixed time.

    Parameters
    ----------
    failures : int
        Failures in that time, 0 or more; one cause counts once.
    hours : float
        Hours in which the service ran (agreed hours less hours down).
    level : float
        Coverage of the interval, as a share; at least that.

    Returns
    -------
    Interval
        Hours. Without a failure the value is NaN and `high` infinite, but `low` is known: had it been shorter, one would
        have been seen. All NaN without hours.

    Raises
    ------
    ValueError
        When failures or hours are negative.

    Notes
    -----
    The chi-square limits of time-terminated tests with failures at a constant rate: IEC 60605-4; they are those of
    `rates.poisson_rate`, inverted.
    """
    rate = poisson_rate(failures, hours, level=level)
    high = 1 / rate.low if rate.low != 0 else float("inf")
    return Interval(1 / rate.value if rate.value else float("nan"), 1 / rate.high, high)
