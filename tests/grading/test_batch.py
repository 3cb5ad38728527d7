"""A folder of submissions: what is graded, what is passed over, and results in the order of the tasks."""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course, Notebook
from autograder.grading import batch
from autograder.grading.backend import ClusterError, NotGraded
from autograder.grading.batch import Found, Task, grade_all
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.settings import RunSettings
from autograder.grading.submission import Submission
from grading.small_exam import SmallExam

NAMES = ("01_small", "02_later")
COURSE = Course(Path("nowhere"), {name: Notebook(name) for name in NAMES})


@pytest.fixture(autouse=True)
def exams(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both assignments have the same exam."""
    monkeypatch.setattr(batch, "load_exam", lambda course, name, seed: SmallExam(assignment=name))
    monkeypatch.setattr("autograder.grading.cache.key", lambda course, name, settings: name)


def find(folder: Path, assignments: tuple[str, ...] = NAMES, every: bool = False, skip: Path | None = None) -> Found:
    return batch.find(COURSE, folder, assignments, every, skip)


def hand_in(folder: Path, student: str, *assignments: str) -> None:
    for name in assignments:
        path = folder / student / name / f"{name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": f"{student} {name}"}]}))


def pairs(found: Found) -> list[tuple[str, str]]:
    return [(task.student, task.assignment) for task in found.tasks]


# --- find


def test_submissions_are_found_by_folder_sorted_by_code_point(tmp_path: Path) -> None:
    for student in ("é", "b", "B", "a"):
        hand_in(tmp_path, student, *NAMES)
    found = find(tmp_path)
    assert pairs(found) == [(student, name) for student in ("B", "a", "b", "é") for name in NAMES]
    assert found.tasks[0].path == tmp_path / "B" / "01_small" / "01_small.ipynb"
    assert found.notes == ()


def test_only_the_assignments_that_are_asked_for(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann", *NAMES)
    hand_in(tmp_path, "ben", "02_later")
    assert pairs(find(tmp_path, ("01_small",))) == [("ann", "01_small")]
    assert pairs(find(tmp_path, ("01_small",), every=True)) == [("ann", "01_small"), ("ben", "01_small")]
    assert find(tmp_path, ("01_small",)).notes == (), "the other one is an assignment all the same"


def test_what_is_no_students_folder_is_noted(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann", "01_small")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "link").symlink_to(tmp_path / "ann")
    found = find(tmp_path)
    assert pairs(found) == [("ann", "01_small")]
    assert found.notes == (
        "link: not a student's folder, skipped",
        "notes.txt: not a student's folder, skipped",
    )


def test_hidden_entries_are_passed_over_without_a_word_unless_there_is_work_in_them(tmp_path: Path) -> None:
    (tmp_path / ".DS_Store").write_text("")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "hooks").mkdir()
    hand_in(tmp_path, ".ann", "02_later")
    found = find(tmp_path)
    assert pairs(found) == [(".ann", "02_later")] and found.notes == ()


def test_the_folder_for_results_is_no_student(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann", "01_small")
    hand_in(tmp_path, "out", "01_small")
    (tmp_path / "alias").symlink_to(tmp_path)
    assert pairs(find(tmp_path, skip=tmp_path / "alias" / "out")) == [("ann", "01_small")]
    assert find(tmp_path, skip=tmp_path / "alias" / "out").notes == ("alias: not a student's folder, skipped",)


def test_names_of_no_assignment_are_noted(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann", "01_small")
    for name in ("1_small", ".ipynb_checkpoints", "a.zip"):
        (tmp_path / "ann" / name).mkdir()
    assert find(tmp_path).notes == (
        "ann/1_small: no assignment has this name, skipped",
        "ann/a.zip: no assignment has this name, skipped",
    )


@pytest.mark.parametrize(("count", "more"), [(20, None), (21, 1), (35, 15)])
def test_not_all_of_many_strange_names_are_noted(tmp_path: Path, count: int, more: int | None) -> None:
    for number in range(count):
        (tmp_path / "ann" / f"strange-{number:02}").mkdir(parents=True)
    notes = find(tmp_path).notes
    assert len(notes) == min(count, 20) + bool(more)
    assert notes[19] == "ann/strange-19: no assignment has this name, skipped"
    assert not more or notes[20] == f"ann: and {more} more names of no assignment"


def test_a_folder_that_can_not_be_read_is_noted_and_has_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the assignments that the others have handed in; for all, where nobody is there to tell."""
    hand_in(tmp_path, "ann", "01_small")
    hand_in(tmp_path, "ben", "01_small")
    listed = os.listdir

    def closed(folder: Path) -> list[str]:
        if Path(folder).name == "ann":
            raise PermissionError(13, "Permission denied")
        return listed(folder)

    monkeypatch.setattr(os, "listdir", closed)
    found = find(tmp_path)
    assert pairs(found) == [("ann", "01_small"), ("ben", "01_small")]
    assert found.notes == ("ann: not read: permission denied",)
    assert pairs(find(tmp_path, ("02_later",), every=True)) == [("ann", "02_later"), ("ben", "02_later")]
    (tmp_path / "ben").rename(tmp_path.parent / "away")
    assert pairs(find(tmp_path)) == [("ann", name) for name in NAMES]


# --- grade_all


class Pool:
    """Grades by the student's only cell: full marks for double."""

    def __init__(self, course: Course, confined: bool, limits: object, width: int = 1) -> None:
        self.width, self.closed, self.graded = width, False, 0

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *unused: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed = True

    def grade(self, submission: Submission, exam: Any) -> SubmissionResult:
        self.graded += 1
        source = submission.cells[0].source
        if source.startswith("lost"):
            raise NotGraded("the sandbox was lost")
        if source.startswith("broken"):
            raise OSError(28, "No space left on device")
        row = ExerciseResult("double", 2.0, 2.0, "correct")
        return SubmissionResult(submission.student, submission.assignment, (row,), (source,))


@pytest.fixture
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Pool]:
    made: list[Pool] = []

    def make(*arguments: Any) -> Pool:
        made.append(Pool(*arguments))
        return made[-1]

    monkeypatch.setattr(batch, "SandboxPool", make)
    return made


