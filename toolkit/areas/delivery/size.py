"""What a unit of size costs, and how many defects it holds: outsourced beside in-house only where the data say so."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from toolkit.areas.delivery.look import delivered_in, known
from toolkit.areas.look import YEAR, need, year_words
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import Measured, NotAssessed, Period, measure, number
from toolkit.stats.intervals import order_quantile, ratio_of_totals

FEWEST = 3  # deliverables that a ratio needs for an interval
CLASSES = 3  # small, medium, large: thirds of the vendor's own deliverables
SIDES = {"no": "outsourced", "yes": "in-house"}
NOT_CAUSAL = (
    "to hold outsourced beside in-house work is no proof of what outsourcing does: what was given away differs in size, "
    "kind and age from what was kept"
)
NO_SIDE = "the list marks no work of the client's own people with a size, so that none stands beside the vendor's"


class Sized(NamedTuple):
    """Deliverables of one unit of size: the vendor's own, all with those in-house, the unit, and words on what is left out."""

    own: pd.DataFrame
    every: pd.DataFrame
    unit: str
    left_out: str


def _sized(deliverables: pd.DataFrame, column: str, period: Period) -> Sized:
    """What was delivered in the year up to the period's end and has both a size and a value, in the commonest unit."""
    done = delivered_in(known(deliverables, period, in_house=True), period, YEAR)
    own = done["in_house"].ne("yes")
    need(done[own], f"nothing was delivered in {year_words(period)}, as far as the list says when")
    told = done[(done["size"] > 0) & done[column].notna()]
    units = told.loc[told["in_house"].ne("yes"), "size_unit"].fillna("unit").astype("str")
    if len(units) < FEWEST:
        raise NotAssessed(
            f"both size and {column.replace('_', ' ')} are known of {plural(len(units), 'deliverable')} of "
            f"{year_words(period)}; {FEWEST} are needed. Supply size and {column} in deliverables"
        )
    unit = str(units.value_counts().index[0])
    chosen = told[told["size_unit"].fillna("unit").astype("str") == unit]
    mine = chosen[chosen["in_house"].ne("yes")]
    silent = int(own.sum()) - len(mine)
    words = f"{plural(silent, 'other')} without size or {column.replace('_', ' ')}, or in another unit, left out"
    return Sized(mine, chosen, unit, words if silent else "")


def _ratios(rows: pd.DataFrame, column: str, groups: pd.Series, name: str) -> pd.DataFrame:
    """Totals over totals by a group, with their interval."""
    table = []
    for group, part in rows.groupby(groups, observed=True, sort=False):
        found = ratio_of_totals(part[column], part["size"], lags=0)
        table.append((str(group), found.value, max(found.low, 0.0), found.high, len(part)))
    return pd.DataFrame(table, columns=[name, "value", "low", "high", "n"])


def _classes(rows: pd.DataFrame, unit: str) -> pd.Series:
    """Thirds by size, in words that say their least and largest, small first; empty where sizes are too much alike."""
    edges = rows["size"].quantile([0, 1 / CLASSES, 2 / CLASSES, 1]).tolist()
    if len(set(edges)) <= CLASSES:
        return pd.Series(dtype="str", index=rows.index[:0])
    third = rows["size"].gt(edges[1]).astype(int) + rows["size"].gt(edges[2])
    ends = rows["size"].groupby(third).agg(["min", "max"])
    names = {place: f"{number(low)} to {number(high)} {unit}s" for place, low, high in ends.itertuples(name=None)}
    return third.map(names)


def _parts(sized: Sized, column: str) -> dict[str, pd.DataFrame]:
    """The ratio by size, by side, by group, and for each deliverable."""
    own = sized.own.sort_values("size", kind="stable")
    parts = {"rows": _rows(own, column)}
    classes = _classes(own, sized.unit)
    if len(classes):
        parts = {"size": _ratios(own, column, classes, "size"), **parts}
    sides = sized.every["in_house"].map(SIDES).dropna().astype("str")
    if sides.nunique() == len(SIDES):
        parts["side"] = _ratios(sized.every.loc[sides.index], column, sides, "side")
    if own["group"].nunique() > 1:
        parts["group"] = _ratios(own, column, own["group"].fillna("(not given)").astype("str"), "group")
    return parts


