"""How software comes: the five delivery metrics of DORA from a log of deployments, by month and service.

They are a service's, not a vendor's: compare a service with itself over time. The whole log's figure is that of all
deployments together, and part `service` tells them apart.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.monthly import (
    charted_shares,
    charted_values,
    course,
    gap_words,
    known_months,
    known_of,
    start_of,
)
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number, spread_words
from toolkit.stats.delivery import delivery_metrics
from toolkit.stats.intervals import Interval
from toolkit.tables import months_of

MEDIAN = "95 % interval of the Kaplan-Meier median (Brookmeyer and Crowley)"
WILSON = "95 % interval (Wilson)"
EXACT = "95 %, exact (Garwood)"
UNNAMED = "(not given)"
UNKNOWN = Interval(NAN, NAN, NAN)
COLUMNS = ["value", "low", "high"]


class Log(NamedTuple):
    """A log of deployments up to the period's end: all rows with their `month`, those of the period's known months (`here`).

    `known` says of which months the file tells, `days` how many days of the period that is, `until` when it was last looked
    at: a restoration after that is not yet known.
    """

    rows: pd.DataFrame
    here: pd.DataFrame
    known: pd.Series
    days: int
    until: pd.Timestamp
    period: Period


def _log(deployments: pd.DataFrame, period: Period) -> Log:
    months = months_of(deployments["deployed"])
    known = known_months(deployments, months, period)
    inside = known_of(known, period, "deployments")
    until = start_of(inside[-1] + 1, str(deployments["deployed"].dt.tz))
    restored = deployments["restored"].where(deployments["restored"] < until)
    rows = deployments.assign(month=months, restored=restored)
    here = rows[months.isin(inside)]
    return Log(rows, here, known, int(inside.days_in_month.to_numpy().sum()), until, period)


def _some(log: Log) -> int:
    """How many deployments there were in the period; not assessed without any."""
    if log.here.empty:
        raise NotAssessed(f"nothing was deployed in {log.period}")
    return len(log.here)


def _metric(rows: pd.DataFrame, days: float, until: pd.Timestamp, metric: str) -> Interval:
    """One of the five metrics of some deployments."""
    failed, rework = rows["failed"].eq("yes"), rows["rework"].eq("yes")
    moments = rows["committed"], rows["deployed"], failed, rows["restored"], rework
    return getattr(delivery_metrics(*moments, days=days, until=until, only=(metric,)), metric)


def _measured(
    log: Log,
    found: Interval,
    unit: str,
    n: int,
    n_of: str,
    interval: str,
    claim: str,
    metric: str,
    note: str = "",
    *,
    of: str = "",
    numerator: float = NAN,
    denominator: float = NAN,
) -> Measured:
    """One of the five metrics with its months and services; `of` names the column of flags that a share counts."""
    gaps = gap_words(log.known, log.period)
    table, change = _by_month(log, metric, of)
    services = _by_service(log, metric, of)
    several = "a figure over several services: compare each with itself" if len(services) > 1 else ""
    return Measured(
        unit=unit,
        value=found.value,
        low=found.low,
        high=found.high,
        n=n,
        n_of=n_of if n == 1 else f"{n_of}s",
        interval=interval,
        numerator=numerator,
        denominator=denominator,
        claim=f"{claim}{f' ({gaps})' if gaps else ''}.",
        because=joined(gaps, note, several, change),
        parts={"month": table, "service": services},
    )


def _by_month(log: Log, metric: str, of: str) -> tuple[pd.DataFrame, str]:
    """The metric of each month on a control chart, and what the chart says of change."""
    rows = log.rows[log.rows[of].notna()] if of else log.rows
    shown = rows[rows["month"].isin(log.known.index)]
    groups: dict[Any, pd.DataFrame] = dict(iter(shown.groupby("month")))
    found = [
        _metric(groups.get(month, rows.iloc[:0]), month.days_in_month, log.until, metric) if known else UNKNOWN
        for month, known in zip(pd.PeriodIndex(log.known.index), log.known, strict=True)
    ]
    figures = pd.DataFrame(found, columns=COLUMNS, index=log.known.index)
    if of:
        flags = shown[of].eq("yes").groupby(shown["month"]).agg(["sum", "size"]).reindex(log.known.index).fillna(0.0)
        chart = charted_shares(flags["sum"].astype("float64"), flags["size"].astype("float64"), log.period)
    else:
        chart = charted_values(figures["value"], log.period)
    table = chart.table.assign(low=figures["low"].to_numpy(), high=figures["high"].to_numpy())
    return table, course(chart, "share" if of else "")


def _by_service(log: Log, metric: str, of: str) -> pd.DataFrame:
    """The metric of each service in the period."""
    rows = log.here[log.here[of].notna()] if of else log.here
    groups = list(rows.groupby(rows["service"].fillna(UNNAMED)))
    table = pd.DataFrame([_metric(part, log.days, log.until, metric) for _, part in groups], columns=COLUMNS)
    table.insert(0, "service", [name for name, _ in groups])
    return table.assign(n=[len(part) for _, part in groups])


@measure("Deployments a week", better="higher", unit="deployments a week")
def deployment_frequency(deployments: pd.DataFrame, *, period: Period) -> Measured:
    """Deployments to production in the period, a week of the months that are known; failed and unplanned ones count too.

    deployments: one row a deployment. low and high: exact, for deployments independent of one another. Parts: `month` (the
    last 24), `service`. Months of which the file says nothing are left out and named. numerator and denominator: deployments
    and weeks.

    Not assessed when nothing is known of the period. Source: dora.dev, DORA's software delivery performance metrics (2026);
    F. Garwood, Biometrika 28 (1936) 437-442.
    """
    log = _log(deployments, period)
    found, days = _metric(log.here, log.days, log.until, "deployment_frequency"), log.days
    n = len(log.here)
    return _measured(
        log,
        found,
        "deployments a week",
        n,
        "deployment",
        EXACT,
        f"{plural(n, 'deployment')} went live in {period}, {number(found.value)}{bracket(found.low, found.high)} a week",
        "deployment_frequency",
        numerator=float(n),
        denominator=days / 7,
    )


@measure("Change lead time", better="lower", unit="hours")
def change_lead_time(deployments: pd.DataFrame, *, period: Period) -> Measured:
    """Median hours from a change's commit to its running in production, of deployments in the period that say when their
    change was committed; hours of the clock.

    deployments: one row a deployment. low and high: the Brookmeyer-Crowley interval of the median. Changes that were never
    deployed are in no log of deployments, and not in here. Parts: `month`, `service`.

    Not assessed when no deployment of the period says when its change was committed. Source: dora.dev, DORA's software
    delivery performance metrics (2026).
    """
    log = _log(deployments, period)
    rows = log.here[log.here["committed"].notna()]
    if rows.empty:
        raise NotAssessed(
            f"no deployment of {period} says when its change was committed; fill in `committed` in deployments"
        )
    found, left = _metric(rows, log.days, log.until, "lead_time"), len(log.here) - len(rows)
    return _measured(
        log,
        found,
        "hours",
        len(rows),
        "deployment",
        MEDIAN,
        f"Half of the changes deployed in {period} took at most "
        f"{spread_words(found.value, found.low, found.high, 'hours')} from commit to production "
        f"({plural(len(rows), 'deployment')})",
        "lead_time",
        f"{plural(left, 'deployment')} without the moment of its commit left out" if left else "",
    )


@measure("Change fail rate", better="lower", unit="share")
def change_fail_rate(deployments: pd.DataFrame, *, period: Period) -> Measured:
    """The share of deployments in the period that failed: that needed immediate intervention, such as a rollback or hotfix.

    deployments: one row a deployment. low and high: Wilson. Parts: `month`, `service`. numerator and denominator: failed and
    all deployments.

    Not assessed without a deployment in the period. Source: dora.dev, DORA's software delivery performance metrics (2026).
    """
    log = _log(deployments, period)
    failed, n = int(log.here["failed"].eq("yes").sum()), _some(log)
    found = _metric(log.here, log.days, log.until, "change_fail_rate")
    return _measured(
        log,
        found,
        "share",
        n,
        "deployment",
        WILSON,
        f"{failed:,} of {plural(n, 'deployment')} in {period} failed, "
        f"{number(found.value, 'share')}{bracket(found.low, found.high, 'share')}",
        "change_fail_rate",
        of="failed",
        numerator=float(failed),
        denominator=float(n),
    )


@measure("Failed deployment recovery time", better="lower", unit="hours")
def recovery_time(deployments: pd.DataFrame, *, period: Period) -> Measured:
    """Median hours from a failed deployment until service was restored, of those deployed in the period; hours of the clock.
    One that is not restored by the period's end counts for as long as it was watched.

    deployments: one row a deployment. The Kaplan-Meier median; low and high: its Brookmeyer-Crowley interval. Parts: `month`,
    `service`, `rows` (the failed deployments, latest first).

    Not assessed when no deployment of the period failed, or so few were restored that no median is known. Source: dora.dev,
    DORA's software delivery performance metrics (2026).
    """
    log = _log(deployments, period)
    _some(log)
    rows = log.here[log.here["failed"].eq("yes")]
    if rows.empty:
        raise NotAssessed(f"no deployment of {period} failed, so there was nothing to recover from")
    found, still = _metric(rows, log.days, log.until, "recovery_time"), int(rows["restored"].isna().sum())
    if np.isnan(found.value):
        raise NotAssessed(
            f"{still:,} of {plural(len(rows), 'failed deployment')} of {period} not restored by its end, so the median is "
            f"not known"
        )
    evidence = rows.sort_values("deployed", ascending=False)[["deployment", "service", "deployed", "restored"]].head(20)
    measured = _measured(
        log,
        found,
        "hours",
        len(rows),
        "failed deployment",
        MEDIAN,
        f"Half of the failed deployments of {period} were recovered from within "
        f"{spread_words(found.value, found.low, found.high, 'hours')} "
        f"({len(rows):,} failed{f', {still:,} of them not yet restored' if still else ''})",
        "recovery_time",
    )
    return replace(measured, parts={**measured.parts, "rows": evidence.reset_index(drop=True)})


@measure("Deployment rework rate", better="lower", unit="share")
def rework_rate(deployments: pd.DataFrame, *, period: Period) -> Measured:
    """The share of deployments in the period that were unplanned, because of an incident in production, among those of which
    it is known.

    deployments: one row a deployment. low and high: Wilson. Parts: `month`, `service`. numerator and denominator: unplanned
    and known deployments.

    Not assessed when no deployment of the period says whether it was rework. Source: dora.dev, DORA's software delivery
    performance metrics (2026).
    """
    log = _log(deployments, period)
    _some(log)
    rows = log.here[log.here["rework"].notna()]
    if rows.empty:
        raise NotAssessed(f"no deployment of {period} says whether it was unplanned; fill in `rework` in deployments")
    found, again = _metric(rows, log.days, log.until, "rework_rate"), int(rows["rework"].eq("yes").sum())
    left = len(log.here) - len(rows)
    return _measured(
        log,
        found,
        "share",
        len(rows),
        "deployment",
        WILSON,
        f"{again:,} of {plural(len(rows), 'deployment')} in {period} repaired an incident, "
        f"{number(found.value, 'share')}{bracket(found.low, found.high, 'share')}",
        "rework_rate",
        f"{plural(left, 'deployment')} left out, where it is not known" if left else "",
        of="rework",
        numerator=float(again),
        denominator=float(len(rows)),
    )
