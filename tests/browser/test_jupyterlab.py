"""A student's hour in a real JupyterLab: open, run, write it wrong, write it right; and the figures that are there."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from nbconvert import HTMLExporter
from playwright.sync_api import Browser, Page, TimeoutError, expect

BOOK = "02_filters_1d"
PATIENCE = 120  # seconds; a busy machine is slow to start a kernel
FIGURES = {
    "slide": "from helpers.figures.interactive import slide\nslide([0, 0, 1, 1, 1, 0, 1, 0], [-1, 1, -1], padding=1)",
    "depth": "import numpy as np\nfrom helpers.figures.interactive import depth\n"
    "depth(np.arange(48).reshape(3, 4, 4), np.arange(-9, 18).reshape(3, 3, 3))",
    "pool": "from helpers.figures.interactive import pool\npool([[3, -1, 0, 5], [0, 2, -4, 1]], 2, 2)",
    "network": "from helpers import data, weights\nfrom helpers.figures.interactive import network\n"
    "network(weights.digits(), data.digits()[2][20:22] / 16)",
    "backward": "from helpers.figures.interactive import backward\nbackward([1, 2, 0, 1, 3], [-1, 1, -1], padding=1)",
}
# A pointer's way over each figure: what to hover or click, and what its state says then.
DRIVEN = {
    "slide": ("[data-part=output] .cnn-cell >> nth=6", lambda now: (now["place"], now["z"][6]), (6, 1)),
    "depth": ("[data-part=map-0] .cnn-cell >> nth=3", lambda now: (now["place"], round(sum(now["shares"]))), (3, None)),
    "pool": ("[data-part=output] .cnn-cell >> nth=1", lambda now: (now["place"], now["pooled"][0][1]), (1, 5)),
    "network": (".cnn-class >> nth=3", lambda now: (now["place"]["map"], int(np.argmax(now["probabilities"]))), (3, 3)),
    "backward": ("[data-part=dw] .cnn-cell >> nth=2", lambda now: (now["what"], now["dw"][2]), ("dw", 6)),
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A JupyterLab without a password on this machine: its address and its folder, with the release notebook in it."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks" / BOOK, folder / BOOK)
    nbformat.write(figures_notebook(), folder / "figures.ipynb")
    settings = folder / ".settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text(json.dumps({"windowingMode": "none"}))  # else cells out of sight aren't on the page
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTERLAB_SETTINGS_DIR": str(folder / ".settings"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".runtime"),
        "JUPYTER_CONFIG_DIR": str(folder / ".config"),
    }
    options = ["--no-browser", "--allow-root", f"--port={port}", "--ServerApp.port_retries=0", "--ip=127.0.0.1"]
    options += [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--LabApp.news_url=None"]
    with (folder / ".log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server, folder / ".log")
        yield address, folder
    finally:
        server.terminate()
        server.wait(30)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).read()
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not start: {log.read_text()[-800:]}")


def figures_notebook() -> nbformat.NotebookNode:
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    cells = [nbformat.v4.new_code_cell(source) for source in FIGURES.values()]
    return nbformat.v4.new_notebook(cells=cells, metadata=kernel)


@pytest.fixture
def open_in_lab(browser: Browser, lab: tuple[str, Path]) -> Iterator[object]:
    """open_in_lab(path): that notebook's page in JupyterLab, ready to be run. No script of a page may fail."""
    contexts, wrong = [], []

    def open_in_lab(path: str) -> Page:
        context = browser.new_context(viewport={"width": 1300, "height": 1000})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{lab[0]}/lab/tree/{path}?reset")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
        return page

    yield open_in_lab
    for context in contexts:
        context.close()
    assert wrong == []


def run_all(page: Page) -> None:
    for _ in range(8):  # a kernel that is only starting says that it is idle, and runs nothing
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        with contextlib.suppress(TimeoutError):
            page.wait_for_function(
                "() => [...document.querySelectorAll('.jp-InputPrompt')].some(one => /[0-9*]/.test(one.textContent))",
                timeout=PATIENCE * 1000 / 8,
            )
            break
    page.wait_for_function(
        """() => {
            const prompts = [...document.querySelectorAll(".jp-CodeCell .jp-InputPrompt")].map(one => one.textContent.trim());
            return prompts.length && prompts.every(text => !text || /[0-9]/.test(text));  // a folded cell has none
        }"""  # noqa: E501
    )


