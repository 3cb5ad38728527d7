"""Results counted by group."""

from __future__ import annotations

from autograder.grading.result import STATUSES, ExerciseResult
from autograder.reports.statuses import BY_HAND, GROUPS, STATUS, count_groups, group, key


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


def test_points_from_a_person_decide_what_waited_and_nothing_else() -> None:
    by_hand = [ExerciseResult("relu", score, 2, "manual") for score in (2.0, 1.0, 0.0)]
    assert [group(item) for item in by_hand] == ["right", "partly", "wrong"]
    assert {key(item) for item in by_hand} == {BY_HAND}
    assert key(ExerciseResult("relu", 0.0, 2, "wrong")) == "wrong"
    assert key(ExerciseResult("relu", None, 2, "manual")) == "manual"
