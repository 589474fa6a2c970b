"""Warm kernels give what plain kernels give, leak nothing into one another, and leave nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from toolkit.areas import AREAS
from toolkit.files import ROOT
from toolkit.run.engine import Engine
from toolkit.run.executor import run
from toolkit.run.kernels import ENVIRONMENT, PLAIN, Kernels, WarmParents, WarmProcess, warm_wanted
from toolkit.run.plan import Step

from .conftest import notebook

pytestmark = pytest.mark.skipif(not warm_wanted(), reason=f"there is no fork here, or {PLAIN} is set")

SAMPLE = ROOT / "data" / "sample"
PAGES = 2 * (len(AREAS) + 1) + 1  # two vendors, each with its areas and its summary, and the portfolio

LEAKS = """
import builtins, gc, os, random, sys, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
import toolkit.charts.drawing as drawing
os.environ["LEAK"] = "1"
os.chdir("/")
sys.path.insert(0, "/leak")
matplotlib.rcParams["font.size"] = 31
pd.set_option("display.max_rows", 7)
pd._leak, builtins.leak, drawing.WIDE = 1, 1, 1.0
random.seed(1), np.random.seed(1)
warnings.simplefilter("error")
plt.figure()
file = open("/dev/zero")
"""
SHOWS = """
import builtins, os, random, signal, sys, warnings
import matplotlib, matplotlib.pyplot as plt, numpy as np, pandas as pd
import toolkit.charts.drawing as drawing
own = {"JPY_PARENT_PID", "PYDEVD_USE_FRAME_EVAL"}  # of the process above; of the debugger that only plain kernels have
state = {
    "env": sorted(set(os.environ) - own), "cwd": os.getcwd(), "path": sys.path, "argv": sys.argv[:1],
    "font": matplotlib.rcParams["font.size"], "backend": matplotlib.get_backend(), "rows": pd.get_option("display.max_rows"),
    "leaks": [hasattr(pd, "_leak"), hasattr(builtins, "leak"), drawing.WIDE], "figures": plt.get_fignums(),
    "warnings": [item[:3] for item in warnings.filters if item[0] == "error"], "main": sys.modules["__main__"].__name__,
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)],
    "session": os.getsid(0) == os.getpid(), "files": [os.path.exists("/proc/self/fd/%d" % n) for n in range(3)],
    "zeros": sum(os.path.realpath(f"/proc/self/fd/{n}") == "/dev/zero" for n in range(64)),
}
state
"""
PICTURE = """
import matplotlib.pyplot as plt, pandas as pd
plt.plot([1, 3, 2])
plt.show()
pd.DataFrame({"a": [1.0, 2.0]}).plot()
"""
SHOWN = [
    "import asyncio\nawait asyncio.sleep(0)\n3",
    "from IPython.display import HTML, clear_output, display, update_display\nhandle = display('one', display_id='x')",
    "update_display('two', display_id='x')\nprint('gone')\nclear_output()\nprint('stays')",
    "import os, sys\nprint('out')\nprint('err', file=sys.stderr)\nprint('out again')",
    "!echo from a shell",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
    "HTML('<b>\\u20ac \\U0001f600</b>')",
    "import threading\nthread = threading.Thread(target=print, args=('from a thread',))\nthread.start(), thread.join()",
    "import warnings\nwarnings.warn('mind')",
    "In[-1][:4], _, __name__",
    "x = 1;",
    "x",
]
FAILS = [
    "print('before')\n1 / 0",
    "input('name?')",
    "if",
    "import sys\nsys.exit(3)",
    "import os\nos._exit(4)",
]
WORDS = """
import pandas as pd
from toolkit import charts
from toolkit.model import Measured
months = pd.period_range("2025-01", periods=24, freq="M")
rows = pd.DataFrame({"month": months, "value": range(24), "in_period": months.year == 2026})
measured = Measured(label="Fairly long words, so that glyphs are looked up", unit="GBP", value=1.0, parts={"month": rows})
charts.trend(measured)
"""
RANDOM = """
import random, numpy as np
[random.random(), np.random.rand()]
"""


def step(folder: Path, name: str, *code: str) -> Step:
    source = notebook(folder / f"{name}.ipynb", *code, names=("data", "reports"))
    given = {"data": str(folder), "reports": str(folder)}
    output = folder / "out" / f"{name}.ipynb"
    return Step(name, source, given, output, output.with_suffix(".html"), "2026-Q3")


def executed(engine: Engine, step: Step) -> list:
    """The outputs of the notebook's last cell."""
    outcome = engine.execute(step)
    assert outcome.ok, outcome.because
    return nbformat.read(step.output, as_version=4).cells[-1].outputs


