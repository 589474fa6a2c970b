"""Forecasts of short series: no change, drift, straight line, exponential smoothing, Holt, damped trend.

All six are one model, the additive exponential smoothing state space, with some of its parameters held: the level moves by
`alpha` of each surprise, the slope by `beta`, and the slope is damped by `phi` a period. What is not held is not estimated
by one number but averaged over, each value by its likelihood, since six to sixty points do not tell it.

A method is taken only where it has been nearer the truth, in this series, on occasions enough. Until that can be known, the
forecast is halfway between "no change" and a damped trend.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

MIN_POINTS = 6  # known values; with fewer nothing is forecast
MIN_ORIGINS = 6  # moments from which forecasts were made and seen to come true or not, before any method is preferred
MARGIN = 0.10  # by how much less than "no change" a method must err, as a share
WON = 0.6  # at how many of the moments it must err no more, as a share
ALIKE = 0.02  # of the error of "no change": of methods this close, the simplest
LEVELS = (0.80, 0.95)
TINY = 1e-12  # of the squared range of the series: less is arithmetic
HALVINGS = 40  # to find an end of an interval
NEGLIGIBLE = 1e-6  # weight of a node that moves no end

ALPHAS = np.linspace(0.0, 1.0, 11)
SLOPE_SHARES = np.array([0.0, 0.05, 0.1, 0.2, 0.35, 0.6, 1.0])  # beta as a share of alpha, the classical beta*
PHIS = np.array([0.8, 0.85, 0.9, 0.95, 0.98])


class Nodes(NamedTuple):
    """Smoothing parameters to be tried, one a node; without a trend `beta` and `phi` are 0."""

    alpha: np.ndarray
    beta: np.ndarray
    phi: np.ndarray
    trend: bool


def _nodes(alphas: ArrayLike, shares: ArrayLike = 0.0, phis: ArrayLike = 0.0, *, trend: bool = True) -> Nodes:
    """Return every combination of alpha, beta as a share of alpha, and phi."""
    table = np.array(list(product(np.atleast_1d(alphas), np.atleast_1d(shares), np.atleast_1d(phis))), dtype=float)
    return Nodes(table[:, 0], table[:, 0] * table[:, 1], table[:, 2], trend)


# from the simplest to the least simple
METHODS: dict[str, Nodes] = {
    "no change": _nodes(1.0, trend=False),
    "drift": _nodes(1.0, 0.0, 1.0),
    "straight line": _nodes(0.0, 0.0, 1.0),
    "exponential smoothing": _nodes(ALPHAS, trend=False),
    "Holt": _nodes(ALPHAS, SLOPE_SHARES, 1.0),
    "damped trend": _nodes(ALPHAS[1:], SLOPE_SHARES, PHIS),
}
NO_CHANGE, DAMPED, HALFWAY = "no change", "damped trend", "halfway"  # the last is half of each of the first two


@dataclass(frozen=True, eq=False)
class Outlook:
    """What is expected: Student's t of each node, weighted by its likelihood.

    `location` and `scale` have axes origin, node and step; `weight` and `df` (degrees of freedom) origin and node.
    """

    location: np.ndarray
    scale: np.ndarray
    weight: np.ndarray
    df: np.ndarray

    @property
    def mean(self) -> np.ndarray:
        """The mean by origin and step."""
        return (self.weight[..., None] * self.location).sum(axis=1)

    def below(self, value: ArrayLike) -> np.ndarray:
        """Return the probability of lying below a value, which has axes origin and step, or is one number."""
        from scipy.special import stdtr

        distance = (np.expand_dims(np.atleast_2d(value), 1) - self.location) / self.scale
        return (self.weight[..., None] * stdtr(self.df[..., None], distance)).sum(axis=1)

    def quantile(self, probability: float) -> np.ndarray:
        """Return the value that the outcome lies below with this probability, by origin and step."""
        from scipy.special import stdtrit

        heavy = np.any(self.weight > NEGLIGIBLE, axis=0)
        if not heavy.all():
            return Outlook(*(part[:, heavy] for part in _fields(self))).quantile(probability)
        ends = self.location + self.scale * stdtrit(self.df[..., None], probability)
        low, high = ends.min(axis=1), ends.max(axis=1)
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            under = self.below(middle) < probability
            low, high = np.where(under, middle, low), np.where(under, high, middle)
        return (low + high) / 2


class Passage(NamedTuple):
    """How every node passes through a series, each as a plane over the unknown first level and slope.

    `error` (one-step errors in units of sigma) and `level`, `slope` (after each period) have axes period, part (constant, by
    first level, by first slope) and node; `spread` is the logarithm of what the errors were divided by.
    """

    error: np.ndarray
    level: np.ndarray
    slope: np.ndarray
    spread: np.ndarray


@dataclass(frozen=True, eq=False)
class Forecast:
    """What a series is expected to be.

    `method` is one of ``METHODS``, ``HALFWAY``, or '' when there is no forecast; `reason` says in words why. `table` has one
    row a period ahead (its index): `value`, `low80`, `high80`, `low95`, `high95`. `tried` has one row a method: `error`
    (mean absolute), `ratio` (to the error of "no change"), `won` (share of moments with an error no larger), `moments`.
    """

    method: str
    reason: str
    table: pd.DataFrame
    tried: pd.DataFrame
    outlook: Outlook | None
    bounds: tuple[float, float]


def _echo(nodes: Nodes, steps: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return by step ahead: the sum of damped slopes, the effect of a surprise, the damping; axes step and node."""
    powers = nodes.phi ** np.arange(1, steps + 1)[:, None]
    slopes = np.cumsum(powers, axis=0)
    return slopes, nodes.alpha + nodes.beta * slopes, powers


