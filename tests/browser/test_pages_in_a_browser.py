"""Pages as a reader meets them: from disk, without a network, by keyboard, on a phone, in the dark and on paper."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

WIDTHS = {"desk": 1440, "phone": 390}
A4 = 680  # pixels between the margins of a page of A4 at 96 to the inch
FOCUSABLE = "a[href], summary, button, [tabindex='0']"


def pages(reviewed):
    found = sorted(path for path in reviewed.rglob("*.html"))
    assert len(found) >= 8
    return found


def named(path):
    return "/".join(path.parts[-2:])


@pytest.fixture(scope="session", params=[*WIDTHS, "dark"])
def visits(request, browser, reviewed):
    """Every page opened once in one way: its path, what the console said, and the page itself."""
    width = WIDTHS.get(request.param, WIDTHS["desk"])
    scheme = "dark" if request.param == "dark" else "light"
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, color_scheme=scheme)
    opened = []
    for path in pages(reviewed):
        page, said = context.new_page(), []
        page.on("console", lambda message, said=said: said.append(message.text))
        page.on("pageerror", lambda error, said=said: said.append(str(error)))
        page.on("requestfailed", lambda lost, said=said: said.append(lost.url))
        page.goto(path.as_uri())
        opened.append((path, said, page))
    yield opened
    context.close()


def test_pages_load_without_a_network_and_without_a_word_in_the_console(visits):
    assert {named(path): said for path, said, _ in visits if said} == {}


def test_pages_have_no_violation_of_accessibility(visits):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    rules = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    found = {named(path): axe.run(page, options=rules).response["violations"] for path, _, page in visits}
    told = {
        name: [f"{item['id']}: {item['nodes'][0]['html'][:120]}" for item in items]
        for name, items in found.items()
        if items
    }
    assert told == {}


def test_no_page_is_wider_than_its_window(visits):
    for path, _, page in visits:
        assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], path.name


def test_every_picture_says_what_it_shows(visits):
    for path, _, page in visits:
        silent = page.eval_on_selector_all("img", "pictures => pictures.filter(each => each.alt.length < 30).length")
        assert silent == 0, path.name


def test_every_link_leads_somewhere(visits):
    for path, _, page in visits:
        for address in set(page.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")):
            parts = urlsplit(address)
            target = Path(unquote(parts.path))
            assert parts.scheme == "file", f"{path.name} leads outside: {address}"
            assert target.is_file(), f"{path.name}: {address}"
            if target == path and parts.fragment:
                assert page.locator(f"[id='{unquote(parts.fragment)}']").count() == 1, f"{path.name}#{parts.fragment}"


def test_the_keyboard_reaches_everything_that_can_be_used(visits):
    path, _, page = next(visit for visit in visits if visit[0].parent.name == "handed")
    page.evaluate("document.body.focus()")
    wanted = page.eval_on_selector_all(FOCUSABLE, "items => items.filter(item => item.checkVisibility()).length")
    reached = set()
    for _ in range(wanted + 2):
        page.keyboard.press("Tab")
        reached.add(page.evaluate(f'[...document.querySelectorAll("{FOCUSABLE}")].indexOf(document.activeElement)'))
    assert len(reached - {-1}) == wanted, path.name


def test_print_fits_the_paper(visits):
    for path, _, page in visits:
        page.emulate_media(media="print")
        before = page.viewport_size
        page.set_viewport_size({"width": A4, "height": 900})
        wide = page.evaluate("document.documentElement.scrollWidth")
        page.emulate_media(media="screen")
        page.set_viewport_size(before)
        assert wide <= A4, f"{path.name} is {wide} pixels wide on paper"


def column(table, place):
    return table.locator(f"tbody tr > :nth-child({place + 1})").all_inner_texts()


def test_a_table_is_sorted_by_its_heads_and_what_is_unknown_stays_last(visits):
    page = next(page for path, _, page in visits if path.parent.name == "2026-Q3")
    if page.viewport_size["width"] != WIDTHS["desk"]:
        return  # on a phone rows are cards, without heads
    table = page.locator("table:has(caption:has-text('Cost comparison, '))")
    head = table.locator("thead th").nth(1)
    before = column(table, 1)
    for direction, turned in (("ascending", False), ("descending", True)):
        head.locator("button").press("Enter")
        known = [float(text.replace(",", "").replace("−", "-")) for text in column(table, 1) if text != "not assessed"]
        assert known == sorted(known, reverse=turned)
        assert len(known) >= 2
        assert column(table, 1)[len(known) :] == ["not assessed"] * (len(before) - len(known))
        assert head.get_attribute("aria-sort") == direction
    assert sorted(column(table, 1)) == sorted(before)


def test_without_scripts_nothing_is_lost(browser, reviewed):
    said = []
    for scripts in (True, False):
        context = browser.new_context(
            viewport={"width": 1440, "height": 900}, offline=True, java_script_enabled=scripts
        )
        page = context.new_page()
        page.goto((reviewed / "index.html").as_uri())
        said.append(page.locator("main").inner_text())
        assert bool(page.locator("main button").count()) == scripts
        context.close()
    assert said[0].split() == said[1].split()
