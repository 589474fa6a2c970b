"""Is it less than before: unit cost, the restated baseline, and the saving against it."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from toolkit.areas.cost.ledger import by_month, in_unit
from toolkit.areas.cost.months import NOISE, caveat, over, span_words
from toolkit.areas.cost.words import NO_INTERVAL, swing
from toolkit.areas.words import bracket, noun
from toolkit.model import Measured, NotAssessed, Period, measure, month_words, number, probability_words
from toolkit.stats.intervals import Estimate, difference

SCALED_NOISE = "95 % interval from month-to-month noise (as for the saving, scaled)"


@measure("Unit cost", better="lower")
def unit_cost(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """What one unit of the service cost in the period: all recurring cost over all units, as a ratio of totals.

    costs_by_month: as `cost.costs_by_month` makes it; charges and the client's own cost are in it, one-off cost is not. Of
    a vendor with several services, the one that costs most; the others stand in the part `service`. low and high: 95 %
    interval from month-to-month noise. Part `month`: the unit cost of each month, nominal. Of a period in which the
    contract begins, only the months since then.

    Not assessed when a month lacks its cost or volume. Source: ratio of totals, W. Cochran, Sampling Techniques, 3rd ed.
    1977, ch. 6.
    """
    counted = costs_by_month[costs_by_month["unit"].notna()]
    if counted.empty:
        raise NotAssessed("volumes hold no unit of any service with costs")
    rows, _, _ = over(counted, period.months_index())
    sums = rows.groupby(["service", "unit"], as_index=False)[["cost", "volume"]].sum()
    sums = sums[sums["volume"] > 0].sort_values("cost", ascending=False)
    if sums.empty:
        raise NotAssessed("volumes hold no unit of any service in the period")
    main, currency = sums.iloc[0], costs_by_month.attrs["currency"]
    theirs, history = (table[table["service"] == main["service"]] for table in (rows, counted))
    noise = costs_by_month.attrs["noise"][main["service"]]
    cost = Estimate(main["cost"], math.sqrt(len(theirs)) * noise["month_se"], noise["month_df"])
    low, high = (end / main["volume"] for end in cost.interval)
    value = float(main["cost"] / main["volume"])
    by_unit = (history["cost"] / history["volume"].where(history["volume"] > 0)).set_axis(history["month"])
    named = f" ({main['service']})" if len(sums) > 1 else ""
    return Measured(
        unit=f"{currency} per {main['unit']}",
        value=value,
        low=low,
        high=high,
        n=len(theirs),
        n_of=noun(len(theirs), "month"),
        interval=NO_INTERVAL if math.isnan(low) else NOISE,
        numerator=main["cost"],
        denominator=main["volume"],
        claim=f"One {main['unit']}{named} cost {number(value, currency)}{bracket(low, high)} in "
        f"{span_words(rows, period)}, the client's own cost included.",
        because=caveat(rows, period),
        parts={
            "month": by_month(by_unit, period).assign(phase=list(history["phase"])),
            "service": sums[["service", "unit"]].assign(value=sums["cost"] / sums["volume"]),
        },
    )


@measure("Baseline, restated")
def baseline(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """What the period would have cost as before the contract: the unit cost then, at the volume and prices of now.

    costs_by_month: as `cost.costs_by_month` makes it; by service, cost over driver in the months before the contract
    (12, unless review.yaml says otherwise), times the driver of the period. low and high: 95 % interval from the noise
    of the months before. Part `step`: from the cost as it was, by the change of volume and of prices, to the restated one.
    Of a period in which the contract begins, only the months since then.

    Not assessed when a month lacks its cost, volume or price index. Source: own definition, after ISG's baseline rules;
    ratio estimator as in Cochran (1977), ch. 6.
    """
    rows, restated, _ = over(costs_by_month, period.months_index())
    before = costs_by_month[costs_by_month["in_baseline"]]
    per_month = before.groupby("service").agg(cost=("cost", "mean"), volume=("volume", "mean"))
    months = rows.groupby("service")["month"].count()
    plain = float((per_month["cost"] * months).sum())
    grown = rows.groupby("service")["volume"].sum(min_count=1) / (per_month["volume"] * months)
    at_volume = float((per_month["cost"] * months * grown.fillna(1.0)).sum())
    low, high = restated.interval
    unit, n = costs_by_month.attrs["currency"], int(before["month"].nunique())
    steps = pd.DataFrame(
        {
            "step": ["As before the contract", "More or fewer units", "Prices since then", "Baseline, restated"],
            "value": [plain, at_volume - plain, restated.value - at_volume, restated.value],
            "kind": ["total", "change", "change", "total"],
        }
    )
    return Measured(
        unit=unit,
        value=restated.value,
        low=low,
        high=high,
        n=n,
        n_of=noun(n, "month before the contract", "months before the contract"),
        interval=NOISE,
        claim=f"As before the contract, {span_words(rows, period)} would have cost {number(restated.value, unit)}"
        f"{bracket(low, high)} at today's volume and prices.",
        because=caveat(rows, period),
        parts={"step": steps},
    )


@measure("Gross saving", better="higher")
def gross_saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The restated baseline less the vendor's running charges, before the client's own cost and one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it. In the client's currency, nominal. low and high: 95 % interval from
    month-to-month noise before and since the contract; `probability`: that the true gross saving is above zero. Of a
    period in which the contract begins, only the months since then.

    Not assessed when a month lacks its cost, volume or price index. Source: own definition; errors as in `cost.saving`.
    """
    rows, restated, cost = over(costs_by_month, period.months_index())
    gross = difference(restated, replace(cost, value=float(rows["charges"].sum())))
    subject = f"The vendor's charges of {span_words(rows, period)} alone are"
    measured = _saving(gross, costs_by_month.attrs["currency"], rows, period, subject)
    claim = measured.claim.replace("; a saving", ", before the client's own cost; a gross saving")
    return replace(measured, claim=claim)


