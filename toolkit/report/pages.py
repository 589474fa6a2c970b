"""The pages of a review: titles, the pages above each, and the files behind it, by edition."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from toolkit.client import Client
from toolkit.files import ROOT
from toolkit.model import Finding, Period, Selection, Vendor
from toolkit.report.folder import sources_of, vendor_findings, was_run
from toolkit.report.page import page_facts, page_html, render
from toolkit.report.review import Review
from toolkit.report.summary import SECTIONS, Summary

if TYPE_CHECKING:
    from nbformat import NotebookNode

SUMMARY = ROOT / "notebooks" / "90_executive_summary.ipynb"
SUMMARY_TITLE, PORTFOLIO_TITLE = "Executive summary", "Portfolio"
# all three are written by the template, whose other text is escaped: nothing from data can look like them
CODE = re.compile(r'\s*<details class="code">.*?</details>', re.DOTALL)
MADE_FROM = re.compile(r'Made from <a href="notebooks/[^"]*">[^<]*</a>')
TO_PORTFOLIO = re.compile(r'<li><a href="\.\./index\.html">[^<]*</a></li>\s*')
TO_DECIDE = ("to-do", "options")  # sections of the summary, each below its heading, that only the client reads
ASKED = "# Vendor review\n\n**Question:** what was agreed, how much of it is kept, and how sure is that?"
TO_REPLY = (
    "## Limits, and how to reply\n\nThis page holds what may be shared. A word such as *met* follows from the rule printed "
    "above and from the targets that were agreed. Corrections and comments are rows of `reply.xlsx`, which came with this "
    "page; the next review prints them beside what they are about."
)
_RENDERING = threading.Lock()  # pages share one exporter, which is not made for threads; a page takes milliseconds


def write_page(
    notebook: Path,
    page: Path,
    client: Client,
    period: Period,
    folder: Path,
    *,
    vendor: Vendor | None = None,
    area: ModuleType | None = None,
    selection: Selection | None = None,
) -> Path:
    """Write the page of an executed notebook, also of one that failed: it then says what could not be computed.

    folder is the client's reports folder. Without an area it is the summary of a vendor, without a vendor the portfolio; that
    of a selection stands beside the vendors' folders and names none of them above it. The code of each section is one click
    away; `without_code` takes it out.
    """
    title = area.TITLE if area else SUMMARY_TITLE if vendor else PORTFOLIO_TITLE
    of = vendor or selection
    name = of.name if of else ""
    crumbs = [(PORTFOLIO_TITLE, "../index.html")] * bool(of) + [(name, "index.html")] * bool(vendor and area)
    facts = page_facts(client.name, period, vendor.name if vendor else "")
    chosen = {"Selection": selection.name, "To be decided": selection.question} if selection else {}
    with _RENDERING:
        return render(
            notebook,
            page,
            title=f"{title}: {name or client.name}, {period}",
            crumbs=crumbs,
            facts={term: text for term, text in {**chosen, **facts}.items() if text},
            sources=sources_of(_findings(client, period, folder, of.id if of else "", area)),
            code=True,
        )


def _findings(client: Client, period: Period, folder: Path, of: str, area: ModuleType | None) -> list[Finding]:
    """The findings that a page rests on: those of its area, of its vendor, or of everyone that was reviewed."""
    everyone = [name for name in (*client.vendors, *client.selections) if was_run(folder, name, period)]
    vendors = [of] if of else everyone
    findings = [item for name in vendors for item in vendor_findings(folder, name, period)]
    return [item for item in findings if item.area == area.NAME] if area else findings


def summary_of(review: Review) -> str:
    """A vendor's summary from its findings alone, as a page that leads nowhere else."""
    with _RENDERING:
        return page_html(
            _shown(Summary(review, pages=False)),
            Path("index.html"),
            title=f"Vendor review: {review.vendor.name}, {review.period}",
            facts=page_facts(review.client, review.period, review.vendor.name),
            sources=sources_of(review.findings),
            code=False,
        )


def without_code(html: str) -> str:
    """A page without the code of its sections and without the way to its notebook."""
    return MADE_FROM.sub("Made", CODE.sub("", html))


def without_portfolio(html: str) -> str:
    """A vendor's page that leads to no portfolio, for where there is none."""
    return TO_PORTFOLIO.sub("", html)


def _shown(summary: Summary) -> NotebookNode:
    """The summary's notebook with each section filled in, as if it had been executed."""
    import nbformat

    node = nbformat.reads(SUMMARY.read_text(encoding="utf-8"), as_version=4)
    if not summary.review.internal:
        left_out = {name for section in TO_DECIDE for name in (section, f"{section}-words")}
        node.cells = [cell for cell in node.cells if cell.id not in left_out]
        node.cells[0].source, node.cells[-1].source = ASKED, TO_REPLY
    for cell in node.cells:
        section = cell.id.replace("-", "_")
        if cell.cell_type == "code" and section in SECTIONS:
            shown = getattr(summary, section)()._repr_mimebundle_()
            cell.outputs = [nbformat.v4.new_output("display_data", data=shown)]
    return node
