"""One limit more than papermill has: how much a cell may put out.

Without it a cell that prints in an endless loop would fill the memory of the run, long before its time is up.
"""

from __future__ import annotations

import asyncio
import functools
import signal
from typing import Any

PRINTED = 1_000_000  # characters of printed text that are kept of a cell
MOST = 20_000_000  # characters, pictures included, beyond which a cell is ended: nobody meant to put out so much


@functools.cache
def limited_client() -> type:
    """Papermill's notebook client, which counts what comes in."""
    from nbformat.v4 import new_output
    from papermill.clientwrap import PapermillNotebookClient

    class LimitedClient(PapermillNotebookClient):
        """Keeps the first of what a cell prints, and ends the kernel when there is no end to it."""

        def process_message(self, msg: dict[str, Any], cell: Any, cell_index: int) -> Any:
            """Count an output before it is kept; drop it when there were too many before."""
            taken = _size(msg)
            if not taken:
                return super().process_message(msg, cell, cell_index)
            before = cell.metadata.get("taken", 0)
            cell.metadata["taken"] = before + taken
            if before <= MOST < before + taken:
                self.end_kernel()
            if before > MOST or (msg["msg_type"] == "stream" and before > PRINTED):
                return None
            if msg["msg_type"] == "stream" and before + taken > PRINTED:
                msg["content"]["text"] = msg["content"]["text"][: PRINTED - before]
                super().process_message(msg, cell, cell_index)
                said = f"\nOnly the first {PRINTED:,} characters that this cell printed are kept.\n"
                cell.outputs.append(new_output("stream", name="stderr", text=said))
                return None
            return super().process_message(msg, cell, cell_index) if taken <= MOST else None

        def end_kernel(self) -> None:
            """End the kernel at once; the cell that it executes fails."""
            self._ending = asyncio.ensure_future(self.km.signal_kernel(signal.SIGKILL))

    return LimitedClient


def _size(msg: dict[str, Any]) -> int:
    """The characters of an output; 0 for any other message."""
    content = msg["content"]
    if msg["msg_type"] == "stream":
        return len(content["text"])
    if msg["msg_type"] in ("display_data", "execute_result", "update_display_data"):
        return sum(len(part) if isinstance(part, str) else len(str(part)) for part in content["data"].values())
    return 0


def excess(notebook: Any) -> str:
    """Which code cell was ended because it put out too much, as half a sentence; '' when none was.

    The counts are taken out of the notebook.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    counts = [cell.metadata.pop("taken", 0) for cell in cells]
    over = next((number for number, count in enumerate(counts, start=1) if count > MOST), None)
    return f"code cell {over} put out more than {MOST:,} characters" if over else ""
