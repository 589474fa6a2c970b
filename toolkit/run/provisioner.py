"""Warm kernels for jupyter_client: a kernel provisioner, found by the name `toolkit-warm`.

Any client of kernels can use it: `JUPYTER_DEFAULT_PROVISIONER_NAME=toolkit-warm papermill ...`.
"""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from toolkit.run.kernels import LAUNCHER, shared_parents

GLANCE = 0.005  # seconds between two looks at whether a kernel has ended


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from a warm parent; starts it plainly where that is not possible, or it is no kernel of this Python."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel and remember its process, which behaves like one of subprocess."""
        cwd = str(kwargs.get("cwd") or Path.cwd())
        process = None
        if cmd[: len(LAUNCHER)] == LAUNCHER:
            env = {**(kwargs.get("env") or os.environ)}
            process = await asyncio.to_thread(shared_parents().fork, cmd[len(LAUNCHER) :], env, cwd)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid
        self.cwd = cwd
        return self.connection_info

    async def wait(self) -> int | None:
        """The exit code, as soon as there is one: jupyter_client itself looks ten times a second, and each notebook waits."""
        while self.process and await self.poll() is None:
            await asyncio.sleep(GLANCE)
        return await super().wait()


class QuickClient(AsyncKernelClient):
    """A client that is ready when the kernel is."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers and its output arrives here; RuntimeError when it dies, or after `timeout` seconds.

        jupyter_client then waits until nothing has come for a fifth of a second. Nobody needs that here: nbclient takes
        output for what it belongs to.
        """
        until = time.monotonic() + (timeout or float("inf"))
        answered = connected = False
        while not (answered and connected):
            self.kernel_info()
            answered = await _comes(self.shell_channel, 1)
            connected = answered and await _comes(self.iopub_channel, 0.2)
            if not await self.is_alive():
                raise RuntimeError("Kernel died before replying to kernel_info")
            if time.monotonic() > until:
                raise RuntimeError(f"Kernel didn't respond in {timeout:,.0f} seconds")


async def _comes(channel: Any, seconds: float) -> bool:
    try:
        await channel.get_msg(timeout=seconds)
    except Empty:
        return False
    return True
