"""Finished results: equal work is graded once, whoever hands it in, and a damaged result is made anew."""

from __future__ import annotations

import errno
import os
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from autograder.course import Course, Notebook
from autograder.grading import cache as cache_module
from autograder.grading.cache import ResultCache
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.settings import RunSettings
from autograder.grading.submission import NotebookCell, Submission
from helpers.checking.messages import Message

COURSE = Course(Path("nowhere"), {"01_small": Notebook("01_small")})
WORK = Submission("ann", "01_small", (NotebookCell("code", "x = 1"),))


class Grader:
    """Gives another score each time that it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> SubmissionResult:
        self.calls += 1
        message = Message("fail", "double", (("small", True),), (("got", "3"),), ("Look here.",))
        rows = (
            ExerciseResult("double", self.calls, 2.0, "partial", "m", message),
            ExerciseResult("why", None, 3.0, "manual"),
        )
        return SubmissionResult("ann", "01_small", rows, ("odd",))


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a grade depends on besides the submission is the assignment and the seed."""
    monkeypatch.setattr("autograder.grading.cache.key", lambda course, name, settings: f"{name}-{settings.seed}")


@pytest.fixture
def grader() -> Grader:
    return Grader()


def cache(folder: Path, seed: int = 0, force: bool = False) -> ResultCache:
    return ResultCache(COURSE, folder, RunSettings(seed=seed, force=force))


def score(result: SubmissionResult) -> float | None:
    return result.exercises[0].score


def test_a_result_is_kept_for_this_run_and_the_next(tmp_path: Path, grader: Grader) -> None:
    kept = cache(tmp_path / "new")
    first = kept.once(WORK, grader)
    assert first == kept.once(WORK, grader) == cache(tmp_path / "new").once(WORK, grader)
    assert score(first) == grader.calls == 1 and first.notes == ("odd",)
    assert first.exercises[1].message is None


def test_equal_work_of_another_student_is_graded_once(tmp_path: Path, grader: Grader) -> None:
    kept = cache(tmp_path)
    kept.once(WORK, grader)
    other = kept.once(replace(WORK, student="ben"), grader)
    assert (other.student, other.assignment, score(other)) == ("ben", "01_small", 1)


@pytest.mark.parametrize(
    "other",
    [
        replace(WORK, assignment="02_later"),
        replace(WORK, cells=(NotebookCell("code", "x = 2"),)),
        replace(WORK, notes=("odd",)),
        replace(WORK, problem="cut off"),
    ],
)
def test_other_work_is_graded_for_itself(other: Submission, tmp_path: Path, grader: Grader) -> None:
    kept = cache(tmp_path)
    kept.once(WORK, grader)
    assert score(kept.once(other, grader)) == 2


def test_what_a_grade_depends_on_besides_counts(tmp_path: Path, grader: Grader) -> None:
    cache(tmp_path).once(WORK, grader)
    assert score(cache(tmp_path, seed=1).once(WORK, grader)) == 2
    assert score(cache(tmp_path).once(WORK, grader)) == 1


def test_a_run_that_starts_afresh_grades_each_work_once(tmp_path: Path, grader: Grader) -> None:
    cache(tmp_path).once(WORK, grader)
    afresh = cache(tmp_path, force=True)
    assert score(afresh.once(WORK, grader)) == 2
    assert score(afresh.once(replace(WORK, student="ben"), grader)) == 2
    assert score(cache(tmp_path).once(WORK, grader)) == 2, "the new result took the old one's place"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"exercises": [{}], "notes": []}', "\ud800"])
def test_a_damaged_result_is_made_anew(text: str, tmp_path: Path, grader: Grader) -> None:
    cache(tmp_path).once(WORK, grader)
    (path,) = tmp_path.iterdir()
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    assert score(cache(tmp_path).once(WORK, grader)) == 2
    assert score(cache(tmp_path).once(WORK, grader)) == 2


def test_what_could_not_be_graded_is_tried_again(tmp_path: Path, grader: Grader) -> None:
    def fail() -> SubmissionResult:
        raise RuntimeError("lost")

    kept = cache(tmp_path)
    with pytest.raises(RuntimeError, match="lost"):
        kept.once(WORK, fail)
    assert list(tmp_path.iterdir()) == []
    assert score(kept.once(WORK, grader)) == 1


def test_equal_work_at_the_same_time_waits_for_the_first(tmp_path: Path, grader: Grader) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> SubmissionResult:
        begun.set()
        assert go_on.wait(10)
        return grader()

    kept, found = cache(tmp_path), []
    threads = [threading.Thread(target=lambda: found.append(kept.once(WORK, slow))) for _ in range(2)]
    for thread in threads:
        thread.start()
    assert begun.wait(10)
    assert score(kept.once(replace(WORK, notes=("other",)), grader)) == 1, "other work doesn't wait"
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert [score(result) for result in found] == [2, 2]


@pytest.mark.parametrize(("number", "tries"), [(errno.ENOSPC, 2), (errno.ENOSPC, 3), (errno.EACCES, 1)])
def test_a_full_disk_is_tried_again(
    number: int, tries: int, tmp_path: Path, grader: Grader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A student's process may have filled it, and what that wrote goes when it ends. Other errors don't pass."""
    monkeypatch.setattr("autograder.grading.cache.PAUSE", 0)
    write, done = cache_module.write_atomically, []

    def full(path: Path, text: str, private: bool) -> None:
        done.append(path)
        if number != errno.ENOSPC or len(done) < tries:
            raise OSError(number, "not now")
        write(path, text, private=private)

    monkeypatch.setattr(cache_module, "write_atomically", full)
    if number == errno.ENOSPC:
        first = cache(tmp_path).once(WORK, grader)
        assert cache(tmp_path).once(WORK, grader) == first and len(done) == tries
    else:
        with pytest.raises(OSError, match="not now"):
            cache(tmp_path).once(WORK, grader)
        assert len(done) == 1


def test_a_disk_that_stays_full_ends_the_run(tmp_path: Path, grader: Grader, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, text: str, private: bool) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("autograder.grading.cache.PAUSE", 0)
    monkeypatch.setattr(cache_module, "write_atomically", full)
    with pytest.raises(OSError, match="No space"):
        cache(tmp_path).once(WORK, grader)


@pytest.mark.parametrize("shared", [False, True])
def test_what_is_kept_is_its_owners_alone_unless_others_work_with_it(
    shared: bool, tmp_path: Path, grader: Grader
) -> None:
    before = os.umask(0o022)
    try:
        ResultCache(COURSE, tmp_path, RunSettings(seed=0, shared=shared)).once(WORK, grader)
    finally:
        os.umask(before)
    (mode,) = {path.stat().st_mode & 0o777 for path in tmp_path.rglob("*.json")}
    assert (mode == 0o600) is not shared
