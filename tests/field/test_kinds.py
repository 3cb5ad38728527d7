"""Accidents of many kinds, each in exercises of several notebooks: they cost nothing."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from autograder.grading.result import ExerciseResult
from conftest import COURSE

from .accidents import Trial, all_of
from .classroom import Graded, grade_trials, said
from .kinds import KINDS, happened, works_of

BOOKS = ("01_pixels", "02_filters_1d", "03_filters_2d", "04_tensors_filter_banks", "05_max_pooling")
TIMES = 2  # that each kind happens; `test_at_least_nbgrader.py` has a third time


def placed() -> Iterator[tuple[str, str, str, str]]:
    """(student, notebook, exercise, kind): one student after the other, in each exercise the next kind."""
    kinds = iter(KINDS * TIMES)
    for number in count(1):
        for book in BOOKS:
            for name in works_of(book):
                kind = next(kinds, None)
                if kind is None:
                    return
                yield f"{book}-{number}", book, name, kind


PLACED = list(placed())


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Graded:
    trials = [
        Trial(student, book, all_of(*(happened(kind, book, name) for who, _, name, kind in PLACED if who == student)))
        for student, book in dict.fromkeys((student, book) for student, book, *_ in PLACED)
    ]
    return grade_trials(trials, tmp_path_factory.mktemp("kinds"))


@pytest.mark.parametrize("kind", KINDS)
def test_it_costs_nothing(graded: Graded, kind: str) -> None:
    places = [(student, name) for student, _, name, which in PLACED if which == kind]
    rows = [graded.row(student, name) for student, name in places]
    assert len(rows) == TIMES
    assert [said(row) for row in rows if row.score != row.max_score and not is_left_to_a_person(row)] == []


def is_left_to_a_person(row: ExerciseResult) -> bool:
    """Where something is observed beside the code, and the code could get at the observer."""
    return row.status == "not_graded" and bool(COURSE.exercise(row.exercise).watched) and "Read it" in said(row)
