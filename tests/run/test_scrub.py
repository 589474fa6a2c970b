import os
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from toolkit.files import ROOT
from toolkit.run.scrub import known_paths, plain, scrub_notebook, scrub_text

HOME = os.path.expanduser("~")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"File {ROOT}/toolkit/case.py:12", "File toolkit/case.py:12"),
        (f"in {ROOT}", "in ."),
        (f"{HOME}/.cache/x", "~/.cache/x"),
        (f"{sys.prefix}/lib/x.py", "(python)/lib/x.py"),
        ("half of 12/03/2026 and/or more", "half of 12/03/2026 and/or more"),
    ],
)
def test_scrub_text_replaces_known_folders(text, shown):
    assert scrub_text(text, known_paths()) == shown


def test_scrub_text_replaces_a_folder_outside_ascii_as_papermill_writes_it(tmp_path):
    folder = tmp_path / "josé" / "acme"
    written = str(folder).encode("unicode_escape").decode()
    assert scrub_text(f'data = "{written}"', known_paths(folder)) == 'data = "josé/acme"'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/opt/elsewhere/lib/frame.py:3: UserWarning", "frame.py:3: UserWarning"),
        (r"C:\Users\ana\data\invoices.csv is missing", "invoices.csv is missing"),
        ("see https://example.org/a/b/c", "see https://example.org/a/b/c"),
        ("3 and/or 4", "3 and/or 4"),
    ],
)
def test_scrub_text_everywhere_shortens_any_absolute_path(text, shown):
    assert scrub_text(text, {}, everywhere=True) == shown


def test_plain_is_one_line_without_colours():
    assert plain("\n\x1b[31mlost /a/b/c.csv\x1b[0m\nTraceback ...", {}) == "lost c.csv"


def test_scrub_notebook_takes_out_clocks_and_random_ids_and_keeps_pictures():
    picture = "/root/home/Users//" * 3
    cell = new_code_cell(
        "x",
        outputs=[new_output("display_data", {"image/png": picture, "text/html": f"<i>{ROOT}/x</i>"})],
        metadata={"tags": ["injected-parameters"], "papermill": {"duration": 1.0, "status": "completed"}},
    )
    notebook = new_notebook(
        cells=[cell], metadata={"papermill": {"start_time": "now", "input_path": f"{ROOT}/a.ipynb"}}
    )
    scrubbed = scrub_notebook(notebook, known_paths())
    assert scrubbed.metadata == {"papermill": {"input_path": "a.ipynb"}}
    assert scrubbed.cells[0].id == "injected-parameters"
    assert scrubbed.cells[0].metadata.papermill == {"status": "completed"}
    assert scrubbed.cells[0].outputs[0].data == {"image/png": picture, "text/html": "<i>x</i>"}
