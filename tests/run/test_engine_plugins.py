"""What papermill and jupyter_client find of ours by name."""

from __future__ import annotations

import tomllib
from importlib import import_module

import nbformat
import pytest
from jupyter_client.provisioning import KernelProvisionerFactory

from toolkit.files import ROOT
from toolkit.run.engine import import_papermill
from toolkit.run.kernels import warm_wanted

from .conftest import notebook

POINTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]


@pytest.mark.parametrize("group", ["papermill.engine", "jupyter_client.kernel_provisioners"])
def test_entry_points_lead_to_what_they_name(group):
    import_papermill()  # which looks them up while it is being imported, so it comes first
    for place in POINTS[group].values():
        module, name = place.split(":")
        assert isinstance(getattr(import_module(module), name), type)


def test_papermill_executes_with_the_engine_by_name(tmp_path):
    source, output = notebook(tmp_path / "in.ipynb", "print(vendor)"), tmp_path / "out.ipynb"
    import_papermill().execute_notebook(
        str(source), str(output), {"vendor": "elm"}, engine_name="toolkit", kernel_name="python3", progress_bar=False
    )
    assert nbformat.read(output, as_version=4).cells[-1].outputs[0].text == "elm\n"


def test_papermill_saves_what_came_before_an_error(tmp_path):
    papermill = import_papermill()
    source, output = notebook(tmp_path / "in.ipynb", "print(1)", "1 / 0"), tmp_path / "out.ipynb"
    with pytest.raises(papermill.PapermillExecutionError, match="division by zero"):
        papermill.execute_notebook(
            str(source), str(output), engine_name="toolkit", kernel_name="python3", progress_bar=False
        )
    outputs = [cell.outputs for cell in nbformat.read(output, as_version=4).cells if cell.get("outputs")]
    assert [item[0].output_type for item in outputs] == ["stream", "error"]


@pytest.mark.skipif(not warm_wanted(), reason="there is no fork here, or plain kernels are asked for")
def test_any_papermill_gets_warm_kernels_by_the_name_of_the_provisioner(tmp_path, monkeypatch):
    """A warm kernel has the libraries imported before its first cell; papermill's own engine asks for a kernel as ever."""
    monkeypatch.setenv("JUPYTER_DEFAULT_PROVISIONER_NAME", "toolkit-warm")
    monkeypatch.setattr(KernelProvisionerFactory, "_instance", None)  # it reads the name once
    source, output = notebook(tmp_path / "in.ipynb", "import sys\n'pyarrow' in sys.modules"), tmp_path / "out.ipynb"
    import_papermill().execute_notebook(str(source), str(output), kernel_name="python3", progress_bar=False)
    assert nbformat.read(output, as_version=4).cells[-1].outputs[0].data["text/plain"] == "True"
