"""The report as people meet it: on a phone and a desk, by day and by night, without JavaScript or a network."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.dagster_ui import CHROMIUM, QUIET
from tests.conftest import Project

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

WIDTHS = {"phone": 390, "desk": 1280}
WIDTH_OF_PRINT = 680
"""A4 within its margins, in CSS pixels."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def report(refreshed: Project) -> Path:
    return (refreshed.settings.data_dir / "published" / "current" / "report").resolve()


def opened(browser: Browser, path: Path, device: str = "desk", scheme: str = "light", **options: object) -> Page:
    size = {"width": WIDTHS[device], "height": 900}
    page = browser.new_context(viewport=size, color_scheme=scheme, **options).new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("device", WIDTHS)
def test_nothing_stands_in_a_readers_way(
    device: str, scheme: str, browser: Browser, report: Path, tmp_path: Path
) -> None:
    card = next((report / "figures").rglob("*.html"))
    for path in (report / "index.html", card):
        page = opened(browser, path, device, scheme)
        page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[device]
        page.close()
    if shots := os.environ.get("NHS_ASSETS_SCREENSHOTS"):
        page = opened(browser, report / "index.html", device, scheme)
        page.screenshot(path=Path(shots) / f"report-{device}-{scheme}.png", full_page=True)


def test_it_asks_nothing_of_a_network_and_reports_no_error(browser: Browser, report: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((report / "index.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith("data:")] == [(report / "index.html").as_uri()]
    assert not said


def test_it_says_everything_without_javascript(browser: Browser, report: Path) -> None:
    page = opened(browser, report / "index.html", java_script_enabled=False)
    page.locator("#payback summary").first.click()
    assert page.locator("#payback table").is_visible()
    assert page.locator("#payback svg").first.is_visible()
    page.locator("#payback .reading a").first.click()
    assert "savings." in page.locator(".cite").inner_text()


def test_a_card_begins_with_the_figure_and_folds_its_trace(browser: Browser, report: Path) -> None:
    cost = (
        report / "figures" / "savings.appraisal_range/best_estimate/posterior/dhsc_budget/accrual/cost/principal.html"
    )
    page = opened(browser, cost)
    assert re.fullmatch(r"£[\d,]+m, 80% range £[\d,]+m to £[\d,]+m, cash", page.locator(".lead").inner_text())
    assert "version" in page.locator(".cite").inner_text()
    assert page.get_by_role("heading", name="Documents", exact=True).is_visible()
    assert page.get_by_role("heading", name="Input rows", exact=True).is_hidden()
    page.locator("summary").click()
    assert page.get_by_role("heading", name="Input rows", exact=True).is_visible()


def test_no_table_leaves_the_paper_and_long_ones_say_where_the_rest_is(browser: Browser, report: Path) -> None:
    page = opened(browser, report / "index.html")
    page.set_viewport_size({"width": WIDTH_OF_PRINT, "height": 1000})
    page.emulate_media(media="print")
    page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    wide = "[...document.querySelectorAll('table')].filter(table => table.getBoundingClientRect().right > innerWidth)"
    assert page.evaluate(f"{wide}.map(table => table.caption.textContent)") == []
    printed = "table => [...table.tBodies[0].rows].filter(row => row.offsetHeight).length"
    lengths = [table.evaluate(printed) for table in page.locator(".figure:not(.what-if) table").all()]
    assert max(lengths) == 12


def test_the_keyboard_reaches_the_answers_first(browser: Browser, report: Path) -> None:
    page = opened(browser, report / "index.html")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the answers"
    page.keyboard.press("Enter")
    assert page.url.endswith("#answers")


def test_it_prints_on_paper_with_its_tables(browser: Browser, report: Path) -> None:
    page = opened(browser, report / "index.html", scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("nav").is_hidden()