def write_and_check(page: Page, name: str, source: str) -> str:
    """Replaces the source of a function's cell, runs it and the check below it, and returns what the check says."""
    cell = page.locator(".jp-CodeCell", has_text=f"def {name}(").first
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    check = page.locator(".jp-CodeCell", has_text=f"check({name})").first
    before = check.locator(".jp-InputPrompt").first.inner_text()
    check.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([cell, before]) => { const now = cell.querySelector('.jp-InputPrompt').textContent;"
        " return now !== before && !now.includes('*') && now !== '[ ]:'; }",
        arg=[check.element_handle(), before],
    )
    return check.locator(".jp-OutputArea-output").last.inner_text()


def test_a_student_writes_it_wrong_and_then_right(open_in_lab, screenshot) -> None:  # type: ignore[no-untyped-def]
    page = open_in_lab(f"{BOOK}/{BOOK}.ipynb")
    run_all(page)
    assert page.locator(".jp-OutputArea-output", has_text="not written yet").count() >= 10
    assert page.locator(".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    body = (
        "    return np.array([x[i : i + len(w)].astype(float) @ {} for i in range(len(x) - len(w) + 1)], dtype=float)"
    )
    head = "def conv1d_valid(x, w):\n"
    said = write_and_check(page, "conv1d_valid", head + body.format("w[::-1]"))
    assert "a convolution does not flip it" in said and "expected" in said
    said = write_and_check(page, "conv1d_valid", head + body.format("w"))
    assert "public checks pass" in said
    said = write_and_check(page, "conv1d_valid", head + "    return x[no_such_name]")
    assert "NameError" in said and "return x[no_such_name]" in said and "Traceback" not in said
    screenshot(page, "jupyterlab")


def drive(page: Page, kind: str) -> None:
    """Points at the figure and looks whether it answers, with NumPy's number."""
    figure = page.locator(f".cnn-figure[data-figure={kind}]")
    what, answer, expected = DRIVEN[kind]
    target = figure.locator(what)
    target.scroll_into_view_if_needed()
    target.click()
    found = answer(figure.evaluate("node => node.figure.state()"))
    if kind == "depth":
        x, w = np.arange(48).reshape(3, 4, 4), np.arange(-9, 18).reshape(3, 3, 3)
        expected = (3, int(np.sum(x[:, 1:4, 1:4] * w)))
    assert found == expected, kind
    figure.locator("button").first.press("Tab")
    assert figure.evaluate("node => node.contains(document.activeElement)"), kind


def test_figures_answer_in_jupyterlab(open_in_lab, screenshot) -> None:  # type: ignore[no-untyped-def]
    page = open_in_lab("figures.ipynb")
    run_all(page)
    expect(page.locator(".cnn-figure")).to_have_count(len(FIGURES), timeout=PATIENCE * 1000)
    for kind in FIGURES:
        drive(page, kind)
    screenshot(page, "figures_in_jupyterlab")


def test_figures_answer_in_exported_html(browser: Browser, tmp_path: Path, screenshot) -> None:  # type: ignore[no-untyped-def]
    notebook = figures_notebook()
    NotebookClient(notebook, startup_timeout=PATIENCE, resources={"metadata": {"path": str(ROOT)}}).execute()
    exported, _ = HTMLExporter().from_notebook_node(notebook)
    path = tmp_path / "figures.html"
    path.write_text(exported, "utf-8")
    context = browser.new_context()
    wrong: list[str] = []
    page = context.new_page()
    page.on("pageerror", lambda error: wrong.append(str(error)))
    # Only what is on this disk: an exported page asks for MathJax, and may not need it to show a figure.
    page.route("**/*", lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort())
    page.goto(path.as_uri())
    for kind in FIGURES:
        drive(page, kind)
    screenshot(page, "figures_in_exported_html")
    assert [text for text in wrong if "require" not in text and "MathJax" not in text] == []
    context.close()
