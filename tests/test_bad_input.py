"""What is wrong with a file is said in a sentence: each fault once, compared word for word, and nothing else is lost."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from toolkit.areas.cost import INVOICES, VOLUMES
from toolkit.cli import main
from toolkit.client import GOALS, open_client
from toolkit.errors import DataError, Fault
from toolkit.store import check_client, prepare, read_slice
from toolkit.tables import find_file, read_table

HEADER = "vendor,invoice,line,date,amount\n"
ROW = "alder,INV-1,1,2026-03-31,1250.00\n"
SETTINGS = """client: Test
currency: GBP
periods: [2026-Q1]
vendors:
  - {vendor: alder, name: Alder}
  - {vendor: birch, name: Birch}
"""
NAMES = "the names of the columns in the first row"


def read(folder, content, table=INVOICES, name=None, vendors=("alder", "birch")):
    """The faults of a file with this content, as (where, found, wanted, do), and its rows."""
    path = folder / (name or f"{table.name}.csv")
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    loaded = read_table(path, table, "GBP", vendors)
    assert len(loaded.rows) == len(loaded.faults)
    return [(fault.where, fault.found, fault.wanted, fault.do) for fault in loaded.faults], loaded.frame


# ---------------------------------------------------------------------------------------------------------- the whole file
def test_an_unreadable_encoding(tmp_path):
    faults, _ = read(tmp_path, HEADER.encode() + b"alder,\x81\x8d\xff\xfe,1,2026-03-31,1\n")
    do = "Save the file as CSV UTF-8."
    assert faults == [("invoices.csv", "bytes that are no text", "text in UTF-8 or Windows-1252", do)]


@pytest.mark.parametrize("content", [b"vendor\0,invoice\0", b"\xff\xfea", b"PK\x03\x04\x00\x00\x81"])
def test_bytes_that_are_no_text(tmp_path, content):
    assert [found for _, found, _, _ in read(tmp_path, content)[0]] == ["bytes that are no text"]


def test_a_file_of_no_bytes(tmp_path):
    wanted = "a header row and rows below it"
    assert read(tmp_path, b"")[0] == [("invoices.csv", "an empty file (0 bytes)", wanted, "")]


@pytest.mark.parametrize("content", ["\n" + HEADER + ROW, " , , \n" + ROW, "\n"])
def test_a_blank_first_row(tmp_path, content):
    assert read(tmp_path, content)[0] == [("invoices.csv, header", "a blank row", NAMES, "")]


def test_a_file_without_a_header(tmp_path):
    wanted = "the names of the columns: vendor, invoice, line, date, amount"
    found = "'alder', 'INV-1', '1' ..."
    assert read(tmp_path, ROW * 2)[0] == [("invoices.csv, header", found, wanted, "Add a header row.")]


def test_a_header_alone_is_no_fault_and_no_row(tmp_path):
    faults, rows = read(tmp_path, HEADER)
    assert (faults, len(rows)) == ([], 0)
    assert rows.dtypes["date"].kind == "M"
    assert rows.dtypes["amount"] == "float64"


def test_a_file_that_cannot_be_opened(tmp_path):
    (tmp_path / "invoices.csv").mkdir()
    loaded = read_table(tmp_path / "invoices.csv", INVOICES)
    found = "a file that cannot be opened (Is a directory)"
    assert loaded.faults == [Fault("invoices.csv", found, "a file that may be read")]


def test_two_files_for_one_table(tmp_path):
    (tmp_path / "invoices.csv").touch()
    (tmp_path / "invoices.xlsx").touch()
    with pytest.raises(DataError) as error:
        find_file(tmp_path, "invoices")
    assert str(error.value) == (
        f"folder {tmp_path.name}: found invoices.csv and invoices.xlsx; expected one file for the table invoices. "
        "Remove all but one."
    )


# --------------------------------------------------------------------------------------------------------------- columns
def test_a_missing_column(tmp_path):
    faults, _ = read(tmp_path, "vendor,invoice,line,date\nalder,INV-1,1,2026-03-31\n")
    wanted = f"`amount`: {INVOICES['amount'].about}"
    assert faults == [("invoices.csv, header", "no column `amount`", wanted, "")]


def test_a_renamed_column(tmp_path):
    faults, _ = read(tmp_path, HEADER.replace("amount", "Net Amount") + ROW)
    assert faults == [
        (
            "invoices.csv, header",
            "no column `amount`",
            f"`amount`: {INVOICES['amount'].about}",
            "",
        ),
        ("invoices.csv, header", "`Net Amount`", "a column of the table invoices", "Did you mean 'amount'?"),
    ]


def test_a_column_twice(tmp_path):
    faults, _ = read(tmp_path, HEADER.strip() + ",Amount\n" + ROW.strip() + ",1\n")
    assert faults == [("invoices.csv, header", "`amount` twice", "each column once", "")]


def test_capitals_and_blanks_in_a_header_do_not_matter(tmp_path):
    faults, rows = read(tmp_path, "Vendor, INVOICE ,Line,Date,Amount\n" + ROW)
    assert (faults, rows["amount"].sum()) == ([], 1250.0)


def test_a_blank_column_without_a_name_is_left_out_and_a_filled_one_is_not(tmp_path):
    assert read(tmp_path, HEADER.strip() + ",\n" + ROW.strip() + ",\n")[0] == []
    found = [found for _, found, _, _ in read(tmp_path, HEADER.strip() + ",\n" + ROW.strip() + ",7\n")[0]]
    assert found == ["a filled column without a name"]


# ------------------------------------------------------------------------------------------------------------ rows of text
def test_rows_with_too_many_and_too_few_cells(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW + "alder,INV-2,1,2026-03-31,1,250.00\n" + "alder,INV-3,1\n")
    wanted, do = "5 cells, as in the header", "Put quotes around a cell that holds ','."
    assert faults == [("invoices.csv, row 3", "6 cells", wanted, do), ("invoices.csv, row 4", "3 cells", wanted, do)]


def test_a_row_with_too_few_cells_alone(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW + "alder,INV-3,1\n")
    do = "Put quotes around a cell that holds ','."
    assert faults == [("invoices.csv, row 3", "3 cells", "5 cells, as in the header", do)]


def test_an_open_quotation_mark(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW + 'alder,"INV-2,1,2026-03-31,1\n' + ROW * 3)
    assert faults == [("invoices.csv, row 3", "an open quotation mark", "every quoted cell to be closed", "")]


def test_an_open_quotation_mark_in_the_header_of_a_large_file(tmp_path):
    faults, _ = read(tmp_path, '"vendor,invoice,line,date,amount\n' + ROW * 5000)
    assert faults == [("invoices.csv, header", "an open quotation mark", "every quoted cell to be closed", "")]


def test_blank_rows_are_left_out_and_still_counted_as_a_spreadsheet_counts(tmp_path):
    faults, rows = read(tmp_path, HEADER + "\n" + ROW + " , ,,,\n,,,,\n\n" + ROW.replace("INV-1", "INV-2") + "\n")
    assert (faults, list(rows.index)) == ([], [3, 7])


def test_a_cell_of_several_lines_is_one_row(tmp_path):
    header, row = HEADER.strip() + ",description\n", ROW.strip() + ',"two\nlines"\n'
    faults, rows = read(tmp_path, header + row + row.replace("INV-1", "INV-2").replace("1250.00", "x"))
    assert [where for where, _, _, _ in faults] == ["invoices.csv, row 3, `amount`"]
    assert rows.at[2, "description"] == "two\nlines"


# ----------------------------------------------------------------------------------------------------------------- cells
def test_text_in_an_amount(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW.replace("1250.00", "n/a"))
    assert faults == [("invoices.csv, row 2, `amount`", "'n/a'", "a number in GBP", "")]
    assert rows["amount"].isna().all()


def test_a_comma_in_an_amount(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("1250.00", '"1,250.00"'))
    do = "Write numbers as 1250.00, without a sign between thousands."
    assert faults == [("invoices.csv, row 2, `amount`", "'1,250.00'", "a number in GBP", do)]


@pytest.mark.parametrize("text", ["inf", "-Infinity", "NaN", "1e999", "0x10", "1_000", "True", "1 250", "١٢"])
def test_what_only_looks_like_a_number(tmp_path, text):
    faults, _ = read(tmp_path, HEADER + ROW.replace("1250.00", text))
    assert faults == [("invoices.csv, row 2, `amount`", repr(text), "a number in GBP", "")]


@pytest.mark.parametrize("text", ["1250", "1250.00", "+1250.", "1.25e3", " 1250.0 ", "\u00a01250"])
def test_what_is_a_number(tmp_path, text):
    faults, rows = read(tmp_path, HEADER + ROW.replace("1250.00", text))
    assert (faults, rows["amount"].tolist()) == ([], [1250.0])


def test_a_part_of_a_whole_number(tmp_path):
    faults, rows = read(tmp_path, HEADER + "alder,INV-1,1.5,2026-03-31,1\nalder,INV-1,2.0,2026-03-31,1\n")
    assert faults == [("invoices.csv, row 2, `line`", "'1.5'", "a whole number of at least 0", "")]
    assert rows.at[3, "line"] == 2


def test_two_date_formats_in_one_file(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW + "alder,INV-2,1,31/03/2026,1\n" + "alder,INV-3,1,2026-3-1,1\n")
    wanted = "a date such as 2026-03-31"
    assert faults == [
        ("invoices.csv, row 3, `date`", "'31/03/2026'", wanted, ""),
        ("invoices.csv, row 4, `date`", "'2026-3-1'", wanted, ""),
    ]
    assert rows.at[2, "date"] == pd.Timestamp("2026-03-31")


def test_a_day_that_does_not_exist(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("2026-03-31", "2026-02-30"))
    assert faults == [("invoices.csv, row 2, `date`", "'2026-02-30'", "a date such as 2026-03-31", "")]


def test_a_midnight_is_a_day_and_another_time_is_not(tmp_path):
    rows = ROW.replace("2026-03-31", "2026-03-31 00:00:00") + ROW.replace("1,2026-03-31", "2,2026-03-31T14:05:00")
    faults, _ = read(tmp_path, HEADER + rows)
    assert faults == [("invoices.csv, row 3, `date`", "'2026-03-31T14:05:00'", "a date such as 2026-03-31", "")]


def test_a_negative_volume(tmp_path):
    faults, _ = read(tmp_path, "vendor,month,service,unit,volume\nalder,2026-03,Desk,ticket,-5\n", VOLUMES)
    assert faults == [("volumes.csv, row 2, `volume`", "'-5'", "a number of at least 0", "")]


@pytest.mark.parametrize("text", ["0000-01", "2026-13", "2026-3", "March 2026", "2026-02-30", "2026"])
def test_a_month_that_is_none(tmp_path, text):
    faults, _ = read(tmp_path, f"vendor,month,service,unit,volume\nalder,{text},Desk,ticket,5\n", VOLUMES)
    assert faults == [("volumes.csv, row 2, `month`", repr(text), "a month such as 2026-03", "")]


def test_a_day_in_a_column_of_months_is_its_month(tmp_path):
    faults, rows = read(tmp_path, "vendor,month,service,unit,volume\nalder,2026-03-01,Desk,ticket,5\n", VOLUMES)
    assert (faults, str(rows.at[2, "month"])) == ([], "2026-03")


def test_an_unknown_vendor(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("alder", "aldr"))
    assert faults == [("invoices.csv, row 2, `vendor`", "'aldr'", "a vendor of this client", "Did you mean 'alder'?")]


def test_a_vendor_that_is_no_id(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("alder", "../x"))
    assert faults == [("invoices.csv, row 2, `vendor`", "'../x'", "a short name of letters, digits, - and _", "")]


def test_an_id_keeps_its_zeros(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW.replace("alder", "007"), vendors=("007",))
    assert (faults, rows["vendor"].tolist()) == ([], ["007"])


def test_a_value_that_is_not_allowed(tmp_path):
    faults, _ = read(tmp_path, HEADER.strip() + ",category\n" + ROW.strip() + ",Run\n")
    wanted = "one of run, change, one_off, credit, other"
    assert faults == [("invoices.csv, row 2, `category`", "'Run'", wanted, "")]


def test_a_missing_cell(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("INV-1", "  "))
    assert faults == [("invoices.csv, row 2, `invoice`", "nothing", "a text", "")]


def test_a_long_cell_is_shortened(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("1250.00", "x" * 500))
    assert faults[0][1] == repr("x" * 60)


# ------------------------------------------------------------------------------------------------------------ whole rows
@pytest.mark.parametrize("row", ["Total,,,,1250.00", ",,,GRAND TOTAL:,1250.00", "alder,Sum,,,1250.00"])
def test_a_row_of_totals_is_one_fault(tmp_path, row):
    faults, _ = read(tmp_path, HEADER + ROW + row + "\n")
    wanted = INVOICES.row
    assert faults == [("invoices.csv, row 3", "a row of totals", wanted, "Delete this row.")]


def test_a_duplicate_key_names_the_earlier_row(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW + ROW.replace("INV-1", "INV-2") + ROW)
    found = "vendor 'alder', invoice 'INV-1', line '1', as in row 2"
    assert faults == [("invoices.csv, row 4", found, "each vendor, invoice, line once", "")]


def test_rows_without_a_readable_key_are_not_duplicates_of_one_another(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace(",1,", ",a,") + ROW.replace(",1,", ",b,"))
    assert [(where, found) for where, found, _, _ in faults] == [
        ("invoices.csv, row 2, `line`", "'a'"),
        ("invoices.csv, row 3, `line`", "'b'"),
    ]


def test_a_broken_promise_between_columns(tmp_path):
    header = "vendor,goal,measure,direction,target,target_high\n"
    rows = "alder,G1,cost.saving,between,5,\nalder,G2,cost.saving,between,5,4\nalder,G3,cost.saving,at_least,5,\n"
    faults, _ = read(tmp_path, header + rows, GOALS)
    wanted = "a target_high of at least the target, for direction between"
    assert faults == [
        ("goals.csv, row 2", "direction 'between', target '5', target_high nothing", wanted, ""),
        ("goals.csv, row 3", "direction 'between', target '5', target_high '4'", wanted, ""),
    ]


def test_a_promise_is_not_held_against_a_row_whose_cells_are_faulty_already(tmp_path):
    header = "vendor,goal,measure,direction,target,target_high\n"
    faults, _ = read(tmp_path, header + "alder,G1,cost.saving,between,5,x\n", GOALS)
    assert faults == [("goals.csv, row 2, `target_high`", "'x'", "a number", "")]


def test_all_faults_come_at_once_in_the_order_of_rows_and_columns(tmp_path):
    faults, _ = read(tmp_path, HEADER + "oak,,x,y,z\n" + ROW + ROW)
    assert [where for where, _, _, _ in faults] == [
        "invoices.csv, row 2, `vendor`",
        "invoices.csv, row 2, `invoice`",
        "invoices.csv, row 2, `line`",
        "invoices.csv, row 2, `date`",
        "invoices.csv, row 2, `amount`",
        "invoices.csv, row 4",
    ]


# ------------------------------------------------------------------------------------------- what is unusual and no fault
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_delimiters_and_line_ends(tmp_path, encoding, delimiter, end):
    text = (HEADER + ROW.replace("INV-1", "Café–1")).replace(",", delimiter).replace("\n", end)
    faults, rows = read(tmp_path, text.encode(encoding))
    assert (faults, rows["invoice"].tolist(), rows["amount"].tolist()) == ([], ["Café–1"], [1250.0])


def test_a_next_line_character_ends_no_row(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW.replace("INV-1", "INV\u0085\u20281"))
    assert (faults, rows["invoice"].tolist()) == ([], ["INV\u0085\u20281"])


def test_marks_that_turn_the_direction_of_writing_are_taken_out(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW.replace("INV-1", "INV\u202e-\u200e1\x1b"))
    assert (faults, rows["invoice"].tolist()) == ([], ["INV-1"])


def test_an_endless_text_is_a_fault(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("INV-1", "x" * 4001) + ROW.replace("INV-1", "x" * 4000))
    found = ("invoices.csv, row 2, `invoice`", "4,001 characters", "a text of at most 4,000 characters", "")
    assert faults == [found]


def test_a_cell_of_nothing_but_unseen_marks_is_empty(tmp_path):
    faults, _ = read(tmp_path, HEADER + ROW.replace("INV-1", "\u202e"))
    assert [where for where, _, _, _ in faults] == ["invoices.csv, row 2, `invoice`"]


def test_a_second_byte_order_mark_is_no_text(tmp_path):
    faults, rows = read(tmp_path, "\ufeff\ufeff" + HEADER + ROW)
    assert (faults, len(rows)) == ([], 1)


@given(
    st.lists(
        st.sampled_from([*'",;|\n\r\t \\#a1\x1a\u0085\ufeff', "\r\n", '""', "2026-01-31", HEADER, ROW]), max_size=25
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_no_content_ends_in_anything_but_faults_and_rows(tmp_path_factory, pieces, encoding):
    path = tmp_path_factory.getbasetemp() / "invoices.csv"
    path.write_bytes((HEADER + "".join(pieces)).encode(encoding))
    loaded = read_table(path, INVOICES, "GBP", ["alder"])
    assert all(str(fault).startswith("invoices.csv") for fault in loaded.faults)
    assert set(loaded.rows) - {None} <= set(loaded.frame.index)


def test_text_that_reads_like_nothing_is_text(tmp_path):
    faults, rows = read(tmp_path, HEADER + ROW.replace("INV-1", "NA") + ROW.replace("INV-1", "null"))
    assert (faults, rows["invoice"].tolist()) == ([], ["NA", "null"])


# ------------------------------------------------------------------------------------------------------ XLSX and Parquet
def workbook(folder, *rows, sheet="invoices"):
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(folder / "invoices.xlsx")
    return folder / "invoices.xlsx"


NAMED = HEADER.strip().split(",")


def test_a_workbook_with_typed_days_and_numbers(tmp_path):
    path = workbook(
        tmp_path,
        NAMED,
        ["alder", 2041, 1, dt.datetime(2026, 3, 31), 0.25],
        [],
        ["birch", "B", 1.0, dt.date(2026, 3, 1), 5],
    )
    loaded = read_table(path, INVOICES, "GBP")
    assert loaded.faults == []
    assert list(loaded.frame.index) == [2, 4]
    assert loaded.frame["invoice"].tolist() == ["2041", "B"]
    assert loaded.frame["amount"].tolist() == [0.25, 5.0]
    assert [str(day.date()) for day in loaded.frame["date"]] == ["2026-03-31", "2026-03-01"]


def test_the_sheet_of_the_table_is_read_and_otherwise_the_first(tmp_path):
    path = workbook(tmp_path, NAMED, ["alder", "A", 1, "2026-03-31", 5], sheet="anything")
    assert len(read_table(path, INVOICES).frame) == 1
    book = openpyxl.load_workbook(path)
    book.create_sheet("invoices").append(NAMED)
    book.save(path)
    assert len(read_table(path, INVOICES).frame) == 0


def test_faults_in_a_workbook_are_those_of_a_text_file(tmp_path):
    path = workbook(tmp_path, [*NAMED, "amount"], ["alder", "A", 1, "2026-03-31", 5, 6])
    assert [str(fault) for fault in read_table(path, INVOICES).faults] == [
        "invoices.xlsx, header: found `amount` twice; expected each column once"
    ]
    path = workbook(tmp_path, NAMED, ["alder", "A", 1, dt.datetime(2026, 3, 31, 14, 5), "5 GBP"])
    assert [str(fault) for fault in read_table(path, INVOICES, "GBP").faults] == [
        "invoices.xlsx, row 2, `date`: found '2026-03-31T14:05:00'; expected a date such as 2026-03-31",
        "invoices.xlsx, row 2, `amount`: found '5 GBP'; expected a number in GBP",
    ]


@pytest.mark.parametrize("content", [b"no workbook", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 an old workbook"])
def test_a_corrupt_workbook(tmp_path, content):
    faults, _ = read(tmp_path, content, name="invoices.xlsx")
    assert faults == [("invoices.xlsx", "a file that is no XLSX workbook", "an XLSX workbook", "")]


def test_a_workbook_without_a_cell(tmp_path):
    faults = read_table(workbook(tmp_path), INVOICES).faults
    assert faults == [Fault("invoices.xlsx, header", "a blank row", NAMES)]


def test_a_corrupt_parquet_file(tmp_path):
    faults, _ = read(tmp_path, b"PAR1 broken", name="invoices.parquet")
    assert faults == [("invoices.parquet", "a file that is no Parquet file", "a Parquet file", "")]


def parquet(folder, **columns):
    rows = {"vendor": ["alder"], "invoice": ["A"], "line": [1], "date": ["2026-03-31"], "amount": [5.0]} | columns
    pd.DataFrame(rows).to_parquet(folder / "invoices.parquet")
    return read_table(folder / "invoices.parquet", INVOICES, "GBP")


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"date": [pd.Timestamp("2026-03-31")]},
        {"date": [pd.Timestamp("2026-03-31", tz="Europe/London")]},
        {"date": [dt.date(2026, 3, 31)]},
        {"amount": [5]},
        {"amount": ["5.00"]},
        {"line": pd.array([1], dtype="Int64")},
        {"line": [1.0]},
        {"vendor": pd.Categorical(["alder"])},
    ],
)
def test_a_parquet_file_typed_or_not(tmp_path, columns):
    loaded = parquet(tmp_path, **columns)
    assert loaded.faults == []
    row = loaded.frame.iloc[0]
    day = pd.Timestamp("2026-03-31")
    assert (row["vendor"], row["line"], row["date"], row["amount"]) == ("alder", 1, day, 5.0)


@pytest.mark.parametrize(
    ("columns", "fault"),
    [
        ({"amount": [float("inf")]}, "`amount`: found 'inf'; expected a number in GBP"),
        ({"amount": [float("nan")]}, "`amount`: found nothing; expected a number in GBP"),
        ({"amount": [True]}, "`amount`: found 'True'; expected a number in GBP"),
        ({"line": [1.5]}, "`line`: found '1.5'; expected a whole number of at least 0"),
        ({"vendor": [None]}, "`vendor`: found nothing; expected a short name of letters, digits, - and _"),
        (
            {"date": [pd.Timestamp("2026-03-31 14:05")]},
            "`date`: found '2026-03-31T14:05:00'; expected a date such as 2026-03-31",
        ),
        ({"date": [20260331]}, "`date`: found '20260331'; expected a date such as 2026-03-31"),
    ],
)
def test_faults_in_a_typed_parquet_file(tmp_path, columns, fault):
    assert [str(found) for found in parquet(tmp_path, **columns).faults] == [f"invoices.parquet, row 2, {fault}"]


def test_numbers_in_a_column_of_text_are_written_without_a_point(tmp_path):
    assert parquet(tmp_path, invoice=[2041.0]).frame["invoice"].tolist() == ["2041"]


# ------------------------------------------------------------------------------------------------------------ large files
def large(folder, rows, spoiled=0):
    """A ledger of `rows` lines, the first `spoiled` of them with text for an amount; the exact sum of the others."""
    folder.mkdir()
    (folder / "review.yaml").write_text(SETTINGS)
    pennies = [(row * 7919) % 100_003 - 20_000 for row in range(rows)]
    lines = [
        f"{'birch' if row % 2 else 'alder'},INV-{row},1,20{row % 20 + 10}-0{row % 9 + 1}-15,"
        f"{'n/a' if row < spoiled else f'{penny / 100:.2f}'}\n"
        for row, penny in enumerate(pennies)
    ]
    (folder / "invoices.csv").write_text(HEADER + "".join(lines))
    return sum(pennies[spoiled:]) / 100


def test_a_large_file_is_kept_to_the_penny(tmp_path):
    total = large(tmp_path / "big", 20_000)
    client = open_client(tmp_path / "big")
    parts = [read_slice(client, INVOICES, vendor) for vendor in client.vendors]
    assert [len(rows) for rows in parts] == [10_000, 10_000]
    assert round(sum(rows["amount"].sum() for rows in parts), 2) == total


def test_thousands_of_faults_are_all_counted_and_few_are_shown(tmp_path):
    large(tmp_path / "big", 20_000, spoiled=5000)
    checked = check_client(tmp_path / "big", [INVOICES])
    assert len(checked.faults) == 5000
    assert checked.faults[-1] == Fault("invoices.csv, row 5001, `amount`", "'n/a'", "a number in GBP")
    lines = str(DataError(checked.faults)).splitlines()
    assert (len(lines), lines[-1]) == (6, "... and 4,995 more faults.")
    known = prepare(open_client(tmp_path / "big"), INVOICES)
    assert (known.rows, known.faults) == (20_000, 5000)
    assert known.fault("alder") == (
        "invoices.csv, row 2, `amount`: found 'n/a'; expected a number in GBP (and 2,499 more)"
    )


def test_every_one_of_thousands_of_faults_is_in_the_file_that_check_writes(tmp_path):
    large(tmp_path / "big", 6000, spoiled=5000)
    result = CliRunner().invoke(main, ["check", str(tmp_path / "big")])
    assert result.exit_code == 1
    written = pd.read_csv(tmp_path / "big" / "faults.csv")
    assert written["where"].tolist() == [f"invoices.csv, row {row}, `amount`" for row in range(2, 5002)]


@pytest.mark.slow
def test_a_file_of_two_hundred_thousand_rows(tmp_path):
    total = large(tmp_path / "big", 200_000)
    client = open_client(tmp_path / "big")
    assert round(sum(read_slice(client, INVOICES, vendor)["amount"].sum() for vendor in client.vendors), 2) == total
