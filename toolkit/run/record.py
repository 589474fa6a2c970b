"""run.json: how a period's review came about. The only file of a review with a clock in it; no path, no user name."""

from __future__ import annotations

import json
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from toolkit.files import ROOT, digest, write_whole
from toolkit.report.page import version
from toolkit.run.fresh import shown_parameters
from toolkit.run.progress import Result

REFERENCE = ROOT / "data" / "reference"
DISTRIBUTION = "vendor-review-toolkit"
NAME = re.compile(r"[A-Za-z0-9._-]+")  # of a distribution, at the beginning of a requirement
INPUTS = (".csv", ".parquet", ".xlsx", ".yaml")


def write_records(
    folder: Path,
    data: Path,
    results: Sequence[Result],
    *,
    started: datetime,
    complete: bool,
    known: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write `run.json` into the folder of each period that has results; `folder` is that of the client's reports.

    complete says whether every planned step was gone through, or the run was stopped before. known holds digests of input
    files, by name, that need not be computed again.
    """
    shared = {
        "started": _clock(started),
        "finished": _clock(datetime.now(UTC)),
        "complete": complete,
        "client": data.name,
        "toolkit": version(),
        **_commit(),
        "python": platform.python_version(),
        "libraries": _libraries(),
        "inputs": _digests(data, known or {}),
    }
    periods = list(dict.fromkeys(result.step.period for result in results))
    return [_write(folder / period / "run.json", {**shared, "period": period}, results) for period in periods]


def _write(path: Path, shared: dict[str, Any], results: Sequence[Result]) -> Path:
    there = [result for result in results if result.step.period == shared["period"]]
    record = {**shared, "steps": _steps(there, _earlier_seconds(path))}
    return write_whole(path, json.dumps(record, indent=1, ensure_ascii=False) + "\n")


def _earlier_seconds(path: Path) -> dict[tuple[str, str], float]:
    """How long each step took when it was last run, by vendor and notebook, as far as an earlier record says so."""
    try:
        steps = json.loads(path.read_text(encoding="utf-8"))["steps"]
        return {(step["vendor"], step["notebook"]): float(step["seconds"]) for step in steps}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _clock(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _steps(results: Sequence[Result], earlier: Mapping[tuple[str, str], float]) -> list[dict[str, Any]]:
    """One entry a step; one that was not run again keeps the seconds of the time when it was."""
    notebooks = {path: digest(path) for path in {result.step.notebook for result in results}}
    return [
        {
            "notebook": result.step.notebook.stem,
            "vendor": result.step.vendor,
            "parameters": shown_parameters(result.step.parameters),
            "notebook_digest": notebooks[result.step.notebook],
            "ok": result.outcome.ok,
            "because": result.outcome.because,
            "run": bool(result.why),
            "why": result.why or "nothing that it is made from changed",
            "seconds": round(
                result.seconds if result.why else earlier.get((result.step.vendor, result.step.notebook.stem), 0.0), 2
            ),
        }
        for result in results
    ]


def _digests(data: Path, known: Mapping[str, str]) -> dict[str, str]:
    """SHA-256 of every input file, by name: the client's own, and those of data/reference that it does not override."""
    own = [
        path for path in sorted(data.iterdir()) if path.is_file() and path.suffix in INPUTS and path.stem != "faults"
    ]
    there = {path.stem for path in own}
    shared = [path for path in sorted(REFERENCE.glob("*")) if path.suffix in INPUTS and path.stem not in there]
    names = {path.name: path for path in own} | {f"reference/{path.name}": path for path in shared}
    return {name: known.get(name) or digest(path) for name, path in names.items()}


def _libraries() -> dict[str, str]:
    """Versions of the installed libraries that the toolkit itself asks for."""
    try:
        asked = [text for text in metadata.requires(DISTRIBUTION) or [] if "extra ==" not in text]
    except metadata.PackageNotFoundError:
        return {}
    names = sorted({match[0] for text in asked if (match := NAME.match(text))})
    return {name: found for name in names if (found := _installed(name))}


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _commit() -> dict[str, Any]:
    """The checkout's commit and whether files differ from it; nothing where there is no git or no commit."""
    if not (ROOT / ".git").exists():
        return {}
    try:
        commit = _git("rev-parse", "HEAD")
        return {"commit": commit, "changed_since": bool(_git("status", "--porcelain", "--untracked-files=no"))}
    except (OSError, subprocess.SubprocessError):
        return {}


def _git(*words: str) -> str:
    asked = ["git", "-C", str(ROOT), *words]
    return subprocess.run(asked, check=True, capture_output=True, text=True, timeout=20).stdout.strip()
