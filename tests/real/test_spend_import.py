"""The import of real public spend files agrees, to the penny, with a sum that reads the raw archives another way."""

from __future__ import annotations

import csv
import io
import re
import tarfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from toolkit.areas.cost import INVOICES
from toolkit.client import open_client
from toolkit.intake import Imported, import_files, read_mapping

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data"
UK_SPEND = ROOT / "templates" / "mappings" / "uk_spend.yaml"
CABINET_OFFICE = DATA / "uk_cabinet_office_spend" / "cabinetoffice_processed_and_clean.tar.xz"
SHEFFIELD = DATA / "sheffield_spend" / "sheffield_city_council_processed.tar.xz"
CABINET_OFFICE_VENDORS = {
    "capita": r"\bCAPITA\b",
    "methods": r"^METHODS\b",
    "fujitsu": r"^FUJITSU\b",
    "pa_consulting": r"^PA CONSULTING\b",
    "deloitte": r"\bDELOITTE\b",
    "thoughtworks": r"^THOUGHTWORKS\b",
    "kainos": r"^KAINOS\b",
    "capgemini": r"^CAPGEMINI\b",
}
SHEFFIELD_VENDORS = {
    "capita": r"\bCAPITA\b",
    "scc": r"^SPECIALIST COMPUTER CENTRE",
    "phoenix": r"^PHOENIX SOFTWARE\b",
    "virgin_media": r"^VIRGIN MEDIA\b",
}


def unpacked(archive: Path, folder: Path) -> Path:
    with tarfile.open(archive) as tar:
        for member in tar:
            if member.isfile() and "processed/" in member.name:
                (folder / Path(member.name).name).write_bytes(tar.extractfile(member).read())
    return folder


def independent_sums(archive: Path, patterns: dict[str, str]) -> tuple[dict[str, Decimal], dict[str, int], int]:
    """Sums and rows by vendor, with `all` for every row, and the number of files: csv and decimal, name as written."""
    searches = {vendor: re.compile(pattern) for vendor, pattern in patterns.items()}
    sums: dict[str, Decimal] = defaultdict(Decimal)
    rows: dict[str, int] = defaultdict(int)
    files = 0
    with tarfile.open(archive) as tar:
        for member in tar:
            if not member.isfile() or "processed/" not in member.name:
                continue
            files += 1
            content = tar.extractfile(member).read()
            try:
                text = content.decode("utf-8")
            except UnicodeDecodeError:
                text = content.decode("cp1252")
            records = csv.reader(io.StringIO(text, newline=""))
            next(records)
            for record in records:
                rows["all"] += 1
                amount = Decimal(record[1]) if record[1].strip() else Decimal(0)
                sums["all"] += amount
                name = record[3].strip().upper() if len(record) > 3 else ""
                for vendor, pattern in searches.items():
                    if record[1].strip() and pattern.search(name):
                        sums[vendor] += amount
                        rows[vendor] += 1
    return dict(sums), dict(rows), files


def check(client: str, archive: Path, patterns: dict[str, str], files: int, folder: Path) -> Imported:
    """Import the archive's files by the client's recipe and compare every sum with the independent one."""
    recipe = open_client(ROOT / "data" / "clients" / client).names
    result = import_files(read_mapping(UK_SPEND, [INVOICES]), [unpacked(archive, folder)], recipe)
    sums, rows, files_there = independent_sums(archive, patterns)
    account = result.reconciliation.by_file
    assert files_there == len(account) == files
    assert int(account["rows_read"].sum()) == rows.pop("all")
    assert sum(account["amount_in"]) == sums.pop("all")
    assert result.reconciliation.balanced
    matched = result.reconciliation.matched.groupby("vendor")[["rows", "amount"]].sum()
    assert matched["rows"].to_dict() == rows
    assert matched["amount"].to_dict() == sums
    pence = (result.table["amount"] * 100).round().astype("int64").groupby(result.table["vendor"]).sum()
    assert pence.to_dict() == {vendor: int(amount * 100) for vendor, amount in sums.items()}
    assert not result.table.duplicated(["vendor", "invoice", "line"]).any()
    return result


@pytest.mark.skipif(not CABINET_OFFICE.is_file(), reason=f"no {CABINET_OFFICE.name} beside the project")
def test_cabinet_office_agrees_to_the_penny(tmp_path):
    result = check("cabinet_office", CABINET_OFFICE, CABINET_OFFICE_VENDORS, 153, tmp_path)
    account = result.reconciliation
    assert account.by_file["encoding"].value_counts().to_dict() == {"utf-8-sig": 145, "cp1252": 8}
    assert dict(account.by_reason[["reason", "rows"]].to_numpy()) == {
        "supplier matches no vendor": 34241,
        "empty row": 77,
        "no amount": 3,
    }
    assert account.faults == []
    assert result.table["date"].between("2010-04-01", "2022-07-31").all()


@pytest.mark.skipif(not SHEFFIELD.is_file(), reason=f"no {SHEFFIELD.name} beside the project")
def test_sheffield_agrees_to_the_penny(tmp_path):
    result = check("sheffield", SHEFFIELD, SHEFFIELD_VENDORS, 60, tmp_path)
    account = result.reconciliation
    assert dict(account.by_reason[["reason", "rows"]].to_numpy()) == {
        "supplier matches no vendor": 1082834,
        "redacted": 357736,
        "no amount": 7607,
        "wrong number of fields": 1,
    }
    assert [str(fault) for fault in account.faults] == [
        "2021-06.csv, row 33527: found 3 fields (2021-06-23 | 4665.16 | PEOPL); expected 6 fields. The row was left out."
    ]
    assert not result.table["supplier"].str.contains("CAPITAL").any()
