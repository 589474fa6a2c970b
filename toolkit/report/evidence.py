"""The evidence behind a report: for every claim its page, numbers, definition, formula and files; for every file its digest.

`verified` says what of an archive or folder is not as it was when it was made.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.areas import EVERY_AREA
from toolkit.errors import DataError, Fault, SettingsError, did_you_mean
from toolkit.model import Finding, Period, interval_words
from toolkit.report.blocks import area_page
from toolkit.report.folder import NOT_RUN
from toolkit.report.page import version

NAME = "evidence.json"


def evidence_of(
    client: str,
    period: Period,
    claims: Mapping[str, Sequence[Finding]],
    files: Mapping[str, bytes],
    edition: str,
    *,
    pages: bool,
) -> bytes:
    """`evidence.json`: every claim about some vendors and decisions, by their ids, and the digest of every file handed over.

    pages says whether the pages of areas are among the files; claims are then found there, else on the summary. No clock.
    """
    shown = {
        "edition": edition,
        "toolkit": version(),
        "client": client,
        "period": str(period),
        "claims": {name: [_claim(item, pages) for item in found] for name, found in claims.items()},
        "files": {name: hashlib.sha256(held).hexdigest() for name, held in sorted(files.items())},
    }
    return (json.dumps(shown, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def _claim(item: Finding, pages: bool) -> dict[str, Any]:
    """One claim, with where it stands and what it rests on."""
    page = area_page(item.area) if pages else "index.html"
    return {
        "finding": item.id,
        "goal": item.goal,
        "said": item.sentence,
        "result": interval_words(item) if item.assessed else "not assessed",
        "verdict": item.verdict,
        "because": item.because,
        "page": f"{page}#{item.id}" if page else "",
        "interval": item.interval,
        "rests on": f"{item.n:,} {item.n_of}" if item.assessed else NOT_RUN if item.because == NOT_RUN else "",
        "definition": item.definition,
        "formula": formula_digest(item.id),
        "tables": [dict(source) for source in item.sources],
    }


@functools.cache
def formula_digest(address: str) -> str:
    """The SHA-256 of the source of the measure with this address; '' where there is none."""
    area, _, name = address.partition(".")
    module = next((known for known in EVERY_AREA if area == known.NAME), None)
    measure: Any = getattr(module, name, None) if module is not None and name else None
    if not getattr(measure, "is_measure", False):
        return ""
    return hashlib.sha256(inspect.getsource(inspect.unwrap(measure)).encode()).hexdigest()


def claimed(place: Path, address: str, vendor: str | None) -> tuple[str, str, dict[str, str]]:
    """What a pack says at an address: its period, the vendor, and the sentence for each goal on it ('' where there is none).

    Raises SettingsError where the pack holds no such finding, or several vendors and none is named.
    """
    held = json.loads((_archive(place) if place.is_file() else _folder(place))[NAME])
    vendors = list(held["claims"])
    if vendor not in vendors and (vendor or len(vendors) > 1):
        raise SettingsError(Fault("--vendor", repr(vendor or ""), f"one of {', '.join(vendors)}"))
    whose = vendor or vendors[0]
    told = {claim["goal"]: claim["said"] for claim in held["claims"][whose] if claim["finding"] == address}
    if not told:
        known = sorted({claim["finding"] for claim in held["claims"][whose]})
        raise SettingsError(Fault("--recompute", repr(address), "a finding of this pack", did_you_mean(address, known)))
    return held["period"], whose, told


def verified(place: Path) -> list[tuple[str, str]]:
    """Which files of an archive, or of a folder made from one, are not as `evidence.json` says, and how; empty where all are.

    Raises DataError where there is no `evidence.json`, or one that cannot be read.
    """
    held = _archive(place) if place.is_file() else _folder(place)
    try:
        files = json.loads(held[NAME])["files"]
        expected = {str(name): str(digest) for name, digest in files.items()}
    except (KeyError, ValueError, AttributeError):
        where = f"{place.name}/{NAME}"
        raise DataError(
            [Fault(where, "nothing that can be read", "the evidence of a pack", "make the pack again")]
        ) from None
    faults = [(name, "nothing") for name in expected if name not in held]
    faults += [(name, f"a file that {NAME} does not name") for name in held if name not in expected and name != NAME]
    changed = [name for name in expected if name in held and hashlib.sha256(held[name]).hexdigest() != expected[name]]
    return sorted([*faults, *((name, "other contents") for name in changed)])


def _archive(place: Path) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(place) as packed:
            return {name: packed.read(name) for name in packed.namelist() if not name.endswith("/")}
    except (zipfile.BadZipFile, OSError, RuntimeError):
        raise DataError(
            [Fault(place.name, "a file that is no ZIP archive", "a pack, or the folder made from one")]
        ) from None


def _folder(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
