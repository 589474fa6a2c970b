"""Published worked examples, one JSON file each: source, how far it was checked, inputs, expected, tolerance."""

import json
from pathlib import Path

import pandas as pd
import pytest

CASES = Path(__file__).parent / "cases"
SHEETS = (CASES, Path(__file__).resolve().parents[3] / "shared" / "docs" / "cases")


@pytest.fixture
def published():
    """Return the function that reads a case by its name."""
    return lambda name: json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.fixture
def sheet():
    """Return the function that reads a published data sheet, which is not ours to copy; without it the test is skipped."""

    def read(name):
        found = [folder / name for folder in SHEETS if (folder / name).is_file()]
        if not found:
            pytest.skip(f"{name} is not there: put the sheet of the source beside its case in tests/published/cases")
        return pd.read_csv(found[0], encoding="utf-8-sig")

    return read


@pytest.fixture
def juniors():
    """Return the 400 juniors of UCLA's tutorial, as statsmodels brings them along for its own tests."""
    results = pytest.importorskip("statsmodels.miscmodels.tests.results")
    return pd.read_csv(Path(results.__file__).parent / "ologit_ucla.csv")
