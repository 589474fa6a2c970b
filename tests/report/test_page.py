"""Pages: self-contained, harmless, accessible, and equal for equal notebooks."""

import base64
import hashlib
import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from toolkit.model import Period
from toolkit.report import blocks, open_overview, open_summary, page

from .conftest import HOSTILE, charges, found, saving

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def shown(html, **data):
    return new_output("display_data", data={"text/html": html, **data})


def rendered(tmp_path, *cells, **options):
    """The page of a notebook of these cells, parsed."""
    place = page.render(new_notebook(cells=list(cells)), tmp_path / "page.html", **{"title": "Title", **options})
    return BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")


def code(*outputs, tags=(), source="secret_code()"):
    return new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def test_page_holds_no_code_and_no_stderr(tmp_path):
    noise = new_output("stream", name="stderr", text="FutureWarning: noise")
    text = str(rendered(tmp_path, code(noise, shown("<p>result</p>"))))
    assert "result" in text
    assert "secret_code" not in text
    assert "noise" not in text


@pytest.mark.parametrize("tag", ["parameters", "injected-parameters", "remove-cell", "remove-output"])
def test_page_leaves_out_outputs_of_tagged_cells(tmp_path, tag):
    assert "hidden" not in str(rendered(tmp_path, code(shown("<p>hidden</p>"), tags=[tag])))


def test_page_begins_with_the_answer(tmp_path):
    prose, result = new_markdown_cell("Prose first"), code(shown("<p>result</p>"))
    text = rendered(tmp_path, prose, result, code(shown("<p>the answer</p>"), tags=["answer"])).main.get_text()
    assert text.index("the answer") < text.index("Prose first") < text.index("result")


def test_page_loads_and_runs_nothing(tmp_path):
    hostile = (
        "<script>alert(1)</script><img src=x onerror=alert(1) alt=x><iframe srcdoc='x'></iframe>"
        "<a href='javascript:alert(1)'>a</a><a href=' java\tscript:alert(1)'>b</a><a href='https://evil.example/'>c</a>"
        "<a href='//evil.example/'>d</a><a href='alder/index.html#cost.saving'>kept</a>"
        "<img src='https://evil.example/x.png' alt='y'><p style='background:url(https://evil.example/)'>e</p>"
        "<link href='https://evil.example/x.css'><style>@import 'https://evil.example/';</style>"
    )
    soup = rendered(tmp_path, code(shown(hostile)))
    assert not soup.find_all(["script", "iframe", "link"])
    assert "evil.example" not in str(soup)
    assert not [tag for tag in soup.find_all(True) if any(name.startswith("on") for name in tag.attrs)]
    assert [link["href"] for link in soup.main.find_all("a", href=True)] == ["alder/index.html#cost.saving"]
    assert soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"] == (
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    )


def test_page_escapes_tags_in_prose(tmp_path):
    soup = rendered(tmp_path, new_markdown_cell("Prose <script>alert(1)</script> for $5 and [x](javascript:alert(1))"))
    assert not soup.find_all("script")
    assert "<script>alert(1)</script> for $5" in soup.main.get_text()
    assert "javascript:" not in str(soup)


def test_page_prefers_html_then_svg_then_png_then_text(tmp_path):
    every = {"image/svg+xml": "<svg/>", "image/png": PIXEL, "text/plain": "plain"}
    assert rendered(tmp_path, code(shown("<p>html</p>", **every))).main.get_text(strip=True) == "html"
    drawing = new_output("display_data", data=every, metadata={"image/svg+xml": {"alt": "a line"}})
    assert rendered(tmp_path, code(drawing)).main.img["src"].startswith("data:image/svg+xml;base64,")
    plain = new_output("execute_result", data={"text/plain": "<b>plain</b>"})
    assert rendered(tmp_path, code(plain)).main.pre.get_text() == "<b>plain</b>"


def test_page_keeps_the_alternative_text_of_pictures(tmp_path):
    picture = new_output(
        "display_data", data={"image/png": PIXEL}, metadata={"image/png": {"alt": 'Cost "fell" & stayed'}}
    )
    assert rendered(tmp_path, code(picture)).main.img["alt"] == 'Cost "fell" & stayed'


def test_page_keeps_pictures_for_narrow_screens(tmp_path):
    address = f"data:image/png;base64,{PIXEL}"
    drawing = f'<picture><source srcset="{address}"><img alt="x" src="{address}"></picture>'
    assert rendered(tmp_path, code(shown(drawing))).main.source["srcset"] == address


def test_page_ignores_widgets_and_scripts_of_a_notebook(tmp_path):
    widget = new_output(
        "display_data",
        data={
            "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
            "application/javascript": "alert(1)",
            "text/plain": "a slider",
        },
    )
    assert rendered(tmp_path, code(widget)).main.get_text(strip=True) == "a slider"


def test_page_of_a_failed_notebook_says_why_without_folders(tmp_path):
    error = new_output(
        "error",
        ename="DataError",
        evalue="/home/someone/data/invoices.csv, row 2: found 'n/a'; expected a number\nsecond line",
        traceback=["Traceback: /home/someone/lib.py"],
    )
    soup = rendered(tmp_path, code(error), new_markdown_cell("## Never reached"))
    boxes = [box.get_text(" ", strip=True) for box in soup.select(".failure")]
    assert boxes[0].startswith("This page is incomplete.")
    assert boxes[1] == "This section could not be computed: invoices.csv, row 2: found 'n/a'; expected a number"
    assert "someone" not in str(soup)
    assert "second line" not in str(soup)
    assert "Never reached" not in str(soup)


