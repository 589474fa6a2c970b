"""What stands behind the scenarios: every uncertain input of every way, and what each way costs over the horizon.

A way is staying, or one row of `alternatives`. All money is in today's money (discounted), in the client's currency.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from toolkit.areas.exit.look import ALL, currency_of, quoted_by, way_words, year_of_charges
from toolkit.areas.exit.tables import DUAL, INSOURCE, RENEGOTIATE, STAY, SWITCH
from toolkit.model import Kept, NotAssessed, Period, absence, source
from toolkit.stats.scenarios import annuity, break_even, cheapest_shares, three_point_draws, worst_mean
from toolkit.stats.simulation import DRAWS, SEED

PRICE, ONE_OFF, LEAD, RISK = "price", "one_off", "lead", "risk"
RUNNING, ONCE = (
    ("management", "improvement"),
    ("selection", "productivity"),
)  # hidden costs: each year, and when work moves
BROUGHT = {  # what hidden costs an option brings
    STAY: RUNNING,
    RENEGOTIATE: RUNNING,
    DUAL: (*RUNNING, *ONCE),
    SWITCH: (*RUNNING, *ONCE),
    INSOURCE: ("productivity",),
}
WORDS = {PRICE: "price a year", ONE_OFF: "one-off cost", LEAD: "months until it runs", RISK: "risk"}
COLUMNS = ["service", "way", "option", "kind", "input", "low", "likely", "high", "probability"]
AS_NOW = "As now"
MOST = 10_000_000  # numbers drawn at once: many ways must not fill the memory
MOST_ALIKE = 0.95  # rank correlation; a higher one given is taken as this
MIDDLE = (0.05, 0.95)  # between which nine cases of ten lie: what goes badly once in ten shows
Values = Mapping[tuple[str, str], Any]  # by way and kind ("" and the item for hidden cost): a number, or one a draw


def scenario_inputs(
    alternatives: pd.DataFrame, invoices: pd.DataFrame, hidden_costs: pd.DataFrame, *, period: Period
) -> pd.DataFrame:
    """Every input of every way, with its range: what the scenarios are made of, and what may be argued with.

    One row is one input of one way to get one service: service, way, option, kind (price, one_off, lead, risk; hidden costs,
    by their category, have no way of their own and hold for all), input (in words), low, likely, high, probability (of a
    risk). Prices are a year's, lead times months, hidden costs shares of a year's price.

    Staying costs what its row in `alternatives` says, else the charges of the past year, as they were: without a range. What
    is missing travels in `attrs["absent"]`; why a service is left out, of which nothing says what staying costs, in
    `attrs["left_out"]`. Hidden costs are taken from the table of that name: management and improvement each year, of what
    outsiders are paid; selection and lost productivity once, where the work moves. Transition is part of an alternative's own
    one-off cost.
    """
    given = {"alternatives": alternatives, "invoices": invoices, "hidden_costs": hidden_costs}
    rows: list[dict[str, Any]] = []
    absent, left_out = absence("alternatives", alternatives), ""
    if not absent:
        rows, reasons = _ways(alternatives, invoices, period)
        absent, left_out = ("", "; ".join(reasons)) if rows else ("; ".join(reasons), "")
        rows += _hidden(hidden_costs)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.astype(dict.fromkeys(("low", "likely", "high", "probability"), "float64"))
    table.attrs.update(absent=absent, left_out=left_out, currency=currency_of(alternatives))
    table.attrs["sources"] = Kept(source(name, part) for name, part in given.items() if not absence(name, part))
    return table


def _ways(alternatives: pd.DataFrame, invoices: pd.DataFrame, period: Period) -> tuple[list[dict[str, Any]], list[str]]:
    """The inputs of every service of which it is known what staying costs, and why others are left out."""
    known = quoted_by(alternatives, period)
    if known.empty:
        return [], [f"alternatives holds no figure that was known by the end of {period}"]
    rows: list[dict[str, Any]] = []
    reasons: list[str] = []
    for service, group in known.groupby("service", sort=True):
        try:
            stay = [] if group["option"].eq(STAY).any() else _staying(str(service), invoices, period)
        except NotAssessed as reason:
            reasons.append(str(reason))
            continue
        rows += stay + [item for row in group.to_dict("records") for item in _way(str(service), row)]
    return rows, list(dict.fromkeys(reasons))


def _staying(service: str, invoices: pd.DataFrame, period: Period) -> list[dict[str, Any]]:
    """Staying at what the past year cost."""
    why = absence("invoices", invoices)
    if why:
        raise NotAssessed(f"nothing says what staying costs: {why}, and alternatives holds no row with option stay")
    charges = year_of_charges(invoices, period)
    if not charges.get(service, 0.0) > 0:
        named = f" for {service}" if service != ALL else ""
        raise NotAssessed(
            f"invoices hold no charge{named} in the past year; supply a row with option stay in alternatives"
        )
    return [_input(service, way_words({"alternative": AS_NOW, "option": STAY}), STAY, PRICE, float(charges[service]))]


def _way(service: str, row: Mapping[Any, Any]) -> list[dict[str, Any]]:
    """The inputs of one row of alternatives; staying takes nothing once and no time unless it says so."""
    way, option = way_words(row), str(row["option"])
    kinds = [kind for kind in (PRICE, ONE_OFF, LEAD, RISK) if row[f"{kind}_likely"] == row[f"{kind}_likely"]]
    return [
        _input(
            service,
            way,
            option,
            kind,
            *(float(row[f"{kind}_{end}"]) for end in ("likely", "low", "high")),
            probability=float(row["risk_probability"]) if kind == RISK else np.nan,
            said=str(row["risk"]) if kind == RISK and isinstance(row["risk"], str) else "",
        )
        for kind in kinds
    ]


def _input(
    service: str,
    way: str,
    option: str,
    kind: str,
    likely: float,
    low: float | None = None,
    high: float | None = None,
    *,
    probability: float = np.nan,
    said: str = "",
) -> dict[str, Any]:
    ends = {"low": likely if low is None else low, "likely": likely, "high": likely if high is None else high}
    name = f"{way}, {said or WORDS[kind]}"
    about = {"service": service, "way": way, "option": option, "kind": kind, "input": name}
    return {**about, **ends, "probability": probability}


def _hidden(hidden_costs: pd.DataFrame) -> list[dict[str, Any]]:
    """The hidden costs that staying, or moving, brings; shares of a year's price."""
    used = hidden_costs[hidden_costs["category"].isin((*RUNNING, *ONCE))]
    return [
        {
            **dict.fromkeys(("service", "way", "option"), ""),
            "kind": str(row["category"]),
            "input": f"{row['item']}, share of the price",
            "low": row["low"],
            "likely": row["base"],
            "high": row["high"],
            "probability": np.nan,
        }
        for row in used.to_dict("records")
    ]


