"""Grades one submission in Gradescope's container: what `run_autograder` starts.

Where an exercise could not be graded, there is no results.json and the exit status is 1. Gradescope then says that the
autograder failed, shows the reason to the course's staff, and lets them run it again. A results.json would need a score
for the student, and every score would be an invented one.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from autograder.course import load
from autograder.files import write_atomically
from autograder.grading.backend import NotGraded
from autograder.grading.exam import load_exam
from autograder.grading.pool import SandboxPool
from autograder.grading.result import SubmissionResult
from autograder.reports.names import escape_controls
from autograder.sandbox.confine import CannotConfine

from . import order, results, submitted


class Failed(Exception):
    """The submission can't be graded; the message is for the course's staff."""


def grade(place: Path, course_folder: Path) -> Path:
    """Grades what lies in `place`/submission and returns where the results are. Raises Failed or OSError."""
    began = time.monotonic()
    path = place / "results" / "results.json"
    path.unlink(missing_ok=True)
    wanted = order.from_json((course_folder / order.FILE).read_text("utf-8"))
    exam = load_exam(load(course_folder), wanted.assignment, wanted.seed)
    try:
        submission, said = submitted.choose(place / "submission", exam)
        with SandboxPool(exam.course, True, wanted.limits) as pool:
            result = pool.grade(submission, exam)
    except submitted.NothingToGrade as error:
        raise Failed(f"{error}: the student has to hand in the notebook") from error
    except CannotConfine as error:
        raise Failed(f"student code can't be confined in this container, so none was run: {error}") from error
    except NotGraded as error:
        raise Failed(str(error)) from error
    if lost := list(not_graded(result)):
        raise Failed("; ".join(lost))
    for note in result.notes:
        print(escape_controls(note))
    write_atomically(path, results.to_json(result, wanted.visibility, time.monotonic() - began, said))
    return path


def not_graded(result: SubmissionResult) -> list[str]:
    """Why exercises are not graded, each reason once."""
    lost = [item for item in result.exercises if item.status == "not_graded"]
    return list(dict.fromkeys(item.message.title if item.message else item.exercise for item in lost))


def main() -> None:
    """Grades in the folder that the command line names, which is /autograder in Gradescope's container."""
    try:
        grade(Path(sys.argv[1]), Path.cwd())
    except (Failed, OSError) as error:
        print(f"not graded: {escape_controls(str(error))}")
        sys.exit(1)


if __name__ == "__main__":
    main()
