"""Bids beside one another: which lie apart from the rest."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

FEWEST = 5  # bids among which one can be seen to lie apart
APART = 3.5  # modified z-score from which a bid lies apart (Iglewicz and Hoaglin)


def apart(prices: ArrayLike) -> np.ndarray:
    """Return how far each price lies from the others: the modified z-score of its logarithm, below 0 for cheap ones.

    Parameters
    ----------
    prices : array
        Prices of the same thing, above 0. Prices differ by factors, hence the logarithm.

    Returns
    -------
    array
        Beyond `APART` on either side a price lies apart. NaN for prices that are missing or not above 0, and for all where
        fewer than five are known. 0 for all where all are equal.

    Notes
    -----
    Source: B. Iglewicz and D. Hoaglin, *How to Detect and Handle Outliers*, 1993 (also where half of the prices are equal:
    the mean deviation then takes the place of the median one).
    """
    given = np.asarray(prices, dtype=float)
    logs = np.log(np.where(given > 0, given, np.nan))
    known = logs[~np.isnan(logs)]
    if len(known) < FEWEST:
        return np.full(given.shape, math.nan)
    off = logs - np.median(known)
    middle, mean = float(np.nanmedian(np.abs(off))), float(np.nanmean(np.abs(off)))
    scale = middle / 0.6745 if middle > 1e-12 else mean * 1.253314
    return off / scale if scale > 1e-12 else np.where(np.isnan(off), math.nan, 0.0)
