"""Errors, named for who can mend them; each says where, what was found, what was wanted.

A `Fault` is one thing that is wrong. A `ToolkitError` carries all of them at once; its first line stands alone, because it
travels into the summary of a report ("not assessed, because ..."). Only programming errors raise anything else.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SHOWN = 5  # faults printed in full; the rest is counted, and written to a file by `toolkit check`


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands, what was found there, what was wanted, and what to do.

    `where` names the file, the row as a spreadsheet counts it (the header is row 1) and the column.
    """

    where: str
    found: str
    wanted: str
    do: str = ""

    def __str__(self) -> str:
        sentence = f"{self.where}: found {self.found}; expected {self.wanted}"
        return f"{sentence}. {self.do}" if self.do else sentence


class ToolkitError(Exception):
    """Something a user can mend. `faults` holds every fault found; `str()` shows the first few and counts the rest."""

    def __init__(self, faults: Fault | str | Iterable[Fault | str]):
        self.faults: list[Fault | str] = [faults] if isinstance(faults, Fault | str) else list(faults)
        lines = [str(fault) for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"... and {len(self.faults) - SHOWN:,} more faults.")
        super().__init__("\n".join(lines))

    @property
    def headline(self) -> str:
        """The first fault as one sentence, with the number of the others."""
        first = str(self.faults[0]) if self.faults else "unknown fault"
        others = len(self.faults) - 1
        return f"{first} (and {others:,} more)" if others > 0 else first


class DataError(ToolkitError):
    """A table or a file is not what its declaration promises: mended by whoever keeps the data."""


class GoalError(ToolkitError):
    """A goal names a measure that does not exist, or cannot be judged: mended by whoever agreed the goals."""


class SettingsError(ToolkitError):
    """`review.yaml`, a mapping or a parameter is wrong: mended by the analyst."""


class RunError(ToolkitError):
    """A notebook, a kernel or a page failed: mended by the analyst, or reported as a defect of the toolkit."""


def did_you_mean(wrong: str, known: Sequence[str]) -> str:
    """A suggestion for a mistyped name: the closest known one, or the list of those there are."""
    lowered = {name.lower(): name for name in known}
    close = difflib.get_close_matches(str(wrong).lower(), list(lowered), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {lowered[close[0]]!r}?"
    shown = ", ".join(repr(name) for name in list(known)[:12])
    more = f" and {len(known) - 12:,} more" if len(known) > 12 else ""
    return f"Known: {shown}{more}." if known else "None are known."
