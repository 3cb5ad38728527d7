"""A page for each student and assignment: the score, and for each exercise what `check` would have said."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.grading.result import SubmissionResult

from . import files, pages
from .statuses import count_groups


def write(results: Iterable[SubmissionResult], out: Path, warning: str = "") -> None:
    """Writes OUT/feedback/<student>/<assignment>.html for each result, with the warning on each. Raises OSError."""
    for result in results:
        files.write(path(result, out), page(result, warning))


def path(result: SubmissionResult, out: Path) -> Path:
    """Where a result's page stands. The student's name is a folder's name already, so it is one here too."""
    if result.student in ("", ".", "..") or "/" in result.student or "\0" in result.student:
        raise ValueError(f"not the name of a folder: {result.student!r}")
    return out / "feedback" / result.student / f"{result.assignment}.html"


def page(result: SubmissionResult, warning: str = "") -> str:
    """The HTML page: self-contained, light and dark, printable. Messages come as given."""
    graded = [item for item in result.exercises if item.score is not None]
    return pages.render(
        "feedback.html",
        result=result,
        warning=warning,
        groups=count_groups(result.exercises),
        score=sum(item.score or 0.0 for item in graded),
        points=sum(item.max_score for item in result.exercises),
        waiting=sum(item.max_score for item in result.exercises if item.score is None),
    )
