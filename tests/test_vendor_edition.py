"""Canaries in every table: nothing of other vendors, and nothing of the client's own, is in what a vendor is handed."""

import csv
import io
import shutil
import zipfile

import pytest

from toolkit.areas import EVERY_AREA
from toolkit.client import TABLES, find_client, open_client
from toolkit.report.editions import VENDOR
from toolkit.report.pack import pack
from toolkit.run import executor

CANARY = "Tessellated-Quagga"
OWN, PERIOD = "alder", "2026-Q3"


def declared():
    """Every table by its name."""
    return {table.name: table for table in (*TABLES, *(table for area in EVERY_AREA for table in area.TABLES))}


def planted(path, table):
    """Put the canary into the free texts of rows that are not the vendor's, or that are the client's own; how many."""
    text = path.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    free = [
        column.name
        for column in table.columns
        if column.kind == "text"
        and not column.allowed
        and column.name not in (*table.key, "currency", "unit", "size_unit")
    ]
    count = 0
    for row in rows:
        if not table.client_only and row.get("vendor", OWN) in (OWN, "*"):  # what names no vendor is for all of them
            continue
        for name in free:
            if row.get(name):
                row[name] = f"{row[name]} {CANARY}"
                count += 1
    if count:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return count


def every_byte(archive):
    """Every file of an archive and of the archives within it, and the text of every PDF."""
    pypdf = pytest.importorskip("pypdf")
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            held = packed.read(name)
            yield name, held
            if name.endswith((".xlsx", ".pptx")):
                yield from ((f"{name}/{inner}", data) for inner, data in every_byte(io.BytesIO(held)))
            if name.endswith(".pdf"):
                reader = pypdf.PdfReader(io.BytesIO(held))
                said = " ".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
                yield f"{name} read", said.encode()


@pytest.fixture(scope="module")
def handed(tmp_path_factory):
    """The vendor's archive of a sample with canaries, and in how many tables they are."""
    place = tmp_path_factory.mktemp("canaries")
    folder = place / "sample"
    shutil.copytree(find_client("sample"), folder, ignore=shutil.ignore_patterns(".*", "*.py", "__pycache__"))
    tables = declared()
    counts = {path.stem: planted(path, tables[path.stem]) for path in folder.glob("*.csv") if path.stem in tables}
    (folder / "remarks.csv").write_text(
        f"vendor,period,address,remark,author\n{OWN},{PERIOD},quality.sla_attainment,{CANARY},{CANARY}\n",
        encoding="utf-8",
    )
    settings = (folder / "review.yaml").read_text(encoding="utf-8")
    (folder / "review.yaml").write_text(
        settings.replace("Birchquill Hosting", f"Birchquill {CANARY}"), encoding="utf-8"
    )
    report = executor.run(folder, [PERIOD], [OWN], place / "reports")
    assert report.ok
    client = open_client(folder)
    (archive,) = pack(client, client.period(PERIOD), place / "reports" / client.id, VENDOR, [client.vendor(OWN)])
    return archive, counts


def test_the_canaries_are_in_most_tables(handed):
    _, counts = handed
    assert sum(count > 0 for count in counts.values()) > 30


def test_nothing_of_others_and_nothing_of_the_clients_own_is_handed_over(handed):
    archive, _ = handed
    names = (CANARY, "Birchquill", "Cedarlathe", "Dogwinter", "Elmstrand")
    leaks = {(name, word) for name, data in every_byte(archive) for word in names if word.encode() in data}
    assert not leaks


def test_what_is_handed_over_says_something(handed):
    archive, _ = handed
    held = dict(every_byte(archive))
    assert b"Aldervane Systems is rated" in held["index.html"]
    assert b"Aldervane Systems is rated" in held["brief.pdf read"]
