import io
import json
from pathlib import Path

import pytest

from toolkit.errors import SettingsError
from toolkit.run.engine import Outcome
from toolkit.run.plan import Step
from toolkit.run.progress import Event, Result, explained, results_table, shown_progress, time_left, written_events


class Terminal(io.StringIO):
    def isatty(self):
        return True


def step(vendor="alder"):
    name = f"2026-Q3/{vendor}/20_cost_comparison"
    return Step(name, Path("20_cost_comparison.ipynb"), {}, Path("o"), Path("p"), "2026-Q3", vendor=vendor)


def result(vendor="alder", because="", why="the notebook changed"):
    return Result(step(vendor), Outcome(not because, because), 2.04, why)


def ended(number, result, total=2):
    return Event(result.kind, result.step, number, total, result.why, result)


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()])
def test_shown_progress_tells_a_failure_at_once(stream):
    with shown_progress(stream) as progress:
        progress(ended(1, result()))
        progress(ended(2, result("birch", "volumes.csv is missing")))
    assert "birch 2026-Q3 20_cost_comparison: failed, because volumes.csv is missing (2.0 s)" in stream.getvalue()


def test_shown_progress_writes_plain_lines_without_a_terminal():
    stream = io.StringIO()
    with shown_progress(stream) as progress:
        progress(Event("started", step(), 0, 2, "the notebook changed"))
        progress(ended(1, result()))
    assert stream.getvalue() == "[1/2] alder 2026-Q3 20_cost_comparison: done (2.0 s)\n"


def test_shown_progress_tells_the_time_left_on_a_terminal():
    stream = Terminal()
    with shown_progress(stream) as progress:
        progress(Event("started", step(), 0, 2, "the notebook changed"))
        progress(ended(1, result()))
    assert "about 1 s left, alder 2026-Q3" in stream.getvalue()


def test_time_left_is_foretold_from_steps_that_were_run():
    moments = iter([100.0, 110.0])
    left = time_left(lambda: next(moments))
    told = [
        left(ended(1, result(why=""), 12)),
        left(Event("started", step(), 1, 12, "x")),
        left(ended(2, result(), 12)),
    ]
    assert told == ["", "", "about 2 min left, "]


def test_results_table_lines_up_and_ends_with_the_reasons():
    assert results_table([result(), result("", "it broke")]).splitlines() == [
        "vendor  period   notebook            result  seconds",
        "alder   2026-Q3  20_cost_comparison  done        2.0",
        "(all)   2026-Q3  20_cost_comparison  failed      2.0",
        "",
        "Failed: 1 of 2",
        "  portfolio 2026-Q3 20_cost_comparison: failed, because it broke (2.0 s)",
    ]


def test_results_table_counts_what_was_not_run():
    assert results_table([result(why=""), result("birch", why="")], 3).splitlines() == [
        "Unchanged, and not run again: 2 of 2",
        "Not reached: 1 of 3",
    ]


def test_explained_gives_each_step_a_reason():
    assert explained([(step(), "invoices.csv: rows of alder changed"), (step("birch"), "")]).splitlines() == [
        "alder 2026-Q3 20_cost_comparison: to be run, because invoices.csv: rows of alder changed",
        "birch 2026-Q3 20_cost_comparison: unchanged",
        "",
        "To be run: 1 of 2. Nothing was run.",
    ]


# --------------------------------------------------------------------------------------------------------------- events
def test_written_events_are_whole_lines_as_soon_as_they_are_told(tmp_path):
    file = tmp_path / "events.jsonl"
    with written_events(file) as write:
        write(Event("started", step(), 0, 2, "the notebook changed"))
        assert file.read_text().endswith("}\n")
        write(ended(1, result(because="it broke")))
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["event"], row["ended"]) for row in rows] == [("started", 0), ("failed", 1)]
    assert {name: rows[1][name] for name in ("vendor", "why", "because", "seconds")} == {
        "vendor": "alder", "why": "the notebook changed", "because": "it broke", "seconds": 2.04
    }  # fmt: skip


def test_written_events_refuse_a_file_that_cannot_be_written(tmp_path):
    with pytest.raises(SettingsError, match="--events: found no: No such file"), written_events(tmp_path / "a" / "no"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_written_events_are_given_up_when_the_disk_is_full(capsys):
    with written_events(Path("/dev/full")) as write:
        write(ended(1, result()))
        write(ended(2, result()))
    assert capsys.readouterr().err == "toolkit: full holds no further events: No space left on device\n"
