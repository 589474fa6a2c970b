"""The warm parent: `python -m toolkit.run.warm`, one process with the libraries imported, forked for every kernel.

It speaks with the process that started it through its standard input, one half of a socket pair: a line of JSON for each
kernel wanted, with the open line of one that is to be spoken to directly (direct_kernel.py); a line back for each one begun
and for each one ended. It has one thread, because a fork copies no other;
it ends, and every kernel with it, when the other half of the socket is closed, whatever closed it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib.util
import json
import os
import random
import selectors
import signal
import socket
import sys
import time
from typing import Any

LIBRARIES = (  # what notebooks import, and what these import only when first used
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "ipykernel.debugger",
    "tornado.platform.asyncio",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "pdb",
    "psutil",
    "pyarrow.dataset",
    "pyarrow.parquet",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.methods.to_dict",
    "pandas.io.formats.string",
    "IPython.core.logger",
    "scipy.special",
    "matplotlib.figure",
    "matplotlib.backends.backend_svg",
    "toolkit.case",
    "toolkit.charts",
    "toolkit.areas",
    "toolkit.report",
    "toolkit.run.direct_kernel",
)
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of Linux's prctl
WAKE = b"\0"


def main() -> None:
    """Import, then fork a kernel for every request; a fork returns from the loop and becomes that kernel."""
    if sys.path[0] in ("", os.getcwd()):
        del sys.path[0]  # as ipykernel_launcher does: modules of the folder are none of the kernel's
    channel = socket.socket(fileno=os.dup(0))
    os.set_inheritable(channel.fileno(), False)
    warm_up()
    request = _Parent(channel).serve()
    if request is None:
        os._exit(0)  # nothing to tidy up, and somebody waits
    become_kernel(request)


def warm_up() -> None:
    """Import what notebooks use. Nothing may start a thread, read a user's file or touch what a notebook could see."""
    # ipykernel imports its debugger, half a second, for an editor that no run has
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    for name in LIBRARIES:
        importlib.import_module(name)
    del sys.modules["debugpy"]
    rehearse()
    gc.collect()
    gc.freeze()  # the collector of a kernel leaves these objects alone, and their pages stay shared


def rehearse() -> None:
    """Do once, on invented numbers, what nearly every notebook does: what libraries prepare on first use is then shared."""
    import pandas as pd

    from toolkit import charts
    from toolkit.model import Measured

    months = pd.period_range("2025-01", periods=24, freq="M")
    by_month = pd.DataFrame({"month": months, "value": range(24), "in_period": months.year == 2026})
    steps = pd.DataFrame({"step": ["a", "b"], "value": [2.0, 1.0], "kind": ["total", "change"]})
    measured = Measured(label="Rehearsal", unit="GBP", value=1.0, parts={"month": by_month, "step": steps})
    for shown in (charts.trend(measured), charts.waterfall(measured), charts.bars(measured, by="step"), measured):
        shown._repr_html_()


class _Parent:
    """The loop of the warm parent: requests in, kernels forked, ends told."""

    def __init__(self, channel: socket.socket) -> None:
        self.channel = channel
        self.kernels: set[int] = set()
        self.lines: list[int] = []  # that came with requests, in their order
        self.unread = b""
        self.woken, self.waker = socket.socketpair()
        for end in (self.woken, self.waker):
            end.setblocking(False)

    def serve(self) -> dict[str, Any] | None:
        """Serve until the channel is closed (None), or, in a fork, give the request that it is to fulfil."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the run to handle
        signal.set_wakeup_fd(self.waker.fileno())
        with selectors.DefaultSelector() as selector:
            selector.register(self.channel, selectors.EVENT_READ)
            selector.register(self.woken, selectors.EVENT_READ)
            self._tell(ready=True)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if self.woken in ready:
                    self._reap()
                if self.channel in ready:
                    requests = self._requests()
                    if requests is None:
                        self._end_all()
                        return None
                    for request in requests:
                        if self._fork(request) == 0:
                            return request

    def _requests(self) -> list[dict[str, Any]] | None:
        """The requests that have arrived whole; None when there will be no other."""
        try:
            received, lines, _, _ = socket.recv_fds(self.channel, 1 << 20, 64)
        except ConnectionError:
            return None
        if not received:
            return None
        self.lines += lines
        *requests, self.unread = (self.unread + received).split(b"\n")
        return [json.loads(request) for request in requests]

    def _fork(self, request: dict[str, Any]) -> int:
        """Fork; 0 in the kernel-to-be, which keeps nothing of the parent's that is open but its own line."""
        line = self.lines.pop(0) if request["direct"] else None
        try:
            kernel = os.fork()
        except OSError as error:
            kernel = -1
            self._tell(id=request["id"], failed=str(error))
        if kernel == 0:
            signal.set_wakeup_fd(-1)
            for end in (self.channel, self.woken, self.waker):
                end.close()
            for other in self.lines:
                os.close(other)
            request["line"] = line
            return 0
        if line is not None:
            os.close(line)
        if kernel > 0:
            self.kernels.add(kernel)
            self._tell(id=request["id"], pid=kernel)
        return kernel

    def _reap(self) -> None:
        """Tell of every kernel that has ended, with its exit code: negative for the signal that killed it."""
        with contextlib.suppress(BlockingIOError):
            while self.woken.recv(4096):
                pass
        for kernel in list(self.kernels):
            ended, status = os.waitpid(kernel, os.WNOHANG)
            if ended:
                self.kernels.discard(kernel)
                self._tell(pid=kernel, ended=os.waitstatus_to_exitcode(status))

    def _end_all(self) -> None:
        """Nobody is left to use the kernels: end them, and what they started."""
        for kernel in self.kernels:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(kernel, signal.SIGKILL)

    def _tell(self, **message: Any) -> None:
        with contextlib.suppress(OSError):  # a closed channel is seen when it is next read
            self.channel.sendall(json.dumps(message).encode() + b"\n")


def become_kernel(request: dict[str, Any]) -> None:
    """Turn this fork into the kernel that was asked for, as if it had been started afresh."""
    os.setsid()  # a group of its own: what its cells start ends with it
    _die_with_parent()
    for number in (signal.SIGCHLD, signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    random.seed()
    sys.modules["numpy"].random.seed()  # the parent's state would be the same in every kernel
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin or "" if launcher else "", *request["argv"]]
    if request["line"] is not None:
        from toolkit.run.direct_kernel import serve

        serve(socket.socket(fileno=request["line"]), request["argv"])
    from ipykernel.kernelapp import IPKernelApp

    # ipykernel reads this from the environment too, but did so when the parent imported it
    IPKernelApp.launch_instance([*request["argv"], f"--IPKernelApp.parent_handle={os.getppid()}"])


def _die_with_parent() -> None:
    """Ask Linux to end this process when the parent ends; elsewhere ipykernel itself looks for its parent every second."""
    parent = os.getppid()
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


if __name__ == "__main__":
    main()
