"""The kernels of one run: how they are started, and how all of them are ended at once.

Warm kernels are forked from one parent that has the libraries imported (warm.py); where there is no fork, or it is not
wanted, each kernel is started afresh, with the same results. Either way every notebook has a process of its own.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

from toolkit.run.capacity import limit_memory

if TYPE_CHECKING:
    from toolkit.run.direct_client import DirectKernel

# One thread a kernel: the run itself fills the cores, and sums come out in the same order wherever it runs.
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the user's own shell says
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # sets in the same order in every run
}
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]  # what starts a kernel of this Python
PLAIN = "TOOLKIT_PLAIN_KERNELS"  # in the environment, with any value: start every kernel afresh
PATIENCE = 10  # seconds that it may take to end
WARM_UP = 120  # seconds that a warm parent may take to import, on a machine with much else to do


def warm_wanted() -> bool:
    """Whether kernels are forked here: there is fork, and the environment does not say otherwise."""
    return hasattr(os, "fork") and not os.environ.get(PLAIN)


class WarmProcess:
    """A forked kernel with the face of `subprocess.Popen`: its own parent tells when it ends."""

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self._ended = threading.Event()

    def poll(self) -> int | None:
        """The exit code, negative for a signal; None while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """The exit code, once there is one; TimeoutExpired after `timeout` seconds."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(f"kernel {self.pid}", timeout or 0)
        return self.returncode or 0

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and to what it started; nothing when it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)
                return
            with contextlib.suppress(ProcessLookupError):  # it has only just been forked and has no group yet
                os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def end(self, code: int) -> None:
        """Note that it has ended."""
        self.returncode = code
        self._ended.set()


class WarmParent:
    """One warm parent, seen from the process that started it; it imports while this one goes on."""

    def __init__(self) -> None:
        ours, its = socket.socketpair()
        with its:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "toolkit.run.warm"],
                stdin=its.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, **ENVIRONMENT},
                start_new_session=True,  # Ctrl-C is for the run to handle
            )
        self._channel = ours
        self._numbers = itertools.count()
        self._changed = threading.Condition()
        self._answers: dict[int, dict[str, Any]] = {}
        self._kernels: dict[int, WarmProcess] = {}
        self._ready = self.dead = False
        threading.Thread(target=self._listen, name="warm-parent", daemon=True).start()

    @property
    def pid(self) -> int:
        """The process id of the parent itself."""
        return self._process.pid

    def fork(
        self, argv: list[str], env: dict[str, str], cwd: str, line: socket.socket | None = None
    ) -> WarmProcess | None:
        """A new kernel with these arguments of ipykernel, environment and folder; None where the parent cannot give one.

        With one end of a `line`, which may be closed here afterwards, the kernel is spoken to by the other, without sockets.
        """
        number = next(self._numbers)
        env = {**env, "JPY_PARENT_PID": str(self.pid)}
        request = {"id": number, "argv": argv, "env": env, "cwd": cwd, "direct": line is not None}
        text = json.dumps(request).encode() + b"\n"
        with self._changed:
            if not self._changed.wait_for(lambda: self._ready or self.dead, WARM_UP) or self.dead:
                return None
            with contextlib.suppress(OSError):  # it has just died: the listener says so
                sent = socket.send_fds(self._channel, [text], [line.fileno()] if line else [])
                self._channel.sendall(text[sent:])
            self._changed.wait_for(lambda: number in self._answers or self.dead)
            answer = self._answers.pop(number, {})
            return self._kernels.get(answer.get("pid", 0))

    def close(self) -> None:
        """End the parent and every kernel of it; gives back when they are gone."""
        with contextlib.suppress(OSError):
            self._channel.shutdown(socket.SHUT_RDWR)
        if not self._ready:  # it would first import to the end
            self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        with self._channel.makefile("rb") as lines, contextlib.suppress(OSError):
            for line in lines:
                with self._changed:
                    self._hear(json.loads(line))
                    self._changed.notify_all()
        with self._changed:
            self.dead = True
            for kernel in self._kernels.values():
                kernel.end(-signal.SIGKILL)
            self._changed.notify_all()
        self._channel.close()

    def _hear(self, message: dict[str, Any]) -> None:
        self._ready = True
        if "ended" in message:
            self._kernels.pop(message["pid"]).end(message["ended"])
        elif "id" in message:
            self._answers[message["id"]] = message
            if "pid" in message:
                self._kernels[message["pid"]] = WarmProcess(message["pid"])


class WarmParents:
    """The warm parent that is there at the moment: started when it is first wanted, and again when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._parent: WarmParent | None = None
        self._lost = 0

    def start(self) -> WarmParent | None:
        """Start the parent, unless it is there already; None where kernels are plain, or no parent lives for long."""
        with self._lock:
            if self._parent is not None and self._parent.dead:
                self._parent.close()
                self._parent, self._lost = None, self._lost + 1
            if self._parent is None and self._lost < 3 and warm_wanted():
                self._parent = WarmParent()
            return self._parent

    def fork(
        self, argv: list[str], env: dict[str, str], cwd: str, line: socket.socket | None = None
    ) -> WarmProcess | None:
        """A kernel of the parent; None where it must be started plainly."""
        parent = self.start()
        return parent.fork(argv, env, cwd, line) if parent else None

    def close(self) -> None:
        """End the parent and its kernels."""
        with self._lock:
            if self._parent is not None:
                self._parent.close()
            self._parent = None


