"""Each step's page: its title, the pages above it, and the files behind it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

from toolkit.client import Client
from toolkit.model import Finding, Period
from toolkit.report.folder import sources_of, vendor_findings, was_run
from toolkit.report.page import page_facts, render
from toolkit.run.plan import Area, Step

_RENDERING = threading.Lock()  # pages share one exporter, which is not made for threads; a page takes milliseconds


def write_page(step: Step, client: Client, areas: Sequence[Area], reports: Path) -> Path:
    """Write the page of an executed step, also of one that failed: it then says what could not be computed."""
    period = Period.parse(step.period)
    vendor = client.vendors[step.vendor].name if step.vendor in client.vendors else ""
    selection = client.selections.get(step.vendor)
    title = {area.NAME: area.TITLE for area in areas}.get(step.area, "Executive summary" if vendor else "Portfolio")
    crumbs = [("Portfolio", "../index.html")] * bool(step.vendor)
    crumbs += [(vendor, "index.html")] * bool(vendor and step.area)
    facts = page_facts(client.name, period, vendor)
    if selection:
        facts = {"Selection": selection.name, "To be decided": selection.question, **facts}
    with _RENDERING:
        return render(
            step.output,
            step.page,
            title=f"{title}: {vendor or (selection.name if selection else client.name)}, {period}",
            crumbs=crumbs,
            facts={term: text for term, text in facts.items() if text},
            sources=sources_of(_findings(step, client, period, reports / client.id)),
        )


def _findings(step: Step, client: Client, period: Period, folder: Path) -> list[Finding]:
    """The findings that a page rests on: those of its area, of its vendor, or of everyone that was reviewed."""
    everyone = [name for name in (*client.vendors, *client.selections) if was_run(folder, name, period)]
    vendors = [step.vendor] if step.vendor else everyone
    findings = [item for vendor in vendors for item in vendor_findings(folder, vendor, period)]
    return [item for item in findings if item.area == step.area] if step.area else findings
