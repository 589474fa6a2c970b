"""A PostgreSQL server of the tests' own: started in a temporary folder, reached through a socket there, and stopped."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

AS_POSTGRES = ["runuser", "-u", "postgres", "--"] if hasattr(os, "getuid") and os.getuid() == 0 else []


def programs() -> Path:
    """The folder of initdb and pg_ctl; the test is skipped where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    initdb = found[-1] if found else shutil.which("initdb")
    if initdb is None:
        pytest.skip("no PostgreSQL server here: Debian's package postgresql has one")
    if AS_POSTGRES and (
        shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode
    ):
        pytest.skip("a PostgreSQL server does not run as root, and there is no user postgres to run it")
    return Path(initdb).parent


@pytest.fixture(scope="session")
def server():
    """The folder of the socket of a server with a user `reader`, who needs a password, and a database `finance`."""
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: it is in the extra postgres")
    where = programs()
    place = Path(tempfile.mkdtemp(prefix="pg"))  # not in tmp_path: the path of a socket may have some 100 letters only
    if AS_POSTGRES:
        shutil.chown(place, "postgres")
    place.chmod(0o755)
    owner = "postgres" if AS_POSTGRES else getpass.getuser()
    data, options = place / "data", f"-c listen_addresses= -c unix_socket_directories={place} -c fsync=off"
    commands = [
        [where / "initdb", "-D", data, "-U", owner, "--auth=trust", "-E", "UTF8", "--no-sync"],
        [where / "pg_ctl", "-D", data, "-w", "-o", options, "-l", place / "log", "start"],
    ]
    try:
        for command in commands:
            subprocess.run([*AS_POSTGRES, *map(str, command)], check=True, capture_output=True, cwd=place)
        with psycopg.connect(f"postgresql://{owner}@/postgres?host={place}", autocommit=True) as connection:
            connection.execute("CREATE USER reader PASSWORD 'open sesame'")
            connection.execute("CREATE DATABASE finance")
        rules = data / "pg_hba.conf"
        rules.write_text("local all reader scram-sha-256\nlocal all all trust\n")
        subprocess.run(
            [*AS_POSTGRES, str(where / "pg_ctl"), "-D", str(data), "reload"], check=True, capture_output=True, cwd=place
        )
        yield place, owner
    finally:
        stop = [*AS_POSTGRES, str(where / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop"]
        subprocess.run(stop, capture_output=True, cwd=place)
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def database(server, monkeypatch):
    """A connection of the owner to `finance`, where all that a test makes is undone, and the address for a reader."""
    import psycopg

    place, owner = server
    monkeypatch.setenv("PGPASSWORD", "open sesame")
    with psycopg.connect(f"postgresql://{owner}@/finance?host={place}", autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO reader")
        connection.execute("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader")
        yield connection, f"postgresql://reader@/finance?host={place}"
