"""The course's pages opened from a disk: search, contents, themes and figures work, and nothing asks the network."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_site
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from autograder.building.site import write_site


# Before the browser, beside which no notebook can be run.
@pytest.fixture(scope="module", autouse=True)
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tiny_site.project(tmp_path_factory.mktemp("project"))
    write_site(tiny_site.course(root), root / "site")
    return root / "site"


@pytest.fixture
def visit(pages: Path, browser: Browser) -> Iterator[Callable[..., Page]]:
    """visit(name, **context options): that page, from the disk."""
    contexts, wrong = [], []

    def visit(name: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        page.goto((pages / name).as_uri())
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.mark.parametrize("name", ["index.html", "01_tiny.html"])
def test_nobody_is_kept_out(
    name: str, view: dict[str, Any], visit: Callable[..., Page], barriers: Callable[[Page], list[str]]
) -> None:
    assert barriers(visit(name, **view)) == []


def test_a_search_leads_to_the_place(visit: Callable[..., Page]) -> None:
    page = visit("index.html")
    page.keyboard.press("/")
    page.keyboard.type("zurich")
    results = page.locator("#results")
    expect(results.get_by_role("status")).to_have_text("1 place")
    expect(results.locator("mark")).to_have_text("Zürich")
    results.get_by_role("link").click()
    assert page.url.endswith("01_tiny.html#adding-up")
    expect(page.get_by_role("heading", name="Adding up")).to_be_in_viewport()


def test_a_search_wants_all_words_from_their_beginnings_headings_first(visit: Callable[..., Page]) -> None:
    page = visit("index.html")
    box, results = page.get_by_role("searchbox"), page.locator("#results")
    box.fill("tot consta")
    expect(results.locator("li")).to_have_count(1)
    box.fill("otal")
    expect(results.get_by_role("status")).to_have_text("no places")
    box.fill("(<b>.*")
    expect(results.get_by_role("status")).to_have_text("no places")
    box.fill("picture")
    expect(results.locator("b").first).to_have_text("01 · Tiny & small: A picture")
    box.press("Escape")
    expect(results).to_be_hidden()


def test_contents_lead_to_pages_and_sections(visit: Callable[..., Page]) -> None:
    page = visit("index.html")
    contents = page.get_by_role("navigation", name="Contents")
    contents.get_by_role("link", name="01 · Tiny & small").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("01 · Tiny & small")
    expect(contents.locator("[aria-current=page]")).to_have_text("01 · Tiny & small")
    contents.get_by_role("link", name="A picture").click()
    assert page.url.endswith("#a-picture")


def test_scripts_of_figures_run(visit: Callable[..., Page]) -> None:
    expect(visit("01_tiny.html").locator(".live")).to_have_text("on")


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_the_systems_until_another_is_chosen_and_kept(system: str, visit: Callable[..., Page]) -> None:
    page = visit("index.html", color_scheme=system)
    other = "light" if system == "dark" else "dark"

    def paper() -> str:
        rgb = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return "light" if rgb == "rgb(255, 255, 255)" else "dark"

    assert paper() == system
    page.get_by_role("button", name=f"Make it {other}").click()
    assert paper() == other
    page.get_by_role("link", name="01 · Tiny & small").first.click()
    expect(page.get_by_role("heading", name="Adding up")).to_be_visible()
    assert paper() == other
    # Where figures look for the page's theme.
    assert page.evaluate("document.documentElement.dataset.jpThemeLight") == str(other == "light").lower()


def test_a_narrow_page_does_not_scroll_sideways(visit: Callable[..., Page]) -> None:
    for name in ("index.html", "01_tiny.html"):
        page = visit(name, viewport={"width": 360, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        expect(page.locator(".contents")).to_be_hidden()


@pytest.mark.parametrize(("theme", "brightest"), [("light", 255), ("dark", 200)])
def test_a_picture_does_not_glare_in_the_dark(theme: str, brightest: int, visit: Callable[..., Page]) -> None:
    page = visit("01_tiny.html", color_scheme=theme)
    picture = page.locator(".outputs img:only-child")
    picture.evaluate("picture => { picture.style.width = picture.style.height = '40px'; }")
    seen = np.asarray(Image.open(io.BytesIO(picture.screenshot())).convert("L"))[5:-5, 5:-5]
    assert brightest - 30 < seen.min() <= seen.max() <= brightest


def test_paper_is_light_and_has_the_text_alone(visit: Callable[..., Page]) -> None:
    page = visit("01_tiny.html", color_scheme="dark")
    page.evaluate(
        "addEventListener('beforeprint', () => document.title = getComputedStyle(document.body).backgroundColor)"
    )
    page.pdf()
    assert page.title() == "rgb(255, 255, 255)"
    assert page.evaluate("document.documentElement.dataset.jpThemeLight") == "false"
    page.emulate_media(media="print")
    expect(page.get_by_role("searchbox")).to_be_hidden()
    expect(page.get_by_role("heading", name="A picture")).to_be_visible()