@functools.cache
def shared_parents() -> WarmParents:
    """The warm parent of this process, ended with it."""
    parents = WarmParents()
    atexit.register(parents.close)
    return parents


class Kernels:
    """Every kernel process that a run started. `stop` ends them all and lets no other start; safe between threads."""

    def __init__(self, warm: bool | None = None) -> None:
        self.stopped = threading.Event()
        self.warm = warm_wanted() if warm is None else warm and warm_wanted()
        self.memory_limit = 0  # bytes that each may take, 0 for no limit
        self._lock = threading.Lock()
        self._processes: list[Any] = []

    def start(self) -> None:
        """Begin to warm up, in a process of its own, while this one does something else."""
        if self.warm:
            shared_parents().start()

    def stop(self) -> None:
        """End every kernel at once; the notebooks they were executing fail with a dead kernel."""
        with self._lock:
            self.stopped.set()
            for process in self._processes:
                process.kill()

    def direct(self, cmd: list[str], env: dict[str, str], cwd: str) -> DirectKernel | None:
        """A warm kernel spoken to without sockets; None where `cmd` is not this Python's kernel, or none is warm."""
        if not self.warm or cmd[: len(LAUNCHER)] != LAUNCHER:
            return None
        from toolkit.run.direct_client import DirectKernel

        with self._lock:
            if self.stopped.is_set():
                raise RuntimeError("the run was stopped")
        ours, its = socket.socketpair()
        with its:
            process = shared_parents().fork(cmd[len(LAUNCHER) :], {**env, **ENVIRONMENT}, cwd, its)
        if process is None:
            ours.close()
            return None
        self._remember(process)
        return DirectKernel(process, ours)

    def manager_class(self) -> type:
        """The class by which nbclient starts a plain kernel: jupyter_client's own, with our environment, and remembered."""
        from jupyter_client.manager import AsyncKernelManager

        from toolkit.run.provisioner import GLANCE, QuickClient

        kernels = self

        class RememberedManager(AsyncKernelManager):
            client_factory = QuickClient

            async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
                options["env"] = {**options["env"], **ENVIRONMENT}
                # What a kernel prints outside a notebook's cells ("KeyboardInterrupt caught in kernel" at a successful
                # end) would stand in the middle of the progress bar.
                options.update(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                with kernels._lock:
                    if kernels.stopped.is_set():
                        raise RuntimeError("the run was stopped")
                await super()._async_launch_kernel(kernel_cmd, **options)
                kernels._remember(getattr(self.provisioner, "process", None))

            async def _async_wait(self, pollinterval: float = GLANCE) -> None:
                await super()._async_wait(min(pollinterval, GLANCE))

        return RememberedManager

    def _remember(self, process: Any) -> None:
        if process is None:  # not a process of ours, so not ours to end
            return
        if self.memory_limit:
            limit_memory(process.pid, self.memory_limit)
        with self._lock:
            self._processes = [earlier for earlier in self._processes if earlier.returncode is None]
            self._processes.append(process)
            if self.stopped.is_set():
                process.kill()
