"""Warm kernels for jupyter_client: a kernel provisioner, found by the name `toolkit-warm`.

Any client of kernels can use it: `JUPYTER_DEFAULT_PROVISIONER_NAME=toolkit-warm papermill ...`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from toolkit.run.kernels import WarmParents, shared_parents

LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
GLANCE = 0.005  # seconds between two looks at whether a kernel has ended


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from a warm parent; starts it plainly where that is not possible, or it is no kernel of this Python."""

    parents: WarmParents | None = None  # those of the whole process, unless a run brings its own

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel and remember its process, which behaves like one of subprocess."""
        parents = self.parents or shared_parents()
        cwd = str(kwargs.get("cwd") or Path.cwd())
        process = None
        if cmd[: len(LAUNCHER)] == LAUNCHER:
            env = {**(kwargs.get("env") or os.environ)}
            process = await asyncio.to_thread(parents.fork, cmd[len(LAUNCHER) - 1 :], env, cwd)
        if process is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process = process  # type: ignore[assignment]
        self.pid = self.pgid = process.pid  # type: ignore[assignment]
        self.cwd = cwd  # type: ignore[assignment]
        return self.connection_info

    async def wait(self) -> int | None:
        """The exit code, as soon as there is one: jupyter_client itself looks ten times a second, and each notebook waits."""
        while self.process and await self.poll() is None:
            await asyncio.sleep(GLANCE)  # type: ignore[unreachable]
        return await super().wait()
