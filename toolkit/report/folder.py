"""What lies in a reports folder: the findings of a vendor in a period, and of its earlier periods; silence is impossible.

Layout: `<reports>/<client>/<period>/<vendor>/findings/<area>.json`.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from toolkit import scorecard
from toolkit.areas import AREAS, EVERY_AREA, FELT, KEPT
from toolkit.files import ROOT
from toolkit.history import earlier_periods
from toolkit.model import NOT_ASSESSED, Finding, Period, read_findings

FILE = re.compile(r"[A-Za-z0-9_-]+\.(?:csv|parquet|xlsx|yaml)")
NOT_RUN = "it was not run, or its run failed"


def client_folder(reports: str | Path, client: str) -> Path:
    """The folder of a client's reports; a relative `reports` is counted from the checkout, not the current folder."""
    return ROOT / reports / client


def vendor_findings(folder: Path, vendor: str, period: Period, areas: Sequence[ModuleType] = AREAS) -> list[Finding]:
    """Every finding of a vendor in a period, areas in the order of the review.

    folder is the client's reports folder. An area without a findings file, or with one that cannot be read, gives one
    finding *not assessed* with the reason, so that no area can be missing in silence. Files of areas that the toolkit no
    longer has come last.
    """
    place = folder / str(period) / vendor / "findings"
    expected = [area.NAME for area in areas]
    others = sorted(path.stem for path in place.glob("*.json") if path.stem not in expected)
    return [item for name in [*expected, *others] for item in _area_findings(place, name, vendor, period)]


def _area_findings(place: Path, area: str, vendor: str, period: Period) -> list[Finding]:
    path = place / f"{area}.json"
    title = next((known.TITLE for known in EVERY_AREA if area == known.NAME), area)
    because = f"it was not run for {period}, or its run ended before anything was written"
    if path.is_file():
        try:
            return read_findings(path) or [_absent(area, title, vendor, period, "its findings file is empty")]
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError, OSError):  # whatever the file may hold
            because = f"its findings file, findings/{area}.json, cannot be read"
    return [_absent(area, title, vendor, period, because)]


def _absent(area: str, title: str, vendor: str, period: Period, because: str) -> Finding:
    return Finding(id=area, vendor=vendor, period=str(period), label=title, verdict=NOT_ASSESSED, because=because)


def was_run(folder: Path, vendor: str, period: Period) -> bool:
    """Whether a review of this vendor in this period left any findings."""
    return any((folder / str(period) / vendor / "findings").glob("*.json"))


def earlier_findings(folder: Path, vendor: str, period: Period) -> dict[Period, list[Finding]]:
    """A vendor's findings of each earlier period of the same length in which it was reviewed, rising."""
    return {
        other: vendor_findings(folder, vendor, other)
        for other in earlier_periods(folder, period)
        if was_run(folder, vendor, other)
    }


def sources_of(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The files behind findings, each once: table, file, rows and digest.

    Rows are those used: the most that one measure of a vendor took, added over vendors. The digest is that of the vendor's
    rows in the file; where they are those of several vendors, it is the digest of theirs, in order.
    """
    rows: Counter[tuple[str, str, str]] = Counter()
    digests: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for item in findings:
        for source in item.sources:
            file = (str(source.get("table", "")), str(source.get("file", "")))
            rows[item.vendor, *file] = max(rows[item.vendor, *file], int(source.get("rows") or 0))
            digests[file] |= {str(source["digest"])} if source.get("digest") else set()
    used: Counter[tuple[str, str]] = Counter()
    for (_, table, name), count in rows.items():
        used[table, name] += count
    return [
        {"table": file[0], "file": file[1], "digest": _together(sorted(digests[file])), "rows": used[file]}
        for file in sorted(used)
    ]


def _together(digests: Sequence[str]) -> str:
    """One digest for several."""
    return digests[0] if len(digests) == 1 else hashlib.sha256("".join(digests).encode()).hexdigest() if digests else ""


def by_id(findings: Iterable[Finding]) -> dict[str, Finding]:
    """The first finding of each measure: the number is the same in every goal on it."""
    first: dict[str, Finding] = {}
    for item in findings:
        first.setdefault(item.id, item)
    return first


def assessed_areas(findings: Iterable[Finding], areas: Sequence[ModuleType] | None = None) -> list[ModuleType]:
    """The areas that have at least one assessed finding, in the order of the review; of all areas, or of those given."""
    known = {item.area for item in findings if item.assessed}
    return [area for area in (AREAS if areas is None else areas) if area.NAME in known]


def watermelon(findings: Iterable[Finding]) -> str:
    """Whether the contract and the people say opposite things of a vendor, in a sentence; '' where they do not."""
    known = [item for item in findings if item.assessed]
    kept, felt = ([item for name in names for item in known if item.id == name] for names in (KEPT, FELT))
    return scorecard.watermelon(kept, felt)


def silent_areas(
    findings: Sequence[Finding], areas: Sequence[ModuleType] | None = None
) -> list[tuple[ModuleType, str]]:
    """The areas of which nothing is known, each with the reason: that of the area, else of its first headline measure."""
    known = assessed_areas(findings, areas)
    silent = [area for area in (AREAS if areas is None else areas) if area not in known]
    return [(area, _reason(area, findings)) for area in silent]


def silence_words(silent: Sequence[tuple[ModuleType, str]]) -> str:
    """'Not assessed: Cost comparison, because invoices.csv is missing; ...', areas of one reason together; '' without any."""
    reasons: dict[str, list[str]] = {}
    for area, because in silent:
        reasons.setdefault(because.rstrip("."), []).append(area.TITLE)
    told = "; ".join(f"{', '.join(titles)}, because {because}" for because, titles in reasons.items())
    return f"Not assessed: {told}." if told else ""


def _reason(area: ModuleType, findings: Sequence[Finding]) -> str:
    own = by_id(item for item in findings if item.area == area.NAME)
    told = [own[name].because for name in (area.NAME, *area.HEADLINES) if name in own and own[name].because]
    return told[0] if told else next((item.because for item in own.values() if item.because), NOT_RUN)


def area_title(area: str) -> str:
    """An area's name as it is printed."""
    return next((known.TITLE for known in EVERY_AREA if area == known.NAME), area)


def supply(because: str) -> str:
    """What would make it known: the files that a reason names, else where to look."""
    files = list(dict.fromkeys(FILE.findall(because)))
    inputs = [name for name in files if not name.endswith(".json")]
    inputs += [f"more of {name}" for name in _tables_named(because)] if not files else []
    inputs += ["contract_start in review.yaml"] if "no contract_start" in because else []
    return ", ".join(inputs) if inputs else "see the reason"


def _tables_named(because: str) -> list[str]:
    """The tables that a reason names without their files: they are there, but not for all that is asked."""
    words = re.findall(r"\w+", because)
    return list(dict.fromkeys(table.name for area in EVERY_AREA for table in area.TABLES if table.name in words))
