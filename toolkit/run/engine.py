"""One notebook, executed by papermill and saved whole or not at all, with a failure told in one sentence."""

from __future__ import annotations

import logging
import re
import sys
import threading
from dataclasses import dataclass, field
from typing import Any

from toolkit import errors
from toolkit.files import shown_path, write_whole
from toolkit.run.kernels import Kernels
from toolkit.run.outputs import excess
from toolkit.run.plan import Step
from toolkit.run.scrub import known_paths, plain, scrub_notebook

TIME_LIMIT = 600  # seconds a cell may take
STOPPED = "the run was stopped"
OURS = [name for name, item in vars(errors).items() if isinstance(item, type) and issubclass(item, errors.ToolkitError)]


@dataclass(frozen=True)
class Outcome:
    """How a step ended: `because` is one sentence without traceback or paths, and empty when all went well."""

    ok: bool
    because: str = ""


@dataclass
class _Watch:
    """What nbclient tells while it works: the notebook it works on, and the code cell it has come to."""

    notebook: Any = None
    index: int = -1
    number: int = 0  # of code cells begun, as a reader counts them: [1], [2] ...

    def begin(self, notebook: Any) -> None:
        self.notebook = notebook

    def reach(self, cell: Any, cell_index: int) -> None:
        self.index, self.number = cell_index, self.number + 1


@dataclass(frozen=True)
class Engine:
    """Executes notebooks one at a time; safe to share between threads, because each notebook has its own kernel.

    time_limit is in seconds for each cell. Replace `kernels` to start kernels in another way.
    """

    kernels: Kernels = field(default_factory=Kernels)
    time_limit: int = TIME_LIMIT

    def execute(self, step: Step) -> Outcome:
        """Execute the notebook of `step` and save it at `step.output`, as far as it came; never raises for a notebook.

        A stopped run saves nothing: what an earlier run left there stays whole.
        """
        known = known_paths(step.parameters["data"], step.parameters["reports"])
        watch = _Watch()
        because = plain(self._failure(step, watch), known)
        if self.kernels.stopped.is_set() and because:
            return Outcome(False, STOPPED)
        return self._save(step, watch, because, known)

    def give_up(self, step: Step, because: str) -> Outcome:
        """Save the notebook as one whose kernel never started, for a step that nobody could execute."""
        return self._save(step, _Watch(), because, known_paths(step.parameters["data"], step.parameters["reports"]))

    def _save(self, step: Step, watch: _Watch, because: str, known: dict[str, str]) -> Outcome:
        notebook = watch.notebook or _prepared(step)
        because = excess(notebook) or because
        _mark(notebook, watch, because)
        notebook.metadata.papermill.update(input_path=shown_path(step.notebook), output_path=step.output.name)
        import nbformat

        write_whole(step.output, nbformat.writes(scrub_notebook(notebook, known)) + "\n")
        return Outcome(not because, because)

    def _failure(self, step: Step, watch: _Watch) -> str:
        """Execute, and say what went wrong, or ''."""
        papermill = import_papermill()
        from nbclient.exceptions import CellTimeoutError, DeadKernelError

        try:
            done = papermill.execute_notebook(**_asked(step), **self._options(step, watch))
        except papermill.PapermillExecutionError as error:
            return _error_words(error.ename, error.evalue, watch.number)
        except CellTimeoutError:
            return f"code cell {watch.number} took longer than the limit of {self.time_limit:,} seconds"
        except DeadKernelError:
            return f"the Python process died in code cell {watch.number}, perhaps for want of memory"
        except Exception as error:  # whatever else keeps one notebook from running must not end the others
            return f"the notebook could not be run: {type(error).__name__}: {error}"
        # sys.exit(0) ends a notebook early without any exception: papermill only notes it in the metadata
        left = done.metadata.papermill.get("exception")
        return f"the notebook ended itself in code cell {watch.number} (sys.exit)" if left else ""

    def _options(self, step: Step, watch: _Watch) -> dict[str, Any]:
        """What papermill hands on to its engine, and that to nbclient."""
        return {
            "engine_name": "toolkit",
            "kernels": self.kernels,
            # not cwd=, which changes the folder of the whole process and so of every other thread
            "resources": {"metadata": {"path": str(step.notebook.parent)}},
            "execution_timeout": self.time_limit,
            "on_notebook_start": watch.begin,
            "on_cell_execute": watch.reach,
        }


def import_papermill() -> Any:
    """Papermill, with our engine, in a third of the time.

    jsonschema, through which it checks notebooks, builds the grammars of internationalised addresses when it is imported
    (`rfc3987_syntax`), a second for a format that no notebook has; it does without where that package cannot be imported.
    """
    if "papermill" in sys.modules:
        import papermill
    else:
        with _IMPORTING:
            absent = sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
            import papermill

            if absent is None:
                del sys.modules["rfc3987_syntax"]
    import toolkit.run.papermill_engine  # noqa: F401  (it registers itself)

    return papermill


_IMPORTING = threading.Lock()


def _asked(step: Step) -> dict[str, Any]:
    """What to execute. Nothing is saved by papermill itself: it would write half a notebook under the final name."""
    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # failures are told in the table of the run
    return {
        "input_path": str(step.notebook).replace("{", "{{").replace("}", "}}"),  # papermill fills in braces
        "output_path": None,
        "parameters": dict(step.parameters),
        "language": "python",
        "kernel_name": "python3",  # not the name of the environment in which somebody last saved the notebook
        "progress_bar": False,
        "request_save_on_cell_execute": False,
    }


def _prepared(step: Step) -> Any:
    """The notebook with its parameters and without outputs, for a kernel that never started."""
    return import_papermill().execute_notebook(**_asked(step), prepare_only=True)


def _error_words(name: str, text: str, number: int) -> str:
    """An exception in a cell as one sentence: our own errors speak for themselves."""
    lines = [line for line in text.strip().splitlines() if line.strip()]
    if name in OURS and lines:
        rest = re.fullmatch(r"\.\.\. and ([\d,]+) more faults\.", lines[-1])
        others = len(lines) - 1 if not rest else len(lines) - 2 + int(rest[1].replace(",", ""))
        return f"{lines[0]} (and {others:,} more)" if others else lines[0]
    first = f": {lines[0]}" if lines else ""
    return f"code cell {number} failed with {name}{first}"


def _mark(notebook: Any, watch: _Watch, because: str) -> None:
    """Note a failure in the metadata and, where no cell shows it, in the cell it happened in: pages are made from that."""
    notebook.metadata["toolkit"] = {"failed": because} if because else {}
    if not because:
        return
    notebook.metadata.papermill["exception"] = True
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ()) if output.output_type == "error"]
    for output in outputs:
        if output.ename == "SystemExit":  # its own words are '0'
            output.evalue = because
    if not outputs:
        _show_failure(notebook, watch, because)


def _show_failure(notebook: Any, watch: _Watch, because: str) -> None:
    """For a kernel that died, hung or never started: the reason as the cell's error, and which cells were not reached."""
    from nbformat.v4 import new_output

    code = [place for place, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    at = watch.index if watch.index >= 0 else next(iter(code), len(notebook.cells))
    for place, cell in enumerate(notebook.cells):
        status = "completed" if place < at else "failed" if place == at else "pending"
        cell.metadata.setdefault("papermill", {})["status"] = status
        if place == at:
            cell["outputs"] = [
                *cell.outputs,
                new_output("error", ename="RunError", evalue=because, traceback=[because]),
            ]
