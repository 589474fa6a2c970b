"""An executed notebook as one self-contained page: no script but the one that sorts tables, no outside address, no clock.

The look lies in `templates/report/`. Everything a notebook shows is cleaned once more here, so that a page stays harmless
even where a cell showed text that nobody escaped.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.files import ROOT, write_whole
from toolkit.model import Period, month_words

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from jinja2 import Template
    from markupsafe import Markup
    from nbformat import NotebookNode

HIDDEN = {"parameters", "injected-parameters", "remove-cell", "papermill-error-cell-tag"}  # tags of whole cells
NO_OUTPUT, ANSWER = "remove-output", "answer"
PER_CENT = re.compile(r"(?<=\d) %")
FORMS = {"text/html": "html", "image/svg+xml": "svg", "image/png": "png", "text/plain": "text"}  # the best first
FORBIDDEN = ("script", "style", "iframe", "frame", "object", "embed", "link", "meta", "base", "form", "input", "button")
ADDRESSES = ("src", "href", "srcset", "poster", "background", "action", "formaction", "data", "xlink:href", "srcdoc")
PATH = re.compile(r"(?:[A-Za-z]:)?(?:[\\/][^\s\\/:'\"<>|]+)+[\\/](?=[^\s\\/:'\"<>|])")
PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|svg\+xml);base64,[A-Za-z0-9+/=\s]*")
SORTABLE = 'sortable"'  # in the class of a table that a reader may put in another order
LONGEST = 400  # characters of an error's first line


def render(notebook: Path | NotebookNode, page: Path, **shown: Any) -> Path:
    """Write the page of an executed notebook, whole or not at all; parameters as for `page_html`."""
    return write_whole(page, page_html(notebook, page, **shown))


def page_html(
    notebook: Path | NotebookNode,
    page: Path,
    *,
    title: str,
    crumbs: Sequence[tuple[str, str]] = (),
    facts: Mapping[str, str] | None = None,
    sources: Iterable[Mapping[str, Any]] = (),
    code: bool = False,
    template: str = "report",
) -> str:
    """The page of an executed notebook as HTML; equal notebooks give equal text.

    Parameters
    ----------
    notebook
        Path of an executed notebook, or the notebook itself. A failed one gives a page that says what could not be computed.
    page
        Where the page is to lie. Links in it are relative.
    title
        The page's one first-level heading; the notebook's own first heading gives way to it.
    crumbs
        (words, relative address) of the pages above this one.
    facts
        What stands in place of the parameters, in order, as from `page_facts`; by default the notebook's parameters.
    sources
        Files behind the page (table, file, rows, digest), as from `toolkit.report.folder.sources_of`.
    code
        Whether the notebook's code is one click away, and the notebook itself another.
    template
        Folder in templates/ whose look is used.
    """
    import nbformat

    node = nbformat.read(notebook, as_version=4) if isinstance(notebook, Path) else notebook
    shown = {
        "title": title,
        "crumbs": list(crumbs),
        "facts": dict(_parameters(node) if facts is None else facts),
        "sources": [dict(source) for source in sources],
        "version": version(),
        "made_from": _relative(notebook, page) if code and isinstance(notebook, Path) else "",
        "failure": next(iter(_failures(node)), ""),
        "script": "",
    }
    cells = sorted(
        _shown_cells(_reached(node), code), key=lambda cell: not cell["answer"]
    )  # what a reader came for, first
    if any(SORTABLE in output["content"] for cell in cells for output in cell.get("outputs", ())):
        shown["script"] = (ROOT / "templates" / template / "sort.js").read_text(encoding="utf-8")
    return _finish(_template(template).render(page=shown, cells=cells))


def page_facts(client: str, period: Period, vendor: str = "") -> dict[str, str]:
    """Client, vendor, period in words and the day up to which data count, for the head of a page."""
    first, last = month_words(period.start), month_words(period.end)
    if period.start.year == period.end.year:
        first = first.removesuffix(f" {period.start.year}")
    months = last if period.months == 1 else f"{first} to {last}"
    facts = {"Client": client, "Vendor": vendor, "Period": f"{period} ({months})"}
    facts["Counted up to"] = f"{period.end.days_in_month} {last}"
    return {term: text for term, text in facts.items() if text}


def version() -> str:
    """The toolkit's version, or 'unknown' where it is not installed."""
    try:
        return metadata.version("vendor-review-toolkit")
    except metadata.PackageNotFoundError:
        return "unknown"


@cache
def _template(name: str) -> Template:
    """The look in `templates/<name>/`; everything that it is given is text until it says otherwise."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    looks = Environment(
        loader=FileSystemLoader(ROOT / "templates" / name), autoescape=True, trim_blocks=True, undefined=StrictUndefined
    )
    looks.filters["markdown"] = _markdown
    looks.filters["base64"] = lambda text: base64.b64encode(text.encode()).decode()
    looks.filters["digest"] = lambda text: base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return looks.get_template("index.html.j2")


def _shown_cells(node: NotebookNode, code: bool) -> Iterator[dict[str, Any]]:
    """What a reader sees of each cell: `prose` as Markdown, or `outputs`, each as its kind and its content, with the `code`
    that made them; and whether it is the `answer`.
    """
    for cell in node.cells:
        tags = set(cell.metadata.get("tags", ()))
        if tags & HIDDEN:
            continue
        if cell.cell_type == "markdown":
            yield {"prose": cell.source, "answer": False}
        outputs = [] if NO_OUTPUT in tags else [_shown_output(cell, output) for output in cell.get("outputs", ())]
        if any(outputs):
            shown = [output for output in outputs if output]
            yield {"outputs": shown, "code": cell.source if code else "", "answer": ANSWER in tags}


def _shown_output(cell: NotebookNode, output: NotebookNode) -> dict[str, str]:
    """The best form of an output that a page can hold; nothing for warnings and for forms that need a program."""
    if output.output_type == "error":
        return {"kind": "failure", "content": _failure_words(output)}
    if output.output_type == "stream":
        return {"kind": "text", "content": output.text} if output.name == "stdout" else {}
    for mime, kind in FORMS.items():
        if mime in output.data:
            told = (
                output.metadata.get(mime, {}).get("alt") or output.metadata.get("alt") or cell.metadata.get("alt") or ""
            )
            return {"kind": kind, "content": output.data[mime], "alt": told}
    return {}


def _markdown(text: str) -> Markup:
    """Prose as HTML. Raw tags in it are escaped: a notebook's prose needs none, and `$` is money here, not mathematics."""
    from markupsafe import Markup

    return Markup(_reader()(text))


