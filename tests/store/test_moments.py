"""Moments: read by the clock of their own offset or of the client's zone, alike by DuckDB, by pandas and from PostgreSQL."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import available_timezones

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.client import open_client
from toolkit.errors import SettingsError
from toolkit.store import check_client, moments, read_slice, write_whole_table
from toolkit.store.parts import read_part
from toolkit.store.scan import scan
from toolkit.tables import Column, Rule, Table, check_cells, months_of, no_rows, on_clock

CALLS = Table(
    "calls",
    "one call",
    (
        Column("vendor", "id", "Vendor"),
        Column("begun", "moment", "Begin"),
        Column("ended", "moment", "End", required=False, filled=False),
        Column("note", "text", "Note", required=False, filled=False),
    ),
    key=("vendor", "begun"),
    rules=(
        Rule(
            "an end not before the begin",
            ("begun", "ended"),
            lambda rows: rows["ended"].isna() | (rows["ended"] >= rows["begun"]),
        ),
    ),
    dated="begun",
)
ZONES = ["UTC", "Europe/London", "America/New_York", "Asia/Kolkata"]
HEADER = "vendor,begun,ended,note\n"


def both(folder, zone, content, name="calls.csv"):
    """What DuckDB and pandas make of a file, having made sure that it is the same; None where DuckDB leaves it alone."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    table, found = replace(CALLS, zone=zone), []
    for place, way in (("scanned", scan), ("whole", write_whole_table)):
        parts = folder / place
        parts.mkdir(exist_ok=True)
        for part in parts.iterdir():
            part.unlink()
        written = way(folder / name, table, "GBP", ["alder", "birch"], parts)
        found.append((written, {part.name: part.read_bytes() for part in sorted(parts.iterdir())}))
    (scanned, parts), (whole, whole_parts) = found
    if scanned is None:
        return None
    assert scanned == whole
    assert parts == whole_parts
    return [str(fault) for _, fault in whole.faults], {
        owner: read_part(folder / "whole", owner, table)[0] for owner in whole.kept
    }


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "text",
    [
        *("2026-03-31 14:05", "2026-03-31T14:05", "2026-03-31 14:05:59", "2026-03-31 14:05:59.123456", "2026-03-01"),
        *("2026-03-31 14:05Z", "2026-03-31T14:05:00+01:00", "2026-03-31 14:05:00+00", "2026-03-31 14:05-0330"),
        *("2026-03-29 01:30", "2026-10-25 01:30", "2026-03-08 02:30", "2026-11-01 01:30", "2026-03-29 01:30+00:00"),
        *("2026-02-30 14:05", "2026-03-31 24:00", "2026-03-31 14", "31/03/2026 14:05", "2026-03-31 14:05 BST", "x", ""),
        *("2026-03-31 14:05+15:00", "2026-03-31 14:05:00.1234567", "0999-01-01 00:00", "2026-03-31  14:05", "infinity"),
    ],
)
def test_a_cell_is_read_alike(tmp_path, zone, text):
    rows = [f"alder,2020-01-01 00:00,{text},a", f"birch,{text},,b", "alder,2020-01-02,,c"]
    assert both(tmp_path / "t", zone, HEADER + "\n".join(rows) + "\n") is not None


TEXTS = ["2026-03-31 14:05", "2026-03-31T13:05Z", "2026-03-31 14:05+01:00", "2026-03-29 01:30", "2026-03-29", "", "x"]


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(["alder", "oak"]), *[st.sampled_from(TEXTS)] * 2), max_size=6))
def test_any_rows_are_read_alike(tmp_path_factory, rows):
    text = HEADER + "".join(f"{vendor},{begun},{ended},x\n" for vendor, begun, ended in rows)
    both(tmp_path_factory.getbasetemp() / "moments", "Europe/London", text)


def test_two_zones_in_one_file_are_each_read_by_their_own_offset(tmp_path):
    text = (
        HEADER + "alder,2026-03-31 14:05+01:00,2026-03-31T15:05+02:00,\nalder,2026-03-31 14:05,2026-03-31 09:05-04,\n"
    )
    faults, parts = both(tmp_path, "Europe/London", text)
    assert faults == [
        "calls.csv, row 3: found vendor 'alder', begun '2026-03-31 14:05', as in row 2; expected each vendor, begun once"
    ]
    assert parts["alder"]["begun"].dt.tz_convert("UTC").dt.strftime("%H:%M").tolist() == ["13:05", "13:05"]
    assert (parts["alder"]["ended"] == parts["alder"]["begun"]).all()


