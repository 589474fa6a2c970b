"""How often each interval of a report holds the truth: promised are 95 in 100, at n = 5, 20, 100 and 1,000.

For each interval a truth is chosen, samples are drawn from it by a seeded generator, and the samples whose interval holds the
truth are counted; behind it stands the Monte Carlo error (one standard error, in points of a hundred). A sample that gives no
interval does not count; where more than one in a hundred gives none, a note says how many. Less than 95 means intervals too
narrow, more means too wide. Exact intervals of counts are never below 95 by construction.
"""

from __future__ import annotations

import argparse
import math
import time
import zlib
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd

from toolkit.areas.monthly import charted_counts, inflation
from toolkit.model import Period
from toolkit.stats.agreement import krippendorffs_alpha
from toolkit.stats.answers import mean, median, nps_of_counts, share_of_counts
from toolkit.stats.bunching import bunching
from toolkit.stats.importance import importance
from toolkit.stats.intervals import difference, ratio_of_totals
from toolkit.stats.ordinal import cliffs_delta
from toolkit.stats.proportions import clustered_wilson, newcombe, wilson
from toolkit.stats.rates import poisson_rate, rate_ratio, weighted_rate
from toolkit.stats.reliability import mean_time_between_failures
from toolkit.stats.scales import cronbach_alpha, mcdonald_omega
from toolkit.stats.series import interrupted
from toolkit.stats.survival import Survival, kaplan_meier, quantile, restricted_mean, share_within
from toolkit.stats.trends import change_points, sen_slope

SIZES = (5, 20, 100, 1000)
SEED = 20261122
Z90 = 1.2815515655446004  # of the normal distribution
Trial = Iterator[tuple[float, float, float]]  # low, high, truth


def share(rng: np.random.Generator, n: int, trials: int, truth: float) -> Trial:
    _, low, high = wilson(rng.binomial(n, truth, trials), n)
    return zip(low, high, [truth] * trials, strict=True)


def share_in_batches(rng: np.random.Generator, n: int, trials: int, allowed_for: bool) -> Trial:
    """Batches of ten (the tickets of a week) whose own shares differ by five points around 0.9."""
    for _ in range(trials):
        kept = rng.binomial(10, rng.beta(0.9 * 35, 0.1 * 35, n))
        found = clustered_wilson(kept, [10] * n) if allowed_for else wilson(kept.sum(), 10 * n)
        yield found.low, found.high, 0.9


def share_difference(rng: np.random.Generator, n: int, trials: int) -> Trial:
    _, low, high = newcombe(rng.binomial(n, 0.9, trials), n, rng.binomial(n, 0.8, trials), n)
    return zip(low, high, [0.1] * trials, strict=True)


def count(rng: np.random.Generator, n: int, trials: int) -> Trial:
    _, low, high = poisson_rate(rng.poisson(n, trials))
    return zip(low, high, [n] * trials, strict=True)


