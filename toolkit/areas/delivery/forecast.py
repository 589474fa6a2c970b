"""When will what is open be delivered, by the pace of the past?"""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.delivery.look import known, still_open
from toolkit.areas.look import YEAR
from toolkit.areas.words import joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.stats.flow import throughput
from toolkit.stats.simulation import completion

SURE = 0.85  # the certainty that is the measure's own
ARRIVED = 0.5  # of what was delivered: more new work a month than this is worth a word


@measure("Months until all is delivered", better="lower", unit="months")
def completion_forecast(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Months from the period's end within which all that is open then will be delivered, in 85 of 100 simulated futures.

    Each future draws its months from those of the year up to the period's end, with 0 where nothing was delivered; the open
    deliverables count alike, large and small, and no new ones are added. It says when the present backlog ends, if the
    coming months are like those of the past year.

    low and high: between which that number lies with 95 %, had another past as likely been seen: a year is short. Parts:
    certainty (months and calendar month at 50, 85 and 95 per cent). Not assessed below six months since the first delivery,
    where nothing is open, or where nothing was delivered. Source: T. Magennis, Forecasting and Simulating Software
    Development Projects, 2011; B. Efron and R. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 6.
    """
    rows = known(deliverables, period)
    left = len(still_open(rows))
    if not left:
        raise NotAssessed(f"nothing is open at the end of {period}, as far as the list says")
    dated = rows["day"].dropna()
    if dated.empty:
        raise NotAssessed("no deliverable was delivered on a day that is known, so that no pace is known")
    first = max(dated.min().to_period("M"), period.end - YEAR + 1)
    past = throughput(dated, first, period.end, "M")
    made = completion(left, past)
    if made.reason:
        raise NotAssessed(made.reason.removeprefix("no dates: "))
    table = _certainties(made.table, period)
    sure = next(row for row in table.to_dict("records") if row["share"] == SURE)
    value, low, high = (float(sure[name]) for name in ("value", "low", "high"))
    bounded = math.isfinite(high)
    named = "; ".join(f"{row['certainty']} by {row['by']}" for row in table.to_dict("records"))
    return Measured(
        unit="months",
        value=value,
        low=low if bounded else NAN,
        high=high if bounded else NAN,
        n=left,
        n_of="open deliverable" if left == 1 else "open deliverables",
        interval="95 % interval over pasts as likely as the one seen" if bounded else "none: the past is too thin",
        claim=f"At the pace of the past {plural(len(past), 'month')} the {plural(left, 'open deliverable')} "
        f"{'is' if left == 1 else 'are'} delivered by {sure['by']} with 85 per cent certainty.",
        because=joined(
            named,
            f"{number(float(past.mean()))} came a month",
            _arrivals(rows, past, first, period),
        ),
        parts={"certainty": table.drop(columns="share"), "month": _past(past, period)},
    )


def _certainties(found: pd.DataFrame, period: Period) -> pd.DataFrame:
    """By certainty: months with their interval, and the calendar month that is."""
    months = found["periods"].to_numpy(float)
    by = [
        month_words(period.end + int(count)) if math.isfinite(count) else "no month that can be named"
        for count in months
    ]
    return pd.DataFrame(
        {
            "certainty": [f"{share:.0%}".replace("%", " %") for share in found.index],
            "share": found.index.to_numpy(),
            "value": months,
            "low": found["low"].to_numpy(float),
            "high": found["high"].to_numpy(float),
            "by": by,
        }
    )


def _past(past: pd.Series, period: Period) -> pd.DataFrame:
    months = pd.PeriodIndex(past.index)
    inside = months.isin(period.months_index())
    table = pd.DataFrame({"month": months, "value": past.to_numpy(float), "in_period": inside})
    table.attrs["unit"] = "deliverables"
    return table


def _arrivals(rows: pd.DataFrame, past: pd.Series, first: pd.Period, period: Period) -> str:
    """What came in meanwhile, which the forecast leaves aside."""
    asked = rows["requested"].dropna()
    came = int(((asked.dt.to_period("M") >= first) & (asked.dt.to_period("M") <= period.end)).sum())
    if came <= ARRIVED * past.sum():
        return "new work is not counted"
    return f"new work is not counted, of which {number(came / len(past))} a month came in"
