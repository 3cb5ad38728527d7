"""Results, a release and a submission as the grading would make them, for tests of what is written from them."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Grade, Gradebook
from nbgrader.utils import compute_checksum

from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import NotebookCell, Submission
from autograder.reports import names
from autograder.reports.book import Entry, mark_of
from autograder.reports.releases import ReleaseCells
from helpers.checking.messages import Message

BOOK = "02_filters_1d"
HOSTILE_NAMES = (
    "=cmd|' C calc'!A0",
    "+1",
    "-rf",
    "@sum",
    "\ttab",
    "\nline",
    "\rreturn",
    "two words",
    "quote \" and ' mark",
    "line\nbreak",
    "\u202eright to left\u200f",
    "odd byte \udcff",
    "odd byte \\udcff",
    "\\ odd byte \udcff",
    "<script>alert(1)<",
    "\x1b[31mred\x07",
    "n" * 255,
    "é" * 127,
    "percent %41",
    "tilde ~41",
    "..hidden",
    "a*?[b]{c}",
    " spaces ",
    "Doe, Jane",
    "# hash",
)


def result(student: str, *exercises: ExerciseResult, book: str = BOOK, notes: tuple[str, ...] = ()) -> SubmissionResult:
    return SubmissionResult(student, book, exercises, notes)


def usual(student: str, **changes: float | str | Message | None) -> SubmissionResult:
    """A partly right conv1d (`changes` are its fields), a right number, and words to be read."""
    conv1d = ExerciseResult(
        "conv1d", 2.25, 3, "partial", "flipped_filter", Message("fail", "conv1d: 3 of 4 checks pass")
    )
    return result(
        student,
        dataclasses.replace(conv1d, **changes),  # type: ignore[arg-type]
        ExerciseResult("weights_fc", 1.0, 1, "correct", message=Message("pass", "weights_fc: right")),
        ExerciseResult("why_not_fc", None, 2, "manual"),
    )


def entry(found: SubmissionResult, **fields: Any) -> Entry:
    """A result as the pages get it, in time, with nothing given by hand."""
    return Entry(found, mark_of(found, {}), **fields)


def meta(name: str, grade: bool, solution: bool, points: float = 0) -> dict[str, object]:
    fields = {
        "grade": grade,
        "solution": solution,
        "locked": not solution,
        "grade_id": name,
        "schema_version": 3,
        "task": False,
    }
    return {"nbgrader": fields | ({"points": points} if grade else {})}


def book(solved: bool) -> nbformat.NotebookNode:
    """A notebook as the building makes it; the check cells are plain asserts, so that nbgrader can run them."""
    new = nbformat.v4
    cells = [
        new.new_markdown_cell("# 02 <details>an author's HTML</details>"),
        new.new_code_cell(
            "def conv1d(x):\n    " + ("return [2 * x]" if solved else "raise NotImplementedError"),
            metadata=meta("conv1d", False, True),
        ),
        new.new_code_cell(
            "assert callable(conv1d)" + ("\nassert conv1d(1) == [2]" if solved else ""),
            metadata=meta("conv1d_check", True, False, 3),
        ),
        new.new_code_cell("weights_fc = " + ("110" if solved else "None"), metadata=meta("weights_fc", False, True)),
        new.new_code_cell("assert weights_fc == 110", metadata=meta("weights_fc_check", True, False, 1)),
        new.new_markdown_cell(
            "Locality." if solved else "YOUR ANSWER HERE", metadata=meta("why_not_fc", True, True, 2)
        ),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = compute_checksum(cell)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return new.new_notebook(cells=cells, metadata=kernel)


RELEASE = ReleaseCells(book(False), book(True))
RELEASES = {BOOK: RELEASE}


def submission(student: str, answer: str = "Because it <b onclick=x>looks</b> at $a<b$.") -> Submission:
    return Submission(
        student,
        BOOK,
        (
            NotebookCell("markdown", "# 02 <details>an author's HTML</details>"),
            NotebookCell("code", "def conv1d(x):\n    return x[::-1]", "conv1d"),
            NotebookCell("code", "print('mine')"),
            NotebookCell("code", "assert True  # edited", "conv1d_check"),
            NotebookCell("raw", "<script>alert(1)</script> [k](javascript:alert(2)) $\\href{javascript:x}{y}$"),
            NotebookCell("code", "weights_fc = 110", "weights_fc"),
            NotebookCell("markdown", answer, "why_not_fc"),
        ),
    )


def nbgrader(folder: Path, *arguments: str) -> str:
    """Runs one of nbgrader's own programs in a course folder; what it says."""
    environment = {**os.environ, "HOME": str(folder / "home"), "OMP_NUM_THREADS": "1"}
    # nbgrader starts other programs by their names.
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    command = [sys.executable, "-m", "nbgrader", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stderr


def grades(url: str, student: str) -> dict[str, Grade]:
    with Gradebook(url) as held:
        found = held.find_submission_notebook(BOOK, BOOK, names.nbgrader_id(student)).grades
        fields = ("auto_score", "manual_score", "extra_credit", "needs_manual_grade", "max_score")
        return {grade.name: tuple(getattr(grade, field) for field in fields) for grade in found}
