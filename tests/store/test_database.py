"""A client whose tables lie in PostgreSQL: read as files are, by a server that the tests start."""

from __future__ import annotations

import pandas as pd
import pytest

from toolkit.areas.cost import INVOICES, VOLUMES
from toolkit.client import GOALS, open_client
from toolkit.errors import SettingsError
from toolkit.store import check_client, prepare, read_slice

SETTINGS = """client: Test
currency: GBP
periods: [2026-Q1]
source: {source}
vendors:
  - {{vendor: alder, name: Alder}}
  - {{vendor: birch, name: Birch}}
"""
TABLE = """CREATE TABLE invoices (
    vendor varchar(20), invoice text, line integer, date date, amount numeric(12, 2), description text, internal text
)"""
ROWS = """INSERT INTO invoices VALUES
    ('birch', 'B1', 1, '2026-01-31', 7, 'nothing', 'secret'),
    ('alder', 'A2', 1, '2026-02-28', 50.25, E'a "quoted", \\n text', 'secret'),
    ('alder', 'A1', 1, '2026-01-31', 100, NULL, 'secret'),
    ('oak', 'O1', 1, '2026-01-31', 9, '', 'secret')"""


@pytest.fixture
def made(database, tmp_path):
    """The database with a table of invoices, and a client's folder that names it."""
    connection, source = database
    connection.execute(TABLE)
    connection.execute(ROWS)
    folder = tmp_path / "test"
    folder.mkdir()
    (folder / "review.yaml").write_text(SETTINGS.format(source=source))
    return connection, folder


def absent(folder, table=INVOICES):
    return read_slice(open_client(folder), table, "alder").attrs["absent"]


def test_a_table_is_read_as_a_file_would_be(made):
    _, folder = made
    rows = read_slice(open_client(folder), INVOICES, "alder")
    assert rows[["invoice", "amount"]].to_numpy().tolist() == [["A1", 100.0], ["A2", 50.25]]
    assert rows["date"].tolist() == [pd.Timestamp("2026-01-31"), pd.Timestamp("2026-02-28")]
    assert rows["description"].fillna("").tolist() == ["", 'a "quoted", \n text']
    assert (rows.attrs["file"], rows.attrs["absent"], rows.attrs["covers"]) == (
        "table invoices",
        "",
        ("2026-01", "2026-02"),
    )
    assert len(rows.attrs["digest"]) == 64


def test_rows_of_others_and_columns_that_nobody_declared_do_not_leave_the_database(made):
    _, folder = made
    known = prepare(open_client(folder), INVOICES)
    assert (known.vendors, known.strays, known.rows) == ({"alder": 2, "birch": 1}, 0, 3)
    everything = b"".join(path.read_bytes() for path in (folder / ".prepared").rglob("*") if path.is_file())
    assert b"secret" not in everything
    assert b"open sesame" not in everything


def test_a_view_is_a_table(made):
    connection, folder = made
    connection.execute("CREATE VIEW volumes AS SELECT 'alder' AS vendor, DATE '2026-01-01' AS month, 'Desk' AS \"Service\", "
                       "'ticket' AS unit, 3.5 AS volume")  # fmt: skip
    rows = read_slice(open_client(folder), VOLUMES, "alder")
    assert rows[["month", "service", "volume"]].to_numpy().tolist() == [[pd.Period("2026-01"), "Desk", 3.5]]


def test_goals_of_every_vendor_are_read(made):
    connection, folder = made
    connection.execute("CREATE TABLE goals AS SELECT '*' AS vendor, 'G' AS goal, 'cost.saving' AS measure, "
                       "'at_least' AS direction, 1 AS target")  # fmt: skip
    assert read_slice(open_client(folder), GOALS, "*")["goal"].tolist() == ["G"]


def test_it_is_read_again_when_it_is_prepared_and_not_when_a_case_is_opened(made):
    connection, folder = made
    client = open_client(folder)
    first = prepare(client, INVOICES)
    connection.execute("UPDATE invoices SET amount = 8 WHERE vendor = 'birch'")
    assert read_slice(client, INVOICES, "birch")["amount"].tolist() == [7.0]
    second = prepare(client, INVOICES)
    assert read_slice(client, INVOICES, "birch")["amount"].tolist() == [8.0]
    assert first.digest != second.digest
    assert not first.folder.exists()


def test_the_store_stays_where_the_content_is_the_same(made):
    connection, folder = made
    first = prepare(open_client(folder), INVOICES)
    changed = first.folder.stat().st_mtime_ns
    connection.execute("CREATE TABLE other AS SELECT * FROM invoices ORDER BY amount; DROP TABLE invoices")
    connection.execute("ALTER TABLE other RENAME TO invoices")  # in another order, and it may be another one
    assert prepare(open_client(folder), INVOICES) == first
    assert first.folder.stat().st_mtime_ns == changed


