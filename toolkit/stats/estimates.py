"""How good estimates are: whether they are low or high as a rule, how far off one is, and how often it is kept."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from toolkit.stats.intervals import Estimate, Interval, order_quantile, ratio_of_totals, t_quantile
from toolkit.stats.proportions import chance_of_at_least, wilson

MIN_PAIRS = 3  # fewer tell nothing of how estimates waver
CLOSE = 0.25  # of the actual: within it an estimate counts as close (PRED(25))


@dataclass(frozen=True)
class EstimateAccuracy:
    """How estimates compare with what it took.

    `bias` is the geometric mean of actual / estimate (1.2: typically 20 % too low an estimate), `total` all actuals over
    all estimates; `relative_error` the median of actual / estimate - 1 (signed), `absolute_error` the median of
    |actual - estimate| / actual; `kept` the share with actual <= estimate; `close` the share within 25 % of the actual.
    `too_low` is the probability that the true bias lies above 1; `verdict` says in words what it comes to. `mmre` is there
    because it is asked for (see `estimate_accuracy`). `spread` is the factor that one estimate in three is off by, or more,
    beside the bias; `n` counts pairs.
    """

    bias: Interval
    total: Interval
    relative_error: Interval
    absolute_error: Interval
    kept: Interval
    close: Interval
    too_low: float
    verdict: str
    mmre: float
    spread: float
    n: int


def estimate_accuracy(estimates: ArrayLike, actuals: ArrayLike, *, level: float = 0.95) -> EstimateAccuracy:
    """Return bias, error and kept share of estimates, each with its interval, and whether they are always low.

    Parameters
    ----------
    estimates, actuals : array
        One pair a deliverable or project, in one unit (hours, days, money), above 0, in any order. Pairs with a missing half
        are left out.
    level : float
        Coverage of the intervals, as a share; also how sure "too low" must be (two-sided).

    Returns
    -------
    EstimateAccuracy
        Intervals are NaN below 3 pairs.

    Raises
    ------
    ValueError
        When an estimate or actual is not above 0, or lengths differ.

    Notes
    -----
    The bias rests on Student's t of log(actual / estimate), since overruns multiply: twice and half cancel out. MMRE, the
    mean of |actual - estimate| / actual, is never above 1 for estimates that are too low and has no limit for those too
    high: it prefers the method that estimates low. Sources: T. Foss, E. Stensrud, B. Kitchenham and I. Myrtveit, *IEEE
    Transactions on Software Engineering* 29 (2003) 985-995; M. Shepperd and S. MacDonell, *Information and Software
    Technology* 54 (2012) 820-827.
    """
    guess, took = np.asarray(estimates, dtype=float), np.asarray(actuals, dtype=float)
    if guess.shape != took.shape or (guess <= 0).any() or (took <= 0).any():
        raise ValueError("every estimate and actual is above 0, and each estimate has its actual")
    known = ~(np.isnan(guess) | np.isnan(took))
    guess, took = guess[known], took[known]
    n = len(guess)
    log_ratio = _mean(np.log(took / guess))
    error = np.abs(took - guess) / took
    total = ratio_of_totals(took, guess, lags=0, level=level)
    bias = Interval(*np.exp([log_ratio.value, *_ends(log_ratio, level)]).tolist())
    kept, close = (wilson(int(what.sum()), n, level=level) for what in (took <= guess, error <= CLOSE))
    enough = n >= MIN_PAIRS
    return EstimateAccuracy(
        bias=bias if enough else bias._replace(low=math.nan, high=math.nan),
        total=Interval(total.value, total.low, total.high),
        relative_error=order_quantile(took / guess - 1, level=level),
        absolute_error=order_quantile(error, level=level),
        kept=kept,
        close=close,
        too_low=log_ratio.above_zero if enough else math.nan,
        verdict=_verdict(bias, enough),
        mmre=float(error.mean()) if n else math.nan,
        spread=float(np.exp(log_ratio.se * math.sqrt(n))) if enough else math.nan,
        n=n,
    )


def _mean(values: np.ndarray) -> Estimate:
    """Return the mean with its standard error."""
    n = len(values)
    se = float(values.std(ddof=1)) / math.sqrt(n) if n > 1 else math.nan
    return Estimate(float(values.mean()) if n else math.nan, se, float(n - 1) if n > 1 else math.nan)


def _ends(mean: Estimate, level: float) -> tuple[float, float]:
    """Return the ends of the interval at this level."""
    margin = t_quantile((1 + level) / 2, mean.df) * mean.se
    return mean.value - margin, mean.value + margin


def _verdict(bias: Interval, enough: bool) -> str:
    """Return in words what the bias comes to: more than chance, or not."""
    if not enough:
        return f"fewer than {MIN_PAIRS} pairs: nothing can be said"
    if bias.low > 1:
        return f"too low as a rule: it takes {bias.value:.2f} times the estimate, more than chance would give"
    if bias.high < 1:
        return f"too high as a rule: it takes {bias.value:.2f} times the estimate, less than chance would give"
    return "neither low nor high beyond chance"


def always_low(estimates: ArrayLike, actuals: ArrayLike) -> float:
    """Return how probable as many overruns or more would be if each estimate were as often too high as too low.

    Parameters
    ----------
    estimates, actuals : array
        As for `estimate_accuracy`. Pairs that are equal tell neither way and are left out.

    Returns
    -------
    float
        The one-sided p value of the sign test, which nothing but the order moves, so that one wild project cannot; NaN
        without an unequal pair. Asked of several vendors, correct it (`trends.benjamini_hochberg`).

    Notes
    -----
    Source: W. Conover, *Practical Nonparametric Statistics*, 3rd ed. 1999, sec. 3.4.
    """
    over = np.asarray(actuals, dtype=float) - np.asarray(estimates, dtype=float)
    over = over[~np.isnan(over) & (over != 0)]
    return chance_of_at_least(int((over > 0).sum()), len(over), 0.5)
