"""The kernels of one run: how they are started, and how all of them are ended at once.

Plain kernels, one process a notebook. Another way of starting them (forked from a warm parent, on another machine)
replaces `Kernels.manager_class`; engine and executor stay as they are.
"""

from __future__ import annotations

import subprocess
import threading
from typing import Any

from toolkit.run.capacity import limit_memory

# One thread a kernel: the run itself fills the cores, and sums come out in the same order wherever it runs.
ENVIRONMENT = {
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",  # whatever the user's own shell says
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",  # sets in the same order in every run
}


class Kernels:
    """Every kernel process that a run started. `stop` ends them all and lets no other start; safe between threads."""

    def __init__(self) -> None:
        self.stopped = threading.Event()
        self.memory_limit = 0  # bytes that each may take, 0 for no limit
        self._lock = threading.Lock()
        self._processes: list[subprocess.Popen[bytes]] = []

    def stop(self) -> None:
        """End every kernel at once; the notebooks they were executing fail with a dead kernel."""
        with self._lock:
            self.stopped.set()
            for process in self._processes:
                process.kill()

    def manager_class(self) -> type:
        """The class by which nbclient starts a kernel: jupyter_client's own, with our environment, and remembered."""
        from jupyter_client.manager import AsyncKernelManager

        kernels = self

        class RememberedManager(AsyncKernelManager):
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

        return RememberedManager

    def _remember(self, process: subprocess.Popen[bytes] | None) -> None:
        if process is None:  # not a process of ours, so not ours to end
            return
        if self.memory_limit:
            limit_memory(process.pid, self.memory_limit)
        with self._lock:
            self._processes = [earlier for earlier in self._processes if earlier.returncode is None]
            self._processes.append(process)
            if self.stopped.is_set():
                process.kill()
