"""The prepared store: filled once, renewed on change, one vendor a file, and never another vendor's rows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace

import pandas as pd
import pytest

from toolkit import store as store_module
from toolkit.areas.cost import INTERNAL_COSTS, INVOICES, VOLUMES
from toolkit.client import EXCHANGE_RATES, GOALS, open_client
from toolkit.errors import Fault, SettingsError
from toolkit.files import ROOT
from toolkit.store import check_client, prepare, read_slice
from toolkit.store.parts import part_file
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
ATTRIBUTES = {
    "table",
    "owner",
    "dated",
    "file",
    "digest",
    "currency",
    "covers",
    "silent",
    "thins",
    "strays",
    "absent",
    "faulty",
}


@pytest.fixture
def folder(tmp_path):
    """The folder of a client with two vendors and their invoices."""
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "review.yaml").write_text(SETTINGS)
    (tmp_path / "test" / "invoices.csv").write_text(INVOICE_ROWS)
    return tmp_path / "test"


def changed(old, new):
    assert old in SETTINGS
    return SETTINGS.replace(old, new)


# --------------------------------------------------------------------------------------------------------- vendors apart
def test_a_slice_holds_one_vendor_and_says_where_it_came_from(folder):
    rows = read_slice(open_client(folder), INVOICES, "alder")
    assert rows["amount"].tolist() == [100.0, 50.0]
    assert list(rows.index) == [2, 3]
    assert set(rows.attrs) == ATTRIBUTES
    assert (rows.attrs["file"], rows.attrs["absent"], rows.attrs["faulty"]) == ("invoices.csv", "", False)
    assert (rows.attrs["covers"], rows.attrs["silent"]) == (("2026-01", "2026-04"), ("2026-02", "2026-03"))
    assert len(rows.attrs["digest"]) == 64


def thinning(folder, *months):
    """What is noticed of a file of invoices with so many rows a month from January 2026 on."""
    lines = [f"alder,A{month}-{n},1,2026-{month:02d}-28,1" for month, rows in enumerate(months, 1) for n in range(rows)]
    (folder / "invoices.csv").write_text("\n".join(["vendor,invoice,line,date,amount", *lines, ""]))
    return read_slice(open_client(folder), INVOICES, "alder").attrs["thins"]


def test_a_file_that_thins_out_says_since_when(folder):
    said = "it thins out after 2026-03: 5 rows up to 2026-07, where 40 a month are usual"
    assert thinning(folder, 1, 40, 40, 2, 1, 1, 1) == said  # a long tail does not become what is usual


@pytest.mark.parametrize("months", [(40, 40, 40), (40, 1, 40), (1, 40, 40), (40, 40, 4), (9, 9, 0, 0, 1), ()])
def test_a_file_that_does_not_thin_out_says_nothing(folder, months):
    assert thinning(folder, *months) == ""


def test_a_vendors_digest_and_file_do_not_depend_on_what_others_have(folder):
    client, seen = open_client(folder), []
    for rows in (
        INVOICE_ROWS,
        INVOICE_ROWS.replace("7.00", "8.00"),
        INVOICE_ROWS + "birch,B2,1,2026-02-01,\noak,O1,1,2026-02-01,5\n",
        INVOICE_ROWS.replace("alder,A1", "birch,B0,1,2026-02-01,1\nalder,A1"),  # alder's rows stand further below
        INVOICE_ROWS.replace("50.00", "51.00"),
    ):
        (folder / "invoices.csv").write_text(rows)
        os.utime(folder / "invoices.csv", ns=(len(seen), len(seen)))
        part = part_file(prepare(client, INVOICES).folder, "alder").read_bytes()
        seen.append((read_slice(client, INVOICES, "alder").attrs["digest"], part))
    digests, parts = zip(*seen, strict=True)
    assert [digest == digests[0] for digest in digests] == [True, True, True, True, False]
    assert [part == parts[0] for part in parts] == [True, True, True, False, False]


def test_a_digest_tells_a_missing_cell_from_an_empty_or_a_zero_one(folder):
    header, line = "vendor,invoice,line,date,amount,service,quantity\n", "alder,A1,1,2026-01-31,1,{},{}\n"
    digests = set()
    for number, cells in enumerate([("", ""), ("", "0"), ("a", ""), ("0", "")]):
        (folder / "invoices.csv").write_text(header + line.format(*cells))
        os.utime(folder / "invoices.csv", ns=(number, number))
        digests.add(read_slice(open_client(folder), INVOICES, "alder").attrs["digest"])
    assert len(digests) == 4


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
    names = sorted(path.name for path in (folder / ".prepared").iterdir())
    return [name for name in names if not name.startswith("client-")]  # settings and vendors, not a table


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
    monkeypatch.setattr(store_module, "_write", None)  # a second reading would fail
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

    def vanished(*given):
        calls.append(given)
        if len(calls) == 1:
            raise FileNotFoundError(given[0])
        return read_part(*given)

    read_part = store_module.read_part
    monkeypatch.setattr(store_module, "read_part", vanished)
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
        "from toolkit.client import open_client; from toolkit.store import read_slice; "
        "print(read_slice(open_client(Path(sys.argv[1])), INVOICES, 'alder')['amount'].sum())"
    )
    command = [sys.executable, "-c", code, str(folder)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, text=True) for _ in range(3)]
    assert [process.communicate()[0].strip() for process in running] == ["150.0"] * 3
    assert len(stored(folder)) == 2


def test_a_process_that_was_faster_leaves_one_store(folder, monkeypatch):
    client = open_client(folder)
    fill = store_module._about

    def late(*given):
        monkeypatch.setattr(store_module, "_about", fill)
        prepare(client, INVOICES)  # another process, while this one is writing
        return fill(*given)

    monkeypatch.setattr(store_module, "_about", late)
    known = prepare(client, INVOICES)
    assert known.rows == 3
    assert stored(folder) == [".gitignore", known.folder.name]


def test_a_read_only_client_is_prepared_in_a_folder_of_the_user(folder, tmp_path, monkeypatch):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
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


def test_what_a_killed_process_left_is_removed_after_a_while(folder):
    prepare(open_client(folder), INVOICES)
    new, old = folder / ".prepared" / ".volumes-new.x", folder / ".prepared" / ".invoices-old.x"
    for begun in (new, old):
        (begun / "spilled").mkdir(parents=True)
        (begun / "spilled" / "rows").touch()
    for path in (*old.rglob("*"), old, new, new / "spilled"):  # in the new one a file is being written
        os.utime(path, (1, 1))
    known = prepare(open_client(folder), INVOICES)
    assert stored(folder) == [".gitignore", new.name, known.folder.name]


def test_a_disk_that_is_full_leaves_no_half_of_a_store(folder, monkeypatch):
    def full(*given):
        raise OSError("No space left on device")

    monkeypatch.setattr(store_module, "_write", full)
    with pytest.raises(OSError, match="No space left"):
        prepare(open_client(folder), INVOICES)
    assert stored(folder) == [".gitignore"]


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
        ["invoices", "invoices.csv", 4, 2, "2026-01", "2026-04", ""],
        ["volumes", "volumes.csv", 0, 2, "", "", ""],
        ["goals", "", 0, 0, "", "", ""],
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
