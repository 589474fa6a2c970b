"""Mapping files: every fault at once, word for word; and the two that are shipped."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from toolkit.areas.cost import INVOICES
from toolkit.errors import SettingsError
from toolkit.intake import import_files, read_mapping

MAPPINGS = Path(__file__).resolve().parents[2] / "templates" / "mappings"
MINIMAL = """\
table: invoices
columns: {supplier: [Supplier], date: [Date], amount: [Amount]}
constants: {category: run, service: IT}
"""


def refused(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "export.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        read_mapping(tmp_path / "export.yaml", [INVOICES])
    return [str(fault) for fault in error.value.faults]


def test_a_minimal_mapping_has_defaults(tmp_path):
    (tmp_path / "export.yaml").write_text(MINIMAL, encoding="utf-8")
    mapping = read_mapping(tmp_path / "export.yaml", [INVOICES])
    assert (mapping.name, mapping.encodings, mapping.delimiter, mapping.header_rows, mapping.decimal) == (
        "export",
        ("utf-8-sig", "cp1252"),
        None,
        (1,),
        ".",
    )


def test_an_unknown_key_is_named_with_the_likely_one(tmp_path):
    assert refused(tmp_path, MINIMAL + "encodngs: [utf-8]\n") == [
        "export.yaml, `encodngs`: found an unknown key; expected a known one. Did you mean 'encodings'?"
    ]


def test_all_faults_are_reported_at_once(tmp_path):
    text = """\
table: invoices
columns: {supplier: Supplier, dat: [Date], amount: [Amount]}
encodings: [utf-9]
header_row: 0
dates: {formats: ["%d/%m"], day_first: maybe}
signs: {credit_notes: {column: [Type]}}
supplier: {redacted: ["(REDACTED"]}
leave_out: [{empty: [supplier]}]
constants: [run]
"""
    assert refused(tmp_path, text) == [
        "export.yaml, `columns`: found no `date`; expected `date`, without which nothing can be imported",
        "export.yaml, `columns.supplier`: found 'Supplier'; expected a list of texts such as [a, b], in quotation marks "
        "where YAML would read a number, a date, yes or no",
        "export.yaml, `columns.dat`: found an unknown key; expected a known one. Did you mean 'date'?",
        "export.yaml, `encodings`: found ['utf-9']; expected a list of encodings Python knows, such as "
        "[utf-8-sig, cp1252]",
        "export.yaml, `header_row`: found 0; expected a row number from 1, a list of them such as [2, 3], or 'find'",
        "export.yaml, `dates.formats`: found ['%d/%m']; expected a list of formats with day, month and year, such as "
        "['%d/%m/%Y'], or 'excel'",
        "export.yaml, `dates.day_first`: found 'maybe'; expected true or false",
        "export.yaml, `signs.credit_notes`: found no `values`; expected `values`, without which nothing can be imported",
        "export.yaml, `supplier.redacted`: found ['(REDACTED']; expected a list of valid regular expressions",
        "export.yaml, `leave_out[1]`: found no `reason`; expected `reason`, without which nothing can be imported",
        "export.yaml, `constants`: found ['run']; expected a section: indented `key: value` lines",
    ]


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("", "export.yaml: found no `table`; expected the table to make of it. Known: 'invoices'."),
        (
            "table: invoice",
            "export.yaml, `table`: found 'invoice'; expected the table to make of it. Did you mean 'invoices'?",
        ),
        ("table: 7", "export.yaml, `table`: found 7; expected the table to make of it. Known: 'invoices'."),
    ],
)
def test_a_mapping_without_a_table_that_exists(tmp_path, table, message):
    assert refused(tmp_path, MINIMAL.replace("table: invoices", table)) == [message]


def test_a_column_named_no_needs_quotation_marks(tmp_path):
    assert refused(tmp_path, MINIMAL.replace("[Date]", "[No]")) == [
        "export.yaml, `columns.date`: found [False]; expected a list of texts such as [a, b], in quotation marks where "
        "YAML would read a number, a date, yes or no"
    ]


def test_settings_that_do_not_fit_one_another_are_refused(tmp_path):
    text = """\
