"""Which of the files that a student has uploaded is the assignment's notebook."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from autograder.grading.exam import Exam
from autograder.grading.submission import Submission, read
from autograder.reports.names import escape_controls

MAX_FILES = 2000  # that are looked at
MAX_NOTEBOOKS = 20  # that are read
MAX_NAMED = 5
MIN_SHARE = 0.25  # of its exercises that a notebook of the assignment has: other notebooks may share a name or two


class NothingToGrade(Exception):
    """There is no notebook of the assignment; the message says what there is."""


def choose(folder: Path, exam: Exam) -> tuple[Submission, str]:
    """The notebook to grade, and which one it is, in words. Raises NothingToGrade.

    It is told by its exercises, not by its name. Of several the one with the assignment's own name counts, else the
    newest.
    """
    paths = sorted(islice(_notebooks(folder), MAX_NOTEBOOKS))
    found = []
    for path in paths:
        submission = read(path, "", exam.assignment)
        if _exercises(submission, exam) >= MIN_SHARE * len(exam.specs):
            found.append((path.stem == exam.assignment, path.stat().st_mtime_ns, path, submission))
    if not found:
        others = ", ".join(_shown(path, folder) for path in paths[:MAX_NAMED]) or "no notebook"
        raise NothingToGrade(f"no notebook of {exam.assignment} was handed in; found {others}")
    *rest, (_, _, path, submission) = sorted(found, key=lambda item: item[:3])
    others = ", ".join(_shown(item[2], folder) for item in rest[:MAX_NAMED])
    said = f"Graded: {_shown(path, folder)}."
    return submission, f"{said} Not graded, as only one notebook counts: {others}." if rest else said


def _notebooks(folder: Path) -> Iterator[Path]:
    """The notebooks in a folder, however deep, without what systems add. Links are not followed."""
    seen = 0
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__MACOSX")))
        for name in sorted(files):
            seen += 1
            if seen > MAX_FILES:
                return
            path = Path(place, name)
            if path.suffix.lower() == ".ipynb" and not name.startswith(".") and not path.is_symlink():
                yield path


def _exercises(submission: Submission, exam: Exam) -> int:
    """How many of the assignment's exercises a notebook has: by grade id, or by name where ids are lost."""
    ids = {cell.grade_id for cell in submission.cells}
    code = "\n".join(cell.source for cell in submission.cells if cell.kind == "code")
    names = [spec.name for spec in exam.specs]
    return sum(name in ids or bool(re.search(rf"^\s*(?:def )?{name}\b", code, re.MULTILINE)) for name in names)


def _shown(path: Path, folder: Path) -> str:
    return escape_controls(str(path.relative_to(folder)))
