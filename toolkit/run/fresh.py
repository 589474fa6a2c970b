"""What makes a step stale: its notebook, its parameters, the toolkit, the libraries, or what it reads of a client.

Beside the reports of a period lies `.toolkit/<vendor>/<notebook>.json` for each step: digests of all that it was made from
and of the files it wrote. A step whose digests are still the same need not be run again. Equal inputs give equal records:
no clock and no folder of this machine is in them.

An area's notebook is made from its vendor's rows alone (and from rows that concern every vendor), with what is known of
the whole file as far as a page shows it: the months it covers and those without a row, and the number of rows that belong
to nobody. Rows later than the period count as well: to tell them apart, every table would have to be read. Where a row
stands in its file counts too, because pages name it. A summary is made from its vendor's findings up to its period, and
so is, beside its rows, an area that names others in `READS`; a portfolio from those of all vendors.
"""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.case import GENERAL
from toolkit.client import EVERY_VENDOR, GOALS, Client
from toolkit.errors import ToolkitError
from toolkit.files import ROOT, digest, shown_path, write_whole
from toolkit.history import earlier_periods, findings_files
from toolkit.model import Period
from toolkit.run.plan import Area, Step, reads
from toolkit.store import Prepared, prepare
from toolkit.store.parts import ALL_ROWS, part_file
from toolkit.tables import Table

RECORDS = ".toolkit"  # in the folder of a period
LIBRARIES = ("pandas", "numpy", "matplotlib", "scipy")
NAMED = 3  # changes named in a reason; more are counted


@dataclass
class Freshness:
    """What the steps of one run are made from; each thing is read once.

    folder is that of the client's reports. `why` and `write` may be called between steps only, from one thread.
    """

    client: Client
    areas: Sequence[Area]
    folder: Path
    _tables: dict[str, Prepared | str] = field(default_factory=dict)
    _slices: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _files: dict[Path, tuple[int, int, str]] = field(default_factory=dict)

    def why(self, step: Step) -> str:
        """Why this step has to be run, as half a sentence after 'because'; '' when it need not."""
        record = _read(self._record(step))
        if record is None:
            return "it has not been run before"
        if record["failed"]:
            return f"it failed when it was last run: {record['failed']}"
        try:
            return _changes(record["inputs"], self.inputs(step)) or self._lost(step, record["outputs"])
        except OSError as error:  # a file that went while it was looked at, or that may not be read
            return f"a file of it cannot be read ({error.strerror})"

    def write(self, step: Step, inputs: dict[str, str], because: str) -> None:
        """Record what a step that was just run was made from and what it wrote; because: why it failed, or ''.

        inputs are those that were there before it was run: what changes meanwhile is then seen by the next run.
        """
        outputs = {name: self._digest(path) for name, path in self._outputs(step) if path.is_file()}
        record = {"inputs": inputs, "outputs": outputs, "failed": because}
        write_whole(self._record(step), json.dumps(record, indent=1, ensure_ascii=False) + "\n")

    def file_digests(self) -> dict[str, str]:
        """The digests of the files that the steps were found to be made from, by name."""
        return {known.file: known.digest for known in self._tables.values() if not isinstance(known, str)}

    def inputs(self, step: Step) -> dict[str, str]:
        """Everything that a step is made from: in words, and as what changes when it changes."""
        shared = {
            "the notebook": self._digest(step.notebook),
            "its parameters": json.dumps(shown_parameters(step.parameters)),
            "the toolkit's code": code_digest(),
            **libraries(),
        }
        return {**shared, **(self._area_inputs(step) if step.area else self._findings_inputs(step))}

    # ---------------------------------------------------------------------------------------------------- what is read
    def _area_inputs(self, step: Step) -> dict[str, str]:
        area = next(area for area in self.areas if step.area == area.NAME)
        client = self.client
        settings = {
            "client": client.name,
            "currency": client.currency,
            "price_index": client.price_index,
            "thresholds": client.thresholds,
            "calendar": client.calendar,
            "about": client.about,
            f"entry of {step.vendor}": self._entries[step.vendor],
        }
        tables = {table.name: table for table in (*area.TABLES, *GENERAL)}.values()
        parts = [self._slice(table, owner) for table in tables for owner in _owners(table, step.vendor)]
        findings = self._findings([step.vendor], step.period, reads(area)) if reads(area) else {}
        return {**_settings(settings), **dict(parts), **findings}

    def _findings_inputs(self, step: Step) -> dict[str, str]:
        """Findings of a vendor, or of all, in this period and in those that it is compared with."""
        client = self.client
        vendors = [step.vendor] if step.vendor else list(client.vendors)
        settings = {"client": client.name, "currency": client.currency, "about": client.about}
        entries = {f"entry of {vendor}": self._entries[vendor] for vendor in vendors}
        return {**_settings({**settings, **entries}), **self._findings(vendors, step.period)}

    def _findings(self, vendors: Sequence[str], until: str, of: Sequence[str] = ()) -> dict[str, str]:
        """What was found of vendors up to a period, by some areas or by all."""
        period = Period.parse(until)
        return {
            f"findings of {vendor} in {when}": self._all_findings(vendor, when, of)
            for when in [*earlier_periods(self.folder, period), period]
            for vendor in vendors
        }

    def _all_findings(self, vendor: str, period: Period, of: Sequence[str]) -> str:
        files = findings_files(self.folder, vendor, period, of) if of else self._every_file(vendor, period)
        return _hash([(path.name, self._digest(path)) for path in files])

    def _every_file(self, vendor: str, period: Period) -> list[Path]:
        return sorted((self.folder / str(period) / vendor / "findings").glob("*.json"))

    @functools.cached_property  # of what does not change while a run goes on
    def _entries(self) -> dict[str, Any]:
        """What review.yaml or vendors.csv says of each vendor."""
        names = {row["vendor"]: row for row in self.client.names.to_dict("records")}
        return {name: [repr(vendor), names[name]] for name, vendor in self.client.vendors.items()}

    def _slice(self, table: Table, owner: str) -> tuple[str, str]:
        """The rows of one owner in a table: in words, and their digest with what else a case is told of the file."""
        if (table.name, owner) not in self._slices:
            self._slices[table.name, owner] = self._read_slice(table, owner)
        return self._slices[table.name, owner]

    def _read_slice(self, table: Table, owner: str) -> tuple[str, str]:
        try:
            return self._told(self._prepared(table), table, owner)
        except FileNotFoundError:  # the file was changed, and another process has just prepared it anew
            del self._tables[table.name]
            return self._told(self._prepared(table), table, owner)

    def _told(self, known: Prepared | str, table: Table, owner: str) -> tuple[str, str]:
        if isinstance(known, str):
            return f"{table.name}: {known}", ""
        covers = known.first, known.last, known.silent, known.thins
        told = [known.file, known.absent(owner), *covers, known.strays]
        part = digest(part_file(known.folder, owner)) if known.vendors.get(owner) else ""
        rows = {ALL_ROWS: "rows", EVERY_VENDOR: "rows of every vendor"}.get(owner, f"rows of {owner}")
        return f"{known.file}: {rows}", _hash([told, part])

    def _prepared(self, table: Table) -> Prepared | str:
        """A table in the prepared store, or why there is none."""
        if table.name not in self._tables:
            try:
                self._tables[table.name] = prepare(self.client, table) or "no file"
            except ToolkitError as error:
                self._tables[table.name] = error.headline
        return self._tables[table.name]

    # ------------------------------------------------------------------------------------------------- what was written
    def _outputs(self, step: Step) -> Iterator[tuple[str, Path]]:
        """The files of a step, by their names below the period's folder."""
        return ((path.relative_to(self.folder / step.period).as_posix(), path) for path in written_files(step))

    def _lost(self, step: Step, written: dict[str, str]) -> str:
        """Which file of a step is not there as it was written; '' when all are."""
        for name, path in self._outputs(step):
            if path.is_file() != (name in written):
                return f"{name} is {'new' if path.is_file() else 'missing'}"
            if name in written and self._digest(path) != written[name]:
                return f"{name} is not as it was written"
        return ""

    def _record(self, step: Step) -> Path:
        return self.folder / step.period / RECORDS / step.vendor / f"{step.notebook.stem}.json"

    def _digest(self, path: Path) -> str:
        """The digest of a file, read again only when its size or time of change differs."""
        state = path.stat()
        known = self._files.get(path)
        if known is None or known[:2] != (state.st_size, state.st_mtime_ns):
            known = self._files[path] = (state.st_size, state.st_mtime_ns, digest(path))
        return known[2]


