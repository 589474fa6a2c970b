"""How often does it fail: incidents by month and severity, against the year before, and months that stand out."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.look import SHOWN
from toolkit.areas.monthly import (
    change_words,
    charted_counts,
    charted_enough,
    gap_words,
    inflation,
    known_months,
    known_of,
    standing_out,
    widened,
)
from toolkit.areas.words import bracket, joined, listed_months, plural
from toolkit.model import COUNTED, Measured, NotAssessed, Period, measure, number
from toolkit.stats.rates import poisson_rate, rate_ratio, weighted_rate
from toolkit.tables import months_of

RATIO = 2.0  # an incident weighs so many times as much as one of the next lower priority
UNNAMED = 0  # stands for "no priority given"; real ones begin at 1
EXACT = "95 %, exact (Garwood)"
WEIGHTED = "95 %, gamma interval of a weighted sum of counts (Fay and Feuer)"


def incidents_of(tickets: pd.DataFrame) -> pd.DataFrame:
    """The tickets that are incidents, each event once: month, priority (0: not given), caused_by.

    Of kind incident, or of any kind where no ticket names its kind; not cancelled; one that was split from another incident,
    or goes on with it (`parent`), counts with that one. `attrs["about"]` says what was left out.
    """
    named = tickets["kind"].notna()
    chosen = (tickets["kind"].eq("incident") | (not named.any())) & tickets["state"].ne("cancelled")
    rows = tickets.loc[chosen, ["ticket", "parent", "priority", "opened", "caused_by"]]
    named_there = rows["ticket"].isin(
        rows["parent"].dropna().unique()
    )  # few values on the right: text is slow to look up
    goes_on = rows["parent"].isin(rows.loc[named_there, "ticket"]) & rows["parent"].ne(rows["ticket"])
    rows = rows[~goes_on]
    events = pd.DataFrame(
        {
            "month": months_of(rows["opened"]),
            "priority": rows["priority"].fillna(UNNAMED).astype("int64"),
            "caused_by": rows["caused_by"],
        }
    )
    unnamed = int((~named).sum()) if named.any() else 0
    kinds = "no ticket names its kind, so all count as incidents" if not named.any() else ""
    left_out = f"{plural(unnamed, 'ticket')} without a kind left out" if unnamed else ""
    split = int(goes_on.sum())
    merged = f"{plural(split, 'incident')} counted with the one that they go on with" if split else ""
    events.attrs["about"] = joined(kinds, left_out, merged)
    return events


def _counts(events: pd.DataFrame, known: pd.Series) -> pd.DataFrame:
    """Incidents by month and priority (0: not given); NaN in months of which nothing is known."""
    sizes = events.groupby(["month", "priority"]).size().unstack(fill_value=0)
    return sizes.reindex(known.index).fillna(0.0).astype("float64").mask(~known)


def _weights(counts: pd.DataFrame, ratio: float) -> np.ndarray:
    """What an incident of each priority weighs, one of priority 1 weighing 1; without a priority, the mean of the others."""
    priorities = counts.columns.to_numpy()
    weights = ratio ** (1.0 - priorities)
    given, totals = priorities != UNNAMED, counts.sum().to_numpy()
    if not totals[given].sum():
        raise NotAssessed(
            "no incident names its priority, so severity cannot weigh; monthly_incidents counts them alike"
        )
    mean = float((weights[given] * totals[given]).sum() / totals[given].sum())
    return np.where(given, weights, mean)


@measure("Severity-weighted incidents a month", better="lower", unit="P1 equivalents a month")
def incident_rate(tickets: pd.DataFrame, *, period: Period, priority_ratio: float = RATIO) -> Measured:
    """Incidents opened in the period, a month, each weighted by its priority: an incident of priority 1 weighs 1, one of each
    next priority `priority_ratio` (2) times less. Counted are tickets of kind incident (all tickets where none names its
    kind) by the month in which they were opened, whoever caused them, but for cancelled ones and those split from another
    incident; one without a priority weighs as much as the others do on average.

    tickets: one row a ticket. low and high: the gamma interval of Fay and Feuer, exact for equal weights; where the months of
    the last two years differ more than chance would have them, the counts in it are divided by that spread squared. Months
    of which the file says nothing are left out and named. Parts: `month` (the last 24), `priority` (incidents a month,
    unweighted), `caused_by` (incidents, where both sides agreed on a cause).

    Not assessed when nothing is known of the period, or no incident names its priority. Source: M. Fay and E. Feuer,
    Statistics in Medicine 16 (1997) 791-801; weights and widening: own definition.
    """
    events, months = incidents_of(tickets), months_of(tickets["opened"])
    known = known_months(tickets, months, period)
    inside = known_of(known, period, "tickets")
    counts = _counts(events, known)
    weights, spread = _weights(counts, priority_ratio), charted_counts(counts.sum(axis=1, skipna=False), period).spread
    over, here = inflation(spread), counts.loc[inside]
    value, low, high = weighted_rate(here.sum().to_numpy() / over, weights, len(inside) / over)
    total, unnamed, gaps = (
        int(here.to_numpy().sum()),
        int(here.get(UNNAMED, pd.Series(0)).sum()),
        gap_words(known, period),
    )
    unweighted = total / len(inside)
    return Measured(
        unit="P1 equivalents a month",
        value=value,
        low=low,
        high=high,
        n=total,
        n_of="incident" if total == 1 else "incidents",
        interval=WEIGHTED + widened(spread),
        numerator=value * len(inside),
        denominator=float(len(inside)),
        claim=f"{plural(total, 'incident')} opened in {period}{f' ({gaps})' if gaps else ''}, {number(unweighted)} a month; "
        f"weighted by severity as much as {number(value)}{bracket(low, high)} of priority 1 a month.",
        because=joined(
            gaps,
            f"each priority weighs {number(priority_ratio)} times as much as the next lower one",
            f"{plural(unnamed, 'incident')} without a priority" if unnamed else "",
            events.attrs["about"],
        ),
        parts={
            "month": _weighted_months(counts, weights, over, period),
            "priority": _by_priority(here, len(inside), over),
            **_by_cause(events[events["month"].isin(inside)]),
        },
    )


def _weighted_months(counts: pd.DataFrame, weights: np.ndarray, over: float, period: Period) -> pd.DataFrame:
    """Weighted incidents of each month with their interval."""
    value, low, high = weighted_rate(counts.to_numpy() / over, weights, 1 / over)
    inside = counts.index.isin(period.months_index())
    return pd.DataFrame({"month": counts.index, "value": value, "low": low, "high": high, "in_period": inside})


def _by_priority(counts: pd.DataFrame, months: int, over: float) -> pd.DataFrame:
    """Incidents a month of each priority."""
    totals = counts.sum()
    value, low, high = poisson_rate(totals.to_numpy() / over, months / over)
    names = ["not given" if priority == UNNAMED else f"P{priority}" for priority in totals.index]
    table = pd.DataFrame({"priority": names, "value": value, "low": low, "high": high, "n": totals.to_numpy(dtype=int)})
    table.attrs["unit"] = "incidents a month"
    return table


def _by_cause(events: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Incidents by who caused them, where anybody is named."""
    if not events["caused_by"].notna().any():
        return {}
    counts = events["caused_by"].astype("str").fillna("not agreed").value_counts().sort_index(kind="stable")
    table = pd.DataFrame({"caused_by": counts.index, "value": counts.to_numpy(dtype="float64")})
    table.attrs["unit"] = "incidents"
    return {"caused_by": table}


