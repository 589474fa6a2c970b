"""When will what is open be delivered, by the pace of the past?"""

from __future__ import annotations

import math

import pandas as pd

from toolkit.areas.delivery.look import known, still_open
from toolkit.areas.look import YEAR
from toolkit.areas.words import joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, month_words, number
from toolkit.show import Shown, escape, quiet, table_html
from toolkit.stats.flow import throughput
from toolkit.stats.simulation import completion

SURE = 0.85  # the certainty that is the measure's own
TRIED = (
    "A date at 85 % should be kept 85 times in 100. The forecast counts deliverables and takes none by name: that as many come "
    "as were open is what it says. That the last of those very ones has come is another promise; where newer work overtakes "
    "what lies, it is broken much more often. Forecasts of neighbouring months are alike: their number says more than they do."
)
ARRIVED = 0.5  # of what was delivered: more new work a month than this is worth a word


@measure("Months to deliver as many as are open", better="lower", unit="months")
def completion_forecast(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Months from the period's end within which as many deliverables come as are open then, in 85 of 100 simulated futures.

    Each future draws its months from those of the year up to the period's end, with 0 where nothing was delivered; the open
    deliverables count alike, large and small, and no new ones are added. It says when the present backlog ends, if the
    coming months are like those of the past year and what is open comes first: the last of it comes later where newer
    deliverables overtake it. How often such dates were kept, `completions` prints.

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
        claim=f"At the pace of the past {plural(len(past), 'month')} as many deliverables as are open, {left:,}, come by "
        f"{sure['by']} with 85 per cent certainty.",
        because=joined(
            named,
            f"{number(float(past.mean()))} came a month",
            _arrivals(rows, past, first, period),
            "one that newer ones overtake comes later",
        ),
        parts={"certainty": table.drop(columns="share"), "month": _past(past, period)},
    )


def completions(completion_trials: pd.DataFrame) -> Shown:
    """How often such dates were kept, on deliverables whose end is known.

    completion_trials   one row a source and what the date is taken to promise, as `benchmarks/backtest.py` wrote it.
    """
    if completion_trials.empty:
        because = completion_trials.attrs.get("absent") or "completion_trials.csv is not there"
        return quiet(f"How often such dates are kept is not known: {because}.")
    names = {f"held{level}": f"kept_of_{level}_%" for level in (50, 85, 95)}
    table = completion_trials[["series", "outcome", "forecasts", *names]].rename(columns=names)
    shown = table.assign(**{name: [number(part, "share") for part in table[name]] for name in names.values()})
    html = table_html(shown, caption="Dates that were tried on deliverables whose end is known", cards=True)
    return Shown(f"{html}<p>{escape(TRIED)}</p>", f"{shown.to_string(index=False)}\n\n{TRIED}")


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