def test_one_moment_in_two_spellings_is_one_key(tmp_path):
    """The first is in an hour that comes twice, so that it is looked at; the other is sure."""
    faults, _ = both(tmp_path, "Europe/London", HEADER + "alder,2026-10-25 01:30,,\nalder,2026-10-25 00:30Z,,\n")
    assert faults == [
        "calls.csv, row 3: found vendor 'alder', begun '2026-10-25 00:30Z', as in row 2; expected each vendor, begun once"
    ]


def test_hours_across_a_change_of_the_clocks_are_those_that_passed(tmp_path):
    text = HEADER + "alder,2026-03-28 12:00,2026-03-29 12:00,\nalder,2026-10-24 12:00,2026-10-25 12:00,\n"
    faults, parts = both(tmp_path, "Europe/London", text)
    rows = parts["alder"]
    assert faults == []
    assert ((rows["ended"] - rows["begun"]) / pd.Timedelta(hours=1)).tolist() == [23, 25]


def test_a_time_that_comes_twice_is_the_first_of_the_two(tmp_path):
    _, parts = both(tmp_path, "Europe/London", HEADER + "alder,2026-10-25 01:30,2026-10-25 01:30+00:00,\n")
    assert (parts["alder"]["ended"] - parts["alder"]["begun"]).tolist() == [pd.Timedelta(hours=1)]


def test_a_time_that_is_skipped_is_a_fault_that_says_so(tmp_path):
    faults, parts = both(tmp_path, "Europe/London", HEADER + "alder,2026-03-29 01:30,,\nbirch,2026-03-29 01:30Z,,\n")
    assert faults == [
        "calls.csv, row 2, `begun`: found '2026-03-29 01:30'; expected a moment such as 2026-03-31 14:05. "
        "Clocks in Europe/London skip that time: write the offset of the clock, as in +01:00, or mend the time zone."
    ]
    assert parts["birch"]["begun"].dt.hour.tolist() == [2]


def test_a_month_is_one_on_the_clocks_of_the_zone(tmp_path):
    text = HEADER + "alder,2026-03-31 23:30Z,,\n"
    (tmp_path / "calls.csv").write_text(text)
    for zone, month in (("UTC", "2026-03"), ("Europe/London", "2026-04")):
        _, parts = both(tmp_path, zone, text)
        assert months_of(parts["alder"]["begun"]).tolist() == [pd.Period(month)]
        written = scan(tmp_path / "calls.csv", replace(CALLS, zone=zone), "GBP", ["alder"], tmp_path / "scanned")
        assert written.months == {pd.Period(month): written.rows}


def test_no_rows_have_the_type_of_rows():
    table = replace(CALLS, zone="Europe/London")
    cells = pd.DataFrame({"vendor": ["alder"], "begun": ["2026-03-31 14:05"]}, dtype="str", index=[2])
    assert check_cells(cells, table, "calls.csv").frame.dtypes.equals(no_rows(table).dtypes)


@pytest.mark.parametrize(
    "begun",
    [
        pd.to_datetime(["2026-03-31 14:05", "2026-07-01 00:00", None]).astype("datetime64[us]"),
        pd.to_datetime(["2026-03-31 14:05", "2026-07-01 00:00", None])
        .astype("datetime64[us]")
        .tz_localize("Asia/Kolkata"),
        pd.to_datetime(["2026-03-29 01:30", "2026-10-25 01:30", "2026-03-29 00:00"]).astype("datetime64[us]"),
        [dt.date(2026, 3, 31), dt.date(2026, 3, 1), None],
        ["2026-03-31 14:05", "2026-03-31 14:05+01:00", None],
    ],
    ids=["clock", "zone", "changes", "days", "text"],
)
def test_a_parquet_file_is_read_alike(tmp_path, begun):
    pd.DataFrame({"vendor": ["alder", "birch", "alder"], "begun": begun}).to_parquet(tmp_path / "made.parquet")
    content = (tmp_path / "made.parquet").read_bytes()
    assert both(tmp_path / "t", "Europe/London", content, "calls.parquet") is not None


