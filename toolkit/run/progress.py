"""What the terminal shows: one bar for the whole run, or plain lines where there is no terminal; a table at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TextIO

from toolkit.run.engine import Outcome
from toolkit.run.plan import Step


@dataclass(frozen=True)
class Result:
    """A step with how it ended and how many seconds it took."""

    step: Step
    outcome: Outcome
    seconds: float


Progress = Callable[[int, int, Result], None]  # steps done, steps in all, the one that was just done


@contextmanager
def shown_progress(stream: TextIO) -> Iterator[Progress]:
    """A function to call after each step; a bar on a terminal, a line a step anywhere else."""
    if not stream.isatty():
        yield lambda done, total, result: print(f"[{done}/{total}] {_line(result)}", file=stream, flush=True)
        return
    from tqdm import tqdm

    with tqdm(unit=" notebooks", file=stream, dynamic_ncols=True, leave=False) as bar:

        def advance(done: int, total: int, result: Result) -> None:
            bar.total = total
            bar.set_description(_name(result), refresh=False)
            bar.update(done - bar.n)
            if not result.outcome.ok:
                bar.write(_line(result), file=stream)

        yield advance


def _name(result: Result) -> str:
    return f"{result.step.vendor or 'portfolio'} {result.step.period}"


def _line(result: Result) -> str:
    ended = "done" if result.outcome.ok else f"failed, because {result.outcome.because}"
    return f"{_name(result)} {result.step.notebook.stem}: {ended} ({result.seconds:.1f} s)"


def results_table(results: Sequence[Result]) -> str:
    """One line a step: vendor, period, notebook, result and seconds; below them, why some failed."""
    rows = [("vendor", "period", "notebook", "result", "seconds")]
    rows += [
        (
            result.step.vendor or "(all)",
            result.step.period,
            result.step.notebook.stem,
            "done" if result.outcome.ok else "failed",
            f"{result.seconds:.1f}",
        )
        for result in results
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row[:4], widths[:4], strict=True)), row[4].rjust(widths[4])]
        )
        for row in rows
    ]
    failed = [result for result in results if not result.outcome.ok]
    if failed:
        lines += ["", f"Failed: {len(failed)} of {len(results)}", *(f"  {_line(result)}" for result in failed)]
    return "\n".join(lines)
