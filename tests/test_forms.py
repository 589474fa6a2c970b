"""Forms and dictionary say what the declarations say: read back with another library than the one that wrote them."""

from __future__ import annotations

import csv
import io

import openpyxl
import pandas as pd
import pytest

from toolkit import forms
from toolkit.tables import Column, Rule, Table, read_table

VISITS = Table(
    "visits",
    "one visit | to a vendor",
    (
        Column("vendor", "id", "Vendor id", example="007"),
        Column("month", "month", "Month", example="2026-03"),
        Column("period", "period", "Period", required=False, filled=False, example="2026-Q1"),
        Column("day", "date", "Day of the visit", example="2026-03-31"),
        Column("mood", "text", "How it went <b>", allowed=("good, mostly", "poor"), example="poor"),
        Column("cost", "number", "Cost, net", unit="currency", low=0, example="12.50"),
        Column("guests", "integer", "How many came", low=1, high=20, example="3"),
        Column("remark", "text", "Anything else", required=False, filled=False, example="=1+1|2"),
    ),
    key=("vendor", "day"),
    rules=(Rule("a day in its month", ("month", "day"), lambda rows: rows["day"].notna()),),
    dated="day",
    area="relations",
)
PLAIN = Table("plain", "one note", (Column("note", "text", "Note"),))


@pytest.fixture
def workbook():
    return openpyxl.load_workbook(io.BytesIO(forms.blank_workbook(VISITS)))


def checks(workbook):
    """The data validations of the form by column letter."""
    return {str(rule.sqref)[0]: rule for rule in workbook["visits"].data_validations.dataValidation}


def test_the_csv_form_is_the_header_alone():
    assert list(csv.reader(io.StringIO(forms.blank_csv(VISITS)))) == [VISITS.names]


def test_the_workbook_opens_on_the_table_and_its_header_is_the_columns(workbook):
    assert workbook.sheetnames == ["visits", "About", "Lists"]
    assert [[cell.value for cell in row] for row in workbook["visits"].iter_rows()] == [VISITS.names]
    assert workbook["visits"].freeze_panes == "A2"


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_blank_form_is_a_table_without_rows_and_without_faults(tmp_path, suffix):
    forms.write_forms(tmp_path, [VISITS])
    loaded = read_table(tmp_path / f"visits.{suffix}", VISITS)
    assert (loaded.faults, len(loaded.frame), list(loaded.frame.columns)) == ([], 0, VISITS.names)


def test_a_filled_workbook_is_read_as_it_was_typed(tmp_path, workbook):
    day = pd.Timestamp("2026-03-31").to_pydatetime()
    workbook["visits"].append(["007", "2026-03", "2026-Q1", day, "good, mostly", 12.5, 3, None])
    workbook.save(tmp_path / "visits.xlsx")
    loaded = read_table(tmp_path / "visits.xlsx", VISITS)
    assert loaded.faults == []
    row = loaded.frame.iloc[0]
    assert (row["vendor"], str(row["month"]), row["day"], row["cost"], row["guests"]) == (
        "007",
        "2026-03",
        day,
        12.5,
        3,
    )


def test_a_drop_down_offers_the_allowed_values_also_those_with_a_comma(workbook):
    rule = checks(workbook)["E"]
    assert (rule.type, rule.formula1) == ("list", "Lists!$A$2:$A$3")
    assert [cell.value for cell in workbook["Lists"]["A"]] == ["mood", "good, mostly", "poor"]


def test_a_drop_down_reaches_the_last_row(workbook):
    assert str(checks(workbook)["E"].sqref) == "E2:E1048576"


def test_numbers_and_dates_are_checked_within_their_limits(workbook):
    rules = checks(workbook)
    limits = {letter: (rules[letter].type, rules[letter].formula1, rules[letter].formula2) for letter in "DFG"}
    assert limits == {
        "D": ("date", "25569", None),  # 1 January 1970
        "F": ("decimal", "0", "1000000000000000"),
        "G": ("whole", "1", "20"),
    }


