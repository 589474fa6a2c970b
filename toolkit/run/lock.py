"""One run at a time in one folder: a lock that ends with the process that holds it, however that ends."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.errors import Fault, RunError

NAME = Path(".toolkit") / "lock"  # in the folder of a period


class BusyError(RunError):
    """Another run is at work in the same folder."""


@contextlib.contextmanager
def locked(folders: Sequence[Path]) -> Iterator[None]:
    """Keep other runs out of these folders of periods, which are made where they are missing.

    The system gives a lock free when its process ends, also when that was killed, so a dead run blocks nobody. The file
    says who holds it, and goes at the end.

    Raises
    ------
    BusyError
        Another run holds one of them; says which process, on which machine, and since when.
    """
    with contextlib.ExitStack() as stack:
        for folder in sorted(folders):
            stack.enter_context(_held(folder))
        yield


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    path = folder / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _take(path)
    try:
        holder = {"pid": os.getpid(), "host": platform.node(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        os.ftruncate(file, 0)
        os.pwrite(file, json.dumps(holder).encode(), 0)
        yield
    finally:
        if sys.platform != "win32":  # there a file that is open cannot be removed
            path.unlink(missing_ok=True)
        os.close(file)


def _take(path: Path) -> int:
    """The open, locked file at `path`; one that its holder removed in between is not it, and is opened anew."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except OSError:
            os.close(file)
            raise BusyError(_busy(path)) from None
        with contextlib.suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(file), os.stat(path)):
                return file
        os.close(file)


def _lock(file: int) -> None:
    """Lock an open file or raise OSError."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(file, 1 << 20, os.SEEK_SET)  # beyond what others read
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _busy(path: Path) -> Fault:
    period, client = path.parent.parent, path.parent.parent.parent
    holder: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        holder = json.loads(path.read_text(encoding="utf-8"))
    who = f"process {holder['pid']} on {holder['host']}, since {holder['since']}" if holder else "another process"
    return Fault(
        f"reports of {client.name} for {period.name}",
        f"another run at work in this folder ({who})",
        "one run at a time for a client and a period",
        "Wait for it or end it; other clients and periods can be run meanwhile.",
    )
