"""The sheet that a vendor is handed comes back as rows of replies: what is filled in, and nothing else."""

import io

import openpyxl
import pandas as pd
from click.testing import CliRunner

from toolkit.cli import main
from toolkit.model import Finding, Period, Vendor
from toolkit.report.reply import reply_sheet
from toolkit.report.review import Review

SETTINGS = "client: Acme\ncurrency: GBP\nperiods: [2026-Q3]\nvendors:\n  - {vendor: alder, name: Alder Systems}\n"


def sheet(*replies):
    """The sheet of three findings with replies in the last columns."""
    named = ("cost.vendor_charges", "quality.backlog", "quality.sla_attainment")
    findings = [
        Finding(id=name, vendor="alder", period="2026-Q3", claim=f"About {name}.", value=1.0, unit="tickets")
        for name in named
    ]
    review = Review("Acme", Vendor("alder", "Alder Systems"), Period.parse("2026-Q3"), findings, {})
    book = openpyxl.load_workbook(io.BytesIO(reply_sheet(review)))
    for row, said in enumerate(replies, start=2):
        for column, text in enumerate(said, start=6):
            book["Reply"].cell(row=row, column=column, value=text)
    return book


def test_a_sheet_filled_in_comes_back_as_replies(tmp_path):
    client = tmp_path / "acme"
    client.mkdir()
    (client / "review.yaml").write_text(SETTINGS, encoding="utf-8")
    book = sheet(
        ("Two of these were approved late", "Service manager", "12 October 2026"),
        (None, None, None),
        ("No.", None, None),
    )
    book.save(tmp_path / "reply.xlsx")
    result = CliRunner().invoke(main, ["import", "reply_sheet", str(tmp_path / "reply.xlsx"), "--client", str(client)])
    assert result.exit_code == 0, result.output
    rows = pd.read_csv(client / "replies.csv", dtype=str, keep_default_na=False)
    assert rows["address"].tolist() == ["cost.vendor_charges", "quality.sla_attainment"]
    assert rows["vendor"].tolist() == ["alder", "alder"]
    assert rows["date"].tolist() == ["2026-10-12", ""]
    assert rows["by"].tolist() == ["Service manager", ""]
    assert "without a reply" in result.output
