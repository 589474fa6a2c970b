"""How good is the software: defects by its size, the share removed before release, and the share that escapes.

A defect that was rejected is none, and counts nowhere.
"""

from __future__ import annotations

import pandas as pd

from toolkit.areas.monthly import (
    MIN_CHART,
    charted_shares,
    course,
    gap_words,
    inflation,
    known_months,
    known_of,
    widened,
)
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats.attributes import u_chart
from toolkit.stats.delivery import removal_efficiency as share_removed
from toolkit.stats.intervals import Interval
from toolkit.stats.proportions import clustered_wilson, wilson
from toolkit.stats.rates import poisson_rate
from toolkit.tables import months_of

DAYS = 90  # after release, in which a defect found in production counts for it
FIELD = "production"
MIN_BATCHES = 5  # releases that tell how alike defects of one release are
WILSON = "95 % interval (Wilson)"
BY_RELEASE = "95 % interval (Wilson, with defects of one release taken as alike)"
EXACT = "95 %, exact (Garwood)"


def confirmed(defects: pd.DataFrame) -> pd.DataFrame:
    """The defects that were not rejected."""
    return defects[defects["rejected"].ne("yes")]


def defects_by_release(
    defects: pd.DataFrame, releases: pd.DataFrame, *, period: Period, days: int = DAYS
) -> pd.DataFrame:
    """How many defects were found in each release before and after it went live.

    One row a release whose first `days` days ended in the last 24 months up to the period's end, by that day. Columns:
    release, released, month (in which those days ended), in_period, size, before (found in any phase but production), after
    (in production, up to `days` days after release). A release of which the file of defects does not cover these days is left
    out. `attrs["young"]` counts releases too young at the period's end, `attrs["unmatched"]` defects found in the period that
    name no release there is.
    """
    found, known = confirmed(defects), known_months(defects, months_of(defects["found"]), period)
    window = pd.Timedelta(days=days)
    ends = releases["released"] + window
    rows = releases.assign(month=months_of(ends))
    over = ends <= period.end.end_time
    first = rows["released"].dt.to_period("M")
    gaps = known.index[~known]
    blind = pd.Series(False, index=rows.index)
    for month in gaps:
        blind |= (first <= month) & (rows["month"] >= month)
    rows = rows[over & rows["month"].isin(known.index) & ~blind]
    live = found["release"].map(releases.set_index("release")["released"])
    in_field = found["phase"].eq(FIELD)
    late = in_field & (found["found"] <= live + window)
    counts = {"before": ~in_field & live.notna(), "after": late}
    sums = {name: found.loc[flags, "release"].value_counts() for name, flags in counts.items()}
    rows = rows.assign(
        in_period=rows["month"].isin(period.months_index()),
        **{name: rows["release"].map(sums[name]).fillna(0).astype("int64") for name in sums},
    )
    here = months_of(found["found"]).isin(period.months_index())
    rows.attrs.update(
        young=int((~over & (first <= period.end)).sum()),
        unmatched=int((live.isna() & here).sum()),
        blind=int((blind & over).sum()),
    )
    names = ["release", "released", "month", "in_period", "size", "size_unit", "before", "after"]
    return rows.sort_values(["released", "release"], ignore_index=True)[names]


def _of_period(rows: pd.DataFrame, period: Period, days: int) -> pd.DataFrame:
    """The releases of the period; not assessed without any."""
    here = rows[rows["in_period"]]
    if here.empty:
        young = rows.attrs["young"]
        more = f"; {plural(young, 'release')} younger than that" if young else ""
        raise NotAssessed(f"no release of the vendor came to {days} days after going live in {period}{more}")
    return here


def _release_notes(rows: pd.DataFrame, days: int) -> str:
    """What a reader must know of releases and defects that do not count."""
    young, unmatched, blind = (rows.attrs[name] for name in ("young", "unmatched", "blind"))
    return joined(
        f"a release counts when {days} days have passed since it went live",
        f"{plural(young, 'release')} too young" if young else "",
        f"{plural(unmatched, 'defect')} of the period without a release that is known" if unmatched else "",
        f"{plural(blind, 'release')} left out, since the file of defects does not cover all its days" if blind else "",
    )


