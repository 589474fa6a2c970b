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
    vendor = client.vendors[step.vendor].name if step.vendor else ""
    title = {area.NAME: area.TITLE for area in areas}.get(step.area, "Executive summary" if vendor else "Portfolio")
    crumbs = [("Portfolio", "../index.html")] * bool(vendor) + [(vendor, "index.html")] * bool(step.area)
    with _RENDERING:
        return render(
            step.output,
            step.page,
            title=f"{title}: {vendor or client.name}, {period}",
            crumbs=crumbs,
            facts=page_facts(client.name, period, vendor),
            sources=sources_of(_findings(step, client, period, reports / client.id)),
        )


def _findings(step: Step, client: Client, period: Period, folder: Path) -> list[Finding]:
    """The findings that a page rests on: those of its area, of its vendor, or of every vendor that was reviewed."""
    vendors = [step.vendor] if step.vendor else [vendor for vendor in client.vendors if was_run(folder, vendor, period)]
    findings = [item for vendor in vendors for item in vendor_findings(folder, vendor, period)]
    return [item for item in findings if item.area == step.area] if step.area else findings
