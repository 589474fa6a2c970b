"""The negotiation brief, which is for the client alone: what may be claimed, what others would do it for, by when, and the
point from which walking away is better.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.contracts import contracts_in_force
from toolkit.areas.exit.look import currency_of
from toolkit.areas.exit.readiness import DRAWS as PLAN_DRAWS
from toolkit.areas.exit.readiness import LEAVING, SURE, planned_network
from toolkit.areas.exit.tables import STAY
from toolkit.areas.exit.ways import PRICE, best_other, main_rows, of_service, service_words, staying
from toolkit.areas.look import YEAR, last_day
from toolkit.areas.words import bracket, day_words, joined, listed, plural
from toolkit.history import WHOLE
from toolkit.model import COUNTED, NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.simulation import network_draws

UNCLAIMED = {"cost.invoice_check": "billed in error", "quality.credits_unclaimed": "credits due and not given"}


@measure("Unclaimed money")
def unclaimed_money(history: pd.DataFrame, *, period: Period) -> Measured:
    """Money that the client may still claim from the vendor for the year up to the period's end: service credits due and not
    given, and what was billed above the agreed prices or twice.

    history: what the other areas found in this period and in the earlier ones whose reports lie in the same folder
    (`case.history()`): earlier periods that were not run are not in it. What was claimed meanwhile is not known. low and
    high: without and with what is only likely; more credited than due counts as nothing. Part `claim`: each amount.

    Not assessed where neither was found. Source: own definition.
    """
    rows = history[(history["span"] == WHOLE) & history["measure"].isin(UNCLAIMED) & history["value"].notna()]
    since = last_day(period) - pd.DateOffset(months=YEAR)
    rows = rows[(rows["date"] > since) & (rows["date"] <= last_day(period))]
    if rows.empty:
        names = " nor ".join(UNCLAIMED)
        raise NotAssessed(
            f"neither {names} gave a value; supply rates.csv or credit_terms.csv and run these areas first"
        )
    ends = rows[["value", "low", "high"]].astype("float64")
    ends = ends.apply(lambda column: column.fillna(ends["value"])).clip(lower=0)
    value, low, high = (float(ends[name].sum()) for name in ("value", "low", "high"))
    unit, periods = str(rows["unit"].iloc[0]), sorted(set(rows["period"]), key=Period.parse)
    table = rows.assign(**ends, claim=rows["measure"].map(UNCLAIMED) + ", " + rows["period"])
    table = table[["claim", "value", "low", "high"]].sort_values("value", ascending=False, kind="stable")
    table.attrs.clear()
    sure = table["low"] == table["high"]
    table = table.assign(**{name: table[name].mask(sure) for name in ("low", "high")}).dropna(axis="columns", how="all")
    lost = [words for name, words in UNCLAIMED.items() if name not in set(rows["measure"])]
    return Measured(
        unit=unit,
        value=value,
        low=low,
        high=high,
        n=len(rows),
        n_of="finding" if len(rows) == 1 else "findings",
        interval="without and with what is only likely",
        claim=f"{number(value, unit)}{bracket(low, high) if low < high else ''} may still be claimed from the vendor.",
        because=joined(
            f"of {listed(periods, 4)}",
            f"not known: {listed(lost)}" if lost else "",
            "what was claimed meanwhile is not known here",
        ),
        parts={"claim": table.reset_index(drop=True)},
    )


@measure("Price gap to the lowest quote")
def price_gap(scenario_inputs: pd.DataFrame, scenarios: pd.DataFrame) -> Measured:
    """How much lower the lowest quote of others, or of the client's own people, is than what staying costs a year, as a share
    of that; below zero where all ask more.

    scenario_inputs, scenarios: as the functions of `exit` make them. Prices a year only: what moving takes is not in it, so
    that it is an argument and no decision. low and high: the quote's own ends. Part `quote`: every quote's gap.

    Not assessed without a way to leave. Source: own definition.
    """
    rows = of_service(scenario_inputs, scenarios.attrs["main"])
    prices = rows[rows["kind"] == PRICE]
    now = float(prices.loc[prices["option"] == STAY, "likely"].iloc[0])
    quotes = prices[prices["option"].isin(LEAVING)].sort_values("likely", kind="stable")
    if quotes.empty or not now > 0:
        raise NotAssessed("alternatives holds no price of others or of own people")
    table = pd.DataFrame(
        {
            "quote": quotes["way"],
            "value": 1 - quotes["likely"] / now,
            "low": 1 - quotes["high"] / now,
            "high": 1 - quotes["low"] / now,
        }
    ).reset_index(drop=True)
    first, unit = table.iloc[0], currency_of(scenarios)
    lower = "lower" if first["value"] >= 0 else "higher"
    return Measured(
        unit="share",
        value=float(first["value"]),
        low=float(first["low"]),
        high=float(first["high"]),
        n=len(table),
        n_of="quote" if len(table) == 1 else "quotes",
        interval="the quote's own low and high; not a confidence interval",
        numerator=float(quotes["likely"].iloc[0]),
        denominator=now,
        claim=f"{service_words(scenarios)}the lowest price of others, {first['quote']}, is "
        f"{number(abs(float(first['value'])), 'share')} {lower} than what staying costs a year "
        f"({number(float(quotes['likely'].iloc[0]), '')} against {number(now, unit)}).",
        because="what moving takes is not in it",
        parts={"quote": table},
    )


@measure("Days of leverage left", better="higher")
def leverage_left(contracts: pd.DataFrame, exit_plan: pd.DataFrame | None = None, *, period: Period) -> Measured:
    """Days from the period's end until the first of the days after which the vendor knows that the client has to stay: the
    last one for giving notice, and the last one on which leaving can begin so as to be over when the contract ends. Below
    zero where it has passed and the contract still runs.

    contracts: one row a contract with its last day and days of notice; those that have ended are left out, and one that
    renews by itself ends with its present term. exit_plan: one row a task; leaving takes what nine of ten simulated cases
    take. Of several contracts, the one for which the day comes first of those still to come. A count of days, so without
    interval. Part `date`: every such day, in order.

    Not assessed where no running contract has an end. Source: own definition.
    """
    until = last_day(period)
    runs = contracts_in_force(contracts, period)
    runs = runs[runs["end"].notna()]
    table = _dates(runs, _slow_exit(exit_plan, period), until)
    if table.empty:
        raise NotAssessed("no running contract has an end and days of notice; supply both in contracts")
    ahead = table[table["days"] >= 0]
    passed = table[table["days"] < 0]
    first = (ahead if len(ahead) else passed.iloc[::-1]).iloc[0]
    when = day_words(first["day"])
    days = plural(int(abs(first["days"])), "day")
    return Measured(
        unit="days",
        value=float(first["days"]),
        n=len(runs),
        n_of="running contract" if len(runs) == 1 else "running contracts",
        counted=True,
        interval=COUNTED,
        claim=f"{first['date']}: {when}, {f'{days} after' if first['days'] >= 0 else f'{days} before'} the end of {period}.",
        because=f"passed: {listed([row['date'] for row in passed.to_dict('records')])}"
        if len(passed) and len(ahead)
        else "",
        parts={"date": table},
    )


def _slow_exit(exit_plan: pd.DataFrame | None, period: Period) -> float:
    """Days within which leaving is over in nine of ten cases; unknown without a plan that tells."""
    if exit_plan is None:
        return NAN
    try:
        estimates, waits = planned_network(exit_plan, period)
    except NotAssessed:
        return NAN
    return float(np.quantile(network_draws(estimates, waits, draws=PLAN_DRAWS), SURE))


def _dates(runs: pd.DataFrame, takes: float, until: pd.Timestamp) -> pd.DataFrame:
    """The days that count, in order: date (what it is), day, days (from the period's end)."""
    rows = []
    for row in runs.to_dict("records"):
        about = f"contract {row['contract']}" + (f" ({row['service']})" if isinstance(row["service"], str) else "")
        if not pd.isna(row["notice_days"]):
            rows.append(
                (f"Last day to give notice of {about}", row["end"] - pd.Timedelta(days=float(row["notice_days"])))
            )
        if takes == takes:
            rows.append((f"Last day to begin leaving {about}", row["end"] - pd.Timedelta(days=float(np.ceil(takes)))))
    table = pd.DataFrame(rows, columns=["date", "day"]).sort_values(["day", "date"], kind="stable")
    table["day"] = pd.to_datetime(table["day"]).dt.normalize()
    return table.assign(days=(table["day"] - until).dt.days.astype("float64")).reset_index(drop=True)


@measure("Price at which to walk away")
def walk_away(scenarios: pd.DataFrame) -> Measured:
    """The price a year from which on leaving costs no more than staying, over the horizon: above it, walk away.

    scenarios: one row a way, as `exit.scenarios` makes it. The way to leave is the one (switch, insource or dual-source) that
    is cheapest on average, with all it takes once, its hidden costs and its risk. low and high: nine of ten simulated cases
    lie between. numerator: the mean price over the present one. Part `way`: the same for each way to leave.

    Not assessed without a way to leave. Source: own definition, after the best alternative to a negotiated agreement: R.
    Fisher and W. Ury, Getting to Yes, 1981.
    """
    rows, unit = main_rows(scenarios), currency_of(scenarios)
    way, stay = best_other(rows, LEAVING), staying(rows)
    if not stay["at_par"] > 0:
        raise NotAssessed("staying costs nothing, as far as alternatives says")
    value = float(way["at_par"])
    beside = value / float(stay["at_par"]) - 1
    said = f"{number(abs(beside), 'share')} {'below' if beside < 0 else 'above'} what is paid now"
    ways = rows[rows["option"].isin(LEAVING)]
    table = pd.DataFrame(
        {"way": ways["way"], "value": ways["at_par"], "low": ways["at_par_low"], "high": ways["at_par_high"]}
    )
    return Measured(
        unit=f"{unit} a year",
        value=value,
        low=float(way["at_par_low"]),
        high=float(way["at_par_high"]),
        n=len(ways),
        n_of="way to leave" if len(ways) == 1 else "ways to leave",
        interval="nine of ten simulated cases lie between; not a confidence interval",
        numerator=value / float(stay["at_par"]),
        denominator=NAN,
        claim=f"{service_words(scenarios)}up to {number(value, f'{unit} a year')}"
        f"{bracket(way['at_par_low'], way['at_par_high'])} staying costs no more than {way['way']}: {said}.",
        because=_warning(way, stay, unit),
        parts={"way": table.reset_index(drop=True)},
    )


def _warning(way: dict[str, Any], stay: dict[str, Any], unit: str) -> str:
    """What it costs when leaving goes badly, where that is more than staying costs then."""
    if way["worst"] <= stay["worst"]:
        return ""
    return f"in the worst one of ten it costs {number(way['worst'] - stay['worst'], unit)} more than staying does then"
