"""What is handed over: whole, alike each time, and never what a reader may not see."""

import io
import json
import re
import zipfile

import openpyxl
import pytest

from toolkit.areas import AREAS
from toolkit.client import find_client, open_client
from toolkit.errors import DataError, SettingsError
from toolkit.model import Period, interval_words
from toolkit.report.editions import EDITIONS, LEADERSHIP, VENDOR, WORKING, edition_named, shared
from toolkit.report.evidence import NAME, formula_digest, verified
from toolkit.report.pack import pack

from .conftest import HOSTILE, PERIOD, charges, found, saving

CANARY = "Tessellated-Quagga"
MISSED = {"goal": "Q1", "direction": "at_least", "target": 0.95, "verdict": "missed", "kind": "committed"}
MONTHS = [{"month": f"2026-0{month}", "value": 0.9 - month / 100} for month in range(1, 10)]


@pytest.fixture
def reviewed(client_folder, tmp_path, put):
    """Findings of two vendors, in which everything that the vendor alder may not see holds the canary; and their client."""
    put([charges(1200.0), saving(0.1, 0.0, 0.2, remark=CANARY, claim=CANARY)])
    kept = found("quality.sla_attainment", 0.91, 0.88, 0.94, remark=CANARY, parts={"month": MONTHS}, **MISSED)
    put([kept, found("quality.reopened_share", 0.1, claim="=1+1 and @SUM(A1)")], area="quality")
    put([found("cost.vendor_charges", 7.0, claim=CANARY, vendor="birch")], vendor="birch")
    (tmp_path / "reports" / "hartwell" / str(PERIOD) / "alder" / "index.html").write_text(
        '<li><a href="../index.html">Portfolio</a></li><p>Summary</p>\n<details class="code"><summary>Code</summary>'
        '<pre>secret()</pre></details><p>Made from <a href="notebooks/x.ipynb">notebooks/x.ipynb</a> by it</p>'
    )
    return open_client(find_client(str(client_folder)))


def made(client, tmp_path, edition, *vendors):
    return pack(client, PERIOD, tmp_path / "reports" / "hartwell", edition, [client.vendor(name) for name in vendors])


def contents(archive):
    """Every file of an archive, and of the archives within it, as bytes."""
    held = {}
    with zipfile.ZipFile(archive) as packed:
        for name in packed.namelist():
            held[name] = packed.read(name)
            if name.endswith((".xlsx", ".pptx")):
                held |= {f"{name}/{inner}": data for inner, data in contents(io.BytesIO(held[name])).items()}
    return held


@pytest.mark.parametrize("edition", EDITIONS, ids=lambda edition: edition.name)
def test_equal_reviews_give_equal_archives(reviewed, tmp_path, edition):
    first = [path.read_bytes() for path in made(reviewed, tmp_path, edition, "alder", "birch")]
    assert first == [path.read_bytes() for path in made(reviewed, tmp_path, edition, "alder", "birch")]