@pytest.fixture(scope="module")
def engines() -> dict[str, Engine]:
    return {"warm": Engine(kernels=Kernels()), "plain": Engine(kernels=Kernels(warm=False))}


@pytest.fixture(scope="module")
def reviews(tmp_path_factory, engines) -> dict[str, dict[str, str]]:
    """Every file of a review of two vendors of the sample, by name, once with warm and once with plain kernels."""
    files = {}
    for name, engine in engines.items():
        folder = tmp_path_factory.mktemp("reviews") / "reports"
        report = run(SAMPLE, vendors=["elm", "dogwood"], reports=folder, engine=engine)
        assert report.ok
        kinds = {type(process) for process in engine.kernels._processes}
        assert kinds == {WarmProcess if name == "warm" else subprocess.Popen}
        found = [path for path in folder.rglob("*") if path.is_file() and path.name != "run.json"]
        found = [path for path in found if ".toolkit" not in path.parts]  # digests of what is compared here
        parent = folder.parent.name  # a folder outside the checkout is shown by its last names
        files[name] = {str(path.relative_to(folder)): path.read_text().replace(parent, "PLACE") for path in found}
    return files


@pytest.mark.slow
def test_warm_review_has_the_files_of_a_plain_one(reviews):
    assert set(reviews["warm"]) == set(reviews["plain"])
    assert sum(name.endswith(".ipynb") for name in reviews["warm"]) == PAGES
    assert sum(name.endswith(".html") for name in reviews["warm"]) == PAGES


@pytest.mark.slow
@pytest.mark.parametrize("kind", [".ipynb", ".html", ".json"])
def test_warm_review_equals_a_plain_one(reviews, kind):
    """Output for output and picture for picture: every byte of every notebook, page and finding."""
    chosen = [name for name in reviews["plain"] if name.endswith(kind)]
    assert chosen
    assert [name for name in chosen if reviews["warm"][name] != reviews["plain"][name]] == []


@pytest.mark.slow
def test_warm_review_has_its_pictures(reviews):
    """Two renderings that lost the same pictures would be equal too."""
    drawn = {name: text.count("data:image/svg+xml") for name, text in reviews["warm"].items() if name.endswith(".html")}
    assert drawn["sample/2026-Q3/elm/cost_comparison.html"] >= 20
    assert drawn["sample/2026-Q3/elm/index.html"] >= 2
    assert drawn["sample/2026-Q3/index.html"] >= 2


def test_warm_kernels_leak_nothing_into_one_another(tmp_path, engines):
    """After a notebook that leaves traces everywhere, the next sees what it would see in a fresh process."""
    executed(engines["warm"], step(tmp_path, "leaks", LEAKS))
    seen = {name: executed(engine, step(tmp_path, name, SHOWS)) for name, engine in engines.items()}
    warm, plain = (seen[name][0].data["text/plain"] for name in ("warm", "plain"))
    assert warm == plain


def test_warm_kernels_draw_different_random_numbers(tmp_path, engines):
    drawn = [executed(engines["warm"], step(tmp_path, name, RANDOM))[0].data["text/plain"] for name in ("a", "b")]
    one, other = (json.loads(numbers.replace("np.float64(", "").replace(")", "")) for numbers in drawn)
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_warm_kernel_shows_figures_of_pyplot(tmp_path, engines):
    shown = {name: executed(engine, step(tmp_path, name, PICTURE)) for name, engine in engines.items()}
    pictures = {
        name: [output.data["image/png"] for output in shown[name] if "image/png" in output.data] for name in shown
    }
    assert len(pictures["warm"]) == 2
    assert pictures["warm"] == pictures["plain"]


def test_warm_kernel_shows_what_a_plain_one_shows(tmp_path, engines):
    """Every way in which a cell can show something, in its cell, in its order."""
    shown = {}
    for name, engine in engines.items():
        planned = step(tmp_path, name, *SHOWN)
        assert engine.execute(planned).ok
        shown[name] = [cell.get("outputs") for cell in nbformat.read(planned.output, as_version=4).cells]
    assert shown["warm"] == shown["plain"]
    assert len([outputs for outputs in shown["warm"] if outputs]) == len(SHOWN) - 1


