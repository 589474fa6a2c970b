import json
import os
import subprocess
import sys

import pytest

from toolkit.run.lock import BusyError, locked

HOLD = """
import sys, time
from pathlib import Path
from toolkit.run.lock import locked
with locked([Path(sys.argv[1])]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "acme" / "2026-Q3"


@pytest.fixture
def holder(folder):
    """Another process that holds the lock of the folder."""
    with subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_locked_says_who_is_at_work(folder, holder):
    with pytest.raises(BusyError) as raised, locked([folder]):
        pass
    told = str(raised.value)
    assert told.startswith("reports of acme for 2026-Q3: found another run at work in this folder (process ")
    assert f"(process {holder.pid} on {os.uname().nodename}, since 20" in told
    assert "\n" not in told


def test_locked_lets_other_periods_be_run(folder, holder):
    with locked([folder.with_name("2026-Q2")]):
        assert holder.poll() is None


def test_locked_takes_all_folders_or_none(folder, holder):
    with pytest.raises(BusyError), locked([folder.with_name("2026-Q2"), folder]):
        pass
    with locked([folder.with_name("2026-Q2")]):
        pass


def test_locked_is_freed_by_the_death_of_its_holder(folder, holder):
    holder.kill()
    holder.wait()
    assert json.loads((folder / ".toolkit" / "lock").read_text())["pid"] == holder.pid
    with locked([folder]):
        assert json.loads((folder / ".toolkit" / "lock").read_text())["pid"] == os.getpid()


def test_locked_leaves_no_file(folder):
    with locked([folder]):
        pass
    assert list((folder / ".toolkit").iterdir()) == []


def test_locked_excludes_within_one_process(folder):
    with locked([folder]), pytest.raises(BusyError), locked([folder]):
        pass
    with locked([folder]):
        pass