def test_a_vendors_archive_holds_nothing_of_others_and_nothing_of_the_clients_own(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    held = contents(archive)
    assert {"index.html", "brief.pdf", "slides.pptx", "workbook.xlsx", "reply.xlsx", NAME} <= set(held)
    forbidden = (CANARY, "Birch", "birch", "saving", "secret()", str(tmp_path))
    leaks = {(name, word) for name, data in held.items() for word in forbidden if word.encode() in data}
    assert not leaks


def test_a_vendors_printed_brief_holds_nothing_of_the_clients_own(reviewed, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    pages = pypdf.PdfReader(io.BytesIO(contents(archive)["brief.pdf"])).pages
    text = " ".join(page.extract_text() for page in pages)
    assert "Alder Systems cannot be rated" in text
    assert CANARY not in text
    assert "saving" not in text.lower()


def test_the_leadership_edition_has_no_code_and_the_working_edition_has(reviewed, tmp_path):
    (clean,) = made(reviewed, tmp_path, LEADERSHIP, "alder", "birch")
    (whole,) = made(reviewed, tmp_path, WORKING, "alder", "birch")
    assert contents(clean)["alder/index.html"].decode() == (
        '<li><a href="../index.html">Portfolio</a></li><p>Summary</p><p>Made by it</p>'
    )
    assert b"secret()" in contents(whole)["alder/index.html"]


def test_pages_of_some_vendors_lead_to_no_portfolio(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, LEADERSHIP, "alder")
    assert b"Portfolio" not in contents(archive)["alder/index.html"]


def test_every_claim_has_its_evidence_and_every_file_its_digest(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, LEADERSHIP, "alder", "birch")
    with zipfile.ZipFile(archive) as packed:
        told = json.loads(packed.read(NAME))
        assert set(told["files"]) == set(packed.namelist()) - {NAME}
    claims = {claim["finding"]: claim for claim in told["claims"]["alder"]}
    kept = claims["quality.sla_attainment"]
    assert (kept["page"], kept["verdict"]) == ("quality_review.html#quality.sla_attainment", "missed")
    assert kept["formula"] == formula_digest("quality.sla_attainment") != ""


def test_verify_names_what_was_changed_added_and_taken_away(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    assert verified(archive) == []
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    assert verified(folder) == []
    (folder / "index.html").write_text("another", encoding="utf-8")
    (folder / "brief.pdf").unlink()
    (folder / "extra.txt").write_text("x", encoding="utf-8")
    assert [name for name, _ in verified(folder)] == ["brief.pdf", "extra.txt", "index.html"]


def test_verify_refuses_what_is_no_pack(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no archive")
    with pytest.raises(DataError, match="no ZIP archive"):
        verified(tmp_path / "x.zip")
    with pytest.raises(DataError, match=NAME):
        verified(tmp_path)


def test_a_vendor_without_findings_is_refused_before_anything_is_written(reviewed, tmp_path):
    with pytest.raises(DataError, match="2026-Q3/fir: found no findings"):
        made(reviewed, tmp_path, VENDOR, "alder", "fir")
    assert not (tmp_path / "reports" / "hartwell" / str(PERIOD) / "packs").exists()


def test_an_unknown_edition_is_refused_with_a_suggestion():
    with pytest.raises(SettingsError, match="Did you mean 'vendor'"):
        edition_named("vendors")


def test_workbook_cells_never_become_formulas(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    for name, data in contents(archive).items():
        if name.endswith(".xlsx") and "/" not in name:
            cells = [cell for sheet in openpyxl.load_workbook(io.BytesIO(data)) for row in sheet for cell in row]
            assert cells
            assert all(cell.data_type != "f" for cell in cells), name


def test_numbers_are_numbers_in_the_workbook(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    sheet = openpyxl.load_workbook(io.BytesIO(contents(archive)["workbook.xlsx"]))["Findings"]
    heads = [cell.value for cell in sheet[1]]
    rows = [dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2)]
    kept = next(row for row in rows if row["Finding"].value == "quality.sla_attainment")
    assert (kept["Value"].value, kept["Value"].number_format) == (0.91, "0.0%")
    assert sheet.auto_filter.ref
    assert sheet.freeze_panes == "B2"


def test_slides_have_titles_notes_and_described_native_charts(reviewed, tmp_path):
    pptx = pytest.importorskip("pptx")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    deck = pptx.Presentation(io.BytesIO(contents(archive)["slides.pptx"]))
    first, second = deck.slides
    assert first.shapes.title.text_frame.text.startswith(
        "Alder Systems cannot be rated, because fewer than three goals"
    )
    assert all(slide.notes_slide.notes_text_frame.text for slide in deck.slides)
    (chart,) = [shape for shape in second.shapes if shape.has_chart]
    assert list(chart.chart.plots[0].series[0].values) == pytest.approx([row["value"] for row in MONTHS])
    assert chart._element.nvGraphicFramePr.cNvPr.get("descr").startswith("sla attainment by month")


def test_hostile_text_is_text_in_every_form(reviewed, tmp_path, put):
    hostile = HOSTILE + "\x0b#image('x')$x$ =cmd()"
    put([found("cost.vendor_charges", 1.0, label=hostile, claim=hostile, vendor="cedar")], vendor="cedar")
    (archive,) = made(reviewed, tmp_path, VENDOR, "cedar")
    held = contents(archive)
    assert b"<script>alert" not in held["index.html"]
    assert held["brief.pdf"].startswith(b"%PDF")


def test_nothing_that_rests_on_the_clients_own_tables_is_shared():
    source = {"table": "internal_costs", "file": "internal_costs.csv", "rows": 1, "digest": ""}
    assert shared([found("quality.backlog", 1.0, sources=(source,))]) == []
    assert [item.id for item in shared([found("quality.backlog", 1.0), found("goals.grade", 0.5)])] == [
        "quality.backlog"
    ]


def test_what_is_client_only_exists():
    for area in AREAS:
        for address in getattr(area, "CLIENT_ONLY", ()):
            assert re.fullmatch(rf"{area.NAME}\.\w+", address)
            assert getattr(getattr(area, address.partition(".")[2]), "is_measure", False), address


def test_period_of_a_pack_is_in_its_name(reviewed, tmp_path):
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    assert archive.name == f"alder-{Period.parse('2026-Q3')}-vendor.zip"


def test_calendars_go_with_the_pages_that_lead_to_them_and_never_to_the_vendor(reviewed, tmp_path):
    kept = tmp_path / "reports" / "hartwell" / str(PERIOD) / "alder" / "contract_dates.ics"
    kept.write_text(f"SUMMARY:{CANARY}\r\n")
    (internal,) = made(reviewed, tmp_path, LEADERSHIP, "alder")
    assert any(name.endswith("alder/contract_dates.ics") for name in contents(internal))
    (handed,) = made(reviewed, tmp_path, VENDOR, "alder")
    assert not any(CANARY.encode() in data for data in contents(handed).values())


def test_a_brief_has_two_pages_whatever_it_has_to_say_and_can_be_read_aloud(reviewed, tmp_path, put):
    pypdf = pytest.importorskip("pypdf")
    long = "A measure whose name takes more room than a name should, "
    many = [
        found(f"quality.measure_{place}", 0.1, label=f"{long}{place}", **{**MISSED, "goal": f"Q{place}"})
        for place in range(40)
    ]
    gaps = [found(f"quality.gap_{place}", because=f"{long}file_{place}.csv is missing") for place in range(40)]
    put([*many, *gaps], area="quality")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    document = pypdf.PdfReader(io.BytesIO(contents(archive)["brief.pdf"]))
    assert len(document.pages) == 2
    root = document.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"]) == (True, "en-GB")
    assert document.metadata.title == "Vendor review: Alder Systems, 2026-Q3"
    assert "more reasons stand in the full report" in document.pages[1].extract_text()


def test_fonts_of_a_brief_are_embedded(reviewed, tmp_path):
    pypdf = pytest.importorskip("pypdf")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    pages = pypdf.PdfReader(io.BytesIO(contents(archive)["brief.pdf"])).pages
    fonts = [font.get_object() for page in pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() for font in fonts if "/DescendantFonts" in font]
    assert inner
    assert all({"/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"]) for font in inner)


def test_the_portfolio_has_a_brief_and_a_slide_where_every_vendor_is_packed(reviewed, tmp_path):
    pptx, pypdf = pytest.importorskip("pptx"), pytest.importorskip("pypdf")
    (archive,) = made(reviewed, tmp_path, LEADERSHIP, "alder", "birch")
    held = contents(archive)
    deck = pptx.Presentation(io.BytesIO(held["slides.pptx"]))
    assert (
        len(deck.slides) == 4
    )  # the portfolio, two of a vendor with goals, one of a vendor with neither goals nor months
    (chart,) = [shape.chart for shape in deck.slides[0].shapes if shape.has_chart]
    goals = {series.name: list(series.values) for series in chart.plots[0].series}
    assert (list(chart.plots[0].categories), goals["missed"], goals["met"]) == (["Alder Systems"], [1.0], [0.0])
    (page,) = pypdf.PdfReader(io.BytesIO(held["portfolio.pdf"])).pages
    assert "Birch Digital" in page.extract_text()
    (some,) = made(reviewed, tmp_path, LEADERSHIP, "alder")
    assert "portfolio.pdf" not in contents(some)


def test_a_brief_prints_the_numbers_that_its_chart_is_drawn_from(reviewed, tmp_path, put):
    pypdf = pytest.importorskip("pypdf")
    aim = {"direction": "at_least", "target": 0.75, "kind": "committed", "unit": "share"}
    goals = [
        found("quality.sla_attainment", 0.91, 0.88, 0.94, goal="Q1", verdict="met", **aim),
        found("quality.reopened_share", 0.62, 0.55, 0.69, goal="Q2", verdict="missed", **aim),
        found("quality.first_time", 0.77, 0.71, 0.83, goal="Q3", verdict="unclear", **aim),
    ]
    put(goals, area="quality")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    pages = pypdf.PdfReader(io.BytesIO(contents(archive)["brief.pdf"])).pages
    text = " ".join(" ".join(page.extract_text().split()) for page in pages)
    for item in goals:
        drawn = f"{item.label} goal: at least 75.0 % {item.verdict} {interval_words(item)}"
        assert drawn in text, text


def slide_chart(reviewed, tmp_path):
    pptx = pytest.importorskip("pptx")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    slide = pptx.Presentation(io.BytesIO(contents(archive)["slides.pptx"])).slides[1]
    (chart,) = [shape.chart for shape in slide.shapes if shape.has_chart]
    return chart


def test_a_goal_for_the_whole_period_is_not_drawn_over_months(reviewed, tmp_path, put):
    total = {**MISSED, "direction": "at_most", "target": 50.0}
    put([found("quality.credits_unclaimed", 90.0, unit="GBP", parts={"month": MONTHS}, **total)], area="quality")
    assert [series.name for series in slide_chart(reviewed, tmp_path).plots[0].series] == ["By month"]


def test_a_goal_that_holds_in_each_month_is_drawn_over_them_and_a_long_course_is_cut(reviewed, tmp_path, put):
    months = [{"month": f"{2015 + place // 12}-{place % 12 + 1:02}", "value": place / 100} for place in range(60)]
    put(
        [found("quality.sla_attainment", 0.91, 0.88, 0.94, unit="share", parts={"month": months}, **MISSED)],
        area="quality",
    )
    values, goal = slide_chart(reviewed, tmp_path).plots[0].series
    assert list(values.values) == pytest.approx([place / 100 for place in range(24, 60)])
    assert set(goal.values) == {0.95}


def test_a_vendor_is_not_told_what_the_client_decides_and_how_to_reply_is(reviewed, tmp_path):
    (handed,) = made(reviewed, tmp_path, VENDOR, "alder")
    page = contents(handed)["index.html"].decode()
    assert not re.search(r"Ways to go on|What to decide|Dual-source|renegotiate|goals\.csv", page)
    assert "reply.xlsx" in page


def test_where_no_goal_was_agreed_numbers_stand_in_place_of_ratings(reviewed, tmp_path, put):
    pptx, pypdf = pytest.importorskip("pptx"), pytest.importorskip("pypdf")
    put([found("quality.backlog", 4.0, unit="tickets", counted=True)], area="quality")
    (archive,) = made(reviewed, tmp_path, LEADERSHIP, "alder", "birch")
    held = contents(archive)
    first = pptx.Presentation(io.BytesIO(held["slides.pptx"])).slides[0]
    (chart,) = [shape.chart for shape in first.shapes if shape.has_chart]
    drawn = dict(zip(chart.plots[0].categories, chart.plots[0].series[0].values, strict=True))
    assert drawn == {"Alder Systems": 1200.0, "Birch Digital": 7.0}
    text = pypdf.PdfReader(io.BytesIO(held["portfolio.pdf"])).pages[0].extract_text()
    assert "1,200 GBP" in text
    assert "Nothing here is rated" in " ".join(text.split())


def test_rows_in_another_unit_are_written_in_it_and_not_drawn_as_the_measure(reviewed, tmp_path, put):
    months = [{"month": f"2026-0{month}", "value": 1000.0 * month, "unit": "GBP"} for month in range(1, 8)]
    put([found("quality.sla_attainment", 0.91, 0.88, 0.94, parts={"month": months}, **MISSED)], area="quality")
    (archive,) = made(reviewed, tmp_path, VENDOR, "alder")
    held = contents(archive)
    sheet = openpyxl.load_workbook(io.BytesIO(held["workbook.xlsx"]))["Behind the charts"]
    rows = [row for row in sheet.iter_rows(min_row=2) if row[0].value == "quality.sla_attainment"]
    assert [(row[4].value, row[4].number_format, row[8].value) for row in rows[:1]] == [(1000, "#,##0", "GBP")]
    slides = pytest.importorskip("pptx").Presentation(io.BytesIO(held["slides.pptx"])).slides
    assert not [shape for slide in slides for shape in slide.shapes if shape.has_chart]


def test_a_slide_whose_first_vendors_have_no_goal_has_no_empty_chart(reviewed, tmp_path, monkeypatch):
    pptx = pytest.importorskip("pptx")
    monkeypatch.setattr("toolkit.report.slides.MOST_GOALS", 0)  # none of the vendors that it names has a goal
    (archive,) = made(reviewed, tmp_path, LEADERSHIP, "alder", "birch")
    first = pptx.Presentation(io.BytesIO(contents(archive)["slides.pptx"])).slides[0]
    assert not [shape for shape in first.shapes if shape.has_chart]
