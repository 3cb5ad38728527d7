"""What shares a process gets the grades, and the words, that it gets in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from conftest import COURSE

from autograder.demo import sample_class
from autograder.demo.notebooks import Notebook, filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import parse
from autograder.sandbox.client import Limits, Sandbox
from autograder.sandbox.protocol import ExerciseRun
from autograder.sandbox.replies import Reply
from autograder.sandbox.slicing import CellCode
from helpers.checking.spec import load_public

BOOK = "02_filters_1d"
RELU = "def relu(z):\n    {}\n    return np.maximum(z, 0)"


class Separate(Sandbox):
    """A sandbox that settles nothing together."""

    def run_together(self, cells: Sequence[CellCode], runs: Sequence[ExerciseRun], *given: Any) -> Any:
        return [Reply() for _ in runs], []


def graded(notebook: Notebook, sandbox: Sandbox) -> SubmissionResult:
    return grade(parse(json.dumps(notebook).encode(), "student", BOOK), load_exam(COURSE, BOOK, 3), sandbox)


def rows(notebook: Notebook, sandbox: Sandbox) -> dict[str, ExerciseResult]:
    return {item.exercise: item for item in graded(notebook, sandbox).exercises}


def test_same_results_as_separately(sandbox: Sandbox) -> None:
    with Separate(COURSE) as separate:
        for make in (sample_class.with_explorations, sample_class.with_mistakes, sample_class.unfinished):
            notebook = make(COURSE, BOOK, 2)
            assert graded(notebook, sandbox) == graded(notebook, separate)


@pytest.mark.parametrize(
    "deed", ["np.zeros = np.arange = np.sum = None", "import os; os._exit(0)", "while True: np.zeros = None"]
)
def test_a_neighbour_can_spoil_nothing(deed: str) -> None:
    """It comes first of those that are run together, and acts when it is called."""
    with Sandbox(COURSE, limits=Limits(cpu_seconds=2, wall_seconds=20)) as sandbox:
        found = rows(filled(COURSE, BOOK, {"relu": RELU.format(deed)}, solved(COURSE, BOOK)), sandbox)
    del found["relu"]
    assert {item.status for item in found.values()} == {"correct"}


def test_an_answer_has_one_guess(sandbox: Sandbox) -> None:
    """One that differs where other exercises have run before it is what it is by itself."""
    answers = {
        "relu": RELU.format("np.has_run = True"),
        "pad1d": "def pad1d(x, padding):\n    return np.pad(x, padding) if hasattr(np, 'has_run') else None",
        "weights_conv": "weights_conv = 4 if hasattr(np, 'has_run') else 5",
        "weights_fc": "weights_fc = 5 if hasattr(np, 'has_run') else 110",
    }
    found = rows(filled(COURSE, BOOK, answers, solved(COURSE, BOOK)), sandbox)
    assert found["weights_conv"].status == "wrong"
    assert found["weights_fc"].status == "correct"
    assert found["pad1d"].status == "correct", "the others share a process: else this test shows nothing"


def test_an_exercise_that_may_use_a_function_can_not_pass_it_on(sandbox: Sandbox) -> None:
    answers = {
        "relu": "np.kept = np._core.multiarray.correlate\n" + RELU.format("pass"),
        "conv1d_valid": "import sys\ndef conv1d_valid(x, w):\n    sys.setprofile(None)\n"
        "    return np.kept(x.astype(float), w.astype(float), 0)",
    }
    found = rows(filled(COURSE, BOOK, answers, solved(COURSE, BOOK)), sandbox)
    assert found["conv1d_valid"].score == 0
    del found["conv1d_valid"]
    assert {item.status for item in found.values()} == {"correct"}


def test_a_literal_answer_needs_no_process_of_its_own() -> None:
    ran: list[str] = []

    class Counting(Sandbox):
        def run(self, run: ExerciseRun, cells: Sequence[CellCode], plan: int = 0, ask_more: bool = False) -> Reply:
            ran.append(run.spec.name)
            return super().run(run, cells, plan, ask_more)

    answers = {"weights_conv": "weights_conv = 3 + 2", "weights_fc": "import math\nweights_fc = math.prod([10, 11])"}
    with Counting(COURSE) as counting:
        found = rows(filled(COURSE, BOOK, answers, solved(COURSE, BOOK)), counting)
    assert [name for name in ran if name in answers] == ["weights_fc"]
    assert [found[name].status for name in answers] == ["wrong", "correct"]


def test_cases_that_come_later_are_not_there_before(sandbox: Sandbox) -> None:
    """While the public cases are run, no byte of the hidden ones waits in the process's socket."""
    peeks = """
import socket
def relu(z):
    found = 0
    for number in range(3, 64):
        try:
            channel = socket.socket(fileno=number)
            found += len(channel.recv(2**20, socket.MSG_PEEK | socket.MSG_DONTWAIT))
            channel.detach()
        except OSError:
            pass
    return found
"""
    public = load_public("relu")
    hidden = next(spec for spec in load_exam(COURSE, BOOK, 3).specs if spec.name == "relu")
    assert public is not None
    cells = [CellCode("relu", peeks, "solution")]
    (first,), (then,) = sandbox.run_together(
        cells, [ExerciseRun(public, (0,), 1)], sandbox.limits, lambda replies: [hidden]
    )
    assert first.whole and {outcome.value for outcome in first.outcomes} == {0}
    assert then.whole and len(then.outcomes) == len(hidden.cases)


@pytest.mark.parametrize("what", ["z > 0", "np.maximum(z, 0)"])
def test_who_needs_all_of_the_time_has_it(what: str) -> None:
    """A first try together with others, and one with the public cases, have a part of it."""
    quick = f"def relu(z):\n    return {what}"
    slow = f"import time\n_end = time.process_time() + 1.3\nwhile time.process_time() < _end: pass\n{quick}"
    with Sandbox(COURSE, limits=Limits(cpu_seconds=3, wall_seconds=60)) as sandbox:
        found = rows(filled(COURSE, BOOK, {"relu": slow}, solved(COURSE, BOOK)), sandbox)
        expected = rows(filled(COURSE, BOOK, {"relu": quick}, solved(COURSE, BOOK)), sandbox)
    assert found == expected
