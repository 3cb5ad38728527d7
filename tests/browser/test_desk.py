"""The desk for written answers in a real browser: what is pressed is in the gradebook, and formgrader shows it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from desk import answered
from nbgrader.api import Gradebook
from playwright.sync_api import Browser, Page, expect

PATIENCE = 120  # seconds
ANSWERS = {
    "Ann": "It does not know which pixels are neighbours.",
    "Bob": "it does not  know which pixels are neighbours.\n",
    "Cem": answered.with_picture("A stop sign that is moved is another picture to it: $x_{i+1} < x_i$."),
    "Dee": '<img src=x onerror="document.title=1"><script>document.title = 1</script>',
    "Eve": None,
    "Fay": "A measurement: 96 % fell to 43 %.",
}


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graded")
    answered.write(folder, ANSWERS)
    folder.chmod(0o700)
    return folder


@contextmanager
def started(command: list[str], cwd: Path, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(log.parent), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-m", *command], cwd=cwd, env=environment, stdout=file, stderr=file)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def wait(found: Callable[[], str | None], process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        if value := found():
            return value
        time.sleep(0.1)
    pytest.fail(f"it did not start: {log.read_text()[-800:]}")


@pytest.fixture(scope="module")
def desk(out: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the desk, as the command prints it."""
    log = tmp_path_factory.mktemp("desk") / "log"

    def address() -> str | None:
        said = re.search(r"http://127\.0\.0\.1:\d+/\S+/", log.read_text())
        return said and said[0]

    with started(["autograder", "desk", str(out), "--no-browser"], ROOT, log) as process:
        yield wait(address, process, log)


@pytest.fixture(scope="module")
def formgrader(out: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of nbgrader's formgrader on OUT."""
    log = tmp_path_factory.mktemp("formgrader") / "log"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--ServerApp.ip=127.0.0.1", "--allow-root"]
    options += [f"--ServerApp.root_dir={out}", "--IdentityProvider.token=", "--no-browser"]
    options.append("--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}")
    address = f"http://127.0.0.1:{port}/formgrader"

    def reached() -> str | None:
        try:
            return urllib.request.urlopen(address, timeout=5).url
        except OSError:
            return None

    with started(["jupyter", "server", *options], out, log) as process:
        wait(reached, process, log)
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of the desk; no script of it may fail, and nothing outside this machine may be asked."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    wrong: list[str] = []
    page = context.new_page()
    page.set_default_timeout(30_000)
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if "//127.0.0.1:" not in request.url else None)
    yield page
    context.close()
    assert [text for text in wrong if "409" not in text and not text.startswith("data:")] == []


def held(out: Path, student: str) -> tuple[float | None, bool, str | None]:
    """A person's points, whether the answer waits, and a person's comment, as nbgrader's own library reads them."""
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        found = book.find_submission_notebook(answered.BOOK, answered.BOOK, student)
        grade = next(item for item in found.grades if item.name == answered.QUESTION)
        said = next(item for item in found.comments if item.name == answered.QUESTION)
        return grade.manual_score, grade.needs_manual_grade, said.manual_comment


def press(page: Page, *keys: str) -> None:
    """Presses the keys one after the other, as fast as a person may."""
    for key in keys:
        page.keyboard.press(key)


def current(page: Page) -> str:
    return page.locator("article[aria-current]").inner_text()


def test_points_and_comments_given_by_keys_are_saved_and_formgrader_shows_them(
    page: Page, desk: str, formgrader: str, out: Path, browser: Browser, screenshot: Callable[[Page, str], None]
) -> None:
    page.goto(desk)
    page.get_by_role("link", name=answered.QUESTION).click()
    expect(page.locator("#progress")).to_have_text("5 of 6 answers wait")
    # Ann's and Bob's are equal, and come first. Neither they nor anybody is named.
    assert "given by 2 students" in current(page)
    assert not set(ANSWERS) & set(re.findall(r"\w+", page.content()))
    press(page, "1", "c")
    page.keyboard.type("Only one of the two points.")
    press(page, "Enter")
    expect(page.locator("#status")).to_have_text("Saved: 1 point, with a comment.")
    assert held(out, "Ann") == held(out, "Bob") == (1.0, False, "Only one of the two points.")

    while "43 %" not in current(page):
        press(page, "j")
    press(page, "a", "d", "q", "+")  # two items of the rubric, the comment from above, half a point more
    expect(page.locator("article[aria-current] .mark")).to_have_text("1.5 of 2")
    while "moved is another" not in current(page):
        press(page, "k" if "Nothing was written" in current(page) else "ArrowUp")
    assert page.locator("article[aria-current] img").evaluate("image => image.complete && image.naturalWidth") == 1
    assert "$x_{i+1} < x_i$" in current(page)
    screenshot(page, "desk")
    press(page, "p")
    page.keyboard.type("1.75")
    press(page, "Enter", "n")
    assert "onerror" in current(page)  # shown as text: its script has not run
    press(page, "0")
    expect(page.locator("#progress")).to_have_text("All 6 answers are graded.")
    expect(page.locator("#status")).to_have_text("Saved: 0 points.")
    assert page.title() == f"{answered.QUESTION}: written answers"
    assert held(out, "Fay") == (1.5, False, "Only one of the two points.")
    assert held(out, "Cem") == (1.75, False, None)
    assert held(out, "Dee") == (0.0, False, None)
    assert held(out, "Eve") == (None, False, None)

    shown = browser.new_page()
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        row = book.find_submission_notebook(answered.BOOK, answered.BOOK, "Fay").id
    shown.goto(f"{formgrader}/submissions/{row}/?index=0")
    cell = shown.locator(".nbgrader_cell", has=shown.locator("input.score")).filter(has_text="43 %")
    expect(cell.locator("input.score")).to_have_value("1.5")
    expect(shown.locator(f"#{answered.QUESTION}-comment")).to_have_value("Only one of the two points.")
    screenshot(shown, "formgrader")
    shown.close()


def test_nobody_is_kept_out(view: dict[str, Any], page: Page, desk: str, barriers: Callable[[Page], list[str]]) -> None:
    page.emulate_media(color_scheme=view["color_scheme"])
    page.set_viewport_size(view["viewport"])
    page.goto(desk)
    assert barriers(page) == []


def test_what_formgrader_changed_meanwhile_is_shown_and_not_overwritten(page: Page, desk: str, out: Path) -> None:
    page.goto(f"{desk}{answered.QUESTION}/")
    while "onerror" not in current(page):
        press(page, "j")
    with Gradebook(f"sqlite:///{out}/gradebook.db") as book:
        grades = book.find_submission_notebook(answered.BOOK, answered.BOOK, "Dee").grades
        next(grade for grade in grades if grade.name == answered.QUESTION).manual_score = 0.25
        book.db.commit()
    press(page, "2")
    expect(page.locator("#alert")).to_contain_text(
        "Not saved: it was changed elsewhere meanwhile. It now has 0.25 points"
    )
    assert "0.25 of 2" in current(page)
    assert held(out, "Dee")[0] == 0.25
    press(page, "2")
    expect(page.locator("#status")).to_have_text("Saved: 2 points.")
    expect(page.locator("#alert")).to_be_empty()
    assert held(out, "Dee")[0] == 2.0
    press(page, "x")
    expect(page.locator("#status")).to_have_text("Saved: no points.")
    assert held(out, "Dee") == (None, True, None)
