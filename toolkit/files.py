"""Files that appear whole or not at all, and the digest by which a change is noticed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent  # the checkout: notebooks/, templates/ and data/ lie here


def write_whole(path: Path, content: str | bytes) -> Path:
    """Write `content` under a temporary name beside `path`, then rename it into place; folders are made as needed.

    A reader, or a run that was killed, never sees half a file: renaming within one folder is atomic.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        os.chmod(temporary, 0o644)  # mkstemp makes files only their owner can read; reports are meant to be shared
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return path


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shown_path(path: Path) -> str:
    """`path` as it may be printed in a report: relative to the checkout, else its last two parts; never absolute."""
    path = Path(path)
    if not path.is_absolute():
        return path.as_posix()
    if path.is_relative_to(ROOT):
        return path.relative_to(ROOT).as_posix()
    return "/".join(path.parts[-2:]) if len(path.parts) > 2 else path.name
