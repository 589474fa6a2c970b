"""Files that appear whole or not at all, the digest by which a change is noticed, and where prepared tables are kept."""

from __future__ import annotations

import contextlib
import csv
import functools
import getpass
import hashlib
import io
import os
import secrets
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from toolkit.errors import Fault, SettingsError

ROOT = Path(__file__).resolve().parent.parent  # the checkout: notebooks/, templates/ and data/ lie here


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write `content` under a temporary name beside `path`, then rename it into place; folders are made as needed.

    A reader, or a run that was killed, never sees half a file: renaming within one folder is atomic.
    """
    with whole_file(path) as begun:
        begun.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return path


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary file beside `path` to be written, which takes its place when all went well; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    try:
        yield Path(temporary)
        os.chmod(temporary, 0o644)  # mkstemp makes files only their owner can read; reports are meant to be shared
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


FORMULA = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet takes a text for a formula


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV for a spreadsheet: text that it would run as a formula gets an apostrophe, an unknown number an empty cell.

    It begins with a byte-order mark, without which Excel takes the text for another encoding.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return "\ufeff" + text.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA) else value
    return "" if value is None or value != value else value


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@functools.cache
def code_digests(*files: str) -> list[str]:
    """The digests of modules' files: what changes when the code does by which something was read and kept."""
    return [digest(Path(file)) for file in files]


STORE = ".prepared"  # in the folder of a client


def prepared_folder(folder: Path) -> Path:
    """Where a client's prepared store lies: in its folder, or, where that is read-only, in a folder only this user can read."""
    own = folder / STORE
    with contextlib.suppress(OSError):
        if not own.is_dir():
            own.mkdir(exist_ok=True)
            (own / ".gitignore").write_text("*\n", encoding="utf-8")
        if os.access(own, os.W_OK):
            return own
    private = Path(tempfile.gettempdir()) / f"toolkit-{getpass.getuser()}"
    private.mkdir(mode=0o700, exist_ok=True)
    about = private.lstat()
    if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o077):
        wanted = "a folder of a client that may be written to, or a temporary folder of one's own"
        raise SettingsError(Fault(f"folder {folder.name}", f"read-only, and {private.name} is open to others", wanted))
    elsewhere = private / f"{folder.name}-{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"
    elsewhere.mkdir(exist_ok=True)
    return elsewhere


SALT = ".salt"  # in the folder of a client


def salt_of(folder: Path) -> str:
    """The secret that is hashed with every person of a client: made once, readable by its owner only, the same for ever.

    Where the client's folder is read-only it lies with the prepared store. Who has it can tell whether a hash stands for
    somebody that he knows: it never leaves the machine, and a copy of the client's folder for others goes without it.
    """
    writable = os.access(folder, os.W_OK) or (folder / SALT).is_file()
    file = (folder if writable else prepared_folder(folder)) / SALT
    if not file.is_file():
        with (
            contextlib.suppress(FileExistsError),
            tempfile.TemporaryDirectory(dir=file.parent, prefix=".salt.") as place,
        ):
            begun = Path(place) / SALT
            begun.touch(mode=0o600)
            begun.write_text(secrets.token_hex(32), encoding="ascii")
            os.link(begun, file)  # whole or not there, and the first of several processes wins
    return file.read_text(encoding="ascii").strip()


def shown_path(path: Path) -> str:
    """`path` as it may be printed in a report: relative to the checkout, else its last two parts; never absolute."""
    path = Path(path)
    if not path.is_absolute():
        return path.as_posix()
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:]) if len(path.parts) > 2 else path.name
