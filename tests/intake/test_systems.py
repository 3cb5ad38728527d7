"""A class of 30 as each LMS gives it: everybody's newest notebook is collected, and nobody else's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import COURSE

from autograder.intake import collect
from autograder.intake.collect import Plan, Wishes
from intake.exports import BOOK, SYSTEMS, Student, a_class

CLASS = a_class()
ALL_OF_BOOK = Wishes(BOOK)


def planned(source: Path, base: Path, wishes: Wishes = ALL_OF_BOOK) -> Plan:
    work = base / "work"
    work.mkdir()
    plan = collect.plan(COURSE, source, base / "out", work, wishes)
    (base / "out").mkdir(exist_ok=True)
    plan.write(base / "out")
    return plan


def graded_bytes(plan: Plan) -> list[bytes]:
    return [task.path.read_bytes() for task in plan.tasks if not task.absent and not task.unread]


def of_all(students: Sequence[Student]) -> list[bytes]:
    return sorted(expected(student) for student in students if student.files)


def expected(student: Student) -> bytes:
    from intake.exports import notebook

    return notebook(student.name, ids=student.number % 5 != 0)


@pytest.mark.parametrize("system", SYSTEMS)
def test_everybodys_newest_notebook_is_collected(system: str, tmp_path: Path) -> None:
    plan = planned(SYSTEMS[system](CLASS, tmp_path), tmp_path)
    assert plan.unmatched == []
    assert sorted(graded_bytes(plan)) == of_all(CLASS)
    # One handed in nothing, and has all the same a text in Moodle, a repository at GitHub.
    without = [task for task in plan.tasks if task.unread or task.absent]
    assert len(without) == (system in ("moodle-files", "github")) and not any(task.zero for task in without)
    assert len({task.student for task in plan.tasks}) == 29 + len(without)
