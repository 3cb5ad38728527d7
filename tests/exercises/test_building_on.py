"""Exercises that call the reader's earlier functions: a wrong one of these costs its own points alone."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from conftest import COURSE

from autograder.demo.notebooks import exercises, filled, grade_id, solved, text
from autograder.grading.exam import Exam, load_exam
from autograder.grading.grade import grade
from autograder.grading.submission import parse
from autograder.sandbox.client import Sandbox
from helpers.adapters.standing_in import StandIn, right

BOOK = "07_backprop"
BUILDING = ("loss_and_gradients", "train", "Tensor")
BROKEN = {
    "changes its arguments": "def {name}(*args, **options):\n    args[1][...] = 0\n    return args[0]",
    "ends the process": "import os\nos._exit(0)\ndef {name}(*args, **options):\n    return args[0]",
}


@pytest.fixture(scope="module")
def exam() -> Exam:
    return load_exam(COURSE, BOOK, 5)


@pytest.mark.parametrize("way", BROKEN)
def test_broken_functions_cost_what_builds_on_them_nothing(sandbox: Sandbox, exam: Exam, way: str) -> None:
    own = {grade_id(cell): text(cell) for cell in solved(COURSE, BOOK)["cells"] if grade_id(cell) in BUILDING}
    needed = [item.name for item in exercises(COURSE, BOOK) if item.name.endswith("_backward")] + ["sgd_step"]
    broken = {name: BROKEN[way].format(name=name) for name in (*needed, "loss_and_gradients")}
    for answers in (broken | own, own | broken):  # in the second, `train` has no right loss_and_gradients either
        submission = parse(json.dumps(filled(COURSE, BOOK, answers)).encode(), "ann", BOOK)
        rows = {item.exercise: item for item in grade(submission, exam, sandbox).exercises}
        for name in answers:
            if answers[name] == own.get(name):
                assert rows[name].status == "correct", (name, rows[name].message)
            else:
                assert not rows[name].score, name


def twice(x: Any) -> Any:
    return 2 * x


NEEDED = {"double": StandIn(twice, (np.array([1.0, -3.0]),))}


def defined(source: str) -> dict[str, Any]:
    """What a notebook's cell defines."""
    names: dict[str, Any] = {"np": np}
    exec(source, names)
    return names


def test_a_right_function_stays_with_all_that_it_can() -> None:
    names = defined("def double(x, more=0):\n    return x + x + more\ndef answer(x):\n    return double(x, more=1)")
    with right(names["answer"], NEEDED):
        assert names["answer"](3) == 7


@pytest.mark.parametrize(
    "double",
    [
        "def double(x): return x",
        "def double(x): raise SystemError",
        "def double(x): x *= 2; return x",
        "double = 3",
        "",
    ],
)
def test_a_wrong_one_is_replaced_and_comes_back(double: str) -> None:
    names = defined(f"{double}\ndef answer(x):\n    return double(x)\nclass Answer:\n    answer = answer")
    before = names.get("double")
    for asked in (names["answer"], names["Answer"]):
        with pytest.raises(KeyError), right(asked, NEEDED):
            assert names["answer"](3) == 6
            raise KeyError
        assert names.get("double") is before and ("double" in names) == bool(double)


def test_what_has_no_names_of_its_own_is_left_alone() -> None:
    with right(len, NEEDED), right(3, NEEDED):
        assert len("ab") == 2