def smooth(values: ArrayLike, nodes: Nodes) -> Passage:
    """Return how level and slope of every node pass through a series.

    Parameters
    ----------
    values : array
        One value a period, in order. A missing one leaves the state as it was expected to be; the next surprise then counts
        for more, in the measure that the silence made the state less sure.
    nodes : Nodes
        What to try.

    Returns
    -------
    Passage
        Linear in the first level and slope, so that the best ones follow from least squares.

    Notes
    -----
    Source: R. Hyndman, A. Koehler, J. Ord and R. Snyder, *Forecasting with Exponential Smoothing*, 2008, ch. 2, 3 and 5;
    the gain after missing values is that of the innovations not seen, the rest of their variance is let go.
    """
    y, count = np.asarray(values, dtype=float), len(nodes.alpha)
    _, effects, powers = _echo(nodes, len(y))
    level, slope = np.zeros((3, count)), np.zeros((3, count))
    level[1], slope[2] = 1.0, float(nodes.trend)
    empty = np.zeros((3, len(y), 3, count))
    passage = Passage(empty[0], empty[1], empty[2], np.zeros((len(y), count)))
    silent = 0
    for t, value in enumerate(y):
        level, slope = level + nodes.phi * slope, nodes.phi * slope
        if np.isnan(value):
            silent += 1
        else:
            unseen = effects[:silent]
            variance = 1 + (unseen**2).sum(axis=0)
            error = -level
            error[0] += value
            level = level + (nodes.alpha + variance - 1) / variance * error
            slope = slope + nodes.beta * (1 + (unseen * powers[:silent]).sum(axis=0)) / variance * error
            passage.error[t], passage.spread[t] = error / np.sqrt(variance), np.log(variance) / 2
            silent = 0
        passage.level[t], passage.slope[t] = level, slope
    return passage


def extend(passage: Passage, nodes: Nodes, steps: int, origins: ArrayLike = -1) -> np.ndarray:
    """Return what follows the origins, as planes over the first level and slope; axes origin, part, node, step."""
    slopes, _, _ = _echo(nodes, steps)
    level, slope = (part[np.atleast_1d(origins)][..., None] for part in (passage.level, passage.slope))
    return level + slope * slopes.T


