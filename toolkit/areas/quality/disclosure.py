"""How long until the client is told: from what the vendor noticed to what it said, and whether that was in the agreed time."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from toolkit.areas.look import YEAR, need, year_words
from toolkit.areas.monthly import start_of
from toolkit.areas.quality.times import FEWEST, METHOD, curve_points
from toolkit.areas.shares import EVIDENCE
from toolkit.areas.words import bracket, joined, noun, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number, spread_words
from toolkit.stats.survival import Survival, kaplan_meier, quantile, share_within


def _told(disclosures: pd.DataFrame, period: Period) -> pd.DataFrame:
    """The incidents noticed in the year up to the period's end, as they were known on its last day.

    Columns: incident, since (when it was noticed), hours (until it was disclosed, or until the period's end), from_began (the
    same from its beginning, where that is known), done (whether it was disclosed by then), limit_hours.
    """
    zone = disclosures["detected"].dt.tz
    until = start_of(period.end + 1, zone)
    since = start_of(min(period.end - YEAR + 1, period.start), zone)
    rows = disclosures[disclosures["detected"].between(since, until, inclusive="left")]
    need(rows, f"disclosures hold no incident that was noticed in {year_words(period)}")
    rows = rows.reset_index(drop=True)
    done = rows["disclosed"] < until
    ends = rows["disclosed"].where(done, until)
    return pd.DataFrame(
        {
            **{"incident": rows["incident"], "since": rows["detected"], "done": done.astype(bool)},
            **{"hours": _hours(rows["detected"], ends), "from_began": _hours(rows["began"], ends)},
            "limit_hours": rows["limit_hours"].astype("float64"),
        }
    )


def _hours(start: pd.Series, end: pd.Series) -> pd.Series:
    """Hours around the clock from one moment to another."""
    return (end - start).dt.total_seconds() / 3600


@measure("Time to disclose an incident", better="lower", unit="hours")
def time_to_disclose(disclosures: pd.DataFrame, *, period: Period) -> Measured:
    """Hours within which the client was told of half of the incidents that the vendor noticed in the year up to the period's
    end, around the clock, from when the vendor noticed it.

    disclosures: one row an incident of which the client had to be told. One that was not disclosed by the period's end has
    taken at least so long and counts for that (Kaplan-Meier), never dropped. low and high: 95 % interval of the median.
    Parts: `statistic` (median and P90 from the notice, and from the beginning where it is known), `curve` (hours, and the
    share of which the client was not yet told), `rows` (what is not yet disclosed, the longest first).

    Not assessed with fewer than five disclosed incidents, or fewer than half. Source: E. Kaplan and P. Meier, JASA 53 (1958)
    457-481; R. Brookmeyer and J. Crowley, Biometrics 38 (1982) 29-41.
    """
    rows = _told(disclosures, period)
    curve = kaplan_meier(rows["hours"].to_numpy(), rows["done"].to_numpy())
    told = curve.n - curve.censored
    when = year_words(period)
    if told < FEWEST:
        raise NotAssessed(
            f"{plural(told, 'incident')} noticed in {when} {noun(told, 'was', 'were')} disclosed; {FEWEST} are needed"
        )
    value, low, high = quantile(curve)
    if math.isnan(value):
        raise NotAssessed(f"fewer than half of the {curve.n:,} incidents noticed in {when} were disclosed by its end")
    high = high if math.isfinite(high) else NAN
    return Measured(
        unit="hours",
        value=value,
        low=low,
        high=high,
        n=curve.n,
        n_of="incidents",
        interval=METHOD if not math.isnan(high) else "none: too few were disclosed to bound the median from above",
        claim=f"The client was told of half of the {curve.n:,} incidents noticed in {when} within "
        f"{spread_words(value, low, high, 'hours')}"
        + (f", the {curve.censored:,} not yet disclosed counted as such." if curve.censored else "."),
        because=_from_beginning_words(rows),
        parts={"statistic": _statistics(rows, curve), "curve": _untold_curve(curve), "rows": _untold(rows)},
    )


def _untold_curve(curve: Survival) -> pd.DataFrame:
    """The share of which the client was not yet told, with the words for its chart."""
    table = curve_points(curve, "hours")
    table.attrs.update(since="the vendor noticed", still="of which the client was not told")
    return table


def _from_beginning_words(rows: pd.DataFrame) -> str:
    """Of how many the beginning is unknown."""
    unknown = int(rows["from_began"].isna().sum())
    return f"when it began is not known of {plural(unknown, 'incident')}" if 0 < unknown < len(rows) else ""


def _statistics(rows: pd.DataFrame, curve: Survival) -> pd.DataFrame:
    """Median and P90 from the notice and, where it is known, from the beginning."""
    found = [("median, from the notice", *quantile(curve)), ("P90, from the notice", *quantile(curve, 0.9))]
    begun = rows[rows["from_began"].notna()]
    if int(begun["done"].sum()) >= FEWEST:
        other = kaplan_meier(begun["from_began"].to_numpy(), begun["done"].to_numpy())
        found += [("median, from the beginning", *quantile(other)), ("P90, from the beginning", *quantile(other, 0.9))]
    return pd.DataFrame(found, columns=["statistic", "value", "low", "high"]).replace(math.inf, NAN)


def _untold(rows: pd.DataFrame) -> pd.DataFrame:
    """The incidents of which the client was not told by the period's end."""
    listed = rows[~rows["done"]].nlargest(EVIDENCE, "hours")
    listed = listed.assign(noticed=listed["since"].dt.strftime("%Y-%m-%d %H:%M"))
    return listed[["incident", "noticed", "hours", "limit_hours"]].reset_index(drop=True)


