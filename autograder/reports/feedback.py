"""A page for each student and assignment: the score, and what `check` would have said about each exercise."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.files import write_atomically
from autograder.grading.result import SubmissionResult

from . import pages
from .statuses import count_groups


def write(results: Iterable[SubmissionResult], out: Path, warning: str = "") -> None:
    """Writes OUT/feedback/<student>/<assignment>.html for each result, each with the warning. Raises OSError."""
    for result in results:
        write_atomically(path(result, out), page(result, warning))


def path(result: SubmissionResult, out: Path) -> Path:
    """The path of a result's page. A student's name was a folder's name in the class, so it can be one here."""
    if result.student in ("", ".", "..") or "/" in result.student or "\0" in result.student:
        raise ValueError(f"not the name of a folder: {result.student!r}")
    return out / "feedback" / result.student / f"{result.assignment}.html"


def page(result: SubmissionResult, warning: str = "") -> str:
    """The HTML page: self-contained, light and dark, printable."""
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
