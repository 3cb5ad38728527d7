"""Ten submissions, and the command that grades them alike on every machine."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from conftest import COURSE, ROOT

from autograder.demo.hostile import ATTACKS
from autograder.demo.notebooks import write
from autograder.demo.sample_class import (
    attacked,
    code_as_markdown,
    grade_cell_deleted,
    unfinished,
    with_explorations,
    with_mistakes,
)

ASSIGNMENT = "02_filters_1d"
HOSTILE = {f"hostile-{item.name}": partial(attacked, COURSE, code=item.code) for item in ATTACKS}
MAKERS = {
    "right": partial(with_explorations, COURSE, number=3),
    "wrong": partial(with_mistakes, COURSE, number=1),
    **{name: HOSTILE[name] for name in ("hostile-hard-exit", "hostile-fork-bomb", "hostile-caller-frames")},
    "unfinished": partial(unfinished, COURSE, number=2),
    "odd-deleted": partial(grade_cell_deleted, COURSE),
    "odd-markdown": partial(code_as_markdown, COURSE),
    "wrong-2": partial(with_mistakes, COURSE, number=5),
    "wrong-3": partial(with_mistakes, COURSE, number=8),
}


def write_class(folder: Path, students: int = len(MAKERS)) -> Path:
    """Writes the first submissions of `MAKERS` as a class."""
    for student, make in list(MAKERS.items())[:students]:
        write(make(ASSIGNMENT), folder, student, ASSIGNMENT)
    return folder


def grading(folder: Path | str, out: Path | str) -> list[str]:
    """The words after `autograder` that grade a class. Slow machines, which emulate a processor, keep to the limits."""
    limits = ["--cpu-seconds", "200", "--wall-seconds", "600", "--submission-seconds", "3600"]
    return ["grade", str(folder), "--out", str(out), "--seed", "4711", *limits]


def graded_here(folder: Path, out: Path) -> bytes:
    """The grades.csv of a class that was graded on this machine."""
    command = [sys.executable, "-m", "autograder", *grading(folder, out)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    grades = (out / "grades.csv").read_bytes()
    assert b",correct," in grades and b",wrong," in grades and b",crashed," in grades
    return grades
