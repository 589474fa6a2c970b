"""All steps of a run: each as soon as those it waits for have ended, as many at once as there is room for.

Each failure is kept apart, every file is whole or not there at all, and what has not changed is not run again.
"""

from __future__ import annotations

import contextlib
import errno
import heapq
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any, Protocol

from toolkit.case import record_failure, record_unclaimed_goals
from toolkit.client import Client, find_client, open_client
from toolkit.errors import Fault, SettingsError, ToolkitError
from toolkit.files import ROOT, shown_path
from toolkit.model import NOT_ASSESSED, Finding, Period, write_findings
from toolkit.run.capacity import LEAST, NEED, cores, free_memory, largest_descendant
from toolkit.run.engine import STOPPED, Engine, Outcome
from toolkit.run.fresh import Freshness, findings_file, written_files
from toolkit.run.lock import locked
from toolkit.run.parameters import check_choice, check_steps
from toolkit.run.plan import NOTEBOOKS, Step, plan
from toolkit.run.progress import STARTED, Event, Progress, Result
from toolkit.run.record import write_records
from toolkit.run.scrub import known_paths, plain

REPORTS = ROOT / "reports"
FORCED = "it was asked for with --force"
HALF = re.compile(r"\.[^/]+\.(html|ipynb|json)\.[a-z0-9_]{8}")  # what `write_whole` calls a file that is not whole yet
IDLE = 10  # seconds for which nobody has written to a half file that a dead run left behind
LOOK = 1.0  # seconds between two looks at what the notebooks need
FULL = {errno.ENOSPC, errno.EDQUOT}


