"""The account of an import: what was read, kept and left out, and why, to the row, and to the penny or the ticket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from toolkit.errors import Fault
from toolkit.files import csv_text, write_whole
from toolkit.intake.mapping import AMOUNT
from toolkit.intake.values import PENNY, Amounts, as_decimal

SUGGESTED = 100  # unmatched suppliers, the largest first, for which the nearest known vendor is looked for
SHOWN = 10  # lines of each kind in the text for the terminal


@dataclass
class FileCount:
    """Rows and amounts of one file, counted as they are read; amounts in units of 10^-15."""

    file: str
    encoding: str
    rows_read: int = 0
    amount_in: int = 0
    left_out: dict[str, list[int]] = field(default_factory=dict)  # reason to [rows, amount]

    def add(self, why: np.ndarray, amounts: Amounts) -> None:
        """Count rows by the reason for which they were left out ("" for the rows kept)."""
        self.rows_read += len(why)
        self.amount_in += amounts.exact_sum(np.ones(len(why), bool))
        for reason in np.unique(why).tolist():
            if reason:
                where = why == reason
                self.move(reason, int(where.sum()), amounts.exact_sum(where))

    def move(self, reason: str, rows: int, amount: int) -> None:
        """Count rows as left out for a reason."""
        entry = self.left_out.setdefault(reason, [0, 0])
        entry[0] += rows
        entry[1] += amount


@dataclass(frozen=True)
class Reconciliation:
    """The account of an import. Amounts are exact decimals in the export's currency, a charge positive.

    Where a table holds no amounts, `counted` is "tickets" for an event log, in which many rows are one ticket, or "answers"
    for a survey, and the columns called `amount` below are called like that and hold whole numbers; or it is "", and there
    are none. There is no `rounding` then.

    Attributes
    ----------
    by_reason
        One row is a reason for leaving rows out: `reason, rows, amount`.
    by_file
        One row is a file: `file, encoding, rows_read, rows_kept, rows_left_out, amount_in, amount_kept, amount_left_out,
        rounding`. A file that could not be read has no rows and its faults say why. `rounding` is what kept amounts with
        more than two decimals lost (or, negative, gained) when rounded to the penny.
    unmatched
        One row is a supplier's name as written that matches no vendor, or several: `supplier, rows, amount,
        nearest_vendor, similarity` (0-1), by absolute amount. Only the largest are compared with the vendors' names.
    matched
        One row is a supplier's name as written: `supplier, vendor, how` (id, name, alias, pattern), `rows, amount`.
    faults
        What cannot be read, named row by row; at most 100 a file and reason in full, the rest counted.
    skipped
        One row is a file that was not read because the mapping says so: `file, why`.
    by_item
        Of a survey, one row an item: filled `cells`, and what they came to: `answers, skipped, not_applicable, dont_know,
        comments, left_out`. None for other tables.
    """

    by_reason: pd.DataFrame
    by_file: pd.DataFrame
    unmatched: pd.DataFrame
    matched: pd.DataFrame
    faults: list[Fault]
    skipped: pd.DataFrame
    counted: str = AMOUNT
    by_item: pd.DataFrame | None = None

    @property
    def balanced(self) -> bool:
        """True when rows and amount in equal those kept and left out, in every file and by reason, exactly."""
        files, unit = self.by_file, self.counted
        same = (files["rows_read"] == files["rows_kept"] + files["rows_left_out"]).all()
        same &= int(self.by_reason["rows"].sum()) == int(files["rows_left_out"].sum())
        if unit:
            with localcontext(prec=60):  # the default of 28 digits could round a long sum
                out = files[f"{unit}_kept"] + files[f"{unit}_left_out"] + files.get("rounding", 0)
                same &= (files[f"{unit}_in"] == out).all()
                same &= sum(self.by_reason[unit], Decimal(0)) == sum(files[f"{unit}_left_out"], Decimal(0))
        if self.by_item is not None:
            parts = self.by_item.drop(columns=["item", "cells"])
            same &= bool((self.by_item["cells"] == parts.sum(axis="columns")).all())
            same &= int(self.by_item["cells"].sum()) == int(files[f"{unit}_in"].sum())
        return bool(same)

    def text(self) -> str:
        """The account as plain text for a terminal."""
        files, unit = self.by_file, self.counted

        def total(name: str) -> Any:
            return sum(files[f"{unit}_{name}"], Decimal(0)) if unit else ""

        lines = [f"{len(files):,} file{'s' if len(files) != 1 else ''} read"]
        lines += [f"skipped {file}: {why}" for file, why in self.skipped.itertuples(index=False)]
        lines += [
            _line("", "rows", unit),
            _line("read", files["rows_read"].sum(), total("in")),
            _line("kept", files["rows_kept"].sum(), total("kept")),
            _line("left out", files["rows_left_out"].sum(), total("left_out")),
        ]
        lines += [_line(f"  {row['reason']}", row["rows"], row.get(unit, "")) for row in _records(self.by_reason)]
        rounding = sum(files["rounding"], Decimal(0)) if "rounding" in files else Decimal(0)
        if rounding:
            lines.append(_line("rounded to the penny", "", rounding))
        what, to = {AMOUNT: ("Amount", ", to the penny"), "": ("Rows", "")}.get(unit, (unit.capitalize(), ""))
        lines.append(
            f"{what} in = kept + left out{to}."
            if self.balanced
            else f"{what.upper()} IN IS NOT KEPT + LEFT OUT: a defect."
        )
        lines += self._unmatched_lines()
        if self.faults:
            lines.append("1 fault:" if len(self.faults) == 1 else f"{len(self.faults):,} faults:")
            lines += [f"  {fault}" for fault in self.faults[:SHOWN]]
            lines += [f"  ... and {len(self.faults) - SHOWN:,} more faults."] if len(self.faults) > SHOWN else []
        return "\n".join(_printable(line) for line in lines)

    def _unmatched_lines(self) -> list[str]:
        if self.unmatched.empty:
            return []
        lines = [f"Supplier names that match no vendor, or several: {len(self.unmatched):,}; the largest:"]
        for row in _records(self.unmatched.head(SHOWN)):
            line = _line(f"  {row['supplier']}", row["rows"], row.get(self.counted, ""))
            lines.append(line + (f"  nearest: {row['nearest_vendor']}" if row["nearest_vendor"] else ""))
        return lines

    def write(self, folder: str | Path) -> list[Path]:
        """Write the account as CSV files into a folder; each appears whole or not at all. Returns their paths.

        Text from the data that a spreadsheet would run as a formula gets a leading apostrophe.
        """
        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        faults = pd.DataFrame(
            [(fault.where, fault.found, fault.wanted, fault.do) for fault in self.faults],
            columns=["where", "found", "wanted", "do"],
        )
        frames = {
            "by_reason": self.by_reason,
            "by_file": self.by_file,
            "unmatched": self.unmatched,
            "matched": self.matched,
            "faults": faults,
            "skipped": self.skipped,
            **({} if self.by_item is None else {"by_item": self.by_item}),
        }
        return [_write_csv(folder / f"reconciliation_{name}.csv", frame) for name, frame in frames.items()]


def reconcile(
    counts: list[FileCount],
    kept: pd.DataFrame,
    unmatched: list[pd.DataFrame],
    faults: list[Fault],
    skipped: list[tuple[str, str]],
    nearest: Callable[[str], tuple[str, float]],
    counted: str,
    by_item: pd.DataFrame | None = None,
) -> Reconciliation:
    """The account of an import from the counts of its files and the rows that were kept.

    What was kept is summed from the rows themselves, not from the counts, so that the balance is a check and no tautology.
    """
    return Reconciliation(
        by_reason=_counting(_by_reason(counts), counted),
        by_file=_counting(_by_file(counts, kept), counted),
        unmatched=_counting(_unmatched(unmatched, nearest), counted),
        matched=_counting(_matched(kept), counted),
        faults=faults,
        skipped=pd.DataFrame(skipped, columns=["file", "why"]),
        counted=counted,
        by_item=by_item,
    )


def _counting(frame: pd.DataFrame, counted: str) -> pd.DataFrame:
    """A frame of amounts as one of what is counted: whole numbers of it, or nothing."""
    if counted == AMOUNT:
        return frame
    amounts = [name for name in frame if str(name).startswith(AMOUNT)]
    frame = frame.drop(columns=[*(amounts if not counted else []), *(["rounding"] if "rounding" in frame else [])])
    whole = {str(name): frame[name].map(int) for name in amounts if counted}
    return frame.assign(**whole).rename(columns={name: str(name).replace(AMOUNT, counted, 1) for name in amounts})


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _by_reason(counts: list[FileCount]) -> pd.DataFrame:
    totals: dict[str, list[int]] = {}
    for count in counts:
        for reason, (rows, amount) in count.left_out.items():
            entry = totals.setdefault(reason, [0, 0])
            entry[0] += rows
            entry[1] += amount
    ordered = sorted(totals.items(), key=lambda item: (-item[1][0], item[0]))
    table = [(reason, rows, as_decimal(amount)) for reason, (rows, amount) in ordered]
    return pd.DataFrame(table, columns=["reason", "rows", "amount"])


def _by_file(counts: list[FileCount], kept: pd.DataFrame) -> pd.DataFrame:
    sums = kept.groupby("source_file")[["pence", "remainder"]].sum()
    kept_pence, rounding = sums["pence"].to_dict(), sums["remainder"].to_dict()
    rows = kept["source_file"].value_counts().to_dict()
    table = []
    for count in sorted(counts, key=lambda count: count.file):
        table.append(
            {
                "file": count.file,
                "encoding": count.encoding,
                "rows_read": count.rows_read,
                "rows_kept": rows.get(count.file, 0),
                "rows_left_out": sum(number for number, _ in count.left_out.values()),
                "amount_in": as_decimal(count.amount_in),
                "amount_kept": as_decimal(kept_pence.get(count.file, 0) * PENNY),
                "amount_left_out": as_decimal(sum(amount for _, amount in count.left_out.values())),
                "rounding": as_decimal(rounding.get(count.file, 0)),
            }
        )
    return pd.DataFrame(table)


def _unmatched(parts: list[pd.DataFrame], nearest: Callable[[str], tuple[str, float]]) -> pd.DataFrame:
    sums = pd.concat(parts, ignore_index=True).groupby("supplier")[["rows", "pence"]].sum().reset_index()
    order = np.lexsort((sums["supplier"].to_numpy(object), -sums["rows"].to_numpy(), -sums["pence"].abs().to_numpy()))
    sums = sums.iloc[order].reset_index(drop=True)
    near = [nearest(name) for name in sums["supplier"].head(SUGGESTED)]
    near += [("", float("nan"))] * (len(sums) - len(near))
    return pd.DataFrame(
        {
            "supplier": sums["supplier"],
            "rows": sums["rows"],
            "amount": _decimals(sums["pence"]),
            "nearest_vendor": pd.Series([vendor for vendor, _ in near], dtype="str"),
            "similarity": pd.Series([likeness for _, likeness in near], dtype=float),
        }
    )


def _matched(kept: pd.DataFrame) -> pd.DataFrame:
    groups = kept.groupby(["vendor", "supplier", "how"])["pence"].agg(["size", "sum"]).reset_index()
    names = groups.rename(columns={"size": "rows"}).assign(amount=_decimals(groups["sum"]))
    return names[["supplier", "vendor", "how", "rows", "amount"]]


def _decimals(pence: pd.Series) -> pd.Series:
    return pd.Series([as_decimal(value * PENNY) for value in pence.tolist()], dtype=object, index=pence.index)


def _line(label: str, rows: Any, amount: Any) -> str:
    number, sum_ = (cell if isinstance(cell, str) else f"{cell:,}" for cell in (rows, amount))
    return f"{label[:48]:<48} {number:>12} {sum_:>24}".rstrip()


def _printable(line: str) -> str:
    """The line with control characters shown as `?`: a terminal would obey them."""
    return "".join(character if character.isprintable() else "?" for character in line)


def _write_csv(path: Path, frame: pd.DataFrame) -> Path:
    return write_whole(path, csv_text(list(frame.columns), frame.itertuples(index=False)))
