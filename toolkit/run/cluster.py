"""A run on a cluster: each step is given to a worker of a Dask scheduler, which has warm kernels of its own.

The run itself (order, freshness, records, the lock) stays in the process that was started; to a worker go a step and where
its client lies, by name. Workers read and write the same folders, at the same paths. A step whose worker dies is begun
again elsewhere; one that no longer belongs to a run, because that was stopped or killed, is ended by its worker.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from toolkit.client import open_client
from toolkit.errors import Fault, RunError, SettingsError, ToolkitError
from toolkit.files import ROOT, shown_path
from toolkit.run.capacity import LEAST, NEED, cores, free_memory
from toolkit.run.engine import STOPPED, Engine, import_papermill
from toolkit.run.executor import LOOK, Worker
from toolkit.run.fresh import code_digest, libraries
from toolkit.run.kernels import Kernels
from toolkit.run.lock import NAME as LOCK
from toolkit.run.plan import Step
from toolkit.run.progress import Result

LOCAL = "local"
ADDRESS = re.compile(r"(tcp|tls)://[^/\s]+:[0-9]+")
CONNECT = 5  # seconds in which a scheduler has to answer
NO_WORKER = 60  # seconds for which a run waits for a worker when it has none
GLANCE = 0.3  # seconds between two looks at whether a step still belongs to a run
LET_GO = 10  # seconds that workers may take to end the kernels of a stopped run
DEATHS = 3  # workers that a step may take with it, where the scheduler is ours
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)"  # Ctrl-C is for the run to handle


@dataclass(frozen=True)
class Job:
    """What a worker must know of a run. It travels with every step, so it is small; seen is what the run itself sees.

    memory: bytes that a kernel may take, 0 where the worker's own limit says so.
    """

    run: str
    client: Path
    reports: Path
    areas: tuple[Any, ...]
    folder: Path
    time_limit: int
    warm: bool
    memory: int
    seen: Mapping[str, str]


# ------------------------------------------------------------------------------------------------- in the run's process
class Cluster:
    """Workers of a Dask scheduler as those who execute the steps of a run: a `toolkit.run.executor.Crew`.

    address is that of a scheduler, or `local` for one with as many single-threaded workers as there are cores, which end
    with the run. jobs: the most steps at once. folder: one that the run has locked, by which workers know that they see
    the same.

    Raises
    ------
    SettingsError
        Dask is not installed, no scheduler answers, it has no workers, or one sees other code or other files.
    """

    def __init__(self, address: str, worker: Worker, jobs: int | None, folder: Path) -> None:
        self.address = address
        self._worker = worker
        self._jobs = jobs
        self._begun: dict[str, Any] = {}
        self._seen = self._looked = time.monotonic()
        self._closing = contextlib.ExitStack()
        with contextlib.ExitStack() as stack:
            memory = 0
            if address == LOCAL:
                places = max(min(jobs or cores(), free_memory() // NEED), 1)
                memory = max(free_memory() // places, LEAST)
                address = stack.enter_context(local_scheduler(places))
            self._client = stack.enter_context(_connected(address))
            self._job = _job(worker, folder, memory)
            self._threads = self._first_threads()
            self._check_workers()
            self._closing = stack.pop_all()

    def has_place(self, running: int) -> bool:
        """Whether a worker has a thread for one more step; the first is always begun, and waits for a worker."""
        return not running or running < min(self._threads, self._jobs or self._threads)

    def look(self) -> None:
        """See how many threads the workers have now: some may have come or gone.

        Raises
        ------
        RunError
            There has been no worker for a minute, or the scheduler does not answer.
        """
        now = time.monotonic()
        if now - self._looked < LOOK:
            return
        self._looked = now
        try:
            self._threads = sum(self._client.nthreads().values())
        except (OSError, TimeoutError, RuntimeError, AttributeError):  # AttributeError: it gave up and closed itself
            raise self._lost() from None
        if self._threads:
            self._seen = now
        elif now - self._seen > NO_WORKER:
            wanted = "at least one, which comes back when it died"
            raise RunError(
                Fault(self.address, f"no worker for {NO_WORKER} seconds", wanted, "Start workers and run again.")
            )

    def submit(self, step: Step, why: str) -> Future[Result]:
        """Give a step to a worker; the scheduler chooses which."""
        told: Future[Result] = Future()
        told.set_running_or_notify_cancel()
        asked = self._client.submit(work, self._job, step, why, key=f"{step.name}-{self._job.run}", pure=False)
        self._begun[step.name] = asked  # the scheduler forgets what nobody holds
        asked.add_done_callback(partial(self._tell, told, step, why))
        return told

    def close(self, stop: bool) -> None:
        """Leave the scheduler; stop: first end what is still at work, with its kernels."""
        with self._closing:
            telling = threading.Thread(target=self._let_go, args=(stop,), daemon=True)
            telling.start()
            telling.join(LET_GO + CONNECT)

    def _let_go(self, stop: bool) -> None:
        with contextlib.suppress(Exception):  # whoever cannot be told any more ends its kernels itself
            if stop:
                self._client.cancel(list(self._begun.values()))
            self._client.run(end_run, self._job.run, on_error="ignore")

    def _tell(self, told: Future[Result], step: Step, why: str, asked: Any) -> None:
        """Hand on how a step ended, also where no worker lived to its end."""
        from distributed import KilledWorker

        try:
            result = asked.result()
            told.set_result(result)
        except KilledWorker as error:
            times = error.allowed_failures + 1
            because = f"its worker of the cluster died {times} times over, perhaps for want of memory"
            told.set_result(self._worker.give_up(step, why, because))
        except ToolkitError as error:
            told.set_exception(error)
        except CancelledError:
            told.set_exception(self._lost())
        except Exception as error:  # of Dask, or a defect: nothing of one notebook's
            wanted = "a step that is executed or fails in a sentence"
            told.set_exception(RunError(Fault(self.address, f"{type(error).__name__}: {error}", wanted)))
        finally:
            self._begun.pop(step.name, None)

    def _lost(self) -> RunError:
        wanted = "one that answers to the end of the run"
        do = "What is done stays done: start the scheduler, then run again."
        return RunError(Fault(self.address, "a scheduler that no longer answers", wanted, do))

    def _first_threads(self) -> int:
        """The threads of all workers, as soon as there is one."""
        with contextlib.suppress(TimeoutError):
            self._client.wait_for_workers(1, timeout=CONNECT)
        threads = sum(self._client.nthreads().values())
        if not threads:
            do = f"Start some beside the data: dask worker {self.address} --nthreads 1 --nworkers=-1"
            raise SettingsError(
                Fault("--cluster", f"a scheduler without workers at {self.address}", "at least one", do)
            )
        return threads

    def _check_workers(self) -> None:
        """Let every worker see for itself, and warm up; SettingsError with all that is wrong with any of them."""
        answers = self._client.run(meet, self._job, files_seen(self._job.client), on_error="return")
        faults: list[Fault | str] = []
        for address, answer in answers.items():
            if isinstance(answer, SettingsError):
                faults += answer.faults
            elif isinstance(answer, Exception):
                found, wanted = f"{type(answer).__name__}: {answer}", "the same toolkit as here, installed"
                faults.append(Fault(f"worker {address}", found, wanted))
        if faults:
            raise SettingsError(faults)


def _job(worker: Worker, folder: Path, memory: int) -> Job:
    engine, client = worker.engine, worker.client.folder
    return Job(
        run=uuid.uuid4().hex,
        client=client,
        reports=worker.reports,
        areas=tuple(worker.areas),
        folder=folder,
        time_limit=engine.time_limit,
        warm=engine.kernels.warm,
        memory=memory,
        seen=what_is_seen(folder),
    )


@contextlib.contextmanager
def local_scheduler(workers: int) -> Iterator[str]:
    """The address of a scheduler on the loopback, with this many single-threaded processes; all end with the context."""
    distributed = _import_distributed()
    import dask

    # not LocalCluster, whose web servers are open to all machines even without a dashboard
    shared = {"host": "127.0.0.1", "dashboard": False, "dashboard_address": "127.0.0.1:0"}
    scheduler = {**shared, "port": 0, "allowed_failures": DEATHS - 1}
    worker = {**shared, "nthreads": 1, "memory_limit": None, "preload": [DEAF], "silence_logs": logging.CRITICAL}
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        dask.config.set({"temporary-directory": scratch}),
        distributed.SpecCluster(
            scheduler={"cls": distributed.Scheduler, "options": scheduler},
            workers={number: {"cls": distributed.Nanny, "options": worker} for number in range(workers)},
            silence_logs=logging.CRITICAL,
        ) as cluster,
    ):
        yield cluster.scheduler_address


@contextlib.contextmanager
def _connected(address: str) -> Iterator[Any]:
    """A client of the scheduler; SettingsError where none answers there."""
    wanted = f"{LOCAL}, or the address of a Dask scheduler, such as tcp://host:8786"
    if not ADDRESS.fullmatch(address):
        raise SettingsError(Fault("--cluster", repr(address), wanted))
    distributed = _import_distributed()
    if address.startswith("tls:") and not distributed.Security().get_connection_args("client").get("ssl_context"):
        do = "Set distributed.comm.tls in the configuration of Dask."
        raise SettingsError(Fault("--cluster", f"no certificates for {address}", "those of the scheduler's TLS", do))
    try:
        client = distributed.Client(address, timeout=CONNECT, set_as_default=False)
    except Exception as error:  # mostly OSError and TimeoutError, and whatever TLS finds
        first = (str(error).splitlines() or [""])[0]
        found = f"{address}, where no scheduler answers ({type(error).__name__}: {first})"
        raise SettingsError(Fault("--cluster", found, wanted, "Start one with: dask scheduler")) from None
    with contextlib.closing(client):
        yield client


def _import_distributed() -> Any:
    """Dask distributed, silent: what goes wrong is told by the run; SettingsError where it is not installed."""
    try:
        import distributed
    except ModuleNotFoundError as error:
        do = "Install it: pip install -c constraints.txt -e '.[cluster]'"
        raise SettingsError(Fault("--cluster", f"no package {error.name}", "Dask distributed", do)) from None
    for name in ("distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return distributed


# ------------------------------------------------------------------------------------------------------------ on both
def what_is_seen(folder: Path) -> dict[str, str]:
    """What has to be the same wherever steps of a run are executed, in words: where the toolkit lies, its code, the
    libraries, and the lock of a folder of reports, in which the run has written its name.
    """
    return {
        "the checkout": str(ROOT),
        "the toolkit's code": code_digest()[:12],
        **libraries(),
        f"the lock of {shown_path(folder)}": (folder / LOCK).read_text(encoding="utf-8"),
    }


def files_seen(client: Path) -> dict[str, str]:
    """The files of a client, by size and time of change in words: a copy of the folder is not the folder."""
    files = sorted(path for path in client.iterdir() if path.is_file() and not path.name.startswith("."))
    return {shown_path(path): _state_words(path.stat()) for path in files}


def _state_words(state: os.stat_result) -> str:
    return f"{state.st_size:,} bytes of {datetime.fromtimestamp(state.st_mtime, UTC):%Y-%m-%d %H:%M:%S.%f}"


# -------------------------------------------------------------------------------------------------------- in a worker
_opened: dict[str, Worker] = {}  # by run
_opening = threading.Lock()


def work(job: Job, step: Step, why: str) -> Result:
    """Execute a step in a thread of a worker, with this worker's own kernels."""
    from distributed import Reschedule, get_worker

    place = get_worker()
    worker = _open(job, place)
    with _watched(place, place.get_current_task(), job.run):
        result = worker.work(step, why)
    if result.outcome.because == STOPPED:
        raise Reschedule  # this worker goes; where the run is over nobody asks again
    return result


