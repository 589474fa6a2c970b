"""Series by month: which months are known, their control chart with its levels, how much more than chance they differ."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.look import SHOWN
from toolkit.areas.words import listed_months, noun, plural
from toolkit.model import NotAssessed, Period, month_words, number
from toolkit.stats.attributes import AttributeChart, p_chart, u_chart
from toolkit.stats.series import ControlChart, run_rules, xmr
from toolkit.stats.trends import change_points, pettitt

MIN_CHART = 8  # fewer known months set no limits
ALIKE = 0.25  # share of their mean by which exposures may differ and still have the same limits
SURE = 0.05  # p value from which ranks confirm a change of level


class Months(NamedTuple):
    """A series by month on its control chart.

    `table` is the part `month` of a measure: month, value, in_period, center, lower, upper, signal, baseline. `changes` has
    one row a confirmed change of level (see `stats.trends.change_points`). `spread` is how many times as much the months
    differ as chance would have them; 1 where fewer than 8 are known.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    spread: float


# ---------------------------------------------------------------------------------------------------------- known months
def known_months(table: pd.DataFrame, months: pd.Series, period: Period, shown: int = SHOWN) -> pd.Series:
    """Whether the whole file says something of each of the last months up to the period's end, the period's in any case.

    table: with `attrs` of its file; months: the month of each row. A month without a row of this vendor is known where the
    file holds rows of others in it. Where `attrs` do not say what the file covers, the rows do.
    """
    covers, silent = table.attrs.get("covers", ("", "")), table.attrs.get("silent", ())
    first = pd.Period(covers[0], "M") if covers[0] else months.min()
    last = pd.Period(covers[1], "M") if covers[1] else months.max()
    start = min(max(period.end - shown + 1, first), period.start)
    every = pd.period_range(start, period.end, freq="M")
    gaps = pd.PeriodIndex(list(silent), freq="M")
    return pd.Series((every >= first) & (every <= last) & ~every.isin(gaps), index=every, name="known")


def known_of(known: pd.Series, period: Period, name: str) -> pd.PeriodIndex:
    """The months of the period of which the file says something; not assessed when there are none."""
    inside = known[known.index.isin(period.months_index())]
    if not inside.any():
        raise NotAssessed(f"{name} hold nothing of {period}")
    return pd.PeriodIndex(inside.index[inside])


def gap_words(known: pd.Series, period: Period) -> str:
    """'2 of 3 months; nothing is known of May 2025', or '' where every month of the period is known."""
    inside = known[known.index.isin(period.months_index())]
    gaps = inside.index[~inside]
    if not len(gaps):
        return ""
    return f"{len(inside) - len(gaps)} of {len(inside)} months; nothing is known of {listed_months(gaps)}"


def start_of(month: pd.Period, zone: str) -> pd.Timestamp:
    """The first moment of a month on the clocks of a zone."""
    return month.start_time.as_unit("us").tz_localize(zone, ambiguous=True, nonexistent="shift_forward")


# --------------------------------------------------------------------------------------------------------- control charts
def charted_counts(counts: pd.Series, period: Period) -> Months:
    """A count by month on a c chart (Laney's where counts are large); NaN where nothing is known.

    The spread allows for the lengths of months, which for large counts would else be most of it.
    """
    months = _charted(counts, period, lambda part: u_chart(part))
    if counts.count() < MIN_CHART:
        return months
    spread = u_chart(counts, pd.PeriodIndex(counts.index).days_in_month.to_numpy().astype(float)).spread
    return months._replace(spread=1.0 if math.isnan(spread) else spread)


def charted_shares(successes: pd.Series, n: pd.Series, period: Period) -> Months:
    """A share by month on a p chart (Laney's where counts are large); NaN where nothing was counted."""
    return _charted(successes / n.where(n > 0), period, lambda part: p_chart(successes[part.index], n[part.index]))


def charted_rates(counts: pd.Series, exposure: pd.Series, period: Period) -> Months:
    """A count over what it was counted over, by month, on a u chart (Laney's where counts are large); NaN where unknown.

    Where no month's exposure is further than a quarter from their mean, that mean gives all months the same limits, which are
    easier to read. Source: D. Montgomery, Introduction to Statistical Quality Control, 6th ed. 2009, ch. 7.3.
    """
    exposure = exposure.where(exposure > 0)
    rates, mean = counts / exposure, exposure.mean()
    if ((exposure - mean).abs() <= ALIKE * mean)[exposure.notna()].all():
        counts, exposure = rates * mean, exposure.where(exposure.isna(), mean)
    return _charted(rates, period, lambda part: u_chart(counts[part.index], exposure[part.index]))


def charted_values(values: pd.Series, period: Period, most: float = math.inf) -> Months:
    """A measured value by month on an individuals chart; limits stay within 0 and `most`."""
    months = _charted(values, period, xmr)
    lower, upper = (months.table[name].clip(lower=0.0, upper=most) for name in ("lower", "upper"))
    return months._replace(table=months.table.assign(lower=lower, upper=upper))