def test_page_has_one_first_heading_and_skips_no_level(tmp_path):
    cells = (new_markdown_cell("# Own title\n\n## Two\n\n#### Deep"), code(shown("<h1>Again</h1><h5>Deeper</h5>")))
    soup = rendered(tmp_path, *cells, title="Cost & comparison")
    headings = [(tag.name, tag.get_text()) for tag in soup.find_all(re.compile("^h[1-6]$"))]
    assert headings == [("h1", "Cost & comparison"), ("h2", "Two"), ("h3", "Deep"), ("h2", "Again"), ("h3", "Deeper")]


def test_page_ids_are_unique(tmp_path):
    soup = rendered(tmp_path, code(shown("<p id='cost.saving'>1</p><p id='cost.saving'>2</p><p id='content'>3</p>")))
    ids = [tag["id"] for tag in soup.find_all(id=True)]
    assert sorted(ids) == ["content", "cost.saving"]


def test_page_frames_every_table_once(tmp_path):
    framed = '<div class="scroll"><table><caption>A</caption><thead><tr><th>a</th></tr></thead></table></div>'
    soup = rendered(tmp_path, code(shown(f"{framed}<table><caption>B</caption><tr><th>b</th></tr></table>")))
    assert [len(table.find_parents(class_="scroll")) for table in soup.main.find_all("table")] == [1, 1]
    assert [cell["scope"] for cell in soup.main.find_all("th")] == ["col", "row"]


def test_page_has_language_landmarks_and_a_skip_link(tmp_path):
    soup = rendered(tmp_path, crumbs=[("Portfolio", "../index.html")])
    assert soup.html["lang"] == "en"
    assert all(soup.find(name) for name in ("header", "main", "footer", "nav"))
    assert soup.body.find("a")["href"] == f"#{soup.main['id']}"
    assert soup.nav.a["href"] == "../index.html"


def test_page_shows_facts_sources_and_where_it_was_made(tmp_path):
    notebook = tmp_path / "notebooks" / "20_cost_comparison.ipynb"
    notebook.parent.mkdir()
    nbformat.write(new_notebook(), notebook)
    facts = page.page_facts("Hartwell Group", Period.parse("2026-Q3"), HOSTILE)
    sources = [{"table": "invoices", "file": "invoices.csv", "rows": 1200, "digest": "0123456789abcdef"}]
    place = page.render(notebook, tmp_path / "page.html", title="T", facts=facts, sources=sources, code=True)
    soup = BeautifulSoup(place.read_text(encoding="utf-8"), "html.parser")
    assert soup.header.get_text(" ", strip=True).endswith(
        f"Client Hartwell Group Vendor {HOSTILE} Period 2026-Q3 (July to September 2026) Counted up to 30 September 2026"
    )
    assert soup.footer.a["href"] == "notebooks/20_cost_comparison.ipynb"
    assert "invoices invoices.csv 1,200 0123456789ab" in soup.footer.get_text(" ", strip=True)
    assert str(tmp_path) not in str(soup)


def test_page_facts_of_one_month():
    assert page.page_facts("C", Period.parse("2024-02")) == {
        "Client": "C",
        "Period": "2024-02 (February 2024)",
        "Counted up to": "29 February 2024",
    }


def test_page_of_equal_notebooks_is_equal(tmp_path):
    cells = (new_markdown_cell("# A"), code(shown("<p>x</p>")))
    first = page.render(new_notebook(cells=list(cells)), tmp_path / "a.html", title="T").read_bytes()
    assert page.render(new_notebook(cells=list(cells)), tmp_path / "b.html", title="T").read_bytes() == first


def test_summary_and_portfolio_pages_are_small_harmless_and_described(client_folder, tmp_path, put):
    goal = {"goal": "G1", "direction": "at_least", "target": 0.1, "verdict": "unclear"}
    put([charges(10.0, "cedar", **{"<b>desk</b>": 10.0}), saving(0.1, 0.05, 0.15, vendor="cedar", **goal)], "cedar")
    put([found("cost", because="the notebook failed", vendor="alder")])
    where = (str(client_folder), str(tmp_path / "reports"))
    review, overview = open_summary("cedar", "2026-Q3", *where), open_overview("2026-Q3", *where)
    sections = [
        review.answer(),
        review.goals(),
        review.evidence(),
        overview.answer(),
        overview.compare(),
        overview.evidence(),
    ]
    soup = rendered(tmp_path, *[code(shown(section.html)) for section in sections], title=HOSTILE)
    assert not soup.main.find_all("script")
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", str(soup))
    assert soup.find_all("img")
    assert all(picture["alt"].strip() for picture in soup.find_all("img"))
    assert len(str(soup).encode()) < 400_000


def test_a_page_runs_the_script_that_sorts_tables_and_no_other(tmp_path):
    rows = [(f"Vendor {place}", str(place)) for place in range(5)]
    sortable = blocks.table(("Vendor", "Number"), rows, caption="Vendors")
    told = "<script>alert(1)</script>"
    soup = rendered(tmp_path, code(shown(f"{sortable}<p>{told}</p>")))
    (script,) = soup.find_all("script")
    digest = base64.b64encode(hashlib.sha256(script.string.encode()).digest()).decode()
    (policy,) = (tag["content"] for tag in soup.find_all("meta") if tag.get("http-equiv") == "Content-Security-Policy")
    assert policy == f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'"


@pytest.mark.parametrize(("count", "ordered"), [(3, False), (9, True)])
def test_a_page_whose_tables_need_no_sorting_has_no_script(tmp_path, count, ordered):
    rows = [(f"Vendor {place}", str(place)) for place in range(count)]
    table = blocks.table(("Vendor", "Number"), rows, caption="Vendors", ordered=ordered)
    soup = rendered(tmp_path, code(shown(str(table))))
    assert not soup.find_all("script")
    assert "script-src" not in str(soup.head)
