"""Do users complain, and more than they did: complaints by how many people could have complained, by month."""

from __future__ import annotations

import pandas as pd

from toolkit.areas.look import YEAR, year_words
from toolkit.areas.monthly import charted_rates, course, gap_words, inflation, known_months, known_of, widened
from toolkit.areas.volumes import only_unit, volumes_by_service
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Measured, Period, measure, number
from toolkit.stats.rates import poisson_rate
from toolkit.tables import months_of

THOUSAND = 1000.0
EXACT = "95 %, exact (Garwood)"


@measure("Complaints by number of users", better="lower")
def complaint_rate(complaints: pd.DataFrame, volumes: pd.DataFrame, *, period: Period) -> Measured:
    """Complaints received in the period for every 1,000 people who could use the service, a month; where volumes name no
    users, for every 1,000 of what volumes count, such as tickets. A complaint counts in the month in which it was received,
    whether or not it was found justified.

    complaints: one row a complaint. volumes: users, or volumes in one unit, by month; one who uses two services counts for
    each. Only months count of which both tables say something; a month in which the register holds complaints about others
    only is one without any about this vendor. low and high: the exact interval of a count (Poisson); where the months of the
    last two years differ more than chance would have them, counts are divided by that spread squared. Parts: `month` (the
    last 24 on a u chart), `upheld` (the complaints of the year up to the period's end by whether they were found justified,
    where that is said). numerator: complaints; denominator: thousands of users times months, or thousands of units.

    Not assessed without a month known in both tables, or where units of different kinds would have to be added. Source: F.
    Garwood, Biometrika 28 (1936) 437-442; NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.3.1; widening: own definition.
    """
    exposure, unit = _exposure(volumes)
    received = months_of(complaints["received"])
    known = known_months(complaints, received, period)
    known &= exposure.reindex(known.index).gt(0)
    inside = known_of(known, period, "complaints and volumes together")
    counts = complaints.groupby(received).size().reindex(known.index).fillna(0.0).astype("float64").mask(~known)
    over = exposure.reindex(known.index).mask(~known)
    chart = charted_rates(counts, over, period)
    total, thousands, extra = int(counts[inside].sum()), float(over[inside].sum()), inflation(chart.spread)
    value, low, high = poisson_rate(total / extra, thousands / extra)
    _, month_low, month_high = poisson_rate((counts / extra).to_numpy(), (over / extra).to_numpy())
    chart.table.attrs["unit"] = unit
    gaps = gap_words(known, period)
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=total,
        n_of="complaint" if total == 1 else "complaints",
        interval=EXACT + widened(chart.spread),
        numerator=float(total),
        denominator=thousands,
        claim=f"{plural(total, 'complaint')} received in {period}{f' ({gaps})' if gaps else ''}: "
        f"{number(value)}{bracket(low, high)} {unit}.",
        because=joined(course(chart), gaps),
        parts={
            "month": chart.table.assign(low=month_low, high=month_high, n=counts.to_numpy()),
            **_upheld(complaints, period),
        },
    )


def _exposure(volumes: pd.DataFrame) -> tuple[pd.Series, str]:
    """Thousands of users, or else of units, by month, and the unit of the rate."""
    if volumes["users"].notna().any():
        users = volumes_by_service(volumes[volumes["users"].notna()], "users")
        return users.sum(axis=1) / THOUSAND, "complaints per 1,000 users a month"
    unit = only_unit(volumes)
    return volumes_by_service(volumes).sum(axis=1) / THOUSAND, f"complaints per 1,000 {unit}s"


def _upheld(complaints: pd.DataFrame, period: Period) -> dict[str, pd.DataFrame]:
    """The complaints of a year by whether they were found justified, where anybody says so."""
    year = pd.period_range(min(period.end - YEAR + 1, period.start), period.end, freq="M")
    rows = complaints[months_of(complaints["received"]).isin(year)]
    if not rows["upheld"].notna().any():
        return {}
    words = rows["upheld"].astype("str").map({"yes": "justified", "no": "not justified"}).fillna("not said")
    counts = words.value_counts().sort_index(kind="stable")
    table = pd.DataFrame({"upheld": counts.index, "value": counts.to_numpy(dtype="float64")})
    table.attrs["unit"] = f"complaints of {year_words(period)}"
    return {"upheld": table}
