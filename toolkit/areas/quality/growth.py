"""Does the service hold as volume grows: both against the year before, and whether they go together month by month."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.look import SHOWN, YEAR, year_words
from toolkit.areas.monthly import MIN_CHART, known_months
from toolkit.areas.quality.levels import KEPT, counted_tickets
from toolkit.areas.shares import interval_of, shares_by
from toolkit.areas.volumes import volumes_by_service
from toolkit.areas.words import bracket, joined, listed, plural
from toolkit.model import Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.intervals import ratio_of_totals
from toolkit.stats.proportions import newcombe, share_difference
from toolkit.stats.ranks import spearman

SURE = 0.99  # level of the interval of the relation: nobody asked for it before looking
FEWEST = 6  # months known in both years, below which a year's growth is not told


@measure("Growth of volume on a year before", unit="share")
def volume_growth(volumes: pd.DataFrame, *, period: Period) -> Measured:
    """How much more of the vendor's services was used in the year up to the period's end than in the same months a year
    earlier, as a share of then.

    volumes: one row a service and month. Only months count that are known in both years, and services with a volume in all
    of them; services counted in different units are each taken relative to their own year before, and weigh the same. low
    and high: interval of a ratio of totals over months, neighbouring months taken as alike: how steadily it grew. Parts:
    `month` (the volume, or the mean of the relative volumes, of the last 24 months), `service` (the growth of each).

    Not assessed with fewer than six months known in both years. Source: W. Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6;
    W. Newey and K. West, Econometrica 55 (1987) 703-708.
    """
    used, months = _compared(volumes, period)
    then, now = used.reindex(months - YEAR), used.reindex(months)
    total, unit = _together(volumes, used, then)
    when = year_words(period)
    found = ratio_of_totals(total[months].to_numpy(), total[months - YEAR].to_numpy())
    value, low, high = found.value - 1, found.low - 1, found.high - 1
    left_out = sorted({*volumes_by_service(volumes).columns} - {*used.columns})
    way = "more" if value >= 0 else "less"
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(months),
        n_of="months of two years",
        interval="95 % interval of a ratio of totals, neighbouring months taken as alike",
        numerator=float(total[months].sum()),
        denominator=float(total[months - YEAR].sum()),
        claim=f"{number(abs(value), 'share')} {way} was used in {when} than in the year before; "
        f"the change lies between {_signed(low)} and {_signed(high)}.",
        because=joined(
            _months_words(months, period),
            f"services in different units ({listed(list(used.columns))}) weigh the same"
            if unit == "times the year before"
            else "",
            f"left out for want of two years: {listed(left_out)}" if left_out else "",
        ),
        parts={"month": _shown(total, unit, period), "service": _by_service(now, then)},
    )


def _compared(volumes: pd.DataFrame, period: Period) -> tuple[pd.DataFrame, pd.PeriodIndex]:
    """Volumes by month and service, and the months of the last year that are known in the year before as well."""
    used = volumes_by_service(volumes)
    every = pd.period_range(min(period.end - YEAR + 1, period.start), period.end, freq="M")
    ever = used.notna().any(axis=1)
    months = pd.PeriodIndex([m for m in every if ever.get(m, False) and ever.get(m - YEAR, False)], freq="M")
    if len(months) < FEWEST:
        raise NotAssessed(
            f"volumes of {plural(len(months), 'month')} of {year_words(period)} and of the year before are known; "
            f"{FEWEST} are needed"
        )
    whole = used.loc[[*months - YEAR, *months]].notna().all() & used.reindex(months - YEAR).sum().gt(0)
    if not whole.any():
        raise NotAssessed(
            f"no service has a volume in every known month of {year_words(period)} and of the year before"
        )
    return used.loc[:, whole], months


def _together(volumes: pd.DataFrame, used: pd.DataFrame, then: pd.DataFrame) -> tuple[pd.Series, str]:
    """All services as one series, and its unit: their sum, or the mean of what each is of its own year before."""
    named = volumes["service"].astype("str")
    units = sorted({*volumes.loc[named.isin(used.columns) | named.isna(), "unit"].dropna()})
    if len(units) == 1:
        return used.sum(axis=1, min_count=len(used.columns)), f"{units[0]}s"
    return (used / then.mean()).mean(axis=1, skipna=False), "times the year before"


def _shown(total: pd.Series, unit: str, period: Period) -> pd.DataFrame:
    """The series of the last 24 months."""
    months = pd.period_range(min(period.end - SHOWN + 1, period.start), period.end, freq="M")
    months = months[months.isin(total.loc[total.first_valid_index() :].index)]
    table = pd.DataFrame({"month": months, "value": total.reindex(months).to_numpy(dtype="float64")})
    table["in_period"] = months.isin(period.months_index())
    table.attrs["unit"] = unit
    return table


def _by_service(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """The growth of each service."""
    found = [ratio_of_totals(now[name].to_numpy(), then[name].to_numpy()) for name in now.columns]
    rows = [(item.value - 1, item.low - 1, item.high - 1) for item in found]
    return pd.DataFrame(rows, columns=["value", "low", "high"]).assign(service=list(now.columns))[
        ["service", "value", "low", "high"]
    ]


@measure("Change of service levels as volume changes", better="higher", unit="share")
def attainment_under_growth(judged_tickets: pd.DataFrame, volumes: pd.DataFrame, *, period: Period) -> Measured:
    """By how much the share of tickets that kept their service level differs between the year up to the period's end and the
    same months a year earlier, beside the growth of volume over the same months: whether the level holds as volume grows.

    judged_tickets: as `quality.sla_attainment` counts them. volumes: one row a service and month. Months count that are known
    in both tables and both years. low and high: interval of the difference of two shares, made of Wilson's intervals, with
    tickets of one day taken as alike where many come a day. How volume and share go together over the months is Spearman's
    rank correlation, with an interval of 99 % since nobody asked for it before looking, of what is left of both beside a
    straight line over time, so that two things that merely drift are not taken as one; it says nothing of cause. How soon
    capacity followed a wish for more is not told: no table says when more was asked for.

    Parts: `year` (share and volume, before and now), `level` (the change of each service level, Newcombe's interval), `month`
    (value: the share kept, volume). Not assessed with fewer than six such months. Source: G. Zou and A. Donner, Statistics in
    Medicine 27 (2008) 1693-1702; D. Bonett and T. Wright, Psychometrika 65 (2000) 23-28; design: own definition.
    """
    rows = counted_tickets(judged_tickets, ["month", "level", "state", "opened"])
    used, months = _compared(volumes, period)
    known = known_months(judged_tickets, rows["month"], period, SHOWN + period.months)
    known &= known.index.isin(rows["month"].unique())
    months = pd.PeriodIndex([m for m in months if known.get(m, False) and known.get(m - YEAR, False)], freq="M")
    if len(months) < FEWEST:
        raise NotAssessed(
            f"tickets and volumes of {plural(len(months), 'month')} of {year_words(period)} and of the year before are known; "
            f"{FEWEST} are needed"
        )
    total, unit = _together(volumes, used, used.reindex(months - YEAR))
    growth = ratio_of_totals(total[months].to_numpy(), total[months - YEAR].to_numpy())
    now, then = rows[rows["month"].isin(months)], rows[rows["month"].isin(months - YEAR)]
    shares = [interval_of(part["state"].eq(KEPT), "ticket", part["opened"]) for part in (now, then)]
    value, low, high = share_difference(shares[0][0], shares[1][0])
    monthly, when = _monthly(rows, total, period), year_words(period)
    by_which = shares[0][1].removeprefix("95 % interval ").strip("()")
    grown = _growth_words(growth.value - 1, growth.low - 1, growth.high - 1)
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=len(now) + len(then),
        n_of="tickets",
        interval="95 % interval of a difference of two shares, each with its own interval: " + by_which,
        numerator=shares[0][0].value,
        denominator=shares[1][0].value,
        claim=f"While {grown}, {number(shares[0][0].value, 'share')} of tickets kept their service level in {when} "
        f"against {number(shares[1][0].value, 'share')} in the year before: {_points(value)}{_points_bracket(low, high)}.",
        because=joined(_months_words(months, period), _association(monthly)),
        parts={"year": _years(shares, total, months, unit), "level": _by_level(now, then), "month": monthly},
    )


def _growth_words(value: float, low: float, high: float) -> str:
    """'volume grew by 4.1 % (3.0 % to 5.2 %)', with the signs of the ends where it fell."""
    if value >= 0:
        return f"volume grew by {number(value, 'share')}{bracket(low, high, 'share')}"
    return f"volume fell by {number(-value, 'share')}{bracket(-high, -low, 'share')}"


def _signed(share: float) -> str:
    """A change with its sign."""
    return number(share, "share") if share < 0 else f"+{number(share, 'share')}"


def _points(share: float) -> str:
    """'2.1 points less', of a difference of shares."""
    return f"{abs(100 * share):.1f} points {'more' if share >= 0 else 'less'}"


def _points_bracket(low: float, high: float) -> str:
    """The interval of that, with signs."""
    if math.isnan(low):
        return ""
    ends = " and ".join(f"{100 * end:+.1f}".replace("-", "−") for end in (low, high))
    return f" (between {ends} points)"


def _months_words(months: pd.PeriodIndex, period: Period) -> str:
    """How many months are known in both years, where some are not."""
    return "" if len(months) >= max(YEAR, period.months) else f"{plural(len(months), 'month')} known in both years"


def _years(shares: list, total: pd.Series, months: pd.PeriodIndex, unit: str) -> pd.DataFrame:
    """Share kept and volume a month, the year before and now."""
    table = pd.DataFrame([tuple(shares[1][0]), tuple(shares[0][0])], columns=["value", "low", "high"])
    names = [f"to {month_words(end)}" for end in (months[-1] - YEAR, months[-1])]
    volume = [float(total[part].mean()) for part in (months - YEAR, months)]
    table.insert(0, "year", names)
    return table.assign(volume_a_month=volume, volume_unit=unit)


def _by_level(now: pd.DataFrame, then: pd.DataFrame) -> pd.DataFrame:
    """The change of each service level that has tickets in both years."""
    counts = [part["state"].eq(KEPT).groupby(part["level"].astype("str")).agg(["sum", "size"]) for part in (now, then)]
    both = counts[0].add_suffix("_now").join(counts[1].add_suffix("_then"), how="inner")
    value, low, high = newcombe(both["sum_now"], both["size_now"], both["sum_then"], both["size_then"])
    ends = {"value": np.atleast_1d(value), "low": np.atleast_1d(low), "high": np.atleast_1d(high)}
    return pd.DataFrame(
        {"level": both.index.to_numpy(), **ends, "n": (both["size_now"] + both["size_then"]).to_numpy()}
    )


def _monthly(rows: pd.DataFrame, total: pd.Series, period: Period) -> pd.DataFrame:
    """The share kept and the volume of each of the last 24 months in which both are known."""
    table = shares_by(rows["state"].eq(KEPT), rows["month"], "month")
    table = table.assign(volume=total.reindex(pd.PeriodIndex(table["month"], freq="M")).to_numpy())
    shown = pd.period_range(period.end - SHOWN + 1, period.end, freq="M")
    table = table[table["volume"].notna() & table["month"].isin(shown)]
    table = table.assign(in_period=table["month"].isin(period.months_index()))
    return table.reset_index(drop=True)


def _association(monthly: pd.DataFrame) -> str:
    """Whether months of more volume had another share kept, in words that claim no cause."""
    if len(monthly) < MIN_CHART:
        return f"{plural(len(monthly), 'month')} too few to tell whether months of more volume fare otherwise"
    volume, kept = (_without_drift(monthly["month"], monthly[name]) for name in ("volume", "value"))
    found = spearman(volume, kept, level=SURE)
    if math.isnan(found.value) or found.low <= 0 <= found.high:
        told = "no relation of volume and share over the months can be told from chance"
    else:
        way = "more" if found.value > 0 else "fewer"
        told = f"in months of more volume {way} tickets kept their level, which says nothing of cause"
    if math.isnan(found.value):
        return told
    return (
        f"{told} (rank correlation {number(found.value)}, 99 % interval {number(found.low)} to {number(found.high)}, "
        f"over {plural(found.n, 'month')}, drift removed)"
    )


def _without_drift(months: pd.Series, values: pd.Series) -> np.ndarray:
    """What is left of a series beside a straight line over time."""
    at = pd.PeriodIndex(months, freq="M").asi8.astype(float)
    points = values.to_numpy(dtype="float64")
    slope, start = np.polyfit(at - at.mean(), points, 1)
    left = points - start - slope * (at - at.mean())
    return np.where(np.abs(left) < 1e-9 * max(np.abs(points).max(), 1e-12), 0.0, left)  # rounding is no rank