def _charted(
    values: pd.Series, period: Period, chart_of: Callable[[pd.Series], AttributeChart | ControlChart]
) -> Months:
    """Each level between confirmed changes gets limits of its own; the present one is the baseline."""
    months, points = pd.PeriodIndex(values.index), values.to_numpy(dtype="float64")
    changes, known = confirmed_changes(values), ~np.isnan(points)
    heights = {name: np.full(len(points), np.nan) for name in ("center", "lower", "upper")}
    signal, baseline, spread = np.full(len(points), "", dtype=object), np.zeros(len(points), dtype=bool), 1.0
    if known.sum() >= MIN_CHART:
        level = np.searchsorted([start.ordinal for start in changes["start"]], months.asi8, "right")
        whole = chart_of(values)
        for part in range(len(changes) + 1):
            here = level == part
            chart = chart_of(values[here]) if len(changes) else whole
            for name, height in heights.items():
                height[here] = getattr(chart, name)
            # a run is about the median, which one high month, unlike the mean, does not move
            runs = run_rules(points[here], float(np.median(points[here & known])), 1.0, (2,))[2]
            signal[here] = np.select([chart.signals[1], runs], ["beyond the limits", "run of eight"], "")
        baseline = (level == len(changes)) & known
        spread = whole.spread if isinstance(whole, AttributeChart) else 1.0
    inside = (months >= period.start) & (months <= period.end)
    table = pd.DataFrame(
        {
            **{"month": months, "value": points, "in_period": inside, **heights},
            **{"signal": pd.Series(signal, dtype="str"), "baseline": baseline},
        }
    )
    return Months(table, changes, 1.0 if math.isnan(spread) else spread)


def confirmed_changes(values: pd.Series) -> pd.DataFrame:
    """Changes of level that the best partition names and that ranks (Pettitt's test) or a run of eight confirm.

    Alone, the partition shows a change in 6 to 8 of 100 series that hold nothing but noise. Source: own rule.
    """
    changes = change_points(values, lags=1).changes
    if changes.empty:
        return changes
    edges = [values.index[0], *changes["start"], values.index[-1] + 1]
    agreed = [
        _agrees(values[edges[at] : edges[at + 2] - 1], edges[at + 1])  # the two levels on either side
        for at in range(len(changes))
    ]
    return changes[np.array(agreed, dtype=bool)].reset_index(drop=True)


def _agrees(values: pd.Series, start: pd.Period) -> bool:
    """Whether ranks, or a run of eight on one side of the level before, say that a new level began."""
    before = values[values.index < start]
    runs = run_rules(values, float(before.mean()), float(values.std()), (2,))[2]
    return pettitt(values)[1] <= SURE or bool(runs[values.index >= start].any())


def change_words(months: Months, unit: str = "") -> str:
    """'since March 2026 at 12.1, before at 18.3', or 'no lasting change since January 2025'."""
    if not len(months.changes):
        known = months.table.loc[months.table["value"].notna(), "month"]
        return f"no lasting change since {month_words(known.iloc[0])}"
    last = months.changes.iloc[-1]
    bare = "share" if unit == "share" else ""
    return (
        f"a lasting change in {month_words(last['start'])}, "
        f"from about {number(last['before'], bare)} to {number(last['after'], bare)}"
    )


def course(months: Months, unit: str = "") -> str:
    """What a chart says of change, and the months of the period that stand out; how many are known where that is too few."""
    known = int(months.table["value"].count())
    if known < MIN_CHART:
        return f"{known} of the {MIN_CHART} months are known that would tell a change from chance"
    standing = standing_out(months)
    out = f"; {listed_months(standing)} {noun(len(standing), 'stands', 'stand')} out" if len(standing) else ""
    return f"by month {change_words(months, unit)}{out}"


def inflation(spread: float) -> float:
    """By what an interval's counts are divided, since months differ more than chance would have them; never below 1."""
    return max(1.0, spread**2)


def widened(spread: float) -> str:
    """How an interval's name goes on where it was widened."""
    if inflation(spread) == 1:
        return ""
    return f", widened by the spread of months ({spread:.1f} times that of chance)"


def standing_out(months: Months) -> pd.Series:
    """The months of the period that signal."""
    table = months.table
    return table.loc[table["in_period"] & (table["signal"] != ""), "month"]


def charted_enough(months: Months, period: Period, what: str) -> None:
    """Refuse a chart of fewer months than tell what is usual, or without a month of the period."""
    known = months.table["value"].notna()
    if known.sum() < MIN_CHART:
        raise NotAssessed(f"only {plural(int(known.sum()), 'month')} of {what} known; {MIN_CHART} tell what is usual")
    if not (known & months.table["in_period"]).any():
        raise NotAssessed(f"the chart of {what} reaches no month of {period}")