# -------------------------------------------------------------------------------------------------------- what a way costs
def of_service(inputs: pd.DataFrame, service: str) -> pd.DataFrame:
    """The inputs of one service, with the hidden costs, which hold for all."""
    return inputs[inputs["service"].isin((service, ""))].reset_index(drop=True)


def key_of(row: Mapping[Any, Any]) -> tuple[str, str]:
    """By what an input's value is known: its way and kind, or '' and its name where it holds for all."""
    return (str(row["way"]), str(row["kind"])) if row["way"] else ("", str(row["input"]))


def ways_of(inputs: pd.DataFrame) -> dict[str, str]:
    """The ways among the inputs of a service with their options, in their order."""
    named = inputs[inputs["way"] != ""].drop_duplicates("way")
    return dict(zip(named["way"], named["option"], strict=True))


def costs_of(
    way: str, option: str, at: Values, inputs: pd.DataFrame, *, stay: str, horizon: float, rate: float
) -> tuple[Any, Any, Any]:
    """What a way costs over the horizon, what of that is paid once, and what it saves a month once it runs.

    Until it runs, staying is paid for; what is paid once is paid now; a risk, where it comes true, too.
    """
    running, once = (_shares(at, inputs, kinds, option) for kinds in (RUNNING, ONCE))
    outside = _shares(at, inputs, RUNNING, STAY)
    now, price = at[(stay, PRICE)] * (1 + outside), at[(way, PRICE)] * (1 + running)
    lead = np.minimum(at.get((way, LEAD), 0.0), horizon)
    paid_once = at.get((way, ONE_OFF), 0.0) + once * at[(way, PRICE)] + at.get((way, RISK), 0.0)
    before, after = annuity(0.0, lead, rate), annuity(lead, horizon, rate)
    return now / 12 * before + price / 12 * after + paid_once, paid_once, (now - price) / 12


