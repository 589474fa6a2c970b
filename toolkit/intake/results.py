"""What one file of an export came to while it is read: rows kept, rows left out and why, and what could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from toolkit.errors import Fault, did_you_mean
from toolkit.intake.mapping import Mapping
from toolkit.intake.reconciliation import FileCount
from toolkit.intake.sources import Source
from toolkit.intake.values import Amounts
from toolkit.tables import wanted

SHOWN_FAULTS = 100  # a file and reason; beyond it they are counted: a wrong date format must not fill the memory
KEPT = ""  # why a row is left out that is not
LEFT_OUT = "The row was left out."


@dataclass
class FileResult:
    """What one file came to; merged into the whole only when the file was read to its end."""

    source: Source
    count: FileCount
    salt: str = ""  # hashed with every person
    rows: list[pd.DataFrame] = field(default_factory=list)
    unmatched: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    fault_counts: Counter[str] = field(default_factory=Counter)
    unknown: dict[str, Counter[str]] = field(default_factory=dict)  # column to values that it may not hold
    strangers: dict[str, set[str]] = field(
        default_factory=dict
    )  # column to people of no known side; counted, never shown
    strange_rows: Counter[str] = field(default_factory=Counter)  # column to rows with such people

    def where(self, row: int, column: str = "") -> str:
        """A row of the file, and one of its cells by the column's name in the file."""
        name = f", `{self.source.column_name(column)}`" if column else ""
        return f"{self.source.name}, row {row}{name}"

    def report(self, reason: str, indices: np.ndarray, fault: Callable[[int], Fault]) -> None:
        """Note a fault for each index, in full up to `SHOWN_FAULTS` a reason, counted beyond."""
        room = max(SHOWN_FAULTS - self.fault_counts[reason], 0)
        self.faults.extend(fault(index) for index in indices[:room].tolist())
        self.fault_counts[reason] += len(indices)

    def all_faults(self, mapping: Mapping) -> list[Fault]:
        """The file's faults, with one for the many not shown in full and one for each value that nobody knows."""
        faults = list(self.faults)
        file = self.source.name
        for reason, number in self.fault_counts.items():
            if number > SHOWN_FAULTS:
                faults.append(Fault(file, f"{number - SHOWN_FAULTS:,} more rows like these ({reason})", "none"))
        for name, values in self.unknown.items():
            column = mapping.table[name]
            used = fallback(name, mapping)
            kept = f"as {used!r}" if used else "without it"
            for value, number in sorted(values.items()):
                hint = f"{did_you_mean(value, column.allowed)} " if column.allowed else ""
                do = f"{hint}Add it to `values: {name}:`. Rows kept {kept}: {number:,}."
                faults.append(Fault(f"{file}, `{self.source.column_name(name)}`", repr(value), wanted(column), do))
        return faults + self._stranger_faults()

    def _stranger_faults(self) -> list[Fault]:
        """A fault for each column with people of whom the mapping does not say which side they are of; it names none."""
        return [
            Fault(
                f"{self.source.name}, `{self.source.column_name(name)}`",
                f"{len(people):,} {'name' if len(people) == 1 else 'names'} of no known side",
                "people listed under `sides`, by name or by mail domain",
                f"Add them. Rows kept without it: {self.strange_rows[name]:,}.",
            )
            for name, people in self.strangers.items()
        ]


def fallback(name: str, mapping: Mapping) -> str | None:
    """What a cell holds that is blank or holds no known value: the mapping's constant, `other` where there is such a value."""
    return mapping.constants.get(name) or ("other" if "other" in mapping.table[name].allowed else None)


def leave_out(kept: pd.DataFrame, these: np.ndarray, reason: str, results: list[FileResult]) -> pd.DataFrame:
    """The rows kept but for `these`, which are counted in their files as left out for a reason."""
    if not these.any():
        return kept
    counts = {result.source.name: result.count for result in results}
    for file, rows in kept[these].groupby("source_file", sort=True):
        amounts = Amounts(rows["pence"].to_numpy(), rows["remainder"].to_numpy(), np.ones(len(rows), bool))
        counts[str(file)].move(reason, len(rows), amounts.exact_sum(amounts.known))
    return kept[~these].reset_index(drop=True)


def report_rows(
    rows: pd.DataFrame, reason: str, results: list[FileResult], fault: Callable[[pd.Series], Fault]
) -> None:
    """Note a fault for each of some rows, in the file that it stands in."""
    rows = rows.reset_index(drop=True)
    for result in results:
        own = rows.index[rows["source_file"].eq(result.source.name)].to_numpy()
        result.report(reason, own, lambda index: fault(rows.iloc[index]))


def whole(parts: list[pd.DataFrame], names: Sequence[str] = ()) -> pd.DataFrame:
    """The rows of all parts as one frame, in order; where there is no part, an empty one with these columns."""
    filled = [part for part in parts if len(part)] or parts[:1]
    return pd.concat(filled, ignore_index=True) if filled else pd.DataFrame({name: [] for name in names})