def expect(values: ArrayLike, steps: int, nodes: Nodes, origins: ArrayLike, *, rounding: float = 0.0) -> Outlook:
    """Return what the past of each origin says of the periods after it.

    Parameters
    ----------
    values : array
        One value a period, in order; missing ones are allowed.
    steps : int
        How many periods ahead, 1 or more.
    nodes : Nodes
        The method, such as ``METHODS["damped trend"]``.
    origins : array of int
        Positions of the last value that each forecast may know; three known ones at least up to the first.
    rounding : float
        The unit that values were rounded to.

    Returns
    -------
    Outlook
        Of the values, also beyond what is possible for a share (see `forecast`).

    Notes
    -----
    First level and slope are unknown (flat), sigma too (flat in its logarithm); the forecast of each node is then exactly
    Student's t, and its weight the likelihood with these integrated out. Own combination of Hyndman and others (see
    `smooth`), equation 6.11, with A. Zellner, *An Introduction to Bayesian Inference in Econometrics*, 1971, ch. 3. With
    one node it is the textbook: the prediction interval of a regression line, of a random walk, of one with drift.
    """
    y, at = np.asarray(values, dtype=float), np.asarray(origins, dtype=int)
    base, known = float(y[~np.isnan(y)][0]), np.cumsum(~np.isnan(y))[at]
    unit = float(np.nanmax(np.abs(y - base))) or 1.0
    passage = smooth((y - base) / unit, nodes)
    inverse, first, rss, log_volume = _fit(passage, at, 2 if nodes.trend else 1)
    df = np.broadcast_to((known - first.shape[-1])[:, None], rss.shape)
    rss = np.maximum(rss, known[:, None] * (TINY + (rounding / unit) ** 2 / 12))
    log_weight = -log_volume / 2 - df / 2 * np.log(rss) - np.cumsum(passage.spread, axis=0)[at]
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    ahead = extend(passage, nodes, steps, at)
    plane = ahead[:, 1 : 1 + first.shape[-1]].transpose(0, 2, 3, 1)
    location = ahead[:, 0] + (plane @ first[..., None])[..., 0]
    _, effects, _ = _echo(nodes, steps)
    own = np.cumsum(np.vstack([np.ones(len(nodes.alpha)), effects[:-1] ** 2]), axis=0).T
    variance = (own + ((plane @ inverse) * plane).sum(axis=-1)) * (rss / df)[..., None]
    return Outlook(base + unit * location, unit * np.sqrt(variance), weight / weight.sum(axis=1, keepdims=True), df)


