"""The public cases: what `check` in a student's notebook runs, written as JSON beside `helpers.checking.spec`."""

from __future__ import annotations

import dataclasses
import json
from pathlib import PurePosixPath
from typing import Any

import numpy as np

from autograder.course import Course, Notebook
from helpers.checking.spec import Mistake, Outcome, Spec, to_json

from .agreement import agree
from .stamps import Stamps

FOLDER = PurePosixPath("helpers/checking/cases")


def case_files(course: Course, book: Notebook, stamps: Stamps) -> dict[PurePosixPath, bytes]:
    """The files of one notebook by path from the course's folder: one for each exercise, and their order.

    A file that is there stays as it is where it agrees with what its exercise gives: the last digits are those of the
    processor that made it. Exercises whose file is known to agree (`stamps`) are not run; the others' stamps are put.
    CourseError when an exercise is wrong.
    """
    folder = FOLDER / book.name
    files = {}
    for exercise in book.exercises:
        place = folder / f"{exercise.name}.json"
        path = course.root / place
        there = path.read_bytes() if path.is_file() else b""
        if not stamps.fits(place, exercise, there):
            made = to_json(steady(exercise.public())).encode()
            there = there if agree(there, made) else made
            stamps.put(place, exercise, there)
        files[place] = there
    names = [exercise.name for exercise in book.exercises]
    return files | {folder / "order.json": (json.dumps(names, indent=1) + "\n").encode()}


def steady(spec: Spec) -> Spec:
    """`spec` with what was computed rounded to 9 digits, far inside the tolerance of every check.

    Sums and exponentials differ in their last digits from one processor to the next: most files don't, then.
    """
    cases = tuple(
        dataclasses.replace(case, expected=_rounded(case.expected), steps=_rounded(case.steps)) for case in spec.cases
    )
    mistakes = tuple(
        Mistake(item.name, item.sentence, tuple(_rounded_outcome(outcome) for outcome in item.outcomes))
        for item in spec.mistakes
    )
    return dataclasses.replace(spec, cases=cases, mistakes=mistakes)


def _rounded_outcome(outcome: Outcome) -> Outcome:
    return dataclasses.replace(outcome, value=_rounded(outcome.value))


def _rounded(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        numbers = [_rounded(item) for item in value.ravel().tolist()]
        return np.array(numbers, value.dtype).reshape(value.shape)
    if isinstance(value, (float, np.floating)):
        number = float(value)
        return 0.0 if abs(number) < 1e-12 else float(f"{number:.9g}")
    if isinstance(value, (list, tuple)):
        return type(value)(_rounded(item) for item in value)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value