@pytest.mark.parametrize("code", FAILS)
def test_warm_kernel_fails_as_a_plain_one_does(tmp_path, engines, code):
    ended = {}
    for name, engine in engines.items():
        planned = step(tmp_path, name, code, "2")
        outcome = engine.execute(planned)
        ended[name] = (outcome, [cell.get("outputs") for cell in nbformat.read(planned.output, as_version=4).cells])
    assert ended["warm"] == ended["plain"]
    assert not ended["warm"][0].ok


def test_kernels_forked_at_once_draw_the_same_picture(tmp_path, engines):
    """Of an open font that they shared, each would move the others' place in the file."""
    planned = [step(tmp_path, f"words-{number}", WORDS) for number in range(12)]
    with ThreadPoolExecutor(6) as pool:
        drawn = list(pool.map(lambda each: executed(engines["warm"], each)[0].data["text/html"], planned))
    assert len(set(drawn)) == 1


@pytest.mark.parametrize("warm", ["warm", "plain"])
def test_kernels_have_our_environment(tmp_path, engines, warm):
    names = "\n".join(["import os", f"{{name: os.environ.get(name) for name in {list(ENVIRONMENT)}}}"])
    shown = executed(engines[warm], step(tmp_path, "environment", names))[0].data["text/plain"]
    assert all(f"'{name}': '{value}'" in shown for name, value in ENVIRONMENT.items())


def test_no_fork_of_a_kernel_is_asked_for_where_plain_ones_are_wanted(monkeypatch):
    monkeypatch.setenv(PLAIN, "1")
    assert not Kernels().warm
    assert WarmParents().fork(["-m"], {}, "/") is None


# ------------------------------------------------------------------------------------------------ what is left behind
def gone(*pids: int) -> bool:
    """Whether these processes end within ten seconds."""
    for _ in range(200):
        if not any(running(pid) for pid in pids):
            return True
        time.sleep(0.05)
    return False


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return not state.strip().startswith("Z") and bool(state.strip())


@pytest.fixture
def parents():
    parents = WarmParents()
    yield parents
    parents.close()


def kernel(parents: WarmParents, folder: Path) -> WarmProcess:
    file = folder / "connection.json"
    process = parents.fork(["-f", str(file)], dict(os.environ), str(folder))
    assert process is not None
    for _ in range(200):
        if file.exists():
            return process
        time.sleep(0.05)
    raise AssertionError("the kernel did not write its connection file")


def test_parent_ends_with_its_kernels_when_it_is_closed(parents, tmp_path):
    process, parent = kernel(parents, tmp_path), parents.start()
    parents.close()
    assert gone(parent.pid, process.pid)
    assert process.wait(5) == -signal.SIGKILL


def test_kernels_end_with_a_killed_parent_and_the_next_has_a_new_one(parents, tmp_path):
    process, parent = kernel(parents, tmp_path), parents.start()
    os.kill(parent.pid, signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    assert gone(process.pid)
    (tmp_path / "next").mkdir()
    assert kernel(parents, tmp_path / "next").poll() is None
    assert parents.start().pid != parent.pid


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGTERM, -15)])
def test_end_of_a_kernel_is_told_with_its_exit_code(parents, tmp_path, number, code):
    process = kernel(parents, tmp_path)
    assert process.poll() is None
    process.send_signal(number)
    assert process.wait(10) == code


def test_nothing_is_left_when_the_runner_is_killed(tmp_path):
    code = (
        "import os, sys, time, pathlib; from toolkit.run.kernels import WarmParents\n"
        "parents = WarmParents(); file = pathlib.Path(sys.argv[1]) / 'connection.json'\n"
        "process = parents.fork(['-f', str(file)], dict(os.environ), sys.argv[1])\n"
        "print(parents.start().pid, process.pid, flush=True); time.sleep(60)\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert runner.stdout is not None
    pids = [int(pid) for pid in runner.stdout.readline().split()]
    assert all(running(pid) for pid in pids)
    runner.kill()
    runner.wait()
    assert gone(*pids)
