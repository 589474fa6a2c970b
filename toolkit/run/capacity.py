"""What this process may use of the machine: cores and memory, also inside a container that grants only a part of them."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

NEED = 250 * 2**20  # bytes that a notebook is taken to need, unless one is seen to need more
LEAST = 2**30  # bytes that every notebook may take, however many run beside it
CGROUPS = Path("/sys/fs/cgroup")


def cores() -> int:
    """The cores that this process may use, at least one; a container's share of them is rounded up."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min([own, *_granted_cores()])


def free_memory() -> int:
    """Bytes that can still be taken without swapping, on the machine and in each container around this process.

    A large number where the system does not say.
    """
    return max(min([_machine_memory(), *_granted_memory()]), 0)


def largest_descendant() -> int:
    """Bytes that the largest process holds for itself of all those below this one, at this moment; 0 where unknown."""
    return max((_held(process) for process in _descendants(os.getpid())), default=0)


def _descendants(process: int) -> Iterator[int]:
    """All processes below one; those that end meanwhile are left out."""
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            for child in _text(thread / "children").split():
                yield int(child)
                yield from _descendants(int(child))


def _held(process: int) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in _text(Path(f"/proc/{process}/status")).splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
    return 0


def limit_memory(process: int, size: int) -> None:
    """Let a process take at most `size` bytes more: beyond them it gets a MemoryError, and the others keep what is theirs.

    What it has already is not counted: a warm kernel begins with the libraries that it shares with its parent.
    """
    with contextlib.suppress(ImportError, AttributeError, OSError, ValueError, StopIteration):  # elsewhere, or too late
        import resource

        size += _data(process)
        resource.prlimit(process, resource.RLIMIT_DATA, (size, size))


def _data(process: int) -> int:
    """Bytes of data that a process has mapped, as RLIMIT_DATA counts them."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmData:"))


def _machine_memory() -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 2**62


def _groups(controller: str) -> Iterator[Path]:
    """The folders of the control groups around this process, innermost first: version 2, and version 1 of a controller."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines():
            _, controllers, path = line.split(":", 2)
            if controllers and controller not in controllers.split(","):
                continue
            top = CGROUPS / controller if controllers else CGROUPS
            inner = top / path.lstrip("/")
            yield from (folder for folder in (inner, *inner.parents) if folder.is_relative_to(top))


def _granted_memory() -> Iterator[int]:
    """What each group may still take: its limit less what it uses, not counting files that can be read again."""
    for folder in _groups("memory"):
        for limit, used in (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")):
            with contextlib.suppress(OSError, ValueError):  # "max" is no number
                yield int(_text(folder / limit)) - int(_text(folder / used)) + _cached(folder)


def _cached(folder: Path) -> int:
    with contextlib.suppress(OSError, ValueError):
        for line in _text(folder / "memory.stat").splitlines():
            name, value = line.split()
            if name in ("inactive_file", "total_inactive_file"):
                return int(value)
    return 0


def _granted_cores() -> Iterator[int]:
    for folder in _groups("cpu"):
        with contextlib.suppress(OSError, ValueError):
            quota, period = _text(folder / "cpu.max").split()
            yield max(math.ceil(int(quota) / int(period)), 1)
        with contextlib.suppress(OSError, ValueError):
            quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
            if int(quota) > 0:
                yield max(math.ceil(int(quota) / int(period)), 1)


def _text(path: Path) -> str:
    return path.read_text(encoding="ascii").strip()
