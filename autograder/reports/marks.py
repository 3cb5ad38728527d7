"""What each student has in each assignment, hand grades and lateness included."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """One student's mark in one assignment. All in points.

    `raw` is the sum of what is graded, by hand grades where there are some; None where nothing is. `waiting` are the
    points of exercises without a score yet. `mark` is `raw` after what lateness costs; `comments` are a person's.
    """

    student: str
    assignment: str
    raw: float | None
    mark: float | None
    max_points: float
    waiting: float = 0.0
    days_late: float = 0.0
    comments: tuple[tuple[str, str], ...] = ()
