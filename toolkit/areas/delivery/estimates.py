"""How good the vendor's estimates are: low or high as a rule, how far off one is, and how often one is kept."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from toolkit.areas.delivery.look import delivered_in, known
from toolkit.areas.look import YEAR, need, year_words
from toolkit.areas.shares import share_of, shares_by
from toolkit.areas.words import bracket, joined, plural
from toolkit.model import NAN, Measured, NotAssessed, Period, measure, number
from toolkit.stats.estimates import MIN_PAIRS, EstimateAccuracy, always_low, estimate_accuracy
from toolkit.stats.intervals import order_quantile

RATIOS = np.array([0.0, 0.5, 0.67, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 2.0])  # actual over estimate, where stretches begin
KINDS = (("effort", "effort_estimated", "effort_actual", "hours"), ("cost", "cost_planned", "cost_actual", ""))
MOST_ROWS = 100
FEW_IN_GROUP = 5


class Pairs(NamedTuple):
    """Estimates with what it took, of one kind: `rows` has `estimate` and `actual`; `silent` lack one of them."""

    rows: pd.DataFrame
    kind: str
    silent: int


def _pairs(deliverables: pd.DataFrame, period: Period) -> Pairs:
    """Pairs of effort or of cost, whichever there are more of, of what was delivered in the year up to the period's end."""
    done = delivered_in(known(deliverables, period), period, YEAR)
    need(done, f"nothing was delivered in {year_words(period)}, as far as the list says when")
    found = []
    for kind, estimate, actual, _ in KINDS:
        whole = (done[estimate] > 0) & (done[actual] > 0)
        found.append(Pairs(done.assign(estimate=done[estimate], actual=done[actual])[whole], kind, int((~whole).sum())))
    best = max(found, key=lambda pairs: len(pairs.rows))
    if len(best.rows) < MIN_PAIRS:
        raise NotAssessed(
            f"both an estimate and what it took are known of {plural(len(best.rows), 'deliverable')} of {year_words(period)}; "
            f"{MIN_PAIRS} are needed. Supply effort_estimated and effort_actual in deliverables"
        )
    return best


def _accuracy(pairs: Pairs) -> EstimateAccuracy:
    return estimate_accuracy(pairs.rows["estimate"], pairs.rows["actual"])


def _shared(pairs: Pairs, period: Period) -> str:
    """What the pairs are, and what lacks one half."""
    missing = f"{plural(pairs.silent, 'other')} without both left out" if pairs.silent else ""
    return joined(f"{pairs.kind} of what was delivered in {year_words(period)}", missing)


