"""Whether an assignment's release promises the points that its exercises give."""

from __future__ import annotations

import json

from autograder.course import Course


def disagreements(course: Course, assignment: str) -> list[str]:
    """A line for each exercise whose points differ in the release, or are not there. Raises OSError."""
    cells = json.loads(course.release(assignment).read_bytes())["cells"]
    marks = [cell.get("metadata", {}).get("nbgrader", {}) for cell in cells]
    promised = {mark["grade_id"]: mark.get("points") for mark in marks if mark.get("grade")}
    found = []
    for exercise in course.notebooks[assignment].exercises:
        points = promised.get(f"{exercise.name}_check", promised.get(exercise.name))
        if points != exercise.points:
            said = "no points" if points is None else f"{points:g}"
            found.append(f"{exercise.name}: {exercise.points:g} in exercises/, {said} in the release")
    return found
