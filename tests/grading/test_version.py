"""What grades depend on, as a text: the same on every processor, another one for another exam."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_course

from autograder.building import build
from autograder.course import Course
from autograder.grading.exam import fingerprint, load_exam
from autograder.grading.settings import RunSettings
from autograder.grading.version import code, key, version
from autograder.sandbox.client import Limits

NAME = "01_tiny"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The tiny course, built."""
    course = tiny_course.course(tmp_path)
    (tmp_path / "solutions").mkdir()
    course.source(NAME).write_text(tiny_course.SOURCE)
    build(course)
    return course


def on_another_processor(course: Course) -> Course:
    """The course with references and mistakes whose last digits differ."""
    notebook = tiny_course.tiny_notebook()
    total = notebook.exercises[0]
    exact, (sentence, mean) = total.reference, total.mistakes["mean"]
    total.reference = lambda x, w=1.0: float(np.nextafter(exact(x, w), np.inf))
    total.mistakes["mean"] = (sentence, lambda x, w=1.0: float(np.nextafter(mean(x, w), np.inf)))
    return replace(course, notebooks={NAME: notebook})


def test_the_version_is_the_same_on_every_processor(course: Course) -> None:
    other = on_another_processor(course)
    here, there = (load_exam(one, NAME, 5).specs[0].cases[0].expected for one in (course, other))
    assert here != there
    assert version(course, NAME, 5) == version(other, NAME, 5)


def test_the_version_changes_with_the_exam(course: Course) -> None:
    assert version(course, NAME, 5) != version(course, NAME, 6)
    exam = load_exam(course, NAME, 5)
    before = fingerprint(exam)
    cell = replace(exam.release[0], source="# another title")
    spec = replace(exam.specs[0], points=4)
    case = replace(exam.specs[0].cases[0], arguments={"x": np.arange(4)})
    assert before != fingerprint(replace(exam, release=(cell, *exam.release[1:])))
    assert before != fingerprint(replace(exam, specs=(spec, *exam.specs[1:])))
    cases = (case, *exam.specs[0].cases[1:])
    assert before != fingerprint(replace(exam, specs=(replace(exam.specs[0], cases=cases), *exam.specs[1:])))


def test_the_version_says_by_what_code_and_with_which_packages(course: Course) -> None:
    numpy = f"numpy {np.__version__}"
    said = f"code [0-9a-f]{{12}}, Python {re.escape(platform.python_version())}, {re.escape(numpy)}"
    assert re.fullmatch(f"{said}, exam [0-9a-f]{{12}}", version(course, NAME, 5))
    other = replace(course, notebooks={NAME: replace(course.notebooks[NAME], requires=("nbgrader", "no-such-package"))})
    assert re.fullmatch(rf"{said}, nbgrader [\d.]+", code(other))


def test_the_version_changes_with_all_code(course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = tmp_path / "engine"
    monkeypatch.setattr("autograder.grading.version.__file__", str(engine / "grading" / "version.py"))
    for place in (engine / "grading", engine / "sandbox", course.root / "helpers", course.root / "exercises"):
        place.mkdir(parents=True, exist_ok=True)
        for name, counts in (("own.py", True), ("weights.npz", True), ("cases.json", True), ("notes.txt", False)):
            for content in ("1", "2"):
                before = code.__wrapped__(course)
                (place / name).write_text(content)
                assert (code.__wrapped__(course) != before) is counts, (place, name)


def test_the_key_changes_with_each_setting_that_a_grade_depends_on(course: Course) -> None:
    usual = RunSettings(seed=5)
    others = [replace(usual, seed=6), replace(usual, limits=Limits(1, 2.0, 2**28)), replace(usual, confined=False)]
    keys = {key(course, NAME, settings) for settings in (usual, *others)}
    assert len(keys) == 4 and all(re.fullmatch("[0-9a-f]{16}", one) for one in keys)
    assert key(course, NAME, replace(usual, jobs=usual.jobs + 1)) in keys
