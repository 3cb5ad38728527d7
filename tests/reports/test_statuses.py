"""Results counted by group."""

from __future__ import annotations

from autograder.grading.result import STATUSES, ExerciseResult
from autograder.reports.statuses import GROUPS, STATUS, count_groups


def results(*statuses: str) -> list[ExerciseResult]:
    return [ExerciseResult("relu", None, 1, status) for status in statuses]


def test_every_status_has_a_group() -> None:
    assert set(STATUS) == set(STATUSES)
    assert {status.group for status in STATUS.values()} == set(GROUPS)


def test_groups_are_counted_in_their_order_without_the_empty_ones() -> None:
    found = count_groups(results("manual", "error", "correct", "timeout", "not_graded", "correct", "forbidden"))
    assert list(found.items()) == [("right", 2), ("stopped", 3), ("waiting", 2)]
    assert count_groups([]) == {}
    assert list(count_groups(results(*STATUSES)).items()) == [
        ("right", 1), ("partly", 1), ("wrong", 1), ("stopped", 5), ("blank", 2), ("waiting", 2)
    ]  # fmt: skip
