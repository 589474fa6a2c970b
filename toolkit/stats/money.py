"""Money over time: price indices, present value, rate of return, payback, and how concentrated a spend is.

Flows are money per period, the first at period 0; receipts and savings are positive, payments negative. A flow that is
missing makes the result NaN, because a sum over an unknown is unknown.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

MONTHS_EXTRAPOLATED = 18  # beyond the last known point of an index; later prices are unknown
LOG_RATE_LIMIT = 50.0  # e**50 a period is beyond any ratio of two amounts of money
BISECTIONS = 64  # halves the range of 2 x 50 to below the spacing of floating-point numbers
ROUNDING = 1e-9  # of the money moved: a smaller remainder is arithmetic, not money


def price_factor(index: pd.Series, months: pd.PeriodIndex, base: pd.Period) -> pd.Series:
    """Return the factor that turns prices of the base month into prices of each month: index(month) / index(base).

    Own definition of how months between points are filled: an annual average stands at the middle of its year (between
    June and July for calendar years), a monthly value at the middle of its month, and the index grows at a constant
    rate from point to point. After the last point it goes on at the rate of the last twelve months, for 18 months at
    most.

    Parameters
    ----------
    index : Series
        One row a month or a year (a monthly or annual PeriodIndex): the price index, above 0, any base. Missing values
        and gaps are bridged from the points on either side.
    months : PeriodIndex
        The months wanted.
    base : Period
        The month whose prices are the unit.

    Returns
    -------
    Series
        One row a month: the factor, above 0. NaN before the first point, more than 18 months after the last one, and
        everywhere when the base month is unknown.

    Raises
    ------
    ValueError
        When the index is neither monthly nor annual or holds a value that is not above 0, or when `months` or `base`
        are not months.
    """
    if not isinstance(months, pd.PeriodIndex) or months.freqstr != "M" or base.freqstr != "M":
        raise ValueError("months and base must be months")
    known = index.dropna().sort_index()
    if (known <= 0).any():
        raise ValueError(f"a price index is above 0; found {known.min()} at {known.idxmin()}")
    wanted = np.append(_middles(months), _middles(pd.PeriodIndex([base])))
    levels = _log_levels(_middles(known.index), np.log(known.to_numpy(float)), wanted)
    return pd.Series(np.exp(levels[:-1] - levels[-1]), index=months, name="price_factor")


def _middles(periods: pd.Index) -> np.ndarray:
    """Return where the middle of each month or year lies, in months."""
    if not isinstance(periods, pd.PeriodIndex) or not periods.freqstr.startswith(("M", "Y")):
        raise ValueError("a price index is by month or by year (a monthly or annual PeriodIndex)")
    first = periods.asfreq("M", how="S").asi8
    last = periods.asfreq("M", how="E").asi8
    return (first + last + 1) / 2


def _log_levels(at: np.ndarray, level: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the logarithm of the index at the wanted places, from the known ones in order."""
    if not len(at):
        return np.full(len(wanted), np.nan)
    levels = np.interp(wanted, at, level, left=np.nan, right=np.nan)
    growth = (level[-1] - np.interp(at[-1] - 12, at, level, left=np.nan)) / 12
    beyond = wanted - at[-1]
    return np.where((beyond > 0) & (beyond <= MONTHS_EXTRAPOLATED), level[-1] + growth * beyond, levels)


def npv(rate_per_year: float, flows: ArrayLike, *, first: int = 0, periods_per_year: int = 12) -> float:
    """Return the net present value of the flows, in the money of period 0.

    Flow number t, counted from `first`, is divided by (1 + rate) ** (t / periods_per_year). With `first=0` the first
    flow is not discounted; spreadsheets' NPV is `first=1, periods_per_year=1`.

    Parameters
    ----------
    rate_per_year : float
        Effective annual rate as a share, above -1.
    flows : array
        One value a period. Missing values, or no flows at all, give NaN.
    first : int
        The period of the first flow.
    periods_per_year : int
        12 for months, 1 for years.

    Raises
    ------
    ValueError
        When the rate is -1 or below.

    Examples
    --------
    >>> round(npv(0.10, [-100, 121], periods_per_year=1), 2)
    10.0
    """
    discounted = _discount(rate_per_year, flows, first, periods_per_year)
    return float(discounted.sum()) if len(discounted) else float("nan")


def _discount(rate_per_year: float, flows: ArrayLike, first: int, periods_per_year: int) -> np.ndarray:
    """Return each flow in the money of period 0."""
    if rate_per_year <= -1:
        raise ValueError(f"a rate is above -1 (that is, -100 %); found {rate_per_year}")
    amounts = np.asarray(flows, dtype=float)
    return amounts * (1 + rate_per_year) ** (-(first + np.arange(len(amounts))) / periods_per_year)


