"""The autograder zip for Gradescope, unpacked and run in a folder that stands for the container's /autograder."""

from __future__ import annotations

import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from conftest import COURSE

from autograder.demo.notebooks import Notebook, filled, mistake, solved, stub
from autograder.gradescope import package
from autograder.gradescope.order import Order
from autograder.grading.environment import colab_packages

BOOK = "01_pixels"
SEED = 2**63 + 12345
# Looks for the seed and writes a result itself, wherever it can.
HOSTILE = """
import json, os
def normalize(x):
    found = []
    for folder in (PLACE, PLACE + "/source/course", os.getcwd(), "/proc/self/cwd"):
        try:
            found.append(open(folder + "/order.json").read())
        except OSError:
            pass
        try:
            with open(folder + "/results/results.json", "w") as file:
                json.dump({"score": 99}, file)
        except OSError:
            pass
    raise ValueError(str(found))
"""


@pytest.fixture(scope="module")
def archive() -> bytes:
    return package.make(COURSE, Order(BOOK, SEED, "after_published"))


@pytest.fixture
def place(archive: bytes, tmp_path: Path) -> Path:
    """/autograder as Gradescope makes it."""
    place = tmp_path / "autograder"
    with zipfile.ZipFile(io.BytesIO(archive)) as held:
        for entry in held.infolist():
            path = Path(held.extract(entry, place / "source"))
            path.chmod(entry.external_attr >> 16 & 0o777)
    shutil.copy(place / "source" / "run_autograder", place)
    for name in ("submission", "results"):
        (place / name).mkdir()
    return place


def run(place: Path, **variables: str) -> tuple[dict[str, Any] | None, str]:
    """results.json, None where there is none, and what was printed."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("AUTOGRADER", "PYTHON"))}
    environment |= {"AUTOGRADER_PLACE": str(place), "AUTOGRADER_PYTHON": sys.executable, **variables}
    done = subprocess.run([place / "run_autograder"], env=environment, cwd=place, capture_output=True, text=True)
    path = place / "results" / "results.json"
    assert (done.returncode == 0) == path.exists(), done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return (json.loads(path.read_text()) if path.exists() else None), done.stdout


def hand_in(place: Path, notebook: Notebook, name: str, age: int = 0) -> None:
    path = place / "submission" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(notebook), "utf-8")
    os.utime(path, (1e9 - age, 1e9 - age))


def without_ids(notebook: Notebook) -> Notebook:
    return {**notebook, "cells": [{**cell, "metadata": {}} for cell in notebook["cells"]]}


def test_a_submission_is_graded(place: Path) -> None:
    answers = {
        "normalize": HOSTILE.replace("PLACE", repr(str(place))),
        "flatten": mistake(COURSE.exercise("flatten"), next(iter(COURSE.exercise("flatten").mistakes))),
        "why_not_fc": "Too many weights.",
    }
    work = filled(COURSE, BOOK, answers, solved(COURSE, BOOK))
    hand_in(place, work, "My work/Copy of 01_pixels (2).ipynb")
    hand_in(place, stub(COURSE, BOOK), "old.ipynb", age=60)
    hand_in(place, stub(COURSE, "02_filters_1d"), "02_filters_1d.ipynb")
    (place / "submission" / "__MACOSX").mkdir()
    hand_in(place, stub(COURSE, BOOK), "__MACOSX/01_pixels.ipynb")
    found, _ = run(place)
    assert found
    tests = {test["name"]: test for test in found["tests"]}
    exercises = COURSE.notebooks[BOOK].exercises
    assert list(tests) == [item.name + " (graded by hand)" * (item.kind == "written") for item in exercises]
    for name, test in tests.items():
        assert test["visibility"] == "after_published"
        if name in ("normalize", "flatten"):
            assert test["status"] == "failed" and test["score"] < test["max_score"]
        elif "by hand" in name:
            assert not {"score", "max_score", "status"} & test.keys()
        else:
            assert test["status"] == "passed" and test["score"] == test["max_score"]
    assert found["score"] == sum(test.get("score", 0) for test in tests.values())
    assert found["score"] < sum(item.points for item in exercises if item.kind != "written")
    diagnosis = tests["flatten"]["extra_data"]["diagnosis"]
    assert COURSE.exercise("flatten").mistakes[diagnosis][0] in tests["flatten"]["output"]
    assert found["output"].startswith("Graded: My work/Copy of 01_pixels (2).ipynb. Not graded, as only one")
    assert "old.ipynb" in found["output"] and "Points still to be given by hand: 2." in found["output"]
    assert found["stdout_visibility"] == "hidden" and str(SEED) not in json.dumps(found)


def test_nothing_is_run_and_nobody_gets_0_where_nothing_confines(place: Path) -> None:
    hand_in(place, solved(COURSE, BOOK), f"{BOOK}.ipynb")
    (place / "results" / "results.json").write_text('{"score": 99}')
    found, said = run(place, AUTOGRADER_CONFINEMENT="none-such")
    assert found is None and "student code can't be confined in this container, so none was run" in said


@pytest.mark.parametrize("handed_in", [{}, {"02.ipynb": stub(COURSE, "02_filters_1d")}, {"x.ipynb": {}}], ids=len)
def test_without_a_notebook_of_the_assignment_nobody_gets_0(place: Path, handed_in: Mapping[str, Notebook]) -> None:
    for name, notebook in handed_in.items():
        hand_in(place, notebook, name)
    (place / "submission" / f"{BOOK}.ipynb").symlink_to("/etc/passwd")
    (place / "submission" / "a\x1b[2J.ipynb").write_text("not a notebook")
    found, said = run(place)
    assert found is None and f"no notebook of {BOOK} was handed in; found " in said
    assert r"a\x1b[2J.ipynb" in said and "\x1b" not in said


def test_what_is_not_graded_is_no_0(place: Path) -> None:
    """A function that needs a package which Colab has and this grader lacks; the notebook's ids are lost, too."""
    missing = next(name for name in colab_packages() if importlib.util.find_spec(name) is None)
    lacking = f"def flatten(x):\n    import {missing}\n    return {missing}.ravel(x)"
    hand_in(place, without_ids(filled(COURSE, BOOK, {"flatten": lacking}, solved(COURSE, BOOK))), "x.ipynb")
    found, said = run(place)
    assert found is None and f"flatten: needs {missing}" in said
