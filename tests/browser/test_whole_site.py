"""All pages of this course: nobody is kept out, whatever the theme and the width. `make site-test`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSE
from playwright.sync_api import Browser, Page

from autograder.building.site import write_site

pytestmark = pytest.mark.long
NAMES = ["index", "glossary", *COURSE.notebooks]


# Before the browser, beside which no notebook can be run.
@pytest.fixture(scope="module", autouse=True)
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    write_site(COURSE, out)
    return out


@pytest.fixture
def visit(pages: Path, browser: Browser, view: dict[str, Any]) -> Iterator[Callable[[str], Page]]:
    """visit(name): that page in one of the views, all that is folded open; no script may fail."""
    context = browser.new_context(**view)
    wrong: list[str] = []

    def visit(name: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(request.url) if request.url.startswith("http") else None)
        page.goto((pages / f"{name}.html").as_uri())
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        return page

    yield visit
    context.close()
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_nobody_is_kept_out(name: str, visit: Callable[[str], Page], barriers: Callable[[Page], list[str]]) -> None:
    assert barriers(visit(name)) == []