@measure("Defect density", better="lower")
def defect_density(defects: pd.DataFrame, releases: pd.DataFrame, *, period: Period, days: int = DAYS) -> Measured:
    """Confirmed defects of the releases whose first 90 days after going live ended in the period, over the size of these
    releases: found before release, or in production within those days. Rejected defects do not count, nor do releases
    without a size.

    defects: one row a defect; releases: one row a release, sizes in one unit. low and high: exact; where there are 8 releases
    or more and they differ more than chance would have them, counts are divided by that spread squared. Parts: `release`,
    `month` (in which the days ended). numerator and denominator: defects and size.

    Not assessed without such a release of known size, or with sizes in several units. Source: defects / size, the usual
    definition; F. Garwood, Biometrika 28 (1936) 437-442.
    """
    rows = defects_by_release(defects, releases, period=period, days=days)
    here = _of_period(rows, period, days)
    sized = here[here["size"] > 0]
    units = sorted(sized["size_unit"].dropna().unique())
    if sized.empty:
        raise NotAssessed(f"no release of {period} has a size; fill in `size` and `size_unit` in releases")
    if len(units) > 1:
        raise NotAssessed(f"releases are sized in {' and in '.join(units)}, which do not compare")
    unit = units[0] if units else "unit of size"
    every = rows[rows["size"] > 0]
    spread = _spread(every)
    counts, sizes, over = sized["before"] + sized["after"], sized["size"], inflation(spread)
    found = poisson_rate(counts.sum() / over, sizes.sum() / over)
    left = len(here) - len(sized)
    return Measured(
        unit=f"defects / {unit}",
        value=found.value,
        low=found.low,
        high=found.high,
        n=int(counts.sum()),
        n_of="defect" if counts.sum() == 1 else "defects",
        interval=EXACT + widened(spread).replace("months", "releases"),
        numerator=float(counts.sum()),
        denominator=float(sizes.sum()),
        claim=f"{plural(int(counts.sum()), 'defect')} in {plural(len(sized), 'release')} of {period} and "
        f"{number(float(sizes.sum()), unit)}: {number(found.value)}{bracket(found.low, found.high)} each.",
        because=joined(
            _release_notes(rows, days), f"{plural(left, 'release')} without a size left out" if left else ""
        ),
        parts={"release": _densities(sized, "release"), "month": _monthly_densities(every, period)},
    )


def _spread(releases: pd.DataFrame) -> float:
    """How many times as much releases differ as chance would have them; 1 for fewer than 8."""
    if len(releases) < MIN_CHART:
        return 1.0
    return u_chart(releases["before"] + releases["after"], releases["size"], laney=False).spread


