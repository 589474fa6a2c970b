"""A declaration: what a table promises, and the words in which its promises are told."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.errors import Fault
from toolkit.tables import Column, Rule, Table, check_cells, find_file, misnamed_files, months_of, no_rows, wanted

TABLE = Table(
    "visits",
    "one visit",
    (
        Column("vendor", "id", "Vendor"),
        Column("month", "month", "Month"),
        Column("day", "date", "Day", required=False, filled=False),
        Column("cost", "number", "Cost", unit="currency", required=False, filled=False, low=0, high=10),
        Column("guests", "integer", "Guests", required=False),
        Column("mood", "text", "Mood", required=False, filled=False, allowed=("good", "poor")),
        Column("period", "period", "Period", required=False, filled=False),
    ),
    key=("vendor", "month"),
    rules=(
        Rule("a cost where somebody came", ("cost", "guests"), lambda rows: rows["guests"].isna() | (rows["cost"] > 0)),
    ),
)


def cells(**columns):
    rows = pd.DataFrame({"vendor": ["a"], "month": ["2026-01"]} | columns, dtype="str")
    rows.index = pd.RangeIndex(2, len(rows) + 2)
    return rows


def faults(given):
    return [str(fault) for fault in check_cells(given, TABLE, "visits.csv", "GBP").faults]


def test_a_table_knows_its_columns():
    assert TABLE.names == ["vendor", "month", "day", "cost", "guests", "mood", "period"]
    assert TABLE["cost"].unit == "currency"
    assert TABLE.owner == "vendor"


def test_no_rows_have_the_declared_types():
    kinds = {name: str(dtype) for name, dtype in no_rows(TABLE).dtypes.items()}
    assert kinds == {
        "vendor": "str",
        "month": "period[M]",
        "day": "datetime64[us]",
        "cost": "float64",
        "guests": "Int64",
        "mood": "str",
        "period": "str",
    }


def test_rows_have_the_types_that_no_rows_have():
    given = cells(day=["2026-01-31"], cost=["1.5"], guests=["2"], mood=["good"], period=["2026-Q1"])
    assert check_cells(given, TABLE, "visits.csv").frame.dtypes.equals(no_rows(TABLE).dtypes)


def test_columns_that_are_not_there_are_missing_and_no_fault():
    loaded = check_cells(cells(), TABLE, "visits.csv")
    assert loaded.faults == []
    assert list(loaded.frame.columns) == TABLE.names
    assert loaded.frame[["day", "cost", "guests", "mood", "period"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"cost": ["11"]}, "`cost`: found '11'; expected a number in GBP from 0 to 10"),
        ({"cost": ["-1"]}, "`cost`: found '-1'; expected a number in GBP from 0 to 10"),
        ({"mood": ["Good"]}, "`mood`: found 'Good'; expected one of good, poor"),
        (
            {"period": ["2026-Q5"]},
            "`period`: found '2026-Q5'; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-03",
        ),
        ({"month": [""]}, "`month`: found nothing; expected a month such as 2026-03"),
        ({"vendor": ["_all"]}, "`vendor`: found '_all'; expected a short name of letters, digits, - and _"),
    ],
)
def test_a_promise_of_a_column(columns, fault):
    assert faults(cells(**columns)) == [f"visits.csv, row 2, {fault}"]


def test_a_promise_between_columns_shows_the_cells_it_is_about():
    assert faults(cells(guests=["2"], cost=["0"])) == [
        "visits.csv, row 2: found cost '0', guests '2'; expected a cost where somebody came"
    ]
    assert faults(cells(guests=["2"])) == [
        "visits.csv, row 2: found cost nothing, guests '2'; expected a cost where somebody came"
    ]


def test_a_key_is_compared_as_typed():
    given = cells(vendor=["a", "a", "b"], month=["2026-01", "2026-01-15", "2026-01"])
    assert faults(given) == [
        "visits.csv, row 3: found vendor 'a', month '2026-01-15', as in row 2; expected each vendor, month once"
    ]


def test_every_fault_names_the_row_it_stands_in():
    given = cells(vendor=["a", "b"], month=["2026-01", "x"], cost=["11", "1"])
    loaded = check_cells(given, TABLE, "visits.csv")
    assert loaded.rows == [2, 3]
    assert loaded.frame.at[3, "cost"] == 1.0


def test_a_rule_that_reads_only_what_is_there():
    assert faults(cells(vendor=["a", "a"], month=["x", "x"])) == [
        "visits.csv, row 2, `month`: found 'x'; expected a month such as 2026-03",
        "visits.csv, row 3, `month`: found 'x'; expected a month such as 2026-03",
    ]


@pytest.mark.parametrize(
    ("column", "words"),
    [
        (Column("a", "number", ""), "a number"),
        (Column("a", "number", "", unit="currency"), "a number in GBP"),
        (Column("a", "number", "", unit="billed currency"), "a number in the billed currency"),
        (Column("a", "number", "", unit="share", low=0, high=1), "a number in share from 0 to 1"),
        (Column("a", "integer", "", low=1), "a whole number of at least 1"),
        (Column("a", "integer", "", high=9), "a whole number of at most 9"),
        (Column("a", "text", "", allowed=("x", "y")), "one of x, y"),
    ],
)
def test_what_a_cell_should_hold_in_words(column, words):
    assert wanted(column, "GBP") == words


def test_months_of_days_and_of_months():
    days = pd.Series(pd.to_datetime(["2026-03-31"]))
    assert months_of(days).tolist() == months_of(months_of(days)).tolist() == [pd.Period("2026-03", "M")]


def test_the_file_of_a_table(tmp_path):
    assert find_file(tmp_path, "visits") is None
    assert find_file(tmp_path / "nowhere", "visits") is None
    for name in (".visits.csv", "~$visits.xlsx", "visits.txt", "visits_old.csv"):
        (tmp_path / name).touch()
    assert find_file(tmp_path, "visits") is None
    (tmp_path / "visits.parquet").touch()
    assert find_file(tmp_path, "visits") == tmp_path / "visits.parquet"
    assert misnamed_files(tmp_path, ["visits"]) == [
        Fault("visits.txt", "a .txt file", "visits.csv, visits.parquet or visits.xlsx"),
        Fault("visits_old.csv", "a file", "the file of a table", "Did you mean 'visits'?"),
    ]
