"""Exercises that share a process get the grades, and the words, that they get alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from autograder.demo import sample_class
from autograder.demo.notebooks import Notebook, filled, solved
from autograder.grading.exam import load_exam
from autograder.grading.grade import grade
from autograder.grading.result import ExerciseResult, SubmissionResult
from autograder.grading.submission import parse
from autograder.sandbox.client import Limits, Reply, Sandbox, Task
from autograder.sandbox.slicing import CellCode

BOOK = "02_filters_1d"
RELU = "def relu(z):\n    {}\n    return np.maximum(z, 0)"


class Alone(Sandbox):
    """A sandbox that settles nothing in company."""

    def run_in_company(self, cells: Sequence[CellCode], tasks: Sequence[Task], limits: Limits) -> list[Reply]:
        return [Reply() for _ in tasks]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as one:
        yield one


def graded(notebook: Notebook, sandbox: Sandbox) -> SubmissionResult:
    return grade(parse(json.dumps(notebook).encode(), "student", BOOK), load_exam(BOOK, 3), sandbox)


def rows(notebook: Notebook, sandbox: Sandbox) -> dict[str, ExerciseResult]:
    return {item.exercise: item for item in graded(notebook, sandbox).exercises}


def test_same_results_as_alone(sandbox: Sandbox) -> None:
    with Alone() as alone:
        for make in (sample_class.with_explorations, sample_class.with_mistakes, sample_class.unfinished):
            notebook = make(BOOK, 2)
            assert graded(notebook, sandbox) == graded(notebook, alone)


@pytest.mark.parametrize(
    "deed", ["np.zeros = np.arange = np.sum = None", "import os; os._exit(0)", "while True: np.zeros = None"]
)
def test_a_neighbour_can_spoil_nothing(deed: str) -> None:
    """It comes first in its company, and acts when it is called."""
    with Sandbox(limits=Limits(cpu_seconds=2, wall_seconds=20)) as sandbox:
        found = rows(filled(BOOK, {"relu": RELU.format(deed)}, solved(BOOK)), sandbox)
    del found["relu"]
    assert {item.status for item in found.values()} == {"correct"}


def test_an_answer_has_one_guess(sandbox: Sandbox) -> None:
    """One that differs where other exercises have run before it is what it is alone."""
    answers = {
        "relu": RELU.format("np.has_run = True"),
        "pad1d": "def pad1d(x, padding):\n    return np.pad(x, padding) if hasattr(np, 'has_run') else None",
        "weights_conv": "weights_conv = 4 if hasattr(np, 'has_run') else 5",
        "weights_fc": "weights_fc = 5 if hasattr(np, 'has_run') else 110",
    }
    found = rows(filled(BOOK, answers, solved(BOOK)), sandbox)
    assert found["weights_conv"].status == "wrong"
    assert found["weights_fc"].status == "correct"
    assert found["pad1d"].status == "correct", "the others share a process: else this test shows nothing"


def test_an_exercise_that_may_use_a_function_can_not_pass_it_on(sandbox: Sandbox) -> None:
    answers = {
        "relu": "np.kept = np._core.multiarray.correlate\n" + RELU.format("pass"),
        "conv1d_valid": "import sys\ndef conv1d_valid(x, w):\n    sys.setprofile(None)\n"
        "    return np.kept(x.astype(float), w.astype(float), 0)",
    }
    found = rows(filled(BOOK, answers, solved(BOOK)), sandbox)
    assert found["conv1d_valid"].score == 0
    del found["conv1d_valid"]
    assert {item.status for item in found.values()} == {"correct"}
