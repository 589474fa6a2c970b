"""A review of some vendors of the sample, opened in a real browser without a network; skipped where there is none."""

import shutil

import pytest

from toolkit.client import find_client, open_client
from toolkit.report.editions import VENDOR
from toolkit.report.pack import pack
from toolkit.run import executor

PERIOD = "2026-Q3"
NAMES = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory):
    """The folder of a period: the portfolio, the pages of a vendor, of one of whom little is known and of a selection, and
    `handed`, the first vendor's edition.
    """
    reports = tmp_path_factory.mktemp("browser") / "reports"
    report = executor.run(find_client("sample"), [PERIOD], ["alder", "dogwood"], reports, selections=["desk_2027"])
    assert report.ok
    client = open_client(find_client("sample"))
    folder = reports / client.id
    (archive,) = pack(client, client.period(PERIOD), folder, VENDOR, [client.vendor("alder")])
    shutil.unpack_archive(archive, folder / PERIOD / "handed")
    return folder / PERIOD


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium, that of the system."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()