def irr(flows: ArrayLike, *, periods_per_year: int = 12) -> float:
    """Return the internal rate of return: the effective annual rate at which the flows are worth nothing.

    Flows that begin with receipts and end with payments have a rate too; it is then what that money costs.

    Parameters
    ----------
    flows : array
        One value a period. Missing values give NaN.
    periods_per_year : int
        12 for months, 1 for years.

    Returns
    -------
    float
        A share, above -1. NaN when there is no such rate or may be more than one; `irr_reason` says which.

    Notes
    -----
    Flows that change sign once have exactly one rate above -1 (Descartes' rule of signs). With more changes there may
    be several, and none of them is *the* return, unless the cumulated flows change sign once only: then exactly one rate
    is above zero, and that is given. Source: C. Norstrom, *Journal of Financial and Quantitative Analysis* 7 (1972)
    1835-1839.
    """
    return float(irr_draws(np.atleast_2d(np.asarray(flows, dtype=float)), periods_per_year=periods_per_year)[0])


def irr_reason(flows: ArrayLike) -> str:
    """Return why `irr` is NaN for these flows, as a clause; an empty text when it is not."""
    amounts = np.asarray(flows, dtype=float)
    if not len(amounts):
        return "there are no flows"
    if np.isnan(amounts).any():
        return "the flows have gaps"
    changes, cumulated = (int(_sign_changes(row[None, :])[0]) for row in (amounts, np.cumsum(amounts)))
    if changes == 0:
        return "the flows never change sign, so no rate solves them"
    several = changes > 1 and cumulated != 1
    return f"the flows change sign {changes} times, so more than one rate may solve them" if several else ""


def irr_draws(flows_2d: ArrayLike, periods_per_year: int = 12) -> np.ndarray:
    """Return the internal rate of return of every row, as `irr` would, by bisection on all rows at once.

    Parameters
    ----------
    flows_2d : array
        One row a simulated series of flows, one column a period.
    periods_per_year : int
        12 for months, 1 for years.

    Returns
    -------
    array
        One effective annual rate a row; NaN where `irr` is NaN.
    """
    flows = np.asarray(flows_2d, dtype=float)
    rates = np.full(len(flows), np.nan)
    single, gainful = _sign_changes(flows) == 1, _sign_changes(np.cumsum(flows, axis=1)) == 1
    solvable = flows[single | gainful]
    if len(solvable):
        first_sign = np.sign(solvable[np.arange(len(solvable)), (solvable != 0).argmax(axis=1)])
        low = np.where(single[single | gainful], -LOG_RATE_LIMIT, 0.0)
        high = np.full(len(solvable), LOG_RATE_LIMIT)
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            # At a rate too high the early flows prevail, so the value has the sign of the first flow.
            too_high = _value_sign(solvable, middle) == first_sign
            low, high = (np.where(too_high, low, middle), np.where(too_high, middle, high))
        rates[single | gainful] = np.expm1(periods_per_year * (low + high) / 2)
    return rates


def _sign_changes(flows: np.ndarray) -> np.ndarray:
    """Return how often each row changes sign, passing over zeros; 0 for a row with gaps."""
    signs = pd.DataFrame(np.sign(flows)).replace(0, np.nan).ffill(axis=1).to_numpy()
    changes = (signs[:, 1:] * signs[:, :-1] < 0).sum(axis=1)
    return np.where(np.isnan(flows).any(axis=1), 0, changes)


def _value_sign(flows: np.ndarray, log_rates: np.ndarray) -> np.ndarray:
    """Return the sign of each row's present value at its rate, safe from overflow and underflow."""
    exponents = np.where(flows != 0, -log_rates[:, None] * np.arange(flows.shape[1]), -np.inf)
    weights = np.exp(exponents - exponents.max(axis=1, keepdims=True))
    return np.sign((flows * weights).sum(axis=1))


def payback(flows: ArrayLike, *, rate: float = 0.0, periods_per_year: int = 12) -> float:
    """Return after how many periods the cumulated flows are no longer negative, for good.

    Within the period of the turn the flow is taken to come in evenly (linear interpolation). A later dip below zero
    postpones the payback until the cumulated flows have recovered from it.

    Parameters
    ----------
    flows : array
        One value a period, the first at period 0. Missing values give NaN.
    rate : float
        Effective annual rate; above 0 gives the discounted payback.
    periods_per_year : int
        12 for months, 1 for years; used with `rate` only.

    Returns
    -------
    float
        Periods, 0 when the cumulated flows are never negative; NaN when they still are at the end, or without flows.

    Raises
    ------
    ValueError
        When the rate is -1 or below.

    Notes
    -----
    Source: E. Brigham and J. Houston, *Fundamentals of Financial Management*, capital budgeting; "for good" is our own
    addition.
    """
    discounted = _discount(rate, flows, 0, periods_per_year)
    return float(_paybacks(discounted[None, :])[0]) if len(discounted) else float("nan")


