"""The results that OUT keeps, a file for each student and assignment: what every page and table is made from.

OUT/results/<student>/<assignment>.json has three lines: the result, what it rests on, and what was handed in. A reader
of many results stops at the line that it needs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from autograder.files import write_atomically
from autograder.grading import result as results
from autograder.grading.result import SubmissionResult

from . import work as works
from .errors import OutError
from .work import Work

FOLDER = "results"


class KeptError(OutError):
    """A kept result can't be read; the message says what to do."""


@dataclass(frozen=True)
class Basis:
    """What a result rests on: whether code was confined; digests of the hand-in, of each exercise, and of the code."""

    confined: bool = True
    content: str = ""
    exercises: Mapping[str, str] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True)
class Kept:
    """One student's result in one assignment, what it rests on, and what was handed in."""

    result: SubmissionResult
    basis: Basis = field(default_factory=Basis)
    work: Work = field(default_factory=Work)


def write(kept: Kept, out: Path) -> None:
    """Keeps it in OUT, in the place of an earlier one. Raises OSError, or ValueError where a name is not a folder's."""
    lines = (results.to_json(kept.result), json.dumps(vars(kept.basis)), works.to_json(kept.work))
    write_atomically(path(kept.result.student, kept.result.assignment, out), "".join(f"{line}\n" for line in lines))


def path(student: str, assignment: str, out: Path) -> Path:
    """Where a result is kept. A student's name was a folder's name in the class, so it can be one here."""
    if student in ("", ".", "..") or "/" in student or "\0" in student:
        raise ValueError(f"not the name of a folder: {student!r}")
    return out / FOLDER / student / f"{assignment}.json"


def keys(out: Path) -> list[tuple[str, str]]:
    """(student, assignment) of all that OUT keeps, sorted by code point. Raises OSError."""
    folder = out / FOLDER
    students = sorted(os.listdir(folder)) if folder.is_dir() else []
    return [
        (student, name.removesuffix(".json"))
        for student in students
        for name in sorted(os.listdir(folder / student), key=lambda name: name.removesuffix(".json"))
        if name.endswith(".json") and not name.startswith(".")  # a killed run's draft
    ]


def read(student: str, assignment: str, out: Path, with_work: bool = True) -> Kept | None:
    """What OUT keeps of a student in an assignment, or None. Raises KeptError or OSError."""
    place = path(student, assignment, out)
    try:
        with place.open(encoding="utf-8") as file:
            result = results.from_json(file.readline(), student, assignment)
            basis = Basis(**json.loads(file.readline()))
            return Kept(result, basis, works.from_json(file.readline()) if with_work else Work())
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise KeptError(f"{place} can't be read: delete it, and grade {assignment} again") from None


def replaces(now: SubmissionResult, before: Kept | None) -> bool:
    """Whether a new result takes the place of the kept one: that no notebook was found is no reason to lose a grade."""
    return before is None or not _is_absent(now) or _is_absent(before.result)


def _is_absent(result: SubmissionResult) -> bool:
    """Whether it says that there was no notebook."""
    return all(item.status == "missing" and item.message is None for item in result.exercises)