@measure("Net saving", better="higher")
def saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The restated baseline less all recorded cost of the period: charges, the client's own cost and one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it. In the client's currency, nominal; below zero when it costs more
    than before. low and high: 95 % interval; its variance is that of the baseline's rate times the driver, plus the noise
    of a month since the contract times the months (one-off cost is known and adds none); Welch's degrees of freedom. It is
    unknown while fewer than three months since the contract are known. `probability`: that the true saving is above zero.
    Part `step`: from the baseline to the saving; part `month`: the saving of each month since the contract. Of a period in
    which the contract begins, only the months since then.

    Not assessed when a month lacks its cost, volume or price index. Source: own definition; Newey and West (1987), Welch
    (1947).
    """
    rows, restated, cost = over(costs_by_month, period.months_index())
    charges, own, one_off = (float(rows[name].sum()) for name in ("charges", "internal", "one_off"))
    net = difference(restated, cost, one_off)
    steps = pd.DataFrame(
        {
            "step": ["Baseline, restated", "Vendor's charges", "Client's own cost", "One-off cost", "Net saving"],
            "value": [restated.value, -charges, -own, -one_off, net.value],
            "kind": ["total", "change", "change", "change", "total"],
        }
    )
    after = costs_by_month[costs_by_month["phase"] == "after"]
    measured = _saving(net, costs_by_month.attrs["currency"], rows, period, _all_cost(rows, period))
    return replace(
        measured, parts={"step": steps, "month": by_month(after.groupby("month")["saving"].sum(skipna=False), period)}
    )


def _all_cost(rows: pd.DataFrame, period: Period) -> str:
    included = ", one-off cost included," if rows["one_off"].sum() else ""
    return f"All recorded cost of {span_words(rows, period)}{included} is"


def _saving(
    net: Estimate, unit: str, rows: pd.DataFrame, period: Period, subject: str, against: str = "the restated baseline"
) -> Measured:
    """A saving with the sentence '... 61,498 GBP below the restated baseline (53,369 to 69,627); a saving with ...'."""
    low, high = net.interval
    side, ends = swing(net.value, low, high, "below", "above", unit)
    odds = "" if math.isnan(low) else f"; a saving with probability {probability_words(net.above_zero)}"
    n = int(rows["month"].nunique())
    return Measured(
        unit=unit,
        value=net.value,
        low=low,
        high=high,
        n=n,
        n_of=noun(n, "month"),
        interval=NO_INTERVAL if math.isnan(low) else NOISE,
        probability=net.above_zero,
        claim=f"{subject} {number(abs(net.value), unit)} {side} {against}{ends}{odds}.",
        because=caveat(rows, period),
    )


@measure("Net saving, share of baseline", better="higher", unit="share")
def saving_share(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The net saving as a share of the restated baseline.

    costs_by_month: as `cost.costs_by_month` makes it. low and high: 95 % interval by the delta method, from the errors
    that `cost.saving` uses. numerator and denominator: the saving and the baseline in money. Of a period in which the
    contract begins, only the months since then.

    Not assessed when a month lacks its cost, volume or price index, or the baseline is not above zero. Source: own
    definition; delta method for a ratio, Cochran (1977), ch. 6.
    """
    rows, restated, cost = over(costs_by_month, period.months_index())
    if restated.value <= 0:
        raise NotAssessed("the restated baseline is not above zero")
    net = difference(restated, cost, float(rows["one_off"].sum()))
    spent = restated.value - net.value
    se = math.hypot(restated.se * spent / restated.value, cost.se) / restated.value
    share = Estimate(net.value / restated.value, se, net.df)
    measured = _saving(share, "share", rows, period, _all_cost(rows, period))
    return replace(measured, numerator=net.value, denominator=restated.value)


