"""The engine `toolkit` for papermill: `papermill --engine toolkit notebook.ipynb out.ipynb -r vendor alder`.

The same kernels as in a run: forked warm where that is possible, each notebook in a process of its own.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import NBClientEngine, NotebookExecutionManager, papermill_engines
from traitlets.config import Config

from toolkit.run.direct_client import direct_client
from toolkit.run.kernels import Kernels
from toolkit.run.outputs import excess

NAME = "toolkit"
START_LIMIT = 120  # seconds a kernel may take to answer, on a machine with much else to do


class ToolkitEngine(NBClientEngine):
    """papermill's own engine with warm kernels; the notebook is saved once, at its end, and not after every cell."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: NotebookExecutionManager, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook; papermill saves it when this is left, whether or not all went well."""
        alone = "kernels" not in options
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
            return direct_client()(nb_man, kernels.direct, **_client_options(kernel_name, options)).execute()
        finally:
            nb_man.save = save
            if alone:
                excess(nb_man.nb)  # takes the counts of outputs out again; a run reads them first


def _client_options(kernel_name: str, options: dict[str, Any]) -> dict[str, Any]:
    """What papermill hands to an engine, as its client takes it."""
    known = {
        key: value for key, value in options.items() if key not in ("input_path", "execution_timeout", "start_timeout")
    }
    limits = {"timeout": options.get("execution_timeout"), "startup_timeout": options["start_timeout"]}
    return {**known, **limits, "kernel_name": kernel_name}


def _not_yet(**_: Any) -> None:
    """Save nothing: to write the file after every cell takes as long as many a cell."""


papermill_engines.register(NAME, ToolkitEngine)  # for a run from a checkout that is not installed
