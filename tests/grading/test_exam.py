"""An exam: the release's cells and the hidden specifications, which are the same for everyone with one seed."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tiny_course

from autograder.course import Course
from autograder.grading.exam import Exam, fingerprint, load_exam
from autograder.grading.submission import NotebookCell
from helpers.checking.spec import Mistake, Outcome, to_json

NAME = "01_tiny"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """The tiny course, with a release of two cells."""
    course = tiny_course.course(tmp_path)
    release = course.release(NAME)
    release.parent.mkdir(parents=True)
    cells = [
        {"cell_type": "markdown", "source": "# Tiny"},
        {"cell_type": "code", "source": "def total(x): ...", "metadata": {"nbgrader": {"grade_id": "total"}}},
    ]
    release.write_text(json.dumps({"cells": cells}))
    return course


def drawn(exam: Exam) -> list[list[int]]:
    """The numbers that the cases of the exercise `total` have."""
    return [case.arguments["x"].tolist() for case in exam.specs[0].cases]


def test_an_exam_has_the_release_and_the_hidden_specifications(course: Course) -> None:
    exam = load_exam(course, NAME, 5)
    assert (exam.course, exam.assignment) == (course, NAME)
    assert exam.release == (NotebookCell("markdown", "# Tiny"), NotebookCell("code", "def total(x): ...", "total"))
    assert [spec.name for spec in exam.specs] == ["total", "count", "blip_filter", "why"]
    assert exam.stub("total") is exam.release[1]
    with pytest.raises(KeyError):
        load_exam(course, "02_unknown", 5)


def test_the_seed_draws_the_cases(course: Course) -> None:
    again = load_exam(replace(course), NAME, 5)
    assert drawn(load_exam(course, NAME, 5)) == drawn(again) != drawn(load_exam(course, NAME, 6))
    assert load_exam(course, NAME, 5) is load_exam(course, NAME, 5), "drawn once"


def test_what_feedback_is_made_from_is_public(course: Course) -> None:
    exam = load_exam(course, NAME, 5)
    path = course.root / "helpers" / "checking" / "cases" / NAME / "total.json"
    path.parent.mkdir(parents=True)
    path.write_text(to_json(replace(exam.specs[0], points=9.0)))
    assert exam.public("total").points == 9.0


def test_packages_are_named_once(course: Course) -> None:
    exam = load_exam(course, NAME, 5)
    assert exam.requires == ()
    needs = [("torch",), (), ("torch", "jax"), ("jax",)]
    specs = tuple(replace(spec, requires=names) for spec, names in zip(exam.specs, needs, strict=True))
    assert replace(exam, specs=specs).requires == ("torch", "jax")


def test_the_fingerprint_leaves_out_what_depends_on_the_processor(course: Course) -> None:
    exam = load_exam(course, NAME, 5)
    before, total = fingerprint(exam), exam.specs[0]

    def with_total(**fields: object) -> Exam:
        return replace(exam, specs=(replace(total, **fields), *exam.specs[1:]))  # type: ignore[arg-type]

    other = tuple(replace(case, expected=np.nextafter(case.expected, np.inf)) for case in total.cases)
    assert fingerprint(with_total(cases=other)) == before
    assert fingerprint(with_total(mistakes=(Mistake("m", "You did m.", (Outcome(value=1.0),)),))) == before
    assert fingerprint(with_total(points=4.0)) != before
    assert fingerprint(with_total(cases=total.cases[:1])) != before
    case = replace(total.cases[0], arguments={"x": np.arange(4)})
    assert fingerprint(with_total(cases=(case, *total.cases[1:]))) != before
    for cell in (
        NotebookCell("markdown", "# Tinier"),
        NotebookCell("raw", "# Tiny"),
        NotebookCell("markdown", "# Tiny", "title"),
    ):
        assert fingerprint(replace(exam, release=(cell, exam.release[1]))) != before
