"""A kernel without sockets: ipykernel's own, in a fork of the warm parent, at the other end of one line.

What goes over the line are Jupyter's own messages, a line of JSON each: requests to execute in, what a cell shows and the
reply out. Five sockets, six threads and a signature for every message are left out; cells see the same kernel.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

from ipykernel.inprocess.socket import DummySocket
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.jsonutil import json_default
from jupyter_client.session import Session
from traitlets import Any as AnyTrait

TOLD = {"stream", "display_data", "update_display_data", "execute_result", "error", "clear_output", "execute_reply"}
COMMS = {"comm_open", "comm_msg", "comm_close"}


class LineSession(Session):
    """Sends every message that a notebook's client looks at over the line, whatever socket it was meant for."""

    line = AnyTrait()

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._sending = threading.Lock()  # printed text comes from a thread of its own

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, parent: Any = None, *given: Any, **more: Any
    ) -> Any:
        """Send a message, or one made from its type, content and parent, as `Session.send` does."""
        if isinstance(msg_or_type, str):
            msg_or_type = self.msg(msg_or_type, content=content, parent=parent, metadata=more.get("metadata"))
        if msg_or_type["msg_type"] in TOLD | COMMS:
            buffers = [base64.b64encode(part).decode() for part in more.get("buffers") or ()]
            with self._sending:
                write(self.line, {**msg_or_type, "buffers": buffers})
        return msg_or_type


class DirectApp(IPKernelApp):
    """The application around ipykernel's kernel, with a line in place of sockets."""

    line = AnyTrait()

    def _nothing(self, **_: Any) -> None:
        """Nobody connects from outside."""

    init_connection_file = init_poller = init_heartbeat = write_connection_file = log_connection_info = _nothing

    def init_sockets(self) -> None:
        """Make the line the place where messages go."""
        self.session = LineSession(parent=self, line=self.line)
        self.iopub_thread = IOPubThread(DummySocket(), session=self.session)
        self.iopub_thread.start()
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        """Make the kernel itself, without its channels."""
        self.config.HistoryManager.enabled = False  # nobody asks for it, and it would be written to the user's home
        here = SimpleNamespace(parent_thread=threading.current_thread())
        kernel = self.kernel_class.instance(  # type: ignore[attr-defined]
            parent=self,
            session=self.session,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            shell_channel_thread=here,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.kernel = kernel
        self.displayhook.get_execution_count = lambda: kernel.execution_count

    def start(self) -> None:
        """Execute one request after the other, until there are no more or a cell has asked for the end."""
        write(self.line, {"language_info": self.kernel.language_info})
        with self.line.makefile("rb") as requests:
            asyncio.run(self._serve(requests))
        os._exit(0)

    async def _serve(self, requests: Any) -> None:
        for request in requests:
            await self._execute(json.loads(request))
            if self.kernel.shell.exit_now:
                return

    async def _execute(self, request: dict[str, Any]) -> None:
        """One cell, as ipykernel executes it: its request is the parent of every message that comes of it."""
        kernel = self.kernel
        kernel.set_parent([], request)
        number = {"execution_count": kernel.execution_count}
        write(self.line, {"msg_type": "execute_input", "content": number, "parent_header": request["header"]})
        kernel.pre_handler_hook()
        try:
            reply = await kernel.do_execute(request["content"]["code"], silent=False, store_history=True, cell_id=None)
        finally:
            kernel.post_handler_hook()
        sys.stdout.flush()
        sys.stderr.flush()
        self.session.send(None, "execute_reply", reply, parent=request)


def write(line: socket.socket, message: dict[str, Any]) -> None:
    """One message as one line."""
    line.sendall(json.dumps(message, default=json_default, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def serve(line: socket.socket, argv: list[str]) -> None:
    """Be the kernel at this end of the line; does not come back."""
    DirectApp.launch_instance(argv, line=line)
