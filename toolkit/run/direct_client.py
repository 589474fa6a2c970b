"""Papermill's notebook client, at the near end of the line to a direct kernel.

Everything that papermill and nbclient do with a cell, its outputs and its errors is theirs; only the way in which messages
come is another one. Where there is no warm parent, or the notebook asks for another kernel, it is nbclient's own way.
"""

from __future__ import annotations

import base64
import functools
import inspect
import json
import os
import time
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Any

from toolkit.run.outputs import limited_client

if TYPE_CHECKING:
    import socket

    from toolkit.run.kernels import WarmProcess

Message = dict[str, Any]


class DirectKernel:
    """A kernel process and the line to it; as a context it is ended on leaving."""

    def __init__(self, process: WarmProcess, line: socket.socket) -> None:
        self.process = process
        self._line = line
        self._messages = line.makefile("rb")
        self._asked = 0

    def __enter__(self) -> DirectKernel:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self._messages.close()
        self._line.close()
        self.process.wait()

    def receive(self, until: float | None) -> Message:
        """The next message; TimeoutError at the moment `until` (of time.monotonic), EOFError when the kernel has ended."""
        self._line.settimeout(None if until is None else max(until - time.monotonic(), 0.001))
        try:
            text = self._messages.readline()
        except ConnectionError:
            text = b""
        if not text.endswith(b"\n"):
            raise EOFError
        message: Message = json.loads(text.decode("utf-8", "surrogatepass"))
        return message

    def execute(self, code: str, until: float | None) -> Iterator[Message]:
        """Execute a cell: the messages that come of it, the last of which is its reply."""
        self._asked += 1
        header = {"msg_id": str(self._asked), "msg_type": "execute_request", "session": "", "username": ""}
        request = {"header": header, "parent_header": {}, "metadata": {}, "content": {"code": code}}
        try:
            self._line.sendall(json.dumps(request).encode() + b"\n")
        except ConnectionError:
            raise EOFError from None
        while True:
            message = self.receive(until)
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue  # of a thread that an earlier cell started: nbclient drops it too
            message["buffers"] = [base64.b64decode(part) for part in message.get("buffers", ())]
            yield message
            if message["msg_type"] == "execute_reply":
                return


@functools.cache
def direct_client() -> type:
    """The class of the client; made when it is first wanted, because nbclient takes long to import."""
    from jupyter_core.utils import run_sync
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    class DirectClient(limited_client()):  # type: ignore[misc]
        """Executes a notebook in a direct kernel that `start_kernel(cmd, env, cwd)` gives, or, where it gives none, in any."""

        def __init__(self, nb_man: Any, start_kernel: Callable[..., DirectKernel | None], **options: Any) -> None:
            super().__init__(nb_man, **options)
            self._start_kernel = start_kernel
            self._kernel: DirectKernel | None = None

        def execute(self, **options: Any) -> Any:
            manager = self.km = self.create_kernel_manager()
            folder = self.resources.get("metadata", {}).get("path") or os.getcwd()
            env = {**os.environ, **(manager.kernel_spec.env or {})}
            self._kernel = self._start_kernel(manager.format_kernel_cmd(), env, folder)
            if self._kernel is None:
                return super().execute(**options)
            self.reset_execution_trackers()
            with self._kernel as kernel:
                try:
                    about = kernel.receive(time.monotonic() + self.startup_timeout)
                except (EOFError, TimeoutError):
                    raise RuntimeError("the kernel did not start") from None
                self._call(self.on_notebook_start, notebook=self.nb)
                self.papermill_execute_cells()
            self.nb.metadata["language_info"] = about["language_info"]
            self.set_widgets_metadata()
            return self.nb

        def execute_cell(self, cell: Any, cell_index: int, *given: Any, **options: Any) -> Any:
            if self._kernel is None:
                return super().execute_cell(cell, cell_index, *given, **options)
            self._call(self.on_cell_start, cell=cell, cell_index=cell_index)
            skipped = self.skip_cells_with_tag in cell.metadata.get("tags", [])
            if cell.cell_type != "code" or not cell.source.strip() or skipped:
                return cell
            self._call(self.on_cell_execute, cell=cell, cell_index=cell_index)
            cell.outputs = []
            self.clear_before_next_output = False
            self.code_cells_executed += 1
            reply = self._collect(cell, cell_index)
            self._call(self.on_cell_complete, cell=cell, cell_index=cell_index)
            if reply["content"]["status"] == "error":
                run_sync(self._check_raise_for_error)(cell, cell_index, reply)
            return cell

        def _collect(self, cell: Any, cell_index: int) -> Message:
            """Execute a cell and put what it shows into it; gives the reply."""
            limit = self._get_timeout(cell)
            until = None if limit is None else time.monotonic() + limit
            message: Message = {}
            try:
                for message in self._kernel.execute(cell.source, until):  # type: ignore[union-attr]
                    if message["msg_type"] != "execute_reply":
                        self.process_message(message, cell, cell_index)
            except TimeoutError:
                raise CellTimeoutError.error_from_timeout_and_cell("Cell execution timed out", limit, cell) from None
            except EOFError:
                raise DeadKernelError("Kernel died") from None
            return message

        def end_kernel(self) -> None:
            if self._kernel is None:
                super().end_kernel()
            else:
                self._kernel.process.kill()

        @staticmethod
        def _call(hook: Callable[..., Any] | None, **given: Any) -> None:
            """Call a hook, which may be a coroutine's function."""
            told = hook(**given) if hook else None
            if inspect.isawaitable(told):
                run_sync(_awaited)(told)

    return DirectClient


async def _awaited(told: Any) -> Any:
    return await told
