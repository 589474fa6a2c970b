"""What other areas found of a vendor before, as one table."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.history import MONTH, WHOLE, history_of, parts_of
from toolkit.model import NOT_ASSESSED, Finding, Period, write_findings

PERIOD = Period.parse("2026-Q3")


def put(folder, period, area, *findings):
    write_findings(folder / period / "alder" / "findings" / f"{area}.json", list(findings))


def found(value, period="2026-Q3", **more):
    return Finding(id="quality.backlog", vendor="alder", period=period, value=value, verdict="no goal", **more)


def months(*values):
    return {"month": [{"month": f"2026-{7 + place:02d}", "value": value} for place, value in enumerate(values)]}


def read(folder):
    return history_of(folder, "alder", PERIOD, of=("cost", "quality"))


def test_history_holds_this_period_and_the_earlier_ones(tmp_path):
    put(tmp_path, "2026-Q2", "quality", found(14.0, "2026-Q2"))
    put(tmp_path, "2026-Q3", "quality", found(12.0))
    table = read(tmp_path)
    assert table["value"].tolist() == [14.0, 12.0]
    assert table["date"].tolist() == [pd.Timestamp("2026-06-30"), pd.Timestamp("2026-09-30")]
    assert table.attrs["earlier"] == ["2026-Q2"]


def test_history_does_not_see_later_periods_or_those_of_another_length(tmp_path):
    for period in ("2026-Q4", "2025", "2026-Q3"):
        put(tmp_path, period, "quality", found(1.0, period))
    assert read(tmp_path)["period"].tolist() == ["2026-Q3"]


def test_history_holds_the_areas_asked_for_only(tmp_path):
    put(tmp_path, "2026-Q3", "goals", found(1.0))
    put(tmp_path, "2026-Q3", "unclaimed", found(1.0))
    assert read(tmp_path).empty


def test_history_takes_each_measure_once_whatever_goals_are_on_it(tmp_path):
    put(tmp_path, "2026-Q3", "quality", found(12.0, goal="Q1"), found(12.0, goal="Q2"))
    assert len(read(tmp_path)) == 1


@pytest.mark.parametrize(("values", "taken"), [((10.0, 14.0, 12.0), 3), ((3.0, 4.0, 5.0), 0)])  # the second is a sum
def test_months_are_taken_where_the_value_lies_among_them(tmp_path, values, taken):
    put(tmp_path, "2026-Q3", "quality", found(12.0, parts=months(*values)))
    table = read(tmp_path)
    assert (table["span"] == MONTH).sum() == taken
    assert (table["span"] == WHOLE).sum() == 1


def test_months_after_the_period_are_left_out(tmp_path):
    put(tmp_path, "2026-Q3", "quality", found(12.0, parts=months(10.0, 14.0, 12.0, 99.0)))
    assert 99.0 not in read(tmp_path)["value"].tolist()


def test_what_is_counted_has_its_value_as_interval(tmp_path):
    put(tmp_path, "2026-Q3", "quality", found(12.0, counted=True))
    assert read(tmp_path)[["low", "high"]].to_numpy().tolist() == [[12.0, 12.0]]


def test_a_file_that_cannot_be_read_is_counted(tmp_path):
    put(tmp_path, "2026-Q3", "quality", found(12.0))
    (tmp_path / "2026-Q3" / "alder" / "findings" / "cost.json").write_text("[{", encoding="utf-8")
    table = read(tmp_path)
    assert (len(table), table.attrs["unread"]) == (1, 1)


def test_what_was_not_assessed_has_no_value(tmp_path):
    put(tmp_path, "2026-Q3", "cost", Finding(id="cost", vendor="alder", period="2026-Q3", verdict=NOT_ASSESSED))
    assert read(tmp_path)["value"].isna().all()


def test_history_without_reports_is_empty(tmp_path):
    table = read(tmp_path / "nowhere")
    assert table.empty
    assert table.attrs["earlier"] == []


def test_one_part_of_what_was_found_is_a_row_a_measure_and_row(tmp_path):
    parts = {"reason": [{"reason": "above the rate card", "value": 12.5}, {"reason": "other", "value": None}]}
    put(
        tmp_path,
        "2026-Q3",
        "cost",
        found(12.5, unit="GBP", parts=parts, goal="A1"),
        found(12.5, parts=parts, goal="A2"),
    )
    put(tmp_path, "2026-Q3", "goals", found(1.0, parts=parts))
    put(tmp_path, "2026-Q2", "cost", found(1.0, "2026-Q2", parts=parts))
    table = parts_of(tmp_path, "alder", PERIOD, "reason", of=("cost",))
    assert table["reason"].tolist() == ["above the rate card", "other"]
    assert table["unit"].tolist() == ["GBP", "GBP"]
    assert table["value"].iloc[0] == 12.5
    assert table["value"].isna().tolist() == [False, True]


def test_a_part_that_nothing_has_or_that_cannot_be_read_has_no_row(tmp_path):
    put(tmp_path, "2026-Q3", "cost", found(12.0))
    (tmp_path / "2026-Q3" / "alder" / "findings" / "quality.json").write_text("{", encoding="utf-8")
    table = parts_of(tmp_path, "alder", PERIOD, "reason", of=("cost", "quality"))
    assert table.empty
    assert list(table.columns) == ["measure", "label", "unit", "reason", "value"]