def ratio_of_counts(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for first, second in zip(rng.poisson(n, trials), rng.poisson(n / 1.5, trials), strict=True):
        found = rate_ratio(int(first), 1, int(second), 1)
        yield found.low, found.high, 1.5


def weighted_count(rng: np.random.Generator, n: int, trials: int) -> Trial:
    weights, means = np.array([8, 4, 2, 1]), n * np.array([0.05, 0.15, 0.3, 0.5])
    _, low, high = weighted_rate(rng.poisson(means, (trials, 4)), weights)
    return zip(low, high, [float(weights @ means)] * trials, strict=True)


def hours_between_failures(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for failures in rng.poisson(n, trials):
        found = mean_time_between_failures(int(failures), 2000.0)
        yield found.low, found.high, 2000 / n


def count_of_unlike_months(rng: np.random.Generator, n: int, trials: int, allowed_for: bool) -> Trial:
    """The last three of 24 months of n on average that differ by a fifth more than chance would have them."""
    months, period = pd.period_range("2024-10", periods=24, freq="M"), Period.parse("2026-Q3")
    for _ in range(trials):
        counts = pd.Series(rng.poisson(rng.gamma(25, n / 25, 24)), index=months)
        over = inflation(charted_counts(counts, period).spread) if allowed_for else 1.0
        found = poisson_rate(counts.iloc[-3:].sum() / over, 3 / over)
        yield float(found.low), float(found.high), n


def tickets(rng: np.random.Generator, n: int) -> Survival:
    """Hours to resolve, lognormal with median 20 and long tails; a quarter still open at the last look."""
    hours, watched = 20 * np.exp(rng.normal(size=n)), 20 * np.exp(1.0 + rng.normal(size=n))
    return kaplan_meier(np.minimum(hours, watched), hours <= watched)


def time_to_resolve(rng: np.random.Generator, n: int, trials: int, of: float) -> Trial:
    truth = 20 * math.exp({0.5: 0.0, 0.9: Z90}[of])
    for _ in range(trials):
        _, low, high = quantile(tickets(rng, n), of)
        yield low, high, truth


def within_a_limit(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = 0.9
    for _ in range(trials):
        _, low, high = share_within(tickets(rng, n), 20 * math.exp(Z90))
        yield low, high, truth


def mean_up_to(limit: float) -> float:
    """The mean of min(hours, limit), by the area under the true curve."""
    hours = np.linspace(1e-9, limit, 200_001)
    return float(np.trapezoid([0.5 * math.erfc(math.log(hour / 20) / math.sqrt(2)) for hour in hours], hours))


def mean_to_a_limit(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = mean_up_to(24)
    for _ in range(trials):
        low, high = restricted_mean(tickets(rng, n), 24).interval
        yield low, high, truth


def difference_of_means(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for _ in range(trials):
        first, second = (restricted_mean(tickets(rng, n), 24) for _ in range(2))
        low, high = difference(first, second).interval
        yield low, high, 0.0


def autocorrelated(rng: np.random.Generator, n: int, rho: float) -> np.ndarray:
    memory = rho ** np.arange(40)
    return np.convolve(rng.normal(size=n + 39), memory, "valid") * math.sqrt(1 - rho**2)


def slope(rng: np.random.Generator, n: int, trials: int, rho: float, lags: int) -> Trial:
    for _ in range(trials):
        _, low, high = sen_slope(autocorrelated(rng, n, rho) + 0.1 * np.arange(n), lags=lags)
        yield low, high, 0.1


def unit_cost(rng: np.random.Generator, n: int, trials: int, rho: float) -> Trial:
    for _ in range(trials):
        volume = rng.uniform(80, 120, n)
        found = ratio_of_totals(volume * (3 + 0.3 * autocorrelated(rng, n, rho)), volume)
        yield found.low, found.high, 3.0


def step(rng: np.random.Generator, n: int, trials: int, rho: float) -> Trial:
    for _ in range(trials):
        values = autocorrelated(rng, n, rho) + 2 * (np.arange(n) >= n // 2)
        found = interrupted(pd.Series(values), n // 2)
        yield found.step_low, found.step_high, 2.0


def date_of_a_change(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for _ in range(trials):
        found = change_points(rng.normal(size=n) + 2 * (np.arange(n) >= n // 2), max_changes=1).changes
        if len(found):
            yield found["low"].iloc[0], found["high"].iloc[0], n // 2


def just_under_a_limit(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for _ in range(trials):
        hours = 12 * np.exp(0.8 * rng.normal(size=n))
        moved = (hours > 20) & (hours < 24) & (rng.random(n) < 0.3)
        hours[moved] = rng.uniform(19, 20, moved.sum())
        found = bunching(hours, 20)
        yield found.excess_low, found.excess_high, MOVED


ANSWERS = np.array([0.05, 0.10, 0.20, 0.40, 0.25])  # of people who answer 1, 2 ... 5
EARLIER = np.array([0.10, 0.15, 0.25, 0.35, 0.15])  # and of a wave before
LOADINGS = np.array([0.8, 0.7, 0.6, 0.5])
EFFECTS = np.array([0.6, 0.4, 0.2, 0.1, 0.0])


def promoter_score(rng: np.random.Generator, n: int, trials: int) -> Trial:
    found = nps_of_counts(*rng.multinomial(n, [0.5, 0.3, 0.2], trials).T)
    return zip(found.low, found.high, [0.3] * trials, strict=True)


def share_of_few(rng: np.random.Generator, n: int, trials: int) -> Trial:
    """Half of all people answer; three in four would say so."""
    everybody = 2 * n
    found = share_of_counts(
        rng.hypergeometric(round(0.75 * everybody), round(0.25 * everybody), n, trials), n, population=everybody
    )
    return zip(found.low, found.high, [round(0.75 * everybody) / everybody] * trials, strict=True)


def mean_answer(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = float(ANSWERS @ np.arange(1, 6))
    for _ in range(trials):
        found = mean(rng.choice(5, n, p=ANSWERS) + 1)
        yield found.low, found.high, truth


def median_answer(rng: np.random.Generator, n: int, trials: int) -> Trial:
    for _ in range(trials):
        found = median(rng.normal(size=n))
        yield found.low, found.high, 0.0


def dominance_of_waves(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = float(ANSWERS @ np.sign(np.subtract.outer(np.arange(5), np.arange(5))) @ EARLIER)
    for _ in range(trials):
        found = cliffs_delta(rng.choice(5, n, p=ANSWERS), rng.choice(5, n, p=EARLIER))
        yield found.low, found.high, truth


def items(rng: np.random.Generator, n: int, loadings: np.ndarray) -> np.ndarray:
    return rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(1 - loadings**2)


def alpha_of_a_scale(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = 4 * 0.49 / (1 + 3 * 0.49)
    for _ in range(trials):
        found = cronbach_alpha(items(rng, n, np.full(4, 0.7)))
        yield found.low, found.high, truth


def omega_of_a_scale(rng: np.random.Generator, n: int, trials: int) -> Trial:
    truth = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (1 - LOADINGS**2).sum())
    for _ in range(trials):
        found = mcdonald_omega(items(rng, n, LOADINGS), draws=300)
        yield found.low, found.high, truth


def agreement_of_two(rng: np.random.Generator, n: int, trials: int) -> Trial:
    """Two raters who name the truth seven times in ten, and else any of three labels: alpha is 0.49."""
    for _ in range(trials):
        truth = rng.integers(0, 3, n)
        rated = [np.where(rng.random(n) < 0.3, rng.integers(0, 3, n), truth) for _ in range(2)]
        found = krippendorffs_alpha(rated, draws=300)
        yield found.low, found.high, 0.49


def overall_and_constructs(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    constructs = items(rng, n, np.full(5, 0.65))
    overall = constructs @ EFFECTS + 0.8 * rng.normal(size=n)
    return np.clip(np.round(overall + 3.2), 1, 5), np.clip(np.round(constructs + 3.2), 1, 5)


def importance_of_one(rng: np.random.Generator, n: int, trials: int, which: int) -> Trial:
    truth = importance(*overall_and_constructs(np.random.default_rng(SEED), 400_000), draws=0).predictors["value"][
        which
    ]
    for _ in range(trials):
        found = importance(*overall_and_constructs(rng, n), draws=300).predictors.loc[which]
        yield found["low"], found["high"], truth


# of lognormal hours with median 12 and sigma 0.8: 0.3 of those between 20 and 24 hours
MOVED = (
    0.3 * 0.5 * (math.erf(math.log(24 / 12) / 0.8 / math.sqrt(2)) - math.erf(math.log(20 / 12) / 0.8 / math.sqrt(2)))
)

# what is shown: its trial, trials at n = 1,000 and below it, the smallest n
INTERVALS: dict[str, tuple[Callable[..., Trial], int, int, int]] = {
    "share of 0.9 (Wilson)": (lambda *given: share(*given, 0.9), 20_000, 20_000, 5),
    "share of 0.5 (Wilson)": (lambda *given: share(*given, 0.5), 20_000, 20_000, 5),
    "share of 0.9, n batches of 10 (Wilson)": (lambda *given: share_in_batches(*given, False), 1_000, 4_000, 5),
    "share of 0.9, n batches of 10 (clustered)": (lambda *given: share_in_batches(*given, True), 1_000, 4_000, 5),
    "difference of shares 0.9, 0.8 (Newcombe)": (share_difference, 20_000, 20_000, 5),
    "count of n (Garwood)": (count, 20_000, 20_000, 5),
    "n a month, months unlike by a fifth (Garwood)": (
        lambda *given: count_of_unlike_months(*given, False),
        500,
        500,
        5,
    ),
    "n a month, months unlike by a fifth (widened)": (lambda *given: count_of_unlike_months(*given, True), 500, 500, 5),
    "hours between n failures (chi-square)": (hours_between_failures, 4_000, 4_000, 5),
    "ratio of counts n, n / 1.5 (exact)": (ratio_of_counts, 4_000, 4_000, 5),
    "n incidents weighted 8, 4, 2, 1 (Fay-Feuer)": (weighted_count, 20_000, 20_000, 5),
    "share within a limit, a quarter open (Rothman)": (within_a_limit, 2_000, 4_000, 5),
    "median hours, a quarter open": (lambda *given: time_to_resolve(*given, 0.5), 2_000, 4_000, 5),
    "P90 hours, a quarter open": (lambda *given: time_to_resolve(*given, 0.9), 2_000, 4_000, 5),
    "mean hours up to 24, a quarter open": (mean_to_a_limit, 2_000, 4_000, 5),
    "difference of two such means": (difference_of_means, 2_000, 4_000, 5),
    "just under a limit, in excess": (just_under_a_limit, 1_000, 1_000, 1000),
    "trend a month (Sen), independent": (lambda *given: slope(*given, 0.0, 0), 60, 2_000, 5),
    "trend a month (Sen), alike by 0.3, no lags": (lambda *given: slope(*given, 0.3, 0), 60, 2_000, 5),
    "trend a month (Sen), alike by 0.3, one lag": (lambda *given: slope(*given, 0.3, 1), 60, 2_000, 5),
    "ratio of totals, independent": (lambda *given: unit_cost(*given, 0.0), 1_000, 1_500, 5),
    "ratio of totals, alike by 0.3": (lambda *given: unit_cost(*given, 0.3), 1_000, 1_500, 5),
    "step at a known date, alike by 0.3": (lambda *given: step(*given, 0.3), 500, 1_000, 20),
    "date of a change of two sigma": (date_of_a_change, 20, 400, 20),
    "net promoter score 0.3 (adjusted Wald)": (promoter_score, 20_000, 20_000, 5),
    "share of 0.75, half of all asked (Wilson)": (share_of_few, 20_000, 20_000, 5),
    "mean answer of five steps (Student)": (mean_answer, 2_000, 4_000, 5),
    "median (Woodruff)": (median_answer, 2_000, 4_000, 5),
    "Cliff's delta of two waves (Feng-Cliff)": (dominance_of_waves, 2_000, 4_000, 5),
    "Cronbach's alpha of four items (Feldt)": (alpha_of_a_scale, 1_000, 1_000, 5),
    "McDonald's omega of four items (bootstrap)": (omega_of_a_scale, 200, 400, 20),
    "Krippendorff's alpha 0.49 (bootstrap)": (agreement_of_two, 400, 1_000, 20),
    "importance of the first of five (bootstrap)": (lambda *given: importance_of_one(*given, 0), 100, 300, 100),
    "importance of the last of five (bootstrap)": (lambda *given: importance_of_one(*given, 4), 100, 300, 100),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--trials", type=float, default=1.0, help="times as many samples as usual (default 1)")
    given = parser.parse_args()
    begun = time.perf_counter()
    print("Of 100 intervals that promise 95, so many hold the truth (one standard error)\n")
    print(f"{'':48}" + "".join(f"{f'n = {n:,}':>14}" for n in SIZES))
    notes = []
    for name, (trial, at_most, below, smallest) in INTERVALS.items():
        cells = []
        for n in SIZES:
            trials = max(round(given.trials * (at_most if n >= 1000 else below)), 2)
            rng = np.random.default_rng([SEED, zlib.crc32(name.encode()), n])  # a row stays when others come or go
            held, made = tally(trial(rng, n, trials)) if n >= smallest else (0, 0)
            cells.append(cell(held, made))
            if made and made < 0.99 * trials:
                notes.append(f"{name}, n = {n:,}: {100 * (1 - made / trials):.0f} in 100 samples give no interval")
        print(f"{name:48}" + "".join(cells), flush=True)
    print("\n" + "\n".join(notes))
    print(f"\n{time.perf_counter() - begun:.0f} s, seed {SEED}")
    return 0


def tally(trials: Trial) -> tuple[int, int]:
    """How many intervals hold the truth, and how many there are."""
    ends = np.array([(float(low), float(high), truth) for low, high, truth in trials]).reshape(-1, 3)
    ends = ends[~np.isnan(ends).any(axis=1)]
    slack = 1e-12
    return int(((ends[:, 0] <= ends[:, 2] + slack) & (ends[:, 2] <= ends[:, 1] + slack)).sum()), len(ends)


def cell(held: int, made: int) -> str:
    """The share that held, with its error, as 100 times."""
    if not made:
        return f"{'–':>14}"
    rate = held / made
    return f"{100 * rate:8.1f} ±{100 * math.sqrt(max(rate * (1 - rate), 0.5 / made) / made):4.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
