"""The account of an import: what was read, kept and left out, and why, to the penny."""

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
    """

    by_reason: pd.DataFrame
    by_file: pd.DataFrame
    unmatched: pd.DataFrame
    matched: pd.DataFrame
    faults: list[Fault]
    skipped: pd.DataFrame

    @property
    def balanced(self) -> bool:
        """True when rows and amount in equal those kept and left out, in every file and by reason, exactly."""
        files = self.by_file
        with localcontext(prec=60):  # the default of 28 digits could round a long sum
            amounts = files["amount_in"] == files["amount_kept"] + files["amount_left_out"] + files["rounding"]
            rows = files["rows_read"] == files["rows_kept"] + files["rows_left_out"]
            reasons = sum(self.by_reason["amount"], Decimal(0)) == sum(files["amount_left_out"], Decimal(0))
        same_rows = int(self.by_reason["rows"].sum()) == int(files["rows_left_out"].sum())
        return bool(amounts.all() and rows.all() and reasons and same_rows)

    def text(self) -> str:
        """The account as plain text for a terminal."""
        files = self.by_file
        lines = [f"{len(files):,} file{'s' if len(files) != 1 else ''} read"]
        lines += [f"skipped {file}: {why}" for file, why in self.skipped.itertuples(index=False)]
        lines += [
            _line("read", files["rows_read"].sum(), sum(files["amount_in"], Decimal(0))),
            _line("kept", files["rows_kept"].sum(), sum(files["amount_kept"], Decimal(0))),
            _line("left out", files["rows_left_out"].sum(), sum(files["amount_left_out"], Decimal(0))),
        ]
        lines += [_line(f"  {reason}", rows, amount) for reason, rows, amount in self.by_reason.itertuples(index=False)]
        rounding = sum(files["rounding"], Decimal(0))
        if rounding:
            lines.append(_line("rounded to the penny", "", rounding))
        lines.append(
            "Amount in = kept + left out, to the penny."
            if self.balanced
            else "AMOUNT IN IS NOT KEPT + LEFT OUT: a defect."
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
        for supplier, rows, amount, nearest, _ in self.unmatched.head(SHOWN).itertuples(index=False):
            lines.append(_line(f"  {supplier}", rows, amount) + (f"  nearest: {nearest}" if nearest else ""))
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
        }
        return [_write_csv(folder / f"reconciliation_{name}.csv", frame) for name, frame in frames.items()]


def reconcile(
    counts: list[FileCount],
    kept: pd.DataFrame,
    unmatched: list[pd.DataFrame],
    faults: list[Fault],
    skipped: list[tuple[str, str]],
    nearest: Callable[[str], tuple[str, float]],
) -> Reconciliation:
    """The account of an import from the counts of its files and the rows that were kept.

    What was kept is summed from the rows themselves, not from the counts, so that the balance is a check and no tautology.
    """
    return Reconciliation(
        by_reason=_by_reason(counts),
        by_file=_by_file(counts, kept),
        unmatched=_unmatched(unmatched, nearest),
        matched=_matched(kept),
        faults=faults,
        skipped=pd.DataFrame(skipped, columns=["file", "why"]),
    )


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
    order = np.lexsort((sums["supplier"].to_numpy(object), -sums["pence"].abs().to_numpy()))
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


def _line(label: str, rows: Any, amount: Decimal) -> str:
    number = f"{rows:,}" if rows != "" else ""
    return f"{label[:48]:<48} {number:>12} {amount:>24,}"


def _printable(line: str) -> str:
    """The line with control characters shown as `?`: a terminal would obey them."""
    return "".join(character if character.isprintable() else "?" for character in line)


def _write_csv(path: Path, frame: pd.DataFrame) -> Path:
    return write_whole(path, csv_text(list(frame.columns), frame.itertuples(index=False)))
