"""Imports of small exports: each fault once, its message word for word, and every penny accounted for."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.cost import INVOICES
from toolkit.errors import DataError, SettingsError
from toolkit.intake import Imported, import_files, read_mapping

MAPPING = """\
table: invoices
files: {include: ["*.csv", "*.xlsx"]}
encodings: [utf-8-sig, cp1252]
columns:
  supplier: [Supplier]
  date: [Date]
  amount: [Amount]
constants: {category: run, service: IT, currency: GBP}
"""
HEADER = "Date,Supplier,Amount\n"


def vendors(*rows: tuple[str, str, list[str], list[str]]) -> pd.DataFrame:
    given = rows or (("acme", "Acme Hosting", ["ACME CLOUD"], [r"\bACME\b"]), ("beta", "Beta", [], ["^BETA"]))
    return pd.DataFrame(given, columns=["vendor", "name", "aliases", "patterns"])


@pytest.fixture
def imported(tmp_path: Path):
    """Import texts or bytes as files, with a mapping that has settings added or put in place of the usual ones."""

    def run(files: dict[str, str | bytes] | str, settings: str = "", who: pd.DataFrame | None = None) -> Imported:
        files = {"jan.csv": files} if isinstance(files, str) else files
        for name, content in files.items():
            (tmp_path / name).write_bytes(content.encode() if isinstance(content, str) else content)
        keys = {line.split(":")[0] for line in settings.splitlines() if not line.startswith((" ", "-"))}
        usual = [part for part in _sections(MAPPING) if part.split(":")[0] not in keys]
        (tmp_path / "export.yaml").write_text("".join(usual) + textwrap.dedent(settings), encoding="utf-8")
        mapping = read_mapping(tmp_path / "export.yaml", [INVOICES])
        return import_files(mapping, [tmp_path / name for name in files], vendors() if who is None else who)

    return run


def _sections(text: str) -> list[str]:
    sections: list[str] = []
    for line in text.splitlines(keepends=True):
        if line.startswith(" "):
            sections[-1] += line
        else:
            sections.append(line)
    return sections


def faults(result: Imported) -> list[str]:
    return [str(fault) for fault in result.reconciliation.faults]


def reasons(result: Imported) -> dict[str, tuple[int, str]]:
    return {reason: (rows, str(sum_)) for reason, rows, sum_ in result.reconciliation.by_reason.itertuples(index=False)}


def amounts(result: Imported) -> list[float]:
    return result.table["amount"].tolist()


# The table


def test_import_gives_the_canonical_columns(imported):
    result = imported(HEADER + "2022-04-05,Acme Ltd,100.50\n")
    row = result.table.iloc[0].dropna().to_dict()
    assert list(result.tables) == ["invoices"]
    assert row == {
        "vendor": "acme",
        "invoice": "jan",
        "line": 2,
        "date": pd.Timestamp(2022, 4, 5),
        "amount": 100.5,
        "currency": "GBP",
        "category": "run",
        "service": "IT",
        "supplier": "Acme Ltd",
        "source_file": "jan.csv",
        "source_row": 2,
    }
    assert list(result.table.columns) == INVOICES.names


def test_import_takes_a_ledgers_own_numbers_and_texts(imported):
    text = (
        "Date,Supplier,Amount,No,Pos,Type,What,Qty,Price,Note\n"
        '2022-04-05,Acme,200.00,INV-1,2,Projekt,Disk,"1,000.5",0.1999,"two\nlines"\n'
        "2022-04-05,Acme,1.00,,,,,,,\n"
    )
    settings = """\
    columns: {supplier: [Supplier], date: [Date], amount: [Amount], invoice: ["No"], line: [Pos], category: [Type],
      item: [What], quantity: [Qty], unit_price: [Price], description: [Note]}
    values: {category: {projekt: change}}
    """
    table = imported(text, settings).table
    kept = table[["invoice", "line", "category", "item", "quantity", "unit_price", "description", "source_row"]]
    assert kept.iloc[0].tolist() == ["INV-1", 2, "change", "Disk", 1000.5, 0.1999, "two\nlines", 2]
    assert kept.iloc[1].dropna().tolist() == ["jan", 3, "run", 3]


def test_rows_that_look_alike_are_kept(imported):
    assert amounts(imported(HEADER + "2022-04-05,Acme,5\n" * 2)) == [5, 5]


def test_the_same_input_gives_the_same_output_whatever_the_order_of_files(imported):
    one = {"a.csv": HEADER + "2022-04-05,Acme,1\n", "b.csv": HEADER + "2022-05-05,Beta,2\n2022-05-05,Gamma,3\n"}
    first, second = imported(one), imported(dict(reversed(one.items())))
    pd.testing.assert_frame_equal(first.table, second.table)
    assert first.reconciliation.text() == second.reconciliation.text()


# Files that cannot be read: a fault each, and the others go on


GOOD = HEADER + "2022-04-05,Acme,1\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "bad.csv: found 0 bytes; expected a table with a header and rows. Export the file again."),
        (b"\n \n", "bad.csv: found blank lines only; expected a table with a header and rows"),
        (
            HEADER.encode() + b"\n",
            "bad.csv: found a header in row 1 and no rows below it; expected at least one row. "
            "Export the file again, or skip it.",
        ),
        (
            HEADER.encode() + b"2022-04-05,Caf\x81 \xff,1\n",
            "bad.csv: found bytes that are not utf-8-sig or cp1252; expected text in one of these encodings. "
            "Add the file's encoding to `encodings`, or save the file as UTF-8.",
        ),
        (
            HEADER.encode() + b'2022-04-05,Acme,1\n2022-04-06,"Acme,2\n2022-04-07,Acme,3\n',
            "bad.csv, row 3: found a quotation mark that is never closed, so that the rest of the file reads as one cell; "
            "expected quotation marks in pairs. Mend it in the export.",
        ),
        (
            b"PK\x03\x04 no workbook",
            "bad.csv: found a packed file that is not an XLSX workbook; expected CSV or XLSX. Save it as XLSX.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "bad.csv: found an old or a locked Excel workbook; expected CSV or XLSX. Save it as XLSX.",
        ),
    ],
    ids=["0 bytes", "blank lines", "header only", "encoding", "open quotation mark", "no workbook", "old workbook"],
)
def test_an_unreadable_file_is_a_fault_and_the_others_are_imported(imported, content, message):
    result = imported({"bad.csv": content, "good.csv": GOOD})
    assert faults(result) == [message]
    assert amounts(result) == [1]
    assert result.reconciliation.by_file["file"].tolist() == ["bad.csv", "good.csv"]
    assert result.reconciliation.balanced


def test_nothing_readable_at_all_is_an_error(imported):
    with pytest.raises(DataError) as error:
        imported({"bad.csv": b""})
    assert str(error.value) == "bad.csv: found 0 bytes; expected a table with a header and rows. Export the file again."


def test_a_file_that_is_not_there_is_named(imported, tmp_path):
    imported(GOOD)
    with pytest.raises(DataError, match=r"feb\.csv: found no such file; expected a file to import$"):
        import_files(read_mapping(tmp_path / "export.yaml", [INVOICES]), [tmp_path / "feb.csv"], vendors())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_are_tried_in_order_and_byte_order_marks_obeyed(imported, encoding):
    result = imported({"jan.csv": (HEADER + "2022-04-05,Acme Café,1\n").encode(encoding)})
    assert result.table["supplier"].tolist() == ["Acme Café"]


def test_line_breaks_and_nel_characters_inside_text_survive(imported):
    text = 'Date,Supplier,Amount\r\n2022-04-05,"Acme\r\nCloud",1\r\n2022-04-06,Acme\x85North,2\r\n'
    result = imported({"jan.csv": text.encode("latin-1")}, "encodings: [latin-1]")
    assert result.table["supplier"].tolist() == ["Acme\r\nCloud", "Acme\x85North"]
    assert result.table["source_row"].tolist() == [2, 3]


def test_skipped_files_are_listed_with_the_reason(imported):
    settings = """\
    files: {include: ["*.csv"], skip: [{name: "*_draft.csv", why: replaced by the final file}]}
    """
    result = imported({"jan.csv": GOOD, "jan_draft.csv": GOOD, "notes.md": "no table"}, settings)
    assert result.reconciliation.skipped.to_numpy().tolist() == [
        ["jan_draft.csv", "replaced by the final file"],
        ["notes.md", "its name is not *.csv"],
    ]
    assert amounts(result) == [1]


def test_two_files_of_one_name_are_refused(imported, tmp_path):
    imported(GOOD)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "jan.csv").write_bytes((tmp_path / "jan.csv").read_bytes())
    files = [tmp_path / "jan.csv", tmp_path / "again" / "jan.csv"]
    with pytest.raises(DataError) as error:
        import_files(read_mapping(tmp_path / "export.yaml", [INVOICES]), files, vendors())
    assert str(error.value) == (
        "files named 'jan': found 2 files; expected each file name once. The name is the invoice number where an export "
        "has none: rename one, or import one of them."
    )


def test_one_file_named_twice_is_read_once_and_folders_are_named(imported, tmp_path):
    imported(GOOD)
    (tmp_path / "older").mkdir()
    files = [tmp_path, tmp_path / "jan.csv"]
    result = import_files(read_mapping(tmp_path / "export.yaml", [INVOICES]), files, vendors())
    assert amounts(result) == [1]
    skipped = result.reconciliation.skipped.set_index("file")["why"]
    assert skipped["older"] == "it is a folder; name it to import what is in it"


# Columns and headers


def test_a_renamed_column_is_named_with_the_likely_one(imported):
    with pytest.raises(DataError) as error:
        imported("Date,Suplier,Amount\n2022-04-05,Acme,1\n")
    assert str(error.value) == (
        "jan.csv: found the columns 'Date', 'Suplier', 'Amount'; expected 'Supplier' for `supplier`. "
        "Did you mean 'Suplier'?"
    )


def test_missing_columns_of_all_files_are_reported_at_once(imported):
    with pytest.raises(DataError) as error:
        imported({"a.csv": "When,Supplier\n1,2\n", "b.csv": "Date,Supplier,Amount,Amount\n1,2,3,4\n", "c.csv": GOOD})
    assert str(error.value).splitlines() == [
        "a.csv: found the columns 'When', 'Supplier'; expected 'Date' for `date`. "
        "Add the column's new name to the mapping.",
        "a.csv: found the columns 'When', 'Supplier'; expected 'Amount' for `amount`. "
        "Add the column's new name to the mapping.",
        "b.csv: found 'Amount' 2 times; expected each mapped column once",
    ]


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("date , SUPPLIER,amount\n2022-04-05,Acme,1\n", ""),
        ("Date;Supplier;Amount\n2022-04-05;Acme;1\n", ""),
        ("Date\tSupplier\tAmount\n2022-04-05\tAcme\t1\n", "delimiter: tab"),
        ("Date|Supplier|Amount\n2022-04-05|Acme|1\n", ""),
        ("Ledger of January\n\nDate,Supplier,Amount\n2022-04-05,Acme,1\n", "header_row: find"),
        ("Ledger of January\n\nDate,Supplier,Amount\n2022-04-05,Acme,1\n", "header_row: 3"),
        (
            "Posting,,Amount,\nDate,Supplier,Net,Gross\n2022-04-05,Acme,1,1.2\n",
            "header_row: [1, 2]\ncolumns: {date: [Posting Date], supplier: [Posting Supplier], amount: [Amount Net]}\n",
        ),
    ],
    ids=["case", "semicolon", "tab", "bar", "found header", "third row", "two header rows"],
)
def test_headers_and_delimiters(imported, text, settings):
    result = imported(text, settings)
    assert result.table[["supplier", "amount"]].to_numpy().tolist() == [["Acme", 1]]


def test_rows_of_the_wrong_length_are_faults_and_blank_cells_beyond_the_header_are_not(imported):
    text = HEADER + "2022-04-05,Acme,1\n2022-04-06,Acme,Cloud,2\n2022-04-07,4.00\n2022-04-08,Acme,8,,\n"
    result = imported(text)
    assert faults(result) == [
        "jan.csv, row 3: found 4 fields (2022-04-06 | Acme | Cloud | 2); expected 3 fields. The row was left out.",
        "jan.csv, row 4: found 2 fields (2022-04-07 | 4.00); expected 3 fields. The row was left out.",
    ]
    assert amounts(result) == [1, 8]
    assert reasons(result) == {"wrong number of fields": (2, "0.00")}


def test_the_amount_of_a_row_cut_short_is_counted_as_left_out(imported):
    result = imported("Date,Amount,Supplier\n2022-04-05,1,Acme\n2022-04-06,4665.16\n")
    assert reasons(result) == {"wrong number of fields": (1, "4665.16")}
    assert result.reconciliation.balanced


# Rows left out


def test_blank_rows_total_rows_and_rows_without_amount_or_supplier_are_left_out_with_their_reasons(imported):
    settings = """\
    leave_out:
      - {reason: total row, empty: [supplier], matches: {any: '^(grand )?total'}}
    """
    text = HEADER + "2022-04-05,Acme,100.10\n,,\n\n2022-04-06,Acme,\n2022-04-06,,7\nGrand Total,,107.10\n"
    result = imported(text, settings)
    assert reasons(result) == {
        "empty row": (2, "0.00"),
        "no amount": (1, "0.00"),
        "no supplier": (1, "7.00"),
        "total row": (1, "107.10"),
    }
    file = result.reconciliation.by_file.iloc[0]
    assert (file["amount_in"], file["amount_kept"], file["amount_left_out"]) == (
        Decimal("214.20"),  # the total row is a row read: what stands in the column is amount in
        Decimal("100.10"),
        Decimal("114.10"),
    )
    assert (file["rows_read"], file["rows_kept"], file["rows_left_out"]) == (6, 1, 5)
    assert faults(result) == []


def test_redacted_rows_are_left_out_as_such(imported):
    settings = "supplier: {redacted: ['^REDACTED PERSONAL DAT[AS]$']}"
    text = HEADER + "2022-04-05,REDACTED PERSONAL DATS,3\n2022-04-05,Redacted Personal Data,4\n2022-04-05,Acme,1\n"
    assert reasons(imported(text, settings)) == {"redacted": (2, "7.00")}


def test_a_repeated_invoice_line_is_a_fault_and_its_amount_left_out(imported):
    columns = "columns: {supplier: [Supplier], date: [Date], amount: [Amount], invoice: ['No'], line: [Pos]}"
    head = "Date,Supplier,Amount,No,Pos\n"
    files = {"a.csv": head + "2022-04-05,Acme,1,INV-1,1\n2022-04-05,Beta,2,INV-1,1\n"}
    files["b.csv"] = head + "2022-04-05,Acme,1,INV-1,2\n2022-04-05,Acme,8,INV-1,1\n"
    result = imported(files, columns)
    assert faults(result) == [
        "b.csv, row 3: found vendor 'acme', invoice 'INV-1', line '1' a second time (first in a.csv, row 2); "
        "expected each vendor, invoice, line once. The row was left out."
    ]
    assert amounts(result) == [1, 2, 1]
    assert reasons(result) == {"already there": (1, "8.00")}
    assert result.reconciliation.balanced


# Amounts


def test_text_in_an_amount_is_a_fault(imported):
    result = imported(HEADER + "2022-04-05,Acme,n/a\n2022-04-05,Acme,1\n")
    assert faults(result) == [
        "jan.csv, row 2, `Amount`: found 'n/a'; expected a number such as 1,234.56. The row was left out."
    ]
    assert reasons(result) == {"amount cannot be read": (1, "0.00")}


@pytest.mark.parametrize(
    ("written", "settings", "amount"),
    [
        ("123.45-", "", -123.45),
        ("(123.45)", "", -123.45),
        ("−123.45", "", -123.45),
        ('"£1,234.50"', "", 1234.5),
        ('"-£1,234.50"', "", -1234.5),
        ('"1,234.50 GBP"', "", 1234.5),
        (".5", "", 0.5),
        ('"110.643"', "numbers: {decimal: ',', thousands: ['.']}", 110643),
        ('"1.234,56-"', "numbers: {decimal: ',', thousands: ['.']}", -1234.56),
        ("1 234.50", "numbers: {thousands: [' ']}", 1234.5),
        ("1\u202f234.50", "numbers: {thousands: [' ']}", 1234.5),
        ("100", "signs: {charge: negative}", -100),
    ],
)
def test_amounts_in_many_forms(imported, written, settings, amount):
    result = imported(HEADER + f"2022-04-05,Acme,{written}\n", settings)
    assert amounts(result) == [amount]


@pytest.mark.parametrize(
    "written", ['"1,50"', '"1,2345"', "(-5)", "-5-", "(5", "5)", "-", "1.2E+05", "5 pounds", "1..2"]
)
def test_what_is_no_amount_is_not_guessed(imported, written):
    result = imported(HEADER + f"2022-04-05,Acme,{written}\n2022-04-05,Acme,1\n")
    assert amounts(result) == [1]
    assert len(faults(result)) == 1


def test_credit_notes_count_as_negative_whichever_sign_they_have(imported):
    settings = """\
    signs: {charge: positive, credit_notes: {column: [Type], values: [Credit Note]}}
    required: [credit_note]
    """
    rows = "2022-04-05,Acme,5,credit note\n2022-04-05,Acme,-6,Credit Note\n2022-04-05,Acme,7,Invoice\n"
    assert amounts(imported("Date,Supplier,Amount,Type\n" + rows, settings)) == [-5, -6, 7]


def test_sums_are_exact_and_rounding_is_a_line_of_its_own(imported):
    # 0.1 + 0.2 is 0.3 exactly; 1.005 rounds away from zero to 1.01, and 0.005 was gained
    text = HEADER + "2022-04-05,Acme,0.1\n2022-04-05,Acme,0.2\n2022-04-05,Acme,1.005\n2022-04-05,Gamma,0.001\n"
    result = imported(text)
    file = result.reconciliation.by_file.iloc[0]
    assert amounts(result) == [0.1, 0.2, 1.01]
    assert [str(file[name]) for name in ("amount_in", "amount_kept", "amount_left_out", "rounding")] == [
        "1.306",
        "1.31",
        "0.001",
        "-0.005",
    ]
    assert result.reconciliation.balanced


# Dates


def test_two_date_formats_in_one_file_are_read_when_both_are_listed(imported):
    text = HEADER + '"Tuesday, April 05, 2022",Acme,1\n2022-04-06,Acme,2\n2022-04-07T10:30:00,Acme,3\n44659,Acme,4\n'
    result = imported(text, 'dates: {formats: ["%A, %B %d, %Y", excel]}')
    assert result.table["date"].dt.strftime("%Y-%m-%d").tolist() == [
        "2022-04-05",
        "2022-04-06",
        "2022-04-07",
        "2022-04-08",
    ]


def test_a_second_date_format_that_is_not_listed_is_a_fault(imported):
    result = imported(HEADER + "05/04/2022,Acme,1\n04/13/2022,Acme,2\n", 'dates: {formats: ["%d/%m/%Y"]}')
    assert faults(result) == [
        "jan.csv, row 3, `Date`: found '04/13/2022'; expected a date written YYYY-MM-DD or %d/%m/%Y. The row was left out."
    ]
    assert reasons(result) == {"date cannot be read": (1, "2.00")}


def test_a_date_that_two_listed_formats_read_differently_is_a_fault(imported):
    text = HEADER + "05/04/2022,Acme,1\n13/04/2022,Acme,2\n12/12/2022,Acme,3\n"
    result = imported(text, 'dates: {formats: ["%d/%m/%Y", "%m/%d/%Y"]}')
    assert faults(result) == [
        "jan.csv, row 2, `Date`: found '05/04/2022', which is 2022-04-05 by %d/%m/%Y and 2022-05-04 by %m/%d/%Y; "
        "expected a date that can be read one way. List only one of these formats. The row was left out."
    ]
    assert amounts(result) == [2, 3]


@pytest.mark.parametrize(("day_first", "month"), [("true", 4), ("false", 5)])
def test_day_first_says_how_numeric_dates_are_read(imported, day_first, month):
    result = imported(HEADER + "05/04/2022,Acme,1\n5.4.22,Acme,1\n", f"dates: {{day_first: {day_first}}}")
    assert result.table["date"].dt.month.tolist() == [month, month]


def test_many_faults_of_one_kind_are_counted_beyond_the_first_hundred(imported):
    result = imported(HEADER + "soon,Acme,1\n" * 250 + "2022-04-05,Acme,1\n")
    assert len(faults(result)) == 101
    assert faults(result)[-1] == "jan.csv: found 150 more rows like these (date cannot be read); expected none"
    assert reasons(result) == {"date cannot be read": (250, "250.00")}


def test_an_unknown_category_is_reported_and_the_row_kept(imported):
    settings = """\
    columns: {supplier: [Supplier], date: [Date], amount: [Amount], category: [Type]}
    constants: {service: IT}
    """
    result = imported("Date,Supplier,Amount,Type\n2022-04-05,Acme,1,Chnge\n2022-04-05,Acme,2,Run\n", settings)
    assert result.table["category"].tolist() == ["other", "run"]
    assert faults(result) == [
        "jan.csv, `Type`: found 'Chnge'; expected one of run, change, one_off, credit, other. Did you mean 'change'? "
        "Add it to `values: category:`. Rows kept as 'other': 1."
    ]


def test_a_quantity_that_is_no_number_is_reported_and_the_row_kept(imported):
    settings = "columns: {supplier: [Supplier], date: [Date], amount: [Amount], quantity: [Qty], line: [Pos]}"
    result = imported("Date,Supplier,Amount,Qty,Pos\n2022-04-05,Acme,1,some,A\n", settings)
    assert result.table[["quantity", "line"]].isna().to_numpy().tolist() == [[True, False]]
    assert faults(result) == [
        "jan.csv, row 2, `Pos`: found 'A'; expected a whole number of at least 0. "
        "The row was kept, with its row number as line.",
        "jan.csv, row 2, `Qty`: found 'some'; expected a number such as 1,234.56. The row was kept without it.",
    ]


# Suppliers


def test_suppliers_are_matched_by_id_name_alias_then_pattern(imported):
    names = ["ACME", "Acme Hosting Limited", "acme-cloud (UK) Ltd.", "The Acme Group", "ACMEX", "BETA & SONS"]
    text = HEADER + "".join(f"2022-04-05,{name},1\n" for name in names)
    matched = imported(text).reconciliation.matched[["supplier", "vendor", "how"]].to_numpy().tolist()
    assert matched == [
        ["ACME", "acme", "id"],
        ["Acme Hosting Limited", "acme", "name"],
        ["The Acme Group", "acme", "pattern"],
        ["acme-cloud (UK) Ltd.", "acme", "alias"],
        ["BETA & SONS", "beta", "pattern"],
    ]


def test_a_supplier_that_fits_two_vendors_is_a_fault_that_names_both(imported):
    text = HEADER + "2022-04-05,Beta Acme JV,9\n2022-04-05,Acme,1\n"
    result = imported(text)
    assert faults(result) == [
        "supplier 'Beta Acme JV': found the patterns of 'acme' and 'beta'; expected one vendor. "
        "Add the name to the aliases of one of them, or narrow a pattern. Its rows were left out."
    ]
    assert reasons(result) == {"supplier matches several vendors": (1, "9.00")}
    assert result.reconciliation.unmatched["supplier"].tolist() == ["Beta Acme JV"]


def test_unmatched_suppliers_are_listed_by_absolute_amount_with_the_nearest_vendor(imported):
    text = HEADER + "2022-04-05,Acne Hosting,-50\n2022-04-05,Zeta,10\n2022-04-05,Zeta,5\n2022-04-05,Acme,1\n"
    unmatched = imported(text).reconciliation.unmatched
    assert unmatched.iloc[0].tolist() == ["Acne Hosting", 1, Decimal("-50.00"), "acme", 0.92]
    assert unmatched.iloc[1, :3].tolist() == ["Zeta", 2, Decimal("15.00")]


def test_faulty_vendors_are_refused_all_at_once(imported):
    who = vendors(("acme", "Acme", ["Cloud Ltd"], ["(ACME"]), ("beta", "Beta", ["CLOUD"], []))
    with pytest.raises(SettingsError) as error:
        imported(GOOD, who=who)
    assert str(error.value).splitlines() == [
        "vendor 'acme', pattern: found '(ACME' (missing ), unterminated subpattern at position 0); "
        "expected a regular expression",
        "vendor 'beta', alias: found 'CLOUD', which stands for vendor 'acme' as well; expected a name of one vendor only",
    ]


# Workbooks


def workbook(path: Path, rows: list[list[object]], sheet: str = "Ledger") -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Notes"
    page = book.create_sheet(sheet)
    for row in rows:
        page.append(row)
    book.save(path)


ROWS = [["Ledger"], [], ["Date", "Supplier", "Amount"], [pd.Timestamp(2022, 4, 5), "Acme", 1234.5], [44657, "Acme", -7]]


def test_a_workbook_is_read_with_its_dates_and_numbers(imported, tmp_path):
    workbook(tmp_path / "book.xlsx", ROWS)
    content = (tmp_path / "book.xlsx").read_bytes()
    settings = "sheet: Ledger\nheader_row: find\ndates: {formats: [excel]}\nnumbers: {decimal: ',', thousands: ['.']}\n"
    result = imported({"jan.xlsx": content}, settings)
    assert result.table["amount"].tolist() == [1234.5, -7]
    assert result.table["date"].dt.day.tolist() == [5, 6]
    assert result.table["source_row"].tolist() == [4, 5]
    assert result.reconciliation.by_file["encoding"].tolist() == ["xlsx"]


def test_a_sheet_that_is_not_there_is_a_fault(imported, tmp_path):
    workbook(tmp_path / "book.xlsx", ROWS, "Ledgers")
    content = (tmp_path / "book.xlsx").read_bytes()
    result = imported({"bad.xlsx": content, "good.csv": GOOD}, "sheet: Ledger")
    assert faults(result) == [
        "bad.xlsx: found no sheet 'Ledger'; expected the sheet the mapping names. Did you mean 'Ledgers'?"
    ]


# The account


def test_the_text_for_the_terminal(imported):
    result = imported(
        HEADER + "2022-04-05,Acme,1000\n2022-04-05,Betta,10\n2022-04-05,Zeta\x1b[31m,10\n2022-04-05,Acme,x\n"
    )
    lines = [" ".join(line.split()) for line in result.reconciliation.text().splitlines()]
    assert lines == [
        "1 file read",
        "rows amount",
        "read 4 1,020.00",
        "kept 1 1,000.00",
        "left out 3 20.00",
        "supplier matches no vendor 2 20.00",
        "amount cannot be read 1 0.00",
        "Amount in = kept + left out, to the penny.",
        "Supplier names that match no vendor, or several: 2; the largest:",
        "Betta 1 10.00 nearest: beta",
        "Zeta?[31m 1 10.00",
        "1 fault:",
        "jan.csv, row 5, `Amount`: found 'x'; expected a number such as 1,234.56. The row was left out.",
    ]


def test_the_account_is_written_with_formulas_made_harmless(imported, tmp_path):
    names = ["=HYPERLINK(1)", "+1", "-1", "@SUM", "Plain"]
    result = imported(HEADER + "".join(f"2022-04-05,{name},-1\n" for name in names) + "2022-04-05,Acme,1\n")
    paths = result.reconciliation.write(tmp_path / "account")
    unmatched = pd.read_csv(tmp_path / "account" / "reconciliation_unmatched.csv", dtype=str, keep_default_na=False)
    assert sorted(unmatched["supplier"]) == ["'+1", "'-1", "'=HYPERLINK(1)", "'@SUM", "Plain"]
    assert set(unmatched["amount"]) == {"-1.00"}
    assert sorted(path.name for path in (tmp_path / "account").iterdir()) == sorted(path.name for path in paths)
    assert len(paths) == 6


def test_progress_is_told_each_file(imported, tmp_path):
    imported({"a.csv": GOOD, "b.csv": GOOD})
    seen: list[str] = []
    files = [tmp_path / "b.csv", tmp_path / "a.csv"]
    import_files(read_mapping(tmp_path / "export.yaml", [INVOICES]), files, vendors(), progress=seen.append)
    assert seen == ["a.csv", "b.csv"]
