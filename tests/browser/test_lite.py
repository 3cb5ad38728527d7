"""JupyterLite without a network: a student opens 02, writes it wrong and right, downloads it, and gets the points."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import COURSE
from playwright.sync_api import Browser, Page

from autograder.building.lite import write_lite

from .conftest import graded
from .test_jupyterlab import run_all, write_and_check

BOOK = "02_filters_1d"
PATIENCE = 240_000  # milliseconds; a kernel in the browser starts slowly on a busy machine


@pytest.fixture(scope="module")
def lite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("lite") / "out"
    write_lite(COURSE, out, offline=True)
    settings = json.loads((out / "jupyter-lite.json").read_text())
    # Else cells out of sight aren't on the page.
    tracker = {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}}
    settings["jupyter-config-data"]["settingsOverrides"] = tracker
    (out / "jupyter-lite.json").write_text(json.dumps(settings))
    return out


@pytest.fixture
def open_in_lite(lite: Path, browser: Browser, serve: Callable[[Path], str]) -> Iterator[Callable[[str], Page]]:
    """open_in_lite(notebook): its page in JupyterLite. Nothing but this machine is asked, and no script may fail."""
    address = serve(lite)
    context = browser.new_context(accept_downloads=True, viewport={"width": 1300, "height": 1000})
    wrong: list[str] = []

    def open_in_lite(name: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"{address}/lab/index.html?path=notebooks/{name}/{name}.ipynb")
        page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached")
        return page

    ours = (f"{address}/", "blob:", "data:")
    context.on("request", lambda request: None if request.url.startswith(ours) else wrong.append(request.url))
    yield open_in_lite
    context.close()
    assert wrong == []


def test_a_student_writes_downloads_and_is_graded(
    open_in_lite: Callable[[str], Page], tmp_path: Path, screenshot: Callable[[Page, str], None]
) -> None:
    page = open_in_lite(BOOK)
    run_all(page)
    screenshot(page, "jupyterlite")
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
    assert page.locator(".jp-OutputArea-output", has_text="kept in this browser and nowhere else").count() == 1
    body = "def conv1d_valid(x, w):\n    return np.array([x[i : i + len(w)].astype(float) @ {} for i in range({})])"
    said = write_and_check(page, "conv1d_valid", body.format("w[::-1]", "len(x) - len(w) + 1"))
    assert "a convolution does not flip it" in said
    assert "public checks pass" in write_and_check(page, "conv1d_valid", body.format("w", "len(x) - len(w) + 1"))
    page.keyboard.press("Control+s")
    page.locator(".jp-DirListing-item", has_text=f"{BOOK}.ipynb").click(button="right")
    page.locator(".lm-Menu-item[data-command='filebrowser:download']").wait_for()
    with page.expect_download() as download:
        page.locator(".lm-Menu-item[data-command='filebrowser:download']").click()
    assert download.value.suggested_filename == f"{BOOK}.ipynb"
    hand_in = tmp_path / "class" / "ada" / BOOK / f"{BOOK}.ipynb"
    download.value.save_as(hand_in)
    found = graded(hand_in, tmp_path / "out")
    assert {name for name, status in found.items() if status == "correct"} == {"conv1d_valid"}
