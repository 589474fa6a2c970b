"""Throughput, cumulative flow, ageing work: small logs by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from toolkit.stats import flow


def test_throughput_counts_months_without_any():
    done = pd.to_datetime(["2026-01-31", "2026-01-01", "2026-03-05", None, "2025-12-31", "2026-05-01"])
    found = flow.throughput(done, "2026-01", "2026-04", "M")
    assert found.to_dict() == {
        pd.Period(month, "M"): count
        for month, count in zip(["2026-01", "2026-02", "2026-03", "2026-04"], [2, 0, 1, 0], strict=True)
    }


def test_throughput_of_nothing_is_none():
    assert flow.throughput(pd.to_datetime([]), "2026-01-05", "2026-01-25", "W").tolist() == [0, 0, 0]


def test_cumulative_flow_by_hand():
    requested = ["2026-01-01", "2026-01-02", "2026-01-03", "2026-01-09"]
    started = ["2026-01-02", None, None, None]
    done = ["2026-01-05", "2026-01-06", None, None]  # the second one was done without a start
    table = flow.cumulative_flow(requested, started, done, ["2026-01-02", "2026-01-05", "2026-01-07"])
    assert table.to_numpy().tolist() == [[2, 1, 0, 1, 1], [3, 1, 1, 2, 0], [3, 2, 2, 1, 0]]
    assert table.columns.tolist() == ["requested", "started", "done", "waiting", "in_progress"]


def test_ageing_shows_how_few_take_so_long():
    days = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 0.5, math.nan]
    done = [True] * 10 + [False] * 3
    table = flow.ageing(days, done)
    assert table.index.tolist() == [10, 11]
    assert table["age"].tolist() == [12, 0.5]
    assert table["old"].tolist() == [True, False]
    assert table["longer"].tolist()[1] == 1


def test_ageing_without_anything_done_knows_no_share():
    table = flow.ageing([3, 4], [False, False])
    assert table["longer"].isna().all()
    assert not table["old"].any()


def test_ageing_without_open_items_is_empty():
    assert len(flow.ageing([1, 2], [True, True])) == 0
    assert len(flow.ageing([], np.array([], dtype=bool))) == 0
    with pytest.raises(ValueError, match="0 or more"):
        flow.ageing([-1], [False])