def _shares(at: Values, inputs: pd.DataFrame, kinds: Sequence[str], option: str) -> Any:
    """The hidden costs of some kinds that an option brings, as a share of a year's price."""
    brought = [kind for kind in kinds if kind in BROUGHT[option]]
    names = inputs.loc[(inputs["way"] == "") & inputs["kind"].isin(brought), "input"]
    return sum((at[("", name)] for name in names), 0.0)


# ----------------------------------------------------------------------------------------------------------------- scenarios
def scenarios(
    inputs: pd.DataFrame, *, scenario_months: float = 36, discount_rate: float = 0.08, scenario_correlation: float = 0.3
) -> pd.DataFrame:
    """What each way costs over the horizon, by 100,000 simulated cases: one row a way.

    inputs: as `scenario_inputs` makes it. scenario_months: the horizon. scenario_correlation: rank correlation of every two
    inputs, since what makes one dear makes others dear; risks come true independently.

    Columns: service, way, option, likely (all inputs at their most likely values, no risk), mean, low and high (between which
    nine of ten cases lie), worst (mean of the worst tenth), cheapest (share of cases in which it costs least), gain (mean
    saving against staying) with gain_low, gain_high, gain_probability (of saving anything), once (mean of what is paid once)
    with once_low, once_high, break_even (median months; infinite for never) with break_even_low, break_even_high and
    pays_back (share of cases that pay back within the horizon), lead (median months until it runs), at_par (price a year at
    which staying would cost as much) with at_par_low, at_par_high, and risk (in words).

    Source: own definition; simulation after D. Vose, Risk Analysis, 3rd ed. 2008.
    """
    options = {"horizon": scenario_months, "rate": discount_rate, "correlation": min(scenario_correlation, MOST_ALIKE)}
    services = [name for name in inputs["service"].unique() if name]
    rows = [row for name in services for row in _simulated(name, of_service(inputs, name), **options)]
    table = pd.DataFrame(rows)
    table.attrs |= {**inputs.attrs, "months": scenario_months, "rate": discount_rate, "main": _main(table)}
    return table


def _main(table: pd.DataFrame) -> str:
    """The service of which staying costs most: what the measures speak of first."""
    if table.empty:
        return ""
    staying = table[table["option"] == STAY]
    return str(staying["service"].iloc[int(staying["mean"].argmax())])


def _simulated(service: str, inputs: pd.DataFrame, *, horizon: float, rate: float, correlation: float) -> list[dict]:
    """One row for each way of one service."""
    ways, at = ways_of(inputs), _drawn(inputs, correlation)
    likely = {key_of(row): row["likely"] for row in inputs.to_dict("records") if row["kind"] != RISK}
    stay = next(way for way, option in ways.items() if option == STAY)
    cost_of = partial(costs_of, inputs=inputs, stay=stay, horizon=horizon, rate=rate)
    found = {way: cost_of(way, option, at) for way, option in ways.items()}
    costs = {way: np.broadcast_to(cost, _draws(inputs)) for way, (cost, _, _) in found.items()}
    shares = cheapest_shares(np.column_stack(list(costs.values())))
    par = 12 / annuity(0.0, horizon, rate) / (1 + _shares(at, inputs, RUNNING, STAY))
    rows = []
    for place, (way, option) in enumerate(ways.items()):
        cost, once, saving = costs[way], np.asarray(found[way][1]), found[way][2]
        lead = np.asarray(at.get((way, LEAD), 0.0))
        least = float(np.asarray(cost_of(way, option, likely)[0]))
        rows.append(
            {
                **{"service": service, "way": way, "option": option, "likely": least},
                **_spread("", cost),
                **{"worst": worst_mean(cost), "cheapest": float(shares[place]), "lead": float(np.median(lead))},
                **_spread("gain", costs[stay] - cost),
                "gain_probability": float((costs[stay] > cost).mean()),
                **_spread("once", once),
                **_pay_back(once, saving, lead, horizon),
                **_spread("at_par", cost * par),
                "risk": _risk_words(inputs, way),
            }
        )
    return rows


