"""A client's settings, each fault of them once, and the prepared store: filled once, renewed on change, one vendor a file."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import pytest

from toolkit import client as client_module
from toolkit.areas.cost import INTERNAL_COSTS, INVOICES, VOLUMES
from toolkit.client import EXCHANGE_RATES, GOALS, check_client, find_client, open_client, prepare, read_slice
from toolkit.errors import Fault, SettingsError
from toolkit.files import ROOT
from toolkit.tables import Rule

SETTINGS = """client: Test
currency: GBP
periods: [2026-Q1, 2025-Q4]
vendors:
  - {vendor: alder, name: Alder}
  - {vendor: birch, name: Birch, contract_start: 2025-01-15, compare_from: 2025-03}
"""
INVOICE_ROWS = """vendor,invoice,line,date,amount
alder,A1,1,2026-01-31,100.00
alder,A2,1,2026-04-30,50.00
birch,B1,1,2026-01-31,7.00
"""
ATTRIBUTES = {"table", "dated", "file", "digest", "currency", "covers", "silent", "strays", "absent", "faulty"}


@pytest.fixture
def folder(tmp_path):
    """The folder of a client with two vendors and their invoices."""
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "review.yaml").write_text(SETTINGS)
    (tmp_path / "test" / "invoices.csv").write_text(INVOICE_ROWS)
    return tmp_path / "test"


def refused(folder, text):
    """The faults for which these settings are refused."""
    (folder / "review.yaml").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(SettingsError) as error:
        open_client(folder)
    return [str(fault) for fault in error.value.faults]


def changed(old, new):
    assert old in SETTINGS
    return SETTINGS.replace(old, new)


# ---------------------------------------------------------------------------------------------------------- review.yaml
def test_what_review_yaml_says(folder):
    client = open_client(folder)
    assert (client.id, client.name, client.currency) == ("test", "Test", "GBP")
    assert [str(period) for period in client.periods] == ["2025-Q4", "2026-Q1"]
    assert list(client.vendors) == ["alder", "birch"]
    assert client.vendor("alder").compare_from is None
    assert (str(client.vendor("birch").contract_start), str(client.vendor("birch").compare_from)) == (
        "2025-01",
        "2025-03",
    )
    assert client.thresholds["discount_rate"] == 0.08


def test_what_after_means_is_the_contract_unless_it_is_said(folder):
    (folder / "review.yaml").write_text(changed(", compare_from: 2025-03", ""))
    assert str(open_client(folder).vendor("birch").compare_from) == "2025-01"


def test_an_unknown_vendor_or_period_is_refused_with_a_suggestion(folder):
    client = open_client(folder)
    with pytest.raises(SettingsError) as error:
        client.vendor("aldr")
    assert str(error.value) == "vendor: found 'aldr'; expected a vendor of Test. Did you mean 'alder'?"
    with pytest.raises(SettingsError) as error:
        client.period("2026-Q2")
    assert str(error.value) == "period: found '2026-Q2'; expected a period of Test. Did you mean '2026-Q1'?"


def test_an_unknown_key(folder):
    assert refused(folder, SETTINGS + "curency: EUR\n") == [
        "review.yaml: found `curency`; expected a setting that exists. Did you mean 'currency'?"
    ]


def test_a_key_twice(folder):
    assert refused(folder, SETTINGS + "client: Other\n") == [
        "review.yaml, line 7: found `client` a second time; expected each setting once"
    ]


def test_text_that_is_no_yaml(folder):
    assert refused(folder, "client: Test\nvendors: [\n") == [
        "review.yaml, line 3: found text that is no YAML; expected YAML, as in data/sample/review.yaml"
    ]
    assert refused(folder, b"client: \xff\n") == [
        "review.yaml: found text that is no YAML; expected YAML, as in data/sample/review.yaml"
    ]


@pytest.mark.parametrize("text", ["", "- a\n- b\n", "just text", "!!python/object/apply:os.getcwd []"])
def test_yaml_that_is_no_settings(folder, text):
    (fault,) = refused(folder, text)
    assert fault.endswith("as in data/sample/review.yaml")


def test_no_review_yaml(tmp_path):
    with pytest.raises(SettingsError) as error:
        open_client(tmp_path)
    assert str(error.value) == f"{tmp_path.name}: found no review.yaml; expected review.yaml, as in data/sample"


def test_all_faults_of_the_settings_come_at_once(folder):
    assert refused(folder, "currency: pounds\nthresholds: {discount_rate: high}\n") == [
        "review.yaml: found no `client`; expected `client`, as in data/sample/review.yaml",
        "review.yaml: found no `periods`; expected `periods`, as in data/sample/review.yaml",
        "review.yaml, currency: found 'pounds'; expected three capital letters, as in ISO 4217: GBP",
        "review.yaml, thresholds, discount_rate: found 'high'; expected a number of at least 0: "
        "yearly rate at which later money is discounted",
        "review.yaml, vendors: found no vendor; expected at least one",
    ]


def test_no_vendors(folder):
    (folder / "review.yaml").write_text(SETTINGS.split("vendors:")[0])
    with pytest.raises(SettingsError) as error:
        open_client(folder)
    assert str(error.value) == "review.yaml, vendors: found no vendor; expected at least one"


@pytest.mark.parametrize(
    ("given", "found"),
    [("007", "the number 7"), ("no", "the truth value False"), ("2026-01-01", "the date 2026-01-01")],
)
def test_a_vendor_id_that_yaml_does_not_read_as_text(folder, given, found):
    assert refused(folder, changed("vendor: alder", f"vendor: {given}")) == [
        f"review.yaml, vendors, entry 1, `vendor`: found {found}; expected a text. "
        "Put quotes around it: YAML reads 007 as 7, and no as false."
    ]


def test_a_quoted_vendor_id_keeps_its_zeros(folder):
    (folder / "review.yaml").write_text(changed("vendor: alder", "vendor: '007'"))
    assert list(open_client(folder).vendors) == ["007", "birch"]


def test_a_vendor_id_that_is_a_path(folder):
    assert refused(folder, changed("vendor: alder", "vendor: ../x")) == [
        "review.yaml, vendors, entry 1, `vendor`: found '../x'; expected a short name of letters, digits, - and _"
    ]


def test_a_vendor_id_twice(folder):
    assert refused(folder, changed("vendor: birch", "vendor: alder")) == [
        "review.yaml, vendors, entry 2: found vendor 'alder', as in row 1; expected each vendor once"
    ]


def test_a_name_that_two_vendors_bear(folder):
    assert refused(folder, changed("name: Birch", "name: ALDER")) == [
        "review.yaml, vendors, entry 2, `name`: found 'ALDER'; expected a name that no other vendor has"
    ]


def test_names_cannot_turn_the_direction_of_writing(folder):
    text = changed("client: Test", 'client: "Te\\u202Est"').replace("name: Birch,", 'name: "Bi\\u2066rch",')
    (folder / "review.yaml").write_text(text)
    client = open_client(folder)
    assert (client.name, client.vendor("birch").name) == ("Test", "Birch")


@pytest.mark.parametrize("name", ["Alder", "Notebooks"])
def test_a_vendor_id_that_would_share_a_folder(folder, name):
    assert refused(folder, changed("vendor: birch", f"vendor: {name}")) == [
        f"review.yaml, vendors, entry 2, `vendor`: found '{name}'; expected an id that differs from the others in more than "
        "capitals, and is not notebooks"
    ]


def test_a_vendor_without_a_name_and_one_with_an_unknown_key(folder):
    assert refused(folder, changed(", name: Alder", "")) == [
        "review.yaml, vendors, entry 1, `name`: found nothing; expected a text"
    ]
    assert refused(folder, changed(", name: Alder", ", nam: Alder")) == [
        "review.yaml, vendors, entry 1: found `nam`; expected a setting that exists. Did you mean 'name'?"
    ]


@pytest.mark.parametrize("listed", ["alder", "[alder, birch]", "{alder: Alder}"])
def test_vendors_that_are_no_list_of_entries(folder, listed):
    (fault,) = refused(folder, SETTINGS.split("vendors:")[0] + f"vendors: {listed}\n")
    assert fault.startswith("review.yaml, vendors: found ")
    assert fault.endswith("; expected a list of entries, each with `vendor` and `name`")


def test_a_pattern_that_is_no_regular_expression(folder):
    assert refused(folder, changed("name: Alder", "name: Alder, patterns: ['(ALDER']")) == [
        "review.yaml, vendors, entry 1, `patterns`: found '(ALDER'; expected a regular expression "
        "(missing ), unterminated subpattern)"
    ]


def test_aliases_and_patterns_as_lists_and_as_cells(folder):
    listed = "name: Alder, aliases: [ALDER LTD, ALDER UK], patterns: ['A|B', 'C']"
    (folder / "review.yaml").write_text(changed("name: Alder", listed))
    first = open_client(folder).names.iloc[0]
    assert (first["aliases"], first["patterns"]) == (["ALDER LTD", "ALDER UK"], ["A|B", "C"])
    (folder / "review.yaml").write_text(SETTINGS.split("vendors:")[0])
    (folder / "vendors.csv").write_text("vendor,name,aliases,patterns\nalder,Alder,ALDER LTD|ALDER UK,A|B | C\n")
    first = open_client(folder).names.iloc[0]
    assert (first["aliases"], first["patterns"]) == (["ALDER LTD", "ALDER UK"], ["A|B", "C"])


def test_vendors_listed_and_in_a_file(folder):
    (folder / "vendors.csv").write_text("vendor,name\nalder,Alder\n")
    assert refused(folder, SETTINGS) == [
        "review.yaml, vendors: found a list, and vendors.csv beside it; expected one of the two"
    ]


def test_faults_in_the_file_of_vendors(folder):
    (folder / "vendors.csv").write_text("vendor,name\na b,Alder\n")
    assert refused(folder, SETTINGS.split("vendors:")[0]) == [
        "vendors.csv, row 2, `vendor`: found 'a b'; expected a short name of letters, digits, - and _"
    ]


@pytest.mark.parametrize("value", ["'12'", "true", "[1]", ".nan", ".inf", "0", "-1"])
def test_a_threshold_that_is_no_number_or_too_low(folder, value):
    (fault,) = refused(folder, SETTINGS + f"thresholds: {{baseline_months: {value}}}\n")
    assert fault.startswith("review.yaml, thresholds, baseline_months: found ")
    wanted = "expected a number of at least 1: months before the contract from which the baseline is taken"
    assert fault.endswith(wanted)


def test_an_unknown_threshold_and_thresholds_that_are_none(folder):
    assert refused(folder, SETTINGS + "thresholds: {discount: 0.1}\n") == [
        "review.yaml, thresholds: found `discount`; expected a setting that exists. Did you mean 'discount_rate'?"
    ]
    assert refused(folder, SETTINGS + "thresholds: [1]\n") == [
        "review.yaml, thresholds: found [1]; expected settings as `key: value`"
    ]


@pytest.mark.parametrize(
    ("periods", "fault"),
    [
        ("[2026-Q5]", ": found '2026-Q5'; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07"),
        ("{from: 2026-Q1}", ": found ''; expected a period such as 2026, 2026-H1, 2026-Q3 or 2026-07"),
        (
            "{from: 2026-Q1, to: 2025-Q4}",
            ": found from 2026-Q1 to 2025-Q4; expected one quarter or several whole ones, the first one first",
        ),
        (
            "{from: 2025-Q2, to: 2026-Q3, every: half}",
            ": found from 2025-Q2 to 2026-Q3; expected one half or several whole ones, the first one first",
        ),
        (
            "{from: 2025, to: 2026, every: quater}",
            ", every: found 'quater'; expected one of month, quarter, half, year",
        ),
        (
            "{from: 2025, until: 2026}",
            ": found `until`; expected a setting that exists. Known: 'from', 'to', 'every'.",
        ),
    ],
)
def test_periods_that_are_none(folder, periods, fault):
    assert refused(folder, changed("[2026-Q1, 2025-Q4]", periods)) == [f"review.yaml, periods{fault}"]


def test_periods_from_one_to_another(folder):
    (folder / "review.yaml").write_text(changed("[2026-Q1, 2025-Q4]", "{from: 2025, to: 2026, every: half}"))
    assert [str(period) for period in open_client(folder).periods] == ["2025-H1", "2025-H2", "2026-H1", "2026-H2"]


def test_a_folder_whose_name_cannot_be_one_in_the_reports(folder):
    odd = folder.rename(folder.with_name("a b"))
    with pytest.raises(SettingsError) as error:
        open_client(odd)
    assert str(error.value) == "folder of the client: found 'a b'; expected letters, digits, - and _ only"


def test_a_client_is_found_by_its_name_from_any_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert find_client("sample") == find_client("data/sample") == ROOT / "data" / "sample"
    with pytest.raises(SettingsError) as error:
        find_client("sampel")
    wanted = "client: found 'sampel'; expected a folder that holds review.yaml. Did you mean 'sample'?"
    assert str(error.value) == wanted


# --------------------------------------------------------------------------------------------------------- vendors apart
def test_a_slice_holds_one_vendor_and_says_where_it_came_from(folder):
    rows = read_slice(open_client(folder), INVOICES, "alder")
    assert rows["amount"].tolist() == [100.0, 50.0]
    assert list(rows.index) == [2, 3]
    assert set(rows.attrs) == ATTRIBUTES
    assert (rows.attrs["file"], rows.attrs["absent"], rows.attrs["faulty"]) == ("invoices.csv", "", False)
    assert (rows.attrs["covers"], rows.attrs["silent"]) == (("2026-01", "2026-04"), ["2026-02", "2026-03"])
    assert len(rows.attrs["digest"]) == 64


def test_a_missing_table_is_absent_with_every_attribute(folder):
    rows = read_slice(open_client(folder), VOLUMES, "alder")
    assert (len(rows), list(rows.columns), set(rows.attrs)) == (0, VOLUMES.names, ATTRIBUTES)
    assert (rows.attrs["absent"], rows.attrs["faulty"]) == ("volumes.csv is missing", False)


def test_a_vendor_without_a_row(folder):
    (folder / "invoices.csv").write_text("".join(INVOICE_ROWS.splitlines(keepends=True)[:3]))
    rows = read_slice(open_client(folder), INVOICES, "birch")
    assert (rows.attrs["absent"], rows.attrs["faulty"]) == ("invoices.csv holds no row for this vendor", False)


def test_a_file_without_a_row(folder):
    (folder / "invoices.csv").write_text(INVOICE_ROWS.splitlines()[0])
    rows = read_slice(open_client(folder), INVOICES, "birch")
    assert (rows.attrs["absent"], rows.attrs["covers"]) == ("invoices.csv holds no row", ("", ""))


def test_a_faulty_row_blocks_its_own_vendor_only(folder):
    (folder / "invoices.csv").write_text(INVOICE_ROWS.replace("7.00", "n/a"))
    client = open_client(folder)
    blocked, free = read_slice(client, INVOICES, "birch"), read_slice(client, INVOICES, "alder")
    assert (len(blocked), blocked.attrs["faulty"]) == (0, True)
    assert blocked.attrs["absent"] == "invoices.csv, row 4, `amount`: found 'n/a'; expected a number in GBP"
    assert (len(free), free.attrs["faulty"]) == (2, False)


@pytest.mark.parametrize(
    "row", ["oak,A1,1,2026-01-31,1\n", "oak,A1,1,x,y\n", ",A1,1,2026-01-31,y\n", "Total,,,,157.00\n"]
)
def test_a_row_of_no_known_vendor_blocks_nobody_and_is_reported(folder, row):
    (folder / "invoices.csv").write_text(INVOICE_ROWS + row)
    client = open_client(folder)
    parts = [read_slice(client, INVOICES, vendor) for vendor in client.vendors]
    assert [(len(rows), rows.attrs["strays"], rows.attrs["absent"]) for rows in parts] == [(2, 1, ""), (1, 1, "")]
    assert {fault.where.split(", `")[0] for fault in check_client(folder, [INVOICES]).faults} == {"invoices.csv, row 5"}


def test_a_fault_of_the_whole_file_blocks_everybody(folder):
    (folder / "invoices.csv").write_text(INVOICE_ROWS.replace("amount", "amnt"))
    client = open_client(folder)
    reasons = {read_slice(client, INVOICES, vendor).attrs["absent"] for vendor in client.vendors}
    assert len(reasons) == 1
    assert reasons.pop().startswith("invoices.csv, header: found no column `amount`")


def test_a_faulty_row_of_a_table_that_all_share_blocks_everybody(folder):
    (folder / "exchange_rates.csv").write_text("currency,period,per_usd,source,source_year\nEUR,2026,0,Test,2026\n")
    rows = read_slice(open_client(folder), EXCHANGE_RATES, "alder")
    assert rows.attrs["absent"] == "exchange_rates.csv, row 2: found per_usd '0'; expected a rate above zero"


def test_two_files_for_one_table_make_that_table_absent(folder):
    (folder / "invoices.xlsx").touch()
    rows = read_slice(open_client(folder), INVOICES, "alder")
    assert rows.attrs["faulty"]
    assert rows.attrs["absent"].startswith("folder test: found invoices.csv and invoices.xlsx; expected one file")


def test_goals_for_every_vendor_are_nobodys_own(folder):
    header = "vendor,goal,measure,direction,target\n"
    (folder / "goals.csv").write_text(header + "*,A1,cost.saving,at_least,1\nalder,G1,cost.saving,at_least,2\n")
    client = open_client(folder)
    assert [read_slice(client, GOALS, name)["goal"].tolist() for name in ("*", "alder", "birch")] == [
        ["A1"],
        ["G1"],
        [],
    ]


def test_a_vendor_named_like_a_file_of_the_store_sees_its_own_rows_only(folder):
    (folder / "review.yaml").write_text(changed("vendor: birch", "vendor: every-vendor"))
    (folder / "goals.csv").write_text("vendor,goal,measure,direction,target\n*,A1,cost.saving,at_least,1\n")
    assert len(read_slice(open_client(folder), GOALS, "every-vendor")) == 0


def test_months_come_back_from_the_store_as_months(folder):
    (folder / "volumes.csv").write_text("vendor,month,service,unit,volume\nalder,2026-01,Desk,ticket,3\n")
    rows = read_slice(open_client(folder), VOLUMES, "alder")
    assert rows.dtypes["month"] == "period[M]"
    assert rows["month"].tolist() == [pd.Period("2026-01", "M")]
    costs = "vendor,month,service,category,amount\nalder,,Desk,staff,3\nbirch,2026-02,Desk,staff,4\n"
    (folder / "internal_costs.csv").write_text(costs)
    assert read_slice(open_client(folder), INTERNAL_COSTS, "birch")["month"].tolist() == [pd.Period("2026-02", "M")]
    assert read_slice(open_client(folder), INTERNAL_COSTS, "alder").attrs["faulty"]


# ----------------------------------------------------------------------------------------------------- the prepared store
def stored(folder):
    return sorted(path.name for path in (folder / ".prepared").iterdir())


def test_the_store_holds_a_file_a_vendor_and_no_row_of_another(folder):
    (folder / "invoices.csv").write_text(INVOICE_ROWS + "oak,O1,1,2026-01-31,9\n")
    known = prepare(open_client(folder), INVOICES)
    assert sorted(path.name for path in known.folder.iterdir()) == [
        "alder.parquet",
        "birch.parquet",
        "faults.json",
        "prepared.json",
    ]
    for vendor in ("alder", "birch"):
        assert set(pd.read_parquet(known.folder / f"{vendor}.parquet")["vendor"]) == {vendor}
    assert known.vendors == {"alder": 2, "birch": 1}


def test_the_store_is_filled_once(folder, monkeypatch):
    client = open_client(folder)
    first = prepare(client, INVOICES)
    monkeypatch.setattr(client_module, "read_table", None)  # a second reading would fail
    assert prepare(client, INVOICES) == first
    assert stored(folder) == [".gitignore", first.folder.name]
    assert (folder / ".prepared" / ".gitignore").read_text() == "*\n"


def test_the_store_is_renewed_when_the_file_changes(folder):
    client = open_client(folder)
    first = prepare(client, INVOICES)
    (folder / "invoices.csv").write_text(INVOICE_ROWS.replace("7.00", "8.00"))  # of the same size
    os.utime(folder / "invoices.csv", ns=(1, 1))
    second = prepare(client, INVOICES)
    assert read_slice(client, INVOICES, "birch")["amount"].tolist() == [8.0]
    assert first.digest != second.digest
    assert stored(folder) == [".gitignore", second.folder.name]


def test_the_store_is_renewed_when_vendors_currency_or_declaration_change(folder):
    client = open_client(folder)
    rule = Rule("an amount", ("amount",), lambda rows: rows["amount"] > 10)
    stores = {
        prepare(client, INVOICES).folder.name,
        prepare(replace(client, currency="EUR"), INVOICES).folder.name,
        prepare(replace(client, vendors={"alder": client.vendors["alder"]}), INVOICES).folder.name,
        prepare(client, replace(INVOICES, columns=INVOICES.columns[:-1])).folder.name,
        prepare(client, replace(INVOICES, rules=(rule,))).folder.name,
        prepare(client, replace(INVOICES, dated="")).folder.name,
    }
    assert len(stores) == 6


def test_a_row_of_a_vendor_that_was_taken_off_the_list_leaves_the_store(folder):
    prepare(open_client(folder), INVOICES)
    (folder / "review.yaml").write_text("".join(SETTINGS.splitlines(keepends=True)[:-1]))
    known = prepare(open_client(folder), INVOICES)
    assert not (known.folder / "birch.parquet").exists()
    assert known.strays == 1


def test_a_store_that_vanishes_while_it_is_read_is_filled_again(folder, monkeypatch):
    client = open_client(folder)
    calls = []

    def read_parquet(path):
        calls.append(path)
        if len(calls) == 1:
            raise FileNotFoundError(path)
        return pd.DataFrame(INVOICES_FRAME)

    INVOICES_FRAME = read_slice(client, INVOICES, "alder")
    monkeypatch.setattr(pd, "read_parquet", read_parquet)
    assert len(read_slice(client, INVOICES, "alder")) == 2
    assert len(calls) == 2


def test_a_half_empty_store_is_filled_anew(folder):
    client = open_client(folder)
    known = prepare(client, INVOICES)
    (known.folder / "prepared.json").unlink()
    assert prepare(client, INVOICES) == known


def test_several_processes_may_prepare_at_once(folder):
    code = (
        "import sys; from pathlib import Path; from toolkit.areas.cost import INVOICES; "
        "from toolkit.client import open_client, read_slice; "
        "print(read_slice(open_client(Path(sys.argv[1])), INVOICES, 'alder')['amount'].sum())"
    )
    command = [sys.executable, "-c", code, str(folder)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(3)]
    assert [process.communicate()[0].strip() for process in running] == ["150.0"] * 3
    assert len(stored(folder)) == 2


def test_a_process_that_was_faster_leaves_one_store(folder, monkeypatch):
    client = open_client(folder)
    fill = client_module._about

    def late(*given):
        monkeypatch.setattr(client_module, "_about", fill)
        prepare(client, INVOICES)  # another process, while this one is writing
        return fill(*given)

    monkeypatch.setattr(client_module, "_about", late)
    known = prepare(client, INVOICES)
    assert known.rows == 3
    assert stored(folder) == [".gitignore", known.folder.name]


def test_a_read_only_client_is_prepared_in_a_folder_of_the_user(folder, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(client_module.tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(client_module.os, "access", lambda path, mode: False)
    known = prepare(open_client(folder), INVOICES)
    assert known.folder.is_relative_to(tmp_path / "temporary")
    private = next((tmp_path / "temporary").iterdir())
    assert private.stat().st_mode & 0o077 == 0
    assert len(read_slice(open_client(folder), INVOICES, "alder")) == 2
    private.chmod(0o755)
    with pytest.raises(SettingsError) as error:
        prepare(open_client(folder), INVOICES)
    assert str(error.value) == (
        f"folder test: found read-only, and {private.name} is open to others; expected a folder of a client that may be "
        "written to, or a temporary folder of one's own"
    )


def test_a_disk_that_is_full_leaves_no_half_of_a_store(folder, monkeypatch):
    def full(*given):
        raise OSError("No space left on device")

    monkeypatch.setattr(client_module, "_write_parts", full)
    with pytest.raises(OSError, match="No space left"):
        prepare(open_client(folder), INVOICES)
    assert stored(folder) == []


# --------------------------------------------------------------------------------------------------------------- checking
def test_check_lists_every_fault_of_every_file(folder):
    (folder / "invoices.csv").write_text(INVOICE_ROWS.replace("7.00", "n/a") + "oak,O1,1,2026-01-31,9\n")
    (folder / "volumes.csv").write_text("vendor,month\n")
    checked = check_client(folder, [INVOICES, VOLUMES, GOALS])
    assert [fault.where for fault in checked.faults] == [
        "invoices.csv, row 4, `amount`",
        "invoices.csv, row 5, `vendor`",
        "volumes.csv, header",
        "volumes.csv, header",
    ]
    assert checked.summaries.values.tolist() == [
        ["invoices", "invoices.csv", 4, 2, "2026-01", "2026-04"],
        ["volumes", "volumes.csv", 0, 2, "", ""],
        ["goals", "", 0, 0, "", ""],
    ]


def test_check_names_files_that_belong_to_no_table(folder):
    for name in ("invoces.csv", "volumes.xls", "README.md", "~$invoices.xlsx", "faults.csv", "notes.txt"):
        (folder / name).write_text("x")
    assert check_client(folder, [INVOICES, VOLUMES]).faults == [
        Fault("invoces.csv", "a file", "the file of a table", "Did you mean 'invoices'?"),
        Fault("volumes.xls", "a .xls file", "volumes.csv, volumes.parquet or volumes.xlsx"),
    ]


def test_capitals_in_a_file_name_do_not_matter(folder):
    (folder / "invoices.csv").rename(folder / "Invoices.CSV")
    rows = read_slice(open_client(folder), INVOICES, "birch")
    assert (rows.attrs["file"], len(rows)) == ("Invoices.CSV", 1)


def test_the_store_names_no_folder_of_the_machine(folder):
    known = prepare(open_client(folder), INVOICES)
    assert str(folder.parent) not in json.dumps([(known.folder / "prepared.json").read_text(), known.folder.name])
