"""Sandboxes are started when they are needed, tested before they are trusted, used again, and replaced when lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from autograder.course import Course
from autograder.grading import pool as pools
from autograder.grading.backend import NotGraded
from autograder.grading.exam import Exam
from autograder.grading.pool import SandboxPool
from autograder.grading.result import SubmissionResult
from autograder.grading.submission import Submission
from autograder.sandbox.client import Limits, SandboxLost
from autograder.sandbox.confine import CannotConfine

COURSE = Course(Path("nowhere"), {})
EXAM = Exam(COURSE, "01_small", (), ())
WORK = Submission("ann", "01_small")
RESULT = SubmissionResult("ann", "01_small", ())


class FakeSandbox:
    """Notes what becomes of it."""

    started: list[FakeSandbox]
    errors: list[Exception]  # what the next ones raise when they are started

    def __init__(self, course: Course, confined: bool, limits: Limits, way: str) -> None:
        self.asked = (course, confined, limits, way)
        self.error = self.errors.pop(0) if self.errors else None
        self.fate: list[str] = []
        self.started.append(self)

    def wait_until_ready(self) -> None:
        if self.error:
            raise self.error

    def close(self) -> None:
        self.fate.append("closed")

    def kill(self) -> None:
        self.fate.append("killed")


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeSandbox, "started", [], raising=False)
    monkeypatch.setattr(FakeSandbox, "errors", [], raising=False)
    monkeypatch.setattr(pools, "Sandbox", FakeSandbox)
    monkeypatch.setattr(pools.ways, "choose", lambda: "a way")
    monkeypatch.setattr(pools, "self_test", lambda sandbox: sandbox.fate.append("tested"))
    monkeypatch.setattr(pools, "grade", lambda submission, exam, sandbox: RESULT)


def grading(monkeypatch: pytest.MonkeyPatch, *outcomes: Any) -> None:
    """Each call of the grader does the next of these: returns it, raises it, or calls it."""
    waiting = list(outcomes)

    def grade(submission: Submission, exam: Exam, sandbox: FakeSandbox) -> SubmissionResult:
        assert (submission, exam) == (WORK, EXAM)
        outcome = waiting.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        result: SubmissionResult = outcome() if callable(outcome) else outcome
        return result

    monkeypatch.setattr(pools, "grade", grade)


def fates() -> list[list[str]]:
    return [sandbox.fate for sandbox in FakeSandbox.started]


# --- starting


def test_the_first_sandbox_is_tested_and_used_again() -> None:
    limits = Limits(cpu_seconds=3)
    with SandboxPool(COURSE, True, limits, 4) as pool:
        assert pool.width == 4 and fates() == [[]], "one starts at once, and isn't waited for"
        assert pool.grade(WORK, EXAM) is RESULT and pool.grade(WORK, EXAM) is RESULT
        assert fates() == [["tested"]]
        assert FakeSandbox.started[0].asked == (COURSE, True, limits, "a way")
    assert fates() == [["tested", "closed"]]


def test_a_warm_pool_has_one_ready() -> None:
    with SandboxPool(COURSE, True, Limits()) as pool:
        pool.warm()
        assert fates() == [["tested"]]
        pool.grade(WORK, EXAM)
        assert fates() == [["tested"]]


def test_what_is_not_confined_is_not_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_here() -> None:
        raise CannotConfine("not here")

    monkeypatch.setattr(pools.ways, "choose", not_here)
    with SandboxPool(COURSE, False, Limits()) as pool:
        assert pool.width == 1
        assert pool.grade(WORK, EXAM) is RESULT
        assert fates() == [[]]
    with pytest.raises(CannotConfine, match="not here"):
        SandboxPool(COURSE, True, Limits())


def test_calls_at_the_same_time_have_a_sandbox_each(monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxPool(COURSE, True, Limits(), 2) as pool:

        def within() -> SubmissionResult:
            return pool.grade(WORK, EXAM)

        grading(monkeypatch, within, RESULT, RESULT)
        assert pool.grade(WORK, EXAM) is RESULT
        assert fates() == [["tested"], []], "what was proven once holds for the rest"
        pool.grade(WORK, EXAM)
        assert len(fates()) == 2
    assert fates() == [["tested", "closed"], ["closed"]]


def test_a_sandbox_that_fails_the_test_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def leaks(sandbox: FakeSandbox) -> None:
        raise CannotConfine("it leaks")

    pool = SandboxPool(COURSE, True, Limits())
    with monkeypatch.context() as patch:
        patch.setattr(pools, "self_test", leaks)
        for _ in range(2):
            with pytest.raises(CannotConfine, match="it leaks"):
                pool.grade(WORK, EXAM)
    assert fates() == [["closed"], ["closed"]]
    pool.warm()
    assert fates()[2:] == [["tested"]], "the next one is tested all the same"
    pool.close()
    assert fates() == [["closed"], ["closed"], ["tested", "closed"]]


def test_only_the_first_one_that_can_not_be_started_stops_the_run() -> None:
    pool = SandboxPool(COURSE, True, Limits())
    FakeSandbox.errors[:] = [OSError("no memory"), CannotConfine("no namespaces")]
    with pytest.raises(OSError, match="no memory"):
        pool.grade(WORK, EXAM)
    with pytest.raises(CannotConfine, match="no namespaces"):
        pool.grade(WORK, EXAM)
    pool.warm()
    pool.close_idle()
    FakeSandbox.errors[:] = [OSError("no memory")]
    with pytest.raises(NotGraded, match="no sandbox could be started: no memory"):
        pool.grade(WORK, EXAM)
    assert pool.grade(WORK, EXAM) is RESULT


# --- what is lost


def test_a_lost_sandbox_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    grading(monkeypatch, SandboxLost(), SandboxLost(), RESULT)
    with SandboxPool(COURSE, True, Limits()) as pool:
        assert pool.grade(WORK, EXAM) is RESULT
        assert fates() == [["tested", "closed"], ["closed"], []]


def test_three_lost_sandboxes_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    grading(monkeypatch, SandboxLost(), SandboxLost(), SandboxLost(), RESULT)
    with SandboxPool(COURSE, True, Limits()) as pool:
        with pytest.raises(NotGraded, match="the grading process was lost 3 times"):
            pool.grade(WORK, EXAM)
        FakeSandbox.errors[:] = [SandboxLost(), SandboxLost()]
        assert pool.grade(WORK, EXAM) is RESULT, "one that is lost as it starts is a try, too"
        pool.close_idle()
        FakeSandbox.errors[:] = [SandboxLost()] * 3
        with pytest.raises(NotGraded, match="lost 3 times"):
            pool.grade(WORK, EXAM)


def test_a_mistake_of_the_graders_costs_the_sandbox_and_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    grading(monkeypatch, ZeroDivisionError("by zero"), RESULT)
    with SandboxPool(COURSE, True, Limits()) as pool:
        with pytest.raises(NotGraded, match="the grader failed: ZeroDivisionError “by zero”"):
            pool.grade(WORK, EXAM)
        assert pool.grade(WORK, EXAM) is RESULT
        assert fates() == [["tested", "closed"], []]


# --- ending


def test_a_closed_pool_grades_nothing() -> None:
    pool = SandboxPool(COURSE, True, Limits())
    pool.warm()
    pool.close()
    with pytest.raises(NotGraded, match="the run was stopped"):
        pool.grade(WORK, EXAM)
    assert fates() == [["tested", "closed"]]


def test_a_sandbox_in_use_is_killed_and_goes_when_it_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = SandboxPool(COURSE, True, Limits())

    def stopped() -> SubmissionResult:
        pool.close()
        assert fates() == [["tested", "killed"]]
        return RESULT

    grading(monkeypatch, stopped)
    assert pool.grade(WORK, EXAM) is RESULT
    assert fates() == [["tested", "killed", "closed"]]


def test_a_sandbox_that_starts_while_the_pool_is_closed_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = SandboxPool(COURSE, True, Limits())

    class Late(FakeSandbox):
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            pool.close()

    monkeypatch.setattr(pools, "Sandbox", Late)
    with pytest.raises(NotGraded, match="stopped"):
        pool.warm()
    assert fates() == [["closed"]], "and there is nothing to test"


def test_sandboxes_that_nobody_uses_can_be_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    with SandboxPool(COURSE, True, Limits()) as pool:
        grading(monkeypatch, lambda: (pool.close_idle(), RESULT)[1], RESULT, RESULT)
        pool.grade(WORK, EXAM)
        assert fates() == [["tested"]], "the one in use stays"
        pool.close_idle()
        assert fates() == [["tested", "closed"]]
        pool.grade(WORK, EXAM)
        assert fates() == [["tested", "closed"], []]


def test_threads_share_the_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    both = threading.Barrier(2, timeout=10)
    monkeypatch.setattr(pools, "grade", lambda *given: (both.wait(), RESULT)[1])
    found: list[SubmissionResult] = []
    with SandboxPool(COURSE, True, Limits(), 2) as pool:
        threads = [threading.Thread(target=lambda: found.append(pool.grade(WORK, EXAM))) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        assert found == [RESULT, RESULT] and len(fates()) == 2
        assert sorted(fates()) == [[], ["tested"]], "the test is done once"
