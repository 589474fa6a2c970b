"""A client's tables out of a PostgreSQL database, where `source` in review.yaml names one.

Each table is a table or view of its name. It is read in a transaction that can only read, row after row into a file, its
declared columns and the client's vendors only. The password is PostgreSQL's own business: PGPASSWORD, ~/.pgpass or a
certificate; it stands in no file of a client, and what a server says when it refuses is not passed on.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import DataError, Fault
from toolkit.tables import Table, plain_name

if TYPE_CHECKING:
    import psycopg

PATIENCE = 10  # seconds until a server has to answer
REASONS = {  # what a server's own words hold, and what is said instead of them
    "password": "a refused log-in",
    "authentication": "a refused log-in",
    "role": "a refused log-in",
    "database": "no database of that name",
}


def copy_table(source: str, table: Table, owners: Sequence[str] | None, file: Path) -> bool:
    """Write a table of a database into a CSV file, sorted by its key; False where the database has none of that name.

    owners: whose rows are wanted; None for all. DataError where the server, the table or a column cannot be read.
    """
    where = f"table {table.name}"
    with _connected(source, where) as connection:
        columns = _columns(connection, table.name)
        if not columns:
            return False
        missing = [column for column in table.columns if column.required and column.name not in columns]
        if missing:
            raise DataError(
                Fault(where, f"no column `{item.name}`", f"`{item.name}`: {item.about}") for item in missing
            )
        with file.open("wb") as target, connection.cursor().copy(_query(table, columns, owners)) as rows:
            for block in rows:
                target.write(block)
    return True


@contextlib.contextmanager
def _connected(source: str, where: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection that can only read and sees one state of the database; what goes wrong is a DataError."""
    try:
        import psycopg
    except ImportError:
        do = "Install it: pip install 'vendor-review-toolkit[postgres]'."
        raise DataError(Fault("source in review.yaml", "no psycopg", "the package that reads PostgreSQL", do)) from None
    try:
        connection = psycopg.connect(source, connect_timeout=PATIENCE, client_encoding="UTF8")
    except psycopg.Error as error:
        found = next((words for word, words in REASONS.items() if word in str(error)), "no server that answers")
        wanted = "a PostgreSQL database that may be read; the password in PGPASSWORD or ~/.pgpass"
        raise DataError(Fault("source in review.yaml", found, wanted)) from None
    try:
        with connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            connection.execute("SET LOCAL datestyle = 'ISO'")
            connection.execute("SET LOCAL timezone = 'UTC'")
            yield connection
    except psycopg.errors.InsufficientPrivilege:
        raise DataError(Fault(where, "a table that may not be read", "the right to select from it")) from None
    except psycopg.Error as error:
        raise DataError(
            Fault(where, f"a query that failed ({type(error).__name__})", "a table that may be read")
        ) from None


def _columns(connection: psycopg.Connection[Any], name: str) -> dict[str, str]:
    """The columns of a table or view, as they are declared and as they are called there; empty where there is none."""
    rows = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(quote_ident(%s)) AND attnum > 0 AND NOT attisdropped",
        [name],
    ).fetchall()
    return {plain_name(row[0]): row[0] for row in rows}


def _query(table: Table, columns: dict[str, str], owners: Sequence[str] | None) -> psycopg.sql.Composed:
    """The declared columns as text; ordered by the key and then by all else, so that equal contents are equal files."""
    from psycopg import sql

    given = [name for name in table.names if name in columns]
    text = {name: sql.SQL("{}::text").format(sql.Identifier(columns[name])) for name in given}
    selected = [sql.SQL("{} AS {}").format(text[name], sql.Identifier(name)) for name in given]
    order = [*(sql.Identifier(columns[name]) for name in table.key if name in columns), *text.values()]
    wanted: sql.Composable = sql.SQL("")
    if owners is not None:
        wanted = sql.SQL("WHERE {} = ANY({})").format(text[table.owner], sql.Literal(list(owners)))
    return sql.SQL("COPY (SELECT {} FROM {} {} ORDER BY {}) TO STDOUT (FORMAT csv, HEADER true)").format(
        sql.SQL(", ").join(selected), sql.Identifier(table.name), wanted, sql.SQL(", ").join(order)
    )