def _densities(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """Defects over size by release or month."""
    sums = rows.assign(n=rows["before"] + rows["after"]).groupby(by, sort=False)[["n", "size"]].sum()
    value, low, high = poisson_rate(sums["n"].to_numpy(), sums["size"].to_numpy())
    return pd.DataFrame(
        {
            by: sums.index,
            "value": value,
            "low": low,
            "high": high,
            "n": sums["n"].to_numpy(),
            "size": sums["size"].to_numpy(),
        }
    )


def _monthly_densities(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    table = _densities(rows.sort_values("month"), "month")
    return table.assign(in_period=table["month"].isin(period.months_index()))


@measure("Defect removal efficiency", better="higher", unit="share")
def removal_efficiency(defects: pd.DataFrame, releases: pd.DataFrame, *, period: Period, days: int = DAYS) -> Measured:
    """The share of a release's confirmed defects that were found before it went live: before / (before + found in production
    within 90 days), of the releases whose 90 days ended in the period. Rejected defects do not count.

    defects: one row a defect; releases: one row a release. low and high: Wilson; with 5 releases or more, defects of one
    release are taken as alike. Parts: `release`, `month` (in which the days ended). numerator and denominator: defects found
    before, and all.

    Not assessed without such a release, or when none of them had a defect. Source: C. Jones, defect removal efficiency.
    """
    rows = defects_by_release(defects, releases, period=period, days=days)
    here = _of_period(rows, period, days)
    before, after = int(here["before"].sum()), int(here["after"].sum())
    if not before + after:
        raise NotAssessed(f"no defect was found in the releases of {period}, neither before nor after they went live")
    found, interval = _removed(here)
    return Measured(
        unit="share",
        value=found.value,
        low=found.low,
        high=found.high,
        n=before + after,
        n_of="defect" if before + after == 1 else "defects",
        interval=interval,
        numerator=float(before),
        denominator=float(before + after),
        claim=f"{number(found.value, 'share')}{bracket(found.low, found.high, 'share')} of the defects of "
        f"{plural(len(here), 'release')} of {period} were found before going live: {before:,} before and {after:,} in the "
        f"{days} days after.",
        because=_release_notes(rows, days),
        parts={"release": _shares_removed(here, "release"), "month": _monthly_shares_removed(rows, period)},
    )


def _removed(rows: pd.DataFrame) -> tuple[Interval, str]:
    """The share removed of some releases, its interval, and the interval's name."""
    if len(rows) < MIN_BATCHES:
        return share_removed(rows["before"].sum(), rows["after"].sum()), WILSON
    return clustered_wilson(rows["before"], rows["before"] + rows["after"]), BY_RELEASE


def _shares_removed(rows: pd.DataFrame, by: str) -> pd.DataFrame:
    """The share removed by release or month."""
    sums = rows.groupby(by, sort=False)[["before", "after"]].sum()
    value, low, high = share_removed(sums["before"].to_numpy(), sums["after"].to_numpy())
    table = pd.DataFrame({by: sums.index, "value": value, "low": low, "high": high})
    return table.assign(before=sums["before"].to_numpy(), after=sums["after"].to_numpy())


def _monthly_shares_removed(rows: pd.DataFrame, period: Period) -> pd.DataFrame:
    table = _shares_removed(rows.sort_values("month"), "month")
    return table.assign(in_period=table["month"].isin(period.months_index()))


@measure("Defect escape rate", better="lower", unit="share")
def escape_rate(defects: pd.DataFrame, releases: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """The share of the confirmed defects found in the period that were found in production, whatever release they are in.
    Rejected defects do not count.

    defects: one row a defect; releases: one row a release, for the number of escaped defects a release. low and high: Wilson;
    where the months of the last two years differ more than chance would have them, counts are divided by that spread squared.
    Parts: `month` (p chart), `release` (defects found in the period, by the release that they name), `severity`. numerator
    and denominator: defects found in production, and all.

    Not assessed when no defect was found in the period. Source: field defects / (field + test - rejected), the usual
    definition of defect slippage; E. Wilson, Journal of the American Statistical Association 22 (1927) 209-212.
    """
    found = confirmed(defects)
    months, escaped = months_of(found["found"]), found["phase"].eq(FIELD)
    known = known_months(defects, months_of(defects["found"]), period)
    inside = known_of(known, period, "defects")
    here = months.isin(inside)
    n, field = int(here.sum()), int((escaped & here).sum())
    if not n:
        raise NotAssessed(f"no confirmed defect was found in {period}, neither before nor after release")
    counts = escaped.groupby(months).agg(["sum", "size"]).reindex(known.index).fillna(0.0).astype("float64")
    chart = charted_shares(counts["sum"], counts["size"], period)
    over, gaps = inflation(chart.spread), gap_words(known, period)
    value, low, high = wilson(field / over, n / over)
    _, lows, highs = wilson(counts["sum"].to_numpy(), counts["size"].to_numpy())
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of="defect" if n == 1 else "defects",
        interval=WILSON + widened(chart.spread),
        numerator=float(field),
        denominator=float(n),
        claim=f"{number(value, 'share')}{bracket(low, high, 'share')} of the defects found in {period} were found in "
        f"production: {field:,} of {n:,}{_a_release(releases, field, inside)}{f' ({gaps})' if gaps else ''}.",
        because=joined(gaps, course(chart, "share")),
        parts={
            "month": chart.table.assign(low=lows, high=highs, n=counts["size"].to_numpy()),
            "release": _escaped_by(found[here], "release"),
            "severity": _escaped_by(found[here], "severity"),
        },
    )


def _a_release(releases: pd.DataFrame | None, field: int, inside: pd.PeriodIndex) -> str:
    """', 2.50 for each of 4 releases', where there are any."""
    n = 0 if releases is None else int(months_of(releases["released"]).isin(inside).sum())
    return f", {number(field / n)} for each of {plural(n, 'release')}" if n else ""


def _escaped_by(found: pd.DataFrame, by: str) -> pd.DataFrame:
    """The share found in production by release or severity."""
    names = found[by].astype("str").where(found[by].notna(), "(not given)")
    sums = found["phase"].eq(FIELD).groupby(names).agg(["sum", "size"])
    value, low, high = wilson(sums["sum"].to_numpy(), sums["size"].to_numpy())
    return pd.DataFrame({by: sums.index, "value": value, "low": low, "high": high, "n": sums["size"].to_numpy()})
