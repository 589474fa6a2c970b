"""Findings by hand: a client of four vendors, one of them with a hostile name, in a folder of its own."""

import pytest

from toolkit.areas import cost, quality
from toolkit.model import NAN, Finding, Period, Vendor, write_findings
from toolkit.report import blocks, folder, portfolio, review, summary

HOSTILE = "<script>alert(1)</script> & Söhne"
PERIOD = Period.parse("2026-Q3")
SETTINGS = """
client: Hartwell Group
currency: GBP
periods: [2025-Q3, 2026-Q2, 2026-Q3]
vendors:
  - {vendor: alder, name: Alder Systems}
  - {vendor: birch, name: Birch Digital}
  - {vendor: cedar, name: "<script>alert(1)</script> & Söhne"}
  - {vendor: fir, name: Fir Networks}
"""


@pytest.fixture(autouse=True)
def reviewed_in(monkeypatch):
    """Pin the pages to the areas that a test names, `reviewed_in(cost, sentiment)`, whatever others there are.

    Where none are named: cost and quality.
    """

    def pin(*areas):
        for module in (blocks, folder, portfolio, review, summary):
            monkeypatch.setattr(module, "AREAS", areas)
        monkeypatch.setattr(folder.vendor_findings, "__defaults__", (areas,))

    pin(cost, quality)
    return pin


def found(id, value=NAN, low=NAN, high=NAN, **more):
    """One finding; without a value it is not assessed."""
    known = value == value
    given = {"label": id.split(".")[-1].replace("_", " "), "unit": "share", "vendor": "alder", "period": str(PERIOD)}
    given |= {"verdict": "no goal" if known else "not assessed", "because": "" if known else "volumes.csv is missing"}
    given |= {"claim": f"Claim about {id}." if known else ""}
    return Finding(id=id, value=value, low=low, high=high, **{**given, **more})


def charges(value, vendor="alder", **services):
    """The finding on what a vendor charged, by service."""
    rows = [{"service": name, "value": amount} for name, amount in services.items()]
    return found("cost.vendor_charges", value, unit="GBP", counted=True, vendor=vendor, parts={"service": rows})


def saving(value, low, high, **more):
    """The finding on a vendor's net saving."""
    return found("cost.saving_share", value, low, high, better="higher", **more)


@pytest.fixture
def client_folder(tmp_path):
    """A client's folder: settings and nothing else."""
    folder = tmp_path / "hartwell"
    folder.mkdir()
    (folder / "review.yaml").write_text(SETTINGS, encoding="utf-8")
    return folder


@pytest.fixture
def put(tmp_path):
    """Write findings where a run would: `put(findings, vendor, period, area)`."""

    def write(findings, vendor="alder", period=PERIOD, area="cost"):
        place = tmp_path / "reports" / "hartwell" / str(period) / vendor / "findings" / f"{area}.json"
        return write_findings(place, findings)

    return write


@pytest.fixture
def three_of_four(client_folder, tmp_path, put):
    """Findings of three of the four vendors, and where they lie: what opens the portfolio, and its page."""
    put([charges(600.0, desk=400.0, cloud=200.0), saving(0.1, 0.05, 0.15, goal="G1", verdict="met")])
    stake = found("cost.invoice_check", 25.0, unit="GBP", counted=True)
    put([charges(300.0, "birch", desk=300.0), saving(-0.1, -0.2, -0.05, goal="G1", verdict="missed"), stake], "birch")
    put([charges(100.0, "cedar"), found("cost.saving_share")], "cedar")
    put([charges(400.0)], period="2025-Q3")
    for vendor in ("alder", "birch", "cedar"):
        put([found("quality.backlog", 5.0, unit="tickets", counted=True, vendor=vendor)], vendor, area="quality")
    return "2026-Q3", str(client_folder), str(tmp_path / "reports")


@pytest.fixture
def alder():
    return Vendor("alder", "Alder Systems")