def _fit(passage: Passage, at: np.ndarray, parts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return by origin and node: inverse of the normal matrix, best first states, sum of squares, log determinant."""
    target, design = passage.error[:, 0], -passage.error[:, 1 : 1 + parts]
    normal = np.cumsum(design[:, :, None] * design[:, None], axis=0)[at].transpose(0, 3, 1, 2)
    moment = np.cumsum(design * target[:, None], axis=0)[at].transpose(0, 2, 1)
    inverse = np.linalg.inv(normal)
    first = np.einsum("ogij,ogj->ogi", inverse, moment)
    rss = np.cumsum(target**2, axis=0)[at] - np.einsum("ogi,ogi->og", first, moment)
    return inverse, first, rss, np.linalg.slogdet(normal)[1]


def _pool(first: Outlook, second: Outlook) -> Outlook:
    """Return half of either: with this probability the one holds, else the other."""
    parts = [np.concatenate(pair, axis=1) for pair in zip(_fields(first), _fields(second), strict=True)]
    return Outlook(parts[0], parts[1], parts[2] / 2, parts[3])


def _fields(outlook: Outlook) -> tuple[np.ndarray, ...]:
    return outlook.location, outlook.scale, outlook.weight, outlook.df


def _at(outlook: Outlook, origin: int) -> Outlook:
    return Outlook(*(part[origin][None] for part in _fields(outlook)))


def _regular(values: ArrayLike | pd.Series) -> pd.Series:
    """Return the series from its first to its last known value, with periods that have no row as missing ones."""
    series = pd.Series(values, dtype=float)
    index = series.index
    if isinstance(index, pd.PeriodIndex) and len(index):
        if index.has_duplicates:
            raise ValueError(f"one value a period is needed; found several for {index[index.duplicated()][0]}")
        series = series.reindex(pd.period_range(index.min(), index.max(), freq=index.freq))
    if np.isinf(series.to_numpy()).any():
        raise ValueError("values are numbers or missing; found an infinite one")
    known = np.flatnonzero(series.notna())
    return series.iloc[known[0] : known[-1] + 1] if len(known) else series.iloc[:0]


class _Trial(NamedTuple):
    """The methods tried from every origin: their outlooks, the errors (method, origin, step), and what came."""

    origins: np.ndarray
    outlooks: dict[str, Outlook]
    actual: np.ndarray
    error: np.ndarray


def _try_all(series: pd.Series, steps: int, rounding: float, bounds: tuple[float, float]) -> _Trial:
    """Return the forecasts that each method would have made from each known value but the first few."""
    y = series.to_numpy()
    origins = np.flatnonzero(~np.isnan(y))[MIN_POINTS - 1 :]
    coming = origins[:, None] + np.arange(1, steps + 1)
    actual = np.where(coming < len(y), y[np.minimum(coming, len(y) - 1)], np.nan)
    outlooks = {name: expect(y, steps, nodes, origins, rounding=rounding) for name, nodes in METHODS.items()}
    outlooks[HALFWAY] = _pool(outlooks[NO_CHANGE], outlooks[DAMPED])
    error = np.stack([np.abs(np.clip(outlook.mean, *bounds) - actual) for outlook in outlooks.values()])
    return _Trial(origins, outlooks, actual, error)


def _standing(trial: _Trial, now: int) -> pd.DataFrame:
    """Return how near each method was in all that had come to pass at a position."""
    coming = trial.origins[:, None] + np.arange(1, trial.actual.shape[1] + 1)
    seen = (coming <= now) & ~np.isnan(trial.actual)
    count = seen.sum(axis=1)
    sums = np.where(seen, trial.error, 0.0).sum(axis=2)[:, count > 0]
    means, moments = sums / count[count > 0], int((count > 0).sum())
    with np.errstate(invalid="ignore", divide="ignore"):
        error = sums.sum(axis=1) / count.sum()
        table = {"error": error, "ratio": error / error[0], "won": (means <= means[0]).sum(axis=1) / moments}
    return pd.DataFrame(table, index=pd.Index([*METHODS, HALFWAY], name="method")).assign(moments=moments)


def _choice(standing: pd.DataFrame) -> str:
    """Return the simplest of the methods that were clearly better than "no change"; else what is safe."""
    if standing["moments"].iloc[0] < MIN_ORIGINS:
        return HALFWAY
    alone = standing.drop(index=HALFWAY)
    better = alone[(alone["ratio"] < 1 - MARGIN) & (alone["won"] >= WON)]
    if better.empty:
        return HALFWAY if standing["ratio"][HALFWAY] < 1 else NO_CHANGE
    return str(better.index[better["ratio"] <= better["ratio"].min() + ALIKE][0])


def _spread(trial: _Trial, name: str) -> Outlook:
    """Return what the intervals of a method are made of: half its own outlook, half the damped trend's."""
    return trial.outlooks[HALFWAY] if name == HALFWAY else _pool(trial.outlooks[name], trial.outlooks[DAMPED])


def forecast(
    values: ArrayLike | pd.Series,
    steps: int,
    *,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    rounding: float = 0.0,
    method: str | None = None,
) -> Forecast:
    """Return what a short series is expected to be, with intervals, by the method that its own past speaks for.

    Parameters
    ----------
    values : array or Series
        One value a period, in order, 6 or more known; a PeriodIndex keeps months without a row apart. Missing values keep
        their place.
    steps : int
        How many periods after the last known value, 1 or more.
    bounds : tuple
        What is possible, such as (0, 1) for shares: values and ends of intervals are cut there. (Forecasting log odds instead
        was tried: no nearer; near 1 its intervals were wider by a third or more where the level stayed, and too narrow where
        it rose.)
    rounding : float
        The unit that values were rounded to, such as 0.01 for whole per cents or 1 for counts.
    method : str, optional
        One of ``METHODS``, or ``HALFWAY``, in place of the choice.

    Returns
    -------
    Forecast
        With an empty method and table, and the reason, below 6 known values. Where the series never changed and `rounding`
        is 0, the value stays and the intervals are NaN: nothing tells how far it may move.

    Raises
    ------
    ValueError
        When a value is infinite, a period has two values, `steps` is below 1, or the method is another.

    Notes
    -----
    The rule (our own): every method forecasts from each known value after the fifth; one is taken if its mean absolute error,
    over all steps, is at least 10 % below that of "no change", from at least 6 such moments, and no larger at 60 % of them;
    of those within 2 points, the simplest. Where none is, the forecast is halfway between "no change" and the damped trend;
    where that was no nearer either, from 6 moments on, it is "no change". A mean of two forecasts errs less than the choice
    of one where little is known (J. Bates and C. Granger, *Operational Research Quarterly* 20, 1969, 451-468; R. Clemen,
    *International Journal of Forecasting* 5, 1989, 559-583): against keeping to "no change" until 6 moments are seen, this
    rule erred less in 7 of 8 kinds of series, simulated and real (`benchmarks/backtest.py`).

    Short series choose wrongly, so half the weight of an interval is the damped trend's, whatever was chosen: a straight
    line's own 95 % interval holds as little as half of what comes where neighbours are alike, this one about what it says.
    """
    if steps < 1:
        raise ValueError(f"a forecast looks 1 or more periods ahead; found {steps}")
    if method not in (None, *METHODS, HALFWAY):
        raise ValueError(f"a method is one of {', '.join((*METHODS, HALFWAY))}; found {method!r}")
    series = _regular(values)
    known = int(series.count())
    if known < MIN_POINTS:
        reason = f"no forecast: {known} known values, and {MIN_POINTS} are the least that one can rest on"
        return Forecast("", reason, _table([], series), pd.DataFrame(), None, bounds)
    trial = _try_all(series, steps, rounding, bounds)
    standing = _standing(trial, len(series))
    name = method or _choice(standing)
    outlook = _at(_spread(trial, name), -1)
    columns = [trial.outlooks[name].mean[-1], *_ends(outlook)]
    if series.max() == series.min() and rounding == 0:
        columns = [np.full(steps, float(series.iloc[-1])), *[np.full(steps, np.nan)] * 4]
        return Forecast(name, "the series never changed", _table(columns, series, bounds), standing, None, bounds)
    return Forecast(name, _reason(name, standing, method), _table(columns, series, bounds), standing, outlook, bounds)


def _ends(outlook: Outlook) -> list[np.ndarray]:
    """Return the ends of the intervals, each level's low and high."""
    return [outlook.quantile((1 + side * level) / 2)[0] for level in LEVELS for side in (-1, 1)]


def _table(columns: list, series: pd.Series, bounds: tuple[float, float] = (-math.inf, math.inf)) -> pd.DataFrame:
    """Return value and ends by period ahead, labelled by the period where the series has periods."""
    names = ["value", *(f"{end}{round(100 * level)}" for level in LEVELS for end in ("low", "high"))]
    table = pd.DataFrame(dict(zip(names, columns, strict=False)), columns=names, dtype=float).clip(*bounds)
    index = series.index
    if isinstance(index, pd.PeriodIndex) and len(table):
        return table.set_index(pd.period_range(index.max(), periods=len(table) + 1, freq=index.freq)[1:])
    return table.set_index(pd.RangeIndex(1, len(table) + 1, name="step"))


def _reason(name: str, standing: pd.DataFrame, given: str | None) -> str:
    """Return why this method, in words."""
    moments, ratio = int(standing["moments"].iloc[0]), float(standing["ratio"][name])
    mean = "halfway between no change and a damped trend"
    if given:
        return f"{name}, as asked"
    if moments < MIN_ORIGINS:
        return f"{mean}: {moments} earlier forecasts could be tried, and {MIN_ORIGINS} are needed to prefer one method"
    if name == HALFWAY:
        return (
            f"{mean}: no method alone erred {100 * MARGIN:.0f} % less than no change over {moments} earlier forecasts"
        )
    if name == NO_CHANGE:
        return f"no change: nothing was clearly nearer over {moments} earlier forecasts"
    return f"{name}: over {moments} earlier forecasts its error was {100 * (1 - ratio):.0f} % below that of no change"


def probability(found: Forecast, step: int, threshold: float, *, above: bool = True) -> float:
    """Return how probable it is that the series lies at or above (or below) a threshold, some periods ahead.

    Parameters
    ----------
    found : Forecast
        From `forecast`.
    step : int
        Periods after the last known value, 1 to those forecast.
    threshold : float
        Such as a target.
    above : bool
        Whether larger is what is asked for.

    Returns
    -------
    float
        0 to 1. Beyond the bounds it is sure: a share is never above 1. NaN without a forecast, its interval or a threshold.
    """
    low, high = found.bounds
    if found.outlook is None or math.isnan(threshold):
        return math.nan
    if not low < threshold <= high if above else not low <= threshold < high:
        return float(threshold <= low) if above else float(threshold >= high)
    below = float(found.outlook.below(threshold)[0, step - 1])
    return 1 - below if above else below


def backtest(
    values: ArrayLike | pd.Series,
    steps: int,
    *,
    bounds: tuple[float, float] = (-math.inf, math.inf),
    rounding: float = 0.0,
) -> pd.DataFrame:
    """Return what every method, and the choice among them, would have said at each earlier moment, beside what came.

    The choice knows only what had come to pass by then, as it would have in life.

    Parameters
    ----------
    values, steps, bounds, rounding
        As for `forecast`.

    Returns
    -------
    DataFrame
        One row a method ("chosen" is what `forecast` gives), origin (position of its last known value) and step ahead whose
        outcome is known: `actual`, `forecast`, `below` (the probability that was given to less than what came), `unit`
        (the mean absolute change of one period up to the origin, NaN where nothing had changed). Empty below 7 values.
    """
    series = _regular(values)
    columns = ["method", "origin", "step", "actual", "forecast", "below", "unit"]
    if series.count() <= MIN_POINTS:
        return pd.DataFrame(columns=columns)
    trial = _try_all(series, steps, rounding, bounds)
    names = [_choice(_standing(trial, origin)) for origin in trial.origins]
    said = {name: (found.mean, found.below(trial.actual)) for name, found in trial.outlooks.items()}
    pooled = {name: _spread(trial, name).below(trial.actual) for name in set(names)}
    said["chosen"] = (
        np.array([said[name][0][at] for at, name in enumerate(names)]),
        np.array([pooled[name][at] for at, name in enumerate(names)]),
    )
    change = series.diff().abs().expanding().mean().to_numpy()[trial.origins]
    shape = trial.actual.shape
    place = [np.broadcast_to(trial.origins[:, None], shape), np.broadcast_to(np.arange(1, shape[1] + 1), shape)]
    unit = np.broadcast_to(np.where(change > 0, change, np.nan)[:, None], shape)
    frames = [
        pd.DataFrame(
            dict(zip(columns[1:], map(np.ravel, [*place, trial.actual, mean.clip(*bounds), below, unit]), strict=True))
        )
        for mean, below in said.values()
    ]
    return (
        pd.concat(frames, keys=said, names=["method"])
        .reset_index("method")
        .dropna(subset="actual")
        .reset_index(drop=True)
    )


def accuracy(trials: pd.DataFrame, *, by: str | list[str] = "method") -> pd.DataFrame:
    """Return the error of forecasts and how often their intervals held what came.

    Parameters
    ----------
    trials : DataFrame
        From `backtest`, of one series or of many in one.
    by : str or list
        Columns to group by, such as ["method", "step"].

    Returns
    -------
    DataFrame
        One row a group: `n` (forecasts), `error` (mean absolute, in the unit of the series), `scaled_error` (in mean
        absolute changes of one period, comparable between series), `held80`, `held95` (shares). Forecasts of one series
        are alike: these shares are less sure than their n suggests.

    Notes
    -----
    Source: R. Hyndman and A. Koehler, *International Journal of Forecasting* 22 (2006) 679-688 (scaled errors).
    """
    off, centre = (trials["forecast"] - trials["actual"]).abs(), (trials["below"] - 0.5).abs()
    table = trials[[by] if isinstance(by, str) else by].assign(
        n=1,
        error=off,
        scaled_error=off / trials["unit"],
        **{f"held{round(100 * level)}": centre <= level / 2 for level in LEVELS},
    )
    groups = table.groupby(by, sort=False)
    return groups.mean().assign(n=groups["n"].sum())
