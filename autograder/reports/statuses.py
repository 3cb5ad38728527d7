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
class StatusGroup:
    """Statuses that share a colour. `sign` says the same without colour."""

    sign: str
    student: str
    assistant: str


# The key is also the CSS class that gives the colour.
GROUPS = {
    "right": StatusGroup("✓", "right", "correct"),
    "partly": StatusGroup("◐", "partly right", "partial"),
    "wrong": StatusGroup("✗", "not right yet", "wrong"),
    "stopped": StatusGroup("!", "stopped", "did not finish"),
    "blank": StatusGroup("–", "no answer", "no answer"),
    "waiting": StatusGroup("…", "waiting to be graded", "waiting to be graded"),
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


# The key of what waited for a person and has points by now.
BY_HAND = "by_hand"
WORDS = STATUS | {BY_HAND: Status("right", "graded by hand", "graded by hand")}


def key(item: ExerciseResult) -> str:
    """The key in WORDS of what is said about a result."""
    return BY_HAND if item.status in ("manual", "not_graded") and item.score is not None else item.status


def group(item: ExerciseResult) -> str:
    """The key in GROUPS of a result; points that a person gave decide where nothing else does."""
    if key(item) != BY_HAND:
        return STATUS[item.status].group
    points = item.score or 0.0
    return "right" if points >= item.max_score else "partly" if points > 0 else "wrong"


def count_groups(items: Iterable[ExerciseResult]) -> dict[str, int]:
    """How many results each group has, in the order of GROUPS, without the empty ones."""
    counts = Counter(map(group, items))
    return {name: counts[name] for name in GROUPS if counts[name]}
