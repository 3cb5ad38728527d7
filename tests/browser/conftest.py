"""A browser, and pages with figures in it. Each page fails its test when it logs an error or asks the network."""

from __future__ import annotations

import csv
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from playwright.sync_api import Browser, Page, expect, sync_playwright

from helpers.figures.interactive import page as output

Open = Callable[..., Page]
# WCAG 2.2 A and AA, and two rules that axe leaves out unless it is asked.
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
ALSO = {"label-content-name-mismatch": {"enabled": True}, "empty-table-header": {"enabled": True}}
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what is in this folder; pytest hands over the items of all folders."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


# Not for the whole session: playwright leaves an event loop behind it, in which no notebook could be run.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.fail("The browser tests need chromium: apt-get install chromium (.ci/run does it).", pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def serve() -> Iterator[Callable[[Path], str]]:
    """serve(folder): the address of a web server on this machine that has the folder's files."""
    servers = []

    def serve(folder: Path) -> str:
        handler = functools.partial(_Quiet, directory=str(folder))
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def graded(hand_in: Path, out: Path) -> dict[str, str]:
    """The status of each exercise that `autograder grade` gives for the one notebook in <class>/<student>/<name>/."""
    command = [sys.executable, "-m", "autograder", "grade", str(hand_in.parents[2]), "--out", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    with (out / "grades.csv").open(encoding="utf-8") as table:
        return {row["exercise"]: row["status"] for row in csv.DictReader(table)}


@pytest.fixture
def screenshot() -> Callable[[Page, str], None]:
    """screenshot(page, name): kept in the folder that SCREENSHOTS names, for people to look at; nowhere without it."""

    def screenshot(page: Page, name: str) -> None:
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    return screenshot


# 640 pixels are what 200 % leave of 1280, and 320 what 400 % leave.
@pytest.fixture(params=[("light", 320), ("dark", 640), ("light", 1280)], ids=str)
def view(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Options of a browser's context: a theme and a width."""
    theme, width = request.param
    return {"color_scheme": theme, "viewport": {"width": width, "height": 800}}


@pytest.fixture
def barriers() -> Callable[[Page], list[str]]:
    """barriers(page): what of the page keeps some people out, by axe-core, and whether it scrolls sideways."""

    def barriers(page: Page) -> list[str]:
        options = {"runOnly": {"type": "tag", "values": LEVELS}, "rules": ALSO, "resultTypes": ["violations"]}
        options["preload"] = False  # it asks for the style sheets once more, which a page on a disk may not
        found = Axe().run(page, options=options).response["violations"]
        wide = page.evaluate("document.scrollingElement.scrollWidth > innerWidth")
        said = [f"{rule['id']}: {node['html'][:300]}" for rule in found for node in rule["nodes"]]
        return said + ["it scrolls sideways"] * wide

    return barriers


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the figures that are called in a test would display in a notebook: their HTML, in order."""
    shown: list[str] = []
    monkeypatch.setattr(output, "show", lambda kind, settings, alt: shown.append(output.page(kind, settings, alt)))
    return shown


@pytest.fixture
def open_page(browser: Browser, drawn: list[str]) -> Iterator[Open]:
    """open_page(**context options): a page, as an exported one would be, with the figures drawn so far."""
    contexts, wrong = [], []

    def open_page(body: str = "", width: int = 1000, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": width, "height": 900}} | options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda request: wrong.append(f"asks for {request.url}"))
        head = '<html lang="en"><head><title>Figures</title></head>'
        page.set_content(f"<!doctype html>{head}<body>{body or ''.join(drawn)}</body></html>")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


@pytest.fixture
def state() -> Callable[..., dict[str, Any]]:
    """state(page, number): all that the figure of that number on the page shows."""
    return lambda page, number=0: page.evaluate(
        "number => document.querySelectorAll('.cnn-figure')[number].figure.state()", number
    )


@pytest.fixture
def states() -> Callable[[Page, list[dict[str, Any]]], list[dict[str, Any]]]:
    """states(page, settings): what the first figure shows after each of these settings, one after the other."""
    run = """settings => {
        const {figure} = document.querySelector(".cnn-figure");
        return JSON.stringify(JSON.parse(settings).map(one => { figure.set(one); return figure.state(); }));
    }"""
    # As one text: playwright takes long over many nested lists.
    return lambda page, settings: json.loads(page.evaluate(run, json.dumps(settings)))
