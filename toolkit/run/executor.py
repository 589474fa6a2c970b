"""All steps of a run: waves of notebooks in threads, each failure kept apart, every file whole or not there at all."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from toolkit.case import record_failure, record_unclaimed_goals
from toolkit.client import Client, find_client, open_client
from toolkit.errors import ToolkitError
from toolkit.files import ROOT
from toolkit.model import NOT_ASSESSED, Finding, write_findings
from toolkit.run.engine import STOPPED, Engine, Outcome
from toolkit.run.parameters import check_choice, check_steps
from toolkit.run.plan import NOTEBOOKS, Step, plan
from toolkit.run.progress import Progress, Result
from toolkit.run.record import write_records
from toolkit.run.scrub import known_paths, plain
from toolkit.store import prepare

REPORTS = ROOT / "reports"


@dataclass(frozen=True)
class RunReport:
    """What a run did: every step that ended, in the order of the plan, and the portfolio page of each period."""

    client: str
    results: list[Result]
    pages: list[Path]
    stopped: bool

    @property
    def ok(self) -> bool:
        """Whether every planned step was run and went well."""
        return not self.stopped and all(result.outcome.ok for result in self.results)


def run(
    client_folder: str | Path,
    periods: Sequence[str] = (),
    vendors: Sequence[str] = (),
    reports: Path = REPORTS,
    jobs: int | None = None,
    progress: Progress | None = None,
    *,
    areas: Sequence[Any] | None = None,
    notebooks: Path = NOTEBOOKS,
    engine: Engine | None = None,
) -> RunReport:
    """Review vendors of a client: execute every notebook of the plan, write findings, pages and `run.json`.

    Parameters
    ----------
    client_folder
        The client's folder, or its name below `data/`.
    periods, vendors
        As in `review.yaml`; the latest period and every vendor where none is named.
    reports
        The folder above `<client>/<period>/`.
    jobs
        Notebooks executed at the same time; the number of cores where it is not given.
    progress
        Called after each step.
    areas, notebooks, engine
        The areas of the toolkit, its `notebooks/`, and plain kernels, unless others are given.

    Raises
    ------
    SettingsError
        The client, a vendor, a period or a notebook's parameters are wrong; raised before any kernel starts.
    """
    started = datetime.now(UTC)
    engine = engine or Engine()
    client = open_client(find_client(client_folder))
    reports = Path(reports).resolve()
    chosen_vendors, chosen_periods = check_choice(client, vendors, periods)
    areas = _all_areas() if areas is None else areas
    waves = plan(client.folder, chosen_vendors, chosen_periods, areas, reports, notebooks)
    check_steps(step for wave in waves for step in wave)
    _make_ready(client, areas, chosen_vendors, chosen_periods, reports)
    results, stopped = _execute(waves, _Worker(engine, client, areas, reports), jobs or cores(), progress)
    write_records(reports / client.id, client.folder, results, started=started, complete=not stopped)
    pages = [step.page for step in waves[-1] if step.page.is_file()]
    return RunReport(client.id, results, pages, stopped)


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _all_areas() -> Sequence[Any]:
    from toolkit.areas import AREAS

    return AREAS


def _make_ready(
    client: Client, areas: Sequence[Any], vendors: Iterable[str], periods: Iterable[str], reports: Path
) -> None:
    """Fill the prepared store once, before many kernels ask for it, and give goals that no area claims their finding.

    Faults of the data are not raised here: each notebook reports those that concern it.
    """
    for table in {table.name: table for area in areas for table in area.TABLES}.values():
        with contextlib.suppress(ToolkitError):
            prepare(client, table)
    with contextlib.suppress(ToolkitError):
        for period in periods:
            for vendor in vendors:
                record_unclaimed_goals(areas, client, client.vendors[vendor], client.period(period), reports)


def _execute(
    waves: Sequence[Sequence[Step]], worker: _Worker, jobs: int, progress: Progress | None
) -> tuple[list[Result], bool]:
    """Run wave after wave; Ctrl-C ends all kernels at once. Gives the results so far, and whether it was stopped."""
    order = {step.name: place for place, step in enumerate(step for wave in waves for step in wave)}
    results: list[Result] = []
    stopped = False
    pool = ThreadPoolExecutor(jobs, thread_name_prefix="notebook")
    try:
        for wave in waves:
            waiting: set[Future[Result]] = {pool.submit(worker.work, step) for step in wave}
            while waiting:
                done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                for future in done:
                    results.append(future.result())
                    if progress:
                        progress(len(results), len(order), results[-1])
    except KeyboardInterrupt:
        stopped = True
    finally:
        if stopped:
            worker.engine.kernels.stop()
        pool.shutdown(cancel_futures=True)
    return sorted(results, key=lambda result: order[result.step.name]), stopped


@dataclass(frozen=True)
class _Worker:
    """Does one step at a time, in any thread; never raises, so that no step can end another."""

    engine: Engine
    client: Client
    areas: Sequence[Any]
    reports: Path

    def work(self, step: Step) -> Result:
        begun = time.monotonic()
        try:
            outcome = self._work(step)
        except Exception as error:  # a full disk, a page that cannot be made: this step fails, the others go on
            known = known_paths(self.client.folder, self.reports)
            outcome = Outcome(False, plain(f"{type(error).__name__}: {error}", known))
        return Result(step, outcome, time.monotonic() - begun)

    def _work(self, step: Step) -> Outcome:
        if self.engine.kernels.stopped.is_set():
            return Outcome(False, STOPPED)
        written = _state(self._findings(step))
        outcome = self.engine.execute(step)
        if outcome.because == STOPPED:
            return outcome
        if outcome.ok and step.area and _state(self._findings(step)) == written:
            outcome = Outcome(
                False, "the notebook wrote no findings"
            )  # those of an earlier run must not pass for its own
        if not outcome.ok and step.area:
            self._record(step, outcome.because)
        return self._render(step, outcome)

    def _findings(self, step: Step) -> Path:
        return step.page.parent / "findings" / f"{step.area}.json"

    def _record(self, step: Step, because: str) -> None:
        """Findings that say *not assessed*: for every goal of the area, or as a whole where no goal can be read."""
        area = next(area for area in self.areas if step.area == area.NAME)
        try:
            record_failure(area, step.vendor, step.period, str(self.client.folder), str(self.reports), because)
        except Exception:  # what made the notebook fail may well make this fail too
            named = {"id": area.NAME, "label": area.TITLE, "vendor": step.vendor, "period": step.period}
            write_findings(self._findings(step), [Finding(**named, verdict=NOT_ASSESSED, because=because)])

    def _render(self, step: Step, outcome: Outcome) -> Outcome:
        """Make the page; where that fails, take away the page of an earlier run, which must not stand in for it."""
        from toolkit.run.pages import write_page

        try:
            write_page(step, self.client, self.areas, self.reports)
        except Exception:
            step.page.unlink(missing_ok=True)
            if outcome.ok:
                raise
        return outcome


def _state(path: Path) -> tuple[int, int] | None:
    """What changes whenever a file is written anew; None while there is none."""
    return (path.stat().st_ino, path.stat().st_mtime_ns) if path.is_file() else None
