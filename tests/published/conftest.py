"""Published worked examples, one JSON file each: source, how far it was checked, inputs, expected, tolerance."""

import json
from pathlib import Path

import pytest

CASES = Path(__file__).parent / "cases"


@pytest.fixture
def published():
    """Return the function that reads a case by its name."""
    return lambda name: json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
