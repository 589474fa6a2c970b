"""What all tests share: the sample client, the real data where it is present, and a look at what is left behind."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
LEFT_ALONE = {".git", ".venv", ".pins", ".prepared", ".hypothesis", ".ipynb_checkpoints", "__pycache__", "reports"}
FILES_BEFORE = pytest.StashKey[dict[Path, tuple[int, int]]]()

os.environ.setdefault("MPLBACKEND", "Agg")  # no test may open a window

# the same examples on every machine and in every run, and none kept on disk: a failing test fails again
hypothesis.settings.register_profile("toolkit", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("toolkit")


@pytest.fixture(scope="session")
def sample() -> Path:
    """The folder of the sample client."""
    return ROOT / "data" / "sample"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data that may lie beside the project; tests that need it are skipped without it."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("../shared is not beside the project")
    return folder


def project_files() -> dict[Path, tuple[int, int]]:
    """Size and time of every file that belongs to the project."""
    files = {}
    for folder, inner, names in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in LEFT_ALONE and not name.endswith(("_cache", ".egg-info"))]
        for name in set(names) - {".salt"}:  # made together with the prepared store, and as little the project's
            about = os.lstat(os.path.join(folder, name))
            files[Path(folder, name).relative_to(ROOT)] = (about.st_size, about.st_mtime_ns)
    return files


def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):  # once a session, not once a worker
        session.config.stash[FILES_BEFORE] = project_files()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Name the files that appeared or changed; an error where only the tests can have done it."""
    before = session.config.stash.get(FILES_BEFORE, None)
    if before is None:
        return
    after = project_files()
    touched = sorted(str(path) for path in after.keys() | before.keys() if after.get(path) != before.get(path))
    if touched:
        print(f"\nFiles of the project that appeared, changed or went while the tests ran: {', '.join(touched)}")
        if os.environ.get("CI"):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
