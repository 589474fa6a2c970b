"""The engine `toolkit` for papermill: `papermill --engine toolkit notebook.ipynb out.ipynb -r vendor alder`.

The same kernels as in a run: forked warm where that is possible, each notebook in a process of its own.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

from toolkit.run.kernels import Kernels

NAME = "toolkit"
START_LIMIT = 120  # seconds a kernel may take to answer, on a machine with much else to do


class ToolkitEngine(NBClientEngine):
    """papermill's own engine with warm kernels; the notebook is saved once, at its end, and not after every cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook; papermill saves it when this is left, whether or not all went well."""
        kernels = options.pop("kernels", None) or Kernels()
        options = {
            "kernel_manager_class": kernels.manager_class(),
            # without it every kernel prints a warning of ipykernel 7.3 and later about unencrypted sockets
            "config": Config({"KernelManager": {"transport_encryption": "auto"}}),
            "shutdown_kernel": "immediate",
            "record_timing": False,
            **options,
        }
        options["start_timeout"] = max(options.get("start_timeout") or 0, START_LIMIT)
        save, nb_man.save = nb_man.save, _not_yet
        try:
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        finally:
            nb_man.save = save


def _not_yet(**_: Any) -> None:
    """Save nothing: to write the file after every cell takes as long as many a cell."""


papermill_engines.register(NAME, ToolkitEngine)  # for a run from a checkout that is not installed