@measure("Change of incidents on a year before", better="lower", unit="share")
def incident_rate_change(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """How many more or fewer incidents a month were opened than in the same months a year earlier, as a share of then. The
    same incidents count as in the severity-weighted rate, each as one, whatever its priority.

    tickets: one row a ticket. Only months known in both years count. low and high: the exact interval of the ratio of two
    counts given their sum, with counts divided by the spread of the months where they differ more than chance would have
    them. Part `priority`: the change of each priority, with its interval. numerator and denominator: incidents now and then.

    Not assessed when no month is known in both years, or no incident was opened a year earlier. Source: J. Przyborowski and
    H. Wilenski, Biometrika 31 (1940) 313-323.
    """
    events, months = incidents_of(tickets), months_of(tickets["opened"])
    known = known_months(tickets, months, period, SHOWN + period.months)
    now = known.index[known & known.index.isin(period.months_index())]
    now = pd.PeriodIndex([month for month in now if known.get(month - 12, False)], freq="M")
    if not len(now):
        raise NotAssessed(f"no month of {period} is known in the tickets of this year and of the year before")
    every = _counts(events, known)
    spread = charted_counts(every.sum(axis=1, skipna=False).iloc[-SHOWN:], period).spread
    pair = pd.DataFrame({"now": every.loc[now].sum(), "then": every.loc[now - 12].sum()})
    then, total = (float(pair[name].sum()) for name in ("then", "now"))
    if not then:
        raise NotAssessed(
            f"no incident was opened in the same months a year before {period}, and {total:,.0f} since then"
        )
    value, low, high = _change(total, then, spread)
    way = "more" if value >= 0 else "fewer"
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=int(total + then),
        n_of="incidents",
        interval="95 %, exact for the ratio of two counts" + widened(spread),
        numerator=total,
        denominator=then,
        claim=f"In {period} {number(abs(value), 'share')} {way} incidents were opened than in the same months a year before "
        f"({total:,.0f} against {then:,.0f}); such a change lies between {_signed(low)} and {_signed(high)}.",
        because=joined(
            ""
            if len(now) == period.months
            else f"{plural(len(now), 'month')} known in both years: {listed_months(now)}",
            events.attrs["about"],
        ),
        parts={"priority": _changes_by_priority(pair, spread)},
    )