def test_rows_with_a_day_that_does_not_exist_are_looked_at_in_pieces(tmp_path, monkeypatch):
    for module in ("scan", "parts"):
        monkeypatch.setattr(f"toolkit.store.{module}.GROUP", 7)
    days = [f"2026-02-{place:02d} 10:00" for place in range(1, 32)]
    assert both(tmp_path / "t", "UTC", HEADER + "".join(f"alder,{day},,\n" for day in days))


@pytest.mark.parametrize("zone", sorted(available_timezones())[::40])
def test_the_clocks_of_every_zone_are_those_of_pandas(zone):
    """Each hour of two days around every change, and every week, over 70 years: where SQL is sure, it is right."""
    doubtful, steps = moments.clocks(zone)
    weeks = pd.date_range("1990-01-01 00:30", "2059-12-31", freq="7D")
    ends = pd.DatetimeIndex([pd.Timestamp(until) for until, _ in steps[:-1]])
    around = [ends + pd.Timedelta(hours=hour, minutes=30) for hour in range(-24, 24)]
    times = pd.Series(pd.DatetimeIndex(np.unique(np.concatenate([weeks, *around]))).as_unit("us"))
    times = times[
        ~times.dt.floor("h").isin(pd.to_datetime(doubtful, format="ISO8601")) & times.dt.year.between(1990, 2059)
    ]
    places = np.searchsorted(ends.as_unit("us"), times, side="right")
    ahead = np.array([minutes for _, minutes in steps])[places]
    expected = times - on_clock(times, zone).dt.tz_convert("UTC").dt.tz_localize(None)
    assert (expected // pd.Timedelta(minutes=1) == ahead).all()


# ------------------------------------------------------------------------------------------------------------- the client
REVIEW = """client: Test
currency: GBP
periods: [2026-Q1]
calendar: {{timezone: {zone}}}
vendors: [{{vendor: alder, name: Alder}}]
"""


def client(folder, zone):
    folder.mkdir(exist_ok=True)
    (folder / "review.yaml").write_text(REVIEW.format(zone=zone))
    return open_client(folder)


def test_the_clients_zone_is_that_of_its_tables(tmp_path):
    made = client(tmp_path / "test", "Europe/London")
    (made.folder / "calls.csv").write_text(HEADER + "alder,2026-07-01 12:00,,\n")
    begun = read_slice(made, CALLS, "alder")["begun"]
    assert str(begun.dtype) == "datetime64[us, Europe/London]"
    assert begun.tolist() == [pd.Timestamp("2026-07-01 11:00", tz="UTC")]
    again = client(tmp_path / "test", "America/New_York")  # the file did not change, what it means did
    assert read_slice(again, CALLS, "alder")["begun"].tolist() == [pd.Timestamp("2026-07-01 16:00", tz="UTC")]


def test_an_unknown_zone_is_refused(tmp_path):
    with pytest.raises(SettingsError) as error:
        client(tmp_path / "test", "Europe/Londn")
    assert str(error.value) == (
        "review.yaml, calendar, timezone: found 'Europe/Londn'; expected a time zone such as Europe/London. "
        "Did you mean 'Europe/London'?"
    )


def test_a_database_with_and_without_zones(database, tmp_path):
    connection, source = database
    connection.execute("CREATE TABLE calls (vendor text, begun timestamp, ended timestamptz)")
    connection.execute("INSERT INTO calls VALUES ('alder', '2026-07-01 12:00', '2026-07-01 13:00:30.5+02')")
    made = client(tmp_path / "test", "Europe/London")
    text = (made.folder / "review.yaml").read_text()
    (made.folder / "review.yaml").write_text(f"{text}source: {source}\n")
    made = open_client(made.folder)
    assert check_client(made.folder, [CALLS]).faults == []
    rows = read_slice(made, CALLS, "alder")
    assert rows["begun"].tolist() == rows["ended"].sub(pd.Timedelta(seconds=30.5)).tolist()
