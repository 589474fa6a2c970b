"""How long things take, as a curve: the share that is still open after so long, with what never ended counted as open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.model import NAN
from toolkit.stats.survival import Survival, share_within

POINTS = 60  # of a curve, enough to draw it


def curve_points(curve: Survival, unit: str = "days") -> pd.DataFrame:
    """The part `curve` of a measure: about sixty times, at equal steps of what was done, with the share open, low and high."""
    at = np.unique(np.linspace(0, len(curve.time) - 1, POINTS).round().astype(int))
    done = [share_within(curve, float(time)) for time in curve.time[at]]
    values = 1 - np.array(done).reshape(len(at), 3)
    table = pd.DataFrame({unit: curve.time[at], "value": values[:, 0], "low": values[:, 2], "high": values[:, 1]})
    start = pd.DataFrame({unit: [0.0], "value": [1.0], "low": [NAN], "high": [NAN]})
    table = pd.concat([start, table[table[unit] > 0]], ignore_index=True)
    table.attrs["unit"] = "share"
    return table
