"""A claim of a pack can be derived once more from the client's tables, and one that no longer holds is told."""

import zipfile

import pytest
from click.testing import CliRunner

from toolkit.areas import cost, selection
from toolkit.cli import main
from toolkit.client import find_client, open_client
from toolkit.errors import DataError
from toolkit.report.editions import LEADERSHIP, VENDOR
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


def test_a_pack_without_vendors_holds_the_decisions_and_they_are_derived_again(tmp_path):
    reports = tmp_path / "reports"
    executor.run(find_client("sample"), ["2026-Q3"], [], reports, areas=[selection], selections=["desk_2027"])
    client = open_client(find_client("sample"))
    asked = (client, client.period("2026-Q3"), reports / client.id)
    (archive,) = pack(*asked, LEADERSHIP, [])
    with zipfile.ZipFile(archive) as held:
        assert {"index.html", "portfolio.pdf", "slides.pptx", "desk_2027/vendor_selection.html"} <= set(held.namelist())
    result = verified(archive, "--recompute", "selection.lead")
    assert result.exit_code == 0, result.output
    assert "desk_2027, 2026-Q3, selection.lead: derived again, the same: " in result.output
    with pytest.raises(DataError, match="found no vendor"):
        pack(*asked, VENDOR, [])