async def meet(job: Job, files: dict[str, str], dask_worker: Any = None) -> None:
    """Be ready for a run, before its first step; SettingsError where this worker sees other code or other files."""
    await asyncio.to_thread(_compare, dask_worker.address, files, files_seen, job.client)
    await asyncio.to_thread(_open, job, dask_worker)


async def end_run(run: str, dask_worker: Any = None) -> None:
    """End what a run has at work here; gives back when its kernels are gone."""
    _end(run)
    until = time.monotonic() + LET_GO
    while any(run in str(key) for key in dask_worker.active_keys) and time.monotonic() < until:
        await asyncio.sleep(GLANCE / 10)


def _open(job: Job, place: Any) -> Worker:
    """Those who work for a run in this process; the first time it is seen whether both see the same."""
    with _opening:
        if job.run not in _opened:
            _compare(place.address, job.seen, what_is_seen, job.folder)
            kernels = Kernels(job.warm)
            kernels.start()
            kernels.memory_limit = job.memory or _share(place)
            import_papermill()
            engine = Engine(kernels, job.time_limit)
            _opened[job.run] = Worker(engine, open_client(job.client), job.areas, job.reports)
        return _opened[job.run]


def _compare(address: str, wanted: Mapping[str, str], look: Callable[[Path], dict[str, str]], place: Path) -> None:
    where = f"worker {address}"
    do = "All machines need the same checkout, libraries and files at the same paths; after a change, restart the workers."
    try:
        found = look(place)
    except OSError as error:
        missing = f"no {shown_path(Path(error.filename or place))} ({error.strerror})"
        raise SettingsError(Fault(where, missing, "the folders of the run, shared by all machines", do)) from None
    faults = [
        Fault(where, f"{name}: {found.get(name, 'nothing')}", wanted.get(name, "nothing"), do)
        for name in {**wanted, **found}
        if wanted.get(name) != found.get(name)
    ]
    if faults:
        raise SettingsError(faults)


def _share(place: Any) -> int:
    """Bytes that a kernel may take: a thread's share of what the worker may, or of what is free."""
    limit = place.memory_manager.memory_limit or free_memory()
    return max(min(limit, free_memory()) // place.state.nthreads, LEAST)


@contextlib.contextmanager
def _watched(place: Any, key: Any, run: str) -> Iterator[None]:
    """End the run's kernels here as soon as nobody waits for this step: Dask itself cannot end a thread."""
    from distributed.worker import WORKER_ANY_RUNNING

    over = threading.Event()

    def watch() -> None:
        while not over.wait(GLANCE):
            task = place.state.tasks.get(key)
            if place.status not in WORKER_ANY_RUNNING or task is None or task.state != "executing":
                _end(run)
                return

    threading.Thread(target=watch, name="watch", daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _end(run: str) -> None:
    if worker := _opened.pop(run, None):
        worker.engine.kernels.stop()