def payback_draws(flows_2d: ArrayLike, pace_periods: int) -> np.ndarray:
    """Return the payback of every row, projected where it lies beyond the last period.

    Parameters
    ----------
    flows_2d : array
        One row a simulated series of flows, one column a period.
    pace_periods : int
        How many of the last flows set the pace at which what is still short comes in.

    Returns
    -------
    array
        Periods as `payback` counts them; infinite where it never comes at that pace; NaN for a row with gaps.
    """
    flows = np.asarray(flows_2d, dtype=float)
    periods = _paybacks(flows)
    pace = flows[:, -pace_periods:].mean(axis=1)
    shortfall = -flows.sum(axis=1)
    projected = np.divide(shortfall, pace, out=np.full(len(flows), np.inf), where=pace > 0)
    late = np.isnan(periods) & ~np.isnan(pace) & (shortfall > 0)
    return np.where(late, flows.shape[1] - 1 + projected, periods)


def _paybacks(flows: np.ndarray) -> np.ndarray:
    """Return the payback of every row; NaN for a row with gaps, or still negative at its end."""
    cumulated = np.cumsum(flows, axis=1)
    short = cumulated < -ROUNDING * np.abs(flows).sum(axis=1, keepdims=True)
    rows, periods = np.arange(len(flows)), flows.shape[1]
    last = periods - 1 - short[:, ::-1].argmax(axis=1)
    after = np.minimum(last + 1, periods - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The rounding allowance must not carry the turn beyond the period in which it happens.
        turn = last + np.minimum(-cumulated[rows, last] / flows[rows, after], 1.0)
    turn = np.where(last == periods - 1, np.nan, turn)
    turn = np.where(short.any(axis=1), turn, 0.0)
    return np.where(np.isnan(flows).any(axis=1), np.nan, turn)


def real_rate(nominal: float, inflation: float) -> float:
    """Return the real rate: (1 + nominal) / (1 + inflation) - 1, all as shares of the same period.

    Source: I. Fisher, *The Theory of Interest* (1930). Missing values give NaN.

    Raises
    ------
    ValueError
        When inflation is -1 or below.

    Examples
    --------
    >>> round(real_rate(0.15, 0.10), 4)
    0.0455
    """
    if inflation <= -1:
        raise ValueError(f"inflation is above -1 (that is, -100 %); found {inflation}")
    return (1 + nominal) / (1 + inflation) - 1


def concentration(amounts: ArrayLike) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares, from 1/n (all equal) to 1 (all with one).

    Parameters
    ----------
    amounts : array
        One total a vendor, not negative.

    Returns
    -------
    float
        The index, 0 to 1 (times 10,000 is the competition authorities' scale). NaN when there are no amounts, the total
        is zero, or one is missing or negative: shares of such a total are no shares.

    Notes
    -----
    Source: O. Herfindahl, *Concentration in the Steel Industry* (1950).

    Examples
    --------
    >>> concentration([50, 50])
    0.5
    """
    totals = np.asarray(amounts, dtype=float)
    if np.isnan(totals).any() or (totals < 0).any() or totals.sum() == 0:
        return float("nan")
    return float(((totals / totals.sum()) ** 2).sum())


def effective_number(amounts: ArrayLike) -> float:
    """Return how many vendors of equal size would be as concentrated: 1 over the Herfindahl-Hirschman index.

    Parameters
    ----------
    amounts : array
        One total a vendor, not negative.

    Returns
    -------
    float
        From 1 (all with one) to the number of vendors (all equal); NaN where the index is.

    Notes
    -----
    Source: M. Adelman, *Review of Economics and Statistics* 51 (1969) 99-101.

    Examples
    --------
    >>> effective_number([50, 50])
    2.0
    """
    return 1 / concentration(amounts)


def concentration_bounds(share: float, vendors: int) -> tuple[float, float]:
    """Return between which values the Herfindahl-Hirschman index lies when one vendor's share is all that is known.

    Parameters
    ----------
    share : float
        Its share, 0 to 1.
    vendors : int
        How many vendors there are, itself included; 2 or more unless the share is 1.

    Returns
    -------
    tuple of float
        Lowest (the others share the rest equally) and highest (one other has all the rest). NaN where share or number
        cannot be.

    Notes
    -----
    Own derivation: squares of parts with a given sum are least when equal and most when one has all.
    """
    rest = 1 - share
    if not 0 <= share <= 1 or vendors < 1 or (vendors == 1 and rest > ROUNDING):
        return float("nan"), float("nan")
    return share**2 + rest**2 / max(vendors - 1, 1), share**2 + rest**2