def test_months_and_periods_are_checked_by_their_endings(workbook):
    month, period = (checks(workbook)[letter].formula1 for letter in "BC")
    assert '"|-01|-02|-03|' in month
    assert "Q4" not in month
    assert '"||-H1|-H2|-Q1|-Q2|-Q3|-Q4|-01|' in period
    assert max(len(month), len(period)) < 256  # a spreadsheet refuses longer rules


def test_free_text_has_no_check_and_stays_text(workbook):
    assert set(checks(workbook)) == set("BCDEFG")
    formats = {letter: workbook["visits"].column_dimensions[letter].number_format for letter in "AE"}
    assert formats == {"A": "@", "E": "@"}


def test_the_error_of_a_check_says_what_is_wanted(workbook):
    assert checks(workbook)["G"].error == "Expected a whole number from 1 to 20."


def test_a_note_on_each_column_says_what_it_means(workbook):
    header = workbook["visits"][1]
    assert all(cell.comment for cell in header)
    assert (
        header[5].comment.text
        == "Cost, net.\nExpected: a number in the client's currency of at least 0.\nExample: 12.50"
    )
    assert header[7].comment.text.endswith("The column may be left out.")


def test_the_about_sheet_explains_row_key_rules_and_columns(workbook):
    text = [[cell.value or "" for cell in row] for row in workbook["About"].iter_rows()]
    assert [line[0] for line in text[1:5]] == [
        "One row is one visit | to a vendor.",
        "No two rows have the same vendor, day.",
        "A review reads it up to the end of its period, by day.",
        "Every row has a day in its month.",
    ]
    assert text[-2] == ["guests", "integer", "", "no", "no", "1 to 20", "3", "How many came"]


def test_text_that_looks_like_a_formula_is_no_formula(workbook):
    example = workbook["About"].cell(row=workbook["About"].max_row, column=7)
    assert (example.value, example.data_type) == ("=1+1|2", "s")


def test_a_table_without_allowed_values_needs_no_lists():
    workbook = openpyxl.load_workbook(io.BytesIO(forms.blank_workbook(PLAIN)))
    assert workbook.sheetnames == ["plain", "About"]


def test_equal_declarations_give_equal_bytes():
    assert forms.blank_workbook(VISITS) == forms.blank_workbook(VISITS)


def test_forms_just_written_are_not_stale(tmp_path):
    forms.write_forms(tmp_path, [VISITS, PLAIN])
    assert forms.stale_forms(tmp_path, [VISITS, PLAIN]) == []


def test_stale_forms_are_named_with_what_is_wrong(tmp_path):
    forms.write_forms(tmp_path, [VISITS])
    (tmp_path / "visits.csv").write_text("vendor\n")
    (tmp_path / "visits.xlsx").write_bytes(forms.blank_workbook(PLAIN))
    (tmp_path / "gone.csv").write_text("a\n")
    assert forms.stale_forms(tmp_path, [VISITS, PLAIN]) == [
        "gone.csv is the form of no table",
        "plain.csv is missing",
        "plain.xlsx is missing",
        "visits.csv differs from its table's declaration",
        "visits.xlsx differs from its table's declaration",
    ]


def test_the_dictionary_has_each_column_on_one_line_with_as_many_cells_as_headings():
    lines = forms.dictionary([VISITS, PLAIN]).splitlines()
    rows = [line for line in lines if line.startswith(("| `", "| Column"))]
    assert len(rows) == len(VISITS.names) + len(PLAIN.names) + 2
    assert {row.replace("\\|", "").count("|") for row in rows} == {len(forms.ABOUT) + 1}


def test_the_dictionary_escapes_what_markdown_would_read():
    text = forms.dictionary([VISITS])
    assert "one visit \\| to a vendor" in text
    assert "How it went \\<b>" in text
    assert "`=1+1\\|2`" in text


def test_the_dictionary_says_key_rules_units_and_limits():
    text = forms.dictionary([VISITS])
    assert "- No two rows have the same vendor, day.\n" in text
    assert "- Every row has a day in its month.\n" in text
    assert "| `cost` | number | currency | no | no | at least 0 | `12.50` | Cost, net |" in text
