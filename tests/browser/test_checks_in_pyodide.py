"""What readers are told on the web pages is what they are told elsewhere: `check` in Pyodide. `make site-test`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import COURSE
from playwright.sync_api import Browser

from autograder.building.on_page import FOLDER, write_on_page
from autograder.course import Exercise
from autograder.course.function_source import function_source

pytestmark = pytest.mark.long
BOOKS = [name for name, book in COURSE.notebooks.items() if not book.requires]
MISTAKES = 60  # of more than 800
PASSED, FAILED = 'class="check-note pass"', 'class="check-note fail"'
# One worker does all that is asked, as on a page. What takes longer than a minute is stuck.
ASK = """async requests => {
    const worker = new Worker("writing/worker.js", {type: "module"});
    const ask = (data, seconds) => new Promise((done, failed) => {
        worker.onmessage = ({data}) => data.broken ? failed(data.broken) : done(data.said);
        setTimeout(failed, 1000 * seconds, `no answer: ${data.name}`);
        worker.postMessage(data);
    });
    const address = name => new URL(name, location).href;
    await ask({start: {pyodide: address("writing/pyodide/"), helpers: address("writing/all.zip")}}, 300);
    const said = [];
    for (const request of requests) said.push(await ask(request, 60));
    return said;
}"""
HERE = """import json, sys
from helpers.on_page import run
print(json.dumps([json.loads(run(json.dumps(request))) for request in json.load(sys.stdin)]))"""

# Digits that depend on the order of a sum, and NumPy's own integer, which is shorter there.
ROUNDED, INTEGER = re.compile(r"(\.\d{9})\d+ *"), re.compile(r"int(32|64) array of")

Request = dict[str, Any]
Said = list[list[dict[str, str]]]


def requests(name: str) -> dict[str, Request]:
    """What a page asks for each of a notebook's exercises once all are solved, by the exercise's name."""
    solved = nbformat.read(COURSE.solution(name), as_version=4)
    before: list[dict[str, str]] = []
    found: dict[str, Request] = {}
    for cell in solved.cells:
        if cell.cell_type != "code" or cell.id in ("set-up", "summary"):
            continue
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("solution"):
            own = {"name": marks["grade_id"], "source": cell.source}
            found[own["name"]] = own | {"before": list(before), "check": "", "hint": False}
            before.append(own)
        elif marks.get("grade"):
            found[marks["grade_id"].removesuffix("_check")]["check"] = cell.source
        else:
            before.append({"name": "", "source": cell.source})
    return found


def with_function(exercise: Exercise, request: Request, function: Callable[..., Any]) -> Request:
    """The request that hands in a function of ours, a mistake or a right variant."""
    return request | {"source": "import numpy as np\n\n" + function_source(function, exercise.name)}


@cache
def solved() -> list[tuple[Exercise, Request]]:
    """Each exercise with its solution."""
    return [(COURSE.exercise(name), request) for book in BOOKS for name, request in requests(book).items()]


@cache
def functions() -> list[tuple[Exercise, Request]]:
    return [(exercise, request) for exercise, request in solved() if exercise.kind == "function"]


@cache
def right() -> list[Request]:
    """All solutions and right variants."""
    variants = [
        with_function(exercise, request, variant)
        for exercise, request in functions()
        for variant in exercise.variants.values()
    ]
    return [*(request for _, request in solved()), *variants]


def sample() -> list[Request]:
    """Known mistakes of all notebooks, as many as MISTAKES says, in even steps."""
    known = [
        with_function(exercise, request, wrong)
        for exercise, request in functions()
        for _, wrong in exercise.mistakes.values()
    ]
    return known[:: len(known) // MISTAKES][:MISTAKES]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pages load: their scripts and Python, and the helpers of all pages in one archive."""
    out = tmp_path_factory.mktemp("site")
    write_on_page(COURSE, out, dict.fromkeys(BOOKS, b""), offline=True)
    files: dict[str, bytes] = {}
    for book in BOOKS:
        with zipfile.ZipFile(out / FOLDER / f"{book}.zip") as archive:
            files |= {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(out / FOLDER / "all.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    (out / "page.html").write_text("<!doctype html><title>A page</title>")
    return out


@pytest.fixture(scope="module")
def said_on_page(site: Path, browser: Browser, serve: Callable[[Path], str]) -> dict[str, Said]:
    """What Pyodide says of right functions and of mistakes; it is started once."""
    asked = {"right": right(), "mistakes": sample()}
    page = browser.new_page()
    page.goto(f"{serve(site)}/page.html")
    said = iter(page.evaluate(ASK, [request for group in asked.values() for request in group]))
    return {name: [next(said) for _ in group] for name, group in asked.items()}


def said_here(site: Path, asked: list[Request]) -> Said:
    """What the same helpers say in this Python."""
    with zipfile.ZipFile(site / FOLDER / "all.zip") as archive:
        archive.extractall(site / "helpers_here")
    command = [sys.executable, "-c", HERE]
    printed = subprocess.check_output(command, cwd=site / "helpers_here", input=json.dumps(asked), text=True)
    said: Said = json.loads(printed)
    return said


def test_solutions_and_right_variants_pass(said_on_page: dict[str, Said]) -> None:
    assert len(right()) > 400
    pairs = zip(right(), said_on_page["right"])
    assert [(one["source"], parts) for one, parts in pairs if PASSED not in parts[-1].get("html", "")] == []


def without_differences(parts: list[dict[str, str]]) -> str:
    """What a check says, without what differs between machines. NumPy warns of nothing in a browser."""
    return INTEGER.sub("int array of", ROUNDED.sub(r"\1", parts[-1]["text"]))


def test_mistakes_are_told_as_elsewhere(site: Path, said_on_page: dict[str, Said]) -> None:
    asked = sample()
    assert len(asked) == MISTAKES
    here = said_here(site, [*right(), *asked])[len(right()) :]
    assert all(FAILED in parts[-1]["html"] for parts in [*here, *said_on_page["mistakes"]])
    on_page = map(without_differences, said_on_page["mistakes"])
    assert list(on_page) == list(map(without_differences, here))