@dataclass(frozen=True)
class RunReport:
    """What a run did: every step that ended, in the order of the plan, and the portfolio page of each period.

    planned counts all steps of the plan; notes say what else went wrong, a sentence each.
    """

    client: str
    results: list[Result]
    pages: list[Path]
    stopped: bool
    planned: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every planned step went well, in this run or, where nothing has changed since, in an earlier one."""
        return not self.stopped and not self.notes and all(result.outcome.ok for result in self.results)


def run(
    client_folder: str | Path,
    periods: Sequence[str] = (),
    vendors: Sequence[str] = (),
    reports: Path = REPORTS,
    jobs: int | None = None,
    progress: Progress | None = None,
    *,
    force: bool = False,
    areas: Sequence[Any] | None = None,
    notebooks: Path = NOTEBOOKS,
    engine: Engine | None = None,
    cluster: str = "",
) -> RunReport:
    """Review vendors of a client: execute every notebook that is not up to date, write findings, pages and `run.json`.

    Parameters
    ----------
    client_folder
        The client's folder, or its name below `data/`.
    periods, vendors
        As in `review.yaml`; the latest period and every vendor where none is named.
    reports
        The folder above `<client>/<period>/`.
    jobs
        The most notebooks executed at the same time, as far as memory allows; the number of cores where it is not given.
        On a cluster, the number of its workers' threads.
    progress
        Called when a step starts and when it ends.
    force
        Execute every notebook, whether or not anything changed.
    areas, notebooks, engine
        The areas of the toolkit, its `notebooks/`, and warm kernels where there is fork, unless others are given.
    cluster
        The address of a Dask scheduler, or `local` for workers that live as long as the run; '' for none.

    Raises
    ------
    SettingsError
        The client, a vendor, a period or a notebook's parameters are wrong, no scheduler answers, or its workers do not
        see what this process sees; raised before any kernel starts.
    BusyError
        Another run is at work in the folder of one of the periods.
    RunError
        The scheduler, or every worker, was lost.
    """
    started = datetime.now(UTC)
    work = _set_out(client_folder, periods, vendors, reports, areas, notebooks)
    _check_writable(work.fresh.folder.parent)
    engine = engine or Engine()
    if not cluster and (force or work.fresh.why(work.steps[0])):
        engine.kernels.start()  # something is to be done: warm up while the rest is made ready
    folders = list(dict.fromkeys(step.page.parent for step in work.steps if not step.vendor))
    with locked(folders):
        _clear(folders, time.time() - IDLE)
        worker = Worker(engine, work.client, work.areas, work.fresh.folder.parent)
        crew = _hire(worker, jobs, cluster, folders[0])
        results, stopped = _execute(work, crew, progress or (lambda event: None), force)
        complete = not stopped and len(results) == len(work.steps)
        notes = _write_records(work, results, started, complete)
        _clear(folders, started.timestamp())
    pages = [step.page for step in work.steps if not step.vendor and step.page.is_file()]
    return RunReport(work.client.id, results, pages, stopped, len(work.steps), notes)


def explain(
    client_folder: str | Path,
    periods: Sequence[str] = (),
    vendors: Sequence[str] = (),
    reports: Path = REPORTS,
    *,
    force: bool = False,
    areas: Sequence[Any] | None = None,
    notebooks: Path = NOTEBOOKS,
) -> list[tuple[Step, str]]:
    """Every step that `run` would go through, with the reason why it would be executed, or '' when it need not be.

    Nothing is executed. A step that reads findings which are to be made anew is counted among those to be executed; should
    they come out the same, it will not be.
    """
    work = _set_out(client_folder, periods, vendors, reports, areas, notebooks)
    reasons: dict[str, str] = {}
    for step in work.steps:
        first = [name for name in step.after if reasons[name]]
        why = FORCED if force else work.fresh.why(step)
        waits = f"it waits for {first[0]}, which is to be run" if first else ""
        reasons[step.name] = why or waits
    return [(step, reasons[step.name]) for step in work.steps]


@dataclass(frozen=True)
class _Work:
    """What a run has before it."""

    client: Client
    areas: Sequence[Any]
    steps: list[Step]
    fresh: Freshness


def _set_out(
    client_folder: str | Path,
    periods: Sequence[str],
    vendors: Sequence[str],
    reports: Path,
    areas: Sequence[Any] | None,
    notebooks: Path,
) -> _Work:
    """Read the client, check what was asked for, and plan."""
    client = open_client(find_client(client_folder))
    reports = Path(reports).resolve()
    chosen_vendors, chosen_periods = check_choice(client, vendors, periods)
    areas = _all_areas() if areas is None else areas
    steps = plan(client.folder, chosen_vendors, chosen_periods, areas, reports, notebooks)
    check_steps(steps)
    return _Work(client, areas, steps, Freshness(client, areas, reports / client.id))


def _check_writable(reports: Path) -> None:
    """Refuse a folder that cannot be written to before, rather than after, every notebook was run."""
    try:
        reports.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=reports) as file:
            file.write(b"1")
    except OSError as error:
        found = f"{shown_path(reports)}, where nothing can be written ({error.strerror or type(error).__name__})"
        raise SettingsError(Fault("reports", found, "a folder that can be written to")) from None


def _all_areas() -> Sequence[Any]:
    from toolkit.areas import AREAS

    return AREAS


def _clear(folders: Sequence[Path], before: float) -> None:
    """Remove half files that a killed run left, last written before this moment; nobody else may be at work there."""
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in filter(HALF.fullmatch, names):
                path = Path(place, name)
                with contextlib.suppress(OSError):
                    if path.stat().st_mtime < before:
                        path.unlink()


def _clear_step(step: Step) -> None:
    """Remove half files of this step, whose kernel, or an earlier worker, died while it wrote them."""
    for path in written_files(step):
        for half in path.parent.glob(f".{path.name}.????????"):
            half.unlink(missing_ok=True)


def _write_records(work: _Work, results: Sequence[Result], started: datetime, complete: bool) -> list[str]:
    """Write run.json of each period; gives what went wrong, as sentences."""
    try:
        write_records(
            work.fresh.folder,
            work.client.folder,
            results,
            started=started,
            complete=complete,
            known=work.fresh.file_digests(),
        )
    except OSError as error:
        return [f"run.json could not be written: {_words(error, {})}"]
    return []


# ----------------------------------------------------------------------------------------------------------- one by one
class Crew(Protocol):
    """Those who execute steps: threads of this process, or the workers of a cluster."""

    def has_place(self, running: int) -> bool:
        """Whether one more may begin beside those that are running."""

    def look(self) -> None:
        """Learn how many there is room for at this moment."""

    def submit(self, step: Step, why: str) -> Future[Result]:
        """Begin a step."""

    def close(self, stop: bool) -> None:
        """Let all go; stop: end what is still at work at once."""


def _hire(worker: Worker, jobs: int | None, cluster: str, folder: Path) -> Crew:
    """Threads, or a cluster whose workers see the same folder, locked as it is."""
    if not cluster:
        return _Threads(worker, jobs or cores())
    from toolkit.run.cluster import Cluster

    return Cluster(cluster, worker, jobs, folder)


def _execute(work: _Work, crew: Crew, progress: Progress, force: bool) -> tuple[list[Result], bool]:
    """Go through all steps; Ctrl-C ends all kernels at once. Gives the results so far, and whether it was stopped."""
    queue = _Queue(work.steps)
    results: dict[str, Result] = {}
    running: dict[Future[Result], dict[str, str]] = {}

    def end(result: Result) -> None:
        results[result.step.name] = result
        queue.end(result.step)
        progress(Event(result.kind, result.step, len(results), len(work.steps), result.why, result))

    stopped = False
    try:
        while len(results) < len(work.steps):
            while crew.has_place(len(running)) and (step := queue.take()) is not None:
                why = FORCED if force else work.fresh.why(step)
                if not why:
                    end(Result(step, Outcome(True)))
                    continue
                inputs = _inputs(work.fresh, step)
                progress(Event(STARTED, step, len(results), len(work.steps), why))
                running[crew.submit(step, why)] = inputs
            done, _ = wait(running, LOOK, return_when=FIRST_COMPLETED)
            crew.look()
            for future in done:
                _keep(work.fresh, future.result(), running.pop(future))
                end(future.result())
    except KeyboardInterrupt:
        stopped = True
    finally:
        with _undisturbed():
            crew.close(stop=stopped or bool(running))
    return [results[step.name] for step in work.steps if step.name in results], stopped


def _inputs(fresh: Freshness, step: Step) -> dict[str, str]:
    """What a step is made from; nothing where that cannot be read, so that it will be run again."""
    try:
        return fresh.inputs(step)
    except OSError:
        return {}


def _keep(fresh: Freshness, result: Result, inputs: dict[str, str]) -> None:
    """Record how a step came about; where that cannot be written down, it will be run again."""
    with contextlib.suppress(OSError):
        fresh.write(result.step, inputs, result.outcome.because)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """No second Ctrl-C while kernels are ended: it would leave some of them behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