def _signed(share: float) -> str:
    """A change with its sign, '−12.0 %', '+8.0 %'."""
    return number(share, "share") if share < 0 or math.isinf(share) else f"+{number(share, 'share')}"


def _change(now: float, then: float, spread: float) -> tuple[float, float, float]:
    """The change from then to now as a share of then, with its interval; the months of both are equally many."""
    over = inflation(spread)
    ratio = rate_ratio(now / over, 1.0, then / over, 1.0)  # type: ignore[arg-type]  # fractions of events are fine
    return ratio.value - 1, ratio.low - 1, ratio.high - 1


def _changes_by_priority(pair: pd.DataFrame, spread: float) -> pd.DataFrame:
    """The change of each priority that had incidents a year before."""
    pair = pair[pair["then"] > 0]
    names = ["not given" if priority == UNNAMED else f"P{priority}" for priority in pair.index]
    changes = [_change(now, then, spread) for now, then in zip(pair["now"], pair["then"], strict=True)]
    table = pd.DataFrame(changes, columns=["value", "low", "high"])
    table.insert(0, "priority", names)
    return table.assign(now=pair["now"].to_numpy(dtype=int), then=pair["then"].to_numpy(dtype=int))


@measure("Months of incidents that stand out", better="lower", unit="months")
def monthly_incidents(tickets: pd.DataFrame, *, period: Period) -> Measured:
    """How many months of the period stand out from the usual unsteadiness of the number of incidents, up or down: beyond the
    limits of a control chart of counts, or at the end of a run of eight months on one side of the
    median. The same incidents
    count as in the severity-weighted rate, each as one.

    tickets: one row a ticket. A c chart of the last 24 months (Laney's u' where they hold 1,000 incidents or more), each level
    between lasting changes with limits of its own; a change counts as lasting where the best partition names it and
    Pettitt's test or a run of eight agrees. A count of months, so without interval. Parts: `month` (incidents with limits and
    signals), `change` (start of each level, with the bounds of its date).

    Not assessed with fewer than 8 known months, or when none of the period is among them. Source: NIST/SEMATECH e-Handbook
    of Statistical Methods, 6.3.3.1; D. Laney, Quality Engineering 14 (2002) 531-537.
    """
    events, months = incidents_of(tickets), months_of(tickets["opened"])
    known = known_months(tickets, months, period)
    counts = events.groupby("month").size().reindex(known.index).fillna(0.0).astype("float64").mask(~known)
    chart = charted_counts(counts, period)
    charted_enough(chart, period, "incidents")
    standing, center = standing_out(chart), float(chart.table["center"].iloc[-1])
    chart.table.attrs["unit"] = "incidents"
    n = int(counts.count())
    return Measured(
        unit="months",
        value=float(len(standing)),
        n=n,
        n_of="months",
        counted=True,
        interval=COUNTED,
        claim=f"Monthly incidents: {change_words(chart)}, now at about {number(center)} a month; "
        + (
            f"{listed_months(standing)} stand{'s' if len(standing) == 1 else ''} out."
            if len(standing)
            else "no month of the period stands out."
        ),
        because=joined(gap_words(known, period), events.attrs["about"]),
        parts={"month": chart.table, "change": chart.changes},
    )
