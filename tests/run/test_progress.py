import io
from pathlib import Path

import pytest

from toolkit.run.engine import Outcome
from toolkit.run.plan import Step
from toolkit.run.progress import Result, results_table, shown_progress


class Terminal(io.StringIO):
    def isatty(self):
        return True


def result(vendor="alder", because=""):
    step = Step("a", Path("20_cost_comparison.ipynb"), {}, Path("o"), Path("p"), "2026-Q3", vendor=vendor)
    return Result(step, Outcome(not because, because), 2.04)


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_shown_progress_tells_a_failure_at_once(stream):
    with shown_progress(stream) as progress:
        progress(1, 2, result())
        progress(2, 2, result("birch", "volumes.csv is missing"))
    assert "birch 2026-Q3 20_cost_comparison: failed, because volumes.csv is missing (2.0 s)" in stream.getvalue()


def test_shown_progress_writes_plain_lines_without_a_terminal():
    stream = io.StringIO()
    with shown_progress(stream) as progress:
        progress(1, 2, result())
    assert stream.getvalue() == "[1/2] alder 2026-Q3 20_cost_comparison: done (2.0 s)\n"


def test_results_table_lines_up_and_ends_with_the_reasons():
    assert results_table([result(), result("", "it broke")]).splitlines() == [
        "vendor  period   notebook            result  seconds",
        "alder   2026-Q3  20_cost_comparison  done        2.0",
        "(all)   2026-Q3  20_cost_comparison  failed      2.0",
        "",
        "Failed: 1 of 2",
        "  portfolio 2026-Q3 20_cost_comparison: failed, because it broke (2.0 s)",
    ]
