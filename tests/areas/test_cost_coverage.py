"""The interval of the saving holds the true saving about as often as it says."""

from __future__ import annotations

import numpy as np
import pandas as pd

from toolkit.areas import cost
from toolkit.model import Period

CLIENTS, BEFORE, AFTER = 110, 12, 12
SPREAD, MEMORY, OWN = 0.05, 0.2, 0.15  # noise of a month as a share, its likeness to the month before, retained share
QUARTER = Period.parse("2025-Q4")


def simulated():
    """Clients who save 10 %: costs_by_month with one service a client, and the true saving of the last quarter."""
    random, count = np.random.default_rng(20260101), BEFORE + AFTER
    months = pd.period_range(end=QUARTER.end, periods=count, freq="M")
    after = np.arange(count) >= BEFORE
    noise = random.standard_normal((CLIENTS, count))
    for month in range(1, count):
        noise[:, month] = MEMORY * noise[:, month - 1] + np.sqrt(1 - MEMORY**2) * noise[:, month]
    volume = np.rint(1000 * np.exp(random.normal(0, 0.05, (CLIENTS, count))))
    true = 10 * volume * np.where(after, 0.9, 1.0)
    every = pd.DataFrame(
        {
            "service": np.repeat([f"client {number:03d}" for number in range(CLIENTS)], count),
            "month": pd.PeriodIndex([*months] * CLIENTS, freq="M"),
            "volume": volume.ravel(),
            "cost": (true * (1 + SPREAD * noise)).ravel(),
            "after": np.tile(after, CLIENTS),
        }
    )
    billed = every[every["after"]].assign(amount=lambda rows: rows["cost"] * (1 - OWN), category="run")
    own = every.assign(amount=every["cost"] * np.where(every["after"], OWN, 1), category="staff")
    made = cost.costs_by_month(
        billed.assign(date=billed["month"].dt.to_timestamp()).drop(columns="month"),
        own,
        every.assign(unit="ticket"),
        pd.DataFrame({"index": "PRICES", "period": months.astype("str"), "value": 100.0}),
        since=months[BEFORE],
        period=QUARTER,
    )
    return made, (10 * volume - true)[:, months.isin(QUARTER.months_index())].sum(axis=1)


def test_saving_interval_covers_the_true_saving_in_nine_to_ninety_nine_of_a_hundred():
    made, truths = simulated()
    assert made.attrs["absent"] == ""
    covered = []
    for truth, (service, rows) in zip(truths, made.groupby("service"), strict=True):
        rows.attrs = {**made.attrs, "noise": {service: made.attrs["noise"][service]}}
        measured = cost.saving(rows, period=QUARTER)
        covered.append(measured.low <= truth <= measured.high)
    assert 0.90 <= np.mean(covered) <= 0.99