def grade(tasks: tuple[Task, ...], resume: Path, **settings: Any) -> tuple[list[SubmissionResult], list[str]]:
    told: list[str] = []
    results = grade_all(COURSE, tasks, RunSettings(**settings), resume, lambda result: told.append(result.student))
    return results, told


def test_results_come_in_the_tasks_order(tmp_path: Path, pools: list[Pool]) -> None:
    students = [f"student-{number}" for number in range(12)]
    for student in students:
        hand_in(tmp_path / "in", student, "01_small")
    results, told = grade(find(tmp_path / "in").tasks, tmp_path / "kept", jobs=4)
    assert [result.student for result in results] == sorted(students) and sorted(told) == sorted(students)
    assert [result.notes for result in results] == [(f"{student} 01_small",) for student in sorted(students)]
    assert len(pools) == 1 and pools[0].width == 4 and pools[0].closed
    assert pools[0].graded == 12


def test_finished_work_is_not_done_again(tmp_path: Path, pools: list[Pool]) -> None:
    hand_in(tmp_path / "in", "ann", "01_small")
    first, _ = grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    again, told = grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    assert again == first and told == ["ann"] and pools[1].graded == 0


def test_what_could_not_be_graded_has_no_score_and_a_reason(tmp_path: Path, pools: list[Pool]) -> None:
    for student in ("ann", "lost"):
        hand_in(tmp_path / "in", student, "01_small")
    (ann, lost), _ = grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    assert ann.exercises[0].status == "correct"
    assert {(item.status, item.score) for item in lost.exercises} == {("not_graded", None)}
    assert (lost.student, lost.notes) == ("lost", ("the sandbox was lost",))
    grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    assert pools[1].graded == 1, "it is tried again"


def test_an_error_of_ours_ends_the_run(tmp_path: Path, pools: list[Pool]) -> None:
    for student in ("ann", "broken"):
        hand_in(tmp_path / "in", student, "01_small")
    with pytest.raises(OSError, match="No space"):
        grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    assert pools[0].closed