def findings_file(step: Step) -> Path:
    """Where the findings of an area's step go."""
    return step.page.parent / "findings" / f"{step.area}.json"


def written_files(step: Step) -> list[Path]:
    """Every file that a step may write."""
    findings = [findings_file(step), findings_file(step).with_name("unclaimed.json")] if step.area else []
    return [step.output, step.page, *findings, *(step.page.parent / name for name in step.kept)]


def shown_parameters(parameters: dict[str, str]) -> dict[str, str]:
    """Parameters as they may be written down: folders are never absolute."""
    folders = ("data", "reports")
    return {name: shown_path(Path(value)) if name in folders else value for name, value in parameters.items()}


@functools.cache
def code_digest() -> str:
    """What changes with any line of the toolkit's own code, with how its pages look, and with the words that it reads by."""
    words = ROOT / "data" / "reference" / "text"
    places = [*(ROOT / "toolkit").rglob("*.py"), *(ROOT / "templates" / "report").rglob("*"), *words.glob("*")]
    files = sorted(path for path in places if path.is_file() and not path.name.startswith("."))
    return _hash([(path.relative_to(ROOT).as_posix(), digest(path)) for path in files])


@functools.cache
def libraries() -> dict[str, str]:
    """Versions of Python and of the libraries that numbers and pictures depend on."""
    versions = {"Python": platform.python_version()}
    for name in LIBRARIES:
        with contextlib.suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return versions


def _owners(table: Table, vendor: str) -> list[str]:
    """Whose rows of a table a case of this vendor reads."""
    if not table.by_vendor:
        return [ALL_ROWS]
    return [vendor, EVERY_VENDOR] if table.name == GOALS.name else [vendor]


def _settings(settings: dict[str, Any]) -> dict[str, str]:
    return {f"review.yaml: {name}": _hash(value) for name, value in settings.items()}


def _hash(value: Any) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def _read(path: Path) -> dict[str, Any] | None:
    """A record; None where there is none that can be used."""
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        return record if {"inputs", "outputs", "failed"} <= record.keys() else None
    except (OSError, ValueError, AttributeError):
        return None


def _changes(before: dict[str, str], now: dict[str, str]) -> str:
    """What differs between two records of inputs, in words; '' when nothing does."""
    changed = [f"{name} changed" for name in now if name in before and before[name] != now[name]]
    changed += [f"{name} came in" for name in now if name not in before]
    changed += [f"{name} went" for name in before if name not in now]
    more = [f"{len(changed) - NAMED:,} more changes"] if len(changed) > NAMED else []
    return ", ".join([*changed[:NAMED], *more])
