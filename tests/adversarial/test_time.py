"""Class 23: what one submission takes in all, however many of its exercises never end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from conftest import COURSE

from adversarial.arena import BOOK, SEED, graded, row
from autograder.demo.notebooks import exercises, filled, solved
from autograder.grading.exam import load_exam
from autograder.sandbox.client import USED_UP_FACTOR, Limits, Sandbox
from autograder.sandbox.protocol import ExerciseRun, Request
from autograder.sandbox.slicing import CellCode
from helpers.checking.spec import Fault, load_public

SLEEPS = "import time\ndef FUNCTION(*args, **kwargs):\n    time.sleep(3600)\n"
SPINS = "def FUNCTION(*args, **kwargs):\n    while True:\n        pass\n"
SLEEPS_ABOVE = "import time\ntime.sleep(3600)\ndef FUNCTION(*args, **kwargs):\n    return 0\n"
FUNCTIONS = [exercise.name for exercise in exercises(COURSE, BOOK) if exercise.kind == "function"]


@pytest.fixture
def handed_out(monkeypatch: pytest.MonkeyPatch) -> list[Limits]:
    """The limits of each process that is asked for."""
    seen: list[Limits] = []
    allowed = Sandbox._allowed

    def note(self: Sandbox, usual: Limits) -> Limits:
        seen.append(allowed(self, usual))
        return seen[-1]

    monkeypatch.setattr(Sandbox, "_allowed", note)
    return seen


@pytest.mark.parametrize("source", [SLEEPS, SPINS, SLEEPS_ABOVE], ids=["sleeps", "spins", "sleeps-above"])
def test_23_a_submission_that_never_ends_takes_its_time_and_little_more(source: str, handed_out: list[Limits]) -> None:
    """Some of its functions: what comes behind them has its points all the same."""
    limits = Limits(cpu_seconds=3, wall_seconds=3.0, memory=2**28, submission_seconds=4.0)
    endless = FUNCTIONS[:4]
    answers = {name: source.replace("FUNCTION", name) for name in endless}
    with Sandbox(COURSE, limits=limits) as sandbox:
        sandbox.wait_until_ready()
        started = time.monotonic()
        result = graded(filled(COURSE, BOOK, answers, solved(COURSE, BOOK)), sandbox)
        took = time.monotonic() - started
    assert {row(result, name).status for name in endless} == {"timeout"}
    assert {row(result, name).status for name in FUNCTIONS[4:]} == {"correct"}
    assert any("used up" in note for note in result.notes)
    # Its time; then at most two processes for each exercise, each with the least there is.
    least = limits.shortened(USED_UP_FACTOR).wall_seconds
    assert took < limits.submission_seconds + 2 * (len(endless) + 1) * least
    assert all(one.wall_seconds <= limits.wall_seconds for one in handed_out)


class Used(Sandbox):
    """A sandbox whose submission has used some of its time already."""

    def spend(self, seconds: float) -> None:
        self._used = seconds


def asked(sandbox: Sandbox) -> Sequence[Any]:
    """One call of each way to run something."""
    public = load_public("relu")
    hidden = next(spec for spec in load_exam(COURSE, BOOK, SEED).specs if spec.name == "relu")
    assert public is not None
    run, cells = ExerciseRun(public, (0,), 1), [CellCode("relu", "def relu(z): return z", "solution")]
    third = sandbox.limits.shortened(3)
    return (
        sandbox.run(run, cells),
        sandbox.run_together(cells, [run, replace(run, spec=hidden)], third),
        sandbox.run_together(cells, [run], third, lambda replies: [hidden]),
    )


@pytest.mark.parametrize(
    ("used", "walls"),
    [(0.0, [30.0, 10.0, 10.0]), (220.0, [20.0, 10.0, 10.0]), (239.0, [3.0, 1.0, 1.0]), (240.0, [3.0, 1.0, 1.0])],
)
def test_23_every_way_to_run_something_gets_what_is_left(
    used: float, walls: list[float], monkeypatch: pytest.MonkeyPatch, handed_out: list[Limits]
) -> None:
    monkeypatch.setattr("autograder.sandbox.client.exchange", lambda *given: True)
    with Used(COURSE, limits=Limits()) as sandbox:
        sandbox.spend(used)
        replies = asked(sandbox)
    assert [one.wall_seconds for one in handed_out] == pytest.approx(walls, abs=0.5)
    assert replies[0].fault == Fault("timeout")
    assert (used >= 240) == all(one.cpu_seconds == 1 for one in handed_out)


def test_23_no_process_is_started_past_the_place_that_hands_out_time(
    monkeypatch: pytest.MonkeyPatch, handed_out: list[Limits]
) -> None:
    started: list[Request] = []
    encode = Request.encode
    monkeypatch.setattr(Request, "encode", lambda self: started.append(self) or encode(self))  # type: ignore[func-returns-value]
    with Sandbox(COURSE, limits=Limits(2, 6.0, 2**28)) as sandbox:
        asked(sandbox)
    assert len(started) == len(handed_out) == 3
