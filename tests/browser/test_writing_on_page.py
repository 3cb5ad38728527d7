"""A student's whole path on the web pages, by keyboard and without a network: write, check, stop, download, grade."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from conftest import COURSE
from playwright.sync_api import Browser, Page, expect

from autograder.building import site
from autograder.building.picturing import release_notebook
from autograder.building.site import write_site
from autograder.course import Course

from .conftest import graded

BOOK = "02_filters_1d"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of notebook 02, with Python beside it; without the pictures."""
    out = tmp_path_factory.mktemp("site")
    course = Course(COURSE.root, {BOOK: COURSE.notebooks[BOOK]}, repository=COURSE.repository)

    def closed(*arguments: object) -> nbformat.NotebookNode:
        notebook = release_notebook(*arguments[:4])  # type: ignore[arg-type]
        for cell in notebook.cells:
            cell.setdefault("outputs", [])
        return notebook

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(site, "pictured", closed)
        write_site(course, out, offline=True)
    return out


@pytest.fixture(scope="module")
def address(pages: Path, serve: Callable[[Path], str]) -> str:
    return f"{serve(pages)}/{BOOK}.html"


@pytest.fixture
def visit(address: str, browser: Browser) -> Iterator[Callable[..., Page]]:
    """visit(**context options): the page; nothing but this machine may be asked, and no script may fail."""
    contexts, wrong = [], []

    def visit(path: str = address, **options: object) -> Page:
        context = browser.new_context(**options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if _is_outside(request.url) else None)
        page.goto(path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []


def _is_outside(address: str) -> bool:
    return not address.startswith(("http://127.0.0.1:", "blob:", "data:", "file:"))


def begin(page: Page, name: str) -> None:
    page.get_by_role("button", name=f"Write {name} here").press("Enter")
    expect(page.get_by_role("textbox", name=f"Your code for {name}")).to_be_focused()


def write(page: Page, source: str) -> None:
    """Types over the text in the editor that has the focus. The editor indents lines by itself."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)


def check(page: Page, name: str) -> str:
    group = page.get_by_role("group", name=f"Write {name}")
    group.locator(".said").evaluate("node => node.replaceChildren()")
    page.keyboard.press("Shift+Enter")
    group.locator(".said > *").first.wait_for()
    return group.locator(".said").inner_text()


def test_two_exercises_by_keyboard_make_two_correct_in_the_grades(
    visit: Callable[..., Page], tmp_path: Path, screenshot: Callable[[Page, str], None]
) -> None:
    page = visit(accept_downloads=True)
    begin(page, "conv1d_valid")
    body = "def conv1d_valid(x, w):\n    return np.array([x[i : i + len(w)].astype(float) @ {} for i in range({})])"
    count = "len(x) - len(w) + 1"
    write(page, body.format("w[::-1]", count))
    assert "a convolution does not flip it" in check(page, "conv1d_valid")
    write(page, "def conv1d_valid(x, w):\n    return np.convolve(x, w, 'valid')")
    assert "your line 2:  return np.convolve(x, w, 'valid')" in check(page, "conv1d_valid")
    screenshot(page, "writing_on_page")
    write(page, body.format("w", count))
    assert "public checks pass" in check(page, "conv1d_valid")
    page.keyboard.press("Tab")  # leaves the editor
    assert page.evaluate("document.activeElement.textContent") == "Run the check"
    begin(page, "relu")
    write(page, "def relu(z):\n    return np.where(z > 0, z, 0.0)")
    assert "public checks pass" in check(page, "relu")
    with page.expect_download() as download:
        page.get_by_role("group", name="Write relu").get_by_role("button", name="Download the notebook").press("Enter")
    assert download.value.suggested_filename == f"{BOOK}.ipynb"
    hand_in = tmp_path / "class" / "ada" / BOOK / f"{BOOK}.ipynb"
    download.value.save_as(hand_in)
    found = graded(hand_in, tmp_path / "out")
    assert {name for name, status in found.items() if status == "correct"} == {"conv1d_valid", "relu"}
    assert set(found.values()) <= {"correct", "not_attempted", "manual"}


def test_an_endless_loop_is_stopped_and_the_text_stays(visit: Callable[..., Page]) -> None:
    page = visit()
    begin(page, "relu")
    write(page, "while True:\n    pass")
    page.keyboard.press("Shift+Enter")
    group = page.get_by_role("group", name="Write relu")
    expect(group.get_by_text("Running.")).to_be_visible(timeout=120_000)
    group.get_by_role("button", name="Stop").press("Enter")
    expect(group.get_by_text("Stopped. Your text is still here")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your code for relu")).to_contain_text("while True:")
    write(page, "def relu(z):\n    return np.where(z > 0, z, 0.0)")
    assert "public checks pass" in check(page, "relu")
    page.reload()  # what was written is there again
    page.get_by_role("button", name="Go on writing relu here").press("Enter")
    expect(page.get_by_role("textbox", name="Your code for relu")).to_contain_text("np.where")


def test_without_webassembly_the_page_says_so_and_keeps_the_text(visit: Callable[..., Page]) -> None:
    page = visit()
    page.evaluate("delete globalThis.WebAssembly")
    begin(page, "relu")
    group = page.get_by_role("group", name="Write relu")
    expect(group.get_by_text("this browser has no WebAssembly")).to_be_visible()
    expect(group.get_by_role("link", name="Open in Colab")).to_be_visible()
    expect(page.get_by_role("textbox", name="Your code for relu")).to_be_visible()


def test_nothing_is_loaded_before_somebody_begins(visit: Callable[..., Page], address: str) -> None:
    page = visit("about:blank")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.get_by_role("button", name="Write relu here").focus()
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "/writing/" in url]


def test_a_page_opened_from_a_disk_says_where_to_write(visit: Callable[..., Page], pages: Path) -> None:
    page = visit((pages / f"{BOOK}.html").as_uri())
    page.get_by_role("button", name="Write relu here").press("Enter")
    said = page.get_by_text("A page opened from a disk can't run Python.")
    expect(said).to_be_visible()
    expect(said.get_by_role("link", name="Open in Colab")).to_be_visible()