def _rows(own: pd.DataFrame, column: str) -> pd.DataFrame:
    table = own[["deliverable", "size", column]].assign(value=own[column] / own["size"])
    return table.sort_values("value", ascending=False, kind="stable").head(100).reset_index(drop=True)


def _side_words(parts: dict[str, pd.DataFrame], unit: str) -> str:
    """What either side comes to, and that the difference has no known cause; or that only one side is known."""
    if "side" not in parts:
        return NO_SIDE
    said = "; ".join(
        f"{row['side']}: {number(row['value'], unit)}{bracket(row['low'], row['high'])}"
        for row in parts["side"].to_dict("records")
    )
    return f"{said}; {NOT_CAUSAL}"


def _by_size(
    sized: Sized, column: str, unit: str, said: tuple[str, str], *, bare: bool = False, more: str = ""
) -> Measured:
    """All of a column over all size, with its interval and the parts of both measures.

    said: the claim before and behind the ratio; bare: the ratio is said without its unit; more: what else is to be known.
    """
    found = ratio_of_totals(sized.own[column], sized.own["size"], lags=0)
    low, high, parts = max(found.low, 0.0), found.high, _parts(sized, column)
    return Measured(
        unit=unit,
        value=found.value,
        low=low,
        high=high,
        n=len(sized.own),
        n_of=f"deliverables with {column.partition('_')[0]} and size",
        interval="95 % interval (ratio of totals)",
        numerator=float(sized.own[column].sum()),
        denominator=float(sized.own["size"].sum()),
        claim=f"{said[0]}{number(found.value, '' if bare else unit)}{bracket(low, high)}{said[1]}",
        because=joined(more, sized.left_out, _side_words(parts, unit)),
        parts=parts,
    )


@measure("Cost by size", better="lower")
def unit_cost_by_size(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """What one unit of size cost: all cost over all size of what was delivered in the year up to the period's end.

    Deliverables that give both, in the unit of size that most of them have, the vendor's own only. Small deliverables cost
    more a unit than large ones nearly everywhere, so a comparison needs like sizes: the thirds by size stand beside it.
    Where the list marks work of the client's own people, its cost stands beside the vendor's; that is no proof of what
    outsourcing does.

    low and high: 95 % interval of a ratio of totals. Parts: size (thirds), side (outsourced, in-house), group, rows. Not
    assessed below three. Source: W. Cochran, Sampling Techniques, 3rd ed. 1977, ch. 6.
    """
    sized = _sized(deliverables, "cost_actual", period)
    unit = f"{deliverables.attrs.get('currency', '')} per {sized.unit}".strip()
    middle, *_ = order_quantile((sized.own["cost_actual"] / sized.own["size"]).to_numpy())
    said = f"What was delivered in {year_words(period)} cost ", "."
    return _by_size(sized, "cost_actual", unit, said, more=f"the median deliverable cost {number(middle, unit)}")


@measure("Defects by size", better="lower")
def defects_per_size(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Defects found for each unit of size, of what was delivered in the year up to the period's end.

    All defects over all size of the vendor's own deliverables that give both, in the unit of size that most of them have.
    Defects are those that somebody looked for and wrote down: who looks harder finds more. An empty cell is unknown, and not
    none.

    low and high: 95 % interval of a ratio of totals. Parts: size (thirds), side, group, rows. Not assessed below three.
    Source: N. Fenton and J. Bieman, Software Metrics, 3rd ed. 2015, ch. 10; W. Cochran, Sampling Techniques, 3rd ed. 1977,
    ch. 6.
    """
    sized = _sized(deliverables.assign(defects=deliverables["defects"].astype("float64")), "defects", period)
    defects, size = sized.own["defects"].sum(), number(float(sized.own["size"].sum()))
    found = f"{plural(int(defects), 'defect was', 'defects were')} found in {size} {sized.unit}s: "
    return _by_size(sized, "defects", f"defects per {sized.unit}", (found, " for each."), bare=True)
