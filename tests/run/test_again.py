"""A claim of a pack can be derived once more from the client's tables, and one that no longer holds is told."""

import pytest
from click.testing import CliRunner

from toolkit.areas import cost
from toolkit.cli import main
from toolkit.client import find_client, open_client
from toolkit.report.editions import LEADERSHIP
from toolkit.report.pack import pack
from toolkit.run import executor


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """An archive of the cost review of one vendor of the sample."""
    reports = tmp_path_factory.mktemp("again")
    executor.run(find_client("sample"), ["2026-Q3"], ["dogwood"], reports, areas=[cost])
    client = open_client(find_client("sample"))
    chosen = [client.vendor("dogwood")]
    (archive,) = pack(client, client.period("2026-Q3"), reports / client.id, LEADERSHIP, chosen)
    return archive


def verified(packed, *words):
    return CliRunner().invoke(main, ["verify", str(packed), *words])


def test_a_finding_is_derived_again_and_is_the_same(packed):
    result = verified(packed, "--recompute", "cost.vendor_charges")
    assert result.exit_code == 0, result.output
    assert (
        "dogwood, 2026-Q3, cost.vendor_charges: derived again, the same: The vendor charged 50,835 GBP" in result.output
    )


def test_a_finding_that_no_longer_holds_is_told(packed, monkeypatch):
    monkeypatch.setattr("toolkit.run.again.derived_again", lambda *given: [])
    result = verified(packed, "--recompute", "cost.vendor_charges")
    assert result.exit_code == 1
    assert "dogwood/cost.vendor_charges: found The vendor charged" in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--recompute", "cost.vendor_charge"), "Did you mean 'cost.vendor_charges'"),
        (
            ("--recompute", "cost.vendor_charges", "--vendor", "alder"),
            "--vendor: found 'alder'; expected one of dogwood",
        ),
    ],
)
def test_what_the_pack_does_not_hold_is_refused(packed, words, told):
    result = verified(packed, *words)
    assert result.exit_code == 2
    assert told in result.output