def _draws(inputs: pd.DataFrame) -> int:
    return max(min(DRAWS, MOST // max(len(inputs), 1)), 1000)


def _drawn(inputs: pd.DataFrame, correlation: float) -> Values:
    """Every input of a service, drawn; a risk costs nothing in the cases in which it does not come true."""
    count = _draws(inputs)
    ends = (inputs[name].to_numpy(float) for name in ("low", "likely", "high"))
    drawn = three_point_draws(*ends, rank_correlation=correlation, draws=count)
    happens = np.random.default_rng(SEED + 1).random((count, len(inputs)))
    values = {}
    for place, row in enumerate(inputs.to_dict("records")):
        column = drawn[:, place]
        values[key_of(row)] = column * (happens[:, place] < row["probability"]) if row["kind"] == RISK else column
    return values


def _spread(name: str, values: np.ndarray) -> dict[str, float]:
    """Mean and the ends of the middle nine tenths."""
    low, high = np.quantile(values, MIDDLE)
    front = f"{name}_" if name else ""
    return {name or "mean": float(values.mean()), f"{front}low": float(low), f"{front}high": float(high)}


def _pay_back(once: np.ndarray, saving: Any, lead: np.ndarray, horizon: float) -> dict[str, float]:
    """After how many months what is paid once has come back."""
    months = np.atleast_1d(break_even(once, saving, start=lead))
    low, middle, high = np.quantile(months, (MIDDLE[0], 0.5, MIDDLE[1]), method="inverted_cdf")
    return {
        "break_even": float(middle),
        "break_even_low": float(low),
        "break_even_high": float(high),
        "pays_back": float((months <= horizon).mean()),
    }


def _risk_words(inputs: pd.DataFrame, way: str) -> str:
    """'Data cannot be moved in time', or '' where no risk is named."""
    risks = inputs[(inputs["way"] == way) & (inputs["kind"] == RISK)]
    return str(risks["input"].iloc[0]).removeprefix(f"{way}, ") if len(risks) else ""


def main_rows(scenarios: pd.DataFrame) -> pd.DataFrame:
    """The ways of the service that costs most, those with the least mean cost first."""
    rows = scenarios[scenarios["service"] == scenarios.attrs["main"]]
    return rows.sort_values("mean", kind="stable").reset_index(drop=True)


def staying(rows: pd.DataFrame) -> dict[str, Any]:
    """The row of staying."""
    return _record(rows[rows["option"] == STAY])


def best_other(rows: pd.DataFrame, options: Sequence[str] = ()) -> dict[str, Any]:
    """The way but staying that costs least on average, among some options where they are named; not assessed without one."""
    others = rows[rows["option"].isin(options) if options else rows["option"] != STAY]
    if others.empty:
        wanted = ", ".join(options) or "another option than stay"
        raise NotAssessed(f"alternatives holds no row with {wanted}")
    return _record(others)


def _record(rows: pd.DataFrame) -> dict[str, Any]:
    return {str(name): value for name, value in rows.iloc[0].items()}


def service_words(scenarios: pd.DataFrame) -> str:
    """'Hosting: ', where the vendor's ways are told for a service."""
    main = scenarios.attrs["main"]
    return "" if main == ALL else f"{main}: "
