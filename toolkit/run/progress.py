"""What is told while a run goes on: one bar or plain lines for people, lines of JSON for machines; a table at the end."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from toolkit.errors import Fault, SettingsError
from toolkit.run.engine import Outcome
from toolkit.run.plan import Step

STARTED, DONE, FAILED, SKIPPED = "started", "done", "failed", "skipped"


@dataclass(frozen=True)
class Result:
    """A step with how it ended and how many seconds it took; why it was run, or '' where nothing it is made from changed."""

    step: Step
    outcome: Outcome
    seconds: float = 0.0
    why: str = ""

    @property
    def kind(self) -> str:
        """In one word: done, failed, or skipped."""
        return FAILED if not self.outcome.ok else DONE if self.why else SKIPPED


@dataclass(frozen=True)
class Event:
    """Something that happened to a step: it was started, or it ended as `result` says; ended and total count steps."""

    kind: str
    step: Step
    ended: int
    total: int
    why: str = ""
    result: Result | None = None


Progress = Callable[[Event], None]


# ---------------------------------------------------------------------------------------------------------------- people
@contextmanager
def shown_progress(stream: TextIO) -> Iterator[Progress]:
    """A function to call with each event; a bar with the time left on a terminal, a line for each step anywhere else."""
    if not stream.isatty():
        yield lambda event: _print_line(event, stream)
        return
    from tqdm import tqdm

    form = "{n_fmt}/{total_fmt} |{bar}| {elapsed} {postfix}"
    with tqdm(unit=" notebooks", file=stream, dynamic_ncols=True, leave=False, bar_format=form) as bar:
        left = time_left(time.monotonic)

        def advance(event: Event) -> None:
            bar.total = event.total
            bar.set_postfix_str(f"{left(event)}{_name(event.step)}", refresh=False)
            bar.update(event.ended - bar.n)
            bar.refresh()
            if event.kind == FAILED and event.result:
                bar.write(_line(event.result), file=stream)

        yield advance


def _print_line(event: Event, stream: TextIO) -> None:
    if event.kind in (DONE, FAILED) and event.result:  # what was skipped is counted in the table
        with suppress(OSError):  # nobody reads it any more
            print(f"[{event.ended}/{event.total}] {_line(event.result)}", file=stream, flush=True)


def time_left(clock: Callable[[], float]) -> Callable[[Event], str]:
    """A function that tells from each event how long the rest may take, '' while nothing is known.

    Steps that were skipped take no time and foretell none.
    """
    begun: list[float] = []
    skipped = [0]

    def tell(event: Event) -> str:
        skipped[0] += event.kind == SKIPPED
        if event.kind == STARTED and not begun:
            begun.append(clock())
        run = event.ended - skipped[0]
        if not begun or run < 1:
            return ""
        seconds = (clock() - begun[0]) / run * (event.total - event.ended)
        return f"about {_duration(seconds)} left, "

    return tell


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    if seconds < 90:
        return f"{max(round(seconds), 1)} s"
    return f"{minutes} min" if minutes < 120 else f"{seconds / 3600:.1f} h"


def _name(step: Step) -> str:
    return f"{step.vendor or 'portfolio'} {step.period}"


def _line(result: Result) -> str:
    ended = "done" if result.outcome.ok else f"failed, because {result.outcome.because}"
    return f"{_name(result.step)} {result.step.notebook.stem}: {ended} ({result.seconds:.1f} s)"


# -------------------------------------------------------------------------------------------------------------- machines
@contextmanager
def written_events(path: Path | None) -> Iterator[Progress]:
    """A function that writes each event as one line of JSON, whole and at once; without a path it writes nothing.

    A line holds `event` (started, done, failed or skipped), `at` (seconds since the first one), `step`, `period`, `vendor`
    ('' for the portfolio), `notebook`, `ended` and `total` (steps), `why` (it was run or skipped), and at the end of a step
    `seconds` and `because` (why it failed, or '').

    Raises
    ------
    SettingsError
        The file cannot be written. One that can no longer be written later on is given up, and the run goes on.
    """
    if path is None:
        yield lambda event: None
        return
    try:
        file = path.open("wb", buffering=0)  # a line is written by one call, and is there when the call returns
    except OSError as error:
        raise SettingsError(Fault("--events", f"{path.name}: {error.strerror}", "a file that may be written")) from None
    begun = time.monotonic()
    given_up: list[str] = []

    def write(event: Event) -> None:
        if given_up:
            return
        try:
            file.write((json.dumps(_event_row(event, time.monotonic() - begun), ensure_ascii=False) + "\n").encode())
        except OSError as error:
            given_up.append(f"{path.name} holds no further events: {error.strerror}")
            print(f"toolkit: {given_up[0]}", file=sys.stderr)

    with file:
        yield write


def _event_row(event: Event, at: float) -> dict[str, Any]:
    row: dict[str, Any] = {"event": event.kind, "at": round(at, 3), "step": event.step.name}
    row |= {"period": event.step.period, "vendor": event.step.vendor, "notebook": event.step.notebook.stem}
    row |= {"ended": event.ended, "total": event.total, "why": event.why}
    if event.result:
        row |= {"seconds": round(event.result.seconds, 3), "because": event.result.outcome.because}
    return row


# -------------------------------------------------------------------------------------------------------------- the table
def results_table(results: Sequence[Result], total: int | None = None) -> str:
    """One line for each step that was run: vendor, period, notebook, result and seconds; then how many were not, and why
    some failed. total is the number of planned steps, where it is not that of the results.
    """
    ran = [result for result in results if result.kind != SKIPPED]
    rows = [
        (
            result.step.vendor or "(all)",
            result.step.period,
            result.step.notebook.stem,
            result.kind,
            f"{result.seconds:.1f}",
        )
        for result in ran
    ]
    counts = Counter(result.kind for result in results)
    lines = _aligned([("vendor", "period", "notebook", "result", "seconds"), *rows]) if ran else []
    if counts[SKIPPED]:
        lines.append(f"Unchanged, and not run again: {counts[SKIPPED]:,} of {len(results):,}")
    if total is not None and total > len(results):
        lines.append(f"Not reached: {total - len(results):,} of {total:,}")
    if counts[FAILED]:
        failed = [f"  {_line(result)}" for result in results if result.kind == FAILED]
        lines += ["", f"Failed: {counts[FAILED]} of {len(results)}", *failed]
    return "\n".join(lines)


def explained(reasons: Sequence[tuple[Step, str]]) -> str:
    """For each step one line that says why it would be run, or that it need not be."""
    lines = [
        f"{_name(step)} {step.notebook.stem}: " + (f"to be run, because {why}" if why else "unchanged")
        for step, why in reasons
    ]
    count = sum(bool(why) for _, why in reasons)
    return "\n".join([*lines, "", f"To be run: {count:,} of {len(reasons):,}. Nothing was run."])


def _aligned(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return [
        "  ".join(
            [*(cell.ljust(width) for cell, width in zip(row[:4], widths[:4], strict=True)), row[4].rjust(widths[4])]
        )
        for row in rows
    ]
