"""No absolute path, user name or clock in a saved notebook: equal runs give equal files, and files can be shared."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from toolkit.files import ROOT, shown_path

ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
CLOCK = ("start_time", "end_time", "duration")
# An absolute path of any machine: two or more parts, not the end of an address such as https://host/a/b.
ANY_PATH = re.compile(r"(?<![\w/:.~<])(?:/[\w.+@-]+)+/([\w.+@-]+)|\b[A-Z]:\\(?:[^\\\s:\"']+\\)+([^\\\s:\"']+)")


def known_paths(*folders: str | Path) -> dict[str, str]:
    """What stands for each folder that must not be seen, longest first: `folders`, the checkout, Python, the home."""
    places = [(ROOT / folder).resolve() for folder in folders]
    shown = {str(place): shown_path(place) for place in places}
    shown.setdefault(str(ROOT), ".")
    shown.setdefault(sys.prefix, "(python)")
    shown.setdefault(sys.base_prefix, "(python)")
    shown.setdefault(os.path.expanduser("~"), "~")
    shown.pop("/", None)  # the home of a user without one
    # papermill writes a parameter outside ASCII with escapes
    escaped = {path.encode("unicode_escape").decode(): name for path, name in shown.items()}
    return dict(sorted({**escaped, **shown}.items(), key=lambda item: -len(item[0])))


def scrub_text(text: str, known: Mapping[str, str], *, everywhere: bool = False) -> str:
    """`text` with known folders replaced by what stands for them; `everywhere` shortens any other absolute path too."""
    for path, name in known.items():
        if path in text:
            inside = "" if name == "." else f"{name}/"
            text = re.sub(rf"(?<![\w.-]){re.escape(path)}[/\\]", _literal(inside), text)
            text = re.sub(rf"(?<![\w.-]){re.escape(path)}(?![\w-])", _literal(name), text)
    return ANY_PATH.sub(lambda match: match[1] or match[2], text) if everywhere else text


def _literal(text: str) -> str:
    """`text` as a replacement that `re.sub` takes as it is."""
    return text.replace("\\", r"\\")


def plain(text: str, known: Mapping[str, str]) -> str:
    """The first line of an error as a sentence can hold it: without paths, colours and control characters."""
    lines = [line.strip() for line in ANSI.sub("", text).strip().splitlines() if line.strip()]
    return CONTROL.sub("", scrub_text(lines[0], known, everywhere=True)) if lines else ""


def scrub_notebook(notebook: Any, known: Mapping[str, str]) -> Any:
    """`notebook`, changed in place: paths replaced in every text, clocks and random cell ids taken out."""
    for name in CLOCK:
        notebook.metadata.get("papermill", {}).pop(name, None)
    for cell in notebook.cells:
        for name in CLOCK:
            cell.metadata.get("papermill", {}).pop(name, None)
        cell.metadata.pop("execution", None)
        if "injected-parameters" in cell.metadata.get("tags", []):
            cell["id"] = "injected-parameters"  # papermill draws a random one
        cell["source"] = scrub_text(cell["source"], known)
        cell["outputs"] = [_scrub_output(output, known) for output in cell.get("outputs", [])]
        if cell["cell_type"] != "code":
            del cell["outputs"]
    notebook["metadata"] = _each_text(notebook.metadata, lambda text: scrub_text(text, known))
    return notebook


def _scrub_output(output: Any, known: Mapping[str, str]) -> Any:
    """Errors and printed warnings name files of any place; shown data may hold `/` for other reasons."""
    everywhere = output["output_type"] in ("error", "stream")
    for key, value in output.items():
        if key == "data":
            output[key] = {
                mime: content
                if mime.startswith("image/") and mime != "image/svg+xml"
                else _each_text(content, lambda text: scrub_text(text, known))
                for mime, content in value.items()
            }
        elif key not in ("output_type", "metadata"):
            output[key] = _each_text(value, lambda text: scrub_text(text, known, everywhere=everywhere))
    return output


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """`value` with `change` applied to every text in it, however deep; kinds of mappings are kept."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return type(value)({key: _each_text(item, change) for key, item in value.items()})
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    return value
