"""What the script of the public examples makes of raw exports beside what the mappings import."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "data" / "clients" / "make_real.py"
HEAD = "Payment Date,Amount,Organisational Unit,Beneficiary Name,Company Number,Charity Number\n"


@pytest.fixture(scope="module")
def make_real():
    spec = importlib.util.spec_from_file_location("make_real", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_spend_with_all_payees_by_year(make_real, tmp_path):
    rows = [f"2020-{month:02d}-05,100.00,IT,Firm A,," for month in range(1, 13)]
    rows += [
        "2020-03-09,-200.00,IT,firm  a,,",
        '2020-04-01,"1,000.00",IT,Firm B,,',
        "2020-05-02,50.00,Care,REDACTED PERSONAL DATA,,",
    ]
    rows += [f"2021-{month:02d}-05,10.00,IT,Firm A,," for month in range(1, 7)]
    (tmp_path / "2020.csv").write_text(HEAD + "\n".join(rows) + "\n2021-07-01,cut")
    found = make_real.spend_rows(tmp_path)
    assert [(row["period"], row["amount"], row["suppliers"]) for row in found] == [
        ("2020", "2050.00", 2),
        ("2021-H1", "60.00", 1),
    ]
    assert float(found[0]["concentration"]) == pytest.approx(0.5)  # two of 1,000 each; withheld names are no suppliers


def test_dates_as_the_cabinet_office_writes_them(make_real):
    assert make_real.month_of("Tuesday, April 05, 2022") == "2022-04"
    assert make_real.month_of("yesterday") == ""


def test_files_in_windows_1252_are_read(make_real, tmp_path):
    (tmp_path / "a.csv").write_bytes("Café".encode("cp1252"))
    assert make_real.text_of(tmp_path / "a.csv") == "Café"