table: invoices
columns: {supplier: [Supplier], date: [Date], amount: [Amount]}
required: [servce]
numbers: {decimal: ",", thousands: [","]}
leave_out: [{reason: total row}, {reason: total row, empty: [suplier]}]
constants: {category: runn}
values: {amount: {a: b}}
"""
    assert refused(tmp_path, text) == [
        "export.yaml: found no `service`; expected a column or a constant for `service`. "
        "Add `columns: service:` or `constants: service:`.",
        "export.yaml, `required`: found 'servce'; expected a column named under `columns`. "
        "Known: 'supplier', 'date', 'amount'.",
        "export.yaml, `leave_out[1]`: found no condition; expected `empty`, `matches` or both",
        "export.yaml, `leave_out[2]`: found 'suplier'; expected a column named under `columns`. Did you mean 'supplier'?",
        "export.yaml, `numbers`: found one mark for decimals and thousands; expected two different marks",
        "export.yaml, `values`: found 'amount'; expected a column named under `columns`. None are known.",
        "export.yaml, `constants.category`: found 'runn'; expected one of run, change, one_off, credit, other. "
        "Did you mean 'run'?",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "export.yaml: found no settings; expected `key: value` lines, such as `table: invoices`"),
        (
            "table: invoices\ncolumns: [a\nfiles: b\n",
            "export.yaml, line 3: found expected ',' or ']', but got ':'; expected YAML. "
            "Look at this line and the one above: indentation, colons, quotation marks.",
        ),
    ],
    ids=["empty", "no YAML"],
)
def test_a_file_that_holds_no_settings(tmp_path, text, message):
    assert refused(tmp_path, text) == [message]


def test_a_mapping_cannot_run_code(tmp_path):
    faults = refused(tmp_path, "table: !!python/object/apply:os.getcwd []\n")
    assert faults[0].startswith("export.yaml, line 1: found could not determine a constructor for the tag")


def test_a_mapping_that_is_not_there(tmp_path):
    (tmp_path / "uk_spend.yaml").touch()
    with pytest.raises(SettingsError, match=r"uk_spnd\.yaml: found no such file; .* Did you mean 'uk_spend'\?$"):
        read_mapping(tmp_path / "uk_spnd.yaml", [INVOICES])


def test_uk_spend_reads_a_spend_file(tmp_path):
    head = "Payment Date,Amount,Organisational Unit,Beneficiary Name,Company Number,Charity Number\n"
    rows = (
        '"Tuesday, April 05, 2022",250000.00,GPA,CAPITA RESOURCING LTD,,\n'
        "2022-04-06,-10.5,CABINET OFFICE,CAPITAL PROPERTIES,,\n"
        "2022-04-06,5,PEOPLE,REDACTED PERSONAL DATS,,\n"
        "2022-04-06,6,PEOPLE,REDACTIVE EVENTS LTD,,\n"
        "2022-04-06,7,PEOPLE,TOTAL GAS & POWER LTD,,\n"
        ",250008.50,,Total,,\n"
    )
    (tmp_path / "2022-04.csv").write_text(head + rows, encoding="cp1252")
    vendors = pd.DataFrame({"vendor": ["capita"], "name": ["Capita"], "aliases": [[]], "patterns": [[r"\bCAPITA\b"]]})
    result = import_files(read_mapping(MAPPINGS / "uk_spend.yaml", [INVOICES]), [tmp_path / "2022-04.csv"], vendors)
    assert result.table[["amount", "service", "category"]].to_numpy().tolist() == [
        [250000, "Government Property Agency", "other"]
    ]
    assert result.reconciliation.by_reason[["reason", "rows"]].to_numpy().tolist() == [
        ["supplier matches no vendor", 3],
        ["redacted", 1],
        ["total row", 1],
    ]
    assert result.reconciliation.faults == []


def test_generic_ledger_reads_a_ledger(tmp_path):
    text = (
        "Ledger 2022;;;;;;;\n"
        "Vendor;Invoice No;Posting Date;Net;Document Type;Spend Type;Qty;Text\n"
        "Acme Ltd;A-1;05/04/2022;1,200.00;Invoice;Project;2;Disks\n"
        "Acme Ltd;A-2;5 Apr 2022;£200.00;Credit Note;BAU;;\n"
        ";;;1,000.00;;;;\n"
    )
    (tmp_path / "ledger.csv").write_text(text, encoding="utf-8")
    vendors = pd.DataFrame({"vendor": ["acme"], "name": ["Acme"], "aliases": [[]], "patterns": [[]]})
    result = import_files(read_mapping(MAPPINGS / "generic_ledger.yaml", [INVOICES]), [tmp_path], vendors)
    assert result.table[["invoice", "amount", "category", "service"]].to_numpy().tolist() == [
        ["A-1", 1200, "change", "all services"],
        ["A-2", -200, "run", "all services"],
    ]
    assert result.table["date"].dt.strftime("%Y-%m-%d").tolist() == ["2022-04-05", "2022-04-05"]
    assert result.reconciliation.by_reason["reason"].tolist() == ["total row"]
    assert result.reconciliation.faults == []