@measure("Incidents disclosed in the agreed time", better="higher", unit="share")
def disclosed_in_time(disclosures: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the incidents that the vendor noticed in the year up to the period's end of which the client was told within the
    hours that were agreed for each, around the clock.

    disclosures: one row an incident; those without `limit_hours` are left out and counted. One that is not disclosed and past
    its hours has missed them; one that is not disclosed and younger counts only for as long as it was watched. low and high:
    Wilson's interval, on the effective number of incidents where some are so young. Part `rows`: those told late, or not
    told and past their hours, the latest first.

    Not assessed where no hours were agreed. Source: own definition, on the curve of `quality.time_to_disclose` in units of
    each incident's own limit.
    """
    rows = _told(disclosures, period)
    without = int(rows["limit_hours"].isna().sum())
    agreed = rows[rows["limit_hours"] > 0]
    need(agreed, "no incident has agreed hours; supply the column limit_hours in disclosures")
    of_limit = (agreed["hours"] / agreed["limit_hours"]).to_numpy()
    curve = kaplan_meier(of_limit, agreed["done"].to_numpy())
    value, low, high = share_within(curve, 1.0)
    if math.isnan(value):
        raise NotAssessed(f"no incident noticed in {year_words(period)} has been watched for its agreed hours")
    late, when, n = of_limit > 1, year_words(period), len(agreed)
    silent = int((late & ~agreed["done"]).sum())
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=n,
        n_of=noun(n, "incident"),
        interval="95 % interval (Wilson, on the effective number where some are open)",
        claim=f"The client was told of {number(value, 'share')}{bracket(low, high, 'share')} of {plural(n, 'incident')} "
        f"noticed in {when} within the agreed hours; of {int(late.sum()) - silent:,} it was told late"
        + (f", of {silent:,} not yet and the hours are over." if silent else "."),
        because=joined(f"{plural(without, 'incident')} without agreed hours left out" if without else ""),
        parts={"rows": _late_rows(agreed[late])},
    )


def _late_rows(late: pd.DataFrame) -> pd.DataFrame:
    """The incidents whose agreed hours passed before the client was told."""
    ranked = late.assign(of_limit=late["hours"] / late["limit_hours"]).nlargest(EVIDENCE, "of_limit")
    ranked = ranked.assign(
        noticed=ranked["since"].dt.strftime("%Y-%m-%d %H:%M"), state=np.where(ranked["done"], "told late", "not told")
    )
    return ranked[["incident", "noticed", "hours", "limit_hours", "state"]].reset_index(drop=True)