def test_a_faulty_row_blocks_its_own_vendor_only(made):
    connection, folder = made
    connection.execute("UPDATE invoices SET amount = 'NaN' WHERE vendor = 'birch'")
    assert absent(folder) == ""
    (fault,) = check_client(folder, [INVOICES]).faults
    assert str(fault) == "table invoices, row 4, `amount`: found 'NaN'; expected a number in GBP"


def test_a_table_that_is_not_there(made):
    _, folder = made
    assert absent(folder, VOLUMES) == "the database has no table volumes"


def test_what_the_database_lacks_may_be_a_file(made):
    _, folder = made
    (folder / "volumes.csv").write_text("vendor,month,service,unit,volume\nalder,2026-01,Desk,ticket,3\n")
    client = open_client(folder)
    assert prepare(client, VOLUMES).rows == 1
    assert read_slice(client, VOLUMES, "alder").attrs["file"] == "volumes.csv"


def test_a_table_twice(made):
    _, folder = made
    (folder / "invoices.csv").write_text("vendor,invoice,line,date,amount\n")
    assert absent(folder) == (
        "folder test: found invoices.csv, and a table of that name in the database; expected one invoices. Remove one of them."
    )


def test_a_column_that_is_not_there(made):
    connection, folder = made
    connection.execute("ALTER TABLE invoices DROP COLUMN amount")
    assert absent(folder) == f"table invoices: found no column `amount`; expected `amount`: {INVOICES['amount'].about}"


def test_a_table_that_may_not_be_read(made):
    connection, folder = made
    connection.execute("REVOKE SELECT ON invoices FROM reader")
    assert absent(folder) == "table invoices: found a table that may not be read; expected the right to select from it"


def test_a_query_that_fails(made):
    connection, folder = made
    connection.execute("DROP TABLE invoices; CREATE VIEW invoices AS SELECT 'alder' AS vendor, 'A' AS invoice, 1 / 0 AS line, "
                       "DATE '2026-01-01' AS date, 1 AS amount")  # fmt: skip
    assert (
        absent(folder)
        == "table invoices: found a query that failed (DivisionByZero); expected a table that may be read"
    )


WANTED = "expected a PostgreSQL database that may be read; the password in PGPASSWORD or ~/.pgpass"


def test_a_wrong_password_is_not_repeated(made, monkeypatch):
    _, folder = made
    monkeypatch.setenv("PGPASSWORD", "hush hush")
    assert absent(folder) == f"source in review.yaml: found a refused log-in; {WANTED}"
    assert b"hush" not in b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_a_server_that_is_down_and_comes_back(made, tmp_path):
    _, folder = made
    settings = (folder / "review.yaml").read_text()
    client = open_client(folder)
    (folder / "review.yaml").write_text(SETTINGS.format(source=f"postgresql://reader@/finance?host={tmp_path}"))
    assert absent(folder) == f"source in review.yaml: found no server that answers; {WANTED}"
    (folder / "review.yaml").write_text(settings)
    assert prepare(client, INVOICES).rows == 3


def test_names_and_vendors_are_not_taken_for_sql(made):
    connection, folder = made
    column = '"Description; DROP TABLE invoices; --"'
    connection.execute(
        f'ALTER TABLE invoices ADD COLUMN {column} text; ALTER TABLE invoices RENAME COLUMN amount TO "AMOUNT"'
    )
    assert prepare(open_client(folder), INVOICES).rows == 3
    assert connection.execute("SELECT count(*) FROM invoices").fetchone() == (4,)


def test_a_reader_with_more_rights_changes_nothing(made):
    connection, folder = made
    connection.execute("GRANT ALL ON invoices TO reader; CREATE FUNCTION spoil() RETURNS integer LANGUAGE sql AS "
                       "'DELETE FROM invoices RETURNING 1'; CREATE VIEW volumes AS SELECT 'alder' AS vendor, "
                       "DATE '2026-01-01' AS month, 'Desk' AS service, 'ticket' AS unit, spoil() AS volume")  # fmt: skip
    assert "ReadOnlySqlTransaction" in absent(folder, VOLUMES)
    assert connection.execute("SELECT count(*) FROM invoices").fetchone() == (4,)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("postgresql://reader:hush@host/finance", "a password"),
        ("postgresql://reader@host/finance?password=hush", "a password"),
        ("mysql://reader@host/finance", "no address of a PostgreSQL database"),
        ("postgresql://[host/finance", "an address that cannot be read"),
        ("[a, b]", "no address of a PostgreSQL database"),
    ],
)
def test_a_source_that_is_refused_is_not_repeated(tmp_path, source, found):
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "review.yaml").write_text(SETTINGS.format(source=source))
    with pytest.raises(SettingsError) as error:
        open_client(tmp_path / "test")
    assert str(error.value).startswith(f"review.yaml, source: found {found}; expected a database such as ")
    assert "hush" not in str(error.value)
