"""Writes the sample class, a small one or a large one: students named for what they hand in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from autograder.course import Course

from . import notebooks
from .hostile import ATTACKS
from .notebooks import Notebook, code_cell, filled, grade_id, solved, stub, write

QUARTERS = 4
LARGE = 21 * 2**20  # characters; a notebook of more than 20 MB is read in another way


@dataclass(frozen=True)
class Size:
    """How many students are right and wrong, which quarter of a notebook others stopped at, and who attacks how often.

    Attacks and odd notebooks are few, as time-outs take long: they come in the last `attacked` of the first two
    assignments that have a function.
    """

    right: int
    wrong: int
    unfinished: tuple[int, ...]
    attacked: int


SMALL, FULL = Size(2, 4, (0, 2), 1), Size(6, 16, (0, 1, 2, 3), 2)


def write_class(course: Course, folder: Path, size: Size = SMALL) -> int:
    """Makes the class in `folder`, replacing an earlier one; returns the number of students.

    Most students hand in every assignment that can be graded here. Those of `hostile-...` attack in the first function
    and are honest in the rest; those of `broken-...` have damaged files.
    """
    if folder.exists():
        shutil.rmtree(folder)
    gradable = {name: notebook for name, notebook in course.notebooks.items() if not notebook.lacking()}
    with_function = [
        name for name, notebook in gradable.items() if any(item.kind == "function" for item in notebook.exercises)
    ]
    for student, make in _makers(course, size).items():
        few = student.startswith(("hostile", "odd"))
        for assignment in with_function[:2][-size.attacked :] if few else gradable:
            write(make(assignment), folder, student, assignment)
    _change_files(course, folder)
    return len(list(folder.iterdir()))


def _makers(course: Course, size: Size) -> dict[str, Callable[[str], Notebook]]:
    makers: dict[str, Callable[[str], Notebook]] = {}
    for number in range(size.right):
        makers[f"right-{number + 1}"] = partial(with_explorations, course, number=number)
    for number in range(size.wrong):
        makers[f"wrong-{number + 1:02}"] = partial(with_mistakes, course, number=number)
    for number in size.unfinished:
        makers[f"unfinished-{number + 1}"] = partial(unfinished, course, number=number)
    for attack in ATTACKS:
        makers[f"hostile-{attack.name}"] = partial(attacked, course, code=attack.code)
    makers["odd-cell-doubled"] = partial(grade_cell_doubled, course)
    makers["odd-cell-deleted"] = partial(grade_cell_deleted, course)
    makers["odd-markdown-code"] = partial(code_as_markdown, course)
    return makers


def attacked(course: Course, assignment: str, code: Callable[[str], str]) -> Notebook:
    """A solved notebook whose first function is replaced by hostile code."""
    victim = first_function(course, assignment)
    return filled(course, assignment, {victim: code(victim)}, solved(course, assignment))


def first_function(course: Course, assignment: str) -> str:
    """Name of the assignment's first function exercise."""
    return next(exercise.name for exercise in notebooks.exercises(course, assignment) if exercise.kind == "function")


def grade_cell_doubled(course: Course, assignment: str) -> Notebook:
    """A solved notebook in which the first grade cell stands twice."""
    notebook = solved(course, assignment)
    name = f"{first_function(course, assignment)}_check"
    place = next(index for index, cell in enumerate(notebook["cells"]) if grade_id(cell) == name)
    notebook["cells"].insert(place, code_cell("2", name))
    return notebook


def grade_cell_deleted(course: Course, assignment: str) -> Notebook:
    """A solved notebook without its first grade cell."""
    notebook = solved(course, assignment)
    name = f"{first_function(course, assignment)}_check"
    notebook["cells"] = [cell for cell in notebook["cells"] if grade_id(cell) != name]
    return notebook


def code_as_markdown(course: Course, assignment: str) -> Notebook:
    """A solved notebook whose first solution cell was turned into markdown."""
    notebook = solved(course, assignment)
    for cell in notebook["cells"]:
        if grade_id(cell) == first_function(course, assignment):
            cell["cell_type"] = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    return notebook


def with_explorations(course: Course, assignment: str, number: int) -> Notebook:
    """A solved notebook with a cell at its end in which the student tried something out."""
    notebook = solved(course, assignment)
    notebook["cells"].append(
        code_cell(f"# trying things out, part {number + 1}\nprint([n**2 for n in range({number})])")
    )
    return notebook


def with_mistakes(course: Course, assignment: str, number: int) -> Notebook:
    """A solved notebook in which some exercises, chosen by `number`, are wrong in known ways."""
    rng = np.random.default_rng([number, *assignment.encode()])
    answers = {}
    for exercise in notebooks.exercises(course, assignment):
        if exercise.mistakes and rng.random() < 0.4:
            answers[exercise.name] = notebooks.mistake(exercise, str(rng.choice(sorted(exercise.mistakes))))
    return filled(course, assignment, answers, solved(course, assignment))


def unfinished(course: Course, assignment: str, number: int) -> Notebook:
    """A notebook of which the first `number` quarters are solved, and the rest is untouched."""
    names = [exercise.name for exercise in course.notebooks[assignment].exercises]
    open_names = set(names[len(names) * number // QUARTERS :])
    untouched = {
        name: notebooks.text(cell)
        for cell in stub(course, assignment)["cells"]
        if (name := grade_id(cell)) in open_names
    }
    return filled(course, assignment, untouched, solved(course, assignment))


def _change_files(course: Course, folder: Path) -> None:
    first = next(iter(course.notebooks))
    for student, change in _CHANGES.items():
        change(write(solved(course, first), folder, student, first))


def _link(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _make_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _enlarge(path: Path) -> None:
    notebook = json.loads(path.read_text("utf-8"))
    picture = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * LARGE}}
    next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")["outputs"] = [picture]
    path.write_text(json.dumps(notebook), "utf-8")


_CHANGES: dict[str, Callable[[Path], object]] = {
    "broken-empty": lambda path: path.write_bytes(b""),
    "broken-truncated": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "broken-not-json": lambda path: path.write_text("<html>404 not found</html>"),
    "broken-utf16": lambda path: path.write_bytes(path.read_text("utf-8").encode("utf-16")),
    "broken-misnamed": lambda path: path.rename(path.with_name("homework (1).ipynb")),
    "broken-missing": lambda path: path.unlink(),
    "broken-link": _link,
    "broken-folder": _make_folder,
    "odd-large-file": _enlarge,
}