@measure("Net saving at constant prices", better="higher")
def real_saving(costs_by_month: pd.DataFrame, *, period: Period) -> Measured:
    """The net saving in the prices of the month before the contract.

    costs_by_month: as `cost.costs_by_month` makes it; each month's saving is divided by its price level. low and high:
    the interval of the nominal saving, scaled by the months' mean price level. Of a period in which the contract begins,
    only the months since then.

    Not assessed when a month lacks its cost, volume or price index. Source: own definition; deflating as in the US Bureau
    of Labor Statistics' guide to price adjustment.
    """
    rows, restated, cost = over(costs_by_month, period.months_index())
    nominal = difference(restated, cost, float(rows["one_off"].sum()))
    real = Estimate(
        float((rows["saving"] / rows["prices"]).sum()), nominal.se * float((1 / rows["prices"]).mean()), nominal.df
    )
    base = month_words(costs_by_month.attrs["since"] - 1)
    subject, unit = f"In the prices of {base}, all recorded cost of {span_words(rows, period)} is", "the baseline"
    measured = _saving(real, costs_by_month.attrs["currency"], rows, period, subject, unit)
    return replace(measured, interval=measured.interval if math.isnan(measured.low) else SCALED_NOISE)


@measure("Saving realised against promised", better="higher", unit="share")
def saving_realised(costs_by_month: pd.DataFrame, business_case: pd.DataFrame, *, period: Period) -> Measured:
    """Running net saving so far over the one that the business case promised for the same months, both before one-off cost.

    costs_by_month: as `cost.costs_by_month` makes it; business_case: one row a period with its promised net saving in the
    client's currency. Promises count whose months lie wholly between the contract's start and the end of the period. As a
    share: 1 is the promise kept, below 0 a loss. low and high: the interval of the saving over those months, scaled.

    Not assessed when nothing is promised for those months or a month is promised twice, or a month lacks its cost, volume
    or price index. Source: own definition.
    """
    since, unit = costs_by_month.attrs["since"], costs_by_month.attrs["currency"]
    months, promised = _promise(business_case, since, period)
    _, restated, cost = over(costs_by_month, months)
    net = difference(restated, cost)
    low, high = (end / promised for end in net.interval)
    share = net.value / promised
    realised = f"{number(net.value, unit)} was realised"
    outcome = realised if net.value >= 0 else f"none was realised; it cost {number(-net.value, unit)} more instead"
    return Measured(
        unit="share",
        value=share,
        low=low,
        high=high,
        n=len(months),
        n_of=noun(len(months), "month"),
        interval=NO_INTERVAL if math.isnan(low) else SCALED_NOISE,
        numerator=net.value,
        denominator=promised,
        claim=f"Of a running saving of {number(promised, unit)} promised for {month_words(months[0])} to "
        f"{month_words(months[-1])}, {outcome}: {number(share, 'share')}{bracket(low, high, 'share')} of the promise.",
        parts={
            "step": in_unit(
                pd.DataFrame(
                    {"step": ["Promised", "Realised"], "value": [promised, net.value], "kind": ["total", "total"]}
                ),
                unit,
            )
        },
    )


def _promise(business_case: pd.DataFrame, since: pd.Period, period: Period) -> tuple[pd.PeriodIndex, float]:
    """The months that promises cover, between the contract's start and the end of the period, and their sum."""
    promises = business_case.assign(promise=business_case["period"].map(Period.parse))
    kept = promises["promise"].map(lambda item: item.start >= since and item.end <= period.end).astype("bool")
    due = promises[kept]
    promised = float(due["promised_saving"].sum())
    months = [month for item in due["promise"] for month in item.months_index()]
    twice = sorted({month for month in months if months.count(month) > 1})
    if twice:
        raise NotAssessed(f"business_case promises a saving for {month_words(twice[0])} twice")
    if promised <= 0:
        until = f"{month_words(since)} and {month_words(period.end)}"
        raise NotAssessed(f"the business case promises no saving between {until}")
    return pd.PeriodIndex(sorted(months), freq="M"), promised
