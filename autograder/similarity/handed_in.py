"""What students handed in, as OUT keeps it: their own code of each exercise, and digests of the rest."""

from __future__ import annotations

import hashlib
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograder.course import Course
from autograder.reports.autograded import ABSENT, WRONG_VALUES
from autograder.reports.releases import ReleaseCells, read_release

from .fingerprints import NEXT_CELL


@dataclass(frozen=True)
class HandedIn:
    """One student's work in one assignment.

    `content` is a digest of the cells that differ from the release, and `cells` their number. `code` has the student's
    own code of each exercise that is a function, `wrong` a digest of its wrong values where there are telling ones.
    """

    student: str
    content: str
    cells: int
    code: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


def read(course: Course, assignment: str, out: Path) -> list[HandedIn]:
    """The work of all students in an assignment, by their ids in nbgrader. Raises OSError.

    A notebook that can't be read is left out.
    """
    release = read_release(course.release(assignment), course.solution(assignment))
    functions = {exercise.name for exercise in course.notebooks[assignment].exercises if exercise.kind == "function"}
    found = []
    for path in sorted((out / "autograded").glob(f"*/{assignment}/{assignment}.ipynb")):
        try:
            cells = json.loads(path.read_bytes())["cells"]
            found.append(_handed_in(path.parts[-3], cells, release, functions))
        except (ValueError, LookupError, TypeError, AttributeError):
            continue
    return found


def one_of_each(handed_in: Iterable[HandedIn], handins: Mapping[str, str]) -> list[HandedIn]:
    """One student's work of each hand-in; who is not in `handins` has one of their own."""
    found: dict[str, HandedIn] = {}
    for work in handed_in:
        found.setdefault(handins.get(work.student, f"by {work.student}"), work)
    return list(found.values())


def known_code(course: Course, assignment: str) -> dict[str, list[str]]:
    """For each function of an assignment the code that everybody may have: stub, solution, reference and mistakes."""
    release = read_release(course.release(assignment), course.solution(assignment))
    solved = {_grade_id(cell): cell.source for cell in release.source.cells}
    return {
        exercise.name: [
            release.released[exercise.name].source,
            solved[exercise.name],
            *_sources([exercise.reference, *(wrong for _, wrong in exercise.mistakes.values())]),
        ]
        for exercise in course.notebooks[assignment].exercises
        if exercise.kind == "function"
    }


def _sources(functions: Iterable[object]) -> Iterator[str]:
    for function in functions:
        if inspect.isfunction(function) or inspect.isclass(function):
            yield inspect.cleandoc(f"\n{inspect.getsource(function)}")


def _handed_in(student: str, cells: list[dict[str, Any]], release: ReleaseCells, functions: set[str]) -> HandedIn:
    handed_out = {tuple(cell.source.split()) for cell in release.notebook.cells}
    handed_out |= {(), tuple(ABSENT.split()), tuple(f"# {ABSENT[2:-2]}".split())}
    code: dict[str, list[str]] = {}
    wrong = {}
    texts, exercise = [], ""
    for cell in cells:
        source = str(cell["source"])
        name = _grade_id(cell)
        exercise = name.removesuffix("_check") or exercise
        own = tuple(source.split()) not in handed_out
        texts += [source] if own else []
        if own and cell["cell_type"] == "code" and exercise in functions:
            code.setdefault(exercise, []).append(source)  # a cell that was added belongs to the exercise above it
        if digest := cell["metadata"].get(WRONG_VALUES):
            wrong[exercise] = str(digest)
    content = hashlib.sha256(json.dumps(texts).encode()).hexdigest()
    return HandedIn(student, content, len(texts), {name: NEXT_CELL.join(parts) for name, parts in code.items()}, wrong)


def _grade_id(cell: Mapping[str, Any]) -> str:
    return str(cell["metadata"].get("nbgrader", {}).get("grade_id", ""))
