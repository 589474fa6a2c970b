"""The contract of parameters: what a notebook may be given is read and checked before any kernel starts.

The cell tagged `parameters` holds one `name: type = literal  # help` a line. It is parsed here as Python and never
executed: papermill's own inspection overlooks a literal with `=` in it, and only warns of a name it does not know.
Values stay what they are: an id is text, and '007' stays '007'.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.errors import Fault, SettingsError, did_you_mean
from toolkit.files import shown_path

if TYPE_CHECKING:
    from toolkit.client import Client
    from toolkit.run.plan import Step

TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
TAG = "parameters"


@dataclass(frozen=True)
class Parameter:
    """One line of a parameters cell."""

    name: str
    type: str  # '' where the line names none
    default: Any
    help: str = ""


def read_parameters(notebook: Path) -> dict[str, Parameter]:
    """The parameters a notebook declares, by name.

    Raises
    ------
    SettingsError
        The file is no notebook, has no single cell tagged `parameters`, or that cell holds anything but literals.
    """
    name = shown_path(notebook)
    source = _parameters_source(notebook, name)
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise SettingsError(
            Fault(f"{name}, parameters cell, line {error.lineno}", "no Python", "`name: type = literal  # help`")
        ) from None
    found = [_parameter(line, source.splitlines()[line.end_lineno - 1], name) for line in lines if line.end_lineno]
    faults = [item for item in found if isinstance(item, Fault)]
    if faults:
        raise SettingsError(faults)
    return {item.name: item for item in found if isinstance(item, Parameter)}


def _parameters_source(notebook: Path, name: str) -> str:
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        tagged = [cell["source"] for cell in cells if TAG in cell.get("metadata", {}).get("tags", [])]
    except FileNotFoundError:
        known = sorted(path.stem for path in notebook.parent.glob("*.ipynb"))
        raise SettingsError(Fault(name, "no such file", "a notebook", did_you_mean(notebook.stem, known))) from None
    except (ValueError, KeyError, TypeError, AttributeError, OSError):
        raise SettingsError(Fault(name, "a file that is no notebook", "a notebook (JSON, format 4)")) from None
    if len(tagged) != 1:
        raise SettingsError(Fault(name, f"{len(tagged)} cells tagged {TAG!r}", "exactly one"))
    return "".join(tagged[0])


def _parameter(line: ast.stmt, text: str, name: str) -> Parameter | Fault:
    """One statement of the cell; `text` is its last line, whose comment is the help."""
    where = f"{name}, parameters cell, line {line.lineno}"
    targets = [line.target] if isinstance(line, ast.AnnAssign) else line.targets if isinstance(line, ast.Assign) else []
    target = targets[0] if len(targets) == 1 else None
    if not isinstance(target, ast.Name) or not isinstance(line, ast.AnnAssign | ast.Assign) or line.value is None:
        return Fault(where, repr(text.strip()), "`name: type = literal  # help`")
    type_name = ast.unparse(line.annotation) if isinstance(line, ast.AnnAssign) else ""
    if type_name and type_name not in TYPES:
        return Fault(where, f"the type {type_name!r}", "one of " + ", ".join(TYPES))
    try:
        default = ast.literal_eval(line.value)
    except ValueError:
        return Fault(where, f"`{ast.unparse(line.value)}`", 'a literal, such as "alder" or 12')
    comment = text.encode()[line.end_col_offset or 0 :].decode().strip()
    return Parameter(target.id, type_name, default, comment.removeprefix("#").strip())


def check_steps(steps: Iterable[Step]) -> None:
    """Refuse a plan in which a notebook would be given what it does not declare; all faults at once.

    Raises
    ------
    SettingsError
        A parameter unknown to its notebook or of another type, or a notebook without a readable parameters cell.
    """
    declared: dict[Path, dict[str, Parameter]] = {}
    faults: list[Fault | str] = []
    for step in steps:
        if step.notebook in declared:
            continue  # steps of one notebook are given the same names
        try:
            declared[step.notebook] = read_parameters(step.notebook)
            check_parameters(step.notebook, declared[step.notebook], step.parameters)
        except SettingsError as error:
            declared.setdefault(step.notebook, {})
            faults += error.faults
    if faults:
        raise SettingsError(faults)


def check_parameters(notebook: Path, declared: Mapping[str, Parameter], given: Mapping[str, Any]) -> None:
    """Refuse parameters that a notebook does not declare, or of another type than it declares."""
    where = f"{shown_path(notebook)}, parameters"
    faults = [
        Fault(where, repr(name), "a parameter that the notebook declares", did_you_mean(name, list(declared)))
        for name in given
        if name not in declared
    ]
    faults += [
        Fault(f"{where}, `{name}`", repr(value), f"a value of type {declared[name].type}")
        for name, value in given.items()
        if name in declared and declared[name].type and not isinstance(value, TYPES[declared[name].type])
    ]
    if faults:
        raise SettingsError(faults)


def check_choice(
    client: Client, vendors: Sequence[str], periods: Sequence[str], selections: Sequence[str] = ()
) -> tuple[list[str], list[str], list[str]]:
    """The ids of the vendors, periods and selections to review: those named, each once; all and the latest period else.

    Where some vendors are named and no selection, none is meant, and the other way round.

    Raises
    ------
    SettingsError
        Every unknown vendor and selection, and every unknown or malformed period, with the nearest known one.
    """
    faults: list[Fault | str] = []
    chosen: tuple[list[str], list[str], list[str]] = ([], [], [])
    for names, known, ids in (
        (vendors, lambda text: client.vendor(text).id, chosen[0]),
        (periods, lambda text: str(client.period(text)), chosen[1]),
        (selections, lambda text: client.selection(text).id, chosen[2]),
    ):
        for text in names:
            try:
                ids.append(known(text))
            except SettingsError as error:
                faults += error.faults
    if faults:
        raise SettingsError(faults)
    if not client.vendors and not client.selections:
        raise SettingsError(Fault(client.id, "no vendor", "at least one vendor in review.yaml or vendors.csv"))
    if not chosen[0] and not chosen[2]:
        chosen = ([*client.vendors], chosen[1], [*client.selections])
    named = chosen[0], chosen[1] or [str(client.periods[-1])], chosen[2]
    return tuple(list(dict.fromkeys(names)) for names in named)  # type: ignore[return-value]
