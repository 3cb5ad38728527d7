"""Words and signs for each status, for students and for the teaching assistant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.grading.result import ExerciseResult
from helpers.checking.unwritten import NOT_WRITTEN


@dataclass(frozen=True)
class Status:
    """`student` and `assistant` are the words for each of them; `group` is a key of GROUPS."""

    group: str
    student: str
    assistant: str


@dataclass(frozen=True)
class Group:
    """Statuses that share a colour. `sign` says the same without colour."""

    sign: str
    student: str
    assistant: str


# The key is also the CSS class that gives the colour.
GROUPS = {
    "right": Group("✓", "right", "correct"),
    "partly": Group("◐", "partly right", "partial"),
    "wrong": Group("✗", "not right yet", "wrong"),
    "stopped": Group("!", "stopped", "did not finish"),
    "blank": Group("–", "no answer", "no answer"),
    "waiting": Group("…", "waiting to be graded", "waiting to be graded"),
}

STATUS = {
    "correct": Status("right", "right", "correct"),
    "partial": Status("partly", "partly right", "partial"),
    "wrong": Status("wrong", "not right yet", "wrong"),
    "not_attempted": Status("blank", NOT_WRITTEN, "not attempted"),
    "error": Status("stopped", "stopped with an error", "raised an error"),
    "timeout": Status("stopped", "did not finish in time", "timed out"),
    "memory": Status("stopped", "needed too much memory", "out of memory"),
    "crashed": Status("stopped", "terminated the Python process", "crashed"),
    "forbidden": Status("stopped", "uses something that you are asked to write yourself", "used something forbidden"),
    "missing": Status("blank", "not found in your submission", "missing"),
    "manual": Status("waiting", "waiting to be graded by hand", "to be graded by hand"),
    "not_graded": Status(
        "waiting", "not graded yet: this is not your fault, and a person will look at it", "not graded"
    ),
}


def count_groups(items: Iterable[ExerciseResult]) -> dict[str, int]:
    """How many results each group has, in the order of GROUPS, without the empty ones."""
    counts = Counter(STATUS[item.status].group for item in items)
    return {group: counts[group] for group in GROUPS if counts[group]}
