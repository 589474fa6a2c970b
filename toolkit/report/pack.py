"""What is handed over: the pages, the brief, the slides and the workbook of an edition, in one archive.

Made from finished findings and executed notebooks; equal reviews give equal bytes. The vendor's edition is made from the
findings of that vendor that may be shared, and from nothing else.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from toolkit.areas import DECISIONS
from toolkit.client import Client
from toolkit.errors import DataError, Fault
from toolkit.files import write_whole
from toolkit.model import Period, Vendor
from toolkit.report.brief import brief, portfolio_brief
from toolkit.report.editions import Edition, edited
from toolkit.report.evidence import NAME, evidence_of
from toolkit.report.folder import vendor_findings, was_run
from toolkit.report.pages import summary_of, without_code, without_portfolio
from toolkit.report.portfolio import portfolio_of
from toolkit.report.reply import reply_sheet
from toolkit.report.review import Review, review_of
from toolkit.report.slides import EPOCH, slides
from toolkit.report.workbook import workbook

PACKS = "packs"  # in the folder of a period


def pack(client: Client, period: Period, folder: Path, edition: Edition, vendors: Sequence[Vendor]) -> list[Path]:
    """Write the archives of an edition: one for the client, or one a vendor where each reads only its own.

    folder is the client's reports folder. Vendors without findings in the period are a DataError; nothing is written then.
    """
    decided = [name for name in client.selections if was_run(folder, name, period)] if edition.internal else []
    missing = [vendor.id for vendor in vendors if not was_run(folder, vendor.id, period)]
    if missing or not (vendors or decided):
        do = f"`toolkit run {client.id} --period {period}` first"
        wanted = "a review to hand over" if vendors or edition.internal else "a vendor to hand a review over to"
        names = [f"{period}/{name}" for name in missing] or [str(period)]
        raise DataError([Fault(name, "no findings" if vendors else "no vendor", wanted, do) for name in names])
    reviews = [edited(review_of(client, vendor, period, folder), edition) for vendor in vendors]
    if edition.internal:
        packs = {f"{client.id}-{period}": (reviews, _client_files(client, period, folder, edition, reviews))}
    else:
        packs = {f"{review.vendor.id}-{period}": ([review], _vendor_files(review)) for review in reviews}
    written = []
    for name, (told, files) in packs.items():
        claims = {review.vendor.id: review.findings for review in told}
        if "index.html" in files and edition.internal:  # the portfolio is there, and so are the decisions that it tells
            claims |= {name: vendor_findings(folder, name, period, DECISIONS) for name in decided}
        evidence = evidence_of(client.name, period, claims, files, edition.name, pages=edition.internal)
        place = folder / str(period) / PACKS / f"{name}-{edition.name}.zip"
        written.append(write_whole(place, archive({**files, NAME: evidence})))
    return written


def _client_files(
    client: Client, period: Period, folder: Path, edition: Edition, reviews: Sequence[Review]
) -> dict[str, bytes]:
    """The slides; each vendor's pages, brief and workbook; the portfolio, where every vendor that it leads to is there."""
    top = folder / str(period)
    reviewed = {name for name in client.vendors if was_run(folder, name, period)}
    whole = reviewed <= {review.vendor.id for review in reviews}
    portfolio = portfolio_of(client, period, folder) if whole else None
    held = {"slides.pptx": slides(reviews, portfolio)}
    if portfolio is not None:
        held |= {**_pages(top, "", edition, whole), "portfolio.pdf": portfolio_brief(portfolio)}
        for name in client.selections:  # the portfolio leads to them
            held |= _pages(top / name, f"{name}/", edition, whole)
    for review in reviews:
        own, name = top / review.vendor.id, review.vendor.id
        held |= _pages(own, f"{name}/", edition, whole)
        held |= {f"{name}/brief.pdf": brief(review), f"{name}/workbook.xlsx": workbook(review, own)}
    return held


def _pages(place: Path, where: str, edition: Edition, whole: bool) -> dict[str, bytes]:
    """The pages in a folder with the calendars, and in the edition that holds code the notebooks, that they lead to."""
    held = {}
    for page in sorted(place.glob("*.html")):
        html = page.read_text(encoding="utf-8")
        html = html if whole else without_portfolio(html)
        held[f"{where}{page.name}"] = (html if edition.code else without_code(html)).encode()
    held |= {f"{where}{path.name}": path.read_bytes() for path in sorted(place.glob("*.ics"))}
    notebooks = sorted(place.glob("notebooks/*.ipynb")) if edition.code else []
    return held | {f"{where}notebooks/{path.name}": path.read_bytes() for path in notebooks}


def _vendor_files(review: Review) -> dict[str, bytes]:
    """What a vendor is handed: summary, brief, slides and workbook of its own findings, and a sheet to reply in."""
    return {
        "index.html": summary_of(review).encode(),
        "brief.pdf": brief(review),
        "slides.pptx": slides([review]),
        "workbook.xlsx": workbook(review),
        "reply.xlsx": reply_sheet(review),
    }


def archive(files: Mapping[str, bytes]) -> bytes:
    """Files as a ZIP archive without a clock, in the order of their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            packed.writestr(entry, files[name])
    return made.getvalue()