def test_an_error_of_ours_stops_what_is_running_and_what_waits(
    tmp_path: Path, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = threading.Event()
    graded: list[str] = []

    def slow(self: Pool, submission: Submission, exam: object) -> SubmissionResult:
        graded.append(submission.student)
        if submission.student == "ann":
            raise OSError(28, "No space left on device")
        assert closed.wait(10), "it goes on until the pool is closed"
        raise NotGraded("the run was stopped")

    monkeypatch.setattr(Pool, "grade", slow)
    monkeypatch.setattr(Pool, "close", lambda self: closed.set())
    for student in ("ann", *(f"student-{number}" for number in range(20))):
        hand_in(tmp_path / "in", student, "01_small")
    with pytest.raises(OSError, match="No space"):
        grade(find(tmp_path / "in").tasks, tmp_path / "kept", jobs=2)
    assert "ann" in graded and len(graded) < 10


def test_a_file_in_two_students_folders_is_told_of_both(tmp_path: Path, pools: list[Pool]) -> None:
    folder = tmp_path / "in"
    hand_in(folder, "ann", "01_small")
    for student, book in (("ann", "02_later"), ("ben", "01_small")):
        (folder / student / book).mkdir(parents=True)
        (folder / student / book / f"{book}.ipynb").hardlink_to(folder / "ann" / "01_small" / "01_small.ipynb")
    hand_in(folder, "cem", "01_small", "02_later")
    (folder / "cem" / "linked").hardlink_to(folder / "cem" / "01_small" / "01_small.ipynb")
    found = {(item.student, item.assignment): item.notes[1:] for item in grade(find(folder).tasks, tmp_path)[0]}
    same = "the notebook is the same file as in the folder of"
    assert found == {
        ("ann", "01_small"): (f"{same} ben",),
        ("ann", "02_later"): (f"{same} ben",),
        ("ben", "01_small"): (f"{same} ann",),
        ("cem", "01_small"): (),
        ("cem", "02_later"): (),
    }


def test_nothing_is_said_of_a_notebook_that_is_there(tmp_path: Path) -> None:
    hand_in(tmp_path, "ann", "01_small")
    assert batch.why_missing(tmp_path / "ann" / "01_small" / "01_small.ipynb") == ""


def missing(tmp_path: Path) -> str:
    (result,), _ = grade(find(tmp_path, ("01_small",), every=True).tasks, tmp_path.parent / "kept")
    assert {(item.status, item.score) for item in result.exercises} == {("missing", None)}
    (note,) = result.notes
    return note


def test_missing_notebooks_come_with_what_is_there_instead(tmp_path: Path, pools: list[Pool]) -> None:
    folder = tmp_path / "in"
    (folder / "ann").mkdir(parents=True)
    assert missing(folder) == "there is no folder 01_small"
    (folder / "ann" / "01_small").mkdir()
    assert missing(folder) == "there is no notebook 01_small.ipynb in the folder"
    for name in ("b.ipynb", "a.ipynb", "c.txt"):
        (folder / "ann" / "01_small" / name).write_text("")
    assert missing(folder) == "there is no notebook 01_small.ipynb in the folder; found a.ipynb, b.ipynb, c.txt"
    assert pools[-1].graded == 0


def test_not_all_that_lies_in_the_place_of_a_notebook_is_told(tmp_path: Path, pools: list[Pool]) -> None:
    place = tmp_path / "in" / "ann" / "01_small"
    place.mkdir(parents=True)
    (place / ".DS_Store").write_text("")
    for number in range(10):
        (place / f"{number}.txt").write_text("")
    ten = ", ".join(f"{number}.txt" for number in range(10))
    assert missing(tmp_path / "in").endswith(f"; found {ten}")
    for number in range(3):
        (place / f"more-{number}.txt").write_text("")
    assert missing(tmp_path / "in").endswith(f"; found {ten} and 3 more")


@pytest.mark.parametrize(
    ("others", "told"),
    [
        (["notes.txt", ".ipynb_checkpoints"], []),
        (["b.ipynb", "notes.txt"], ["01_small.ipynb was graded; b.ipynb beside it was not"]),
        (["b.IPYNB", "a.ipynb"], ["01_small.ipynb was graded; a.ipynb, b.IPYNB beside it were not"]),
        (
            [f"{number:02}.ipynb" for number in range(12)],
            [
                "01_small.ipynb was graded; 00.ipynb, 01.ipynb, 02.ipynb, 03.ipynb, 04.ipynb, 05.ipynb, 06.ipynb, "
                "07.ipynb, 08.ipynb, 09.ipynb beside it were not"
            ],
        ),
    ],
)
def test_further_notebooks_beside_one_are_told(
    others: list[str], told: list[str], tmp_path: Path, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    def notes(self: Pool, submission: Submission, exam: object) -> SubmissionResult:
        return SubmissionResult(submission.student, submission.assignment, (), submission.notes)

    monkeypatch.setattr(Pool, "grade", notes)
    hand_in(tmp_path / "in", "ann", "01_small")
    for name in others:
        (tmp_path / "in" / "ann" / "01_small" / name).write_text("")
    (result,), _ = grade(find(tmp_path / "in").tasks, tmp_path / "kept")
    assert list(result.notes) == told


def test_a_link_that_leads_nowhere_is_not_missing(
    tmp_path: Path, pools: list[Pool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is there, and refused: that is for the grading to say."""
    (tmp_path / "in" / "ann" / "01_small").mkdir(parents=True)
    (tmp_path / "in" / "ann" / "01_small" / "01_small.ipynb").symlink_to("/nowhere")
    (tmp_path / "in" / "ben").mkdir()
    (tmp_path / "in" / "ben" / "01_small").symlink_to(tmp_path / "nowhere")
    seen: list[Submission] = []

    def see(self: Pool, submission: Submission, exam: object) -> SubmissionResult:
        seen.append(submission)
        return SubmissionResult("", "", ())

    monkeypatch.setattr(Pool, "grade", see)
    grade(find(tmp_path / "in", ("01_small",)).tasks, tmp_path / "kept")
    assert [submission.refused for submission in seen] == [True, True]


def test_a_cluster_is_used_where_one_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys
    import types

    asked: list[Any] = []

    class Cluster(Pool):
        def __init__(self, course: Course, settings: RunSettings, assignments: list[str]) -> None:
            super().__init__(course, True, None, 3)
            asked.append((settings.scheduler, list(assignments)))

    stand_in = types.ModuleType("autograder.grading.dask_backend")
    stand_in.DaskBackend = Cluster  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "autograder.grading.dask_backend", stand_in)
    hand_in(tmp_path / "in", "ann", *NAMES)
    hand_in(tmp_path / "in", "ben", *NAMES)
    results, _ = grade(find(tmp_path / "in").tasks, tmp_path / "kept", scheduler="tcp://host:1")
    assert len(results) == 4 and asked == [("tcp://host:1", list(NAMES))]
    monkeypatch.setitem(sys.modules, "autograder.grading.dask_backend", None)
    with pytest.raises(ClusterError, match="pip install"):
        grade((), tmp_path / "kept", scheduler="tcp://host:1")
