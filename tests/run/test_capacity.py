import os
import subprocess
import sys
from pathlib import Path

import pytest

from toolkit.run import capacity
from toolkit.run.capacity import cores, free_memory, largest_descendant, limit_memory

MB = 2**20


@pytest.fixture
def group(tmp_path, monkeypatch):
    """A machine with a control group of version 2 around this process, whose files a test writes."""
    monkeypatch.setattr(capacity, "CGROUPS", tmp_path)
    inner = tmp_path / "pod" / "box"
    inner.mkdir(parents=True)
    monkeypatch.setattr(capacity, "_groups", lambda controller: iter([inner, inner.parent, tmp_path]))
    return inner


def test_free_memory_is_what_the_tightest_group_leaves(group):
    for folder, limit in ((group, "max"), (group.parent, str(600 * MB))):
        (folder / "memory.max").write_text(f"{limit}\n")
        (folder / "memory.current").write_text(f"{450 * MB}\n")
        (folder / "memory.stat").write_text(f"anon 1\ninactive_file {50 * MB}\n")
    assert free_memory() == 200 * MB


def test_free_memory_knows_groups_of_version_1(group):
    (group / "memory.limit_in_bytes").write_text(str(300 * MB))
    (group / "memory.usage_in_bytes").write_text(str(100 * MB))
    assert free_memory() == 200 * MB


def test_free_memory_is_never_below_zero(group):
    (group / "memory.max").write_text("1000")
    (group / "memory.current").write_text("2000")
    assert free_memory() == 0


@pytest.mark.parametrize(("quota", "granted"), [("150000 100000", 2), ("50000 100000", 1)])
def test_cores_are_those_of_the_group_rounded_up(group, monkeypatch, quota, granted):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(8), raising=False)
    (group / "cpu.max").write_text(quota)
    assert cores() == granted


def test_cores_without_a_quota_are_all(group, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: range(8), raising=False)
    (group / "cpu.max").write_text("max 100000")
    assert cores() == 8


@pytest.mark.skipif(sys.platform != "linux", reason="limits of running processes are Linux's")
def test_limit_memory_turns_greed_into_a_memory_error():
    greedy = "input(); b = bytearray(500 * 2**20)"
    with subprocess.Popen([sys.executable, "-c", greedy], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        limit_memory(process.pid, 200 * MB)
        _, told = process.communicate(b"\n", timeout=60)
    assert told.decode().strip().endswith("MemoryError")


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="no /proc here")
def test_largest_descendant_sees_what_a_grandchild_holds():
    inner = "b = b'x' * (300 * 2**20); print(flush=True); input()"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    piped = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", outer], **piped) as process:
        process.stdout.readline()
        assert 300 * MB < largest_descendant() < 400 * MB
        process.communicate(b"\n")


def test_the_groups_of_this_process_end_at_the_top():
    assert all(folder.is_relative_to(capacity.CGROUPS) for folder in capacity._groups("memory"))