@measure("Estimate bias", unit="share")
def estimate_bias(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """By what share it typically takes more than was estimated: 0.20 where it takes 1.2 times the estimate.

    The geometric mean of actual over estimate, less 1, over the deliverables delivered in the year up to the period's end;
    in effort or in cost, whichever more of them give. Twice and half cancel out, since overruns multiply; a large and a
    small deliverable count alike. Below zero: estimates are too high.

    low and high: Student's t of the logarithms, 95 %. probability: that the true bias lies above zero. Parts: taken (how many
    took how much of their estimate), statistic (all over all; the sign test in words), group, rows (furthest off first).
    Not assessed below three pairs. Source: M. Shepperd and S. MacDonell, Information and Software Technology 54 (2012)
    820-827.
    """
    pairs = _pairs(deliverables, period)
    found = _accuracy(pairs)
    value, low, high = (part - 1 for part in found.bias)
    p = always_low(pairs.rows["estimate"], pairs.rows["actual"])
    more = int((pairs.rows["actual"] > pairs.rows["estimate"]).sum())
    rarely = "chance alone would rarely bring that" if p < 0.05 else "chance alone can bring that"
    return Measured(
        unit="share",
        value=value,
        low=low,
        high=high,
        n=found.n,
        n_of=f"deliverables with an estimate and an actual {pairs.kind}",
        interval="95 % interval (Student's t of the logarithms)",
        probability=found.too_low,
        claim=f"It typically takes {number(value + 1)} times the {pairs.kind} estimated{bracket(low + 1, high + 1)}: "
        f"{_bias_words(low, high)}.",
        because=joined(f"{more} of {found.n} took more than estimated ({rarely})", _shared(pairs, period)),
        parts={
            "taken": _bins(pairs.rows),
            "statistic": _statistics(found),
            "group": _by_group(pairs.rows),
            "rows": _furthest(pairs.rows),
        },
    )


def _bias_words(low: float, high: float) -> str:
    if low > 0:
        return "estimates are too low as a rule"
    if high < 0:
        return "estimates are too high as a rule"
    return "neither too low nor too high beyond chance"


def _bins(rows: pd.DataFrame) -> pd.DataFrame:
    """How many deliverables took which share of their estimate; the last stretch holds all above."""
    ratio = (rows["actual"] / rows["estimate"]).to_numpy()
    counts, _ = np.histogram(np.minimum(ratio, RATIOS[-1]), bins=np.append(RATIOS, RATIOS[-1] + 1e-9))
    names = [f"{low:g} to {high:g} times" for low, high in pairwise(RATIOS)]
    table = pd.DataFrame({"taken": ["less than half", *names[1:], "twice or more"], "value": counts.astype(float)})
    table.attrs["unit"] = "deliverables"
    return table


def _statistics(found: EstimateAccuracy) -> pd.DataFrame:
    """Every common measure of estimates beside the others."""
    rows = [
        ("typical actual over estimate, less 1", *(part - 1 for part in found.bias)),
        ("all actuals over all estimates, less 1", *(part - 1 for part in found.total)),
        ("median of actual over estimate, less 1", *found.relative_error),
        ("median error, as a share of the actual", *found.absolute_error),
        ("within the estimate", *found.kept),
        ("within 25 % of the actual (PRED 25)", *found.close),
        ("MMRE, which favours low estimates", found.mmre, NAN, NAN),
    ]
    table = pd.DataFrame(rows, columns=["statistic", "value", "low", "high"]).replace([math.inf, -math.inf], NAN)
    table.attrs["unit"] = "share"
    return table


def _by_group(rows: pd.DataFrame) -> pd.DataFrame:
    """The bias by group, where five pairs or more are known."""
    table = []
    for name, group in rows.groupby(rows["group"].fillna("(not given)").astype("str")):
        if len(group) >= FEW_IN_GROUP:
            bias = estimate_accuracy(group["estimate"], group["actual"]).bias
            table.append((name, *(part - 1 for part in bias), len(group)))
    return pd.DataFrame(table, columns=["group", "value", "low", "high", "n"])


def _furthest(rows: pd.DataFrame) -> pd.DataFrame:
    """The deliverables whose estimates were furthest off, as a ratio."""
    table = rows[["deliverable", "estimate", "actual"]].assign(value=rows["actual"] / rows["estimate"] - 1)
    off = pd.Series(np.abs(np.log(table["value"] + 1)), index=table.index)
    order = off.sort_values(ascending=False, kind="stable").index
    return table.loc[order].head(MOST_ROWS).reset_index(drop=True)


@measure("Estimate error", better="lower", unit="share")
def estimate_error(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """By what share of what it took half of the estimates are off, whether too high or too low.

    The median of |actual − estimate| / actual, over the same deliverables as `delivery.estimate_bias`. The mean of the same,
    MMRE, is often asked for and stands among that measure's numbers; it prefers whoever estimates low, because the error of
    an estimate that is too low never exceeds 1 and that of one too high has no limit.

    low and high: 95 % interval of the median from the order of the values. Parts: statistic. Not assessed below three pairs.
    Source: T. Foss, E. Stensrud, B. Kitchenham and I. Myrtveit, IEEE Transactions on Software Engineering 29 (2003) 985-995;
    W. Conover, Practical Nonparametric Statistics, 3rd ed. 1999, sec. 3.2.
    """
    pairs = _pairs(deliverables, period)
    found = _accuracy(pairs)
    value, low, high = order_quantile((pairs.rows["actual"] - pairs.rows["estimate"]).abs() / pairs.rows["actual"])
    finite = math.isfinite(low) and math.isfinite(high)
    return Measured(
        unit="share",
        value=value,
        low=low if finite else NAN,
        high=high if finite else NAN,
        n=found.n,
        n_of=f"deliverables with an estimate and an actual {pairs.kind}",
        interval="95 % interval of the median" if finite else "none: too few pairs to bound the median",
        claim=f"Half of {found.n:,} estimates were off by {number(value, 'share')}"
        f"{bracket(low, high, 'share') if finite else ''} of what it took, or less.",
        because=joined(
            f"the mean of the same (MMRE) is {number(found.mmre, 'share')}, and favours low estimates",
            _shared(pairs, period),
        ),
        parts={"statistic": _statistics(found)},
    )


@measure("Within the estimate", better="higher", unit="share")
def within_estimate_share(deliverables: pd.DataFrame, *, period: Period) -> Measured:
    """Share of the deliverables that took no more than was estimated: how probable it is that an estimate is kept.

    Over the same deliverables as `delivery.estimate_bias`. Half would be kept by estimates that are as often high as low; an
    estimate meant as a ceiling has to be kept far more often.

    low and high: Wilson's interval. Parts: group. Not assessed below three pairs. Source: own definition; E. Wilson, JASA
    22 (1927) 209-212.
    """
    pairs = _pairs(deliverables, period)
    kept = pairs.rows["actual"] <= pairs.rows["estimate"]
    groups = pairs.rows["group"].fillna("(not given)").astype("str")
    return share_of(
        kept,
        f"took no more {pairs.kind} than estimated",
        noun="deliverable",
        of=f" with an estimate and an actual {pairs.kind}",
        because=_shared(pairs, period),
        parts={"group": shares_by(kept, groups, "group")},
    )
