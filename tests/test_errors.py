"""Errors say where, what was found, what was wanted and what to do; many are counted, not printed."""

from __future__ import annotations

import pytest

from toolkit.errors import DataError, Fault, ToolkitError, did_you_mean

FAULT = Fault("invoices.csv, row 2, `amount`", "'n/a'", "a number in GBP", "Mend it.")


def test_a_fault_is_one_sentence_and_what_to_do():
    assert str(FAULT) == "invoices.csv, row 2, `amount`: found 'n/a'; expected a number in GBP. Mend it."
    assert str(Fault("a", "b", "c")) == "a: found b; expected c"


def test_an_error_shows_the_first_faults_and_counts_the_rest():
    error = DataError(Fault(f"row {row}", "a", "b") for row in range(1234))
    assert len(error.faults) == 1234
    lines = str(error).splitlines()
    assert lines[0] == "row 0: found a; expected b"
    assert lines[-1] == "... and 1,229 more faults."
    assert len(lines) == 6
    assert error.headline == "row 0: found a; expected b (and 1,233 more)"


@pytest.mark.parametrize("given", [FAULT, [FAULT]])
def test_one_fault_is_its_own_headline(given):
    assert DataError(given).headline == str(DataError(given)) == str(FAULT)


def test_an_error_may_be_a_sentence_or_hold_nothing():
    assert str(ToolkitError("No such thing.")) == "No such thing."
    assert ToolkitError([]).headline == "unknown fault"


@pytest.mark.parametrize(
    ("wrong", "known", "said"),
    [
        ("aldr", ["alder", "birch"], "Did you mean 'alder'?"),
        ("ALDER", ["alder"], "Did you mean 'alder'?"),
        ("amount", ["Amount"], "Did you mean 'Amount'?"),
        ("x", ["alder", "birch"], "Known: 'alder', 'birch'."),
        ("x", [f"vendor-{number:02d}" for number in range(13)], "'vendor-11' and 1 more."),
        ("x", [], "None are known."),
    ],
)
def test_did_you_mean(wrong, known, said):
    assert did_you_mean(wrong, known).endswith(said)