@cache
def _reader() -> Any:
    import mistune

    return mistune.create_markdown(escape=True, plugins=["table"])


def _failures(node: NotebookNode) -> list[str]:
    outputs = [output for cell in node.cells for output in cell.get("outputs", ())]
    return [_failure_words(output) for output in outputs if output.output_type == "error"]


def _reached(node: NotebookNode) -> NotebookNode:
    """The notebook up to the cell that failed: headings of sections that were never reached would promise something."""
    from nbformat import NotebookNode

    failed = [place for place, cell in enumerate(node.cells) if _failures(NotebookNode(cells=[cell]))]
    return NotebookNode({**node, "cells": node.cells[: failed[0] + 1]}) if failed else node


def _failure_words(output: Mapping[str, Any]) -> str:
    """The first line of an error, without folders: where a file lies on the analyst's machine is nobody's business."""
    lines = str(output.get("evalue", "")).strip().splitlines()
    said = PATH.sub("", lines[0].strip() if lines else "")
    return (said if len(said) <= LONGEST else f"{said[:LONGEST]} ...") or str(output.get("ename", "an unknown error"))


def _parameters(node: NotebookNode) -> dict[str, str]:
    """Vendor and period as papermill noted them; folders are left out."""
    given = node.metadata.get("papermill", {}).get("parameters", {})
    return {name.capitalize(): str(given[name]) for name in ("vendor", "period") if name in given}


def _relative(target: Path, page: Path) -> str:
    return Path(os.path.relpath(target.resolve(), page.resolve().parent)).as_posix()


def _finish(html: str) -> str:
    """The last pass over a page: nothing that runs or loads, one h1, headings in order, ids once, tables that scroll."""
    from bs4 import BeautifulSoup

    soup = BeautifulSoup(html, "html.parser")
    main = soup.find("main")
    if main is not None:
        _disarm(main)
        _order_headings(main)
        _frame_tables(soup, main)
    _unite_ids(soup)
    whole = PER_CENT.sub("\u00a0%", str(soup).strip())  # no line begins with a per cent sign
    return f"{whole}\n"


def _disarm(main: Tag) -> None:
    """Take out what runs, loads or leads outside; the words stay."""
    for tag in main.find_all(FORBIDDEN):
        tag.decompose()
    for tag in main.find_all(True):
        for name in list(tag.attrs):
            if name.startswith("on") or (name in ADDRESSES and not _harmless(tag, name)):
                del tag[name]
        if "url(" in str(tag.get("style", "")).lower():
            del tag["style"]
        if tag.name == "img":
            tag.attrs.setdefault("alt", "No description has been provided for this image")


def _harmless(tag: Tag, name: str) -> bool:
    """Pictures within the page, and links within the report: relative, without a scheme."""
    address = str(tag[name]).strip()
    if name in ("src", "srcset"):
        return tag.name in ("img", "source") and bool(PICTURE.fullmatch(address))
    plain = not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:|//|\\|/", address) and not re.search(r"[\x00-\x20]", address)
    return name in ("href", "xlink:href") and plain


def _order_headings(main: Tag) -> None:
    """The page has its first-level heading already: the notebook's first one goes, and no level is skipped below."""
    headings = main.find_all(re.compile(r"^h[1-6]$"))
    if headings and headings[0].name == "h1":
        headings.pop(0).decompose()
    level = 1
    for heading in headings:
        level = min(max(int(heading.name[1]), 2), level + 1)
        heading.name = f"h{level}"


def _frame_tables(soup: BeautifulSoup, main: Tag) -> None:
    """Every table scrolls in a region of its own, so that a wide one never widens a phone's page; heads have a scope."""
    for table in main.find_all("table"):
        for cell in table.find_all("th"):
            cell.attrs.setdefault("scope", "col" if cell.find_parent("thead") else "row")
        if table.caption is not None:  # a span of its own can stay in sight while the table scrolls below it
            held = soup.new_tag("span")
            held.extend(list(table.caption.contents))
            table.caption.append(held)
        if table.find_parent(class_="scroll") is None:
            words = table.caption.get_text(" ", strip=True) if table.caption else "Table"
            table.wrap(
                soup.new_tag("div", attrs={"class": "scroll", "role": "region", "tabindex": "0", "aria-label": words})
            )


def _unite_ids(soup: BeautifulSoup) -> None:
    """An address names one place: of equal ids the first stays."""
    seen: set[str] = set()
    for tag in soup.find_all(id=True):
        if tag["id"] in seen:
            del tag["id"]
        else:
            seen.add(str(tag["id"]))