class _Queue:
    """Steps in the order of the plan, each only when all that it waits for have ended."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._place = {step.name: place for place, step in enumerate(steps)}
        self._sorter = TopologicalSorter({step.name: step.after for step in steps})
        self._sorter.prepare()
        self._ready: list[int] = []

    def take(self) -> Step | None:
        """The next step that may begin; None when all others wait."""
        for name in self._sorter.get_ready():
            heapq.heappush(self._ready, self._place[name])
        return self._steps[heapq.heappop(self._ready)] if self._ready else None

    def end(self, step: Step) -> None:
        """Let those begin that waited for this step."""
        self._sorter.done(step.name)


class _Room:
    """How many notebooks may run at once: as many as asked for, fewer where memory does not allow it, but always one.

    limit is what one of them may take at most, in bytes: its share of what was free at the start.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._free = free_memory()
        self._need = NEED
        self.limit = max(self._free // self._places(), LEAST)

    def look(self) -> None:
        """Learn from the notebooks that are running what one needs."""
        self._need = max(self._need, largest_descendant())

    def has_place(self, running: int) -> bool:
        """Whether one more may begin beside those that are running."""
        return not running or (running < self._places() and free_memory() >= self._need)

    def _places(self) -> int:
        return max(min(self._jobs, self._free // self._need), 1)


class _Threads:
    """Threads of this process, each with a kernel of its own, as many at once as there is room for."""

    def __init__(self, worker: Worker, jobs: int) -> None:
        self._worker = worker
        self._room = _Room(jobs)
        self._pool = ThreadPoolExecutor(jobs, thread_name_prefix="notebook")
        worker.engine.kernels.memory_limit = self._room.limit
        self.has_place, self.look = self._room.has_place, self._room.look

    def submit(self, step: Step, why: str) -> Future[Result]:
        return self._pool.submit(self._worker.work, step, why)

    def close(self, stop: bool) -> None:
        if stop:
            self._worker.engine.kernels.stop()
        self._pool.shutdown(cancel_futures=True)


@dataclass(frozen=True)
class Worker:
    """Does one step at a time, in any thread; never raises, so that no step can end another."""

    engine: Engine
    client: Client
    areas: Sequence[Any]
    reports: Path

    def work(self, step: Step, why: str) -> Result:
        """Execute a step, whatever comes of it; why it is executed is only handed on."""
        begun = time.monotonic()
        if self.engine.kernels.stopped.is_set():
            return Result(step, Outcome(False, STOPPED), why=why)
        outcome = self._attempt(step)
        _clear_step(step)
        if outcome.because != STOPPED:
            outcome = self._finish(step, outcome)
        return Result(step, outcome, time.monotonic() - begun, why)

    def give_up(self, step: Step, why: str, because: str) -> Result:
        """What is left of a step that nobody could execute: a notebook, findings and a page that say so."""
        _clear_step(step)
        step.output.unlink(missing_ok=True)  # that of an earlier run must not pass for this one's
        outcome = Outcome(False, because)
        with contextlib.suppress(Exception):  # without the notebook there is no page, but still the findings
            outcome = self.engine.give_up(step, because)
        return Result(step, self._finish(step, outcome), why=why)

    def _attempt(self, step: Step) -> Outcome:
        written = _state(findings_file(step))
        try:
            outcome = self.engine.execute(step)
        except Exception as error:  # no room for the executed notebook, or a defect: this step fails, the others go on
            step.output.unlink(missing_ok=True)  # that of an earlier run must not pass for this one's
            return Outcome(False, self._plain(error))
        if outcome.ok and step.area and _state(findings_file(step)) == written:
            return Outcome(False, "the notebook wrote no findings")  # those of an earlier run must not pass for its own
        return outcome

    def _finish(self, step: Step, outcome: Outcome) -> Outcome:
        """Write what has to stand beside the executed notebook: findings where it failed, its page in any case."""
        for write in (self._record, self._record_unclaimed_goals, self._render):
            try:
                write(step, outcome)
            except Exception as error:
                outcome = outcome if not outcome.ok else Outcome(False, self._plain(error))
        return outcome

    def _plain(self, error: Exception) -> str:
        return _words(error, known_paths(self.client.folder, self.reports))

    def _record_unclaimed_goals(self, step: Step, outcome: Outcome) -> None:
        """With the first area, give goals that no area claims their finding; faulty goals are told by the notebooks."""
        if not step.area or step.area != self.areas[0].NAME:
            return
        vendor, period = self.client.vendors[step.vendor], self.client.period(step.period)
        with contextlib.suppress(ToolkitError):
            record_unclaimed_goals(self.areas, self.client, vendor, period, self.reports)

    def _record(self, step: Step, outcome: Outcome) -> None:
        """Findings that say *not assessed*: for every goal of the area, or as a whole where no goal can be read."""
        if outcome.ok or not step.area:
            return
        because = outcome.because
        area = next(area for area in self.areas if step.area == area.NAME)
        try:
            record_failure(area, step.vendor, step.period, str(self.client.folder), str(self.reports), because)
        except Exception:  # what made the notebook fail may well make this fail too
            findings_file(step).unlink(missing_ok=True)  # those of an earlier run must not stand in; and it makes room
            named = {"id": area.NAME, "label": area.TITLE, "vendor": step.vendor, "period": step.period}
            write_findings(findings_file(step), [Finding(**named, verdict=NOT_ASSESSED, because=because)])

    def _render(self, step: Step, outcome: Outcome) -> None:
        """Make the page; where that fails, take away the page of an earlier run, which must not stand in for it."""
        from toolkit.report.pages import write_page

        area = next((area for area in self.areas if area.NAME == step.area), None)
        vendor = self.client.vendors[step.vendor] if step.vendor else None
        where = (self.client, Period.parse(step.period), self.reports / self.client.id)
        try:
            write_page(step.output, step.page, *where, vendor=vendor, area=area)
        except Exception:
            step.page.unlink(missing_ok=True)
            raise


def _words(error: Exception, known: dict[str, str]) -> str:
    """An error as a sentence without folders."""
    if isinstance(error, OSError) and error.errno in FULL:
        return "there was no room left on the disk for its files"
    return plain(f"{type(error).__name__}: {error}", known)


def _state(path: Path) -> tuple[int, int] | None:
    """What changes whenever a file is written anew; None while there is none."""
    return (path.stat().st_ino, path.stat().st_mtime_ns) if path.is_file() else None
